//! What the output of a Map Run says about its children: their outputs, or a description of each.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::{Value, json};

use crate::{
    execution::{ChildId, Execution, MapRunId},
    history::Failure,
    java::json_text,
    timestamp,
};

/// How a child ended.
type ChildEnd = Result<Arc<Value>, Failure>;

impl Execution {
    /// The outputs of the children. Documented: a child that failed is described, whatever the transformation.
    pub(super) fn compact(&self, run: MapRunId, ends: Vec<ChildEnd>) -> Vec<Value> {
        let children = if ends.iter().all(Result::is_ok) { BTreeMap::new() } else { self.children_of(run) };
        let outputs = ends.into_iter().enumerate().map(|(index, end)| match end {
            Ok(output) => Arc::unwrap_or_clone(output),
            Err(_) => children.get(&index).map_or(Value::Null, |child| self.description(*child, &end)),
        });
        outputs.collect()
    }

    /// The descriptions of the children.
    pub(super) fn described(&self, run: MapRunId, ends: &[ChildEnd]) -> Vec<Value> {
        let children = self.children_of(run);
        let described = ends.iter().enumerate().map(|(index, end)| {
            children.get(&index).map_or(Value::Null, |child| self.description(*child, end))
        });
        described.collect()
    }

    /// The last child of every input.
    fn children_of(&self, run: MapRunId) -> BTreeMap<usize, ChildId> {
        let children = self.children.iter().enumerate();
        children.filter(|(_, child)| child.map_run == run).map(|(id, child)| (child.index, id)).collect()
    }

    /// Documented: as `DescribeExecution` tells it, with capital letters; input and output are JSON texts.
    fn description(&self, id: ChildId, end: &ChildEnd) -> Value {
        let child = &self.children[id];
        let mut described = json!({
            "ExecutionArn": &*child.identity.execution_arn,
            "Input": json_text(&child.input),
            "InputDetails": {"Included": true},
            "Name": &*child.identity.execution_name,
            "RedriveCount": child.redrive_count,
            "StartDate": timestamp::to_text(child.started_ms),
            "StateMachineArn": &*child.identity.machine_arn,
            "StopDate": timestamp::to_text(child.end.as_ref().map_or(self.now_ms, |(_, ended_ms)| *ended_ms)),
        });
        match end {
            Ok(output) => {
                described["Output"] = json_text(output).into();
                described["OutputDetails"] = json!({"Included": true});
                described["RedriveStatus"] = "NOT_REDRIVABLE".into();
                described["RedriveStatusReason"] = "Execution is SUCCEEDED and cannot be redriven".into();
                described["Status"] = "SUCCEEDED".into();
            }
            Err(failure) => {
                for (name, text) in [("Error", &failure.error), ("Cause", &failure.cause)] {
                    if let Some(text) = text {
                        described[name] = (&**text).into();
                    }
                }
                described["RedriveStatus"] = "REDRIVABLE".into();
                described["Status"] = "FAILED".into();
            }
        }
        described.sort_all_objects();
        described
    }
}
