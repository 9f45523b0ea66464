//! The shape of two histories that differ although every state is entered and left alike: which kind of event is there
//! in the place of which.

use std::collections::BTreeMap;

use serde_json::Value;

/// The place and both shapes: the first kind of event that is missing, and what stands in its place.
pub(super) fn shapes(expected: &Value, actual: &Value) -> (String, String, String) {
    let (right, found) = (labels(expected), labels(actual));
    let place = "history".to_owned();
    if let Some(at) = first_beyond(&right, &found) {
        let instead = in_place_of(&right, &found, at).map_or("missing", kind_of);
        return (place, kind_of(right[at]).to_owned(), instead.to_owned());
    }
    if let Some(at) = first_beyond(&found, &right) {
        return (place, "nothing".to_owned(), kind_of(found[at]).to_owned());
    }
    let at = (0..right.len()).find(|at| right[*at] != found[*at]).unwrap_or_default();
    let kind_at = |labels: &[&str]| labels.get(at).map_or("end", |label| kind_of(label)).to_owned();
    ("order of the history".to_owned(), kind_at(&right), kind_at(&found))
}

fn labels(trace: &Value) -> Vec<&str> {
    trace.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// The first label that this side has more often than the other.
fn first_beyond(side: &[&str], other: &[&str]) -> Option<usize> {
    let mut left: BTreeMap<&str, usize> = BTreeMap::new();
    for label in other {
        *left.entry(label).or_default() += 1;
    }
    side.iter().position(|label| match left.get_mut(label) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    })
}

/// What the other history has after the event before, if that is too much there.
fn in_place_of<'a>(right: &[&str], found: &[&'a str], at: usize) -> Option<&'a str> {
    let before = at.checked_sub(1).map(|before| right[before])?;
    let occurrence = right[..at].iter().filter(|label| **label == before).count();
    let places = found.iter().enumerate().filter(|(_, label)| **label == before);
    let (position, _) = places.take(occurrence).last()?;
    let candidate = *found.get(position + 1)?;
    let count = |labels: &[&str]| labels.iter().filter(|label| **label == candidate).count();
    let is_of_one_kind = last_word(kind_of(candidate)) == last_word(kind_of(right[at]));
    (is_of_one_kind && count(found) > count(right)).then_some(candidate)
}

/// `Scheduled` of `ActivityScheduled`: an event is replaced by one that says the same about something else.
fn last_word(kind: &str) -> &str {
    kind.rfind(|character: char| character.is_ascii_uppercase()).map_or(kind, |at| &kind[at..])
}

/// The type of an event without what is particular to a state.
fn kind_of(label: &str) -> &str {
    label.split(' ').next().unwrap_or(label)
}
