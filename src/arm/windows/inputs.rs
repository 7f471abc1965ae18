//! Parameters, named as aks-engine names them (parts/windowsparams.t, agentparams.t, kubernetesparams.t), and their values.

use super::Context;
use super::command::{extension_parameter, query_parameter};
use crate::arm::{Expr, functions as arm};
use crate::arm::template::{Parameter, Parameters, Template};
use crate::model::{Availability, Cluster, Identity, ImageReference, Priority, Secret, Vnet, WindowsImage, WindowsPool};
use crate::plan::NodeSecret;
use base64::Engine as _;
use serde_json::{Value, json};

/// A parameter with the value the definition gives it, if it gives one.
struct Input {
    name: String,
    parameter: Parameter,
    value: Option<InputValue>,
}

enum InputValue {
    Plain(Value),
    Secret { secret: Secret, base64: bool },
}

impl Input {
    fn new(name: impl Into<String>, parameter: Parameter, value: Value) -> Self {
        Self { name: name.into(), parameter, value: Some(InputValue::Plain(value)) }
    }

    fn secret(name: impl Into<String>, description: &str, secret: &Secret) -> Self {
        Self { name: name.into(), parameter: Parameter::secure(description), value: Some(InputValue::Secret { secret: secret.clone(), base64: false }) }
    }

    /// Certificates and keys travel as base64 of their PEM text. They are text unless a Key Vault holds them: only secure
    /// parameters may refer to one.
    fn certificate(name: &str, description: &str, secret: &Secret, private: bool) -> Self {
        let secure = private || matches!(secret, Secret::KeyVault { .. });
        let parameter = if secure { Parameter::secure(description) } else { Parameter::text(description) };
        Self { name: name.to_owned(), parameter, value: Some(InputValue::Secret { secret: secret.clone(), base64: true }) }
    }
}

pub(super) fn declare(context: &Context, template: &mut Template) {
    for input in inputs(context) {
        template.parameters.insert(input.name, input.parameter);
    }
}

/// `azuredeploy.parameters.json`. What the definition leaves to the deployment is not in it.
pub(super) fn values(context: &Context) -> Parameters {
    let mut parameters = Parameters::default();
    for input in inputs(context) {
        match input.value {
            Some(InputValue::Plain(value)) => parameters.set(input.name, value),
            Some(InputValue::Secret { secret, base64 }) => set_secret(&mut parameters, input.name, &secret, base64),
            None => {}
        }
    }
    parameters
}

fn set_secret(parameters: &mut Parameters, name: String, secret: &Secret, base64: bool) {
    match secret {
        Secret::Text(text) if base64 => parameters.set(name, json!(base64::engine::general_purpose::STANDARD.encode(text))),
        Secret::Text(text) => parameters.set(name, json!(text)),
        Secret::KeyVault { vault, name: secret, version } => parameters.set_key_vault(name, vault, secret, version.as_deref()),
        Secret::AtDeployment => {}
    }
}

fn inputs(context: &Context) -> Vec<Input> {
    let cluster = context.cluster;
    let mut all = vec![location(cluster), name_suffix(cluster)];
    all.extend(administrator(cluster));
    all.extend(image(cluster));
    all.extend(credentials(cluster));
    all.extend(queries(context));
    for pool in &cluster.windows_pools {
        all.extend(of_pool(cluster, pool));
    }
    all
}

fn location(cluster: &Cluster) -> Input {
    let default = Expr::call("resourceGroup", []).property("location");
    let parameter = Parameter::text("Region of every resource").default_value(default);
    let value = cluster.location.as_ref().map(|location| InputValue::Plain(json!(location)));
    Input { name: "location".to_owned(), parameter, value }
}

fn name_suffix(cluster: &Cluster) -> Input {
    let description = "Digits at the end of the cluster's resource names; must be those of the control plane";
    let parameter = Parameter::text(description).default_value(json!(cluster.name_suffix)).lengths(8, 8);
    Input { name: "nameSuffix".to_owned(), parameter, value: None }
}

fn administrator(cluster: &Cluster) -> Vec<Input> {
    let admin = &cluster.windows.admin;
    vec![
        Input::new("windowsAdminUsername", Parameter::text("Local administrator of the Windows nodes"), json!(admin.username)),
        Input::secret("windowsAdminPassword", "Password of the local administrator", &admin.password),
    ]
}

fn image(cluster: &Cluster) -> Vec<Input> {
    let text = |name: &str, description: &str, value: &str| Input::new(name, Parameter::text(description), json!(value));
    match &cluster.windows.image {
        WindowsImage::Vhd { url } => vec![text("agentWindowsSourceUrl", "Blob URL of the VHD the nodes' image is made of", url)],
        WindowsImage::Reference(ImageReference::Managed { name, resource_group } | ImageReference::Gallery { name, resource_group, .. }) => vec![
            text("agentWindowsImageName", "Name of the image", name),
            text("agentWindowsImageResourceGroup", "Resource group of the image", resource_group),
        ],
        WindowsImage::Marketplace { publisher, offer, sku, version } => vec![
            text("agentWindowsPublisher", "Publisher of the image", publisher),
            text("agentWindowsOffer", "Offer of the image", offer),
            text("agentWindowsSku", "SKU of the image", sku),
            text("agentWindowsVersion", "Version of the image, or latest", version),
        ],
    }
}

fn credentials(cluster: &Cluster) -> Vec<Input> {
    let certificates = &cluster.certificates;
    let mut all = vec![
        Input::certificate("caCertificate", "Certificate of the cluster's authority, base64 of PEM", &certificates.ca, false),
        Input::certificate("clientCertificate", "Client certificate of the nodes, base64 of PEM", &certificates.client, false),
        Input::certificate("clientPrivateKey", "Private key of the client certificate, base64 of PEM", &certificates.client_key, true),
    ];
    if let Identity::ServicePrincipal { client_id, secret } = &cluster.identity {
        all.push(Input::new("servicePrincipalClientId", Parameter::text("Application id of the service principal"), json!(client_id)));
        all.push(Input::secret("servicePrincipalClientSecret", "Secret of the service principal", secret));
    }
    all
}

/// Parameters of scripts and queries of URLs, each once however many pools use it.
fn queries(context: &Context) -> Vec<Input> {
    let mut all: Vec<Input> = Vec::new();
    let mut add = |input: Input| {
        if !all.iter().any(|known| known.name == input.name) {
            all.push(input);
        }
    };
    for (plan, pool) in context.plan.pools.iter().zip(&context.cluster.windows_pools) {
        for secret in &plan.secrets {
            match secret {
                NodeSecret::PreProvisionParameter(extension) => {
                    let parameter = pool.pre_provision.as_ref().and_then(|extension| extension.parameter.clone());
                    let description = format!("Parameter of the script of extension {extension}");
                    add(Input::secret(extension_parameter(extension), &description, &parameter.unwrap_or(Secret::AtDeployment)));
                }
                NodeSecret::UrlQuery { id, query } => {
                    add(Input::secret(query_parameter(id, &plan.name), &format!("Query of the download URL of {id}"), query));
                }
                _ => {}
            }
        }
    }
    all
}

fn of_pool(cluster: &Cluster, pool: &WindowsPool) -> Vec<Input> {
    let name = |what: &str| format!("{}{what}", pool.name);
    let about = |what: &str| Parameter::text(&format!("{what} of pool {}", pool.name));
    let count = Parameter::integer(&format!("Number of nodes of pool {}", pool.name)).bounds(0, 1000);
    let mut all = vec![Input::new(name("Count"), count, json!(pool.count)), Input::new(name("VMSize"), about("VM size"), json!(pool.vm_size))];
    if pool.availability == Availability::Set {
        let offset = Parameter::integer(&format!("Number of the first new node of pool {}", pool.name)).bounds(0, 999).default_value(json!(0));
        all.push(Input { name: name("Offset"), parameter: offset, value: None });
    }
    if let (Vnet::Custom { .. }, Some(subnet)) = (&cluster.network.vnet, &pool.vnet_subnet_id) {
        all.push(Input::new(name("VnetSubnetID"), about("Resource id of the subnet"), json!(subnet)));
    }
    if pool.availability == Availability::ScaleSet && !pool.zones.is_empty() {
        let zones = Parameter::array(&format!("Availability zones of pool {}", pool.name));
        all.push(Input::new(name("AvailabilityZones"), zones, json!(pool.zones)));
    }
    if let (Availability::ScaleSet, Priority::Surplus { name: priority, eviction_policy, .. }) = (pool.availability, &pool.priority) {
        let allowed = about("Priority").allowed(["Low", "Spot"]);
        all.push(Input::new(name("ScaleSetPriority"), allowed, json!(priority)));
        let allowed = about("Eviction policy").allowed(["Delete", "Deallocate"]);
        all.push(Input::new(name("ScaleSetEvictionPolicy"), allowed, json!(eviction_policy)));
    }
    all
}
