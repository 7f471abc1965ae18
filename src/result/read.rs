//! From bytes to records: a result, lines of events, or a zip with both.

use super::run::{Event, Run, RunResult};
use std::io::{Cursor, Read as _};
use std::path::{Component, Path};
use thiserror::Error;
use zip::ZipArchive;

/// A record of many runs stays far below this; more of it is not read.
const MAX_BYTES: u64 = 64 << 20;

/// A file, by the name it was asked for.
#[derive(Debug, Clone)]
pub struct Source {
    /// Path, or `-`.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// A source that is no record of a run.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReadError {
    /// Neither JSON of a result nor lines of events.
    #[error("`{name}` is neither a result.json nor an events.jsonl of a node, nor the zip of its log collection")]
    NoRecord {
        /// The source.
        name: String,
    },
    /// A zip without the two files.
    #[error("`{name}` has neither result.json nor events.jsonl in it; is it the zip that collect-windows-logs.ps1 made?")]
    NoRecordInZip {
        /// The source.
        name: String,
    },
    /// A zip that cannot be unpacked.
    #[error("`{name}` cannot be unpacked: {reason}")]
    Zip {
        /// The source.
        name: String,
        /// What the reader says.
        reason: String,
    },
}

/// What was found of one node.
#[derive(Debug, Default)]
pub(super) struct Records {
    pub(super) runs: Vec<Run>,
    pub(super) result: Option<RunResult>,
    pub(super) unreadable_lines: usize,
}

impl Records {
    pub(super) fn add(&mut self, other: Self) {
        self.runs.extend(other.runs);
        self.result = other.result.or(self.result.take());
        self.unreadable_lines += other.unreadable_lines;
    }
}

/// What a source holds, and the node it belongs to.
pub(super) fn records(source: &Source) -> Result<(Owner, Records), ReadError> {
    if source.bytes.starts_with(b"PK\x03\x04") {
        return Ok((Owner::of(&source.name), unzipped(source)?));
    }
    let records = of_text(&source.bytes).ok_or_else(|| ReadError::NoRecord { name: source.name.clone() })?;
    Ok((Owner::of(&source.name), records))
}

/// The node that a file is of: the folder of a file whose name every node uses, else the file.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Owner {
    /// The whole path; files with the same one are of one node.
    pub(super) path: String,
    /// What people call it.
    pub(super) name: String,
}

impl Owner {
    fn of(path: &str) -> Self {
        let is_common = |name: &str| name == "result.json" || name == "events.jsonl" || name == "gen-cse";
        let parts: Vec<_> = Path::new(path).components().filter(|part| matches!(part, Component::Normal(_))).collect();
        let mut names: Vec<_> = parts.iter().map(|part| part.as_os_str().to_string_lossy()).collect();
        let all = names.len();
        while names.last().is_some_and(|name| is_common(name)) {
            names.pop();
        }
        let name = match names.last() {
            None => "node".to_owned(),
            Some(file) if names.len() == all => Path::new(file.as_ref()).file_stem().unwrap_or_default().to_string_lossy().into_owned(),
            Some(folder) => folder.clone().into_owned(),
        };
        Self { path: names.join("/"), name }
    }
}

fn of_text(bytes: &[u8]) -> Option<Records> {
    let text = std::str::from_utf8(bytes).ok()?.trim_start_matches('\u{feff}');
    if let Ok(result) = serde_json::from_str::<RunResult>(text) {
        return Some(Records { result: Some(result), ..Records::default() });
    }
    let lines: Vec<_> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let events: Vec<Event> = lines.iter().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let unreadable_lines = lines.len() - events.len();
    (!events.is_empty()).then(|| Records { runs: Run::of_events(events), result: None, unreadable_lines })
}

fn unzipped(source: &Source) -> Result<Records, ReadError> {
    let damaged = |reason: String| ReadError::Zip { name: source.name.clone(), reason };
    let mut archive = ZipArchive::new(Cursor::new(&source.bytes)).map_err(|error| damaged(error.to_string()))?;
    let mut found = Records::default();
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(|error| damaged(error.to_string()))?;
        let name = entry.name().map_err(|error| damaged(error.to_string()))?;
        if !matches!(name.rsplit(['/', '\\']).next(), Some("result.json" | "events.jsonl")) {
            continue;
        }
        let mut bytes = Vec::new();
        entry.take(MAX_BYTES).read_to_end(&mut bytes).map_err(|error| damaged(error.to_string()))?;
        found.add(of_text(&bytes).unwrap_or_default());
    }
    if found.runs.is_empty() && found.result.is_none() {
        return Err(ReadError::NoRecordInZip { name: source.name.clone() });
    }
    Ok(found)
}
