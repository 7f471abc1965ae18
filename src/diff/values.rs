//! Two JSON values, compared down to the smallest that differ.

use crate::report::{HIDDEN, is_secret_key, is_secret_text};
use serde_json::{Map, Value as Json};

/// So many elements of a list are told one by one.
const FEW: usize = 3;

/// A value that differs: its path, and what it is on each side.
#[derive(Debug, PartialEq)]
pub(super) struct Pair {
    pub(super) path: String,
    pub(super) old: Option<Json>,
    pub(super) new: Option<Json>,
}

/// Every pair that differs. What is empty is the same as nothing: Azure takes it so.
pub(super) fn pairs(old: &Json, new: &Json) -> Vec<Pair> {
    let mut found = Vec::new();
    collect("", Some(old), Some(new), &mut found);
    found
}

fn collect(path: &str, old: Option<&Json>, new: Option<&Json>, found: &mut Vec<Pair>) {
    let (old, new) = (old.filter(|value| !is_empty(value)), new.filter(|value| !is_empty(value)));
    if old == new {
        return;
    }
    match (old, new) {
        (Some(Json::Object(old)), Some(Json::Object(new))) => members(old, new, |key| joined(path, key), found),
        (Some(Json::Array(a)), Some(Json::Array(b))) => match (by_name(a), by_name(b)) {
            (Some(a), Some(b)) if !a.is_empty() && !b.is_empty() => elements(path, a, b, found),
            _ => found.push(pair(path, old, new)),
        },
        _ => found.push(pair(path, old, new)),
    }
}

fn members(old: &Map<String, Json>, new: &Map<String, Json>, join: impl Fn(&str) -> String, found: &mut Vec<Pair>) {
    let keys = old.keys().chain(new.keys().filter(|key| !old.contains_key(*key)));
    for key in keys {
        collect(&join(key), old.get(key), new.get(key), found);
    }
}

fn is_empty(value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::Array(items) => items.is_empty(),
        Json::Object(members) => members.is_empty(),
        _ => false,
    }
}

/// Elements that only one list has are told one by one while they are few, else together.
fn elements(path: &str, mut old: Map<String, Json>, mut new: Map<String, Json>, found: &mut Vec<Pair>) {
    let only = |these: &Map<String, Json>, those: &Map<String, Json>| -> Vec<String> {
        these.keys().filter(|name| !those.contains_key(*name)).cloned().collect()
    };
    let (removed, added) = (only(&old, &new), only(&new, &old));
    if removed.len() + added.len() > FEW {
        let take = |names: Vec<String>, list: &mut Map<String, Json>| -> Option<Json> {
            (!names.is_empty()).then(|| names.iter().filter_map(|name| list.shift_remove(name)).collect())
        };
        let (removed, added) = (take(removed, &mut old), take(added, &mut new));
        found.push(pair(path, removed.as_ref(), added.as_ref()));
    }
    members(&old, &new, |name| format!("{path}[{name}]"), found);
}

fn joined(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

/// The elements of a list by what they are called; nothing when one has no name, or two have the same.
fn by_name(items: &[Json]) -> Option<Map<String, Json>> {
    let mut named = Map::new();
    for item in items {
        if named.insert(name(item)?.to_owned(), item.clone()).is_some() {
            return None;
        }
    }
    Some(named)
}

/// What an element of a list is called.
pub(super) fn name(item: &Json) -> Option<&str> {
    ["id", "name", "registry", "build"].iter().find_map(|key| item.get(key)?.as_str())
}

fn pair(path: &str, old: Option<&Json>, new: Option<&Json>) -> Pair {
    let key = path.rsplit('.').next().unwrap_or(path);
    let shown = |value: Option<&Json>| value.map(|value| without_secrets(key, value));
    Pair { path: path.to_owned(), old: shown(old), new: shown(new) }
}

/// The value without what its key or its text says to be secret.
fn without_secrets(key: &str, value: &Json) -> Json {
    match value {
        // what only the deployment knows is told by its name
        Json::String(text) if text.starts_with('<') && text.ends_with('>') => value.clone(),
        Json::String(text) if is_secret_text(text) => HIDDEN.into(),
        Json::Array(items) => items.iter().map(|item| without_secrets(key, item)).collect(),
        Json::Object(members) => members.iter().map(|(key, member)| (key.clone(), without_secrets(key, member))).collect(),
        Json::Bool(_) | Json::Null => value.clone(),
        _ if is_secret_key(key) => HIDDEN.into(),
        _ => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn paths(old: &Json, new: &Json) -> Vec<(String, Option<Json>, Option<Json>)> {
        pairs(old, new).into_iter().map(|pair| (pair.path, pair.old, pair.new)).collect()
    }

    #[test]
    fn the_smallest_values_that_differ_are_found() {
        let old = json!({ "a": { "b": 1, "c": [1, 2], "gone": { "x": 1 } }, "same": [{ "x": 1 }], "null": null, "empty": {} });
        let new = json!({ "a": { "b": 2, "c": [2, 1], "new": true }, "same": [{ "x": 1 }], "list": [] });
        let expected = [
            ("a.b".to_owned(), Some(json!(1)), Some(json!(2))),
            ("a.c".to_owned(), Some(json!([1, 2])), Some(json!([2, 1]))),
            ("a.gone".to_owned(), Some(json!({ "x": 1 })), None),
            ("a.new".to_owned(), None, Some(json!(true))),
        ];
        assert_eq!(paths(&old, &new), expected);
    }

    #[test]
    fn elements_of_lists_are_matched_by_their_names() {
        let old = json!([{ "id": "cni", "url": "a" }, { "id": "kubernetes", "url": "k" }]);
        let new = json!([{ "id": "kubernetes", "url": "k" }, { "id": "cni", "url": "b" }]);
        assert_eq!(paths(&old, &new), [("[cni].url".to_owned(), Some(json!("a")), Some(json!("b")))]);
        assert_eq!(paths(&json!([{ "id": "a" }, { "id": "a" }]), &json!([{ "id": "a" }])).len(), 1);
    }

    #[test]
    fn many_elements_are_told_together() {
        let list = |numbers: std::ops::Range<u32>| numbers.map(|number| json!({ "name": format!("ip{number}") })).collect::<Json>();
        let found = paths(&json!({ "ips": list(0..2) }), &json!({ "ips": list(1..9) }));
        assert_eq!(found, [("ips".to_owned(), Some(list(0..1)), Some(list(2..9)))]);
    }

    #[test]
    fn secrets_are_compared_and_not_shown() {
        let old = json!({ "adminPassword": "one", "url": "https://h/x?sig=1", "gap": "<parameters('secret')>" });
        let new = json!({ "adminPassword": "two", "url": "https://h/x?sig=2", "gap": "<parameters('other')>" });
        let found = format!("{:?}", paths(&old, &new));
        assert!(!found.contains("one") && !found.contains("two") && !found.contains("sig="), "{found}");
        assert_eq!(paths(&old, &new).len(), 3);
    }
}
