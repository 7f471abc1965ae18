//! Secrets: references to a Key Vault, and secrets where they do not belong.

use super::Facts;
use super::downloads::locations;
use super::support::{missing, require};
use crate::model::Secret;
use crate::report::codes::{cluster, downloads as codes, windows};
use crate::report::{Path, Report, has_user_information, is_secret_text, show};
use crate::validate::resolve;
use crate::wire::{At, KeyVaultSecrets, TextMap};

pub(super) fn check(facts: &Facts, report: &mut Report) {
    reference(report, &facts.windows.admin_password());
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

/// How every id of a Key Vault secret begins.
const ID: &str = "/subscriptions/";

/// Whether the text is the id of a Key Vault secret instead of a secret.
pub(super) fn refers_to_key_vault(text: &str) -> bool {
    matches!(resolve::secret_of(Some(text)), Secret::KeyVault { .. }) || text.starts_with(ID)
}

/// A text that begins as the id of a Key Vault secret and is none would be taken for the secret itself.
pub(super) fn reference(report: &mut Report, at: &At<String>) {
    let Some(text) = at.given().filter(|text| text.starts_with(ID)) else { return };
    if let Secret::KeyVault { vault, .. } = resolve::secret_of(Some(text)) {
        vault_name(report, &at.path, Some(&vault));
        return;
    }
    let message = "the text begins as the id of a Key Vault secret does, and is none";
    report.error(cluster::RESOURCE_ID, at.path.clone(), message).help(
        "write `/subscriptions/<subscription>/resourceGroups/<resourceGroup>/providers/Microsoft.KeyVault/vaults/<vault>/secrets/<name>`",
    );
}

/// Names of vaults have 3 to 24 characters ("Naming rules and restrictions for Azure resources").
pub(super) fn vault_name(report: &mut Report, path: &Path, id: Option<&str>) {
    let Some(name) = id.and_then(|id| id.split('/').nth(8)) else { return };
    if !(3..=24).contains(&name.chars().count()) {
        let message = format!("{} is not the name of a Key Vault, which has 3 to 24 characters", show(path, name));
        report.error(cluster::RESOURCE_ID, path.clone(), message);
    }
}

/// Certificates of Key Vaults, as the peers check them; those of Windows nodes reach Azure, which wants more.
pub(super) fn key_vault_secrets(report: &mut Report, secrets: &At<Vec<KeyVaultSecrets>>, of_windows: bool) {
    for secret in secrets.iter() {
        let (vault, certificates) = (secret.source_vault(), secret.vault_certificates());
        if vault.is_there() {
            require(report, &vault.id());
        } else {
            missing(report, &vault, "");
        }
        if !certificates.has_some() {
            missing(report, &certificates, ": a vault without certificates is of no use");
        }
        for certificate in certificates.iter() {
            let at = certificate.certificate_url();
            if let Some(url) = at.given().filter(|url| url.contains(char::is_control)) {
                report.error(codes::URL, at.path.clone(), format!("{} is not a URL", show(&at.path, url)));
            }
            if of_windows {
                require(report, &certificate.certificate_store());
                versioned(report, &at);
            }
        }
    }
}

/// Azure: "It should be in the format https://<vaultEndpoint>/secrets/<secretName>/<secretVersion>".
fn versioned(report: &mut Report, at: &At<String>) {
    let url = at.given().unwrap_or_default();
    let words: Vec<_> = url.strip_prefix("https://").unwrap_or_default().split('/').collect();
    if !matches!(words[..], [_, "secrets", name, version] if !name.is_empty() && !version.is_empty()) {
        let message = format!("{} is not the URL of a secret with its version", show(&at.path, url));
        let help = "write `https://<vault>.vault.azure.net/secrets/<name>/<version>`; `az keyvault certificate show --query sid` tells it";
        report.error(windows::KEY_VAULT_CERTIFICATE, at.path.clone(), message).help(help);
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
