//! Engines that cannot be had: misspelt, without Python, without a network.

use rstest::rstest;

use crate::workplace::{Ended, Workplace, end_of};

#[rstest]
#[case::misspelt("minstack", &["unknown engine `minstack` (did you mean `ministack`?)", "`localstack`, `ministack`, `moto`", "`reference`"])]
#[case::unknown("floe", &["unknown engine `floe`", "`localstack`, `ministack`, `moto`"])]
#[case::misspelt_with_version("motto@5.0.0", &["unknown engine `motto` (did you mean `moto`?)"])]
fn unknown_engine_is_told_from_the_known_ones(
    #[values("run", "check", "replay", "doctor", "generate")] command: &str,
    #[case] engine: &str,
    #[case] parts: &[&str],
) {
    let workplace = Workplace::new();
    workplace.write("d", r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#);
    let words: &[&str] = match command {
        "check" => &["check", "d", "--engine"],
        "replay" => &["replay", "pass/result-replaces-input", "--engine"],
        "generate" => &["generate", "--profile"],
        "run" => &["run", "--out", "run", "--engine"],
        _ => &["doctor", "--engine"],
    };
    workplace.run(&[words, &[engine]].concat()).complains(2, parts);
    assert!(!workplace.path("run").exists(), "no folder is left of a run that never began");
}

#[rstest]
#[case::no_scheme("localhost:4566", "did you mean `http://localhost:4566`?")]
#[case::no_host("http://", "names no host")]
#[case::https("https://states.us-east-1.amazonaws.com", "only http://")]
#[case::words("my engine", "use `reference`, `serve`, `http://HOST:PORT`")]
#[case::no_version("moto@", "use `reference`")]
#[case::path_as_version("moto@../x", "use `reference`")]
fn text_that_names_no_engine_is_a_usage_error(#[case] engine: &str, #[case] part: &str) {
    Workplace::new().run(&["run", "--engine", engine]).complains(2, &[part]);
}

#[test]
fn missing_python_is_said_with_what_to_do() {
    let workplace = Workplace::new();
    std::fs::create_dir(workplace.path("empty")).expect("writable");
    let mut command = workplace.command(&["run", "--engine", "moto", "--out", "run"]);
    command.env("PATH", workplace.path("empty")).env("PYENV_ROOT", workplace.path("empty"));
    let ended = end_of(command.spawn().expect("the program was built"));
    ended.complains(3, &["moto", "needs Python 3.", "no Python was found", "install one"]);
    assert!(!workplace.path("run").exists(), "no folder is left of a run that never began");
}

#[test]
fn package_index_that_cannot_be_reached_is_said_with_what_to_check() {
    let workplace = Workplace::new();
    let mut command = workplace.command(&["run", "--engine", "moto", "--out", "run"]);
    command
        .env("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
        .env("PIP_RETRIES", "0")
        .env("PIP_CONFIG_FILE", "/dev/null")
        .env_remove("PIP_FIND_LINKS")
        .env_remove("PIP_EXTRA_INDEX_URL");
    let ended = end_of(command.spawn().expect("the program was built"));
    if has_no_python(&ended) {
        return;
    }
    ended.complains(3, &["could not install moto", "pip install", "network", "install.log"]);
    assert!(!workplace.path("run").exists(), "no folder is left of a run that never began");
}

/// Without a Python that will do there is nothing to install with.
fn has_no_python(ended: &Ended) -> bool {
    ended.err.contains("needs Python") || ended.err.contains("needs a virtual environment")
}
