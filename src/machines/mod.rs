//! The virtual machines and scale sets of a template, and where what bootstraps them stands.
//!
//! A machine and its extension are matched by name and, where the name cannot tell, by dependency; never by their order: a template of
//! others has machines that are no nodes.

#[cfg(test)]
pub(crate) mod tests;

use arm_template::Expr;
use serde::Serialize;
use serde_json::Value as Json;
use std::fmt::Write as _;

/// What a node's machine is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Kind {
    /// A machine of its own.
    #[serde(rename = "virtualMachines")]
    Single,
    /// Instances of one model.
    #[serde(rename = "virtualMachineScaleSets")]
    ScaleSet,
}

impl Kind {
    /// As a sentence has it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Single => "virtual machines",
            Self::ScaleSet => "scale set",
        }
    }

    fn of(resource: &Json) -> Option<Self> {
        [Self::Single, Self::ScaleSet].into_iter().find(|kind| is_of_type(resource, kind.resource_type()))
    }

    fn resource_type(self) -> &'static str {
        match self {
            Self::Single => "Microsoft.Compute/virtualMachines",
            Self::ScaleSet => "Microsoft.Compute/virtualMachineScaleSets",
        }
    }
}

/// A virtual machine or scale set of a template. Everything it says of the template is for that template alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Machine {
    /// Which of the two.
    pub kind: Kind,
    /// Expression of its name.
    pub name: String,
    /// JSON pointers.
    resource: String,
    profile: String,
    extension: Option<String>,
}

/// Every machine, in the template's order; none where `resources` is no list.
#[must_use]
pub fn find(template: &Json) -> Vec<Machine> {
    let resources: Vec<&Json> = template["resources"].as_array().into_iter().flatten().collect();
    let machine = |(index, resource): (usize, &&Json)| {
        let kind = Kind::of(resource)?;
        let pointer = format!("/resources/{index}");
        let profile = pointer.clone() + if kind == Kind::Single { "/properties" } else { "/properties/virtualMachineProfile" };
        let name = resource["name"].as_str().unwrap_or_default().to_owned();
        let extension = entry(template, &profile).or_else(|| child(template, &pointer)).or_else(|| own(&resources, kind, &name));
        Some(Machine { kind, name, resource: pointer, profile, extension })
    };
    resources.iter().enumerate().filter_map(machine).collect()
}

impl Machine {
    /// The resource.
    #[must_use]
    pub fn resource<'a>(&self, template: &'a Json) -> &'a Json {
        template.pointer(&self.resource).unwrap_or(&Json::Null)
    }

    /// `osProfile.customData`.
    #[must_use]
    pub fn custom_data<'a>(&self, template: &'a Json) -> &'a Json {
        &self.profile(template)["osProfile"]["customData"]
    }

    /// The same, to be written; nothing where there is no `osProfile`.
    pub fn custom_data_mut<'a>(&self, template: &'a mut Json) -> Option<&'a mut Json> {
        let profile = template.pointer_mut(&format!("{}/osProfile", self.profile))?.as_object_mut()?;
        Some(profile.entry("customData").or_insert(Json::Null))
    }

    /// The Custom Script Extension: a resource, or an entry of the scale set.
    #[must_use]
    pub fn extension<'a>(&self, template: &'a Json) -> Option<&'a Json> {
        template.pointer(self.extension.as_ref()?)
    }

    /// The same, to be written.
    pub fn extension_mut<'a>(&self, template: &'a mut Json) -> Option<&'a mut Json> {
        template.pointer_mut(self.extension.as_ref()?)
    }

    /// Whether the template says that it runs Windows.
    #[must_use]
    pub fn is_windows(&self, template: &Json) -> bool {
        let profile = self.profile(template);
        let is_windows_disk =
            || profile["storageProfile"]["osDisk"]["osType"].as_str().is_some_and(|os| os.eq_ignore_ascii_case("Windows"));
        profile["osProfile"].get("windowsConfiguration").is_some() || is_windows_disk()
    }

    /// Whether the template says that it runs Linux.
    #[cfg(feature = "cli")]
    #[must_use]
    pub fn is_linux(&self, template: &Json) -> bool {
        self.profile(template)["osProfile"].get("linuxConfiguration").is_some()
    }

    /// Whether a resource of the template is this machine or its extension.
    #[cfg(any(test, feature = "cli"))]
    #[must_use]
    pub fn is_at(&self, index: usize) -> bool {
        let pointer = format!("/resources/{index}");
        self.resource == pointer || self.extension.as_ref() == Some(&pointer)
    }

    /// What a single machine has itself, a scale set has one level deeper.
    fn profile<'a>(&self, template: &'a Json) -> &'a Json {
        template.pointer(&self.profile).unwrap_or(&Json::Null)
    }
}

fn is_of_type(resource: &Json, kind: &str) -> bool {
    resource["type"].as_str().is_some_and(|given| given.eq_ignore_ascii_case(kind))
}

/// Whether this is a Custom Script Extension: a resource or an entry of a scale set.
#[must_use]
pub fn is_script(extension: &Json) -> bool {
    let is = |key: &str, value: &str| extension["properties"][key].as_str().is_some_and(|given| given.eq_ignore_ascii_case(value));
    is("publisher", "Microsoft.Compute") && is("type", "CustomScriptExtension")
}

/// A resource without what only says how it is deployed.
#[cfg(feature = "cli")]
#[must_use]
pub fn without_form(mut resource: Json) -> Json {
    if let Some(members) = resource.as_object_mut() {
        members.retain(|key, _| !["apiVersion", "dependsOn", "copy", "comments", "type"].contains(&key.as_str()));
    }
    resource
}

/// An entry of the scale set's own list.
fn entry(template: &Json, profile: &str) -> Option<String> {
    let list = format!("{profile}/extensionProfile/extensions");
    let index = template.pointer(&list)?.as_array()?.iter().position(is_script)?;
    Some(format!("{list}/{index}"))
}

/// A resource inside the machine's.
fn child(template: &Json, resource: &str) -> Option<String> {
    let list = format!("{resource}/resources");
    let index = template.pointer(&list)?.as_array()?.iter().position(is_script)?;
    Some(format!("{list}/{index}"))
}

/// A resource of its own: its name is the machine's with a part behind it, or else it depends on the machine.
fn own(resources: &[&Json], kind: Kind, machine: &str) -> Option<String> {
    let machine = key(machine);
    let is_extension = |resource: &Json| is_of_type(resource, &format!("{}/extensions", kind.resource_type())) && is_script(resource);
    let is_named = |resource: &Json| {
        let name = resource["name"].as_str().map(key).unwrap_or_default();
        name.strip_prefix(&machine).is_some_and(|rest| rest.starts_with('/'))
    };
    let depends = |resource: &Json| {
        let all = resource["dependsOn"].as_array().into_iter().flatten().filter_map(Json::as_str);
        all.map(|id| referred(id, kind)).any(|name| name == machine)
    };
    let found = |belongs: &dyn Fn(&Json) -> bool| resources.iter().position(|resource| is_extension(resource) && belongs(resource));
    found(&is_named).or_else(|| found(&depends)).map(|index| format!("/resources/{index}"))
}

/// A name for comparing: its texts joined, its calls kept apart. `[concat(variables('p'), copyIndex(), '/cse')]` and
/// `[concat(variables('p'),copyindex(),'/','cse')]` are the same.
fn key(name: &str) -> String {
    let Ok(expression) = Expr::read(name) else { return name.to_lowercase() };
    key_of(&expression)
}

fn key_of(expression: &Expr) -> String {
    let mut key = String::new();
    join(expression, &mut key);
    key.to_lowercase()
}

fn join(expression: &Expr, key: &mut String) {
    match expression {
        Expr::Text(text) => key.push_str(text),
        Expr::Call(call) if call.calls("concat") && call.path().is_empty() => call.arguments().iter().for_each(|part| join(part, key)),
        // a character that no name has; writing to a string cannot fail
        other => write!(key, "\u{1}{other}\u{1}").unwrap_or_default(),
    }
}

/// Which machine an entry of `dependsOn` names: by `resourceId`, by a joined id, or by its mere name.
fn referred(id: &str, kind: Kind) -> String {
    if let Ok(Expr::Call(call)) = Expr::read(id)
        && call.calls("resourceId")
        && let [Expr::Text(given), name] = call.arguments()
        && given.eq_ignore_ascii_case(kind.resource_type())
    {
        return key_of(name);
    }
    let key = key(id);
    key.strip_prefix(&(kind.resource_type().to_lowercase() + "/")).map(str::to_owned).unwrap_or(key)
}
