//! Inputs and other literal documents: small, varied, with the values that engines get wrong.

use serde_json::{Map, Value, json};

use crate::draw::Draw;

pub(crate) const WORDS: &[&str] =
    &["alpha", "beta", "gamma", "delta", "red", "green", "blue", "ok", "pending", "A1"];

const ODD_TEXTS: &[&str] = &[
    "",
    " ",
    "42",
    "007",
    "1.50",
    "true",
    "null",
    "Ünïcödé",
    "日本語",
    "🙂 smile",
    "a,b;c",
    "line\nbreak",
    "it's",
    "\"quoted\"",
    "{}",
    "a*b",
    "back\\slash",
    "UPPER",
    "upper",
];

/// Times in the past, in the forms that AWS accepts.
pub(crate) const TIMESTAMPS: &[&str] = &[
    "2024-01-15T10:30:00Z",
    "2023-12-31T23:59:59Z",
    "2024-01-15T10:30:00.000Z",
    "2024-01-15T05:30:00-05:00",
    "2020-02-29T00:00:00Z",
    "2016-03-14T01:59:00.500Z",
    "2024-07-01T00:00:00+02:00",
    "2025-03-30T02:30:00Z",
];

/// The place of one of these times among them, the earliest first; the same for the same instant.
pub(crate) fn instant_of(timestamp: &str) -> Option<usize> {
    const EARLIEST_FIRST: [&[&str]; 6] = [
        &["2016-03-14T01:59:00.500Z"],
        &["2020-02-29T00:00:00Z"],
        &["2023-12-31T23:59:59Z"],
        &["2024-01-15T10:30:00Z", "2024-01-15T10:30:00.000Z", "2024-01-15T05:30:00-05:00"],
        &["2024-07-01T00:00:00+02:00"],
        &["2025-03-30T02:30:00Z"],
    ];
    EARLIEST_FIRST.iter().position(|forms| forms.contains(&timestamp))
}

const KEYS: &[&str] = &[
    "id", "name", "status", "kind", "total", "count", "price", "flag", "note", "code", "owner", "region",
    "x-y", "a key", "größe", "_meta", "value2",
];

/// The input of an execution: mostly an object with several kinds of members, seldom a bare scalar or array.
pub(crate) fn draw_input(draw: &mut Draw) -> Value {
    if draw.chance(3) {
        return draw_value(draw, 1);
    }
    let mut input = Map::new();
    for (percent, key, member) in INPUT_MEMBERS {
        if draw.chance(*percent) {
            input.insert((*key).to_owned(), member(draw));
        }
    }
    for (percent, key, other, partner) in PARTNERS {
        if draw.chance(*percent)
            && let Some(value) = input.get(*other).cloned()
        {
            input.insert((*key).to_owned(), partner(draw, &value));
        }
    }
    for _ in 0..draw.below(3) {
        let key = draw.pick(KEYS);
        input.insert(key.to_owned(), draw_value(draw, 2));
    }
    Value::Object(input)
}

type Member = fn(&mut Draw) -> Value;

/// Members that generated states like to read, with how often an input has them.
const INPUT_MEMBERS: &[(usize, &str, Member)] = &[
    (75, "orderId", |draw| json!(format!("{}-{}", draw.pick(WORDS), draw.below(100)))),
    (60, "customer", draw_customer),
    (70, "items", draw_items),
    (60, "amount", draw_number),
    (55, "enabled", |draw| json!(draw.chance(50))),
    (80, "createdAt", |draw| json!(draw.pick(TIMESTAMPS))),
    (40, "tags", |draw| (0..draw.below(4)).map(|_| json!(draw.pick(WORDS))).collect()),
    (35, "numbers", |draw| (0..draw.below(5)).map(|_| json!(draw.between(-3, 9))).collect()),
    (30, "delaySeconds", |draw| json!(draw.weighted(&[(9, 0), (1, 1)]))),
    (25, "retries", |draw| json!(draw.between(1, 5))),
    (15, "nothing", |_| Value::Null),
];

type Partner = fn(&mut Draw, &Value) -> Value;

/// Members beside another of their kind, to compare the two: how often, the key, the other, and the value from that.
const PARTNERS: &[(usize, &str, &str, Partner)] = &[
    (55, "limit", "amount", near_number),
    (75, "dueAt", "createdAt", |draw, _| json!(draw.pick(TIMESTAMPS))),
    (45, "previousId", "orderId", near_text),
    (60, "approved", "enabled", |draw, _| json!(draw.chance(50))),
    (60, "batchBytes", "items", |draw, _| json!(draw.pick(&[200, 1_000, 262_144]))),
];

fn near_number(draw: &mut Draw, number: &Value) -> Value {
    match number.as_i64().filter(|integer| integer.abs() <= 1_000) {
        Some(integer) => json!(integer + draw.between(-1, 1)),
        None => draw_number(draw),
    }
}

fn near_text(draw: &mut Draw, text: &Value) -> Value {
    if draw.chance(30) { text.clone() } else { json!(format!("{}-{}", draw.pick(WORDS), draw.below(100))) }
}

fn draw_customer(draw: &mut Draw) -> Value {
    let mut customer = json!({"name": draw_text(draw), "tier": draw.pick(&["gold", "silver", "basic"])});
    if draw.chance(50) {
        customer["address"] =
            json!({"city": draw.pick(&["Oslo", "São Paulo", "Wien"]), "zip": draw.between(1000, 9999)});
    }
    if draw.chance(30) {
        customer["age"] = json!(draw.between(18, 90));
    }
    customer
}

fn draw_items(draw: &mut Draw) -> Value {
    let length = draw.weighted(&[(10, 0), (20, 1), (35, 2), (25, 3), (10, 4)]);
    (0..length)
        .map(|index| {
            let mut item = json!({"sku": format!("S{}", draw.below(50)), "qty": draw.between(0, 5)});
            if draw.chance(70) {
                item["price"] = draw_number(draw);
            }
            if index == 0 && draw.chance(30) {
                item["gift"] = json!(draw.chance(50));
            }
            item
        })
        .collect()
}

/// Any JSON value of at most this depth.
pub(crate) fn draw_value(draw: &mut Draw, depth: usize) -> Value {
    let kinds = if depth == 0 { 5 } else { 7 };
    match draw.below(kinds) {
        0 | 1 => json!(draw_text(draw)),
        2 => draw_number(draw),
        3 => json!(draw.chance(50)),
        4 if draw.chance(40) => Value::Null,
        4 => json!(draw.between(0, 10)),
        5 => (0..draw.below(4)).map(|_| draw_value(draw, depth - 1)).collect(),
        _ => draw_object(draw, depth - 1),
    }
}

/// An object of up to three members of at most this depth.
pub(crate) fn draw_object(draw: &mut Draw, depth: usize) -> Value {
    let mut map = Map::new();
    for _ in 0..draw.below(4) {
        let key = draw.pick(KEYS);
        map.insert(key.to_owned(), draw_value(draw, depth));
    }
    Value::Object(map)
}

/// A string: mostly a word, else one that engines stumble over.
pub(crate) fn draw_text(draw: &mut Draw) -> &'static str {
    match draw.below(10) {
        0..=5 => draw.pick(WORDS),
        6 => draw.pick(TIMESTAMPS),
        _ => draw.pick(ODD_TEXTS),
    }
}

/// A number: mostly a small integer, else negative, decimal or close to the edge of exact integers.
pub(crate) fn draw_number(draw: &mut Draw) -> Value {
    match draw.below(12) {
        0 => json!(draw.pick(&[0.5, -1.25, 2.75, 99.99, 0.1])),
        1 => json!(draw.between(-100, -1)),
        2 => json!(draw.pick(&[2_147_483_647_i64, -2_147_483_648, 9_007_199_254_740_991, 4_294_967_296])),
        3 => json!(0),
        _ => json!(draw.between(1, 100)),
    }
}
