//! From the JSON of a Choice rule to a [`Condition`], with everything that AWS would say against it.

use serde_json::{Map, Value};

use super::{Condition, Operand, OperandSource, Operator, OperatorTest, Pattern, Test};
use crate::path::Path;
use crate::seeded::{Site, seeded};

/// How deep rules may nest. Hostile documents must not exhaust the stack; no limit of AWS's is known.
const DEPTH_MAX: usize = 100;
const COMBINATORS: [&str; 3] = ["And", "Or", "Not"];
/// Fields of a top-level rule that are not part of its condition.
const RULE_FIELDS: [&str; 3] = ["Next", "Comment", "Assign"];

/// What is wrong with a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleProblem {
    /// AWS refuses the rule.
    Invalid {
        /// Where in the rule, such as `/And[0]/Variable`; empty for the rule itself.
        location: String,
        /// AWS's words.
        message: String,
    },
    /// AWS may accept the rule, but the model does not cover it.
    Unsupported(String),
}

impl Condition {
    /// Compiles a top-level rule; its `Next`, `Comment` and `Assign` are left to the caller.
    pub fn compile(rule: &Value) -> Result<Self, Vec<RuleProblem>> {
        let mut compiler = Compiler { problems: Vec::new() };
        let condition = compiler.rule(rule, "", 0);
        match condition {
            Some(condition) if compiler.problems.is_empty() => Ok(condition),
            _ => Err(compiler.problems),
        }
    }
}

struct Compiler {
    problems: Vec<RuleProblem>,
}

impl Compiler {
    fn rule(&mut self, rule: &Value, location: &str, depth: usize) -> Option<Condition> {
        if depth > DEPTH_MAX {
            self.problems
                .push(RuleProblem::Unsupported(format!("Choice rules nested over {DEPTH_MAX} deep")));
            return None;
        }
        let Some(rule) = rule.as_object() else {
            return self.refuse(location, "Expected value of type Object");
        };
        self.check_fields(rule, location, depth);
        let combinators: Vec<&str> =
            COMBINATORS.into_iter().filter(|name| rule.contains_key(*name)).collect();
        match combinators.as_slice() {
            [] => self.data_test(rule, location),
            [combinator] if !rule.contains_key("Variable") => {
                let operand_location = format!("{location}/{combinator}");
                self.combined(combinator, &rule[*combinator], &operand_location, depth + 1)
            }
            _ => self.refuse(
                location,
                "There should only be one of the following fields: [And, Or, Not, Variable]",
            ),
        }
    }

    fn check_fields(&mut self, rule: &Map<String, Value>, location: &str, depth: usize) {
        for name in rule.keys() {
            let is_known = name == "Comment"
                || name == "Variable"
                || COMBINATORS.contains(&name.as_str())
                || Operator::named(name).is_some()
                || ((depth == 0 || seeded(Site::NestedRulesMayHaveNext))
                    && RULE_FIELDS.contains(&name.as_str()));
            if !is_known {
                self.note(&format!("{location}/{name}"), format!("Field '{name}' is not supported"));
            }
        }
    }

    /// Requirement: asl.choice.and, asl.choice.or, asl.choice.not, asl.choice.nesting
    fn combined(
        &mut self,
        combinator: &str,
        operand: &Value,
        location: &str,
        depth: usize,
    ) -> Option<Condition> {
        if combinator == "Not" {
            return self.rule(operand, location, depth).map(|rule| Condition::Not(Box::new(rule)));
        }
        let Some(operands) = operand.as_array() else {
            return self.refuse(location, "Expected value of type Array");
        };
        if operands.is_empty() && !seeded(Site::CombinatorsMayBeEmpty) {
            return self.refuse(location, "Value cannot be empty");
        }
        let conditions: Vec<Option<Condition>> = operands
            .iter()
            .enumerate()
            .map(|(index, operand)| self.rule(operand, &format!("{location}[{index}]"), depth))
            .collect();
        let conditions = conditions.into_iter().collect::<Option<Vec<Condition>>>()?;
        Some(if combinator == "And" { Condition::And(conditions) } else { Condition::Or(conditions) })
    }

    fn data_test(&mut self, rule: &Map<String, Value>, location: &str) -> Option<Condition> {
        let variable = match rule.get("Variable") {
            Some(variable) => self.path(variable, &format!("{location}/Variable")),
            None => self.refuse(location, "These fields are required: [Variable]"),
        };
        let mut operators = rule.iter().filter_map(|(name, operand)| Some((Operator::named(name)?, operand)));
        let Some((operator, operand)) = operators.next() else {
            let names = Operator::list();
            let message = format!("This object should have only one of the following fields: [{names}]");
            return self.refuse(location, &message);
        };
        if operators.next().is_some() && !seeded(Site::FirstOperatorCounts) {
            let names = Operator::list();
            let message = format!("There should only be one of the following fields: [{names}]");
            return self.refuse(location, &message);
        }
        let test = self.test(operator.test, operand, &format!("{location}/{}", operator.name));
        Some(Condition::Test { variable: variable?, test: Box::new(test?) })
    }

    fn test(&mut self, test: OperatorTest, operand: &Value, location: &str) -> Option<Test> {
        match test {
            OperatorTest::Compare { family, comparison, source: OperandSource::Path } => {
                let operand = Operand::At(self.path(operand, location)?);
                Some(Test::Compare { family, comparison, operand })
            }
            OperatorTest::Compare { family, comparison, source: OperandSource::Literal } => {
                if let Some(problem) = family.literal_problem(operand)
                    && !seeded(Site::OperandsNotChecked)
                {
                    return self.refuse(location, problem);
                }
                Some(Test::Compare { family, comparison, operand: Operand::Literal(operand.clone()) })
            }
            OperatorTest::Matches => self.pattern(operand, location).map(Test::Matches),
            OperatorTest::Is(kind) => match operand.as_bool() {
                Some(expected) => Some(Test::Is { kind, expected }),
                None => self.refuse(location, "Expected value of type Boolean"),
            },
        }
    }

    /// An open escape is documented as an error of the execution, whose text nobody has recorded.
    fn pattern(&mut self, operand: &Value, location: &str) -> Option<Pattern> {
        let Some(text) = operand.as_str() else {
            return self.refuse(location, "Expected value of type String");
        };
        match Pattern::parse(text) {
            Ok(pattern) => Some(pattern),
            Err(error) => {
                self.problems.push(RuleProblem::Unsupported(error.to_string()));
                None
            }
        }
    }

    fn path(&mut self, value: &Value, location: &str) -> Option<Path> {
        let Some(text) = value.as_str() else {
            return self.refuse(location, "Expected value of type String");
        };
        if !text.starts_with('$') {
            return self
                .refuse(location, "Value is not a Reference Path: Reference path didn't start with '$'");
        }
        match Path::parse(text) {
            Ok(path) => Some(path),
            Err(error) => self.refuse(location, &format!("Value is not a Reference Path: {error}")),
        }
    }

    fn refuse<T>(&mut self, location: &str, message: &str) -> Option<T> {
        self.note(location, message.to_owned());
        None
    }

    fn note(&mut self, location: &str, message: String) {
        self.problems.push(RuleProblem::Invalid { location: location.to_owned(), message });
    }
}
