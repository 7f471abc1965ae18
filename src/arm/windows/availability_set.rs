//! Single VMs in an availability set: set, interfaces, VMs, extensions.

use super::{Context, image, shared, some};
use crate::arm::{Call, Expr, Value, functions as arm, object};
use crate::catalog::CloudKind;
use crate::model::{Identity, WindowsPool};

/// Names and ids of the pool's resources; `copyIndex` makes them those of one VM.
struct Names<'a>(&'a WindowsPool);

impl Names<'_> {
    fn number(&self) -> Expr {
        arm::copy_index_from(shared::pool_parameter(self.0, "Offset")).into()
    }

    fn set(&self) -> Expr {
        arm::concat([format!("{}-availabilitySet-", self.0.name).into(), arm::parameters("nameSuffix").into()])
    }

    fn vm(&self) -> Expr {
        arm::concat([shared::prefix(self.0), self.number()])
    }

    fn interface(&self) -> Expr {
        arm::concat([shared::prefix(self.0), "nic-".into(), self.number()])
    }

    /// The peer's name of the extension, `<vm>/cse-agent-<n>`.
    fn extension(&self) -> Expr {
        arm::concat([shared::prefix(self.0), self.number(), "/cse-agent-".into(), self.number()])
    }

    fn set_id(&self) -> Call {
        arm::resource_id("Microsoft.Compute/availabilitySets", [self.set()])
    }

    fn vm_id(&self) -> Call {
        arm::resource_id("Microsoft.Compute/virtualMachines", [self.vm()])
    }

    fn interface_id(&self) -> Call {
        arm::resource_id("Microsoft.Network/networkInterfaces", [self.interface()])
    }

    fn copy(&self, what: &str) -> Value {
        let count = arm::sub(shared::pool_parameter(self.0, "Count"), shared::pool_parameter(self.0, "Offset"));
        object([("name", some(format!("{}{what}Loop", self.0.name))), ("count", some(count))]).into()
    }
}

/// The extension and all resources of the pool.
pub(super) fn resources(context: &Context, pool: &WindowsPool, custom_data: &Expr, command: &Expr) -> (Value, Vec<Value>) {
    let names = Names(pool);
    let extension = extension(context, &names, command);
    let image = image::resource(context, pool);
    let image_id = image.as_ref().map(|_| image::custom_image_id(pool));
    let mut resources: Vec<_> = image.into_iter().collect();
    resources.push(availability_set(context, &names));
    resources.push(interface(context, &names));
    resources.push(virtual_machine(context, &names, custom_data, image_id));
    if context.cluster.identity == Identity::SystemAssigned {
        resources.push(shared::role_assignment(context, &names.vm_id(), Some(names.copy("Role"))));
    }
    resources.push(extension.clone());
    (extension, resources)
}

fn availability_set(context: &Context, names: &Names) -> Value {
    // Azure Stack Hub has three fault domains, every Azure region at least two
    let domains = if context.cluster.cloud.kind == CloudKind::AzureStack { 3 } else { 2 };
    let properties = object([("platformFaultDomainCount", some(domains)), ("platformUpdateDomainCount", some(3))]);
    object([
        ("type", some("Microsoft.Compute/availabilitySets")),
        ("apiVersion", some(context.api.compute.as_str())),
        ("name", some(names.set())),
        ("location", some(arm::parameters("location"))),
        ("sku", some(object([("name", some("Aligned"))]))),
        ("properties", some(properties)),
    ])
    .into()
}

fn interface(context: &Context, names: &Names) -> Value {
    object([
        ("type", some("Microsoft.Network/networkInterfaces")),
        ("apiVersion", some(context.api.network.as_str())),
        ("name", some(names.interface())),
        ("location", some(arm::parameters("location"))),
        ("copy", some(names.copy("Nic"))),
        ("properties", some(shared::interface_properties(context, names.0, true))),
    ])
    .into()
}

fn virtual_machine(context: &Context, names: &Names, custom_data: &Expr, image: Option<Call>) -> Value {
    let pool = names.0;
    let size = object([("vmSize", some(shared::pool_parameter(pool, "VMSize")))]);
    let interfaces = Value::from_iter([object([("id", some(names.interface_id()))])]);
    let placement = pool.proximity_placement_group.as_deref().map(|group| object([("id", some(group))]).into());
    let properties = object([
        ("availabilitySet", some(object([("id", some(names.set_id()))]))),
        ("proximityPlacementGroup", placement),
        ("hardwareProfile", some(size)),
        ("osProfile", some(shared::os_profile(context, ("computerName", names.vm()), custom_data))),
        ("storageProfile", some(shared::storage_profile(context, pool))),
        ("networkProfile", some(object([("networkInterfaces", some(interfaces))]))),
        ("licenseType", context.cluster.windows.license_type.map(Value::from)),
    ]);
    object([
        ("type", some("Microsoft.Compute/virtualMachines")),
        ("apiVersion", some(context.api.compute.as_str())),
        ("name", some(names.vm())),
        ("location", some(arm::parameters("location"))),
        ("tags", some(shared::tags(pool))),
        ("identity", shared::identity(context)),
        ("copy", some(names.copy("Vm"))),
        ("dependsOn", some(Value::from_iter([names.interface_id(), names.set_id()].into_iter().chain(image)))),
        ("properties", some(properties)),
    ])
    .into()
}

fn extension(context: &Context, names: &Names, command: &Expr) -> Value {
    object([
        ("type", some("Microsoft.Compute/virtualMachines/extensions")),
        ("apiVersion", some(context.api.compute.as_str())),
        ("name", some(names.extension())),
        ("location", some(arm::parameters("location"))),
        ("copy", some(names.copy("Cse"))),
        ("dependsOn", some(Value::from_iter([names.vm_id()]))),
        ("properties", some(shared::extension_properties(command))),
    ])
    .into()
}
