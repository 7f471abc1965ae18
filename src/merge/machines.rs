//! The Windows machines of a template, and where their bootstrap stands.

use super::MergeError;
use serde_json::Value as Json;

/// A virtual machine or scale set with Windows, by its place among the resources.
#[derive(Debug, Clone)]
pub(super) struct Machine {
    /// Tag `poolName`, which the peers and gen-cse write.
    pub(super) pool: String,
    /// Last part of the resource's type.
    pub(super) kind: &'static str,
    /// Expression of its name.
    pub(super) name: String,
    index: usize,
    extension: Place,
}

/// Where the Custom Script Extension stands.
#[derive(Debug, Clone, Copy)]
enum Place {
    /// A resource of its own.
    Resource(usize),
    /// An entry of the scale set's extension profile.
    Entry(usize),
}

/// What bootstraps a machine.
#[derive(Debug, Clone)]
pub(super) struct Bootstrap {
    /// `osProfile.customData`
    pub(super) custom_data: Json,
    /// `properties` of the extension.
    extension: Json,
}

const VM: &str = "virtualMachines";
const SCALE_SET: &str = "virtualMachineScaleSets";

/// Every Windows machine, in the template's order.
pub(super) fn find(template: &Json) -> Result<Vec<Machine>, MergeError> {
    let resources = template["resources"].as_array().ok_or(MergeError::NoTemplate)?;
    resources.iter().enumerate().filter_map(|(index, resource)| machine(resources, index, resource)).collect()
}

fn machine(resources: &[Json], index: usize, resource: &Json) -> Option<Result<Machine, MergeError>> {
    let kind = match resource["type"].as_str()?.to_ascii_lowercase().as_str() {
        "microsoft.compute/virtualmachines" => VM,
        "microsoft.compute/virtualmachinescalesets" => SCALE_SET,
        _ => return None,
    };
    profile(resource)["osProfile"].get("windowsConfiguration")?;
    let name = resource["name"].as_str().unwrap_or_default().to_owned();
    let pool = resource["tags"]["poolName"].as_str().unwrap_or_default().to_owned();
    let place = if kind == VM { own_extension(resources, &name) } else { entry(resource) };
    Some(match place {
        Some(extension) => Ok(Machine { pool, kind, name, index, extension }),
        None => Err(MergeError::NoExtension { name }),
    })
}

/// The profile of one machine: a scale set has it one level deeper.
fn profile(resource: &Json) -> &Json {
    let properties = &resource["properties"];
    properties.get("virtualMachineProfile").unwrap_or(properties)
}

fn is_script(properties: &Json) -> bool {
    properties["publisher"] == "Microsoft.Compute" && properties["type"] == "CustomScriptExtension"
}

/// An extension's name is its machine's with a part behind it.
fn own_extension(resources: &[Json], machine: &str) -> Option<Place> {
    let machine = inner(machine);
    let belongs = |resource: &Json| {
        let name = resource["name"].as_str().map(inner).unwrap_or_default();
        name.strip_prefix(&machine).is_some_and(|rest| rest.starts_with(",'/") || rest.starts_with('/'))
    };
    let is_extension = |resource: &Json| {
        resource["type"].as_str().is_some_and(|kind| kind.eq_ignore_ascii_case("Microsoft.Compute/virtualMachines/extensions"))
    };
    let found = |resource: &Json| is_extension(resource) && is_script(&resource["properties"]) && belongs(resource);
    resources.iter().position(found).map(Place::Resource)
}

/// What is joined: `[concat(a, b)]` -> `a,b`.
fn inner(name: &str) -> String {
    let text: String = name.chars().filter(|c| !c.is_whitespace()).collect();
    let joined = text.strip_prefix("[concat(").and_then(|rest| rest.strip_suffix(")]"));
    joined.or_else(|| text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'))).unwrap_or(&text).to_owned()
}

fn entry(resource: &Json) -> Option<Place> {
    let entries = profile(resource)["extensionProfile"]["extensions"].as_array()?;
    entries.iter().position(|entry| is_script(&entry["properties"])).map(Place::Entry)
}

impl Machine {
    /// What bootstraps it, each expression passed through `change`.
    pub(super) fn bootstrap(&self, template: &Json, change: impl Fn(&str) -> String) -> Bootstrap {
        let custom_data = &profile(&template["resources"][self.index])["osProfile"]["customData"];
        Bootstrap { custom_data: mapped(custom_data, &change), extension: mapped(&self.extension_of(template)["properties"], &change) }
    }

    fn extension_of<'a>(&self, template: &'a Json) -> &'a Json {
        match self.extension {
            Place::Resource(index) => &template["resources"][index],
            Place::Entry(entry) => &profile(&template["resources"][self.index])["extensionProfile"]["extensions"][entry],
        }
    }

    /// The two places, to be written.
    fn places<'a>(&self, template: &'a mut Json, write: impl FnOnce(&mut Json), write_extension: impl FnOnce(&'a mut Json)) {
        let resource = &mut template["resources"][self.index]["properties"];
        let machine = if self.kind == SCALE_SET { &mut resource["virtualMachineProfile"] } else { resource };
        write(&mut machine["osProfile"]["customData"]);
        let extension = match self.extension {
            Place::Entry(entry) => {
                &mut template["resources"][self.index]["properties"]["virtualMachineProfile"]["extensionProfile"]["extensions"][entry]
            }
            Place::Resource(index) => &mut template["resources"][index],
        };
        write_extension(&mut extension["properties"]);
    }

    /// Takes the bootstrap out; its places stay.
    pub(super) fn clear(&self, template: &mut Json) {
        self.places(
            template,
            |custom_data| *custom_data = Json::Null,
            |properties| {
                let Some(properties) = properties.as_object_mut() else { return };
                properties.retain(|key, _| key != "forceUpdateTag");
                for key in ["settings", "protectedSettings"] {
                    if let Some(settings) = properties.get_mut(key) {
                        *settings = Json::Object(serde_json::Map::new());
                    }
                }
            },
        );
    }

    /// What a deployment leaves as it is on machines that exist (Azure's API: "customData ... cannot be updated after the VM is created").
    pub(super) fn unchangeable(&self) -> &'static str {
        if self.kind == SCALE_SET {
            "instances keep their custom data until they are reimaged; new instances have the new one"
        } else {
            "customData of a machine that exists cannot be changed: deploy with an offset that leaves those machines out, or delete and make them anew"
        }
    }
}

impl Bootstrap {
    pub(super) fn parts(&self) -> [&Json; 2] {
        [&self.custom_data, &self.extension]
    }

    pub(super) fn put(self, template: &mut Json, machine: &Machine) {
        let Self { custom_data, extension } = self;
        machine.places(
            template,
            |place| *place = custom_data,
            |properties| {
                for (key, value) in extension.as_object().cloned().unwrap_or_default() {
                    properties[key] = value;
                }
            },
        );
    }
}

/// A copy with every text passed through `change`.
pub(super) fn mapped(value: &Json, change: &impl Fn(&str) -> String) -> Json {
    match value {
        Json::String(text) => Json::String(change(text)),
        Json::Array(items) => items.iter().map(|item| mapped(item, change)).collect(),
        Json::Object(entries) => entries.iter().map(|(key, item)| (key.clone(), mapped(item, change))).collect(),
        other => other.clone(),
    }
}
