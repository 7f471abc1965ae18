//! Variables with the bootstrap and the node configuration. ARM writes the JSON, so nothing is ever quoted by hand.

use super::Context;
use crate::arm::template::Template;
use crate::arm::{Call, Expr, Value, functions as arm};
use crate::plan::{Fact, Piece, Setting, Settings, Text};

const BOOTSTRAP: &str = "windowsBootstrap";
const BOOTSTRAP_END: &str = "windowsBootstrapEnd";
const SHARED: &str = "nodeConfiguration";
const LABEL: &str = "labelResourceGroup";
/// Longest value of a Kubernetes label.
const LABEL_LENGTH: i32 = 63;

/// Name of the variable with a pool's own part of the configuration.
fn own_variable(pool: &str) -> String {
    format!("{pool}NodeConfiguration")
}

pub(super) fn declare(context: &Context, bootstrap: [&str; 2], template: &mut Template) {
    let variables = &mut template.variables;
    variables.insert(BOOTSTRAP.to_owned(), bootstrap[0].into());
    variables.insert(BOOTSTRAP_END.to_owned(), bootstrap[1].into());
    variables.insert(LABEL.to_owned(), label_resource_group().into());
    variables.insert(SHARED.to_owned(), object(&context.plan.configuration));
    for pool in &context.plan.pools {
        variables.insert(own_variable(&pool.name), object(&pool.configuration));
    }
}

/// `[base64(concat(<bootstrap>, base64(<configuration>), <its end>))]`.
pub(super) fn custom_data(pool: &str) -> Expr {
    let whole = arm::union([arm::variables(SHARED).into(), arm::variables(own_variable(pool)).into()]);
    let configuration = arm::base64(arm::string(whole));
    arm::base64(arm::concat([arm::variables(BOOTSTRAP).into(), configuration.into(), arm::variables(BOOTSTRAP_END).into()])).into()
}

fn object(settings: &Settings) -> Value {
    Value::Object(settings.iter().map(|(key, setting)| ((*key).to_owned(), value(setting))).collect())
}

fn value(setting: &Setting) -> Value {
    match setting {
        Setting::Text(text) => text_expression(text).into(),
        Setting::Bool(value) => (*value).into(),
        Setting::Number(value) => (*value).into(),
        Setting::List(items) => items.iter().map(value).collect(),
        Setting::Object(settings) => object(settings),
    }
}

/// The text as an expression: known parts quoted, facts looked up.
pub(super) fn text_expression(text: &Text) -> Expr {
    arm::concat(text.pieces().iter().map(|piece| match piece {
        Piece::Known(known) => known.as_str().into(),
        Piece::Fact(fact) => fact_call(*fact).into(),
    }))
}

fn fact_call(fact: Fact) -> Call {
    match fact {
        Fact::ResourceGroup => arm::resource_group().property("name"),
        Fact::LabelResourceGroup => arm::variables(LABEL),
        Fact::SubscriptionId => arm::subscription().property("subscriptionId"),
        Fact::TenantId => arm::subscription().property("tenantId"),
        Fact::Location => arm::parameters("location"),
        Fact::NameSuffix => arm::parameters("nameSuffix"),
        Fact::ShortNameSuffix => arm::substring(arm::parameters("nameSuffix"), 0, 4),
        Fact::CaCertificate => arm::parameters("caCertificate"),
        Fact::ClientCertificate => arm::parameters("clientCertificate"),
        Fact::ServicePrincipalClientId => arm::parameters("servicePrincipalClientId"),
        Fact::AdminUsername => arm::parameters("windowsAdminUsername"),
    }
}

/// The resource group's name as a label value (aks-engine vars:133-134). `take` is not used: Azure Stack Hub lacks it.
fn label_resource_group() -> Call {
    let plain = arm::replace(arm::replace(arm::resource_group().property("name"), "(", "-"), ")", "-");
    let shorter = |length: Expr, most: i32| Call::new("min", [length, most.into()]);
    let head = |length: Call| arm::substring(plain.clone(), 0, length);
    let length = arm::length(plain.clone());
    let cut = head(shorter(length.clone().into(), LABEL_LENGTH));
    let ends = |mark: &str| arm::ends_with(cut.clone(), mark);
    let without_last = head(shorter(arm::sub(length, 1).into(), LABEL_LENGTH - 1));
    let bad_end = arm::or(arm::or(ends("-"), ends("_")), ends("."));
    arm::if_else(bad_end, arm::concat([without_last.into(), "z".into()]), cut)
}
