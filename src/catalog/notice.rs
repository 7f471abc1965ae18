//! Combinations that are known to be bad, of patch levels of Windows and versions of Kubernetes and containerd. The comments are the
//! descriptions of the JSON Schema.

use super::component::Component;
use super::forms::{Date, Url};
use super::version::KubernetesVersion;
use serde::Deserialize;

/// A known problem. It concerns a node when everything that is named here fits it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Notice {
    /// What is wrong, a sentence without its end.
    pub about: String,
    /// Patch levels of a Windows build.
    pub windows: Option<Patches>,
    /// Versions of Kubernetes, one range for each release that was fixed by itself; every version where it is left out.
    #[serde(default)]
    pub kubernetes: Vec<Versions>,
    /// Versions of containerd.
    pub containerd: Option<Versions>,
    /// Only machines whose disks come by NVMe.
    #[serde(default)]
    pub nvme: bool,
    /// What to do.
    pub remedy: String,
    /// Where it was told.
    pub link: Url,
    /// Day on which this was last looked up, `2026-11-25`.
    pub as_of: Date,
}

/// Patch levels of one build: the last number of `20348.2582`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Patches {
    /// The build.
    pub build: String,
    /// The first one.
    #[serde(default)]
    pub since: u32,
    /// The first one that is right again.
    pub until: Option<u32>,
}

/// Versions of three numbers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Versions {
    /// The first one.
    pub since: Option<KubernetesVersion>,
    /// The first one that is right again.
    pub until: Option<KubernetesVersion>,
}

impl Versions {
    fn has(&self, version: &KubernetesVersion) -> bool {
        self.since.as_ref().is_none_or(|since| version >= since) && self.until.as_ref().is_none_or(|until| version < until)
    }
}

impl Patches {
    /// Whether an image of this build and patch level is one of them.
    #[must_use]
    pub fn has(&self, build: &str, patch: u32) -> bool {
        self.build == build && patch >= self.since && self.until.is_none_or(|until| patch < until)
    }
}

impl Notice {
    /// Whether it is about these, whatever the patch level of Windows.
    #[must_use]
    pub fn concerns(&self, kubernetes: &KubernetesVersion, containerd: Option<&KubernetesVersion>) -> bool {
        let runs = self.kubernetes.is_empty() || self.kubernetes.iter().any(|range| range.has(kubernetes));
        let runtime = self.containerd.as_ref().is_none_or(|range| containerd.is_some_and(|version| range.has(version)));
        runs && runtime
    }
}

/// Version in the name of a component's file: `containerd-v1.6.35-azure.1-windows-amd64.tar.gz`.
#[must_use]
pub fn version_of(component: &Component) -> Option<KubernetesVersion> {
    let words = component.file_name.split(|c: char| !(c.is_ascii_digit() || c == '.'));
    words.map(|word| word.trim_matches('.')).filter(|word| word.split('.').count() == 3).find_map(|word| word.parse().ok())
}
