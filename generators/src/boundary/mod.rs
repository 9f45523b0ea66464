//! Boundary values: each field with the smallest, the largest and the oddest value that it may have, in each type of state
//! and in both query languages. Enumerated: no seed, no randomness, the same cases each time.

mod choices;
mod context;
mod fields;
mod handlers;
mod intrinsics;
mod jsonata;
mod machines;
mod paths;
mod scopes;
mod sizes;
mod states;
mod values;

use asl_cases::{Answer, Case, Machine, Profile, RequirementId};
use serde_json::{Value, json};

/// Every case of the phase that an engine with this profile can be sent. Waits that cost real time are left out where
/// waiting is real; what else the profile lacks is for the run to count.
pub fn boundary_cases(profile: &Profile) -> impl Iterator<Item = Case> + use<> {
    let is_real = profile.real_time;
    let families = [
        values::cases,
        fields::cases,
        paths::cases,
        context::cases,
        scopes::cases,
        states::cases,
        handlers::cases,
        choices::cases,
        intrinsics::cases,
        machines::cases,
        jsonata::cases,
        sizes::cases,
    ];
    let all = families.into_iter().flat_map(|family| family());
    all.filter(move |bound| !(is_real && bound.waits == Waits::Long)).map(|bound| bound.case)
}

/// How long an execution waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Waits {
    /// Some seconds at most.
    Briefly,
    /// Far longer than anybody would in real time.
    Long,
}

/// One case with what it costs.
struct Bound {
    case: Case,
    waits: Waits,
}

impl Bound {
    /// A case named `boundary/AREA/NAME` about a requirement.
    fn new((area, name): (&str, &str), requirement: &str, definition: Value, input: Value) -> Self {
        let mut case = Case::new(Machine::new(definition), input);
        case.name = format!("boundary/{area}/{name}");
        case.title = format!("Boundary of {area}: {}", name.replace('-', " "));
        case.requirements = vec![RequirementId(requirement.to_owned())];
        Self { case, waits: Waits::Briefly }
    }

    /// The same, with answers for one task.
    fn with_answers(mut self, state: &str, answers: Vec<Answer>) -> Self {
        if let Some(machine) = self.case.machines.first_mut() {
            machine.stubs.insert(state.to_owned(), answers);
        }
        self
    }

    /// The same, for virtual time only.
    fn that_waits_long(self) -> Self {
        Self { waits: Waits::Long, ..self }
    }
}

/// A machine of one state, which ends it if it may.
fn one_state(name: &str, state: Value) -> Value {
    json!({"StartAt": name, "States": {name: ended(state)}})
}

/// The same in JSONata.
fn one_jsonata_state(name: &str, state: Value) -> Value {
    let mut definition = one_state(name, state);
    definition["QueryLanguage"] = "JSONata".into();
    definition
}

/// The state, with an end if its type has one.
fn ended(mut state: Value) -> Value {
    let has_end = !matches!(state["Type"].as_str(), Some("Choice" | "Succeed" | "Fail"));
    if has_end && state.get("Next").is_none() {
        state["End"] = true.into();
    }
    state
}

/// A machine of one Choice with one rule, whose output is `"holds"` or `"does not hold"`.
fn one_rule(mut rule: Value) -> Value {
    rule["Next"] = "Holds".into();
    json!({"StartAt": "Ask", "States": {
        "Ask": {"Type": "Choice", "Choices": [rule], "Default": "Holds not"},
        "Holds": {"Type": "Pass", "Result": "holds", "End": true},
        "Holds not": {"Type": "Pass", "Result": "does not hold", "End": true},
    }})
}

/// The resource of a task that an activity worker answers.
const ACTIVITY: &str = "arn:aws:states:us-east-1:123456789012:activity:work";

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::check_definition;

    #[test]
    fn there_are_several_hundred_boundaries_each_valid_with_a_name_and_a_requirement_of_its_own() {
        let cases: Vec<_> = boundary_cases(&Profile::everything()).collect();
        let names: BTreeSet<_> = cases.iter().map(|case| case.name.as_str()).collect();
        assert!(cases.len() > 400, "{}", cases.len());
        assert_eq!(names.len(), cases.len());
        let mut ids = BTreeSet::new();
        for case in &cases {
            assert!(ids.insert(case.id()), "{} says what another one says", case.name);
            assert!(case.requirements.iter().all(|id| id.entry().is_some()), "{}", case.name);
            let is_jsonata = case.main().definition.get("QueryLanguage").is_some();
            let checked = if is_jsonata { Ok(()) } else { check_definition(&case.main().definition) };
            assert_eq!(checked.map_err(|fault| fault.to_string()), Ok(()), "{}", case.name);
        }
    }

    #[test]
    fn real_time_leaves_long_waits_out() {
        let count = |profile: &Profile| boundary_cases(profile).count();
        assert!(count(&Profile::everything_real_time()) < count(&Profile::everything()));
    }
}
