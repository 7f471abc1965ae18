//! OS disks and data disks.

use super::Facts;
use super::availability::is_availability_set;
use super::support::{chosen, in_range};
use crate::model::{Availability, Caching, DiskKind};
use crate::report::codes::{cluster, pools};
use crate::report::{Report, either, show};
use crate::validate::form::resource_id;
use crate::validate::resolve;
use crate::wire::{AgentPoolProfile, At};
use crate::words::{MasterDisk, Words};

pub(super) fn check(facts: &Facts, report: &mut Report) {
    for pool in &facts.pools {
        in_range(report, &pool.os_disk_size_gb(), 0..=2048, " GB");
        chosen(report, cluster::UNKNOWN_VALUE, &pool.storage_profile());
        chosen(report, cluster::UNKNOWN_VALUE, &pool.os_disk_caching_type());
        chosen(report, cluster::UNKNOWN_VALUE, &pool.data_disk_caching_type());
        resource_id::DISK_ENCRYPTION_SET.check(report, &pool.disk_encryption_set_id());
        data_disks(pool, report);
        storage_account(facts, pool, report);
        ephemeral(pool, report);
    }
}

fn data_disks(pool: &At<AgentPoolProfile>, report: &mut Report) {
    let sizes = pool.disk_sizes_gb().value.map(Vec::as_slice).unwrap_or_default();
    let path = pool.disk_sizes_gb().path;
    if sizes.len() > 4 {
        report.error(pools::DATA_DISKS, path.clone(), format!("found {} disks, expected at most 4", sizes.len()));
    }
    for (index, size) in sizes.iter().enumerate().filter(|(_, size)| !(1..=32767).contains(*size)) {
        report.error(pools::DATA_DISKS, path.index(index), format!("found `{size}`, expected 1 to 32767 GB"));
    }
    if sizes.is_empty() {
        return;
    }
    let storage = pool.storage_profile();
    if storage.given().is_none() || storage.choice() == Some(DiskKind::Ephemeral) {
        let path = pool.storage_profile().path;
        let found =
            if storage.given().is_some() { "ephemeral disks have no data disks" } else { "data disks need `storageProfile` written out" };
        let message = format!("{found}, expected {}", either(MasterDisk::WORDS));
        report.error(pools::DATA_DISKS, path, message);
    }
    if pool.availability_profile().given().is_none() {
        let allowed = either(Availability::WORDS);
        let message = format!("data disks need `availabilityProfile` written out, expected {allowed}");
        report.error(pools::DATA_DISKS, pool.availability_profile().path, message);
    }
}

fn storage_account(facts: &Facts, pool: &At<AgentPoolProfile>, report: &mut Report) {
    let account = pool.storage_profile().choice() == Some(DiskKind::StorageAccount);
    // Azure Stack's default does not count: there the peers want it written out
    if account && !is_availability_set(pool) && resolve::availability(pool, false) == Availability::ScaleSet {
        let message = "a scale set cannot have disks in a storage account";
        let help = if facts.decided.azure_stack { "write `\"availabilityProfile\": \"AvailabilitySet\"`" } else { "take `ManagedDisks`" };
        report.error(pools::STORAGE_ACCOUNT, pool.storage_profile().path, message).help(help);
    } else if account && pool.is_windows() {
        let message = "the nodes get managed disks instead of disks in a storage account";
        report.warning(pools::UNMANAGED_DISKS, pool.storage_profile().path, message).help("write `\"storageProfile\": \"ManagedDisks\"`");
    }
}

fn ephemeral(pool: &At<AgentPoolProfile>, report: &mut Report) {
    let caching = pool.os_disk_caching_type().choice().filter(|caching: &Caching| *caching != Caching::ReadOnly);
    if let Some(caching) = caching.filter(|_| pool.storage_profile().choice() == Some(DiskKind::Ephemeral)) {
        let path = pool.os_disk_caching_type().path;
        let message = format!("an ephemeral OS disk is cached `ReadOnly`, found {}", show(&path, caching.as_str()));
        report.error(pools::EPHEMERAL_CACHING, path, message);
    }
}
