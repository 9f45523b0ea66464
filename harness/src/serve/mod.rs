//! The reference behind the Step Functions JSON API on loopback.
//!
//! The HTTP part is here; what the operations do is in `service` and its neighbours, which see no socket and no clock.

mod activities;
mod aliases;
mod api_error;
mod arn;
mod clock;
mod definitions;
mod descriptions;
mod executions;
mod machines;
mod map_runs;
mod operations;
mod paging;
mod pending;
mod redrive;
mod request;
mod revision;
mod service;
mod shape;
mod stubs;
mod tags;
mod tasks;
mod variable_references;
mod versions;

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::Value;
use tokio::{net::TcpListener, sync::Notify, task::JoinHandle};

pub use api_error::ApiError;
pub use pending::Pending;
pub use service::{Reply, Service, Settings, TimeMode};
pub use stubs::Stubs;

const TARGET_PREFIX: &str = "AWSStepFunctions.";
/// A body that is longer is not read. Documented: AWS takes requests of up to 1 MB.
const BODY_BYTES_MAX: usize = 8 << 20;

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
    pub async fn start(port: u16, settings: Settings) -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        let service = Mutex::new(Service::new(settings));
        let shared = Arc::new(Shared { service, changed: Notify::new() });
        let router = Router::new().fallback(answer).with_state(shared);
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

async fn answer(State(shared): State<Arc<Shared>>, request: Request<Body>) -> Response {
    let (head, body) = request.into_parts();
    let Some(operation) = operation(&head.headers) else {
        return refuse(&ApiError::new("MissingAuthenticationTokenException", "Missing Authentication Token"));
    };
    let Ok(body) = axum::body::to_bytes(body, BODY_BYTES_MAX).await else {
        let words = format!("the body has more than {BODY_BYTES_MAX} bytes, or it ended early");
        return refuse(&ApiError::new("RequestEntityTooLargeException", words));
    };
    let request: Value = match serde_json::from_slice(&body) {
        Ok(request) => request,
        Err(error) => return refuse(&ApiError::new("SerializationException", error.to_string())),
    };
    match carry_out(&shared, &operation, &request).await {
        Ok(body) => json_reply(StatusCode::OK, &body),
        Err(error) => refuse(&error),
    }
}

/// One call, however long its answer takes.
async fn carry_out(shared: &Shared, operation: &str, request: &Value) -> Result<Value, ApiError> {
    let mut changed = shared.changed.notified();
    let mut reply = lock(shared).call(operation, request, now_ms());
    if changes_something(operation) {
        shared.changed.notify_waiters();
    }
    loop {
        let pending = match reply? {
            Reply::Done(body) => return Ok(body),
            Reply::Later(pending) => pending,
        };
        let again_ms = lock(shared).look_again_ms(&pending).saturating_sub(now_ms());
        let pause = Duration::from_millis(u64::try_from(again_ms).unwrap_or(0));
        let _ = tokio::time::timeout(pause, changed).await;
        changed = shared.changed.notified();
        reply = lock(shared).resume(&pending, now_ms());
    }
}

fn lock(shared: &Shared) -> MutexGuard<'_, Service> {
    shared.service.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn operation(headers: &HeaderMap) -> Option<String> {
    let target = headers.get("x-amz-target")?.to_str().ok()?;
    target.strip_prefix(TARGET_PREFIX).map(str::to_owned)
}

/// A call that only looks wakes nobody.
fn changes_something(operation: &str) -> bool {
    !["Describe", "List", "Get", "Validate", "Test"].iter().any(|verb| operation.starts_with(verb))
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
