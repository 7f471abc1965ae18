//! What several tests need: a generated template resolved as Azure would resolve it.

#![allow(dead_code)]

pub(crate) mod bicep;
pub(crate) mod tool;

use arm_template::{Deployment, Evaluator};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gen_cse::{Catalog, Error, Generated, Options, generate};
use serde_json::{Value, json};

/// Subscription of the deployment the corpus facts are from.
pub(crate) const SUBSCRIPTION: &str = "00000000-0000-0000-0000-000000000000";

/// One Windows pool as Azure would make it.
pub(crate) struct Node {
    /// Name of the pool.
    pub(crate) name: String,
    /// The node configuration.
    pub(crate) configuration: Value,
    /// Custom data, decoded.
    pub(crate) custom_data: String,
    /// `commandToExecute`.
    pub(crate) command: String,
    /// `storageProfile.imageReference`.
    pub(crate) image: Value,
    /// `licenseType`.
    pub(crate) license_type: Value,
    /// `windowsConfiguration.enableAutomaticUpdates`.
    pub(crate) automatic_updates: Value,
    /// `vmss` or `vmas`, as the facts call it.
    pub(crate) availability: &'static str,
}

/// The deployment the corpus facts are from.
#[must_use]
pub(crate) fn deployment() -> Deployment {
    Deployment {
        subscription_id: Some(SUBSCRIPTION.to_owned()),
        tenant_id: Some("11111111-1111-1111-1111-111111111111".to_owned()),
        resource_group: Some("my-rg".to_owned()),
        location: Some("eastus".to_owned()),
        ..Deployment::default()
    }
}

/// Generates and resolves every Windows pool.
pub(crate) fn resolve(definition: &str, catalog: Catalog) -> Result<Vec<Node>, Error> {
    let bundle = generate(definition, &Options::new(catalog))?;
    let template = bundle.template.to_json();
    let parameters = bundle.parameters.to_json();
    Ok(resolve_template(&template, &parameters, &deployment()))
}

/// Resolves every Windows pool of a template.
#[must_use]
pub(crate) fn resolve_template(template: &Value, parameters: &Value, deployment: &Deployment) -> Vec<Node> {
    let evaluator = Evaluator::new(template, parameters, deployment).expect("a template");
    let evaluate = |value: &Value| evaluator.evaluate(value, &[]).expect("it evaluates").value.to_json();
    let resources = template["resources"].as_array().expect("resources");
    let commands = resources.iter().filter(|resource| resource["type"] == "Microsoft.Compute/virtualMachines/extensions");
    let mut commands = commands.map(|resource| &resource["properties"]["protectedSettings"]["commandToExecute"]);
    let mut nodes = Vec::new();
    for resource in resources {
        let (profile, availability, command) = match resource["type"].as_str() {
            Some("Microsoft.Compute/virtualMachines") => (&resource["properties"], "vmas", commands.next().expect("an extension")),
            Some("Microsoft.Compute/virtualMachineScaleSets") => {
                let profile = &resource["properties"]["virtualMachineProfile"];
                (profile, "vmss", &profile["extensionProfile"]["extensions"][0]["properties"]["protectedSettings"]["commandToExecute"])
            }
            _ => continue,
        };
        let custom_data = decode(evaluate(&profile["osProfile"]["customData"]).as_str().expect("text"));
        nodes.push(Node {
            name: resource["tags"]["poolName"].as_str().expect("a name").to_owned(),
            configuration: configuration(&custom_data),
            command: evaluate(command).as_str().expect("text").to_owned(),
            image: evaluate(&profile["storageProfile"]["imageReference"]),
            license_type: profile.get("licenseType").cloned().unwrap_or(json!(null)),
            automatic_updates: profile["osProfile"]["windowsConfiguration"]["enableAutomaticUpdates"].clone(),
            availability,
            custom_data,
        });
    }
    nodes
}

/// Every resource as Azure would make it, every copy.
#[must_use]
pub(crate) fn resources(bundle: &Generated, deployment: &Deployment) -> Vec<Value> {
    evaluated(&bundle.template.to_json(), &bundle.parameters.to_json(), deployment)
}

/// The same of a template and its parameters file.
#[must_use]
pub(crate) fn evaluated(template: &Value, parameters: &Value, deployment: &Deployment) -> Vec<Value> {
    let evaluator = Evaluator::new(template, parameters, deployment).expect("a template");
    let mut all = Vec::new();
    for resource in template["resources"].as_array().expect("resources") {
        let copies = evaluator.copies(resource).expect("a count").value.to_json().as_i64().expect("a number");
        let index = |index| resource.get("copy").is_some().then_some(index);
        all.extend((0..copies).map(|copy| evaluator.resource(resource, index(copy)).expect("it evaluates").value.to_json()));
    }
    all
}

/// The text of a long literal of the custom data, `$<name> = '...'` on a line of its own.
#[must_use]
pub(crate) fn literal<'a>(custom_data: &'a str, name: &str) -> &'a str {
    let start = format!("${name} = '");
    let line = custom_data.lines().find(|line| line.starts_with(&start)).unwrap_or_else(|| panic!("no {name}"));
    line[start.len()..].strip_suffix('\'').expect("a closing quote")
}

/// Base64 of UTF-8.
#[must_use]
pub(crate) fn decode(base64: &str) -> String {
    String::from_utf8(STANDARD.decode(base64).expect("base64")).expect("UTF-8")
}

/// The node configuration in the custom data.
#[must_use]
pub(crate) fn configuration(custom_data: &str) -> Value {
    let line = custom_data.lines().next_back().and_then(|line| line.strip_prefix("# ")).expect("a configuration at the end");
    serde_json::from_str(line).expect("JSON")
}
