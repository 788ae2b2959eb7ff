//! The objects of S3 that there are, by `bucket/key`: shared by all executions of a run, and made anew for each run.

use std::{cell::RefCell, rc::Rc};

use indexmap::IndexMap;

/// A handle: a clone has the same objects.
#[derive(Clone, Debug, Default)]
pub struct Objects(Rc<RefCell<IndexMap<Rc<str>, Rc<str>>>>);

impl Objects {
    pub fn new(bodies: IndexMap<Rc<str>, Rc<str>>) -> Self {
        Self(Rc::new(RefCell::new(bodies)))
    }

    pub fn get(&self, name: &str) -> Option<Rc<str>> {
        self.0.borrow().get(name).cloned()
    }

    pub fn put(&self, name: Rc<str>, body: Rc<str>) {
        self.0.borrow_mut().insert(name, body);
    }

    /// Answers whether there was one.
    pub fn delete(&self, name: &str) -> bool {
        self.0.borrow_mut().shift_remove(name).is_some()
    }

    /// Keys and bodies of a bucket, of those that begin with a prefix.
    pub fn list(&self, bucket: &str, prefix: &str) -> Vec<(Rc<str>, Rc<str>)> {
        let objects = self.0.borrow();
        let of_bucket = objects.iter().filter_map(|(name, body)| {
            let key = name.strip_prefix(bucket)?.strip_prefix('/')?;
            key.starts_with(prefix).then(|| (key.into(), body.clone()))
        });
        of_bucket.collect()
    }
}
