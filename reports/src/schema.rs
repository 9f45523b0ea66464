//! The published JSON Schema of each format: of a line of the run log and of a history, of a report, and of a comparison.

use serde_json::Value;

use crate::{comparison::Comparison, document::ReportDocument, run_log::LogLine, trend::Point};

/// File name (in `reports/schema/`) and content of every schema of this crate.
///
/// # Panics
/// Never: the types are plain data.
pub fn schemas() -> Vec<(&'static str, Value)> {
    let value = |schema| serde_json::to_value(schema).expect("a schema is JSON");
    vec![
        ("run-log.schema.json", value(schemars::schema_for!(LogLine))),
        ("report.schema.json", value(schemars::schema_for!(ReportDocument))),
        ("comparison.schema.json", value(schemars::schema_for!(Comparison))),
        ("history.schema.json", value(schemars::schema_for!(Point))),
    ]
}

/// Fails the test if the text is no document of the published schema.
#[cfg(test)]
pub(crate) fn check(name: &str, text: &str) {
    let (_, schema) = schemas().into_iter().find(|(other, _)| *other == name).expect("a published schema");
    let validator = jsonschema::validator_for(&schema).expect("the schema is a schema");
    let document: Value = serde_json::from_str(text).expect("JSON");
    let errors: Vec<_> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the test compares the published files with the types")]
mod tests {
    use super::*;
    use crate::sample;

    /// `BLESS=1 cargo test -p asl-reports` rewrites the published files.
    #[test]
    fn published_schemas_are_those_of_the_types() {
        for (name, schema) in schemas() {
            let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("schema").join(name);
            let text = format!("{schema:#}\n");
            if std::env::var_os("BLESS").is_some() {
                std::fs::write(&path, &text).expect("schema folder is writable");
            }
            let file = std::fs::read_to_string(&path).expect("schema is published");
            assert!(file == text, "{name} is out of date: run with BLESS=1");
        }
    }

    #[test]
    fn report_satisfies_its_schema() {
        let mut killed = sample::log();
        killed.footer = None;
        check("report.schema.json", &crate::render_json(&[sample::log(), killed]));
    }

    #[test]
    fn every_line_of_a_written_log_satisfies_the_schema() {
        let (_, schema) = schemas().remove(0);
        let validator = jsonschema::validator_for(&schema).expect("the schema is a schema");
        for line in sample::text(&sample::log()).lines() {
            let document: Value = serde_json::from_str(line).expect("JSON");
            let errors: Vec<_> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{line}: {errors:?}");
        }
        assert!(!validator.is_valid(&serde_json::json!({"case": {}})));
    }
}
