use super::Context;
use crate::catalog::CloudKind;
use crate::model::{Identity, UserAssignedIdentity};
use crate::plan::{NodeSecret, PoolPlan};
use arm_template::{Call, Expr, Object, Value, functions as arm};

/// The script is copied into the extension's own folder, where the command runs: nobody but the agent can have made it. The secrets
/// go into an environment variable: `powershell.exe` writes its whole command line to an event log. cmd.exe expands `%SYSTEMDRIVE%`.
const BEFORE_SECRETS: &str = "copy /y %SYSTEMDRIVE%\\AzureData\\CustomData.bin bootstrap.ps1 >nul && set \"GEN_CSE_SECRETS=";
/// `-File` is the form of powershell.exe in which no failure ends as 0; by its full path, whatever folder a profile goes to. The redirection keeps what the engine prints where people
/// look for it.
const AFTER_SECRETS: &str = "\"&& powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -File %CD%\\bootstrap.ps1 \
> %SYSTEMDRIVE%\\AzureData\\gen-cse.log 2>&1";

/// `commandToExecute`: the secrets travel as base64 of JSON, of which no character means anything to cmd.exe.
pub(super) fn command(plan: &PoolPlan, context: &Context) -> Expr {
    let secrets =
        if has_create_object(context) { create_object(members(plan, context)) } else { arm::variables(secrets_variable(&plan.name)) };
    arm::concat([BEFORE_SECRETS.into(), arm::base64(arm::string(secrets)).into(), AFTER_SECRETS.into()])
}

/// `createObject` came to Azure in October 2020; Azure Stack Hub's template engine may be older, so the secrets are an object
/// variable there. `reference` may not stand in one, but only identities need it, and Azure Stack Hub has none.
pub(super) fn has_create_object(context: &Context) -> bool {
    context.cluster.cloud.kind == CloudKind::Public
}

/// Name of the variable with a pool's secrets, and its value.
pub(super) fn secrets_as_variable(plan: &PoolPlan, context: &Context) -> (String, Value) {
    (secrets_variable(&plan.name), Value::Object(as_object(members(plan, context))))
}

fn secrets_variable(pool: &str) -> String {
    format!("{pool}NodeSecrets")
}

/// A secret by its key, or several by theirs.
enum Member {
    One(Call),
    Several(Vec<(String, Call)>),
}

fn members(plan: &PoolPlan, context: &Context) -> Vec<(&'static str, Member)> {
    let mut members = Vec::new();
    let mut queries = Vec::new();
    for secret in &plan.secrets {
        match secret {
            NodeSecret::UrlQuery { id, .. } => queries.push((id.clone(), arm::parameters(query_parameter(id, &plan.name)))),
            other => members.push((key(other), Member::One(value(other, context)))),
        }
    }
    if !queries.is_empty() {
        members.push(("urlQueries", Member::Several(queries)));
    }
    members
}

fn create_object(members: Vec<(&'static str, Member)>) -> Call {
    let arguments = members.into_iter().flat_map(|(key, member)| {
        let value = match member {
            Member::One(call) => call,
            Member::Several(inner) => Call::new("createObject", inner.into_iter().flat_map(|(key, call)| [key.into(), call.into()])),
        };
        [key.into(), value.into()]
    });
    Call::new("createObject", arguments)
}

fn as_object(members: Vec<(&'static str, Member)>) -> Object {
    let value = |member| match member {
        Member::One(call) => call.into(),
        Member::Several(inner) => Value::Object(inner.into_iter().map(|(key, call)| (key, call.into())).collect()),
    };
    members.into_iter().map(|(key, member)| (key.to_owned(), value(member))).collect()
}

fn key(secret: &NodeSecret) -> &'static str {
    match secret {
        NodeSecret::ClientPrivateKey => "clientPrivateKey",
        NodeSecret::ServicePrincipalClientSecret => "servicePrincipalClientSecret",
        NodeSecret::UserAssignedClientId => "userAssignedClientId",
        NodeSecret::PreProvisionParameter(_) => "preProvisionParameter",
        NodeSecret::UrlQuery { .. } => "urlQueries",
        NodeSecret::ProxyCredentials { scheme, .. } => proxy_parameter(scheme),
    }
}

/// The parameter with user and password of a proxy, and its key among a node's secrets.
pub(super) fn proxy_parameter(scheme: &str) -> &'static str {
    if scheme == "https" { "httpsProxyCredentials" } else { "httpProxyCredentials" }
}

fn value(secret: &NodeSecret, context: &Context) -> Call {
    match (secret, &context.cluster.identity) {
        (NodeSecret::UserAssignedClientId, Identity::UserAssigned(identity)) => client_id(identity, context),
        (NodeSecret::PreProvisionParameter(extension), _) => arm::parameters(extension_parameter(extension)),
        (other, _) => arm::parameters(key(other)),
    }
}

/// Only Azure knows the client id of an identity.
fn client_id(identity: &UserAssignedIdentity, context: &Context) -> Call {
    arm::reference(user_assigned_identity_id(identity), context.api.managed_identity.as_str()).property("clientId")
}

/// Resource id of the identity the definition names.
pub(super) fn user_assigned_identity_id(identity: &UserAssignedIdentity) -> Expr {
    match identity {
        UserAssignedIdentity::Id(id) => id.as_str().into(),
        UserAssignedIdentity::Name(name) => {
            arm::resource_id("Microsoft.ManagedIdentity/userAssignedIdentities", [name.as_str().into()]).into()
        }
    }
}

/// The parameter of an extension profile, named as the peers name it.
pub(super) fn extension_parameter(extension: &str) -> String {
    format!("{extension}Parameters")
}

/// The parameter with the query of a download URL.
pub(super) fn query_parameter(id: &str, pool: &str) -> String {
    match id {
        "pre-provision" => format!("{pool}PreProvisionUrlQuery"),
        component => {
            let words: String = component.split('-').map(capitalised).collect();
            format!("component{words}UrlQuery")
        }
    }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}
