//! What nodes did, read from what they left: `result.json`, `events.jsonl`, or the zip of a log collection.
//!
//! A file may hold several runs: the extension's, the one after the restart, later ones. Files of one folder are one node's.

mod compare;
mod markdown;
mod read;
mod run;
mod text;

#[cfg(test)]
mod tests;

pub use compare::Comparison;
pub use read::{ReadError, Source};
pub use run::{Event, Run, StepRecord};

use indexmap::IndexMap;
use serde::Serialize;

/// How a node stands after its last run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum State {
    /// Every step held.
    Complete,
    /// The last run planned a restart, and no run after it is known.
    Restart,
    /// The last run failed.
    Failed,
    /// The last run has no end: it goes on, or it was cut off.
    Running,
}

impl State {
    /// As a sentence continues: "the node is ...".
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Restart => "waiting for its restart",
            Self::Failed => "failed",
            Self::Running => "not finished",
        }
    }
}

/// A node and what is known of its runs, oldest first.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Node {
    /// Folder or file that the records came from.
    pub name: String,
    /// How it stands.
    pub state: State,
    /// What the image turned out to be (`vhd`, `stock`, ...), when `result.json` is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flavour: Option<String>,
    /// What generated its scripts, when `result.json` is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Its runs.
    pub runs: Vec<Run>,
    /// Lines of `events.jsonl` that are none: a power cut leaves such a line.
    pub unreadable_lines: usize,
}

/// Nodes and, when there are several, how they differ.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Nodes {
    /// In the order their files were named.
    pub nodes: Vec<Node>,
    /// Absent for a single node.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comparison: Option<Comparison>,
}

impl Nodes {
    /// Puts together what belongs to one node.
    ///
    /// # Errors
    ///
    /// [`ReadError`] names the first source that is no record of a run.
    pub fn read(sources: &[Source]) -> Result<Self, ReadError> {
        let mut records: IndexMap<read::Owner, read::Records> = IndexMap::new();
        for source in sources {
            let (owner, found) = read::records(source)?;
            records.entry(owner).or_default().add(found);
        }
        let names: Vec<_> = records.keys().map(|owner| owner.name.clone()).collect();
        let is_one = |name: &String| names.iter().filter(|other| *other == name).count() == 1;
        let name_of = |owner: read::Owner| if is_one(&owner.name) { owner.name } else { owner.path };
        let nodes: Vec<_> = records.into_iter().map(|(owner, records)| Node::of(name_of(owner), records)).collect();
        let comparison = (nodes.len() > 1).then(|| Comparison::of(&nodes));
        Ok(Self { nodes, comparison })
    }

    /// For a person.
    #[must_use]
    pub fn to_text(&self) -> String {
        text::of(self)
    }

    /// For a page that renders Markdown.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        markdown::of(self)
    }

    /// Nodes whose last run failed.
    #[must_use]
    pub fn failed(&self) -> usize {
        self.nodes.iter().filter(|node| node.state == State::Failed).count()
    }
}

impl Node {
    /// The events tell each run as it went; the result, written last, tells only how the last one ended.
    fn of(name: String, records: read::Records) -> Self {
        let read::Records { mut runs, result, unreadable_lines } = records;
        let (flavour, version) = result.as_ref().map_or((None, None), |result| (result.flavour.clone(), result.version.clone()));
        match (runs.last_mut(), &result) {
            (Some(last), Some(result)) if last.state == State::Running => last.end_as(result),
            (None, Some(result)) => runs.push(Run::of_result(result)),
            _ => {}
        }
        let state = runs.last().map_or(State::Running, |run| run.state);
        Self { name, state, flavour: flavour.filter(|text| !text.is_empty()), version, runs, unreadable_lines }
    }

    /// The run that says how the node stands.
    #[must_use]
    pub fn last_run(&self) -> Option<&Run> {
        self.runs.last()
    }

    /// The runs that made the node: later ones, after it was complete, only looked at it again.
    fn making(&self) -> &[Run] {
        let made = self.runs.iter().position(|run| run.state == State::Complete);
        made.and_then(|last| self.runs.get(..=last)).unwrap_or(&self.runs)
    }

    /// Seconds that a step took until the node was complete, in all runs together.
    #[must_use]
    pub fn seconds_of(&self, id: &str) -> Option<f64> {
        let took: Vec<f64> =
            self.making().iter().flat_map(|run| &run.steps).filter(|step| step.id == id).map(|step| step.seconds).collect();
        (!took.is_empty()).then(|| took.iter().sum())
    }

    /// Ids of its steps, in the order they first ran.
    fn step_ids(&self) -> Vec<&str> {
        let mut ids: Vec<&str> = Vec::new();
        for step in self.runs.iter().flat_map(|run| &run.steps) {
            if !ids.contains(&step.id.as_str()) {
                ids.push(&step.id);
            }
        }
        ids
    }
}
