//! What holds of every look inside a run: it is the same run, what is staged last is what the state hands on, and each
//! stage follows from the one before. What the page makes of it is tried in `tests/e2e/flow.test.mjs`.

use std::{fs, rc::Rc};

use statelight::{
    asl::{self, model::Definition},
    engine::inspection::Stage,
    explain::{self, FlowStage},
    sim::{
        inspection::{self, Inspection},
        run,
        scenario::Scenario,
        timeline::{Ending, Timeline},
        trace::Trace,
    },
    syntax::Format,
};

use crate::{conformance::case::Case, shared};

/// How many visits there are at the least, where there is shared data.
const FEWEST_VISITS: usize = 800;

struct Run {
    name: String,
    definition: Rc<Definition>,
    scenario: Scenario,
    trace: Trace,
}

impl Run {
    fn of(name: &str, text: &str, scenario: &str) -> Option<Self> {
        let loaded = asl::load(text, Format::detect(text));
        let scenario = Scenario::parse(scenario).expect("a valid scenario");
        let definition = Rc::new(loaded.definition.clone());
        let trace = loaded.is_runnable().then(|| run::run(&definition, &scenario).ok())??;
        Some(Self { name: name.to_owned(), definition, scenario, trace })
    }
}

#[test]
fn what_is_staged_last_is_what_the_state_hands_on() {
    let mut visits = 0;
    for Run { name, definition, scenario, trace } in runs() {
        let timeline = Timeline::new(&trace, &definition);
        for visit in timeline.visits.iter().take(40) {
            let inspection = inspection::inspect(&definition, &scenario, Some(visit.entered), &[visit.entered]);
            let text = |id: u32| trace.payload(id).map(|text| text.to_string());
            let first = inspection.stages.first().map(|stage| (stage.stage, stage.data.to_string()));
            assert_eq!(first, visit.input.and_then(text).map(|text| (Stage::Input, text)), "{name}: {visit:?}");
            let is_last = |stage: Stage| matches!(stage, Stage::OutputPath | Stage::Output | Stage::ResultPath);
            let last = inspection.stages.iter().rfind(|stage| is_last(stage.stage));
            if matches!(visit.ending, Ending::Succeeded | Ending::Caught(_)) {
                assert_eq!(last.map(|stage| stage.data.to_string()), visit.output.and_then(text), "{name}: {visit:?}");
            }
            check_flow(&name, &definition, &trace, &inspection, visit);
            visits += 1;
        }
    }
    assert!(shared::path("conformance").is_none() || visits > FEWEST_VISITS, "only {visits}");
}

/// At every moment the flow shows stages in their order, each once, and none that is not known yet.
fn check_flow(
    name: &str,
    definition: &Definition,
    trace: &Trace,
    inspection: &Inspection,
    visit: &statelight::sim::timeline::Visit,
) {
    let state = definition.state(visit.state);
    for happened in visit.entered as usize..=trace.events.len() {
        let flow = explain::flow(state, inspection, visit.entered, happened);
        assert!(flow.is_sorted_by(|before, after| before.stage < after.stage), "{name}: {flow:#?}");
        assert_eq!(flow.first().map(|stage| stage.stage), Some(Stage::Input), "{name}: {flow:#?}");
        let is_over = visit.left.is_some_and(|left| happened >= left as usize);
        let is_output = |stage: &FlowStage| matches!(stage.stage, Stage::OutputPath | Stage::Output);
        let has_output = flow.iter().any(|stage| is_output(stage) && !stage.data.is_empty());
        assert!(is_over || !has_output, "{name}, after {happened} events: {flow:#?}");
    }
}

#[test]
fn to_look_inside_changes_nothing() {
    let text = r#"{"QueryLanguage": "JSONata", "StartAt": "A", "States": {
        "A": {"Type": "Pass", "Output": {"a": "{% $random() %}", "b": ["{% $uuid() %}", "{% $random() %}"]}, "Next": "B"},
        "B": {"Type": "Pass", "Assign": {"x": "{% $random() %}"}, "Output": "{% $string($random()) & $states.input.a %}", "End": true}}}"#;
    let run = Run::of("random", text, r#"{"version": 1, "seed": 7}"#).expect("it can be run");
    let entered: Vec<u32> =
        run.trace.events.iter().filter(|event| event.kind.ends_with("StateEntered")).map(|event| event.id).collect();
    let output = run.trace.output.and_then(|id| run.trace.payload(id)).expect("it has an output");
    let looked = inspection::inspect(&run.definition, &run.scenario, Some(entered[1]), &entered);
    assert_eq!(looked.stages.last().map(|stage| &stage.data), Some(output));
    // What an expression gave by itself is what it gave in its place.
    let whole = looked.expressions.iter().rfind(|expression| &*expression.field == "Output");
    assert_eq!(whole.and_then(|expression| expression.value.as_ref()), Some(output));
}

#[test]
fn an_expression_is_seen_with_its_parts_and_what_it_reads() {
    let text = r#"{"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Pass",
        "Output": {"net": "{% $round($sum($states.input.lines.price) * (1 - $states.input.discount), 2) %}"}, "End": true}}}"#;
    let scenario = r#"{"version": 1, "input": {"lines": [{"price": 10}, {"price": 2.5}], "discount": 0.1}}"#;
    let run = Run::of("parts", text, scenario).expect("it can be run");
    let looked = inspection::inspect(&run.definition, &run.scenario, None, &[2]);
    let [expression] = looked.expressions.as_slice() else { panic!("{looked:?}") };
    let reads: Vec<&str> = expression.reads.iter().map(|path| &**path).collect();
    assert_eq!(reads, ["$states.input.discount", "$states.input.lines.price"]);
    let value = |source: &str| {
        let part = expression.parts.iter().find(|part| &*part.source == source);
        part.and_then(|part| part.value.as_deref()).map(str::to_owned)
    };
    assert_eq!(value("$sum($states.input.lines.price)").as_deref(), Some("12.5"));
    assert_eq!(value("1 - $states.input.discount").as_deref(), Some("0.9"));
    assert_eq!(value("$states.input.lines.price").as_deref(), Some("[10,2.5]"));
    assert!(expression.parts.iter().all(|part| !expression.source.contains(&format!("{{% {} %}}", part.source))));
}

#[test]
fn a_retry_begins_anew_after_what_came_before_the_first_attempt() {
    let text = r#"{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
        "InputPath": "$.a", "Parameters": {"n.$": "$.n"}, "Retry": [{"ErrorEquals": ["Busy"]}], "End": true}}}"#;
    let scenario =
        r#"{"version": 1, "input": {"a": {"n": 1}}, "tasks": {"A": [{"throw": {"error": "Busy"}}, {"return": 2}]}}"#;
    let run = Run::of("retry", text, scenario).expect("it can be run");
    let looked = inspection::inspect(&run.definition, &run.scenario, Some(2), &[2]);
    let state = &run.definition.states[0];
    let shown = |happened: usize| -> Vec<String> {
        explain::flow(state, &looked, 2, happened).into_iter().map(|stage| stage.stage.name().to_owned()).collect()
    };
    assert_eq!(shown(1), Vec::<String>::new());
    assert_eq!(shown(2), ["Input", "InputPath", "Parameters"]);
    assert_eq!(shown(5), ["Input", "InputPath", "Parameters"], "while it waits for the retry");
    let all = ["Input", "InputPath", "Parameters", "Result", "ResultSelector", "ResultPath", "OutputPath"];
    assert_eq!(shown(run.trace.events.len()), all);
}

fn runs() -> Vec<Run> {
    let recorded = shared::files("conformance/cases", ".json").into_iter().filter_map(|file| {
        let case = Case::read(&file);
        if !matches!(case.kind(), "execution" | "choice_output") {
            return None;
        }
        Run::of(&case.id(), &case.definition(), &case.scenario_text())
    });
    let wild = shared::files("definitions", "").into_iter().filter_map(|file| {
        let text = fs::read_to_string(&file).ok()?;
        Run::of(&file.display().to_string(), &text, r#"{"version": 1}"#)
    });
    recorded.chain(wild).collect()
}
