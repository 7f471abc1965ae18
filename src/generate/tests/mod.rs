#[path = "../../../tests/common/mod.rs"]
pub(crate) mod common;
#[cfg(feature = "schema")]
mod one_answer;
mod snapshots;
mod template;
#[cfg(all(feature = "emit", feature = "schema"))]
mod validate;
#[cfg(feature = "emit")]
mod verdicts;

use super::*;
use serde_json::json;

#[test]
fn a_template_azure_would_refuse_is_an_internal_error() {
    let template = json!({ "resources": [ { "type": "A.B/c", "apiVersion": "2023-09-01", "name": "[variables('n')]" } ] });
    let error = check_template(&template, &Json::Null).expect_err("`n` is not declared").to_string();
    assert!(error.starts_with("internal error"), "{error}");
    assert!(error.contains("\n  resources[0].name: undeclared-variable: variable `n` is not declared"), "{error}");
}
