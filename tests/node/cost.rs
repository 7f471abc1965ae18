//! What a phase costs a node, counted in the trace of the simulated one.

use crate::rig::Node;
use serde_json::{Value, json};
use std::fmt;
use std::fs;

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

/// Most that a node may spend, by phase: launches, CIM queries, feature calls. At the first boot nothing is installed any more.
const LIMITS: [(&str, usize, usize, usize); 2] = [("cse", 60, 20, 1), ("reboot", 12, 8, 0)];

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
    let spent = |phase: &str| {
        let cost = Cost::of(node, phase);
        [cost.launches, cost.cim, cost.features]
    };
    let [mut extension, mut boot] = LIMITS.map(|(phase, launches, cim, features)| (phase, spent(phase), [launches, cim, features]));
    extension.2[1] += allowance.cim;
    extension.2[2] += allowance.features;
    if allowance.waits {
        let sum = |a: [usize; 3], b: [usize; 3]| [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
        extension = ("cse and reboot", sum(extension.1, boot.1), sum(extension.2, boot.2));
        boot.1 = [0; 3];
    }
    let told = |(phase, spent, most): (&str, [usize; 3], [usize; 3])| {
        let kinds = ["program launches", "CIM queries", "feature calls"].into_iter().zip(spent).zip(most);
        let broken = kinds.filter(|((_, spent), most)| spent > most);
        broken.map(|((what, spent), most)| format!("{phase}: {spent} {what}, at most {most}")).collect::<Vec<_>>()
    };
    [told(extension), told(boot)].concat()
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
