//! What must never be shown: which values are secret.

/// Keys, in lower case, whose values are secret, wherever they stand: the definition's own, and the usual ones of addon settings.
pub(super) const SECRET_KEYS: &[&str] = &[
    "accountkey",
    "adminpassword",
    "apiserverprivatekey",
    "applicationinsightskey",
    "caprivatekey",
    "clientprivatekey",
    "clientsecret",
    "connectionstring",
    "data",
    "etcdclientprivatekey",
    "etcdencryptionkey",
    "etcdpeerprivatekeys",
    "etcdserverprivatekey",
    "extensionparameters",
    "kubeconfigprivatekey",
    "password",
    "privatekey",
    "realmpassword",
    "sastoken",
    "secret",
    "storageaccountkey",
    "token",
    "urlquery",
    "workspacekey",
];

/// Pieces of text that only secrets have: PEM private keys, the signature of a shared access signature, connection strings.
const SECRET_TEXTS: &[&str] = &["PRIVATE KEY-----", "sig=", "AccountKey=", "SharedAccessKey="];

/// Shown instead of a secret.
pub const HIDDEN: &str = "<hidden>";

/// Whether the values of this key are secret.
///
/// ```
/// assert!(gen_cse::report::is_secret_key("AdminPassword"));
/// assert!(!gen_cse::report::is_secret_key("adminUsername"));
/// ```
#[must_use]
pub fn is_secret_key(key: &str) -> bool {
    SECRET_KEYS.binary_search(&key.to_ascii_lowercase().as_str()).is_ok()
}

/// Whether a text is secret by what it contains.
///
/// ```
/// assert!(gen_cse::report::is_secret_text("https://example.blob.core.windows.net/x?sv=1&sig=abc"));
/// assert!(!gen_cse::report::is_secret_text("ssh-rsa AAAA"));
/// ```
#[must_use]
pub fn is_secret_text(text: &str) -> bool {
    SECRET_TEXTS.iter().any(|secret| text.contains(secret)) || has_user_information(text)
}

/// Whether a text is a URL with a user, or a user and a password, before its host.
///
/// ```
/// assert!(gen_cse::report::has_user_information("https://user:password@example.com/file"));
/// assert!(!gen_cse::report::has_user_information("https://example.com/@scope/file"));
/// ```
#[must_use]
pub fn has_user_information(text: &str) -> bool {
    let authority = text.split_once("://").map(|(_, rest)| rest.split(['/', '?', '#']).next().unwrap_or_default());
    authority.is_some_and(|authority| authority.contains('@'))
}

#[cfg(test)]
mod tests {
    use super::SECRET_KEYS;

    #[test]
    fn secret_keys_are_sorted_and_lower_case() {
        assert!(SECRET_KEYS.is_sorted());
        assert!(SECRET_KEYS.iter().all(|key| *key == key.to_ascii_lowercase()));
    }
}
