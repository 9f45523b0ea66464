//! Map Runs: list, describe, update.

use asl_reference::{
    execution::{MapRunCounts, MapRunEnd, MapRunUpdate, MapRunView},
    history::seconds,
};
use serde_json::{Value, json};

use super::{
    api_error::ApiError,
    arn::{ArnKind, resource},
    executions::StoredExecution,
    request::{number, text},
    service::Service,
};

impl Service {
    pub(super) fn list_map_runs(&self, request: &Value) -> Result<Value, ApiError> {
        let stored = self.standard_execution(text(request, "executionArn"))?;
        let runs = stored.execution.map_runs().into_iter().rev();
        let all: Vec<_> = runs
            .map(|run| {
                let mut entry = json!({
                    "executionArn": &*stored.execution.identity().execution_arn,
                    "mapRunArn": &*run.arn,
                    "stateMachineArn": machine_arn(&run.arn),
                    "startDate": seconds(run.started_ms),
                });
                insert_stop(&mut entry, &run);
                entry
            })
            .collect();
        super::paging::page(&all, request, "mapRuns")
    }

    /// Recorded: the members, and that results count as written without a writer too.
    pub(super) fn describe_map_run(&self, request: &Value) -> Result<Value, ApiError> {
        let (stored, run) = self.map_run(text(request, "mapRunArn"))?;
        let mut reply = json!({
            "mapRunArn": &*run.arn,
            "executionArn": &*stored.execution.identity().execution_arn,
            "status": status(&run),
            "startDate": seconds(run.started_ms),
            "maxConcurrency": run.max_concurrency,
            "toleratedFailureCount": run.tolerated_count,
            "toleratedFailurePercentage": run.tolerated_percentage,
            "executionCounts": counts(&run.executions),
            "itemCounts": counts(&run.items),
            "redriveCount": 0,
        });
        insert_stop(&mut reply, &run);
        Ok(reply)
    }

    /// Documented: the limits of a Map Run that runs can be changed.
    pub(super) fn update_map_run(&mut self, request: &Value, now_ms: i64) -> Result<Value, ApiError> {
        let arn = text(request, "mapRunArn");
        let (stored, run) = self.map_run(arn)?;
        if run.end.is_some() {
            return Err(ApiError::validation(format!("Map Run is {} and cannot be updated", status(&run))));
        }
        let execution_arn = stored.execution.identity().execution_arn.to_string();
        let update = MapRunUpdate {
            max_concurrency: number(request, "maxConcurrency").and_then(|limit| usize::try_from(limit).ok()),
            tolerated_count: number(request, "toleratedFailureCount"),
            tolerated_percentage: request.get("toleratedFailurePercentage").and_then(Value::as_f64),
        };
        self.bring_up_to_date(&execution_arn, now_ms);
        if let Some(stored) = self.executions.get_mut(&execution_arn) {
            stored.execution.update_map_run(arn, update);
        }
        self.go_on(&execution_arn, now_ms);
        Ok(json!({}))
    }

    pub(super) fn map_run(&self, arn: &str) -> Result<(&StoredExecution, MapRunView), ApiError> {
        resource(arn, ArnKind::MapRun)?;
        let found = self.executions.values().find_map(|stored| {
            let mut runs = stored.execution.map_runs().into_iter();
            Some((stored, runs.find(|run| &*run.arn == arn)?))
        });
        found.ok_or_else(|| ApiError::new("ResourceNotFound", format!("Map Run Does Not Exist: '{arn}'")))
    }
}

/// Recorded: the machine of the children is `MACHINE/LABEL`.
fn machine_arn(map_run_arn: &str) -> String {
    let without_run = map_run_arn.rsplit_once(':').map_or(map_run_arn, |(machine, _)| machine);
    without_run.replace(":mapRun:", ":stateMachine:")
}

fn status(run: &MapRunView) -> &'static str {
    match run.end {
        None => "RUNNING",
        Some((MapRunEnd::Succeeded, _)) => "SUCCEEDED",
        Some((MapRunEnd::Failed, _)) => "FAILED",
        Some((MapRunEnd::Aborted, _)) => "ABORTED",
    }
}

fn insert_stop(reply: &mut Value, run: &MapRunView) {
    if let Some((_, stopped_ms)) = run.end {
        reply["stopDate"] = json!(seconds(stopped_ms));
    }
}

fn counts(counts: &MapRunCounts) -> Value {
    json!({
        "pending": counts.pending,
        "running": counts.running,
        "succeeded": counts.succeeded,
        "failed": counts.failed,
        "timedOut": 0,
        "aborted": counts.aborted,
        "total": counts.total(),
        "resultsWritten": counts.succeeded,
    })
}
