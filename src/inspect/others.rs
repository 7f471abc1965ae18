use super::Inspection;
use crate::machines::without_form;
use arm_template::{Deployment, EvaluateError, Evaluator};
use indexmap::IndexMap;
use serde_json::Value as Json;

/// Every resource that is no machine of a pool nor its extension, by type and name, as Azure would make it. One that cannot be resolved
/// is as it is written.
///
/// # Errors
///
/// When template or parameters have not the shape they must have.
pub fn others(
    template: &Json,
    parameters: &Json,
    deployment: &Deployment,
    inspection: &Inspection,
) -> Result<IndexMap<String, Json>, EvaluateError> {
    let evaluator = Evaluator::new(template, parameters, deployment)?.hiding_secrets();
    let mut found = IndexMap::new();
    for (index, resource) in template["resources"].as_array().into_iter().flatten().enumerate() {
        if inspection.pools.iter().any(|pool| pool.machine.is_at(index)) {
            continue;
        }
        let value = evaluator.resource(resource, None).map_or_else(|_| resource.clone(), |evaluated| evaluated.value.to_json());
        let text = |key: &str| value[key].as_str().unwrap_or_default();
        let name = format!("{} {}", text("type"), text("name"));
        // several with one name are loops or conditions
        let again = (2..).map(|number| format!("{name} #{number}"));
        let name = std::iter::once(name.clone()).chain(again).find(|name| !found.contains_key(name)).unwrap_or(name);
        found.insert(name, without_form(value));
    }
    Ok(found)
}
