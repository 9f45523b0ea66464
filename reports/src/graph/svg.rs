//! The SVG of a machine.

use std::{collections::BTreeSet, fmt::Write as _};

use askama::Template;

use super::{
    layout::{BOX_HEIGHT, CIRCLE, Level, Line, Picture, lay_out, shortened},
    machine::{Edge, MachineGraph, Node},
};

/// A graph with more states than this is no picture any more.
const STATES_MAX: usize = 120;
/// Room around the picture.
const MARGIN: f64 = 10.0;

/// The machine as an SVG element; `None` when it has no states, or too many to look at. The states named are marked as
/// the ones where the two sides part.
pub(crate) fn render_graph(graph: &MachineGraph, title: &str, diverging: &BTreeSet<String>) -> Option<Svg> {
    if graph.state_count() > STATES_MAX {
        return None;
    }
    let picture = lay_out(graph, Level::Top);
    let mut drawing = Drawing {
        title,
        width: pixels(picture.width + 2.0 * MARGIN),
        height: pixels(picture.height + 2.0 * MARGIN),
        boxes: Vec::new(),
        edges: Vec::new(),
    };
    drawing.add(graph, &picture, (MARGIN, MARGIN), diverging);
    let svg = drawing.render().expect("writing into a string does not fail");
    Some(Svg { width: picture.width, svg })
}

/// A rendered picture.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Svg {
    /// Its width in CSS pixels.
    pub(crate) width: f64,
    /// The element.
    pub(crate) svg: String,
}

#[derive(Template)]
#[template(path = "graph.svg")]
struct Drawing<'a> {
    title: &'a str,
    width: String,
    height: String,
    boxes: Vec<DrawnBox<'a>>,
    edges: Vec<DrawnEdge<'a>>,
}

struct DrawnBox<'a> {
    node: &'a Node,
    name: String,
    kind: &'a str,
    diverges: bool,
    holds_others: bool,
    is_inner: bool,
    x: String,
    y: String,
    width: String,
    height: String,
    radius: String,
    middle: String,
    kind_line: String,
    name_line: String,
    centre: String,
}

struct DrawnEdge<'a> {
    edge: &'a Edge,
    from: &'a str,
    to: &'a str,
    path: String,
    arrow: String,
    label: Option<DrawnLabel>,
}

struct DrawnLabel {
    text: String,
    x: String,
    y: String,
}

impl<'a> Drawing<'a> {
    fn add(
        &mut self,
        graph: &'a MachineGraph,
        picture: &Picture,
        at: (f64, f64),
        diverging: &BTreeSet<String>,
    ) {
        for (node, place) in graph.nodes.iter().zip(&picture.places) {
            let (x, y) = (at.0 + place.x, at.1 + place.y);
            self.boxes.push(DrawnBox {
                node,
                name: shortened(node.name()),
                kind: if let Node::State { kind, .. } = node { kind } else { "" },
                diverges: diverging.contains(node.name()) && matches!(node, Node::State { .. }),
                is_inner: place.height < 2.0 * CIRCLE,
                holds_others: !place.inner.is_empty(),
                x: pixels(x),
                y: pixels(y),
                width: pixels(place.width),
                height: pixels(place.height),
                radius: pixels(place.height / 2.0),
                middle: pixels(x + place.width / 2.0),
                kind_line: pixels(y + BOX_HEIGHT * 0.4),
                name_line: pixels(y + BOX_HEIGHT * 0.76),
                centre: pixels(y + place.height / 2.0),
            });
            if let Node::State { inner, .. } = node {
                for (graph, (left, top, picture)) in inner.iter().zip(&place.inner) {
                    self.add(graph, picture, (x + left, y + top), diverging);
                }
            }
        }
        for (edge, line) in graph.edges.iter().zip(&picture.lines) {
            self.edges.push(drawn_edge(graph, edge, line, at));
        }
    }
}

fn drawn_edge<'a>(graph: &'a MachineGraph, edge: &'a Edge, line: &Line, at: (f64, f64)) -> DrawnEdge<'a> {
    let points: Vec<_> = line.points.iter().map(|(x, y)| (x + at.0, y + at.1)).collect();
    let label = line.label.map(|(x, y)| DrawnLabel {
        text: shortened(&edge.label),
        x: pixels(x + at.0),
        y: pixels(y + at.1),
    });
    let is_loop = edge.from == edge.to;
    DrawnEdge {
        edge,
        from: graph.nodes[edge.from].name(),
        to: graph.nodes[edge.to].name(),
        path: if is_loop { straight(&points) } else { curved(&points) },
        arrow: arrow(&points, is_loop),
        label,
    }
}

fn straight(points: &[(f64, f64)]) -> String {
    let mut path = String::new();
    for (index, (x, y)) in points.iter().enumerate() {
        let command = if index == 0 { 'M' } else { 'L' };
        write!(path, "{command}{} {}", pixels(*x), pixels(*y)).expect("a string takes any text");
    }
    path
}

/// Leaves and enters each point vertically.
fn curved(points: &[(f64, f64)]) -> String {
    let mut path = straight(&points[..1]);
    for pair in points.windows(2) {
        let ((from_x, from_y), (to_x, to_y)) = (pair[0], pair[1]);
        let middle = pixels(f64::midpoint(from_y, to_y));
        let (from_x, to_x, to_y) = (pixels(from_x), pixels(to_x), pixels(to_y));
        if from_x == to_x {
            write!(path, "V{to_y}").expect("a string takes any text");
        } else {
            write!(path, "C{from_x} {middle} {to_x} {middle} {to_x} {to_y}")
                .expect("a string takes any text");
        }
    }
    path
}

/// The head of an arrow that ends at the last point.
fn arrow(points: &[(f64, f64)], is_loop: bool) -> String {
    const LENGTH: f64 = 7.0;
    const HALF_WIDTH: f64 = 4.0;
    let (x, y) = points[points.len() - 1];
    let before = points[points.len().saturating_sub(2)];
    let corners = if is_loop {
        [(x + LENGTH, y - HALF_WIDTH), (x + LENGTH, y + HALF_WIDTH)]
    } else {
        let back = if before.1 < y { -LENGTH } else { LENGTH };
        [(x - HALF_WIDTH, y + back), (x + HALF_WIDTH, y + back)]
    };
    format!("{}Z", straight(&[corners[0], (x, y), corners[1]]))
}

/// A length with at most one decimal.
fn pixels(length: f64) -> String {
    let text = format!("{length:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn picture_names_states_edges_and_the_diverging_state() {
        let definition = json!({"StartAt": "A<b>", "States": {
            "A<b>": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Succeed"}}});
        let graph = MachineGraph::of(&definition).expect("states");
        let svg = render_graph(&graph, "two states", &["B".to_owned()].into()).expect("a picture").svg;
        assert!(!svg.contains("A<b>"), "{svg}");
        assert!(svg.contains(r#"data-kind="next" data-from="A&#60;b&#62;" data-to="B""#), "{svg}");
        assert_eq!(svg.matches("diverges").count(), 1, "{svg}");
    }

    #[test]
    fn machine_with_too_many_states_is_not_drawn() {
        let states: serde_json::Map<_, _> =
            (0..=STATES_MAX).map(|number| (number.to_string(), json!({"Type": "Succeed"}))).collect();
        let graph = MachineGraph::of(&json!({"States": states})).expect("states");
        assert_eq!(render_graph(&graph, "", &BTreeSet::new()), None);
    }
}
