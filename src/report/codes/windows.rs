//! Findings about the Windows nodes: administrator, image, container runtime.

use crate::report::{Code, Severity};

super::codes! {
    WINDOWS_USERNAME = Code {
        id: "windows-username",
        severity: Severity::Error,
        title: "a name of the administrator that Azure refuses",
        explanation: "The name of the administrator of a Windows VM has at most 20 characters, none of `\\/\"[]:|<>+=;,?*@&` and no dot at \
            the end, and it is none of the names that attackers try first, such as `admin`, `administrator`, `guest` or `root`. \
            aks-engine does not check this, and the deployment fails.",
        wrong: "{ \"windowsProfile\": { \"adminUsername\": \"administrator\" } }",
        right: "{ \"windowsProfile\": { \"adminUsername\": \"azureuser\" } }",
        hides_below: false,
    };
    WINDOWS_PASSWORD = Code {
        id: "windows-password",
        severity: Severity::Error,
        title: "the password of the administrator is refused",
        explanation: "The password has 8 to 123 characters and at least three of: lower-case letter, upper-case letter, digit, special \
            character. It is not the name of the administrator and none of the well-known ones (`P@ssw0rd`, `Password1`, ...). \
            aks-engine checks the kinds of characters and the name; Azure refuses the rest. The id of a Key Vault secret may stand \
            in its place.",
        wrong: "{ \"adminUsername\": \"azureuser\", \"adminPassword\": \"azureuser\" }",
        right: "{ \"adminUsername\": \"azureuser\", \"adminPassword\": \"/subscriptions/.../vaults/kv/secrets/windows-password\" }",
        hides_below: false,
    };
    WINDOWS_PASSWORD_SHORT = Code {
        id: "windows-password-short",
        severity: Severity::Warning,
        title: "the password of the administrator is shorter than Azure asks for",
        explanation: "Azure's rules for Windows VMs ask for 12 to 123 characters. Its portal insists, its API still takes 8 to 11; longer \
            is better, since every node of the cluster has this password.",
        wrong: "{ \"adminPassword\": \"Short1!a\" }",
        right: "{ \"adminPassword\": \"/subscriptions/.../vaults/kv/secrets/windows-password\" }",
        hides_below: false,
    };
    RUNTIME_HANDLER = Code {
        id: "runtime-handler",
        severity: Severity::Error,
        title: "the runtimes of containerd are not described completely",
        explanation: "`windowsRuntimes` says how containers are isolated: `default` is `process` or `hyperv` and must be given, and \
            `hypervRuntimes` lists the Windows builds whose images shall run in a small VM, each once: 17763 (1809), 18362 (1903), \
            18363 (1909), 19041 (2004).",
        wrong: "{ \"windowsRuntimes\": { \"hypervRuntimes\": [{ \"buildNumber\": \"17763\" }, { \"buildNumber\": \"17763\" }] } }",
        right: "{ \"windowsRuntimes\": { \"default\": \"process\", \"hypervRuntimes\": [{ \"buildNumber\": \"17763\" }] } }",
        hides_below: false,
    };
    HYPERV_BUILD = Code {
        id: "hyperv-build",
        severity: Severity::Warning,
        title: "a Hyper-V runtime is for images newer than the nodes",
        explanation: "With Hyper-V isolation a node runs images of its own build and of older ones, never of newer ones: pods that ask for \
            this runtime would not start.",
        wrong: "{ \"windowsSku\": \"2019-Datacenter-Core-with-Containers-smalldisk\", \
            \"windowsRuntimes\": { \"default\": \"process\", \"hypervRuntimes\": [{ \"buildNumber\": \"19041\" }] } }",
        right: "{ \"windowsSku\": \"2019-Datacenter-Core-with-Containers-smalldisk\", \
            \"windowsRuntimes\": { \"default\": \"process\", \"hypervRuntimes\": [{ \"buildNumber\": \"17763\" }] } }",
        hides_below: false,
    };
    DOCKER_REMOVED = Code {
        id: "docker-removed",
        severity: Severity::Warning,
        title: "docker does not work with this Kubernetes version",
        explanation: "Kubernetes 1.24 removed dockershim, through which the kubelet used docker. aks-engine accepts docker all the same \
            outside Azure Stack Hub, and the nodes do not work. Here the nodes get containerd.",
        wrong: "{ \"orchestratorRelease\": \"1.24\", \"kubernetesConfig\": { \"containerRuntime\": \"docker\" } }",
        right: "{ \"orchestratorRelease\": \"1.24\", \"kubernetesConfig\": { \"containerRuntime\": \"containerd\" } }",
        hides_below: false,
    };
    SDN_PLUGIN = Code {
        id: "sdn-plugin",
        severity: Severity::Error,
        title: "containerd and kubenet need an SDN plugin",
        explanation: "On Windows containerd has no network plugin of its own for kubenet. Name a package with `sdnbridge.exe` in \
            `windowsSdnPluginURL`, or take azure CNI, which has everything. Where containerd was not asked for and is taken because \
            docker does not work any more, the win-bridge plugin of the Kubernetes package is used, and nothing is needed.",
        wrong: "{ \"containerRuntime\": \"containerd\", \"networkPlugin\": \"kubenet\" }",
        right: "{ \"containerRuntime\": \"containerd\", \"networkPlugin\": \"azure\" }",
        hides_below: false,
    };
    IMAGE_RUNTIME = Code {
        id: "image-runtime",
        severity: Severity::Warning,
        title: "the image has another container runtime",
        explanation: "Images of microsoft-aks have one container runtime with its base images in its cache: a SKU with `ctrd` or \
            `containerd` has containerd, one without has docker. With the other runtime the node still works, but downloads the runtime \
            and every image, and keeps what it does not use.",
        wrong: "{ \"windowsSku\": \"2019-datacenter-core-smalldisk-2304\", \"kubernetesConfig\": { \"containerRuntime\": \"containerd\" } }",
        right: "{ \"windowsSku\": \"2019-datacenter-core-ctrd-2308\", \"kubernetesConfig\": { \"containerRuntime\": \"containerd\" } }",
        hides_below: false,
    };
    CONTAINERS_FEATURE = Code {
        id: "containers-feature",
        severity: Severity::Warning,
        title: "the image lacks the Windows feature Containers",
        explanation: "A stock image without `with-Containers` in its SKU does not have the feature that every container runtime needs. The \
            node installs it and restarts once before it can join, which takes some minutes for each node.",
        wrong: "{ \"windowsPublisher\": \"MicrosoftWindowsServer\", \"windowsOffer\": \"WindowsServer\", \
            \"windowsSku\": \"2019-Datacenter-Core\" }",
        right: "{ \"windowsPublisher\": \"MicrosoftWindowsServer\", \"windowsOffer\": \"WindowsServer\", \
            \"windowsSku\": \"2019-Datacenter-Core-with-Containers-smalldisk\" }",
        hides_below: false,
    };
    WINDOWS_BUILD = Code {
        id: "windows-build",
        severity: Severity::Error,
        title: "no Kubernetes runs on this version of Windows",
        explanation: "The SKU, or the version of the image, names a version of Windows Server that Kubernetes has no nodes of: Windows Server \
            2016, older ones and the versions between it and 2019 lack what the network needs, and there are no container images for \
            version 23H2. The first step of every node would refuse it (exit code 10).",
        wrong: "{ \"windowsSku\": \"2016-Datacenter-with-Containers\" }",
        right: "{ \"windowsSku\": \"2019-Datacenter-Core-with-Containers-smalldisk\" }",
        hides_below: false,
    };
    WINDOWS_TOO_NEW = Code {
        id: "windows-too-new",
        severity: Severity::Warning,
        title: "the Kubernetes release is older than this version of Windows",
        explanation: "Kubernetes supports a version of Windows Server from some release on: 2022 from 1.23, 2025 from 1.32. Nodes of \
            earlier releases may come up and then lack network or storage.",
        wrong: "{ \"orchestratorRelease\": \"1.20\", \"windowsSku\": \"2022-datacenter-core-smalldisk\" }",
        right: "{ \"orchestratorRelease\": \"1.23\", \"windowsSku\": \"2022-datacenter-core-smalldisk\" }",
        hides_below: false,
    };
    DOCKER_EE = Code {
        id: "docker-ee",
        severity: Severity::Error,
        title: "a version of docker that nobody publishes",
        explanation: "Nodes get docker from download.docker.com, by its version: `20.10.9`. Versions with `-ee` are Docker EE's, which came \
            from the package provider DockerMsftProvider, now retired, and have never been there; nor is there a `latest`, or a version with \
            a `v` in front. A catalog with a place of its own may have any.",
        wrong: "{ \"windowsDockerVersion\": \"18.03.1-ee-3\" }",
        right: "{ \"windowsDockerVersion\": \"20.10.9\" }",
        hides_below: false,
    };
    IMAGE_AGE = Code {
        id: "image-age",
        severity: Severity::Warning,
        title: "an old image of Windows",
        explanation: "The version of a marketplace image tells when it was made. One that is older than a year lacks that many months of \
            security fixes, and Azure removes old versions from the marketplace, after which no node can be added. The default images are \
            those of aks-engine, from 2022 and 2023. The day compared with is the catalog's.",
        wrong: "{ \"imageVersion\": \"17763.4252.230414\" }",
        right: "{ \"imageVersion\": \"latest\" }",
        hides_below: false,
    };
    WINDOWS_END_OF_LIFE = Code {
        id: "windows-end-of-life",
        severity: Severity::Warning,
        title: "the Windows version gets no fixes any more",
        explanation: "Microsoft no longer fixes this version of Windows Server, nor makes container base images for it. Windows containers \
            run process-isolated only on the build they were made for, so moving the nodes to another version means rebuilding the \
            images of the pods. The date is compared with the date of the catalog, never with the clock.",
        wrong: "{ \"windowsSku\": \"Datacenter-Core-1909-with-Containers-smalldisk\" }",
        right: "{ \"windowsSku\": \"2019-Datacenter-Core-with-Containers-smalldisk\" }",
        hides_below: false,
    };
    PAUSE_IMAGE_BUILD = Code {
        id: "pause-image-build",
        severity: Severity::Warning,
        title: "the pause image is not for the build of the nodes",
        explanation: "Every pod has a pause container, and a Windows container runs process-isolated only on the build it was made for. \
            No pod would start. Take an image for several builds, such as `mcr.microsoft.com/oss/kubernetes/pause:3.8`, or one whose \
            tag names the build of the nodes.",
        wrong: "{ \"windowsSku\": \"2019-Datacenter-Core-with-Containers-smalldisk\", \
            \"windowsPauseImageURL\": \"example.azurecr.io/pause:ltsc2022\" }",
        right: "{ \"windowsSku\": \"2019-Datacenter-Core-with-Containers-smalldisk\", \
            \"windowsPauseImageURL\": \"example.azurecr.io/pause:ltsc2019\" }",
        hides_below: false,
    };
    NOT_CACHED = Code {
        id: "not-cached",
        severity: Severity::Warning,
        title: "the image does not have everything the nodes need",
        explanation: "An image of microsoft-aks has the packages of some Kubernetes versions, so that a node downloads nothing. What is \
            missing every node downloads: the cluster still works, but nodes take longer to join and need a way to the internet or a \
            mirror (`--mirror`).",
        wrong: "{ \"windowsSku\": \"2019-datacenter-core-smalldisk-2008\", \"orchestratorVersion\": \"1.23.17\" }",
        right: "{ \"windowsSku\": \"2019-datacenter-core-ctrd-2308\", \"orchestratorVersion\": \"1.23.17\", \
            \"containerRuntime\": \"containerd\" }",
        hides_below: false,
    };
    NO_OUTBOUND = Code {
        id: "no-outbound",
        severity: Severity::Warning,
        title: "nodes must download and have no way to the internet",
        explanation: "`blockOutboundInternet` makes a network security rule against traffic to the internet, and the image lacks files \
            that the nodes need. Take an image that has them, or fetch everything from a mirror inside the network (`--mirror`).",
        wrong: "{ \"featureFlags\": { \"blockOutboundInternet\": true }, \"windowsProfile\": { \"windowsPublisher\": \"MicrosoftWindowsServer\" } }",
        right: "gen-cse apimodel.json --mirror https://artifacts.internal.example.com",
        hides_below: false,
    };
    OUTBOUND_OTHER = Code {
        id: "outbound-other",
        severity: Severity::Warning,
        title: "nodes need more than files from the internet",
        explanation: "`blockOutboundInternet` makes a network security rule against traffic to the internet. A stock image has no pause \
            image, which comes from its registry, and no OpenSSH, which comes from Windows Update; a mirror of files (`--mirror`) has \
            neither. Take a prepared image, give the registry a mirror in the catalog (`registryMirrors`), switch SSH off, or let \
            these two through.",
        wrong: "{ \"featureFlags\": { \"blockOutboundInternet\": true }, \"windowsProfile\": { \"windowsPublisher\": \"MicrosoftWindowsServer\" } }",
        right: "{ \"featureFlags\": { \"blockOutboundInternet\": true }, \"windowsProfile\": { \"windowsPublisher\": \"microsoft-aks\" } }",
        hides_below: false,
    };
    OUTBOUND_UNKNOWN = Code {
        id: "outbound-unknown",
        severity: Severity::Warning,
        title: "nothing is known that gives the nodes a way to the internet",
        explanation: "Subnets of virtual networks made with API versions after March 2026 are private: their machines have no way out unless \
            something gives them one. The nodes are in an own network and behind no load balancer with an outbound rule, so this template \
            gives them none, and a node without it fetches neither files nor images. Give the subnet a NAT gateway, a route to a firewall, \
            or the nodes a standard load balancer (`loadBalancerSku`, without `loadBalancerBackendAddressPoolIDs`); or tell nodes of a \
            proxy (`--https-proxy`) or a mirror inside the network (`--mirror`). Ignore this where the subnet has one of the first two.",
        wrong: "{ \"loadBalancerSku\": \"Basic\", \"masterProfile\": { \"vnetSubnetID\": \"/subscriptions/...\" } }",
        right: "{ \"loadBalancerSku\": \"Standard\", \"masterProfile\": { \"vnetSubnetID\": \"/subscriptions/...\" } }",
        hides_below: false,
    };
    KEY_VAULT_CERTIFICATE = Code {
        id: "key-vault-certificate",
        severity: Severity::Error,
        title: "a certificate of a Key Vault is not named with its version",
        explanation: "Azure installs the certificates of `windowsProfile.secrets` on each node by the URL of their secret, and takes it only \
            with the secret's version. aks-engine installs none of them and does not look. A new version needs a new URL and a new node.",
        wrong: "{ \"certificateUrl\": \"https://kv.vault.azure.net/secrets/root\", \"certificateStore\": \"Root\" }",
        right: "{ \"certificateUrl\": \"https://kv.vault.azure.net/secrets/root/0123456789abcdef0123456789abcdef\", \"certificateStore\": \"Root\" }",
        hides_below: false,
    };
    PROXY_UPDATE = Code {
        id: "proxy-update",
        severity: Severity::Warning,
        title: "a stock image gets OpenSSH from Windows Update, which does not use the nodes' proxy",
        explanation: "`--http-proxy` and `--https-proxy` are for what the node itself fetches, its runtime and its kubelet. Windows Update, from \
            where a stock image gets the OpenSSH server, has settings of its own, which are the whole machine's and are left alone. \
            Without another way out the step `openssh` fails.",
        wrong: "gen-cse apimodel.json --https-proxy http://proxy.contoso.example:3128",
        right: "{ \"windowsProfile\": { \"sshEnabled\": false } }",
        hides_below: false,
    };
    PROXY_DOCKER = Code {
        id: "proxy-docker",
        severity: Severity::Warning,
        title: "docker is not given user and password of the proxy",
        explanation: "What docker is told of a proxy stands in the registry, where every user of the node can read it. So docker gets the \
            address alone; where the proxy asks who comes, its pulls fail. containerd reads user and password from a closed file.",
        wrong: "{ \"kubernetesConfig\": { \"containerRuntime\": \"docker\" } }",
        right: "{ \"kubernetesConfig\": { \"containerRuntime\": \"containerd\" } }",
        hides_below: false,
    };
    WIN_DSR_IMAGE = Code {
        id: "win-dsr-image",
        severity: Severity::Warning,
        title: "the image is too old for direct server return",
        explanation: "Direct server return works on Windows Server 2019 from the update of October 2020 on (KB4580390, build \
            17763.1554). On an older one services of the cluster cannot be reached from Windows pods.",
        wrong: "{ \"featureFlags\": { \"enableWinDSR\": true }, \"windowsProfile\": { \"imageVersion\": \"17763.1282.2006061953\" } }",
        right: "{ \"featureFlags\": { \"enableWinDSR\": true } }",
        hides_below: false,
    };
}
