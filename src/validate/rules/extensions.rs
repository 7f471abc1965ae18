//! Extensions: scripts before a node joins, and templates after.

use super::Facts;
use super::availability::{AVAILABILITY_SET, is_availability_set};
use super::identity::key_vault_reference;
use super::support::{given, require};
use crate::report::codes::cluster;
use crate::report::{Path, Report, nearest, show};
use crate::wire::{Extension, ExtensionProfile, paths};

pub(super) fn check(facts: &Facts, report: &mut Report) {
    let profiles = facts.properties.extension_profiles.as_deref().unwrap_or_default();
    for (index, profile) in profiles.iter().enumerate() {
        profile_form(profile, &paths::properties().key("extensionProfiles").index(index), report);
    }
    for pool in &facts.pools {
        let extensions = pool.profile.extensions.as_deref().unwrap_or_default();
        users(profiles, report, &pool.path, pool.profile.pre_provision_extension.as_ref(), extensions);
        if !extensions.is_empty() && !is_availability_set(pool) {
            let message = format!("extensions need availability sets, and `availabilityProfile` is not `{AVAILABILITY_SET}`");
            report
                .error(cluster::EXTENSION_POOL, pool.path.key("extensions"), message)
                .help(format!("write `\"availabilityProfile\": \"{AVAILABILITY_SET}\"`"));
        }
        if !extensions.is_empty() && pool.windows {
            let message = "these templates are not fetched and do not become part of the template";
            report
                .warning(cluster::EXTENSION_LEFT_OUT, pool.path.key("extensions"), message)
                .help("deploy them after the cluster, or use `preProvisionExtension`");
        }
        let linux_only = |extension: &Extension| extension.name.as_deref() == Some("prometheus-grafana-k8s");
        if let Some(index) = extensions.iter().position(linux_only).filter(|_| pool.windows) {
            let path = pool.path.key("extensions").index(index).key("name");
            report.error(cluster::EXTENSION_POOL, path, "`prometheus-grafana-k8s` does not run on Windows nodes");
        }
    }
    if let Some(masters) = facts.masters {
        let extensions = masters.extensions.as_deref().unwrap_or_default();
        users(profiles, report, &paths::masters(), masters.pre_provision_extension.as_ref(), extensions);
    }
}

fn profile_form(profile: &ExtensionProfile, path: &Path, report: &mut Report) {
    require(report, path, "name", profile.name.as_ref());
    if let Some(reference) = &profile.parameters_keyvault_secret_ref {
        key_vault_reference(report, &path.key("parametersKeyvaultSecretRef"), reference);
    }
}

/// What a pool names must be defined, and what runs before the node joins must have a script.
fn users(profiles: &[ExtensionProfile], report: &mut Report, parent: &Path, first: Option<&Extension>, others: &[Extension]) {
    if let Some(extension) = first {
        let path = parent.key("preProvisionExtension");
        if let Some(profile) = find(profiles, report, &path, extension)
            && given(profile.script.as_ref()).is_none()
        {
            let name = profile.name.as_deref().unwrap_or_default();
            let message = format!("{} has no `script` to run before the node joins", show(&path, name));
            report.error(cluster::EXTENSION_SCRIPT, path, message);
        }
    }
    for (index, extension) in others.iter().enumerate() {
        find(profiles, report, &parent.key("extensions").index(index), extension);
    }
}

fn find<'a>(profiles: &'a [ExtensionProfile], report: &mut Report, path: &Path, extension: &Extension) -> Option<&'a ExtensionProfile> {
    let wanted = extension.name.as_deref().unwrap_or_default();
    let names: Vec<_> = profiles.iter().filter_map(|profile| profile.name.as_deref()).collect();
    let found = profiles.iter().find(|profile| profile.name.as_deref().is_some_and(|name| name.eq_ignore_ascii_case(wanted)));
    if found.is_none() {
        let path = path.key("name");
        let message = format!("{} is not in `extensionProfiles`", show(&path, wanted));
        let near = nearest(wanted, &names);
        let draft = report.error(cluster::EXTENSION_UNKNOWN, path, message);
        if let Some(near) = near {
            draft.help(format!("did you mean `{near}`?"));
        }
    }
    found
}
