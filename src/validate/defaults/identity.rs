use super::Source;
use crate::model::{Certificates, Cloud, Identity, Secret, UserAssignedIdentity};
use crate::wire;

/// Managed identity is the default, except on custom clouds and for masters in a scale set (aks-engine def:185-190).
pub(crate) fn uses_managed_identity(source: &Source, cloud: &Cloud) -> bool {
    let scale_set_masters = source.masters.availability_profile.as_deref() == Some("VirtualMachineScaleSets");
    let default = cloud.custom.is_none() && !scale_set_masters;
    source.kubernetes.use_managed_identity.unwrap_or(default)
}

pub(super) fn identity(source: &Source, cloud: &Cloud) -> Identity {
    if !uses_managed_identity(source, cloud) {
        return service_principal(source.properties.service_principal_profile.as_ref());
    }
    match source.kubernetes.user_assigned_id.as_deref().filter(|id| !id.is_empty()) {
        Some(id) if id.contains('/') => Identity::UserAssigned(UserAssignedIdentity::Id(id.to_owned())),
        Some(name) => Identity::UserAssigned(UserAssignedIdentity::Name(name.to_owned())),
        None => Identity::SystemAssigned,
    }
}

fn service_principal(profile: Option<&wire::ServicePrincipalProfile>) -> Identity {
    let client_id = profile.and_then(|profile| profile.client_id.clone()).unwrap_or_default();
    let secret = match profile {
        Some(profile) => match (&profile.keyvault_secret_ref, &profile.secret) {
            (Some(reference), _) => Secret::KeyVault {
                vault: reference.vault_id.clone().unwrap_or_default(),
                name: reference.secret_name.clone().unwrap_or_default(),
                version: reference.secret_version.clone().filter(|version| !version.is_empty()),
            },
            (None, secret) => secret_of(secret.as_deref()),
        },
        None => Secret::AtDeployment,
    };
    Identity::ServicePrincipal { client_id, secret }
}

/// What of `certificateProfile` reaches a node.
pub(super) fn certificates(profile: Option<&wire::CertificateProfile>) -> Certificates {
    let value = |field: fn(&wire::CertificateProfile) -> &Option<String>| secret_of(profile.and_then(|profile| field(profile).as_deref()));
    Certificates {
        ca: value(|profile| &profile.ca_certificate),
        client: value(|profile| &profile.client_certificate),
        client_key: value(|profile| &profile.client_private_key),
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
    let shape = is(0, "subscriptions") && is(2, "resourceGroups") && is(4, "providers") && is(5, "Microsoft.KeyVault") && is(6, "vaults") && is(8, "secrets");
    if !shape || !(10..=11).contains(&segments.len()) || segments.iter().any(|segment| segment.is_empty()) {
        return None;
    }
    Some(Secret::KeyVault {
        vault: format!("/{}", segments[..8].join("/")),
        name: segments[9].to_owned(),
        version: segments.get(10).map(|version| (*version).to_owned()),
    })
}
