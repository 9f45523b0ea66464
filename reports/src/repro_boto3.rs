//! A case as a Python script that needs only boto3 and an endpoint. It does what [`crate::repro`] does.

use asl_cases::{Answer, Case, MachineType};
use serde_json::Value;

use crate::{lowering::Lowered, repro::DEFAULT_ENDPOINT};

const SCRIPT: &str = include_str!("repro_boto3.py");

/// The script; `None` for more than one machine, an Express one, and the test of a state.
pub(crate) fn render_repro_boto3(case: &Case, endpoint: Option<&str>) -> Option<String> {
    let is_standard = case.main().kind == MachineType::Standard;
    (case.machines.len() == 1 && is_standard && case.test_state.is_none()).then_some(())?;
    let lowered = Lowered::of(case);
    let definition = match &lowered.machines[0].definition {
        Value::String(text) => text.clone(),
        document => document.to_string(),
    };
    let answers: Vec<&[Answer]> = lowered.activities.iter().map(|activity| activity.answers).collect();
    let answers = serde_json::to_string(&answers).expect("answers are plain data");
    // A JSON string is a Python string too.
    let quoted = |text: String| Value::String(text).to_string();
    let script = SCRIPT.replace("@ENDPOINT@", endpoint.unwrap_or(DEFAULT_ENDPOINT));
    let script = script.replace("@ANSWERS@", &quoted(answers)).replace("@DEFINITION@", &quoted(definition));
    Some(script.replace("@INPUT@", &quoted(case.input.to_string())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use asl_cases::Machine;
    use rstest::rstest;
    use serde_json::json;

    fn task_case() -> Case {
        let work = "arn:aws:states:us-east-1:123456789012:activity:work";
        let mut machine = Machine::new(json!({"StartAt": "Do", "States": {
            "Do": {"Type": "Task", "Resource": work, "TimeoutSeconds": 1, "Next": "Gone"},
            "Gone": {"Type": "Task", "Resource": work, "End": true}}}));
        machine.stubs.insert("Do".to_owned(), vec![Answer::Unpolled, Answer::Succeed(json!("it's"))]);
        machine.stubs.insert("Gone".to_owned(), vec![Answer::NoSuchActivity]);
        Case::new(machine, json!({}))
    }

    #[test]
    fn activities_are_those_of_the_tasks_that_have_one() {
        let script = render_repro_boto3(&task_case(), None).expect("a script");
        let answers = r#"activities = json.loads("[[\"unpolled\",{\"succeed\":\"it's\"}]]")"#;
        assert!(script.lines().any(|line| line == answers), "{script}");
        assert_eq!(script.matches("\"@ACTIVITY_0@\\\"").count(), 1, "{script}");
    }

    #[rstest]
    #[case::of_another_machine(|case: &mut Case| case.machines.push(case.machines[0].clone()))]
    #[case::of_an_express_one(|case: &mut Case| case.machines[0].kind = MachineType::Express)]
    #[case::of_the_test_of_a_state(|case: &mut Case| case.test_state = Some(asl_cases::StateTest::default()))]
    fn there_is_no_script(#[case] edit: fn(&mut Case)) {
        let mut case = task_case();
        edit(&mut case);
        assert_eq!(render_repro_boto3(&case, None), None);
    }
}
