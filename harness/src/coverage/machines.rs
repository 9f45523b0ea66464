//! Machines: Standard or Express, in one query language or in both, and how the execution ended.

use asl_cases::{MachineType, Outcome};

use super::case_view::{CaseView, Language};

const LANGUAGES: [&str; 3] = ["JSONPath", "JSONata", "both languages"];

pub(super) fn universe() -> Vec<String> {
    let mut names = Vec::new();
    for kind in ["Standard", "Express"] {
        for language in LANGUAGES {
            names.extend(["succeeded", "failed"].map(|end| format!("{kind} in {language}: {end}")));
        }
        names.push(format!("{kind}: timed out"));
    }
    names
}

pub(super) fn reached(view: &CaseView<'_>, found: &mut dyn FnMut(String)) {
    let kind = match view.case.main().kind {
        MachineType::Standard => "Standard",
        MachineType::Express => "Express",
    };
    let uses = |language| view.entered().any(|state| state.language == language);
    let language = match (uses(Language::JsonPath), uses(Language::Jsonata)) {
        (true, true) => LANGUAGES[2],
        (true, false) => LANGUAGES[0],
        (false, true) => LANGUAGES[1],
        (false, false) => return,
    };
    match view.outcome {
        Outcome::Succeeded(_) => found(format!("{kind} in {language}: succeeded")),
        Outcome::Failed { .. } => found(format!("{kind} in {language}: failed")),
        Outcome::TimedOut => found(format!("{kind}: timed out")),
        _ => {}
    }
}
