//! Agent pools: names, sizes, and what else a pool has of its own.

use super::support::{given, in_range, missing, one_of, require};
use super::{Facts, Pool};
use crate::file_name::is_device_name;
use crate::report::codes::{cluster, pools};
use crate::report::{Report, numbered, show};
use crate::wire::paths;
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
    let linux = facts.pools.iter().filter(|pool| matches!(pool.profile.os_type.as_deref(), None | Some("" | "Linux"))).count();
    for pool in &facts.pools {
        name(pool, report);
        size(pool, report);
        one_of(report, cluster::UNKNOWN_VALUE, &pool.path, "osType", pool.profile.os_type.as_ref(), &["Linux", "Windows"]);
        distro(report, &pool.path, pool.profile.distro.as_ref());
        emptiness(pool, report);
        super::image::name_and_group(report, &pool.path, pool.profile.image_reference.as_ref());
        backend_pools(pool, report);
        taint(facts, pool, linux, report);
    }
    if let Some(masters) = facts.masters {
        distro(report, &paths::masters(), masters.distro.as_ref());
    }
}

fn name(pool: &Pool, report: &mut Report) {
    require(report, &pool.path, "name", pool.profile.name.as_ref());
    let Some(name) = given(pool.profile.name.as_ref()) else { return };
    let lower = |c: char| c.is_ascii_lowercase();
    if pool.windows && is_device_name(name) {
        let path = pool.path.key("name");
        let message = format!("{} is a device of Windows, so no folder can have this name", show(&path, name));
        report.error(pools::POOL_NAME, path, message).help("take another name: the files of a pool are in a folder of its name");
        return;
    }
    if name.starts_with(lower) && name.len() <= 12 && name.chars().all(|c| lower(c) || c.is_ascii_digit()) {
        return;
    }
    let path = pool.path.key("name");
    let message = format!("{} is not a valid pool name", show(&path, name));
    report.error(pools::POOL_NAME, path, message).help("start with a lower-case letter, then at most 11 of a-z and 0-9");
}

fn unique_names(facts: &Facts, report: &mut Report) {
    let mut first = BTreeMap::new();
    for (index, pool) in facts.pools.iter().enumerate() {
        let Some(name) = given(pool.profile.name.as_ref()) else { continue };
        let earlier = *first.entry(name).or_insert(index);
        if earlier != index {
            let path = pool.path.key("name");
            let message = format!("{} is the name of agentPoolProfiles[{earlier}], too", show(&path, name));
            report.error(pools::POOL_NAME_DUPLICATE, path, message);
        }
    }
}

fn size(pool: &Pool, report: &mut Report) {
    match pool.profile.count {
        None => missing(report, pool.path.key("count"), "count", ", expected 1 to 1000"),
        count => in_range(report, &pool.path, "count", count, 1..=1000, ""),
    }
    require(report, &pool.path, "vmSize", pool.profile.vm_size.as_ref());
    in_range(report, &pool.path, "ipAddressCount", pool.profile.ip_address_count, 0..=256, "");
    vm_size(pool, report);
}

/// `Standard_D4s_v3`, `Basic_A1`, `Standard_DS14-8_v2_Promo`.
fn vm_size(pool: &Pool, report: &mut Report) {
    let Some(size) = given(pool.profile.vm_size.as_ref()).filter(|_| pool.windows) else { return };
    let mut parts = size.split('_');
    let tier = parts.next().is_some_and(|tier| tier.eq_ignore_ascii_case("Standard") || tier.eq_ignore_ascii_case("Basic"));
    let family = parts.next().is_some_and(|family| family.starts_with(|c: char| c.is_ascii_alphabetic()));
    let plain = size.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    if tier && family && plain {
        return;
    }
    let path = pool.path.key("vmSize");
    let message = format!("{} does not look like an Azure VM size, such as `Standard_D4s_v3`", show(&path, size));
    report.warning(pools::VM_SIZE, path, message);
}

fn distro(report: &mut Report, parent: &crate::report::Path, distro: Option<&String>) {
    if let Some((former, today)) = FORMER_DISTROS.iter().find(|(former, _)| given(distro) == Some(former)) {
        let message = format!("`{former}` is a former name of the image `{today}`");
        report.error(cluster::UNKNOWN_VALUE, parent.key("distro"), message).help(format!("write `{today}`"));
    } else {
        one_of(report, cluster::UNKNOWN_VALUE, parent, "distro", distro, DISTROS);
    }
}

fn emptiness(pool: &Pool, report: &mut Report) {
    let profile = pool.profile;
    let mut refuse = |key: &'static str, why: &str| {
        report.error(cluster::MUST_BE_EMPTY, pool.path.key(key), format!("`{key}` {why}")).help(format!("leave `{key}` out"));
    };
    if given(profile.dns_prefix.as_ref()).is_some() {
        refuse("dnsPrefix", "is not for agent pools of Kubernetes");
    }
    if profile.ports.as_ref().is_some_and(|ports| !ports.is_empty()) {
        refuse("ports", "are not for agent pools of Kubernetes");
    }
    if given(profile.role.as_ref()).is_some() {
        refuse("role", "is not for agent pools of Kubernetes");
    }
    if profile.scale_set_priority.as_deref() == Some("Regular") && given(profile.scale_set_eviction_policy.as_ref()).is_some() {
        refuse("scaleSetEvictionPolicy", "is for nodes of surplus capacity, and `scaleSetPriority` is `Regular`");
    }
}

fn backend_pools(pool: &Pool, report: &mut Report) {
    let ids = pool.profile.load_balancer_backend_address_pool_ids.iter().flatten().enumerate();
    for (index, _) in ids.filter(|(_, id)| id.is_empty()) {
        let path = pool.path.key("loadBalancerBackendAddressPoolIDs").index(index);
        report.error(cluster::REQUIRED, path, "the resource id of a backend pool is empty");
    }
}

/// Linux pods find their nodes by default; Windows nodes must turn them away.
fn taint(facts: &Facts, pool: &Pool, linux: usize, report: &mut Report) {
    if pool.windows && linux > 0 && !super::kubelet::has_flag(facts, pool, "--register-with-taints") {
        let message = format!("the nodes have no taint, and {} can bring pods for Linux to them", numbered(linux, "Linux pool"));
        report
            .warning(pools::WINDOWS_TAINT, pool.path.clone(), message)
            .help("set `\"--register-with-taints\": \"sku=win:NoSchedule\"` in the pool's kubernetesConfig.kubeletConfig");
    }
}
