//! Steps on an expression of JSONata: a plain value in its place, a part of it alone, a path with less of it.

use serde_json::{Value, json};

/// What may stand between two operands.
const OPERATORS: &[&str] = &[
    "&", "+", "-", "*", "/", "%", "=", "!=", "<", "<=", ">", ">=", "and", "or", "in", "~>", "?", ":", ":=",
    "..",
];

/// Simpler values and expressions in the place of an expression, with its delimiters; those with the least left of it first.
pub(super) fn simpler_expressions(text: &str) -> Vec<Value> {
    let mut found = vec![json!(""), json!(0), json!("{% $states.input %}")];
    let inner = text.trim_start_matches("{%").trim_end_matches("%}").trim();
    let mut parts = [paths_of(inner), parts_of(inner)].concat();
    parts.sort_by_key(|part| (part.len(), *part));
    parts.dedup();
    parts.retain(|part| *part != "$states.input");
    found.extend(parts.into_iter().map(|part| json!(format!("{{% {part} %}}"))));
    found.retain(|value| value.as_str().is_none_or(|simpler| simpler.len() < text.len()));
    found
}

/// The paths in an expression, each whole and with its last steps cut off. A function is no value.
fn paths_of(expression: &str) -> Vec<&str> {
    let is_of_path = |letter: char| letter.is_alphanumeric() || "$._`[]".contains(letter);
    let mut found = Vec::new();
    let mut rest = expression;
    while let Some(at) = rest.find('$') {
        let end = rest[at..].find(|letter| !is_of_path(letter)).map_or(rest.len(), |end| at + end);
        let (path, after) = (&rest[at..end], &rest[end..]);
        if !after.starts_with('(') || path.ends_with('.') {
            let path = path.trim_end_matches(['.', '[', '`']);
            found.extend(
                std::iter::successors(Some(path), |path| without_last_step(path))
                    .filter(|path| is_whole(path)),
            );
        }
        rest = after;
    }
    found
}

fn without_last_step(path: &str) -> Option<&str> {
    path.rfind(['.', '[']).map(|at| &path[..at])
}

fn is_whole(path: &str) -> bool {
    !["$", "$states"].contains(&path) && is_balanced(path)
}

fn is_balanced(text: &str) -> bool {
    text.matches('[').count() == text.matches(']').count()
        && text.matches('`').count().is_multiple_of(2)
        && !text.contains("[]")
}

/// The arguments of the calls in an expression, and its operands, where a value is looked at in them.
fn parts_of(expression: &str) -> Vec<&str> {
    let mut found = Vec::new();
    // Where each argument begins that is not over, and its last operand; the whole first.
    let mut open = vec![(0, 0)];
    let (mut quote, mut is_escaped) = (None, false);
    let mut take = |from: usize, to: usize| found.extend(expression.get(from..to).map(str::trim));
    for (at, letter) in expression.char_indices() {
        match (quote, letter) {
            (Some(_), _) if is_escaped => is_escaped = false,
            (Some(_), '\\') => is_escaped = true,
            (Some(mark), _) if letter == mark => quote = None,
            (None, '"' | '\'' | '`') => quote = Some(letter),
            (None, '(' | '[' | '{') => open.push((at + 1, at + 1)),
            (None, ')' | ']' | '}') => {
                let Some((argument, operand)) = open.pop() else { continue };
                take(argument, at);
                take(operand, at);
            }
            // The colon behind the name of a member; that of a condition is an operator.
            (None, ',' | ';' | ':') if letter != ':' || !expression[..at].ends_with(' ') => {
                let Some(part) = open.last_mut() else { continue };
                take(part.0, at);
                take(part.1, at);
                *part = (at + 1, at + 1);
            }
            (None, ' ') => {
                let operator = expression[at + 1..].split(' ').next().filter(|word| OPERATORS.contains(word));
                let Some((part, operator)) = open.last_mut().zip(operator) else { continue };
                take(part.1, at);
                part.1 = at + 1 + operator.len();
            }
            (Some(_) | None, _) => {}
        }
    }
    take(open.pop().map_or(0, |(_, operand)| operand), expression.len());
    found.retain(|part| {
        part.contains('$') && *part != expression && !is_text(part) && !part.contains("function(")
    });
    found
}

/// Whether it is one text.
fn is_text(part: &str) -> bool {
    let quote = part.chars().next().filter(|letter| ['"', '\''].contains(letter));
    quote.is_some_and(|quote| part.ends_with(quote) && part.matches(quote).count() == 2)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::path("$states.input.a.b", &["$states.input.a"])]
    #[case::variable("$order.lines[0].price", &["$order", "$order.lines", "$order.lines[0]"])]
    #[case::call("$floor($n.qty / 3)", &["$n", "$n.qty", "$n.qty / 3"])]
    #[case::two_arguments("$split($a, ', (') & 'x'", &["$a", "$split($a, ', (')"])]
    #[case::mapped("$states.input.items.(price)", &["$states.input.items"])]
    #[case::quoted("'$a, (' & $b", &["$a", "$b"])]
    #[case::condition("$a ? $b : 'x'", &["$a", "$b"])]
    #[case::object("{'k': $a, 'l': 1}", &["$a"])]
    #[case::literal("1 + 2", &[])]
    fn parts_of_an_expression_stand_alone(#[case] inner: &str, #[case] expected: &[&str]) {
        let text = format!("{{% {inner} %}}");
        let found = simpler_expressions(&text);
        let wanted: Vec<Value> = expected.iter().map(|part| json!(format!("{{% {part} %}}"))).collect();
        let parts: Vec<Value> = found
            .into_iter()
            .filter(|value| value.as_str().is_some_and(|text| text.starts_with("{%")))
            .filter(|value| *value != "{% $states.input %}")
            .collect();
        assert_eq!(parts, wanted);
    }
}
