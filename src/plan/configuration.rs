//! The node configuration: keys as in the corpus facts, so that what a node is given can be compared with the peers'.

use super::setting::{Fact, Piece, Setting, Settings, Text};
use super::{NodeOptions, Step, vm_name_prefix};
use crate::catalog::{
    Catalog, Certificate, Component, ComponentId, ImageName, NodeSetting, Notice, ProgramName, ProxyUrl, RegistryMirror, SettingKind,
    SettingValue,
};
use crate::model::{Availability, Cluster, ContainerRuntime, DiskKind, Identity, Vnet, WindowsPool};

/// GB that must be usable on drive C of a prepared image: what its pods, logs and updates need at least.
const PREPARED_IMAGE_FREE_GB: u32 = 3;
/// GB of Windows' base images (nanoserver, servercore) when unpacked: the first pods bring them to a stock image.
const BASE_IMAGES_GB: u32 = 6;
/// An archive and what is in it, as multiples of the archive.
const UNPACKED_TIMES: u64 = 4;

macro_rules! settings {
    ($($key:literal: $value:expr),* $(,)?) => { [$(($key, Setting::from($value))),*] };
}

/// What is the same on every Windows node of the cluster.
pub(super) fn of_cluster(cluster: &Cluster, catalog: &Catalog, options: &NodeOptions, components: &[Component]) -> Settings {
    let mut all = Settings::new();
    all.extend(bootstrap(cluster, catalog, options, components));
    all.extend(kubernetes(cluster));
    all.extend(network(cluster, catalog));
    all.extend(azure(cluster));
    all.extend(identity(cluster));
    all.extend(runtime(cluster, catalog, components));
    all.extend(system(cluster, catalog));
    all.extend(nodes(cluster, catalog));
    all.extend(urls(cluster, catalog, components));
    without_blanks(all)
}

/// What may be different for this pool. Which keys stand here and which in [`of_cluster`] depends on no pool, and so neither does
/// their order.
pub(super) fn of_pool(cluster: &Cluster, catalog: &Catalog, pool: &WindowsPool, steps: &[&Step], components: &[Component]) -> Settings {
    let flags = &pool.kubelet;
    let mut all = Settings::from(settings! {
        "name": &*pool.name,
        "nodeLabels": node_labels(pool, flags.labels()),
        "nodeAddressFlag": flags.needs_address(&cluster.kubernetes),
        "healthCheck": flags.health_check(),
    });
    if flags.needs_reservation() {
        all.insert("memoryReservation", true.into());
    }
    all.insert("steps", steps.iter().map(|step| step.id).collect());
    all.insert("kubeletArgs", flags.args().collect());
    all.insert("components", components.iter().map(component).collect());
    if steps.iter().any(|step| step.id == "credential-provider") {
        all.insert("registryPatterns", registry_patterns(cluster).collect());
    }
    if !pool.disks.data_sizes_gb.is_empty() {
        all.insert("diskSizesGB", pool.disks.data_sizes_gb.iter().copied().collect());
        all.insert("remoteNvmeDisks", catalog.remote_nvme_disks().iter().collect());
    }
    if let Some(extension) = &pool.pre_provision {
        let value = Settings::from([("name", (&extension.name).into()), ("url", (&extension.url.url).into())]);
        all.insert("preProvision", Setting::Object(value));
    }
    without_blanks(all)
}

/// A key that stands for nothing is left out, in lists and objects, too: arm-ttk wants no blanks in a template, and they take room.
fn without_blanks(settings: Settings) -> Settings {
    settings.into_iter().filter_map(|(key, setting)| Some((key, filled(setting)?))).collect()
}

fn filled(setting: Setting) -> Option<Setting> {
    match setting {
        Setting::Text(text) if text.pieces().iter().all(|piece| *piece == Piece::Known(String::new())) => None,
        Setting::List(items) => {
            Some(Setting::List(items.into_iter().filter_map(filled).collect())).filter(|list| *list != Setting::List(Vec::new()))
        }
        Setting::Object(settings) => Some(Setting::Object(without_blanks(settings))),
        other => Some(other),
    }
}

fn bootstrap(cluster: &Cluster, catalog: &Catalog, options: &NodeOptions, components: &[Component]) -> Settings {
    let mut all = Settings::from(settings! {
        "generator": concat!("gen-cse ", env!("CARGO_PKG_VERSION")),
        "deadlineMinutes": options.deadline_minutes,
        "waitForKubelet": options.wait_for_kubelet,
        "kubeletTimeoutSeconds": options.kubelet_timeout_seconds,
        "stockImageFreeGB": stock_image_free_gb(components),
        "preparedImageFreeGB": PREPARED_IMAGE_FREE_GB,
        "pageFileMB": catalog.page_file_mb(),
        "windowsTelemetryGuid": &cluster.windows.telemetry_guid,
    });
    all.insert("osBuilds", catalog.os_builds().collect());
    let build = super::image_build(cluster, catalog);
    let used: Vec<_> = components.iter().collect();
    let notices = super::notices(cluster, catalog, &used).filter_map(|(_, notice)| node_notice(notice, build));
    let notices: Vec<_> = notices.collect();
    if !notices.is_empty() {
        all.insert("notices", notices.into_iter().collect());
    }
    all.insert("windowsSettings", catalog.node_settings(build).iter().map(windows_setting).collect());
    all
}

/// What a node tells when its patch level is one of those.
fn node_notice(notice: &Notice, build: Option<&str>) -> Option<Setting> {
    let patches = notice.windows.as_ref().filter(|patches| build.is_none_or(|build| build == patches.build))?;
    let text = format!("{}: {}; {}", notice.about, notice.remedy, notice.link);
    let mut all = Settings::from([("build", (&patches.build).into()), ("since", patches.since.into()), ("text", text.into())]);
    all.extend(patches.until.map(|patch| ("until", patch.into())));
    Some(Setting::Object(all))
}

fn windows_setting(setting: &NodeSetting) -> Setting {
    let value = match &setting.value {
        SettingValue::Number(number) => (*number).into(),
        SettingValue::Text(text) => text.into(),
    };
    let mut all = Settings::from([("path", (&setting.path).into()), ("name", (&setting.name).into()), ("value", value)]);
    if setting.kind != SettingKind::DWord {
        all.insert("kind", setting.kind.as_str().into());
    }
    all.extend(setting.build.as_ref().map(|build| ("build", build.into())));
    all.extend(setting.since.map(|patch| ("since", patch.into())));
    all.extend(setting.until.map(|patch| ("until", patch.into())));
    all.extend(setting.restart.then_some(("restart", true.into())));
    Setting::Object(all)
}

/// What a stock image needs beyond a prepared one: what is downloaded and unpacked, and the base images.
fn stock_image_free_gb(components: &[Component]) -> u32 {
    let bytes: u64 = components.iter().map(|component| component.bytes).sum();
    let unpacked = u32::try_from((bytes * UNPACKED_TIMES).div_ceil(1_000_000_000)).unwrap_or(u32::MAX);
    unpacked.saturating_add(PREPARED_IMAGE_FREE_GB + BASE_IMAGES_GB)
}

fn kubernetes(cluster: &Cluster) -> Settings {
    let mut all = Settings::from(settings! {
        "kubernetesVersion": cluster.kubernetes.to_string(),
        "enableHostsConfigAgent": cluster.hosts_config_agent,
    });
    all.insert("kubeProxyFeatureGates", cluster.kube_proxy_feature_gates.iter().collect());
    all.insert("kubeProxyArgs", kube_proxy(cluster).into_iter().collect());
    all
}

fn network(cluster: &Cluster, catalog: &Catalog) -> Settings {
    let network = &cluster.network;
    Settings::from(settings! {
        "networkPlugin": network.plugin.as_str(),
        "dualStack": network.dual_stack,
        "winDsr": network.win_dsr,
        "clusterCidr": join(&network.cluster_cidrs),
        "serviceCidr": join(&network.service_cidrs),
        "dnsServiceIp": network.dns_service_ip.to_string(),
        "clusterDomain": &cluster.cluster_domain,
        "masterSubnet": network.master_subnet.to_string(),
        "vnetCidr": network.vnet.cidr().to_string(),
        "apiServerIp": cluster.masters.api_server_ip.to_string(),
        "masterFqdnPrefix": cluster.dns_prefix.to_lowercase(),
        "loadBalancerSku": network.load_balancer_sku.as_str(),
        "excludeMasterFromStandardLB": network.exclude_master_from_standard_lb,
        "networkApiVersion": catalog.api_versions(cluster.cloud.kind).node_network.as_str(),
    })
}

/// Every argument of kube-proxy but for the node's name.
fn kube_proxy(cluster: &Cluster) -> Vec<String> {
    let mut args = vec!["--v=3".to_owned(), "--proxy-mode=kernelspace".to_owned(), r"--kubeconfig=c:\k\config".to_owned()];
    if cluster.network.win_dsr {
        args.push("--enable-dsr=true".to_owned());
    }
    if !cluster.kube_proxy_feature_gates.is_empty() {
        args.push(format!("--feature-gates={}", cluster.kube_proxy_feature_gates.join(",")));
    }
    args
}

fn azure(cluster: &Cluster) -> Settings {
    let masters = || Text::from("k8s-master-").fact(Fact::NameSuffix);
    let (vnet, subnet): (Text, &str) = match &cluster.network.vnet {
        Vnet::Managed { cloud_provider_subnet, .. } => (Text::from("k8s-vnet-").fact(Fact::NameSuffix), cloud_provider_subnet),
        Vnet::Custom { name, subnet, .. } => (name.as_str().into(), subnet),
    };
    let mut all = Settings::from(settings! {
        "targetEnvironment": &cluster.cloud.name,
        "tenantId": Fact::TenantId,
        "subscriptionId": Fact::SubscriptionId,
        "resourceGroup": Fact::ResourceGroup,
        "location": Fact::Location,
        "vmType": cluster.vm_type(),
        "subnetName": subnet,
        "vnetName": vnet,
        "securityGroupName": masters().text("-nsg"),
        "routeTableName": masters().text("-routetable"),
        "primaryAvailabilitySetName": primary_availability_set(cluster),
        "primaryScaleSetName": primary_scale_set(cluster),
        "useInstanceMetadata": cluster.use_instance_metadata,
    });
    if let Some(cloud) = &cluster.cloud.custom {
        all.insert("identitySystem", cloud.identity_system.as_str().into());
    }
    all
}

fn identity(cluster: &Cluster) -> Settings {
    let mut all = Settings::from(settings! {
        "useManagedIdentity": cluster.identity.is_managed(),
        "caCertificate": Fact::CaCertificate,
        "clientCertificate": Fact::ClientCertificate,
        "adminUsername": Fact::AdminUsername,
    });
    if let Identity::ServicePrincipal { .. } = cluster.identity {
        all.insert("servicePrincipalClientId", Fact::ServicePrincipalClientId.into());
    }
    all
}

fn runtime(cluster: &Cluster, catalog: &Catalog, components: &[Component]) -> Settings {
    let windows = &cluster.windows;
    let mut features = vec!["Containers"];
    if super::has_hyperv(cluster) {
        features.push("Hyper-V");
    }
    let mut all = Settings::from(settings! {
        "containerRuntime": windows.runtime.as_str(),
        "defaultRuntimeHandler": windows.default_handler.as_str(),
        "hypervRuntimeHandlers": windows.hyperv_builds.join(","),
        "dockerVersion": &windows.docker_version.0,
        "pauseImage": &windows.pause_image,
        "alwaysPullPauseImage": windows.always_pull_pause_image,
    });
    if windows.runtime == ContainerRuntime::Docker {
        all.insert("dockerVersionPinned", windows.docker_version.1.into());
    }
    if !windows.pause_images.is_empty() {
        all.insert("pauseImages", images_of_builds(windows.pause_images.iter().map(|(build, image)| (build.as_str(), image.as_str()))));
    }
    if super::has_hyperv(cluster) {
        all.insert("hypervPauseImages", images_of_builds(catalog.pause_images_of_one_build(&windows.pause_image)));
    }
    all.insert("windowsFeatures", features.into_iter().collect());
    let of_builds = super::components::of_builds(cluster, catalog, components);
    if !of_builds.is_empty() {
        all.insert("componentsOfBuilds", of_builds.iter().map(|(build, found)| component_of_build(build, found)).collect());
    }
    let mirror = |(registry, mirror): (&str, &RegistryMirror)| {
        let mut all = Settings::from([("registry", registry.into()), ("url", mirror.url().into())]);
        all.extend(mirror.authority().map(|authority| ("ca", authority.base64().into())));
        Setting::Object(all)
    };
    let mirrors: Vec<_> = catalog.registry_mirrors().map(mirror).collect();
    if !mirrors.is_empty() {
        all.insert("registryMirrors", mirrors.into_iter().collect());
    }
    all
}

fn images_of_builds<'a>(images: impl Iterator<Item = (&'a str, &'a str)>) -> Setting {
    images.map(|(build, image)| Setting::Object(Settings::from([("build", build.into()), ("image", image.into())]))).collect()
}

fn system(cluster: &Cluster, catalog: &Catalog) -> Settings {
    let keys = cluster.windows.ssh_keys.as_deref();
    let mut all = Settings::from(settings! {
        "sshEnabled": keys.is_some(),
        "secureTls": cluster.windows.secure_tls,
        "enableCsiProxy": cluster.windows.csi_proxy,
    });
    let files = super::container_user_files(cluster);
    if !files.is_empty() {
        all.insert("containerUserFiles", files.into_iter().collect());
    }
    if !catalog.inbound_ports().is_empty() {
        all.insert("inboundPorts", catalog.inbound_ports().iter().map(|port| u32::from(*port)).collect());
    }
    all.insert("sshKeys", keys.unwrap_or_default().iter().collect());
    all
}

/// What the catalog gives every node beside its files; nothing of it is told to a node that has nothing of it.
fn nodes(cluster: &Cluster, catalog: &Catalog) -> Settings {
    let nodes = catalog.nodes();
    let list = |key, items: Setting| matches!(&items, Setting::List(list) if !list.is_empty()).then_some((key, items));
    let proxy = super::proxy::of(catalog).map(|proxy| {
        let url = |key, url: &Option<ProxyUrl>| url.as_ref().map(|url| (key, Setting::from(&url.url)));
        let mut all: Settings = [url("http", &proxy.http), url("https", &proxy.https)].into_iter().flatten().collect();
        all.insert("noProxy", super::proxy::exceptions(cluster, proxy).into());
        ("proxy", Setting::Object(all))
    });
    let all = [
        nodes.container_disk_gb.map(|size| ("containerDiskGB", size.into())),
        nodes.max_parallel_image_pulls.filter(|_| cluster.kubernetes.at_least(1, 31)).map(|limit| ("maxParallelImagePulls", limit.into())),
        nodes.scan_layers.then(|| ("scanLayers", true.into())),
        list("pullImages", nodes.pull_images.iter().map(ImageName::as_str).collect()),
        list("crashDumps", nodes.crash_dumps.iter().map(ProgramName::as_str).collect()),
        list("trustedCertificates", nodes.trusted_certificates.iter().map(Certificate::base64).collect()),
        proxy,
    ];
    all.into_iter().flatten().collect()
}

/// The URLs by the names the peers give them; `components` repeats those that are used, with their hashes.
fn urls(cluster: &Cluster, catalog: &Catalog, components: &[Component]) -> Settings {
    let used = |id: ComponentId| {
        components.iter().find(|component| component.id == id).map_or(String::new(), |component| component.url().to_owned())
    };
    let azure_cni = super::components::azure_cni(cluster, catalog).map(|component| component.url().to_owned());
    Settings::from(settings! {
        "kubernetesPackageUrl": used(ComponentId::Kubernetes),
        "windowsNodeBinariesUrl": used(ComponentId::NodeBinaries),
        "containerdUrl": or_given(used(ComponentId::Containerd), cluster.windows.urls.containerd.as_ref().map(|location| &location.url)),
        "azureCniUrl": or_given(used(ComponentId::AzureCni), azure_cni.as_ref()),
        "sdnPluginUrl": or_given(used(ComponentId::SdnPlugin), cluster.windows.urls.sdn_plugin.as_ref().map(|location| &location.url)),
        "csiProxyUrl": used(ComponentId::CsiProxy),
    })
}

/// What the definition names is passed on where it is not used, too, as the peers do; never with its query.
fn or_given(used: String, given: Option<&String>) -> String {
    if used.is_empty() { given.and_then(|url| url.split('?').next()).unwrap_or_default().to_owned() } else { used }
}

fn component_of_build(build: &str, found: &Component) -> Setting {
    let mut all = match component(found) {
        Setting::Object(all) => all,
        _ => Settings::new(),
    };
    all.insert("build", build.into());
    Setting::Object(all)
}

fn component(component: &Component) -> Setting {
    let urls: Setting = component.urls.iter().collect();
    let hashes: Setting = component.sha256.iter().collect();
    Setting::Object(Settings::from([("id", component.id.as_str().into()), ("urls", urls), ("sha256", hashes)]))
}

/// Labels as aks-engine writes them (pkg/api/types.go `GetAgentKubernetesLabels`): ours first, then the pool's own, sorted; before
/// all those of its `kubeletConfig`.
fn node_labels(pool: &WindowsPool, of_kubelet: Option<&str>) -> Text {
    let mut ours = of_kubelet.map_or_else(String::new, |labels| format!("{labels},"));
    ours += &format!("kubernetes.azure.com/role=agent,agentpool={}", pool.name);
    if pool.disks.kind == DiskKind::Managed {
        ours += &format!(",storageprofile=managed,storagetier={}", storage_tier(&pool.vm_size));
    }
    let own: String = pool.labels.iter().map(|(key, value)| format!(",{key}={value}")).collect();
    Text::from(ours + ",kubernetes.azure.com/cluster=").fact(Fact::LabelResourceGroup).text(own)
}

/// Registries whose images the credential provider is asked for, those of single regions too: the kubelet compares part by part. A stack
/// has registries of its own, under its storage suffix, and no region of Azure near it.
fn registry_patterns(cluster: &Cluster) -> impl Iterator<Item = String> {
    let suffix = cluster.cloud.custom.as_ref().and_then(|cloud| cloud.environment.get("storageEndpointSuffix")?.as_str());
    let stack = suffix.filter(|suffix| !suffix.is_empty()).map(|suffix| format!("*.azsacr.{suffix}"));
    let registries = |prefix: &'static str| ["io", "cn", "de", "us"].map(|cloud| format!("{prefix}.azurecr.{cloud}"));
    let regional = registries("*.*.geo").into_iter().filter(|_| cluster.cloud.custom.is_none());
    registries("*").into_iter().chain(regional).chain(stack)
}

/// Premium disks fit sizes with an `s` in their second part (`Standard_D2s_v3`), as aks-engine guesses it.
pub(crate) fn storage_tier(vm_size: &str) -> &'static str {
    let premium = vm_size.split('_').nth(1).is_some_and(|part| part.to_lowercase().contains('s'));
    if premium { "Premium_LRS" } else { "Standard_LRS" }
}

fn primary_availability_set(cluster: &Cluster) -> Text {
    let first = cluster.primary_pool().filter(|_| cluster.vm_type() != "vmss");
    first.map_or_else(Text::default, |first| Text::from(format!("{}-availabilitySet-", first.name())).fact(Fact::NameSuffix))
}

fn primary_scale_set(cluster: &Cluster) -> Text {
    let first = cluster.primary_pool().filter(|first| first.availability() == Availability::ScaleSet);
    first.map_or_else(Text::default, |first| {
        vm_name_prefix(first.name(), 0, first.windows().is_some(), first.availability(), first.scale_set_name())
    })
}

fn join<T: ToString>(items: &[T]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}
