//! Operands of Choice operators, drawn for the answer that is wanted: near the tested value, on one side or the other.

use std::cmp::Ordering;

use serde_json::{Value, json};

use crate::{
    builder::{Builder, Env},
    path::{Grammar, Want, find_fitting, find_wrong_path, missing_path},
    shape::Shape,
    values::{TIMESTAMPS, WORDS, draw_number, draw_text, instant_of},
};

/// What an operator compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    Text,
    Number,
    Boolean,
    Timestamp,
    Pattern,
    Presence,
    Kind,
}

/// A comparison operator without its form that ends in Path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Operator {
    /// Its name.
    pub(crate) name: &'static str,
    /// What it compares.
    pub(crate) family: Family,
}

impl Operator {
    /// The values that it is meant for; for the operators that ask for a type, those of that type.
    pub(crate) fn want(self) -> Want {
        match (self.family, self.name) {
            (Family::Text | Family::Pattern, _) | (Family::Kind, "IsString") => Want::Text,
            (Family::Number, _) | (Family::Kind, "IsNumeric") => Want::Number,
            (Family::Boolean, _) | (Family::Kind, "IsBoolean") => Want::Boolean,
            (Family::Timestamp, _) | (Family::Kind, "IsTimestamp") => Want::Timestamp,
            (Family::Kind, _) => Want::Null,
            (Family::Presence, _) => Want::Any,
        }
    }

    /// Whether there is a form of it whose operand is a path.
    pub(crate) fn has_path_form(self) -> bool {
        matches!(self.family, Family::Text | Family::Number | Family::Boolean | Family::Timestamp)
    }

    /// What it says of two values, if both are known and of its type.
    fn answer(self, value: &Shape, operand: &Shape) -> Option<bool> {
        let (Shape::Known(value), Shape::Known(operand)) = (value, operand) else { return None };
        let ordering = match self.family {
            Family::Text => value.as_str()?.cmp(operand.as_str()?),
            Family::Number => value.as_f64()?.partial_cmp(&operand.as_f64()?)?,
            Family::Boolean => value.as_bool()?.cmp(&operand.as_bool()?),
            Family::Timestamp => instant_of(value.as_str()?)?.cmp(&instant_of(operand.as_str()?)?),
            Family::Pattern | Family::Presence | Family::Kind => return None,
        };
        Some(self.holds(ordering))
    }

    fn holds(self, ordering: Ordering) -> bool {
        let is_said_by = |ending: &str| self.name.ends_with(ending);
        match ordering {
            Ordering::Less => is_said_by("LessThan") || is_said_by("LessThanEquals"),
            Ordering::Greater => is_said_by("GreaterThan") || is_said_by("GreaterThanEquals"),
            Ordering::Equal => is_said_by("Equals"),
        }
    }
}

impl Builder {
    /// A constant near the value with which the operator holds, or does not; any other where there is none.
    pub(crate) fn operand(&mut self, operator: Operator, value: &Shape, holds: bool) -> Value {
        let near = match operator.family {
            Family::Text => self.texts_near(value),
            Family::Number => self.numbers_near(value),
            Family::Timestamp => TIMESTAMPS.iter().map(|time| json!(time)).collect(),
            Family::Boolean => vec![json!(true), json!(false)],
            Family::Pattern => return self.pattern(value, holds).into(),
            Family::Presence | Family::Kind => return holds.into(),
        };
        let fits =
            |operand: &&Value| operator.answer(value, &Shape::Known((*operand).clone())) == Some(holds);
        let fitting: Vec<&Value> = near.iter().filter(fits).collect();
        let chosen = if fitting.is_empty() { near.iter().collect() } else { fitting };
        self.draw.pick(&chosen).clone()
    }

    /// A path to a value with which the operator holds, or does not, if there is one.
    pub(crate) fn operand_path(
        &mut self,
        env: &Env<'_>,
        operator: Operator,
        value: &Shape,
        holds: bool,
    ) -> Option<String> {
        let answers = |operand: &Shape| operator.answer(value, operand) == Some(holds);
        let (draw, input) = (&mut self.draw, &self.input);
        let found = find_fitting(draw, env.root, "$", &answers)
            .or_else(|| find_fitting(draw, input, "$$.Execution.Input", &answers));
        found.map(|found| found.path)
    }

    /// Puts a value into the input of the execution, to compare something with; the path to it. What is known of
    /// objects is that they have some members at least, so that one more changes nothing.
    pub(crate) fn lay_into_input(&mut self, value: Value) -> Option<String> {
        const KEYS: [&str; 4] = ["expected", "threshold", "reference", "deadline"];
        let is_open = self.laid.is_some() && matches!(self.input, Shape::Object(_));
        let key = KEYS.into_iter().find(|key| is_open && self.input.member(key).is_none())?;
        self.input.set(key, Shape::of(&value));
        self.laid.as_mut()?.insert(key.to_owned(), value);
        Some(format!("$$.Execution.Input.{key}"))
    }

    /// Perhaps a path to nothing, or to a value of another kind.
    pub(crate) fn bad_operand_path(&mut self, env: &Env<'_>, operator: Operator) -> Option<String> {
        if self.fault(env.may_fail) {
            return Some(missing_path(&mut self.draw, env.root, "$"));
        }
        if !self.draw.chance(8) {
            return None;
        }
        let wrong = find_wrong_path(&mut self.draw, env.root, Grammar::Path, operator.want());
        wrong.map(|found| found.path)
    }

    fn texts_near(&mut self, value: &Shape) -> Vec<Value> {
        let other = draw_text(&mut self.draw);
        let Some(text) = value.known_text() else { return vec![json!(other)] };
        let first: String = text.chars().take(1).collect();
        let texts = [text.to_owned(), format!("{text} "), text.to_uppercase(), first, other.to_owned()]
            .map(Value::from);
        texts.into_iter().chain([json!(self.draw.pick(WORDS))]).collect()
    }

    fn numbers_near(&mut self, value: &Shape) -> Vec<Value> {
        let other = draw_number(&mut self.draw);
        let Shape::Known(number) = value else { return vec![other] };
        let steps = match (number.as_i64(), number.as_f64()) {
            (Some(integer), _) => vec![json!(integer.saturating_sub(1)), json!(integer.saturating_add(1))],
            (None, Some(decimal)) => vec![json!(decimal - 0.5), json!(decimal + 0.5)],
            (None, None) => return vec![other],
        };
        [number.clone(), other].into_iter().chain(steps).collect()
    }

    fn pattern(&mut self, shape: &Shape, holds: bool) -> String {
        const ODD_PATTERNS: &[&str] = &["*", "", "a*", "*-*", "a\\*b", "*\\\\*"];
        let Some(text) = shape.known_text().filter(|_| self.draw.chance(85)) else {
            return self.draw.pick(ODD_PATTERNS).to_owned();
        };
        let escaped = text.replace('\\', "\\\\").replace('*', "\\*");
        let letters: Vec<char> = text.chars().filter(|letter| !matches!(letter, '*' | '\\')).collect();
        match (holds, self.draw.below(5)) {
            (true, 0) => escaped,
            (true, 1) => format!("{escaped}*"),
            (true, 2) => letters.first().map_or("*".to_owned(), |first| format!("{first}*")),
            (true, 3) => letters.last().map_or("*".to_owned(), |last| format!("*{last}")),
            (true, _) => {
                letters.get(letters.len() / 2).map_or("*".to_owned(), |middle| format!("*{middle}*"))
            }
            (false, 0 | 1) => format!("{escaped} "),
            (false, 2) => format!("*{escaped}.*"),
            (false, _) => format!("{escaped}?*"),
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("StringLessThan", Family::Text, json!("a"), json!("b"), Some(true))]
    #[case("StringLessThan", Family::Text, json!("b"), json!("b"), Some(false))]
    #[case("NumericGreaterThanEquals", Family::Number, json!(2), json!(2.0), Some(true))]
    #[case("NumericLessThanEquals", Family::Number, json!(3), json!(2), Some(false))]
    #[case("TimestampEquals", Family::Timestamp, json!("2024-01-15T10:30:00Z"), json!("2024-01-15T05:30:00-05:00"), Some(true))]
    #[case("TimestampGreaterThan", Family::Timestamp, json!("2020-02-29T00:00:00Z"), json!("2023-12-31T23:59:59Z"), Some(false))]
    #[case("BooleanEquals", Family::Boolean, json!(true), json!(false), Some(false))]
    #[case("NumericEquals", Family::Number, json!("3"), json!(3), None)]
    fn operator_answers(
        #[case] name: &'static str,
        #[case] family: Family,
        #[case] value: Value,
        #[case] operand: Value,
        #[case] answer: Option<bool>,
    ) {
        let operator = Operator { name, family };
        assert_eq!(operator.answer(&Shape::Known(value), &Shape::Known(operand)), answer);
    }

    #[test]
    fn every_time_has_an_instant() {
        assert!(TIMESTAMPS.iter().all(|time| instant_of(time).is_some()));
    }
}
