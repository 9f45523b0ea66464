//! Steps that give what a path selects in its place: the input of the first state, the items of a Map, a number of seconds.
//!
//! A bug that only needs the value then shows without the path.

use asl_cases::Case;
use serde_json::{Map, Value};

use super::{state_mut, with_definition};

/// Paths that select all that the state works on.
const WHOLE: &[&str] = &["InputPath", "ItemsPath"];
/// Fields with a path, and the field that has the value itself.
const LITERALS: &[(&str, &str)] = &[
    ("SecondsPath", "Seconds"),
    ("TimestampPath", "Timestamp"),
    ("ErrorPath", "Error"),
    ("CausePath", "Cause"),
    ("TimeoutSecondsPath", "TimeoutSeconds"),
    ("HeartbeatSecondsPath", "HeartbeatSeconds"),
    ("MaxConcurrencyPath", "MaxConcurrency"),
    ("ToleratedFailureCountPath", "ToleratedFailureCount"),
    ("ToleratedFailurePercentagePath", "ToleratedFailurePercentage"),
];

/// For the first state alone: its input is that of the case.
pub(super) fn steps(case: &Case) -> Vec<Case> {
    let definition = &case.main().definition;
    let Some(start) = definition["StartAt"].as_str() else { return Vec::new() };
    let Some(state) = definition["States"][start].as_object() else { return Vec::new() };
    let whole = WHOLE.iter().filter_map(|field| {
        let input = selected(&case.input, state.get(*field)?.as_str()?)?.clone();
        let without = without_field(case, start, field)?;
        Some(Case { input, ..without })
    });
    // Behind an InputPath another document is looked at.
    let literals =
        LITERALS.iter().filter(|_| !state.contains_key("InputPath")).filter_map(|(path, field)| {
            let value = selected(&case.input, state.get(*path)?.as_str()?)?.clone();
            let without = without_field(case, start, path)?;
            with_definition(&without, |definition| {
                state_mut(definition, "", start)?.insert((*field).to_owned(), value);
                Some(())
            })
        });
    whole.chain(literals).collect()
}

fn without_field(case: &Case, state: &str, field: &str) -> Option<Case> {
    with_definition(case, |definition| state_mut(definition, "", state)?.shift_remove(field).map(|_| ()))
}

/// What a path of plain steps selects; `None` for any other path, and where there is nothing.
fn selected<'a>(input: &'a Value, path: &str) -> Option<&'a Value> {
    let mut rest = path.strip_prefix('$').filter(|rest| !rest.starts_with('$'))?;
    let mut value = input;
    while !rest.is_empty() {
        let (step, after) = if let Some(after) = rest.strip_prefix("['") {
            after.split_once("']")?
        } else if let Some(after) = rest.strip_prefix('[') {
            let (index, after) = after.split_once(']')?;
            value = value.as_array()?.get(index.parse::<usize>().ok()?)?;
            rest = after;
            continue;
        } else {
            let after = rest.strip_prefix('.')?;
            after.split_at(after.find(['.', '[']).unwrap_or(after.len()))
        };
        value = member(value.as_object()?, step)?;
        rest = after;
    }
    Some(value)
}

/// A plain name: no wildcard, no escape.
fn member<'a>(members: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    members.get(name).filter(|_| !name.is_empty() && !name.contains(['*', '\\']))
}

#[cfg(test)]
mod tests {
    use asl_cases::Machine;
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[rstest]
    #[case("$", Some(json!({"a": [{"b c": 1}]})))]
    #[case("$.a[0]['b c']", Some(json!(1)))]
    #[case("$['a'][0]", Some(json!({"b c": 1})))]
    #[case("$.a[1]", None)]
    #[case("$.a[-1]", None)]
    #[case("$.a[*]", None)]
    #[case("$..a", None)]
    #[case("$$.a", None)]
    #[case("$a", None)]
    fn plain_paths_select_a_value(#[case] path: &str, #[case] expected: Option<Value>) {
        assert_eq!(selected(&json!({"a": [{"b c": 1}]}), path).cloned(), expected);
    }

    #[rstest]
    #[case(json!({"Type": "Map", "InputPath": "$.a"}), json!({"Type": "Map"}), json!([3]))]
    #[case(json!({"Type": "Map", "ItemsPath": "$.a"}), json!({"Type": "Map"}), json!([3]))]
    #[case(json!({"Type": "Wait", "SecondsPath": "$.a[0]"}), json!({"Type": "Wait", "Seconds": 3}), json!({"a": [3]}))]
    fn first_state_gets_what_its_path_selects(
        #[case] state: Value,
        #[case] expected: Value,
        #[case] input: Value,
    ) {
        let case =
            Case::new(Machine::new(json!({"StartAt": "A", "States": {"A": state}})), json!({"a": [3]}));
        let found = steps(&case);
        assert_eq!(found.len(), 1);
        assert_eq!((&found[0].main().definition["States"]["A"], &found[0].input), (&expected, &input));
    }

    #[test]
    fn path_behind_an_input_path_stays() {
        let state = json!({"Type": "Wait", "InputPath": "$.a", "SecondsPath": "$.b"});
        let input = json!({"a": {"b": 3}, "b": 4});
        let case = Case::new(Machine::new(json!({"StartAt": "A", "States": {"A": state}})), input);
        let states: Vec<_> =
            steps(&case).iter().map(|case| case.main().definition["States"]["A"].clone()).collect();
        assert_eq!(states, [json!({"Type": "Wait", "SecondsPath": "$.b"})]);
    }
}
