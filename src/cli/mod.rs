//! The command line: what a person types, and where its answers go.

mod completions;
mod diagnostics;
mod explain;
mod generate;
mod inspect;
mod merge;
mod result;
mod schema;
mod summary;
mod validate;
mod vhd;

use crate::catalog::Catalog;
use clap::{Args, Parser, Subcommand};
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Exit codes of the command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Exit {
    Done = 0,
    /// The definition is not valid, or `--check` found a difference.
    Invalid = 1,
    /// The command line is not understood.
    Usage = 2,
    /// What would be generated exceeds a limit of Azure.
    TooLarge = 3,
    /// A file cannot be read or written.
    Io = 4,
}

/// Turns an aks-engine cluster definition into an ARM template whose Windows agent pools bootstrap themselves.
#[derive(Debug, Parser)]
#[command(version, about, max_term_width = 100, args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    generate: generate::Arguments,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write the template, its parameters and what each node gets (the default)
    Generate(generate::Arguments),
    /// Check definitions and write nothing
    Validate(validate::Arguments),
    /// Explain a diagnostic code, or an exit code of the extension
    Explain(explain::Arguments),
    /// Show what the nodes of a generated template get, resolved as Azure would
    Inspect(inspect::Arguments),
    /// Tell what nodes did, from their result.json, events.jsonl or log collection
    Result(result::Arguments),
    /// Give the Windows machines of a template of aks-engine or of its fork this bootstrap, and change nothing else
    Merge(merge::Arguments),
    /// Write the folder that builds a Windows image, or tell what is in one
    Vhd(vhd::Arguments),
    /// Print the JSON Schema of the cluster definition or of a catalog
    Schema(schema::Arguments),
    /// Print completions for a shell
    Completions(completions::Arguments),
}

/// Which artifacts are used, and from where.
#[derive(Debug, Clone, Args)]
struct CatalogArguments {
    /// Built-in catalog (aks-engine, aks-engine-azurestack) or a file that extends one
    #[arg(long, value_name = "NAME|FILE", default_value = "aks-engine")]
    catalog: String,
    /// Fetch every artifact from this URL: https://host/path becomes URL/host/path
    #[arg(long, value_name = "URL")]
    mirror: Option<String>,
}

/// A message for standard error and the exit code that goes with it.
struct Failure {
    exit: Exit,
    message: String,
}

type Outcome = Result<Exit, Failure>;

impl Failure {
    fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into() }
    }

    fn read(path: &Path, error: &io::Error) -> Self {
        Self::new(Exit::Io, format!("cannot read `{}`: {}", path.display(), without_full_stop(error)))
    }
}

fn without_full_stop(error: &io::Error) -> String {
    error.to_string().trim_end_matches('.').to_owned()
}

impl CatalogArguments {
    fn load(&self) -> Result<Catalog, Failure> {
        let catalog = match Catalog::built_in(&self.catalog) {
            Some(catalog) => catalog,
            None => self.load_file()?,
        };
        match &self.mirror {
            Some(mirror) => catalog.with_mirror(mirror).map_err(|error| Failure::new(Exit::Usage, format!("--mirror: {error}"))),
            None => Ok(catalog),
        }
    }

    fn load_file(&self) -> Result<Catalog, Failure> {
        let path = PathBuf::from(&self.catalog);
        let text = fs::read_to_string(&path).map_err(|error| {
            let known = Catalog::BUILT_IN.join("`, `");
            let reason = without_full_stop(&error);
            Failure::new(
                Exit::Usage,
                format!("--catalog: `{}` is not one of `{known}` and cannot be read as a file: {reason}", self.catalog),
            )
        })?;
        Catalog::from_json(&text).map_err(|error| Failure::new(Exit::Invalid, format!("{}: {error}", self.catalog)))
    }
}

/// The definition as bytes. One byte more than allowed is enough to refuse it.
fn read_definition(path: &Path) -> Result<Vec<u8>, Failure> {
    read_at_most(path, crate::wire::MAX_BYTES + 1)
}

/// The beginning of a file or, for `-`, of standard input.
fn read_at_most(path: &Path, most: usize) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        io::stdin().lock().take(most as u64).read_to_end(&mut bytes)
    } else {
        fs::File::open(path).and_then(|file| file.take(most as u64).read_to_end(&mut bytes))
    };
    read.map_err(|error| Failure::read(path, &error))?;
    Ok(bytes)
}

/// Name of the file as diagnostics show it.
fn shown_name(path: &Path) -> String {
    if path == Path::new("-") { "<standard input>".to_owned() } else { path.display().to_string() }
}

/// Standard output that a closed pipe (`| head`) does not turn into a failure.
fn print(text: &str) -> Result<(), Failure> {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::new(Exit::Io, format!("cannot write to standard output: {error}")))
        }
        _ => Ok(()),
    }
}

/// Standard error; where nobody reads it, there is nobody to tell.
fn complain(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Runs the command with the arguments of the process.
#[must_use]
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let outcome = match cli.command {
        None => generate::run(&cli.generate),
        Some(Command::Generate(arguments)) => generate::run(&arguments),
        Some(Command::Validate(arguments)) => validate::run(&arguments),
        Some(Command::Explain(arguments)) => explain::run(&arguments),
        Some(Command::Inspect(arguments)) => inspect::run(&arguments),
        Some(Command::Result(arguments)) => result::run(&arguments),
        Some(Command::Merge(arguments)) => merge::run(&arguments),
        Some(Command::Vhd(arguments)) => vhd::run(&arguments),
        Some(Command::Schema(arguments)) => schema::run(&arguments),
        Some(Command::Completions(arguments)) => completions::run(&arguments),
    };
    let exit = outcome.unwrap_or_else(|failure| {
        if !failure.message.is_empty() {
            complain(&format!("error: {}\n", failure.message));
        }
        failure.exit
    });
    ExitCode::from(exit as u8)
}
