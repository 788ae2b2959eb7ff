//! The data-flow stages around a state's work: `InputPath`, `Parameters` and other payload templates,
//! `ResultSelector`, `ResultPath`, `OutputPath`. They stand once, for all kinds of state.

use std::{borrow::Cow, rc::Rc};

use super::{
    Execution,
    branch::BranchId,
    context::Scope,
    failure::{Failure, Lookup, Origin},
};
use crate::{
    asl::model::{PathField, ResultPath, State},
    expr::{Expression, ExpressionKind, Miss, Template},
    value::{Object, Value},
};

/// The error of a result that cannot be put where `ResultPath` says.
const RESULT_PATH_MATCH_FAILURE: &str = "States.ResultPathMatchFailure";

impl Execution {
    /// What a state's `InputPath` or `OutputPath` leaves of its data.
    pub(super) fn pick(
        &self,
        id: BranchId,
        name: &'static str,
        field: &PathField,
        data: &Value,
    ) -> Result<Value, Failure> {
        match field {
            PathField::Whole => Ok(data.clone()),
            PathField::Null => Ok(Value::empty_object()),
            PathField::Path(expression) => self.follow(id, name, expression, data),
        }
    }

    /// What a state's `InputPath` leaves of its input. A part of the input is no larger than the whole,
    /// but the context object may be.
    pub(super) fn pick_input(&self, id: BranchId, field: &PathField, input: &Value) -> Result<Value, Failure> {
        let picked = self.pick(id, "InputPath", field, input)?;
        if matches!(field, PathField::Path(Expression { kind: ExpressionKind::Context(_), .. })) {
            self.check_size(id, &picked)?;
        }
        Ok(picked)
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
            Miss::Intrinsic { error, cause } => self.intrinsic_failure(id, error, &cause),
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
        self.look_up(id, field, expression, data, |miss| self.template_failure(id, field, expression, miss))
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
        expression.evaluate(&scope).map_err(|miss| tell(miss).looking_up(field, None, expression, &scope))
    }

    /// A payload template filled in, or the data as it is where there is none.
    pub(super) fn fill(
        &self,
        id: BranchId,
        field: impl Into<Cow<'static, str>>,
        template: Option<&Template>,
        data: &Value,
    ) -> Result<Value, Failure> {
        match template {
            Some(template) => self.fill_in(id, field, template, &self.scope(id, data)),
            None => Ok(data.clone()),
        }
    }

    pub(super) fn fill_in(
        &self,
        id: BranchId,
        field: impl Into<Cow<'static, str>>,
        template: &Template,
        scope: &Scope,
    ) -> Result<Value, Failure> {
        template.evaluate(scope).map_err(|(key, expression, miss)| {
            self.template_failure(id, key, expression, miss).looking_up(field, Some(key), expression, scope)
        })
    }

    /// What a state's work gets: `Parameters` filled in, or the data as it is where there are none. The
    /// documentation has `States.DataLimitExceeded` come up where that is larger than a payload may be.
    pub(super) fn fill_input(&self, id: BranchId, template: Option<&Template>, data: &Value) -> Result<Value, Failure> {
        let input = self.fill(id, "Parameters", template, data)?;
        if template.is_some() {
            self.check_size(id, &input)?;
        }
        Ok(input)
    }

    /// From a state's result to its output, `ResultSelector`, `ResultPath`, `OutputPath`; and what its
    /// `Assign` takes from the result.
    pub(super) fn shape_result(
        &self,
        id: BranchId,
        selector: Option<&Template>,
        path: &ResultPath,
        result: Value,
    ) -> Result<(Value, Option<Rc<Object>>), Failure> {
        let result = match selector {
            Some(_) => self.fill(id, "ResultSelector", selector, &result)?,
            None => result,
        };
        let state = self.state_of(id);
        let assigned = self.evaluate_assign(id, "Assign", state.assign.as_ref(), &result)?;
        let combined = self.put(id, "ResultPath", path, result)?;
        Ok((self.pick(id, "OutputPath", &state.output_path, &combined)?, assigned))
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
        match path {
            ResultPath::Whole => Ok(result),
            ResultPath::Discard => Ok(visit.input.clone()),
            ResultPath::Path(path) => path.write(&visit.input, result).ok_or_else(|| {
                let cause =
                    format!("Unable to apply ReferencePath {} to input {}", path.source(), visit.input.to_json());
                let state = self.state_of(id);
                let lookup = Lookup {
                    field: field.into(),
                    key: None,
                    expression: path.source().clone(),
                    input: visit.input.clone(),
                    context: None,
                };
                let failure = Failure::of_state(RESULT_PATH_MATCH_FAILURE, state, visit.entered, &cause, Origin::State);
                Failure { lookup: Some(Rc::new(lookup)), ..failure }
            }),
        }
    }

    pub(super) fn scope<'a>(&'a self, branch: BranchId, input: &'a Value) -> Scope<'a> {
        Scope { execution: self, branch, input, item: None }
    }

    pub(super) fn state_of(&self, id: BranchId) -> &State {
        self.definition.state(self.branches[id.index()].visit.state)
    }

    pub(super) fn runtime_failure(&self, id: BranchId, cause: &str) -> Failure {
        Failure::runtime(self.state_of(id), self.branches[id.index()].visit.entered, cause)
    }

    fn intrinsic_failure(&self, id: BranchId, error: &str, cause: &str) -> Failure {
        if error == super::failure::RUNTIME {
            return self.runtime_failure(id, cause);
        }
        Failure::of_state(error, self.state_of(id), self.branches[id.index()].visit.entered, cause, Origin::State)
    }

    fn template_failure(&self, id: BranchId, field: &str, expression: &Expression, miss: Miss) -> Failure {
        match miss {
            Miss::Path { data, .. } => {
                let source = &expression.source;
                let cause = format!(
                    "The JSONPath '{source}' specified for the field '{field}' could not be found in the input '{}'",
                    data.to_json()
                );
                self.runtime_failure(id, &cause)
            }
            Miss::Intrinsic { error, cause } => self.intrinsic_failure(id, error, &cause),
        }
    }
}
