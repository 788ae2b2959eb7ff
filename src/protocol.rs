//! What the page asks its worker, and what it hears back: JSON texts, read and written here only.
//! Pure: the worker is a thread around [`answer`], and tests call it without one.

use serde::{Deserialize, Serialize};

/// A question to the worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "request", rename_all = "camelCase")]
pub enum Request {
    /// How long is this text?
    Measure { text: String },
}

/// What the worker says to a [`Request`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "reply", rename_all = "camelCase")]
pub enum Reply {
    Measured {
        lines: usize,
        bytes: usize,
    },
    /// The request could not be read.
    Refused {
        message: String,
    },
}

impl Request {
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("a request has only string keys")
    }
}

impl Reply {
    pub fn from_json(text: &str) -> Result<Self, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }
}

/// Answers a request; what cannot be read is refused with the reason.
pub fn answer(request: &str) -> String {
    let reply = match serde_json::from_str(request) {
        Ok(request) => carry_out(&request),
        Err(error) => Reply::Refused { message: error.to_string() },
    };
    serde_json::to_string(&reply).expect("a reply has only string keys")
}

fn carry_out(request: &Request) -> Reply {
    match request {
        Request::Measure { text } => Reply::Measured { lines: text.lines().count(), bytes: text.len() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_answered_in_kind() {
        let reply = answer(&Request::Measure { text: "{\n}".into() }.to_json());
        assert_eq!(Reply::from_json(&reply), Ok(Reply::Measured { lines: 2, bytes: 3 }));
    }

    #[test]
    fn what_is_no_request_is_refused_with_the_reason() {
        let reply = Reply::from_json(&answer("{}")).expect("a refusal is a reply");
        assert!(matches!(reply, Reply::Refused { message } if message.contains("request")));
    }
}
