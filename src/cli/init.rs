use super::exit::{Exit, Failure, Outcome};
use super::terminal;
use crate::Catalog;
use crate::catalog::{CloudKind, KubernetesVersion};
use crate::words::{Availability, placeholder};
use serde_json::{Value, json};

/// A definition that is valid, small, and says at each place what could stand there instead. JSON has no comments: the remarks are
/// printed on standard error, the definition on standard output.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Kubernetes version or release, as 1.24 [default: that of the catalog]
    #[arg(long, value_name = "VERSION")]
    kubernetes: Option<String>,
    /// Name that the resources of the cluster begin with
    #[arg(long, value_name = "NAME", default_value = "mycluster")]
    dns_prefix: String,
    /// Network plugin
    #[arg(long, value_enum, default_value = "azure")]
    network: Network,
    /// Windows image
    #[arg(long, value_enum, default_value = "prepared")]
    image: Image,
    /// Cloud
    #[arg(long, value_enum, default_value = "azure")]
    cloud: Cloud,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Network {
    /// Pods get addresses of the virtual network
    Azure,
    /// Pods get addresses of their own
    Kubenet,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Image {
    /// AKS VHD, with the files of a node in it
    Prepared,
    /// Windows Server as Microsoft publishes it: nodes download their files
    Stock,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Cloud {
    /// Azure
    Azure,
    /// Azure Stack Hub
    AzureStack,
}

const REMARKS: &str = "\
A definition to begin with. Before you deploy:
  dnsPrefix       that of the cluster aks-engine made, or a new one
  adminPassword   a password of your own; or leave it out and give it with --set windowsProfile.adminPassword=@FILE
  keyData         your public SSH key, for the Linux machines
  environment     (Azure Stack Hub) what <resourceManagerEndpoint>/metadata/endpoints?api-version=1.0 tells
  certificates    of the cluster's authority: take the certificateProfile of the apimodel.json that aks-engine wrote
next: gen-cse validate FILE, then gen-cse FILE
";

pub(super) fn run(arguments: &Arguments) -> Outcome {
    let (catalog, version) = arguments.version()?;
    let definition = arguments.definition(&catalog, &version);
    terminal::print_json(&definition)?;
    if !terminal::is_quiet() {
        terminal::complain(REMARKS);
    }
    Ok(Exit::Done)
}

impl Arguments {
    /// The newest version that was asked for, of the catalog that has it.
    fn version(&self) -> Result<(Catalog, KubernetesVersion), Failure> {
        let kind = if self.cloud == Cloud::Azure { CloudKind::Public } else { CloudKind::AzureStack };
        let catalogs: Vec<Catalog> = Catalog::BUILT_IN.iter().filter_map(|name| Catalog::built_in(name).ok()).collect();
        let wanted = self.kubernetes.as_deref().map(|wanted| wanted.trim_start_matches('v'));
        let fits = |version: &KubernetesVersion| {
            let text = version.to_string();
            wanted.is_none_or(|wanted| text == wanted || text.strip_prefix(wanted).is_some_and(|rest| rest.starts_with('.')))
        };
        let version = |catalog: &Catalog| match wanted {
            None => Some(catalog.default_version(kind).clone()),
            Some(_) => catalog.versions(kind).rfind(|version| fits(version)).cloned(),
        };
        let found = catalogs.into_iter().find_map(|catalog| version(&catalog).map(|version| (catalog, version)));
        found.ok_or_else(|| {
            let wanted = wanted.unwrap_or_default();
            Failure::usage(format!("no catalog has Kubernetes `{wanted}` for this cloud; `gen-cse catalog show` lists what there is"))
        })
    }

    fn definition(&self, catalog: &Catalog, version: &KubernetesVersion) -> Value {
        let network = if self.network == Network::Azure { "azure" } else { "kubenet" };
        let mut windows = json!({ "adminUsername": "azureuser", "adminPassword": placeholder::PASSWORD });
        if self.image == Image::Stock {
            let image = catalog.image(crate::catalog::ImageChoice::Stock);
            merge(
                &mut windows,
                json!({
                    "WindowsPublisher": image.publisher, "WindowsOffer": image.offer, "WindowsSku": image.sku, "imageVersion": image.version,
                }),
            );
        }
        let mut properties = json!({
            "orchestratorProfile": {
                "orchestratorVersion": version,
                "kubernetesConfig": { "networkPlugin": network },
            },
            "masterProfile": { "count": 3, "dnsPrefix": self.dns_prefix, "vmSize": "Standard_D2_v3" },
            "agentPoolProfiles": [{
                "name": "winpool", "count": 2, "vmSize": "Standard_D4s_v3", "osType": "Windows", "osDiskSizeGB": 128,
                "availabilityProfile": if self.cloud == Cloud::Azure { Availability::ScaleSet.as_str() } else { Availability::Set.as_str() },
            }],
            "linuxProfile": {
                "adminUsername": "azureuser",
                "ssh": { "publicKeys": [{ "keyData": placeholder::SSH_KEY }] },
            },
            "windowsProfile": windows,
        });
        // on Azure Stack Hub nothing else ever knew the cloud
        if self.cloud == Cloud::AzureStack || catalog.is_external_only(version) {
            merge(&mut properties["orchestratorProfile"]["kubernetesConfig"], json!({ "useCloudControllerManager": true }));
        }
        if self.cloud == Cloud::AzureStack {
            let cloud = json!({
                "portalURL": "https://portal.local.azurestack.external/",
                "environment": {
                    "name": "AzureStackCloud",
                    "serviceManagementEndpoint": "https://management.example.onmicrosoft.com/00000000-0000-0000-0000-000000000000",
                    "resourceManagerEndpoint": "https://management.local.azurestack.external/",
                    "activeDirectoryEndpoint": "https://login.microsoftonline.com/",
                    "graphEndpoint": "https://graph.windows.net/",
                    "resourceManagerVMDNSSuffix": "cloudapp.azurestack.external",
                },
            });
            let portal = json!({ "customCloudProfile": cloud });
            merge(&mut properties, portal);
            merge(
                &mut properties,
                json!({ "servicePrincipalProfile": { "clientId": "00000000-0000-0000-0000-000000000000", "secret": placeholder::SECRET } }),
            );
        }
        let location = if self.cloud == Cloud::Azure { "westeurope" } else { "local" };
        json!({ "apiVersion": "vlabs", "location": location, "properties": properties })
    }
}

/// Adds the members of one object to another.
fn merge(object: &mut Value, more: Value) {
    if let (Value::Object(object), Value::Object(more)) = (object, more) {
        object.extend(more);
    }
}
