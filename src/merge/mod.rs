//! A template of aks-engine or of its fork gets our bootstrap for its Windows machines, and nothing else of it changes.
//!
//! Exchanged are the custom data and the Custom Script Extension of each Windows machine; what only they used goes, what ours use
//! comes. Names, order and every other value stay. Where the peers have these parts: `windowsparams.t`, `virtualmachines.go`,
//! `virtualmachinescalesets.go` of aks-engine's `pkg/engine`.

mod names;
mod nodes;

#[cfg(test)]
mod tests;

use crate::Generated;
use crate::machines::Kind;
use arm_template::{MAX_PARAMETERS, MAX_TEMPLATE_BYTES, MAX_VARIABLES, NameKind};
use names::Calls;
use nodes::{Node, Nodes};
use serde::Serialize;
use serde_json::{Map, Value as Json};
use thiserror::Error;

/// Parameters of the peers that say what the nodes and the control plane must agree on, each with its key of the node configuration.
const AGREED: &[(&str, &str)] = &[
    ("kubeBinariesVersion", "kubernetesVersion"),
    ("kubeClusterCidr", "clusterCidr"),
    ("kubeServiceCidr", "serviceCidr"),
    ("kubeDNSServiceIP", "dnsServiceIp"),
    ("masterSubnet", "masterSubnet"),
    ("networkPlugin", "networkPlugin"),
    ("targetEnvironment", "targetEnvironment"),
];

/// What a merge did.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Changes {
    /// Each Windows machine of the template whose bootstrap was exchanged.
    pub machines: Vec<ChangedMachine>,
    /// Windows machines that are of no pool, and stay as they are: expressions of their names.
    pub left_alone: Vec<String>,
    /// What the template's parameters and the definition say differently; the nodes get what the definition says.
    pub contradictions: Vec<Contradiction>,
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
    pub kind: Kind,
    /// Expression of the resource's name.
    pub name: String,
    /// Who made the bootstrap that was there.
    pub former: String,
    /// What Azure does not change on machines that exist.
    pub unchangeable: &'static str,
}

/// A value that nodes and control plane must agree on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Contradiction {
    /// Parameter of the template.
    pub parameter: &'static str,
    /// What the parameters file, or the parameter's default, says.
    pub template: String,
    /// What the definition says, with its defaults.
    pub definition: String,
}

/// Why a template cannot be changed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum MergeError {
    /// Not an ARM template, or not its parameters file.
    #[error("{file} has no {shape} `{key}`")]
    Shape {
        /// Which of the two.
        file: &'static str,
        /// What is expected.
        shape: &'static str,
        /// Under which key.
        key: &'static str,
    },
    /// Nothing to do.
    #[error(
        "the template has no Windows machine of a pool: none has `osProfile.windowsConfiguration` and either a tag `poolName` or a name made of `variables('<pool>VMNamePrefix')`"
    )]
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
        theirs: &'static str,
        /// Of the definition.
        ours: &'static str,
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
    /// Larger than Azure takes.
    #[error("with the bootstrap the template has {bytes} bytes, and Azure takes {MAX_TEMPLATE_BYTES}")]
    TooLarge {
        /// Its size, without blanks.
        bytes: usize,
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

/// A template and its parameters file.
struct Deployable {
    template: Json,
    parameters: Json,
}

/// Puts what was generated of a template's own definition into that template: each machine of a Windows pool gets the custom data and the Custom
/// Script Extension, and the template the variables and parameters they need. Everything else stays as it is.
///
/// `template` is `azuredeploy.json` as aks-engine or its fork wrote it, `parameters` the whole `azuredeploy.parameters.json`. Parameters of the
/// same name serve both; new ones come with the value that the definition has for them.
///
/// ```
/// use gen_cse::{Catalog, Options, generate, merge};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peer-templates/hybrid-vmss");
/// # let read = |end: &str| std::fs::read_to_string(format!("{folder}{end}"));
/// # let (definition, template, parameters) = (read(".apimodel.json")?, read(".json")?, read(".parameters.json")?);
/// let mut template = serde_json::from_str(&template)?;
/// let mut parameters = serde_json::from_str(&parameters)?;
/// let generated = generate(definition, &Options::new(Catalog::built_in("aks-engine")?))?;
///
/// let changes = merge(&mut template, &mut parameters, &generated)?;
/// assert_eq!(changes.machines[0].pool, "agentpool1");
/// assert!(changes.open_parameters.is_empty(), "nothing is left to be given");
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// [`MergeError`]; both are as they were then.
pub fn merge(template: &mut Json, parameters: &mut Json, generated: &Generated) -> Result<Changes, MergeError> {
    check_shape(template, parameters)?;
    let host = Deployable { template: template.clone(), parameters: parameters.clone() };
    let ours = Deployable { template: generated.template.to_json(), parameters: generated.parameters.to_json() };
    let mut merge = Merge { host, ours, changes: Changes::default() };
    merge.run()?;
    merge.changes.contradictions = contradictions(template, parameters, generated);
    (*template, *parameters) = (merge.host.template, merge.host.parameters);
    Ok(merge.changes)
}

fn check_shape(template: &Json, parameters: &Json) -> Result<(), MergeError> {
    let no_object = |json: &Json, key: &str| !json.is_object() || json.get(key).is_some_and(|section| !section.is_object());
    if !template["resources"].is_array() {
        return Err(MergeError::Shape { file: "the template", shape: "list", key: "resources" });
    }
    for key in ["parameters", "variables"] {
        if no_object(template, key) {
            return Err(MergeError::Shape { file: "the template", shape: "object", key });
        }
    }
    if no_object(parameters, "parameters") || parameters.get("parameters").is_none() {
        return Err(MergeError::Shape { file: "the parameters file", shape: "object", key: "parameters" });
    }
    Ok(())
}

fn contradictions(template: &Json, parameters: &Json, generated: &Generated) -> Vec<Contradiction> {
    let configuration = serde_json::to_value(&generated.configuration).unwrap_or_default();
    let contradiction = |(parameter, key): &(&'static str, &str)| {
        let given = names::get(&parameters["parameters"], parameter).map(|entry| &entry["value"]);
        let given = given.or_else(|| Some(&names::get(&template["parameters"], parameter)?["defaultValue"]))?.as_str()?;
        let ours = configuration[*key].as_str()?;
        let differs = !given.is_empty() && !given.starts_with('[') && !given.eq_ignore_ascii_case(ours);
        differs.then(|| Contradiction { parameter, template: given.to_owned(), definition: ours.to_owned() })
    };
    AGREED.iter().filter_map(contradiction).collect()
}

struct Merge {
    host: Deployable,
    ours: Deployable,
    changes: Changes,
}

impl Merge {
    fn run(&mut self) -> Result<(), MergeError> {
        let pairs = self.pairs()?;
        self.remove_former(&pairs);
        let calls = self.add_variables(&pairs)?;
        for (theirs, ours) in &pairs {
            ours.bootstrap(&self.ours.template).with(&calls).put(&mut self.host.template, theirs);
        }
        self.check_size()
    }

    /// Each machine of a Windows pool of the host with the one of ours whose bootstrap it gets.
    fn pairs(&mut self) -> Result<Vec<(Node, Node)>, MergeError> {
        let ours = Nodes::find(&self.ours.template, &[])?.nodes;
        let pools: Vec<_> = ours.iter().map(|our| our.pool.as_str()).collect();
        let Nodes { nodes: theirs, others } = Nodes::find(&self.host.template, &pools)?;
        if theirs.is_empty() {
            return Err(MergeError::NoWindows);
        }
        self.changes.left_alone = others;
        let is_absent = |pool: &&str| !theirs.iter().any(|node| node.pool == *pool);
        self.changes.absent_pools = pools.iter().copied().filter(is_absent).map(str::to_owned).collect();
        let former = former_generator(&self.host);
        theirs.into_iter().map(|node| self.pair(node, &ours, &former)).collect()
    }

    fn pair(&mut self, theirs: Node, ours: &[Node], former: &str) -> Result<(Node, Node), MergeError> {
        let Some(our) = ours.iter().find(|our| our.pool == theirs.pool) else {
            let known = ours.iter().map(|our| our.pool.as_str()).collect::<Vec<_>>().join(", ");
            return Err(MergeError::UnknownPool { name: theirs.machine.name, pool: theirs.pool, known });
        };
        let (their_kind, our_kind) = (theirs.machine.kind, our.machine.kind);
        if our_kind != their_kind {
            return Err(MergeError::OtherKind { pool: theirs.pool, theirs: their_kind.name(), ours: our_kind.name() });
        }
        let is_ours = names::looked_up(theirs.machine.custom_data(&self.host.template), NameKind::Variable)
            .iter()
            .any(|name| name.starts_with(names::OURS));
        self.changes.machines.push(ChangedMachine {
            pool: theirs.pool.clone(),
            kind: their_kind,
            name: theirs.machine.name.clone(),
            former: if is_ours { "gen-cse".to_owned() } else { former.to_owned() },
            unchangeable: nodes::unchangeable(their_kind),
        });
        Ok((theirs, our.clone()))
    }

    /// Takes out the former bootstrap and the variables that nothing uses without it. What nothing used before stays, and so does what it uses.
    fn remove_former(&mut self, pairs: &[(Node, Node)]) {
        let template = &mut self.host.template;
        let former: Vec<_> = pairs.iter().map(|(theirs, _)| theirs.bootstrap(template)).collect();
        let was_used = names::closure(template, former.iter().flat_map(nodes::Bootstrap::parts));
        for (theirs, _) in pairs {
            theirs.clear(template);
        }
        let variables = template["variables"].as_object().into_iter().flatten();
        let others = variables.filter(|(name, _)| !was_used.contains(*name)).map(|(_, value)| value);
        let is_used = names::closure(template, others.chain([&template["resources"], &template["outputs"]]));
        let removed: Vec<String> = was_used.difference(&is_used).cloned().collect();
        if let Some(variables) = template["variables"].as_object_mut() {
            for name in &removed {
                variables.shift_remove(name);
            }
        }
        self.changes.removed_variables = removed;
    }

    /// Brings what ours use. Returns the calls that are others in the host.
    fn add_variables(&mut self, pairs: &[(Node, Node)]) -> Result<Calls, MergeError> {
        let theirs = self.host.template["variables"].as_object().cloned().unwrap_or_default();
        let mut calls = Calls::default();
        // an empty parameter means the resource group's region in a template of the peers: their variable knows
        if names::has(&theirs, LOCATION) {
            calls.replace(NameKind::Parameter, LOCATION, NameKind::Variable, LOCATION);
        }
        let bootstraps: Vec<_> = pairs.iter().map(|(_, ours)| ours.bootstrap(&self.ours.template).with(&calls)).collect();
        let parts: Vec<&Json> = bootstraps.iter().flat_map(nodes::Bootstrap::parts).collect();
        let used = names::closure(&self.ours.template, parts.iter().copied());
        let ours = self.ours.template["variables"].as_object().into_iter().flatten();
        let wanted: Vec<_> =
            ours.filter(|(name, _)| used.contains(*name)).map(|(name, value)| (name.clone(), calls.put_into(value))).collect();
        let renamed = names::collisions(&theirs, &wanted);
        let parameters = names::parameters(wanted.iter().map(|(_, value)| value).chain(parts.iter().copied()));
        for (old, new) in &renamed {
            calls.replace(NameKind::Variable, old, NameKind::Variable, new);
        }
        for (name, value) in &wanted {
            let name = renamed.get(name).unwrap_or(name);
            if !names::has(&theirs, name) {
                self.host.template["variables"][name] = calls.put_into(value);
                self.changes.added_variables.push(name.clone());
            }
        }
        for name in parameters {
            self.add_parameter(&name)?;
        }
        Ok(calls)
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

    fn check_size(&self) -> Result<(), MergeError> {
        for (what, most) in [("parameters", MAX_PARAMETERS), ("variables", MAX_VARIABLES)] {
            let count = self.host.template[what].as_object().map_or(0, Map::len);
            if count > most {
                return Err(MergeError::TooMany { what, count, most });
            }
        }
        let bytes = self.host.template.to_string().len();
        if bytes > MAX_TEMPLATE_BYTES { Err(MergeError::TooLarge { bytes }) } else { Ok(()) }
    }
}

/// Parameter of ours, and variable of the peers.
const LOCATION: &str = "location";

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
