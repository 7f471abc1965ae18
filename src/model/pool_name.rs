use std::fmt;
use std::ops::Deref;

/// Name of an agent pool: a lower-case letter, then at most 11 of a-z and 0-9.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PoolName(String);

impl PoolName {
    /// The name, if the text can be one.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let lower = |c: char| c.is_ascii_lowercase();
        let fits = text.starts_with(lower) && text.len() <= 12 && text.chars().all(|c| lower(c) || c.is_ascii_digit());
        fits.then(|| Self(text.to_owned()))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Deref for PoolName {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PoolName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
