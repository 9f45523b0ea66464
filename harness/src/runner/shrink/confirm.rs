//! The second tier: what was shrunk where it is cheap is confirmed on another engine in a few calls.

use asl_cases::{Case, Signature};
use asl_generators::Relation;

use crate::runner::case_run::{CaseRun, Compared};

/// The smallest case of the path that shows the bug on this engine too, found by halving: the last one if it does.
pub(in crate::runner) async fn confirm(
    run: &CaseRun,
    path: &[Case],
    relation: Option<&'static Relation>,
    signature: &Signature,
) -> Option<(Case, Compared)> {
    let (mut low, mut high) = (0, path.len());
    let mut found = None;
    // The last one first: mostly it is the answer.
    let mut middle = path.len().checked_sub(1)?;
    while low < high {
        let compared = run.try_case(&path[middle], relation, signature.facet).await;
        match compared.and_then(|compared| compared.showing(signature)) {
            Some(compared) => {
                low = middle + 1;
                found = Some((path[middle].clone(), compared));
            }
            None => high = middle,
        }
        middle = low + (high - low) / 2;
    }
    found
}
