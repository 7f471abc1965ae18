//! The Linux profile, which the control plane needs, and whose SSH keys Windows nodes accept.

use super::Facts;
use super::support::{given, missing, require};
use crate::model::NetworkPlugin;
use crate::report::codes::cluster;
use crate::report::{Path, Report, either, show};
use crate::wire::{self, paths};

/// First words of the lines that OpenSSH accepts as keys.
const KEY_KINDS: &[&str] = &["ssh-rsa", "ssh-ed25519", "ssh-dss", "ecdsa-sha2-", "sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-"];
/// The peers' two values (`linuxEth0MTUAllowedValues`).
const MTUS: [i64; 2] = [1500, 3900];

pub(super) fn check(facts: &Facts, report: &mut Report) {
    let Some(linux) = &facts.properties.linux_profile else { return };
    let path = paths::properties().key("linuxProfile");
    require(report, &path, "adminUsername", linux.admin_username.as_ref());
    ssh_keys(linux, &path.key("ssh"), report);
    super::secrets::key_vault_secrets(report, &path, linux.secrets.as_deref(), false);
    mtu(facts, linux, &path, report);
}

fn ssh_keys(linux: &wire::LinuxProfile, path: &Path, report: &mut Report) {
    let Some(ssh) = &linux.ssh else { return missing(report, path.clone(), "ssh", ": at least one public key is needed") };
    let path = path.key("publicKeys");
    let keys = ssh.public_keys.as_deref().unwrap_or_default();
    if keys.is_empty() {
        return missing(report, path, "publicKeys", ": at least one public key is needed");
    }
    for (index, key) in keys.iter().enumerate() {
        let path = path.index(index);
        require(report, &path, "keyData", key.key_data.as_ref());
        let Some(data) = given(key.key_data.as_ref()) else { continue };
        let path = path.key("keyData");
        let data = data.trim();
        if data.contains("PRIVATE KEY") {
            report
                .warning(cluster::SSH_KEY, path, "this is a private key, and it would be written to every node")
                .help("take the file that ends with `.pub`");
        } else if !KEY_KINDS.iter().any(|kind| data.starts_with(kind)) || data.lines().count() > 1 {
            let message = format!("{} does not look like a public SSH key, such as `ssh-ed25519 AAAA...`", show(&path, data));
            report.warning(cluster::SSH_KEY, path, message);
        }
    }
}

fn mtu(facts: &Facts, linux: &wire::LinuxProfile, path: &Path, report: &mut Report) {
    let Some(mtu) = linux.eth0_mtu.filter(|mtu| *mtu != 0) else { return };
    let path = path.key("eth0MTU");
    if facts.plugin == NetworkPlugin::Kubenet {
        report.error(cluster::CONTROL_PLANE, path, "`eth0MTU` cannot be chosen with kubenet");
    } else if !MTUS.contains(&mtu) {
        report.error(cluster::CONTROL_PLANE, path, format!("found `{mtu}`, expected {}", either(&MTUS)));
    }
}
