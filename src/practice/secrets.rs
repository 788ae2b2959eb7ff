//! What looks like a secret in the text: whoever may see the state machine may read it. The remark does not repeat it.

use super::remark;
use crate::{
    asl::{place::Place, rules},
    diagnostic::Diagnostic,
    syntax::{Node, NodeKind},
};

/// Keys whose values are secrets, where they are written out.
const KEYS: [&str; 9] =
    ["password", "passwd", "secret", "apikey", "api_key", "api-key", "accesskey", "access_key", "authorization"];

pub fn check(root: &Node, told: &mut Vec<Diagnostic>) {
    look(root, "", &Place::ROOT, told);
}

fn look(node: &Node, key: &str, place: &Place, told: &mut Vec<Diagnostic>) {
    match &node.kind {
        NodeKind::Object(members) => {
            members.iter().for_each(|member| look(&member.value, &member.key, &place.key(&member.key), told));
        }
        NodeKind::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| look(item, key, &place.index(index), told));
        }
        NodeKind::String(text) if is_key(text) || is_written_out(text) && is_named(key) => {
            let message = "this looks like a secret, and whoever may see the state machine can read it";
            let hint = "keep it in Secrets Manager and get it in a task, or use a connection of EventBridge";
            told.push(remark(rules::SECRET, node.span, &place.pointer(), message, hint));
        }
        _ => {}
    }
}

/// Whether a key says that its value is a secret. What names one is none: `SecretId`.
fn is_named(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    let names_one = ["id", "arn", "name", "path", ".$"].iter().any(|end| key.ends_with(end));
    !names_one && KEYS.iter().any(|word| key.contains(word))
}

/// Whether a text is no expression, place to fill in or reference.
fn is_written_out(text: &str) -> bool {
    text.len() >= 8
        && !text.contains(' ')
        && !["$", "{%", "<", "arn:", "{{", "States."].iter().any(|it| text.starts_with(it))
        || text.starts_with("Bearer ")
        || text.starts_with("Basic ")
}

/// Whether a text has the form of a key.
fn is_key(text: &str) -> bool {
    const SHORTEST: usize = 14;
    if text.len() < SHORTEST {
        return false;
    }
    let has_form = |prefix: &str, len: usize| {
        text.match_indices(prefix).any(|(at, _)| {
            let rest = text[at + prefix.len()..].bytes();
            rest.take_while(u8::is_ascii_alphanumeric).count() >= len
        })
    };
    let is_private = text.contains("-----BEGIN") && text.contains("PRIVATE KEY");
    is_private
        || has_form("AKIA", 16)
        || has_form("ASIA", 16)
        || has_form("ghp_", 30)
        || has_form("xoxb-", 9)
        || has_form("sk_live_", 16)
}
