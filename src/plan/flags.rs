//! What kubelet and kube-proxy are started with. Decided here as far as it is known before a node runs: a node adds its name, its
//! labels and its address, and takes nothing away.

use crate::catalog::{Catalog, KubernetesVersion};
use crate::model::{Cluster, ContainerRuntime, NetworkPlugin, WindowsPool};
use std::collections::BTreeMap;

const CLOUD_PROVIDER: &str = "--cloud-provider";
const NODE_IP: &str = "--node-ip";
/// Those that a node puts together with its own.
const NODE_LABELS: &str = "--node-labels";

/// Flags by name, sorted.
pub(super) struct KubeletFlags<'a>(BTreeMap<&'a str, &'a str>);

/// Every flag of the pool's kubelet but for labels and address.
pub(super) fn kubelet<'a>(cluster: &'a Cluster, pool: &'a WindowsPool, catalog: &Catalog) -> KubeletFlags<'a> {
    let args = super::kubelet_args(cluster, pool).iter().map(|arg| arg.split_once('=').unwrap_or((arg, "")));
    // two quotes are a shell's way to write nothing
    let mut flags: BTreeMap<&str, &str> = args.map(|(flag, value)| (flag, if value == "\"\"" { "" } else { value })).collect();
    flags.entry("--windows-priorityclass").or_insert("ABOVE_NORMAL_PRIORITY_CLASS");
    match cluster.windows.runtime {
        ContainerRuntime::Containerd => {
            let dockers = catalog.removed_kubelet_flags(&WITHOUT_DOCKER);
            flags.retain(|flag, _| !dockers.contains(flag));
            if !cluster.kubernetes.at_least(1, 27) {
                flags.insert("--container-runtime", "remote");
            }
            flags.insert("--container-runtime-endpoint", "npipe://./pipe/containerd-containerd");
        }
        ContainerRuntime::Docker => {
            flags.retain(|flag, _| !["--container-runtime", "--container-runtime-endpoint"].contains(flag));
            let [bin, conf] = match cluster.network.plugin {
                NetworkPlugin::Azure => [r"c:\k\azurecni\bin", r"c:\k\azurecni\netconf"],
                NetworkPlugin::Kubenet => [r"c:\k\cni", r"c:\k\cni\config"],
            };
            flags.extend([("--network-plugin", "cni"), ("--cni-bin-dir", bin), ("--cni-conf-dir", conf)]);
        }
    }
    KubeletFlags(flags)
}

/// The first release without dockershim and its flags, which no other runtime needs.
const WITHOUT_DOCKER: KubernetesVersion = KubernetesVersion { major: 1, minor: 24, patch: 0 };

impl KubeletFlags<'_> {
    /// `--flag=value`, without labels.
    pub(super) fn args(&self) -> impl Iterator<Item = String> {
        self.0.iter().filter(|(flag, _)| **flag != NODE_LABELS).map(|(flag, value)| format!("{flag}={value}"))
    }

    /// Labels of the definition's own `kubeletConfig`.
    pub(super) fn labels(&self) -> Option<&str> {
        self.0.get(NODE_LABELS).copied().filter(|labels| !labels.is_empty())
    }

    /// From 1.29 on a kubelet whose cloud provider is external does not look for its address: without one the node has none until the
    /// cloud answers, and the CNI plugins and host-network pods start without.
    pub(super) fn needs_address(&self, version: &KubernetesVersion) -> bool {
        version.at_least(1, 29) && self.0.get(CLOUD_PROVIDER) == Some(&"external") && !self.0.contains_key(NODE_IP)
    }

    /// Address of the health check; none where it is switched off.
    pub(super) fn health_check(&self) -> String {
        let flag = |name, usual| self.0.get(name).copied().unwrap_or(usual);
        let address = match flag("--healthz-bind-address", "127.0.0.1") {
            "0.0.0.0" | "::" => "127.0.0.1".to_owned(),
            six if six.contains(':') => format!("[{six}]"),
            four => four.to_owned(),
        };
        match flag("--healthz-port", "10248") {
            "0" => String::new(),
            port => format!("http://{address}:{port}/healthz"),
        }
    }
}

/// Feature gates that a kube-proxy of the version takes: neither unknown nor locked.
pub(super) fn kube_proxy_gates<'a>(cluster: &'a Cluster, catalog: &Catalog) -> Vec<&'a str> {
    let gone = catalog.unknown_feature_gates(&cluster.kubernetes);
    let locked = catalog.locked_feature_gates(&cluster.kubernetes);
    let is_taken = |gate: &&str| {
        let name = gate.split('=').next().unwrap_or_default();
        !gone.contains(&name) && locked.iter().all(|(locked, _)| *locked != name)
    };
    cluster.kube_proxy_feature_gates.iter().map(String::as_str).filter(is_taken).collect()
}

/// Every argument of kube-proxy but for the node's name.
pub(super) fn kube_proxy(cluster: &Cluster, catalog: &Catalog) -> Vec<String> {
    let mut args = vec!["--v=3".to_owned(), "--proxy-mode=kernelspace".to_owned(), r"--kubeconfig=c:\k\config".to_owned()];
    if cluster.network.win_dsr {
        args.push("--enable-dsr=true".to_owned());
    }
    let gates = kube_proxy_gates(cluster, catalog);
    if !gates.is_empty() {
        args.push(format!("--feature-gates={}", gates.join(",")));
    }
    args
}

#[cfg(test)]
mod tests {
    use super::KubeletFlags;

    #[test]
    fn the_health_check_is_where_the_flags_say() {
        for (flags, address) in [
            (&[][..], "http://127.0.0.1:10248/healthz"),
            (&[("--healthz-port", "10249")], "http://127.0.0.1:10249/healthz"),
            (&[("--healthz-bind-address", "0.0.0.0")], "http://127.0.0.1:10248/healthz"),
            (&[("--healthz-bind-address", "10.0.0.4"), ("--healthz-port", "1")], "http://10.0.0.4:1/healthz"),
            (&[("--healthz-bind-address", "::1")], "http://[::1]:10248/healthz"),
            (&[("--healthz-port", "0")], ""),
        ] {
            assert_eq!(KubeletFlags(flags.iter().copied().collect()).health_check(), address, "{flags:?}");
        }
    }
}
