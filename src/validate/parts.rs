use crate::catalog::Catalog;
use crate::wire::{
    AgentPoolProfile, At, ClusterDefinition, FeatureFlags, KubernetesConfig, MasterProfile, OrchestratorProfile, Properties, WindowsProfile,
};

/// The parts of a definition, each with its path; there is nothing in those that it does not have. And the catalog, which says what else is
/// to be known.
pub(super) struct Parts<'a> {
    pub(super) definition: At<'a, ClusterDefinition>,
    pub(super) properties: At<'a, Properties>,
    pub(super) orchestrator: At<'a, OrchestratorProfile>,
    pub(super) kubernetes: At<'a, KubernetesConfig>,
    pub(super) flags: At<'a, FeatureFlags>,
    pub(super) masters: At<'a, MasterProfile>,
    pub(super) windows: At<'a, WindowsProfile>,
    pub(super) pools: Vec<At<'a, AgentPoolProfile>>,
    pub(super) catalog: &'a Catalog,
}

impl<'a> Parts<'a> {
    pub(super) fn of(definition: &'a ClusterDefinition, catalog: &'a Catalog) -> Self {
        let definition = At::root(definition);
        let properties = definition.properties();
        let orchestrator = properties.orchestrator_profile();
        Self {
            kubernetes: orchestrator.kubernetes_config(),
            orchestrator,
            flags: properties.feature_flags(),
            masters: properties.master_profile(),
            windows: properties.windows_profile(),
            pools: properties.agent_pool_profiles().iter().collect(),
            definition,
            properties,
            catalog,
        }
    }
}
