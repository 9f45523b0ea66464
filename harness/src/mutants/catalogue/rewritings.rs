//! Misreadings of one state, rule, retrier or catcher that are more than a field which is ignored.

use serde_json::{Map, Value, json};

type Object = Map<String, Value>;

fn is(state: &Object, state_type: &str) -> bool {
    state.get("Type").and_then(Value::as_str) == Some(state_type)
}

/// `"k": "$.x"` is read as `"k.$": "$.x"`.
pub(super) fn evaluate_literal_paths(state: &mut Object) {
    for field in ["Parameters", "ResultSelector", "ItemSelector"] {
        if let Some(Value::Object(template)) = state.get_mut(field) {
            evaluate_members(template);
        }
    }
}

fn evaluate_members(template: &mut Object) {
    let members = std::mem::take(template);
    for (key, mut member) in members {
        if let Value::Object(inner) = &mut member {
            evaluate_members(inner);
        }
        let is_path = member.as_str().is_some_and(|text| text == "$" || text.starts_with("$."));
        let key = if is_path && !key.ends_with(".$") { format!("{key}.$") } else { key };
        template.insert(key, member);
    }
}

pub(super) fn parameters_win(state: &mut Object) {
    if is(state, "Pass") && state.contains_key("Parameters") {
        state.shift_remove("Result");
    }
}

pub(super) fn result_is_a_template(state: &mut Object) {
    if !is(state, "Pass") || !state.get("Result").is_some_and(has_dynamic_key) {
        return;
    }
    if let Some(result) = state.shift_remove("Result") {
        state.insert("Parameters".to_owned(), result);
    }
}

fn has_dynamic_key(value: &Value) -> bool {
    value.as_object().is_some_and(|members| members.keys().any(|key| key.ends_with(".$")))
}

pub(super) fn swap_error_and_cause(state: &mut Object) {
    if !is(state, "Fail") {
        return;
    }
    let (error, cause) = (state.shift_remove("Error"), state.shift_remove("Cause"));
    state.extend(cause.map(|cause| ("Error".to_owned(), cause)));
    state.extend(error.map(|error| ("Cause".to_owned(), error)));
}

pub(super) fn forget_last_branch(state: &mut Object) {
    if let Some(Value::Array(branches)) = state.get_mut("Branches")
        && branches.len() > 1
    {
        branches.pop();
    }
}

pub(super) fn run_inline(state: &mut Object) {
    for field in ["ItemProcessor", "Iterator"] {
        if let Some(Value::Object(processor)) = state.get_mut(field)
            && processor.shift_remove("ProcessorConfig").is_some()
        {
            for field in ["ItemReader", "ItemBatcher", "ResultWriter", "Label"] {
                state.shift_remove(field);
            }
        }
    }
}

pub(super) fn forget_batch_input(state: &mut Object) {
    if let Some(Value::Object(batcher)) = state.get_mut("ItemBatcher") {
        batcher.shift_remove("BatchInput");
    }
}

pub(super) fn forget_max_items(state: &mut Object) {
    let config = state.get_mut("ItemReader").and_then(|reader| reader.get_mut("ReaderConfig"));
    if let Some(Value::Object(config)) = config {
        config.shift_remove("MaxItems");
        config.shift_remove("MaxItemsPath");
    }
}

pub(super) fn zero_attempts_are_default(retrier: &mut Object) {
    if retrier.get("MaxAttempts") == Some(&json!(0)) {
        retrier.shift_remove("MaxAttempts");
    }
}

pub(super) fn turn_catchers_round(state: &mut Object) {
    let Some(Value::Array(catchers)) = state.get_mut("Catch") else { return };
    // One for all errors has to be the last one, and then it is the one that counts.
    if let Some(last) = catchers.pop_if(|last| last["ErrorEquals"] == json!(["States.ALL"])) {
        *catchers = vec![last];
    }
    catchers.reverse();
}

pub(super) fn null_result_path_is_absent(catcher: &mut Object) {
    if catcher.get("ResultPath") == Some(&Value::Null) {
        catcher.shift_remove("ResultPath");
    }
}

pub(super) fn boolean_equals_true(rule: &mut Object) {
    set_true(rule, &["BooleanEquals"]);
}

pub(super) fn type_tests_are_true(rule: &mut Object) {
    set_true(rule, &["IsNull", "IsNumeric", "IsString", "IsBoolean", "IsTimestamp"]);
}

pub(super) fn is_present_is_true(rule: &mut Object) {
    set_true(rule, &["IsPresent"]);
}

fn set_true(rule: &mut Object, operators: &[&str]) {
    for operator in operators {
        if let Some(operand) = rule.get_mut(*operator) {
            *operand = Value::Bool(true);
        }
    }
}

pub(super) fn unwrap_not(rule: &mut Object) {
    let inner = rule.shift_remove("Not");
    put_in_place(rule, inner);
}

pub(super) fn first_part_of_and(rule: &mut Object) {
    take_first_part(rule, "And");
}

pub(super) fn first_part_of_or(rule: &mut Object) {
    take_first_part(rule, "Or");
}

fn take_first_part(rule: &mut Object, combinator: &str) {
    let first = rule.get(combinator).and_then(|parts| parts.get(0)).cloned();
    if first.is_some() {
        rule.shift_remove(combinator);
        put_in_place(rule, first);
    }
}

/// An inner rule becomes the outer one, which keeps its own fields.
fn put_in_place(rule: &mut Object, inner: Option<Value>) {
    if let Some(Value::Object(inner)) = inner {
        for (key, value) in inner {
            rule.entry(key).or_insert(value);
        }
    }
}

pub(super) fn default_is_first_rule(state: &mut Object) {
    let first = state.get("Choices").and_then(|rules| rules.get(0)?.get("Next").cloned());
    if let (Some(first), Some(default)) = (first, state.get_mut("Default")) {
        *default = first;
    }
}

/// A literal key of JSONata loses the ending that is special in JSONPath.
pub(super) fn lose_dynamic_keys(state: &mut Object) {
    for field in ["Output", "Arguments", "Assign", "ItemSelector"] {
        if let Some(Value::Object(members)) = state.get_mut(field)
            && members.keys().any(|key| key.ends_with(".$"))
        {
            *members = std::mem::take(members)
                .into_iter()
                .map(|(key, value)| (key.strip_suffix(".$").map_or(key.clone(), str::to_owned), value))
                .collect();
        }
    }
}
