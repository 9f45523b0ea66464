//! What the list of an engine says to a run, to `known update`, and to `report-issue` among several runs.

use asl_cases::Verdict;
use rstest::rstest;

use crate::{
    fake::Fake,
    fake_engines::{honest, liar},
    workplace::Workplace,
};

/// Runs the authored cases of an area on these engines.
fn run(workplace: &Workplace, out: &str, engines: &[&Fake]) {
    let words = ["run", "--phases", "corpus", "--area", "pass", "--no-shrink", "--out", out];
    let engines = engines.iter().flat_map(|engine| ["--engine", &engine.endpoint]);
    let ended = workplace.run(&words.into_iter().chain(engines).collect::<Vec<_>>());
    assert_eq!(ended.code, Some(1), "{ended:?}");
}

/// The first bug that the run shows.
fn signature(workplace: &Workplace, run: &str) -> String {
    let log = workplace.log(run);
    let wrong = log.records.iter().find(|record| record.verdict == Verdict::Diverge);
    wrong.expect("it lies").divergences[0].signature.id().to_string()
}

/// The folder of what is known about the engine.
fn list_of(engine: &Fake) -> String {
    let name = engine.endpoint.replace([':', '/'], "-");
    format!("cases/regressions/{name}/known.toml")
}

#[test]
fn bug_that_is_listed_for_one_engine_is_reported_of_another() {
    let (workplace, engines) = (Workplace::new(), [liar(), liar()]);
    run(&workplace, "runs/1", &[&engines[0]]);
    run(&workplace, "runs/2", &[&engines[1]]);
    let id = signature(&workplace, "runs/1");
    assert_eq!(workplace.run(&["known", "update", "runs/2"]).code, Some(0));
    workplace.run(&["report-issue", &id, "--run", "runs/2"]).complains(2, &[&id, "is known already"]);
    let reports_the_other = || {
        let ended = workplace.run(&["report-issue", &id]);
        assert_eq!(ended.code, Some(0), "{ended:?}");
        assert!(ended.out.contains(&engines[0].endpoint), "{ended:?}");
    };
    reports_the_other();
    workplace.write(&list_of(&engines[1]), "hello");
    reports_the_other();
}

#[test]
fn run_on_several_engines_brings_the_list_of_each_up_to_date() {
    let (workplace, engines) = (Workplace::new(), [liar(), liar()]);
    run(&workplace, "runs/1", &[&engines[0], &engines[1]]);
    workplace
        .run(&["known", "update", "runs/1", "--regressions", "kept"])
        .complains(2, &["is a run on 2 engines", "name the folder of that engine"]);
    assert_eq!(workplace.run(&["known", "update", "runs/1"]).code, Some(0));
    for engine in &engines {
        assert!(workplace.path(&list_of(engine)).is_file(), "{}", engine.endpoint);
    }
}

#[test]
fn engine_that_was_down_gets_no_list() {
    let (workplace, engines) = (Workplace::new(), [Fake::nobody(), liar()]);
    let words = ["run", "--phases", "corpus", "--area", "pass", "--no-shrink", "--out", "runs/1"];
    let named = ["--engine", &engines[0].endpoint, "--engine", &engines[1].endpoint];
    assert_eq!(workplace.run(&[&words[..], &named].concat()).code, Some(3));
    assert_eq!(workplace.run(&["known", "update", "runs/1"]).code, Some(0));
    let has_list = |engine: &Fake| workplace.path(&list_of(engine)).is_file();
    assert_eq!(engines.each_ref().map(has_list), [false, true]);
}

#[test]
fn beginning_of_several_ids_names_no_bug() {
    let (workplace, engine) = (Workplace::new(), liar());
    let words = ["run", "--phases", "corpus", "--area", "map", "--no-shrink", "--out", "runs/1"];
    workplace.run(&[&words[..], &["--engine", &engine.endpoint]].concat());
    workplace
        .run(&["report-issue", "s"])
        .complains(2, &["signatures begin with `s`: s", "give the whole id"]);
}

#[test]
fn folder_of_regressions_that_is_not_there_is_said() {
    let workplace = Workplace::new();
    let words = ["run", "--engine", "reference", "--regressions", "no/where", "--out", "run"];
    let ended = workplace.run(&[&words[..], &["--phases", "corpus", "--area", "succeed"]].concat());
    assert!(ended.err.contains("there is no folder no/where"), "{ended:?}");
}

#[test]
fn bug_is_found_in_a_run_on_several_engines() {
    let (workplace, engines) = (Workplace::new(), [honest(), liar()]);
    run(&workplace, "runs/1", &[&engines[0], &engines[1]]);
    let id = signature(&workplace, &format!("runs/1/{}", engines[1].endpoint.replace([':', '/'], "-")));
    for words in [&["report-issue", &id][..], &["report-issue", &id, "--run", "runs/1"]] {
        let ended = workplace.run(words);
        assert_eq!(ended.code, Some(0), "{ended:?}");
        assert!(ended.out.contains(&engines[1].endpoint), "{ended:?}");
    }
}

#[rstest]
#[case::of_all_versions("", 6, true)]
#[case::of_another_version("versions = \"<0.0.1\"\n", 0, false)]
fn bug_is_fixed_only_in_a_version_that_has_it(
    #[case] versions: &str,
    #[case] code: i32,
    #[case] is_fixed: bool,
) {
    let (workplace, engine) = (Workplace::new(), liar());
    run(&workplace, "wrong", &[&engine]);
    let update = |run| workplace.run(&["known", "update", run, "--regressions", "kept"]);
    assert_eq!(update("wrong").code, Some(0));
    let list = std::fs::read_to_string(workplace.path("kept/known.toml")).expect("a list");
    workplace.write("kept/known.toml", &list.replace("reason = ", &format!("{versions}reason = ")));
    let words = ["run", "--engine", "reference", "--regressions", "kept", "--out", "right"];
    let ended = workplace.run(&[&words[..], &["--phases", "corpus", "--area", "succeed"]].concat());
    assert_eq!((ended.code, ended.err.contains("FIXED")), (Some(code), is_fixed), "{ended:?}");
    let updated = update("right");
    assert_eq!(updated.out.contains(" 0 fixed and taken off"), !is_fixed, "{updated:?}");
    let case = workplace.path(&format!("kept/{}.json", signature(&workplace, "wrong")));
    assert_eq!(case.exists(), !is_fixed);
}

#[test]
fn entry_is_explained_by_an_id_that_is_no_other_one() {
    let (workplace, engine) = (Workplace::new(), liar());
    run(&workplace, "wrong", &[&engine]);
    let list = |folder: &str| {
        let updated = workplace.run(&["known", "update", "wrong", "--regressions", folder]);
        assert_eq!(updated.code, Some(0), "{updated:?}");
    };
    list("kept");
    let explain = |id: &str| workplace.run(&["known", "explain", id, "--regressions", "kept"]);
    let id = signature(&workplace, "wrong");
    let explained = explain(&id[..id.len() - 1]);
    assert!(explained.code == Some(0) && explained.out.contains(&id), "{explained:?}");
    explain("").complains(2, &[&id, "give the whole id"]);
    let list = std::fs::read_to_string(workplace.path("kept/known.toml")).expect("a list");
    workplace.write("kept/known.toml", &list.replacen("reason = ", "also = [\"s0-other\"]\nreason = ", 1));
    let explained = explain("s0-other");
    assert!(explained.code == Some(0) && explained.out.contains("also      s0-other"), "{explained:?}");
}

#[test]
fn entry_that_has_expired_is_said_to_have() {
    let (workplace, engine) = (Workplace::new(), liar());
    run(&workplace, "wrong", &[&engine]);
    workplace.run(&["known", "update", "wrong", "--regressions", "kept"]);
    let list = std::fs::read_to_string(workplace.path("kept/known.toml")).expect("a list");
    workplace.write("kept/known.toml", &list.replace("reason = ", "expires = \"2020-01-01\"\nreason = "));
    let words = ["run", "--engine", &engine.endpoint, "--regressions", "kept", "--no-shrink"];
    let ended = workplace.run(&[&words[..], &["--phases", "corpus", "--area", "pass"]].concat());
    assert_eq!(ended.code, Some(1), "what has expired is new: {ended:?}");
    assert!(
        ended.err.contains("Expired") && ended.err.contains(&signature(&workplace, "wrong")),
        "{ended:?}"
    );
}
