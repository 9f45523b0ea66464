//! The reference behind the Step Functions JSON API on loopback.
//!
//! The HTTP part is here; what the operations do is in `service` and its neighbours, which see no socket and no clock.

mod activities;
mod api_error;
mod executions;
mod machines;
mod paging;
mod service;

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use serde_json::Value;
use tokio::{net::TcpListener, sync::Notify, task::JoinHandle, time::Instant};

pub use api_error::ApiError;
pub use service::{Reply, Service};

const TARGET_PREFIX: &str = "AWSStepFunctions.";
/// Documented: `GetActivityTask` holds the connection for up to 60 seconds.
const LONG_POLL: Duration = Duration::from_mins(1);
/// How often a long poll looks whether time alone has brought a task up.
const LONG_POLL_STEP: Duration = Duration::from_millis(100);

struct Shared {
    service: Mutex<Service>,
    changed: Notify,
}

/// A running server; stops when dropped.
pub struct Server {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Server {
    /// Starts the service on this loopback port; 0 picks a free one.
    ///
    /// # Errors
    /// If the port is taken.
    pub async fn start(port: u16) -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared { service: Mutex::default(), changed: Notify::new() });
        let router = Router::new().route("/", post(answer)).with_state(shared);
        let task = tokio::spawn(async move {
            // Serving ends with the task; an accept error is not one of a client.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self { address, task })
    }

    /// `http://127.0.0.1:port`.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response {
    let Some(operation) = operation(&headers) else {
        return refuse(&ApiError::new("MissingAuthenticationTokenException", "Missing Authentication Token"));
    };
    let request: Value = match serde_json::from_slice(&body) {
        Ok(request) => request,
        Err(error) => return refuse(&ApiError::new("SerializationException", error.to_string())),
    };
    let deadline = Instant::now() + LONG_POLL;
    loop {
        let changed = shared.changed.notified();
        let reply = lock(&shared).call(&operation, &request, now_ms());
        match reply {
            Ok(Reply::Done(body)) => {
                if changes_something(&operation) {
                    shared.changed.notify_waiters();
                }
                return json_reply(StatusCode::OK, &body);
            }
            Ok(Reply::NothingYet) if Instant::now() >= deadline => {
                return json_reply(StatusCode::OK, &service::no_task());
            }
            Ok(Reply::NothingYet) => {
                let _ = tokio::time::timeout(LONG_POLL_STEP, changed).await;
            }
            Err(error) => return refuse(&error),
        }
    }
}

fn lock(shared: &Shared) -> MutexGuard<'_, Service> {
    shared.service.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn operation(headers: &HeaderMap) -> Option<String> {
    let target = headers.get("x-amz-target")?.to_str().ok()?;
    target.strip_prefix(TARGET_PREFIX).map(str::to_owned)
}

fn changes_something(operation: &str) -> bool {
    operation.starts_with("Start") || operation.starts_with("Send") || operation.starts_with("Delete")
}

fn now_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

fn refuse(error: &ApiError) -> Response {
    json_reply(StatusCode::BAD_REQUEST, &error.body())
}

fn json_reply(status: StatusCode, body: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, "application/x-amz-json-1.0")], body.to_string()).into_response()
}
