//! What opens over the page: workflows, samples, the share link, help.

use std::rc::Rc;
use tr::tr;

use yew::prelude::*;

use super::{
    conversion::conversion,
    data_flow::wide_flow,
    files::{Dropzone, OpenFile, mock_cases, save_buttons},
    help::Help,
    many_runs::many_runs,
    notices::notices,
    palette::Palette,
    parts::{self, icon},
    runs::kept_runs,
    state_test::state_test,
    types::types,
    workflows::OwnWorkflows,
};
use crate::{
    app::{
        services::{clipboard, location},
        store::Store,
    },
    asl,
    exchange::{share, svg},
    graph::Graph,
    library,
    session::{action::Action, model::Session},
};

/// A link longer than this is refused by some programs it may be pasted into.
const LONG_LINK: usize = 8_000;

#[derive(Properties, PartialEq)]
pub struct DialogsProps {
    pub store: Store,
}

#[component]
pub fn Dialogs(props: &DialogsProps) -> Html {
    let store = &props.store;
    let panels = store.session.panels;
    html! {
        <>
            if panels.is_gallery_open {
                <Dialog title={tr!("Open")} on_close={store.on(Action::GalleryToggled(false))}>
                    <OwnWorkflows store={store.clone()} />
                    <OpenFile store={store.clone()} />
                    <h3>{ tr!("Samples") }</h3>
                    <Gallery store={store.clone()} />
                </Dialog>
            }
            if panels.is_share_open {
                <Dialog title={tr!("Share or save")} on_close={store.on(Action::ShareToggled(false))}><Share store={store.clone()} />{ save_buttons(store) }</Dialog>
            }
            if let Some(pair) = store.session.pair {
                <Dialog title={tr!("The last runs")} class="wide" on_close={store.on(Action::RunsToggled(false))}>{ kept_runs(store, pair) }</Dialog>
            }
            if panels.is_palette_open {
                <Dialog title={tr!("Commands")} class="palette-dialog" on_close={store.on(Action::PaletteToggled(false))}><Palette store={store.clone()} /></Dialog>
            }
            if panels.is_help_open {
                <Dialog title={tr!("Help")} on_close={store.on(Action::HelpToggled(false))}><Help store={store.clone()} /></Dialog>
            }
            if panels.is_flow_wide {
                <Dialog title={tr!("Data flow")} class="wide" on_close={store.on(Action::FlowWidened(false))}>{ wide_flow(store) }</Dialog>
            }
            if let Some(test) = &store.session.test {
                <Dialog title={tr!("Test {}", test.state)} class="wide" on_close={store.on(Action::TestClosed)}>{ state_test(store, test) }</Dialog>
            }
            if let Some(open) = &store.session.many {
                <Dialog title={tr!("Many runs")} class="wide" on_close={store.on(Action::ManyClosed)}>{ many_runs(store, open) }</Dialog>
            }
            if let Some(open) = &store.session.types {
                <Dialog title={tr!("Standard and Express")} class="wide" on_close={store.on(Action::TypesClosed)}>{ types(store, open) }</Dialog>
            }
            if let Some(open) = &store.session.conversion {
                <Dialog title={tr!("Convert to JSONata")} on_close={store.on(Action::ConversionClosed)}>{ conversion(store, open) }</Dialog>
            }
            if let Some(mocks) = &store.session.mocks {
                <Dialog title={tr!("Test cases of {}", mocks.file)} on_close={store.on(Action::MocksClosed)}>{ mock_cases(store, mocks) }</Dialog>
            }
            <Dropzone store={store.clone()} />
            { notices(store) }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct DialogProps {
    title: AttrValue,
    #[prop_or_default]
    class: Classes,
    on_close: Callback<()>,
    children: Html,
}

/// A modal dialog: the browser keeps the focus in it and closes it on Escape.
#[component]
fn Dialog(props: &DialogProps) -> Html {
    let node = use_node_ref();
    use_effect_with(node.clone(), |node| {
        if let Some(dialog) = node.cast::<web_sys::HtmlDialogElement>() {
            // Fails only where it is open already.
            let _ = dialog.show_modal();
        }
    });
    let on_close = props.on_close.clone();
    let close = props.on_close.reform(|_: MouseEvent| ());
    let on_backdrop = {
        let (node, on_close) = (node.clone(), props.on_close.clone());
        Callback::from(move |event: MouseEvent| {
            let target = event.target_dyn_into::<web_sys::Element>();
            let is_backdrop = target.is_some() && target == node.cast::<web_sys::Element>();
            if is_backdrop {
                on_close.emit(());
            }
        })
    };
    html! {
        <dialog ref={node} class={props.class.clone()} aria-label={props.title.clone()} onclose={move |_| on_close.emit(())} onclick={on_backdrop}>
            <div class="dialog-body">
                <header class="dialog-head">
                    <h2>{ props.title.clone() }</h2>
                    <button class="quiet" aria-label={tr!("Close")} onclick={close}>{ icon(parts::CLOSE) }</button>
                </header>
                { props.children.clone() }
            </div>
        </dialog>
    }
}

#[component]
fn Gallery(props: &DialogsProps) -> Html {
    let cards = library::samples().iter().map(|sample| {
        let open = {
            let dispatch = props.store.dispatch.clone();
            Callback::from(move |_: MouseEvent| {
                dispatch.emit(Action::opened(sample));
            })
        };
        html! {
            <li>
                <button class="sample" data-sample={sample.id.to_string()} onclick={open}>
                    <Thumbnail definition={sample.definition} />
                    <strong>{ sample.title.to_string() }</strong>
                    <span class="remark">{ sample.summary.to_string() }</span>
                    <span class="tags">{ for sample.shows.iter().map(|shown| html! { <span class="tag">{ shown.to_string() }</span> }) }</span>
                </button>
            </li>
        }
    });
    html! { <ul class="gallery">{ for cards }</ul> }
}

#[derive(Properties, PartialEq)]
struct ThumbnailProps {
    definition: &'static str,
}

/// The graph of a definition in small.
#[component]
fn Thumbnail(props: &ThumbnailProps) -> Html {
    let graph = use_memo(props.definition, |definition| {
        let loaded = asl::load(definition, crate::syntax::Format::detect(definition));
        Graph::of(&loaded.definition)
    });
    html! {
        <svg class="thumbnail" viewBox={format!("0 0 {} {}", graph.width, graph.height)} aria-hidden="true" preserveAspectRatio="xMidYMid meet">
            { for graph.edges.iter().map(|edge| html! { <path class="line" d={edge.path.clone()} /> }) }
            { for graph.nodes.iter().map(|node| {
                let rect = node.rect;
                let class = if graph.groups.iter().any(|group| Some(group.owner) == node.state) { "box container" } else { "box" };
                html! { <rect {class} x={rect.x.to_string()} y={rect.y.to_string()} width={rect.w.to_string()} height={rect.h.to_string()} rx="9" /> }
            }) }
        </svg>
    }
}

#[component]
fn Share(props: &DialogsProps) -> Html {
    let session = &props.store.session;
    let link = use_memo(Rc::clone(session), |session| link_of(session));
    let copied = use_state_eq(|| None::<String>);
    let copy = |what: String, text: String| {
        let (copied, dispatch) = (copied.clone(), props.store.dispatch.clone());
        Callback::from(move |_: MouseEvent| {
            let (copied, dispatch, what) = (copied.clone(), dispatch.clone(), what.clone());
            let done = Callback::from(move |worked: bool| {
                if worked {
                    copied.set(Some(what.clone()));
                } else {
                    dispatch.emit(Action::Noticed(
                        tr!("the browser did not allow copying: select the text and copy it by hand").into(),
                    ));
                }
            });
            clipboard::copy(text.clone(), done);
        })
    };
    let is_long = link.len() > LONG_LINK;
    html! {
        <div class="share">
            <p>{ tr!("The link holds the definition and the scenario, and gives the same run, event for event. All of it stands after the # and reaches no server.") }</p>
            <textarea id="link" readonly=true rows="4" aria-label={tr!("Link")} value={(*link).clone()} />
            if is_long {
                <p class="remark">{ tr!("{} characters: too long for some chats and mail programs. Copying the definition is the safer way then.", link.len()) }</p>
            }
            <p class="presets">
                <button class="run" id="copy-link" onclick={copy(tr!("Copied the link"), (*link).clone())}>{ icon(parts::COPY) }{ tr!("Copy link") }</button>
                <button onclick={copy(tr!("Copied the definition"), session.source.text.to_string())}>{ tr!("Copy definition") }</button>
                <button onclick={copy(tr!("Copied the picture"), svg::graph_svg(&session.drawing.graph, svg::Theme::Light))}>{ tr!("Copy picture (SVG)") }</button>
                <span role="status" class="remark">{ copied.as_ref().cloned().unwrap_or_default() }</span>
            </p>
        </div>
    }
}

pub(super) fn link_of(session: &Session) -> String {
    let shared = share::Shared::of(&session.name, &session.source.text, &session.scenario.text)
        .with_tests(&session.testing.tests.text);
    format!("{}{}", location::base(), share::encode(&shared))
}
