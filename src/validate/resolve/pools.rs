use super::Decided;
use super::identity::{secret_at, secret_of};
use super::kubelet::max_pods;
use crate::catalog::VmSizes;
use crate::model::{
    AgentPool, Availability, Caching, Capacity, DiskKind, Disks, Eviction, KubeletFlags, LinuxPool, LoadBalancerSku, Location,
    NetworkPlugin, OsType, PoolName, PreProvision, Priority, Secret, SecurityType, WindowsPool,
};
use crate::validate::Parts;
use crate::wire::{AgentPoolProfile, At, ExtensionProfile, KubernetesConfig, TextMap};
use crate::words::SecurityKind;

/// Where extensions come from when their profile names no root (apic:488); their scripts are the user's choice.
const DEFAULT_EXTENSION_ROOT: &str = "https://raw.githubusercontent.com/Azure/aks-engine/master/";

/// Scale sets are the default, except on Azure Stack Hub (def:743).
pub(crate) fn availability(pool: &At<AgentPoolProfile>, azure_stack: bool) -> Availability {
    let usual = if azure_stack { Availability::Set } else { Availability::ScaleSet };
    pool.availability_profile().choice().unwrap_or(usual)
}

impl At<'_, AgentPoolProfile> {
    /// Its nodes run Windows.
    pub(crate) fn is_windows(&self) -> bool {
        self.os_type().choice() == Some(OsType::Windows)
    }
}

pub(super) fn pools(parts: &Parts, decided: &Decided, kubelet: impl Fn(&TextMap) -> KubeletFlags) -> Option<Vec<AgentPool>> {
    let pool = |(index, pool): (usize, &At<AgentPoolProfile>)| {
        Some(if pool.is_windows() {
            AgentPool::Windows(Box::new(windows_pool(parts, decided, &kubelet, index, pool)?))
        } else {
            AgentPool::Linux(LinuxPool {
                name: PoolName::new(pool.name().given()?)?,
                availability: availability(pool, decided.azure_stack),
                scale_set_name: pool.vmss_name().text(),
            })
        })
    };
    parts.pools.iter().enumerate().map(pool).collect()
}

fn windows_pool(
    parts: &Parts,
    decided: &Decided,
    kubelet: impl Fn(&TextMap) -> KubeletFlags,
    index: usize,
    pool: &At<AgentPoolProfile>,
) -> Option<WindowsPool> {
    let azure_stack = decided.azure_stack;
    Some(WindowsPool {
        name: PoolName::new(pool.name().given()?)?,
        index,
        count: u32::try_from(pool.count().get()?).ok()?,
        vm_size: pool.vm_size().text()?,
        availability: availability(pool, azure_stack),
        zones: pool.availability_zones().value.cloned().unwrap_or_default(),
        disks: disks(pool),
        ip_address_count: addresses(decided.plugin, &parts.kubernetes, pool),
        vnet_subnet_id: pool.vnet_subnet_id().text(),
        accelerated_networking: !azure_stack && pool.accelerated_networking_enabled_windows().is_true(),
        priority: priority(pool),
        scale_set_name: pool.vmss_name().text(),
        single_placement_group: single_placement_group(pool, decided.load_balancer_sku),
        overprovision: pool.vmss_over_provisioning_enabled().is_true(),
        encryption_at_host: !azure_stack && pool.encryption_at_host().is_true(),
        security: security(pool).filter(|_| !azure_stack),
        nvme: !azure_stack && parts.catalog.vm_size(pool.vm_size().given()?).is_some_and(VmSizes::needs_nvme),
        node_public_ip: pool.enable_vmss_node_public_ip().is_true(),
        proximity_placement_group: pool.proximity_placement_group_id().text(),
        backend_address_pools: pool.load_balancer_backend_address_pool_ids().value.cloned(),
        fault_domains: pool.platform_fault_domain_count().get(),
        update_domains: pool.platform_update_domain_count().get(),
        tags: pool.custom_vm_tags().value.into_iter().flatten().map(|(key, value)| (key.clone(), value.clone())).collect(),
        labels: labels(pool),
        kubelet: kubelet(pool.kubernetes_config().kubelet_config().value.unwrap_or(&TextMap::new())),
        pre_provision: pre_provision(parts, pool),
    })
}

fn security(pool: &At<AgentPoolProfile>) -> Option<SecurityType> {
    let (secure_boot, vtpm) = (!pool.secure_boot_enabled().is_false(), !pool.v_tpm_enabled().is_false());
    Some(match pool.security_type().choice()? {
        SecurityKind::Standard => SecurityType::Standard,
        SecurityKind::TrustedLaunch => SecurityType::TrustedLaunch { secure_boot, vtpm },
    })
}

fn disks(pool: &At<AgentPoolProfile>) -> Disks {
    let size = |gb: i64| u32::try_from(gb).ok().filter(|gb| *gb > 0);
    let kind = pool.storage_profile().choice().unwrap_or(DiskKind::Managed);
    // a disk of the host can only be cached for reading
    let os_caching = match kind {
        DiskKind::Ephemeral => Caching::ReadOnly,
        DiskKind::Managed | DiskKind::StorageAccount => pool.os_disk_caching_type().choice().unwrap_or(Caching::ReadWrite),
    };
    Disks {
        kind,
        os_size_gb: pool.os_disk_size_gb().get().and_then(size),
        os_caching,
        data_caching: pool.data_disk_caching_type().choice().unwrap_or(Caching::ReadOnly),
        data_sizes_gb: pool.disk_sizes_gb().value.into_iter().flatten().copied().filter_map(size).collect(),
        encryption_set: pool.disk_encryption_set_id().text(),
        ultra_ssd: pool.ultra_ssd_enabled().is_true(),
    }
}

/// Addresses a node takes of its subnet: one for itself and, with azure CNI, one for each of its pods (def:642-657).
pub(crate) fn addresses(plugin: NetworkPlugin, kubernetes: &At<KubernetesConfig>, pool: &At<AgentPoolProfile>) -> u32 {
    let written = pool.ip_address_count().get().and_then(|count| u32::try_from(count).ok()).filter(|count| *count > 0);
    written.unwrap_or_else(|| match plugin {
        NetworkPlugin::Azure => max_pods(kubernetes, pool).saturating_add(1),
        NetworkPlugin::Kubenet => 1,
    })
}

/// Whether a scale set keeps to one placement group, which only a standard load balancer can do without.
pub(crate) fn single_placement_group(pool: &At<AgentPoolProfile>, sku: LoadBalancerSku) -> bool {
    pool.single_placement_group().get().unwrap_or(sku == LoadBalancerSku::Basic)
}

fn priority(pool: &At<AgentPoolProfile>) -> Priority {
    match pool.scale_set_priority().choice() {
        Some(name @ (Capacity::Low | Capacity::Spot)) => Priority::Surplus {
            name,
            eviction_policy: pool.scale_set_eviction_policy().choice().unwrap_or(Eviction::Delete),
            max_price: pool.spot_max_price().get().unwrap_or(-1.0),
        },
        Some(Capacity::Regular) | None => Priority::Regular,
    }
}

fn labels(pool: &At<AgentPoolProfile>) -> Vec<(String, String)> {
    let labels = pool.custom_node_labels().value.into_iter().flatten();
    let mut labels: Vec<_> = labels.map(|(key, value)| (key.clone(), value.clone())).collect();
    labels.sort();
    labels
}

/// The entry of `extensionProfiles` with this name; case does not matter.
pub(crate) fn extension_profile<'a>(parts: &Parts<'a>, name: &str) -> Option<At<'a, ExtensionProfile>> {
    let is_it = |profile: &At<ExtensionProfile>| profile.name().value.is_some_and(|known| known.eq_ignore_ascii_case(name));
    parts.properties.extension_profiles().iter().find(is_it)
}

/// `<rootURL>extensions/<name>/<version>/<script>` (aks-engine eng:197-214).
pub(crate) fn pre_provision(parts: &Parts, pool: &At<AgentPoolProfile>) -> Option<PreProvision> {
    let profile = extension_profile(parts, pool.pre_provision_extension().name().value?)?;
    let name = profile.name().value.cloned()?;
    let root = profile.root_url().given().unwrap_or(DEFAULT_EXTENSION_ROOT);
    let (version, script) = (profile.version().given().unwrap_or_default(), profile.script().given().unwrap_or_default());
    let slash = if root.ends_with('/') { "" } else { "/" };
    Some(PreProvision {
        url: Location { url: format!("{root}{slash}extensions/{name}/{version}/{script}"), path: profile.root_url().path },
        url_query: profile.url_query().given().map(|query| query.trim_start_matches('?').to_owned()),
        parameter: extension_parameter(&profile),
        name,
    })
}

fn extension_parameter(profile: &At<ExtensionProfile>) -> Option<Secret> {
    let reference = profile.parameters_keyvault_secret_ref();
    let written = || profile.extension_parameters().given().map(|parameter| secret_of(Some(parameter)));
    if reference.is_there() { Some(secret_at(&reference)) } else { written() }
}
