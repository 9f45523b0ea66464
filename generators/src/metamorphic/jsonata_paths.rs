//! Paths of JSONPath as expressions of JSONata, as far as both certainly mean the same.

/// A path from its root: names and indices.
pub(super) struct Steps<'a> {
    root: Root<'a>,
    steps: Vec<Step>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Root<'a> {
    Document,
    Context,
    Variable(&'a str),
}

#[derive(Clone, PartialEq, Eq)]
enum Step {
    Name(String),
    Index(i64),
}

impl<'a> Steps<'a> {
    /// The steps of a definite path; `None` for any other text.
    pub(super) fn of(path: &'a str) -> Option<Self> {
        let (root, rest) = root_of(path)?;
        Some(Self { root, steps: steps_of(rest)? })
    }

    /// The expression that leads to the same value, where `$` is what `document` says.
    pub(super) fn expression(&self, document: &str) -> String {
        let root = match self.root {
            Root::Document => document.to_owned(),
            Root::Context => "$states.context".to_owned(),
            Root::Variable(name) => format!("${name}"),
        };
        self.steps.iter().fold(root, |expression, step| match step {
            Step::Name(name) => format!("{expression}.`{name}`"),
            Step::Index(index) => format!("{expression}[{index}]"),
        })
    }

    /// Whether any step is an index.
    pub(super) fn has_index(&self) -> bool {
        self.steps.iter().any(|step| matches!(step, Step::Index(_)))
    }

    /// The names below the document, if there is nothing else.
    pub(super) fn names(&self) -> Option<Vec<&str>> {
        if self.root != Root::Document {
            return None;
        }
        self.steps
            .iter()
            .map(|step| match step {
                Step::Name(name) => Some(name.as_str()),
                Step::Index(_) => None,
            })
            .collect()
    }
}

/// What a definite path leads to. A path that leads nowhere has no value.
pub(super) fn definite(path: &str, document: &str) -> Option<String> {
    Some(Steps::of(path)?.expression(document))
}

/// What a path gives in a template. Recorded: an index out of range gives null there.
pub(super) fn in_template(path: &str, document: &str) -> Option<String> {
    let Some(steps) = Steps::of(path) else { return gathered(path, document) };
    let expression = steps.expression(document);
    Some(if steps.has_index() {
        format!("($value := {expression}; $exists($value) ? $value : null)")
    } else {
        expression
    })
}

/// What a path gives whose last step gathers values from an array: a slice, a wildcard or a filter.
fn gathered(path: &str, document: &str) -> Option<String> {
    let at = path.find("[*]").or_else(|| path.find("[?")).or_else(|| slice_at(path))?;
    let base = definite(&path[..at], document)?;
    let (inside, after) = path[at + 1..].split_once(']')?;
    let (holds, value) = match (inside, after) {
        ("*", "") => ("true".to_owned(), "$item".to_owned()),
        ("*", member) => {
            let name = plain_name(member.strip_prefix('.')?)?;
            (format!("$type($item) = 'object' ? $exists($item.`{name}`) : false"), format!("$item.`{name}`"))
        }
        (filter, "") if filter.starts_with('?') => (filter_test(filter)?, "$item".to_owned()),
        (slice, "") => (slice_test(slice)?, "$item".to_owned()),
        _ => return None,
    };
    // A wildcard finds the members of an object, too.
    let list = if inside == "*" {
        let values = "$reduce($keys($base), function($values, $key) { $append($values, ($item := $lookup($base, $key); \
                      $type($item) = 'array' ? [[$item]] : [$item])) }, [])";
        format!("($type($base) = 'object' ? {values} : $base)")
    } else {
        "$base".to_owned()
    };
    Some(format!(
        "($base := {base}; $list := {list}; $type($list) != 'array' ? $error('no array') : \
         $reduce($list, function($found, $item, $index) {{ ({holds}) ? $append($found, {}) : $found }}, []))",
        listed(&value)
    ))
}

/// A list of one item, which may be an array itself.
pub(super) fn listed(item: &str) -> String {
    format!("($one := {item}; $type($one) = 'array' ? [[$one]] : [$one])")
}

fn slice_at(path: &str) -> Option<usize> {
    let colon = path.find(':')?;
    path[..colon].rfind('[')
}

fn slice_test(slice: &str) -> Option<String> {
    let (from, to) = slice.split_once(':')?;
    let bound = |text: &str| if text.is_empty() { Some(None) } else { text.parse::<i64>().ok().map(Some) };
    match (bound(from)?, bound(to)?) {
        (Some(from), None) if from < 0 => Some(format!("$index >= $count($base) - {}", -from)),
        (from, to) if from.unwrap_or(0) >= 0 && to.unwrap_or(0) >= 0 => {
            let after = format!("$index >= {}", from.unwrap_or(0));
            Some(to.map_or(after.clone(), |to| format!("{after} and $index < {to}")))
        }
        _ => None,
    }
}

/// A comparison of a member with a constant; one of another type does not hold.
fn filter_test(filter: &str) -> Option<String> {
    let test = filter.strip_prefix("?(@.")?.strip_suffix(')')?;
    let Some((name, rest)) = test.split_once(' ') else {
        let name = plain_name(test)?;
        return Some(format!("$type($item) = 'object' ? $exists($item.`{name}`) : false"));
    };
    let (operator, constant) = rest.split_once(' ')?;
    let name = plain_name(name)?;
    let operator = match operator {
        "==" => "=",
        "<" | "<=" | ">" | ">=" => operator,
        _ => return None,
    };
    let kind = if constant.parse::<i64>().is_ok() {
        "number"
    } else if constant.starts_with('\'') && constant.bytes().filter(|byte| *byte == b'\'').count() == 2 {
        "string"
    } else if matches!(constant, "true" | "false") && operator == "=" {
        "boolean"
    } else {
        return None;
    };
    Some(format!(
        "$type($item) = 'object' ? ($type($item.`{name}`) = '{kind}' ? $item.`{name}` {operator} {constant} : false) : false"
    ))
}

fn root_of(path: &str) -> Option<(Root<'_>, &str)> {
    let rest = path.strip_prefix('$')?;
    if let Some(rest) = rest.strip_prefix('$') {
        return Some((Root::Context, rest));
    }
    let end = rest.find(['.', '[']).unwrap_or(rest.len());
    let (name, steps) = rest.split_at(end);
    if name.is_empty() {
        return Some((Root::Document, steps));
    }
    Some((Root::Variable(plain_name(name)?), steps))
}

fn steps_of(mut rest: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix("['") {
            let (name, after) = after.split_once("']")?;
            let is_odd = name.is_empty() || name.contains(['`', '\'', '\\', ',']);
            steps.push(Step::Name((!is_odd).then(|| name.to_owned())?));
            rest = after;
        } else if let Some(after) = rest.strip_prefix('[') {
            let (index, after) = after.split_once(']')?;
            steps.push(Step::Index(index.parse().ok()?));
            rest = after;
        } else {
            let after = rest.strip_prefix('.')?;
            let end = after.find(['.', '[']).unwrap_or(after.len());
            steps.push(Step::Name(plain_name(&after[..end])?.to_owned()));
            rest = &after[end..];
        }
    }
    Some(steps)
}

fn plain_name(name: &str) -> Option<&str> {
    let is_plain = !name.is_empty() && name.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
    is_plain.then_some(name)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("$", Some("$states.input"))]
    #[case("$.a['b c'][0]", Some("$states.input.`a`.`b c`[0]"))]
    #[case("$$.State.Name", Some("$states.context.`State`.`Name`"))]
    #[case("$order.id", Some("$order.`id`"))]
    #[case("$..id", None)]
    #[case("$.a[*]", None)]
    #[case("plain", None)]
    fn definite_path_leads_to_the_same_value(#[case] path: &str, #[case] expected: Option<&str>) {
        assert_eq!(definite(path, "$states.input").as_deref(), expected);
    }

    #[rstest]
    #[case("$.a[1:3]", Some("$index >= 1 and $index < 3"))]
    #[case("$.a[-2:]", Some("$index >= $count($base) - 2"))]
    #[case("$.a[?(@.n < 5)]", Some("$item.`n` < 5"))]
    #[case("$.a[*].n", Some("$exists($item.`n`)"))]
    #[case("$.a[?(@.n != 5)]", None)]
    #[case("$.a[0,2]", None)]
    fn gathering_path_tests_each_item(#[case] path: &str, #[case] expected: Option<&str>) {
        let expression = in_template(path, "$states.input");
        match expected {
            Some(part) => {
                assert!(expression.as_ref().is_some_and(|text| text.contains(part)), "{expression:?}");
            }
            None => assert_eq!(expression, None),
        }
    }
}
