//! OS disks and data disks.

use super::availability::is_availability_set;
use super::support::{given, in_range, one_of};
use super::{Facts, Pool};
use crate::model::Availability;
use crate::report::codes::{cluster, pools};
use crate::report::{Report, either, show};
use crate::validate::defaults;

/// How a disk is cached; the default depends on the disk.
pub(super) const CACHING: &[&str] = &["None", "ReadOnly", "ReadWrite"];

pub(super) fn check(facts: &Facts, report: &mut Report) {
    for pool in &facts.pools {
        let profile = pool.profile;
        in_range(report, &pool.path, "osDiskSizeGB", profile.os_disk_size_gb, 0..=2048, " GB");
        let kinds = &["ManagedDisks", "StorageAccount", "Ephemeral"];
        one_of(report, cluster::UNKNOWN_VALUE, &pool.path, "storageProfile", profile.storage_profile.as_ref(), kinds);
        one_of(report, cluster::UNKNOWN_VALUE, &pool.path, "osDiskCachingType", profile.os_disk_caching_type.as_ref(), CACHING);
        one_of(report, cluster::UNKNOWN_VALUE, &pool.path, "dataDiskCachingType", profile.data_disk_caching_type.as_ref(), CACHING);
        super::vnet::DISK_ENCRYPTION_SET.check(report, &pool.path, "diskEncryptionSetID", profile.disk_encryption_set_id.as_ref());
        data_disks(pool, report);
        storage_account(facts, pool, report);
        ephemeral(pool, report);
    }
}

fn data_disks(pool: &Pool, report: &mut Report) {
    let sizes = pool.profile.disk_sizes_gb.as_deref().unwrap_or_default();
    let path = pool.path.key("diskSizesGB");
    if sizes.len() > 4 {
        report.error(pools::DATA_DISKS, path.clone(), format!("found {} disks, expected at most 4", sizes.len()));
    }
    for (index, size) in sizes.iter().enumerate().filter(|(_, size)| !(1..=32767).contains(*size)) {
        report.error(pools::DATA_DISKS, path.index(index), format!("found `{size}`, expected 1 to 32767 GB"));
    }
    if sizes.is_empty() {
        return;
    }
    let storage = given(pool.profile.storage_profile.as_ref());
    if storage.is_none() || storage == Some("Ephemeral") {
        let path = pool.path.key("storageProfile");
        let found = if storage.is_some() { "ephemeral disks have no data disks" } else { "data disks need `storageProfile` written out" };
        let message = format!("{found}, expected {}", either(&["ManagedDisks", "StorageAccount"]));
        report.error(pools::DATA_DISKS, path, message);
    }
    if given(pool.profile.availability_profile.as_ref()).is_none() {
        let allowed = either(&[super::availability::AVAILABILITY_SET, super::availability::SCALE_SETS]);
        let message = format!("data disks need `availabilityProfile` written out, expected {allowed}");
        report.error(pools::DATA_DISKS, pool.path.key("availabilityProfile"), message);
    }
}

fn storage_account(facts: &Facts, pool: &Pool, report: &mut Report) {
    let account = pool.profile.storage_profile.as_deref() == Some("StorageAccount");
    // Azure Stack's default does not count: there the peers want it written out
    if account && !is_availability_set(pool) && defaults::availability(pool.profile, false) == Availability::ScaleSet {
        let message = "a scale set cannot have disks in a storage account";
        let help = if facts.azure_stack { "write `\"availabilityProfile\": \"AvailabilitySet\"`" } else { "take `ManagedDisks`" };
        report.error(pools::STORAGE_ACCOUNT, pool.path.key("storageProfile"), message).help(help);
    } else if account && pool.windows {
        let message = "the nodes get managed disks instead of disks in a storage account";
        report
            .warning(pools::UNMANAGED_DISKS, pool.path.key("storageProfile"), message)
            .help("write `\"storageProfile\": \"ManagedDisks\"`");
    }
}

fn ephemeral(pool: &Pool, report: &mut Report) {
    let caching = given(pool.profile.os_disk_caching_type.as_ref()).filter(|caching| CACHING.contains(caching) && *caching != "ReadOnly");
    if let Some(caching) = caching.filter(|_| pool.profile.storage_profile.as_deref() == Some("Ephemeral")) {
        let path = pool.path.key("osDiskCachingType");
        let message = format!("an ephemeral OS disk is cached `ReadOnly`, found {}", show(&path, caching));
        report.error(pools::EPHEMERAL_CACHING, path, message);
    }
}
