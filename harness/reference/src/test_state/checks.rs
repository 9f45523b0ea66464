//! What `TestState` refuses before it runs anything. The texts are recorded unless a comment says otherwise; where two
//! checks could speak, their order is that of the recordings as far as those tell.

use asl_cases::{Answer, Mock, StateConfiguration, StateTest};
use serde_json::{Map, Value};

use super::{Call, Refusal, Request, context, mock, subject::Subject};

/// What the input is where none is given.
const NO_INPUT: &str = "{}";

/// Checks the call and reads its texts.
/// Requirement: asl.test-state.parameters
pub(super) fn check(request: &Request, subject: &Subject) -> Result<Call, Refusal> {
    let test = &request.test;
    check_name(test)?;
    check_companions(test)?;
    check_mock_and_type(test, subject)?;
    let work = test.mock.as_ref().map(|mock| work(mock, test, subject)).transpose()?;
    let context = test.context.as_deref().map(|text| context::read(text, subject)).transpose()?;
    let input = request.input.as_deref().unwrap_or(NO_INPUT);
    let input = serde_json::from_str(input).map_err(|error| invalid_input(&error))?;
    let variables = test.variables.as_deref().map_or(Ok(Map::new()), variables)?;
    Ok(Call { input, variables, context, work })
}

/// A constraint of the API's model.
fn check_name(test: &StateTest) -> Result<(), Refusal> {
    match test.state_name.as_deref() {
        Some("") => {
            let constraint = "Member must have length greater than or equal to 1";
            Err(Refusal::constraint("''", "stateName", constraint))
        }
        _ => Ok(()),
    }
}

/// Parameters that need one another, or exclude each other.
fn check_companions(test: &StateTest) -> Result<(), Refusal> {
    if test.mock.as_ref().is_some_and(|mock| mock.result.is_some() == mock.error_output.is_some()) {
        return Err(Refusal::validation(
            "A test mock should have only one of the following fields: [result, errorOutput].",
        ));
    }
    if test.mock.is_some() && test.reveal_secrets == Some(true) {
        return Err(Refusal::validation(
            "TestState does not support RevealSecrets when a mock is specified.",
        ));
    }
    if test.mock.is_none() && configuration(test).is_some_and(|it| it.map_iteration_failure_count.is_some()) {
        return Err(needs_mock("MapIterationFailureCount"));
    }
    // Documented; the text follows the one above.
    if test.mock.is_none() && test.context.is_some() {
        return Err(needs_mock("Context"));
    }
    Ok(())
}

fn configuration(test: &StateTest) -> Option<&StateConfiguration> {
    test.state_configuration.as_ref()
}

fn needs_mock(parameter: &str) -> Refusal {
    Refusal::validation(format!("TestState does not support {parameter} when a mock is not specified."))
}

fn check_mock_and_type(test: &StateTest, subject: &Subject) -> Result<(), Refusal> {
    match (subject.state_type(), &test.mock) {
        ("Task" | "Map" | "Parallel", Some(_)) => Ok(()),
        (other, Some(_)) => Err(Refusal::validation(format!(
            "State type '{other}' is not supported when a mock is specified"
        ))),
        ("Map" | "Parallel", None) => Err(Refusal::definition(
            "TestState API does not support Map or Parallel states. Supported state types include: [Task, Wait, Pass, Succeed, Fail, Choice]",
        )),
        ("Task", None) if test.role_arn.is_none() => {
            Err(Refusal::validation("RoleArn must be specified when testing a Task state"))
        }
        _ => Ok(()),
    }
}

/// What the mock says the work of the state gives.
/// Requirement: asl.test-state.mock
fn work(mock: &Mock, test: &StateTest, subject: &Subject) -> Result<Answer, Refusal> {
    let Some(result) = &mock.result else {
        let failure = mock.error_output.clone().unwrap_or_default();
        return Ok(Answer::Fail { error: failure.error, cause: failure.cause });
    };
    let result =
        serde_json::from_str(result).map_err(|_| Refusal::validation("Mocked result must be valid JSON"))?;
    match subject.state_type() {
        "Map" => check_map_result(&result, test, subject)?,
        "Parallel" => check_parallel_result(&result, subject)?,
        _ => mock::check_shape(&result, mock.field_validation_mode.unwrap_or_default(), subject)?,
    }
    Ok(Answer::Succeed(result))
}

fn check_map_result(result: &Value, test: &StateTest, subject: &Subject) -> Result<(), Refusal> {
    // Documented: the results go to S3 where the writer names a resource; else it only gives their form.
    let is_exported = subject.raw.get("ResultWriter").is_some_and(|writer| writer.get("Resource").is_some());
    if is_exported {
        return match result {
            Value::Object(_) => Ok(()),
            _ => Err(Refusal::validation("Mocked result must be a JSON object.")),
        };
    }
    let n_iterations = items_of(result)?.len();
    let failed = configuration(test).and_then(|it| it.map_iteration_failure_count).unwrap_or(0);
    if usize::try_from(failed).is_ok_and(|failed| failed <= n_iterations) {
        return Ok(());
    }
    Err(Refusal::validation(
        "Map iteration failure count must be less than or equal to the number of Map iterations",
    ))
}

fn check_parallel_result(result: &Value, subject: &Subject) -> Result<(), Refusal> {
    let n_branches = subject.raw.get("Branches").and_then(Value::as_array).map_or(0, Vec::len);
    if items_of(result)?.len() == n_branches {
        return Ok(());
    }
    Err(Refusal::validation(
        "Mocked result must contain the same number of items as number of Parallel branches.",
    ))
}

fn items_of(result: &Value) -> Result<&Vec<Value>, Refusal> {
    result.as_array().ok_or_else(|| Refusal::validation("Mocked result must be an array."))
}

/// The text is that of an execution's input.
fn invalid_input(error: &serde_json::Error) -> Refusal {
    let message = format!("Invalid State Machine Execution Input: '{error}'");
    Refusal { code: "InvalidExecutionInput", message }
}

/// Documented: an object; the refusal is not recorded.
fn variables(text: &str) -> Result<Map<String, Value>, Refusal> {
    serde_json::from_str(text).map_err(|_| Refusal::validation("Variables must be a valid JSON object"))
}
