//! What `gen-cse explain` says of a definition's nodes, held against the events that a node wrote.

use crate::cluster::Cluster;
use crate::rig::{Node, Situation};
use serde_json::Value;

/// Images of the lab, and what `--image` calls them.
const IMAGES: &[(&str, &str)] = &[
    ("vhd-2019-containerd", "vhd"),
    ("vhd-2019-docker", "vhd"),
    ("data-disks", "vhd"),
    ("stock-2019", "stock"),
    ("stock-2019-nofeature", "stock"),
    ("stock-2022", "stock"),
    ("stock-2025", "stock"),
    ("stock-docker", "stock"),
];

/// Extras that change nothing of what steps decide.
const HARMLESS: [&str; 3] = ["count-hashes", "azure-stack", "proxy"];

/// Where they differ, step by step; nothing for a node to which something happens that no definition tells.
pub(crate) fn disagreements(situation: &Situation, node: &Node, cluster: &Cluster) -> Vec<String> {
    let known = IMAGES.iter().find(|(image, _)| *image == situation.image);
    let is_plain = situation.troubles.is_empty()
        && situation.extras.iter().all(|name| HARMLESS.contains(&name.as_str()))
        && situation.options.iter().all(|option| option == "-IPv6");
    let Some((_, image)) = known.filter(|_| is_plain && situation.reboot && node.exit_code("cse") == 0) else {
        return Vec::new();
    };
    let forecast = forecast(cluster, image);
    let count = |what: &str| forecast["totals"][what].as_u64().unwrap_or_default();
    // the lab's prepared images have every file of every definition, the catalog's have not
    if *image == "vhd" && count("downloadedFiles") + count("pulledImages") > 0 {
        return Vec::new();
    }
    let mut runs = runs(node).into_iter();
    let mut found = differences("first run", &first_run(&forecast), &runs.next().unwrap_or_default());
    found.extend(differences("after the restart", &second_run(&forecast), &runs.next().unwrap_or_default()));
    found
}

fn forecast(cluster: &Cluster, image: &str) -> Value {
    let fixed = ["explain", "apimodel.json", "--catalog", "catalog.json", "--image", image, "--format", "json"];
    let arguments: Vec<_> = fixed.into_iter().chain(cluster.options.iter().map(String::as_str)).collect();
    let run = cluster.folder.run(&arguments);
    run.ends(0);
    let document: Value = serde_json::from_str(&run.stdout).expect("JSON");
    document["pools"][0]["images"][0].clone()
}

/// Step and what was decided, of each run.
type Decisions = Vec<(String, String)>;

fn runs(node: &Node) -> Vec<Decisions> {
    let mut runs = vec![Decisions::new()];
    for line in node.file("c/AzureData/gen-cse/events.jsonl").unwrap_or_default().lines() {
        let event: Value = serde_json::from_str(line).expect("a line of events");
        let text = |key: &str| event[key].as_str().unwrap_or_default().to_owned();
        if event["exitCode"].is_null() {
            continue;
        }
        match text("id").as_str() {
            "bootstrap" => runs.push(Decisions::new()),
            id => runs.last_mut().expect("at least one").push((id.to_owned(), text("decision"))),
        }
    }
    runs
}

/// Step and the words of which one is its decision.
type Expected = Vec<(String, Vec<&'static str>)>;

fn first_run(forecast: &Value) -> Expected {
    let words = |step: &Value| if step["waits"] == true { vec!["deferred"] } else { decisions(step) };
    steps(forecast).map(|step| (id(step), words(step))).collect()
}

fn second_run(forecast: &Value) -> Expected {
    let due: Vec<_> = forecast["afterRestart"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let words = |step: &Value| match id(step).as_str() {
        "image-flavour" => vec!["done"],
        // whether the services were faster than the run
        "finish" => vec!["done", "done already"],
        _ if step["waits"] == true => decisions(step),
        _ => vec!["done already"],
    };
    steps(forecast).filter(|step| due.contains(&id(step).as_str())).map(|step| (id(step), words(step))).collect()
}

fn steps(forecast: &Value) -> impl Iterator<Item = &Value> {
    forecast["steps"].as_array().into_iter().flatten()
}

fn id(step: &Value) -> String {
    step["id"].as_str().expect("an id").to_owned()
}

fn decisions(step: &Value) -> Vec<&'static str> {
    match (id(step).as_str(), step["outcome"].as_str().expect("an outcome")) {
        // the disk of the lab's machine is its own, not the definition's
        ("os-drive", _) => vec!["done", "done already"],
        // Windows Update does not tell how much it fetched
        ("openssh", "downloads") | (_, "runs") => vec!["done"],
        (_, "skipped") => vec!["done already"],
        (_, "cached") => vec!["from the VHD cache"],
        (_, "downloads") => vec!["downloaded"],
        (id, outcome) => panic!("{id}: no node was asked about `{outcome}`"),
    }
}

fn differences(run: &str, expected: &Expected, found: &Decisions) -> Vec<String> {
    let ids = |all: &mut dyn Iterator<Item = &String>| all.map(String::as_str).collect::<Vec<_>>().join(" ");
    let (wanted, ran) = (ids(&mut expected.iter().map(|(id, _)| id)), ids(&mut found.iter().map(|(id, _)| id)));
    if wanted != ran {
        return vec![format!("{run}: explain has {wanted}, the node had {ran}")];
    }
    let is_as_said = |words: &[&str], decision: &str| {
        let decision = if decision.starts_with("deferred") { "deferred" } else { decision };
        words.contains(&decision)
    };
    let wrong = expected.iter().zip(found).filter(|((_, words), (_, decision))| !is_as_said(words, decision));
    wrong.map(|((id, words), (_, decision))| format!("{run}, {id}: explain says {}, the node {decision}", words.join(" or "))).collect()
}
