use super::Source;
use super::identity::secret_of;
use crate::catalog::{Catalog, ComponentId, ImageChoice, KubernetesVersion};
use crate::model::{
    AdminCredentials, Cloud, ContainerRuntime, ImageReference, Location, RuntimeHandler, WindowsImage, WindowsSettings, WindowsUrls,
};
use crate::report::Path;
use crate::wire::{self, paths};

/// The runtime the definition asks for.
pub(crate) fn asked_runtime(kubernetes: &wire::KubernetesConfig) -> Option<ContainerRuntime> {
    match kubernetes.container_runtime.as_deref() {
        Some("containerd") => Some(ContainerRuntime::Containerd),
        Some("docker") => Some(ContainerRuntime::Docker),
        _ => None,
    }
}

/// docker is the peers' default; where it cannot work, containerd.
pub(crate) fn runtime(kubernetes: &wire::KubernetesConfig, version: &KubernetesVersion) -> ContainerRuntime {
    let asked = asked_runtime(kubernetes).unwrap_or(ContainerRuntime::Docker);
    if asked.works_with(version) { asked } else { ContainerRuntime::Containerd }
}

pub(super) fn settings(source: &Source, cloud: &Cloud, runtime: ContainerRuntime, external_cloud_provider: bool) -> WindowsSettings {
    let windows = source.windows;
    let handlers = windows.windows_runtimes.as_ref();
    let hyperv = handlers.and_then(|handlers| handlers.hyperv_runtimes.as_deref()).unwrap_or_default();
    let spec = kubernetes_spec(source);
    let image = image(source, runtime);
    let named =
        text(windows.windows_pause_image_url.as_ref()).or_else(|| text(spec.and_then(|spec| spec.windows_pause_image_url.as_ref())));
    let (pause_image, pause_images) = pause_images(source.catalog, named, &image);
    WindowsSettings {
        image,
        pause_image,
        pause_images,
        admin: AdminCredentials {
            username: windows.admin_username.clone().unwrap_or_default(),
            password: secret_of(windows.admin_password.as_deref()),
        },
        runtime,
        default_handler: match handlers.and_then(|handlers| handlers.default.as_deref()) {
            Some("hyperv") => RuntimeHandler::HyperV,
            _ => RuntimeHandler::Process,
        },
        hyperv_builds: hyperv.iter().filter_map(|handler| handler.build_number.clone()).collect(),
        docker_version: match text(windows.windows_docker_version.as_ref()) {
            Some(version) => (version, true),
            None => (source.catalog.docker_version().to_owned(), false),
        },
        always_pull_pause_image: windows
            .always_pull_windows_pause_image
            .or_else(|| spec.and_then(|spec| spec.always_pull_windows_pause_image))
            .unwrap_or(false),
        csi_proxy: csi_proxy(source, cloud, external_cloud_provider),
        telemetry_guid: text(spec.and_then(|spec| spec.windows_telemetry_guid.as_ref()))
            .unwrap_or_else(|| source.catalog.telemetry_guid().to_owned()),
        urls: urls(source),
        ssh_keys: windows.ssh_enabled.unwrap_or(true).then(|| ssh_keys(source)),
        secure_tls: windows.windows_secure_tls_enabled.unwrap_or(false),
        automatic_updates: windows.enable_automatic_updates.unwrap_or(false),
        license_type: windows.enable_ahub.map(|hybrid| if hybrid { "Windows_Server" } else { "None" }),
    }
}

/// The one that is named; else that of the image's build; else, where the image does not tell it, one for each build that needs its own.
fn pause_images(catalog: &Catalog, named: Option<String>, image: &WindowsImage) -> (String, Vec<(String, String)>) {
    let build = match image {
        WindowsImage::Marketplace { publisher, offer, sku, version } => catalog.build_of_image(publisher, offer, sku, version),
        WindowsImage::Vhd(_) | WindowsImage::Reference(_) => None,
    };
    match (named, build) {
        (Some(named), _) => (named, Vec::new()),
        (None, Some(build)) => (catalog.pause_image_for(build).to_owned(), Vec::new()),
        (None, None) => {
            let by_build = catalog.pause_images().map(|(build, image)| (build.to_owned(), image.to_owned()));
            (catalog.pause_image().to_owned(), by_build.collect())
        }
    }
}

/// Text that is there and not empty: aks-engine takes an empty value for none.
pub(super) fn text(field: Option<&String>) -> Option<String> {
    field.filter(|text| !text.is_empty()).cloned()
}

/// Defaults a custom cloud brings along (`customCloudProfile.azureEnvironmentSpecConfig`).
fn kubernetes_spec<'a>(source: &Source<'a>) -> Option<&'a wire::KubernetesSpecConfig> {
    let profile = source.properties.custom_cloud_profile.as_ref()?;
    profile.azure_environment_spec_config.as_ref()?.kubernetes_spec_config.as_ref()
}

/// Keys of the Linux profile are the administrators' keys on Windows, too (aks-engine eng:1051).
fn ssh_keys(source: &Source) -> Vec<String> {
    let ssh = source.properties.linux_profile.as_ref().and_then(|linux| linux.ssh.as_ref());
    let keys = ssh.and_then(|ssh| ssh.public_keys.as_deref()).unwrap_or_default();
    keys.iter().filter_map(|key| key.key_data.as_deref()).map(|key| key.trim().to_owned()).collect()
}

/// On when asked for, or, where the definition is silent, when storage drivers run outside Kubernetes (def:1225-1235).
pub(crate) fn csi_proxy(source: &Source, cloud: &Cloud, external_cloud_provider: bool) -> bool {
    let located = urls(source).csi_proxy.is_some();
    let enabled =
        source.windows.enable_csi_proxy.unwrap_or(external_cloud_provider || text(source.windows.csi_proxy_url.as_ref()).is_some());
    let known = || {
        let version = super::resolve_version(source.properties, source.catalog, cloud.kind)?;
        source.catalog.component(ComponentId::CsiProxy, &version, &cloud.name)
    };
    enabled && (located || known().is_some())
}

/// What the definition names, or the custom cloud brings along.
pub(crate) fn urls(source: &Source) -> WindowsUrls {
    let kubernetes = source.kubernetes;
    let none = wire::KubernetesSpecConfig::default();
    let spec = kubernetes_spec(source).unwrap_or(&none);
    let own = |key: &'static str, url: &Option<String>| location(paths::kubernetes().key(key), url.as_ref());
    let of_cloud = |key: &'static str, url: &Option<String>| location(paths::kubernetes_spec().key(key), url.as_ref());
    let package = of_cloud("kubeBinariesSASURLBase", &spec.kube_binaries_sas_url_base).and_then(|base| {
        let cloud = super::cloud(source.definition, source.catalog);
        let version = super::resolve_version(source.properties, source.catalog, cloud.kind)?;
        Some(Location { url: format!("{}v{version}/windowszip/v{version}-1int.zip", base.url), ..base })
    });
    WindowsUrls {
        kubernetes_package: own("customWindowsPackageURL", &kubernetes.custom_windows_package_url).or(package),
        node_binaries: own("windowsNodeBinariesURL", &kubernetes.windows_node_binaries_url),
        containerd: own("windowsContainerdURL", &kubernetes.windows_containerd_url),
        sdn_plugin: own("windowsSdnPluginURL", &kubernetes.windows_sdn_plugin_url),
        azure_cni: own("azureCNIURLWindows", &kubernetes.azure_cni_url_windows)
            .or_else(|| of_cloud("vnetCNIWindowsPluginsDownloadURL", &spec.vnet_cni_windows_plugins_download_url)),
        csi_proxy: location(paths::windows().key("csiProxyURL"), source.windows.csi_proxy_url.as_ref())
            .or_else(|| of_cloud("csiProxyDownloadURL", &spec.csi_proxy_download_url)),
    }
}

fn location(path: Path, url: Option<&String>) -> Option<Location> {
    Some(Location { url: text(url)?, path })
}

/// Own VHD, image resource, or marketplace, in this order (aks-engine img:14-42).
pub(crate) fn image(source: &Source, runtime: ContainerRuntime) -> WindowsImage {
    let windows = source.windows;
    if let Some(vhd) = location(paths::windows().key("WindowsImageSourceUrl"), windows.windows_image_source_url.as_ref()) {
        return WindowsImage::Vhd(vhd);
    }
    match windows.image_reference.as_ref().and_then(image_reference) {
        Some(reference) => WindowsImage::Reference(reference),
        None => marketplace(source, runtime),
    }
}

fn image_reference(reference: &wire::ImageReference) -> Option<ImageReference> {
    let (name, resource_group) = (text(reference.name.as_ref())?, text(reference.resource_group.as_ref())?);
    let gallery = (text(reference.gallery.as_ref()), text(reference.subscription_id.as_ref()), text(reference.version.as_ref()));
    Some(match gallery {
        (Some(gallery), Some(subscription), Some(version)) => {
            ImageReference::Gallery { subscription, resource_group, gallery, name, version }
        }
        _ => ImageReference::Managed { name, resource_group },
    })
}

/// What the definition leaves open is filled from the image that fits the runtime, or from the stock image when publisher
/// and offer are its own (aks-engine def:845-893).
fn marketplace(source: &Source, runtime: ContainerRuntime) -> WindowsImage {
    let (catalog, windows) = (source.catalog, source.windows);
    let stock = catalog.image(ImageChoice::Stock);
    let prepared = catalog.image(match runtime {
        ContainerRuntime::Containerd => ImageChoice::Containerd,
        ContainerRuntime::Docker => ImageChoice::Docker,
    });
    let (publisher, offer) = (text(windows.windows_publisher.as_ref()), text(windows.windows_offer.as_ref()));
    let same =
        |image: &crate::catalog::WindowsImage| publisher.as_deref() == Some(&image.publisher) && offer.as_deref() == Some(&image.offer);
    let candidate = if same(stock) { stock } else { prepared };
    let sku = text(windows.windows_sku.as_ref()).unwrap_or_else(|| candidate.sku.clone());
    let publisher = publisher.unwrap_or_else(|| candidate.publisher.clone());
    let offer = offer.unwrap_or_else(|| candidate.offer.clone());
    let pinned = [candidate, catalog.image(ImageChoice::Docker), catalog.image(ImageChoice::Containerd)];
    let known = pinned.iter().find(|image| image.publisher == publisher && image.offer == offer && image.sku == sku);
    let version = text(windows.image_version.as_ref()).unwrap_or_else(|| known.map_or("latest".to_owned(), |image| image.version.clone()));
    WindowsImage::Marketplace { publisher, offer, sku, version }
}
