//! The fields that hold paths, templates and intrinsic calls.

use serde_json::Value;

use super::{Number, PathField, ResultPath, TextField, fields::Fields, findings::Language};
use crate::{
    path::{Path, ReferencePath},
    seeded::{Site, seeded},
    template::{PathOrIntrinsic, Template, TemplateSyntaxError},
};

/// Documented: so many intrinsic functions may be nested in one field. What AWS says to more is not known.
const CALL_LEVELS_MAX: usize = 10;
const NO_DOLLAR: &str = "Value is not a Reference Path: Reference path didn't start with '$'";

impl Fields<'_> {
    /// `InputPath` and `OutputPath`.
    /// Requirement: asl.validation.paths
    pub(super) fn path_field(&self, name: &str) -> Option<PathField> {
        match self.members.get(name) {
            None => Some(PathField::Whole),
            Some(Value::Null) => Some(PathField::Discard),
            Some(Value::String(text)) if text == "$" => Some(PathField::Whole),
            Some(_) => self.path(name).map(PathField::At),
        }
    }

    /// Any path.
    pub(super) fn path(&self, name: &str) -> Option<Path> {
        let text = self.dollar_text(name)?;
        Path::parse(text).map_err(|error| self.refuse_path(name, &error.to_string())).ok()
    }

    /// A path to a single place, such as `SecondsPath`.
    pub(super) fn single_path(&self, name: &str) -> Option<Path> {
        let path = self.path(name)?;
        if path.is_reference() || seeded(Site::ManyNodesAccepted) {
            self.note_operators(&path);
            return Some(path);
        }
        self.refuse_path(name, "it can lead to more than one place");
        None
    }

    /// `ResultPath`, of a state or of a catcher.
    pub(super) fn result_path(&self) -> Option<ResultPath> {
        const NAME: &str = "ResultPath";
        match self.members.get(NAME) {
            None => return Some(ResultPath::Replace),
            Some(Value::Null) => return Some(ResultPath::Discard),
            Some(Value::String(text)) if text == "$" => return Some(ResultPath::Replace),
            Some(_) => {}
        }
        let text = self.dollar_text(NAME)?;
        if !text[1..].starts_with(['.', '[']) && seeded(Site::ResultPathIntoContext) {
            return Some(ResultPath::Discard);
        }
        if !text[1..].starts_with(['.', '[']) {
            self.refuse_path(NAME, "a result goes neither into the context object nor into a variable");
            return None;
        }
        let path =
            ReferencePath::parse(text).map_err(|error| self.refuse_path(NAME, &error.to_string())).ok()?;
        self.note_operators(path.as_path());
        Some(ResultPath::At(path))
    }

    /// A payload template.
    pub(super) fn template(&self, name: &str) -> Option<Template> {
        let value = self.members.get(name)?;
        self.warn_of_literals(name);
        let refuse = |problems: Vec<TemplateSyntaxError>| {
            for problem in problems {
                self.refuse(name, problem.to_string());
            }
        };
        let template = Template::compile(value).map_err(refuse).ok()?;
        if template.n_call_levels() > CALL_LEVELS_MAX {
            self.machine.unsupported("more than 10 intrinsic functions nested in one field");
        }
        Some(template)
    }

    /// A number that is written down, looked up, or the value of an expression; the first two exclude each other.
    pub(super) fn number(
        &self,
        name: &str,
        path_name: &str,
        range: std::ops::RangeInclusive<u64>,
    ) -> Option<Number> {
        if self.is_expression(name) {
            return self.expression(name).map(Number::Expression);
        }
        if self.language == Language::Jsonata {
            return self.integer(name, range).map(Number::Literal);
        }
        if !self.at_most_one_of(&[name, path_name]) {
            return None;
        }
        let literal = self.integer(name, range).map(Number::Literal);
        literal.or_else(|| self.single_path(path_name).map(Number::At))
    }

    /// `Error` and `Cause`: written down, looked up, or the value of a call or an expression.
    pub(super) fn text_field(&self, name: &str, path_name: &str) -> Option<TextField> {
        if self.is_expression(name) {
            return self.expression(name).map(TextField::Expression);
        }
        if !self.at_most_one_of(&[name, path_name]) {
            return None;
        }
        if let Some(text) = self.text(name) {
            return Some(TextField::Literal(text.into()));
        }
        if self.language == Language::Jsonata {
            return None;
        }
        let text = self.text(path_name)?;
        let Ok(expression) = PathOrIntrinsic::parse(text) else {
            let message = format!(
                "The value for the field '{path_name}' must be a valid JSONPath or a valid intrinsic function call"
            );
            self.refuse(path_name, message);
            return None;
        };
        if let PathOrIntrinsic::Path(path) = &expression {
            if !path.is_reference() {
                self.machine.unsupported(format!("{path_name} that is no Reference Path"));
            }
            self.note_operators(path);
        }
        Some(TextField::At(expression))
    }

    fn dollar_text(&self, name: &str) -> Option<&str> {
        let text = self.text(name)?;
        if text.starts_with('$') {
            return Some(text);
        }
        if !seeded(Site::PathsNeedNoDollar) {
            self.refuse(name, NO_DOLLAR);
        }
        None
    }

    /// The specification knows no Reference Path with these characters; what AWS says to one is not recorded.
    fn note_operators(&self, path: &Path) {
        if path.is_reference() && path.has_operator_in_key() {
            self.machine.unsupported("a Reference Path with '@', ',', ':' or '?' in a key");
        }
    }

    fn refuse_path(&self, name: &str, reason: &str) {
        self.refuse(name, format!("Value is not a Reference Path: {reason}"));
    }
}
