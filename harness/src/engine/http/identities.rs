//! The names and ARNs that a run on an HTTP engine chooses, and the placeholders that stand for them.

use asl_cases::{Identities, Machine};

/// The names of everything that is made for one case. All begin with the name of the run.
#[derive(Clone, Debug)]
pub(super) struct Names {
    case_name: String,
}

/// The longest part of a case's own machine name that is taken over: the API allows 80 characters in all.
const MACHINE_NAME_CHARACTERS_MAX: usize = 30;

impl Names {
    pub(super) fn new(run_name: &str, case_number: u64) -> Self {
        Self { case_name: format!("{run_name}-{case_number}") }
    }

    /// The name of one of the case's machines. The position keeps names apart that differ in forbidden characters only.
    pub(super) fn machine(&self, position: usize, machine: &Machine) -> String {
        let allowed = |character: char| if character.is_ascii_alphanumeric() { character } else { '-' };
        let name: String = machine.name.chars().map(allowed).take(MACHINE_NAME_CHARACTERS_MAX).collect();
        format!("{}-m{position}-{name}", self.case_name)
    }

    pub(super) fn execution(&self) -> String {
        format!("{}-execution", self.case_name)
    }

    pub(super) fn activity(&self, position: usize) -> String {
        format!("{}-a{position}-activity", self.case_name)
    }
}

/// The placeholder for something of the case's machine at this position: `<machine-arn>` for the first one,
/// `<machine-arn:child>` for another.
pub(super) fn machine_placeholder(what: &str, position: usize, machine: &Machine) -> String {
    if position == 0 { format!("<{what}>") } else { format!("<{what}:{}>", machine.name) }
}

/// Remembers that the engine chose this text where another engine has another one.
pub(super) fn remember(identities: &mut Identities, text: &str, placeholder: impl Into<String>) {
    if !text.is_empty() {
        identities.0.insert(text.to_owned(), placeholder.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn machine_names_keep_to_what_the_api_allows() {
        let mut machine = Machine::new(json!({}));
        machine.name = "a b/c ".repeat(30);
        let name = Names::new("r1", 7).machine(1, &machine);
        assert!(name.starts_with("r1-7-m1-a-b-c-"), "{name}");
        assert!(name.len() <= 80 && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'), "{name}");
    }

    #[test]
    fn first_machine_has_the_plain_placeholder() {
        let machine = Machine::new(json!({}));
        assert_eq!(machine_placeholder("machine-arn", 0, &machine), "<machine-arn>");
        assert_eq!(machine_placeholder("machine-arn", 1, &machine), "<machine-arn:main>");
    }
}
