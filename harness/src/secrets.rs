//! What must never be written: the secrets of the user's own environment, beside what looks like one.

use std::env;

use asl_reports::Redactor;

/// Variables whose value is a secret.
const VARIABLES: [&str; 4] =
    ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "LOCALSTACK_AUTH_TOKEN"];

/// The redactor of everything that this process writes.
pub fn redactor() -> Redactor {
    Redactor::new(VARIABLES.iter().filter_map(|name| env::var(name).ok()))
}
