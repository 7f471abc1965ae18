use super::diagnostics::{self, Shown};
use super::summary;
use super::{CatalogArguments, Exit, Failure, Outcome};
use crate::emit::Difference;
use crate::generate::{self, Options};
use crate::plan::NodeOptions;
use crate::{Bundle, Error};
use std::io::stdout;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Cluster definition; `-` is standard input
    #[arg(required = true, value_name = "APIMODEL")]
    definition: Option<PathBuf>,
    /// Folder to write to [default: _output/<dnsPrefix>]
    #[arg(short, long, value_name = "DIR", conflicts_with = "stdout")]
    output: Option<PathBuf>,
    /// Print the files instead of writing them
    #[arg(long, conflicts_with = "check")]
    stdout: bool,
    /// Write nothing; show what would change and end with 1 if something would
    #[arg(long)]
    check: bool,
    /// Only this Windows pool; may be given several times
    #[arg(long, value_name = "NAME")]
    pool: Vec<String>,
    /// Put a value over the definition's, as properties.masterProfile.count=3
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<crate::wire::Override>,
    #[command(flatten)]
    catalog: CatalogArguments,
    #[command(flatten)]
    node: NodeArguments,
    /// How findings are shown
    #[arg(long, value_enum, default_value = "human")]
    format: Shown,
    /// List the size of every script
    #[arg(long)]
    sizes: bool,
}

/// How nodes bootstrap.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Nodes")]
struct NodeArguments {
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

pub(super) fn run(arguments: &Arguments) -> Outcome {
    let Some(path) = arguments.definition.as_deref() else { return Err(Failure::new(Exit::Usage, "no cluster definition given")) };
    if arguments.stdout && arguments.format.is_document() {
        return Err(Failure::new(
            Exit::Usage,
            "--stdout prints the files where --format json and sarif print the findings: give one of the two",
        ));
    }
    let definition = super::read_definition(path)?;
    let options = options(arguments, super::shown_name(path))?;
    let checked = generate::check(&definition, &options);
    diagnostics::show(&[checked.source.checked(&checked.report)], arguments.format)?;
    let bundle = generate::generate_checked(checked, &options).map_err(|error| failure(&error))?;
    deliver(arguments, &bundle)
}

fn options(arguments: &Arguments, file_name: String) -> Result<Options, Failure> {
    let mut options = Options::new(arguments.catalog.load()?);
    options.file_name = file_name;
    options.pools.clone_from(&arguments.pool);
    options.set.clone_from(&arguments.set);
    options.node = NodeOptions {
        wait_for_kubelet: !arguments.node.no_wait_for_kubelet,
        kubelet_timeout_seconds: arguments.node.kubelet_timeout,
        deadline_minutes: arguments.node.deadline,
        keep_cache: arguments.node.keep_cache,
    };
    Ok(options)
}

/// The findings of an invalid definition were shown already; the message counts them.
fn failure(error: &Error) -> Failure {
    let exit = match error {
        Error::Invalid(_) | Error::Internal { .. } => Exit::Invalid,
        Error::UnknownPool { .. } | Error::KubeletTimeout { .. } => Exit::Usage,
        Error::TooLarge { .. } => Exit::TooLarge,
    };
    Failure::new(exit, error.to_string())
}

fn deliver(arguments: &Arguments, bundle: &Bundle) -> Outcome {
    let files = bundle.files().map_err(|error| Failure::new(Exit::Io, error.to_string()))?;
    if arguments.stdout {
        return match files.print(&mut stdout().lock()) {
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
                Err(Failure::new(Exit::Io, format!("cannot write to standard output: {error}")))
            }
            _ => Ok(Exit::Done),
        };
    }
    let folder = arguments.output.clone().unwrap_or_else(|| PathBuf::from("_output").join(bundle.folder()));
    let io = |error: crate::emit::EmitError| Failure::new(Exit::Io, error.to_string());
    if arguments.check {
        return report_differences(&files.check(&folder).map_err(io)?, arguments.format);
    }
    files.write(&folder).map_err(io)?;
    tell(&summary::of(bundle, &folder, arguments.sizes), arguments.format)?;
    Ok(Exit::Done)
}

/// On standard output, unless that is a document of findings.
fn tell(text: &str, format: Shown) -> Result<(), Failure> {
    if format.is_document() {
        super::complain(text);
        return Ok(());
    }
    super::print(text)
}

fn report_differences(differences: &[Difference], format: Shown) -> Outcome {
    let text: String = differences.iter().map(Difference::to_string).collect();
    tell(&text, format)?;
    Ok(if differences.is_empty() { Exit::Done } else { Exit::Invalid })
}
