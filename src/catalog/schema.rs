use super::data::Data;
use schemars::generate::SchemaSettings;
use schemars::transform::{Transform, transform_subschemas};
use schemars::{Schema, json_schema};
use serde_json::{Value, json};

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
