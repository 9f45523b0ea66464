//! Retriers and catchers that match nothing, or more than they may.

use asl_cases::Case;
use serde_json::{Value, json};

use super::{Rule, put, rule, state_of_type, transitions::parallel};
use crate::draw::Draw;

pub(super) const RULES: &[Rule] = &[
    rule("all-with-another", "States.ALL does not stand alone", "asl.validation.states-all", |case, draw| {
        with_retriers(case, draw, json!([{"ErrorEquals": ["States.ALL", "Boom"]}]))
    }),
    rule(
        "all-not-last",
        "States.ALL is not in the last retrier",
        "asl.validation.states-all",
        |case, draw| {
            with_retriers(case, draw, json!([{"ErrorEquals": ["States.ALL"]}, {"ErrorEquals": ["Boom"]}]))
        },
    ),
    rule("error-equals-empty", "ErrorEquals is empty", "asl.validation.not-empty", |case, draw| {
        with_retriers(case, draw, json!([{"ErrorEquals": []}]))
    }),
    rule("error-equals-missing", "ErrorEquals is missing", "asl.validation.required-fields", |case, draw| {
        with_retriers(case, draw, json!([{"MaxAttempts": 1}]))
    }),
    rule("catch-without-next", "a catcher leads nowhere", "asl.validation.required-fields", |case, draw| {
        put(state_of_type(case, draw, "Parallel", parallel())?, "Catch", json!([{"ErrorEquals": ["Boom"]}]));
        Some(())
    }),
];

fn with_retriers(case: &mut Case, draw: &mut Draw, retriers: Value) -> Option<()> {
    put(state_of_type(case, draw, "Parallel", parallel())?, "Retry", retriers);
    Some(())
}
