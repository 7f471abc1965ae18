//! Clouds other than the public ones: Azure Stack Hub and private clouds.

use super::definition;
use indexmap::IndexMap;

definition! {
    /// Endpoints and settings of a custom cloud.
    CustomCloudProfile {
        /// Endpoints of the cloud. Azure Stack when missing, or when its name is empty or `AzureStackCloud`. Windows nodes keep it in
        /// `c:\k\azurestackcloud.json`.
        "environment" environment: Environment,
        /// Downloads, images and endpoints that replace the built-in ones.
        "azureEnvironmentSpecConfig" azure_environment_spec_config: AzureEnvironmentSpecConfig,
        /// Identity provider. Written to `azure.json` on Windows nodes.
        "identitySystem" identity_system: String where IdentitySystem = AzureAd,
        /// How the service principal signs in. Not read: nodes have a secret.
        "authenticationMethod" authentication_method: String where AuthenticationMethod = ClientSecret,
        /// Cloud whose mirrors downloads come from. Not read: the catalog and `--mirror` say where files are.
        "dependenciesLocation" dependencies_location: String where DependenciesLocation = Public,
        /// URL of the portal, `https://portal.<location>.<domain>/`. Required on Azure Stack, and only checked.
        "portalURL" portal_url: String,
        /// Root certificates that nodes trust: base64 of each PEM, joined by commas. Linux only.
        "customCloudRootCertificates" custom_cloud_root_certificates: String,
        /// Base64 of an apt sources list. Linux only.
        "customCloudSourcesList" custom_cloud_sources_list: String,
    }
}

definition! {
    /// Endpoints of a cloud, with the keys that Azure's Go client reads from a file. Windows nodes get them as they are.
    Environment {
        /// Name of the cloud, `AzureStackCloud`.
        "name" name: String,
        /// URL of the management portal.
        "managementPortalURL" management_portal_url: String,
        /// URL of the publish settings file.
        "publishSettingsURL" publish_settings_url: String,
        /// Audience of classic service management.
        "serviceManagementEndpoint" service_management_endpoint: String,
        /// URL of Azure Resource Manager.
        "resourceManagerEndpoint" resource_manager_endpoint: String,
        /// URL of the identity provider.
        "activeDirectoryEndpoint" active_directory_endpoint: String,
        /// URL of the marketplace gallery.
        "galleryEndpoint" gallery_endpoint: String,
        /// Audience of Key Vault.
        "keyVaultEndpoint" key_vault_endpoint: String,
        /// URL of managed HSM.
        "managedHSMEndpoint" managed_hsm_endpoint: String,
        /// URL of the directory graph.
        "graphEndpoint" graph_endpoint: String,
        /// URL of Service Bus.
        "serviceBusEndpoint" service_bus_endpoint: String,
        /// URL of Batch.
        "batchManagementEndpoint" batch_management_endpoint: String,
        /// URL of Microsoft Graph.
        "microsoftGraphEndpoint" microsoft_graph_endpoint: String,
        /// Domain of storage accounts. Windows nodes derive the registry suffix of the credential provider from it.
        "storageEndpointSuffix" storage_endpoint_suffix: String,
        /// Domain of Cosmos DB.
        "cosmosDBDNSSuffix" cosmos_db_dns_suffix: String,
        /// Domain of MariaDB.
        "mariaDBDNSSuffix" maria_db_dns_suffix: String,
        /// Domain of MySQL.
        "mySqlDatabaseDNSSuffix" my_sql_database_dns_suffix: String,
        /// Domain of PostgreSQL.
        "postgresqlDatabaseDNSSuffix" postgresql_database_dns_suffix: String,
        /// Domain of SQL databases.
        "sqlDatabaseDNSSuffix" sql_database_dns_suffix: String,
        /// Domain of Traffic Manager.
        "trafficManagerDNSSuffix" traffic_manager_dns_suffix: String,
        /// Domain of key vaults.
        "keyVaultDNSSuffix" key_vault_dns_suffix: String,
        /// Domain of managed HSMs.
        "managedHSMDNSSuffix" managed_hsm_dns_suffix: String,
        /// Domain of Service Bus.
        "serviceBusEndpointSuffix" service_bus_endpoint_suffix: String,
        /// Domain of classic VMs.
        "serviceManagementVMDNSSuffix" service_management_vm_dns_suffix: String,
        /// Domain of VMs, and of the API server's name.
        "resourceManagerVMDNSSuffix" resource_manager_vm_dns_suffix: String,
        /// Domain of container registries.
        "containerRegistryDNSSuffix" container_registry_dns_suffix: String,
        /// Audience of tokens for Azure Resource Manager.
        "tokenAudience" token_audience: String,
        /// Domain of API Management.
        "apiManagementHostNameSuffix" api_management_host_name_suffix: String,
        /// Domain of Synapse.
        "synapseEndpointSuffix" synapse_endpoint_suffix: String,
        /// Domain of Data Lake.
        "datalakeSuffix" datalake_suffix: String,
        /// Audiences of further services.
        "resourceIdentifiers" resource_identifiers: ResourceIdentifiers,
    }
}

definition! {
    /// Audiences of tokens for services other than Azure Resource Manager.
    ResourceIdentifiers {
        /// Directory graph.
        "graph" graph: String,
        /// Key Vault.
        "keyVault" key_vault: String,
        /// Data Lake.
        "datalake" datalake: String,
        /// Batch.
        "batch" batch: String,
        /// Log Analytics.
        "operationalInsights" operational_insights: String,
        /// Open source databases.
        "ossRDBMS" oss_rdbms: String,
        /// Storage.
        "storage" storage: String,
        /// Synapse.
        "synapse" synapse: String,
        /// Service Bus.
        "serviceBus" service_bus: String,
        /// SQL databases.
        "sqlDatabase" sql_database: String,
        /// Cosmos DB.
        "cosmosDB" cosmos_db: String,
        /// Managed HSM.
        "managedHSM" managed_hsm: String,
        /// Microsoft Graph.
        "microsoftGraph" microsoft_graph: String,
    }
}

definition! {
    /// Downloads, images and endpoints of a custom cloud that replace the built-in ones.
    AzureEnvironmentSpecConfig {
        /// Name of the cloud. Not read.
        "cloudName" cloud_name: String,
        /// Downloads and images.
        "kubernetesSpecConfig" kubernetes_spec_config: KubernetesSpecConfig,
        /// Endpoints. Not read: customCloudProfile.environment has them.
        "endpointConfig" endpoint_config: AzureEndpointConfig,
        /// Marketplace images by Linux distribution. Linux only.
        "osImageConfig" os_image_config: IndexMap<String, AzureOsImageConfig>,
    }
}

definition! {
    /// Downloads and container images of a custom cloud.
    KubernetesSpecConfig {
        /// Id of the deployment in Microsoft's usage attribution. Not read.
        "azureTelemetryPID" azure_telemetry_pid: String,
        /// Registry of Kubernetes images. Linux only.
        "kubernetesImageBase" kubernetes_image_base: String,
        /// Registry of Kubernetes images mirrored by Microsoft. Linux only.
        "mcrKubernetesImageBase" mcr_kubernetes_image_base: String,
        /// Registry of tiller. Linux only.
        "tillerImageBase" tiller_image_base: String,
        /// Registry of the ACI connector. Deprecated; Linux only.
        "aciConnectorImageBase" aci_connector_image_base: String,
        /// Registry of the NVIDIA device plugin. Linux only.
        "nvidiaImageBase" nvidia_image_base: String,
        /// Registry of azure CNI images. Linux only.
        "azureCNIImageBase" azure_cni_image_base: String,
        /// Registry of Calico. Linux only.
        "calicoImageBase" calico_image_base: String,
        /// URL that etcd archives lie below. Control plane only.
        "etcdDownloadURLBase" etcd_download_url_base: String,
        /// URL that Kubernetes packages for Windows lie below; ends with a slash.
        "kubeBinariesSASURLBase" kube_binaries_sas_url_base: String,
        /// Id of Windows telemetry: the registry value CommercialId on Windows nodes.
        "windowsTelemetryGUID" windows_telemetry_guid: String,
        /// URL of the CNI plugins. Linux only.
        "cniPluginsDownloadURL" cni_plugins_download_url: String,
        /// URL of azure CNI for Linux. Linux only.
        "vnetCNILinuxPluginsDownloadURL" vnet_cni_linux_plugins_download_url: String,
        /// URL of azure CNI for Windows.
        "vnetCNIWindowsPluginsDownloadURL" vnet_cni_windows_plugins_download_url: String,
        /// URL that containerd archives lie below. Linux only.
        "containerdDownloadURLBase" containerd_download_url_base: String,
        /// URL of the csi-proxy archive for Windows.
        "csiProxyDownloadURL" csi_proxy_download_url: String,
        /// URL of aks-engine's package of provisioning scripts. Not used here: the scripts travel in the custom data.
        "windowsProvisioningScriptsPackageURL" windows_provisioning_scripts_package_url: String,
        /// Image of the pause container on Windows nodes.
        "windowsPauseImageURL" windows_pause_image_url: String,
        /// Pull the pause image even when a Windows node's image has it cached.
        "alwaysPullWindowsPauseImage" always_pull_windows_pause_image: bool = false,
    }
}

definition! {
    /// Endpoints of a custom cloud.
    AzureEndpointConfig {
        /// Domain of VMs, and of the API server's name.
        "resourceManagerVMDNSSuffix" resource_manager_vm_dns_suffix: String,
    }
}

definition! {
    /// A marketplace image. Linux only.
    AzureOsImageConfig {
        /// Offer.
        "imageOffer" image_offer: String,
        /// SKU.
        "imageSku" image_sku: String,
        /// Publisher.
        "imagePublisher" image_publisher: String,
        /// Version.
        "imageVersion" image_version: String,
    }
}
