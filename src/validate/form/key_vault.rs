//! References to secrets and certificates of Key Vaults.

use super::resource_id::VAULT;
use super::support::{missing, require};
use crate::model::Secret;
use crate::report::codes::{cluster, downloads as codes, windows};
use crate::report::{Path, Report, show};
use crate::validate::resolve;
use crate::wire::{At, KeyVaultSecrets, KeyvaultSecretRef};

/// Names of Key Vault secrets have letters, digits and hyphens.
const MOST_OF_SECRET_NAME: usize = 127;

/// How every id of a Key Vault secret begins.
const ID: &str = "/subscriptions/";

/// Whether the text is the id of a Key Vault secret instead of a secret.
pub(in crate::validate) fn refers_to_key_vault(text: &str) -> bool {
    matches!(resolve::secret_of(Some(text)), Secret::KeyVault { .. }) || text.starts_with(ID)
}

/// A text that begins as the id of a Key Vault secret and is none would be taken for the secret itself.
pub(in crate::validate) fn reference(report: &mut Report, at: &At<String>) {
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
pub(in crate::validate) fn vault_name(report: &mut Report, path: &Path, id: Option<&str>) {
    let Some(name) = id.and_then(|id| id.split('/').nth(8)) else { return };
    if !(3..=24).contains(&name.chars().count()) {
        let message = format!("{} is not the name of a Key Vault, which has 3 to 24 characters", show(path, name));
        report.error(cluster::RESOURCE_ID, path.clone(), message);
    }
}

/// Certificates of Key Vaults, as the peers check them; those of Windows nodes reach Azure, which wants more.
pub(in crate::validate) fn certificates(report: &mut Report, secrets: &At<Vec<KeyVaultSecrets>>, of_windows: bool) {
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

/// Azure: "It should be in the format `https://<vaultEndpoint>/secrets/<secretName>/<secretVersion>`".
fn versioned(report: &mut Report, at: &At<String>) {
    let url = at.given().unwrap_or_default();
    let words: Vec<_> = url.strip_prefix("https://").unwrap_or_default().split('/').collect();
    if !matches!(words[..], [_, "secrets", name, version] if !name.is_empty() && !version.is_empty()) {
        let message = format!("{} is not the URL of a secret with its version", show(&at.path, url));
        let help = "write `https://<vault>.vault.azure.net/secrets/<name>/<version>`; `az keyvault certificate show --query sid` tells it";
        report.error(windows::KEY_VAULT_CERTIFICATE, at.path.clone(), message).help(help);
    }
}

/// A secret by vault and name, where there is one.
pub(in crate::validate) fn by_name(report: &mut Report, reference: &At<KeyvaultSecretRef>) {
    if !reference.is_there() {
        return;
    }
    let (vault, name) = (reference.vault_id(), reference.secret_name());
    require(report, &vault);
    require(report, &name);
    VAULT.check(report, &vault);
    vault_name(report, &vault.path, vault.given());
    let plain = |name: &&str| name.len() <= MOST_OF_SECRET_NAME && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    if let Some(found) = name.given().filter(|name| !plain(name)) {
        let message = format!(
            "{} is not the name of a Key Vault secret: at most {MOST_OF_SECRET_NAME} letters, digits and hyphens",
            show(&name.path, found)
        );
        report.error(cluster::RESOURCE_ID, name.path, message);
    }
}
