//! Evaluations of JSONata expressions a second on one core; every expression is compiled once. The target for the median
//! expression is 100,000.
#![allow(missing_docs, reason = "criterion's macros make public functions")]

use asl_reference::{
    jsonata::{Available, Expression},
    scope::{Randomness, Scope},
};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use serde_json::{Value, json};

struct Surroundings {
    input: Value,
    variables: Value,
}

impl Scope for Surroundings {
    fn input(&self) -> &Value {
        &self.input
    }

    fn context(&self) -> &Value {
        &self.variables
    }

    fn variable(&self, name: &str) -> Option<&Value> {
        self.variables.get(name)
    }
}

struct Counter(u64);

impl Randomness for Counter {
    fn next_u64(&mut self) -> u64 {
        self.0 += 1;
        self.0
    }

    fn uuid(&mut self) -> String {
        String::new()
    }
}

/// The kinds of expressions that recorded workflows hold.
const EXPRESSIONS: [(&str, &str); 8] = [
    ("chain of keys", "$states.input.order.id"),
    ("variable", "$order.customer.name"),
    ("comparison", "$states.input.order.total >= 20 and $states.input.order.total < 30"),
    ("text", "'order ' & $states.input.order.id & ' of ' & $order.customer.name"),
    ("aggregate", "$sum($states.input.order.lines.(price * quantity))"),
    ("filter", "$states.input.order.lines[price > 5].name"),
    ("merge", "$merge([$states.input.order.address, {'seen': true}])"),
    ("callback", "$map($states.input.order.lines, function($line) { $line.price > 5 ? 'dear' : 'cheap' })"),
];

fn surroundings() -> Surroundings {
    let line =
        |name: &str, price: f64, quantity: i32| json!({"name": name, "price": price, "quantity": quantity});
    Surroundings {
        input: json!({"order": {
            "id": "o-1", "total": 25,
            "lines": [line("pen", 2.0, 5), line("book", 12.0, 1), line("lamp", 30.5, 2)],
            "address": {"street": "Lane 1", "city": "Town"},
        }}),
        variables: json!({"order": {"customer": {"name": "Ada"}}}),
    }
}

fn evaluations(criterion: &mut Criterion) {
    let scope = surroundings();
    let mut group = criterion.benchmark_group("evaluate");
    group.throughput(Throughput::Elements(1));
    for (name, text) in EXPRESSIONS {
        let expression = Expression::parse(&format!("{{% {text} %}}"), Available::Input).expect(text);
        assert!(expression.evaluate(&scope, &mut Counter(0)).is_ok(), "{text} has a value");
        group.bench_function(name, |bencher| {
            bencher.iter(|| expression.evaluate(&scope, &mut Counter(0)));
        });
    }
    group.finish();
}

criterion_group!(benches, evaluations);
criterion_main!(benches);
