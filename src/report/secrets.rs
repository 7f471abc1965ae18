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

/// Keys, in lower case, that are close to a secret one and are none: they say where a secret is.
pub(super) const HARMLESS_KEYS: &[&str] = &["keyvaultsecretref", "secretname", "secrets", "secretversion"];

/// Parts of a key, in lower case and without hyphens and the like, that say what its value is, whoever invented the key.
const SECRET_PARTS: &[&str] = &[
    "accesskey",
    "accountkey",
    "apikey",
    "bearer",
    "connectionstring",
    "credential",
    "encryptionkey",
    "passphrase",
    "passwd",
    "password",
    "pfx",
    "privatekey",
    "pwd",
    "sastoken",
    "secret",
    "sharedkey",
    "token",
];

/// Ends of such keys, which in the middle of a word say nothing.
const SECRET_ENDS: &[&str] = &[
    "authorization",
    "cakey",
    "clientkey",
    "masterkey",
    "pass",
    "primarykey",
    "privkey",
    "pw",
    "sas",
    "sasurl",
    "secondarykey",
    "subscriptionkey",
];

/// Pieces of text, in lower case, that only secrets have: PEM private keys, a shared access signature, connection strings.
const SECRET_TEXTS: &[&str] = &["private key-----", "sig=", "accountkey=", "sharedaccesskey=", "bearer "];

/// Shown instead of a secret.
pub const HIDDEN: &str = "<hidden>";

/// Whether the values of this key are secret.
#[must_use]
pub fn is_secret_key(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    if HARMLESS_KEYS.contains(&key.as_str()) {
        return false;
    }
    let letters: String = key.chars().filter(|c| c.is_alphanumeric()).collect();
    SECRET_KEYS.binary_search(&key.as_str()).is_ok()
        || SECRET_ENDS.iter().any(|end| letters.ends_with(end))
        || SECRET_PARTS.iter().any(|part| letters.contains(part))
}

/// Whether a text is secret by what it contains.
#[must_use]
pub fn is_secret_text(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    SECRET_TEXTS.iter().any(|secret| lower.contains(secret)) || has_user_information(text)
}

/// Whether a text is not to be shown: the query of any URL may be a secret too.
pub(super) fn is_hidden_text(text: &str) -> bool {
    is_secret_text(text) || text.split_once("//").is_some_and(|(_, rest)| rest.contains('?'))
}

/// A message with every URL hidden that has a query, or a user before its host.
#[must_use]
pub fn without_url_secrets(text: &str) -> String {
    let pieces = text.split_inclusive(|c: char| c.is_whitespace() || "`'\"".contains(c));
    let hidden = |piece: &str| {
        let word = piece.trim_end_matches(|c: char| c.is_whitespace() || "`'\"".contains(c));
        if word.contains("//") && is_hidden_text(word) { HIDDEN.to_owned() + &piece[word.len()..] } else { piece.to_owned() }
    };
    pieces.map(hidden).collect()
}

/// Whether a text is a URL with a user, or a user and a password, before its host.
#[must_use]
pub fn has_user_information(text: &str) -> bool {
    // also without a scheme
    let authority = text.split_once("//").map(|(_, rest)| rest.split(['/', '?', '#']).next().unwrap_or_default());
    authority.is_some_and(|authority| authority.contains('@'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_with_a_query_is_hidden() {
        assert_eq!(without_url_secrets("`https://h/x?sig=y` is wrong"), "`<hidden>` is wrong");
    }

    #[test]
    fn secret_keys_are_sorted_and_lower_case() {
        assert!(SECRET_KEYS.is_sorted());
        assert!(SECRET_KEYS.iter().chain(HARMLESS_KEYS).chain(SECRET_PARTS).chain(SECRET_ENDS).all(|key| *key == key.to_ascii_lowercase()));
    }

    #[test]
    fn example_of_is_secret_key() {
        assert!(crate::report::is_secret_key("AdminPassword"));
        assert!(!crate::report::is_secret_key("adminUsername"));
    }

    #[test]
    fn example_of_is_secret_text() {
        assert!(crate::report::is_secret_text("https://example.blob.core.windows.net/x?sv=1&sig=abc"));
        assert!(!crate::report::is_secret_text("ssh-rsa AAAA"));
    }

    #[test]
    fn example_of_has_user_information() {
        assert!(crate::report::has_user_information("https://user:password@example.com/file"));
        assert!(!crate::report::has_user_information("https://example.com/@scope/file"));
    }
}
