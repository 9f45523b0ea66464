//! What is in play in one expression: functions, kinds of paths, variables, fields of the context object.

use std::{collections::BTreeSet, sync::LazyLock};

pub(super) use asl_cases::JSONATA;
use asl_cases::{CONTEXT_PATH, JSONATA_CONTEXT, JSONATA_VARIABLE, VARIABLE_OF_A_PATH};
use regex::Regex;

pub(super) static CALL: LazyLock<Regex> = LazyLock::new(|| pattern(r"(States\.[A-Z][A-Za-z0-9]*)\("));
static NULL_ARGUMENT: LazyLock<Regex> = LazyLock::new(|| pattern(r"[(,]\s*null\s*[,)]"));
static ESCAPE: LazyLock<Regex> = LazyLock::new(|| pattern(r"\\."));
static VARIABLE: LazyLock<Regex> = LazyLock::new(|| pattern(r"\$[a-zA-Z_][A-Za-z0-9_]*"));
static CONTEXT: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(\$\$|\$states\.context)((?:\.[A-Z][A-Za-z]*)*)"));
static JSONATA_FUNCTION: LazyLock<Regex> = LazyLock::new(|| pattern(r"\$[a-zA-Z][A-Za-z0-9]*\("));

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the pattern is constant")
}

/// The functions that JSONata 2 and AWS know by name; `$partition`, `$range`, `$hash`, `$uuid` and `$parse` are AWS's.
/// Not `$decodeUrl`, `$formatBase` and `$shuffle`: generated cases assign to them, as people do who do not know those
/// functions.
#[rustfmt::skip]
const FUNCTIONS_OF_JSONATA: &[&str] = &[
    "abs", "append", "assert", "average", "base64decode", "base64encode", "boolean", "ceil", "contains",
    "count", "decodeUrlComponent", "distinct", "each", "encodeUrl", "encodeUrlComponent", "error",
    "eval", "exists", "filter", "floor", "formatInteger", "formatNumber", "fromMillis", "hash",
    "join", "keys", "length", "lookup", "lowercase", "map", "match", "max", "merge", "millis", "min", "not",
    "now", "number", "pad", "parse", "parseInteger", "partition", "power", "random", "range", "reduce",
    "replace", "reverse", "round", "sift", "single", "sort", "split", "spread", "sqrt", "string",
    "substring", "substringAfter", "substringBefore", "sum", "toMillis", "trim", "type", "uppercase", "uuid",
    "zip",
];

/// What an expression in JSONata can look at beside the input of its state and the context object.
const STATES_MEMBERS: &[&str] = &[ERROR_OUTPUT, "$states.result"];

/// The fields of the context object.
const CONTEXT_FIELDS: &[&str] = &[
    "Execution.Id",
    "Execution.Input",
    "Execution.Name",
    "Execution.RedriveCount",
    "Execution.RedriveTime",
    "Execution.RoleArn",
    "Execution.StartTime",
    "Map.Item",
    "State.EnteredTime",
    "State.Name",
    "State.RetryCount",
    "StateMachine.Id",
    "StateMachine.Name",
    "Task.Token",
];

/// The failure that a catcher caught.
pub(super) const ERROR_OUTPUT: &str = "$states.errorOutput";

pub(super) fn add_text(text: &str, found: &mut BTreeSet<String>) {
    found.extend(CALL.captures_iter(text).map(|call| function_called(&call[1], text)));
    if text.starts_with("States.") {
        found.extend(kinds_of_literals(text).map(str::to_owned));
    }
    let is_jsonata = text.starts_with("{%");
    if is_jsonata || text.starts_with(['$', 'S']) {
        found.extend(context_paths(text, if is_jsonata { JSONATA_CONTEXT } else { "$$" }));
    }
    if is_jsonata {
        let functions = JSONATA_FUNCTION.find_iter(text).map(|call| call.as_str().trim_end_matches('('));
        found.extend(functions.map(str::to_owned));
        found.extend(
            STATES_MEMBERS.iter().filter(|member| text.contains(**member)).map(|one| (*one).to_owned()),
        );
        found.insert(JSONATA.to_owned());
    } else if text.starts_with(['$', 'S']) {
        found.extend(kinds_of_path(text).map(str::to_owned));
    } else {
        return;
    }
    let variable = if is_jsonata { JSONATA_VARIABLE } else { VARIABLE_OF_A_PATH };
    found.extend(variables_read(text, is_jsonata).next().map(|_| variable.to_owned()));
}

/// The function of a call in this text. To draw a number and to compute the one that follows from a seed are two.
pub(super) fn function_called(function: &str, text: &str) -> String {
    const DRAWS: &str = "States.MathRandom";
    let has_seed = function == DRAWS && !asl_generators::draws_without_seed(text);
    if has_seed { format!("{DRAWS} with seed") } else { function.to_owned() }
}

/// The variables that an expression names: neither a function, called or not, nor what is reserved.
pub(super) fn variables_read(text: &str, is_jsonata: bool) -> impl Iterator<Item = &str> {
    let is_call = |end: usize| text[end..].starts_with('(');
    // A function has no members.
    let is_read = |end: usize| text[end..].starts_with(['.', '[']);
    let is_function = move |name: &str| is_jsonata && FUNCTIONS_OF_JSONATA.contains(&&name[1..]);
    let found = VARIABLE.find_iter(text).filter(move |name| {
        let of_function = is_function(name.as_str()) && !is_read(name.end());
        name.as_str() != "$states" && !is_call(name.end()) && !of_function
    });
    found.map(|name| &name.as_str()[1..])
}

/// The fields of the context object that an expression reads, behind what it calls that object; where one is none of its
/// fields, the context object as a whole.
fn context_paths(text: &str, object: &str) -> impl Iterator<Item = String> {
    let found = CONTEXT.captures_iter(text).filter(move |path| &path[1] == object);
    found.map(|path| {
        let steps = path[2].trim_start_matches('.');
        let is_read = |field: &&&str| {
            steps.strip_prefix(**field).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        match CONTEXT_FIELDS.iter().find(is_read) {
            Some(field) => format!("{}.{field}", &path[1]),
            None if &path[1] == JSONATA_CONTEXT => JSONATA_CONTEXT.to_owned(),
            None => CONTEXT_PATH.to_owned(),
        }
    })
}

/// What is special about the literals in a call: what stands in them must be read in its own way.
fn kinds_of_literals(call: &str) -> impl Iterator<Item = &'static str> {
    let escaped: BTreeSet<&str> = ESCAPE.find_iter(call).map(|escape| escape.as_str()).collect();
    let has = |escapes: &[&str]| escapes.iter().any(|escape| escaped.contains(escape));
    let checks = [
        ("escaped backslash", has(&[r"\\"])),
        ("escaped brace", has(&[r"\{", r"\}"])),
        ("escaped quote", has(&[r"\'"])),
        ("null argument", NULL_ARGUMENT.is_match(call)),
    ];
    checks.into_iter().filter(|(_, is_there)| *is_there).map(|(kind, _)| kind)
}

/// What is special about the paths in an expression.
pub(super) fn kinds_of_path(text: &str) -> impl Iterator<Item = &'static str> {
    let has_index = |is_wanted: fn(&str) -> bool| {
        let steps = text.split('[').skip(1).filter_map(|rest| rest.split(']').next());
        steps.into_iter().any(is_wanted)
    };
    let is_index = |step: &str| !step.is_empty() && step.bytes().all(|byte| byte.is_ascii_digit());
    let checks = [
        ("index", has_index(is_index)),
        ("negative index", has_index(|step| step.starts_with('-') && !step.contains([':', ',']))),
        ("slice", has_index(|step| step.contains(':') && !step.contains(['\'', '?']))),
        ("list of indexes", has_index(|step| step.contains(',') && !step.contains('?'))),
        ("quoted step", has_index(|step| step.starts_with(['\'', '"']))),
        ("steps in brackets", text.contains("][")),
        ("wildcard", text.contains("[*]") || text.contains(".*")),
        ("descent", text.starts_with("$..") || text.contains("..")),
        ("filter", text.contains("[?")),
        ("path function", text.ends_with("()")),
    ];
    checks.into_iter().filter(|(_, is_there)| *is_there).map(|(kind, _)| kind)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::field("$$.State.Name", "$$.State.Name")]
    #[case::in_a_field("$$.Execution.Input.State.Name", "$$.Execution.Input")]
    #[case::in_a_call("States.Array($$.Map.Item.Value.a)", "$$.Map.Item")]
    #[case::whole("$$", CONTEXT_PATH)]
    #[case::object("$$.State", CONTEXT_PATH)]
    #[case::no_field("$$.State.Names", CONTEXT_PATH)]
    #[case::in_jsonata("{% $states.context.Task.Token %}", "$states.context.Task.Token")]
    #[case::whole_in_jsonata("{% $keys($states.context) %}", JSONATA_CONTEXT)]
    fn path_into_the_context_object_is_about_the_field_that_it_reads(
        #[case] expression: &str,
        #[case] construct: &str,
    ) {
        let mut constructs = BTreeSet::new();
        add_text(expression, &mut constructs);
        let is_of_context =
            |found: &&String| found.starts_with("$$") || *found == CONTEXT_PATH || found.contains("context");
        assert!(constructs.iter().filter(is_of_context).eq([construct]), "{constructs:?}");
    }

    #[rstest]
    #[case::function("{% $sum($states.input) %}", false)]
    #[case::reserved("{% $states.input %}", false)]
    #[case::function_that_is_not_called("{% $string %}", false)]
    #[case::with_the_name_of_a_function_that_cases_give("{% $formatBase %}", true)]
    #[case::with_another_one("{% $shuffle %}", true)]
    #[case::called("{% $shuffle([1]) %}", false)]
    #[case::with_the_name_of_a_function("{% $string.a %}", true)]
    #[case::with_a_name_of_its_own("{% $order %}", true)]
    fn function_and_what_is_reserved_are_no_variables(#[case] expression: &str, #[case] is_variable: bool) {
        let mut constructs = BTreeSet::new();
        add_text(expression, &mut constructs);
        assert_eq!(constructs.contains(JSONATA_VARIABLE), is_variable, "{constructs:?}");
    }

    #[rstest]
    #[case::braces("States.Format('\\{x\\} {}', $.a)", &["States.Format", "escaped brace"])]
    #[case::backslash("States.Format('a\\\\')", &["States.Format", "escaped backslash"])]
    #[case::quote_and_null("States.Format('it\\'s {}', null)", &["States.Format", "escaped quote", "null argument"])]
    #[case::text_and_path("States.Array('null', $.null)", &["States.Array"])]
    #[case::no_call("$['it\\'s']", &["quoted step"])]
    fn literal_that_has_to_be_read_in_its_own_way_is_in_play(#[case] call: &str, #[case] wanted: &[&str]) {
        let mut constructs = BTreeSet::new();
        add_text(call, &mut constructs);
        assert!(constructs.iter().eq(wanted), "{constructs:?}");
    }

    #[rstest]
    #[case::drawn("States.MathRandom(1, 5)", "States.MathRandom")]
    #[case::from_a_seed("States.Array(States.MathRandom(1, 5, $.seed))", "States.MathRandom with seed")]
    fn number_from_a_seed_is_another_matter_than_one_that_is_drawn(#[case] call: &str, #[case] wanted: &str) {
        let mut constructs = BTreeSet::new();
        add_text(call, &mut constructs);
        let drawn: Vec<_> = constructs.iter().filter(|construct| construct.contains("Random")).collect();
        assert_eq!(drawn, [wanted]);
    }
}
