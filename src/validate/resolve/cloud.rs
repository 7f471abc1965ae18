use crate::catalog::CloudKind;
use crate::model::{Cloud, CustomCloud, IdentitySystem};
use crate::validate::Parts;
use crate::wire::{At, CustomCloudProfile, Environment};
use serde_json::{Map, Value};

/// Every custom cloud has this name towards the cloud provider (aks-engine pkg/helpers/helpers.go:174-184).
const CUSTOM: &str = "AzureStackCloud";

/// Regions are written in several ways; Azure's own is lower case without blanks.
pub(crate) fn normalise_location(location: &str) -> String {
    location.replace(' ', "").to_lowercase()
}

/// The cloud of a definition: described by it, or found by its region.
pub(super) fn cloud(parts: &Parts) -> Cloud {
    let profile = parts.properties.custom_cloud_profile();
    if profile.is_there() {
        return custom(&profile);
    }
    let location = parts.definition.location().given().map(normalise_location).unwrap_or_default();
    Cloud { name: parts.catalog.cloud_of(&location).to_owned(), kind: CloudKind::Public, custom: None }
}

/// Azure Stack Hub is a custom cloud without a name of its own (aks-engine pkg/api/types.go:1980).
fn custom(profile: &At<CustomCloudProfile>) -> Cloud {
    let name = profile.environment().name().given().unwrap_or_default();
    let azure_stack = name.is_empty() || name.eq_ignore_ascii_case(CUSTOM);
    let identity_system = profile.identity_system().choice().unwrap_or(IdentitySystem::AzureAd);
    Cloud {
        name: CUSTOM.to_owned(),
        kind: if azure_stack { CloudKind::AzureStack } else { CloudKind::Public },
        custom: Some(CustomCloud { environment: environment(&profile.environment()), identity_system }),
    }
}

/// Keys as the cloud provider reads them, which are the definition's.
fn environment(environment: &At<Environment>) -> Map<String, Value> {
    match environment.value.map(serde_json::to_value) {
        Some(Ok(Value::Object(environment))) => environment,
        _ => Map::new(),
    }
}
