//! Who the nodes are towards Azure.

use super::Facts;
use super::support::{missing, require};
use crate::catalog::{BEGIN_CERTIFICATE, PRIVATE_KEY};
use crate::report::Report;
use crate::report::codes::cluster;
use crate::validate::form::{key_vault, resource_id::IDENTITY};
use crate::wire::{At, ServicePrincipalProfile};

pub(super) fn check(facts: &Facts, report: &mut Report) {
    let profile = facts.properties.service_principal_profile();
    key_vault::by_name(report, &profile.keyvault_secret_ref());
    user_assigned(&facts.kubernetes.user_assigned_id(), report);
    match facts.kubernetes.use_managed_identity().get() {
        // the peers look at the service principal only when a managed identity is ruled out in so many words
        Some(false) => service_principal(facts, &profile, report),
        None => default_identity(facts, &profile, report),
        Some(true) => {}
    }
    let certificates = facts.properties.certificate_profile();
    let (public, key) = ([certificates.ca_certificate(), certificates.client_certificate()], certificates.client_private_key());
    for at in &public {
        key_vault::reference(report, at);
        certificate(at, report);
    }
    key_vault::reference(report, &key);
    private_key(&key, report);
}

/// A key that stands here is shown to everybody.
fn certificate(at: &At<String>, report: &mut Report) {
    if at.given().is_some_and(|text| text.contains(PRIVATE_KEY)) {
        let message = "found a private key, expected a certificate, which everybody may read";
        report.error(cluster::CERTIFICATE_KIND, at.path.clone(), message).help("give the certificate alone; the key is `clientPrivateKey`");
    }
}

fn private_key(at: &At<String>, report: &mut Report) {
    if at.given().is_some_and(|text| text.contains(BEGIN_CERTIFICATE) && !text.contains(PRIVATE_KEY)) {
        let message = "found a certificate, expected the private key of `clientCertificate`";
        report.error(cluster::CERTIFICATE_KIND, at.path.clone(), message).help("the certificate is `clientCertificate`");
    }
}

/// A name in the cluster's resource group, or the id of an identity elsewhere.
fn user_assigned(identity: &At<String>, report: &mut Report) {
    let plain = |name: &str| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    if !identity.given().is_some_and(plain) {
        IDENTITY.check(report, identity);
    }
}

fn service_principal(facts: &Facts, profile: &At<ServicePrincipalProfile>, report: &mut Report) {
    if !profile.is_there() {
        return missing(report, profile, ", and `useManagedIdentity` is false");
    }
    require(report, &profile.client_id());
    let (secret, reference) = (profile.secret(), profile.keyvault_secret_ref());
    match (secret.given().is_some(), reference.is_there()) {
        (false, false) => {
            let message = "the service principal has no secret: `secret` or `keyvaultSecretRef` is missing";
            report.error(cluster::SERVICE_PRINCIPAL, secret.path, message);
        }
        (true, true) => {
            let message = "the service principal has two secrets, `secret` and `keyvaultSecretRef`";
            report.error(cluster::SERVICE_PRINCIPAL, reference.path, message).help("remove one of them");
        }
        _ => {}
    }
    let object = profile.object_id();
    if facts.kubernetes.enable_encryption_with_external_kms().is_true() && object.given().is_none() {
        let message = "encryption with a Key Vault needs the `objectId` of the service principal";
        report.error(cluster::CONTROL_PLANE, object.path, message);
    }
}

/// Where a service principal is the default, the peers do not ask for it, and generate nodes that cannot sign in.
fn default_identity(facts: &Facts, profile: &At<ServicePrincipalProfile>, report: &mut Report) {
    if facts.decided.managed_identity || !facts.has_windows() {
        return;
    }
    let has_secret = profile.secret().given().is_some() || profile.keyvault_secret_ref().is_there();
    if profile.client_id().given().is_none() || !has_secret {
        let message = "the nodes sign in as a service principal, and its `clientId` or secret is missing";
        report.warning(cluster::SERVICE_PRINCIPAL_MISSING, profile.path.clone(), message);
    }
}
