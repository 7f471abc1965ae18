//! Every command of the README runs, and its library example compiles and runs as a doc test of this crate.

use std::path::Path;
use std::process::Command;

/// Commands of the `console` blocks, without the prompt.
fn commands(readme: &str) -> Vec<String> {
    let mut commands = Vec::new();
    let mut inside = false;
    for line in readme.lines() {
        match line {
            "```console" => inside = true,
            "```" => inside = false,
            _ if inside => commands.extend(line.strip_prefix("$ ").map(str::to_owned)),
            _ => {}
        }
    }
    commands
}

/// `cargo run --release --` and `gen-cse` are this build; `cargo test` is what is running now.
fn arguments(command: &str) -> Option<Vec<String>> {
    let rest = command.strip_prefix("cargo run --release -- ").or_else(|| command.strip_prefix("gen-cse "))?;
    Some(rest.split_whitespace().map(str::to_owned).collect())
}

#[test]
fn every_command_runs() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let commands = commands(include_str!("../README.md"));
    assert!(commands.len() >= 10, "only {} commands found", commands.len());
    let here = tempfile::tempdir().expect("a folder");
    std::os::unix::fs::symlink(root.join("apimodels"), here.path().join("apimodels")).expect("a link");
    let mut run = 0;
    for command in &commands {
        let Some(arguments) = arguments(command) else {
            assert_eq!(command, "cargo test", "unknown command");
            continue;
        };
        let output = Command::new(env!("CARGO_BIN_EXE_gen-cse")).args(&arguments).current_dir(here.path()).output().expect("it starts");
        assert!(output.status.success(), "{command}: {}\n{}", output.status, String::from_utf8_lossy(&output.stderr));
        run += 1;
    }
    assert_eq!(run + 1, commands.len());
    assert!(here.path().join("_output/mytestcluster/nodes").is_dir(), "the sample writes where the README says");
}
