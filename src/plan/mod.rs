//! What each pool's nodes will do, decided before anything is rendered: steps, components, configuration and secrets.

mod components;
mod configuration;
mod proxy;
mod setting;
mod steps;

pub use components::Downloads;
#[cfg(feature = "vhd")]
pub(crate) use components::{has_engine, on_build, stock_image};
pub use setting::{Fact, Piece, Setting, Settings, Text};
pub use steps::{ENGINE_EXIT_CODES, STEPS, Step};

use crate::catalog::{Catalog, CloudKind, Component, ComponentId, KubernetesVersion, Notice, version_of};
use crate::model::{Availability, Cluster, NetworkPlugin, RuntimeHandler, Secret, WindowsImage, WindowsPool};
use serde::Serialize;

/// Choices of the person who generates that concern how a node bootstraps, not what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NodeOptions {
    /// The extension fails unless the kubelet answers its health check.
    pub wait_for_kubelet: bool,
    /// Seconds the kubelet has for that.
    pub kubelet_timeout_seconds: u32,
    /// Minutes all steps together may take; Azure gives an extension 90.
    pub deadline_minutes: u32,
    /// `c:\akse-cache` stays on the node.
    pub keep_cache: bool,
}

impl Default for NodeOptions {
    fn default() -> Self {
        Self { wait_for_kubelet: true, kubelet_timeout_seconds: 300, deadline_minutes: 60, keep_cache: false }
    }
}

/// What of a cluster or pool needs scripts that no step of its own stands for; words of the `# with:` lines of scripts.
#[must_use]
pub fn traits(cluster: &Cluster, configuration: &Settings, pool: &PoolPlan) -> Vec<&'static str> {
    let has_query = pool.secrets.iter().any(|secret| matches!(secret, NodeSecret::UrlQuery { .. }));
    let azure_cni = cluster.network.plugin == NetworkPlugin::Azure;
    let all = [
        ("azure-stack-interfaces", cluster.cloud.custom.is_some() && azure_cni),
        ("container-disk", configuration.contains_key("containerDiskGB")),
        ("dual-stack", cluster.network.dual_stack),
        ("hyperv", has_hyperv(cluster)),
        ("parallel-pulls", configuration.contains_key("maxParallelImagePulls")),
        ("registry-mirrors", configuration.contains_key("registryMirrors")),
        ("url-query", has_query),
    ];
    all.into_iter().filter_map(|(name, holds)| holds.then_some(name)).collect()
}

/// Pods may run in virtual machines of their own.
fn has_hyperv(cluster: &Cluster) -> bool {
    cluster.windows.default_handler == RuntimeHandler::HyperV || !cluster.windows.hyperv_builds.is_empty()
}

/// Everything decided for a cluster.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ClusterPlan {
    /// Kubernetes version of the nodes.
    pub kubernetes_version: KubernetesVersion,
    /// Configuration that is the same for every Windows pool.
    pub configuration: Settings,
    /// The Windows pools.
    pub pools: Vec<PoolPlan>,
}

impl ClusterPlan {
    /// What the nodes of some pool need, each component once.
    #[must_use]
    pub fn components(&self) -> Vec<&Component> {
        let mut all: Vec<&Component> = Vec::new();
        for component in self.pools.iter().flat_map(|pool| &pool.components) {
            if !all.iter().any(|known| known.id == component.id) {
                all.push(component);
            }
        }
        all
    }
}

/// Everything decided for one Windows pool.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PoolPlan {
    /// Name of the pool.
    pub name: String,
    /// What the chosen image is expected to be; the node looks for itself.
    pub expected_image: ExpectedImage,
    /// Ids of the steps, in order.
    #[serde(serialize_with = "step_ids")]
    pub steps: Vec<&'static Step>,
    /// Files a node needs, each with URL, hashes and size.
    pub components: Vec<Component>,
    /// Configuration of this pool beside, or instead of, the cluster's.
    pub configuration: Settings,
    /// What the extension's command passes in its protected argument.
    pub secrets: Vec<NodeSecret>,
    /// What nodes download, with and without a prepared image.
    pub downloads: Downloads,
}

/// What kind of image a pool uses, as far as the definition tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ExpectedImage {
    /// A prepared image the catalog knows.
    Vhd {
        /// `publisher:offer:sku:version`.
        image: String,
    },
    /// A prepared image that the catalog does not know: what it has cached shows on the node.
    Prepared {
        /// `publisher:offer:sku:version`.
        image: String,
    },
    /// A stock image.
    Stock {
        /// `publisher:offer:sku:version`.
        image: String,
    },
    /// A marketplace image of a publisher that the catalog does not know: it may be either.
    Unknown {
        /// `publisher:offer:sku:version`.
        image: String,
    },
    /// The user's own: it may be either.
    Custom,
}

/// A secret of the node, by the key it has in the extension's argument.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum NodeSecret {
    /// Private key of the node's client certificate.
    ClientPrivateKey,
    /// Secret of the service principal.
    ServicePrincipalClientSecret,
    /// Client id of the user-assigned identity, which only the deployment can look up.
    UserAssignedClientId,
    /// Parameter of the pre-provision script: name of its extension profile.
    PreProvisionParameter(String),
    /// Query of a download URL: id of the component, or `pre-provision`.
    UrlQuery {
        /// Id of the component, or `pre-provision`.
        id: String,
        /// The query without question mark.
        #[serde(skip)]
        query: Secret,
    },
    /// User and password of the proxy for a scheme, `http` or `https`, as `user:password` of a URL.
    ProxyCredentials {
        /// `http` or `https`.
        scheme: &'static str,
        /// As in a URL, percent-encoded.
        #[serde(skip)]
        credentials: Secret,
    },
}

fn step_ids<S: serde::Serializer>(steps: &[&'static Step], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(steps.iter().map(|step| step.id))
}

/// The Windows build that the image tells; the user's own does not.
fn image_build<'a>(cluster: &Cluster, catalog: &'a Catalog) -> Option<&'a str> {
    let WindowsImage::Marketplace { publisher, offer, sku, version } = &cluster.windows.image else { return None };
    catalog.build_of_image(publisher, offer, sku, version)
}

/// Known problems of the cluster's versions, whatever the patch level of its image. `components`: what its nodes need.
pub(crate) fn notices<'a>(
    cluster: &'a Cluster,
    catalog: &'a Catalog,
    components: &[&Component],
) -> impl Iterator<Item = (&'a str, &'a Notice)> {
    let containerd = components.iter().find(|component| component.id == ComponentId::Containerd).and_then(|found| version_of(found));
    let nvme = cluster.windows_pools().any(|pool| pool.nvme);
    catalog.notices().filter(move |(_, notice)| notice.concerns(&cluster.kubernetes, containerd.as_ref()) && (nvme || !notice.nvme))
}

/// Decides everything for the cluster.
#[must_use]
pub fn plan(cluster: &Cluster, catalog: &Catalog, options: &NodeOptions) -> ClusterPlan {
    let (components, queries) = components::needed(cluster, catalog);
    let configuration = configuration::of_cluster(cluster, catalog, options, &components);
    let plan_pool = |pool: &WindowsPool| {
        let mut components = components.clone();
        components.extend(components::of_pool(cluster, catalog, pool));
        let steps: Vec<_> = STEPS.iter().filter(|step| (step.needed)(cluster, pool) && is_wanted(step, catalog, options)).collect();
        PoolPlan {
            name: pool.name.to_string(),
            expected_image: expected_image(cluster, catalog),
            configuration: configuration::of_pool(cluster, catalog, pool, &steps, &components),
            secrets: secrets(cluster, pool, catalog, &queries),
            downloads: components::downloads(cluster, catalog, &components),
            steps,
            components,
        }
    };
    let pools = cluster.windows_pools().map(plan_pool).collect();
    ClusterPlan { kubernetes_version: cluster.kubernetes.clone(), configuration, pools }
}

/// Steps that the catalog or an option decides about, whatever the cluster is.
fn is_wanted(step: &Step, catalog: &Catalog, options: &NodeOptions) -> bool {
    let nodes = catalog.nodes();
    match step.id {
        "proxy" => nodes.proxy.is_given(),
        "trusted-certificates" => !nodes.trusted_certificates.is_empty(),
        "image-pulls" => !nodes.pull_images.is_empty(),
        "cache-removal" => !options.keep_cache,
        _ => true,
    }
}

fn expected_image(cluster: &Cluster, catalog: &Catalog) -> ExpectedImage {
    let WindowsImage::Marketplace { publisher, offer, sku, version } = &cluster.windows.image else {
        return ExpectedImage::Custom;
    };
    let image = format!("{publisher}:{offer}:{sku}:{version}");
    match catalog.publisher(publisher) {
        _ if components::prepared_image(cluster, catalog).is_some() => ExpectedImage::Vhd { image },
        Some(publisher) if publisher.prepared => ExpectedImage::Prepared { image },
        Some(_) => ExpectedImage::Stock { image },
        None => ExpectedImage::Unknown { image },
    }
}

fn secrets(cluster: &Cluster, pool: &WindowsPool, catalog: &Catalog, queries: &[NodeSecret]) -> Vec<NodeSecret> {
    use crate::model::Identity;
    let mut secrets = vec![NodeSecret::ClientPrivateKey];
    match cluster.identity {
        Identity::ServicePrincipal { .. } => secrets.push(NodeSecret::ServicePrincipalClientSecret),
        Identity::UserAssigned(_) => secrets.push(NodeSecret::UserAssignedClientId),
        Identity::SystemAssigned => {}
    }
    secrets.extend(queries.iter().cloned());
    let proxy = &catalog.nodes().proxy;
    for (scheme, url) in [("http", &proxy.http), ("https", &proxy.https)] {
        if let Some(credentials) = url.as_ref().and_then(|url| url.credentials.clone()) {
            secrets.push(NodeSecret::ProxyCredentials { scheme, credentials: Secret::Text(credentials) });
        }
    }
    if let Some(extension) = &pool.pre_provision {
        if extension.parameter.is_some() {
            secrets.push(NodeSecret::PreProvisionParameter(extension.name.clone()));
        }
        if let Some(query) = &extension.url_query {
            secrets.push(NodeSecret::UrlQuery { id: "pre-provision".to_owned(), query: Secret::Text(query.clone()) });
        }
    }
    secrets
}

/// Name of the scale set or the common part of the VM names of a pool (aks-engine pkg/api/types.go `GetAgentVMPrefix`).
#[must_use]
pub fn vm_name_prefix(name: &str, index: usize, windows: bool, availability: Availability, scale_set_name: Option<&str>) -> Text {
    if let (Availability::ScaleSet, Some(name)) = (availability, scale_set_name) {
        return name.into();
    }
    if windows {
        return Text::default().fact(Fact::ShortNameSuffix).text(format!("k8s{index:02}"));
    }
    let tail = if availability == Availability::ScaleSet { "-vmss" } else { "-" };
    Text::default().text(format!("k8s-{name}-")).fact(Fact::NameSuffix).text(tail)
}

/// The cloud node manager of Azure Stack Hub needs the stamp's root certificate beside its files.
pub(crate) fn exports_azure_stack_root(cluster: &Cluster) -> bool {
    cluster.cloud.kind == CloudKind::AzureStack && cluster.external_cloud_provider
}

/// What the cloud node manager reads below `c:\k`, which it mounts: up to 1.24 it runs as an ordinary user, later as SYSTEM.
pub(crate) fn container_user_files(cluster: &Cluster) -> Vec<&'static str> {
    if !cluster.external_cloud_provider || cluster.kubernetes.at_least(1, 25) {
        return Vec::new();
    }
    let stack = [r"c:\k\azure.json", r"c:\k\azurestackcloud.json", r"c:\k\azsroot.cer", r"c:\k\certoc.exe", r"c:\k\addazsroot.bat"];
    let stack = stack.into_iter().filter(|_| exports_azure_stack_root(cluster));
    [r"c:\k\config"].into_iter().chain(stack).collect()
}
