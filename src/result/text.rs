//! For a person at a terminal.

use super::{Comparison, Event, Node, Nodes, Run, State, StepRecord};
use crate::plan;
use crate::report::numbered;

/// Steps named as the slowest.
const SLOWEST: usize = 5;
/// Faster than this is not slow, whatever the others are.
const NOT_SLOW: f64 = 1.0;

/// A line per step while there is one node, a table of all when there are several.
pub(super) fn of(nodes: &Nodes) -> String {
    match &nodes.comparison {
        None => nodes.nodes.iter().map(one_node).collect(),
        Some(comparison) => many_nodes(&nodes.nodes, comparison),
    }
}

fn one_node(node: &Node) -> String {
    let mut text = format!("{}: {}, {}\n", node.name, node.state.words(), numbered(node.runs.len(), "run"));
    if let Some(flavour) = &node.flavour {
        text += &format!("image {flavour}");
        text += &node.version.as_ref().map_or_else(|| "\n".to_owned(), |version| format!(", made by {version}\n"));
    }
    if node.unreadable_lines > 0 {
        text += &format!("{} of events.jsonl cannot be read: a power cut leaves such a line\n", numbered(node.unreadable_lines, "line"));
    }
    for (index, run) in node.runs.iter().enumerate() {
        text += &format!("\n{}", time_line(index + 1, run));
    }
    text.extend(sections(node).iter().map(|(title, lines)| section(title, lines)));
    text + &failure_text(node)
}

/// What stands out of a node's runs, where there is something.
pub(super) fn sections(node: &Node) -> Vec<(&'static str, Vec<String>)> {
    let all = [("slowest", slowest(node)), ("tried again", retries(node)), ("files", files(node))];
    all.into_iter().filter(|(_, lines)| !lines.is_empty()).collect()
}

/// How a run went, in one line.
pub(super) fn run_heading(number: usize, run: &Run) -> String {
    let began = run.began.as_deref().map_or_else(String::new, |began| format!(", began {began}"));
    let code = run.exit_code.map_or_else(String::new, |code| format!(", exit code {code}"));
    format!("run {number}: {}{code}, {:.1} s{began}", run.state.words(), run.seconds)
}

fn time_line(number: usize, run: &Run) -> String {
    let mut text = run_heading(number, run) + "\n";
    for step in &run.steps {
        let ended = step.ended.map_or_else(|| " ".repeat(9), |ended| format!("+{ended:>7.1} "));
        let reason = if step.reason.is_empty() { String::new() } else { format!(": {}", step.reason) };
        text += &format!("  {ended}{:>7.1} s  {:<28} {}{reason}\n", step.seconds, step.id, step.decision);
    }
    text
}

fn steps(node: &Node) -> impl Iterator<Item = &StepRecord> {
    node.runs.iter().flat_map(|run| &run.steps)
}

/// Notes of every run, those of no step too, with what was decided.
fn notes<'a>(node: &'a Node, decisions: &'a [&str]) -> impl Iterator<Item = &'a Event> {
    let all = node.runs.iter().flat_map(|run| run.steps.iter().flat_map(|step| &step.notes).chain(&run.notes));
    all.filter(move |note| decisions.contains(&note.decision.as_str()))
}

fn slowest(node: &Node) -> Vec<String> {
    let mut slow: Vec<_> = steps(node).filter(|step| step.seconds >= NOT_SLOW).collect();
    slow.sort_by(|a, b| b.seconds.total_cmp(&a.seconds));
    slow.iter().take(SLOWEST).map(|step| format!("{:>7.1} s  {}", step.seconds, step.id)).collect()
}

fn retries(node: &Node) -> Vec<String> {
    notes(node, &["retry"]).map(|note| format!("{}: {}", note.id, note.reason)).collect()
}

fn files(node: &Node) -> Vec<String> {
    let taken = notes(node, &["downloaded", "cached", "kept", "bad-cache"]);
    taken
        .map(|note| {
            let size = note.bytes.map_or_else(String::new, |bytes| format!(", {:.1} MB", bytes as f64 / 1e6));
            format!("{:<10} {}{size}", note.decision, note.reason)
        })
        .collect()
}

fn section(title: &str, lines: &[String]) -> String {
    format!("\n{title}\n") + &lines.iter().map(|line| format!("  {line}\n")).collect::<String>()
}

/// Why a node's last run failed, and what the table of exit codes says of that; nothing for other nodes.
pub(super) fn failure(node: &Node) -> Option<(String, Vec<String>)> {
    let run = node.last_run().filter(|run| run.state == State::Failed)?;
    let code = run.exit_code.unwrap_or_default();
    let what = match run.failed_step() {
        Some(step) => format!("step {} failed, exit code {code}: {}", step.id, step.reason),
        None => format!("exit code {code}: {}", run.reason),
    };
    let step = plan::STEPS.iter().find(|step| i64::from(step.exit_code) == code).map(|step| (step.means, step.remedy));
    let engine = plan::ENGINE_EXIT_CODES.iter().find(|known| i64::from(known.exit_code) == code).map(|code| (code.means, code.remedy));
    let advice = step.or(engine).map(|(means, remedy)| vec![format!("what it means: {means}"), format!("what to do: {remedy}")]);
    Some((what, advice.unwrap_or_default()))
}

fn failure_text(node: &Node) -> String {
    failure(node).map_or_else(String::new, |(what, advice)| section(&what, &advice))
}

/// `3 nodes: 2 complete, 1 failed`.
pub(super) fn states(nodes: &[Node]) -> String {
    let count = |wanted: State| nodes.iter().filter(|node| node.state == wanted).count();
    let all = [State::Complete, State::Restart, State::Failed, State::Running].map(|state| (count(state), state.words()));
    let counts: Vec<_> = all.iter().filter(|(count, _)| *count > 0).map(|(count, words)| format!("{count} {words}")).collect();
    format!("{}: {}", numbered(nodes.len(), "node"), counts.join(", "))
}

fn many_nodes(nodes: &[Node], comparison: &Comparison) -> String {
    let mut text = format!("{}\n\n", states(nodes));
    text += &format!("{:<28} {:>5} {:>9} {:>9} {:>9}  slowest node\n", "step", "nodes", "fastest", "median", "slowest");
    for step in &comparison.steps {
        let (id, nodes, node) = (&step.id, step.nodes, &step.slowest_node);
        text += &format!("{id:<28} {nodes:>5} {:>7.1} s {:>7.1} s {:>7.1} s  {node}\n", step.fastest, step.median, step.slowest);
    }
    for (name, differences) in &comparison.different {
        text += &section(&format!("{name} differs"), differences);
    }
    text + &nodes
        .iter()
        .filter(|node| node.state == State::Failed)
        .map(|node| format!("\n{}{}", node.name, failure_text(node)))
        .collect::<String>()
}
