//! JSONata: expressions of a wanted kind over what a state can see, templates of them, and ones that fail on purpose.

mod expression;
mod failing;
mod template;

pub(crate) use expression::Sight;
pub(crate) use failing::{Field, failing_expressions, spoiled};
