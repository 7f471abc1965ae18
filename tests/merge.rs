//! `gen-cse merge`: templates of the peers, merged by the command, are what Azure's own engine makes of them before, but for their Windows nodes.
//!
//! Without `bicep` the test of that says so and tests nothing.

#![cfg(feature = "cli")]

mod command;
mod common;

use command::{Folder, peers};
use common::bicep::{bicep, literal, snapshot, without_secrets};
use serde_json::{Map, Value, json};
use std::fs;
use std::path::Path;

const FILES: [&str; 2] = ["azuredeploy.json", "azuredeploy.parameters.json"];

/// The template and the parameters of a folder.
type Pair = (Value, Value);

fn pair(folder: &Folder, name: &str) -> Pair {
    let [template, parameters] = FILES.map(|file| folder.json(&format!("{name}/{file}")));
    (template, parameters)
}

/// A sample before and after, and what `generate` makes of its definition.
fn three(name: &str, catalog: &str) -> [Pair; 3] {
    let folder = peers::as_it_is(name);
    // only a resource group that exists has a region
    let mut parameters = folder.json(FILES[1]);
    parameters["parameters"]["location"] = json!({ "value": "eastus" });
    folder.write(FILES[1], parameters.to_string());
    let catalog = ["--quiet", "--catalog", catalog];
    folder.run(&[&["merge"], &FILES[..], &catalog, &["--output", "merged"]].concat()).ends(0);
    folder.run(&[&["apimodel.json"], &catalog[..], &["--output", "ours"]].concat()).ends(0);
    let (template, mut values) = pair(&folder, "ours");
    let merged = pair(&folder, "merged");
    // the same values for both
    for (key, value) in merged.1["parameters"].as_object().expect("values") {
        if template["parameters"].get(key).is_some() {
            values["parameters"][key] = value.clone();
        }
    }
    [(folder.json(FILES[0]), parameters), merged, (template, values)]
}

/// What Azure's engine makes of each template, each in a resource group of its own.
fn evaluated(bicep: &Path, templates: &[Pair]) -> Vec<Vec<Value>> {
    let folder = tempfile::tempdir().expect("a folder");
    let mut main = String::new();
    for (number, (template, parameters)) in templates.iter().enumerate() {
        let mut template = template.clone();
        without_secrets(&mut template);
        fs::write(folder.path().join(format!("m{number}.json")), template.to_string()).expect("written");
        let given = parameters["parameters"].as_object().expect("values");
        let declared = |(name, entry): (&String, &Value)| {
            template["parameters"].get(name).map(|_| (name.clone(), entry["value"].clone())).filter(|(_, value)| !value.is_null())
        };
        let values: Map<_, _> = given.iter().filter_map(declared).collect();
        let values = literal(&Value::Object(values));
        main += &format!(
            "module m{number} './m{number}.json' = {{\nname: 'm{number}'\nscope: resourceGroup('rg{number}')\nparams: {values}\n}}\n"
        );
    }
    fs::write(folder.path().join("main.bicep"), main).expect("written");
    fs::write(folder.path().join("main.bicepparam"), "using './main.bicep'\n").expect("written");
    let made = snapshot(bicep, folder.path(), "main");
    let of_group = |number: usize| {
        let group = format!("/resourceGroups/rg{number}/");
        let all = made["predictedResources"].as_array().expect("resources").iter();
        all.filter(|resource| resource["id"].as_str().is_some_and(|id| id.contains(&group))).cloned().collect()
    };
    (0..templates.len()).map(of_group).collect()
}

/// Takes custom data and command of the Windows machines out, and returns them by pool and kind; a command belongs to the machine it is named after.
fn take_bootstrap(resources: &mut [Value]) -> Vec<(String, String)> {
    let mut taken = Vec::new();
    let windows: Vec<String> =
        resources.iter().filter(|resource| resource.to_string().contains("windowsConfiguration")).map(name).collect();
    for resource in resources.iter_mut() {
        let name = name(resource);
        let machine = name.split('/').next().unwrap_or_default().to_owned();
        if !windows.contains(&machine) {
            continue;
        }
        for place in ["/properties/osProfile", "/properties/virtualMachineProfile/osProfile"] {
            if let Some(Value::String(text)) = resource.pointer_mut(place).and_then(|profile| profile.get_mut("customData")) {
                taken.push((machine.clone(), std::mem::take(text)));
            }
        }
        let own = resource.pointer_mut("/properties").filter(|properties| properties["type"] == "CustomScriptExtension").map(Value::take);
        let entries = resource.pointer_mut("/properties/virtualMachineProfile/extensionProfile/extensions");
        let script = |entry: &&mut Value| entry["properties"]["type"] == "CustomScriptExtension";
        let entry =
            entries.and_then(Value::as_array_mut).and_then(|all| all.iter_mut().find(script)).map(|entry| entry["properties"].take());
        let command = own.or(entry).map(|properties| properties["protectedSettings"]["commandToExecute"].clone());
        taken.extend(command.and_then(|command| command.as_str().map(|command| (machine, command.to_owned()))));
    }
    taken
}

fn name(resource: &Value) -> String {
    resource["name"].as_str().expect("a name").to_owned()
}

#[test]
fn azures_engine_makes_the_same_of_all_but_the_bootstrap_of_windows_nodes() {
    let Some(bicep) = bicep() else { return };
    let samples: Vec<_> = peers::TEMPLATES.iter().map(|(name, catalog)| three(name, catalog)).collect();
    let of = |index: usize| -> Vec<Pair> { samples.iter().map(|three| three[index].clone()).collect() };
    let [before, after, ours] = [0, 1, 2].map(|index| evaluated(&bicep, &of(index)));
    for (number, (name, _)) in peers::TEMPLATES.iter().enumerate() {
        let [mut before, mut after, mut ours] = [&before, &after, &ours].map(|all| all[number].clone());
        assert!(before.len() > 10, "{name}: {} resources", before.len());
        let [old, new, generated] = [&mut before, &mut after, &mut ours].map(|resources| take_bootstrap(resources));
        assert_eq!(before, after, "{name}: every other resource, and all else of the Windows machines");
        assert!(old.len() == new.len() && new.len() % 2 == 0 && !new.is_empty(), "{name}: {} and {}", old.len(), new.len());
        for (machine, text) in &new {
            let same: Vec<_> = generated.iter().filter(|(other, _)| other == machine).map(|(_, text)| text).collect();
            assert!(same.contains(&text), "{name}, {machine}:\n{text:.400}\n{:.400}", same.first().map_or("", |text| text));
        }
    }
    println!("{} templates evaluated before and after", samples.len());
}

#[test]
fn what_a_merge_does_is_told() {
    for (name, catalog) in peers::TEMPLATES {
        let folder = peers::bootstrapped(name);
        let run = folder.run(&[&["merge"], &FILES[..], &["--catalog", catalog, "--output", "merged"]].concat());
        run.ends(0);
        run.hides(&peers::client_key());
        // how many values and scripts there are is no matter of a merge
        let stable =
            |line: &str| line.split_once(": configuration ").map_or_else(|| line.to_owned(), |(before, _)| format!("{before}: ..."));
        insta::assert_snapshot!(format!("merge-{name}"), run.stdout.lines().map(|line| stable(line) + "\n").collect::<String>());
        let check = folder.run(&[&["merge"], &FILES[..], &["--catalog", catalog, "--output", "merged", "--check"]].concat());
        check.ends(0);
    }
}

#[test]
fn a_check_writes_nothing_and_tells_what_would_change() {
    let folder = peers::bootstrapped("hybrid-vmss");
    let run = folder.run(&[&["merge"], &FILES[..], &["--output", "merged", "--check"]].concat());
    run.ends(5);
    assert!(run.stdout.contains("azuredeploy.json: missing\n") && !folder.path("merged").exists(), "{}", run.stdout);
}

#[test]
fn what_is_not_known_is_asked_for_by_its_name() {
    let folder = peers::as_it_is("hybrid-vmss");
    let merge = |folder: &Folder| folder.run(&[&["merge"], &FILES[..], &["--output", "merged"]].concat());
    // the definition, when none lies beside the template
    fs::remove_file(folder.path("apimodel.json")).expect("it was there");
    merge(&folder).fails(2, &["there is no `apimodel.json`", "--definition"]);
    // a key of the definition
    let mut definition: Value = serde_json::from_str(&peers::read("hybrid-vmss.apimodel.json")).expect("JSON");
    definition["properties"]["masterProfile"].as_object_mut().expect("an object").remove("dnsPrefix");
    folder.write("apimodel.json", definition.to_string());
    merge(&folder).fails(1, &["properties.masterProfile.dnsPrefix"]);
    // a parameter that has no value
    folder.write("apimodel.json", peers::read("hybrid-vmss.apimodel.json"));
    let mut parameters = folder.json(FILES[1]);
    parameters["parameters"].as_object_mut().expect("an object").remove("clientPrivateKey");
    folder.write(FILES[1], parameters.to_string());
    let run = merge(&folder);
    run.ends(0);
    assert!(run.stdout.contains("to be given at deployment: clientPrivateKey\n"), "{}", run.stdout);
}
