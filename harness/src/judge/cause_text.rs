//! The inside of cause texts: documents that are dumped into them, and their template with holes.
//!
//! Recorded: many causes end with `… could not be found in the input '{"a":1}'`, where the document is printed in the
//! order of its keys as the engine holds them; that order says nothing about conformance.

use std::{borrow::Cow, sync::LazyLock};

use asl_cases::canonical_json;
use regex::{Captures, Regex};
use serde_json::{Deserializer, Value};

static VALUES: LazyLock<Regex> = LazyLock::new(|| {
    let uuid = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";
    let pattern = format!(r#"(^|[^A-Za-z0-9])(?:'[^']*'|"[^"]*")|{uuid}|<[a-z:0-9-]+>|-?\d+(?:\.\d+)?"#);
    Regex::new(&pattern).expect("the pattern is constant")
});

/// The text with every quoted JSON object or array in it printed in one form, keys sorted.
pub(crate) fn canonicalise_documents(text: &str) -> Cow<'_, str> {
    replace_documents(text, canonical_json)
}

/// The text with a hole for every number, id, quoted name and dumped document.
pub(crate) fn template_of(text: &str) -> String {
    let without_documents = replace_documents(text, |_| "…".to_owned());
    let with_holes = VALUES.replace_all(&without_documents, |found: &Captures<'_>| match found.get(1) {
        Some(before) => format!("{}'…'", before.as_str()),
        None => "…".to_owned(),
    });
    with_holes.into_owned()
}

/// The cause as a JSON document, if it is an object or an array as a whole.
pub(crate) fn as_document(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok().filter(|value: &Value| value.is_object() || value.is_array())
}

fn replace_documents(text: &str, print: impl Fn(&Value) -> String) -> Cow<'_, str> {
    let mut printed = String::new();
    let mut rest = text;
    while let Some((start, length, document)) = next_quoted_document(rest) {
        printed.push_str(&rest[..start]);
        printed.push_str(&print(&document));
        rest = &rest[start + length..];
    }
    if printed.is_empty() {
        return Cow::Borrowed(text);
    }
    printed.push_str(rest);
    Cow::Owned(printed)
}

/// Start and length of the first document between single quotes. Quotes inside its strings do not end it.
fn next_quoted_document(text: &str) -> Option<(usize, usize, Value)> {
    text.match_indices('\'').find_map(|(quote, _)| {
        let start = quote + 1;
        let candidate = &text[start..];
        if !candidate.starts_with(['{', '[']) {
            return None;
        }
        let mut documents = Deserializer::from_str(candidate).into_iter::<Value>();
        let document = documents.next()?.ok()?;
        let length = documents.byte_offset();
        candidate[length..].starts_with('\'').then_some((start, length, document))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("in the input '{\"b\":1,\"a\":2}'", "in the input '{\"a\":2,\"b\":1}'")]
    #[case(
        "in the input '{\"b\": \"it's\", \"a\": [{\"d\":1,\"c\":2}]}'.",
        "in the input '{\"a\":[{\"c\":2,\"d\":1}],\"b\":\"it's\"}'."
    )]
    #[case("no document '{cut", "no document '{cut")]
    #[case(
        "two: '{\"b\":1,\"a\":2}' and '{\"d\":1,\"c\":2}'",
        "two: '{\"a\":2,\"b\":1}' and '{\"c\":2,\"d\":1}'"
    )]
    fn dumped_documents_are_printed_in_one_form(#[case] text: &str, #[case] canonical: &str) {
        assert_eq!(canonicalise_documents(text), canonical);
        assert_eq!(canonicalise_documents(canonical), canonical);
    }

    #[rstest]
    #[case("state 'A' (entered at the event id #2)", "state 'Other' (entered at the event id #17)")]
    #[case("input '{\"a\":\"it's\"}'", "input '[]'")]
    #[case("id 00000000-0000-0000-0000-000000000001", "id <uuid:3>")]
    fn texts_of_one_template_share_it(#[case] left: &str, #[case] right: &str) {
        assert_eq!(template_of(left), template_of(right));
    }

    #[rstest]
    #[case("could not be found", "could not be read")]
    #[case("it doesn't exist, doesn't it", "it doesn't matter, doesn't it")]
    fn other_wording_is_another_template(#[case] left: &str, #[case] right: &str) {
        assert_ne!(template_of(left), template_of(right));
    }
}
