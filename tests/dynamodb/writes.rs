//! getItem, putItem, updateItem and deleteItem.

use super::{ask, json, refused, table};

#[test]
fn a_put_replaces_the_whole_item() {
    let mut table = table(&["id"], &[]);
    let cases = [
        ("putItem", r#"{"Item": {"id": {"S": "1"}, "n": {"N": "010.50"}}}"#, "{}"),
        ("getItem", r#"{"Key": {"id": {"S": "1"}}}"#, r#"{"Item": {"id": {"S": "1"}, "n": {"N": "10.5"}}}"#),
        (
            "putItem",
            r#"{"Item": {"id": {"S": "1"}, "m": {"S": ""}}, "ReturnValues": "ALL_OLD"}"#,
            r#"{"Attributes": {"id": {"S": "1"}, "n": {"N": "10.5"}}}"#,
        ),
        (
            "getItem",
            r#"{"Key": {"id": {"S": "1"}}, "ConsistentRead": true}"#,
            r#"{"Item": {"id": {"S": "1"}, "m": {"S": ""}}}"#,
        ),
        ("getItem", r#"{"Key": {"id": {"S": "2"}}}"#, "{}"),
        ("putItem", r#"{"Item": {"id": {"S": "2"}}, "ReturnValues": "ALL_OLD"}"#, "{}"),
        ("deleteItem", r#"{"Key": {"id": {"S": "2"}}}"#, "{}"),
        (
            "deleteItem",
            r#"{"Key": {"id": {"S": "1"}}, "ReturnValues": "ALL_OLD"}"#,
            r#"{"Attributes": {"id": {"S": "1"}, "m": {"S": ""}}}"#,
        ),
        ("deleteItem", r#"{"Key": {"id": {"S": "1"}}, "ReturnValues": "ALL_OLD"}"#, "{}"),
    ];
    for (action, parameters, answer) in cases {
        assert_eq!(ask(&mut table, action, parameters), Ok(json(answer)), "{action} {parameters}");
    }
    assert_eq!(table.items().len(), 0);
}

#[test]
fn keys_are_equal_by_value() {
    let mut table = table(&["id", "at"], &[r#"{"id": {"S": "1"}, "at": {"N": "1.0"}}"#]);
    let get = r#"{"Key": {"at": {"N": "1E0"}, "id": {"S": "1"}}}"#;
    assert_eq!(ask(&mut table, "getItem", get), Ok(json(r#"{"Item": {"id": {"S": "1"}, "at": {"N": "1"}}}"#)));
}

#[test]
fn a_projection_gives_the_parts_asked_for() {
    let item = r#"{"id": {"S": "1"}, "name": {"S": "x"}, "list": {"L": [{"N": "0"}, {"N": "1"}, {"N": "2"}]},
        "m": {"M": {"p": {"S": "P"}, "q": {"M": {"r": {"S": "R"}, "s": {"S": "S"}}}}}}"#;
    let cases = [
        ("#n", r#"{"name": {"S": "x"}}"#),
        ("id, gone, #n.x", r#"{"id": {"S": "1"}}"#),
        ("gone", "{}"),
        ("m.q.r, m.p", r#"{"m": {"M": {"p": {"S": "P"}, "q": {"M": {"r": {"S": "R"}}}}}}"#),
        ("list1", "{}"),
        ("m.q.#n", "{}"),
    ];
    for (projection, expected) in cases {
        let names = if projection.contains('#') { r##", "ExpressionAttributeNames": {"#n": "name"}"## } else { "" };
        let parameters = format!(r#"{{"Key": {{"id": {{"S": "1"}}}}, "ProjectionExpression": "{projection}"{names}}}"#);
        let answer = ask(&mut table(&["id"], &[item]), "getItem", &parameters).expect(projection);
        assert_eq!(answer.get("Item"), Some(&json(expected)), "{projection}");
    }
    let several = r##"{"Key": {"id": {"S": "1"}}, "ProjectionExpression": "#l[2], #l[0]",
        "ExpressionAttributeNames": {"#l": "list"}}"##;
    let answer = ask(&mut table(&["id"], &[item]), "getItem", several).expect("a list can be projected");
    assert_eq!(answer.get("Item"), Some(&json(r#"{"list": {"L": [{"N": "0"}, {"N": "2"}]}}"#)));
}

const BEFORE: &str = r#"{"id": {"S": "1"}, "n": {"N": "10.5"}, "l": {"L": [{"N": "1"}, {"N": "2"}, {"N": "3"}]},
    "m": {"M": {"x": {"S": "X"}}}, "ss": {"SS": ["a", "b"]}, "ns": {"NS": ["1", "2"]}}"#;

/// The attributes that an update leaves other than they were, and those that it takes away as null.
fn updated(update: &str, values: &str) -> statelight::value::Value {
    let mut table = table(&["id"], &[BEFORE]);
    let values = if values == "{}" { String::new() } else { format!(r#", "ExpressionAttributeValues": {values}"#) };
    let parameters = format!(
        r#"{{"Key": {{"id": {{"S": "1"}}}}, "UpdateExpression": "{update}", "ReturnValues": "ALL_NEW"{values}}}"#
    );
    let answer = ask(&mut table, "updateItem", &parameters).unwrap_or_else(|refusal| panic!("{update}: {refusal:?}"));
    let (new, old) = (answer.get("Attributes").expect("there is an item").clone(), json(BEFORE));
    assert_eq!(table.items().next(), Some(&new));
    let names = || new.as_object().into_iter().chain(old.as_object()).flat_map(|object| object.keys());
    let changed = names().filter(|name| new.get(name) != old.get(name));
    statelight::value::Value::object(changed.map(|name| (name.clone(), new.get(name).cloned().unwrap_or_default())))
}

#[test]
fn updates_do_what_the_guide_says() {
    let cases = [
        ("SET n = n + :v", r#"{":v": {"N": "0.7"}}"#, r#"{"n": {"N": "11.2"}}"#),
        ("set n = :v - n", r#"{":v": {"N": "1"}}"#, r#"{"n": {"N": "-9.5"}}"#),
        ("SET n = n - :v - :v", r#"{":v": {"N": "1"}}"#, r#"{"n": {"N": "8.5"}}"#),
        ("SET a = :v, b = n", r#"{":v": {"S": "x"}}"#, r#"{"a": {"S": "x"}, "b": {"N": "10.5"}}"#),
        // Every action sees the item as it was.
        ("SET n = :v, b = n", r#"{":v": {"N": "0"}}"#, r#"{"n": {"N": "0"}, "b": {"N": "10.5"}}"#),
        ("SET b = n REMOVE n", "{}", r#"{"b": {"N": "10.5"}, "n": null}"#),
        ("SET n = if_not_exists(n, :v)", r#"{":v": {"N": "0"}}"#, "{}"),
        ("SET c = if_not_exists(c, :v) + :w", r#"{":v": {"N": "0"}, ":w": {"N": "1"}}"#, r#"{"c": {"N": "1"}}"#),
        (
            "SET l = list_append(l, :v)",
            r#"{":v": {"L": [{"S": "x"}]}}"#,
            r#"{"l": {"L": [{"N": "1"}, {"N": "2"}, {"N": "3"}, {"S": "x"}]}}"#,
        ),
        (
            "SET e = list_append(:v, if_not_exists(e, :v))",
            r#"{":v": {"L": [{"S": "x"}]}}"#,
            r#"{"e": {"L": [{"S": "x"}, {"S": "x"}]}}"#,
        ),
        ("SET m.y = m.x", "{}", r#"{"m": {"M": {"x": {"S": "X"}, "y": {"S": "X"}}}}"#),
        ("SET l[1] = :v", r#"{":v": {"S": "x"}}"#, r#"{"l": {"L": [{"N": "1"}, {"S": "x"}, {"N": "3"}]}}"#),
        // Past the end, in the order of the indexes.
        (
            "SET l[9] = :v, l[7] = :w",
            r#"{":v": {"S": "x"}, ":w": {"S": "y"}}"#,
            r#"{"l": {"L": [{"N": "1"}, {"N": "2"}, {"N": "3"}, {"S": "y"}, {"S": "x"}]}}"#,
        ),
        ("REMOVE l[0], l[2], gone", "{}", r#"{"l": {"L": [{"N": "2"}]}}"#),
        ("REMOVE l[8], m.gone", "{}", "{}"),
        ("REMOVE m.x", "{}", r#"{"m": {"M": {}}}"#),
        ("ADD n :v, c :v", r#"{":v": {"N": "-0.5"}}"#, r#"{"n": {"N": "10"}, "c": {"N": "-0.5"}}"#),
        (
            "ADD ss :v, t :v",
            r#"{":v": {"SS": ["b", "c"]}}"#,
            r#"{"ss": {"SS": ["a", "b", "c"]}, "t": {"SS": ["b", "c"]}}"#,
        ),
        ("DELETE ns :v", r#"{":v": {"NS": ["2.0", "3"]}}"#, r#"{"ns": {"NS": ["1"]}}"#),
        // A set is never empty.
        ("DELETE ss :v", r#"{":v": {"SS": ["b", "a"]}}"#, r#"{"ss": null}"#),
        ("DELETE gone :v", r#"{":v": {"SS": ["a"]}}"#, "{}"),
        (
            "REMOVE m SET a = :v ADD n :n",
            r#"{":v": {"S": "x"}, ":n": {"N": "1"}}"#,
            r#"{"a": {"S": "x"}, "n": {"N": "11.5"}, "m": null}"#,
        ),
    ];
    for (update, values, expected) in cases {
        assert_eq!(updated(update, values), json(expected), "{update}");
    }
}

#[test]
fn an_update_returns_what_is_asked_for() {
    let cases = [
        ("NONE", "{}"),
        (
            "ALL_OLD",
            r#"{"Attributes": {"id": {"S": "1"}, "n": {"N": "1"}, "m": {"M": {"a": {"N": "1"}, "b": {"N": "2"}}}}}"#,
        ),
        (
            "ALL_NEW",
            r#"{"Attributes": {"id": {"S": "1"}, "n": {"N": "2"}, "m": {"M": {"a": {"N": "5"}, "b": {"N": "2"}}}, "c": {"N": "5"}}}"#,
        ),
        ("UPDATED_OLD", r#"{"Attributes": {"n": {"N": "1"}, "m": {"M": {"a": {"N": "1"}}}}}"#),
        ("UPDATED_NEW", r#"{"Attributes": {"n": {"N": "2"}, "m": {"M": {"a": {"N": "5"}}}, "c": {"N": "5"}}}"#),
    ];
    let item = r#"{"id": {"S": "1"}, "n": {"N": "1"}, "m": {"M": {"a": {"N": "1"}, "b": {"N": "2"}}}}"#;
    for (returned, expected) in cases {
        let parameters = format!(
            r#"{{"Key": {{"id": {{"S": "1"}}}}, "ReturnValues": "{returned}",
                "UpdateExpression": "SET n = n + :one, m.a = :five, c = :five",
                "ExpressionAttributeValues": {{":one": {{"N": "1"}}, ":five": {{"N": "5"}}}}}}"#
        );
        assert_eq!(ask(&mut table(&["id"], &[item]), "updateItem", &parameters), Ok(json(expected)), "{returned}");
    }
}

#[test]
fn an_update_makes_an_item_that_is_not_there() {
    let mut table = table(&["id"], &[]);
    let key = r#""Key": {"id": {"S": "1"}}"#;
    let add = r#""UpdateExpression": "ADD n :v", "ExpressionAttributeValues": {":v": {"N": "1"}}"#;
    let guarded = format!(r#"{{{key}, {add}, "ConditionExpression": "attribute_exists(id)"}}"#);
    assert_eq!(refused(&mut table, "updateItem", &guarded), "The conditional request failed");
    assert_eq!(table.items().len(), 0);
    let old = format!(r#"{{{key}, {add}, "ReturnValues": "ALL_OLD"}}"#);
    assert_eq!(ask(&mut table, "updateItem", &old), Ok(json("{}")));
    assert_eq!(table.items().next(), Some(&json(r#"{"id": {"S": "1"}, "n": {"N": "1"}}"#)));
}

#[test]
fn wrong_updates_are_refused_in_the_services_words() {
    let invalid = |words: &str| format!("Invalid UpdateExpression: {words}");
    let cases = [
        ("", invalid("The expression can not be empty;")),
        ("INVALID SYNTAX HERE", invalid(r#"Syntax error; token: "INVALID", near: "INVALID SYNTAX""#)),
        ("ADD hits : incr", invalid(r#"Syntax error; token: ":", near: "hits : incr""#)),
        ("SET a = :s SET b = :s", invalid(r#"The "SET" section can only be used once in an update expression;"#)),
        ("SET status = :s", invalid("Attribute name is a reserved keyword; reserved keyword: status")),
        (
            "SET f = :s, f = :s",
            invalid(
                "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [f], path two: [f]",
            ),
        ),
        (
            "SET a.b[0] = :s REMOVE a",
            invalid(
                "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a, b, [0]], path two: [a]",
            ),
        ),
        (
            "SET a.b = :s, a[0] = :s",
            invalid(
                "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [a, b], path two: [a, [0]]",
            ),
        ),
        (
            "ADD n :s",
            invalid(
                "Incorrect operand type for operator or function; operator: ADD, operand type: STRING, typeSet: ALLOWED_FOR_ADD_OPERAND",
            ),
        ),
        (
            "DELETE n :n",
            invalid(
                "Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER, typeSet: ALLOWED_FOR_DELETE_OPERAND",
            ),
        ),
        (
            "SET n = n + :s",
            invalid("Incorrect operand type for operator or function; operator or function: +, operand type: S"),
        ),
        (
            "SET l = list_append(l, :s)",
            invalid(
                "Incorrect operand type for operator or function; operator or function: list_append, operand type: S",
            ),
        ),
        ("SET n = size(n)", invalid("The function is not allowed in an update expression; function: size")),
        ("SET n = abs(n)", invalid("Invalid function name; function: abs")),
        (
            "SET n = if_not_exists(:n, :n)",
            invalid("Operator or function requires a document path; operator or function: if_not_exists"),
        ),
        // What only the item tells has no prefix.
        (
            "SET id = :s",
            "One or more parameter values were invalid: Cannot update attribute id. This attribute is part of the key"
                .to_owned(),
        ),
        (
            "SET n = gone + :n",
            "The provided expression refers to an attribute that does not exist in the item".to_owned(),
        ),
        ("SET n = t + :n", "An operand in the update expression has an incorrect data type".to_owned()),
        ("SET n = list_append(t, t)", "An operand in the update expression has an incorrect data type".to_owned()),
        ("ADD t :n", "An operand in the update expression has an incorrect data type".to_owned()),
        ("SET gone.x = :n", "The document path provided in the update expression is invalid for update".to_owned()),
        ("SET t[0] = :n", "The document path provided in the update expression is invalid for update".to_owned()),
        ("REMOVE gone.x", "The document path provided in the update expression is invalid for update".to_owned()),
        ("ADD big :n", "Attempting to store more than 38 significant digits in a Number".to_owned()),
    ];
    let mut table = table(&["id"], &[r#"{"id": {"S": "1"}, "n": {"N": "1"}, "t": {"S": "x"}, "big": {"N": "1E50"}}"#]);
    for (update, words) in cases {
        let value = |name: &str, value: &str| {
            if update.contains(name) { format!(r#""{name}": {value},"#) } else { String::new() }
        };
        let values = value(":s", r#"{"S": "x"}"#) + &value(":n", r#"{"N": "2"}"#);
        let values = match values.trim_end_matches(',') {
            "" => String::new(),
            values => format!(r#", "ExpressionAttributeValues": {{{values}}}"#),
        };
        let parameters = format!(r#"{{"Key": {{"id": {{"S": "1"}}}}, "UpdateExpression": "{update}"{values}}}"#);
        assert_eq!(refused(&mut table, "updateItem", &parameters), words, "{update}");
    }
}

#[test]
fn wrong_requests_are_refused_in_the_services_words() {
    let null = |member: &str| {
        format!(
            "1 validation error detected: Value null at '{member}' failed to satisfy constraint: Member must not be null"
        )
    };
    let invalid = |words: &str| format!("One or more parameter values were invalid: {words}");
    let schema = || "The provided key element does not match the schema".to_owned();
    let cases = [
        ("getItem", "{}", null("key")),
        ("putItem", r#"{"Item": null}"#, null("item")),
        ("getItem", r#"{"Key": {"id": {"N": "1"}}}"#, schema()),
        ("getItem", r#"{"Key": {}}"#, schema()),
        ("deleteItem", r#"{"Key": {"id": {"S": "1"}, "n": {"N": "1"}}}"#, schema()),
        ("updateItem", r#"{"Key": {"nr": {"S": "1"}}}"#, schema()),
        ("putItem", r#"{"Item": {"n": {"N": "1"}}}"#, invalid("Missing the key id in the item")),
        ("putItem", r#"{"Item": {"id": {"N": "1"}}}"#, invalid("Type mismatch for key id expected: S actual: N")),
        (
            "putItem",
            r#"{"Item": {"id": {"S": ""}}}"#,
            "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: id".to_owned(),
        ),
        ("putItem", r#"{"Item": {"id": {"S": "1"}, "x": {}}}"#, "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes".to_owned()),
        ("putItem", r#"{"Item": {"id": {"S": "1"}, "x": {"S": "", "N": "1"}}}"#, "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes".to_owned()),
        ("putItem", r#"{"Item": {"id": {"S": "1"}, "x": {"N": "one"}}}"#, "The parameter cannot be converted to a numeric value: one".to_owned()),
        ("putItem", r#"{"Item": {"id": {"S": "1"}, "x": {"SS": []}}}"#, invalid("An string set  may not be empty")),
        ("putItem", r#"{"Item": {"id": {"S": "1"}, "x": {"SS": ["a", "a"]}}}"#, invalid("Input collection [a, a] contains duplicates.")),
        ("putItem", r#"{"Item": {"id": {"S": "1"}, "x": {"NS": ["1", "1.0"]}}}"#, "Input collection contains duplicates".to_owned()),
        ("putItem", r#"{"Item": {"id": {"S": "1"}, "x": {"NULL": false}}}"#, invalid("Null attribute value types must have the value of true")),
        ("putItem", r#"{"Item": {"id": {"S": "1"}}, "ReturnValues": "ALL_NEW"}"#, "ReturnValues can only be ALL_OLD or NONE".to_owned()),
        (
            "putItem",
            r#"{"Item": {"id": {"S": "1"}}, "ReturnValues": "OLD"}"#,
            "1 validation error detected: Value 'OLD' at 'returnValues' failed to satisfy constraint: Member must satisfy enum value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]".to_owned(),
        ),
        (
            "getItem",
            r##"{"Key": {"id": {"S": "1"}}, "ExpressionAttributeNames": {"#a": "a"}}"##,
            "ExpressionAttributeNames can only be specified when using expressions".to_owned(),
        ),
        (
            "getItem",
            r##"{"Key": {"id": {"S": "1"}}, "ProjectionExpression": "a", "ExpressionAttributeNames": {"#a": "a"}}"##,
            "Value provided in ExpressionAttributeNames unused in expressions: keys: {#a}".to_owned(),
        ),
        (
            "deleteItem",
            r#"{"Key": {"id": {"S": "1"}}, "ConditionExpression": "attribute_exists(id)", "ExpressionAttributeValues": {":v": {"S": "1"}}}"#,
            "Value provided in ExpressionAttributeValues unused in expressions: keys: {:v}".to_owned(),
        ),
        (
            "deleteItem",
            r#"{"Key": {"id": {"S": "1"}}, "ConditionExpression": "attribute_exists(id)", "ExpressionAttributeValues": {"v": {"S": "1"}}}"#,
            "ExpressionAttributeValues contains invalid key: Syntax error; key: \"v\"".to_owned(),
        ),
        (
            "getItem",
            r#"{"Key": {"id": {"S": "1"}}, "ProjectionExpression": "a, a.b"}"#,
            "Invalid ProjectionExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a, b]".to_owned(),
        ),
    ];
    let mut table = table(&["id"], &[r#"{"id": {"S": "1"}}"#]);
    for (action, parameters, words) in cases {
        assert_eq!(refused(&mut table, action, parameters), words, "{action} {parameters}");
    }
}

#[test]
fn what_is_of_no_form_never_reaches_the_service() {
    let mut table = table(&["id"], &[]);
    let cases = [
        (r#"{"Item":{"id":{"S":1}}}"#, "The value for the field 'S' must be a STRING"),
        (r#"{"Item":{"id":{"N":1}}}"#, "The value for the field 'N' must be a STRING"),
        (r#"{"Item":{"id":"1"}}"#, "An attribute value must be an OBJECT that names its type"),
        (r#"{"Item":{"id":{"s":"1"}}}"#, "The field 's' is not supported by Step Functions"),
        (r#"{"Item":{"id":{"B":"?"}}}"#, "The value of the field 'B' has an invalid format"),
        (r#"{"Item":[]}"#, "The value for the field 'Item' must be an OBJECT"),
    ];
    for (parameters, words) in cases {
        let refusal = ask(&mut table, "putItem", parameters).expect_err(parameters);
        assert_eq!(&*refusal.error, "States.Runtime");
        let cause = format!("The Parameters '{parameters}' could not be used to start the Task: [{words}]");
        assert_eq!(*refusal.cause, *cause);
    }
}

#[test]
fn an_item_has_at_most_400_kilobytes() {
    let mut table = table(&["id"], &[]);
    let item = |length: usize| format!(r#"{{"Item": {{"id": {{"S": "1"}}, "t": {{"S": "{}"}}}}}}"#, "x".repeat(length));
    let fits = 400 * 1024 - "id".len() - "1".len() - "t".len();
    assert_eq!(refused(&mut table, "putItem", &item(fits + 1)), "Item size has exceeded the maximum allowed size");
    assert!(ask(&mut table, "putItem", &item(fits)).is_ok());
    table.take_changes();
    let longer = r#"{"Key": {"id": {"S": "1"}}, "UpdateExpression": "SET u = :v", "ExpressionAttributeValues": {":v": {"S": ""}}}"#;
    assert_eq!(refused(&mut table, "updateItem", longer), "Item size to update has exceeded the maximum allowed size");
}
