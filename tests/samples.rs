//! The samples that come with the page: each loads without a remark, runs to the end it states, and
//! shows in its run what it says it shows.

use std::{collections::BTreeSet, fs, path::Path, rc::Rc};

use statelight::{
    asl::{self, model::QueryLanguage},
    library::{self, Sample},
    sim::{
        run,
        scenario::Scenario,
        trace::{Left, Trace},
    },
    syntax::Format,
};

#[test]
fn every_sample_loads_without_a_remark() {
    for sample in library::samples() {
        let loaded = asl::load(sample.definition, sample.format);
        assert!(loaded.diagnostics.is_empty(), "{}: {:#?}", sample.id, loaded.diagnostics);
    }
}

#[test]
fn the_page_guesses_the_format_of_every_sample() {
    for sample in library::samples() {
        assert_eq!(Format::detect(sample.definition), sample.format, "{}", sample.id);
    }
}

#[test]
fn every_sample_runs_to_the_end_it_states() {
    for sample in library::samples() {
        let trace = trace_of(sample);
        let status = serde_json::to_value(trace.status).unwrap();
        assert_eq!(status.as_str(), Some(&*sample.ends), "{}: {:?} {:?}", sample.id, trace.error, trace.cause);
    }
}

#[test]
fn every_sample_shows_what_it_says() {
    for sample in library::samples() {
        let trace = trace_of(sample);
        let mut shown = shown_by(&trace);
        let definition = asl::load(sample.definition, sample.format).definition;
        if definition.states.iter().any(|state| state.query_language == QueryLanguage::Jsonata) {
            shown.insert("JSONata");
        }
        for wanted in &sample.shows {
            assert!(shown.contains(wanted.as_str()), "{} does not show {wanted}, only {shown:?}", sample.id);
        }
    }
}

#[test]
fn the_samples_together_show_all_kinds_of_state() {
    let shown: BTreeSet<&str> = library::samples().iter().flat_map(|sample| &sample.shows).map(|s| &**s).collect();
    for kind in [
        "Pass", "Task", "Choice", "Wait", "Succeed", "Fail", "Parallel", "Map", "Retry", "Catch", "Callback", "JSONata",
    ] {
        assert!(shown.contains(kind), "no sample shows {kind}");
    }
}

#[test]
fn every_answer_of_a_sample_belongs_to_one_of_its_tasks() {
    for sample in library::samples() {
        let definition = asl::load(sample.definition, sample.format).definition;
        for name in Scenario::parse(sample.scenario).expect("it parses").tasks.keys() {
            assert!(definition.states.iter().any(|state| state.name == *name), "{}: no state `{name}`", sample.id);
        }
    }
}

#[test]
fn every_folder_of_samples_is_in_the_table() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("www/samples");
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let name = entry.unwrap().file_name();
        let name = name.to_str().expect("a plain name");
        let sample = library::find(name).unwrap_or_else(|| panic!("`{name}` is not in src/library.rs"));
        assert!(!sample.title.is_empty() && sample.summary.ends_with('.'), "{name}: a title and a sentence");
        assert!((2..=3).contains(&sample.tries.len()), "{name}: two or three things to try");
    }
    assert!(library::find("no-such-sample").is_none());
}

/// What a sample's `try` says about a change, done by replacing a piece of its texts.
#[test]
fn what_the_samples_suggest_to_try_comes_out_as_they_say() {
    // Sample; what is replaced by what; seconds the run takes; its output, or its error.
    type Try = (&'static str, &'static str, &'static str, f64, &'static str);
    const TRIES: &[Try] = &[
        ("hello", "\"name\": \"Ada\",", "", 0.0, "stranger"),
        ("order-total", "184.5", "12", 1.5, "tote bag"),
        ("order-total", "184.5", "1500", 241.5, "Jonas"),
        ("order-total", "184.5", "0", 0.0, "InvalidTotal"),
        ("order-total", ",\n      \"country\": \"DE\"", "", 0.0, "States.Runtime"),
        ("nightly-report", "\"pollSeconds\": 45", "\"pollSeconds\": 10", 600.8, "m-20240301"),
        ("nightly-report", "\"SUCCEEDED\"", "\"FAILED\"", 181.6, "QueryFailed"),
        ("nightly-report", "06:00:00Z", "05:00:00Z", 182.4, "m-20240301"),
        (
            "card-retry",
            "\"throw\": { \"error\": \"CardDeclined\", \"cause\": \"insufficient funds\" }",
            "\"return\": \"P-1\"",
            10.8,
            "P-1",
        ),
        ("card-retry", "CardDeclined\", \"cause", "GatewayBusy\", \"cause", 19.3, "GatewayBusy"),
        ("card-retry", "\"BackoffRate\": 2", "\"BackoffRate\": 1", 11.8, "CardDeclined"),
        (
            "order-checks",
            "\"return\": { \"reservation\": \"R-5521\", \"shelf\": \"B4\" }",
            "\"throw\": { \"error\": \"SoldOut\" }",
            2.5,
            "SoldOut",
        ),
        ("order-checks", "\"score\": 23", "\"score\": 80", 5.5, "TooRisky"),
        ("pack-items", "\"MaxConcurrency\": 2", "\"MaxConcurrency\": 1", 18.2, "DE-7781-20"),
        ("pack-items", "\"MaxConcurrency\": 2", "\"MaxConcurrency\": 5", 7.7, "DE-7781-20"),
        ("pack-items", ",\n        \"attempt\": 0", "", 14.6, "RobotBusy"),
        ("expense-approval", ", 14400]", "]", 21600.1, "NobodyAnswered"),
        ("expense-approval", "\"approved\": true", "\"approved\": false", 23400.0, "not approved"),
        ("expense-approval", "620", "40", 2.0, "TR-3310"),
        ("price-basket", "'silver'", "'gold'", 0.6, "\"shipping\":0"),
        ("price-basket", "\"count\": 4", "\"count\": 0", 0.4, "States.QueryEvaluationError"),
        ("price-basket", "[count > 0] %}", "[count > 0][] %}", 0.6, "43.2"),
        (
            "order-saga",
            "\"throw\": { \"error\": \"NoCourier\", \"cause\": \"nobody drives to Hiddensee today\" }",
            "\"return\": \"parcel\"",
            42.6,
            "parcel",
        ),
        (
            "order-saga",
            "\"return\": { \"id\": \"P-9003\" }",
            "\"throw\": { \"error\": \"CardDeclined\" }",
            4.4,
            "CardDeclined",
        ),
        ("dragon-chronicle", "\"store\": true", "\"store\": false", 8.0, "States.DataLimitExceeded"),
        (
            "dragon-chronicle",
            "\"version\": 1,",
            "\"version\": 1, \"limits\": { \"payloadBytes\": 32768 },",
            4.0,
            "States.DataLimitExceeded",
        ),
    ];
    for (id, from, to, seconds, expected) in TRIES {
        let sample = library::find(id).expect("the sample is there");
        assert!(sample.definition.contains(from) || sample.scenario.contains(from), "{id} has no {from}");
        let trace = trace_with(sample, &sample.definition.replace(from, to), &sample.scenario.replace(from, to));
        let end = match trace.output {
            Some(output) => trace.payloads[output as usize].to_string(),
            None => trace.error.as_deref().unwrap_or_default().to_string(),
        };
        assert!(end.contains(expected), "{id} with {to}: {end}");
        assert_eq!(trace.duration as f64 / 1e6, *seconds, "{id} with {to}");
    }
}

fn trace_of(sample: &Sample) -> Trace {
    trace_with(sample, sample.definition, sample.scenario)
}

fn trace_with(sample: &Sample, definition: &str, scenario: &str) -> Trace {
    let scenario = Scenario::parse(scenario).unwrap_or_else(|errors| panic!("{}: {errors:?}", sample.id));
    let definition = Rc::new(asl::load(definition, sample.format).definition);
    run::run(&definition, &scenario).unwrap_or_else(|refusal| panic!("{}: {refusal}", sample.id))
}

/// The kinds of state that were entered, and what else there is to see.
fn shown_by(trace: &Trace) -> BTreeSet<&str> {
    let mut shown = BTreeSet::new();
    for (index, event) in trace.events.iter().enumerate() {
        if let Some(kind) = event.kind.strip_suffix("StateEntered") {
            shown.insert(kind);
        }
        if matches!(event.details.left, Some(Left::Catch(..))) {
            shown.insert("Catch");
        }
        if event.kind.ends_with("Submitted") {
            shown.insert("Callback");
        }
        // A further attempt hangs from the event that ended the one before.
        let is_retry = event.kind.ends_with("Scheduled")
            && trace.events[..index].iter().any(|earlier| {
                earlier.id == event.previous && (earlier.kind.ends_with("Failed") || earlier.kind.ends_with("TimedOut"))
            });
        if is_retry {
            shown.insert("Retry");
        }
    }
    shown
}
