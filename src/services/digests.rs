//! Checksums that services answer with, over what they were sent.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::text_of;
use crate::{encoding, value::Value};

pub(super) fn md5(data: &[u8]) -> String {
    encoding::hex_digest("MD5", data).expect("MD5 is one of AWS's algorithms")
}

/// CRC-32 as ISO 3309 has it, in the form of S3: Base64 of its bytes.
pub(super) fn crc32_in_base64(data: &[u8]) -> String {
    STANDARD.encode(crc32(data).to_be_bytes())
}

pub(super) fn crc32(data: &[u8]) -> u32 {
    !data.iter().fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| crc >> 1 ^ if crc & 1 == 1 { 0xedb8_8320 } else { 0 })
    })
}

/// The MD5 of a message's attributes, as the developer guide of SQS computes it: sorted by name, each the name, the
/// type and the value with their lengths, and before the value 1 for a text and 2 for bytes. None without attributes.
pub(super) fn of_attributes(attributes: &Value) -> Option<String> {
    let attributes: BTreeMap<_, _> = attributes.as_object()?.iter().collect();
    let mut bytes = Vec::new();
    for (name, attribute) in &attributes {
        let kind = attribute.get("DataType").map_or_else(String::new, text_of);
        let is_binary = kind.starts_with("Binary");
        let value = attribute.get(if is_binary { "BinaryValue" } else { "StringValue" });
        append(&mut bytes, name.as_bytes());
        append(&mut bytes, kind.as_bytes());
        bytes.push(if is_binary { 2 } else { 1 });
        append(&mut bytes, value.map_or_else(String::new, text_of).as_bytes());
    }
    (!attributes.is_empty()).then(|| md5(&bytes))
}

fn append(bytes: &mut Vec<u8>, part: &[u8]) {
    bytes.extend((part.len() as u32).to_be_bytes());
    bytes.extend(part);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_those_that_were_recorded() {
        // DynamoDB's x-amz-crc32 of `{}`, S3's ChecksumCRC32 of `0`.
        assert_eq!(crc32(b"{}"), 2_745_614_147);
        assert_eq!(crc32_in_base64(b"0"), "9NvfIQ==");
    }

    #[test]
    fn attributes_are_hashed_in_the_order_of_their_names() {
        let of = |text| of_attributes(&crate::syntax::parse_value(text).expect("it is JSON"));
        let one =
            r#"{"a": {"DataType": "String", "StringValue": "x"}, "b": {"DataType": "Number", "StringValue": "1"}}"#;
        let other =
            r#"{"b": {"DataType": "Number", "StringValue": "1"}, "a": {"DataType": "String", "StringValue": "x"}}"#;
        assert_eq!(of(one), of(other));
        let bytes = b"\0\0\0\x01a\0\0\0\x06String\x01\0\0\0\x01x\0\0\0\x01b\0\0\0\x06Number\x01\0\0\0\x011";
        assert_eq!(of(one), Some(md5(bytes)));
        assert_eq!(of("{}"), None);
    }
}
