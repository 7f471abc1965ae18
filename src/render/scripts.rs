//! The table of scripts. A test holds it to be every file below `parts/windows` and nothing else.

use super::Script;

/// The template of `CustomData.bin`, which is not part of the payload.
pub const CUSTOM_DATA: &str = include_str!("../../parts/windows/bootstrap/customdata.ps1");

macro_rules! scripts {
    ($($folder:literal: $($name:literal $(for $step:literal)?),+;)+) => {
        &[$($(Script {
            path: concat!($folder, "\\", $name, ".ps1"),
            step: scripts!(@step $folder $name $($step)?),
            text: include_str!(concat!("../../parts/windows/", $folder, "/", $name, ".ps1")),
        }),+),+]
    };
    (@step "steps" $name:literal) => { Some($name) };
    (@step $folder:literal $name:literal $step:literal) => { Some($step) };
    (@step $folder:literal $name:literal) => { None };
}

/// Every script, in the order they are packed: what is alike stands close together.
pub const SCRIPTS: &[Script] = scripts! {
    "lib": "acl", "archive", "cache", "component", "context", "download", "hns", "image", "log", "machine", "package", "program", "record", "registry", "retry", "service", "text";
    "bootstrap": "engine", "start";
    "steps": "artifacts", "azure-cni", "azure-json", "azure-stack-environment", "azure-stack-root-certificate", "cache-removal", "cluster-config", "cni", "containerd", "credential-provider", "csi-proxy", "data-disks", "defender", "directories", "docker", "finish", "hns-network", "hosts-config-agent", "image-flavour", "images", "kube-proxy", "kubeconfig", "kubelet", "kubenet", "kubernetes", "log-collection", "node-tasks", "openssh", "os-drive", "page-file", "port-range", "pre-provision", "preflight", "secure-tls", "telemetry", "verify", "windows-features";
    "node": "collect-logs", "hns-watch", "hosts-config-agent" for "hosts-config-agent", "kube-proxy-start", "kubelet-start", "log-cleanup", "node-reset";
};
