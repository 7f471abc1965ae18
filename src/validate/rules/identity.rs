//! Who the nodes are towards Azure.

use super::Facts;
use super::support::{given, missing, require};
use super::vnet::VAULT;
use crate::report::codes::cluster;
use crate::report::{Path, Report, show};
use crate::validate::defaults;
use crate::wire::{self, paths};

/// Names of Key Vault secrets have letters, digits and hyphens.
const MOST_OF_SECRET_NAME: usize = 127;

pub(super) fn check(facts: &Facts, report: &mut Report) {
    let profile = facts.properties.service_principal_profile.as_ref();
    if let Some(reference) = profile.and_then(|profile| profile.keyvault_secret_ref.as_ref()) {
        key_vault_reference(report, &path().key("keyvaultSecretRef"), reference);
    }
    match facts.kubernetes.use_managed_identity {
        // the peers look at the service principal only when a managed identity is ruled out in so many words
        Some(false) => service_principal(facts, profile, report),
        None => default_identity(facts, profile, report),
        Some(true) => {}
    }
    if let Some(certificates) = &facts.properties.certificate_profile {
        let path = paths::properties().key("certificateProfile");
        super::secrets::reference(report, &path, "caCertificate", certificates.ca_certificate.as_ref());
        super::secrets::reference(report, &path, "clientCertificate", certificates.client_certificate.as_ref());
        super::secrets::reference(report, &path, "clientPrivateKey", certificates.client_private_key.as_ref());
    }
}

fn path() -> Path {
    paths::properties().key("servicePrincipalProfile")
}

fn service_principal(facts: &Facts, profile: Option<&wire::ServicePrincipalProfile>, report: &mut Report) {
    let Some(profile) = profile else {
        return missing(report, path(), "servicePrincipalProfile", ", and `useManagedIdentity` is false");
    };
    require(report, &path(), "clientId", profile.client_id.as_ref());
    match (given(profile.secret.as_ref()), &profile.keyvault_secret_ref) {
        (None, None) => {
            report.error(
                cluster::SERVICE_PRINCIPAL,
                path().key("secret"),
                "the service principal has no secret: `secret` or `keyvaultSecretRef` is missing",
            );
        }
        (Some(_), Some(_)) => {
            let message = "the service principal has two secrets, `secret` and `keyvaultSecretRef`";
            report.error(cluster::SERVICE_PRINCIPAL, path().key("keyvaultSecretRef"), message).help("remove one of them");
        }
        _ => {}
    }
    if facts.kubernetes.enable_encryption_with_external_kms == Some(true) && given(profile.object_id.as_ref()).is_none() {
        let message = "encryption with a Key Vault needs the `objectId` of the service principal";
        report.error(cluster::CONTROL_PLANE, path().key("objectId"), message);
    }
}

/// Where a service principal is the default, the peers do not ask for it, and generate nodes that cannot sign in.
fn default_identity(facts: &Facts, profile: Option<&wire::ServicePrincipalProfile>, report: &mut Report) {
    if defaults::uses_managed_identity(facts.source, &facts.cloud) || !facts.has_windows() {
        return;
    }
    let complete = |profile: &wire::ServicePrincipalProfile| {
        given(profile.client_id.as_ref()).is_some() && (given(profile.secret.as_ref()).is_some() || profile.keyvault_secret_ref.is_some())
    };
    if !profile.is_some_and(complete) {
        let message = "the nodes sign in as a service principal, and its `clientId` or secret is missing";
        report.warning(cluster::SERVICE_PRINCIPAL_MISSING, path(), message);
    }
}

/// A secret by vault and name.
pub(super) fn key_vault_reference(report: &mut Report, path: &Path, reference: &wire::KeyvaultSecretRef) {
    require(report, path, "vaultID", reference.vault_id.as_ref());
    require(report, path, "secretName", reference.secret_name.as_ref());
    VAULT.check(report, path, "vaultID", reference.vault_id.as_ref());
    super::secrets::vault_name(report, path, "vaultID", reference.vault_id.as_ref());
    let plain = |name: &&str| name.len() <= MOST_OF_SECRET_NAME && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    if let Some(name) = given(reference.secret_name.as_ref()).filter(|name| !plain(name)) {
        let path = path.key("secretName");
        let message = format!(
            "{} is not the name of a Key Vault secret: at most {MOST_OF_SECRET_NAME} letters, digits and hyphens",
            show(&path, name)
        );
        report.error(cluster::RESOURCE_ID, path, message);
    }
}
