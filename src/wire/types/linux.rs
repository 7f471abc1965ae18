//! Settings of the Linux nodes. Only the SSH keys reach Windows nodes.

use super::{KeyVaultSecrets, definition};

definition! {
    /// Administrator and settings of the Linux nodes, among them the control plane.
    LinuxProfile {
        /// Name of the administrator. Required. Linux only.
        "adminUsername" admin_username: String,
        /// SSH access. Required.
        "ssh" ssh: Ssh,
        /// Certificates from Key Vaults to install. Linux only.
        "secrets" secrets: Vec<KeyVaultSecrets>,
        /// URL of provisioning scripts of older releases. Linux only.
        "scriptroot" script_root_url: String,
        /// Search domain of a Windows DNS server in a custom virtual network, and the account that joins it. Linux only.
        "customSearchDomain" custom_search_domain: CustomSearchDomain,
        /// DNS server of the nodes. Linux only.
        "customNodesDNS" custom_nodes_dns: CustomNodesDns,
        /// Install updates while a node is provisioned. Linux only.
        "runUnattendedUpgradesOnBootstrap" run_unattended_upgrades_on_bootstrap: bool,
        /// Install updates daily. Linux only.
        "enableUnattendedUpgrades" enable_unattended_upgrades: bool,
        /// MTU of the network interface, 1500 or 3900 bytes; not with kubenet. Linux only.
        "eth0MTU" eth0_mtu: i64,
    }
}

definition! {
    /// SSH access to the nodes.
    Ssh {
        /// Public keys, at least one. Windows nodes with sshEnabled accept them for their administrator.
        "publicKeys" public_keys: Vec<PublicKey>,
    }
}

definition! {
    /// A public SSH key.
    PublicKey {
        /// The key as in `id_rsa.pub`: kind, base64, comment.
        "keyData" key_data: String,
    }
}

definition! {
    /// Search domain of a Windows DNS server, and the account that joins it. Linux only.
    CustomSearchDomain {
        /// Name of the domain.
        "name" name: String,
        /// User who joins the domain.
        "realmUser" realm_user: String,
        /// Password of that user.
        "realmPassword" realm_password: String,
    }
}

definition! {
    /// DNS server of the nodes. Linux only.
    CustomNodesDns {
        /// IP address of the server.
        "dnsServer" dns_server: String,
    }
}
