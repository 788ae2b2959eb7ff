//! Reference paths: names and indexes only, for reading and for putting a value into a value.
//! Writing copies what lies along the path where it is shared, and nothing else.

use std::rc::Rc;

use super::{NotFound, Path, Step, SyntaxError};
use crate::value::Value;

/// A path of names and indexes only, to which a value can be written.
#[derive(Clone, Debug)]
pub struct ReferencePath {
    path: Path,
}

impl ReferencePath {
    pub fn parse(source: &str) -> Result<Self, SyntaxError> {
        let path = Path::parse(source)?;
        let refused = path.steps.iter().find_map(|step| match step {
            Step::Name(_) => None,
            Step::Index(index) if *index >= 0 => None,
            Step::Index(_) => Some("an index that counts from the end"),
            Step::Names(_) => Some("a list of names"),
            Step::Indexes(_) => Some("a list of indexes"),
            Step::Slice(..) => Some("a slice"),
            Step::Wildcard => Some("the wildcard `*`"),
            Step::Scan => Some("the deep scan `..`"),
            Step::Filter(_) => Some("a filter"),
        });
        match refused {
            None => Ok(Self { path }),
            Some(what) => Err(SyntaxError::new(
                0,
                format!(
                    "a reference path names one place, with names and indexes only: {what} is not allowed in `{source}`"
                ),
            )),
        }
    }

    pub fn source(&self) -> &Rc<str> {
        self.path.source()
    }

    /// The same path for reading.
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn evaluate(&self, root: &Value) -> Result<Value, NotFound> {
        self.path.evaluate(root)
    }

    /// Whether this is `$`: the whole value.
    pub fn is_root(&self) -> bool {
        self.path.steps.is_empty()
    }

    /// `root` with `value` put at the path, objects made where they are missing. `None` where the
    /// path goes through something that is no object (States.ResultPathMatchFailure).
    pub fn write(&self, root: &Value, value: Value) -> Option<Value> {
        self.write_into(root.clone(), value)
    }

    /// As [`ReferencePath::write`], in place where nobody else holds the parts of `root`.
    pub fn write_into(&self, mut root: Value, value: Value) -> Option<Value> {
        let mut place = &mut root;
        let mut is_new = false;
        for step in self.path.steps.iter() {
            if is_new {
                *place = Value::empty_object();
            }
            place = match (step, place) {
                (Step::Name(name), Value::Object(object)) => {
                    let entry = Rc::make_mut(object).entry(name.clone());
                    is_new = matches!(entry, indexmap::map::Entry::Vacant(_));
                    entry.or_insert(Value::Null)
                }
                (Step::Index(index), Value::Array(items)) => {
                    let index = usize::try_from(*index).ok().filter(|&index| index < items.len())?;
                    &mut Rc::make_mut(items)[index]
                }
                _ => return None,
            };
        }
        *place = value;
        Some(root)
    }
}
