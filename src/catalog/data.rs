//! What a catalog file holds, as it is written. The comments are the descriptions of the JSON Schema.

use super::component::ComponentId;
use super::forms::{ApiVersion, Date, FilePattern, FileUrl, MovedTo, Sha256, Url};
use super::image_build::ImageBuild;
use super::nodes::{Nodes, RegistryMirror};
use super::notice::Notice;
use super::version::{KubernetesVersion, Release};
use super::vm_size::VmSizes;
use super::windows_setting::WindowsSetting;
use crate::json::Form;
use serde::de::value::SeqAccessDeserializer;
use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// Everything a Windows node needs from outside: versions, download locations and hashes, images, API versions.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Data {
    /// Name of the catalog.
    pub(super) name: String,
    /// Day of these facts, `2026-11-21`: ends of life are compared with it and never with the clock, so that the same definition
    /// gives the same report on every day.
    pub(super) as_of: Date,
    /// Who else makes clusters of these versions.
    pub(super) peer: Peer,
    /// Id under which Windows reports telemetry.
    pub(super) telemetry_guid: String,
    /// Size of the nodes' page file in MB. Large nodes with many pods run out of what Windows promises to memory sooner than out of
    /// memory.
    #[serde(rename = "pageFileMB")]
    #[cfg_attr(feature = "schema", schemars(range(min = 1024)))]
    pub(super) page_file_mb: u32,
    /// What differs between the public clouds and Azure Stack Hub.
    pub(super) clouds: Clouds,
    /// The Kubernetes versions.
    pub(super) kubernetes: BTreeMap<KubernetesVersion, KubernetesRelease>,
    /// What all patch versions of a release such as `1.23` have in common.
    #[serde(default)]
    pub(super) releases: BTreeMap<Release, ReleaseFacts>,
    /// Version of the docker engine where the definition names none.
    pub(super) docker_version: String,
    /// Download locations of each component; `{version}` stands for the version of Kubernetes, or of docker.
    pub(super) components: BTreeMap<ComponentId, Locations>,
    /// Hashes and sizes by download location: those of the components and of others that definitions name.
    #[serde(default)]
    pub(super) files: BTreeMap<FileUrl, KnownFile>,
    /// By name of the cloud: beginnings of download locations, and what takes their place there.
    #[serde(default)]
    pub(super) mirrors: BTreeMap<String, BTreeMap<Url, Url>>,
    /// Beginnings of download locations that are gone, and where the same files are now; empty where nothing has them.
    #[serde(default)]
    pub(super) retired: BTreeMap<Url, MovedTo>,
    /// Registries of container images, and what containerd asks instead: a URL, or one with the certificate of its authority.
    #[serde(default)]
    pub(super) registry_mirrors: BTreeMap<String, RegistryMirror>,
    /// Pause image where neither the definition nor the Windows build names another.
    pub(super) pause_image: String,
    /// By name of a cloud of Azure its regions, lower case without blanks; one that ends with `*` stands for all that begin so. Every other
    /// region is one of `AzurePublicCloud`, and gets a warning when it is spelt nearly like one that stands here. From aks-engine
    /// pkg/helpers/azure_locations.go and <https://learn.microsoft.com/azure/reliability/regions-list>.
    pub(super) regions: BTreeMap<String, Vec<String>>,
    /// Publishers of Windows images.
    pub(super) publishers: BTreeMap<String, Publisher>,
    /// Of pause images: references of their variants for one Windows build, by build. Hyper-V guests older than the machine need them.
    #[serde(default)]
    pub(super) pause_images_of_one_build: BTreeMap<String, BTreeMap<String, String>>,
    /// TCP ports that the firewall of the nodes lets in beside the kubelet's and kube-proxy's: those of pods with the host's network.
    #[serde(default)]
    pub(super) inbound_ports: Vec<u16>,
    /// Registry values of every Windows build, by a name of ours; those of a build with the same name come instead.
    #[serde(default)]
    pub(super) settings: BTreeMap<String, WindowsSetting>,
    /// Known problems, by a name of ours.
    #[serde(default)]
    pub(super) notices: BTreeMap<String, Notice>,
    /// Months after which an image of Windows is called old: so many months of fixes it lacks.
    pub(super) image_age_months: u32,
    /// What is known of VM sizes, by a name of ours; a size that none fits has SCSI disks and runs images of both generations.
    #[serde(default)]
    pub(super) vm_sizes: BTreeMap<String, VmSizes>,
    /// Models of NVMe disks that are data disks, as Windows names them, with `*` for any end: every other one is local.
    #[serde(default)]
    pub(super) remote_nvme_disks: Vec<String>,
    /// Windows builds a node may have.
    pub(super) os_builds: BTreeMap<String, OsBuild>,
    /// Windows builds that no Kubernetes has nodes of.
    #[serde(default)]
    pub(super) unsupported_builds: BTreeMap<String, UnsupportedBuild>,
    /// The images a definition gets by default.
    pub(super) images: Images,
    /// Container images that pods of the cluster's own add-ons use in every release, worth pulling before a node starts.
    #[serde(default)]
    pub(super) container_images: Vec<String>,
    /// What every node has beside its files.
    #[serde(default)]
    pub(super) nodes: Nodes,
    /// What kubelets of some versions do not understand.
    pub(super) kubelet: Kubelet,
}

/// Who else makes clusters of a catalog's versions: what it refuses is refused here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Peer {
    /// Azure/aks-engine.
    AksEngine,
    /// Azure/aks-engine-azurestack, its fork.
    AksEngineAzurestack,
}

/// What is known of the Windows images of a publisher.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Publisher {
    /// The images have files cached for Kubernetes nodes.
    pub prepared: bool,
    /// Size of the OS disk in GB.
    #[serde(rename = "osDiskGB")]
    pub os_disk_gb: u32,
    /// Size of the OS disk of images whose SKU says `smalldisk`, in GB.
    #[serde(rename = "smallDiskGB")]
    pub small_disk_gb: u32,
    /// What the SKUs of images of generation 2 have in them; all others are of generation 1.
    #[serde(default)]
    pub generation2_skus: Vec<String>,
    /// Every SKU ends in the month the image was made, `-2308`.
    #[serde(default)]
    pub dated_skus: bool,
}

/// A kind of cloud: what is creatable differs, and which API versions Azure Resource Manager understands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum CloudKind {
    /// Azure's public and sovereign clouds, and custom clouds other than Azure Stack Hub.
    Public,
    /// Azure Stack Hub.
    AzureStack,
}

/// Both kinds of cloud.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Clouds {
    /// Azure's public and sovereign clouds.
    pub(super) public: Cloud,
    /// Azure Stack Hub.
    pub(super) azure_stack: Cloud,
    /// API versions of Azure's sovereign clouds and of custom clouds other than Azure Stack Hub: what is new comes to them later.
    pub(super) lagging_api_versions: ApiVersions,
}

/// What holds for one kind of cloud.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Cloud {
    /// Kubernetes version where the definition names none.
    pub(super) default: KubernetesVersion,
    /// API versions of the template.
    pub(super) api_versions: ApiVersions,
    /// Fault domains of an availability set.
    pub(super) fault_domains: FaultDomains,
}

/// Fault domains an availability set gets where the definition does not say: as many as aks-engine gives it, since Azure refuses to
/// change them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FaultDomains {
    /// In regions that are not listed.
    pub otherwise: u32,
    /// By region.
    #[serde(default)]
    pub regions: BTreeMap<String, u32>,
}

/// API versions of Azure Resource Manager, `2025-04-01`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ApiVersions {
    /// Microsoft.Authorization, role assignments.
    pub authorization: ApiVersion,
    /// Microsoft.Compute but for disks.
    pub compute: ApiVersion,
    /// Microsoft.Compute/disks.
    pub disks: ApiVersion,
    /// Microsoft.KeyVault.
    pub key_vault: ApiVersion,
    /// Microsoft.ManagedIdentity.
    pub managed_identity: ApiVersion,
    /// Microsoft.Network.
    pub network: ApiVersion,
    /// Version of Microsoft.Network that scripts on the node ask Azure Stack Hub with (`networkApiVersion`).
    pub node_network: ApiVersion,
    /// Microsoft.Storage.
    pub storage: ApiVersion,
}

impl ApiVersions {
    /// A scale set can say how it treats its machines (Azure's types have `orchestrationMode` from this API version on).
    pub(crate) fn has_orchestration_modes(&self) -> bool {
        self.compute.as_str() >= "2020-12-01"
    }

    /// A machine can say how it reaches its disks.
    pub(crate) fn has_disk_controller(&self) -> bool {
        self.compute.as_str() >= "2022-08-01"
    }

    /// An ephemeral OS disk can be put on a local NVMe disk.
    pub(crate) fn has_nvme_placement(&self) -> bool {
        self.compute.as_str() >= "2024-03-01"
    }

    /// A machine can have the security type `Standard`.
    pub(crate) fn has_security_types(&self) -> bool {
        self.compute.as_str() >= "2023-09-01"
    }
}

/// One Kubernetes version.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct KubernetesRelease {
    /// Kinds of cloud on which clusters of this version can be created.
    pub clouds: Vec<CloudKind>,
    /// Download locations this version has instead of its release's and the catalog's.
    #[serde(default)]
    pub components: BTreeMap<ComponentId, Locations>,
}

/// What all versions of a release have in common.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ReleaseFacts {
    /// Last day of upstream support, `2023-02-28`.
    pub(super) end_of_life: Option<Date>,
    /// Download locations this release has instead of the catalog's.
    #[serde(default)]
    pub(super) components: BTreeMap<ComponentId, Locations>,
    /// Container images that pods of the cluster's own add-ons use in this release alone.
    #[serde(default)]
    pub(super) container_images: Vec<String>,
}

/// One download location of a component, or several in the order in which a node tries them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(untagged))]
pub enum Locations {
    /// One URL.
    One(FilePattern),
    /// URLs of the same component: mirrors of one file, or files that serve equally well.
    Several(Vec<FilePattern>),
}

impl Locations {
    /// The URLs as written.
    #[must_use]
    pub fn urls(&self) -> &[FilePattern] {
        match self {
            Self::One(url) => std::slice::from_ref(url),
            Self::Several(urls) => urls,
        }
    }
}

impl<'t> Deserialize<'t> for Locations {
    fn deserialize<D: Deserializer<'t>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LocationsVisitor)
    }
}

struct LocationsVisitor;

impl<'t> Visitor<'t> for LocationsVisitor {
    type Value = Locations;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a download URL or a list of at least one")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Locations, E> {
        FilePattern::read(text).map(Locations::One)
    }

    fn visit_seq<A: SeqAccess<'t>>(self, elements: A) -> Result<Locations, A::Error> {
        let urls = Vec::deserialize(SeqAccessDeserializer::new(elements))?;
        if urls.is_empty() { Err(A::Error::invalid_length(0, &self)) } else { Ok(Locations::Several(urls)) }
    }

    /// A placeholder is wanted.
    fn visit_unit<E>(self) -> Result<Locations, E> {
        Ok(Locations::Several(Vec::new()))
    }
}

/// What is known of the file at a URL.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct KnownFile {
    /// SHA-256 of every content the URL has had, the expected one first; empty where none is known.
    pub sha256: Vec<Sha256>,
    /// Size of the first content in bytes; 0 when it is not known.
    #[serde(default)]
    pub bytes: u64,
}

/// A build of Windows Server.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OsBuild {
    /// Its name.
    pub name: String,
    /// Last day on which Microsoft publishes security updates, `2029-01-09`.
    pub end_of_life: Date,
    /// Words between the dashes of an image SKU that tell this build.
    pub sku_words: Vec<String>,
    /// SKU of Microsoft's image of generation 2.
    pub generation2_sku: Option<String>,
    /// Tags of Windows base images that run process-isolated on this build.
    pub base_image_tags: Vec<String>,
    /// Peers make Hyper-V runtime handlers for containers of this build.
    #[serde(default)]
    pub hyperv_handler: bool,
    /// Its containers have IPv4 addresses only.
    #[serde(default)]
    pub ipv4_only: bool,
    /// First patch level with direct server return; every one has it where this is left out.
    pub direct_server_return_since: Option<u32>,
    /// Pause image where the catalog's has no variant for this build.
    pub pause_image: Option<String>,
    /// Registry values of this build, beside or instead of those of all.
    #[serde(default)]
    pub(super) settings: BTreeMap<String, WindowsSetting>,
    /// Download locations that nodes of this build have instead of those of the release and of all, by the first release that does.
    #[serde(default)]
    pub(super) components: BTreeMap<Release, BTreeMap<ComponentId, Locations>>,
    /// How `gen-cse vhd` makes an image of it; without this it makes none.
    pub image_build: Option<ImageBuild>,
    /// First Kubernetes release with nodes of this build.
    pub(super) since_kubernetes: Option<Release>,
}

/// A Windows build that no node may have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UnsupportedBuild {
    /// Its name.
    pub name: String,
    /// Words between the dashes of an image SKU that tell this build.
    pub sku_words: Vec<String>,
}

/// Which of the default images.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImageChoice {
    /// Prepared, with docker.
    Docker,
    /// Prepared, with containerd.
    Containerd,
    /// As published by Microsoft, which aks-engine calls vanilla.
    Stock,
}

/// The default images.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Images {
    /// Prepared, with docker.
    pub(super) docker: WindowsImage,
    /// Prepared, with containerd.
    pub(super) containerd: WindowsImage,
    /// As published by Microsoft.
    pub(super) stock: WindowsImage,
}

/// A container runtime.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum ImageRuntime {
    /// containerd.
    Containerd,
    /// docker.
    Docker,
}

/// A marketplace image, and what it brings along.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WindowsImage {
    /// Publisher.
    pub publisher: String,
    /// Offer.
    pub offer: String,
    /// SKU.
    pub sku: String,
    /// Version of the image.
    pub version: String,
    /// Windows build, one of `osBuilds`.
    pub build: String,
    /// Container runtime the image is made for.
    pub runtime: ImageRuntime,
    /// Components that are installed, and their versions.
    #[serde(default)]
    pub installed: BTreeMap<ComponentId, String>,
    /// Names of the files cached below `c:\akse-cache`.
    #[serde(default)]
    pub files: Vec<String>,
    /// Container images that are pulled.
    #[serde(default)]
    pub container_images: Vec<String>,
    /// Features of Windows that are installed.
    #[serde(default)]
    pub features: Vec<String>,
    /// Capabilities of Windows that are installed.
    #[serde(default)]
    pub capabilities: Vec<String>,
}

/// What kubelets do not understand, by the first release that does not.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Kubelet {
    /// TLS cipher suites the kubelet offers.
    pub(super) tls_cipher_suites: Vec<String>,
    /// Values of flags where a definition gives none, by the first release that has them; `1.0` stands for all before 1.20. From the release
    /// on whose `--cloud-provider` is `external`, nothing but the cloud controller manager knows the cloud.
    #[serde(default)]
    pub(super) default_flags: BTreeMap<Release, BTreeMap<String, String>>,
    /// Flags that kubelets for Windows have, by the first release that does; `1.0` stands for all before 1.20.
    #[serde(default)]
    pub(super) added_flags: BTreeMap<Release, Vec<String>>,
    /// Flags that make a kubelet refuse to start.
    #[serde(default)]
    pub(super) removed_flags: BTreeMap<Release, Vec<String>>,
    /// Feature gates that make a kubelet or kube-proxy refuse to start.
    #[serde(default)]
    pub(super) removed_feature_gates: BTreeMap<Release, Vec<String>>,
    /// Feature gates that may only have this value.
    #[serde(default)]
    pub(super) locked_feature_gates: BTreeMap<Release, BTreeMap<String, bool>>,
}
