//! A line per step with a column per image: for a terminal, and as Markdown.

use super::{Explanation, Forecast, PoolExplanation, Size, StepForecast, Totals};
use crate::report::{grouped, markdown as escape, megabytes, numbered};

/// A step on each image.
pub(super) struct Row {
    pub(super) id: &'static str,
    /// One per image.
    pub(super) cells: Vec<String>,
    pub(super) reason: String,
}

pub(super) fn rows(pool: &PoolExplanation) -> Vec<Row> {
    let Some(first) = pool.images.first() else { return Vec::new() };
    let at = |index: usize| pool.images.iter().map(move |image| (image, &image.steps[index]));
    let row = |(index, step): (usize, &StepForecast)| Row {
        id: step.id,
        cells: at(index).map(|(_, step)| cell(step)).collect(),
        reason: reason(&at(index).collect::<Vec<_>>()),
    };
    first.steps.iter().enumerate().map(row).collect()
}

pub(super) fn cell(step: &StepForecast) -> String {
    let bytes = if step.bytes() == 0 { String::new() } else { format!(", {}", megabytes(step.bytes())) };
    let restart = if step.restart.is_empty() { "" } else { ", restart" };
    let waits = if step.waits { "later: " } else { "" };
    format!("{waits}{}{bytes}{restart}", step.outcome.words())
}

/// What all images have in common, or what each has.
fn reason(steps: &[(&Forecast, &StepForecast)]) -> String {
    match steps {
        [] => String::new(),
        [(_, first), rest @ ..] if rest.iter().all(|(_, step)| step.reason == first.reason) => first.reason.clone(),
        all => all.iter().map(|(image, step)| format!("{}: {}", image.image, step.reason)).collect::<Vec<_>>().join("; "),
    }
}

pub(super) fn totals(totals: &Totals) -> String {
    let size = match (totals.files_of_unknown_size, totals.downloaded_bytes) {
        (0, bytes) => megabytes(bytes),
        (_, 0) => "of unknown size".to_owned(),
        (_, bytes) => format!("at least {}", megabytes(bytes)),
    };
    let mut parts = vec![match totals.downloaded_files {
        0 => "downloads no file".to_owned(),
        files => format!("downloads {}, {size}", numbered(files, "file")),
    }];
    if totals.cached_files > 0 {
        parts.push(format!("{} from the cache, {}", numbered(totals.cached_files, "file"), megabytes(totals.cached_bytes)));
    }
    if totals.pulled_images > 0 {
        parts.push(format!("pulls {}", numbered(totals.pulled_images, "container image")));
    }
    parts.push(if totals.restarts > 0 { "restarts once".to_owned() } else { "does not restart".to_owned() });
    parts.join("; ")
}

/// What Windows is restarted for and what runs then, in words; `None` without a restart.
pub(super) fn after_restart(image: &Forecast) -> Option<String> {
    let why: Vec<_> = image.steps.iter().flat_map(|step| &step.restart).map(String::as_str).collect();
    image.restarts().then(|| format!("for {}; then {}", why.join(", "), image.after_restart.join(", ")))
}

pub(super) fn heading(explanation: &Explanation, pool: &PoolExplanation) -> String {
    let kind = if pool.scale_set { "a scale set" } else { "an availability set" };
    let Explanation { kubernetes_version, container_runtime, network_plugin, .. } = explanation;
    let nodes = numbered(pool.count as usize, "node");
    format!("{nodes} in {kind}, Kubernetes {kubernetes_version}, {container_runtime}, {network_plugin}")
}

pub(super) fn size(size: &Size) -> String {
    format!("{} of {} {}", grouped(size.size), grouped(size.limit), size.unit)
}

// ---- for a terminal -----------------------------------------------------------------------------------------------------

pub(super) fn text(explanation: &Explanation) -> String {
    explanation.pools.iter().map(|pool| pool_text(explanation, pool)).collect::<Vec<_>>().join("\n")
}

fn pool_text(explanation: &Explanation, pool: &PoolExplanation) -> String {
    let mut text = format!("pool {}: {}\n", pool.name, heading(explanation, pool));
    for size_of in pool.sizes.iter().chain([&explanation.template]) {
        text += &format!("  {:<19} {}\n", size_of.what, size(size_of));
    }
    for image in &pool.images {
        text += &format!("\n{}: {}\n  {}\n", image.image, image.name, totals(&image.totals));
        text.extend(after_restart(image).map(|why| format!("  restart {why}\n")));
    }
    let rows = rows(pool);
    let titles: Vec<_> = pool.images.iter().map(|image| image.image.clone()).collect();
    let widths: Vec<_> = titles.iter().enumerate().map(|(column, title)| width(&rows, column).max(title.len())).collect();
    text += &format!("\n{}\n", line("step", &titles, &widths, "why"));
    text.extend(rows.iter().map(|row| line(row.id, &row.cells, &widths, &row.reason) + "\n"));
    let waits = pool.images.iter().any(|image| image.totals.waiting_steps > 0);
    text + if waits { "later: after the restart\n" } else { "" }
}

fn width(rows: &[Row], column: usize) -> usize {
    rows.iter().map(|row| row.cells[column].len()).max().unwrap_or_default()
}

fn line(id: &str, cells: &[String], widths: &[usize], reason: &str) -> String {
    let cells: String = cells.iter().zip(widths).map(|(cell, width)| format!("  {cell:<width$}")).collect();
    format!("{id:<28}{cells}  {reason}")
}

// ---- as Markdown --------------------------------------------------------------------------------------------------------

pub(super) fn markdown(explanation: &Explanation) -> String {
    let pools: String = explanation.pools.iter().map(|pool| pool_markdown(explanation, pool)).collect();
    format!("# {}\n{pools}", escape(&explanation.cluster))
}

fn pool_markdown(explanation: &Explanation, pool: &PoolExplanation) -> String {
    let mut text = format!("\n## Pool {}\n\n{}\n", pool.name, heading(explanation, pool));
    text += "\n| image | | node |\n| --- | --- | --- |\n";
    text.extend(pool.images.iter().map(|image| row(&[&image.image, &image.name, &totals(&image.totals)])));
    text += "\n| what travels to a node | size |\n| --- | --- |\n";
    text.extend(pool.sizes.iter().chain([&explanation.template]).map(|of| row(&[of.what, &size(of)])));
    let titles: Vec<&str> = pool.images.iter().map(|image| image.image.as_str()).collect();
    text += &format!("\n{}|{}\n", row(&[&["step"], &titles[..], &["why"]].concat()), " --- |".repeat(titles.len() + 2));
    for step in rows(pool) {
        let cells: Vec<&str> = step.cells.iter().map(String::as_str).collect();
        text += &row(&[&[step.id], &cells[..], &[step.reason.as_str()]].concat());
    }
    for image in &pool.images {
        text.extend(after_restart(image).map(|why| format!("\n{}: restarts {}\n", escape(&image.image), escape(&why))));
    }
    text
}

fn row(cells: &[&str]) -> String {
    format!("|{}\n", cells.iter().map(|cell| format!(" {} |", escape(cell))).collect::<String>())
}
