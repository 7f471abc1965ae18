//! Findings about the cluster as a whole: what must be given, versions, control plane, identity, extensions and addons.

use crate::report::{Code, Severity};

super::codes! {
    REQUIRED = Code {
        id: "required",
        severity: Severity::Error,
        title: "a required value is missing",
        explanation: "Without this value no node can be made, or aks-engine refuses the definition from which the control plane is \
            made. An empty text is the same as a missing one. `linuxProfile` is required also when every agent pool runs Windows: the \
            control plane runs Linux, and the Windows nodes accept its SSH keys.",
        wrong: "{ \"name\": \"winpool\", \"count\": 3 }",
        right: "{ \"name\": \"winpool\", \"count\": 3, \"vmSize\": \"Standard_D4s_v3\" }",
        hides_below: false,
    };
    UNKNOWN_VALUE = Code {
        id: "unknown-value",
        severity: Severity::Error,
        title: "a value is none of those allowed",
        explanation: "This key takes one of a few words, in exactly the spelling that the message lists: here, unlike with keys, upper \
            and lower case differ.",
        wrong: "{ \"name\": \"winpool\", \"osType\": \"windows\" }",
        right: "{ \"name\": \"winpool\", \"osType\": \"Windows\" }",
        hides_below: false,
    };
    MUST_BE_EMPTY = Code {
        id: "must-be-empty",
        severity: Severity::Error,
        title: "a value stands where none may be given",
        explanation: "The key is left from other orchestrators, or it contradicts another one: agent pools of Kubernetes have no \
            `dnsPrefix`, `ports` or `role` (services make load balancers and names), and nodes of regular priority are never evicted. \
            aks-engine refuses such a definition.",
        wrong: "{ \"name\": \"winpool\", \"dnsPrefix\": \"win\", \"ports\": [80, 443] }",
        right: "{ \"name\": \"winpool\" }",
        hides_below: false,
    };
    RANGE = Code {
        id: "range",
        severity: Severity::Error,
        title: "a number is too small or too large",
        explanation: "The message says from where to where the number may go. The limits are those of aks-engine, which are those of \
            Azure or a little stricter.",
        wrong: "{ \"name\": \"winpool\", \"count\": 0, \"osDiskSizeGB\": 4096 }",
        right: "{ \"name\": \"winpool\", \"count\": 3, \"osDiskSizeGB\": 128 }",
        hides_below: false,
    };
    RESOURCE_ID = Code {
        id: "resource-id",
        severity: Severity::Error,
        title: "a text is not the id of a resource of the kind needed",
        explanation: "Ids of Azure resources are paths such as `/subscriptions/<id>/resourceGroups/<group>/providers/<kind>/<name>`, \
            without a host name before and a slash behind. The message shows the kind. aks-engine wants the words of the path in \
            exactly that spelling, although Azure itself does not care about case. The properties page of the resource in the portal \
            shows the id; `az resource show --query id` prints it.",
        wrong: "{ \"vnetSubnetID\": \"myVnet/mySubnet\" }",
        right: "{ \"vnetSubnetID\": \"/subscriptions/8f2c1f6e-0d5b-4a53-9a55-0f1e2d3c4b5a/resourceGroups/net/providers/\
            Microsoft.Network/virtualNetworks/hub/subnets/nodes\" }",
        hides_below: false,
    };
    ORCHESTRATOR_TYPE = Code {
        id: "orchestrator-type",
        severity: Severity::Error,
        title: "the orchestrator is not Kubernetes",
        explanation: "Swarm, DC/OS and OpenShift were orchestrators of early releases. Only `Kubernetes` is left; leave the key out.",
        wrong: "{ \"orchestratorProfile\": { \"orchestratorType\": \"Swarm\" } }",
        right: "{ \"orchestratorProfile\": { \"orchestratorRelease\": \"1.23\" } }",
        hides_below: true,
    };
    KUBERNETES_VERSION = Code {
        id: "kubernetes-version",
        severity: Severity::Error,
        title: "no catalog has this Kubernetes version",
        explanation: "A cluster can be created with the versions of the catalog only: for each of them the packages of Windows nodes \
            exist and their hashes are known. Azure Stack Hub has fewer. Give a version of the list, or a release such as `1.23` to \
            get its newest version, or neither to get the default. A catalog file can add versions: see `--catalog`.",
        wrong: "{ \"orchestratorVersion\": \"1.23.99\" }",
        right: "{ \"orchestratorVersion\": \"1.23.17\" }",
        hides_below: false,
    };
    KUBERNETES_VERSION_CATALOG = Code {
        id: "kubernetes-version-catalog",
        severity: Severity::Error,
        title: "another catalog has this Kubernetes version",
        explanation: "aks-engine made clusters of Kubernetes 1.20 to 1.24, aks-engine-azurestack makes those of 1.33 to 1.35. Each has \
            its own images, packages and defaults, so each is a catalog of its own. Name the one that made the control plane: \
            `--catalog aks-engine` (the default) or `--catalog aks-engine-azurestack`.",
        wrong: "gen-cse apimodel.json   # orchestratorVersion is 1.35.0",
        right: "gen-cse apimodel.json --catalog aks-engine-azurestack",
        hides_below: false,
    };
    KUBERNETES_RELEASE_MISMATCH = Code {
        id: "kubernetes-release-mismatch",
        severity: Severity::Error,
        title: "the Kubernetes version is not one of the release",
        explanation: "`orchestratorVersion` and `orchestratorRelease` may both be given when the version belongs to the release. One of \
            them is enough: the version pins, the release takes the newest version of the catalog.",
        wrong: "{ \"orchestratorRelease\": \"1.23\", \"orchestratorVersion\": \"1.22.17\" }",
        right: "{ \"orchestratorVersion\": \"1.22.17\" }",
        hides_below: false,
    };
    KNOWN_PROBLEM = Code {
        id: "known-problem",
        severity: Severity::Warning,
        title: "versions that are known to go wrong on Windows nodes",
        explanation: "The catalog has a list of notices: patch levels of Windows, versions of Kubernetes and of containerd that are known to \
            be bad, alone or together, with what to do and where it was told. What depends on the patch level of an image whose version is \
            not pinned is looked at on the node, whose log has it. `gen-cse catalog show` names the catalog; a catalog file takes a notice \
            back with `null`.",
        wrong: "{ \"orchestratorVersion\": \"1.23.17\" }",
        right: "{ \"orchestratorVersion\": \"1.33.10\" }",
        hides_below: false,
    };
    REGION = Code {
        id: "region",
        severity: Severity::Warning,
        title: "no region has this name, and one has nearly the same",
        explanation: "Azure refuses a deployment to a region that it does not have, and until then everything that depends on the region \
            (the cloud, fault domains, places of files) is chosen for another one. The catalog lists the regions that are known. A name is \
            called misspelt when one or two letters, or their order, make it one of those; a new region, which differs in its number or its \
            quarter, is not, and the regions of custom clouds are their own.",
        wrong: "{ \"location\": \"westuerope\" }",
        right: "{ \"location\": \"westeurope\" }",
        hides_below: false,
    };
    KUBERNETES_END_OF_LIFE = Code {
        id: "kubernetes-end-of-life",
        severity: Severity::Warning,
        title: "the Kubernetes version gets no fixes any more",
        explanation: "The Kubernetes project fixes a release for 14 months; after that, holes that become known stay open. The date is \
            compared with the date of the catalog, never with the clock, so that the same definition gives the same answer tomorrow.",
        wrong: "{ \"orchestratorRelease\": \"1.23\" }",
        right: "{ \"orchestratorRelease\": \"1.35\" }",
        hides_below: false,
    };
    DNS_PREFIX = Code {
        id: "dns-prefix",
        severity: Severity::Error,
        title: "the DNS prefix is not valid",
        explanation: "The DNS prefix is the host name of the API server, and the digits at the end of resource names derive from it. It \
            has 3 to 45 characters, letters, digits and hyphens; the first is a letter, the last is no hyphen.",
        wrong: "{ \"masterProfile\": { \"dnsPrefix\": \"my_cluster\" } }",
        right: "{ \"masterProfile\": { \"dnsPrefix\": \"my-cluster\" } }",
        hides_below: false,
    };
    MASTER_COUNT = Code {
        id: "master-count",
        severity: Severity::Error,
        title: "the control plane cannot have this many nodes",
        explanation: "etcd needs a majority, so the control plane has 1, 3 or 5 nodes. With 3 or 5 the Windows nodes talk to the internal \
            load balancer in front of them.",
        wrong: "{ \"masterProfile\": { \"count\": 2 } }",
        right: "{ \"masterProfile\": { \"count\": 3 } }",
        hides_below: false,
    };
    MASTER_SCALE_SET = Code {
        id: "master-scale-set",
        severity: Severity::Error,
        title: "the control plane cannot be a scale set this way",
        explanation: "A control plane in a scale set needs agent pools in scale sets, no `firstConsecutiveStaticIP` in an own virtual \
            network but an `agentVnetSubnetID`, and with managed identity a user-assigned one (`userAssignedID`), since the identity \
            of a scale set is not known before it exists.",
        wrong: "{ \"masterProfile\": { \"availabilityProfile\": \"VirtualMachineScaleSets\" }, \
            \"agentPoolProfiles\": [{ \"availabilityProfile\": \"AvailabilitySet\" }] }",
        right: "{ \"masterProfile\": { \"availabilityProfile\": \"VirtualMachineScaleSets\" }, \
            \"agentPoolProfiles\": [{ \"availabilityProfile\": \"VirtualMachineScaleSets\" }] }",
        hides_below: false,
    };
    SERVICE_PRINCIPAL = Code {
        id: "service-principal",
        severity: Severity::Error,
        title: "the service principal has no secret, or two",
        explanation: "When `useManagedIdentity` is false the nodes call Azure as a service principal. It needs `clientId`, and either \
            `secret` or `keyvaultSecretRef` (the id of the vault and the name of the secret): not none, not both.",
        wrong: "{ \"servicePrincipalProfile\": { \"clientId\": \"8f2c1f6e-0d5b-4a53-9a55-0f1e2d3c4b5a\" } }",
        right: "{ \"servicePrincipalProfile\": { \"clientId\": \"8f2c1f6e-0d5b-4a53-9a55-0f1e2d3c4b5a\", \"secret\": \"...\" } }",
        hides_below: false,
    };
    SERVICE_PRINCIPAL_MISSING = Code {
        id: "service-principal-missing",
        severity: Severity::Warning,
        title: "the nodes have no identity towards Azure",
        explanation: "On a custom cloud, and with a control plane in a scale set, a service principal is the default identity of the nodes. \
            Without one the cloud provider of every node has an empty client id and cannot sign in. Give `servicePrincipalProfile`, or \
            the two parameters at deployment, or say `useManagedIdentity: true` where the cloud has managed identities.",
        wrong: "{ \"customCloudProfile\": { \"portalURL\": \"https://portal.local.azurestack.external/\" } }",
        right: "{ \"customCloudProfile\": { \"portalURL\": \"https://portal.local.azurestack.external/\" }, \
            \"servicePrincipalProfile\": { \"clientId\": \"...\", \"secret\": \"...\" } }",
        hides_below: false,
    };
    CERTIFICATE_KIND = Code {
        id: "certificate-kind",
        severity: Severity::Error,
        title: "a private key stands where a certificate belongs, or a certificate where the key does",
        explanation: "`caCertificate` and `clientCertificate` are certificates: they are no secrets, and whoever reads the custom data or \
            the deployment sees them. A private key there would be known to all of them. `clientPrivateKey` is the key of \
            `clientCertificate`, and the node cannot sign in with a certificate in its place.",
        wrong: "{ \"certificateProfile\": { \"caCertificate\": \"-----BEGIN PRIVATE KEY-----...\" } }",
        right: "{ \"certificateProfile\": { \"caCertificate\": \"-----BEGIN CERTIFICATE-----...\" } }",
        hides_below: false,
    };
    SSH_KEY = Code {
        id: "ssh-key",
        severity: Severity::Warning,
        title: "a text does not look like a public SSH key",
        explanation: "The public key is the one line of a file such as `id_rsa.pub`: the kind (`ssh-rsa`, `ssh-ed25519`, `ecdsa-sha2-...`), \
            base64, and a comment. It is written to every node. A private key (`id_rsa`, without `.pub`) must never stand here.",
        wrong: "{ \"keyData\": \"~/.ssh/id_rsa.pub\" }",
        right: "{ \"keyData\": \"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI... me@example.com\" }",
        hides_below: false,
    };
    EXTENSION_UNKNOWN = Code {
        id: "extension-unknown",
        severity: Severity::Error,
        title: "a pool names an extension that is not defined",
        explanation: "`preProvisionExtension` and `extensions` name an entry of `extensionProfiles`, which says where its files are. \
            Case does not matter. aks-engine crashes on such a definition.",
        wrong: "{ \"agentPoolProfiles\": [{ \"preProvisionExtension\": { \"name\": \"setup\" } }], \"extensionProfiles\": [] }",
        right: "{ \"agentPoolProfiles\": [{ \"preProvisionExtension\": { \"name\": \"setup\" } }], \
            \"extensionProfiles\": [{ \"name\": \"setup\", \"version\": \"v1\", \"script\": \"setup.ps1\" }] }",
        hides_below: false,
    };
    EXTENSION_SCRIPT = Code {
        id: "extension-script",
        severity: Severity::Error,
        title: "an extension that runs before the node joins has no script",
        explanation: "The node downloads `<rootURL>extensions/<name>/<version>/<script>` and runs it before the kubelet starts. Without a \
            file name there is nothing to download, and every node would fail. On Windows pools the script is PowerShell.",
        wrong: "{ \"extensionProfiles\": [{ \"name\": \"setup\", \"version\": \"v1\" }] }",
        right: "{ \"extensionProfiles\": [{ \"name\": \"setup\", \"version\": \"v1\", \"script\": \"setup.ps1\" }] }",
        hides_below: false,
    };
    EXTENSION_LEFT_OUT = Code {
        id: "extension-left-out",
        severity: Severity::Warning,
        title: "extensions of a Windows pool are left out",
        explanation: "aks-engine downloads the templates of `extensions` while it generates and puts them into its own. gen-cse reads \
            nothing from the network, so that the same definition always gives the same template. Deploy them on their own after the \
            cluster; what has to run before a node joins belongs into `preProvisionExtension`.",
        wrong: "{ \"name\": \"winpool\", \"osType\": \"Windows\", \"extensions\": [{ \"name\": \"winrm\" }] }",
        right: "{ \"name\": \"winpool\", \"osType\": \"Windows\", \"preProvisionExtension\": { \"name\": \"winrm\" } }",
        hides_below: false,
    };
    EXTENSION_POOL = Code {
        id: "extension-pool",
        severity: Severity::Error,
        title: "an extension does not work with this pool",
        explanation: "aks-engine deploys `extensions` on pools only whose `availabilityProfile` is written out as `AvailabilitySet`, and \
            prometheus-grafana-k8s on Linux only.",
        wrong: "{ \"name\": \"winpool\", \"extensions\": [{ \"name\": \"winrm\" }] }",
        right: "{ \"name\": \"winpool\", \"availabilityProfile\": \"AvailabilitySet\", \"extensions\": [{ \"name\": \"winrm\" }] }",
        hides_below: false,
    };
    ADDON = Code {
        id: "addon",
        severity: Severity::Error,
        title: "an addon is not possible in this cluster",
        explanation: "Addons run in the cluster, some of them on Windows nodes: cloud-node-manager goes together with the cloud controller \
            manager, cluster-autoscaler with scale sets, azure-cloud-provider with every cluster. aks-engine refuses combinations that \
            cannot work; the message says which one this is.",
        wrong: "{ \"addons\": [{ \"name\": \"cloud-node-manager\", \"enabled\": true }] }",
        right: "{ \"useCloudControllerManager\": true, \"addons\": [{ \"name\": \"cloud-node-manager\", \"enabled\": true }] }",
        hides_below: false,
    };
    CONTROL_PLANE = Code {
        id: "control-plane",
        severity: Severity::Error,
        title: "aks-engine refuses a setting of the control plane or of Linux nodes",
        explanation: "No Windows node reads this setting, so nothing generated here depends on it. It is checked because the control plane \
            is made from the same definition, and aks-engine refuses it.",
        wrong: "{ \"kubernetesConfig\": { \"etcdStorageLimitGB\": 1 } }",
        right: "{ \"kubernetesConfig\": { \"etcdStorageLimitGB\": 2 } }",
        hides_below: false,
    };
    DURATION = Code {
        id: "duration",
        severity: Severity::Error,
        title: "a text is not a duration, or is in the wrong proportion to another",
        explanation: "Durations are numbers with units as Go writes them: `10s`, `1m30s`, `500ms`. The controller manager calls a node \
            dead after `--node-monitor-grace-period` without a word; the kubelet must have had four chances to report by then, so \
            that period is at least four times `--node-status-update-frequency`.",
        wrong: "{ \"kubeletConfig\": { \"--node-status-update-frequency\": \"10\" } }",
        right: "{ \"kubeletConfig\": { \"--node-status-update-frequency\": \"10s\" } }",
        hides_below: false,
    };
    KUBELET_FLAG = Code {
        id: "kubelet-flag",
        severity: Severity::Error,
        title: "the kubelet would not start with this flag",
        explanation: "Keys of `kubeletConfig` are flags of the kubelet with two hyphens, and values must be what the flag takes. The \
            kubelet ends at once when it does not know a flag or cannot read its value, so the node would never become ready.",
        wrong: "{ \"kubeletConfig\": { \"--max-pods\": \"many\" } }",
        right: "{ \"kubeletConfig\": { \"--max-pods\": \"60\" } }",
        hides_below: false,
    };
    KUBELET_FLAG_UNKNOWN = Code {
        id: "kubelet-flag-unknown",
        severity: Severity::Warning,
        title: "the kubelet of this version has no such flag",
        explanation: "The kubelet ends at once with a flag that it does not know, so no node would become ready. The catalog \
            (`kubelet.addedFlags` and `kubelet.removedFlags`) lists the flags of each release on Windows; those of cAdvisor, such as \
            `--housekeeping-interval`, exist on Linux only. Set them in the `kubernetesConfig` of the Linux pools. A catalog file can add a \
            flag that is missing in the list.",
        wrong: "{ \"kubeletConfig\": { \"--max-pod\": \"60\" } }",
        right: "{ \"kubeletConfig\": { \"--max-pods\": \"60\" } }",
        hides_below: false,
    };
    CLOUD_CONTROLLER_MANAGER = Code {
        id: "cloud-controller-manager",
        severity: Severity::Warning,
        title: "nobody would tell the nodes who they are",
        explanation: "Kubernetes 1.31 removed the cloud provider inside the kubelet, so nodes register as not initialised and wait for the \
            cloud controller manager and the cloud node manager: until these have seen a node it has no addresses and takes no pods. Both come \
            with `useCloudControllerManager`. aks-engine-azurestack does not set it by itself, and most definitions made for it leave it out: \
            their nodes are generated here as they are there, and wait until somebody installs the two.",
        wrong: "{ \"orchestratorRelease\": \"1.33\", \"kubernetesConfig\": {} }",
        right: "{ \"orchestratorRelease\": \"1.33\", \"kubernetesConfig\": { \"useCloudControllerManager\": true } }",
        hides_below: false,
    };
    CLOUD_CONTROLLER_MANAGER_OFF = Code {
        id: "cloud-controller-manager-off",
        severity: Severity::Error,
        title: "the cloud controller manager is switched off where nothing replaces it",
        explanation: "Kubernetes 1.31 removed the cloud provider inside the kubelet. A definition that says no to the cloud controller \
            manager asks for nodes that stay uninitialised for good.",
        wrong: "{ \"orchestratorRelease\": \"1.33\", \"kubernetesConfig\": { \"useCloudControllerManager\": false } }",
        right: "{ \"orchestratorRelease\": \"1.33\", \"kubernetesConfig\": { \"useCloudControllerManager\": true } }",
        hides_below: false,
    };
    NO_EFFECT = Code {
        id: "no-effect",
        severity: Severity::Warning,
        title: "a value has no effect",
        explanation: "The value is read and then not used, because another one decides, because Windows nodes have their own, or because \
            it is obsolete. aks-engine ignores it without a word, too. Remove it, or change what the message names.",
        wrong: "{ \"windowsProfile\": { \"windowsDockerVersion\": \"20.10.9\" }, \"kubernetesConfig\": { \"containerRuntime\": \"containerd\" } }",
        right: "{ \"kubernetesConfig\": { \"containerRuntime\": \"containerd\" } }",
        hides_below: false,
    };
    PLACEHOLDER = Code {
        id: "placeholder",
        severity: Severity::Warning,
        title: "a value is still the one that `gen-cse init` wrote",
        explanation: "The password, secret and SSH key in a definition of `gen-cse init` stand for your own. They are the same for everybody, \
            so that a node with that password is open to everybody who reaches it.",
        wrong: "{ \"windowsProfile\": { \"adminPassword\": \"Put-your-own-1-here\" } }",
        right: "{ \"windowsProfile\": { \"adminPassword\": \"...\" } }",
        hides_below: false,
    };
    SECRET_EXPOSED = Code {
        id: "secret-exposed",
        severity: Severity::Warning,
        title: "a secret stands where it is stored or logged in clear text",
        explanation: "Passwords, tokens and the signatures of shared access signatures (SAS) are kept out of the custom data and of \
            every log when they stand where they belong: in `adminPassword`, `secret`, `extensionParameters`, `urlQuery`, or in the \
            query of a download URL. In labels, tags, flags, and in the user part of a URL, everyone who can read the template, the \
            deployment or the node sees them.",
        wrong: "{ \"customWindowsPackageURL\": \"https://user:password@example.com/k8s.zip\" }",
        right: "{ \"customWindowsPackageURL\": \"https://example.blob.core.windows.net/packages/k8s.zip?sv=...&sig=...\" }",
        hides_below: false,
    };
}
