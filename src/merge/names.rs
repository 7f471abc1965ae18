//! Which parameters and variables a value looks up, through however many variables.

use arm_template::{Expr, NameKind};
use serde_json::{Map, Value as Json};
use std::collections::{BTreeMap, BTreeSet};

/// Put in front of a variable of ours whose name the host has for something else.
pub(super) const OURS: &str = "windowsBootstrap";

/// Names of one kind in a value, as they are written there.
pub(super) fn looked_up(value: &Json, kind: NameKind) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    visit(value, &mut |text| {
        let Ok(expression) = Expr::read(text) else { return };
        expression.visit(&mut |part| {
            if let Expr::Call(call) = part
                && let Some((found_kind, name)) = call.looks_up()
                && found_kind == kind
            {
                found.insert(name.to_owned());
            }
        });
    });
    found
}

fn visit(value: &Json, see: &mut impl FnMut(&str)) {
    match value {
        Json::String(text) if text.starts_with('[') => see(text),
        Json::Array(items) => items.iter().for_each(|item| visit(item, see)),
        Json::Object(entries) => entries.values().for_each(|item| visit(item, see)),
        _ => {}
    }
}

/// Azure does not mind the case of a name.
pub(super) fn get<'a>(entries: &'a Json, name: &str) -> Option<&'a Json> {
    entries.as_object()?.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

pub(super) fn has(entries: &Map<String, Json>, name: &str) -> bool {
    entries.keys().any(|key| key.eq_ignore_ascii_case(name))
}

/// Variables that these values need, as they are declared.
pub(super) fn closure<'a>(template: &'a Json, values: impl IntoIterator<Item = &'a Json>) -> BTreeSet<String> {
    let empty = Map::new();
    let variables = template["variables"].as_object().unwrap_or(&empty);
    let declared: BTreeMap<String, (&String, &Json)> =
        variables.iter().map(|(name, value)| (name.to_ascii_lowercase(), (name, value))).collect();
    let mut needed = BTreeSet::new();
    let mut open: Vec<&Json> = values.into_iter().collect();
    while let Some(value) = open.pop() {
        for name in looked_up(value, NameKind::Variable) {
            if let Some((name, value)) = declared.get(&name.to_ascii_lowercase())
                && needed.insert((*name).clone())
            {
                open.push(value);
            }
        }
    }
    needed
}

/// Parameters that these values look up themselves.
pub(super) fn parameters<'a>(values: impl IntoIterator<Item = &'a Json>) -> BTreeSet<String> {
    values.into_iter().flat_map(|value| looked_up(value, NameKind::Parameter)).collect()
}

/// Variables of ours that must take another name, with that name. One with the host's very value serves as it is, unless that
/// value looks up one that had to be renamed.
pub(super) fn collisions(theirs: &Map<String, Json>, ours: &[(String, Json)]) -> BTreeMap<String, String> {
    let mut renamed = BTreeMap::new();
    let mut calls = Calls::default();
    loop {
        let differs = |name: &str, value: &Json| {
            let is_other = theirs.iter().any(|(key, there)| key.eq_ignore_ascii_case(name) && there != value);
            is_other || (has(theirs, name) && calls.put_into(value) != *value)
        };
        let Some((name, _)) = ours.iter().find(|(name, value)| !renamed.contains_key(name) && differs(name, value)) else {
            return renamed;
        };
        let mut new = format!("{OURS}{}", capitalised(name));
        while has(theirs, &new) || ours.iter().any(|(other, _)| other.eq_ignore_ascii_case(&new)) {
            new.push('2');
        }
        calls.replace(NameKind::Variable, name, NameKind::Variable, &new);
        renamed.insert(name.clone(), new);
    }
}

fn capitalised(name: &str) -> String {
    let mut characters = name.chars();
    characters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(characters).collect()
}

/// Look-ups of ours that are others in the host. A literal cannot hold `variables('x')`: its quotes would be doubled.
#[derive(Debug, Default)]
pub(super) struct Calls(Vec<(String, String)>);

impl Calls {
    pub(super) fn replace(&mut self, old_kind: NameKind, old: &str, new_kind: NameKind, new: &str) {
        self.0.push((call(old_kind, old), call(new_kind, new)));
    }

    /// A copy with the host's calls.
    pub(super) fn put_into(&self, value: &Json) -> Json {
        match value {
            Json::String(text) if text.starts_with('[') && !text.starts_with("[[") => {
                Json::String(self.0.iter().fold(text.clone(), |text, (old, new)| text.replace(old, new)))
            }
            Json::Array(items) => items.iter().map(|item| self.put_into(item)).collect(),
            Json::Object(entries) => entries.iter().map(|(key, item)| (key.clone(), self.put_into(item))).collect(),
            other => other.clone(),
        }
    }
}

fn call(kind: NameKind, name: &str) -> String {
    let function = match kind {
        NameKind::Parameter => "parameters",
        NameKind::Variable => "variables",
    };
    format!("{function}('{name}')")
}
