//! The stable key of a divergence: the same for the same bug, whatever the seed, the names and the values.

use std::{collections::BTreeSet, fmt};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Facet;

/// The version of the rules by which signatures are made; the head of every [`SignatureId`].
pub const SIGNATURE_VERSION: u32 = 7;

/// The place of a signature about one expression: which state and field it stands in does not matter.
pub const EXPRESSION: &str = "an expression";

/// The place of a signature about a field that means the same in every state.
pub const ANY_STATE: &str = "any state";

/// The place of a signature about an execution whose history nobody can see: all of the definition is in play.
pub const EXECUTION: &str = "execution";

/// That an expression is one of JSONata, and nothing about what is in it.
const JSONATA: &str = "JSONata";

/// What an engine makes of a document that a field alone makes wrong: of which kind the right and the wrong one are is
/// up to the data at hand.
const ANOTHER_DOCUMENT: (&str, &str) = ("the right document", "another document");

/// Fields that mean the same in every state.
const FIELDS_OF_ANY_STATE: &[&str] = &["InputPath", "OutputPath", "Catch", "Retry"];

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
];

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
    "context path",
    "index",
    "path operand",
    "quoted step",
    "timestamp",
    "variable",
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

/// What a state does that does not fail.
pub const GOES_ON: &str = "goes on";

/// Where a Choice leads.
pub const RIGHT_WAY: &str = "the right way";

/// The place of a signature about a rule.
const CHOICE: &str = "Choice";

/// The field that puts a result into the input.
const RESULT_PATH: &str = "ResultPath";

/// What combines rules of a Choice.
const COMBINATIONS: &[&str] = &["And", "Not", "Or"];

/// Kinds of paths that most engines read rightly: in a field that is a path, it is rather the field that is wrong.
const PLAIN_PATHS: &[&str] = &["context path", "index", "quoted step", "variable"];

/// The text of any failure.
const ANY_TEXT: &str = "a text";

/// What an engine has instead of a text, whatever the text is.
const NO_TEXTS: &[&str] = &["none", "an empty text"];

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
        let has_constructs = root.constructs.is_subset(&self.constructs)
            && (!root.constructs.is_empty() || self.constructs.is_empty() || self.is_plainly_around(root));
        has_constructs
            && self.is_in_place_of(root)
            && (self.is_same_kind(root) || self.comes_of_the_document(root))
    }

    /// Whether the smallest case that could be found for this signature shows the bug of `root`: nothing can be taken away
    /// any more, and what is wrong by itself is still in play. What comes of it in a rule, in another expression or in a
    /// field is up to those.
    pub fn needs(&self, root: &Self) -> bool {
        self.needs_wrong_document(root)
            || self.needs_wrong_rule(root)
            || self.needs_wrong_combination(root)
            || self.is_plainly_the_same(root)
    }

    /// An expression or a field that is wrong by itself.
    fn needs_wrong_document(&self, root: &Self) -> bool {
        let is_expression =
            root.place == EXPRESSION && root.constructs.iter().any(|construct| construct != JSONATA);
        let is_field = !root.constructs.is_empty() && root.is_about_fields() && self.is_around(root);
        let comes_of_a_value = self.facet == Facet::Output || self.expected == GOES_ON;
        let is_of_values = root.facet == Facet::Output && comes_of_a_value && !self.is_same_kind(root);
        (is_expression || is_field)
            && root.can_be_the_reason_for(self)
            && root.is_of_behaviour()
            && self.is_of_behaviour()
            && (self.place != root.place || is_of_values || self.constructs.len() > root.constructs.len())
            && root.constructs.is_subset(&self.constructs)
    }

    /// A rule of a Choice that nobody sees, and that is wrong by itself.
    fn needs_wrong_rule(&self, root: &Self) -> bool {
        let is_operator = |construct: &String| {
            !FIELDS.contains(&construct.as_str()) && !PLAIN.contains(&construct.as_str())
        };
        let is_rule =
            root.place == CHOICE && root.facet == Facet::Status && root.constructs.iter().any(is_operator);
        is_rule
            && self.is_of_behaviour()
            && self.place != CHOICE
            && self.constructs.contains(CHOICE)
            && root.constructs.is_subset(&self.constructs)
    }

    /// A combination of rules that is wrong, whatever the rules in it: each of them alone would be right.
    fn needs_wrong_combination(&self, root: &Self) -> bool {
        let combination = |signature: &Self| -> BTreeSet<String> {
            let is_combined = |construct: &&String| COMBINATIONS.contains(&construct.as_str());
            signature.constructs.iter().filter(is_combined).cloned().collect()
        };
        let own = combination(self);
        self.is_same_kind(root) && self.is_in_place_of(root) && !own.is_empty() && own == combination(root)
    }

    /// The same, but for kinds of paths that rather happen to be there: where one is wrong by itself, the place is an
    /// expression.
    fn is_plainly_the_same(&self, root: &Self) -> bool {
        let special = |signature: &Self| -> BTreeSet<String> {
            let is_special = |construct: &&String| !PLAIN_PATHS.contains(&construct.as_str());
            signature.constructs.iter().filter(is_special).cloned().collect()
        };
        let is_there = self.place == root.place && self.place != EXPRESSION;
        is_there && self.is_same_kind(root) && special(self) == special(root)
    }

    /// Whether what differs like this can come of what differs like `root`, where a part of the case alone shows that: a
    /// wrong text of a wrong value, say, but not the other way round. What is wrong with a history alone comes of nothing
    /// else, but for the number of attempts.
    pub fn can_come_of(&self, root: &Self) -> bool {
        match self.facet {
            Facet::Acceptance => root.facet == Facet::Acceptance,
            Facet::Cause => root.facet == Facet::Cause || root.can_be_the_reason_for(self),
            // What a state puts out of a failure that it caught tells its error and its cause.
            Facet::Output if self.is_of_caught() => root.is_of_behaviour() || root.facet == Facet::Cause,
            // Which error a failure has says more about the failure than about any value.
            Facet::Error => root.facet != Facet::Output && root.can_be_the_reason_for(self),
            Facet::Status | Facet::Output => root.can_be_the_reason_for(self),
            Facet::Trace => self.is_of_attempts() && root.can_be_the_reason_for(self),
            Facet::TestState => false,
        }
    }

    /// What should fail and does not is no reason for anything that should not fail.
    fn can_be_the_reason_for(&self, other: &Self) -> bool {
        (self.is_of_behaviour() || self.is_of_attempts()) && (!self.is_of_failure() || other.is_of_failure())
    }

    /// Whether it is about the number of attempts: all else in a history says nothing about what the execution does.
    fn is_of_attempts(&self) -> bool {
        self.facet == Facet::Trace && !self.constructs.is_empty()
    }

    fn is_of_caught(&self) -> bool {
        self.constructs.contains("Catch")
    }

    /// Whether AWS fails there.
    fn is_of_failure(&self) -> bool {
        match self.facet {
            Facet::Error | Facet::Cause => true,
            Facet::Status => ![GOES_ON, RIGHT_WAY].contains(&&*self.expected),
            Facet::Acceptance | Facet::Output | Facet::Trace | Facet::TestState => false,
        }
    }

    /// What two signatures say together: that it does not matter in which state a bug shows, where all else is the same,
    /// or that a text is missing whatever it is.
    pub fn of_both(&self, other: &Self) -> Option<Self> {
        let is_state = |place: &String| ![EXPRESSION, EXECUTION, ANY_STATE].contains(&place.as_str());
        let is_elsewhere = self.is_of_behaviour()
            && self.place != other.place
            && is_state(&self.place)
            && is_state(&other.place)
            && !self.constructs.is_empty()
            && self.constructs == other.constructs
            && self.is_same_kind(other);
        if is_elsewhere {
            return Some(Self { place: ANY_STATE.to_owned(), ..self.clone() });
        }
        let is_without_text = (self.facet, other.facet) == (Facet::Cause, Facet::Cause)
            && self.expected != other.expected
            && self.actual == other.actual
            && NO_TEXTS.contains(&self.actual.as_str());
        is_without_text.then(|| Self { expected: ANY_TEXT.to_owned(), ..self.clone() })
    }

    fn is_same_kind(&self, root: &Self) -> bool {
        let is_any_text = root.facet == Facet::Cause && root.expected == ANY_TEXT;
        (self.facet, &self.actual) == (root.facet, &root.actual)
            && (self.expected == root.expected || is_any_text)
    }

    /// Whether the place of `root` is this one, or in it: nobody sees what is inside of some places.
    fn is_around(&self, root: &Self) -> bool {
        self.is_in_place_of(root) || self.constructs.contains(&root.place)
    }

    /// Whether a smaller case with the signature `smaller` may be taken for one of the bug that a case with this one shows:
    /// nothing is in play there that was not in play here. A failure or another way may turn out to come of a wrong value,
    /// but not the other way round.
    pub fn may_become(&self, smaller: &Self) -> bool {
        let comes_of_a_value = self.is_of_behaviour() && smaller.facet == Facet::Output;
        // Of a wrong value it is known which expression made it, where there is only one.
        let is_as_far = self.facet != Facet::Output || self.place != EXPRESSION;
        smaller.constructs.is_subset(&self.constructs)
            && (self.is_in_place_of(smaller) || (self.place == ANY_STATE && smaller.is_of_behaviour()))
            && (self.is_same_kind(smaller) || (comes_of_a_value && is_as_far))
    }

    /// The same, where what is in play says that it does not matter in which state it stands.
    #[must_use]
    pub fn settled(mut self) -> Self {
        // A path into the input that cannot be written to is no matter of the state either.
        let fails_to_write = self.facet == Facet::Status && self.constructs.iter().eq([RESULT_PATH]);
        if (self.is_of_behaviour() && self.is_of_any_state()) || fails_to_write {
            ANY_STATE.clone_into(&mut self.place);
        }
        if self.facet == Facet::Output && self.place != EXPRESSION && self.is_about_documents() {
            let (expected, actual) = ANOTHER_DOCUMENT;
            (self.expected, self.actual) = (expected.to_owned(), actual.to_owned());
        }
        self
    }

    fn is_in_place_of(&self, root: &Self) -> bool {
        let is_anywhere = root.place == EXPRESSION || (root.place == ANY_STATE && self.is_of_behaviour());
        let is_inside = self.place == EXECUTION && self.constructs.contains(&root.place);
        self.place == root.place || is_anywhere || is_inside
    }

    /// Whether this is an execution that nobody can see into, with the place of `root` in it and nothing else that could
    /// have a bug of its own.
    fn is_plainly_around(&self, root: &Self) -> bool {
        let is_plain = |construct: &String| PLAIN.contains(&construct.as_str());
        self.place == EXECUTION
            && self.constructs.contains(&root.place)
            && self.constructs.iter().all(is_plain)
    }

    /// Whether this can be what came of a wrong document that a field, or a state by itself, makes.
    fn comes_of_the_document(&self, root: &Self) -> bool {
        let is_document = root.facet == Facet::Output && root.is_about_fields() && root.place != EXECUTION;
        let is_plain =
            |construct: &String| FIELDS.contains(&construct.as_str()) || PLAIN.contains(&construct.as_str());
        is_document
            && (!root.constructs.is_empty() || self.is_plainly_around(root))
            && self.is_of_behaviour()
            && self.constructs.iter().all(is_plain)
    }

    /// Whether it is about what the execution does, and not about whether it is taken, its texts or its history.
    pub fn is_of_behaviour(&self) -> bool {
        matches!(self.facet, Facet::Status | Facet::Error | Facet::Output)
    }

    /// Whether fields alone are in play, or with paths of which none is special.
    fn is_about_documents(&self) -> bool {
        let is_field = |construct: &String| FIELDS.contains(&construct.as_str());
        let is_path = |construct: &String| PLAIN_PATHS.contains(&construct.as_str());
        let mut constructs = self.constructs.iter();
        constructs.all(|construct| is_field(construct) || is_path(construct))
            && (self.constructs.is_empty() || self.constructs.iter().any(is_field))
    }

    /// Whether all that is in play means the same in every state.
    fn is_of_any_state(&self) -> bool {
        let is_of_any = |construct: &String| FIELDS_OF_ANY_STATE.contains(&construct.as_str());
        !self.constructs.is_empty() && self.constructs.iter().all(is_of_any)
    }

    fn is_about_fields(&self) -> bool {
        self.constructs.iter().all(|construct| FIELDS.contains(&construct.as_str()))
    }
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
mod tests {
    use rstest::rstest;

    use super::*;

    fn of_field(facet: Facet, place: &str, constructs: &[&str]) -> Signature {
        Signature { facet, place: place.to_owned(), ..signature(constructs, "fails") }.settled()
    }

    #[test]
    fn what_should_fail_is_no_reason_for_what_should_not() {
        let of_map = |facet, constructs: &[&str], expected: &str| Signature {
            facet,
            place: "Map".to_owned(),
            expected: expected.to_owned(),
            ..signature(constructs, "another")
        };
        let root = of_map(Facet::Status, &["ItemsPath"], "failed with States.Runtime");
        let wrong = of_map(Facet::Output, &["ItemBatcher", "ItemsPath"], "a value");
        assert!(!wrong.needs(&root));
        assert!(wrong.needs(&of_map(Facet::Status, &["ItemsPath"], GOES_ON)));
        assert!(
            of_map(Facet::Status, &["ItemBatcher", "ItemsPath"], "failed with States.Runtime").needs(&root)
        );
    }

    #[rstest]
    #[case::fails_because_of_the_field(of_field(Facet::Status, "Pass", &["InputPath", "Parameters"]), true)]
    #[case::in_another_state(of_field(Facet::Output, "Wait", &["InputPath", "SecondsPath"]), true)]
    #[case::where_nobody_sees_inside(of_field(Facet::Output, EXECUTION, &["InputPath", "Pass"]), true)]
    #[case::function_could_be_it(of_field(Facet::Status, "Pass", &["InputPath", "States.Format"]), false)]
    #[case::without_the_field(of_field(Facet::Status, "Pass", &["Parameters"]), false)]
    #[case::in_the_history(of_field(Facet::Trace, "Pass", &["InputPath"]), false)]
    fn wrong_document_of_a_field_is_the_root_of_what_comes_of_it(
        #[case] of: Signature,
        #[case] is_rooted: bool,
    ) {
        let root = of_field(Facet::Output, "Pass", &["InputPath"]);
        assert_eq!(
            root.to_string(),
            "output of any state (InputPath): the right document -> another document"
        );
        assert_eq!(of.is_rooted_in(&root), is_rooted);
    }

    #[rstest]
    #[case::in_a_rule(Facet::Status, "Choice", &["IsNumeric", "index"], true)]
    #[case::in_a_field(Facet::Output, "Map", &["ItemsPath", "index"], true)]
    #[case::without_it(Facet::Status, "Choice", &["IsNumeric"], false)]
    #[case::in_the_history(Facet::Trace, "Pass", &["IsNumeric", "index"], false)]
    fn smallest_case_in_which_a_wrong_expression_is_in_play_shows_that_bug(
        #[case] facet: Facet,
        #[case] place: &str,
        #[case] constructs: &[&str],
        #[case] needs: bool,
    ) {
        let expression = |constructs: &[&str]| Signature {
            place: EXPRESSION.to_owned(),
            ..signature(constructs, "array")
        };
        let smallest = of_field(facet, place, constructs);
        assert_eq!(smallest.needs(&expression(&["index"])), needs);
        assert!(!smallest.needs(&expression(&["JSONata"])), "that says nothing about what is wrong");
        assert!(!expression(&["index"]).needs(&expression(&["index"])));
    }

    #[rstest]
    #[case::of_that_state(of_field(Facet::Status, "Pass", &["InputPath", "States.Hash"]), true)]
    #[case::of_any_state(of_field(Facet::Status, "Task", &["InputPath", "States.Hash"]), true)]
    #[case::inside_of_a_map(of_field(Facet::Output, "Map", &["InputPath", "ItemReader", "Pass"]), true)]
    #[case::without_the_field(of_field(Facet::Status, "Pass", &["States.Hash"]), false)]
    fn smallest_case_in_which_a_wrong_field_is_in_play_shows_that_bug(
        #[case] smallest: Signature,
        #[case] needs: bool,
    ) {
        assert_eq!(smallest.needs(&of_field(Facet::Output, "Pass", &["InputPath"])), needs);
    }

    #[rstest]
    #[case::with_other_rules(&["And", "IsNull"], &["And", "IsString"], true)]
    #[case::with_another_combination(&["And", "IsNull"], &["Or", "IsNull"], false)]
    #[case::without_a_combination(&["IsNull"], &["IsString"], false)]
    #[case::with_a_plain_path(&["IsNull", "quoted step"], &["IsNull"], true)]
    #[case::with_a_special_path(&["IsNull", "slice"], &["IsNull"], false)]
    fn smallest_case_of_a_choice_is_about_what_combines_its_rules(
        #[case] smallest: &[&str],
        #[case] root: &[&str],
        #[case] needs: bool,
    ) {
        let of_choice = |constructs: &[&str]| of_field(Facet::Status, "Choice", constructs);
        assert_eq!(of_choice(smallest).needs(&of_choice(root)), needs);
    }

    #[rstest]
    #[case::with_that_rule("execution", &["Choice", "IsNull", "Pass"], true)]
    #[case::with_another_rule("execution", &["Choice", "IsString", "Pass"], false)]
    #[case::in_sight("Choice", &["IsNull", "StringEquals"], false)]
    fn smallest_case_with_a_wrong_rule_that_nobody_sees_is_about_the_rule(
        #[case] place: &str,
        #[case] constructs: &[&str],
        #[case] needs: bool,
    ) {
        let smallest = Signature { place: place.to_owned(), ..signature(constructs, "a value") };
        assert_eq!(smallest.needs(&of_field(Facet::Status, "Choice", &["IsNull"])), needs);
    }

    #[test]
    fn wrong_function_gives_wrong_values_of_any_kind() {
        let of_function =
            |actual: &str| Signature { place: EXPRESSION.to_owned(), ..signature(&["States.Array"], actual) };
        assert!(of_function("nothing").needs(&of_function("null")));
        let of_status = |expected: &str, actual: &str| {
            let expected = expected.to_owned();
            Signature { facet: Facet::Status, expected, ..of_function(actual) }
        };
        assert!(of_status(GOES_ON, "fails").needs(&of_function("null")));
        let goes_on = of_status("a call that fails", GOES_ON);
        assert!(!goes_on.needs(&of_function("null")), "that it does not fail is another bug");
    }

    #[rstest]
    #[case::and_nothing_else(&["Parallel"], true)]
    #[case::with_plain_parts(&["Choice", "Parallel", "index"], true)]
    #[case::with_a_function(&["Parallel", "States.Array"], false)]
    #[case::without_it(&["Map"], false)]
    fn wrong_document_of_a_state_is_the_root_of_an_execution_that_is_plain(
        #[case] constructs: &[&str],
        #[case] is_rooted: bool,
    ) {
        let root = Signature { place: "Parallel".to_owned(), ..signature(&[], "a value") }.settled();
        let execution = Signature { place: EXECUTION.to_owned(), ..signature(constructs, "a value") };
        assert_eq!(execution.is_rooted_in(&root), is_rooted);
    }

    #[rstest]
    #[case::text_of_a_wrong_value(Facet::Cause, "a text", Facet::Output, "a value", true)]
    #[case::text_of_another_text(Facet::Cause, "a text", Facet::Cause, "no text", true)]
    #[case::value_of_a_wrong_text(Facet::Output, "a value", Facet::Cause, "a text", false)]
    #[case::failure_of_a_wrong_value(Facet::Status, "fails", Facet::Output, "a value", true)]
    #[case::failure_of_another_failure(Facet::Status, "fails", Facet::Error, "an error", true)]
    #[case::value_of_what_should_fail(Facet::Output, "a value", Facet::Status, "fails", false)]
    #[case::way_of_what_should_fail(Facet::Status, RIGHT_WAY, Facet::Error, "an error", false)]
    #[case::value_of_another_way(Facet::Output, "a value", Facet::Status, RIGHT_WAY, true)]
    #[case::error_of_what_should_fail(Facet::Error, "an error", Facet::Status, "fails", true)]
    #[case::error_of_a_value(Facet::Error, "an error", Facet::Output, "a value", false)]
    #[case::value_of_attempts(Facet::Output, "a value", Facet::Trace, "attempts", true)]
    #[case::value_of_what_should_go_on(Facet::Output, "a value", Facet::Status, GOES_ON, true)]
    #[case::machine_of_another(Facet::Acceptance, "refused", Facet::Acceptance, "accepted", true)]
    #[case::machine_of_a_value(Facet::Acceptance, "refused", Facet::Output, "a value", false)]
    #[case::value_of_a_machine(Facet::Output, "a value", Facet::Acceptance, "refused", false)]
    #[case::one_state_of_a_value(Facet::TestState, "a value", Facet::Output, "a value", false)]
    fn difference_comes_of_what_can_lead_to_it(
        #[case] facet: Facet,
        #[case] expected: &str,
        #[case] root_facet: Facet,
        #[case] root_expected: &str,
        #[case] can_come: bool,
    ) {
        let of = |facet, expected: &str| Signature {
            facet,
            expected: expected.to_owned(),
            ..signature(&["Retry"], "another")
        };
        assert_eq!(of(facet, expected).can_come_of(&of(root_facet, root_expected)), can_come);
    }

    #[rstest]
    #[case::number_of_attempts(&["Retry"], true)]
    #[case::what_a_history_holds(&[], false)]
    fn history_comes_of_a_wrong_value_where_it_counts_attempts(
        #[case] constructs: &[&str],
        #[case] can_come: bool,
    ) {
        let history = Signature { facet: Facet::Trace, ..signature(constructs, "another") };
        assert_eq!(history.can_come_of(&signature(&["Retry"], "a value")), can_come);
    }

    #[rstest]
    #[case::of_a_caught_failure(&["Catch"], true)]
    #[case::of_anything_else(&["Parameters"], false)]
    fn wrong_output_comes_of_a_wrong_text_where_a_failure_was_caught(
        #[case] constructs: &[&str],
        #[case] can_come: bool,
    ) {
        assert_eq!(signature(constructs, "another").can_come_of(&of_text("a text", "none")), can_come);
    }

    #[test]
    fn what_is_of_any_state_may_turn_out_to_be_of_one() {
        let retried = of_field(Facet::Output, "Parallel", &["Retry"]);
        let plain = of_field(Facet::Output, "Parallel", &[]);
        assert!(retried.may_become(&plain) && !plain.may_become(&retried));
    }

    #[test]
    fn failure_may_turn_out_to_come_of_a_wrong_value_and_not_the_other_way_round() {
        let fails = of_field(Facet::Status, "Pass", &["Parameters", "States.Format"]);
        let value = of_field(Facet::Output, "Pass", &["States.Format"]);
        assert!(fails.may_become(&value) && !value.may_become(&fails));
        assert!(!value.may_become(&fails), "nothing is in play that was not");
    }

    #[rstest]
    #[case::in_two_states(
        of_field(Facet::Output, "Map", &["ResultSelector"]),
        of_field(Facet::Output, "Task", &["ResultSelector"]),
        Some("output of any state (ResultSelector): the right document -> another document")
    )]
    #[case::in_one_state(
        of_field(Facet::Output, "Map", &["ResultSelector"]),
        of_field(Facet::Output, "Map", &["ResultSelector"]),
        None
    )]
    #[case::of_two_fields(
        of_field(Facet::Output, "Map", &["ResultSelector"]),
        of_field(Facet::Output, "Task", &["Parameters"]),
        None
    )]
    #[case::with_nothing_in_play(
        of_field(Facet::Output, "Map", &[]),
        of_field(Facet::Output, "Parallel", &[]),
        None
    )]
    #[case::in_another_way(
        of_field(Facet::Output, "Map", &["ResultSelector"]),
        of_field(Facet::Status, "Task", &["ResultSelector"]),
        None
    )]
    #[case::of_two_missing_texts(
        of_text("A", "none"),
        of_text("B", "none"),
        Some("cause of cause: a text -> none")
    )]
    #[case::of_two_other_wordings(of_text("A", "another wording"), of_text("B", "another wording"), None)]
    fn bug_that_shows_in_two_places_is_of_neither(
        #[case] one: Signature,
        #[case] other: Signature,
        #[case] expected: Option<&str>,
    ) {
        let both = one.of_both(&other);
        assert_eq!(both.as_ref().map(ToString::to_string).as_deref(), expected);
        if let Some(both) = both {
            assert!(one.is_rooted_in(&both) && other.is_rooted_in(&both) && !both.is_rooted_in(&one));
        }
    }

    fn of_text(expected: &str, actual: &str) -> Signature {
        Signature {
            facet: Facet::Cause,
            place: "cause".to_owned(),
            expected: expected.to_owned(),
            ..signature(&[], actual)
        }
    }

    #[test]
    fn field_that_is_wrong_in_two_states_is_wrong_in_any() {
        let in_state = |place| of_field(Facet::Output, place, &["ResultSelector"]);
        let both = in_state("Map").of_both(&in_state("Task")).expect("the same");
        let fails = |constructs| of_field(Facet::Status, "Parallel", constructs);
        assert!(fails(&["ResultSelector", "States.Hash"]).needs(&both));
        assert!(!fails(&["States.Hash"]).needs(&both));
    }

    fn signature(constructs: &[&str], actual: &str) -> Signature {
        Signature {
            facet: Facet::Output,
            place: "Pass".to_owned(),
            constructs: constructs.iter().map(|construct| (*construct).to_owned()).collect(),
            expected: "array".to_owned(),
            actual: actual.to_owned(),
        }
    }

    #[test]
    fn signature_reads_as_a_sentence_and_has_a_short_id() {
        let signature = signature(&["States.ArrayRange", "Parameters"], "null");
        assert_eq!(signature.to_string(), "output of Pass (Parameters, States.ArrayRange): array -> null");
        assert_eq!(signature.id().as_str(), "s7-89d8f668a9", "ids are kept in files: they never change");
    }

    #[rstest]
    #[case::itself(&["a", "b"], &["a", "b"], true)]
    #[case::fewer(&["a", "b"], &["a"], true)]
    #[case::more(&["a"], &["a", "b"], false)]
    #[case::nothing_is_no_root_of_something(&["a"], &[], false)]
    #[case::nothing(&[], &[], true)]
    fn root_has_some_of_the_constructs(#[case] of: &[&str], #[case] root: &[&str], #[case] is_rooted: bool) {
        assert_eq!(signature(of, "null").is_rooted_in(&signature(root, "null")), is_rooted);
        assert!(!signature(of, "null").is_rooted_in(&signature(root, "string")));
    }

    #[test]
    fn expression_is_a_root_in_any_state_but_not_the_other_way_round() {
        let in_pass = signature(&["Parameters", "slice"], "null");
        let alone = Signature { place: EXPRESSION.to_owned(), ..signature(&["slice"], "null") };
        assert!(in_pass.is_rooted_in(&alone));
        assert!(!alone.is_rooted_in(&signature(&["slice"], "null")));
        assert!(!signature(&["Parameters"], "null").is_rooted_in(&alone));
    }
}
