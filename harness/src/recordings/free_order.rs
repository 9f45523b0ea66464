//! Histories in which branches or iterations ran side by side: AWS promises no order among their events, so that ours are
//! brought into the recorded order, as far as the chains of `previousEventId` allow it.

use std::{
    collections::{BTreeMap, HashSet},
    sync::LazyLock,
};

use regex::{Captures, Regex};
use serde_json::{Value, json};

use super::comparison::first_difference;

/// Where a cause names the event by which its state was entered.
static ENTERED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\(entered at the event id #([0-9]+)\)").expect("the pattern is constant"));

/// Events that follow whichever child ended last, or made room.
const JOINS: [&str; 7] = [
    "MapStateSucceeded",
    "MapStateExited",
    "MapStateStarted",
    "MapIterationStarted",
    "ParallelStateSucceeded",
    "ParallelStateExited",
    "ParallelStateStarted",
];

/// Our events with the ids and in the order of the recorded ones that they stand for; unchanged where nothing ran side by
/// side, or where they are not the same events.
pub(super) fn in_recorded_order(recorded: &[Value], ours: Vec<Value>) -> Vec<Value> {
    if recorded.len() != ours.len()
        || !has_siblings(recorded)
        || !recorded.iter().all(|event| event["id"].is_i64())
    {
        return ours;
    }
    Matching::default().reordered(recorded, &ours).unwrap_or(ours)
}

/// Whether two children of one Parallel or Map began before either made room for the other.
fn has_siblings(events: &[Value]) -> bool {
    let starts = events
        .iter()
        .filter(|event| event["type"] == "MapStateStarted" || event["type"] == "ParallelStateStarted");
    let starts: HashSet<_> = starts.filter_map(|event| event["id"].as_i64()).collect();
    let mut seen = HashSet::new();
    let is_child =
        |event: &&Value| event["type"] == "MapIterationStarted" || type_of(event).ends_with("StateEntered");
    let mut parents = events.iter().filter(is_child).filter_map(|event| event["previousEventId"].as_i64());
    parents.any(|parent| starts.contains(&parent) && !seen.insert(parent))
}

fn type_of(event: &Value) -> &str {
    event["type"].as_str().unwrap_or_default()
}

/// Which of our events stands for which recorded one.
#[derive(Default)]
struct Matching {
    recorded_id: BTreeMap<i64, i64>,
    used: HashSet<usize>,
}

impl Matching {
    fn reordered(mut self, recorded: &[Value], ours: &[Value]) -> Option<Vec<Value>> {
        let mut ordered = Vec::with_capacity(ours.len());
        for event in recorded {
            let index = self.partner(event, ours)?;
            self.used.insert(index);
            self.recorded_id.insert(ours[index]["id"].as_i64()?, event["id"].as_i64()?);
            let mut ours = self.translated(&ours[index]);
            ours["id"] = event["id"].clone();
            ours["previousEventId"] = event["previousEventId"].clone();
            ordered.push(ours);
        }
        Some(ordered)
    }

    /// The first of our events that is the same and follows what the recorded one follows; for a join, the first that is
    /// the same.
    fn partner(&self, recorded: &Value, ours: &[Value]) -> Option<usize> {
        let same = |index: &usize| {
            let event = &ours[*index];
            !self.used.contains(index)
                && event["type"] == recorded["type"]
                && first_difference(&recorded["details"], &self.translated(event)["details"]).is_none()
        };
        let follows = |index: &usize| match ours[*index]["previousEventId"].as_i64() {
            Some(0) => recorded["previousEventId"] == 0,
            Some(previous) => {
                self.recorded_id.get(&previous).is_some_and(|id| recorded["previousEventId"] == *id)
            }
            None => false,
        };
        let candidates = || (0..ours.len()).filter(same);
        let is_join = JOINS.contains(&type_of(recorded));
        candidates().find(follows).or_else(|| candidates().next().filter(|_| is_join))
    }

    /// The event with the recorded id in its cause.
    fn translated(&self, event: &Value) -> Value {
        let mut event = event.clone();
        if let Some(cause) = event.pointer("/details/cause").and_then(Value::as_str) {
            let cause = ENTERED.replace_all(cause, |found: &Captures<'_>| {
                let id = found[1].parse().ok().and_then(|id: i64| self.recorded_id.get(&id));
                id.map_or_else(|| found[0].to_owned(), |id| format!("(entered at the event id #{id})"))
            });
            event["details"]["cause"] = json!(cause);
        }
        event
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(id: i64, previous: i64, kind: &str, details: &Value) -> Value {
        json!({"id": id, "previousEventId": previous, "type": kind, "details": details})
    }

    /// Two iterations, one Pass each; `order` says which goes first.
    fn history(order: [i64; 2]) -> Vec<Value> {
        let index = |index: i64| json!({"name": "M", "index": index});
        let mut events = vec![
            event(1, 0, "MapStateEntered", &json!({})),
            event(2, 1, "MapStateStarted", &json!({"length": 2})),
            event(3, 2, "MapIterationStarted", &index(0)),
            event(4, 2, "MapIterationStarted", &index(1)),
        ];
        for (place, child) in [5, 8].into_iter().zip(order) {
            events.push(event(place, 3 + child, "PassStateEntered", &json!({"input": child})));
            events.push(event(place + 1, place, "PassStateExited", &json!({"output": child})));
            events.push(event(place + 2, place + 1, "MapIterationSucceeded", &index(child)));
        }
        events.push(event(11, 9, "MapStateSucceeded", &json!({})));
        events
    }

    #[test]
    fn other_interleaving_is_brought_into_the_recorded_order() {
        let recorded = history([1, 0]);
        assert_eq!(in_recorded_order(&recorded, history([0, 1])), recorded);
    }

    #[test]
    fn event_of_another_chain_is_no_partner() {
        let recorded = history([1, 0]);
        let mut ours = history([0, 1]);
        ours[4]["previousEventId"] = json!(4);
        assert_eq!(in_recorded_order(&recorded, ours.clone()), ours);
    }

    #[test]
    fn order_of_one_line_is_not_free() {
        let line =
            |first: &str, second: &str| vec![event(1, 0, first, &json!({})), event(2, 1, second, &json!({}))];
        let ours = line("PassStateExited", "PassStateEntered");
        assert_eq!(in_recorded_order(&line("PassStateEntered", "PassStateExited"), ours.clone()), ours);
    }

    #[test]
    fn cause_names_the_event_that_stands_for_ours() {
        let failing = |order| {
            let mut events = history(order);
            let entered = events.iter().find(|event| event["details"]["input"] == 1).expect("it is entered")
                ["id"]
                .clone();
            events[10]["details"] =
                json!({"cause": format!("in 'P' (entered at the event id #{entered}). why")});
            events
        };
        let recorded = failing([1, 0]);
        assert_eq!(in_recorded_order(&recorded, failing([0, 1])), recorded);
    }
}
