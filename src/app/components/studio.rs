//! The page's frame and its places: at this size, the text and what the worker says about it.

use std::rc::Rc;
use std::time::Duration;

use yew::prelude::*;

use crate::app::components::editor::{Cursor, Editor};
use crate::app::services::worker::{Answer, Worker};
use crate::protocol::{Reply, Request};

const BUDGET: Duration = Duration::from_secs(5);

const FIRST_TEXT: &str = r#"{
  "Comment": "A first workflow",
  "StartAt": "Greet",
  "States": {
    "Greet": {
      "Type": "Pass",
      "Result": "hello",
      "End": true
    }
  }
}
"#;

/// The whole page.
#[component]
pub fn Studio() -> Html {
    let source = use_state(|| Rc::<str>::from(FIRST_TEXT));
    let cursor = use_state(Cursor::default);
    let measured = use_state(AttrValue::default);

    let worker = {
        let measured = measured.setter();
        use_memo((), move |()| Worker::start(Callback::from(move |answer| measured.set(describe(answer)))))
    };
    use_effect_with(source.clone(), move |source| {
        let request = Request::Measure { text: source.to_string() };
        worker.request(1, &request.to_json(), BUDGET);
    });

    let on_change = {
        let source = source.setter();
        Callback::from(move |text| source.set(text))
    };
    let on_cursor = {
        let cursor = cursor.setter();
        Callback::from(move |at| cursor.set(at))
    };

    html! {
        <>
            <header class="topbar">
                <span class="brand"><span class="lamp" aria-hidden="true" />{ "Statelight" }</span>
            </header>
            <main class="pane">
                <Editor label="Definition" value={(*source).clone()} {on_change} {on_cursor} />
            </main>
            <footer class="statusbar">
                <span>{ "Nothing leaves this page" }</span>
                <span id="measured">{ &*measured }</span>
                <span id="position">{ format!("Ln {}, Col {}", cursor.line, cursor.column) }</span>
            </footer>
        </>
    }
}

fn describe(answer: Answer) -> AttrValue {
    let reply = answer.body.map_err(|trouble| trouble.to_string()).and_then(|body| Reply::from_json(&body));
    match reply {
        Ok(Reply::Measured { lines, bytes }) => format!("{lines} lines, {bytes} bytes").into(),
        Ok(Reply::Refused { message }) | Err(message) => message.into(),
    }
}
