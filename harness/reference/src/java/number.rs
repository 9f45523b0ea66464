//! Java's view of numbers: `Double.toString`, `Math.round`, and the cast to `long`.

use std::cmp::Ordering;

use serde_json::Number;

/// The text of a double as `Double.toString` gives it: shortest digits, always a fraction, `E` notation below
/// 10⁻³ and from 10⁷ on.
pub fn double_text(double: f64) -> String {
    if double.is_nan() {
        return "NaN".to_owned();
    }
    if double.is_infinite() {
        return if double > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    let magnitude = double.abs();
    if magnitude.to_bits() == 1 {
        // Java always prints two digits, and prefers the nearer of those that read back as the same double.
        return if double > 0.0 { "4.9E-324" } else { "-4.9E-324" }.to_owned();
    }
    if magnitude == 0.0 || (1e-3..1e7).contains(&magnitude) {
        return format!("{double:?}");
    }
    let scientific = format!("{double:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let fraction = if digits.contains('.') { "" } else { ".0" };
    format!("{digits}{fraction}E{exponent}")
}

/// The text of a JSON number as Jackson writes it.
pub fn number_text(number: &Number) -> String {
    match number.as_f64() {
        Some(double) if number.is_f64() => double_text(double),
        _ => number.to_string(),
    }
}

/// Whether two JSON numbers have the same value, whatever their spelling: 1 equals 1.0.
pub fn numbers_equal(left: &Number, right: &Number) -> bool {
    compare_numbers(left, right) == Some(Ordering::Equal)
}

/// The order of two JSON numbers by value.
pub(crate) fn compare_numbers(left: &Number, right: &Number) -> Option<Ordering> {
    match (as_integer(left), as_integer(right)) {
        (Some(left), Some(right)) => Some(left.cmp(&right)),
        _ => left.as_f64()?.partial_cmp(&right.as_f64()?),
    }
}

/// The integer that a number is, if it is one.
pub(crate) fn as_integer(number: &Number) -> Option<i128> {
    if let Some(integer) = number.as_i64() {
        return Some(integer.into());
    }
    if let Some(integer) = number.as_u64() {
        return Some(integer.into());
    }
    let double = number.as_f64()?;
    (double.fract() == 0.0 && double.abs() < 1e30).then(|| saturating_cast(double))
}

/// `Math.round`: half goes towards positive infinity, so −1.5 becomes −1.
pub fn round_half_up(number: &Number) -> i128 {
    if let Some(integer) = as_integer(number) {
        return integer;
    }
    let double = number.as_f64().unwrap_or_default();
    let floor = double.floor();
    saturating_cast(if double - floor >= 0.5 { floor + 1.0 } else { floor })
}

/// The number without its fraction.
pub fn truncate(number: &Number) -> i128 {
    as_integer(number).unwrap_or_else(|| saturating_cast(number.as_f64().unwrap_or_default()))
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the cast truncates and saturates, which is what is wanted"
)]
fn saturating_cast(double: f64) -> i128 {
    double as i128
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::Value;

    use super::*;

    fn number(text: &str) -> Number {
        match serde_json::from_str(text).unwrap() {
            Value::Number(number) => number,
            other => panic!("{other} is no number"),
        }
    }

    #[rstest]
    #[case("1.0", "1.0")]
    #[case("100", "100")]
    #[case("1e2", "100.0")]
    #[case("1e10", "1.0E10")]
    #[case("1234567.5", "1234567.5")]
    #[case("12345678.5", "1.23456785E7")]
    #[case("0.001", "0.001")]
    #[case("0.00012", "1.2E-4")]
    #[case("-0.0", "-0.0")]
    #[case("9999999.5", "9999999.5")]
    #[case("123456789.125", "1.23456789125E8")]
    #[case("1.7976931348623157e308", "1.7976931348623157E308")]
    #[case("5e-324", "4.9E-324")]
    #[case("9007199254740991", "9007199254740991")]
    #[case("18446744073709551616", "1.8446744073709552E19")]
    fn numbers_print_as_java_prints_them(#[case] json: &str, #[case] expected: &str) {
        assert_eq!(number_text(&number(json)), expected);
    }

    #[rstest]
    #[case("1.5", 2)]
    #[case("2.5", 3)]
    #[case("-0.5", 0)]
    #[case("-1.5", -1)]
    #[case("-1.51", -2)]
    #[case("0.49999999999999994", 0)]
    fn rounding_sends_halves_up(#[case] json: &str, #[case] expected: i128) {
        assert_eq!(round_half_up(&number(json)), expected);
    }

    #[rstest]
    #[case("1.6", 1)]
    #[case("-0.6", 0)]
    #[case("-2.4", -2)]
    fn truncation_goes_towards_zero(#[case] json: &str, #[case] expected: i128) {
        assert_eq!(truncate(&number(json)), expected);
    }

    #[rstest]
    #[case("1", "1.0", true)]
    #[case("9007199254740993", "9007199254740992.0", false)]
    #[case("1.5", "1.5", true)]
    #[case("1", "2", false)]
    fn numbers_compare_by_value(#[case] left: &str, #[case] right: &str, #[case] equal: bool) {
        assert_eq!(numbers_equal(&number(left), &number(right)), equal);
    }
}
