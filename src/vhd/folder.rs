//! The folder that builds an image: the model, the scripts, packer's files, pipelines, and what people read.

use super::image::Image;
use super::steps::{PHASES, PULLING_PHASE, steps_for};
use super::{filters, manifest};
use crate::emit::{Bundle, EmitError};
use crate::pack;
use serde::Serialize;
use tera::Context;

/// The model of the image in the folder.
pub const MODEL: &str = "image.json";
/// The list of private fixes, which is the owner's: it is written once.
pub const PRIVATE_FIXES: &str = "private-fixes/private-fixes.json";

/// Why the folder cannot be rendered.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RenderError {
    /// A value cannot stand in the file.
    #[error("{file}: {reason}")]
    Template {
        /// The file.
        file: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// Two files have one path.
    #[error(transparent)]
    Emit(#[from] EmitError),
}

macro_rules! templates {
    ($($path:literal from $name:literal),* $(,)?) => { &[$(($path, include_str!(concat!("../../parts/vhd/", $name, ".tera")))),*] };
}

/// Path in the folder, template.
const TEMPLATES: &[(&str, &str)] = templates! {
    "windows-vhd.pkr.json" from "windows-vhd.pkr.json",
    "windows-vhd.pkrvars.json" from "windows-vhd.pkrvars.json",
    "configure-windows-vhd.ps1" from "configure-windows-vhd.ps1",
    "test-windows-vhd.ps1" from "test-windows-vhd.ps1",
    "sysprep.ps1" from "sysprep.ps1",
    "pipeline.sh" from "pipeline.sh",
    "azure-pipelines.yml" from "azure-pipelines.yml",
    ".github/workflows/windows-vhd.yml" from "github-workflow.yml",
    "README.md" from "README.md",
};

/// The image's own functions, `parts/vhd/lib`: name, text, and which scripts have them.
const LIBRARY: [(&str, &str, &[Script]); 6] = [
    ("build", include_str!("../../parts/vhd/lib/build.ps1"), &[Script::Configure, Script::Test, Script::Seal]),
    ("registry", include_str!("../../parts/vhd/lib/registry.ps1"), &[Script::Configure, Script::Test]),
    ("content", include_str!("../../parts/vhd/lib/content.ps1"), &[Script::Configure, Script::Test]),
    ("leftover", include_str!("../../parts/vhd/lib/leftover.ps1"), &[Script::Configure, Script::Test]),
    ("test", include_str!("../../parts/vhd/lib/test.ps1"), &[Script::Test]),
    ("seal", include_str!("../../parts/vhd/lib/seal.ps1"), &[Script::Seal]),
];

/// A script of the folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Script {
    Configure,
    Test,
    Seal,
}

/// A script within another.
#[derive(Serialize)]
struct Part {
    path: String,
    text: String,
}

impl Image {
    /// Every file of the folder.
    ///
    /// # Errors
    /// When a value, such as the name of a catalog file, cannot stand in a file of the folder.
    pub fn folder(&self) -> Result<Bundle, RenderError> {
        let mut bundle = Bundle::default();
        bundle.add(MODEL, self.to_text())?;
        let context = self.context();
        for &(path, template) in TEMPLATES {
            bundle.add(path, render(path, template, &context)?)?;
        }
        bundle.add("windows-vhd.Tests.ps1", include_str!("../../parts/vhd/windows-vhd.Tests.ps1"))?;
        bundle.add("manifest.schema.json", format!("{:#}\n", manifest::schema()))?;
        bundle.add(PRIVATE_FIXES, include_str!("../../parts/vhd/private-fixes.json"))?;
        bundle.add("private-fixes/README.md", include_str!("../../parts/vhd/private-fixes.md"))?;
        Ok(bundle)
    }

    /// What the templates know.
    fn context(&self) -> Context {
        let mut context = Context::new();
        context.insert("image", self);
        context.insert("model", &self.to_text());
        context.insert("build", &self.build);
        context.insert("target", &self.wanted.target);
        context.insert("catalog", &self.wanted.catalog);
        context.insert("phases", &PHASES);
        context.insert("pulls", &PULLING_PHASE);
        context.insert("configure", &self.parts(Script::Configure));
        context.insert("test", &self.parts(Script::Test));
        context.insert("seal", &library(Script::Seal));
        context.insert("megabytes", &(self.bytes() / 1_000_000).to_string());
        context
    }

    /// The library and the steps.
    fn parts(&self, script: Script) -> Vec<Part> {
        let steps = steps_for(self.wanted.runtime);
        let steps = steps.into_iter().map(|step| Part { path: step.path(), text: step.script().to_owned() });
        library(script).into_iter().chain(steps).collect()
    }
}

/// The library and the engine of the nodes, then the image's own functions.
fn library(script: Script) -> Vec<Part> {
    let is_shared = |path: &str| path.starts_with(r"lib\") || path.starts_with(r"bootstrap\");
    let node = pack::SCRIPTS.iter().filter(|script| is_shared(&script.path));
    let node = node.map(|script| Part { path: format!("windows/{}", script.path.replace('\\', "/")), text: script.source.to_owned() });
    let own = LIBRARY.iter().filter(|(_, _, scripts)| scripts.contains(&script));
    node.chain(own.map(|(name, text, _)| Part { path: format!("vhd/lib/{name}.ps1"), text: (*text).to_owned() })).collect()
}

pub(super) fn render(file: &'static str, template: &str, context: &Context) -> Result<String, RenderError> {
    let failed = |error: tera::Error| RenderError::Template { file, reason: error.to_string() };
    let mut tera = filters::engine().map_err(failed)?;
    tera.add_raw_template("file.tera", &without_tag_lines(template)).map_err(failed)?;
    tera.render("file.tera", context).map_err(failed)
}

/// A line that is nothing but a tag leaves no line.
fn without_tag_lines(template: &str) -> String {
    let is_tag = |line: &str| line.trim().starts_with("{%") && line.trim().ends_with("%}") && line.matches("%}").count() == 1;
    template.split_inclusive('\n').map(|line| if is_tag(line) { line.trim() } else { line }).collect()
}
