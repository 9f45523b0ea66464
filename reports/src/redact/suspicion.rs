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
    let (mut run, mut digits) = (0, 0);
    for (index, byte) in line.bytes().chain([b'"']).enumerate() {
        if byte.is_ascii_digit() {
            digits += 1;
        } else {
            if digits == ACCOUNT_LENGTH && !is_public_account(&line[index - digits..index]) {
                return true;
            }
            digits = 0;
        }
        if byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/') {
            run += 1;
        } else {
            if run >= KEY_LENGTH_MIN && is_mixed(&line[index - run..index]) {
                return true;
            }
            run = 0;
        }
    }
    false
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
