//! Histories of which the recording side sorted the events of a Parallel state, blanked their ids, and lost the event that
//! ends them. Ours are brought into the same form.

use serde_json::{Value, json};

use super::comparison::first_difference;

/// Our events as the recording shows them: each range of blanked events in its order, without what it lost.
pub(super) fn in_recorded_order(recorded: &[Value], ours: Vec<Value>) -> Vec<Value> {
    if recorded.iter().all(has_id) {
        return ours;
    }
    let mut ours = ours.into_iter().peekable();
    let mut shown = Vec::with_capacity(recorded.len());
    let mut rest = recorded;
    while let Some(next) = rest.first() {
        let n_blanked = rest.iter().take_while(|event| !has_id(event)).count();
        if n_blanked == 0 {
            while ours.next_if(|event| event["id"].as_i64() < next["id"].as_i64()).is_some() {}
            shown.extend(ours.next());
            rest = &rest[1..];
        } else {
            let range = ours.by_ref().take(n_blanked).map(blanked).collect();
            shown.extend(reordered(&rest[..n_blanked], range));
            rest = &rest[n_blanked..];
        }
    }
    shown.extend(ours);
    shown
}

fn has_id(event: &Value) -> bool {
    event["id"].is_i64()
}

fn blanked(mut event: Value) -> Value {
    event["id"] = json!([0]);
    event["previousEventId"] = json!(0);
    event
}

/// Each recorded event takes the first of ours that is the same; what finds no partner keeps its place.
fn reordered(recorded: &[Value], mut ours: Vec<Value>) -> Vec<Value> {
    let mut ordered = Vec::with_capacity(ours.len());
    for event in recorded {
        let partner = ours.iter().position(|other| first_difference(event, other).is_none());
        if !ours.is_empty() {
            ordered.push(ours.remove(partner.unwrap_or(0)));
        }
    }
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(id: i64, kind: &str) -> Value {
        json!({"id": id, "previousEventId": id - 1, "type": kind})
    }

    fn blank(kind: &str) -> Value {
        blanked(event(0, kind))
    }

    #[test]
    fn range_is_reordered_and_the_lost_event_left_out() {
        let recorded = [event(1, "Started"), blank("A"), blank("B"), event(5, "Exited")];
        let ours = vec![
            event(1, "Started"),
            event(2, "B"),
            event(3, "A"),
            event(4, "Succeeded"),
            event(5, "Exited"),
        ];
        assert_eq!(in_recorded_order(&recorded, ours), recorded);
    }

    #[test]
    fn event_without_a_partner_stays_and_differs() {
        let recorded = [blank("A"), event(3, "Exited")];
        let ours = vec![event(1, "B"), event(2, "Succeeded"), event(3, "Exited")];
        assert_eq!(in_recorded_order(&recorded, ours)[0], blank("B"));
    }
}
