//! Which Kubernetes versions there are, what a node of each needs, and what is known of it: download locations, hashes,
//! images, API versions, what kubelets no longer understand.
//!
//! All of it is data in `parts/catalog/*.json`; `docs/catalog.md` says where each fact comes from and how to write a
//! catalog of one's own.

mod check;
mod component;
mod data;
mod error;
mod forms;
mod image_build;
mod load;
mod mirror;
mod nodes;
mod notice;
#[cfg(feature = "schema")]
mod schema;
#[cfg(all(test, feature = "schema"))]
mod tests;
mod version;
mod vm_size;
mod windows_setting;

pub use component::{Archive, Component, ComponentId};
pub use data::{
    ApiVersions, CloudKind, FaultDomains, ImageChoice, ImageRuntime, KnownFile, KubernetesRelease, Locations, OsBuild, Peer, Publisher,
    WindowsImage,
};
pub use error::CatalogError;
pub use forms::{ImageName, ProgramName};
pub use image_build::{Generation, ImageBuild, Patch};
pub(crate) use nodes::{BEGIN_CERTIFICATE, PRIVATE_KEY};
pub use nodes::{Certificate, Nodes, Proxy, ProxyUrl, RegistryMirror};
pub use notice::{Notice, version_of};
#[cfg(feature = "schema")]
pub use schema::schema;
pub use version::KubernetesVersion;
pub use vm_size::VmSizes;
pub use windows_setting::{NodeSetting, SettingKind, SettingValue, WindowsSetting};

use crate::error::{Error, Invalid};
use crate::report::{Path, show};
use data::{Cloud, Data, ReleaseFacts};
use forms::{Sha256, Url};
use indexmap::IndexSet;
use mirror::Mirror;
use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;
use version::Release;

/// Everything a Windows node needs from outside, checked when it is read.
#[derive(Debug, Clone, PartialEq)]
pub struct Catalog {
    data: Data,
    mirror: Option<Mirror>,
}

impl Catalog {
    /// Names of the built-in catalogs, the default first.
    pub const BUILT_IN: [&'static str; 2] = ["aks-engine", "aks-engine-azurestack"];

    /// A built-in catalog, one of [`BUILT_IN`](Self::BUILT_IN).
    ///
    /// # Errors
    /// [`CatalogError::UnknownName`] when there is none of this name.
    pub fn built_in(name: &str) -> Result<Self, CatalogError> {
        let text = Self::BUILT_IN.contains(&name).then(|| load::built_in(name)).flatten();
        let catalog = text.and_then(|text| Self::read(name, text.as_bytes()).ok());
        catalog.ok_or_else(|| CatalogError::UnknownName { name: name.to_owned() })
    }

    /// JSON Schema (draft 2020-12) of a catalog file.
    #[cfg(feature = "schema")]
    #[must_use]
    pub fn schema() -> serde_json::Value {
        schema()
    }

    /// A catalog file. What it `extends` is one of the built-in ones; its values take the place of theirs (RFC 7396).
    ///
    /// # Errors
    /// [`Error::Invalid`] with everything in the file that cannot be used.
    ///
    /// ```
    /// use gen_cse::{Catalog, Error};
    ///
    /// let error = Catalog::from_json("{ \"extends\": \"aks-engine\",\n  \"asOf\": \"soon\", \"colour\": 1 }").unwrap_err();
    /// let Error::Invalid(invalid) = error else { panic!("{error}") };
    /// let lines: Vec<_> = invalid.report.errors().filter_map(|error| error.location()).map(|place| place.line).collect();
    /// assert_eq!(lines, [2, 2]);
    /// ```
    pub fn from_json(text: &str) -> Result<Self, Error> {
        Self::read("catalog.json", text.as_bytes()).map_err(Error::Invalid)
    }

    /// A catalog file, whose name appears in findings only.
    pub(crate) fn read(file_name: &str, bytes: &[u8]) -> Result<Self, Box<Invalid>> {
        Ok(Self { data: load::read(file_name, bytes)?, mirror: None })
    }

    /// This catalog with every file fetched from a folder instead: `https://host/path` from `<folder>/host/path`.
    ///
    /// # Errors
    /// [`CatalogError::Mirror`] when that is not the URL of a folder.
    pub fn with_mirror(self, folder: &str) -> Result<Self, CatalogError> {
        Ok(Self { mirror: Some(Mirror::new(folder)?), ..self })
    }

    /// This catalog whose nodes reach the internet through a proxy, `http://host:port`, with `user:password@` in front of the host where it
    /// asks who comes; `None` leaves what the catalog says. Exceptions are added to the catalog's.
    ///
    /// # Errors
    /// [`CatalogError::Value`] when that is no proxy; the text, which may hold a password, is not in it.
    pub fn with_proxy(mut self, http: Option<&str>, https: Option<&str>, no_proxy: &[String]) -> Result<Self, CatalogError> {
        let proxy = &mut self.data.nodes.proxy;
        let path = Path::root().key("nodes").key("proxy");
        for (scheme, text, place) in [("http", http, &mut proxy.http), ("https", https, &mut proxy.https)] {
            let refused = |problem: &str| CatalogError::Value { path: path.key(scheme), problem: problem.to_owned() };
            *place = text.map(str::parse).transpose().map_err(refused)?.or(place.take());
        }
        proxy.no_proxy.extend(all_parsed(no_proxy, &path.key("noProxy"))?);
        Ok(self)
    }

    /// This catalog whose nodes also trust the certificates of a PEM text.
    ///
    /// # Errors
    /// [`CatalogError::Value`] when the text has none, or a private key.
    pub fn with_trusted_certificates(mut self, pem: &str) -> Result<Self, CatalogError> {
        let refused =
            |problem: &str| CatalogError::Value { path: Path::root().key("nodes").key("trustedCertificates"), problem: problem.to_owned() };
        self.data.nodes.trusted_certificates.extend(Certificate::all_of(pem).map_err(refused)?);
        Ok(self)
    }

    /// This catalog whose nodes also pull these container images once their kubelet runs.
    ///
    /// # Errors
    /// [`CatalogError::Value`] when a name is not whole.
    pub fn with_pull_images(mut self, images: &[String]) -> Result<Self, CatalogError> {
        self.data.nodes.pull_images.extend(all_parsed(images, &Path::root().key("nodes").key("pullImages"))?);
        Ok(self)
    }

    /// What every node has beside its files.
    #[must_use]
    pub(crate) fn nodes(&self) -> &Nodes {
        &self.data.nodes
    }

    /// Name of the catalog.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.data.name
    }
}

/// Kubernetes versions.
impl Catalog {
    /// Day of the facts, `2026-11-21`, against which ends of life are compared.
    #[must_use]
    pub(crate) fn as_of(&self) -> &str {
        &self.data.as_of
    }

    /// Who else makes clusters of these versions.
    #[must_use]
    pub(crate) fn peer(&self) -> Peer {
        self.data.peer
    }

    /// Name of the cloud of Azure that has a region.
    #[must_use]
    pub(crate) fn cloud_of(&self, region: &str) -> &str {
        let is = |known: &String| known.strip_suffix('*').map_or(known == region, |start| region.starts_with(start));
        let cloud = self.data.regions.iter().find(|(_, regions)| regions.iter().any(is));
        cloud.map_or(PUBLIC_CLOUD, |(cloud, _)| cloud)
    }

    /// Regions of Azure that are known by their whole name.
    pub(crate) fn regions(&self) -> impl Iterator<Item = &str> {
        self.data.regions.values().flatten().map(String::as_str).filter(|region| !region.ends_with('*'))
    }

    /// Versions of which clusters can be created on this kind of cloud, ascending.
    pub(crate) fn versions(&self, cloud: CloudKind) -> impl DoubleEndedIterator<Item = &KubernetesVersion> {
        self.data.kubernetes.iter().filter(move |(_, release)| release.clouds.contains(&cloud)).map(|(version, _)| version)
    }

    /// Version of a definition that names neither version nor release.
    #[must_use]
    pub(crate) fn default_version(&self, cloud: CloudKind) -> &KubernetesVersion {
        &self.cloud(cloud).default
    }

    /// What the catalog says of one version.
    #[must_use]
    pub(crate) fn kubernetes(&self, version: &KubernetesVersion) -> Option<&KubernetesRelease> {
        self.data.kubernetes.get(version)
    }

    /// Last day of upstream support of a version, `2023-02-28`; dates compare as texts do.
    #[must_use]
    pub(crate) fn end_of_life(&self, version: &KubernetesVersion) -> Option<&str> {
        self.release(version)?.end_of_life.as_deref()
    }

    /// Another built-in catalog that has a version or release, where this one does not.
    #[must_use]
    pub(crate) fn other_catalog_with(&self, version: &str) -> Option<&'static str> {
        if self.has(version) {
            return None;
        }
        Self::BUILT_IN.into_iter().find(|name| Self::built_in(name).is_ok_and(|catalog| catalog.has(version)))
    }

    /// Whether it has a version, or one of a release such as `1.23`.
    #[must_use]
    pub(crate) fn has(&self, version: &str) -> bool {
        let version = version.strip_prefix('v').unwrap_or(version);
        match (version.parse::<KubernetesVersion>(), version.parse::<Release>()) {
            (Ok(version), _) => self.data.kubernetes.contains_key(&version),
            (_, Ok(release)) => self.data.kubernetes.keys().any(|version| version.release() == release),
            _ => false,
        }
    }

    fn release(&self, version: &KubernetesVersion) -> Option<&ReleaseFacts> {
        self.data.releases.get(&version.release())
    }
}

/// Files.
impl Catalog {
    /// The file of a component for a Kubernetes version on a Windows build, if that is known, where a cloud (`AzurePublicCloud`, ...) has it.
    ///
    /// `None` when the catalog has not this version, or the version has no such component.
    #[must_use]
    pub(crate) fn component(&self, id: ComponentId, version: &KubernetesVersion, build: Option<&str>, cloud: &str) -> Option<Component> {
        let own = &self.kubernetes(version)?.components;
        let release = self.release(version).map(|release| &release.components);
        let of_build = build.and_then(|build| self.os_build(build)).into_iter().flat_map(|os| &os.components);
        let of_build = of_build.filter(|(since, _)| **since <= version.release()).map(|(_, components)| components);
        let of_build: Vec<_> = of_build.collect();
        let tables = [own].into_iter().chain(of_build.into_iter().rev()).chain(release).chain([&self.data.components]);
        let locations = tables.into_iter().find_map(|components| components.get(&id))?;
        let version = match id {
            ComponentId::Docker => self.data.docker_version.clone(),
            _ => version.to_string(),
        };
        Some(self.located(id, locations, &version, cloud))
    }

    /// The docker engine in a version, whose text comes from a checked definition.
    #[must_use]
    pub(crate) fn docker(&self, version: &str) -> Component {
        let none = Locations::Several(Vec::new());
        self.located(ComponentId::Docker, self.data.components.get(&ComponentId::Docker).unwrap_or(&none), version, "")
    }

    /// Version of the docker engine where the definition names none.
    #[must_use]
    pub(crate) fn docker_version(&self) -> &str {
        &self.data.docker_version
    }

    /// What is known of the file at a URL, whatever its query, and also when the URL is that of a mirror.
    #[must_use]
    pub(crate) fn known_file(&self, url: &str) -> Option<&KnownFile> {
        let url = url.split(['?', '#']).next().unwrap_or_default();
        match self.mirror.as_ref().and_then(|mirror| mirror.original(url)) {
            Some(rest) => ["https://", "http://"].iter().find_map(|scheme| self.known(&format!("{scheme}{rest}"))),
            None => self.known(url),
        }
    }

    /// Where `--mirror` has a file that a definition names by URL; the URL itself without a mirror.
    #[must_use]
    pub(crate) fn mirrored(&self, url: &str) -> String {
        self.mirror.as_ref().map_or_else(|| url.to_owned(), |mirror| mirror.mirrored(url))
    }

    /// Whether `--mirror` has this URL.
    #[must_use]
    pub(crate) fn is_mirrored(&self, url: &str) -> bool {
        self.mirror.as_ref().is_some_and(|mirror| mirror.original(url).is_some())
    }

    /// Registries of container images and what containerd asks instead; `--mirror` holds files only.
    pub(crate) fn registry_mirrors(&self) -> impl Iterator<Item = (&str, &RegistryMirror)> {
        self.data.registry_mirrors.iter().map(|(registry, mirror)| (registry.as_str(), mirror))
    }

    /// The file that a definition names by URL, with its hashes and size if the catalog knows them. Where the URL's host is
    /// retired, what has its files now comes first.
    #[must_use]
    pub(crate) fn named(&self, id: ComponentId, url: &str) -> Component {
        let plain = url.split(['?', '#']).next().unwrap_or_default();
        // a query belongs to this very URL
        if plain.len() < url.len() && self.mirrored(plain) == plain {
            return self.composed(id, &[url.to_owned()]);
        }
        self.composed(id, &self.alive(plain))
    }

    /// Where the files of a retired host are now, when the URL is one of them; empty when nothing has them.
    #[must_use]
    pub(crate) fn retired(&self, url: &str) -> Option<String> {
        let (from, to) = self.data.retired.iter().find(|(from, _)| url.starts_with(from.as_str()))?;
        Some(if to.is_empty() { String::new() } else { format!("{to}{}", &url[from.len()..]) })
    }

    /// The mirror of the cloud comes before the original.
    fn located(&self, id: ComponentId, locations: &Locations, version: &str, cloud: &str) -> Component {
        let mirrors = self.data.mirrors.get(cloud);
        let mut urls = Vec::new();
        for url in locations.urls().iter().map(|url| url.replace("{version}", version)) {
            urls.extend(mirrors.and_then(|mirrors| moved(mirrors, &url)));
            urls.extend(self.alive(&url));
        }
        self.composed(id, &urls)
    }

    /// The URL, after the one that has its file now if its host is retired.
    fn alive(&self, url: &str) -> Vec<String> {
        let now = self.retired(url).filter(|now| !now.is_empty());
        now.into_iter().chain([url.to_owned()]).collect()
    }

    /// Of several contents any will do: a node takes the first that it gets and that has one of the hashes.
    fn composed(&self, id: ComponentId, urls: &[String]) -> Component {
        let urls: IndexSet<&String> = urls.iter().collect();
        let known: Vec<_> = urls.iter().map(|url| self.known_file(url)).collect();
        let hashes: IndexSet<&Sha256> = known.iter().flatten().flat_map(|file| &file.sha256).collect();
        let name = urls.first().map(|url| component::file_name(url)).unwrap_or_default().to_owned();
        Component {
            id,
            archive: Archive::of_file_name(&name),
            file_name: name,
            bytes: known.iter().flatten().map(|file| file.bytes).find(|bytes| *bytes > 0).unwrap_or_default(),
            sha256: hashes.into_iter().map(String::from).collect(),
            urls: urls.into_iter().map(|url| self.mirrored(url)).collect(),
        }
    }

    /// A mirror of a cloud has the same content as the original, and what took a retired host's place as that host had,
    /// unless `files` says something else of its URL.
    fn known(&self, url: &str) -> Option<&KnownFile> {
        let files = &self.data.files;
        let elsewhere = || {
            let mirrors = self.data.mirrors.values().flatten();
            let original = mirrors.filter_map(|(from, to)| Some(format!("{from}{}", url.strip_prefix(to.as_str())?)));
            original.chain(self.retired(url)).find_map(|other| files.get(other.as_str()))
        };
        files.get(url).or_else(elsewhere)
    }
}

/// The URL with the beginning that a cloud has elsewhere replaced.
fn moved(mirrors: &BTreeMap<Url, Url>, url: &str) -> Option<String> {
    mirrors.iter().find_map(|(from, to)| Some(format!("{to}{}", url.strip_prefix(from.as_str())?)))
}

/// Images, Windows builds and container images.
impl Catalog {
    /// A default image.
    #[must_use]
    pub(crate) fn image(&self, which: ImageChoice) -> &WindowsImage {
        let images = &self.data.images;
        match which {
            ImageChoice::Docker => &images.docker,
            ImageChoice::Containerd => &images.containerd,
            ImageChoice::Stock => &images.stock,
        }
    }

    /// The prepared default image that this is: what an image of another version has cached is not known.
    #[must_use]
    pub(crate) fn prepared_image(&self, publisher: &str, offer: &str, sku: &str, version: &str) -> Option<&WindowsImage> {
        let is_it = |image: &&WindowsImage| image.is_prepared() && (version == LATEST || version == image.version);
        self.match_image(publisher, offer, sku).filter(is_it)
    }

    /// The default image with this publisher, offer and SKU; Azure does not look at their case.
    #[must_use]
    pub(crate) fn match_image(&self, publisher: &str, offer: &str, sku: &str) -> Option<&WindowsImage> {
        [ImageChoice::Docker, ImageChoice::Containerd, ImageChoice::Stock].into_iter().map(|which| self.image(which)).find(|image| {
            image.publisher.eq_ignore_ascii_case(publisher)
                && image.offer.eq_ignore_ascii_case(offer)
                && image.sku.eq_ignore_ascii_case(sku)
        })
    }

    /// The SKU of a stock image says that the feature Containers is installed; without it every node restarts once for it.
    #[must_use]
    pub(crate) fn has_containers_feature(sku: &str) -> bool {
        sku.to_ascii_lowercase().contains("with-containers")
    }

    /// Windows builds a node may have, ascending.
    pub(crate) fn os_builds(&self) -> impl Iterator<Item = &str> {
        self.data.os_builds.keys().map(String::as_str)
    }

    /// What is known of a Windows build such as `17763`.
    #[must_use]
    pub(crate) fn os_build(&self, build: &str) -> Option<&OsBuild> {
        self.data.os_builds.get(build)
    }

    /// Known problems, by name.
    pub(crate) fn notices(&self) -> impl Iterator<Item = (&str, &Notice)> {
        self.data.notices.iter().map(|(name, notice)| (name.as_str(), notice))
    }

    /// Months after which an image of Windows is called old.
    #[must_use]
    pub(crate) fn image_age_months(&self) -> u32 {
        self.data.image_age_months
    }

    /// What is known of a VM size, `None` where nothing is: SCSI disks, images of both generations.
    #[must_use]
    pub(crate) fn vm_size(&self, size: &str) -> Option<&VmSizes> {
        vm_size::find(self.data.vm_sizes.values(), size)
    }

    /// Models of NVMe disks that are data disks.
    #[must_use]
    pub(crate) fn remote_nvme_disks(&self) -> &[String] {
        &self.data.remote_nvme_disks
    }

    /// Generation of a marketplace image, where its publisher is known.
    #[must_use]
    pub(crate) fn generation(&self, publisher: &str, sku: &str) -> Option<Generation> {
        let sku = sku.to_ascii_lowercase();
        let second = self.publisher(publisher)?.generation2_skus.iter().any(|part| sku.contains(part.as_str()));
        Some(if second { Generation::V2 } else { Generation::V1 })
    }

    /// Registry values of a Windows build, by name.
    pub(crate) fn windows_settings(&self, build: &str) -> BTreeMap<&str, &WindowsSetting> {
        let own = self.os_build(build).into_iter().flat_map(|os| &os.settings);
        self.data.settings.iter().chain(own).map(|(name, setting)| (name.as_str(), setting)).collect()
    }

    /// Registry values of a machine with this build, or, where nobody knows it, with any of the catalog's: each says its build where the
    /// others have another.
    #[must_use]
    pub(crate) fn node_settings(&self, build: Option<&str>) -> Vec<NodeSetting> {
        let builds: Vec<&str> = build.map_or_else(|| self.os_builds().collect(), |build| vec![build]);
        let by_build: Vec<_> = builds.iter().map(|build| self.windows_settings(build)).collect();
        let mut all = Vec::new();
        for (build, settings) in builds.iter().zip(&by_build) {
            for (name, setting) in settings {
                let everywhere = by_build.iter().all(|other| other.get(name) == Some(setting));
                setting.for_nodes((!everywhere).then_some(*build)).add_to(&mut all);
            }
        }
        all
    }

    /// The Windows build that the words of an image SKU tell: of several the first.
    #[must_use]
    pub(crate) fn build_of_sku(&self, sku: &str) -> Option<&str> {
        words_of_sku(sku).find_map(|word| self.build_of_word(word))
    }

    fn build_of_word(&self, word: &str) -> Option<&str> {
        let told = |os: &OsBuild| os.sku_words.iter().any(|known| known.eq_ignore_ascii_case(word));
        self.data.os_builds.iter().find(|(_, os)| told(os)).map(|(build, _)| build.as_str())
    }

    /// Name of the Windows build that the words of an image SKU tell, where no node may have it. The first word that tells a build counts:
    /// the 2012 of `2019-datacenter-core-smalldisk-2012` is a month.
    #[must_use]
    pub(crate) fn unsupported_sku(&self, sku: &str) -> Option<&str> {
        let told = |word: &str| {
            let is_it = |known: &String| known.eq_ignore_ascii_case(word);
            self.data.unsupported_builds.values().find(|build| build.sku_words.iter().any(is_it)).map(|build| build.name.as_str())
        };
        let first = words_of_sku(sku).find(|word| self.build_of_word(word).is_some() || told(word).is_some())?;
        told(first)
    }

    /// Name of the Windows build that the version of an image tells, where no node may have it.
    #[must_use]
    pub(crate) fn unsupported_version(&self, version: &str) -> Option<&str> {
        let build = version.split('.').next()?;
        self.data.unsupported_builds.get(build).map(|build| build.name.as_str())
    }

    /// The first Kubernetes release with nodes of a Windows build, when that is later than this version.
    #[must_use]
    pub(crate) fn too_new_for(&self, version: &KubernetesVersion, build: &str) -> Option<String> {
        let since = self.os_build(build)?.since_kubernetes?;
        (since > version.release()).then(|| since.to_string())
    }

    /// The Windows build of a marketplace image: told by its version, by what is known of the image, or by the words of its SKU.
    #[must_use]
    pub(crate) fn build_of_image(&self, publisher: &str, offer: &str, sku: &str, version: &str) -> Option<&str> {
        let listed = |build: &str| self.data.os_builds.get_key_value(build).map(|(build, _)| build.as_str());
        let known = || self.match_image(publisher, offer, sku).map(|image| image.build.as_str());
        version.split('.').next().and_then(listed).or_else(known).or_else(|| self.build_of_sku(sku))
    }

    /// What is known of the images of a publisher; Azure does not look at its case.
    #[must_use]
    pub(crate) fn publisher(&self, name: &str) -> Option<&Publisher> {
        self.data.publishers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, publisher)| publisher)
    }

    /// Builds for which there are Hyper-V runtime handlers, ascending.
    pub(crate) fn hyperv_builds(&self) -> impl Iterator<Item = &str> {
        self.data.os_builds.iter().filter(|(_, os)| os.hyperv_handler).map(|(build, _)| build.as_str())
    }

    /// The pause image of the catalog.
    #[must_use]
    pub(crate) fn pause_image(&self) -> &str {
        &self.data.pause_image
    }

    /// The pause image that has a variant for a Windows build.
    #[must_use]
    pub(crate) fn pause_image_for(&self, build: &str) -> &str {
        self.os_build(build).and_then(|os| os.pause_image.as_deref()).unwrap_or(&self.data.pause_image)
    }

    /// Pause images of the builds that need another than the catalog's: build, image.
    pub(crate) fn pause_images(&self) -> impl Iterator<Item = (&str, &str)> {
        self.data.os_builds.iter().filter_map(|(build, os)| Some((build.as_str(), os.pause_image.as_deref()?)))
    }

    /// Variants of a pause image for one Windows build: build, image.
    pub(crate) fn pause_images_of_one_build(&self, image: &str) -> impl Iterator<Item = (&str, &str)> {
        let builds = self.data.pause_images_of_one_build.get(image).into_iter().flatten();
        builds.map(|(build, image)| (build.as_str(), image.as_str()))
    }

    /// TCP ports that nodes let in for pods with the host's network.
    #[must_use]
    pub(crate) fn inbound_ports(&self) -> &[u16] {
        &self.data.inbound_ports
    }

    /// Container images of the cluster's own add-ons in these versions: those of every release, then those of each.
    pub(crate) fn container_images<'a>(&self, versions: impl IntoIterator<Item = &'a KubernetesVersion>) -> Vec<String> {
        let of_releases = versions.into_iter().filter_map(|version| self.release(version)).flat_map(|facts| &facts.container_images);
        let mut seen = BTreeSet::new();
        self.data.container_images.iter().chain(of_releases).filter(|image| seen.insert(*image)).cloned().collect()
    }
}

/// What stands between the dashes of an image SKU.
fn words_of_sku(sku: &str) -> impl Iterator<Item = &str> {
    sku.split(['-', '_'])
}

/// The version of an image that Azure takes for its newest.
const LATEST: &str = "latest";
/// Where regions that no other cloud has are.
const PUBLIC_CLOUD: &str = "AzurePublicCloud";

/// Azure and kubelets.
impl Catalog {
    /// Fault domains of an availability set, for a kind of cloud.
    #[must_use]
    pub(crate) fn fault_domains(&self, cloud: CloudKind) -> &FaultDomains {
        &self.cloud(cloud).fault_domains
    }

    /// API versions of Azure Resource Manager.
    #[must_use]
    pub(crate) fn api_versions(&self, cloud: CloudKind) -> &ApiVersions {
        &self.cloud(cloud).api_versions
    }

    /// Size of the nodes' page file in MB.
    #[must_use]
    pub(crate) fn page_file_mb(&self) -> u32 {
        self.data.page_file_mb
    }

    /// Id under which Windows reports telemetry (registry value `CommercialId`).
    #[must_use]
    pub(crate) fn telemetry_guid(&self) -> &str {
        &self.data.telemetry_guid
    }

    /// TLS cipher suites the kubelet offers.
    #[must_use]
    pub(crate) fn tls_cipher_suites(&self) -> &[String] {
        &self.data.kubelet.tls_cipher_suites
    }

    /// Values of kubelet flags of a version where a definition gives none.
    #[must_use]
    pub(crate) fn default_kubelet_flags(&self, version: &KubernetesVersion) -> BTreeMap<&str, &str> {
        until(&self.data.kubelet.default_flags, version).flatten().map(|(flag, value)| (flag.as_str(), value.as_str())).collect()
    }

    /// Nothing but the cloud controller manager knows the cloud: the provider inside the kubelet is gone.
    #[must_use]
    pub(crate) fn is_external_only(&self, version: &KubernetesVersion) -> bool {
        self.default_kubelet_flags(version).get("--cloud-provider") == Some(&"external")
    }

    /// Flags that the kubelet of a version has on Windows; it does not start with any other.
    #[must_use]
    pub(crate) fn kubelet_flags(&self, version: &KubernetesVersion) -> Vec<&str> {
        let removed = self.removed_kubelet_flags(version);
        let added = until(&self.data.kubelet.added_flags, version).flatten().map(String::as_str);
        added.filter(|flag| !removed.contains(flag)).collect()
    }

    /// Flags with which the kubelet of a version does not start.
    #[must_use]
    pub(crate) fn removed_kubelet_flags(&self, version: &KubernetesVersion) -> Vec<&str> {
        until(&self.data.kubelet.removed_flags, version).flatten().map(String::as_str).collect()
    }

    /// Feature gates with which the kubelet and kube-proxy of a version do not start.
    #[must_use]
    pub(crate) fn unknown_feature_gates(&self, version: &KubernetesVersion) -> Vec<&str> {
        until(&self.data.kubelet.removed_feature_gates, version).flatten().map(String::as_str).collect()
    }

    /// Feature gates with which the kubelet and kube-proxy of a version start only when they have this value.
    #[must_use]
    pub(crate) fn locked_feature_gates(&self, version: &KubernetesVersion) -> Vec<(&str, bool)> {
        until(&self.data.kubelet.locked_feature_gates, version).flatten().map(|(gate, value)| (gate.as_str(), *value)).collect()
    }

    /// API versions for the template of a cloud, by the name the cloud provider knows it by.
    #[must_use]
    pub(crate) fn template_api_versions(&self, kind: CloudKind, name: &str) -> &ApiVersions {
        let lags = kind == CloudKind::Public && name != PUBLIC_CLOUD;
        if lags { &self.data.clouds.lagging_api_versions } else { self.api_versions(kind) }
    }

    /// Whether the kubelet and kube-proxy of a version start with a feature gate at this value.
    #[must_use]
    pub(crate) fn takes_gate(&self, version: &KubernetesVersion, gate: &str, on: bool) -> bool {
        let locked = self.locked_feature_gates(version);
        !self.unknown_feature_gates(version).contains(&gate) && locked.iter().all(|(known, value)| *known != gate || *value == on)
    }

    /// Whether a feature gate can be set with this version: it is neither gone nor locked.
    #[must_use]
    pub(crate) fn may_set_gate(&self, version: &KubernetesVersion, gate: &str) -> bool {
        self.takes_gate(version, gate, true) && self.takes_gate(version, gate, false)
    }

    fn cloud(&self, kind: CloudKind) -> &Cloud {
        match kind {
            CloudKind::Public => &self.data.clouds.public,
            CloudKind::AzureStack => &self.data.clouds.azure_stack,
        }
    }
}

/// Each text as what it has to be.
fn all_parsed<T: FromStr<Err = &'static str>>(texts: &[String], path: &Path) -> Result<Vec<T>, CatalogError> {
    let refused = |text: &str, expected| CatalogError::Value {
        path: path.clone(),
        problem: format!("found {}, expected {expected}", show(path, text)),
    };
    texts.iter().map(|text| text.parse().map_err(|expected| refused(text, expected))).collect()
}

/// What a table has for the version's release and those before.
fn until<'a, T>(table: &'a BTreeMap<Release, T>, version: &KubernetesVersion) -> impl Iterator<Item = &'a T> {
    table.range(..=version.release()).map(|(_, entry)| entry)
}

impl Publisher {
    /// Whether the publisher names images like this.
    #[must_use]
    pub fn may_have(&self, sku: &str) -> bool {
        let is_month = |word: &str| word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit());
        !self.dated_skus || sku.rsplit('-').next().is_some_and(is_month)
    }

    /// Whether an image with this SKU has one version only, that of the month in its name.
    #[must_use]
    pub fn is_dated(&self, sku: &str) -> bool {
        self.dated_skus && self.may_have(sku)
    }

    /// Size of the OS disk of an image, in GB.
    #[must_use]
    pub fn os_disk_gb(&self, sku: &str) -> u32 {
        if sku.to_ascii_lowercase().contains("smalldisk") { self.small_disk_gb } else { self.os_disk_gb }
    }
}

impl WindowsImage {
    /// Files are cached on it, so it is made for this.
    #[must_use]
    pub fn is_prepared(&self) -> bool {
        !self.files.is_empty()
    }

    /// A node on this image does not download the component: its file is cached, or it is installed. Of docker only the
    /// version that is installed counts, since another one is installed over it.
    #[must_use]
    pub(crate) fn has(&self, component: &Component) -> bool {
        let installed = match (component.id, self.installed.get(&component.id)) {
            (ComponentId::Docker, Some(version)) => component.file_name.contains(version.as_str()),
            (_, version) => version.is_some(),
        };
        installed || component.file_names().any(|name| self.files.iter().any(|file| file == name))
    }
}
