//! What a simulated DynamoDB table answers. The rules are those of the API reference and of the developer guide's
//! pages on expressions; where a refusal's words were recorded or reported, they are the service's own.

mod hostile;
mod search;
mod writes;

use std::rc::Rc;

use statelight::{
    services::dynamodb::{Caller, Change, Refusal, Table},
    syntax::parse_value,
    value::Value,
};

pub fn json(text: &str) -> Value {
    parse_value(text).unwrap_or_else(|error| panic!("{text}: {}", error.message))
}

pub fn table(key: &[&str], items: &[&str]) -> Table {
    let key: Vec<Rc<str>> = key.iter().map(|name| (*name).into()).collect();
    let items: Vec<Value> = items.iter().map(|item| json(item)).collect();
    Table::new(&key, &items).unwrap_or_else(|error| panic!("{error}"))
}

pub fn optimised() -> Caller {
    Caller { is_sdk: false, request_id: "ID".into() }
}

pub fn ask(table: &mut Table, action: &str, parameters: &str) -> Result<Value, Refusal> {
    table.ask(action, &json(parameters), &optimised()).unwrap_or_else(|| panic!("{action} is not simulated"))
}

/// What the service says of a request that it takes for wrong, without what the integration puts around it.
pub fn refused(table: &mut Table, action: &str, parameters: &str) -> String {
    let refusal = match ask(table, action, parameters) {
        Err(refusal) => refusal,
        Ok(answer) => panic!("{action} {parameters} answers {answer}"),
    };
    assert_eq!(table.take_changes(), [], "{action} {parameters}");
    let words = refusal.cause.split(" (Service: ").next().unwrap_or_default();
    words.to_owned()
}

/// Whether a condition holds for an item with the key 1, as putItem, a filter and the values see it.
fn holds(item: &str, condition: &str, values: &str) -> bool {
    let mut table = table(&["id"], &[item]);
    let values = if values == "{}" { String::new() } else { format!(r#", "ExpressionAttributeValues": {values}"#) };
    let names = if condition.contains('#') { r##", "ExpressionAttributeNames": {"#n": "name"}"## } else { "" };
    let key = r#""Key": {"id": {"S": "1"}}"#;
    let parameters = format!(r#"{{{key}, "ConditionExpression": "{condition}"{names}{values}}}"#);
    match ask(&mut table, "deleteItem", &parameters) {
        Ok(_) => true,
        Err(refusal) if &*refusal.error == "DynamoDB.ConditionalCheckFailedException" => false,
        Err(refusal) => panic!("{condition}: {}", refusal.cause),
    }
}

const ITEM: &str = r#"{
    "id": {"S": "1"}, "name": {"S": "Anna"}, "price": {"N": "10.50"}, "photo": {"B": "AQID"},
    "tags": {"SS": ["red", "blue"]}, "sizes": {"NS": ["1", "2.0"]}, "isOpen": {"BOOL": true}, "nothing": {"NULL": true},
    "a": {"M": {"b": {"L": [{"S": "x"}, {"M": {"name": {"N": "7"}}}]}}}
}"#;

#[test]
fn conditions_say_of_an_item_what_the_guide_says() {
    let cases = [
        // Comparisons: numbers by value, strings by their bytes, and never across types.
        ("price = :v", r#"{":v": {"N": "10.5"}}"#, true),
        ("price = :v", r#"{":v": {"N": "1.05e1"}}"#, true),
        ("price = :v", r#"{":v": {"S": "10.5"}}"#, false),
        ("price <> :v", r#"{":v": {"S": "10.5"}}"#, true),
        ("price < :v", r#"{":v": {"N": "9"}}"#, false),
        ("price >= :v", r#"{":v": {"N": "9"}}"#, true),
        ("price > :v", r#"{":v": {"S": "1"}}"#, false),
        (":v <= price", r#"{":v": {"N": "10.5"}}"#, true),
        ("#n < :v", r#"{":v": {"S": "Annabel"}}"#, true),
        ("#n < :v", r#"{":v": {"S": "a"}}"#, true),
        ("photo < :v", r#"{":v": {"B": "AQIB"}}"#, false),
        ("photo < :v", r#"{":v": {"B": "AQM="}}"#, true),
        ("isOpen = :v", r#"{":v": {"BOOL": true}}"#, true),
        ("nothing = :v", r#"{":v": {"NULL": true}}"#, true),
        ("tags = :v", r#"{":v": {"SS": ["blue", "red"]}}"#, true),
        ("sizes = :v", r#"{":v": {"NS": ["2", "1.0"]}}"#, true),
        ("tags = :v", r#"{":v": {"SS": ["blue"]}}"#, false),
        ("a.b = :v", r#"{":v": {"L": [{"S": "x"}, {"M": {"name": {"N": "7.0"}}}]}}"#, true),
        // What is not there is unlike everything, and in no order.
        ("gone = :v", r#"{":v": {"S": "x"}}"#, false),
        ("gone <> :v", r#"{":v": {"S": "x"}}"#, true),
        ("gone < :v", r#"{":v": {"S": "x"}}"#, false),
        // Ranges and lists.
        ("price BETWEEN :a AND :b", r#"{":a": {"N": "10.5"}, ":b": {"N": "11"}}"#, true),
        ("price between :a and :b", r#"{":a": {"N": "11"}, ":b": {"N": "12"}}"#, false),
        ("#n IN (:a, :b)", r#"{":a": {"S": "Berta"}, ":b": {"S": "Anna"}}"#, true),
        ("#n IN (:a)", r#"{":a": {"S": "Berta"}}"#, false),
        // NOT binds tighter than AND, AND tighter than OR.
        ("NOT attribute_exists(gone) AND price = :v", r#"{":v": {"N": "10.5"}}"#, true),
        ("price = :v OR gone = :v AND gone = :v", r#"{":v": {"N": "10.5"}}"#, true),
        ("(price = :v OR gone = :v) AND gone = :v", r#"{":v": {"N": "10.5"}}"#, false),
        ("NOT (price = :v AND isOpen = :v)", r#"{":v": {"N": "10.5"}}"#, true),
        // Paths.
        ("a.b[0] = :v", r#"{":v": {"S": "x"}}"#, true),
        ("a.b[1].#n = :v", r#"{":v": {"N": "7"}}"#, true),
        ("a . b [ 1 ] . #n = :v", r#"{":v": {"N": "7"}}"#, true),
        ("attribute_exists(a.b[2])", "{}", false),
        ("attribute_exists(price.b)", "{}", false),
        // Functions.
        ("attribute_exists(nothing)", "{}", true),
        ("attribute_not_exists(gone)", "{}", true),
        ("attribute_not_exists(nothing)", "{}", false),
        ("attribute_type(tags, :v)", r#"{":v": {"S": "SS"}}"#, true),
        ("attribute_type(tags, :v)", r#"{":v": {"S": "L"}}"#, false),
        ("begins_with(#n, :v)", r#"{":v": {"S": "An"}}"#, true),
        ("begins_with(#n, :v)", r#"{":v": {"S": "an"}}"#, false),
        ("begins_with(photo, :v)", r#"{":v": {"B": "AQ=="}}"#, true),
        ("begins_with(price, :v)", r#"{":v": {"S": "1"}}"#, false),
        ("contains(#n, :v)", r#"{":v": {"S": "nn"}}"#, true),
        ("contains(tags, :v)", r#"{":v": {"S": "red"}}"#, true),
        ("contains(tags, :v)", r#"{":v": {"S": "re"}}"#, false),
        ("contains(sizes, :v)", r#"{":v": {"N": "2.00"}}"#, true),
        ("contains(a.b, :v)", r#"{":v": {"M": {"name": {"N": "7"}}}}"#, true),
        ("size(#n) = :v", r#"{":v": {"N": "4"}}"#, true),
        ("size(photo) = :v", r#"{":v": {"N": "3"}}"#, true),
        ("size(tags) BETWEEN :v AND :v", r#"{":v": {"N": "2"}}"#, true),
        ("size(a) < size(a.b) AND size(a) = :v", r#"{":v": {"N": "1"}}"#, true),
        ("size(price) = :v", r#"{":v": {"N": "5"}}"#, false),
        ("size(gone) <> :v", r#"{":v": {"N": "5"}}"#, true),
    ];
    for (condition, values, expected) in cases {
        assert_eq!(holds(ITEM, condition, values), expected, "{condition} {values}");
    }
}

#[test]
fn wrong_conditions_are_refused_in_the_services_words() {
    let cases = [
        ("", "The expression can not be empty;"),
        (" ", "The expression can not be empty;"),
        ("a =", r#"Syntax error; token: "<EOF>", near: "=""#),
        ("a = :v b", r#"Syntax error; token: "b", near: ":v b""#),
        ("a == :v", r#"Syntax error; token: "=", near: "== :v""#),
        ("= :v", r#"Syntax error; token: "=", near: "= :v""#),
        ("a = : v", r#"Syntax error; token: ":", near: "= : v""#),
        ("a = 5", r#"Syntax error; token: "5", near: "= 5""#),
        ("a[x] = :v", r#"Syntax error; token: "x", near: "[x]""#),
        ("a[99999999999] = :v", "List index is not within the allowable range; index: [99999999999]"),
        ("status = :v", "Attribute name is a reserved keyword; reserved keyword: status"),
        ("a.Name = :v", "Attribute name is a reserved keyword; reserved keyword: Name"),
        ("#x = :v", "An expression attribute name used in the document path is not defined; attribute name: #x"),
        ("a = :w", "An expression attribute value used in expression is not defined; attribute value: :w"),
        ("((a = :v))", "The expression has redundant parentheses;"),
        ("exists(a)", "Invalid function name; function: exists"),
        ("a = if_not_exists(a, :v)", "Invalid function name; function: if_not_exists"),
        ("size(a)", "The function is not allowed to be used this way in an expression; function: size"),
        (
            "attribute_exists(a) = :v",
            "The function is not allowed to be used this way in an expression; function: attribute_exists",
        ),
        ("a = contains(a, :v)", "The function is not allowed to be used this way in an expression; function: contains"),
        (
            "attribute_exists(a, b)",
            "Incorrect number of operands for operator or function; operator or function: attribute_exists, \
             number of operands: 2",
        ),
        (
            "attribute_exists(:v)",
            "Operator or function requires a document path; operator or function: attribute_exists",
        ),
        (
            "begins_with(a, :n)",
            "Incorrect operand type for operator or function; operator or function: begins_with, operand type: N",
        ),
        ("a < :t", "Incorrect operand type for operator or function; operator or function: <, operand type: BOOL"),
        (
            "attribute_type(a, :v)",
            "Invalid attribute type name found; type: x, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}",
        ),
        (
            "contains(a, a)",
            "The first operand must be distinct from the remaining operands for this operator or function; \
             operator: contains, first operand: [a]",
        ),
        (
            "a.b[0] = a.b[0]",
            "The first operand must be distinct from the remaining operands for this operator or function; \
             operator: =, first operand: [a, b, [0]]",
        ),
        (
            "a BETWEEN :n AND :one",
            "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; \
             lower bound operand: AttributeValue: {N:2}, upper bound operand: AttributeValue: {N:1}",
        ),
        (
            "a BETWEEN :n AND :v",
            "The BETWEEN operator requires same data type for lower and upper bounds; \
             lower bound operand: AttributeValue: {N:2}, upper bound operand: AttributeValue: {S:x}",
        ),
    ];
    let mut table = table(&["id"], &[]);
    let values = r#"{":v": {"S": "x"}, ":n": {"N": "2"}, ":one": {"N": "1"}, ":t": {"BOOL": true}}"#;
    for (condition, words) in cases {
        let parameters = format!(
            r#"{{"Item": {{"id": {{"S": "1"}}}}, "ConditionExpression": "{condition}",
                "ExpressionAttributeValues": {values}}}"#
        );
        let expected = format!("Invalid ConditionExpression: {words}");
        assert_eq!(refused(&mut table, "putItem", &parameters), expected, "{condition}");
    }
}

#[test]
fn refusals_go_by_the_names_and_words_of_the_integration() {
    let mut table = table(&["id"], &[r#"{"id": {"S": "1"}, "n": {"N": "1"}}"#]);
    let failing = json(
        r#"{"Item": {"id": {"S": "1"}}, "ConditionExpression": "attribute_not_exists(id)",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}"#,
    );
    let wrong = json("{}");
    let mut refusal = |parameters: &Value, is_sdk| {
        let caller = Caller { is_sdk, request_id: "ID".into() };
        table.ask("putItem", parameters, &caller).and_then(Result::err).expect("it is refused")
    };
    let condition = refusal(&failing, false);
    assert_eq!(&*condition.error, "DynamoDB.ConditionalCheckFailedException");
    assert_eq!(
        &*condition.cause,
        "The conditional request failed (Service: AmazonDynamoDBv2; Status Code: 400; \
         Error Code: ConditionalCheckFailedException; Request ID: ID; Proxy: null)"
    );
    assert_eq!(condition.item, Some(json(r#"{"id": {"S": "1"}, "n": {"N": "1"}}"#)));
    let condition = refusal(&failing, true);
    assert_eq!(&*condition.error, "DynamoDb.ConditionalCheckFailedException");
    assert_eq!(
        &*condition.cause,
        "The conditional request failed (Service: DynamoDb, Status Code: 400, Request ID: ID) (SDK Attempt Count: 1)"
    );
    // As recorded: what the API's model has no exception for goes by the service's general one.
    let missing = refusal(&wrong, false);
    assert_eq!(&*missing.error, "DynamoDB.AmazonDynamoDBException");
    assert_eq!(
        &*missing.cause,
        "1 validation error detected: Value null at 'item' failed to satisfy constraint: Member must not be null \
         (Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ValidationException; Request ID: ID; Proxy: null)"
    );
    assert_eq!(&*refusal(&wrong, true).error, "DynamoDb.DynamoDbException");
    let table = optimised().no_such_table();
    assert_eq!(&*table.error, "DynamoDB.ResourceNotFoundException");
    assert_eq!(
        &*table.cause,
        "Requested resource not found (Service: AmazonDynamoDBv2; Status Code: 400; \
         Error Code: ResourceNotFoundException; Request ID: ID; Proxy: null)"
    );
}

#[test]
fn a_table_says_which_of_its_items_cannot_be_in_it() {
    let made = |key: &[&str], items: &str| {
        let key: Vec<Rc<str>> = key.iter().map(|name| (*name).into()).collect();
        let items = json(items);
        Table::new(&key, items.as_array().unwrap_or_default()).map(|table| table.items().len())
    };
    assert_eq!(made(&["id"], r#"[{"id": {"S": "1"}}, {"id": {"S": "2"}}, {"id": {"S": "1"}}]"#), Ok(2));
    let cases: [(&[&str], &str, &str); 6] = [
        (&[], "[]", "the key of a table is one attribute or two"),
        (&["a", "b", "c"], "[]", "the key of a table is one attribute or two"),
        (&["a", "a"], "[]", "the key of a table is one attribute or two"),
        (
            &["id"],
            r#"[{"id": {"S": "1"}}, {"x": {"S": "1"}}]"#,
            "item 2 of the table: One or more parameter values were invalid: Missing the key id in the item",
        ),
        (&["id"], r#"[{"id": "1"}]"#, "item 1 of the table: An attribute value must be an OBJECT that names its type"),
        (
            &["id"],
            r#"[{"id": {"S": "1"}}, {"id": {"N": "1"}}]"#,
            "item 2 of the table: One or more parameter values were invalid: Type mismatch for key id expected: S actual: N",
        ),
    ];
    for (key, items, words) in cases {
        let error = made(key, items).expect_err(items);
        assert!(error.starts_with(words), "{items}: {error}");
    }
}

#[test]
fn what_is_not_simulated_is_left_to_others() {
    let mut table = table(&["id"], &[]);
    for (action, parameters) in [
        ("batchGetItem", "{}"),
        ("transactWriteItems", "{}"),
        ("putItem", r#"{"Item": {"id": {"S": "1"}}, "Expected": {"id": {"Exists": false}}}"#),
        ("scan", r#"{"Segment": 0, "TotalSegments": 2}"#),
    ] {
        assert_eq!(table.ask(action, &json(parameters), &optimised()), None, "{action}");
    }
    assert_eq!(table.take_changes(), []);
}

#[test]
fn a_log_has_what_was_put_and_what_is_gone() {
    let mut table = table(&["id"], &[r#"{"id": {"S": "1"}}"#]);
    assert_eq!(table.take_changes(), []);
    let key = r#""Key": {"id": {"S": "1"}}"#;
    ask(&mut table, "getItem", &format!("{{{key}}}")).expect("it can be read");
    assert_eq!(table.take_changes(), []);
    let add = r#""UpdateExpression": "ADD n :one", "ExpressionAttributeValues": {":one": {"N": "1"}}"#;
    ask(&mut table, "updateItem", &format!("{{{key}, {add}}}")).expect("it can be updated");
    ask(&mut table, "deleteItem", &format!("{{{key}}}")).expect("it can be deleted");
    ask(&mut table, "deleteItem", &format!("{{{key}}}")).expect("nothing can be deleted, too");
    let changes =
        [Change::Put(json(r#"{"id": {"S": "1"}, "n": {"N": "1"}}"#)), Change::Deleted(json(r#"{"id": {"S": "1"}}"#))];
    assert_eq!(table.take_changes(), changes);
}
