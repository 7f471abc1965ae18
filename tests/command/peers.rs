//! Templates of the peers whose Windows machines have a bootstrap in the peers' form: the placeholders of `tests/peer-templates` filled with a
//! setup script, a zip of helper scripts and a command, as `aks-engine.md` 1.2 and 1.3 tell of them.

use super::Folder;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::fs;
use std::io::{Cursor, Write as _};
use std::path::Path;
use zip::write::SimpleFileOptions;

const SETUP: &str = include_str!("peer-setup.ps1");
/// A helper script, which may have quotes of either kind.
pub(crate) const HELPER: (&str, &str) =
    ("k8s/kuberneteswindowsfunctions.ps1", "function Write-Log($message) {\n    Write-Output 'log: ' \"$message\"\n}\n");

/// A secret of each sample, as it stands in a parameters file.
pub(crate) fn client_key() -> String {
    STANDARD.encode("stand-in-clientPrivateKey")
}

/// Each with its catalog.
pub(crate) const TEMPLATES: [(&str, &str); 5] = [
    ("availability-set-docker", "aks-engine"),
    ("scale-set-containerd", "aks-engine"),
    ("hybrid-vmss", "aks-engine"),
    ("azure-stack", "aks-engine-azurestack"),
    ("scale-set-1.33", "aks-engine-azurestack"),
];

/// A file of the samples.
pub(crate) fn read(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peer-templates").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A folder with `azuredeploy.json`, `azuredeploy.parameters.json` and `apimodel.json` of a sample, with its placeholders. Certificates and keys
/// are base64, as the peers have them.
pub(crate) fn as_it_is(name: &str) -> Folder {
    let folder = Folder::new();
    folder.write("azuredeploy.json", read(&format!("{name}.json")));
    let mut parameters: Value = serde_json::from_str(&read(&format!("{name}.parameters.json"))).expect("JSON");
    for (name, entry) in parameters["parameters"].as_object_mut().expect("parameters") {
        if name.ends_with("Certificate") || name.ends_with("PrivateKey") {
            entry["value"] = json!(STANDARD.encode(format!("stand-in-{name}")));
        }
    }
    folder.write("azuredeploy.parameters.json", parameters.to_string());
    folder.write("apimodel.json", read(&format!("{name}.apimodel.json")));
    folder
}

/// The same with a bootstrap.
pub(crate) fn bootstrapped(name: &str) -> Folder {
    let folder = as_it_is(name);
    let mut template = folder.json("azuredeploy.json");
    fill(&mut template, &[HELPER]);
    folder.write("azuredeploy.json", template.to_string());
    folder
}

/// Gives each Windows machine the peers' bootstrap.
pub(crate) fn fill(template: &mut Value, helpers: &[(&str, &str)]) {
    let zip = zip_of(helpers);
    for resource in template["resources"].as_array_mut().expect("resources") {
        let pool = resource["tags"]["poolName"].as_str().unwrap_or_default().to_owned();
        if resource["properties"]["type"] == "CustomScriptExtension" {
            resource["properties"]["protectedSettings"]["commandToExecute"] = json!(command());
        }
        let is_set = resource["type"] == "Microsoft.Compute/virtualMachineScaleSets";
        let profile = if is_set { &mut resource["properties"]["virtualMachineProfile"] } else { &mut resource["properties"] };
        if profile.pointer("/osProfile/windowsConfiguration").is_some() {
            profile["osProfile"]["customData"] = json!(custom_data(&SETUP.replace("POOL", &pool).replace("ZIP", &zip)));
            for extension in profile.pointer_mut("/extensionProfile/extensions").and_then(Value::as_array_mut).into_iter().flatten() {
                if extension["properties"]["type"] == "CustomScriptExtension" {
                    extension["properties"]["protectedSettings"]["commandToExecute"] = json!(command());
                }
            }
        }
    }
}

fn zip_of(files: &[(&str, &str)]) -> String {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (path, text) in files {
        zip.start_file(*path, SimpleFileOptions::default()).expect("memory");
        zip.write_all(text.as_bytes()).expect("memory");
    }
    STANDARD.encode(zip.finish().expect("memory").into_inner())
}

/// `[base64(concat('...', parameters('x'), '...'))]`
fn custom_data(script: &str) -> String {
    assert!(!script.contains('\'') || script.starts_with('#'), "quotes end the literals");
    let body: String = script.lines().skip_while(|line| line.starts_with('#')).map(|line| format!("{line}\n")).collect();
    let mut parts = body.split('@');
    let mut expression = String::from("[base64(concat('");
    expression += parts.next().unwrap_or_default();
    let mut closing = false;
    for part in parts {
        match part.split_once(':').filter(|(kind, _)| !closing && ["p", "v"].contains(kind)) {
            Some((kind, name)) => {
                let function = if kind == "p" { "parameters" } else { "variables" };
                expression += &format!("',{function}('{name}'),'");
                closing = true;
            }
            None if closing => {
                expression += part;
                closing = false;
            }
            None => {
                expression.push('@');
                expression += part;
            }
        }
    }
    expression + "'))]"
}

/// As `aks-engine.md` 1.3 lists its pieces.
fn command() -> &'static str {
    "[concat('echo %DATE%,%TIME%,%COMPUTERNAME% && powershell.exe -ExecutionPolicy Unrestricted -command \"', '$arguments = ', \
     variables('singleQuote'),'-MasterIP ',variables('kubernetesAPIServerIP'),' -KubeDnsServiceIp ',parameters('kubeDnsServiceIp'),\
     ' -MasterFQDNPrefix ',variables('masterFqdnPrefix'),' -Location ',variables('location'),' -TargetEnvironment ',\
     parameters('targetEnvironment'),' -AgentKey ',parameters('clientPrivateKey'),' -AADClientId ',variables('servicePrincipalClientId'),\
     ' -AADClientSecret ',variables('singleQuote'),variables('singleQuote'),base64(variables('servicePrincipalClientSecret')),\
     variables('singleQuote'),variables('singleQuote'),' -NetworkAPIVersion ',variables('apiVersionNetwork'),' ',\
     variables('singleQuote'), ' ; ', variables('windowsCustomScriptSuffix'), \
     '\" > %SYSTEMDRIVE%\\AzureData\\CustomDataSetupScript.log 2>&1 ; exit $LASTEXITCODE')]"
}
