//! What is known of an image before a node runs on it.

use crate::catalog::{Catalog, Component, ImageChoice, WindowsImage as CatalogImage};
use crate::model::{Cluster, ContainerRuntime, WindowsImage};
use crate::plan;
use crate::vhd::{Manifest, pause_image};

/// The capability of Windows that has the OpenSSH server, without its version.
const SSH_SERVER: &str = "OpenSSH.Server";

/// An image that nodes of a definition might run on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Image {
    /// Prepared by the peers, as the catalog has it.
    Prepared(CatalogImage),
    /// As Microsoft publishes it.
    Stock(CatalogImage),
    /// Built by `gen-cse vhd`, as its manifest tells.
    Built(Box<Manifest>),
}

/// Where a node gets a file from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The image's cache.
    Cached,
    /// It is installed on the image.
    Installed,
    /// The network.
    Downloaded,
}

impl Image {
    /// The prepared image of the definition or, where it names another kind, the catalog's for its container runtime.
    #[must_use]
    pub fn prepared(cluster: &Cluster, catalog: &Catalog) -> Self {
        let choice = match cluster.windows.runtime {
            ContainerRuntime::Docker => ImageChoice::Docker,
            ContainerRuntime::Containerd => ImageChoice::Containerd,
        };
        let own = listed(cluster, catalog).filter(|image| image.is_prepared());
        Self::Prepared(own.unwrap_or_else(|| catalog.image(choice)).clone())
    }

    /// The stock image of the definition or, where it names another kind, the catalog's.
    #[must_use]
    pub fn stock(cluster: &Cluster, catalog: &Catalog) -> Self {
        Self::Stock(plan::stock_image(cluster, catalog))
    }

    /// `vhd`, `stock`, or the id of an image that was built.
    #[must_use]
    pub fn word(&self) -> &str {
        match self {
            Self::Prepared(_) => "vhd",
            Self::Stock(_) => "stock",
            Self::Built(manifest) => &manifest.name,
        }
    }

    /// `publisher:offer:sku:version`, or name and id of an image that was built.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Prepared(image) | Self::Stock(image) => {
                let CatalogImage { publisher, offer, sku, version, .. } = image;
                format!("{publisher}:{offer}:{sku}:{version}")
            }
            Self::Built(manifest) => format!("{}, id {}, built {}", manifest.name, manifest.id, manifest.built),
        }
    }

    /// Its Windows build, `17763`.
    pub(super) fn build(&self) -> &str {
        match self {
            Self::Prepared(image) | Self::Stock(image) => &image.build,
            Self::Built(manifest) => &manifest.os.build,
        }
    }

    /// The pause image that nodes on it use.
    pub(super) fn pause_image<'a>(&self, cluster: &'a Cluster) -> &'a str {
        pause_image(cluster, self.build())
    }

    /// It has `c:\akse-cache`.
    pub(super) fn has_cache(&self) -> bool {
        !matches!(self, Self::Stock(_))
    }

    pub(super) fn has_feature(&self, name: &str) -> bool {
        let features = match self {
            Self::Prepared(image) | Self::Stock(image) => &image.features,
            Self::Built(manifest) => &manifest.features,
        };
        features.iter().any(|feature| feature == name)
    }

    pub(super) fn has_ssh_server(&self) -> bool {
        let capabilities = match self {
            Self::Prepared(image) | Self::Stock(image) => &image.capabilities,
            Self::Built(manifest) => &manifest.capabilities,
        };
        capabilities.iter().any(|name| name.starts_with(SSH_SERVER))
    }

    pub(super) fn has_container_image(&self, cluster: &Cluster, name: &str) -> bool {
        match self {
            Self::Prepared(image) => image.container_images.iter().any(|known| known == name),
            Self::Stock(_) => false,
            Self::Built(manifest) => manifest.runtime.name == cluster.windows.runtime.as_str() && manifest.has_image(name),
        }
    }

    /// Size of its OS disk in GB, as far as it is known.
    pub(super) fn os_disk_gb(&self, catalog: &Catalog) -> Option<u32> {
        match self {
            Self::Prepared(image) | Self::Stock(image) => {
                catalog.publisher(&image.publisher).map(|publisher| publisher.os_disk_gb(&image.sku))
            }
            Self::Built(_) => None,
        }
    }

    /// Where a node gets a file, and how many bytes it has as far as that is known: by the rules of the node, which go by the hash in the
    /// image's cache and take an engine that is there unless another version is asked for.
    pub(super) fn origin(&self, cluster: &Cluster, component: &Component) -> (Origin, u64) {
        let (version, pinned) = &cluster.windows.docker_version;
        match self {
            Self::Built(manifest) => match manifest.file_for(component) {
                _ if manifest.serves_docker(component, version, *pinned) => (Origin::Installed, 0),
                Some(file) => (Origin::Cached, file.bytes),
                None => (Origin::Downloaded, component.bytes),
            },
            Self::Prepared(image) | Self::Stock(image) => (of_catalog(cluster, image, component), component.bytes),
        }
    }
}

fn of_catalog(cluster: &Cluster, image: &CatalogImage, component: &Component) -> Origin {
    let is_cached = component.file_names().any(|name| image.files.iter().any(|file| file == name));
    match () {
        () if plan::has_engine(cluster, image, component) => Origin::Installed,
        () if is_cached => Origin::Cached,
        () if image.has(component) => Origin::Installed,
        () => Origin::Downloaded,
    }
}

fn listed<'a>(cluster: &Cluster, catalog: &'a Catalog) -> Option<&'a CatalogImage> {
    let WindowsImage::Marketplace { publisher, offer, sku, .. } = &cluster.windows.image else { return None };
    catalog.match_image(publisher, offer, sku)
}
