//! Findings about the network: plugin, address ranges, load balancer, IPv6.

use crate::report::{Code, Severity};

super::codes! {
    NETWORK_PLUGIN = Code {
        id: "network-plugin",
        severity: Severity::Error,
        title: "the network plugin is not possible",
        explanation: "Windows nodes have azure CNI (`azure`, the default) or `kubenet`. aks-engine also knows cilium and antrea, for \
            clusters without Windows pools, and no longer makes clusters with flannel.",
        wrong: "{ \"kubernetesConfig\": { \"networkPlugin\": \"antrea\" } }",
        right: "{ \"kubernetesConfig\": { \"networkPlugin\": \"azure\" } }",
        hides_below: false,
    };
    KUBENET = Code {
        id: "kubenet",
        severity: Severity::Warning,
        title: "kubenet with Windows nodes is for tests",
        explanation: "With kubenet each node has a range of pod addresses and a route table leads to it. aks-engine calls it \
            fit for development and tests only when there are Windows nodes; azure CNI is what is used in production.",
        wrong: "{ \"kubernetesConfig\": { \"networkPlugin\": \"kubenet\" } }",
        right: "{ \"kubernetesConfig\": { \"networkPlugin\": \"azure\" } }",
        hides_below: false,
    };
    NETWORK_POLICY = Code {
        id: "network-policy",
        severity: Severity::Error,
        title: "the network policy is not possible",
        explanation: "calico, cilium and antrea have no Windows part here, so they go with Linux pools only. `azure` and `none` are old \
            spellings of the plugins azure and kubenet.",
        wrong: "{ \"kubernetesConfig\": { \"networkPolicy\": \"calico\" } }",
        right: "{ \"kubernetesConfig\": { \"networkPlugin\": \"azure\" } }",
        hides_below: false,
    };
    NETWORK_MODE = Code {
        id: "network-mode",
        severity: Severity::Error,
        title: "the network mode needs azure CNI",
        explanation: "`networkMode` is how azure CNI connects pods on Linux nodes. aks-engine wants `networkPlugin: azure` written out \
            beside it, although that is the default.",
        wrong: "{ \"kubernetesConfig\": { \"networkMode\": \"bridge\" } }",
        right: "{ \"kubernetesConfig\": { \"networkMode\": \"bridge\", \"networkPlugin\": \"azure\" } }",
        hides_below: false,
    };
    CIDR = Code {
        id: "cidr",
        severity: Severity::Error,
        title: "a text is not an address range",
        explanation: "Ranges are written as address, slash and number of fixed bits: `10.240.0.0/12`. One range is given, or with \
            `enableIPv6DualStack` one of IPv4 and one of IPv6, joined by a comma.",
        wrong: "{ \"clusterSubnet\": \"10.240.0.0\" }",
        right: "{ \"clusterSubnet\": \"10.240.0.0/12\" }",
        hides_below: false,
    };
    VNET_CIDR = Code {
        id: "vnet-cidr",
        severity: Severity::Warning,
        title: "addresses of the nodes are outside their network",
        explanation: "`vnetCidr` tells the CNI which addresses pods reach without translation. Left out it is 10.0.0.0/8; where the nodes' \
            own network is another, pods reach it with the node's address only, and what asks for a pod from there gets no answer.",
        wrong: "{ \"masterProfile\": { \"vnetSubnetID\": \"/subscriptions/...\", \"firstConsecutiveStaticIP\": \"192.168.255.200\" } }",
        right: "{ \"masterProfile\": { \"vnetSubnetID\": \"/subscriptions/...\", \"firstConsecutiveStaticIP\": \"192.168.255.200\", \
            \"vnetCidr\": \"192.168.0.0/16\" } }",
        hides_below: false,
    };
    ADDRESS = Code {
        id: "address",
        severity: Severity::Error,
        title: "a text is not an IP address",
        explanation: "An address is written as `10.240.255.5`, without a prefix length and without a name. In an own virtual network the \
            address of the first control plane node must be given, since every node needs it to find the API server.",
        wrong: "{ \"firstConsecutiveStaticIP\": \"10.240.255\" }",
        right: "{ \"firstConsecutiveStaticIP\": \"10.240.255.5\" }",
        hides_below: false,
    };
    CLUSTER_SUBNET = Code {
        id: "cluster-subnet",
        severity: Severity::Error,
        title: "the address range of the pods is too small",
        explanation: "With azure CNI nodes and pods share `clusterSubnet`, and each node takes one address for itself and one per pod (30 by \
            default). aks-engine refuses fewer than 9 free bits, 512 addresses: the prefix is at most /23.",
        wrong: "{ \"clusterSubnet\": \"10.240.0.0/25\" }",
        right: "{ \"clusterSubnet\": \"10.240.0.0/16\" }",
        hides_below: false,
    };
    SUBNET_FULL = Code {
        id: "subnet-full",
        severity: Severity::Warning,
        title: "the nodes need more addresses than the range has",
        explanation: "With azure CNI every node reserves one address for itself and one per pod when it is created, and Azure keeps five \
            addresses of each subnet. When they do not suffice the last nodes cannot be created.",
        wrong: "{ \"clusterSubnet\": \"10.240.0.0/23\", \"agentPoolProfiles\": [{ \"count\": 20 }] }",
        right: "{ \"clusterSubnet\": \"10.240.0.0/16\", \"agentPoolProfiles\": [{ \"count\": 20 }] }",
        hides_below: false,
    };
    SERVICE_CIDR = Code {
        id: "service-cidr",
        severity: Severity::Error,
        title: "the range of services and the DNS address do not fit each other",
        explanation: "`serviceCidr` and `dnsServiceIP` are given together or not at all. The DNS address lies in the range (in the first \
            one with dual stack), and is not its network address, not its first address, which is the API server's, and not its last.",
        wrong: "{ \"serviceCidr\": \"10.1.0.0/16\", \"dnsServiceIP\": \"10.1.0.1\" }",
        right: "{ \"serviceCidr\": \"10.1.0.0/16\", \"dnsServiceIP\": \"10.1.0.10\" }",
        hides_below: false,
    };
    CLUSTER_DOMAIN = Code {
        id: "cluster-domain",
        severity: Severity::Warning,
        title: "a pool has another cluster domain than its cluster",
        explanation: "The DNS service of a cluster answers for one domain, that of the cluster's `kubeletConfig`, and it is the one that pods \
            on Windows search: their CNI plugin tells it to them. A kubelet with another domain names services that nobody finds.",
        wrong: "{ \"agentPoolProfiles\": [{ \"kubernetesConfig\": { \"kubeletConfig\": { \"--cluster-domain\": \"corp.internal\" } } }] }",
        right: "{ \"orchestratorProfile\": { \"kubernetesConfig\": { \"kubeletConfig\": { \"--cluster-domain\": \"corp.internal\" } } } }",
        hides_below: false,
    };
    CIDR_OVERLAP = Code {
        id: "cidr-overlap",
        severity: Severity::Warning,
        title: "two address ranges overlap",
        explanation: "Pods, services and the virtual network need ranges of their own: an address in two of them reaches a service from one \
            place and a pod from another, or nothing at all.",
        wrong: "{ \"clusterSubnet\": \"10.240.0.0/12\", \"serviceCidr\": \"10.245.0.0/16\", \"dnsServiceIP\": \"10.245.0.10\" }",
        right: "{ \"clusterSubnet\": \"10.240.0.0/12\", \"serviceCidr\": \"10.0.0.0/16\", \"dnsServiceIP\": \"10.0.0.10\" }",
        hides_below: false,
    };
    BASIC_LOAD_BALANCER = Code {
        id: "basic-load-balancer",
        severity: Severity::Warning,
        title: "no basic load balancers and public addresses are made any more",
        explanation: "Basic load balancers and basic public addresses were retired on 2025-09-30: a cluster that has them runs on, new ones \
            are refused (`IPv4BasicSkuPublicIpCountLimitReached`). Azure Stack Hub has no other kind and keeps them.",
        wrong: "{ \"loadBalancerSku\": \"Basic\" }",
        right: "{ \"loadBalancerSku\": \"Standard\", \"excludeMasterFromStandardLB\": true }",
        hides_below: false,
    };
    LOAD_BALANCER = Code {
        id: "load-balancer",
        severity: Severity::Error,
        title: "the load balancer is not possible this way",
        explanation: "`loadBalancerSku` is `Basic` or `Standard` (the default). When `Standard` is written out aks-engine wants \
            `excludeMasterFromStandardLB: true` beside it: a control plane behind the standard load balancer of the services would \
            lose its own way out. Outbound addresses (at most 16) and their idle timeout belong to standard load balancers only.",
        wrong: "{ \"loadBalancerSku\": \"Standard\" }",
        right: "{ \"loadBalancerSku\": \"Standard\", \"excludeMasterFromStandardLB\": true }",
        hides_below: false,
    };
    DUAL_STACK = Code {
        id: "dual-stack",
        severity: Severity::Error,
        title: "dual stack is not possible this way",
        explanation: "Dual stack needs `networkPlugin` written out, `azure` or `kubenet`, no network policy with azure CNI, and no \
            flatcar pools. It cannot be combined with `enableIPv6Only`.",
        wrong: "{ \"featureFlags\": { \"enableIPv6DualStack\": true }, \"kubernetesConfig\": { \"serviceCidr\": \"10.0.0.0/16,fd00::/108\" } }",
        right: "{ \"featureFlags\": { \"enableIPv6DualStack\": true }, \"kubernetesConfig\": { \"networkPlugin\": \"azure\" } }",
        hides_below: false,
    };
    DUAL_STACK_BUILD = Code {
        id: "dual-stack-build",
        severity: Severity::Warning,
        title: "the Windows version of the nodes has no dual stack",
        explanation: "Windows containers have IPv4 and IPv6 addresses from build 19041 (version 2004) on; Windows Server 2019 is build \
            17763. Its pods would have IPv4 addresses only, and services of the IPv6 family do not reach them.",
        wrong: "{ \"featureFlags\": { \"enableIPv6DualStack\": true }, \"windowsProfile\": { \"windowsSku\": \
            \"2019-Datacenter-Core-with-Containers-smalldisk\" } }",
        right: "{ \"featureFlags\": { \"enableIPv6DualStack\": true }, \"windowsProfile\": { \"windowsPublisher\": \
            \"MicrosoftWindowsServer\", \"windowsOffer\": \"WindowsServer\", \"windowsSku\": \"2022-datacenter-core-smalldisk\" } }",
        hides_below: false,
    };
    IPV6_ONLY = Code {
        id: "ipv6-only",
        severity: Severity::Error,
        title: "an IPv6-only cluster is not possible this way",
        explanation: "Windows containers need IPv4, so `enableIPv6Only` refuses Windows pools, and it works with kubenet only.",
        wrong: "{ \"featureFlags\": { \"enableIPv6Only\": true } }",
        right: "{ \"featureFlags\": { \"enableIPv6DualStack\": true } }",
        hides_below: false,
    };
}
