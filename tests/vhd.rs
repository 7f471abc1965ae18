//! The folder that builds an image: what is in it, whether the tools it is for take it, and what is told of an image.

#![cfg(feature = "cli")]

mod command;

use command::Folder;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

/// Year, runtime and catalog of the images whose folders are kept as snapshots.
const IMAGES: [(&str, &str, &str); 4] = [
    ("2019", "docker", "aks-engine"),
    ("2019", "containerd", "aks-engine"),
    ("2022", "containerd", "aks-engine-azurestack"),
    ("2025", "containerd", "aks-engine-azurestack"),
];
const TARGETS: [&str; 3] = ["gallery", "managed-image", "vhd"];

/// Writes the folder `image`.
fn image(folder: &Folder, (os, runtime, catalog): (&str, &str, &str), more: &[&str]) {
    let mut arguments = vec!["vhd", "--os", os, "--runtime", runtime, "--catalog", catalog, "-o", "image"];
    arguments.extend(more);
    folder.run(&arguments).ends(0);
}

/// The program, when the machine has it; said loudly when not.
fn tool(name: &str, what: &str) -> bool {
    let found = Command::new(name).arg("--version").output().is_ok();
    if !found {
        writeln!(std::io::stderr(), "LEFT OUT: no {name} on PATH, {what}").ok();
    }
    found
}

// ---- the folder ---------------------------------------------------------------------------------------------------------

/// The scripts of `parts` within a script have snapshots of their own.
fn without_parts(text: &str) -> String {
    let mut shown = String::new();
    let mut inside = false;
    for line in text.lines() {
        if let Some(path) = line.strip_prefix("# ======== ").and_then(|rest| rest.strip_suffix(" ========")) {
            inside = path != "run";
            // which functions the nodes' library has is none of the image's business
            if path.starts_with("windows/lib/") {
                continue;
            }
        } else if inside {
            continue;
        }
        shown += line;
        shown.push('\n');
    }
    shown
}

#[test]
fn folders_are_as_somebody_saw_them() {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for (os, runtime, catalog) in IMAGES {
        let folder = Folder::new();
        image(&folder, (os, runtime, catalog), &[]);
        // the others are files of parts/vhd as they are
        let copied =
            |path: &String| path.contains("private-fixes") || path.ends_with("manifest.schema.json") || path.ends_with(".Tests.ps1");
        for path in folder.files().into_iter().filter(|path| !copied(path)) {
            let name = format!("{os}-{runtime}/{}", path.strip_prefix("image/").expect("below the folder"));
            settings.set_snapshot_path(Path::new("../snapshots/vhd").join(Path::new(&name).parent().expect("a folder")));
            let file = Path::new(&name).file_name().and_then(|name| name.to_str()).expect("a name");
            settings.bind(|| insta::assert_snapshot!(file, without_parts(&folder.read(&path))));
        }
    }
}

/// Words that are names of commands, on lines that are no comment.
fn commands(text: &str) -> BTreeSet<&str> {
    let is_command = |word: &&str| {
        let parts = word.split_once('-').filter(|(verb, noun)| !verb.is_empty() && !noun.contains('-'));
        parts.is_some_and(|(verb, noun)| {
            verb.starts_with(|c: char| c.is_ascii_uppercase()) && noun.starts_with(|c: char| c.is_ascii_uppercase())
        })
    };
    let code = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    code.flat_map(|line| line.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '/')).filter(is_command).collect()
}

/// The nodes' scripts change, and the image's call their functions: what a script calls it has, or Windows has.
#[test]
fn scripts_call_what_there_is() {
    let reference: Value = serde_json::from_str(include_str!("powershell/commands-5.1.json")).expect("JSON");
    let windows = reference["commands"].as_object().expect("commands");
    for of in IMAGES {
        let folder = Folder::new();
        image(&folder, of, &[]);
        for name in ["configure-windows-vhd.ps1", "test-windows-vhd.ps1", "sysprep.ps1"] {
            let script = folder.read(&format!("image/{name}"));
            let functions: BTreeSet<_> = script.lines().filter_map(|line| line.strip_prefix("function ")?.split(' ').next()).collect();
            let own = script.split("# ======== ").filter(|part| part.starts_with("vhd/") || part.starts_with("run "));
            let unknown: Vec<_> = own.flat_map(commands).filter(|word| !functions.contains(word) && !windows.contains_key(*word)).collect();
            assert_eq!(unknown, [""; 0], "{name} of {of:?}");
        }
    }
}

#[test]
fn the_same_twice_and_nothing_but_ascii() {
    let folder = Folder::new();
    image(&folder, IMAGES[1], &[]);
    let before: Vec<_> = folder.files().iter().map(|path| folder.read(path)).collect();
    image(&folder, IMAGES[1], &[]);
    let after: Vec<_> = folder.files().iter().map(|path| folder.read(path)).collect();
    assert_eq!(before, after);
    for (path, text) in folder.files().iter().zip(after) {
        assert!(text.is_ascii() && text.ends_with('\n') && !text.contains('\r'), "{path}");
        assert!(!text.contains("{%") && !text.contains(">>}}"), "a mark of a template is left in {path}");
    }
}

#[test]
fn the_owners_list_of_fixes_stays() {
    let folder = Folder::new();
    image(&folder, IMAGES[0], &[]);
    folder.write("image/private-fixes/private-fixes.json", r#"{"schema":1,"fixes":[{"file":"a.msu","sha256":"00"}]}"#);
    image(&folder, IMAGES[0], &[]);
    assert!(folder.read("image/private-fixes/private-fixes.json").contains("a.msu"));
    folder.run(&["vhd", "--check", "image"]).ends(0);
}

#[test]
fn what_cannot_be_is_refused() {
    let folder = Folder::new();
    let ask = |arguments: &[&str]| folder.run(&[&["vhd", "-o", "x"], arguments].concat());
    ask(&["--os", "2016", "--runtime", "docker"]).fails(2, &["no Windows Server 2016", "2019, 2022, 2025"]);
    ask(&["--os", "2022", "--runtime", "docker", "--catalog", "aks-engine-azurestack"]).fails(2, &["runs on docker"]);
    ask(&["--os", "2019", "--runtime", "docker", "--kubernetes", "1.24.9"]).fails(2, &["no Kubernetes 1.24.9 with docker"]);
    ask(&["--os", "2019", "--runtime", "podman"]).fails(2, &["podman"]);
    folder.run(&["vhd", "--os", "2019", "-o", "x"]).fails(2, &["--runtime"]);
    assert!(!folder.path("x").exists());
}

/// The name of a catalog file comes from outside, and pipelines look for expressions in every text.
#[test]
fn a_catalog_of_a_hostile_name_does_no_harm() {
    let folder = Folder::new();
    let hostile = "it's \"x\": - #.json";
    folder.write(hostile, r#"{"extends":"aks-engine"}"#);
    image(&folder, ("2019", "containerd", hostile), &[]);
    for path in ["image/azure-pipelines.yml", "image/.github/workflows/windows-vhd.yml"] {
        assert!(folder.read(path).contains(r#""it's \"x\": - #.json""#), "{path}");
    }
    folder.run(&["vhd", "--check", "image"]).ends(0);
    folder.write("${{ secrets.x }}", r#"{"extends":"aks-engine"}"#);
    let refused = folder.run(&["vhd", "--os", "2019", "--runtime", "containerd", "--catalog", "${{ secrets.x }}", "-o", "other"]);
    refused.fails(1, &["cannot stand in a pipeline"]);
    assert!(!folder.path("other").exists());
}

fn container_images(folder: &Folder) -> Vec<String> {
    let model = folder.json("image/image.json");
    model["containerImages"].as_array().expect("images").iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

#[test]
fn images_of_ones_own_are_pulled_last_with_logins_in_one_phase() {
    let folder = Folder::new();
    image(&folder, IMAGES[1], &["--image", "contoso.azurecr.io/team/app:1.0", "--image", "localhost:5000/redis:7-alpine"]);
    let images = container_images(&folder);
    assert_eq!(images[images.len() - 2..], ["contoso.azurecr.io/team/app:1.0", "localhost:5000/redis:7-alpine"]);
    let packer = folder.json("image/windows-vhd.pkr.json");
    assert_eq!(packer["variable"]["docker_auth_config"]["sensitive"], true);
    let provisioners = packer["build"][0]["provisioner"].as_array().expect("provisioners").iter().map(Value::to_string);
    let with_logins: Vec<_> = provisioners.filter(|text| text.contains("docker_auth_config")).collect();
    assert!(with_logins.len() == 1 && with_logins[0].contains("-Phase 3"), "{with_logins:?}");
    for path in ["image/azure-pipelines.yml", "image/.github/workflows/windows-vhd.yml"] {
        assert!(folder.read(path).contains("DOCKER_AUTH_CONFIG: $"), "{path}");
    }
    folder.run(&["vhd", "--check", "image"]).ends(0);
    folder.write("manifest.json", manifest(&folder).to_string());
    folder.run(&["vhd", "--check", "manifest.json"]).ends(0);
    let run = folder.run(&["vhd", "--check", "manifest.json", "--image", "contoso.azurecr.io/team/app:2.0"]);
    run.ends(5);
    assert!(run.stdout.contains("not pulled: contoso.azurecr.io/team/app:2.0") && run.stdout.contains("redis:7-alpine"), "{}", run.stdout);
    let digest = format!("contoso.azurecr.io/app@sha256:{}", "0".repeat(64));
    for name in [
        "app:1.0",
        "team/app:1.0",
        "contoso.azurecr.io/app",
        "contoso.azurecr.io/App:1",
        "contoso.azurecr.io//app:1",
        "a.io/app:$(x)",
        "a.io/b:c' d",
        &digest,
    ] {
        folder.run(&["vhd", "--os", "2019", "--runtime", "docker", "-o", "x", "--image", name]).fails(2, &["host, path and tag"]);
    }
}

#[test]
fn container_images_are_those_of_the_versions() {
    let folder = Folder::new();
    image(&folder, IMAGES[2], &["--kubernetes", "1.33.10"]);
    let images = container_images(&folder);
    let managers: Vec<_> = images.iter().filter(|name| name.contains("cloud-node-manager")).collect();
    assert_eq!(managers, ["mcr.microsoft.com/oss/v2/kubernetes/azure-cloud-node-manager:v1.33.1"]);
    // the image keeps which versions it was made for
    folder.write("manifest.json", manifest(&folder).to_string());
    folder.run(&["vhd", "--check", "manifest.json"]).ends(0);
    let run = folder.run(&["vhd", "--check", "manifest.json", "--kubernetes", "1.33.10,1.35.0"]);
    run.ends(5);
    assert!(run.stdout.contains("azure-cloud-node-manager:v1.35.4") && run.stdout.contains("v1.35.0-1int.zip"), "{}", run.stdout);
}

#[test]
fn a_folder_is_up_to_date_until_its_catalog_changes() {
    let folder = Folder::new();
    folder.write("mine.json", r#"{"extends":"aks-engine"}"#);
    image(&folder, ("2019", "containerd", "mine.json"), &["--kubernetes", "1.23.17,1.24.17"]);
    folder.run(&["vhd", "--check", "image"]).ends(0);
    folder.write("mine.json", r#"{"extends":"aks-engine","components":{"azure-cni":"https://a.example/azure-vnet-cni-2.zip"}}"#);
    let run = folder.run(&["vhd", "--check", "image"]);
    run.ends(5);
    assert!(run.stdout.contains("azure-vnet-cni-2.zip"), "{}", run.stdout);
    folder.write("image/image.json", "{}");
    folder.run(&["vhd", "--check", "image"]).fails(1, &["image.json"]);
}

// ---- the tools ----------------------------------------------------------------------------------------------------------

fn packer(folder: &Folder, template: &str) -> command::Run {
    let mut packer = Command::new("packer");
    packer.args(["validate", "-var-file=windows-vhd.pkrvars.json", template]).current_dir(folder.path("image"));
    let variables =
        ["subscription_id", "tenant_id", "client_id", "client_secret", "location", "resource_group", "gallery_name", "storage_account"];
    packer.envs(variables.map(|name| (format!("PKR_VAR_{name}"), "example")));
    packer
        .env("PKR_VAR_gallery_image_version", "1.0.0")
        .env("PKR_VAR_replication_regions", r#"["westus2"]"#)
        .env("CHECKPOINT_DISABLE", "1");
    command::Run::of(&packer.output().expect("packer starts"))
}

#[test]
fn packer_takes_every_variant_and_no_broken_one() {
    if !tool("packer", "so nobody has validated its job") {
        return;
    }
    for of in IMAGES {
        for target in TARGETS {
            let folder = Folder::new();
            image(&folder, of, &["--target", target]);
            let run = packer(&folder, "windows-vhd.pkr.json");
            assert_eq!(run.code, 0, "{of:?} {target}:\n{}{}", run.stdout, run.stderr);
        }
    }
    let folder = Folder::new();
    image(&folder, IMAGES[0], &[]);
    let good = folder.read("image/windows-vhd.pkr.json");
    for (part, broken) in [
        ("\"vm_size\": \"${", "\"vm_sise\": \"${"),
        ("azure-arm", "azure-leg"),
        ("${var.image_sku}", "${var.image_skew}"),
        ("\"winrm\"", "\"telnet\""),
    ] {
        assert!(good.contains(part), "{part}");
        folder.write("image/broken.pkr.json", good.replace(part, broken));
        assert_ne!(packer(&folder, "broken.pkr.json").code, 0, "{broken}");
    }
}

#[test]
fn pipelines_fit_their_schemas() {
    if !tool("check-jsonschema", "so nobody has held the pipelines against their schemas") {
        return;
    }
    let fits = |schema: &str, file: &Path| {
        Command::new("check-jsonschema").args(["--builtin-schema", schema]).arg(file).output().expect("it starts").status.success()
    };
    for target in TARGETS {
        let folder = Folder::new();
        image(&folder, IMAGES[3], &["--target", target]);
        for (schema, path) in [
            ("vendor.azure-pipelines", "image/azure-pipelines.yml"),
            ("vendor.github-workflows", "image/.github/workflows/windows-vhd.yml"),
        ] {
            assert!(fits(schema, &folder.path(path)), "{path} for {target}");
            folder.write("broken.yml", folder.read(path).replace("steps:", "stebs:"));
            assert!(!fits(schema, &folder.path("broken.yml")), "{schema} takes anything");
        }
    }
}

// ---- an image -----------------------------------------------------------------------------------------------------------

/// What the build of the image in `image` would say when all went well.
fn manifest(folder: &Folder) -> Value {
    let model = folder.json("image/image.json");
    let files: Vec<_> = model["components"].as_array().expect("components").iter().map(|file| {
        let url = file["urls"][0].as_str().expect("a URL");
        let name = url.rsplit('/').next().expect("a name");
        let hash = file["sha256"].as_array().and_then(|hashes| hashes.first()).cloned().unwrap_or_else(|| json!("0".repeat(64)));
        json!({ "path": format!("{}\\{name}", file["folder"].as_str().expect("a folder")), "url": url, "sha256": hash, "bytes": 1_000_000 })
    }).collect();
    let images: Vec<_> = model["containerImages"]
        .as_array()
        .expect("images")
        .iter()
        .map(|name| json!({ "name": name, "digest": format!("sha256:{}", "1".repeat(64)) }))
        .collect();
    let runtime = model["containerRuntime"].clone();
    json!({
        "schema": 1, "id": "11111111-1111-1111-1111-111111111111", "name": model["name"], "generator": model["generator"], "catalog": model["catalog"], "wanted": model["wanted"],
        "built": "2026-11-25T00:00:00.000Z", "buildId": "7", "commit": "", "os": { "name": model["osName"], "build": model["osBuilds"][0], "revision": 1, "installationType": "Server Core" },
        "runtime": { "name": runtime, "version": if runtime == "docker" { "20.10.9" } else { "1.6.35" } }, "kubernetesVersions": model["kubernetesVersions"],
        "features": model["windowsFeatures"], "capabilities": model["windowsCapabilities"], "hotfixes": ["KB1"], "updates": [],
        "files": files, "images": images, "settings": [{ "path": "HKLM:\\x", "name": "y", "kind": "DWord", "value": "1" }]
    })
}

#[test]
fn the_manifest_has_a_schema() {
    let schema = Folder::new().run(&["schema", "manifest"]).stdout;
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("parts/vhd/manifest.schema.json");
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        fs::write(&path, &schema).expect("it can be written");
    }
    assert!(
        fs::read_to_string(&path).unwrap_or_default() == schema,
        "{} is not up to date: run the test with UPDATE_SCHEMA=1",
        path.display()
    );
    let validator = jsonschema::validator_for(&serde_json::from_str(&schema).expect("JSON")).expect("a schema");
    let folder = Folder::new();
    image(&folder, IMAGES[1], &[]);
    let good = manifest(&folder);
    assert_eq!(validator.iter_errors(&good).map(|error| error.to_string()).collect::<Vec<_>>(), [""; 0]);
    for key in ["schema", "files", "os", "images"] {
        let mut bad = good.clone();
        bad.as_object_mut().expect("an object").remove(key);
        assert!(!validator.is_valid(&bad), "{key}");
    }
}

#[test]
fn an_image_is_up_to_date_until_its_catalog_changes() {
    let folder = Folder::new();
    image(&folder, IMAGES[1], &[]);
    let mut image = manifest(&folder);
    folder.write("manifest.json", image.to_string());
    folder.run(&["vhd", "--check", "manifest.json"]).ends(0);
    image["files"][0]["sha256"] = json!("f".repeat(64));
    image["files"]
        .as_array_mut()
        .expect("files")
        .push(json!({ "path": "c:\\akse-cache\\old.zip", "url": "https://a.example/old.zip", "sha256": "0", "bytes": 1 }));
    image["images"][0]["name"] = json!("mcr.microsoft.com/old:1");
    folder.write("manifest.json", image.to_string());
    let run = folder.run(&["vhd", "--check", "manifest.json"]);
    run.ends(5);
    for line in [
        "missing, or of unknown content: c:\\akse-cache\\win-k8s\\",
        "not needed any more: c:\\akse-cache\\old.zip",
        "not pulled: mcr.microsoft.com/windows/servercore:ltsc2019",
        "mcr.microsoft.com/old:1",
    ] {
        assert!(run.stdout.contains(line), "no `{line}` in:\n{}", run.stdout);
    }
    folder.write("manifest.json", r#"{"schema":2}"#);
    folder.run(&["vhd", "--check", "manifest.json"]).fails(1, &["version 2"]);
}

#[test]
fn coverage_tells_what_a_node_finds() {
    let folder = Folder::with(command::SAMPLE);
    image(&folder, IMAGES[1], &[]);
    let mut image = manifest(&folder);
    folder.write("manifest.json", image.to_string());
    let ask = || {
        serde_json::from_str::<Value>(
            &folder.run(&["vhd", "coverage", "apimodel.json", "--manifest", "manifest.json", "--format", "json"]).stdout,
        )
        .expect("JSON")
    };
    let all = ask()[0].clone();
    assert_eq!((all["downloaded"].as_array().map(Vec::len), all["pulled"].as_array().map(Vec::len)), (Some(0), Some(0)), "{all:#}");
    let found = all["found"].as_array().expect("a list").len();
    // another content under the name of the network plugin
    let files = image["files"].as_array_mut().expect("files");
    let plugin =
        files.iter_mut().find(|file| file["path"].as_str().is_some_and(|path| path.contains("azure-vnet-cni"))).expect("the plugin");
    plugin["sha256"] = json!("f".repeat(64));
    image["images"] = json!([]);
    folder.write("manifest.json", image.to_string());
    let less = ask()[0].clone();
    assert_eq!(less["found"].as_array().map(Vec::len), Some(found - 1));
    assert_eq!(less["downloaded"][0]["component"], "azure-cni");
    assert_eq!(less["pulled"].as_array().map(Vec::len), Some(1));
    let words = folder.run(&["vhd", "coverage", "apimodel.json", "--manifest", "manifest.json"]).stdout;
    assert!(words.contains("downloaded: 1 file, ") && words.contains("pulled: mcr.microsoft.com/oss/kubernetes/pause:"), "{words}");
}

/// A gallery's image does not tell a definition its Windows build; the manifest tells it.
#[test]
fn coverage_is_that_of_the_images_build() {
    let mut definition: Value = serde_json::from_str(include_str!("../apimodels/valid/containerd-azure-vmss.json")).expect("JSON");
    let properties = &mut definition["properties"];
    properties["orchestratorProfile"] = json!({
        "orchestratorVersion": "1.33.10", "kubernetesConfig": { "containerRuntime": "containerd", "useCloudControllerManager": true }
    });
    let image_of = json!({ "subscriptionId": "11111111-2222-3333-4444-555555555555", "resourceGroup": "images", "gallery": "windows", "name": "windows", "version": "1.0.0" });
    properties["windowsProfile"]["imageReference"] = image_of;
    let folder = Folder::with(definition.to_string());
    for of in [IMAGES[2], IMAGES[3]] {
        image(&folder, of, &["--force"]);
        folder.write("manifest.json", manifest(&folder).to_string());
        let words = folder.run(&["vhd", "coverage", "apimodel.json", "--manifest", "manifest.json"]).stdout;
        assert!(words.contains("downloaded: 0 files, 0 MB\n") && !words.contains("pulled"), "{of:?}: {words}");
    }
    definition["properties"]["windowsProfile"]["alwaysPullWindowsPauseImage"] = json!(true);
    folder.write("apimodel.json", definition.to_string());
    let words = folder.run(&["vhd", "coverage", "apimodel.json", "--manifest", "manifest.json"]).stdout;
    assert!(words.contains("pulled: mcr.microsoft.com/oss/v2/kubernetes/pause:3.10.2"), "{words}");
}

#[test]
fn notes_say_what_changed() {
    let folder = Folder::new();
    image(&folder, IMAGES[0], &[]);
    let mut notes = manifest(&folder);
    notes["services"] = json!([{ "name": "hns", "startType": "Manual" }]);
    folder.write("before.json", notes.to_string());
    notes["id"] = json!("2|<b>`x`");
    notes["hotfixes"] = json!(["KB1", "KB2"]);
    notes["images"][0]["digest"] = json!("sha256:changed");
    notes["features"].as_array_mut().expect("features").pop();
    folder.write("after.json", notes.to_string());
    let run = folder.run(&["vhd", "notes", "after.json", "--before", "before.json"]);
    run.ends(0);
    for line in [
        "2\\|&lt;b>\\`x\\`",
        "* added: KB2",
        "* removed: Hyper-V-PowerShell",
        "* changed: mcr.microsoft.com/windows/servercore:ltsc2019 (sha256:changed), before sha256:1111",
        "| hns | Manual |",
    ] {
        assert!(run.stdout.contains(line), "no `{line}` in:\n{}", run.stdout);
    }
    insta::with_settings!({ snapshot_path => "../snapshots/vhd", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("release-notes.md", run.stdout);
    });
    let same = folder.run(&["vhd", "notes", "after.json", "--before", "after.json"]).stdout;
    assert!(same.contains("Nothing changed."), "{same}");
    assert!(!folder.run(&["vhd", "notes", "after.json"]).stdout.contains("Since image"));
}
