//! One field of a state, taken out into a Pass of its own before or behind the state.

use asl_cases::Case;
use serde_json::{Value, json};

use super::{
    Domain, Object, Relation, TraceMapping, Twin, fresh_name, looks_around, pick_state, redirect, states_mut,
};
use crate::{
    draw::Draw,
    shrink::{state_mut, with_definition},
};

/// A field that can be taken out, and what takes its place.
struct Apart {
    kinds: &'static [&'static str],
    field: &'static str,
    /// With one of these the order of things would be another.
    without: &'static [&'static str],
    place: Place,
    /// The Pass that does the same.
    pass: fn(&Object) -> Option<Value>,
}

#[derive(Clone, Copy)]
enum Place {
    Before,
    Behind,
}

const WORKING: &[&str] = &["Task", "Parallel", "Map"];

/// A catcher puts its error output into the raw input, which is another one behind a Pass.
const INPUT_PATH: Apart = Apart {
    kinds: &["Pass", "Task", "Parallel", "Map", "Choice", "Wait", "Succeed"],
    field: "InputPath",
    without: &["ResultPath", "Catch"],
    place: Place::Before,
    pass: |state| Some(json!({"Type": "Pass", "OutputPath": state.get("InputPath")?})),
};

const OUTPUT_PATH: Apart = Apart {
    kinds: &["Pass", "Task", "Parallel", "Map", "Wait"],
    field: "OutputPath",
    without: &[],
    place: Place::Behind,
    pass: |state| {
        let path = state.get("OutputPath")?;
        // What the state assigns counts behind it.
        let is_of_variable = path
            .as_str()
            .and_then(|path| path.strip_prefix('$'))
            .is_some_and(|steps| !steps.is_empty() && !steps.starts_with(['.', '[', '$']));
        let is_same = !(is_of_variable && state.contains_key("Assign"));
        is_same.then(|| json!({"Type": "Pass", "InputPath": path}))
    },
};

const PARAMETERS: Apart = Apart {
    kinds: &["Pass", "Task", "Parallel"],
    field: "Parameters",
    without: &["ResultPath", "Catch", "Result", "InputPath", "TimeoutSecondsPath", "HeartbeatSecondsPath"],
    place: Place::Before,
    pass: |state| Some(json!({"Type": "Pass", "Parameters": state.get("Parameters")?})),
};

const RESULT: Apart = Apart {
    kinds: &["Pass"],
    field: "Result",
    without: &["ResultPath", "Parameters", "Assign"],
    place: Place::Before,
    pass: |state| {
        // An object that Parameters would fill is not the same there.
        let result = state.get("Result").filter(|result| !result.to_string().contains(".$\":"))?;
        let mut wrapped = json!({"Type": "Pass", "Parameters": {"result": result}, "OutputPath": "$.result"});
        if let Some(path) = state.get("InputPath") {
            wrapped["InputPath"] = path.clone();
        }
        Some(wrapped)
    },
};

const RESULT_SELECTOR: Apart = Apart {
    kinds: WORKING,
    field: "ResultSelector",
    // Documented: Assign reads the result; whether the one before ResultSelector is not recorded.
    without: &["ResultPath", "Assign"],
    place: Place::Behind,
    pass: |state| {
        let mut pass = json!({"Type": "Pass", "Parameters": state.get("ResultSelector")?});
        if let Some(path) = state.get("OutputPath") {
            pass["OutputPath"] = path.clone();
        }
        Some(pass)
    },
};

macro_rules! relation {
    ($name:ident, $apart:ident, $id:literal, $statement:literal) => {
        pub(super) const $name: Relation = Relation {
            id: $id,
            statement: $statement,
            domain: Domain::OwnEnd,
            rewrite: |case, draw| rewrite(case, draw, &$apart),
        };
    };
}

relation!(
    INPUT_PATH_APART,
    INPUT_PATH,
    "input-path-apart",
    "What InputPath selects from the raw input, OutputPath of a Pass before the state selects from the same document."
);
relation!(
    OUTPUT_PATH_APART,
    OUTPUT_PATH,
    "output-path-apart",
    "OutputPath comes last: InputPath of a Pass behind the state selects from the same document."
);
relation!(
    PARAMETERS_APART,
    PARAMETERS,
    "parameters-apart",
    "Parameters without a ResultPath replace the whole input, as those of a Pass before the state do."
);
relation!(
    RESULT_APART,
    RESULT,
    "result-apart",
    "Result replaces the effective input by a constant, as Parameters without a path do in a Pass before the state."
);
relation!(
    RESULT_SELECTOR_APART,
    RESULT_SELECTOR,
    "result-selector-apart",
    "ResultSelector without a ResultPath makes the output of the result, as Parameters of a Pass behind the state do."
);

fn rewrite(case: &Case, draw: &mut Draw, apart: &Apart) -> Option<Twin> {
    if looks_around(case) {
        return None;
    }
    let (scope, name) = pick_state(case, draw, |state| apart.is_fit(state))?;
    let fresh = fresh_name(case, "Apart");
    let twin = with_definition(case, |definition| {
        let state = state_mut(definition, &scope, &name)?;
        let mut pass = (apart.pass)(state)?;
        state.shift_remove(apart.field);
        match apart.place {
            Place::Before => {
                if apart.field == "Result" {
                    state.shift_remove("InputPath");
                }
                pass["Next"] = name.clone().into();
                redirect(definition.pointer_mut(&scope)?, &name, &fresh);
            }
            Place::Behind => {
                if pass.get("OutputPath").is_some() {
                    state.shift_remove("OutputPath");
                }
                for field in ["Next", "End"] {
                    if let Some(way_on) = state.shift_remove(field) {
                        pass[field] = way_on;
                    }
                }
                state.insert("Next".to_owned(), fresh.clone().into());
            }
        }
        states_mut(definition, &scope)?.insert(fresh.clone(), pass);
        Some(())
    })?;
    Some(Twin { case: twin, mapping: TraceMapping::Untold })
}

impl Apart {
    fn is_fit(&self, state: &Object) -> bool {
        let is_kind =
            state.get("Type").and_then(Value::as_str).is_some_and(|kind| self.kinds.contains(&kind));
        is_kind
            && state.contains_key(self.field)
            && !state.contains_key("QueryLanguage")
            && !self.without.iter().any(|field| state.contains_key(*field))
            && (self.pass)(state).is_some()
    }
}
