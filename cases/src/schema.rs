//! The published JSON Schemas of the file formats of this crate.

use serde_json::Value;

use crate::{Case, Observation};

/// File name (in `cases/schema/`) and content of every schema.
///
/// # Panics
/// Never: the types are plain data.
pub fn schemas() -> Vec<(&'static str, Value)> {
    let to_value = |schema| serde_json::to_value(schema).expect("a schema is JSON");
    vec![
        ("case.schema.json", to_value(schemars::schema_for!(Case))),
        ("observation.schema.json", to_value(schemars::schema_for!(Observation))),
    ]
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the test compares the published files with the types")]
mod tests {
    use super::*;
    use crate::corpus::corpus_files;

    fn published(name: &str) -> std::path::PathBuf {
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("schema").join(name)
    }

    /// `BLESS=1 cargo test -p asl-cases` rewrites the published files.
    #[test]
    fn published_schemas_are_those_of_the_types() {
        for (name, schema) in schemas() {
            let text = format!("{schema:#}\n");
            if std::env::var_os("BLESS").is_some() {
                std::fs::write(published(name), &text).expect("schema folder is writable");
            }
            let file = std::fs::read_to_string(published(name)).expect("schema is published");
            assert!(file == text, "{name} is out of date: run with BLESS=1");
        }
    }

    #[test]
    fn every_corpus_file_satisfies_the_published_schema() {
        let (_, schema) = schemas().remove(0);
        let validator = jsonschema::validator_for(&schema).expect("the schema is a schema");
        for (path, text) in corpus_files() {
            let document: Value = serde_json::from_str(text).expect("JSON");
            let errors: Vec<_> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{path}: {errors:?}");
        }
    }
}
