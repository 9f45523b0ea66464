//! How fast cases are drawn: the target is 5,000 a second on one core.

use asl_cases::Profile;
use asl_generators::generate_case;
use criterion::{Criterion, criterion_group, criterion_main};

fn draw_cases(criterion: &mut Criterion) {
    let profile = Profile::everything();
    let mut index = 0;
    criterion.bench_function("generate_case", |bencher| {
        bencher.iter(|| {
            index += 1;
            generate_case(&profile, 1, index)
        });
    });
}

criterion_group!(benches, draw_cases);
criterion_main!(benches);
