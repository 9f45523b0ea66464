//! Takes out of an observation what an engine may choose freely: ids, names, accounts, times.
//!
//! Identity is kept: two ids that were different stay different, and one id stays the same wherever it shows up. What
//! the case itself says literally is never touched, because it is data and not the engine's choice.

use std::{collections::HashMap, sync::LazyLock};

use asl_cases::{Case, CrossCheck, Identities, Observation, Outcome, TestedState, Trace, TraceEvent};
use regex::{Captures, Regex};
use serde_json::{Map, Value};

use super::cause_text::canonicalise_documents;

static UUID: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b"));
static TIME: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z\b|[+-]\d{2}:?\d{2}\b)"));
/// When an execution began and ended, as the services of AWS say it in an answer: milliseconds since 1970. In a document
/// dumped into a text its quotes are escaped.
static DATE_MEMBER: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"(?P<escape>\\*)"(?P<name>St(?:art|op)Date)\\*":\s*(?P<time>\d{13})\b"#));
static ARN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"\b(arn:aws[a-z-]*:[a-z0-9-]+):([a-z]{2}(?:-[a-z]+)+-\d|<region>|):(\d{12}|<account>):")
});

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the pattern is constant")
}

/// The observation with engine-chosen texts replaced by placeholders, so that two engines can be compared.
///
/// First the declared identities, the longest first; then remaining UUIDs (`<uuid:1>`, `<uuid:2>`, … by first
/// appearance, in the outcome and in the history each), date-times with a zone and the dates of started executions
/// (`<time>`), and account and region inside ARNs. Documents dumped into texts are printed in one form. The result declares no identities any more, and normalising
/// it again changes nothing.
pub fn normalise(observation: &Observation, case: &Case) -> Observation {
    let rewriting = || Rewriting::new(&observation.identities, case);
    Observation {
        outcome: rewriting().outcome(&observation.outcome),
        // Counted for itself: the same history reads the same, whatever the execution comes to.
        trace: observation.trace.as_ref().map(|trace| rewriting().trace(trace)),
        identities: Identities::default(),
        permits: observation.permits.clone(),
        // The rules for every engine look at it as it came.
        cross_check: CrossCheck::default(),
    }
}

struct Rewriting<'a> {
    /// Engine-chosen text and its placeholder, longest text first.
    identities: Vec<(&'a str, &'a str)>,
    /// Everything that the case says.
    literals: String,
    /// The number of each UUID met so far.
    uuids: HashMap<String, usize>,
}

impl<'a> Rewriting<'a> {
    fn new(identities: &'a Identities, case: &Case) -> Self {
        let literals = literals_of(case);
        let mut identities: Vec<_> = identities
            .0
            .iter()
            .map(|(text, placeholder)| (text.as_str(), placeholder.as_str()))
            .filter(|(text, _)| !text.is_empty() && !says(&literals, text))
            .collect();
        identities.sort_by_key(|(text, _)| std::cmp::Reverse(text.len()));
        Self { identities, literals, uuids: HashMap::new() }
    }

    fn outcome(&mut self, outcome: &Outcome) -> Outcome {
        match outcome {
            Outcome::Succeeded(output) => Outcome::Succeeded(self.value(output)),
            Outcome::Failed { error, cause } => Outcome::Failed {
                error: error.as_deref().map(|text| self.text(text)),
                cause: cause.as_deref().map(|text| self.text(text)),
            },
            Outcome::Rejected { code, message } => {
                Outcome::Rejected { code: self.text(code), message: self.text(message) }
            }
            Outcome::Tested(tested) => Outcome::Tested(Box::new(TestedState {
                status: tested.status,
                output: tested.output.as_ref().map(|output| self.value(output)),
                error: tested.error.as_deref().map(|text| self.text(text)),
                cause: tested.cause.as_deref().map(|text| self.text(text)),
                next_state: tested.next_state.clone(),
                inspection_data: tested.inspection_data.as_ref().map(|data| self.value(data)),
            })),
            ended @ (Outcome::TimedOut | Outcome::Aborted) => ended.clone(),
        }
    }

    fn trace(&mut self, trace: &Trace) -> Trace {
        Trace(trace.0.iter().map(|event| self.event(event)).collect())
    }

    fn event(&mut self, event: &TraceEvent) -> TraceEvent {
        TraceEvent {
            id: event.id,
            previous_event_id: event.previous_event_id,
            kind: event.kind.clone(),
            timestamp_ms: event.timestamp_ms,
            details: self.members(&event.details),
        }
    }

    fn value(&mut self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.text(text)),
            Value::Array(items) => items.iter().map(|item| self.value(item)).collect(),
            Value::Object(map) => Value::Object(self.members(map)),
            scalar => scalar.clone(),
        }
    }

    /// Walks in sorted key order, so that numbers do not depend on the order in which an engine prints its keys.
    fn members(&mut self, map: &Map<String, Value>) -> Map<String, Value> {
        let mut entries: Vec<_> = map.iter().collect();
        entries.sort_unstable_by_key(|(key, _)| key.as_str());
        entries.into_iter().map(|(key, inner)| (self.text(key), self.member(key, inner))).collect()
    }

    fn member(&mut self, key: &str, value: &Value) -> Value {
        let time = value.as_u64().filter(|time| is_date(key) && (MS_MIN..MS_END).contains(time));
        match time.map(|time| time.to_string()) {
            Some(time) if !says(&self.literals, &time) => Value::from("<time>"),
            _ => self.value(value),
        }
    }

    /// UUIDs, times, ARNs and quoted documents all hold one of three characters: most texts are done with one look.
    fn is_plain(&self, text: &str) -> bool {
        !text.bytes().any(|byte| matches!(byte, b'-' | b':' | b'\''))
            && !self.identities.iter().any(|(identity, _)| text.contains(identity))
    }

    fn text(&mut self, text: &str) -> String {
        if self.is_plain(text) {
            return text.to_owned();
        }
        let without_identities = replace_all_at_once(text, &self.identities);
        let one_form = canonicalise_documents(&without_identities);
        let numbered = UUID.replace_all(&one_form, |found: &Captures<'_>| self.uuid(&found[0]));
        let timeless =
            TIME.replace_all(&numbered, |found: &Captures<'_>| self.unless_said(&found[0], "<time>"));
        let dateless = DATE_MEMBER.replace_all(&timeless, |found: &Captures<'_>| {
            if says(&self.literals, &found["time"]) {
                return found[0].to_owned();
            }
            let (escape, name) = (&found["escape"], &found["name"]);
            format!(r#"{escape}"{name}{escape}":{escape}"<time>{escape}""#)
        });
        let placeless = ARN.replace_all(&dateless, |found: &Captures<'_>| {
            let region =
                if found[2].is_empty() { String::new() } else { self.unless_said(&found[2], "<region>") };
            format!("{}:{region}:{}:", &found[1], self.unless_said(&found[3], "<account>"))
        });
        // Replacing a text inside a key can change the order of the keys.
        canonicalise_documents(&placeless).into_owned()
    }

    fn uuid(&mut self, uuid: &str) -> String {
        if says(&self.literals, uuid) {
            return uuid.to_owned();
        }
        let next = self.uuids.len() + 1;
        let number = *self.uuids.entry(uuid.to_owned()).or_insert(next);
        format!("<uuid:{number}>")
    }

    fn unless_said(&self, found: &str, placeholder: &str) -> String {
        if says(&self.literals, found) { found.to_owned() } else { placeholder.to_owned() }
    }
}

/// Milliseconds since 1970 with 13 digits: since 2001.
const MS_MIN: u64 = 1_000_000_000_000;
const MS_END: u64 = 10 * MS_MIN;

/// Whether AWS has a date of an execution under this name.
fn is_date(key: &str) -> bool {
    matches!(key, "StartDate" | "StopDate")
}

/// One pass from left to right, so that a placeholder is never searched again.
fn replace_all_at_once(text: &str, identities: &[(&str, &str)]) -> String {
    let mut replaced = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        if let Some((identity, placeholder)) =
            identities.iter().find(|(identity, _)| rest.starts_with(identity))
        {
            replaced.push_str(placeholder);
            rest = &rest[identity.len()..];
        } else {
            replaced.push(next);
            rest = &rest[next.len_utf8()..];
        }
    }
    replaced
}

/// Definitions, scripted answers and input as one text. Machine names are left out: they are never sent.
fn literals_of(case: &Case) -> String {
    let mut text = String::new();
    for machine in &case.machines {
        text.push_str(&machine.definition_text());
        text.push('\n');
        let stubs = serde_json::to_string(&machine.stubs).expect("stubs are plain data");
        text.push_str(&stubs);
        text.push('\n');
    }
    text.push_str(&case.input.to_string());
    text
}

/// Whether the token occurs in the text as a whole, not as a part of a longer word.
fn says(text: &str, token: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric();
    text.match_indices(token).any(|(start, _)| {
        let before = text[..start].chars().next_back();
        let after = text[start + token.len()..].chars().next();
        !before.is_some_and(is_word) && !after.is_some_and(is_word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use asl_cases::Machine;
    use rstest::rstest;
    use serde_json::json;

    const ONE: &str = "11111111-1111-4111-8111-111111111111";
    const TWO: &str = "22222222-2222-4222-8222-222222222222";

    fn case(input: Value) -> Case {
        Case::new(Machine::new(json!({"StartAt": "A", "States": {}})), input)
    }

    fn observed(output: Value, details: Value) -> Observation {
        let Value::Object(details) = details else { panic!("details are an object") };
        let event =
            TraceEvent { id: 1, previous_event_id: 0, kind: "X".to_owned(), timestamp_ms: 0, details };
        Observation {
            outcome: Outcome::Succeeded(output),
            trace: Some(Trace(vec![event])),
            identities: Identities::default(),
            permits: Vec::new(),
            cross_check: CrossCheck::default(),
        }
    }

    fn normalised_output(output: Value, input: Value) -> Value {
        match normalise(&observed(output, json!({})), &case(input)).outcome {
            Outcome::Succeeded(output) => output,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn swapped_execution_ids_do_not_compare_equal() {
        let case = case(json!({}));
        let with_output = |first, second, output: [&str; 2]| {
            observed(json!(output), json!({"first": first, "second": second, "output": output}))
        };
        let straight = with_output(ONE, TWO, [ONE, TWO]);
        let swapped = with_output(TWO, ONE, [ONE, TWO]);
        let renamed = with_output(TWO, ONE, [TWO, ONE]);
        assert_ne!(normalise(&straight, &case), normalise(&swapped, &case));
        assert_eq!(normalise(&straight, &case), normalise(&renamed, &case));
    }

    #[test]
    fn same_history_reads_the_same_whatever_the_execution_comes_to() {
        let case = case(json!({}));
        let trace = |output| normalise(&observed(output, json!({"first": ONE, "second": TWO})), &case).trace;
        assert_eq!(trace(json!([TWO])), trace(json!("nothing")));
    }

    #[test]
    fn swapped_identities_do_not_compare_equal() {
        let with_identities = |output| {
            let mut observation = observed(output, json!({}));
            observation.identities.0 = [(ONE, "<execution-name>"), (TWO, "<parent-name>")]
                .map(|(a, b)| (a.to_owned(), b.to_owned()))
                .into();
            normalise(&observation, &case(json!({})))
        };
        assert_ne!(with_identities(json!([ONE, TWO])), with_identities(json!([TWO, ONE])));
    }

    #[rstest]
    #[case(json!([ONE, ONE, TWO]), json!(["<uuid:1>", "<uuid:1>", "<uuid:2>"]))]
    #[case(json!({(ONE): "x"}), json!({"<uuid:1>": "x"}))]
    #[case(json!("at 2026-01-02T03:04:05.678Z"), json!("at <time>"))]
    #[case(json!("2026-01-02T03:04:05+02:00"), json!("<time>"))]
    #[case(json!("2026-01-02T03:04:05"), json!("2026-01-02T03:04:05"))]
    #[case(json!("arn:aws:states:eu-west-1:000000000000:execution:m:x"), json!("arn:aws:states:<region>:<account>:execution:m:x"))]
    #[case(json!("arn:aws:iam::000000000000:role/r"), json!("arn:aws:iam::<account>:role/r"))]
    #[case(json!("000000000000"), json!("000000000000"))]
    #[case(json!({"StartDate": 1_700_000_000_123_u64, "At": 1_700_000_000_123_u64}), json!({"StartDate": "<time>", "At": 1_700_000_000_123_u64}))]
    #[case(json!({"StopDate": 17}), json!({"StopDate": 17}))]
    #[case(json!(r#"{"StartDate":1700000000123,"X":"{\"StopDate\":1700000000123}"}"#), json!(r#"{"StartDate":"<time>","X":"{\"StopDate\":\"<time>\"}"}"#))]
    fn engine_chosen_texts_become_placeholders(#[case] output: Value, #[case] normalised: Value) {
        assert_eq!(normalised_output(output, json!({})), normalised);
    }

    #[rstest]
    #[case(json!(ONE))]
    #[case(json!("2026-01-02T03:04:05Z"))]
    #[case(json!({"StartDate": 1_700_000_000_123_u64}))]
    #[case(json!(r#"{"StartDate":1700000000123}"#))]
    #[case(json!("arn:aws:states:eu-west-1:000000000000:activity:a"))]
    fn what_the_case_says_is_left_alone(#[case] text: Value) {
        assert_eq!(normalised_output(text.clone(), json!({"said": text})), text);
    }

    #[test]
    fn longest_identity_goes_first_and_placeholders_are_not_searched() {
        let mut observation = observed(json!("arn:exec:run-1 run-1"), json!({}));
        observation.identities.0 = [("run-1", "<name>"), ("arn:exec:run-1", "<run>"), ("run", "<no>")]
            .map(|(text, placeholder)| (text.to_owned(), placeholder.to_owned()))
            .into();
        let normalised = normalise(&observation, &case(json!({})));
        assert_eq!(normalised.outcome, Outcome::Succeeded(json!("<run> <name>")));
        assert_eq!(normalise(&normalised, &case(json!({}))), normalised);
    }

    #[test]
    fn key_order_inside_causes_does_not_matter() {
        let failed = |cause: &str| Observation {
            outcome: Outcome::Failed { error: None, cause: Some(cause.to_owned()) },
            ..observed(json!(0), json!({}))
        };
        let left = failed(&format!("not found in the input '{{\"b\":\"{TWO}\",\"a\":\"{ONE}\"}}'"));
        let right = failed(&format!("not found in the input '{{\"a\":\"{TWO}\", \"b\":\"{ONE}\"}}'"));
        assert_eq!(normalise(&left, &case(json!({}))), normalise(&right, &case(json!({}))));
    }
}
