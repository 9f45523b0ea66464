//! Steps on a call of an intrinsic function: one of its arguments in its place, a literal with escapes alone, one argument less,
//! one argument simpler.

/// A call with its arguments as they are written.
struct Call<'a> {
    function: &'a str,
    arguments: Vec<&'a str>,
}

/// Functions that take any number of arguments, one for each placeholder of the template if there is one.
const VARIADIC: &[&str] = &["States.Array", FORMAT];
const FORMAT: &str = "States.Format";
const PLACEHOLDER: &str = "{}";
const ESCAPED_BRACES: [&str; 2] = [r"\{", r"\}"];
const ESCAPED_QUOTE: &str = r"\'";
const ESCAPED_BACKSLASH: &str = r"\\";
/// The function that puts out what it is given: the place for a literal alone.
const HOLDS_A_LITERAL: &str = "States.Array";

/// Simpler expressions in the place of a call, those with the least left of it first. What is no call has none but the whole
/// input.
pub(super) fn simpler_calls(text: &str) -> Vec<String> {
    let mut found = vec!["$".to_owned()];
    let Some(call) = Call::parse(text) else { return found };
    let dynamic = call.arguments.iter().filter(|argument| !is_literal(argument));
    found.extend(dynamic.map(|argument| (*argument).to_owned()));
    let escaped = call.arguments.iter().filter(|argument| is_literal(argument) && argument.contains('\\'));
    let alone = escaped.map(|literal| format!("{HOLDS_A_LITERAL}({literal})"));
    found.extend(alone.filter(|alone| alone.len() < text.len()));
    if VARIADIC.contains(&call.function) {
        found.extend((0..call.arguments.len()).filter_map(|place| call.without(place)));
    }
    for (place, argument) in call.arguments.iter().enumerate() {
        let simpler = simpler_arguments(argument);
        found.extend(simpler.into_iter().map(|simpler| call.with(place, &simpler)));
    }
    found
}

/// A text instead of a path, a call or null, and a call with less in it. Other literals stay but for what is escaped in them, no
/// number and no empty text stands in for what may be none, and no path gets shorter, since that gives all that is around a
/// value: what a function makes of those can be another bug.
fn simpler_arguments(argument: &str) -> Vec<String> {
    let less = match argument {
        path if path.starts_with('$') => Vec::new(),
        call if call.starts_with("States.") => simpler_calls(call),
        "null" => Vec::new(),
        literal => return without_escapes(literal),
    };
    std::iter::once("'a'".to_owned()).chain(less).collect()
}

/// A text without its escaped braces, without its escaped quotes, and without its escaped backslashes.
fn without_escapes(literal: &str) -> Vec<String> {
    let without = |escapes: &[&str]| {
        let text = escapes.iter().fold(literal.to_owned(), |text, escape| text.replace(escape, ""));
        (text != literal).then_some(text)
    };
    [&ESCAPED_BRACES[..], &[ESCAPED_QUOTE], &[ESCAPED_BACKSLASH]].into_iter().filter_map(without).collect()
}

fn is_literal(argument: &str) -> bool {
    !argument.starts_with('$') && !argument.starts_with("States.")
}

impl<'a> Call<'a> {
    /// `None` for what is no call, or is not closed.
    fn parse(text: &'a str) -> Option<Self> {
        let (function, rest) = text.split_once('(')?;
        let inside = rest.strip_suffix(')')?;
        let (mut depth, mut is_quoted, mut is_escaped) = (0_i32, false, false);
        let mut ends = Vec::new();
        for (at, letter) in inside.char_indices() {
            match letter {
                _ if is_escaped => is_escaped = false,
                '\\' => is_escaped = true,
                '\'' => is_quoted = !is_quoted,
                '(' | '[' if !is_quoted => depth += 1,
                ')' | ']' if !is_quoted => depth -= 1,
                ',' if !is_quoted && depth == 0 => ends.push(at),
                _ => {}
            }
        }
        (depth == 0 && !is_quoted).then_some(())?;
        let starts = std::iter::once(0).chain(ends.iter().map(|end| end + 1));
        let arguments = starts.zip(ends.iter().copied().chain([inside.len()]));
        let mut arguments: Vec<_> = arguments.map(|(start, end)| inside[start..end].trim()).collect();
        // Without a comma there may be none.
        arguments.retain(|argument| !argument.is_empty());
        Some(Self { function, arguments })
    }

    fn with(&self, place: usize, argument: &str) -> String {
        let mut arguments = self.arguments.clone();
        arguments[place] = argument;
        format!("{}({})", self.function, arguments.join(", "))
    }

    /// The call with one argument less, and where it has a template the placeholder for it; `None` where that is the template.
    fn without(&self, place: usize) -> Option<String> {
        let mut arguments: Vec<String> =
            self.arguments.iter().map(|argument| (*argument).to_owned()).collect();
        arguments.remove(place);
        if self.function == FORMAT {
            let template = arguments.first_mut().filter(|_| place > 0)?;
            let (at, _) = template.match_indices(PLACEHOLDER).nth(place - 1)?;
            template.replace_range(at..at + PLACEHOLDER.len(), "");
        }
        Some(format!("{}({})", self.function, arguments.join(", ")))
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::one_path("States.JsonToString($.a)", &[
        "$", "$.a",
        "States.JsonToString('a')"
    ])]
    #[case::literals("States.Hash('a, (b', 12)", &["$"])]
    #[case::escapes("States.Hash('\\{a\\}\\'b')", &["$", "States.Hash('a\\'b')", "States.Hash('\\{a\\}b')"])]
    #[case::escapes_among_others("States.Hash('a\\\\b', 'MD5')", &["$", "States.Array('a\\\\b')", "States.Hash('ab', 'MD5')"])]
    #[case::any_number("States.Array($, null)", &[
        "$", "$",
        "States.Array(null)", "States.Array($)",
        "States.Array('a', null)", "States.Array($, 'a')"
    ])]
    #[case::template("States.Format('{} and {}', 1, 2)", &[
        "$",
        "States.Format(' and {}', 2)", "States.Format('{} and ', 1)"
    ])]
    #[case::call_in_it("States.UUID(States.Array(''))", &[
        "$", "States.Array('')",
        "States.UUID('a')", "States.UUID($)", "States.UUID(States.Array())"
    ])]
    #[case::not_closed("States.Array(", &["$"])]
    #[case::no_call("States.Array", &["$"])]
    fn call_gets_simpler_part_by_part(#[case] call: &str, #[case] simpler: &[&str]) {
        assert_eq!(simpler_calls(call), simpler);
    }
}
