use super::exit::{Exit, Failure, Outcome};
use super::progress::Progress;
use super::told::Told;
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
    /// How it is told
    #[arg(long, value_enum, default_value = "text")]
    format: Told,
}

pub(super) fn run(arguments: &Arguments) -> Outcome {
    let nodes = nodes(&arguments.files)?;
    match arguments.format {
        Told::Text => terminal::print(&nodes.to_text())?,
        Told::Markdown => terminal::print(&nodes.to_markdown())?,
        Told::Json => terminal::print_json(&nodes)?,
    }
    Ok(if nodes.failed() > 0 { Exit::Invalid } else { Exit::Done })
}

/// What these files tell of the nodes that wrote them.
pub(super) fn nodes(files: &[PathBuf]) -> Result<Nodes, Failure> {
    let progress = Progress::start("reading records");
    let mut sources = Vec::new();
    for (index, path) in files.iter().enumerate() {
        progress.at(index + 1, files.len(), path);
        sources.push(read(path)?);
    }
    Nodes::read(&sources).map_err(|error| Failure::new(Exit::Io, error.to_string()))
}

fn read(path: &Path) -> Result<Source, Failure> {
    let bytes = input::at_most(path, MAX_FILE_BYTES + 1)?;
    if bytes.len() > MAX_FILE_BYTES {
        return Err(Failure::new(
            Exit::Io,
            format!("`{}` has more than {} MiB: no record of a node is so large", path.display(), MAX_FILE_BYTES >> 20),
        ));
    }
    Ok(Source { name: path.display().to_string(), bytes })
}
