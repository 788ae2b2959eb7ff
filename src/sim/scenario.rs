//! The scenario file, versions 1 and 2: all that a run needs besides the definition. Reading one never
//! panics and names the place of what is wrong; writing one gives the same scenario back.

pub mod chaos;
mod read;
#[cfg(test)]
mod tests;
pub mod world;
mod write;

use std::rc::Rc;

use chaos::ChaosRule;
use indexmap::IndexMap;
use world::World;

use crate::{
    encoding,
    jsonata::{self, SyntaxError},
    value::Value,
};

/// 2024-01-01T00:00:00Z in microseconds since 1970: when a run starts unless the scenario says otherwise.
pub const DEFAULT_START: i64 = 1_704_067_200_000_000;

/// The account that the names of the default machine stand in.
const ACCOUNT: &str = "111111111111";

const REGION: &str = "us-east-1";

/// A scenario; every field has a default.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    pub input: Value,
    /// Microseconds since 1970 at which the run starts.
    pub start: i64,
    pub seed: u64,
    pub machine: Machine,
    pub execution: ExecutionName,
    pub limits: Limits,
    /// Answers by state name, or by path where a name occurs twice; in the author's order.
    pub tasks: IndexMap<Rc<str>, Vec<Answer>>,
    pub decisions: Vec<Decision>,
    /// Bodies of S3 objects by `bucket/key`.
    pub s3: IndexMap<Rc<str>, Rc<str>>,
    /// What a person did with messages of queues; version 2, where it stands among the decisions.
    pub receipts: Vec<Receipt>,
    /// What stands around the machine; version 2.
    pub world: World,
    /// What goes wrong by chance; version 2.
    pub chaos: Vec<ChaosRule>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Machine {
    pub name: Rc<str>,
    pub kind: MachineType,
    pub arn: Rc<str>,
    pub role_arn: Rc<str>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MachineType {
    #[default]
    Standard,
    Express,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ExecutionName {
    pub name: Rc<str>,
    pub arn: Rc<str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of UTF-8 that a state's input or output may have.
    pub payload_bytes: usize,
    pub history_events: usize,
}

impl Default for Scenario {
    fn default() -> Self {
        let machine = Machine::default();
        Self {
            input: Value::empty_object(),
            start: DEFAULT_START,
            seed: 1,
            execution: ExecutionName::of("run-1", &machine),
            machine,
            limits: Limits::default(),
            tasks: IndexMap::new(),
            decisions: Vec::new(),
            s3: IndexMap::new(),
            receipts: Vec::new(),
            world: World::default(),
            chaos: Vec::new(),
        }
    }
}

impl Scenario {
    /// The same with a machine of this type, of which the execution has the ARN unless it was given one.
    pub fn with_type(&self, kind: MachineType) -> Self {
        let machine = Machine { kind, ..self.machine.clone() };
        let named = ExecutionName::of(self.execution.name.clone(), &self.machine);
        let execution = match named == self.execution {
            true => ExecutionName::of(self.execution.name.clone(), &machine),
            false => self.execution.clone(),
        };
        Self { machine, execution, ..self.clone() }
    }
}

impl Machine {
    /// A Standard machine of this name, with the ARNs that follow from it.
    pub fn named(name: impl Into<Rc<str>>) -> Self {
        let name = name.into();
        Self {
            kind: MachineType::Standard,
            arn: format!("arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{name}").into(),
            role_arn: format!("arn:aws:iam::{ACCOUNT}:role/{name}").into(),
            name,
        }
    }
}

impl Default for Machine {
    fn default() -> Self {
        Self::named("Workflow")
    }
}

impl ExecutionName {
    /// An execution of this name, its ARN in the account and region of the machine's. That of an Express execution
    /// has an id of its own behind the name, for names can be used again there.
    pub fn of(name: impl Into<Rc<str>>, machine: &Machine) -> Self {
        let name = name.into();
        if machine.kind == MachineType::Express {
            let machine = &machine.arn.replacen(":stateMachine:", ":express:", 1);
            let id = encoding::hex_digest("MD5", name.as_bytes()).unwrap_or_default();
            let part = |from: usize, to: usize| id.get(from..to).unwrap_or_default();
            let id = [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-");
            return Self { arn: format!("{machine}:{name}:{id}").into(), name };
        }
        let owner = match machine.arn.split_once(":stateMachine:") {
            Some((owner, machine)) => format!("{owner}:execution:{machine}"),
            None => format!("arn:aws:states:{REGION}:{ACCOUNT}:execution:{}", machine.name),
        };
        Self { arn: format!("{owner}:{name}").into(), name }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { payload_bytes: 262_144, history_events: 25_000 }
    }
}

/// One answer of a mocked task.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    pub outcome: AnswerOutcome,
    /// Virtual time the answer takes, in microseconds. `None` is the default of the service.
    pub delay: Option<i64>,
    /// What the service returned before a `.sync` or `.waitForTaskToken` wait began.
    pub submitted: Option<Value>,
    /// Times at which heartbeats arrive, in microseconds after the start of the task.
    pub heartbeats: Vec<i64>,
    /// The activity worker that took the task.
    pub worker: Option<Rc<str>>,
    /// Applies only inside these Map iterations, outermost first.
    pub iteration: Option<Vec<Iteration>>,
    /// Applies only to this attempt; 0 is the first. Attempts are counted per state and Map iteration, over all
    /// its visits: a second visit in a loop goes on counting.
    pub attempt: Option<u32>,
}

impl Answer {
    /// An answer with this outcome, for every attempt and iteration, after the service's default time.
    pub fn new(outcome: AnswerOutcome) -> Self {
        Self {
            outcome,
            delay: None,
            submitted: None,
            heartbeats: Vec::new(),
            worker: None,
            iteration: None,
            attempt: None,
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum AnswerOutcome {
    Return(Value),
    Throw {
        error: Option<Rc<str>>,
        cause: Option<Rc<str>>,
    },
    Expression(AnswerExpression),
    TimeOut,
    /// No answer until the state's own timeout or a decision.
    Never,
}

/// A JSONata expression over the task's input, which is `$states.input`, and the context object, `$states.context`.
#[derive(Clone, Debug)]
pub struct AnswerExpression {
    /// As written, with its brackets.
    pub text: Rc<str>,
    pub compiled: Rc<jsonata::Expression>,
}

impl AnswerExpression {
    /// Compiles a text `{% … %}`; the error is a sentence in lower case, and the cure.
    pub fn parse(text: &str) -> Result<Self, (String, Option<String>)> {
        let Some((source, _)) = jsonata::expression_in(text) else {
            let hint = format!("write `{{% {} %}}`", text.trim());
            return Err(("an expression begins with `{%` and ends with `%}`".to_owned(), Some(hint)));
        };
        let compiled =
            jsonata::Expression::parse(source).map_err(|SyntaxError { message, hint, .. }| (message, hint))?;
        Ok(Self { text: text.into(), compiled: Rc::new(compiled) })
    }
}

impl PartialEq for AnswerExpression {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Iteration {
    /// Name of the Map state.
    pub map: Rc<str>,
    pub index: u32,
}

/// What a person did at run time.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    pub token: Rc<str>,
    /// Microseconds since the start of the run.
    pub at: i64,
    pub action: DecisionAction,
}

#[derive(Clone, Debug, PartialEq)]
pub enum DecisionAction {
    Success(Value),
    Failure { error: Option<Rc<str>>, cause: Option<Rc<str>> },
    Heartbeat,
}

/// What a person did with a message in a queue.
#[derive(Clone, Debug, PartialEq)]
pub struct Receipt {
    pub queue: Rc<str>,
    /// Microseconds since the start of the run.
    pub at: i64,
    /// The message's `MessageId`.
    pub message: Rc<str>,
    pub action: ReceiptAction,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReceiptAction {
    /// Takes it: it is hidden for the visibility timeout.
    Receive,
    Delete,
}
