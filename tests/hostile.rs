//! Whatever stands in a free text of the definition comes out of the node configuration as it went in, and nothing of it becomes an
//! expression, a line of script or a file.

mod common;

use common::Node;
use gen_cse::Catalog;
use proptest::prelude::*;
use serde_json::{Value, json};

const SAMPLE: &str = include_str!("../apimodels/valid/containerd-azure-vmss.json");

/// Texts that mean something to ARM, PowerShell, cmd.exe, JSON or TOML.
const HOSTILE: [&str; 16] = [
    "it's",
    "\"quoted\"",
    "back`tick",
    "$(Get-Date)",
    "$env:PATH",
    "'@\nexit 0\n@'",
    "line\nbreak\r\n",
    "%PATH%",
    "[parameters('x')]",
    "[[escaped]",
    "[concat('a')",
    "]",
    "{{ mark }}",
    "@@PAYLOAD@@",
    "größe-日本語-\u{1f600}",
    "&|<>^!;\\\t",
];

/// The sample with a text in every free field that reaches a node.
fn definition(text: &str) -> String {
    let mut definition: Value = serde_json::from_str(SAMPLE).expect("the sample is JSON");
    let properties = &mut definition["properties"];
    properties["linuxProfile"]["ssh"]["publicKeys"] = json!([{ "keyData": format!("ssh-rsa AAAA {text}x") }]);
    properties["windowsProfile"]["windowsPauseImageURL"] = json!(format!("registry.example/pause:{text}x"));
    properties["windowsProfile"]["windowsDockerVersion"] = json!(format!("1.{text}x"));
    let kubelet = json!({ "kubeletConfig": { "--other": text, "--custom": format!("a={text}") } });
    properties["orchestratorProfile"]["kubernetesConfig"]["kubeletConfig"] = kubelet["kubeletConfig"].clone();
    for pool in properties["agentPoolProfiles"].as_array_mut().expect("pools") {
        if pool["osType"] == "Windows" {
            pool["customVMTags"] = json!({ "note": text });
        }
    }
    properties["certificateProfile"] = json!({ "caCertificate": text, "clientCertificate": text, "clientPrivateKey": text });
    definition.to_string()
}

fn resolve(text: &str) -> Vec<Node> {
    let catalog = Catalog::built_in("aks-engine").expect("a built-in catalog");
    common::resolve(&definition(text), catalog).unwrap_or_else(|error| panic!("{text:?}: {error}"))
}

fn check(text: &str) {
    for node in resolve(text) {
        let configuration = &node.configuration;
        assert_eq!(configuration["sshKeys"][0], json!(format!("ssh-rsa AAAA {text}x").trim()), "{text:?}");
        assert_eq!(configuration["pauseImage"], json!(format!("registry.example/pause:{text}x")), "{text:?}");
        assert_eq!(configuration["dockerVersion"], json!(format!("1.{text}x")), "{text:?}");
        let args = configuration["kubeletArgs"].as_array().expect("arguments");
        for wanted in [format!("--other={text}"), format!("--custom=a={text}")] {
            assert!(args.contains(&json!(wanted)), "{text:?}: {args:?}");
        }
        if !text.is_empty() {
            let certificate = configuration["caCertificate"].as_str().expect("text").to_owned();
            assert_eq!(certificate, text);
            assert_eq!(secrets(&node)["clientPrivateKey"].as_str().map(common::decode).as_deref(), Some(text), "{text:?}");
        }
        assert_eq!(node.custom_data.lines().count(), resolve_lines(), "{text:?} makes lines of script");
    }
}

/// Lines of custom data without anything hostile.
fn resolve_lines() -> usize {
    static LINES: std::sync::OnceLock<usize> = std::sync::OnceLock::new();
    *LINES.get_or_init(|| resolve("plain")[0].custom_data.lines().count())
}

fn secrets(node: &Node) -> Value {
    let argument = node.command.split("GEN_CSE_SECRETS=").nth(1).and_then(|rest| rest.split('"').next()).expect("secrets");
    serde_json::from_str(&common::decode(argument)).expect("JSON")
}

#[test]
fn hostile_texts_come_out_as_they_went_in() {
    HOSTILE.into_iter().for_each(check);
}

#[test]
fn the_command_holds_nothing_cmd_would_expand() {
    for text in HOSTILE {
        for node in resolve(text) {
            let argument = node.command.split("GEN_CSE_SECRETS=").nth(1).and_then(|rest| rest.split('"').next()).expect("secrets");
            assert!(argument.chars().all(|c| c.is_ascii_alphanumeric() || "+/=".contains(c)), "{argument}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_comes_out_as_it_went_in(text in "[^\u{0}]{0,40}") {
        check(&text);
    }
}
