//! The definition with its defaults filled in, as `apimodel.json`: generating from it gives the same output.

use crate::model::{AgentPool, Cluster, ContainerRuntime, NetworkPlugin, WindowsImage};
use crate::wire::{AgentPoolProfile, ClusterDefinition, KubernetesConfig, OrchestratorProfile, WindowsProfile};

/// Fills in what the definition leaves open. What is a default only because nothing was said (the docker version, a managed identity that is
/// not used) stays open: said aloud it would mean more.
pub(super) fn with_defaults(definition: &ClusterDefinition, cluster: &Cluster) -> ClusterDefinition {
    let mut filled = definition.clone();
    let properties = filled.properties.get_or_insert_default();
    orchestrator(properties.orchestrator_profile.get_or_insert_default(), cluster);
    windows(properties.windows_profile.get_or_insert_default(), cluster);
    for (pool, decided) in properties.agent_pool_profiles.iter_mut().flatten().zip(&cluster.pools) {
        fill_pool(pool, decided);
    }
    filled
}

/// A text that is there and not empty stays.
fn fill(field: &mut Option<String>, value: impl Into<String>) {
    if field.as_deref().is_none_or(str::is_empty) {
        *field = Some(value.into());
    }
}

fn join<T: ToString>(items: &[T]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

fn orchestrator(profile: &mut OrchestratorProfile, cluster: &Cluster) {
    fill(&mut profile.orchestrator_type, "Kubernetes");
    let version = &cluster.kubernetes;
    fill(&mut profile.orchestrator_release, format!("{}.{}", version.major, version.minor));
    fill(&mut profile.orchestrator_version, version.to_string());
    kubernetes(profile.kubernetes_config.get_or_insert_default(), cluster);
}

fn kubernetes(config: &mut KubernetesConfig, cluster: &Cluster) {
    let network = &cluster.network;
    if config.network_policy.as_deref() != Some("none") {
        // that deprecated policy names the plugin
        fill(&mut config.network_plugin, network.plugin.as_str());
    }
    if !(network.plugin == NetworkPlugin::Kubenet && cluster.windows.runtime == ContainerRuntime::Containerd) {
        // asked for, containerd with kubenet would need windowsSdnPluginURL
        fill(&mut config.container_runtime, cluster.windows.runtime.as_str());
    }
    fill(&mut config.cluster_subnet, join(&network.cluster_cidrs));
    fill(&mut config.service_cidr, join(&network.service_cidrs));
    fill(&mut config.dns_service_ip, network.dns_service_ip.to_string());
    fill(&mut config.load_balancer_sku, network.load_balancer_sku.as_str());
    config.exclude_master_from_standard_lb.get_or_insert(network.exclude_master_from_standard_lb);
    config.use_instance_metadata.get_or_insert(cluster.use_instance_metadata);
    if cluster.identity.is_managed() {
        config.use_managed_identity.get_or_insert(true);
    }
}

fn windows(profile: &mut WindowsProfile, cluster: &Cluster) {
    let settings = &cluster.windows;
    profile.ssh_enabled.get_or_insert(settings.ssh_keys.is_some());
    profile.enable_automatic_updates.get_or_insert(settings.automatic_updates);
    profile.windows_secure_tls_enabled.get_or_insert(settings.secure_tls);
    profile.always_pull_windows_pause_image.get_or_insert(settings.always_pull_pause_image);
    profile.enable_csi_proxy.get_or_insert(settings.csi_proxy);
    if settings.pause_images.is_empty() {
        fill(&mut profile.windows_pause_image_url, settings.pause_image.as_str());
    }
    if let WindowsImage::Marketplace { publisher, offer, sku, version } = &settings.image {
        fill(&mut profile.windows_publisher, publisher.as_str());
        fill(&mut profile.windows_offer, offer.as_str());
        fill(&mut profile.windows_sku, sku.as_str());
        fill(&mut profile.image_version, version.as_str());
    }
}

fn fill_pool(pool: &mut AgentPoolProfile, decided: &AgentPool) {
    fill(&mut pool.availability_profile, decided.availability().as_str());
    if let Some(windows) = decided.windows() {
        fill(&mut pool.storage_profile, windows.disks.kind.as_str());
        if pool.ip_address_count.is_none_or(|count| count == 0) {
            pool.ip_address_count = Some(windows.ip_address_count.into());
        }
    }
}
