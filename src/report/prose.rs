//! Words for messages: values in backticks, numbers with their noun, the nearest of some names.

use super::Path;
use super::secrets::{HIDDEN, is_hidden_text};
use std::fmt::Display;

/// Longer values are cut: a message is a sentence, not a copy of the file. In characters.
const MAX_SHOWN: usize = 60;

/// A value found at `path`, in backticks, fit for a message: cut when long, in one line, and hidden when secret.
#[must_use]
pub fn show(path: &Path, value: &str) -> String {
    if path.is_secret() || is_hidden_text(value) {
        return format!("`{HIDDEN}`");
    }
    let mut shown = printable(&value.chars().take(MAX_SHOWN).collect::<String>());
    if value.chars().nth(MAX_SHOWN).is_some() {
        shown.push_str("...");
    }
    format!("`{shown}`")
}

/// `text` in one line and without characters that steer a terminal, reorder text or cannot be seen: those appear as escapes.
#[must_use]
pub fn printable(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut shown, c| {
        if steers(c) {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
        shown
    })
}

/// Whether a character is not shown as itself: controls, marks that reorder text, and what has no width or only a blank's.
pub(super) fn steers(c: char) -> bool {
    let invisible = matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}');
    c.is_control() || invisible || (c.is_whitespace() && c != ' ')
}

/// `1 error`, `2 errors`.
#[must_use]
pub fn numbered(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// `` `a`, `b` or `c` ``.
#[must_use]
pub fn either(words: &[impl Display]) -> String {
    list(words, "or")
}

/// `` `a`, `b` and `c` ``.
#[must_use]
pub fn all_of(words: &[impl Display]) -> String {
    list(words, "and")
}

fn list(words: &[impl Display], conjunction: &str) -> String {
    let quoted: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} {conjunction} {last}", others.join(", ")),
        None => String::new(),
    }
}

/// Below this similarity (0 to 1) a name is not a misspelling of another.
const NEAR: f64 = 0.65;

/// The name that `found` was most likely meant to be; nothing when all are too far from it. Case does not matter.
#[must_use]
pub fn nearest<'a>(found: &str, names: &[&'a str]) -> Option<&'a str> {
    // a key of kilobytes is no misspelling, and comparing costs the product of the lengths
    if found.len() > 100 {
        return None;
    }
    let lower = found.to_lowercase();
    let rated = names.iter().map(|name| (strsim::normalized_damerau_levenshtein(&lower, &name.to_lowercase()), *name));
    let near = rated.filter(|(similarity, _)| *similarity >= NEAR);
    near.reduce(|best, next| if next.0 > best.0 { next } else { best }).map(|(_, name)| name)
}

/// Text within a line of Markdown, or at the start of a list item, that no reader takes for markup.
#[cfg(feature = "vhd")]
#[must_use]
pub fn markdown(text: &str) -> String {
    let mut escaped = String::new();
    for (at, c) in text.char_indices() {
        match c {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' => escaped.extend(['\\', c]),
            '-' | '+' | '#' | '>' | '=' if at == 0 => escaped.extend(['\\', c]),
            '.' | ')' if text[at + 1..].starts_with(' ') && text[..at].bytes().all(|byte| byte.is_ascii_digit()) => {
                escaped.extend(['\\', c]);
            }
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

/// In MB with one digit behind the point, cut: `190.1 MB`.
#[cfg(feature = "cli")]
#[must_use]
pub fn megabytes(bytes: u64) -> String {
    format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000)
}

/// `65535` as `65,535`.
#[cfg(feature = "cli")]
#[must_use]
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let head = digits.len() % 3;
    let (first, rest) = digits.split_at(head);
    let groups = rest.as_bytes().chunks(3).map(|group| String::from_utf8_lossy(group).into_owned());
    Some(first.to_owned()).filter(|first| !first.is_empty()).into_iter().chain(groups).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_is_escaped() {
        assert_eq!(printable("a\u{9b}31m\u{200b}b\n"), r"a\u{9b}31m\u{200b}b\n");
    }

    #[test]
    fn long_values_are_cut_and_controls_escaped() {
        let path = Path::root().key("name");
        assert_eq!(show(&path, &"é".repeat(61)), format!("`{}...`", "é".repeat(60)));
        assert_eq!(show(&path, "\u{1b}[31m\u{202e}x"), r"`\u{1b}[31m\u{202e}x`");
        assert_eq!(show(&path, "https://a/b?sv=1&sig=x"), "`<hidden>`");
        assert_eq!(show(&path, "https://a/b?c"), "`<hidden>`");
        assert_eq!(show(&path, "v\u{a0}\u{ad}\u{200b}1"), r"`v\u{a0}\u{ad}\u{200b}1`");
    }

    #[test]
    fn the_first_of_equally_near_names_is_taken() {
        assert_eq!(nearest("nodecount", &["nodeCount1", "nodeCount2"]), Some("nodeCount1"));
        assert_eq!(nearest("AVAILABILITYSET", &["VirtualMachineScaleSets", "AvailabilitySet"]), Some("AvailabilitySet"));
        assert_eq!(nearest(&"x".repeat(1000), &["x"]), None);
    }

    #[test]
    fn words_are_joined_as_in_a_sentence() {
        assert_eq!(either(&["a"]), "`a`");
        assert_eq!(all_of(&["a", "b"]), "`a` and `b`");
        assert_eq!(either(&[1, 3, 5]), "`1`, `3` or `5`");
    }

    #[test]
    fn example_of_show() {
        use crate::report::{Path, show};

        let windows = Path::root().key("windowsProfile");
        assert_eq!(show(&windows.key("adminUsername"), "azure\nuser"), r"`azure\nuser`");
        assert_eq!(show(&windows.key("adminPassword"), "hunter2"), "`<hidden>`");
    }

    #[cfg(feature = "cli")]
    #[test]
    fn numbers_are_grouped_by_three_digits() {
        assert_eq!([0, 999, 1000, 65_535, 1_234_567].map(super::grouped), ["0", "999", "1,000", "65,535", "1,234,567"]);
        assert_eq!(super::megabytes(190_149_999), "190.1 MB");
    }

    #[test]
    fn example_of_numbered() {
        assert_eq!(crate::report::numbered(1, "error"), "1 error");
        assert_eq!(crate::report::numbered(0, "error"), "0 errors");
    }

    #[test]
    fn example_of_nearest() {
        assert_eq!(crate::report::nearest("osDiskSize", &["count", "osDiskSizeGB"]), Some("osDiskSizeGB"));
        assert_eq!(crate::report::nearest("colour", &["count", "osDiskSizeGB"]), None);
    }
}
