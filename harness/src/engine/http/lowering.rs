//! Task stubs lowered to activities: which Task states of a definition name an activity, and the definition with the
//! activities that were made for them. Pure; making the activities is the caller's.

use asl_cases::{Answer, Machine};
use serde_json::{Map, Value};

/// A Task state that asks an activity.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ActivityTask {
    /// The state name.
    pub(super) state: String,
    /// The activity ARN as the case has it.
    pub(super) resource: String,
    /// The scripted answers; empty when nobody polls.
    pub(super) answers: Vec<Answer>,
    /// The state's own time-out, if it is written down as a number.
    pub(super) timeout_seconds: Option<u64>,
    /// JSON pointer to the `Resource`.
    pointer: String,
}

/// The Task states of the machine that ask an activity, in the order of the definition.
///
/// A definition that is sent as text stays as it is: its spelling is the point of such a case.
pub(super) fn find_activity_tasks(machine: &Machine) -> Vec<ActivityTask> {
    let mut tasks = Vec::new();
    find_in_states(machine, &machine.definition, "", &mut tasks);
    tasks
}

/// The definition in which each task asks the activity with the ARN at its position.
pub(super) fn lower_definition(
    machine: &Machine,
    tasks: &[ActivityTask],
    activity_arns: &[String],
) -> String {
    let mut definition = machine.definition.clone();
    for (task, arn) in tasks.iter().zip(activity_arns) {
        if let Some(resource) = definition.pointer_mut(&task.pointer) {
            *resource = Value::String(arn.clone());
        }
    }
    match definition {
        Value::String(text) => text,
        document => document.to_string(),
    }
}

/// The name in an activity ARN; `None` for a text that is no activity ARN, which is left for the engine to refuse.
pub(super) fn activity_name(resource: &str) -> Option<&str> {
    let mut parts = resource.strip_prefix("arn:aws:states:")?.split(':');
    let (_region, account, kind, name) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    (is_account && kind == "activity" && !name.is_empty() && parts.next().is_none()).then_some(name)
}

fn find_in_states(machine: &Machine, scope: &Value, pointer: &str, tasks: &mut Vec<ActivityTask>) {
    let Some(states) = scope.get("States").and_then(Value::as_object) else { return };
    for (name, state) in states {
        let Some(state) = state.as_object() else { continue };
        let pointer = format!("{pointer}/States/{}", name.replace('~', "~0").replace('/', "~1"));
        tasks.extend(activity_task(machine, name, state, &pointer));
        for (position, branch) in
            state.get("Branches").and_then(Value::as_array).into_iter().flatten().enumerate()
        {
            find_in_states(machine, branch, &format!("{pointer}/Branches/{position}"), tasks);
        }
        for inner in ["ItemProcessor", "Iterator"] {
            if let Some(scope) = state.get(inner) {
                find_in_states(machine, scope, &format!("{pointer}/{inner}"), tasks);
            }
        }
    }
}

fn activity_task(
    machine: &Machine,
    name: &str,
    state: &Map<String, Value>,
    pointer: &str,
) -> Option<ActivityTask> {
    if state.get("Type")?.as_str()? != "Task" {
        return None;
    }
    let resource = state.get("Resource")?.as_str()?;
    activity_name(resource)?;
    let answers = machine.stubs.get(name).cloned().unwrap_or_default();
    if answers.first() == Some(&Answer::NoSuchActivity) {
        return None;
    }
    Some(ActivityTask {
        state: name.to_owned(),
        resource: resource.to_owned(),
        answers,
        timeout_seconds: state.get("TimeoutSeconds").and_then(Value::as_u64),
        pointer: format!("{pointer}/Resource"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    const WORK: &str = "arn:aws:states:us-east-1:123456789012:activity:work";

    fn nested() -> Machine {
        let task = json!({"Type": "Task", "Resource": WORK, "TimeoutSeconds": 3, "End": true});
        let mut machine = Machine::new(json!({"StartAt": "Par", "States": {
            "Par": {"Type": "Parallel", "Next": "Each", "Branches": [
                {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}},
                {"StartAt": "In/~branch", "States": {"In/~branch": task}}]},
            "Each": {"Type": "Map", "Next": "Old", "ItemProcessor": {"StartAt": "InMap", "States": {"InMap": task}}},
            "Old": {"Type": "Map", "Next": "Top", "Iterator": {"StartAt": "InOld", "States": {"InOld": task}}},
            "Top": task}}));
        machine.stubs.insert("InMap".to_owned(), vec![Answer::Silence]);
        machine
    }

    #[test]
    fn tasks_are_found_in_branches_and_item_processors() {
        let tasks = find_activity_tasks(&nested());
        let names: Vec<&str> = tasks.iter().map(|task| task.state.as_str()).collect();
        assert_eq!(names, ["In/~branch", "InMap", "InOld", "Top"]);
        assert_eq!(tasks[1].answers, [Answer::Silence]);
        assert_eq!(tasks[0].timeout_seconds, Some(3));
    }

    #[test]
    fn each_task_gets_its_own_activity_and_nothing_else_changes() {
        let machine = nested();
        let tasks = find_activity_tasks(&machine);
        let arns: Vec<String> = (0..tasks.len()).map(|position| format!("arn-{position}")).collect();
        let lowered = lower_definition(&machine, &tasks, &arns);
        for arn in &arns {
            assert_eq!(lowered.matches(arn.as_str()).count(), 1, "{lowered}");
        }
        let restored = arns.iter().fold(lowered, |text, arn| text.replace(arn.as_str(), WORK));
        assert_eq!(restored, machine.definition_text());
    }

    #[test]
    fn no_activity_is_made_for_one_that_does_not_exist() {
        let mut machine = nested();
        machine.stubs.insert("Top".to_owned(), vec![Answer::NoSuchActivity]);
        assert!(find_activity_tasks(&machine).iter().all(|task| task.state != "Top"));
    }

    #[test]
    fn definition_without_activities_is_sent_as_it_is() {
        let machine = Machine::new(json!("{\"StartAt\" : \"A\"}"));
        assert_eq!(find_activity_tasks(&machine), []);
        assert_eq!(lower_definition(&machine, &[], &[]), "{\"StartAt\" : \"A\"}");
    }

    #[rstest]
    #[case(WORK, Some("work"))]
    #[case("arn:aws:states:us-east-1:123456789012:activity:", None)]
    #[case("arn:aws:states:us-east-1:123456789012:activity:a:b", None)]
    #[case("arn:aws:states:us-east-1:123:activity:a", None)]
    #[case("arn:aws:states:::sqs:sendMessage", None)]
    #[case("arn:aws:lambda:us-east-1:123456789012:function:f", None)]
    fn only_whole_activity_arns_are_lowered(#[case] resource: &str, #[case] name: Option<&str>) {
        assert_eq!(activity_name(resource), name);
    }
}
