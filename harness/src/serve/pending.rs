//! Calls that are answered when something has happened: `GetActivityTask` and `StartSyncExecution`.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{
    api_error::ApiError,
    service::{Reply, Service},
};

/// Documented: `GetActivityTask` holds the connection for up to 60 seconds.
const LONG_POLL_MS: i64 = 60_000;

/// A call that waits.
#[derive(Clone, Debug)]
pub struct Pending {
    pub(super) what: Awaited,
    /// When the caller is told that nothing came.
    deadline_ms: i64,
}

/// What a call waits for.
#[derive(Clone, Debug)]
pub(super) enum Awaited {
    /// A task of this activity.
    ActivityTask { arn: String, worker: Option<Arc<str>> },
    /// The end of this execution.
    SyncExecution { arn: String },
}

impl Pending {
    /// A poll of an activity that began now.
    pub(super) fn activity_task(arn: String, worker: Option<Arc<str>>, now_ms: i64) -> Self {
        let deadline_ms = now_ms.saturating_add(LONG_POLL_MS);
        Self { what: Awaited::ActivityTask { arn, worker }, deadline_ms }
    }

    /// A synchronous execution: it is over when it is over.
    pub(super) fn sync_execution(arn: String) -> Self {
        Self { what: Awaited::SyncExecution { arn }, deadline_ms: i64::MAX }
    }
}

impl Service {
    /// Looks again whether a call that waits can be answered.
    ///
    /// # Errors
    /// The API error that AWS would answer.
    pub fn resume(&mut self, pending: &Pending, now_ms: i64) -> Result<Reply, ApiError> {
        self.advance(now_ms);
        let answer = match &pending.what {
            Awaited::ActivityTask { arn, worker } => self.take_activity_task(arn, worker.as_ref(), now_ms)?,
            Awaited::SyncExecution { arn } => self.take_sync_execution(arn)?,
        };
        Ok(match answer {
            Some(body) => Reply::Done(body),
            // Documented: a null task token says that no task came up in time.
            None if now_ms >= pending.deadline_ms => Reply::Done(json!({"taskToken": null, "input": null})),
            None => Reply::Later(pending.clone()),
        })
    }

    /// When to look again at the latest: something happens by itself, or the caller is told that nothing came.
    pub fn look_again_ms(&self, pending: &Pending) -> i64 {
        let due = self.families.values().filter_map(|family| family.due_ms).min();
        due.unwrap_or(i64::MAX).min(pending.deadline_ms)
    }

    pub(super) fn later_or_done(answer: Option<Value>, pending: Pending) -> Reply {
        answer.map_or(Reply::Later(pending), Reply::Done)
    }
}
