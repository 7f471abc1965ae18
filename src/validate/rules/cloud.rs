//! Custom clouds, Azure Stack Hub first of all.

use super::Facts;
use super::availability::AVAILABILITY_SET;
use super::support::{given, missing, one_of};
use crate::model::ContainerRuntime;
use crate::report::codes::{cloud, cluster};
use crate::report::{Path, Report, all_of, show};
use crate::validate::defaults;
use crate::wire::{self, paths};

/// Largest managed disk of Azure Stack Hub, in GB (`MaxAzureStackManagedDiskSize`).
const MOST_DISK_GB: i64 = 1023;

pub(super) fn check(facts: &Facts, report: &mut Report) {
    let Some(profile) = &facts.properties.custom_cloud_profile else { return };
    let path = paths::properties().key("customCloudProfile");
    if given(facts.definition.location.as_ref()).is_none() {
        missing(report, Path::root().key("location"), "location", ", and a custom cloud has no other way to know it");
    }
    let places = &["public", "china", "german", "usgovernment"];
    one_of(report, cluster::UNKNOWN_VALUE, &path, "dependenciesLocation", profile.dependencies_location.as_ref(), places);
    environment(profile, &path, report);
    if facts.azure_stack {
        portal(facts, profile, &path, report);
        let methods = &["client_secret", "client_certificate"];
        one_of(report, cluster::UNKNOWN_VALUE, &path, "authenticationMethod", profile.authentication_method.as_ref(), methods);
        one_of(report, cluster::UNKNOWN_VALUE, &path, "identitySystem", profile.identity_system.as_ref(), &["azure_ad", "adfs"]);
        azure_stack(facts, report);
        machines(facts, report);
    }
}

/// What the peers would ask the cloud for (`SetCustomCloudProfileEnvironment`), and its management endpoint, which they would ask.
fn environment(profile: &wire::CustomCloudProfile, path: &Path, report: &mut Report) {
    let none = wire::Environment::default();
    let environment = profile.environment.as_ref().unwrap_or(&none);
    let needed = [
        ("name", &environment.name),
        ("serviceManagementEndpoint", &environment.service_management_endpoint),
        ("resourceManagerEndpoint", &environment.resource_manager_endpoint),
        ("activeDirectoryEndpoint", &environment.active_directory_endpoint),
        ("graphEndpoint", &environment.graph_endpoint),
        ("resourceManagerVMDNSSuffix", &environment.resource_manager_vm_dns_suffix),
    ];
    let absent: Vec<_> = needed.iter().filter(|(_, value)| given(value.as_ref()).is_none()).map(|(key, _)| key).collect();
    if absent.is_empty() {
        return;
    }
    let verb = if absent.len() == 1 { "is" } else { "are" };
    let message = format!("{} {verb} missing in the environment of the custom cloud", all_of(&absent));
    let help = match host_of_portal(profile) {
        Some(host) => format!(
            "of portal.{host} follow: resourceManagerEndpoint `https://management.{host}/`, resourceManagerVMDNSSuffix \
            `cloudapp.{after}`, name `AzureStackCloud`; `https://management.{host}/metadata/endpoints?api-version=1.0` tells \
            graphEndpoint (there graphEndpoint), activeDirectoryEndpoint (authentication.loginEndpoint) and serviceManagementEndpoint \
            (the first of authentication.audiences); the apimodel.json that aks-engine writes has them all",
            after = host.split_once('.').map_or(host, |(_, after)| after),
        ),
        None => {
            "`<resourceManagerEndpoint>/metadata/endpoints?api-version=1.0` tells them; the apimodel.json that aks-engine writes has them"
                .to_owned()
        }
    };
    report.error(cloud::CLOUD_ENVIRONMENT, path.key("environment"), message).help(help);
}

/// `local.azurestack.external` of `https://portal.local.azurestack.external/`.
fn host_of_portal(profile: &wire::CustomCloudProfile) -> Option<&str> {
    let host = given(profile.portal_url.as_ref())?.strip_prefix("https://portal.")?.split('/').next()?;
    Some(host).filter(|host| host.contains('.') && host.chars().all(|c| c.is_ascii_alphanumeric() || c == '.' || c == '-'))
}

fn portal(facts: &Facts, profile: &wire::CustomCloudProfile, path: &Path, report: &mut Report) {
    let Some(url) = given(profile.portal_url.as_ref()) else {
        return missing(report, path.key("portalURL"), "portalURL", ", and Azure Stack needs it");
    };
    let Some(location) = given(facts.definition.location.as_ref()).map(defaults::normalise_location) else { return };
    let start = format!("https://portal.{location}.");
    if !url.starts_with(&start) {
        let path = path.key("portalURL");
        let message = format!("{} does not start with `{start}`, as the portal of location `{location}` does", show(&path, url));
        report.error(cloud::PORTAL_URL, path, message);
    }
}

fn azure_stack(facts: &Facts, report: &mut Report) {
    let kubernetes = facts.kubernetes;
    let path = paths::kubernetes();
    if facts.at_least(1, 21) && kubernetes.use_cloud_controller_manager != Some(true) {
        let message = "Azure Stack needs the cloud controller manager from Kubernetes 1.21 on";
        report.error(cloud::AZURE_STACK, path.key("useCloudControllerManager"), message).help("add `\"useCloudControllerManager\": true`");
    }
    if facts.at_least(1, 24) && defaults::asked_runtime(kubernetes) == Some(ContainerRuntime::Docker) {
        let message = "Azure Stack has no docker from Kubernetes 1.24 on, expected `containerd`";
        report.error(cloud::AZURE_STACK, path.key("containerRuntime"), message);
    }
    if kubernetes.use_instance_metadata == Some(true) {
        let message = "Azure Stack has no instance metadata service, expected `false`";
        report.error(cloud::AZURE_STACK, path.key("useInstanceMetadata"), message);
    }
    let plugin = given(kubernetes.network_plugin.as_ref());
    if let Some(plugin) = plugin.filter(|plugin| matches!(*plugin, "cilium" | "antrea") && !facts.has_windows()) {
        report.error(
            cloud::AZURE_STACK,
            path.key("networkPlugin"),
            format!("Azure Stack has the plugins `azure` and `kubenet`, found `{plugin}`"),
        );
    }
    if let Some(size) = given(kubernetes.etcd_disk_size_gb.as_ref())
        && size.parse::<i64>().map_or(true, |size| size > MOST_DISK_GB)
    {
        let path = path.key("etcdDiskSizeGB");
        let message = format!("found {}, expected a number of at most {MOST_DISK_GB}", show(&path, size));
        report.error(cloud::AZURE_STACK, path, message);
    }
    if kubernetes.use_managed_identity == Some(true) {
        let message = "Azure Stack gives VMs no managed identity, so the nodes cannot sign in";
        report.warning(cloud::AZURE_STACK_IDENTITY, path.key("useManagedIdentity"), message);
    }
}

fn machines(facts: &Facts, report: &mut Report) {
    if facts.masters.is_some_and(super::masters::is_scale_set) {
        let message = format!("Azure Stack has no scale sets, expected `{AVAILABILITY_SET}`");
        report.error(cloud::AZURE_STACK, paths::masters().key("availabilityProfile"), message);
    }
    for pool in facts.pools.iter().filter(|pool| !super::availability::is_availability_set(pool)) {
        let message = format!("Azure Stack has no scale sets, expected `{AVAILABILITY_SET}`, written out");
        report.error(cloud::AZURE_STACK, pool.path.key("availabilityProfile"), message);
    }
    let pools = facts.pools.iter().map(|pool| (&pool.path, given(pool.profile.distro.as_ref())));
    let masters = paths::masters();
    let all = pools.chain([(&masters, facts.masters.and_then(|masters| given(masters.distro.as_ref())))]);
    for (parent, distro) in all {
        if let Some(distro) = distro.filter(|distro| matches!(*distro, "aks-ubuntu-16.04" | "aks-ubuntu-18.04")) {
            let message = format!("aks-engine makes no new clusters with `{distro}` on Azure Stack");
            report.warning(cloud::AZURE_STACK_DISTRO, parent.key("distro"), message);
        }
    }
}
