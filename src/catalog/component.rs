use serde::{Deserialize, Serialize};

/// What a node needs from outside, by the ids of the node configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ComponentId {
    /// kubelet, kube-proxy, kubectl and nssm.
    Kubernetes,
    /// Upstream binaries laid over the Kubernetes package.
    NodeBinaries,
    /// containerd.
    Containerd,
    /// docker engine.
    Docker,
    /// CNI plugins of Azure.
    AzureCni,
    /// `sdnbridge`, the CNI plugin of kubenet with containerd.
    SdnPlugin,
    /// `win-bridge`, the CNI plugin of kubenet otherwise.
    WinBridge,
    /// CSI proxy.
    CsiProxy,
    /// The kubelet's credential provider for Azure's registries.
    CredentialProvider,
}

impl ComponentId {
    /// Every id, in the order of their definition.
    pub const ALL: [Self; 9] = [
        Self::Kubernetes,
        Self::NodeBinaries,
        Self::Containerd,
        Self::Docker,
        Self::AzureCni,
        Self::SdnPlugin,
        Self::WinBridge,
        Self::CsiProxy,
        Self::CredentialProvider,
    ];

    /// The id as it is written.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Kubernetes => "kubernetes",
            Self::NodeBinaries => "node-binaries",
            Self::Containerd => "containerd",
            Self::Docker => "docker",
            Self::AzureCni => "azure-cni",
            Self::SdnPlugin => "sdn-plugin",
            Self::WinBridge => "win-bridge",
            Self::CsiProxy => "csi-proxy",
            Self::CredentialProvider => "credential-provider",
        }
    }
}

/// One file a node needs, where it is, and how to know that it is the right one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Component {
    /// What it is for.
    pub id: ComponentId,
    /// Where it is, in the order in which a node tries, after the mirrors of the cloud and `--mirror`; never empty.
    pub urls: Vec<String>,
    /// Last segment of the first URL.
    pub file_name: String,
    /// SHA-256 of every content these URLs are known to have had, as 64 lower-case digits; empty when nobody knows any.
    pub sha256: Vec<String>,
    /// Size in bytes of the first content whose size is known; 0 when none is.
    pub bytes: u64,
    /// How it is packed.
    pub archive: Archive,
}

impl Component {
    /// The first choice.
    #[must_use]
    pub fn url(&self) -> &str {
        self.urls.first().map_or("", String::as_str)
    }

    /// Names under which an image may have it cached: the last segment of each URL.
    pub fn file_names(&self) -> impl Iterator<Item = &str> {
        self.urls.iter().map(|url| file_name(url))
    }
}

/// Last segment of a URL without its query.
pub(super) fn file_name(url: &str) -> &str {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    path.rsplit('/').next().unwrap_or_default()
}

/// How a file is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Archive {
    /// A zip.
    #[serde(rename = "zip")]
    Zip,
    /// A tar, gzipped.
    #[serde(rename = "tar.gz")]
    TarGz,
    /// A program, not packed.
    #[serde(rename = "exe")]
    Exe,
    /// The name does not tell; the node looks at the first bytes.
    #[serde(rename = "unknown")]
    Unknown,
}

impl Archive {
    /// The kind a file name promises.
    #[must_use]
    pub fn of_file_name(name: &str) -> Self {
        let name = name.to_ascii_lowercase();
        let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
        match () {
            () if ends(&[".zip"]) => Self::Zip,
            () if ends(&[".tar.gz", ".tgz"]) => Self::TarGz,
            () if ends(&[".exe"]) => Self::Exe,
            () => Self::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Archive, ComponentId};
    use serde_json::json;

    #[test]
    fn ids_and_kinds_are_written_as_serde_writes_them() {
        for id in ComponentId::ALL {
            assert_eq!(json!(id), json!(id.as_str()));
        }
        let kinds = [Archive::Zip, Archive::TarGz, Archive::Exe, Archive::Unknown].map(|archive| json!(archive));
        assert_eq!(kinds, ["zip", "tar.gz", "exe", "unknown"]);
    }

    #[test]
    fn the_file_name_tells_the_kind() {
        let kinds = ["a-1.2.zip", "A.ZIP", "a.tar.gz", "a.tgz", "a.exe", "a.tar", "a.gz", ""].map(Archive::of_file_name);
        let expected = [
            Archive::Zip,
            Archive::Zip,
            Archive::TarGz,
            Archive::TarGz,
            Archive::Exe,
            Archive::Unknown,
            Archive::Unknown,
            Archive::Unknown,
        ];
        assert_eq!(kinds, expected);
    }
}
