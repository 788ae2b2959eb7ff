//! The comparison of both types as rows, and these as text for a terminal.

use tr::tr;

use super::{Side, SideBySide, doubled::Doubled};
use crate::{engine::clock::Duration, sim::price};

/// A line of the comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub name: String,
    pub standard: String,
    pub express: String,
}

/// All lines. What would come of a run stands as a dash where there is none.
pub fn rows(sides: &SideBySide) -> Vec<Row> {
    let express = |of: fn(&Side) -> String| sides.express.as_ref().map_or_else(|| "–".into(), of);
    let both = |name, of: fn(&Side) -> String| Row { name, standard: of(&sides.standard), express: express(of) };
    let fixed = |name, standard, express| Row { name, standard, express };
    let refused = || tr!("refused when it is created");
    vec![
        Row {
            name: tr!("Ends"),
            standard: sides.standard.end(),
            express: sides.express.as_ref().map_or_else(refused, Side::end),
        },
        both(tr!("Duration"), |side| Duration::from_micros(side.duration).to_words()),
        fixed(tr!("May last"), tr!("a year"), tr!("5 minutes")),
        Row {
            name: tr!("Billed"),
            standard: tr!("1 transition" | "{n} transitions" % sides.standard.transitions as usize),
            express: express(|side| {
                let billed = side.billed_duration.unwrap_or_default();
                tr!("1 request, {} at {} MB", Duration::from_micros(billed).to_words(), price::MEMORY_MB)
            }),
        },
        both(tr!("A run costs"), |side| dollars(side.price)),
        both(tr!("A million runs"), |side| dollars(side.price_of_a_million)),
        Row {
            name: tr!("Record"),
            standard: tr!(
                "{}, of 25,000 at most",
                tr!("1 history event" | "{n} history events" % sides.standard.events)
            ),
            express: express(|side| {
                tr!("{} in CloudWatch Logs, at level ALL", tr!("1 event" | "{n} events" % side.events))
            }),
        },
        fixed(
            tr!("A start runs"),
            tr!("exactly once"),
            tr!("at least once when asynchronous, at most once when synchronous"),
        ),
        fixed(
            tr!("Can wait for"),
            tr!("jobs (.sync), task tokens, activities"),
            tr!("none of these; distributed Map is not there, either"),
        ),
    ]
}

/// The rows in columns, what is refused, and what is to be said.
pub fn render(sides: &SideBySide) -> String {
    let rows = rows(sides);
    let width = |cell: fn(&Row) -> &str| rows.iter().map(|row| cell(row).chars().count()).max().unwrap_or(0).max(8);
    let (first, second) = (width(|row| &row.name), width(|row| &row.standard));
    let mut text = format!("{:first$}  {:second$}  Express\n", "", "Standard");
    for row in &rows {
        text.push_str(&format!("{:first$}  {:second$}  {}\n", row.name, row.standard, row.express));
    }
    for refusal in &sides.refusals {
        text.push_str(&format!("\n{}: {} at {}", refusal.state, refusal.why, refusal.location));
    }
    if !sides.refusals.is_empty() {
        text.push('\n');
    }
    sides.words.iter().for_each(|words| text.push_str(&format!("\n{words}\n")));
    if let Some(twice) = &sides.twice {
        text.push_str(&told_twice(twice));
    }
    text.push_str(&format!(
        "\nPrices: list prices of us-east-1, {}, without free tiers and without what the services cost.\n",
        price::AS_OF
    ));
    text
}

fn told_twice(twice: &Doubled) -> String {
    let mut text = format!("\nOne asynchronous start, carried out twice: {}\n", twice.ends.join(", then "));
    for effect in &twice.effects {
        let mark = if effect.is_repeated() { "twice" } else { "once " };
        text.push_str(&format!("  {mark}  {}: {}\n", effect.task, effect.words()));
    }
    for task in &twice.unseen {
        text.push_str(&format!("  ?      {task}: called twice, what it does is not known here\n"));
    }
    text
}

/// An amount with as many digits as it takes to see it.
pub fn dollars(amount: f64) -> String {
    match amount {
        _ if amount == 0.0 => "$0".into(),
        _ if amount < 0.0001 => format!("${amount:.8}"),
        _ if amount < 0.1 => format!("${amount:.6}"),
        _ => format!("${amount:.2}"),
    }
}
