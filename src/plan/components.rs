//! Which files a node needs, and what of it the expected image has.

use super::NodeSecret;
use crate::catalog::{Catalog, Component, ComponentId, ImageChoice, ImageRuntime, WindowsImage as CatalogImage};
use crate::model::{Cluster, ContainerRuntime, Location, NetworkPlugin, Secret, WindowsImage, WindowsPool};
use serde::Serialize;

/// What a node downloads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Downloads {
    /// Files a node on a stock image downloads.
    pub stock_files: usize,
    /// Their size in bytes, as far as it is known.
    pub stock_bytes: u64,
    /// Files of those that the expected image has cached; 0 for a stock or unknown image.
    pub cached_files: usize,
    /// Their size in bytes.
    pub cached_bytes: u64,
    /// Files whose hash nobody knows.
    pub unverified_files: usize,
}

/// The components of every Windows node and the secret queries of their URLs, which do not belong into the configuration.
pub(super) fn needed(cluster: &Cluster, catalog: &Catalog) -> (Vec<Component>, Vec<NodeSecret>) {
    let mut queries = Vec::new();
    let components = list(cluster, catalog)
        .into_iter()
        .map(|mut component| {
            if let [url] = &mut component.urls[..]
                && let Some((plain, query)) = url.clone().split_once('?')
            {
                plain.clone_into(url);
                queries.push(NodeSecret::UrlQuery { id: component.id.as_str().to_owned(), query: Secret::Text(query.to_owned()) });
            }
            component
        })
        .collect();
    (components, queries)
}

fn list(cluster: &Cluster, catalog: &Catalog) -> Vec<Component> {
    let urls = &cluster.windows.urls;
    let ours = |id| from_catalog(cluster, catalog, id);
    let theirs = |id, location: &Option<Location>| location.as_ref().map(|location| catalog.named(id, &location.url));
    let mut all = vec![theirs(ComponentId::Kubernetes, &urls.kubernetes_package).or_else(|| ours(ComponentId::Kubernetes))];
    all.push(theirs(ComponentId::NodeBinaries, &urls.node_binaries));
    all.push(match cluster.windows.runtime {
        ContainerRuntime::Containerd => theirs(ComponentId::Containerd, &urls.containerd).or_else(|| ours(ComponentId::Containerd)),
        ContainerRuntime::Docker => Some(catalog.docker(&cluster.windows.docker_version.0)),
    });
    all.push(match cluster.network.plugin {
        NetworkPlugin::Azure => azure_cni(cluster, catalog),
        NetworkPlugin::Kubenet if cluster.windows.runtime == ContainerRuntime::Containerd && urls.sdn_plugin.is_some() => {
            theirs(ComponentId::SdnPlugin, &urls.sdn_plugin)
        }
        NetworkPlugin::Kubenet => ours(ComponentId::WinBridge),
    });
    if cluster.windows.csi_proxy {
        all.push(theirs(ComponentId::CsiProxy, &urls.csi_proxy).or_else(|| ours(ComponentId::CsiProxy)));
    }
    all.into_iter().flatten().collect()
}

/// What nodes of this pool need beside [the components of all](needed).
pub(super) fn of_pool(cluster: &Cluster, catalog: &Catalog, pool: &WindowsPool) -> Option<Component> {
    if pool.kubelet.uses_credential_provider() { from_catalog(cluster, catalog, ComponentId::CredentialProvider) } else { None }
}

pub(super) fn azure_cni(cluster: &Cluster, catalog: &Catalog) -> Option<Component> {
    match &cluster.windows.urls.azure_cni {
        Some(location) => Some(catalog.named(ComponentId::AzureCni, &location.url)),
        None => from_catalog(cluster, catalog, ComponentId::AzureCni),
    }
}

fn from_catalog(cluster: &Cluster, catalog: &Catalog, id: ComponentId) -> Option<Component> {
    catalog.component(id, &cluster.kubernetes, super::image_build(cluster, catalog), &cluster.cloud.name)
}

/// What nodes have instead when their Windows, which the image does not tell, turns out to be of one of these builds.
pub(super) fn of_builds(cluster: &Cluster, catalog: &Catalog, components: &[Component]) -> Vec<(String, Component)> {
    if super::image_build(cluster, catalog).is_some() || cluster.windows.urls.containerd.is_some() {
        return Vec::new();
    }
    let usual = components.iter().find(|component| component.id == ComponentId::Containerd);
    let of = |build: &str| catalog.component(ComponentId::Containerd, &cluster.kubernetes, Some(build), &cluster.cloud.name);
    let different = |build: &str| of(build).filter(|found| usual.is_some_and(|usual| usual.urls != found.urls));
    catalog.os_builds().filter_map(|build| Some((build.to_owned(), different(build)?))).collect()
}

/// What nodes need on this Windows build, which their image may not have told; as `Set-ComponentOfBuild` has it on the node.
#[cfg(feature = "vhd")]
pub(crate) fn on_build(cluster: &Cluster, catalog: &Catalog, components: &[Component], build: &str) -> Vec<Component> {
    let others = of_builds(cluster, catalog, components);
    let other = |component: &Component| others.iter().find(|(of, other)| of == build && other.id == component.id);
    components.iter().map(|component| other(component).map_or(component, |(_, other)| other).clone()).collect()
}

/// The catalog's entry of the chosen marketplace image when that image carries a cache.
pub(super) fn prepared_image<'a>(cluster: &Cluster, catalog: &'a Catalog) -> Option<&'a CatalogImage> {
    let WindowsImage::Marketplace { publisher, offer, sku, version } = &cluster.windows.image else { return None };
    catalog.prepared_image(publisher, offer, sku, version)
}

/// The stock image of the definition or, where it names another kind, the catalog's.
pub(crate) fn stock_image(cluster: &Cluster, catalog: &Catalog) -> CatalogImage {
    let default = catalog.image(ImageChoice::Stock);
    let WindowsImage::Marketplace { publisher, offer, sku, version } = &cluster.windows.image else { return default.clone() };
    let listed = catalog.match_image(publisher, offer, sku);
    if catalog.publisher(publisher).is_some_and(|publisher| publisher.prepared) || listed.is_some() {
        return listed.filter(|image| !image.is_prepared()).unwrap_or(default).clone();
    }
    let build = catalog.build_of_sku(sku).unwrap_or(&default.build).to_owned();
    let features = if Catalog::has_containers_feature(sku) { vec!["Containers".to_owned()] } else { Vec::new() };
    let (publisher, offer, sku, version) = (publisher.clone(), offer.clone(), sku.clone(), version.clone());
    // an engine is there where the feature is, on the builds whose default stock image has one
    let runtime = if build == default.build && !features.is_empty() { default.runtime } else { ImageRuntime::Containerd };
    CatalogImage { publisher, offer, sku, version, build, features, runtime, ..default.clone() }
}

/// The engine of the image is taken as it is: it is docker's, and the definition asks for no version.
pub(crate) fn has_engine(cluster: &Cluster, image: &CatalogImage, component: &Component) -> bool {
    let (_, pinned) = &cluster.windows.docker_version;
    component.id == ComponentId::Docker && image.runtime == ImageRuntime::Docker && !pinned
}

pub(super) fn downloads(cluster: &Cluster, catalog: &Catalog, components: &[Component]) -> Downloads {
    let stock = stock_image(cluster, catalog);
    let wanted: Vec<_> = components.iter().filter(|component| !has_engine(cluster, &stock, component)).collect();
    let image = prepared_image(cluster, catalog);
    let cached: Vec<_> = wanted.iter().filter(|component| image.is_some_and(|image| image.has(component))).collect();
    Downloads {
        stock_files: wanted.len(),
        stock_bytes: wanted.iter().map(|component| component.bytes).sum(),
        cached_files: cached.len(),
        cached_bytes: cached.iter().map(|component| component.bytes).sum(),
        unverified_files: wanted.iter().filter(|component| component.sha256.is_empty()).count(),
    }
}
