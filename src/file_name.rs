//! What can be the name of a file: the rules of Windows hold everywhere, so that output is the same everywhere.

/// Whether a name, whatever its extension, is a device of Windows: no file or folder can have it.
#[must_use]
pub fn is_device_name(name: &str) -> bool {
    const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_lowercase();
    let port = |kind: &str| stem.strip_prefix(kind).is_some_and(|number| matches!(number.as_bytes(), [b'1'..=b'9']));
    DEVICES.contains(&stem.as_str()) || port("com") || port("lpt")
}

#[cfg(test)]
mod tests {
    use super::is_device_name;

    #[test]
    fn devices_have_any_case_and_extension() {
        assert!(["con", "NUL", "com1", "Lpt9.txt", "aux .json"].into_iter().all(is_device_name));
        assert!(!["com", "com0", "com10", "console", "config"].into_iter().any(is_device_name));
    }
}
