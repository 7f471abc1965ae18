//! What travels to a node against Azure's limits, known before anything is deployed.

use crate::arm::{Generated, command_literal_length};
use crate::error::Error;
use crate::model::{Availability, Cluster, Secret, WindowsPool};
use crate::pack::{MAX_COMMAND_CHARACTERS, MAX_CUSTOM_DATA_BYTES, Payload};
use crate::plan::{ClusterPlan, Fact, NodeSecret, Piece, PoolPlan, Setting, Settings, Text};
use crate::render::CustomData;
use arm_template::{
    MAX_EXPRESSION_CHARACTERS, MAX_PARAMETERS, MAX_RESOURCES, MAX_TEMPLATE_BYTES, MAX_VARIABLES, Template, Value as Variable,
};
use serde::Serialize;
use serde_json::Value;

/// Lengths of the certificates of an authority and of a client with 4096-bit keys (what aks-engine makes, pkg/helpers/pki.go) as
/// PEM in JSON; counted where the definition has none.
const CA_CERTIFICATE: usize = 1_820;
const CLIENT_CERTIFICATE: usize = 1_925;
/// Length of a 4096-bit private key as base64 of PEM: the largest that is usual.
const PRIVATE_KEY: usize = 4_368;

/// Sizes of what one node gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Sizes {
    /// Custom data before base64, in bytes.
    pub custom_data_bytes: usize,
    /// Of that the node configuration, in bytes of base64.
    pub configuration_bytes: usize,
    /// `commandToExecute` after resolution, in characters.
    pub command_characters: usize,
    /// The longest expression of the pool's resources, in characters.
    pub longest_expression: usize,
}

pub(super) fn measure(cluster: &Cluster, plan: &ClusterPlan, generated: &Generated, around: usize) -> Vec<Sizes> {
    let fact_length = |fact| fact_length(cluster, fact);
    let shared: Vec<(&str, usize)> = plan.configuration.iter().map(|(key, setting)| (*key, json_length(setting, &fact_length))).collect();
    let pools = plan.pools.iter().zip(&generated.pools);
    pools
        .map(|(pool, fragment)| {
            let kept = shared.iter().filter(|(key, _)| !pool.configuration.contains_key(key)).copied();
            let own = pool.configuration.iter().map(|(key, setting)| (*key, json_length(setting, &fact_length)));
            let configuration_bytes = base64_length(object_length(kept.chain(own)));
            Sizes {
                custom_data_bytes: around + configuration_bytes,
                configuration_bytes,
                command_characters: command_literal_length() + base64_length(secrets_length(cluster, pool)),
                longest_expression: fragment.custom_data.characters().max(fragment.command.characters()),
            }
        })
        .collect()
}

/// Refuses what Azure would refuse, and says what took the room.
pub(super) fn check(sizes: &[Sizes], generated: &Generated, text: &str, payload: &Payload, custom_data: &CustomData) -> Result<(), Error> {
    for (size, pool) in sizes.iter().zip(&generated.pools) {
        if size.custom_data_bytes > MAX_CUSTOM_DATA_BYTES {
            return Err(custom_data_too_large(&pool.name, *size, payload, custom_data));
        }
        limit(format!("the command of pool `{}`", pool.name), size.command_characters, "characters", MAX_COMMAND_CHARACTERS)?;
    }
    for (name, value) in &generated.template.variables {
        limit(format!("the longest expression of variable `{name}`"), longest_expression(value), "characters", MAX_EXPRESSION_CHARACTERS)?;
    }
    limit("the template".to_owned(), text.len(), "bytes", MAX_TEMPLATE_BYTES)
}

/// Counts of the template beyond what Azure takes, as sentences. It can be deployed in parts, so this is no error.
pub(super) fn crowded(template: &Template, cluster: &Cluster) -> Vec<String> {
    // each node of an availability set has a network interface, a VM and an extension of its own; a template holds one of each
    let more_copies =
        |pool: &WindowsPool| if pool.availability == Availability::Set { 3 * (pool.count as usize).saturating_sub(1) } else { 0 };
    let copies: usize = cluster.windows_pools.iter().map(more_copies).sum();
    let counts = [
        ("resources", template.resources.len() + copies, MAX_RESOURCES),
        ("parameters", template.parameters.len(), MAX_PARAMETERS),
        ("variables", template.variables.len(), MAX_VARIABLES),
    ];
    let beyond = counts.into_iter().filter(|(_, count, limit)| count > limit);
    beyond
        .map(|(what, count, limit)| {
            format!("the template has {count} {what} and Azure takes {limit}: deploy the pools in parts (`--pool`)")
        })
        .collect()
}

/// Characters of the longest expression in a value.
fn longest_expression(value: &Variable) -> usize {
    let mut longest = 0;
    value.visit(&mut |expression| longest = longest.max(expression.characters()));
    longest
}

fn limit(what: String, size: usize, unit: &'static str, limit: usize) -> Result<(), Error> {
    if size <= limit { Ok(()) } else { Err(Error::TooLarge { what, size, unit, limit, parts: Vec::new() }) }
}

fn custom_data_too_large(pool: &str, size: Sizes, payload: &Payload, custom_data: &CustomData) -> Error {
    let mut parts = vec![
        ("node configuration, as base64".to_owned(), size.configuration_bytes),
        ("bootstrap around the two".to_owned(), custom_data.head.len() + custom_data.middle.len() + custom_data.tail.len()),
        ("scripts, compressed, as base64".to_owned(), payload.base64().len()),
    ];
    parts.sort_by_key(|(_, size)| std::cmp::Reverse(*size));
    let what = format!("the custom data of pool `{pool}`");
    Error::TooLarge { what, size: size.custom_data_bytes, unit: "bytes", limit: MAX_CUSTOM_DATA_BYTES, parts }
}

fn base64_length(bytes: usize) -> usize {
    bytes.div_ceil(3) * 4
}

fn object_length<'a>(members: impl Iterator<Item = (&'a str, usize)>) -> usize {
    members.map(|(key, length)| key.len() + 4 + length).sum::<usize>() + 1
}

/// Length of the value as compact JSON, with facts as long as they will be.
fn json_length(setting: &Setting, fact_length: &impl Fn(Fact) -> usize) -> usize {
    let text = |text: &Text| -> usize {
        let piece = |piece: &Piece| match piece {
            Piece::Known(known) => Value::from(known.as_str()).to_string().len() - 2,
            Piece::Fact(fact) => fact_length(*fact),
        };
        text.pieces().iter().map(piece).sum::<usize>() + 2
    };
    match setting {
        Setting::Text(value) => text(value),
        Setting::Bool(value) => value.to_string().len(),
        Setting::Number(value) => value.to_string().len(),
        Setting::List(items) => items.iter().map(|item| json_length(item, fact_length) + 1).sum::<usize>().max(1) + 1,
        Setting::Object(settings) => settings_length(settings, fact_length),
    }
}

fn settings_length(settings: &Settings, fact_length: &impl Fn(Fact) -> usize) -> usize {
    object_length(settings.iter().map(|(key, setting)| (*key, json_length(setting, fact_length))))
}

/// As long as the value is, or as it can be where the deployment decides (Azure's limits of names).
fn fact_length(cluster: &Cluster, fact: Fact) -> usize {
    match fact {
        Fact::ResourceGroup => 90,
        Fact::LabelResourceGroup => 63,
        Fact::SubscriptionId | Fact::TenantId | Fact::ServicePrincipalClientId => 36,
        Fact::Location => cluster.location.as_ref().map_or(20, String::len),
        Fact::NameSuffix => 8,
        Fact::ShortNameSuffix => 4,
        Fact::CaCertificate => certificate_length(&cluster.certificates.ca, CA_CERTIFICATE),
        Fact::ClientCertificate => certificate_length(&cluster.certificates.client, CLIENT_CERTIFICATE),
        Fact::AdminUsername => cluster.windows.admin.username.len(),
    }
}

fn private_key_length(key: &Secret) -> usize {
    match key {
        Secret::Text(text) => base64_length(text.len()),
        Secret::KeyVault { .. } | Secret::AtDeployment => PRIVATE_KEY,
    }
}

fn certificate_length(certificate: &Secret, usual: usize) -> usize {
    match certificate {
        Secret::Text(text) => Value::from(text.as_str()).to_string().len() - 2,
        Secret::KeyVault { .. } | Secret::AtDeployment => usual,
    }
}

fn secrets_length(cluster: &Cluster, pool: &PoolPlan) -> usize {
    let known = |secret: &Secret, usual: usize| match secret {
        Secret::Text(text) => Value::from(text.as_str()).to_string().len(),
        Secret::KeyVault { .. } | Secret::AtDeployment => usual,
    };
    let member = |secret: &NodeSecret| match secret {
        NodeSecret::ClientPrivateKey => 20 + private_key_length(&cluster.certificates.client_key),
        NodeSecret::ServicePrincipalClientSecret => {
            let crate::model::Identity::ServicePrincipal { secret, .. } = &cluster.identity else { return 0 };
            32 + known(secret, 40)
        }
        NodeSecret::UserAssignedClientId => 24 + 38,
        NodeSecret::PreProvisionParameter(_) => 25 + known(&pre_provision_parameter(cluster, pool), 256),
        NodeSecret::UrlQuery { id, query } => 16 + id.len() + known(query, 256),
    };
    pool.secrets.iter().map(member).sum::<usize>() + 2
}

fn pre_provision_parameter(cluster: &Cluster, plan: &PoolPlan) -> Secret {
    let pool = cluster.windows_pools.iter().find(|pool| pool.name == plan.name);
    pool.and_then(|pool| pool.pre_provision.as_ref()).and_then(|extension| extension.parameter.clone()).unwrap_or(Secret::AtDeployment)
}
