//! The inner loop without an engine: draw a case, ask the reference, judge. Elements a second are cases a second on one
//! core.
#![allow(missing_docs, reason = "criterion's macros make public functions")]

use std::hint::black_box;

use asl_cases::{Case, Observation, Policy, Verdict};
use asl_conformance::judge::judge;
use asl_generators::generate_case;
use asl_reference::reference::{self, Settings};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

const SEED: u64 = 1;
/// The cases that each iteration goes through, so that one slow case does not stand for all.
const CASES: u64 = 500;

fn draw() -> Vec<Case> {
    let profile = reference::profile();
    (0..CASES).map(|index| generate_case(&profile, SEED, index)).collect()
}

fn observe(case: &Case) -> Observation {
    reference::observe(case, Settings::default()).expect("the generator draws what the reference models")
}

fn inner_loop(criterion: &mut Criterion) {
    let policy = Policy::default();
    let cases = draw();
    let observed: Vec<_> = cases.iter().map(|case| (case, observe(case))).collect();
    let judge_same = |case: &Case, observation: &Observation| {
        let judgement = judge(case, observation, observation, &policy);
        assert_ne!(judgement.verdict, Verdict::Diverge, "{} differs from itself", case.name);
        judgement
    };

    let mut group = criterion.benchmark_group("inner_loop");
    group.throughput(Throughput::Elements(CASES)).sample_size(20);
    group.bench_function("generate", |bencher| bencher.iter(draw));
    group.bench_function("reference", |bencher| {
        bencher.iter(|| cases.iter().map(observe).for_each(|observation| drop(black_box(observation))));
    });
    group.bench_function("judge", |bencher| {
        bencher.iter(|| {
            for (case, observation) in &observed {
                black_box(judge_same(case, observation));
            }
        });
    });
    group.bench_function("generate, reference, judge", |bencher| {
        bencher.iter(|| {
            for case in draw() {
                black_box(judge_same(&case, &observe(&case)));
            }
        });
    });
    group.finish();
}

criterion_group!(benches, inner_loop);
criterion_main!(benches);
