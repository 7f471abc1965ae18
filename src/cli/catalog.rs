//! Which catalog a run uses, and what is in it.

use super::exit::{Exit, Failure, Outcome};
use super::settings::Settings;
use super::told::Data;
use super::{input, terminal, values};
use crate::Catalog;
use crate::catalog::{CatalogError, CloudKind, Component, ComponentId, ImageChoice, KubernetesVersion};
use crate::report::{grouped, without_url_secrets};
use crate::wire::{ClusterDefinition, Override};
use clap::Args;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Which artifacts are used, and from where.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Catalog")]
pub(super) struct CatalogArguments {
    /// Built-in catalog (aks-engine, aks-engine-azurestack) or a file that extends one [default: by version and cloud of the definition]
    #[arg(long, value_name = "NAME|FILE")]
    catalog: Option<String>,
    /// Fetch every artifact from this URL: https://host/path becomes URL/host/path
    #[arg(long, value_name = "URL")]
    mirror: Option<String>,
    /// Proxy through which nodes fetch http URLs, http://host:port or http://user:password@host:port; @FILE reads it from the file
    #[arg(long, value_name = "URL")]
    http_proxy: Option<String>,
    /// The same for https URLs
    #[arg(long, value_name = "URL")]
    https_proxy: Option<String>,
    /// What nodes reach without the proxy, beside their own machine, Azure's services on it, and the cluster: names, .domains, addresses, ranges
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    no_proxy: Vec<String>,
    /// Certificates, as PEM, of authorities that nodes trust; may be given several times
    #[arg(long, value_name = "FILE")]
    trusted_ca: Vec<PathBuf>,
    /// Container image that nodes pull once their kubelet runs; may be given several times
    #[arg(long, value_name = "IMAGE")]
    pull_image: Vec<String>,
}

impl CatalogArguments {
    /// The catalog of the command line, of `gen-cse.toml`, or the built-in one that has the version of the definition.
    pub(super) fn load(&self, settings: &Settings, definition: &[u8], set: &[Override]) -> Result<Catalog, Failure> {
        let catalog = match self.catalog.as_ref().or(settings.catalog.as_ref()) {
            Some(name) => named(name)?,
            None => matching(crate::wire::parse_with("", definition, set).0.as_ref())?,
        };
        self.around(mirrored(catalog, self.mirror.as_ref().or(settings.mirror.as_ref()))?)
    }

    /// What the command line says of all nodes, on top of what the catalog says.
    fn around(&self, mut catalog: Catalog) -> Result<Catalog, Failure> {
        let [http, https] =
            [(&self.http_proxy, "--http-proxy"), (&self.https_proxy, "--https-proxy")].map(|(url, option)| proxy(url, option));
        let wrong = |option: &str, error: &CatalogError| Failure::usage(format!("{option}: {error}"));
        catalog = catalog.with_proxy(http?.as_deref(), https?.as_deref(), &self.no_proxy).map_err(|error| wrong("proxy", &error))?;
        for file in &self.trusted_ca {
            let name = || format!("--trusted-ca: `{}`", file.display());
            catalog = catalog.with_trusted_certificates(&input::text(file)?).map_err(|error| wrong(&name(), &error))?;
        }
        catalog.with_pull_images(&self.pull_image).map_err(|error| wrong("--pull-image", &error))
    }

    /// The file it is read from, if it is one.
    pub(super) fn file(&self) -> Option<PathBuf> {
        self.catalog.as_ref().filter(|name| !Catalog::BUILT_IN.contains(&name.as_str())).map(PathBuf::from)
    }
}

/// The URL itself, or that of `@FILE`: it may hold a password, which does not belong into a command line.
fn proxy(url: &Option<String>, option: &str) -> Result<Option<String>, Failure> {
    let read = |url: &String| match url.strip_prefix('@') {
        Some(file) => values::from_file(file).map_err(|failure| Failure { message: format!("{option}: {}", failure.message), ..failure }),
        None => Ok(url.clone()),
    };
    url.as_ref().map(read).transpose()
}

/// The catalog with its files at a mirror, if there is one.
pub(super) fn mirrored(catalog: Catalog, mirror: Option<&String>) -> Result<Catalog, Failure> {
    match mirror {
        Some(mirror) => catalog.with_mirror(mirror).map_err(|error| Failure::usage(format!("--mirror: {error}"))),
        None => Ok(catalog),
    }
}

/// A built-in catalog, or that of a file.
pub(super) fn named(name: &str) -> Result<Catalog, Failure> {
    if let Ok(catalog) = Catalog::built_in(name) {
        return Ok(catalog);
    }
    let path = Path::new(name);
    if !path.exists() {
        let known = Catalog::BUILT_IN.join("`, `");
        let exit = if path.extension().is_some() || path.components().count() > 1 { Exit::Io } else { Exit::Usage };
        return Err(Failure::new(exit, format!("--catalog: `{name}` is not one of `{known}`, and there is no such file")));
    }
    let bytes = input::json(path).map_err(|failure| Failure { message: format!("--catalog: {}", failure.message), ..failure })?;
    Catalog::read(name, &bytes).map_err(Failure::invalid)
}

/// The first built-in catalog with the version; where the definition names none, the kind of its cloud decides.
fn matching(definition: Option<&ClusterDefinition>) -> Result<Catalog, Failure> {
    let properties = definition.and_then(|definition| definition.properties.as_ref());
    let orchestrator = properties.and_then(|properties| properties.orchestrator_profile.as_ref());
    let versions = orchestrator.map(|profile| [&profile.orchestrator_version, &profile.orchestrator_release]);
    let version = versions.into_iter().flatten().flatten().find(|version| !version.is_empty());
    let mut names = Catalog::BUILT_IN;
    if properties.is_some_and(|properties| properties.custom_cloud_profile.is_some()) {
        names.reverse();
    }
    let first = named(names[0])?;
    match version {
        Some(version) if !first.has(version) => Ok(Some(named(names[1])?).filter(|other| other.has(version)).unwrap_or(first)),
        _ => Ok(first),
    }
}

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List versions, images and files with their hashes and sizes: what an air gap has to mirror (the default)
    Show(ShowArguments),
}

#[derive(Debug, Default, Args)]
struct ShowArguments {
    /// Built-in catalog or a file; without one, both built-in catalogs
    #[arg(value_name = "NAME|FILE")]
    catalog: Option<String>,
    /// Only what nodes of this version need
    #[arg(long, value_name = "VERSION")]
    kubernetes: Option<String>,
    /// Cloud whose mirrors are used
    #[arg(long, value_name = "CLOUD", default_value = "AzurePublicCloud")]
    cloud: String,
    /// How it is shown
    #[arg(long, value_enum, default_value = "text")]
    format: Data,
}

pub(super) fn run(arguments: Arguments) -> Outcome {
    let Command::Show(show) = arguments.command.unwrap_or_else(|| Command::Show(ShowArguments::default()));
    let names = show.catalog.as_ref().map_or_else(|| Catalog::BUILT_IN.to_vec(), |name| vec![name.as_str()]);
    let catalogs = names.into_iter().map(named).collect::<Result<Vec<_>, _>>()?;
    let chosen: Vec<_> =
        catalogs.iter().map(|catalog| Contents::of(catalog, &show)).filter(|contents| !contents.versions.is_empty()).collect();
    if chosen.is_empty() {
        let version = show.kubernetes.unwrap_or_default();
        return Err(Failure::usage(format!("no catalog has Kubernetes `{version}`; `gen-cse catalog show` lists what there is")));
    }
    if show.format == Data::Json {
        terminal::print_json(&chosen.iter().map(Contents::json).collect::<Vec<_>>())?;
    } else {
        terminal::print(&chosen.iter().map(Contents::text).collect::<Vec<_>>().join("\n"))?;
    }
    Ok(Exit::Done)
}

/// What is shown of a catalog.
struct Contents<'a> {
    catalog: &'a Catalog,
    versions: Vec<&'a KubernetesVersion>,
    /// The files, each with the versions whose nodes need it.
    files: Vec<(Component, Vec<&'a KubernetesVersion>)>,
}

const KINDS: [(CloudKind, &str); 2] = [(CloudKind::Public, "Azure"), (CloudKind::AzureStack, "Azure Stack Hub")];
const IMAGES: [(ImageChoice, &str); 3] =
    [(ImageChoice::Docker, "docker"), (ImageChoice::Containerd, "containerd"), (ImageChoice::Stock, "stock")];

impl<'a> Contents<'a> {
    fn of(catalog: &'a Catalog, show: &ShowArguments) -> Self {
        let wanted = |version: &&KubernetesVersion| show.kubernetes.as_ref().is_none_or(|wanted| version.to_string() == *wanted);
        let mut versions: Vec<_> = KINDS.iter().flat_map(|(kind, _)| catalog.versions(*kind)).filter(wanted).collect();
        versions.sort();
        versions.dedup();
        let mut files: Vec<(Component, Vec<_>)> = Vec::new();
        // some builds of Windows have files of their own
        let builds: Vec<_> = [None].into_iter().chain(catalog.os_builds().map(Some)).collect();
        for id in ComponentId::ALL {
            let of = |version, build: &Option<&str>| Some((version, catalog.component(id, version, *build, &show.cloud)?));
            for (version, file) in versions.iter().flat_map(|version| builds.iter().filter_map(move |build| of(*version, build))) {
                match files.iter_mut().find(|(known, _)| *known == file) {
                    Some((_, versions)) if versions.contains(&version) => {}
                    Some((_, versions)) => versions.push(version),
                    None => files.push((file, vec![version])),
                }
            }
        }
        Self { catalog, versions, files }
    }

    fn json(&self) -> Value {
        let versions = self.versions.iter().map(|version| {
            let clouds = KINDS.iter().filter(|(kind, _)| self.catalog.versions(*kind).any(|other| other == *version));
            json!({ "version": version, "clouds": clouds.map(|(_, name)| *name).collect::<Vec<_>>(), "endOfLife": self.catalog.end_of_life(version) })
        });
        let images = IMAGES.iter().map(|(choice, name)| (*name, self.catalog.image(*choice)));
        let images = images.map(|(name, image)| {
            json!({
                "for": name, "publisher": image.publisher, "offer": image.offer, "sku": image.sku, "version": image.version,
                "prepared": image.is_prepared(),
            })
        });
        let files = self.files.iter().map(|(file, versions)| {
            json!({
                "component": file.id, "urls": shown_urls(file), "sha256": file.sha256, "bytes": file.bytes,
                "kubernetes": versions,
            })
        });
        json!({
            "name": self.catalog.name(),
            "kubernetes": versions.collect::<Vec<_>>(),
            "images": images.collect::<Vec<_>>(),
            "files": files.collect::<Vec<_>>(),
            "pauseImage": self.catalog.pause_image(),
            "containerImages": self.container_images(),
        })
    }

    fn text(&self) -> String {
        let mut text = format!("catalog {}\n\n", self.catalog.name());
        for (kind, name) in KINDS {
            let versions: Vec<_> =
                self.catalog.versions(kind).filter(|version| self.versions.contains(version)).map(ToString::to_string).collect();
            if !versions.is_empty() {
                text += &format!("Kubernetes on {name}: {} (default {})\n", versions.join(", "), self.catalog.default_version(kind));
            }
        }
        text += "\nimages\n";
        for (choice, name) in IMAGES {
            let image = self.catalog.image(choice);
            let prepared = if image.is_prepared() { "prepared" } else { "stock" };
            text += &format!("  {name:<11} {}:{}:{}:{} ({prepared})\n", image.publisher, image.offer, image.sku, image.version);
        }
        let known: u64 = self.files.iter().map(|(file, _)| file.bytes).sum();
        text += &format!(
            "\nfiles: {}, {} bytes as far as sizes are known\n",
            self.files.len(),
            grouped(usize::try_from(known).unwrap_or(usize::MAX))
        );
        for (file, versions) in &self.files {
            let size = if file.bytes == 0 {
                "size unknown".to_owned()
            } else {
                format!("{} bytes", grouped(usize::try_from(file.bytes).unwrap_or(usize::MAX)))
            };
            let versions = versions.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
            text += &shown_urls(file).iter().map(|url| format!("  {url}\n")).collect::<String>();
            text += &format!("    {}, {size}, for {versions}\n", file.id.as_str());
            text += &file.sha256.iter().map(|hash| format!("    sha256 {hash}\n")).collect::<String>();
            if file.sha256.is_empty() {
                text += "    sha256 unknown\n";
            }
        }
        text += &format!("\ncontainer images\n  {}\n", self.catalog.pause_image());
        text + &self.container_images().iter().map(|image| format!("  {image}\n")).collect::<String>()
    }

    fn container_images(&self) -> Vec<String> {
        self.catalog.container_images(self.versions.iter().copied())
    }
}

fn shown_urls(file: &Component) -> Vec<String> {
    file.urls.iter().map(|url| without_url_secrets(url)).collect()
}
