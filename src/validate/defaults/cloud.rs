use crate::catalog::{Catalog, CloudKind};
use crate::model::{Cloud, CustomCloud, IdentitySystem};
use crate::wire;
use serde_json::{Map, Value};

/// Every custom cloud has this name towards the cloud provider (aks-engine pkg/helpers/helpers.go:174-184).
const CUSTOM: &str = "AzureStackCloud";

/// Regions are written in several ways; Azure's own is lower case without blanks.
pub(crate) fn normalise_location(location: &str) -> String {
    location.replace(' ', "").to_lowercase()
}

/// The cloud of a definition: described by it, or found by its region.
pub(crate) fn cloud(definition: &wire::ClusterDefinition, catalog: &Catalog) -> Cloud {
    let profile = definition.properties.as_ref().and_then(|properties| properties.custom_cloud_profile.as_ref());
    if let Some(profile) = profile {
        return custom(profile);
    }
    let location = definition.location.as_deref().map(normalise_location).unwrap_or_default();
    Cloud { name: catalog.cloud_of(&location).to_owned(), kind: CloudKind::Public, custom: None }
}

/// Azure Stack Hub is a custom cloud without a name of its own (aks-engine pkg/api/types.go:1980).
fn custom(profile: &wire::CustomCloudProfile) -> Cloud {
    let environment = environment(profile);
    let name = environment.get("name").and_then(Value::as_str).unwrap_or_default();
    let azure_stack = name.is_empty() || name.eq_ignore_ascii_case(CUSTOM);
    let identity_system = match profile.identity_system.as_deref() {
        Some("adfs") => IdentitySystem::Adfs,
        _ => IdentitySystem::AzureAd,
    };
    Cloud {
        name: CUSTOM.to_owned(),
        kind: if azure_stack { CloudKind::AzureStack } else { CloudKind::Public },
        custom: Some(CustomCloud { environment, identity_system }),
    }
}

/// Keys as the cloud provider reads them, which are the definition's.
fn environment(profile: &wire::CustomCloudProfile) -> Map<String, Value> {
    match profile.environment.as_ref().map(serde_json::to_value) {
        Some(Ok(Value::Object(environment))) => environment,
        _ => Map::new(),
    }
}
