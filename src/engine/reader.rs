//! What a distributed Map reads and batches: objects of S3 as JSON, JSON Lines or CSV, and lists of objects. The
//! objects are given with the options of the run. Texts of failures that AWS was recorded to give are AWS's own.

use std::rc::Rc;

use super::{
    Execution,
    branch::{BranchId, Item, Items},
    failure::{Failure, Origin},
    inspection::Stage,
};
use crate::{
    asl::model::{ItemBatcher, ItemReader, MapState, QueryLanguage},
    syntax::parse_value,
    value::{Object, Value},
};

const ITEM_READER_FAILED: &str = "States.ItemReaderFailed";

/// The largest object that AWS reads has 10 GB; so many items are enough here.
const MOST_ITEMS: usize = 1_000_000;

impl Execution {
    /// `MaxItems`; 0 is no limit.
    pub(super) fn max_items(&self, id: BranchId, reader: &ItemReader) -> Result<Option<f64>, Failure> {
        let most = self.count_in(id, Stage::MaxItems, "ItemReader/ReaderConfig/MaxItems", &reader.max_items)?;
        Ok(most.filter(|most| *most != 0.0))
    }

    /// The items that are read, and what becomes of items by `ItemBatcher`.
    pub(super) fn outside_items(
        &self,
        id: BranchId,
        map: &MapState,
        items: Items,
        most: Option<f64>,
    ) -> Result<Items, Failure> {
        let items = match &map.item_reader {
            Some(reader) => {
                let mut items = self.read(id, reader, most)?;
                items.truncate(most.map_or(MOST_ITEMS, |most| most as usize));
                let items = Rc::new(items);
                self.stage(id, Stage::Items, &Value::Array(Rc::clone(&items)));
                Items::Array(items)
            }
            None => items,
        };
        match &map.item_batcher {
            Some(batcher) if map.distributed => self.batches(id, map, batcher, &items),
            _ => Ok(items),
        }
    }

    fn read(&self, id: BranchId, reader: &ItemReader, most: Option<f64>) -> Result<Vec<Value>, Failure> {
        if most.is_some_and(|most| most < 0.0) {
            return Err(unreadable("field MaxItems must be positive"));
        }
        let field = match self.state_of(id).query_language {
            QueryLanguage::JsonPath => "ItemReader/Parameters",
            QueryLanguage::Jsonata => "ItemReader/Arguments",
        };
        let input = &self.branches[id.index()].visit.effective;
        let parameters = self.fill(id, field, reader.parameters.as_ref(), input)?;
        let text = |name: &str| parameters.get(name).and_then(Value::as_str).cloned().unwrap_or_default();
        let bucket = text("Bucket");
        if reader.resource.ends_with(":s3:listObjectsV2") {
            return Ok(self.listed(&bucket, &text("Prefix")));
        }
        let name = format!("{bucket}/{}", text("Key"));
        let Some(body) = self.options.objects.get(&name) else {
            return Err(unreadable(&format!(
                "The S3 object {name} does not exist: the scenario has none of this name in `s3`."
            )));
        };
        match reader.input_type.as_deref() {
            Some("CSV") => read_csv(&body, reader),
            Some("JSONL") => body.lines().filter(|line| !line.trim().is_empty()).map(read_json).collect(),
            Some("MANIFEST") => self.read_inventory(&body, &bucket),
            None | Some("JSON") => read_array(&body, reader.items_pointer.as_deref()),
            Some(other) => {
                Err(unreadable(&format!("The input type {other} is not simulated here: give the rows as CSV or JSON.")))
            }
        }
    }

    /// The objects that an S3 inventory lists: its manifest names CSV files without headers, and their columns.
    fn read_inventory(&self, manifest: &str, bucket: &str) -> Result<Vec<Value>, Failure> {
        let manifest = read_json(manifest)?;
        let text = |name: &str| manifest.get(name).and_then(Value::as_str);
        let bucket = text("destinationBucket").and_then(|arn| arn.rsplit(':').next()).unwrap_or(bucket);
        if text("fileFormat").is_some_and(|format| &**format != "CSV") {
            return Err(unreadable("Of S3 inventories, those in CSV are simulated here."));
        }
        let columns: Vec<Rc<str>> = text("fileSchema")
            .map(|columns| columns.split(',').map(|column| column.trim().into()).collect())
            .ok_or_else(|| unreadable("The S3 object is no inventory manifest: it has no `fileSchema`."))?;
        let mut items = Vec::new();
        for file in manifest.get("files").and_then(Value::as_array).unwrap_or_default() {
            let key = file.get("key").and_then(Value::as_str).cloned().unwrap_or_default();
            let name = format!("{bucket}/{key}");
            let body = self.options.objects.get(&name).ok_or_else(|| {
                unreadable(&format!("The S3 object {name}, which the manifest names, does not exist: the scenario has none of this name in `s3`."))
            })?;
            items.extend(csv_rows(&body, b',').into_iter().map(|row| row_of(&columns, row)));
        }
        Ok(items)
    }

    /// The objects of a bucket, as ListObjectsV2 tells of them.
    fn listed(&self, bucket: &str, prefix: &str) -> Vec<Value> {
        let start = self.options.start.as_micros() / 1_000_000;
        let object = |(key, body): (Rc<str>, Rc<str>)| {
            Value::object([
                ("Key", Value::from(&key)),
                ("LastModified", start.into()),
                ("Size", (body.len() as i64).into()),
                ("StorageClass", Value::from("STANDARD".to_owned())),
            ])
        };
        self.options.objects.list(bucket, prefix).into_iter().map(object).collect()
    }

    fn batches(&self, id: BranchId, map: &MapState, batcher: &ItemBatcher, items: &Items) -> Result<Items, Failure> {
        let count = |stage, field, count| self.count_in(id, stage, field, count);
        let most = count(Stage::MaxItemsPerBatch, "ItemBatcher/MaxItemsPerBatch", &batcher.max_items)?;
        let bytes = count(Stage::MaxInputBytesPerBatch, "ItemBatcher/MaxInputBytesPerBatch", &batcher.max_input_bytes)?;
        let limit =
            |number: Option<f64>| number.filter(|number| *number >= 1.0).map_or(usize::MAX, |number| number as usize);
        let (most, bytes) = (limit(most), limit(bytes));
        let input = &self.branches[id.index()].visit.effective;
        let shared = match &batcher.batch_input {
            Some(template) => Some(self.fill(id, "ItemBatcher/BatchInput", Some(template), input)?),
            None => None,
        };
        let mut batches: Vec<Vec<Value>> = Vec::new();
        let mut size = 0;
        for item in (0..items.count()).filter_map(|index| items.get(index)) {
            let value = self.batched_item(id, map, &item)?;
            let length = value.json_len(usize::MAX) + 1;
            match batches.last_mut() {
                Some(batch) if batch.len() < most && size + length <= bytes => batch.push(value),
                _ => {
                    batches.push(vec![value]);
                    size = 0;
                }
            }
            size += length;
        }
        let batch = |items: Vec<Value>| {
            let input = shared.clone().map(|input| ("BatchInput", input));
            Value::object(input.into_iter().chain([("Items", Value::array(items))]))
        };
        Ok(Items::Array(Rc::new(batches.into_iter().map(batch).collect())))
    }

    fn batched_item(&self, id: BranchId, map: &MapState, item: &Item) -> Result<Value, Failure> {
        match &map.item_selector {
            Some(selector) => self.selected_input(id, selector, item),
            None => Ok(item.as_input()),
        }
    }
}

fn unreadable(cause: &str) -> Failure {
    Failure::new(ITEM_READER_FAILED, cause, Origin::State)
}

fn read_json(text: &str) -> Result<Value, Failure> {
    parse_value(text).map_err(|error| unreadable(&format!("The S3 object is no JSON: {}.", error.message)))
}

/// An array, at the root of the object or where `ItemsPointer` leads.
fn read_array(text: &str, pointer: Option<&str>) -> Result<Vec<Value>, Failure> {
    let root = read_json(text)?;
    let mut steps = pointer.unwrap_or_default().split('/').skip(1);
    let found = steps.try_fold(root, |value, step| {
        let name = step.replace("~1", "/").replace("~0", "~");
        match &value {
            Value::Array(items) => items.get(name.parse::<usize>().ok()?).cloned(),
            value => value.get(&name).cloned(),
        }
    });
    match found {
        Some(Value::Array(items)) => Ok(Rc::unwrap_or_clone(items)),
        _ => Err(unreadable("Attempting to map over non-iterable node.")),
    }
}

/// Rows as objects of texts. A row that is too short lacks nothing, one that is too long is cut: both recorded.
fn read_csv(text: &str, reader: &ItemReader) -> Result<Vec<Value>, Failure> {
    let mut rows = csv_rows(text, reader.csv_delimiter).into_iter();
    let headers = match &reader.csv_headers {
        Some(headers) => headers.clone(),
        None => rows.next().unwrap_or_default().into_iter().map(Rc::from).collect(),
    };
    let has_twice = |(at, header): (usize, &Rc<str>)| headers[..at].contains(header);
    if headers.iter().enumerate().any(has_twice) {
        return Err(unreadable("CSV headers cannot contain duplicates."));
    }
    Ok(rows.map(|row| row_of(&headers, row)).collect())
}

fn row_of(headers: &[Rc<str>], row: Vec<String>) -> Value {
    let mut row = row.into_iter();
    let members = headers.iter().map(|header| (header.clone(), Value::from(row.next().unwrap_or_default())));
    Value::Object(Rc::new(members.collect::<Object>()))
}

/// RFC 4180, with any number of fields in a row.
fn csv_rows(text: &str, delimiter: u8) -> Vec<Vec<String>> {
    let mut reader = csv_core::ReaderBuilder::new().delimiter(delimiter).build();
    let (mut rows, mut row, mut field) = (Vec::new(), Vec::new(), Vec::new());
    let (mut rest, mut out) = (text.as_bytes(), [0; 1024]);
    loop {
        let (result, read, written) = reader.read_field(rest, &mut out);
        rest = &rest[read..];
        field.extend_from_slice(&out[..written]);
        match result {
            csv_core::ReadFieldResult::Field { record_end } => {
                row.push(String::from_utf8_lossy(&std::mem::take(&mut field)).into_owned());
                if record_end {
                    rows.push(std::mem::take(&mut row));
                }
            }
            csv_core::ReadFieldResult::End => return rows,
            csv_core::ReadFieldResult::InputEmpty | csv_core::ReadFieldResult::OutputFull => {}
        }
    }
}
