//! Completions, tried by the shells themselves. A shell that is not installed is named and left out.

use std::io::{self, Write as _};
use std::path::Path;
use std::process::Command;

fn found(shell: &str) -> bool {
    let there = Command::new(shell).arg("--version").output().is_ok();
    if !there {
        // past the test harness, which keeps what a test that passes prints
        writeln!(io::stderr(), "LEFT OUT: {shell} is not installed").ok();
    }
    there
}

/// A folder with the script of a shell in it.
fn with_script(shell: &str, name: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let script = Command::new(env!("CARGO_BIN_EXE_gen-cse")).args(["completions", shell]).output().expect("it starts");
    assert!(script.status.success());
    std::fs::write(folder.path().join(name), script.stdout).expect("a file");
    std::fs::write(folder.path().join("definition.json"), "{}").expect("a file");
    folder
}

fn run(folder: &Path, program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).current_dir(folder).output().expect("the shell starts");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
    text
}

/// What is typed, and what must and must not be offered.
const CASES: &[(&[&str], &str, &str)] = &[
    (&["va"], "validate", "--stdout"),
    (&["validate", "--st"], "--strict", "--stdout"),
    (&["validate", "--format", "gi"], "github", "json"),
    (&["generate", "--pri"], "--print", "--parameter"),
    (&["generate", "--print", "te"], "template", "plan"),
    (&["inspect", "--par"], "--parameter", "--pool"),
    (&["schema", "c"], "catalog", "definition"),
    (&["completions", "z"], "zsh", "validate"),
    (&["init", "--network", "ku"], "kubenet", "azure"),
    (&["catalog", "sh"], "show", "validate"),
];

fn holds(offered: &str, wanted: &str) -> bool {
    offered.lines().any(|line| line.split_whitespace().next() == Some(wanted))
}

#[track_caller]
fn check(shell: &str, words: &[&str], offered: &str, wanted: &str, unwanted: &str) {
    assert!(holds(offered, wanted), "{shell}: no `{wanted}` for {words:?}:\n{offered}");
    assert!(!holds(offered, unwanted), "{shell}: `{unwanted}` for {words:?}:\n{offered}");
}

#[test]
fn bash_completes() {
    if !found("bash") {
        return;
    }
    let folder = with_script("bash", "gen-cse.bash");
    for (words, wanted, unwanted) in CASES {
        let line = words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" ");
        let (last, before) = (words[words.len() - 1], if words.len() > 1 { words[words.len() - 2] } else { "gen-cse" });
        let script = format!(
            "source ./gen-cse.bash; COMP_WORDS=(gen-cse {line}); COMP_CWORD={}; $(complete -p gen-cse | sed 's/.*-F \\([^ ]*\\).*/\\1/') gen-cse '{last}' '{before}'; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
            words.len()
        );
        check("bash", words, &run(folder.path(), "bash", &["--norc", "-c", &script]), wanted, unwanted);
    }
}

/// `zpty` gives zsh a terminal of its own, where the Tab key works.
#[test]
fn zsh_completes() {
    if !found("zsh") {
        return;
    }
    let folder = with_script("zsh", "_gen-cse");
    for (words, wanted, unwanted) in CASES {
        let script = format!(
            r#"zmodload zsh/zpty
zpty z 'zsh -f -i'
zpty -w z "PS1=; unsetopt zle_bracketed_paste; fpath=($PWD \$fpath); autoload -U compinit; compinit -u -d $PWD/dump; setopt list_rows_first; LISTMAX=0; stty cols 200"
zpty -w z "zstyle ':completion:*' list-prompt ''; zstyle ':completion:*' menu no; bindkey '^D' list-choices; echo REA''DY"
zpty -r -m z line '*READY*'
zpty -w -n z "gen-cse {}"
zpty -w -n z $'\x04'
offered=''
for i in {{1..150}}; do
  while zpty -r -t z chunk; do offered+=$chunk; done
  [[ $offered == *'{wanted}'* ]] && break
  sleep 0.2
done
sleep 0.3
while zpty -r -t z chunk; do offered+=$chunk; done
print -r -- "$offered"
zpty -d z"#,
            words.join(" ")
        );
        // one match is put in directly or listed; words are separated by blanks and escape sequences
        let graphic = |offered: &str| offered.chars().map(|c| if c.is_ascii_graphic() { c } else { '\n' }).collect::<String>();
        let is_there = |shown: &str| shown.split(['\n', '[', ']']).any(|word| word == *wanted || word.ends_with(wanted));
        // on a busy machine a key that is pressed too early is lost
        let press = || run(folder.path(), "zsh", &["-f", "-c", &script]);
        let mut offered = press();
        for _ in 0..2 {
            if is_there(&graphic(&offered)) {
                break;
            }
            offered = press();
        }
        let shown = graphic(&offered);
        assert!(is_there(&shown), "zsh: no `{wanted}` for {words:?}:\n{offered:?}");
        assert!(!shown.lines().any(|word| word == *unwanted), "zsh: `{unwanted}` for {words:?}:\n{offered:?}");
    }
}

#[test]
fn fish_completes() {
    if !found("fish") {
        return;
    }
    let folder = with_script("fish", "gen-cse.fish");
    for (words, wanted, unwanted) in CASES {
        let script = format!("source gen-cse.fish; complete -C 'gen-cse {}'", words.join(" "));
        check("fish", words, &run(folder.path(), "fish", &["--no-config", "-c", &script]), wanted, unwanted);
    }
}

/// `script` runs the command at a terminal.
#[cfg(target_os = "linux")]
#[test]
fn excerpts_fit_the_terminal() {
    if !found("script") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("a.json"), format!("{{\"a\": \"{}\"}}", "long ".repeat(100))).expect("a file");
    for columns in [60, 100] {
        let line = format!("stty rows 40 cols {columns}; exec '{}' validate a.json", env!("CARGO_BIN_EXE_gen-cse"));
        let shown = Command::new("script").args(["-qc", &line, "/dev/null"]).env_remove("COLUMNS").current_dir(folder.path()).output();
        let shown = String::from_utf8(shown.expect("it starts").stdout).expect("UTF-8");
        let excerpt = shown.lines().find(|line| line.contains("long ")).expect("an excerpt");
        let plain: String = excerpt.split('\u{1b}').map(|part| part.split_once('m').map_or(part, |(_, text)| text)).collect();
        assert!((columns - 25..=columns).contains(&plain.trim_end().chars().count()), "{columns}: {plain:?}");
    }
}

#[test]
fn manual_pages_are_pages() {
    for arguments in [&["man"][..], &["man", "validate"]] {
        let page = Command::new(env!("CARGO_BIN_EXE_gen-cse")).args(arguments).output().expect("it starts");
        let text = String::from_utf8(page.stdout).expect("UTF-8");
        assert!(page.status.success() && text.contains(".SH NAME") && text.contains(".SH OPTIONS"), "{text}");
    }
}
