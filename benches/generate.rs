//! Generation in process, beside a bare JSON parse of the same file: `cargo bench --bench generate`.

mod common;

use common::definition;
use divan::{Bencher, black_box, counter::ItemsCount};
use gen_cse::{Catalog, Options};
use serde_json::Value;

const POOLS: [usize; 5] = [1, 2, 10, 100, 1000];

fn main() {
    divan::main();
}

fn options() -> Options {
    Options::new(Catalog::built_in("aks-engine").expect("a built-in catalog"))
}

#[divan::bench(args = POOLS)]
fn generate(bencher: Bencher, pools: usize) {
    let (text, options) = (definition(pools), options());
    bencher.counter(ItemsCount::new(pools)).bench(|| gen_cse::generate(black_box(&text), &options).expect("it generates"));
}

#[divan::bench(args = POOLS)]
fn check(bencher: Bencher, pools: usize) {
    let (text, options) = (definition(pools), options());
    bencher.counter(ItemsCount::new(pools)).bench(|| gen_cse::check(black_box(&text), &options));
}

#[divan::bench(args = POOLS)]
fn bare_json_parse(bencher: Bencher, pools: usize) {
    let text = definition(pools);
    bencher.counter(ItemsCount::new(pools)).bench(|| serde_json::from_str::<Value>(black_box(&text)).expect("JSON"));
}

#[divan::bench]
fn built_in_catalog() -> Catalog {
    Catalog::built_in(black_box("aks-engine")).expect("a built-in catalog")
}
