//! Generation in process, beside a bare JSON parse of the same file: `cargo bench`.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use gen_cse::{Catalog, Options, check, generate};
use serde_json::Value;
use std::hint::black_box;

const SAMPLE: &str = include_str!("../apimodels/valid/containerd-azure-vmss.json");

/// The sample with this many Windows pools.
fn definition(pools: usize) -> String {
    let mut definition: Value = serde_json::from_str(SAMPLE).expect("the sample is JSON");
    let profiles = definition["properties"]["agentPoolProfiles"].as_array_mut().expect("pools");
    let windows = profiles.iter().find(|pool| pool["osType"] == "Windows").expect("a Windows pool").clone();
    profiles.clear();
    profiles.extend((0..pools).map(|number| {
        let mut pool = windows.clone();
        pool["name"] = format!("win{number}").into();
        pool
    }));
    definition.to_string()
}

fn generation(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("generate");
    let catalog = Catalog::built_in("aks-engine").expect("a built-in catalog");
    for pools in [1, 2, 10, 100, 1000] {
        let text = definition(pools);
        let options = Options::new(catalog.clone());
        group.throughput(Throughput::Elements(pools as u64));
        group.bench_with_input(BenchmarkId::new("pools", pools), &text, |bench, text| {
            bench.iter(|| generate(black_box(text), &options).expect("it generates"));
        });
        group.bench_with_input(BenchmarkId::new("validate", pools), &text, |bench, text| {
            bench.iter(|| check(black_box(text), &options));
        });
        group.bench_with_input(BenchmarkId::new("bare JSON parse", pools), &text, |bench, text| {
            bench.iter(|| serde_json::from_str::<Value>(black_box(text)).expect("JSON"));
        });
    }
    group.finish();
}

fn catalog(criterion: &mut Criterion) {
    criterion.bench_function("load the built-in catalog", |bench| bench.iter(|| Catalog::built_in(black_box("aks-engine"))));
}

criterion_group!(benches, generation, catalog);
criterion_main!(benches);
