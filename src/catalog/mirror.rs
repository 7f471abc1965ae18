use super::error::CatalogError;
use super::forms::usable;

/// Where `--mirror` has the files: `https://host/path` is at `<folder>/host/path`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mirror {
    /// URL with a slash at its end.
    folder: String,
}

impl Mirror {
    pub(super) fn new(folder: &str) -> Result<Self, CatalogError> {
        if !usable(folder) {
            return Err(CatalogError::Mirror { found: folder.to_owned() });
        }
        Ok(Self { folder: format!("{}/", folder.trim_end_matches('/')) })
    }

    /// Where a URL is mirrored. What is in the mirror already stays as it is.
    pub(super) fn mirrored(&self, url: &str) -> String {
        match url.split_once("://") {
            Some((_, rest)) if !url.starts_with(&self.folder) => format!("{}{rest}", self.folder),
            _ => url.to_owned(),
        }
    }

    /// The part of a mirrored URL after the folder: a URL without its scheme.
    pub(super) fn original<'a>(&self, url: &'a str) -> Option<&'a str> {
        url.strip_prefix(&self.folder)
    }
}

#[cfg(test)]
mod tests {
    use super::Mirror;

    #[test]
    fn the_layout_keeps_host_and_path() {
        for folder in ["http://10.1.2.3:8080/win", "http://10.1.2.3:8080/win/"] {
            let mirror = Mirror::new(folder).unwrap();
            let there = mirror.mirrored("https://a.b:1/c+d/e.zip");
            assert_eq!(there, "http://10.1.2.3:8080/win/a.b:1/c+d/e.zip");
            assert_eq!(mirror.mirrored(&there), there);
            assert_eq!(mirror.original(&there), Some("a.b:1/c+d/e.zip"));
            assert_eq!(mirror.original("https://a.b/c"), None);
        }
    }

    #[test]
    fn a_mirror_is_a_plain_folder() {
        for bad in ["", "mirror", "ftp://a/b", "https://a/b?sv=1", "https://a/b c", "https://user@a/", "file:///srv"] {
            let error = Mirror::new(bad).unwrap_err().to_string();
            assert_eq!(
                error,
                format!("`{bad}` is not the URL of a folder, want `https://host/folder` without query, user, blanks or quotes")
            );
        }
    }
}
