//! What a phase costs a node, counted in the trace of the simulated one.

use crate::rig::Node;
use serde_json::{Value, json};
use std::fmt;
use std::fs;
use std::ops::Add;

/// Counts of one phase: at the extension's own run what it calls itself, at boot everything that starts then.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cost {
    /// Native programs that scripts start.
    pub(crate) launches: usize,
    /// `powershell.exe`, of scripts, services, tasks and the extension.
    pub(crate) powershell: usize,
    /// CIM and WMI, and the commands that are CIM underneath: network, firewall, storage, tasks, Defender.
    pub(crate) cim: usize,
    /// `*-Service`, and start and stop by sc.exe or nssm.exe.
    pub(crate) services: usize,
    /// Windows features and capabilities.
    pub(crate) features: usize,
    /// Files asked of the network.
    pub(crate) requests: usize,
    /// Times an archive was read: to hash, list or unpack it. Hashing is seen with `Situation::count_hashes` only.
    pub(crate) archives: usize,
}

impl fmt::Display for Cost {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { launches, powershell, cim, services, features, requests, archives } = self;
        write!(to, "{launches} | {powershell} | {cim} | {services} | {features} | {requests} | {archives}")
    }
}

/// The head of a table of costs.
pub(crate) const HEAD: &str = "| phase | program launches | PowerShell starts | CIM queries | service calls | feature calls | requests | archive reads | seconds here |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n";

impl Cost {
    /// Of `cse`, `reboot`, `cse-again` or `reboot-again`.
    pub(crate) fn of(node: &Node, phase: &str) -> Self {
        let mut cost = Self::default();
        for call in calls(node, phase) {
            cost.count(&call);
        }
        let items = node.phase(phase)["ran"].as_array().into_iter().flatten();
        let is_powershell = |item: &&Value| item["program"].as_str().is_some_and(|program| program.to_lowercase().contains("powershell"));
        if phase.starts_with("reboot") {
            cost.powershell += items.filter(is_powershell).count();
        }
        cost
    }

    fn count(&mut self, call: &Value) {
        let name = call["name"].as_str().unwrap_or_default();
        let first = first_word(&call["args"]);
        match call["kind"].as_str().unwrap_or_default() {
            "native" if name == "powershell.exe" => self.powershell += 1,
            "cmd" if name == "powershell" => self.powershell += 1,
            "native" | "acl" if name.ends_with(".exe") => {
                self.launches += 1;
                self.services += usize::from(matches!(name, "sc.exe" | "nssm.exe") && matches!(&*first, "start" | "stop" | "restart"));
                self.archives += usize::from(name == "tar.exe");
            }
            "cim" | "net" | "disk" | "task" | "defender" => self.cim += 1,
            "http" if call["args"].as_str().is_some_and(|url| !url.contains("//127.0.0.1") && !url.contains("//169.254.")) => {
                self.requests += 1;
            }
            "hash" => self.archives += 1,
            "cmdlet" if name.ends_with("-Service") => self.services += 1,
            "cmdlet"
                if name.contains("WindowsFeature") || name.contains("WindowsOptionalFeature") || name.contains("WindowsCapability") =>
            {
                self.features += 1;
            }
            _ => {}
        }
    }
}

/// What of it is limited.
#[derive(Debug, Default, Clone, Copy)]
struct Limited {
    launches: usize,
    cim: usize,
    features: usize,
}

/// Most that the extension may spend.
const EXTENSION: Limited = Limited { launches: 60, cim: 20, features: 1 };
/// Most that the first boot may spend: nothing is installed any more.
const BOOT: Limited = Limited { launches: 12, cim: 8, features: 0 };

impl From<Cost> for Limited {
    fn from(Cost { launches, cim, features, .. }: Cost) -> Self {
        Self { launches, cim, features }
    }
}

impl Add for Limited {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { launches: self.launches + other.launches, cim: self.cim + other.cim, features: self.features + other.features }
    }
}

impl Limited {
    /// What is more than `most`, as sentences.
    fn beyond(self, phase: &str, most: Self) -> Vec<String> {
        let kinds = [
            ("program launches", self.launches, most.launches),
            ("CIM queries", self.cim, most.cim),
            ("feature calls", self.features, most.features),
        ];
        let broken = kinds.into_iter().filter(|(_, spent, most)| spent > most);
        broken.map(|(what, spent, most)| format!("{phase}: {spent} {what}, at most {most}")).collect()
    }
}

/// What a definition and an image ask of a node beyond the limits.
#[derive(Debug, Default)]
pub(crate) struct Allowance {
    /// Queries. Of data disks: the list of disks, before and after, and three for each disk: initialise, partition, format. On a stamp: the
    /// adapters, whose addresses the resource manager is asked for.
    pub(crate) cim: usize,
    /// Calls that install: sshd, which a stock image lacks.
    pub(crate) features: usize,
    /// A Windows feature is installed, asked about once more after the restart, and the steps that need it run then: what they spend moves from
    /// the extension to the first boot.
    pub(crate) waits: bool,
}

impl Allowance {
    pub(crate) fn of(configuration: &Value, image: &str, waits: bool) -> Self {
        let disks = configuration["diskSizesGB"].as_array().map_or(0, Vec::len);
        let on_a_stamp = configuration["targetEnvironment"] == "AzureStackCloud" && configuration["networkPlugin"] == "azure";
        let cim = if disks > 0 { 3 + 3 * disks } else { 0 } + usize::from(on_a_stamp);
        let sshd = usize::from(image.starts_with("stock") && configuration["sshEnabled"] == true);
        Self { cim, features: sshd + if waits { 2 } else { 0 }, waits }
    }
}

/// Which limits a node has broken, as sentences.
pub(crate) fn broken(node: &Node, allowance: &Allowance) -> Vec<String> {
    let [extension, boot] = ["cse", "reboot"].map(|phase| Limited::from(Cost::of(node, phase)));
    let allowed = EXTENSION + Limited { cim: allowance.cim, features: allowance.features, ..Limited::default() };
    if allowance.waits {
        (extension + boot).beyond("cse and reboot", allowed + BOOT)
    } else {
        [extension.beyond("cse", allowed), boot.beyond("reboot", BOOT)].concat()
    }
}

fn first_word(arguments: &Value) -> String {
    let first = arguments.as_array().and_then(|all| all.first()).or(Some(arguments));
    first.and_then(Value::as_str).unwrap_or_default().to_lowercase()
}

/// Lines of the trace between a phase's mark and the next; at boot also what the services and tasks did.
fn calls(node: &Node, phase: &str) -> Vec<Value> {
    let text = node.file("state/trace.jsonl").unwrap_or_default();
    let mut within = false;
    let mut found = Vec::new();
    for call in text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
        if call["kind"] == "phase" {
            let name = call["name"].as_str().unwrap_or_default();
            within = name == phase || (phase.starts_with("reboot") && name.strip_suffix("-services") == Some(phase));
        } else if within {
            found.push(call);
        }
    }
    found
}

/// A row for each phase that this node went through; the seconds are those of this machine and its load.
pub(crate) fn table(node: &Node) -> String {
    let phases = node.report["phases"].as_array().into_iter().flatten().filter_map(|phase| phase["phase"].as_str());
    let rows = phases.map(|phase| format!("| {phase} | {} | {} |\n", Cost::of(node, phase), node.phase(phase)["realSeconds"]));
    HEAD.to_owned() + &rows.collect::<String>()
}

#[test]
fn a_limit_that_is_broken_is_told() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let line = |kind: &str, name: &str| format!("{{\"kind\":\"{kind}\",\"name\":\"{name}\"}}\n");
    let trace = line("phase", "cse")
        + &line("native", "sc.exe").repeat(61)
        + &line("cim", "Get-CimInstance").repeat(20)
        + &line("phase", "reboot")
        + &line("cmdlet", "Get-WindowsFeature");
    fs::create_dir_all(folder.path().join("node/state")).expect("a folder");
    fs::write(folder.path().join("node/state/trace.jsonl"), trace).expect("a trace");
    let node = Node::of(json!({ "phases": [{ "phase": "cse" }, { "phase": "reboot" }] }), Vec::new(), folder);
    assert_eq!(broken(&node, &Allowance::default()), ["cse: 61 program launches, at most 60", "reboot: 1 feature calls, at most 0"]);
}
