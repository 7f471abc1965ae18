use crate::model::{Certificates, Cloud, Identity, Secret, UserAssignedIdentity};
use crate::validate::Parts;
use crate::wire::{At, CertificateProfile, KeyvaultSecretRef, ServicePrincipalProfile};

/// Managed identity is the default, except on custom clouds and for masters in a scale set (aks-engine def:185-190).
pub(super) fn uses_managed_identity(parts: &Parts, cloud: &Cloud) -> bool {
    let default = cloud.custom.is_none() && !super::masters::is_scale_set(&parts.masters);
    parts.kubernetes.use_managed_identity().get().unwrap_or(default)
}

pub(super) fn identity(parts: &Parts, managed: bool) -> Identity {
    if !managed {
        return service_principal(&parts.properties.service_principal_profile());
    }
    match parts.kubernetes.user_assigned_id().text() {
        Some(id) if id.contains('/') => Identity::UserAssigned(UserAssignedIdentity::Id(id)),
        Some(name) => Identity::UserAssigned(UserAssignedIdentity::Name(name)),
        None => Identity::SystemAssigned,
    }
}

fn service_principal(profile: &At<ServicePrincipalProfile>) -> Identity {
    let reference = profile.keyvault_secret_ref();
    let secret = if reference.is_there() { secret_at(&reference) } else { secret_of(profile.secret().given()) };
    Identity::ServicePrincipal { client_id: profile.client_id().text().unwrap_or_default(), secret }
}

/// What of `certificateProfile` reaches a node.
pub(super) fn certificates(profile: &At<CertificateProfile>) -> Certificates {
    Certificates {
        ca: secret_of(profile.ca_certificate().given()),
        client: secret_of(profile.client_certificate().given()),
        client_key: secret_of(profile.client_private_key().given()),
    }
}

/// A secret by vault and name.
pub(super) fn secret_at(reference: &At<KeyvaultSecretRef>) -> Secret {
    Secret::KeyVault {
        vault: reference.vault_id().text().unwrap_or_default(),
        name: reference.secret_name().text().unwrap_or_default(),
        version: reference.secret_version().text(),
    }
}

/// A text, or the id of a Key Vault secret
/// `/subscriptions/<id>/resourceGroups/<rg>/providers/Microsoft.KeyVault/vaults/<kv>/secrets/<name>[/<version>]`
/// (aks-engine eng:34-38).
pub(crate) fn secret_of(text: Option<&str>) -> Secret {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Secret::AtDeployment };
    key_vault_secret(text).unwrap_or_else(|| Secret::Text(text.to_owned()))
}

fn key_vault_secret(text: &str) -> Option<Secret> {
    let segments: Vec<&str> = text.strip_prefix('/')?.split('/').collect();
    let is = |index: usize, word: &str| segments.get(index).is_some_and(|segment| segment.eq_ignore_ascii_case(word));
    let shape = is(0, "subscriptions")
        && is(2, "resourceGroups")
        && is(4, "providers")
        && is(5, "Microsoft.KeyVault")
        && is(6, "vaults")
        && is(8, "secrets");
    if !shape || !(10..=11).contains(&segments.len()) || segments.iter().any(|segment| segment.is_empty()) {
        return None;
    }
    Some(Secret::KeyVault {
        vault: format!("/{}", segments[..8].join("/")),
        name: segments[9].to_owned(),
        version: segments.get(10).map(|version| (*version).to_owned()),
    })
}
