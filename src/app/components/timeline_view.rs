//! The timeline: a lane per state and branch, a bar per visit, in display time, so that long waits
//! are short and instants are wide enough to see. Click or drag to seek.

use std::rc::Rc;
use tr::tr;

use yew::prelude::*;

use super::{
    parts::{self, icon, light_class, light_name},
    runs::runs_button,
};
use crate::{
    app::{services::measure::use_size, store::Store},
    session::{action::Action, model::Run, playing::Leap, select::light_of},
    sim::timeline::{Lane, Segment, SegmentKind, VisitId},
};

const LABEL_WIDTH: f64 = 148.0;
const ROW: f64 = 24.0;
/// Lanes that are drawn; a run with more states than this is read in the graph.
const MOST_LANES: usize = 400;
/// Bars of a lane; where there are more stretches, neighbours are drawn as one.
const MOST_BARS: usize = 300;
const MOST_ZOOM: f64 = 64.0;

#[derive(Properties, PartialEq)]
pub struct TimelineViewProps {
    pub store: Store,
}

#[component]
pub fn TimelineView(props: &TimelineViewProps) -> Html {
    let node = use_node_ref();
    let body = use_node_ref();
    let (width, _) = use_size(&node);
    let zoom = use_state_eq(|| 1.0_f64);
    let session = &props.store.session;
    // While it plays, the playhead stays in sight.
    use_effect_with((session.player.playhead.to_bits(), zoom.to_bits(), body.clone()), {
        let is_zoomed = *zoom > 1.0;
        move |(_, _, body)| {
            if let Some(body) = body.cast::<web_sys::Element>().filter(|_| is_zoomed) {
                follow(&body);
            }
        }
    });
    let Some(run) = session.shown_run() else {
        return html! {
            <div class="timeline empty" ref={node}>
                <h2>{ tr!("Timeline") }</h2>
                <p>{ tr!("Press Run (Ctrl+Enter) and each state's visits will be here, in virtual time.") }</p>
            </div>
        };
    };
    let room = (width - LABEL_WIDTH - 24.0).max(50.0) * *zoom;
    let length = run.playback.duration().max(1.0);
    let scale = room / length;
    let at = LABEL_WIDTH + session.player.playhead * scale;
    let zoom_to = {
        let (zoom, body) = (zoom.clone(), body.clone());
        let playhead = session.player.playhead;
        Callback::from(move |next: f64| {
            let next = next.clamp(1.0, MOST_ZOOM);
            if let Some(body) = body.cast::<web_sys::Element>() {
                // What is at the playhead stays where it is.
                let shift = playhead * scale * (next / *zoom - 1.0);
                body.set_scroll_left(body.scroll_left() + shift as i32);
            }
            zoom.set(next);
        })
    };
    let on_wheel = {
        let (zoom, zoom_to) = (zoom.clone(), zoom_to.clone());
        Callback::from(move |event: WheelEvent| {
            if event.ctrl_key() || event.meta_key() {
                event.prevent_default();
                zoom_to.emit(*zoom * (-event.delta_y() * 0.004).exp());
            }
        })
    };
    let looped = session.player.looped.map(|(from, to)| (LABEL_WIDTH + from * scale, (to - from) * scale));
    let content = format!("width:{}px", LABEL_WIDTH + room + 24.0);
    html! {
        <div class="timeline" ref={node}>
            <div class="timeline-head">
                <h2>{ tr!("Timeline") }</h2>
                <span class="remark">{ tr!("virtual time, gaps compressed") }</span>
                { leaps(&props.store) }
                <span class="spring" />
                { runs_button(&props.store) }
                { zoom_buttons(*zoom, zoom_to) }
                <span class="remark" id="event-count">{ tr!("Event {} of {}", run.playback.event_at(session.player.playhead), run.trace.events.len()) }</span>
            </div>
            <div class="timeline-body" ref={body} onwheel={on_wheel}>
                <div class="timeline-content" style={content}>
                if let Some((from, width)) = looped {
                    <div class="loop-range" style={format!("left:{from}px;width:{width}px")} aria-hidden="true" />
                }
                <Scrubber store={props.store.clone()} {length} {room} ticks={ticks(run, scale)} />
                <Lanes run={Rc::clone(run)} {scale} dispatch={props.store.dispatch.clone()} selected={session.selection.visit} />
                <div class="playhead" style={format!("transform:translateX({at}px)")} aria-hidden="true" />
                </div>
            </div>
        </div>
    }
}

/// Scrolls so that the playhead is in sight.
fn follow(body: &web_sys::Element) {
    let Some(playhead) = body.query_selector(".playhead").ok().flatten() else { return };
    let (at, view) = (playhead.get_bounding_client_rect().left(), body.get_bounding_client_rect());
    if at < view.left() + LABEL_WIDTH || at > view.right() - 20.0 {
        let shift = at - view.left() - LABEL_WIDTH - (view.width() - LABEL_WIDTH) / 3.0;
        body.set_scroll_left(body.scroll_left() + shift as i32);
    }
}

/// Buttons for what is further than a step.
fn leaps(store: &Store) -> Html {
    let button = |id: &'static str, name: String, path: &'static str, action: Action| {
        html! { <button class="quiet small" {id} title={name.clone()} aria-label={name} onclick={store.on(action)}>{ icon(path) }</button> }
    };
    let is_looped = store.session.player.looped.is_some();
    html! {
        <span class="leaps" role="group" aria-label={tr!("Further steps")}>
            { button("step-over", tr!("Step over a Parallel or Map (O)"), parts::STEP_OVER, Action::Leapt(Leap::Over)) }
            { button("step-out", tr!("Step out of a Parallel or Map (U)"), parts::STEP_OUT, Action::Leapt(Leap::Out)) }
            { button("next-failure", tr!("Next failure (N)"), parts::FAILURE, Action::Leapt(Leap::Failure)) }
            <button class="quiet small" id="loop" aria-pressed={is_looped.to_string()} title={tr!("Loop the chosen visit, or end the loop (L)")} aria-label={tr!("Loop")}
                onclick={store.on(Action::LoopToggled)}>{ icon(parts::LOOP) }</button>
        </span>
    }
}

fn zoom_buttons(zoom: f64, zoom_to: Callback<f64>) -> Html {
    let button = |name: String, path: &'static str, next: f64, is_enabled: bool| {
        let onclick = zoom_to.reform(move |_: MouseEvent| next);
        html! { <button class="quiet small" title={name.clone()} aria-label={name} disabled={!is_enabled} {onclick}>{ icon(path) }</button> }
    };
    html! {
        <span class="leaps time-zoom" role="group" aria-label={tr!("Zoom of the timeline")}>
            { button(tr!("Zoom the timeline out"), parts::MINUS, zoom / 2.0, zoom > 1.0) }
            { button(tr!("Zoom the timeline in"), parts::PLUS, zoom * 2.0, zoom < MOST_ZOOM) }
        </span>
    }
}

/// Virtual times along the top: where in display time, and in words.
fn ticks(run: &Run, scale: f64) -> Vec<(f64, String)> {
    let length = run.playback.duration();
    let count = ((length * scale / 90.0) as usize).clamp(2, 14);
    let mut ticks: Vec<(f64, String)> = Vec::new();
    for index in 0..=count {
        let display = length * index as f64 / count as f64;
        let words = parts::duration(run.playback.virtual_at(display));
        if ticks.last().is_none_or(|(_, last)| *last != words) {
            ticks.push((LABEL_WIDTH + display * scale, words));
        }
    }
    ticks
}

#[derive(Properties, PartialEq)]
struct ScrubberProps {
    store: Store,
    /// Display milliseconds of the run.
    length: f64,
    /// Pixels for them.
    room: f64,
    ticks: Vec<(f64, String)>,
}

/// The scale, which is also the slider for the playhead.
#[component]
fn Scrubber(props: &ScrubberProps) -> Html {
    let node = use_node_ref();
    // Where dragging with Shift began, which chooses a stretch to loop.
    let brush = use_mut_ref(|| None::<f64>);
    let seek = {
        let (node, dispatch, brush) = (node.clone(), props.store.dispatch.clone(), brush);
        let (length, room) = (props.length, props.room);
        Callback::from(move |event: PointerEvent| {
            let Some(element) = node.cast::<web_sys::Element>().filter(|_| event.buttons() == 1) else { return };
            // Without capture the drag ends at the scale's edge, no more.
            let _ = element.set_pointer_capture(event.pointer_id());
            let x = f64::from(event.client_x()) - element.get_bounding_client_rect().left() - LABEL_WIDTH;
            let at = x / room * length;
            if event.type_() == "pointerdown" {
                *brush.borrow_mut() = event.shift_key().then_some(at);
            }
            match event.shift_key().then_some(*brush.borrow()).flatten() {
                Some(from) => dispatch.emit(Action::LoopChosen(Some((from, at)))),
                None => dispatch.emit(Action::Seeked(at)),
            }
        })
    };
    let onkeydown = {
        let (dispatch, playhead, length) =
            (props.store.dispatch.clone(), props.store.session.player.playhead, props.length);
        Callback::from(move |event: KeyboardEvent| {
            let action = match event.key().as_str() {
                "ArrowRight" | "ArrowUp" => Action::Stepped { back: false },
                "ArrowLeft" | "ArrowDown" => Action::Stepped { back: true },
                "PageUp" => Action::Seeked(playhead + length / 10.0),
                "PageDown" => Action::Seeked(playhead - length / 10.0),
                "Home" => Action::Seeked(0.0),
                "End" => Action::Seeked(length),
                _ => return,
            };
            event.prevent_default();
            dispatch.emit(action);
        })
    };
    let session = &props.store.session;
    let now = session
        .shown_run()
        .map_or_else(String::new, |run| parts::duration(run.playback.virtual_at(session.player.playhead)));
    html! {
        <div ref={node} class="scrubber" id="scrubber" role="slider" tabindex="0" aria-label={tr!("Playhead")}
            aria-valuemin="0" aria-valuemax={format!("{:.0}", props.length)}
            aria-valuenow={format!("{:.0}", session.player.playhead)} aria-valuetext={now}
            onpointerdown={seek.clone()} onpointermove={seek} {onkeydown}>
            { for props.ticks.iter().enumerate().map(|(index, (x, words))| {
                // The last stands to the left of its line, where there is room.
                let shift = if index > 0 && index + 1 == props.ticks.len() { "translateX(-100%)" } else { "" };
                html! { <span class="tick" style={format!("transform:translateX({x}px) {shift}")}>{ words }</span> }
            }) }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct LanesProps {
    run: Rc<Run>,
    scale: f64,
    selected: Option<VisitId>,
    dispatch: Callback<Action>,
}

/// All lanes. They do not depend on the playhead, so they are drawn once a run.
#[component]
fn Lanes(props: &LanesProps) -> Html {
    let lanes = &props.run.timeline.lanes;
    let more = lanes.len().saturating_sub(MOST_LANES);
    html! {
        <div class="lanes">
            { for lanes.iter().take(MOST_LANES).map(|lane| lane_row(props, lane)) }
            if more > 0 { <p class="remark">{ tr!("and {more} more lanes", more) }</p> }
        </div>
    }
}

fn lane_row(props: &LanesProps, lane: &Lane) -> Html {
    let state = lane.state;
    let onclick = {
        let dispatch = props.dispatch.clone();
        Callback::from(move |_: MouseEvent| dispatch.emit(Action::StateChosen(Some(state))))
    };
    html! {
        <div class="lane" style={format!("height:{ROW}px")}>
            <button class="lane-name" style={format!("width:{LABEL_WIDTH}px;padding-left:{}px", 12 + 12 * lane.depth.min(5))}
                title={lane.label.to_string()} {onclick}>{ &*lane.label }</button>
            { for bars(props, lane) }
        </div>
    }
}

/// The stretches of a lane: attempts and visits as bars, waits for a retry as dots.
fn bars(props: &LanesProps, lane: &Lane) -> Vec<Html> {
    let (run, playback) = (&props.run, &props.run.playback);
    let x = |event: u32| LABEL_WIDTH + playback.display_of_event(event) * props.scale;
    let bar = |segment: &Segment| {
        let visit = segment.visit;
        let (from, to) = (x(segment.from_event), x(segment.to_event.unwrap_or(run.trace.events.len() as u32)));
        let onclick = {
            let dispatch = props.dispatch.clone();
            Callback::from(move |_: MouseEvent| dispatch.emit(Action::VisitChosen(visit)))
        };
        let (look, words) = match segment.kind {
            SegmentKind::Work(ending) => (light_class(light_of(ending)), light_name(light_of(ending))),
            SegmentKind::Wait => ("waiting", tr!("waited")),
            SegmentKind::Retry => ("retry", tr!("waited for the next attempt")),
        };
        let class = classes!("bar", look, (props.selected == Some(visit)).then_some("selected"));
        let title = format!("{}: {words}, {}", lane.label, parts::duration(segment.to - segment.from));
        html! {
            <button {class} title={title.clone()} aria-label={title} tabindex="-1" {onclick}
                style={format!("left:{from}px;width:{}px", (to - from).max(5.0))} />
        }
    };
    lane.coarse(MOST_BARS).iter().map(bar).collect()
}
