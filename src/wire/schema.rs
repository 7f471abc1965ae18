//! The JSON Schema of a cluster definition, made from the types.

use super::ClusterDefinition;
use serde_json::{Map, Value};

/// Name of the schema, whatever place it is kept at.
const ID: &str = "urn:gen-cse:cluster-definition";

/// Limits beyond the type: object, key, keyword of JSON Schema, value. Rules of `validate` that hold for every cluster; an empty text is the
/// same as none.
const LIMITS: &[(&str, &str, &str, Limit)] = &[
    ("AgentPoolProfile", "name", "pattern", Limit::Text("^([a-z][a-z0-9]{0,11})?$")),
    ("AgentPoolProfile", "count", "minimum", Limit::Number(1)),
    ("AgentPoolProfile", "count", "maximum", Limit::Number(1000)),
    ("AgentPoolProfile", "osDiskSizeGB", "minimum", Limit::Number(0)),
    ("AgentPoolProfile", "osDiskSizeGB", "maximum", Limit::Number(2048)),
    ("AgentPoolProfile", "ipAddressCount", "minimum", Limit::Number(0)),
    ("AgentPoolProfile", "ipAddressCount", "maximum", Limit::Number(256)),
    ("MasterProfile", "dnsPrefix", "pattern", Limit::Text("^([A-Za-z][A-Za-z0-9-]{1,43}[A-Za-z0-9])?$")),
    ("MasterProfile", "count", "minimum", Limit::Number(1)),
    ("MasterProfile", "count", "maximum", Limit::Number(5)),
    ("MasterProfile", "osDiskSizeGB", "minimum", Limit::Number(0)),
    ("MasterProfile", "osDiskSizeGB", "maximum", Limit::Number(2048)),
    ("MasterProfile", "ipAddressCount", "minimum", Limit::Number(0)),
    ("MasterProfile", "ipAddressCount", "maximum", Limit::Number(256)),
    ("KubernetesConfig", "outboundRuleIdleTimeoutInMinutes", "minimum", Limit::Number(4)),
    ("KubernetesConfig", "outboundRuleIdleTimeoutInMinutes", "maximum", Limit::Number(120)),
];

#[derive(Clone, Copy)]
enum Limit {
    Number(i64),
    Text(&'static str),
}

/// JSON Schema (draft 2020-12) of a cluster definition as [`parse`](super::parse) accepts it.
///
/// Editors complete the canonical spelling of keys; since keys match without regard to case, `patternProperties` accept every other one.
/// Whether the values make sense together is a question for `gen-cse validate`.
#[must_use]
pub fn schema() -> Value {
    let mut schema = limited();
    each_object(&mut schema, &mut |pointer, object| accept_any_case(object, pointer));
    schema
}

/// [`schema`] with keys in their usual letter case only, without null in the place of a value, and with the keys that have to be there: what
/// an editor shows of a mistake stays short.
#[must_use]
pub fn exact_schema() -> Value {
    let mut schema = limited();
    without_null(&mut schema);
    each_object(&mut schema, &mut |pointer, object| {
        let properties = object.get("properties").and_then(Value::as_object).into_iter().flatten();
        let mut required: Vec<Value> = properties.filter(|(_, value)| says_required(value)).map(|(key, _)| key.as_str().into()).collect();
        if pointer == "#" {
            required.insert(0, "apiVersion".into());
        }
        if !required.is_empty() {
            object.insert("required".to_owned(), required.into());
        }
    });
    schema
}

/// The schema of the types, with what types do not say.
fn limited() -> Value {
    let mut schema = schemars::schema_for!(ClusterDefinition).to_value();
    join_lines(&mut schema);
    if let Some(root) = schema.as_object_mut() {
        root.insert("$id".to_owned(), ID.into());
        root.insert("title".to_owned(), "aks-engine cluster definition".into());
    }
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        let description = "For editors: where this schema is. Not part of the definition.";
        properties.insert("$schema".to_owned(), serde_json::json!({ "type": "string", "description": description }));
    }
    for (object, key, keyword, limit) in LIMITS {
        let limit = match limit {
            Limit::Number(number) => Value::from(*number),
            Limit::Text(text) => Value::from(*text),
        };
        if let Some(property) = schema.pointer_mut(&format!("/$defs/{object}/properties/{key}")).and_then(Value::as_object_mut) {
            property.insert((*keyword).to_owned(), limit);
        }
    }
    each_object(&mut schema, &mut |_, object| {
        let properties = object.get_mut("properties").and_then(Value::as_object_mut).into_iter().flatten();
        for (_, property) in properties.filter(|(key, _)| crate::report::is_secret_key(key)) {
            property.as_object_mut().into_iter().for_each(|property| drop(property.insert("writeOnly".to_owned(), true.into())));
        }
    });
    schema
}

/// The objects of a schema, each with the pointer to it.
fn each_object(schema: &mut Value, change: &mut impl FnMut(&str, &mut Map<String, Value>)) {
    let Some(root) = schema.as_object_mut() else { return };
    change("#", root);
    for (name, definition) in root.get_mut("$defs").and_then(Value::as_object_mut).into_iter().flatten() {
        definition.as_object_mut().into_iter().for_each(|definition| change(&format!("#/$defs/{name}"), definition));
    }
}

/// The descriptions of the types say so, in a sentence of its own.
fn says_required(property: &Value) -> bool {
    property["description"]
        .as_str()
        .is_some_and(|description| description.split(". ").any(|sentence| sentence.trim_end_matches('.') == "Required"))
}

/// Takes null out of types, choices and enumerations.
fn without_null(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if let Some(Value::Array(types)) = members.get_mut("type") {
                types.retain(|name| name != "null");
                if let [only] = types.as_slice() {
                    let only = only.clone();
                    members.insert("type".to_owned(), only);
                }
            }
            if let Some(Value::Array(values)) = members.get_mut("enum") {
                values.retain(|value| !value.is_null() && value != "");
            }
            if let Some(Value::Array(choices)) = members.get_mut("anyOf") {
                choices.retain(|choice| choice["type"] != "null");
                if let [Value::Object(only)] = choices.as_slice() {
                    let only = only.clone();
                    members.remove("anyOf");
                    members.extend(only);
                }
            }
            members.values_mut().for_each(without_null);
        }
        Value::Array(elements) => elements.iter_mut().for_each(without_null),
        _ => {}
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &str = include_str!("../../apimodels/valid/containerd-azure-vmss.json");

    fn is_valid(schema: &Value, change: impl FnOnce(&mut Value)) -> bool {
        let mut definition: Value = serde_json::from_str(SAMPLE).unwrap();
        change(&mut definition);
        jsonschema::validator_for(schema).unwrap().is_valid(&definition)
    }

    #[test]
    fn limits_hold_and_their_places_exist() {
        let schema = schema();
        for (object, key, keyword, _) in LIMITS {
            assert!(schema["$defs"][object]["properties"][key].get(keyword).is_some(), "{object}.{key}");
        }
        for schema in [&schema, &exact_schema()] {
            assert!(is_valid(schema, |_| {}));
            assert!(is_valid(schema, |definition| definition["$schema"] = "apimodel.schema.json".into()));
            assert!(!is_valid(schema, |definition| definition["properties"]["agentPoolProfiles"][1]["name"] = "Win_pool2".into()));
            assert!(!is_valid(schema, |definition| definition["properties"]["agentPoolProfiles"][1]["count"] = 0.into()));
            assert!(!is_valid(schema, |definition| definition["properties"]["masterProfile"]["dnsPrefix"] = "-".into()));
        }
    }

    #[test]
    fn the_exact_variant_asks_for_what_has_to_be_there() {
        let (any, exact) = (schema(), exact_schema());
        let removed = |parent: &'static str, key: &'static str| {
            move |definition: &mut Value| {
                definition.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(key).unwrap();
            }
        };
        for (parent, key) in [("", "apiVersion"), ("/properties", "masterProfile"), ("/properties/agentPoolProfiles/1", "name")] {
            assert!(is_valid(&any, removed(parent, key)) && !is_valid(&exact, removed(parent, key)), "{key}");
        }
        let text = exact.to_string();
        assert!(!text.contains("patternProperties") && !text.contains("\"null\"") && text.len() < 150_000, "{} bytes", text.len());
        assert_eq!(exact["$id"], ID);
        assert_eq!(exact["$defs"]["WindowsProfile"]["properties"]["adminPassword"]["writeOnly"], true);
    }
}
