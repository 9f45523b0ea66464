//! Which parts of the language are in play in a state: fields, operators, functions, kinds of paths. Never names or
//! values of the case.

use std::collections::BTreeSet;

use asl_cases::{
    ANY_STATE, EMPTY_TEMPLATE, EXPRESSION, HIDE_FAILURES, IN_RESULT_PATH, LIST_IN_A_LIST, NULL_PATH,
    TEMPLATES, is_context_path,
};
use asl_generators::is_settled;
use serde_json::{Map, Value};

use super::{
    call::CALL_OF_A_FUNCTION,
    expression::{CALL, ERROR_OUTPUT, JSONATA, add_text, function_called, kinds_of_path},
    parting::Made,
    states::States,
};

type Object = Map<String, Value>;

/// Fields that say nothing about what the state does with data or errors.
const PLAIN_FIELDS: &[&str] = &[
    "Type",
    "Next",
    "End",
    "Comment",
    "Resource",
    "Branches",
    "ItemProcessor",
    "Iterator",
    "Choices",
    "Default",
    "QueryLanguage",
];
/// Members of a rule that are no operator, and hold expressions.
const EXPRESSIONS_OF_A_RULE: &[&str] = &["Variable", "Condition", "Assign", "Output"];

/// Fields that can make a state go wrong although its only expression is evaluated rightly.
const OTHER_FIELDS_IN_PLAY: &[&str] =
    &["Result", "Retry", "Catch", "Assign", "Choices", "Branches", "ItemProcessor", "Iterator"];

/// Fields that are one path each, and make something of what it leads to.
const PATHS: &[&str] = &[
    "HeartbeatSecondsPath",
    "InputPath",
    "ItemsPath",
    "MaxConcurrencyPath",
    "OutputPath",
    "SecondsPath",
    "TimeoutSecondsPath",
    "TimestampPath",
];

/// The variables that a state sets.
pub(super) const ASSIGN: &str = "Assign";

/// What is made of a result, in JSONPath.
const RESULT_SELECTOR: &str = "ResultSelector";

/// A path that stands there. What the field as a whole makes is another matter.
const IN_RESULT_SELECTOR: &str = "in ResultSelector";

/// What a state puts out, in JSONata.
pub(super) const OUTPUT: &str = "Output";

/// Fields of a Parallel or Map that make what its branches or iterations get. Where that was right, they have no part in what
/// comes of it.
const FIELDS_OF_INPUT: &[&str] =
    &["Arguments", "ItemSelector", "Items", "ItemsPath", "MaxConcurrency", "Parameters"];

/// What a difference can be about.
#[derive(Clone, Debug)]
pub(super) struct InPlay {
    /// A state type, or [`EXPRESSION`] where nothing but the expression can make the difference.
    pub(super) place: String,
    pub(super) constructs: BTreeSet<String>,
}

impl InPlay {
    fn of_expression(expression: &str) -> Option<Self> {
        let mut constructs = BTreeSet::new();
        add_text(expression, &mut constructs);
        // A plain path is about what its state does with it.
        (!constructs.is_empty()).then(|| Self { place: EXPRESSION.to_owned(), constructs })
    }

    /// Whatever the state is and does.
    pub(super) fn of_any_state() -> Self {
        Self { place: ANY_STATE.to_owned(), constructs: BTreeSet::new() }
    }

    /// Any expression in JSONata, whatever it calls.
    pub(super) fn of_any_jsonata_expression() -> Self {
        Self { place: EXPRESSION.to_owned(), constructs: BTreeSet::from([JSONATA.to_owned()]) }
    }

    /// The state, whatever is in it.
    pub(super) fn of_kind(states: &States<'_>, state: &str) -> Self {
        Self::in_state(states, state, BTreeSet::new())
    }

    /// Whether it is a path into the context object, whatever the state gets or what is inside of it puts out.
    pub(super) fn is_of_context(&self) -> bool {
        let calls = self.constructs.iter().any(|construct| construct.starts_with("States."));
        self.place == EXPRESSION
            && !calls
            && self.constructs.iter().any(|construct| is_context_path(construct))
    }

    /// The same in a `ResultSelector` or in another field: not every engine has a context object for a result.
    fn of_field(mut self, is_result_selector: bool) -> Self {
        if is_result_selector && self.is_of_context() {
            self.constructs.insert(IN_RESULT_SELECTOR.to_owned());
        }
        self
    }

    /// Whether a failure there may be caught: what is too much may be the error.
    pub(super) fn is_caught(&self) -> bool {
        self.constructs.contains("Catch")
    }

    fn in_state(states: &States<'_>, state: &str, constructs: BTreeSet<String>) -> Self {
        Self { place: states.kind(state).to_owned(), constructs }
    }
}

/// What is in play when a state as a whole goes another way.
pub(super) fn in_state(states: &States<'_>, state: &str) -> InPlay {
    let alone = states.fields(state).and_then(|fields| {
        let selects = fields.contains_key(RESULT_SELECTOR);
        InPlay::of_expression(only_expression(fields)?).map(|in_play| in_play.of_field(selects))
    });
    // A path that is a field may be wrong because of the field.
    let alone = alone.filter(|_| {
        !PATHS.iter().any(|path| states.fields(state).is_some_and(|fields| fields.contains_key(*path)))
    });
    alone.unwrap_or_else(|| InPlay::in_state(states, state, of_state(states, state)))
}

/// The same, where this field should fail and the state goes on: nothing else in it has a part in that, but what can hide it.
pub(super) fn in_field(states: &States<'_>, state: &str, field: Option<&str>) -> InPlay {
    let has_field = |field: &&str| states.fields(state).is_some_and(|fields| fields.contains_key(*field));
    match (in_state(states, state), field.filter(has_field)) {
        (InPlay { place, .. }, Some(field)) if place != EXPRESSION => {
            let is_wanted = |other: &str| other == field || HIDE_FAILURES.contains(&other);
            InPlay { place, constructs: of_fields(states, state, is_wanted) }
        }
        (in_play, _) => in_play,
    }
}

/// Everything that is in play in a state inside of another one, about which the engine's history says nothing. A path into the
/// context object alone needs a field to stand in.
pub(super) fn inside(states: &States<'_>, state: &str) -> BTreeSet<String> {
    let InPlay { place: _, mut constructs } = match in_state(states, state) {
        of_context if of_context.is_of_context() => of_context,
        _ => return states.constructs_of(state),
    };
    constructs.insert(states.kind(state).to_owned());
    constructs
}

/// The functions that a state calls.
pub(super) fn functions(states: &States<'_>, state: &str) -> BTreeSet<String> {
    let text = states.fields(state).and_then(|fields| serde_json::to_string(fields).ok()).unwrap_or_default();
    CALL.captures_iter(&text).map(|call| function_called(&call[1], &text)).collect()
}

/// `Assign`, and `Catch` if it is that of a catcher, where this stands in such a field of a state alone: an engine may not look
/// at it at all.
pub(super) fn in_assign_alone(states: &States<'_>, state: &str, code: &str) -> BTreeSet<String> {
    match is_assigned_by_catchers(states, state, code) {
        Some(true) => BTreeSet::from([ASSIGN.to_owned(), "Catch".to_owned()]),
        Some(false) => BTreeSet::from([ASSIGN.to_owned()]),
        None => BTreeSet::new(),
    }
}

/// Whether this stands in what the catchers of a state assign, where it stands in an `Assign` of it and nowhere else.
pub(super) fn is_assigned_by_catchers(states: &States<'_>, state: &str, code: &str) -> Option<bool> {
    let holds = |value: &Value| has(value, &|inner| inner.as_str().is_some_and(|text| text.contains(code)));
    let only_in_assign = |entry: &Value| {
        let mut members = entry.as_object().into_iter().flatten();
        members.all(|(member, value)| member == ASSIGN || !holds(value))
    };
    let is_assigned = |(field, value): &(&String, &Value)| {
        let in_entries = || value.as_array().is_some_and(|entries| entries.iter().all(only_in_assign));
        *field == ASSIGN || (["Catch", "Choices"].contains(&field.as_str()) && in_entries())
    };
    let holding: Vec<_> = states.fields(state)?.iter().filter(|(_, value)| holds(value)).collect();
    let is_alone = !holding.is_empty() && holding.iter().all(is_assigned);
    is_alone.then(|| holding.iter().any(|(field, _)| *field == "Catch"))
}

/// The expression in the only member of this name in the templates of a state.
pub(super) fn only_member<'a>(states: &States<'a>, state: &str, name: &str) -> Option<&'a str> {
    let mut found = Vec::new();
    states.fields(state)?.values().for_each(|value| add_members(value, name, &mut found));
    match found[..] {
        [only] => Some(only),
        _ => None,
    }
}

fn add_members<'a>(value: &'a Value, name: &str, found: &mut Vec<&'a str>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| add_members(item, name, found)),
        Value::Object(members) => {
            found.extend(members.get(name).and_then(Value::as_str));
            members.values().for_each(|inner| add_members(inner, name, found));
        }
        _ => {}
    }
}

/// The one expression of a state that does nothing but evaluate it.
fn only_expression(fields: &Object) -> Option<&str> {
    let writes_into_input = fields.get("ResultPath").is_some_and(|path| path != "$");
    if writes_into_input || OTHER_FIELDS_IN_PLAY.iter().any(|field| fields.contains_key(*field)) {
        return None;
    }
    let mut found = Vec::new();
    for (field, value) in fields.iter().filter(|(field, _)| !PLAIN_FIELDS.contains(&field.as_str())) {
        add_expressions(value, field.ends_with("Path") && field != "ResultPath", &mut found);
    }
    match found[..] {
        [expression] => Some(expression),
        _ => None,
    }
}

/// All expressions in a value; texts of it are some themselves where the member that holds them says so.
fn add_expressions<'a>(value: &'a Value, is_dynamic: bool, found: &mut Vec<&'a str>) {
    match value {
        Value::String(text) if is_dynamic || text.starts_with("{%") => found.push(text),
        Value::Array(items) => items.iter().for_each(|item| add_expressions(item, false, found)),
        Value::Object(members) => {
            members.iter().for_each(|(name, inner)| add_expressions(inner, name.ends_with(".$"), found));
        }
        _ => {}
    }
}

/// The expressions in JSONata in all states, without what marks them.
pub(super) fn jsonata_expressions<'a>(states: &States<'a>) -> Vec<&'a str> {
    states.names().flat_map(|name| jsonata_expressions_of(states, name)).collect()
}

/// The same, of one state without what is inside of it.
pub(super) fn jsonata_expressions_of<'a>(states: &States<'a>, state: &str) -> Vec<&'a str> {
    const INNER: &[&str] = &["Branches", "ItemProcessor", "Iterator"];
    let mut found = Vec::new();
    let fields = states.fields(state).into_iter().flatten();
    for (_, value) in fields.filter(|(field, _)| !INNER.contains(&field.as_str())) {
        add_expressions(value, false, &mut found);
    }
    let marked = found.into_iter().filter_map(|text| text.strip_prefix("{%")?.strip_suffix("%}"));
    marked.map(str::trim).collect()
}

/// Everything that is in play in the state, without what is inside of its branches.
pub(super) fn of_state(states: &States<'_>, state: &str) -> BTreeSet<String> {
    of_fields(states, state, |_| true)
}

/// The same, of these fields alone.
fn of_fields(states: &States<'_>, state: &str, is_wanted: impl Fn(&str) -> bool) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let fields = states.fields(state).into_iter().flatten();
    for (field, value) in fields.filter(|(field, _)| is_wanted(field)) {
        if field == "Choices" {
            value.as_array().into_iter().flatten().for_each(|rule| add_kinds_of_rule(rule, &mut found));
        } else if !PLAIN_FIELDS.contains(&field.as_str()) {
            found.insert(field.clone());
            found.extend(kinds_of_value(field, value).map(str::to_owned));
            match value {
                Value::String(path) if field == "ResultPath" => {
                    found.extend(kinds_of_path(path).map(|kind| format!("{kind}{IN_RESULT_PATH}")));
                }
                value => add_value(value, &mut found),
            }
        }
    }
    found
}

/// Everything that is in play in the rules of a Choice, and its default.
pub(super) fn of_rules(choice: &Object) -> BTreeSet<String> {
    let mut found: BTreeSet<String> =
        choice.get("Default").map(|_| "Default".to_owned()).into_iter().collect();
    let rules = choice.get("Choices").and_then(Value::as_array).into_iter().flatten();
    rules.for_each(|rule| add_rule(rule, &mut found));
    found
}

/// The same without the default, which has no part in how a rule fails.
pub(super) fn of_operators(choice: &Object) -> BTreeSet<String> {
    let mut found = of_rules(choice);
    found.remove("Default");
    found
}

/// The fields that make what the others of a state are evaluated on.
pub(super) fn of_effective_input(states: &States<'_>, state: &str) -> BTreeSet<String> {
    let fields = states.fields(state);
    let has = |field: &&str| fields.is_some_and(|fields| fields.contains_key(*field));
    let mut found: BTreeSet<String> =
        ["InputPath", "Parameters", "ItemSelector"].into_iter().filter(has).map(str::to_owned).collect();
    if let Some(path) = fields.and_then(|fields| fields.get("InputPath")) {
        add_value(path, &mut found);
    }
    found
}

/// What is in play where a definition is refused that should not be: all that stands in it. Which function is called does
/// not matter to who only reads a call, nor in which state a field stands.
pub(super) fn of_refusal(states: &States<'_>) -> BTreeSet<String> {
    let general = |construct: String| {
        if construct.starts_with("States.") { CALL_OF_A_FUNCTION.to_owned() } else { construct }
    };
    let mut all: BTreeSet<String> = states.constructs().into_iter().map(general).collect();
    all.extend(states.names().filter_map(|name| execution_type(states.fields(name)?)));
    let types: BTreeSet<&str> = states.names().map(|name| states.kind(name)).collect();
    let in_states: BTreeSet<String> =
        all.iter().filter(|construct| !types.contains(construct.as_str())).cloned().collect();
    let is_only_state = states.names().count() == 1;
    if is_only_state && in_states.contains(CALL_OF_A_FUNCTION) {
        let is_field = |construct: &String| construct.starts_with(|letter: char| letter.is_ascii_uppercase());
        return in_states.into_iter().filter(|construct| !is_field(construct)).collect();
    }
    if in_states.is_empty() { all } else { in_states }
}

/// The type of the child executions of a Map.
fn execution_type(map: &Object) -> Option<String> {
    let kind = map.get("ItemProcessor")?.get("ProcessorConfig")?.get("ExecutionType")?.as_str()?;
    Some(format!("ExecutionType {kind}"))
}

/// Whether a Map says how many of its iterations may fail.
pub(super) fn tolerates_failures(map: &Object) -> bool {
    map.keys().any(|field| field.starts_with("ToleratedFailure"))
}

/// What is in play at a place of the state's output, or of what it gives to its branches or iterations.
pub(super) fn at(states: &States<'_>, state: &str, made: &Made, sides: Sides<'_>) -> InPlay {
    let resolved = match made {
        Made::Output(pointer) => source_of(states, state, pointer, sides),
        Made::Variables(_) | Made::Given(_) => None,
    };
    let mut in_play = resolved.unwrap_or_else(|| match made {
        Made::Output(_) if !states.inside(state).is_empty() => {
            let constructs = of_fields(states, state, |field| !FIELDS_OF_INPUT.contains(&field));
            InPlay::in_state(states, state, constructs)
        }
        _ => in_state(states, state),
    });
    // Variables are no part of what a state puts out.
    in_play.constructs.remove("Assign");
    in_play
}

/// The batcher of a Map that gives other batches to its iterations, or puts out others: `None` where what differs is in an
/// item, or what else is made of it.
pub(super) fn of_batches(states: &States<'_>, state: &str, made: &Made, sides: Sides<'_>) -> Option<InPlay> {
    const ITEM_BATCHER: &str = "ItemBatcher";
    let fields = states.fields(state).filter(|fields| fields.contains_key(ITEM_BATCHER))?;
    let others = ["Output", "OutputPath", "ResultPath", "ResultSelector", "ResultWriter"];
    let makes_something_else = others.iter().any(|field| fields.contains_key(*field))
        || states.inside(state).iter().any(|inner| !states.constructs_of(inner).is_empty());
    let place = match made {
        Made::Given(pointer) => Some(pointer.as_str()),
        // Without any item there is nothing to batch.
        Made::Output(pointer) if pointer == "/0" && sides.0.is_none() => None,
        Made::Output(pointer) if !makes_something_else => {
            // Behind the number of the batch.
            pointer.strip_prefix('/').map(|rest| rest.find('/').map_or("", |at| &rest[at..]))
        }
        Made::Output(_) | Made::Variables(_) => None,
    };
    let is_item = |items: &str| items.strip_prefix('/').is_some_and(|item| !item.contains('/'));
    let is_of_batches = place.is_some_and(|place| match place.strip_prefix("/Items") {
        Some(items) => items.is_empty() || is_item(items),
        None => matches!(place, "" | "/BatchInput"),
    });
    let constructs = BTreeSet::from([ITEM_BATCHER.to_owned()]);
    is_of_batches.then(|| InPlay::in_state(states, state, constructs))
}

/// What is in play in a variable that a state assigns.
pub(super) fn of_variables(
    states: &States<'_>,
    state: &str,
    pointer: &str,
    is_caught: bool,
    sides: Sides<'_>,
) -> InPlay {
    let fields = states.fields(state);
    let is_choice = states.kind(state) == "Choice";
    let templates: Vec<&Value> = match fields {
        Some(fields) if is_caught => in_catchers(ASSIGN, fields),
        Some(fields) if is_choice => {
            only_rule(fields).and_then(|rule| rule.get(ASSIGN)).into_iter().collect()
        }
        _ => Vec::new(),
    };
    // What the state assigns when it succeeds is no part of what a catcher assigns.
    let own = fields.and_then(|fields| fields.get(ASSIGN)).filter(|_| !is_caught);
    let steps = steps_of(pointer);
    match templates.into_iter().chain(own).collect::<Vec<_>>()[..] {
        [template] if !is_about_the_whole(template, &steps, sides) => {
            in_template(states, state, (ASSIGN, template), &steps)
        }
        // Which of the rules assigned it, nobody knows.
        _ if is_choice => {
            let mut constructs = of_state(states, state);
            constructs.insert(ASSIGN.to_owned());
            InPlay::in_state(states, state, constructs)
        }
        _ => InPlay::in_state(states, state, BTreeSet::from([ASSIGN.to_owned()])),
    }
}

/// What is in play where a state puts out an error that it caught.
pub(super) fn of_catch(states: &States<'_>, state: &str, made: &Made, sides: Sides<'_>) -> InPlay {
    let outputs = states.fields(state).map(|fields| in_catchers("Output", fields)).unwrap_or_default();
    let mut constructs = BTreeSet::from(["Catch".to_owned()]);
    match (made, &outputs[..]) {
        (Made::Output(pointer), [output]) => {
            let steps = steps_of(pointer);
            let is_whole = is_about_the_whole(output, &steps, sides);
            let member = member_at(output, &steps).0.as_str().filter(|_| !is_whole);
            // A plain expression is about what the catcher does with it, one with the error about the error, and what is
            // too much about neither.
            let is_special = |in_play: &InPlay| {
                let mut constructs = in_play.constructs.iter();
                sides.0.is_some()
                    && !in_play.constructs.contains(ERROR_OUTPUT)
                    && constructs.any(|construct| construct != JSONATA)
            };
            if let Some(in_play) = member.and_then(InPlay::of_expression).filter(is_special) {
                return in_play;
            }
        }
        // Which of them was taken, nobody knows.
        _ => outputs.iter().for_each(|output| add_value(output, &mut constructs)),
    }
    InPlay::in_state(states, state, constructs)
}

/// What is in play in the error and the cause that a Fail makes.
pub(super) fn of_fail(states: &States<'_>, state: &str) -> BTreeSet<String> {
    let mut constructs = BTreeSet::new();
    let fail = states.fields(state).filter(|_| states.kind(state) == "Fail");
    let made = fail.into_iter().flat_map(|fields| ["Error", "ErrorPath"].map(|field| fields.get(field)));
    made.flatten().for_each(|value| add_value(value, &mut constructs));
    constructs
}

/// Whether a state is a Fail with an expression for its error or its cause.
pub(super) fn makes_its_failure(states: &States<'_>, state: &str) -> bool {
    let fields = states.fields(state).filter(|_| states.kind(state) == "Fail").into_iter().flatten();
    let mut values = fields.filter(|(field, _)| field.starts_with("Error") || field.starts_with("Cause"));
    values.any(|(field, value)| {
        field.ends_with("Path") || value.as_str().is_some_and(|text| text.starts_with("{%"))
    })
}

/// The right and the wrong value at a place; none where one side has nothing there.
type Sides<'a> = (Option<&'a Value>, Option<&'a Value>);

/// The field, and what is in play in the member of its template, that makes what is at this place of the output.
fn source_of(states: &States<'_>, state: &str, pointer: &str, sides: Sides<'_>) -> Option<InPlay> {
    let fields = states.fields(state)?;
    if ["InputPath", "OutputPath"].iter().any(|field| fields.get(*field).is_some_and(|path| path != "$")) {
        return None;
    }
    let steps = steps_of(pointer);
    let result_path = result_path(fields)?;
    let in_state = |constructs: &[&str]| {
        let constructs = constructs.iter().map(|construct| (*construct).to_owned()).collect();
        Some(InPlay::in_state(states, state, constructs))
    };
    let Some(in_result) = steps.strip_prefix(&*result_path) else {
        // Not the result, but what it is put into.
        return in_state(&["ResultPath"]);
    };
    let (field, template) = result_of(fields)?;
    // What the rule of a Choice does not put out is the input.
    let is_input = sides.0.is_none() && states.kind(state) == "Choice";
    if is_input || is_about_the_whole(template, in_result, sides) {
        let writes = (!result_path.is_empty()).then_some("ResultPath");
        let in_play: Vec<&str> =
            writes.into_iter().chain([field]).chain(kinds_of_value(field, template)).collect();
        return in_state(&in_play);
    }
    Some(in_template(states, state, (field, template), in_result))
}

/// The field that makes the result of a state, and what stands in it; of a Choice with several rules, nobody knows.
fn result_of(fields: &Object) -> Option<(&'static str, &Value)> {
    let kind = fields.get("Type").and_then(Value::as_str);
    if kind == Some("Choice") {
        let output = only_rule(fields)?.get("Output")?;
        return (!fields.contains_key("Output")).then_some(("Output", output));
    }
    let field = ["Output", "ResultSelector", "Parameters", "Result"].into_iter().find(|field| {
        let is_of_result = *field != "Parameters" || kind == Some("Pass");
        is_of_result && fields.contains_key(*field)
    })?;
    Some((field, &fields[field]))
}

/// The rule of a Choice that has no other one.
fn only_rule(choice: &Object) -> Option<&Value> {
    match choice.get("Choices")?.as_array()?.as_slice() {
        [rule] => Some(rule),
        _ => None,
    }
}

/// What stands in this field of the catchers of a state.
fn in_catchers<'a>(field: &str, fields: &'a Object) -> Vec<&'a Value> {
    let catchers = fields.get("Catch").and_then(Value::as_array).into_iter().flatten();
    catchers.filter_map(|catcher| catcher.get(field)).collect()
}

/// Whether what a template makes is not where it should be, or is not what it should be as a whole.
fn is_about_the_whole(template: &Value, steps: &[String], sides: Sides<'_>) -> bool {
    let (member, deeper) = member_at(template, steps);
    let is_missing = sides.0.is_none() || sides.1.is_none();
    let is_of_template = steps.is_empty() && !member.is_string();
    is_of_template || (is_missing && (deeper.is_empty() || member.is_object()))
}

/// What is in play in the member of a template to which the steps lead.
fn in_template(
    states: &States<'_>,
    state: &str,
    (field, template): (&str, &Value),
    steps: &[String],
) -> InPlay {
    let (member, _) = member_at(template, steps);
    let expression = member.as_str().filter(|_| field != "Result").and_then(InPlay::of_expression);
    if let Some(in_play) = expression {
        return in_play.of_field(field == RESULT_SELECTOR);
    }
    let mut found = BTreeSet::from([field.to_owned()]);
    add_value(member, &mut found);
    InPlay::in_state(states, state, found)
}

/// The steps of a `ResultPath`; `None` when it puts nothing into the output, or its steps cannot be read off.
fn result_path(fields: &Object) -> Option<Vec<String>> {
    match fields.get("ResultPath") {
        None => Some(Vec::new()),
        Some(Value::String(path)) if path == "$" => Some(Vec::new()),
        Some(Value::String(path)) => {
            let rest = path.strip_prefix("$.").filter(|rest| !rest.contains(['[', '\'']))?;
            Some(rest.split('.').map(str::to_owned).collect())
        }
        Some(_) => None,
    }
}

/// The innermost part of a template that the steps lead to, and the steps that lead on from there.
fn member_at<'a, 'b>(template: &'a Value, steps: &'b [String]) -> (&'a Value, &'b [String]) {
    let Some((step, rest)) = steps.split_first() else { return (template, steps) };
    let inner = match template {
        Value::Object(members) => {
            if let Some(expression) = members.get(&format!("{step}.$")) {
                return (expression, rest);
            }
            members.get(step)
        }
        Value::Array(items) => step.parse().ok().and_then(|index: usize| items.get(index)),
        _ => None,
    };
    inner.map_or((template, steps), |inner| member_at(inner, rest))
}

/// The steps of a JSON pointer.
fn steps_of(pointer: &str) -> Vec<String> {
    pointer.split('/').skip(1).map(unescape).collect()
}

fn unescape(step: &str) -> String {
    step.replace("~1", "/").replace("~0", "~")
}

/// What is in play in a rule of a Choice that fails, or should: the text of the failure tells the rest.
fn add_kinds_of_rule(rule: &Value, found: &mut BTreeSet<String>) {
    let mut operators = BTreeSet::new();
    add_rule(rule, &mut operators);
    found.extend(rule.get("Output").map(|_| "Output".to_owned()));
    let is_operand = |operator: &String| operator.ends_with("Path") || operator.contains("Timestamp");
    let is_of_expression = |construct: &String| {
        construct == JSONATA || construct.starts_with(|c: char| c.is_ascii_lowercase() || c == '$')
    };
    found.extend(operators.iter().filter(|operator| is_of_expression(operator)).cloned());
    let name = |operator: &String| if operator.ends_with("Path") { "path operand" } else { "timestamp" };
    found.extend(
        operators.iter().filter(|operator| is_operand(operator)).map(|operator| name(operator).to_owned()),
    );
}

/// What is in play in a rule, and in the rules in it. One that only says yes or no adds nothing.
pub(super) fn add_rule(rule: &Value, found: &mut BTreeSet<String>) {
    if is_settled(rule) {
        return;
    }
    for (member, value) in rule.as_object().into_iter().flatten() {
        match member.as_str() {
            "And" | "Or" => {
                found.insert(member.clone());
                value.as_array().into_iter().flatten().for_each(|inner| add_rule(inner, found));
            }
            "Not" => {
                found.insert(member.clone());
                add_rule(value, found);
            }
            "Next" | "Comment" => {}
            member if EXPRESSIONS_OF_A_RULE.contains(&member) => add_value(value, found),
            operator => {
                found.insert(operator.to_owned());
                if operator.ends_with("Path") {
                    add_value(value, found);
                }
            }
        }
    }
}

fn add_value(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => add_text(text, found),
        Value::Array(items) => items.iter().for_each(|item| add_value(item, found)),
        Value::Object(members) => members.values().for_each(|inner| add_value(inner, found)),
        _ => {}
    }
}

/// A field, and what is special about its value.
pub(super) fn of_value(field: &str, value: Option<&Value>) -> BTreeSet<String> {
    let mut found = BTreeSet::from([field.to_owned()]);
    found.extend(value.into_iter().flat_map(|value| kinds_of_value(field, value)).map(str::to_owned));
    found
}

/// What is special about the value of a field.
fn kinds_of_value(field: &str, value: &Value) -> impl Iterator<Item = &'static str> {
    let is_list_in_a_list =
        |value: &Value| value.as_array().is_some_and(|items| items.iter().any(Value::is_array));
    let is_template = TEMPLATES.contains(&field);
    let checks = [
        (EMPTY_TEMPLATE, is_template && value.as_object().is_some_and(Map::is_empty)),
        (LIST_IN_A_LIST, is_template && has(value, &is_list_in_a_list)),
        (NULL_PATH, field.ends_with("Path") && value.is_null()),
    ];
    checks.into_iter().filter(|(_, is_there)| *is_there).map(|(kind, _)| kind)
}

/// Whether a value, or one in it, is like that.
fn has(value: &Value, is_it: &dyn Fn(&Value) -> bool) -> bool {
    let is_inside = match value {
        Value::Array(items) => items.iter().any(|item| has(item, is_it)),
        Value::Object(members) => members.values().any(|inner| has(inner, is_it)),
        _ => false,
    };
    is_it(value) || is_inside
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn target_and_comment_of_a_rule_are_no_paths() {
        let mut constructs = BTreeSet::new();
        let rule = json!({"Variable": "$.a", "IsNull": true, "Next": "Send..now", "Comment": "$.a[0]"});
        add_rule(&rule, &mut constructs);
        assert!(constructs.iter().eq(["IsNull"]), "{constructs:?}");
    }

    #[test]
    fn path_of_a_result_is_no_path_that_is_read() {
        let pass = json!({"Type": "Pass", "OutputPath": "$.a[0]", "ResultPath": "$['b c']"});
        let definition = json!({"StartAt": "A", "States": {"A": pass}});
        let constructs = of_state(&States::of(&definition), "A");
        assert!(
            constructs.iter().eq(["OutputPath", "ResultPath", "index", "quoted step in ResultPath"]),
            "{constructs:?}"
        );
    }

    #[test]
    fn template_is_in_play_with_what_is_special_about_it() {
        let fields = json!({"Type": "Pass", "Output": {"a": [[1]]}, "Assign": {}, "Arguments": {"b": {}}});
        let definition = json!({"StartAt": "A", "States": {"A": fields}});
        let constructs = of_state(&States::of(&definition), "A");
        let wanted = ["Arguments", "Assign", "Output", EMPTY_TEMPLATE, LIST_IN_A_LIST];
        assert!(constructs.iter().eq(wanted), "{constructs:?}");
    }

    #[test]
    fn field_that_should_fail_is_in_play_with_what_can_hide_that() {
        let fields = json!({"Type": "Pass", "Output": "{% $sqrt(-1) %}", "Assign": {"a": "{% $sum(1) %}"}, "Catch": []});
        let definition = json!({"StartAt": "A", "States": {"A": fields}});
        let in_play = |field| in_field(&States::of(&definition), "A", field).constructs;
        assert!(in_play(Some("Output")).iter().eq(["$sqrt", "Catch", JSONATA, "Output"]));
        assert_eq!(in_play(Some("total.$")), in_play(None), "a member of a template is no field");
    }

    #[test]
    fn batch_where_there_should_be_none_is_no_matter_of_the_batcher() {
        let iterations = json!({"StartAt": "B", "States": {"B": {"Type": "Pass", "End": true}}});
        let map = json!({"Type": "Map", "ItemBatcher": {"MaxItemsPerBatch": 2}, "ItemProcessor": iterations});
        let definition = json!({"StartAt": "A", "States": {"A": map}});
        let batch = json!({"Items": [1]});
        let in_play = |place: &str, right| {
            let made = Made::Output(place.to_owned());
            of_batches(&States::of(&definition), "A", &made, (right, Some(&batch))).is_some()
        };
        assert!(!in_play("/0", None), "without any item there is nothing to batch");
        assert!(in_play("/1", None) && in_play("/0", Some(&batch)));
    }
}
