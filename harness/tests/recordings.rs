//! The reference against recordings of real AWS, where these are at hand beside the project.

use std::path::Path;

use asl_conformance::recordings::{read_records, verify};

/// Everything that is replayed agrees; what is not replayed yet is counted by its reason and left out.
#[test]
fn reference_answers_every_replayed_recording_as_aws_did() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/aws-recorded/records");
    if !folder.is_dir() {
        eprintln!("skipped: no recordings at {}", folder.display());
        return;
    }
    let verification = verify(&read_records(&folder).expect("readable recordings"));
    assert!(verification.replayed >= 690, "only {} recordings were replayed", verification.replayed);
    assert_eq!(verification.mismatches, [], "the reference differs from AWS");
}
