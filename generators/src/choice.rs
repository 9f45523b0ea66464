//! Choice rules: all 39 operators, with operands near the data, combined by And, Or and Not.

use serde_json::{Map, Value, json};

use crate::{
    builder::{Builder, Env},
    path::{Found, Grammar, Want, find_path, find_wrong_path, missing_path},
    shape::{Shape, is_timestamp},
    swarm::Mix,
    values::{TIMESTAMPS, draw_text},
};

type Rule = Map<String, Value>;

/// What an operator compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    Text,
    Number,
    Boolean,
    Timestamp,
    Pattern,
    Presence,
    Kind,
}

/// Census weight first; every operator has a floor so that the ones that nobody uses are reached too.
const OPERATORS: &[(usize, (&str, Family))] = &[
    (36, ("StringEquals", Family::Text)),
    (4, ("StringLessThan", Family::Text)),
    (4, ("StringGreaterThan", Family::Text)),
    (4, ("StringLessThanEquals", Family::Text)),
    (4, ("StringGreaterThanEquals", Family::Text)),
    (12, ("StringMatches", Family::Pattern)),
    (8, ("NumericEquals", Family::Number)),
    (6, ("NumericLessThan", Family::Number)),
    (6, ("NumericGreaterThan", Family::Number)),
    (5, ("NumericLessThanEquals", Family::Number)),
    (6, ("NumericGreaterThanEquals", Family::Number)),
    (9, ("BooleanEquals", Family::Boolean)),
    (5, ("TimestampEquals", Family::Timestamp)),
    (4, ("TimestampLessThan", Family::Timestamp)),
    (4, ("TimestampGreaterThan", Family::Timestamp)),
    (4, ("TimestampLessThanEquals", Family::Timestamp)),
    (4, ("TimestampGreaterThanEquals", Family::Timestamp)),
    (18, ("IsPresent", Family::Presence)),
    (5, ("IsNull", Family::Kind)),
    (5, ("IsNumeric", Family::Kind)),
    (5, ("IsString", Family::Kind)),
    (5, ("IsBoolean", Family::Kind)),
    (5, ("IsTimestamp", Family::Kind)),
];

impl Builder {
    /// A top-level rule without its Next. The census: 139 plain, 33 with one level of And, Or or Not, 7 with two.
    pub(crate) fn choice_rule(&mut self, env: &Env<'_>) -> Rule {
        let depth = self.draw.weighted(&[(75, 0), (20, 1), (5, 2)]);
        self.rule(env, depth)
    }

    fn rule(&mut self, env: &Env<'_>, depth: usize) -> Rule {
        if depth == 0 {
            return self.data_test(env);
        }
        if self.draw.chance(15) {
            return self.guarded_test(env);
        }
        let operator = self.draw.weighted(&[(45, "And"), (30, "Or"), (25, "Not")]);
        let inner = if operator == "Not" {
            Value::Object(self.rule(env, depth - 1))
        } else {
            let count = self.draw.weighted(&[(10, 1), (65, 2), (25, 3)]);
            (0..count).map(|_| Value::Object(self.rule(env, depth - 1))).collect()
        };
        Rule::from_iter([(operator.to_owned(), inner)])
    }

    /// `And: [IsPresent, test]` on what may be missing: the guard that real definitions write.
    fn guarded_test(&mut self, env: &Env<'_>) -> Rule {
        let missing = missing_path(&mut self.draw, env.root, "$");
        let (first, operator) = if self.draw.chance(70) { (true, "And") } else { (false, "Or") };
        let guard = json!({"Variable": missing, "IsPresent": first});
        let test = json!({"Variable": missing, "NumericEquals": self.draw.between(0, 5)});
        Rule::from_iter([(operator.to_owned(), json!([guard, test]))])
    }

    fn data_test(&mut self, env: &Env<'_>) -> Rule {
        let (operator, family) = match self.swarm.mix {
            Mix::Realistic => self.draw.weighted(OPERATORS),
            Mix::Uniform => self.draw.pick(OPERATORS).1,
        };
        if family == Family::Presence {
            return self.presence_test(env);
        }
        let Some(variable) = self.variable(env, family) else { return self.presence_test(env) };
        // Which of two missing values the failure names is not known: at most one side is missing.
        let is_missing = variable.shape == Shape::Anything;
        let has_path_form = !is_missing && !matches!(family, Family::Pattern | Family::Kind);
        let mut rule = Rule::from_iter([("Variable".to_owned(), variable.path.clone().into())]);
        if has_path_form
            && self.draw.chance(30)
            && let Some(path) = self.operand_path(env, family)
        {
            rule.insert(format!("{operator}Path"), path.into());
            return rule;
        }
        let operand = self.operand(family, &variable.shape);
        rule.insert(operator.to_owned(), operand);
        rule
    }

    /// The tested value: 87 % of the right kind, 13 % of another (then every comparison is false, without an error).
    fn variable(&mut self, env: &Env<'_>, family: Family) -> Option<Found> {
        if self.fault(env.may_fail) {
            return Some(Found { path: missing_path(&mut self.draw, env.root, "$"), shape: Shape::Anything });
        }
        let want = wanted_by(family);
        if family != Family::Kind && self.draw.chance(13) {
            return find_wrong_path(&mut self.draw, env.root, Grammar::Path, want);
        }
        if self.draw.chance(6) && family == Family::Text {
            return Some(Found {
                path: "$$.State.Name".to_owned(),
                shape: Shape::Known(env.state_name.into()),
            });
        }
        if let Some(found) = self.variable_path(want, 20) {
            return Some(found);
        }
        find_path(&mut self.draw, env.root, "$", want)
            .or_else(|| find_path(&mut self.draw, env.root, "$", Want::Stable))
    }

    fn operand_path(&mut self, env: &Env<'_>, family: Family) -> Option<String> {
        let want = wanted_by(family);
        if self.draw.chance(8) {
            return find_wrong_path(&mut self.draw, env.root, Grammar::Path, want).map(|found| found.path);
        }
        self.value_path(env, Grammar::Path, want)
    }

    fn presence_test(&mut self, env: &Env<'_>) -> Rule {
        let found =
            if self.draw.chance(55) { find_path(&mut self.draw, env.root, "$", Want::Any) } else { None };
        let variable = found.map_or_else(|| missing_path(&mut self.draw, env.root, "$"), |found| found.path);
        let expected = self.draw.chance(75);
        Rule::from_iter([("Variable".to_owned(), variable.into()), ("IsPresent".to_owned(), expected.into())])
    }

    /// A constant near the value: equal to it, a step beside it, or any other.
    fn operand(&mut self, family: Family, shape: &Shape) -> Value {
        match family {
            Family::Text => self.text_operand(shape).into(),
            Family::Pattern => self.pattern(shape).into(),
            Family::Number => self.number_operand(shape),
            Family::Timestamp => self.timestamp_operand(shape).into(),
            Family::Boolean | Family::Presence | Family::Kind => self.draw.chance(65).into(),
        }
    }

    fn text_operand(&mut self, shape: &Shape) -> String {
        match shape.known_text() {
            Some(text) if self.draw.chance(45) => text.to_owned(),
            Some(text) if self.draw.chance(40) => match self.draw.below(3) {
                0 => format!("{text} "),
                1 => text.to_uppercase(),
                _ => text.chars().take(1).collect(),
            },
            _ => draw_text(&mut self.draw).to_owned(),
        }
    }

    fn number_operand(&mut self, shape: &Shape) -> Value {
        match shape {
            Shape::Known(number) if number.is_number() && self.draw.chance(45) => number.clone(),
            Shape::Known(number) if self.draw.chance(60) => match number.as_i64() {
                Some(integer) => json!(integer.saturating_add(self.draw.between(-1, 1))),
                None => json!(self.draw.between(-1, 5)),
            },
            _ => crate::values::draw_number(&mut self.draw),
        }
    }

    fn timestamp_operand(&mut self, shape: &Shape) -> String {
        match shape.known_text().filter(|text| is_timestamp(text)) {
            Some(text) if self.draw.chance(45) => text.to_owned(),
            _ => self.draw.pick(TIMESTAMPS).to_owned(),
        }
    }

    fn pattern(&mut self, shape: &Shape) -> String {
        let Some(text) = shape.known_text().filter(|_| self.draw.chance(75)) else {
            return self.draw.pick(&["*", "", "a*", "*-*", "a\\*b", "*\\\\*"]).to_owned();
        };
        let escaped = text.replace('\\', "\\\\").replace('*', "\\*");
        let letters: Vec<char> = text.chars().filter(|letter| !matches!(letter, '*' | '\\')).collect();
        match self.draw.below(5) {
            0 => escaped,
            1 => format!("{escaped}*"),
            2 => letters.first().map_or("*".to_owned(), |first| format!("{first}*")),
            3 => letters.last().map_or("*".to_owned(), |last| format!("*{last}")),
            _ => letters.get(letters.len() / 2).map_or("*".to_owned(), |middle| format!("*{middle}*")),
        }
    }
}

fn wanted_by(family: Family) -> Want {
    match family {
        Family::Text | Family::Pattern => Want::Text,
        Family::Number => Want::Number,
        Family::Boolean => Want::Boolean,
        Family::Timestamp => Want::Timestamp,
        Family::Presence => Want::Any,
        Family::Kind => Want::Stable,
    }
}
