//! What a run costs, and what of it is writing, beside a bare write of the same bytes in the same run: `cargo bench --bench write`.
//! Prints one table; medians.

mod common;

use common::definition;
use gen_cse::{Catalog, Options, check};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The median of some runs, each in a state that `before` makes.
fn median<T>(runs: usize, mut before: impl FnMut() -> T, mut timed: impl FnMut(&T)) -> Duration {
    let mut times: Vec<_> = (0..runs)
        .map(|_| {
            let state = before();
            let start = Instant::now();
            timed(&state);
            start.elapsed()
        })
        .collect();
    times.sort();
    times[runs / 2]
}

/// As a program would that does nothing else.
fn bare_write(files: &[(String, Vec<u8>)], dir: &Path) {
    for (path, bytes) in files {
        let path = dir.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, bytes).expect("a file");
    }
}

fn command(dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gen-cse"));
    command.args(["apimodel.json", "-q", "--allow", "kubernetes-end-of-life", "-o", "out"]).current_dir(dir).stdout(Stdio::null());
    command
}

/// Peak memory of the command in MB, as Linux counts it. Asking slows the command down, so this is no run whose time counts.
fn peak(dir: &Path) -> u64 {
    let mut child = command(dir).spawn().expect("it starts");
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().expect("it runs").is_none() {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        peak = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(peak).max(peak);
        std::thread::sleep(Duration::from_micros(200));
    }
    peak / 1024
}

fn main() {
    let catalog = Catalog::built_in("aks-engine").expect("a built-in catalog");
    println!("| pools | files | check | generate | bare write | write | write again | write / bare | process | peak MB |");
    println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    for (pools, runs) in [(1, 101), (10, 51), (100, 21), (950, 7)] {
        let text = definition(pools);
        let options = Options::new(catalog.clone());
        let generate = || check(&text, &options).generate().expect("it generates");
        let files = generate().files().expect("paths stay inside");
        let contents: Vec<_> = files.files().iter().map(|file| (file.path().to_owned(), file.bytes().to_vec())).collect();
        let checking = median(runs, || (), |()| drop(check(&text, &options)));
        let generating = median(runs, || (), |()| drop(generate().files()));
        let folder = || tempfile::tempdir().expect("a folder");
        let bare = median(runs, folder, |dir| bare_write(&contents, &dir.path().join("out")));
        let write = |dir: &tempfile::TempDir| drop(files.write(&dir.path().join("out")).expect("it writes"));
        let first = median(runs, folder, write);
        let written = || {
            let dir = folder();
            write(&dir);
            dir
        };
        let again = median(runs, written, write);
        let given = || {
            let dir = folder();
            fs::write(dir.path().join("apimodel.json"), &text).expect("a file");
            dir
        };
        let whole = median(runs, given, |dir| assert!(command(dir.path()).status().expect("it runs").success()));
        let peak = (0..5).map(|_| peak(given().path())).max().unwrap_or_default();
        let ms = |time: Duration| format!("{:.2} ms", time.as_secs_f64() * 1e3);
        let times = [checking, generating, bare, first, again].map(ms).join(" | ");
        let ratio = first.as_secs_f64() / bare.as_secs_f64();
        println!("| {pools} | {} | {times} | {ratio:.2} | {} | {peak} |", files.files().len(), ms(whole));
    }
}
