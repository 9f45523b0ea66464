//! The ways in which a JSONata expression, or its value, fails a state: by form, and by form and field.

use asl_reference::sighting::FailedState;

use super::{
    case_view::{CaseView, Language},
    fields::types_with,
};

/// The forms, each with words of the cause that are its own: every one that was recorded or observed.
const FORMS: [(&str, &str); 23] = [
    ("undefined", "returned nothing (undefined)"),
    ("unexpected type", "returned an unexpected result type"),
    ("unsupported type (a function)", "returned an unsupported result type"),
    ("threw T0410 (signature)", "during evaluation. T0410"),
    ("threw T0412 (type in an array)", "during evaluation. T0412"),
    ("threw T1006 (no function)", "during evaluation. T1006"),
    ("threw T2001 (left operand)", "during evaluation. T2001"),
    ("threw T2002 (right operand)", "during evaluation. T2002"),
    ("threw T2009 (types compared)", "during evaluation. T2009"),
    ("threw T2010 (no order)", "during evaluation. T2010"),
    ("threw D3020 ($split)", "during evaluation. D3020"),
    ("threw D3050 ($reduce)", "during evaluation. D3050"),
    ("threw D3060 ($sqrt)", "during evaluation. D3060"),
    ("threw D3137 ($partition)", "during evaluation. D3137: Second argument must be zero or greater"),
    ("threw D3137 ($parse)", "during evaluation. D3137: Invalid JSON"),
    ("threw D3137 ($hash)", "during evaluation. D3137: Hash algorithm"),
    ("threw D3138 ($single)", "during evaluation. D3138"),
    ("limit: memory", "Expression evaluation memory limit exceeded"),
    ("limit: depth", "Stack overflow error"),
    ("limit: time", "Expression evaluation timeout"),
    ("number out of range", "must be between"),
    ("number with a fraction", "cannot be parsed as an integer"),
    ("no timestamp", "cannot be parsed as an ISO-8601"),
];
/// Not at an expression: the items of a Map without `Items`.
const NO_ITEMS: (&str, &str) = ("input of a Map that is no array", "must be an array but was");
/// Where a failure was recorded to be blamed on another state, or to come after another failure.
const PLACES: [(&str, &str); 2] =
    [("in ItemSelector, blamed on the Map", "ItemSelector"), ("in a catcher, after what it caught", "Catch")];
const QUERY_ERROR: &str = "States.QueryEvaluationError";

/// The fields that hold expressions, and whether each takes one type only.
const FIELDS: [(&str, bool); 22] = [
    ("Arguments", false),
    ("Output", false),
    ("Assign", false),
    ("ItemSelector", false),
    ("Credentials", false),
    ("Catch/Output", false),
    ("Catch/Assign", false),
    ("Choices/Output", false),
    ("Choices/Assign", false),
    ("ItemBatcher/BatchInput", false),
    ("ItemReader/Arguments", false),
    ("ResultWriter/Arguments", false),
    ("Choices/Condition", true),
    ("Items", true),
    ("Seconds", true),
    ("Timestamp", true),
    ("TimeoutSeconds", true),
    ("HeartbeatSeconds", true),
    ("MaxConcurrency", true),
    ("ToleratedFailureCount", true),
    ("ToleratedFailurePercentage", true),
    (ERROR_AND_CAUSE, true),
];
const ERROR_AND_CAUSE: &str = "Error and Cause";

pub(super) fn universe() -> Vec<String> {
    FORMS.iter().chain([&NO_ITEMS]).chain(&PLACES).map(|(form, _)| (*form).to_owned()).collect()
}

pub(super) fn reached(view: &CaseView<'_>, found: &mut dyn FnMut(String)) {
    for (_, failed) in view.failures() {
        let Some(form) = form_of(failed) else { continue };
        found(form.to_owned());
        let location = failed.location.as_deref().unwrap_or_default();
        let place = PLACES.iter().find(|(_, field)| location.starts_with(field));
        if let Some((place, _)) = place {
            found((*place).to_owned());
        }
    }
}

fn form_of(failed: &FailedState) -> Option<&'static str> {
    let cause = failed.cause.as_deref().filter(|_| failed.error.as_deref() == Some(QUERY_ERROR))?;
    // The words that AWS adds stand behind the expression, which may hold anything.
    let said = cause.rfind("specified for the field").map_or(cause, |at| &cause[at..]);
    FORMS.iter().chain([&NO_ITEMS]).find(|(_, words)| said.contains(words)).map(|(form, _)| *form)
}

/// Any field can be undefined or throw; a value of another type is wrong in a field that takes one type only, a
/// function is wrong in the others.
pub(super) fn universe_by_field() -> Vec<String> {
    let forms = |(field, is_typed): &(&'static str, bool)| {
        let (field, last) = (*field, if *is_typed { "unexpected type" } else { "unsupported type" });
        let states =
            if field == ERROR_AND_CAUSE { vec!["Fail"] } else { types_with(field, Language::Jsonata) };
        let names = move |state| ["undefined", "threw", last].map(|form| format!("{state}.{field}: {form}"));
        states.into_iter().flat_map(names)
    };
    FIELDS.iter().flat_map(forms).collect()
}

pub(super) fn reached_by_field(view: &CaseView<'_>, found: &mut dyn FnMut(String)) {
    for (state, failed) in view.failures() {
        let (Some(form), Some(location)) = (form_of(failed), failed.location.as_deref()) else { continue };
        let form = ["undefined", "threw", "unexpected type", "unsupported type"]
            .into_iter()
            .find(|broad| form.starts_with(broad));
        if let (Some(form), Some(field)) = (form, field_at(location)) {
            found(format!("{}.{field}: {form}", state.kind));
        }
    }
}

/// The field of a location such as `Choices[1]/Output/total`.
fn field_at(location: &str) -> Option<&'static str> {
    let plain: String = without_indices(location);
    if ["Error", "Cause"].contains(&&*plain) {
        return Some(ERROR_AND_CAUSE);
    }
    let fits =
        |field: &str| plain.strip_prefix(field).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    FIELDS.iter().map(|(field, _)| *field).find(|field| fits(field))
}

fn without_indices(location: &str) -> String {
    let mut depth = 0_u32;
    let is_kept = |letter: &char| {
        match letter {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ => return depth == 0,
        }
        false
    };
    location.chars().filter(is_kept).collect()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("Output/a[0]/b", Some("Output"))]
    #[case("Choices[2]/Condition", Some("Choices/Condition"))]
    #[case("Catch[0]/Assign/x", Some("Catch/Assign"))]
    #[case("Items", Some("Items"))]
    #[case("ItemSelector/source", Some("ItemSelector"))]
    #[case("Cause", Some("Error and Cause"))]
    #[case("Else", None)]
    fn location_tells_the_field(#[case] location: &str, #[case] field: Option<&str>) {
        assert_eq!(field_at(location), field);
    }
}
