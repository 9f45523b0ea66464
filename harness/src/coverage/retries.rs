//! What became of the errors of a state that may have Retry and Catch: one was caught, or left the state; and what came
//! after a retry: the state succeeded, a catcher took the error, or nobody did.

use asl_reference::sighting::Handling;

use super::case_view::{CaseView, Language};

const KINDS: [&str; 3] = ["Task", "Parallel", "Map"];

pub(super) fn universe() -> Vec<String> {
    let mut names = Vec::new();
    for kind in KINDS {
        for language in Language::ALL {
            names.extend(["caught", "not caught"].map(|end| format!("{kind} in {language}: error {end}")));
            names.extend(["success", "caught", "neither"].map(|end| name(kind, language, end)));
        }
    }
    names
}

pub(super) fn reached(view: &CaseView<'_>, found: &mut dyn FnMut(String)) {
    for (state, failed) in view.failures().filter(|(state, _)| KINDS.contains(&state.kind)) {
        let end = match failed.handling {
            Handling::Retried => continue,
            Handling::Caught => "caught",
            Handling::Neither => "not caught",
        };
        found(format!("{} in {}: error {end}", state.kind, state.language));
    }
    for (state, _) in view.failures().filter(|(_, failed)| failed.handling == Handling::Retried) {
        let is_caught = view.was_handled(state.name, Handling::Caught);
        let is_lost = view.was_handled(state.name, Handling::Neither);
        let end = match (is_caught, is_lost) {
            (true, _) => "caught",
            (_, true) => "neither",
            _ if view.was_exited(state.name) => "success",
            _ => continue,
        };
        found(name(state.kind, state.language, end));
    }
}

fn name(kind: &str, language: Language, end: &str) -> String {
    format!("{kind} in {language}: retried, then {end}")
}
