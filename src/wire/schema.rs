//! The JSON Schema of a cluster definition, made from the types.

use super::ClusterDefinition;
use serde_json::{Map, Value};

/// JSON Schema (draft 2020-12) of a cluster definition as [`parse`](super::parse) accepts it.
///
/// Editors complete the canonical spelling of keys; since keys match without regard to case, `patternProperties` accept every other one.
/// Whether the values make sense together is a question for `gen-cse validate`.
#[must_use]
pub fn schema() -> Value {
    let mut schema = schemars::schema_for!(ClusterDefinition).to_value();
    if let Some(root) = schema.as_object_mut() {
        root.insert("title".to_owned(), "aks-engine cluster definition".into());
        accept_any_case(root, "#");
        if let Some(definitions) = root.get_mut("$defs").and_then(Value::as_object_mut) {
            for (name, definition) in definitions {
                if let Some(definition) = definition.as_object_mut() {
                    accept_any_case(definition, &format!("#/$defs/{name}"));
                }
            }
        }
    }
    join_lines(&mut schema);
    schema
}

/// A description is wrapped where its comment is; here it is one line.
fn join_lines(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(description)) = members.get_mut("description") {
                *description = description.replace('\n', " ");
            }
            members.values_mut().for_each(join_lines);
        }
        Value::Array(elements) => elements.iter_mut().for_each(join_lines),
        _ => {}
    }
}

/// Adds, to the schema of an object that stands at `pointer`, a pattern per key that matches it in any case.
fn accept_any_case(object: &mut Map<String, Value>, pointer: &str) {
    let Some(properties) = object.get("properties").and_then(Value::as_object) else { return };
    let pattern = |key: &String| (any_case(key), serde_json::json!({"$ref": format!("{pointer}/properties/{key}")}));
    let patterns: Map<_, _> = properties.keys().map(pattern).collect();
    object.insert("patternProperties".to_owned(), patterns.into());
}

/// `^[nN][aA][mM][eE]$`: the regular expressions of JSON Schema have no flag for it.
fn any_case(key: &str) -> String {
    let letters = key
        .chars()
        .map(|c| if c.is_ascii_alphabetic() { format!("[{}{}]", c.to_ascii_lowercase(), c.to_ascii_uppercase()) } else { c.to_string() });
    format!("^{}$", letters.collect::<String>())
}
