//! JSONata as the language itself has it: with an input document, without AWS's functions and refusals. It is what the
//! language's own test suite is held against; values and failures go the same way as those of a state machine.

use jlens_core::{Bindings, Document, reads::Read};

use super::{Failure, Limits, NoInput, convert, failure, options};
use crate::value::Value;

/// The value of an expression over a document, at the beginning of 1970.
pub fn evaluate(
    source: &str,
    document: Option<&Value>,
    variables: &[(&str, Value)],
    limits: &Limits,
) -> Result<Value, Failure> {
    let compiled = jlens_core::Expression::compile(source).map_err(|error| failure(&error))?;
    let document = document.map(|document| convert::to_json(document, &Read::Whole));
    let bind =
        |bindings: Bindings, (name, value): &(&str, Value)| bindings.var(*name, convert::to_json(value, &Read::Whole));
    let bindings = variables.iter().fold(Bindings::new(), bind);
    let options = options(limits, 0, 0);
    let result = match document {
        Some(document) => {
            let document = Document::new(&document);
            compiled.evaluate_document_to(&document, &bindings, &options, |output| output.write(&mut convert::Writer))
        }
        None => compiled.evaluate_source_to(&NoInput, &bindings, &options, |output| output.write(&mut convert::Writer)),
    };
    result.map_err(|error| failure(&error))?.ok_or(Failure::Undefined)
}
