//! What a catalog says of every node beside its files: the way out, whom it trusts, images that are wanted, room for containers.

use super::forms::{ImageName, ProgramName, ProxyException, Url, usable};
use crate::json::{self, Form};
use crate::report::{Path, Report, codes::reading};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt;

/// What every node has beside its files; nothing of it unless it is given.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Nodes {
    /// Size of the disk that a container has of its own, in GB; Windows gives it 20. It takes room only as it is filled.
    #[serde(rename = "containerDiskGB")]
    pub container_disk_gb: Option<u32>,
    /// Defender scans the layers of container images, too: pulls take longer.
    pub scan_layers: bool,
    /// Container images, by their whole names, that a node pulls as soon as its kubelet runs.
    pub pull_images: Vec<ImageName>,
    /// How many images a kubelet of 1.31 or later pulls at once; without it as many as pods ask for.
    pub max_parallel_image_pulls: Option<u32>,
    /// Certificates of authorities that nodes trust beside those of Windows, each as PEM.
    #[cfg_attr(feature = "schema", schemars(with = "Vec<String>"))]
    pub trusted_certificates: Vec<Certificate>,
    /// Programs, without `.exe`, of whose crashes a node keeps the last two whole dumps, in a folder for administrators.
    pub crash_dumps: Vec<ProgramName>,
    /// How nodes reach what is outside of their network.
    pub proxy: Proxy,
}

/// The way out of the network: of the node itself, its runtime and its kubelet, never of pods.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Proxy {
    /// Proxy for `http`, `http://host:port`.
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub http: Option<ProxyUrl>,
    /// Proxy for `https`, `http://host:port`.
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub https: Option<ProxyUrl>,
    /// Names, domains (`.contoso.example`), addresses and ranges that are reached without it, beside those that a node always needs.
    pub no_proxy: Vec<ProxyException>,
}

impl Proxy {
    /// Whether there is one.
    #[must_use]
    pub fn is_given(&self) -> bool {
        self.http.is_some() || self.https.is_some()
    }
}

/// Where a proxy is, and who may use it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ProxyUrl {
    /// `http://host:port`, without user and password.
    pub url: String,
    /// `user:password` as in a URL, percent-encoded: secret.
    pub credentials: Option<String>,
}

impl fmt::Debug for ProxyUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let credentials = self.credentials.as_ref().map(|_| "***");
        f.debug_struct("ProxyUrl").field("url", &self.url).field("credentials", &credentials).finish()
    }
}

/// The text is not told where it is wrong: it may hold a password.
impl std::str::FromStr for ProxyUrl {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (scheme, rest) = text.split_once("://").ok_or("want `http://host:port`")?;
        let (credentials, host) = rest.rsplit_once('@').map_or((None, rest), |(credentials, host)| (Some(credentials), host));
        let url = format!("{scheme}://{}", host.strip_suffix('/').unwrap_or(host));
        if !usable(&url) || url.matches('/').count() > 2 {
            return Err("want `http://host:port`, without a path");
        }
        let needs_no_quoting = |c: char| c.is_ascii_alphanumeric() || "-._~!$&()*+,;=:%".contains(c);
        if credentials.is_some_and(|text| text.is_empty() || !text.chars().all(needs_no_quoting)) {
            return Err("user and password are to be percent-encoded, `@` as `%40`");
        }
        Ok(Self { url, credentials: credentials.map(str::to_owned) })
    }
}

impl Form for ProxyUrl {
    fn read<E: Error>(text: &str) -> Result<Self, E> {
        let proxy: Self = text.parse().map_err(E::custom)?;
        if proxy.credentials.is_some() {
            return Err(E::custom("user and password do not belong into a catalog, give them with --http-proxy and --https-proxy"));
        }
        Ok(proxy)
    }
}

impl<'t> Deserialize<'t> for ProxyUrl {
    fn deserialize<D: Deserializer<'t>>(deserializer: D) -> Result<Self, D::Error> {
        json::text(deserializer)
    }
}

/// A public certificate, as base64 of its DER.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Certificate(String);

/// The first line of a certificate as PEM.
pub(crate) const BEGIN_CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----";
/// Ends the first and the last line of every private key as PEM (RFC 7468, and what was written before it).
pub(crate) const PRIVATE_KEY: &str = "PRIVATE KEY-----";
const END: &str = "-----END CERTIFICATE-----";

impl Certificate {
    /// Base64 of DER, without line ends.
    #[must_use]
    pub fn base64(&self) -> &str {
        &self.0
    }

    /// Every certificate of a PEM text; what stands between them is for people.
    ///
    /// # Errors
    ///
    /// Why the text cannot be used, never what is in it: no certificate, a broken one, or a private key.
    pub fn all_of(pem: &str) -> Result<Vec<Self>, &'static str> {
        if pem.contains(PRIVATE_KEY) {
            return Err("it holds a private key: give the certificates alone");
        }
        let blocks: Vec<_> = pem.split(BEGIN_CERTIFICATE).skip(1).collect();
        if blocks.is_empty() {
            return Err("no `-----BEGIN CERTIFICATE-----` is in it; `openssl x509 -inform der` converts a certificate");
        }
        blocks.into_iter().map(|block| Self::of_block(block).ok_or("a certificate in it is damaged")).collect()
    }

    fn of_block(block: &str) -> Option<Self> {
        let text: String = block.split_once(END)?.0.split_whitespace().collect();
        let der = STANDARD.decode(&text).ok()?;
        is_one_sequence(&der).then_some(Self(text))
    }
}

/// A certificate is one ASN.1 sequence, and nothing is behind it.
fn is_one_sequence(der: &[u8]) -> bool {
    match der {
        [0x30, 0x82, high, low, rest @ ..] => rest.len() == usize::from(*high) << 8 | usize::from(*low),
        [0x30, 0x81, length, rest @ ..] | [0x30, length @ 0..=0x7f, rest @ ..] => rest.len() == usize::from(*length),
        _ => false,
    }
}

impl Form for Certificate {
    fn read<E: Error>(text: &str) -> Result<Self, E> {
        let mut all = Self::all_of(text).map_err(E::custom)?;
        match (all.pop(), all.is_empty()) {
            (Some(only), true) => Ok(only),
            _ => Err(E::custom("want one certificate, found several: make each an entry of its own")),
        }
    }
}

impl<'t> Deserialize<'t> for Certificate {
    fn deserialize<D: Deserializer<'t>>(deserializer: D) -> Result<Self, D::Error> {
        json::text(deserializer)
    }
}

/// What containerd asks instead of a registry.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(untagged))]
pub enum RegistryMirror {
    /// Its URL.
    Url(Url),
    /// Its URL, and whose certificate it shows.
    WithAuthority(RegistryWithAuthority),
}

/// A mirror whose certificate is of an authority that nodes need not trust otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RegistryWithAuthority {
    /// URL of the mirror.
    pub url: Url,
    /// Certificate of its authority, as PEM.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub ca: Certificate,
}

impl<'t> Deserialize<'t> for RegistryMirror {
    fn deserialize<D: Deserializer<'t>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(MirrorVisitor)
    }
}

struct MirrorVisitor;

impl<'t> Visitor<'t> for MirrorVisitor {
    type Value = RegistryMirror;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a URL, or an object with `url` and `ca`, a certificate as PEM")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<RegistryMirror, E> {
        Url::read(text).map(RegistryMirror::Url)
    }

    fn visit_newtype_struct<D: Deserializer<'t>>(self, object: D) -> Result<RegistryMirror, D::Error> {
        RegistryWithAuthority::deserialize(object).map(RegistryMirror::WithAuthority)
    }

    /// A placeholder is wanted.
    fn visit_unit<E>(self) -> Result<RegistryMirror, E> {
        Ok(RegistryMirror::Url(Url::default()))
    }
}

impl RegistryMirror {
    /// Its URL.
    #[must_use]
    pub fn url(&self) -> &str {
        match self {
            Self::Url(url) => url,
            Self::WithAuthority(mirror) => &mirror.url,
        }
    }

    /// Certificate of its authority, where it has one of its own.
    #[must_use]
    pub fn authority(&self) -> Option<&Certificate> {
        match self {
            Self::Url(_) => None,
            Self::WithAuthority(mirror) => Some(&mirror.ca),
        }
    }
}

/// Sizes that Windows can make of the 20 GB of an image, in GB.
const CONTAINER_DISK_GB: std::ops::RangeInclusive<u32> = 20..=10_240;

/// One at a time is `--serialize-image-pulls`, with which a kubelet takes no number.
const PARALLEL_PULLS: std::ops::RangeInclusive<u32> = 2..=100;

/// What types cannot say.
pub(super) fn check(nodes: &Nodes, report: &mut Report) {
    if let Some(size) = nodes.container_disk_gb.filter(|size| !CONTAINER_DISK_GB.contains(size)) {
        let message = format!("found `{size}`, expected 20 (what Windows gives by itself) to 10240");
        report.error(reading::CATALOG, Path::root().key("nodes").key("containerDiskGB"), message);
    }
    if let Some(number) = nodes.max_parallel_image_pulls.filter(|number| !PARALLEL_PULLS.contains(number)) {
        let message = format!("found `{number}`, expected 2 to 100; `--serialize-image-pulls` has them pulled one after the other");
        report.error(reading::CATALOG, Path::root().key("nodes").key("maxParallelImagePulls"), message);
    }
}

#[cfg(test)]
mod tests {
    use super::{BEGIN_CERTIFICATE, Certificate, END, ProxyUrl};

    #[test]
    fn a_proxy_is_a_host_and_who_may_use_it() {
        let proxy: ProxyUrl = "http://user:p%40ss@proxy.contoso.example:3128/".parse().unwrap();
        assert_eq!((proxy.url.as_str(), proxy.credentials.as_deref()), ("http://proxy.contoso.example:3128", Some("user:p%40ss")));
        assert!(!format!("{proxy:?}").contains("p%40ss"));
        let plain: ProxyUrl = "http://10.0.0.4:8080".parse().unwrap();
        assert_eq!((plain.url.as_str(), plain.credentials), ("http://10.0.0.4:8080", None));
        for wrong in ["", "proxy:3128", "socks5://a:1", "http://a/b", "http://@a:1", "http://u:p'w@a:1", "http://u:p w@a:1", "http://a b"] {
            assert!(wrong.parse::<ProxyUrl>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn certificates_are_taken_out_of_pem() {
        let pem = include_str!("../../tests/node/certificate.pem");
        let two = format!("subject: a\n{pem}\nsubject: b\n{}", pem.replace('\n', "\r\n"));
        let all = Certificate::all_of(&two).unwrap();
        assert_eq!(all.len(), 2);
        assert_eq!(all[0], all[1]);
        assert!(all[0].base64().starts_with("MII") && !all[0].base64().contains('\n'));
        let key = format!("{pem}-----BEGIN_CERTIFICATE PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n");
        for wrong in [
            "",
            "MIIB",
            &format!("{BEGIN_CERTIFICATE}\n!\n{END}"),
            &format!("{BEGIN_CERTIFICATE}\nAAAA\n{END}"),
            &pem.replace(END, ""),
            &key,
        ] {
            assert!(Certificate::all_of(wrong).is_err(), "{wrong}");
        }
    }
}
