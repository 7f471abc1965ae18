//! The whole path: text of a cluster definition in, everything that is generated out.

mod files;
mod filled;
mod sizes;
#[cfg(test)]
pub(crate) mod tests;

pub use sizes::Sizes;

use crate::arm::{self, Fragment};
use crate::catalog::Catalog;
use crate::error::Error;
use crate::json::Source;
use crate::model::{Availability, Cluster, WindowsPool};
use crate::pack::{self, Payload};
use crate::plan::{self, ClusterPlan, NodeOptions, PoolPlan, Settings};
use crate::render;
use crate::report::{self, Report};
use crate::{advice, validate, wire};
use arm_template::{Evaluator, Finding, MAX_TEMPLATE_BYTES, Parameters, Rule, Template, lint_deployment};
use serde::Serialize;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What to generate beside what the definition says.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Options {
    /// Name of the definition in diagnostics.
    pub file_name: String,
    /// Versions, images, URLs and hashes.
    pub catalog: Catalog,
    /// How a node bootstraps.
    pub node: NodeOptions,
    /// Only these Windows pools; empty means all.
    pub pools: Vec<String>,
    /// Values put over those of the definition: `"properties.masterProfile.count=3".parse()?`.
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
#[non_exhaustive]
pub struct Generated {
    /// `azuredeploy.json`: what all pools together need.
    pub template: Arc<Template>,
    /// `azuredeploy.parameters.json`: what the definition gives, secrets too.
    pub parameters: Parameters,
    /// The Windows pools, in the order of the definition.
    pub pools: Vec<Pool>,
    /// Warnings about the definition.
    pub report: Report,
    /// The definition with every default.
    pub(crate) cluster: Cluster,
    /// Configuration that is the same for every pool.
    pub(crate) configuration: Settings,
    template_text: String,
    definition: wire::ClusterDefinition,
}

/// What was generated for one Windows pool.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Pool {
    /// What a template takes.
    pub fragment: Fragment,
    /// What travels to each node, against Azure's limits.
    pub sizes: Sizes,
    /// What it is.
    pub(crate) profile: WindowsPool,
    /// What its nodes will do.
    pub(crate) plan: PoolPlan,
    /// The scripts that travel to its nodes; pools with equal steps share one.
    pub(crate) payload: Arc<Payload>,
}

impl Pool {
    /// Name of the pool.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.profile.name
    }

    /// Number of nodes.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.profile.count
    }

    /// Whether the nodes are a scale set; otherwise they are single VMs in an availability set.
    #[must_use]
    pub fn is_scale_set(&self) -> bool {
        self.profile.availability == Availability::ScaleSet
    }

    /// What its nodes will do, as in `plan.json`: steps, components, configuration.
    #[must_use]
    pub fn plan(&self) -> &impl Serialize {
        &self.plan
    }
}

/// Generates everything for a cluster definition: [`check`], then [`Checked::generate`].
///
/// # Errors
///
/// [`Error::Invalid`] with every finding, or a size that Azure would refuse, with what took the room.
pub fn generate(definition: impl AsRef<[u8]>, options: &Options) -> Result<Generated, Error> {
    check(definition, options).generate()
}

/// A definition with what was found about it.
#[non_exhaustive]
pub struct Checked {
    /// Every finding with its place.
    pub report: Report,
    /// The definition; `None` when it is not a JSON object.
    pub(crate) definition: Option<wire::ClusterDefinition>,
    /// Its model; `None` when the report has errors.
    pub(crate) cluster: Option<Cluster>,
    /// The text, for excerpts.
    pub(crate) source: Source,
    options: Options,
}

/// The text may hold secrets.
impl std::fmt::Debug for Checked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Checked").field("report", &self.report).finish_non_exhaustive()
    }
}

/// Reads and validates a definition, which need not be UTF-8 or JSON: that is a finding then.
#[must_use]
pub fn check(definition: impl AsRef<[u8]>, options: &Options) -> Checked {
    let (definition, mut report, source) = wire::parse_with(&options.file_name, definition.as_ref(), &options.set);
    let cluster = definition.as_ref().and_then(|definition| validate::validate(definition, &options.catalog, &mut report));
    let cluster = cluster.filter(|_| !report.is_fatal());
    if let Some(cluster) = &cluster {
        let plan = plan::plan(cluster, &options.catalog, &options.node);
        advice::advise(cluster, &plan, &options.catalog, &mut report);
    }
    report.locate(&source);
    Checked { cluster, definition, report, source, options: options.clone() }
}

impl Checked {
    /// Generates everything, with the options of the check.
    ///
    /// # Errors
    ///
    /// As [`generate`].
    pub fn generate(self) -> Result<Generated, Error> {
        let Self { definition: Some(definition), cluster: Some(mut cluster), report, options, .. } = self else {
            return Err(Error::Invalid(Box::new(self.source.refused(self.report))));
        };
        check_times(&options.node)?;
        keep_pools(&mut cluster, &options.pools)?;
        let plan = plan::plan(&cluster, &options.catalog, &options.node);
        let payloads = payloads(&cluster, &plan);
        let starts: Vec<_> = payloads.iter().map(|payload| payload.start()).collect();
        let deployable = arm::generate(&cluster, &plan, &options.catalog, &starts);
        let (template, parameters) = (deployable.template.to_json(), deployable.parameters.to_json());
        let template_text = template_text(&template);
        let evaluator = Evaluator::new(&template, &parameters, &deployable.stand_in).map_err(|error| internal(error.to_string()))?;
        let sizes = sizes::measure(&deployable.fragments, &starts, &evaluator).map_err(internal)?;
        sizes::check(&sizes, &deployable, &evaluator, &payloads)?;
        sizes::check_text(&template_text)?;
        check_template(&template, &parameters)?;
        let definition = filled::with_defaults(&definition, &cluster);
        let parts = cluster.windows_pools().cloned().zip(plan.pools).zip(deployable.fragments).zip(sizes).zip(payloads);
        let pools = parts.map(|((((profile, plan), fragment), sizes), payload)| Pool { fragment, sizes, profile, plan, payload });
        Ok(Generated {
            template: deployable.template,
            parameters: deployable.parameters,
            pools: pools.collect(),
            report,
            configuration: plan.configuration,
            cluster,
            template_text,
            definition,
        })
    }

    /// What says that the definition is refused.
    pub(crate) fn refused(self) -> Error {
        Error::Invalid(Box::new(self.source.refused(self.report)))
    }

    /// The findings for people: each with an excerpt of the definition in which secrets are hidden.
    #[cfg(feature = "emit")]
    #[must_use]
    pub fn excerpts(&self) -> String {
        report::render(&[self.source.checked(&self.report)], report::Format::Human { colour: false, width: report::WIDTH })
    }
}

impl Generated {
    /// Size of `azuredeploy.json` in bytes.
    #[cfg(feature = "cli")]
    pub(crate) fn template_bytes(&self) -> usize {
        self.template_text.len()
    }

    /// Counts of the template that Azure does not take in one deployment, as sentences; nothing for most clusters.
    #[must_use]
    pub fn crowded(&self) -> Vec<String> {
        sizes::crowded(&self.template, &self.cluster)
    }
}

fn internal(problem: String) -> Error {
    Error::Internal { problems: vec![problem] }
}

/// Parameters that are no secrets; from a Key Vault they are secure all the same, since Azure takes no other.
const CERTIFICATES: [&str; 2] = ["caCertificate", "clientCertificate"];

/// Whatever Azure would refuse in the template is a fault of ours. How many pools one deployment takes is told elsewhere, and secrets
/// the definition lacks are the deployment's.
fn check_template(template: &Json, parameters: &Json) -> Result<(), Error> {
    let is_public = |finding: &Finding| finding.parameter.as_deref().is_some_and(|parameter| CERTIFICATES.contains(&parameter));
    let is_expected = |finding: &Finding| matches!(finding.rule, Rule::Limit | Rule::MissingParameter) || is_public(finding);
    let findings = lint_deployment(template, parameters).into_iter();
    let ours = findings.filter(|finding| !finding.rule.is_style() && !is_expected(finding));
    let problems: Vec<_> = ours.map(|finding| finding.to_string()).collect();
    if problems.is_empty() { Ok(()) } else { Err(Error::Internal { problems }) }
}

/// For people, unless only the compact form stays within Azure's limit.
fn template_text(template: &Json) -> String {
    let text = format!("{template:#}\n");
    if text.len() <= MAX_TEMPLATE_BYTES { text } else { format!("{template}\n") }
}

/// What the kubelet has is part of what all steps have.
fn check_times(options: &NodeOptions) -> Result<(), Error> {
    let NodeOptions { kubelet_timeout_seconds, deadline_minutes, wait_for_kubelet, .. } = *options;
    let fits = !wait_for_kubelet || u64::from(kubelet_timeout_seconds) < u64::from(deadline_minutes) * 60;
    if fits { Ok(()) } else { Err(Error::KubeletTimeout { kubelet_timeout_seconds, deadline_minutes }) }
}

fn keep_pools(cluster: &mut Cluster, wanted: &[String]) -> Result<(), Error> {
    let pools: Vec<_> = cluster.windows_pools().map(|pool| pool.name.to_string()).collect();
    if let Some(name) = wanted.iter().find(|name| !pools.contains(name)) {
        return Err(Error::UnknownPool { name: name.clone(), pools });
    }
    cluster.only = wanted.to_vec();
    Ok(())
}

/// What travels to each pool's nodes depends on that pool alone: custom data of a VM that is there cannot be changed.
fn payloads(cluster: &Cluster, plan: &ClusterPlan) -> Vec<Arc<Payload>> {
    let mut packed = BTreeMap::new();
    plan.pools
        .iter()
        .map(|pool| {
            let traits = plan::traits(cluster, &plan.configuration, pool);
            let ids: Vec<_> = pool.steps.iter().map(|step| step.id).collect();
            let pack = || Arc::new(Payload::new(pack::scripts_for(&pool.steps, &traits), &render::files(cluster, &pool.steps)));
            packed.entry((ids, traits.clone())).or_insert_with(pack).clone()
        })
        .collect()
}
