//! Locations of files that the definition names.

use crate::catalog::{Catalog, Component, ComponentId};
use crate::model::{Cluster, ContainerRuntime, Location, NetworkPlugin, WindowsImage};
use crate::plan::ClusterPlan;
use crate::report::codes::{cluster::NO_EFFECT, downloads as codes};
use crate::report::{Report, printable, show};
use crate::wire::paths;

pub(super) fn check(cluster: &Cluster, plan: &ClusterPlan, catalog: &Catalog, report: &mut Report) {
    if !cluster.has_windows() {
        return;
    }
    let components = plan.components();
    for (id, location) in cluster.windows.locations() {
        match components.iter().find(|component| component.id == id) {
            Some(component) => fetched(catalog, location, !component.sha256.is_empty(), report),
            None => idle(cluster, id, location, report),
        }
    }
    for component in components.iter().filter(|component| !cluster.windows.locations().any(|(id, _)| id == component.id)) {
        of_catalog(cluster, component, report);
    }
    let mut seen: Vec<&Location> = Vec::new();
    for script in cluster.windows_pools().filter_map(|pool| pool.pre_provision.as_ref()).map(|extension| &extension.url) {
        if !seen.contains(&script) {
            fetched(catalog, script, catalog.known_file(&script.url).is_some_and(|file| !file.sha256.is_empty()), report);
            seen.push(script);
        }
    }
    // the VHD is copied by Azure, not by the nodes
    if let WindowsImage::Vhd(location) = &cluster.windows.image {
        unencrypted(location, report);
    }
}

fn fetched(catalog: &Catalog, location: &Location, hash_known: bool, report: &mut Report) {
    unencrypted(location, report);
    retired(catalog, location, report);
    if !hash_known {
        let message = format!("nobody knows the hash of {}, so nodes take whatever they get", show(&location.path, location.file_name()));
        report.warning(codes::DOWNLOAD_HASH, location.path.clone(), message).help("add its SHA-256 in a catalog file, see `--catalog`");
    }
}

/// A file that no URL of the definition names: the finding is about the version that chose it.
fn of_catalog(cluster: &Cluster, component: &Component, report: &mut Report) {
    let (_, own_docker) = cluster.windows.docker_version;
    let at = || match component.id {
        ComponentId::Docker if own_docker => paths::windows().key("windowsDockerVersion"),
        _ => cluster.kubernetes_path.clone(),
    };
    let url = component.url();
    let file = printable(url.rsplit('/').next().unwrap_or_default().split('?').next().unwrap_or_default());
    if is_http(url) {
        let message = format!("the download of `{file}`, which the catalog names, is not encrypted, and can be replaced on the way");
        report.warning(codes::URL_HTTP, at(), message).help("take `https` in the catalog or in `--mirror`");
    }
    if component.sha256.is_empty() {
        let message = format!("nobody knows the hash of `{file}`, which the catalog names, so nodes take whatever they get");
        report.warning(codes::DOWNLOAD_HASH, at(), message).help("add its SHA-256 in a catalog file, see `--catalog`");
    }
}

fn is_http(url: &str) -> bool {
    url.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http:"))
}

fn retired(catalog: &Catalog, location: &Location, report: &mut Report) {
    let Some(now) = catalog.retired(&location.url) else { return };
    let host = location.url.split('/').nth(2).unwrap_or_default();
    let message = format!("{} was retired and serves nothing", show(&location.path, host));
    let finding = report.warning(codes::RETIRED_HOST, location.path.clone(), message);
    if now.is_empty() {
        finding.help("leave this out to get the catalog's, or name a place that has the file");
    } else {
        finding.help(format!("nodes ask `{}` first; write that", now.split('?').next().unwrap_or_default()));
    }
}

fn unencrypted(location: &Location, report: &mut Report) {
    if is_http(&location.url) {
        let message = "the download is not encrypted, and can be replaced on the way";
        report.warning(codes::URL_HTTP, location.path.clone(), message).help("take `https`");
    }
}

fn idle(cluster: &Cluster, id: ComponentId, location: &Location, report: &mut Report) {
    let (runtime, plugin) = (cluster.windows.runtime, cluster.network.plugin);
    let why = match id {
        ComponentId::Containerd if runtime == ContainerRuntime::Docker => "the container runtime is docker, so no containerd is installed",
        ComponentId::SdnPlugin => "the SDN plugin is for containerd with kubenet",
        ComponentId::AzureCni if plugin == NetworkPlugin::Kubenet => "the network plugin is kubenet, so azure CNI is not installed",
        ComponentId::CsiProxy => "`enableCSIProxy` is false, so nothing is fetched from here",
        _ => "no node fetches it",
    };
    report.warning(NO_EFFECT, location.path.clone(), why);
}
