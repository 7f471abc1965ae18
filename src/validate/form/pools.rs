//! Agent pools: names, sizes, and what else a pool has of its own.

use super::Facts;
use super::resource_id::BACKEND_POOL;
use super::support::{chosen, in_range, missing, one_of, require};
use crate::file_name::is_device_name;
use crate::model::{Capacity, PoolName};
use crate::report::codes::{cluster, pools};
use crate::report::{Report, show};
use crate::wire::{AgentPoolProfile, At};
use std::collections::BTreeMap;

/// Linux images of both peers (`pkg/api/vlabs/const.go`).
const DISTROS: &[&str] = &[
    "ubuntu",
    "ubuntu-18.04",
    "ubuntu-18.04-gen2",
    "ubuntu-20.04",
    "ubuntu-20.04-gen2",
    "ubuntu-22.04",
    "flatcar",
    "aks-ubuntu-16.04",
    "aks-ubuntu-18.04",
    "aks-ubuntu-20.04",
    "aks-ubuntu-22.04",
    "acc-16.04",
];

/// Former names of images, and today's.
const FORMER_DISTROS: &[(&str, &str)] =
    &[("aks", "aks-ubuntu-16.04"), ("aks-docker-engine", "aks-ubuntu-16.04"), ("aks-1804", "aks-ubuntu-18.04")];

pub(super) fn check(facts: &Facts, report: &mut Report) {
    unique_names(facts, report);
    for pool in &facts.pools {
        name(pool, report);
        size(pool, report);
        chosen(report, cluster::UNKNOWN_VALUE, &pool.os_type());
        distro(report, &pool.distro());
        emptiness(pool, report);
        super::name_and_group(report, &pool.image_reference());
        backend_pools(pool, report);
    }
    distro(report, &facts.masters.distro());
}

fn name(pool: &At<AgentPoolProfile>, report: &mut Report) {
    require(report, &pool.name());
    let Some(name) = pool.name().given() else { return };
    if pool.is_windows() && is_device_name(name) {
        let path = pool.name().path;
        let message = format!("{} is a device of Windows, so no folder can have this name", show(&path, name));
        report.error(pools::POOL_NAME, path, message).help("take another name: the files of a pool are in a folder of its name");
        return;
    }
    if PoolName::new(name).is_some() {
        return;
    }
    let path = pool.name().path;
    let message = format!("{} is not a valid pool name", show(&path, name));
    report.error(pools::POOL_NAME, path, message).help("start with a lower-case letter, then at most 11 of a-z and 0-9");
}

fn unique_names(facts: &Facts, report: &mut Report) {
    let mut first = BTreeMap::new();
    for (index, pool) in facts.pools.iter().enumerate() {
        let Some(name) = pool.name().given() else { continue };
        let earlier = *first.entry(name).or_insert(index);
        if earlier != index {
            let path = pool.name().path;
            let message = format!("{} is the name of agentPoolProfiles[{earlier}], too", show(&path, name));
            report.error(pools::POOL_NAME_DUPLICATE, path, message);
        }
    }
}

fn size(pool: &At<AgentPoolProfile>, report: &mut Report) {
    let count = pool.count();
    if count.is_there() {
        in_range(report, &count, 1..=1000, "");
    } else {
        missing(report, &count, ", expected 1 to 1000");
    }
    require(report, &pool.vm_size());
    in_range(report, &pool.ip_address_count(), 0..=256, "");
    vm_size(pool, report);
}

/// `Standard_D4s_v3`, `Basic_A1`, `Standard_DS14-8_v2_Promo`.
fn vm_size(pool: &At<AgentPoolProfile>, report: &mut Report) {
    let Some(size) = pool.vm_size().given().filter(|_| pool.is_windows()) else { return };
    let mut parts = size.split('_');
    let tier = parts.next().is_some_and(|tier| tier.eq_ignore_ascii_case("Standard") || tier.eq_ignore_ascii_case("Basic"));
    let family = parts.next().is_some_and(|family| family.starts_with(|c: char| c.is_ascii_alphabetic()));
    let plain = size.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    if tier && family && plain {
        return;
    }
    let path = pool.vm_size().path;
    let message = format!("{} does not look like an Azure VM size, such as `Standard_D4s_v3`", show(&path, size));
    report.warning(pools::VM_SIZE, path, message);
}

fn distro(report: &mut Report, at: &At<String>) {
    if let Some((former, today)) = FORMER_DISTROS.iter().find(|(former, _)| at.is(former)) {
        let message = format!("`{former}` is a former name of the image `{today}`");
        report.error(cluster::UNKNOWN_VALUE, at.path.clone(), message).help(format!("write `{today}`"));
    } else {
        one_of(report, cluster::UNKNOWN_VALUE, at, DISTROS);
    }
}

fn emptiness(pool: &At<AgentPoolProfile>, report: &mut Report) {
    if pool.dns_prefix().given().is_some() {
        must_be_empty(report, &pool.dns_prefix(), "is not for agent pools of Kubernetes");
    }
    if pool.ports().has_some() {
        must_be_empty(report, &pool.ports(), "are not for agent pools of Kubernetes");
    }
    if pool.role().given().is_some() {
        must_be_empty(report, &pool.role(), "is not for agent pools of Kubernetes");
    }
    let eviction = pool.scale_set_eviction_policy();
    if pool.scale_set_priority().choice() == Some(Capacity::Regular) && eviction.given().is_some() {
        must_be_empty(report, &eviction, "is for nodes of surplus capacity, and `scaleSetPriority` is `Regular`");
    }
}

fn must_be_empty<T>(report: &mut Report, at: &At<T>, why: &str) {
    let key = at.key();
    report.error(cluster::MUST_BE_EMPTY, at.path.clone(), format!("`{key}` {why}")).help(format!("leave `{key}` out"));
}

fn backend_pools(pool: &At<AgentPoolProfile>, report: &mut Report) {
    for id in pool.load_balancer_backend_address_pool_ids().iter() {
        BACKEND_POOL.check(report, &id);
        if id.given().is_none() {
            report.error(cluster::REQUIRED, id.path, "the resource id of a backend pool is empty");
        }
    }
}
