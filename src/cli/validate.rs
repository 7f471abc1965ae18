use super::catalog::CatalogArguments;
use super::exit::{Exit, Failure, Outcome};
use super::findings::{self, FindingArguments};
use super::progress::Progress;
use super::settings::Settings;
use super::values::ValueArguments;
use super::{input, terminal};
use crate::error::Invalid;
use crate::generate::{self, Options};
use crate::report::codes::reading;
use crate::report::{Checked, Path as Place, Report, numbered, summary, without_url_secrets};
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Cluster definitions, folders with some, or patterns such as clusters/**/*.json; `-` is standard input
    #[arg(required = true, value_name = "FILE", value_hint = clap::ValueHint::AnyPath)]
    files: Vec<PathBuf>,
    #[command(flatten)]
    values: ValueArguments,
    #[command(flatten)]
    catalog: CatalogArguments,
    #[command(flatten)]
    findings: FindingArguments,
}

/// One definition, or a catalog with mistakes, and what was found in it.
struct Found {
    name: String,
    text: String,
    report: Report,
    /// It could not be read.
    unreadable: bool,
}

impl Found {
    fn of_catalog(arguments: &Arguments, found: Invalid) -> Self {
        let name = arguments.findings.format.name_of(Path::new(&found.file_name));
        Self { name, text: found.text, report: found.report, unreadable: false }
    }

    fn checked(&self) -> Checked<'_> {
        Checked { name: &self.name, text: &self.text, report: &self.report }
    }
}

pub(super) fn run(arguments: &Arguments) -> Outcome {
    let files = definitions(&arguments.files)?;
    let (mut found, mut catalogs) = (Vec::new(), Vec::new());
    let progress = Progress::start("checking");
    for (index, path) in files.iter().enumerate() {
        progress.at(index + 1, files.len(), path);
        match check(arguments, path) {
            Ok(file) => found.push(file),
            Err(mut failure) => {
                let catalog = failure.findings.take();
                found.push(unchecked(arguments, path, failure)?);
                let catalog = catalog.map(|invalid| Found::of_catalog(arguments, *invalid));
                // several definitions may have the same one
                catalogs.extend(catalog.filter(|file| catalogs.iter().all(|known: &Found| known.name != file.name)));
            }
        }
    }
    found.extend(catalogs);
    drop(progress);
    let checked: Vec<Checked> = found.iter().map(Found::checked).collect();
    findings::show(&checked, arguments.findings.format)?;
    if !arguments.findings.format.is_document() && !terminal::is_quiet() {
        terminal::complain(&verdict(&found, &checked));
    }
    Ok(match () {
        () if found.iter().any(|file| file.unreadable) => Exit::Io,
        () if found.iter().any(|file| file.report.is_fatal()) => Exit::Invalid,
        () => Exit::Done,
    })
}

fn check(arguments: &Arguments, path: &Path) -> Result<Found, Failure> {
    let definition = input::json(path)?;
    let settings = Settings::around(path)?;
    let policy = arguments.findings.policy(&settings)?;
    let set = arguments.values.read()?;
    let mut options = Options::new(arguments.catalog.load(&settings, &definition, &set)?);
    options.set = set;
    let name = arguments.findings.format.name_of(path);
    options.file_name.clone_from(&name);
    let found = generate::check(&definition, &options);
    Ok(Found { name, text: found.source.text().to_owned(), report: found.report.judged(&policy), unreadable: false })
}

/// A file that cannot be read, or whose catalog cannot be used, is a finding, so that the other files are checked and a program gets its document.
fn unchecked(arguments: &Arguments, path: &Path, failure: Failure) -> Result<Found, Failure> {
    let code = match failure.exit {
        Exit::Io => reading::UNREADABLE,
        Exit::Invalid => reading::CATALOG,
        _ => return Err(failure),
    };
    let mut report = Report::default();
    report.error(code, Place::root(), without_url_secrets(&failure.message));
    let name = arguments.findings.format.name_of(path);
    Ok(Found { name, text: String::new(), report, unreadable: failure.exit == Exit::Io })
}

/// One line, or for several files a line each and one for all.
fn verdict(found: &[Found], checked: &[Checked]) -> String {
    if found.len() == 1 {
        return format!("{}\n", summary(checked));
    }
    let line = |file: &Checked| format!("{}: {}\n", file.name, summary(std::slice::from_ref(file)));
    let lines: String = checked.iter().map(line).collect();
    let valid = found.iter().filter(|file| !file.report.is_fatal()).count();
    format!("{lines}{}, {valid} valid: {}\n", numbered(found.len(), "file"), summary(checked))
}

/// The files meant: of folders every JSON file that looks like a definition, of patterns every match.
fn definitions(given: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for path in given {
        if path.is_dir() {
            let below = format!("{}/**/*.json", glob::Pattern::escape(&path.display().to_string()));
            let found = matches(&below)?;
            files.extend(found.into_iter().filter(|file| is_definition(file)));
        } else if !path.exists() && path.to_string_lossy().contains(['*', '?', '[']) {
            files.extend(matches(&path.to_string_lossy())?);
        } else {
            files.push(path.clone());
        }
    }
    if files.is_empty() {
        let given: Vec<_> = given.iter().map(|path| format!("`{}`", path.display())).collect();
        return Err(Failure::new(Exit::Io, format!("no cluster definition in {}", given.join(", "))));
    }
    Ok(files)
}

/// In alphabetical order; hidden folders are not looked into.
fn matches(pattern: &str) -> Result<Vec<PathBuf>, Failure> {
    let options = glob::MatchOptions { require_literal_leading_dot: true, ..glob::MatchOptions::new() };
    let found = glob::glob_with(pattern, options).map_err(|error| Failure::usage(format!("`{pattern}` is not a pattern: {error}")))?;
    Ok(found.flatten().filter(|path| path.is_file()).collect())
}

/// Templates and other JSON lie in the same folders.
fn is_definition(path: &Path) -> bool {
    input::json(path).is_ok_and(|bytes| {
        let text = String::from_utf8_lossy(&bytes);
        text.contains("\"vlabs\"") || text.contains("\"orchestratorProfile\"")
    })
}
