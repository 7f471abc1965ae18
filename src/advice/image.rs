//! The image of the Windows nodes: whether it suits them, and what it spares them.

use crate::catalog::{Catalog, Component, ImageRuntime, OsBuild, WindowsImage as CatalogImage};
use crate::model::{Cluster, ContainerRuntime, WindowsImage, WindowsPool};
use crate::plan::ClusterPlan;
use crate::report::codes::{network, pools, windows};
use crate::report::{Path, Report, all_of, either, numbered, show};
use crate::wire::paths;

const MB: u64 = 1_000_000;
/// aks-engine docs/topics/windows-and-kubernetes.md advises this size, and calls the 30 GB of the small images too small.
const ADVISED_GB: u32 = 128;
const SMALL_GB: u32 = 30;

pub(super) fn check(cluster: &Cluster, plan: &ClusterPlan, catalog: &Catalog, report: &mut Report) {
    let WindowsImage::Marketplace { publisher, offer, sku, version } = &cluster.windows.image else { return };
    if !cluster.has_windows() {
        return;
    }
    let image = Image { cluster, catalog, publisher, offer, sku, version };
    containers_feature(&image, report);
    runtime(&image, report);
    cached(&image, &plan.components(), report);
    outbound(&image, report);
    for pool in cluster.windows_pools() {
        small_os_disk(&image, pool, report);
    }
    if let Some((build, os)) = image.build() {
        end_of_life(&image, os, report);
        hyperv_builds(&image, build, os, report);
        pause_image(&image, build, os, report);
        dual_stack(&image, build, os, report);
        direct_server_return(&image, build, os, report);
    }
}

/// A marketplace image with what chose it.
struct Image<'a> {
    cluster: &'a Cluster,
    catalog: &'a Catalog,
    publisher: &'a str,
    offer: &'a str,
    sku: &'a str,
    version: &'a str,
}

impl<'a> Image<'a> {
    /// Where the definition names the SKU, or could.
    fn path(&self) -> Path {
        paths::windows().key("WindowsSku")
    }

    fn of_catalog(&self) -> Option<&'a CatalogImage> {
        let listed = self.catalog.match_image(self.publisher, self.offer, self.sku);
        listed
            .filter(|image| !image.is_prepared())
            .or_else(|| self.catalog.prepared_image(self.publisher, self.offer, self.sku, self.version))
    }

    fn build(&self) -> Option<(&'a str, &'a OsBuild)> {
        let build = self.catalog.build_of_image(self.publisher, self.offer, self.sku, self.version)?;
        Some((build, self.catalog.os_build(build)?))
    }

    fn runtime(&self) -> ContainerRuntime {
        self.cluster.windows.runtime
    }

    fn is_stock(&self) -> bool {
        self.catalog.publisher(self.publisher).is_some_and(|publisher| !publisher.prepared)
    }

    fn is_prepared(&self) -> bool {
        self.catalog.publisher(self.publisher).is_some_and(|publisher| publisher.prepared)
    }
}

fn containers_feature(image: &Image, report: &mut Report) {
    if image.is_stock() && !Catalog::has_containers_feature(image.sku) {
        let message =
            format!("{} lacks the feature Containers, so every node restarts once before it joins", show(&image.path(), image.sku));
        report.warning(windows::CONTAINERS_FEATURE, image.path(), message);
    }
}

fn runtime(image: &Image, report: &mut Report) {
    if !image.is_prepared() {
        return;
    }
    let wanted = image.runtime();
    let words = image.sku.to_ascii_lowercase();
    let containerd = match image.of_catalog() {
        Some(known) => known.runtime == ImageRuntime::Containerd,
        None => words.contains("ctrd") || words.contains("containerd"),
    };
    let has = if containerd { ContainerRuntime::Containerd } else { ContainerRuntime::Docker };
    if has != wanted {
        let (has, wanted) = (has.as_str(), wanted.as_str());
        let message = format!("{} has {has}, and the nodes use {wanted}", show(&image.path(), image.sku));
        report.warning(windows::IMAGE_RUNTIME, image.path(), message).help(format!("leave the image out to get the one with {wanted}"));
    }
}

fn end_of_life(image: &Image, os: &OsBuild, report: &mut Report) {
    if os.end_of_life.as_str() >= image.catalog.as_of() {
        return;
    }
    let message = format!("{} has had no fixes since {}", os.name, os.end_of_life);
    let tags = either(&os.base_image_tags);
    let help = format!("its nodes run containers of images tagged {tags} only; newer images need newer nodes");
    report.warning(windows::WINDOWS_END_OF_LIFE, image.path(), message).help(help);
}

fn hyperv_builds(image: &Image, build: &str, os: &OsBuild, report: &mut Report) {
    if image.runtime() != ContainerRuntime::Containerd {
        return;
    }
    for (index, guest) in image.cluster.windows.hyperv_builds.iter().enumerate() {
        if matches!((guest.parse::<u32>(), build.parse::<u32>()), (Ok(guest), Ok(host)) if guest > host) {
            let path = paths::windows().key("windowsRuntimes").key("hypervRuntimes").index(index).key("buildNumber");
            let message = format!("`{guest}` is newer than the nodes, which are build {build} ({})", os.name);
            report.warning(windows::HYPERV_BUILD, path, message);
        }
    }
}

/// Tags of single builds name the build in their words: `ltsc2022`, `3.4.1-windows-1809-amd64`.
fn pause_image(image: &Image, build: &str, os: &OsBuild, report: &mut Report) {
    let pause = &image.cluster.windows.pause_image;
    let tag = pause.rsplit_once(':').map(|(_, tag)| tag).filter(|tag| !tag.contains('/')).unwrap_or_default();
    let catalog = image.catalog;
    let tells = |os: &OsBuild| tag.split('-').any(|word| os.base_image_tags.iter().any(|known| known.eq_ignore_ascii_case(word)));
    let told = catalog.os_builds().find(|other| catalog.os_build(other).is_some_and(tells));
    if let Some(told) = told.filter(|told| *told != build) {
        let path = paths::windows().key("windowsPauseImageURL");
        let message = format!("{} is for build {told}, and the nodes are build {build} ({})", show(&path, pause), os.name);
        report
            .warning(windows::PAUSE_IMAGE_BUILD, path, message)
            .help(format!("the nodes run images tagged {}, or for several builds", either(&os.base_image_tags)));
    }
}

fn dual_stack(image: &Image, build: &str, os: &OsBuild, report: &mut Report) {
    if image.cluster.network.dual_stack && os.ipv4_only {
        let catalog = image.catalog;
        let others: Vec<_> = catalog.os_builds().filter(|build| catalog.os_build(build).is_some_and(|os| !os.ipv4_only)).collect();
        let path = paths::properties().key("featureFlags").key("enableIPv6DualStack");
        let message = format!("pods on {} (build {build}) have IPv4 addresses only, expected build {}", os.name, either(&others));
        report.warning(network::DUAL_STACK_BUILD, path, message);
    }
}

fn direct_server_return(image: &Image, build: &str, os: &OsBuild, report: &mut Report) {
    let mut version = image.version.split('.');
    let update = version.next().filter(|told| *told == build).and_then(|_| version.next()?.parse::<u32>().ok());
    let least = os.direct_server_return_since.filter(|least| update.is_some_and(|update| update < *least));
    if let Some(least) = least.filter(|_| image.cluster.network.win_dsr) {
        let path = paths::windows().key("imageVersion");
        let message = format!("direct server return needs update {build}.{least} or later, found {}", show(&path, image.version));
        report.warning(windows::WIN_DSR_IMAGE, path, message);
    }
}

/// What a node downloads because its image does not have it.
fn cached(image: &Image, components: &[&Component], report: &mut Report) {
    let known = image.of_catalog();
    let missing: Vec<_> = components.iter().copied().filter(|file| !known.is_some_and(|known| known.has(file))).collect();
    if image.is_prepared() {
        not_cached(image, &missing, report);
    }
    let mirrored = missing.iter().all(|file| image.catalog.is_mirrored(file.url()));
    let certain = known.is_some() || image.is_stock();
    if image.cluster.network.outbound_blocked && certain && !missing.is_empty() && !mirrored {
        let path = paths::properties().key("featureFlags").key("blockOutboundInternet");
        let names: Vec<_> = missing.iter().map(|file| file.id.as_str()).collect();
        let message =
            format!("nodes must download {} ({}), and have no way to the internet", numbered(missing.len(), "file"), names.join(", "));
        report
            .warning(windows::NO_OUTBOUND, path, message)
            .help("take an image that has everything, or fetch from a mirror inside the network (`--mirror`)");
    }
}

/// What a stock image has from elsewhere than the places of the files.
fn outbound(image: &Image, report: &mut Report) {
    let windows = &image.cluster.windows;
    if !image.cluster.network.outbound_blocked || !image.is_stock() {
        return;
    }
    let registry = windows.pause_image.split('/').next().unwrap_or_default();
    let mirrored = image.catalog.registry_mirrors().any(|(known, _)| known == registry);
    let pause = (!mirrored).then(|| format!("the image {} from its registry", show(&image.path(), &windows.pause_image)));
    let ssh = windows.ssh_keys.is_some().then(|| "OpenSSH from Windows Update".to_owned());
    let needed: Vec<_> = [pause, ssh].into_iter().flatten().collect();
    if !needed.is_empty() {
        let path = paths::properties().key("featureFlags").key("blockOutboundInternet");
        let message = format!("nodes also need {}, and have no way to the internet", needed.join(" and "));
        report
            .warning(windows::OUTBOUND_OTHER, path, message)
            .help("take a prepared image, name `registryMirrors` in the catalog, or set `sshEnabled` to false");
    }
}

/// Only of files that the catalog chose: an image has none of those that a definition brings along.
fn not_cached(image: &Image, missing: &[&Component], report: &mut Report) {
    let own = |file: &Component| image.cluster.windows.locations().any(|(id, _)| id == file.id);
    let missing: Vec<_> = missing.iter().filter(|file| !own(file)).collect();
    let names: Vec<_> = missing.iter().map(|file| file.id.as_str()).collect();
    if missing.is_empty() {
        return;
    }
    let bytes: u64 = missing.iter().map(|file| file.bytes).sum();
    let size = match (bytes, missing.len()) {
        (0, 1) => "it".to_owned(),
        (0, _) => "them".to_owned(),
        _ => format!("{} MB", bytes.div_ceil(MB)),
    };
    let path = image.path();
    let message = match image.of_catalog() {
        Some(_) => format!("the image lacks {}, so every node downloads {size}", all_of(&names)),
        None => format!("what {} has cached is not known, so every node may download {size}", show(&path, image.sku)),
    };
    let mirrored = missing.iter().all(|file| image.catalog.is_mirrored(file.url()));
    let near = if mirrored { "" } else { ", or fetch from a mirror near by (`--mirror`)" };
    report.warning(windows::NOT_CACHED, path, message).help(format!("leave the image out to get the one of the catalog{near}"));
}

/// Where the size of the image is known.
fn small_os_disk(image: &Image, pool: &WindowsPool, report: &mut Report) {
    let Some(least) = image.catalog.publisher(image.publisher).map(|publisher| publisher.os_disk_gb(image.sku)) else { return };
    let path = paths::pool(pool.index).key("osDiskSizeGB");
    let help = format!("set `\"osDiskSizeGB\": {ADVISED_GB}`");
    match pool.disks.os_size_gb {
        Some(size) if size < least => {
            let message = format!("found `{size}` GB, and the image has {least} GB: a disk cannot be smaller than its image");
            report.warning(pools::OS_DISK_SMALL, path, message).help(help);
        }
        None | Some(SMALL_GB) if least <= SMALL_GB => {
            let message = format!("the nodes have an OS disk of {SMALL_GB} GB, which container images fill soon");
            report.warning(pools::OS_DISK_SMALL, path, message).help(help);
        }
        _ => {}
    }
}
