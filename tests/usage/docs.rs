//! Every command of the README and of docs/ runs, and says what stands there. `UPDATE_DOCS=1 cargo test --test usage docs` writes what
//! they say into the pages.
//!
//! In a `console` block a line with `$ ` is a command for a shell, `\` goes on with it, and what follows is its output, which may end with
//! `...` for the rest. All blocks of a page run one after the other in one folder that has `apimodels`, `src` and `tests`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Commands that need a network, a subscription or an editor, or that are what runs this test.
const NOT_RUN: &[&str] = &["git clone ", "cd ", "cargo ", "az ", "source ", "kubectl ", "pwsh ", "man "];

struct Block {
    command: String,
    /// Lines of the page that are its output.
    output: std::ops::Range<usize>,
}

fn blocks(lines: &[String]) -> Vec<Block> {
    let mut found: Vec<Block> = Vec::new();
    let mut inside = false;
    let mut open = false;
    for (number, line) in lines.iter().enumerate() {
        match line.as_str() {
            "```console" => inside = true,
            "```" => inside = false,
            _ if !inside => {}
            _ if open || line.starts_with("$ ") => {
                let text = line.strip_prefix("$ ").unwrap_or(line);
                let more = text.ends_with('\\');
                let text = text.trim_end_matches('\\');
                match found.last_mut().filter(|_| open) {
                    Some(block) => {
                        block.command += text.trim_start();
                        block.output = number + 1..number + 1;
                    }
                    None => found.push(Block { command: text.to_owned(), output: number + 1..number + 1 }),
                }
                open = more;
            }
            _ => found.last_mut().expect("a command before its output").output.end = number + 1,
        }
    }
    found
}

/// What a terminal would show: both streams, in the order in which they were written.
fn run(command: &str, folder: &Path) -> (bool, Vec<String>) {
    let shown = folder.join("../shown");
    let file = fs::File::create(&shown).expect("a file");
    let programs = Path::new(env!("CARGO_BIN_EXE_gen-cse")).parent().expect("a folder").to_owned();
    let path = std::env::join_paths(std::iter::once(programs).chain(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())));
    let status = Command::new("sh")
        .args(["-c", command])
        .current_dir(folder)
        .env("PATH", path.expect("a path"))
        .env_remove("COLUMNS")
        .stdin(Stdio::null())
        .stdout(file.try_clone().expect("a file"))
        .stderr(file)
        .status()
        .expect("a shell");
    let text = fs::read_to_string(&shown).expect("UTF-8");
    (status.success(), text.lines().map(|line| line.trim_end().to_owned()).collect())
}

/// Sizes change with every script; that the page shows sizes does not.
fn without_numbers(line: &str) -> String {
    let pieces = line.split(|c: char| c.is_ascii_digit() || c == ',');
    pieces.filter(|piece| !piece.is_empty()).flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}

/// The first line that differs; numbers do not count.
fn difference(expected: &[String], found: &[String]) -> Option<String> {
    let whole = expected.last().is_none_or(|line| line != "...");
    let expected = if whole { expected } else { &expected[..expected.len() - 1] };
    let wrong = expected.iter().zip(found).find(|(expected, found)| without_numbers(expected.trim_end()) != without_numbers(found));
    let counts = found.len() < expected.len() || (whole && found.len() > expected.len() && !expected.is_empty());
    wrong.map(|(expected, found)| format!("expected {expected}\n   found {found}")).or(counts.then(|| found.join("\n")))
}

fn updated(expected: &[String], found: Vec<String>) -> Vec<String> {
    match expected.iter().position(|line| line == "...") {
        Some(kept) if kept > 0 && kept < found.len() => found.into_iter().take(kept).chain(["...".to_owned()]).collect(),
        _ => found,
    }
}

fn check(page: &Path) {
    let text = fs::read_to_string(page).expect("a page");
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let around = tempfile::tempdir().expect("a folder");
    let folder = around.path().join("work");
    fs::create_dir(&folder).expect("a folder");
    #[cfg(unix)]
    for name in ["apimodels", "src", "tests"] {
        std::os::unix::fs::symlink(Path::new(env!("CARGO_MANIFEST_DIR")).join(name), folder.join(name)).expect("a link");
    }
    let mut new = Vec::new();
    for block in blocks(&lines) {
        let Block { command, output } = block;
        if NOT_RUN.iter().any(|known| command.starts_with(known)) {
            continue;
        }
        let (succeeded, found) = run(&command, &folder);
        let expected = &lines[output.clone()];
        // a check ends with 5 where something would change
        let fails = command.contains("--check") || expected.iter().any(|line| line.contains("error: ") || line.contains(" error["));
        assert!(succeeded || fails, "{}: `{command}` fails: {}", page.display(), found.join("\n"));
        if std::env::var_os("UPDATE_DOCS").is_some() && !expected.is_empty() {
            new.push((output.clone(), updated(expected, found)));
        } else if let Some(difference) = difference(expected, &found) {
            panic!("{}: `{command}`: {difference}", page.display());
        }
    }
    for (range, output) in new.into_iter().rev() {
        lines.splice(range, output);
    }
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(page, lines.join("\n") + "\n").expect("writable docs");
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

#[cfg(unix)]
#[test]
fn commands_of_the_readme_say_what_stands_there() {
    check(&root().join("README.md"));
}

#[cfg(unix)]
#[test]
fn commands_of_docs_say_what_stands_there() {
    for entry in fs::read_dir(root().join("docs")).expect("docs") {
        let page = entry.expect("an entry").path();
        if page.extension().is_some_and(|extension| extension == "md") {
            check(&page);
        }
    }
}

/// The help of a command and of those below it, each with its title.
fn with_commands_below(command: &[&str], sections: &mut Vec<(String, String)>) {
    let arguments = [command, &["--help"]].concat();
    let output = Command::new(env!("CARGO_BIN_EXE_gen-cse")).args(&arguments).output().expect("it starts");
    assert!(output.status.success(), "{arguments:?}");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let text: String = text.lines().map(|line| format!("{}\n", line.trim_end())).collect();
    sections.push(([&["gen-cse"], command].concat().join(" "), text.clone()));
    let listed = text.split("Commands:\n").nth(1).and_then(|rest| rest.split("\n\n").next()).unwrap_or_default();
    // what goes on in a second line stands further to the right
    let names = listed.lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next()).filter(|name| !["", "help"].contains(name));
    names.for_each(|name| with_commands_below(&[command, &[name]].concat(), sections));
}

/// docs/reference.md is made from the command itself.
#[test]
fn the_reference_is_that_of_the_command() {
    let mut page = String::from(
        "# Reference\n\nMade from the command by `UPDATE_DOCS=1 cargo test --test usage docs`. The formats of files are in \
         [how-to.md](how-to.md), the codes of findings in [diagnostics.md](diagnostics.md), what public bug reports became in [cases.md](cases.md), the \
         codes of the extension in [exit-codes.md](exit-codes.md), catalogs in [catalog.md](catalog.md).\n",
    );
    let mut sections = Vec::new();
    with_commands_below(&[], &mut sections);
    assert!(sections.iter().any(|(title, _)| title == "gen-cse vhd coverage"), "commands of commands have sections, too");
    for (title, text) in sections {
        page += &format!("\n## {title}\n\n```text\n{text}```\n");
    }
    let path = root().join("docs/reference.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &page).expect("writable docs");
    }
    assert!(fs::read_to_string(&path).expect("the page") == page, "run `UPDATE_DOCS=1 cargo test --test usage docs`");
}

/// A link to a file of the repository leads somewhere.
#[test]
fn links_lead_somewhere() {
    let pages = fs::read_dir(root().join("docs")).expect("docs").map(|entry| entry.expect("an entry").path());
    for page in pages.chain([root().join("README.md")]).filter(|page| page.extension().is_some_and(|extension| extension == "md")) {
        let text = fs::read_to_string(&page).expect("a page");
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let target = link.split('#').next().unwrap_or_default();
            if !target.is_empty() && !target.contains("://") {
                assert!(page.parent().expect("a folder").join(target).exists(), "{}: {link}", page.display());
            }
        }
    }
}
