//! The one table of the States Language's fields: which object has which, in which query language,
//! whether it is required, what its value may be, and which fields exclude each other. Unknown,
//! missing and ill-typed fields are all found by it.

use super::model::QueryLanguage;

/// What a field's value may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shape {
    Any,
    /// JSON with expressions in it: a payload template, in JSONata any JSON with texts `{% … %}`.
    Template,
    Text,
    Boolean,
    /// An integer from the first to the second.
    Integer(i64, i64),
    /// A number that is at least this.
    Number(f64),
    /// A number from 0 to 100.
    Percentage,
    Object,
    Array,
    NonEmptyArray,
    /// A path or, in some fields, an intrinsic function: a text that the reader compiles.
    Path,
    /// A path, or `null`.
    PathOrNull,
    OneOf(&'static [&'static str]),
    /// RFC 3339.
    Timestamp,
    /// `Label` of a Map: it becomes part of an ARN.
    Label,
}

#[derive(Clone, Copy, Debug)]
pub struct Field {
    pub name: &'static str,
    pub shape: Shape,
    pub required: bool,
    /// The query language it belongs to; `None` for both.
    pub language: Option<QueryLanguage>,
    /// In JSONata it may be an expression, `{% … %}`, instead.
    pub dynamic: bool,
}

/// Fields of which only one may stand.
#[derive(Clone, Copy, Debug)]
pub struct Group {
    pub names: &'static [&'static str],
    /// One of them has to stand.
    pub required: bool,
}

/// A kind of object and its fields.
#[derive(Debug)]
pub struct ObjectKind {
    /// For messages: `a Pass state`.
    pub what: &'static str,
    pub fields: &'static [&'static [Field]],
    pub groups: &'static [Group],
}

impl Field {
    const fn new(name: &'static str, shape: Shape) -> Self {
        Self { name, shape, required: false, language: None, dynamic: false }
    }

    const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    const fn json_path(self) -> Self {
        Self { language: Some(QueryLanguage::JsonPath), ..self }
    }

    const fn jsonata(self) -> Self {
        Self { language: Some(QueryLanguage::Jsonata), ..self }
    }

    const fn dynamic(self) -> Self {
        Self { dynamic: true, ..self }
    }

    pub fn is_in(&self, language: QueryLanguage) -> bool {
        self.language.is_none_or(|own| own == language)
    }
}

impl ObjectKind {
    pub fn fields(&self) -> impl Iterator<Item = &'static Field> {
        self.fields.iter().copied().flatten()
    }

    /// A field by its name; where both query languages have one, the given language's.
    pub fn field(&self, name: &str, language: QueryLanguage) -> Option<&'static Field> {
        let mut found = None;
        for field in self.fields().filter(|field| field.name == name) {
            if field.is_in(language) {
                return Some(field);
            }
            found = Some(field);
        }
        found
    }
}

/// The kind of a state by its `Type`.
pub fn state(kind: &str) -> Option<&'static ObjectKind> {
    STATES.iter().find(|(name, _)| *name == kind).map(|(_, kind)| kind)
}

pub const STATE_TYPES: &[&str] = &["Task", "Wait", "Pass", "Succeed", "Fail", "Choice", "Parallel", "Map"];

/// The errors whose names the States Language reserves.
pub const RESERVED_ERRORS: &[&str] = &[
    "States.ALL",
    "States.BranchFailed",
    "States.DataLimitExceeded",
    "States.ExceedToleratedFailureThreshold",
    "States.HeartbeatTimeout",
    "States.Http.Socket",
    "States.IntrinsicFailure",
    "States.ItemReaderFailed",
    "States.NoChoiceMatched",
    "States.ParameterPathFailure",
    "States.Permissions",
    "States.QueryEvaluationError",
    "States.ResultPathMatchFailure",
    "States.ResultWriterFailed",
    "States.Runtime",
    "States.TaskFailed",
    "States.Timeout",
];

/// The intrinsic functions whose result is a text: what `ErrorPath` and `CausePath` may call.
pub const TEXT_FUNCTIONS: &[&str] = &[
    "States.ArrayGetItem",
    "States.Base64Decode",
    "States.Base64Encode",
    "States.Format",
    "States.Hash",
    "States.JsonToString",
    "States.UUID",
];

const LANGUAGES: Shape = Shape::OneOf(&["JSONPath", "JSONata"]);
const MAX_SECONDS: i64 = 99_999_999;
const MAX_COUNT: i64 = 99_999_999;

pub static MACHINE: ObjectKind = ObjectKind {
    what: "a state machine",
    fields: &[
        SCOPE,
        &[
            Field::new("QueryLanguage", LANGUAGES),
            Field::new("Version", Shape::Text),
            Field::new("TimeoutSeconds", Shape::Integer(0, MAX_SECONDS)),
        ],
    ],
    groups: &[],
};

pub static BRANCH: ObjectKind =
    ObjectKind { what: "a branch", fields: &[SCOPE, &[Field::new("QueryLanguage", LANGUAGES)]], groups: &[] };

pub static PROCESSOR: ObjectKind = ObjectKind {
    what: "an item processor",
    fields: &[SCOPE, &[Field::new("QueryLanguage", LANGUAGES), Field::new("ProcessorConfig", Shape::Object)]],
    groups: &[],
};

pub static PROCESSOR_CONFIG: ObjectKind = ObjectKind {
    what: "a `ProcessorConfig`",
    fields: &[&[
        Field::new("Mode", Shape::OneOf(&["INLINE", "DISTRIBUTED"])),
        Field::new("ExecutionType", Shape::OneOf(&["STANDARD", "EXPRESS"])),
    ]],
    groups: &[],
};

static STATES: &[(&str, ObjectKind)] = &[
    (
        "Pass",
        ObjectKind {
            what: "a Pass state",
            fields: &[
                COMMON,
                NEXT_OR_END,
                IN_AND_OUT,
                &[
                    Field::new("Result", Shape::Any).json_path(),
                    Field::new("Parameters", Shape::Template).json_path(),
                    RESULT_PATH,
                    ASSIGN,
                ],
            ],
            groups: &[TRANSITION],
        },
    ),
    (
        "Task",
        ObjectKind {
            what: "a Task state",
            fields: &[
                COMMON,
                NEXT_OR_END,
                IN_AND_OUT,
                WORK,
                HANDLERS,
                &[
                    Field::new("Resource", Shape::Text).required(),
                    Field::new("Credentials", Shape::Object).dynamic(),
                    Field::new("TimeoutSeconds", Shape::Integer(1, MAX_SECONDS)).dynamic(),
                    Field::new("TimeoutSecondsPath", Shape::Path).json_path(),
                    Field::new("HeartbeatSeconds", Shape::Integer(1, MAX_SECONDS)).dynamic(),
                    Field::new("HeartbeatSecondsPath", Shape::Path).json_path(),
                ],
            ],
            groups: &[
                TRANSITION,
                only_one(&["TimeoutSeconds", "TimeoutSecondsPath"]),
                only_one(&["HeartbeatSeconds", "HeartbeatSecondsPath"]),
            ],
        },
    ),
    (
        "Choice",
        ObjectKind {
            what: "a Choice state",
            fields: &[
                COMMON,
                IN_AND_OUT,
                &[Field::new("Choices", Shape::NonEmptyArray).required(), Field::new("Default", Shape::Text), ASSIGN],
            ],
            groups: &[],
        },
    ),
    (
        "Wait",
        ObjectKind {
            what: "a Wait state",
            fields: &[
                COMMON,
                NEXT_OR_END,
                IN_AND_OUT,
                &[
                    Field::new("Seconds", Shape::Integer(0, MAX_SECONDS)).dynamic(),
                    Field::new("SecondsPath", Shape::Path).json_path(),
                    Field::new("Timestamp", Shape::Timestamp).dynamic(),
                    Field::new("TimestampPath", Shape::Path).json_path(),
                    ASSIGN,
                ],
            ],
            groups: &[
                TRANSITION,
                Group { names: &["Seconds", "SecondsPath", "Timestamp", "TimestampPath"], required: true },
            ],
        },
    ),
    ("Succeed", ObjectKind { what: "a Succeed state", fields: &[COMMON, IN_AND_OUT], groups: &[] }),
    (
        "Fail",
        ObjectKind {
            what: "a Fail state",
            fields: &[
                COMMON,
                &[
                    Field::new("Error", Shape::Text).dynamic(),
                    Field::new("ErrorPath", Shape::Path).json_path(),
                    Field::new("Cause", Shape::Text).dynamic(),
                    Field::new("CausePath", Shape::Path).json_path(),
                ],
            ],
            groups: &[only_one(&["Error", "ErrorPath"]), only_one(&["Cause", "CausePath"])],
        },
    ),
    (
        "Parallel",
        ObjectKind {
            what: "a Parallel state",
            fields: &[
                COMMON,
                NEXT_OR_END,
                IN_AND_OUT,
                WORK,
                HANDLERS,
                &[Field::new("Branches", Shape::NonEmptyArray).required()],
            ],
            groups: &[TRANSITION],
        },
    ),
    (
        "Map",
        ObjectKind {
            what: "a Map state",
            fields: &[
                COMMON,
                NEXT_OR_END,
                IN_AND_OUT,
                HANDLERS,
                &[
                    Field::new("ItemProcessor", Shape::Object),
                    Field::new("Iterator", Shape::Object),
                    Field::new("Items", Shape::Array).jsonata().dynamic(),
                    Field::new("ItemsPath", Shape::Path).json_path(),
                    Field::new("ItemSelector", Shape::Template),
                    Field::new("Parameters", Shape::Template).json_path(),
                    Field::new("ResultSelector", Shape::Template).json_path(),
                    RESULT_PATH,
                    ASSIGN,
                    Field::new("MaxConcurrency", Shape::Integer(0, MAX_COUNT)).dynamic(),
                    Field::new("MaxConcurrencyPath", Shape::Path).json_path(),
                    Field::new("ToleratedFailureCount", Shape::Integer(0, MAX_COUNT)).dynamic(),
                    Field::new("ToleratedFailureCountPath", Shape::Path).json_path(),
                    Field::new("ToleratedFailurePercentage", Shape::Percentage).dynamic(),
                    Field::new("ToleratedFailurePercentagePath", Shape::Path).json_path(),
                    Field::new("ItemReader", Shape::Object),
                    Field::new("ItemBatcher", Shape::Object),
                    Field::new("ResultWriter", Shape::Object),
                    Field::new("Label", Shape::Label),
                ],
            ],
            groups: &[
                TRANSITION,
                Group { names: &["ItemProcessor", "Iterator"], required: true },
                only_one(&["ItemSelector", "Parameters"]),
                only_one(&["MaxConcurrency", "MaxConcurrencyPath"]),
                only_one(&["ToleratedFailureCount", "ToleratedFailureCountPath"]),
                only_one(&["ToleratedFailurePercentage", "ToleratedFailurePercentagePath"]),
            ],
        },
    ),
];

pub static RETRIER: ObjectKind = ObjectKind {
    what: "a retrier",
    fields: &[&[
        Field::new("ErrorEquals", Shape::NonEmptyArray).required(),
        Field::new("IntervalSeconds", Shape::Integer(1, MAX_SECONDS)),
        Field::new("MaxAttempts", Shape::Integer(0, MAX_COUNT)),
        Field::new("BackoffRate", Shape::Number(1.0)),
        Field::new("MaxDelaySeconds", Shape::Integer(1, 31_622_400)),
        Field::new("JitterStrategy", Shape::OneOf(&["FULL", "NONE"])),
        Field::new("Comment", Shape::Text),
    ]],
    groups: &[],
};

pub static CATCHER: ObjectKind = ObjectKind {
    what: "a catcher",
    fields: &[&[
        Field::new("ErrorEquals", Shape::NonEmptyArray).required(),
        Field::new("Next", Shape::Text).required(),
        RESULT_PATH,
        ASSIGN,
        Field::new("Output", Shape::Template).jsonata(),
        Field::new("Comment", Shape::Text),
    ]],
    groups: &[],
};

/// A rule in `Choices`.
pub static CHOICE_RULE: ObjectKind = ObjectKind {
    what: "a choice rule",
    fields: &[
        CONDITION,
        &[
            Field::new("Condition", Shape::Any).jsonata().dynamic().required(),
            Field::new("Next", Shape::Text).required(),
            ASSIGN,
            Field::new("Output", Shape::Template).jsonata(),
        ],
    ],
    groups: &[],
};

/// A rule inside `And`, `Or` or `Not`.
pub static NESTED_RULE: ObjectKind = ObjectKind { what: "a nested choice rule", fields: &[CONDITION], groups: &[] };

pub static CREDENTIALS: ObjectKind = ObjectKind {
    what: "`Credentials`",
    fields: &[&[Field::new("RoleArn", Shape::Text), Field::new("RoleArn.$", Shape::Path).json_path()]],
    groups: &[Group { names: &["RoleArn", "RoleArn.$"], required: true }],
};

pub static ITEM_READER: ObjectKind = ObjectKind {
    what: "an `ItemReader`",
    fields: &[&[
        Field::new("Resource", Shape::Text).required(),
        Field::new("Parameters", Shape::Template).json_path(),
        Field::new("Arguments", Shape::Template).jsonata(),
        Field::new("ReaderConfig", Shape::Object),
    ]],
    groups: &[],
};

pub static READER_CONFIG: ObjectKind = ObjectKind {
    what: "a `ReaderConfig`",
    fields: &[&[
        Field::new("InputType", Shape::OneOf(&["CSV", "JSON", "JSONL", "MANIFEST", "PARQUET"])),
        Field::new("Transformation", Shape::OneOf(&["NONE", "LOAD_AND_FLATTEN"])),
        Field::new("ManifestType", Shape::Text),
        Field::new("CSVDelimiter", Shape::OneOf(&["COMMA", "PIPE", "SEMICOLON", "SPACE", "TAB"])),
        Field::new("CSVHeaderLocation", Shape::OneOf(&["FIRST_ROW", "GIVEN"])),
        Field::new("CSVHeaders", Shape::Array),
        Field::new("ItemsPointer", Shape::Text),
        Field::new("MaxItems", Shape::Integer(0, i64::MAX)).dynamic(),
        Field::new("MaxItemsPath", Shape::Path).json_path(),
    ]],
    groups: &[only_one(&["MaxItems", "MaxItemsPath"])],
};

pub static ITEM_BATCHER: ObjectKind = ObjectKind {
    what: "an `ItemBatcher`",
    fields: &[&[
        Field::new("BatchInput", Shape::Template),
        Field::new("MaxItemsPerBatch", Shape::Integer(1, MAX_COUNT)).dynamic(),
        Field::new("MaxItemsPerBatchPath", Shape::Path).json_path(),
        Field::new("MaxInputBytesPerBatch", Shape::Integer(1, 262_144)).dynamic(),
        Field::new("MaxInputBytesPerBatchPath", Shape::Path).json_path(),
    ]],
    groups: &[
        only_one(&["MaxItemsPerBatch", "MaxItemsPerBatchPath"]),
        only_one(&["MaxInputBytesPerBatch", "MaxInputBytesPerBatchPath"]),
    ],
};

pub static RESULT_WRITER: ObjectKind = ObjectKind {
    what: "a `ResultWriter`",
    fields: &[&[
        Field::new("Resource", Shape::Text),
        Field::new("Parameters", Shape::Template).json_path(),
        Field::new("Arguments", Shape::Template).jsonata(),
        Field::new("WriterConfig", Shape::Object),
    ]],
    groups: &[],
};

pub static WRITER_CONFIG: ObjectKind = ObjectKind {
    what: "a `WriterConfig`",
    fields: &[&[
        Field::new("OutputType", Shape::OneOf(&["JSON", "JSONL"])).required(),
        Field::new("Transformation", Shape::OneOf(&["NONE", "COMPACT", "FLATTEN"])),
    ]],
    groups: &[],
};

const fn only_one(names: &'static [&'static str]) -> Group {
    Group { names, required: false }
}

const TRANSITION: Group = Group { names: &["Next", "End"], required: true };
const RESULT_PATH: Field = Field::new("ResultPath", Shape::PathOrNull).json_path();
const ASSIGN: Field = Field::new("Assign", Shape::Object).dynamic();

const SCOPE: &[Field] = &[
    Field::new("Comment", Shape::Text),
    Field::new("StartAt", Shape::Text).required(),
    Field::new("States", Shape::Object).required(),
];

const COMMON: &[Field] = &[
    Field::new("Type", Shape::OneOf(STATE_TYPES)).required(),
    Field::new("Comment", Shape::Text),
    Field::new("QueryLanguage", LANGUAGES),
];

const NEXT_OR_END: &[Field] = &[Field::new("Next", Shape::Text), Field::new("End", Shape::Boolean)];

const IN_AND_OUT: &[Field] = &[
    Field::new("InputPath", Shape::PathOrNull).json_path(),
    Field::new("OutputPath", Shape::PathOrNull).json_path(),
    Field::new("Output", Shape::Template).jsonata(),
];

/// What a Task and a Parallel send off and get back.
const WORK: &[Field] = &[
    Field::new("Parameters", Shape::Template).json_path(),
    Field::new("Arguments", Shape::Template).jsonata(),
    Field::new("ResultSelector", Shape::Template).json_path(),
    RESULT_PATH,
    ASSIGN,
];

const HANDLERS: &[Field] = &[Field::new("Retry", Shape::Array), Field::new("Catch", Shape::Array)];

const fn comparator(name: &'static str, shape: Shape) -> Field {
    Field::new(name, shape).json_path()
}

const CONDITION: &[Field] = &[
    Field::new("Comment", Shape::Text),
    comparator("Variable", Shape::Path),
    comparator("And", Shape::NonEmptyArray),
    comparator("Or", Shape::NonEmptyArray),
    comparator("Not", Shape::Object),
    comparator("IsNull", Shape::Boolean),
    comparator("IsPresent", Shape::Boolean),
    comparator("IsNumeric", Shape::Boolean),
    comparator("IsString", Shape::Boolean),
    comparator("IsBoolean", Shape::Boolean),
    comparator("IsTimestamp", Shape::Boolean),
    comparator("StringMatches", Shape::Text),
    comparator("StringEquals", Shape::Text),
    comparator("StringEqualsPath", Shape::Path),
    comparator("StringLessThan", Shape::Text),
    comparator("StringLessThanPath", Shape::Path),
    comparator("StringGreaterThan", Shape::Text),
    comparator("StringGreaterThanPath", Shape::Path),
    comparator("StringLessThanEquals", Shape::Text),
    comparator("StringLessThanEqualsPath", Shape::Path),
    comparator("StringGreaterThanEquals", Shape::Text),
    comparator("StringGreaterThanEqualsPath", Shape::Path),
    comparator("NumericEquals", Shape::Number(f64::NEG_INFINITY)),
    comparator("NumericEqualsPath", Shape::Path),
    comparator("NumericLessThan", Shape::Number(f64::NEG_INFINITY)),
    comparator("NumericLessThanPath", Shape::Path),
    comparator("NumericGreaterThan", Shape::Number(f64::NEG_INFINITY)),
    comparator("NumericGreaterThanPath", Shape::Path),
    comparator("NumericLessThanEquals", Shape::Number(f64::NEG_INFINITY)),
    comparator("NumericLessThanEqualsPath", Shape::Path),
    comparator("NumericGreaterThanEquals", Shape::Number(f64::NEG_INFINITY)),
    comparator("NumericGreaterThanEqualsPath", Shape::Path),
    comparator("BooleanEquals", Shape::Boolean),
    comparator("BooleanEqualsPath", Shape::Path),
    comparator("TimestampEquals", Shape::Timestamp),
    comparator("TimestampEqualsPath", Shape::Path),
    comparator("TimestampLessThan", Shape::Timestamp),
    comparator("TimestampLessThanPath", Shape::Path),
    comparator("TimestampGreaterThan", Shape::Timestamp),
    comparator("TimestampGreaterThanPath", Shape::Path),
    comparator("TimestampLessThanEquals", Shape::Timestamp),
    comparator("TimestampLessThanEqualsPath", Shape::Path),
    comparator("TimestampGreaterThanEquals", Shape::Timestamp),
    comparator("TimestampGreaterThanEqualsPath", Shape::Path),
];
