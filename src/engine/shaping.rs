//! The data-flow stages around a state's work: in JSONPath `InputPath`, `Parameters` and other payload
//! templates, `ResultSelector`, `ResultPath`, `OutputPath`; in JSONata `Arguments` and `Output`. They
//! stand once, for all kinds of state.

use std::{borrow::Cow, rc::Rc};

use super::{
    Execution,
    branch::BranchId,
    context::Scope,
    failure::{Failure, Lookup, Origin, QUERY_EVALUATION_ERROR, RUNTIME, location},
    inspection::Stage,
};
use crate::{
    asl::model::{PathField, QueryLanguage, ResultPath, State},
    expr::{Expression, ExpressionKind, Miss, Template},
    jsonata,
    value::{Object, Value},
};

/// The error of a result that cannot be put where `ResultPath` says.
const RESULT_PATH_MATCH_FAILURE: &str = "States.ResultPathMatchFailure";

impl Execution {
    /// What a state's `InputPath` or `OutputPath` leaves of its data.
    pub(super) fn pick(&self, id: BranchId, stage: Stage, field: &PathField, data: &Value) -> Result<Value, Failure> {
        let picked = match field {
            PathField::Whole => data.clone(),
            PathField::Null => Value::empty_object(),
            PathField::Path(expression) => self.follow(id, stage.name(), expression, data)?,
        };
        self.stage(id, stage, &picked);
        Ok(picked)
    }

    /// What a state's `InputPath` leaves of its input. A part of the input is no larger than the whole,
    /// but the context object may be.
    pub(super) fn pick_input(&self, id: BranchId, state: &State, input: &Value) -> Result<Value, Failure> {
        if state.query_language == QueryLanguage::Jsonata {
            return Ok(input.clone());
        }
        let picked = self.pick(id, Stage::InputPath, &state.input_path, input)?;
        if matches!(state.input_path, PathField::Path(Expression { kind: ExpressionKind::Context(_), .. })) {
            self.check_size(id, &picked)?;
        }
        Ok(picked)
    }

    /// The output of a state that does no work: `OutputPath` or `Output` of its input.
    pub(super) fn pick_output(&self, id: BranchId, state: &State) -> Result<Value, Failure> {
        let data = &self.branches[id.index()].visit.effective;
        match state.query_language {
            QueryLanguage::JsonPath => self.pick(id, Stage::OutputPath, &state.output_path, data),
            QueryLanguage::Jsonata => self.make_output(&self.scope(id, data), "Output", state.output.as_ref(), data),
        }
    }

    /// `Output`, in JSONata, or what stands in for it where there is none.
    pub(super) fn make_output(
        &self,
        scope: &Scope,
        field: impl Into<Cow<'static, str>>,
        output: Option<&Template>,
        default: &Value,
    ) -> Result<Value, Failure> {
        let output = match output {
            Some(output) => self.fill_in(field, output, scope)?,
            None => default.clone(),
        };
        self.stage(scope.branch, Stage::Output, &output);
        Ok(output)
    }

    /// The value of a path that stands alone in a field (`InputPath`, `TimeoutSecondsPath`, …).
    pub(super) fn follow(
        &self,
        id: BranchId,
        field: &'static str,
        expression: &Expression,
        data: &Value,
    ) -> Result<Value, Failure> {
        self.look_up(id, field, expression, data, |miss| match miss {
            Miss::Path { message, .. } => {
                self.runtime_failure(id, &format!("Invalid path '{}' : {message}", expression.source))
            }
            miss => self.expression_failure(id, field, expression, miss),
        })
    }

    /// The value of a path or function whose miss is told with the field's name and the data:
    /// `ErrorPath`, `CausePath`.
    pub(super) fn read_field(
        &self,
        id: BranchId,
        field: &'static str,
        expression: &Expression,
        data: &Value,
    ) -> Result<Value, Failure> {
        self.look_up(id, field, expression, data, |miss| self.expression_failure(id, field, expression, miss))
    }

    /// The value of what stands alone in a field; a miss is told by `tell`, and what was looked up is kept with it.
    fn look_up(
        &self,
        id: BranchId,
        field: &'static str,
        expression: &Expression,
        data: &Value,
        tell: impl FnOnce(Miss) -> Failure,
    ) -> Result<Value, Failure> {
        let scope = self.scope(id, data);
        let before = self.before_expression(id);
        let outcome = expression.evaluate(&scope);
        self.watch_expression(before, field, expression, &outcome, &scope);
        outcome.map_err(|miss| tell(miss).looking_up(field, None, expression, &scope))
    }

    /// The value of a JSONata expression that stands alone in a field. `expected` is the type that the field takes.
    pub(super) fn compute(
        &self,
        id: BranchId,
        field: impl Into<Cow<'static, str>>,
        expression: &Expression,
        expected: &'static str,
    ) -> Result<Value, Failure> {
        let field = field.into();
        let scope = self.scope(id, &self.branches[id.index()].visit.effective);
        let before = self.before_expression(id);
        let outcome =
            expression.evaluate(&scope).and_then(|value| jsonata::expect(value, expected).map_err(Miss::Jsonata));
        self.watch_expression(before, &field, expression, &outcome, &scope);
        outcome.map_err(|miss| {
            let failure = self.expression_failure(id, &location(&field), expression, miss);
            failure.looking_up(field, None, expression, &scope)
        })
    }

    /// What a JSONata field makes unusable though its expression has a value.
    pub(super) fn unusable(&self, id: BranchId, field: &'static str, expression: &Expression, cause: &str) -> Failure {
        let scope = self.scope(id, &self.branches[id.index()].visit.effective);
        self.query_failure(id, cause).looking_up(field, None, expression, &scope)
    }

    /// A template filled in, or the data as it is where there is none.
    pub(super) fn fill(
        &self,
        id: BranchId,
        field: impl Into<Cow<'static, str>>,
        template: Option<&Template>,
        data: &Value,
    ) -> Result<Value, Failure> {
        match template {
            Some(template) => self.fill_in(field, template, &self.scope(id, data)),
            None => Ok(data.clone()),
        }
    }

    pub(super) fn fill_in(
        &self,
        field: impl Into<Cow<'static, str>>,
        template: &Template,
        scope: &Scope,
    ) -> Result<Value, Failure> {
        let field = field.into();
        self.watch_template(&field, template, scope);
        template.evaluate(scope).map_err(|mut miss| {
            let why = std::mem::replace(&mut miss.miss, Miss::Jsonata(jsonata::Failure::Undefined));
            let name = match miss.key {
                Some(key) => key.to_owned(),
                None => location(&field) + &miss.location(),
            };
            let failure = self.expression_failure(scope.branch, &name, miss.expression, why);
            failure.looking_up_in(field, &miss, scope)
        })
    }

    /// What a state's work gets: `Parameters` or `Arguments` filled in, or the data as it is where there are none.
    /// The documentation has `States.DataLimitExceeded` come up where that is larger than a payload may be.
    pub(super) fn fill_input(&self, id: BranchId, template: Option<&Template>) -> Result<Value, Failure> {
        let stage = match self.state_of(id).query_language {
            QueryLanguage::JsonPath => Stage::Parameters,
            QueryLanguage::Jsonata => Stage::Arguments,
        };
        let input = self.fill(id, stage.name(), template, &self.branches[id.index()].visit.effective)?;
        self.stage(id, stage, &input);
        if template.is_some() {
            self.check_size(id, &input)?;
        }
        Ok(input)
    }

    /// From a state's result to its output, and what its `Assign` takes from the result.
    pub(super) fn shape_result(
        &self,
        id: BranchId,
        selector: Option<&Template>,
        path: &ResultPath,
        result: Value,
    ) -> Result<(Value, Option<Rc<Object>>), Failure> {
        let state = self.state_of(id);
        self.stage(id, Stage::Result, &result);
        if state.query_language == QueryLanguage::Jsonata {
            let scope = self.scope(id, &self.branches[id.index()].visit.effective);
            let scope = Scope { result: Some(&result), ..scope };
            let assigned = self.evaluate_assign("Assign", state.assign.as_ref(), &scope)?;
            return Ok((self.make_output(&scope, "Output", state.output.as_ref(), &result)?, assigned));
        }
        let result = match selector {
            Some(_) => self.fill(id, "ResultSelector", selector, &result)?,
            None => result,
        };
        self.stage(id, Stage::ResultSelector, &result);
        let assigned = self.evaluate_assign("Assign", state.assign.as_ref(), &self.scope(id, &result))?;
        let combined = self.put(id, "ResultPath", path, result)?;
        Ok((self.pick(id, Stage::OutputPath, &state.output_path, &combined)?, assigned))
    }

    /// The state's input combined with a result, as `ResultPath` says.
    pub(super) fn put(
        &self,
        id: BranchId,
        field: impl Into<Cow<'static, str>>,
        path: &ResultPath,
        result: Value,
    ) -> Result<Value, Failure> {
        let visit = &self.branches[id.index()].visit;
        let combined = match path {
            ResultPath::Whole => result,
            ResultPath::Discard => visit.input.clone(),
            ResultPath::Path(path) => path.write(&visit.input, result).ok_or_else(|| {
                let cause =
                    format!("Unable to apply ReferencePath {} to input {}", path.source(), visit.input.to_json());
                let lookup = Lookup {
                    field: field.into(),
                    key: None,
                    location: None,
                    expression: path.source().clone(),
                    input: visit.input.clone(),
                    context: None,
                    result: None,
                };
                let failure = self.state_failure(id, RESULT_PATH_MATCH_FAILURE, &cause, Origin::State);
                Failure { lookup: Some(Rc::new(lookup)), ..failure }
            })?,
        };
        self.stage(id, Stage::ResultPath, &combined);
        Ok(combined)
    }

    pub(super) fn scope<'a>(&'a self, branch: BranchId, input: &'a Value) -> Scope<'a> {
        Scope { execution: self, branch, input, result: None, error_output: None, item: None }
    }

    pub(super) fn state_of(&self, id: BranchId) -> &State {
        self.definition.state(self.branches[id.index()].visit.state)
    }

    pub(super) fn runtime_failure(&self, id: BranchId, cause: &str) -> Failure {
        self.state_failure(id, RUNTIME, cause, Origin::Terminal)
    }

    /// The failure of an expression of a JSONata state.
    pub(super) fn query_failure(&self, id: BranchId, cause: &str) -> Failure {
        self.state_failure(id, QUERY_EVALUATION_ERROR, cause, Origin::Query)
    }

    /// The failure of an expression in AWS's words; `field` as these name it.
    fn expression_failure(&self, id: BranchId, field: &str, expression: &Expression, miss: Miss) -> Failure {
        let source = &expression.source;
        match miss {
            Miss::Path { data, .. } => {
                let cause = format!(
                    "The JSONPath '{source}' specified for the field '{field}' could not be found in the input '{}'",
                    data.to_json()
                );
                self.runtime_failure(id, &cause)
            }
            Miss::Intrinsic { error, cause } if error == RUNTIME => self.runtime_failure(id, &cause),
            Miss::Intrinsic { error, cause } => self.state_failure(id, error, &cause, Origin::State),
            Miss::Jsonata(failure) => {
                let cause = format!("The JSONata expression '{source}' specified for the field '{field}' {failure}");
                self.query_failure(id, &cause)
            }
        }
    }
}
