//! What is wrong with a definition that every engine refused: file, line, place and a suggestion.
//!
//! The problems are those that the reference names; it is for the user's eyes only and judges nothing.

use std::collections::BTreeMap;

use asl_cases::MachineType;
use asl_reference::definition::diagnostics;

use crate::case_file::DefinitionFile;

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

/// The first problem of the definition in one sentence, or `None` when the reference finds none.
pub fn first_problem(file: &DefinitionFile, kind: MachineType) -> Option<String> {
    let problems = diagnostics(&file.text, kind);
    let first = problems.first()?;
    let place = first.location.as_deref().unwrap_or("/");
    let lines = lines_of(&file.text);
    let line = place_and_its_parents(place).find_map(|place| lines.get(place)).copied().unwrap_or(1);
    let hint = suggestion(&first.message);
    let more = match problems.len() - 1 {
        0 => String::new(),
        1 => " (and 1 more problem)".to_owned(),
        n => format!(" (and {n} more problems)"),
    };
    Some(format!("{}:{line}: at {place}: {}{hint}{more}", file.path.display(), first.message))
}

/// A missing field has no line: then it is the line of the object that lacks it.
fn place_and_its_parents(place: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(place.trim_end_matches('/')), |&place| {
        place.rfind(['/', '[']).map(|end| &place[..end])
    })
}

/// For "Field 'Resutl' is not supported": the field that was probably meant.
fn suggestion(message: &str) -> String {
    let found = message.strip_prefix("Field '").and_then(|rest| rest.split('\'').next());
    let Some(found) = found else { return String::new() };
    FIELDS
        .iter()
        .map(|name| (strsim::damerau_levenshtein(found, name), *name))
        .filter(|(distance, name)| *distance > 0 && *distance <= name.len() / 3)
        .min()
        .map_or_else(String::new, |(_, name)| format!("; did you mean `{name}`?"))
}

/// The line of every value of a JSON text, by its place as the reference writes it: `/States/A/Choices[0]`.
fn lines_of(text: &str) -> BTreeMap<String, usize> {
    let mut walk = Walk { rest: text, line: 1, lines: BTreeMap::new() };
    walk.value("");
    walk.lines
}

/// Goes through a text that is known to be JSON.
struct Walk<'a> {
    rest: &'a str,
    line: usize,
    lines: BTreeMap<String, usize>,
}

impl Walk<'_> {
    fn value(&mut self, place: &str) {
        self.skip_space();
        self.lines.entry(place.to_owned()).or_insert(self.line);
        match self.rest.as_bytes().first() {
            Some(b'{') => self.members(place),
            Some(b'[') => self.items(place),
            Some(b'"') => drop(self.text()),
            _ => self.skip(self.rest.find([',', '}', ']']).unwrap_or(self.rest.len())),
        }
    }

    fn members(&mut self, place: &str) {
        while self.enters_next(b'}') {
            let line = self.line;
            let member = format!("{place}/{}", self.text());
            self.lines.insert(member.clone(), line);
            self.skip_space();
            self.skip(":".len());
            self.value(&member);
        }
    }

    fn items(&mut self, place: &str) {
        let mut index = 0;
        while self.enters_next(b']') {
            self.value(&format!("{place}[{index}]"));
            index += 1;
        }
    }

    /// Passes an opening bracket or a comma, up to the next element; or the closing bracket.
    fn enters_next(&mut self, close: u8) -> bool {
        self.skip_space();
        if self.rest.is_empty() {
            return false;
        }
        let closed = self.rest.as_bytes()[0] == close;
        self.skip(1);
        if closed {
            return false;
        }
        self.skip_space();
        let is_empty = self.rest.as_bytes().first() == Some(&close);
        if is_empty {
            self.skip(1);
        }
        !is_empty
    }

    fn text(&mut self) -> String {
        let mut escaped = false;
        let end = self.rest.bytes().skip(1).position(|byte| {
            let ends = byte == b'"' && !escaped;
            escaped = byte == b'\\' && !escaped;
            ends
        });
        let length = end.map_or(self.rest.len(), |end| end + 2);
        let text = serde_json::from_str(&self.rest[..length]).unwrap_or_default();
        self.skip(length);
        text
    }

    fn skip_space(&mut self) {
        self.skip(self.rest.len() - self.rest.trim_start().len());
    }

    fn skip(&mut self, length: usize) {
        let (passed, rest) = self.rest.split_at(length.min(self.rest.len()));
        self.line += passed.matches('\n').count();
        self.rest = rest;
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::Value;

    use super::*;

    fn problem(text: &str) -> Option<String> {
        let document: Value = serde_json::from_str(text).expect("the test's own JSON");
        let file = DefinitionFile { path: "FILE".into(), text: text.to_owned(), document };
        first_problem(&file, MachineType::Standard)
    }

    #[rstest]
    #[case::misspelt(
        "{\"StartAt\": \"A\",\n\"States\": {\"A\": {\"Type\": \"Pass\",\n\"Resutl\": [1, {}],\n\"End\": true}}}",
        "FILE:3: at /States/A/Resutl: Field 'Resutl' is not supported; did you mean `Result`?"
    )]
    #[case::missing(
        "{\n\"States\": {\"A\": {\"Type\": \"Pass\", \"End\": true}}}",
        "FILE:1: at /: These fields are required: [StartAt]"
    )]
    fn first_problem_is_one_sentence_with_the_place(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(problem(text).as_deref(), Some(expected));
    }

    #[test]
    fn definition_without_a_problem_has_none() {
        assert_eq!(problem(r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}"#), None);
    }

    #[test]
    fn every_value_has_the_line_it_stands_in() {
        let text =
            "{\"a\": [1,\n {\"b/\\\"\": \"x\\\\\"},\n [], {}],\n\"c\": {\"d\":\nnull}, \"e\": -1.5e3\n}";
        let lines = lines_of(text);
        let of = |place: &str| lines.get(place).copied();
        assert_eq!(
            [of("/a"), of("/a[0]"), of("/a[1]/b/\""), of("/a[2]"), of("/a[3]"), of("/c/d"), of("/e")],
            [Some(1), Some(1), Some(2), Some(3), Some(3), Some(4), Some(5)]
        );
    }
}
