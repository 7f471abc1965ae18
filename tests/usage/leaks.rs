//! Passwords beside mistakes, and what would steer a terminal: neither is shown, in any format.

use crate::command::{Folder, SAMPLE, sample};
use serde_json::json;

const SECRET: &str = "Hunter2-SECRETa";
const FORMATS: [&str; 7] = ["human", "plain", "json", "sarif", "github", "azure-pipelines", "junit"];

/// The line of the password in the sample.
const LINE: &str = "      \"adminPassword\": \"Replace-this1password\",\n";

#[track_caller]
fn hides(definition: &str) {
    let folder = Folder::with(definition);
    for format in FORMATS {
        let run = folder.run(&["validate", "apimodel.json", "--format", format]);
        assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
        run.hides(SECRET);
    }
}

#[test]
fn a_mistake_on_the_passwords_line_does_not_show_it() {
    assert!(SAMPLE.contains(LINE));
    let lines = [
        format!("\"adminPassword\" \"{SECRET}\","),
        format!("\"adminPassword\" = \"{SECRET}\","),
        format!("\"adminPassword\" => \"{SECRET}\","),
        format!("\"adminPassword: \"{SECRET}\","),
        format!("adminPassword\": \"{SECRET}\","),
        format!("\"adminPassword\": \"{SECRET}\": \"sshEnabled\": true,"),
        format!("\u{201c}adminPassword\u{201d}: \u{201c}{SECRET}\u{201d},"),
        format!("\"adminPassword\"\n\"{SECRET}\","),
        format!("\"adminPassword\"\n\n  {SECRET},"),
        format!("adminPassword = \"{SECRET}\";"),
        format!("adminPassword: {SECRET}"),
        format!("// don't tell\n\"adminPassword\": \"{SECRET}\","),
        format!("'adminPassword': '{SECRET}',"),
        format!("\"adminPassword\": '{SECRET}',"),
        format!("\"adminPassword\": \"{SECRET},"),
        format!("\"adminPassword\": \"{SECRET}\" \"sshEnabled\": true,"),
        format!("\"adminPassword\": \"x\"{SECRET}\","),
        format!("\"adminPassword\": \"{SECRET}\\q\","),
        format!("\"adminPa\\u0073sword\" \"{SECRET}\","),
        format!("\"adminPassword\":: \"{SECRET}\","),
        format!("\"adminPassword\": [\"{SECRET}\","),
        format!("\"url\": \"https://host/x?token={SECRET}\" \"\","),
        format!("\"header\": \"Bearer {SECRET}\" \"\","),
    ];
    for line in lines {
        hides(&SAMPLE.replace(LINE, &format!("{line}\n")));
    }
}

#[test]
fn unknown_keys_that_name_a_secret_do_not_show_it() {
    let keys = [
        "windowsAdminPassword",
        "servicePrincipalClientSecret",
        "servicePrincipalSecret",
        "adminPwd",
        "pwd",
        "passphrase",
        "sshPassword",
        "adminPass",
        "accessKey",
        "apiKey",
        "pfx",
        "bearer",
        "SASToken",
        "adminPa\\u0073word",
        "admin-password",
        "admin_Password",
        "clientKey",
        "adminPw",
        "sasUrl",
        "authorization",
    ];
    for key in keys {
        hides(&SAMPLE.replace(LINE, &format!("\"{key}\": \"{SECRET}\",\n")));
        hides(&SAMPLE.replace(LINE, &format!("\"{key}\": {{ \"deeper\": [\"{SECRET}\"] }},\n")));
        hides(&SAMPLE.replace(LINE, &format!("\"{key}\" \"{SECRET}\",\n")));
    }
    for url in ["https://host/x?SIG=", "https://host/x?token=", "https://host/x?", "https://me:"] {
        let value = if url.ends_with(':') { format!("{url}{SECRET}@host/x") } else { format!("{url}{SECRET}") };
        hides(&SAMPLE.replace(LINE, &format!("\"somewhere\": \"{value}\",\n")));
    }
}

#[test]
fn values_of_the_command_line_are_not_repeated() {
    let folder = Folder::with(SAMPLE);
    folder.run(&["apimodel.json", "-q", "-o", "out"]).ends(0);
    let all: &[&[&str]] = &[
        &["apimodel.json", "--mirror", "https://x/y?sig=Hunter2-SECRETa"],
        &["apimodel.json", "--mirror", "https://u:Hunter2-SECRETa@x/y"],
        &["apimodel.json", "--mirror", "//u:Hunter2-SECRETa@x/y"],
        &["apimodel.json", "--set", "windowsProfile.adminPassword:Hunter2-SECRETa"],
        &["apimodel.json", "--set", "windowsProfile[adminPassword]=Hunter2-SECRETa"],
        &["apimodel.json", "--set", "windowsProfile.adminPassword Hunter2-SECRETa"],
        &["apimodel.json", "--set", "windowsProfile.adminPassword=@Hunter2-SECRETa"],
        &["apimodel.json", "--set", "windowsProfile.adminPasword=Hunter2-SECRETa"],
        &["apimodel.json", "windowsProfile.adminPassword=Hunter2-SECRETa"],
        &["apimodel.json", "--adminPassword=Hunter2-SECRETa"],
        &["inspect", "out/azuredeploy.json", "out/azuredeploy.parameters.json", "--parameter", "clientPrivateKeyHunter2-SECRETa"],
        &["inspect", "out/azuredeploy.json", "out/azuredeploy.parameters.json", "--parameter", "clientPrivateKey=@Hunter2-SECRETa"],
        &["validate", "https://x/y?sig=Hunter2-SECRETa"],
    ];
    for arguments in all {
        let run = folder.run(arguments);
        assert_ne!(run.code, 0, "{arguments:?}");
        run.hides(SECRET);
    }
}

#[test]
fn settings_do_not_show_secrets() {
    let folder = Folder::with(SAMPLE);
    for line in ["password = \"Hunter2-SECRETa\"", "[set]\nadminPassword = \"Hunter2-SECRETa\"", "adminPassword \"Hunter2-SECRETa\""] {
        folder.write("gen-cse.toml", line);
        let run = folder.run(&["validate", "apimodel.json"]);
        run.fails(2, &["gen-cse.toml`: "]);
        run.hides(SECRET);
    }
}

#[test]
fn catalogs_do_not_show_their_urls_queries() {
    let folder = Folder::with(SAMPLE);
    for url in [format!("https://x/k.zip?sig={SECRET}"), format!("https://u:{SECRET}@x/k.zip"), format!("ftp://x/k.zip?{SECRET}")] {
        folder.write("catalog.json", json!({ "name": "mine", "extends": "aks-engine", "components": { "kubernetes": url } }).to_string());
        for arguments in [
            &["apimodel.json", "--catalog", "catalog.json"][..],
            &["validate", "apimodel.json", "--catalog", "catalog.json"],
            &["catalog", "show", "catalog.json"],
        ] {
            let run = folder.run(arguments);
            run.hides(SECRET);
        }
    }
}

/// Characters that steer a terminal, reorder text or cannot be seen; `ESC ] 0 ;` would set the window's title.
const STEERING: &str = "\u{1b}]0;x\u{7}\u{9b}31m\u{9d}\u{2028}\u{202e}\u{200b}\u{feff}\u{61c}\u{ad}\u{7f}";

#[track_caller]
fn is_clean(folder: &Folder, arguments: &[&str]) {
    let run = folder.run(arguments);
    assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
    for text in [&run.stdout, &run.stderr] {
        let steering = text.chars().find(|c| STEERING.chars().filter(|c| !"x031m;]".contains(*c)).any(|bad| bad == *c));
        assert_eq!(steering, None, "{arguments:?}: {text:?}");
    }
}

#[test]
fn nothing_of_the_input_steers_the_terminal() {
    let folder = Folder::with(sample(|definition| {
        definition["properties"]["masterProfile"]["count"] = json!(STEERING);
        definition[STEERING] = json!({ STEERING: STEERING });
        definition["location"] = json!(STEERING);
        definition["properties"]["agentPoolProfiles"][1]["customVMTags"] = json!({ STEERING: STEERING });
    }));
    // JSON would escape some of them
    let text = folder.read("apimodel.json");
    let raw = text.replace("\\u001b", "\u{1b}").replace("\\u0007", "\u{7}").replace("\\u007f", "\u{7f}");
    folder.write("raw.json", raw);
    for file in ["apimodel.json", "raw.json"] {
        for format in FORMATS {
            is_clean(&folder, &["validate", file, "--format", format]);
        }
        is_clean(&folder, &[file]);
    }
    for catalog in [
        json!({ "name": "x", "extends": STEERING }),
        json!({ "name": "x", "extends": "aks-engine", STEERING: 1 }),
        json!({ "name": STEERING, "extends": "aks-engine", "pauseImage": STEERING }),
        json!({ "name": "x", "extends": "aks-engine", "files": { "https://x/y": { "sha256": [STEERING] } } }),
    ] {
        folder.write("catalog.json", catalog.to_string());
        is_clean(&folder, &["validate", "apimodel.json", "--catalog", "catalog.json"]);
        is_clean(&folder, &["catalog", "show", "catalog.json"]);
        is_clean(&folder, &["catalog", "show", "catalog.json", "--format", "json"]);
    }
    is_clean(&folder, &[STEERING.trim_matches('\0')]);
    is_clean(&folder, &["explain", STEERING]);
    is_clean(&folder, &["validate", STEERING]);
    is_clean(&folder, &["apimodel.json", "--catalog", STEERING]);
    is_clean(&folder, &["apimodel.json", "--set", STEERING]);
    is_clean(&folder, &["apimodel.json", &format!("--{STEERING}")]);
}

#[test]
fn nothing_of_a_template_steers_the_terminal() {
    let folder = Folder::with(sample(|definition| {
        definition["properties"]["agentPoolProfiles"][1]["customVMTags"] = json!({ "tag": format!("x{}", '\u{9b}') });
    }));
    folder.run(&["apimodel.json", "-q", "-o", "out", "--scripts"]).ends(0);
    for what in ["template", "parameters", "apimodel", "plan"] {
        is_clean(&folder, &["generate", "apimodel.json", "--print", what]);
    }
    is_clean(&folder, &["apimodel.json", "--stdout"]);
    let template = folder.read("out/azuredeploy.json").replace("\"winpool\"", &format!("\"win{}pool\"", "\u{9b}31m\u{202e}"));
    folder.write("out/azuredeploy.json", template);
    for more in [&[][..], &["--format", "json"]] {
        is_clean(&folder, &[&["inspect", "out/azuredeploy.json", "out/azuredeploy.parameters.json"], more].concat());
    }
}

#[test]
fn nothing_of_a_record_or_an_image_steers_the_terminal() {
    let folder = Folder::with(SAMPLE);
    let event =
        json!({ "time": "2026-11-25T22:40:00Z", "id": STEERING, "decision": STEERING, "reason": STEERING, "seconds": 1, "exitCode": 0 });
    folder.write("events.jsonl", event.to_string());
    folder.write(
        "result.json",
        json!({ "state": "failed", "reason": STEERING, "flavour": STEERING, "version": STEERING, "exitCode": 1 }).to_string(),
    );
    let os = json!({ "name": STEERING, "build": STEERING, "revision": 1, "installationType": STEERING });
    let manifest = json!({
        "wanted": { "os": STEERING, "runtime": "containerd", "kubernetes": null, "target": "gallery", "catalog": STEERING, "mirror": STEERING },
        "schema": 1, "id": STEERING, "name": STEERING, "generator": "", "catalog": "", "built": STEERING, "buildId": "", "commit": "", "os": os,
        "runtime": { "name": "containerd", "version": STEERING }, "kubernetesVersions": [], "features": [], "capabilities": [], "hotfixes": [],
        "updates": [], "files": [], "images": [], "settings": [],
    });
    folder.write("manifest.json", manifest.to_string());
    for format in ["text", "markdown", "json"] {
        is_clean(&folder, &["result", "events.jsonl", "result.json", "--format", format]);
        is_clean(&folder, &["explain", "apimodel.json", "--image", "manifest.json", "--format", format]);
        folder.run(&["explain", "apimodel.json", "--image", "manifest.json", "--format", format]).ends(0);
    }
    is_clean(&folder, &["explain", "apimodel.json", "--image", "manifest.json", "--html", "-", "--result", "events.jsonl"]);
}
