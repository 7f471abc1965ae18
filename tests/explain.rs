//! Exit codes: one table, used by the scripts, `gen-cse explain` and docs/exit-codes.md.

#![cfg(feature = "cli")]

use std::process::Command;

fn explain(code: &str) -> (bool, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_gen-cse")).args(["explain", code]).output().expect("it starts");
    (output.status.success(), String::from_utf8(output.stdout).expect("UTF-8"))
}

/// Rows of docs/exit-codes.md, which is made from the tables of the plan: code, step, what it means, what to do.
fn rows() -> Vec<[&'static str; 4]> {
    let cells = |line: &'static str| -> Vec<&str> { line.trim_matches('|').split('|').map(str::trim).collect() };
    let rows = include_str!("../docs/exit-codes.md").lines().map(cells);
    rows.filter_map(|cells| cells.try_into().ok()).filter(|[code, ..]: &[&str; 4]| code.parse::<u32>().is_ok_and(|code| code > 0)).collect()
}

#[test]
fn every_exit_code_is_explained() {
    assert!(rows().len() > 20);
    for [code, step, means, remedy] in rows() {
        let (found, text) = explain(code);
        let step = if step == "(engine)" { "" } else { step };
        assert!(found && [step, means, remedy].iter().all(|part| text.contains(part)), "{text}");
    }
    assert!(!explain("200").0, "no step has this code");
}
