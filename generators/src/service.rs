//! Tasks that call a service: what they are given, what the service answers, and how it fails.

use asl_cases::Answer;
use serde_json::{Map, Value, json};

use crate::{
    builder::{Builder, Env},
    jsonata::Sight,
    path::Want,
    scope::Site,
    shape::Shape,
    swarm::Mix,
};

/// One action of a service.
#[derive(Debug)]
pub(crate) struct Service {
    /// The ARN of the action.
    pub(crate) resource: &'static str,
    weight: usize,
    /// The constant parameters, as JSON.
    parameters: &'static str,
    /// The parameter that carries the data of the state; empty for none.
    payload: &'static str,
    /// What the service answers, as JSON. A member `Payload` is drawn.
    response: &'static str,
    /// The errors of the service.
    errors: &'static [&'static str],
}

/// When the task of a service is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pattern {
    /// With the response.
    Response,
    /// When the job has ended.
    Sync,
    /// When somebody returns the token.
    Token,
}

const LAMBDA: &[&str] = &[
    "Lambda.ServiceException",
    "Lambda.TooManyRequestsException",
    "Lambda.Unknown",
    "Lambda.SdkClientException",
    "TypeError",
    "Custom.Other2",
];
const METADATA: &str = r#"{"MessageId":"m-1","SdkHttpMetadata":{"HttpStatusCode":200},"SdkResponseMetadata":{"RequestId":"r-1"}}"#;
const PAYLOAD: &str = r#"{"ExecutedVersion":"$LATEST","Payload":null,"StatusCode":200}"#;
const FUNCTION: &str = r#"{"FunctionName":"arn:aws:lambda:us-east-1:123456789012:function:work:$LATEST"}"#;
const JOB: &[&str] = &["States.TaskFailed"];

/// Weights of the census, each with a floor.
const SERVICES: &[Service] = &[
    service(60, "arn:aws:states:::lambda:invoke", FUNCTION, "Payload", PAYLOAD, LAMBDA),
    service(12, "arn:aws:lambda:us-east-1:123456789012:function:work", "{}", "", "null", LAMBDA),
    service(20, "arn:aws:states:::lambda:invoke.waitForTaskToken", FUNCTION, "Payload", "null", LAMBDA),
    service(
        12,
        "arn:aws:states:::sns:publish",
        r#"{"TopicArn":"arn:aws:sns:us-east-1:123456789012:news"}"#,
        "Message",
        METADATA,
        &["SNS.AmazonSNSException", "SNS.NotFoundException"],
    ),
    service(
        10,
        "arn:aws:states:::dynamodb:putItem",
        r#"{"TableName":"orders","Item":{"id":{"S":"1"}}}"#,
        "",
        r#"{"SdkHttpMetadata":{"HttpStatusCode":200}}"#,
        &["DynamoDB.ConditionalCheckFailedException", "DynamoDB.ProvisionedThroughputExceededException"],
    ),
    service(
        10,
        "arn:aws:states:::dynamodb:getItem",
        r#"{"TableName":"orders","Key":{"id":{"S":"1"}}}"#,
        "",
        r#"{"Item":{"id":{"S":"1"},"total":{"N":"7"}},"SdkHttpMetadata":{"HttpStatusCode":200}}"#,
        &["DynamoDB.ResourceNotFoundException"],
    ),
    service(
        10,
        "arn:aws:states:::sqs:sendMessage",
        r#"{"QueueUrl":"https://sqs.us-east-1.amazonaws.com/123456789012/work"}"#,
        "MessageBody",
        METADATA,
        &["SQS.AmazonSQSException"],
    ),
    service(
        16,
        "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        r#"{"QueueUrl":"https://sqs.us-east-1.amazonaws.com/123456789012/work"}"#,
        "MessageBody",
        "null",
        &["SQS.AmazonSQSException", "Rejected"],
    ),
    service(
        8,
        "arn:aws:states:::events:putEvents",
        r#"{"Entries":[{"Detail":{"id":1},"DetailType":"done","Source":"orders"}]}"#,
        "",
        r#"{"Entries":[{"EventId":"e-1"}],"FailedEntryCount":0}"#,
        &["EventBridge.FailedEntry"],
    ),
    service(
        8,
        "arn:aws:states:::apigateway:invoke",
        r#"{"ApiEndpoint":"abc.execute-api.us-east-1.amazonaws.com","Method":"POST","Path":"/orders"}"#,
        "RequestBody",
        r#"{"Headers":{"Date":["now"]},"ResponseBody":{"ok":true},"StatusCode":200,"StatusText":"OK"}"#,
        &["ApiGateway.404", "ApiGateway.500"],
    ),
    service(
        40,
        "arn:aws:states:::http:invoke",
        r#"{"ApiEndpoint":"https://example.com/orders","Method":"GET","InvocationConfig":{"ConnectionArn":"arn:aws:events:us-east-1:123456789012:connection/c/1"}}"#,
        "",
        r#"{"Headers":{"date":["now"]},"ResponseBody":{"id":7},"StatusCode":200,"StatusText":"OK"}"#,
        &["States.Http.StatusCode.404", "States.Http.StatusCode.500", "States.Http.Socket"],
    ),
    service(
        8,
        "arn:aws:states:::aws-sdk:s3:getObject",
        r#"{"Bucket":"orders","Key":"list.json"}"#,
        "",
        r#"{"Body":"text","ContentLength":4}"#,
        &["S3.NoSuchKeyException", "S3.S3Exception"],
    ),
    service(
        8,
        "arn:aws:states:::aws-sdk:secretsmanager:listSecrets",
        "{}",
        "",
        r#"{"SecretList":[]}"#,
        &["SecretsManager.InternalServiceErrorException"],
    ),
    service(
        7,
        "arn:aws:states:::aws-sdk:sfn:sendTaskSuccess.waitForTaskToken",
        r#"{"TaskToken":"t"}"#,
        "Output",
        "null",
        &["Sfn.InvalidTokenException"],
    ),
    service(
        8,
        "arn:aws:states:::glue:startJobRun.sync",
        r#"{"JobName":"load"}"#,
        "",
        r#"{"Id":"jr-1","JobName":"load","JobRunState":"SUCCEEDED"}"#,
        JOB,
    ),
    service(
        8,
        "arn:aws:states:::batch:submitJob.sync",
        r#"{"JobName":"j","JobQueue":"q","JobDefinition":"d"}"#,
        "",
        r#"{"JobId":"1","Status":"SUCCEEDED"}"#,
        JOB,
    ),
    service(
        8,
        "arn:aws:states:::ecs:runTask.sync",
        r#"{"Cluster":"c","TaskDefinition":"t","LaunchType":"FARGATE"}"#,
        "",
        r#"{"LastStatus":"STOPPED","Containers":[{"ExitCode":0}]}"#,
        JOB,
    ),
    service(
        8,
        "arn:aws:states:::athena:startQueryExecution.sync",
        r#"{"QueryString":"SELECT 1","WorkGroup":"primary"}"#,
        "",
        r#"{"QueryExecution":{"QueryExecutionId":"q-1","Status":{"State":"SUCCEEDED"}}}"#,
        JOB,
    ),
];

const fn service(
    weight: usize,
    resource: &'static str,
    parameters: &'static str,
    payload: &'static str,
    response: &'static str,
    errors: &'static [&'static str],
) -> Service {
    Service { resource, weight, parameters, payload, response, errors }
}

impl Service {
    /// When its task is done.
    pub(crate) fn pattern(&self) -> Pattern {
        match self.resource.rsplit_once('.') {
            Some((_, "sync")) => Pattern::Sync,
            Some((_, "waitForTaskToken")) => Pattern::Token,
            _ => Pattern::Response,
        }
    }

    /// What the service answers in the end: its response with what is drawn, or the answer of the token's holder.
    pub(crate) fn answer(&self, drawn: Value) -> Value {
        let mut response: Value = serde_json::from_str(self.response).expect("the table holds JSON");
        if response.is_null() {
            return drawn;
        }
        if let Some(payload) = response.get_mut("Payload") {
            *payload = drawn;
        }
        response
    }

    /// Whether it calls a Lambda function in the way of Workflow Studio.
    pub(crate) fn is_lambda_invoke(&self) -> bool {
        self.resource == "arn:aws:states:::lambda:invoke"
    }
}

impl Builder {
    /// One of the services that this type of machine may call.
    pub(crate) fn any_service(&mut self) -> &'static Service {
        let is_express = self.kind == asl_cases::MachineType::Express;
        let fits = |service: &&Service| !is_express || service.pattern() == Pattern::Response;
        // Uniform, but for the one service with reserved errors of its own.
        let uniform = |service: &Service| if service.resource.ends_with(":http:invoke") { 26 } else { 10 };
        let weight = |service: &Service| {
            if self.swarm.mix == Mix::Realistic { service.weight } else { uniform(service) }
        };
        let fitting: Vec<(usize, &'static Service)> =
            SERVICES.iter().filter(fits).map(|service| (weight(service), service)).collect();
        self.draw.weighted(&fitting)
    }

    /// An error of this service, or one that any service can have.
    pub(crate) fn service_error(&mut self, service: &Service) -> &'static str {
        match self.draw.below(10) {
            0 => "States.Permissions",
            1 => "States.TaskFailed",
            _ => self.draw.pick(service.errors),
        }
    }

    /// Adds Parameters or Arguments of a call.
    pub(crate) fn call_parameters(
        &mut self,
        state: &mut Map<String, Value>,
        service: &Service,
        site: Site<'_>,
        raw: &Shape,
    ) {
        let mut parameters: Map<String, Value> =
            serde_json::from_str(service.parameters).expect("the table holds JSON objects");
        let has_token = service.pattern() == Pattern::Token;
        if self.is_jsonata() {
            self.jsonata_call(&mut parameters, service, site, raw, has_token);
        } else {
            self.path_call(state, &mut parameters, service, site, raw, has_token);
        }
        let name = if self.is_jsonata() { "Arguments" } else { "Parameters" };
        if !parameters.is_empty() {
            state.insert(name.to_owned(), Value::Object(parameters));
        }
    }

    fn path_call(
        &mut self,
        state: &mut Map<String, Value>,
        parameters: &mut Map<String, Value>,
        service: &Service,
        site: Site<'_>,
        raw: &Shape,
        has_token: bool,
    ) {
        let effective = self.input_path(state, site.scope, raw, 4);
        let env = Env::new(&effective, site.scope, site.name);
        if service.payload.is_empty() {
            return;
        }
        let mut whole = json!({"input.$": "$"});
        if !has_token && self.draw.chance(45) {
            parameters.insert(format!("{}.$", service.payload), "$".into());
            return;
        }
        if !has_token || self.draw.chance(50) {
            whole = self.template(&env).0;
        }
        if has_token && let Some(members) = whole.as_object_mut() {
            members.insert("token.$".to_owned(), "$$.Task.Token".into());
        }
        parameters.insert(service.payload.to_owned(), whole);
    }

    fn jsonata_call(
        &mut self,
        parameters: &mut Map<String, Value>,
        service: &Service,
        site: Site<'_>,
        raw: &Shape,
        has_token: bool,
    ) {
        if service.payload.is_empty() {
            return;
        }
        let sight = Sight::before(raw, site.scope, site.name);
        let mut payload = if self.draw.chance(50) {
            self.jsonata_object(&sight, 1).0
        } else {
            let (expression, _) = self.expression(&sight, Want::Any);
            json!({"input": self.delimited(&expression)})
        };
        if has_token && let Some(members) = payload.as_object_mut() {
            members.insert("token".to_owned(), "{% $states.context.Task.Token %}".into());
        }
        parameters.insert(service.payload.to_owned(), payload);
    }

    /// An answer as a service gives it: calls that are answered later are accepted first.
    pub(crate) fn accepted(&mut self, pattern: Pattern, answer: Answer) -> Answer {
        if pattern == Pattern::Response || self.draw.chance(30) {
            return answer;
        }
        let output = json!({"MessageId": "m-2", "SdkHttpMetadata": {"HttpStatusCode": 200}});
        Answer::Submitted { output, then: Box::new(answer) }
    }
}

/// The first retrier of a Lambda task as Workflow Studio writes it.
pub(crate) fn stock_retrier() -> Value {
    json!({
        "ErrorEquals": [
            "Lambda.ServiceException", "Lambda.AWSLambdaException", "Lambda.SdkClientException",
            "Lambda.TooManyRequestsException"
        ],
        "IntervalSeconds": 1, "MaxAttempts": 3, "BackoffRate": 2, "JitterStrategy": "FULL"
    })
}
