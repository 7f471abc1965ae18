//! Values that change nothing.

use super::Facts;
use super::availability::is_availability_set;
use crate::model::{Capacity, ContainerRuntime, WindowsImage};
use crate::report::Report;
use crate::report::codes::cluster::NO_EFFECT;
use crate::wire::{AgentPoolProfile, At};
use crate::words::DependenciesLocation;

pub(super) fn check(facts: &Facts, report: &mut Report) {
    if !facts.has_windows() {
        return;
    }
    masters(facts, report);
    identity(facts, report);
    windows_profile(facts, report);
    image(facts, report);
    obsolete(facts, report);
    custom_cloud(facts, report);
    for pool in facts.windows_pools() {
        pool_settings(pool, report);
    }
}

fn idle<T>(report: &mut Report, at: At<T>, message: impl Into<String>) {
    report.warning(NO_EFFECT, at.path, message);
}

fn masters(facts: &Facts, report: &mut Report) {
    let masters = &facts.masters;
    if masters.vnet_subnet_id().given().is_some() {
        return;
    }
    for at in [masters.first_consecutive_static_ip(), masters.vnet_cidr()] {
        if at.given().is_some() {
            let message = format!("`{}` is for an own virtual network, and `vnetSubnetID` is not given", at.key());
            idle(report, at, message);
        }
    }
}

fn identity(facts: &Facts, report: &mut Report) {
    let kubernetes = &facts.kubernetes;
    if facts.decided.managed_identity {
        let profile = facts.properties.service_principal_profile();
        if profile.client_id().given().is_some() {
            let why = if kubernetes.use_managed_identity().is_there() { "" } else { ", the default" };
            let message = format!("the nodes have a managed identity{why}, so the service principal is not used");
            report
                .warning(NO_EFFECT, profile.path, message)
                .help("set `\"useManagedIdentity\": false` in orchestratorProfile.kubernetesConfig to use it");
        }
    } else if kubernetes.user_assigned_id().given().is_some() {
        idle(report, kubernetes.user_assigned_id(), "the nodes have no managed identity, so this one is not used");
    }
}

fn windows_profile(facts: &Facts, report: &mut Report) {
    let profile = &facts.windows;
    if profile.provisioning_scripts_package_url().given().is_some() {
        let message = "the scripts travel with the node's custom data, so no package is fetched";
        idle(report, profile.provisioning_scripts_package_url(), message);
    }
    let (docker, handlers) = (profile.windows_docker_version(), profile.windows_runtimes());
    match facts.decided.runtime {
        Some(ContainerRuntime::Containerd) if docker.given().is_some() => {
            idle(report, docker, "the container runtime is containerd, so no docker is installed");
        }
        Some(ContainerRuntime::Docker) if handlers.is_there() => {
            idle(report, handlers, "the container runtime is docker, and these are runtimes of containerd");
        }
        _ => {}
    }
}

/// An own VHD comes before an image reference, and that before the marketplace.
fn image(facts: &Facts, report: &mut Report) {
    let profile = &facts.windows;
    let (vhd, reference) = (profile.windows_image_source_url(), profile.image_reference());
    let winner = match &facts.decided.image {
        Some(WindowsImage::Vhd(_)) => vhd.key(),
        Some(WindowsImage::Reference(_)) => reference.key(),
        _ => return,
    };
    let message = format!("`{winner}` names the image");
    if winner == vhd.key() && reference.is_there() {
        idle(report, reference.clone(), message.as_str());
    }
    let marketplace = [profile.windows_publisher(), profile.windows_offer(), profile.windows_sku(), profile.image_version()];
    for at in marketplace.into_iter().filter(|at| at.given().is_some()) {
        idle(report, at, message.as_str());
    }
}

/// Settings that `kubeletConfig` has taken the place of.
fn obsolete(facts: &Facts, report: &mut Report) {
    let kubernetes = &facts.kubernetes;
    let settings = [
        (kubernetes.max_pods(), "--max-pods"),
        (kubernetes.gc_high_threshold(), "--image-gc-high-threshold"),
        (kubernetes.gc_low_threshold(), "--image-gc-low-threshold"),
    ];
    for (at, flag) in settings.into_iter().filter(|(at, _)| at.get().is_some_and(|number| number != 0)) {
        let message = format!("`{}` is obsolete and not used", at.key());
        report.warning(NO_EFFECT, at.path, message).help(format!("set `\"{flag}\"` in kubeletConfig"));
    }
}

fn custom_cloud(facts: &Facts, report: &mut Report) {
    let at = facts.properties.custom_cloud_profile().dependencies_location();
    if at.choice().is_some_and(|location: DependenciesLocation| location != DependenciesLocation::Public) {
        let message = "files come from where the catalog says, whichever cloud this names";
        report.warning(NO_EFFECT, at.path, message).help("name a mirror near by (`--mirror`)");
    }
}

fn pool_settings(pool: &At<AgentPoolProfile>, report: &mut Report) {
    if pool.image_reference().is_there() {
        let message = "Windows pools do not have an image of their own";
        report.warning(NO_EFFECT, pool.image_reference().path, message).help("name the image in windowsProfile.imageReference");
    }
    if pool.distro().given().is_some() {
        idle(report, pool.distro(), "a Windows pool has no Linux distribution");
    }
    if pool.accelerated_networking_enabled().is_true() {
        report
            .warning(NO_EFFECT, pool.accelerated_networking_enabled().path, "this switch is for Linux pools")
            .help("the one of Windows pools is `acceleratedNetworkingEnabledWindows`");
    }
    if pool.audit_d_enabled().is_true() {
        idle(report, pool.audit_d_enabled(), "auditd is for Linux nodes");
    }
    if pool.sysctld_config().has_some() {
        idle(report, pool.sysctld_config(), "Windows has no sysctl settings");
    }
    if is_availability_set(pool) {
        if pool.ultra_ssd_enabled().is_true() {
            idle(report, pool.ultra_ssd_enabled(), "Azure has no ultra disks in availability sets, and this is one");
        }
        if matches!(pool.scale_set_priority().choice(), Some(Capacity::Low | Capacity::Spot)) {
            idle(report, pool.scale_set_priority(), "only scale sets have surplus capacity, and this is an availability set");
        }
    }
}
