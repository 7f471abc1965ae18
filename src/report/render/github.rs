//! For GitHub Actions: workflow commands, which become annotations of the lines
//! (docs.github.com, "Workflow commands for GitHub Actions").

use super::Checked;
use crate::report::{Diagnostic, Severity};

pub(super) fn render(files: &[Checked<'_>]) -> String {
    let findings = files.iter().flat_map(|file| file.report.diagnostics().iter().map(|diagnostic| line(file, diagnostic)));
    findings.collect()
}

fn line(file: &Checked<'_>, diagnostic: &Diagnostic) -> String {
    let level = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let place = match diagnostic.location() {
        Some(location) => {
            let (line, column) = super::end(file.text, location);
            format!(",line={},endLine={line},col={},endColumn={column}", location.line, location.column)
        }
        None => String::new(),
    };
    let title = format!("gen-cse {}", diagnostic.code.id);
    format!("::{level} file={}{place},title={}::{}\n", property(file.name), property(&title), data(&super::whole(diagnostic)))
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
