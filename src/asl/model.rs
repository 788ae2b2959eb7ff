//! A definition as the machine runs it: every name resolved, every path and template compiled.
//!
//! States of all nesting levels stand in one list and refer to each other by [`StateId`], so that a
//! transition is an index. Follows the States Language specification; field names are its own.

use std::rc::Rc;

use crate::{
    expr::{Expression, Template},
    jsonpath::ReferencePath,
    text::Span,
    value::Value,
};

/// Index of a state in [`Definition::states`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StateId(pub u32);

/// Index of a scope in [`Definition::scopes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScopeId(pub u32);

impl StateId {
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl ScopeId {
    /// The top level of a definition.
    pub const ROOT: ScopeId = ScopeId(0);

    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum QueryLanguage {
    #[default]
    JsonPath,
    Jsonata,
}

/// A whole state machine.
#[derive(Clone, Debug, Default)]
pub struct Definition {
    pub comment: Option<Rc<str>>,
    pub query_language: QueryLanguage,
    /// `TimeoutSeconds` of the machine.
    pub timeout_seconds: Option<u64>,
    /// In the author's order, outer before inner. The first is the top level; empty only for a text
    /// that holds no machine at all.
    pub scopes: Vec<Scope>,
    /// All states, scope by scope, in the author's order.
    pub states: Vec<State>,
}

/// One `StartAt` with its `States`: the machine itself, a Parallel's branch or a Map's processor.
#[derive(Clone, Debug)]
pub struct Scope {
    /// The Parallel or Map that this scope belongs to, and the index of the branch (0 for a Map).
    pub owner: Option<(StateId, usize)>,
    /// `None` where `StartAt` is missing or names no state of the scope.
    pub start_at: Option<StateId>,
    /// In the author's order.
    pub states: Vec<StateId>,
    /// The object in the text.
    pub span: Span,
}

#[derive(Clone, Debug)]
pub struct State {
    pub id: StateId,
    pub scope: ScopeId,
    pub name: Rc<str>,
    /// Names from the top level down, joined with `/`: how a scenario addresses a state whose name
    /// occurs twice.
    pub path: Rc<str>,
    /// JSON pointer into the text: `/States/Outer/Branches/0/States/Inner`.
    pub pointer: Rc<str>,
    /// The whole member in the text, key included.
    pub span: Span,
    /// The key with its quotes.
    pub name_span: Span,
    pub comment: Option<Rc<str>>,
    pub query_language: QueryLanguage,
    pub input_path: PathField,
    pub output_path: PathField,
    /// `Assign`; of a Choice, what its `Default` assigns.
    pub assign: Option<Template>,
    /// `Output`, in JSONata; of a Choice, that of its `Default`.
    pub output: Option<Template>,
    pub kind: StateKind,
}

/// Where a state leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transition {
    Next(StateId),
    End,
    /// Neither is there, or the target does not exist; a diagnostic says so and the machine cannot run.
    Missing,
}

/// `InputPath`, `OutputPath`: a path, or `null` for an empty object.
#[derive(Clone, Debug, Default)]
pub enum PathField {
    /// The default, `$`.
    #[default]
    Whole,
    /// `null`: the effective data is `{}`.
    Null,
    Path(Expression),
}

/// `ResultPath`.
#[derive(Clone, Debug, Default)]
pub enum ResultPath {
    /// The default, `$`: the result replaces the input.
    #[default]
    Whole,
    /// `null`: the result is dropped.
    Discard,
    Path(ReferencePath),
}

#[derive(Clone, Debug)]
pub enum StateKind {
    Pass(Box<PassState>),
    Task(Box<TaskState>),
    Choice(Box<ChoiceState>),
    Wait(Box<WaitState>),
    Succeed,
    Fail(Box<FailState>),
    Parallel(Box<ParallelState>),
    Map(Box<MapState>),
    /// `Type` is missing or none of the eight. Drawn, never run.
    Unknown,
}

impl StateKind {
    /// The value of `Type`; `Unknown` where there is none.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Pass(_) => "Pass",
            Self::Task(_) => "Task",
            Self::Choice(_) => "Choice",
            Self::Wait(_) => "Wait",
            Self::Succeed => "Succeed",
            Self::Fail(_) => "Fail",
            Self::Parallel(_) => "Parallel",
            Self::Map(_) => "Map",
            Self::Unknown => "Unknown",
        }
    }
}

#[derive(Clone, Debug)]
pub struct PassState {
    pub result: Option<Value>,
    /// `Parameters`; JSONata has none.
    pub parameters: Option<Template>,
    pub result_path: ResultPath,
    pub next: Transition,
}

#[derive(Clone, Debug)]
pub struct TaskState {
    /// `Resource`: an ARN, or a placeholder.
    pub resource: Rc<str>,
    /// `Parameters`; in JSONata `Arguments`.
    pub parameters: Option<Template>,
    /// `Credentials`, a template whose `RoleArn` says who calls.
    pub credentials: Option<Template>,
    pub result_selector: Option<Template>,
    pub result_path: ResultPath,
    pub timeout: Seconds,
    pub heartbeat: Seconds,
    pub retry: Vec<Retrier>,
    pub catch: Vec<Catcher>,
    pub next: Transition,
}

/// `TimeoutSeconds`, `HeartbeatSeconds`, and their `…Path` forms or expressions.
#[derive(Clone, Debug, Default)]
pub enum Seconds {
    #[default]
    None,
    Literal(u64),
    Path(Expression),
    /// In JSONata.
    Computed(Expression),
}

#[derive(Clone, Debug)]
pub struct Retrier {
    pub error_equals: Vec<Rc<str>>,
    pub interval_seconds: u64,
    pub max_attempts: u64,
    pub backoff_rate: f64,
    pub max_delay_seconds: Option<u64>,
    /// `JitterStrategy` is `FULL`.
    pub full_jitter: bool,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub struct Catcher {
    pub error_equals: Vec<Rc<str>>,
    pub result_path: ResultPath,
    pub assign: Option<Template>,
    /// `Output`, in JSONata.
    pub output: Option<Template>,
    pub next: Transition,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub struct ChoiceState {
    pub choices: Vec<ChoiceRule>,
    /// `Default`; `None` where there is none.
    pub default: Option<Transition>,
}

#[derive(Clone, Debug)]
pub struct ChoiceRule {
    pub condition: Condition,
    pub assign: Option<Template>,
    /// `Output`, in JSONata.
    pub output: Option<Template>,
    pub next: Transition,
    pub comment: Option<Rc<str>>,
    pub span: Span,
}

/// A Choice rule's test.
#[derive(Clone, Debug)]
pub enum Condition {
    And(Vec<Condition>),
    Or(Vec<Condition>),
    Not(Box<Condition>),
    Compare {
        variable: Expression,
        comparison: Comparison,
    },
    /// `Condition`, in JSONata.
    Computed(Expression),
    /// A `Condition` that is `true` or `false` as it stands.
    Literal(bool),
    /// Could not be read; a diagnostic says why.
    Invalid,
}

/// A comparator of a Choice rule with its operand.
#[derive(Clone, Debug)]
pub enum Comparison {
    IsNull(bool),
    IsPresent(bool),
    IsNumeric(bool),
    IsString(bool),
    IsBoolean(bool),
    IsTimestamp(bool),
    /// `StringMatches`: the pattern, in which `*` stands for any text and `\*` for an asterisk.
    StringMatches(Rc<str>),
    Order {
        kind: OrderKind,
        test: OrderTest,
        operand: Operand,
    },
}

/// What the two sides of a comparison have to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderKind {
    String,
    Numeric,
    Boolean,
    Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderTest {
    Equals,
    LessThan,
    GreaterThan,
    LessThanEquals,
    GreaterThanEquals,
}

/// The right side of a comparison: a literal, or the path of a comparator whose name ends in `Path`.
#[derive(Clone, Debug)]
pub enum Operand {
    Literal(Value),
    Path(Expression),
}

#[derive(Clone, Debug)]
pub struct WaitState {
    pub duration: WaitFor,
    pub next: Transition,
}

#[derive(Clone, Debug)]
pub enum WaitFor {
    Seconds(u64),
    SecondsPath(Expression),
    /// `Timestamp`, RFC 3339, as written.
    Timestamp(Rc<str>),
    TimestampPath(Expression),
    /// `Seconds`, in JSONata.
    ComputedSeconds(Expression),
    /// `Timestamp`, in JSONata.
    ComputedTimestamp(Expression),
    /// None of the four is there; a diagnostic says so.
    Missing,
}

#[derive(Clone, Debug)]
pub struct FailState {
    pub error: FailText,
    pub cause: FailText,
}

/// `Error`/`ErrorPath`, `Cause`/`CausePath`.
#[derive(Clone, Debug, Default)]
pub enum FailText {
    #[default]
    None,
    Literal(Rc<str>),
    /// A path or an intrinsic function.
    Path(Expression),
    /// In JSONata.
    Computed(Expression),
}

#[derive(Clone, Debug)]
pub struct ParallelState {
    pub branches: Vec<ScopeId>,
    /// `Parameters`; in JSONata `Arguments`.
    pub parameters: Option<Template>,
    pub result_selector: Option<Template>,
    pub result_path: ResultPath,
    pub retry: Vec<Retrier>,
    pub catch: Vec<Catcher>,
    pub next: Transition,
}

#[derive(Clone, Debug)]
pub struct MapState {
    /// `ItemProcessor`, or `Iterator` as it was called; `None` where it is missing.
    pub processor: Option<ScopeId>,
    /// `ProcessorConfig.Mode` is `DISTRIBUTED`.
    pub distributed: bool,
    /// `ProcessorConfig.ExecutionType` is `EXPRESS`.
    pub has_express_children: bool,
    /// `ItemsPath`; `None` is the whole effective input.
    pub items_path: Option<Expression>,
    /// `Items`, in JSONata; `None` is the whole input.
    pub items: Option<Template>,
    /// `ItemSelector`, or `Parameters` as it was called.
    pub item_selector: Option<Template>,
    pub max_concurrency: Count,
    pub tolerated_failure_count: Count,
    pub tolerated_failure_percentage: Count,
    /// Items come from outside.
    pub item_reader: Option<ItemReader>,
    pub item_batcher: Option<ItemBatcher>,
    pub result_writer: Option<ResultWriter>,
    pub label: Option<Rc<str>>,
    pub result_selector: Option<Template>,
    pub result_path: ResultPath,
    pub retry: Vec<Retrier>,
    pub catch: Vec<Catcher>,
    pub next: Transition,
}

/// `ItemReader` of a distributed Map.
#[derive(Clone, Debug)]
pub struct ItemReader {
    pub resource: Rc<str>,
    /// `Parameters`; in JSONata `Arguments`.
    pub parameters: Option<Template>,
    /// `InputType`: `CSV`, `JSON`, `JSONL`, …
    pub input_type: Option<Rc<str>>,
    /// `CSVHeaders`, where `CSVHeaderLocation` is `GIVEN`.
    pub csv_headers: Option<Vec<Rc<str>>>,
    /// `CSVDelimiter` as the character that it names.
    pub csv_delimiter: u8,
    /// `ItemsPointer`, a JSON pointer.
    pub items_pointer: Option<Rc<str>>,
    pub max_items: Count,
}

/// `ItemBatcher` of a distributed Map.
#[derive(Clone, Debug)]
pub struct ItemBatcher {
    pub batch_input: Option<Template>,
    pub max_items: Count,
    pub max_input_bytes: Count,
}

/// `ResultWriter` of a distributed Map.
#[derive(Clone, Debug)]
pub struct ResultWriter {
    /// Whether it names a `Resource` to write to.
    pub has_resource: bool,
    /// `Parameters`; in JSONata `Arguments`.
    pub parameters: Option<Template>,
    /// `Transformation` of its `WriterConfig`, where it has one.
    pub transformation: Option<Transformation>,
    /// `OutputType` is `JSONL`.
    pub is_lines: bool,
}

/// What becomes of the results of child executions when they are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transformation {
    /// With what is known of each child execution.
    None,
    /// The outputs alone.
    Compact,
    /// The outputs alone, and of those that are arrays their items.
    Flatten,
}

/// `MaxConcurrency`, `ToleratedFailureCount`, `ToleratedFailurePercentage`, and their `…Path` forms or
/// expressions.
#[derive(Clone, Debug, Default)]
pub enum Count {
    #[default]
    None,
    Literal(f64),
    Path(Expression),
    /// In JSONata.
    Computed(Expression),
}

impl Definition {
    pub fn state(&self, id: StateId) -> &State {
        &self.states[id.index()]
    }

    pub fn scope(&self, id: ScopeId) -> &Scope {
        &self.scopes[id.index()]
    }

    /// The innermost state whose text holds a byte offset.
    pub fn state_at(&self, offset: usize) -> Option<StateId> {
        let holding = self.states.iter().filter(|state| state.span.contains(offset));
        holding.min_by_key(|state| state.span.end - state.span.start).map(|state| state.id)
    }

    /// The inner scopes of a state, in order.
    pub fn children(&self, id: StateId) -> Vec<ScopeId> {
        match &self.state(id).kind {
            StateKind::Parallel(parallel) => parallel.branches.clone(),
            StateKind::Map(map) => map.processor.into_iter().collect(),
            _ => Vec::new(),
        }
    }
}
