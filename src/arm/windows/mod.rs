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


use super::{Expr, Parameters, Resource, Template, Value};
use crate::catalog::{ApiVersions, Catalog};
use crate::model::{Availability, Cluster, WindowsPool};
use crate::plan::{ClusterPlan, PoolPlan};


pub use command::command_literal_length;

/// What one Windows pool adds to a template, for a generator that has a template of its own.
#[derive(Debug, Clone, PartialEq)]
pub struct PoolFragment {
    /// Name of the pool.
    pub name: String,
    /// `osProfile.customData`.
    pub custom_data: Expr,
    /// `protectedSettings.commandToExecute`.
    pub command: Expr,
    /// The Custom Script Extension: a resource for single VMs, an entry of `extensionProfile` for a scale set.
    pub extension: Value,
    /// Every resource of the pool, the extension among them.
    pub resources: Vec<Value>,
    /// Names of the variables the fragment uses.
    pub variables: Vec<String>,
    /// Names of the parameters the fragment uses.
    pub parameters: Vec<String>,
}

/// A template with its parameters, and the pools' parts of it.
#[derive(Debug, Clone)]
pub struct Generated {
    /// `azuredeploy.json`.
    pub template: Template,
    /// `azuredeploy.parameters.json`: what the definition gives, secrets too.
    pub parameters: Parameters,
    /// The pools, in the order of the definition.
    pub pools: Vec<PoolFragment>,
}

/// What every function of this module reads.
pub(super) struct Context<'a> {
    pub(super) cluster: &'a Cluster,
    pub(super) plan: &'a ClusterPlan,
    pub(super) api: &'a ApiVersions,
}

/// An entry of an object that is always there, beside those that may be missing.
fn some(value: impl Into<Value>) -> Option<Value> {
    Some(value.into())
}

/// The template for the plan. `bootstrap` is `CustomData.bin` up to and behind the node configuration.
#[must_use]
pub fn generate(cluster: &Cluster, plan: &ClusterPlan, catalog: &Catalog, bootstrap: [&str; 2]) -> Generated {
    let context = Context { cluster, plan, api: catalog.api_versions(cluster.cloud.kind) };
    let mut template = Template::default();
    inputs::declare(&context, &mut template);
    configuration::declare(&context, bootstrap, &mut template);
    let pools: Vec<_> = cluster.windows_pools.iter().zip(&plan.pools).map(|(pool, plan)| fragment(&context, pool, plan)).collect();
    for pool in &pools {
        template.resources.extend(pool.resources.iter().cloned());
    }
    Generated { template, parameters: inputs::values(&context), pools }
}

fn fragment(context: &Context, pool: &WindowsPool, plan: &PoolPlan) -> PoolFragment {
    let custom_data = configuration::custom_data(&pool.name);
    let command = command::command(plan, context);
    let (extension, resources) = match pool.availability {
        Availability::Set => availability_set::resources(context, pool, &custom_data, &command),
        Availability::ScaleSet => scale_set::resources(context, pool, &custom_data, &command),
    };
    let (variables, parameters) = super::names_used(&resources);
    PoolFragment { name: pool.name.clone(), custom_data, command, extension, resources, variables, parameters }
}
