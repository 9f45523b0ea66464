//! Engines with a flaw: the service of the reference, with something between it and the program that lies, hangs or dies.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use asl_conformance::serve::{Reply as Served, Service};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::support::{Call, Reply, StandIn};

/// A server on a loopback port; it is gone with the value.
pub(crate) struct Fake {
    pub(crate) endpoint: String,
    truth: Truth,
    _server: StandIn,
}

/// What an engine without a flaw would say; and the switch that kills the fake.
#[derive(Clone, Default)]
pub(crate) struct Truth {
    service: Arc<Mutex<Service>>,
    runtime: Arc<Mutex<Option<Runtime>>>,
}

impl Fake {
    /// A server that answers each call as the script says, which may ask for the truth.
    pub(crate) fn start(script: impl Fn(&Call, &Truth) -> Reply + Send + Sync + 'static) -> Self {
        let truth = Truth::default();
        let teller = truth.clone();
        let server = StandIn::scripted(move |call| script(call, &teller));
        Self::around(truth, server)
    }

    /// A server that says these bytes to whoever connects, and closes.
    pub(crate) fn blurting(bytes: &'static [u8]) -> Self {
        Self::around(Truth::default(), StandIn::blurting(bytes))
    }

    /// An endpoint where nothing listens.
    pub(crate) fn nobody() -> Self {
        Self::around(Truth::default(), StandIn::nobody())
    }

    fn around(truth: Truth, server: impl Future<Output = StandIn>) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a thread can be started");
        let server = runtime.block_on(server);
        *truth.lock_runtime() = Some(runtime);
        Self { endpoint: server.endpoint.clone(), truth, _server: server }
    }

    /// How many state machines and activities the engine holds.
    pub(crate) fn holds(&self) -> usize {
        let count = |operation, member: &str| {
            let answer = self.truth.ask(operation, &json!({})).expect("listing always succeeds");
            answer.and_then(|answer| answer[member].as_array().map(Vec::len)).expect("a list")
        };
        count("ListStateMachines", "stateMachines") + count("ListActivities", "activities")
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.truth.die();
    }
}

impl Truth {
    /// The true answer to the call.
    pub(crate) fn tell(&self, call: &Call) -> Reply {
        match self.ask(&call.operation, &call.body) {
            Ok(Some(body)) => Reply::Json(body),
            Ok(None) => Reply::NotYet,
            Err(body) => Reply::Body(400, body),
        }
    }

    /// Ends the server with all its connections. The call that asks for it gets no answer.
    pub(crate) fn die(&self) -> Reply {
        if let Some(runtime) = self.lock_runtime().take() {
            runtime.shutdown_background();
        }
        Reply::Hang
    }

    /// The true answer, `None` for not yet, or the body of an error.
    fn ask(&self, operation: &str, request: &Value) -> Result<Option<Value>, Value> {
        let mut service = self.service.lock().unwrap_or_else(PoisonError::into_inner);
        match service.call(operation, request, jiff::Timestamp::now().as_millisecond()) {
            Ok(Served::Done(body)) => Ok(Some(body)),
            Ok(Served::Later(_)) => Ok(None),
            Err(error) => Err(error.body()),
        }
    }

    fn lock_runtime(&self) -> std::sync::MutexGuard<'_, Option<Runtime>> {
        self.runtime.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Far longer than anything here takes, on a busy machine too.
pub(crate) const AMPLE: Duration = Duration::from_mins(1);
