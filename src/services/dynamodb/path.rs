//! Document paths, `orders[0].#id`: where in an item something is. Reading, writing, removing and projecting.
//! The rules are those of the developer guide's "Referring to item attributes when using expressions".

use std::{fmt, rc::Rc};

use crate::value::{Object, Value};

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    Name(Rc<str>),
    Index(usize),
}

/// The steps from an item to a part of it. The first is always the name of an attribute.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Path(pub Vec<Step>);

/// That a path leads through something that is not there, or is neither a map nor a list.
#[derive(Debug)]
pub struct NoSuchPlace;

impl Path {
    /// The attribute of the item that the path is in.
    pub fn attribute(&self) -> &str {
        match self.0.first() {
            Some(Step::Name(name)) => name,
            _ => "",
        }
    }

    pub fn is_nested(&self) -> bool {
        self.0.len() > 1
    }

    pub fn get<'v>(&self, item: &'v Value) -> Option<&'v Value> {
        let mut found = item.get(self.attribute())?;
        for step in self.0.iter().skip(1) {
            found = match step {
                Step::Name(name) => found.get("M")?.get(name)?,
                Step::Index(index) => found.get("L")?.as_array()?.get(*index)?,
            };
        }
        Some(found)
    }

    /// Puts a value there. An index past the end of a list adds to the list.
    pub fn set(&self, item: &mut Value, value: Value) -> Result<(), NoSuchPlace> {
        match self.holder(item)? {
            (Holder::Map(members), Step::Name(name)) => {
                members.insert(name.clone(), value);
            }
            (Holder::List(items), Step::Index(index)) if *index < items.len() => items[*index] = value,
            (Holder::List(items), Step::Index(_)) => items.push(value),
            _ => return Err(NoSuchPlace),
        }
        Ok(())
    }

    /// Takes away what is there, if anything is.
    pub fn remove(&self, item: &mut Value) -> Result<(), NoSuchPlace> {
        match self.holder(item)? {
            (Holder::Map(members), Step::Name(name)) => {
                members.shift_remove(name);
            }
            (Holder::List(items), Step::Index(index)) if *index < items.len() => {
                items.remove(*index);
            }
            (Holder::List(_), Step::Index(_)) => {}
            _ => return Err(NoSuchPlace),
        }
        Ok(())
    }

    /// The map or list that the last step is in, and that step.
    fn holder<'v>(&self, item: &'v mut Value) -> Result<(Holder<'v>, &Step), NoSuchPlace> {
        let (last, before) = self.0.split_last().ok_or(NoSuchPlace)?;
        let Value::Object(members) = item else { return Err(NoSuchPlace) };
        let mut holder = Holder::Map(Rc::make_mut(members));
        for step in before {
            let value = match (holder, step) {
                (Holder::Map(members), Step::Name(name)) => members.get_mut(name),
                (Holder::List(items), Step::Index(index)) => items.get_mut(*index),
                _ => None,
            };
            let Some(Value::Object(typed)) = value else { return Err(NoSuchPlace) };
            holder = match Rc::make_mut(typed).first_mut() {
                Some((kind, Value::Object(members))) if **kind == *"M" => Holder::Map(Rc::make_mut(members)),
                Some((kind, Value::Array(items))) if **kind == *"L" => Holder::List(Rc::make_mut(items)),
                _ => return Err(NoSuchPlace),
            };
        }
        Ok((holder, last))
    }
}

enum Holder<'v> {
    Map(&'v mut Object),
    List(&'v mut Vec<Value>),
}

/// The parts of an item that some paths lead to, within the maps and lists that they are in.
pub fn project(item: &Value, paths: &[Path]) -> Value {
    let mut steps: Vec<&[Step]> = paths.iter().map(|path| &*path.0).collect();
    steps.sort_unstable();
    Value::Object(project_members(item, &steps).into())
}

fn project_members(members: &Value, paths: &[&[Step]]) -> Object {
    let mut projected = Object::default();
    for group in paths.chunk_by(|a, b| a.first() == b.first()) {
        if let Some(Step::Name(name)) = group[0].first()
            && let Some(part) = members.get(name).and_then(|value| project_value(value, group))
        {
            projected.insert(name.clone(), part);
        }
    }
    projected
}

fn project_value(value: &Value, group: &[&[Step]]) -> Option<Value> {
    let rests: Vec<&[Step]> = group.iter().map(|path| &path[1..]).collect();
    if rests.iter().any(|rest| rest.is_empty()) {
        return Some(value.clone());
    }
    if let Some(members) = value.get("M") {
        let members = project_members(members, &rests);
        return (!members.is_empty()).then(|| Value::object([("M", Value::Object(members.into()))]));
    }
    let items = value.get("L")?.as_array()?;
    let mut projected = Vec::new();
    for group in rests.chunk_by(|a, b| a.first() == b.first()) {
        if let Some(Step::Index(index)) = group[0].first() {
            projected.extend(items.get(*index).and_then(|item| project_value(item, group)));
        }
    }
    (!projected.is_empty()).then(|| Value::object([("L", Value::array(projected))]))
}

/// Says which two paths cannot stand in one expression: one leads into the other, or they disagree on what
/// something is.
pub fn check_apart(paths: &[Path]) -> Result<(), String> {
    let mut sorted: Vec<(usize, &Path)> = paths.iter().enumerate().collect();
    sorted.sort_by(|a, b| a.1.cmp(b.1));
    // Paths below one another, or below the same place, lie side by side when sorted.
    let clash = sorted.windows(2).find_map(|pair| Some((pair, clash(pair[0].1, pair[1].1)?)));
    let Some((pair, words)) = clash else { return Ok(()) };
    let (one, two) = if pair[0].0 < pair[1].0 { (pair[0].1, pair[1].1) } else { (pair[1].1, pair[0].1) };
    Err(format!(
        "Two document paths {words} with each other; must remove or rewrite one of these paths; \
         path one: {one}, path two: {two}"
    ))
}

fn clash(one: &Path, two: &Path) -> Option<&'static str> {
    for (a, b) in one.0.iter().zip(&two.0) {
        match (a, b) {
            (a, b) if a == b => {}
            (Step::Name(_), Step::Index(_)) | (Step::Index(_), Step::Name(_)) => return Some("conflict"),
            _ => return None,
        }
    }
    Some("overlap")
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.0.iter().enumerate() {
            f.write_str(if at == 0 { "[" } else { ", " })?;
            match step {
                Step::Name(name) => f.write_str(name)?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        f.write_str("]")
    }
}
