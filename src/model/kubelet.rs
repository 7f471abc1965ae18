use crate::catalog::KubernetesVersion;
use std::collections::BTreeMap;

const CLOUD_PROVIDER: &str = "--cloud-provider";
const CLUSTER_DOMAIN: &str = "--cluster-domain";
const CREDENTIAL_PROVIDER: &str = "--image-credential-provider-bin-dir";
const NODE_IP: &str = "--node-ip";
const SYSTEM_RESERVED: &str = "--system-reserved";
/// Those that a node puts together with its own.
const NODE_LABELS: &str = "--node-labels";

/// What the kubelets of a pool are started with, by flag, sorted: all of it but for what only a node knows, its name and address.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KubeletFlags(pub(crate) BTreeMap<String, String>);

impl KubeletFlags {
    /// `--flag=value`, without labels.
    pub fn args(&self) -> impl Iterator<Item = String> {
        self.0.iter().filter(|(flag, _)| *flag != NODE_LABELS).map(|(flag, value)| format!("{flag}={value}"))
    }

    fn get(&self, flag: &str) -> Option<&str> {
        self.0.get(flag).map(String::as_str)
    }

    /// Labels of the definition's own `kubeletConfig`.
    #[must_use]
    pub fn labels(&self) -> Option<&str> {
        self.get(NODE_LABELS).filter(|labels| !labels.is_empty())
    }

    /// Domain of the cluster's services.
    #[must_use]
    pub fn cluster_domain(&self) -> Option<&str> {
        self.get(CLUSTER_DOMAIN)
    }

    /// An external program is asked for registry credentials.
    #[must_use]
    pub fn uses_credential_provider(&self) -> bool {
        self.0.contains_key(CREDENTIAL_PROVIDER)
    }

    /// From 1.29 on a kubelet whose cloud provider is external does not look for its address: without one the node has none until the
    /// cloud answers, and the CNI plugins and host-network pods start without.
    #[must_use]
    pub fn needs_address(&self, version: &KubernetesVersion) -> bool {
        version.at_least(1, 29) && self.get(CLOUD_PROVIDER) == Some("external") && !self.0.contains_key(NODE_IP)
    }

    /// Nobody says what Windows and the kubelet themselves need: the node does, by its memory.
    #[must_use]
    pub fn needs_reservation(&self) -> bool {
        !self.0.contains_key(SYSTEM_RESERVED)
    }

    /// Address of the health check; none where it is switched off.
    #[must_use]
    pub fn health_check(&self) -> String {
        let flag = |name, usual| self.get(name).unwrap_or(usual);
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
            let flags = flags.iter().map(|(flag, value)| ((*flag).to_owned(), (*value).to_owned()));
            assert_eq!(KubeletFlags(flags.collect()).health_check(), address);
        }
    }
}
