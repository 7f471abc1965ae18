//! Templates and parameters files: what stands in them, in which order, and how fragments become one template.
//!
//! Printing is deterministic: two spaces, LF, a final newline, `<`, `>` and `&` as they are (aks-engine notes that Azure does not
//! read `\u003e` back). Keys stand in the order of Microsoft's best practices; names in the order they were added.

use super::expression::{Call, Entries, Expr, NameKind, Object, Value, escape, object};
use indexmap::IndexMap;
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Bytes a template may have, and so a parameters file. These limits are from "ARM template best practices".
pub const MAX_TEMPLATE_BYTES: usize = 4 << 20;
/// Parameters a template may have.
pub const MAX_PARAMETERS: usize = 256;
/// Variables a template may have.
pub const MAX_VARIABLES: usize = 256;
/// Outputs a template may have.
pub const MAX_OUTPUTS: usize = 64;
/// Resources a template may have, every copy counted.
pub const MAX_RESOURCES: usize = 800;

// the schema both peers name: every cloud knows it, Azure Stack Hub too
const TEMPLATE_SCHEMA: &str = "https://schema.management.azure.com/schemas/2015-01-01/deploymentTemplate.json#";
const PARAMETERS_SCHEMA: &str = "https://schema.management.azure.com/schemas/2015-01-01/deploymentParameters.json#";
const CONTENT_VERSION: &str = "1.0.0.0";

/// A template.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Template {
    /// What the person who deploys decides.
    pub parameters: IndexMap<String, Parameter>,
    /// Values used more than once.
    pub variables: Object,
    /// What is deployed.
    pub resources: Vec<Resource>,
    /// What the deployment tells.
    pub outputs: IndexMap<String, Output>,
}

/// A part of a template. Fragments may declare the same things: they become one when they are the same.
pub type Fragment = Template;

impl Template {
    /// The template file.
    #[must_use]
    pub fn to_text(&self) -> String {
        pretty(self)
    }

    /// The template as plain JSON.
    #[must_use]
    pub fn to_json(&self) -> Json {
        plain(self)
    }

    /// These resources with the parameters and variables that they need, also through other variables.
    ///
    /// ```
    /// use arm_template::{Parameter, ParameterType, Resource, Template, functions as arm};
    ///
    /// let mut template = Template::default();
    /// template.parameters.insert("prefix".into(), Parameter::new(ParameterType::String, "Prefix"));
    /// template.parameters.insert("owner".into(), Parameter::new(ParameterType::String, "Owner"));
    /// template.variables.insert("name".into(), arm::concat([arm::parameters("prefix").into(), "-1".into()]).into());
    /// let part = template.part([Resource::new("A.B/c", "2023-09-01", arm::variables("name"))]);
    /// assert!(part.variables.contains_key("name"));
    /// assert_eq!(part.parameters.keys().collect::<Vec<_>>(), ["prefix"]);
    /// ```
    #[must_use]
    pub fn part(&self, resources: impl IntoIterator<Item = Resource>) -> Fragment {
        let resources: Vec<_> = resources.into_iter().collect();
        let mut needed = Needed::default();
        resources.iter().for_each(|resource| resource.visit(&mut |expression| needed.add(expression)));
        while let Some(name) = needed.open.pop() {
            let found = self.variables.iter().find(|(known, _)| known.to_lowercase() == name);
            if let Some((_, value)) = found {
                value.visit(&mut |expression| needed.add(expression));
            }
        }
        let is_needed = |kind, name: &str| needed.names.contains(&(kind, name.to_lowercase()));
        let variables = self.variables.iter().filter(|(name, _)| is_needed(NameKind::Variable, name));
        let variables = variables.map(|(name, value)| (name.clone(), value.clone())).collect();
        let parameters = self.parameters.iter().filter(|(name, _)| is_needed(NameKind::Parameter, name));
        let parameters = parameters.map(|(name, parameter)| (name.clone(), parameter.clone())).collect();
        Template { parameters, variables, resources, outputs: IndexMap::new() }
    }

    /// Adds fragments in order. What is declared twice in the same way is one; the case of names does not count. A variable that is
    /// an object in several fragments gets the keys of all, so that pools can share one variable: Azure allows only
    /// [`MAX_VARIABLES`].
    ///
    /// # Errors
    /// Every conflict; the template is then as before.
    pub fn merge(&mut self, fragments: impl IntoIterator<Item = Fragment>) -> Result<(), Vec<Conflict>> {
        let mut merge = Merge::default();
        merge.add(self.clone());
        fragments.into_iter().for_each(|fragment| merge.add(fragment));
        *self = merge.finish()?;
        Ok(())
    }
}

/// Names that expressions look up, in lower case, and the variables not looked into yet.
#[derive(Default)]
struct Needed {
    names: BTreeSet<(NameKind, String)>,
    open: Vec<String>,
}

impl Needed {
    fn add(&mut self, expression: &Expr) {
        expression.visit(&mut |part| {
            let Expr::Call(call) = part else { return };
            let Some((kind, name)) = call.looks_up() else { return };
            let name = name.to_lowercase();
            if self.names.insert((kind, name.clone())) && kind == NameKind::Variable {
                self.open.push(name);
            }
        });
    }
}

/// Two fragments declare different things under one name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("{section} `{name}` is declared twice, in different ways")]
pub struct Conflict {
    /// `parameter`, `variable`, `resource` or `output`.
    pub section: &'static str,
    /// Its name; for a resource type and name, for a key of a variable `variable.key`.
    pub name: String,
}

/// A template under construction: what is declared, by section and name in lower case.
#[derive(Default)]
struct Merge {
    names: BTreeMap<(&'static str, String), usize>,
    parameters: IndexMap<String, Parameter>,
    variables: Object,
    resources: IndexMap<String, Resource>,
    outputs: IndexMap<String, Output>,
    conflicts: Vec<Conflict>,
}

impl Merge {
    fn add(&mut self, fragment: Fragment) {
        let Self { names, parameters, variables, resources, outputs, conflicts } = self;
        for (name, parameter) in fragment.parameters {
            declare(names, conflicts, "parameter", parameters, name, parameter, is_same);
        }
        for (name, value) in fragment.variables {
            declare(names, conflicts, "variable", variables, name, value, unite);
        }
        for resource in fragment.resources {
            let name = format!("{} {}", resource.kind, resource.name.to_json());
            declare(names, conflicts, "resource", resources, name, resource, is_same);
        }
        for (name, output) in fragment.outputs {
            declare(names, conflicts, "output", outputs, name, output, is_same);
        }
    }

    fn finish(self) -> Result<Template, Vec<Conflict>> {
        let Self { parameters, variables, resources, outputs, conflicts, .. } = self;
        if conflicts.is_empty() {
            Ok(Template { parameters, variables, resources: resources.into_values().collect(), outputs })
        } else {
            Err(conflicts)
        }
    }
}

/// Adds an item unless its name is there; then `join` puts both together, or says where they differ.
fn declare<T>(
    names: &mut BTreeMap<(&'static str, String), usize>,
    conflicts: &mut Vec<Conflict>,
    section: &'static str,
    items: &mut IndexMap<String, T>,
    name: String,
    item: T,
    join: impl Fn(&mut T, &T) -> Result<(), Vec<String>>,
) {
    let key = (section, name.to_lowercase());
    let Some(before) = names.get(&key).and_then(|at| items.get_index_mut(*at)) else {
        names.insert(key, items.len());
        items.insert(name, item);
        return;
    };
    if let Err(differences) = join(before.1, &item) {
        conflicts.extend(differences.into_iter().map(|key| Conflict { section, name: format!("{name}{key}") }));
    }
}

fn is_same<T: PartialEq>(before: &mut T, item: &T) -> Result<(), Vec<String>> {
    if before == item { Ok(()) } else { Err(vec![String::new()]) }
}

/// Objects get the keys of both.
fn unite(before: &mut Value, value: &Value) -> Result<(), Vec<String>> {
    let (Value::Object(before), Value::Object(object)) = (&mut *before, value) else { return is_same(before, value) };
    let mut differences = Vec::new();
    for (key, value) in object {
        match before.get(key) {
            None => drop(before.insert(key.clone(), value.clone())),
            Some(there) if there == value => {}
            Some(_) => differences.push(format!(".{key}")),
        }
    }
    if differences.is_empty() { Ok(()) } else { Err(differences) }
}

impl Serialize for Template {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("$schema", TEMPLATE_SCHEMA)?;
        map.serialize_entry("contentVersion", CONTENT_VERSION)?;
        map.serialize_entry("parameters", &self.parameters)?;
        map.serialize_entry("variables", &Entries(&self.variables))?;
        map.serialize_entry("resources", &self.resources)?;
        if !self.outputs.is_empty() {
            map.serialize_entry("outputs", &self.outputs)?;
        }
        map.end()
    }
}

/// Type of a parameter or output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParameterType {
    /// Text.
    String,
    /// Text that Azure neither logs nor shows.
    SecureString,
    /// A whole number.
    Int,
    /// `true` or `false`.
    Bool,
    /// A list.
    Array,
    /// An object.
    Object,
    /// An object that Azure neither logs nor shows.
    SecureObject,
}

impl ParameterType {
    /// The type as the template names it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::SecureString => "securestring",
            Self::Int => "int",
            Self::Bool => "bool",
            Self::Array => "array",
            Self::Object => "object",
            Self::SecureObject => "secureObject",
        }
    }

    /// Whether Azure keeps the value secret.
    #[must_use]
    pub fn is_secure(self) -> bool {
        matches!(self, Self::SecureString | Self::SecureObject)
    }
}

/// A parameter of a template.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    kind: ParameterType,
    default: Option<Value>,
    allowed: Vec<Value>,
    min_value: Option<i64>,
    max_value: Option<i64>,
    min_length: Option<u32>,
    max_length: Option<u32>,
    description: String,
}

impl Parameter {
    /// A parameter that must be given.
    #[must_use]
    pub fn new(kind: ParameterType, description: impl Into<String>) -> Self {
        Self {
            kind,
            default: None,
            allowed: Vec::new(),
            min_value: None,
            max_value: None,
            min_length: None,
            max_length: None,
            description: description.into(),
        }
    }

    /// What it is when it is not given.
    #[must_use]
    pub fn or(mut self, default: impl Into<Value>) -> Self {
        self.default = Some(default.into());
        self
    }

    /// The only values it may have.
    #[must_use]
    pub fn one_of<T: Into<Value>>(mut self, allowed: impl IntoIterator<Item = T>) -> Self {
        self.allowed = allowed.into_iter().map(Into::into).collect();
        self
    }

    /// The smallest number it may be.
    #[must_use]
    pub fn at_least(mut self, value: i64) -> Self {
        self.min_value = Some(value);
        self
    }

    /// The largest number it may be.
    #[must_use]
    pub fn at_most(mut self, value: i64) -> Self {
        self.max_value = Some(value);
        self
    }

    /// The characters, or elements, it must have.
    #[must_use]
    pub fn no_shorter_than(mut self, length: u32) -> Self {
        self.min_length = Some(length);
        self
    }

    /// The characters, or elements, it may have.
    #[must_use]
    pub fn no_longer_than(mut self, length: u32) -> Self {
        self.max_length = Some(length);
        self
    }

    /// Its type.
    #[must_use]
    pub fn kind(&self) -> ParameterType {
        self.kind
    }

    /// What it is when it is not given.
    #[must_use]
    pub fn default_value(&self) -> Option<&Value> {
        self.default.as_ref()
    }
}

impl Serialize for Parameter {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", self.kind.name())?;
        if let Some(default) = &self.default {
            map.serialize_entry("defaultValue", default)?;
        }
        if !self.allowed.is_empty() {
            map.serialize_entry("allowedValues", &self.allowed)?;
        }
        let bounds = [
            ("minValue", self.min_value),
            ("maxValue", self.max_value),
            ("minLength", self.min_length.map(i64::from)),
            ("maxLength", self.max_length.map(i64::from)),
        ];
        for (key, bound) in bounds {
            if let Some(bound) = bound {
                map.serialize_entry(key, &bound)?;
            }
        }
        map.serialize_entry("metadata", &Entries(&object([("description", Some(self.description.as_str().into()))])))?;
        map.end()
    }
}

/// An output of a template.
#[derive(Debug, Clone, PartialEq)]
pub struct Output {
    /// Its type.
    pub kind: ParameterType,
    /// Its value.
    pub value: Value,
}

impl Serialize for Output {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", self.kind.name())?;
        map.serialize_entry("value", &self.value)?;
        map.end()
    }
}

/// A resource. Type and API version are literals, as Azure wants them.
///
/// ```
/// use arm_template::{Resource, functions as arm, object};
///
/// let set = Resource::new("Microsoft.Compute/availabilitySets", "2023-09-01", arm::variables("setName"))
///     .located(arm::parameters("location"))
///     .with("sku", object([("name", Some("Aligned".into()))]))
///     .properties(object([("platformFaultDomainCount", Some(2.into()))]));
/// let json = serde_json::to_string(&set).unwrap();
/// assert!(json.starts_with(r#"{"type":"Microsoft.Compute/availabilitySets","apiVersion":"2023-09-01","name":"[variables('setName')]""#));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Resource {
    kind: String,
    api_version: String,
    name: Value,
    condition: Option<Value>,
    location: Option<Value>,
    more: Object,
    copy: Option<(String, Value)>,
    depends_on: Vec<Expr>,
    tags: Object,
    properties: Object,
}

impl Resource {
    /// A resource of the type, as the API of that date describes it.
    #[must_use]
    pub fn new(kind: impl Into<String>, api_version: impl Into<String>, name: impl Into<Value>) -> Self {
        Self {
            kind: kind.into(),
            api_version: api_version.into(),
            name: name.into(),
            condition: None,
            location: None,
            more: Object::new(),
            copy: None,
            depends_on: Vec::new(),
            tags: Object::new(),
            properties: Object::new(),
        }
    }

    /// It is deployed only if this is true; who waits for it does not wait otherwise.
    #[must_use]
    pub fn when(mut self, condition: Call) -> Self {
        self.condition = Some(condition.into());
        self
    }

    /// The region.
    #[must_use]
    pub fn located(mut self, location: impl Into<Value>) -> Self {
        self.location = Some(location.into());
        self
    }

    /// A key beside `properties`: `zones`, `sku`, `plan`, `identity`.
    #[must_use]
    pub fn with(mut self, key: &'static str, value: impl Into<Value>) -> Self {
        self.more.insert(key.to_owned(), value.into());
        self
    }

    /// As many copies as the value says; `copyIndex()` numbers them.
    #[must_use]
    pub fn repeated(mut self, name: impl Into<String>, count: impl Into<Value>) -> Self {
        self.copy = Some((name.into(), count.into()));
        self
    }

    /// Waits for another resource, named by [`resource_id`](super::functions::resource_id).
    #[must_use]
    pub fn after(mut self, id: Call) -> Self {
        self.depends_on.push(id.into());
        self
    }

    /// The tags.
    #[must_use]
    pub fn tagged(mut self, tags: Object) -> Self {
        self.tags = tags;
        self
    }

    /// The properties.
    #[must_use]
    pub fn properties(mut self, properties: Object) -> Self {
        self.properties = properties;
        self
    }

    /// Its type.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &Value {
        &self.name
    }

    /// Calls `visit` with every expression of the resource that stands in brackets of its own.
    pub fn visit<'a>(&'a self, visit: &mut impl FnMut(&'a Expr)) {
        let values = [Some(&self.name), self.condition.as_ref(), self.location.as_ref(), self.copy.as_ref().map(|(_, count)| count)];
        values.into_iter().flatten().for_each(|value| value.visit(visit));
        self.depends_on.iter().for_each(&mut *visit);
        for object in [&self.more, &self.tags, &self.properties] {
            object.values().for_each(|value| value.visit(visit));
        }
    }
}

impl Serialize for Resource {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(condition) = &self.condition {
            map.serialize_entry("condition", condition)?;
        }
        map.serialize_entry("type", &escape(&self.kind))?;
        map.serialize_entry("apiVersion", &escape(&self.api_version))?;
        map.serialize_entry("name", &self.name)?;
        if let Some(location) = &self.location {
            map.serialize_entry("location", location)?;
        }
        for (key, value) in &self.more {
            map.serialize_entry(key, value)?;
        }
        if let Some((name, count)) = &self.copy {
            let copy = Object::from([("name".to_owned(), name.as_str().into()), ("count".to_owned(), count.clone())]);
            map.serialize_entry("copy", &Entries(&copy))?;
        }
        if !self.depends_on.is_empty() {
            let ids: Vec<_> = self.depends_on.iter().map(Expr::bracketed).collect();
            map.serialize_entry("dependsOn", &ids)?;
        }
        if !self.tags.is_empty() {
            map.serialize_entry("tags", &Entries(&self.tags))?;
        }
        if !self.properties.is_empty() {
            map.serialize_entry("properties", &Entries(&self.properties))?;
        }
        map.end()
    }
}

/// A parameters file. Its values are literal: Azure evaluates nothing in it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Parameters(pub IndexMap<String, ParameterValue>);

/// A value of a parameters file.
#[derive(Clone, PartialEq)]
pub enum ParameterValue {
    /// The value itself.
    Value(Json),
    /// A secret that Azure takes from a Key Vault.
    KeyVault {
        /// Resource id of the vault.
        vault: String,
        /// Name of the secret.
        secret: String,
        /// Its version; the latest without it.
        version: Option<String>,
    },
}

/// Values may be secrets and are not shown.
impl fmt::Debug for ParameterValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(_) => f.write_str("Value(..)"),
            Self::KeyVault { vault, secret, .. } => write!(f, "KeyVault({vault}, {secret})"),
        }
    }
}

impl Parameters {
    /// The parameters file.
    #[must_use]
    pub fn to_text(&self) -> String {
        pretty(self)
    }

    /// The file as plain JSON.
    #[must_use]
    pub fn to_json(&self) -> Json {
        plain(self)
    }
}

impl Serialize for Parameters {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry("$schema", PARAMETERS_SCHEMA)?;
        map.serialize_entry("contentVersion", CONTENT_VERSION)?;
        map.serialize_entry("parameters", &self.0)?;
        map.end()
    }
}

impl Serialize for ParameterValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let json = match self {
            Self::Value(value) => serde_json::json!({ "value": value }),
            Self::KeyVault { vault, secret, version: None } => {
                serde_json::json!({ "reference": { "keyVault": { "id": vault }, "secretName": secret } })
            }
            Self::KeyVault { vault, secret, version } => {
                serde_json::json!({ "reference": { "keyVault": { "id": vault }, "secretName": secret, "secretVersion": version } })
            }
        };
        json.serialize(serializer)
    }
}

fn pretty(value: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(value).expect("keys are texts and numbers are finite");
    text.push('\n');
    text
}

fn plain(value: &impl Serialize) -> Json {
    serde_json::to_value(value).expect("keys are texts and numbers are finite")
}
