//! Choice rules: all 39 operators, with operands near the data, combined by And, Or and Not.

use serde_json::{Map, Value, json};

use crate::{
    builder::{Builder, Env},
    operand::{Family, Operator},
    path::{Found, Grammar, Want, find_path, find_wrong_path, missing_path},
    shape::Shape,
    swarm::Mix,
};

type Rule = Map<String, Value>;

/// Census weight first; every operator has a floor so that the ones that nobody uses are reached too.
const OPERATORS: &[(usize, Operator)] = &[
    (36, operator("StringEquals", Family::Text)),
    (4, operator("StringLessThan", Family::Text)),
    (4, operator("StringGreaterThan", Family::Text)),
    (4, operator("StringLessThanEquals", Family::Text)),
    (4, operator("StringGreaterThanEquals", Family::Text)),
    (12, operator("StringMatches", Family::Pattern)),
    (8, operator("NumericEquals", Family::Number)),
    (6, operator("NumericLessThan", Family::Number)),
    (6, operator("NumericGreaterThan", Family::Number)),
    (5, operator("NumericLessThanEquals", Family::Number)),
    (6, operator("NumericGreaterThanEquals", Family::Number)),
    (9, operator("BooleanEquals", Family::Boolean)),
    (8, operator("TimestampEquals", Family::Timestamp)),
    (7, operator("TimestampLessThan", Family::Timestamp)),
    (7, operator("TimestampGreaterThan", Family::Timestamp)),
    (7, operator("TimestampLessThanEquals", Family::Timestamp)),
    (7, operator("TimestampGreaterThanEquals", Family::Timestamp)),
    (18, operator("IsPresent", Family::Presence)),
    (5, operator("IsNull", Family::Kind)),
    (5, operator("IsNumeric", Family::Kind)),
    (5, operator("IsString", Family::Kind)),
    (5, operator("IsBoolean", Family::Kind)),
    (5, operator("IsTimestamp", Family::Kind)),
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
        let (operator, path_percent) = match self.swarm.mix {
            Mix::Realistic => (self.draw.weighted(OPERATORS), 30),
            Mix::Uniform => (self.uniform_operator(), 50),
        };
        if operator.family == Family::Presence {
            return self.presence_test(env);
        }
        let holds = self.draw.chance(50);
        if operator.has_path_form()
            && self.draw.chance(path_percent)
            && let Some((variable, path)) = self.compared_pair(env, operator, holds)
        {
            return Rule::from_iter([
                ("Variable".to_owned(), variable.into()),
                (format!("{}Path", operator.name), path.into()),
            ]);
        }
        let Some(variable) = self.variable(env, operator) else { return self.presence_test(env) };
        let operand = self.operand(operator, &variable.shape, holds);
        Rule::from_iter([("Variable".to_owned(), variable.path.into()), (operator.name.to_owned(), operand)])
    }

    /// All alike, but for times: data seldom holds one, and then the operator shows little.
    fn uniform_operator(&mut self) -> Operator {
        let weight = |operator: Operator| if operator.family == Family::Timestamp { 2 } else { 1 };
        let alike: Vec<_> = OPERATORS.iter().map(|(_, operator)| (weight(*operator), *operator)).collect();
        self.draw.weighted(&alike)
    }

    /// A value and another to compare it with, such that the operator holds, or does not: two that are there,
    /// after some tries one that is laid beside them. Which of two missing values a failure names is not known: at most one of them is missing.
    fn compared_pair(&mut self, env: &Env<'_>, operator: Operator, holds: bool) -> Option<(String, String)> {
        const TRIES: usize = 2;
        let mut variable = self.variable(env, operator)?;
        if variable.shape == Shape::Anything {
            let operand = find_path(&mut self.draw, env.root, "$", operator.want())?;
            return Some((variable.path, operand.path));
        }
        if let Some(path) = self.bad_operand_path(env, operator) {
            return Some((variable.path, path));
        }
        for _ in 0..TRIES {
            if let Some(path) = self.operand_path(env, operator, &variable.shape, holds) {
                return Some((variable.path, path));
            }
            variable = self.sound_variable(env, operator)?;
        }
        let operand = self.operand(operator, &variable.shape, holds);
        if let Some(path) = self.lay_into_input(operand) {
            return Some((variable.path, path));
        }
        let any = find_path(&mut self.draw, env.root, "$", operator.want())?;
        Some((variable.path, any.path))
    }

    /// The tested value: 87 % of the right kind, 13 % of another (then every comparison is false, without an error). The
    /// operators that ask for a type get a value of that type half of the time.
    fn variable(&mut self, env: &Env<'_>, operator: Operator) -> Option<Found> {
        if self.fault(env.may_fail) {
            return Some(Found { path: missing_path(&mut self.draw, env.root, "$"), shape: Shape::Anything });
        }
        let is_other = self.draw.chance(if operator.family == Family::Kind { 50 } else { 13 });
        if is_other && let Some(found) = self.other_variable(env, operator) {
            return Some(found);
        }
        self.sound_variable(env, operator)
    }

    /// A value of the right kind; if there is none, any.
    fn sound_variable(&mut self, env: &Env<'_>, operator: Operator) -> Option<Found> {
        if operator.family == Family::Text && self.draw.chance(6) {
            let shape = Shape::Known(env.state_name.into());
            return Some(Found { path: "$$.State.Name".to_owned(), shape });
        }
        if let Some(found) = self.variable_path(operator.want(), 20) {
            return Some(found);
        }
        let (draw, input) = (&mut self.draw, &self.input);
        find_path(draw, env.root, "$", operator.want())
            .or_else(|| find_path(draw, input, "$$.Execution.Input", operator.want()))
            .or_else(|| find_path(draw, env.root, "$", Want::Stable))
    }

    fn other_variable(&mut self, env: &Env<'_>, operator: Operator) -> Option<Found> {
        match operator.family {
            Family::Kind => find_path(&mut self.draw, env.root, "$", Want::Stable),
            _ => find_wrong_path(&mut self.draw, env.root, Grammar::Path, operator.want()),
        }
    }

    fn presence_test(&mut self, env: &Env<'_>) -> Rule {
        let found =
            if self.draw.chance(55) { find_path(&mut self.draw, env.root, "$", Want::Any) } else { None };
        let variable = found.map_or_else(|| missing_path(&mut self.draw, env.root, "$"), |found| found.path);
        let expected = self.draw.chance(75);
        Rule::from_iter([("Variable".to_owned(), variable.into()), ("IsPresent".to_owned(), expected.into())])
    }
}

const fn operator(name: &'static str, family: Family) -> Operator {
    Operator { name, family }
}
