//! Whether a case draws values at random, or reads the clock: then one engine may answer twice in two ways.

use asl_cases::{Case, Machine};

/// What gives another value each time. Documented: `States.MathRandom` and `$random` with a seed do not.
const ALWAYS: [&str; 5] = ["States.UUID", "$uuid(", "$shuffle(", "$now(", "$millis("];

/// Whether the machines of a case draw anything at random without a seed.
pub fn draws_at_random(case: &Case) -> bool {
    let texts: Vec<String> = case.machines.iter().map(Machine::definition_text).collect();
    texts.iter().any(|text| ALWAYS.iter().any(|sign| text.contains(sign)) || draws_without_seed(text))
}

/// Whether a call in this text draws a number without a seed.
pub fn draws_without_seed(text: &str) -> bool {
    let mut random_numbers = text.split("States.MathRandom(").skip(1);
    let mut draws = text.split("$random(").skip(1);
    random_numbers.any(|rest| n_arguments(rest) < 3) || draws.any(|rest| n_arguments(rest) < 1)
}

/// How many arguments stand before the closing parenthesis.
fn n_arguments(rest: &str) -> usize {
    let (mut depth, mut n_commas, mut is_empty) = (0, 0, true);
    for character in rest.chars() {
        match character {
            ')' if depth == 0 => break,
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            ',' if depth == 0 => n_commas += 1,
            _ => {}
        }
        is_empty &= character.is_whitespace();
    }
    if is_empty { 0 } else { n_commas + 1 }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[rstest]
    #[case("States.MathRandom(1, 10)", true)]
    #[case("States.MathRandom(1, 10, 42)", false)]
    #[case("States.MathRandom(1, States.MathAdd(2, 3))", true)]
    #[case("States.MathRandom(1, States.MathAdd(2, 3), $.seed)", false)]
    #[case("States.UUID()", true)]
    #[case("{% $random() %}", true)]
    #[case("{% $random( 7 ) %}", false)]
    #[case("{% $uuid() %}", true)]
    #[case("random", false)]
    fn only_what_has_no_seed_is_random(#[case] text: &str, #[case] is_random: bool) {
        assert_eq!(draws_at_random(&Case::new(Machine::new(json!({"Comment": text})), json!({}))), is_random);
    }
}
