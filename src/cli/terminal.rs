//! The one door to the terminal: nothing that came from a file or the command line leaves it as it came in.

use super::exit::{Exit, Failure};
use super::findings::Shown;
use crate::report::{printable, without_url_secrets};
use serde::Serialize;
use std::io::{self, IsTerminal as _, Write as _};
use std::sync::OnceLock;

/// When colours are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Colour {
    /// On a terminal that can show them
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// How loud this run is; as given on its command line.
#[derive(Debug, Clone, Copy)]
struct Manner {
    colour: Colour,
    quiet: bool,
}

static MANNER: OnceLock<Manner> = OnceLock::new();

/// Once, before anything is printed.
pub(super) fn behave(colour: Colour, quiet: bool) {
    let _ = MANNER.set(Manner { colour, quiet });
}

fn manner() -> Manner {
    MANNER.get().copied().unwrap_or(Manner { colour: Colour::Auto, quiet: false })
}

/// `--quiet`: only errors are told.
pub(super) fn is_quiet() -> bool {
    manner().quiet
}

/// Whether standard error is coloured (no-color.org, bixense.com/clicolors).
pub(super) fn is_coloured() -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0");
    match manner().colour {
        Colour::Always => true,
        Colour::Never => false,
        Colour::Auto if std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()) => false,
        Colour::Auto if set("CLICOLOR_FORCE") => true,
        Colour::Auto => io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb"),
    }
}

/// Columns of the terminal, as its shell exports them or as it says itself.
pub(super) fn width() -> usize {
    let exported = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let own = || terminal_size::terminal_size_of(io::stderr()).map(|(width, _)| usize::from(width.0));
    exported.or_else(own).filter(|columns| (40..=400).contains(columns)).unwrap_or(140)
}

/// A result on standard output, for people.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    print_raw(lines(text).as_bytes())
}

/// A result for programs: what would steer a terminal is an escape of JSON.
pub(super) fn print_json(value: &impl Serialize) -> Result<(), Failure> {
    let json = serde_json::to_string_pretty(value).unwrap_or_default();
    print_json_text(&(json + "\n"))
}

/// [`print_json`] for JSON that is text already.
pub(super) fn print_json_text(json: &str) -> Result<(), Failure> {
    // other controls of ASCII are escapes already
    let steers = |c: char| c == '\u{7f}' || (!c.is_ascii() && printable(c.encode_utf8(&mut [0; 4])).starts_with('\\'));
    if !json.contains(steers) {
        return print_raw(json.as_bytes());
    }
    let mut shown = String::with_capacity(json.len());
    for c in json.chars() {
        if steers(c) {
            // such characters stand in strings only
            c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| shown.push_str(&format!("\\u{unit:04x}")));
        } else {
            shown.push(c);
        }
    }
    print_raw(shown.as_bytes())
}

/// What holds nothing from outside. A closed pipe (`| head`) is no failure.
pub(super) fn print_raw(bytes: &[u8]) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::new(Exit::Io, format!("cannot write to standard output: {error}")))
        }
        _ => Ok(()),
    }
}

/// Help, which holds nothing from outside.
pub(super) fn print_help(help: &clap::builder::StyledStr) -> Result<(), Failure> {
    let styled = manner().colour != Colour::Never && io::stdout().is_terminal() && is_coloured();
    print_raw(if styled { help.ansi().to_string() } else { help.to_string() }.as_bytes())
}

/// A message on standard error; where nobody reads it, there is nobody to tell.
pub(super) fn complain(text: &str) {
    complain_rendered(&lines(&without_url_secrets(text)));
}

/// Findings, which their renderer has cleaned and coloured.
pub(super) fn complain_rendered(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// What ended the run.
pub(super) fn complain_of(failure: Failure) {
    let failure = failure.shown(Shown::Human);
    if failure.message.is_empty() {
        return;
    }
    complain_rendered(if is_coloured() { "\u{1b}[1;31merror:\u{1b}[0m " } else { "error: " });
    complain(&format!("{}\n", failure.message));
}

fn lines(text: &str) -> String {
    text.split('\n').map(printable).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    #[test]
    fn lines_stay_lines() {
        assert_eq!(super::lines("a\u{1b}[31m\n\tb\r\n"), "a\\u{1b}[31m\n\\tb\\r\n");
    }
}
