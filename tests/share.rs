//! The share link: what goes in comes out, and no link can do harm.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use miniz_oxide::deflate::compress_to_vec;
use statelight::{
    exchange::share::{LIMIT, LinkError, Shared, decode, encode},
    sim::scenario::Scenario,
    syntax::parse_value,
    value::Value,
};

fn link(text: &str) -> String {
    format!("#/edit?v=1&d={}", URL_SAFE_NO_PAD.encode(compress_to_vec(text.as_bytes(), 6)))
}

fn shared(scenario: &str) -> Shared {
    Shared {
        definition: "{\"StartAt\": \"é😀\"}\n".into(),
        scenario: parse_value(scenario).expect("the scenario is JSON"),
        view: Value::object([("name", Value::from("Mine"))]),
    }
}

#[test]
fn what_goes_in_comes_out() {
    let shared = shared(
        r#"{"version":1,"input":{"b":1,"a":[1.0,-0.0,1e400,123456789012345678901234567890]},"seed":18446744073709551615}"#,
    );
    let link = encode(&shared);
    let payload = link.strip_prefix("#/edit?v=1&d=").expect("it has the agreed form");
    assert!(payload.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'), "{payload}");
    let back = decode(&link).expect("it can be read");
    assert_eq!(back, shared);
    // Not only equal: every number as it was written, or the run would not be the same.
    assert_eq!(back.scenario.to_json(), shared.scenario.to_json());
    assert!(Scenario::parse(&back.scenario.to_json()).is_ok());
}

#[test]
fn other_places_orders_and_padding_are_read_too() {
    let link = encode(&shared("{}"));
    let payload = link.split_once("d=").expect("it has a payload").1;
    for variant in [
        format!("#/run?v=1&d={payload}"),
        format!("/edit?v=1&d={payload}"),
        format!("#/edit?d={payload}&v=1&later=x"),
        format!("{link}=="),
    ] {
        assert!(decode(&variant).is_ok(), "{variant}");
    }
    let least = self::link(r#"{"definition": "x"}"#);
    assert_eq!(decode(&least).expect("scenario and view may be left out").scenario.to_json(), r#"{"version":1}"#);
}

#[test]
fn a_damaged_link_is_told() {
    let good = encode(&shared("{}"));
    for bad in ["", "#", "#/edit", "#/edit?v=1", "#/edit?d=AAAA", "#/edit?v=1&d=", "#/edit?v=1&d=%%%", "#/edit?v=1&d=é"]
    {
        assert_eq!(decode(bad), Err(LinkError::Damaged), "{bad}");
    }
    for end in (good.len() - 40)..good.len() - 4 {
        assert!(decode(&good[..end]).is_err(), "cut at {end}");
    }
    assert_eq!(decode(&good.replacen("v=1", "v=2", 1)), Err(LinkError::Version("2".into())));
}

#[test]
fn what_is_no_workflow_is_told() {
    for text in [
        "",
        "[]",
        "1",
        "{}",
        r#"{"definition": 1}"#,
        r#"{"definition": "x", "scenario": []}"#,
        "{\"definition\": \"x\"",
        "nul",
    ] {
        assert!(matches!(decode(&link(text)), Err(LinkError::NotAWorkflow(_))), "{text}: {:?}", decode(&link(text)));
    }
    let no_text = format!("#/edit?v=1&d={}", URL_SAFE_NO_PAD.encode(compress_to_vec(&[0xff, 0xfe], 6)));
    assert_eq!(decode(&no_text), Err(LinkError::Damaged));
}

#[test]
fn what_unpacks_to_too_much_is_refused() {
    let bomb = link(&" ".repeat(64 << 20));
    assert!(bomb.len() < 200_000);
    assert_eq!(decode(&bomb), Err(LinkError::TooLarge));
    let head = r#"{"definition": ""#;
    let just = format!("{head}{}\"}}", "x".repeat(LIMIT - head.len() - 2));
    assert!(decode(&link(&just)).is_ok());
    assert_eq!(decode(&link(&format!("{just} "))), Err(LinkError::TooLarge));
    let long = format!("#/edit?v=1&d={}", "A".repeat(8 << 20));
    assert_eq!(decode(&long), Err(LinkError::TooLarge));
}

#[test]
fn deep_nesting_is_refused_without_a_crash() {
    for (open, close) in [("[", "]"), (r#"{"a":"#, "}")] {
        let nested = format!("{}1{}", open.repeat(90_000), close.repeat(90_000));
        let text = format!(r#"{{"definition": "x", "view": {{"a": {nested}}}}}"#);
        assert!(matches!(decode(&link(&text)), Err(LinkError::NotAWorkflow(_))));
    }
}

#[test]
fn no_bytes_make_it_panic() {
    let mut random = oorandom::Rand32::new(7);
    let good = compress_to_vec(br#"{"definition": "x", "scenario": {"version": 1}, "view": {}}"#, 6);
    for _ in 0..5_000 {
        let mut bytes = good.clone();
        for _ in 0..=random.rand_range(0..4) {
            let at = random.rand_range(0..bytes.len() as u32) as usize;
            bytes[at] = random.rand_u32() as u8;
        }
        let _ = decode(&format!("#/edit?v=1&d={}", URL_SAFE_NO_PAD.encode(&bytes)));
    }
}

#[test]
fn each_trouble_says_what_to_make_of_it() {
    let told = [
        LinkError::Version("2".into()),
        LinkError::Damaged,
        LinkError::TooLarge,
        LinkError::NotAWorkflow("`definition` is missing, or is no text".into()),
    ]
    .map(|error| error.to_string());
    assert_eq!(
        told,
        [
            "it has version 2, and this page reads version 1",
            "it is damaged or incomplete: ask for it to be sent again, whole",
            "it holds more than 1 MiB",
            "it holds no workflow: `definition` is missing, or is no text",
        ]
    );
}
