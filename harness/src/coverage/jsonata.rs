//! The ways in which a JSONata expression, or its value, fails a state: by form, and by form and field.

use asl_reference::sighting::FailedState;

use super::case_view::CaseView;

/// The forms, each with words of the cause that are its own. Recorded or observed, all of them.
const FORMS: [(&str, &str); 14] = [
    ("undefined", "returned nothing (undefined)"),
    ("unexpected type", "returned an unexpected result type"),
    ("unsupported type (a function)", "returned an unsupported result type"),
    ("threw T0410 (signature)", "during evaluation. T0410"),
    ("threw T0412 (type in an array)", "during evaluation. T0412"),
    ("threw T1006 (no function)", "during evaluation. T1006"),
    ("threw T2001 (operand)", "during evaluation. T2001"),
    ("threw D3137 (a function of its own)", "during evaluation. D3137"),
    ("limit: memory", "Expression evaluation memory limit exceeded"),
    ("limit: depth", "Stack overflow error"),
    ("limit: time", "Expression evaluation timeout"),
    ("number out of range", "must be between"),
    ("number with a fraction", "cannot be parsed as an integer"),
    ("no timestamp", "cannot be parsed as an ISO-8601"),
];
/// Not at an expression: the items of a Map without `Items`.
const NO_ITEMS: (&str, &str) = ("input of a Map that is no array", "must be an array but was");
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
    ("Error and Cause", true),
];

pub(super) fn universe() -> Vec<String> {
    FORMS.iter().chain([&NO_ITEMS]).map(|(form, _)| (*form).to_owned()).collect()
}

pub(super) fn reached(view: &CaseView<'_>, found: &mut dyn FnMut(String)) {
    for (_, failed) in view.failures() {
        if let Some(form) = form_of(failed) {
            found(form.to_owned());
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
    let forms = |(field, is_typed): &(&str, bool)| {
        let last = if *is_typed { "unexpected type" } else { "unsupported type" };
        ["undefined", "threw", last].map(|form| format!("{field}: {form}"))
    };
    FIELDS.iter().flat_map(forms).collect()
}

pub(super) fn reached_by_field(view: &CaseView<'_>, found: &mut dyn FnMut(String)) {
    for (_, failed) in view.failures() {
        let (Some(form), Some(location)) = (form_of(failed), failed.location.as_deref()) else { continue };
        let form = ["undefined", "threw", "unexpected type", "unsupported type"]
            .into_iter()
            .find(|broad| form.starts_with(broad));
        if let (Some(form), Some(field)) = (form, field_at(location)) {
            found(format!("{field}: {form}"));
        }
    }
}

/// The field of a location such as `Choices[1]/Output/total`.
fn field_at(location: &str) -> Option<&'static str> {
    let plain: String = without_indices(location);
    if ["Error", "Cause"].contains(&&*plain) {
        return Some("Error and Cause");
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
