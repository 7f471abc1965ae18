use super::catalog::CatalogArguments;
use super::exit::{Exit, Failure, Outcome};
use super::findings::{self, FindingArguments, Shown};
use super::folder::{self, Writing};
use super::settings::Settings;
use super::values::ValueArguments;
use super::{document, input, progress, summary, terminal};
use crate::emit::{Bundle as Files, Change, Difference};
use crate::generate::{self, Options};
use crate::plan::NodeOptions;
use crate::{Error, Generated};
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Cluster definition; `-` is standard input
    #[arg(required = true, value_name = "APIMODEL", value_hint = clap::ValueHint::FilePath)]
    definition: Option<PathBuf>,
    /// Folder to write to [default: _output/<dnsPrefix>-windows]
    #[arg(short, long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    output: Option<PathBuf>,
    /// Also replace files that gen-cse did not write, or that were changed since
    #[arg(long)]
    force: bool,
    /// Print all files, without those with secrets, instead of writing them
    #[arg(long, conflicts_with_all = ["check", "output", "force"])]
    stdout: bool,
    /// Print one file, secrets too, instead of writing all
    #[arg(long, value_enum, value_name = "WHAT", conflicts_with_all = ["check", "output", "force", "stdout"])]
    print: Option<Printed>,
    /// Write nothing; show what would change and end with 5 if something would
    #[arg(long)]
    check: bool,
    /// Also write the scripts that nodes run, with their comments
    #[arg(long)]
    scripts: bool,
    /// Only this Windows pool; may be given several times
    #[arg(long, value_name = "NAME")]
    pool: Vec<String>,
    /// List the size of every script
    #[arg(long, conflicts_with_all = ["check", "stdout", "print"])]
    sizes: bool,
    #[command(flatten)]
    values: ValueArguments,
    #[command(flatten)]
    catalog: CatalogArguments,
    #[command(flatten)]
    node: NodeArguments,
    #[command(flatten)]
    findings: FindingArguments,
}

/// A file of the output.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Printed {
    /// azuredeploy.json
    Template,
    /// azuredeploy.parameters.json
    Parameters,
    /// apimodel.json
    Apimodel,
    /// plan.json
    Plan,
}

impl Printed {
    fn file(self) -> &'static str {
        match self {
            Self::Template => "azuredeploy.json",
            Self::Parameters => "azuredeploy.parameters.json",
            Self::Apimodel => "apimodel.json",
            Self::Plan => "plan.json",
        }
    }
}

/// How nodes bootstrap.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Nodes")]
pub(super) struct NodeArguments {
    /// Let the extension succeed before the kubelet answers
    #[arg(long)]
    no_wait_for_kubelet: bool,
    /// Seconds the kubelet has to answer
    #[arg(long, value_name = "SECONDS", default_value_t = NodeOptions::default().kubelet_timeout_seconds, value_parser = clap::value_parser!(u32).range(10..=3600))]
    kubelet_timeout: u32,
    /// Minutes a node has for all steps; Azure stops an extension after 90
    #[arg(long, value_name = "MINUTES", default_value_t = NodeOptions::default().deadline_minutes, value_parser = clap::value_parser!(u32).range(5..=85))]
    deadline: u32,
    /// Leave the image's file cache on the node
    #[arg(long)]
    keep_cache: bool,
}

impl NodeArguments {
    pub(super) fn options(&self) -> Result<NodeOptions, Failure> {
        if self.kubelet_timeout > self.deadline * 60 {
            return Err(Failure::usage("--kubelet-timeout is longer than --deadline, in which all steps have to end"));
        }
        Ok(NodeOptions {
            wait_for_kubelet: !self.no_wait_for_kubelet,
            kubelet_timeout_seconds: self.kubelet_timeout,
            deadline_minutes: self.deadline,
            keep_cache: self.keep_cache,
        })
    }
}

pub(super) fn run(arguments: &Arguments) -> Outcome {
    let Some(path) = arguments.definition.as_deref() else { return Err(Failure::usage("no cluster definition given")) };
    let shown = arguments.findings.format;
    if (arguments.stdout || arguments.print.is_some()) && shown.is_document() {
        return Err(Failure::usage("--stdout and --print print files where this --format prints the findings: give one of the two"));
    }
    let node = arguments.node.options()?;
    let definition = input::json(path)?;
    let settings = Settings::around(path)?;
    let policy = arguments.findings.policy(&settings)?;
    let options = options(arguments, node, &settings, &definition, path).map_err(|failure| failure.shown(shown))?;
    let mut checked = generate::check(&definition, &options);
    checked.report = checked.report.judged(&policy);
    let refused = checked.report.is_fatal();
    if shown != Shown::Json || refused {
        findings::show(&[checked.source.checked(&checked.report)], shown)?;
    }
    if refused {
        return Err(invalid(&checked.refused()));
    }
    let found = (checked.source.clone(), checked.report.clone());
    let bundle = progress::during("generating", || checked.generate()).map_err(|error| invalid(&error))?;
    deliver(arguments, path, &bundle, &found)
}

fn options(arguments: &Arguments, node: NodeOptions, settings: &Settings, definition: &[u8], path: &Path) -> Result<Options, Failure> {
    let set = arguments.values.read()?;
    let mut options = Options::new(arguments.catalog.load(settings, definition, &set)?);
    options.file_name = arguments.findings.format.name_of(path);
    options.pools.clone_from(&arguments.pool);
    options.set = set;
    options.node = node;
    Ok(options)
}

/// The findings of an invalid definition were shown already; the message counts them.
pub(super) fn invalid(error: &Error) -> Failure {
    let exit = match error {
        Error::Invalid(_) | Error::Internal { .. } => Exit::Invalid,
        Error::UnknownPool { .. } | Error::KubeletTimeout { .. } => Exit::Usage,
        Error::TooLarge { .. } => Exit::TooLarge,
    };
    Failure::new(exit, error.to_string())
}

fn deliver(arguments: &Arguments, definition: &Path, bundle: &Generated, found: &document::Found) -> Outcome {
    let mut files = bundle.files().map_err(folder::failure)?;
    if arguments.scripts {
        bundle.add_scripts(&mut files).map_err(folder::failure)?;
    }
    if let Some(what) = arguments.print {
        let file = files.get(what.file()).map(|file| String::from_utf8_lossy(file.bytes())).unwrap_or_default();
        terminal::print_json_text(&file)?;
        return Ok(Exit::Done);
    }
    if arguments.stdout {
        let mut text = Vec::new();
        // neither can fail: the sink is a vector
        let _ = files.print(&mut text);
        terminal::print(&String::from_utf8_lossy(&text))?;
        return Ok(Exit::Done);
    }
    let folder = arguments.output.clone().unwrap_or_else(|| Path::new("_output").join(bundle.folder()));
    if arguments.check {
        check(arguments, bundle, &files, &folder, found)
    } else {
        write(arguments, definition, bundle, &files, &folder, found)
    }
}

fn write(arguments: &Arguments, definition: &Path, bundle: &Generated, files: &Files, folder: &Path, found: &document::Found) -> Outcome {
    let catalog = arguments.catalog.file();
    let inputs: Vec<_> = std::iter::once(definition).chain(catalog.as_deref()).collect();
    let written = folder::write(files, folder, &Writing { force: arguments.force, inputs: &inputs })?;
    terminal::complain(&folder::left(folder, files, &written));
    if arguments.findings.format == Shown::Json {
        terminal::print_json(&document::of(bundle, files, folder, found, &[]))?;
    } else if !terminal::is_quiet() {
        tell(&summary::of(bundle, folder, &written, arguments.sizes), arguments.findings.format)?;
    }
    Ok(Exit::Done)
}

fn check(arguments: &Arguments, bundle: &Generated, files: &Files, folder: &Path, found: &document::Found) -> Outcome {
    let differences = files.check(folder).map_err(folder::failure)?;
    if arguments.findings.format == Shown::Json {
        terminal::print_json(&document::of(bundle, files, folder, found, &differences))?;
    } else {
        let text: String = differences.iter().map(Difference::to_string).collect();
        tell(&text, arguments.findings.format)?;
    }
    // writing would not take away what is left from an earlier run
    let changes = differences.iter().any(|difference| difference.change != Change::Left);
    Ok(if changes { Exit::Changed } else { Exit::Done })
}

/// On standard output, unless that is a document of findings.
fn tell(text: &str, format: Shown) -> Result<(), Failure> {
    if format.is_document() {
        terminal::complain(text);
        return Ok(());
    }
    terminal::print(text)
}
