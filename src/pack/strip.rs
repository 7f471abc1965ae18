//! Takes from a PowerShell script what only people read: comments, blank lines, indentation, blanks and ends of lines where a sign ends the
//! token or statement by itself.
//!
//! The script is cut into pieces which together are the whole script, and then written again: code and strings byte for
//! byte, comments not at all, line breaks once. So a here-string, or any other string, cannot be changed, whatever is in
//! it. Where Windows PowerShell itself would have to know more than the characters (is the `#` of `$a#b` a comment? not in
//! an argument, but in an expression) the script is refused: ours can be written otherwise.
//!
//! The rules of a comment's start are those of the PowerShell tokenizer (`ForceStartNewToken` in `CharTraits.cs`, MIT).

use std::fmt;

/// What a [`Piece`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Blanks and tabs between tokens.
    Blank,
    /// One line feed outside strings.
    Newline,
    /// A line comment without its line feed, or a block comment.
    Comment,
    /// A backtick and the line feed it makes a blank of.
    Continuation,
    /// A whole string, quotes included: single or double quoted, or a here-string.
    String,
    /// Everything else.
    Code,
}

/// A part of a script: bytes `start..end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// What it is.
    pub kind: Kind,
    /// Offset of its first byte.
    pub start: usize,
    /// Offset after its last byte.
    pub end: usize,
}

/// A script that is not stripped, since it could not be done safely.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StripError {
    /// Line of the script, from 1.
    pub line: usize,
    /// What is there.
    pub why: &'static str,
}

impl fmt::Display for StripError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.why)
    }
}

impl std::error::Error for StripError {}

/// The script without comments, blank lines, indentation, blanks at line ends, and blanks and line feeds that say nothing. Doing it twice
/// changes nothing.
///
/// # Errors
///
/// As [`pieces`].
pub fn strip(script: &str) -> Result<String, StripError> {
    let mut out = String::with_capacity(script.len());
    let mut gap = ""; // what is not yet known to stand between two tokens: blanks, or the end of a line
    for piece in pieces(script)? {
        let text = &script[piece.start..piece.end];
        match piece.kind {
            Kind::Newline => gap = "\n",
            Kind::Blank if gap.is_empty() => gap = text,
            Kind::Comment if gap.is_empty() => gap = " ",
            Kind::Blank | Kind::Comment => {}
            Kind::Continuation | Kind::String | Kind::Code => {
                if !out.is_empty() && !is_needless(&out, gap, text) {
                    out.push_str(gap);
                }
                gap = "";
                out.push_str(text);
            }
        }
    }
    if gap == "\n" && !out.is_empty() {
        out.push('\n');
    }
    Ok(out)
}

/// Does what stands between these two say nothing?
fn is_needless(before: &str, gap: &str, after: &str) -> bool {
    let opened = before.ends_with('{') && !before.ends_with("`{");
    // `${`, `@{` and `||` are other tokens
    let would_join = before.ends_with(['$', '@']) || (before.ends_with('|') && after.starts_with('|'));
    if gap == "\n" {
        return opened || (after.starts_with('}') && !would_join && !before.ends_with("`\n"));
    }
    // these end the token before them, wherever they stand (`ForceStartNewToken`). Behind a closing brace blanks stay: it may be that
    // of `${name}`, and what follows an argument of its own
    let ends = |text: &str| text.starts_with(['{', '}', ';', ',', '|']);
    let escaped = before.len() > 1 && before[..before.len() - 1].ends_with('`');
    !would_join && (ends(after) || opened || (!escaped && before.ends_with([';', ',', '|'])) || is_around_assignment(before, after))
}

/// Is one of the two the sign of an assignment, or of a key in a hashtable? For a command `=` is an argument like others, so what is assigned
/// to must begin its statement. What could be taken for a comment or a here-string keeps its blank.
fn is_around_assignment(before: &str, after: &str) -> bool {
    let is_sign = |text: &str| matches!(text, "=" | "+=");
    let target = match before.strip_suffix('=') {
        Some(target) if !after.contains('#') && !after.starts_with(['@', '=', '`']) => target.strip_suffix('+').unwrap_or(target),
        None if is_sign(after) => before,
        _ => return false,
    };
    let target = target.rsplit(['\n', ';', '{', '(']).next().unwrap_or(target);
    let is_word = target.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let ends_a_string = target.bytes().filter(|&byte| byte == b'\'').count() % 2 == 1;
    let is_place = !ends_a_string && target.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_$:.[]'".contains(&byte));
    (is_word && target.starts_with(|c: char| c.is_ascii_alphabetic())) || (is_place && target.starts_with(['$', '[']))
}

/// Cuts a script into pieces: adjacent, in order, from the first byte to the last.
///
/// # Errors
///
/// A string or comment that does not end, characters outside printable ASCII, tab and line feed, and what is ambiguous:
/// `#` or `<#` in the middle of an expression, `--%`, `#requires` (it would be lost).
pub fn pieces(script: &str) -> Result<Vec<Piece>, StripError> {
    let mut scanner = Scanner { text: script.as_bytes(), at: 0, pieces: Vec::new() };
    if let Some(at) = scanner.text.iter().position(|&byte| !matches!(byte, b'\n' | b'\t' | b' '..=b'~')) {
        return Err(scanner.refusal(at, "a character outside printable ASCII, tab and line feed"));
    }
    scanner.code(false)?;
    Ok(scanner.pieces)
}

struct Scanner<'a> {
    text: &'a [u8],
    at: usize,
    pieces: Vec<Piece>,
}

type Scanned = Result<(), StripError>;

impl Scanner<'_> {
    /// Code up to the end of the script or, inside `$(`, up to the bracket that closes it.
    fn code(&mut self, inside_string: bool) -> Scanned {
        let mut fresh = true; // a token can start here: only then `#` starts a comment
        let mut open = usize::from(inside_string);
        while let Some(byte) = self.peek(0) {
            let start = self.at;
            let kind = match byte {
                b'\n' => self.take(1, Kind::Newline),
                b' ' | b'\t' => {
                    self.at = self.find(start, |byte| !matches!(byte, b' ' | b'\t'));
                    Kind::Blank
                }
                b'#' => self.line_comment(fresh)?,
                b'<' if self.peek(1) == Some(b'#') => self.block_comment(fresh)?,
                b'\'' => self.literal()?,
                b'"' => self.expandable()?,
                b'@' if matches!(self.peek(1), Some(b'\'' | b'"')) => self.here_string(fresh)?,
                b'`' => self.escape()?,
                b'$' => self.dollar()?,
                b'-' if fresh && self.text[start..].starts_with(b"--%") => {
                    return Err(self.refusal(start, "`--%` takes the rest of the line as it is"));
                }
                b'a'..=b'z' | b'A'..=b'Z' | b'_' if fresh => {
                    self.at = self.find(start, |byte| !is_word(byte));
                    Kind::Code
                }
                _ if byte.is_ascii_alphanumeric() => {
                    self.at = self.find(start, |byte| !byte.is_ascii_alphanumeric());
                    Kind::Code
                }
                _ => self.take(1, Kind::Code),
            };
            match byte {
                b'(' => open += 1,
                b')' => open = open.saturating_sub(1),
                _ => {}
            }
            fresh = !matches!(kind, Kind::Code | Kind::String) || matches!(byte, b'(' | b')' | b'{' | b'}' | b';' | b',' | b'|' | b'&');
            if !inside_string {
                self.push(kind, start);
            } else if open == 0 {
                return Ok(());
            }
        }
        if inside_string { Err(self.refusal(self.at, "`$(` is not closed")) } else { Ok(()) }
    }

    fn line_comment(&mut self, fresh: bool) -> Result<Kind, StripError> {
        if !fresh {
            return Err(self.refusal(self.at, "`#` in the middle of a token: put a blank before a comment, quote a word"));
        }
        let end = self.find(self.at, |byte| byte == b'\n');
        if self.text[self.at..end].to_ascii_lowercase().starts_with(b"#requires") {
            return Err(self.refusal(self.at, "`#Requires` is more than a comment"));
        }
        self.at = end;
        Ok(Kind::Comment)
    }

    fn block_comment(&mut self, fresh: bool) -> Result<Kind, StripError> {
        if !fresh {
            return Err(self.refusal(self.at, "`<#` in the middle of a token: put a blank before a comment"));
        }
        self.past(self.at + 2, b"#>", "a block comment is not closed").map(|()| Kind::Comment)
    }

    /// A backtick and what it escapes.
    fn escape(&mut self) -> Result<Kind, StripError> {
        match self.peek(1) {
            Some(b'\n') => Ok(self.take(2, Kind::Continuation)),
            Some(_) => Ok(self.take(2, Kind::Code)),
            None => Err(self.refusal(self.at, "a backtick is the last character")),
        }
    }

    /// The start of a variable; `${...}` whole, since any character may stand in it.
    fn dollar(&mut self) -> Result<Kind, StripError> {
        match self.peek(1) {
            Some(b'{') => self.past(self.at + 2, b"}", "`${` is not closed")?,
            Some(b'$' | b'?' | b'^') => self.at += 2,
            _ => self.at += 1,
        }
        Ok(Kind::Code)
    }

    /// `'...'`, in which only `''` is special.
    fn literal(&mut self) -> Result<Kind, StripError> {
        let start = self.at;
        self.at += 1;
        loop {
            match (self.peek(0), self.peek(1)) {
                (Some(b'\''), Some(b'\'')) => self.at += 2,
                (Some(b'\''), _) => return Ok(self.take(1, Kind::String)),
                (Some(_), _) => self.at += 1,
                (None, _) => {
                    return Err(self.refusal(start, "a string in single quotes is not closed"));
                }
            }
        }
    }

    /// `"..."` with its escapes and `$(...)`.
    fn expandable(&mut self) -> Result<Kind, StripError> {
        let start = self.at;
        self.at += 1;
        loop {
            match (self.peek(0), self.peek(1)) {
                (Some(b'`'), Some(_)) | (Some(b'"'), Some(b'"')) => self.at += 2,
                (Some(b'"'), _) => return Ok(self.take(1, Kind::String)),
                (Some(b'$'), _) => self.inner_dollar()?,
                (Some(_), _) => self.at += 1,
                (None, _) => {
                    return Err(self.refusal(start, "a string in double quotes is not closed"));
                }
            }
        }
    }

    /// A here-string: ends where a line begins with the quote and `@`.
    fn here_string(&mut self, fresh: bool) -> Result<Kind, StripError> {
        let start = self.at;
        let expands = self.peek(1) == Some(b'"');
        let end: &[u8] = if expands { b"\n\"@" } else { b"\n'@" };
        self.at = self.find(start + 2, |byte| !matches!(byte, b' ' | b'\t'));
        if !fresh || self.peek(0) != Some(b'\n') {
            return Err(self.refusal(start, "a here-string starts after a blank and its first line ends with the quote"));
        }
        while self.at < self.text.len() {
            match self.text[self.at] {
                b'\n' if self.text[self.at..].starts_with(end) => {
                    return Ok(self.take(3, Kind::String));
                }
                b'`' if expands && self.peek(1) == Some(b'\n') => {
                    return Err(self.refusal(self.at, "a backtick ends a line of a here-string"));
                }
                b'`' if expands => self.at += 2,
                b'$' if expands => self.inner_dollar()?,
                _ => self.at += 1,
            }
        }
        Err(self.refusal(start, "a here-string is not closed"))
    }

    /// `$` inside a string: `$(...)` is code, in which quotes and brackets count.
    fn inner_dollar(&mut self) -> Scanned {
        if self.peek(1) != Some(b'(') {
            return self.dollar().map(|_| ());
        }
        self.at += 2;
        self.code(true)
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.text.get(self.at + ahead).copied()
    }

    fn take(&mut self, bytes: usize, kind: Kind) -> Kind {
        self.at += bytes;
        kind
    }

    /// Offset of the first byte from `from` on for which `stop` holds, or of the end.
    fn find(&self, from: usize, stop: impl Fn(u8) -> bool) -> usize {
        self.text[from..].iter().position(|&byte| stop(byte)).map_or(self.text.len(), |skipped| from + skipped)
    }

    /// Goes behind the next `end`.
    fn past(&mut self, from: usize, end: &[u8], otherwise: &'static str) -> Scanned {
        let found = self.text[from..].windows(end.len()).position(|window| window == end);
        self.at = from + found.ok_or_else(|| self.refusal(self.at, otherwise))? + end.len();
        Ok(())
    }

    fn push(&mut self, kind: Kind, start: usize) {
        let end = self.at;
        match self.pieces.last_mut() {
            Some(last) if last.kind == Kind::Code && kind == Kind::Code => last.end = end,
            _ => self.pieces.push(Piece { kind, start, end }),
        }
    }

    fn refusal(&self, at: usize, why: &'static str) -> StripError {
        let before = &self.text[..at.min(self.text.len())];
        StripError { line: 1 + before.iter().filter(|&&byte| byte == b'\n').count(), why }
    }
}

/// Goes on with a bare word (a command's name, a path), in which `#` is a character like others.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/' | b'\\' | b':' | b'#')
}
