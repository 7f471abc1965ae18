//! The Linux profile, which the control plane needs, and whose SSH keys Windows nodes accept.

use super::Facts;
use super::support::{missing, require};
use crate::model::NetworkPlugin;
use crate::report::codes::cluster;
use crate::report::{Report, either, show};
use crate::wire::{At, LinuxProfile};

/// First words of the lines that OpenSSH accepts as keys.
const KEY_KINDS: &[&str] = &["ssh-rsa", "ssh-ed25519", "ssh-dss", "ecdsa-sha2-", "sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-"];
/// The peers' two values (`linuxEth0MTUAllowedValues`).
const MTUS: [i64; 2] = [1500, 3900];

pub(super) fn check(facts: &Facts, report: &mut Report) {
    let linux = facts.properties.linux_profile();
    if linux.is_there() {
        require(report, &linux.admin_username());
        ssh_keys(&linux, report);
        super::key_vault::certificates(report, &linux.secrets(), false);
        mtu(facts, &linux, report);
    }
}

fn ssh_keys(linux: &At<LinuxProfile>, report: &mut Report) {
    const NEEDED: &str = ": at least one public key is needed";
    let ssh = linux.ssh();
    if !ssh.is_there() {
        return missing(report, &ssh, NEEDED);
    }
    let keys = ssh.public_keys();
    if !keys.has_some() {
        return missing(report, &keys, NEEDED);
    }
    for at in keys.iter().map(|key| key.key_data()) {
        require(report, &at);
        let Some(data) = at.given().map(str::trim) else { continue };
        if data.contains("PRIVATE KEY") {
            report
                .warning(cluster::SSH_KEY, at.path, "this is a private key, and it would be written to every node")
                .help("take the file that ends with `.pub`");
        } else if !KEY_KINDS.iter().any(|kind| data.starts_with(kind)) || data.lines().count() > 1 {
            let message = format!("{} does not look like a public SSH key, such as `ssh-ed25519 AAAA...`", show(&at.path, data));
            report.warning(cluster::SSH_KEY, at.path, message);
        }
    }
}

fn mtu(facts: &Facts, linux: &At<LinuxProfile>, report: &mut Report) {
    let at = linux.eth0_mtu();
    let Some(mtu) = at.get().filter(|mtu| *mtu != 0) else { return };
    if facts.decided.plugin == NetworkPlugin::Kubenet {
        report.error(cluster::CONTROL_PLANE, at.path, "`eth0MTU` cannot be chosen with kubenet");
    } else if !MTUS.contains(&mtu) {
        report.error(cluster::CONTROL_PLANE, at.path, format!("found `{mtu}`, expected {}", either(&MTUS)));
    }
}
