//! Where the expressions of a template stand, and which parameters and variables they need.

use crate::expression::{Expr, NameKind, ParseError, is_bracketed};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

/// The part of a template an expression stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Area {
    Parameter,
    Variable,
    Resource,
    Output,
}

/// A text in brackets that is no literal.
#[derive(Debug)]
pub(super) struct Site<'a> {
    pub(super) area: Area,
    pub(super) path: Vec<Step<'a>>,
    pub(super) text: &'a str,
}

/// A step from a value into it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step<'a> {
    Key(&'a str),
    Index(usize),
}

/// The steps as people write them: `resources[0].name`.
pub(super) fn show(path: &[Step]) -> String {
    let mut text = String::new();
    for step in path {
        match step {
            Step::Key(key) if text.is_empty() => text.push_str(key),
            Step::Key(key) => text.extend([".", key]),
            Step::Index(index) => text.push_str(&format!("[{index}]")),
        }
    }
    text
}

/// Calls `visit` with every value in `json`, itself first; how deep it is was bounded when it was parsed.
pub(super) fn walk<'a>(json: &'a Json, path: &mut Vec<Step<'a>>, visit: &mut impl FnMut(&[Step<'a>], &'a Json)) {
    visit(path, json);
    match json {
        Json::Array(items) => {
            for (i, item) in items.iter().enumerate() {
                path.push(Step::Index(i));
                walk(item, path, visit);
                path.pop();
            }
        }
        Json::Object(object) => {
            for (key, value) in object {
                path.push(Step::Key(key));
                walk(value, path, visit);
                path.pop();
            }
        }
        _ => {}
    }
}

/// A template by its parts.
pub(super) struct Sections<'a> {
    declared: BTreeMap<(NameKind, String), (&'a str, &'a Json)>,
    pub(super) duplicates: Vec<(NameKind, &'a str)>,
    pub(super) sites: Vec<Site<'a>>,
    /// What every text in brackets says.
    read: BTreeMap<&'a str, Result<Expr, ParseError>>,
}

impl<'a> Sections<'a> {
    pub(super) fn new(template: &'a Json) -> Self {
        let mut sections = Self { declared: BTreeMap::new(), duplicates: Vec::new(), sites: Vec::new(), read: BTreeMap::new() };
        walk(template, &mut Vec::new(), &mut |_, value| {
            for text in bracketed(value) {
                sections.read.entry(text).or_insert_with(|| Expr::read(text));
            }
        });
        for kind in [NameKind::Parameter, NameKind::Variable] {
            for (name, definition) in template.get(kind.section()).and_then(Json::as_object).into_iter().flatten() {
                if sections.declared.insert((kind, name.to_lowercase()), (name, definition)).is_some() {
                    sections.duplicates.push((kind, name));
                }
            }
        }
        sections.collect(template, "parameters", Area::Parameter);
        sections.collect(template, "variables", Area::Variable);
        sections.collect(template, "resources", Area::Resource);
        sections.collect(template, "outputs", Area::Output);
        sections
    }

    fn collect(&mut self, template: &'a Json, section: &'a str, area: Area) {
        let Some(json) = template.get(section) else { return };
        let Self { sites, read, .. } = self;
        let is_expression = |text: &str| !matches!(read.get(text), Some(Ok(Expr::Text(_) | Expr::Integer(_))));
        walk(json, &mut vec![Step::Key(section)], &mut |path, value| {
            // of a parameter Azure evaluates only the default
            let evaluated = area != Area::Parameter || matches!(path.get(2), Some(Step::Key("defaultValue")));
            for text in bracketed(value).filter(|text| evaluated && is_expression(text)) {
                sites.push(Site { area, path: path.to_vec(), text });
            }
        });
    }

    /// What a text in brackets says.
    pub(super) fn read(&self, text: &str) -> Option<&Result<Expr, ParseError>> {
        self.read.get(text)
    }

    pub(super) fn is_declared(&self, kind: NameKind, name: &str) -> bool {
        self.declared.contains_key(&(kind, name.to_lowercase()))
    }

    pub(super) fn parameters(&self) -> impl Iterator<Item = (&'a str, &'a Json)> + '_ {
        self.declared.iter().filter(|((kind, _), _)| *kind == NameKind::Parameter).map(|(_, declared)| *declared)
    }

    /// What neither a resource nor an output needs, also through others.
    pub(super) fn unused(&self) -> Vec<(NameKind, &'a str)> {
        let mut used = BTreeSet::new();
        let deployed = self.sites.iter().filter(|site| matches!(site.area, Area::Resource | Area::Output));
        let mut open: Vec<_> = deployed.flat_map(|site| self.names_of(site.text)).collect();
        while let Some((kind, name, _)) = open.pop() {
            let Some((_, definition)) = self.declared.get(&(kind, name.clone())) else { continue };
            if used.insert((kind, name)) {
                open.extend(self.inside(evaluated(kind, definition)));
            }
        }
        let unused = self.declared.iter().filter(|(key, _)| !used.contains(*key));
        unused.map(|((kind, _), (name, _))| (*kind, *name)).collect()
    }

    /// The parameters an expression needs, also through variables. Of a variable that is an object only what is taken counts.
    pub(super) fn parameters_of(&self, expression: &Expr) -> BTreeSet<&'a str> {
        let mut found = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut open = names(expression);
        while let Some((kind, name, path)) = open.pop() {
            let Some((declared, definition)) = self.declared.get(&(kind, name.clone())) else { continue };
            if kind == NameKind::Parameter {
                found.insert(*declared);
            }
            if seen.insert((kind, name, path.clone())) {
                open.extend(self.inside(follow(evaluated(kind, definition), &path)));
            }
        }
        found
    }

    pub(super) fn is_secure(&self, parameter: &str) -> bool {
        self.declared.get(&(NameKind::Parameter, parameter.to_lowercase())).is_some_and(|(_, definition)| is_secure(definition))
    }

    /// Every parameter and variable that expressions in `json` name.
    fn inside(&self, json: &Json) -> Vec<Name> {
        let mut found = Vec::new();
        walk(json, &mut Vec::new(), &mut |_, value| found.extend(bracketed(value).flat_map(|text| self.names_of(text))));
        found
    }

    /// Every parameter and variable that a text in brackets names.
    fn names_of(&self, text: &str) -> Vec<Name> {
        match self.read(text) {
            Some(Ok(expression)) => names(expression),
            _ => Vec::new(),
        }
    }

    /// The expression behind variables that only pass it on.
    pub(super) fn origin<'e>(&'e self, mut expression: &'e Expr) -> &'e Expr {
        // a chain of variables ends; one that does not is found when it is evaluated
        for _ in 0..self.declared.len() {
            let Some((NameKind::Variable, name, path)) = own_name(expression) else { break };
            let Some((_, definition)) = self.declared.get(&(NameKind::Variable, name)) else { break };
            let Some(Ok(behind)) = follow(definition, &path).as_str().and_then(|text| self.read(text)) else { break };
            expression = behind;
        }
        expression
    }
}

type Name = (NameKind, String, Vec<String>);

/// The parameter or variable that the expression is, with what is taken from it.
fn own_name(expression: &Expr) -> Option<Name> {
    let Expr::Call(call) = expression else { return None };
    let (kind, name) = call.looks_up()?;
    let keys = call.path().iter().map_while(|step| match step {
        Expr::Text(key) => Some(key.to_lowercase()),
        _ => None,
    });
    Some((kind, name.to_lowercase(), keys.collect()))
}

/// Every parameter and variable the expression names.
fn names(expression: &Expr) -> Vec<Name> {
    let mut found = Vec::new();
    expression.visit(&mut |inner| found.extend(own_name(inner)));
    found
}

/// The texts in brackets that a value itself is or has as keys, without those inside it.
fn bracketed(value: &Json) -> impl Iterator<Item = &str> {
    let keys = value.as_object().into_iter().flat_map(|object| object.keys().map(String::as_str));
    value.as_str().into_iter().chain(keys).filter(|text| is_bracketed(text))
}

/// The part of a declaration that Azure evaluates.
fn evaluated(kind: NameKind, definition: &Json) -> &Json {
    match kind {
        NameKind::Parameter => definition.get("defaultValue").unwrap_or(&Json::Null),
        NameKind::Variable => definition,
    }
}

/// The value at the path of keys in lower case, as far as there are objects that have them.
fn follow<'a>(mut json: &'a Json, path: &[String]) -> &'a Json {
    for key in path {
        let Some(object) = json.as_object() else { break };
        let Some(value) =
            object.get(key).or_else(|| object.iter().find_map(|(name, value)| (name.to_lowercase() == *key).then_some(value)))
        else {
            break;
        };
        json = value;
    }
    json
}

pub(super) fn is_secure(definition: &Json) -> bool {
    let kind = definition.get("type").and_then(Json::as_str).unwrap_or_default();
    kind.eq_ignore_ascii_case("securestring") || kind.eq_ignore_ascii_case("secureobject")
}
