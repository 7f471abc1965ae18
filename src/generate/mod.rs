//! The whole path: text of a cluster definition in, everything that is generated out.

mod files;
mod sizes;

pub use sizes::Sizes;

use crate::arm::{Parameters, Template};
use crate::arm::windows::{self, PoolFragment};
use crate::catalog::Catalog;
use crate::error::Error;
use crate::model::Cluster;
use crate::pack::Payload;
use crate::plan::{self, ClusterPlan, NodeOptions, STEPS, Step};
use crate::render::{self, CustomData};
use crate::report::Report;
use crate::{validate, wire};

/// What to generate beside what the definition says.
#[derive(Debug, Clone)]
pub struct Options {
    /// Name of the definition in diagnostics.
    pub file_name: String,
    /// Versions, images, URLs and hashes.
    pub catalog: Catalog,
    /// How a node bootstraps.
    pub node: NodeOptions,
    /// Only these Windows pools; empty means all.
    pub pools: Vec<String>,
    /// Values put over those of the definition.
    pub set: Vec<wire::Override>,
}

impl Options {
    /// The given catalog, all pools, nothing overridden.
    #[must_use]
    pub fn new(catalog: Catalog) -> Self {
        Self { file_name: "apimodel.json".to_owned(), catalog, node: NodeOptions::default(), pools: Vec::new(), set: Vec::new() }
    }
}

/// Everything generated for a cluster definition.
#[derive(Debug, Clone)]
pub struct Bundle {
    /// The definition with every default.
    pub cluster: Cluster,
    /// What the nodes will do.
    pub plan: ClusterPlan,
    /// `azuredeploy.json`.
    pub template: Template,
    /// `azuredeploy.parameters.json`; holds the definition's secrets.
    pub parameters: Parameters,
    /// Per Windows pool what a template generator takes.
    pub pools: Vec<PoolFragment>,
    /// Sizes of what travels to each node, against Azure's limits; same order as `pools`.
    pub sizes: Vec<Sizes>,
    /// The scripts that travel to every node.
    pub payload: Payload,
    /// Warnings about the definition.
    pub report: Report,
    definition: wire::ClusterDefinition,
}

/// Generates everything for a cluster definition.
///
/// # Errors
///
/// [`Error::Invalid`] with every finding, or a size that Azure would refuse, with what took the room.
///
/// ```
/// # let definition = include_str!("../../apimodels/valid/containerd-azure-vmss.json");
/// use gen_cse::{Catalog, Options, generate};
///
/// let catalog = Catalog::built_in("aks-engine").expect("a built-in catalog");
/// let bundle = generate(definition, &Options::new(catalog))?;
/// for pool in &bundle.pools {
///     println!("{}: customData is {}", pool.name, pool.custom_data.bracketed());
/// }
/// # Ok::<(), gen_cse::Error>(())
/// ```
pub fn generate(definition: &str, options: &Options) -> Result<Bundle, Error> {
    generate_bytes(definition.as_bytes(), options)
}

/// [`generate`] for bytes that may not be UTF-8, which is one of the errors then.
///
/// # Errors
///
/// As [`generate`].
pub fn generate_bytes(definition: &[u8], options: &Options) -> Result<Bundle, Error> {
    let (definition, cluster, report) = check(definition, options);
    let (Some(definition), Some(mut cluster)) = (definition, cluster) else { return Err(Error::Invalid(Box::new(report))) };
    keep_pools(&mut cluster, &options.pools)?;
    let plan = plan::plan(&cluster, &options.catalog, &options.node);
    let payload = Payload::of(&needed_steps(&plan));
    let custom_data = CustomData::of_template(render::CUSTOM_DATA);
    let before = format!("{}{}{}", custom_data.head, payload.base64(), custom_data.middle);
    let generated = windows::generate(&cluster, &plan, &options.catalog, [&before, custom_data.tail]);
    let sizes = sizes::measure(&cluster, &plan, &generated, before.len() + custom_data.tail.len());
    sizes::check(&sizes, &generated, &payload, &custom_data)?;
    let (template, parameters, pools) = (generated.template, generated.parameters, generated.pools);
    Ok(Bundle { cluster, plan, template, parameters, pools, sizes, payload, report, definition })
}

/// Reads and validates a definition; the report has every finding with its place.
#[must_use]
pub fn check(definition: &[u8], options: &Options) -> (Option<wire::ClusterDefinition>, Option<Cluster>, Report) {
    let (definition, mut report, source) = wire::parse_with(&options.file_name, definition, &options.set);
    let cluster = definition.as_ref().and_then(|definition| validate::validate(definition, &options.catalog, &mut report));
    report.locate(&source);
    (definition, cluster.filter(|_| !report.is_fatal()), report)
}

fn keep_pools(cluster: &mut Cluster, wanted: &[String]) -> Result<(), Error> {
    let pools: Vec<_> = cluster.windows_pools.iter().map(|pool| pool.name.clone()).collect();
    if let Some(name) = wanted.iter().find(|name| !pools.contains(name)) {
        return Err(Error::UnknownPool { name: name.clone(), pools });
    }
    if !wanted.is_empty() {
        cluster.windows_pools.retain(|pool| wanted.contains(&pool.name));
    }
    Ok(())
}

/// Every step that some pool needs, in order: one payload serves all pools.
fn needed_steps(plan: &ClusterPlan) -> Vec<&'static Step> {
    STEPS.iter().filter(|step| plan.pools.iter().any(|pool| pool.steps.iter().any(|needed| needed.id == step.id))).collect()
}
