use super::component::ComponentId;
use super::data::Data;
use super::version::{KubernetesVersion, Release};
use schemars::generate::SchemaSettings;
use schemars::transform::{Transform, transform_subschemas};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};
use std::borrow::Cow;

/// JSON Schema (draft 2020-12) of a catalog file, from the types.
///
/// It describes a file that extends another: nothing is required, and `null` removes an entry of a table.
#[must_use]
pub fn schema() -> Value {
    let settings = SchemaSettings::draft2020_12().with_transform(Patch);
    let mut schema = settings.into_generator().into_root_schema_for::<Data>();
    schema.insert("title".to_owned(), json!("gen-cse catalog"));
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        properties.insert("$schema".to_owned(), json!({ "description": "For editors.", "type": "string" }));
        let built_in = "Built-in catalog whose values hold where this file gives none.";
        properties
            .insert("extends".to_owned(), json!({ "description": built_in, "enum": ["aks-engine", "aks-engine-azurestack", "base"] }));
        properties.sort_keys();
    }
    schema.to_value()
}

/// Makes the schema of a whole thing that of a merge patch.
#[derive(Debug, Clone)]
struct Patch;

impl Transform for Patch {
    fn transform(&mut self, schema: &mut Schema) {
        schema.remove("required");
        if let Some(values) = schema.get_mut("additionalProperties").filter(|values| values.is_object()) {
            *values = or_null(values);
        }
        if let Some(patterns) = schema.get_mut("patternProperties").and_then(Value::as_object_mut) {
            patterns.values_mut().for_each(|values| *values = or_null(values));
        }
        transform_subschemas(self, schema);
    }
}

fn or_null(values: &Value) -> Value {
    json_schema!({ "anyOf": [values, { "type": "null" }] }).to_value()
}

/// As a pattern, because that is what keys of tables are checked by.
impl JsonSchema for ComponentId {
    fn schema_name() -> Cow<'static, str> {
        "ComponentId".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": format!("^({})$", Self::ALL.map(Self::as_str).join("|")) })
    }
}

impl JsonSchema for KubernetesVersion {
    fn schema_name() -> Cow<'static, str> {
        "KubernetesVersion".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": r"^v?(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$" })
    }
}

impl JsonSchema for Release {
    fn schema_name() -> Cow<'static, str> {
        "Release".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": r"^(0|[1-9]\d*)\.(0|[1-9]\d*)$" })
    }
}
