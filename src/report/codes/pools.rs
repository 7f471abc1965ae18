//! Findings about agent pools: names, sizes, availability, disks, labels.

use crate::report::{Code, Severity};

super::codes! {
    POOL_NAME = Code {
        id: "pool-name",
        severity: Severity::Error,
        title: "the name of a pool is not valid",
        explanation: "The name of a pool becomes part of VM names, of ARM variables and of a node label, so it starts with a lower-case \
            letter and has at most 12 characters, all of a-z and 0-9.",
        wrong: "{ \"name\": \"Win_pool2\" }",
        right: "{ \"name\": \"winpool2\" }",
        hides_below: false,
    };
    POOL_NAME_DUPLICATE = Code {
        id: "pool-name-duplicate",
        severity: Severity::Error,
        title: "two pools have the same name",
        explanation: "Names of resources and the label `agentpool` derive from the name of the pool, so it can be used once only.",
        wrong: "{ \"agentPoolProfiles\": [{ \"name\": \"winpool\" }, { \"name\": \"winpool\" }] }",
        right: "{ \"agentPoolProfiles\": [{ \"name\": \"winpool1\" }, { \"name\": \"winpool2\" }] }",
        hides_below: false,
    };
    POOL_LIMIT = Code {
        id: "pool-limit",
        severity: Severity::Warning,
        title: "more VMs than Azure makes of one pool",
        explanation: "aks-engine accepts up to 1000 nodes. An availability set has at most 200 VMs, a scale set that keeps to one \
            placement group at most 100, and one with a custom image at most 600: the deployment would fail.",
        wrong: "{ \"availabilityProfile\": \"AvailabilitySet\", \"count\": 500 }",
        right: "{ \"availabilityProfile\": \"VirtualMachineScaleSets\", \"count\": 500 }",
        hides_below: false,
    };
    TAG = Code {
        id: "tag",
        severity: Severity::Error,
        title: "a tag that Azure refuses",
        explanation: "A resource has at most 50 tags; a name has 1 to 512 characters without `<`, `>`, `%`, `&`, `\\`, `?` and `/`, a value \
            at most 256. Names that differ in case only are one. aks-engine accepts all of them, and the deployment fails.",
        wrong: "{ \"customVMTags\": { \"cost/center\": \"12\" } }",
        right: "{ \"customVMTags\": { \"cost-center\": \"12\" } }",
        hides_below: false,
    };
    UNMANAGED_DISKS = Code {
        id: "unmanaged-disks",
        severity: Severity::Warning,
        title: "managed disks take the place of those in a storage account",
        explanation: "Azure has retired disks that are files in a storage account, so the nodes get managed disks whatever \
            `storageProfile` says. Azure Stack Hub has both kinds; the nodes get managed disks there too. An availability set that \
            aks-engine made for such disks cannot take the new nodes: they need a pool of their own.",
        wrong: "{ \"storageProfile\": \"StorageAccount\" }",
        right: "{ \"storageProfile\": \"ManagedDisks\" }",
        hides_below: false,
    };
    VM_SIZE = Code {
        id: "vm-size",
        severity: Severity::Warning,
        title: "a text does not look like an Azure VM size",
        explanation: "Sizes are written as Azure names them, `Standard_D4s_v3`. Which ones exist depends on region and subscription, so \
            only the form is checked: `az vm list-sizes --location <region>` lists them.",
        wrong: "{ \"vmSize\": \"D4s v3\" }",
        right: "{ \"vmSize\": \"Standard_D4s_v3\" }",
        hides_below: false,
    };
    IMAGE_GENERATION = Code {
        id: "image-generation",
        severity: Severity::Error,
        title: "an image of generation 1 where only one of generation 2 starts",
        explanation: "VM sizes of version 6 and later, and a few older families, run images of generation 2 (UEFI) only, and so does Trusted \
            Launch. Microsoft's SKUs of generation 2 end in `-g2` or `-gensecond`; the default images are all of generation 1.",
        wrong: "{ \"vmSize\": \"Standard_D4ds_v6\" }",
        right: "{ \"vmSize\": \"Standard_D4ds_v5\" }",
        hides_below: false,
    };
    NESTED_VIRTUALIZATION = Code {
        id: "nested-virtualization",
        severity: Severity::Error,
        title: "a VM size that cannot run Hyper-V, which the definition wants",
        explanation: "Pods with Hyper-V isolation need the feature Hyper-V, which Windows installs only where the processor lets a machine \
            run machines of its own. Of the older sizes A, B, D, DS and F do not; version 3 of D and E was the first.",
        wrong: "{ \"vmSize\": \"Standard_DS3_v2\" }",
        right: "{ \"vmSize\": \"Standard_D4s_v3\" }",
        hides_below: false,
    };
    DISK_CONTROLLER = Code {
        id: "disk-controller",
        severity: Severity::Warning,
        title: "a VM size that reaches disks by NVMe only, and an image or cloud that cannot say so",
        explanation: "VMs of version 6 and later have no SCSI controller. Azure starts them from an image that is marked for NVMe, as \
            Microsoft's images of generation 2 are and images in a gallery can be, and from a template that says `diskControllerType`.",
        wrong: "{ \"vmSize\": \"Standard_D4ds_v6\", \"WindowsImageSourceUrl\": \"https://contoso.blob.core.windows.net/vhds/win.vhd\" }",
        right: "{ \"vmSize\": \"Standard_D4ds_v5\", \"WindowsImageSourceUrl\": \"https://contoso.blob.core.windows.net/vhds/win.vhd\" }",
        hides_below: false,
    };
    NO_WINDOWS_POOL = Code {
        id: "no-windows-pool",
        severity: Severity::Warning,
        title: "no agent pool runs Windows",
        explanation: "gen-cse makes the Windows agent pools of a cluster; Linux pools and the control plane are others' work. A pool is a \
            Windows pool when its `osType` is `Windows`.",
        wrong: "{ \"agentPoolProfiles\": [{ \"name\": \"pool1\" }] }",
        right: "{ \"agentPoolProfiles\": [{ \"name\": \"pool1\" }, { \"name\": \"winpool\", \"osType\": \"Windows\" }] }",
        hides_below: false,
    };
    AVAILABILITY_MIXED = Code {
        id: "availability-mixed",
        severity: Severity::Error,
        title: "pools have different availability profiles",
        explanation: "The cloud provider knows availability sets or scale sets, not both, so all pools have the same \
            `availabilityProfile`. aks-engine compares what is written: where one pool names it, all must, even when the others would \
            get the same by default.",
        wrong: "{ \"agentPoolProfiles\": [{ \"availabilityProfile\": \"AvailabilitySet\" }, \
            { \"availabilityProfile\": \"VirtualMachineScaleSets\" }] }",
        right: "{ \"agentPoolProfiles\": [{ \"availabilityProfile\": \"VirtualMachineScaleSets\" }, \
            { \"availabilityProfile\": \"VirtualMachineScaleSets\" }] }",
        hides_below: false,
    };
    SCALE_SET_ONLY = Code {
        id: "scale-set-only",
        severity: Severity::Error,
        title: "a setting of scale sets stands at an availability set",
        explanation: "`singlePlacementGroup`, `vmssOverProvisioningEnabled` and `enableVMSSNodePublicIP` are properties of scale sets. An \
            availability set has none of them.",
        wrong: "{ \"availabilityProfile\": \"AvailabilitySet\", \"singlePlacementGroup\": true }",
        right: "{ \"availabilityProfile\": \"VirtualMachineScaleSets\", \"singlePlacementGroup\": true }",
        hides_below: false,
    };
    NODE_PUBLIC_IP = Code {
        id: "node-public-ip",
        severity: Severity::Error,
        title: "public addresses of nodes need a basic load balancer",
        explanation: "Public addresses of scale set instances are basic ones, which do not go together with a standard load balancer, and \
            standard is the default. Write `loadBalancerSku: Basic`.",
        wrong: "{ \"enableVMSSNodePublicIP\": true }",
        right: "{ \"kubernetesConfig\": { \"loadBalancerSku\": \"Basic\" }, \"agentPoolProfiles\": [{ \"enableVMSSNodePublicIP\": true }] }",
        hides_below: false,
    };
    ACCELERATED_NETWORKING = Code {
        id: "accelerated-networking",
        severity: Severity::Error,
        title: "accelerated networking is not possible",
        explanation: "Azure Stack Hub has no accelerated networking, and neither have small and old VM sizes: the A, G and H families, the \
            first generation of D and DS, sizes with one core, and v3 sizes with two. aks-engine refuses also every size it never heard \
            of; those are accepted here.",
        wrong: "{ \"vmSize\": \"Standard_D2_v3\", \"acceleratedNetworkingEnabledWindows\": true }",
        right: "{ \"vmSize\": \"Standard_D4s_v3\", \"acceleratedNetworkingEnabledWindows\": true }",
        hides_below: false,
    };
    AVAILABILITY_ZONES = Code {
        id: "availability-zones",
        severity: Severity::Error,
        title: "availability zones are not possible this way",
        explanation: "When the control plane and every pool name zones, the cluster is a zonal one: its pools are scale sets, and its load \
            balancer is a standard one, since a basic one does not reach across zones.",
        wrong: "{ \"availabilityZones\": [\"1\", \"2\"], \"availabilityProfile\": \"AvailabilitySet\" }",
        right: "{ \"availabilityZones\": [\"1\", \"2\"], \"availabilityProfile\": \"VirtualMachineScaleSets\" }",
        hides_below: false,
    };
    ZONES_PARTIAL = Code {
        id: "zones-partial",
        severity: Severity::Warning,
        title: "only a part of the cluster is spread over zones",
        explanation: "The control plane survives the loss of a zone, and the pools that name no `availabilityZones` may all be in the one \
            that is lost. Volumes are bound to a zone, too: pods on nodes without one cannot mount zonal disks.",
        wrong: "{ \"masterProfile\": { \"availabilityZones\": [\"1\", \"2\"] }, \"agentPoolProfiles\": [{ \"name\": \"winpool\" }] }",
        right: "{ \"masterProfile\": { \"availabilityZones\": [\"1\", \"2\"] }, \
            \"agentPoolProfiles\": [{ \"name\": \"winpool\", \"availabilityZones\": [\"1\", \"2\"] }] }",
        hides_below: false,
    };
    DATA_DISKS = Code {
        id: "data-disks",
        severity: Severity::Error,
        title: "data disks are not possible this way",
        explanation: "A pool has at most 4 data disks of 1 to 32767 GB. aks-engine wants `storageProfile` (`ManagedDisks`, or \
            `StorageAccount` with availability sets) and `availabilityProfile` written out when there are any.",
        wrong: "{ \"diskSizesGB\": [128, 128] }",
        right: "{ \"diskSizesGB\": [128, 128], \"storageProfile\": \"ManagedDisks\", \
            \"availabilityProfile\": \"VirtualMachineScaleSets\" }",
        hides_below: false,
    };
    STORAGE_ACCOUNT = Code {
        id: "storage-account",
        severity: Severity::Error,
        title: "a scale set cannot have disks in a storage account",
        explanation: "Scale sets have managed disks only, and they are the default `availabilityProfile`. Take `ManagedDisks`, or write \
            `availabilityProfile: AvailabilitySet`.",
        wrong: "{ \"storageProfile\": \"StorageAccount\" }",
        right: "{ \"storageProfile\": \"ManagedDisks\" }",
        hides_below: false,
    };
    EPHEMERAL_CACHING = Code {
        id: "ephemeral-caching",
        severity: Severity::Error,
        title: "an ephemeral OS disk is cached read-only",
        explanation: "An ephemeral OS disk lies in the cache of the host, which allows `ReadOnly` only. Leave `osDiskCachingType` out.",
        wrong: "{ \"storageProfile\": \"Ephemeral\", \"osDiskCachingType\": \"ReadWrite\" }",
        right: "{ \"storageProfile\": \"Ephemeral\" }",
        hides_below: false,
    };
    OS_DISK_SMALL = Code {
        id: "os-disk-small",
        severity: Severity::Warning,
        title: "the OS disk is too small",
        explanation: "An OS disk cannot be smaller than the image it is made from: 30 GB for a `smalldisk` image and for the images of \
            microsoft-aks, 127 GB for other images of Windows Server. On 30 GB the base images of Windows containers, a page file and \
            logs do not fit for long: pulls fail and pods are evicted. aks-engine's documentation advises 128 GB.",
        wrong: "{ \"osType\": \"Windows\" }",
        right: "{ \"osType\": \"Windows\", \"osDiskSizeGB\": 128 }",
        hides_below: false,
    };
    LABEL_KEY = Code {
        id: "label-key",
        severity: Severity::Error,
        title: "the key of a node label is not valid",
        explanation: "A key is a name, or a DNS domain of at most 253 characters, a slash and a name. A name has at most 63 letters, \
            digits, hyphens, underscores and dots, and starts and ends with a letter or digit.",
        wrong: "{ \"customNodeLabels\": { \"bad key\": \"x\" } }",
        right: "{ \"customNodeLabels\": { \"example.com/team\": \"x\" } }",
        hides_below: false,
    };
    LABEL_VALUE = Code {
        id: "label-value",
        severity: Severity::Error,
        title: "the value of a node label is not valid",
        explanation: "A value is empty or has at most 63 letters, digits, hyphens, underscores and dots, and starts and ends with a letter \
            or digit.",
        wrong: "{ \"customNodeLabels\": { \"team\": \"payments team\" } }",
        right: "{ \"customNodeLabels\": { \"team\": \"payments-team\" } }",
        hides_below: false,
    };
    LABEL_RESERVED = Code {
        id: "label-reserved",
        severity: Severity::Error,
        title: "a kubelet may not set this label",
        explanation: "Domains `kubernetes.io` and `k8s.io`, with all below them, belong to Kubernetes. The kubelet does not start when it \
            is given one of their labels, apart from a few (`kubernetes.io/os`, `kubernetes.io/arch`, `kubernetes.io/hostname`, zone, \
            region and instance type) and those in `node.kubernetes.io` and `kubelet.kubernetes.io`. Roles such as \
            `node-role.kubernetes.io/worker` are set with kubectl after the node has joined.",
        wrong: "{ \"customNodeLabels\": { \"node-role.kubernetes.io/worker\": \"\" } }",
        right: "{ \"customNodeLabels\": { \"example.com/role\": \"worker\" } }",
        hides_below: false,
    };
    LABEL_CONFLICT = Code {
        id: "label-conflict",
        severity: Severity::Warning,
        title: "a label contradicts one that every node has",
        explanation: "Schedulers and addons find Windows nodes by `kubernetes.io/os=windows`, and a pool by `agentpool` and \
            `kubernetes.azure.com/cluster`. A label of the definition with one of these keys takes their place: pods for Linux land on \
            Windows, or nothing lands at all.",
        wrong: "{ \"osType\": \"Windows\", \"customNodeLabels\": { \"kubernetes.io/os\": \"linux\" } }",
        right: "{ \"osType\": \"Windows\" }",
        hides_below: false,
    };
    IMAGE_REFERENCE = Code {
        id: "image-reference",
        severity: Severity::Error,
        title: "an image reference is not complete",
        explanation: "A managed image needs `name` and `resourceGroup`; an image of a shared image gallery needs also `gallery`, \
            `subscriptionId` and `version`. aks-engine takes the marketplace image instead, without a word, when the one of \
            `windowsProfile` is not complete; here that is refused.",
        wrong: "{ \"imageReference\": { \"name\": \"windows-2019\" } }",
        right: "{ \"imageReference\": { \"name\": \"windows-2019\", \"resourceGroup\": \"images\" } }",
        hides_below: false,
    };
    IMAGE_VERSION = Code {
        id: "image-version",
        severity: Severity::Warning,
        title: "a version is of another image",
        explanation: "Of a marketplace image only `imageVersion` is given, and the SKU that is filled in has other versions: Azure refuses the \
            pair, or gives an image that was not meant. A version belongs to a publisher, an offer and a SKU.",
        wrong: "{ \"windowsProfile\": { \"imageVersion\": \"17763.1397.200904\" } }",
        right: "{ \"windowsProfile\": { \"windowsPublisher\": \"MicrosoftWindowsServer\", \"windowsOffer\": \"WindowsServer\", \
            \"windowsSku\": \"2019-Datacenter-Core-smalldisk\", \"imageVersion\": \"17763.5696.240406\" } }",
        hides_below: false,
    };
    VNET = Code {
        id: "vnet",
        severity: Severity::Error,
        title: "the pools and the control plane are not in one virtual network",
        explanation: "Either the control plane and every pool name a subnet (`vnetSubnetID`), or none does and aks-engine makes the network. \
            The subnets may differ, the virtual network may not.",
        wrong: "{ \"masterProfile\": {}, \"agentPoolProfiles\": [{ \"vnetSubnetID\": \"/subscriptions/...\" }] }",
        right: "{ \"masterProfile\": { \"vnetSubnetID\": \"/subscriptions/...\", \"firstConsecutiveStaticIP\": \"10.1.255.5\" }, \
            \"agentPoolProfiles\": [{ \"vnetSubnetID\": \"/subscriptions/...\" }] }",
        hides_below: false,
    };
    WINDOWS_TAINT = Code {
        id: "windows-taint",
        severity: Severity::Warning,
        title: "pods for Linux can land on Windows nodes",
        explanation: "The scheduler places a pod without a node selector on any node, and a Linux image does not run on Windows: the pod \
            stays in ImagePullBackOff or fails to start. In a cluster with Linux pools, give the Windows pools a taint that the pods for \
            Windows tolerate.",
        wrong: "{ \"name\": \"winpool\", \"osType\": \"Windows\" }",
        right: "{ \"name\": \"winpool\", \"osType\": \"Windows\", \"kubernetesConfig\": { \"kubeletConfig\": \
            { \"--register-with-taints\": \"sku=win:NoSchedule\" } } }",
        hides_below: false,
    };
    IP_ADDRESS_LIMIT = Code {
        id: "ip-address-limit",
        severity: Severity::Error,
        title: "a node needs more addresses than a network interface has",
        explanation: "With azure CNI every pod gets an address of the network interface: a node needs one for itself and one per pod \
            (`--max-pods`), and Azure gives an interface at most 256. The deployment would fail.",
        wrong: "{ \"kubernetesConfig\": { \"kubeletConfig\": { \"--max-pods\": \"300\" } } }",
        right: "{ \"kubernetesConfig\": { \"kubeletConfig\": { \"--max-pods\": \"255\" } } }",
        hides_below: false,
    };
    IP_ADDRESS_COUNT = Code {
        id: "ip-address-count",
        severity: Severity::Warning,
        title: "a node has fewer addresses than pods",
        explanation: "With azure CNI every pod gets an address of the network interface: a node needs one for itself and one per pod \
            (`--max-pods`). Pods beyond that stay in ContainerCreating. Leave `ipAddressCount` out, and it follows `--max-pods`.",
        wrong: "{ \"ipAddressCount\": 10, \"kubernetesConfig\": { \"kubeletConfig\": { \"--max-pods\": \"30\" } } }",
        right: "{ \"kubernetesConfig\": { \"kubeletConfig\": { \"--max-pods\": \"30\" } } }",
        hides_below: false,
    };
}
