//! Finds a Python that is new enough and can make virtual environments.
//!
//! Being on the `PATH` proves nothing: version managers put programs there that only print an error. So each candidate
//! is asked for its version.

use std::{
    collections::BTreeSet,
    env, fmt, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    str::FromStr,
    time::Duration,
};

use serde::{Deserialize, Deserializer, de};

use super::{EmulatorError, process::ProcessGroup};

/// In the order in which they are tried; the versions that emulators were measured with come first.
const NAMES: [&str; 8] =
    ["python3", "python3.13", "python3.12", "python3.11", "python3.10", "python3.14", "python3.15", "python"];
/// Answers also on Python 2, with its version.
const QUESTION: &str = "import sys; print('%d.%d.%d' % sys.version_info[:3]); print(sys.executable); \
                        sys.stdout.flush(); import venv, ensurepip; print('venv')";
const ANSWER_LIMIT: Duration = Duration::from_secs(20);

/// A version of Python, such as 3.13 or 3.13.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PythonVersion {
    /// 3 in 3.13.1.
    pub major: u32,
    /// 13 in 3.13.1.
    pub minor: u32,
    /// 1 in 3.13.1; 0 if it is not written.
    pub patch: u32,
}

/// A Python on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Python {
    pub(super) program: PathBuf,
    pub(super) version: PythonVersion,
    has_venv: bool,
}

/// The first Python of this version or newer that can make virtual environments.
pub(super) fn find(engine: &str, oldest: PythonVersion) -> Result<Python, EmulatorError> {
    choose(engine, oldest, candidates().iter().filter_map(|program| ask(program)))
}

fn choose(
    engine: &str,
    oldest: PythonVersion,
    pythons: impl Iterator<Item = Python>,
) -> Result<Python, EmulatorError> {
    let mut found = BTreeSet::new();
    let mut without_venv = None;
    for python in pythons {
        found.insert(python.version);
        if python.version < oldest {
            continue;
        }
        if python.has_venv {
            return Ok(python);
        }
        without_venv.get_or_insert(python);
    }
    let engine = engine.to_owned();
    Err(match without_venv {
        Some(python) => {
            let python = format!("Python {} ({})", python.version, python.program.display());
            EmulatorError::NoVenv { engine, python }
        }
        None => EmulatorError::NoPython { engine, needed: oldest.minor_text(), found: in_words(&found) },
    })
}

fn in_words(found: &BTreeSet<PythonVersion>) -> String {
    if found.is_empty() {
        return "no Python was found".to_owned();
    }
    let versions: Vec<String> = found.iter().map(ToString::to_string).collect();
    format!("only {} was found", versions.join(", "))
}

/// What is on the `PATH`, and then what pyenv has installed, whether or not it is switched on.
fn candidates() -> Vec<PathBuf> {
    let mut candidates: Vec<PathBuf> = Vec::new();
    let on_path = NAMES.iter().flat_map(|name| which::which_all(name).into_iter().flatten());
    for program in on_path.chain(pyenv_pythons()) {
        if !candidates.contains(&program) {
            candidates.push(program);
        }
    }
    candidates
}

fn pyenv_pythons() -> Vec<PathBuf> {
    let root = env::var_os("PYENV_ROOT").map(PathBuf::from);
    let Some(root) = root.or_else(|| etcetera::home_dir().ok().map(|home| home.join(".pyenv"))) else {
        return Vec::new();
    };
    let entries = fs::read_dir(root.join("versions")).into_iter().flatten().flatten();
    let mut versions: Vec<(PythonVersion, PathBuf)> = entries
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin").join("python3")))
        })
        .collect();
    versions.sort();
    versions.into_iter().map(|(_, program)| program).filter(|program| program.is_file()).collect()
}

fn ask(program: &Path) -> Option<Python> {
    let mut command = Command::new(program);
    command.args(["-c", QUESTION]).stdout(Stdio::piped()).stderr(Stdio::null());
    let group = ProcessGroup::spawn(&mut command).ok()?;
    group.wait(ANSWER_LIMIT)?;
    parse_answer(&group.read_stdout())
}

fn parse_answer(answer: &str) -> Option<Python> {
    let mut lines = answer.lines().map(str::trim);
    let version = lines.next()?.parse().ok()?;
    let program = lines.next().filter(|program| !program.is_empty())?;
    Some(Python { program: program.into(), version, has_venv: lines.next() == Some("venv") })
}

impl PythonVersion {
    /// Major and minor: what programs and folders are called after.
    pub(super) fn minor_text(self) -> String {
        format!("{}.{}", self.major, self.minor)
    }
}

impl fmt::Display for PythonVersion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

impl FromStr for PythonVersion {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let numbers: Result<Vec<u32>, _> = text.split('.').map(str::parse).collect();
        match numbers.as_deref() {
            Ok([major, minor]) => Ok(Self { major: *major, minor: *minor, patch: 0 }),
            Ok([major, minor, patch]) => Ok(Self { major: *major, minor: *minor, patch: *patch }),
            _ => Err(format!("`{text}` is not a version of Python such as 3.13")),
        }
    }
}

impl<'de> Deserialize<'de> for PythonVersion {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const OLDEST: PythonVersion = PythonVersion { major: 3, minor: 11, patch: 0 };

    fn python(version: &str, has_venv: bool) -> Python {
        let version: PythonVersion = version.parse().expect("a version");
        Python { program: format!("/usr/bin/python{}", version.minor_text()).into(), version, has_venv }
    }

    #[rstest]
    #[case("3.13.1\n/usr/bin/python3.13\nvenv\n", Some(python("3.13.1", true)))]
    #[case("3.11.7\n/usr/bin/python3.11\n", Some(python("3.11.7", false)))]
    #[case("", None)]
    #[case("pyenv: python3.12: command not found\n", None)]
    #[case("3.11.7\n\n", None)]
    fn answer_of_a_python_is_read(#[case] answer: &str, #[case] expected: Option<Python>) {
        assert_eq!(parse_answer(answer), expected);
    }

    #[rstest]
    #[case("3.9", "3.10", true)]
    #[case("3.11.0", "3.11", false)]
    #[case("2.7.18", "3.10", true)]
    fn versions_are_compared_by_number(#[case] left: &str, #[case] right: &str, #[case] is_less: bool) {
        let version = |text: &str| text.parse::<PythonVersion>().expect("a version");
        assert_eq!(version(left) < version(right), is_less);
    }

    #[rstest]
    #[case("3")]
    #[case("3.x")]
    #[case("")]
    fn text_that_is_no_version_is_refused(#[case] text: &str) {
        assert!(text.parse::<PythonVersion>().is_err());
    }

    #[test]
    fn first_python_that_will_do_is_chosen() {
        let pythons =
            [python("3.10.0", true), python("3.12.0", false), python("3.13.0", true), python("3.14.0", true)];
        let chosen = choose("moto 1", OLDEST, pythons.into_iter()).expect("two will do");
        assert_eq!(chosen, python("3.13.0", true));
    }

    #[test]
    fn too_old_pythons_are_all_named() {
        let pythons = [python("3.10.4", true), python("3.9.1", true)];
        let error = choose("moto 1", OLDEST, pythons.into_iter()).expect_err("too old").to_string();
        assert!(
            error.starts_with("moto 1 needs Python 3.11 or newer, and only 3.9.1, 3.10.4 was found:"),
            "{error}"
        );
    }

    #[test]
    fn missing_python_is_said() {
        let error = choose("moto 1", OLDEST, [].into_iter()).expect_err("none").to_string();
        assert!(error.contains("no Python was found"), "{error}");
    }

    #[test]
    fn python_without_venv_is_named() {
        let error =
            choose("moto 1", OLDEST, [python("3.12.0", false)].into_iter()).expect_err("no venv").to_string();
        assert!(error.contains("Python 3.12.0 (/usr/bin/python3.12) has no venv module"), "{error}");
    }
}
