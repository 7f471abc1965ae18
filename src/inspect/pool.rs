//! One machine of a template: what its node gets, or why it is no node.

use super::{Bootstrap, Foreign, InspectError, Maker, Script, ours, peers};
use crate::machines::{Kind, Machine, is_script, without_form};
use arm_template::{Deployment, EvaluateError, Evaluated, Evaluator, Expr, Loop};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// What the nodes of one pool get.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InspectedPool {
    /// Name of the pool.
    pub name: String,
    /// What its nodes are.
    pub kind: Kind,
    /// Who made their bootstrap.
    pub maker: Maker,
    /// Custom data before base64, in bytes.
    pub custom_data_bytes: usize,
    /// `commandToExecute` after resolution, in characters.
    pub command_characters: usize,
    /// The longest expression of the pool's VMs, custom data and extension, in characters.
    pub longest_expression: usize,
    /// The node configuration. That of aks-engine is what its setup script is given, under the keys that ours has for it.
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
    /// The custom data with a name in place of each value.
    #[serde(skip)]
    pub setup: String,
    /// The command with a name in place of each value.
    #[serde(skip)]
    pub command_form: String,
    /// The machine's resource, without custom data, command and what is only form; and its extension's `properties`.
    #[serde(skip)]
    pub properties: Json,
    /// `properties` of the extension without the command.
    #[serde(skip)]
    pub extension: Json,
    /// Number of machines.
    #[serde(skip)]
    pub count: Json,
    /// What is given for each secure parameter that the machine or its bootstrap uses.
    #[serde(skip)]
    pub given: BTreeMap<String, Given>,
    /// Its place in the template.
    #[serde(skip)]
    pub machine: Machine,
}

/// What a parameters file has for a secret: to be compared, not to be shown.
#[derive(Clone, PartialEq)]
pub struct Given(Option<Json>);

impl Given {
    /// Where it is, without what it is.
    #[must_use]
    pub fn shown(&self) -> &'static str {
        match &self.0 {
            None => "given at the deployment",
            Some(entry) if entry.get("reference").is_some() => "in a Key Vault",
            Some(_) => "a secret",
        }
    }
}

impl fmt::Debug for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.shown())
    }
}

pub(super) enum Found {
    Pool(Box<InspectedPool>),
    Foreign(Foreign),
}

/// A machine and all that resolves it.
pub(super) struct Site<'a> {
    pub(super) machine: Machine,
    pub(super) template: &'a Json,
    pub(super) parameters: &'a Json,
    pub(super) deployment: &'a Deployment,
    pub(super) open: &'a Evaluator<'a>,
    pub(super) hiding: &'a Evaluator<'a>,
}

impl Site<'_> {
    /// Secrets belong into the command. In custom data, which is shown, and in errors they stay hidden.
    pub(super) fn read(&self) -> Result<Found, InspectError> {
        if self.machine.is_linux(self.template) {
            return Ok(self.foreign("it runs Linux".to_owned()));
        }
        let resource = self.machine.resource(self.template);
        let is_node = self.machine.is_windows(self.template) && resource["tags"].get("poolName").is_some();
        let custom_data = match self.custom_data() {
            Ok(Some((custom_data, secrets))) => (custom_data, secrets),
            Ok(None) => return Ok(self.foreign("it has no custom data".to_owned())),
            Err(error) if is_node => return Err(error),
            Err(error) => return Ok(self.foreign(error.to_string())),
        };
        let is_known = ours::is(&custom_data.0) || peers::is(&custom_data.0);
        if !is_known && !is_node {
            return Ok(self.foreign("its custom data is neither of gen-cse nor of aks-engine".to_owned()));
        }
        self.pool(custom_data).map(|pool| Found::Pool(Box::new(pool)))
    }

    fn foreign(&self, reason: String) -> Found {
        Found::Foreign(Foreign { name: self.own_name(), kind: self.machine.kind, reason })
    }

    fn custom_data(&self) -> Result<Option<(String, BTreeSet<String>)>, InspectError> {
        let custom_data = self.machine.custom_data(self.template);
        if custom_data.is_null() {
            return Ok(None);
        }
        let evaluated = self.evaluate(self.hiding, custom_data)?;
        let text = decode(&text(&evaluated)).map_err(|reason| InspectError::CustomData { pool: self.name(), reason })?;
        Ok(Some((text, evaluated.secrets)))
    }

    fn pool(&self, (custom_data, mut all_secrets): (String, BTreeSet<String>)) -> Result<InspectedPool, InspectError> {
        let name = self.name();
        let nothing = json!({});
        let extension = self.machine.extension(self.template).unwrap_or(&nothing);
        let command = &extension["properties"]["protectedSettings"]["commandToExecute"];
        let hidden_command = text(&self.evaluate(self.hiding, command)?);
        let command = self.evaluate(self.open, command).map_err(|_| InspectError::Command { pool: name.clone() })?;
        let machine = self.hiding.resource(self.machine.resource(self.template), None)?;
        all_secrets.extend(machine.secrets.iter().chain(&command.secrets).cloned());
        let bootstrap =
            self.bootstrap(&custom_data, &hidden_command).map_err(|reason| InspectError::CustomData { pool: name.clone(), reason })?;
        let machine = machine.value.to_json();
        let properties = self.evaluate(self.hiding, &extension["properties"])?.value.to_json();
        let expressions = [self.machine.resource(self.template), extension].map(longest_expression);
        Ok(InspectedPool {
            name,
            kind: self.machine.kind,
            maker: bootstrap.maker,
            custom_data_bytes: custom_data.len(),
            command_characters: text(&command).chars().map(char::len_utf16).sum(),
            longest_expression: expressions.into_iter().max().unwrap_or(0),
            configuration: bootstrap.configuration,
            scripts: bootstrap.scripts,
            custom_data,
            command: text(&command),
            secrets: command.secrets.into_iter().collect(),
            setup: bootstrap.setup,
            command_form: bootstrap.command,
            count: self.count(&machine)?,
            properties: without_bootstrap(machine),
            extension: without_command(properties),
            given: all_secrets.into_iter().map(|name| (name.clone(), self.given(&name))).collect(),
            machine: self.machine.clone(),
        })
    }

    fn bootstrap(&self, custom_data: &str, command: &str) -> Result<Bootstrap, String> {
        if ours::is(custom_data) {
            return ours::read(custom_data, command);
        }
        if peers::is(custom_data) {
            return peers::read(custom_data, command);
        }
        // what is not understood may hold secrets anywhere
        Ok(Bootstrap { maker: Maker::Unknown, configuration: json!({}), scripts: Vec::new(), setup: String::new(), command: String::new() })
    }

    /// The tag that the peers and gen-cse write, or what the machine is called.
    pub(super) fn name(&self) -> String {
        let tag = &self.machine.resource(self.template)["tags"]["poolName"];
        let tag = self.evaluate(self.hiding, tag).map(|evaluated| text(&evaluated)).unwrap_or_default();
        if tag.is_empty() { self.own_name() } else { tag }
    }

    fn own_name(&self) -> String {
        let name = &self.machine.name;
        self.evaluate(self.hiding, &name.as_str().into()).map_or_else(|_| name.clone(), |evaluated| text(&evaluated))
    }

    fn count(&self, machine: &Json) -> Result<Json, EvaluateError> {
        match self.machine.kind {
            Kind::Single => Ok(self.hiding.copies(self.machine.resource(self.template))?.value.to_json()),
            Kind::ScaleSet => Ok(machine["sku"]["capacity"].clone()),
        }
    }

    /// As all copies of the resource have it in common.
    fn evaluate(&self, evaluator: &Evaluator, value: &Json) -> Result<Evaluated, EvaluateError> {
        let copy = self.machine.resource(self.template).get("copy");
        let name = copy.and_then(|copy| copy["name"].as_str()).unwrap_or_default().to_owned();
        let loops: Vec<_> = copy.map(|_| Loop { name, index: None }).into_iter().collect();
        evaluator.evaluate(value, &loops)
    }

    /// What is given on the command line comes before the parameters file, and that before a default.
    fn given(&self, name: &str) -> Given {
        let get = |entries: &Json| {
            let mut entries = entries.as_object().into_iter().flatten();
            entries.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, entry)| entry.clone())
        };
        let of_deployment = self.deployment.parameters.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        let of_deployment = of_deployment.map(|(_, value)| json!({ "value": value }));
        let default = || get(&self.template["parameters"])?.get("defaultValue").map(|value| json!({ "value": value }));
        Given(of_deployment.or_else(|| get(&self.parameters["parameters"])).or_else(default))
    }
}

fn text(evaluated: &Evaluated) -> String {
    evaluated.value.to_json().as_str().unwrap_or_default().to_owned()
}

fn decode(base64: &str) -> Result<String, String> {
    let bytes = STANDARD.decode(base64).map_err(|error| format!("the custom data is not base64: {error}"))?;
    String::from_utf8(bytes).map_err(|_| "the custom data is not UTF-8".to_owned())
}

/// Custom data and script are told elsewhere.
fn without_bootstrap(machine: Json) -> Json {
    let mut machine = without_form(machine);
    for profile in ["/properties", "/properties/virtualMachineProfile"] {
        if let Some(Json::Object(os)) = machine.pointer_mut(&format!("{profile}/osProfile")) {
            os.shift_remove("customData");
        }
        if let Some(Json::Array(extensions)) = machine.pointer_mut(&format!("{profile}/extensionProfile/extensions")) {
            extensions.retain(|extension| !is_script(extension));
        }
    }
    if let Some(Json::Object(sku)) = machine.pointer_mut("/sku") {
        sku.shift_remove("capacity");
    }
    machine
}

fn without_command(mut properties: Json) -> Json {
    if let Some(Json::Object(settings)) = properties.pointer_mut("/protectedSettings") {
        settings.shift_remove("commandToExecute");
    }
    properties
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
