//! Exit codes: one table, used by the scripts, `gen-cse explain` and docs/exit-codes.md.

use gen_cse::plan::{ENGINE_EXIT_CODES, STEPS};
use std::path::Path;
use std::process::Command;

fn explain(code: &str) -> (bool, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_gen-cse")).args(["explain", code]).output().expect("it starts");
    (output.status.success(), String::from_utf8(output.stdout).expect("UTF-8"))
}

#[test]
fn every_exit_code_is_explained() {
    for step in STEPS {
        let (found, text) = explain(&step.exit_code.to_string());
        assert!(found && text.contains(step.id) && text.contains(step.means) && text.contains(step.remedy), "{text}");
    }
    for code in ENGINE_EXIT_CODES {
        let (found, text) = explain(&code.exit_code.to_string());
        assert!(found && text.contains(code.means) && text.contains(code.remedy), "{text}");
    }
    assert!(!explain("200").0, "no step has this code");
}

#[test]
fn the_page_of_exit_codes_is_the_table() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/exit-codes.md");
    let mut page = String::from(
        "# Exit codes of the extension\n\nThe extension reports the exit code of the step that failed. \
         Made from the tables in `src/plan/steps.rs`; `gen-cse explain <code>` says the same.\n\n\
         | code | step | what it means | what to do |\n| --- | --- | --- | --- |\n\
         | 0 | | the node is complete, or will be after the restart that `result.json` names | |\n",
    );
    let row = |code, step: &str, means: &str, remedy: &str| format!("| {code} | {step} | {means} | {remedy} |\n");
    let mut rows: Vec<_> =
        ENGINE_EXIT_CODES.iter().map(|code| (code.exit_code, row(code.exit_code, "(engine)", code.means, code.remedy))).collect();
    rows.extend(STEPS.iter().map(|step| (step.exit_code, row(step.exit_code, step.id, step.means, step.remedy))));
    rows.sort();
    page.extend(rows.into_iter().map(|(_, row)| row));
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &page).expect("writable docs");
    }
    let written = std::fs::read_to_string(&path).expect("the page");
    assert_eq!(written, page, "run UPDATE_DOCS=1 cargo test --test explain");
}
