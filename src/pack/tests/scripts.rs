//! The scripts that travel to a node, checked without a PowerShell: as they are written, and as the node gets them.

#[path = "../../../tests/powershell/mod.rs"]
mod powershell;

use gen_cse::generate::tests::common::tool;
use gen_cse::pack::{CUSTOM_DATA, Payload, SCRIPTS, Script, scripts_for, unpack};
use gen_cse::plan::{STEPS, Step};
use gen_cse::{Catalog, Options, generate};
use powershell::{
    File, Finding, Scripts, check, check_steps,
    faults::{BESIDE, FAULTS, SOUND},
    reference::Reference,
    rules,
};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::{env, fs, io};

/// A pool with the fewest steps, and one with another runtime and network.
const PLAIN: [&str; 2] = [
    include_str!("../../../apimodels/valid/docker-availability-set.json"),
    include_str!("../../../apimodels/valid/kubenet-stock-image.json"),
];

/// Steps that not every pool has.
fn optional_steps() -> BTreeSet<&'static str> {
    let lacking = |definition: &str| {
        let mut definition: serde_json::Value = serde_json::from_str(definition).unwrap();
        definition["properties"]["windowsProfile"]["sshEnabled"] = false.into();
        let bundle = generate(definition.to_string(), &Options::new(Catalog::built_in("aks-engine").unwrap())).unwrap();
        let steps = &bundle.pools[0].plan.steps;
        STEPS.iter().map(|step| step.id).filter(|id| steps.iter().all(|step| step.id != *id)).collect::<Vec<_>>()
    };
    PLAIN.into_iter().flat_map(lacking).collect()
}

/// Scripts that not every payload has, each with the steps it always comes with.
fn optional() -> BTreeMap<String, Vec<String>> {
    let optional_steps = optional_steps();
    let mut optional = BTreeMap::new();
    for script in SCRIPTS.iter() {
        let Some(with) = &script.with else { continue };
        let path = script.path.replace('\\', "/");
        if with.iter().all(|word| optional_steps.contains(word) || STEPS.iter().all(|step| step.id != *word)) {
            optional.insert(path, with.iter().map(|word| format!("steps/{word}.ps1")).collect());
        }
    }
    optional
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

/// What a node unpacks of a payload with these scripts, and the custom data around it.
fn travelling(scripts: impl IntoIterator<Item = &'static Script>) -> Scripts {
    let optional = optional();
    let payload = Payload::new(scripts, &[("steps.json", "{}")]);
    let custom_data = CUSTOM_DATA.replace("@@PAYLOAD@@", payload.base64()) + "{\"schema\":1,\"name\":\"win\"}\n";
    let unpacked = unpack(payload.base64()).unwrap().into_iter().map(|(path, text)| (path.replace('\\', "/"), text));
    let files = unpacked.filter(|(path, _)| path != "steps.json").chain([("bootstrap/customdata.ps1".to_owned(), custom_data)]);
    Scripts::new(files.map(|(path, text)| File::new(&path, &text).optional(optional.get(&path).cloned())).collect())
}

/// All findings in scripts that travel; the marks of the template are gone by then.
fn findings_of(scripts: &Scripts) -> Vec<Finding> {
    let mut findings = check(scripts, STEPS, &Reference::committed(), &rules());
    findings.retain(|finding| finding.rule != "marks");
    findings
}

#[test]
fn scripts_as_they_travel() {
    assert_none(&findings_of(&travelling(SCRIPTS.iter())));
}

/// What PowerShell's own parser says of two folders of scripts, or nothing where there is no PowerShell.
fn compare(written: &Path, travelling: &Path) -> Option<String> {
    let Some(program) = tool::find("pwsh", "GEN_CSE_PWSH") else {
        writeln!(io::stderr(), "LEFT OUT: no PowerShell to read scripts as they travel; put pwsh on PATH or name it in GEN_CSE_PWSH").ok();
        return None;
    };
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/powershell/same.ps1");
    let output =
        Command::new(program).args(["-NoProfile", "-NonInteractive", "-File", script]).args([written, travelling]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn powershell_reads_travelling_scripts_as_written() {
    let folder = tempfile::tempdir().unwrap();
    for script in SCRIPTS.iter() {
        let path = folder.path().join(script.path.replace('\\', "/"));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, script.text).unwrap();
    }
    let written = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/parts/windows"));
    let Some(said) = compare(written, folder.path()) else { return };
    assert_eq!(said.trim(), format!("compared {}", SCRIPTS.len()));
    // a blank that joins two words, and an end of line that joins two statements
    for (of, to) in [("exit 1", "exit1"), ("$true\nexit", "$true exit")] {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.ps1"), "$code -and $true\nexit 1\n".replace(of, to)).unwrap();
        let sound = tempfile::tempdir().unwrap();
        fs::write(sound.path().join("a.ps1"), "$code -and $true # why\n\nexit 1\n").unwrap();
        assert!(compare(sound.path(), folder.path()).unwrap().contains("travels as"), "{to}");
    }
}

/// What the scripts of a payload need of scripts that are not in it.
fn missing_in(scripts: impl IntoIterator<Item = &'static Script>) -> Vec<Finding> {
    let mut findings = findings_of(&travelling(scripts));
    findings.retain(|finding| ["not-visible", "unknown-command", "undefined-variable"].contains(&finding.rule));
    findings
}

#[test]
fn a_payload_without_a_library_is_found_out() {
    assert!(!missing_in(SCRIPTS.iter().filter(|script| script.path != r"lib\text.ps1")).is_empty());
}

/// A cluster's payload lacks scripts; what is left must not need them. Each way of runtime and network, with nothing else that
/// is optional, with all of it, and with each alone.
#[test]
fn every_payload_is_complete() {
    let optional_steps = optional_steps();
    let is_optional = |step: &&Step| optional_steps.contains(step.id);
    let ways = [["docker", "azure-cni"], ["docker", "kubenet"], ["containerd", "azure-cni"], ["containerd", "kubenet"]];
    let others: Vec<&str> = STEPS.iter().filter(is_optional).map(|step| step.id).filter(|id| !ways.concat().contains(id)).collect();
    let sets = [Vec::new(), others.clone()].into_iter().chain(others.iter().map(|id| vec![*id]));
    let mut seen = BTreeSet::new();
    for (with, way) in sets.flat_map(|with| ways.map(|way| (with.clone(), way))).filter(|(with, way)| with.len() != 1 || *way == ways[2]) {
        let steps: Vec<&Step> =
            STEPS.iter().filter(|step| !is_optional(step) || way.contains(&step.id) || with.contains(&step.id)).collect();
        for traits in [
            &[][..],
            &["azure-stack-interfaces", "container-disk", "dual-stack", "hyperv", "parallel-pulls", "registry-mirrors", "url-query"],
        ] {
            seen.extend(scripts_for(&steps, traits).map(|script| &script.path));
            let missing = missing_in(scripts_for(&steps, traits));
            assert!(missing.is_empty(), "with {way:?}, {with:?} and {traits:?}:\n{}", missing[0]);
        }
    }
    let never: Vec<&String> = SCRIPTS.iter().map(|script| &script.path).filter(|path| !seen.contains(path)).collect();
    assert!(never.is_empty(), "never packed: {never:?}");
}

#[test]
fn custom_data_has_one_long_literal() {
    let scripts = travelling(SCRIPTS.iter());
    let custom_data = scripts.files.iter().find(|file| file.path == "bootstrap/customdata.ps1").unwrap();
    let literal = |name: &str| {
        let start = format!("${name}='");
        let mut lines = custom_data.text.lines().filter_map(|line| line.strip_prefix(&start)?.strip_suffix('\''));
        let found = lines.next().unwrap_or_else(|| panic!("no line {start}...'"));
        assert!(lines.next().is_none(), "{name} stands there twice");
        found
    };
    assert!(unpack(literal("PayloadBase64")).is_ok());
    assert!(custom_data.text.lines().filter(|line| line.len() > 1000).count() == 1);
}

#[test]
fn steps_are_those_of_the_table() {
    assert_none(&check_steps(&written(), STEPS));
}

/// The step whose file the planted scripts are.
const PLANTED: &[Step] = &[step("a", "A", 10)];

const fn step(id: &'static str, function: &'static str, exit_code: u8) -> Step {
    Step { id, function, exit_code, title: "", after_restart: false, script: "", means: "", remedy: "", needed: |_, _| true }
}

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
    assert_eq!(rules_of(&[("steps/preflight.ps1", &whole)], &[step("preflight", "Preflight", 4)]), ["exit-code"]);
    let twice = [step("preflight", "Preflight", 10), step("finish", "Finish", 10)];
    assert_eq!(
        rules_of(&[("steps/preflight.ps1", &whole), ("steps/finish.ps1", &whole.replace("Preflight", "Finish"))], &twice),
        ["exit-code"]
    );
}
