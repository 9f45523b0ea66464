//! How an engine is named on the command line and in `ASL_ENGINE`.

use std::{fmt, str::FromStr};

use super::{Fault, FaultError};

/// How to name and reach an engine.
#[derive(Clone, Debug, PartialEq)]
pub enum EngineSpec {
    /// `reference`: the reference, in process, in virtual time.
    Reference,
    /// `serve`: the reference behind the Step Functions API on a free loopback port, reached through the SDK.
    Serve,
    /// `faulty:KIND`: the reference with a fault, to test the suite itself.
    Faulty(Fault),
    /// `http://host:port`: anything that speaks the Step Functions API.
    Http(String),
    /// A name of `engines.toml`, with another version than the pinned one after `@`.
    Named {
        /// The name.
        name: String,
        /// The version, if one was asked for.
        version: Option<String>,
    },
}

/// A text that names no engine.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum EngineSpecError {
    /// A kind of engine that is in the design but not built yet, or is none at all.
    #[error(
        "`{0}` is not an engine: use `reference`, `serve`, `http://HOST:PORT`, `moto`, `ministack` or `localstack`"
    )]
    NotAnEngine(String),
    /// An engine of this program, with a version.
    #[error("`{0}` is part of this program and comes in no other version: leave out the `@`")]
    NoVersions(String),
    /// No such fault.
    #[error(transparent)]
    Fault(#[from] FaultError),
    /// A host and a port without the scheme.
    #[error("`{0}` lacks its scheme: did you mean `http://{0}`?")]
    NoScheme(String),
    /// A scheme, and nothing that could be a host behind it.
    #[error("`{0}` names no host: write it as in `http://127.0.0.1:4566`")]
    NoHost(String),
    /// A port that is none.
    #[error("`{text}`: `{port}` is no port; it is a number from 1 to 65535, as in `http://127.0.0.1:4566`")]
    NoPort {
        /// The endpoint.
        text: String,
        /// What stands in the place of the port.
        port: String,
    },
    /// `https` needs TLS, which this build leaves out.
    #[error("`{0}`: only http:// endpoints are supported; emulators listen on http://127.0.0.1:PORT")]
    Https(String),
}

impl FromStr for EngineSpec {
    type Err = EngineSpecError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "reference" => return Ok(Self::Reference),
            "serve" => return Ok(Self::Serve),
            _ => {}
        }
        if let Some(fault) = text.strip_prefix("faulty:") {
            return Ok(Self::Faulty(fault.parse()?));
        }
        if let Some(authority) = text.strip_prefix("http://") {
            return endpoint(text, authority);
        }
        if text.starts_with("https://") {
            return Err(EngineSpecError::Https(text.to_owned()));
        }
        let (name, version) = match text.split_once('@') {
            Some((name, version)) => (name, Some(version.to_owned())),
            None => (text, None),
        };
        let is_name = |part: &str| {
            !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
        };
        if version.is_some() && ["reference", "serve"].contains(&name) {
            return Err(EngineSpecError::NoVersions(name.to_owned()));
        }
        if is_name(name) && version.as_deref().is_none_or(is_name) {
            Ok(Self::Named { name: name.to_owned(), version })
        } else if is_host_and_port(text) {
            Err(EngineSpecError::NoScheme(text.to_owned()))
        } else {
            Err(EngineSpecError::NotAnEngine(text.to_owned()))
        }
    }
}

fn endpoint(text: &str, authority: &str) -> Result<EngineSpec, EngineSpecError> {
    let (host, port) = host_and_port(authority.split('/').next().unwrap_or_default());
    if host.is_empty() || authority.contains(char::is_whitespace) {
        return Err(EngineSpecError::NoHost(text.to_owned()));
    }
    if let Some(port) = port.filter(|port| !is_port(port)) {
        return Err(EngineSpecError::NoPort { text: text.to_owned(), port: port.to_owned() });
    }
    Ok(EngineSpec::Http(text.trim_end_matches('/').to_owned()))
}

/// The host, which may be an IPv6 address in brackets, and the port if there is one.
fn host_and_port(authority: &str) -> (&str, Option<&str>) {
    let behind_user = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    match behind_user.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (behind_user, None),
    }
}

fn is_port(text: &str) -> bool {
    text.parse::<u16>().is_ok_and(|port| port != 0)
}

fn is_host_and_port(text: &str) -> bool {
    let (host, port) = host_and_port(text);
    let is_host = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    !host.is_empty() && host.chars().all(is_host) && port.is_some_and(is_port)
}

impl fmt::Display for EngineSpec {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reference => formatter.write_str("reference"),
            Self::Serve => formatter.write_str("serve"),
            Self::Faulty(fault) => write!(formatter, "faulty:{fault}"),
            Self::Http(endpoint) => formatter.write_str(endpoint),
            Self::Named { name, version: Some(version) } => write!(formatter, "{name}@{version}"),
            Self::Named { name, version: None } => formatter.write_str(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("reference", EngineSpec::Reference)]
    #[case("http://127.0.0.1:4566/", EngineSpec::Http("http://127.0.0.1:4566".to_owned()))]
    #[case("http://[::1]:4566", EngineSpec::Http("http://[::1]:4566".to_owned()))]
    #[case("http://[::1]", EngineSpec::Http("http://[::1]".to_owned()))]
    #[case("http://me:pass@localhost", EngineSpec::Http("http://me:pass@localhost".to_owned()))]
    #[case("moto", EngineSpec::Named { name: "moto".to_owned(), version: None })]
    #[case("ministack@1.4.7", EngineSpec::Named { name: "ministack".to_owned(), version: Some("1.4.7".to_owned()) })]
    fn spec_reads_from_text(#[case] text: &str, #[case] spec: EngineSpec) {
        assert_eq!(text.parse(), Ok(spec));
    }

    #[rstest]
    #[case("ftp://x")]
    #[case("")]
    #[case("moto@")]
    #[case("reference@1")]
    #[case("cmd:./engine")]
    #[case("http://")]
    #[case("http://:80")]
    #[case("http://a b")]
    #[case("http://127.0.0.1:99999")]
    #[case("http://127.0.0.1:abc/path")]
    #[case("http://127.0.0.1:0")]
    #[case("http://127.0.0.1:")]
    fn text_that_names_no_engine_is_refused(#[case] text: &str) {
        assert!(text.parse::<EngineSpec>().is_err());
    }

    #[test]
    fn forgotten_scheme_is_suggested() {
        let error = "localhost:4566".parse::<EngineSpec>().expect_err("no scheme").to_string();
        assert_eq!(error, "`localhost:4566` lacks its scheme: did you mean `http://localhost:4566`?");
    }
}
