//! The eight kinds of state.

use super::{Current, Reader, expression::Allowed, seconds, text};
use crate::{
    asl::{
        check::{is_placeholder, shape},
        fields::{self, ObjectKind},
        model::{
            Count, FailState, FailText, ItemBatcher, ItemReader, MapState, ParallelState, PassState, ResultWriter,
            ScopeId, Seconds, StateKind, TaskState, Transformation, WaitFor, WaitState,
        },
        place::Place,
        resources, rules,
    },
    diagnostic::{Cure, Diagnostic},
    expr::{Expression, ExpressionKind, Template},
    syntax::Node,
    text::Span,
};

impl Reader {
    pub(super) fn state_of_kind(&mut self, current: &Current, type_name: &str) -> StateKind {
        match type_name {
            "Pass" => StateKind::Pass(Box::new(self.pass(current))),
            "Task" => StateKind::Task(Box::new(self.task(current))),
            "Choice" => StateKind::Choice(Box::new(self.choice(current))),
            "Wait" => StateKind::Wait(Box::new(self.wait(current))),
            "Succeed" => StateKind::Succeed,
            "Fail" => StateKind::Fail(Box::new(self.fail(current))),
            "Parallel" => StateKind::Parallel(Box::new(self.parallel(current))),
            "Map" => StateKind::Map(Box::new(self.map(current))),
            _ => StateKind::Unknown,
        }
    }

    fn pass(&mut self, current: &Current) -> PassState {
        PassState {
            result: current.node.get("Result").map(|member| member.value.to_value()),
            parameters: self.template_field(current, "Parameters"),
            result_path: self.result_path(current, current.node, current.place),
            next: self.next_or_end(current),
        }
    }

    fn task(&mut self, current: &Current) -> TaskState {
        self.check_resource(current);
        self.check_heartbeat(current);
        TaskState {
            resource: text(current.node, "Resource").unwrap_or_default(),
            parameters: self.parameters(current),
            credentials: self.credentials(current),
            result_selector: self.template_field(current, "ResultSelector"),
            result_path: self.result_path(current, current.node, current.place),
            timeout: self.seconds_or_path(current, "TimeoutSeconds", "TimeoutSecondsPath"),
            heartbeat: self.seconds_or_path(current, "HeartbeatSeconds", "HeartbeatSecondsPath"),
            retry: self.retry(current),
            catch: self.catch(current),
            next: self.next_or_end(current),
        }
    }

    /// Here any text will do, for tasks are mocked; AWS takes nothing but an ARN. An integration has to be one of AWS's.
    fn check_resource(&mut self, current: &Current) {
        let Some(member) = current.node.get("Resource") else { return };
        let Some(resource) = member.value.as_str() else { return };
        let is_arn = resource.starts_with("arn:") && resource.split(':').count() >= 6;
        if !is_arn && !is_placeholder(resource) {
            let message = format!("`{resource}` is no ARN: AWS would refuse it");
            let hint = "such as `arn:aws:states:::lambda:invoke`";
            let diagnostic = Diagnostic::warning(rules::NOT_AN_ARN, member.value.span, message).with_hint(hint);
            self.diagnostics.push(diagnostic.at(current.place.key("Resource").pointer()));
        } else if let Err(unknown) = resources::check(resource) {
            let message = match unknown.is_certain {
                true => format!("AWS has no integration `{resource}`"),
                false => format!("`{resource}` is no integration that is known here: AWS probably refuses it"),
            };
            let diagnostic = match unknown.is_certain {
                true => Diagnostic::error(rules::INTEGRATION, member.value.span, message),
                false => Diagnostic::warning(rules::INTEGRATION, member.value.span, message),
            };
            let cure = unknown.known.map(|known| Cure::word(member.value.span, &known));
            let diagnostic = Diagnostic { hint: unknown.hint, ..diagnostic }.cured_by(cure).recorded(format!(
                "The resource provided {resource} is not recognized. The value is not a valid resource ARN, or the \
                 resource is not available in this region."
            ));
            self.diagnostics.push(diagnostic.at(current.place.key("Resource").pointer()));
        }
    }

    /// A heartbeat that cannot be missed before the time is over: States Language, "Task State", asks for it to be
    /// shorter.
    fn check_heartbeat(&mut self, current: &Current) {
        let Some(timeout) = seconds(current.node, "TimeoutSeconds") else { return };
        let Some(member) = current.node.get("HeartbeatSeconds") else { return };
        if seconds(current.node, "HeartbeatSeconds").is_some_and(|heartbeat| heartbeat >= timeout) {
            let message = format!("`HeartbeatSeconds` has to be shorter than `TimeoutSeconds`, {timeout}");
            let cure = (timeout > 1).then(|| Cure::value(member.value.span, timeout.div_ceil(2) as i64));
            let diagnostic = Diagnostic::warning(rules::HEARTBEAT, member.value.span, message).cured_by(cure);
            self.diagnostics.push(diagnostic.at(current.place.key("HeartbeatSeconds").pointer()));
        }
    }

    /// What a Task or Parallel works on.
    fn parameters(&mut self, current: &Current) -> Option<Template> {
        self.template_field(current, "Parameters").or_else(|| self.arguments(current))
    }

    fn credentials(&mut self, current: &Current) -> Option<Template> {
        self.sub_object(current, "Credentials", &fields::CREDENTIALS);
        let member = current.node.get("Credentials")?;
        Some(self.template(current, &member.value, &current.place.key("Credentials")))
    }

    fn seconds_or_path(&mut self, current: &Current, key: &str, path_key: &str) -> Seconds {
        if let Some(seconds) = seconds(current.node, key) {
            return Seconds::Literal(seconds);
        }
        match self.computed(current, key) {
            Some(expression) => Seconds::Computed(expression),
            None => self.path(current, path_key).map_or(Seconds::None, Seconds::Path),
        }
    }

    fn wait(&mut self, current: &Current) -> WaitState {
        let timestamp = text(current.node, "Timestamp").filter(|text| shape::is_timestamp(text));
        let duration = if let Some(seconds) = seconds(current.node, "Seconds") {
            WaitFor::Seconds(seconds)
        } else if let Some(path) = self.path(current, "SecondsPath") {
            WaitFor::SecondsPath(path)
        } else if let Some(timestamp) = timestamp {
            WaitFor::Timestamp(timestamp)
        } else if let Some(seconds) = self.computed(current, "Seconds") {
            WaitFor::ComputedSeconds(seconds)
        } else if let Some(timestamp) = self.computed(current, "Timestamp") {
            WaitFor::ComputedTimestamp(timestamp)
        } else {
            self.path(current, "TimestampPath").map_or(WaitFor::Missing, WaitFor::TimestampPath)
        };
        WaitState { duration, next: self.next_or_end(current) }
    }

    fn fail(&mut self, current: &Current) -> FailState {
        FailState {
            error: self.fail_text(current, "Error", "ErrorPath"),
            cause: self.fail_text(current, "Cause", "CausePath"),
        }
    }

    fn fail_text(&mut self, current: &Current, key: &str, path_key: &str) -> FailText {
        if let Some(expression) = self.computed(current, key) {
            return FailText::Computed(expression);
        }
        let path = current.node.get(path_key).and_then(|member| {
            let place = current.place.key(path_key);
            let path = self.expression(current, &member.value, &place, Allowed::PathOrIntrinsic)?;
            self.check_text_function(&path, member.value.span, &place);
            Some(path)
        });
        match (text(current.node, key), path) {
            (Some(text), _) => FailText::Literal(text),
            (None, Some(path)) => FailText::Path(path),
            (None, None) => FailText::None,
        }
    }

    /// `ErrorPath` and `CausePath` may only call what gives a text.
    fn check_text_function(&mut self, path: &Expression, span: Span, place: &Place) {
        let ExpressionKind::Intrinsic(call) = &path.kind else { return };
        if !fields::TEXT_FUNCTIONS.contains(&&*call.name) {
            let message = format!("`{}` does not give a text", call.name);
            let hint = format!("use one of {}", fields::TEXT_FUNCTIONS.join(", "));
            self.diagnostics
                .push(Diagnostic::error(rules::TEXT_FUNCTION, span, message).with_hint(hint).at(place.pointer()));
        }
    }

    fn parallel(&mut self, current: &Current) -> ParallelState {
        ParallelState {
            parameters: self.parameters(current),
            result_selector: self.template_field(current, "ResultSelector"),
            result_path: self.result_path(current, current.node, current.place),
            retry: self.retry(current),
            catch: self.catch(current),
            next: self.next_or_end(current),
            branches: self.branches(current),
        }
    }

    fn branches(&mut self, current: &Current) -> Vec<ScopeId> {
        let Some(items) = current.node.get("Branches").and_then(|member| member.value.as_array()) else {
            return Vec::new();
        };
        let list_place = current.place.key("Branches");
        let mut branches = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            let place = list_place.index(index);
            if item.as_object().is_some() {
                let owner = Some((current.id, branches.len()));
                branches.push(self.scope(&fields::BRANCH, item, opening(item), &place, owner));
            } else if !item.is_missing() {
                let message =
                    format!("a branch has to be an object with `StartAt` and `States`, found {}", item.describe());
                self.diagnostics.push(Diagnostic::error(rules::NOT_AN_OBJECT, item.span, message).at(place.pointer()));
            }
        }
        branches
    }

    fn map(&mut self, current: &Current) -> MapState {
        let item_selector = current
            .node
            .get("ItemSelector")
            .map(|member| self.template(current, &member.value, &current.place.key("ItemSelector")));
        let item_reader = self.item_reader(current);
        let item_batcher = self.item_batcher(current);
        let result_writer = self.result_writer(current);
        let processor = ["ItemProcessor", "Iterator"]
            .into_iter()
            .find_map(|key| Some((key, current.node.get(key).filter(|member| member.value.as_object().is_some())?)));
        let mut map = MapState {
            processor: None,
            distributed: false,
            has_express_children: false,
            items_path: self.path(current, "ItemsPath"),
            items: self.jsonata_template(current, current.node, current.place, "Items"),
            item_selector: item_selector.or_else(|| self.template_field(current, "Parameters")),
            max_concurrency: self.count(current, "MaxConcurrency", "MaxConcurrencyPath"),
            tolerated_failure_count: self.count(current, "ToleratedFailureCount", "ToleratedFailureCountPath"),
            tolerated_failure_percentage: self.count(
                current,
                "ToleratedFailurePercentage",
                "ToleratedFailurePercentagePath",
            ),
            item_reader,
            item_batcher,
            result_writer,
            label: text(current.node, "Label"),
            result_selector: self.template_field(current, "ResultSelector"),
            result_path: self.result_path(current, current.node, current.place),
            retry: self.retry(current),
            catch: self.catch(current),
            next: self.next_or_end(current),
        };
        if let Some((key, member)) = processor {
            let place = current.place.key(key);
            (map.distributed, map.has_express_children) = self.processor_config(current, &member.value, &place);
            let owner = Some((current.id, 0));
            map.processor = Some(self.scope(&fields::PROCESSOR, &member.value, member.key_span, &place, owner));
        }
        map
    }

    /// Whether it is distributed, and whether its child executions are Express ones.
    fn processor_config(&mut self, current: &Current, processor: &Node, place: &Place) -> (bool, bool) {
        let Some(config) = processor.get("ProcessorConfig") else { return (false, false) };
        let place = place.key("ProcessorConfig");
        let kind = &fields::PROCESSOR_CONFIG;
        shape::check_object(kind, &config.value, config.key_span, &place, current.language, &mut self.diagnostics);
        let is = |key: &str, word: &str| text(&config.value, key).as_deref() == Some(word);
        (is("Mode", "DISTRIBUTED"), is("ExecutionType", "EXPRESS"))
    }

    fn item_reader(&mut self, current: &Current) -> Option<ItemReader> {
        self.sub_object(current, "ItemReader", &fields::ITEM_READER);
        self.config(current, "ItemReader", "ReaderConfig", &fields::READER_CONFIG);
        let parameters = self.service_parameters(current, "ItemReader");
        let node = &current.node.get("ItemReader")?.value;
        let place = current.place.key("ItemReader");
        let place = place.key("ReaderConfig");
        let mut reader = ItemReader {
            resource: text(node, "Resource").unwrap_or_default(),
            parameters,
            input_type: None,
            csv_headers: None,
            csv_delimiter: b',',
            items_pointer: None,
            max_items: Count::None,
        };
        let Some(config) = node.get("ReaderConfig").map(|member| &member.value) else { return Some(reader) };
        reader.input_type = text(config, "InputType");
        reader.items_pointer = text(config, "ItemsPointer");
        reader.max_items = self.count_in(current, config, &place, "MaxItems", "MaxItemsPath");
        if text(config, "CSVHeaderLocation").as_deref() == Some("GIVEN") {
            let headers = config.get("CSVHeaders").and_then(|member| member.value.as_array()).unwrap_or_default();
            reader.csv_headers = Some(headers.iter().filter_map(Node::as_str).cloned().collect());
        }
        reader.csv_delimiter = match text(config, "CSVDelimiter").as_deref() {
            Some("PIPE") => b'|',
            Some("SEMICOLON") => b';',
            Some("SPACE") => b' ',
            Some("TAB") => b'\t',
            _ => b',',
        };
        Some(reader)
    }

    fn result_writer(&mut self, current: &Current) -> Option<ResultWriter> {
        self.sub_object(current, "ResultWriter", &fields::RESULT_WRITER);
        self.config(current, "ResultWriter", "WriterConfig", &fields::WRITER_CONFIG);
        let parameters = self.service_parameters(current, "ResultWriter");
        let node = &current.node.get("ResultWriter")?.value;
        let config = node.get("WriterConfig").map(|member| &member.value);
        let transformation = config.and_then(|config| text(config, "Transformation"));
        Some(ResultWriter {
            has_resource: node.get("Resource").is_some(),
            parameters,
            transformation: match transformation.as_deref() {
                Some("COMPACT") => Some(Transformation::Compact),
                Some("FLATTEN") => Some(Transformation::Flatten),
                _ => config.map(|_| Transformation::None),
            },
            is_lines: config.and_then(|config| text(config, "OutputType")).as_deref() == Some("JSONL"),
        })
    }

    fn item_batcher(&mut self, current: &Current) -> Option<ItemBatcher> {
        self.sub_object(current, "ItemBatcher", &fields::ITEM_BATCHER);
        let node = &current.node.get("ItemBatcher")?.value;
        let place = current.place.key("ItemBatcher");
        let input = node.get("BatchInput");
        Some(ItemBatcher {
            batch_input: input.map(|input| self.template(current, &input.value, &place.key("BatchInput"))),
            max_items: self.count_in(current, node, &place, "MaxItemsPerBatch", "MaxItemsPerBatchPath"),
            max_input_bytes: self.count_in(current, node, &place, "MaxInputBytesPerBatch", "MaxInputBytesPerBatchPath"),
        })
    }

    /// The `Parameters` or `Arguments` of a reader or writer.
    fn service_parameters(&mut self, current: &Current, key: &str) -> Option<Template> {
        let name = if current.is_jsonata() { "Arguments" } else { "Parameters" };
        let parameters = current.node.get(key)?.value.get(name)?;
        Some(self.template(current, &parameters.value, &current.place.key(key).key(name)))
    }

    fn sub_object(&mut self, current: &Current, key: &str, kind: &'static ObjectKind) {
        if let Some(member) = current.node.get(key) {
            let place = current.place.key(key);
            shape::check_object(kind, &member.value, member.key_span, &place, current.language, &mut self.diagnostics);
        }
    }

    fn config(&mut self, current: &Current, outer: &str, key: &str, kind: &'static ObjectKind) {
        if let Some(member) = current.node.get(outer).and_then(|outer| outer.value.get(key)) {
            let outer = current.place.key(outer);
            let place = outer.key(key);
            shape::check_object(kind, &member.value, member.key_span, &place, current.language, &mut self.diagnostics);
        }
    }

    fn count(&mut self, current: &Current, key: &str, path_key: &str) -> Count {
        self.count_in(current, current.node, current.place, key, path_key)
    }

    fn count_in(&mut self, current: &Current, node: &Node, place: &Place, key: &str, path_key: &str) -> Count {
        if let Some(number) = node.get(key).and_then(|member| shape::number(&member.value)) {
            return Count::Literal(number);
        }
        if let Some(expression) = self.computed_at(current, node, place, key) {
            return Count::Computed(expression);
        }
        let path = node.get(path_key);
        path.and_then(|path| self.expression(current, &path.value, &place.key(path_key), Allowed::Path))
            .map_or(Count::None, Count::Path)
    }
}

/// The opening bracket of an object without a key.
fn opening(node: &Node) -> Span {
    Span::new(node.span.start, node.span.start + 1)
}
