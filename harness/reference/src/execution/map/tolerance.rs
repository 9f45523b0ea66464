//! How many items of a Map Run may fail.

use serde_json::Value;

use super::number_at;
use crate::{
    definition::{Number, Percentage, ToleratedFailures},
    execution::{data_flow::Fields, state_error::StateError},
    java::json_text,
    jsonata::Expression,
    seeded::{Site, seeded},
};

/// What `ToleratedFailureCount` and `ToleratedFailurePercentage` allow.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tolerance {
    pub(super) count: Option<u64>,
    pub(super) percentage: Option<f64>,
}

impl Tolerance {
    /// Recorded: the words for what is no number, and for a number that is out of range.
    pub(super) fn of(
        fields: &mut Fields<'_>,
        tolerated: &ToleratedFailures,
        effective: &Value,
    ) -> Result<Self, StateError> {
        let count = match &tolerated.count {
            None => None,
            Some(Number::Literal(count)) => Some(*count),
            Some(Number::At(path)) => {
                let count: i64 = number_at(fields, "ToleratedFailureCountPath", "integer", path, effective)?;
                let negative = |_| fields.runtime("ToleratedFailureCount cannot be negative.");
                Some(u64::try_from(count).map_err(negative)?)
            }
            Some(Number::Expression(expression)) => {
                Some(fields.evaluated_integer(expression, "ToleratedFailureCount", u64::MAX)?)
            }
        };
        let percentage = match &tolerated.percentage {
            None => None,
            Some(Percentage::Literal(percentage)) => Some(*percentage),
            Some(Percentage::At(path)) => {
                let found: f64 =
                    number_at(fields, "ToleratedFailurePercentagePath", "float", path, effective)?;
                if !(0.0..=100.0).contains(&found) {
                    return Err(fields.runtime("ToleratedFailurePercentage must be between 0 and 100."));
                }
                Some(found)
            }
            Some(Percentage::Expression(expression)) => Some(evaluated(fields, expression)?),
        };
        Ok(Self { count, percentage })
    }

    /// Whether the definition says how many may fail.
    pub(super) fn is_given(self) -> bool {
        self.count.is_some() || self.percentage.is_some()
    }

    /// Documented: no failure is tolerated by default; with both limits, the Map Run fails when either is exceeded.
    /// Requirement: asl.map.tolerated-failures
    pub(super) fn is_exceeded(self, n_failed: usize, n_items: usize) -> bool {
        if n_failed == 0 {
            return false;
        }
        let failed = u64::try_from(n_failed).unwrap_or(u64::MAX);
        match (self.count, self.percentage) {
            (None, None) => true,
            (count, percentage) => {
                count.is_some_and(|count| {
                    failed > count || failed == count && seeded(Site::ToleratedCountExcluded)
                }) || percentage.is_some_and(|percentage| share(n_failed, n_items) > percentage)
            }
        }
    }
}

fn evaluated(fields: &mut Fields<'_>, expression: &Expression) -> Result<f64, StateError> {
    const NAME: &str = "ToleratedFailurePercentage";
    let found = fields.typed(expression, NAME, "number")?;
    found.as_f64().filter(|percentage| (0.0..=100.0).contains(percentage)).ok_or_else(|| {
        let shown = json_text(&found);
        fields.unusable(NAME, &format!("{NAME} must be between 0 and 100 but was: {shown}"))
    })
}

#[expect(clippy::cast_precision_loss, reason = "a Map has far fewer than 2^52 items")]
fn share(n_failed: usize, n_items: usize) -> f64 {
    n_failed as f64 * 100.0 / n_items as f64
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(None, None, 0, false)]
    #[case(None, None, 1, true)]
    #[case(Some(1), None, 1, false)]
    #[case(Some(1), None, 2, true)]
    #[case(None, Some(50.0), 2, false)]
    #[case(None, Some(49.9), 2, true)]
    #[case(Some(3), Some(25.0), 2, true)]
    #[case(Some(1), Some(100.0), 2, true)]
    fn map_run_of_four_items_fails_when_a_limit_is_exceeded(
        #[case] count: Option<u64>,
        #[case] percentage: Option<f64>,
        #[case] n_failed: usize,
        #[case] exceeded: bool,
    ) {
        assert_eq!(Tolerance { count, percentage }.is_exceeded(n_failed, 4), exceeded);
    }
}
