//! Made-up packages: archives as the real ones are laid out, whose programs are the simulated node's.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

/// A file on the mirror.
#[derive(Debug, Clone)]
pub(crate) struct Artifact {
    pub(crate) url: String,
    pub(crate) file: PathBuf,
    pub(crate) sha256: String,
    pub(crate) bytes: u64,
}

/// Programs of a component by the folder that its package has them in; and whether a configuration of Azure CNI is beside them.
fn content(id: &str) -> (&'static str, &'static [&'static str]) {
    match id {
        "kubernetes" => ("k", &["kubelet.exe", "kube-proxy.exe", "kubectl.exe", "kubeadm.exe", "nssm.exe"]),
        "node-binaries" => ("kubernetes/node/bin", &["kubelet.exe", "kube-proxy.exe", "kubectl.exe"]),
        "containerd" => ("bin", &["containerd.exe", "ctr.exe", "containerd-shim-runhcs-v1.exe", "crictl.exe"]),
        "docker" => ("docker", &["docker.exe", "dockerd.exe", "docker-proxy.exe"]),
        "azure-cni" => ("", &["azure-vnet.exe", "azure-vnet-ipam.exe", "azure-vnet-telemetry.exe"]),
        "win-bridge" => ("", &["win-bridge.exe", "win-overlay.exe", "host-local.exe", "flannel.exe"]),
        "sdn-plugin" => ("", &["sdnbridge.exe", "sdnoverlay.exe", "nat.exe", "host-local.exe"]),
        "csi-proxy" => ("bin", &["csi-proxy.exe"]),
        "credential-provider" => ("", &["azure-acr-credential-provider.exe"]),
        other => panic!("no made-up package for component `{other}`"),
    }
}

const CONFLIST: &str = r#"{"cniVersion":"0.3.0","name":"azure","plugins":[{"type":"azure-vnet","mode":"bridge","bridge":"azure0","ipam":{"type":"azure-vnet-ipam"}}]}"#;

/// Enough to be cut in the middle, and not to be packed into nothing.
fn padding(seed: &str) -> Vec<u8> {
    let mut state = seed.bytes().fold(0x9e37_79b9_7f4a_7c15_u64, |state, byte| (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    (0..8192).flat_map(|_| next()).collect()
}

/// Made packages by name and version: each is made once per process, and is the same at every host.
static MADE: Mutex<BTreeMap<String, Artifact>> = Mutex::new(BTreeMap::new());

/// The file behind a URL of a component. `version` is what its programs say they are.
pub(crate) fn artifact(id: &str, url: &str, version: &str) -> Artifact {
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    let name = url.rsplit('/').next().unwrap_or_default();
    let artifact = made.entry(format!("{name} {version}")).or_insert_with(|| of_file(url, make(id, name, version)));
    Artifact { url: url.to_owned(), ..artifact.clone() }
}

fn make(id: &str, name: &str, version: &str) -> PathBuf {
    let folder = tempfile::tempdir().expect("a temporary folder").keep();
    let (inside, programs) = content(id);
    let bin = folder.join("content").join(inside);
    fs::create_dir_all(&bin).expect("a folder");
    for program in programs {
        fs::write(bin.join(program), shim(program, version)).expect("a program");
    }
    fs::write(bin.join("padding.bin"), padding(name)).expect("a file");
    if id == "azure-cni" {
        fs::write(bin.join("10-azure.conflist"), CONFLIST).expect("a file");
    }
    let file = folder.join(name);
    if name.to_ascii_lowercase().ends_with(".exe") {
        fs::write(&file, shim(programs[0], version)).expect("a program");
    } else {
        pack(&folder.join("content"), &file);
    }
    file
}

/// A file on the mirror as it is.
pub(crate) fn of_file(url: &str, file: PathBuf) -> Artifact {
    let bytes = fs::metadata(&file).expect("a file").len();
    Artifact { url: url.to_owned(), sha256: sha256(&file), file, bytes }
}

fn shim(program: &str, version: &str) -> String {
    format!("#!/bin/sh\nLAB_SHIM_VERSION={version} exec \"$LAB_SHIM\" {program} \"$@\"\n")
}

/// A zip or tar.gz, by its name.
fn pack(folder: &Path, archive: &Path) {
    let kind = if archive.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("zip")) { "--format=zip" } else { "-z" };
    let mut command = Command::new("bsdtar");
    command.arg("-c").arg(kind).arg("-f").arg(archive).arg("-C").arg(folder).arg(".");
    assert!(command.status().expect("bsdtar (Debian: libarchive-tools)").success(), "bsdtar made no {}", archive.display());
}

pub(crate) fn sha256(file: &Path) -> String {
    let output = Command::new("sha256sum").arg(file).output().expect("sha256sum");
    String::from_utf8_lossy(&output.stdout).split(' ').next().expect("a hash").to_owned()
}

/// A catalog that knows these files.
pub(crate) fn catalog(extends: &str, artifacts: &[Artifact]) -> Value {
    let files = artifacts.iter().map(|artifact| (artifact.url.clone(), json!({ "sha256": [artifact.sha256], "bytes": artifact.bytes })));
    json!({ "extends": extends, "files": files.collect::<serde_json::Map<_, _>>() })
}
