//! What public bug reports became: `tests/cases/cases.json` lists them, and `docs/cases.md` shows what is said and done of each today.
//! `UPDATE_DOCS=1 cargo test --test cases` writes the page.

#![cfg(feature = "cli")]

mod command;

use command::{Folder, Run};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// One report.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    subject: String,
    /// Absent where no definition shows it, but a node.
    definition: Option<String>,
    #[serde(default)]
    arguments: Vec<String>,
    /// What a person met before.
    before: String,
    /// What the report asked for.
    right: String,
    /// Codes of findings that are about it.
    #[serde(default)]
    findings: Vec<String>,
    /// Codes of findings that would be wrong.
    #[serde(default)]
    silent: Vec<String>,
    /// By file of the output: places of values.
    #[serde(default)]
    values: BTreeMap<String, Vec<String>>,
    /// Parts of lines that the command prints.
    #[serde(default)]
    lines: Vec<String>,
    /// Where else it is held.
    #[serde(default)]
    also: Vec<Held>,
}

/// A file, and a text in it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Held {
    file: String,
    test: Option<String>,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn cases() -> Vec<Case> {
    let text = fs::read_to_string(root().join("tests/cases/cases.json")).expect("the table");
    serde_json::from_str(&text).expect("the form of the table")
}

/// The command, from the top of the repository, so that files are named as people name them.
fn run(case: &Case, definition: &str, out: &Path) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gen-cse"));
    command.current_dir(root()).args(["generate", definition, "--format", "plain", "-o"]).arg(out).args(&case.arguments);
    Run::of(&command.output().expect("it starts"))
}

/// Everything that the table asks for, line by line.
fn shown(case: &Case, run: &Run, out: &Folder) -> Vec<String> {
    let all: Vec<&str> = run.stderr.lines().chain(run.stdout.lines()).collect();
    let told = |code: &String| all.iter().filter(|line| line.contains(&format!("[{code}]: "))).copied().collect::<Vec<_>>();
    let mut shown = Vec::new();
    for code in &case.findings {
        let found = told(code);
        assert!(!found.is_empty(), "{}: no `{code}` in\n{}", case.name, run.stderr);
        shown.extend(found.into_iter().map(str::to_owned));
    }
    for code in &case.silent {
        assert!(told(code).is_empty(), "{}: {:?}", case.name, told(code));
    }
    for part in &case.lines {
        let line = all.iter().find(|line| line.contains(part)).unwrap_or_else(|| panic!("{}: no `{part}` in\n{all:?}", case.name));
        shown.push(line.trim().to_owned());
    }
    for (file, places) in &case.values {
        let document = out.json(&format!("out/{file}"));
        shown.extend(places.iter().map(|place| format!("{file} {}: {}", &place[1..], document.pointer(place).unwrap_or(&Value::Null))));
    }
    shown
}

fn section(case: &Case) -> String {
    let Case { name, subject, before, right, .. } = case;
    let mut text = format!("\n## {name}\n\n{subject}.\n\n* Before: {before}\n* Right: {right}\n");
    if let Some(definition) = &case.definition {
        let folder = Folder::new();
        let run = run(case, definition, &folder.path("out"));
        assert!(!run.stderr.contains("panicked"), "{name}: {}", run.stderr);
        let shown = shown(case, &run, &folder).join("\n");
        assert!(!shown.is_empty(), "{name} shows nothing");
        let arguments: String = case.arguments.iter().map(|argument| format!(" {argument}")).collect();
        text += &format!("* Now, exit code {}:\n\n```text\n$ gen-cse {definition}{arguments}\n{shown}\n```\n", run.code);
    }
    text + &held(case)
}

/// The other places that hold a case; each is there.
fn held(case: &Case) -> String {
    let link = |Held { file, test }: &Held| {
        let path: PathBuf = root().join(file);
        let content = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {}: {error}", case.name, path.display()));
        let test = test.as_deref().inspect(|test| assert!(content.contains(*test), "{}: no `{test}` in {file}", case.name));
        let test = test.map_or(String::new(), |test| format!(", `{test}`"));
        format!("[{file}](../{file}){test}")
    };
    let links: Vec<_> = case.also.iter().map(link).collect();
    if links.is_empty() { String::new() } else { format!("\nHeld by {}.\n", links.join(" and ")) }
}

#[test]
fn the_page_of_public_reports_is_what_is_said_today() {
    let mut page = String::from(
        "# Public reports\n\nSmall definitions from public bug reports: what a person met before, what is right, and what gen-cse says or does \
         now. Findings are shown as `--format plain` shows them, values as they are in the folder that is written, `null` where there is none. \
         The page is made from `tests/cases/cases.json` by `UPDATE_DOCS=1 cargo test --test cases`.\n",
    );
    page.extend(cases().iter().map(section));
    let path = root().join("docs/cases.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &page).expect("writable docs");
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == page,
        "docs/cases.md is not what is said today: run `UPDATE_DOCS=1 cargo test --test cases` and read the difference"
    );
}

#[test]
fn who_has_a_mirror_is_not_told_to_take_one() {
    for case in cases() {
        let Some(definition) = &case.definition else { continue };
        let mut command = Command::new(env!("CARGO_BIN_EXE_gen-cse"));
        command.current_dir(root()).args(["validate", definition, "--format", "plain", "--mirror", "https://files.corp.example/win"]);
        let run = Run::of(&command.output().expect("it starts"));
        assert!(!run.stderr.contains("(`--mirror`)"), "{}", run.stderr);
    }
}

/// No definition lies about that nothing looks at.
#[test]
fn every_definition_is_in_the_table() {
    let named: Vec<_> = cases().into_iter().filter_map(|case| case.definition).collect();
    for entry in fs::read_dir(root().join("tests/cases")).expect("definitions") {
        let name = entry.expect("an entry").file_name().into_string().expect("UTF-8");
        assert!(name == "cases.json" || named.contains(&format!("tests/cases/{name}")), "{name}");
    }
}
