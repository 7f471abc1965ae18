//! What each step will do on a new node. Which steps there are and what they need is the plan's, what is there already the image's; here
//! are the rules by which the scripts of the steps go on a machine on which nothing of ours ran yet. `tests/node` holds them against
//! what nodes write into `events.jsonl`.

use super::image::{Image, Origin};
use crate::catalog::{Catalog, Component};
use crate::generate::{Generated, Pool};
use crate::plan::{self, Setting, Step};
use crate::report::numbered;
use serde::Serialize;

/// What a step does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// It changes the machine.
    Runs,
    /// It finds everything as it should be.
    Skipped,
    /// It takes files from the image's cache.
    Cached,
    /// It gets something from the network.
    Downloads,
    /// The machine alone can tell whether there is something to do.
    Depends,
}

impl Outcome {
    /// As the tables say it.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Runs => "runs",
            Self::Skipped => "skipped",
            Self::Cached => "from the cache",
            Self::Downloads => "downloads",
            Self::Depends => "if needed",
        }
    }
}

/// What a step will do on a new node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StepForecast {
    /// Its id.
    pub id: &'static str,
    /// What it does.
    pub outcome: Outcome,
    /// Why, or what it is about.
    pub reason: String,
    /// Bytes from the network, as far as sizes are known.
    pub downloaded_bytes: u64,
    /// Bytes from the image's cache.
    pub cached_bytes: u64,
    /// What Windows has to be restarted for, as `result.json` names it; empty for most.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub restart: Vec<String>,
    /// It waits for the restart and does after it what is said here.
    pub waits: bool,
}

/// A file a node needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FileForecast {
    /// Id of the component.
    pub component: &'static str,
    /// Its name.
    pub file: String,
    /// Size in bytes; 0 when it is not known.
    pub bytes: u64,
    /// `cache`, `installed`, `network`.
    pub from: &'static str,
}

/// Sums over a node.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Totals {
    /// Files from the network.
    pub downloaded_files: usize,
    /// Their bytes, as far as sizes are known.
    pub downloaded_bytes: u64,
    /// Files from the image's cache.
    pub cached_files: usize,
    /// Their bytes.
    pub cached_bytes: u64,
    /// Files from the network whose size nobody knows, so that the sum is the least.
    pub files_of_unknown_size: usize,
    /// Container images pulled before the kubelet starts.
    pub pulled_images: usize,
    /// Steps that find everything as it should be.
    pub skipped_steps: usize,
    /// Steps put off until after the restart.
    pub waiting_steps: usize,
    /// Restarts of Windows.
    pub restarts: usize,
}

/// What a new node of a pool will do on an image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Forecast {
    /// `vhd`, `stock`, or the name of an image that was built.
    pub image: String,
    /// The image itself.
    pub name: String,
    /// Every step, in order.
    pub steps: Vec<StepForecast>,
    /// Ids of the steps that run after the restart, in order; empty without one.
    pub after_restart: Vec<&'static str>,
    /// Files it needs.
    pub files: Vec<FileForecast>,
    /// Container images it pulls.
    pub pulls: Vec<String>,
    /// Sums.
    pub totals: Totals,
}

/// What the rules of the steps look at.
struct Machine<'a> {
    generated: &'a Generated,
    catalog: &'a Catalog,
    pool: &'a Pool,
    image: &'a Image,
    /// Each component, where it comes from, and its bytes.
    files: Vec<(&'a Component, Origin, u64)>,
}

/// Of steps that do not simply do what their title says.
type Rule = fn(&Machine, StepForecast) -> StepForecast;

const RULES: &[(&str, Rule)] = &[
    ("os-drive", os_drive),
    ("proxy", proxy),
    ("trusted-certificates", trusted_certificates),
    ("page-file", page_file),
    ("windows-features", windows_features),
    ("windows-settings", windows_settings),
    ("openssh", openssh),
    ("artifacts", artifacts),
    ("images", images),
    ("secure-tls", secure_tls),
    ("pre-provision", pre_provision),
    ("image-pulls", image_pulls),
    ("cache-removal", cache_removal),
];

/// Steps of every run, also of the one after a restart.
const ALWAYS_DUE: [&str; 3] = ["image-flavour", "proxy", "finish"];

/// Words before what Windows is restarted for, where it is a feature: steps that need features wait then.
const FEATURE: &str = "feature ";

impl Forecast {
    /// Of a pool on an image.
    #[must_use]
    pub fn of(generated: &Generated, catalog: &Catalog, pool: &Pool, image: &Image) -> Self {
        let origin = |component| {
            let (origin, bytes) = image.origin(&generated.cluster, component);
            (component, origin, bytes)
        };
        let components = plan::on_build(&generated.cluster, catalog, &pool.plan.components, image.build());
        let files = components.iter().map(origin).collect();
        let machine = Machine { generated, catalog, pool, image, files };
        let mut steps: Vec<_> = pool.plan.steps.iter().map(|step| machine.step(step)).collect();
        machine.put_off(&mut steps);
        let restarts = steps.iter().any(|step| !step.restart.is_empty());
        let is_due = |step: &&StepForecast| step.waits || !step.restart.is_empty() || ALWAYS_DUE.contains(&step.id);
        let after_restart = steps.iter().filter(is_due).filter(|_| restarts).map(|step| step.id).collect();
        let pulls = machine.pulled().into_iter().collect();
        let totals = machine.totals(&steps);
        let files = machine.files.iter().map(|(component, origin, bytes)| FileForecast::of(component, *origin, *bytes)).collect();
        Self { image: image.word().to_owned(), name: image.name(), steps, after_restart, files, pulls, totals }
    }

    /// Whether nodes restart once.
    #[must_use]
    pub fn restarts(&self) -> bool {
        self.totals.restarts > 0
    }
}

impl FileForecast {
    fn of(component: &Component, origin: Origin, bytes: u64) -> Self {
        let from = match origin {
            Origin::Cached => "cache",
            Origin::Installed => "installed",
            Origin::Downloaded => "network",
        };
        Self { component: component.id.as_str(), file: component.file_name.clone(), bytes, from }
    }
}

impl StepForecast {
    /// What it moves: from the network, or where it goes by the cache from there.
    pub(super) fn bytes(&self) -> u64 {
        if self.outcome == Outcome::Downloads { self.downloaded_bytes } else { self.cached_bytes }
    }

    fn new(step: &Step) -> Self {
        let (id, reason) = (step.id, step.title.to_owned());
        Self { id, outcome: Outcome::Runs, reason, downloaded_bytes: 0, cached_bytes: 0, restart: Vec::new(), waits: false }
    }

    fn does(mut self, outcome: Outcome, reason: impl Into<String>) -> Self {
        (self.outcome, self.reason) = (outcome, reason.into());
        self
    }

    fn restarts(mut self, what: impl IntoIterator<Item = String>) -> Self {
        self.restart = what.into_iter().collect();
        self
    }
}

impl Machine<'_> {
    fn step(&self, step: &Step) -> StepForecast {
        let rule = RULES.iter().find(|(id, _)| *id == step.id).map(|(_, rule)| rule);
        let forecast = StepForecast::new(step);
        rule.map_or(forecast.clone(), |rule| rule(self, forecast))
    }

    /// Steps that need what only the restart for a feature gives wait for it; the cache stays until after any restart.
    fn put_off(&self, steps: &mut [StepForecast]) {
        let restarts = steps.iter().any(|step| !step.restart.is_empty());
        let for_feature = steps.iter().any(|step| step.restart.iter().any(|what| what.starts_with(FEATURE)));
        for (forecast, step) in steps.iter_mut().zip(&self.pool.plan.steps) {
            let keeps_cache = step.id == "cache-removal" && forecast.outcome == Outcome::Runs && restarts;
            forecast.waits = keeps_cache || (step.after_restart && for_feature);
        }
    }

    fn count_and_bytes(&self, wanted: Origin) -> (usize, u64) {
        let bytes: Vec<u64> = self.files.iter().filter(|(_, origin, _)| *origin == wanted).map(|(_, _, bytes)| *bytes).collect();
        (bytes.len(), bytes.iter().sum())
    }

    fn pulled(&self) -> Option<String> {
        let (cluster, windows) = (&self.generated.cluster, &self.generated.cluster.windows);
        let name = self.image.pause_image(cluster);
        let pulls = windows.always_pull_pause_image || !self.image.has_container_image(cluster, name);
        pulls.then(|| name.to_owned())
    }

    /// Texts of a list of the node configuration.
    fn texts(&self, key: &str) -> Vec<String> {
        let Some(Setting::List(all)) = self.generated.configuration.get(key) else { return Vec::new() };
        let text = |setting: &Setting| if let Setting::Text(text) = setting { Some(text.to_string()) } else { None };
        all.iter().filter_map(text).collect()
    }

    fn missing_features(&self) -> Vec<String> {
        self.texts("windowsFeatures").into_iter().filter(|name| !self.image.has_feature(name)).collect()
    }

    fn totals(&self, steps: &[StepForecast]) -> Totals {
        let (downloaded_files, downloaded_bytes) = self.count_and_bytes(Origin::Downloaded);
        let (cached_files, cached_bytes) = self.count_and_bytes(Origin::Cached);
        let is_unknown = |(_, origin, bytes): &&(&Component, Origin, u64)| *origin == Origin::Downloaded && *bytes == 0;
        Totals {
            downloaded_files,
            downloaded_bytes,
            cached_files,
            cached_bytes,
            files_of_unknown_size: self.files.iter().filter(is_unknown).count(),
            pulled_images: usize::from(self.pulled().is_some()),
            skipped_steps: steps.iter().filter(|step| step.outcome == Outcome::Skipped).count(),
            waiting_steps: steps.iter().filter(|step| step.waits).count(),
            restarts: usize::from(steps.iter().any(|step| !step.restart.is_empty())),
        }
    }
}

fn os_drive(machine: &Machine, step: StepForecast) -> StepForecast {
    match (machine.pool.profile.disks.os_size_gb, machine.image.os_disk_gb(machine.catalog)) {
        (None, _) => step.does(Outcome::Skipped, "the disk is as large as the image's"),
        (Some(wanted), Some(there)) if wanted > there => step.does(Outcome::Runs, format!("C: grows from {there} to {wanted} GB")),
        (Some(_), Some(there)) => step.does(Outcome::Skipped, format!("C: has the {there} GB of the disk")),
        (Some(wanted), None) => step.does(Outcome::Depends, format!("C: grows where the image has less than {wanted} GB")),
    }
}

fn proxy(machine: &Machine, step: StepForecast) -> StepForecast {
    let Some(Setting::Object(proxy)) = machine.generated.configuration.get("proxy") else { return step };
    let Some(Setting::Text(url)) = proxy.get("https").or(proxy.get("http")) else { return step };
    step.does(Outcome::Runs, format!("this run, the runtime and the kubelet go through {url}"))
}

/// Whether an image trusts them already nobody knows but itself.
fn trusted_certificates(machine: &Machine, step: StepForecast) -> StepForecast {
    let all = numbered(machine.texts("trustedCertificates").len(), "certificate");
    step.does(Outcome::Runs, format!("{all} of the owner's authorities into the stores of Windows"))
}

fn page_file(machine: &Machine, step: StepForecast) -> StepForecast {
    let Some(Setting::Number(megabytes)) = machine.generated.configuration.get("pageFileMB") else { return step };
    let what = format!("a page file of {megabytes} MB");
    step.does(Outcome::Runs, format!("{what}, which Windows makes when it starts")).restarts([what])
}

fn windows_features(machine: &Machine, step: StepForecast) -> StepForecast {
    let missing = machine.missing_features();
    if missing.is_empty() {
        return step.does(Outcome::Skipped, "the image has them");
    }
    let reason = format!("the image lacks {}", missing.join(", "));
    step.does(Outcome::Runs, reason).restarts(missing.iter().map(|name| format!("{FEATURE}{name}")))
}

/// Values that Windows reads when it starts, and those that a feature which is to come may bring along.
fn windows_settings(machine: &Machine, step: StepForecast) -> StepForecast {
    let Some(Setting::List(settings)) = machine.generated.configuration.get("windowsSettings") else { return step };
    let restarts =
        settings.iter().any(|setting| matches!(setting, Setting::Object(one) if one.get("restart") == Some(&Setting::Bool(true))));
    if restarts || !machine.missing_features().is_empty() { step.restarts(["Windows settings".to_owned()]) } else { step }
}

fn openssh(machine: &Machine, step: StepForecast) -> StepForecast {
    if machine.image.has_ssh_server() {
        step.does(Outcome::Runs, "sshd is on the image and gets the keys")
    } else {
        step.does(Outcome::Downloads, "OpenSSH.Server from Windows Update, of unknown size")
    }
}

fn artifacts(machine: &Machine, mut step: StepForecast) -> StepForecast {
    let (downloaded, downloaded_bytes) = machine.count_and_bytes(Origin::Downloaded);
    let (cached, cached_bytes) = machine.count_and_bytes(Origin::Cached);
    (step.downloaded_bytes, step.cached_bytes) = (downloaded_bytes, cached_bytes);
    match (downloaded, cached) {
        (0, 0) => step.does(Outcome::Skipped, "the image has all installed"),
        (0, cached) => step.does(Outcome::Cached, numbered(cached, "file")),
        (downloaded, 0) => step.does(Outcome::Downloads, numbered(downloaded, "file")),
        (downloaded, cached) => {
            step.does(Outcome::Downloads, format!("{}, {} from the cache", numbered(downloaded, "file"), numbered(cached, "file")))
        }
    }
}

fn images(machine: &Machine, step: StepForecast) -> StepForecast {
    match machine.pulled() {
        Some(name) => step.does(Outcome::Downloads, format!("{name}, of unknown size")),
        None => step.does(Outcome::Runs, "the pause image is there and gets its other names"),
    }
}

fn secure_tls(_: &Machine, step: StepForecast) -> StepForecast {
    step.restarts(["SCHANNEL".to_owned()])
}

fn pre_provision(_: &Machine, step: StepForecast) -> StepForecast {
    step.does(Outcome::Downloads, "the owner's own script, of unknown size")
}

/// Not within the run, so nothing of it counts as downloaded.
fn image_pulls(machine: &Machine, step: StepForecast) -> StepForecast {
    let wanted = machine.texts("pullImages");
    let missing = wanted.iter().filter(|name| !machine.image.has_container_image(&machine.generated.cluster, name)).count();
    let all = numbered(wanted.len(), "image");
    let what = if missing == wanted.len() { all } else { format!("{missing} of {all}") };
    step.does(Outcome::Runs, format!("a task pulls {what} once the kubelet answers"))
}

fn cache_removal(machine: &Machine, step: StepForecast) -> StepForecast {
    if machine.image.has_cache() {
        step.does(Outcome::Runs, r"c:\akse-cache goes when all is installed")
    } else {
        step.does(Outcome::Skipped, "the image has no cache")
    }
}

#[cfg(test)]
mod tests {
    use super::{ALWAYS_DUE, RULES};
    use crate::plan::STEPS;

    #[test]
    fn every_rule_is_of_a_step() {
        for id in RULES.iter().map(|(id, _)| *id).chain(ALWAYS_DUE) {
            assert!(STEPS.iter().any(|step| step.id == id), "{id}");
        }
    }
}
