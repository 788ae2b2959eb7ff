//! Pictures of a run: of one moment, or of all of it.

use super::{
    model::Run,
    select::{self, Lights},
};
use crate::{
    exchange::svg::{
        self, Lit, Taken, Theme,
        animated::{self, Moment},
    },
    graph::Graph,
    sim::frame::Frame,
};

/// Moments of a run that an animated picture has at most.
const MOST_MOMENTS: usize = 240;

/// Seconds that an animated picture takes, at least and at most.
const SHORTEST: f64 = 5.0;
const LONGEST: f64 = 20.0;

/// The graph after so many events of a run, as SVG.
pub fn moment(name: &str, run: &Run, graph: &Graph, happened: usize, theme: Theme) -> String {
    let now = match happened == run.trace.events.len() {
        true => run.trace.duration,
        false => run.trace.events.get(happened.wrapping_sub(1)).map_or(0, |event| event.at),
    };
    svg::lit_svg(graph, theme, name, &lit(name, run, graph, (happened, now), true))
}

/// The graph at a display time of a run, as SVG; `is_whole` where the run goes from its start to its end.
pub fn at(name: &str, run: &Run, graph: &Graph, playhead: f64, is_whole: bool, theme: Theme) -> String {
    let (happened, now) = (run.playback.event_at(playhead), run.playback.virtual_at(playhead));
    svg::lit_svg(graph, theme, name, &lit(name, run, graph, (happened, now), is_whole))
}

/// The whole run as an SVG that plays by itself.
pub fn animated(name: &str, run: &Run, graph: &Graph, is_whole: bool, theme: Theme) -> String {
    let whole = run.playback.duration().max(1.0);
    let mut times: Vec<f64> = (0..=run.trace.events.len() as u32)
        .map(|id| if id == 0 { 0.0 } else { run.playback.display_of_event(id) })
        .collect();
    times.push(whole);
    times.dedup_by(|a, b| (*a - *b).abs() < whole / 2_000.0);
    let step = times.len().div_ceil(MOST_MOMENTS).max(1);
    let last = times.len() - 1;
    let chosen = times.iter().enumerate().filter(|(index, _)| index % step == 0 || *index == last);
    let moments: Vec<Moment> = chosen
        .map(|(_, &time)| {
            let moment = (run.playback.event_at(time), run.playback.virtual_at(time));
            Moment { at: time / whole, lit: lit(name, run, graph, moment, is_whole) }
        })
        .collect();
    animated::animated_svg(graph, theme, name, &moments, (whole / 1000.0).clamp(SHORTEST, LONGEST))
}

/// How the graph is lit after so many events, at a virtual time.
fn lit(name: &str, run: &Run, graph: &Graph, (happened, now): (usize, i64), is_whole: bool) -> Lit {
    let frame = Frame::at(&run.timeline, &run.definition, happened, now);
    let lights = select::lit_by(run, graph, &frame, is_whole);
    let caption = format!("{name} · {} · {}", select::status_at(run, happened), select::clock(now));
    Lit { caption, ..drawn(graph, &lights) }
}

fn drawn(graph: &Graph, lights: &Lights) -> Lit {
    let node = |node| {
        let light = lights.of(node);
        (light.light, light.note)
    };
    let taken = |index: usize| match lights.edges.get(index) {
        Some(edge) if edge.count > 0 && edge.is_catch => Taken::Caught,
        Some(edge) if edge.count > 0 => Taken::Yes,
        _ => Taken::No,
    };
    Lit {
        nodes: graph.nodes.iter().map(node).collect(),
        edges: (0..graph.edges.len()).map(taken).collect(),
        caption: String::new(),
    }
}
