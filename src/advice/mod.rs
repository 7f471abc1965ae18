//! Warnings about a definition that is valid: they look at the model and at the plan, never at the definition, so that what is warned
//! of is what will be done.

mod dns;
mod downloads;
mod image;
mod notices;
mod outbound;

use crate::catalog::Catalog;
use crate::model::Cluster;
use crate::plan::ClusterPlan;
use crate::report::Report;

/// Adds what is worth knowing about a cluster and what its nodes will do.
pub fn advise(cluster: &Cluster, plan: &ClusterPlan, catalog: &Catalog, report: &mut Report) {
    image::check(cluster, plan, catalog, report);
    notices::check(cluster, plan, catalog, report);
    downloads::check(cluster, plan, catalog, report);
    outbound::check(cluster, plan, catalog, report);
    dns::check(cluster, report);
}
