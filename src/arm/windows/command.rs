use super::Context;
use crate::arm::{Call, Expr, functions as arm};
use crate::model::{Identity, UserAssignedIdentity};
use crate::plan::{NodeSecret, PoolPlan};

/// cmd.exe expands `%SYSTEMDRIVE%`; `-File` is the form of powershell.exe in which no failure ends as 0. The redirection keeps
/// what the engine prints where people look for it.
const BEFORE_SECRETS: &str = "copy /y %SYSTEMDRIVE%\\AzureData\\CustomData.bin %SYSTEMDRIVE%\\AzureData\\bootstrap.ps1 >nul && \
powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -File %SYSTEMDRIVE%\\AzureData\\bootstrap.ps1 -Secrets ";
const AFTER_SECRETS: &str = " > %SYSTEMDRIVE%\\AzureData\\gen-cse.log 2>&1";

/// Characters of the command around its one argument.
#[must_use]
pub fn command_literal_length() -> usize {
    BEFORE_SECRETS.len() + AFTER_SECRETS.len()
}

/// `commandToExecute`: the secrets travel as base64 of JSON, of which no character means anything to cmd.exe.
pub(super) fn command(plan: &PoolPlan, context: &Context) -> Expr {
    let mut members: Vec<Expr> = Vec::new();
    let mut queries: Vec<Expr> = Vec::new();
    for secret in &plan.secrets {
        match secret {
            NodeSecret::UrlQuery { id, .. } => {
                queries.extend([id.as_str().into(), arm::parameters(query_parameter(id, &plan.name)).into()]);
            }
            other => members.extend([key(other).into(), value(other, context).into()]),
        }
    }
    if !queries.is_empty() {
        members.extend(["urlQueries".into(), Call::new("createObject", queries).into()]);
    }
    let secrets = arm::base64(arm::string(Call::new("createObject", members)));
    arm::concat([BEFORE_SECRETS.into(), secrets.into(), AFTER_SECRETS.into()])
}

fn key(secret: &NodeSecret) -> &'static str {
    match secret {
        NodeSecret::ClientPrivateKey => "clientPrivateKey",
        NodeSecret::ServicePrincipalClientSecret => "servicePrincipalClientSecret",
        NodeSecret::UserAssignedClientId => "userAssignedClientId",
        NodeSecret::PreProvisionParameter(_) => "preProvisionParameter",
        NodeSecret::UrlQuery { .. } => "urlQueries",
    }
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
