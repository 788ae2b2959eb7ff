//! The objects of S3 that there are, by `bucket/key`: shared by all executions of a run, and made anew for each run.

use std::{cell::RefCell, rc::Rc};

use indexmap::IndexMap;

use super::clock::Instant;

/// A handle: a clone has the same objects.
#[derive(Clone, Debug, Default)]
pub struct Objects(Rc<RefCell<Store>>);

#[derive(Debug, Default)]
struct Store {
    bodies: IndexMap<Rc<str>, Rc<str>>,
    /// What Maps have written since it was asked for, in that order.
    written: Vec<(Instant, Rc<str>)>,
}

impl Objects {
    pub fn new(bodies: IndexMap<Rc<str>, Rc<str>>) -> Self {
        Self(Rc::new(RefCell::new(Store { bodies, written: Vec::new() })))
    }

    pub fn get(&self, name: &str) -> Option<Rc<str>> {
        self.0.borrow().bodies.get(name).cloned()
    }

    pub fn put(&self, name: Rc<str>, body: Rc<str>) {
        self.0.borrow_mut().bodies.insert(name, body);
    }

    /// Puts an object that no task of the run has asked for; the world hears of it by [`Objects::take_written`].
    pub fn write(&self, at: Instant, name: Rc<str>, body: Rc<str>) {
        self.0.borrow_mut().written.push((at, name.clone()));
        self.put(name, body);
    }

    /// The objects that were written since this was last called, and when.
    pub fn take_written(&self) -> Vec<(Instant, Rc<str>)> {
        std::mem::take(&mut self.0.borrow_mut().written)
    }

    /// Answers whether there was one.
    pub fn delete(&self, name: &str) -> bool {
        self.0.borrow_mut().bodies.shift_remove(name).is_some()
    }

    /// Keys and bodies of a bucket, of those that begin with a prefix.
    pub fn list(&self, bucket: &str, prefix: &str) -> Vec<(Rc<str>, Rc<str>)> {
        let store = self.0.borrow();
        let of_bucket = store.bodies.iter().filter_map(|(name, body)| {
            let key = name.strip_prefix(bucket)?.strip_prefix('/')?;
            key.starts_with(prefix).then(|| (key.into(), body.clone()))
        });
        of_bucket.collect()
    }
}
