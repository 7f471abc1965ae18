use super::catalog::{self, CatalogArguments};
use super::exit::{Exit, Failure, Outcome};
use super::findings::{self, Shown};
use super::folder::{self, Writing};
use super::settings::Settings;
use super::told::Data;
use super::{input, progress, terminal};
use crate::catalog::{Catalog, ImageRuntime, KubernetesVersion};
use crate::emit::{Bundle, Change, Difference};
use crate::vhd::{Image, Manifest, Target, Wanted};
use crate::{generate, plan, vhd};
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(super) struct Arguments {
    #[command(subcommand)]
    question: Option<Question>,
    /// Windows Server of the image: 2019, 2022, 2025
    #[arg(long, value_name = "YEAR", required_unless_present = "check")]
    os: Option<String>,
    /// Container runtime of the image
    #[arg(long, value_enum, required_unless_present = "check")]
    runtime: Option<Runtime>,
    /// Only these Kubernetes versions, with commas between them
    #[arg(long, value_name = "VERSION", value_delimiter = ',')]
    kubernetes: Vec<KubernetesVersion>,
    /// Also pull this container image, registry.example/team/app:1.0; may be given several times
    #[arg(long = "image", value_name = "NAME")]
    images: Vec<String>,
    /// What the build leaves behind
    #[arg(long, value_enum, default_value = "gallery")]
    target: TargetArgument,
    /// Folder to write to
    #[arg(short, long, value_name = "DIR", required_unless_present = "check")]
    output: Option<PathBuf>,
    /// Also replace files that gen-cse did not write, or that were changed since
    #[arg(long, requires = "output")]
    force: bool,
    /// Tell whether this folder, or the image of this manifest, is what the catalog gives today; end with 5 if it is not
    #[arg(long, value_name = "DIR|MANIFEST", conflicts_with_all = ["output", "os", "runtime", "target"])]
    check: Option<PathBuf>,
    /// Built-in catalog or a file that extends one [default: aks-engine; with --check that of the folder or image]
    #[arg(long, value_name = "NAME|FILE")]
    catalog: Option<String>,
    /// Fetch every file of the image from this URL: https://host/path becomes URL/host/path
    #[arg(long, value_name = "URL")]
    mirror: Option<String>,
}

#[derive(Debug, clap::Subcommand)]
enum Question {
    /// What a node of a definition finds on an image, and what it downloads
    Coverage(Coverage),
    /// Release notes in Markdown, from those that the build has written
    Notes(Notes),
}

#[derive(Debug, clap::Args)]
struct Coverage {
    /// Cluster definition; `-` is standard input
    #[arg(value_name = "APIMODEL")]
    definition: PathBuf,
    /// The image's manifest.json
    #[arg(long, value_name = "FILE")]
    manifest: PathBuf,
    /// How it is shown
    #[arg(long, value_enum, default_value = "text")]
    format: Data,
    #[command(flatten)]
    catalog: CatalogArguments,
}

#[derive(Debug, clap::Args)]
struct Notes {
    /// The image's release-notes.json
    #[arg(value_name = "NOTES")]
    notes: PathBuf,
    /// Those of the image before, to tell what is different
    #[arg(long, value_name = "NOTES")]
    before: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Runtime {
    Containerd,
    Docker,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum TargetArgument {
    /// An image version in a gallery
    Gallery,
    /// A managed image
    ManagedImage,
    /// A VHD in a storage account
    Vhd,
}

pub(super) fn run(arguments: &Arguments) -> Outcome {
    match (&arguments.question, &arguments.check) {
        (Some(Question::Coverage(question)), _) => coverage(question),
        (Some(Question::Notes(question)), _) => notes(question),
        (None, Some(path)) if path.is_dir() => check_folder(arguments, path),
        (None, Some(path)) => check_manifest(arguments, path),
        (None, None) => write(arguments),
    }
}

// ---- the folder ---------------------------------------------------------------------------------------------------------

fn write(arguments: &Arguments) -> Outcome {
    let (Some(os), Some(runtime), Some(output)) = (&arguments.os, arguments.runtime, &arguments.output) else {
        return Err(Failure::new(Exit::Usage, "--os, --runtime and --output say which image is built and where the folder goes"));
    };
    let wanted = Wanted {
        os: os.clone(),
        runtime: runtime.into(),
        kubernetes: given(&arguments.kubernetes),
        target: arguments.target.into(),
        catalog: arguments.catalog.clone().unwrap_or_else(|| Catalog::BUILT_IN[0].to_owned()),
        mirror: arguments.mirror.clone(),
        images: arguments.images.clone(),
    };
    let image = image(&wanted)?;
    let kept = output.join(vhd::PRIVATE_FIXES).exists();
    let files = progress::during("rendering", || folder(&image, kept))?;
    folder::write(&files, output, &Writing { force: arguments.force, inputs: &[] })?;
    if !terminal::is_quiet() {
        terminal::print(&summary(&image, output))?;
    }
    Ok(Exit::Done)
}

/// The files of the folder, but for the owner's list of fixes where there is one.
fn folder(image: &Image, keeps_fixes: bool) -> Result<Bundle, Failure> {
    let all = image.folder().map_err(|error| Failure::new(Exit::Invalid, error.to_string()))?;
    let mut files = Bundle::default();
    for file in all.files().iter().filter(|file| !keeps_fixes || file.path() != vhd::PRIVATE_FIXES) {
        files.add(file.path(), file.bytes()).map_err(folder::failure)?;
    }
    Ok(files)
}

fn summary(image: &Image, output: &Path) -> String {
    let versions: Vec<_> = image.kubernetes_versions.iter().map(ToString::to_string).collect();
    format!(
        "{} written\n{}: Kubernetes {}; {} files, {} MB; {} container images\nnext: bash {}/pipeline.sh build (see its README.md)\n",
        output.display(),
        image.name,
        versions.join(", "),
        image.components.len(),
        image.bytes() / 1_000_000,
        image.container_images.len(),
        output.display()
    )
}

fn check_folder(arguments: &Arguments, path: &Path) -> Outcome {
    let model = path.join(vhd::MODEL);
    let wanted = Image::wanted_of(&read(&model)?).map_err(|error| Failure::new(Exit::Invalid, format!("{}: {error}", model.display())))?;
    let wanted = asked_again(arguments, wanted);
    let differences = folder(&image(&wanted)?, true)?.check(path).map_err(folder::failure)?;
    let differences: Vec<_> = differences.into_iter().filter(|difference| difference.change != Change::Left).collect();
    terminal::print(&differences.iter().map(Difference::to_string).collect::<String>())?;
    Ok(if differences.is_empty() { Exit::Done } else { Exit::Changed })
}

/// What an image was made for, but for what `--check` asks differently.
fn asked_again(arguments: &Arguments, wanted: Wanted) -> Wanted {
    Wanted {
        kubernetes: given(&arguments.kubernetes).or(wanted.kubernetes),
        catalog: arguments.catalog.clone().unwrap_or(wanted.catalog),
        mirror: arguments.mirror.clone().or(wanted.mirror),
        images: given(&arguments.images).unwrap_or(wanted.images),
        ..wanted
    }
}

// ---- an image that was built --------------------------------------------------------------------------------------------

fn check_manifest(arguments: &Arguments, path: &Path) -> Outcome {
    let manifest = manifest(path)?;
    let wanted = asked_again(arguments, manifest.wanted.clone());
    let deviations = vhd::deviations(&manifest, &image(&wanted)?);
    terminal::print(&deviations.iter().map(|deviation| format!("{deviation}\n")).collect::<String>())?;
    Ok(if deviations.is_empty() { Exit::Done } else { Exit::Changed })
}

fn coverage(question: &Coverage) -> Outcome {
    let manifest = manifest(&question.manifest)?;
    let definition = input::json(&question.definition)?;
    let settings = Settings::around(&question.definition)?;
    let mut options = generate::Options::new(question.catalog.load(&settings, &definition, &[])?);
    options.file_name = input::shown_name(&question.definition);
    let checked = generate::check(&definition, &options);
    findings::show(&[checked.source.checked(&checked.report)], Shown::Human)?;
    let Some(cluster) = checked.cluster else { return Ok(Exit::Invalid) };
    let plan = plan::plan(&cluster, &options.catalog, &options.node);
    let coverage = vhd::coverage(&cluster, &options.catalog, &plan, &manifest);
    if question.format == Data::Json {
        terminal::print_json(&coverage)?;
    } else {
        terminal::print(&coverage.iter().map(in_words).collect::<String>())?;
    }
    Ok(Exit::Done)
}

fn in_words(coverage: &vhd::Coverage) -> String {
    let lines = |files: &[vhd::Covered]| {
        files.iter().map(|file| format!("  {:<20} {:>6}  {}\n", file.component, size(file.bytes), file.file)).collect::<String>()
    };
    let sum = |files: &[vhd::Covered]| {
        let known: u64 = files.iter().map(|file| file.bytes).sum();
        let rest = if files.iter().any(|file| file.bytes == 0) { ", and what is not known" } else { "" };
        format!("{}, {} MB{rest}", crate::report::numbered(files.len(), "file"), known.div_ceil(1_000_000))
    };
    let mut text = format!("pool {}\non the image: {}\n{}", coverage.pool, sum(&coverage.found), lines(&coverage.found));
    text += &format!("downloaded: {}\n{}", sum(&coverage.downloaded), lines(&coverage.downloaded));
    text + &coverage.pulled.iter().map(|image| format!("pulled: {image}\n")).collect::<String>()
}

/// In MB; `?` for what the catalog does not know.
fn size(bytes: u64) -> String {
    if bytes == 0 { "? MB".to_owned() } else { format!("{} MB", bytes.div_ceil(1_000_000)) }
}

fn notes(question: &Notes) -> Outcome {
    let notes = manifest(&question.notes)?;
    let before = question.before.as_deref().map(manifest).transpose()?;
    let text = vhd::markdown(&notes, before.as_ref()).map_err(|error| Failure::new(Exit::Invalid, error.to_string()))?;
    terminal::print(&text)?;
    Ok(Exit::Done)
}

// ---- what is given ------------------------------------------------------------------------------------------------------

fn given<T: Clone>(values: &[T]) -> Option<Vec<T>> {
    (!values.is_empty()).then(|| values.to_vec())
}

fn image(wanted: &Wanted) -> Result<Image, Failure> {
    Image::new(wanted, &catalog(&wanted.catalog, wanted.mirror.as_ref())?).map_err(|error| Failure::new(Exit::Usage, error.to_string()))
}

fn catalog(name: &str, mirror: Option<&String>) -> Result<Catalog, Failure> {
    catalog::mirrored(catalog::named(name)?, mirror)
}

fn manifest(path: &Path) -> Result<Manifest, Failure> {
    Manifest::from_json(&read(path)?).map_err(|error| Failure::new(Exit::Invalid, format!("{}: {error}", path.display())))
}

fn read(path: &Path) -> Result<String, Failure> {
    input::text(path)
}

impl From<Runtime> for ImageRuntime {
    fn from(runtime: Runtime) -> Self {
        match runtime {
            Runtime::Containerd => Self::Containerd,
            Runtime::Docker => Self::Docker,
        }
    }
}

impl From<TargetArgument> for Target {
    fn from(target: TargetArgument) -> Self {
        match target {
            TargetArgument::Gallery => Self::Gallery,
            TargetArgument::ManagedImage => Self::ManagedImage,
            TargetArgument::Vhd => Self::Vhd,
        }
    }
}
