//! What the nodes of a generated template get, resolved the way Azure would.
//!
//! Reads any template this project wrote, also an older one: custom data and command are evaluated, the two long literals of the
//! custom data are decoded. What only a deployment knows stays visible as `<call>`.

use crate::emit::{Bundle as Files, EmitError};
use crate::pack;
use arm_template::{Deployment, EvaluateError, Evaluator, Expr};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::Value as Json;
use thiserror::Error;

const VM: &str = "Microsoft.Compute/virtualMachines";
const SCALE_SET: &str = "Microsoft.Compute/virtualMachineScaleSets";
const EXTENSION: &str = "Microsoft.Compute/virtualMachines/extensions";

/// Why a template cannot be inspected.
#[derive(Debug, Error)]
pub enum InspectError {
    /// One of the two files is not JSON.
    #[error("{file} is not JSON: {reason}")]
    NotJson {
        /// Which of the two.
        file: &'static str,
        /// What the reader says.
        reason: serde_json::Error,
    },
    /// Azure would refuse an expression.
    #[error("{0}")]
    Evaluate(#[from] EvaluateError),
    /// A parameter was given that the template does not declare.
    #[error("the template has no parameter `{0}`")]
    UnknownParameter(String),
    /// The template has no Windows pool that this project made.
    #[error("the template has no VM or scale set with custom data")]
    NoPool,
    /// The command cannot be resolved with the secrets that the parameters give; what is wrong may show them.
    #[error("pool `{pool}`: the command cannot be resolved with the secure parameters given")]
    Command {
        /// Name of the pool.
        pool: String,
    },
    /// The custom data is not what this project writes.
    #[error("pool `{pool}`: {reason}")]
    CustomData {
        /// Name of the pool.
        pool: String,
        /// What is wrong with it.
        reason: String,
    },
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Inspection {
    /// The Windows pools, in the order of the template.
    pub pools: Vec<InspectedPool>,
}

/// What the nodes of one pool get.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InspectedPool {
    /// Name of the pool.
    pub name: String,
    /// Custom data before base64, in bytes.
    pub custom_data_bytes: usize,
    /// `commandToExecute` after resolution, in characters.
    pub command_characters: usize,
    /// The longest expression of the pool's VMs, custom data and extension, in characters.
    pub longest_expression: usize,
    /// The node configuration.
    pub configuration: Json,
    /// The scripts in the payload.
    pub scripts: Vec<Script>,
    /// `CustomData.bin`.
    #[serde(skip)]
    pub custom_data: String,
    /// `commandToExecute` with the secrets that the parameters give.
    #[serde(skip)]
    pub command: String,
    /// Parameters whose secrets are in the command.
    pub secrets: Vec<String>,
}

/// A script as the node unpacks it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Script {
    /// Path below the folder the node unpacks to.
    pub path: String,
    /// Length in bytes.
    pub bytes: usize,
    /// The text.
    #[serde(skip)]
    pub text: String,
}

/// Where the values of one pool stand in the template.
struct Site<'a> {
    name: String,
    custom_data: &'a Json,
    command: &'a Json,
    resources: Vec<&'a Json>,
}

/// Resolves every Windows pool of a template. `parameters` is the text of the parameters file.
///
/// # Errors
///
/// When a file is not JSON, an expression is one that Azure would refuse, or the custom data is not of this project.
pub fn inspect(template: &str, parameters: &str, deployment: &Deployment) -> Result<Inspection, InspectError> {
    let template: Json = read("the template", template)?;
    let parameters: Json = read("the parameters file", parameters)?;
    if let Some(name) = deployment.parameters.keys().find(|name| !declares(&template, name)) {
        return Err(InspectError::UnknownParameter(name.clone()));
    }
    let open = Evaluator::new(&template, &parameters, deployment)?;
    let hiding = Evaluator::new(&template, &parameters, deployment)?.hiding_secrets();
    let sites = sites(&template, &hiding)?;
    if sites.is_empty() {
        return Err(InspectError::NoPool);
    }
    Ok(Inspection { pools: sites.iter().map(|site| inspect_pool(site, &open, &hiding)).collect::<Result<_, _>>()? })
}

fn read(file: &'static str, text: &str) -> Result<Json, InspectError> {
    serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|reason| InspectError::NotJson { file, reason })
}

/// As in Azure, case does not count.
fn declares(template: &Json, parameter: &str) -> bool {
    template["parameters"].as_object().is_some_and(|declared| declared.keys().any(|name| name.eq_ignore_ascii_case(parameter)))
}

/// VMs with the extension behind them, and scale sets.
fn sites<'a>(template: &'a Json, evaluator: &Evaluator) -> Result<Vec<Site<'a>>, InspectError> {
    let resources: Vec<&Json> = template["resources"].as_array().into_iter().flatten().collect();
    let mut extensions = resources.iter().filter(|resource| resource["type"] == EXTENSION);
    let mut sites = Vec::new();
    for resource in &resources {
        let (profile, extension) = match resource["type"].as_str() {
            Some(VM) => (&resource["properties"], extensions.next().copied().unwrap_or(&Json::Null)),
            Some(SCALE_SET) => {
                let profile = &resource["properties"]["virtualMachineProfile"];
                (profile, &profile["extensionProfile"]["extensions"][0])
            }
            _ => continue,
        };
        let custom_data = &profile["osProfile"]["customData"];
        if custom_data.is_null() {
            continue;
        }
        let name = evaluator.evaluate(&resource["tags"]["poolName"], &[])?.value.to_json();
        let command = &extension["properties"]["protectedSettings"]["commandToExecute"];
        let resources = if resource["type"] == VM { vec![*resource, extension] } else { vec![*resource] };
        sites.push(Site { name: name.as_str().unwrap_or_default().to_owned(), custom_data, command, resources });
    }
    Ok(sites)
}

/// Secrets belong into the command. In custom data, which is shown, and in errors they stay hidden.
fn inspect_pool(site: &Site, open: &Evaluator, hiding: &Evaluator) -> Result<InspectedPool, InspectError> {
    let text = |evaluator: &Evaluator, value: &Json| -> Result<_, EvaluateError> {
        let evaluated = evaluator.evaluate(value, &[])?;
        Ok((evaluated.value.to_json().as_str().unwrap_or_default().to_owned(), evaluated.secrets))
    };
    let (custom_data, _) = text(hiding, site.custom_data)?;
    text(hiding, site.command)?;
    let (command, secrets) = text(open, site.command).map_err(|_| InspectError::Command { pool: site.name.clone() })?;
    let problem = |reason: String| InspectError::CustomData { pool: site.name.clone(), reason };
    let custom_data = decode(&custom_data).map_err(problem)?;
    let configuration = decode(literal(&custom_data, "NodeConfigurationBase64").map_err(problem)?).map_err(problem)?;
    let payload = literal(&custom_data, "PayloadBase64").map_err(problem)?;
    let scripts = pack::unpack(payload).map_err(problem)?;
    Ok(InspectedPool {
        name: site.name.clone(),
        custom_data_bytes: custom_data.len(),
        command_characters: command.chars().map(char::len_utf16).sum(),
        longest_expression: site.resources.iter().map(|resource| longest_expression(resource)).max().unwrap_or(0),
        configuration: serde_json::from_str(&configuration).map_err(|error| problem(format!("the configuration is not JSON: {error}")))?,
        scripts: scripts.into_iter().map(|(path, text)| Script { path, bytes: text.len(), text }).collect(),
        custom_data,
        command,
        secrets: secrets.into_iter().collect(),
    })
}

fn decode(base64: &str) -> Result<String, String> {
    let bytes = STANDARD.decode(base64).map_err(|error| format!("the custom data is not base64: {error}"))?;
    String::from_utf8(bytes).map_err(|_| "the custom data is not UTF-8".to_owned())
}

/// The text of `$<name> = '...'`.
fn literal<'a>(custom_data: &'a str, name: &str) -> Result<&'a str, String> {
    let start = format!("${name} = '");
    let line = custom_data.lines().find_map(|line| line.strip_prefix(&start));
    line.and_then(|line| line.strip_suffix('\'')).ok_or_else(|| format!("the custom data has no line `${name} = '...'`"))
}

fn longest_expression(json: &Json) -> usize {
    match json {
        Json::String(text) => match Expr::read(text) {
            Ok(expression @ Expr::Call(_)) => expression.characters(),
            _ => 0,
        },
        Json::Array(items) => items.iter().map(longest_expression).max().unwrap_or(0),
        Json::Object(members) => members.values().map(longest_expression).max().unwrap_or(0),
        _ => 0,
    }
}

impl Inspection {
    /// What each node would get: `<pool>/customdata.ps1`, `<pool>/cse.txt` (with the secrets that the parameters give, so private),
    /// `<pool>/configuration.json` and the scripts unpacked.
    ///
    /// # Errors
    ///
    /// When a script's path leaves the folder.
    pub fn files(&self) -> Result<Files, EmitError> {
        let mut files = Files::default();
        for pool in &self.pools {
            let folder = &pool.name;
            files.add(format!("{folder}/customdata.ps1"), pool.custom_data.as_str())?;
            files.add_private(format!("{folder}/cse.txt"), format!("{}\n", pool.command))?;
            files.add(format!("{folder}/configuration.json"), format!("{:#}\n", pool.configuration))?;
            for script in &pool.scripts {
                files.add(format!("{folder}/scripts/{}", script.path.replace('\\', "/")), script.text.as_str())?;
            }
        }
        Ok(files)
    }
}
