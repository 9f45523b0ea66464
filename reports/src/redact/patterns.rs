//! What gives a secret away: the shape of a text, or the name of the member that holds it.

use std::sync::LazyLock;

use regex::{Regex, RegexSet};

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

/// How long the secret half of an access key is.
const SECRET_KEY_LENGTH: usize = 40;

/// The words that end the name of a member whose value is a secret, however its parts are joined.
pub(super) const TELLING: &str = r"secret|pass[_.-]?wo?r?d|token|authorization|(?:secret|access|api|private)[_.-]?(?:access[_.-]?)?key(?:[_.-]?id)?";

/// The words in a text after which a secret follows.
pub(super) const ANNOUNCING: &str = r"secret|password|passwd|(?:session|security|access|auth|task|refresh)[_-]?token|[?&]token|api[_-]?key|access[_-]?key(?:[_-]?id)?|private[_-]?key|x-amz-(?:signature|credential)";

/// What gives a secret away, in the order in which it is looked for: the kind of placeholder and the pattern. The
/// group `secret` is what is replaced; without one, the whole match.
fn patterns() -> [(&'static str, String); 9] {
    // `<task-token:…>` is what the suite itself writes for a token.
    let announced = format!(
        r#"(?i)(?:^|[^<])(?:{ANNOUNCING})\\?["']?\s*[:=]\s*\\?["']?(?<secret>[^\s"'&,;<>\\{{}}$]{{6,}})"#
    );
    [
        ("key", r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----".to_owned()),
        ("credentials", r#"://(?<secret>[^/\s@"'<>]+)@"#.to_owned()),
        (
            "credentials",
            r"(?-u:\b)(?:AKIA|ASIA|AROA|AIDA|AGPA|AIPA|ANPA|ANVA|ASCA|APKA|ABIA|ACCA)[A-Z0-9]{12,}(?-u:\b)"
                .to_owned(),
        ),
        ("token", r"(?-u:\b)eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*".to_owned()),
        ("token", r"(?-u:\b)(?:FwoG|IQoJ|FQoG)[A-Za-z0-9+/=]{40,}".to_owned()),
        ("token", r"(?i)(?-u:\b)(?:bearer|basic)\s+(?<secret>[A-Za-z0-9._~+/=-]{8,})".to_owned()),
        ("secret", announced),
        ("arn", r#"(?-u:\b)arn:aws[a-z-]*:[a-z0-9-]*:[a-z0-9-]*:[0-9]{12}:[^\s"'<>,;(){}\\\]]+"#.to_owned()),
        ("account", r"(?-u:\b)[0-9]{12}(?-u:\b)".to_owned()),
    ]
}

pub(super) static COMPILED: LazyLock<Vec<(&'static str, Regex)>> = LazyLock::new(|| {
    let compile = |(kind, pattern): (_, String)| (kind, Regex::new(&pattern).expect("constant"));
    patterns().map(compile).into()
});

/// Says in one pass which patterns have something to do: none, for almost every text.
pub(super) static ANY: LazyLock<RegexSet> =
    LazyLock::new(|| RegexSet::new(patterns().map(|(_, pattern)| pattern)).expect("constant"));

/// A text that is at least as long as the secret half of an access key.
pub(super) static LONG: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"[A-Za-z0-9+/]{40,}").expect("constant"));

static TELLING_NAME: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(&format!(r"(?i-u:{TELLING})[^a-zA-Z0-9]*$")).expect("constant"));

/// Whether an account is one of examples and emulators.
pub(super) fn is_public_account(account: &str) -> bool {
    PUBLIC_ACCOUNTS.contains(&account)
}

/// Whether a text is as long and as mixed as the secret half of an access key.
pub(super) fn is_secret_key(text: &str) -> bool {
    text.len() == SECRET_KEY_LENGTH && is_mixed(text)
}

pub(super) fn is_mixed(text: &str) -> bool {
    let has = |test: fn(&u8) -> bool| text.as_bytes().iter().any(test);
    has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_digit)
}

/// Whether a member with this name and this value holds a secret. A path, an expression or a placeholder says where
/// the secret comes from, and not what it is.
pub(super) fn is_secret_member(name: &str, text: &str) -> bool {
    const LENGTH_MIN: usize = 6;
    text.len() >= LENGTH_MIN
        && !text.starts_with(['$', '<'])
        && !text.starts_with("{%")
        && TELLING_NAME.is_match(name)
}
