//! The scripts of `parts/windows`, and what is rendered for the node from tables. No decisions are made here.

mod scripts;

use crate::plan::{ENGINE_EXIT_CODES, Step};
use serde_json::json;

pub use scripts::{CUSTOM_DATA, SCRIPTS};

/// A script of `parts/windows`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Script {
    /// Path below the folder the node unpacks to, with backslashes.
    pub path: &'static str,
    /// Id of the step that needs it; `None` means every node.
    pub step: Option<&'static str>,
    /// Text as it is in `parts/`, comments and all.
    pub text: &'static str,
}

/// The scripts a node with these steps needs, in the order they are packed.
pub fn scripts<'a>(steps: &'a [&'static Step]) -> impl Iterator<Item = &'static Script> + 'a {
    SCRIPTS.iter().filter(|script| script.step.is_none_or(|id| steps.iter().any(|step| step.id == id)))
}

/// `steps.json`: the order of the steps and every exit code, for the engine.
#[must_use]
pub fn steps_json(steps: &[&'static Step]) -> String {
    let engine: Vec<_> = ENGINE_EXIT_CODES.iter().map(|code| json!({"exitCode": code.exit_code, "title": code.title})).collect();
    json!({ "steps": steps, "exitCodes": engine }).to_string()
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
