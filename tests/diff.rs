//! `gen-cse diff`: what it tells of templates, definitions and folders, and that it tells no secret.

#![cfg(feature = "cli")]

mod command;

use command::{Folder, MARKER, Run, peers, sample, sample_with_secrets};
use serde_json::{Value, json};

const SAME: i32 = 0;
const DIFFERENT: i32 = 1;
const TROUBLE: i32 = 2;
const IO: i32 = 4;

fn document(run: &Run) -> Value {
    serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {}\n{}", run.stdout, run.stderr))
}

fn windows_pool(definition: &mut Value) -> &mut Value {
    let pools = definition["properties"]["agentPoolProfiles"].as_array_mut().expect("pools");
    pools.iter_mut().find(|pool| pool["osType"] == "Windows").expect("a Windows pool")
}

/// Two definitions, `old.json` and `new.json`.
fn two(old: impl FnOnce(&mut Value), new: impl FnOnce(&mut Value)) -> Folder {
    let folder = Folder::new();
    folder.write("old.json", sample_with_secrets(old));
    folder.write("new.json", sample_with_secrets(new));
    folder
}

/// A flag of the kubelet, the size, and the disk.
fn changed(definition: &mut Value) {
    let pool = windows_pool(definition);
    pool["vmSize"] = json!("Standard_D8s_v3");
    pool["osDiskSizeGB"] = json!(256);
    pool["count"] = json!(3);
    pool["kubernetesConfig"] = json!({ "kubeletConfig": { "--max-pods": "60" } });
}

fn single(definition: &mut Value) {
    for pool in definition["properties"]["agentPoolProfiles"].as_array_mut().expect("pools") {
        pool["availabilityProfile"] = json!("AvailabilitySet");
    }
}

#[test]
fn a_definition_its_folder_and_its_template_are_the_same() {
    let folder = Folder::with(sample_with_secrets(|_| {}));
    folder.run(&["apimodel.json", "--quiet", "--output", "out"]).ends(SAME);
    for (old, new) in [("apimodel.json", "out"), ("out", "out/azuredeploy.json"), ("out/apimodel.json", "apimodel.json")] {
        let run = folder.run(&["diff", old, new]);
        run.ends(SAME);
        assert_eq!(run.stdout, "no difference: every node is given the same\n", "{old} {new}");
    }
    assert_eq!(document(&folder.run(&["diff", "apimodel.json", "out", "--format", "json"]))["equal"], true);
    let quiet = folder.run(&["diff", "apimodel.json", "out", "--quiet"]);
    assert_eq!((quiet.code, quiet.stdout.as_str()), (SAME, ""));
}

#[test]
fn what_differs_is_told_with_what_it_takes() {
    for (name, kind) in [("scale-set", (|_| {}) as fn(&mut Value)), ("single-machines", single)] {
        let folder = two(kind, |definition| {
            kind(definition);
            changed(definition);
        });
        for format in ["text", "json", "markdown"] {
            let run = folder.run(&["diff", "old.json", "new.json", "--format", format]);
            run.ends(DIFFERENT);
            run.hides(MARKER);
            insta::assert_snapshot!(format!("{name}-{format}"), run.stdout);
        }
    }
}

#[test]
fn secrets_are_compared_and_not_shown() {
    let other = "Another-secret1-77aa";
    let folder = two(|_| {}, |_| {});
    folder.write("new.json", folder.read("old.json").replace(MARKER, other));
    for format in ["text", "json", "markdown"] {
        let run = folder.run(&["diff", "old.json", "new.json", "--format", format]);
        run.ends(DIFFERENT);
        run.hides(MARKER);
        run.hides(other);
    }
    let run = folder.run(&["diff", "old.json", "new.json", "--format", "json"]);
    let pool = &document(&run)["pools"][0];
    let differences: Vec<_> =
        pool["differences"].as_array().expect("a list").iter().map(|difference| json!([difference["part"], difference["key"]])).collect();
    assert!(differences.contains(&json!(["secret", "windowsAdminPassword"])), "{differences:?}");
    assert!(differences.contains(&json!(["secret", "clientPrivateKey"])), "{differences:?}");
    assert!(differences.iter().all(|difference| difference[0] == "secret"), "{differences:?}");
}

/// A secret that no secure parameter gives is in the command alone.
#[test]
fn a_secret_written_into_the_command_differs_and_is_not_shown() {
    let folder = Folder::with(sample_with_secrets(|_| {}));
    folder.run(&["apimodel.json", "--quiet", "--output", "out"]).ends(SAME);
    for (name, secret) in [("old.json", MARKER), ("new.json", "Another-secret1-77aa")] {
        let template = folder.read("out/azuredeploy.json").replace("parameters('clientPrivateKey')", &format!("'{secret}'"));
        folder.write(name, template);
    }
    let run = folder.run(&["diff", "old.json", "new.json", "--old-parameters", "out/azuredeploy.parameters.json"]);
    run.ends(DIFFERENT);
    run.hides(MARKER);
    run.hides("Another-secret1-77aa");
    let run = folder.run(&["diff", "old.json", "new.json"]);
    run.ends(DIFFERENT);
    assert!(run.stdout.contains("commandToExecute"), "{}", run.stdout);
}

#[test]
fn pools_that_only_one_has_are_named() {
    let renamed = |definition: &mut Value| windows_pool(definition)["name"] = json!("winnew");
    let run = two(|_| {}, renamed).run(&["diff", "old.json", "new.json"]);
    run.ends(DIFFERENT);
    assert!(run.stdout.contains("pool winpool (scale set): only in the old one\n"), "{}", run.stdout);
    assert!(run.stdout.contains("pool winnew (scale set): only in the new one\n"), "{}", run.stdout);
}

/// Without what every change of a script changes.
fn without_scripts(text: &str) -> String {
    let is_script = |line: &&str| line.starts_with("    + ") && (line.ends_with(" bytes") || line.starts_with("    + steps: "));
    let lines = text.lines().filter(|line| !is_script(line));
    lines.map(|line| without_sizes(line) + "\n").collect()
}

fn without_sizes(line: &str) -> String {
    let words: Vec<_> = line.split(' ').collect();
    let is_size = |index: usize| {
        let next = words.get(index + 1).copied().unwrap_or_default();
        ["differences", "bytes", "characters"].iter().any(|unit| next.starts_with(unit))
    };
    let shown = |(index, word): (usize, &&str)| if is_size(index) { "N".to_owned() } else { (*word).to_owned() };
    words.iter().enumerate().map(shown).collect::<Vec<_>>().join(" ")
}

/// A node of the peers and one of ours, of the same definition.
#[test]
fn a_template_of_the_peers_and_ours_are_compared_value_by_value() {
    for name in ["availability-set-docker", "scale-set-containerd"] {
        let folder = peers::bootstrapped(name);
        let run = folder.run(&["diff", "azuredeploy.json", "apimodel.json", "--resource-group", "my-rg", "--location", "eastus"]);
        run.ends(DIFFERENT);
        run.hides(&peers::client_key());
        insta::assert_snapshot!(format!("peers-{name}"), without_scripts(&run.stdout));
    }
}

#[test]
fn scripts_and_values_of_two_templates_of_the_peers_are_compared() {
    let folder = peers::bootstrapped("hybrid-vmss");
    let mut template = folder.json("azuredeploy.json");
    peers::fill(
        &mut template,
        &[(peers::HELPER.0, "function Write-Log($message) {\n    Write-Host $message\n}\n"), ("k8s/new.ps1", "exit\n")],
    );
    template["variables"]["windowsPauseImageURL"] = json!("mcr.microsoft.com/oss/kubernetes/pause:3.9");
    folder.write("new.json", template.to_string().replace("Expand-Archive scripts.zip", "Expand-Archive -Force scripts.zip"));
    let run = folder.run(&["diff", "azuredeploy.json", "new.json", "--new-parameters", "azuredeploy.parameters.json"]);
    run.ends(DIFFERENT);
    insta::assert_snapshot!("two-of-the-peers", run.stdout);
}

/// Each template of the peers, before and after: only the bootstrap of Windows machines differs.
#[test]
fn a_merge_changes_the_bootstrap_of_windows_machines_only() {
    for (name, catalog) in peers::TEMPLATES {
        let filled = ["availability-set-docker", "hybrid-vmss"].contains(&name).then(|| peers::bootstrapped(name));
        for folder in std::iter::once(peers::as_it_is(name)).chain(filled) {
            let files = ["azuredeploy.json", "azuredeploy.parameters.json"];
            folder.run(&[&["merge"], &files[..], &["--quiet", "--catalog", catalog, "--output", "merged"]].concat()).ends(SAME);
            let run = folder.run(&["diff", "azuredeploy.json", "merged", "--format", "json"]);
            run.ends(DIFFERENT);
            let comparison = document(&run);
            assert_eq!(comparison["others"], json!({ "changed": [], "removed": [], "added": [] }), "{name}");
            for pool in comparison["pools"].as_array().expect("pools") {
                assert_eq!(pool["newMaker"], "gen-cse", "{name}");
                let parts: Vec<_> = pool["differences"].as_array().expect("a list").iter().map(|difference| &difference["part"]).collect();
                assert!(parts.iter().all(|part| *part != "machine"), "{name}: {pool:#}");
                for part in ["configuration", "script", "customData", "extension"] {
                    assert!(parts.contains(&&json!(part)), "{name}: no {part}");
                }
            }
        }
    }
}

/// Where something else than the bootstrap changes, it is seen.
#[test]
fn a_change_beside_the_windows_machines_is_named() {
    let folder = peers::bootstrapped("hybrid-vmss");
    let mut template = folder.json("azuredeploy.json");
    let resources = template["resources"].as_array_mut().expect("resources");
    let network = resources.iter_mut().find(|resource| resource["type"] == "Microsoft.Network/virtualNetworks").expect("a network");
    network["properties"]["addressSpace"]["addressPrefixes"] = json!(["10.9.0.0/16"]);
    folder.write("new.json", template.to_string());
    let run = folder.run(&["diff", "azuredeploy.json", "new.json", "--new-parameters", "azuredeploy.parameters.json"]);
    run.ends(DIFFERENT);
    let expected = "different, no machine of a Windows pool\n  Microsoft.Network/virtualNetworks k8s-vnet-31559618\n";
    assert!(run.stdout.contains(expected), "{}", run.stdout);
}

#[test]
fn trouble_is_neither_the_same_nor_different() {
    let folder = Folder::with(sample(|_| {}));
    folder.write("broken.json", "{");
    folder.write("empty.json", "{\"resources\": []}");
    folder.write("invalid.json", sample(|definition| definition["properties"]["masterProfile"]["count"] = json!(2)));
    std::fs::create_dir(folder.path("folder")).expect("a folder");
    folder.run(&["diff", "apimodel.json", "missing.json"]).fails(IO, &["cannot read `missing.json`"]);
    folder.run(&["diff", "folder", "apimodel.json"]).fails(IO, &["`folder` has neither azuredeploy.json nor apimodel.json"]);
    folder.run(&["diff", "apimodel.json", "broken.json"]).fails(TROUBLE, &["broken.json"]);
    folder.run(&["diff", "apimodel.json", "invalid.json"]).fails(TROUBLE, &["error[master-count]", "`invalid.json`: "]);
    folder.run(&["diff", "empty.json", "empty.json"]).fails(TROUBLE, &["neither has a Windows pool"]);
    folder.run(&["diff", "apimodel.json", "apimodel.json", "--parameter", "x=1"]).fails(TROUBLE, &["neither template has a parameter `x`"]);
    let arguments = ["diff", "apimodel.json", "apimodel.json", "--old-parameters", "empty.json"];
    folder.run(&arguments).fails(TROUBLE, &["`apimodel.json` is no template"]);
}
