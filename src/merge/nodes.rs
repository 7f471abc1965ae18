//! The machines of a template's Windows pools, and their bootstrap.

use super::MergeError;
use super::names::{Calls, looked_up};
use crate::machines::{self, Kind, Machine};
use arm_template::NameKind;
use serde_json::{Map, Value as Json};

/// A virtual machine or scale set of a Windows pool.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) pool: String,
    pub(super) machine: Machine,
}

/// The Windows machines of a template.
pub(super) struct Nodes {
    pub(super) nodes: Vec<Node>,
    /// Those that are of no pool: expressions of their names.
    pub(super) others: Vec<String>,
}

/// What bootstraps a machine.
#[derive(Debug, Clone)]
pub(super) struct Bootstrap {
    /// `osProfile.customData`
    custom_data: Json,
    /// `properties` of the extension.
    extension: Json,
}

impl Nodes {
    /// In the template's order. Without a tag a machine is of the pool among `pools` whose prefix its name has.
    pub(super) fn find(template: &Json, pools: &[&str]) -> Result<Self, MergeError> {
        let mut found = Self { nodes: Vec::new(), others: Vec::new() };
        for machine in machines::find(template).into_iter().filter(|machine| machine.is_windows(template)) {
            match pool_of(&machine, template, pools) {
                None => found.others.push(machine.name),
                Some(_) if machine.extension(template).is_none() => return Err(MergeError::NoExtension { name: machine.name }),
                Some(pool) => found.nodes.push(Node { pool, machine }),
            }
        }
        Ok(found)
    }
}

/// The tag `poolName`, which the peers and gen-cse write; else `variables('<pool>VMNamePrefix')` in the name.
fn pool_of(machine: &Machine, template: &Json, pools: &[&str]) -> Option<String> {
    if let Some(tag) = machine.resource(template)["tags"]["poolName"].as_str() {
        return Some(tag.to_owned());
    }
    let variables = looked_up(&machine.name.as_str().into(), NameKind::Variable);
    let has_prefix = |pool: &&&str| variables.iter().any(|name| name.eq_ignore_ascii_case(&format!("{pool}VMNamePrefix")));
    pools.iter().find(has_prefix).map(|pool| (*pool).to_owned())
}

/// What a deployment leaves as it is on machines that exist (Azure's API: "customData ... cannot be updated after the VM is created").
pub(super) fn unchangeable(kind: Kind) -> &'static str {
    match kind {
        Kind::ScaleSet => "instances keep their custom data until they are reimaged; new instances have the new one",
        Kind::Single => {
            "customData of a machine that exists cannot be changed: deploy with an offset that leaves those machines out, or delete and make them anew"
        }
    }
}

impl Node {
    pub(super) fn bootstrap(&self, template: &Json) -> Bootstrap {
        let extension = self.machine.extension(template).map(|extension| extension["properties"].clone());
        Bootstrap { custom_data: self.machine.custom_data(template).clone(), extension: extension.unwrap_or_default() }
    }

    /// Takes the bootstrap out; its places stay.
    pub(super) fn clear(&self, template: &mut Json) {
        if let Some(custom_data) = self.machine.custom_data_mut(template) {
            *custom_data = Json::Null;
        }
        let Some(properties) = self.properties(template) else { return };
        properties.shift_remove("forceUpdateTag");
        for key in ["settings", "protectedSettings"] {
            if let Some(settings) = properties.get_mut(key) {
                *settings = Json::Object(Map::new());
            }
        }
    }

    fn properties<'a>(&self, template: &'a mut Json) -> Option<&'a mut Map<String, Json>> {
        self.machine.extension_mut(template)?.get_mut("properties")?.as_object_mut()
    }
}

impl Bootstrap {
    pub(super) fn parts(&self) -> [&Json; 2] {
        [&self.custom_data, &self.extension]
    }

    /// With the calls that the host has in place of ours.
    pub(super) fn with(self, calls: &Calls) -> Self {
        Self { custom_data: calls.put_into(&self.custom_data), extension: calls.put_into(&self.extension) }
    }

    pub(super) fn put(self, template: &mut Json, node: &Node) {
        if let Some(custom_data) = node.machine.custom_data_mut(template) {
            *custom_data = self.custom_data;
        }
        if let (Some(properties), Json::Object(ours)) = (node.properties(template), self.extension) {
            properties.extend(ours);
        }
    }
}
