//! Texts of a catalog that have a form. Where it is wrong, reading says so, with the place.

use crate::json::{self, Form};
use serde::de::{Error, Unexpected};
use serde::{Deserialize, Deserializer, Serialize};
use std::borrow::Borrow;
use std::fmt;
use std::ops::Deref;
use std::str::FromStr;

/// Declares texts that have a form: what it is, how it is known, what is said to be expected.
macro_rules! forms {
    ($($(#[$about:meta])* $name:ident $fits:path, $expected:literal;)+) => {
        $(
            $(#[$about])*
            #[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
            #[serde(transparent)]
            pub struct $name(String);

            impl $name {
                /// As it is written.
                #[must_use]
                pub fn as_str(&self) -> &str {
                    &self.0
                }
            }

            impl From<&$name> for String {
                fn from(text: &$name) -> Self {
                    text.0.clone()
                }
            }

            impl FromStr for $name {
                /// What is expected.
                type Err = &'static str;

                fn from_str(text: &str) -> Result<Self, Self::Err> {
                    if $fits(text) { Ok(Self(text.to_owned())) } else { Err($expected) }
                }
            }

            impl Form for $name {
                fn read<E: Error>(text: &str) -> Result<Self, E> {
                    text.parse().map_err(|expected: &str| E::invalid_value(Unexpected::Str(text), &expected))
                }
            }

            impl<'t> Deserialize<'t> for $name {
                fn deserialize<D: Deserializer<'t>>(deserializer: D) -> Result<Self, D::Error> {
                    json::text(deserializer)
                }
            }

            impl Deref for $name {
                type Target = str;

                fn deref(&self) -> &str {
                    &self.0
                }
            }

            impl Borrow<str> for $name {
                fn borrow(&self) -> &str {
                    self
                }
            }

            impl fmt::Display for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str(self)
                }
            }

            #[cfg(feature = "schema")]
            impl schemars::JsonSchema for $name {
                fn inline_schema() -> bool {
                    true
                }

                fn schema_name() -> std::borrow::Cow<'static, str> {
                    stringify!($name).into()
                }

                fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                    String::json_schema(generator)
                }
            }
        )+
    };
}

forms! {
    /// A day, which compares as text does.
    Date is_date, "a date such as `2026-11-21`";
    /// A version of an API of Azure Resource Manager.
    ApiVersion is_api_version, "the date of an API version, such as `2025-04-01` or `2025-04-01-preview`";
    /// Where something is, or the beginning of that.
    Url usable, "a URL `https://host/path` without query, user, blanks or quotes";
    /// Where files are now; empty where nothing has them.
    MovedTo is_moved, "a URL `https://host/path` without query, user, blanks or quotes, or an empty text";
    /// Where a file is.
    FileUrl is_file, "a download URL `https://host/path/file` without query, user, blanks or quotes";
    /// Where the file of each version is: `{version}` stands for the version.
    FilePattern is_pattern, "a download URL `https://host/path/file` without query, user, blanks or quotes";
    /// SHA-256 of a file.
    Sha256 is_hash, "a SHA-256, 64 hexadecimal digits";
    /// The whole name of a container image.
    ImageName is_whole_name, "the whole name of an image, `registry.example/name:tag`";
    /// A program without folder and `.exe`.
    ProgramName is_program, "the name of a program without folder and `.exe`, `kubelet`";
    /// What is reached without a proxy.
    ProxyException is_proxy_exception, "a name, a domain, an address or a range";
    /// A key of the registry of Windows.
    RegistryKey is_machine_key, r"a key of the machine, `HKLM:\SYSTEM\...`";
    /// The year that people call a Windows build by.
    Year is_year, "the year people call it by, `2019`";
}

impl Sha256 {
    /// Release notes of images write hashes in capitals.
    pub(super) fn make_lowercase(&mut self) {
        self.0.make_ascii_lowercase();
    }
}

fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let number = |part: &str, digits: usize, range: std::ops::RangeInclusive<u32>| {
        part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit()) && part.parse().is_ok_and(|number| range.contains(&number))
    };
    matches!(parts[..], [year, month, day] if number(year, 4, 1..=9999) && number(month, 2, 1..=12) && number(day, 2, 1..=31))
}

fn is_api_version(text: &str) -> bool {
    is_date(text.strip_suffix("-preview").unwrap_or(text))
}

/// `https://host/...` of characters that need no quoting anywhere. No query: what grants access is not for a catalog.
pub(super) fn usable(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")) else { return false };
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let host_fits = |byte: u8| byte.is_ascii_alphanumeric() || b".-:".contains(&byte);
    let path_fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$&()*+,;=:%/".contains(&byte);
    host.starts_with(|first: char| first.is_ascii_alphanumeric()) && host.bytes().all(host_fits) && path.bytes().all(path_fits)
}

fn is_moved(url: &str) -> bool {
    url.is_empty() || usable(url)
}

fn is_file(url: &str) -> bool {
    usable(url) && !url.ends_with('/')
}

fn is_pattern(url: &str) -> bool {
    is_file(&url.replace("{version}", "0"))
}

fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// With registry, and tag or digest: the runtime is asked for exactly this name.
fn is_whole_name(image: &str) -> bool {
    let Some((registry, rest)) = image.split_once('/') else { return false };
    let plain = image.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-/:@".contains(&byte));
    let last = rest.rsplit('/').next().unwrap_or_default();
    let (name, tag) = last.split_once([':', '@']).unwrap_or_default();
    plain && registry.contains(['.', ':']) && !name.is_empty() && !tag.is_empty()
}

fn is_program(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

fn is_proxy_exception(entry: &str) -> bool {
    !entry.is_empty() && entry.chars().all(|c| c.is_ascii_alphanumeric() || "-._*:/[]".contains(c))
}

fn is_machine_key(path: &str) -> bool {
    path.starts_with(r"HKLM:\") && !path.ends_with('\\')
}

fn is_year(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::{Date, is_program, is_whole_name, usable};

    #[test]
    fn urls_need_no_quoting() {
        for good in ["https://a.b/c+d/e%20f.zip", "http://10.0.0.1:8080/x", "https://a", "https://a/"] {
            assert!(usable(good), "{good}");
        }
        for bad in [
            "",
            "ftp://a/b",
            "https://",
            "https:///x",
            "https://a/b c",
            "https://a/'b'",
            "https://u@a/b",
            "https://a/b?sv=1",
            "https://a/b#c",
            "https://a/\u{e9}",
            "HTTPS://a/b",
        ] {
            assert!(!usable(bad), "{bad}");
        }
    }

    #[test]
    fn dates_are_days() {
        assert_eq!(&*"2026-11-21".parse::<Date>().unwrap(), "2026-11-21");
        for bad in ["2026-13-01", "2026-00-10", "2026-1-1", "2026-01-32", "26-01-01", "2026-01", "2026-01-01-01", "soon", "+026-01-01"] {
            assert_eq!(bad.parse::<Date>(), Err("a date such as `2026-11-21`"), "{bad}");
        }
    }

    #[test]
    fn images_are_named_as_the_runtime_lists_them() {
        for good in ["mcr.microsoft.com/windows/servercore:ltsc2022", "localhost:5000/a:b", "a.b/c/d@sha256:00"] {
            assert!(is_whole_name(good), "{good}");
        }
        for bad in ["", "nanoserver:1809", "library/nginx:1", "a.b/c", "a.b/c:", "a.b/:c", "a.b/c d:e"] {
            assert!(!is_whole_name(bad), "{bad}");
        }
    }

    #[test]
    fn programs_are_named_without_folder_and_ending() {
        assert!(is_program("containerd-shim-runhcs-v1"));
        for bad in ["", "kubelet.exe", r"c:\k\kubelet", "a b", r"..\x"] {
            assert!(!is_program(bad), "{bad}");
        }
    }
}
