//! Tables of DynamoDB: those that the scenario has. Without one the service gives its default answers.

use std::rc::Rc;

use super::{Call, RUN, World, fail, name_of, reply_with};
use crate::{
    engine::task::TaskPlan,
    services::dynamodb::{Caller, Change, Table},
    sim::trace::Happened,
    value::Value,
};

impl World<'_> {
    /// Sets up the tables of the scenario, with their items as they are at the start.
    pub(super) fn lay_tables(&mut self) {
        for (name, settings) in &self.scenario.world.tables {
            match Table::new(&settings.key, &settings.items) {
                Ok(table) => {
                    for item in table.items() {
                        let (key, text) = (key_text(&table, item), item.to_json().into());
                        self.note(RUN, name, Happened::ItemPut { key, item: text });
                    }
                    self.tables.insert(name.clone(), table);
                }
                Err(why) => self.note(RUN, name, Happened::Broken { what: name.clone(), why: why.into() }),
            }
        }
    }

    pub(super) fn ask_table(&mut self, call: &Call, plan: &mut TaskPlan) {
        let name = name_of(&call.text("TableName").unwrap_or_default());
        if !self.tables.contains_key(&name) {
            return;
        }
        let is_sdk = call.request.task.resource.service.starts_with("aws-sdk:");
        let caller = Caller { is_sdk, request_id: self.uuid() };
        let Some(table) = self.tables.get_mut(&name) else { return };
        let Some(reply) = table.ask(call.action, call.parameters, &caller) else { return };
        let changes = table.take_changes();
        let told = |change: Change| match change {
            Change::Put(item) => Happened::ItemPut { key: key_text(table, &item), item: item.to_json().into() },
            Change::Deleted(key) => Happened::ItemDeleted { key: key_text(table, &key) },
        };
        let changes: Vec<Happened> = changes.into_iter().map(told).collect();
        changes.into_iter().for_each(|change| self.note(call.who, &name, change));
        match reply {
            Ok(reply) => reply_with(plan, reply),
            Err(refusal) => {
                let (error, cause) = (refusal.error.clone(), refusal.cause.clone());
                self.note(call.who, &name, Happened::ItemRefused { error, cause });
                fail(plan, &refusal.error, &refusal.cause);
            }
        }
    }
}

/// The key of an item, as `{"id":{"S":"1"}}`.
fn key_text(table: &Table, item: &Value) -> Rc<str> {
    let part = |name: &Rc<str>| Some((name.clone(), item.get(name)?.clone()));
    Value::object(table.key().iter().filter_map(part)).to_json().into()
}
