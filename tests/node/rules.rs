//! What holds for every node, whatever the situation.

use crate::cluster::{Cluster, SECRET};
use crate::mirror::Trouble;
use crate::rig::Node;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Files that hold a secret, because kubelet and its cloud provider read them there.
const HOLDERS: &[&str] = &["c/k/config", "c/k/azure.json", "c/k/proxy.json"];

const HNS: &str = r"SYSTEM\CurrentControlSet\Services\hns\State";

/// What nodes of a build have in the registry at the end: build (empty: every one), key, name, value.
const REGISTRY: &[(&str, &str, &str, &str)] = &[
    ("", r"SOFTWARE\Microsoft\Windows\Windows Error Reporting\LocalDumps\svchost.exe", "DumpCount", "2"),
    ("", r"SOFTWARE\Microsoft\Windows\Windows Error Reporting\LocalDumps\kubelet.exe", "DumpType", "2"),
    ("", HNS, "EnableCompartmentNamespace", "1"),
    ("17763", HNS, "HNSControlFlag", "81"),
    ("17763", r"SYSTEM\CurrentControlSet\Services\wcifs", "WcifsSOPCountDisabled", "0"),
    ("20348", HNS, "HNSControlFlag", "1"),
    ("20348", HNS, "CleanupReservedPorts", "1"),
    ("20348", HNS, "HnsPreallocatePortRange", "1"),
    ("20348", r"SYSTEM\CurrentControlSet\Policies\Microsoft\FeatureManagement\Overrides", "527922829", "1"),
    ("20348", r"SYSTEM\CurrentControlSet\Control\Windows Containers", "DeltaHivePolicy", "2"),
    ("20348", r"SOFTWARE\Wow6432Node\Microsoft\Cryptography\Wintrust\Config", "EnableCertPaddingCheck", "1"),
    ("26100", HNS, "HNSControlFlag", "1"),
];

/// Everything that is wrong with a node of which the extension said that it is done.
pub(crate) fn incomplete(node: &Node, cluster: &Cluster) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut want = |holds: bool, what: &str| {
        if !holds {
            wrong.push(what.to_owned());
        }
    };
    let configuration = &cluster.configuration;
    let runtime = text(&configuration["containerRuntime"]);
    for program in ["kubelet", "kube-proxy", "kubectl", "nssm"] {
        want(node.file(&format!("c/k/{program}.exe")).is_some_and(|file| file.contains("LAB_SHIM")), &format!("c:\\k\\{program}.exe"));
    }
    for file in ["c/k/config", "c/k/ca.crt", "c/k/azure.json", "c/k/kubeclusterconfig.json"].into_iter().chain(network_files(configuration))
    {
        want(node.file(file).is_some_and(|text| !text.is_empty()), file);
    }
    for (name, needs) in [("kubelet", runtime), ("kubeproxy", "kubelet"), (runtime, "")] {
        let service = service(&node.report, name);
        let is = |key: &str| text(&service[key]).to_lowercase();
        want(is("status") == "running", &format!("service {name} is not running"));
        want(is("dependson").contains(needs) || is("dependsOn").contains(needs), &format!("service {name} does not need {needs}"));
        want(service["failure"].as_str().is_some_and(|actions| actions.contains("restart")), &format!("nobody restarts service {name}"));
    }
    for program in ["kubelet", "kube-proxy"] {
        want(node.report[format!("{program}-commandline")].is_array(), &format!("{program} was never started"));
    }
    want(has(&node.report["hnsNetworks"], "Name", "ext"), "HNS network ext");
    for task in ["k8s-restart-job", "log-cleanup-task"] {
        want(has(&node.report["tasks"], "TaskName", task), &format!("task {task}"));
    }
    let build = os_build(node);
    let of_build = configuration["pauseImages"].as_array().into_iter().flatten().find(|other| other["build"] == build);
    let pause = text(of_build.map_or(&configuration["pauseImage"], |other| &other["image"])).rsplit('/').next().unwrap_or_default();
    let images = strings(&node.report["images"][runtime]);
    want(images.iter().any(|image| image.contains(pause)), &format!("pause image {pause} in {images:?}"));
    want(strings(&node.report["defender"]).iter().any(|line| line.contains("kubelet")), "kubelet excluded from Defender");
    wrong_disks(node, &mut want);
    want(strings(&node.report["strayFiles"]).is_empty(), "stray files");
    let ports = node.report["firewall"].as_array().into_iter().flatten().filter(|rule| text(&rule["LocalPort"]).contains("10250")).count();
    want(ports > 0, "port 10250 is open");
    for (_, key, name, value) in REGISTRY.iter().filter(|(build, ..)| build.is_empty() || *build == os_build(node)) {
        let found = registry(node, key, name);
        want(found == *value, &format!(r"{key}\{name} is `{found}`, not {value}"));
    }
    if configuration["sshEnabled"] == true {
        want(text(&service(&node.report, "sshd")["status"]) == "Running", "service sshd is not running");
        want(node.file("c/ProgramData/ssh/administrators_authorized_keys").is_some(), "ssh keys");
    }
    wrong
}

/// Data disks are formatted in the order of their LUNs, local disks are left as they are.
fn wrong_disks(node: &Node, want: &mut impl FnMut(bool, &str)) {
    let all = |list: &str| node.report[list].as_array().cloned().unwrap_or_default();
    let letter = |number: &Value| {
        all("partitions").iter().find(|part| part["DiskNumber"] == *number).map(|part| text(&part["DriveLetter"]).to_owned())
    };
    let mut data = Vec::new();
    for disk in all("disks") {
        let local = text(&disk["FriendlyName"]).contains("NVMe Direct");
        want((text(&disk["PartitionStyle"]) == "RAW") == local, &format!("disk {}", disk["Number"]));
        if let Some((_, lun)) = text(&disk["Location"]).rsplit_once("LUN ") {
            data.push((lun.to_owned(), letter(&disk["Number"])));
        }
    }
    data.sort();
    want(data.is_sorted_by_key(|(_, letter)| letter.clone()), &format!("letters by LUN: {data:?}"));
}

/// What the catalog's `nodes` and the options wanted, and this node has not.
pub(crate) fn around(node: &Node, cluster: &Cluster, restarted: bool) -> Vec<String> {
    let configuration = &cluster.configuration;
    let runtime = text(&configuration["containerRuntime"]);
    let mut wrong = Vec::new();
    if let Some(limit) = configuration["maxParallelImagePulls"].as_u64() {
        let (flags, file) = (strings(&node.report["kubelet-commandline"]), node.file("c/k/kubelet-config.json").unwrap_or_default());
        let told = flags.iter().any(|flag| flag.ends_with("kubelet-config.json")) && file.contains(&format!(":{limit}}}"));
        wrong.extend((!told).then(|| format!("the kubelet is not told to pull {limit} images at once: `{file}`, {flags:?}")));
    }
    if let Some(size) = configuration["containerDiskGB"].as_u64() {
        let (file, wanted) = match runtime {
            "docker" => ("c/ProgramData/docker/config/daemon.json", format!("size={size}GB")),
            _ => ("c/Program Files/containerd/config.toml", format!("DefaultContainerScratchSizeInGb = {size}")),
        };
        wrong.extend((!node.file(file).is_some_and(|text| text.contains(&wanted))).then(|| format!("{file} without {wanted}")));
    }
    let images = strings(&node.report["images"][runtime]);
    for image in strings(&configuration["pullImages"]).into_iter().filter(|image| restarted && !images.contains(image)) {
        wrong.push(format!("{image} is not in {images:?}"));
    }
    let events = node.file("c/AzureData/gen-cse/events.jsonl").unwrap_or_default();
    wrong.extend(events.lines().filter(|line| line.contains(r#""id":"trusted-certificates","decision":"note""#)).map(str::to_owned));
    wrong.extend(unproxied(node, configuration, runtime));
    wrong
}

/// Programs that were not told of the proxy, and downloads that did not come through it.
fn unproxied(node: &Node, configuration: &Value, runtime: &str) -> Vec<String> {
    let Some(url) = configuration["proxy"]["https"].as_str() else { return Vec::new() };
    let host = url.split("://").nth(1).unwrap_or_default();
    let programs: &[&str] = if runtime == "docker" { &["kubelet"] } else { &["kubelet", "ctr", "containerd"] };
    let told = |program: &&str| {
        node.file(&format!("state/proxy-of-{program}")).is_some_and(|text| text.contains(host) && text.contains("10.0.0.0/16"))
    };
    let mut wrong: Vec<String> =
        programs.iter().filter(|program| !told(program)).map(|program| format!("{program} knows no proxy")).collect();
    if runtime == "docker" {
        let told = node.file("state/services/docker/reg.Environment").unwrap_or_default();
        wrong.extend((!told.contains(&format!("https_proxy={url}"))).then(|| format!("docker is told '{told}'")));
    }
    let downloads = node.requests.iter().filter(|request| !request.starts_with("169.254."));
    for host in downloads.filter_map(|request| request.split('/').next()) {
        if !node.tunnels.iter().any(|tunnel| tunnel.split(':').next() == Some(host)) {
            wrong.push(format!("{host} was not reached through the proxy"));
        }
    }
    wrong
}

fn network_files(configuration: &Value) -> Vec<&'static str> {
    let mut files = match text(&configuration["networkPlugin"]) {
        "azure" => {
            vec!["c/k/azurecni/bin/azure-vnet.exe", "c/k/azurecni/bin/azure-vnet-ipam.exe", "c/k/azurecni/netconf/10-azure.conflist"]
        }
        _ => vec!["c/k/cni/config/l2bridge.conf"],
    };
    match text(&configuration["containerRuntime"]) {
        "containerd" => files.extend(["c/Program Files/containerd/containerd.exe", "c/Program Files/containerd/config.toml"]),
        _ => files.push("c/ProgramData/docker/config/daemon.json"),
    }
    if configuration["enableCsiProxy"] == true {
        files.push("c/k/csi-proxy.exe");
    }
    files
}

fn os_build(node: &Node) -> String {
    registry(node, r"SOFTWARE\Microsoft\Windows NT\CurrentVersion", "CurrentBuildNumber")
}

/// A value of the machine's registry as text, empty without one.
fn registry(node: &Node, key: &str, name: &str) -> String {
    let all: Value = serde_json::from_str(&node.file("state/registry.json").expect("a registry")).expect("JSON");
    let keys = all.as_object().expect("an object").iter();
    let mut values =
        keys.filter(|(known, _)| known.to_lowercase().ends_with(&key.to_lowercase())).flat_map(|(_, values)| values.as_object());
    let found = values.find_map(|values| values.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)));
    found.map_or(String::new(), |(_, value)| value["value"].to_string().trim_matches('"').to_owned())
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn strings(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn has(list: &Value, key: &str, value: &str) -> bool {
    list.as_array().into_iter().flatten().any(|item| item[key] == value)
}

fn service<'a>(report: &'a Value, name: &str) -> &'a Value {
    let all = report["services"].as_array().expect("services");
    all.iter().find(|service| text(&service["name"]).eq_ignore_ascii_case(name)).unwrap_or(&Value::Null)
}

/// Where a secret is that should not be there: files of the machine, command lines, logs.
pub(crate) fn leaks(node: &Node) -> Vec<String> {
    let forms = secret_forms();
    let mut found = Vec::new();
    for file in all_files(&node.root()) {
        let name = file.strip_prefix(node.root()).expect("below").to_string_lossy().into_owned();
        if HOLDERS.contains(&name.as_str()) {
            continue;
        }
        let mut bytes = fs::read(&file).unwrap_or_default();
        if name == "state/trace.jsonl" {
            bytes = without_requests(&bytes);
        }
        if forms.iter().any(|form| contains(&bytes, form.as_bytes())) {
            found.push(name);
        }
    }
    found
}

/// The trace without what went over the network, where a signed URL must show its signature.
fn without_requests(trace: &[u8]) -> Vec<u8> {
    let is_request = |line: &&[u8]| contains(line, br#""kind":"http""#);
    trace.split(|byte| *byte == b'\n').filter(|line| !is_request(line)).collect::<Vec<_>>().join(&b'\n')
}

/// The marker as it is, and in base64 at each of its three places, once and twice.
fn secret_forms() -> BTreeSet<String> {
    let once: Vec<String> = base64_forms(SECRET.as_bytes());
    let utf16: Vec<u8> = SECRET.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let twice = once.iter().flat_map(|form| base64_forms(form.as_bytes()));
    once.iter().cloned().chain(twice).chain(base64_forms(&utf16)).chain([SECRET.to_owned()]).collect()
}

/// What base64 makes of these bytes in the middle of others, whatever stands before and behind them.
fn base64_forms(bytes: &[u8]) -> Vec<String> {
    let form = |skip: usize| {
        let inner = &bytes[skip..];
        STANDARD.encode(&inner[..inner.len() / 3 * 3])
    };
    (0..3).map(form).collect()
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

fn all_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let kind = entry.file_type().expect("a kind");
        if kind.is_dir() {
            found.extend(all_files(&entry.path()));
        } else if kind.is_file() {
            found.push(entry.path());
        }
    }
    found
}

/// URLs that were fetched more often than they failed, and once more.
/// `spare`: second fetches for another reason than the mirror's.
pub(crate) fn fetched_twice(node: &Node, troubles: &[Trouble], spare: usize) -> Vec<String> {
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    for request in &node.requests {
        *count.entry(request).or_default() += 1;
    }
    let failures =
        |url: &str| troubles.iter().filter(|trouble| url.contains(&trouble.part)).map(|trouble| trouble.times as usize).sum::<usize>();
    let twice = count.into_iter().filter(|(url, times)| !url.starts_with("169.254.") && *times > 1 + spare + failures(url));
    twice.map(|(url, times)| format!("{url} {times} times")).collect()
}

/// What a second run changed or left as an error.
pub(crate) fn restless(node: &Node) -> Vec<String> {
    let phase = node.phase("cse-again");
    // what tells of a run is new with each
    let tells = |path: &String| path.ends_with(".log") || path.starts_with("C:\\AzureData\\gen-cse\\");
    let changed = strings(&phase["changed"]).into_iter().filter(|path| !tells(path));
    let mut found: Vec<String> = changed.map(|what| format!("changed {what}")).collect();
    found.extend(
        phase["errors"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|error| format!("error {}: {}", text(&error["where"]), text(&error["message"]))),
    );
    let requests = phase["requests"].as_array().into_iter().flatten().map(|request| text(&request["url"]));
    found.extend(requests.filter(|url| !url.contains("//127.0.0.1")).map(|url| format!("request {url}")));
    found
}
