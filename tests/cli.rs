//! The command as a person or a pipeline meets it: exit codes, messages, and what is on the disk afterwards.

#![cfg(feature = "cli")]

mod command;

use command::{Folder, MARKER, Run, SAMPLE, sample, sample_with_secrets};
use serde_json::{Value, json};
use std::fs;

/// Bytes of a definition that is read.
const MAX_BYTES: usize = 16 << 20;
const OK: i32 = 0;
const INVALID: i32 = 1;
const USAGE: i32 = 2;
const TOO_LARGE: i32 = 3;
const IO: i32 = 4;
const CHANGED: i32 = 5;

/// Generates from bytes that are no valid definition: the message is on standard error and nothing is written.
#[track_caller]
fn refuses(definition: impl AsRef<[u8]>, says: &[&str]) -> Run {
    let folder = Folder::with(definition);
    let run = folder.run(&["apimodel.json"]);
    run.fails(INVALID, says);
    run.hides(MARKER);
    assert_eq!(folder.files(), ["apimodel.json"], "nothing is written");
    run
}

/// The template of a definition.
#[track_caller]
fn template(definition: impl AsRef<[u8]>) -> String {
    let folder = Folder::with(definition);
    folder.run(&["apimodel.json", "--output", "out"]).ends(OK);
    folder.read("out/azuredeploy.json")
}

// What is no definition

#[test]
fn what_is_not_json_is_refused_with_its_place() {
    refuses("count: 3\n", &["apimodel.json:1:", "error[json-syntax]", "1 error"]);
    refuses("{\"apiVersion\": \"vlabs\",,}", &["apimodel.json:1:24", "error[json-syntax]"]);
    refuses("[]", &["apimodel.json", "found a list", "expected an object"]);
}

#[test]
fn an_empty_file_is_refused() {
    for empty in ["", " \r\n\t", "\u{feff}"] {
        refuses(empty, &["apimodel.json", "error[json-syntax]", "empty"]);
    }
}

#[test]
fn a_folder_or_a_missing_file_cannot_be_read() {
    let folder = Folder::new();
    fs::create_dir(folder.path("models")).expect("a folder");
    folder.run(&["models"]).fails(IO, &["cannot read `models`"]);
    folder.run(&["missing.json"]).fails(IO, &["cannot read `missing.json`: "]);
    folder.run(&["validate", "missing.json"]).fails(IO, &["missing.json error[unreadable]: cannot read `missing.json`: "]);
    assert!(folder.files().is_empty());
}

#[test]
fn a_file_beyond_the_limit_is_refused() {
    let spaces = " ".repeat(MAX_BYTES);
    refuses(format!("{SAMPLE}{spaces}"), &["apimodel.json", "error[json-size]", "16777216 bytes"]);
}

#[test]
fn deep_nesting_is_refused_and_not_a_stack_overflow() {
    const DEPTH: usize = 100_000;
    refuses("[".repeat(DEPTH), &["error[json-"]);
    refuses(format!("{}{}", "[".repeat(DEPTH), "]".repeat(DEPTH)), &["error[json-depth]", "100 levels"]);
    refuses(format!("{}1{}", "{\"a\":".repeat(DEPTH), "}".repeat(DEPTH)), &["error[json-depth]", "100 levels"]);
}

#[test]
fn a_key_given_twice_is_refused_with_both_places() {
    let twice = SAMPLE.replacen("\"count\": 3,", "\"count\": 3,\n      \"count\": 5,", 1);
    refuses(twice, &["apimodel.json:14:7", "error[json-duplicate-key]", "properties.masterProfile.count", "first on line 13"]);
}

#[test]
fn other_encodings_are_refused() {
    let utf_16 = |order: fn(u16) -> [u8; 2]| -> Vec<u8> { SAMPLE.encode_utf16().flat_map(order).collect() };
    let with_mark = |mark: &[u8], bytes: Vec<u8>| [mark, &bytes].concat();
    refuses(with_mark(&[0xFF, 0xFE], utf_16(u16::to_le_bytes)), &["error[json-encoding]", "UTF-16", "save it as UTF-8"]);
    refuses(with_mark(&[0xFE, 0xFF], utf_16(u16::to_be_bytes)), &["error[json-encoding]", "UTF-16"]);
    refuses(utf_16(u16::to_le_bytes), &["error[json-encoding]", "UTF-16"]);
    let mut latin_1 = SAMPLE.as_bytes().to_vec();
    latin_1[SAMPLE.find("mytestcluster").expect("a prefix")] = 0xE9;
    refuses(latin_1, &["apimodel.json:14:21", "error[json-encoding]", "is not UTF-8"]);
}

#[test]
fn nul_bytes_are_refused() {
    refuses(vec![0; 4096], &["apimodel.json", "error[json-"]);
    refuses(SAMPLE.replace("mytestcluster", "my\0cluster"), &["apimodel.json", "error["]);
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_change_nothing() {
    let plain = template(SAMPLE);
    assert!(template(format!("\u{feff}{SAMPLE}")) == plain, "byte order mark");
    assert!(template(SAMPLE.replace('\n', "\r\n")) == plain, "CRLF");
}

// What is no valid definition

#[test]
fn a_missing_field_is_named_with_its_place() {
    let without = sample(|definition| {
        definition["properties"]["masterProfile"].as_object_mut().expect("an object").remove("dnsPrefix");
    });
    refuses(without, &["error[required]", "properties.masterProfile.dnsPrefix", "apimodel.json:", "masterProfile\": {"]);
}

#[test]
fn a_wrong_value_is_shown_beside_what_is_allowed() {
    let wrong = sample(|definition| definition["properties"]["masterProfile"]["count"] = json!(2));
    refuses(wrong, &["error[master-count]", "properties.masterProfile.count", "found `2`, expected `1`, `3` or `5`"]);
}

#[test]
fn one_run_finds_every_mistake() {
    let folder = Folder::with(include_str!("../apimodels/twelve.json"));
    let run = folder.run(&["validate", "apimodel.json", "--catalog", "aks-engine-azurestack", "--format", "plain"]);
    run.ends(INVALID);
    let errors = run.stderr.lines().filter(|line| line.contains(" error[")).count();
    assert!(errors >= 12, "{errors} errors:\n{}", run.stderr);
}

#[test]
fn every_invalid_definition_is_refused_without_writing() {
    let folder = Folder::new();
    for entry in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/apimodels/invalid")).expect("a folder") {
        let path = entry.expect("an entry").path();
        let run = folder.run(&[path.to_str().expect("UTF-8")]);
        // some have only warnings, or are for the other catalog
        assert!([OK, INVALID].contains(&run.code), "{}: {}", path.display(), run.stderr);
        assert_eq!(run.code == OK, folder.path("_output").exists(), "{}", path.display());
        let _ = fs::remove_dir_all(folder.path("_output"));
    }
}

#[test]
fn a_version_of_the_other_family_names_the_catalog() {
    let newer = sample(|definition| {
        let profile = &mut definition["properties"]["orchestratorProfile"];
        profile["orchestratorRelease"] = json!("1.35");
        profile["kubernetesConfig"]["useCloudControllerManager"] = json!(true);
    });
    let folder = Folder::with(newer);
    folder.run(&["apimodel.json", "--output", "found"]).ends(OK);
    let run = folder.run(&["apimodel.json", "--catalog", "aks-engine"]);
    run.fails(INVALID, &["orchestratorRelease", "1.35", "--catalog aks-engine-azurestack"]);
    let folder = Folder::with(SAMPLE);
    let run = folder.run(&["apimodel.json", "--catalog", "aks-engine-azurestack"]);
    run.fails(INVALID, &["orchestratorRelease", "1.24", "--catalog aks-engine"]);
    assert_eq!(folder.files(), ["apimodel.json"]);
}

/// A warning, since a cluster may get its Windows pools later: the output has no resources.
#[test]
fn a_definition_without_windows_pools_makes_a_template_without_resources() {
    let folder = Folder::with(sample(|definition| {
        definition["properties"]["agentPoolProfiles"].as_array_mut().expect("pools").truncate(1);
    }));
    let run = folder.run(&["apimodel.json", "--output", "out"]);
    run.ends(OK);
    assert!(run.stderr.contains("warning[no-windows-pool]"), "{}", run.stderr);
    assert_eq!(folder.json("out/azuredeploy.json")["resources"], json!([]));
    folder.run(&["apimodel.json", "--pool", "winpool"]).fails(USAGE, &["no Windows pool `winpool`; the definition has none"]);
    folder.run(&["validate", "apimodel.json", "--strict"]).fails(INVALID, &["error[no-windows-pool]"]);
}

#[test]
fn what_azure_would_refuse_is_refused_with_the_sizes() {
    let folder = Folder::with(sample(|definition| {
        definition["properties"]["certificateProfile"] =
            json!({ "caCertificate": "x".repeat(40_000), "clientCertificate": "y", "clientPrivateKey": MARKER });
    }));
    let run = folder.run(&["apimodel.json"]);
    run.fails(TOO_LARGE, &["custom data of pool `winpool`", "65535", "node configuration"]);
    run.hides(MARKER);
    assert_eq!(folder.files(), ["apimodel.json"]);
}

// Where things come from and go to

#[test]
fn standard_input_is_read_for_a_dash() {
    let folder = Folder::with(SAMPLE);
    folder.run(&["apimodel.json", "--output", "file"]).ends(OK);
    folder.run_with_input(&["-", "--output", "stdin"], SAMPLE.as_bytes()).ends(OK);
    assert!(folder.read("file/azuredeploy.json") == folder.read("stdin/azuredeploy.json"));
    folder.run_with_input(&["-"], b"{").fails(INVALID, &["<standard input>:1:", "error[json-syntax]"]);
    let endless = vec![b' '; MAX_BYTES + (1 << 20)];
    folder.run_with_input(&["-"], &endless).fails(INVALID, &["<standard input>", "error[json-size]"]);
}

#[test]
fn the_output_goes_below_the_dns_prefix() {
    let folder = Folder::with(SAMPLE);
    let run = folder.run(&["apimodel.json"]);
    run.ends(OK);
    assert!(run.stdout.contains("mytestcluster-windows written") && run.stdout.contains("pool winpool"), "{}", run.stdout);
    let files = folder.files();
    for name in ["azuredeploy.json", "azuredeploy.parameters.json", "apimodel.json", "plan.json", "nodes/winpool.json"] {
        assert!(files.contains(&format!("_output/mytestcluster-windows/{name}")), "{name} is missing: {files:?}");
    }
    let hidden = files.iter().find(|file| file.contains("/."));
    assert_eq!(hidden, None, "a temporary file stays behind");
}

#[test]
fn a_file_in_the_place_of_the_folder_stays() {
    let folder = Folder::with(SAMPLE);
    folder.write("out", "mine");
    folder.run(&["apimodel.json", "--output", "out"]).fails(IO, &["cannot write `out`", "not a directory"]);
    assert_eq!(folder.read("out"), "mine");
    // also further up
    let run = folder.run(&["apimodel.json", "--output", "out/below"]);
    run.fails(IO, &["out"]);
    assert_eq!(folder.files(), ["apimodel.json", "out"]);
}

#[test]
fn a_folder_in_the_place_of_a_file_stops_everything() {
    let folder = Folder::with(SAMPLE);
    fs::create_dir_all(folder.path("out/plan.json")).expect("a folder");
    folder.run(&["apimodel.json", "--output", "out"]).fails(IO, &["plan.json", "it is a directory"]);
    assert_eq!(folder.files(), ["apimodel.json"]);
}

#[test]
#[cfg(unix)]
fn a_folder_that_cannot_be_written_to_is_said() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::with(SAMPLE);
    let out = folder.path("out");
    fs::create_dir(&out).expect("a folder");
    fs::set_permissions(&out, fs::Permissions::from_mode(0o555)).expect("permissions");
    // root may write everywhere
    if fs::write(out.join("probe"), "").is_ok() {
        return;
    }
    folder.run(&["apimodel.json", "--output", "out"]).fails(IO, &["cannot write to `out`"]);
    assert_eq!(folder.files(), ["apimodel.json"]);
}

#[test]
fn output_is_replaced_and_other_files_stay() {
    let folder = Folder::with(SAMPLE);
    folder.run(&["apimodel.json", "--output", "out"]).ends(OK);
    let files = folder.files();
    folder.write("out/notes.txt", "mine");
    folder.run(&["apimodel.json", "--output", "out", "--set", "properties.masterProfile.count=5"]).ends(OK);
    assert_eq!(folder.json("out/apimodel.json")["properties"]["masterProfile"]["count"], 5);
    assert_eq!(folder.read("out/notes.txt"), "mine");
    assert_eq!(folder.files().len(), files.len() + 1, "nothing but the notes is more");
}

#[test]
fn a_run_that_fails_leaves_the_output_of_the_last_one() {
    let folder = Folder::with(SAMPLE);
    folder.run(&["apimodel.json", "--output", "out"]).ends(OK);
    let before = (folder.files(), folder.read("out/azuredeploy.json"));
    folder.run(&["apimodel.json", "--output", "out", "--set", "properties.masterProfile.count=2"]).ends(INVALID);
    assert!((folder.files(), folder.read("out/azuredeploy.json")) == before);
}

#[test]
#[cfg(unix)]
fn only_the_owner_may_read_files_with_secrets() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::with(SAMPLE);
    let mode = |name: &str| fs::metadata(folder.path(name)).expect("it is there").permissions().mode() & 0o777;
    // also where a file was there before that everyone may read
    for _ in 0..2 {
        folder.run(&["apimodel.json", "--output", "out"]).ends(OK);
        assert_eq!(mode("out/azuredeploy.parameters.json"), 0o600);
        assert_eq!(mode("out/apimodel.json"), 0o600);
        let all = fs::Permissions::from_mode(0o644);
        fs::set_permissions(folder.path("out/azuredeploy.parameters.json"), all).expect("permissions");
    }
    let run = folder.run(&["apimodel.json", "--output", "out", "--check"]);
    run.ends(CHANGED);
    assert_eq!(run.stdout, "azuredeploy.parameters.json: others than its owner may read it\n");
}

// --check, --stdout, --pool, --format

#[test]
fn check_says_what_would_change_and_writes_nothing() {
    let folder = Folder::with(SAMPLE);
    let check = ["apimodel.json", "--output", "out", "--check"];
    let run = folder.run(&check);
    run.ends(CHANGED);
    assert!(run.stdout.contains("azuredeploy.json: missing"), "{}", run.stdout);
    assert_eq!(folder.files(), ["apimodel.json"]);

    folder.run(&["apimodel.json", "--output", "out"]).ends(OK);
    let run = folder.run(&check);
    run.ends(OK);
    assert_eq!(run.stdout, "");

    folder.write("out/plan.json", "{}\n");
    let run = folder.run(&check);
    run.ends(CHANGED);
    assert!(run.stdout.contains("--- plan.json") && run.stdout.contains("\n-{}\n"), "{}", run.stdout);
    assert_eq!(folder.read("out/plan.json"), "{}\n", "nothing is written");
}

#[test]
fn stdout_shows_the_files_and_writes_none() {
    let folder = Folder::with(sample_with_secrets(|_| {}));
    let run = folder.run(&["apimodel.json", "--stdout"]);
    run.ends(OK);
    run.hides(MARKER);
    assert!(run.stdout.starts_with("==> azuredeploy.json <==\n{"), "{}", &run.stdout[..200]);
    assert!(run.stdout.contains("==> azuredeploy.parameters.json <==\n(not shown: it holds secrets)\n"));
    assert_eq!(folder.files(), ["apimodel.json"]);
}

#[test]
fn a_pool_can_be_taken_alone() {
    let folder = Folder::with(sample(|definition| {
        let pools = definition["properties"]["agentPoolProfiles"].as_array_mut().expect("pools");
        let mut second = pools[1].clone();
        second["name"] = json!("win2");
        pools.push(second);
    }));
    folder.run(&["apimodel.json", "--output", "out", "--pool", "win2"]).ends(OK);
    assert!(folder.path("out/nodes/win2.json").exists() && !folder.path("out/nodes/winpool.json").exists());
    let unknown = folder.run(&["apimodel.json", "--output", "other", "--pool", "win3"]);
    unknown.fails(USAGE, &["no Windows pool `win3`", "`winpool`, `win2`"]);
    folder.run(&["apimodel.json", "--output", "other", "--pool", "linuxpool"]).fails(USAGE, &["no Windows pool `linuxpool`"]);
    assert!(!folder.path("other").exists());
}

#[test]
fn findings_for_tools_are_one_document_on_standard_output() {
    let wrong = sample_with_secrets(|definition| definition["properties"]["masterProfile"]["count"] = json!(2));
    let folder = Folder::with(wrong);
    for arguments in [&["validate", "apimodel.json", "--format", "json"][..], &["apimodel.json", "--format", "json"]] {
        let run = folder.run(arguments);
        run.ends(INVALID);
        run.hides(MARKER);
        let document: Value = serde_json::from_str(&run.stdout).expect("one JSON document");
        let finding = document["diagnostics"].as_array().expect("a list").iter().find(|finding| finding["code"] == "master-count");
        let finding = finding.expect("the finding");
        assert_eq!((&finding["file"], &finding["path"]), (&json!("apimodel.json"), &json!("properties.masterProfile.count")));
        assert!(finding["line"].is_u64(), "{finding}");
    }
    let run = folder.run(&["validate", "apimodel.json", "--format", "sarif"]);
    assert_eq!(serde_json::from_str::<Value>(&run.stdout).expect("one JSON document")["version"], "2.1.0");
    assert_eq!(folder.files(), ["apimodel.json"]);
}

#[test]
fn a_document_stays_one_when_there_is_more_to_say() {
    let folder = Folder::with(SAMPLE);
    let document = |run: &Run| serde_json::from_str::<Value>(&run.stdout).unwrap_or_else(|error| panic!("{error}: {}", run.stdout));
    let run = folder.run(&["apimodel.json", "--output", "out", "--format", "sarif"]);
    run.ends(OK);
    assert_eq!(document(&run)["version"], "2.1.0");
    assert!(run.stderr.contains("out written"), "the summary moves: {}", run.stderr);
    folder.write("out/plan.json", "{}\n");
    let run = folder.run(&["apimodel.json", "--output", "out", "--format", "sarif", "--check"]);
    run.ends(CHANGED);
    assert!(run.stderr.contains("--- plan.json"), "the differences move: {}", run.stderr);
    let run = folder.run(&["apimodel.json", "--output", "out", "--format", "json", "--check"]);
    run.ends(CHANGED);
    assert_eq!(
        (&document(&run)["changes"][0]["path"], &document(&run)["changes"][0]["change"]),
        (&json!("plan.json"), &json!("different"))
    );
    let run = folder.run(&["apimodel.json", "--format", "sarif", "--stdout"]);
    run.fails(USAGE, &["--stdout", "--format"]);
}

// The command line itself

#[test]
fn help_and_version_are_results() {
    let folder = Folder::new();
    for help in [&["--help"][..], &["generate", "--help"], &["inspect", "--help"], &["help", "validate"]] {
        let run = folder.run(help);
        run.ends(OK);
        assert!(run.stdout.contains("Usage: gen-cse") && run.stderr.is_empty(), "{help:?}: {}", run.stdout);
    }
    let version = folder.run(&["--version"]).stdout;
    let lines: Vec<_> = version.lines().collect();
    assert_eq!(lines[0], concat!("gen-cse ", env!("CARGO_PKG_VERSION")));
    assert!(lines[1].starts_with("catalog aks-engine of 20") && lines[2].starts_with("catalog aks-engine-azurestack of 20"), "{version}");
    for other in [&["schema"][..], &["schema", "catalog"], &["explain"], &["completions", "bash"]] {
        let run = folder.run(other);
        run.ends(OK);
        assert!(!run.stdout.is_empty() && run.stderr.is_empty(), "{other:?}");
    }
}

#[test]
fn what_is_not_understood_is_said() {
    let folder = Folder::with(SAMPLE);
    folder.run(&[]).fails(USAGE, &["Usage: gen-cse", "APIMODEL"]);
    folder.run(&["apimodel.json", "--chek"]).fails(USAGE, &["--chek", "--check"]);
    folder.run(&["apimodel.json", "--format", "xml"]).fails(USAGE, &["xml", "json"]);
    folder.run(&["apimodel.json", "--stdout", "--check"]).fails(USAGE, &["--stdout", "--check"]);
    folder.run(&["apimodel.json", "--deadline", "1000"]).fails(USAGE, &["1000", "5..=85"]);
    folder.run(&["apimodel.json", "--set", "nothing"]).fails(USAGE, &["--set", "nothing"]);
    folder.run(&["apimodel.json", "--mirror", "nowhere"]).fails(USAGE, &["--mirror"]);
    folder.run(&["apimodel.json", "--catalog", "aks"]).fails(USAGE, &["--catalog", "`aks`", "aks-engine-azurestack"]);
    folder.run(&["explain", "pool-nam"]).fails(USAGE, &["pool-nam", "did you mean `pool-name`"]);
    for number in ["250", "300", "-1"] {
        folder.run(&["explain", number]).fails(USAGE, &[&format!("no exit code `{number}`")]);
    }
    assert_eq!(folder.files(), ["apimodel.json"]);
}

/// Runs with a stream whose reader is gone before anything is written, as with `| head -0`.
#[cfg(unix)]
fn closed(folder: &Folder, arguments: &[&str], errors: bool) -> Run {
    use std::process::Stdio;
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let mut command = folder.command(arguments);
    let (out, err) = if errors { (Stdio::piped(), writer.into()) } else { (writer.into(), Stdio::piped()) };
    let child = command.stdout(out).stderr(err).spawn().expect("it starts");
    Run::of(&child.wait_with_output().expect("it ends"))
}

#[test]
#[cfg(unix)]
fn a_closed_pipe_is_no_failure() {
    let folder = Folder::with(SAMPLE);
    for arguments in [&["apimodel.json", "--stdout"][..], &["apimodel.json", "--output", "out"], &["schema"], &["explain"], &["--help"]] {
        closed(&folder, arguments, false).ends(OK);
    }
    assert!(folder.path("out/plan.json").exists());
    folder.write("wrong.json", "{");
    closed(&folder, &["wrong.json", "--format", "json"], false).ends(INVALID);
    closed(&folder, &["wrong.json"], true).ends(INVALID);
    closed(&folder, &["validate", "apimodel.json"], true).ends(OK);
    closed(&folder, &["missing.json"], true).ends(IO);
}

// Secrets

#[test]
fn no_secret_of_a_valid_definition_is_shown() {
    let folder = Folder::with(sample_with_secrets(|_| {}));
    for arguments in [&["--output", "out"][..], &["--stdout"], &["--output", "out", "--check"], &["--format", "json"]] {
        let run = folder.run(&[&["apimodel.json"], arguments].concat());
        run.ends(OK);
        run.hides(MARKER);
    }
    // of two definitions with different secrets too
    let run =
        folder.run(&["apimodel.json", "--output", "out", "--check", "--set", "properties.windowsProfile.adminPassword=Other-secret1-77"]);
    run.ends(CHANGED);
    run.hides(MARKER);
    run.hides("Other-secret1-77");
    for name in ["azuredeploy.json", "plan.json", "nodes/winpool.json"] {
        assert!(!folder.read(&format!("out/{name}")).contains(MARKER), "{name}");
    }
}

#[test]
fn no_secret_of_an_invalid_definition_is_shown() {
    let valid = sample_with_secrets(|_| {});
    let compact = serde_json::from_str::<Value>(&valid).expect("JSON").to_string();
    let mistakes = [
        // the excerpt is the whole definition
        compact.replace("\"count\":3", "\"count\":\"3\""),
        // the mistake is beside a secret, or is the secret
        valid.replace("\"adminPassword\"", "\"adminPasword\""),
        valid.replace(&format!("\"secret\": \"{MARKER}\""), &format!("\"secret\": \"{MARKER}\" \"x\"")),
        valid.replace(&format!("\"adminPassword\": \"{MARKER}\""), &format!("\"adminPassword\": [\"{MARKER}\"]")),
        valid.replace(&format!("\"adminPassword\": \"{MARKER}\""), &format!("\"adminPassword\": \"{MARKER}\n\"")),
        valid.replace(&format!("\"adminPassword\": \"{MARKER}\""), &format!("\"adminPassword\": {MARKER}")),
        valid.replace(MARKER, &format!("{MARKER}\\q")),
        valid[..valid.rfind(MARKER).expect("a secret") + MARKER.len()].to_owned(),
    ];
    for mistake in &mistakes {
        assert_ne!(*mistake, valid);
        let folder = Folder::with(mistake);
        for format in ["human", "plain", "json", "sarif", "github", "azure-pipelines", "junit"] {
            let run = folder.run(&["apimodel.json", "--format", format]);
            run.ends(INVALID);
            run.hides(MARKER);
        }
        assert_eq!(folder.files(), ["apimodel.json"]);
    }
}

#[test]
fn no_secret_of_the_command_line_is_shown() {
    let folder = Folder::with(SAMPLE);
    let set = format!("properties.windowsProfile.adminPassword=[\"{MARKER}\"]");
    let run = folder.run(&["apimodel.json", "--set", &set]);
    run.hides(MARKER);
    let set = format!("properties.windowsProfile.adminPasword={MARKER}");
    let run = folder.run(&["apimodel.json", "--set", &set]);
    run.ends(INVALID);
    run.hides(MARKER);
}

// What all nodes have beside the definition

const PROXY_USER: &str = "http://cluster:Marker-secret1-9f2c@proxy.contoso.example:3128";

#[test]
fn a_proxys_password_is_in_the_parameters_and_nowhere_else() {
    let folder = Folder::with(SAMPLE);
    folder.write("proxy.txt", format!("{PROXY_USER}\n"));
    let run = folder.run(&["apimodel.json", "-o", "out", "--https-proxy", "@proxy.txt", "--no-proxy", "10.9.0.0/16,.contoso.example"]);
    run.ends(OK);
    run.hides(MARKER);
    assert!(
        run.stdout.contains("proxy        http://proxy.contoso.example:3128, but for localhost, 127.0.0.1, 169.254.169.254"),
        "{}",
        run.stdout
    );
    let parameters = folder.json("out/azuredeploy.parameters.json");
    assert_eq!(parameters["parameters"]["httpsProxyCredentials"]["value"], json!("cluster:Marker-secret1-9f2c"));
    for file in folder.files().iter().filter(|name| name.starts_with("out/") && !name.ends_with("azuredeploy.parameters.json")) {
        assert!(!folder.read(file).contains(MARKER), "{file}");
    }
    let template = folder.json("out/azuredeploy.json");
    assert_eq!(template["parameters"]["httpsProxyCredentials"]["type"], json!("securestring"));
    let proxy = &template["variables"]["nodeConfiguration"]["proxy"];
    assert_eq!(proxy["https"], json!("http://proxy.contoso.example:3128"));
    let exceptions: Vec<_> = proxy["noProxy"].as_str().expect("text").split(',').collect();
    for needed in
        ["localhost", "169.254.169.254", "168.63.129.16", "10.0.0.0/16", ".svc", ".cluster.local", "10.9.0.0/16", ".contoso.example"]
    {
        assert!(exceptions.contains(&needed), "{needed} in {exceptions:?}");
    }
}

#[test]
fn what_no_pool_has_does_not_travel() {
    let scripts = |options: &[&str]| {
        let folder = Folder::with(SAMPLE);
        folder.write("ca.pem", include_str!("node/certificate.pem"));
        folder.run(&[&["apimodel.json", "-o", "out", "--sizes"], options].concat()).stdout
    };
    let nothing = scripts(&[]);
    for part in ["proxy", "certificate", "pull", "container-disk", "containerd-start"] {
        assert!(!nothing.contains(&format!(r"\{part}")) && !nothing.contains(&format!("  {part}")), "{part} in\n{nothing}");
    }
    let all = scripts(&["--http-proxy", "http://10.0.0.9:3128", "--trusted-ca", "ca.pem", "--pull-image", "mcr.microsoft.com/a/b:c"]);
    for part in [r"steps\proxy.ps1", r"node\containerd-start.ps1", r"steps\trusted-certificates.ps1", r"node\pull-images.ps1"] {
        assert!(all.contains(part), "{part} in\n{all}");
    }
    assert!(all.contains("trusts       1 certificate") && all.contains("pulls ahead  1 image"), "{all}");
}

#[test]
fn of_two_values_for_a_place_the_last_counts() {
    let folder = Folder::with(SAMPLE);
    let set = ["--set", "masterProfile.count=1", "--set", "properties.masterProfile.COUNT=5"];
    let run = folder.run(&[&["generate", "apimodel.json", "--print", "apimodel"][..], &set].concat());
    run.ends(OK);
    let filled: Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(filled["properties"]["masterProfile"]["count"], 5);
    // inside one value nobody knows which is meant
    let run = folder.run(&["apimodel.json", "--set", r#"masterProfile={"count": 1, "vmSize": "x", "count": 3}"#]);
    run.fails(INVALID, &["--set error[json-duplicate-key]: properties.masterProfile.count: the key is given twice, first by `--set`"]);
}

#[test]
fn mistakes_about_the_surroundings_are_told_without_secrets() {
    let folder = Folder::with(SAMPLE);
    folder.write("key.pem", "-----BEGIN PRIVATE KEY-----\nTWFya2VyLXNlY3JldDEtOWYyYw==\n-----END PRIVATE KEY-----\n");
    let secret = format!("http://u:{MARKER} @host:1");
    for (option, value, says) in [
        ("--https-proxy", secret.as_str(), "percent-encoded"),
        ("--http-proxy", "proxy:3128", "http://host:port"),
        ("--no-proxy", "a b", "expected a name, a domain, an address or a range"),
        ("--trusted-ca", "key.pem", "--trusted-ca: `key.pem`: nodes.trustedCertificates: it holds a private key"),
        ("--pull-image", "nanoserver:1809", "expected the whole name of an image, `registry.example/name:tag`"),
    ] {
        let run = folder.run(&["apimodel.json", option, value]);
        run.fails(USAGE, &[says]);
        run.hides(MARKER);
    }
    folder.run(&["apimodel.json", "--https-proxy", "@missing.txt"]).fails(IO, &["--https-proxy: cannot read `missing.txt`"]);
    folder.write("catalog.json", format!(r#"{{"extends": "aks-engine", "nodes": {{"proxy": {{"https": "{PROXY_USER}"}}}}}}"#));
    let run = folder.run(&["apimodel.json", "--catalog", "catalog.json"]);
    run.fails(
        INVALID,
        &["error[json-value]: nodes.proxy.https: found the string `<hidden>`: user and password do not belong into a catalog"],
    );
    run.hides(MARKER);
}

#[test]
fn what_a_proxy_does_not_reach_is_warned_of() {
    let stock = sample(|definition| {
        let windows = &mut definition["properties"]["windowsProfile"];
        windows["windowsPublisher"] = json!("MicrosoftWindowsServer");
        windows["windowsOffer"] = json!("WindowsServer");
        windows["windowsSku"] = json!("2022-datacenter-core-smalldisk");
    });
    let folder = Folder::with(stock);
    let run = folder.run(&["validate", "apimodel.json", "--https-proxy", "http://10.0.0.9:3128"]);
    run.ends(OK);
    let told = run.stdout + &run.stderr;
    assert!(told.contains("warning[proxy-update]"), "{told}");
    let docker = sample(|definition| {
        let orchestrator = &mut definition["properties"]["orchestratorProfile"];
        orchestrator["orchestratorRelease"] = json!("1.23");
        orchestrator["kubernetesConfig"]["containerRuntime"] = json!("docker");
    });
    let run = Folder::with(docker).run(&["validate", "apimodel.json", "--https-proxy", PROXY_USER]);
    run.hides(MARKER);
    let told = run.stdout + &run.stderr;
    assert!(told.contains("warning[proxy-docker]"), "{told}");
}
