//! The steps a node runs, as data: the one table of their order, functions and exit codes.
//!
//! `parts/windows/steps/<id>.ps1` holds the functions; the table is rendered into the payload (`steps.json`), into
//! `gen-cse explain <code>` and into the documentation.

use crate::model::{Cluster, ContainerRuntime, NetworkPlugin, WindowsPool};
use serde::Serialize;

/// One step of the bootstrap.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// Name in logs and of the file below `parts/windows/steps`.
    pub id: &'static str,
    /// What the step is about.
    pub title: &'static str,
    /// `Test-`, `Invoke-` and `Assert-` in front of this are the names of its functions.
    pub function: &'static str,
    /// Exit code of the extension when this step fails.
    pub exit_code: u8,
    /// The step needs what the restart after installing a Windows feature gives; it is put off while that is due.
    pub after_restart: bool,
    /// Text of `parts/windows/steps/<id>.ps1`.
    #[serde(skip)]
    pub script: &'static str,
    /// What it means that the step failed.
    #[serde(skip)]
    pub means: &'static str,
    /// What to do about it.
    #[serde(skip)]
    pub remedy: &'static str,
    /// Which pools need it.
    #[serde(skip)]
    pub needed: fn(&Cluster, &WindowsPool) -> bool,
}

/// An exit code that belongs to no step.
#[derive(Debug, Clone, Copy)]
pub struct EngineExitCode {
    /// Exit code of the extension.
    pub exit_code: u8,
    /// What happened.
    pub title: &'static str,
    /// What it means.
    pub means: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
}

/// Exit codes of the engine itself.
pub const ENGINE_EXIT_CODES: [EngineExitCode; 4] = [
    EngineExitCode {
        exit_code: 1,
        title: "the bootstrap itself failed",
        means: "unpacking the scripts or something outside every step failed",
        remedy: "read the last lines of C:\\AzureData\\gen-cse.log; report it as a defect of gen-cse with that log",
    },
    EngineExitCode {
        exit_code: 2,
        title: "configuration or secrets cannot be read",
        means: "the custom data or the argument of the extension's command is not what gen-cse wrote",
        remedy: "generate the template again and deploy custom data and extension from the same output",
    },
    EngineExitCode {
        exit_code: 3,
        title: "another run did not end",
        means: "a bootstrap that was already running held the node until the deadline",
        remedy: "look at C:\\AzureData\\gen-cse\\events.jsonl for what it waits for, restart the VM, run the extension again",
    },
    EngineExitCode {
        exit_code: 4,
        title: "the deadline passed",
        means: "the steps did not finish within deadlineMinutes",
        remedy: "result.json names the step that took the time; run the extension again, finished steps are skipped",
    },
];

/// Whatever the cluster is; of some the catalog or an option decides ([`plan`](super::plan)).
fn always(_: &Cluster, _: &WindowsPool) -> bool {
    true
}
fn containerd(cluster: &Cluster, _: &WindowsPool) -> bool {
    cluster.windows.runtime == ContainerRuntime::Containerd
}
fn docker(cluster: &Cluster, _: &WindowsPool) -> bool {
    cluster.windows.runtime == ContainerRuntime::Docker
}
fn azure_cni(cluster: &Cluster, _: &WindowsPool) -> bool {
    cluster.network.plugin == NetworkPlugin::Azure
}
fn kubenet(cluster: &Cluster, _: &WindowsPool) -> bool {
    cluster.network.plugin == NetworkPlugin::Kubenet
}
fn ssh(cluster: &Cluster, _: &WindowsPool) -> bool {
    cluster.windows.ssh_keys.is_some()
}
fn csi_proxy(cluster: &Cluster, _: &WindowsPool) -> bool {
    cluster.windows.csi_proxy
}
fn hosts_config_agent(cluster: &Cluster, _: &WindowsPool) -> bool {
    cluster.hosts_config_agent
}
fn secure_tls(cluster: &Cluster, _: &WindowsPool) -> bool {
    cluster.windows.secure_tls
}
fn custom_cloud(cluster: &Cluster, _: &WindowsPool) -> bool {
    cluster.cloud.custom.is_some()
}
fn azure_stack_root(cluster: &Cluster, _: &WindowsPool) -> bool {
    super::exports_azure_stack_root(cluster)
}
fn container_user(cluster: &Cluster, _: &WindowsPool) -> bool {
    !super::container_user_files(cluster).is_empty()
}
fn pre_provision(_: &Cluster, pool: &WindowsPool) -> bool {
    pool.pre_provision.is_some()
}
fn data_disks(_: &Cluster, pool: &WindowsPool) -> bool {
    !pool.disks.data_sizes_gb.is_empty()
}
fn credential_provider(_: &Cluster, pool: &WindowsPool) -> bool {
    pool.kubelet.uses_credential_provider()
}

macro_rules! steps {
    ($($id:literal $function:literal $code:literal $restart:literal $needed:ident, $title:literal, $means:literal, $remedy:literal;)*) => {
        &[$(Step {
            id: $id,
            title: $title,
            function: $function,
            exit_code: $code,
            after_restart: $restart,
            script: include_str!(concat!("../../parts/windows/steps/", $id, ".ps1")),
            means: $means,
            remedy: $remedy,
            needed: $needed,
        }),*]
    };
}

/// Every step, in the order a node runs them.
pub const STEPS: &[Step] = steps! {
    "image-flavour" "ImageFlavour" 16 false always, "prepared or stock image",
        "the cache of the image could not be read",
        "check c:\\akse-cache and its manifest.json on the image, or use another image";
    "preflight" "Preflight" 10 false always, "machine and configuration fit",
        "the OS build, PowerShell, free space, rights or the extension's secrets are not what the node needs",
        "the message names every finding; choose a listed image or add the build to osBuilds of the catalog, enlarge the OS disk (the message has what stock and prepared images need), deploy with the secrets";
    "os-drive" "OsDrive" 12 false always, "drive C: has its full size",
        "the partition of drive C: could not be grown",
        "look at it with Get-Partition and Get-PartitionSupportedSize, then run the extension again";
    "data-disks" "DataDisk" 17 false data_disks, "data disks are formatted",
        "a data disk of the pool could not be initialised",
        "look at it with Get-Disk, clear it with Clear-Disk if it holds nothing you need, run the extension again";
    "directories" "Directory" 11 false always, "folders and their permissions",
        "a folder could not be made or is open to others than SYSTEM and administrators",
        "remove the other entries with icacls and run the extension again";
    "trusted-certificates" "TrustedCertificate" 34 false always, "the owner's authorities",
        "a certificate of nodes.trustedCertificates could not be put into the store of the machine",
        "the message names it; see that it is the public certificate of an authority, as PEM";
    "proxy" "Proxy" 35 false always, "the way out through a proxy",
        "the closed file that tells programs of the proxy could not be written, or changed while its secrets were gone",
        "run the extension again so that it has the secrets";
    "page-file" "PageFile" 13 false always, "page file of fixed size",
        "the page file setting could not be changed",
        "check free space on C: and policies for the page file, run the extension again";
    "port-range" "PortRange" 18 false always, "dynamic port range",
        "netsh did not accept the dynamic TCP port range",
        "a reservation may overlap: netsh int ipv4 show excludedportrange tcp";
    "defender" "Defender" 19 false always, "Defender exclusions",
        "the exclusions for kubelet and runtime could not be set",
        "check whether a policy manages Defender's exclusions";
    "windows-features" "WindowsFeature" 20 false always, "Windows features",
        "a feature (Containers, Hyper-V) could not be installed",
        "look at C:\\Windows\\Logs\\DISM\\dism.log; a VM size without nested virtualisation cannot run Hyper-V";
    "windows-settings" "WindowsSetting" 26 false always, "registry settings of Windows",
        "registry values of the node could not be set",
        "a group policy may undo them, events.jsonl names the value";
    "openssh" "OpenSsh" 15 false ssh, "OpenSSH server and keys",
        "sshd could not be installed or does not run with the given keys",
        "open the way to Windows Update, use an image that has sshd, or set sshEnabled to false";
    "artifacts" "ComponentFile" 21 false always, "all files are here and verified",
        "a file is neither in the image's cache nor could it be downloaded with the right hash",
        "the message names each URL and its reason; allow outbound access, use --mirror, correct the URL or the catalog's hash";
    "kubernetes" "Kubernetes" 22 false always, "Kubernetes programs in c:\\k",
        "the package lacks a program, holds another version, or could not be unpacked",
        "use a package built for aks-engine Windows nodes and a windowsNodeBinariesURL of the same version";
    "azure-json" "AzureJson" 31 false always, "azure.json",
        "the cloud provider's file could not be written, or changed while its secrets were gone",
        "run the extension again so that it has the secrets";
    "kubeconfig" "Kubeconfig" 32 false always, "CA certificate and kubeconfig",
        "a certificate or key is not what it should be, or the files could not be written",
        "check caCertificate, clientCertificate and clientPrivateKey: base64 of PEM; deploy and reimage, or make the VM anew: its custom data stays";
    "cluster-config" "ClusterConfig" 30 false always, "kubeclusterconfig.json",
        "the cluster's description for scripts and people could not be written",
        "check c:\\k for files that are open elsewhere and run the extension again";
    "azure-stack-environment" "AzureStackEnvironment" 33 false custom_cloud, "azurestackcloud.json",
        "the file with the custom cloud's endpoints could not be written",
        "check customCloudProfile.environment; deploy and reimage, or make the VM anew: its custom data stays";
    "containerd" "Containerd" 23 true containerd, "containerd",
        "containerd could not be installed, configured or started",
        "read c:\\k\\containerd.err.log; check that windowsContainerdURL names a containerd package for Windows";
    "docker" "Docker" 28 true docker, "docker engine",
        "the docker engine could not be installed, configured or started",
        "read the event log of source docker; check C:\\ProgramData\\docker\\config\\daemon.json";
    "images" "Image" 24 true always, "container images",
        "the pause image is neither on the node nor could it be pulled",
        "allow the registry, name a mirror, or use an image that has it";
    "cni" "Cni" 25 false always, "network plugin programs",
        "the package of the network plugin lacks a program or could not be unpacked",
        "check azureCNIURLWindows or windowsSdnPluginURL";
    "azure-cni" "AzureCni" 40 false azure_cni, "configuration of Azure CNI",
        "the CNI configuration could not be written or does not say what the cluster needs",
        "compare c:\\k\\azurecni\\netconf\\10-azure.conflist with the definition; on Azure Stack check the service principal's rights";
    "kubenet" "Kubenet" 41 false kubenet, "configuration of kubenet",
        "the template of the CNI configuration could not be written or its plugin is missing",
        "name a package that holds the plugin in windowsSdnPluginURL";
    "hns-network" "HnsNetwork" 42 true always, "HNS network of the host",
        "the external network could not be made, or the node lost its address",
        "check the machine's network interface; restart the VM and run the extension again";
    "csi-proxy" "CsiProxy" 46 false csi_proxy, "CSI proxy",
        "csi-proxy could not be installed as a service",
        "check csiProxyURL";
    "credential-provider" "CredentialProvider" 47 false credential_provider, "ACR credential provider",
        "the kubelet's credential provider is neither on the image nor could it be installed",
        "check the component credential-provider of the catalog";
    "hosts-config-agent" "HostsConfigAgent" 48 false hosts_config_agent, "hosts-config agent",
        "the agent that keeps the hosts file could not be installed as a service",
        "read c:\\k\\hosts-config-agent.err.log";
    "kubelet" "Kubelet" 44 true always, "service kubelet",
        "the service could not be made, or its arguments are wrong",
        "the message names the argument; correct kubeletConfig of the definition";
    "kube-proxy" "KubeProxy" 45 true always, "service kubeproxy",
        "the service could not be made, or its arguments are wrong",
        "the message names the argument; correct the feature flags of the definition";
    "node-tasks" "NodeTask" 43 true always, "scheduled tasks",
        "node reset, HNS watch or log cleanup could not be registered",
        "look at the task scheduler's log and run the extension again";
    "log-collection" "LogCollection" 51 false always, "log collection script",
        "the script for people could not be put into c:\\k\\debug",
        "check free space on C: and run the extension again";
    "secure-tls" "SecureTls" 14 false secure_tls, "TLS 1.2 and later only",
        "SCHANNEL's settings could not be changed",
        "a group policy may undo them, events.jsonl names the value";
    "pre-provision" "PreProvision" 50 false pre_provision, "the owner's own script",
        "the script of preProvisionExtension was not fetched, or ended with another code than 0",
        "its output is in events.jsonl; correct the script, its rootURL or its parameter";
    "azure-stack-root-certificate" "AzureStackRootCertificate" 52 false azure_stack_root, "root certificate of Azure Stack",
        "the root certificate for the cloud node manager could not be exported",
        "check that the node trusts the certificate of the resource manager endpoint";
    "container-access" "ContainerAccess" 53 false container_user, "files for the cloud node manager",
        "the containers' user could not be let into the files that the cloud node manager reads",
        "look at their access lists with icacls and run the extension again";
    "verify" "Verify" 80 true pre_provision, "everything is there",
        "something the node needs is missing although its step ended well",
        "the message names it; run the extension again, the step that makes it is in events.jsonl";
    "cache-removal" "CacheRemoval" 81 true always, "image cache removed",
        "c:\\akse-cache could not be removed",
        "close what uses it and run the extension again, or generate with --keep-cache";
    "finish" "Finish" 90 true always, "kubelet answers",
        "the kubelet did not answer its health check in time, or kube-proxy does not run",
        "read the tail of c:\\k\\kubelet.err.log in the message; its arguments are in c:\\k\\kubeclusterconfig.json";
    "image-pulls" "ImagePull" 54 false always, "images that are pulled ahead",
        "the task that pulls the images of nodes.pullImages could not be registered",
        "look at the task scheduler's log and run the extension again";
};

#[cfg(test)]
mod tests {
    use super::{ENGINE_EXIT_CODES, STEPS};
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    #[test]
    fn ids_functions_and_codes_are_used_once() {
        let ids: BTreeSet<_> = STEPS.iter().map(|step| step.id).collect();
        let functions: BTreeSet<_> = STEPS.iter().map(|step| step.function).collect();
        let codes: BTreeSet<_> =
            STEPS.iter().map(|step| step.exit_code).chain(ENGINE_EXIT_CODES.iter().map(|code| code.exit_code)).collect();
        assert_eq!(ids.len(), STEPS.len());
        assert_eq!(functions.len(), STEPS.len());
        assert_eq!(codes.len(), STEPS.len() + ENGINE_EXIT_CODES.len());
        assert!(!codes.contains(&0));
    }

    #[test]
    fn every_code_says_what_it_means_and_what_to_do() {
        for step in STEPS {
            assert!(!step.means.is_empty() && !step.remedy.is_empty(), "{}", step.id);
            assert!(!step.means.ends_with('.') && !step.remedy.ends_with('.'), "{}", step.id);
        }
    }

    #[test]
    fn the_page_of_exit_codes_is_the_table() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/exit-codes.md");
        let mut page = String::from(
            "# Exit codes of the extension\n\nThe extension reports the exit code of the step that failed. \
             Made from the tables in `src/plan/steps.rs`; `gen-cse explain <code>` says the same.\n\n\
             | code | step | what it means | what to do |\n| --- | --- | --- | --- |\n\
             | 0 | | the node is complete, or will be after the restart that `result.json` names | |\n",
        );
        let row = |code, step: &str, means: &str, remedy: &str| format!("| {code} | {step} | {means} | {remedy} |\n");
        let mut rows: Vec<_> =
            ENGINE_EXIT_CODES.iter().map(|code| (code.exit_code, row(code.exit_code, "(engine)", code.means, code.remedy))).collect();
        rows.extend(STEPS.iter().map(|step| (step.exit_code, row(step.exit_code, step.id, step.means, step.remedy))));
        rows.sort();
        page.extend(rows.into_iter().map(|(_, row)| row));
        if std::env::var_os("UPDATE_DOCS").is_some() {
            fs::write(&path, &page).expect("writable docs");
        }
        let written = fs::read_to_string(&path).expect("the page");
        assert_eq!(written, page, "run UPDATE_DOCS=1 cargo test --lib steps");
    }
}
