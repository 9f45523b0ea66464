//! What was replaced in every recording, done to our side: a JSON object in a text is parsed, names and ARNs become
//! placeholders, times become words, masked members get their masks.

use std::sync::LazyLock;

use asl_reference::java::json_text;
use regex::{NoExpand, Regex};
use serde_json::{Map, Value, json};

use super::{Record, record::Masking};

static DATE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:?[0-9]{2})")
        .expect("the pattern is constant")
});

static QUOTED_INPUT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?s)the input '[\{\[].*[\}\]]'").expect("the pattern is constant"));

static MAP_RUN_ARN: LazyLock<Regex> = LazyLock::new(|| constant(&format!("(:mapRun:[^/]+)/{UUID}:{UUID}")));
static LABELLED_MAP_RUN_ARN: LazyLock<Regex> =
    LazyLock::new(|| constant(&format!("(:mapRun:[^/]+/[^:]+):{UUID}")));
static MAP_RUN_MANIFEST: LazyLock<Regex> = LazyLock::new(|| constant(&format!("{UUID}/manifest[.]json")));
const UUID: &str = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";

fn constant(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is constant")
}

/// The step of a path that goes into an array.
const ANY_ITEM: &str = "[*]";

/// A document as a recording shows it: an object as it is, anything else as JSON text.
pub(super) fn document(value: &Value) -> Value {
    match value {
        Value::Object(_) => value.clone(),
        other => Value::from(json_text(other)),
    }
}

/// An object whose members are documents.
pub(super) fn documents(value: &Value) -> Value {
    let members = value.as_object().into_iter().flatten();
    members.map(|(name, value)| (name.clone(), document(value))).collect()
}

/// A text as a recording shows it: parsed when it is a JSON object.
pub(super) fn text(value: &str) -> Value {
    match serde_json::from_str(value) {
        Ok(parsed @ Value::Object(_)) => parsed,
        _ => Value::from(value),
    }
}

/// The replacements of one recording.
pub(super) struct Replacement<'a> {
    substitutions: Vec<(&'a str, &'a str)>,
    masks: Vec<Mask<'a>>,
    patterns: Vec<(Regex, String)>,
}

/// A masked member: the steps of the path to it, in parts between which there may be others, and what stands in its
/// place.
struct Mask<'a> {
    parts: Vec<Vec<&'a str>>,
    mask: &'a str,
}

impl Mask<'_> {
    fn matches(&self, path: &[&str]) -> bool {
        let Some((last, before)) = self.parts.split_last() else { return false };
        let Some(mut rest) = path.strip_suffix(last.as_slice()) else { return false };
        before.iter().rev().all(|part| {
            let found = rest.windows(part.len()).rposition(|steps| steps == part.as_slice());
            found.is_some_and(|place| {
                rest = &rest[..place];
                true
            })
        })
    }
}

impl<'a> Replacement<'a> {
    pub(super) fn of(record: &'a Record) -> Self {
        let rules = &record.normalisations;
        let recorded = record.recorded_content.to_string();
        // A placeholder that the recording never shows was made void by an earlier rule, which numbers its values.
        let shown = |placeholder: &str| recorded.contains(placeholder);
        let substitutions = rules.substitutions.iter().map(|(from, to)| (from.as_str(), to.as_str()));
        Self {
            substitutions: substitutions.filter(|(_, to)| shown(to)).collect(),
            masks: masks(record),
            patterns: rules.regexes.iter().filter_map(|(from, to)| pattern(from, to)).collect(),
        }
    }

    /// All replacements, at every depth. `place` names the members that lead to the value in AWS's answer.
    pub(super) fn apply(&self, value: &Value, place: &[&str]) -> Value {
        let mut path: Vec<&str> = place.to_vec();
        let replaced = self.mask_of(&path).unwrap_or_else(|| self.value(value, &mut path));
        self.with_patterns(replaced)
    }

    fn value<'v>(&self, value: &'v Value, path: &mut Vec<&'v str>) -> Value {
        match value {
            Value::String(text) => Value::from(self.text(text)),
            Value::Array(items) => {
                path.push(ANY_ITEM);
                let replaced = items.iter().map(|item| self.value(item, path)).collect();
                path.pop();
                replaced
            }
            Value::Object(members) => {
                let mut replaced = Map::new();
                for (key, value) in members {
                    path.push(key);
                    replaced.insert(self.text(key), self.member(key, value, path));
                    path.pop();
                }
                Value::Object(replaced)
            }
            scalar => scalar.clone(),
        }
    }

    /// A member that the recording masks, unless it is `null`; and the value of one whose name contains `timestamp`, in any case, is masked
    /// unless it is a date-time.
    fn member<'v>(&self, key: &str, value: &'v Value, path: &mut Vec<&'v str>) -> Value {
        if let Some(mask) = self.mask_of(path)
            && !value.is_null()
        {
            return mask;
        }
        if key.to_lowercase().contains("timestamp") {
            let is_date = value.as_str().is_some_and(|text| DATE.is_match(text));
            return json!(if is_date { "date" } else { "timestamp" });
        }
        self.value(value, path)
    }

    fn mask_of(&self, path: &[&str]) -> Option<Value> {
        self.masks.iter().find(|mask| mask.matches(path)).map(|mask| json!(mask.mask))
    }

    fn text(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (literal, placeholder) in &self.substitutions {
            text = text.replace(literal, placeholder);
        }
        let text = MAP_RUN_ARN.replace_all(&text, "${1}/<MapRunArnPart0>:<MapRunArnPart1>");
        let text = LABELLED_MAP_RUN_ARN.replace_all(&text, "${1}:<MapRunArnPart1>");
        let text = MAP_RUN_MANIFEST.replace_all(&text, "<MapRunArnPart1>/manifest.json");
        let text = text.replace("us-east-1", "<region>").replace("arn:aws:", "arn:<partition>:");
        let text = DATE.replace_all(&text, "date");
        QUOTED_INPUT.replace_all(&text, "the input '<json-input>'").into_owned()
    }

    /// Patterns were applied to the JSON text of the whole answer.
    fn with_patterns(&self, value: Value) -> Value {
        let before = value.to_string();
        let mut after = before.clone();
        for (pattern, replacement) in &self.patterns {
            after = pattern.replace_all(&after, NoExpand(replacement)).into_owned();
        }
        if after == before { value } else { serde_json::from_str(&after).unwrap_or(value) }
    }
}

/// The members with a fixed mask. Where equal values got equal numbers instead, the comparison sees to it.
fn masks(record: &Record) -> Vec<Mask<'_>> {
    let rules = &record.normalisations;
    let by_path = rules.jsonpaths.iter().filter(|rule| rule.masking == Masking::Fixed).filter_map(|rule| {
        let parts = rule.jsonpath.strip_prefix("$..")?.split("..");
        let parts = parts.map(|part| part.split('.').collect()).collect();
        Some(Mask { parts, mask: &rule.replacement })
    });
    let by_key = rules.keys.iter().filter(|rule| rule.masking == Masking::Fixed).filter_map(|rule| {
        let key = rule.matched.get("key")?.as_str()?;
        Some(Mask { parts: vec![vec![key]], mask: &rule.replacement })
    });
    by_path.chain(by_key).collect()
}

/// A pattern in the syntax of Python; `None` for the few that look around, which no regular expression can.
fn pattern(from: &str, to: &str) -> Option<(Regex, String)> {
    Some((Regex::new(from).ok()?, to.replace(r"\\", r"\")))
}

/// A recorded text with the numbers in placeholders left out that have none on our side.
pub(super) fn without_numbers(text: &str) -> String {
    static NUMBERED: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"<(json-input|MapRunArnPart[01])(:[0-9]+|_[0-9]+idx)>").expect("the pattern is constant")
    });
    NUMBERED.replace_all(text, "<$1>").into_owned()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("output..StartDate", &["output", "result", "StartDate"], true)]
    #[case("output..StartDate", &["output", "StartDate"], true)]
    #[case("output..StartDate", &["input", "result", "StartDate"], false)]
    #[case("result.StartDate", &["output", "result", "StartDate"], true)]
    #[case("result.StartDate", &["result", "inner", "StartDate"], false)]
    fn mask_matches_a_member_wherever_its_path_leads(
        #[case] jsonpath: &str,
        #[case] path: &[&str],
        #[case] matches: bool,
    ) {
        let parts = jsonpath.split("..").map(|part| part.split('.').collect()).collect();
        assert_eq!(Mask { parts, mask: "m" }.matches(path), matches);
    }
}
