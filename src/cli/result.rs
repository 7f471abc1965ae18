use super::exit::{Exit, Failure, Outcome};
use super::{input, terminal};
use crate::result::{Nodes, Source};
use std::path::{Path, PathBuf};

/// The zip of a log collection of a node that ran for years stays below this.
const MAX_FILE_BYTES: usize = 256 << 20;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// result.json, events.jsonl or the zip of a log collection; - reads standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments) -> Outcome {
    let sources = arguments.files.iter().map(|path| read(path)).collect::<Result<Vec<_>, _>>()?;
    let nodes = Nodes::read(&sources).map_err(|error| Failure::new(Exit::Io, error.to_string()))?;
    if arguments.json {
        terminal::print_json(&nodes)?;
    } else {
        terminal::print(&nodes.to_text())?;
    }
    Ok(if nodes.failed() > 0 { Exit::Invalid } else { Exit::Done })
}

fn read(path: &Path) -> Result<Source, Failure> {
    let bytes = input::at_most(path, MAX_FILE_BYTES)?;
    Ok(Source { name: path.display().to_string(), bytes })
}
