//! The same definition as a workflow of the other type.

use asl_cases::{Case, Feature, MachineType};

use super::{Domain, Relation, TraceMapping, Twin, looks_around};
use crate::draw::Draw;

pub(super) const RELATION: Relation = Relation {
    id: "standard-express",
    statement: "Both types of workflow run the same language; they differ in how long they run, how often a task may run, and in what is logged: StartSyncExecution and DescribeExecution tell the same end.",
    domain: Domain::AnyEnd,
    rewrite,
};

/// Documented: an Express workflow runs for at most five minutes.
const SECONDS_MAX: u64 = 200;

fn rewrite(case: &Case, _: &mut Draw) -> Option<Twin> {
    let needs = case.features();
    let is_fit =
        [Feature::Activities, Feature::Integrations, Feature::NestedExecutions, Feature::DistributedMap]
            .iter()
            .all(|feature| !needs.contains(feature));
    if !is_fit || looks_around(case) || waits_long(case) {
        return None;
    }
    let mut twin = case.clone();
    let machine = twin.machines.first_mut()?;
    machine.kind = match machine.kind {
        MachineType::Standard => MachineType::Express,
        MachineType::Express => MachineType::Standard,
    };
    Some(Twin { case: twin, mapping: TraceMapping::Untold })
}

/// Whether a Wait of the definition could last longer than an Express workflow may.
fn waits_long(case: &Case) -> bool {
    let text = case.main().definition_text();
    let seconds = text.split("\"Seconds\":").skip(1).filter_map(|rest| {
        rest.trim_start().chars().take_while(char::is_ascii_digit).collect::<String>().parse::<u64>().ok()
    });
    text.contains("\"SecondsPath\"")
        || text.contains("\"Seconds\":\"{%")
        || text.contains("\"Timestamp")
        || seconds.sum::<u64>() > SECONDS_MAX
}
