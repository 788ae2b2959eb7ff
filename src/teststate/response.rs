//! The response in the API's shape: data as JSON texts, and of the stages of a state those that AWS was
//! recorded to show for its kind.

use serde_json::{Map, Value as Json, json};

use super::{
    request::{Level, Request},
    run::{Handled, Tested},
};
use crate::{
    asl::model::StateKind,
    engine::inspection::Stage,
    value::{Number, Value},
};

/// The response to a request.
pub fn response(request: &Request, tested: &Tested) -> Json {
    let mut response = Map::new();
    let mut put = |name: &str, text: Option<String>| {
        if let Some(text) = text {
            response.insert(name.to_owned(), text.into());
        }
    };
    put("output", tested.output.as_ref().map(|output| text(request, tested, output)));
    put("error", tested.error.as_ref().map(ToString::to_string));
    put("cause", tested.cause.as_ref().map(ToString::to_string));
    put("nextState", tested.next_state.as_ref().map(ToString::to_string));
    put("status", Some(tested.status.name().to_owned()));
    if request.level != Level::Info {
        response.insert("inspectionData".to_owned(), inspection_data(request, tested));
    }
    response.into()
}

/// The stages that a response names, in the order of a state's course, each with its name.
fn shown(tested: &Tested) -> Vec<(&'static str, Value)> {
    let mut shown = Vec::new();
    for staged in &tested.stages {
        // What a Catcher makes of an error is the output.
        if staged.stage == Stage::ErrorOutput {
            break;
        }
        if let Some(name) = name(tested, staged.stage) {
            shown.push((name, staged.value.clone()));
        }
    }
    if let StateKind::Map(map) = &tested.kind {
        let selected: Vec<Value> = of_stage(tested, Stage::ItemSelector).cloned().collect();
        if map.item_selector.is_some() && tested.has_items {
            shown.push(("afterItemSelector", Value::array(selected)));
        }
        if tested.has_items {
            shown.push(("maxConcurrency", tested.after(Stage::MaxConcurrency).cloned().unwrap_or(0.into())));
        }
    }
    if tested.variables.as_object().is_some_and(|variables| !variables.is_empty()) {
        shown.push(("variables", tested.variables.clone()));
    }
    shown
}

fn of_stage(tested: &Tested, stage: Stage) -> impl Iterator<Item = &Value> {
    tested.stages.iter().filter(move |staged| staged.stage == stage).map(|staged| &staged.value)
}

/// The name under which a stage is shown, if it is for such a state.
fn name(tested: &Tested, stage: Stage) -> Option<&'static str> {
    use StateKind::{Map, Parallel, Pass, Task};
    let kind = &tested.kind;
    let has_fixed_result = matches!(kind, Pass(pass) if pass.result.is_some());
    match stage {
        Stage::Input => Some("input"),
        Stage::InputPath if !has_fixed_result && !matches!(kind, Parallel(_)) => Some("afterInputPath"),
        Stage::Parameters if !has_fixed_result && matches!(kind, Pass(_) | Task(_)) => Some("afterParameters"),
        Stage::Arguments if matches!(kind, Task(_)) => Some("afterArguments"),
        // In JSONata the items are not shown.
        Stage::Items if tested.has_items && matches!(kind, Map(_)) && is_json_path(tested) => Some("afterItemsPath"),
        Stage::ToleratedFailureCount => Some("toleratedFailureCount"),
        Stage::ToleratedFailurePercentage => Some("toleratedFailurePercentage"),
        Stage::Result if has_fixed_result || matches!(kind, Task(_)) => Some("result"),
        Stage::ResultSelector => Some("afterResultSelector"),
        Stage::ResultPath => Some("afterResultPath"),
        _ => None,
    }
}

fn is_json_path(tested: &Tested) -> bool {
    tested.after(Stage::InputPath).is_some()
}

fn inspection_data(request: &Request, tested: &Tested) -> Json {
    let mut data = Map::new();
    for (name, value) in shown(tested) {
        let value = match (name, &value) {
            ("toleratedFailurePercentage", Value::Number(number)) => json!(number.as_f64()),
            ("maxConcurrency" | "toleratedFailureCount", Value::Number(number)) => json!(whole(number)),
            (_, value) => text(request, tested, value).into(),
        };
        data.insert(name.to_owned(), value);
    }
    match tested.handled {
        Some(Handled::Retry { index, delay }) => {
            let seconds = delay.as_micros() / 1_000_000;
            data.insert(
                "errorDetails".to_owned(),
                json!({"retryIndex": index, "retryBackoffIntervalSeconds": seconds}),
            );
        }
        Some(Handled::Catch { index }) => {
            data.insert("errorDetails".to_owned(), json!({"catchIndex": index}));
        }
        None => {}
    }
    data.into()
}

fn whole(number: &Number) -> i64 {
    number.as_int().unwrap_or_else(|| number.as_f64() as i64)
}

/// The JSON text of a value. What is handed on as the request had it is shown as it was written there.
fn text(request: &Request, tested: &Tested, value: &Value) -> String {
    let written = [Some(&request.input), tested.mocked.as_ref()];
    let same = written.into_iter().flatten().find(|json| json.value.is_same(value));
    same.map_or_else(|| value.to_json(), |json| json.text.to_string())
}
