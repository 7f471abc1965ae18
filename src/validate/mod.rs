//! From the definition as written to the model: every rule, then every default.
//!
//! The rules are those of aks-engine and aks-engine-azurestack (`pkg/api/vlabs/validate.go`, the tags in `types.go`, and what their
//! `generate` refuses later), the rules of Azure and Kubernetes that would fail a deployment otherwise, and advice nobody else gives. Since the
//! control plane is made from the same definition, what the peers refuse is refused here. Every rule runs, so that one run finds every
//! mistake; where something that a rule needs is missing, that is reported once and the rule is silent.

mod defaults;
mod rules;

use crate::catalog::Catalog;
use crate::model::Cluster;
use crate::report::{Path, Report, codes};
use crate::wire;

/// Checks a definition and, when nothing refuses it, fills in every default.
///
/// Findings are added to `report`, which may already hold those of reading: then there is no model, either. Places are not looked up here, see
/// [`Report::locate`].
pub fn validate(definition: &wire::ClusterDefinition, catalog: &Catalog, report: &mut Report) -> Option<Cluster> {
    let absent = Absent::default();
    let source = absent.source(definition, catalog);
    rules::check(&source, report);
    if report.is_fatal() {
        return None;
    }
    let cluster = defaults::cluster(&source);
    if cluster.is_none() {
        report
            .error(codes::cluster::INTERNAL, Path::root(), "the definition passed every rule, and its defaults could not be filled in")
            .help("this is a defect of gen-cse; please report it with a definition that shows it");
    }
    cluster
}

/// Stands for the parts a definition does not have.
#[derive(Default)]
struct Absent {
    properties: wire::Properties,
    kubernetes: wire::KubernetesConfig,
    masters: wire::MasterProfile,
    windows: wire::WindowsProfile,
    flags: wire::FeatureFlags,
}

impl Absent {
    fn source<'a>(&'a self, definition: &'a wire::ClusterDefinition, catalog: &'a Catalog) -> defaults::Source<'a> {
        let properties = definition.properties.as_ref().unwrap_or(&self.properties);
        let orchestrator = properties.orchestrator_profile.as_ref();
        defaults::Source {
            definition,
            properties,
            kubernetes: orchestrator.and_then(|profile| profile.kubernetes_config.as_deref()).unwrap_or(&self.kubernetes),
            masters: properties.master_profile.as_ref().unwrap_or(&self.masters),
            windows: properties.windows_profile.as_ref().unwrap_or(&self.windows),
            flags: properties.feature_flags.as_ref().unwrap_or(&self.flags),
            catalog,
        }
    }
}
