//! The reference against recordings of real AWS, where these are at hand beside the project.

use std::{path::Path, sync::LazyLock};

use asl_conformance::recordings::{Verification, needless_explanations, read_records, verify};

/// `None` where there are no recordings: the tests then skip.
static VERIFICATION: LazyLock<Option<Verification>> = LazyLock::new(|| {
    let beside = |place: &Path| place.join("shared/aws-recorded/records");
    let mut folders = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(beside);
    let Some(folder) = folders.find(|folder| folder.is_dir()) else {
        eprintln!("skipped: no folder shared/aws-recorded beside the project");
        return None;
    };
    Some(verify(&read_records(&folder).expect("readable recordings")))
});

#[test]
fn every_mismatch_with_aws_is_explained() {
    let Some(verification) = &*VERIFICATION else { return };
    assert!(verification.replayed >= 829, "only {} recordings were replayed", verification.replayed);
    let unexplained: Vec<_> =
        verification.mismatches.iter().filter(|mismatch| mismatch.reason.is_none()).collect();
    assert!(unexplained.is_empty(), "the reference differs from AWS: {unexplained:#?}");
}

#[test]
fn no_explanation_is_left_without_its_mismatch() {
    let Some(verification) = &*VERIFICATION else { return };
    let needless = needless_explanations(verification);
    assert!(needless.is_empty(), "take these off the list: {needless:#?}");
}
