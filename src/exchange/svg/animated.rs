//! A run as an SVG that plays by itself, in a README for instance: styles with key frames, one animation for each node,
//! edge and mark that changes. What plays no animations, or is asked not to, shows the end.

use std::{collections::BTreeMap, fmt::Write};

use super::{Colours, Lit, Part, Taken, Theme, draw, escape, head_id, mark_svg, sign_top};
use crate::{
    graph::{Graph, NodeKind},
    sim::frame::Light,
};

/// A moment of a run: when, as a share of the whole from 0 to 1, and how the graph is lit then.
#[derive(Clone, Debug)]
pub struct Moment {
    pub at: f64,
    pub lit: Lit,
}

/// The share of a turn during which the run plays; for the rest the end stands still.
const PLAYED: f64 = 0.85;

const LIGHTS: [Light; 7] = [
    Light::Running,
    Light::Waiting,
    Light::RetryPending,
    Light::Succeeded,
    Light::Failed,
    Light::Caught,
    Light::Cancelled,
];

/// The run of these moments, in their order, once in so many seconds and over again.
pub fn animated_svg(graph: &Graph, theme: Theme, title: &str, moments: &[Moment], seconds: f64) -> String {
    let Some(last) = moments.last() else { return super::graph_svg(graph, theme) };
    let colours = theme.colours();
    let id = head_id(graph, theme, title, title);
    let mut styles = Styles::default();
    let node_class = |index: usize, styles: &mut Styles| {
        let is_container = graph.nodes[index].kind == NodeKind::Container;
        styles.class(moments, |lit| {
            let (line, fill) = colours.lit(light_of(lit, index));
            if is_container { format!("stroke:{line}") } else { format!("stroke:{line};fill:{fill}") }
        })
    };
    let edge_class = |index: usize, styles: &mut Styles| {
        styles.class(moments, |lit| {
            let taken = lit.edges.get(index).copied().unwrap_or_default();
            let width = if taken == Taken::No { "1.5" } else { "2.2" };
            let head = format!("marker-end:url(#{id}-{})", taken as u8);
            format!("stroke:{};stroke-width:{width};{head}", colours.taken(taken))
        })
    };
    let nodes: Vec<String> = (0..graph.nodes.len()).map(|index| node_class(index, &mut styles)).collect();
    let edges: Vec<String> = (0..graph.edges.len()).map(|index| edge_class(index, &mut styles)).collect();
    let ends: Vec<String> = (0..graph.nodes.len()).map(|index| end_mark(index, moments, &mut styles)).collect();
    let marks = marks(graph, moments, &colours, &mut styles);
    let style = styles.text(seconds);
    // What stands on a second line for a moment only is left out.
    let nodes_still = last.lit.nodes.iter().map(|(light, _)| (*light, "".into())).collect();
    let still = Lit { nodes: nodes_still, edges: last.lit.edges.clone(), caption: title.to_owned() };
    let end = last.lit.caption.strip_prefix(title).unwrap_or(&last.lit.caption).trim_start_matches(" · ");
    draw(graph, theme, title, Some(&still), &mut |part| match part {
        Part::Head => format!("<style>{style}</style>"),
        Part::Node(index) => nodes[index].clone(),
        Part::Mark(index) => ends[index].clone(),
        Part::Edge(index) => edges[index].clone(),
        Part::Foot(width, top) => {
            let bar = format!(
                r#"<rect class="played" x="0" y="{top}" width="{width}" height="4" fill="{}"/>"#,
                colours.lit(Light::Running).0
            );
            let word = |class: &str, opacity: u8, words: &str| {
                let (x, y, ink) = (width - 14.0, top - 10.0, colours.quiet);
                format!(
                    r#"<text class="{class}" opacity="{opacity}" x="{x}" y="{y}" font-size="12" text-anchor="end" fill="{ink}">{}</text>"#,
                    escape(words)
                )
            };
            [marks.clone(), bar, word("goes", 0, "Running"), word("ended", 1, end)].concat()
        }
    })
}

fn light_of(lit: &Lit, index: usize) -> Light {
    lit.nodes.get(index).map(|(light, _)| *light).unwrap_or_default()
}

/// The class of the mark that a node has in the end: it shows when that light does.
fn end_mark(index: usize, moments: &[Moment], styles: &mut Styles) -> String {
    let end = moments.last().map(|moment| light_of(&moment.lit, index));
    let shown = |lit: &Lit| if Some(light_of(lit, index)) == end { "opacity:1" } else { "opacity:0" }.to_owned();
    styles.class(moments, shown)
}

/// A mark for each light that a state has in the course of the run and not at its end.
fn marks(graph: &Graph, moments: &[Moment], colours: &Colours, styles: &mut Styles) -> String {
    let mut marks = String::new();
    for (index, node) in graph.nodes.iter().enumerate().filter(|(_, node)| node.state.is_some()) {
        let end = moments.last().map(|moment| light_of(&moment.lit, index)).unwrap_or_default();
        for light in LIGHTS.into_iter().filter(|light| *light != end) {
            if !moments.iter().any(|moment| light_of(&moment.lit, index) == light) {
                continue;
            }
            let shown = |lit: &Lit| if light_of(lit, index) == light { "opacity:1" } else { "opacity:0" }.to_owned();
            let class = styles.class(moments, shown).replace("class=\"", "opacity=\"0\" class=\"");
            marks += &mark_svg(light, node.rect.right() - 25.0, sign_top(node), colours, &class);
        }
    }
    marks
}

/// Key frames, each kept once however many parts share them.
#[derive(Default)]
struct Styles {
    by_frames: BTreeMap<String, usize>,
}

impl Styles {
    /// The attribute of a part that looks like this at each moment; none for one that never changes.
    fn class(&mut self, moments: &[Moment], look: impl Fn(&Lit) -> String) -> String {
        let mut frames = String::new();
        let mut before: Option<String> = None;
        for moment in moments {
            let now = look(&moment.lit);
            if before.as_ref() == Some(&now) {
                continue;
            }
            let at = moment.at * PLAYED * 100.0;
            // What was holds until then: lights do not fade into each other.
            if let Some(before) = &before {
                let _ = write!(frames, "{:.2}%{{{before}}}", (at - 0.01).max(0.0));
            }
            let _ = write!(frames, "{at:.2}%{{{now}}}");
            before = Some(now);
        }
        if moments.iter().all(|moment| Some(look(&moment.lit)) == before) {
            return String::new();
        }
        let _ = write!(frames, "100%{{{}}}", before.unwrap_or_default());
        let count = self.by_frames.len();
        let number = *self.by_frames.entry(frames).or_insert(count);
        format!(r#" class="a{number}""#)
    }

    fn text(&self, seconds: f64) -> String {
        let mut text = String::new();
        let turn = format!("{seconds:.1}s linear infinite");
        let _ = write!(
            text,
            "@keyframes played{{0%{{transform:scaleX(0)}}{:.0}%,100%{{transform:scaleX(1)}}}}",
            PLAYED * 100.0
        );
        let share = PLAYED * 100.0;
        let _ = write!(text, "@keyframes goes{{0%,{:.2}%{{opacity:1}}{share}%,100%{{opacity:0}}}}", share - 0.01);
        let _ = write!(text, "@keyframes ended{{0%,{:.2}%{{opacity:0}}{share}%,100%{{opacity:1}}}}", share - 0.01);
        let _ = write!(text, "@media (prefers-reduced-motion:no-preference){{.played{{animation:played {turn}}}");
        let _ = write!(text, ".goes{{animation:goes {turn}}}.ended{{animation:ended {turn}}}");
        for number in self.by_frames.values() {
            let _ = write!(text, ".a{number}{{animation:k{number} {turn}}}");
        }
        text.push('}');
        for (frames, number) in &self.by_frames {
            let _ = write!(text, "@keyframes k{number}{{{frames}}}");
        }
        text
    }
}
