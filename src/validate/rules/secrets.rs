//! Secrets: references to a Key Vault, and secrets where they do not belong.

use super::Facts;
use super::downloads::locations;
use super::support::{given, missing, require};
use crate::model::Secret;
use crate::report::codes::{cluster, downloads as codes};
use crate::report::{Path, Report, has_user_information, is_secret_text, show};
use crate::validate::defaults;
use crate::wire::{KeyVaultSecrets, TextMap, paths};

pub(super) fn check(facts: &Facts, report: &mut Report) {
    reference(report, &paths::windows(), "adminPassword", facts.windows.and_then(|profile| profile.admin_password.as_ref()));
    for location in locations(facts) {
        user_information(report, &location.path, &location.url);
    }
    image_source(facts, report);
    extension_roots(facts, report);
    map(report, &Path::root().key("tags"), facts.definition.tags.as_ref());
    map(report, &paths::kubernetes().key("kubeletConfig"), facts.kubernetes.kubelet_config.as_ref());
    for pool in facts.windows_pools() {
        let config = pool.profile.kubernetes_config.as_ref().and_then(|config| config.kubelet_config.as_ref());
        map(report, &pool.path.key("customVMTags"), pool.profile.custom_vm_tags.as_ref());
        map(report, &pool.path.key("customNodeLabels"), pool.profile.custom_node_labels.as_ref());
        map(report, &pool.path.key("kubernetesConfig").key("kubeletConfig"), config);
    }
}

/// Whether the text is the id of a Key Vault secret instead of a secret.
pub(super) fn refers_to_key_vault(text: Option<&String>) -> bool {
    text.is_some_and(|text| matches!(defaults::secret_of(Some(text)), Secret::KeyVault { .. }) || text.starts_with("/subscriptions/"))
}

/// A text that begins as the id of a Key Vault secret and is none would be taken for the secret itself.
pub(super) fn reference(report: &mut Report, parent: &Path, key: &'static str, text: Option<&String>) {
    let Some(text) = given(text).filter(|text| text.starts_with("/subscriptions/")) else { return };
    if !matches!(defaults::secret_of(Some(text)), Secret::KeyVault { .. }) {
        let message = "the text begins as the id of a Key Vault secret does, and is none";
        report
            .error(cluster::RESOURCE_ID, parent.key(key), message)
            .help("write `/subscriptions/<subscription>/resourceGroups/<resourceGroup>/providers/Microsoft.KeyVault/vaults/<vault>/secrets/<name>`");
    } else if let Secret::KeyVault { vault, .. } = defaults::secret_of(Some(text)) {
        vault_name(report, parent, key, Some(&vault));
    }
}

/// Names of vaults have 3 to 24 characters ("Naming rules and restrictions for Azure resources").
pub(super) fn vault_name(report: &mut Report, parent: &Path, key: &'static str, id: Option<&String>) {
    let Some(name) = given(id).and_then(|id| id.split('/').nth(8)) else { return };
    if !(3..=24).contains(&name.chars().count()) {
        let path = parent.key(key);
        let message = format!("{} is not the name of a Key Vault, which has 3 to 24 characters", show(&path, name));
        report.error(cluster::RESOURCE_ID, path, message);
    }
}

/// Certificates of Key Vaults, which the peers check and, for Windows, never install.
pub(super) fn key_vault_secrets(report: &mut Report, parent: &Path, secrets: Option<&[KeyVaultSecrets]>, store_needed: bool) {
    for (index, secret) in secrets.unwrap_or_default().iter().enumerate() {
        let path = parent.key("secrets").index(index);
        match &secret.source_vault {
            None => missing(report, path.key("sourceVault"), "sourceVault", ""),
            Some(vault) => require(report, &path.key("sourceVault"), "id", vault.id.as_ref()),
        }
        let path = path.key("vaultCertificates");
        let certificates = secret.vault_certificates.as_deref().unwrap_or_default();
        if certificates.is_empty() {
            missing(report, path.clone(), "vaultCertificates", ": a vault without certificates is of no use");
        }
        for (index, certificate) in certificates.iter().enumerate() {
            let path = path.index(index);
            if let Some(url) = given(certificate.certificate_url.as_ref()).filter(|url| url.contains(char::is_control)) {
                let path = path.key("certificateUrl");
                let message = format!("{} is not a URL", show(&path, url));
                report.error(codes::URL, path, message);
            }
            if store_needed {
                require(report, &path, "certificateStore", certificate.certificate_store.as_ref());
            }
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
    let url = facts.windows.and_then(|profile| given(profile.windows_image_source_url.as_ref()));
    if url.is_some_and(|url| url.contains("sig=")) && facts.has_windows() {
        let path = paths::windows().key("WindowsImageSourceUrl");
        let message = "the URL has a shared access signature, which would stand in the template, and which Azure does not take for images";
        report.warning(cluster::SECRET_EXPOSED, path, message).help("copy the VHD into a storage account of the subscription");
    }
}

/// `urlQuery` is protected, `rootURL` is not.
fn extension_roots(facts: &Facts, report: &mut Report) {
    for (index, profile) in facts.properties.extension_profiles.iter().flatten().enumerate() {
        let root = given(profile.root_url.as_ref()).unwrap_or_default();
        let path = paths::properties().key("extensionProfiles").index(index).key("rootURL");
        if root.contains("sig=") {
            let message = "the URL has a shared access signature, which would stand in the template";
            report.warning(cluster::SECRET_EXPOSED, path, message).help("put what follows the `?` into `urlQuery`");
        }
    }
}

fn map(report: &mut Report, parent: &Path, values: Option<&TextMap>) {
    for (key, value) in values.into_iter().flatten() {
        let lower = key.to_ascii_lowercase();
        if is_secret_text(value) || (!value.is_empty() && (lower.contains("password") || lower.contains("secret"))) {
            let message = "this looks like a secret, and everyone can read it who can read the template or the node";
            report.warning(cluster::SECRET_EXPOSED, parent.key(key.clone()), message);
        }
    }
}
