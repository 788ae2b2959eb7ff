//! What holds for every drawing: nothing overlaps, no line runs through a box, the way goes down,
//! and the author's order stays. Checked on small definitions, odd ones, and all of the shared ones.

use std::fs;

use statelight::{
    asl,
    graph::{Edge, Graph, Node, NodeKind, Point, Rect, Why},
    syntax::Format,
};

use crate::shared;

fn draw(text: &str) -> Graph {
    Graph::of(&asl::load(text, Format::detect(text)).definition)
}

/// A definition of states given as the inside of `States`.
fn machine(start: &str, states: &str) -> Graph {
    draw(&format!(r#"{{"StartAt": "{start}", "States": {{{states}}}}}"#))
}

fn node<'a>(graph: &'a Graph, name: &str) -> &'a Node {
    graph.nodes.iter().find(|node| &*node.label == name).unwrap_or_else(|| panic!("there is a node {name}"))
}

fn edge<'a>(graph: &'a Graph, from: &str, to: &str) -> &'a Edge {
    let is_meant = |edge: &&Edge| &*graph.nodes[edge.from].label == from && &*graph.nodes[edge.to].label == to;
    graph.edges.iter().find(is_meant).unwrap_or_else(|| panic!("there is an edge from {from} to {to}"))
}

/// Breaches of what must hold, in words.
#[derive(Default)]
struct Breaches {
    hard: Vec<String>,
    /// Legs of two edges that lie on each other, and labels that a line or a label touches.
    soft: Vec<String>,
}

fn breaches(graph: &Graph) -> Breaches {
    let mut found = Breaches::default();
    boxes(graph, &mut found.hard);
    lines(graph, &mut found.hard);
    labels(graph, &mut found);
    shared_legs(graph, &mut found.soft);
    found
}

fn boxes(graph: &Graph, hard: &mut Vec<String>) {
    let page = Rect { x: 0.0, y: 0.0, w: graph.width, h: graph.height };
    for (idx, a) in graph.nodes.iter().enumerate() {
        if !page.contains(a.rect) {
            hard.push(format!("`{}` is off the page", a.label));
        }
        for b in &graph.nodes[idx + 1..] {
            if a.scope == b.scope && a.rect.overlaps(b.rect) {
                hard.push(format!("`{}` overlaps `{}`", a.label, b.label));
            }
        }
    }
    for group in &graph.groups {
        let owner = &graph.nodes[graph.node_of(group.owner).expect("an owner is drawn")];
        for inner in graph.nodes.iter().filter(|node| node.scope == group.scope && node.state.is_some()) {
            let padded =
                Rect { x: inner.rect.x - 8.0, y: inner.rect.y - 24.0, w: inner.rect.w + 16.0, h: inner.rect.h + 32.0 };
            if !owner.rect.contains(padded) || !group.rect.contains(inner.rect) {
                hard.push(format!("`{}` is too near the border of `{}`", inner.label, owner.label));
            }
        }
    }
}

/// A leg as a rectangle without width.
fn leg(pair: &[Point]) -> Rect {
    let (a, b) = (pair[0], pair[1]);
    Rect { x: a.x.min(b.x), y: a.y.min(b.y), w: (a.x - b.x).abs(), h: (a.y - b.y).abs() }
}

fn lines(graph: &Graph, hard: &mut Vec<String>) {
    let page = Rect { x: 0.0, y: 0.0, w: graph.width, h: graph.height };
    for edge in &graph.edges {
        let (from, to) = (&graph.nodes[edge.from], &graph.nodes[edge.to]);
        let name = format!("`{}` → `{}`", from.label, to.label);
        if edge.points.len() < 2 || edge.path.is_empty() || edge.path.contains("NaN") {
            hard.push(format!("{name} has no line"));
            continue;
        }
        if !edge.is_back && from.rect.bottom() >= to.rect.y {
            hard.push(format!("{name} does not go down"));
        }
        for pair in edge.points.windows(2) {
            let leg = leg(pair);
            if leg.w > 0.0 && leg.h > 0.0 {
                hard.push(format!("{name} has a slanted leg"));
            }
            if !page.contains(leg) {
                hard.push(format!("{name} leaves the page"));
            }
            // Boxes of the same scope; those of other scopes are kept apart by their containers.
            for other in graph.nodes.iter().filter(|node| node.scope == from.scope) {
                if leg.overlaps(other.rect) {
                    hard.push(format!("{name} runs through `{}`", other.label));
                }
            }
        }
    }
}

fn labels(graph: &Graph, found: &mut Breaches) {
    let labelled: Vec<_> = graph.edges.iter().filter_map(|edge| Some((edge, edge.label.as_ref()?))).collect();
    for (idx, (edge, label)) in labelled.iter().enumerate() {
        let scope = graph.nodes[edge.from].scope;
        for node in graph.nodes.iter().filter(|node| node.scope == scope) {
            if label.rect.overlaps(node.rect) {
                found.hard.push(format!("the label `{}` lies on `{}`", label.text, node.label));
            }
        }
        for (other, other_label) in &labelled[idx + 1..] {
            if graph.nodes[other.from].scope == scope && label.rect.overlaps(other_label.rect) {
                found.hard.push(format!("the labels `{}` and `{}` overlap", label.text, other_label.text));
            }
        }
        for other in graph.edges.iter().filter(|other| graph.nodes[other.from].scope == scope) {
            let is_hit = other.points.windows(2).any(|pair| label.rect.overlaps(leg(pair)));
            if is_hit && !std::ptr::eq(other, *edge) {
                found.soft.push(format!("the label `{}` lies on another line", label.text));
            }
        }
    }
}

fn shared_legs(graph: &Graph, soft: &mut Vec<String>) {
    for (idx, a) in graph.edges.iter().enumerate() {
        for b in &graph.edges[idx + 1..] {
            if graph.nodes[a.from].scope != graph.nodes[b.from].scope {
                continue;
            }
            for one in a.points.windows(2).map(leg) {
                for other in b.points.windows(2).map(leg) {
                    let common_x = one.right().min(other.right()) - one.x.max(other.x);
                    let common_y = one.bottom().min(other.bottom()) - one.y.max(other.y);
                    let is_along = (one.w > 0.0 && other.w > 0.0 && common_y == 0.0 && common_x > 1.0)
                        || (one.h > 0.0 && other.h > 0.0 && common_x == 0.0 && common_y > 1.0);
                    if is_along {
                        let name = |edge: &Edge| {
                            format!("`{}` → `{}`", graph.nodes[edge.from].label, graph.nodes[edge.to].label)
                        };
                        soft.push(format!("{} and {} share a leg", name(a), name(b)));
                    }
                }
            }
        }
    }
}

#[track_caller]
fn check(graph: &Graph) {
    let found = breaches(graph);
    assert!(found.hard.is_empty() && found.soft.is_empty(), "{:#?}\n{:#?}", found.hard, found.soft);
}

const PASS: &str = r#""Type": "Pass""#;

#[test]
fn a_chain_is_one_straight_line_from_start_to_end() {
    let graph = machine(
        "A",
        &format!(r#""A": {{{PASS}, "Next": "A much longer name"}}, "A much longer name": {{{PASS}, "End": true}}"#),
    );
    check(&graph);
    assert_eq!(graph.edges.len(), 3);
    assert!(graph.edges.iter().all(|edge| edge.points.len() == 2), "{:?}", graph.edges);
}

#[test]
fn choices_stand_in_the_authors_order() {
    let graph = machine(
        "C",
        &format!(
            r#""C": {{"Type": "Choice", "Choices": [
                {{"Variable": "$.total", "NumericGreaterThan": 100, "Next": "A"}},
                {{"Variable": "$.total", "NumericGreaterThan": 10, "Next": "B"}},
                {{"Not": {{"Variable": "$.total", "IsPresent": true}}, "Next": "D"}}], "Default": "E"}},
              "E": {{{PASS}, "End": true}}, "D": {{{PASS}, "End": true}}, "B": {{{PASS}, "End": true}}, "A": {{{PASS}, "End": true}}"#
        ),
    );
    check(&graph);
    let x: Vec<f64> = ["A", "B", "D", "E"].map(|name| node(&graph, name).rect.x).to_vec();
    assert!(x.is_sorted(), "{x:?}");
    let labels: Vec<&str> = graph.edges.iter().filter_map(|edge| Some(edge.label.as_ref()?.text.as_str())).collect();
    assert_eq!(labels, ["$.total > 100", "$.total > 10", "$.total is not present", "otherwise"]);
    assert_eq!(edge(&graph, "C", "E").why, Why::Default);
    assert_eq!(node(&graph, "C").rect.center_x(), node(&graph, "A").rect.center_x());
}

#[test]
fn a_loop_goes_around_outside() {
    let graph = machine(
        "Wait",
        r#""Wait": {"Type": "Wait", "Seconds": 300, "Next": "Ask"},
           "Ask": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Next": "Ready?"},
           "Ready?": {"Type": "Choice", "Choices": [
             {"Variable": "$.s", "StringEquals": "FAILED", "Next": "Broken"},
             {"Variable": "$.s", "StringEquals": "DONE", "Next": "Use it"}], "Default": "Wait"},
           "Use it": {"Type": "Succeed"}, "Broken": {"Type": "Fail"}"#,
    );
    check(&graph);
    let back = edge(&graph, "Ready?", "Wait");
    assert!(back.is_back);
    let beside = node(&graph, "Wait").rect.x;
    assert!(back.points.iter().any(|point| point.x < beside), "{:?}", back.points);
    assert_eq!(
        node(&graph, "Ask").rect.center_x(),
        node(&graph, "Use it").rect.center_x(),
        "not Broken goes straight on"
    );
    assert_eq!(node(&graph, "Wait").sublabel, "Wait · 5 min");
    assert_eq!(node(&graph, "Ask").sublabel, "Lambda · invoke");
}

#[test]
fn catches_lead_aside_and_show_their_errors() {
    let graph = machine(
        "A",
        r#""A": {"Type": "Task", "Resource": "r", "Next": "B",
             "Catch": [{"ErrorEquals": ["States.Timeout", "Late"], "Next": "F"}, {"ErrorEquals": ["States.ALL"], "Next": "F"}]},
           "B": {"Type": "Task", "Resource": "r", "End": true, "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "F"}]},
           "F": {"Type": "Fail"}"#,
    );
    check(&graph);
    assert!(node(&graph, "F").rect.x > node(&graph, "B").rect.x);
    let label = edge(&graph, "A", "F").label.as_ref().expect("a catch has a label");
    assert_eq!(label.title, "States.Timeout, Late");
}

#[test]
fn branches_stand_side_by_side_in_their_container() {
    let graph = machine(
        "P",
        r#""P": {"Type": "Parallel", "End": true, "Branches": [
             {"StartAt": "L", "States": {"L": {"Type": "Pass", "Next": "L2"}, "L2": {"Type": "Pass", "End": true}}},
             {"StartAt": "M", "States": {"M": {"Type": "Map", "End": true, "ItemProcessor":
                {"StartAt": "I", "States": {"I": {"Type": "Pass", "End": true}}}}}}]}"#,
    );
    check(&graph);
    assert_eq!(graph.groups.len(), 3);
    let (left, right) = (node(&graph, "L"), node(&graph, "M"));
    assert!(left.rect.right() < right.rect.x);
    assert_eq!(left.rect.y, right.rect.y);
    assert!(right.rect.contains(node(&graph, "I").rect));
    assert_eq!((right.kind, right.depth, node(&graph, "I").depth), (NodeKind::Container, 1, 2));
    assert_eq!(graph.nodes.iter().filter(|node| node.kind == NodeKind::End).count(), 1);
}

#[test]
fn whatever_is_missing_the_rest_is_drawn() {
    let odd = [
        "",
        "{}",
        r#"{"States": {}}"#,
        r#"{"StartAt": "X", "States": {"A": {"Type": "Pass", "Next": "Nowhere"}, "B": {}}}"#,
        r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "A"}}}"#,
        r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "Next": "A"}}}"#,
        r#"{"StartAt": "A", "States": {"A": {"Type": "Parallel", "Branches": []}, "B": {"Type": "Map"}}}"#,
        r#"{"StartAt": "A", "States": {"A": {"Type": "Parallel", "Branches": [{}, {"States": {"C": {"Type": "Pass"}}}]}}}"#,
        r#"{"StartAt": "A", "States": {"U": {"Type": "Pass", "Next": "V"}, "V": {"Type": "Pass", "Next": "B"},
            "A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "End": true}}}"#,
        r#"{"StartAt": "C", "States": {"C": {"Type": "Choice", "Choices": [
            {"Variable": "$.a", "IsNull": true, "Next": "C"}, {"Variable": "$.b", "IsNull": true, "Next": "C"},
            {"Variable": "$.c", "IsNull": true, "Next": "D"}, {"Variable": "$.d", "IsNull": true, "Next": "D"}], "Default": "D"},
            "D": {"Type": "Succeed"}}}"#,
    ];
    for text in odd {
        check(&draw(text));
    }
}

#[test]
fn appending_a_state_moves_none_of_the_others() {
    let states = format!(r#""A": {{{PASS}, "Next": "B"}}, "B": {{{PASS}, "End": true}}"#);
    let before = machine("A", &states);
    let after = machine("A", &format!(r#"{states}, "C": {{{PASS}, "End": true}}"#));
    check(&after);
    for name in ["Start", "A", "B"] {
        assert_eq!(node(&before, name).rect, node(&after, name).rect, "{name}");
    }
}

#[test]
fn deep_nesting_is_drawn() {
    let mut inner = r#"{"StartAt": "L", "States": {"L": {"Type": "Pass", "End": true}}}"#.to_owned();
    for depth in 0..25 {
        inner = format!(
            r#"{{"StartAt": "M{depth}", "States": {{"M{depth}": {{"Type": "Map", "End": true, "ItemProcessor": {inner}}}}}}}"#
        );
    }
    let graph = draw(&inner);
    check(&graph);
    assert_eq!(node(&graph, "L").depth, 25);
}

/// A machine of Choices that lead anywhere, the same for the same seed.
fn tangle(states: u64, seed: u64) -> String {
    let mut state = seed;
    let mut any = move |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let mut text = Vec::new();
    for at in 0..states {
        let rule = |next: u64| format!(r#"{{"Variable": "$.a", "NumericEquals": {at}, "Next": "S{next}"}}"#);
        let rules: Vec<String> = (0..any(4)).map(|_| rule(any(states))).collect();
        let default = (at + 1 + any(3)).min(states - 1);
        text.push(format!(
            r#""S{at}": {{"Type": "Choice", "Choices": [{}], "Default": "S{default}"}}"#,
            rules.join(",")
        ));
    }
    format!(r#"{{"StartAt": "S0", "States": {{{}}}}}"#, text.join(","))
}

#[test]
fn tangles_keep_their_boxes_and_labels_clear() {
    for seed in 1..=40 {
        let graph = draw(&tangle(3 + seed, seed));
        let found = breaches(&graph);
        assert!(found.hard.is_empty(), "seed {seed}: {:#?}", found.hard);
        assert!(found.soft.len() <= graph.edges.len() / 4, "seed {seed}: {:#?}", found.soft);
    }
}

#[test]
fn the_shared_definitions_are_drawn_without_a_breach() {
    let mut soft = 0;
    let (mut edges, mut drawn) = (0, 0);
    let mut hard = Vec::new();
    for path in shared::files("definitions", "").into_iter().filter(|path| {
        let name = path.to_string_lossy();
        name.ends_with(".json") || name.ends_with(".yaml") || name.ends_with(".yml")
    }) {
        let text = fs::read_to_string(&path).expect("a shared definition can be read");
        let graph = draw(&text);
        assert_eq!(graph, draw(&text), "the same text gives the same drawing");
        let name = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
        let found = breaches(&graph);
        hard.extend(found.hard.into_iter().map(|what| format!("{name}: {what}")));
        for what in &found.soft {
            eprintln!("{name}: {what}");
        }
        soft += found.soft.len();
        edges += graph.edges.len();
        drawn += 1;
    }
    assert!(hard.is_empty(), "{hard:#?}");
    assert!(drawn == 0 || (drawn >= 117 && edges > 5 * drawn), "{drawn} definitions with {edges} edges");
    assert!(soft * 100 <= edges, "{soft} touches in {edges} edges");
}
