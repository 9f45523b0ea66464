//! Files that are no case, no definition and no run: one sentence with file, line, place and suggestion.

use rstest::rstest;

use crate::{fake::Fake, workplace::Workplace};

const MACHINES: &str =
    r#""machines": [{"definition": {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}}]"#;

#[rstest]
#[case::not_json("{\n\"machines\": [}", &["FILE:2:14: ", "not JSON"])]
#[case::cut_off("{\"machines\": [", &["FILE:1:14: ", "not JSON", "EOF"])]
#[case::empty("", &["FILE:1:1: ", "not JSON"])]
#[case::unknown_field("{\"format\": 1, \"name\": \"a/b\",\n\"inptu\": {}, MACHINES}", &["FILE:2:", "at /inptu", "unknown field `inptu`", "did you mean `input`?"])]
#[case::deep_unknown_field("{\"format\": 1, \"name\": \"a/b\", \"input\": 1, \"machines\": [\n{\"definition\": {}, \"stbus\": {}}]}", &["FILE:2:", "at /machines/0/stbus", "did you mean `stubs`?"])]
#[case::missing_field("{\"format\": 1, \"input\": {}, MACHINES}", &["FILE:1:", "missing field `name`"])]
#[case::field_written_twice("{\"format\": 1, \"name\": \"a/b\", \"input\": {\"a\": 1,\n\"a\": 2}, MACHINES}", &["FILE:2:3: ", "the field `a` is there already"])]
#[case::no_machine("{\"format\": 1, \"name\": \"a/b\", \"input\": {}, \"machines\": []}", &["FILE: ", "needs at least one state machine"])]
fn bad_case_file_is_one_sentence(
    #[values("show", "replay")] command: &str,
    #[case] text: &str,
    #[case] parts: &[&str],
) {
    let workplace = Workplace::new();
    workplace.write("FILE", &text.replace("MACHINES", MACHINES));
    workplace.run(&[command, "FILE"]).complains(2, parts);
}

#[test]
fn stub_of_no_state_is_named_where_a_task_waits_for_ever() {
    let workplace = Workplace::new();
    let task =
        r#"{"Type": "Task", "Resource": "arn:aws:states:us-east-1:123456789012:activity:a", "End": true}"#;
    let definition = format!(r#"{{"StartAt": "Work", "States": {{"Work": {task}}}}}"#);
    let machine = format!(r#"{{"definition": {definition}, "stubs": {{"work": [{{"succeed": 1}}]}}}}"#);
    let case = format!(r#"{{"format": 1, "name": "a/b", "input": {{}}, "machines": [{machine}]}}"#);
    workplace.write("FILE", &case);
    let ended = workplace.run(&["replay", "FILE"]);
    assert!(ended.out.contains("there is no state for the stubs of `work`"), "{ended:?}");
}

#[rstest]
#[case::of_a_report("report", "run")]
#[case::of_a_list("known", "/proc/none")]
fn place_that_is_none_is_no_fault_of_the_suite(#[case] command: &str, #[case] place: &str) {
    let workplace = Workplace::new();
    let words = ["run", "--phases", "corpus", "--area", "succeed", "--engine", "reference", "--out", "run"];
    assert_eq!(workplace.run(&words).code, Some(0));
    let words: &[&str] = match command {
        "report" => &["report", "run", "--out", place],
        _ => &["known", "update", "run", "--regressions", place],
    };
    workplace.run(words).complains(2, &["cannot ", place]);
}

#[rstest]
#[case::not_json(
    "{\n\"StartAt\": A}",
    "error[INVALID_JSON_DESCRIPTION]: Unrecognized token 'A'",
    "FILE:2:12"
)]
#[case::empty("", "error[SCHEMA_VALIDATION_FAILED]: Definition must be a valid JSON object", "FILE:1:1")]
#[case::no_object(
    "[1]",
    "error[SCHEMA_VALIDATION_FAILED]: Definition must be a valid JSON object",
    "FILE:1:1"
)]
#[case::unknown_field(
    "{\"StartAt\": \"A\",\n\"States\": {\"A\": {\"Type\": \"Pass\",\n\"Resutl\": 1, \"End\": true}}}",
    "did you mean `Result`?",
    "FILE:3:1"
)]
#[case::missing_field(
    "{\"States\": {\"A\": {\"Type\": \"Pass\", \"End\": true}}}",
    "These fields are required: [StartAt]",
    "FILE:1:1"
)]
fn bad_definition_is_drawn(#[case] text: &str, #[case] sentence: &str, #[case] place: &str) {
    let workplace = Workplace::new();
    workplace.write("FILE", text);
    let ended = workplace.run(&["check", "FILE"]);
    ended.complains(2, &["FILE: the definition is refused: 1 error"]);
    assert!(ended.err.contains(sentence) && ended.err.contains(&format!("--> {place}\n")), "{}", ended.err);
}

#[test]
fn warnings_are_drawn_and_refuse_nothing() {
    let workplace = Workplace::new();
    workplace.write(
        "FILE",
        r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": "$.a", "End": true}}}"#,
    );
    let ended = workplace.run(&["check", "FILE"]);
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    assert!(ended.err.contains("warning[PASS_RESULT_IS_STATIC]"), "{}", ended.err);
}

#[rstest]
#[case::not_json("{a", &["the input is not JSON", "strings need their quotes"])]
#[case::no_file("@absent.json", &["cannot read absent.json"])]
fn bad_input_is_one_sentence(#[case] input: &str, #[case] parts: &[&str]) {
    let workplace = Workplace::new();
    workplace.write("definition", r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#);
    workplace.run(&["check", "definition", "--input", input]).complains(2, parts);
}

#[rstest]
#[case::check(&["check", "absent"], &["cannot read absent"])]
#[case::show(&["show", "absent"], &["`absent` is no file, no case of the corpus", "list"])]
#[case::replay(&["replay", "absent"], &["`absent` is no file, no case of the corpus", "case.json"])]
#[case::report(&["report", "absent"], &["cannot read absent", "name the folder of a run"])]
#[case::report_of_another_folder(&["report", "."], &["cannot read ./log.jsonl", "name the folder of a run"])]
fn missing_file_is_named(#[case] arguments: &[&str], #[case] parts: &[&str]) {
    Workplace::new().run(arguments).complains(2, parts);
}

#[rstest]
#[case::of_the_engine(&["--engine", "faulty:agrees"], "cases/regressions/faulty-agrees")]
#[case::that_is_named(&["--engine", "ENDPOINT", "--regressions", "kept"], "kept")]
fn bad_list_of_known_divergences_is_said_before_the_engine_is_asked(
    #[case] words: &[&str],
    #[case] folder: &str,
    #[values("known.toml", "s1-1.json")] file: &str,
) {
    let (workplace, fake) = (Workplace::new(), Fake::nobody());
    std::fs::create_dir_all(workplace.path(folder)).expect("writable");
    workplace.write(&format!("{folder}/{file}"), "hello");
    let words = words.iter().map(|word| if *word == "ENDPOINT" { &fake.endpoint } else { *word });
    let words: Vec<&str> = ["run", "--out", "run"].into_iter().chain(words).collect();
    workplace.run(&words).complains(2, &[&format!("{folder}/{file}: ")]);
    assert!(!workplace.path("run").exists(), "no folder is left of a run that never began");
}

#[test]
fn file_that_is_no_log_is_said() {
    let workplace = Workplace::new();
    workplace.write("log", "hello\n");
    workplace.run(&["report", "log"]).complains(2, &["log: "]);
}
