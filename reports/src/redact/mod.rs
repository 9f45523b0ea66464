//! Takes accounts, ARNs, tokens and credentials out of whatever is written.
//!
//! Equal secrets get equal placeholders (`<account:1>`), so that what was the same stays the same. Accounts that
//! documentation and emulators use are no secrets. A secret that looks like nothing special, under a name that says
//! nothing, cannot be recognised: the caller may name such texts.

mod patterns;
mod suspicion;

use std::{borrow::Cow, collections::HashMap};

use regex::Captures;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use self::{
    patterns::{ANY, COMPILED, LONG, is_public_account, is_secret_key, is_secret_member},
    suspicion::may_hold_secret,
};
use crate::{CaseRecord, RunHeader, RunLog, SameBug};

/// Replaces secrets; remembers which placeholder stands for which.
#[derive(Clone, Debug, Default)]
pub struct Redactor {
    /// Texts that the caller knows to be secret.
    named: Vec<String>,
    placeholders: HashMap<String, String>,
    counts: HashMap<&'static str, usize>,
}

impl Redactor {
    /// A redactor that also replaces these texts, wherever they are. Those that keep nothing secret are left alone: short ones,
    /// words, as in `AWS_SECRET_ACCESS_KEY=localstack`, and the accounts of documentation and emulators.
    pub fn new(secrets: impl IntoIterator<Item = String>) -> Self {
        let mut named: Vec<_> = secrets.into_iter().filter(|secret| may_be_secret(secret)).collect();
        named.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        Self { named, ..Self::default() }
    }

    /// A log without secrets. Where the text is at hand, [`crate::read_redacted_log`] does the same faster.
    pub fn log(&mut self, mut log: RunLog) -> RunLog {
        log.header = self.header(&log.header);
        log.footer = log.footer.as_ref().map(|footer| self.document(footer));
        for record in &mut log.records {
            *record = self.record(record);
        }
        log
    }

    /// A header without secrets.
    pub fn header(&mut self, header: &RunHeader) -> RunHeader {
        self.document(header)
    }

    /// A record without secrets. The id stays that of the case as it was sent.
    pub fn record(&mut self, record: &CaseRecord) -> CaseRecord {
        self.document(record)
    }

    /// Two signatures without secrets, so that they are still those of the records.
    pub fn same_bug(&mut self, same: &SameBug) -> SameBug {
        self.document(same)
    }

    /// A line of JSON without secrets; borrowed if it has none. A line that is no JSON is a text.
    pub fn line<'a>(&mut self, line: &'a str) -> Cow<'a, str> {
        if !may_hold_secret(line) && !self.named.iter().any(|secret| line.contains(&escaped(secret))) {
            return Cow::Borrowed(line);
        }
        let Ok(mut value) = serde_json::from_str(line) else { return Cow::Owned(self.text(line)) };
        if self.value(&mut value) { Cow::Owned(value.to_string()) } else { Cow::Borrowed(line) }
    }

    /// A text without secrets.
    pub fn text(&mut self, text: &str) -> String {
        let mut text = self.without_named(text);
        for found in &ANY.matches(&text) {
            let (kind, pattern) = &COMPILED[found];
            text =
                pattern.replace_all(&text, |found: &Captures<'_>| self.replacement(kind, found)).into_owned();
        }
        let replace = |found: &Captures<'_>| match &found[0] {
            key if is_secret_key(key) => self.placeholder("secret", key),
            other => other.to_owned(),
        };
        LONG.replace_all(&text, replace).into_owned()
    }

    fn without_named(&mut self, text: &str) -> String {
        let mut text = text.to_owned();
        let found: Vec<_> = self.named.iter().filter(|secret| text.contains(*secret)).cloned().collect();
        for secret in found {
            text = text.replace(&secret, &self.placeholder("secret", &secret));
        }
        text
    }

    /// A document in which every text and every member with a telling name was looked at.
    fn document<T: Clone + Serialize + DeserializeOwned>(&mut self, document: &T) -> T {
        let line = serde_json::to_string(document).expect("what a log holds is JSON");
        match self.line(&line) {
            Cow::Borrowed(_) => document.clone(),
            Cow::Owned(clean) => {
                serde_json::from_str(&clean).unwrap_or_else(|_| self.without_names_of_ours(&line))
            }
        }
    }

    /// The same for a document whose own words are among the named texts: those keep nothing secret.
    fn without_names_of_ours<T: DeserializeOwned>(&mut self, line: &str) -> T {
        let named = std::mem::take(&mut self.named);
        let clean = self.line(line).into_owned();
        self.named = named;
        serde_json::from_str(&clean).expect("a placeholder is a text in the place of a text")
    }

    /// Whether anything was replaced.
    fn value(&mut self, value: &mut Value) -> bool {
        match value {
            Value::String(text) => {
                let clean = self.text(text);
                let changed = clean != *text;
                *text = clean;
                changed
            }
            Value::Array(items) => items.iter_mut().fold(false, |changed, item| self.value(item) | changed),
            Value::Object(members) => {
                let mut changed = false;
                for (name, mut member) in std::mem::take(members) {
                    changed |= self.member(&name, &mut member);
                    let clean = self.text(&name);
                    changed |= clean != name;
                    members.insert(clean, member);
                }
                changed
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => false,
        }
    }

    fn member(&mut self, name: &str, member: &mut Value) -> bool {
        match member {
            Value::String(text) if is_secret_member(name, text) => {
                *text = self.placeholder("secret", text);
                true
            }
            other => self.value(other),
        }
    }

    fn replacement(&mut self, kind: &'static str, found: &Captures<'_>) -> String {
        let whole = &found[0];
        let account = match kind {
            "account" => Some(whole),
            "arn" => whole.split(':').nth(4),
            _ => None,
        };
        if account.is_some_and(is_public_account) {
            return whole.to_owned();
        }
        let Some(secret) = found.name("secret") else { return self.placeholder(kind, whole) };
        let start = found.get_match().start();
        let (before, after) = (&whole[..secret.start() - start], &whole[secret.end() - start..]);
        format!("{before}{}{after}", self.placeholder(kind, secret.as_str()))
    }

    fn placeholder(&mut self, kind: &'static str, secret: &str) -> String {
        if let Some(placeholder) = self.placeholders.get(secret) {
            return placeholder.clone();
        }
        let count = self.counts.entry(kind).or_insert(0);
        *count += 1;
        let placeholder = format!("<{kind}:{count}>");
        self.placeholders.insert(secret.to_owned(), placeholder.clone());
        placeholder
    }
}

/// Whether somebody may have made up this text to keep something secret.
fn may_be_secret(text: &str) -> bool {
    const LENGTH_MIN: usize = 8;
    const LENGTH_OF_WORDS: usize = 20;
    let is_of_words = |text: &str| text.chars().all(|char| char.is_ascii_lowercase() || "-_".contains(char));
    text.len() >= LENGTH_MIN
        && !(text.len() < LENGTH_OF_WORDS && is_of_words(text))
        && !is_public_account(text)
}

/// A text as it stands in JSON, without the quotes.
fn escaped(text: &str) -> String {
    let quoted = Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;
    use asl_cases::{Profile, corpus::corpus};
    use serde_json::json;

    /// Texts, and what is left of them.
    const TEXTS: [(&str, &str); 15] = [
        ("key AKIAIOSFODNN7EXAMPLE used", "key <credentials:1> used"),
        ("http://user:hunter22@127.0.0.1:4566/", "http://<credentials:1>@127.0.0.1:4566/"),
        ("http://h/?token=abcdef123&x=1", "http://h/?token=<secret:1>&x=1"),
        ("{\"password\":\"hunter22\"}", "{\"password\":\"<secret:1>\"}"),
        ("{\"password\" :\n \"hunter22\"}", "{\"password\" :\n \"<secret:1>\"}"),
        ("SecretAccessKey=wJalrXUtnFEMI/K7MDENG", "SecretAccessKey=<secret:1>"),
        ("Authorization: Bearer abcdefgh1234", "Authorization: Bearer <token:1>"),
        ("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "<secret:1>"),
        ("arn:aws:iam::210987654321:role/Payments is bad", "<arn:1> is bad"),
        ("account 210987654321, again 210987654321", "account <account:1>, again <account:1>"),
        (
            "arn:aws:states:us-east-1:123456789012:activity:work",
            "arn:aws:states:us-east-1:123456789012:activity:work",
        ),
        ("at 1767323045000 ms", "at 1767323045000 ms"),
        ("Unexpected token: }", "Unexpected token: }"),
        ("the worker of <task-token:Work:1>", "the worker of <task-token:Work:1>"),
        ("secret: secret", "secret: <secret:1>"),
    ];

    pub(super) fn secrets() -> impl Iterator<Item = (&'static str, &'static str)> {
        TEXTS.into_iter()
    }

    #[test]
    fn text_loses_its_secrets_and_nothing_else() {
        for (text, clean) in secrets() {
            assert_eq!(Redactor::default().text(text), clean);
        }
    }

    #[test]
    fn name_of_a_member_is_a_text_too() {
        let line = Redactor::default().line(r#"{"210987654321":{"a":1},"b":2}"#).into_owned();
        assert_eq!(line, r#"{"<account:1>":{"a":1},"b":2}"#);
    }

    #[test]
    fn line_that_is_no_json_is_a_text() {
        let line = Redactor::default().line("{\"case\": AKIAIOSFODNN7EXAMPLE,\n").into_owned();
        assert_eq!(line, "{\"case\": <credentials:1>,\n");
    }

    #[test]
    fn named_secret_is_found_behind_escapes() {
        let line =
            Redactor::new(["plain \"words\"".to_owned()]).line(r#"["a plain \"words\""]"#).into_owned();
        assert_eq!(line, r#"["a <secret:1>"]"#);
    }

    #[test]
    fn member_with_a_telling_name_is_a_secret_unless_it_is_a_path() {
        let mut value =
            json!({"db_password": "correct horse", "TaskToken.$": "$$.Task.Token", "token": "$.token"});
        Redactor::default().value(&mut value);
        assert_eq!(
            value,
            json!({"db_password": "<secret:1>", "TaskToken.$": "$$.Task.Token", "token": "$.token"})
        );
    }

    #[test]
    fn text_that_the_caller_names_is_a_secret() {
        assert_eq!(Redactor::new(["plain words".to_owned()]).text("say plain words"), "say <secret:1>");
    }

    #[test]
    fn words_and_public_accounts_are_no_secrets() {
        let named = ["expected", "localstack", "test-state", "123456789012"].map(str::to_owned);
        let text = "localstack expected test-state in 123456789012";
        assert_eq!(Redactor::new(named).text(text), text);
        assert_eq!(Redactor::new(["hunter-22".to_owned()]).text("hunter-22"), "<secret:1>");
    }

    #[test]
    fn secret_that_is_a_word_of_the_format_leaves_the_record_what_it_is() {
        let words = ["stateConfiguration", "retrierRetryCount"].map(str::to_owned);
        let tested = corpus().into_iter().find(|case| {
            let text = serde_json::to_string(case).expect("a case is JSON");
            words.iter().any(|word| text.contains(word))
        });
        let case = tested.expect("a case that tests a state");
        assert_eq!(Redactor::new(words).document(&case), case);
    }

    #[test]
    fn redacting_twice_changes_nothing() {
        let log = sample::with_canaries();
        let once = Redactor::default().log(log.clone());
        assert_eq!(Redactor::default().log(once.clone()), once);
        assert_ne!(once, log);
    }

    #[test]
    fn bug_that_is_another_one_finds_its_records_without_their_secrets() {
        let mut record = sample::with_canaries().records.remove(3);
        let secret = format!("fails: login with secret={}", sample::CANARIES[2]);
        record.divergences[0].signature.actual = secret;
        let signature = record.divergences[0].signature.clone();
        let root = asl_cases::Signature::of_facet(asl_cases::Facet::Cause);
        let same = SameBug { signature, root: root.clone(), known: None };

        let mut redactor = Redactor::default();
        let mut writer = crate::RunLogWriter::begin(Vec::new(), sample::header("test")).expect("memory");
        writer.record(redactor.record(&record)).expect("memory");
        writer.same_bug(redactor.same_bug(&same)).expect("memory");
        let bytes = writer.finish(crate::RunFooter::default()).expect("memory");
        let text = String::from_utf8(bytes).expect("JSON is UTF-8");
        assert!(!text.contains(sample::CANARIES[2]), "{text}");
        let log = crate::read_run_log(&text).expect("a log");
        assert_eq!(log.records[0].divergences[0].signature, root);
    }

    #[test]
    fn canary_appears_in_no_report() {
        let planted = [sample::with_canaries()];
        let mut base = sample::log_with_ids();
        base.records[3].verdict = asl_cases::Verdict::Agree;
        let clean = [Redactor::default().log(planted[0].clone())];
        let of = |logs: &[RunLog]| {
            let comparison = crate::Comparison::of(&base, &logs[0]);
            let history = vec![crate::trend::Point::of(&logs[0], None)];
            [
                ("log", sample::text(&logs[0])),
                ("terminal", crate::render(&logs[0], crate::Colours::Off)),
                ("Markdown", crate::render_markdown(&logs[0])),
                ("HTML", crate::render_html(logs)),
                ("JUnit", crate::render_junit(logs)),
                ("JSON", crate::render_json(logs)),
                ("annotations", crate::render_annotations(logs)),
                ("issue", issue_of_canary(&logs[0])),
                ("comparison", crate::render_comparison_markdown(&comparison)),
                ("comparison HTML", crate::render_comparison_html(&comparison)),
                ("comparison JSON", crate::render_comparison_json(&comparison)),
                ("trend", crate::trend::render_trend_html(&history)),
            ]
        };
        let holds = |text: &str| sample::CANARIES.iter().any(|canary| text.contains(canary));
        for ((name, clean), (_, planted)) in of(&clean).iter().zip(of(&planted)) {
            assert!(!holds(clean), "a canary is in {name}");
            let shows_details = !matches!(*name, "trend");
            assert_eq!(holds(&planted), shows_details, "{name} would have shown a canary");
        }
    }

    fn issue_of_canary(log: &RunLog) -> String {
        let summary = crate::Summary::of(log);
        let names_it = |group: &&crate::SignatureGroup<'_>| group.smallest().id == log.records[3].id;
        crate::render_issue(log, summary.groups.iter().find(names_it).expect("the record with the canaries"))
    }

    #[test]
    fn no_case_of_the_suite_is_changed() {
        let drawn = (0..300).map(|index| asl_generators::generate_case(&Profile::everything(), 7, index));
        for case in corpus().into_iter().chain(drawn) {
            let clean = Redactor::default().document(&case);
            assert_eq!(clean, case, "{} is changed, so that its replay would be", case.name);
        }
    }
}
