//! Engines that are down, speak nonsense, die, hang, throttle or lie: each leads to its own verdict and exit code.

use asl_cases::Verdict;
use rstest::rstest;

use crate::{
    fake::Fake,
    fake_engines::{
        balks_at, dies_after, honest, liar, mute, never_finishes, once_wrong_about, parrot, slow_down,
        throttles_half,
    },
    support::Reply,
    workplace::{Ended, Workplace, authored},
};

/// Runs the authored cases of an area against the fake, into the folder `run`.
fn run(workplace: &Workplace, fake: &Fake, area: &str) -> Ended {
    let phases = ["run", "--phases", "corpus", "--area", area, "--out", "run"];
    workplace.run(&[&phases[..], &["--deadline", "1s", "--engine", &fake.endpoint]].concat())
}

#[test]
fn honest_engine_agrees() {
    let (workplace, fake) = (Workplace::new(), honest());
    let ended = run(&workplace, &fake, "succeed");
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(workplace.verdicts("run"), [(Verdict::Agree, authored("succeed"))]);
    assert_eq!(fake.holds(), 0, "everything is deleted");
}

#[rstest]
#[case::down(Fake::nobody(), &["cannot be reached at http://127.0.0.1:", "see that it is running"])]
#[case::closes(Fake::blurting(b""), &["cannot be reached at http://127.0.0.1:", "see that it is running"])]
#[case::no_http(Fake::blurting(b"SSH-2.0-OpenSSH_9.2\r\n"), &["not the Step Functions API", "see that the endpoint"])]
#[case::html(parrot(200, "text/html", "<html>Welcome</html>"), &["not the Step Functions API", "Welcome"])]
#[case::not_found(parrot(404, "text/html", "<html>404</html>"), &["not the Step Functions API", "404"])]
#[case::empty_json(parrot(200, "application/x-amz-json-1.0", "{}"), &["not the Step Functions API", "see that"])]
#[case::garbage(parrot(200, "application/x-amz-json-1.0", "\u{1}{[}"), &["not the Step Functions API", "see that"])]
#[case::broken_inside(parrot(500, "text/plain", "stack trace"), &["failed inside CreateStateMachine", "stack trace", "doctor --engine http://"])]
#[case::mute(mute(), &["did not finish the execution within 10 s", "no answer to CreateStateMachine yet", "doctor --engine"])]
fn endpoint_that_is_no_engine_gets_one_sentence_and_no_run(#[case] fake: Fake, #[case] parts: &[&str]) {
    let workplace = Workplace::new();
    run(&workplace, &fake, "succeed").complains(3, parts);
    assert!(!workplace.path("run").exists(), "no folder is left of a run that never began");
}

#[test]
fn engines_that_are_all_down_are_said_one_by_one_and_leave_no_run() {
    let (workplace, fakes) = (Workplace::new(), [Fake::nobody(), Fake::nobody()]);
    let words = ["run", "--out", "run", "--engine", &fakes[0].endpoint, "--engine", &fakes[1].endpoint];
    let ended = workplace.run(&words);
    assert_eq!(ended.code, Some(3), "{ended:?}");
    let complaints: Vec<&str> = ended.err.lines().filter(|line| line.starts_with("error: ")).collect();
    assert_eq!(complaints.len(), 2, "{ended:?}");
    for (complaint, fake) in complaints.iter().zip(&fakes) {
        assert!(complaint.contains(&format!("cannot be reached at {}", fake.endpoint)), "{complaint}");
    }
    assert!(!workplace.path("run").exists(), "no folder is left of a run that never began");
}

#[test]
fn engine_that_is_down_is_named_and_does_not_hide_what_another_one_did() {
    let (workplace, fakes) = (Workplace::new(), [Fake::nobody(), honest()]);
    let words = ["run", "--phases", "corpus", "--area", "succeed", "--out", "run"];
    let engines = ["--engine", &fakes[0].endpoint, "--engine", &fakes[1].endpoint];
    let ended = workplace.run(&[&words[..], &engines].concat());
    assert_eq!(ended.code, Some(3), "{ended:?}");
    let report = std::fs::read_to_string(workplace.path("run/report.md")).expect("a report of the other one");
    assert!(report.contains(&fakes[1].endpoint), "{report}");
    let missing = format!("No case was run: engine \\`{0}\\` cannot be reached at {0}", fakes[0].endpoint);
    assert!(report.contains(&missing), "{report}");
}

#[rstest]
#[case::never_finishes(never_finishes("flour"), "last seen: status RUNNING")]
#[case::never_answers(balks_at("flour", || Reply::Hang), "last seen: no answer to StartExecution yet")]
#[case::always_throttles(balks_at("flour", slow_down), "last seen: StartExecution is being throttled")]
#[case::talks_nonsense(balks_at("flour", || Reply::Raw(200, "text/html", "<p>")), "not the Step Functions API")]
fn case_without_an_answer_is_an_engine_error_and_the_others_go_on(#[case] fake: Fake, #[case] said: &str) {
    let workplace = Workplace::new();
    let ended = run(&workplace, &fake, "pass");
    assert_eq!(ended.code, Some(3), "{ended:?}");
    assert_eq!(
        workplace.verdicts("run"),
        [(Verdict::Agree, authored("pass") - 1), (Verdict::EngineError, 1)]
    );
    assert!(ended.out.contains(said), "`{said}` is not said: {ended:?}");
    assert_eq!(fake.holds(), 0, "everything is deleted");
}

#[test]
fn engine_that_throttles_is_asked_again() {
    let (workplace, fake) = (Workplace::new(), throttles_half());
    let phases = ["run", "--phases", "corpus", "--area", "succeed", "--out", "run"];
    let ended = workplace.run(&[&phases[..], &["--engine", &fake.endpoint]].concat());
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(workplace.verdicts("run"), [(Verdict::Agree, authored("succeed"))]);
}

#[test]
fn engine_that_dies_in_the_middle_leaves_engine_errors_and_a_whole_log() {
    let (workplace, fake) = (Workplace::new(), dies_after(150));
    let ended = run(&workplace, &fake, "choice");
    assert_eq!(ended.code, Some(3), "{ended:?}");
    let verdicts = workplace.verdicts("run");
    let [(Verdict::Agree, agreed), (Verdict::EngineError, failed)] = verdicts[..] else {
        panic!("agreements and engine errors, nothing else: {verdicts:?}");
    };
    let log = workplace.log("run");
    assert_eq!(agreed + failed, log.header.cases_planned, "every case has its record");
    let footer = log.footer.expect("the log has its end");
    assert!(footer.stopped_early.expect("it says why").contains("cannot be reached"));
}

#[test]
fn engine_that_always_lies_diverges() {
    let (workplace, fake) = (Workplace::new(), liar());
    let ended = run(&workplace, &fake, "pass");
    assert_eq!(ended.code, Some(1), "{ended:?}");
    // One case fails as it should: there is no output to lie about.
    let lies = authored("pass") - 1;
    assert_eq!(workplace.verdicts("run"), [(Verdict::Agree, 1), (Verdict::Diverge, lies)]);
    assert_eq!(
        std::fs::read_dir(workplace.path("run/divergences")).expect("the divergences").count() as u64,
        lies
    );
    assert!(ended.out.contains("output:") && ended.out.contains(r#""lie""#), "{}", ended.out);
}

#[test]
fn engine_that_is_wrong_once_is_flaky() {
    let (workplace, fake) = (Workplace::new(), once_wrong_about("flour"));
    let ended = run(&workplace, &fake, "pass");
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(workplace.verdicts("run"), [(Verdict::Agree, authored("pass") - 1), (Verdict::Flaky, 1)]);
}

#[test]
fn replay_reproduces_a_divergence_by_the_command_that_the_run_prints() {
    let (workplace, fake) = (Workplace::new(), liar());
    let drawn = ["run", "--phases", "random", "--area", "intrinsics", "--cases", "12", "--seed", "7"];
    let ended = workplace.run(&[&drawn[..], &["--no-shrink", "--engine", &fake.endpoint]].concat());
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let printed = ended.out.lines().find_map(|line| line.split_once("asl-conformance replay "));
    let (_, arguments) = printed.expect("a replay command");
    let words: Vec<&str> = arguments.split_whitespace().collect();
    let replayed = workplace.run(&[&["replay"], &words[..]].concat());
    assert_eq!(replayed.code, Some(1), "{replayed:?}");
    let difference = |text: &str| text.lines().find(|line| line.contains("output:")).map(str::to_owned);
    assert!(difference(&replayed.out).is_some(), "{replayed:?}");
    assert_eq!(difference(&replayed.out), difference(&ended.out));
}

#[test]
fn replay_reads_the_case_file_of_a_divergence() {
    let (workplace, fake) = (Workplace::new(), liar());
    run(&workplace, &fake, "pass");
    let folder = std::fs::read_dir(workplace.path("run/divergences")).expect("divergences").next();
    let case = folder.expect("at least one").expect("readable").path().join("case.json");
    let replayed = workplace.run(&["replay", case.to_str().expect("UTF-8"), "--engine", &fake.endpoint]);
    assert_eq!(replayed.code, Some(1), "{replayed:?}");
    let honest = honest();
    let replayed = workplace.run(&["replay", case.to_str().expect("UTF-8"), "--engine", &honest.endpoint]);
    assert_eq!(replayed.code, Some(0), "{replayed:?}");
}

#[rstest]
#[case::of_the_reference("reference", 2, "the Task state \"T\" has no scripted answer")]
#[case::of_an_engine_of_its_own(&Fake::nobody().endpoint, 3, "cannot be reached")]
fn task_that_nobody_answers_is_left_to_an_engine_that_may_have_it(
    #[case] engine: &str,
    #[case] code: i32,
    #[case] part: &str,
) {
    let workplace = Workplace::new();
    let task = r#"{"StartAt": "T", "States": {"T": {"Type": "Task", "End": true,
        "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f"}}}"#;
    workplace.write("task.json", task);
    let ended = workplace.run(&["check", "task.json", "--engine", engine]);
    assert_eq!(ended.code, Some(code), "{ended:?}");
    assert!(ended.out.contains(part) || ended.err.contains(part), "{ended:?}");
}

#[test]
fn doctor_gives_up_an_engine_that_does_not_answer() {
    let fake = mute();
    let ended = Workplace::new().run(&["doctor", "--engine", &fake.endpoint]);
    assert_eq!(ended.code, Some(3), "{ended:?}");
    assert!(
        ended.out.contains("no answer within 10 s") && ended.out.contains("A run makes no sense"),
        "{ended:?}"
    );
}

#[test]
fn doctor_says_that_a_dead_endpoint_makes_no_sense() {
    let ended = Workplace::new().run(&["doctor", "--engine", &Fake::nobody().endpoint]);
    assert_eq!(ended.code, Some(3), "{ended:?}");
    let said = format!("{}{}", ended.out, ended.err);
    assert!(said.contains("cannot be reached"), "{ended:?}");
}
