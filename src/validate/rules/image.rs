//! The image of the Windows nodes: whether it is described completely, and whether it suits them.

use super::support::{all_of, either, given};
use super::{AS_OF, Facts, properties_path, windows_path};
use crate::catalog::{Component, ComponentId, ImageRuntime, OsBuild, WindowsImage as CatalogImage};
use crate::model::{ContainerRuntime, NetworkPlugin, WindowsImage};
use crate::report::codes::{network, pools, windows};
use crate::report::{Path, Report, numbered, show};
use crate::validate::defaults;
use crate::wire;

const STOCK_PUBLISHER: &str = "MicrosoftWindowsServer";
const PREPARED_PUBLISHER: &str = "microsoft-aks";
/// The first build whose containers have IPv6 addresses.
const DUAL_STACK_BUILD: u32 = 19041;
/// Windows Server 2019, and its first update with direct server return (KB4580390).
const DSR: (&str, u32) = ("17763", 1554);
const MB: u64 = 1_000_000;

/// Name and resource group belong together; pools and the control plane have nothing else.
pub(super) fn name_and_group(report: &mut Report, parent: &Path, reference: Option<&wire::ImageReference>) {
    let Some(reference) = reference else { return };
    let (name, group) = (given(reference.name.as_ref()), given(reference.resource_group.as_ref()));
    let absent = match (name, group) {
        (Some(_), None) => "resourceGroup",
        (None, Some(_)) => "name",
        _ => return,
    };
    incomplete(report, &parent.key("imageReference"), &[absent]);
}

fn incomplete(report: &mut Report, path: &Path, absent: &[&'static str]) {
    let verb = if absent.len() == 1 { "is" } else { "are" };
    let message = format!("{} {verb} missing, so this names no image", all_of(absent));
    report.error(pools::IMAGE_REFERENCE, path.clone(), message);
}

pub(super) fn check(facts: &Facts, report: &mut Report) {
    let Some(profile) = facts.windows.filter(|_| facts.has_windows()) else { return };
    reference(profile, report);
    let Some(WindowsImage::Marketplace { publisher, offer, sku, version }) = &facts.image else { return };
    let image = Image { facts, profile, publisher, offer, sku, version };
    containers_feature(&image, report);
    runtime(&image, report);
    cached(&image, report);
    if let Some((build, os)) = image.build() {
        end_of_life(&image, os, report);
        hyperv_builds(&image, build, os, report);
        pause_image(&image, build, os, report);
        dual_stack(&image, build, os, report);
        direct_server_return(&image, build, report);
    }
}

/// The peers take the marketplace image when this one is not complete.
fn reference(profile: &wire::WindowsProfile, report: &mut Report) {
    let Some(reference) = &profile.image_reference else { return };
    let fields = [
        ("name", &reference.name),
        ("resourceGroup", &reference.resource_group),
        ("gallery", &reference.gallery),
        ("subscriptionId", &reference.subscription_id),
        ("version", &reference.version),
    ];
    let has = |value: &Option<String>| given(value.as_ref()).is_some();
    let gallery = fields[2..].iter().any(|(_, value)| has(value));
    let needed = if gallery { &fields[..] } else { &fields[..2] };
    let absent: Vec<_> = needed.iter().filter(|(_, value)| !has(value)).map(|(key, _)| *key).collect();
    if !absent.is_empty() && fields.iter().any(|(_, value)| has(value)) {
        incomplete(report, &windows_path().key("imageReference"), &absent);
    }
}

/// A marketplace image with what chose it.
struct Image<'a> {
    facts: &'a Facts<'a>,
    profile: &'a wire::WindowsProfile,
    publisher: &'a str,
    offer: &'a str,
    sku: &'a str,
    version: &'a str,
}

impl<'a> Image<'a> {
    /// Where the definition names the SKU, or could.
    fn path(&self) -> Path {
        windows_path().key("WindowsSku")
    }

    fn of_catalog(&self) -> Option<&'a CatalogImage> {
        self.facts.catalog.match_image(self.publisher, self.offer, self.sku)
    }

    /// From what is known of the image, from its version, or from the words of its SKU.
    fn build(&self) -> Option<(&'a str, &'a OsBuild)> {
        let catalog = self.facts.catalog;
        let first = self.version.split('.').next().filter(|build| catalog.os_build(build).is_some());
        let known = self.of_catalog().map(|image| image.build.as_str());
        let build = first.or(known).or_else(|| catalog.build_of_sku(self.sku))?;
        Some((build, catalog.os_build(build)?))
    }

    fn is_stock(&self) -> bool {
        self.publisher.eq_ignore_ascii_case(STOCK_PUBLISHER)
    }

    fn is_prepared(&self) -> bool {
        self.publisher.eq_ignore_ascii_case(PREPARED_PUBLISHER)
    }
}

fn containers_feature(image: &Image, report: &mut Report) {
    if image.is_stock() && !image.sku.to_ascii_lowercase().contains("with-containers") {
        let message =
            format!("{} lacks the feature Containers, so every node restarts once before it joins", show(&image.path(), image.sku));
        report.warning(windows::CONTAINERS_FEATURE, image.path(), message);
    }
}

fn runtime(image: &Image, report: &mut Report) {
    let Some(wanted) = image.facts.runtime.filter(|_| image.is_prepared()) else { return };
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
    if os.end_of_life.as_str() >= AS_OF {
        return;
    }
    let message = format!("{} has had no fixes since {}", os.name, os.end_of_life);
    let tags = either(&os.base_image_tags);
    let help = format!("its nodes run containers of images tagged {tags} only; newer images need newer nodes");
    report.warning(windows::WINDOWS_END_OF_LIFE, image.path(), message).help(help);
}

fn hyperv_builds(image: &Image, build: &str, os: &OsBuild, report: &mut Report) {
    let handlers = image.profile.windows_runtimes.as_ref().and_then(|runtimes| runtimes.hyperv_runtimes.as_deref()).unwrap_or_default();
    if image.facts.runtime != Some(ContainerRuntime::Containerd) {
        return;
    }
    for (index, handler) in handlers.iter().enumerate() {
        let known = |build: &&str| super::runtime::HYPERV_BUILDS.contains(build);
        let guest = handler.build_number.as_deref().filter(known).unwrap_or_default();
        if matches!((guest.parse::<u32>(), build.parse::<u32>()), (Ok(guest), Ok(host)) if guest > host) {
            let path = windows_path().key("windowsRuntimes").key("hypervRuntimes").index(index).key("buildNumber");
            let message = format!("`{guest}` is newer than the nodes, which are build {build} ({})", os.name);
            report.warning(windows::HYPERV_BUILD, path, message);
        }
    }
}

/// Tags of single builds name the build in their words: `ltsc2022`, `3.4.1-windows-1809-amd64`.
fn pause_image(image: &Image, build: &str, os: &OsBuild, report: &mut Report) {
    let Some(pause) = given(image.profile.windows_pause_image_url.as_ref()) else { return };
    let tag = pause.rsplit_once(':').map(|(_, tag)| tag).filter(|tag| !tag.contains('/')).unwrap_or_default();
    let catalog = image.facts.catalog;
    let tells = |os: &OsBuild| tag.split('-').any(|word| os.base_image_tags.iter().any(|known| known.eq_ignore_ascii_case(word)));
    let told = catalog.os_builds().find(|other| catalog.os_build(other).is_some_and(tells));
    if let Some(told) = told.filter(|told| *told != build) {
        let path = windows_path().key("windowsPauseImageURL");
        let message = format!("{} is for build {told}, and the nodes are build {build} ({})", show(&path, pause), os.name);
        report
            .warning(windows::PAUSE_IMAGE_BUILD, path, message)
            .help(format!("the nodes run images tagged {}, or for several builds", either(&os.base_image_tags)));
    }
}

fn dual_stack(image: &Image, build: &str, os: &OsBuild, report: &mut Report) {
    let old = build.parse::<u32>().is_ok_and(|build| build < DUAL_STACK_BUILD);
    if image.facts.flags.enable_ipv6_dual_stack == Some(true) && old {
        let path = properties_path().key("featureFlags").key("enableIPv6DualStack");
        let message = format!("pods on {} (build {build}) have IPv4 addresses only, expected build {DUAL_STACK_BUILD} or later", os.name);
        report.warning(network::DUAL_STACK_BUILD, path, message);
    }
}

fn direct_server_return(image: &Image, build: &str, report: &mut Report) {
    let update = image.version.split('.').nth(1).and_then(|update| update.parse::<u32>().ok());
    let (dsr_build, least) = DSR;
    let old = build == dsr_build && image.version.starts_with(dsr_build) && update.is_some_and(|update| update < least);
    if image.facts.flags.enable_win_dsr == Some(true) && old {
        let path = windows_path().key("imageVersion");
        let message = format!("direct server return needs update {dsr_build}.{least} or later, found {}", show(&path, image.version));
        report.warning(windows::WIN_DSR_IMAGE, path, message);
    }
}

/// What a node downloads because its image does not have it.
fn cached(image: &Image, report: &mut Report) {
    let known = image.of_catalog();
    let missing: Vec<_> = needed(image.facts).into_iter().filter(|file| !known.is_some_and(|known| known.has(file))).collect();
    let bytes: u64 = missing.iter().map(|file| file.bytes).sum();
    let size = match (bytes, missing.len()) {
        (0, 1) => "it".to_owned(),
        (0, _) => "them".to_owned(),
        _ => format!("{} MB", bytes.div_ceil(MB)),
    };
    let names: Vec<_> = missing.iter().map(|file| file.id.as_str()).collect();
    if image.is_prepared() && !missing.is_empty() {
        let path = image.path();
        let message = match known {
            Some(_) => format!("the image lacks {}, so every node downloads {size}", all_of(&names)),
            None => format!("what {} has cached is not known, so every node may download {size}", show(&path, image.sku)),
        };
        report
            .warning(windows::NOT_CACHED, path, message)
            .help("leave the image out to get the one of the catalog, or fetch from a mirror near by (`--mirror`)");
    }
    let mirrored = missing.first().is_some_and(|file| image.facts.catalog.is_mirrored(file.url()));
    let certain = known.is_some() || image.is_stock();
    if image.facts.flags.block_outbound_internet == Some(true) && certain && !missing.is_empty() && !mirrored {
        let path = properties_path().key("featureFlags").key("blockOutboundInternet");
        let message =
            format!("nodes must download {} ({}), and have no way to the internet", numbered(missing.len(), "file"), names.join(", "));
        report
            .warning(windows::NO_OUTBOUND, path, message)
            .help("take an image that has everything, or fetch from a mirror inside the network (`--mirror`)");
    }
}

/// The catalog's components of a node, but for those the definition has of its own.
fn needed(facts: &Facts) -> Vec<Component> {
    let (Some(version), Some(runtime)) = (&facts.version, facts.runtime) else { return Vec::new() };
    let kubernetes = facts.kubernetes;
    let component = |id| facts.catalog.component(id, version, &facts.cloud.name);
    let unless = |url: Option<&String>, id| given(url).is_none().then(|| component(id)).flatten();
    let own_docker = facts.windows.and_then(|profile| given(profile.windows_docker_version.as_ref()));
    let runtime = match runtime {
        ContainerRuntime::Containerd => unless(kubernetes.windows_containerd_url.as_ref(), ComponentId::Containerd),
        ContainerRuntime::Docker => own_docker.map(|version| facts.catalog.docker(version)).or_else(|| component(ComponentId::Docker)),
    };
    let network = match facts.plugin {
        NetworkPlugin::Azure => unless(kubernetes.azure_cni_url_windows.as_ref(), ComponentId::AzureCni),
        NetworkPlugin::Kubenet => unless(kubernetes.windows_sdn_plugin_url.as_ref(), ComponentId::WinBridge),
    };
    let proxy = defaults::csi_proxy(facts.source, &facts.cloud, kubernetes.use_cloud_controller_manager == Some(true)).is_some();
    let own_proxy = facts.windows.and_then(|profile| profile.csi_proxy_url.as_ref());
    let proxy = if proxy { unless(own_proxy, ComponentId::CsiProxy) } else { None };
    let package = unless(kubernetes.custom_windows_package_url.as_ref(), ComponentId::Kubernetes);
    [package, runtime, network, proxy, component(ComponentId::CredentialProvider)].into_iter().flatten().collect()
}
