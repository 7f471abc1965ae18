//! What a pool's machines are given depends on that pool alone: the custom data of a VM that is there cannot be changed.

mod common;

use common::Node;
use gen_cse::Catalog;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

/// Every definition of `apimodels`, with the catalog it is for.
fn definitions() -> Vec<(&'static str, PathBuf)> {
    let apimodels = Path::new(env!("CARGO_MANIFEST_DIR")).join("apimodels");
    let folders =
        Catalog::BUILT_IN.into_iter().flat_map(|family| ["corpus", "valid"].map(|kind| (family, apimodels.join(kind).join(family))));
    let files = folders.flat_map(|(family, folder)| {
        let entries = fs::read_dir(folder).expect("a folder");
        entries.map(move |entry| (family, entry.expect("an entry").path()))
    });
    files
        .filter(|(_, path)| {
            let name = path.to_string_lossy();
            name.ends_with(".json") && !name.ends_with(".facts.json") && !name.ends_with(".resources.json")
        })
        .collect()
}

fn pools(definition: &mut Value) -> &mut Vec<Value> {
    definition["properties"]["agentPoolProfiles"].as_array_mut().expect("pools")
}

/// The definition with what data disks want to be written out, and the same in all pools.
fn with_availability(mut definition: Value) -> Value {
    let azure_stack = definition["properties"]["customCloudProfile"].is_object();
    for pool in pools(&mut definition) {
        if pool["availabilityProfile"].as_str().is_none_or(str::is_empty) {
            pool["availabilityProfile"] = if azure_stack { "AvailabilitySet" } else { "VirtualMachineScaleSets" }.into();
        }
    }
    definition
}

/// The definition with one more Windows pool, like the one that is there.
fn with_pool(mut definition: Value, name: &str) -> Option<Value> {
    let pools = pools(&mut definition);
    let mut pool = pools.iter().find(|pool| pool["osType"] == "Windows")?.clone();
    pool["name"] = name.into();
    pools.push(pool);
    Some(definition)
}

/// What a definition may say of a pool, so that its steps, files and flags are others.
fn changed(mut definition: Value, names: &[&str]) -> Value {
    let hello = json!({ "name": "hello", "version": "v1", "rootURL": "https://example.com/", "script": "hello.ps1" });
    match definition["properties"]["extensionProfiles"].as_array_mut() {
        Some(profiles) => profiles.push(hello),
        None => definition["properties"]["extensionProfiles"] = json!([hello]),
    }
    for pool in pools(&mut definition).iter_mut().filter(|pool| names.iter().any(|name| pool["name"] == *name)) {
        pool["storageProfile"] = "ManagedDisks".into();
        pool["diskSizesGB"] = json!([64]);
        pool["customNodeLabels"] = json!({ "more": "yes" });
        pool["count"] = 2.into();
        pool["vmSize"] = "Standard_D8_v3".into();
        pool["preProvisionExtension"] = json!({ "name": "hello", "singleOrAll": "All" });
        let flags = json!({ "--max-pods": "20", "--image-credential-provider-bin-dir": "c:\\k\\credential-provider", "--image-credential-provider-config": "c:\\k\\c.yaml" });
        pool["kubernetesConfig"] = json!({ "kubeletConfig": flags });
    }
    definition
}

fn resolve(family: &str, definition: &Value) -> Result<Vec<Node>, String> {
    common::resolve(&definition.to_string(), Catalog::built_in(family).expect("a catalog")).map_err(|error| match error {
        gen_cse::Error::Invalid(invalid) => invalid.report.errors().map(|error| format!("{}: {}\n", error.path, error.message)).collect(),
        other => other.to_string(),
    })
}

#[test]
fn a_pool_added_or_changed_leaves_the_others_as_they_were() {
    let mut pairs = 0;
    // each third: they are much alike, and each is generated twice
    for (family, path) in definitions().into_iter().step_by(3) {
        // its keys would not be found here
        if path.ends_with("keys-in-other-case.json") {
            continue;
        }
        let definition = serde_json::from_slice(&fs::read(&path).expect("a definition")).expect("JSON");
        let Some(two) = with_pool(with_availability(definition), "winb") else { continue };
        let three = with_pool(two.clone(), "winc").expect("a Windows pool");
        let resolved = |definition| resolve(family, definition).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let (before, after) = (resolved(&two), resolved(&changed(three, &["winb", "winc"])));
        for node in before.iter().filter(|node| node.name != "winb") {
            let now = after.iter().find(|other| other.name == node.name).expect("the pool");
            assert!(node.custom_data == now.custom_data, "{}: custom data of {} changed", path.display(), node.name);
            assert_eq!(node.command, now.command, "{}: command of {} changed", path.display(), node.name);
            pairs += 1;
        }
    }
    assert!(pairs > 40, "only {pairs} pairs compared");
}
