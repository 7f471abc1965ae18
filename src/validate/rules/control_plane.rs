//! Settings no Windows node reads, which the peers refuse all the same.

use super::Facts;
use super::support::{chosen, in_range, one_of, require};
use crate::catalog::Peer;
use crate::report::codes::cluster;
use crate::report::{Report, either, show};
use crate::wire::At;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

/// Versions of containerd for Linux nodes, of both peers (`containerdValidVersions`).
const CONTAINERD: &[&str] = &[
    "1.3.2", "1.3.3", "1.3.4", "1.3.5", "1.3.6", "1.3.7", "1.3.8", "1.3.9", "1.4.4", "1.4.6", "1.4.7", "1.4.8", "1.4.9", "1.4.11",
    "1.5.11", "1.5.13", "1.5.16", "1.6.21", "1.6.28", "1.6.36",
];

/// Versions of etcd (`etcdValidVersions`): per release the first and last patch of each run.
const ETCD: &[(&str, &[(u32, u32)])] = &[
    ("2.2", &[(5, 5)]),
    ("2.3", &[(0, 8)]),
    ("3.0", &[(0, 17)]),
    ("3.1", &[(0, 10)]),
    ("3.2", &[(0, 9), (11, 16), (23, 26)]),
    ("3.3", &[(0, 1), (8, 10), (13, 13), (15, 15), (18, 19), (22, 22), (25, 25)]),
];

pub(super) fn check(facts: &Facts, report: &mut Report) {
    settings(facts, report);
    etcd(facts, report);
    jumpbox(facts, report);
    audit(facts, report);
    flags(facts, report);
    aad(facts, report);
}

fn settings(facts: &Facts, report: &mut Report) {
    let kubernetes = &facts.kubernetes;
    let rbac = kubernetes.enable_rbac().is_true();
    let aggregated = kubernetes.enable_aggregated_apis();
    refuse(report, aggregated.is_true() && !rbac, aggregated, "API aggregation needs `enableRbac` to be true");
    let policy = kubernetes.enable_pod_security_policy();
    refuse(report, policy.is_true() && !rbac, policy, "pod security policies need `enableRbac` to be true");
    let key = kubernetes.etcd_encryption_key();
    let bad_key =
        kubernetes.enable_data_encryption_at_rest().is_true() && key.given().is_some_and(|key| BASE64_STANDARD.decode(key).is_err());
    refuse(report, bad_key, key, "the encryption key is not base64");
    let storage = kubernetes.etcd_storage_limit_gb();
    refuse(report, storage.get().is_some_and(|gb| gb != 0 && gb < 2), storage, "expected at least 2 GB");
    let hyperkube = kubernetes.custom_hyperkube_image();
    refuse(report, hyperkube.given().is_some(), hyperkube, "hyperkube is gone since Kubernetes 1.17");
    let runtime = kubernetes.container_runtime_config();
    let relative = runtime.entry("dataDir").value.is_some_and(|path| !path.starts_with('/'));
    refuse(report, relative, runtime, "`dataDir` is not an absolute path");
    let containerd = kubernetes.containerd_version();
    let old_moby = kubernetes.moby_version().given().is_some_and(|version| older(version, (19, 3)));
    let meaningless = !kubernetes.container_runtime().is("containerd") && old_moby && containerd.given().is_some();
    refuse(report, meaningless, containerd, "a version of containerd with moby below 19.03 has no meaning");
    one_of(report, cluster::CONTROL_PLANE, &kubernetes.containerd_version(), CONTAINERD);
    chosen(report, cluster::CONTROL_PLANE, &kubernetes.kube_proxy_mode());
    chosen(report, cluster::CONTROL_PLANE, &kubernetes.kubernetes_image_base_type());
}

fn refuse<T>(report: &mut Report, wrong: bool, at: At<T>, message: &str) {
    if wrong {
        report.error(cluster::CONTROL_PLANE, at.path, message);
    }
}

fn etcd(facts: &Facts, report: &mut Report) {
    let Some(version) = facts.kubernetes.etcd_version().given() else { return };
    let known = version.rsplit_once('.').is_some_and(|(release, patch)| {
        let runs = ETCD.iter().find(|(known, _)| *known == release).map(|(_, runs)| *runs).unwrap_or_default();
        let plain = patch.bytes().all(|byte| byte.is_ascii_digit()) && (patch == "0" || !patch.starts_with('0'));
        plain && patch.parse::<u32>().is_ok_and(|patch| runs.iter().any(|(first, last)| (first..=last).contains(&&patch)))
    });
    if !known {
        let path = facts.kubernetes.etcd_version().path;
        let message = format!("{} is not a version of etcd that aks-engine has, such as `3.3.25`", show(&path, version));
        report.error(cluster::CONTROL_PLANE, path, message);
    }
}

fn jumpbox(facts: &Facts, report: &mut Report) {
    let jumpbox = facts.kubernetes.private_cluster().jumpbox_profile();
    if !jumpbox.is_there() {
        return;
    }
    require(report, &jumpbox.name());
    require(report, &jumpbox.vm_size());
    require(report, &jumpbox.public_key());
    in_range(report, &jumpbox.os_disk_size_gb(), 0..=2048, " GB");
}

/// Flags that only aks-engine-azurestack knows.
fn flags(facts: &Facts, report: &mut Report) {
    if facts.catalog.peer() == Peer::AksEngineAzurestack {
        return;
    }
    let flags = &facts.flags;
    let theirs = [flags.enforce_ubuntu_2004_disa_stig(), flags.enforce_ubuntu_2204_disa_stig(), flags.enforce_kubernetes_disa_stig()];
    for at in theirs.into_iter().filter(At::is_there) {
        let message = format!("only aks-engine-azurestack knows `{}`", at.key());
        report.error(cluster::CONTROL_PLANE, at.path, message);
    }
}

/// Whether a version is below another; what is no version is not.
fn older(version: &str, than: (u32, u32)) -> bool {
    let mut numbers = version.split('.').map(str::parse);
    matches!((numbers.next(), numbers.next()), (Some(Ok(major)), Some(Ok(minor))) if (major, minor) < than)
}

fn is_ubuntu(distro: &str) -> bool {
    distro.contains("ubuntu") || distro == "acc-16.04"
}

/// auditd is for Ubuntu, and hardened Ubuntu is with auditd.
fn audit(facts: &Facts, report: &mut Report) {
    let hardened = facts.flags.enforce_ubuntu_2004_disa_stig().is_true() || facts.flags.enforce_ubuntu_2204_disa_stig().is_true();
    let mut machine = |at: At<bool>, distro: Option<&str>| {
        if at.is_true() {
            if let Some(distro) = distro.filter(|distro| !is_ubuntu(distro)) {
                let message = format!("auditd is for Ubuntu, and `distro` is {}", show(&at.path, distro));
                report.error(cluster::CONTROL_PLANE, at.path, message);
            }
        } else if hardened && distro.is_some_and(is_ubuntu) {
            report.error(cluster::CONTROL_PLANE, at.path, "Ubuntu nodes hardened after the DISA STIG need auditd");
        }
    };
    if facts.masters.is_there() {
        machine(facts.masters.audit_d_enabled(), facts.masters.distro().given());
    }
    // on a Windows pool the peers call any distro one that is not Ubuntu, and do not ask for auditd
    for pool in &facts.pools {
        let distro = pool.distro().given().map(|distro| if pool.is_windows() { "Windows" } else { distro });
        machine(pool.audit_d_enabled(), distro);
    }
}

fn aad(facts: &Facts, report: &mut Report) {
    let aad = facts.properties.aad_profile();
    if !aad.is_there() {
        return;
    }
    let ids = [(aad.client_app_id(), true), (aad.server_app_id(), true), (aad.tenant_id(), false), (aad.admin_group_id(), false)];
    for (at, required) in ids {
        let id = at.given().unwrap_or_default();
        if (required || !id.is_empty()) && !is_uuid(id) {
            let message = format!("{} is not an id such as {}", show(&at.path, id), either(&["8f2c1f6e-0d5b-4a53-9a55-0f1e2d3c4b5a"]));
            report.error(cluster::CONTROL_PLANE, at.path, message);
        }
    }
}

fn is_uuid(id: &str) -> bool {
    let id = id.strip_prefix("urn:uuid:").unwrap_or(id);
    let id = id.strip_prefix('{').and_then(|id| id.strip_suffix('}')).unwrap_or(id);
    let lengths: Vec<_> = id.split('-').map(str::len).collect();
    (lengths == [8, 4, 4, 4, 12] || lengths == [32]) && id.chars().all(|c| c.is_ascii_hexdigit() || c == '-')
}

#[cfg(test)]
mod tests {
    use super::{is_uuid, older};

    #[test]
    fn ids_and_versions() {
        assert!(is_uuid("8f2c1f6e-0d5b-4a53-9a55-0f1e2d3c4b5a") && is_uuid("{8f2c1f6e-0d5b-4a53-9a55-0f1e2d3c4b5a}"));
        assert!(!is_uuid("8f2c1f6e") && !is_uuid("") && !is_uuid("8f2c1f6e-0d5b-4a53-9a55-0f1e2d3c4bxx"));
        assert!(older("18.09.2", (19, 3)) && !older("19.03.12", (19, 3)) && !older("latest", (19, 3)));
    }
}
