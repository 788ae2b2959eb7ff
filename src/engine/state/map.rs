//! Map: runs its processor once for every item, at most `MaxConcurrency` of them at a time. The
//! iterations of an inline Map are in this history; those of a distributed one are executions of
//! their own, of which this history only tells how the run of them ended.

use std::rc::Rc;

use super::super::{
    Execution, Flow,
    branch::{BranchId, Item, Items, Join, JoinKind, Phase},
    context::Scope,
    failure::Failure,
    history::{Cursor, EventKind, IterationStep},
    join::Opening,
};
use crate::{
    asl::model::{Count, Definition, MapState, State, StateKind},
    value::{Number, Value},
};

/// What AWS runs at once where `MaxConcurrency` is 0 or missing.
const INLINE_CONCURRENCY: usize = 40;
const DISTRIBUTED_CONCURRENCY: usize = 10_000;

impl Execution {
    pub(super) fn start_map(&mut self, id: BranchId, _definition: &Definition, map: &MapState) -> Flow {
        self.open_map(id, map).into()
    }

    fn open_map(&mut self, id: BranchId, map: &MapState) -> Result<Flow, Failure> {
        self.max_concurrency(id, map)?;
        let items = self.items(id, map)?;
        let Some(processor) = map.processor else {
            return Err(self.runtime_failure(id, "The state has no ItemProcessor."));
        };
        let state = self.branches[id.index()].visit.state;
        let length = if map.has_item_reader { 0 } else { items.count() };
        self.push(id, Some(state), EventKind::MapStateStarted { length });
        self.check_tolerance(id, map)?;
        let run = map.distributed.then(|| self.map_run_arn(id));
        if let Some(arn) = &run {
            self.push(id, Some(state), EventKind::MapRunStarted { arn: arn.clone() });
        }
        self.next_generation(id);
        let missing = items.count();
        self.branches.reserve(missing.min(self.history.limit()));
        let kind = JoinKind::Map { items, processor, next: 0, run };
        let join = Join { kind, results: vec![Value::Null; missing], running: Vec::new(), missing };
        if missing == 0 {
            let JoinKind::Map { run, .. } = join.kind else { return Ok(Flow::Wait) };
            let definition = Rc::clone(&self.definition);
            return Ok(self.end_map(id, definition.state(state), map, run, Vec::new()));
        }
        self.branches[id.index()].phase = Phase::Joining(Box::new(join));
        let cursor = self.branches[id.index()].cursor;
        let flow = self.start_iterations(id, cursor);
        if matches!(flow, Flow::Fail(_)) {
            self.cut(id, None);
        }
        Ok(flow)
    }

    /// Starts iterations while there is room for them; their chains hang from `cursor`.
    pub(in super::super) fn start_iterations(&mut self, id: BranchId, cursor: Cursor) -> Flow {
        let definition = Rc::clone(&self.definition);
        let state = definition.state(self.branches[id.index()].visit.state);
        let StateKind::Map(map) = &state.kind else { return Flow::Wait };
        let concurrency = match self.max_concurrency(id, map) {
            Ok(concurrency) => concurrency,
            Err(failure) => return Flow::Fail(failure),
        };
        loop {
            let Phase::Joining(join) = &self.branches[id.index()].phase else { return Flow::Wait };
            let JoinKind::Map { items, processor, next, .. } = &join.kind else { return Flow::Wait };
            let (index, processor) = (*next, *processor);
            let Some(item) = items.get(index).filter(|_| join.running.len() < concurrency) else { return Flow::Wait };
            let Some(start) = definition.scope(processor).start_at else { return Flow::Wait };
            let input = match self.item_input(id, map, &item) {
                Ok(input) => input,
                Err(failure) => return Flow::Fail(failure),
            };
            let opening = Opening {
                start,
                input,
                index,
                item: Some(item),
                is_child_execution: map.distributed,
                generation: self.branches[id.index()].generations - 1,
            };
            let child = self.open(id, cursor, opening);
            self.push(child, Some(state.id), EventKind::MapIteration { step: IterationStep::Started, index });
            if let Phase::Joining(join) = &mut self.branches[id.index()].phase {
                join.running.push(child);
                if let JoinKind::Map { next, .. } = &mut join.kind {
                    *next += 1;
                }
            }
        }
    }

    pub(in super::super) fn end_map(
        &mut self,
        id: BranchId,
        state: &State,
        map: &MapState,
        run: Option<Rc<str>>,
        results: Vec<Value>,
    ) -> Flow {
        if run.is_some() {
            self.push_aside(id, Some(state.id), EventKind::MapRunSucceeded);
            let Cursor { last, tail } = self.branches[id.index()].cursor;
            self.branches[id.index()].cursor = Cursor::at(tail);
            self.push_aside(id, Some(state.id), EventKind::StateSucceeded);
            self.branches[id.index()].cursor.last = last;
        } else {
            self.push_aside(id, Some(state.id), EventKind::StateSucceeded);
        }
        self.branches[id.index()].visit.is_open = false;
        let shape = || -> Result<Flow, Failure> {
            let result = Value::array(results);
            let (output, assigned) = self.shape_result(id, map.result_selector.as_ref(), &map.result_path, result)?;
            Ok(Self::go(output, assigned, map.next))
        };
        shape().into()
    }

    /// What an iteration starts with: the item, or `ItemSelector` filled in.
    fn item_input(&self, id: BranchId, map: &MapState, item: &Item) -> Result<Value, Failure> {
        let Some(selector) = &map.item_selector else { return Ok(item.as_input()) };
        let input = &self.branches[id.index()].visit.effective;
        let scope = Scope { item: Some(item), ..self.scope(id, input) };
        let input = self.fill_in(id, "ItemSelector", selector, &scope)?;
        self.check_size(id, &input)?;
        Ok(input)
    }

    /// An array, or, where the Map is distributed, an object as well: "it runs an iteration for each key-value
    /// pair", says the guide, and AWS was recorded to refuse one in an inline Map.
    fn items(&self, id: BranchId, map: &MapState) -> Result<Items, Failure> {
        if map.has_item_reader {
            return Ok(Items::Array(Rc::default()));
        }
        let input = &self.branches[id.index()].visit.effective;
        let (source, items) = match &map.items_path {
            Some(path) => (&*path.source, self.follow(id, "ItemsPath", path, input)?),
            None => ("$", input.clone()),
        };
        match items {
            Value::Array(items) => Ok(Items::Array(items)),
            Value::Object(members) if map.distributed => Ok(Items::Object(members)),
            _ => {
                let failure = self.runtime_failure(id, &format!("Reference path \"{source}\" must point to array."));
                Err(match &map.items_path {
                    Some(path) => failure.looking_up("ItemsPath", None, path, &self.scope(id, input)),
                    None => failure,
                })
            }
        }
    }

    fn max_concurrency(&self, id: BranchId, map: &MapState) -> Result<usize, Failure> {
        let most = if map.distributed { DISTRIBUTED_CONCURRENCY } else { INLINE_CONCURRENCY };
        let count = match self.count(id, "MaxConcurrencyPath", &map.max_concurrency, "integer")? {
            Some(count) if count < 0.0 => return Err(self.runtime_failure(id, "MaxConcurrency cannot be negative.")),
            Some(count) => count as usize,
            None => 0,
        };
        Ok(if count == 0 { most } else { count.min(most) })
    }

    fn check_tolerance(&self, id: BranchId, map: &MapState) -> Result<(), Failure> {
        let count = self.count(id, "ToleratedFailureCountPath", &map.tolerated_failure_count, "integer")?;
        if count.is_some_and(|count| count < 0.0) {
            return Err(self.runtime_failure(id, "ToleratedFailureCount cannot be negative."));
        }
        let percentage =
            self.count(id, "ToleratedFailurePercentagePath", &map.tolerated_failure_percentage, "float")?;
        if percentage.is_some_and(|percentage| !(0.0..=100.0).contains(&percentage)) {
            return Err(self.runtime_failure(id, "ToleratedFailurePercentage must be between 0 and 100."));
        }
        Ok(())
    }

    /// The number that a field or its path gives; `kind` is `integer` or `float`.
    fn count(&self, id: BranchId, field: &'static str, count: &Count, kind: &str) -> Result<Option<f64>, Failure> {
        let path = match count {
            Count::None => return Ok(None),
            Count::Literal(number) => return Ok(Some(*number)),
            Count::Path(path) => path,
        };
        let data = &self.branches[id.index()].visit.effective;
        let value = self.follow(id, field, path, data)?;
        match &value {
            Value::Number(Number::Int(int)) => Ok(Some(*int as f64)),
            Value::Number(number) if kind == "float" => Ok(Some(number.as_f64())),
            value => {
                let text = value.as_str().map_or_else(|| value.to_json(), ToString::to_string);
                // AWS was seen to take a number from a text, too.
                let number = if kind == "float" {
                    text.parse::<f64>().ok()
                } else {
                    text.parse::<i64>().ok().map(|int| int as f64)
                };
                if let Some(number) = number.filter(|number| number.is_finite()) {
                    return Ok(Some(number));
                }
                let cause = format!(
                    "The {field} field refers to value \"{text}\" which is not a valid {kind}: {}",
                    path.source
                );
                Err(self.runtime_failure(id, &cause).looking_up(field, None, path, &self.scope(id, data)))
            }
        }
    }

    fn map_run_arn(&self, id: BranchId) -> Rc<str> {
        let machine = self.options.machine_arn.replacen(":stateMachine:", ":mapRun:", 1);
        let visit = &self.branches[id.index()].visit;
        let name = &self.state_of(id).name;
        format!("{machine}/{name}:{:08x}-0000-4000-8000-{:012x}", visit.entered, self.options.seed).into()
    }
}
