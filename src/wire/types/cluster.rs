//! The top of the definition, and the profiles that concern the whole cluster.

use super::{AgentPoolProfile, CustomCloudProfile, LinuxProfile, MasterProfile, OrchestratorProfile, TextMap, WindowsProfile, definition};

definition! {
    /// A cluster definition (API model): the root of the file.
    ClusterDefinition {
        /// Which model the file follows; always `vlabs`.
        "apiVersion" api_version: String where ApiVersion,
        /// Azure resource id of the cluster. Nothing in the template depends on it.
        "id" id: String,
        /// Azure region, `westus2`; upper case and spaces are accepted. It decides the cloud (public, China, German, US government) when
        /// there is no customCloudProfile. The template's `location` parameter.
        "location" location: String,
        /// Name of the cluster resource. Nothing in the template depends on it.
        "name" name: String,
        /// Purchase plan of the cluster resource. Nothing in the template depends on it.
        "plan" plan: ResourcePurchasePlan,
        /// Tags of the cluster resource. Nothing in the template depends on them. Tags of nodes are in agentPoolProfiles[].customVMTags.
        "tags" tags: TextMap,
        /// Resource type of the cluster. Nothing in the template depends on it.
        "type" kind: String,
        /// The cluster. Required.
        "properties" properties: Properties,
    }
}

definition! {
    /// Purchase plan of an Azure Marketplace offer.
    ResourcePurchasePlan {
        /// Name of the plan.
        "name" name: String,
        /// Product (offer) of the plan.
        "product" product: String,
        /// Promotion code.
        "promotionCode" promotion_code: String,
        /// Publisher of the plan.
        "publisher" publisher: String,
    }
}

definition! {
    /// The cluster: control plane, agent pools, and what they have in common.
    Properties {
        /// State of a deployed cluster, written by Azure; not read.
        "provisioningState" provisioning_state: String,
        /// Kubernetes version and settings.
        "orchestratorProfile" orchestrator_profile: OrchestratorProfile,
        /// The control plane nodes, which run Linux. Required.
        "masterProfile" master_profile: MasterProfile,
        /// The agent pools, Linux and Windows; each Windows pool gets custom data and a Custom Script Extension.
        "agentPoolProfiles" agent_pool_profiles: Vec<AgentPoolProfile>,
        /// Administrator and SSH keys of the Linux nodes. Required, also when all agent pools run Windows: its SSH keys are accepted
        /// by the Windows nodes too.
        "linuxProfile" linux_profile: LinuxProfile,
        /// Extensions that pools refer to by name.
        "extensionProfiles" extension_profiles: Vec<ExtensionProfile>,
        /// Administrator, image and software of the Windows nodes. Required when a pool runs Windows.
        "windowsProfile" windows_profile: WindowsProfile,
        /// Identity with which the nodes call Azure, unless useManagedIdentity is true.
        "servicePrincipalProfile" service_principal_profile: ServicePrincipalProfile,
        /// Certificates and keys of the cluster; what is missing is generated.
        "certificateProfile" certificate_profile: CertificateProfile,
        /// Azure Active Directory sign-in to the API server. Control plane only.
        "aadProfile" aad_profile: AadProfile,
        /// Features that are off unless asked for.
        "featureFlags" feature_flags: FeatureFlags,
        /// Endpoints of a cloud other than the public ones. Its presence makes the cluster one for a custom cloud, usually Azure Stack Hub.
        "customCloudProfile" custom_cloud_profile: CustomCloudProfile,
        /// Where telemetry goes. Linux only.
        "telemetryProfile" telemetry_profile: TelemetryProfile,
    }
}

definition! {
    /// Features that are off unless asked for. The `enforce...` flags exist in aks-engine-azurestack only.
    FeatureFlags {
        /// Run the custom script in the background. Linux only.
        "enableCSERunInBackground" enable_cse_run_in_background: bool = false,
        /// Block traffic from the nodes to the internet by a network security rule. Windows nodes need an image that has
        /// everything cached, or mirrors inside the network.
        "blockOutboundInternet" block_outbound_internet: bool = false,
        /// IPv4 and IPv6 addresses for pods and services. Windows nodes need Kubernetes 1.19 and host build 19041 or later.
        "enableIPv6DualStack" enable_ipv6_dual_stack: bool = false,
        /// Send telemetry from the nodes. Linux only.
        "enableTelemetry" enable_telemetry: bool = false,
        /// IPv6 addresses only. Not for clusters with Windows pools.
        "enableIPv6Only" enable_ipv6_only: bool = false,
        /// Direct server return: kube-proxy on Windows nodes gets the feature gates `WinDSR=true,WinOverlay=false`, and the azure CNI
        /// loopback DSR. Needs Kubernetes 1.20 and Windows Server 2019 of October 2020 or later.
        "enableWinDSR" enable_win_dsr: bool = false,
        /// Harden Ubuntu 20.04 nodes after the DISA STIG. Linux only; aks-engine-azurestack only.
        "enforceUbuntu2004DisaStig" enforce_ubuntu_2004_disa_stig: bool = false,
        /// Harden Ubuntu 22.04 nodes after the DISA STIG. Linux only; aks-engine-azurestack only.
        "enforceUbuntu2204DisaStig" enforce_ubuntu_2204_disa_stig: bool = false,
        /// Harden the control plane after the DISA STIG. Control plane only; aks-engine-azurestack only.
        "enforceKubernetesDisaStig" enforce_kubernetes_disa_stig: bool = false,
    }
}

definition! {
    /// The service principal with which the nodes call Azure. Give either `secret` or `keyvaultSecretRef`.
    ServicePrincipalProfile {
        /// Application (client) id. Written to `azure.json` on Windows nodes.
        "clientId" client_id: String,
        /// The secret, as plain text. Reaches Windows nodes in the protected settings of the extension only.
        "secret" secret: String,
        /// Object id of the service principal, for role assignments. Control plane only.
        "objectId" object_id: String,
        /// The secret, as a reference to a Key Vault.
        "keyvaultSecretRef" keyvault_secret_ref: KeyvaultSecretRef,
    }
}

definition! {
    /// A secret in a Key Vault.
    KeyvaultSecretRef {
        /// Resource id of the vault: `/subscriptions/<id>/resourceGroups/<group>/providers/Microsoft.KeyVault/vaults/<name>`. Required.
        "vaultID" vault_id: String,
        /// Name of the secret. Required.
        "secretName" secret_name: String,
        /// Version of the secret. Default: the newest.
        "version" secret_version: String,
    }
}

definition! {
    /// Certificates and private keys, as PEM text or as `<vault id>/secrets/<name>[/<version>]`. A missing pair is generated.
    CertificateProfile {
        /// Certificate of the cluster's authority. Written to `c:\k\ca.crt` on Windows nodes.
        "caCertificate" ca_certificate: String,
        /// Private key of the cluster's authority. Control plane only.
        "caPrivateKey" ca_private_key: String,
        /// Certificate of the API server. Control plane only.
        "apiServerCertificate" api_server_certificate: String,
        /// Private key of the API server. Control plane only.
        "apiServerPrivateKey" api_server_private_key: String,
        /// Certificate with which kubelets sign in. Written to the kubeconfig of Windows nodes.
        "clientCertificate" client_certificate: String,
        /// Private key with which kubelets sign in. Reaches Windows nodes in the protected settings of the extension only.
        "clientPrivateKey" client_private_key: String,
        /// Certificate of the administrator's kubeconfig. Control plane only.
        "kubeConfigCertificate" kube_config_certificate: String,
        /// Private key of the administrator's kubeconfig. Control plane only.
        "kubeConfigPrivateKey" kube_config_private_key: String,
        /// Certificate of the etcd servers. Control plane only.
        "etcdServerCertificate" etcd_server_certificate: String,
        /// Private key of the etcd servers. Control plane only.
        "etcdServerPrivateKey" etcd_server_private_key: String,
        /// Certificate with which the API server signs in to etcd. Control plane only.
        "etcdClientCertificate" etcd_client_certificate: String,
        /// Private key with which the API server signs in to etcd. Control plane only.
        "etcdClientPrivateKey" etcd_client_private_key: String,
        /// Certificates with which etcd servers sign in to each other, one per control plane node. Control plane only.
        "etcdPeerCertificates" etcd_peer_certificates: Vec<String>,
        /// Private keys with which etcd servers sign in to each other, one per control plane node. Control plane only.
        "etcdPeerPrivateKeys" etcd_peer_private_keys: Vec<String>,
    }
}

definition! {
    /// Azure Active Directory sign-in to the API server. Control plane only.
    AadProfile {
        /// Application id of the client.
        "clientAppID" client_app_id: String,
        /// Application id of the server.
        "serverAppID" server_app_id: String,
        /// Tenant. Default: the tenant of the subscription.
        "tenantID" tenant_id: String,
        /// Object id of the group whose members get the role cluster-admin.
        "adminGroupID" admin_group_id: String,
    }
}

definition! {
    /// An extension: scripts or templates below a URL, which pools refer to by name.
    ExtensionProfile {
        /// The name pools refer to; case does not matter. Part of the URL.
        "name" name: String,
        /// Version. Part of the URL.
        "version" version: String,
        /// Text handed to the extension, as a secure parameter of the template. On Windows nodes it reaches the script through the
        /// protected settings of the extension.
        "extensionParameters" extension_parameters: String,
        /// The text handed to the extension, as a reference to a Key Vault.
        "parametersKeyvaultSecretRef" parameters_keyvault_secret_ref: KeyvaultSecretRef,
        /// URL that the files of the extension lie below, at `extensions/<name>/<version>/`; ends with a slash.
        "rootURL" root_url: String = "https://raw.githubusercontent.com/Azure/aks-engine/master/",
        /// File name of the script that runs on the node before it is joined; PowerShell on Windows pools. Needed when a pool
        /// names the extension in preProvisionExtension.
        "script" script: String,
        /// Query that is appended to the URLs, without the question mark: usually a shared access signature, so a secret.
        "urlQuery" url_query: String,
    }
}

definition! {
    /// Where telemetry goes. Linux only.
    TelemetryProfile {
        /// Instrumentation key of an Application Insights resource.
        "applicationInsightsKey" application_insights_key: String,
    }
}
