//! Where AWS's JSONata differs from the library's: everything that makes up for it stands here, each with its evidence.
//!
//! AWS says that it runs version 2.0.6 of the language; the library follows 2.2. What AWS adds is in `functions.rs`.

use std::rc::Rc;

use jsonata_core::{
    ast::{AstNode, BinaryOp},
    evaluator::{EvaluatorError, error_code_prefix},
};

use super::{
    budget,
    failure::{EvaluationFailure, Limit},
    syntax_tree::for_each_child,
};

/// The milliseconds that `$now()` prints; no expression can name this function itself.
pub(super) const NOW_MILLIS: &str = "!millis";

/// Changes the syntax tree to what AWS evaluates, or says why AWS does not know the syntax.
pub(super) fn rewrite(node: &mut AstNode) -> Result<(), String> {
    if let AstNode::Binary { op: BinaryOp::Coalesce | BinaryOp::Default, .. } = node {
        // Documented: version 2.0.6. The operators `??` and `?:` came with 2.1.
        return Err("the operators '??' and '?:' are not known".to_owned());
    }
    if let AstNode::Function { name, args, is_builtin: true } = node
        && name == "now"
    {
        // The time of the execution in place of a clock: `$now(…)` is `$fromMillis` of the current time.
        let millis = AstNode::Function { name: NOW_MILLIS.to_owned(), args: Vec::new(), is_builtin: true };
        args.insert(0, millis);
        "fromMillis".clone_into(name);
    }
    let mut result = Ok(());
    for_each_child(node, &mut |child| {
        if result.is_ok() {
            result = rewrite(child);
        }
    });
    result
}

/// Documented: `$eval` is not there. Observed (August 2026): the words.
/// Requirement: asl.jsonata.no-eval
pub(super) fn no_function() -> EvaluatorError {
    EvaluatorError::EvaluationError(NO_FUNCTION.to_owned())
}

const NO_FUNCTION: &str = "T1006: Attempted to invoke a non-function";

/// An error of the library's as AWS reports it; `blame` names the function that refused its arguments.
/// Requirement: asl.jsonata.thrown
pub(super) fn failure(message: &str, blame: impl FnOnce() -> Option<Rc<str>>) -> EvaluationFailure {
    match message {
        budget::MEMORY_EXCEEDED => return EvaluationFailure::Exceeded(Limit::Memory),
        budget::TIME_EXCEEDED => return EvaluationFailure::Exceeded(Limit::Time),
        _ => {}
    }
    let Some(code) = error_code_prefix(message) else {
        // The library has no code for a function that does not exist.
        let message = if message.starts_with("Unknown function") { NO_FUNCTION } else { message };
        return EvaluationFailure::Threw(message.to_owned());
    };
    if budget::DEPTH_EXCEEDED.contains(&code) {
        return EvaluationFailure::Exceeded(Limit::Depth);
    }
    if budget::SEQUENCE_EXCEEDED.contains(&code) {
        return EvaluationFailure::Exceeded(Limit::Memory);
    }
    EvaluationFailure::Threw(worded(code, message, blame))
}

/// Recorded and observed: the words are those of the reference implementation, tokens in double quotes.
fn worded(code: &str, message: &str, blame: impl FnOnce() -> Option<Rc<str>>) -> String {
    if let Some((_, words)) = FIXED.iter().find(|(fixed, _)| *fixed == code) {
        return format!("{code}: {words}");
    }
    let changed = match code {
        "T2001" | "T2002" => quote_after(message, "side of the "),
        "T0410" | "T0412" if message.contains("of function ") => quote_after(message, "of function "),
        "T0410" | "T0412" => mismatch(code, message, blame),
        "D3030" => not_a_number(message),
        _ => None,
    };
    changed.unwrap_or_else(|| message.to_owned())
}

/// The argument that a built-in function refused. The reference implementation puts the type of an array's items into
/// the plural.
fn mismatch(code: &str, message: &str, blame: impl FnOnce() -> Option<Rc<str>>) -> Option<String> {
    let function = blame()?;
    let index = argument_index(message)?;
    let problem = match message.split_once("must be an array of ") {
        Some((_, item)) if code == "T0412" => {
            format!("must be an array of \"{}s\"", item.to_lowercase())
        }
        _ => "does not match function signature".to_owned(),
    };
    Some(format!("{code}: Argument {index} of function \"{function}\" {problem}"))
}

/// The argument that the library means. With too few or too many, the first that is missing or too much.
fn argument_index(message: &str) -> Option<usize> {
    let number_after = |before: &str| {
        let (_, tail) = message.split_once(before)?;
        let digits = tail.find(|character: char| !character.is_ascii_digit()).unwrap_or(tail.len());
        tail[..digits].parse::<usize>().ok()
    };
    number_after("Argument ").or_else(|| Some(number_after("expected ")?.min(number_after("got ")?) + 1))
}

/// The reference implementation prints the value as JSON.
fn not_a_number(message: &str) -> Option<String> {
    let (_, tail) = message.split_once('\'')?;
    let (text, _) = tail.rsplit_once('\'')?;
    Some(format!("D3030: Unable to cast value to a number: {}", serde_json::Value::from(text)))
}

/// Puts the word after `before` into quotes, unless it is in quotes.
fn quote_after(message: &str, before: &str) -> Option<String> {
    let start = message.find(before)? + before.len();
    let (head, tail) = message.split_at(start);
    let word_length = tail.find(' ').unwrap_or(tail.len());
    let (word, rest) = tail.split_at(word_length);
    let word = word.trim_matches('"').trim_start_matches('$');
    // What the library adds in parentheses.
    let rest = rest.split(" (expected").next().unwrap_or(rest);
    Some(format!("{head}\"{word}\"{rest}"))
}

/// Whether AWS was seen to use these words.
pub(super) fn is_recorded(message: &str) -> bool {
    const RECORDED: [&str; 10] =
        ["D3020", "T0410", "D3050", "D3138", "D3060", "T2001", "T2002", "T0412", "D3137", "T1006"];
    let code = error_code_prefix(message);
    // Which type of items AWS names was recorded for `$partition` only.
    let is_other_array = code == Some("T0412") && !message.ends_with(" undefined");
    !is_other_array && code.is_some_and(|code| RECORDED.contains(&code))
}

/// The errors whose words have no parts that vary.
const FIXED: [(&str, &str); 17] = [
    ("D1004", "Regular expression matches zero length string"),
    ("T1006", "Attempted to invoke a non-function"),
    ("T1008", "Attempted to partially apply a non-function"),
    ("T2003", "The left side of the range operator (..) must evaluate to an integer"),
    ("T2004", "The right side of the range operator (..) must evaluate to an integer"),
    ("T2006", "The right side of the function application operator ~> must be a function"),
    ("T2008", "The expressions within an order-by clause must evaluate to numeric or string values"),
    ("D3001", "Attempting to invoke string function on Infinity or NaN"),
    ("D3010", "Second argument of replace function cannot be an empty string"),
    ("D3011", "Fourth argument of replace function must evaluate to a positive number"),
    ("D3012", "Attempted to replace a matched string with a non-string value"),
    ("D3020", "Third argument of split function must evaluate to a positive number"),
    ("D3040", "Third argument of match function must evaluate to a positive number"),
    ("D3050", "The second argument of reduce function must be a function with at least two arguments"),
    (
        "D3070",
        "The single argument form of the sort function can only be applied to an array of strings or an array of numbers.  Use the second argument to specify a comparison function",
    ),
    ("D3138", "The $single() function expected exactly 1 matching result.  Instead it matched more."),
    ("D3139", "The $single() function expected exactly 1 matching result.  Instead it matched 0."),
];
