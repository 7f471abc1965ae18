use super::Source;
use super::identity::secret_of;
use crate::catalog::{ComponentId, ImageChoice, KubernetesVersion};
use crate::model::{
    AdminCredentials, Cloud, ContainerRuntime, CsiProxy, ImageReference, RuntimeHandler, WindowsImage, WindowsSettings, WindowsUrls,
};
use crate::wire;

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
    WindowsSettings {
        admin: AdminCredentials {
            username: windows.admin_username.clone().unwrap_or_default(),
            password: secret_of(windows.admin_password.as_deref()),
        },
        image: image(source, runtime),
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
        pause_image: text(windows.windows_pause_image_url.as_ref())
            .or_else(|| text(spec.and_then(|spec| spec.windows_pause_image_url.as_ref())))
            .unwrap_or_else(|| source.catalog.pause_image().to_owned()),
        always_pull_pause_image: windows
            .always_pull_windows_pause_image
            .or_else(|| spec.and_then(|spec| spec.always_pull_windows_pause_image))
            .unwrap_or(false),
        csi_proxy: csi_proxy(source, cloud, external_cloud_provider),
        urls: urls(source),
        ssh_keys: windows.ssh_enabled.unwrap_or(true).then(|| ssh_keys(source)),
        secure_tls: windows.windows_secure_tls_enabled.unwrap_or(false),
        automatic_updates: windows.enable_automatic_updates.unwrap_or(false),
        license_type: windows.enable_ahub.map(|hybrid| if hybrid { "Windows_Server" } else { "None" }),
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
pub(crate) fn csi_proxy(source: &Source, cloud: &Cloud, external_cloud_provider: bool) -> Option<CsiProxy> {
    let given = text(source.windows.csi_proxy_url.as_ref());
    let enabled = source.windows.enable_csi_proxy.unwrap_or(external_cloud_provider || given.is_some());
    if !enabled {
        return None;
    }
    let url = given.or_else(|| text(kubernetes_spec(source).and_then(|spec| spec.csi_proxy_download_url.as_ref())));
    if url.is_none() {
        let version = super::resolve_version(source.properties, source.catalog, cloud.kind)?;
        source.catalog.component(ComponentId::CsiProxy, &version, &cloud.name)?;
    }
    Some(CsiProxy { url })
}

fn urls(source: &Source) -> WindowsUrls {
    let kubernetes = source.kubernetes;
    let spec = kubernetes_spec(source);
    let package = text(spec.and_then(|spec| spec.kube_binaries_sas_url_base.as_ref())).and_then(|base| {
        let cloud = super::cloud(source.definition);
        let version = super::resolve_version(source.properties, source.catalog, cloud.kind)?;
        Some(format!("{base}v{version}/windowszip/v{version}-1int.zip"))
    });
    WindowsUrls {
        kubernetes_package: text(kubernetes.custom_windows_package_url.as_ref()).or(package),
        node_binaries: text(kubernetes.windows_node_binaries_url.as_ref()),
        containerd: text(kubernetes.windows_containerd_url.as_ref()),
        sdn_plugin: text(kubernetes.windows_sdn_plugin_url.as_ref()),
        azure_cni: text(kubernetes.azure_cni_url_windows.as_ref())
            .or_else(|| text(spec.and_then(|spec| spec.vnet_cni_windows_plugins_download_url.as_ref()))),
    }
}

/// Own VHD, image resource, or marketplace, in this order (aks-engine img:14-42).
pub(crate) fn image(source: &Source, runtime: ContainerRuntime) -> WindowsImage {
    let windows = source.windows;
    if let Some(url) = text(windows.windows_image_source_url.as_ref()) {
        return WindowsImage::Vhd { url };
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
