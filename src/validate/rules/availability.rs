//! Availability sets, scale sets and zones.

use super::Facts;
use super::support::{chosen, in_range};
use crate::model::{Availability, WindowsImage};
use crate::report::codes::{cluster, pools};
use crate::report::{Report, all_of, show};
use crate::validate::form::resource_id;
use crate::validate::resolve;
use crate::wire::{AgentPoolProfile, At};

pub(super) const AVAILABILITY_SET: &str = Availability::Set.as_str();
pub(super) const SCALE_SETS: &str = Availability::ScaleSet.as_str();

pub(super) fn check(facts: &Facts, report: &mut Report) {
    for pool in &facts.pools {
        chosen(report, cluster::UNKNOWN_VALUE, &pool.availability_profile());
        chosen(report, cluster::UNKNOWN_VALUE, &pool.scale_set_priority());
        chosen(report, cluster::UNKNOWN_VALUE, &pool.scale_set_eviction_policy());
        fault_domains(pool, report);
        scale_set_only(pool, report);
        node_public_ip(facts, pool, report);
        accelerated_networking(facts, pool, report);
        size_limit(facts, pool, report);
        resource_id::PLACEMENT_GROUP.check(report, &pool.proximity_placement_group_id());
    }
    // Azure Stack has sets only, and says so of every pool
    if !facts.decided.azure_stack {
        mixed(facts, report);
    }
    zones(facts, report);
}

pub(super) fn is_availability_set(pool: &At<AgentPoolProfile>) -> bool {
    pool.availability_profile().choice() == Some(Availability::Set)
}

/// The peers compare what is written, so a pool that names the default differs from one that relies on it.
fn mixed(facts: &Facts, report: &mut Report) {
    let written = |pool: &At<AgentPoolProfile>| pool.availability_profile().text().unwrap_or_default();
    let Some(first) = facts.pools.first().map(written) else { return };
    let known = |profile: &str| matches!(profile, "" | AVAILABILITY_SET | SCALE_SETS);
    for pool in facts.pools.iter().skip(1) {
        let own = written(pool);
        if own == first || !known(&own) || !known(&first) {
            continue;
        }
        let path = pool.availability_profile().path;
        let name = |profile: &str| if profile.is_empty() { "not given".to_owned() } else { format!("`{profile}`") };
        let message = format!("{} here and {} in agentPoolProfiles[0], expected the same in all pools", name(&own), name(&first));
        report.error(pools::AVAILABILITY_MIXED, path, message).help("write `availabilityProfile` with the same value in every pool");
    }
}

/// Azure's limits: learn.microsoft.com/azure/virtual-machines/availability-set-overview, and for scale sets
/// virtual-machine-scale-sets-manage-fault-domains.
fn fault_domains(pool: &At<AgentPoolProfile>, report: &mut Report) {
    let most = if is_availability_set(pool) { 3 } else { 5 };
    in_range(report, &pool.platform_fault_domain_count(), 1..=most, " fault domains");
    in_range(report, &pool.platform_update_domain_count(), 1..=20, " update domains");
}

fn scale_set_only(pool: &At<AgentPoolProfile>, report: &mut Report) {
    if !is_availability_set(pool) {
        return;
    }
    let flags = [pool.vmss_over_provisioning_enabled(), pool.enable_vmss_node_public_ip()];
    let set = flags.into_iter().filter(At::is_true);
    for at in Some(pool.single_placement_group()).filter(At::is_there).into_iter().chain(set) {
        let message = format!("`{}` is for scale sets, and `availabilityProfile` is `{AVAILABILITY_SET}`", at.key());
        report.error(pools::SCALE_SET_ONLY, at.path, message);
    }
}

fn has_basic_load_balancer(facts: &Facts) -> bool {
    facts.kubernetes.load_balancer_sku().given().is_some_and(|sku| sku.eq_ignore_ascii_case("Basic"))
}

fn node_public_ip(facts: &Facts, pool: &At<AgentPoolProfile>, report: &mut Report) {
    if pool.enable_vmss_node_public_ip().is_true() && !has_basic_load_balancer(facts) {
        let message = "public addresses of nodes need a basic load balancer, and `loadBalancerSku` is not `Basic`";
        report
            .error(pools::NODE_PUBLIC_IP, pool.enable_vmss_node_public_ip().path, message)
            .help("set `\"loadBalancerSku\": \"Basic\"` in orchestratorProfile.kubernetesConfig");
    }
}

fn accelerated_networking(facts: &Facts, pool: &At<AgentPoolProfile>, report: &mut Report) {
    for at in [pool.accelerated_networking_enabled(), pool.accelerated_networking_enabled_windows()] {
        if !at.is_true() {
            continue;
        }
        let path = at.path;
        if facts.decided.azure_stack {
            report.error(pools::ACCELERATED_NETWORKING, path, "Azure Stack has no accelerated networking");
        } else if let Some(size) = pool.vm_size().given().filter(|size| lacks_accelerated_networking(size)) {
            let message = format!("VMs of size {} have no accelerated networking", show(&pool.vm_size().path, size));
            report.error(pools::ACCELERATED_NETWORKING, path, message);
        }
    }
}

/// Sizes that are known not to have it (aks-engine `pkg/helpers/azure_skus_const.go`); unknown ones are taken to be newer and to have it.
fn lacks_accelerated_networking(size: &str) -> bool {
    let size = size.strip_suffix("_Promo").unwrap_or(size);
    let Some(size) = size.strip_prefix("Standard_") else { return size.starts_with("Basic_") };
    let (name, generation) = size.split_once("_v").unwrap_or((size, "1"));
    let family: String = name.chars().take_while(char::is_ascii_alphabetic).collect();
    let rest = &name[family.len()..];
    let cores: String = rest.chars().take_while(char::is_ascii_digit).collect();
    let variant = rest[cores.len()..].split('-').next().unwrap_or_default();
    let cores: u32 = cores.parse().unwrap_or(u32::MAX);
    match (family.as_str(), generation) {
        ("A" | "G" | "GS" | "H" | "HB" | "HC", _) | ("D" | "DS" | "L", "1") => true,
        ("B", "1") => cores < 12,
        ("D" | "DS", "2") | ("F", "1") => cores == 1,
        ("D" | "E", "3") => cores == 2 || variant.starts_with('a'),
        ("D" | "E", "4") => cores == 2 && variant.starts_with('a'),
        ("F", "2") => cores == 2,
        _ => false,
    }
}

/// Limits of Azure below the 1000 that the peers allow.
fn size_limit(facts: &Facts, pool: &At<AgentPoolProfile>, report: &mut Report) {
    let Some(count) = pool.count().get().filter(|count| *count <= 1000 && pool.is_windows()) else { return };
    let custom_image = facts.decided.image.as_ref().is_some_and(|image| !matches!(image, WindowsImage::Marketplace { .. }));
    let (most, of) = match resolve::availability(pool, facts.decided.azure_stack) {
        Availability::Set => (200, "an availability set"),
        Availability::ScaleSet if resolve::single_placement_group(pool, facts.decided.load_balancer_sku) => {
            (100, "a scale set with a single placement group")
        }
        Availability::ScaleSet if custom_image => (600, "a scale set with a custom image"),
        Availability::ScaleSet => return,
    };
    if count > most {
        let message = format!("found `{count}`, and {of} has at most {most} VMs");
        report.warning(pools::POOL_LIMIT, pool.count().path, message).help("spread the nodes over several pools");
    }
}

/// A cluster is zonal when its control plane and all its pools name zones; otherwise the peers only warn.
fn zones(facts: &Facts, report: &mut Report) {
    let zonal = |pool: &At<AgentPoolProfile>| pool.availability_zones().has_some();
    let masters = facts.masters.availability_zones().has_some();
    let all = masters && facts.pools.iter().all(zonal);
    for pool in facts.pools.iter().filter(|pool| is_availability_set(pool)) {
        let path = pool.availability_zones().path;
        if all {
            let message = "an availability set has no zones, and every other part of the cluster has";
            report.error(pools::AVAILABILITY_ZONES, path, message).help(format!("write `\"availabilityProfile\": \"{SCALE_SETS}\"`"));
        } else if zonal(pool) {
            report.warning(cluster::NO_EFFECT, path, "an availability set has no zones, so these are ignored");
        }
    }
    let sku = facts.kubernetes.load_balancer_sku().given();
    if let Some(sku) = sku.filter(|sku| all && !sku.eq_ignore_ascii_case("Standard")) {
        let path = facts.kubernetes.load_balancer_sku().path;
        let message = format!("zones need a standard load balancer, found {}", show(&path, sku));
        report.error(pools::AVAILABILITY_ZONES, path, message);
    }
    let without: Vec<_> = facts.windows_pools().filter(|pool| !zonal(pool)).filter_map(|pool| pool.name().value).collect();
    if masters && !without.is_empty() {
        let (noun, verb) = if without.len() == 1 { ("pool", "is") } else { ("pools", "are") };
        let message = format!("the control plane is spread over zones, and {noun} {} {verb} not", all_of(&without));
        report.warning(pools::ZONES_PARTIAL, facts.properties.agent_pool_profiles().path, message);
    }
}

#[cfg(test)]
mod tests {
    use super::lacks_accelerated_networking;

    /// A sample of every family in aks-engine's list, with what it says.
    #[test]
    fn accelerated_networking_is_as_in_the_list_of_the_peer() {
        let without = "A0 A10 A2m_v2 A9 B1ls B2ms B8ms D1 D1_v2 D11 D2 D2_v3 D2s_v3 D2as_v4 D16a_v3 D96as_v3 DS1 DS1_v2 DS14 E2_v3 E2s_v3 \
            E2a_v4 E16as_v3 F1 F1s F2s_v2 G1 GS4-8 H16 H16m_Promo H8m HB120rs_v2 HC44rs L16s L4s";
        let with = "B12ms B20ms D11_v2 D14_v2_Promo D15_v2 D16_v3 D4s_v3 D4as_v4 D2_v2 DS12-1_v2 DS14_v2 E4_v3 E4-2s_v3 E4a_v4 E64is_v3 F2 F2s F4s_v2 \
            F72s_v2 L16s_v2 D2s_v5 D2ds_v4 E2s_v5 B2ts_v2";
        for size in without.split_whitespace() {
            assert!(lacks_accelerated_networking(&format!("Standard_{size}")), "{size}");
        }
        for size in with.split_whitespace() {
            assert!(!lacks_accelerated_networking(&format!("Standard_{size}")), "{size}");
        }
        assert!(lacks_accelerated_networking("Basic_A1"));
    }
}
