//! The machines of a case as a reproducer makes them: scripted task states ask an activity of their own, and the ARNs that
//! are known only when the script runs are holes. Which tasks those are follows the rules of the harness.

use asl_cases::{Answer, Case, Machine, scopes::inner_scopes_mut};
use serde_json::{Map, Value};

/// The machines of a case and the activities that they ask.
pub(crate) struct Lowered<'a> {
    pub(crate) machines: Vec<LoweredMachine<'a>>,
    /// By their numbers, see [`activity_hole`].
    pub(crate) activities: Vec<Activity<'a>>,
}

pub(crate) struct LoweredMachine<'a> {
    pub(crate) machine: &'a Machine,
    /// The definition with its holes; one that is sent as text has none.
    pub(crate) definition: Value,
}

pub(crate) struct Activity<'a> {
    pub(crate) state: String,
    /// Empty when nobody polls.
    pub(crate) answers: &'a [Answer],
}

/// What stands for the ARN of the activity of this number.
pub(crate) fn activity_hole(number: usize) -> String {
    format!("@ACTIVITY_{number}@")
}

/// What stands for the ARN of the machine at this place.
pub(crate) fn machine_hole(index: usize) -> String {
    format!("@MACHINE_{index}@")
}

impl<'a> Lowered<'a> {
    pub(crate) fn of(case: &'a Case) -> Self {
        let mut activities = Vec::new();
        let machines = case.machines.iter().enumerate().map(|(index, machine)| {
            let mut definition = machine.definition.clone();
            if definition.is_object() {
                lower_scope(&mut definition, machine, &mut activities);
                name_machines(&mut definition, &case.machines, index + 1);
            }
            LoweredMachine { machine, definition }
        });
        Self { machines: machines.collect(), activities }
    }
}

/// Gives every activity task an activity of its own, so that its answers are not mixed with another state's.
fn lower_scope<'a>(scope: &mut Value, machine: &'a Machine, activities: &mut Vec<Activity<'a>>) {
    let Some(Value::Object(states)) = scope.get_mut("States") else { return };
    for (name, state) in states {
        let Value::Object(state) = state else { continue };
        let answers = machine.stubs.get(name).map_or(&[][..], Vec::as_slice);
        if asks_an_activity(state) && answers.first() != Some(&Answer::NoSuchActivity) {
            state.insert("Resource".to_owned(), activity_hole(activities.len()).into());
            activities.push(Activity { state: name.clone(), answers });
        }
        inner_scopes_mut(state).for_each(|scope| lower_scope(scope, machine, activities));
    }
}

fn asks_an_activity(state: &Map<String, Value>) -> bool {
    let text = |field: &str| state.get(field).and_then(Value::as_str);
    text("Type") == Some("Task") && text("Resource").is_some_and(is_activity_arn)
}

/// A text that is no whole ARN is left for the engine to refuse.
fn is_activity_arn(resource: &str) -> bool {
    let parts: Vec<&str> = resource.split(':').collect();
    let ["arn", "aws", "states", _region, account, "activity", name] = parts[..] else { return false };
    account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit()) && !name.is_empty()
}

/// Another machine of the case is named by an ARN that ends in its name; those from this place on are made before.
fn name_machines(value: &mut Value, machines: &[Machine], first: usize) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| name_machines(item, machines, first)),
        Value::Object(map) => map.values_mut().for_each(|inner| name_machines(inner, machines, first)),
        Value::String(text) => {
            let called = text.split_once(":stateMachine:").map(|(_, name)| name);
            let place = called.and_then(|name| machines.iter().position(|machine| machine.name == name));
            if let Some(index) = place.filter(|index| *index >= first) {
                *text = machine_hole(index);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    const WORK: &str = "arn:aws:states:us-east-1:123456789012:activity:work";

    fn task(resource: &str) -> Value {
        json!({"Type": "Task", "Resource": resource, "End": true})
    }

    fn activities(machine: Machine) -> Vec<String> {
        let case = Case::new(machine, json!({}));
        let lowered = Lowered::of(&case);
        let definition = lowered.machines[0].definition.to_string();
        for number in 0..lowered.activities.len() {
            assert!(definition.contains(&activity_hole(number)), "{definition}");
        }
        lowered.activities.into_iter().map(|activity| activity.state).collect()
    }

    #[test]
    fn tasks_in_branches_and_processors_get_an_activity_and_data_does_not() {
        let inner = |name: &str| json!({"StartAt": name, "States": {name: task(WORK)}});
        let machine = Machine::new(json!({"StartAt": "P", "States": {
            "P": {"Type": "Parallel", "Branches": [inner("A")], "Next": "M"},
            "M": {"Type": "Map", "ItemProcessor": inner("B"), "Next": "O"},
            "O": {"Type": "Map", "Iterator": inner("C"), "Next": "D"},
            "D": {"Type": "Pass", "Result": inner("E"), "Resource": WORK, "End": true}}}));
        assert_eq!(activities(machine), ["A", "B", "C"]);
    }

    #[rstest]
    #[case(WORK, 1)]
    #[case("arn:aws:states:us-east-1:123456789012:activity:", 0)]
    #[case("arn:aws:states:us-east-1:123456789012:activity:a:b", 0)]
    #[case("arn:aws:states:us-east-1:123:activity:a", 0)]
    #[case("x:activity:a", 0)]
    fn only_whole_activity_arns_get_an_activity(#[case] resource: &str, #[case] count: usize) {
        assert_eq!(activities(Machine::new(json!({"States": {"A": task(resource)}}))).len(), count);
    }

    #[rstest]
    #[case(vec![Answer::NoSuchActivity], 0)]
    #[case(vec![Answer::Unpolled], 1)]
    #[case(vec![], 1)]
    fn no_activity_is_made_for_one_that_does_not_exist(#[case] answers: Vec<Answer>, #[case] count: usize) {
        let mut machine = Machine::new(json!({"States": {"A": task(WORK)}}));
        machine.stubs.insert("A".to_owned(), answers);
        assert_eq!(activities(machine).len(), count);
    }

    #[test]
    fn only_machines_that_are_made_before_are_named() {
        let arn = |name: &str| format!("arn:aws:states:us-east-1:123456789012:stateMachine:{name}");
        let starts = json!({"States": {"A": [arn("main"), arn("child"), arn("other")]}});
        let child = Machine { name: "child".to_owned(), ..Machine::new(starts.clone()) };
        let mut case = Case::new(Machine::new(starts), json!({}));
        case.machines.push(child);
        let named = |index: usize| Lowered::of(&case).machines[index].definition["States"]["A"].clone();
        assert_eq!(named(0), json!([arn("main"), machine_hole(1), arn("other")]));
        assert_eq!(named(1), json!([arn("main"), arn("child"), arn("other")]));
    }
}
