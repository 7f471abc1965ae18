//! The expression language: an AST, its printer, and the template values in which expressions stand.

mod names;
mod parse;
mod value;

pub use names::NameKind;
pub use parse::ParseError;
pub(crate) use value::{Entries, escape, is_bracketed};
pub use value::{Object, Value, object};

use std::borrow::Cow;
use std::fmt;

/// Characters (UTF-16 units, brackets included) an expression may have: Azure's limit ("ARM template best practices").
pub const MAX_EXPRESSION_CHARACTERS: usize = 24_576;

/// Levels that expressions and JSON may nest when they are read or evaluated; JSON has the same limit in `serde_json`.
pub const MAX_DEPTH: usize = 128;

/// An expression of a template, without the brackets around it.
///
/// ```
/// use arm_template::{Expr, functions as arm};
///
/// let name = arm::concat([arm::parameters("prefix").into(), "it's ".into(), arm::copy_index().into()]);
/// assert_eq!(name.bracketed(), "[concat(parameters('prefix'), 'it''s ', copyIndex())]");
/// assert_eq!(Expr::read(&name.bracketed()).unwrap(), name);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expr {
    /// A text literal, as it is meant: quotes are doubled by the printer.
    Text(String),
    /// An integer literal; Azure reads 32 bits.
    Integer(i32),
    /// A function call.
    Call(Call),
}

/// A function call and what is taken from its result: the language allows `.name` and `[index]` only there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    function: Cow<'static, str>,
    arguments: Vec<Expr>,
    path: Vec<Expr>,
}

impl Call {
    /// The call as a template holds it: in brackets.
    #[must_use]
    pub fn bracketed(&self) -> String {
        format!("[{self}]")
    }

    /// As [`Expr::characters`].
    pub(crate) fn characters(&self) -> usize {
        characters(|count| self.print(count))
    }

    /// A call of a function by its name; [`functions`](super::functions) has one constructor per function we emit.
    #[must_use]
    pub fn new(function: &'static str, arguments: impl IntoIterator<Item = Expr>) -> Self {
        Self::named(Cow::Borrowed(function), arguments.into_iter().collect())
    }

    pub(crate) fn named(function: Cow<'static, str>, arguments: Vec<Expr>) -> Self {
        Self { function, arguments, path: Vec::new() }
    }

    /// Takes a property of the result.
    #[must_use]
    pub fn property(self, name: impl Into<String>) -> Self {
        self.at(Expr::Text(name.into()))
    }

    /// Takes an element of the result: by number from a list, by name from an object.
    #[must_use]
    pub fn at(mut self, index: impl Into<Expr>) -> Self {
        self.path.push(index.into());
        self
    }

    /// Name of the function as written; Azure does not mind its case.
    #[must_use]
    pub fn function(&self) -> &str {
        &self.function
    }

    /// The arguments in order.
    #[must_use]
    pub fn arguments(&self) -> &[Expr] {
        &self.arguments
    }

    /// What is taken from the result, in order: a text literal is a property.
    #[must_use]
    pub fn path(&self) -> &[Expr] {
        &self.path
    }

    /// Whether this calls the function, in any case.
    #[must_use]
    pub fn calls(&self, function: &str) -> bool {
        self.function.eq_ignore_ascii_case(function)
    }
}

impl Expr {
    /// The expression as a template holds it: in brackets.
    #[must_use]
    pub fn bracketed(&self) -> String {
        format!("[{self}]")
    }

    /// Characters of the expression in a template, as [`MAX_EXPRESSION_CHARACTERS`] counts them.
    #[must_use]
    pub fn characters(&self) -> usize {
        characters(|count| self.print(count))
    }

    /// Calls `visit` with this expression and everything in it, outermost first.
    pub fn visit<'a>(&'a self, visit: &mut impl FnMut(&'a Self)) {
        visit(self);
        if let Self::Call(call) = self {
            for inner in call.arguments.iter().chain(&call.path) {
                inner.visit(visit);
            }
        }
    }
}

/// Of what is printed and the brackets around it.
fn characters(print: impl FnOnce(&mut Utf16Length) -> fmt::Result) -> usize {
    let mut count = Utf16Length(2);
    // counting cannot fail
    let _ = print(&mut count);
    count.0
}

/// Counts what is written to it.
struct Utf16Length(usize);

impl fmt::Write for Utf16Length {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 += utf16_length(text);
        Ok(())
    }
}

/// Length as .NET, and so Azure, counts it.
pub(crate) fn utf16_length(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().map(char::len_utf16).sum() }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.print(f)
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.print(f)
    }
}

impl Expr {
    fn print(&self, out: &mut impl fmt::Write) -> fmt::Result {
        match self {
            Self::Text(text) => quote(out, text),
            Self::Integer(number) => write!(out, "{number}"),
            Self::Call(call) => call.print(out),
        }
    }
}

impl Call {
    fn print(&self, out: &mut impl fmt::Write) -> fmt::Result {
        out.write_str(&self.function)?;
        out.write_char('(')?;
        for (i, argument) in self.arguments.iter().enumerate() {
            if i > 0 {
                out.write_str(", ")?;
            }
            argument.print(out)?;
        }
        out.write_char(')')?;
        for step in &self.path {
            match step {
                Expr::Text(name) if is_identifier(name) => {
                    out.write_char('.')?;
                    out.write_str(name)?;
                }
                step => {
                    out.write_char('[')?;
                    step.print(out)?;
                    out.write_char(']')?;
                }
            }
        }
        Ok(())
    }
}

/// The one place where quotes are doubled.
fn quote(out: &mut impl fmt::Write, text: &str) -> fmt::Result {
    out.write_char('\'')?;
    for (i, part) in text.split('\'').enumerate() {
        if i > 0 {
            out.write_str("''")?;
        }
        out.write_str(part)?;
    }
    out.write_char('\'')
}

/// Whether `.name` can be written; the scanner takes a leading digit for a number, and non-ASCII letters are not worth the risk.
fn is_identifier(name: &str) -> bool {
    let rest = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
    name.chars().next().is_some_and(|c| !c.is_ascii_digit()) && name.chars().all(rest)
}

impl From<Call> for Expr {
    fn from(call: Call) -> Self {
        Self::Call(call)
    }
}
impl From<&str> for Expr {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}
impl From<String> for Expr {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}
impl From<i32> for Expr {
    fn from(number: i32) -> Self {
        Self::Integer(number)
    }
}
