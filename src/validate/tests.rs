//! No key of the definition is lost: either something is decided by it, or its description says that nothing is.

use super::{Parts, resolve};
use crate::catalog::Catalog;
use crate::report::{Path, Report};
use crate::wire::{self, reads};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const SAMPLE: &str = include_str!("../../apimodels/valid/containerd-azure-vmss.json");

/// How a description says that no Windows node depends on a key, nor on what is below it.
const IDLE: &[&str] = &[
    "always `",
    "control plane only",
    "Control plane only",
    "Linux only",
    "Not for clusters with Windows pools",
    "Not read",
    "Not used here",
    "Nothing in the template depends on",
    "must be empty",
    "not read",
    "only checked",
    "without effect",
];
/// Objects that reach the nodes as they are.
const WHOLE: &[&str] = &["Environment"];
/// Of these a pool or the control plane has its own, of which others keys count.
const ELSEWHERE: &[(&str, &str)] = &[("AgentPoolProfile", "kubernetesConfig")];

/// The keys that the facts of the valid definitions are decided by.
fn read() -> BTreeSet<(&'static str, &'static str)> {
    reads::taken();
    for (catalog, folder) in [
        ("aks-engine", "aks-engine"),
        ("aks-engine-azurestack", "aks-engine-azurestack"),
        ("aks-engine", ""),
        ("aks-engine", "../corpus/aks-engine"),
    ] {
        let catalog = Catalog::built_in(catalog).expect("a built-in catalog");
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("apimodels/valid").join(folder);
        for entry in std::fs::read_dir(folder).expect("definitions") {
            let path = entry.expect("an entry").path();
            if path.extension().is_some_and(|extension| extension == "json") {
                let text = std::fs::read(&path).expect("a definition");
                let definition = wire::parse("apimodel.json", &text).0.expect("an object");
                let (parts, mut report) = (Parts::of(&definition, &catalog), Report::default());
                let decided = resolve::decide(&parts, &mut report);
                resolve::cluster(&parts, decided);
            }
        }
    }
    reads::taken()
}

/// Every key below an object of the schema, with its description; not below those that are idle.
fn live<'a>(schema: &'a Value, owner: &'a str, found: &mut BTreeMap<(&'a str, &'a str), &'a str>) {
    let object = if owner == "ClusterDefinition" { schema } else { &schema["$defs"][owner] };
    for (key, property) in object["properties"].as_object().into_iter().flatten().filter(|(key, _)| *key != "$schema") {
        let description = property["description"].as_str().unwrap_or_default();
        let is_new = found.insert((owner, key), description).is_none();
        if !is_new || IDLE.iter().any(|words| description.contains(words)) || ELSEWHERE.contains(&(owner, key)) {
            continue;
        }
        let places = [property, &property["items"]].into_iter().chain(property["anyOf"].as_array().into_iter().flatten());
        let below = places.filter_map(|place| place["$ref"].as_str()?.strip_prefix("#/$defs/"));
        for below in below.filter(|name| !WHOLE.contains(name)) {
            live(schema, below, found);
        }
    }
}

#[test]
fn no_key_is_lost() {
    let (schema, read) = (wire::schema(), read());
    let mut keys = BTreeMap::new();
    live(&schema, "ClusterDefinition", &mut keys);
    assert!(keys.len() > 200, "{}", keys.len());
    let mut wrong = Vec::new();
    for ((owner, key), description) in keys {
        let idle = IDLE.iter().any(|words| description.contains(words));
        match (read.contains(&(owner, key)), idle) {
            (false, false) => {
                wrong.push(format!("{owner}.{key}: nothing is decided by it, and its description does not say so: {description}"));
            }
            (true, true) => wrong.push(format!("{owner}.{key}: something is decided by it, and its description denies it: {description}")),
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What only Linux pools read is told of a Windows pool that has it.
#[test]
fn what_windows_pools_do_not_read_is_said() {
    let schema = wire::schema();
    let catalog = Catalog::built_in("aks-engine").expect("a built-in catalog");
    let properties = schema["$defs"]["AgentPoolProfile"]["properties"].as_object().expect("keys");
    let linux = properties.iter().filter(|(_, property)| property["description"].as_str().is_some_and(|text| text.contains("Linux only")));
    let mut keys = 0;
    for (key, property) in linux {
        keys += 1;
        let mut definition: Value = serde_json::from_str(SAMPLE).expect("JSON");
        let pool = &mut definition["properties"]["agentPoolProfiles"][1];
        assert_eq!(pool["osType"], "Windows");
        pool[key] = match key.as_str() {
            "distro" => "ubuntu".into(),
            "imageReference" => json!({ "name": "a", "resourceGroup": "b" }),
            "sysctldConfig" => json!({ "a": "b" }),
            _ => true.into(),
        };
        let text = definition.to_string();
        let (definition, mut report, _) = wire::parse("apimodel.json", text.as_bytes());
        super::validate(&definition.expect("an object"), &catalog, &mut report);
        let path = Path::root().key("properties").key("agentPoolProfiles").index(1).key(key.clone());
        assert!(report.diagnostics().iter().any(|found| found.path == path), "{key}: {property}");
    }
    assert!(keys >= 5, "{keys}");
}
