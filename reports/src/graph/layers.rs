//! Puts the nodes of a graph into layers from the top down, so that every edge leads to a layer below.
//!
//! Edges that close a loop are turned round for this. An edge that spans several layers gets a bend in each of those
//! between, and the first bend of a labelled edge makes room for the label.

/// An edge as the layering sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    pub(super) from: usize,
    pub(super) to: usize,
    /// The size of the label, if the edge has one.
    pub(super) label: Option<(f64, f64)>,
}

/// A vertex of the layered graph: a node, or a bend of an edge.
#[derive(Clone, Copy, Debug)]
pub(super) struct Vertex {
    pub(super) layer: usize,
    pub(super) size: (f64, f64),
}

/// The layered graph.
#[derive(Debug, Default)]
pub(super) struct Layers {
    /// The nodes, then the bends.
    pub(super) vertices: Vec<Vertex>,
    /// Each edge as the vertices it passes, in the direction of the edge.
    pub(super) routes: Vec<Vec<usize>>,
    /// For each edge with a label, the vertex that makes room for it.
    pub(super) labels: Vec<Option<usize>>,
}

/// The width that an edge takes where it passes a layer.
const BEND_WIDTH: f64 = 6.0;

/// Layers nodes of these sizes.
pub(super) fn layers(sizes: &[(f64, f64)], spans: &[Span]) -> Layers {
    let turned = turned_round(sizes.len(), spans);
    let layer_of = longest_paths(sizes.len(), spans, &turned);
    let vertices = sizes.iter().zip(&layer_of).map(|(size, layer)| Vertex { layer: *layer, size: *size });
    let mut layers = Layers { vertices: vertices.collect(), ..Layers::default() };
    for (span, turned) in spans.iter().zip(turned) {
        layers.route(*span, turned, &layer_of);
    }
    layers
}

impl Layers {
    fn route(&mut self, span: Span, turned: bool, layer_of: &[usize]) {
        let (upper, lower) = if turned { (span.to, span.from) } else { (span.from, span.to) };
        let mut route = vec![upper];
        let mut label = None;
        for layer in (layer_of[upper] + 1)..layer_of[lower] {
            let size = match span.label {
                Some(size) if label.is_none() => {
                    label = Some(self.vertices.len());
                    size
                }
                _ => (BEND_WIDTH, 0.0),
            };
            route.push(self.vertices.len());
            self.vertices.push(Vertex { layer, size });
        }
        route.push(lower);
        if turned {
            route.reverse();
        }
        self.routes.push(route);
        self.labels.push(label);
    }
}

/// Which edges lead back to a node that the way from the start has passed already. A loop at one node counts too.
fn turned_round(count: usize, spans: &[Span]) -> Vec<bool> {
    #[derive(Clone, Copy, PartialEq)]
    enum Mark {
        New,
        OnTheWay,
        Done,
    }
    let leaving = |node: usize| (0..spans.len()).filter(move |edge| spans[*edge].from == node);
    let mut marks = vec![Mark::New; count];
    let mut turned = vec![false; spans.len()];
    for root in 0..count {
        if marks[root] != Mark::New {
            continue;
        }
        marks[root] = Mark::OnTheWay;
        let mut way = vec![(root, leaving(root))];
        while let Some((node, edges)) = way.last_mut() {
            let Some(edge) = edges.next() else {
                marks[*node] = Mark::Done;
                way.pop();
                continue;
            };
            let to = spans[edge].to;
            match marks[to] {
                Mark::OnTheWay => turned[edge] = true,
                Mark::Done => {}
                Mark::New => {
                    marks[to] = Mark::OnTheWay;
                    way.push((to, leaving(to)));
                }
            }
        }
    }
    turned
}

/// The layer of each node: the length of the longest way to it. A label takes a layer of its own.
fn longest_paths(count: usize, spans: &[Span], turned: &[bool]) -> Vec<usize> {
    let downwards: Vec<(usize, usize, usize)> = spans
        .iter()
        .zip(turned)
        .filter(|(span, _)| span.from != span.to)
        .map(|(span, turned)| {
            let length = if span.label.is_some() { 2 } else { 1 };
            if *turned { (span.to, span.from, length) } else { (span.from, span.to, length) }
        })
        .collect();
    let mut layer_of = vec![0; count];
    // Without loops, each round settles at least one more layer of nodes.
    for _ in 0..count {
        let mut changed = false;
        for (upper, lower, length) in &downwards {
            let layer = layer_of[*upper] + length;
            changed |= layer > layer_of[*lower];
            layer_of[*lower] = layer.max(layer_of[*lower]);
        }
        if !changed {
            break;
        }
    }
    layer_of
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOX: (f64, f64) = (10.0, 10.0);

    fn span(from: usize, to: usize) -> Span {
        Span { from, to, label: None }
    }

    #[test]
    fn every_edge_passes_each_layer_once() {
        let spans = [span(0, 1), span(1, 2), span(0, 2), Span { label: Some(BOX), ..span(0, 1) }, span(2, 1)];
        let layers = layers(&[BOX; 3], &spans);
        for (route, span) in layers.routes.iter().zip(&spans) {
            assert_eq!((route[0], route[route.len() - 1]), (span.from, span.to));
            for pair in route.windows(2) {
                let distance = layers.vertices[pair[0]].layer.abs_diff(layers.vertices[pair[1]].layer);
                assert_eq!(distance, 1, "{route:?}");
            }
        }
        assert_eq!(layers.labels.iter().flatten().count(), 1);
    }

    #[test]
    fn loop_at_one_node_has_no_bend() {
        let layers = layers(&[BOX; 2], &[span(0, 1), span(1, 1)]);
        assert_eq!(layers.routes[1], [1, 1]);
    }
}
