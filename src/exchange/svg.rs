//! A graph as a self-contained SVG picture, at rest or lit as a moment of a run has it: for thumbnails, for documents,
//! for looking at a layout; `animated` has a whole run. No script, no reference to anything outside; all text escaped.
//! The colours and marks are the studio's.

pub mod animated;

use std::{fmt::Write, rc::Rc};

use crate::{
    graph::{
        Edge, Graph, Node, NodeKind, Rect, Why,
        measure::{self, Font},
    },
    sim::frame::Light,
};

/// How a graph is lit at a moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lit {
    /// By index of the node: its light, and what stands for its second line where there is something to say.
    pub nodes: Vec<(Light, Rc<str>)>,
    /// By index of the edge.
    pub edges: Vec<Taken>,
    /// What is written under the graph.
    pub caption: String,
}

/// Whether a run went along an edge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Taken {
    #[default]
    No,
    Yes,
    /// By a Catcher.
    Caught,
}

/// A light's mark, as a path of 16 × 16: colour is never the only sign.
pub const fn light_mark(light: Light) -> &'static str {
    match light {
        Light::NotReached => "",
        Light::Running => "M8 4.500a3.5 3.5 0 1 0 0 7a3.5 3.5 0 1 0 0-7z",
        Light::Waiting => "M8 2.500a5.500 5.500 0 1 0 0 11a5.500 5.500 0 1 0 0-11zM8 5v3l2 1.500",
        Light::RetryPending => "M12.500 6.500A5 5 0 1 0 13 9.500M13 3v3.500H9.500",
        Light::Succeeded => "M3.500 8.500l3 3 6-7",
        Light::Failed => "M4 4l8 8M12 4l-8 8",
        Light::Caught => "M3 5h5a4 4 0 0 1 4 4v3M9.500 9.500L12 12l2.500-2.500",
        Light::Cancelled => "M8 2.500a5.500 5.500 0 1 0 0 11a5.500 5.500 0 1 0 0-11zM4.200 4.200l7.600 7.600",
    }
}

/// Height of the strip under the graph that says when it is.
const CAPTION: f64 = 34.0;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    Light,
    Dark,
}

struct Colours {
    ground: &'static str,
    node: &'static str,
    area: &'static str,
    line: &'static str,
    edge: &'static str,
    ink: &'static str,
    quiet: &'static str,
    is_dark: bool,
}

impl Colours {
    /// The line and the fill of a light; those at rest where it is out.
    const fn lit(&self, light: Light) -> (&'static str, &'static str) {
        match (light, self.is_dark) {
            (Light::NotReached, _) => (self.line, self.node),
            (Light::Cancelled, _) => (self.edge, self.node),
            (Light::Running, true) => ("#ffc24b", "#3a2c0d"),
            (Light::Running, false) => ("#945500", "#fff1d2"),
            (Light::Succeeded, true) => ("#43d17c", "#12301f"),
            (Light::Succeeded, false) => ("#0b7a3c", "#ddf6e6"),
            (Light::Failed, true) => ("#ff6b64", "#3a1716"),
            (Light::Failed, false) => ("#bf2a23", "#fde5e3"),
            (Light::Caught, true) => ("#ff9d42", "#382211"),
            (Light::Caught, false) => ("#a84b00", "#ffe8d6"),
            (Light::Waiting | Light::RetryPending, true) => ("#6db3ff", "#13283f"),
            (Light::Waiting | Light::RetryPending, false) => ("#1a5fb4", "#e0eefd"),
        }
    }

    const fn taken(&self, taken: Taken) -> &'static str {
        match taken {
            Taken::No => self.edge,
            Taken::Yes => self.lit(Light::Succeeded).0,
            Taken::Caught => self.lit(Light::Caught).0,
        }
    }

    /// What lies behind something in so many containers.
    const fn behind(&self, depth: usize) -> &'static str {
        if depth.is_multiple_of(2) { self.ground } else { self.area }
    }
}

impl Theme {
    const fn colours(self) -> Colours {
        match self {
            Self::Light => Colours {
                ground: "#f6f7f9",
                node: "#ffffff",
                area: "#eef0f4",
                line: "#b9c1cc",
                edge: "#8a94a3",
                ink: "#171b22",
                quiet: "#4d5766",
                is_dark: false,
            },
            Self::Dark => Colours {
                ground: "#0e1116",
                node: "#1b212b",
                area: "#12161d",
                line: "#3a4452",
                edge: "#5c6675",
                ink: "#e8ecf2",
                quiet: "#a7b1bf",
                is_dark: true,
            },
        }
    }
}

/// The whole graph as the text of an SVG file, at rest.
pub fn graph_svg(graph: &Graph, theme: Theme) -> String {
    draw(graph, theme, "Workflow", None, &mut |_| String::new())
}

/// The graph as a moment of a run has it.
pub fn lit_svg(graph: &Graph, theme: Theme, title: &str, lit: &Lit) -> String {
    draw(graph, theme, title, Some(lit), &mut |_| String::new())
}

/// A part of a picture that something can be added to.
enum Part {
    /// The beginning: styles.
    Head,
    Node(usize),
    /// The mark of a node.
    Mark(usize),
    Edge(usize),
    /// The strip under the graph, of this width, its top here.
    Foot(f64, f64),
}

/// Draws; `more` gives what is added to each part, for nodes and edges their classes.
fn draw(graph: &Graph, theme: Theme, title: &str, lit: Option<&Lit>, more: &mut dyn FnMut(Part) -> String) -> String {
    let colours = theme.colours();
    let (width, drawn) = (graph.width.max(1.0), graph.height.max(1.0));
    let height = if lit.is_some() { drawn + CAPTION } else { drawn };
    let caption = lit.map_or("at rest", |lit| &lit.caption);
    let described = format!("<title>{}</title><desc>{}</desc>", escape(title), escape(caption));
    let id = head_id(graph, theme, title, caption);
    let head = |taken: Taken| {
        format!(
            r#"<marker id="{id}-{}" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 .5 8 4 0 7.5z" fill="{}"/></marker>"#,
            taken as u8,
            colours.taken(taken)
        )
    };
    let heads: String = [Taken::No, Taken::Yes, Taken::Caught].map(head).concat();
    let mut svg = String::new();
    let _ = write!(
        svg,
        r#"<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {width} {height}" width="{width}" height="{height}" font-family="system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif">{described}{}<defs>{heads}</defs><rect width="100%" height="100%" fill="{}"/>"#,
        more(Part::Head),
        colours.ground
    );
    let light = |index: usize| lit.and_then(|lit| lit.nodes.get(index)).map(|(light, note)| (*light, &**note));
    // Containers stand before what is inside them, so that lines and inner boxes come out on top.
    for (index, node) in graph.nodes.iter().enumerate().filter(|(_, node)| node.kind == NodeKind::Container) {
        let classes = (more(Part::Node(index)), more(Part::Mark(index)));
        container(&mut svg, graph, node, &colours, light(index), (&classes.0, &classes.1));
    }
    for (index, edge) in graph.edges.iter().enumerate() {
        let taken = lit.and_then(|lit| lit.edges.get(index)).copied().unwrap_or_default();
        let dashes = if matches!(edge.why, Why::Catch(_)) { r#" stroke-dasharray="5 4""# } else { "" };
        let width = if taken == Taken::No { 1.5 } else { 2.2 };
        let _ = write!(
            svg,
            r#"<path{} d="{}" fill="none" stroke="{}" stroke-width="{width}"{dashes} marker-end="url(#{id}-{})"/>"#,
            more(Part::Edge(index)),
            edge.path,
            colours.taken(taken),
            taken as u8
        );
    }
    for edge in &graph.edges {
        edge_label(&mut svg, edge, colours.behind(graph.nodes[edge.from].depth), colours.quiet);
    }
    for (index, node) in graph.nodes.iter().enumerate() {
        match node.kind {
            NodeKind::Container => {}
            NodeKind::State => {
                let classes = (more(Part::Node(index)), more(Part::Mark(index)));
                state(&mut svg, node, &colours, light(index), (&classes.0, &classes.1));
            }
            NodeKind::Start | NodeKind::End => marker(&mut svg, node, &colours, light(index), &more(Part::Node(index))),
        }
    }
    if let Some(lit) = lit {
        let _ = write!(
            svg,
            r#"<text x="14" y="{}" font-size="12" fill="{}">{}</text>"#,
            drawn + 20.0,
            colours.quiet,
            escape(&lit.caption)
        );
        svg += &more(Part::Foot(width, drawn + CAPTION - 4.0));
    }
    svg.push_str("</svg>");
    svg
}

/// What the ids of a picture's arrowheads begin with. Pictures stand side by side in documents: what they refer to has
/// names of their own.
fn head_id(graph: &Graph, theme: Theme, title: &str, caption: &str) -> String {
    let bytes = title.bytes().chain(caption.bytes()).chain([theme as u8]);
    let mixed = |hash: u32, byte: u8| hash.wrapping_mul(31).wrapping_add(u32::from(byte));
    format!("arrow-{:x}", bytes.fold(graph.nodes.len() as u32, mixed))
}

/// The light of a node, where the picture has any, and its second line.
type Shown<'a> = Option<(Light, &'a str)>;

fn sublabel<'a>(node: &'a Node, shown: Shown<'a>) -> &'a str {
    shown.map(|(_, note)| note).filter(|note| !note.is_empty()).unwrap_or(&node.sublabel)
}

/// The mark of a light, in the upper right corner of a box.
fn sign(svg: &mut String, node: &Node, shown: Shown<'_>, colours: &Colours, class: &str) {
    let Some((light, _)) = shown.filter(|(light, _)| !light_mark(*light).is_empty()) else { return };
    *svg += &mark_svg(light, node.rect.right() - 25.0, sign_top(node), colours, class);
}

fn mark_svg(light: Light, x: f64, y: f64, colours: &Colours, class: &str) -> String {
    let fill = if light == Light::Running { colours.lit(light).0 } else { "none" };
    format!(
        r#"<path{class} transform="translate({x} {y})" d="{}" fill="{fill}" stroke="{}" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round"/>"#,
        light_mark(light),
        colours.lit(light).0,
    )
}

/// Where the mark of a node stands, from the top of the picture.
fn sign_top(node: &Node) -> f64 {
    if node.kind == NodeKind::Container { node.rect.y + 10.0 } else { node.rect.y + node.rect.h / 2.0 - 8.0 }
}

fn container(svg: &mut String, graph: &Graph, node: &Node, colours: &Colours, shown: Shown<'_>, classes: (&str, &str)) {
    let line = shown.map_or(colours.line, |(light, _)| colours.lit(light).0);
    frame(svg, node.rect, 10.0, colours.behind(node.depth + 1), line, classes.0);
    let groups = graph.groups.iter().filter(|group| Some(group.owner) == node.state);
    for group in groups.skip(1) {
        let Rect { x, y, h, .. } = group.rect;
        let _ = write!(svg, r#"<path d="M{x} {y}v{}" stroke="{}" stroke-dasharray="2 4"/>"#, h - 10.0, colours.line);
    }
    let (x, y) = (node.rect.x, node.rect.y);
    icon(svg, node, x + 12.0, y + 10.0, colours);
    sign(svg, node, shown, colours, classes.1);
    let second = sublabel(node, shown);
    let room = node.rect.w - measure::width(second, Font::Small) - if shown.is_some() { 86.0 } else { 66.0 };
    let label = measure::fit(&node.label, Font::Label, room);
    let _ = write!(
        svg,
        r#"<text x="{}" y="{}" font-size="13" font-weight="600" fill="{}"><title>{}</title>{}<tspan dx="8" font-size="11" font-weight="400" fill="{}">{}</tspan></text>"#,
        x + 36.0,
        y + 23.0,
        colours.ink,
        escape(&node.label),
        escape(&label),
        colours.quiet,
        escape(second),
    );
}

fn state(svg: &mut String, node: &Node, colours: &Colours, shown: Shown<'_>, classes: (&str, &str)) {
    let (line, fill) = shown.map_or((colours.line, colours.node), |(light, _)| colours.lit(light));
    frame(svg, node.rect, 8.0, fill, line, classes.0);
    sign(svg, node, shown, colours, classes.1);
    let Rect { x, y, w, h } = node.rect;
    icon(svg, node, x + 12.0, y + (h - 16.0) / 2.0, colours);
    let room = if shown.is_some() { w - 66.0 } else { w - 50.0 };
    let _ = write!(
        svg,
        r#"<text x="{tx}" y="{}" font-size="13" font-weight="600" fill="{}"><title>{}</title>{}</text><text x="{tx}" y="{}" font-size="11" fill="{}">{}</text>"#,
        y + 20.0,
        colours.ink,
        escape(&node.label),
        escape(&measure::fit(&node.label, Font::Label, room)),
        y + 36.0,
        colours.quiet,
        escape(&measure::fit(sublabel(node, shown), Font::Small, room)),
        tx = x + 38.0,
    );
}

fn marker(svg: &mut String, node: &Node, colours: &Colours, shown: Shown<'_>, class: &str) {
    let (line, fill) = shown.map_or((colours.line, colours.node), |(light, _)| colours.lit(light));
    frame(svg, node.rect, node.rect.h / 2.0, fill, line, class);
    let _ = write!(
        svg,
        r#"<text x="{}" y="{}" font-size="12" text-anchor="middle" fill="{}">{}</text>"#,
        node.rect.center_x(),
        node.rect.y + 19.0,
        colours.quiet,
        escape(&node.label)
    );
}

fn edge_label(svg: &mut String, edge: &Edge, behind: &str, ink: &str) {
    let Some(label) = &edge.label else { return };
    let Rect { x, y, w, h } = label.rect;
    let _ = write!(
        svg,
        r#"<rect x="{x}" y="{y}" width="{w}" height="{h}" rx="4" fill="{}"/><text x="{}" y="{}" font-size="11" text-anchor="middle" fill="{}"><title>{}</title>{}</text>"#,
        behind,
        label.rect.center_x(),
        y + 13.0,
        ink,
        escape(&label.title),
        escape(&label.text)
    );
}

fn frame(svg: &mut String, rect: Rect, radius: f64, fill: &str, line: &str, class: &str) {
    let Rect { x, y, w, h } = rect;
    let _ = write!(
        svg,
        r#"<rect{class} x="{x}" y="{y}" width="{w}" height="{h}" rx="{radius}" fill="{fill}" stroke="{line}" stroke-width="1.25"/>"#
    );
}

fn icon(svg: &mut String, node: &Node, x: f64, y: f64, colours: &Colours) {
    let _ = write!(
        svg,
        r#"<path transform="translate({x} {y})" d="{}" fill="none" stroke="{}" stroke-width="1.3" stroke-linecap="round" stroke-linejoin="round"/>"#,
        node.icon.path(),
        colours.quiet
    );
}

/// Text as it may stand between tags; characters that XML refuses altogether are dropped.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\t' | '\n' | '\r' => escaped.push(' '),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_leave_its_place() {
        assert_eq!(escape("<a & \"b\">\n\0"), "&lt;a &amp; &quot;b&quot;&gt; ");
    }

    #[test]
    fn an_empty_graph_is_a_picture_too() {
        let svg = graph_svg(&Graph::default(), Theme::Dark);
        assert!(svg.starts_with("<svg") && svg.ends_with("</svg>"));
    }
}
