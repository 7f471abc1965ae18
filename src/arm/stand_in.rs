//! A deployment nobody makes, for measuring what a real one would get.

use super::{Context, inputs};
use crate::model::{Identity, UserAssignedIdentity};
use arm_template::Deployment;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Azure's longest name of a resource group.
const RESOURCE_GROUP_LENGTH: usize = 90;
/// No region has a longer name.
const LOCATION_LENGTH: usize = 20;
const GUID: &str = "00000000-0000-0000-0000-000000000000";

/// Names as long as they can be, secrets as long as they usually are.
pub(super) fn deployment(context: &Context) -> Deployment {
    let resource_group = "x".repeat(RESOURCE_GROUP_LENGTH);
    Deployment {
        references: identity(context, &resource_group),
        subscription_id: Some(GUID.to_owned()),
        tenant_id: Some(GUID.to_owned()),
        resource_group: Some(resource_group),
        location: Some("x".repeat(LOCATION_LENGTH)),
        parameters: inputs::stand_ins(context),
    }
}

fn identity(context: &Context, resource_group: &str) -> BTreeMap<String, Value> {
    let Identity::UserAssigned(identity) = &context.cluster.identity else { return BTreeMap::new() };
    let id = match identity {
        UserAssignedIdentity::Id(id) => id.clone(),
        UserAssignedIdentity::Name(name) => format!(
            "/subscriptions/{GUID}/resourceGroups/{resource_group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{name}"
        ),
    };
    [(id, json!({ "clientId": GUID }))].into()
}
