//! What each state refers to as `statelight variables` prints it: `variableReferences` of
//! DescribeStateMachine, a map from the name of a state to the names of variables.

use serde_json::{Map, Value};

use crate::asl::references::References;

/// The map; null where no state refers to a variable, for there AWS leaves the field out.
pub fn variable_references(references: &References) -> Value {
    let mut map = Map::new();
    for (state, names) in references {
        map.insert(state.to_string(), names.iter().map(|name| Value::from(&**name)).collect());
    }
    if map.is_empty() { Value::Null } else { Value::Object(map) }
}
