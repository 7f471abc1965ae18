//! The whole path: text of a cluster definition in, everything that is generated out.

mod files;
mod filled;
mod sizes;
#[cfg(test)]
mod tests;

pub use sizes::Sizes;

use crate::arm::{self, Generated};
use crate::catalog::Catalog;
use crate::error::Error;
use crate::model::Cluster;
use crate::pack::{self, Payload};
use crate::plan::{self, ClusterPlan, NodeOptions};
use crate::render::{self, CustomData};
use crate::report::Report;
use crate::{advice, validate, wire};
use arm_template::{MAX_TEMPLATE_BYTES, Parameters, Rule, Template, lint, lint_deployment};
use std::collections::BTreeMap;
use std::sync::Arc;

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
    /// Template, parameters (with the definition's secrets) and per Windows pool what a template generator takes.
    pub generated: Generated,
    /// Sizes of what travels to each node, against Azure's limits; in the order of the pools.
    pub sizes: Vec<Sizes>,
    /// The scripts that travel to each pool's nodes, in the order of the pools; pools with equal steps share one.
    pub payloads: Vec<Arc<Payload>>,
    /// Warnings about the definition.
    pub report: Report,
    template_text: String,
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
/// for pool in &bundle.generated.pools {
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
    generate_checked(check(definition, options), options)
}

/// A definition with what was found about it.
#[derive(Debug)]
pub struct Checked {
    /// The definition; `None` when it is not a JSON object.
    pub definition: Option<wire::ClusterDefinition>,
    /// Its model; `None` when the report has errors.
    pub cluster: Option<Cluster>,
    /// Every finding with its place.
    pub report: Report,
    /// The text, for excerpts.
    pub source: wire::Source,
}

/// Reads and validates a definition.
#[must_use]
pub fn check(definition: &[u8], options: &Options) -> Checked {
    let (definition, mut report, source) = wire::parse_with(&options.file_name, definition, &options.set);
    let cluster = definition.as_ref().and_then(|definition| validate::validate(definition, &options.catalog, &mut report));
    let cluster = cluster.filter(|_| !report.is_fatal());
    if let Some(cluster) = &cluster {
        let plan = plan::plan(cluster, &options.catalog, &options.node);
        advice::advise(cluster, &plan, &options.catalog, &mut report);
    }
    report.locate(&source);
    Checked { cluster, definition, report, source }
}

/// Generates everything for a definition that was checked with the same options.
///
/// # Errors
///
/// As [`generate`].
pub fn generate_checked(checked: Checked, options: &Options) -> Result<Bundle, Error> {
    let Checked { definition: Some(definition), cluster: Some(mut cluster), report, .. } = checked else {
        return Err(Error::Invalid(Box::new(checked.report)));
    };
    check_times(&options.node)?;
    keep_pools(&mut cluster, &options.pools)?;
    let plan = plan::plan(&cluster, &options.catalog, &options.node);
    let payloads = payloads(&cluster, &plan);
    let custom_data = CustomData::of_template(&pack::CUSTOM_DATA);
    let starts: Vec<_> = payloads.iter().map(|payload| format!("{}{}{}", custom_data.head, payload.base64(), custom_data.middle)).collect();
    let starts: Vec<_> = starts.iter().map(String::as_str).collect();
    let generated = arm::generate(&cluster, &plan, &options.catalog, &starts, custom_data.tail);
    let sizes = sizes::measure(&generated).map_err(|problem| Error::Internal { problems: vec![problem] })?;
    let template_text = template_text(&generated.template);
    sizes::check(&sizes, &generated, &template_text, &payloads, &custom_data)?;
    check_template(&template_text, &generated.parameters)?;
    let definition = filled::with_defaults(&definition, &cluster);
    Ok(Bundle { cluster, plan, generated, template_text, sizes, payloads, report, definition })
}

impl Bundle {
    /// Counts of the template that Azure does not take in one deployment, as sentences; nothing for most clusters.
    #[must_use]
    pub fn crowded(&self) -> Vec<String> {
        sizes::crowded(&self.generated.template, &self.cluster)
    }
}

/// Whatever Azure would refuse in the template is a fault of ours. How many pools one deployment takes is told elsewhere, and secrets
/// the definition lacks are the deployment's.
fn check_template(template: &str, parameters: &Parameters) -> Result<(), Error> {
    let findings = lint(template).into_iter().chain(lint_deployment(template, &parameters.to_text()));
    // ids that the definition gives are literals
    let ours = findings.filter(|finding| !finding.rule.is_style() && !matches!(finding.rule, Rule::Limit | Rule::MissingParameter));
    let problems: Vec<_> = ours.map(|finding| finding.to_string()).collect();
    if problems.is_empty() { Ok(()) } else { Err(Error::Internal { problems }) }
}

/// For people, unless only the compact form stays within Azure's limit.
fn template_text(template: &Template) -> String {
    let text = template.to_text();
    if text.len() <= MAX_TEMPLATE_BYTES { text } else { template.to_json().to_string() + "\n" }
}

/// What the kubelet has is part of what all steps have.
fn check_times(options: &NodeOptions) -> Result<(), Error> {
    let NodeOptions { kubelet_timeout_seconds, deadline_minutes, wait_for_kubelet, .. } = *options;
    let fits = !wait_for_kubelet || u64::from(kubelet_timeout_seconds) < u64::from(deadline_minutes) * 60;
    if fits { Ok(()) } else { Err(Error::KubeletTimeout { kubelet_timeout_seconds, deadline_minutes }) }
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

/// What travels to each pool's nodes depends on that pool alone: custom data of a VM that is there cannot be changed.
fn payloads(cluster: &Cluster, plan: &ClusterPlan) -> Vec<Arc<Payload>> {
    let mut packed = BTreeMap::new();
    plan.pools
        .iter()
        .map(|pool| {
            let (table, traits) = (render::steps_json(&pool.steps), plan::traits(cluster, pool));
            let pack = || Arc::new(Payload::new(pack::scripts_for(&pool.steps, &traits), &[("steps.json", &table)]));
            packed.entry((table.clone(), traits.clone())).or_insert_with(pack).clone()
        })
        .collect()
}
