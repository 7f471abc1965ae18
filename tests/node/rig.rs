//! Starts a simulated node and reads what became of it.

use crate::cluster::Cluster;
use crate::common::tool;
use crate::mirror::{Mirror, Trouble};
use crate::proxy::Proxy;
use crate::stack::Stack;
use serde_json::Value;
use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;
use tempfile::TempDir;

/// `GEN_CSE_PWSH`, or `pwsh` on the search path.
pub(crate) fn pwsh() -> Option<PathBuf> {
    tool::find("pwsh", "GEN_CSE_PWSH")
}

/// Said on the real standard error, so also where a test's own output is not shown.
pub(crate) fn say(text: &str) {
    use std::io::Write as _;
    writeln!(std::io::stderr(), "{text}").ok();
}

/// A machine and what is done with it.
#[derive(Default)]
pub(crate) struct Situation<'a> {
    /// Image: a file of `nodes/`.
    pub(crate) image: &'a str,
    pub(crate) reboot: bool,
    pub(crate) again: bool,
    /// Further options of `Invoke-Node.ps1`.
    pub(crate) options: Vec<String>,
    pub(crate) troubles: Vec<Trouble>,
    /// Scripts of `extras/` that every PowerShell of the node runs first.
    pub(crate) extras: Vec<String>,
}

/// What became of a node.
pub(crate) struct Node {
    pub(crate) report: Value,
    /// `<host>/<path>` of each request that reached the mirror.
    pub(crate) requests: Vec<String>,
    /// `host:port` of each tunnel through the proxy.
    pub(crate) tunnels: Vec<String>,
    pub(crate) seconds: f64,
    folder: TempDir,
}

impl Situation<'_> {
    pub(crate) fn run(&self, pwsh: &Path, cluster: &Cluster) -> Node {
        let mut folder = tempfile::tempdir().expect("a temporary folder");
        folder.disable_cleanup(env::var_os("GEN_CSE_KEEP").is_some());
        let has_proxy = self.has_extra("proxy");
        let mirror = Mirror::behind(cluster.files(), self.troubles.clone(), has_proxy);
        let proxy = has_proxy.then(|| Proxy::start(mirror.port()));
        let report = folder.path().join("report.json");
        let stack = self.has_extra("azure-stack").then(|| Stack::start(folder.path()));
        let started = Instant::now();
        let mut command = self.command(pwsh, cluster, folder.path(), &mirror.url());
        if let Some(stack) = &stack {
            command.env("LAB_STACK_PORT", stack.port.to_string()).env("SSL_CERT_FILE", &stack.root);
        }
        if let Some(proxy) = &proxy {
            command.env("LAB_PROXY", format!("127.0.0.1:{}", proxy.port));
        }
        if self.has_extra("clock-") {
            command.envs(fake_time(folder.path()));
        }
        let output = command.output().expect("pwsh starts");
        let text = fs::read_to_string(&report).unwrap_or_else(|_| panic!("no report:\n{}", String::from_utf8_lossy(&output.stderr)));
        let report = serde_json::from_str(&text).expect("the report is JSON");
        if env::var_os("GEN_CSE_KEEP").is_some() {
            say(&format!("kept: {}", folder.path().display()));
        }
        let tunnels = proxy.map(|proxy| proxy.hosts()).unwrap_or_default();
        Node { report, requests: mirror.requests(), tunnels, seconds: started.elapsed().as_secs_f64(), folder }
    }

    pub(crate) fn has_extra(&self, start: &str) -> bool {
        self.extras.iter().any(|name| name.starts_with(start))
    }

    fn command(&self, pwsh: &Path, cluster: &Cluster, folder: &Path, mirror: &str) -> Command {
        let mut command = lab_command(pwsh);
        let mut option = |name: &str, value: &dyn AsRef<OsStr>| {
            command.arg(name).arg(value);
        };
        option("-Node", &self.image);
        option("-CustomData", &cluster.custom_data());
        option("-Command", &cluster.command());
        option("-Root", &folder.join("node"));
        option("-Mirror", &mirror);
        option("-Report", &folder.join("report.json"));
        option("-Cache", &cache(cluster, folder));
        if !self.extras.is_empty() {
            let read = |name: &String| fs::read_to_string(extra(name)).unwrap_or_else(|error| panic!("extras/{name}.ps1: {error}"));
            fs::write(folder.join("extra.ps1"), self.extras.iter().map(read).collect::<String>()).expect("a file");
            option("-Extra", &folder.join("extra.ps1"));
        }
        command.args(self.reboot.then_some("-Reboot")).args(self.again.then_some("-Again")).args(&self.options);
        command.current_dir(folder);
        command
    }
}

/// `Invoke-Node.ps1` without its options.
pub(crate) fn lab_command(pwsh: &Path) -> Command {
    let mut command = Command::new(pwsh);
    command.args(["-NoProfile", "-NonInteractive", "-File"]).arg(lab().join("Invoke-Node.ps1"));
    command.env("LAB_TIMEOUT_CAP", "2").stdin(Stdio::null());
    // a node's PowerShells live for seconds: .NET compiles nothing a second time for speed that would only come later
    command.env("DOTNET_TieredPGO", "0").env("DOTNET_TC_CallCountingDelayMs", "186A0").env("DOTNET_EnableWriteXorExecute", "0");
    command
}

/// `GEN_CSE_LAB` names another simulated node with the same interface.
pub(crate) fn lab() -> PathBuf {
    env::var_os("GEN_CSE_LAB").map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/node"), PathBuf::from)
}

/// The wall clock of all programs is this machine's plus what a file says; stopwatches are not touched.
fn fake_time(folder: &Path) -> [(&'static str, PathBuf); 5] {
    let offset = folder.join("clock-offset");
    fs::write(&offset, "+0\n").expect("a file");
    let places = ["/usr/lib/x86_64-linux-gnu/faketime", "/usr/lib/aarch64-linux-gnu/faketime", "/usr/lib/faketime"];
    let library = places.iter().map(|place| Path::new(place).join("libfaketimeMT.so.1")).find(|library| library.is_file());
    let library = library.expect("libfaketime (Debian: faketime)");
    [
        ("LD_PRELOAD", library),
        ("FAKETIME_TIMESTAMP_FILE", offset),
        ("FAKETIME_NO_CACHE", "1".into()),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1".into()),
        // with the fix, .NET's waits for a program end at once
        ("FAKETIME_FORCE_MONOTONIC_FIX", "0".into()),
    ]
}

/// A script that makes the node different, by its name.
pub(crate) fn extra(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/node/extras/{name}.ps1"))
}

/// What a prepared image has in its cache: every file that the node could want.
fn cache(cluster: &Cluster, folder: &Path) -> PathBuf {
    let cache = folder.join("cache/files");
    fs::create_dir_all(&cache).expect("a folder");
    for artifact in &cluster.artifacts {
        let name = artifact.file.file_name().expect("a name");
        fs::copy(&artifact.file, cache.join(name)).expect("a copy");
    }
    folder.join("cache")
}

impl Node {
    /// What a run of the simulated node in this folder has left.
    pub(crate) fn of(report: Value, requests: Vec<String>, folder: TempDir) -> Self {
        Self { report, requests, tunnels: Vec::new(), seconds: 0.0, folder }
    }

    /// `cse`, `reboot`, `cse-again`, `reboot-again`.
    pub(crate) fn phase(&self, name: &str) -> &Value {
        let phases = self.report["phases"].as_array().expect("phases");
        phases.iter().find(|phase| phase["phase"] == name).unwrap_or_else(|| panic!("no phase {name}"))
    }

    pub(crate) fn exit_code(&self, phase: &str) -> i64 {
        self.phase(phase)["exitCode"].as_i64().unwrap_or(-1)
    }

    /// A file below the machine's root (`c/k/config`, `state/trace.jsonl`), or nothing.
    pub(crate) fn file(&self, path: &str) -> Option<String> {
        fs::read(self.folder.path().join("node").join(path)).ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Programs that the extension and what starts at boot have launched, in all phases.
    pub(crate) fn processes(&self) -> u64 {
        let calls = |phase: &Value| -> u64 {
            let all = phase["calls"].as_object().into_iter().flatten();
            let programs = all.filter(|(name, _)| name.starts_with("native ") || name.ends_with(" icacls.exe"));
            programs.filter_map(|(_, count)| count.as_u64()).sum()
        };
        self.report["phases"].as_array().into_iter().flatten().map(calls).sum()
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.folder.path().join("node")
    }
}
