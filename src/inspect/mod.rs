//! What the nodes of a template get, resolved the way Azure would.
//!
//! Reads any template this project wrote, also an older one, and those of aks-engine and its fork: custom data and command are evaluated and
//! taken apart. What only a deployment knows stays visible as `<call>`. Machines that are no nodes of a Windows pool are named.

mod files;
mod others;
mod ours;
mod peers;
mod pool;

pub use others::others;
pub use pool::InspectedPool;

use crate::machines::{self, Kind};
use arm_template::{Deployment, EvaluateError, Evaluator};
use pool::{Found, Site};
use serde::Serialize;
use serde_json::Value as Json;
use thiserror::Error;

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
    /// Azure would refuse an expression of a machine.
    #[error("`{machine}`: {reason}")]
    Machine {
        /// Name of the machine, or of its pool.
        machine: String,
        /// What is wrong.
        reason: EvaluateError,
    },
    /// A parameter was given that the template does not declare.
    #[error("the template has no parameter `{0}`")]
    UnknownParameter(String),
    /// The template has no machine that is bootstrapped.
    #[error("the template has no Windows pool{}", reasons(.0))]
    NoPool(Vec<Foreign>),
    /// The command cannot be resolved with the secrets that the parameters give; what is wrong may show them.
    #[error("pool `{pool}`: the command cannot be resolved with the secure parameters given")]
    Command {
        /// Name of the pool.
        pool: String,
    },
    /// The custom data is damaged.
    #[error("pool `{pool}`: {reason}")]
    CustomData {
        /// Name of the pool.
        pool: String,
        /// What is wrong with it.
        reason: String,
    },
}

fn reasons(foreign: &[Foreign]) -> String {
    foreign.iter().map(|machine| format!("\n  `{}`: {}", machine.name, machine.reason)).collect()
}

/// Who made a bootstrap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Maker {
    /// This project.
    #[serde(rename = "gen-cse")]
    GenCse,
    /// aks-engine or its fork.
    #[serde(rename = "aks-engine")]
    AksEngine,
    /// Somebody else: the custom data cannot be taken apart.
    #[serde(rename = "unknown")]
    Unknown,
}

impl Maker {
    /// As a sentence has it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::GenCse => "gen-cse",
            Self::AksEngine => "aks-engine",
            Self::Unknown => "unknown",
        }
    }
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Inspection {
    /// The Windows pools, in the order of the template.
    pub pools: Vec<InspectedPool>,
    /// Machines that are none.
    pub foreign: Vec<Foreign>,
}

/// A machine that is no node of a Windows pool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Foreign {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// Why it is none.
    pub reason: String,
}

/// What bootstraps a node, taken apart.
struct Bootstrap {
    maker: Maker,
    configuration: Json,
    scripts: Vec<Script>,
    /// The custom data, with a name in place of each value.
    setup: String,
    /// The command, with a name in place of each value.
    command: String,
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

impl Script {
    fn new(path: String, text: String) -> Self {
        Self { path, bytes: text.len(), text }
    }
}

/// Resolves every Windows pool of a template. `parameters` is the text of the parameters file.
///
/// # Errors
///
/// When a file is not JSON, an expression is one that Azure would refuse, custom data is damaged, or there is no pool.
pub fn inspect(template: &str, parameters: &str, deployment: &Deployment) -> Result<Inspection, InspectError> {
    let (template, parameters) = (read("the template", template)?, read("the parameters file", parameters)?);
    if let Some(name) = deployment.parameters.keys().find(|name| !declares(&template, name)) {
        return Err(InspectError::UnknownParameter(name.clone()));
    }
    let inspection = resolve(&template, &parameters, deployment)?;
    if inspection.pools.is_empty() { Err(InspectError::NoPool(inspection.foreign)) } else { Ok(inspection) }
}

/// A file as JSON.
///
/// # Errors
///
/// When it is none.
pub fn read(file: &'static str, text: &str) -> Result<Json, InspectError> {
    serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|reason| InspectError::NotJson { file, reason })
}

/// Whether the template declares the parameter. As in Azure, case does not count.
#[must_use]
pub fn declares(template: &Json, parameter: &str) -> bool {
    template["parameters"].as_object().is_some_and(|declared| declared.keys().any(|name| name.eq_ignore_ascii_case(parameter)))
}

/// [`inspect`] for a template that may have no pool.
///
/// # Errors
///
/// As [`inspect`].
pub fn resolve(template: &Json, parameters: &Json, deployment: &Deployment) -> Result<Inspection, InspectError> {
    let open = Evaluator::new(template, parameters, deployment)?;
    let hiding = Evaluator::new(template, parameters, deployment)?.hiding_secrets();
    let mut inspection = Inspection { pools: Vec::new(), foreign: Vec::new() };
    for machine in machines::find(template) {
        let site = Site { machine, template, parameters, deployment, open: &open, hiding: &hiding };
        let found = site.read().map_err(|error| match error {
            InspectError::Evaluate(reason) => InspectError::Machine { machine: site.name(), reason },
            other => other,
        });
        match found? {
            Found::Pool(pool) => inspection.pools.push(*pool),
            Found::Foreign(machine) => inspection.foreign.push(machine),
        }
    }
    Ok(inspection)
}
