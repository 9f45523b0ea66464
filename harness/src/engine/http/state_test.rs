//! `TestState` through the SDK.

use asl_cases::{FieldValidationMode, InspectionLevel, Mock, StateConfiguration, StateTest, TestedState};
use aws_sdk_sfn::types::{
    InspectionLevel as ApiLevel, MockErrorOutput, MockInput, MockResponseValidationMode,
    TestStateConfiguration,
};

use super::{
    api_failure::ApiError,
    capture::{BodyCapture, PlainHost},
    client::Api,
};

const OPERATION: &str = "TestState";

impl Api {
    /// Tests one state. The role is this engine's.
    pub(super) async fn test_state(
        &self,
        definition: &str,
        input: &str,
        test: &StateTest,
        role_arn: Option<&str>,
    ) -> Result<TestedState, ApiError> {
        let body = BodyCapture::default();
        let call = || {
            let request = self.client.test_state().definition(definition).input(input);
            let request = request
                .set_role_arn(role_arn.map(str::to_owned))
                .set_state_name(test.state_name.clone())
                .set_inspection_level(test.inspection_level.map(level))
                .set_reveal_secrets(test.reveal_secrets)
                .set_variables(test.variables.clone())
                .set_context(test.context.clone())
                .set_mock(test.mock.as_ref().map(mock))
                .set_state_configuration(test.state_configuration.as_ref().map(configuration));
            let request = request.customize().interceptor(PlainHost(self.endpoint.clone()));
            request.interceptor(body.clone()).send()
        };
        self.call(OPERATION, call).await?;
        let garbage = |error: serde_json::Error| ApiError::garbage(OPERATION, error.to_string());
        let answer = serde_json::from_slice(&body.take()).map_err(garbage)?;
        TestedState::from_api(answer).map_err(garbage)
    }
}

fn level(level: InspectionLevel) -> ApiLevel {
    match level {
        InspectionLevel::Info => ApiLevel::Info,
        InspectionLevel::Debug => ApiLevel::Debug,
        InspectionLevel::Trace => ApiLevel::Trace,
    }
}

fn mock(mock: &Mock) -> MockInput {
    let error_output = mock.error_output.as_ref().map(|output| {
        let error_output = MockErrorOutput::builder();
        error_output.set_error(output.error.clone()).set_cause(output.cause.clone()).build()
    });
    MockInput::builder()
        .set_result(mock.result.clone())
        .set_error_output(error_output)
        .set_field_validation_mode(mock.field_validation_mode.map(validation_mode))
        .build()
}

fn validation_mode(mode: FieldValidationMode) -> MockResponseValidationMode {
    match mode {
        FieldValidationMode::Strict => MockResponseValidationMode::Strict,
        FieldValidationMode::Present => MockResponseValidationMode::Present,
        FieldValidationMode::None => MockResponseValidationMode::None,
    }
}

fn configuration(configuration: &StateConfiguration) -> TestStateConfiguration {
    let count = |count: Option<u64>| count.map(|count| i32::try_from(count).unwrap_or(i32::MAX));
    TestStateConfiguration::builder()
        .set_retrier_retry_count(count(configuration.retrier_retry_count))
        .set_error_caused_by_state(configuration.error_caused_by_state.clone())
        .set_map_iteration_failure_count(count(configuration.map_iteration_failure_count))
        .set_map_item_reader_data(configuration.map_item_reader_data.clone())
        .build()
}
