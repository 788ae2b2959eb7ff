//! The samples that come with the page, embedded from `www/samples`: a definition, a scenario that
//! shows something when one presses Run, and a few words about them.
//!
//! A new sample is a folder and a line in the table below. `tests/samples.rs` holds that each one
//! loads without a remark, runs to the end it states, and shows what it says it shows.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::syntax::Format;

/// A workflow to open and run.
#[derive(Debug)]
pub struct Sample {
    /// Names it in a link, and is its folder's name.
    pub id: &'static str,
    pub title: String,
    /// One sentence.
    pub summary: String,
    /// What a run of it shows: kinds of state, `Retry`, `Catch`, `Callback`.
    pub shows: Vec<String>,
    /// What to try next, a sentence each.
    pub tries: Vec<String>,
    /// The status that its run ends with.
    pub ends: String,
    pub definition: &'static str,
    pub format: Format,
    /// A scenario file's text.
    pub scenario: &'static str,
    /// A file of tests; empty where there are none.
    pub tests: &'static str,
}

/// All samples, the simplest first.
pub fn samples() -> &'static [Sample] {
    static SAMPLES: LazyLock<Vec<Sample>> = LazyLock::new(|| TEXTS.iter().map(Sample::of).collect());
    &SAMPLES
}

/// The sample of this id.
pub fn find(id: &str) -> Option<&'static Sample> {
    samples().iter().find(|sample| sample.id == id)
}

struct Texts {
    id: &'static str,
    about: &'static str,
    definition: &'static str,
    format: Format,
    scenario: &'static str,
    tests: &'static str,
}

macro_rules! texts {
    ($id:literal, $definition:literal, $format:ident) => {
        texts!($id, $definition, $format, "")
    };
    ($id:literal, $definition:literal, $format:ident, with tests) => {
        texts!($id, $definition, $format, include_str!(concat!("../www/samples/", $id, "/tests.json")))
    };
    ($id:literal, $definition:literal, $format:ident, $tests:expr) => {
        Texts {
            id: $id,
            about: include_str!(concat!("../www/samples/", $id, "/sample.json")),
            definition: include_str!(concat!("../www/samples/", $id, "/", $definition)),
            format: Format::$format,
            scenario: include_str!(concat!("../www/samples/", $id, "/scenario.json")),
            tests: $tests,
        }
    };
}

const TEXTS: &[Texts] = &[
    texts!("hello", "definition.asl.json", Json),
    texts!("order-total", "definition.asl.json", Json),
    texts!("nightly-report", "definition.asl.yaml", Yaml),
    texts!("card-retry", "definition.asl.json", Json, with tests),
    texts!("order-checks", "definition.asl.json", Json),
    texts!("pack-items", "definition.asl.json", Json),
    texts!("price-basket", "definition.asl.json", Json),
    texts!("expense-approval", "definition.asl.json", Json),
    texts!("order-saga", "definition.asl.json", Json),
    texts!("dragon-registry", "definition.asl.json", Json),
    texts!("carving-workshop", "definition.asl.json", Json),
    texts!("start-anew", "definition.asl.json", Json),
    texts!("dragon-chronicle", "definition.asl.json", Json),
];

/// The file `sample.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct About {
    title: String,
    summary: String,
    shows: Vec<String>,
    r#try: Vec<String>,
    #[serde(default = "succeeded")]
    ends: String,
}

fn succeeded() -> String {
    "SUCCEEDED".into()
}

impl Sample {
    fn of(texts: &Texts) -> Self {
        let about: About = serde_json::from_str(texts.about).expect("the tests hold that each sample.json is valid");
        Self {
            id: texts.id,
            title: about.title,
            summary: about.summary,
            shows: about.shows,
            tries: about.r#try,
            ends: about.ends,
            definition: texts.definition,
            format: texts.format,
            scenario: texts.scenario,
            tests: texts.tests,
        }
    }
}
