//! The workflow variables that each state refers to: `variableReferences` of DescribeStateMachine.
//!
//! Only what is evaluated counts: paths, calls of intrinsic functions, payload templates, JSONata's
//! `{% … %}`. To assign a variable is not to refer to it. A state inside a Map or Parallel stands
//! under its own name, one without references not at all, a variable once: so AWS's API reference and
//! the recordings, which have the names sorted. No recording refers to a variable in JSONata.
//!
//! Never fails: what cannot be read is passed over, for the diagnostics tell of it.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use super::{
    fields::{self, Field, ObjectKind, Shape},
    model::QueryLanguage,
    read::query_language,
};
use crate::{
    intrinsic::{Argument, Intrinsic, variable_in},
    jsonata::{self, expression_in},
    jsonpath::Path,
    syntax::{Node, NodeKind},
};

/// The names of variables, without `$`, by the name of the state.
pub type References = BTreeMap<Rc<str>, BTreeSet<Rc<str>>>;

/// Finds the references in the tree of a state machine.
pub fn references(root: &Node) -> References {
    let mut finder = Finder::default();
    finder.scope(root, query_language(root).unwrap_or_default());
    finder.finish()
}

#[derive(Default)]
struct Finder {
    found: References,
    /// What the states assign.
    assigned: BTreeSet<Rc<str>>,
    /// A function that an expression names: a variable, if one of this name is assigned.
    functions: Vec<(Rc<str>, Rc<str>)>,
}

/// The state that is looked at.
#[derive(Clone, Copy)]
struct Current<'a> {
    name: &'a Rc<str>,
    language: QueryLanguage,
    /// The query language of states that have none of their own.
    machine: QueryLanguage,
}

impl Finder {
    /// The states of a machine, a branch or an item processor.
    fn scope(&mut self, node: &Node, machine: QueryLanguage) {
        let states = node.get("States").and_then(|states| states.value.as_object()).unwrap_or_default();
        for state in states {
            let node = &state.value;
            let type_name = node.get("Type").and_then(|member| member.value.as_str());
            let Some(kind) = type_name.and_then(|name| fields::state(name)) else { continue };
            let language = query_language(node).unwrap_or(machine);
            self.object(kind, node, Current { name: &state.key, language, machine });
        }
    }

    /// A state, or an object in it with fields of its own.
    fn object(&mut self, kind: &'static ObjectKind, node: &Node, current: Current) {
        for member in node.as_object().unwrap_or_default() {
            let Some(field) = kind.field(&member.key, current.language) else { continue };
            if field.is_in(current.language) {
                self.field(field, &member.value, current);
            }
        }
    }

    fn field(&mut self, field: &Field, node: &Node, current: Current) {
        if field.name == "Assign" {
            self.assign(node, current.language);
        }
        match field.shape {
            Shape::Path | Shape::PathOrNull => self.path_or_call(node, current),
            Shape::Template => self.template(node, current),
            _ if field.dynamic => self.template(node, current),
            _ => self.parts(field.name, node, current),
        }
    }

    /// The objects that a field holds, one or a list.
    fn parts(&mut self, name: &str, node: &Node, current: Current) {
        for part in node.as_array().unwrap_or(std::slice::from_ref(node)) {
            match (name, kind_in(name)) {
                ("Branches" | "ItemProcessor" | "Iterator", _) => self.scope(part, current.machine),
                (_, Some(kind)) => self.object(kind, part, current),
                (_, None) => {}
            }
        }
    }

    fn assign(&mut self, node: &Node, language: QueryLanguage) {
        let name = |key: &Rc<str>| match language {
            QueryLanguage::JsonPath => key.strip_suffix(".$").map_or_else(|| key.clone(), Rc::from),
            QueryLanguage::Jsonata => key.clone(),
        };
        self.assigned.extend(node.as_object().unwrap_or_default().iter().map(|member| name(&member.key)));
    }

    /// JSON with expressions in it: in JSONPath where a key ends in `.$`, in JSONata any text may be one.
    fn template(&mut self, node: &Node, current: Current) {
        match &node.kind {
            NodeKind::Array(items) => items.iter().for_each(|item| self.template(item, current)),
            NodeKind::Object(members) => {
                for member in members {
                    let is_path = current.language == QueryLanguage::JsonPath && member.key.ends_with(".$");
                    match is_path {
                        true => self.path_or_call(&member.value, current),
                        false => self.template(&member.value, current),
                    }
                }
            }
            NodeKind::String(text) if current.language == QueryLanguage::Jsonata => self.jsonata(text, current),
            _ => {}
        }
    }

    fn path_or_call(&mut self, node: &Node, current: Current) {
        let Some(source) = node.as_str() else { return };
        if let Some((name, rest)) = variable_in(source) {
            if Path::parse(&format!("${rest}")).is_ok() {
                self.add(current, name.into());
            }
        } else if let Ok(call) = Intrinsic::parse(source) {
            self.call(&call, current);
        }
    }

    fn call(&mut self, call: &Intrinsic, current: Current) {
        for argument in &call.arguments {
            match argument {
                Argument::Variable(name, _) => self.add(current, name.clone()),
                Argument::Call(call) => self.call(call, current),
                Argument::Literal(_) | Argument::Input(_) | Argument::Context(_) => {}
            }
        }
    }

    fn jsonata(&mut self, text: &str, current: Current) {
        let Some((source, _)) = expression_in(text) else { return };
        let Ok(expression) = jsonata::Expression::parse(source) else { return };
        expression.variables().for_each(|name| self.add(current, name.into()));
        let functions = expression.functions().map(|name| (current.name.clone(), name.into()));
        self.functions.extend(functions);
    }

    fn add(&mut self, current: Current, name: Rc<str>) {
        self.found.entry(current.name.clone()).or_default().insert(name);
    }

    fn finish(mut self) -> References {
        for (state, name) in self.functions.into_iter().filter(|(_, name)| self.assigned.contains(name)) {
            self.found.entry(state).or_default().insert(name);
        }
        self.found
    }
}

/// The kind of the objects that a field holds, where they have fields with expressions.
fn kind_in(field: &str) -> Option<&'static ObjectKind> {
    match field {
        "Choices" => Some(&fields::CHOICE_RULE),
        "And" | "Or" | "Not" => Some(&fields::NESTED_RULE),
        "Catch" => Some(&fields::CATCHER),
        "ItemReader" => Some(&fields::ITEM_READER),
        "ReaderConfig" => Some(&fields::READER_CONFIG),
        "ItemBatcher" => Some(&fields::ITEM_BATCHER),
        "ResultWriter" => Some(&fields::RESULT_WRITER),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::{Format, parse};

    /// The references of a machine with these fields, one state a line: `name: variable variable`.
    fn check(machine: &str, expected: &str) {
        let text = format!("{{\"StartAt\": \"A\", {machine}}}");
        let parsed = parse(&text, Format::Json);
        assert!(parsed.diagnostics.is_empty(), "{text}");
        let line = |(state, names): (&Rc<str>, &BTreeSet<Rc<str>>)| {
            let names: Vec<&str> = names.iter().map(|name| &**name).collect();
            format!("{state}: {}", names.join(" "))
        };
        let found: Vec<String> = references(&parsed.root.expect("there is a tree")).iter().map(line).collect();
        assert_eq!(found.join("\n"), expected, "{text}");
    }

    /// What the one state `A` with these fields refers to.
    fn check_state(fields: &str, expected: &str) {
        let expected = if expected.is_empty() { String::new() } else { format!("A: {expected}") };
        check(&format!("\"States\": {{\"A\": {{{fields}}}}}"), &expected);
    }

    fn check_jsonata(fields: &str, expected: &str) {
        check_state(&format!("\"QueryLanguage\": \"JSONata\", {fields}"), expected);
    }

    #[test]
    fn a_path_refers_to_the_variable_it_begins_with() {
        check_state(r#""Type": "Pass", "InputPath": "$b.c[0]", "OutputPath": "$a""#, "a b");
        check_state(r#""Type": "Pass", "InputPath": "$.b", "OutputPath": "$$.State.Name""#, "");
        check_state(r#""Type": "Pass", "InputPath": null, "OutputPath": "$""#, "");
        check_state(r#""Type": "Pass", "InputPath": "$a[", "OutputPath": "$a b""#, "");
    }

    #[test]
    fn every_field_with_a_path_counts() {
        check_state(
            r#""Type": "Task", "Resource": "$no", "Credentials": {"RoleArn.$": "$role"}, "TimeoutSecondsPath": "$t",
               "HeartbeatSecondsPath": "$h", "ResultSelector": {"x.$": "$s"}, "ResultPath": "$.no",
               "Catch": [{"ErrorEquals": ["$no"], "Next": "$no", "Assign": {"no.$": "$caught"}}]"#,
            "caught h role s t",
        );
        check_state(
            r#""Type": "Map", "Label": "$no", "MaxConcurrencyPath": "$m",
               "ItemReader": {"Resource": "$no", "Parameters": {"Key.$": "$key"}, "ReaderConfig": {"MaxItemsPath": "$n"}},
               "ItemBatcher": {"BatchInput": {"x.$": "$batch"}, "MaxItemsPerBatchPath": "$per"},
               "ResultWriter": {"Parameters": {"Prefix.$": "$prefix"}}"#,
            "batch key m n per prefix",
        );
    }

    #[test]
    fn a_template_has_expressions_where_a_key_says_so() {
        check_state(
            r#""Type": "Pass", "Parameters": [{"a.$": "$one", "b": "$no", "c": [{"d.$": "States.Array($two, States.JsonToString($one), '$no', $.x)"}]}]"#,
            "one two",
        );
        check_state(r#""Type": "Pass", "Comment": "$no", "Result": {"a.$": "$no"}"#, "");
        check_state(r#""Type": "Pass", "Parameters": {"a.$": "States.Nope($no)", "b.$": 1}"#, "");
    }

    #[test]
    fn to_assign_is_not_to_refer() {
        check_state(r#""Type": "Pass", "Assign": {"total": 1, "sum.$": "$total.net"}"#, "total");
        check_jsonata(r#""Type": "Pass", "Assign": {"total": 1, "sum": "{% $total.net %}"}"#, "total");
    }

    #[test]
    fn a_rule_compares_variables() {
        check_state(
            r#""Type": "Choice", "Default": "$no", "Choices": [
               {"And": [{"Variable": "$a", "StringEquals": "$no"}, {"Not": {"Variable": "$b", "IsPresent": true}}],
                "Next": "$no", "Assign": {"x.$": "$c"}},
               {"Or": [{"Variable": "$.d", "NumericLessThanPath": "$e"}], "Next": "X"}]"#,
            "a b c e",
        );
        check_jsonata(
            r#""Type": "Choice", "Choices": [{"Condition": "{% $a > 1 %}", "Output": "{% $b %}", "Next": "X"},
               {"Condition": true, "Assign": {"x": "{% $c %}"}, "Next": "X"}]"#,
            "a b c",
        );
    }

    #[test]
    fn in_jsonata_any_text_may_be_an_expression() {
        check_jsonata(
            r#""Type": "Task", "Comment": "{% $no %}", "Arguments": {"a": ["{% $b.c %}", " {% $no %}", "$no"]},
               "TimeoutSeconds": "{% $t %}", "Output": "{% $o[0] & $d %}", "Credentials": {"RoleArn": "{% $role %}"},
               "Catch": [{"ErrorEquals": ["X"], "Next": "X", "Output": "{% $caught %}"}]"#,
            "b caught d o role t",
        );
        check_jsonata(r#""Type": "Fail", "Error": "{% $e %}", "Cause": "{% 'c: ' & $c %}""#, "c e");
        check_jsonata(r#""Type": "Map", "Items": ["{% $one %}"], "MaxConcurrency": "{% $two %}""#, "one two");
        check_jsonata(r#""Type": "Pass", "InputPath": "$no", "Output": "{% $no + %}""#, "");
    }

    #[test]
    fn what_an_expression_binds_itself_is_no_reference() {
        check_jsonata(
            r#""Type": "Pass", "Output": "{% ($x := $a; $map($states.input, function($v) { $v + $x + $b })) %}""#,
            "a b",
        );
    }

    #[test]
    fn a_variable_that_is_assigned_hides_a_function() {
        check_jsonata(r#""Type": "Pass", "Output": "{% $count + $sum([1]) %}""#, "");
        check_jsonata(r#""Type": "Pass", "Output": "{% $count + $sum([1]) %}", "Assign": {"count": 0}"#, "count");
    }

    #[test]
    fn inner_states_stand_under_their_own_names() {
        check(
            r#""QueryLanguage": "JSONata", "States": {
                "Outer": {"Type": "Map", "Items": "{% $list %}", "ItemProcessor": {"States": {
                    "Inner": {"Type": "Parallel", "Branches": [
                        {"States": {"Left": {"Type": "Wait", "Seconds": "{% $s %}"}}},
                        {"States": {"Right": {"Type": "Succeed"}}}]}}}},
                "Paths": {"Type": "Wait", "QueryLanguage": "JSONPath", "SecondsPath": "$p"}}"#,
            "Left: s\nOuter: list\nPaths: p",
        );
    }

    #[test]
    fn whatever_the_tree_nothing_fails() {
        check(
            r#""States": {"A": [], "B": {"Type": "Nope", "InputPath": "$no"}, "C": {"Type": "Choice", "Choices": 1}}"#,
            "",
        );
        check(r#""States": [{"Type": "Pass", "InputPath": "$no"}]"#, "");
    }
}
