//! Reads printed expressions back.
//!
//! The grammar is that of the expression scanner in Azure/bicep (`src/Arm.Expression/Parsers`): text in single quotes with `''` for a
//! quote, 32-bit integers, calls with `.name` and `[index]` after them; identifiers are letters, digits, `_` and `$`; white space
//! does not count. A template's text is an expression exactly when it starts with `[` and ends with `]`; after `[[` it is the
//! literal without the first bracket.

use super::value::is_bracketed;
use super::{Call, Expr, MAX_DEPTH};
use std::borrow::Cow;

/// A text that looks like an expression and is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{problem} at character {position} of the expression")]
pub struct ParseError {
    /// What was found, and what is allowed.
    problem: String,
    /// Counted from 1, without the bracket in front.
    position: usize,
}

impl Expr {
    /// Reads a text of a template: an expression in brackets, or a literal, which gives [`Expr::Text`].
    ///
    /// # Errors
    /// When a text in brackets is not an expression, or nests deeper than [`MAX_DEPTH`].
    pub fn read(text: &str) -> Result<Self, ParseError> {
        if !is_bracketed(text) {
            return Ok(Self::Text(text.to_owned()));
        }
        if text[1..].starts_with('[') {
            return Ok(Self::Text(text[1..].to_owned()));
        }
        Self::parse(&text[1..text.len() - 1])
    }

    /// Reads an expression without brackets around it.
    ///
    /// # Errors
    /// When the text is not an expression, or nests deeper than [`MAX_DEPTH`].
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let mut parser = Parser { text, rest: text, depth: 0 };
        let expression = parser.expression()?;
        match parser.peek() {
            None => Ok(expression),
            Some(_) => Err(parser.unexpected("the end")),
        }
    }
}

struct Parser<'a> {
    text: &'a str,
    rest: &'a str,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn expression(&mut self) -> Result<Expr, ParseError> {
        if self.depth == MAX_DEPTH {
            return Err(self.error(format!("more than {MAX_DEPTH} levels of nesting")));
        }
        self.depth += 1;
        let expression = match self.peek() {
            Some('\'') => self.quoted().map(Expr::Text),
            Some(c) if c.is_ascii_digit() || c == '-' || c == '+' => self.integer().map(Expr::Integer),
            Some(c) if in_identifier(c) => self.call().map(Expr::Call),
            _ => Err(self.unexpected("a text, a number or a function")),
        };
        self.depth -= 1;
        expression
    }

    fn call(&mut self) -> Result<Call, ParseError> {
        let mut function = Cow::Borrowed(self.identifier("a function")?);
        if self.accept('.') {
            function.to_mut().push('.');
            function.to_mut().push_str(self.identifier("a function")?);
        }
        self.expect('(')?;
        let mut arguments = Vec::new();
        if !self.accept(')') {
            loop {
                arguments.push(self.expression()?);
                if !self.accept(',') {
                    break;
                }
            }
            self.expect(')')?;
        }
        let mut call = Call::named(Cow::Owned(function.into_owned()), arguments);
        loop {
            if self.accept('.') {
                call = call.property(self.identifier("a property")?);
            } else if self.accept('[') {
                call = call.at(self.expression()?);
                self.expect(']')?;
            } else {
                return Ok(call);
            }
        }
    }

    fn quoted(&mut self) -> Result<String, ParseError> {
        let start = self.rest;
        let mut text = String::new();
        let mut rest = &start[1..];
        loop {
            let Some((part, after)) = rest.split_once('\'') else {
                return Err(self.error("a text without its closing quote".to_owned()));
            };
            text.push_str(part);
            let Some(more) = after.strip_prefix('\'') else {
                self.rest = after;
                return Ok(text);
            };
            text.push('\'');
            rest = more;
        }
    }

    fn integer(&mut self) -> Result<i32, ParseError> {
        let signed = usize::from(self.rest.starts_with(['-', '+']));
        let digits = self.rest[signed..].find(|c: char| !in_identifier(c) && c != '.').unwrap_or(self.rest.len() - signed);
        let (number, rest) = self.rest.split_at(signed + digits);
        let value = number.parse().map_err(|_| self.error(format!("found `{}`, which is not a 32-bit integer,", excerpt(number))))?;
        self.rest = rest;
        Ok(value)
    }

    fn identifier(&mut self, what: &str) -> Result<&'a str, ParseError> {
        if !self.peek().is_some_and(in_identifier) {
            return Err(self.unexpected(what));
        }
        let end = self.rest.find(|c| !in_identifier(c)).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        self.rest = rest;
        Ok(name)
    }

    /// The next character that counts.
    fn peek(&mut self) -> Option<char> {
        self.rest = self.rest.trim_start();
        self.rest.chars().next()
    }

    fn accept(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.rest = &self.rest[wanted.len_utf8()..];
        }
        found
    }

    fn expect(&mut self, wanted: char) -> Result<(), ParseError> {
        if self.accept(wanted) { Ok(()) } else { Err(self.unexpected(&format!("`{wanted}`"))) }
    }

    fn unexpected(&mut self, wanted: &str) -> ParseError {
        let found = self.peek().map_or("the end".to_owned(), |c| format!("`{c}`"));
        self.error(format!("expected {wanted}, found {found}"))
    }

    fn error(&self, problem: String) -> ParseError {
        let before = self.text.len() - self.rest.len();
        ParseError { problem, position: self.text[..before].chars().count() + 1 }
    }
}

fn in_identifier(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

/// The beginning of a word, for a message.
fn excerpt(word: &str) -> String {
    word.chars().take(20).collect()
}
