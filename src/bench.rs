//! What `cargo xtask bench` calls from Node: the library's own work, without the page. Keeps no
//! time; the caller does. Each function answers with a count, so that nothing can be left undone
//! and both sides of a comparison can be seen to have done the same.

use std::rc::Rc;

use wasm_bindgen::prelude::wasm_bindgen;

use crate::{
    asl::{self, model::Definition},
    engine::Execution,
    graph::Graph,
    language::{Document, Known, complete},
    sim::{
        mock::Mocks,
        run::{self, drive, options},
        scenario::Scenario,
    },
    syntax::Format,
    value::Value,
};

/// A definition's text, and the scenario to run it with.
#[wasm_bindgen]
pub struct Machine {
    definition: String,
    scenario: Scenario,
}

#[wasm_bindgen]
impl Machine {
    /// Fails with the first remark on a scenario that cannot be read.
    #[wasm_bindgen(constructor)]
    pub fn new(definition: String, scenario: &str) -> Result<Self, String> {
        let scenario = read_scenario(scenario)?;
        Ok(Self { definition, scenario })
    }

    /// Reads and checks the definition and runs it, the history kept in memory. Answers with the
    /// number of events.
    pub fn run(&self) -> Result<usize, String> {
        let definition = runnable(&self.definition)?;
        let mut execution =
            Execution::new(Rc::clone(&definition), self.scenario.input.clone(), options(&self.scenario));
        drive(&mut execution, &mut Mocks::new(&definition, &self.scenario));
        Ok(execution.history().events.len())
    }
}

/// From two texts to a whole trace, its payloads written out: what the page's worker does. Answers
/// with the number of events.
#[wasm_bindgen]
pub fn trace(definition: &str, scenario: &str) -> Result<usize, String> {
    let trace = run::run(&runnable(definition)?, &read_scenario(scenario)?)?;
    Ok(trace.events.len())
}

/// A definition that was read, to be drawn.
#[wasm_bindgen]
pub struct Drawing {
    definition: Definition,
}

#[wasm_bindgen]
impl Drawing {
    #[wasm_bindgen(constructor)]
    pub fn new(definition: &str) -> Self {
        Self { definition: load(definition).definition }
    }

    /// Places all nodes and routes all edges. Answers with the number of nodes.
    pub fn lay_out(&self) -> usize {
        Graph::of(&self.definition).nodes.len()
    }
}

/// What a key press costs: the text read and checked, and the graph drawn. Answers with the number
/// of nodes and diagnostics.
#[wasm_bindgen]
pub fn key_press(definition: &str) -> usize {
    let loaded = load(definition);
    Graph::of(&loaded.definition).nodes.len() + loaded.diagnostics.len()
}

fn load(definition: &str) -> asl::Loaded {
    asl::load(definition, Format::Json)
}

fn runnable(definition: &str) -> Result<Rc<Definition>, String> {
    let loaded = load(definition);
    match loaded.is_runnable() {
        true => Ok(Rc::new(loaded.definition)),
        false => Err(format!("the definition cannot run: {:?}", loaded.diagnostics)),
    }
}

fn read_scenario(scenario: &str) -> Result<Scenario, String> {
    Scenario::parse(scenario).map_err(|diagnostics| format!("the scenario cannot be read: {diagnostics:?}"))
}

/// A definition as an editor holds it.
#[wasm_bindgen]
pub struct Edited {
    text: String,
}

#[wasm_bindgen]
impl Edited {
    #[wasm_bindgen(constructor)]
    pub fn new(text: String) -> Self {
        Self { text }
    }

    /// Reads and checks the text, remarks on good practice included. Answers with the number of remarks.
    pub fn check(&self) -> usize {
        Document::read(&self.text, Format::detect(&self.text), false).diagnostics.len()
    }

    /// Checks the text once, then asks at a byte offset so many times what can stand there. Answers with the number of
    /// items.
    pub fn complete(&self, offset: usize, times: usize) -> usize {
        let document = Document::read(&self.text, Format::detect(&self.text), false);
        let mut known = Known::of_input(&document.definition, Value::empty_object());
        known.infer(&document.definition);
        let ask = || complete(&self.text, &document, &known, offset).map_or(0, |found| found.items.len());
        (0..times).map(|_| ask()).last().unwrap_or_default()
    }
}
