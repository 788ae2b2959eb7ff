//! Map: runs its processor once for every item, at most `MaxConcurrency` of them at a time. The
//! iterations of an inline Map are in this history; those of a distributed one are executions of
//! their own, of which this history only tells how the run of them ended.

use std::rc::Rc;

use super::super::{
    Execution, Flow,
    branch::{BranchId, Item, Items, Join, JoinKind, Phase},
    context::Scope,
    failure::{Failure, Origin},
    given::Tolerance,
    history::{Cursor, EventKind, IterationStep},
    inspection::Stage,
    join::Opening,
    map_run::MapRunId,
};
use crate::{
    asl::model::{Count, Definition, MapState, QueryLanguage, State, StateKind},
    expr::{Expression, ExpressionKind, Template},
    jsonata,
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
        let prepared = self.max_concurrency(id, map).and_then(|most| Ok((most, self.items(id, map)?)));
        // AWS was recorded to have the Map fail that could not start: `MapStateFailed` without `MapStateStarted`.
        self.branches[id.index()].visit.is_open = matches!(&prepared, Err(failure) if failure.origin == Origin::Query);
        let (concurrency, items) = prepared?;
        let Some(processor) = map.processor else {
            return Err(self.runtime_failure(id, "The state has no ItemProcessor."));
        };
        let state = self.branches[id.index()].visit.state;
        let length = if map.item_reader.is_some() { 0 } else { items.count() };
        self.push(id, Some(state), EventKind::MapStateStarted { length });
        let tolerance = self.tolerance(id, map)?;
        let most = match &map.item_reader {
            Some(reader) => self.max_items(id, reader)?,
            None => None,
        };
        if let Some(flow) = self.leave_given_map(id, map, &items, tolerance) {
            return flow;
        }
        let run = map.distributed.then(|| self.start_map_run(id));
        self.next_generation(id);
        let items = match self.outside_items(id, map, items, most) {
            Ok(items) => items,
            Err(failure) if run.is_some() && failure.origin != Origin::Terminal => {
                self.fail_map_run(run, id, &failure);
                return Err(failure);
            }
            Err(failure) => return Err(failure),
        };
        let missing = items.count();
        self.fill_map_run(run, map, missing);
        self.branches.reserve(missing.min(self.history.limit()));
        let kind = JoinKind::Map { items, processor, next: 0, concurrency, run, failed: Vec::new(), tolerance };
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
        loop {
            let Phase::Joining(join) = &self.branches[id.index()].phase else { return Flow::Wait };
            let JoinKind::Map { items, processor, next, concurrency, run, .. } = &join.kind else { return Flow::Wait };
            let (index, processor) = (*next, *processor);
            let Some(item) = items.get(index).filter(|_| join.running.len() < *concurrency) else { return Flow::Wait };
            let Some(start) = definition.scope(processor).start_at else { return Flow::Wait };
            let input = match self.item_input(id, map, &item) {
                Ok(input) => input,
                Err(failure) => return Flow::Fail(failure),
            };
            let run = *run;
            let opening = Opening {
                start,
                input: input.clone(),
                index,
                item: Some(item),
                is_child: map.distributed,
                generation: self.branches[id.index()].generations - 1,
            };
            let child = self.open(id, cursor, opening);
            match run {
                Some(run) => self.begin_child(child, run, map, input),
                None => {
                    self.push(child, Some(state.id), EventKind::MapIteration { step: IterationStep::Started, index });
                }
            }
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
        run: Option<MapRunId>,
        results: Vec<Value>,
    ) -> Flow {
        if run.is_some() {
            self.push_aside(id, Some(state.id), EventKind::MapRunSucceeded);
            self.end_map_run(run, true);
            let Cursor { last, tail } = self.branches[id.index()].cursor;
            self.branches[id.index()].cursor = Cursor::at(tail);
            self.push_aside(id, Some(state.id), EventKind::StateSucceeded);
            self.branches[id.index()].cursor.last = last;
        } else {
            self.push_aside(id, Some(state.id), EventKind::StateSucceeded);
        }
        self.branches[id.index()].visit.is_open = false;
        let shape = || -> Result<Flow, Failure> {
            let result = match (&map.result_writer, run) {
                (Some(writer), Some(run)) => self.written(id, writer, run, results)?,
                _ => Value::array(results),
            };
            let (output, assigned) = self.shape_result(id, map.result_selector.as_ref(), &map.result_path, result)?;
            Ok(Self::go(output, assigned, map.next))
        };
        shape().into()
    }

    /// What an iteration starts with: the item, or `ItemSelector` filled in.
    pub(in super::super) fn item_input(&self, id: BranchId, map: &MapState, item: &Item) -> Result<Value, Failure> {
        // A batch is made of what the selector has made of its items.
        let selector = map.item_selector.as_ref().filter(|_| map.item_batcher.is_none());
        let Some(selector) = selector else { return Ok(item.as_input()) };
        self.selected_input(id, selector, item)
    }

    pub(in super::super) fn selected_input(
        &self,
        id: BranchId,
        selector: &Template,
        item: &Item,
    ) -> Result<Value, Failure> {
        let input = &self.branches[id.index()].visit.effective;
        let scope = Scope { item: Some(item), ..self.scope(id, input) };
        let input = self.fill_in("ItemSelector", selector, &scope)?;
        self.stage(id, Stage::ItemSelector, &input);
        self.check_size(id, &input)?;
        Ok(input)
    }

    /// An array, or, where the Map is distributed, an object as well: "it runs an iteration for each key-value
    /// pair", says the guide, and AWS was recorded to refuse one in an inline Map.
    fn items(&self, id: BranchId, map: &MapState) -> Result<Items, Failure> {
        if map.item_reader.is_some() {
            return Ok(Items::Array(Rc::default()));
        }
        let input = &self.branches[id.index()].visit.effective;
        if self.state_of(id).query_language == QueryLanguage::Jsonata {
            return self.computed_items(id, map);
        }
        let (source, items) = match &map.items_path {
            Some(path) => (as_told(path), self.follow(id, "ItemsPath", path, input)?),
            None => ("$", input.clone()),
        };
        self.stage(id, Stage::Items, &items);
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

    /// What `Items` gives, in JSONata, or the input where it is missing.
    fn computed_items(&self, id: BranchId, map: &MapState) -> Result<Items, Failure> {
        let input = &self.branches[id.index()].visit.effective;
        let items = match &map.items {
            // Of a literal, the checks have made sure of the type.
            Some(Template::Expression(expression)) if !map.distributed => {
                self.compute(id, "Items", expression, "array")?
            }
            Some(template) => self.fill_in("Items", template, &self.scope(id, input))?,
            None => input.clone(),
        };
        self.stage(id, Stage::Items, &items);
        match items {
            Value::Array(items) => Ok(Items::Array(items)),
            Value::Object(members) if map.distributed => Ok(Items::Object(members)),
            items => match &map.items {
                Some(Template::Expression(expression)) => {
                    let miss = jsonata::Failure::UnexpectedType { expected: "array", value: items };
                    let source = &expression.source;
                    let cause = format!("The JSONata expression '{source}' specified for the field 'Items' {miss}");
                    Err(self.unusable(id, "Items", expression, &cause))
                }
                _ => Err(self.query_failure(id, &format!("Map state input must be an array but was: {items}"))),
            },
        }
    }

    fn max_concurrency(&self, id: BranchId, map: &MapState) -> Result<usize, Failure> {
        let most = if map.distributed { DISTRIBUTED_CONCURRENCY } else { INLINE_CONCURRENCY };
        let count = self.count(id, Stage::MaxConcurrency, &map.max_concurrency)?;
        if count.is_some_and(|count| count < 0.0) {
            return Err(self.bad_count(id, Stage::MaxConcurrency, &map.max_concurrency, "cannot be negative."));
        }
        let count = count.unwrap_or_default() as usize;
        Ok(if count == 0 { most } else { count.min(most) })
    }

    fn tolerance(&self, id: BranchId, map: &MapState) -> Result<Tolerance, Failure> {
        let (count, percentage) = (&map.tolerated_failure_count, &map.tolerated_failure_percentage);
        let tolerated = self.count(id, Stage::ToleratedFailureCount, count)?;
        if tolerated.is_some_and(|count| count < 0.0) {
            return Err(self.bad_count(id, Stage::ToleratedFailureCount, count, "cannot be negative."));
        }
        let number = self.count(id, Stage::ToleratedFailurePercentage, percentage)?;
        if number.is_some_and(|number| !(0.0..=100.0).contains(&number)) {
            let what = "must be between 0 and 100.";
            return Err(self.bad_count(id, Stage::ToleratedFailurePercentage, percentage, what));
        }
        Ok(Tolerance { count: tolerated, percentage: number })
    }

    /// A number that its field does not take.
    fn bad_count(&self, id: BranchId, stage: Stage, count: &Count, what: &str) -> Failure {
        let cause = format!("{} {what}", stage.name());
        match count {
            Count::Computed(expression) => self.unusable(id, stage.name(), expression, &cause),
            _ => self.runtime_failure(id, &cause),
        }
    }

    /// The number that a field, its path or its expression gives.
    fn count(&self, id: BranchId, stage: Stage, count: &Count) -> Result<Option<f64>, Failure> {
        self.count_in(id, stage, stage.name(), count)
    }

    /// The same, where the field stands inside of another.
    pub(in super::super) fn count_in(
        &self,
        id: BranchId,
        stage: Stage,
        field: &'static str,
        count: &Count,
    ) -> Result<Option<f64>, Failure> {
        let number = match count {
            Count::None => return Ok(None),
            Count::Literal(number) => *number,
            Count::Path(path) => self.count_at(id, stage, path)?,
            Count::Computed(expression) => {
                let value = self.compute(id, field, expression, "number")?;
                value.as_number().map_or(0.0, Number::as_f64)
            }
        };
        let is_whole = number.fract() == 0.0 && number.abs() < 1e15;
        let value = if is_whole { Number::Int(number as i64) } else { Number::Float(number) };
        self.stage(id, stage, &Value::Number(value));
        Ok(Some(number))
    }

    fn count_at(&self, id: BranchId, stage: Stage, path: &Expression) -> Result<f64, Failure> {
        let (field, kind) = match stage {
            Stage::MaxConcurrency => ("MaxConcurrencyPath", "integer"),
            Stage::ToleratedFailureCount => ("ToleratedFailureCountPath", "integer"),
            Stage::MaxItems => ("ItemReader/ReaderConfig/MaxItemsPath", "integer"),
            Stage::MaxItemsPerBatch => ("ItemBatcher/MaxItemsPerBatchPath", "integer"),
            Stage::MaxInputBytesPerBatch => ("ItemBatcher/MaxInputBytesPerBatchPath", "integer"),
            _ => ("ToleratedFailurePercentagePath", "float"),
        };
        let name = field.rsplit('/').next().unwrap_or(field);
        let data = &self.branches[id.index()].visit.effective;
        match &self.follow(id, field, path, data)? {
            Value::Number(Number::Int(int)) => Ok(*int as f64),
            Value::Number(number) if kind == "float" => Ok(number.as_f64()),
            value => {
                let text = value.as_str().map_or_else(|| value.to_json(), ToString::to_string);
                // AWS was seen to take a number from a text, too.
                let number = if kind == "float" {
                    text.parse::<f64>().ok()
                } else {
                    text.parse::<i64>().ok().map(|int| int as f64)
                };
                if let Some(number) = number.filter(|number| number.is_finite()) {
                    return Ok(number);
                }
                let cause =
                    format!("The {name} field refers to value \"{text}\" which is not a valid {kind}: {}", path.source);
                Err(self.runtime_failure(id, &cause).looking_up(field, None, path, &self.scope(id, data)))
            }
        }
    }
}

/// AWS was recorded to tell a path into the context object as one into its own data: `$$.Map` as `$.Map`.
fn as_told(path: &Expression) -> &str {
    match path.kind {
        ExpressionKind::Context(_) => &path.source[1..],
        _ => &path.source,
    }
}
