//! Parts that single VMs and scale sets have in common.

use super::command::user_assigned_identity_id;
use super::configuration::text_expression;
use super::{Context, some};
use crate::catalog::CloudKind;
use crate::model::{
    Availability, DiskKind, Disks, Identity, KeyVaultCertificates, NetworkPlugin, OWN_TAGS, SecurityType, Vnet, WindowsPool,
};
use crate::plan::vm_name_prefix;
use arm_template::{Call, Expr, Object, Resource, Value, functions as arm, object};

/// The role both peers give the identities of agents: Reader of the resource group (pkg/engine/systemroleassignments.go).
const READER: &str = "acdd72a7-3385-48ef-bd42-f606fba81ae7";

/// Whether to give the identities their role: Azure refuses a second assignment of one role to one identity, whatever its name.
pub(super) const ASSIGN_ROLES: &str = "assignRoles";

const BACKEND_POOLS: &str = "loadBalancerBackendAddressPools";

/// A parameter of one pool.
pub(super) fn pool_parameter(pool: &WindowsPool, what: &str) -> Call {
    arm::parameters(format!("{}{what}", pool.name))
}

/// Prefix of the pool's VM and computer names, in a variable as the peer has it.
pub(super) fn prefix(pool: &WindowsPool) -> Expr {
    arm::variables(prefix_variable(pool)).into()
}

fn prefix_variable(pool: &WindowsPool) -> String {
    format!("{}VMNamePrefix", pool.name)
}

/// aks-engine types:860-862.
pub(super) fn declare_prefix(pool: &WindowsPool, variables: &mut Object) {
    let prefix = text_expression(&vm_name_prefix(&pool.name, pool.index, true, pool.availability, pool.scale_set_name.as_deref()));
    variables.insert(prefix_variable(pool), prefix.into());
}

/// Tags by which aks-engine's own tools find the VMs of a pool and know their version. Names of tags are the same in any case.
pub(super) fn tags(context: &Context, pool: &WindowsPool) -> Object {
    let suffix = arm::substring(arm::parameters("nameSuffix"), 0, 5);
    let version = format!("Kubernetes:{}", context.cluster.kubernetes);
    let values = [some("gen-cse"), some(version), some(pool.name.as_str()), some(suffix)];
    let ours = object(OWN_TAGS.into_iter().zip(values));
    let is_ours = |key: &str| OWN_TAGS.iter().any(|name| name.eq_ignore_ascii_case(key));
    let theirs = pool.tags.iter().filter(|(key, _)| !is_ours(key)).map(|(key, value)| (key.clone(), value.as_str().into()));
    let theirs: Vec<_> = theirs.collect();
    ours.into_iter().chain(theirs).collect()
}

/// The identity the cloud provider on the nodes uses.
pub(super) fn with_identity(context: &Context, resource: Resource) -> Resource {
    match &context.cluster.identity {
        Identity::ServicePrincipal { .. } => resource,
        Identity::SystemAssigned => resource.with("identity", object([("type", some("SystemAssigned"))])),
        Identity::UserAssigned(identity) => {
            let nothing = Call::new("createObject", []);
            let identities = Call::new("createObject", [user_assigned_identity_id(identity), nothing.into()]);
            resource.with("identity", object([("type", some("UserAssigned")), ("userAssignedIdentities", some(identities))]))
        }
    }
}

pub(super) fn placement_group(pool: &WindowsPool) -> Option<Value> {
    pool.proximity_placement_group.as_deref().map(|group| object([("id", some(group))]).into())
}

/// What the definition asks for: encryption of disks and caches at the host, protection of the start.
pub(super) fn security_profile(context: &Context, pool: &WindowsPool) -> Option<Value> {
    let security = pool.security.filter(|_| context.api.has_security_types());
    let (kind, uefi) = match security {
        None => (None, None),
        Some(SecurityType::Standard) => (some("Standard"), None),
        Some(SecurityType::TrustedLaunch { secure_boot, vtpm }) => {
            let uefi = object([("secureBootEnabled", some(secure_boot)), ("vTpmEnabled", some(vtpm))]);
            (some("TrustedLaunch"), some(uefi))
        }
    };
    let encryption = pool.encryption_at_host.then(|| true.into());
    let profile = object([("encryptionAtHost", encryption), ("securityType", kind), ("uefiSettings", uefi)]);
    (!profile.is_empty()).then(|| profile.into())
}

/// `osProfile`; what the computer name is called differs between VM and scale set.
pub(super) fn os_profile(context: &Context, computer_name: (&'static str, Expr), custom_data: &Expr) -> Value {
    let windows = object([("provisionVMAgent", some(true)), ("enableAutomaticUpdates", some(context.cluster.windows.automatic_updates))]);
    object([
        (computer_name.0, some(computer_name.1)),
        ("adminUsername", some(arm::parameters("windowsAdminUsername"))),
        ("adminPassword", some(arm::parameters("windowsAdminPassword"))),
        ("customData", some(custom_data.clone())),
        ("windowsConfiguration", some(windows)),
        ("secrets", key_vault_certificates(&context.cluster.windows.key_vaults)),
    ])
    .into()
}

/// Azure puts these into the stores of the machine before the extension runs.
fn key_vault_certificates(vaults: &[KeyVaultCertificates]) -> Option<Value> {
    let certificate = |(url, store): &(String, String)| {
        Value::from(object([("certificateUrl", some(url.as_str())), ("certificateStore", some(store.as_str()))]))
    };
    let vault = |vault: &KeyVaultCertificates| {
        let certificates: Value = vault.certificates.iter().map(certificate).collect();
        let source = object([("id", some(vault.vault.as_str()))]);
        Value::from(object([("sourceVault", some(source)), ("vaultCertificates", some(certificates))]))
    };
    (!vaults.is_empty()).then(|| vaults.iter().map(vault).collect())
}

pub(super) fn storage_profile(context: &Context, pool: &WindowsPool) -> Value {
    let data: Vec<_> = data_disks(&pool.disks).collect();
    object([
        ("diskControllerType", (pool.nvme && context.api.has_disk_controller()).then(|| "NVMe".into())),
        ("imageReference", some(super::image::reference(context, pool))),
        ("osDisk", some(os_disk(&pool.disks, pool.nvme && context.api.has_nvme_placement()))),
        ("dataDisks", (!data.is_empty()).then(|| data.into())),
    ])
    .into()
}

/// A size whose local disks are NVMe has no cache or temporary disk that an ephemeral one could lie on.
fn os_disk(disks: &Disks, nvme: bool) -> Value {
    let ephemeral = disks.kind == DiskKind::Ephemeral;
    let local = || object([("option", some("Local")), ("placement", nvme.then(|| "NvmeDisk".into()))]);
    let encryption = disks.encryption_set.as_deref().map(|set| {
        let set = object([("id", some(set))]);
        Value::from(object([("diskEncryptionSet", some(set))]))
    });
    object([
        ("createOption", some("FromImage")),
        ("caching", some(disks.os_caching.as_str())),
        ("diskSizeGB", disks.os_size_gb.map(Value::from)),
        ("diffDiskSettings", ephemeral.then(|| local().into())),
        ("managedDisk", encryption),
    ])
    .into()
}

fn data_disks(disks: &Disks) -> impl Iterator<Item = Value> {
    disks.data_sizes_gb.iter().enumerate().map(|(lun, size)| {
        object([
            ("lun", some(lun)),
            ("createOption", some("Empty")),
            ("diskSizeGB", some(*size)),
            ("caching", some(disks.data_caching.as_str())),
        ])
        .into()
    })
}

/// Properties of a network interface, for single VMs (with dynamic addresses) and scale sets alike.
pub(super) fn interface_properties(context: &Context, pool: &WindowsPool, dynamic: bool) -> Object {
    // kubenet sends packets from addresses the interface does not have, and so do pods with IPv6 addresses
    let network = &context.cluster.network;
    let forwards = match network.plugin {
        NetworkPlugin::Kubenet => context.cluster.cloud.kind != CloudKind::AzureStack,
        NetworkPlugin::Azure => network.dual_stack,
    };
    let mut properties = object([
        ("enableAcceleratedNetworking", pool.accelerated_networking.then(|| true.into())),
        ("enableIPForwarding", forwards.then(|| true.into())),
        ("networkSecurityGroup", security_group(context)),
    ]);
    let (key, configurations) = ip_configurations(context, pool, dynamic);
    properties.insert(key.to_owned(), configurations);
    properties
}

/// With an own network nothing else ties the interfaces to the cluster's security group.
fn security_group(context: &Context) -> Option<Value> {
    let Vnet::Custom { .. } = context.cluster.network.vnet else { return None };
    let id = arm::resource_id("Microsoft.Network/networkSecurityGroups", [security_group_name()]);
    Some(object([("id", some(id))]).into())
}

/// What of the cluster the pool's interfaces refer to by its place in the template: top-level resources, since only those can be waited for.
pub(super) fn host_resources(context: &Context, pool: &WindowsPool) -> Vec<Call> {
    let network = match context.cluster.network.vnet {
        Vnet::Custom { .. } => arm::resource_id("Microsoft.Network/networkSecurityGroups", [security_group_name()]),
        Vnet::Managed { .. } => arm::resource_id("Microsoft.Network/virtualNetworks", [managed_vnet_name()]),
    };
    let balancer = || arm::resource_id("Microsoft.Network/loadBalancers", [context.cluster.dns_prefix.as_str().into()]);
    [Some(network), context.cluster.joins_outbound_pool(pool).then(balancer)].into_iter().flatten().collect()
}

fn security_group_name() -> Expr {
    arm::concat(["k8s-master-".into(), arm::parameters("nameSuffix").into(), "-nsg".into()])
}

fn managed_vnet_name() -> Expr {
    arm::concat(["k8s-vnet-".into(), arm::parameters("nameSuffix").into()])
}

/// The addresses of an interface. Azure repeats one entry, so that thirty addresses do not take thirty entries of the template;
/// what only the first may have needs entries written out.
fn ip_configurations(context: &Context, pool: &WindowsPool, dynamic: bool) -> (&'static str, Value) {
    let dual_stack = context.cluster.network.dual_stack;
    let is_alike = pool.backend_address_pools.is_none() && !pool.node_public_ip && !dual_stack;
    if pool.ip_address_count > 1 && is_alike {
        return ("copy", Value::from_iter([repeated_ip_configuration(context, pool, dynamic)]));
    }
    let mut all: Vec<_> = (1..=pool.ip_address_count).map(|number| ip_configuration(context, pool, number, dynamic)).collect();
    if dual_stack {
        let (at, name) = match pool.availability {
            Availability::Set => (all.len(), "ipconfigv6"),
            Availability::ScaleSet => (1, "ipconfig1v6"),
        };
        all.insert(at, ipv6_configuration(context, pool, name));
    }
    ("ipConfigurations", all.into())
}

fn repeated_ip_configuration(context: &Context, pool: &WindowsPool, dynamic: bool) -> Value {
    let index = |arguments: &[Expr]| Call::new("copyIndex", [&["ipConfigurations".into()], arguments].concat());
    let mut properties = address(context, pool, dynamic);
    properties.insert("primary".to_owned(), arm::equals(index(&[]), 0).into());
    if context.cluster.network.has_outbound_pool() {
        let first = Call::new("createArray", [Call::new("createObject", ["id".into(), outbound_pool(context).into()]).into()]);
        let pools = arm::if_else(arm::equals(index(&[]), 0), first, Call::new("createArray", []));
        properties.insert(BACKEND_POOLS.to_owned(), pools.into());
    }
    let name = arm::concat(["ipconfig".into(), index(&[1.into()]).into()]);
    let input = object([("name", some(name)), ("properties", some(properties))]);
    object([("name", some("ipConfigurations")), ("count", some(pool.ip_address_count)), ("input", some(input))]).into()
}

fn ip_configuration(context: &Context, pool: &WindowsPool, number: u32, dynamic: bool) -> Value {
    let mut properties = address(context, pool, dynamic);
    properties.insert("primary".to_owned(), (number == 1).into());
    if number == 1 {
        let pools = backend_pools(context, pool);
        if !pools.is_empty() {
            properties.insert(BACKEND_POOLS.to_owned(), pools.into());
        }
        if pool.node_public_ip {
            let timeout = object([("idleTimeoutInMinutes", some(30))]);
            let public = object([("name", some("pub1")), ("properties", some(timeout))]);
            properties.insert("publicIPAddressConfiguration".to_owned(), public.into());
        }
    }
    object([("name", some(format!("ipconfig{number}"))), ("properties", some(properties))]).into()
}

fn address(context: &Context, pool: &WindowsPool, dynamic: bool) -> Object {
    let subnet = object([("id", some(subnet_id(context, pool)))]);
    object([("privateIPAllocationMethod", dynamic.then(|| "Dynamic".into())), ("subnet", some(subnet))])
}

fn subnet_id(context: &Context, pool: &WindowsPool) -> Call {
    match &context.cluster.network.vnet {
        Vnet::Custom { .. } => pool_parameter(pool, "VnetSubnetID"),
        Vnet::Managed { agent_subnet, .. } => {
            arm::resource_id("Microsoft.Network/virtualNetworks/subnets", [managed_vnet_name(), (*agent_subnet).into()])
        }
    }
}

/// Those the definition names, if it does, and the one that gives the nodes their way out.
fn backend_pools(context: &Context, pool: &WindowsPool) -> Vec<Value> {
    let outbound = context.cluster.joins_outbound_pool(pool).then(|| object([("id", some(outbound_pool(context)))]));
    let named = pool.backend_address_pools.as_deref().unwrap_or_default().iter().map(|id| object([("id", some(id.as_str()))]));
    named.chain(outbound).map(Value::from).collect()
}

/// aks-engine's load balancer of the agents and its pool, both named after the cluster (pkg/engine/networkinterfaces.go).
fn outbound_pool(context: &Context) -> Call {
    let prefix = context.cluster.dns_prefix.as_str();
    arm::resource_id("Microsoft.Network/loadBalancers/backendAddressPools", [prefix.into(), prefix.into()])
}

/// The IPv6 address of a node with two families.
fn ipv6_configuration(context: &Context, pool: &WindowsPool, name: &str) -> Value {
    let subnet = object([("id", some(subnet_id(context, pool)))]);
    let properties = object([("privateIPAddressVersion", some("IPv6")), ("primary", some(false)), ("subnet", some(subnet))]);
    object([("name", some(name)), ("properties", some(properties))]).into()
}

/// The extension's properties.
pub(super) fn extension_properties(pool: &WindowsPool, command: &Expr) -> Object {
    let protected = object([("commandToExecute", some(command.clone()))]);
    object([
        ("publisher", some("Microsoft.Compute")),
        ("type", some("CustomScriptExtension")),
        ("typeHandlerVersion", some("1.8")),
        ("autoUpgradeMinorVersion", some(true)),
        ("forceUpdateTag", some(pool_parameter(pool, "ForceUpdateTag"))),
        ("protectedSettings", some(protected)),
    ])
}

/// The role of an identity that exists only once the VM or scale set does.
pub(super) fn role_assignment(context: &Context, holder: &Call) -> Resource {
    let arguments = [holder.clone().into(), context.api.compute.as_str().into(), "Full".into()];
    let principal = Call::new("reference", arguments).property("identity").property("principalId");
    let role = arm::subscription_resource_id("Microsoft.Authorization/roleDefinitions", [READER.into()]);
    let properties =
        object([("roleDefinitionId", some(role)), ("principalId", some(principal)), ("principalType", some("ServicePrincipal"))]);
    let name = Call::new("guid", [holder.clone().into(), READER.into()]);
    let resource = Resource::new("Microsoft.Authorization/roleAssignments", &context.api.authorization, name);
    resource.when(arm::parameters(ASSIGN_ROLES)).after(holder.clone()).properties(properties)
}
