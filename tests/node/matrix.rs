//! The table of situations: read, run two at a time, compared with what is wanted, written to `target/node-matrix.md`.

use crate::cluster::Cluster;
use crate::cost;
use crate::forecast;
use crate::mirror::{Fault, Trouble};
use crate::rig::{self, Node, Situation};
use crate::rules;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;

const TABLE: &str = include_str!("situations.md");
const DEFINITIONS: &str = include_str!("definitions.json");
const IMAGES: &str = include_str!("images.json");
/// Nodes that run beside each other.
const WIDTH: usize = 3;

/// A row of the table.
struct Row {
    name: String,
    definition: String,
    image: String,
    happens: Vec<String>,
    /// Of the extension, and of its second run where there is one.
    exit: Vec<i64>,
    /// Steps, and what became of each when it first ended: `artifacts=cache`.
    steps: Vec<String>,
    requests: usize,
    end: String,
    quick: bool,
}

/// What a row's node did.
struct Outcome {
    got: String,
    requests: usize,
    seconds: f64,
    processes: u64,
    wrong: Vec<String>,
    /// What its phases cost, of a row that counts.
    cost: Option<String>,
}

fn rows() -> Vec<Row> {
    let cells = |line: &str| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    let lines = TABLE.lines().filter(|line| line.starts_with('|')).skip(2);
    lines.map(|line| row(&cells(line)).unwrap_or_else(|| panic!("situations.md: {line}"))).collect()
}

fn row(cells: &[String]) -> Option<Row> {
    let [name, definition, image, happens, exit, steps, requests, end, quick] = cells else { return None };
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    Some(Row {
        name: name.clone(),
        definition: definition.clone(),
        image: image.clone(),
        happens: words(happens),
        exit: words(exit).iter().map(|code| code.parse().ok()).collect::<Option<_>>()?,
        steps: words(steps),
        requests: requests.parse().ok()?,
        end: end.clone(),
        quick: quick == "quick",
    })
}

/// A cluster of `definitions.json`: a file of `apimodels` with changes (JSON Merge Patch), additions to the catalog, and options of the
/// command. On an image of `images.json` the definition says what stands there; others have the image that it names.
fn cluster(name: &str, image: &str) -> Cluster {
    let [all, images]: [Value; 2] = [DEFINITIONS, IMAGES].map(|text| serde_json::from_str(text).expect("JSON"));
    let entry = all.get(name).unwrap_or_else(|| panic!("definitions.json has no {name}"));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("apimodels").join(entry["from"].as_str().expect("a file"));
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut definition = serde_json::from_str(text.trim_start_matches('\u{feff}')).expect("JSON");
    if let Some(change) = entry.get("change") {
        merge(&mut definition, change);
    }
    if let Some(windows) = images.get(image) {
        merge(&mut definition["properties"]["windowsProfile"], windows);
    }
    let options: Vec<_> = entry["options"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    Cluster::generate_with(&definition, &entry["catalog"], &options)
}

pub(crate) fn merge(target: &mut Value, change: &Value) {
    let Value::Object(change) = change else {
        *target = change.clone();
        return;
    };
    for (key, value) in change {
        merge(&mut target[key], value);
    }
}

/// `404@kubernetes`, `cut*2@containerd`.
fn trouble(word: &str) -> Option<Trouble> {
    let (fault, part) = word.split_once('@')?;
    let (fault, times) = fault.split_once('*').unwrap_or((fault, "1000"));
    Some(Trouble { fault: Fault::named(fault)?, part: part.to_owned(), times: times.parse().ok()? })
}

fn situation(row: &Row) -> Situation<'_> {
    let mut situation = Situation { image: &row.image, ..Situation::default() };
    for word in &row.happens {
        match word.as_str() {
            "restart" => situation.reboot = true,
            "again" => situation.again = true,
            word if trouble(word).is_some() => situation.troubles.extend(trouble(word)),
            word if rig::extra(word).is_file() => situation.extras.push(word.to_owned()),
            word => match word.split_once('=') {
                Some((option, value)) => situation.options.extend([format!("-{option}"), value.to_owned()]),
                None => situation.options.push(format!("-{word}")),
            },
        }
    }
    situation
}

fn run(row: &Row, pwsh: &Path) -> Outcome {
    let cluster = cluster(&row.definition, &row.image);
    let situation = situation(row);
    let node = situation.run(pwsh, &cluster);
    let mut wrong = Vec::new();
    let mut compare = |what: &str, wanted: String, got: String| {
        if wanted != got {
            wrong.push(format!("{what}: wanted {wanted}, got {got}"));
        }
    };
    let exit: Vec<i64> = ["cse", "cse-again"].into_iter().take(row.exit.len()).map(|phase| node.exit_code(phase)).collect();
    let end = end(&node);
    compare("exit codes", format!("{:?}", row.exit), format!("{exit:?}"));
    compare("end", row.end.clone(), end.clone());
    let requests = node.requests.iter().filter(|request| !request.starts_with("169.254.")).count();
    compare("requests", row.requests.to_string(), requests.to_string());
    let decisions = decisions(&node);
    for step in &row.steps {
        let (id, wanted) = step.split_once('=').unwrap_or((step, ""));
        let got = decisions.iter().find(|(step, _)| step == id).map_or("not run", |(_, decision)| decision);
        compare(id, wanted.to_owned(), got.to_owned());
    }
    wrong.extend(steps_left_out(&decisions, &end, &cluster));
    wrong.extend(broken_rules(row, &situation, &node, &cluster));
    if situation.reboot && situation.troubles.is_empty() && !situation.has_extra("power-cut") {
        let waits = decisions.iter().any(|(step, decision)| step == "windows-features" && decision != "already");
        wrong.extend(cost::broken(&node, &cost::Allowance::of(&cluster.configuration, &row.image, waits)));
    }
    let got = format!("{exit:?} {end}");
    let cost = situation.has_extra("count-hashes").then(|| cost::table(&node));
    Outcome { got, requests, seconds: node.seconds, processes: node.processes(), wrong, cost }
}

/// The rules that hold for every node and do not hold for this one.
fn broken_rules(row: &Row, situation: &Situation, node: &Node, cluster: &Cluster) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut tell = |rule: &str, found: Vec<String>| wrong.extend(found.into_iter().map(|what| format!("{rule}: {what}")));
    let finished = node.exit_code("cse") == 0 && (situation.reboot || node.phase("cse")["rebootRequested"] == false);
    if finished {
        tell("not complete", rules::incomplete(node, cluster));
        tell("not as the catalog says", rules::around(node, cluster, situation.reboot));
    }
    tell("secret in", rules::leaks(node));
    if situation.again && row.exit == [0, 0] {
        tell("second run", rules::restless(node));
    }
    let uncut = situation.has_extra("power-cut") && node.file("state/cuts").is_none_or(|cuts| cuts.lines().count() < 10);
    tell("power cut", uncut.then(|| "in fewer than ten steps".to_owned()).into_iter().collect());
    tell("explain", forecast::disagreements(situation, node, cluster));
    tell("fetched twice", rules::fetched_twice(node, &situation.troubles, usize::from(situation.has_extra("disk-full"))));
    wrong
}

/// The steps in the order in which they first ended, and what became of each then.
fn decisions(node: &Node) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = Vec::new();
    let text = node.file("c/AzureData/gen-cse/events.jsonl").unwrap_or_default();
    for event in text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()).filter(|event| event["seconds"].is_number()) {
        let (id, decision) = (event["id"].as_str().unwrap_or_default(), event["decision"].as_str().unwrap_or_default());
        let short = match decision.split(':').next().unwrap_or_default() {
            "done already" => "already",
            "from the VHD cache" => "cache",
            other => other,
        };
        if all.iter().all(|(known, _)| known != id) {
            all.push((id.to_owned(), short.to_owned()));
        }
    }
    all
}

/// Where the steps that ran are not those of the configuration, all of them or up to the one that failed.
fn steps_left_out(decisions: &[(String, String)], end: &str, cluster: &Cluster) -> Option<String> {
    let ran: Vec<&str> = decisions.iter().map(|(id, _)| id.as_str()).collect();
    let all = cluster.configuration["steps"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let count = all.clone().position(|id| id == end).map_or(usize::MAX, |index| index + 1);
    let wanted: Vec<&str> = all.take(count).collect();
    (ran != wanted).then(|| format!("steps: wanted {}, got {}", wanted.join(" "), ran.join(" ")))
}

/// As `result.json` says: `complete`, or the step that failed.
fn end(node: &Node) -> String {
    let text = node.file("c/AzureData/gen-cse/result.json").unwrap_or_default();
    let result: Value = serde_json::from_str(&text).unwrap_or_default();
    match result["state"].as_str() {
        Some("failed") => result["reason"].as_str().unwrap_or_default().split(':').next().unwrap_or_default().to_owned(),
        Some(state) => state.to_owned(),
        None => "no result.json".to_owned(),
    }
}

/// Runs the quick rows, these and all without a restart (`short`), all (`full`), or those whose name has this (`a|b`: one of these) in
/// it. Panics with what is wrong.
pub(crate) fn run_all(which: &str, pwsh: &Path) {
    let is_wanted = |row: &Row| match which {
        "quick" => row.quick,
        "short" => row.quick || !row.happens.iter().any(|word| word == "restart"),
        "full" => true,
        names => names.split('|').any(|part| row.name.contains(part)),
    };
    let rows: Vec<Row> = rows().into_iter().filter(is_wanted).collect();
    assert!(!rows.is_empty(), "situations.md has no situation with `{which}` in its name");
    let next = Mutex::new(rows.iter().enumerate());
    let outcomes = Mutex::new(BTreeMap::new());
    thread::scope(|scope| {
        for _ in 0..WIDTH {
            scope.spawn(|| {
                while let Some((index, row)) = { next.lock().expect("no panic").next() } {
                    let outcome = run(row, pwsh);
                    rig::say(&format!("{}: {} in {:.0} s {}", row.name, outcome.got, outcome.seconds, outcome.wrong.join("; ")));
                    outcomes.lock().expect("no panic").insert(index, outcome);
                }
            });
        }
    });
    let outcomes = outcomes.into_inner().expect("no panic");
    let file = report(&rows, &outcomes);
    let wrong: Vec<String> = outcomes
        .iter()
        .filter(|(_, outcome)| !outcome.wrong.is_empty())
        .map(|(index, outcome)| format!("{}:\n  {}", rows[*index].name, outcome.wrong.join("\n  ")))
        .collect();
    assert!(wrong.is_empty(), "{} of {} situations, all in {}:\n{}", wrong.len(), rows.len(), file.display(), wrong.join("\n"));
}

fn report(rows: &[Row], outcomes: &BTreeMap<usize, Outcome>) -> PathBuf {
    let mut text =
        "| situation | definition | image | happens | wanted | got | requests | seconds | native processes | differs |\n".to_owned();
    text.push_str("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
    for (index, outcome) in outcomes {
        let row = &rows[*index];
        let happens = row.happens.join(" ");
        let wanted = format!("{:?} {}, {} requests, {}", row.exit, row.end, row.requests, row.steps.join(" "));
        let Outcome { got, requests, seconds, processes, wrong, .. } = outcome;
        writeln!(
            text,
            "| {} | {} | {} | {happens} | {wanted} | {got} | {requests} | {seconds:.0} | {processes} | {} |",
            row.name,
            row.definition,
            row.image,
            wrong.join("; ")
        )
        .expect("a text");
    }
    let costs = outcomes.iter().filter_map(|(index, outcome)| Some(format!("\n{}\n\n{}", rows[*index].name, outcome.cost.as_ref()?)));
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("..");
    fs::write(target.join("node-cost.md"), costs.collect::<String>()).expect("the costs are written");
    let file = target.join("node-matrix.md");
    fs::write(&file, text).expect("the table is written");
    file
}
