//! Where secrets stand in a text, so that an excerpt does not show them.

use super::secrets::{HARMLESS_KEYS, HIDDEN, SECRET_KEYS, is_hidden_text, is_secret_key};
use serde::de::IgnoredAny;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

/// Words of a text that is not JSON are hidden from this length on: the lines of a key are 64 characters long.
const LONG_WORD: usize = 40;

/// The text with every secret in it masked: the values of keys that name one, wherever they stand, and what looks like one.
#[must_use]
pub fn without_secrets(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut at = 0;
    for range in hidden_ranges(text) {
        shown.push_str(&text[at..range.start]);
        shown.push_str(HIDDEN);
        at = range.end;
    }
    shown + &text[at..]
}

/// Also a misspelt name of a secret announces one: `adminPasword` is an unknown key, and its value a password.
fn resembles_secret_key(key: &str) -> bool {
    let key = unescaped(key).to_ascii_lowercase();
    let near = |secret: &&str| {
        let allowed = match secret.len() {
            0..=5 => 0,
            6..=7 => 1,
            _ => 2,
        };
        key.len().abs_diff(secret.len()) <= allowed && strsim::damerau_levenshtein(&key, secret) <= allowed
    };
    !HARMLESS_KEYS.contains(&key.as_str()) && (is_secret_key(&key) || SECRET_KEYS.iter().any(near))
}

/// `adminPa\u0073sword` is `adminPassword`.
fn unescaped(key: &str) -> Cow<'_, str> {
    if !key.contains('\\') {
        return key.into();
    }
    serde_json::from_str(&format!("\"{key}\"")).map_or(Cow::Borrowed(key), Cow::Owned)
}

/// The byte ranges of `text` that must not be shown, in order.
///
/// Works on any text, since what is not JSON is quoted too: a lexer that knows strings, words and brackets, and in doubt hides the
/// rest of a line.
pub(super) fn hidden_ranges(text: &str) -> Vec<Range<usize>> {
    let mut lexer = Lexer { text, at: 0, secret_next: false, secret_depth: 0, known: BTreeMap::new(), hidden: Vec::new() };
    while let Some(&byte) = text.as_bytes().get(lexer.at) {
        lexer.token(byte);
    }
    let is_json = serde_json::from_str::<IgnoredAny>(text.trim_start_matches('\u{feff}')).is_ok();
    if is_json { lexer.hidden } else { union(lexer.hidden, hidden_in_lines(text)) }
}

/// Where a text is not JSON, nobody can say where a value ends: all that stands behind the name of a secret is hidden up to the end of
/// its line or, where that line has nothing more to say, of the next one.
fn hidden_in_lines(text: &str) -> Vec<Range<usize>> {
    let mut hidden = Vec::new();
    let mut awaited = false;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim_end();
        let end = start + content.len();
        if awaited && says_something(content) {
            hidden.push(start..end);
            awaited = false;
        } else if let Some(name) = words(content, is_word).find(|word| resembles_secret_key(&content[word.clone()])) {
            awaited = !says_something(&content[name.end..]);
            hidden.extend(Some(start + name.end..end).filter(|range| !range.is_empty()));
        } else if !awaited {
            let secret = |word: &Range<usize>| word.len() >= LONG_WORD || is_hidden_text(&content[word.clone()]);
            let words = words(content, |c| !c.is_whitespace() && !"\"'`,".contains(c)).filter(secret);
            hidden.extend(words.map(|word| start + word.start..start + word.end));
        }
        start += line.len();
    }
    hidden
}

fn says_something(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || "_-\\".contains(c)
}

/// The longest pieces of a line whose characters all belong to a word.
fn words(line: &str, is_part: impl Fn(char) -> bool) -> impl Iterator<Item = Range<usize>> {
    let mut rest = line.char_indices().peekable();
    std::iter::from_fn(move || {
        let (start, _) = rest.find(|(_, c)| is_part(*c))?;
        while rest.next_if(|(_, c)| is_part(*c)).is_some() {}
        Some(start..rest.peek().map_or(line.len(), |(end, _)| *end))
    })
}

/// Both, in order and without overlap.
fn union(mut ranges: Vec<Range<usize>>, others: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.extend(others);
    ranges.sort_by_key(|range| range.start);
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    /// The value that follows belongs to a secret key.
    secret_next: bool,
    /// Open brackets since, and with, the one that is the value of a secret key.
    secret_depth: usize,
    known: BTreeMap<&'a str, bool>,
    hidden: Vec<Range<usize>>,
}

impl<'a> Lexer<'a> {
    fn token(&mut self, byte: u8) {
        match byte {
            b'"' | b'\'' => self.string(byte),
            b'[' | b'{' => {
                if self.secret_next || self.secret_depth > 0 {
                    self.secret_depth += 1;
                }
                self.secret_next = false;
                self.at += 1;
            }
            b']' | b'}' => {
                self.secret_depth = self.secret_depth.saturating_sub(1);
                self.secret_next = false;
                self.at += 1;
            }
            b',' => {
                self.secret_next = false;
                self.at += 1;
            }
            b':' | b' ' | b'\t' | b'\r' | b'\n' => self.at += 1,
            _ => self.word(),
        }
    }

    fn string(&mut self, quote: u8) {
        let start = self.at + 1;
        let bytes = self.text.as_bytes();
        let secret = self.secret_next || self.secret_depth > 0;
        let mut end = start;
        // a secret with a raw line break in it (a key pasted as it is) is hidden up to its closing quote
        while bytes.get(end).is_some_and(|&byte| byte != quote && (secret || byte != b'\n')) {
            end += if bytes[end] == b'\\' && bytes.get(end + 1).is_some_and(|&byte| byte != b'\n') { 2 } else { 1 };
        }
        let end = end.min(bytes.len());
        self.at = (end + usize::from(bytes.get(end) == Some(&quote))).min(bytes.len());
        self.key_or_value(start..end);
    }

    fn word(&mut self) {
        let start = self.at;
        let rest = &self.text.as_bytes()[start..];
        let length = rest.iter().position(|byte| b",:[]{}\"' \t\r\n".contains(byte)).unwrap_or(rest.len());
        self.at = start + length.max(1);
        self.key_or_value(start..self.at);
    }

    fn key_or_value(&mut self, content: Range<usize>) {
        // the end of a string may lie between the bytes of a character that a backslash precedes
        let Some(text) = self.text.get(content.clone()) else { return };
        let after = &self.text.as_bytes()[self.at..];
        let next = after.iter().find(|byte| !byte.is_ascii_whitespace());
        if next == Some(&b':') {
            self.secret_next = *self.known.entry(text).or_insert_with(|| resembles_secret_key(text));
            // a catalog has URLs as keys
            self.hidden.extend(Some(content).filter(|_| is_hidden_text(text)));
        } else if self.secret_next || self.secret_depth > 0 {
            self.hide(content);
        } else if is_hidden_text(text) {
            self.hidden.push(content);
        }
    }

    /// Hides a value, and the rest of its line when it does not end as a value does: an unescaped quote, two words.
    fn hide(&mut self, content: Range<usize>) {
        let after = &self.text.as_bytes()[self.at..];
        let line = after.iter().position(|&byte| byte == b'\n').unwrap_or(after.len());
        let next = after[..line].iter().find(|byte| !byte.is_ascii_whitespace());
        let ends = next.is_none_or(|byte| b",]}".contains(byte));
        let end = if ends { content.end } else { self.at + line };
        self.hidden.push(content.start..end);
        self.at = self.at.max(end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn values_of_secret_keys_are_hidden() {
        let cases = [
            (r#""adminPassword": "pw", "count": 3"#, r#""adminPassword": "<hidden>", "count": 3"#),
            ("\"SECRET\"\n:\n \"pw\"", "\"SECRET\"\n:\n \"<hidden>\""),
            (r#""adminPassword": 12345"#, r#""adminPassword": <hidden>"#),
            (r#""adminPassword": "p\"w", "a": "b""#, r#""adminPassword": "<hidden>", "a": "b""#),
            (r#""etcdPeerPrivateKeys": ["one", "two"], "a": "b""#, r#""etcdPeerPrivateKeys": ["<hidden>", "<hidden>"], "a": "b""#),
            (r#""secret": {"a": ["x"]}, "a": "x""#, r#""secret": {"a": ["<hidden>"]}, "a": "x""#),
            (r#""secrets": [{"sourceVault": {"id": "x"}}]"#, r#""secrets": [{"sourceVault": {"id": "x"}}]"#),
        ];
        for (text, expected) in cases {
            assert_eq!(without_secrets(&format!("{{{text}}}")), format!("{{{expected}}}"));
        }
    }

    #[test]
    fn secrets_are_hidden_in_text_that_is_not_json() {
        let cases = [
            (r#""adminPassword": "ab"cd","#, r#""adminPassword<hidden>"#),
            ("\"adminPassword\": \"ab,\n\"count\": 3", "\"adminPassword<hidden>"),
            ("adminPassword: 'ab', count: 3", "adminPassword<hidden>"),
            ("\"caPrivateKey\": \"BEGIN\nMIIE\nEND\",\n\"a\": \"b\"", "\"caPrivateKey<hidden>\",\n\"a\": \"b\""),
            (r#""adminPassword": ab cd, "a": "b""#, r#""adminPassword<hidden>"#),
            (r#""adminPassword" "ab","#, r#""adminPassword<hidden>"#),
            ("\"adminPassword\"\n\n  \"ab\",\n\"a\": \"b\"", "\"adminPassword<hidden>\n\n<hidden>\n\"a\": \"b\""),
            (r#""adminPassword: "ab","#, r#""adminPassword<hidden>"#),
            (r#"adminPassword": "ab","#, r#"adminPassword<hidden>"#),
            (r#"adminPassword = "ab";"#, r#"adminPassword<hidden>"#),
            ("\u{201c}adminPassword\u{201d}: \u{201c}ab\u{201d},", "\u{201c}adminPassword<hidden>"),
            ("// don't\n\"adminPassword\": \"ab\",", "// don't\n\"adminPassword<hidden>"),
            ("x: https://h/p?q=1, y", "x: <hidden>, y"),
        ];
        for (text, expected) in cases {
            assert_eq!(without_secrets(text), expected);
        }
    }

    #[test]
    fn misspelt_secrets_and_secret_texts_are_hidden() {
        let cases = [
            (r#""adminPasword": "pw""#, r#""adminPasword": "<hidden>""#),
            (r#""clientSecert": "pw""#, r#""clientSecert": "<hidden>""#),
            (r#""url": "https://x/y?sv=1&sig=abc""#, r#""url": "<hidden>""#),
            (r#""script": "-----BEGIN RSA PRIVATE KEY-----\nMII""#, r#""script": "<hidden>""#),
            (r#""adminUsername": "azureuser""#, r#""adminUsername": "azureuser""#),
            (r#""keyData": "ssh-rsa AAAA""#, r#""keyData": "ssh-rsa AAAA""#),
            (r#""url": "https://me:pw@host/x""#, r#""url": "<hidden>""#),
            (r#""url": "https://host/x?token=1""#, r#""url": "<hidden>""#),
            (r#""url": "https://host/x?SIG=1""#, r#""url": "<hidden>""#),
            (r#""header": "bearer abc""#, r#""header": "<hidden>""#),
            (r#""windowsAdminPassword": "pw""#, r#""windowsAdminPassword": "<hidden>""#),
            (r#""admin-pass": "pw""#, r#""admin-pass": "<hidden>""#),
            (r#""adminPa\u0073sword": "pw""#, r#""adminPa\u0073sword": "<hidden>""#),
        ];
        for (text, expected) in cases {
            assert_eq!(without_secrets(&format!("{{{text}}}")), format!("{{{expected}}}"));
        }
    }

    proptest! {
        #[test]
        fn ranges_are_in_order_and_cut_no_character(text in "[\"':,{}\\[\\]\\\\\n ae\u{e9}\u{1f600}]{0,80}|(\"secret\": ?[\"'a\\\\\n\u{e9}{}]{0,20})*") {
            let mut end = 0;
            for range in hidden_ranges(&text) {
                prop_assert!(range.start >= end && text.get(range.clone()).is_some(), "{:?}", range);
                end = range.end;
            }
        }
    }
}
