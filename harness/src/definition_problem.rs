//! What is wrong with a definition, and what looks like a mistake, as a picture: file, line, a caret under the place, and a
//! suggestion.
//!
//! The problems are those that the reference names; they are for the user's eyes only and judge nothing.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use asl_cases::MachineType;
use asl_reference::{
    definition::{DIAGNOSTICS_MAX, Diagnostic, DiagnosticCode, Severity, validate},
    jackson::{self, JsonProblem},
};

use crate::{
    case_file::DefinitionFile,
    definition_places::{DefinitionPlaces, Part},
};

/// So many problems are drawn; the others are counted.
const DRAWN_MAX: usize = 20;

/// The field names of ASL, for suggestions.
const FIELDS: [&str; 48] = [
    "And",
    "Arguments",
    "Assign",
    "BackoffRate",
    "Branches",
    "Catch",
    "Cause",
    "CausePath",
    "Choices",
    "Comment",
    "Condition",
    "Credentials",
    "Default",
    "End",
    "Error",
    "ErrorEquals",
    "ErrorPath",
    "HeartbeatSeconds",
    "HeartbeatSecondsPath",
    "InputPath",
    "IntervalSeconds",
    "ItemProcessor",
    "ItemReader",
    "ItemSelector",
    "ItemsPath",
    "Iterator",
    "JitterStrategy",
    "MaxAttempts",
    "MaxConcurrency",
    "MaxDelaySeconds",
    "Next",
    "Not",
    "Or",
    "Output",
    "OutputPath",
    "Parameters",
    "QueryLanguage",
    "Resource",
    "Result",
    "ResultPath",
    "ResultSelector",
    "Retry",
    "Seconds",
    "StartAt",
    "States",
    "TimeoutSeconds",
    "Type",
    "Variable",
];

/// The problems of a definition.
pub struct DefinitionProblems {
    /// How many problems make AWS refuse the definition.
    pub n_errors: usize,
    /// How many remarks there are besides.
    pub n_warnings: usize,
    /// All of them, drawn; empty if there is none.
    pub picture: String,
}

/// Finds the problems of a definition and draws them.
pub fn draw_problems(file: &DefinitionFile, kind: MachineType, renderer: &Renderer) -> DefinitionProblems {
    let diagnostics = validate(&file.text, kind, Severity::Warning, DIAGNOSTICS_MAX).diagnostics;
    let is_error = |diagnostic: &&Diagnostic| diagnostic.code.severity() == Severity::Error;
    let n_errors = diagnostics.iter().filter(is_error).count();
    let drawn = diagnostics.iter().take(DRAWN_MAX);
    let mut drawn: Vec<String> = if let Some(problem) = jackson::problem(&file.text) {
        vec![draw_syntax_problem(file, &problem, renderer)]
    } else {
        let places = DefinitionPlaces::of(&file.text);
        drawn.map(|diagnostic| draw(file, diagnostic, &places, renderer)).collect()
    };
    if diagnostics.is_empty() {
        drawn.clear();
    }
    if diagnostics.len() > DRAWN_MAX {
        drawn.push(format!("... and {} more", diagnostics.len() - DRAWN_MAX));
    }
    DefinitionProblems { n_errors, n_warnings: diagnostics.len() - n_errors, picture: drawn.join("\n\n") }
}

fn draw_syntax_problem(file: &DefinitionFile, problem: &JsonProblem, renderer: &Renderer) -> String {
    let bytes = unreadable_bytes(&file.text, problem);
    let annotation = AnnotationKind::Primary.span(bytes).label("here the text stops to be JSON");
    let path = file.path.display().to_string();
    let snippet = Snippet::source(file.text.as_str()).path(path).annotation(annotation);
    let code = DiagnosticCode::InvalidJsonDescription.to_string();
    renderer.render(&[Level::ERROR.primary_title(first_sentence(&problem.message)).id(code).element(snippet)])
}

fn draw(
    file: &DefinitionFile,
    diagnostic: &Diagnostic,
    places: &DefinitionPlaces,
    renderer: &Renderer,
) -> String {
    let level = match diagnostic.code.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let location = diagnostic.location.as_deref().unwrap_or("/");
    let annotation =
        AnnotationKind::Primary.span(bytes_of(diagnostic, places)).label(format!("at {location}"));
    let path = file.path.display().to_string();
    let snippet = Snippet::source(file.text.as_str()).path(path).annotation(annotation);
    let title = level.primary_title(diagnostic.message.as_str()).id(diagnostic.code.to_string());
    let mut group = title.element(snippet);
    if let Some(name) = suggested_name(diagnostic, places) {
        group = group.element(Level::HELP.message(format!("did you mean `{name}`?")));
    }
    renderer.render(&[group])
}

fn bytes_of(diagnostic: &Diagnostic, places: &DefinitionPlaces) -> Range<usize> {
    let location = diagnostic.location.as_deref().unwrap_or("/");
    let named = quoted_name(&diagnostic.message).and_then(|name| places.bytes_of_key(name, location));
    let is_about_a_key = unsupported_field(&diagnostic.message).is_some();
    named.unwrap_or_else(|| places.bytes_at(location, if is_about_a_key { Part::Key } else { Part::Value }))
}

/// The word or character that the reader choked on; of a text that ends too early its last character.
fn unreadable_bytes(text: &str, problem: &JsonProblem) -> Range<usize> {
    let end = problem.n_bytes_read.min(text.trim_end().len());
    let read = &text[..end];
    let token = problem.message.strip_prefix("Unrecognized token '").and_then(|rest| rest.split('\'').next());
    let length = match token {
        Some(token) if read.ends_with(token) => token.len(),
        _ => read.chars().next_back().map_or(0, char::len_utf8),
    };
    end - length..end
}

/// A message without the place that Jackson quotes with the whole text.
fn first_sentence(message: &str) -> &str {
    message
        .split(" (start marker at [Source")
        .next()
        .and_then(|text| text.split(" (for ").next())
        .unwrap_or(message)
}

/// For "The value for the field 'k.$' must be …": the field, which stands below the location.
fn quoted_name(message: &str) -> Option<&str> {
    message.strip_prefix("The value for the field '")?.split('\'').next()
}

fn unsupported_field(message: &str) -> Option<&str> {
    message.strip_prefix("Field '")?.strip_suffix("' is not supported")
}

/// For "Field 'Resutl' is not supported" the field that was probably meant; for "Missing 'Next' target: Pya" the state.
fn suggested_name(diagnostic: &Diagnostic, places: &DefinitionPlaces) -> Option<String> {
    if let Some(field) = unsupported_field(&diagnostic.message) {
        return most_similar(field, FIELDS.into_iter());
    }
    let target = diagnostic.message.strip_prefix("Missing 'Next' target: ")?;
    let location = diagnostic.location.as_deref()?;
    let of_state = || location.rsplit_once("/States/").map(|(flow, _)| flow);
    let flow = location.strip_suffix("/StartAt").or_else(of_state)?;
    most_similar(target, places.members_of(&format!("{flow}/States")))
}

fn most_similar<'a>(found: &str, names: impl Iterator<Item = &'a str>) -> Option<String> {
    names
        .map(|name| (strsim::damerau_levenshtein(found, name), name))
        .filter(|(distance, name)| *distance > 0 && *distance <= name.chars().count().max(3) / 3)
        .min()
        .map(|(_, name)| name.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    fn picture(text: &str) -> String {
        let file = DefinitionFile { path: "FILE".into(), text: text.to_owned(), document: text.into() };
        draw_problems(&file, MachineType::Standard, &Renderer::plain()).picture
    }

    #[rstest]
    #[case::misspelt(
        "{\"StartAt\": \"A\",\n\"States\": {\"A\": {\"Type\": \"Pass\",\n\"Resutl\": [1, {}],\n\"End\": true}}}",
        "error[SCHEMA_VALIDATION_FAILED]: Field 'Resutl' is not supported
 --> FILE:3:1
  |
3 | \"Resutl\": [1, {}],
  | ^^^^^^^^ at /States/A/Resutl
  |
  = help: did you mean `Result`?"
    )]
    #[case::missing(
        "{\n\"States\": {\"A\": {\"Type\": \"Pass\", \"End\": true}}}",
        "error[SCHEMA_VALIDATION_FAILED]: These fields are required: [StartAt]
 --> FILE:1:1
  |
1 | {
  | ^ at /"
    )]
    #[case::warning(
        "{\"StartAt\": \"A\",\n\"States\": {\"A\": {\"Type\": \"Pass\",\n\"Parameters\": {\"k\": \"$.a\"}, \"End\": true}}}",
        "warning[NO_DOLLAR]: The value of the field 'k' looks like a JSONPath or an intrinsic function call, but the name of the field does not end with '.$'
 --> FILE:3:21
  |
3 | \"Parameters\": {\"k\": \"$.a\"}, \"End\": true}}}
  |                     ^^^^^ at /States/A/Parameters/k"
    )]
    #[case::target(
        "{\"StartAt\": \"A\",\n\"States\": {\"A\": {\"Type\": \"Pass\",\n\"Next\": \"Sotp\"},\n\"Stop\": {\"Type\": \"Succeed\"}}}",
        "error[MISSING_TRANSITION_TARGET]: Missing 'Next' target: Sotp
 --> FILE:3:9
  |
3 | \"Next\": \"Sotp\"},
  |         ^^^^^^ at /States/A/Next
  |
  = help: did you mean `Stop`?"
    )]
    #[case::template(
        "{\"StartAt\": \"A\",\n\"States\": {\"A\": {\"Type\": \"Pass\",\n\"Parameters\": {\"k.$\": \"a\"}, \"End\": true}}}",
        "error[SCHEMA_VALIDATION_FAILED]: The value for the field 'k.$' must be a valid JSONPath or a valid intrinsic function call
 --> FILE:3:16
  |
3 | \"Parameters\": {\"k.$\": \"a\"}, \"End\": true}}}
  |                ^^^^^ at /States/A/Parameters"
    )]
    #[case::no_json(
        "{\n  \"StartAt\": tru,\n}",
        "error[INVALID_JSON_DESCRIPTION]: Unrecognized token 'tru': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')
 --> FILE:2:14
  |
2 |   \"StartAt\": tru,
  |              ^^^ here the text stops to be JSON"
    )]
    #[case::cut_off(
        "{\n  \"StartAt\": \"A\"\n\n",
        "error[INVALID_JSON_DESCRIPTION]: Unexpected end-of-input: expected close marker for Object
 --> FILE:2:16
  |
2 |   \"StartAt\": \"A\"
  |                ^ here the text stops to be JSON"
    )]
    fn a_problem_is_drawn_under_its_place(#[case] text: &str, #[case] expected: &str) {
        let picture = picture(text);
        assert_eq!(picture.split("\n\n").next(), Some(expected), "{picture}");
    }

    #[rstest]
    #[case::good(r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}"#)]
    #[case::nobody_knows(r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}} {}"#)]
    fn a_definition_without_a_problem_has_no_picture(#[case] text: &str) {
        assert_eq!(picture(text), "");
    }

    #[test]
    fn many_problems_are_counted() {
        let states: serde_json::Map<String, serde_json::Value> = (0..30)
            .map(|index| (format!("S{index}"), serde_json::json!({"Type": "Nope", "End": true})))
            .collect();
        let text = serde_json::json!({"StartAt": "S0", "States": states}).to_string();
        assert!(picture(&text).ends_with("\n\n... and 39 more"), "{}", picture(&text));
    }

    fn definition_like() -> impl Strategy<Value = String> {
        let states = prop::collection::vec(("[AB/é\\[\"]{1,3}", "[A$./]{0,3}"), 0..4);
        (states, any::<String>(), any::<bool>()).prop_map(|(states, text, is_whole)| {
            let state = |target: &str| serde_json::json!({"Type": "Pass", "Parameters": {"k.$": target, "k": target}, "Next": target, target: 1});
            let states: serde_json::Value = states.iter().map(|(name, target)| (name.clone(), state(target))).collect();
            let definition = serde_json::json!({"StartAt": "A", "States": states});
            if is_whole { format!("{definition:#}") } else { format!("{definition}")[1..].to_owned() + &text }
        })
    }

    proptest! {
        #[test]
        fn nothing_is_too_odd_to_be_drawn(definition in definition_like(), text in any::<String>()) {
            picture(&definition);
            picture(&text);
            picture(&format!("{{{text}"));
        }
    }
}
