//! Release notes as people read them, with what changed since the notes before.

use super::filters;
use super::folder::{RenderError, render};
use super::manifest::Manifest;
use serde::Serialize;
use std::collections::BTreeMap;
use tera::Context;

/// A heading, and what came, went or changed below it.
#[derive(Debug, Serialize)]
struct Change {
    heading: &'static str,
    lines: Vec<String>,
}

/// The notes of an image in Markdown, and with those of the image before what is different.
///
/// # Errors
/// None for a manifest that was read; a defect of the template would be one.
pub fn markdown(notes: &Manifest, before: Option<&Manifest>) -> Result<String, RenderError> {
    let mut context = Context::new();
    context.insert("notes", notes);
    context.insert("before", &before.map(|before| before.id.as_str()));
    context.insert("changes", &before.map(|before| changes(before, notes)).unwrap_or_default());
    render("release-notes.md", include_str!("../../parts/vhd/release-notes.md.tera"), &context)
}

/// Every field that names things, as name and state.
fn changes(before: &Manifest, after: &Manifest) -> Vec<Change> {
    let windows = |notes: &Manifest| vec![(notes.os.name.clone(), format!("{}.{}", notes.os.build, notes.os.revision))];
    let runtime = |notes: &Manifest| vec![(notes.runtime.name.clone(), notes.runtime.version.clone())];
    let sections = [
        change("Windows", windows(before), windows(after)),
        change("Features", names(&before.features), names(&after.features)),
        change("Capabilities", names(&before.capabilities), names(&after.capabilities)),
        change("Updates of Windows", names(&before.hotfixes), names(&after.hotfixes)),
        change("Private fixes and patches", updates(before), updates(after)),
        change("Runtime", runtime(before), runtime(after)),
        change("Files", files(before), files(after)),
        change("Container images", images(before), images(after)),
        change("Settings", settings(before), settings(after)),
        change("Services", services(before), services(after)),
    ];
    sections.into_iter().filter(|change| !change.lines.is_empty()).collect()
}

type Named = Vec<(String, String)>;

fn change(heading: &'static str, before: Named, after: Named) -> Change {
    let before: BTreeMap<_, _> = before.into_iter().collect();
    let after: BTreeMap<_, _> = after.into_iter().collect();
    let with =
        |name: &str, state: &str| if state.is_empty() { filters::markdown(name) } else { filters::markdown(&format!("{name} ({state})")) };
    let mut lines: Vec<_> = before
        .iter()
        .filter(|(name, _)| !after.contains_key(*name))
        .map(|(name, state)| format!("removed: {}", with(name, state)))
        .collect();
    for (name, state) in &after {
        match before.get(name) {
            None => lines.push(format!("added: {}", with(name, state))),
            Some(old) if old != state => lines.push(format!("changed: {}, before {}", with(name, state), filters::markdown(old))),
            Some(_) => {}
        }
    }
    Change { heading, lines }
}

fn names(names: &[String]) -> Named {
    names.iter().map(|name| (name.clone(), String::new())).collect()
}
fn updates(notes: &Manifest) -> Named {
    notes.updates.iter().map(|update| (update.name.clone(), update.sha256.clone())).collect()
}
fn files(notes: &Manifest) -> Named {
    notes.files.iter().map(|file| (file.path.clone(), file.sha256.clone())).collect()
}
fn images(notes: &Manifest) -> Named {
    notes.images.iter().map(|image| (image.name.clone(), image.digest.clone())).collect()
}
fn settings(notes: &Manifest) -> Named {
    notes.settings.iter().map(|setting| (format!("{} {}", setting.path, setting.name), setting.value.clone())).collect()
}
fn services(notes: &Manifest) -> Named {
    notes.services.iter().map(|service| (service.name.clone(), service.start_type.clone())).collect()
}
