//! What is rendered for the node: tables of the plan, and the places of the two long literals in the custom data. No decisions are
//! made here.

use crate::plan::Step;
use serde_json::json;

/// `steps.json`: the steps in their order, for the engine.
#[must_use]
pub fn steps_json(steps: &[&'static Step]) -> String {
    let steps: Vec<_> = steps
        .iter()
        .map(|step| json!({ "id": step.id, "function": step.function, "exitCode": step.exit_code, "afterRestart": step.after_restart }))
        .collect();
    json!({ "steps": steps }).to_string()
}

/// `CustomData.bin` around its two long literals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CustomData<'a> {
    /// Up to the payload.
    pub head: &'a str,
    /// Between payload and configuration.
    pub middle: &'a str,
    /// Behind the configuration.
    pub tail: &'a str,
}

const PAYLOAD_MARK: &str = "@@PAYLOAD@@";
const CONFIGURATION_MARK: &str = "@@CONFIGURATION@@";

impl<'a> CustomData<'a> {
    /// Takes the template apart at its two marks, which a test holds to be there once each.
    #[must_use]
    pub fn of_template(template: &'a str) -> Self {
        let (head, rest) = template.split_once(PAYLOAD_MARK).unwrap_or((template, ""));
        let (middle, tail) = rest.split_once(CONFIGURATION_MARK).unwrap_or((rest, ""));
        Self { head, middle, tail }
    }
}
