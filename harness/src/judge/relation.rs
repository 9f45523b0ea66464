//! Judges what an engine did with the two forms of a machine that a metamorphic relation states to be the same.

use std::sync::LazyLock;

use asl_cases::{Case, Facet, Observation, Oracle, Outcome, Policy, Strictness};
use asl_generators::{Domain, Relation, Twin};
use regex::Regex;
use serde_json::Value;

use super::{Comparison, Judgement, compare, normalise, signature::sign};

/// Judges the twin's observation by what the same engine did with the first form; both may be raw.
///
/// `None` where the relation says nothing about such an answer; none says anything about a refused definition. A race in either form is a
/// race between them: permits are taken from both, so the caller leaves on them only what an oracle put there.
pub fn judge_twin(
    relation: &Relation,
    (case, first): (&Case, &Observation),
    (twin, other): (&Twin, &Observation),
) -> Option<Judgement> {
    let is_stated = match relation.domain {
        Domain::AnyEnd => first.outcome.is_accepted(),
        Domain::Success => matches!(first.outcome, Outcome::Succeeded(_)),
        Domain::OwnEnd => match &first.outcome {
            Outcome::Succeeded(_) => true,
            Outcome::Failed { error, .. } => {
                error.as_deref().is_some_and(|name| !name.is_empty() && !name.starts_with("States."))
            }
            _ => false,
        },
    };
    if !is_stated {
        return None;
    }
    let told = twin.mapping.of_first(first)?;
    let mut expected = without_event_ids(normalise(&told, case));
    expected.permits.extend(other.permits.iter().cloned());
    let actual = without_event_ids(normalise(&twin.mapping.apply(other), &twin.case));
    let oracle =
        Oracle::Metamorphic { relation: relation.id.to_owned(), statement: relation.statement.to_owned() };
    let Comparison { mut divergences, allowed } =
        compare(&expected, &actual, &policy(&actual), &|_| oracle.clone());
    if !divergences.is_empty() {
        sign(&twin.case, &expected, &actual, &mut divergences);
    }
    for divergence in &mut divergences {
        divergence.signature.place = format!("{} under {}", divergence.signature.place, relation.id);
    }
    Some(Judgement::of(divergences, allowed))
}

/// Takes out of every text the event ids that causes quote: they count other events in the other form.
fn without_event_ids(mut observation: Observation) -> Observation {
    match &mut observation.outcome {
        Outcome::Succeeded(output) => take_out(output),
        Outcome::Failed { cause: Some(cause), .. } => *cause = taken_out(cause),
        _ => {}
    }
    let events = observation.trace.iter_mut().flat_map(|trace| &mut trace.0);
    events.flat_map(|event| event.details.values_mut()).for_each(take_out);
    observation
}

fn take_out(value: &mut Value) {
    match value {
        Value::String(text) => *text = taken_out(text),
        Value::Array(items) => items.iter_mut().for_each(take_out),
        Value::Object(members) => members.values_mut().for_each(take_out),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn taken_out(text: &str) -> String {
    static EVENT_ID: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"at the event id #\d+").expect("the pattern is constant"));
    EVENT_ID.replace_all(text, "at the event id #…").into_owned()
}

/// Causes quote documents and places that may differ between the forms; a history that cannot be told is not compared.
fn policy(actual: &Observation) -> Policy {
    let policy = Policy::default().with(Facet::Cause, Strictness::Template);
    if actual.trace.is_none() { policy.with(Facet::Trace, Strictness::Ignored) } else { policy }
}

#[cfg(test)]
mod tests {
    use asl_cases::{CrossCheck, Identities, Machine, Verdict};
    use serde_json::json;

    use super::*;

    fn succeeded(output: Value) -> Observation {
        Observation {
            outcome: Outcome::Succeeded(output),
            trace: None,
            identities: Identities::default(),
            permits: Vec::new(),
            cross_check: CrossCheck::default(),
        }
    }

    #[test]
    fn twin_that_answers_otherwise_diverges_by_the_word_of_the_engine_itself() {
        let case = Case::new(
            Machine::new(json!({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}})),
            json!(1),
        );
        let relation = Relation::named("identity-pass").expect("a relation");
        let twin = relation.twin(&case).expect("it applies");
        let verdict = |output: Value| {
            judge_twin(relation, (&case, &succeeded(json!(1))), (&twin, &succeeded(output)))
                .expect("it speaks")
        };
        assert_eq!(verdict(json!(1)).verdict, Verdict::Agree);
        let differing = verdict(json!(2));
        assert_eq!(differing.verdict, Verdict::Diverge);
        assert_eq!(
            differing.divergences[0].oracle,
            Oracle::Metamorphic {
                relation: "identity-pass".to_owned(),
                statement: relation.statement.to_owned()
            }
        );
    }
}
