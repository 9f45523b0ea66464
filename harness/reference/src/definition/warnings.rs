//! What is accepted and looks like a mistake. The codes are documented; the sentences are ours, nobody has recorded AWS's.

use serde_json::Value;

use super::{DiagnosticCode, fields::Fields, location::Location};
use crate::template::PathOrIntrinsic;

impl Fields<'_> {
    /// `NO_DOLLAR`: in a payload template, a path or call under a key that does not end in `.$` is taken literally.
    pub(super) fn warn_of_literals(&self, name: &str) {
        let Some(template) = self.members.get(name).filter(|_| self.machine.wants_warnings()) else { return };
        for (location, key, text) in members_with_text(template, &self.location.field(name)) {
            if !key.ends_with(".$") && looks_evaluated(text) {
                let message = format!(
                    "The value of the field '{key}' looks like a JSONPath or an intrinsic function call, \
                     but the name of the field does not end with '.$'"
                );
                self.machine.warn(DiagnosticCode::NoDollar, &location, message);
            }
        }
    }

    /// `NO_PATH`: a path in a field whose path form has a name of its own is taken literally.
    pub(super) fn warn_of_path(&self, name: &str, path_name: &str) {
        let text = self.members.get(name).filter(|_| self.machine.wants_warnings()).and_then(Value::as_str);
        if text.is_some_and(looks_evaluated) {
            let message =
                format!("The value of the field '{name}' looks like a JSONPath; did you mean '{path_name}'?");
            self.machine.warn(DiagnosticCode::NoPath, &self.location.field(name), message);
        }
    }

    /// `PASS_RESULT_IS_STATIC`. Recorded: nothing in `Result` is evaluated, keys that end in `.$` neither.
    pub(super) fn warn_of_static_result(&self) {
        const NAME: &str = "Result";
        let Some(result) = self.members.get(NAME).filter(|_| self.machine.wants_warnings()) else { return };
        let location = self.location.field(NAME);
        let is_path = result.as_str().is_some_and(looks_evaluated);
        let members = members_with_text(result, &location);
        let paths = members.into_iter().filter(|(_, _, text)| looks_evaluated(text));
        for location in is_path.then_some(location).into_iter().chain(paths.map(|(location, ..)| location)) {
            let message = "The Result of a Pass state is static: paths and intrinsic function calls in it are not evaluated";
            self.machine.warn(DiagnosticCode::PassResultIsStatic, &location, message);
        }
    }
}

/// A path or a call, and no text that only begins like one (`$5 off`).
fn looks_evaluated(text: &str) -> bool {
    (text.starts_with('$') || text.starts_with("States.")) && PathOrIntrinsic::parse(text).is_ok()
}

/// All members at any depth whose value is a text, with their places and keys.
fn members_with_text<'a>(value: &'a Value, location: &Location) -> Vec<(Location, &'a str, &'a str)> {
    let mut found = Vec::new();
    let mut pending = vec![(location.clone(), value)];
    while let Some((location, value)) = pending.pop() {
        if let Some(items) = value.as_array() {
            let items = items.iter().enumerate().map(|(index, item)| (location.item(index), item));
            pending.extend(items.rev());
        }
        for (key, member) in value.as_object().into_iter().flatten().rev() {
            pending.push((location.field(key), member));
        }
        let members = value.as_object().into_iter().flatten();
        found.extend(
            members.filter_map(|(key, member)| Some((location.field(key), key.as_str(), member.as_str()?))),
        );
    }
    found
}
