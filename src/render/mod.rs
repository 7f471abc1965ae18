//! What is rendered for the node: tables of the plan. No decisions are made here.

use crate::model::{Cluster, CustomCloud};
use crate::plan::Step;
use serde_json::json;

/// Path and text of each file that travels with a pool's scripts: what is known when the template is made and needs no expression.
#[must_use]
pub fn files(cluster: &Cluster, steps: &[&'static Step]) -> Vec<(&'static str, String)> {
    let mut all = vec![("steps.json", steps_json(steps))];
    if let Some(cloud) = &cluster.cloud.custom {
        all.push(("azurestackcloud.json", azure_stack_cloud(cloud)));
    }
    all
}

/// `azurestackcloud.json`: the endpoints, as the cloud provider reads them.
fn azure_stack_cloud(cloud: &CustomCloud) -> String {
    json!(cloud.environment).to_string()
}

/// `steps.json`: the steps in their order, for the engine.
fn steps_json(steps: &[&'static Step]) -> String {
    let steps: Vec<_> = steps
        .iter()
        .map(|step| json!({ "id": step.id, "function": step.function, "exitCode": step.exit_code, "afterRestart": step.after_restart }))
        .collect();
    json!({ "steps": steps }).to_string()
}
