//! What is rendered for the node: tables of the plan, and the place of the scripts in the custom data. No decisions are made here.

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

/// `CustomData.bin` around the scripts. It ends with the node configuration, as JSON on a line of comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CustomData<'a> {
    /// Up to the payload.
    pub head: &'a str,
    /// Between payload and configuration.
    pub tail: &'a str,
}

const PAYLOAD_MARK: &str = "@@PAYLOAD@@";

impl<'a> CustomData<'a> {
    /// Takes the template apart at its mark, which a test holds to be there once.
    #[must_use]
    pub fn of_template(template: &'a str) -> Self {
        let (head, tail) = template.split_once(PAYLOAD_MARK).unwrap_or((template, ""));
        Self { head, tail }
    }
}
