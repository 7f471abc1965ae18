//! Checks of a template together with its parameters file.

use super::walk::{Sections, is_secure};
use super::{Findings, Rule, check};
use crate::template::MAX_RESOURCES;
use crate::{Deployment, Evaluator, Finding, NameKind, Resolved};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// Checks a template as [`lint`](super::lint) does, but for the size of its text, that the parameters file fits it, and that Azure can
/// evaluate everything in it, whatever the deployment is.
#[must_use]
pub fn lint_deployment(template: &Json, parameters: &Json) -> Vec<Finding> {
    let mut findings = Findings::default();
    if let Some(sections) = check(&mut findings, template) {
        given(&mut findings, &sections, parameters);
        evaluation(&mut findings, template, parameters);
    }
    findings.0
}

fn given(findings: &mut Findings, sections: &Sections, file: &Json) {
    let values = file.get("parameters").and_then(Json::as_object).into_iter().flatten();
    let mut given = BTreeMap::new();
    for (name, entry) in values {
        given.insert(name.to_lowercase(), entry);
        if !sections.is_declared(NameKind::Parameter, name) {
            findings.add(Rule::UnknownParameter, format!("parameters.{name}"), "the template does not declare it");
        }
    }
    for (name, definition) in sections.parameters() {
        let path = format!("parameters.{name}");
        match given.get(&name.to_lowercase()) {
            Some(entry) => {
                if let Some(value) = entry.get("value") {
                    check_value(findings, &path, definition, value);
                } else if entry.pointer("/reference/keyVault/id").is_none() {
                    findings.add(Rule::ParameterValue, path, "expected a value or a reference to a Key Vault");
                } else if !is_secure(definition) {
                    findings.add(Rule::ParameterValue, path, "a Key Vault gives values only to secure parameters");
                }
            }
            None if definition.get("defaultValue").is_none() => {
                findings.add(Rule::MissingParameter, path, "it has neither a value nor a default");
            }
            None => {}
        }
    }
}

fn check_value(findings: &mut Findings, path: &str, definition: &Json, value: &Json) {
    let kind = definition.get("type").and_then(Json::as_str).unwrap_or_default().to_ascii_lowercase();
    let fits = match kind.as_str() {
        "string" | "securestring" => value.is_string(),
        "int" => value.is_i64(),
        "bool" => value.is_boolean(),
        "array" => value.is_array(),
        "object" | "secureobject" => value.is_object(),
        _ => false,
    };
    if !fits {
        return findings.add(Rule::ParameterValue, path, format!("the value is not of type `{kind}`"));
    }
    let allowed = definition.get("allowedValues").and_then(Json::as_array);
    if allowed.is_some_and(|allowed| !allowed.iter().any(|allowed| is_equal(allowed, value))) {
        findings.add(Rule::ParameterValue, path, "the value is not among the allowed ones");
    }
    let length = match value {
        Json::String(text) => i64::try_from(text.encode_utf16().count()).ok(),
        Json::Array(items) => i64::try_from(items.len()).ok(),
        _ => None,
    };
    for (measured, lowest, highest, what) in
        [(value.as_i64(), "minValue", "maxValue", "value"), (length, "minLength", "maxLength", "length of the value")]
    {
        let Some(measured) = measured else { continue };
        let bound = |key: &str| definition.get(key).and_then(Json::as_i64);
        if bound(lowest).is_some_and(|bound| measured < bound) || bound(highest).is_some_and(|bound| measured > bound) {
            findings.add(Rule::ParameterValue, path, format!("the {what} is out of bounds"));
        }
    }
}

fn is_equal(a: &Json, b: &Json) -> bool {
    match (a, b) {
        (Json::String(a), Json::String(b)) => a.eq_ignore_ascii_case(b),
        (a, b) => a == b,
    }
}

/// Everything is evaluated with secrets hidden, so that no message can quote one.
fn evaluation(findings: &mut Findings, template: &Json, file: &Json) {
    let deployment = Deployment::default();
    let evaluator = match Evaluator::new(template, file, &deployment) {
        Ok(evaluator) => evaluator.hiding_secrets(),
        Err(error) => return findings.add(Rule::Evaluation, "$", error.to_string()),
    };
    let mut total = 0_u64;
    for (i, resource) in template["resources"].as_array().into_iter().flatten().enumerate() {
        let copies = match evaluator.copies(resource) {
            Ok(copies) => copies.value,
            Err(error) => {
                findings.add(Rule::Evaluation, format!("resources[{i}].copy.count"), error.to_string());
                continue;
            }
        };
        let count = if let Resolved::Number(number) = &copies { number.as_u64() } else { None };
        total = total.saturating_add(count.unwrap_or(1));
        if let Err(error) = evaluator.resource(resource, count.map(|_| 0)) {
            findings.add(Rule::Evaluation, format!("resources[{i}]"), error.to_string());
        }
    }
    findings.limit("resources", "resources", usize::try_from(total).unwrap_or(usize::MAX), MAX_RESOURCES);
    for (name, _) in template.get("variables").and_then(Json::as_object).into_iter().flatten() {
        if let Err(error) = evaluator.variable(name) {
            findings.add(Rule::Evaluation, format!("variables.{name}"), error.to_string());
        }
    }
    for (name, output) in template.get("outputs").and_then(Json::as_object).into_iter().flatten() {
        if let Err(error) = evaluator.evaluate(output, &[]) {
            findings.add(Rule::Evaluation, format!("outputs.{name}"), error.to_string());
        }
    }
}
