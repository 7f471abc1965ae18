//! `--set path=value`: one value of the definition given on the command line.

use super::shape::{Shape, Shaped};
use super::{ClusterDefinition, DEFINITION, Properties};
use crate::json::{self, Kind, Member, Node};
use crate::report::{Path, Place, Report, Segment, codes::reading};
use std::fmt;
use std::str::FromStr;

/// A value that replaces what the file says.
///
/// The path is written as in the diagnostics; `properties.` may be left out. The value is JSON if it is, else text; where a string is
/// expected, it is text as it stands unless it is a JSON string. `null` takes a value away. Of several for the same place the last counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Override {
    path: Path,
    value: String,
}

/// Why a `--set` argument cannot be read. Says nothing of the value, which may be secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{argument}` is not `path=value`: {reason}")]
pub struct OverrideError {
    argument: String,
    reason: String,
}

impl FromStr for Override {
    type Err = OverrideError;

    fn from_str(argument: &str) -> Result<Self, OverrideError> {
        let error = |reason| OverrideError { argument: argument.split(['=', ':', ' ']).next().unwrap_or_default().to_owned(), reason };
        let (path, rest) = Path::parse_prefix(argument).map_err(error)?;
        let value = rest.strip_prefix('=').ok_or_else(|| error("`=` and a value are missing".to_owned()))?;
        Ok(Self { path: from_root(path), value: value.to_owned() })
    }
}

impl Override {
    /// Which value is replaced, from the root of the definition.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The value as it was given.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.value
    }

    /// The same place with another value.
    #[must_use]
    pub fn with_text(self, value: &str) -> Self {
        Self { value: value.to_owned(), ..self }
    }

    /// Whether a text is the path of something that a definition can have.
    #[must_use]
    pub fn names_a_place(text: &str) -> bool {
        let path = Path::parse_prefix(text).ok().filter(|(_, rest)| rest.is_empty()).map(|(path, _)| from_root(path));
        path.is_some_and(|path| path.depth() > 0 && resolve(&path, &mut Report::default()).is_some())
    }

    /// Puts the value into the tree of a definition; an error when there is no such place.
    pub(super) fn apply(&self, root: &mut Node, report: &mut Report) {
        let Some((path, shape)) = resolve(&self.path, report) else { return };
        if let Err(problem) = set(root, &ClusterDefinition::SHAPE, &path.segments(), value(&self.value, shape)) {
            report.error(reading::SET_PATH, path, problem.to_string()).at(Place::Override);
        }
    }
}

/// Users of aks-engine leave `properties` out.
fn from_root(path: Path) -> Path {
    match path.segments().first() {
        Some(Segment::Key(key)) if Properties::SHAPE.key(key).is_some() => {
            path.segments().into_iter().fold(Path::root().key("properties"), |path, segment| path.child(segment.clone()))
        }
        _ => path,
    }
}

/// The path with keys as the types spell them, and what is expected there.
fn resolve(written: &Path, report: &mut Report) -> Option<(Path, &'static Shape)> {
    let mut path = Path::root();
    let mut shape: &'static Shape = &ClusterDefinition::SHAPE;
    for segment in written.segments() {
        let Some(below) = shape.below(segment) else {
            nowhere(&path, shape, segment, report);
            return None;
        };
        path = match (shape, segment) {
            (Shape::Object(_), Segment::Key(key)) => path.key(shape.key(key).map_or_else(|| key.clone(), |(name, _)| name.into())),
            _ => path.child(segment.clone()),
        };
        shape = below;
    }
    Some((path, shape))
}

/// Records that `path`, where the types have `shape`, has nothing like `segment` below it.
fn nowhere(path: &Path, shape: &Shape, segment: &Segment, report: &mut Report) {
    let problem = match (shape, segment) {
        (Shape::Object(_), Segment::Key(key)) => {
            return json::unknown_key(report, path, key, &shape.keys(), &DEFINITION, Some(Place::Override));
        }
        (Shape::Object(_) | Shape::Map(_), _) => "this is an object, expected a key",
        (Shape::List(_), _) => "this is a list, expected an index: `[0]`",
        (Shape::Text | Shape::Whole | Shape::Number | Shape::Flag, _) => "this is a single value, with nothing below it",
    };
    report.error(reading::SET_PATH, path.clone(), problem).at(Place::Override);
}

fn value(text: &str, shape: &Shape) -> Node {
    let json = json::value(text);
    let as_it_stands = matches!(shape, Shape::Text) && !matches!(json, Some(Node { kind: Kind::Text(_) | Kind::Null, .. }));
    json.filter(|_| !as_it_stands).unwrap_or_else(|| Node { kind: Kind::Text(text.into()), span: None })
}

/// Why a value cannot be put into this file, though the types have a place for it.
enum Misfit {
    /// What the file has there is neither an object nor a list.
    Scalar(&'static str),
    /// The list has this many elements.
    Beyond(usize),
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scalar(kind) => write!(f, "the file has {kind} on the way to this value"),
            Self::Beyond(0) => write!(f, "the list has no elements, expected the index 0"),
            Self::Beyond(length) => write!(f, "the index is beyond the end of the list, expected 0 to {length}, which appends"),
        }
    }
}

fn set(node: &mut Node, shape: &'static Shape, segments: &[&Segment], value: Node) -> Result<(), Misfit> {
    let Some((segment, further)) = segments.split_first() else {
        *node = value;
        return Ok(());
    };
    let Some(below) = shape.below(segment) else { return Ok(()) };
    if matches!(node.kind, Kind::Null) {
        node.kind = match segment {
            Segment::Key(_) => Kind::Object(Vec::new()),
            Segment::Index(_) => Kind::List(Vec::new()),
        };
    }
    let child = match (&mut node.kind, segment) {
        (Kind::Object(members), Segment::Key(key)) => member(members, key, matches!(shape, Shape::Map(_))),
        (Kind::List(elements), Segment::Index(index)) => {
            if *index == elements.len() {
                elements.push(Node { kind: Kind::Null, span: None });
            }
            let length = elements.len();
            elements.get_mut(*index).ok_or(Misfit::Beyond(length))?
        }
        (other, _) => return Err(Misfit::Scalar(other.name())),
    };
    set(child, below, further, value)
}

/// The value of a key, which is added when there is none; keys that are not free text match without regard to case.
fn member<'a>(members: &'a mut Vec<Member>, key: &str, free_text: bool) -> &'a mut Node {
    let same = |member: &Member| *member.key == *key || !free_text && member.key.eq_ignore_ascii_case(key);
    let index = members.iter().position(same).unwrap_or_else(|| {
        members.push(Member { key: key.into(), key_span: None, value: Node { kind: Kind::Null, span: None } });
        members.len() - 1
    });
    &mut members[index].value
}

#[cfg(test)]
mod tests {
    #[test]
    fn example_of_override() -> Result<(), Box<dyn std::error::Error>> {
        use crate::wire::Override;

        let count: Override = "agentPoolProfiles[0].count=3".parse()?;
        assert_eq!(count.path().to_string(), "properties.agentPoolProfiles[0].count");
        assert!("agentPoolProfiles[x]=3".parse::<Override>().is_err());
        Ok(())
    }
}
