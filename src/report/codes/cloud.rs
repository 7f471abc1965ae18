//! Findings about custom clouds, Azure Stack Hub first of all.

use crate::report::{Code, Severity};

super::codes! {
    PORTAL_URL = Code {
        id: "portal-url",
        severity: Severity::Error,
        title: "the portal's URL does not belong to the location",
        explanation: "The portal of an Azure Stack Hub is `https://portal.<location>.<domain>/`, and aks-engine reads the domain of every \
            other endpoint from it.",
        wrong: "{ \"location\": \"local\", \"customCloudProfile\": { \"portalURL\": \"https://portal.azure.com/\" } }",
        right: "{ \"location\": \"local\", \"customCloudProfile\": { \"portalURL\": \"https://portal.local.azurestack.external/\" } }",
        hides_below: false,
    };
    CLOUD_ENVIRONMENT = Code {
        id: "cloud-environment",
        severity: Severity::Error,
        title: "endpoints of the custom cloud are missing or no addresses",
        explanation: "The cloud provider of every node reads the endpoints of a custom cloud from a file that is made from \
            `customCloudProfile.environment`. aks-engine asks the cloud for missing ones while it generates; gen-cse works without a \
            network and makes the same output from the same input, so they must be given. The cloud tells them at \
            `<resourceManagerEndpoint>/metadata/endpoints?api-version=1.0`, and the `apimodel.json` that aks-engine writes has them.",
        wrong: "{ \"customCloudProfile\": { \"portalURL\": \"https://portal.local.azurestack.external/\" } }",
        right: "{ \"customCloudProfile\": { \"portalURL\": \"https://portal.local.azurestack.external/\", \"environment\": { \
            \"name\": \"AzureStackCloud\", \"resourceManagerEndpoint\": \"https://management.local.azurestack.external/\", \
            \"activeDirectoryEndpoint\": \"https://login.microsoftonline.com/\", \"graphEndpoint\": \"https://graph.windows.net/\", \
            \"serviceManagementEndpoint\": \"https://management.example.onmicrosoft.com/36f71706-54df-4305-9847-5b038a4cf189\", \
            \"storageEndpointSuffix\": \"local.azurestack.external\", \"keyVaultDNSSuffix\": \"vault.local.azurestack.external\", \
            \"resourceManagerVMDNSSuffix\": \"cloudapp.azurestack.external\" } } }",
        hides_below: false,
    };
    AZURE_STACK = Code {
        id: "azure-stack",
        severity: Severity::Error,
        title: "a setting that Azure Stack Hub does not have",
        explanation: "Azure Stack Hub has availability sets only (written out in every pool), no instance metadata service for the cloud \
            provider, the plugins azure and kubenet, containerd from Kubernetes 1.24 on, the cloud controller manager from 1.21 on, and \
            etcd disks of at most 1023 GB.",
        wrong: "{ \"customCloudProfile\": {}, \"agentPoolProfiles\": [{ \"name\": \"winpool\" }] }",
        right: "{ \"customCloudProfile\": {}, \"agentPoolProfiles\": [{ \"name\": \"winpool\", \"availabilityProfile\": \"AvailabilitySet\" }] }",
        hides_below: false,
    };
    AZURE_STACK_IDENTITY = Code {
        id: "azure-stack-identity",
        severity: Severity::Warning,
        title: "a managed identity on Azure Stack Hub, which has none",
        explanation: "Nodes with a managed identity ask the instance metadata service for tokens, which Azure Stack Hub does not have: \
            the cloud provider cannot sign in. Take a service principal.",
        wrong: "{ \"customCloudProfile\": {}, \"kubernetesConfig\": { \"useManagedIdentity\": true } }",
        right: "{ \"customCloudProfile\": {}, \"kubernetesConfig\": { \"useManagedIdentity\": false }, \
            \"servicePrincipalProfile\": { \"clientId\": \"...\", \"secret\": \"...\" } }",
        hides_below: false,
    };
    AZURE_STACK_DISTRO = Code {
        id: "azure-stack-distro",
        severity: Severity::Warning,
        title: "aks-engine makes no new clusters with this Linux image on Azure Stack Hub",
        explanation: "aks-ubuntu-16.04 and aks-ubuntu-18.04 are refused when a cluster is created on Azure Stack Hub, and kept when an old \
            definition is read. Windows nodes do not depend on it.",
        wrong: "{ \"customCloudProfile\": {}, \"masterProfile\": { \"distro\": \"aks-ubuntu-18.04\" } }",
        right: "{ \"customCloudProfile\": {}, \"masterProfile\": { \"distro\": \"aks-ubuntu-20.04\" } }",
        hides_below: false,
    };
}
