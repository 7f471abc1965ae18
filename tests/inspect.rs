//! `gen-cse inspect`: what it shows and writes of a generated template, and that damaged input is refused and never a panic.

#![cfg(feature = "cli")]

mod command;
#[allow(dead_code)]
#[path = "../src/pack/strip.rs"]
mod strip;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use command::{Folder, MARKER, Run, peers, sample, sample_with_secrets};
use serde_json::{Value, json};
use std::fs;

const OK: i32 = 0;
const INVALID: i32 = 1;
const IO: i32 = 4;

const FILES: [&str; 2] = ["out/azuredeploy.json", "out/azuredeploy.parameters.json"];
/// What only a deployment knows.
const DEPLOYMENT: [&str; 8] =
    ["--resource-group", "my-rg", "--subscription", "00000000-0000-0000-0000-000000000000", "--tenant", "tenant-1", "--location", "eastus"];

/// The sample with secrets, generated into `out`.
fn generated() -> Folder {
    let folder = Folder::with(sample_with_secrets(|_| {}));
    folder.run(&["apimodel.json", "--output", "out", "--scripts"]).ends(OK);
    folder
}

/// Inspects; whatever comes out, no secret is in it.
fn inspect(folder: &Folder, arguments: &[&str]) -> Run {
    let run = folder.run(&[&["inspect"], &FILES[..], arguments].concat());
    run.hides(MARKER);
    run.hides(&STANDARD.encode(MARKER));
    run
}

/// Inspects the generated template after a change of it.
fn changed_template(change: impl FnOnce(&mut Value)) -> Run {
    let folder = generated();
    let mut template = folder.json(FILES[0]);
    change(&mut template);
    folder.write(FILES[0], template.to_string());
    inspect(&folder, &[])
}

// What it shows

#[test]
fn a_mistake_in_an_expression_has_a_place() {
    let folder = generated();
    let mut template = folder.json(FILES[0]);
    let resources = template["resources"].as_array_mut().expect("resources");
    let machine =
        resources.iter_mut().find(|resource| resource["type"] == "Microsoft.Compute/virtualMachineScaleSets").expect("a scale set");
    machine["properties"]["virtualMachineProfile"]["osProfile"]["customData"] = json!("[base64(string(div(1, 0)))]");
    folder.write("broken.json", template.to_string());
    folder.run(&["inspect", "broken.json", FILES[1]]).fails(INVALID, &["error: `winpool`: `div`: the divisor is 0"]);
}

#[test]
fn the_summary_names_sizes_secrets_scripts_and_the_configuration() {
    let run = inspect(&generated(), &DEPLOYMENT);
    run.ends(OK);
    let parts = [
        "pool winpool\n",
        "of 65,535 bytes",
        "of 8,191 characters",
        "of 24,576 characters",
        "clientPrivateKey, servicePrincipalClientSecret",
        "steps.json",
        "\"resourceGroup\": \"my-rg\"",
    ];
    for part in parts {
        assert!(run.stdout.contains(part), "no `{part}` in:\n{}", run.stdout);
    }
}

#[test]
fn json_has_its_documented_shape() {
    let folder = generated();
    let run = inspect(&folder, &[&DEPLOYMENT[..], &["--format", "json"]].concat());
    run.ends(OK);
    let document: Value = serde_json::from_str(&run.stdout).expect("one JSON document");
    let [pool] = document["pools"].as_array().expect("a list").as_slice() else { panic!("one pool: {document:#}") };
    assert_eq!(pool["name"], "winpool");
    let limits = [("customDataBytes", 30_000..65_536), ("commandCharacters", 100..8_192), ("longestExpression", 100..24_577)];
    for (key, limit) in limits {
        assert!(limit.contains(&pool[key].as_u64().expect("a number")), "{key}: {}", pool[key]);
    }
    assert_eq!(pool["configuration"]["resourceGroup"], "my-rg");
    assert!(pool["scripts"].as_array().is_some_and(|scripts| scripts.len() > 10));
}

#[test]
fn what_only_a_deployment_knows_stays_a_call() {
    let folder = generated();
    let run = inspect(&folder, &["--format", "json"]);
    run.ends(OK);
    let document: Value = serde_json::from_str(&run.stdout).expect("one JSON document");
    assert_eq!(document["pools"][0]["configuration"]["resourceGroup"], "<resourceGroup().name>");
}

#[test]
fn a_parameter_can_be_given() {
    let folder = generated();
    let mut parameters = folder.json(FILES[1]);
    parameters["parameters"].as_object_mut().expect("an object").remove("caCertificate").expect("it was given");
    folder.write(FILES[1], parameters.to_string());
    let certificate = |arguments: &[&str]| {
        let run = inspect(&folder, arguments);
        run.ends(OK);
        serde_json::from_str::<Value>(&run.stdout).expect("one JSON document")["pools"][0]["configuration"]["caCertificate"].clone()
    };
    assert_eq!(certificate(&["--format", "json"]), "<base64ToString(parameters('caCertificate'))>");
    assert_eq!(certificate(&["--format", "json", "--parameter", "caCertificate=Z2l2ZW4="]), "given");
    inspect(&folder, &["--parameter", "caCertificat=Z2l2ZW4="]).fails(INVALID, &["the template has no parameter `caCertificat`"]);
}

/// Both pools of two in availability sets, behind machines that are no nodes.
#[test]
fn a_machine_and_its_command_are_matched_by_name_and_not_by_order() {
    let folder = Folder::with(sample(|definition| {
        let pools = definition["properties"]["agentPoolProfiles"].as_array_mut().expect("pools");
        let windows = pools.iter().find(|pool| pool["osType"] == "Windows").expect("a Windows pool").clone();
        *pools = vec![windows.clone(), windows];
        for (pool, name) in pools.iter_mut().zip(["winone", "wintwo"]) {
            pool["availabilityProfile"] = json!("AvailabilitySet");
            pool["name"] = json!(name);
        }
    }));
    folder.run(&["apimodel.json", "--quiet", "--output", "out"]).ends(OK);
    let sizes = |run: &Run| -> Vec<Value> {
        run.ends(OK);
        let document: Value = serde_json::from_str(&run.stdout).expect("one JSON document");
        document["pools"].as_array().expect("pools").iter().map(|pool| json!([pool["name"], pool["commandCharacters"]])).collect()
    };
    let before = sizes(&inspect(&folder, &["--format", "json"]));
    assert!(before.len() == 2 && before.iter().all(|pool| pool[1].as_u64() > Some(100)), "{before:?}");
    let mut template = folder.json(FILES[0]);
    let resources = template["resources"].as_array_mut().expect("resources");
    let jump = json!({ "type": "Microsoft.Compute/virtualMachines", "name": "jumpbox", "properties": { "osProfile": { "windowsConfiguration": {} } } });
    let script = json!({
        "type": "Microsoft.Compute/virtualMachines/extensions",
        "name": "jumpbox/tools",
        "properties": { "publisher": "Microsoft.Compute", "type": "CustomScriptExtension", "protectedSettings": { "commandToExecute": "x" } },
    });
    resources.splice(0..0, [jump, script]);
    resources[2..].reverse();
    folder.write(FILES[0], template.to_string());
    let run = inspect(&folder, &["--format", "json"]);
    let mut after = sizes(&run);
    after.reverse();
    assert_eq!(after, before);
    let foreign = &serde_json::from_str::<Value>(&run.stdout).expect("JSON")["foreign"];
    assert_eq!(*foreign, json!([{ "name": "jumpbox", "kind": "virtualMachines", "reason": "it has no custom data" }]));
    assert!(inspect(&folder, &[]).stdout.contains("no Windows pool\n  jumpbox (virtual machines): it has no custom data\n"));
}

// Templates of the peers

#[test]
fn what_the_peers_give_their_nodes_is_shown_pool_by_pool() {
    for (name, _) in peers::TEMPLATES {
        let folder = peers::bootstrapped(name);
        let files = ["azuredeploy.json", "azuredeploy.parameters.json"];
        let run = folder.run(&[&["inspect"], &files[..], &DEPLOYMENT[..]].concat());
        run.ends(OK);
        run.hides(&peers::client_key());
        run.hides("myServicePrincipalClientSecret");
        insta::assert_snapshot!(format!("peers-{name}"), run.stdout);
    }
}

/// The client key is in the command and nowhere else.
#[test]
fn what_the_peers_give_their_nodes_is_written() {
    let folder = peers::bootstrapped("azure-stack");
    let arguments = ["inspect", "azuredeploy.json", "azuredeploy.parameters.json", "--output", "nodes"];
    folder.run(&arguments).ends(OK);
    assert_eq!(folder.read(&format!("nodes/windowspool/scripts/{}", peers::HELPER.0)), peers::HELPER.1);
    assert!(folder.read("nodes/windowspool/customdata.ps1").contains("$global:ContainerRuntime = \"docker\""));
    for file in folder.files().iter().filter(|file| file.starts_with("nodes/")) {
        let holds = folder.read(file).contains(&peers::client_key());
        assert_eq!(holds, file.ends_with("/cse.txt"), "{file}");
    }
}

#[test]
fn a_damaged_zip_of_the_peers_is_refused() {
    let folder = peers::as_it_is("hybrid-vmss");
    let mut template = folder.json("azuredeploy.json");
    peers::fill(&mut template, &[peers::HELPER]);
    let text = template.to_string();
    for (part, says) in [("UEsDBBQ", "the zip"), ("UEsDB", "the zip")] {
        let damaged = text.replace(part, &format!("{part}!"));
        assert_ne!(damaged, text);
        folder.write("azuredeploy.json", damaged);
        folder.run(&["inspect", "azuredeploy.json", "azuredeploy.parameters.json"]).fails(INVALID, &["pool `agentpool1`", says]);
    }
    for path in ["../../evil.ps1", "C:\\evil.ps1", "/evil.ps1"] {
        let mut template = template.clone();
        peers::fill(&mut template, &[(path, "exit")]);
        folder.write("azuredeploy.json", template.to_string());
        let arguments = ["inspect", "azuredeploy.json", "azuredeploy.parameters.json", "--output", "nodes"];
        folder.run(&arguments).fails(IO, &["is not a path below the output directory"]);
    }
    assert!(!folder.path("nodes").exists() && !folder.path("evil.ps1").exists());
}

/// As the samples are: nothing can be told of it, and so nothing of it is shown.
#[test]
fn a_bootstrap_that_is_not_known_is_told_and_not_shown() {
    let folder = peers::as_it_is("hybrid-vmss");
    let run = folder.run(&["inspect", "azuredeploy.json", "azuredeploy.parameters.json"]);
    run.ends(OK);
    assert!(run.stdout.contains("bootstrap    unknown: nothing of it is shown"), "{}", run.stdout);
    assert!(!run.stdout.contains("placeholder"), "{}", run.stdout);
}

// What it writes

#[test]
fn out_holds_what_each_node_gets() {
    let folder = generated();
    inspect(&folder, &[&DEPLOYMENT[..], &["--out", "nodes"]].concat()).ends(OK);
    let custom_data = folder.read("nodes/winpool/customdata.ps1");
    assert!(custom_data.lines().any(|line| line.starts_with("$PayloadBase64='")));
    assert!(folder.read("nodes/winpool/cse.txt").contains("powershell.exe "));
    assert_eq!(folder.json("nodes/winpool/configuration.json")["resourceGroup"], "my-rg");
}

#[test]
fn scripts_are_those_of_the_output_without_comments() {
    let folder = generated();
    inspect(&folder, &["--out", "nodes"]).ends(OK);
    let below =
        |root: &str| -> Vec<String> { folder.files().iter().filter_map(|file| file.strip_prefix(root)).map(str::to_owned).collect() };
    let (unpacked, readable) = (below("nodes/winpool/scripts/"), below("out/scripts/"));
    let unpacked: Vec<_> = unpacked.into_iter().filter(|name| name != "steps.json").collect();
    assert_eq!(unpacked, readable);
    for name in unpacked.iter().filter(|name| name.ends_with(".ps1")) {
        let source = folder.read(&format!("out/scripts/{name}"));
        assert_eq!(folder.read(&format!("nodes/winpool/scripts/{name}")), strip::strip(&source).expect("it was stripped before"), "{name}");
    }
}

/// Also a template of others, which puts a secret into the custom data, is shown without it.
#[test]
fn a_secret_in_custom_data_stays_a_call() {
    let folder = generated();
    let template = folder.read(FILES[0]).replace("parameters('windowsAdminUsername')", "parameters('clientPrivateKey')");
    folder.write(FILES[0], template);
    let run = inspect(&folder, &["--out", "nodes"]);
    run.ends(OK);
    assert!(run.stdout.contains("<parameters('clientPrivateKey')>"), "{}", run.stdout);
    assert!(!folder.read("nodes/winpool/customdata.ps1").contains(MARKER));
}

/// The node needs its secrets in the command; they are in no other file, and only the owner may read that one.
#[test]
fn only_the_command_holds_secrets() {
    let folder = generated();
    inspect(&folder, &["--out", "nodes"]).ends(OK);
    for file in folder.files().iter().filter(|file| file.starts_with("nodes/") && !file.ends_with("/cse.txt")) {
        let text = folder.read(file);
        assert!(!text.contains(MARKER) && !text.contains(&STANDARD.encode(MARKER)), "{file}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(folder.path("nodes/winpool/cse.txt")).expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

// Damaged input

#[test]
fn a_file_that_is_missing_or_a_folder_cannot_be_read() {
    let folder = Folder::new();
    inspect(&folder, &[]).fails(IO, &["cannot read `out/azuredeploy.json`"]);
    fs::create_dir_all(folder.path(FILES[0])).expect("a folder");
    inspect(&folder, &[]).fails(IO, &["cannot read `out/azuredeploy.json`"]);
}

#[test]
fn what_is_not_json_is_named() {
    let folder = generated();
    folder.write(FILES[1], "{\"parameters\": ");
    inspect(&folder, &[]).fails(INVALID, &["the parameters file is not JSON"]);
    for content in ["", "template", "{", "\u{0}"] {
        folder.write(FILES[0], content);
        inspect(&folder, &[]).fails(INVALID, &["the template is not JSON"]);
    }
    folder.write(FILES[0], b"{\"\xE9\": 1}");
    inspect(&folder, &[]).fails(INVALID, &["out/azuredeploy.json", "UTF-8"]);
}

#[test]
fn what_is_no_template_is_refused() {
    let folder = generated();
    for content in ["[]", "1", "null", "{}", "{\"resources\": {}}", "{\"resources\": [1, null, []]}"] {
        folder.write(FILES[0], content);
        inspect(&folder, &[]).fails(INVALID, &["error: "]);
    }
    for content in ["[]", "1", "{\"parameters\": []}"] {
        let folder = generated();
        folder.write(FILES[1], content);
        inspect(&folder, &[]).fails(INVALID, &["parameters"]);
    }
}

#[test]
fn deep_nesting_is_refused_and_not_a_stack_overflow() {
    let folder = generated();
    folder.write(FILES[0], "[".repeat(100_000));
    inspect(&folder, &[]).fails(INVALID, &["the template is not JSON"]);
    let deep = format!("[concat({}'a'{})]", "concat(".repeat(100_000), ")".repeat(100_000));
    folder.write(FILES[0], json!({ "variables": { "a": deep }, "resources": [vm("[variables('a')]")] }).to_string());
    inspect(&folder, &[]).fails(INVALID, &["error: "]);
}

/// A VM with this custom data.
fn vm(custom_data: &str) -> Value {
    json!({
        "type": "Microsoft.Compute/virtualMachines",
        "name": "win-machine",
        "tags": { "poolName": "winpool" },
        "properties": { "osProfile": { "customData": custom_data } },
    })
}

#[test]
fn a_huge_file_is_not_read_to_its_end() {
    let folder = generated();
    folder.write(FILES[0], vec![b' '; (16 << 20) + 1]);
    inspect(&folder, &[]).fails(INVALID, &["`out/azuredeploy.json` has more than 16777216 bytes"]);
}

#[test]
fn a_template_without_windows_pools_is_refused() {
    changed_template(|template| template["resources"] = json!([])).fails(INVALID, &["the template has no Windows pool"]);
}

#[test]
fn where_no_machine_is_bootstrapped_each_says_why() {
    let folder = generated();
    let neither = "its custom data is neither of gen-cse nor of aks-engine";
    for (custom_data, says) in [("not base64!", "the custom data is not base64"), ("aGVsbG8=", neither), ("[base64('x')]", neither)] {
        folder.write(FILES[0], json!({ "resources": [vm(custom_data)] }).to_string());
        inspect(&folder, &[]).fails(INVALID, &["the template has no Windows pool", "`win-machine`: ", says]);
    }
}

#[test]
fn a_value_that_nobody_gives_stays_visible() {
    let folder = generated();
    folder.write(FILES[1], json!({ "parameters": {} }).to_string());
    let run = inspect(&folder, &[]);
    run.ends(OK);
    assert!(run.stdout.contains("(parameters('caCertificate'))>"), "{}", run.stdout);
}

#[test]
fn a_corrupt_payload_is_refused() {
    // the payload is the longest text of the template
    let folder = generated();
    let template = folder.read(FILES[0]);
    let start = template.find("PayloadBase64='").expect("a payload") + "PayloadBase64='".len() + 8;
    let length = template[start..].find(|c: char| !c.is_ascii_alphanumeric() && !"+/=".contains(c)).expect("an end");
    assert!(length > 10_000, "the payload has {length} characters");
    for part in 1..20 {
        let at = start + length * part / 20;
        let flipped = if &template[at..=at] == "A" { "B" } else { "A" };
        let corrupt = format!("{}{flipped}{}", &template[..at], &template[at + 1..]);
        folder.write(FILES[0], corrupt);
        inspect(&folder, &["--out", "nodes"]).fails(INVALID, &["pool `winpool`", "payload"]);
    }
    assert!(!folder.path("nodes").exists(), "nothing is written");
}

#[test]
fn scripts_that_leave_the_folder_are_not_written() {
    let payload = |path: &str| {
        let files = format!("{path}\nexit");
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut gzip, files.as_bytes()).expect("memory");
        STANDARD.encode(gzip.finish().expect("memory"))
    };
    let folder = generated();
    for path in ["..\\..\\..\\evil.ps1", "../../evil.ps1", "/evil.ps1", "C:\\evil.ps1"] {
        let custom_data = format!("$PayloadBase64 = '{}'\n# {{}}", payload(path));
        folder.write(FILES[0], json!({ "resources": [vm(&STANDARD.encode(custom_data))] }).to_string());
        inspect(&folder, &["--out", "nodes"]).fails(IO, &["is not a path below the output directory"]);
    }
    assert!(!folder.path("nodes").exists() && !folder.path("evil.ps1").exists());
}

/// Numbers that are the same in every run (xorshift).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end as u64).expect("it is below")
    }
}

#[test]
fn no_damage_makes_it_panic() {
    let folder = generated();
    let template = folder.read(FILES[0]).into_bytes();
    let mut numbers = Numbers(0x5DEE_CE66);
    for _ in 0..50 {
        folder.write(FILES[0], &template[..numbers.below(template.len())]);
        inspect(&folder, &["--format", "json"]).fails(INVALID, &["error: "]);
    }
    for _ in 0..50 {
        let mut mutated = template.clone();
        for _ in 0..=numbers.below(8) {
            let at = numbers.below(mutated.len());
            mutated[at] = b"\"'[](){},:.0A z\\"[numbers.below(16)];
        }
        folder.write(FILES[0], mutated);
        let run = inspect(&folder, &["--format", "json"]);
        assert!([OK, INVALID].contains(&run.code) && !run.stderr.contains("panicked"), "{}: {}", run.code, run.stderr);
    }
}

/// Most of the template is payload: its structure is damaged here, value by value.
#[test]
fn no_value_of_another_type_makes_it_panic() {
    let folder = generated();
    let template = folder.json(FILES[0]);
    let mut places = Vec::new();
    pointers(&template, "", &mut places);
    let mut numbers = Numbers(0x1234_5678);
    for _ in 0..50 {
        let place = &places[numbers.below(places.len())];
        let mut damaged = template.clone();
        let values = [
            json!(null),
            json!(-1),
            json!("["),
            json!("[variables('x')]"),
            json!([]),
            json!({}),
            json!("[parameters('clientPrivateKey')]"),
        ];
        *damaged.pointer_mut(place).expect("a place") = values[numbers.below(values.len())].clone();
        folder.write(FILES[0], damaged.to_string());
        let run = inspect(&folder, &[]);
        assert!([OK, INVALID].contains(&run.code) && !run.stderr.contains("panicked"), "{place}: {}: {}", run.code, run.stderr);
    }
}

/// Every value of a document, as JSON pointers.
fn pointers(value: &Value, place: &str, found: &mut Vec<String>) {
    found.push(place.to_owned());
    match value {
        Value::Array(items) => items.iter().enumerate().for_each(|(index, item)| pointers(item, &format!("{place}/{index}"), found)),
        Value::Object(members) => {
            let escaped = |key: &str| key.replace('~', "~0").replace('/', "~1");
            members.iter().for_each(|(key, member)| pointers(member, &format!("{place}/{}", escaped(key)), found));
        }
        _ => {}
    }
}
