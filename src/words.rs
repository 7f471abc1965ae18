//! Choices of a definition and their words: what is read, printed, listed in the schema and named in messages comes from here.

/// What `gen-cse init` writes where only the user knows the value.
pub mod placeholder {
    /// Password of the administrator.
    pub const PASSWORD: &str = "Put-your-own-1-here";
    /// Secret of the service principal.
    pub const SECRET: &str = "Put-your-own-here";
    /// Public key.
    pub const SSH_KEY: &str = "ssh-rsa AAAA... you@example.com";
}

/// The words of a choice.
pub trait Words {
    /// As messages and the schema list them.
    const WORDS: &'static [&'static str];
}

/// A choice that is made by a word.
pub trait Choice: Words + Copy + 'static {
    /// The choices, in the order of their words.
    const ALL: &'static [Self];

    /// The choice of a word.
    #[must_use]
    fn of(word: &str) -> Option<Self> {
        let index = Self::WORDS.iter().position(|known| *known == word)?;
        Self::ALL.get(index).copied()
    }
}

macro_rules! words {
    ($($(#[$about:meta])* $name:ident { $($(#[$means:meta])* $choice:ident = $word:literal),+ $(,)? })+) => {$(
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name {
            $($(#[$means])* $choice),+
        }

        impl Words for $name {
            const WORDS: &'static [&'static str] = &[$($word),+];
        }

        impl Choice for $name {
            const ALL: &'static [Self] = &[$(Self::$choice),+];
        }

        impl $name {
            /// The definition's word for it.
            #[must_use]
            #[allow(dead_code, reason = "some words are only listed")]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$choice => $word),+
                }
            }
        }
    )+};
}

words! {
    /// How Azure keeps the nodes of a pool apart.
    Availability {
        /// Single VMs in an availability set.
        Set = "AvailabilitySet",
        /// A virtual machine scale set.
        ScaleSet = "VirtualMachineScaleSets",
    }

    /// Operating system of a pool.
    OsType {
        /// Linux.
        Linux = "Linux",
        /// Windows.
        Windows = "Windows",
    }

    /// Where the OS disk lives.
    DiskKind {
        /// Managed disk.
        Managed = "ManagedDisks",
        /// Storage account in the definition; Azure has retired those, a managed disk takes its place.
        StorageAccount = "StorageAccount",
        /// Disk of the host, gone with the VM.
        Ephemeral = "Ephemeral",
    }

    /// How the host caches a disk.
    Caching {
        /// Not.
        None = "None",
        /// What is read.
        ReadOnly = "ReadOnly",
        /// What is read and written.
        ReadWrite = "ReadWrite",
    }

    /// Regular or surplus capacity of a scale set.
    Capacity {
        /// Regular.
        Regular = "Regular",
        /// Surplus, as Azure called it first.
        Low = "Low",
        /// Surplus.
        Spot = "Spot",
    }

    /// What becomes of a node when Azure takes its surplus capacity back.
    Eviction {
        /// It is deleted.
        Delete = "Delete",
        /// It is stopped, and keeps its disks.
        Deallocate = "Deallocate",
    }

    /// Container runtime of the Windows nodes.
    ContainerRuntime {
        /// docker through dockershim, up to Kubernetes 1.23.
        Docker = "docker",
        /// containerd through the CRI.
        Containerd = "containerd",
    }

    /// How containers are isolated.
    RuntimeHandler {
        /// They share the host's kernel.
        Process = "process",
        /// Each pod has a small virtual machine.
        HyperV = "hyperv",
    }

    /// CNI plugin of a cluster with Windows nodes.
    NetworkPlugin {
        /// Pods have addresses of the virtual network (Azure CNI).
        Azure = "azure",
        /// Pods have addresses of a range per node.
        Kubenet = "kubenet",
    }

    /// SKU of the load balancers the cloud provider makes.
    LoadBalancerSku {
        /// The only one on Azure Stack Hub.
        Basic = "Basic",
        /// Default elsewhere.
        Standard = "Standard",
    }

    /// Who issues tokens in a custom cloud.
    IdentitySystem {
        /// Microsoft Entra ID.
        AzureAd = "azure_ad",
        /// Active Directory Federation Services of a disconnected stamp.
        Adfs = "adfs",
    }

    /// Which model a definition follows.
    ApiVersion {
        /// The only one there is.
        Vlabs = "vlabs",
    }

    /// How the start of VMs is protected.
    SecurityKind {
        /// Not at all.
        Standard = "Standard",
        /// Trusted Launch.
        TrustedLaunch = "TrustedLaunch",
    }

    /// Generation of an own VHD.
    VhdGeneration {
        /// BIOS.
        V1 = "V1",
        /// UEFI.
        V2 = "V2",
    }

    /// How Azure Stack Hub knows the service principal.
    AuthenticationMethod {
        /// By a secret.
        ClientSecret = "client_secret",
        /// By a certificate.
        ClientCertificate = "client_certificate",
    }

    /// Cloud that a custom cloud gets its files from.
    DependenciesLocation {
        /// Azure.
        Public = "public",
        /// Azure in China.
        China = "china",
        /// Azure in Germany.
        German = "german",
        /// Azure for the government of the United States.
        UsGovernment = "usgovernment",
    }

    /// Layout of a registry of Kubernetes images.
    ImageBaseType {
        /// Google's.
        Gcr = "gcr",
        /// Microsoft's.
        Mcr = "mcr",
    }

    /// How azure CNI connects pods on Linux.
    NetworkMode {
        /// Over a bridge.
        Bridge = "bridge",
        /// By routes.
        Transparent = "transparent",
    }

    /// How kube-proxy works on Linux.
    KubeProxyMode {
        /// iptables.
        Iptables = "iptables",
        /// ipvs.
        Ipvs = "ipvs",
    }
}

/// Disks of the control plane: those of a pool, but for the last.
#[derive(Debug, Clone, Copy)]
pub struct MasterDisk;

impl Words for MasterDisk {
    const WORDS: &'static [&'static str] = DiskKind::WORDS.split_at(2).0;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_as_they_are_printed() {
        assert!(Availability::ALL.iter().all(|choice| Availability::of(choice.as_str()) == Some(*choice)));
        assert_eq!((DiskKind::of("Ephemeral"), DiskKind::of("ephemeral")), (Some(DiskKind::Ephemeral), None));
        assert_eq!(MasterDisk::WORDS, ["ManagedDisks", "StorageAccount"]);
    }
}
