//! The constants of Choice rules, written otherwise: the same number, the same instant.

use asl_cases::Case;
use serde_json::{Value, json};

use super::{
    Domain, Object, Relation, Twin,
    rules::{DataTest, rewrite_tests},
};
use crate::draw::Draw;

pub(super) const RELATION: Relation = Relation {
    id: "constants-written-otherwise",
    statement: "Recorded: numbers are compared by value, 1 and 1.0 alike, and timestamps as instants, whatever their offset and whether a fraction of zero is written.",
    domain: Domain::AnyEnd,
    rewrite,
};

fn rewrite(case: &Case, _: &mut Draw) -> Option<Twin> {
    rewrite_tests(case, other_form)
}

fn other_form(condition: &Object) -> Option<Value> {
    let test = DataTest::of(condition).filter(|test| !test.has_path)?;
    let (family, _) = test.comparison()?;
    let operand: Value = match (family, test.operand) {
        ("Numeric", Value::Number(number)) => {
            let integer = number.as_i64().filter(|number| number.abs() < 1 << 50)?;
            serde_json::from_str(&format!("{integer}.0")).ok()?
        }
        ("Timestamp", Value::String(instant)) => other_offset(instant)?.into(),
        _ => return None,
    };
    Some(json!({"Variable": test.variable, test.operator: operand}))
}

/// An instant of UTC one hour and thirty minutes further east.
fn other_offset(text: &str) -> Option<String> {
    let body = text.strip_suffix('Z')?;
    let (date, time) = body.split_once('T')?;
    let (hour, rest) = time.split_once(':')?;
    let (minute, seconds) = rest.split_once(':')?;
    let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
    let east = hour * 60 + minute + 90;
    if east >= 24 * 60 {
        return None;
    }
    let fraction = if seconds.contains('.') { "" } else { ".000" };
    Some(format!("{date}T{:02}:{:02}:{seconds}{fraction}+01:30", east / 60, east % 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instant_further_east_is_the_same_instant() {
        assert_eq!(other_offset("2024-01-01T05:45:10Z").as_deref(), Some("2024-01-01T07:15:10.000+01:30"));
        assert_eq!(other_offset("2024-01-01T23:45:10Z"), None);
        assert_eq!(other_offset("2024-01-01"), None);
    }
}
