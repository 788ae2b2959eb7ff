//! The checker's rules by name. Each has a section in `www/help/rules.md`, with a definition that breaks it and one that
//! keeps it, and the tests try both.

use crate::{
    diagnostic::Code,
    jsonata::{INVALID as JSONATA, UNSUPPORTED},
    syntax::{INVALID_JSON, INVALID_YAML},
};

macro_rules! rules {
    ($($(#[$doc:meta])* $name:ident = $rule:literal, $code:ident;)*) => {
        $($(#[$doc])* pub const $name: Code = Code { code: $code, rule: $rule };)*

        /// All rules, in the order of the help.
        pub const ALL: &[Code] = &[INVALID_JSON, INVALID_YAML, $($name),*];
    };
}

/// AWS's code for most that is wrong with a definition.
const SCHEMA: &str = "SCHEMA_VALIDATION_FAILED";

/// A transition to a state that does not exist.
const TARGET: &str = "MISSING_TRANSITION_TARGET";
/// A scope that never ends.
const TERMINAL: &str = "MISSING_TERMINAL_STATE";
const DUPLICATE: &str = "DUPLICATE_STATE_NAME";
/// What AWS takes, and one would rather not have.
const PRACTICE: &str = "BEST_PRACTICE";

rules! {
    EMPTY = "empty-definition", SCHEMA;
    TOO_LONG = "definition-length", SCHEMA;
    DUPLICATE_KEY = "duplicate-key", SCHEMA;
    NOT_AN_OBJECT = "not-an-object", SCHEMA;

    UNKNOWN_FIELD = "unknown-field", SCHEMA;
    OTHER_LANGUAGE = "other-query-language", SCHEMA;
    MISSING_FIELD = "missing-field", SCHEMA;
    EXCLUSIVE_FIELDS = "exclusive-fields", SCHEMA;
    WRONG_VALUE = "wrong-value", SCHEMA;
    LANGUAGE_DOWNGRADE = "query-language-downgrade", SCHEMA;
    HEARTBEAT = "heartbeat-too-long", SCHEMA;

    NO_STATES = "no-states", SCHEMA;
    STATE_NAME = "state-name", SCHEMA;
    DUPLICATE_NAME = "duplicate-state-name", DUPLICATE;
    MISSING_TYPE = "missing-type", SCHEMA;
    UNKNOWN_TYPE = "unknown-type", SCHEMA;

    MISSING_TRANSITION = "missing-transition", SCHEMA;
    MISSING_TARGET = "missing-target", TARGET;
    UNREACHED = "unreachable-state", TARGET;
    NEVER_ENDS = "no-terminal-state", TERMINAL;

    ALL_ALONE = "states-all-alone", SCHEMA;
    ALL_LAST = "states-all-last", SCHEMA;
    UNKNOWN_ERROR = "unknown-error", SCHEMA;

    NO_COMPARISON = "no-comparison", SCHEMA;
    SEVERAL_COMPARISONS = "several-comparisons", SCHEMA;
    NO_VARIABLE = "comparison-without-variable", SCHEMA;
    NEVER_MATCHES = "rule-never-matches", SCHEMA;

    PATH = "path-syntax", SCHEMA;
    REFERENCE_PATH = "reference-path", SCHEMA;
    NOT_A_PATH = "not-a-path", SCHEMA;
    INTRINSIC = "intrinsic-call", SCHEMA;
    TEXT_FUNCTION = "text-function", SCHEMA;
    DYNAMIC_KEY = "dynamic-key", SCHEMA;
    TWIN_KEYS = "twin-keys", SCHEMA;

    JSONATA_SYNTAX = "jsonata-syntax", JSONATA;
    JSONATA_UNSUPPORTED = "jsonata-unsupported", UNSUPPORTED;
    JSONATA_VERSION = "jsonata-version", SCHEMA;
    STATES_MEMBER = "states-member", SCHEMA;
    STATES_NOT_HERE = "states-not-here", UNSUPPORTED;
    PATH_KEY = "path-key-in-jsonata", SCHEMA;
    ALMOST = "almost-an-expression", SCHEMA;

    VARIABLE_NAME = "variable-name", SCHEMA;
    UNASSIGNED = "unassigned-variable", SCHEMA;
    UNUSED = "unused-variable", SCHEMA;

    NOT_AN_ARN = "not-an-arn", SCHEMA;
    INTEGRATION = "unknown-integration", SCHEMA;
    EXPRESS = "not-in-express", SCHEMA;

    NO_TIMEOUT = "no-timeout", PRACTICE;
    NO_HEARTBEAT = "token-without-heartbeat", PRACTICE;
    LAMBDA_RETRY = "no-lambda-retry", PRACTICE;
    DROPS_INPUT = "catch-drops-input", PRACTICE;
    SWALLOWS = "catch-swallows", PRACTICE;
    OVERWRITES = "result-overwrites", PRACTICE;
    GROWS = "growing-payload", PRACTICE;
    LONG_LOOP = "long-loop", PRACTICE;
    POLLING = "polling", PRACTICE;
    EXPRESS_WOULD_DO = "express-would-do", PRACTICE;
    STANDARD_NEEDED = "standard-needed", PRACTICE;
    SECRET = "secret-in-text", PRACTICE;
}

/// Whether a rule is about good practice only, and can be switched off.
pub fn is_practice(rule: &str) -> bool {
    ALL.iter().any(|code| code.rule == rule && code.code == PRACTICE)
}
