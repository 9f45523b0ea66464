//! Loopback stand-ins for engines: each answers (or fails to) exactly as a test says.
#![allow(dead_code, reason = "each test uses its part of the stand-ins")]

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use tokio::{
    io::AsyncWriteExt,
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// One call that reached the stand-in.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) operation: String,
    pub(crate) body: Value,
    /// How many calls of this operation came before.
    pub(crate) earlier: usize,
}

/// What the stand-in does with a call.
pub(crate) enum Reply {
    /// Status 200 with this body.
    Json(Value),
    /// An error of the API.
    Error(u16, &'static str, &'static str),
    /// This status with this body.
    Body(u16, Value),
    /// Nothing to say yet: the script is asked again until it has.
    NotYet,
    /// Any other body.
    Raw(u16, &'static str, &'static str),
    /// Never an answer.
    Hang,
}

type Script = dyn Fn(&Call) -> Reply + Send + Sync;

#[derive(Clone)]
struct Shared {
    script: Arc<Script>,
    calls: Arc<Mutex<Vec<Call>>>,
}

/// How often a script that had nothing to say is asked again.
const POLL_STEP: Duration = Duration::from_millis(10);

/// A server on a loopback port that ends with the value.
pub(crate) struct StandIn {
    pub(crate) endpoint: String,
    calls: Arc<Mutex<Vec<Call>>>,
    server: JoinHandle<()>,
}

impl StandIn {
    /// Speaks HTTP and answers each call as the script says.
    pub(crate) async fn scripted(script: impl Fn(&Call) -> Reply + Send + Sync + 'static) -> Self {
        let calls = Arc::default();
        let shared = Shared { script: Arc::new(script), calls: Arc::clone(&calls) };
        let (listener, endpoint) = listen().await;
        let router = Router::new().fallback(answer).with_state(shared);
        let server = tokio::spawn(async move { axum::serve(listener, router).await.expect("serves") });
        Self { endpoint, calls, server }
    }

    /// Accepts connections, says these bytes, and closes.
    pub(crate) async fn blurting(bytes: &'static [u8]) -> Self {
        let (listener, endpoint) = listen().await;
        let server = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                blurt(stream, bytes).await;
            }
        });
        Self { endpoint, calls: Arc::default(), server }
    }

    /// An endpoint where nothing listens.
    pub(crate) async fn nobody() -> Self {
        let (listener, endpoint) = listen().await;
        drop(listener);
        Self { endpoint, calls: Arc::default(), server: tokio::spawn(async {}) }
    }

    pub(crate) fn calls_of(&self, operation: &str) -> Vec<Call> {
        self.calls
            .lock()
            .expect("no test panics under the lock")
            .iter()
            .filter(|call| call.operation == operation)
            .cloned()
            .collect()
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// The answers of an engine on which everything goes well: one Pass state, its history in three pages.
pub(crate) fn well(call: &Call) -> Reply {
    let text = |field: &str| call.body[field].as_str().unwrap_or_default().to_owned();
    Reply::Json(match call.operation.as_str() {
        "CreateStateMachine" => json!({"stateMachineArn": machine_arn(&text("name")), "creationDate": 1.0}),
        "CreateActivity" => json!({"activityArn": activity_arn(&text("name")), "creationDate": 1.0}),
        "StartExecution" => json!({"executionArn": execution_arn(&text("name")), "startDate": 1.0}),
        "DescribeExecution" => succeeded(call.earlier),
        "GetExecutionHistory" => history_page(call.body["nextToken"].as_str()),
        "ListStateMachines" => json!({"stateMachines": []}),
        "ListActivities" => json!({"activities": []}),
        _ => json!({}),
    })
}

pub(crate) fn machine_arn(name: &str) -> String {
    format!("arn:aws:states:us-east-1:000000000000:stateMachine:{name}")
}

pub(crate) fn activity_arn(name: &str) -> String {
    format!("arn:aws:states:us-east-1:000000000000:activity:{name}")
}

pub(crate) fn execution_arn(name: &str) -> String {
    format!("arn:aws:states:us-east-1:000000000000:execution:machine:{name}")
}

pub(crate) fn description(status: &str) -> Value {
    json!({"executionArn": execution_arn("e"), "stateMachineArn": machine_arn("m"), "status": status,
           "startDate": 1.0, "output": "{\"a\":1.50}"})
}

fn succeeded(earlier: usize) -> Value {
    description(if earlier == 0 { "RUNNING" } else { "SUCCEEDED" })
}

fn history_page(token: Option<&str>) -> Value {
    let page = token.map_or(0, |token| token.parse::<usize>().expect("our own token"));
    let events = match page {
        0 => json!([{"id": 1, "previousEventId": 0, "timestamp": 1.5, "type": "ExecutionStarted",
                     "executionStartedEventDetails": {"input": "{}", "inputDetails": {"truncated": false}}}]),
        1 => json!([{"id": 2, "previousEventId": 0, "timestamp": 1.5, "type": "PassStateEntered",
                     "stateEnteredEventDetails": {"name": "A", "input": "{}"}},
                    {"id": 3, "previousEventId": 2, "timestamp": 1.5, "type": "PassStateExited",
                     "stateExitedEventDetails": {"name": "A", "output": "{\"a\":1.50}"}}]),
        _ => json!([{"id": 4, "previousEventId": 3, "timestamp": 1.501, "type": "ExecutionSucceeded",
                     "executionSucceededEventDetails": {"output": "{\"a\":1.50}"}}]),
    };
    let mut answer = json!({ "events": events });
    if page < 2 {
        answer["nextToken"] = json!((page + 1).to_string());
    }
    answer
}

async fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free loopback port");
    let endpoint = format!("http://{}", listener.local_addr().expect("bound"));
    (listener, endpoint)
}

async fn blurt(mut stream: TcpStream, bytes: &[u8]) {
    // The other side may be gone already, which is fine.
    let _ = stream.write_all(bytes).await;
    let _ = stream.shutdown().await;
}

async fn answer(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let target = headers.get("x-amz-target").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let call = note_call(&shared, target, &body);
    loop {
        match (shared.script)(&call) {
            Reply::NotYet => tokio::time::sleep(POLL_STEP).await,
            reply => return respond_with(reply).await,
        }
    }
}

async fn respond_with(reply: Reply) -> Response {
    match reply {
        Reply::Json(body) => respond(200, "application/x-amz-json-1.0", body.to_string()),
        Reply::Error(status, code, message) => {
            let body = json!({"__type": code, "message": message});
            respond(status, "application/x-amz-json-1.0", body.to_string())
        }
        Reply::Body(status, body) => respond(status, "application/x-amz-json-1.0", body.to_string()),
        Reply::Raw(status, kind, body) => respond(status, kind, body.to_owned()),
        Reply::Hang | Reply::NotYet => std::future::pending().await,
    }
}

fn note_call(shared: &Shared, target: &str, body: &[u8]) -> Call {
    let operation = target.rsplit('.').next().unwrap_or_default().to_owned();
    let mut calls = shared.calls.lock().expect("no test panics under the lock");
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    calls.iter().for_each(|call| *counts.entry(&call.operation).or_default() += 1);
    let earlier = counts.get(operation.as_str()).copied().unwrap_or(0);
    let call = Call { operation, body: serde_json::from_slice(body).unwrap_or_default(), earlier };
    calls.push(call.clone());
    call
}

fn respond(status: u16, kind: &'static str, body: String) -> Response {
    let status = StatusCode::from_u16(status).expect("a status of the test");
    (status, [(header::CONTENT_TYPE, kind)], body).into_response()
}
