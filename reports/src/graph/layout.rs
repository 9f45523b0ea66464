//! Where each box, edge and label of a machine goes, what is inside of Map and Parallel included.
//!
//! The order within a layer and the horizontal places are rust-sugiyama's work.

use console::measure_text_width;
use rust_sugiyama::{
    configure::{Config, RankingType},
    from_vertices_and_edges,
};

use super::{
    layers::{Layers, Span, layers},
    machine::{Edge, MachineGraph, Node},
};

/// A laid-out graph. Lengths are in CSS pixels; `x` and `y` are the upper left corner.
#[derive(Clone, Debug, Default)]
pub(super) struct Picture {
    pub(super) width: f64,
    pub(super) height: f64,
    /// One for each node.
    pub(super) places: Vec<Place>,
    /// One for each edge.
    pub(super) lines: Vec<Line>,
}

/// Where a node is.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
    /// The graphs inside, each with where it begins.
    pub(super) inner: Vec<(f64, f64, Picture)>,
}

/// How an edge runs, from its first point to its last, and the middle of its label.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    pub(super) points: Vec<(f64, f64)>,
    pub(super) label: Option<(f64, f64)>,
}

/// The radius of the circles of start and end.
pub(super) const CIRCLE: f64 = 22.0;
/// Their radius inside of a state.
const INNER_CIRCLE: f64 = 7.0;
/// The height of a box without anything inside, and of the heading of one with something.
pub(super) const BOX_HEIGHT: f64 = 46.0;
/// How many characters of a name or a label are drawn.
pub(super) const NAME_MAX: usize = 28;
const BOX_WIDTH_MIN: f64 = 104.0;
const CHARACTER: f64 = 7.4;
const LABEL_CHARACTER: f64 = 6.3;
const LABEL_HEIGHT: f64 = 18.0;
const PADDING: f64 = 14.0;
const GAP: f64 = 26.0;
const LAYER_GAP: f64 = 26.0;
/// How far a loop at one node reaches out.
const LOOP: f64 = 26.0;

/// Whether a graph stands alone or inside of a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    Top,
    Inner,
}

/// Lays a graph out.
pub(super) fn lay_out(graph: &MachineGraph, level: Level) -> Picture {
    let mut places: Vec<Place> = graph.nodes.iter().map(|node| place_of(node, level)).collect();
    let spans: Vec<Span> = graph.edges.iter().map(span_of).collect();
    let mut sizes: Vec<_> = places.iter().map(|place| (place.width, place.height)).collect();
    for edge in graph.edges.iter().filter(|edge| edge.from == edge.to) {
        // Boxes are centred, so that room at one side is room at both.
        sizes[edge.from].0 += 2.0 * (LOOP + label_size(edge).map_or(0.0, |(width, _)| width));
    }
    let layers = layers(&sizes, &spans);
    let centres = centres(&layers);
    for (place, (x, y)) in places.iter_mut().zip(&centres) {
        (place.x, place.y) = (x - place.width / 2.0, y - place.height / 2.0);
    }
    let lines =
        (0..graph.edges.len()).map(|edge| line_of(&graph.edges[edge], edge, &layers, &centres, &places));
    let lines = lines.collect();
    let right = |(centre, vertex): (&(f64, f64), &super::layers::Vertex)| centre.0 + vertex.size.0 / 2.0;
    let width = centres.iter().zip(&layers.vertices).map(right).fold(0.0, f64::max);
    let height = places.iter().map(|place| place.y + place.height).fold(0.0, f64::max);
    Picture { width, height, places, lines }
}

fn place_of(node: &Node, level: Level) -> Place {
    let Node::State { name, kind, retries, inner } = node else {
        let radius = if level == Level::Top { CIRCLE } else { INNER_CIRCLE };
        return Place { width: 2.0 * radius, height: 2.0 * radius, ..Place::default() };
    };
    let kind_width = measure_text_width(kind) + if *retries { 8 } else { 0 };
    let characters = measure_text_width(&shortened(name)).max(kind_width);
    let mut place = Place { height: BOX_HEIGHT, ..Place::default() };
    place.width = (text_width(characters, CHARACTER) + 2.0 * PADDING).max(BOX_WIDTH_MIN);
    let mut x = PADDING;
    for graph in inner {
        let picture = lay_out(graph, Level::Inner);
        let (width, height) = (picture.width, picture.height);
        place.inner.push((x, BOX_HEIGHT, picture));
        x += width + PADDING;
        place.height = place.height.max(BOX_HEIGHT + height + PADDING);
    }
    if x > place.width {
        place.width = x;
    } else {
        let shift = (place.width - x) / 2.0;
        place.inner.iter_mut().for_each(|(left, ..)| *left += shift);
    }
    place
}

fn span_of(edge: &Edge) -> Span {
    Span { from: edge.from, to: edge.to, label: label_size(edge) }
}

fn label_size(edge: &Edge) -> Option<(f64, f64)> {
    let characters = measure_text_width(&shortened(&edge.label));
    (characters > 0).then(|| (text_width(characters, LABEL_CHARACTER) + 10.0, LABEL_HEIGHT))
}

#[expect(clippy::cast_precision_loss, reason = "names are short")]
fn text_width(characters: usize, width: f64) -> f64 {
    characters as f64 * width
}

/// A text as it is drawn.
pub(super) fn shortened(text: &str) -> String {
    if text.chars().count() <= NAME_MAX {
        return text.to_owned();
    }
    text.chars().take(NAME_MAX - 1).chain(['…']).collect()
}

/// The middle of every vertex.
fn centres(layers: &Layers) -> Vec<(f64, f64)> {
    let ys = layer_middles(layers);
    let mut centres: Vec<_> = layers.vertices.iter().map(|vertex| (0.0, ys[vertex.layer])).collect();
    let mut left = 0.0;
    for component in components(layers) {
        let reach = |side: f64| {
            component.iter().map(move |(vertex, (x, _))| x + side * layers.vertices[*vertex].size.0 / 2.0)
        };
        let smallest = reach(-1.0).fold(f64::INFINITY, f64::min);
        for (vertex, (x, _)) in &component {
            centres[*vertex].0 = left + x - smallest;
        }
        left += reach(1.0).fold(0.0, f64::max) - smallest + GAP;
    }
    centres
}

/// The parts that hang together, each with the places that rust-sugiyama gives.
fn components(layers: &Layers) -> Vec<Vec<(usize, (f64, f64))>> {
    let number = |place: usize| u32::try_from(place).expect("a graph of a case has few vertices");
    let vertices: Vec<_> =
        layers.vertices.iter().enumerate().map(|(place, vertex)| (number(place), vertex.size)).collect();
    let layer = |vertex: usize| layers.vertices[vertex].layer;
    let pairs = layers.routes.iter().flat_map(|route| route.windows(2)).filter(|pair| pair[0] != pair[1]);
    let downwards = pairs.map(|pair| {
        let (one, other) = (pair[0], pair[1]);
        if layer(one) < layer(other) { (number(one), number(other)) } else { (number(other), number(one)) }
    });
    let mut edges: Vec<_> = downwards.collect();
    edges.sort_unstable();
    edges.dedup();
    let config = Config {
        vertex_spacing: GAP,
        // Bends are vertices already, and each is in the layer that the longest way to it gives.
        dummy_vertices: false,
        ranking_type: RankingType::Up,
        ..Config::default()
    };
    let layouts = from_vertices_and_edges(&vertices, &edges, &config);
    layouts.into_iter().map(|(places, ..)| places).collect()
}

fn layer_middles(layers: &Layers) -> Vec<f64> {
    let count = layers.vertices.iter().map(|vertex| vertex.layer + 1).max().unwrap_or_default();
    let mut heights = vec![0.0_f64; count];
    for vertex in &layers.vertices {
        heights[vertex.layer] = heights[vertex.layer].max(vertex.size.1);
    }
    let mut top = 0.0;
    heights
        .into_iter()
        .map(|height| {
            let middle = top + height / 2.0;
            top += height + LAYER_GAP;
            middle
        })
        .collect()
}

fn line_of(edge: &Edge, number: usize, layers: &Layers, centres: &[(f64, f64)], places: &[Place]) -> Line {
    if edge.from == edge.to {
        return loop_of(&places[edge.from], label_size(edge));
    }
    let route = &layers.routes[number];
    let mut points: Vec<_> = route.iter().map(|vertex| centres[*vertex]).collect();
    let falls = centres[edge.from].1 < centres[edge.to].1;
    let last = points.len() - 1;
    let bottom = |node: usize| places[node].y + places[node].height;
    let top = |node: usize| places[node].y;
    points[0].1 = if falls { bottom(edge.from) } else { top(edge.from) };
    points[last].1 = if falls { top(edge.to) } else { bottom(edge.to) };
    Line { points, label: layers.labels[number].map(|vertex| centres[vertex]) }
}

/// Out at the right side, and back in.
fn loop_of(place: &Place, label: Option<(f64, f64)>) -> Line {
    let (x, y) = (place.x + place.width, place.y + BOX_HEIGHT.min(place.height) / 2.0);
    let points = vec![(x, y - 10.0), (x + LOOP, y - 10.0), (x + LOOP, y + 10.0), (x, y + 10.0)];
    Line { points, label: label.map(|(width, _)| (x + LOOP + width / 2.0, y)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::{Value, json};

    fn picture(definition: &Value) -> Picture {
        lay_out(&MachineGraph::of(definition).expect("states"), Level::Top)
    }

    fn overlap(one: &Place, other: &Place) -> bool {
        one.x < other.x + other.width
            && other.x < one.x + one.width
            && one.y < other.y + other.height
            && other.y < one.y + one.height
    }

    fn check(picture: &Picture) {
        for (index, place) in picture.places.iter().enumerate() {
            assert!(place.x >= 0.0 && place.y >= 0.0 && place.x + place.width <= picture.width + 0.01);
            let overlapping = picture.places.iter().skip(index + 1).find(|other| overlap(place, other));
            assert!(overlapping.is_none(), "{place:?} overlaps {overlapping:?}");
            for (x, y, inner) in &place.inner {
                assert!(x + inner.width <= place.width && y + inner.height <= place.height);
                check(inner);
            }
        }
    }

    fn fan(width: usize) -> Value {
        let choices: Vec<_> = (0..width)
            .map(|n| json!({"Variable": "$.x", "NumericEquals": n, "Next": format!("S{n}")}))
            .collect();
        let mut states = json!({"Pick": {"Type": "Choice", "Choices": choices, "Default": "Pick"}});
        for n in 0..width {
            states[format!("S{n}")] = json!({"Type": "Pass", "Next": format!("S{}", (n * 7) % width)});
        }
        json!({"StartAt": "Pick", "States": states})
    }

    fn chain(length: usize) -> Value {
        let mut states = json!({});
        for n in 0..length {
            states[format!("S{n}")] = json!({"Type": "Task", "Next": format!("S{}", n + 1), "Catch": [{"ErrorEquals": ["E"], "Next": "S0"}]});
        }
        json!({"StartAt": "S0", "States": states})
    }

    fn nested() -> Value {
        json!({"StartAt": "P", "States": {
            "P": {"Type": "Parallel", "Branches": [fan(3), chain(3)], "End": true},
            "Lost": {"Type": "Map", "ItemProcessor": fan(2), "Next": "P"}, "Alone": {"Type": "Fail"}}})
    }

    #[rstest]
    #[case::fan(fan(9))]
    #[case::chain(chain(12))]
    #[case::nested(nested())]
    #[case::nothing_reachable(json!({"States": {"A": {}, "B": {}}}))]
    fn boxes_do_not_overlap(#[case] definition: Value) {
        check(&picture(&definition));
    }

    #[test]
    fn layout_is_the_same_each_time() {
        let first = format!("{:?}", picture(&nested()));
        assert!((0..5).all(|_| format!("{:?}", picture(&nested())) == first));
    }
}
