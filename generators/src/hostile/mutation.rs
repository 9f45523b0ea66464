//! One mutation of a JSON document, at a node that is drawn: fields go, come twice, change their names, types, texts and
//! places; documents nest deeply and repeat themselves.

use serde_json::{Map, Number, Value};

use super::words::FIELDS;
use crate::draw::Draw;

/// Deeper than any reader follows, and not so deep that building the document overflows the stack.
const DEPTHS: &[usize] = &[2, 30, 126, 127, 130, 600];
const REPETITIONS: &[usize] = &[2, 10, 100, 2_000];

/// Changes one thing.
pub(super) fn mutate(document: &mut Value, donors: &[Value], words: &[String], draw: &mut Draw) {
    let node = some_node(document, draw);
    let kind = draw.weighted(&[
        (30, Kind::Member),
        (20, Kind::Text),
        (12, Kind::Type),
        (12, Kind::Graft),
        (8, Kind::Number),
        (6, Kind::Wrap),
        (6, Kind::Repeat),
        (3, Kind::Double),
    ]);
    match kind {
        Kind::Member => change_member(node, draw),
        Kind::Text => *node = Value::String(text(node.as_str().unwrap_or_default(), words, draw)),
        Kind::Type => *node = other_type(node, draw),
        Kind::Graft => *node = graft(donors, draw),
        Kind::Number => *node = number(draw),
        Kind::Wrap => wrap(node, draw),
        Kind::Repeat => repeat(node, draw),
        Kind::Double => double(node, draw),
    }
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Member,
    Text,
    Type,
    Graft,
    Number,
    Wrap,
    Repeat,
    Double,
}

/// How many nodes there are, the document itself among them.
pub(super) fn count_nodes(value: &Value) -> usize {
    1 + children(value).map(count_nodes).sum::<usize>()
}

/// Leaves out one node with the member or element that it is, by its number in the order of the document; `false` if
/// there is no such node below the root.
pub(super) fn leave_out(document: &mut Value, number: usize) -> bool {
    let mut left = number;
    number > 0 && remove_below(document, &mut left)
}

/// Removes the node that is so many further, here or deeper down.
fn remove_below(value: &mut Value, left: &mut usize) -> bool {
    match value {
        Value::Array(items) => {
            for index in 0..items.len() {
                *left -= 1;
                if *left == 0 {
                    items.remove(index);
                    return true;
                }
                if count_nodes(&items[index]) > *left {
                    return remove_below(&mut items[index], left);
                }
                *left -= count_nodes(&items[index]) - 1;
            }
            false
        }
        Value::Object(members) => {
            let names: Vec<String> = members.keys().cloned().collect();
            for name in names {
                *left -= 1;
                if *left == 0 {
                    return members.shift_remove(&name).is_some();
                }
                let n_nodes = members.get(&name).map_or(0, count_nodes);
                if n_nodes > *left {
                    return members.get_mut(&name).is_some_and(|member| remove_below(member, left));
                }
                *left -= n_nodes - 1;
            }
            false
        }
        _ => false,
    }
}

fn children(value: &Value) -> Box<dyn Iterator<Item = &Value> + '_> {
    match value {
        Value::Array(items) => Box::new(items.iter()),
        Value::Object(members) => Box::new(members.values()),
        _ => Box::new(std::iter::empty()),
    }
}

/// How often in 100 a node is taken rather than one below it.
const STAY_PERCENT: usize = 15;

/// A node that a walk from the root comes to.
fn some_node<'v>(value: &'v mut Value, draw: &mut Draw) -> &'v mut Value {
    let n_children = match value {
        Value::Array(items) => items.len(),
        Value::Object(members) => members.len(),
        _ => 0,
    };
    if n_children == 0 || draw.chance(STAY_PERCENT) {
        return value;
    }
    let index = draw.below(n_children);
    let child = match value {
        Value::Array(items) => items.get_mut(index),
        Value::Object(members) => members.values_mut().nth(index),
        _ => None,
    };
    some_node(child.expect("the index is below the number of children"), draw)
}

/// The same to look at only.
fn some_part<'v>(value: &'v Value, draw: &mut Draw) -> &'v Value {
    let child = match value {
        _ if draw.chance(STAY_PERCENT) => None,
        Value::Array(items) => items.get(draw.below(items.len())),
        Value::Object(members) => members.values().nth(draw.below(members.len())),
        _ => None,
    };
    child.map_or(value, |child| some_part(child, draw))
}

/// Drops, copies, renames or moves a member of an object; drops or copies an element of an array.
fn change_member(node: &mut Value, draw: &mut Draw) {
    match node {
        Value::Object(members) if !members.is_empty() => {
            let position = draw.below(members.len());
            let Some(name) = members.keys().nth(position).cloned() else { return };
            let other_name = name_from(members, &name, draw);
            match draw.below(4) {
                0 => drop(members.shift_remove(&name)),
                1 => copy_member(members, &name, other_name),
                2 => rename_member(members, &name, other_name),
                _ => swap_members(members, &name, &other_name),
            }
        }
        Value::Array(items) if !items.is_empty() => {
            let position = draw.below(items.len());
            if draw.chance(50) {
                items.remove(position);
            } else {
                items.insert(position, items[position].clone());
            }
        }
        other => *other = other_type(other, draw),
    }
}

fn name_from(members: &Map<String, Value>, name: &str, draw: &mut Draw) -> String {
    match draw.below(4) {
        0 => format!("{name}.$"),
        1 => members.keys().nth(draw.below(members.len())).cloned().unwrap_or_default(),
        _ => draw.pick(FIELDS).to_owned(),
    }
}

fn copy_member(members: &mut Map<String, Value>, name: &str, other_name: String) {
    if let Some(member) = members.get(name).cloned() {
        members.insert(other_name, member);
    }
}

fn rename_member(members: &mut Map<String, Value>, name: &str, other_name: String) {
    if let Some(member) = members.shift_remove(name) {
        members.insert(other_name, member);
    }
}

fn swap_members(members: &mut Map<String, Value>, name: &str, other_name: &str) {
    if let (Some(one), Some(other)) = (members.get(name).cloned(), members.get(other_name).cloned()) {
        members.insert(name.to_owned(), other);
        members.insert(other_name.to_owned(), one);
    }
}

/// Another text: a word, or the text with something put in, cut out or repeated.
fn text(text: &str, words: &[String], draw: &mut Draw) -> String {
    let word = words.get(draw.below(words.len())).map_or("", String::as_str);
    let characters: Vec<char> = text.chars().collect();
    let cut = draw.below(characters.len() + 1);
    let (before, after) = characters.split_at(cut);
    let (before, after): (String, String) = (before.iter().collect(), after.iter().collect());
    match draw.below(6) {
        0 | 1 => word.to_owned(),
        2 => before + word + &after,
        3 => before,
        4 => after,
        _ => text.repeat(draw.pick(&[2, 3, 50])),
    }
}

fn other_type(node: &Value, draw: &mut Draw) -> Value {
    match draw.below(7) {
        0 => Value::Array(Vec::new()),
        1 => Value::Bool(draw.chance(50)),
        2 => number(draw),
        3 => Value::String(node.to_string()),
        4 => Value::Array(vec![node.clone()]),
        5 => Value::Object(Map::from_iter([(draw.pick(FIELDS).to_owned(), node.clone())])),
        _ => Value::Null,
    }
}

fn number(draw: &mut Draw) -> Value {
    let whole =
        [0, 1, -1, 2, 255, 10_001, 25_000, 99_999_999, 100_000_000, i64::from(i32::MAX), i64::MAX, i64::MIN];
    let fractions = [0.5, -0.0, 1e-9, 2.0, 1e15, 1e21, 1e308, -1e308, f64::MIN_POSITIVE];
    match draw.below(3) {
        0 => Number::from_f64(draw.pick(&fractions)).map_or(Value::Null, Value::Number),
        1 => Value::from(u64::MAX),
        _ => Value::from(draw.pick(&whole)),
    }
}

/// A part of any of the documents.
fn graft(donors: &[Value], draw: &mut Draw) -> Value {
    donors.get(draw.below(donors.len())).map_or(Value::Null, |donor| some_part(donor, draw).clone())
}

fn wrap(node: &mut Value, draw: &mut Draw) {
    let is_array = draw.chance(50);
    let name = draw.pick(FIELDS);
    for _ in 0..draw.pick(DEPTHS) {
        let inner = node.take();
        *node = if is_array {
            Value::Array(vec![inner])
        } else {
            Value::Object(Map::from_iter([(name.to_owned(), inner)]))
        };
    }
}

fn repeat(node: &mut Value, draw: &mut Draw) {
    // A large document many times over would only be slow.
    if count_nodes(node) > 50 {
        return;
    }
    let times = draw.pick(REPETITIONS);
    *node = match &*node {
        Value::Object(members) => {
            let numbered = (0..times).map(|index| {
                let member = members.values().next().cloned().unwrap_or_default();
                (format!("{index}"), member)
            });
            Value::Object(members.clone().into_iter().chain(numbered).collect())
        }
        _ => Value::Array(vec![node.clone(); times]),
    };
}

/// Makes a state that doubles its input, which a loop turns into too much.
fn double(node: &mut Value, draw: &mut Draw) {
    if let Value::Object(members) = node {
        let field = draw.pick(&["Parameters", "ItemSelector", "Assign", "ResultSelector"]);
        let template = Map::from_iter([("a.$".to_owned(), "$".into()), ("b.$".to_owned(), "$".into())]);
        members.insert(field.to_owned(), Value::Object(template));
    }
}
