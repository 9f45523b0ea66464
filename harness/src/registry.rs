//! The real emulators by name: reads `engines.toml`, which is part of the program.
//!
//! Plain data only. Installing and starting what is named here is in [`crate::emulator`].

use std::{collections::BTreeMap, time::Duration};

use asl_cases::Profile;
use serde::Deserialize;

use crate::emulator::PythonVersion;

const ENGINES_TOML: &str = include_str!("../engines.toml");
const FORMAT: u32 = 1;

/// The files of `harness/emulators` that are no start scripts, by the name that `engines.toml` uses.
const CONSTRAINTS: [(&str, &str); 1] = [(
    "constraints-localstack-2026.3.0.txt",
    include_str!("../emulators/constraints-localstack-2026.3.0.txt"),
)];

/// The emulators that can be run by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registry {
    engines: BTreeMap<String, EngineEntry>,
}

/// One emulator: how it is installed and started, and what it claims.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EngineEntry {
    /// The name: the key of its table.
    #[serde(skip)]
    pub name: String,
    /// The pinned version.
    pub version: String,
    /// The account in the ARNs that it makes.
    pub account: String,
    /// The region in the ARNs that it makes.
    pub region: String,
    /// How many cases run at once unless the user says otherwise.
    pub jobs: usize,
    /// How many random cases a run has unless the user says otherwise.
    #[serde(default)]
    pub random_cases: Option<u64>,
    /// The time for one case, in seconds.
    pub deadline_seconds: u64,
    /// The time from its start to its first answer, in seconds.
    pub ready_seconds: u64,
    /// How it is installed.
    pub install: Install,
    /// How it is started.
    pub start: Start,
    /// How other versions are started; the first that fits is taken.
    #[serde(default)]
    pub variants: Vec<Variant>,
    /// What it claims to support.
    pub profile: Profile,
}

/// How an emulator is installed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Install {
    /// The oldest Python that can run it.
    pub python: PythonVersion,
    /// What pip is asked for, with the hole `{version}`.
    pub requirement: String,
    /// Per version, the file of `harness/emulators` that pins what it requires.
    #[serde(default)]
    pub constraints: BTreeMap<String, String>,
}

/// How an emulator is started.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Start {
    /// Program and arguments, with holes.
    pub command: Vec<String>,
    /// Environment variables, with holes.
    #[serde(default)]
    pub env: BTreeMap<String, String>,
}

/// Another way to start, for some versions.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// The first version that is started in the ordinary way again.
    pub below: String,
    /// How the versions below it are started.
    pub start: Start,
}

/// Everything about one version of an emulator.
#[derive(Clone, Copy, Debug)]
pub struct Release<'a> {
    /// The emulator.
    pub entry: &'a EngineEntry,
    /// The version.
    pub version: &'a str,
    /// How it is started.
    pub start: &'a Start,
    /// The pip constraints of this version.
    pub constraints: Option<&'static str>,
}

/// Why a name or a file gives no emulator.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegistryError {
    /// No emulator has that name.
    #[error("unknown engine `{name}`{}; use {known}, `reference`, `serve` or `http://HOST:PORT`", suggest(.suggestion.as_deref()))]
    Unknown {
        /// What was asked for.
        name: String,
        /// The known name nearest to it.
        suggestion: Option<String>,
        /// All known names, with commas.
        known: String,
    },
    /// The version is no version: it would end up in a pip requirement and in a path.
    #[error("`{version}` is not a version of {name}: write it as in {name}@{pinned}")]
    NotAVersion {
        /// The emulator.
        name: String,
        /// What was asked for.
        version: String,
        /// The version that is pinned.
        pinned: String,
    },
    /// The file does not say what it must.
    #[error("engines.toml: {0}")]
    Malformed(String),
}

impl Registry {
    /// The emulators that this program knows.
    ///
    /// # Panics
    /// Never: a test holds that the file which is part of the program is valid.
    pub fn embedded() -> Self {
        Self::parse(ENGINES_TOML).expect("the embedded engines.toml is held valid by a test")
    }

    /// Reads the text of an `engines.toml`.
    pub fn parse(text: &str) -> Result<Self, RegistryError> {
        let file: File = toml::from_str(text).map_err(|error| RegistryError::Malformed(error.to_string()))?;
        if file.format != FORMAT {
            return Err(RegistryError::Malformed(format!("format {} is not {FORMAT}", file.format)));
        }
        let mut engines = file.engines;
        for (name, entry) in &mut engines {
            entry.name.clone_from(name);
            check(entry)?;
        }
        Ok(Self { engines })
    }

    /// The names, in alphabetical order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.engines.keys().map(String::as_str)
    }

    /// The emulators, in alphabetical order of their names.
    pub fn entries(&self) -> impl Iterator<Item = &EngineEntry> {
        self.engines.values()
    }

    /// The emulator with this name.
    pub fn get(&self, name: &str) -> Result<&EngineEntry, RegistryError> {
        self.engines.get(name).ok_or_else(|| RegistryError::Unknown {
            name: name.to_owned(),
            suggestion: self.nearest(name),
            known: self.names().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "),
        })
    }

    fn nearest(&self, name: &str) -> Option<String> {
        let lower = name.to_lowercase();
        let (score, nearest) = self
            .names()
            .map(|known| (strsim::jaro_winkler(known, &lower), known))
            .max_by(|left, right| left.0.total_cmp(&right.0))?;
        (score > 0.75).then(|| nearest.to_owned())
    }
}

impl EngineEntry {
    /// How this version, or the pinned one, is installed and started.
    pub fn release<'a>(&'a self, version: Option<&'a str>) -> Result<Release<'a>, RegistryError> {
        let version = version.unwrap_or(&self.version);
        if !is_version(version) {
            return Err(RegistryError::NotAVersion {
                name: self.name.clone(),
                version: version.to_owned(),
                pinned: self.version.clone(),
            });
        }
        let variant = self.variants.iter().find(|variant| is_below(version, &variant.below));
        let constraints = self.install.constraints.get(version).and_then(|file| constraints_in(file));
        let start = variant.map_or(&self.start, |variant| &variant.start);
        Ok(Release { entry: self, version, start, constraints })
    }

    /// The time for one case.
    pub fn deadline(&self) -> Duration {
        Duration::from_secs(self.deadline_seconds)
    }

    /// The time from its start to its first answer.
    pub fn ready_limit(&self) -> Duration {
        Duration::from_secs(self.ready_seconds)
    }
}

impl Release<'_> {
    /// What pip is asked for.
    pub fn requirement(&self) -> String {
        self.entry.install.requirement.replace("{version}", self.version)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: u32,
    engines: BTreeMap<String, EngineEntry>,
}

fn check(entry: &EngineEntry) -> Result<(), RegistryError> {
    let complain = |what: String| Err(RegistryError::Malformed(format!("engine `{}`: {what}", entry.name)));
    if let Some(file) = entry.install.constraints.values().find(|file| constraints_in(file).is_none()) {
        return complain(format!("the constraints file `{file}` is not part of the program"));
    }
    if entry.jobs == 0 || entry.deadline_seconds == 0 || entry.ready_seconds == 0 {
        return complain("`jobs`, `deadline_seconds` and `ready_seconds` must be at least 1".to_owned());
    }
    let variants = entry.variants.iter().map(|variant| &variant.start);
    if variants.chain([&entry.start]).any(|start| start.command.is_empty()) {
        return complain("`command` must name a program".to_owned());
    }
    Ok(())
}

fn constraints_in(file: &str) -> Option<&'static str> {
    CONSTRAINTS.iter().find(|(name, _)| *name == file).map(|(_, text)| *text)
}

fn suggest(suggestion: Option<&str>) -> String {
    suggestion.map(|name| format!(" (did you mean `{name}`?)")).unwrap_or_default()
}

fn is_version(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_digit())
        && text.chars().all(|letter| letter.is_ascii_alphanumeric() || ".-+!_".contains(letter))
}

/// Compares the dotted numbers; what follows the first part that is no number does not count.
fn is_below(version: &str, limit: &str) -> bool {
    let numbers = |text: &str| text.split('.').map_while(|part| part.parse().ok()).collect::<Vec<u64>>();
    numbers(version) < numbers(limit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use asl_cases::Feature;
    use rstest::rstest;

    fn with_line(line: &str) -> String {
        ENGINES_TOML.replacen("[engines.moto]\n", &format!("[engines.moto]\n{line}\n"), 1)
    }

    #[test]
    fn embedded_file_names_the_three_emulators() {
        let registry = Registry::embedded();
        assert_eq!(registry.names().collect::<Vec<_>>(), ["localstack", "ministack", "moto"]);
        assert!(registry.entries().all(|entry| entry.profile.has(Feature::History)));
    }

    #[test]
    fn unknown_key_is_an_error_that_names_it() {
        let error = Registry::parse(&with_line("jbos = 3")).expect_err("a misspelt key").to_string();
        assert!(error.contains("jbos"), "{error}");
    }

    #[test]
    fn unknown_feature_is_an_error() {
        let text = ENGINES_TOML.replacen("\"history\"", "\"histories\"", 1);
        assert!(Registry::parse(&text).is_err());
    }

    #[test]
    fn constraints_file_must_be_part_of_the_program() {
        let text = ENGINES_TOML.replace("\"constraints-localstack-2026.3.0.txt\"", "\"other.txt\"");
        let error = Registry::parse(&text).expect_err("no such file").to_string();
        assert!(error.contains("other.txt"), "{error}");
    }

    #[test]
    fn another_format_is_refused() {
        let text = ENGINES_TOML.replacen("format = 1", "format = 2", 1);
        assert!(Registry::parse(&text).is_err());
    }

    #[test]
    fn unknown_name_is_answered_with_the_nearest_and_with_all_names() {
        let registry = Registry::embedded();
        let error = registry.get("localstck").expect_err("misspelt").to_string();
        assert_eq!(
            error,
            "unknown engine `localstck` (did you mean `localstack`?); use `localstack`, `ministack`, `moto`, `reference`, `serve` or `http://HOST:PORT`"
        );
        let error = registry.get("x").expect_err("unlike any").to_string();
        assert!(error.starts_with("unknown engine `x`; use `localstack`, "), "{error}");
    }

    #[rstest]
    #[case("1.4.7", "1.5.0", true)]
    #[case("1.5.0", "1.5.0", false)]
    #[case("1.10.0", "1.5.0", false)]
    #[case("1.5.0rc1", "1.5.0", true)]
    fn versions_are_compared_by_number(#[case] version: &str, #[case] limit: &str, #[case] expected: bool) {
        assert_eq!(is_below(version, limit), expected);
    }

    #[test]
    fn old_version_is_started_in_its_own_way() {
        let registry = Registry::embedded();
        let entry = registry.get("ministack").expect("known");
        let command = |version| entry.release(version).expect("a version").start.command.clone();
        assert!(command(Some("1.4.7")).contains(&"hypercorn".to_owned()));
        assert_eq!(command(Some("1.5.33")), command(None));
    }

    #[rstest]
    #[case("")]
    #[case("../x")]
    #[case("1.0 --index-url=x")]
    #[case("latest")]
    fn version_that_is_no_version_is_refused(#[case] version: &str) {
        let registry = Registry::embedded();
        assert!(registry.get("moto").expect("known").release(Some(version)).is_err());
    }

    #[test]
    fn constraints_belong_to_one_version() {
        let registry = Registry::embedded();
        let entry = registry.get("localstack").expect("known");
        assert!(entry.release(None).expect("pinned").constraints.is_some());
        let other = entry.release(Some("4.0.0")).expect("another");
        assert_eq!(
            (other.constraints, other.requirement().as_str()),
            (None, "localstack-core[runtime]==4.0.0")
        );
    }
}
