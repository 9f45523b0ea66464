//! Executions a second on one core, each with its whole history; the definition is parsed once. The target for the
//! median definition is 20,000.
#![allow(missing_docs, reason = "criterion's macros make public functions")]

mod workloads;

use asl_reference::{execution::Execution, history::Event};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use workloads::{Workload, choices, distributed_map, intrinsics, map, median, nested_parallel, parse};

fn executions(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("execute");
    group.throughput(Throughput::Elements(1));
    let workloads: [(&str, Workload); 5] = [
        ("median definition", median()),
        ("Choice-heavy", choices()),
        ("Map of 1,000 items", map(1_000)),
        ("nested Parallel", nested_parallel()),
        ("intrinsic-heavy", intrinsics()),
    ];
    for (name, workload) in &workloads {
        group.bench_function(*name, |bencher| bencher.iter(|| workload.run()));
    }
    group.finish();
}

/// What comes before and after an execution: parsing, and the two serial forms of its history.
fn around(criterion: &mut Criterion) {
    let workload = median();
    let text = workload.definition_text();
    let mut group = criterion.benchmark_group("around the median definition");
    group.throughput(Throughput::Elements(1));
    group.bench_function("parse", |bencher| bencher.iter(|| parse(&text)));
    let traced =
        |execution: Execution| execution.history().iter().map(Event::to_trace_event).collect::<Vec<_>>();
    group.bench_function("trace", |bencher| {
        bencher.iter_batched(|| workload.run(), traced, BatchSize::SmallInput);
    });
    let on_the_wire =
        |execution: Execution| execution.history().iter().map(Event::to_wire).collect::<Vec<_>>();
    group.bench_function("wire", |bencher| {
        bencher.iter_batched(|| workload.run(), on_the_wire, BatchSize::SmallInput);
    });
    group.finish();
}

/// Elements a second are items a second: the same for every size where the cost is linear. An inline Map of more items
/// than these reaches the limit of 25,000 events.
fn map_scaling(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("Map scaling");
    for n_items in [100, 1_000, 6_000] {
        bench_items(&mut group, "inline", n_items, &map(n_items));
    }
    for n_items in [100, 1_000, 10_000] {
        bench_items(&mut group, "distributed", n_items, &distributed_map(n_items));
    }
    group.finish();
}

type Group<'a> = criterion::BenchmarkGroup<'a, criterion::measurement::WallTime>;

fn bench_items(group: &mut Group<'_>, mode: &str, n_items: usize, workload: &Workload) {
    group.throughput(Throughput::Elements(n_items as u64)).sample_size(20);
    group.bench_function(format!("{mode}, {n_items} items"), |bencher| bencher.iter(|| workload.run()));
}

criterion_group!(benches, executions, around, map_scaling);
criterion_main!(benches);
