//! From a cluster definition to what a node gets: custom data and the extension's command, as Azure would resolve them.

use crate::artifacts::{self, Artifact};
use crate::command::Folder;
use crate::common;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A marker in every secret of a definition, by which a leak is found. Keys are base64 in a definition, so theirs is, too.
pub(crate) const SECRET: &str = "Marker-secret1-9f2c";
/// User and password of the proxy, as definitions.json has them.
pub(crate) const PROXY_CREDENTIALS: &str = "lab:Marker-secret1-9f2c%40p";

/// Of nobody: signed by itself, its key thrown away.
const CERTIFICATE: &str = include_str!("certificate.pem");

/// What the first Windows pool of a definition gets.
pub(crate) struct Cluster {
    pub(crate) folder: Folder,
    pub(crate) configuration: Value,
    /// Options of the command it was generated with.
    pub(crate) options: Vec<String>,
    /// Files that the mirror has.
    pub(crate) artifacts: Vec<Artifact>,
}

impl Cluster {
    /// Generates twice: first to learn which files are wanted, then with a catalog that knows the made-up ones.
    pub(crate) fn generate(definition: &Value, catalog: &Value) -> Self {
        Self::generate_with(definition, catalog, &[])
    }

    /// With options of the command.
    pub(crate) fn generate_with(definition: &Value, catalog: &Value, options: &[&str]) -> Self {
        let folder = Folder::with(with_secrets(definition).to_string());
        folder.write("authority.pem", CERTIFICATE);
        let wanted = generate(&folder, catalog_name(definition), options);
        let version = wanted["kubernetesVersion"].as_str().expect("a version").to_owned();
        let mut made: BTreeMap<String, Artifact> = BTreeMap::new();
        let of_builds = wanted["componentsOfBuilds"].as_array().into_iter().flatten();
        for component in wanted["components"].as_array().expect("components").iter().chain(of_builds) {
            let id = component["id"].as_str().expect("an id");
            for url in urls(component) {
                made.insert(url.to_owned(), artifacts::artifact(id, url, &program_version(id, url, &version)));
            }
        }
        let made: Vec<Artifact> = made.into_values().collect();
        let mut known = artifacts::catalog(catalog_name(definition), &made);
        for (key, value) in catalog.as_object().into_iter().flatten() {
            known[key] = value.clone();
        }
        folder.write("catalog.json", known.to_string());
        let configuration = generate(&folder, "catalog.json", options);
        Self { folder, configuration, options: options.iter().map(|&option| option.to_owned()).collect(), artifacts: made }
    }

    pub(crate) fn custom_data(&self) -> PathBuf {
        self.folder.path("customdata.ps1")
    }

    pub(crate) fn command(&self) -> PathBuf {
        self.folder.path("cse.txt")
    }

    /// What the mirror serves: `<host>/<path>` to file.
    pub(crate) fn files(&self) -> BTreeMap<String, PathBuf> {
        let key = |url: &str| url.split_once("://").map_or(url, |(_, rest)| rest).to_owned();
        self.artifacts.iter().map(|artifact| (key(&artifact.url), artifact.file.clone())).collect()
    }
}

/// Where a component's file is: one URL, or several in the order of their trial.
fn urls(component: &Value) -> Vec<&str> {
    let one = component["url"].as_str();
    let several = component["urls"].as_array().into_iter().flatten().filter_map(Value::as_str);
    one.into_iter().chain(several).collect()
}

/// What the programs of a component say of themselves.
fn program_version(id: &str, url: &str, kubernetes: &str) -> String {
    if matches!(id, "kubernetes" | "node-binaries") { format!("v{kubernetes}") } else { version_in_name(url) }
}

/// The version that the name of a file tells.
pub(crate) fn version_in_name(url: &str) -> String {
    let name = url.rsplit('/').next().unwrap_or_default();
    let digits = name.split(|c: char| !c.is_ascii_digit() && c != '.').find(|part| part.matches('.').count() == 2);
    format!("v{}", digits.unwrap_or("1.0.0"))
}

fn catalog_name(definition: &Value) -> &'static str {
    let version = &definition["properties"]["orchestratorProfile"];
    let text = version["orchestratorVersion"].as_str().or(version["orchestratorRelease"].as_str()).unwrap_or_default();
    let minor: u32 = text.split('.').nth(1).and_then(|minor| minor.parse().ok()).unwrap_or(23);
    if minor >= 33 { "aks-engine-azurestack" } else { "aks-engine" }
}

/// Values for what a deployment is asked for otherwise, and [`SECRET`] in all that is secret.
fn with_secrets(definition: &Value) -> Value {
    let mut definition = definition.clone();
    let properties = &mut definition["properties"];
    properties["certificateProfile"] = json!({
        "caCertificate": CERTIFICATE,
        "caPrivateKey": SECRET,
        "apiServerCertificate": "api", "apiServerPrivateKey": SECRET,
        "clientCertificate": CERTIFICATE,
        "clientPrivateKey": format!("-----BEGIN RSA PRIVATE KEY-----\n{SECRET}\n-----END RSA PRIVATE KEY-----\n"),
        "kubeConfigCertificate": "kubeconfig", "kubeConfigPrivateKey": SECRET,
        "etcdServerCertificate": "etcd", "etcdServerPrivateKey": SECRET,
        "etcdClientCertificate": "etcd", "etcdClientPrivateKey": SECRET,
        "etcdPeerCertificates": ["a"], "etcdPeerPrivateKeys": [SECRET],
    });
    if let Some(secret) = properties.get_mut("servicePrincipalProfile").and_then(|profile| profile.get_mut("secret")) {
        *secret = json!(SECRET);
    }
    for extension in properties.get_mut("extensionProfiles").and_then(Value::as_array_mut).into_iter().flatten() {
        extension["urlQuery"] = json!(format!("?sv=2020-08-04&sig={SECRET}"));
        extension["extensionParameters"] = json!(format!("-Name 'it''s' -Token {SECRET}"));
    }
    definition
}

/// Runs the command, writes what the node gets beside the definition, and returns the node configuration.
fn generate(folder: &Folder, catalog: &str, options: &[&str]) -> Value {
    let words = ["generate", "apimodel.json", "--catalog", catalog, "-o", catalog.strip_suffix(".json").unwrap_or("first")];
    folder.run(&[&words, options].concat()).ends(0);
    let out = catalog.strip_suffix(".json").unwrap_or("first");
    let template = folder.json(&format!("{out}/azuredeploy.json"));
    let parameters = folder.json(&format!("{out}/azuredeploy.parameters.json"));
    let node = common::resolve_template(&template, &parameters, &common::deployment()).into_iter().next().expect("a Windows pool");
    folder.write("customdata.ps1", &node.custom_data);
    folder.write("cse.txt", &node.command);
    node.configuration
}
