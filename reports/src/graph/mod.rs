//! A state machine as a picture: its transitions, where each state goes on the page, and the SVG.
//!
//! The picture follows the habits of Workflow Studio: from start to end downwards, each state with its kind and name,
//! Choice edges with their rule, Catch edges dashed, boxes around what Map and Parallel hold.

mod layers;
mod layout;
mod machine;
mod rule;
mod svg;

pub use machine::{Edge, EdgeKind, MachineGraph, Node};
pub(crate) use svg::render_graph;
