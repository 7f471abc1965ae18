//! Flags of the kubelet: what it can read, and what Windows nodes do not take from a definition.

use super::Facts;
use crate::catalog::KubernetesVersion;
use crate::model::{NetworkPlugin, OsType};
use crate::report::codes::{cluster, pools};
use crate::report::{Path, Report, nearest, numbered, show};
use crate::validate::resolve;
use crate::wire::{AgentPoolProfile, At, TextMap};

const STATUS_FREQUENCY: &str = "--node-status-update-frequency";
const GRACE_PERIOD: &str = "--node-monitor-grace-period";
/// Reports of a node that may get lost before it is called dead (`minKubeletRetries`).
const LEAST_RETRIES: f64 = 4.0;
/// Pods the system itself needs (`KubernetesMinMaxPods`).
const LEAST_PODS: i64 = 5;
/// IP configurations of a network interface.
const MOST_ADDRESSES: u32 = 256;

pub(super) fn check(facts: &Facts, report: &mut Report) {
    let at = facts.kubernetes.max_pods();
    if let Some(pods) = at.get().filter(|pods| *pods != 0 && *pods < LEAST_PODS) {
        report.error(cluster::RANGE, at.path, format!("found `{pods}`, expected {LEAST_PODS} or more"));
    }
    durations(facts, report);
    cloud_provider(facts, report);
    if facts.has_windows() {
        flags(facts, report, &facts.kubernetes.kubelet_config(), false);
    }
    let linux = facts.pools.iter().filter(|pool| pool.os_type().given().is_none_or(|os| os == OsType::Linux.as_str())).count();
    for pool in facts.windows_pools() {
        flags(facts, report, &pool.kubernetes_config().kubelet_config(), true);
        addresses(facts, pool, report);
        taint(facts, pool, linux, report);
    }
}

fn flags(facts: &Facts, report: &mut Report, flags: &At<TextMap>, of_pool: bool) {
    for (flag, At { value, path, .. }) in flags.entries() {
        let value = value.map(String::as_str).unwrap_or_default();
        if !flag.starts_with("--") || flag.contains(char::is_whitespace) || flag.contains('=') {
            let message = format!("{} is not a flag of the kubelet", show(&path, flag));
            report.error(cluster::KUBELET_FLAG, path, message).help("flags begin with `--`, as in `\"--max-pods\": \"60\"`");
            continue;
        }
        match flag {
            "--max-pods" if value.parse::<u32>().is_err() => {
                let message = format!("{} is not a number of pods", show(&path, value));
                report.error(cluster::KUBELET_FLAG, path.clone(), message);
            }
            "--feature-gates" => feature_gates(facts, report, &path, value, of_pool),
            _ => {}
        }
        let version = facts.decided.version.as_ref();
        if resolve::is_fixed_kubelet_flag(flag, version) {
            let used = if of_pool { "so this one is not used" } else { "this one is for Linux nodes alone" };
            let message = format!("Windows nodes have their own value of `{flag}`, {used}");
            let counts = !resolve::is_fixed_kubelet_flag(flag, Some(&resolve::EVICTS));
            let help = counts.then(|| "from Kubernetes 1.31 on, whose kubelet evicts pods of Windows nodes, it is".to_owned());
            report.warning(cluster::NO_EFFECT, path, message).help_if(help);
        } else if let Some(version) = version {
            known(facts, report, path, flag, version);
        }
    }
}

/// A kubelet ends at once with a flag it does not know.
fn known(facts: &Facts, report: &mut Report, path: Path, flag: &str, version: &KubernetesVersion) {
    let known = facts.catalog.kubelet_flags(version);
    if known.contains(&flag) || known.is_empty() {
        return;
    }
    if facts.catalog.removed_kubelet_flags(version).contains(&flag) {
        let message = format!("the kubelet of Kubernetes {version} has no `{flag}`, so Windows nodes leave it out");
        report.warning(cluster::NO_EFFECT, path, message);
        return;
    }
    let message = format!("the kubelet of Kubernetes {version} has no flag {} on Windows, and does not start with it", show(&path, flag));
    let finding = report.warning(cluster::KUBELET_FLAG_UNKNOWN, path, message);
    if let Some(near) = nearest(flag, &known) {
        finding.help(format!("did you mean `{near}`?"));
    }
}

/// The provider inside the kubelet is gone, and nobody else takes the taint off that a node has until a cloud controller manager
/// has seen it.
fn cloud_provider(facts: &Facts, report: &mut Report) {
    let Some(version) = facts.decided.version.as_ref().filter(|version| facts.catalog.is_external_only(version)) else { return };
    // Azure Stack Hub has a rule of its own
    if !facts.has_windows() || facts.decided.azure_stack {
        return;
    }
    let path = facts.kubernetes.use_cloud_controller_manager().path;
    let finding = match facts.kubernetes.use_cloud_controller_manager().get() {
        Some(true) => return,
        Some(false) => {
            let message = format!("Kubernetes {version} does not come up with this: no node loses its taint `uninitialized`");
            report.error(cluster::CLOUD_CONTROLLER_MANAGER_OFF, path, message)
        }
        None => {
            let message =
                format!("Kubernetes {version} needs `useCloudControllerManager`: without it no node loses its taint `uninitialized`");
            report.warning(cluster::CLOUD_CONTROLLER_MANAGER, path, message)
        }
    };
    finding.help("set `\"useCloudControllerManager\": true`");
}

fn feature_gates(facts: &Facts, report: &mut Report, path: &Path, value: &str, of_pool: bool) {
    for gate in value.split(',').map(str::trim).filter(|gate| !gate.is_empty()) {
        let (name, on) = gate.split_once('=').unwrap_or((gate, ""));
        if !matches!(on.to_ascii_lowercase().as_str(), "true" | "false" | "1" | "0" | "t" | "f") {
            let message = format!("{} is not a feature gate with its value, such as `ExecProbeTimeout=true`", show(path, gate));
            // the cluster's gates are merged with the defaults, and what is none gets lost on the way
            if of_pool {
                report.error(cluster::KUBELET_FLAG, path.clone(), message);
            } else {
                report.warning(cluster::NO_EFFECT, path.clone(), message);
            }
        } else if let Some(version) =
            facts.decided.version.as_ref().filter(|version| !facts.catalog.takes_gate(version, name, resolve::is_on(on)))
        {
            let message = format!("a kubelet of Kubernetes {version} does not start with {}, so it is left out", show(path, gate));
            report.warning(cluster::NO_EFFECT, path.clone(), message);
        }
    }
}

/// Durations the peers read, of the kubelet and of the controller manager.
fn durations(facts: &Facts, report: &mut Report) {
    let (kubelet, manager) = (facts.kubernetes.kubelet_config(), facts.kubernetes.controller_manager_config());
    let mut read = |at: At<String>| {
        let text = at.value?;
        let seconds = seconds(text);
        if seconds.is_none() {
            let message = format!("{} is not a duration such as `10s`", show(&at.path, text));
            report.error(cluster::DURATION, at.path, message);
        }
        seconds
    };
    let frequency = read(kubelet.entry(STATUS_FREQUENCY));
    let grace = read(manager.entry(GRACE_PERIOD));
    read(manager.entry("--pod-eviction-timeout"));
    read(manager.entry("--route-reconciliation-period"));
    if let (Some(frequency), Some(grace)) = (frequency, grace)
        && grace / frequency < LEAST_RETRIES
    {
        let message =
            format!("found {grace} seconds, expected at least {LEAST_RETRIES} times `{STATUS_FREQUENCY}`, which is {frequency} seconds");
        report.error(cluster::DURATION, manager.entry(GRACE_PERIOD).path, message);
    }
}

/// A duration as Go's `time.ParseDuration` reads it, in seconds.
fn seconds(text: &str) -> Option<f64> {
    const UNITS: &[(&str, f64)] =
        &[("ns", 1e-9), ("us", 1e-6), ("µs", 1e-6), ("μs", 1e-6), ("ms", 1e-3), ("s", 1.0), ("m", 60.0), ("h", 3600.0)];
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(0.0);
    }
    if rest.is_empty() {
        return None;
    }
    let mut sum = 0.0;
    while !rest.is_empty() {
        let number = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let amount: f64 = rest[..number].parse().ok()?;
        rest = &rest[number..];
        let unit = rest.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(rest.len());
        let (_, factor) = UNITS.iter().find(|(name, _)| *name == &rest[..unit])?;
        sum += amount * factor;
        rest = &rest[unit..];
    }
    Some(sign * sum)
}

/// A network interface has an address for the node and one for each pod.
fn addresses(facts: &Facts, pool: &At<AgentPoolProfile>, report: &mut Report) {
    let at = pool.ip_address_count();
    let out_of_range = at.get().is_some_and(|count| !(0..=256).contains(&count));
    if facts.decided.plugin != NetworkPlugin::Azure || out_of_range {
        return;
    }
    let pods = resolve::max_pods(&facts.kubernetes, pool);
    let addresses = resolve::addresses(facts.decided.plugin, &facts.kubernetes, pool);
    let needed = pods.saturating_add(1);
    if addresses > MOST_ADDRESSES {
        let path = pool.kubernetes_config().kubelet_config().entry("--max-pods").path;
        let message = format!("{pods} pods and the node need {addresses} addresses, and a network interface has at most {MOST_ADDRESSES}");
        report.error(pools::IP_ADDRESS_LIMIT, path, message).help("set `--max-pods` to at most `255`");
    } else if addresses < needed {
        let message = format!("found `{addresses}`, and {pods} pods and the node need {needed}");
        report.warning(pools::IP_ADDRESS_COUNT, at.path, message).help("leave `ipAddressCount` out");
    }
}

/// Whether a cluster gives a text for this flag, or its pool does.
fn has_flag(facts: &Facts, pool: &At<AgentPoolProfile>, flag: &'static str) -> bool {
    let flags = [pool.kubernetes_config().kubelet_config(), facts.kubernetes.kubelet_config()];
    flags.iter().any(|flags| flags.entry(flag).given().is_some())
}

/// Linux pods find their nodes by default; Windows nodes must turn them away.
fn taint(facts: &Facts, pool: &At<AgentPoolProfile>, linux: usize, report: &mut Report) {
    if linux > 0 && !has_flag(facts, pool, "--register-with-taints") {
        let message = format!("the nodes have no taint, and {} can bring pods for Linux to them", numbered(linux, "Linux pool"));
        report
            .warning(pools::WINDOWS_TAINT, pool.path.clone(), message)
            .help("set `\"--register-with-taints\": \"sku=win:NoSchedule\"` in the pool's kubernetesConfig.kubeletConfig");
    }
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn durations_are_read_as_go_reads_them() {
        for (text, expected) in
            [("10s", 10.0), ("1m30s", 90.0), ("1.5h", 5400.0), ("500ms", 0.5), ("0", 0.0), ("-1s", -1.0), ("+2s", 2.0), (".5s", 0.5)]
        {
            assert_eq!(seconds(text), Some(expected), "{text}");
        }
        for wrong in ["", "10", "s", "1x", "1 s", "1s ", "-", "1.2.3s", "ten", "1m 30s"] {
            assert_eq!(seconds(wrong), None, "{wrong}");
        }
    }
}
