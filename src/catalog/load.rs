//! From a file to data: what it extends, its values over it, types, then checks.

use super::check;
use super::data::Data;
use super::error::CatalogError;
use super::unique::Unique;
use serde::Deserialize;
use serde_json::{Map, Value};

/// The built-in files. `base` holds what the other two have in common.
const FILES: [(&str, &str); 3] = [
    ("aks-engine", include_str!("../../parts/catalog/aks-engine.json")),
    ("aks-engine-azurestack", include_str!("../../parts/catalog/aks-engine-azurestack.json")),
    ("base", include_str!("../../parts/catalog/base.json")),
];

pub(super) fn built_in(name: &str) -> Option<&'static str> {
    FILES.iter().find(|(file, _)| *file == name).map(|(_, text)| *text)
}

pub(super) fn read(text: &str) -> Result<Data, CatalogError> {
    let Ok(mut data) = Data::deserialize(Value::Object(resolve(text)?)) else {
        return Err(misplaced(&Value::Object(resolve(text)?)));
    };
    // release notes of images write hashes in capitals
    data.files.values_mut().flat_map(|file| &mut file.sha256).for_each(|hash| hash.make_ascii_lowercase());
    check::check(&data)?;
    Ok(data)
}

/// A file with everything it extends. Only built-in files can be extended, so this ends.
fn resolve(text: &str) -> Result<Map<String, Value>, CatalogError> {
    let mut own = object(text)?;
    own.remove("$schema");
    let base = match own.remove("extends") {
        None => return Ok(own),
        Some(Value::String(name)) => built_in(&name).ok_or(CatalogError::UnknownBase { name })?,
        Some(other) => {
            let problem = format!("found {}, want the name of a built-in catalog", kind(&other));
            return Err(CatalogError::Value { path: "extends".to_owned(), problem });
        }
    };
    let mut all = resolve(base)?;
    merge(&mut all, own);
    Ok(all)
}

fn object(text: &str) -> Result<Map<String, Value>, CatalogError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let Unique(value) = serde_json::from_str(text).map_err(|error| CatalogError::Syntax {
        line: error.line(),
        column: error.column(),
        problem: message(&error),
    })?;
    match value {
        Value::Object(object) => Ok(object),
        other => Err(CatalogError::NotAnObject { found: kind(&other) }),
    }
}

/// JSON Merge Patch (RFC 7396): objects key by key, `null` removes, everything else is replaced.
fn merge(target: &mut Map<String, Value>, patch: Map<String, Value>) {
    for (key, value) in patch {
        match (target.get_mut(&key), value) {
            (_, Value::Null) => {
                target.remove(&key);
            }
            (Some(Value::Object(old)), Value::Object(new)) => merge(old, new),
            (_, Value::Object(new)) => {
                let mut fresh = Map::new();
                merge(&mut fresh, new);
                target.insert(key, Value::Object(fresh));
            }
            (_, value) => {
                target.insert(key, value);
            }
        }
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// Serde tells no path, but the line: one value of the pretty text stands on one line, and that line has one path.
fn misplaced(value: &Value) -> CatalogError {
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    match serde_json::from_str::<Data>(&text) {
        Ok(_) => CatalogError::Value { path: "catalog".to_owned(), problem: "cannot be read".to_owned() },
        Err(error) => {
            let path = path_of_line(&text, error.line());
            CatalogError::Value { path: if path.is_empty() { "catalog".to_owned() } else { path }, problem: message(&error) }
        }
    }
}

/// What serde says without where it says it.
fn message(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    text.strip_suffix(&place).unwrap_or(&text).to_owned()
}

/// Path of the value that begins on a line of pretty JSON (from 1), or of the one around it that ends there.
fn path_of_line(text: &str, line: usize) -> String {
    let mut path: Vec<Segment> = Vec::new();
    for line in text.lines().take(line) {
        let content = line.trim_start();
        let depth = (line.len() - content.len()) / 2;
        if content.starts_with(['}', ']']) || depth == 0 {
            path.truncate(depth);
            continue;
        }
        let index = match path.get(depth - 1) {
            Some(Segment::Index(index)) => index + 1,
            _ => 0,
        };
        path.truncate(depth - 1);
        path.push(key(content).map_or(Segment::Index(index), Segment::Key));
    }
    shown(&path)
}

enum Segment {
    Key(String),
    Index(usize),
}

/// `"key"` of a line `"key": value`; a text in a list has no colon after it.
fn key(content: &str) -> Option<String> {
    let mut texts = serde_json::Deserializer::from_str(content).into_iter::<String>();
    let key = texts.next()?.ok()?;
    content[texts.byte_offset()..].starts_with(':').then_some(key)
}

fn shown(path: &[Segment]) -> String {
    path.iter().fold(String::new(), |path, segment| match segment {
        Segment::Key(key) => join(&path, key),
        Segment::Index(index) => format!("{path}[{index}]"),
    })
}

/// A path and a key below it; keys that are no words stand in brackets.
pub(super) fn join(path: &str, key: &str) -> String {
    let word = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    match (word, path.is_empty()) {
        (true, true) => key.to_owned(),
        (true, false) => format!("{path}.{key}"),
        (false, _) => format!("{path}[\"{}\"]", key.escape_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::{merge, path_of_line};
    use serde_json::{Value, json};

    #[test]
    fn merging_follows_rfc_7396() {
        // pairs of RFC 7396, appendix A, as far as both sides are objects
        let cases = [
            (json!({"a":"b"}), json!({"a":"c"}), json!({"a":"c"})),
            (json!({"a":"b"}), json!({"b":"c"}), json!({"a":"b","b":"c"})),
            (json!({"a":"b"}), json!({"a":null}), json!({})),
            (json!({"a":"b","b":"c"}), json!({"a":null}), json!({"b":"c"})),
            (json!({"a":["b"]}), json!({"a":"c"}), json!({"a":"c"})),
            (json!({"a":"c"}), json!({"a":["b"]}), json!({"a":["b"]})),
            (json!({"a":{"b":"c"}}), json!({"a":{"b":"d","c":null}}), json!({"a":{"b":"d"}})),
            (json!({"a":[{"b":"c"}]}), json!({"a":[1]}), json!({"a":[1]})),
            (json!({"e":null}), json!({"a":1}), json!({"e":null,"a":1})),
            (json!({}), json!({"a":{"bb":{"ccc":null}}}), json!({"a":{"bb":{}}})),
        ];
        for (target, patch, expected) in cases {
            let (Value::Object(mut target), Value::Object(patch)) = (target, patch) else { panic!("objects only") };
            merge(&mut target, patch);
            assert_eq!(Value::Object(target), expected);
        }
    }

    #[test]
    fn every_line_of_pretty_json_has_a_path() {
        let value = json!({"a": {"b.c": [1, {"d": "x\": 1", "e": {}}, "f: g"], "h": []}, "i": [[2], [3, "k\": l"]]});
        let text = serde_json::to_string_pretty(&value).unwrap();
        let paths: Vec<_> = (1..=text.lines().count()).map(|line| path_of_line(&text, line)).collect();
        let expected = [
            "",
            "a",
            r#"a["b.c"]"#,
            r#"a["b.c"][0]"#,
            r#"a["b.c"][1]"#,
            r#"a["b.c"][1].d"#,
            r#"a["b.c"][1].e"#,
            r#"a["b.c"][1]"#,
            r#"a["b.c"][2]"#,
            r#"a["b.c"]"#,
            "a.h",
            "a",
            "i",
            "i[0]",
            "i[0][0]",
            "i[0]",
            "i[1]",
            "i[1][0]",
            "i[1][1]",
            "i[1]",
            "i",
            "",
        ];
        assert_eq!(paths, expected);
    }
}
