//! Values that change nothing.

use super::availability::is_availability_set;
use super::support::given;
use super::{Facts, Pool};
use crate::model::{ContainerRuntime, WindowsImage};
use crate::report::codes::cluster::NO_EFFECT;
use crate::report::{Path, Report};
use crate::validate::defaults;
use crate::wire::paths;

pub(super) fn check(facts: &Facts, report: &mut Report) {
    if !facts.has_windows() {
        return;
    }
    masters(facts, report);
    identity(facts, report);
    windows_profile(facts, report);
    image(facts, report);
    max_pods(facts, report);
    for pool in facts.windows_pools() {
        pool_settings(pool, report);
    }
}

fn idle(report: &mut Report, path: Path, message: impl Into<String>) {
    report.warning(NO_EFFECT, path, message);
}

fn masters(facts: &Facts, report: &mut Report) {
    let Some(masters) = facts.masters else { return };
    let path = paths::masters();
    if given(masters.vnet_subnet_id.as_ref()).is_none() {
        for (key, value) in [("firstConsecutiveStaticIP", &masters.first_consecutive_static_ip), ("vnetCidr", &masters.vnet_cidr)] {
            if given(value.as_ref()).is_some() {
                idle(report, path.key(key), format!("`{key}` is for an own virtual network, and `vnetSubnetID` is not given"));
            }
        }
    }
}

fn identity(facts: &Facts, report: &mut Report) {
    let kubernetes = facts.kubernetes;
    if defaults::uses_managed_identity(facts.source, &facts.cloud) {
        let profile = facts.properties.service_principal_profile.as_ref();
        if profile.is_some_and(|profile| given(profile.client_id.as_ref()).is_some()) {
            let why = if kubernetes.use_managed_identity.is_none() { ", the default" } else { "" };
            let message = format!("the nodes have a managed identity{why}, so the service principal is not used");
            report
                .warning(NO_EFFECT, paths::properties().key("servicePrincipalProfile"), message)
                .help("set `\"useManagedIdentity\": false` in orchestratorProfile.kubernetesConfig to use it");
        }
    } else if given(kubernetes.user_assigned_id.as_ref()).is_some() {
        idle(report, paths::kubernetes().key("userAssignedID"), "the nodes have no managed identity, so this one is not used");
    }
}

fn windows_profile(facts: &Facts, report: &mut Report) {
    let Some(profile) = facts.windows else { return };
    let path = paths::windows();
    if given(profile.provisioning_scripts_package_url.as_ref()).is_some() {
        idle(report, path.key("provisioningScriptsPackageURL"), "the scripts travel with the node's custom data, so no package is fetched");
    }
    if profile.secrets.as_ref().is_some_and(|secrets| !secrets.is_empty()) {
        idle(
            report,
            path.key("secrets"),
            "certificates from Key Vaults are not installed on Windows nodes, neither by aks-engine nor here",
        );
    }
    match facts.runtime {
        Some(ContainerRuntime::Containerd) if given(profile.windows_docker_version.as_ref()).is_some() => {
            idle(report, path.key("windowsDockerVersion"), "the container runtime is containerd, so no docker is installed");
        }
        Some(ContainerRuntime::Docker) if profile.windows_runtimes.is_some() => {
            idle(report, path.key("windowsRuntimes"), "the container runtime is docker, and these are runtimes of containerd");
        }
        _ => {}
    }
}

/// An own VHD comes before an image reference, and that before the marketplace.
fn image(facts: &Facts, report: &mut Report) {
    let Some(profile) = facts.windows else { return };
    let path = paths::windows();
    let winner = match &facts.image {
        Some(WindowsImage::Vhd(_)) => "WindowsImageSourceUrl",
        Some(WindowsImage::Reference(_)) => "imageReference",
        _ => return,
    };
    if winner == "WindowsImageSourceUrl" && profile.image_reference.is_some() {
        idle(report, path.key("imageReference"), format!("`{winner}` names the image"));
    }
    let marketplace = [
        ("WindowsPublisher", &profile.windows_publisher),
        ("WindowsOffer", &profile.windows_offer),
        ("WindowsSku", &profile.windows_sku),
        ("imageVersion", &profile.image_version),
    ];
    for (key, _) in marketplace.into_iter().filter(|(_, value)| given(value.as_ref()).is_some()) {
        idle(report, path.key(key), format!("`{winner}` names the image"));
    }
}

fn max_pods(facts: &Facts, report: &mut Report) {
    let kubernetes = facts.kubernetes;
    if kubernetes.max_pods.is_some_and(|pods| pods != 0) {
        let message = "`maxPods` is obsolete and not used";
        report.warning(NO_EFFECT, paths::kubernetes().key("maxPods"), message).help("set `\"--max-pods\"` in kubeletConfig");
    }
}

fn pool_settings(pool: &Pool, report: &mut Report) {
    let profile = pool.profile;
    if profile.image_reference.is_some() {
        let message = "Windows pools do not have an image of their own";
        report.warning(NO_EFFECT, pool.path.key("imageReference"), message).help("name the image in windowsProfile.imageReference");
    }
    if given(profile.distro.as_ref()).is_some() {
        idle(report, pool.path.key("distro"), "a Windows pool has no Linux distribution");
    }
    if profile.accelerated_networking_enabled == Some(true) {
        let message = "this switch is for Linux pools";
        report
            .warning(NO_EFFECT, pool.path.key("acceleratedNetworkingEnabled"), message)
            .help("the one of Windows pools is `acceleratedNetworkingEnabledWindows`");
    }
    if profile.sysctld_config.as_ref().is_some_and(|settings| !settings.is_empty()) {
        idle(report, pool.path.key("sysctldConfig"), "Windows has no sysctl settings");
    }
    let surplus = given(profile.scale_set_priority.as_ref()).is_some_and(|priority| matches!(priority, "Spot" | "Low"));
    if is_availability_set(pool) && profile.ultra_ssd_enabled == Some(true) {
        idle(report, pool.path.key("ultraSSDEnabled"), "Azure has no ultra disks in availability sets, and this is one");
    }
    if is_availability_set(pool) && surplus {
        idle(report, pool.path.key("scaleSetPriority"), "only scale sets have surplus capacity, and this is an availability set");
    }
}
