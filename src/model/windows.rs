use super::Secret;
use crate::catalog::{ComponentId, Generation, KubernetesVersion};
use crate::report::Path;
use crate::words::{ContainerRuntime, RuntimeHandler};

/// Settings all Windows pools of a cluster share.
#[derive(Debug, Clone, PartialEq)]
pub struct WindowsSettings {
    /// Who may log on.
    pub(crate) admin: AdminCredentials,
    /// Image of the VMs.
    pub(crate) image: WindowsImage,
    /// Generation of the definition's own VHD.
    pub(crate) vhd_generation: Generation,
    /// Container runtime and its settings.
    pub(crate) runtime: ContainerRuntime,
    /// Runtime handler of pods that ask for none.
    pub(crate) default_handler: RuntimeHandler,
    /// Windows builds for which there are Hyper-V handlers.
    pub(crate) hyperv_builds: Vec<String>,
    /// Version of the docker engine, and whether the definition asked for it.
    pub(crate) docker_version: (String, bool),
    /// Reference of the pause image.
    pub(crate) pause_image: String,
    /// Windows builds and their pause images, where the definition names none and its OS image does not tell the build.
    pub(crate) pause_images: Vec<(String, String)>,
    /// Pull the pause image even when it is there.
    pub(crate) always_pull_pause_image: bool,
    /// CSI proxy: storage drivers need it.
    pub(crate) csi_proxy: bool,
    /// URLs of the definition that take the place of, or come on top of, the catalog's.
    pub(crate) urls: WindowsUrls,
    /// OpenSSH server on the nodes, for these keys.
    pub(crate) ssh_keys: Option<Vec<String>>,
    /// SCHANNEL offers TLS 1.2 and later only.
    pub(crate) secure_tls: bool,
    /// Id under which Windows reports telemetry.
    pub(crate) telemetry_guid: String,
    /// Windows Update installs by itself.
    pub(crate) automatic_updates: bool,
    /// `Windows_Server` (Azure Hybrid Benefit), `None`, or not set.
    pub(crate) license_type: Option<&'static str>,
    /// Certificates that Azure installs before anything else runs on a node.
    pub(crate) key_vaults: Vec<KeyVaultCertificates>,
}

/// Certificates of one Key Vault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyVaultCertificates {
    /// Resource id of the vault.
    pub(crate) vault: String,
    /// URL of each certificate's secret, and the store of the machine that it comes into.
    pub(crate) certificates: Vec<(String, String)>,
}

/// A URL of the definition, with the key that names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The URL, with its query if it has one.
    pub(crate) url: String,
    /// Where the definition names it.
    pub(crate) path: Path,
}

impl Location {
    /// The last segment of the URL, without its query.
    #[must_use]
    pub fn file_name(&self) -> &str {
        self.url.split(['?', '#']).next().unwrap_or_default().rsplit('/').next().unwrap_or_default()
    }
}

impl WindowsSettings {
    /// Every location of the definition that is a component's, whether the nodes need the component or not.
    pub fn locations(&self) -> impl Iterator<Item = (ComponentId, &Location)> {
        let urls = &self.urls;
        let all = [
            (ComponentId::Kubernetes, &urls.kubernetes_package),
            (ComponentId::NodeBinaries, &urls.node_binaries),
            (ComponentId::Containerd, &urls.containerd),
            (ComponentId::SdnPlugin, &urls.sdn_plugin),
            (ComponentId::AzureCni, &urls.azure_cni),
            (ComponentId::CsiProxy, &urls.csi_proxy),
        ];
        all.into_iter().filter_map(|(id, location)| Some((id, location.as_ref()?)))
    }
}

/// Download locations a definition may name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WindowsUrls {
    /// `customWindowsPackageURL`: instead of the catalog's Kubernetes package.
    pub(crate) kubernetes_package: Option<Location>,
    /// `windowsNodeBinariesURL`: upstream binaries laid over the package.
    pub(crate) node_binaries: Option<Location>,
    /// `windowsContainerdURL`.
    pub(crate) containerd: Option<Location>,
    /// `windowsSdnPluginURL`.
    pub(crate) sdn_plugin: Option<Location>,
    /// `azureCNIURLWindows`.
    pub(crate) azure_cni: Option<Location>,
    /// `csiProxyURL`.
    pub(crate) csi_proxy: Option<Location>,
}

/// Local administrator of the nodes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdminCredentials {
    /// Account name.
    pub(crate) username: String,
    /// Password.
    pub(crate) password: Secret,
}

/// The first release without dockershim and its flags, which no other runtime needs.
pub(crate) const WITHOUT_DOCKER: KubernetesVersion = KubernetesVersion { major: 1, minor: 24, patch: 0 };

impl ContainerRuntime {
    /// docker needs dockershim.
    #[must_use]
    pub fn works_with(self, version: &KubernetesVersion) -> bool {
        self == Self::Containerd || *version < WITHOUT_DOCKER
    }
}

/// Where the VMs' image comes from (aks-engine `img:14-42`, in its order of precedence).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WindowsImage {
    /// A VHD of the user, made into one image per pool.
    Vhd(Location),
    /// An image resource.
    Reference(ImageReference),
    /// A marketplace image.
    Marketplace {
        /// Publisher.
        publisher: String,
        /// Offer.
        offer: String,
        /// SKU.
        sku: String,
        /// Version or `latest`.
        version: String,
    },
}

/// `windowsProfile.imageReference`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImageReference {
    /// A managed image.
    Managed {
        /// Name of the image.
        name: String,
        /// Its resource group.
        resource_group: String,
    },
    /// An image of a shared gallery.
    Gallery {
        /// Subscription of the gallery.
        subscription: String,
        /// Resource group of the gallery.
        resource_group: String,
        /// Gallery.
        gallery: String,
        /// Image definition.
        name: String,
        /// Image version.
        version: String,
    },
}
