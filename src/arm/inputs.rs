//! Parameters, named as aks-engine names them (parts/windowsparams.t, agentparams.t, kubernetesparams.t), and their values.

use super::command::{extension_parameter, proxy_parameter, query_parameter};
use super::{Context, shared};
use crate::model::{Availability, Cluster, Identity, ImageReference, Priority, Secret, Vnet, WindowsImage, WindowsPool};
use crate::plan::NodeSecret;
use arm_template::{Parameter, ParameterType, ParameterValue, Parameters, Template, functions as arm};
use base64::Engine as _;
use serde_json::Value;
use std::collections::BTreeMap;

/// Lengths of the certificates of an authority and of a client with 4096-bit keys, what aks-engine makes (pkg/helpers/pki.go), as PEM
/// whose line ends take two characters in JSON.
const CA_CERTIFICATE: usize = 1_820;
const CLIENT_CERTIFICATE: usize = 1_925;
/// Length of the PEM of a 4096-bit private key: the largest that is usual.
const PRIVATE_KEY: usize = 3_276;
/// Length of the secret that Microsoft Entra gives a service principal.
const SERVICE_PRINCIPAL_SECRET: usize = 40;
/// Length that a parameter of a script and the query of a URL usually stay below.
const SHORT_SECRET: usize = 256;

/// A parameter with the value the definition gives it, if it gives one.
struct Input {
    name: String,
    parameter: Parameter,
    value: Option<ParameterValue>,
    /// As long as the value usually is, where only the deployment knows it.
    stand_in: Option<String>,
}

impl Input {
    fn new(name: impl Into<String>, parameter: Parameter, value: impl Into<Value>) -> Self {
        Self { name: name.into(), parameter, value: Some(ParameterValue::Value(value.into())), stand_in: None }
    }

    /// A parameter with a default only the deployment changes.
    fn with_default(name: impl Into<String>, parameter: Parameter) -> Self {
        Self { name: name.into(), parameter, value: None, stand_in: None }
    }

    fn secret(name: impl Into<String>, description: impl Into<String>, secret: &Secret, usual_length: usize) -> Self {
        let parameter = Parameter::new(ParameterType::SecureString, description);
        let stand_in = Some("x".repeat(usual_length));
        Self { name: name.into(), parameter, value: secret_value(secret, str::to_owned), stand_in }
    }

    /// Certificates and keys travel as base64 of their PEM text. Certificates are plain text unless a Key Vault holds them: only
    /// secure parameters may refer to one.
    fn certificate(name: &str, description: &str, secret: &Secret, private: bool, usual_length: usize) -> Self {
        let secure = private || matches!(secret, Secret::KeyVault { .. });
        let kind = if secure { ParameterType::SecureString } else { ParameterType::String };
        let encode = |text: &str| base64::engine::general_purpose::STANDARD.encode(text);
        let stand_in = Some(encode(&"x".repeat(usual_length)));
        Self { name: name.to_owned(), parameter: Parameter::new(kind, description), value: secret_value(secret, encode), stand_in }
    }
}

/// The value for the parameters file; `None` leaves it to the deployment.
fn secret_value(secret: &Secret, encode: impl Fn(&str) -> String) -> Option<ParameterValue> {
    match secret {
        Secret::Text(text) => Some(ParameterValue::Value(encode(text).into())),
        Secret::KeyVault { vault, name, version } => {
            Some(ParameterValue::KeyVault { vault: vault.clone(), secret: name.clone(), version: version.clone() })
        }
        Secret::AtDeployment => None,
    }
}

fn text(description: impl Into<String>) -> Parameter {
    Parameter::new(ParameterType::String, description)
}

pub(super) fn declare(context: &Context, template: &mut Template) {
    template.parameters.extend(inputs(context).into_iter().map(|input| (input.name, input.parameter)));
}

/// `azuredeploy.parameters.json`. What the definition leaves to the deployment is not in it.
pub(super) fn values(context: &Context) -> Parameters {
    Parameters(inputs(context).into_iter().filter_map(|input| Some((input.name, input.value?))).collect())
}

/// Values as long as those of a deployment will be, for measuring what is made of them.
pub(super) fn stand_ins(context: &Context) -> BTreeMap<String, Value> {
    let unknown = inputs(context).into_iter().filter(|input| !matches!(input.value, Some(ParameterValue::Value(_))));
    unknown.filter_map(|input| Some((input.name, input.stand_in?.into()))).collect()
}

fn inputs(context: &Context) -> Vec<Input> {
    let cluster = context.cluster;
    let mut all = vec![location(cluster), name_suffix(cluster)];
    all.extend(administrator(cluster));
    all.extend(image(cluster));
    all.extend(credentials(cluster));
    all.extend(queries(context));
    all.extend(roles(cluster));
    for pool in cluster.windows_pools() {
        all.extend(of_pool(cluster, pool));
    }
    all
}

fn location(cluster: &Cluster) -> Input {
    let parameter = text("Region of every resource").or(arm::resource_group().property("location"));
    let value = cluster.location.clone().map(|location| ParameterValue::Value(location.into()));
    Input { name: "location".to_owned(), parameter, value, stand_in: None }
}

fn name_suffix(cluster: &Cluster) -> Input {
    let description = "Digits at the end of the cluster's resource names; must be those of the control plane";
    Input::with_default("nameSuffix", text(description).or(cluster.name_suffix.as_str()).no_shorter_than(8).no_longer_than(8))
}

fn administrator(cluster: &Cluster) -> [Input; 2] {
    let admin = &cluster.windows.admin;
    [
        Input::new("windowsAdminUsername", text("Local administrator of the Windows nodes"), admin.username.as_str()),
        Input::secret("windowsAdminPassword", "Password of the local administrator", &admin.password, SHORT_SECRET),
    ]
}

fn image(cluster: &Cluster) -> Vec<Input> {
    let about = |name: &str, description: &str, value: &str| Input::new(name, text(description), value);
    match &cluster.windows.image {
        WindowsImage::Vhd(location) => {
            vec![about("agentWindowsSourceUrl", "Blob URL of the VHD the nodes' image is made of", &location.url)]
        }
        WindowsImage::Reference(
            ImageReference::Managed { name, resource_group } | ImageReference::Gallery { name, resource_group, .. },
        ) => vec![
            about("agentWindowsImageName", "Name of the image", name),
            about("agentWindowsImageResourceGroup", "Resource group of the image", resource_group),
        ],
        WindowsImage::Marketplace { publisher, offer, sku, version } => vec![
            about("agentWindowsPublisher", "Publisher of the image", publisher),
            about("agentWindowsOffer", "Offer of the image", offer),
            about("agentWindowsSku", "SKU of the image", sku),
            about("agentWindowsVersion", "Version of the image, or latest", version),
        ],
    }
}

fn credentials(cluster: &Cluster) -> Vec<Input> {
    let certificates = &cluster.certificates;
    let mut all = vec![
        Input::certificate(
            "caCertificate",
            "Certificate of the cluster's authority, base64 of PEM",
            &certificates.ca,
            false,
            CA_CERTIFICATE,
        ),
        Input::certificate(
            "clientCertificate",
            "Client certificate of the nodes, base64 of PEM",
            &certificates.client,
            false,
            CLIENT_CERTIFICATE,
        ),
        Input::certificate(
            "clientPrivateKey",
            "Private key of the client certificate, base64 of PEM",
            &certificates.client_key,
            true,
            PRIVATE_KEY,
        ),
    ];
    if let Identity::ServicePrincipal { client_id, secret } = &cluster.identity {
        all.push(Input::new("servicePrincipalClientId", text("Application id of the service principal"), client_id.as_str()));
        all.push(Input::secret("servicePrincipalClientSecret", "Secret of the service principal", secret, SERVICE_PRINCIPAL_SECRET));
    }
    all
}

fn roles(cluster: &Cluster) -> Option<Input> {
    let description = "Whether the identities of the nodes get their role; false where aks-engine has given it to them already";
    let parameter = Parameter::new(ParameterType::Bool, description).or(true);
    (cluster.identity == Identity::SystemAssigned).then(|| Input::with_default(shared::ASSIGN_ROLES, parameter))
}

/// Parameters of scripts, queries of URLs and users of proxies, each once however many pools use it.
fn queries(context: &Context) -> Vec<Input> {
    let mut all: Vec<Input> = Vec::new();
    let mut add = |input: Input| {
        if !all.iter().any(|known| known.name == input.name) {
            all.push(input);
        }
    };
    for (plan, pool) in context.plan.pools.iter().zip(context.cluster.windows_pools()) {
        for secret in &plan.secrets {
            match secret {
                NodeSecret::PreProvisionParameter(extension) => {
                    let parameter = pool.pre_provision.as_ref().and_then(|extension| extension.parameter.clone());
                    let description = format!("Parameter of the script of extension {extension}");
                    add(Input::secret(
                        extension_parameter(extension),
                        description,
                        &parameter.unwrap_or(Secret::AtDeployment),
                        SHORT_SECRET,
                    ));
                }
                NodeSecret::UrlQuery { id, query } => {
                    add(Input::secret(query_parameter(id, &plan.name), format!("Query of the download URL of {id}"), query, SHORT_SECRET));
                }
                NodeSecret::ProxyCredentials { scheme, credentials } => {
                    let description = format!("User and password of the proxy for {scheme}, `user:password` as in a URL");
                    add(Input::secret(proxy_parameter(scheme), description, credentials, SHORT_SECRET));
                }
                _ => {}
            }
        }
    }
    all
}

fn of_pool(cluster: &Cluster, pool: &WindowsPool) -> Vec<Input> {
    let name = |what: &str| format!("{}{what}", pool.name);
    let about = |what: &str| format!("{what} of pool {}", pool.name);
    let number = |what: &str| Parameter::new(ParameterType::Int, about(what)).at_least(0).at_most(1000);
    let mut all = vec![
        Input::new(name("Count"), number("Number of nodes"), pool.count),
        Input::new(name("VMSize"), text(about("VM size")), pool.vm_size.as_str()),
    ];
    if pool.availability == Availability::Set {
        all.push(Input::with_default(name("Offset"), number("Number of the first new node").or(0)));
    }
    let again = text(format!("Any other value runs the extension of pool {} again", pool.name)).or("1");
    all.push(Input::with_default(name("ForceUpdateTag"), again));
    if let (Vnet::Custom { .. }, Some(subnet)) = (&cluster.network.vnet, &pool.vnet_subnet_id) {
        all.push(Input::new(name("VnetSubnetID"), text(about("Resource id of the subnet")), subnet.as_str()));
    }
    if pool.availability == Availability::ScaleSet {
        all.extend(of_scale_set(pool, name, about));
    }
    all
}

fn of_scale_set(pool: &WindowsPool, name: impl Fn(&str) -> String, about: impl Fn(&str) -> String) -> Vec<Input> {
    let mut all = Vec::new();
    if !pool.zones.is_empty() {
        let zones = Parameter::new(ParameterType::Array, about("Availability zones"));
        all.push(Input::new(name("AvailabilityZones"), zones, pool.zones.clone()));
    }
    if let Priority::Surplus { name: priority, eviction_policy, .. } = &pool.priority {
        all.push(Input::new(name("ScaleSetPriority"), text(about("Priority")).one_of(["Low", "Spot"]), priority.as_str()));
        let policy = text(about("Eviction policy")).one_of(["Delete", "Deallocate"]);
        all.push(Input::new(name("ScaleSetEvictionPolicy"), policy, eviction_policy.as_str()));
    }
    all
}
