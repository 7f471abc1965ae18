/// Who the cloud provider on a node is towards Azure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    /// Each VM or scale set has an identity of its own.
    SystemAssigned,
    /// One identity for all.
    UserAssigned(UserAssignedIdentity),
    /// An application with a secret.
    ServicePrincipal {
        /// Application id.
        client_id: String,
        /// Its secret.
        secret: Secret,
    },
}

impl Identity {
    /// Nodes get tokens from the instance metadata service and hold no secret.
    #[must_use]
    pub fn is_managed(&self) -> bool {
        !matches!(self, Self::ServicePrincipal { .. })
    }
}

/// `kubernetesConfig.userAssignedID`: a name in the cluster's resource group, or a whole resource id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserAssignedIdentity {
    /// Name of an identity in the resource group of the deployment.
    Name(String),
    /// `/subscriptions/.../userAssignedIdentities/<name>`.
    Id(String),
}

/// A value that must stay secret: as text, or where Azure finds it at deployment.
#[derive(Clone, PartialEq, Eq)]
pub enum Secret {
    /// Given in the definition.
    Text(String),
    /// A Key Vault secret, `/subscriptions/.../vaults/<kv>/secrets/<name>[/<version>]` taken apart.
    KeyVault {
        /// Resource id of the vault.
        vault: String,
        /// Name of the secret.
        name: String,
        /// Version of the secret; `None` means the latest.
        version: Option<String>,
    },
    /// Not given: the deployment must supply it.
    AtDeployment,
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Text(_) => "Secret::Text(***)",
            Self::KeyVault { .. } => "Secret::KeyVault(..)",
            Self::AtDeployment => "Secret::AtDeployment",
        })
    }
}

/// Certificates of `certificateProfile` that reach a node. PEM text, Key Vault reference, or left to the deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificates {
    /// Certificate of the cluster's authority.
    pub(crate) ca: Secret,
    /// Certificate a node presents to the API server.
    pub(crate) client: Secret,
    /// Its private key.
    pub(crate) client_key: Secret,
}
