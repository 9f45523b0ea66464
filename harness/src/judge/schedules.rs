//! A property of comparing histories: every way in which a scheduler may interleave the branches of one machine gives
//! the same history. The histories are made of nested Pass, Parallel and Map states by the recorded rules.

use asl_cases::{CrossCheck, Identities, Observation, Oracle, Outcome, Policy, Trace, TraceEvent};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::compare;

#[derive(Clone, Debug)]
enum State {
    Pass,
    Parallel(Vec<Vec<State>>),
    Map(usize, Vec<State>),
}

/// An event that can happen when others have, and that names the latest of some of them as its previous one.
struct Node {
    kind: String,
    details: Map<String, Value>,
    after: Vec<usize>,
    previous: Vec<usize>,
}

#[derive(Default)]
struct Plan {
    nodes: Vec<Node>,
    names: usize,
}

impl Plan {
    fn add(&mut self, kind: &str, details: Value, after: &[usize], previous: &[usize]) -> usize {
        let Value::Object(details) = details else { panic!("details are an object") };
        let (after, previous) = (after.to_vec(), previous.to_vec());
        self.nodes.push(Node { kind: kind.to_owned(), details, after, previous });
        self.nodes.len() - 1
    }

    fn next(&mut self, kind: &str, details: Value, from: usize) -> usize {
        self.add(kind, details, &[from], &[from])
    }

    fn states(&mut self, states: &[State], from: usize) -> usize {
        states.iter().fold(from, |from, state| self.state(state, from))
    }

    fn state(&mut self, state: &State, from: usize) -> usize {
        self.names += 1;
        let name = json!({"name": format!("S{}", self.names)});
        match state {
            State::Pass => {
                let entered = self.next("PassStateEntered", name.clone(), from);
                self.next("PassStateExited", name, entered)
            }
            State::Parallel(branches) => {
                let entered = self.next("ParallelStateEntered", name.clone(), from);
                let started = self.next("ParallelStateStarted", json!({}), entered);
                let ends: Vec<usize> = branches.iter().map(|branch| self.states(branch, started)).collect();
                self.end("Parallel", &name, &ends)
            }
            State::Map(iterations, body) => {
                let entered = self.next("MapStateEntered", name.clone(), from);
                let started = self.next("MapStateStarted", json!({}), entered);
                let ends: Vec<usize> =
                    (0..*iterations).map(|index| self.iteration(&name, index, body, started)).collect();
                self.end("Map", &name, if ends.is_empty() { std::slice::from_ref(&started) } else { &ends })
            }
        }
    }

    /// The states of all iterations have the same names.
    fn iteration(&mut self, name: &Value, index: usize, body: &[State], started: usize) -> usize {
        let names = self.names;
        let mut details = name.clone();
        details["index"] = json!(index);
        let begun = self.next("MapIterationStarted", details.clone(), started);
        let inner = self.states(body, begun);
        self.names = names;
        self.next("MapIterationSucceeded", details, inner)
    }

    /// Recorded: the event that succeeds and the one that exits share their previous event.
    fn end(&mut self, kind: &str, name: &Value, ends: &[usize]) -> usize {
        let succeeded = self.add(&format!("{kind}StateSucceeded"), json!({}), ends, ends);
        self.add(&format!("{kind}StateExited"), name.clone(), &[succeeded], ends)
    }

    /// The history in which, of all events that can happen, the one with the smallest priority happens next.
    fn scheduled(&self, priorities: &[u16]) -> Trace {
        let mut id_of: Vec<Option<i64>> = vec![None; self.nodes.len()];
        let mut events = Vec::new();
        while let Some(next) = (0..self.nodes.len())
            .filter(|node| {
                id_of[*node].is_none() && self.nodes[*node].after.iter().all(|after| id_of[*after].is_some())
            })
            .min_by_key(|node| priorities[node % priorities.len()])
        {
            let node = &self.nodes[next];
            let id = i64::try_from(events.len()).expect("a short history") + 1;
            id_of[next] = Some(id);
            // Recorded: the first state has no previous event either.
            let previous = node.previous.iter().filter_map(|previous| id_of[*previous]).max().unwrap_or(0);
            let previous_event_id = if previous == 1 { 0 } else { previous };
            let (kind, details) = (node.kind.clone(), node.details.clone());
            events.push(TraceEvent { id, previous_event_id, kind, timestamp_ms: 0, details });
        }
        Trace(events)
    }
}

fn planned(states: &[State]) -> Plan {
    let mut plan = Plan::default();
    let started = plan.add("ExecutionStarted", json!({}), &[], &[]);
    let last = plan.states(states, started);
    plan.next("ExecutionSucceeded", json!({}), last);
    plan
}

fn states() -> impl Strategy<Value = Vec<State>> {
    let state = Just(State::Pass).prop_recursive(3, 16, 3, |inner| {
        let states = || proptest::collection::vec(inner.clone(), 1..3);
        prop_oneof![
            proptest::collection::vec(states(), 1..4).prop_map(State::Parallel),
            (0_usize..4, states()).prop_map(|(iterations, body)| State::Map(iterations, body)),
        ]
    });
    proptest::collection::vec(state, 1..4)
}

fn observed(trace: Trace) -> Observation {
    Observation {
        outcome: Outcome::Succeeded(Value::Null),
        trace: Some(trace),
        identities: Identities::default(),
        permits: Vec::new(),
        cross_check: CrossCheck::default(),
    }
}

fn differs(expected: &Trace, actual: &Trace) -> Option<String> {
    let (expected, actual) = (observed(expected.clone()), observed(actual.clone()));
    let comparison = compare(&expected, &actual, &Policy::default(), &|_| Oracle::Reference);
    comparison.divergences.first().map(|divergence| divergence.sentence.clone())
}

fn priorities() -> impl Strategy<Value = Vec<u16>> {
    proptest::collection::vec(any::<u16>(), 97)
}

proptest! {
    #[test]
    fn every_schedule_of_one_machine_is_the_same_history(
        states in states(),
        one in priorities(),
        other in priorities(),
    ) {
        let plan = planned(&states);
        let (one, other) = (plan.scheduled(&one), plan.scheduled(&other));
        prop_assert_eq!(differs(&one, &other), None, "{:#?}\n{:#?}", one.labels(), other.labels());
    }

    #[test]
    fn lost_event_is_found_under_every_schedule(
        states in states(),
        one in priorities(),
        other in priorities(),
        lost in any::<proptest::sample::Index>(),
    ) {
        let plan = planned(&states);
        let (one, mut other) = (plan.scheduled(&one), plan.scheduled(&other));
        other.0.remove(lost.index(other.0.len()));
        prop_assert!(differs(&one, &other).is_some(), "{:#?}", one.labels());
    }
}
