//! A still graph as a self-contained SVG picture: for thumbnails, for documents, for looking at a
//! layout. No script, no reference to anything outside; all text escaped. The colours are the
//! studio's, at rest.

use std::fmt::Write;

use crate::graph::{
    Edge, Graph, Node, NodeKind, Rect, Why,
    measure::{self, Font},
};

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
}

impl Colours {
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
            },
            Self::Dark => Colours {
                ground: "#0e1116",
                node: "#1b212b",
                area: "#12161d",
                line: "#3a4452",
                edge: "#5c6675",
                ink: "#e8ecf2",
                quiet: "#a7b1bf",
            },
        }
    }
}

/// The whole graph as the text of an SVG file.
pub fn graph_svg(graph: &Graph, theme: Theme) -> String {
    let colours = theme.colours();
    let (width, height) = (graph.width.max(1.0), graph.height.max(1.0));
    let mut svg = String::new();
    let _ = write!(
        svg,
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" font-family="system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif"><defs><marker id="arrow" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 .5 8 4 0 7.5z" fill="{}"/></marker></defs><rect width="100%" height="100%" fill="{}"/>"#,
        colours.edge, colours.ground
    );
    // Containers stand before what is inside them, so that lines and inner boxes come out on top.
    for node in graph.nodes.iter().filter(|node| node.kind == NodeKind::Container) {
        container(&mut svg, graph, node, &colours);
    }
    for edge in &graph.edges {
        let dashes = if matches!(edge.why, Why::Catch(_)) { r#" stroke-dasharray="5 4""# } else { "" };
        let _ = write!(
            svg,
            r#"<path d="{}" fill="none" stroke="{}" stroke-width="1.5"{dashes} marker-end="url(#arrow)"/>"#,
            edge.path, colours.edge
        );
    }
    for edge in &graph.edges {
        edge_label(&mut svg, edge, colours.behind(graph.nodes[edge.from].depth), colours.quiet);
    }
    for node in &graph.nodes {
        match node.kind {
            NodeKind::Container => {}
            NodeKind::State => state(&mut svg, node, &colours),
            NodeKind::Start | NodeKind::End => marker(&mut svg, node, &colours),
        }
    }
    svg.push_str("</svg>");
    svg
}

fn container(svg: &mut String, graph: &Graph, node: &Node, colours: &Colours) {
    frame(svg, node.rect, 10.0, colours.behind(node.depth + 1), colours.line);
    let groups = graph.groups.iter().filter(|group| Some(group.owner) == node.state);
    for group in groups.skip(1) {
        let Rect { x, y, h, .. } = group.rect;
        let _ = write!(svg, r#"<path d="M{x} {y}v{}" stroke="{}" stroke-dasharray="2 4"/>"#, h - 10.0, colours.line);
    }
    let (x, y) = (node.rect.x, node.rect.y);
    icon(svg, node, x + 12.0, y + 10.0, colours);
    let sublabel = measure::width(&node.sublabel, Font::Small);
    let label = measure::fit(&node.label, Font::Label, node.rect.w - sublabel - 66.0);
    let _ = write!(
        svg,
        r#"<text x="{}" y="{}" font-size="13" font-weight="600" fill="{}"><title>{}</title>{}<tspan dx="8" font-size="11" font-weight="400" fill="{}">{}</tspan></text>"#,
        x + 36.0,
        y + 23.0,
        colours.ink,
        escape(&node.label),
        escape(&label),
        colours.quiet,
        escape(&node.sublabel),
    );
}

fn state(svg: &mut String, node: &Node, colours: &Colours) {
    frame(svg, node.rect, 8.0, colours.node, colours.line);
    let Rect { x, y, w, h } = node.rect;
    icon(svg, node, x + 12.0, y + (h - 16.0) / 2.0, colours);
    let room = w - 50.0;
    let _ = write!(
        svg,
        r#"<text x="{tx}" y="{}" font-size="13" font-weight="600" fill="{}"><title>{}</title>{}</text><text x="{tx}" y="{}" font-size="11" fill="{}">{}</text>"#,
        y + 20.0,
        colours.ink,
        escape(&node.label),
        escape(&measure::fit(&node.label, Font::Label, room)),
        y + 36.0,
        colours.quiet,
        escape(&measure::fit(&node.sublabel, Font::Small, room)),
        tx = x + 38.0,
    );
}

fn marker(svg: &mut String, node: &Node, colours: &Colours) {
    frame(svg, node.rect, node.rect.h / 2.0, colours.node, colours.line);
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

fn frame(svg: &mut String, rect: Rect, radius: f64, fill: &str, line: &str) {
    let Rect { x, y, w, h } = rect;
    let _ = write!(
        svg,
        r#"<rect x="{x}" y="{y}" width="{w}" height="{h}" rx="{radius}" fill="{fill}" stroke="{line}" stroke-width="1.25"/>"#
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
