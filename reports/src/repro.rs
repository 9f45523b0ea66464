//! A case as a bash script that needs only the AWS CLI and an endpoint.
//!
//! The script makes the state machines of the case, runs the first one on the input, shows what came of it, and
//! deletes what it made. Task states with scripted answers become activities that the script answers itself.

use std::fmt::Write as _;

use asl_cases::{Answer, Case, ExpectedOutcome, Machine, MachineType, StateTest};
use serde_json::Value;

use crate::repro_worker::{heredoc, quoted, worker_function};

/// Where an emulator listens when nothing else is said.
const DEFAULT_ENDPOINT: &str = "http://127.0.0.1:4566";

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
    let machines: Vec<Lowered> = lower_all(case);
    activities(&machines, &mut script);
    // A machine that another one starts must be there first.
    for (index, machine) in machines.iter().enumerate().rev() {
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

/// A machine whose definition has holes for the ARNs that are known only when the script runs.
struct Lowered<'a> {
    machine: &'a Machine,
    definition: String,
    activities: Vec<Activity<'a>>,
}

struct Activity<'a> {
    state: String,
    hole: String,
    answers: &'a [Answer],
}

fn lower_all(case: &Case) -> Vec<Lowered<'_>> {
    let names: Vec<&str> = case.machines.iter().map(|machine| machine.name.as_str()).collect();
    let mut count = 0;
    case.machines.iter().map(|machine| lower(machine, &names, &mut count)).collect()
}

fn lower<'a>(machine: &'a Machine, names: &[&str], count: &mut usize) -> Lowered<'a> {
    let Value::String(text) = &machine.definition else {
        let mut definition = machine.definition.clone();
        let mut activities = Vec::new();
        lower_tasks(&mut definition, machine, count, &mut activities);
        name_machines(&mut definition, names);
        return Lowered { machine, definition: format!("{definition:#}"), activities };
    };
    Lowered { machine, definition: text.clone(), activities: Vec::new() }
}

/// Gives every activity task an activity of its own, so that its answers are not mixed with another state's.
fn lower_tasks<'a>(
    value: &mut Value,
    machine: &'a Machine,
    count: &mut usize,
    activities: &mut Vec<Activity<'a>>,
) {
    match value {
        Value::Array(items) => {
            for item in items {
                lower_tasks(item, machine, count, activities);
            }
        }
        Value::Object(map) => {
            if let Some(Value::Object(states)) = map.get_mut("States") {
                for (name, state) in states.iter_mut() {
                    lower_task(name, state, machine, count, activities);
                }
            }
            map.values_mut().for_each(|inner| lower_tasks(inner, machine, count, activities));
        }
        _ => {}
    }
}

fn lower_task<'a>(
    name: &str,
    state: &mut Value,
    machine: &'a Machine,
    count: &mut usize,
    activities: &mut Vec<Activity<'a>>,
) {
    let Some(Value::String(resource)) = state.get_mut("Resource") else {
        return;
    };
    if !resource.contains(":activity:") {
        return;
    }
    let hole = format!("@ACTIVITY_{count}@");
    resource.clone_from(&hole);
    *count += 1;
    let answers = machine.stubs.get(name).map_or(&[][..], Vec::as_slice);
    activities.push(Activity { state: name.to_owned(), hole, answers });
}

/// Another machine of the case is named by an ARN that ends in its name.
fn name_machines(value: &mut Value, names: &[&str]) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| name_machines(item, names)),
        Value::Object(map) => map.values_mut().for_each(|inner| name_machines(inner, names)),
        Value::String(text) => {
            let called = text.split_once(":stateMachine:").map(|(_, name)| name);
            if let Some(index) = called.and_then(|name| names.iter().position(|other| *other == name)) {
                *text = machine_hole(index);
            }
        }
        _ => {}
    }
}

fn machine_hole(index: usize) -> String {
    format!("@MACHINE_{index}@")
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

fn activities(machines: &[Lowered<'_>], script: &mut String) {
    let all = machines.iter().flat_map(|lowered| &lowered.activities);
    for (number, activity) in all.enumerate() {
        comment(script, &format!("The activity of the state {}", activity.state));
        if !activity.answers.is_empty() {
            script.push_str(&worker_function(number, activity.answers));
        }
        writeln!(script, "create_activity {number} {}", quoted(&activity.hole))
            .expect("a string takes any text");
        if !activity.answers.is_empty() {
            writeln!(script, "start_worker {number}\n").expect("a string takes any text");
        }
    }
}

fn create_machine(index: usize, lowered: &Lowered<'_>, script: &mut String) {
    let machine = lowered.machine;
    let kind = match machine.kind {
        MachineType::Standard => "STANDARD",
        MachineType::Express => "EXPRESS",
    };
    comment(script, &format!("The state machine {}", machine.name));
    script.push_str(&heredoc("$work/definition.json", &lowered.definition));
    let name = quoted(&machine.name);
    let hole = quoted(&machine_hole(index));
    writeln!(script, "create_machine {name} {kind} {hole}\n").expect("a string takes any text");
}

#[cfg(test)]
mod tests {
    use super::*;
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
