//! A template of aks-engine or of its fork gets our bootstrap for its Windows machines, and nothing else of it changes.
//!
//! Exchanged are the custom data and the Custom Script Extension of each Windows machine; what only they used goes, what ours use
//! comes. Names, order and every other value stay. Where the peers have these parts: `windowsparams.t`, `virtualmachines.go`,
//! `virtualmachinescalesets.go` of aks-engine's `pkg/engine`.

mod machines;
mod names;

#[cfg(test)]
mod tests;

use arm_template::{MAX_PARAMETERS, MAX_VARIABLES, NameKind};
use machines::Machine;
use serde::Serialize;
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;
use thiserror::Error;

/// A template with its parameters file, as JSON.
#[derive(Debug, Clone, PartialEq)]
pub struct Deployable {
    /// `azuredeploy.json`
    pub template: Json,
    /// `azuredeploy.parameters.json`
    pub parameters: Json,
}

/// What a merge did.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Changes {
    /// Each Windows machine of the template whose bootstrap was exchanged.
    pub machines: Vec<ChangedMachine>,
    /// Pools of the definition that the template has no machine for.
    pub absent_pools: Vec<String>,
    /// Variables of ours that came, by the name they have now.
    pub added_variables: Vec<String>,
    /// Variables that only the former bootstrap used.
    pub removed_variables: Vec<String>,
    /// Parameters of ours that the template did not have.
    pub added_parameters: Vec<String>,
    /// Parameters that our bootstrap needs and that have neither a value in the parameters file nor a default.
    pub open_parameters: Vec<String>,
}

/// A machine, or scale set, and what was there before.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ChangedMachine {
    /// Name of the pool.
    pub pool: String,
    /// `virtualMachines` or `virtualMachineScaleSets`.
    pub kind: String,
    /// Expression of the resource's name.
    pub name: String,
    /// Who made the bootstrap that was there.
    pub former: String,
    /// What Azure does not change on machines that exist.
    pub unchangeable: &'static str,
}

/// Why two templates do not fit.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum MergeError {
    /// Not an ARM template.
    #[error("the template has no list `resources`")]
    NoTemplate,
    /// Nothing to do.
    #[error("the template has no Windows machine: none has `osProfile.windowsConfiguration`")]
    NoWindows,
    /// The definition is not the template's.
    #[error(
        "the template's Windows machine {name} is of pool `{pool}`, which is none of the definition's Windows pools ({known}): give the definition it was made from"
    )]
    UnknownPool {
        /// Expression of the machine's name.
        name: String,
        /// The pool its tag `poolName` says.
        pool: String,
        /// Pools of the definition.
        known: String,
    },
    /// The kind of machine changed since.
    #[error("pool `{pool}` is made of {theirs} in the template and of {ours} in the definition: set its availabilityProfile")]
    OtherKind {
        /// The pool.
        pool: String,
        /// Of the template.
        theirs: String,
        /// Of the definition.
        ours: String,
    },
    /// A machine that nothing bootstraps.
    #[error("the template's Windows machine {name} has no Custom Script Extension to exchange")]
    NoExtension {
        /// Expression of the machine's name.
        name: String,
    },
    /// The same name for two things.
    #[error("parameter `{name}` is a {theirs} in the template, and the bootstrap needs a {ours}")]
    ParameterType {
        /// The parameter.
        name: String,
        /// Its type in the template.
        theirs: String,
        /// The type ours has.
        ours: String,
    },
    /// More than Azure takes.
    #[error("with the bootstrap the template has {count} {what}, and Azure takes {most}")]
    TooMany {
        /// What there are too many of.
        what: &'static str,
        /// How many.
        count: usize,
        /// Azure's limit.
        most: usize,
    },
}

/// Puts the bootstrap of `ours`, what `generate` made of the host's definition, into `host`.
///
/// # Errors
///
/// [`MergeError`]; `host` is as it was then.
pub fn merge(host: &mut Deployable, ours: &Deployable) -> Result<Changes, MergeError> {
    let mut merged = host.clone();
    let changes = Merge { host: &mut merged, ours, changes: Changes::default() }.run()?;
    *host = merged;
    Ok(changes)
}

struct Merge<'a> {
    host: &'a mut Deployable,
    ours: &'a Deployable,
    changes: Changes,
}

impl Merge<'_> {
    fn run(mut self) -> Result<Changes, MergeError> {
        let pairs = self.pairs()?;
        self.remove_former(&pairs);
        let renamed = self.add_variables(&pairs)?;
        for (theirs, ours) in &pairs {
            ours.bootstrap(&self.ours.template, |text| names::renamed(text, &renamed)).put(&mut self.host.template, theirs);
        }
        self.check_counts()?;
        Ok(self.changes)
    }

    /// Each Windows machine of the host with the one of ours that takes its place.
    fn pairs(&mut self) -> Result<Vec<(Machine, Machine)>, MergeError> {
        let theirs = machines::find(&self.host.template)?;
        let ours = machines::find(&self.ours.template)?;
        if theirs.is_empty() {
            return Err(MergeError::NoWindows);
        }
        let former = former_generator(self.host);
        self.changes.absent_pools =
            ours.iter().filter(|our| !theirs.iter().any(|machine| machine.pool == our.pool)).map(|our| our.pool.clone()).collect();
        theirs.into_iter().map(|machine| self.pair(machine, &ours, &former)).collect()
    }

    fn pair(&mut self, theirs: Machine, ours: &[Machine], former: &str) -> Result<(Machine, Machine), MergeError> {
        let Some(our) = ours.iter().find(|our| our.pool == theirs.pool) else {
            let known = ours.iter().map(|our| our.pool.as_str()).collect::<Vec<_>>().join(", ");
            return Err(MergeError::UnknownPool { name: theirs.name, pool: theirs.pool, known });
        };
        if our.kind != theirs.kind {
            return Err(MergeError::OtherKind { pool: theirs.pool, theirs: theirs.kind.to_owned(), ours: our.kind.to_owned() });
        }
        let is_ours = names::looked_up(&theirs.bootstrap(&self.host.template, str::to_owned).custom_data, NameKind::Variable)
            .iter()
            .any(|name| name.starts_with(names::OURS));
        self.changes.machines.push(ChangedMachine {
            pool: theirs.pool.clone(),
            kind: theirs.kind.to_owned(),
            name: theirs.name.clone(),
            former: if is_ours { "gen-cse".to_owned() } else { former.to_owned() },
            unchangeable: theirs.unchangeable(),
        });
        Ok((theirs, our.clone()))
    }

    /// Takes out the former bootstrap and the variables that nothing uses without it.
    fn remove_former(&mut self, pairs: &[(Machine, Machine)]) {
        let template = &mut self.host.template;
        let former: Vec<_> = pairs.iter().map(|(theirs, _)| theirs.bootstrap(template, str::to_owned)).collect();
        let was_used = names::closure(template, former.iter().flat_map(machines::Bootstrap::parts));
        for (theirs, _) in pairs {
            theirs.clear(template);
        }
        let is_used = names::closure(template, [&template["resources"], &template["outputs"]]);
        let removed: Vec<String> = was_used.difference(&is_used).cloned().collect();
        if let Some(variables) = template["variables"].as_object_mut() {
            for name in &removed {
                variables.shift_remove(name);
            }
        }
        self.changes.removed_variables = removed;
    }

    /// Brings what ours use. Returns the variables that had to take another name, since the host's of that name is another.
    fn add_variables(&mut self, pairs: &[(Machine, Machine)]) -> Result<BTreeMap<String, String>, MergeError> {
        let bootstraps: Vec<_> = pairs.iter().map(|(_, ours)| ours.bootstrap(&self.ours.template, str::to_owned)).collect();
        let parts: Vec<&Json> = bootstraps.iter().flat_map(machines::Bootstrap::parts).collect();
        let used = names::closure(&self.ours.template, parts.iter().copied());
        let theirs = self.host.template["variables"].as_object().cloned().unwrap_or_default();
        let empty = Map::new();
        let ours = self.ours.template["variables"].as_object().unwrap_or(&empty);
        let wanted: Vec<(&String, &Json)> = ours.iter().filter(|(name, _)| used.contains(*name)).collect();
        let renamed = names::collisions(&theirs, &wanted);
        let parameters = names::parameters(wanted.iter().map(|(_, value)| *value).chain(parts.iter().copied()));
        for (name, value) in wanted {
            let name = renamed.get(name).unwrap_or(name);
            if !names::has(&theirs, name) {
                self.host.template["variables"][name] = names::renamed_in(value, &renamed);
                self.changes.added_variables.push(name.clone());
            }
        }
        for name in parameters {
            self.add_parameter(&name)?;
        }
        Ok(renamed)
    }

    /// The host's of the same name serves: ours follow the peers' names. Else ours comes, with its value.
    fn add_parameter(&mut self, name: &str) -> Result<(), MergeError> {
        let ours = self.ours.template["parameters"][name].clone();
        let theirs = names::get(&self.host.template["parameters"], name).cloned();
        match &theirs {
            None => {
                self.host.template["parameters"][name] = ours.clone();
                if let Some(value) = self.ours.parameters["parameters"].get(name) {
                    self.host.parameters["parameters"][name] = value.clone();
                }
                self.changes.added_parameters.push(name.to_owned());
            }
            Some(theirs) if kind(theirs) != kind(&ours) => {
                return Err(MergeError::ParameterType { name: name.to_owned(), theirs: kind(theirs), ours: kind(&ours) });
            }
            Some(_) => {}
        }
        let has_default = theirs.as_ref().unwrap_or(&ours).get("defaultValue").is_some();
        if !has_default && names::get(&self.host.parameters["parameters"], name).is_none() {
            self.changes.open_parameters.push(name.to_owned());
        }
        Ok(())
    }

    fn check_counts(&self) -> Result<(), MergeError> {
        for (what, most) in [("parameters", MAX_PARAMETERS), ("variables", MAX_VARIABLES)] {
            let count = self.host.template[what].as_object().map_or(0, Map::len);
            if count > most {
                return Err(MergeError::TooMany { what, count, most });
            }
        }
        Ok(())
    }
}

/// `string` and `securestring` are the same to who reads the parameter.
fn kind(parameter: &Json) -> String {
    parameter["type"].as_str().unwrap_or_default().to_lowercase().replace("secure", "")
}

/// aks-engine and its fork write the same two parameters.
fn former_generator(host: &Deployable) -> String {
    let value = |name: &str| names::get(&host.parameters["parameters"], name).and_then(|given| given["value"].as_str()).map(str::to_owned);
    match (value("generatorCode"), value("aksEngineVersion")) {
        (Some(code), Some(version)) => format!("{code} {version}"),
        (Some(code), None) => code,
        _ => "unknown".to_owned(),
    }
}
