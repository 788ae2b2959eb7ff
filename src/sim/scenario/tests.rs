//! Scenario files: what is read, what is refused and with which words, and that what is written reads back the same.

use super::*;
use crate::value::Number;

#[track_caller]
fn parse(text: &str) -> Scenario {
    Scenario::parse(text).unwrap_or_else(|diagnostics| panic!("{text}: {diagnostics:?}"))
}

/// Code, the text that is underlined, message and hint of each diagnostic.
#[track_caller]
fn check(text: &str, expected: &[(&str, &str, &str, &str)]) {
    let diagnostics = Scenario::parse(text).expect_err("should not be read");
    let told: Vec<_> = diagnostics
        .iter()
        .map(|told| (&text[told.span.range()], &*told.location, &*told.message, told.hint.as_deref().unwrap_or("")))
        .collect();
    assert_eq!(told, expected);
}

#[test]
fn the_smallest_scenario_is_the_default() {
    let scenario = parse(r#"{"version": 1}"#);
    assert_eq!(scenario, Scenario::default());
    assert_eq!(&*scenario.machine.arn, "arn:aws:states:us-east-1:111111111111:stateMachine:Workflow");
    assert_eq!(&*scenario.execution.arn, "arn:aws:states:us-east-1:111111111111:execution:Workflow:run-1");
    assert_eq!(scenario.to_json().to_json(), r#"{"version":1}"#);
}

#[test]
fn the_contracts_example_is_read() {
    let scenario = parse(
        r#"{
        "version": 1, "input": {"any": "JSON"}, "start": "2024-01-01T00:00:00Z", "seed": 7,
        "machine": {"name": "Orders", "type": "EXPRESS"},
        "tasks": {
            "Charge card": [
                {"throw": {"error": "CardDeclined", "cause": "no funds"}, "seconds": 2},
                {"return": {"ok": true}, "seconds": 0.5}
            ],
            "Score": [
                {"iteration": [{"map": "Each order", "index": 3}], "attempt": 0, "timeOut": true},
                {"expression": "{% 1 %}"}
            ],
            "Approve": [{"submitted": {"MessageId": "m-1"}, "never": true, "heartbeats": [600, 1200]}]
        },
        "decisions": [{"token": "t", "at": 12.5, "success": {"approved": true}}],
        "s3": {"bucket/key.csv": "a,b\n1,2\n"}
    }"#,
    );
    assert_eq!(scenario.machine.kind, MachineType::Express);
    let arn = "arn:aws:states:us-east-1:111111111111:express:Orders:run-1:1ad8e2d3-";
    assert!(scenario.execution.arn.starts_with(&arn[..arn.len() - 9]), "{}", scenario.execution.arn);
    assert_eq!(scenario.execution.arn.rsplit(':').next().map(str::len), Some(36));
    let charge = &scenario.tasks["Charge card"];
    assert_eq!(charge[0].delay, Some(2_000_000));
    assert_eq!(
        charge[0].outcome,
        AnswerOutcome::Throw { error: Some("CardDeclined".into()), cause: Some("no funds".into()) }
    );
    assert_eq!(charge[1].delay, Some(500_000));
    assert_eq!(scenario.tasks["Score"][0].iteration.as_ref().map(|path| path[0].index), Some(3));
    assert_eq!(scenario.tasks["Approve"][0].heartbeats, [600_000_000, 1_200_000_000]);
    assert_eq!(scenario.decisions[0].at, 12_500_000);
}

#[test]
fn an_unknown_field_is_named_with_the_nearest() {
    check(
        r#"{"version": 1, "inputs": {}, "tasks": {"A": [{"retrun": 1}]}}"#,
        &[
            ("\"inputs\"", "/inputs", "`scenario` has no field `inputs`", "did you mean `input`?"),
            (
                "{\"retrun\": 1}",
                "/tasks/A/0",
                "an answer is exactly one of `return`, `throw`, `expression`, `timeOut` or `never`: `A[0]` has none of them",
                "",
            ),
            ("\"retrun\"", "/tasks/A/0/retrun", "`A[0]` has no field `retrun`", "did you mean `return`?"),
        ],
    );
}

#[test]
fn an_answer_has_exactly_one_outcome() {
    check(
        r#"{"version": 1, "tasks": {"A/B": [{"return": 1, "never": true}]}}"#,
        &[(
            "true",
            "/tasks/A~1B/0",
            "an answer is exactly one of `return`, `throw`, `expression`, `timeOut` or `never`: `A/B[0]` has both `return` and `never`",
            "",
        )],
    );
}

#[test]
fn the_execution_of_another_type_has_another_arn_unless_it_was_given_one() {
    let plain = Scenario::default();
    let express = plain.with_type(MachineType::Express);
    assert!(express.execution.arn.contains(":express:Workflow:run-1:"), "{}", express.execution.arn);
    assert_eq!(express.to_text(), "{\"version\": 1, \"machine\": {\"type\": \"EXPRESS\"}}\n");
    assert_eq!(express.with_type(MachineType::Standard), plain);
    let mut given = plain;
    given.execution.arn = "arn:mine".into();
    assert_eq!(&*given.with_type(MachineType::Express).execution.arn, "arn:mine");
}

#[test]
fn wrong_types_are_said_with_their_place() {
    check(
        r#"{"version": 3, "start": "tomorrow", "seed": -1, "tasks": {"A": {"return": 1}, "B": [{"timeOut": false, "seconds": "2"}]}}"#,
        &[
            ("3", "/version", "expected version 1 or 2, found `3`", "write `\"version\": 1`"),
            (
                "\"tomorrow\"",
                "/start",
                "`start` is the string `tomorrow`: expected a time such as `2024-01-01T00:00:00Z`",
                "",
            ),
            ("-1", "/seed", "`seed` is `-1`: expected a whole number from 0 to 18446744073709551615", ""),
            ("{\"return\": 1}", "/tasks/A", "`A` is an object: expected a list of answers", ""),
            ("false", "/tasks/B/0/timeOut", "`timeOut` is `false`: expected `true`", ""),
            (
                "\"2\"",
                "/tasks/B/0/seconds",
                "`seconds` is the string `2`: expected a number of seconds, zero or more and at most a hundred years",
                "",
            ),
        ],
    );
    check("[]", &[("[]", "", "`scenario` is a list: expected an object", "")]);
    check("{}", &[("{}", "", "`version` is missing: expected 1 or 2", "write `\"version\": 1`")]);
    check(r#"{"version": 1, "seed": 1, "seed": 2}"#, &[("\"seed\"", "/seed", "`seed` stands in `scenario` twice", "")]);
    assert!(Scenario::parse("").is_err());
    assert!(Scenario::parse("{\"version\": 1").is_err());
}

#[test]
fn what_is_written_is_read_back_equal() {
    for seed in 0..500 {
        let mut random = Random(oorandom::Rand32::new(seed));
        let scenario = random.scenario();
        let text = scenario.to_text();
        assert_eq!(parse(&text), scenario, "seed {seed}: {text}");
        assert_eq!(parse(&scenario.to_json().to_json()), scenario, "seed {seed}");
    }
}

/// Draws scenarios.
struct Random(oorandom::Rand32);

impl Random {
    fn below(&mut self, end: u32) -> u32 {
        self.0.rand_range(0..end)
    }

    fn some<T>(&mut self, value: impl FnOnce(&mut Self) -> T) -> Option<T> {
        (self.below(2) == 0).then(|| value(self))
    }

    fn text(&mut self) -> Rc<str> {
        ["", "a", "Charge card", "a/b~c", "é\"\\\n\u{1}😀"][self.below(5) as usize].into()
    }

    fn value(&mut self, depth: u32) -> Value {
        match self.below(if depth > 2 { 5 } else { 7 }) {
            0 => Value::Null,
            1 => Value::Bool(self.below(2) == 0),
            2 => Value::from(i64::from(self.0.rand_u32()) - (1 << 31)),
            3 => Value::Number(Number::parse(["1.0", "-0.0", "1e400", "0.1"][self.below(4) as usize])),
            4 => Value::from(&self.text()),
            5 => Value::array((0..self.below(9)).map(|_| self.value(depth + 1)).collect()),
            _ => Value::object((0..self.below(4)).map(|key| (format!("k{key}"), self.value(depth + 1)))),
        }
    }

    fn micros(&mut self) -> i64 {
        match self.below(3) {
            0 => i64::from(self.below(5000)) * 1_000_000,
            1 => i64::from(self.0.rand_u32()),
            _ => i64::from(self.0.rand_u32()) * 600_000 + 1,
        }
    }

    fn failure(&mut self) -> (Option<Rc<str>>, Option<Rc<str>>) {
        (self.some(Self::text), self.some(Self::text))
    }

    fn answer(&mut self) -> Answer {
        let outcome = match self.below(5) {
            0 => AnswerOutcome::Return(self.value(0)),
            1 => {
                let (error, cause) = self.failure();
                AnswerOutcome::Throw { error, cause }
            }
            2 => {
                let text = format!("{{% $states.input[{}] %}}", self.below(9));
                AnswerOutcome::Expression(AnswerExpression::parse(&text).expect("an expression"))
            }
            3 => AnswerOutcome::TimeOut,
            _ => AnswerOutcome::Never,
        };
        Answer {
            outcome,
            delay: self.some(Self::micros),
            submitted: self.some(|random| random.value(0)),
            heartbeats: (0..self.below(3)).map(|_| self.micros()).collect(),
            worker: self.some(Self::text),
            iteration: self.some(|random| {
                (0..random.below(3)).map(|_| Iteration { map: random.text(), index: random.0.rand_u32() }).collect()
            }),
            attempt: self.some(|random| random.0.rand_u32()),
        }
    }

    fn decision(&mut self) -> Decision {
        let action = match self.below(3) {
            0 => DecisionAction::Success(self.value(0)),
            1 => {
                let (error, cause) = self.failure();
                DecisionAction::Failure { error, cause }
            }
            _ => DecisionAction::Heartbeat,
        };
        Decision { token: self.text(), at: self.micros(), action }
    }

    fn receipt(&mut self) -> Receipt {
        let action = if self.below(2) == 0 { ReceiptAction::Receive } else { ReceiptAction::Delete };
        Receipt { queue: self.text(), at: self.micros(), message: self.text(), action }
    }

    fn scenario(&mut self) -> Scenario {
        let mut machine = self.some(Self::text).map_or_else(Machine::default, Machine::named);
        machine.kind = if self.below(2) == 0 { MachineType::Standard } else { MachineType::Express };
        machine.arn = self.some(Self::text).unwrap_or(machine.arn);
        machine.role_arn = self.some(Self::text).unwrap_or(machine.role_arn);
        let name = self.some(Self::text).unwrap_or("run-1".into());
        let mut execution = ExecutionName::of(name, &machine);
        execution.arn = self.some(Self::text).unwrap_or(execution.arn);
        let default = Scenario::default();
        let start = i64::from(self.0.rand_u32()) * 1_000_000 + i64::from(self.below(3)) * 250_001;
        let seed = u64::from(self.0.rand_u32()) << self.below(33);
        let limits =
            Limits { payload_bytes: 1 + self.below(9000) as usize, history_events: 1 + self.below(900_000) as usize };
        Scenario {
            input: self.value(0),
            start: self.some(|_| start).unwrap_or(default.start),
            seed: self.some(|_| seed).unwrap_or(1),
            limits: self.some(|_| limits).unwrap_or_default(),
            tasks: (0..self.below(4))
                .map(|_| (self.text(), (0..self.below(3)).map(|_| self.answer()).collect()))
                .collect(),
            decisions: (0..self.below(3)).map(|_| self.decision()).collect(),
            s3: (0..self.below(2)).map(|_| (self.text(), self.text())).collect(),
            receipts: (0..self.below(2)).map(|_| self.receipt()).collect(),
            world: World::default(),
            chaos: Vec::new(),
            machine,
            execution,
        }
    }
}

#[test]
fn version_2_has_a_world() {
    let text = r#"{"version": 2, "decisions": [
        {"token": "t", "at": 1, "heartbeat": true},
        {"queue": "orders", "at": 2, "receive": "m-1"},
        {"queue": "orders", "at": 3.5, "delete": "m-1"}
    ], "world": {
        "queues": {"orders": {
            "visibilityTimeout": 10,
            "consumers": {"workers": 2, "seconds": 5, "pauseSeconds": 1, "heartbeatSeconds": 2, "return": 7},
            "deadLetters": {"queue": "lost", "maxReceiveCount": 3}
        }, "lost": {}},
        "topics": {"alerts": {"subscriptions": [
            {"protocol": "sqs", "endpoint": "orders", "filterPolicy": {"kind": ["new"]}},
            {"protocol": "email", "endpoint": "a@example.com"}
        ]}},
        "buses": {"default": {"rules": [{"name": "r", "pattern": {"source": ["orders"]}, "machine": "Billing"}]}},
        "tables": {"Dragons": {"key": ["id"], "items": [{"id": {"S": "1"}}]}},
        "activities": {"carve": {"workers": 1, "seconds": 60, "throw": {"error": "Broke"}}},
        "machines": {"Billing": {"definition": {"StartAt": "A"}, "type": "EXPRESS", "tasks": {"A": [{"return": 1}]}}}
    }, "chaos": [
        {"tasks": ["A"], "probability": 0.25, "throw": {"error": "Busy"}},
        {"addSeconds": [0.5, 2]},
        {"probability": 0.1, "timeOut": true}
    ]}"#;
    let scenario = parse(text);
    assert_eq!((scenario.decisions.len(), scenario.receipts.len()), (1, 2));
    assert_eq!(scenario.world.queues["orders"].consumers.as_ref().map(|workers| workers.count), Some(2));
    assert_eq!(scenario.world.tables["Dragons"].items.len(), 1);
    assert_eq!(parse(&scenario.to_text()), scenario);
}

#[test]
fn a_field_of_version_2_in_a_file_of_version_1_is_told() {
    check(
        r#"{"version": 1, "world": {}}"#,
        &[(
            "\"world\"",
            "/world",
            "`scenario` has no field `world`",
            "it is a field of version 2: write `\"version\": 2`",
        )],
    );
    check(
        r#"{"version": 2, "chaos": [{"probability": 20, "never": true}]}"#,
        &[("20", "/chaos/0/probability", "`probability` is `20`: expected a number from 0 to 1", "")],
    );
    check(
        r#"{"version": 2, "world": {"queue": {}, "tables": {"T": {"key": ["id"], "items": [{"name": {"S": "x"}}]}}}}"#,
        &[
            ("\"queue\"", "/world/queue", "`world` has no field `queue`", "did you mean `queues`?"),
            (
                "{\"name\": {\"S\": \"x\"}}",
                "/world/tables/T/items/0",
                "`items[0]` is an object: expected an item with its key, such as `{\"id\": {\"S\": \"1\"}}`",
                "",
            ),
        ],
    );
}
