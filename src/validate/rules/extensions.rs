//! Extensions: scripts before a node joins, and templates after.

use super::Facts;
use super::availability::{AVAILABILITY_SET, is_availability_set};
use super::support::require;
use crate::report::codes::cluster;
use crate::report::{Report, nearest, show};
use crate::validate::form::key_vault;
use crate::validate::resolve;
use crate::wire::{AgentPoolProfile, At, Extension, ExtensionProfile};

pub(super) fn check(facts: &Facts, report: &mut Report) {
    for profile in facts.properties.extension_profiles().iter() {
        require(report, &profile.name());
        key_vault::by_name(report, &profile.parameters_keyvault_secret_ref());
    }
    for pool in &facts.pools {
        users(facts, report, &pool.pre_provision_extension(), &pool.extensions());
        of_pool(pool, report);
        powershell(facts, pool, report);
    }
    users(facts, report, &facts.masters.pre_provision_extension(), &facts.masters.extensions());
}

fn of_pool(pool: &At<AgentPoolProfile>, report: &mut Report) {
    let extensions = pool.extensions();
    if extensions.has_some() && !is_availability_set(pool) {
        let message = format!("extensions need availability sets, and `availabilityProfile` is not `{AVAILABILITY_SET}`");
        report
            .error(cluster::EXTENSION_POOL, extensions.path.clone(), message)
            .help(format!("write `\"availabilityProfile\": \"{AVAILABILITY_SET}\"`"));
    }
    if extensions.has_some() && pool.is_windows() {
        let message = "these templates are not fetched and do not become part of the template";
        report
            .warning(cluster::EXTENSION_LEFT_OUT, extensions.path.clone(), message)
            .help("deploy them after the cluster, or use `preProvisionExtension`");
    }
    if let Some(linux_only) = extensions.iter().find(|one| one.name().is("prometheus-grafana-k8s")).filter(|_| pool.is_windows()) {
        report.error(cluster::EXTENSION_POOL, linux_only.name().path, "`prometheus-grafana-k8s` does not run on Windows nodes");
    }
}

/// Windows nodes run what comes before they join with PowerShell, which takes scripts by this ending only.
fn powershell(facts: &Facts, pool: &At<AgentPoolProfile>, report: &mut Report) {
    let name = pool.pre_provision_extension().name();
    let Some(profile) = name.given().filter(|_| pool.is_windows()).and_then(|name| resolve::extension_profile(facts, name)) else { return };
    let script = profile.script();
    if let Some(file) = script.given().filter(|file| !file.to_ascii_lowercase().ends_with(".ps1")) {
        let message = format!("{} is no PowerShell script (`.ps1`), and a Windows pool runs it", show(&script.path, file));
        report.error(cluster::EXTENSION_SCRIPT, script.path.clone(), message);
    }
}

/// What a pool names must be defined, and what runs before the node joins must have a script.
fn users(facts: &Facts, report: &mut Report, first: &At<Extension>, others: &At<Vec<Extension>>) {
    if first.is_there()
        && let Some(profile) = find(facts, report, first)
        && profile.script().given().is_none()
    {
        let name = profile.name().given().unwrap_or_default();
        let message = format!("{} has no `script` to run before the node joins", show(&first.path, name));
        report.error(cluster::EXTENSION_SCRIPT, first.path.clone(), message);
    }
    for extension in others.iter() {
        find(facts, report, &extension);
    }
}

fn find<'a>(facts: &Facts<'a>, report: &mut Report, extension: &At<Extension>) -> Option<At<'a, ExtensionProfile>> {
    let at = extension.name();
    let wanted = at.given().unwrap_or_default();
    let found = resolve::extension_profile(facts, wanted);
    if found.is_none() {
        let profiles = facts.properties.extension_profiles();
        let names: Vec<_> = profiles.iter().filter_map(|profile| profile.name().value.map(String::as_str)).collect();
        let near = nearest(wanted, &names).map(|near| format!("did you mean `{near}`?"));
        let message = format!("{} is not in `extensionProfiles`", show(&at.path, wanted));
        report.error(cluster::EXTENSION_UNKNOWN, at.path, message).help_if(near);
    }
    found
}
