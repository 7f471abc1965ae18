//! What travels to a node against Azure's limits, known before anything is deployed.

use crate::arm::{Deployable, Fragment};
use crate::error::Error;
use crate::model::{Availability, Cluster, Identity, WindowsPool};
use crate::pack::{MAX_COMMAND_CHARACTERS, MAX_CUSTOM_DATA_BYTES, Payload};
use arm_template::{
    Evaluator, Expr, MAX_EXPRESSION_CHARACTERS, MAX_PARAMETERS, MAX_RESOURCES, MAX_TEMPLATE_BYTES, MAX_VARIABLES, Template,
};
use serde::Serialize;
use serde_json::Value;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Sizes of what one node gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Sizes {
    /// Custom data before base64, in bytes.
    pub custom_data_bytes: usize,
    /// Of that the node configuration, in bytes.
    pub configuration_bytes: usize,
    /// `commandToExecute` after resolution, in characters.
    pub command_characters: usize,
    /// The longest expression of the pool's resources, in characters.
    pub longest_expression: usize,
}

/// What each pool gets in a deployment whose names are as long as they can be, evaluated as Azure would. `starts` is what each pool's custom
/// data begins with; behind it stands the node configuration.
///
/// # Errors
///
/// What cannot be evaluated; without the reason, which may quote a secret.
pub(super) fn measure(pools: &[Fragment], starts: &[&str], evaluator: &Evaluator) -> Result<Vec<Sizes>, String> {
    pools.iter().zip(starts).map(|(pool, start)| measure_pool(pool, start, evaluator)).collect()
}

fn measure_pool(pool: &Fragment, start: &str, evaluator: &Evaluator) -> Result<Sizes, String> {
    let evaluated = |what: &str, expression: &Expr| {
        evaluated(expression, evaluator).ok_or_else(|| format!("the {what} of pool `{}` cannot be evaluated", pool.name))
    };
    let configuration_bytes = evaluated("node configuration", &pool.node_configuration)?.len();
    let command_characters = evaluated("command", &pool.command)?.encode_utf16().count();
    let longest_expression = pool.custom_data.characters().max(pool.command.characters());
    Ok(Sizes { custom_data_bytes: start.len() + configuration_bytes, configuration_bytes, command_characters, longest_expression })
}

/// The text an expression gives, when all of it is known.
fn evaluated(expression: &Expr, evaluator: &Evaluator) -> Option<String> {
    let evaluated = evaluator.evaluate(&Value::String(expression.bracketed()), &[]).ok()?;
    evaluated.value.text()?.known().map(str::to_owned)
}

/// Refuses what Azure would refuse, and says what took the room.
pub(super) fn check(sizes: &[Sizes], generated: &Deployable, evaluator: &Evaluator, payloads: &[Arc<Payload>]) -> Result<(), Error> {
    for ((size, pool), payload) in sizes.iter().zip(&generated.fragments).zip(payloads) {
        if size.custom_data_bytes > MAX_CUSTOM_DATA_BYTES {
            let values = largest_values(pool, evaluator);
            return Err(custom_data_too_large(&pool.name, *size, payload, values));
        }
        limit(format!("the command of pool `{}`", pool.name), size.command_characters, "characters", MAX_COMMAND_CHARACTERS)?;
    }
    for (name, value) in &generated.template.variables {
        limit(format!("the longest expression of variable `{name}`"), longest_expression(value), "characters", MAX_EXPRESSION_CHARACTERS)?;
    }
    Ok(())
}

/// Refuses a template that Azure would not take.
pub(super) fn check_text(template: &str) -> Result<(), Error> {
    limit("the template".to_owned(), template.len(), "bytes", MAX_TEMPLATE_BYTES)
}

/// Counts of the template beyond what Azure takes, as sentences. It can be deployed in parts, so this is no error.
pub(super) fn crowded(template: &Template, cluster: &Cluster) -> Vec<String> {
    // each node of an availability set has a network interface, a VM, an extension and perhaps a role assignment of its own; a
    // template holds one of each
    let per_node = if cluster.identity == Identity::SystemAssigned { 4 } else { 3 };
    let more_copies =
        |pool: &WindowsPool| if pool.availability == Availability::Set { per_node * (pool.count as usize).saturating_sub(1) } else { 0 };
    let copies: usize = cluster.windows_pools().map(more_copies).sum();
    let counts = [
        ("resources", template.resources.len() + copies, MAX_RESOURCES),
        ("parameters", template.parameters.len(), MAX_PARAMETERS),
        ("variables", template.variables.len(), MAX_VARIABLES),
    ];
    let beyond = counts.into_iter().filter(|(_, count, limit)| count > limit);
    beyond
        .map(|(what, count, limit)| {
            let nodes = if what == "resources" { ", a large pool by `<pool>Count` and `<pool>Offset` (docs/how-to-scale.md)" } else { "" };
            format!("the template has {count} {what} and Azure takes {limit}: deploy the pools one by one (`--pool`){nodes}")
        })
        .collect()
}

/// Characters of the longest expression in a value.
fn longest_expression(value: &arm_template::Value) -> usize {
    let mut longest = 0;
    value.visit(&mut |expression| longest = longest.max(expression.characters()));
    longest
}

fn limit(what: String, size: usize, unit: &'static str, limit: usize) -> Result<(), Error> {
    if size <= limit { Ok(()) } else { Err(Error::TooLarge { what, size, unit, limit, parts: Vec::new(), help: "" }) }
}

/// How many values of the node configuration are named where it is too large.
const NAMED_VALUES: usize = 3;

/// What of the node configuration takes the most room: keys and their bytes, largest first.
fn largest_values(pool: &Fragment, evaluator: &Evaluator) -> Vec<(String, usize)> {
    let json = evaluated(&pool.node_configuration, evaluator).unwrap_or_default();
    let values: BTreeMap<String, Value> = serde_json::from_str(&json).unwrap_or_default();
    let mut sizes: Vec<_> = values.into_iter().map(|(key, value)| (key, value.to_string().len())).collect();
    sizes.sort_by_key(|(_, size)| Reverse(*size));
    sizes.truncate(NAMED_VALUES);
    sizes
}

fn custom_data_too_large(pool: &str, size: Sizes, payload: &Payload, values: Vec<(String, usize)>) -> Error {
    let configuration = "node configuration".to_owned();
    let mut parts = vec![
        (configuration.clone(), size.configuration_bytes),
        ("bootstrap around the two".to_owned(), payload.start().len() - payload.base64().len()),
        ("scripts, compressed, as base64".to_owned(), payload.base64().len()),
    ];
    parts.sort_by_key(|(_, size)| Reverse(*size));
    let help = values.first().map_or("", |(key, _)| shorten(key));
    let after = 1 + parts.iter().position(|(name, _)| *name == configuration).unwrap_or_default();
    parts.splice(after..after, values.into_iter().map(|(key, size)| (format!("  of that {key}"), size)));
    let what = format!("the custom data of pool `{pool}`");
    Error::TooLarge { what, size: size.custom_data_bytes, unit: "bytes", limit: MAX_CUSTOM_DATA_BYTES, parts, help }
}

/// How the value that takes the most room gets smaller.
fn shorten(key: &str) -> &'static str {
    match key {
        "sshKeys" => "leave one or two keys in linuxProfile.ssh.publicKeys; the nodes take all of them",
        "caCertificate" | "clientCertificate" => "take certificates with elliptic curve or 2048-bit RSA keys, and no chain around them",
        "nodeLabels" => "give the pool fewer customNodeLabels; labels can also be set once the node has joined",
        "kubeletArgs" => "give fewer flags in kubeletConfig",
        "registryMirrors" | "components" => "name fewer or shorter URLs in the catalog",
        _ => "shorten in the definition what takes the most room",
    }
}
