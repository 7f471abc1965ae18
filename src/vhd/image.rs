//! What an image is to hold: decided here, from the catalog, for the build, for its test and for the answer whether it is up to date.

use super::steps::{ImageStep, steps_for};
use crate::catalog::{Catalog, CloudKind, Component, ComponentId, ImageBuild, ImageRuntime, KubernetesVersion, NodeSetting, Patch};
use crate::model::ContainerRuntime;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// The cloud whose download locations an image is filled from; the mirrors of others have the same files under the same names.
const CLOUD: &str = "AzurePublicCloud";
/// Features of Windows that pods need, with what nodes of any cluster may ask for.
const FEATURES: [&str; 3] = ["Containers", "Hyper-V", "Hyper-V-PowerShell"];
/// Capabilities of Windows that come from Windows Update.
const CAPABILITIES: [&str; 1] = ["OpenSSH.Server~~~~0.0.1.0"];
/// Minutes one phase of the build may take.
const DEADLINE_MINUTES: u32 = 180;

/// Which image is wanted; the folder and the image keep it, so that `--check` can ask again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Wanted {
    /// `2019`, `2022`, `2025`: the year of a Windows build in the catalog.
    pub os: String,
    /// Container runtime of the nodes.
    pub runtime: ImageRuntime,
    /// Kubernetes versions whose files are cached; `None` means all that can be created.
    pub kubernetes: Option<Vec<KubernetesVersion>>,
    /// What the build leaves behind.
    pub target: Target,
    /// The catalog, as `--catalog` names it.
    pub catalog: String,
    /// The mirror, as `--mirror` names it.
    pub mirror: Option<String>,
    /// Container images of one's own that are pulled, too.
    #[serde(default)]
    pub images: Vec<String>,
}

/// What the build leaves behind in Azure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    /// An image version in a gallery.
    Gallery,
    /// A managed image.
    ManagedImage,
    /// A VHD in a storage account.
    Vhd,
}

/// Why there is no such image.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ImageError {
    /// The catalog has no image build for the year.
    #[error("no Windows Server {os}; the catalog {catalog} builds images of {}", list(.known))]
    Os {
        /// The year asked for.
        os: String,
        /// Name of the catalog.
        catalog: String,
        /// The years there are.
        known: Vec<String>,
    },
    /// The version is not creatable with this runtime.
    #[error("no Kubernetes {version} with {runtime}; the catalog {catalog} has {}", list(.known))]
    Version {
        /// The version asked for.
        version: String,
        /// The runtime's name.
        runtime: &'static str,
        /// Name of the catalog.
        catalog: String,
        /// The versions there are.
        known: Vec<String>,
    },
    /// No version of the catalog runs on this runtime.
    #[error("no Kubernetes version of the catalog {catalog} runs on {runtime}")]
    Runtime {
        /// The runtime's name.
        runtime: &'static str,
        /// Name of the catalog.
        catalog: String,
    },
    /// An image of one's own is not named as pods and runtimes name it.
    #[error("`{0}` is not the full name of a container image: host, path and tag, registry.example/team/app:1.0")]
    ContainerImage(String),
}

fn list(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

/// What an image is to hold.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Image {
    schema: u32,
    generator: &'static str,
    /// `windows-2019-containerd`.
    pub name: String,
    /// What was asked for.
    pub wanted: Wanted,
    /// Name of the catalog.
    pub catalog: String,
    /// Name of the Windows build, `Windows Server 2019`.
    pub os_name: String,
    /// Windows builds it may be built on: the one.
    pub os_builds: Vec<String>,
    /// Container runtime, as the node configuration has it.
    pub container_runtime: &'static str,
    /// Kubernetes versions whose nodes find everything.
    pub kubernetes_versions: Vec<KubernetesVersion>,
    deadline_minutes: u32,
    docker_version: String,
    docker_version_pinned: bool,
    windows_features: [&'static str; 3],
    windows_capabilities: [&'static str; 1],
    windows_settings: Vec<NodeSetting>,
    /// Files in `c:\akse-cache`.
    pub components: Vec<ImageFile>,
    /// Container images that are pulled.
    pub container_images: Vec<String>,
    pause_image: String,
    patches: Vec<Patch>,
    steps: Vec<&'static ImageStep>,
    /// How the catalog makes images of the build.
    #[serde(skip)]
    pub(super) build: ImageBuild,
}

/// A file of the image's cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageFile {
    /// The folder it lies in on the image, under the name that its URL has.
    pub folder: String,
    /// Name of its downloads and of its entry in the log: the component's id, with a number from the second file of a component on.
    pub name: String,
    /// The file.
    pub component: Component,
}

/// As a component of a node's configuration, with the name for its id.
impl Serialize for ImageFile {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Component { urls, sha256, bytes, .. } = &self.component;
        json!({ "id": self.name, "folder": self.folder, "urls": urls, "sha256": sha256, "bytes": bytes }).serialize(serializer)
    }
}

impl Image {
    /// The image that is wanted, from a catalog.
    ///
    /// # Errors
    /// When the catalog has no such Windows, version or runtime.
    pub fn new(wanted: &Wanted, catalog: &Catalog) -> Result<Self, ImageError> {
        let (os_build, os_name, build) = image_build(wanted, catalog)?;
        let versions = versions(wanted, catalog)?;
        let pause_image = catalog.pause_image_for(os_build).to_owned();
        if let Some(name) = wanted.images.iter().find(|name| !is_full_name(name)) {
            return Err(ImageError::ContainerImage(name.clone()));
        }
        let of_pods = catalog.container_images(&versions);
        let images = build.base_images.iter().chain([&pause_image]).chain(&of_pods).chain(&wanted.images);
        let mut seen = BTreeSet::new();
        Ok(Self {
            schema: 1,
            generator: concat!("gen-cse ", env!("CARGO_PKG_VERSION")),
            name: format!("windows-{}-{}", wanted.os, runtime(wanted.runtime).as_str()),
            wanted: wanted.clone(),
            catalog: catalog.name().to_owned(),
            os_name: os_name.to_owned(),
            os_builds: vec![os_build.to_owned()],
            container_runtime: runtime(wanted.runtime).as_str(),
            deadline_minutes: DEADLINE_MINUTES,
            docker_version: catalog.docker_version().to_owned(),
            docker_version_pinned: true,
            windows_features: FEATURES,
            windows_capabilities: CAPABILITIES,
            windows_settings: catalog.node_settings(Some(os_build)),
            components: files(catalog, wanted.runtime, os_build, &versions),
            container_images: images.filter(|image| seen.insert(*image)).cloned().collect(),
            pause_image: pause_image.clone(),
            kubernetes_versions: versions,
            patches: build.patches.clone(),
            steps: steps_for(wanted.runtime),
            build: build.clone(),
        })
    }

    /// What the folder of an image was written for, from its [`MODEL`](super::MODEL).
    ///
    /// # Errors
    /// When the text is not that file.
    pub fn wanted_of(model: &str) -> Result<Wanted, serde_json::Error> {
        #[derive(Deserialize)]
        struct Head {
            wanted: Wanted,
        }
        serde_json::from_str(model).map(|head: Head| head.wanted)
    }

    /// As the scripts of the build read it, with a final newline.
    #[must_use]
    pub fn to_text(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// Size of the cached files in bytes, as far as it is known.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.components.iter().map(|file| file.component.bytes).sum()
    }
}

/// The runtime as the definition has it.
pub(super) fn runtime(runtime: ImageRuntime) -> ContainerRuntime {
    match runtime {
        ImageRuntime::Containerd => ContainerRuntime::Containerd,
        ImageRuntime::Docker => ContainerRuntime::Docker,
    }
}

/// Number and name of the Windows build, and how images of it are made.
fn image_build<'a>(wanted: &Wanted, catalog: &'a Catalog) -> Result<(&'a str, &'a str, &'a ImageBuild), ImageError> {
    let all = || {
        catalog.os_builds().filter_map(|number| {
            let os = catalog.os_build(number)?;
            Some((number, os.name.as_str(), os.image_build.as_ref()?))
        })
    };
    all().find(|(_, _, build)| *build.os == *wanted.os).ok_or_else(|| ImageError::Os {
        os: wanted.os.clone(),
        catalog: catalog.name().to_owned(),
        known: all().map(|(_, _, build)| build.os.to_string()).collect(),
    })
}

/// With host, path and tag. By a digest alone docker would list it without a name.
fn is_full_name(image: &str) -> bool {
    let Some((host, rest)) = image.split_once('/') else { return false };
    let Some((path, tag)) = rest.rsplit_once(':') else { return false };
    let is_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':');
    let is_path = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | '_' | '/');
    let is_tag = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    host.starts_with(|c: char| c.is_ascii_alphanumeric())
        && host.contains(['.', ':'])
        && host.chars().all(is_host)
        && path.split('/').all(|part| !part.is_empty())
        && path.chars().all(is_path)
        && (1..=128).contains(&tag.len())
        && tag.chars().all(is_tag)
}

/// The versions whose files are cached, ascending.
fn versions(wanted: &Wanted, catalog: &Catalog) -> Result<Vec<KubernetesVersion>, ImageError> {
    let runtime = runtime(wanted.runtime);
    let creatable = [CloudKind::Public, CloudKind::AzureStack].into_iter().flat_map(|cloud| catalog.versions(cloud));
    let known: BTreeSet<_> = creatable.filter(|version| runtime.works_with(version)).cloned().collect();
    let name = catalog.name().to_owned();
    if known.is_empty() {
        return Err(ImageError::Runtime { runtime: runtime.as_str(), catalog: name });
    }
    let Some(asked) = &wanted.kubernetes else { return Ok(known.into_iter().collect()) };
    let asked: BTreeSet<_> = asked.iter().cloned().collect();
    match asked.difference(&known).next() {
        None => Ok(asked.into_iter().collect()),
        Some(version) => Err(ImageError::Version {
            version: version.to_string(),
            runtime: runtime.as_str(),
            catalog: name,
            known: known.iter().map(ToString::to_string).collect(),
        }),
    }
}

/// Where a component's files lie in the cache, as the peers have it; `None` for what no node of this runtime takes from a catalog:
/// the other runtime, what only definitions name, and the plugin that kubenet needs with docker alone.
fn folder(id: ComponentId, runtime: ImageRuntime) -> Option<&'static str> {
    let docker = runtime == ImageRuntime::Docker;
    match id {
        ComponentId::Kubernetes => Some("win-k8s"),
        ComponentId::Containerd => (!docker).then_some("containerd"),
        ComponentId::Docker => docker.then_some("docker"),
        ComponentId::AzureCni => Some("win-vnet-cni"),
        ComponentId::WinBridge => docker.then_some("win-bridge"),
        ComponentId::CsiProxy => Some("csi-proxy"),
        ComponentId::CredentialProvider => Some("credential-provider"),
        ComponentId::NodeBinaries | ComponentId::SdnPlugin => None,
    }
}

/// Every file that a node of these versions with this runtime has from the catalog, each once, those of the newest version first:
/// its runtime is the one that is installed.
fn files(catalog: &Catalog, runtime: ImageRuntime, build: &str, versions: &[KubernetesVersion]) -> Vec<ImageFile> {
    let mut files: Vec<ImageFile> = Vec::new();
    let mut numbers = BTreeMap::new();
    for id in ComponentId::ALL {
        let Some(folder) = folder(id, runtime) else { continue };
        for component in versions.iter().rev().filter_map(|version| catalog.component(id, version, Some(build), CLOUD)) {
            if files.iter().any(|file| file.component.urls == component.urls) {
                continue;
            }
            let number = *numbers.entry(id).and_modify(|number| *number += 1).or_insert(1);
            let name = if number == 1 { id.as_str().to_owned() } else { format!("{}-{number}", id.as_str()) };
            // two versions may have files of one name: a node looks for the name in every folder
            let shares_name = |file: &ImageFile| file.component.file_names().any(|name| component.file_names().any(|other| other == name));
            let taken = files.iter().any(|file| file.component.id == id && shares_name(file));
            let folder = if taken { format!(r"c:\akse-cache\{folder}\{number}") } else { format!(r"c:\akse-cache\{folder}") };
            files.push(ImageFile { folder, name, component });
        }
    }
    files
}
