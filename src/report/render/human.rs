//! For people: each finding with an excerpt of the file.

use super::{Checked, origin, sentence};
use crate::report::masking::hidden_ranges;
use crate::report::prose::{printable, steers};
use crate::report::{HIDDEN, Lines, Location, Severity};
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use std::ops::Range;

/// Bytes of a line shown on each side of a place; the renderer cuts what remains to the terminal.
const CONTEXT: usize = 200;

/// Bytes that a caret marks at most.
const MAX_MARKED: usize = 80;

pub(super) fn render(files: &[Checked<'_>], colour: bool, width: usize) -> String {
    let paint = |code: &'static str, text: &str| if colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() };
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() }.term_width(width);
    let mut text = String::new();
    for file in files.iter().filter(|file| !file.report.diagnostics().is_empty()) {
        let excerpts = Excerpts::of(file.text);
        for diagnostic in file.report.diagnostics() {
            let severity = diagnostic.severity;
            let kind = paint(style(severity), &format!("{severity}[{}]", diagnostic.code.id));
            text.push_str(&format!("{} {kind}: {}\n", paint("1", &origin(file.name, diagnostic)), sentence(diagnostic)));
            if let Some(excerpt) = diagnostic.location().and_then(|location| excerpts.show(location, severity, &renderer)) {
                text.push_str(&format!("{excerpt}\n"));
            }
            if let Some(help) = &diagnostic.help {
                text.push_str(&format!("  {} {}\n", paint("1;36", "help:"), printable(help)));
            }
            text.push('\n');
        }
    }
    text
}

/// The code of an escape sequence: bold, red or yellow.
fn style(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "1;31",
        Severity::Warning => "1;33",
    }
}

struct Excerpts<'a> {
    text: &'a str,
    lines: Lines,
    hidden: Vec<Range<usize>>,
}

impl<'a> Excerpts<'a> {
    fn of(text: &'a str) -> Self {
        Self { text, lines: Lines::of(text), hidden: hidden_ranges(text) }
    }

    /// The line of a place with a caret under it; nothing when there is no text there.
    fn show(&self, location: Location, severity: Severity, renderer: &Renderer) -> Option<String> {
        let line = self.line(location.line);
        let marked = location.offset..location.offset + location.length.clamp(1, MAX_MARKED);
        let marked = marked.start.clamp(line.start, line.end)..self.boundary(marked.end).clamp(line.start, line.end);
        let shown = Shown::of(self.text, self.window(&line, &marked), &line, &self.hidden);
        if shown.text.trim().is_empty() {
            return None;
        }
        let caret = AnnotationKind::Primary.span(shown.start_of(marked.start)..shown.end_of(marked.end));
        let level = match severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let snippet = Snippet::source(shown.text.as_str()).line_start(location.line).annotation(caret);
        Some(renderer.render(&[Group::with_level(level).element(snippet)]))
    }

    /// The bytes of a line, without the byte order mark.
    fn line(&self, line: usize) -> Range<usize> {
        let range = self.lines.range(self.text, line);
        let mark = if range.start == 0 && self.text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        range.start + mark..range.end.max(mark)
    }

    /// The part of a long line around what is marked.
    fn window(&self, line: &Range<usize>, marked: &Range<usize>) -> Range<usize> {
        let start = self.boundary(marked.start.saturating_sub(CONTEXT)).max(line.start);
        start..self.boundary(marked.end + CONTEXT).min(line.end)
    }

    /// The nearest start of a character, at or before `offset`.
    fn boundary(&self, offset: usize) -> usize {
        (0..=offset.min(self.text.len())).rev().find(|&offset| self.text.is_char_boundary(offset)).unwrap_or(0)
    }
}

/// What is shown of a line: some of its bytes as they are, others replaced.
struct Shown {
    text: String,
    /// Pieces of the original that are replaced, with what stands for them in `text`.
    replaced: Vec<(Range<usize>, Range<usize>)>,
    window: Range<usize>,
}

impl Shown {
    fn of(text: &str, window: Range<usize>, line: &Range<usize>, hidden: &[Range<usize>]) -> Self {
        let mut shown = Self { text: String::new(), replaced: Vec::new(), window: window.clone() };
        if window.start > line.start {
            shown.replace(window.start..window.start, "...");
        }
        let mut at = window.start;
        let first = hidden.partition_point(|range| range.end <= window.start);
        for range in hidden[first..].iter().take_while(|range| range.start < window.end) {
            let range = range.start.max(at)..range.end.min(window.end);
            shown.copy(text, at..range.start);
            at = range.end;
            shown.replace(range, HIDDEN);
        }
        shown.copy(text, at..window.end);
        if window.end < line.end {
            shown.text.push_str("...");
        }
        shown
    }

    /// As it is, but for characters that would steer the terminal.
    fn copy(&mut self, text: &str, range: Range<usize>) {
        for (at, c) in text[range.clone()].char_indices().map(|(at, c)| (range.start + at, c)) {
            if steers(c) && c != '\t' {
                self.replace(at..at + c.len_utf8(), &c.escape_default().to_string());
            } else {
                self.text.push(c);
            }
        }
    }

    fn replace(&mut self, original: Range<usize>, by: &str) {
        let start = self.text.len();
        self.text.push_str(by);
        self.replaced.push((original, start..self.text.len()));
    }

    /// Where a mark begins that begins at `offset` of the original; before a replacement that it begins in.
    fn start_of(&self, offset: usize) -> usize {
        self.find(offset, |shown| shown.start)
    }

    /// Where a mark ends that ends at `offset` of the original; behind a replacement that it ends in.
    fn end_of(&self, offset: usize) -> usize {
        self.find(offset, |shown| shown.end)
    }

    fn find(&self, offset: usize, inside: impl Fn(&Range<usize>) -> usize) -> usize {
        let (mut original_end, mut shown_end) = (self.window.start, 0);
        for (original, shown) in &self.replaced {
            if offset < original.start {
                break;
            }
            if original.start < offset && offset < original.end {
                return inside(shown);
            }
            if offset == original.start && !original.is_empty() {
                return shown.start;
            }
            (original_end, shown_end) = (original.end, shown.end);
        }
        shown_end + offset - original_end
    }
}
