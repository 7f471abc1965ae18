use super::Decided;
use super::identity::secret_of;
use crate::catalog::{Catalog, ComponentId, Generation, ImageChoice, KubernetesVersion};
use crate::model::{
    AdminCredentials, ContainerRuntime, ImageReference, KeyVaultCertificates, Location, RuntimeHandler, WindowsImage, WindowsSettings,
    WindowsUrls,
};
use crate::validate::Parts;
use crate::wire::{self, At, KeyVaultCertificate, KeyVaultSecrets, KubernetesConfig, KubernetesSpecConfig, WindowsProfile};
use crate::words::VhdGeneration;

/// docker is the peers' default; where it cannot work, containerd.
pub(super) fn runtime(kubernetes: &At<KubernetesConfig>, version: &KubernetesVersion) -> ContainerRuntime {
    let asked = kubernetes.container_runtime().choice().unwrap_or(ContainerRuntime::Docker);
    if asked.works_with(version) { asked } else { ContainerRuntime::Containerd }
}

pub(super) fn settings(parts: &Parts, decided: &Decided, external_cloud_provider: bool) -> Option<WindowsSettings> {
    let (windows, catalog) = (&parts.windows, parts.catalog);
    let runtimes = windows.windows_runtimes();
    let spec = kubernetes_spec(parts);
    let image = decided.image.clone()?;
    let named = windows.windows_pause_image_url().text().or_else(|| spec.windows_pause_image_url().text());
    let (pause_image, pause_images) = pause_images(catalog, named, &image);
    Some(WindowsSettings {
        image,
        vhd_generation: vhd_generation(windows),
        pause_image,
        pause_images,
        admin: AdminCredentials {
            username: windows.admin_username().text().unwrap_or_default(),
            password: secret_of(windows.admin_password().given()),
        },
        runtime: decided.runtime?,
        default_handler: runtimes.default().choice().unwrap_or(RuntimeHandler::Process),
        hyperv_builds: runtimes.hyperv_runtimes().iter().filter_map(|handler| handler.build_number().value.cloned()).collect(),
        docker_version: match windows.windows_docker_version().text() {
            Some(version) => (version, true),
            None => (catalog.docker_version().to_owned(), false),
        },
        always_pull_pause_image: windows
            .always_pull_windows_pause_image()
            .get()
            .or_else(|| spec.always_pull_windows_pause_image().get())
            .unwrap_or(false),
        csi_proxy: csi_proxy(parts, decided, external_cloud_provider),
        telemetry_guid: spec.windows_telemetry_guid().text().unwrap_or_else(|| catalog.telemetry_guid().to_owned()),
        urls: decided.urls.clone(),
        ssh_keys: (!windows.ssh_enabled().is_false()).then(|| ssh_keys(parts)),
        secure_tls: windows.windows_secure_tls_enabled().is_true(),
        automatic_updates: windows.enable_automatic_updates().is_true(),
        license_type: windows.enable_ahub().get().map(|hybrid| if hybrid { "Windows_Server" } else { "None" }),
        key_vaults: windows.secrets().iter().map(|secrets| key_vault(&secrets)).collect(),
    })
}

/// Generation of an own VHD.
pub(crate) fn vhd_generation(windows: &At<WindowsProfile>) -> Generation {
    if windows.windows_image_generation().choice() == Some(VhdGeneration::V2) { Generation::V2 } else { Generation::V1 }
}

fn key_vault(secrets: &At<KeyVaultSecrets>) -> KeyVaultCertificates {
    let of = |certificate: At<KeyVaultCertificate>| Some((certificate.certificate_url().text()?, certificate.certificate_store().text()?));
    KeyVaultCertificates {
        vault: secrets.source_vault().id().text().unwrap_or_default(),
        certificates: secrets.vault_certificates().iter().filter_map(of).collect(),
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

/// Defaults a custom cloud brings along.
fn kubernetes_spec<'a>(parts: &Parts<'a>) -> At<'a, KubernetesSpecConfig> {
    parts.properties.custom_cloud_profile().azure_environment_spec_config().kubernetes_spec_config()
}

/// Keys of the Linux profile are the administrators' keys on Windows, too (aks-engine eng:1051).
fn ssh_keys(parts: &Parts) -> Vec<String> {
    let keys = parts.properties.linux_profile().ssh().public_keys();
    keys.iter().filter_map(|key| key.key_data().value).map(|key| key.trim().to_owned()).collect()
}

/// On when asked for, or, where the definition is silent, when storage drivers run outside Kubernetes (def:1225-1235).
fn csi_proxy(parts: &Parts, decided: &Decided, external_cloud_provider: bool) -> bool {
    let windows = &parts.windows;
    let default = || external_cloud_provider || windows.csi_proxy_url().given().is_some();
    let known = |version| parts.catalog.component(ComponentId::CsiProxy, version, None, &decided.cloud.name).is_some();
    let located = decided.urls.csi_proxy.is_some() || decided.version.as_ref().is_some_and(known);
    windows.enable_csi_proxy().get().unwrap_or_else(default) && located
}

/// What the definition names, or the custom cloud brings along.
pub(super) fn urls(parts: &Parts, version: Option<&KubernetesVersion>) -> WindowsUrls {
    let (kubernetes, spec) = (&parts.kubernetes, kubernetes_spec(parts));
    let package = || {
        let base = location(&spec.kube_binaries_sas_url_base())?;
        Some(Location { url: format!("{}v{version}/windowszip/v{version}-1int.zip", base.url, version = version?), ..base })
    };
    WindowsUrls {
        kubernetes_package: location(&kubernetes.custom_windows_package_url()).or_else(package),
        node_binaries: location(&kubernetes.windows_node_binaries_url()),
        containerd: location(&kubernetes.windows_containerd_url()),
        sdn_plugin: location(&kubernetes.windows_sdn_plugin_url()),
        azure_cni: location(&kubernetes.azure_cni_url_windows()).or_else(|| location(&spec.vnet_cni_windows_plugins_download_url())),
        csi_proxy: location(&parts.windows.csi_proxy_url()).or_else(|| location(&spec.csi_proxy_download_url())),
    }
}

fn location(at: &At<String>) -> Option<Location> {
    Some(Location { url: at.text()?, path: at.path.clone() })
}

/// Own VHD, image resource, or marketplace, in this order (aks-engine img:14-42).
pub(super) fn image(parts: &Parts, runtime: ContainerRuntime) -> WindowsImage {
    if let Some(vhd) = location(&parts.windows.windows_image_source_url()) {
        return WindowsImage::Vhd(vhd);
    }
    match image_reference(&parts.windows.image_reference()) {
        Some(reference) => WindowsImage::Reference(reference),
        None => marketplace(parts, runtime),
    }
}

fn image_reference(reference: &At<wire::ImageReference>) -> Option<ImageReference> {
    let (name, resource_group) = (reference.name().text()?, reference.resource_group().text()?);
    let gallery = (reference.gallery().text(), reference.subscription_id().text(), reference.version().text());
    Some(match gallery {
        (Some(gallery), Some(subscription), Some(version)) => {
            ImageReference::Gallery { subscription, resource_group, gallery, name, version }
        }
        _ => ImageReference::Managed { name, resource_group },
    })
}

/// What the definition leaves open is filled from the image that fits the runtime, or from the stock image when publisher
/// and offer are its own (aks-engine def:845-893).
fn marketplace(parts: &Parts, runtime: ContainerRuntime) -> WindowsImage {
    let (catalog, windows) = (parts.catalog, &parts.windows);
    let stock = catalog.image(ImageChoice::Stock);
    let prepared = catalog.image(match runtime {
        ContainerRuntime::Containerd => ImageChoice::Containerd,
        ContainerRuntime::Docker => ImageChoice::Docker,
    });
    let (publisher, offer) = (windows.windows_publisher(), windows.windows_offer());
    // Azure does not look at their case
    let same = |given: &str, known: &str| given.eq_ignore_ascii_case(known);
    let is = |at: &At<String>, known: &str| at.given().is_some_and(|given| same(given, known));
    let candidate = if is(&publisher, &stock.publisher) && is(&offer, &stock.offer) { stock } else { prepared };
    let sku = windows.windows_sku().text().unwrap_or_else(|| candidate.sku.clone());
    let publisher = publisher.text().unwrap_or_else(|| candidate.publisher.clone());
    let offer = offer.text().unwrap_or_else(|| candidate.offer.clone());
    let pinned = [candidate, catalog.image(ImageChoice::Docker), catalog.image(ImageChoice::Containerd)];
    let known = pinned.iter().find(|image| same(&image.publisher, &publisher) && same(&image.offer, &offer) && same(&image.sku, &sku));
    let version = windows.image_version().text();
    let version = version.unwrap_or_else(|| known.map_or("latest".to_owned(), |image| image.version.clone()));
    WindowsImage::Marketplace { publisher, offer, sku, version }
}
