//! What came after a retry: the state succeeded, a catcher took the error, or nobody did.

use asl_reference::sighting::Handling;

use super::case_view::{CaseView, Language};

pub(super) fn universe() -> Vec<String> {
    let mut names = Vec::new();
    for kind in ["Task", "Parallel", "Map"] {
        for language in Language::ALL {
            names.extend(["success", "caught", "neither"].map(|end| name(kind, language, end)));
        }
    }
    names
}

pub(super) fn reached(view: &CaseView<'_>, found: &mut dyn FnMut(String)) {
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
