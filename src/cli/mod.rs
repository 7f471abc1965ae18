//! The command line: what a person types, and where its answers go.

#![allow(rustdoc::invalid_html_tags, reason = "comments of arguments are the help that a terminal shows")]

mod catalog;
mod completions;
mod diff;
mod document;
mod exit;
mod explain;
mod findings;
mod folder;
mod generate;
mod hints;
mod init;
mod input;
mod inspect;
mod man;
mod merge;
mod progress;
mod result;
mod schema;
mod settings;
mod summary;
mod terminal;
mod told;
mod validate;
mod values;
mod vhd;

use crate::Catalog;
use clap::error::ErrorKind;
use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use exit::{Exit, Failure, Outcome};
use std::ffi::OsString;
use std::process::ExitCode;
use terminal::Colour;

/// Turns an aks-engine cluster definition into an ARM template whose Windows agent pools bootstrap themselves.
#[derive(Debug, Parser)]
#[command(name = "gen-cse", version, max_term_width = 100, args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    generate: generate::Arguments,
    #[command(flatten)]
    manner: MannerArguments,
}

/// What every command understands.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Everywhere")]
struct MannerArguments {
    /// Say nothing unless something is wrong
    #[arg(short, long, global = true)]
    quiet: bool,
    /// When to use colours
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value = "auto")]
    color: Colour,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write the template, its parameters and what each node gets (the default)
    Generate(generate::Arguments),
    /// Check definitions and write nothing
    Validate(validate::Arguments),
    /// Explain what the nodes of a definition will do; a diagnostic code, an exit code of the extension, or a step
    Explain(explain::Arguments),
    /// Show what the nodes of a generated template get, resolved as Azure would
    Inspect(inspect::Arguments),
    /// Compare what the nodes of two templates, definitions or folders are given, and what of it machines that exist can get
    Diff(diff::Arguments),
    /// Tell what nodes did, from their result.json, events.jsonl or log collection
    Result(result::Arguments),
    /// Give the Windows machines of a template of aks-engine or of its fork this bootstrap, and change nothing else
    Merge(merge::Arguments),
    /// Write the folder that builds a Windows image, or tell what is in one
    Vhd(vhd::Arguments),
    /// List what a catalog holds: versions, images, files with their hashes
    Catalog(catalog::Arguments),
    /// Print a small definition to begin with
    Init(init::Arguments),
    /// Print the JSON Schema of the cluster definition or of a catalog
    Schema(schema::Arguments),
    /// Print completions for a shell
    Completions(completions::Arguments),
    /// Print the manual page
    Man(man::Arguments),
}

/// The command line as clap has it, with what the tables say behind it.
fn command() -> clap::Command {
    let codes: String = Exit::MEANINGS.iter().map(|(exit, meaning)| format!("  {:>3}  {meaning}\n", *exit as u8)).collect();
    let examples = "  gen-cse init > apimodel.json                  begin a definition
  gen-cse apimodel.json                         write _output/<dnsPrefix>-windows
  gen-cse apimodel.json --check                 what would change?
  gen-cse generate apimodel.json --print template | az bicep decompile --file /dev/stdin
  gen-cse validate clusters --strict --allow kubernetes-end-of-life
  gen-cse explain apimodel.json                 what will its nodes do, prepared and stock?
  gen-cse explain 21                            why did the extension end with 21?
";
    Cli::command().after_long_help(format!("Examples:\n{examples}\nExit codes:\n{codes}\nManual: gen-cse man, README.md and docs/"))
}

/// Runs the command with the arguments of the process.
#[must_use]
pub fn run() -> ExitCode {
    let given: Vec<OsString> = std::env::args_os().collect();
    let outcome = parse(&given).and_then(|cli| {
        terminal::behave(cli.manner.color, cli.manner.quiet);
        execute(cli)
    });
    let exit = outcome.unwrap_or_else(|failure| {
        let exit = failure.exit;
        terminal::complain_of(failure);
        exit
    });
    ExitCode::from(exit as u8)
}

fn execute(cli: Cli) -> Outcome {
    match cli.command {
        None => generate::run(&cli.generate),
        Some(Command::Generate(arguments)) => generate::run(&arguments),
        Some(Command::Validate(arguments)) => validate::run(&arguments),
        Some(Command::Explain(arguments)) => explain::run(&arguments),
        Some(Command::Inspect(arguments)) => inspect::run(&arguments),
        Some(Command::Diff(arguments)) => diff::run(&arguments),
        Some(Command::Result(arguments)) => result::run(&arguments),
        Some(Command::Merge(arguments)) => merge::run(&arguments),
        Some(Command::Vhd(arguments)) => vhd::run(&arguments),
        Some(Command::Catalog(arguments)) => catalog::run(arguments),
        Some(Command::Init(arguments)) => init::run(&arguments),
        Some(Command::Schema(arguments)) => schema::run(&arguments),
        Some(Command::Completions(arguments)) => completions::run(&arguments),
        Some(Command::Man(arguments)) => man::run(&arguments),
    }
}

/// What is built in, by the day it is of: the second thing that a report of a fault should name.
fn catalogs() -> String {
    let known = Catalog::BUILT_IN.into_iter().filter_map(|name| Some((name, Catalog::built_in(name).ok()?)));
    known.map(|(name, catalog)| format!("catalog {name} of {}\n", catalog.as_of())).collect()
}

/// The command line understood, or why not; help and version are results.
fn parse(given: &[OsString]) -> Result<Cli, Failure> {
    let mut command = command();
    if let Some(message) = hints::mistyped_command(given, &command) {
        return Err(Failure::usage(message));
    }
    let parsed = command.try_get_matches_from_mut(given).and_then(|matches| Cli::from_arg_matches(&matches));
    parsed.or_else(|error| {
        if error.use_stderr() {
            return Err(Failure::usage(hints::of(error, given, &command)));
        }
        terminal::print_help(&error.render())?;
        if error.kind() == ErrorKind::DisplayVersion {
            terminal::print(&catalogs())?;
        }
        Err(Failure::silent(Exit::Done))
    })
}
