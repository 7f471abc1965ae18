//! `gen-cse result` on what nodes left, and on what they did not.

use crate::command::Folder;
use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

const EVENTS: &str = include_str!("../../src/result/samples/stock/events.jsonl");
const RESULT: &str = include_str!("../../src/result/samples/stock/result.json");

#[test]
fn records_are_told_in_three_ways() {
    let folder = Folder::new();
    folder.write("events.jsonl", EVENTS);
    folder.write("result.json", RESULT);
    let run = |format: &str| folder.run(&["result", "events.jsonl", "result.json", "--format", format]);
    for (format, start) in
        [("text", "node: complete, 2 runs\nimage stock, made by gen-cse 0.1.0\n"), ("markdown", "# node: complete\n"), ("json", "{\n")]
    {
        let run = run(format);
        run.ends(0);
        assert!(run.stdout.starts_with(start), "{}", run.stdout);
    }
    let document: serde_json::Value = serde_json::from_str(&run("json").stdout).expect("JSON");
    assert_eq!(document["nodes"][0]["runs"][0]["state"], "restart");
}

#[test]
fn what_is_no_record_ends_with_its_name_and_no_panic() {
    let folder = Folder::new();
    let half = &EVENTS.as_bytes()[..EVENTS.len() / 2];
    folder.write("half.jsonl", half);
    let run = folder.run(&["result", "half.jsonl"]);
    run.ends(0);
    assert!(run.stdout.contains("half: not finished, 1 run\n1 line of events.jsonl cannot be read"), "{}", run.stdout);
    let strange = r#"{"time":5,"id":"x","decision":"done"}"#;
    let cases: [(&str, &[u8]); 6] = [
        ("empty.json", b""),
        ("binary.json", &[0xff, 0xfe, 0, 1, 2]),
        ("types.jsonl", strange.as_bytes()),
        ("state.json", br#"{"state":5}"#),
        ("zip.zip", b"PK\x03\x04 and no more"),
        ("list.json", b"[1,2,3]"),
    ];
    for (name, bytes) in cases {
        folder.write(name, bytes);
        folder.run(&["result", name]).fails(4, &[name]);
    }
    folder.run(&["result", "missing.json"]).fails(4, &["missing.json"]);
    // larger than any record, and sparse on the disk
    fs::File::create(folder.path("huge.jsonl")).and_then(|file| file.set_len(300 << 20)).expect("a large file");
    folder.run(&["result", "huge.jsonl"]).fails(4, &["huge.jsonl", "more than 256 MiB"]);
}

/// Runs `gen-cse result` on a pipe that gives nothing for longer than a second.
#[cfg(unix)]
fn slow_result(command: &mut Command) -> String {
    let folder = Folder::new();
    assert!(Command::new("mkfifo").arg(folder.path("pipe.jsonl")).status().expect("mkfifo starts").success());
    let command =
        command.current_dir(folder.path("")).env("TERM", "xterm").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().expect("it starts");
    let pipe = folder.path("pipe.jsonl");
    let writer = thread::spawn(move || {
        let mut pipe = fs::OpenOptions::new().write(true).open(pipe).expect("the pipe");
        thread::sleep(Duration::from_millis(1600));
        pipe.write_all(EVENTS.as_bytes()).expect("it is read");
    });
    let output = child.wait_with_output().expect("it ends");
    writer.join().expect("it was read");
    [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat()
}

#[cfg(unix)]
#[test]
fn progress_is_shown_at_a_terminal_and_nowhere_else() {
    let program = env!("CARGO_BIN_EXE_gen-cse");
    let shown = slow_result(Command::new(program).args(["result", "pipe.jsonl"]));
    assert!(shown.starts_with("pipe: complete, 2 runs\n") && !shown.contains("1 of 1"), "{shown}");
    let terminal = Command::new("script").args(["--version"]).output().is_ok_and(|output| output.status.success());
    if !terminal {
        let _ =
            writeln!(std::io::stderr(), "LEFT OUT: no `script` (Debian package bsdutils) that is a terminal for the display of progress");
        return;
    }
    let at_terminal =
        |options: &str| slow_result(Command::new("script").args(["-qec", &format!("{program} result pipe.jsonl {options}"), "/dev/null"]));
    let shown = at_terminal("");
    assert!(shown.contains("\r\u{1b}[2K1 of 1: pipe.jsonl (1 s)") && shown.contains("\r\u{1b}[2Kpipe: complete"), "{shown:?}");
    assert!(!at_terminal("--quiet").contains("1 of 1"));
}
