//! query and scan.

use statelight::{services::dynamodb::Table, value::Value};

use super::{ask, json, refused, table};

fn orders() -> Table {
    let item = |id: &str, at: &str, total: &str| {
        format!(r#"{{"id": {{"S": "{id}"}}, "at": {{"N": "{at}"}}, "total": {{"N": "{total}"}}}}"#)
    };
    let items =
        [item("a", "10", "1"), item("a", "9", "2"), item("b", "1", "3"), item("a", "-1", "4"), item("a", "9.5", "5")];
    table(&["id", "at"], &items.each_ref().map(|item| &**item))
}

/// The totals of the items found.
fn totals(answer: &Value) -> Vec<String> {
    let items = answer.get("Items").and_then(Value::as_array).unwrap_or_default();
    items
        .iter()
        .map(|item| item.get("total").and_then(|n| n.get("N")?.as_str()).map_or("-", |n| n).to_owned())
        .collect()
}

#[test]
fn a_query_gives_a_partition_in_the_order_of_its_sort_key() {
    let cases = [
        ("id = :a", r#"":a": {"S": "a"}"#, "", "4 2 5 1"),
        ("id = :a", r#"":a": {"S": "a"}"#, r#", "ScanIndexForward": false"#, "1 5 2 4"),
        ("id = :a", r#"":a": {"S": "c"}"#, "", ""),
        ("id = :a AND at > :n", r#"":a": {"S": "a"}, ":n": {"N": "9"}"#, "", "5 1"),
        ("at <= :n AND id = :a", r#"":a": {"S": "a"}, ":n": {"N": "9"}"#, "", "4 2"),
        (":a = id and (at between :n and :m)", r#"":a": {"S": "a"}, ":n": {"N": "9"}, ":m": {"N": "9.5"}"#, "", "2 5"),
        ("id = :a", r#"":a": {"S": "a"}, ":n": {"N": "2"}"#, r#", "FilterExpression": "total > :n""#, "4 5"),
        ("id = :a", r#"":a": {"S": "a"}"#, r#", "ProjectionExpression": "at""#, "- - - -"),
    ];
    for (condition, values, rest, expected) in cases {
        // `at` and `total` are reserved words.
        let named = |text: &str| text.replace("at ", "#at ").replace("total", "#total").replace("\"at\"", "\"#at\"");
        let (condition, rest) = (named(condition), named(rest));
        let used = |name: &str| condition.contains(name) || rest.contains(name);
        let names: Vec<String> = ["#at", "#total"]
            .into_iter()
            .filter(|name| used(name))
            .map(|name| format!(r#""{name}": "{}""#, &name[1..]))
            .collect();
        let names = if names.is_empty() {
            String::new()
        } else {
            format!(r#", "ExpressionAttributeNames": {{{}}}"#, names.join(", "))
        };
        let parameters = format!(
            r#"{{"KeyConditionExpression": "{condition}", "ExpressionAttributeValues": {{{values}}}{rest}{names}}}"#
        );
        let answer =
            ask(&mut orders(), "query", &parameters).unwrap_or_else(|refusal| panic!("{parameters}: {refusal:?}"));
        assert_eq!(totals(&answer).join(" "), expected, "{parameters}");
        assert_eq!(answer.get("Count"), Some(&Value::from(totals(&answer).len() as i64)));
    }
}

#[test]
fn an_answer_has_the_members_of_the_apis() {
    let mut table = table(&["id"], &[r#"{"id": {"S": "id1"}, "data": {"S": "HelloWorld"}}"#]);
    let condition = r#""KeyConditionExpression": "id = :id", "ExpressionAttributeValues": {":id": {"S": "id1"}}"#;
    assert_eq!(
        ask(&mut table, "query", &format!("{{{condition}}}")),
        Ok(json(r#"{"Count": 1, "Items": [{"id": {"S": "id1"}, "data": {"S": "HelloWorld"}}], "ScannedCount": 1}"#))
    );
    assert_eq!(
        ask(&mut table, "query", &format!(r#"{{{condition}, "Select": "COUNT"}}"#)),
        Ok(json(r#"{"Count": 1, "ScannedCount": 1}"#))
    );
    let filtered = r#"{"FilterExpression": "attribute_exists(x)"}"#;
    assert_eq!(ask(&mut table, "scan", filtered), Ok(json(r#"{"Count": 0, "Items": [], "ScannedCount": 1}"#)));
}

#[test]
fn pages_follow_one_another_until_there_are_no_more() {
    let pages = |action: &str, parameters: &str, deletes: bool| {
        let (mut table, mut start, mut found, mut count) = (orders(), String::new(), Vec::new(), 0);
        loop {
            let page = format!(r#"{{{parameters}"Limit": 2{start}}}"#);
            let answer = ask(&mut table, action, &page).unwrap_or_else(|refusal| panic!("{page}: {refusal:?}"));
            found.extend(totals(&answer));
            count += 1;
            match answer.get("LastEvaluatedKey") {
                Some(key) => start = format!(r#", "ExclusiveStartKey": {key}"#),
                None => return (found.join(" "), count),
            }
            // What was read can be deleted without losing one's place.
            for item in answer.get("Items").and_then(Value::as_array).filter(|_| deletes).unwrap_or_default() {
                let (id, at) = (item.get("id").expect("a key"), item.get("at").expect("a key"));
                ask(&mut table, "deleteItem", &format!(r#"{{"Key": {{"id": {id}, "at": {at}}}}}"#))
                    .expect("it is deleted");
            }
        }
    };
    let query = r#""KeyConditionExpression": "id = :a", "ExpressionAttributeValues": {":a": {"S": "a"}}, "#;
    for deletes in [false, true] {
        // A page that is full has a key to go on from, even where nothing follows.
        assert_eq!(pages("query", query, deletes), ("4 2 5 1".to_owned(), 3));
        let (found, count) = pages("scan", "", deletes);
        assert_eq!(count, 3);
        // Partitions come in an order of their own, a partition's items in that of the sort key.
        assert!(["3 4 2 5 1", "4 2 5 1 3"].contains(&&*found), "{found}");
    }
}

#[test]
fn a_page_has_at_most_a_megabyte() {
    let text = "x".repeat(300 * 1024);
    let items: Vec<String> = (0..5).map(|at| format!(r#"{{"id": {{"N": "{at}"}}, "t": {{"S": "{text}"}}}}"#)).collect();
    let mut table = table(&["id"], &items.iter().map(|item| &**item).collect::<Vec<&str>>());
    let answer = ask(&mut table, "scan", "{}").expect("it can be scanned");
    assert_eq!(answer.get("Count"), Some(&Value::from(4)));
    assert!(answer.get("LastEvaluatedKey").is_some());
}

#[test]
fn wrong_searches_are_refused_in_the_services_words() {
    let query = |condition: &str, values: &str| {
        format!(r#"{{"KeyConditionExpression": "{condition}", "ExpressionAttributeValues": {{{values}}}}}"#)
    };
    let (a, n) = (r#"":a": {"S": "a"}"#, r#"":n": {"N": "1"}"#);
    let both = format!("{a}, {n}");
    let key = "Invalid operator used in KeyConditionExpression";
    let cases = [
        ("{}".to_owned(), "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.".to_owned()),
        (query("", a), "Invalid KeyConditionExpression: The expression can not be empty;".to_owned()),
        (query("((id = :a))", a), "Invalid KeyConditionExpression: The expression has redundant parentheses;".to_owned()),
        (query("sk = :n", n), "Query condition missed key schema element: id".to_owned()),
        (query("id = :a AND x = :n", &both), "Query condition missed key schema element: sk".to_owned()),
        (query("id = :a AND sk = :n AND x = :n", &both), "Query key condition not supported".to_owned()),
        (query("id > :a", a), "Query key condition not supported".to_owned()),
        (query("id = sk", "\":z\": {\"S\": \"\"}"), "Value provided in ExpressionAttributeValues unused in expressions: keys: {:z}".to_owned()),
        (query("id = :a AND id = :a", a), "KeyConditionExpressions must only contain one condition per key".to_owned()),
        (query("id = :a OR sk = :n", &both), format!("{key}: OR")),
        (query("NOT id = :a", a), format!("{key}: NOT")),
        (query("id IN (:a)", a), format!("{key}: IN")),
        (query("id <> :a", a), format!("{key}: <>")),
        (query("contains(id, :a)", a), format!("{key}: contains")),
        (query("size(id) = :n", n), "KeyConditionExpressions cannot contain nested operations".to_owned()),
        (query("id.x = :a", a), "KeyConditionExpressions cannot have conditions on nested attributes".to_owned()),
        (query("id = :n", n), "One or more parameter values were invalid: Condition parameter type does not match schema type".to_owned()),
        (
            format!(r#"{{"KeyConditionExpression": "id = :a", "FilterExpression": "sk = :n", "ExpressionAttributeValues": {{{both}}}}}"#),
            "Filter Expression can only contain non-primary key attributes: Primary key attribute: sk".to_owned(),
        ),
        (
            format!(r#"{{"KeyConditionExpression": "id = :a", "ExpressionAttributeValues": {{{a}}}, "IndexName": "x"}}"#),
            "The table does not have the specified index: x".to_owned(),
        ),
        (
            format!(r#"{{"KeyConditionExpression": "id = :a", "ExpressionAttributeValues": {{{a}}}, "Limit": 0}}"#),
            "1 validation error detected: Value at 'Limit' failed to satisfy constraint: Member must have value greater than or equal to 1".to_owned(),
        ),
        (
            format!(r#"{{"KeyConditionExpression": "id = :a", "ExpressionAttributeValues": {{{a}}}, "Select": "ALL"}}"#),
            "1 validation error detected: Value 'ALL' at 'select' failed to satisfy constraint: Member must satisfy enum value set: [SPECIFIC_ATTRIBUTES, COUNT, ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES]".to_owned(),
        ),
        (
            format!(r#"{{"KeyConditionExpression": "id = :a", "ExpressionAttributeValues": {{{a}}}, "ExclusiveStartKey": {{"bad": {{"S": "p"}}}}}}"#),
            "The provided starting key is invalid".to_owned(),
        ),
    ];
    let mut table = table(&["id", "sk"], &[r#"{"id": {"S": "a"}, "sk": {"N": "1"}}"#]);
    for (parameters, words) in cases {
        assert_eq!(refused(&mut table, "query", &parameters), words, "{parameters}");
    }
}
