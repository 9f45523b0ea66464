//! A case as a bash script that needs only the AWS CLI and an endpoint.
//!
//! The script makes the state machines of the case, runs the first one on the input, shows what came of it, and
//! deletes what it made. Task states with scripted answers become activities that the script answers itself.

use std::fmt::Write as _;

use asl_cases::{Case, ExpectedOutcome, MachineType, StateTest};
use serde_json::Value;

use crate::{
    lowering::{Lowered, LoweredMachine, activity_hole, machine_hole},
    repro_worker::{heredoc, quoted, worker_function},
};

/// Where an emulator listens when nothing else is said.
pub(crate) const DEFAULT_ENDPOINT: &str = "http://127.0.0.1:4566";

const SETUP: &str = include_str!("repro_setup.sh");
const STANDARD: &str = include_str!("repro_standard.sh");
const EXPRESS: &str = include_str!("repro_express.sh");
const TEST_STATE: &str = include_str!("repro_test_state.sh");

/// The script. `endpoint` is the one that it talks to when the user names none.
pub fn render_repro_sh(case: &Case, endpoint: Option<&str>) -> String {
    let mut script = head(case);
    script.push_str(&SETUP.replace("@DEFAULT_ENDPOINT@", endpoint.unwrap_or(DEFAULT_ENDPOINT)));
    if let Some(test) = &case.test_state {
        script.push_str(&heredoc("$work/request.json", &test_request(case, test).to_string()));
        script.push_str(TEST_STATE);
        return script;
    }
    let lowered = Lowered::of(case);
    activities(&lowered, &mut script);
    // A machine that another one starts must be there first.
    for (index, machine) in lowered.machines.iter().enumerate().rev() {
        create_machine(index, machine, &mut script);
    }
    script.push_str(&heredoc("$work/input.json", &case.input.to_string()));
    script.push_str(match case.main().kind {
        MachineType::Standard => STANDARD,
        MachineType::Express => EXPRESS,
    });
    script
}

/// The body of the call of `TestState`.
fn test_request(case: &Case, test: &StateTest) -> Value {
    let mut body = serde_json::to_value(test).expect("a test is plain data");
    body["definition"] = case.main().definition_text().into();
    body["input"] = case.input.to_string().into();
    body
}

fn head(case: &Case) -> String {
    let mut head = String::from("#!/usr/bin/env bash\n");
    comment(&mut head, &format!("Case {} ({})", case.name, case.id()));
    if !case.title.is_empty() {
        comment(&mut head, &case.title);
    }
    if let Some(expectation) = &case.expectation {
        let evidence = &expectation.evidence;
        let outcome = in_words(&expectation.outcome);
        comment(&mut head, &format!("Expected: {outcome} ({}: {})", evidence.kind.as_str(), evidence.source));
    }
    head
}

fn in_words(outcome: &ExpectedOutcome) -> String {
    match outcome {
        ExpectedOutcome::Succeeded(output) => format!("it succeeds with {output}"),
        ExpectedOutcome::Failed { error, cause } => {
            let error = error.as_ref().map_or_else(String::new, |error| format!(" with {error}"));
            let cause = cause.as_ref().map_or_else(String::new, |cause| format!(", cause: {cause}"));
            format!("it fails{error}{cause}")
        }
        ExpectedOutcome::TimedOut => "it times out".to_owned(),
        ExpectedOutcome::Aborted => "it is aborted".to_owned(),
        ExpectedOutcome::Tested(tested) => format!("its test says {}", tested.status.as_str()),
        ExpectedOutcome::Rejected { code, .. } => {
            let code = code.as_ref().map_or_else(String::new, |code| format!(" with {code}"));
            format!("the definition is refused{code}")
        }
    }
}

fn comment(script: &mut String, text: &str) {
    let line = text.replace(['\n', '\r'], " ");
    writeln!(script, "# {line}").expect("a string takes any text");
}

fn activities(lowered: &Lowered<'_>, script: &mut String) {
    for (number, activity) in lowered.activities.iter().enumerate() {
        comment(script, &format!("The activity of the state {}", activity.state));
        if !activity.answers.is_empty() {
            script.push_str(&worker_function(number, activity.answers));
        }
        writeln!(script, "create_activity {number} {}", quoted(&activity_hole(number)))
            .expect("a string takes any text");
        if !activity.answers.is_empty() {
            writeln!(script, "start_worker {number}\n").expect("a string takes any text");
        }
    }
}

fn create_machine(index: usize, lowered: &LoweredMachine<'_>, script: &mut String) {
    let machine = lowered.machine;
    let kind = match machine.kind {
        MachineType::Standard => "STANDARD",
        MachineType::Express => "EXPRESS",
    };
    let definition = match &lowered.definition {
        Value::String(text) => text.clone(),
        document => format!("{document:#}"),
    };
    comment(script, &format!("The state machine {}", machine.name));
    script.push_str(&heredoc("$work/definition.json", &definition));
    let name = quoted(&machine.name);
    let hole = quoted(&machine_hole(index));
    writeln!(script, "create_machine {name} {kind} {hole}\n").expect("a string takes any text");
}

#[cfg(test)]
mod tests {
    use super::*;
    use asl_cases::{Answer, Machine};
    use rstest::rstest;
    use serde_json::json;

    const WORK: &str = "arn:aws:states:us-east-1:123456789012:activity:work";

    fn task_case() -> Case {
        let mut machine = Machine::new(json!({"StartAt": "Do", "States": {
            "Do": {"Type": "Task", "Resource": WORK, "Next": "Fan"},
            "Fan": {"Type": "Parallel", "End": true, "Branches": [
                {"StartAt": "In", "States": {"In": {"Type": "Task", "Resource": WORK, "End": true}}}]}}}));
        let fail = Answer::Fail { error: Some("It's".to_owned()), cause: None };
        machine.stubs.insert("Do".to_owned(), vec![fail, Answer::Succeed(json!({"a": "it's"}))]);
        machine.stubs.insert("In".to_owned(), vec![Answer::Unpolled]);
        Case { name: "retry/once".to_owned(), ..Case::new(machine, json!({"x": "it's $HOME"})) }
    }

    #[test]
    fn endpoint_is_the_argument_then_the_environment_then_the_one_of_the_run() {
        let script = render_repro_sh(&task_case(), Some("http://127.0.0.1:9999"));
        assert!(script.contains("endpoint=\"${1:-${ASL_ENDPOINT:-http://127.0.0.1:9999}}\""), "{script}");
        assert!(render_repro_sh(&task_case(), None).contains(DEFAULT_ENDPOINT));
    }

    #[test]
    fn every_activity_task_gets_its_own_activity_and_answers() {
        let script = render_repro_sh(&task_case(), None);
        assert!(!script.contains(WORK), "{script}");
        for line in [
            "create_activity 0 '@ACTIVITY_0@'",
            "create_activity 1 '@ACTIVITY_1@'",
            "start_worker 0",
            "start_worker 1",
        ] {
            assert!(script.lines().any(|other| other == line), "no line {line} in\n{script}");
        }
    }

    #[test]
    fn input_is_sent_as_it_is() {
        let script = render_repro_sh(&task_case(), None);
        assert!(script.contains("<<'END_OF_TEXT'\n{\"x\":\"it's $HOME\"}\nEND_OF_TEXT\n"), "{script}");
    }

    #[test]
    fn started_machine_is_made_first_and_named_by_a_hole() {
        let mut case = task_case();
        case.machines[0].definition = json!({"States": {"Go": {"Parameters": {
            "StateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:child"}}}});
        case.machines.push(Machine { name: "child".to_owned(), ..Machine::new(json!({})) });
        let script = render_repro_sh(&case, None);
        assert!(script.contains("\"@MACHINE_1@\""), "{script}");
        let place = |line: &str| script.find(line).unwrap_or_else(|| panic!("{line} in {script}"));
        assert!(place("create_machine 'child' STANDARD") < place("create_machine 'main' STANDARD"));
    }

    #[rstest]
    #[case(MachineType::Standard, "start-execution")]
    #[case(MachineType::Express, "StartSyncExecution")]
    fn each_type_is_started_its_own_way(#[case] kind: MachineType, #[case] operation: &str) {
        let mut case = task_case();
        case.machines[0].kind = kind;
        let script = render_repro_sh(&case, None);
        assert!(script.contains(operation), "{script}");
    }
}
