use crate::catalog::CloudKind;
use crate::words::IdentitySystem;
use serde_json::{Map, Value};

/// The cloud a cluster is deployed to.
#[derive(Debug, Clone, PartialEq)]
pub struct Cloud {
    /// Name the cloud provider knows it by, `AzurePublicCloud`, `AzureChinaCloud`, ...; `AzureStackCloud` for every custom one.
    pub(crate) name: String,
    /// Which API versions and defaults apply.
    pub(crate) kind: CloudKind,
    /// Endpoints of a cloud that Azure's own tools do not know.
    pub(crate) custom: Option<CustomCloud>,
}

impl Cloud {
    /// Azure Stack Hub, which has less than Azure.
    #[must_use]
    pub fn is_azure_stack(&self) -> bool {
        self.kind == CloudKind::AzureStack
    }
}

/// A cloud described by the definition (`customCloudProfile`).
#[derive(Debug, Clone, PartialEq)]
pub struct CustomCloud {
    /// The endpoints, keys as the cloud provider reads them from `azurestackcloud.json`.
    pub(crate) environment: Map<String, Value>,
    /// Who issues tokens.
    pub(crate) identity_system: IdentitySystem,
}
