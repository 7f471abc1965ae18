//! Azure Resource Manager (ARM) templates as typed values: build them, merge them, check them, and evaluate them without Azure.
//!
//! ```
//! use arm_template::{Deployment, Evaluator, Parameter, ParameterType, Resource, Template, functions as arm, lint, object};
//! use serde_json::Value as Json;
//!
//! let mut template = Template::default();
//! template.parameters.insert("owner".into(), Parameter::new(ParameterType::String, "Who pays").or("nobody"));
//! let name = arm::concat(["it's-".into(), arm::parameters("owner").into()]);
//! let account = Resource::new("Microsoft.Storage/storageAccounts", "2023-01-01", name)
//!     .located("global")
//!     .with("sku", object([("name", Some("Standard_LRS".into()))]));
//! template.resources.push(account);
//!
//! let json = template.to_json();
//! assert_eq!(json["resources"][0]["name"], "[concat('it''s-', parameters('owner'))]");
//! assert_eq!(lint(&template.to_text()), []);
//!
//! let deployment = Deployment::default();
//! let evaluator = Evaluator::new(&json, &Json::Null, &deployment)?;
//! assert_eq!(evaluator.evaluate(&json["resources"][0]["name"], &[])?.value.to_json(), "it's-nobody");
//! # Ok::<(), arm_template::EvaluateError>(())
//! ```
//!
//! Expressions are built from an AST ([`Expr`], [`functions`]) and printed in one place, so that no value can become an expression
//! and no quote is doubled by hand. [`lint()`] finds in a finished template what Azure refuses; [`Evaluator`] says what Azure would
//! make of it, and names what only a deployed resource knows.
//!
//! Facts about the language are from the Azure Resource Manager documentation ("Syntax and expressions in ARM templates", "ARM
//! template functions", "ARM template best practices") and from the expression scanner published in Azure/bicep.

mod evaluate;
mod expression;
pub mod functions;
mod lint;
mod template;

pub use evaluate::{Deployment, EvaluateError, Evaluated, Evaluator, Loop, Piece, Resolved, Text};
pub use expression::{Call, Expr, MAX_DEPTH, MAX_EXPRESSION_CHARACTERS, NameKind, Object, ParseError, Value, object};
pub use lint::{Finding, Rule, lint, lint_deployment};
pub use template::{Conflict, Fragment, Output, Parameter, ParameterType, ParameterValue, Parameters, Resource, Template};
pub use template::{MAX_OUTPUTS, MAX_PARAMETERS, MAX_RESOURCES, MAX_TEMPLATE_BYTES, MAX_VARIABLES};
