//! Variables with the bootstrap and the node configuration. ARM writes the JSON, so nothing is ever quoted by hand.

use super::{Context, command};
use crate::plan::{Fact, Piece, PoolPlan, Setting, Settings, Text};
use arm_template::{Call, Expr, Template, Value, functions as arm};
use indexmap::IndexSet;

const BOOTSTRAP: &str = "windowsBootstrap";
const SHARED: &str = "nodeConfiguration";
/// Lists of a pool's own configuration that are long and often the same for several pools: each different one is a variable.
const LISTS: [&str; 3] = ["steps", "kubeletArgs", "components"];
const LABEL: &str = "labelResourceGroup";
/// Longest value of a Kubernetes label.
const LABEL_LENGTH: i32 = 63;

/// Name of the variable with a pool's own part of the configuration.
fn own_variable(pool: &str) -> String {
    format!("{pool}NodeConfiguration")
}

/// Name of the variable with one of several texts or lists of a kind.
fn numbered(kind: &str, index: usize) -> String {
    format!("{kind}{}", index + 1)
}

pub(super) fn declare(context: &Context, template: &mut Template) {
    let variables = &mut template.variables;
    let bootstraps = context.bootstraps.iter().enumerate();
    variables.extend(bootstraps.map(|(index, text)| (numbered(BOOTSTRAP, index), (*text).into())));
    variables.insert(LABEL.to_owned(), label_resource_group().into());
    variables.insert(SHARED.to_owned(), object(&context.plan.configuration));
    let lists = LISTS.map(|key| (key, different_lists(context, key)));
    for (key, lists) in &lists {
        variables.extend(lists.iter().enumerate().map(|(index, list)| (numbered(key, index), value(list))));
    }
    for pool in &context.plan.pools {
        variables.insert(own_variable(&pool.name), pool_object(pool, &lists));
        if !command::has_create_object(context) {
            variables.extend([command::secrets_as_variable(pool, context)]);
        }
    }
}

fn different_lists<'a>(context: &Context<'a>, key: &str) -> IndexSet<&'a Setting> {
    context.plan.pools.iter().filter_map(|pool| pool.configuration.get(key)).collect()
}

fn pool_object(pool: &PoolPlan, lists: &[(&str, IndexSet<&Setting>)]) -> Value {
    let variable = |key: &str, setting: &Setting| {
        let (_, known) = lists.iter().find(|(list, _)| *list == key)?;
        known.get_index_of(setting).map(|index| arm::variables(numbered(key, index)).into())
    };
    let entry = |(key, setting): (&&'static str, &Setting)| ((*key).to_owned(), variable(key, setting).unwrap_or_else(|| value(setting)));
    Value::Object(pool.configuration.iter().map(entry).collect())
}

/// `[base64(concat(<bootstrap>, string(<configuration>)))]`.
pub(super) fn custom_data(context: &Context, pool: &str, bootstrap: &str) -> Expr {
    let start = arm::variables(numbered(BOOTSTRAP, context.bootstraps.iter().position(|text| *text == bootstrap).unwrap_or_default()));
    arm::base64(arm::concat([start.into(), node_configuration(pool).into()])).into()
}

/// The node configuration as it stands in the custom data: JSON on one line.
pub(super) fn node_configuration(pool: &str) -> Call {
    let whole = arm::union([arm::variables(SHARED).into(), arm::variables(own_variable(pool)).into()]);
    arm::string(whole)
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
    let expression = |piece: &Piece| match piece {
        Piece::Known(known) => known.as_str().into(),
        Piece::Fact(fact) => fact_call(*fact).into(),
    };
    match text.pieces() {
        [one] => expression(one),
        pieces => arm::concat(pieces.iter().map(expression)),
    }
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
        Fact::CaCertificate => arm::base64_to_string(arm::parameters("caCertificate")),
        Fact::ClientCertificate => arm::base64_to_string(arm::parameters("clientCertificate")),
        Fact::ServicePrincipalClientId => arm::parameters("servicePrincipalClientId"),
        Fact::AdminUsername => arm::parameters("windowsAdminUsername"),
    }
}

/// The resource group's name as a label value (aks-engine vars:133-134). `take` is not used: Microsoft's documentation says that
/// Azure Stack Hub lacks it.
fn label_resource_group() -> Call {
    let plain = arm::replace(arm::replace(arm::resource_group().property("name"), "(", "-"), ")", "-");
    let head = |length: Call| arm::substring(plain.clone(), 0, length);
    let length = arm::length(plain.clone());
    let cut = head(arm::min(length.clone(), LABEL_LENGTH));
    let ends = |mark: &str| arm::ends_with(cut.clone(), mark);
    let shorter = head(arm::min(length, LABEL_LENGTH - 1));
    let bad_end = arm::or(arm::or(ends("-"), ends("_")), ends("."));
    arm::if_else(bad_end, arm::concat([shorter.into(), "z".into()]), cut)
}
