//! Settings no Windows node reads, which the peers refuse all the same.

use super::support::{given, in_range, one_of, require};
use super::{Facts, Pool};
use crate::catalog::Peer;
use crate::report::codes::cluster;
use crate::report::{Path, Report, either, show};
use crate::wire::paths;
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
    let kubernetes = facts.kubernetes;
    let path = paths::kubernetes();
    let mut refuse = |condition: bool, key: &'static str, message: &str| {
        if condition {
            report.error(cluster::CONTROL_PLANE, path.key(key), message);
        }
    };
    let rbac = kubernetes.enable_rbac == Some(true);
    refuse(
        kubernetes.enable_aggregated_apis == Some(true) && !rbac,
        "enableAggregatedAPIs",
        "API aggregation needs `enableRbac` to be true",
    );
    refuse(
        kubernetes.enable_pod_security_policy == Some(true) && !rbac,
        "enablePodSecurityPolicy",
        "pod security policies need `enableRbac` to be true",
    );
    let key = given(kubernetes.etcd_encryption_key.as_ref()).filter(|_| kubernetes.enable_data_encryption_at_rest == Some(true));
    refuse(key.is_some_and(|key| BASE64_STANDARD.decode(key).is_err()), "etcdEncryptionKey", "the encryption key is not base64");
    refuse(kubernetes.etcd_storage_limit_gb.is_some_and(|gb| gb != 0 && gb < 2), "etcdStorageLimitGB", "expected at least 2 GB");
    refuse(given(kubernetes.custom_hyperkube_image.as_ref()).is_some(), "customHyperkubeImage", "hyperkube is gone since Kubernetes 1.17");
    let data = kubernetes.container_runtime_config.as_ref().and_then(|config| config.get("dataDir"));
    refuse(data.is_some_and(|path| !path.starts_with('/')), "containerRuntimeConfig", "`dataDir` is not an absolute path");
    let docker = !matches!(kubernetes.container_runtime.as_deref(), Some("containerd"));
    let old_moby = given(kubernetes.moby_version.as_ref()).is_some_and(|version| older(version, (19, 3)));
    let containerd = given(kubernetes.containerd_version.as_ref());
    refuse(docker && old_moby && containerd.is_some(), "containerdVersion", "a version of containerd with moby below 19.03 has no meaning");
    one_of(report, cluster::CONTROL_PLANE, &path, "containerdVersion", kubernetes.containerd_version.as_ref(), CONTAINERD);
    one_of(report, cluster::CONTROL_PLANE, &path, "kubeProxyMode", kubernetes.kube_proxy_mode.as_ref(), &["iptables", "ipvs"]);
    one_of(
        report,
        cluster::CONTROL_PLANE,
        &path,
        "kubernetesImageBaseType",
        kubernetes.kubernetes_image_base_type.as_ref(),
        &["gcr", "mcr"],
    );
}

fn etcd(facts: &Facts, report: &mut Report) {
    let Some(version) = given(facts.kubernetes.etcd_version.as_ref()) else { return };
    let known = version.rsplit_once('.').is_some_and(|(release, patch)| {
        let runs = ETCD.iter().find(|(known, _)| *known == release).map(|(_, runs)| *runs).unwrap_or_default();
        let plain = patch.bytes().all(|byte| byte.is_ascii_digit()) && (patch == "0" || !patch.starts_with('0'));
        plain && patch.parse::<u32>().is_ok_and(|patch| runs.iter().any(|(first, last)| (first..=last).contains(&&patch)))
    });
    if !known {
        let path = paths::kubernetes().key("etcdVersion");
        let message = format!("{} is not a version of etcd that aks-engine has, such as `3.3.25`", show(&path, version));
        report.error(cluster::CONTROL_PLANE, path, message);
    }
}

fn jumpbox(facts: &Facts, report: &mut Report) {
    let Some(jumpbox) = facts.kubernetes.private_cluster.as_ref().and_then(|private| private.jumpbox_profile.as_ref()) else { return };
    let path = paths::kubernetes().key("privateCluster").key("jumpboxProfile");
    require(report, &path, "name", jumpbox.name.as_ref());
    require(report, &path, "vmSize", jumpbox.vm_size.as_ref());
    require(report, &path, "publicKey", jumpbox.public_key.as_ref());
    in_range(report, &path, "osDiskSizeGB", jumpbox.os_disk_size_gb, 0..=2048, " GB");
}

/// Flags that only aks-engine-azurestack knows.
fn flags(facts: &Facts, report: &mut Report) {
    if facts.catalog.peer() == Peer::AksEngineAzurestack {
        return;
    }
    let theirs = [
        ("enforceUbuntu2004DisaStig", facts.flags.enforce_ubuntu_2004_disa_stig),
        ("enforceUbuntu2204DisaStig", facts.flags.enforce_ubuntu_2204_disa_stig),
        ("enforceKubernetesDisaStig", facts.flags.enforce_kubernetes_disa_stig),
    ];
    for (key, _) in theirs.into_iter().filter(|(_, value)| value.is_some()) {
        let path = paths::properties().key("featureFlags").key(key);
        report.error(cluster::CONTROL_PLANE, path, format!("only aks-engine-azurestack knows `{key}`"));
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
    let hardened = facts.flags.enforce_ubuntu_2004_disa_stig == Some(true) || facts.flags.enforce_ubuntu_2204_disa_stig == Some(true);
    let mut machine = |path: &Path, enabled: Option<bool>, distro: Option<&str>| {
        let path = path.key("auditDEnabled");
        if enabled == Some(true) {
            if let Some(distro) = distro.filter(|distro| !is_ubuntu(distro)) {
                let message = format!("auditd is for Ubuntu, and `distro` is {}", show(&path, distro));
                report.error(cluster::CONTROL_PLANE, path, message);
            }
        } else if hardened && distro.is_some_and(is_ubuntu) {
            report.error(cluster::CONTROL_PLANE, path, "Ubuntu nodes hardened after the DISA STIG need auditd");
        }
    };
    if let Some(masters) = facts.masters {
        machine(&paths::masters(), masters.audit_d_enabled, given(masters.distro.as_ref()));
    }
    // on a Windows pool the peers call any distro one that is not Ubuntu, and do not ask for auditd
    for Pool { profile, path, windows } in &facts.pools {
        let distro = given(profile.distro.as_ref());
        let shown = if *windows { distro.map(|_| "Windows") } else { distro };
        machine(path, profile.audit_d_enabled, shown);
    }
}

fn aad(facts: &Facts, report: &mut Report) {
    let Some(aad) = &facts.properties.aad_profile else { return };
    let path = paths::properties().key("aadProfile");
    let ids = [
        ("clientAppID", &aad.client_app_id, true),
        ("serverAppID", &aad.server_app_id, true),
        ("tenantID", &aad.tenant_id, false),
        ("adminGroupID", &aad.admin_group_id, false),
    ];
    for (key, id, required) in ids {
        let id = id.as_deref().unwrap_or_default();
        if (required || !id.is_empty()) && !is_uuid(id) {
            let path = path.key(key);
            let message = format!("{} is not an id such as {}", show(&path, id), either(&["8f2c1f6e-0d5b-4a53-9a55-0f1e2d3c4b5a"]));
            report.error(cluster::CONTROL_PLANE, path, message);
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
