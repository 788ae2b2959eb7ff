//! Machines with their scenarios, drawn from numbers.
//!
//! The same numbers give the same machine, natively and in wasm, and fewer or smaller numbers a simpler one: where they
//! run out the first of all alternatives is taken, so that what shrinks the numbers shrinks the machine. Every state
//! has numbers of its own; a state less is a list less.

use serde_json::{Map, Value, json};

/// What a machine is drawn from.
#[derive(Clone, Debug, Default)]
pub struct Numbers {
    /// For the input and what belongs to the whole run.
    pub run: Vec<u16>,
    /// For each state: the first half for those of the top level, the others for those inside of Parallels and Maps.
    pub states: Vec<Vec<u16>>,
}

/// Which machines are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Those that the reference evaluator can follow.
    Plain,
    /// All that the engine has: callbacks, activities, jobs, heartbeats, jitter, random functions, distributed Maps,
    /// small quotas.
    Wild,
}

/// A machine and its scenario, both as JSON.
#[derive(Clone, Debug)]
pub struct Machine {
    pub definition: Value,
    pub scenario: Value,
}

/// How deep Parallels and Maps are nested.
const DEEPEST: usize = 2;

impl Numbers {
    /// The numbers of a seed, for lists of machines without a test runner.
    pub fn of_seed(seed: u64) -> Self {
        let mut random = oorandom::Rand64::new(u128::from(seed));
        let mut list = |length: usize| (0..length).map(|_| (random.rand_u64() >> 48) as u16).collect::<Vec<_>>();
        let run = list(60);
        let length = 1 + usize::from(run[0] % 14);
        Self { run, states: (0..length).map(|_| list(60)).collect() }
    }
}

impl Machine {
    pub fn draw(numbers: &Numbers, kind: Kind) -> Self {
        let mut machine =
            Drawing { kind, states: numbers.states.iter(), count: 0, tasks: Map::new(), depth: 0, in_map: false };
        let mut draw = Draw::new(&numbers.run);
        let input = draw.input();
        let mut definition = machine.scope(numbers.states.len().div_ceil(2));
        let mut scenario = json!({"version": 1, "input": input});
        if draw.one_in(12) {
            definition["TimeoutSeconds"] = json!(1 + draw.below(12));
        }
        // A loop may put its data into itself: small quotas keep that from taking long.
        scenario["limits"] = json!({"historyEvents": 6000, "payloadBytes": 20_000});
        if kind == Kind::Wild {
            scenario["seed"] = json!(draw.below(1000));
            scenario["limits"]["historyEvents"] = json!(600);
            if draw.one_in(6) {
                scenario["limits"]["historyEvents"] = json!(3 + draw.below(40));
            }
            if draw.one_in(6) {
                // The input itself has to fit, or nothing runs.
                let input_bytes = scenario["input"].to_string().len() as u64;
                scenario["limits"]["payloadBytes"] = json!(input_bytes + draw.below(300) as u64);
            }
            if draw.one_in(6) {
                scenario["machine"] = json!({"name": "Workflow", "type": "EXPRESS"});
            }
        }
        scenario["tasks"] = Value::Object(machine.tasks);
        Self { definition, scenario }
    }
}

struct Drawing<'a> {
    kind: Kind,
    states: std::slice::Iter<'a, Vec<u16>>,
    /// Counts the states, for their names.
    count: usize,
    tasks: Map<String, Value>,
    depth: usize,
    in_map: bool,
}

impl Drawing<'_> {
    /// A scope of so many states in a row, each of which leads to the next; and what Choices and Catchers lead to
    /// besides.
    fn scope(&mut self, length: usize) -> Value {
        let mut states = Map::new();
        let first = self.count;
        let mut numbers: Vec<&[u16]> = Vec::new();
        // Names are given before the states are drawn, so that each can lead to any.
        let lists: Vec<Draw> = (0..length)
            .map_while(|index| match self.states.next() {
                Some(list) => Some(list.as_slice()),
                None => (index == 0).then_some(&[][..]),
            })
            .inspect(|list| numbers.push(list))
            .map(Draw::new)
            .collect();
        self.count += lists.len();
        let names: Vec<String> = (first..self.count).map(|index| format!("S{index}")).collect();
        for (index, mut draw) in lists.into_iter().enumerate() {
            let next = names.get(index + 1).cloned();
            let way = Way { names: &names, index, next: next.as_deref() };
            let mut extra = Vec::new();
            let state = self.state(&mut draw, &way, &mut extra);
            states.insert(names[index].clone(), state);
            states.extend(extra);
        }
        json!({"StartAt": names[0], "States": states})
    }

    fn state(&mut self, draw: &mut Draw, way: &Way, extra: &mut Vec<(String, Value)>) -> Value {
        let is_nesting = self.depth < DEEPEST;
        match draw.below(16) {
            0..=1 => self.pass(draw, way),
            2..=8 => self.task(draw, way, extra),
            9..=10 => self.choice(draw, way, extra),
            11 => self.wait(draw, way),
            12..=13 if is_nesting => self.parallel(draw, way, extra),
            14..=15 if is_nesting => self.map(draw, way, extra),
            _ if way.next.is_none() => self.last(draw),
            _ => self.pass(draw, way),
        }
    }

    fn pass(&mut self, draw: &mut Draw, way: &Way) -> Value {
        let mut state = json!({"Type": "Pass"});
        self.input_path(draw, &mut state);
        match draw.below(4) {
            0 => {}
            1 => state["Result"] = if draw.one_in(4) { draw.value(2) } else { draw.record() },
            _ => state["Parameters"] = self.template(draw, 2),
        }
        self.output_paths(draw, &mut state);
        way.lead_on(&mut state);
        state
    }

    /// A state that ends its scope by itself.
    fn last(&mut self, draw: &mut Draw) -> Value {
        if draw.below(2) == 0 {
            let mut state = json!({"Type": "Succeed"});
            self.input_path(draw, &mut state);
            self.output_path(draw, &mut state);
            return state;
        }
        let mut state = json!({"Type": "Fail"});
        match draw.below(4) {
            0 => state["Error"] = json!(draw.error()),
            1 => {
                state["Error"] = json!(draw.error());
                state["Cause"] = json!("told so");
            }
            2 => {
                state["ErrorPath"] = json!(draw.pick(&["$.s", "$.error.Error", "$$.State.Name", "$.n"]));
                state["CausePath"] = json!(draw.pick(&["States.Format('at {}', $.n)", "$.s", "$.error.Cause"]));
            }
            _ => {}
        }
        state
    }

    fn wait(&mut self, draw: &mut Draw, way: &Way) -> Value {
        let mut state = json!({"Type": "Wait"});
        self.input_path(draw, &mut state);
        match draw.below(5) {
            0 | 1 => state["Seconds"] = json!(draw.below(6)),
            2 => state["SecondsPath"] = json!(draw.pick(&["$.n", "$.a.n", "$.n", "$.items[0].n", "$.s"])),
            3 => state["Timestamp"] = json!(draw.timestamp()),
            _ => state["TimestampPath"] = json!(draw.pick(&["$.t", "$.a.t", "$$.State.EnteredTime"])),
        }
        self.output_path(draw, &mut state);
        way.lead_on(&mut state);
        state
    }

    fn task(&mut self, draw: &mut Draw, way: &Way, extra: &mut Vec<(String, Value)>) -> Value {
        let name = way.names[way.index].clone();
        let mut state = json!({"Type": "Task", "Resource": self.resource(draw)});
        self.input_path(draw, &mut state);
        if draw.below(3) > 0 {
            state["Parameters"] = self.template(draw, 2);
        }
        if draw.one_in(4) {
            state["ResultSelector"] = self.template(draw, 1);
        }
        self.output_paths(draw, &mut state);
        match draw.below(10) {
            0..=6 => {}
            7 | 8 => state["TimeoutSeconds"] = json!(1 + draw.below(4)),
            _ => state["TimeoutSecondsPath"] = json!(draw.pick(&["$.a.n", "$.n"])),
        }
        let is_short = state.get("TimeoutSeconds").is_none_or(|seconds| *seconds != 1);
        if is_short && draw.one_in(8) {
            state["HeartbeatSeconds"] = json!(1);
        }
        self.handlers(draw, way, &mut state, extra);
        if draw.below(8) > 0 {
            let answers: Vec<Value> = (0..1 + draw.below(4)).map(|_| self.answer(draw)).collect();
            self.tasks.insert(name, Value::Array(answers));
        }
        way.lead_on(&mut state);
        state
    }

    fn resource(&self, draw: &mut Draw) -> &'static str {
        let function = "arn:aws:lambda:us-east-1:111111111111:function:f";
        match (self.kind, draw.below(8)) {
            (Kind::Plain, _) | (_, 0..=2) => function,
            (_, 3) => "arn:aws:states:us-east-1:111111111111:activity:a",
            (_, 4) => "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
            (_, 5) => "arn:aws:states:::states:startExecution.sync:2",
            (_, 6) => "arn:aws:states:::lambda:invoke",
            _ => "arn:aws:states:::dynamodb:putItem",
        }
    }

    fn answer(&self, draw: &mut Draw) -> Value {
        let mut answer = match draw.below(16) {
            0..=5 => json!({"return": draw.record()}),
            6 => json!({"return": draw.value(2)}),
            7..=12 => json!({"throw": {"error": draw.error(), "cause": "as planned"}}),
            13 => json!({"throw": {}}),
            14 => json!({"timeOut": true}),
            _ => json!({"never": true}),
        };
        match draw.below(6) {
            0..=2 => {}
            3 => answer["seconds"] = json!(0),
            4 => answer["seconds"] = json!(1),
            _ => answer["seconds"] = json!([0.25, 0.5, 1.5, 2.0, 3.0, 7.0][draw.below(6)]),
        }
        if draw.one_in(10) {
            answer["attempt"] = json!(draw.below(3));
        }
        if self.kind == Kind::Wild && draw.one_in(4) {
            answer["heartbeats"] = json!([0.5, 1, 1.4]);
        }
        answer
    }

    fn parallel(&mut self, draw: &mut Draw, way: &Way, extra: &mut Vec<(String, Value)>) -> Value {
        let mut state = json!({"Type": "Parallel"});
        self.input_path(draw, &mut state);
        if draw.one_in(3) {
            state["Parameters"] = self.template(draw, 2);
        }
        if draw.one_in(4) {
            state["ResultSelector"] = json!({"first.$": draw.pick(&["$[0]", "$[1]", "$[0:2]", "$[*].a"])});
        }
        self.output_paths(draw, &mut state);
        self.handlers(draw, way, &mut state, extra);
        self.depth += 1;
        let branches: Vec<Value> = (0..1 + draw.below(3)).map(|_| self.scope(1 + draw.below(2))).collect();
        self.depth -= 1;
        state["Branches"] = Value::Array(branches);
        way.lead_on(&mut state);
        state
    }

    fn map(&mut self, draw: &mut Draw, way: &Way, extra: &mut Vec<(String, Value)>) -> Value {
        let mut state = json!({"Type": "Map"});
        self.input_path(draw, &mut state);
        match draw.below(16) {
            13 => {}
            1 => state["ItemsPath"] = json!("$.a.items"),
            2 => state["ItemsPath"] = json!("$.items[*]"),
            3 => state["ItemsPath"] = json!("$..n"),
            _ => state["ItemsPath"] = json!("$.items"),
        }
        self.depth += 1;
        let was_in_map = std::mem::replace(&mut self.in_map, true);
        if draw.one_in(3) {
            state["ItemSelector"] = self.template(draw, 2);
        }
        let mut processor = self.scope(1 + draw.below(2));
        if self.kind == Kind::Wild && draw.one_in(6) {
            processor["ProcessorConfig"] = json!({"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"});
        }
        self.in_map = was_in_map;
        self.depth -= 1;
        state["ItemProcessor"] = processor;
        match draw.below(6) {
            0 => {}
            1 => state["MaxConcurrencyPath"] = json!(draw.pick(&["$.n", "$.a.n"])),
            most => state["MaxConcurrency"] = json!(most - 2),
        }
        if draw.one_in(6) {
            state["ResultSelector"] = json!({"all.$": "$", "one.$": draw.pick(&["$[0]", "$[-1]", "$[*].a"])});
        }
        self.output_paths(draw, &mut state);
        self.handlers(draw, way, &mut state, extra);
        way.lead_on(&mut state);
        state
    }

    fn choice(&mut self, draw: &mut Draw, way: &Way, extra: &mut Vec<(String, Value)>) -> Value {
        let mut state = json!({"Type": "Choice"});
        self.input_path(draw, &mut state);
        let rules = 1 + draw.below(3);
        let choices: Vec<Value> = (0..rules)
            .map(|index| {
                let mut rule = rule(draw, 2);
                // The last rule leads on where the state has no default.
                rule["Next"] = json!(self.target(draw, way, "Stop", index, extra));
                rule
            })
            .collect();
        state["Choices"] = Value::Array(choices);
        let on = match way.next {
            Some(next) => next.to_string(),
            None => self.stop(draw, way, "End", 0, extra),
        };
        if draw.one_in(8) {
            state["Choices"][rules - 1]["Next"] = json!(on);
            // A state that was made for the rule would have no way to it.
            extra.retain(|(name, _)| *name != format!("{}Stop{}", way.names[way.index], rules - 1));
        } else {
            state["Default"] = json!(on);
        }
        self.output_path(draw, &mut state);
        state
    }

    /// Where a rule or a Catcher leads: to a state of its own, or to any other of the scope.
    fn target(
        &mut self,
        draw: &mut Draw,
        way: &Way,
        suffix: &str,
        index: usize,
        extra: &mut Vec<(String, Value)>,
    ) -> String {
        // No loops in what may be a distributed Map: its events are in no history, so no quota would end them soon.
        let may_loop = self.kind == Kind::Plain || !self.in_map;
        let later = &way.names[way.index + 1..];
        match draw.below(12) {
            7..=10 if !later.is_empty() => later[draw.below(3).min(later.len() - 1)].clone(),
            11 if may_loop => way.names[draw.below(way.names.len())].clone(),
            _ => self.stop(draw, way, suffix, index, extra),
        }
    }

    /// A state made for one way out of another: it ends the scope, or leads back into the row.
    fn stop(
        &mut self,
        draw: &mut Draw,
        way: &Way,
        suffix: &str,
        index: usize,
        extra: &mut Vec<(String, Value)>,
    ) -> String {
        let name = format!("{}{suffix}{index}", way.names[way.index]);
        let state = match draw.below(4) {
            0 | 1 => self.pass(draw, way),
            _ => self.last(draw),
        };
        extra.push((name.clone(), state));
        name
    }

    fn handlers(&mut self, draw: &mut Draw, way: &Way, state: &mut Value, extra: &mut Vec<(String, Value)>) {
        if draw.below(8) > 2 {
            let count = 1 + draw.below(2);
            let retriers: Vec<Value> = (0..count).map(|index| self.retrier(draw, index + 1 == count)).collect();
            state["Retry"] = Value::Array(retriers);
        }
        if draw.below(8) > 2 {
            let count = 1 + draw.below(2);
            let catchers: Vec<Value> = (0..count)
                .map(|index| {
                    let mut catcher = json!({"ErrorEquals": draw.error_equals(index + 1 == count)});
                    catcher["Next"] = json!(self.target(draw, way, "Caught", index, extra));
                    match draw.below(4) {
                        0 => {}
                        1 => catcher["ResultPath"] = Value::Null,
                        2 => catcher["ResultPath"] = json!("$.error"),
                        _ => catcher["ResultPath"] = json!(draw.result_path()),
                    }
                    catcher
                })
                .collect();
            state["Catch"] = Value::Array(catchers);
        }
    }

    fn retrier(&self, draw: &mut Draw, is_last: bool) -> Value {
        let mut retrier = json!({"ErrorEquals": draw.error_equals(is_last), "MaxAttempts": draw.below(4)});
        if draw.one_in(2) {
            retrier["IntervalSeconds"] = json!(1 + draw.below(4));
        }
        if draw.one_in(2) {
            retrier["BackoffRate"] = json!([1.0, 1.5, 2.0, 3.0][draw.below(4)]);
        }
        if draw.one_in(4) {
            retrier["MaxDelaySeconds"] = json!(5 + draw.below(3));
        }
        if self.kind == Kind::Wild && draw.one_in(2) {
            retrier["JitterStrategy"] = json!("FULL");
        }
        retrier
    }

    fn input_path(&self, draw: &mut Draw, state: &mut Value) {
        match draw.below(32) {
            0..=27 => {}
            28 => state["InputPath"] = Value::Null,
            29 | 30 => state["InputPath"] = json!("$$.Execution.Input"),
            _ => state["InputPath"] = json!(draw.path(false)),
        }
    }

    fn output_path(&self, draw: &mut Draw, state: &mut Value) {
        match draw.below(32) {
            0..=28 => {}
            29 => state["OutputPath"] = Value::Null,
            _ => state["OutputPath"] = json!(draw.path(false)),
        }
    }

    fn output_paths(&self, draw: &mut Draw, state: &mut Value) {
        let is_list = state["Type"] == "Parallel" || state["Type"] == "Map";
        match draw.below(8) {
            0 if !is_list => {}
            1 | 2 => state["ResultPath"] = Value::Null,
            _ => state["ResultPath"] = json!(draw.result_path()),
        }
        self.output_path(draw, state);
    }

    /// A payload template: mostly one that keeps the usual fields and makes something of one of them.
    fn template(&self, draw: &mut Draw, depth: usize) -> Value {
        let mut template = self.free_template(draw, depth);
        if let Some(fields) = template.as_object_mut().filter(|_| !draw.one_in(6)) {
            for key in &KEYS[..6] {
                if !fields.keys().any(|known| known.trim_end_matches(".$") == *key) {
                    fields.insert(format!("{key}.$"), json!(format!("$.{key}")));
                }
            }
        }
        template
    }

    /// An object with a few fields of any kind.
    fn free_template(&self, draw: &mut Draw, depth: usize) -> Value {
        let mut template = Map::new();
        for _ in 0..1 + draw.below(2) {
            let name = draw.pick(&["new", "b", "a", "n2", "other", "items", "n", "s"]);
            template.remove(name);
            template.remove(&format!("{name}.$"));
            let (key, value) = match draw.below(8) {
                0..=3 => (format!("{name}.$"), json!(draw.path(self.in_map))),
                4 | 5 => (format!("{name}.$"), json!(self.call(draw, 2))),
                6 if depth > 0 => (name.to_string(), json!([self.free_template(draw, depth - 1), "$.a", 1])),
                7 if depth > 0 => (name.to_string(), self.free_template(draw, depth - 1)),
                _ => (name.to_string(), draw.value(1)),
            };
            template.insert(key, value);
        }
        Value::Object(template)
    }

    /// A call of an intrinsic function, mostly of the right types.
    fn call(&self, draw: &mut Draw, depth: usize) -> String {
        let path = draw.path(self.in_map);
        let inner = match draw.below(3) {
            0 if depth > 0 => self.call(draw, depth - 1),
            _ => path.to_string(),
        };
        let number = |draw: &mut Draw| draw.pick(&["$.n", "2", "1", "0", "3", "-1", "1.5", "$.a.n"]).to_string();
        let items = |draw: &mut Draw| match draw.one_in(16) {
            false => draw.pick(&["$.items", "$.items[*]", "$..n", "$.a.items"]),
            true => "$.s",
        };
        let functions = if self.kind == Kind::Wild { 18 } else { 13 };
        match draw.below(functions) {
            0 => format!("States.Array({inner}, {})", number(draw)),
            1 => format!("States.ArrayLength({})", items(draw)),
            2 => format!("States.ArrayGetItem({}, {})", items(draw), number(draw)),
            3 => format!("States.ArrayContains({}, {inner})", items(draw)),
            4 => format!("States.ArrayUnique({})", items(draw)),
            5 => format!("States.ArrayPartition({}, {})", items(draw), number(draw)),
            6 => format!("States.ArrayRange({}, {}, {})", number(draw), number(draw), number(draw)),
            7 => format!("States.MathAdd({}, {})", number(draw), number(draw)),
            8 => format!("States.JsonToString({inner})"),
            9 => format!("States.StringToJson({})", draw.pick(&["'[1, {}]'", "'1.0'", "''", "'{\"b\": 0.5}'", "'no'"])),
            10 => format!("States.StringSplit({}, ' ,x')", draw.pick(&["$.s", "'a,b  c'", "$.t"])),
            11 => format!("States.JsonMerge({}, $.a, false)", draw.pick(&["$", "$.a", "$.new", "$"])),
            12 => format!("States.Format('{{}} of {{}}', {inner}, {})", number(draw)),
            13 => "States.UUID()".into(),
            14 => format!("States.MathRandom(0, {})", number(draw)),
            15 => "States.MathRandom(1, 1000, 7)".into(),
            16 => format!("States.Hash({inner}, 'SHA-256')"),
            _ => "States.Base64Encode($.s)".into(),
        }
    }
}

/// A Choice rule without its `Next`.
fn rule(draw: &mut Draw, depth: usize) -> Value {
    match draw.below(10) {
        7 if depth > 0 => json!({"And": [rule(draw, depth - 1), rule(draw, depth - 1)]}),
        8 if depth > 0 => json!({"Or": [rule(draw, depth - 1), rule(draw, depth - 1)]}),
        9 if depth > 0 => json!({"Not": rule(draw, depth - 1)}),
        0 => json!({"Variable": draw.path(false), "IsPresent": draw.below(2) == 0}),
        1 => {
            let test = draw.pick(&["IsNull", "IsNumeric", "IsString", "IsBoolean", "IsTimestamp"]);
            json!({"Variable": draw.path(false), test: draw.below(2) == 0})
        }
        2 => {
            json!({"Variable": draw.pick(&["$.s", "$.t", "$.a.s"]), "StringMatches": draw.pick(&["*", "2024*Z", "x*", "*\\**"])})
        }
        _ => {
            let test = draw.pick(&["Equals", "LessThan", "GreaterThan", "LessThanEquals", "GreaterThanEquals"]);
            let (kind, variable, other, literal) = match draw.below(4) {
                0 => ("Numeric", "$.n", "$.a.n", draw.number()),
                1 => ("String", "$.s", "$.a.s", json!(draw.text())),
                2 => ("Timestamp", "$.t", "$.a.t", json!(draw.timestamp())),
                _ => ("Boolean", "$.b", "$.a.b", json!(true)),
            };
            let test = if kind == "Boolean" { "Equals" } else { test };
            match draw.below(3) {
                0 => json!({"Variable": variable, format!("{kind}{test}Path"): other}),
                1 => json!({"Variable": draw.path(false), format!("{kind}{test}"): literal}),
                _ => json!({"Variable": variable, format!("{kind}{test}"): literal}),
            }
        }
    }
}

/// Where a state stands in its scope.
struct Way<'a> {
    names: &'a [String],
    index: usize,
    next: Option<&'a str>,
}

impl Way<'_> {
    fn lead_on(&self, state: &mut Value) {
        match self.next {
            Some(next) => state["Next"] = json!(next),
            None => state["End"] = json!(true),
        }
    }
}

/// Names of fields that inputs, results and paths share, so that paths often find something.
const KEYS: [&str; 7] = ["a", "b", "n", "s", "items", "t", "new"];

/// Reads numbers one after the other.
struct Draw<'a> {
    numbers: std::slice::Iter<'a, u16>,
}

impl<'a> Draw<'a> {
    fn new(numbers: &'a [u16]) -> Self {
        Self { numbers: numbers.iter() }
    }

    /// A number below another: 0 where there are no more.
    fn below(&mut self, end: usize) -> usize {
        usize::from(self.numbers.next().copied().unwrap_or(0)) % end
    }

    /// Rarely true.
    fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == count - 1
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    fn number(&mut self) -> Value {
        match self.below(16) {
            13 => json!(0),
            14 => json!(1.5),
            15 => json!(-2),
            other => json!(other % 3 + 1),
        }
    }

    fn text(&mut self) -> &'static str {
        self.pick(&["x", "", "a, b x", "2024-01-01T00:00:02Z", "é\"\\\n", "{\"n\": 1}", "Busy", "*"])
    }

    fn timestamp(&mut self) -> &'static str {
        self.pick(&[
            "2024-01-01T00:00:03Z",
            "2024-01-01T01:00:01.5+01:00",
            "2023-12-31T23:59:59Z",
            "2024-01-01T00:00:10Z",
        ])
    }

    fn error(&mut self) -> &'static str {
        self.pick(&["Busy", "Broken", "Busy", "x"])
    }

    fn error_equals(&mut self, is_last: bool) -> Value {
        match self.below(12) {
            0..=2 => json!(["Busy"]),
            3 => json!(["Broken", "Busy"]),
            4 => json!(["States.Timeout", "x"]),
            5 => json!(["States.TaskFailed"]),
            6 => json!(["States.HeartbeatTimeout", "Broken"]),
            7 => json!(["States.IntrinsicFailure", "States.ResultPathMatchFailure"]),
            8 => json!(["States.Runtime", "Busy"]),
            _ if is_last => json!(["States.ALL"]),
            _ => json!(["Busy", "x"]),
        }
    }

    fn result_path(&mut self) -> &'static str {
        match self.below(24) {
            0..=17 => self.pick(&["$.new", "$.new2.a", "$.b", "$['new']", "$.new3.deep.er", "$.a.new"]),
            18..=21 => self.pick(&["$", "$.a", "$.items[0]", "$.n", "$.s"]),
            22 => self.pick(&["$", "$.new", "$.error"]),
            _ => self.pick(&["$.s.a", "$.items[7]", "$.new[0]", "$.items.a", "$.n.n"]),
        }
    }

    /// A path, mostly one that finds something in the usual data.
    fn path(&mut self, in_map: bool) -> &'static str {
        if in_map && self.one_in(3) {
            return self.pick(&["$$.Map.Item.Value", "$$.Map.Item.Index", "$$.Map.Item.Value.a"]);
        }
        match self.below(64) {
            0..=5 => "$",
            6..=39 => self.pick(&["$.a", "$.b", "$.n", "$.s", "$.items", "$.t", "$['a']", "$.a.n", "$.items[0]"]),
            40..=55 => self.pick(&[
                "$.items[*]",
                "$.items[0:2]",
                "$..n",
                "$['a','n','none']",
                "$.items[*].n",
                "$.none[*]",
                "$.a[*]",
                "$..a",
            ]),
            56..=57 => self.pick(&["$.items[-1]", "$.items[1].n", "$.a.items[0]"]),
            58..=60 => {
                self.pick(&["$$.Execution.Input", "$$.Execution.Input.a", "$$.State.Name", "$$.State.EnteredTime"])
            }
            61..=62 => self.pick(&["$$.State.RetryCount", "$$.Map.Item.Index", "$.error.Cause", "$.error"]),
            _ => self.pick(&["$.none", "$.s.a", "$.a.none.b", "$.items[9]", "$[0]", "$[0:1]"]),
        }
    }

    /// The input of a run: nearly always a record.
    fn input(&mut self) -> Value {
        if self.one_in(16) { self.value(2) } else { self.record() }
    }

    /// An object with the usual fields.
    fn record(&mut self) -> Value {
        let length = [2, 1, 3, 4, 2, 1, 3, 0][self.below(8)];
        let items: Vec<Value> =
            (0..length).map(|_| if self.one_in(3) { self.value(1) } else { self.small_record() }).collect();
        let mut record = json!({
            "a": self.small_record(),
            "b": self.below(2) == 0,
            "n": self.number(),
            "s": self.text(),
            "items": items,
            "t": self.timestamp(),
        });
        if self.one_in(10) {
            let key = self.pick(&["a", "b", "n", "s", "items", "t"]);
            record[key] = self.value(1);
        }
        record
    }

    fn small_record(&mut self) -> Value {
        match self.below(12) {
            0..=10 => {
                json!({"n": self.number(), "s": self.text(), "t": self.timestamp(), "b": true, "items": [1, self.number()], "a": {"n": 1, "s": "x", "t": "2024-01-01T00:00:01Z", "items": [0, {"n": 2}]}})
            }
            _ => self.value(1),
        }
    }

    fn value(&mut self, depth: usize) -> Value {
        match self.below(10) {
            0 => Value::Null,
            1 => json!(true),
            2 => json!(false),
            3 | 4 => self.number(),
            5 => json!([1.0, 2.5, -0.5, 1e21, 123456789.0][self.below(5)]),
            6 | 7 => json!(self.text()),
            8 if depth > 0 => (0..self.below(4)).map(|_| self.value(depth - 1)).collect(),
            9 if depth > 0 => {
                let keys = &KEYS[..self.below(4)];
                Value::Object(keys.iter().map(|key| (key.to_string(), self.value(depth - 1))).collect())
            }
            _ => json!(9007199254740993_i64),
        }
    }
}
