//! Many nodes side by side: how long each step took where, and which nodes are not like the others.

use super::{Node, State};
use indexmap::IndexMap;
use serde::Serialize;

/// A step that took this many times the median, and this many seconds more, is told.
const SLOW_TIMES: f64 = 2.0;
const SLOW_SECONDS: f64 = 5.0;

/// How nodes compare.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Comparison {
    /// Per step, in the order the first node has them.
    pub steps: Vec<StepTimes>,
    /// Node -> what is different about it; nodes like the others are not here.
    pub different: IndexMap<String, Vec<String>>,
}

/// Seconds of a step over all nodes that ran it.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct StepTimes {
    /// Id of the step.
    pub id: String,
    /// Nodes that ran it.
    pub nodes: usize,
    /// The shortest.
    pub fastest: f64,
    /// The middle one; of an even number the upper.
    pub median: f64,
    /// The longest.
    pub slowest: f64,
    /// Whose that was.
    pub slowest_node: String,
}

impl Comparison {
    pub(super) fn of(nodes: &[Node]) -> Self {
        let mut ids: Vec<&str> = Vec::new();
        for id in nodes.iter().flat_map(Node::step_ids) {
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        let steps: Vec<_> = ids.into_iter().filter_map(|id| StepTimes::of(id, nodes)).collect();
        let usual = Usual::of(nodes);
        let different = nodes
            .iter()
            .map(|node| (node.name.clone(), usual.differences(node, &steps)))
            .filter(|(_, differences)| !differences.is_empty())
            .collect();
        Self { steps, different }
    }
}

impl StepTimes {
    fn of(id: &str, nodes: &[Node]) -> Option<Self> {
        let mut took: Vec<_> = nodes.iter().filter_map(|node| Some((node.seconds_of(id)?, node.name.as_str()))).collect();
        took.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (fastest, median, slowest) = (took.first()?, took.get(took.len() / 2)?, took.last()?);
        Some(Self {
            id: id.to_owned(),
            nodes: took.len(),
            fastest: fastest.0,
            median: median.0,
            slowest: slowest.0,
            slowest_node: slowest.1.to_owned(),
        })
    }
}

/// What most nodes have.
struct Usual<'a> {
    state: State,
    flavour: Option<&'a str>,
    version: Option<&'a str>,
    /// Step -> what most first runs decided.
    decisions: IndexMap<&'a str, &'a str>,
}

impl<'a> Usual<'a> {
    fn of(nodes: &'a [Node]) -> Self {
        let mut said: IndexMap<&str, Vec<&str>> = IndexMap::new();
        for step in nodes.iter().filter_map(|node| node.runs.first()).flat_map(|run| &run.steps) {
            said.entry(&step.id).or_default().push(&step.decision);
        }
        Self {
            state: most(nodes.iter().map(|node| node.state)).unwrap_or(State::Running),
            flavour: most(nodes.iter().map(|node| node.flavour.as_deref())).flatten(),
            version: most(nodes.iter().map(|node| node.version.as_deref())).flatten(),
            decisions: said.into_iter().filter_map(|(id, decisions)| Some((id, most(decisions.into_iter())?))).collect(),
        }
    }

    fn differences(&self, node: &Node, times: &[StepTimes]) -> Vec<String> {
        let mut found = Vec::new();
        if node.state != self.state {
            found.push(format!("is {}, most are {}", node.state.words(), self.state.words()));
        }
        for (what, ours, usual) in [("image", &node.flavour, self.flavour), ("generator", &node.version, self.version)] {
            if ours.as_deref() != usual {
                found.push(format!("{what} {}, most have {}", ours.as_deref().unwrap_or("unknown"), usual.unwrap_or("none")));
            }
        }
        for step in node.runs.first().map_or(&[][..], |run| &run.steps) {
            let usual = self.decisions.get(step.id.as_str()).copied().unwrap_or_default();
            if step.decision != usual {
                found.push(format!("{}: {}, most: {usual}", step.id, step.decision));
            }
        }
        found.extend(times.iter().filter_map(|times| slow(node, times)));
        found
    }
}

fn slow(node: &Node, times: &StepTimes) -> Option<String> {
    let seconds = node.seconds_of(&times.id)?;
    let is_slow = seconds > times.median * SLOW_TIMES && seconds > times.median + SLOW_SECONDS;
    is_slow.then(|| format!("{}: {seconds:.1} s, median {:.1} s", times.id, times.median))
}

/// What stands there most often; of equally many, what came first.
fn most<T: PartialEq + Copy>(values: impl Iterator<Item = T>) -> Option<T> {
    let mut counts: Vec<(T, usize)> = Vec::new();
    for value in values {
        match counts.iter_mut().find(|(known, _)| *known == value) {
            Some((_, count)) => *count += 1,
            None => counts.push((value, 1)),
        }
    }
    let highest = counts.iter().map(|(_, count)| *count).max()?;
    counts.into_iter().find(|(_, count)| *count == highest).map(|(value, _)| value)
}
