//! kubelet flags of a Windows node (aks-engine pkg/api/defaults-kubelet.go, both families).
//!
//! Order of precedence: what Windows fixes, the pool's own `kubeletConfig`, the cluster's, defaults. Then flags the version
//! no longer knows are removed. Four values differ from the peers' because theirs cannot work on Windows, see DIFFERENCES.md.

use crate::catalog::{Catalog, KubernetesVersion};
use crate::model::{ContainerRuntime, KubeletFlags, NetworkPlugin, WITHOUT_DOCKER};
use crate::wire::{AgentPoolProfile, At, KubernetesConfig, TextMap};
use std::collections::BTreeMap;

/// Flags by name, `--max-pods` and so on, sorted.
pub(super) type Flags = BTreeMap<String, String>;

/// What decides the flags of a cluster.
pub(super) struct Kubelet<'a> {
    pub(super) version: &'a KubernetesVersion,
    pub(super) runtime: ContainerRuntime,
    pub(super) plugin: NetworkPlugin,
    pub(super) dns_service_ip: String,
    pub(super) external_cloud_provider: bool,
    pub(super) azure_stack: bool,
    /// `enableSecureKubelet`: requests need a certificate of the cluster's authority.
    pub(super) secure: bool,
    /// Traffic to other targets than this range leaves with the node's address.
    pub(super) non_masquerade_cidr: String,
    /// Flags a kubelet of this version refuses.
    pub(super) removed_flags: Vec<&'a str>,
    /// Which feature gates a kubelet of this version starts with.
    pub(super) catalog: &'a Catalog,
    /// Cipher suites of its TLS server.
    pub(super) tls_cipher_suites: String,
}

/// Where containerd listens.
const CONTAINERD: &str = "npipe://./pipe/containerd-containerd";
const MAX_PODS: &str = "--max-pods";
/// How the kubelet itself got registry credentials.
const REGISTRY_CONFIG: &str = "--azure-container-registry-config";
/// Pods on a node with azure CNI where the definition does not say.
const DEFAULT_AZURE_PODS: u32 = 30;
/// An empty value in the way the peers' node script wants it written: a shell's way to write nothing.
const EMPTY: &str = "\"\"";
/// Flags a Windows node has whatever the definition says.
const FIXED: &[(&str, &str)] = &[
    ("--address", "0.0.0.0"),
    ("--authorization-mode", "Webhook"),
    ("--pod-manifest-path", ""),
    ("--tls-cert-file", ""),
    ("--tls-private-key-file", ""),
    ("--cgroups-per-qos", "false"),
    ("--keep-terminated-pod-volumes", "false"),
    ("--v", "2"),
    ("--volume-plugin-dir", r"c:\k\volumeplugins"),
    ("--pod-infra-container-image", "kubletwin/pause"),
    ("--kubeconfig", r"c:\k\config"),
    ("--cloud-config", r"c:\k\azure.json"),
    ("--hairpin-mode", "promiscuous-bridge"),
    ("--image-pull-progress-deadline", "20m"),
    ("--enforce-node-allocatable", ""),
    ("--resolv-conf", ""),
];
/// Those of nodes whose kubelet does not evict: what a definition says counts from the release on that does.
const WITHOUT_EVICTION: &[(&str, &str)] = &[(EVICTION, ""), (RESERVED, "memory=2Gi")];
const EVICTION: &str = "--eviction-hard";
const RESERVED: &str = "--system-reserved";
/// The kubelet's own default for the signals that Windows has.
const EVICTION_DEFAULT: &str = "memory.available<500Mi,nodefs.available<10%,imagefs.available<15%";
/// Signals that no Windows node has; a cluster's flags are also those of its Linux nodes.
const LINUX_SIGNALS: [&str; 4] = ["allocatableMemory.available", "imagefs.inodesFree", "nodefs.inodesFree", "pid.available"];

/// The first release whose kubelet evicts pods on Windows (kubernetes/kubernetes#122922).
pub(crate) const EVICTS: KubernetesVersion = KubernetesVersion { major: 1, minor: 31, patch: 0 };

pub(crate) fn evicts(version: &KubernetesVersion) -> bool {
    *version >= EVICTS
}

/// Whether every Windows node has its own value of a flag, whatever the definition says.
pub(crate) fn is_fixed(flag: &str, version: Option<&KubernetesVersion>) -> bool {
    let all = FIXED.iter().chain(WITHOUT_EVICTION.iter().filter(|_| !version.is_some_and(evicts)));
    flag == "--cluster-dns" || all.map(|(fixed, _)| *fixed).any(|fixed| fixed == flag)
}

/// Pods on a node with azure CNI, which decide how many addresses its network interface needs: as the pool's own flag says, or the cluster's.
pub(crate) fn max_pods(kubernetes: &At<KubernetesConfig>, pool: &At<AgentPoolProfile>) -> u32 {
    let flags = [pool.kubernetes_config().kubelet_config(), kubernetes.kubelet_config()];
    let written = flags.iter().find_map(|flags| flags.entry(MAX_PODS).value);
    written.and_then(|pods| pods.parse().ok()).unwrap_or(DEFAULT_AZURE_PODS)
}

impl Kubelet<'_> {
    /// The flags of a pool with the given `kubeletConfig` on top of [the cluster's](Self::cluster_flags).
    pub(super) fn of_pool(&self, cluster: &Flags, pool: &TextMap) -> KubeletFlags {
        let mut flags = cluster.clone();
        flags.extend(pool.iter().map(|(flag, value)| (flag.clone(), value.clone())));
        flags.extend(self.fixed().map(|(flag, value)| (flag.to_owned(), value)));
        if evicts(self.version) {
            set_eviction(&mut flags);
        }
        flags.retain(|flag, _| !self.removed_flags.contains(&flag.as_str()));
        self.drop_refused_gates(&mut flags);
        flags.values_mut().filter(|value| *value == EMPTY).for_each(String::clear);
        flags.entry("--windows-priorityclass".to_owned()).or_insert_with(|| "ABOVE_NORMAL_PRIORITY_CLASS".to_owned());
        self.speak_to_runtime(&mut flags);
        KubeletFlags(flags)
    }

    /// How the kubelet finds its container runtime, whatever the definition says.
    fn speak_to_runtime(&self, flags: &mut Flags) {
        let mut own: Vec<(&str, &str)> = Vec::new();
        match self.runtime {
            ContainerRuntime::Containerd => {
                let dockers = self.catalog.removed_kubelet_flags(&WITHOUT_DOCKER);
                flags.retain(|flag, _| !dockers.contains(&flag.as_str()));
                own.extend(Some(("--container-runtime", "remote")).filter(|(flag, _)| !self.removed_flags.contains(flag)));
                own.push(("--container-runtime-endpoint", CONTAINERD));
            }
            ContainerRuntime::Docker => {
                flags.retain(|flag, _| !["--container-runtime", "--container-runtime-endpoint"].contains(&flag.as_str()));
                let [bin, conf] = match self.plugin {
                    NetworkPlugin::Azure => [r"c:\k\azurecni\bin", r"c:\k\azurecni\netconf"],
                    NetworkPlugin::Kubenet => [r"c:\k\cni", r"c:\k\cni\config"],
                };
                own.extend([("--network-plugin", "cni"), ("--cni-bin-dir", bin), ("--cni-conf-dir", conf)]);
            }
        }
        flags.extend(own.into_iter().map(|(flag, value)| (flag.to_owned(), value.to_owned())));
    }

    /// The cluster's own flags with every default.
    pub(super) fn cluster_flags(&self, cluster: &TextMap) -> Flags {
        let mut flags: Flags = self.defaults().map(|(flag, value)| (flag.to_owned(), value)).collect();
        flags.extend(cluster.iter().map(|(flag, value)| (flag.clone(), value.clone())));
        let gates = flags.remove("--feature-gates").unwrap_or_default();
        flags.insert("--feature-gates".to_owned(), merge_gates(&gates, &["ExecProbeTimeout=true", "RotateKubeletServerCertificate=true"]));
        if self.plugin == NetworkPlugin::Kubenet {
            flags.insert("--network-plugin".to_owned(), "kubenet".to_owned());
        }
        if self.external_cloud_provider {
            flags.insert("--cloud-provider".to_owned(), "external".to_owned());
        }
        flags
    }

    /// What a Windows node needs whatever the definition says.
    fn fixed(&self) -> impl Iterator<Item = (&'static str, String)> {
        let mut flags = FIXED.to_vec();
        if !evicts(self.version) {
            flags.extend(WITHOUT_EVICTION);
        }
        if self.secure {
            flags.extend([("--anonymous-auth", "false"), ("--client-ca-file", r"c:\k\ca.crt")]);
        }
        if self.external_cloud_provider {
            flags.push(("--cloud-provider", "external"));
        }
        flags.extend(if self.removed_flags.contains(&REGISTRY_CONFIG) {
            vec![
                ("--image-credential-provider-config", r"c:\k\credential-provider\credential-provider-config.yaml"),
                ("--image-credential-provider-bin-dir", r"c:\k\credential-provider"),
            ]
        } else {
            vec![(REGISTRY_CONFIG, r"c:\k\azure.json")]
        });
        let dns = ("--cluster-dns", self.dns_service_ip.clone());
        flags.into_iter().map(|(flag, value)| (flag, value.to_owned())).chain([dns])
    }

    fn defaults(&self) -> impl Iterator<Item = (&str, String)> {
        let mut flags = self.catalog.default_kubelet_flags(self.version);
        flags.extend([
            (MAX_PODS, if self.plugin == NetworkPlugin::Azure { "30" } else { "110" }),
            ("--node-status-update-frequency", if self.azure_stack { "1m" } else { "10s" }),
            ("--tls-cipher-suites", &self.tls_cipher_suites),
            ("--non-masquerade-cidr", &self.non_masquerade_cidr),
        ]);
        if self.runtime == ContainerRuntime::Containerd {
            flags.extend([
                ("--container-runtime", "remote"),
                ("--container-runtime-endpoint", CONTAINERD),
                ("--runtime-request-timeout", "15m"),
            ]);
        }
        flags.into_iter().map(|(flag, value)| (flag, value.to_owned()))
    }

    fn drop_refused_gates(&self, flags: &mut Flags) {
        let Some(gates) = flags.get_mut("--feature-gates") else { return };
        let takes = |gate: &&str| {
            let (name, on) = gate.split_once('=').unwrap_or((gate, ""));
            self.catalog.takes_gate(self.version, name, is_on(on))
        };
        let known: Vec<_> = gates.split(',').filter(takes).collect();
        *gates = known.join(",");
    }
}

/// Thresholds of the definition, those that Windows has; none is never meant by an empty text, which would switch the kubelet's own off.
/// Reservations that nobody names a node takes by its size.
fn set_eviction(flags: &mut Flags) {
    let given = flags.remove(EVICTION).unwrap_or_default();
    let is_ours = |threshold: &&str| !threshold.is_empty() && !LINUX_SIGNALS.iter().any(|signal| threshold.starts_with(signal));
    let thresholds: Vec<_> = given.trim_matches('"').split(',').map(str::trim).filter(is_ours).collect();
    let thresholds = if thresholds.is_empty() { EVICTION_DEFAULT.to_owned() } else { thresholds.join(",") };
    flags.insert(EVICTION.to_owned(), thresholds);
    if flags.get(RESERVED).is_some_and(|value| value.trim_matches('"').is_empty()) {
        flags.remove(RESERVED);
    }
}

/// A value of a feature gate as Go reads it.
pub(crate) fn is_on(value: &str) -> bool {
    matches!(value.to_ascii_lowercase().as_str(), "true" | "1" | "t")
}

/// The definition's gates with ours over them, sorted; what is not `Gate=value` is dropped, as the peers do.
fn merge_gates(theirs: &str, ours: &[&str]) -> String {
    let gates: BTreeMap<&str, &str> = theirs
        .split(',')
        .map(str::trim)
        .chain(ours.iter().copied())
        .filter_map(|gate| gate.split_once('='))
        .filter(|(_, value)| !value.contains('='))
        .collect();
    gates.iter().map(|(gate, value)| format!("{gate}={value}")).collect::<Vec<_>>().join(",")
}
