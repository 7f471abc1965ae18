//! A scale set with its extension.

use super::{Context, image, shared, some};
use crate::arm::{Call, Expr, Value, functions as arm, object};
use crate::model::{Identity, Priority, WindowsPool};

/// The peer's name of the extension in every scale set.
const EXTENSION: &str = "vmssCSE";

/// The entry of `extensionProfile` and all resources of the pool.
pub(super) fn resources(context: &Context, pool: &WindowsPool, custom_data: &Expr, command: &Expr) -> (Value, Vec<Value>) {
    let extension: Value = object([("name", some(EXTENSION)), ("properties", some(shared::extension_properties(command)))]).into();
    let image = image::resource(context, pool);
    let image_id = image.as_ref().map(|_| image::custom_image_id(pool));
    let mut resources: Vec<_> = image.into_iter().collect();
    resources.push(scale_set(context, pool, custom_data, &extension, image_id));
    if context.cluster.identity == Identity::SystemAssigned {
        let id = arm::resource_id("Microsoft.Compute/virtualMachineScaleSets", [shared::prefix(pool)]);
        resources.push(shared::role_assignment(context, &id, None));
    }
    (extension, resources)
}

fn scale_set(context: &Context, pool: &WindowsPool, custom_data: &Expr, extension: &Value, image: Option<Call>) -> Value {
    let sku = object([
        ("name", some(shared::pool_parameter(pool, "VMSize"))),
        ("tier", some("Standard")),
        ("capacity", some(shared::pool_parameter(pool, "Count"))),
    ]);
    object([
        ("type", some("Microsoft.Compute/virtualMachineScaleSets")),
        ("apiVersion", some(context.api.compute.as_str())),
        ("name", some(shared::prefix(pool))),
        ("location", some(arm::parameters("location"))),
        ("tags", some(shared::tags(pool))),
        ("sku", some(sku)),
        ("zones", (!pool.zones.is_empty()).then(|| shared::pool_parameter(pool, "AvailabilityZones").into())),
        ("identity", shared::identity(context)),
        ("dependsOn", image.map(|image| Value::from_iter([image]))),
        ("properties", some(properties(context, pool, custom_data, extension))),
    ])
    .into()
}

fn properties(context: &Context, pool: &WindowsPool, custom_data: &Expr, extension: &Value) -> Value {
    let placement = pool.proximity_placement_group.as_deref().map(|group| object([("id", some(group))]).into());
    let ultra = object([("ultraSSDEnabled", some(true))]);
    object([
        ("upgradePolicy", some(object([("mode", some("Manual"))]))),
        ("overprovision", some(pool.overprovision)),
        ("singlePlacementGroup", pool.single_placement_group.map(Value::from)),
        ("proximityPlacementGroup", placement),
        ("additionalCapabilities", pool.disks.ultra_ssd.then(|| ultra.into())),
        ("virtualMachineProfile", some(machine_profile(context, pool, custom_data, extension))),
    ])
    .into()
}

fn machine_profile(context: &Context, pool: &WindowsPool, custom_data: &Expr, extension: &Value) -> Value {
    let (surplus, price) = match &pool.priority {
        Priority::Regular => (false, None),
        Priority::Surplus { max_price, .. } => (true, *max_price),
    };
    let only_surplus = |what: &str| surplus.then(|| Value::from(shared::pool_parameter(pool, what)));
    let price = price.and_then(serde_json::Number::from_f64).map(|price| object([("maxPrice", Some(Value::Number(price)))]).into());
    let interfaces = object([("networkInterfaceConfigurations", some(Value::from_iter([interface(context, pool)])))]);
    object([
        ("priority", only_surplus("ScaleSetPriority")),
        ("evictionPolicy", only_surplus("ScaleSetEvictionPolicy")),
        ("billingProfile", price),
        ("osProfile", some(shared::os_profile(context, ("computerNamePrefix", shared::prefix(pool)), custom_data))),
        ("storageProfile", some(shared::storage_profile(context, pool))),
        ("networkProfile", some(interfaces)),
        ("licenseType", context.cluster.windows.license_type.map(Value::from)),
        ("extensionProfile", some(object([("extensions", some(Value::from_iter([extension.clone()])))]))),
    ])
    .into()
}

fn interface(context: &Context, pool: &WindowsPool) -> Value {
    let mut properties = object([("primary", some(true))]);
    properties.extend(shared::interface_properties(context, pool, false));
    object([("name", some(shared::prefix(pool))), ("properties", some(properties))]).into()
}
