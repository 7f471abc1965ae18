//! Checks of a finished template: what Azure refuses, and what the template test toolkit (Azure/arm-ttk) finds.
//!
//! ```
//! use arm_template::{Rule, lint};
//!
//! let template = r#"{ "resources": [ { "type": "A.B/c", "apiVersion": "2023-09-01", "name": "[parameters('n')]" } ] }"#;
//! let findings = lint(template);
//! assert_eq!(findings[0].rule, Rule::UndeclaredParameter);
//! assert_eq!(findings[0].to_string(), "resources[0].name: undeclared-parameter: parameter `n` is not declared");
//! ```

mod deployment;
mod resources;
mod walk;

pub use deployment::lint_deployment;

use super::expression::{Call, Expr, MAX_EXPRESSION_CHARACTERS, NameKind};
use super::template::{MAX_OUTPUTS, MAX_PARAMETERS, MAX_RESOURCES, MAX_TEMPLATE_BYTES, MAX_VARIABLES};
use super::{Deployment, Evaluator, Resolved};
use serde_json::Value as Json;
use std::fmt;
use walk::{Area, Sections, Site, show};

/// What is wrong with a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which rule it breaks.
    pub rule: Rule,
    /// Where: `resources[0].properties.osProfile`.
    pub path: String,
    /// What was found, and what is allowed.
    pub message: String,
    /// Of an exposed secret the parameter that holds it.
    pub parameter: Option<String>,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.path, self.rule.name(), self.message)
    }
}

macro_rules! rules {
    ($($(#[$doc:meta])* $rule:ident = $name:literal,)*) => {
        /// The rules.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Rule { $($(#[$doc])* $rule,)* }

        impl Rule {
            /// Every rule.
            pub const ALL: &[Self] = &[$(Self::$rule,)*];

            /// The rule's name.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$rule => $name,)* }
            }
        }
    };
}

rules! {
    /// The file is no template.
    Template = "template",
    /// What stands in brackets is no expression.
    Expression = "expression",
    /// An expression is longer than Azure takes.
    ExpressionLength = "expression-length",
    /// There is more of something than Azure takes.
    Limit = "limit",
    /// Two names differ only in case.
    DuplicateName = "duplicate-name",
    /// The name of a parameter or variable is computed.
    ComputedName = "computed-name",
    /// A parameter is used and not declared.
    UndeclaredParameter = "undeclared-parameter",
    /// A variable is used and not declared.
    UndeclaredVariable = "undeclared-variable",
    /// A parameter is declared, and nothing that is deployed needs it.
    UnusedParameter = "unused-parameter",
    /// A variable is declared, and nothing that is deployed needs it.
    UnusedVariable = "unused-variable",
    /// What Azure only evaluates in resources stands in a variable or a parameter.
    RuntimeFunction = "runtime-function",
    /// An API version is not a literal date.
    ApiVersion = "api-version",
    /// The id of a resource is glued together.
    ResourceId = "resource-id",
    /// Something in a resource is empty.
    Blank = "blank",
    /// The region is fixed, or not taken from the parameter.
    Location = "location",
    /// The name or password of the administrator, or the size of a VM, is fixed.
    Literal = "literal",
    /// A secure parameter has a default.
    SecureDefault = "secure-default",
    /// A parameter that looks like a secret is not secure.
    InsecureParameter = "insecure-parameter",
    /// A secret gets where people can read it.
    ExposedSecret = "exposed-secret",
    /// The parameters file gives a parameter that the template does not declare.
    UnknownParameter = "unknown-parameter",
    /// The parameters file lacks a parameter that has no default.
    MissingParameter = "missing-parameter",
    /// The parameters file gives a value that the template does not allow.
    ParameterValue = "parameter-value",
    /// Azure would not evaluate it.
    Evaluation = "evaluation",
}

impl Rule {
    /// Whether only the toolkit minds, and Azure takes the template all the same.
    #[must_use]
    pub fn is_style(self) -> bool {
        matches!(self, Self::UnusedParameter | Self::UnusedVariable | Self::ResourceId | Self::Blank | Self::Location | Self::Literal)
    }
}

/// Checks the text of a template; the order of findings is that of the rules' checks and then of the text.
#[must_use]
pub fn lint(template: &str) -> Vec<Finding> {
    let mut findings = Findings::default();
    match serde_json::from_str(template) {
        Ok(json) => {
            findings.limit("$", "bytes", template.len(), MAX_TEMPLATE_BYTES);
            findings.limit("resources", "resources", copies(&json), MAX_RESOURCES);
            check(&mut findings, &json);
        }
        Err(error) => findings.add(Rule::Template, "$", format!("not JSON: {error}")),
    }
    findings.0
}

/// What a template has to be whatever it is deployed with; nothing can be said of its sections where it is no template.
fn check<'a>(findings: &mut Findings, template: &'a Json) -> Option<Sections<'a>> {
    if !template.get("resources").is_some_and(Json::is_array) {
        findings.add(Rule::Template, "$", "found no list of `resources`");
        return None;
    }
    let sections = Sections::new(template);
    limits(findings, template);
    names(findings, &sections);
    for site in &sections.sites {
        expression(findings, &sections, site);
    }
    unused(findings, &sections);
    parameters(findings, &sections);
    resources::check(findings, template, &sections);
    Some(sections)
}

/// Findings under construction.
#[derive(Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn add(&mut self, rule: Rule, path: impl Into<String>, message: impl Into<String>) {
        self.0.push(Finding { rule, path: path.into(), message: message.into(), parameter: None });
    }

    fn limit(&mut self, path: &str, what: &str, found: usize, allowed: usize) {
        if found > allowed {
            self.add(Rule::Limit, path, format!("found {found} {what}, at most {allowed} are allowed"));
        }
    }
}

fn limits(findings: &mut Findings, template: &Json) {
    for (section, limit) in [("parameters", MAX_PARAMETERS), ("variables", MAX_VARIABLES), ("outputs", MAX_OUTPUTS)] {
        let count = template.get(section).and_then(Json::as_object).map_or(0, serde_json::Map::len);
        findings.limit(section, section, count, limit);
    }
}

/// Resources with their copies, as far as defaults tell.
fn copies(json: &Json) -> usize {
    let deployment = Deployment::default();
    let resources = json["resources"].as_array().map_or(&[][..], Vec::as_slice);
    let Ok(evaluator) = Evaluator::new(json, &Json::Null, &deployment) else { return resources.len() };
    let count = |resource| match evaluator.copies(resource).map(|count| count.value) {
        Ok(Resolved::Number(number)) => number.as_u64().and_then(|n| usize::try_from(n).ok()).unwrap_or(1),
        _ => 1,
    };
    resources.iter().map(count).fold(0, usize::saturating_add)
}

fn names(findings: &mut Findings, sections: &Sections) {
    for (kind, name) in &sections.duplicates {
        findings.add(
            Rule::DuplicateName,
            format!("{}.{name}", kind.section()),
            format!("another {kind} differs from `{name}` only in case"),
        );
    }
}

fn expression(findings: &mut Findings, sections: &Sections, site: &Site) {
    let expression = match sections.read(site.text) {
        Some(Ok(expression)) => expression,
        Some(Err(error)) => return findings.add(Rule::Expression, show(&site.path), error.to_string()),
        None => return,
    };
    let characters = expression.characters();
    if characters > MAX_EXPRESSION_CHARACTERS {
        let message = format!("found {characters} characters, at most {MAX_EXPRESSION_CHARACTERS} are allowed");
        findings.add(Rule::ExpressionLength, show(&site.path), message);
    }
    expression.visit(&mut |inner| {
        if let Expr::Call(call) = inner {
            function(findings, sections, site, call);
        }
    });
}

fn function(findings: &mut Findings, sections: &Sections, site: &Site, call: &Call) {
    if let Some(kind) = NameKind::of(call) {
        match call.arguments() {
            [Expr::Text(name)] if sections.is_declared(kind, name) => {}
            [Expr::Text(name)] => {
                let rule = if kind == NameKind::Parameter { Rule::UndeclaredParameter } else { Rule::UndeclaredVariable };
                findings.add(rule, show(&site.path), format!("{kind} `{name}` is not declared"));
            }
            _ => findings.add(Rule::ComputedName, show(&site.path), format!("expected the name of a {kind}, found `{call}`")),
        }
    }
    let early = match site.area {
        Area::Parameter => is_runtime(call) || call.calls("variables"),
        Area::Variable => is_runtime(call),
        Area::Resource | Area::Output => false,
    };
    if early {
        findings.add(Rule::RuntimeFunction, show(&site.path), format!("`{}` is only evaluated in resources and outputs", call.function()));
    }
}

/// Functions that ask a running deployment: `reference`, `listKeys` and the like.
fn is_runtime(call: &Call) -> bool {
    let name = call.function().to_ascii_lowercase();
    name == "reference" || (name.starts_with("list") && name != "list")
}

fn unused(findings: &mut Findings, sections: &Sections) {
    for (kind, name) in sections.unused() {
        let rule = if kind == NameKind::Parameter { Rule::UnusedParameter } else { Rule::UnusedVariable };
        findings.add(rule, format!("{}.{name}", kind.section()), format!("nothing that is deployed needs {kind} `{name}`"));
    }
}

fn parameters(findings: &mut Findings, sections: &Sections) {
    for (name, definition) in sections.parameters() {
        let path = format!("parameters.{name}");
        let default = definition.get("defaultValue");
        let secure = walk::is_secure(definition);
        if secure && default.is_some_and(|default| !is_new_guid(default)) {
            findings.add(Rule::SecureDefault, &path, "a secure parameter must not have a default");
        }
        if !secure && looks_secret(name) {
            findings.add(Rule::InsecureParameter, &path, "by its name it is a secret, and its type is not secure");
        }
        let literal = |default: &Json| default.as_str().is_some_and(|text| !text.starts_with('[') && text != "global");
        if name.eq_ignore_ascii_case("location") && default.is_some_and(literal) {
            findings.add(Rule::Location, &path, "expected no default, `[resourceGroup().location]` or `global`");
        }
    }
}

fn is_new_guid(default: &Json) -> bool {
    default.as_str().is_some_and(|text| text.eq_ignore_ascii_case("[newGuid()]"))
}

/// As the toolkit's "Password params must be secure" tells it.
fn looks_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let harmless = ["permission", "version", "url", "uri", "name"].iter().any(|word| name.contains(word));
    name.contains("password") || name.contains("accountkey") || (name.contains("secret") && !harmless)
}
