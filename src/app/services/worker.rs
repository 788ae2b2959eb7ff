//! The thread that runs what may take long. The page holds a [`Worker`], sends it one request after another and
//! hears of each exactly once: a reply, or why there is none. A worker that is stopped, late or broken is ended,
//! whatever it is doing, and a fresh one takes its place; an answer nobody waits for is dropped.
//!
//! What the messages mean is none of this file's business: see `protocol`. How they travel stands in www/worker.js.

use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;
use std::time::Duration;

use gloo_timers::callback::Timeout;
use js_sys::Array;
use tr::tr;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, WorkerOptions, WorkerType};
use yew::Callback;

use crate::protocol;

/// Beside the page, see index.html.
const SCRIPT: &str = "worker.js";

/// Why a request got no reply.
#[derive(Clone, Debug, PartialEq)]
pub enum Trouble {
    /// It did not answer within its budget and was ended.
    Late(Duration),
    /// The program in it broke down, which is a mistake of ours.
    Broken(String),
    /// The browser gave us no worker.
    Unavailable(String),
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Late(budget) => f.write_str(&tr!("no answer within {} s, so it was ended", budget.as_secs_f64())),
            Self::Broken(reason) => f.write_str(&tr!("the worker broke down and was replaced: {reason}", reason)),
            Self::Unavailable(reason) => {
                f.write_str(&tr!("this browser lets the page start no worker: {reason}", reason))
            }
        }
    }
}

/// The end of one request.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The number the request was sent under.
    pub id: u32,
    pub body: Result<String, Trouble>,
}

/// A worker and the one request it is busy with. Clones are the same worker; the last one dropped ends it.
#[derive(Clone)]
pub struct Worker {
    desk: Rc<RefCell<Desk>>,
}

struct Desk {
    on_answer: Callback<Answer>,
    thread: Option<Thread>,
    waiting: Option<Waiting>,
}

/// A request without an answer so far. Dropping it calls the alarm off.
struct Waiting {
    id: u32,
    _alarm: Timeout,
}

/// A running browser worker, ended when dropped.
struct Thread {
    worker: web_sys::Worker,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(web_sys::Event)>,
}

impl Worker {
    /// Starts a worker, so that the first request finds it ready. Every answer goes to `on_answer`.
    pub fn start(on_answer: Callback<Answer>) -> Self {
        let desk = Desk { on_answer, thread: None, waiting: None };
        let worker = Self { desk: Rc::new(RefCell::new(desk)) };
        // Without a thread the first request tries again and reports the trouble.
        let _ = worker.ensure_thread();
        worker
    }

    /// Sends a request, which must be answered within `budget`. The newest request counts: one still at work is
    /// given up, and its answer never comes.
    pub fn request(&self, id: u32, body: &str, budget: Duration) {
        if self.is_busy() {
            self.stop();
        }
        if let Err(reason) = self.ensure_thread() {
            self.answer(id, Err(Trouble::Unavailable(reason)));
            return;
        }
        let late = self.clone();
        let alarm = Timeout::new(u32::try_from(budget.as_millis()).unwrap_or(u32::MAX), move || {
            late.replace_thread();
            late.answer(id, Err(Trouble::Late(budget)));
        });
        let mut desk = self.desk.borrow_mut();
        desk.waiting = Some(Waiting { id, _alarm: alarm });
        let message = Array::of2(&id.into(), &body.into());
        let thread = desk.thread.as_ref().expect("it was just started");
        if let Err(error) = thread.worker.post_message(&message) {
            drop(desk);
            self.answer(id, Err(Trouble::Unavailable(describe(&error))));
        }
    }

    /// Ends what is at work, at once; its answer never comes. Does nothing when nothing is.
    pub fn stop(&self) {
        let was_busy = self.desk.borrow_mut().waiting.take().is_some();
        if was_busy {
            self.replace_thread();
        }
    }

    pub fn is_busy(&self) -> bool {
        self.desk.borrow().waiting.is_some()
    }

    fn replace_thread(&self) {
        self.desk.borrow_mut().thread = None;
        let _ = self.ensure_thread();
    }

    fn ensure_thread(&self) -> Result<(), String> {
        if self.desk.borrow().thread.is_some() {
            return Ok(());
        }
        let thread = Thread::start(self).map_err(|error| describe(&error))?;
        self.desk.borrow_mut().thread = Some(thread);
        Ok(())
    }

    fn handle_message(&self, event: &MessageEvent) {
        let message: Array = event.data().unchecked_into();
        let Some(id) = message.get(0).as_f64() else { return };
        let id = id as u32;
        match message.get(1).as_string() {
            Some(body) => self.answer(id, Ok(body)),
            None => self.handle_breakdown(id, message.get(2).as_string().unwrap_or_default()),
        }
    }

    fn handle_breakdown(&self, id: u32, reason: String) {
        self.replace_thread();
        self.answer(id, Err(Trouble::Broken(reason)));
    }

    /// The worker's script did not load or threw outside an answer. The next request starts another.
    fn handle_error(&self, event: &web_sys::Event) {
        let reason = js_sys::Reflect::get(event, &"message".into()).ok().and_then(|message| message.as_string());
        let id = self.desk.borrow().waiting.as_ref().map(|waiting| waiting.id);
        self.desk.borrow_mut().thread = None;
        if let Some(id) = id {
            let reason = reason.unwrap_or_else(|| tr!("`{SCRIPT}` could not be loaded", SCRIPT));
            self.answer(id, Err(Trouble::Unavailable(reason)));
        }
    }

    fn answer(&self, id: u32, body: Result<String, Trouble>) {
        let mut desk = self.desk.borrow_mut();
        let is_refusal = matches!(body, Err(Trouble::Unavailable(_)));
        let is_awaited = desk.waiting.as_ref().is_some_and(|waiting| waiting.id == id);
        if !is_awaited && !is_refusal {
            return;
        }
        desk.waiting = None;
        let on_answer = desk.on_answer.clone();
        // The receiver may send the next request from within.
        drop(desk);
        on_answer.emit(Answer { id, body });
    }
}

impl PartialEq for Worker {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.desk, &other.desk)
    }
}

impl Thread {
    fn start(owner: &Worker) -> Result<Self, JsValue> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = web_sys::Worker::new_with_options(SCRIPT, &options)?;

        let desk = Rc::downgrade(&owner.desk);
        let on_message = Closure::new(move |event| {
            if let Some(desk) = desk.upgrade() {
                Worker { desk }.handle_message(&event);
            }
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));

        let desk = Rc::downgrade(&owner.desk);
        let on_error = Closure::new(move |event| {
            if let Some(desk) = desk.upgrade() {
                Worker { desk }.handle_error(&event);
            }
        });
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));

        let glue_url = GLUE_URL.with(String::clone);
        worker.post_message(&Array::of2(&glue_url.into(), &wasm_bindgen::module()))?;
        Ok(Self { worker, _on_message: on_message, _on_error: on_error })
    }
}

impl Drop for Thread {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

/// The worker's side: www/worker.js calls this for each request.
#[wasm_bindgen]
pub fn answer(request: &str) -> String {
    protocol::answer(request)
}

/// The worker's side: leaves a panic's message where www/worker.js finds it when the module has stopped.
pub fn report_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let message = JsValue::from_str(&panic.to_string());
        // A panic message that cannot be left is replaced by the browser's own words.
        let _ = js_sys::Reflect::set(&js_sys::global(), &"panicMessage".into(), &message);
    }));
}

#[wasm_bindgen]
extern "C" {
    /// Where the glue script of this module came from.
    #[wasm_bindgen(thread_local_v2, js_namespace = ["import", "meta"], js_name = url)]
    static GLUE_URL: String;
}

fn describe(error: &JsValue) -> String {
    match error.dyn_ref::<js_sys::Error>() {
        Some(error) => String::from(error.message()),
        None => format!("{error:?}"),
    }
}
