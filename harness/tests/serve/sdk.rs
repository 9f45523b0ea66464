//! The README's example with the AWS SDK for Rust.

use asl_conformance::serve::{Server, Settings};
use aws_credential_types::Credentials;
use aws_sdk_sfn::{
    Client, Config,
    config::{BehaviorVersion, Region},
    types::{ExecutionStatus, StateMachineType},
};

const DEFINITION: &str = r#"{"StartAt":"Greet","States":{"Greet":{"Type":"Pass",
    "Parameters":{"greeting.$":"States.Format('Hello {}', $.name)"},"End":true}}}"#;

fn client(endpoint: &str) -> Client {
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("test", "test", None, None, "test"))
        .endpoint_url(endpoint)
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .build();
    Client::from_conf(config)
}

#[tokio::test]
async fn sdk_runs_the_example() {
    let server = Server::start(0, Settings::default()).await.expect("a free port");
    let client = client(&server.endpoint());
    let role = "arn:aws:iam::123456789012:role/any";
    let machine = client.create_state_machine().name("greeter").definition(DEFINITION).role_arn(role);
    let machine = machine.send().await.expect("it is created").state_machine_arn;
    let execution = client.start_execution().state_machine_arn(&machine).input(r#"{"name":"Ada"}"#);
    let execution = execution.send().await.expect("it is started").execution_arn;
    let described = client.describe_execution().execution_arn(&execution).send().await.expect("it is there");
    assert_eq!(described.status, ExecutionStatus::Succeeded);
    assert_eq!(described.output.as_deref(), Some(r#"{"greeting":"Hello Ada"}"#));
    let history = client.get_execution_history().execution_arn(&execution).send().await.expect("events");
    assert_eq!(history.events.len(), 4);
}

#[tokio::test]
async fn sdk_knows_the_errors_by_their_names() {
    let server = Server::start(0, Settings::default()).await.expect("a free port");
    let client = client(&server.endpoint());
    let request =
        client.create_state_machine().name("bad").definition("{}").role_arn("arn:aws:iam::1:role/r");
    let error = request.r#type(StateMachineType::Express).send().await.expect_err("no StartAt");
    assert!(error.into_service_error().is_invalid_definition());
    let missing = "arn:aws:states:us-east-1:123456789012:stateMachine:m";
    let error = client.start_execution().state_machine_arn(missing).send().await.expect_err("no machine");
    assert!(error.into_service_error().is_state_machine_does_not_exist());
}
