//! The same as one page that needs no network: tables, sizes against their limits, the order of the steps, what was measured, and the
//! scripts with the values that a node has for them.

use super::forecast::{Forecast, Outcome, StepForecast};
use super::script::{Part, Values, parts};
use super::{Explanation, PoolExplanation, Size, table};
use crate::generate::{Generated, Pool};
use crate::pack::{self, Script};
use crate::plan::{Settings, Step, traits};
use crate::report::{grouped, megabytes, numbered, printable, without_url_secrets};
use crate::result::{Node, Nodes, Run};
use serde::Serialize;
use std::collections::BTreeMap;
use tera::{Context, Tera, Value};

const PAGE: &str = include_str!("../../parts/explain/page.html.tera");
const STYLE: &str = include_str!("../../parts/explain/page.css");
const SCRIPT: &str = include_str!("../../parts/explain/page.js");

/// A step that moves all bytes of a node is this many times as long as one that moves none.
const LONGEST_CELL: f64 = 14.0;
/// Percent of a limit from which it is shown to be nearly reached.
const NEARLY_FULL: f64 = 90.0;

#[derive(Serialize)]
struct Page {
    generator: &'static str,
    cluster: String,
    kubernetes: String,
    runtime: &'static str,
    network: &'static str,
    pools: Vec<PoolOnPage>,
    nodes: Vec<NodeOnPage>,
    scripts: Vec<ScriptOnPage>,
}

#[derive(Serialize)]
struct PoolOnPage {
    name: String,
    heading: String,
    /// There are images to compare.
    compares: bool,
    images: Vec<ImageOnPage>,
    sizes: Vec<SizeOnPage>,
    rows: Vec<RowOnPage>,
    files: Vec<FileOnPage>,
    settings: Vec<SettingOnPage>,
}

#[derive(Serialize)]
struct ImageOnPage {
    word: String,
    name: String,
    downloaded: String,
    downloaded_files: String,
    cached: String,
    cached_files: String,
    restarts: usize,
    waiting: String,
    restart: Option<String>,
    pulls: Vec<String>,
    cells: Vec<LaneCell>,
}

/// A step in the order of a node, or the restart where `id` is empty.
#[derive(Serialize)]
struct LaneCell {
    id: &'static str,
    class: String,
    weight: String,
    title: String,
}

#[derive(Serialize)]
struct SizeOnPage {
    what: &'static str,
    figure: String,
    percent: String,
    level: &'static str,
}

#[derive(Serialize)]
struct RowOnPage {
    id: &'static str,
    title: &'static str,
    exit_code: u8,
    means: &'static str,
    remedy: &'static str,
    reason: String,
    same: bool,
    cells: Vec<CellOnPage>,
}

#[derive(Serialize)]
struct CellOnPage {
    image: String,
    class: &'static str,
    words: &'static str,
    bytes: String,
    restarts: bool,
    waits: bool,
}

#[derive(Serialize)]
struct FileOnPage {
    component: &'static str,
    file: String,
    urls: Vec<String>,
    sha256: Vec<String>,
    bytes: String,
    from: Vec<CellOnPage>,
}

#[derive(Serialize)]
struct SettingOnPage {
    key: &'static str,
    value: String,
}

#[derive(Serialize)]
struct NodeOnPage {
    name: String,
    state: String,
    runs: Vec<RunOnPage>,
}

#[derive(Serialize)]
struct RunOnPage {
    title: String,
    steps: Vec<Span>,
}

/// A step of a run, in percent of the run.
#[derive(Serialize)]
struct Span {
    id: String,
    class: &'static str,
    left: String,
    width: String,
    seconds: String,
    title: String,
}

#[derive(Serialize)]
struct ScriptOnPage {
    path: String,
    anchor: String,
    bytes: String,
    parts: Vec<Part>,
}

/// The page; `nodes` are records of nodes that ran.
///
/// # Errors
///
/// None but a defect of the template.
pub(super) fn html(explanation: &Explanation, generated: &Generated, nodes: Option<&Nodes>) -> Result<String, tera::Error> {
    let mut tera = Tera::new();
    tera.autoescape_on([".html"]);
    tera.add_raw_template("page.html", PAGE)?;
    let mut context = Context::new();
    context.insert("page", &Page::of(explanation, generated, nodes));
    context.insert_value("style", Value::safe_string(STYLE));
    context.insert_value("script", Value::safe_string(SCRIPT));
    tera.render("page.html", &context)
}

impl Page {
    fn of(explanation: &Explanation, generated: &Generated, nodes: Option<&Nodes>) -> Self {
        let pools = explanation.pools.iter().zip(&generated.pools);
        let nodes = nodes.map_or(&[][..], |nodes| &nodes.nodes);
        Self {
            generator: concat!("gen-cse ", env!("CARGO_PKG_VERSION")),
            cluster: printable(&explanation.cluster),
            kubernetes: explanation.kubernetes_version.clone(),
            runtime: explanation.container_runtime,
            network: explanation.network_plugin,
            pools: pools.map(|(told, pool)| PoolOnPage::of(explanation, told, generated, pool)).collect(),
            nodes: nodes.iter().map(NodeOnPage::of).collect(),
            scripts: scripts(generated),
        }
    }
}

// ---- pools --------------------------------------------------------------------------------------------------------------

impl PoolOnPage {
    fn of(explanation: &Explanation, told: &PoolExplanation, generated: &Generated, pool: &Pool) -> Self {
        let sizes = told.sizes.iter().chain([&explanation.template]);
        Self {
            name: told.name.clone(),
            heading: table::heading(explanation, told),
            compares: told.images.len() > 1,
            images: told.images.iter().map(ImageOnPage::of).collect(),
            sizes: sizes.map(SizeOnPage::of).collect(),
            rows: rows(told, &pool.plan.steps),
            files: files(told, pool),
            settings: settings(&[&generated.configuration, &pool.plan.configuration]),
        }
    }
}

impl ImageOnPage {
    fn of(image: &Forecast) -> Self {
        let totals = &image.totals;
        let unknown = match totals.files_of_unknown_size {
            0 => String::new(),
            count => format!(", {count} of unknown size"),
        };
        Self {
            word: printable(&image.image),
            name: printable(&image.name),
            downloaded: amount(totals.downloaded_files, totals.downloaded_bytes),
            downloaded_files: numbered(totals.downloaded_files, "file") + &unknown,
            cached: amount(totals.cached_files, totals.cached_bytes),
            cached_files: numbered(totals.cached_files, "file"),
            restarts: totals.restarts,
            waiting: if totals.waiting_steps == 0 { "no step waits".to_owned() } else { numbered(totals.waiting_steps, "step") + " later" },
            restart: table::after_restart(image),
            pulls: image.pulls.iter().map(|name| printable(name)).collect(),
            cells: lane(image),
        }
    }
}

fn amount(files: usize, bytes: u64) -> String {
    match (files, bytes) {
        (0, _) => "nothing".to_owned(),
        (_, 0) => "unknown".to_owned(),
        (_, bytes) => megabytes(bytes),
    }
}

/// The first run, the restart, and what runs then.
fn lane(image: &Forecast) -> Vec<LaneCell> {
    let all: u64 = image.steps.iter().map(StepForecast::bytes).sum();
    let first = image.steps.iter().map(|step| if step.waits { waiting_cell(step) } else { LaneCell::of(step, all) });
    let restart = image.restarts().then(|| LaneCell { id: "", class: String::new(), weight: String::new(), title: String::new() });
    let due = image.steps.iter().filter(|step| image.after_restart.contains(&step.id));
    let second = due.map(|step| if step.waits { LaneCell::of(step, all) } else { looked_at_again(step) });
    first.chain(restart).chain(second).collect()
}

fn waiting_cell(step: &StepForecast) -> LaneCell {
    LaneCell { id: step.id, class: "waits".to_owned(), weight: "1".to_owned(), title: format!("{}: waits for the restart", step.id) }
}

fn looked_at_again(step: &StepForecast) -> LaneCell {
    LaneCell { id: step.id, class: "skipped".to_owned(), weight: "1".to_owned(), title: format!("{}: looked at again", step.id) }
}

impl LaneCell {
    fn of(step: &StepForecast, all: u64) -> Self {
        let share = if all == 0 { 0.0 } else { step.bytes() as f64 / all as f64 };
        let moves = if step.bytes() > 0 { " moves" } else { "" };
        Self {
            id: step.id,
            class: format!("{}{moves}", class(step.outcome)),
            weight: format!("{:.1}", 1.0 + share * (LONGEST_CELL - 1.0)),
            title: format!("{}: {}", step.id, table::cell(step)),
        }
    }
}

fn class(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Runs => "runs",
        Outcome::Skipped => "skipped",
        Outcome::Cached => "cached",
        Outcome::Downloads => "downloads",
        Outcome::Depends => "depends",
    }
}

impl SizeOnPage {
    fn of(size: &Size) -> Self {
        let percent = size.size as f64 * 100.0 / size.limit as f64;
        let level = match percent {
            percent if percent > 100.0 => "over",
            percent if percent >= NEARLY_FULL => "full",
            _ => "",
        };
        Self { what: size.what, figure: table::size(size), percent: format!("{:.1}", percent.min(100.0)), level }
    }
}

fn rows(told: &PoolExplanation, steps: &[&'static Step]) -> Vec<RowOnPage> {
    let row = |(index, (row, step)): (usize, (table::Row, &&'static Step))| RowOnPage {
        id: step.id,
        title: step.title,
        exit_code: step.exit_code,
        means: step.means,
        remedy: step.remedy,
        reason: printable(&row.reason),
        same: row.cells.iter().all(|cell| *cell == row.cells[0]),
        cells: told.images.iter().map(|image| CellOnPage::of_step(image, &image.steps[index])).collect(),
    };
    table::rows(told).into_iter().zip(steps).enumerate().map(row).collect()
}

impl CellOnPage {
    fn of_step(image: &Forecast, step: &StepForecast) -> Self {
        Self {
            image: printable(&image.image),
            class: class(step.outcome),
            words: step.outcome.words(),
            bytes: if step.bytes() == 0 { String::new() } else { megabytes(step.bytes()) },
            restarts: !step.restart.is_empty(),
            waits: step.waits,
        }
    }

    fn of_file(image: &Forecast, index: usize) -> Self {
        let (class, words) = match image.files[index].from {
            "cache" => ("cached", "the cache"),
            "installed" => ("skipped", "installed"),
            _ => ("downloads", "the network"),
        };
        Self { image: printable(&image.image), class, words, bytes: String::new(), restarts: false, waits: false }
    }
}

fn files(told: &PoolExplanation, pool: &Pool) -> Vec<FileOnPage> {
    let file = |(index, component): (usize, &crate::catalog::Component)| FileOnPage {
        component: component.id.as_str(),
        file: printable(&component.file_name),
        urls: component.urls.iter().map(|url| printable(&without_url_secrets(url))).collect(),
        sha256: component.sha256.clone(),
        bytes: if component.bytes == 0 { "unknown".to_owned() } else { grouped(component.bytes as usize) },
        from: told.images.iter().map(|image| CellOnPage::of_file(image, index)).collect(),
    };
    pool.plan.components.iter().enumerate().map(file).collect()
}

/// In the order they are written; what stands later takes the place of what stands before.
fn settings(all: &[&Settings]) -> Vec<SettingOnPage> {
    let mut merged = Settings::new();
    for settings in all {
        merged.extend((*settings).clone());
    }
    merged.iter().map(|(key, value)| SettingOnPage { key, value: super::script::shown(value) }).collect()
}

// ---- nodes that ran -----------------------------------------------------------------------------------------------------

impl NodeOnPage {
    fn of(node: &Node) -> Self {
        let image = node.flavour.as_ref().map_or(String::new(), |flavour| format!("image {flavour}, "));
        let runs = node.runs.iter().enumerate().map(|(index, run)| RunOnPage::of(index + 1, run)).collect();
        Self { name: printable(&node.name), state: printable(&format!("{image}{}", node.state.words())), runs }
    }
}

impl RunOnPage {
    fn of(number: usize, run: &Run) -> Self {
        let began = run.began.as_ref().map_or(String::new(), |began| format!(", began {began}"));
        let title = printable(&format!("Run {number}: {}, {:.1} s{began}", run.state.words(), run.seconds));
        let mut before = 0.0;
        let mut times = Vec::new();
        for step in &run.steps {
            // a result alone does not tell when a step ended
            let begin = step.ended.map_or(before, |ended| (ended - step.seconds).max(0.0));
            before = begin + step.seconds;
            times.push((step, begin));
        }
        let whole = before.max(run.seconds).max(0.1);
        let span = |(step, begin): (&crate::result::StepRecord, f64)| Span {
            id: printable(&step.id),
            class: class_of_decision(&step.decision),
            left: percent(begin, whole),
            width: percent(step.seconds, whole),
            seconds: format!("{:.1}", step.seconds),
            title: printable(&format!("{}: {} {}", step.id, step.decision, step.reason)),
        };
        Self { title, steps: times.into_iter().map(span).collect() }
    }
}

/// Records may say anything; a page takes 0 to 100.
fn percent(part: f64, whole: f64) -> String {
    let percent = part * 100.0 / whole;
    format!("{:.2}", if percent.is_nan() { 0.0 } else { percent.clamp(0.0, 100.0) })
}

/// The words of the node's engine.
fn class_of_decision(decision: &str) -> &'static str {
    match decision {
        "done already" => "skipped",
        "from the VHD cache" => "cached",
        "downloaded" => "downloads",
        "failed" => "failed",
        text if text.starts_with("deferred") => "waits",
        _ => "runs",
    }
}

// ---- scripts ------------------------------------------------------------------------------------------------------------

/// Those of all pools, each once, in the order of their paths: steps, then the libraries they use.
fn scripts(generated: &Generated) -> Vec<ScriptOnPage> {
    let mut all: BTreeMap<(bool, &str), &'static Script> = BTreeMap::new();
    for pool in &generated.pools {
        let traits = traits(&generated.cluster, &generated.configuration, &pool.plan);
        let scripts = pack::scripts_for(&pool.plan.steps, &traits);
        all.extend(scripts.map(|script| ((!script.path.starts_with("steps"), script.path.as_str()), script)));
    }
    let values = Values::of(generated);
    all.into_values().map(|script| ScriptOnPage::of(script, &values)).collect()
}

impl ScriptOnPage {
    fn of(script: &Script, values: &Values) -> Self {
        let name = script.path.trim_end_matches(".ps1");
        let anchor = name.strip_prefix("steps\\").unwrap_or(name).replace('\\', "-");
        let anchor = format!("script-{anchor}");
        Self { path: script.path.clone(), anchor, bytes: grouped(script.source.len()), parts: parts(script.source, values) }
    }
}
