//! Custom data of aks-engine and of its fork: a setup script into which the values are spliced, with its helper scripts as the base64 of a
//! zip; further values are arguments of the command. Names and forms: `parts/k8s/kuberneteswindowssetup.ps1`,
//! `pkg/engine/virtualmachineextensions.go`.

mod powershell;

use super::{Bootstrap, Maker, Script};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use powershell::assignment;
use serde_json::{Map, Value as Json};
use std::io::{Cursor, Read as _};
use zip::ZipArchive;

/// How a value is written in the setup script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Text,
    /// A text that says `true` or `false`.
    Flag,
    /// Base64 of PEM.
    Pem,
}

/// Variables of the setup script that hold what the template gives, each with the key that the node configuration has for it.
const VALUES: &[(&str, &str, Form)] = &[
    ("AgentCertificate", "clientCertificate", Form::Pem),
    ("AlwaysPullWindowsPauseImage", "alwaysPullPauseImage", Form::Flag),
    ("CACertificate", "caCertificate", Form::Pem),
    ("ContainerRuntime", "containerRuntime", Form::Text),
    ("ContainerdSdnPluginUrl", "sdnPluginUrl", Form::Text),
    ("ContainerdUrl", "containerdUrl", Form::Text),
    ("CsiProxyUrl", "csiProxyUrl", Form::Text),
    ("DefaultContainerdRuntimeHandler", "defaultRuntimeHandler", Form::Text),
    ("DockerVersion", "dockerVersion", Form::Text),
    ("EnableCsiProxy", "enableCsiProxy", Form::Flag),
    ("EnableHostsConfigAgent", "enableHostsConfigAgent", Form::Flag),
    ("EnableTelemetry", "enableTelemetry", Form::Flag),
    ("ExcludeMasterFromStandardLB", "excludeMasterFromStandardLB", Form::Flag),
    ("HypervRuntimeHandlers", "hypervRuntimeHandlers", Form::Text),
    ("IsDualStackEnabled", "dualStack", Form::Flag),
    ("KubeBinariesPackageSASURL", "kubernetesPackageUrl", Form::Text),
    ("KubeBinariesVersion", "kubernetesVersion", Form::Text),
    ("KubeClusterCIDR", "clusterCidr", Form::Text),
    ("KubeServiceCIDR", "serviceCidr", Form::Text),
    ("KubeletConfigArgs", "kubeletArgs", Form::Text),
    ("KubeletNodeLabels", "nodeLabels", Form::Text),
    ("KubeproxyFeatureGates", "kubeProxyFeatureGates", Form::Text),
    ("LoadBalancerSku", "loadBalancerSku", Form::Text),
    ("MasterSubnet", "masterSubnet", Form::Text),
    ("NetworkPlugin", "networkPlugin", Form::Text),
    ("PrimaryAvailabilitySetName", "primaryAvailabilitySetName", Form::Text),
    ("PrimaryScaleSetName", "primaryScaleSetName", Form::Text),
    ("ProvisioningScriptsPackageUrl", "provisioningScriptsPackageUrl", Form::Text),
    ("ResourceGroup", "resourceGroup", Form::Text),
    ("RouteTableName", "routeTableName", Form::Text),
    ("SSHKeys", "sshKeys", Form::Text),
    ("SecurityGroupName", "securityGroupName", Form::Text),
    ("SshEnabled", "sshEnabled", Form::Flag),
    ("SubnetName", "subnetName", Form::Text),
    ("SubscriptionId", "subscriptionId", Form::Text),
    ("TelemetryKey", "telemetryKey", Form::Text),
    ("TenantId", "tenantId", Form::Text),
    ("UseInstanceMetadata", "useInstanceMetadata", Form::Flag),
    ("UseManagedIdentityExtension", "useManagedIdentity", Form::Flag),
    ("VNetCIDR", "vnetCidr", Form::Text),
    ("VNetCNIPluginsURL", "azureCniUrl", Form::Text),
    ("VNetName", "vnetName", Form::Text),
    ("VmType", "vmType", Form::Text),
    ("WindowsKubeBinariesURL", "windowsNodeBinariesUrl", Form::Text),
    ("WindowsPauseImageURL", "pauseImage", Form::Text),
    ("WindowsSecureTLSEnabled", "secureTls", Form::Flag),
    ("WindowsTelemetryGUID", "windowsTelemetryGuid", Form::Text),
];

/// Arguments of the setup script; a key of none is a secret, which is never read.
const ARGUMENTS: &[(&str, Option<&str>)] = &[
    ("MasterIP", Some("apiServerIp")),
    ("KubeDnsServiceIp", Some("dnsServiceIp")),
    ("MasterFQDNPrefix", Some("masterFqdnPrefix")),
    ("Location", Some("location")),
    ("AgentKey", None),
    ("AADClientId", Some("servicePrincipalClientId")),
    ("AADClientSecret", None),
    ("NetworkAPIVersion", Some("networkApiVersion")),
    ("TargetEnvironment", Some("targetEnvironment")),
    ("UserAssignedClientID", Some("userAssignedClientId")),
];

/// What the base64 of every zip begins with.
const ZIP: &str = "UEsDB";
/// Bytes that all files of a zip together may have.
const MAX_UNPACKED_BYTES: u64 = 16 << 20;

/// Whether this is a setup script: several of its variables are assigned.
pub(super) fn is(custom_data: &str) -> bool {
    custom_data.lines().filter_map(assignment).filter(|assigned| known(&assigned.name).is_some()).take(3).count() == 3
}

/// What is wrong with it, as a sentence.
pub(super) fn read(custom_data: &str, command: &str) -> Result<Bootstrap, String> {
    let zip = zip_literal(custom_data);
    let scripts = zip.map_or_else(|| Ok(Vec::new()), unzip)?;
    let mut configuration = Map::new();
    let mut setup = String::with_capacity(custom_data.len());
    for line in custom_data.lines() {
        match assignment(line).and_then(|assigned| Some((known(&assigned.name)?, assigned))) {
            Some(((name, key, form), assigned)) => {
                configuration.insert((*key).to_owned(), formed(assigned.value, *form));
                setup.extend([&line[..assigned.at.start], "<", name, ">", &line[assigned.at.end..], "\n"]);
            }
            None => setup.extend([line, "\n"]),
        }
    }
    if let Some(zip) = zip {
        setup = setup.replacen(zip, "<zip>", 1);
    }
    let command = arguments(command, &mut configuration);
    Ok(Bootstrap { maker: Maker::AksEngine, configuration: Json::Object(configuration), scripts, setup, command })
}

fn known(name: &str) -> Option<&'static (&'static str, &'static str, Form)> {
    VALUES.iter().find(|(theirs, ..)| theirs.eq_ignore_ascii_case(name))
}

/// As the node configuration has it.
fn formed(value: Json, form: Form) -> Json {
    match (&value, form) {
        (Json::String(text), Form::Flag) if text.eq_ignore_ascii_case("true") => true.into(),
        (Json::String(text), Form::Flag) if text.eq_ignore_ascii_case("false") => false.into(),
        (Json::String(text), Form::Pem) => pem(text).into(),
        _ => value,
    }
}

/// What only the deployment knows stays a call.
fn pem(text: &str) -> String {
    if let Some(call) = text.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')) {
        return format!("<base64ToString({call})>");
    }
    let decoded = STANDARD.decode(text).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    decoded.unwrap_or_else(|| text.to_owned())
}

fn zip_literal(text: &str) -> Option<&str> {
    let start = ["\"", "'"].iter().filter_map(|quote| text.find(&format!("{quote}{ZIP}"))).min()? + 1;
    let length = text[start..].find(['"', '\''])?;
    Some(&text[start..start + length])
}

fn unzip(base64: &str) -> Result<Vec<Script>, String> {
    let bytes = STANDARD.decode(base64).map_err(|error| format!("the zip is not base64: {error}"))?;
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| format!("the zip cannot be read: {error}"))?;
    let mut left = MAX_UNPACKED_BYTES;
    let mut scripts = Vec::new();
    for index in 0..archive.len() {
        let damaged = |error: zip::result::ZipError| format!("the zip cannot be read: {error}");
        let entry = archive.by_index(index).map_err(damaged)?;
        let path = entry.name().map_err(damaged)?.into_owned();
        let mut bytes = Vec::new();
        entry.take(left).read_to_end(&mut bytes).map_err(|error| format!("`{path}` of the zip cannot be read: {error}"))?;
        left = left.saturating_sub(bytes.len() as u64);
        if !path.ends_with('/') {
            scripts.push(Script::new(path, String::from_utf8_lossy(&bytes).into_owned()));
        }
    }
    Ok(scripts)
}

/// Adds the arguments to the configuration; returns the command with a name in place of each.
///
/// They stand between single quotes, and so do names in what only the deployment knows: an argument ends where the next begins.
fn arguments(command: &str, configuration: &mut Map<String, Json>) -> String {
    let find = |(name, key): &(&'static str, Option<&'static str>)| {
        let option = format!("-{name} ");
        Some((command.find(&option)?, option.len(), *name, *key))
    };
    let mut found: Vec<_> = ARGUMENTS.iter().filter_map(find).collect();
    found.sort_unstable();
    let mut shown = String::new();
    let mut done = 0;
    for (index, (place, length, name, key)) in found.iter().enumerate() {
        let start = place + length;
        let next = found.get(index + 1).map(|(next, ..)| *next);
        let end = next.or_else(|| command[start..].find("' ;").map(|end| start + end)).unwrap_or(command.len());
        if let Some(key) = key {
            let value = command[start..end].trim().trim_matches('\'');
            configuration.insert((*key).to_owned(), value.into());
        }
        let gap = if next.is_some() { " " } else { "" };
        shown.extend([&command[done..start], "<", name, ">", gap]);
        done = end;
    }
    shown + &command[done..]
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn arguments_end_where_the_next_begins_and_secrets_are_not_read() {
        let command = "powershell -command \"$arguments = '-MasterIP 10.0.0.5 -AgentKey c2VjcmV0 -AADClientId <parameters('id')> \
                       -AADClientSecret ''<base64(parameters('secret'))>'' -NetworkAPIVersion 2018-08-01 ' ; $inputFile = 'x' ; run\"";
        let mut configuration = Map::new();
        let shown = arguments(command, &mut configuration);
        let expected =
            json!({ "apiServerIp": "10.0.0.5", "servicePrincipalClientId": "<parameters('id')>", "networkApiVersion": "2018-08-01" });
        assert_eq!(Json::Object(configuration), expected);
        let expected = "powershell -command \"$arguments = '-MasterIP <MasterIP> -AgentKey <AgentKey> -AADClientId <AADClientId> \
                        -AADClientSecret <AADClientSecret> -NetworkAPIVersion <NetworkAPIVersion>' ; $inputFile = 'x' ; run\"";
        assert_eq!(shown, expected);
    }

    #[test]
    fn values_get_the_form_of_the_node_configuration() {
        assert_eq!(formed(json!("True"), Form::Flag), json!(true));
        assert_eq!(formed(json!("<x>"), Form::Flag), json!("<x>"));
        assert_eq!(formed(json!("Z2l2ZW4="), Form::Pem), json!("given"));
        assert_eq!(formed(json!("<parameters('caCertificate')>"), Form::Pem), json!("<base64ToString(parameters('caCertificate'))>"));
    }

    #[test]
    fn three_known_variables_make_a_setup_script() {
        let script = "$global:KubeDir = \"c:\\k\"\n$global:VmType = \"vmss\"\n$global:ResourceGroup = \"g\"\n";
        assert!(!is(script));
        assert!(is(&format!("{script}$global:SubnetName = \"s\"\n")));
    }
}
