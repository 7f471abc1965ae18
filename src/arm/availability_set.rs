//! Single VMs in an availability set: set, interfaces, VMs, extensions.

use super::{Context, Extension, image, shared, some};
use crate::catalog::FaultDomains;
use crate::model::{Identity, WindowsPool};
use arm_template::{Call, Expr, Resource, Value, functions as arm, object};
use std::collections::BTreeMap;

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

    /// One of these for each new VM of the pool.
    fn repeat(&self, resource: Resource, what: &str) -> Resource {
        let count = arm::sub(shared::pool_parameter(self.0, "Count"), shared::pool_parameter(self.0, "Offset"));
        resource.repeated(format!("{}{what}Loop", self.0.name), count)
    }
}

/// The extension and all resources of the pool.
pub(super) fn resources(context: &Context, pool: &WindowsPool, custom_data: &Expr, command: &Expr) -> (Extension, Vec<Resource>) {
    let names = Names(pool);
    let extension = extension(context, &names, command);
    let mut vm = virtual_machine(context, &names, custom_data);
    let mut resources = Vec::new();
    if let Some(image) = image::resource(context, pool) {
        resources.push(image);
        vm = vm.after(image::custom_image_id(pool));
    }
    resources.extend([availability_set(context, &names), interface(context, &names), vm]);
    if context.cluster.identity == Identity::SystemAssigned {
        resources.push(names.repeat(shared::role_assignment(context, &names.vm_id()), "Role"));
    }
    resources.push(extension.clone());
    (Extension::Resource(Box::new(extension)), resources)
}

/// Nodes that are added later find the set that is there: some of it cannot be changed, and Azure refuses what looks like a change.
fn availability_set(context: &Context, names: &Names) -> Resource {
    let faults = names.0.fault_domains.map_or_else(|| fault_domains(context.fault_domains), Value::from);
    let updates = names.0.update_domains.unwrap_or(3);
    let properties = object([
        ("platformFaultDomainCount", some(faults)),
        ("platformUpdateDomainCount", some(updates)),
        ("proximityPlacementGroup", shared::placement_group(names.0)),
    ]);
    Resource::new("Microsoft.Compute/availabilitySets", &context.api.compute, names.set())
        .when(arm::equals(shared::pool_parameter(names.0, "Offset"), 0))
        .located(arm::parameters("location"))
        .with("sku", object([("name", some("Aligned"))]))
        .properties(properties)
}

/// Azure has different numbers by region and no way to ask in a template; a set keeps the one it was made with.
fn fault_domains(known: &FaultDomains) -> Value {
    let mut regions: BTreeMap<u32, Vec<&str>> = BTreeMap::new();
    known.regions.iter().for_each(|(region, count)| regions.entry(*count).or_default().push(region));
    let location = || Expr::from(arm::parameters("location"));
    let or_else = |rest: Expr, (count, regions): (u32, Vec<&str>)| {
        let is_one = Call::new("contains", [arm::split(regions.join(","), ",").into(), location()]);
        arm::if_else(is_one, whole(count), rest).into()
    };
    regions.into_iter().fold(whole(known.otherwise), or_else).into()
}

fn whole(count: u32) -> Expr {
    i32::try_from(count).unwrap_or(i32::MAX).into()
}

fn interface(context: &Context, names: &Names) -> Resource {
    let resource = Resource::new("Microsoft.Network/networkInterfaces", &context.api.network, names.interface());
    let resource = names.repeat(resource.located(arm::parameters("location")), "Nic");
    resource.properties(shared::interface_properties(context, names.0, true))
}

fn virtual_machine(context: &Context, names: &Names, custom_data: &Expr) -> Resource {
    let pool = names.0;
    let size = object([("vmSize", some(shared::pool_parameter(pool, "VMSize")))]);
    let interfaces = Value::from_iter([object([("id", some(names.interface_id()))])]);
    let properties = object([
        ("availabilitySet", some(object([("id", some(names.set_id()))]))),
        ("hardwareProfile", some(size)),
        ("osProfile", some(shared::os_profile(context, ("computerName", names.vm()), custom_data))),
        ("storageProfile", some(shared::storage_profile(context, pool))),
        ("networkProfile", some(object([("networkInterfaces", some(interfaces))]))),
        ("securityProfile", shared::security_profile(context, pool)),
        ("licenseType", context.cluster.windows.license_type.map(Value::from)),
    ]);
    let resource = Resource::new("Microsoft.Compute/virtualMachines", &context.api.compute, names.vm());
    let resource = names.repeat(resource.located(arm::parameters("location")).tagged(shared::tags(context, pool)), "Vm");
    shared::with_identity(context, resource).after(names.interface_id()).after(names.set_id()).properties(properties)
}

fn extension(context: &Context, names: &Names, command: &Expr) -> Resource {
    let resource = Resource::new("Microsoft.Compute/virtualMachines/extensions", &context.api.compute, names.extension());
    let resource = names.repeat(resource.located(arm::parameters("location")), "Cse");
    resource.after(names.vm_id()).properties(shared::extension_properties(names.0, command))
}
