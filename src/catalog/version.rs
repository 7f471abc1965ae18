use crate::json::{self, Form};
use serde::de::{Error, Unexpected};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// A Kubernetes version, `1.23.17`. Ordered as versions are; as text without the leading `v`.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KubernetesVersion {
    /// The 1 of 1.23.17.
    pub major: u32,
    /// The 23 of 1.23.17.
    pub minor: u32,
    /// The 17 of 1.23.17.
    pub patch: u32,
}

/// A text that is not a Kubernetes version, or not a release.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is not {want}")]
pub struct ParseVersionError {
    found: String,
    want: &'static str,
}

impl KubernetesVersion {
    /// This version is of the given release or a later one.
    #[must_use]
    pub fn at_least(&self, major: u32, minor: u32) -> bool {
        (self.major, self.minor) >= (major, minor)
    }

    pub(super) fn release(&self) -> Release {
        Release { major: self.major, minor: self.minor }
    }
}

impl FromStr for KubernetesVersion {
    type Err = ParseVersionError;

    /// Three numbers with dots between, with or without a leading `v`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match numbers(text.strip_prefix('v').unwrap_or(text)).as_deref() {
            Some(&[major, minor, patch]) => Ok(Self { major, minor, patch }),
            _ => Err(ParseVersionError { found: text.to_owned(), want: "a Kubernetes version such as `1.23.17`" }),
        }
    }
}

impl fmt::Display for KubernetesVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// Major and minor number, which aks-engine calls a release: `1.23`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Release {
    major: u32,
    minor: u32,
}

impl FromStr for Release {
    type Err = ParseVersionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match numbers(text).as_deref() {
            Some(&[major, minor]) => Ok(Self { major, minor }),
            _ => Err(ParseVersionError { found: text.to_owned(), want: "a Kubernetes release such as `1.23`" }),
        }
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

impl From<(u32, u32)> for Release {
    fn from((major, minor): (u32, u32)) -> Self {
        Self { major, minor }
    }
}

/// The numbers of a text with dots between; `parse` alone would take `+1` and `01`, too.
fn numbers(text: &str) -> Option<Vec<u32>> {
    let number = |part: &str| {
        let plain = part.bytes().all(|byte| byte.is_ascii_digit()) && (part == "0" || !part.starts_with('0'));
        part.parse().ok().filter(|_| plain)
    };
    text.split('.').map(number).collect()
}

impl Serialize for KubernetesVersion {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Form for KubernetesVersion {
    fn read<E: Error>(text: &str) -> Result<Self, E> {
        text.parse().map_err(|error: ParseVersionError| E::invalid_value(Unexpected::Str(text), &error.want))
    }
}

impl Form for Release {
    fn read<E: Error>(text: &str) -> Result<Self, E> {
        text.parse().map_err(|error: ParseVersionError| E::invalid_value(Unexpected::Str(text), &error.want))
    }
}

impl<'de> Deserialize<'de> for KubernetesVersion {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        json::text(deserializer)
    }
}

impl<'de> Deserialize<'de> for Release {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        json::text(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use super::{KubernetesVersion, Release};

    #[test]
    fn versions_are_three_plain_numbers() {
        let parse = |text: &str| text.parse::<KubernetesVersion>();
        assert_eq!(parse("v1.23.17"), parse("1.23.17"));
        assert_eq!(parse("1.23.17").unwrap().to_string(), "1.23.17");
        for bad in
            ["", "1", "1.23", "1.23.17.1", "1.23.x", "vv1.2.3", "1.+2.3", "1.02.3", "1.2.3-rc.1", " 1.2.3", "1..3", "1.2.99999999999"]
        {
            let error = parse(bad).expect_err(bad).to_string();
            assert_eq!(error, format!("`{bad}` is not a Kubernetes version such as `1.23.17`"));
        }
        assert!("1.23".parse::<Release>().is_ok());
        assert_eq!("1.23.1".parse::<Release>().unwrap_err().to_string(), "`1.23.1` is not a Kubernetes release such as `1.23`");
    }

    #[test]
    fn versions_are_ordered_by_number() {
        let version = |text: &str| text.parse::<KubernetesVersion>().unwrap();
        assert!(version("1.24.9") < version("1.24.17"));
        assert!(version("1.33.10") < version("1.34.0"));
        assert!(version("1.24.9").at_least(1, 24) && !version("1.23.17").at_least(1, 24));
    }
}
