//! A scale set with its extension.

use super::{Context, Extension, image, shared, some};
use crate::model::{Identity, Priority, WindowsPool};
use arm_template::{Expr, Object, Resource, Value, functions as arm, object};
use serde_json::Number;

/// The peer's name of the extension in every scale set.
const EXTENSION: &str = "vmssCSE";

/// The entry of `extensionProfile` and all resources of the pool.
pub(super) fn resources(context: &Context, pool: &WindowsPool, custom_data: &Expr, command: &Expr) -> (Extension, Vec<Resource>) {
    let extension: Value = object([("name", some(EXTENSION)), ("properties", some(shared::extension_properties(pool, command)))]).into();
    let mut scale_set = scale_set(context, pool).properties(properties(context, pool, custom_data, &extension));
    let mut resources = Vec::new();
    if let Some(image) = image::resource(context, pool) {
        resources.push(image);
        scale_set = scale_set.after(image::custom_image_id(pool));
    }
    resources.push(scale_set);
    if context.cluster.identity == Identity::SystemAssigned {
        let id = arm::resource_id("Microsoft.Compute/virtualMachineScaleSets", [shared::prefix(pool)]);
        resources.push(shared::role_assignment(context, &id));
    }
    (Extension::Entry(extension), resources)
}

fn scale_set(context: &Context, pool: &WindowsPool) -> Resource {
    let sku = object([
        ("name", some(shared::pool_parameter(pool, "VMSize"))),
        ("tier", some("Standard")),
        ("capacity", some(shared::pool_parameter(pool, "Count"))),
    ]);
    let resource = Resource::new("Microsoft.Compute/virtualMachineScaleSets", &context.api.compute, shared::prefix(pool))
        .located(arm::parameters("location"))
        .tagged(shared::tags(context, pool))
        .with("sku", sku);
    let resource = shared::with_identity(context, resource);
    if pool.zones.is_empty() { resource } else { resource.with("zones", shared::pool_parameter(pool, "AvailabilityZones")) }
}

fn properties(context: &Context, pool: &WindowsPool, custom_data: &Expr, extension: &Value) -> Object {
    let ultra = object([("ultraSSDEnabled", some(true))]);
    object([
        // a set has it for life, and the nodes' cloud provider counts on it: not left to a default
        ("orchestrationMode", context.api.has_orchestration_modes().then(|| "Uniform".into())),
        ("upgradePolicy", some(object([("mode", some("Manual"))]))),
        ("overprovision", some(pool.overprovision)),
        // VMs that are only started to be removed again must not join the cluster
        ("doNotRunExtensionsOnOverprovisionedVMs", pool.overprovision.then(|| true.into())),
        ("singlePlacementGroup", some(pool.single_placement_group)),
        ("platformFaultDomainCount", pool.fault_domains.map(Value::from)),
        ("proximityPlacementGroup", shared::placement_group(pool)),
        ("additionalCapabilities", pool.disks.ultra_ssd.then(|| ultra.into())),
        ("virtualMachineProfile", some(machine_profile(context, pool, custom_data, extension))),
    ])
}

fn machine_profile(context: &Context, pool: &WindowsPool, custom_data: &Expr, extension: &Value) -> Value {
    let (surplus, price) = match &pool.priority {
        Priority::Regular => (false, None),
        Priority::Surplus { max_price, .. } => (true, Some(*max_price)),
    };
    let only_surplus = |what: &str| surplus.then(|| Value::from(shared::pool_parameter(pool, what)));
    let price = price.and_then(number).map(|price| object([("maxPrice", Some(Value::Number(price)))]).into());
    let interfaces = object([("networkInterfaceConfigurations", some(Value::from_iter([interface(context, pool)])))]);
    object([
        ("priority", only_surplus("ScaleSetPriority")),
        ("evictionPolicy", only_surplus("ScaleSetEvictionPolicy")),
        ("billingProfile", price),
        ("osProfile", some(shared::os_profile(context, ("computerNamePrefix", shared::prefix(pool)), custom_data))),
        ("storageProfile", some(shared::storage_profile(context, pool))),
        ("networkProfile", some(interfaces)),
        ("securityProfile", shared::security_profile(context, pool)),
        ("licenseType", context.cluster.windows.license_type.map(Value::from)),
        ("extensionProfile", some(object([("extensions", some(Value::from_iter([extension.clone()])))]))),
    ])
    .into()
}

/// Whole where it can be: templates of older clouds know no decimal fractions.
fn number(price: f64) -> Option<Number> {
    if price.fract() == 0.0 { Some(Number::from(price as i64)) } else { Number::from_f64(price) }
}

fn interface(context: &Context, pool: &WindowsPool) -> Value {
    let mut properties = object([("primary", some(true))]);
    properties.extend(shared::interface_properties(context, pool, false));
    object([("name", some(shared::prefix(pool))), ("properties", some(properties))]).into()
}
