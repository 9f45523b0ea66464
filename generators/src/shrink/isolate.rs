//! The largest step of all: one state alone, on the input that it had in the whole machine.

use asl_cases::Case;
use serde_json::{Map, Value, json};

use super::{escape, is_simpler, state_places, tidy, with_definition};
use crate::check::targets_of;

/// Each state of a case alone, on the input of the whole: a definition that is refused because of one state is refused
/// with that state alone. The smallest first.
pub fn isolate_each(case: &Case) -> Vec<Case> {
    let places = state_places(&case.main().definition);
    let mut alone: Vec<Case> =
        places.iter().filter_map(|(_, state)| isolate(case, state, &case.input)).collect();
    alone.sort_by_cached_key(|case| case.main().definition_text().len());
    alone
}

/// A machine of this one state, which gets this input; where it leads to is kept as bare ends. `None` if that is no
/// simpler case.
pub fn isolate(case: &Case, state: &str, input: &Value) -> Option<Case> {
    let (scope, _) = state_places(&case.main().definition).into_iter().find(|(_, name)| name == state)?;
    let isolated = with_definition(case, |definition| {
        let pointer = format!("{scope}/States/{}", escape(state));
        let mut fields = definition.pointer(&pointer)?.as_object()?.clone();
        if fields.shift_remove("Next").is_some() {
            fields.insert("End".to_owned(), true.into());
        }
        let mut states = Map::new();
        states.extend(
            targets_of(&fields).into_iter().map(|name| (name.to_owned(), json!({"Type": "Succeed"}))),
        );
        states.insert(state.to_owned(), fields.into());
        let language = definition.get("QueryLanguage").cloned();
        *definition = json!({"StartAt": state, "States": states});
        if let Some(language) = language {
            definition["QueryLanguage"] = language;
        }
        Some(())
    })?;
    let isolated = tidy(case, Case { input: input.clone(), ..isolated });
    is_simpler(case, &isolated).then_some(isolated)
}

#[cfg(test)]
mod tests {
    use asl_cases::Machine;

    use super::*;

    #[test]
    fn each_state_stands_alone_and_the_smallest_comes_first() {
        let definition = json!({"StartAt": "A", "States": {
            "A": {"Type": "Pass", "Result": "long enough", "Next": "B"},
            "B": {"Type": "Succeed"}
        }});
        let alone = isolate_each(&Case::new(Machine::new(definition), json!({})));
        let starts: Vec<_> = alone.iter().map(|case| case.main().definition["StartAt"].clone()).collect();
        assert_eq!(starts, ["B", "A"]);
    }

    #[test]
    fn state_stands_alone_with_its_ways_out() {
        let definition = json!({"StartAt": "A", "States": {
            "A": {"Type": "Pass", "Next": "M"},
            "M": {"Type": "Map", "End": true, "ItemProcessor": {"StartAt": "C", "States": {
                "C": {"Type": "Choice", "Choices": [{"Variable": "$", "IsString": true, "Next": "D"}], "Default": "E"},
                "D": {"Type": "Pass", "Next": "E"},
                "E": {"Type": "Pass", "End": true}}}}
        }});
        let case = Case::new(Machine::new(definition), json!(["x"]));
        let isolated = isolate(&case, "C", &json!("x")).expect("a simpler case");
        assert_eq!(
            isolated.main().definition,
            json!({"StartAt": "C", "States": {
                "D": {"Type": "Succeed"}, "E": {"Type": "Succeed"},
                "C": {"Type": "Choice", "Choices": [{"Variable": "$", "IsString": true, "Next": "D"}], "Default": "E"}
            }})
        );
        assert_eq!(isolated.input, json!("x"));
        assert_eq!(isolate(&isolated, "C", &json!("x")), None, "it stands alone already");
    }
}
