//! The stable key of a divergence: the same for the same bug, whatever the seed, the names and the values.

use std::{collections::BTreeSet, fmt};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Facet,
    construct_family::{
        JSONATA_VARIABLE, VARIABLE_OF_A_PATH, is_context_path, is_of_family, is_operator_with,
        is_path_into_a_list,
    },
};

mod both;
mod needs;
mod reason;

/// The version of the rules by which signatures are made; the head of every [`SignatureId`].
pub const SIGNATURE_VERSION: u32 = 18;

/// The place of a signature about one expression: which state and field it stands in does not matter.
pub const EXPRESSION: &str = "an expression";

/// The place of a signature about a field that means the same in every state.
pub const ANY_STATE: &str = "any state";

/// The place of a signature about an execution whose history nobody can see: all of the definition is in play.
pub const EXECUTION: &str = "execution";

/// That an expression is one of JSONata, and nothing about what is in it.
pub const JSONATA: &str = "JSONata";

/// What an engine makes of a document that a field alone makes wrong: of which kind the right and the wrong one are is
/// up to the data at hand.
pub const ANOTHER_DOCUMENT: (&str, &str) = ("the right document", "another document");

/// What a catcher makes of the right error: it is put out, but not where it should be.
pub const ERROR_ELSEWHERE: &str = "the error elsewhere";

/// What a catcher makes of the right error: what is put out is not that.
pub const NOT_THE_ERROR: &str = "not the right error";

/// Fields that mean the same in every state.
const FIELDS_OF_ANY_STATE: &[&str] = &["Assign", "InputPath", "OutputPath", "Catch", "Retry", NULL_PATH];

/// Fields that work on documents as a whole, or lead on whatever the data is: where one is wrong, what comes of it is up to
/// the data at hand.
const FIELDS: &[&str] = &[
    "Arguments",
    "Assign",
    "Catch",
    "Cause",
    "CausePath",
    "Default",
    "Error",
    "ErrorPath",
    "InputPath",
    "ItemBatcher",
    "ItemReader",
    "ItemSelector",
    "Items",
    "ItemsPath",
    "MaxConcurrency",
    "Output",
    "OutputPath",
    "Parameters",
    "Result",
    "ResultPath",
    "ResultSelector",
    "ResultWriter",
    "Retry",
    "Seconds",
    "SecondsPath",
    "TimeoutSeconds",
    "TimeoutSecondsPath",
    "Timestamp",
    "TimestampPath",
    "ToleratedFailureCount",
    "ToleratedFailurePercentage",
    // What is special about a value.
    EMPTY_TEMPLATE,
    LIST_IN_A_LIST,
    NULL_PATH,
];

/// What is special about the value of a field, and is no field itself.
const KINDS_OF_VALUES: &[&str] = &[EMPTY_TEMPLATE, LIST_IN_A_LIST, NULL_PATH];

/// A template without members: an engine may take it for none.
pub const EMPTY_TEMPLATE: &str = "empty template";

/// A template with a list that holds lists: an engine may not look into those.
pub const LIST_IN_A_LIST: &str = "list in a list";

/// `null` in the place of a path: an engine may take it for none.
pub const NULL_PATH: &str = "null path";

/// What else may be in play without being a part of the language that has bugs of its own.
const PLAIN: &[&str] = &[
    "Choice",
    "Fail",
    "Map",
    "Parallel",
    "Pass",
    "Succeed",
    "Task",
    "Wait",
    "index",
    "path operand",
    "quoted step",
    "steps in brackets",
    "timestamp",
    VARIABLE_OF_A_PATH,
    JSONATA_VARIABLE,
];

/// What is wrong, without any name or value of the case: where the two sides part, and the shape of both.
///
/// It is made of what a bug is about and not of the case that shows it, so that forty failures of one bug have one
/// signature. Constructs are the parts of the language that are in play at that place; shrinking makes them fewer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// What differs first in the course of the execution. A wrong output of a state that later lets the execution fail is
    /// about the output.
    pub facet: Facet,
    /// Where: a state type, [`EXPRESSION`], or a part of the API.
    pub place: String,
    /// The fields, operators, functions and kinds of paths that are in play there.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub constructs: BTreeSet<String>,
    /// The shape of the right side.
    pub expected: String,
    /// The shape of the engine's side.
    pub actual: String,
}

/// A signature as one short word: the version of the rules and ten hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct SignatureId(String);

/// That an engine should keep a rule that holds for every one.
pub const KEPT: &str = "kept";

/// That a Parallel or Map should fail as a state inside of it does.
pub const FAILS_AS_INSIDE: &str = "fails as what is inside";

/// What a state does that does not fail.
pub const GOES_ON: &str = "goes on";

/// Where a Choice leads.
pub const RIGHT_WAY: &str = "the right way";

/// The place of a signature about a rule.
const CHOICE: &str = "Choice";

/// The field that puts a result into the input.
const RESULT_PATH: &str = "ResultPath";

/// What begins a construct of a text with escapes, as a call writes it.
pub const ESCAPED: &str = "escaped ";

/// What begins a construct that says in what two texts differ.
pub const TEXT_DIFFERENCE: &str = "text: ";

/// The function that puts out what it is given.
const HOLDS_A_LITERAL: &str = "States.Array";

/// What follows a kind of path where it says where a result is put, and not what is read.
pub const IN_RESULT_PATH: &str = " in ResultPath";

/// Fields that hold templates, in which expressions stand.
pub const TEMPLATES: &[&str] =
    &["Arguments", "Assign", "ItemSelector", "Output", "Parameters", "ResultSelector"];

/// What an expression of a catcher reads.
const ERROR_OUTPUT: &str = "$states.errorOutput";

/// Fields because of which an execution goes on after a failure.
pub const HIDE_FAILURES: &[&str] = &["Catch", "Retry", "ToleratedFailureCount", "ToleratedFailurePercentage"];

/// What combines rules of a Choice.
const COMBINATIONS: &[&str] = &["And", "Not", "Or"];

/// Kinds of paths that most engines read rightly: in a field that is a path, it is rather the field that is wrong.
const PLAIN_PATHS: &[&str] =
    &["index", "quoted step", "steps in brackets", VARIABLE_OF_A_PATH, JSONATA_VARIABLE];

/// The shape of any field for which a definition is refused.
const ANY_FIELD: &str = "any field";

/// What is in an engine's history where an event is not.
pub const MISSING_EVENT: &str = "missing";

/// What follows a field for which a definition is refused, where it stands in a rule that is part of another one: who checks
/// fields state by state does not see it.
pub const IN_A_COMBINATION: &str = " of a rule in another one";

/// The refusal of a definition that is no JSON text; in which way it is none does not matter where two ways are taken.
const NO_JSON: &str = "INVALID_JSON_DESCRIPTION";

/// What a state does that fails; in the words of the engine, they follow behind a colon.
pub const FAILS: &str = "fails";

/// That it fails, where the words of the engine are about something else.
pub const FAILS_SOMEHOW: &str = "fails somehow";

/// The names with which a Parallel or Map says no more than that something inside of it failed.
pub const ERRORS_OF_INSIDE: &[&str] =
    &["States.BranchFailed", "States.ExceedToleratedFailureThreshold", "States.MapFailed"];

/// What an expression in JSONata does that throws an error; the code of the error follows.
pub const THROWS: &str = "the expression throws";

/// A text where a path leads nowhere, and says nothing of that.
pub const TEXT_OF_ANOTHER_FAILURE: &str = "a text about something else";

/// What AWS does with a path that leads nowhere.
pub const PATH_MISS: &str = "a path that leads nowhere fails";

/// How AWS words that for the argument of a function.
const MISSING_ARGUMENT: &str = "The function had the following error";

/// What a parser says of a text that it does not understand.
const WORDS_OF_SYNTAX: &[&str] = &["lexer", "parse", "parser", "syntax", "token", "unexpected"];

/// The text of any failure.
const ANY_TEXT: &str = "a text";

/// What an engine makes of a text, whatever the text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WrongText {
    /// It has none.
    Missing,
    /// It has an empty one.
    Empty,
    /// It has the text as JSON writes it.
    AsJson,
    /// It names another event.
    OtherEvent,
    /// It begins as the text does, and ends too soon.
    Beginning,
    /// It leaves out in which state the execution failed, which AWS's texts begin with.
    WithoutState,
    /// It has the end of the text alone.
    End,
    /// It leaves out words.
    FewerWords,
    /// It has all words, and others.
    MoreWords,
}

impl WrongText {
    /// What is done alike to any text. Which words are left out of one is up to that text.
    const OF_ANY: [Self; 6] =
        [Self::Missing, Self::Empty, Self::AsJson, Self::OtherEvent, Self::Beginning, Self::WithoutState];

    /// The shape in a signature.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "none",
            Self::Empty => "an empty text",
            Self::AsJson => "the text as JSON",
            Self::OtherEvent => "the text with another event",
            Self::Beginning => "the beginning of the text",
            Self::WithoutState => "the text without its state",
            Self::End => "the end of the text",
            Self::FewerWords => "the text without some words",
            Self::MoreWords => "the text with more words",
        }
    }
}

impl Signature {
    /// A signature that says no more than the facet: nobody looked yet where the executions part.
    pub fn of_facet(facet: Facet) -> Self {
        let unknown = String::new;
        Self { facet, place: unknown(), constructs: BTreeSet::new(), expected: unknown(), actual: unknown() }
    }

    /// The id: equal for equal signatures, and for no others.
    pub fn id(&self) -> SignatureId {
        const DIGITS: usize = 10;
        let hash = blake3::hash(self.to_string().as_bytes()).to_hex();
        SignatureId(format!("s{SIGNATURE_VERSION}-{}", &hash[..DIGITS]))
    }

    /// Whether a case with this signature shows the bug that a smaller case showed with the signature `root`: all is the
    /// same, but that more constructs may be in play here. What is wrong with an expression is wrong with it in any state;
    /// and where a field makes a wrong document, what comes of that is the same bug, as long as nothing else is in play
    /// that could have one of its own.
    pub fn is_rooted_in(&self, root: &Self) -> bool {
        // In which field a path stands that leads nowhere does not matter where none of them fails.
        let is_in_a_field = root.place == EXPRESSION && self.is_about_fields();
        let has_constructs = self.has_all_of(root)
            && !self.differs_in_more_than_escapes(root)
            && (!root.constructs.is_empty()
                || self.constructs.is_empty()
                || is_in_a_field
                || self.is_plainly_around(root));
        has_constructs
            && self.is_in_place_of(root)
            && (self.is_same_kind(root)
                || self.comes_of_the_document(root)
                || self.fails_with_what_is_read(root))
    }

    /// Whether it is about how a text differs, where `root` is about a literal with escapes: those alone do not make it differ so.
    pub fn differs_in_more_than_escapes(&self, root: &Self) -> bool {
        let is_of_escapes =
            root.is_of_operand() && root.constructs.iter().any(|construct| is_escape(construct));
        is_of_escapes && self.constructs.iter().any(|construct| construct.starts_with(TEXT_DIFFERENCE))
    }

    /// Whether the same that gives a wrong value elsewhere gives none here, and no function is called. Who puts a value into a
    /// list has found one.
    fn fails_with_what_is_read(&self, root: &Self) -> bool {
        root.facet == Facet::Output
            && root.is_read()
            && self.finds_nothing()
            && !self.is_of_syntax()
            && !root.finds_more()
            && self.constructs == root.constructs
    }

    /// Whether it is about what an expression reads, and no function is called.
    fn is_read(&self) -> bool {
        self.place == EXPRESSION && !self.constructs.iter().any(|construct| is_function(construct))
    }

    /// Whether it fails where it should go on.
    fn finds_nothing(&self) -> bool {
        self.facet == Facet::Status && self.expected == GOES_ON && self.actual.starts_with(FAILS)
    }

    /// Whether what is read is put into a list: it was found.
    fn finds_more(&self) -> bool {
        self.facet == Facet::Output && self.actual == "array"
    }

    /// Whether it may be the failure of `other`, of which the words of the engine say nothing here, or no more than that it
    /// happened inside.
    fn hides_failure_of(&self, other: &Self) -> bool {
        let error = self.actual.strip_prefix(FAILS).and_then(|error| error.strip_prefix(" with "));
        let is_of_inside =
            self.place != other.place && error.is_some_and(|error| ERRORS_OF_INSIDE.contains(&error));
        (self.actual == FAILS_SOMEHOW || is_of_inside) && self.is_failure_as(other)
    }

    /// Whether an engine fails in its own words where it should go on.
    fn is_in_words(&self) -> bool {
        self.expected == GOES_ON
            && self.actual.strip_prefix(FAILS).is_some_and(|words| words.starts_with(": "))
    }

    /// Whether an engine says that it does not understand what it should read, which depends on no value. A function may be
    /// given a text that it does not understand.
    fn is_of_syntax(&self) -> bool {
        let words =
            self.actual.strip_prefix(FAILS).and_then(|words| words.strip_prefix(": ")).unwrap_or_default();
        let says = |word: &&str| words.split(' ').any(|said| said.eq_ignore_ascii_case(word));
        WORDS_OF_SYNTAX.iter().any(says) && !self.constructs.iter().any(|construct| is_function(construct))
    }

    /// Whether what this makes may be what a function in `other` fails with. A template is made after its calls.
    fn can_feed(&self, other: &Self) -> bool {
        let is_template = self.is_about_fields()
            && self.constructs.iter().any(|construct| TEMPLATES.contains(&construct.as_str()));
        let is_function = self.constructs.iter().any(|construct| is_function(construct));
        if other.calls_more_than(self) { !is_template } else { !is_function }
    }

    /// Whether it is about a kind of path alone, or of text as a call writes it: what functions and fields are given.
    pub fn is_of_operand(&self) -> bool {
        let is_operand = |construct: &String| {
            is_plain_path(construct) || is_path_into_a_list(construct) || is_escape(construct)
        };
        self.place == EXPRESSION && !self.constructs.is_empty() && self.in_play().all(is_operand)
    }

    /// Whether a path into the context object is in play.
    pub fn reads_context(&self) -> bool {
        self.constructs.iter().any(|construct| is_context_path(construct))
    }

    /// Whether functions are in play that are not in `root`.
    fn calls_more_than(&self, root: &Self) -> bool {
        self.constructs.difference(&root.constructs).any(|construct| is_function(construct))
    }

    /// Whether both are failures where AWS does the same.
    fn is_failure_as(&self, other: &Self) -> bool {
        let is_failure = |signature: &Self| signature.actual.starts_with(FAILS);
        (self.facet, &self.expected) == (other.facet, &other.expected)
            && is_failure(self)
            && is_failure(other)
    }

    /// Whether all constructs of `root` are in play here, of a family any one.
    pub fn has_all_of(&self, root: &Self) -> bool {
        let is_of = |wanted: &str| self.constructs.iter().any(|own| is_of_family(own, wanted));
        root.in_play().all(|construct| self.constructs.contains(construct) || is_of(construct))
    }

    /// What is in play; of a literal with escapes that stands alone not the function that does no more than hold it.
    fn in_play(&self) -> impl Iterator<Item = &String> {
        let is_of_literal = self.constructs.iter().any(|construct| is_escape(construct));
        self.constructs.iter().filter(move |construct| !is_of_literal || *construct != HOLDS_A_LITERAL)
    }

    /// Whether it is the refusal of a definition that `root` is too, whatever the field.
    fn is_refusal_of(&self, root: &Self) -> bool {
        let Some((code, field, reason)) = refusal(&self.expected) else { return false };
        let is_no_json = code.ends_with(NO_JSON) && root.expected == code;
        is_no_json || (!is_inner(field) && refusal(&root.expected) == Some((code, ANY_FIELD, reason)))
    }

    fn is_same_kind(&self, root: &Self) -> bool {
        let is_any_text = root.facet == Facet::Cause && root.expected == ANY_TEXT;
        let is_of_error = root.facet == Facet::Error
            && self.expected.split_once(": ").is_some_and(|(error, _)| error == root.expected);
        let throws_any = root.facet == Facet::Status
            && thrown(&self.expected).is_some_and(|(what, _)| what == root.expected);
        (self.facet, &self.actual) == (root.facet, &root.actual)
            && (self.expected == root.expected
                || is_any_text
                || is_of_error
                || throws_any
                || self.is_refusal_of(root))
    }

    /// Whether the place of `root` is this one, or in it: nobody sees what is inside of some places.
    fn is_around(&self, root: &Self) -> bool {
        self.is_in_place_of(root) || self.constructs.contains(&root.place)
    }

    /// Whether a smaller case with the signature `smaller` may be taken for one of the bug that a case with this one shows:
    /// nothing is in play there that was not in play here. A failure or another way may turn out to come of a wrong value,
    /// but not the other way round.
    pub fn may_become(&self, smaller: &Self) -> bool {
        let comes_of_a_value =
            self.is_of_behaviour() && smaller.facet == Facet::Output && !self.is_missed_catch();
        // Of a wrong value it is known which expression made it, where there is only one; but a call is given what is wrong
        // by itself.
        let is_as_far =
            self.facet != Facet::Output || self.place != EXPRESSION || self.calls_more_than(smaller);
        self.is_kept_by(smaller) || (self.may_be_at(smaller) && comes_of_a_value && is_as_far)
    }

    /// Whether the same happens in a smaller case, with nothing in play that was not in play here.
    pub fn is_kept_by(&self, smaller: &Self) -> bool {
        self.may_be_at(smaller) && (self.is_same_kind(smaller) || self.hides_failure_of(smaller))
    }

    fn may_be_at(&self, smaller: &Self) -> bool {
        let is_in_play = |construct: &String| {
            self.in_play().any(|own| own == construct || is_operator_with(own, construct))
        };
        smaller.in_play().all(is_in_play)
            && (self.is_around(smaller) || (self.place == ANY_STATE && smaller.is_of_behaviour()))
    }

    /// The same, where what is in play says that it does not matter in which state it stands.
    #[must_use]
    pub fn settled(mut self) -> Self {
        // A path into the input that cannot be written to is no matter of the state either.
        let fails_to_write = self.facet == Facet::Status && self.constructs.iter().eq([RESULT_PATH]);
        if (self.is_of_behaviour() && self.is_of_any_state()) || fails_to_write {
            ANY_STATE.clone_into(&mut self.place);
        }
        let is_of_error = [ERROR_ELSEWHERE, NOT_THE_ERROR].contains(&self.actual.as_str());
        let is_document = self.facet == Facet::Output && self.place != EXPRESSION;
        if is_document && self.is_about_documents() && !is_of_error {
            let (expected, actual) = ANOTHER_DOCUMENT;
            (self.expected, self.actual) = (expected.to_owned(), actual.to_owned());
        }
        self
    }

    fn is_in_place_of(&self, root: &Self) -> bool {
        if root.place == EXPRESSION {
            // An expression in JSONata is no path.
            let is_of_jsonata = |signature: &Self| signature.constructs.contains(JSONATA);
            return self.place != EXPRESSION || !is_of_jsonata(self) || is_of_jsonata(root);
        }
        let is_anywhere = root.place == ANY_STATE && self.is_of_behaviour();
        let is_inside = self.place == EXECUTION && self.constructs.contains(&root.place);
        self.place == root.place || is_anywhere || is_inside
    }

    /// Whether this is an execution that nobody can see into, with the place of `root` in it and nothing else that could
    /// have a bug of its own.
    fn is_plainly_around(&self, root: &Self) -> bool {
        self.place == EXECUTION
            && self.constructs.contains(&root.place)
            && self.constructs.iter().all(|construct| is_plain(construct))
    }

    /// Whether this can be what came of a wrong document that a field, or a state by itself, makes.
    fn comes_of_the_document(&self, root: &Self) -> bool {
        let is_document = root.facet == Facet::Output && root.is_about_fields() && root.place != EXECUTION;
        let is_plain_or_field =
            |construct: &String| FIELDS.contains(&construct.as_str()) || is_plain(construct);
        is_document
            && (!root.constructs.is_empty() || self.is_plainly_around(root))
            && self.is_of_behaviour()
            && self.constructs.iter().all(is_plain_or_field)
    }

    /// Whether it is about what the execution does, and not about whether it is taken, its texts or its history, nor about a
    /// rule that every engine must keep.
    pub fn is_of_behaviour(&self) -> bool {
        matches!(self.facet, Facet::Status | Facet::Error | Facet::Output) && self.expected != KEPT
    }

    /// Whether fields alone are in play, or with paths of which none is special.
    fn is_about_documents(&self) -> bool {
        let is_field = |construct: &String| FIELDS.contains(&construct.as_str());
        let is_path = |construct: &String| is_plain_path(construct);
        let mut constructs = self.constructs.iter();
        constructs.all(|construct| is_field(construct) || is_path(construct))
            && (self.constructs.is_empty() || self.constructs.iter().any(is_field))
    }

    /// Whether all that is in play means the same in every state.
    fn is_of_any_state(&self) -> bool {
        let is_of_any = |construct: &String| FIELDS_OF_ANY_STATE.contains(&construct.as_str());
        !self.constructs.is_empty() && self.constructs.iter().all(is_of_any)
    }

    /// The fields of states that are in play.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        let in_play = self.constructs.iter().map(String::as_str);
        in_play.filter(|construct| FIELDS.contains(construct) && !KINDS_OF_VALUES.contains(construct))
    }

    fn is_about_fields(&self) -> bool {
        self.constructs.iter().all(|construct| FIELDS.contains(&construct.as_str()))
    }
}

/// Whether a construct can have no bug of its own.
fn is_plain(construct: &str) -> bool {
    PLAIN.contains(&construct) || is_context_path(construct)
}

/// Whether a construct is a kind of path that most engines read rightly.
fn is_plain_path(construct: &str) -> bool {
    let kind = construct.strip_suffix(IN_RESULT_PATH).unwrap_or(construct);
    PLAIN_PATHS.contains(&kind) || is_context_path(construct)
}

/// Whether a construct is a text with escapes, as a call writes it.
fn is_escape(construct: &str) -> bool {
    construct.starts_with(ESCAPED)
}

/// Whether a construct is a function, of the language or of JSONata; what a path reads is none.
fn is_function(construct: &str) -> bool {
    let is_read = construct.starts_with("$states.") || construct.starts_with("$$.");
    construct.starts_with("States.") || (construct.starts_with('$') && !is_read)
}

/// What says in a shape that an expression throws an error, and the code of the error behind it.
fn thrown(shape: &str) -> Option<(&str, &str)> {
    let (what, code) = shape.split_at(shape.find(THROWS)? + THROWS.len());
    (!code.is_empty()).then_some((what, code))
}

/// Whether a field for which a definition is refused stands in a rule that is part of another one.
fn is_inner(field: &str) -> bool {
    field.ends_with(IN_A_COMBINATION)
}

/// The code of the first diagnostic and all before it in the shape of a refusal, the field, and in parentheses what is wrong
/// with it.
fn refusal(shape: &str) -> Option<(&str, &str, &str)> {
    let (code, at) = shape.split_once(" at ").filter(|(code, _)| code.starts_with("refused with "))?;
    let (field, _) = at.split_once(" (")?;
    Some((code, field, &at[field.len() + 1..]))
}

impl fmt::Display for Signature {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} of {}", self.facet, self.place)?;
        if !self.constructs.is_empty() {
            let constructs: Vec<_> = self.constructs.iter().map(String::as_str).collect();
            write!(formatter, " ({})", constructs.join(", "))?;
        }
        write!(formatter, ": {} -> {}", self.expected, self.actual)
    }
}

impl SignatureId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SignatureId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

impl From<&str> for SignatureId {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

#[cfg(test)]
mod tests;
