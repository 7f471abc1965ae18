//! Custom clouds, Azure Stack Hub first of all.

use super::Facts;
use super::availability::AVAILABILITY_SET;
use super::downloads::is_url;
use super::support::{chosen, missing};
use crate::model::ContainerRuntime;
use crate::report::codes::{cloud, cluster};
use crate::report::{Report, all_of, show};
use crate::validate::resolve;
use crate::wire::{AgentPoolProfile, At, CustomCloudProfile};

/// Largest managed disk of Azure Stack Hub, in GB (`MaxAzureStackManagedDiskSize`).
const MOST_DISK_GB: i64 = 1023;

pub(super) fn check(facts: &Facts, report: &mut Report) {
    let profile = facts.properties.custom_cloud_profile();
    if !profile.is_there() {
        return;
    }
    if facts.definition.location().given().is_none() {
        missing(report, &facts.definition.location(), ", and a custom cloud has no other way to know it");
    }
    chosen(report, cluster::UNKNOWN_VALUE, &profile.dependencies_location());
    environment(&profile, report);
    if facts.decided.azure_stack {
        portal(facts, &profile, report);
        chosen(report, cluster::UNKNOWN_VALUE, &profile.authentication_method());
        chosen(report, cluster::UNKNOWN_VALUE, &profile.identity_system());
        azure_stack(facts, report);
        machines(facts, report);
    }
}

/// What the peers would ask the cloud for (`SetCustomCloudProfileEnvironment`), and its management endpoint, which they would ask.
fn environment(profile: &At<CustomCloudProfile>, report: &mut Report) {
    let environment = profile.environment();
    // nodes send a secret to one and a token to the other
    for at in [environment.resource_manager_endpoint(), environment.active_directory_endpoint()] {
        if let Some(url) = at.given().filter(|url| !is_url(url) || !url.to_ascii_lowercase().starts_with("https:")) {
            let message = format!("{} is no address, expected `https://` and a host", show(&at.path, url));
            report.error(cloud::CLOUD_ENVIRONMENT, at.path, message);
        }
    }
    let needed = [
        environment.name(),
        environment.service_management_endpoint(),
        environment.resource_manager_endpoint(),
        environment.active_directory_endpoint(),
        environment.graph_endpoint(),
        environment.resource_manager_vm_dns_suffix(),
    ];
    let absent: Vec<_> = needed.iter().filter(|at| at.given().is_none()).map(At::key).collect();
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
    report.error(cloud::CLOUD_ENVIRONMENT, environment.path, message).help(help);
}

/// `local.azurestack.external` of `https://portal.local.azurestack.external/`.
fn host_of_portal<'a>(profile: &At<'a, CustomCloudProfile>) -> Option<&'a str> {
    let host = profile.portal_url().given()?.strip_prefix("https://portal.")?.split('/').next()?;
    Some(host).filter(|host| host.contains('.') && host.chars().all(|c| c.is_ascii_alphanumeric() || c == '.' || c == '-'))
}

fn portal(facts: &Facts, profile: &At<CustomCloudProfile>, report: &mut Report) {
    let at = profile.portal_url();
    let Some(url) = at.given() else { return missing(report, &at, ", and Azure Stack needs it") };
    let Some(location) = facts.definition.location().given().map(resolve::normalise_location) else { return };
    let start = format!("https://portal.{location}.");
    if !url.starts_with(&start) {
        let message = format!("{} does not start with `{start}`, as the portal of location `{location}` does", show(&at.path, url));
        report.error(cloud::PORTAL_URL, at.path, message);
    }
}

fn azure_stack(facts: &Facts, report: &mut Report) {
    let kubernetes = &facts.kubernetes;
    if facts.at_least(1, 21) && !kubernetes.use_cloud_controller_manager().is_true() {
        let message = "Azure Stack needs the cloud controller manager from Kubernetes 1.21 on";
        report
            .error(cloud::AZURE_STACK, kubernetes.use_cloud_controller_manager().path, message)
            .help("add `\"useCloudControllerManager\": true`");
    }
    let docker = kubernetes.container_runtime().choice() == Some(ContainerRuntime::Docker);
    if docker && facts.decided.version.as_ref().is_some_and(|version| !ContainerRuntime::Docker.works_with(version)) {
        let message = "Azure Stack has no docker from Kubernetes 1.24 on, expected `containerd`";
        report.error(cloud::AZURE_STACK, kubernetes.container_runtime().path, message);
    }
    if kubernetes.use_instance_metadata().is_true() {
        let message = "Azure Stack has no instance metadata service, expected `false`";
        report.error(cloud::AZURE_STACK, kubernetes.use_instance_metadata().path, message);
    }
    let plugin = kubernetes.network_plugin().given();
    if let Some(plugin) = plugin.filter(|plugin| matches!(*plugin, "cilium" | "antrea") && !facts.has_windows()) {
        report.error(
            cloud::AZURE_STACK,
            kubernetes.network_plugin().path,
            format!("Azure Stack has the plugins `azure` and `kubenet`, found `{plugin}`"),
        );
    }
    if let Some(size) = kubernetes.etcd_disk_size_gb().given()
        && size.parse::<i64>().map_or(true, |size| size > MOST_DISK_GB)
    {
        let path = kubernetes.etcd_disk_size_gb().path;
        let message = format!("found {}, expected a number of at most {MOST_DISK_GB}", show(&path, size));
        report.error(cloud::AZURE_STACK, path, message);
    }
    if kubernetes.use_managed_identity().is_true() {
        let message = "Azure Stack gives VMs no managed identity, so the nodes cannot sign in";
        report.warning(cloud::AZURE_STACK_IDENTITY, kubernetes.use_managed_identity().path, message);
    }
}

fn machines(facts: &Facts, report: &mut Report) {
    if resolve::is_scale_set(&facts.masters) {
        let message = format!("Azure Stack has no scale sets, expected `{AVAILABILITY_SET}`");
        report.error(cloud::AZURE_STACK, facts.masters.availability_profile().path, message);
    }
    for pool in facts.pools.iter().filter(|pool| !super::availability::is_availability_set(pool)) {
        let message = format!("Azure Stack has no scale sets, expected `{AVAILABILITY_SET}`, written out");
        report.error(cloud::AZURE_STACK, pool.availability_profile().path, message);
    }
    for distro in facts.pools.iter().map(At::<AgentPoolProfile>::distro).chain([facts.masters.distro()]) {
        if let Some(found) = distro.given().filter(|distro| matches!(*distro, "aks-ubuntu-16.04" | "aks-ubuntu-18.04")) {
            let message = format!("aks-engine makes no new clusters with `{found}` on Azure Stack");
            report.warning(cloud::AZURE_STACK_DISTRO, distro.path, message);
        }
    }
}
