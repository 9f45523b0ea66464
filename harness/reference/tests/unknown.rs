//! Claims about what nobody knows of AWS: an answer is given, and said to prove nothing.

use asl_cases::{Case, Machine, Outcome, Permit};
use asl_reference::reference::{Settings, observe};
use rstest::rstest;
use serde_json::{Value, json};

#[rstest]
#[case::a_character("States.StringSplit($.text, ',')", "a,b", true)]
#[case::none("States.StringSplit($.text, '')", "a,b", false)]
#[case::none_of_an_empty_text("States.StringSplit($.text, '')", "", true)]
#[case::none_inside_of_another_call("States.ArrayLength(States.StringSplit($.text, ''))", "a", false)]
fn what_a_text_is_split_into_without_a_delimiter_is_not_known(
    #[case] call: &str,
    #[case] text: &str,
    #[case] is_known: bool,
) {
    let pass = json!({"Type": "Pass", "Parameters": {"parts.$": call}, "End": true});
    let case = Case::new(Machine::new(json!({"StartAt": "A", "States": {"A": pass}})), json!({"text": text}));
    let observation = observe(&case, Settings::default()).expect("it is modelled");
    assert!(matches!(observation.outcome, Outcome::Succeeded(Value::Object(_))), "{observation:?}");
    assert_eq!(observation.permits.contains(&Permit::UncertainValue), !is_known);
}
