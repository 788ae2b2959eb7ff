//! Pictures of runs: of a moment, and of all of it.

use std::{collections::BTreeSet, rc::Rc};

use regex_lite::Regex;
use statelight::{
    asl,
    exchange::svg::Theme,
    graph::Graph,
    library,
    session::{model::Run, pictures},
    sim::{run, scenario::Scenario},
    syntax::Format,
};

fn ran(definition: &str, scenario: &str) -> (Run, Graph) {
    let loaded = asl::load(definition, Format::detect(definition));
    let graph = Graph::of(&loaded.definition);
    let definition_read = Rc::new(loaded.definition);
    let trace = run::run(&definition_read, &Scenario::parse(scenario).expect("a scenario")).expect("it runs");
    (Run::of(1, definition.into(), scenario.into(), definition_read, Rc::new(trace)), graph)
}

fn sample(id: &str) -> (Run, Graph) {
    let sample = library::find(id).expect("it is there");
    ran(sample.definition, sample.scenario)
}

fn count(text: &str, pattern: &str) -> usize {
    Regex::new(pattern).expect("a pattern").find_iter(text).count()
}

#[test]
fn a_moment_is_lit_as_the_page_has_it_and_says_when_it_is() {
    let (run, graph) = sample("card-retry");
    let start = pictures::moment("Card <payment>", &run, &graph, 0, Theme::Dark);
    assert!(
        start.contains("<title>Card &lt;payment&gt;</title>") && start.contains("Running · 00:00:00.000"),
        "{start}"
    );
    assert!(!start.contains("stroke=\"#43d17c\""), "nothing has succeeded");
    let failed = run.trace.events.iter().position(|event| event.kind.ends_with("Failed")).expect("one fails") + 1;
    let retrying = pictures::moment("Card", &run, &graph, failed, Theme::Dark);
    assert!(retrying.contains("retry in 2.0 s") && retrying.contains("#13283f"), "{retrying}");
    let end = pictures::moment("Card", &run, &graph, run.trace.events.len(), Theme::Light);
    assert!(end.contains("Succeeded · ") && end.contains("#0b7a3c") && end.contains("#a84b00"), "{end}");
    assert_eq!(end, pictures::moment("Card", &run, &graph, run.trace.events.len(), Theme::Light));
    let ids: BTreeSet<String> =
        [&start, &retrying].map(|svg| svg.split("marker id=\"").nth(1).unwrap()[..16].to_owned()).into();
    assert_eq!(ids.len(), 2, "two pictures in one document");
}

#[test]
fn a_run_that_plays_by_itself_has_one_animation_for_each_part_and_rests_at_its_end() {
    for sample in library::samples() {
        let (run, graph) = ran(sample.definition, sample.scenario);
        let svg = pictures::animated(&sample.title, &run, &graph, true, Theme::Light);
        let frames = count(&svg, r"@keyframes k\d+\{");
        assert_eq!(frames, count(&svg, r"animation:k\d+ "), "{}", sample.id);
        assert!(frames >= 2, "{}", sample.id);
        // Whatever is referred to is there.
        let used = Regex::new(r#"class="a(\d+)""#).unwrap();
        for found in used.captures_iter(&svg) {
            assert!(svg.contains(&format!("@keyframes k{}{{", &found[1])), "{}: {}", sample.id, &found[0]);
        }
        assert!(!svg.contains("<script") && !svg.contains("href"), "{}", sample.id);
        let end = pictures::moment(&sample.title, &run, &graph, run.trace.events.len(), Theme::Light);
        let boxes = Regex::new(r#"<rect[^>]*? fill="(#\w+)" stroke="(#\w+)" stroke-width="1.25""#).unwrap();
        let looks =
            |svg: &str| boxes.captures_iter(svg).map(|it| (it[1].to_owned(), it[2].to_owned())).collect::<Vec<_>>();
        assert_eq!(looks(&svg), looks(&end), "{}: without animation it is the end", sample.id);
    }
}

#[test]
fn a_large_run_is_a_small_file() {
    let states: Vec<String> = (0..300)
        .map(|n| {
            let next = if n < 299 { format!(r#""Next": "State {}""#, n + 1) } else { r#""End": true"#.to_owned() };
            format!(r#""State {n}": {{"Type": "Pass", {next}}}"#)
        })
        .collect();
    let definition = format!(r#"{{"StartAt": "State 0", "States": {{{}}}}}"#, states.join(","));
    let (run, graph) = ran(&definition, r#"{"version": 1}"#);
    let svg = pictures::animated("Chain", &run, &graph, true, Theme::Light);
    println!("300 states: {} bytes", svg.len());
    assert!(svg.len() < 500_000, "{}", svg.len());
}
