//! Texts and outcomes without the names, numbers and documents of the case.

use std::{borrow::Cow, collections::BTreeSet, fmt::Write, sync::LazyLock};

use asl_cases::{
    Case, ERRORS_OF_INSIDE, FAILS, FAILS_SOMEHOW, IN_A_COMBINATION, Outcome, TEXT_OF_ANOTHER_FAILURE, THROWS,
    WrongText,
};
use regex::Regex;
use serde_json::Value;

use super::{states::States, text};

/// How many words of a text belong to its shape: enough to tell two messages apart.
const SHAPE_WORDS: usize = 9;

static REFUSAL_CODE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\b[A-Z]{3,}(?:_[A-Z]+)+\b").expect("the pattern is constant"));
static POINTER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"/[A-Z][A-Za-z]*(?:/[^\s'/]+)*").expect("the pattern is constant"));
/// Numbers and booleans, and `null` where AWS names it as what a path leads nowhere in.
static BARE_VALUE: LazyLock<Regex> = LazyLock::new(|| {
    let number = r"\b0[xX][0-9a-fA-F]+|-?\b\d+(?:\.\d+)?(?:[eE][-+]?\d+)?\b";
    Regex::new(&format!(r"{number}|\b(?:true|false)\b|\b(?<before>to input )null\b"))
        .expect("the pattern is constant")
});
/// How AWS says that a path leads nowhere, whatever field it stands in.
static PATH_MISS: LazyLock<Regex> = LazyLock::new(|| {
    let texts = "No results for path|Missing property in path|Expected to find an object with property\
        |could not be found in the input|does not reference an input value";
    Regex::new(texts).expect("the pattern is constant")
});
/// A call or an expression in AWS's text about it, with quotes and documents of its own.
static QUOTED_CODE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?s)The (function|JSONata expression) '.*' (had the following error|specified for the field)",
    )
    .expect("the pattern is constant")
});
/// What stands in AWS's texts before how an expression fails.
static EXPRESSION_FAILED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?s)The JSONata expression '(?<code>.*)' specified for the field '[^']*' ")
        .expect("the pattern is constant")
});
/// How an expression fails, with the code of what it throws, the limit that it exceeds, or the type that it should have.
static FAILED_EXPRESSION: LazyLock<Regex> = LazyLock::new(|| {
    let threw = r"threw an error during evaluation(?:\. (?<code>[A-Z][0-9]{4})|: (?<limit>[A-Za-z ]+))";
    let returned = "returned an unexpected result type. Expected '(?<wanted>[a-z]+)'|returned an unsupported result type";
    Regex::new(&format!("^(?:{threw}|{returned})")).expect("the pattern is constant")
});
/// How AWS says that a field cannot have the number that an expression gives it.
static UNUSABLE_FIELD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        "^(?:The )?([A-Za-z]+)(?: field)? (?:cannot be parsed as an integer|must be between [0-9]+ and)",
    )
    .expect("the pattern is constant")
});
/// An event in a text.
static EVENT: LazyLock<Regex> = LazyLock::new(|| Regex::new("#[0-9]+").expect("the pattern is constant"));
/// Words of diagnostics that cases have as names too.
#[rustfmt::skip]
const WORDS: &[&str] = &[
    "a", "an", "and", "field", "in", "is", "list", "missing", "name", "no", "not", "number", "of", "or", "path",
    "state", "text", "the", "to", "type", "value",
];
/// How AWS says that a function cannot take its arguments.
pub(super) const FUNCTION_FAILED: &str = "error while evaluating the intrinsic function";
/// What stands in most of AWS's texts behind the state that failed.
const ENTERED: &str = " (entered at the event id #";
/// How AWS says that a rule of a Choice leads nowhere.
const RULE_FAILED: &str = "The choice state's condition path references an invalid value";

/// What stands in AWS's texts about failures of its own.
static SAID_BY_AWS: LazyLock<Regex> = LazyLock::new(|| {
    let texts = "There was an error while evaluating|had the following error|condition path references\
        |Failed to transition|Invalid path|specified for the field|could not be found in the input|does not reference\
        |cannot be parsed as|must be between|must be an array|must point to array|cannot be negative\
        |Unable to apply|tolerated failure threshold|exceeding the maximum|does not exist|could not be used to start";
    Regex::new(texts).expect("the pattern is constant")
});
/// The type of an exception before what it says.
static EXCEPTION: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^[A-Za-z_.]*(?:Error|Exception)[(:]").expect("the pattern is constant"));

/// The error that the specification has for it; AWS has `States.Runtime`.
const NO_CHOICE_MATCHED: &str = "States.NoChoiceMatched";
/// An exception whose words are quoted: more than one, as one word is mostly a name.
static EXCEPTION_WITH_WORDS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[A-Za-z_.]*(?:Error|Exception)[(:\s]+['\x22]([A-Za-z]+ [^'\x22]+)")
        .expect("the pattern is constant")
});

/// How AWS says that no rule of a Choice holds, and how engines do.
static NO_RULE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("Failed to transition out of the state|(?i:\\bno (?:choice|branching|matching|rule))")
        .expect("the pattern is constant")
});

/// What becomes of an expression that exceeds a limit.
const STOPPED: &str = "the expression is stopped";

/// The error of a task whose failure has no name; its cause is what the task said.
pub(super) const TASK_FAILED: &str = "States.TaskFailed";

/// Errors of the evaluation of a field.
const ERRORS_OF_EVALUATION: &[&str] = &[
    "Runtime",
    "QueryEvaluationError",
    "ParameterPathFailure",
    "ResultPathMatchFailure",
    "IntrinsicFailure",
];

/// Errors that no task has, and that say which failure they are.
const PARTICULAR_ERRORS: &[&str] = &[
    "BranchFailed",
    "DataLimitExceeded",
    "ItemReaderFailed",
    "NoChoiceMatched",
    "ReferencePathConflict",
    "ResultWriterFailed",
];

/// Errors that a Parallel or Map makes itself.
const ERRORS_OF_COMPOSITES: &[&str] = &[
    "States.DataLimitExceeded",
    "States.ItemReaderFailed",
    "States.ReferencePathConflict",
    "States.ResultWriterFailed",
];

/// Fields that have one of a few values, each with a name.
const FIELDS_OF_NAMED_VALUES: &[&str] = &["ExecutionType", "JitterStrategy", "Mode", "QueryLanguage", "Type"];

/// The shape of an error name that the case says or makes, and of such a text.
const ERROR_OF_THE_CASE: &str = "an error of the case";
pub(super) const TEXT_OF_THE_CASE: &str = "a text of the case";

/// The shape of an error without a name.
const NO_NAME: &str = "no error name";

/// What a wrong text is that says the same about something else.
pub(super) const OTHER_VALUES: &str = "the same wording with other values";

/// The shape of a text that is a JSON document as a whole.
const JSON: &str = "a JSON document";

/// A failure of which AWS's text says what it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// A path leads nowhere.
    PathMiss,
    /// A function cannot take its arguments.
    Function,
    /// A path of a rule leads nowhere, or to something of the wrong type.
    Rule,
    /// No rule of a Choice holds, and it has no default.
    NoRule,
}

/// What AWS's text says about the failure, where it says enough.
pub(super) fn failure(outcome: &Outcome) -> Option<Failure> {
    if error_name(outcome) == Some(NO_CHOICE_MATCHED) {
        return Some(Failure::NoRule);
    }
    let cause = cause(outcome)?;
    if cause.contains(FUNCTION_FAILED) {
        return Some(Failure::Function);
    }
    if NO_RULE.is_match(cause) {
        return Some(Failure::NoRule);
    }
    if cause.contains(RULE_FAILED) {
        return Some(Failure::Rule);
    }
    PATH_MISS.is_match(cause).then_some(Failure::PathMiss)
}

/// Whether a state fails so while it evaluates a field, and not in its work.
pub(super) fn is_of_evaluation(outcome: &Outcome) -> bool {
    let name = error_name(outcome).and_then(|error| error.strip_prefix("States."));
    name.is_some_and(|name| ERRORS_OF_EVALUATION.contains(&name))
}

/// Whether a Parallel or Map fails so itself, and nothing inside of it.
pub(super) fn is_of_composite(outcome: &Outcome) -> bool {
    error_name(outcome).is_some_and(|name| ERRORS_OF_COMPOSITES.contains(&name))
}

/// Whether an expression in JSONata takes too much time, depth or memory.
pub(super) fn is_stopped_expression(outcome: &Outcome) -> bool {
    cause(outcome).and_then(failed_expression).is_some_and(|how| how.starts_with(STOPPED))
}

/// Whether this name says nothing of what failed: something inside did, or a task.
pub(super) fn is_name_of_any_failure(error: &str) -> bool {
    is_error_of_inside(error) || error == TASK_FAILED
}

/// Whether a Parallel or Map has this name for the failure of something inside of it.
pub(super) fn is_error_of_inside(error: &str) -> bool {
    ERRORS_OF_INSIDE.contains(&error)
}

/// Whether there was more data than AWS allows.
pub(super) fn is_of_size(outcome: &Outcome) -> bool {
    error_name(outcome) == Some("States.DataLimitExceeded")
}

/// The state in which an execution failed, where AWS's text names it.
pub(super) fn failed_state(outcome: &Outcome) -> Option<&str> {
    cause(outcome)?.split_once(ENTERED)?.0.split_once('\'')?.1.strip_suffix('\'')
}

/// The field, or the member of a template, in which an execution failed, where AWS's text names it. Of a field that is a
/// template in JSONata, the field alone.
pub(super) fn failed_field(outcome: &Outcome) -> Option<&str> {
    let (_, named) = cause(outcome)?.split_once("specified for the field '")?;
    named.split('\'').next()?.split('/').next()
}

/// The expression in JSONata that failed, where AWS's text quotes it.
pub(super) fn failed_code(outcome: &Outcome) -> Option<&str> {
    let found = EXPRESSION_FAILED.captures(cause(outcome)?)?;
    found.name("code").map(|code| code.as_str().trim())
}

/// The same, where it throws an error: then it gives no value at all.
pub(super) fn throwing_code(outcome: &Outcome) -> Option<&str> {
    let throws = |how: String| how.starts_with(THROWS);
    failed_code(outcome).filter(|_| cause(outcome).and_then(failed_expression).is_some_and(throws))
}

/// The first path that AWS's text about a failure quotes.
pub(super) fn failed_path(outcome: &Outcome) -> Option<&str> {
    cause(outcome)?.split_once("'$").and_then(|(_, quoted)| quoted.split('\'').next())
}

/// The path of a rule of a Choice that AWS's text says leads nowhere.
pub(super) fn path_of_rule(outcome: &Outcome) -> Option<&str> {
    let (before, _) = cause(outcome)?.split_once(&format!("': {RULE_FAILED}"))?;
    before.rsplit_once("Invalid path '").map(|(_, path)| path)
}

/// The place among the rules of a Choice of the one whose condition fails, in AWS's text about an expression.
pub(super) fn failed_rule(outcome: &Outcome) -> Option<usize> {
    let (_, named) = cause(outcome)?.split_once("specified for the field 'Choices[")?;
    named.split_once("]/Condition'")?.0.parse().ok()
}

/// Whether two executions end alike. A text may name the event at which a state was entered, by its number.
pub(in crate::judge) fn is_same_end(expected: &Outcome, actual: &Outcome) -> bool {
    let without_events = |outcome| cause(outcome).map(without_events);
    match (expected, actual) {
        (Outcome::Failed { error: right, .. }, Outcome::Failed { error: found, .. }) => {
            right == found && without_events(expected) == without_events(actual)
        }
        _ => expected == actual,
    }
}

/// Whether two documents differ in the numbers of events alone.
pub(super) fn differ_in_events(expected: &Value, actual: &Value) -> bool {
    let (right, found) = (expected.to_string(), actual.to_string());
    right != found && right.contains(ENTERED) && without_events(&right) == without_events(&found)
}

/// The text without the numbers of the events that it names.
pub(super) fn without_events(text: &str) -> Cow<'_, str> {
    EVENT.replace_all(text, "#")
}

/// The name of the error of a failure.
pub(super) fn error_name(outcome: &Outcome) -> Option<&str> {
    match outcome {
        Outcome::Failed { error, .. } => error.as_deref(),
        _ => None,
    }
}

pub(super) fn cause(outcome: &Outcome) -> Option<&str> {
    match outcome {
        Outcome::Failed { cause, .. } => cause.as_deref(),
        _ => None,
    }
}

/// Whether an error is one that AWS knows nothing of, so that the case makes it: AWS has names such as `States.Timeout` and
/// `Lambda.Unknown`.
fn is_a_name_of_no_service(outcome: &Outcome) -> bool {
    let is_of_a_service = |name: &str| {
        let service = name.split_once('.').map(|(service, _)| service);
        service.is_some_and(|service| {
            !service.is_empty() && service.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
    };
    error_name(outcome).is_some_and(|name| !is_of_a_service(name))
}

/// Whether the texts of both failures name the state that failed, and not the same one.
pub(super) fn name_other_states(expected: &Outcome, actual: &Outcome) -> bool {
    failed_state(expected).zip(failed_state(actual)).is_some_and(|(right, found)| right != found)
}

/// Whether the texts of both failures say in which input a path leads nowhere, and it is another input.
pub(super) fn quote_other_inputs(expected: &Outcome, actual: &Outcome) -> bool {
    let parts = |outcome| cause(outcome)?.rsplit_once(" could not be found in the input '");
    parts(expected).zip(parts(actual)).is_some_and(|(right, found)| right.0 == found.0 && right.1 != found.1)
}

/// What the case says itself, and so must not be in a shape.
pub(super) struct Shapes<'a> {
    names: BTreeSet<&'a str>,
    /// Everything that the case says, to know its own error names.
    said: String,
}

impl<'a> Shapes<'a> {
    pub(super) fn of(case: &'a Case, states: &States<'a>) -> Self {
        let mut said = case.input.to_string();
        for machine in &case.machines {
            let stubs = serde_json::to_string(&machine.stubs).expect("stubs are plain data");
            write!(said, "{}{stubs}", machine.definition).expect("text has room");
        }
        Self { names: states.names().collect(), said }
    }

    pub(super) fn outcome(&self, outcome: &Outcome) -> String {
        match outcome {
            Outcome::Succeeded(_) => "succeeded".to_owned(),
            Outcome::Failed { .. } => format!("failed with {}", self.error_with_text(outcome)),
            Outcome::TimedOut => "timed out".to_owned(),
            Outcome::Aborted => "aborted".to_owned(),
            Outcome::Tested(tested) => format!("tested as {}", tested.status.as_str()),
            Outcome::Rejected { code, message } => self.refusal(code, message),
        }
    }

    /// How an engine fails where it should not, or in another way than it should: which text of AWS's a failure of an
    /// evaluation has is up to the data at hand, so only another name, or a text that neither AWS nor the case has, tells one
    /// failure from another.
    /// The text may be about something else than the failure.
    pub(super) fn wrong_failure(&self, outcome: &Outcome, is_about_it: bool) -> String {
        let Outcome::Failed { error, cause } = outcome else { return self.outcome(outcome) };
        let words = || self.words_of_the_engine(cause.as_deref()?);
        match error {
            Some(error) if self.is_particular(error) => format!("{FAILS} with {error}"),
            _ => match words() {
                Some(words) if is_about_it => format!("{FAILS}: {words}"),
                Some(_) => FAILS_SOMEHOW.to_owned(),
                None => FAILS.to_owned(),
            },
        }
    }

    /// Whether the name of an error says which failure it is. A task may have any of AWS's names for what it says.
    fn is_particular(&self, error: &str) -> bool {
        match error.strip_prefix("States.") {
            Some(name) => PARTICULAR_ERRORS.contains(&name),
            None => !self.says(error),
        }
    }

    /// The first words of a text that an engine has for a failure of its own, such as an exception of the language that it is
    /// written in.
    fn words_of_the_engine(&self, cause: &str) -> Option<String> {
        if cause.is_empty() || SAID_BY_AWS.is_match(cause) || self.says(cause) {
            return None;
        }
        let text = self.text(cause);
        if text == JSON {
            return None;
        }
        let words = EXCEPTION.replace(&text, "");
        // An exception may quote all that it says.
        let quoted = || EXCEPTION_WITH_WORDS.captures(cause).map(|words| self.text(&words[1]));
        let is_letter = char::is_alphabetic;
        let words = if words.contains(is_letter) { words.into_owned() } else { quoted().unwrap_or(text) };
        let shown = words.trim_matches(|character| !is_letter(character));
        (!shown.is_empty()).then(|| shown.to_owned())
    }

    /// A refusal: the API's code, and the code and the field of the first diagnostic, else the first words.
    pub(super) fn refusal(&self, code: &str, message: &str) -> String {
        // What is said behind the first diagnostic mostly follows from it.
        let Some(diagnostic) = REFUSAL_CODE.find(message) else {
            // Behind the first word mostly stands what is refused, and that is up to the case, but for the field.
            let text = self.text(message);
            let word = text.split([' ', ':']).next().unwrap_or_default();
            let field = self.field_in_words(message).map(|field| format!(" at {field}")).unwrap_or_default();
            return format!("refused with {code}: {word}{field}");
        };
        let without_names = self.without_names(message);
        let field = self.first_field(&without_names);
        let field = field.map(|field| field.split(['[', ',']).next().unwrap_or(field));
        let (field, says) = match field {
            Some(operator) if is_operator(operator) && !message.contains("is not supported at") => {
                (Some("an operator"), " (a wrong operand)".to_owned())
            }
            field => (field, self.diagnosis(message)),
        };
        let diagnostic = diagnostic.as_str();
        let inner = if is_in_a_combination(&without_names) { IN_A_COMBINATION } else { "" };
        format!("refused with {code}: {diagnostic} at {}{inner}{says}", field.unwrap_or("the definition"))
    }

    /// Whether a refusal says which field it is about.
    pub(super) fn names_a_field(&self, message: &str) -> bool {
        if REFUSAL_CODE.is_match(message) {
            self.first_field(&self.without_names(message)).is_some()
        } else {
            self.field_in_words(message).is_some()
        }
    }

    /// The first field of the definition that a refusal in an engine's own words names, or a value that a field may have,
    /// before it lists what it expects or quotes the definition.
    fn field_in_words(&self, message: &str) -> Option<String> {
        let says = message.split('{').next().unwrap_or_default();
        let words = says.split(|character: char| !character.is_ascii_alphanumeric()).skip(1);
        let mut words = words.filter(|word| {
            word.starts_with(|first: char| first.is_ascii_uppercase()) && !self.names.contains(word)
        });
        words.find_map(|word| {
            let is_field = self.said.contains(&format!("\"{word}\":"));
            let has_value = |field: &&&str| self.said.contains(&format!("\"{field}\":\"{word}\""));
            let of_value = || Some(format!("{} {word}", FIELDS_OF_NAMED_VALUES.iter().find(has_value)?));
            if is_field { Some(word.to_owned()) } else { of_value() }
        })
    }

    /// The first words of the first diagnostic behind its code.
    fn diagnosis(&self, message: &str) -> String {
        let behind = REFUSAL_CODE.find(message).and_then(|code| message[code.end()..].strip_prefix(": "));
        let shape =
            behind.map_or_else(String::new, |rest| self.text(rest.split(" at /").next().unwrap_or(rest)));
        let is_no_name =
            |word: &&str| WORDS.contains(word) || !self.said.contains(&Value::from(*word).to_string());
        // Behind a colon are the names that it is about.
        let general = shape.split(": ").next().unwrap_or(&shape);
        let words: Vec<&str> = general.split_whitespace().filter(is_no_name).collect();
        match words.join(" ").trim_end_matches([':', '.', ' ']) {
            "" => String::new(),
            "These fields are required" => " (The field is required)".to_owned(),
            words => format!(" ({words})"),
        }
    }

    /// The field that the first pointer of a message leads to.
    fn first_field<'b>(&self, without_names: &'b str) -> Option<&'b str> {
        POINTER.find(without_names).and_then(|pointer| self.field_of(pointer.as_str()))
    }

    /// The last step of a pointer that is a field of the language and no name of the case.
    fn field_of<'b>(&self, pointer: &'b str) -> Option<&'b str> {
        let is_field =
            |step: &&str| step.starts_with(|c: char| c.is_ascii_uppercase()) && !self.names.contains(step);
        pointer.split('/').rev().find(is_field)
    }

    /// An error name: one of the language or of the engine as it is, one of the case as such.
    fn error(&self, error: Option<&str>) -> String {
        match error {
            None => NO_NAME.to_owned(),
            Some(name) if name.starts_with("States.") => name.to_owned(),
            Some(name) if self.says(name) || !is_an_identifier(name) => ERROR_OF_THE_CASE.to_owned(),
            Some(name) => name.to_owned(),
        }
    }

    /// Whether the case says this error, and no engine makes it by itself.
    pub(super) fn is_error_of_the_case(&self, outcome: &Outcome) -> bool {
        self.error(error_name(outcome)) == ERROR_OF_THE_CASE
    }

    /// The errors of two failures. What AWS does not call so itself, the case says or makes.
    pub(super) fn errors(&self, expected: &Outcome, actual: &Outcome) -> (String, String) {
        let (right, found) = (self.error_of(expected), self.error_of(actual));
        // A Fail can make a name of any text.
        if error_name(actual).is_some_and(|name| Some(name) == cause(expected)) {
            return (right, "the cause".to_owned());
        }
        if !is_a_name_of_no_service(expected) {
            return (right, found);
        }
        let is_of_a_name = error_name(actual).is_some_and(|name| !name.starts_with("States."));
        (ERROR_OF_THE_CASE.to_owned(), if is_of_a_name { "another error".to_owned() } else { found })
    }

    /// The error of a failure; of another end, its shape.
    pub(super) fn error_of(&self, outcome: &Outcome) -> String {
        match outcome {
            Outcome::Failed { error, .. } => self.error(error.as_deref()),
            outcome => self.outcome(outcome),
        }
    }

    /// The error of a failure with the shape of its cause.
    pub(super) fn error_with_text(&self, outcome: &Outcome) -> String {
        let Outcome::Failed { error, cause } = outcome else { return self.outcome(outcome) };
        let error = self.error(error.as_deref());
        match cause.as_deref() {
            Some(cause) if !self.says(cause) || (error.starts_with("States.") && error != TASK_FAILED) => {
                let text = failed_expression(cause).unwrap_or_else(|| self.text(cause));
                if text.is_empty() { error } else { format!("{error}: {text}") }
            }
            _ => error,
        }
    }

    /// The texts of two failures: the right wording tells what it is about; of the engine's it only matters how it differs.
    pub(super) fn causes(&self, expected: &Outcome, actual: &Outcome) -> (String, String) {
        let right = match cause(expected) {
            Some(text) if !text.is_empty() && is_a_name_of_no_service(expected) => match self.text(text) {
                document if document == JSON => document,
                _ => TEXT_OF_THE_CASE.to_owned(),
            },
            Some(text) if !text.is_empty() && error_name(expected).is_none() => TEXT_OF_THE_CASE.to_owned(),
            text => self.cause(text),
        };
        if let Some(wrong) = wrong_text(cause(expected), cause(actual)) {
            return (right, wrong.as_str().to_owned());
        }
        let found = self.cause(cause(actual));
        let is_of_another_failure = match (failure(expected), failure(actual)) {
            (Some(Failure::PathMiss), told) => told != Some(Failure::PathMiss),
            (Some(Failure::Rule), told) => !matches!(told, Some(Failure::PathMiss | Failure::Rule)),
            _ => false,
        };
        let found = match found {
            _ if found == right => OTHER_VALUES.to_owned(),
            _ if found == JSON => found,
            _ if is_of_another_failure => TEXT_OF_ANOTHER_FAILURE.to_owned(),
            _ => "another wording".to_owned(),
        };
        (right, found)
    }

    /// Whether the text stands in the case, as it is or as JSON writes it.
    fn says(&self, text: &str) -> bool {
        let written = Value::from(text).to_string();
        self.said.contains(text) || self.said.contains(written.trim_matches('"'))
    }

    fn cause(&self, cause: Option<&str>) -> String {
        match cause {
            None => WrongText::Missing.as_str().to_owned(),
            Some("") => WrongText::Empty.as_str().to_owned(),
            Some(text) if self.says(text) => TEXT_OF_THE_CASE.to_owned(),
            Some(text) => self.text(text),
        }
    }

    /// The first words of a text without its quoted parts, documents, numbers and the names of states, and without
    /// AWS's standard prefix.
    fn text(&self, text: &str) -> String {
        if serde_json::from_str::<Value>(text).is_ok_and(|value| value.is_object() || value.is_array()) {
            return JSON.to_owned();
        }
        let without_prefix = behind_state(text).unwrap_or(text);
        if let Some(unusable) = UNUSABLE_FIELD.captures(without_prefix) {
            return format!("a wrong value of {}", &unusable[1]);
        }
        let without_code = QUOTED_CODE.replace(without_prefix, "The $1 $2");
        let without_values = BARE_VALUE.replace_all(&without_code, "$before");
        let shape = text::without_quoted(&self.without_names(&without_values));
        let is_of_the_case = |word: &&str| word.starts_with('$') || word.starts_with("arn:");
        shape
            .split_whitespace()
            .filter(|word| !is_of_the_case(word))
            .take(SHAPE_WORDS)
            .collect::<Vec<_>>()
            .join(" ")
    }

    fn without_names(&self, text: &str) -> String {
        let mut names: Vec<_> = self.names.iter().filter(|name| text.contains(**name)).collect();
        names.sort_by_key(|name| std::cmp::Reverse(name.len()));
        names.into_iter().fold(text.to_owned(), |text, name| text::replace_word(&text, name))
    }
}

/// What an engine makes of a text, where it would do the same to any other one.
fn wrong_text(right: Option<&str>, found: Option<&str>) -> Option<WrongText> {
    let Some(found) = found else { return Some(WrongText::Missing) };
    if found.is_empty() {
        return Some(WrongText::Empty);
    }
    let right = right.filter(|right| !right.is_empty())?;
    let as_json = serde_json::from_str::<String>(found);
    if as_json.is_ok_and(|text| text == right) {
        return Some(WrongText::AsJson);
    }
    if without_events(right) == without_events(found) {
        return Some(WrongText::OtherEvent);
    }
    if behind_state(right) == Some(found) {
        return Some(WrongText::WithoutState);
    }
    match (has_words_of(right, found), has_words_of(found, right)) {
        (true, _) if right.starts_with(found) => Some(WrongText::Beginning),
        (true, _) if right.ends_with(found) => Some(WrongText::End),
        (true, _) => Some(WrongText::FewerWords),
        (_, true) => Some(WrongText::MoreWords),
        _ => None,
    }
}

/// What follows in one of AWS's texts behind the state in which the execution failed.
fn behind_state(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once(ENTERED)?;
    Some(rest.split_once("). ").map_or(rest, |(_, rest)| rest))
}

/// Whether a text has all words of another one, in their order. A word or two can be anywhere.
fn has_words_of(text: &str, part: &str) -> bool {
    const WORDS_MIN: usize = 3;
    let mut words = text.split_whitespace();
    let wanted: Vec<&str> = part.split_whitespace().collect();
    let Some((last, others)) = wanted.split_last().filter(|(_, others)| others.len() + 1 >= WORDS_MIN) else {
        return false;
    };
    // The last word may be cut off.
    others.iter().all(|word| words.any(|other| other == *word)) && words.any(|other| other.starts_with(last))
}

/// How an expression in JSONata fails, in AWS's text about it: what it throws, or which type its value does not have.
fn failed_expression(cause: &str) -> Option<String> {
    let (_, how) = EXPRESSION_FAILED.find(cause).map(|found| cause.split_at(found.end()))?;
    let found = FAILED_EXPRESSION.captures(how)?;
    Some(match (found.name("code"), found.name("limit"), found.name("wanted")) {
        (Some(code), ..) => format!("{THROWS} {}", code_of_either_side(code.as_str())),
        (_, Some(limit), _) => format!("{STOPPED}: {}", limit.as_str()),
        (_, _, Some(wanted)) => format!("the expression gives no {}", wanted.as_str()),
        _ => "the expression gives what is no JSON".to_owned(),
    })
}

/// The code of an error; of an operator with a code for each side that of the left one, whichever it is.
fn code_of_either_side(code: &str) -> &str {
    const OF_TWO_SIDES: &[(&str, &str)] = &[("T2001", "T2002"), ("T2003", "T2004")];
    let is_of = |pair: &&(&str, &str)| [pair.0, pair.1].contains(&code);
    OF_TWO_SIDES.iter().find(is_of).map_or(code, |(left, _)| left)
}

/// Whether a program may have this name for an error; a function of the case can make any text.
fn is_an_identifier(name: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    name.split(['.', ':', '/', '#']).filter(|part| !part.is_empty()).all(is_part)
}

/// Whether the first pointer of a message leads into a rule inside of another one.
fn is_in_a_combination(message: &str) -> bool {
    let mut steps = POINTER.find(message).into_iter().flat_map(|pointer| pointer.as_str().split('/'));
    let is_combination = |step: &str| step == "Not" || step.starts_with("And[") || step.starts_with("Or[");
    steps.any(|step| step.starts_with("Choices[")) && steps.any(is_combination)
}

/// Whether a field is a comparison of a rule.
fn is_operator(field: &str) -> bool {
    ["Boolean", "Numeric", "String", "Timestamp", "Is"].into_iter().any(|head| {
        let rest = field.strip_prefix(head);
        rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()) && rest != "Path")
    })
}

/// The kinds of two values that differ. Where one side has nothing, or a list in the place of one of its elements, the
/// kind of the other is that of the data at hand, and says nothing about the bug.
pub(super) fn kinds(expected: Option<&Value>, actual: Option<&Value>) -> (&'static str, &'static str) {
    if expected.zip(actual).is_some_and(|(right, found)| has_lost_its_quotes(right, found)) {
        return ("string", "the text without its quotes");
    }
    if expected.zip(actual).is_some_and(|(right, found)| text::has_lost_a_value(right, found)) {
        return ("a value", "a text of nothing");
    }
    let kind_of = |value: Option<&Value>| value.map_or("nothing", kind);
    let (right, found) = (kind_of(expected), kind_of(actual));
    let is_plain = |kind: &str| matches!(kind, "nothing" | "null" | "array");
    match (is_plain(right), is_plain(found)) {
        (true, false) => (right, "a value"),
        (false, true) => ("a value", found),
        (true, true) => (right, found),
        _ if right == found => ("a value", "another value"),
        _ => ("a value", "a value of another type"),
    }
}

/// Whether an engine that should say `"42"` said `42`, or said a text that is no JSON.
fn has_lost_its_quotes(right: &Value, found: &Value) -> bool {
    let Some(text) = right.as_str() else { return false };
    found.get("$text").is_some_and(|raw| raw == right)
        || serde_json::from_str::<Value>(text).is_ok_and(|document| document == *found)
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
