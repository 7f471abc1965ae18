//! The control plane, whose address and subnet the nodes need.

use super::Facts;
use super::availability::{AVAILABILITY_SET, SCALE_SETS};
use super::support::{chosen, in_range, require};
use crate::model::DiskKind;
use crate::report::codes::{cluster, pools};
use crate::report::{Report, show};
use crate::validate::form::resource_id;
use crate::validate::resolve;
use crate::wire::{At, MasterProfile};

pub(super) fn check(facts: &Facts, report: &mut Report) {
    let masters = &facts.masters;
    if !masters.is_there() {
        return;
    }
    require(report, &masters.dns_prefix());
    dns_prefix(masters, report);
    require(report, &masters.vm_size());
    in_range(report, &masters.os_disk_size_gb(), 0..=2048, " GB");
    in_range(report, &masters.ip_address_count(), 0..=256, "");
    chosen(report, cluster::UNKNOWN_VALUE, &masters.storage_profile());
    chosen(report, cluster::UNKNOWN_VALUE, &masters.os_disk_caching_type());
    crate::validate::form::name_and_group(report, &masters.image_reference());
    chosen(report, cluster::UNKNOWN_VALUE, &masters.availability_profile());
    if resolve::is_scale_set(masters) {
        scale_set(facts, report);
    }
    placement(masters, report);
}

fn dns_prefix(masters: &At<MasterProfile>, report: &mut Report) {
    let at = masters.dns_prefix();
    let Some(prefix) = at.given() else { return };
    let letters = prefix.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    let ends = prefix.starts_with(|c: char| c.is_ascii_alphabetic()) && prefix.ends_with(|c: char| c.is_ascii_alphanumeric());
    if letters && ends && (3..=45).contains(&prefix.len()) {
        return;
    }
    let message = format!("{} is not a valid DNS prefix", show(&at.path, prefix));
    report
        .error(cluster::DNS_PREFIX, at.path, message)
        .help("3 to 45 letters, digits and hyphens; the first is a letter, the last no hyphen");
}

fn scale_set(facts: &Facts, report: &mut Report) {
    let (masters, kubernetes) = (&facts.masters, &facts.kubernetes);
    if facts.pools.iter().any(super::availability::is_availability_set) {
        let message = format!("the control plane is a scale set, and an agent pool is an availability set; both must be `{SCALE_SETS}`");
        report.error(cluster::MASTER_SCALE_SET, masters.availability_profile().path, message);
    }
    if masters.storage_profile().choice() == Some(DiskKind::StorageAccount) {
        let message = "a scale set cannot have disks in a storage account, expected `ManagedDisks`";
        report.error(pools::STORAGE_ACCOUNT, masters.storage_profile().path, message);
    }
    if kubernetes.use_managed_identity().is_true() && kubernetes.user_assigned_id().given().is_none() {
        let message = "a control plane in a scale set needs a user-assigned identity, and `userAssignedID` is missing";
        report.error(cluster::MASTER_SCALE_SET, kubernetes.user_assigned_id().path, message);
    }
    if masters.vnet_subnet_id().given().is_none() {
        return;
    }
    if masters.first_consecutive_static_ip().given().is_some() {
        let message = "a control plane in a scale set takes its addresses from the start of `vnetCidr`, so none may be given";
        report.error(cluster::MASTER_SCALE_SET, masters.first_consecutive_static_ip().path, message);
    }
    if masters.agent_vnet_subnet_id().given().is_none() {
        let message = "a control plane in a scale set in an own virtual network needs `agentVnetSubnetID`, too";
        report.error(cluster::MASTER_SCALE_SET, masters.agent_vnet_subnet_id().path, message);
    }
}

fn placement(masters: &At<MasterProfile>, report: &mut Report) {
    if masters.single_placement_group().is_there() && masters.availability_profile().is(AVAILABILITY_SET) {
        let message = format!("only a scale set has placement groups, and `availabilityProfile` is `{AVAILABILITY_SET}`");
        report.error(pools::SCALE_SET_ONLY, masters.single_placement_group().path, message);
    }
    resource_id::PLACEMENT_GROUP.check(report, &masters.proximity_placement_group_id());
}
