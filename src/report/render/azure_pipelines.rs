//! For Azure Pipelines: logging commands, which become issues of the run
//! (learn.microsoft.com, "Logging commands", `task.logissue`).

use super::Checked;
use crate::report::{Diagnostic, Severity};

pub(super) fn render(files: &[Checked<'_>]) -> String {
    let findings = files.iter().flat_map(|file| file.report.diagnostics().iter().map(|diagnostic| line(file.name, diagnostic)));
    findings.collect()
}

fn line(file: &str, diagnostic: &Diagnostic) -> String {
    let level = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let place = match diagnostic.location() {
        Some(location) => format!("linenumber={};columnnumber={};", location.line, location.column),
        None => String::new(),
    };
    let (file, code, message) = (property(file), diagnostic.code.id, data(&super::whole(diagnostic)));
    format!("##vso[task.logissue type={level};sourcepath={file};{place}code={code};]{message}\n")
}

fn data(text: &str) -> String {
    text.replace('%', "%AZP25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(';', "%3B").replace(']', "%5D")
}
