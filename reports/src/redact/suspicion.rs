//! Whether a line of JSON may hold a secret, without reading it as JSON: almost no line does, and logs are large.
//!
//! Says yes too often, for instance because of an escape, and never no where [`super::Redactor`] would find something.

use std::sync::LazyLock;

use regex::bytes::Regex;

use super::patterns::{ANNOUNCING, TELLING, is_mixed, is_public_account};

/// What every secret has that is no mere run of letters and digits.
static WORDS: LazyLock<Regex> = LazyLock::new(|| {
    let announced = format!(r#"(?:^|[^<])(?:{ANNOUNCING})[\\"'\s]*(?:\\[a-z])*[\\"'\s]*[:=]"#);
    let member = format!(r#"(?:{TELLING})[^a-z0-9]*"\s*:"#);
    let parts = [
        "-----BEGIN ",
        r#"://[^/\s@"'<>]+@"#,
        "(?:AKIA|ASIA|AROA|AIDA|AGPA|AIPA|ANPA|ANVA|ASCA|APKA|ABIA|ACCA)[A-Z0-9]{12}",
        "eyJ[A-Za-z0-9_-]{8}",
        "FwoG|IQoJ|FQoG",
        r"(?:bearer|basic)(?:\s|\\)",
        // A letter or a slash behind an escape may be part of any of them.
        r"\\u00[2-7]|\\/",
        &announced,
        &member,
    ];
    Regex::new(&format!("(?i-u){}", parts.join("|"))).expect("constant")
});

/// Whether the line has to be looked at closely.
pub(super) fn may_hold_secret(line: &str) -> bool {
    has_suspect_run(line) || WORDS.is_match(line.as_bytes())
}

/// Whether a run of digits is an account of somebody's, or a run of letters and digits may be a key.
fn has_suspect_run(line: &str) -> bool {
    const ACCOUNT_LENGTH: usize = 12;
    const KEY_LENGTH_MIN: usize = 40;
    let of_key = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    runs(line, ACCOUNT_LENGTH, |byte| byte.is_ascii_digit())
        .any(|run| run.len() == ACCOUNT_LENGTH && !is_public_account(run))
        || runs(line, KEY_LENGTH_MIN, of_key).any(is_mixed)
}

/// The longest stretches of ASCII characters that belong, none shorter than `length_min`. Such a stretch has one at
/// every place that is a multiple of that length, so that only those are looked at.
fn runs(line: &str, length_min: usize, belongs: impl Fn(u8) -> bool) -> impl Iterator<Item = &str> {
    let bytes = line.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while let Some(byte) = bytes.get(at) {
            if !belongs(*byte) {
                at += length_min;
                continue;
            }
            let before = bytes[..at].iter().rev().take_while(|byte| belongs(**byte)).count();
            let after = bytes[at..].iter().take_while(|byte| belongs(**byte)).count();
            let (start, end) = (at - before, at + after);
            at = end + length_min;
            if end - start >= length_min {
                return Some(&line[start..end]);
            }
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Redactor, redact::tests::secrets};
    use rstest::rstest;
    use serde_json::json;

    #[test]
    fn line_with_a_secret_is_suspect_however_it_is_escaped() {
        for (text, clean) in secrets().filter(|(text, clean)| text != clean) {
            for around in [("", ""), ("\n", "\n"), ("\u{1}", "\t"), ("{\"a\":\"", "\"}"), ("é", "é")] {
                let text = format!("{}{text}{}", around.0, around.1);
                let nested = json!([json!({"text": text}).to_string()]).to_string();
                for line in [json!([text]).to_string(), nested] {
                    assert!(may_hold_secret(&line), "{line} was to become {clean}");
                }
            }
        }
    }

    #[test]
    fn every_long_run_is_found_wherever_it_stands() {
        for (before, length, behind) in combinations(9, 9, 6) {
            let run = "7".repeat(length);
            let line = format!("{}{run}-{}{run}", "-".repeat(before), "-".repeat(behind));
            let found: Vec<_> = runs(&line, 4, |byte| byte.is_ascii_digit()).collect();
            let wanted: &[&str] = if length < 4 { &[] } else { &[&run, &run] };
            assert_eq!(found, wanted, "{line}");
        }
    }

    fn combinations(one: usize, two: usize, three: usize) -> impl Iterator<Item = (usize, usize, usize)> {
        (0..one).flat_map(move |a| (0..two).flat_map(move |b| (0..three).map(move |c| (a, b, c))))
    }

    #[rstest]
    #[case(json!({"token": "correct horse"}))]
    #[case(json!({"DB_Password_": "correct horse"}))]
    #[case(json!({"Secret Access-Key": "correct horse", "AccessKey.Id": "correct horse"}))]
    #[case(json!({"a": "\u{7f}{\"session\u{2d}token\": \"abcdefg\"}"}))]
    fn line_with_a_telling_name_is_suspect(#[case] document: serde_json::Value) {
        let line = document.to_string();
        assert!(may_hold_secret(&line), "{line}");
        assert_ne!(Redactor::default().line(&line), line);
    }

    #[rstest]
    #[case(r#"{"error":"Unrecognized token 'this'","token":"$.token"}"#, true)]
    #[case(r#"{"cause":"Unrecognized token 'this'","tasks":["<task-token:Work:1>"]}"#, false)]
    #[case(r#"{"arn":"arn:aws:states:us-east-1:123456789012:activity:work","at":1767323045000}"#, false)]
    #[case(r#"{"sha":"b5bea41b6c623f7c09f1bf24dcae58ebab3c0cdd90ad966bc43a45b44867e12b"}"#, false)]
    fn close_look_changes_no_clean_line(#[case] line: &str, #[case] suspect: bool) {
        assert_eq!(may_hold_secret(line), suspect, "{line}");
        assert_eq!(Redactor::default().line(line), line);
    }
}
