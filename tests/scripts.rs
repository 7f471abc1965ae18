//! The scripts that travel to a node, checked without a PowerShell: as they are written, and as the node gets them.

mod powershell;

use gen_cse::pack::strip::strip;
use powershell::{
    File, Finding, Scripts, Step, check, check_steps,
    faults::{BESIDE, FAULTS, SOUND},
    reference::Reference,
    rules, used,
};
use std::collections::{BTreeMap, BTreeSet};
use std::{env, fs, path::Path};

/// The steps of the plan, until the plan is there to ask.
const STEPS: &[Step] = &[
    step("preflight", "Preflight", 10),
    step("image-flavour", "ImageFlavour", 16),
    step("os-drive", "OsDrive", 12),
    step("data-disks", "DataDisks", 17),
    step("directories", "Directories", 11),
    step("page-file", "PageFile", 13),
    step("port-range", "PortRange", 18),
    step("defender", "Defender", 19),
    step("telemetry", "Telemetry", 26),
    step("windows-features", "WindowsFeatures", 20),
    step("openssh", "OpenSsh", 15),
    step("artifacts", "Artifacts", 21),
    step("kubernetes", "Kubernetes", 22),
    step("azure-json", "AzureJson", 31),
    step("kubeconfig", "Kubeconfig", 32),
    step("cluster-config", "ClusterConfig", 30),
    step("azure-stack-environment", "AzureStackEnvironment", 33),
    step("containerd", "Containerd", 23),
    step("docker", "Docker", 28),
    step("images", "Images", 24),
    step("cni", "Cni", 25),
    step("azure-cni", "AzureCni", 40),
    step("kubenet", "Kubenet", 41),
    step("hns-network", "HnsNetwork", 42),
    step("csi-proxy", "CsiProxy", 46),
    step("credential-provider", "CredentialProvider", 47),
    step("hosts-config-agent", "HostsConfigAgent", 48),
    step("kubelet", "Kubelet", 44),
    step("kube-proxy", "KubeProxy", 45),
    step("node-tasks", "NodeTask", 43),
    step("log-collection", "LogCollection", 51),
    step("secure-tls", "SecureTls", 14),
    step("pre-provision", "PreProvision", 50),
    step("azure-stack-root-certificate", "AzureStackRootCertificate", 52),
    step("verify", "Verify", 80),
    step("cache-removal", "CacheRemoval", 81),
    step("finish", "Finish", 90),
];

const fn step(id: &'static str, function: &'static str, exit_code: u8) -> Step {
    Step { id, function, exit_code }
}

/// Scripts that not every payload has, each with those it always comes with: the `optional` lines of `src/pack/bodies.txt`.
fn optional() -> BTreeMap<String, Vec<String>> {
    let lines = include_str!("../src/pack/bodies.txt").lines().filter_map(|line| line.strip_prefix("optional "));
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect();
    let entry = |line: &str| line.split_once(" with ").map_or((line.to_owned(), Vec::new()), |(path, with)| (path.to_owned(), words(with)));
    lines.map(entry).collect()
}

/// The scripts of `parts/windows`, or of another folder laid out like it: `GEN_CSE_SCRIPTS=<folder>`.
fn written() -> Scripts {
    let folder = env::var("GEN_CSE_SCRIPTS").unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/parts/windows").to_owned());
    let scripts = Scripts::read(Path::new(&folder), &optional());
    assert!(!scripts.files.is_empty(), "{folder} holds no script");
    scripts
}

fn assert_none(findings: &[Finding]) {
    let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
    assert!(findings.is_empty(), "{} findings:\n{}", lines.len(), lines.join("\n"));
}

#[test]
fn scripts_as_written() {
    assert_none(&check(&written(), STEPS, &Reference::committed(), &rules()));
}

#[test]
fn scripts_as_they_travel() {
    let stripped = |file: &File| {
        let text = strip(&file.text).unwrap_or_else(|error| panic!("{}: {error}", file.path));
        file.with_text(&text)
    };
    let scripts = Scripts::new(written().files.iter().map(stripped).collect());
    assert_none(&check(&scripts, STEPS, &Reference::committed(), &rules()));
}

#[test]
fn steps_are_those_of_the_table() {
    assert_none(&check_steps(&written(), STEPS));
}

/// The step whose file the planted scripts are.
const PLANTED: &[Step] = &[step("a", "A", 10)];

/// Findings in one more script beside those the planted ones lean on.
fn findings_in(path: &str, text: &str) -> Vec<Finding> {
    let file = |(path, text): &(&str, &str)| {
        let optional = (*path == "lib/optional.ps1").then(|| vec!["steps/with.ps1".to_owned()]);
        File::new(path, text).optional(optional)
    };
    let files = BESIDE.iter().chain(&[(path, text)]).map(file).collect();
    let mut findings = check(&Scripts::new(files), PLANTED, &Reference::committed(), &rules());
    findings.retain(|finding| finding.path == path);
    findings
}

#[test]
fn every_rule_finds_its_planted_faults() {
    let mut wrong = Vec::new();
    for (rule, path, text) in FAULTS {
        let found = findings_in(path, text);
        if found.is_empty() || found.iter().any(|finding| finding.rule != *rule) {
            wrong.push(format!("[{rule}] in {text:?}: {found:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn sound_scripts_have_no_findings() {
    for (path, text) in SOUND {
        assert_none(&findings_in(path, text));
    }
}

#[test]
fn every_rule_is_planted_and_explained() {
    let of_the_table = ["exit-code", "step-file", "step-function"];
    let planted: BTreeSet<&str> = FAULTS.iter().map(|(rule, ..)| *rule).chain(of_the_table).collect();
    let rules = rules();
    let explained: BTreeSet<&str> = rules.rules.keys().map(String::as_str).collect();
    assert_eq!(planted, explained);
}

#[test]
fn the_table_of_steps_is_checked() {
    let body = "    param([object]$Context)\n    $Context\n}\n";
    let whole = format!("function Invoke-Preflight {{\n{body}function Assert-Preflight {{\n{body}");
    let rules_of = |files: &[(&str, &str)], steps: &[Step]| {
        let scripts = Scripts::new(files.iter().map(|(path, text)| File::new(path, text)).collect());
        check_steps(&scripts, steps).iter().map(|finding| finding.rule).collect::<Vec<_>>()
    };
    let one = [step("preflight", "Preflight", 10)];
    let none: [&str; 0] = [];
    assert_eq!(rules_of(&[("steps/preflight.ps1", &whole)], &one), none);
    assert_eq!(rules_of(&[], &one), ["step-file"]);
    assert_eq!(rules_of(&[("steps/preflight.ps1", &whole), ("steps/more.ps1", "")], &one), ["step-file"]);
    assert_eq!(rules_of(&[("steps/preflight.ps1", "")], &one), ["step-function"]);
    assert_eq!(rules_of(&[("steps/preflight.ps1", &whole.replace("$Context)", "$Context, $More)"))], &one), ["step-function"; 2]);
    assert_eq!(rules_of(&[("steps/preflight.ps1", &whole), ("lib/a.ps1", &whole)], &one), ["step-function"; 2]);
    assert_eq!(rules_of(&[("steps/preflight.ps1", &whole)], &[step("preflight", "Preflight", 9)]), ["exit-code"]);
    let twice = [step("preflight", "Preflight", 10), step("finish", "Finish", 10)];
    assert_eq!(
        rules_of(&[("steps/preflight.ps1", &whole), ("steps/finish.ps1", &whole.replace("Preflight", "Finish"))], &twice),
        ["exit-code"]
    );
}

/// Makes tests/powershell/commands-5.1.json anew from the whole profile; see tests/powershell/reference.rs.
#[test]
#[ignore = "needs the whole profile: WINDOWS_POWERSHELL_COMMANDS=<file>"]
fn regenerate_reference() {
    let profile = env::var("WINDOWS_POWERSHELL_COMMANDS").expect("WINDOWS_POWERSHELL_COMMANDS: the file with the whole profile");
    let planted = FAULTS.iter().map(|(_, path, text)| (*path, *text)).chain(SOUND.iter().chain(BESIDE).copied());
    let mut files: Vec<File> = planted.map(|(path, text)| File::new(path, text)).collect();
    files.extend(written().files);
    let whole = Reference::parse(&fs::read_to_string(&profile).unwrap_or_else(|error| panic!("{profile}: {error}")));
    let mut text = serde_json::to_string_pretty(&whole.only(&used(&Scripts::new(files)))).unwrap();
    text.push('\n');
    fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/powershell/commands-5.1.json"), text).unwrap();
}
