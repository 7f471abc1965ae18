//! Typed ARM JSON: expressions, templates, checks of a finished template, and an evaluator of the functions we emit.
//!
//! Expressions are built from an AST and printed in one place, so that no value can become an expression and no quote is doubled by
//! hand. Facts about the language are from the Azure Resource Manager documentation ("Syntax and expressions in ARM templates",
//! "ARM template functions", "ARM template best practices") and from the expression scanner published in Azure/bicep.

pub mod evaluate;
pub mod expression;
pub mod functions;
pub mod lint;
pub mod template;
pub mod windows;

pub use evaluate::{Deployment, EvaluateError, Evaluated, Evaluator, Loop, Piece, Resolved, Text};
pub use expression::{Call, Expr, MAX_EXPRESSION_CHARACTERS, Object, ParseError, Value, object};
pub use lint::{Finding, Rule, lint, lint_deployment};
pub use template::{Conflict, Fragment, Output, Parameter, ParameterType, ParameterValue, Parameters, Resource, Template};
