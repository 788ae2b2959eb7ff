//! What stands around the machine, as forms: the consumers of a queue, the subscriptions of a topic, the rules of a bus,
//! the key and items of a table, the workers of an activity, the definition of another machine.

use std::rc::Rc;
use tr::tr;

use yew::prelude::*;

use super::{
    fields::{DraftField, DraftKind, json_field, value_of},
    parts::{self, icon},
};
use crate::{
    app::store::Store,
    session::{action::Action, surroundings},
    sim::{
        scenario::{
            AnswerOutcome, Scenario,
            world::{
                Bus, DeadLetters, OtherMachine, Protocol, Queue, Rule, Subscription, Table, Target, Topic, Workers,
                World,
            },
        },
        world::view::Kind,
    },
    value::Value,
    words::{later, translated},
};

/// The most that a number of a form may be.
const MOST: f64 = 1e6;

/// The set-up of one place; for one that the scenario does not tell of, what then happens, and a button that tells.
pub fn set_up(store: &Store, scenario: &Rc<Scenario>, kind: Kind, name: &Rc<str>) -> Html {
    let form = Form { store, scenario, name };
    let world = &scenario.world;
    let fields = match kind {
        Kind::Queue => world.queues.get(name).map(|queue| form.queue(queue)),
        Kind::Topic => world.topics.get(name).map(|topic| form.topic(topic)),
        Kind::Bus => world.buses.get(name).map(|bus| form.bus(bus)),
        Kind::Table => world.tables.get(name).map(|table| form.table(table)),
        Kind::Activity => world.activities.get(name).map(|workers| form.activity(workers)),
        Kind::Machine => world.machines.get(name).map(|machine| form.machine(machine)),
        Kind::Object => return Html::default(),
    };
    let Some(fields) = fields else { return form.untold(kind) };
    let remove = store.on(Action::WorldChanged(Rc::new(surroundings::untold(scenario, kind, name))));
    html! {
        <details class="set-up" open={kind != Kind::Machine}>
            <summary>{ tr!("Set up") }</summary>
            { fields }
            <p class="detail-tools"><button class="small" onclick={remove}>{ tr!("Remove the set-up") }</button></p>
        </details>
    }
}

/// What happens where nothing is told of a place, and what the button says that changes it.
fn words(kind: Kind) -> (String, String) {
    match kind {
        Kind::Queue => (tr!("Messages stay in it until you take them."), tr!("Have consumers take them")),
        Kind::Topic => (tr!("Nobody has subscribed to it."), tr!("Add subscriptions")),
        Kind::Bus => (tr!("No rule matches its events."), tr!("Add rules")),
        Kind::Table => (tr!("It is not simulated: tasks get the service's default answer."), tr!("Simulate the table")),
        Kind::Activity => (
            tr!("Nobody polls for it: its tasks get the scenario's answer, or an empty object."),
            tr!("Have a worker poll"),
        ),
        Kind::Machine => {
            (tr!("It is not simulated: tasks get the service's default answer."), tr!("Give it a definition"))
        }
        Kind::Object => (String::new(), String::new()),
    }
}

struct Form<'a> {
    store: &'a Store,
    scenario: &'a Rc<Scenario>,
    name: &'a Rc<str>,
}

impl Form<'_> {
    fn untold(&self, kind: Kind) -> Html {
        let (happens, does) = words(kind);
        let told = Rc::new(surroundings::told(self.scenario, kind, self.name));
        html! {
            <>
                <p class="remark">{ happens }</p>
                <p><button class="small tell" onclick={self.store.on(Action::WorldChanged(told))}>{ does }</button></p>
            </>
        }
    }

    /// A callback that changes a copy of the world.
    fn change<T: 'static>(&self, apply: impl Fn(&mut World, &Rc<str>, T) + 'static) -> Callback<T> {
        let (dispatch, scenario) = (self.store.dispatch.clone(), Rc::clone(self.scenario));
        let name = self.name.clone();
        Callback::from(move |value: T| {
            let mut next = Scenario::clone(&scenario);
            apply(&mut next.world, &name, value);
            dispatch.emit(Action::WorldChanged(Rc::new(next)));
        })
    }

    fn on_queue<T: 'static>(&self, apply: impl Fn(&mut Queue, T) + 'static) -> Callback<T> {
        self.change(move |world, name, value| apply(world.queues.entry(name.clone()).or_default(), value))
    }

    fn queue(&self, queue: &Queue) -> Html {
        let visibility = self.on_queue(|queue, seconds: f64| queue.visibility = micros(seconds));
        let consume = self.on_queue(|queue, _: MouseEvent| queue.consumers = Some(Workers::default()));
        let leave = self.on_queue(|queue, _: MouseEvent| queue.consumers = None);
        let dead = self.on_queue(|queue, name: String| {
            let after = queue.dead_letters.as_ref().map_or(3, |dead| dead.after);
            queue.dead_letters = (!name.is_empty()).then(|| DeadLetters { queue: name.into(), after });
        });
        let after = self.on_queue(|queue, count: f64| {
            if let Some(dead) = &mut queue.dead_letters {
                dead.after = (count as u32).clamp(1, 1000);
            }
        });
        let dead_name = queue.dead_letters.as_ref().map_or("", |dead| &dead.queue).to_owned();
        html! {
            <>
                <p class="test-row">
                    { number(tr!("Visibility timeout (s)"), seconds(queue.visibility), visibility) }
                    { words_field(tr!("Dead letters go to"), &dead_name, dead) }
                    if let Some(dead) = &queue.dead_letters { { number(tr!("after so many receives"), f64::from(dead.after), after) } }
                </p>
                if let Some(consumers) = &queue.consumers {
                    <h4>{ tr!("Consumers") }</h4>
                    { self.workers(consumers, |world, name| {
                        world.queues.entry(name.clone()).or_default().consumers.get_or_insert_default()
                    }) }
                    <p><button class="small" onclick={leave}>{ tr!("No consumers") }</button></p>
                } else {
                    <p><button class="small" onclick={consume}>{ tr!("Have consumers take its messages") }</button></p>
                }
            </>
        }
    }

    fn activity(&self, workers: &Workers) -> Html {
        self.workers(workers, |world, name| world.activities.entry(name.clone()).or_default())
    }

    fn workers(&self, workers: &Workers, of: for<'w> fn(&'w mut World, &Rc<str>) -> &'w mut Workers) -> Html {
        let set =
            |apply: fn(&mut Workers, f64)| self.change(move |world, name, value: f64| apply(of(world, name), value));
        let kind = self.change(move |world, name, kind: String| of(world, name).outcome = outcome_of(&kind));
        let returned =
            self.change(move |world, name, value: Value| of(world, name).outcome = AnswerOutcome::Return(value));
        let error = self.change(move |world, name, text: String| {
            let error = (!text.is_empty()).then(|| text.into());
            of(world, name).outcome = AnswerOutcome::Throw { error, cause: None };
        });
        let heartbeat = workers.heartbeat.map_or(0.0, seconds);
        html! {
            <>
                <p class="test-row">
                    { number(tr!("Workers"), f64::from(workers.count), set(|workers, count| workers.count = (count as u32).min(1000))) }
                    { number(tr!("Work (s)"), seconds(workers.work), set(|workers, value| workers.work = micros(value))) }
                    { number(tr!("Pause between polls (s)"), seconds(workers.pause), set(|workers, value| workers.pause = micros(value))) }
                    { number(tr!("Heartbeat every (s), 0 for none"), heartbeat, set(|workers, value| {
                        workers.heartbeat = Some(micros(value)).filter(|every| *every > 0);
                    })) }
                    { select(tr!("They"), OUTCOMES, outcome_name(&workers.outcome), kind) }
                </p>
                if let AnswerOutcome::Return(value) = &workers.outcome {
                    { json_field(tr!("What is reported for {}", self.name), value, &returned) }
                }
                if let AnswerOutcome::Throw { error: name, .. } = &workers.outcome {
                    { words_field(tr!("Error"), name.as_deref().unwrap_or_default(), error) }
                }
            </>
        }
    }

    fn on_topic<T: 'static>(&self, apply: impl Fn(&mut Topic, T) + 'static) -> Callback<T> {
        self.change(move |world, name, value| apply(world.topics.entry(name.clone()).or_default(), value))
    }

    fn topic(&self, topic: &Topic) -> Html {
        let add = self.on_topic(|topic, _: MouseEvent| {
            let endpoint = format!("reader{}@example.com", topic.subscriptions.len() + 1).into();
            topic.subscriptions.push(Subscription {
                protocol: Protocol::Email,
                endpoint,
                filter: None,
                filters_body: false,
            });
        });
        let row = |(index, one): (usize, &Subscription)| {
            let at = move |topic: &mut Topic, apply: &dyn Fn(&mut Subscription)| {
                topic.subscriptions.get_mut(index).into_iter().for_each(apply);
            };
            let protocol = self.on_topic(move |topic, name: String| {
                at(topic, &|one| one.protocol = protocol_of(&name));
            });
            let endpoint =
                self.on_topic(move |topic, text: String| at(topic, &|one| one.endpoint = text.as_str().into()));
            let filter = self.on_topic(move |topic, value: Value| {
                let is_none = value.as_object().is_none_or(|policy| policy.is_empty());
                at(topic, &|one| one.filter = (!is_none).then(|| value.clone()));
            });
            let scope = self.on_topic(move |topic, scope: String| at(topic, &|one| one.filters_body = scope == "body"));
            let remove = self.on_topic(move |topic, _: MouseEvent| {
                if index < topic.subscriptions.len() {
                    topic.subscriptions.remove(index);
                }
            });
            let policy = one.filter.clone().unwrap_or_else(Value::empty_object);
            html! {
                <li key={index}>
                    <p class="test-row">
                        { select(tr!("Protocol"), PROTOCOLS, one.protocol.name(), protocol) }
                        { words_field(tr!("Endpoint"), &one.endpoint, endpoint) }
                        { remove_button(tr!("Remove the subscription"), remove) }
                    </p>
                    <details>
                        <summary>{ tr!("Filter policy") }</summary>
                        { select(tr!("It looks at the"), SCOPES, if one.filters_body { "body" } else { "attributes" }, scope) }
                        { json_field(tr!("Filter policy"), &policy, &filter) }
                    </details>
                </li>
            }
        };
        html! {
            <>
                <ul class="set-up-rows">{ for topic.subscriptions.iter().enumerate().map(row) }</ul>
                <p><button class="small" onclick={add}>{ icon(parts::PLUS) }{ tr!("Subscription") }</button></p>
            </>
        }
    }

    fn on_bus<T: 'static>(&self, apply: impl Fn(&mut Bus, T) + 'static) -> Callback<T> {
        self.change(move |world, name, value| apply(world.buses.entry(name.clone()).or_default(), value))
    }

    fn bus(&self, bus: &Bus) -> Html {
        let add = self.on_bus(|bus, _: MouseEvent| {
            let name = format!("rule-{}", bus.rules.len() + 1).into();
            let pattern = Value::object([("source", Value::array(vec!["orders".into()]))]);
            bus.rules.push(Rule { name, pattern, target: Target::Queue("events".into()) });
        });
        let row = |(index, rule): (usize, &Rule)| {
            let at = move |bus: &mut Bus, apply: &dyn Fn(&mut Rule)| {
                bus.rules.get_mut(index).into_iter().for_each(apply);
            };
            let name = self.on_bus(move |bus, text: String| at(bus, &|rule| rule.name = text.as_str().into()));
            let pattern = self.on_bus(move |bus, value: Value| {
                if value.as_object().is_some() {
                    at(bus, &|rule| rule.pattern = value.clone());
                }
            });
            let kind = self.on_bus(move |bus, kind: String| {
                at(bus, &|rule| rule.target = target_of(&kind, target_parts(&rule.target).1.clone()));
            });
            let to = self.on_bus(move |bus, to: String| {
                at(bus, &|rule| rule.target = target_of(target_parts(&rule.target).0, to.as_str().into()));
            });
            let remove = self.on_bus(move |bus, _: MouseEvent| {
                if index < bus.rules.len() {
                    bus.rules.remove(index);
                }
            });
            let (target, name_of_target) = target_parts(&rule.target);
            html! {
                <li key={index}>
                    <p class="test-row">
                        { words_field(tr!("Rule"), &rule.name, name) }
                        { select(tr!("Target"), TARGETS, target, kind) }
                        { words_field(tr!("Its name"), name_of_target, to) }
                        { remove_button(tr!("Remove the rule"), remove) }
                    </p>
                    { json_field(tr!("Event pattern of {}", rule.name), &rule.pattern, &pattern) }
                </li>
            }
        };
        html! {
            <>
                <ul class="set-up-rows">{ for bus.rules.iter().enumerate().map(row) }</ul>
                <p><button class="small" onclick={add}>{ icon(parts::PLUS) }{ tr!("Rule") }</button></p>
            </>
        }
    }

    fn table(&self, table: &Table) -> Html {
        let key = self.change(|world, name, text: String| {
            let names: Vec<Rc<str>> =
                text.split(',').map(str::trim).filter(|name| !name.is_empty()).map(Into::into).collect();
            if let Some(table) = world.tables.get_mut(name).filter(|_| (1..=2).contains(&names.len())) {
                table.key = names;
                table.items.retain(|item| table.key.iter().all(|key| item.get(key).is_some()));
            }
        });
        let items = self.change(|world, name, value: Value| {
            let Some(table) = world.tables.get_mut(name) else { return };
            let Some(items) = value.as_array() else { return };
            let has_key = |item: &Value| table.key.iter().all(|key| item.get(key).and_then(Value::as_object).is_some());
            if items.iter().all(has_key) {
                table.items = items.to_vec();
            }
        });
        let joined = table.key.iter().map(|name| &**name).collect::<Vec<_>>().join(", ");
        html! {
            <>
                { words_field(tr!("Key: partition key, sort key"), &joined, key) }
                <p class="remark">{ tr!("Items, in DynamoDB's JSON with the key in each: ") }<code>{ "[{\"id\": {\"S\": \"1\"}}]" }</code></p>
                { json_field(tr!("Items of {}", self.name), &Value::array(table.items.clone()), &items) }
            </>
        }
    }

    fn machine(&self, machine: &OtherMachine) -> Html {
        let on_change = self.change(|world, name, text: String| {
            if let Some(machine) = world.machines.get_mut(name) {
                let read = crate::syntax::parse_value(&text).ok().filter(|value| value.as_object().is_some());
                machine.definition = read.unwrap_or_else(|| Value::from(text.as_str()));
            }
        });
        html! {
            <>
                <p class="remark">{ tr!("Its definition, in JSON or YAML:") }</p>
                <DraftField label={tr!("Definition of {}", self.name)} kind={DraftKind::Text} text={machine.text()} {on_change} />
            </>
        }
    }
}

const OUTCOMES: &[(&str, &str)] =
    &[("return", later!("succeed with")), ("throw", later!("fail with")), ("never", later!("never report"))];
const PROTOCOLS: &[(&str, &str)] = &[("email", "email"), ("sms", "sms"), ("sqs", "sqs")];
const SCOPES: &[(&str, &str)] = &[("attributes", later!("message's attributes")), ("body", later!("message's body"))];
const TARGETS: &[(&str, &str)] =
    &[("machine", later!("state machine")), ("queue", later!("queue")), ("topic", later!("topic"))];

fn outcome_of(kind: &str) -> AnswerOutcome {
    match kind {
        "throw" => AnswerOutcome::Throw { error: Some("WorkFailed".into()), cause: None },
        "never" => AnswerOutcome::Never,
        _ => AnswerOutcome::Return(Value::empty_object()),
    }
}

/// What a form cannot say, such as an expression, shows as none of its choices and stays until one is chosen.
const fn outcome_name(outcome: &AnswerOutcome) -> &'static str {
    match outcome {
        AnswerOutcome::Return(_) => "return",
        AnswerOutcome::Throw { .. } => "throw",
        AnswerOutcome::Never => "never",
        AnswerOutcome::Expression(_) | AnswerOutcome::TimeOut => "",
    }
}

fn protocol_of(name: &str) -> Protocol {
    match name {
        "sqs" => Protocol::Sqs,
        "sms" => Protocol::Sms,
        _ => Protocol::Email,
    }
}

const fn target_parts(target: &Target) -> (&'static str, &Rc<str>) {
    match target {
        Target::Machine(name) => ("machine", name),
        Target::Queue(name) => ("queue", name),
        Target::Topic(name) => ("topic", name),
    }
}

fn target_of(kind: &str, name: Rc<str>) -> Target {
    match kind {
        "machine" => Target::Machine(name),
        "topic" => Target::Topic(name),
        _ => Target::Queue(name),
    }
}

fn seconds(micros: i64) -> f64 {
    micros as f64 / 1e6
}

fn micros(seconds: f64) -> i64 {
    (seconds * 1e6).round() as i64
}

/// A number that is not negative; anything else changes nothing.
fn number(label: String, value: f64, on_change: Callback<f64>) -> Html {
    let onchange = Callback::from(move |event: Event| {
        if let Some(number) = value_of(&event).parse().ok().filter(|number| (0.0..=MOST).contains(number)) {
            on_change.emit(number);
        }
    });
    html! { <label class="field">{ label }<input type="number" min="0" step="any" value={value.to_string()} {onchange} /></label> }
}

fn words_field(label: String, value: &str, on_change: Callback<String>) -> Html {
    let onchange = on_change.reform(|event: Event| value_of(&event).trim().to_owned());
    html! { <label class="field">{ label }<input value={value.to_owned()} {onchange} /></label> }
}

fn select(label: String, choices: &'static [(&str, &str)], chosen: &str, on_change: Callback<String>) -> Html {
    let onchange = on_change.reform(|event: Event| value_of(&event));
    let is_other = !choices.iter().any(|(value, _)| *value == chosen);
    html! {
        <label class="field">{ label }
            <select {onchange}>
                if is_other { <option value="" selected=true disabled=true>{ tr!("as Scenario JSON says") }</option> }
                { for choices.iter().map(|(value, words)| html! { <option value={*value} selected={*value == chosen}>{ translated(words) }</option> }) }
            </select>
        </label>
    }
}

fn remove_button(words: String, onclick: Callback<MouseEvent>) -> Html {
    html! { <button class="quiet small remove" aria-label={words.clone()} title={words} {onclick}>{ icon(parts::CLOSE) }</button> }
}
