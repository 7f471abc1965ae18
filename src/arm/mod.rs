//! The ARM template of a plan: parameters, variables and the resources of the Windows agent pools.
//!
//! Resources and names are those of aks-engine (pkg/engine/virtualmachines.go, virtualmachinescalesets.go, vmextensions.go), so that
//! the pools fit beside a control plane it made.

mod availability_set;
mod command;
mod configuration;
mod image;
mod inputs;
mod scale_set;
mod shared;
mod stand_in;

use crate::catalog::{ApiVersions, Catalog, FaultDomains};
use crate::model::{Availability, Cluster, WindowsPool};
use crate::plan::{ClusterPlan, PoolPlan};
use arm_template::{Call, Deployment, Expr, Parameters, Resource, Template, Value};
use std::sync::Arc;

/// What one Windows pool adds to a template, for a generator that has a template of its own.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Fragment {
    /// Name of the pool.
    pub name: String,
    /// Every resource of the pool; the extension is among them or in the scale set.
    pub resources: Vec<Resource>,
    /// Ids of resources that are not in the fragment and must be there before the pool: the virtual network, the security group, the load
    /// balancer. Where the host template makes them, what refers to them [comes after](arm_template::Resource::after) these.
    pub after: Vec<Call>,
    /// `osProfile.customData`.
    pub custom_data: Expr,
    /// Of that the node configuration: base64 of JSON.
    pub(crate) node_configuration: Expr,
    /// `protectedSettings.commandToExecute`.
    pub command: Expr,
    /// The Custom Script Extension.
    pub extension: Extension,
    /// The template of all pools, which declares what the resources need.
    whole: Arc<Template>,
}

impl Fragment {
    /// The pool's resources with the parameters and variables they need, for [`merge`](Template::merge).
    #[must_use]
    pub fn template(&self) -> arm_template::Fragment {
        self.whole.part(self.resources.iter().cloned())
    }
}

/// Where a pool's extension stands.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Extension {
    /// A resource of its own, for single VMs.
    Resource(Box<Resource>),
    /// An entry of a scale set's `extensionProfile.extensions`.
    Entry(Value),
}

/// A template with its parameters, and the pools' parts of it.
#[derive(Debug, Clone, Default)]
pub struct Deployable {
    /// `azuredeploy.json`.
    pub template: Arc<Template>,
    /// `azuredeploy.parameters.json`: what the definition gives, secrets too.
    pub parameters: Parameters,
    /// The pools' parts, in the order of the definition.
    pub fragments: Vec<Fragment>,
    /// A deployment in which names are as long as they can be and secrets as long as they usually are, to measure with.
    pub(crate) stand_in: Deployment,
}

/// What every function of this module reads.
pub(super) struct Context<'a> {
    pub(super) cluster: &'a Cluster,
    pub(super) plan: &'a ClusterPlan,
    pub(super) api: &'a ApiVersions,
    pub(super) fault_domains: &'a FaultDomains,
    /// Every different start of a pool's `CustomData.bin`, up to the node configuration.
    pub(super) bootstraps: Vec<&'a str>,
}

/// An entry of an object that is always there, beside those that may be missing.
fn some(value: impl Into<Value>) -> Option<Value> {
    Some(value.into())
}

/// The template for the plan. `bootstraps` is, for each pool, `CustomData.bin` up to the node configuration.
#[must_use]
pub fn generate(cluster: &Cluster, plan: &ClusterPlan, catalog: &Catalog, bootstraps: &[&str]) -> Deployable {
    let api = catalog.template_api_versions(cluster.cloud.kind, &cluster.cloud.name);
    let fault_domains = catalog.fault_domains(cluster.cloud.kind);
    let context = Context { cluster, plan, api, fault_domains, bootstraps: different(bootstraps) };
    if !cluster.has_windows() {
        return Deployable::default();
    }
    let mut template = Template::default();
    inputs::declare(&context, &mut template);
    configuration::declare(&context, &mut template);
    cluster.windows_pools().for_each(|pool| shared::declare_prefix(pool, &mut template.variables));
    let pools = cluster.windows_pools().zip(&plan.pools).zip(bootstraps);
    let mut fragments: Vec<_> = pools.map(|((pool, plan), bootstrap)| fragment(&context, pool, plan, bootstrap)).collect();
    for fragment in &fragments {
        template.resources.extend(fragment.resources.iter().cloned());
    }
    let template = Arc::new(template);
    fragments.iter_mut().for_each(|fragment| fragment.whole = Arc::clone(&template));
    Deployable { template, parameters: inputs::values(&context), fragments, stand_in: stand_in::deployment(&context) }
}

/// The fragment with its resources; what they need of the template is added when that is whole.
/// They are long: comparing the few that differ takes less than a set, which reads each.
fn different<'a>(texts: &[&'a str]) -> Vec<&'a str> {
    let mut different = Vec::new();
    for text in texts {
        if !different.contains(text) {
            different.push(*text);
        }
    }
    different
}

fn fragment(context: &Context, pool: &WindowsPool, plan: &PoolPlan, bootstrap: &str) -> Fragment {
    let custom_data = configuration::custom_data(context, &pool.name, bootstrap);
    let command = command::command(plan, context);
    let (extension, resources) = match pool.availability {
        Availability::Set => availability_set::resources(context, pool, &custom_data, &command),
        Availability::ScaleSet => scale_set::resources(context, pool, &custom_data, &command),
    };
    let node_configuration = configuration::node_configuration(&pool.name).into();
    let after = shared::host_resources(context, pool);
    Fragment { name: pool.name.to_string(), resources, after, custom_data, node_configuration, command, extension, whole: Arc::default() }
}
