//! From the definition as written to the model.
//!
//! [`resolve`] decides each fact once: it reads the values, fills in the defaults, and says of what cannot be read why. [`form`] looks at the
//! values that no fact is decided by, each by itself. [`rules`] are about values that do not go together, and about those that no Windows
//! node reads. What is worth knowing about a cluster that can be made is said later, by [`advice`](crate::advice). What is refused is what aks-engine and
//! aks-engine-azurestack refuse (`pkg/api/vlabs/validate.go`, the tags in `types.go`, and what their `generate` refuses later), what Azure
//! and Kubernetes would refuse in a deployment, and advice nobody else gives. Since the control plane is made from the same definition, what
//! the peers refuse is refused here. All of it runs, so that one run finds every mistake; where something is missing, that is reported once,
//! and rules that would need it are silent.

mod facts;
mod form;
mod parts;
mod resolve;
mod rules;
#[cfg(all(test, feature = "schema"))]
mod tests;

use crate::catalog::Catalog;
use crate::model::Cluster;
use crate::report::Report;
use crate::wire;
use facts::Facts;
use parts::Parts;

/// Checks a definition and, when nothing refuses it, fills in every default.
///
/// Findings are added to `report`, which may already hold those of reading: then there is no model, either. Places are not looked up here, see
/// [`Report::locate`].
pub fn validate(definition: &wire::ClusterDefinition, catalog: &Catalog, report: &mut Report) -> Option<Cluster> {
    let parts = Parts::of(definition, catalog);
    let decided = resolve::decide(&parts, report);
    let facts = Facts { parts: &parts, decided: &decided };
    form::check(&facts, report);
    rules::check(&facts, report);
    if report.is_fatal() { None } else { resolve::cluster(&parts, decided) }
}
