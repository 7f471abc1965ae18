use super::identity::secret_of;
use super::kubelet::{self, Flags, Kubelet, SortedFlags};
use super::network::load_balancer_sku;
use super::windows::text;
use super::{Source, network_plugin};
use crate::model::{
    Availability, DiskKind, Disks, LoadBalancerSku, Location, NetworkPlugin, PoolSummary, PreProvision, Priority, Secret, WindowsPool,
};
use crate::wire::{self, paths};

/// Where extensions come from when their profile names no root (apic:488); their scripts are the user's choice.
const DEFAULT_EXTENSION_ROOT: &str = "https://raw.githubusercontent.com/Azure/aks-engine/master/";

/// Scale sets are the default, except on Azure Stack Hub (def:743).
pub(crate) fn availability(pool: &wire::AgentPoolProfile, azure_stack: bool) -> Availability {
    match pool.availability_profile.as_deref() {
        Some("AvailabilitySet") => Availability::Set,
        None | Some("") if azure_stack => Availability::Set,
        _ => Availability::ScaleSet,
    }
}

fn pools(properties: &wire::Properties) -> &[wire::AgentPoolProfile] {
    properties.agent_pool_profiles.as_deref().unwrap_or_default()
}

pub(crate) fn is_windows(pool: &wire::AgentPoolProfile) -> bool {
    pool.os_type.as_deref() == Some("Windows")
}

pub(super) fn summaries(properties: &wire::Properties, azure_stack: bool) -> Vec<PoolSummary> {
    let summary = |pool: &wire::AgentPoolProfile| PoolSummary {
        name: pool.name.clone().unwrap_or_default(),
        windows: is_windows(pool),
        availability: availability(pool, azure_stack),
        scale_set_name: text(pool.vmss_name.as_ref()),
    };
    pools(properties).iter().map(summary).collect()
}

pub(super) fn windows_pools(
    source: &Source,
    azure_stack: bool,
    kubelet: &Kubelet,
    cluster_flags: &SortedFlags,
    cluster_args: &[String],
) -> Option<Vec<WindowsPool>> {
    let windows = pools(source.properties).iter().enumerate().filter(|(_, pool)| is_windows(pool));
    let args = |own: &Flags| (!own.is_empty()).then(|| kubelet.args(cluster_flags, own)).filter(|args| args != cluster_args);
    windows.map(|(index, pool)| windows_pool(source, azure_stack, cluster_flags, args, index, pool)).collect()
}

fn windows_pool(
    source: &Source,
    azure_stack: bool,
    cluster_flags: &SortedFlags,
    args: impl Fn(&Flags) -> Option<Vec<String>>,
    index: usize,
    pool: &wire::AgentPoolProfile,
) -> Option<WindowsPool> {
    let own_flags = pool.kubernetes_config.as_ref().and_then(|config| config.kubelet_config.clone()).unwrap_or_default();
    Some(WindowsPool {
        name: pool.name.clone()?,
        index,
        count: u32::try_from(pool.count?).ok()?,
        vm_size: pool.vm_size.clone()?,
        availability: availability(pool, azure_stack),
        zones: pool.availability_zones.clone().unwrap_or_default(),
        disks: disks(pool),
        ip_address_count: ip_address_count(source, pool, cluster_flags, &own_flags),
        vnet_subnet_id: text(pool.vnet_subnet_id.as_ref()),
        accelerated_networking: !azure_stack && pool.accelerated_networking_enabled_windows.unwrap_or(false),
        priority: priority(pool),
        scale_set_name: text(pool.vmss_name.as_ref()),
        single_placement_group: pool
            .single_placement_group
            .unwrap_or_else(|| load_balancer_sku(source.kubernetes, azure_stack) == LoadBalancerSku::Basic),
        overprovision: pool.vmss_over_provisioning_enabled.unwrap_or(false),
        encryption_at_host: pool.encryption_at_host.unwrap_or(false),
        node_public_ip: pool.enable_vmss_node_public_ip.unwrap_or(false),
        proximity_placement_group: text(pool.proximity_placement_group_id.as_ref()),
        backend_address_pools: pool.load_balancer_backend_address_pool_ids.clone(),
        fault_domains: pool.platform_fault_domain_count,
        update_domains: pool.platform_update_domain_count,
        tags: pool.custom_vm_tags.iter().flatten().map(|(key, value)| (key.clone(), value.clone())).collect(),
        labels: labels(pool),
        kubelet_args: args(&own_flags),
        pre_provision: pre_provision(source, pool),
    })
}

fn disks(pool: &wire::AgentPoolProfile) -> Disks {
    let size = |gb: i64| u32::try_from(gb).ok().filter(|gb| *gb > 0);
    let kind = match pool.storage_profile.as_deref() {
        Some("StorageAccount") => DiskKind::StorageAccount,
        Some("Ephemeral") => DiskKind::Ephemeral,
        _ => DiskKind::Managed,
    };
    // a disk of the host can only be cached for reading
    let os_caching = text(pool.os_disk_caching_type.as_ref()).filter(|_| kind != DiskKind::Ephemeral);
    let usual = if kind == DiskKind::Ephemeral { "ReadOnly" } else { "ReadWrite" };
    Disks {
        kind,
        os_size_gb: pool.os_disk_size_gb.and_then(size),
        os_caching: os_caching.unwrap_or_else(|| usual.to_owned()),
        data_caching: text(pool.data_disk_caching_type.as_ref()).unwrap_or_else(|| "ReadOnly".to_owned()),
        data_sizes_gb: pool.disk_sizes_gb.iter().flatten().copied().filter_map(size).collect(),
        encryption_set: text(pool.disk_encryption_set_id.as_ref()),
        ultra_ssd: pool.ultra_ssd_enabled.unwrap_or(false),
    }
}

/// One address for the node and, with Azure CNI, one for each of its pods (def:642-657).
fn ip_address_count(source: &Source, pool: &wire::AgentPoolProfile, cluster: &SortedFlags, own: &Flags) -> u32 {
    if let Some(count) = pool.ip_address_count.and_then(|count| u32::try_from(count).ok()).filter(|count| *count > 0) {
        return count;
    }
    match network_plugin(source.kubernetes) {
        NetworkPlugin::Azure => kubelet::max_pods(cluster, own).unwrap_or(30).saturating_add(1),
        NetworkPlugin::Kubenet => 1,
    }
}

fn priority(pool: &wire::AgentPoolProfile) -> Priority {
    match pool.scale_set_priority.as_deref() {
        Some(name @ ("Spot" | "Low")) => Priority::Surplus {
            name: name.to_owned(),
            eviction_policy: text(pool.scale_set_eviction_policy.as_ref()).unwrap_or_else(|| "Delete".to_owned()),
            max_price: pool.spot_max_price.unwrap_or(-1.0),
        },
        _ => Priority::Regular,
    }
}

fn labels(pool: &wire::AgentPoolProfile) -> Vec<(String, String)> {
    let mut labels: Vec<_> = pool.custom_node_labels.iter().flatten().map(|(key, value)| (key.clone(), value.clone())).collect();
    labels.sort();
    labels
}

/// `<rootURL>extensions/<name>/<version>/<script>` (aks-engine eng:197-214).
pub(crate) fn pre_provision(source: &Source, pool: &wire::AgentPoolProfile) -> Option<PreProvision> {
    let wanted = pool.pre_provision_extension.as_ref()?.name.as_deref()?;
    let profiles = source.properties.extension_profiles.as_deref().unwrap_or_default();
    let (index, profile) =
        profiles.iter().enumerate().find(|(_, profile)| profile.name.as_deref().is_some_and(|name| name.eq_ignore_ascii_case(wanted)))?;
    let name = profile.name.clone()?;
    let root = text(profile.root_url.as_ref()).unwrap_or_else(|| DEFAULT_EXTENSION_ROOT.to_owned());
    let (version, script) = (profile.version.as_deref().unwrap_or_default(), profile.script.as_deref().unwrap_or_default());
    let slash = if root.ends_with('/') { "" } else { "/" };
    Some(PreProvision {
        url: Location {
            url: format!("{root}{slash}extensions/{name}/{version}/{script}"),
            path: paths::properties().key("extensionProfiles").index(index).key("rootURL"),
        },
        url_query: text(profile.url_query.as_ref()).map(|query| query.trim_start_matches('?').to_owned()),
        parameter: extension_parameter(profile),
        name,
    })
}

fn extension_parameter(profile: &wire::ExtensionProfile) -> Option<Secret> {
    match &profile.parameters_keyvault_secret_ref {
        Some(reference) => Some(Secret::KeyVault {
            vault: reference.vault_id.clone().unwrap_or_default(),
            name: reference.secret_name.clone().unwrap_or_default(),
            version: text(reference.secret_version.as_ref()),
        }),
        None => text(profile.extension_parameters.as_ref()).map(|parameter| secret_of(Some(&parameter))),
    }
}
