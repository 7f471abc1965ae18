//! Rules for resources and outputs.

use super::walk::{Sections, Step, show, walk};
use super::{Finding, Findings, Rule};
use crate::expression::{Call, Expr};
use serde_json::Value as Json;

/// Keys that end in `id` and hold no id of a resource: those of the toolkit that occur around VMs.
const NO_RESOURCE_IDS: [&str; 6] = ["clientid", "keyvaultsecretid", "objectid", "serviceprincipalclientid", "subscriptionid", "tenantid"];

/// Functions that may give an id, as the toolkit lists them.
const ID_FUNCTIONS: [&str; 9] = [
    "extensionresourceid",
    "resourceid",
    "subscriptionresourceid",
    "tenantresourceid",
    "if",
    "parameters",
    "reference",
    "subscription",
    "guid",
];

/// Keys whose values Azure neither logs nor gives back.
const PROTECTED_KEYS: [&str; 2] = ["protectedSettings", "adminPassword"];

pub(super) fn check(findings: &mut Findings, template: &Json, sections: &Sections) {
    for (i, resource) in template["resources"].as_array().into_iter().flatten().enumerate() {
        let mut path = vec![Step::Key("resources"), Step::Index(i)];
        head(findings, &path, resource);
        let deploys = is_text(resource.get("type"), "Microsoft.Resources/deployments");
        walk(resource, &mut path, &mut |path, value| {
            blank(findings, path, value);
            let Some(text) = value.as_str() else { return };
            let expression = match sections.read(text) {
                Some(Ok(expression)) => Some(expression),
                Some(Err(_)) => return,
                None => None,
            };
            literal(findings, sections, path, expression);
            ids(findings, sections, path, text, expression);
            let Some(expression) = expression else { return };
            calls(findings, path, expression);
            if !is_protected(path, deploys) {
                secrets(findings, sections, path, expression);
            }
        });
    }
    if let Some(outputs) = template.get("outputs") {
        walk(outputs, &mut vec![Step::Key("outputs")], &mut |path, value| {
            let Some(Ok(expression)) = value.as_str().and_then(|text| sections.read(text)) else { return };
            calls(findings, path, expression);
            secrets(findings, sections, path, expression);
            listed(findings, path, expression);
        });
    }
}

/// Type, API version and region.
fn head(findings: &mut Findings, path: &[Step], resource: &Json) {
    let at = |key: &str| format!("{}.{key}", show(path));
    let literal = |key: &str| resource.get(key).and_then(Json::as_str).filter(|text| !text.starts_with('['));
    if literal("type").is_none() {
        findings.add(Rule::Template, at("type"), "expected a literal type");
    }
    if !literal("apiVersion").is_some_and(is_api_version) {
        findings.add(Rule::ApiVersion, at("apiVersion"), "expected a literal date");
    }
    if literal("location").is_some_and(|location| location != "global") {
        findings.add(Rule::Location, at("location"), "expected a parameter");
    }
}

/// `2023-09-01` or `2023-09-01-preview`.
fn is_api_version(text: &str) -> bool {
    let date = text.strip_suffix("-preview").unwrap_or(text);
    let parts: Vec<_> = date.split('-').collect();
    let digits = |part: &&str| part.bytes().all(|b| b.is_ascii_digit());
    parts.iter().map(|part| part.len()).eq([4, 2, 2]) && parts.iter().all(digits)
}

fn is_text(value: Option<&Json>, text: &str) -> bool {
    value.and_then(Json::as_str).is_some_and(|value| value.eq_ignore_ascii_case(text))
}

/// Empty values mean something to Azure. `properties` may be empty, tags of people may, and identities are keys without a value.
fn blank(findings: &mut Findings, path: &[Step], value: &Json) {
    let empty = match value {
        Json::Null => "null",
        Json::String(text) if text.trim().is_empty() => "an empty text",
        Json::Array(items) if items.is_empty() => "an empty list",
        Json::Object(object) if object.is_empty() => "an empty object",
        _ => return,
    };
    let Some(Step::Key(key)) = path.last() else { return };
    let identity = key.starts_with('[') || key.to_ascii_lowercase().starts_with("/subscriptions/");
    let in_tags = matches!(path.get(2), Some(Step::Key("tags")));
    if *key != "properties" && !identity && !in_tags {
        findings.add(Rule::Blank, show(path), format!("found {empty}"));
    }
}

/// What the person who deploys must be able to choose.
fn literal(findings: &mut Findings, sections: &Sections, path: &[Step], expression: Option<&Expr>) {
    let Some(Step::Key(key)) = path.last() else { return };
    let chosen = ["adminUsername", "adminPassword", "vmSize"].iter().any(|chosen| key.eq_ignore_ascii_case(chosen));
    if chosen && expression.is_none_or(|expression| sections.parameters_of(expression).is_empty()) {
        findings.add(Rule::Literal, show(path), "expected a parameter");
    }
}

/// Ids and dependencies come from `resourceId()`.
fn ids(findings: &mut Findings, sections: &Sections, path: &[Step], text: &str, expression: Option<&Expr>) {
    let in_tags = matches!(path.get(2), Some(Step::Key("tags")));
    let is_id = match path {
        [.., Step::Key(key), Step::Index(_)] => *key == "dependsOn",
        [.., Step::Key(key)] if !in_tags => {
            let key = key.to_ascii_lowercase();
            key.ends_with("id") && !NO_RESOURCE_IDS.contains(&key.as_str())
        }
        _ => false,
    };
    if is_id && !expression.is_some_and(|expression| gives_id(sections, expression)) {
        let start: String = text.chars().take(60).collect();
        findings.add(Rule::ResourceId, show(path), format!("expected `resourceId()`, found `{start}`"));
    }
}

fn gives_id(sections: &Sections, expression: &Expr) -> bool {
    match sections.origin(expression) {
        Expr::Call(call) => ID_FUNCTIONS.iter().any(|function| call.calls(function)),
        Expr::Text(_) | Expr::Integer(_) => false,
    }
}

/// Ids inside expressions, and the region.
fn calls(findings: &mut Findings, path: &[Step], expression: &Expr) {
    expression.visit(&mut |inner| {
        let Expr::Call(call) = inner else { return };
        if takes_id(call) && matches!(call.arguments().first(), Some(Expr::Call(first)) if is_glue(first)) {
            findings.add(Rule::ResourceId, show(path), format!("expected `resourceId()` in `{}`, found `{}`", call.function(), call));
        }
        let group = call.calls("resourceGroup") || call.calls("deployment");
        let location = matches!(call.path().first(), Some(Expr::Text(property)) if property.eq_ignore_ascii_case("location"));
        if group && location {
            findings.add(Rule::Location, show(path), "expected the parameter instead of the group's region");
        }
    });
}

/// Functions whose first argument the toolkit looks at.
fn takes_id(call: &Call) -> bool {
    super::is_runtime(call) || call.function().to_ascii_lowercase().ends_with("resourceid")
}

fn is_glue(call: &Call) -> bool {
    ["concat", "format", "resourceGroup", "subscription"].iter().any(|function| call.calls(function))
}

/// Parameters of a nested deployment are declared there, secure or not.
fn is_protected(path: &[Step], deploys: bool) -> bool {
    let hidden = |key: &str| PROTECTED_KEYS.iter().any(|hidden| key.eq_ignore_ascii_case(hidden));
    let nested = deploys && matches!(path, [_, _, Step::Key("properties"), Step::Key("parameters"), ..]);
    nested || path.iter().any(|step| matches!(step, Step::Key(key) if hidden(key)))
}

fn secrets(findings: &mut Findings, sections: &Sections, path: &[Step], expression: &Expr) {
    for parameter in sections.parameters_of(expression).into_iter().filter(|parameter| sections.is_secure(parameter)) {
        let message = format!("secure parameter `{parameter}` stands where it can be read");
        let parameter = Some(parameter.to_owned());
        findings.0.push(Finding { rule: Rule::ExposedSecret, path: show(path), message, parameter });
    }
}

fn listed(findings: &mut Findings, path: &[Step], expression: &Expr) {
    expression.visit(&mut |inner| {
        if let Expr::Call(call) = inner
            && super::is_runtime(call)
            && !call.calls("reference")
        {
            findings.add(Rule::ExposedSecret, show(path), format!("`{}` gives secrets", call.function()));
        }
    });
}
