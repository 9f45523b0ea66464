//! The states and transitions of a definition, whatever the definition is worth: what cannot be read is left out.

use serde_json::{Map, Value};

use super::rule::rule_in_words;

/// The states of one level of a machine and how they follow each other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MachineGraph {
    /// Where it starts, the states in the order of the definition, and where it ends.
    pub nodes: Vec<Node>,
    /// The transitions, as places in [`MachineGraph::nodes`].
    pub edges: Vec<Edge>,
}

/// What is drawn as one box or circle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// Where the execution, the branch or the iteration begins.
    Start,
    /// Where it ends.
    End,
    /// A state.
    State {
        /// Its name.
        name: String,
        /// Its `Type`.
        kind: String,
        /// Whether it has a `Retry` field.
        retries: bool,
        /// The branches of a Parallel, the one body of a Map.
        inner: Vec<MachineGraph>,
    },
}

impl Node {
    /// How a reader names it: a state by its name.
    pub fn name(&self) -> &str {
        match self {
            Self::Start => "Start",
            Self::End => "End",
            Self::State { name, .. } => name,
        }
    }
}

/// One transition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// Where it begins.
    pub from: usize,
    /// Where it leads.
    pub to: usize,
    /// Why it is taken.
    pub kind: EdgeKind,
    /// What stands beside it: the rule, the errors that are caught.
    pub label: String,
}

/// Why a transition is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EdgeKind {
    /// `StartAt`.
    Start,
    /// `Next`.
    Next,
    /// A rule of a Choice state holds.
    Choice,
    /// No rule holds: `Default`.
    Default,
    /// An error is caught.
    Catch,
    /// The state ends the execution, the branch or the iteration.
    End,
}

impl EdgeKind {
    /// The kind as one lower-case word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Next => "next",
            Self::Choice => "choice",
            Self::Default => "default",
            Self::Catch => "catch",
            Self::End => "end",
        }
    }
}

/// Deeper nesting is not drawn.
const DEPTH_MAX: usize = 12;

impl MachineGraph {
    /// The graph of a definition; `None` when it has no states to draw.
    pub fn of(definition: &Value) -> Option<Self> {
        match definition {
            Value::String(text) => level(&serde_json::from_str(text).ok()?, DEPTH_MAX),
            document => level(document, DEPTH_MAX),
        }
    }

    /// How many states there are, those inside of others included.
    pub fn state_count(&self) -> usize {
        let count = |node: &Node| match node {
            Node::State { inner, .. } => 1 + inner.iter().map(Self::state_count).sum::<usize>(),
            Node::Start | Node::End => 0,
        };
        self.nodes.iter().map(count).sum()
    }
}

fn level(definition: &Value, depth: usize) -> Option<MachineGraph> {
    let states = definition.get("States")?.as_object().filter(|states| !states.is_empty())?;
    let start_at = definition.get("StartAt").and_then(Value::as_str);
    let mut builder = Builder { states, end: states.len() + 1, edges: Vec::new() };
    builder.add(0, EdgeKind::Start, start_at, String::new());
    for (index, state) in states.values().enumerate() {
        builder.leave(index + 1, state);
    }
    let mut nodes = vec![Node::Start];
    nodes.extend(states.iter().map(|(name, state)| node(name, state, depth)));
    nodes.push(Node::End);
    Some(MachineGraph { nodes, edges: builder.edges })
}

fn node(name: &str, state: &Value, depth: usize) -> Node {
    let bodies: Vec<&Value> = match state.get("Branches") {
        Some(Value::Array(branches)) => branches.iter().collect(),
        _ => ["ItemProcessor", "Iterator"].iter().filter_map(|key| state.get(key)).take(1).collect(),
    };
    let inner = match depth.checked_sub(1) {
        Some(depth) => bodies.into_iter().filter_map(|body| level(body, depth)).collect(),
        None => Vec::new(),
    };
    let kind = state.get("Type").and_then(Value::as_str).unwrap_or("?").to_owned();
    Node::State { name: name.to_owned(), kind, retries: state.get("Retry").is_some(), inner }
}

struct Builder<'a> {
    states: &'a Map<String, Value>,
    end: usize,
    edges: Vec<Edge>,
}

impl Builder<'_> {
    /// The transitions out of a state.
    fn leave(&mut self, from: usize, state: &Value) {
        let target =
            |holder: &'_ Value, key: &str| holder.get(key).and_then(Value::as_str).map(str::to_owned);
        for rule in items(state, "Choices") {
            self.add(from, EdgeKind::Choice, target(rule, "Next").as_deref(), rule_in_words(rule));
        }
        self.add(from, EdgeKind::Default, target(state, "Default").as_deref(), "Default".to_owned());
        self.add(from, EdgeKind::Next, target(state, "Next").as_deref(), String::new());
        for catcher in items(state, "Catch") {
            let errors: Vec<_> = items(catcher, "ErrorEquals").iter().filter_map(Value::as_str).collect();
            let label = format!("Catch {}", errors.join(", "));
            self.add(from, EdgeKind::Catch, target(catcher, "Next").as_deref(), label);
        }
        let kind = state.get("Type").and_then(Value::as_str);
        if state.get("End") == Some(&Value::Bool(true)) || matches!(kind, Some("Succeed" | "Fail")) {
            self.edges.push(Edge { from, to: self.end, kind: EdgeKind::End, label: String::new() });
        }
    }

    fn add(&mut self, from: usize, kind: EdgeKind, target: Option<&str>, label: String) {
        let place = target.and_then(|name| self.states.keys().position(|key| key == name));
        if let Some(place) = place {
            self.edges.push(Edge { from, to: place + 1, kind, label });
        }
    }
}

fn items<'a>(holder: &'a Value, key: &str) -> &'a [Value] {
    holder.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    fn transitions(definition: &Value) -> Vec<String> {
        let graph = MachineGraph::of(definition).expect("states");
        let name = |place: usize| graph.nodes[place].name();
        let line = |edge: &Edge| {
            format!("{} {}>{} {}", edge.kind.as_str(), name(edge.from), name(edge.to), edge.label)
        };
        graph.edges.iter().map(|edge| line(edge).trim().to_owned()).collect()
    }

    #[test]
    fn every_transition_of_the_definition_is_an_edge() {
        let definition = json!({"StartAt": "Pick", "States": {
            "Pick": {"Type": "Choice", "Choices": [{"Variable": "$.x", "IsNull": true, "Next": "Try"}], "Default": "No"},
            "Try": {"Type": "Task", "Catch": [{"ErrorEquals": ["A", "B"], "Next": "Pick"}], "Next": "Yes"},
            "Yes": {"Type": "Pass", "End": true},
            "No": {"Type": "Fail"}}});
        assert_eq!(
            transitions(&definition),
            [
                "start Start>Pick",
                "choice Pick>Try $.x is null",
                "default Pick>No Default",
                "next Try>Yes",
                "catch Try>Pick Catch A, B",
                "end Yes>End",
                "end No>End",
            ]
        );
    }

    #[test]
    fn branches_and_bodies_are_graphs_inside_of_their_state() {
        let body = json!({"StartAt": "In", "States": {"In": {"Type": "Pass", "End": true}}});
        let definition = json!({"StartAt": "Fan", "States": {
            "Fan": {"Type": "Parallel", "Branches": [body, body], "Next": "Each"},
            "Each": {"Type": "Map", "ItemProcessor": body, "End": true}}});
        let graph = MachineGraph::of(&definition).expect("states");
        assert_eq!(graph.state_count(), 5);
    }

    #[rstest]
    #[case(json!({}))]
    #[case(json!("no JSON"))]
    #[case(json!({"States": {}}))]
    #[case(json!({"States": []}))]
    fn definition_without_states_has_no_graph(#[case] definition: Value) {
        assert_eq!(MachineGraph::of(&definition), None);
    }

    #[test]
    fn transition_to_a_state_that_is_not_there_is_left_out() {
        let definition =
            json!({"StartAt": "Gone", "States": {"A": {"Type": "Pass", "Next": "Gone"}, "B": 7}});
        assert!(transitions(&definition).is_empty());
    }
}
