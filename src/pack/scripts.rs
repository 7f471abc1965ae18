//! The scripts of `parts/windows`: those of the steps stand in the table of steps, the others here.

use crate::plan::{STEPS, Step};
use std::sync::LazyLock;

/// What the first line of a script begins with that not every node needs; behind it stand the words of [`Script::with`].
const HEADER: &str = "# with: ";

macro_rules! scripts {
    ($($folder:literal $($name:literal)*;)*) => {
        [$($((
            concat!($folder, "\\", $name, ".ps1"),
            include_str!(concat!("../../parts/windows/", $folder, "/", $name, ".ps1")),
        )),*),*]
    };
}

const SOURCES: &[(&str, &str)] = &scripts! {
    "bootstrap" "engine" "start";
    "lib"
        "acl" "archive" "azure-stack-network" "cache" "component" "container-disk" "context" "credential-provider-component" "docker"
        "docker-component" "download" "dual-stack" "hns" "hyperv" "image" "kubeconfig" "kubenet" "log" "machine" "package" "package-program" "parallel-pulls" "registry-mirrors"
        "program" "proxy" "record" "registry" "reset" "retry" "service" "task" "text" "url-query";
    "node"
        "collect-logs" "containerd-start" "hns-watch" "hosts-config-agent" "kube-proxy-start" "kubelet-start" "log-cleanup" "node-reset" "pull-images" "rotate-certificates";
};

/// A script of `parts/windows` as it travels.
#[derive(Debug, PartialEq, Eq)]
pub struct Script {
    /// Path below the folder the node unpacks to, with backslashes: `lib\text.ps1`.
    pub path: String,
    /// Steps, by id, and traits of the cluster or pool that need it, of which one is enough; `None` means every node.
    pub with: Option<Vec<&'static str>>,
    /// The text as it stands in `parts/windows`.
    pub source: &'static str,
    /// The text without what only people read (`build.rs`).
    pub text: &'static str,
}

impl Script {
    fn new(path: String, with: Option<Vec<&'static str>>, source: &'static str) -> Self {
        let text = stripped(&path);
        Self { path, with, source, text }
    }

    fn of_step(step: &'static Step) -> Self {
        Self::new(format!("steps\\{}.ps1", step.id), Some(vec![step.id]), step.script)
    }

    fn listed((path, source): &(&str, &'static str)) -> Self {
        let words = source.lines().next().and_then(|line| line.strip_prefix(HEADER));
        Self::new((*path).to_owned(), words.map(|words| words.split_whitespace().collect()), source)
    }
}

/// Path and text of every script as it travels, by path.
const STRIPPED: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/scripts.rs"));

/// A test holds that the list of scripts is the folder, which this is made of.
fn stripped(path: &str) -> &'static str {
    STRIPPED.iter().find(|(known, _)| *known == path).map_or("", |(_, text)| text)
}

/// Every script but the custom data's own, in the order in which they are packed.
pub static SCRIPTS: LazyLock<Vec<Script>> =
    LazyLock::new(|| SOURCES.iter().map(Script::listed).chain(STEPS.iter().map(Script::of_step)).collect());

/// What the last line of the custom data begins with; behind it stands the node configuration.
pub const CONFIGURATION_LINE: &str = "# ";

/// Stands in the custom data where the files go, which a test holds to be there once.
pub(super) const PAYLOAD_MARK: &str = "@@PAYLOAD@@";

/// The custom data without the node configuration, which it ends with; stripped.
pub static CUSTOM_DATA: LazyLock<String> = LazyLock::new(|| stripped("bootstrap\\customdata.ps1").to_owned() + CONFIGURATION_LINE);

/// The scripts that nodes with these steps need in a pool with these traits, in the order in which they are packed.
pub fn scripts_for<'a>(steps: &'a [&'static Step], traits: &'a [&'static str]) -> impl Iterator<Item = &'static Script> + 'a {
    let is_there = |word: &&str| traits.contains(word) || steps.iter().any(|step| step.id == *word);
    SCRIPTS.iter().filter(move |script| script.with.as_ref().is_none_or(|words| words.iter().any(is_there)))
}

/// The script with this path.
#[cfg(any(test, feature = "vhd"))]
#[must_use]
pub fn script(path: &str) -> Option<&'static Script> {
    SCRIPTS.iter().find(|script| script.path == path)
}
