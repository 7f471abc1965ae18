//! Records as nodes leave them, told to a person and to a tool.

use super::{Node, Nodes, ReadError, Source, State};
use std::io::Write as _;

const COMPLETE: &str = include_str!("samples/winpool-0.jsonl");
const FAILED: &str = include_str!("samples/winpool-1.jsonl");
/// Of nodes of `tests/node`: one on a prepared image, restarted and then run again, and one on a stock image, restarted.
const PREPARED: [&str; 2] = [include_str!("samples/prepared/events.jsonl"), include_str!("samples/prepared/result.json")];
const STOCK: [&str; 2] = [include_str!("samples/stock/events.jsonl"), include_str!("samples/stock/result.json")];
/// As collect-windows-logs.ps1 makes it, of the node on the stock image.
const COLLECTION: &[u8] = include_bytes!("samples/2258k8s000-20261125-231000_logs.zip");
const RESULT: &str = r#"{"schema":1,"version":"gen-cse 0.1.0","state":"failed","exitCode":21,"reason":"artifacts: 404","flavour":"stock",
    "started":"2026-11-25T20:03:30.000Z","seconds":21.1,"steps":[{"id":"preflight","decision":"done","reason":"","seconds":1.8,"exitCode":0},
    {"id":"artifacts","decision":"failed","reason":"404","seconds":12.3,"exitCode":21}]}"#;

fn source(name: &str, text: &str) -> Source {
    Source { name: name.to_owned(), bytes: text.as_bytes().to_vec() }
}

fn only(sources: &[Source]) -> Node {
    let nodes = Nodes::read(sources).expect("records").nodes;
    assert_eq!(nodes.len(), 1, "{nodes:?}");
    nodes.into_iter().next().expect("one")
}

fn both(node: &str, [events, result]: [&str; 2]) -> [Source; 2] {
    [source(&format!("{node}/events.jsonl"), events), source(&format!("{node}/result.json"), result)]
}

#[test]
fn what_nodes_really_write_is_told() {
    let nodes = Nodes::read(&both("winpool-0", PREPARED)).expect("records");
    let node = &nodes.nodes[0];
    assert_eq!((node.state, node.flavour.as_deref(), node.runs.len()), (State::Complete, Some("vhd"), 3));
    insta::assert_snapshot!("a_real_node", nodes.to_text());
    insta::assert_snapshot!("a_real_node_in_markdown", nodes.to_markdown());
}

#[test]
fn real_nodes_are_compared() {
    let sources = [both("a", PREPARED), both("b", PREPARED), both("c", STOCK)].concat();
    let nodes = Nodes::read(&sources).expect("records");
    insta::assert_snapshot!("real_nodes", nodes.to_text());
    insta::assert_snapshot!("real_nodes_in_markdown", nodes.to_markdown());
}

#[test]
fn a_real_log_collection_is_read() {
    let node = only(&[Source { name: "logs/2258k8s000-20261125-231000_logs.zip".to_owned(), bytes: COLLECTION.to_vec() }]);
    assert_eq!((node.name.as_str(), node.runs.len(), node.flavour.as_deref()), ("2258k8s000-20261125-231000_logs", 2, Some("stock")));
}

#[test]
fn folders_of_one_name_are_not_one_node() {
    let sources = [both("monday/winpool-0", PREPARED), both("tuesday/winpool-0", STOCK)].concat();
    let names: Vec<_> = Nodes::read(&sources).expect("records").nodes.into_iter().map(|node| node.name).collect();
    assert_eq!(names, ["monday/winpool-0", "tuesday/winpool-0"]);
}

#[test]
fn markdown_takes_nothing_of_a_record_for_a_mark() {
    let line = r#"{"time":"2026-11-25T20:03:38.636Z","id":"a|b","decision":"<script>","reason":"x | *y*","seconds":1,"exitCode":0}"#;
    let text = Nodes::read(&[source("n/events.jsonl", line)]).expect("records").to_markdown();
    assert!(text.contains(r"| a\|b | 1.0 | 1.0 | &lt;script> | x \| \*y\* |"), "{text}");
}

#[test]
fn a_node_that_restarted_has_two_runs_and_stands_as_the_last_ended() {
    let node = only(&[source("logs/winpool-0/events.jsonl", COMPLETE)]);
    assert_eq!((node.name.as_str(), node.state, node.runs.len()), ("winpool-0", State::Complete, 2));
    assert_eq!(node.runs[0].state, State::Restart);
    assert_eq!(node.runs[0].steps[2].notes.len(), 3, "the second try and the two files belong to the step");
    assert_eq!(node.seconds_of("preflight"), Some(2.2));
    insta::assert_snapshot!(Nodes { nodes: vec![node], comparison: None }.to_text());
}

#[test]
fn a_failed_node_says_what_to_do_and_a_torn_line_is_counted() {
    let node = only(&[source("winpool-1.jsonl", FAILED)]);
    assert_eq!((node.state, node.unreadable_lines), (State::Failed, 1));
    insta::assert_snapshot!(Nodes { nodes: vec![node], comparison: None }.to_text());
}

#[test]
fn a_result_alone_tells_the_last_run() {
    let node = only(&[source("winpool-1/result.json", RESULT)]);
    assert_eq!((node.name.as_str(), node.state, node.flavour.as_deref()), ("winpool-1", State::Failed, Some("stock")));
    assert_eq!(node.runs[0].failed_step().expect("a failed step").id, "artifacts");
}

#[test]
fn events_that_break_off_end_as_the_result_says() {
    let cut: String = FAILED.lines().take(2).map(|line| format!("{line}\n")).collect();
    let node = only(&[source("n/events.jsonl", &cut), source("n/result.json", RESULT)]);
    assert_eq!((node.state, node.runs.len(), node.runs[0].exit_code), (State::Failed, 1, Some(21)));
    assert_eq!(only(&[source("n/events.jsonl", &cut)]).state, State::Running);
}

#[test]
fn the_zip_of_a_log_collection_is_one_node() {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in [("events.jsonl", COMPLETE), ("system.txt", "none of ours"), ("result.json", RESULT)] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).expect("an entry");
        zip.write_all(text.as_bytes()).expect("its text");
    }
    let bytes = zip.finish().expect("a zip").into_inner();
    let node = only(&[Source { name: "2258k8s000-20261125_logs.zip".to_owned(), bytes: bytes.clone() }]);
    assert_eq!((node.name.as_str(), node.state), ("2258k8s000-20261125_logs", State::Complete));
    let damaged = Nodes::read(&[Source { name: "a.zip".to_owned(), bytes: bytes[..bytes.len() / 2].to_vec() }]);
    assert!(matches!(damaged, Err(ReadError::Zip { .. })), "{damaged:?}");
}

#[test]
fn many_nodes_are_compared_and_the_odd_ones_named() {
    let slow = COMPLETE.replace("\"seconds\":2.8", "\"seconds\":28.0");
    let sources = [
        source("a/events.jsonl", COMPLETE),
        source("b/events.jsonl", COMPLETE),
        source("c/events.jsonl", &slow),
        source("d/events.jsonl", FAILED),
    ];
    let nodes = Nodes::read(&sources).expect("records");
    let comparison = nodes.comparison.as_ref().expect("several nodes");
    assert_eq!(comparison.different.keys().collect::<Vec<_>>(), ["c", "d"]);
    assert_eq!(nodes.failed(), 1);
    insta::assert_snapshot!(nodes.to_text());
    insta::assert_json_snapshot!(comparison);
}

#[test]
fn what_is_no_record_is_refused_by_name() {
    let wrong_types = r#"{"state":5,"steps":"none"}"#;
    let deep = "[".repeat(100_000);
    for text in ["", "{}", "[]", "\u{0}\u{1}", "{\"a\":1}\n{\"b\":2}\n", wrong_types, &deep] {
        let error = Nodes::read(&[source("x.json", text)]).expect_err(text).to_string();
        assert!(error.contains("`x.json`"), "{error}");
    }
}
