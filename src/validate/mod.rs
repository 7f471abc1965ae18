//! From the definition as written to the model.
//!
//! [`resolve`] decides each fact once: it reads the values, fills in the defaults, and says of what cannot be read why. [`rules`] are about
//! values that do not go together, and about those that no Windows node reads. What is refused is what aks-engine and
//! aks-engine-azurestack refuse (`pkg/api/vlabs/validate.go`, the tags in `types.go`, and what their `generate` refuses later), what Azure
//! and Kubernetes would refuse in a deployment, and advice nobody else gives. Since the control plane is made from the same definition, what
//! the peers refuse is refused here. All of it runs, so that one run finds every mistake; where something is missing, that is reported once,
//! and rules that would need it are silent.

mod parts;
mod resolve;
mod rules;
#[cfg(all(test, feature = "schema"))]
mod tests;

use crate::catalog::Catalog;
use crate::model::Cluster;
use crate::report::Report;
use crate::wire;
use parts::Parts;

/// Checks a definition and, when nothing refuses it, fills in every default.
///
/// Findings are added to `report`, which may already hold those of reading: then there is no model, either. Places are not looked up here, see
/// [`Report::locate`].
pub fn validate(definition: &wire::ClusterDefinition, catalog: &Catalog, report: &mut Report) -> Option<Cluster> {
    let parts = Parts::of(definition, catalog);
    let decided = resolve::decide(&parts, report);
    rules::check(&parts, &decided, report);
    if report.is_fatal() { None } else { resolve::cluster(&parts, decided) }
}
