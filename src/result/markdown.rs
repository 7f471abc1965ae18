//! As Markdown, for a ticket or a wiki.

use super::{Comparison, Node, Nodes, Run, text};
use crate::report::markdown as escape;

pub(super) fn of(nodes: &Nodes) -> String {
    match &nodes.comparison {
        None => nodes.nodes.iter().map(one_node).collect(),
        Some(comparison) => many_nodes(&nodes.nodes, comparison),
    }
}

fn one_node(node: &Node) -> String {
    let mut text = format!("# {}: {}\n", escape(&node.name), node.state.words());
    if let Some(flavour) = &node.flavour {
        let version = node.version.as_ref().map_or_else(String::new, |version| format!(", made by {version}"));
        text += &format!("\nimage {}\n", escape(&format!("{flavour}{version}")));
    }
    text.extend(failure(node));
    text.extend(node.runs.iter().enumerate().map(|(index, run)| time_line(index + 1, run)));
    text + &text::sections(node).iter().map(|(title, lines)| format!("\n## {title}\n\n{}", list(lines))).collect::<String>()
}

fn failure(node: &Node) -> Option<String> {
    let (what, advice) = text::failure(node)?;
    Some(format!("\n{}\n\n{}", escape(&what), list(&advice)))
}

fn time_line(number: usize, run: &Run) -> String {
    let heading = format!("\n## {}\n\n", escape(&text::run_heading(number, run)));
    let steps = run.steps.iter().map(|step| {
        let ended = step.ended.map_or_else(String::new, |ended| format!("{ended:.1}"));
        row(&[&step.id, &ended, &format!("{:.1}", step.seconds), &step.decision, &step.reason])
    });
    heading + &head(&["step", "ended at s", "took s", "decision", "why"]) + &steps.collect::<String>()
}

fn many_nodes(nodes: &[Node], comparison: &Comparison) -> String {
    let mut text =
        format!("# {}\n\n", text::states(nodes)) + &head(&["step", "nodes", "fastest s", "median s", "slowest s", "slowest node"]);
    for step in &comparison.steps {
        let [fastest, median, slowest] = [step.fastest, step.median, step.slowest].map(|seconds| format!("{seconds:.1}"));
        text += &row(&[&step.id, &step.nodes.to_string(), &fastest, &median, &slowest, &step.slowest_node]);
    }
    for (name, differences) in &comparison.different {
        text += &format!("\n## {} differs\n\n{}", escape(name), list(differences));
    }
    let failed = nodes.iter().filter_map(|node| Some((node, failure(node)?)));
    text + &failed.map(|(node, why)| format!("\n## {} failed\n{why}", escape(&node.name))).collect::<String>()
}

fn head(cells: &[&str]) -> String {
    format!("{}|{}\n", row(cells), " --- |".repeat(cells.len()))
}

fn row(cells: &[&str]) -> String {
    format!("|{}\n", cells.iter().map(|cell| format!(" {} |", escape(cell))).collect::<String>())
}

/// Columns, which are of blanks in a terminal, are words here.
fn list(lines: &[String]) -> String {
    let words = |line: &String| line.split_whitespace().collect::<Vec<_>>().join(" ");
    lines.iter().map(|line| format!("* {}\n", escape(&words(line)))).collect()
}
