//! The server as a client meets it: recorded scripts over the wire, and requests that are none.

use std::{
    io::{Read, Write},
    net::TcpStream,
    path::Path,
    time::Duration,
};

use asl_conformance::{
    recordings::{ApiScript, read_records},
    serve::{ApiError, Server, Settings},
};
use rstest::rstest;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

/// Longer than any answer takes on a busy machine, and shorter than a hanging test.
const AMPLE: Duration = Duration::from_secs(90);

/// A server and the threads that it runs on.
struct Running {
    server: Server,
    _runtime: Runtime,
}

impl Running {
    fn with(settings: Settings) -> Self {
        let runtime = Runtime::new().expect("threads");
        let server = runtime.block_on(Server::start(0, settings)).expect("a free port");
        Self { server, _runtime: runtime }
    }

    /// Sends these bytes and reads everything that is answered: the status line, and the body.
    fn exchange(&self, bytes: &[u8]) -> (String, String) {
        let endpoint = self.server.endpoint();
        let address = endpoint.strip_prefix("http://").expect("plain HTTP");
        let mut stream = TcpStream::connect(address).expect("it listens");
        stream.set_read_timeout(Some(AMPLE)).expect("a time-out");
        // A server that refuses a request may close before it has read all of it.
        let _ = stream.write_all(bytes);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
        (head.lines().next().unwrap_or_default().to_owned(), body.to_owned())
    }

    fn post(&self, target: &str, body: &[u8]) -> (String, String) {
        let head = format!(
            "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Amz-Target: {target}\r\n\
             Content-Type: application/x-amz-json-1.0\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        self.exchange(&[head.as_bytes(), body].concat())
    }

    /// One call of the API.
    fn call(&self, operation: &str, request: &Value) -> Result<Value, ApiError> {
        let (status, body) =
            self.post(&format!("AWSStepFunctions.{operation}"), request.to_string().as_bytes());
        let body: Value = serde_json::from_str(&body).unwrap_or_else(|_| panic!("{status}: {body}"));
        if status.contains(" 200 ") {
            return Ok(body);
        }
        let code = body["__type"].as_str().expect("an error has a code").to_owned();
        Err(ApiError { code: code.leak(), message: body["message"].as_str().unwrap_or_default().to_owned() })
    }
}

#[test]
fn recorded_scripts_replay_over_the_wire() {
    let beside = |place: &Path| place.join("shared/aws-recorded/records");
    let mut folders = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(beside);
    let Some(folder) = folders.find(|folder| folder.is_dir()) else {
        eprintln!("skipped: no folder shared/aws-recorded beside the project");
        return;
    };
    let records = read_records(&folder).expect("readable recordings");
    let (mut n_replies, mut differences) = (0, Vec::new());
    for record in records.iter().filter(|record| record.kind == "api") {
        let Some(script) = ApiScript::of(record) else { continue };
        let running = Running::with(script.settings());
        let replies = script.replay(|operation, request| running.call(operation, request));
        n_replies += replies.len();
        differences.extend(replies.into_iter().filter_map(|reply| Some((&record.id, reply.difference?))));
    }
    assert!(n_replies >= 250, "only {n_replies} replies were compared");
    assert!(differences.is_empty(), "{} of {n_replies} differ: {differences:#?}", differences.len());
}

#[rstest]
#[case::garbage("AWSStepFunctions.ListStateMachines", b"\xff\x00{", "SerializationException")]
#[case::empty("AWSStepFunctions.ListStateMachines", b"", "SerializationException")]
#[case::no_object("AWSStepFunctions.ListStateMachines", b"[1]", "SerializationException")]
#[case::unknown("AWSStepFunctions.Nothing", b"{}", "UnknownOperationException")]
#[case::other_service("DynamoDB_20120810.ListTables", b"{}", "MissingAuthenticationTokenException")]
fn request_that_is_none_gets_an_error_of_the_api(
    #[case] target: &str,
    #[case] body: &[u8],
    #[case] code: &str,
) {
    let running = Running::with(Settings::default());
    let (status, body) = running.post(target, body);
    assert!(status.contains(" 400 "), "{status}");
    let body: Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!(body["__type"], code);
}

#[test]
fn too_large_and_too_deep_bodies_are_refused_and_the_server_goes_on() {
    let running = Running::with(Settings::default());
    let deep = "[".repeat(100_000);
    let (status, _) = running.post("AWSStepFunctions.ListStateMachines", deep.as_bytes());
    assert!(status.contains(" 400 "), "{status}");
    let deep_input =
        json!({"stateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:m", "input": deep});
    assert!(running.call("StartExecution", &deep_input).is_err());
    let huge = vec![b' '; 9 << 20];
    running.post("AWSStepFunctions.ListStateMachines", &huge);
    running.exchange(b"\x16\x03\x01 no HTTP\r\n\r\n");
    running.exchange(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assert_eq!(running.call("ListStateMachines", &json!({})), Ok(json!({"stateMachines": []})));
}
