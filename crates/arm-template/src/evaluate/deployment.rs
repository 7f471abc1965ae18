//! What an evaluation starts from: declarations, given values, and what a deployment would know.

use super::functions::{Outcome, integer};
use super::{Call, Expr, NameKind, Resolved};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

/// What only a deployment knows; what is missing stays a gap.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Deployment {
    /// Id of the subscription.
    pub subscription_id: Option<String>,
    /// Id of the directory.
    pub tenant_id: Option<String>,
    /// Name of the resource group.
    pub resource_group: Option<String>,
    /// Region of the resource group.
    pub location: Option<String>,
    /// Values of parameters, which count before those of the parameters file.
    pub parameters: BTreeMap<String, Json>,
    /// What `reference()` gives, by the first argument it is called with (a resource id).
    pub references: BTreeMap<String, Json>,
}

/// A loop around a value: `copy` of a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loop {
    /// Name of the loop.
    pub name: String,
    /// Which copy, counted from 0; a gap without it.
    pub index: Option<i64>,
}

impl Deployment {
    /// The value of `call` up to its first property, when this deployment knows it.
    pub(super) fn fact(&self, call: &Call) -> Option<Resolved> {
        let [Expr::Text(property), ..] = call.path() else { return None };
        let name = format!("{}.{property}", call.function()).to_ascii_lowercase();
        let fact = match name.as_str() {
            "resourcegroup.name" => self.resource_group.clone(),
            "resourcegroup.location" => self.location.clone(),
            "resourcegroup.id" => self.group_id(),
            "subscription.subscriptionid" => self.subscription_id.clone(),
            "subscription.tenantid" => self.tenant_id.clone(),
            "subscription.id" => self.subscription_id.as_ref().map(|id| format!("/subscriptions/{id}")),
            _ => None,
        };
        fact.map(|text| Resolved::Text(text.into()))
    }

    fn group_id(&self) -> Option<String> {
        let (subscription, group) = (self.subscription_id.as_ref()?, self.resource_group.as_ref()?);
        Some(format!("/subscriptions/{subscription}/resourceGroups/{group}"))
    }

    /// What `reference()` gives, when this deployment knows it; not for the `Full` form.
    pub(super) fn reference(&self, arguments: &[Resolved]) -> Option<&Json> {
        let ([id] | [id, _]) = arguments else { return None };
        let id = id.text()?.known()?.to_lowercase();
        self.references.iter().find_map(|(key, value)| (key.to_lowercase() == id).then_some(value))
    }
}

/// `copyIndex()`, `copyIndex(offset)`, `copyIndex(name)` or `copyIndex(name, offset)`.
pub(super) fn copy_index(arguments: &[Resolved], loops: &[Loop]) -> Outcome {
    let (name, offset) = match arguments {
        [] => (None, 0),
        [Resolved::Text(name)] => (name.known(), 0),
        [Resolved::Unknown(_)] => return Ok(None),
        [offset] => (None, integer(offset)?),
        [Resolved::Text(name), offset] => (name.known(), integer(offset)?),
        _ => return Err("expected a name and an offset at most".to_owned()),
    };
    let found = match name {
        Some(name) => loops.iter().find(|l| l.name.eq_ignore_ascii_case(name)),
        None => loops.last(),
    };
    let found = found.ok_or("it stands outside the loop")?;
    let number = |index: i64| index.checked_add(offset).map(|n| Resolved::Number(n.into())).ok_or("the number is too large".to_owned());
    found.index.map(number).transpose()
}

/// A parameter or variable.
#[derive(Debug, Clone, Copy)]
pub(super) struct Declared<'a> {
    pub(super) name: &'a str,
    pub(super) secure: bool,
    pub(super) given: Given<'a>,
}

/// Where its value comes from.
#[derive(Debug, Clone, Copy)]
pub(super) enum Given<'a> {
    /// Literal, from the parameters file or the deployment.
    Value(&'a Json),
    /// From the template.
    Expression(&'a Json),
    /// Only at deployment: nothing is given, or a Key Vault has it.
    Later,
}

impl Declared<'_> {
    pub(super) fn gap(&self) -> Resolved {
        Resolved::Unknown(Call::new("parameters", [self.name.into()]))
    }
}

/// All parameters and variables, looked up as Azure does: without regard to case.
#[derive(Debug)]
pub(super) struct Names<'a>(BTreeMap<(NameKind, String), Declared<'a>>);

impl<'a> Names<'a> {
    pub(super) fn new(template: &'a Json, parameters: &'a Json, deployment: &'a Deployment) -> Result<Self, String> {
        if !template.is_object() {
            return Err("the template is not an object".to_owned());
        }
        if !parameters.is_object() && !parameters.is_null() {
            return Err("the parameters file is not an object".to_owned());
        }
        let given = lower(section(parameters, "parameters")?);
        let deployed = lower(deployment.parameters.iter());
        let mut names = BTreeMap::new();
        for (name, definition) in section(template, "parameters")? {
            let key = name.to_lowercase();
            let kind = definition.get("type").and_then(Json::as_str).unwrap_or_default();
            let secure = ["securestring", "secureobject"].iter().any(|secure| kind.eq_ignore_ascii_case(secure));
            let given = deployed.get(&key).map_or_else(|| from_file(given.get(&key).copied(), definition), |value| Given::Value(value));
            add(&mut names, NameKind::Parameter, Declared { name, secure, given })?;
        }
        for (name, value) in section(template, "variables")? {
            add(&mut names, NameKind::Variable, Declared { name, secure: false, given: Given::Expression(value) })?;
        }
        Ok(Self(names))
    }

    /// By kind and name in lower case.
    pub(super) fn get(&self, key: &(NameKind, String)) -> Option<Declared<'a>> {
        self.0.get(key).copied()
    }
}

fn add<'a>(names: &mut BTreeMap<(NameKind, String), Declared<'a>>, kind: NameKind, declared: Declared<'a>) -> Result<(), String> {
    match names.insert((kind, declared.name.to_lowercase()), declared) {
        None => Ok(()),
        Some(other) => Err(format!("{kind} `{}` and `{}` differ only in case", other.name, declared.name)),
    }
}

fn from_file<'a>(entry: Option<&'a Json>, definition: &'a Json) -> Given<'a> {
    match (entry, definition.get("defaultValue")) {
        (Some(entry), _) => entry.get("value").map_or(Given::Later, Given::Value),
        (None, Some(default)) => Given::Expression(default),
        (None, None) => Given::Later,
    }
}

fn section<'a>(file: &'a Json, name: &str) -> Result<impl Iterator<Item = (&'a String, &'a Json)>, String> {
    static NONE: std::sync::LazyLock<Map<String, Json>> = std::sync::LazyLock::new(Map::new);
    match file.get(name) {
        None | Some(Json::Null) => Ok(NONE.iter()),
        Some(Json::Object(object)) => Ok(object.iter()),
        Some(_) => Err(format!("`{name}` is not an object")),
    }
}

fn lower<'a>(entries: impl Iterator<Item = (&'a String, &'a Json)>) -> BTreeMap<String, &'a Json> {
    entries.map(|(name, value)| (name.to_lowercase(), value)).collect()
}
