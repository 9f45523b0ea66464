//! Takes accounts, ARNs, tokens and credentials out of whatever is written.
//!
//! Equal secrets get equal placeholders (`<account:1>`), so that what was the same stays the same. Accounts that
//! documentation and emulators use are no secrets. A secret that looks like nothing special, under a name that says
//! nothing, cannot be recognised: the caller may name such texts.

use std::{collections::HashMap, sync::LazyLock};

use regex::{Captures, Regex, RegexSet};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{CaseRecord, RunHeader, RunLog};

/// Accounts that belong to nobody: those of examples and of emulators.
const PUBLIC_ACCOUNTS: [&str; 8] = [
    "000000000000",
    "012345678901",
    "111111111111",
    "111122223333",
    "123456789012",
    "222222222222",
    "444455556666",
    "999999999999",
];

/// The ends of member names (lower case, without separators) whose value is a secret.
const SECRET_NAMES: [&str; 16] = [
    "secret",
    "password",
    "passwd",
    "secretkey",
    "secretaccesskey",
    "accesskeyid",
    "sessiontoken",
    "securitytoken",
    "accesstoken",
    "authtoken",
    "refreshtoken",
    "tasktoken",
    "apikey",
    "authorization",
    "privatekey",
    "token",
];

/// What gives a secret away, in the order in which it is looked for: the kind of placeholder and the pattern. The
/// group `secret` is what is replaced; without one, the whole match.
const PATTERNS: [(&str, &str); 9] = [
    ("key", r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----"),
    ("credentials", r#"://(?<secret>[^/\s@"'<>]+)@"#),
    ("credentials", r"\b(?:AKIA|ASIA|AROA|AIDA|AGPA|AIPA|ANPA|ANVA|ASCA|APKA|ABIA|ACCA)[A-Z0-9]{12,}\b"),
    ("token", r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*"),
    ("token", r"\b(?:FwoG|IQoJ|FQoG)[A-Za-z0-9+/=]{40,}"),
    ("token", r"(?i)\b(?:bearer|basic)\s+(?<secret>[A-Za-z0-9._~+/=-]{8,})"),
    (
        "secret",
        r#"(?i)(?:secret|password|passwd|(?:session|security|access|auth|task|refresh)[_-]?token|[?&]token|api[_-]?key|access[_-]?key(?:[_-]?id)?|private[_-]?key|x-amz-(?:signature|credential))\\?["']?\s*[:=]\s*\\?["']?(?<secret>[^\s"'&,;<>\\{}$]{6,})"#,
    ),
    ("arn", r#"\barn:aws[a-z-]*:[a-z0-9-]*:[a-z0-9-]*:\d{12}:[^\s"'<>,;(){}\\\]]+"#),
    ("account", r"\b\d{12}\b"),
];

static COMPILED: LazyLock<Vec<(&'static str, Regex)>> = LazyLock::new(|| {
    let compile = |(kind, pattern)| (kind, Regex::new(pattern).expect("the pattern is constant"));
    PATTERNS.map(compile).into()
});

/// Says in one pass which patterns have something to do: none, for almost every text.
static ANY: LazyLock<RegexSet> =
    LazyLock::new(|| RegexSet::new(PATTERNS.map(|(_, pattern)| pattern)).expect("the patterns are constant"));

/// A text that is as long and as mixed as the secret half of an access key.
static MIXED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"[A-Za-z0-9+/]{40,}").expect("the pattern is constant"));

/// Replaces secrets; remembers which placeholder stands for which.
#[derive(Clone, Debug, Default)]
pub struct Redactor {
    /// Texts that the caller knows to be secret.
    named: Vec<String>,
    placeholders: HashMap<String, String>,
    counts: HashMap<&'static str, usize>,
}

impl Redactor {
    /// A redactor that also replaces these texts, wherever they are. Short ones are left alone.
    pub fn new(secrets: impl IntoIterator<Item = String>) -> Self {
        const LENGTH_MIN: usize = 8;
        let mut named: Vec<_> = secrets.into_iter().filter(|secret| secret.len() >= LENGTH_MIN).collect();
        named.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        Self { named, ..Self::default() }
    }

    /// A log without secrets.
    pub fn log(&mut self, mut log: RunLog) -> RunLog {
        log.header = self.header(&log.header);
        log.footer = log.footer.as_ref().map(|footer| self.document(footer));
        for record in &mut log.records {
            if let Some(clean) = self.changed(record) {
                *record = clean;
            }
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

    /// A text without secrets.
    pub fn text(&mut self, text: &str) -> String {
        let mut text = text.to_owned();
        for secret in self.named.clone() {
            if text.contains(&secret) {
                let placeholder = self.placeholder("secret", &secret);
                text = text.replace(&secret, &placeholder);
            }
        }
        for found in &ANY.matches(&text) {
            let (kind, pattern) = &COMPILED[found];
            text =
                pattern.replace_all(&text, |found: &Captures<'_>| self.replacement(kind, found)).into_owned();
        }
        if text.len() < 40 || !MIXED.is_match(&text) {
            return text;
        }
        MIXED.replace_all(&text, |found: &Captures<'_>| self.mixed(&found[0])).into_owned()
    }

    /// A value in which every text and every member with a telling name was looked at; untouched if it was clean.
    fn document<T: Clone + Serialize + DeserializeOwned>(&mut self, document: &T) -> T {
        self.changed(document).unwrap_or_else(|| document.clone())
    }

    /// The document without its secrets; `None` if it has none.
    fn changed<T: Serialize + DeserializeOwned>(&mut self, document: &T) -> Option<T> {
        let mut value = serde_json::to_value(document).expect("what a log holds is JSON");
        let is_changed = self.value(&mut value);
        is_changed
            .then(|| serde_json::from_value(value).expect("a placeholder is a text in the place of a text"))
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
                for (name, member) in members.iter_mut() {
                    changed |= self.member(name, member);
                }
                changed
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => false,
        }
    }

    fn member(&mut self, name: &str, member: &mut Value) -> bool {
        match member {
            Value::String(text) if is_secret_name(name) && is_secret_value(text) => {
                *text = self.placeholder("secret", text);
                true
            }
            other => self.value(other),
        }
    }

    fn replacement(&mut self, kind: &'static str, found: &Captures<'_>) -> String {
        let whole = &found[0];
        if kind == "account" && PUBLIC_ACCOUNTS.contains(&whole) {
            return whole.to_owned();
        }
        if kind == "arn" && whole.split(':').nth(4).is_some_and(|account| PUBLIC_ACCOUNTS.contains(&account))
        {
            return whole.to_owned();
        }
        match found.name("secret") {
            Some(secret) => {
                let placeholder = self.placeholder(kind, secret.as_str());
                whole.replace(secret.as_str(), &placeholder)
            }
            None => self.placeholder(kind, whole),
        }
    }

    fn mixed(&mut self, text: &str) -> String {
        const SECRET_KEY_LENGTH: usize = 40;
        let has = |test: fn(&u8) -> bool| text.as_bytes().iter().any(test);
        let is_mixed = has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_digit);
        if text.len() == SECRET_KEY_LENGTH && is_mixed {
            return self.placeholder("secret", text);
        }
        text.to_owned()
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

fn is_secret_name(name: &str) -> bool {
    let plain: String =
        name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    SECRET_NAMES.iter().any(|ending| plain.ends_with(ending))
}

/// A path, an expression or a placeholder says where the secret comes from, and not what it is.
fn is_secret_value(text: &str) -> bool {
    const LENGTH_MIN: usize = 6;
    text.len() >= LENGTH_MIN && !text.starts_with(['$', '<']) && !text.starts_with("{%")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;
    use asl_cases::{Profile, corpus::corpus};
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case("key AKIAIOSFODNN7EXAMPLE used", "key <credentials:1> used")]
    #[case("http://user:hunter22@127.0.0.1:4566/", "http://<credentials:1>@127.0.0.1:4566/")]
    #[case("http://h/?token=abcdef123&x=1", "http://h/?token=<secret:1>&x=1")]
    #[case("{\"password\":\"hunter22\"}", "{\"password\":\"<secret:1>\"}")]
    #[case("SecretAccessKey=wJalrXUtnFEMI/K7MDENG", "SecretAccessKey=<secret:1>")]
    #[case("Authorization: Bearer abcdefgh1234", "Authorization: Bearer <token:1>")]
    #[case("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "<secret:1>")]
    #[case("arn:aws:iam::210987654321:role/Payments is bad", "<arn:1> is bad")]
    #[case("account 210987654321, again 210987654321", "account <account:1>, again <account:1>")]
    #[case(
        "arn:aws:states:us-east-1:123456789012:activity:work",
        "arn:aws:states:us-east-1:123456789012:activity:work"
    )]
    #[case("at 1767323045000 ms", "at 1767323045000 ms")]
    #[case("Unexpected token: }", "Unexpected token: }")]
    fn text_loses_its_secrets_and_nothing_else(#[case] text: &str, #[case] clean: &str) {
        assert_eq!(Redactor::default().text(text), clean);
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
    fn redacting_twice_changes_nothing() {
        let log = sample::with_canaries();
        let once = Redactor::default().log(log.clone());
        assert_eq!(Redactor::default().log(once.clone()), once);
        assert_ne!(once, log);
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

    #[test]
    fn no_case_of_the_suite_is_changed() {
        let drawn = (0..300).map(|index| asl_generators::generate_case(&Profile::everything(), 7, index));
        for case in corpus().into_iter().chain(drawn) {
            let clean = Redactor::default().document(&case);
            assert_eq!(clean, case, "{} is changed, so that its replay would be", case.name);
        }
    }
}
