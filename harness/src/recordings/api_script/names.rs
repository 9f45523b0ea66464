//! What our side drew where a recorded script has stub names.

use serde_json::Value;

use super::super::{Record, record::ApiCall};

/// The stub names of one script, and what they stand for.
pub(super) struct Names {
    executions: Vec<String>,
    sync_executions: Vec<(String, String)>,
    map_runs: Vec<(String, String)>,
    n_executions: usize,
    n_sync_executions: usize,
    pairs: Vec<(String, String)>,
    next_token: Option<String>,
    revisions: Vec<String>,
}

/// The stub of a token that a reply gave.
const NEXT_TOKEN: &str = "stub-nextToken";
/// How the stub of a revision begins.
const REVISION: &str = "revision-";

impl Names {
    pub(super) fn of(record: &Record) -> Self {
        let numbered = |part: &str| {
            let stub = |index: usize| {
                let placeholder = format!("<{part}_{index}idx>");
                let found = record.normalisations.substitutions.iter().find(|(_, to)| *to == placeholder);
                found.map(|(literal, _)| literal.clone())
            };
            (0..).map_while(stub).collect::<Vec<_>>()
        };
        let both = |part: &str, other: &str| numbered(part).into_iter().zip(numbered(other)).collect();
        Self {
            executions: numbered("ExecArnPart"),
            sync_executions: both("SyncExecArn_Part1", "SyncExecArn_Part2"),
            map_runs: both("MapRunArnPart0", "MapRunArnPart1"),
            n_executions: 0,
            n_sync_executions: 0,
            pairs: Vec::new(),
            next_token: None,
            revisions: Vec::new(),
        }
    }

    /// The call with our names for the stubs. A call about a revision that was refused named one that is over.
    pub(super) fn in_request(&self, request: &Value) -> Value {
        let mut request = replaced(request, &|text| {
            self.pairs.iter().fold(text.to_owned(), |text, (stub, ours)| text.replace(stub, ours))
        });
        if request["nextToken"] == NEXT_TOKEN {
            request["nextToken"] = self.next_token.clone().into();
        }
        if request["revisionId"].as_str().is_some_and(|id| id.starts_with(REVISION)) {
            let over = self.revisions.len().checked_sub(2).and_then(|index| self.revisions.get(index));
            request["revisionId"] = over.cloned().into();
        }
        request
    }

    /// Our reply with the stubs for our names.
    pub(super) fn in_reply(&self, reply: &Value) -> Value {
        replaced(reply, &|text| {
            self.pairs.iter().fold(text.to_owned(), |text, (stub, ours)| text.replace(ours, stub))
        })
    }

    /// Notes what a reply gave.
    pub(super) fn learn(&mut self, call: &ApiCall, reply: &Value) {
        let text = |member: &str| reply[member].as_str().map(str::to_owned);
        self.next_token = text("nextToken").or(self.next_token.take());
        if let Some(id) = text("revisionId").filter(|id| self.revisions.last() != Some(id)) {
            self.revisions.push(id);
        }
        let arn = text("executionArn").unwrap_or_default();
        let parts: Vec<&str> = arn.split(':').collect();
        match call.operation.as_str() {
            "StartExecution" => {
                let stub = self.executions.get(self.n_executions).cloned();
                self.n_executions += 1;
                if let (Some(stub), None, Some(name)) = (stub, call.params["name"].as_str(), parts.last()) {
                    self.pairs.push((stub, (*name).to_owned()));
                }
            }
            "StartSyncExecution" => {
                let stubs = self.sync_executions.get(self.n_sync_executions).cloned();
                self.n_sync_executions += 1;
                if let (Some((first, second)), [.., name, unique]) = (stubs, parts.as_slice()) {
                    self.pairs.extend([(first, (*name).to_owned()), (second, (*unique).to_owned())]);
                }
            }
            "ListMapRuns" => self.learn_map_runs(reply),
            _ => {}
        }
    }

    fn learn_map_runs(&mut self, reply: &Value) {
        let runs = reply["mapRuns"].as_array().into_iter().flatten();
        for (run, (first, second)) in runs.zip(&self.map_runs) {
            let arn = run["mapRunArn"].as_str().unwrap_or_default();
            if let Some((label, unique)) = arn.rsplit_once('/').and_then(|(_, rest)| rest.split_once(':')) {
                self.pairs.push((first.clone(), label.to_owned()));
                self.pairs.push((second.clone(), unique.to_owned()));
            }
        }
    }
}

/// Every text in the value, replaced.
pub(super) fn replaced(value: &Value, replace: &dyn Fn(&str) -> String) -> Value {
    match value {
        Value::String(text) => Value::from(replace(text)),
        Value::Array(items) => items.iter().map(|item| replaced(item, replace)).collect(),
        Value::Object(members) => {
            members.iter().map(|(key, value)| (key.clone(), replaced(value, replace))).collect()
        }
        other => other.clone(),
    }
}
