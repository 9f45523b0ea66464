//! The flaws: one function an engine.

use std::sync::{
    atomic::{AtomicBool, AtomicUsize, Ordering},
    mpsc::{Receiver, channel},
};

use serde_json::Value;

use crate::{
    fake::Fake,
    support::{Call, Reply},
};

/// Every execution that succeeds has the wrong output.
pub(crate) fn liar() -> Fake {
    Fake::start(|call, truth| wrong_output(truth.tell(call)))
}

/// Says one wrong output once, about an execution whose input holds this text.
pub(crate) fn once_wrong_about(input: &'static str) -> Fake {
    let lied = AtomicBool::new(false);
    Fake::start(move |call, truth| match truth.tell(call) {
        Reply::Json(body) if is_output_for(&body, input) && !lied.swap(true, Ordering::Relaxed) => {
            wrong_output(Reply::Json(body))
        }
        reply => reply,
    })
}

/// Is gone after so many calls.
pub(crate) fn dies_after(calls: usize) -> Fake {
    let seen = AtomicUsize::new(0);
    Fake::start(
        move |call, truth| {
            if seen.fetch_add(1, Ordering::Relaxed) < calls { truth.tell(call) } else { truth.die() }
        },
    )
}

/// Takes every call and answers none.
pub(crate) fn mute() -> Fake {
    Fake::start(|_, _| Reply::Hang)
}

/// An execution whose input holds this text never ends.
pub(crate) fn never_finishes(input: &'static str) -> Fake {
    Fake::start(move |call, truth| match truth.tell(call) {
        Reply::Json(mut body) if is_output_for(&body, input) => {
            body["status"] = "RUNNING".into();
            Reply::Json(body)
        }
        reply => reply,
    })
}

/// Does this whenever an execution is to be started with an input that holds this text.
pub(crate) fn balks_at(input: &'static str, balk: impl Fn() -> Reply + Send + Sync + 'static) -> Fake {
    Fake::start(move |call, truth| {
        let is_it = call.operation == "StartExecution"
            && call.body["input"].as_str().is_some_and(|text| text.contains(input));
        if is_it { balk() } else { truth.tell(call) }
    })
}

/// Refuses every second call of each operation with a request to slow down.
pub(crate) fn throttles_half() -> Fake {
    Fake::start(|call, truth| if call.earlier.is_multiple_of(2) { slow_down() } else { truth.tell(call) })
}

/// Answers every call with this.
pub(crate) fn parrot(status: u16, kind: &'static str, body: &'static str) -> Fake {
    Fake::start(move |_, _| Reply::Raw(status, kind, body))
}

/// Answers well, but never the n-th call (from 0) of the operation or a later one; says so when it happens.
pub(crate) fn hangs_at(operation: &'static str, nth: usize) -> (Fake, Receiver<()>) {
    let (sender, hanging) = channel();
    let fake = Fake::start(move |call, truth| {
        if call.operation == operation && call.earlier >= nth {
            // The test may have ended.
            let _ = sender.send(());
            return Reply::Hang;
        }
        truth.tell(call)
    });
    (fake, hanging)
}

/// An engine without a flaw.
pub(crate) fn honest() -> Fake {
    Fake::start(|call: &Call, truth| truth.tell(call))
}

/// A request to slow down.
pub(crate) fn slow_down() -> Reply {
    Reply::Error(400, "ThrottlingException", "Rate exceeded")
}

fn is_output_for(body: &Value, input: &str) -> bool {
    body.get("output").is_some() && body["input"].as_str().is_some_and(|text| text.contains(input))
}

fn wrong_output(reply: Reply) -> Reply {
    match reply {
        Reply::Json(mut body) if body.get("output").is_some() => {
            body["output"] = r#"{"lie":true}"#.into();
            Reply::Json(body)
        }
        reply => reply,
    }
}
