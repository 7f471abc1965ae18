//! Diagnostics: what is wrong with a definition, where, why, and what to do.
//!
//! Every room that reads a definition adds to one [`Report`]. A diagnostic names its place by [`Path`]; [`Report::locate`] finds line
//! and column afterwards, so that rules need not know the text. [`render()`] writes reports for people, for `grep`, as JSON and as SARIF.

use std::fmt;

pub mod codes;
mod lines;
#[cfg(feature = "emit")]
mod masking;
mod path;
mod policy;
mod prose;
mod render;
mod secrets;

pub use codes::Code;
pub use lines::Lines;
#[cfg(feature = "emit")]
pub use masking::without_secrets;
pub use path::{Path, Segment};
pub use policy::{Policy, PolicyError};
#[cfg(feature = "vhd")]
pub use prose::markdown;
pub use prose::{all_of, either, nearest, numbered, printable, show};
#[cfg(feature = "cli")]
pub use prose::{grouped, megabytes};
#[cfg(feature = "emit")]
pub use render::WIDTH;
pub use render::{Checked, Format, render, summary};
pub use secrets::{HIDDEN, has_user_information, is_secret_key, is_secret_text, without_url_secrets};

/// Diagnostics of one severity that a report keeps; further ones are only counted, so that a hostile file stays cheap.
pub const MAX_DIAGNOSTICS: usize = 1000;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Severity {
    /// The definition is refused.
    Error,
    /// The definition is accepted, and something about it is worth knowing.
    Warning,
}

impl Severity {
    /// `error` or `warning`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A place in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Location {
    /// The line, counted from 1.
    pub line: usize,
    /// The column, counted from 1, in characters.
    pub column: usize,
    /// Bytes before the place.
    pub offset: usize,
    /// Bytes that a caret marks.
    pub length: usize,
}

/// Where the value came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Place {
    /// From the file.
    Text(Location),
    /// From `--set`.
    Override,
}

/// Finds the place of a path; implemented by what keeps the text of a definition.
pub trait Locate {
    /// The place of the value at `path`, or of the nearest object or list around it that exists.
    fn locate(&self, path: &Path) -> Option<Place>;
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnostic {
    /// Whether it refuses the definition.
    pub severity: Severity,
    /// What kind of finding it is.
    pub code: &'static Code,
    /// Which value it is about; the root when it is about the whole file.
    pub path: Path,
    /// Where that value stands, once looked up.
    pub place: Option<Place>,
    /// What was found and what is allowed: lower case, values in backticks, no full stop.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Diagnostic {
    /// Line and column, when the value stands in the file.
    #[must_use]
    pub fn location(&self) -> Option<Location> {
        match self.place {
            Some(Place::Text(location)) => Some(location),
            Some(Place::Override) | None => None,
        }
    }
}

/// All findings about one definition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    diagnostics: Vec<Diagnostic>,
    /// Values that could not be read: nothing more is said about them.
    unusable: Vec<Path>,
    /// Also those that are not kept.
    errors: usize,
    /// Also those that are not kept.
    warnings: usize,
}

impl Report {
    /// Adds an error.
    ///
    /// Nothing is added at or below a path whose value could not be read ([`Code::hides_below`]).
    pub(crate) fn error(&mut self, code: &'static Code, path: Path, message: impl Into<String>) -> Draft<'_> {
        self.add(Severity::Error, code, path, message.into())
    }

    /// Adds a warning, unless the value at the path could not be read.
    pub(crate) fn warning(&mut self, code: &'static Code, path: Path, message: impl Into<String>) -> Draft<'_> {
        self.add(Severity::Warning, code, path, message.into())
    }

    fn add(&mut self, severity: Severity, code: &'static Code, path: Path, message: String) -> Draft<'_> {
        debug_assert_eq!(severity, code.severity, "severity of {}", code.id);
        self.push(Diagnostic { severity, code, path, place: None, message, help: None })
    }

    fn push(&mut self, diagnostic: Diagnostic) -> Draft<'_> {
        let full = self.is_full(diagnostic.severity);
        if !full && self.is_unusable(&diagnostic.path) {
            return Draft(None);
        }
        match diagnostic.severity {
            Severity::Error => self.errors += 1,
            Severity::Warning => self.warnings += 1,
        }
        if full {
            return Draft(None);
        }
        if diagnostic.code.hides_below {
            self.unusable.push(diagnostic.path.clone());
        }
        self.diagnostics.push(diagnostic);
        Draft(self.diagnostics.last_mut())
    }

    /// Removes the warnings of a kind about these values, and says how many there were.
    pub(crate) fn take_warnings(&mut self, code: &'static Code, is_about: impl Fn(&Path) -> bool) -> usize {
        let before = self.diagnostics.len();
        self.diagnostics.retain(|diagnostic| diagnostic.code.id != code.id || !is_about(&diagnostic.path));
        let taken = before - self.diagnostics.len();
        self.warnings -= taken;
        taken
    }

    /// Whether the value at this path could not be read, so that a rule about it need not look.
    #[must_use]
    pub(crate) fn is_unusable(&self, path: &Path) -> bool {
        self.unusable.iter().any(|unusable| path.starts_with(unusable))
    }

    /// Whether further findings of this severity are only counted.
    #[must_use]
    pub(crate) fn is_full(&self, severity: Severity) -> bool {
        let found = match severity {
            Severity::Error => self.errors,
            Severity::Warning => self.warnings,
        };
        found >= MAX_DIAGNOSTICS
    }

    /// Whether there is an error.
    #[must_use]
    pub fn is_fatal(&self) -> bool {
        self.errors > 0
    }

    /// Whether there is nothing to say.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.errors + self.warnings == 0
    }

    /// The findings: sorted by place after [`locate`](Self::locate), in order of discovery before.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// The errors.
    pub fn errors(&self) -> impl Iterator<Item = &Diagnostic> {
        self.of(Severity::Error)
    }

    /// The warnings.
    pub fn warnings(&self) -> impl Iterator<Item = &Diagnostic> {
        self.of(Severity::Warning)
    }

    fn of(&self, severity: Severity) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics.iter().filter(move |diagnostic| diagnostic.severity == severity)
    }

    /// Number of errors, with those beyond [`MAX_DIAGNOSTICS`].
    #[must_use]
    pub fn error_count(&self) -> usize {
        self.errors
    }

    /// Number of warnings, with those beyond [`MAX_DIAGNOSTICS`].
    #[must_use]
    pub fn warning_count(&self) -> usize {
        self.warnings
    }

    /// Number of findings that are counted but not kept.
    #[must_use]
    pub fn omitted_count(&self) -> usize {
        self.errors + self.warnings - self.diagnostics.len()
    }

    /// The errors alone.
    #[must_use]
    pub(crate) fn without_warnings(mut self) -> Self {
        self.diagnostics.retain(|diagnostic| diagnostic.severity == Severity::Error);
        self.warnings = 0;
        self
    }

    /// Looks up the places that are not known yet and sorts by place.
    ///
    /// What came from `--set` stands behind what stands in the file.
    pub(crate) fn locate(&mut self, source: &impl Locate) {
        for diagnostic in &mut self.diagnostics {
            if diagnostic.place.is_none() {
                diagnostic.place = source.locate(&diagnostic.path);
            }
        }
        self.diagnostics.sort_by_cached_key(|diagnostic| {
            let location = diagnostic.location();
            let offset = location.map(|location| location.offset);
            (location.is_none(), offset, diagnostic.severity, diagnostic.path.clone())
        });
    }
}

/// The diagnostic that was just added, to be completed.
#[derive(Debug)]
pub struct Draft<'a>(Option<&'a mut Diagnostic>);

impl Draft<'_> {
    /// Says what to do about it.
    pub fn help(self, help: impl Into<String>) -> Self {
        self.change(|diagnostic| diagnostic.help = Some(help.into()))
    }

    /// Says what to do about it, if there is something to say.
    pub fn help_if(self, help: Option<impl Into<String>>) -> Self {
        match help {
            Some(help) => self.help(help),
            None => self,
        }
    }

    /// Says where it is, when [`Report::locate`] would look elsewhere: at a key instead of its value, say.
    pub fn at(self, place: impl Into<Option<Place>>) -> Self {
        self.change(|diagnostic| diagnostic.place = place.into())
    }

    fn change(mut self, change: impl FnOnce(&mut Diagnostic)) -> Self {
        if let Some(diagnostic) = &mut self.0 {
            change(diagnostic);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPE: &Code = codes::reading::JSON_TYPE;
    const KEY: &Code = codes::reading::UNKNOWN_KEY;
    const WARNING: &Code =
        &Code { severity: Severity::Warning, id: "test", title: "", explanation: "", wrong: "", right: "", hides_below: false };

    struct Lengths;

    impl Locate for Lengths {
        fn locate(&self, path: &Path) -> Option<Place> {
            let offset = path.to_string().len();
            Some(Place::Text(Location { line: 1, column: offset + 1, offset, length: 1 }))
        }
    }

    #[test]
    fn a_type_error_hides_what_follows_from_it() {
        let pool = Path::root().key("pool");
        let mut report = Report::default();
        report.error(KEY, pool.key("first"), "found before");
        report.error(TYPE, pool.clone(), "not an object");
        report.error(KEY, pool.key("name"), "missing").help("give one");
        report.warning(WARNING, pool.clone(), "odd");
        report.error(KEY, Path::root().key("poolside"), "another key");
        let paths: Vec<_> = report.diagnostics().iter().map(|diagnostic| diagnostic.path.to_string()).collect();
        assert_eq!(paths, ["pool.first", "pool", "poolside"]);
        assert!(report.is_unusable(&pool.key("name").index(1)));
    }

    #[test]
    fn diagnostics_are_sorted_by_place() {
        let mut report = Report::default();
        report.error(KEY, Path::root().key("override"), "third").at(Place::Override);
        report.error(KEY, Path::root().key("longer"), "second");
        report.error(KEY, Path::root().key("short"), "first");
        report.locate(&Lengths);
        let messages: Vec<_> = report.diagnostics().iter().map(|diagnostic| diagnostic.message.as_str()).collect();
        assert_eq!(messages, ["first", "second", "third"]);
        assert_eq!(report.diagnostics()[0].location().unwrap().column, 6);
    }

    #[test]
    fn a_flood_is_counted_and_not_kept() {
        let mut report = Report::default();
        for index in 0..MAX_DIAGNOSTICS + 7 {
            report.error(KEY, Path::root().index(index), "unknown");
        }
        report.warning(WARNING, Path::root(), "still heard");
        assert_eq!(report.diagnostics().len(), MAX_DIAGNOSTICS + 1);
        assert_eq!((report.error_count(), report.omitted_count()), (MAX_DIAGNOSTICS + 7, 7));
    }
}
