//! The control plane, whose address and subnet the nodes need.

use super::Facts;
use super::availability::{AVAILABILITY_SET, SCALE_SETS};
use super::support::{given, in_range, missing, one_of, require};
use crate::report::codes::{cluster, pools};
use crate::report::{Report, either, show};
use crate::wire::{self, paths};

pub(super) fn check(facts: &Facts, report: &mut Report) {
    let Some(masters) = facts.masters else { return };
    let path = paths::masters();
    count(masters, report);
    require(report, &path, "dnsPrefix", masters.dns_prefix.as_ref());
    dns_prefix(masters, report);
    require(report, &path, "vmSize", masters.vm_size.as_ref());
    in_range(report, &path, "osDiskSizeGB", masters.os_disk_size_gb, 0..=2048, " GB");
    in_range(report, &path, "ipAddressCount", masters.ip_address_count, 0..=256, "");
    one_of(report, cluster::UNKNOWN_VALUE, &path, "storageProfile", masters.storage_profile.as_ref(), &["ManagedDisks", "StorageAccount"]);
    one_of(report, cluster::UNKNOWN_VALUE, &path, "osDiskCachingType", masters.os_disk_caching_type.as_ref(), super::disks::CACHING);
    super::image::name_and_group(report, &path, masters.image_reference.as_ref());
    let profiles = &[AVAILABILITY_SET, SCALE_SETS];
    one_of(report, cluster::UNKNOWN_VALUE, &path, "availabilityProfile", masters.availability_profile.as_ref(), profiles);
    if is_scale_set(masters) {
        scale_set(facts, masters, report);
    }
    placement(masters, report);
}

/// Where the peers look for scale set masters.
pub(super) fn is_scale_set(masters: &wire::MasterProfile) -> bool {
    masters.availability_profile.as_deref() == Some(SCALE_SETS)
}

fn count(masters: &wire::MasterProfile, report: &mut Report) {
    let path = paths::masters().key("count");
    match masters.count {
        None => missing(report, path, "count", ", expected `1`, `3` or `5`"),
        Some(1 | 3 | 5) => {}
        Some(count) => {
            report.error(cluster::MASTER_COUNT, path, format!("found `{count}`, expected {}", either(&[1, 3, 5])));
        }
    }
}

fn dns_prefix(masters: &wire::MasterProfile, report: &mut Report) {
    let Some(prefix) = given(masters.dns_prefix.as_ref()) else { return };
    let letters = prefix.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    let ends = prefix.starts_with(|c: char| c.is_ascii_alphabetic()) && prefix.ends_with(|c: char| c.is_ascii_alphanumeric());
    if letters && ends && (3..=45).contains(&prefix.len()) {
        return;
    }
    let path = paths::masters().key("dnsPrefix");
    let message = format!("{} is not a valid DNS prefix", show(&path, prefix));
    report.error(cluster::DNS_PREFIX, path, message).help("3 to 45 letters, digits and hyphens; the first is a letter, the last no hyphen");
}

fn scale_set(facts: &Facts, masters: &wire::MasterProfile, report: &mut Report) {
    let path = paths::masters();
    let profile = path.key("availabilityProfile");
    if facts.pools.iter().any(|pool| pool.profile.availability_profile.as_deref() == Some(AVAILABILITY_SET)) {
        let message = format!("the control plane is a scale set, and an agent pool is an availability set; both must be `{SCALE_SETS}`");
        report.error(cluster::MASTER_SCALE_SET, profile.clone(), message);
    }
    if masters.storage_profile.as_deref() == Some("StorageAccount") {
        let message = "a scale set cannot have disks in a storage account, expected `ManagedDisks`";
        report.error(pools::STORAGE_ACCOUNT, path.key("storageProfile"), message);
    }
    let kubernetes = facts.kubernetes;
    if kubernetes.use_managed_identity == Some(true) && given(kubernetes.user_assigned_id.as_ref()).is_none() {
        let message = "a control plane in a scale set needs a user-assigned identity, and `userAssignedID` is missing";
        report.error(cluster::MASTER_SCALE_SET, paths::kubernetes().key("userAssignedID"), message);
    }
    if given(masters.vnet_subnet_id.as_ref()).is_none() {
        return;
    }
    if given(masters.first_consecutive_static_ip.as_ref()).is_some() {
        let message = "a control plane in a scale set takes its addresses from the start of `vnetCidr`, so none may be given";
        report.error(cluster::MASTER_SCALE_SET, path.key("firstConsecutiveStaticIP"), message);
    }
    if given(masters.agent_vnet_subnet_id.as_ref()).is_none() {
        let message = "a control plane in a scale set in an own virtual network needs `agentVnetSubnetID`, too";
        report.error(cluster::MASTER_SCALE_SET, path.key("agentVnetSubnetID"), message);
    }
}

fn placement(masters: &wire::MasterProfile, report: &mut Report) {
    let path = paths::masters();
    if masters.single_placement_group.is_some() && masters.availability_profile.as_deref() == Some(AVAILABILITY_SET) {
        let message = format!("only a scale set has placement groups, and `availabilityProfile` is `{AVAILABILITY_SET}`");
        report.error(pools::SCALE_SET_ONLY, path.key("singlePlacementGroup"), message);
    }
    super::vnet::PLACEMENT_GROUP.check(report, &path, "proximityPlacementGroupID", masters.proximity_placement_group_id.as_ref());
}
