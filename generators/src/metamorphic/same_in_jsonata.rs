//! Whether the data of a case reads the same in both query languages.

use asl_cases::Case;

const BYTES_MAX: usize = 40_000;

/// JSONata has one kind of number, a double: `1.0` prints as `1` there, and long integers lose digits. A case without
/// such numbers, also inside texts, reads the same in both languages. A form that carries data twice needs room for it.
pub(super) fn reads_the_same(case: &Case) -> bool {
    let text = serde_json::to_string(&(&case.machines, &case.input)).expect("a case is JSON");
    // How the texts of JSONata are ordered outside the plane of 16 bits is not documented for AWS.
    if text.len() > BYTES_MAX || text.chars().any(|letter| letter > '\u{ffff}') {
        return false;
    }
    let mut rest = text.as_str();
    while let Some(at) = rest.find(|letter: char| letter.is_ascii_digit()) {
        let end = rest[at..]
            .find(|letter: char| !(letter.is_ascii_digit() || matches!(letter, '.' | 'e' | 'E' | '+' | '-')))
            .map_or(rest.len(), |length| at + length);
        if !is_plain(&rest[at..end], rest[..at].ends_with('-')) {
            return false;
        }
        rest = &rest[end..];
    }
    true
}

fn is_plain(number: &str, is_negative: bool) -> bool {
    // Longer runs of digits with other marks are no numbers: dates, names, hashes.
    let is_integer = number.bytes().all(|byte| byte.is_ascii_digit());
    if is_integer {
        return number.len() <= 15 && !(is_negative && number == "0");
    }
    let Some((whole, fraction)) = number.split_once('.') else { return number.parse::<f64>().is_err() };
    if number.parse::<f64>().is_err() {
        return true;
    }
    whole.len() + fraction.len() <= 12 && !fraction.ends_with('0') && !number.contains(['e', 'E'])
}

#[cfg(test)]
mod tests {
    use asl_cases::Machine;
    use serde_json::json;

    use super::*;

    #[rstest::rstest]
    #[case(json!([1, -7, 2.5, "2024-01-01T00:00:00Z"]), true)]
    #[case(json!(1.0), false)]
    #[case(json!({"text": "[1.0]"}), false)]
    #[case(json!(9_007_199_254_740_993_i64), false)]
    #[case(json!("1e309"), false)]
    fn numbers_that_read_otherwise_in_jsonata_are_seen(
        #[case] input: serde_json::Value,
        #[case] expected: bool,
    ) {
        let machine = Machine::new(json!({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}));
        assert_eq!(reads_the_same(&Case::new(machine, input)), expected);
    }
}
