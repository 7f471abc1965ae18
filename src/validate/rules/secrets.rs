//! Secrets: references to a Key Vault, and secrets where they do not belong.

use super::Facts;
use super::downloads::locations;
use crate::report::codes::cluster;
use crate::report::{Path, Report, has_user_information, is_secret_text};
use crate::validate::form::key_vault;
use crate::wire::{At, TextMap};
use crate::words::placeholder::{PASSWORD, SECRET, SSH_KEY};

pub(super) fn check(facts: &Facts, report: &mut Report) {
    key_vault::reference(report, &facts.windows.admin_password());
    placeholders(facts, report);
    for location in locations(facts) {
        user_information(report, &location.path, &location.url);
    }
    image_source(facts, report);
    extension_roots(facts, report);
    map(report, &facts.definition.tags());
    map(report, &facts.kubernetes.kubelet_config());
    for pool in facts.windows_pools() {
        map(report, &pool.custom_vm_tags());
        map(report, &pool.custom_node_labels());
        map(report, &pool.kubernetes_config().kubelet_config());
    }
}

fn placeholders(facts: &Facts, report: &mut Report) {
    let keys = facts.properties.linux_profile().ssh().public_keys();
    let keys = keys.iter().map(|key| key.key_data());
    let secrets = [facts.windows.admin_password(), facts.properties.service_principal_profile().secret()];
    for at in secrets.into_iter().chain(keys) {
        if at.given().is_some_and(|text| [PASSWORD, SECRET, SSH_KEY].contains(&text)) {
            report.warning(cluster::PLACEHOLDER, at.path, "this is what `gen-cse init` writes").help("put your own in its place");
        }
    }
}

/// Unlike the query of a download, which travels in the protected settings, user and password would stand in the template.
fn user_information(report: &mut Report, path: &Path, url: &str) {
    if has_user_information(url) {
        let message = "the URL contains a user name or password, which everyone can read who can read the template";
        report.warning(cluster::SECRET_EXPOSED, path.clone(), message).help("take a shared access signature in the query instead");
    }
}

/// Azure copies the VHD by this URL, which stays in the deployment; a signature expires, and is refused for images.
fn image_source(facts: &Facts, report: &mut Report) {
    let at = facts.windows.windows_image_source_url();
    if at.given().is_some_and(|url| url.contains("sig=")) && facts.has_windows() {
        let message = "the URL has a shared access signature, which would stand in the template, and which Azure does not take for images";
        report.warning(cluster::SECRET_EXPOSED, at.path, message).help("copy the VHD into a storage account of the subscription");
    }
}

/// `urlQuery` is protected, `rootURL` is not.
fn extension_roots(facts: &Facts, report: &mut Report) {
    for at in facts.properties.extension_profiles().iter().map(|profile| profile.root_url()) {
        if at.given().is_some_and(|root| root.contains("sig=")) {
            let message = "the URL has a shared access signature, which would stand in the template";
            report.warning(cluster::SECRET_EXPOSED, at.path, message).help("put what follows the `?` into `urlQuery`");
        }
    }
}

fn map(report: &mut Report, values: &At<TextMap>) {
    for (key, at) in values.entries() {
        let lower = key.to_ascii_lowercase();
        let named = lower.contains("password") || lower.contains("secret");
        if at.given().is_some_and(|value| named || is_secret_text(value)) {
            let message = "this looks like a secret, and everyone can read it who can read the template or the node";
            report.warning(cluster::SECRET_EXPOSED, at.path, message);
        }
    }
}
