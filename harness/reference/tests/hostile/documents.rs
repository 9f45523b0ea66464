//! No definition and no input makes the reference panic, overflow its stack or run on for ever.
//!
//! A few thousand mutated cases in every `cargo test`; `ASL_HOSTILE_CASES=1000000` in the release profile for a long
//! run, `ASL_HOSTILE_SEED` for other cases than yesterday's.

use asl_cases::{Answer, Case, MachineType, Profile, corpus::corpus};
use asl_generators::{
    generate_case,
    hostile::{Mutations, withstand},
};
use asl_reference::reference::{self, Settings};
use serde_json::{Value, json};

use crate::long_run::{SEED, TIME_LIMIT, config};

const CASES: u32 = 2_000;
/// Random cases that are mutated, besides the corpus.
const DRAWN: u64 = 300;

#[test]
fn reference_survives_mutated_definitions_and_inputs() {
    let outcome =
        withstand(Mutations::of(documents()), config("ASL_HOSTILE_CASES", CASES), TIME_LIMIT, |document| {
            // What the answer is does not matter here; that there is one does.
            let _ = reference::observe(&case_of(document), Settings::default());
        });
    if let Err(mishap) = outcome {
        panic!("{mishap}");
    }
}

/// The definitions, inputs and answers that are mutated.
fn documents() -> Vec<Value> {
    let drawn = (0..DRAWN).map(|index| generate_case(&Profile::everything(), SEED, index));
    corpus().into_iter().chain(drawn).map(|case| document_of(&case)).collect()
}

fn document_of(case: &Case) -> Value {
    let outputs: serde_json::Map<_, _> =
        case.main().stubs.iter().map(|(state, answers)| (state.clone(), output_of(answers))).collect();
    let is_express = case.main().kind == MachineType::Express;
    json!({"definition": case.main().definition, "input": case.input, "outputs": outputs, "express": is_express})
}

/// The output of a task; `null` for a task that gives none.
fn output_of(answers: &[Answer]) -> Value {
    match answers.last() {
        Some(Answer::Succeed(output)) => output.clone(),
        _ => Value::Null,
    }
}

/// The case that a mutated document stands for: whatever is there of it is used.
fn case_of(document: &Value) -> Case {
    let mut case =
        Case::new(asl_cases::Machine::new(document["definition"].clone()), document["input"].clone());
    let machine = &mut case.machines[0];
    if document["express"] == json!(true) {
        machine.kind = MachineType::Express;
    }
    for (state, output) in document["outputs"].as_object().into_iter().flatten() {
        let answer = match output {
            Value::Null => Answer::Fail { error: Some("Boom".to_owned()), cause: None },
            output => Answer::Succeed(output.clone()),
        };
        machine.stubs.insert(state.clone(), vec![answer]);
    }
    case
}
