//! JSONPath expressions drawn from a shape: definite paths to a wanted kind of value, paths to nothing, and the forms
//! that gather many values.

use serde_json::Value;

use crate::{
    draw::Draw,
    shape::{Shape, is_timestamp},
};

/// What a path has to lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Want {
    /// Any value.
    Any,
    /// Any value that is the same on every engine.
    Stable,
    /// A string, number, boolean or null whose text form is certain.
    Scalar,
    /// A stable string.
    Text,
    /// A number.
    Number,
    /// A known integer that fits every intrinsic function.
    SmallInt,
    /// A known integer from 1.
    Positive,
    /// A known integer from 0 to 3: the seconds of a Wait.
    Seconds,
    /// A known integer from 100 to what a batch may have: documented are 256 KiB.
    Bytes,
    /// True or false.
    Boolean,
    /// A known RFC 3339 time.
    Timestamp,
    /// A null that is known.
    Null,
    /// An array.
    Array,
    /// An array that is known to have elements.
    Filled,
    /// An object.
    Object,
}

impl Want {
    fn fits(self, shape: &Shape) -> bool {
        match self {
            Self::Any => true,
            Self::Stable => shape.is_stable(),
            Self::Scalar => match shape {
                Shape::Known(Value::Number(number)) => number.is_i64(),
                Shape::Known(_) | Shape::Text | Shape::Boolean => true,
                _ => false,
            },
            Self::Text => matches!(shape, Shape::Known(Value::String(_)) | Shape::Text),
            Self::Number => matches!(shape, Shape::Known(Value::Number(_)) | Shape::Number),
            Self::SmallInt => shape.known_int().is_some(),
            Self::Positive => shape.known_int().is_some_and(|number| number >= 1),
            Self::Seconds => shape.known_int().is_some_and(|number| (0..=3).contains(&number)),
            Self::Bytes => shape.known_int().is_some_and(|number| (100..=262_144).contains(&number)),
            Self::Boolean => matches!(shape, Shape::Known(Value::Bool(_)) | Shape::Boolean),
            Self::Timestamp => shape.known_text().is_some_and(is_timestamp),
            Self::Null => matches!(shape, Shape::Known(Value::Null)),
            Self::Array => matches!(shape, Shape::Array(_) | Shape::ArrayOf(_)),
            Self::Filled => matches!(shape, Shape::Array(items) if !items.is_empty()),
            Self::Object => matches!(shape, Shape::Object(_)),
        }
    }
}

/// What may be written in a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Grammar {
    /// Any step, also an index that counts from the end.
    Path,
    /// The narrower Reference Path: it is not documented that AWS takes an index that counts from the end there.
    Reference,
    /// A path of JSONata.
    Jsonata,
}

/// A path and what it leads to.
pub(crate) struct Found {
    /// The path, beginning with the prefix that was given.
    pub(crate) path: String,
    /// The shape of the value that it selects.
    pub(crate) shape: Shape,
}

const MAX_NODES: usize = 80;
const MAX_DEPTH: usize = 5;

enum Step<'a> {
    Root,
    Key(&'a str),
    Index(usize, usize),
}

struct Node<'a> {
    parent: usize,
    depth: usize,
    step: Step<'a>,
    shape: &'a Shape,
}

/// A definite path to a value of the wanted kind, if the document has one. `$` itself is chosen seldom.
pub(crate) fn find_path(draw: &mut Draw, root: &Shape, prefix: &str, want: Want) -> Option<Found> {
    find(draw, root, (prefix, Grammar::Path), want)
}

/// A Reference Path below `$` to a value of the wanted kind, if the document has one.
pub(crate) fn find_reference(draw: &mut Draw, root: &Shape, want: Want) -> Option<Found> {
    find(draw, root, ("$", Grammar::Reference), want)
}

/// A path of JSONata to a value of the wanted kind, if the document has one.
pub(crate) fn find_jsonata_path(draw: &mut Draw, root: &Shape, prefix: &str, want: Want) -> Option<Found> {
    find(draw, root, (prefix, Grammar::Jsonata), want)
}

fn find(draw: &mut Draw, root: &Shape, start: (&str, Grammar), want: Want) -> Option<Found> {
    find_by(draw, root, start, &|shape| want.fits(shape))
}

/// A definite path to a value that fits, if the document has one.
pub(crate) fn find_fitting(
    draw: &mut Draw,
    root: &Shape,
    prefix: &str,
    fits: &dyn Fn(&Shape) -> bool,
) -> Option<Found> {
    find_by(draw, root, (prefix, Grammar::Path), fits)
}

fn find_by(
    draw: &mut Draw,
    root: &Shape,
    (prefix, grammar): (&str, Grammar),
    fits: &dyn Fn(&Shape) -> bool,
) -> Option<Found> {
    let nodes = nodes_of(root);
    let mut fitting: Vec<usize> = (1..nodes.len()).filter(|&index| fits(nodes[index].shape)).collect();
    if fits(root) && (fitting.is_empty() || draw.chance(8)) {
        fitting = vec![0];
    }
    if fitting.is_empty() {
        return None;
    }
    let chosen = draw.pick(&fitting);
    Some(Found {
        path: write_path(draw, &nodes, chosen, (prefix, grammar)),
        shape: nodes[chosen].shape.clone(),
    })
}

/// A definite path below `$` to a value that is certainly not of the wanted kind.
pub(crate) fn find_wrong_path(draw: &mut Draw, root: &Shape, grammar: Grammar, want: Want) -> Option<Found> {
    let others = [Want::Text, Want::Number, Want::Boolean, Want::Array, Want::Object, Want::Null];
    let is_other = |other: &Want| match want {
        Want::SmallInt | Want::Positive | Want::Seconds | Want::Bytes => *other != Want::Number,
        Want::Timestamp => *other != Want::Text,
        Want::Filled => *other != Want::Array,
        _ => *other != want,
    };
    let others: Vec<Want> = others.into_iter().filter(is_other).collect();
    let start = draw.below(others.len());
    (0..others.len())
        .find_map(|offset| find(draw, root, ("$", grammar), others[(start + offset) % others.len()]))
}

/// A path below the prefix to nothing: no generated document has such a member.
pub(crate) fn missing_path(draw: &mut Draw, root: &Shape, prefix: &str) -> String {
    missing(draw, root, (prefix, Grammar::Path))
}

/// A Reference Path below `$` to nothing.
pub(crate) fn missing_reference(draw: &mut Draw, root: &Shape) -> String {
    missing(draw, root, ("$", Grammar::Reference))
}

fn missing(draw: &mut Draw, root: &Shape, (prefix, grammar): (&str, Grammar)) -> String {
    let base = match find(draw, root, (prefix, grammar), Want::Object) {
        Some(found) if draw.chance(60) => found.path,
        _ => prefix.to_owned(),
    };
    let tail = draw.weighted(&[(6, ".missing"), (2, ".missing.deeper"), (2, "['not there']")]);
    format!("{base}{tail}")
}

/// An indefinite path: slice, wildcard, deep scan or filter. The result is always an array, possibly an empty one.
pub(crate) fn gathering_path(draw: &mut Draw, root: &Shape, prefix: &str) -> Option<Found> {
    let found = find_path(draw, root, prefix, Want::Array)?;
    let element = Shape::common_of(found.shape.elements());
    let (tail, element) = match draw.below(6) {
        0 => (slice_text(draw), element),
        1 => ("[*]".to_owned(), element),
        2 => match any_member(draw, &element) {
            Some((key, shape)) => (format!("[*].{key}"), shape),
            None => ("[*]".to_owned(), element),
        },
        3 => ("[*].missing".to_owned(), Shape::Anything),
        4 => match any_member(draw, &element) {
            Some((key, shape)) => (filter_text(draw, &key, &shape), element),
            None => ("[0:1]".to_owned(), element),
        },
        _ => match any_member(draw, &element) {
            Some((key, shape)) => (format!("..{key}"), shape),
            None => ("[*]".to_owned(), element),
        },
    };
    Some(Found { path: format!("{}{tail}", found.path), shape: Shape::ArrayOf(Box::new(element)) })
}

fn slice_text(draw: &mut Draw) -> String {
    let (from, to) = (draw.between(0, 2), draw.between(1, 4));
    match draw.below(4) {
        0 => format!("[{from}:{}]", from + to),
        1 => format!("[{from}:]"),
        2 => format!("[:{to}]"),
        _ => format!("[-{to}:]"),
    }
}

fn filter_text(draw: &mut Draw, key: &str, shape: &Shape) -> String {
    match shape {
        Shape::Known(Value::String(text)) if text.chars().all(|letter| letter.is_ascii_alphanumeric()) => {
            format!("[?(@.{key} == '{text}')]")
        }
        Shape::Known(Value::Number(_)) | Shape::Number => {
            let operator = draw.pick(&["==", "!=", "<", "<=", ">", ">="]);
            format!("[?(@.{key} {operator} {})]", draw.between(0, 5))
        }
        Shape::Known(Value::Bool(_)) | Shape::Boolean => format!("[?(@.{key} == true)]"),
        _ => format!("[?(@.{key})]"),
    }
}

fn any_member(draw: &mut Draw, shape: &Shape) -> Option<(String, Shape)> {
    let Shape::Object(members) = shape else { return None };
    let plain: Vec<_> = members.iter().filter(|(key, _)| is_plain(key)).collect();
    if plain.is_empty() {
        return None;
    }
    let (key, inner) = draw.pick(&plain);
    Some((key.clone(), inner.clone()))
}

fn nodes_of(root: &Shape) -> Vec<Node<'_>> {
    let mut nodes = Vec::with_capacity(32);
    nodes.push(Node { parent: 0, depth: 0, step: Step::Root, shape: root });
    let mut at = 0;
    while at < nodes.len() && nodes.len() < MAX_NODES {
        let (shape, depth) = (nodes[at].shape, nodes[at].depth + 1);
        if depth <= MAX_DEPTH {
            push_children(&mut nodes, at, depth, shape);
        }
        at += 1;
    }
    nodes
}

fn push_children<'a>(nodes: &mut Vec<Node<'a>>, parent: usize, depth: usize, shape: &'a Shape) {
    match shape {
        Shape::Object(members) => nodes.extend(members.iter().map(|(key, inner)| Node {
            parent,
            depth,
            step: Step::Key(key),
            shape: inner,
        })),
        Shape::Array(items) => nodes.extend(items.iter().enumerate().take(3).map(|(index, inner)| Node {
            parent,
            depth,
            step: Step::Index(index, items.len()),
            shape: inner,
        })),
        _ => {}
    }
}

fn write_path(
    draw: &mut Draw,
    nodes: &[Node<'_>],
    mut at: usize,
    (prefix, grammar): (&str, Grammar),
) -> String {
    let mut steps = Vec::with_capacity(MAX_DEPTH);
    while at != 0 {
        steps.push(&nodes[at].step);
        at = nodes[at].parent;
    }
    let mut path = prefix.to_owned();
    for step in steps.into_iter().rev() {
        match step {
            Step::Root => {}
            Step::Key(key) if grammar == Grammar::Jsonata => push_name(&mut path, key),
            Step::Key(key) if is_plain(key) && !draw.chance(8) => {
                path.push('.');
                path.push_str(key);
            }
            Step::Key(key) => {
                path.push_str("['");
                path.push_str(key);
                path.push_str("']");
            }
            Step::Index(index, length) if grammar != Grammar::Reference && draw.chance(15) => {
                push_index(&mut path, "[-", length - index);
            }
            Step::Index(index, _) => push_index(&mut path, "[", *index),
        }
    }
    path
}

/// A member in JSONata: in backquotes where it is no plain name.
fn push_name(path: &mut String, key: &str) {
    path.push('.');
    if is_plain(key) {
        path.push_str(key);
    } else {
        path.push('`');
        path.push_str(key);
        path.push('`');
    }
}

fn push_index(path: &mut String, open: &str, index: usize) {
    path.push_str(open);
    path.push_str(&index.to_string());
    path.push(']');
}

fn is_plain(key: &str) -> bool {
    !key.is_empty()
        && key.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
        && !key.starts_with(|letter: char| letter.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn path_leads_to_the_wanted_kind() {
        let root = Shape::of(&json!({"a": {"n": 7}, "t": "x", "list": [{"ok": true}]}));
        for index in 0..50 {
            let mut draw = Draw::new(1, index, "test");
            let found = find_path(&mut draw, &root, "$", Want::Boolean).expect("there is one");
            assert_eq!(found.shape, Shape::Known(json!(true)));
            assert!(found.path.contains("list"), "{}", found.path);
            let wrong =
                find_wrong_path(&mut draw, &root, Grammar::Path, Want::Boolean).expect("there is one");
            assert_ne!(wrong.shape, Shape::Known(json!(true)));
        }
    }

    #[test]
    fn reference_path_never_counts_from_the_end() {
        let root = Shape::of(&json!([[7], [8, 9]]));
        for index in 0..100 {
            let mut draw = Draw::new(5, index, "test");
            let found = find_reference(&mut draw, &root, Want::Number).expect("there is one");
            assert!(!found.path.contains('-'), "{}", found.path);
        }
    }

    #[test]
    fn odd_keys_are_written_in_brackets() {
        let root = Shape::of(&json!({"a key": {"x-y": 1}}));
        let found = find_path(&mut Draw::new(3, 0, "test"), &root, "$", Want::Number).expect("there is one");
        assert_eq!(found.path, "$['a key']['x-y']");
    }
}
