//! What AWS has changed since a recording was made, undone on our side: the reference says what holds today.

use serde_json::Value;

/// The event after a Map Run names another predecessor since some day between August and November 2024.
const MAP_EXITED_FOLLOWS_MAP_RUN_STARTED: &str = "2024-10";
/// An evaluation that failed names the event before it since some day between 21 November and 27 December 2024; before,
/// it named the predecessor of the state's entry.
const EVALUATION_FAILED_FOLLOWS_ENTERED: &str = "2024-12";

/// Members that replies have since a day. Documented: executions can be redriven since 2023-11-15, and keys of the
/// customer's own can be used since 2024-07-25; every reply about what they concern tells so since then.
const MEMBERS_SINCE: [(&str, &str); 4] = [
    ("redriveCount", "2023-11-15"),
    ("redriveStatus", "2023-11-15"),
    ("redriveStatusReason", "2023-11-15"),
    ("encryptionConfiguration", "2024-07-25"),
];

/// Our reply as AWS would have given it on the day of the recording (ISO-8601).
pub(super) fn reply_as_of(recorded: &str, mut reply: Value) -> Value {
    let later: Vec<&str> =
        MEMBERS_SINCE.iter().filter(|(_, since)| recorded < *since).map(|(member, _)| *member).collect();
    if !later.is_empty() {
        remove_members(&mut reply, &later);
    }
    reply
}

fn remove_members(value: &mut Value, names: &[&str]) {
    match value {
        Value::Object(members) => {
            members.retain(|name, _| !names.contains(&name.as_str()));
            members.values_mut().for_each(|member| remove_members(member, names));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| remove_members(item, names)),
        _ => {}
    }
}

/// Our events as AWS would have written them on the day of the recording (ISO-8601).
pub(super) fn as_of(recorded: &str, mut events: Vec<Value>) -> Vec<Value> {
    if recorded < MAP_EXITED_FOLLOWS_MAP_RUN_STARTED {
        let ends = events.iter().filter(|event| event["type"] == "MapRunSucceeded");
        let ends: Vec<_> =
            ends.map(|event| (event["previousEventId"].clone(), event["id"].clone())).collect();
        for event in events.iter_mut().filter(|event| event["type"] == "MapStateExited") {
            if let Some((_, end)) = ends.iter().find(|(start, _)| event["previousEventId"] == *start) {
                event["previousEventId"] = end.clone();
            }
        }
    }
    if recorded < EVALUATION_FAILED_FOLLOWS_ENTERED {
        let predecessors: Vec<_> =
            events.iter().map(|event| (event["id"].clone(), event["previousEventId"].clone())).collect();
        for event in events.iter_mut().filter(|event| event["type"] == "EvaluationFailed") {
            if let Some((_, before)) = predecessors.iter().find(|(id, _)| event["previousEventId"] == *id) {
                event["previousEventId"] = before.clone();
            }
        }
    }
    events
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[rstest]
    #[case("2023-09-21T19:21:35Z", json!([{"name": "m"}]))]
    #[case("2024-06-01T10:17:53Z", json!([{"redriveCount": 0, "name": "m"}]))]
    #[case("2024-11-20T14:39:31Z", json!([{"redriveCount": 0, "encryptionConfiguration": {}, "name": "m"}]))]
    fn reply_has_the_members_of_its_time(#[case] recorded: &str, #[case] expected: Value) {
        let reply = json!([{"redriveCount": 0, "encryptionConfiguration": {}, "name": "m"}]);
        assert_eq!(reply_as_of(recorded, reply), expected);
    }

    #[rstest]
    #[case("2024-08-19T08:59:42Z", 5)]
    #[case("2024-11-18T14:54:07Z", 4)]
    fn map_state_exited_follows_the_event_of_its_time(#[case] recorded: &str, #[case] expected: i64) {
        let events = vec![
            json!({"id": 4, "previousEventId": 3, "type": "MapRunStarted"}),
            json!({"id": 5, "previousEventId": 4, "type": "MapRunSucceeded"}),
            json!({"id": 7, "previousEventId": 4, "type": "MapStateExited"}),
        ];
        assert_eq!(as_of(recorded, events)[2]["previousEventId"], expected);
    }

    #[rstest]
    #[case("2024-11-21T00:00:00Z", 5)]
    #[case("2024-12-27T00:00:00Z", 6)]
    fn evaluation_failed_follows_the_event_of_its_time(#[case] recorded: &str, #[case] expected: i64) {
        let events = vec![
            json!({"id": 6, "previousEventId": 5, "type": "PassStateEntered"}),
            json!({"id": 7, "previousEventId": 6, "type": "EvaluationFailed"}),
        ];
        assert_eq!(as_of(recorded, events)[1]["previousEventId"], expected);
    }
}
