//! Node labels: their syntax, and which of them a kubelet may set.

use super::Facts;
use crate::report::codes::pools;
use crate::report::{Path, Report, show};

/// Labels of Kubernetes' own domains that a kubelet may give itself (kubernetes pkg/kubelet/apis/well_known_labels.go).
const ALLOWED: &[&str] = &[
    "kubernetes.io/hostname",
    "kubernetes.io/os",
    "kubernetes.io/arch",
    "kubernetes.io/instance-type",
    "beta.kubernetes.io/instance-type",
    "beta.kubernetes.io/os",
    "beta.kubernetes.io/arch",
    "failure-domain.beta.kubernetes.io/region",
    "failure-domain.beta.kubernetes.io/zone",
    "failure-domain.kubernetes.io/region",
    "failure-domain.kubernetes.io/zone",
    "topology.kubernetes.io/region",
    "topology.kubernetes.io/zone",
];

/// Domains in which a kubelet may set any label.
const ALLOWED_DOMAINS: &[&str] = &["kubelet.kubernetes.io", "node.kubernetes.io"];

/// Labels every node gets from its configuration.
const OURS: &[&str] = &["agentpool", "storageprofile", "storagetier", "kubernetes.azure.com/role", "kubernetes.azure.com/cluster"];

/// What every Windows node says of itself.
const WINDOWS: &[(&str, &str)] = &[
    ("kubernetes.io/os", "windows"),
    ("beta.kubernetes.io/os", "windows"),
    ("kubernetes.io/arch", "amd64"),
    ("beta.kubernetes.io/arch", "amd64"),
];

pub(super) fn check(facts: &Facts, report: &mut Report) {
    for pool in &facts.pools {
        for (key, at) in pool.custom_node_labels().entries() {
            let value = at.value.map(String::as_str).unwrap_or_default();
            syntax(&at.path, key, value, report);
            if pool.is_windows() {
                meaning(at.path, key, value, report);
            }
        }
    }
}

fn syntax(path: &Path, key: &str, value: &str, report: &mut Report) {
    if let Some(wrong) = wrong_key(key) {
        let message = format!("{} is not a valid label key: {wrong}", show(path, key));
        report.error(pools::LABEL_KEY, path.clone(), message);
    }
    if !value.is_empty() && !is_name(value) {
        let message = format!("{} is not a valid label value", show(path, value));
        report
            .error(pools::LABEL_VALUE, path.clone(), message)
            .help("at most 63 letters, digits, `-`, `_` and `.`, first and last a letter or digit; or empty");
    }
}

/// What the kubelet of a Windows node makes of it.
fn meaning(path: Path, key: &str, value: &str, report: &mut Report) {
    if is_reserved(key) {
        let message = format!("a kubelet that is told to set {} does not start", show(&path, key));
        report
            .error(pools::LABEL_RESERVED, path, message)
            .help("take a domain of your own, or label the nodes with kubectl after they have joined");
    } else if let Some((_, windows)) = WINDOWS.iter().find(|(name, windows)| *name == key && *windows != value) {
        let message = format!("found {}, and Windows nodes are `{windows}`", show(&path, value));
        report.warning(pools::LABEL_CONFLICT, path, message).help("leave the label out: every node has it");
    } else if OURS.contains(&key) {
        let message = format!("{} is a label every node gets, and this value would take its place", show(&path, key));
        report.warning(pools::LABEL_CONFLICT, path, message);
    }
}

/// What is wrong with a key, if anything.
fn wrong_key(key: &str) -> Option<&'static str> {
    let (domain, name) = match key.split_once('/') {
        Some((domain, name)) => (Some(domain), name),
        None => (None, key),
    };
    let part = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    if domain.is_some_and(|domain| !domain.split('.').all(part)) {
        return Some("what stands before the slash is not a DNS domain");
    }
    if domain.is_some_and(|domain| domain.len() > 253) {
        return Some("the domain before the slash has more than 253 characters");
    }
    (!is_name(name)).then_some("the name has at most 63 letters, digits, `-`, `_` and `.`, first and last a letter or digit")
}

fn is_name(name: &str) -> bool {
    let ends = |c: char| c.is_ascii_alphanumeric();
    name.len() <= 63 && name.starts_with(ends) && name.ends_with(ends) && name.chars().all(|c| ends(c) || "-_.".contains(c))
}

fn is_reserved(key: &str) -> bool {
    let Some((domain, _)) = key.split_once('/') else { return false };
    let within = |base: &str| domain == base || domain.strip_suffix(base).is_some_and(|rest| rest.ends_with('.'));
    let free = ALLOWED.contains(&key) || ALLOWED_DOMAINS.iter().any(|base| within(base));
    (within("kubernetes.io") || within("k8s.io")) && !free
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_values_are_those_of_kubernetes() {
        for good in ["team", "example.com/team", "a.b-c_d", "X", &"n".repeat(63), &format!("{}/n", "d".repeat(253))] {
            assert_eq!(wrong_key(good), None, "{good}");
        }
        for bad in ["", "bad key", "/name", "a/b/c", "-a", "a-", "a_b/c", "a..b/c", &"n".repeat(64), &format!("{}/n", "d".repeat(254))] {
            assert!(wrong_key(bad).is_some(), "{bad}");
        }
        assert!(is_name("a.b-c_d") && !is_name("a b") && !is_name("") && !is_name(".a"));
    }

    #[test]
    fn domains_of_kubernetes_are_reserved() {
        for reserved in ["kubernetes.io/role", "node-role.kubernetes.io/worker", "k8s.io/x", "a.k8s.io/x"] {
            assert!(is_reserved(reserved), "{reserved}");
        }
        for free in
            ["kubernetes.io/os", "node.kubernetes.io/x", "x.kubelet.kubernetes.io/y", "kubernetes.azure.com/role", "mykubernetes.io/x", "x"]
        {
            assert!(!is_reserved(free), "{free}");
        }
    }
}
