//! The place of a value in a definition: `properties.agentPoolProfiles[1].name`.

use super::secrets::{HIDDEN, is_hidden_text};
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// One step of a [`Path`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Segment {
    /// A key of an object.
    Key(Cow<'static, str>),
    /// An element of a list, counted from 0.
    Index(usize),
}

/// The way from the root of a definition to a value.
///
/// A path shares its parents, so cloning one and going one level down cost one reference count and one small allocation.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Path(Option<Arc<Link>>);

#[derive(PartialEq, Eq, Hash)]
struct Link {
    parent: Path,
    depth: usize,
    segment: Segment,
}

impl Path {
    /// The definition itself.
    #[must_use]
    pub fn root() -> Self {
        Self(None)
    }

    /// The value of `key` in the object at this path.
    #[must_use]
    pub fn key(&self, key: impl Into<Cow<'static, str>>) -> Self {
        self.child(Segment::Key(key.into()))
    }

    /// The element `index`, counted from 0, of the list at this path.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.child(Segment::Index(index))
    }

    /// One level down.
    #[must_use]
    pub fn child(&self, segment: Segment) -> Self {
        Self(Some(Arc::new(Link { parent: self.clone(), depth: self.depth() + 1, segment })))
    }

    /// One level up; nothing for the root.
    #[must_use]
    pub fn parent(&self) -> Option<&Self> {
        self.0.as_deref().map(|link| &link.parent)
    }

    /// The last segment; nothing for the root.
    #[must_use]
    pub fn last(&self) -> Option<&Segment> {
        self.0.as_deref().map(|link| &link.segment)
    }

    /// Number of segments.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.0.as_deref().map_or(0, |link| link.depth)
    }

    /// The segments, from the root on.
    #[must_use]
    pub fn segments(&self) -> Vec<&Segment> {
        let mut segments: Vec<_> = self.upwards().collect();
        segments.reverse();
        segments
    }

    /// Whether this path is `base` or lies below it.
    #[must_use]
    pub fn starts_with(&self, base: &Self) -> bool {
        let mut path = self;
        while path.depth() > base.depth() {
            let Some(parent) = path.parent() else { break };
            path = parent;
        }
        path == base
    }

    /// Whether the value here, or an object it lies in, has the name of a secret ([`is_secret_key`](super::is_secret_key)).
    #[must_use]
    pub fn is_secret(&self) -> bool {
        self.upwards().any(|segment| matches!(segment, Segment::Key(key) if super::is_secret_key(key)))
    }

    /// As it may be shown: a key that is itself a secret, a URL that grants access, is hidden.
    pub(super) fn shown(&self) -> String {
        let segments = self.segments().into_iter().cloned().map(|segment| match segment {
            Segment::Key(key) if is_hidden_text(&key) => Segment::Key(HIDDEN.into()),
            other => other,
        });
        segments.fold(Self::root(), |path, segment| path.child(segment)).to_string()
    }

    fn upwards(&self) -> impl Iterator<Item = &Segment> {
        std::iter::successors(self.0.as_deref(), |link| link.parent.0.as_deref()).map(|link| &link.segment)
    }

    /// Reads a path as [`Display`](fmt::Display) writes it and returns what follows it, which starts with `=` or is empty.
    ///
    /// Keys without dots, brackets and `=` need no quotes, so `kubeletConfig.--max-pods` works too.
    ///
    /// # Errors
    ///
    /// A sentence that says what is wrong with the path.
    pub fn parse_prefix(text: &str) -> Result<(Self, &str), String> {
        let mut path = Self::root();
        let mut rest = text;
        loop {
            rest = match rest.strip_prefix('[') {
                Some(inner) => {
                    let (segment, after) = parse_brackets(inner)?;
                    path = path.child(segment);
                    after
                }
                None => {
                    let end = rest.find(['.', '[', ']', '=']).unwrap_or(rest.len());
                    let (key, after) = rest.split_at(end);
                    if key.is_empty() {
                        return Err(match after.chars().next() {
                            Some(found) => format!("found `{found}`, expected a key"),
                            None => "the path ends where a key is expected".to_owned(),
                        });
                    }
                    path = path.key(key.to_owned());
                    after
                }
            };
            match rest.chars().next() {
                None | Some('=') => return Ok((path, rest)),
                Some('.') => rest = &rest[1..],
                Some('[') => {}
                Some(found) => return Err(format!("found `{found}`, expected `.`, `[` or `=`")),
            }
        }
    }
}

/// What follows `[`: an index or a quoted key, and the closing bracket.
fn parse_brackets(inner: &str) -> Result<(Segment, &str), String> {
    if inner.starts_with('"') {
        let mut keys = serde_json::Deserializer::from_str(inner).into_iter::<String>();
        let key = keys.next().and_then(Result::ok).ok_or("the key in `[\"...\"]` is not a JSON string")?;
        let after = inner[keys.byte_offset()..].strip_prefix(']').ok_or("`]` is missing after the quoted key")?;
        return Ok((Segment::Key(key.into()), after));
    }
    let (index, after) = inner.split_once(']').ok_or("`]` is missing after the index")?;
    let digits = !index.is_empty() && index.bytes().all(|byte| byte.is_ascii_digit());
    let index = index.parse().ok().filter(|_| digits);
    let index = index.ok_or("the index in `[...]` is not a whole number; keys in brackets are quoted: `[\"key\"]`")?;
    Ok((Segment::Index(index), after))
}

fn is_identifier(key: &str) -> bool {
    let mut chars = key.chars();
    chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_') && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, segment) in self.segments().into_iter().enumerate() {
            match segment {
                Segment::Index(index) => write!(f, "[{index}]")?,
                Segment::Key(key) if is_identifier(key) => {
                    let dot = if position == 0 { "" } else { "." };
                    write!(f, "{dot}{key}")?;
                }
                Segment::Key(key) => write!(f, "[{}]", serde_json::Value::from(key.as_ref()))?,
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Path({self})")
    }
}

impl Ord for Path {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.segments().cmp(&other.segments())
    }
}

impl PartialOrd for Path {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_path_starts_with_itself_and_its_parents_only() {
        let pools = Path::root().key("properties").key("agentPoolProfiles");
        let name = pools.index(1).key("name");
        assert!(name.starts_with(&name));
        assert!(name.starts_with(&pools.index(1)));
        assert!(name.starts_with(&Path::root()));
        assert!(!name.starts_with(&pools.index(0)));
        assert!(!pools.starts_with(&name));
    }

    #[test]
    fn values_below_a_secret_key_are_secret() {
        let certificates = Path::root().key("properties").key("certificateProfile");
        assert!(certificates.key("etcdPeerPrivateKeys").index(2).is_secret());
        assert!(!certificates.key("etcdPeerCertificates").index(2).is_secret());
    }

    #[test]
    fn prefixes_of_overrides_are_read() {
        let read = |text: &'static str| Path::parse_prefix(text).map(|(path, rest)| (path.to_string(), rest));
        assert_eq!(read("a.b[0].c=v"), Ok(("a.b[0].c".to_owned(), "=v")));
        assert_eq!(read("kubeletConfig.--max-pods=a=b"), Ok((r#"kubeletConfig["--max-pods"]"#.to_owned(), "=a=b")));
        assert_eq!(read(r#"l["a.b/c=]"]"#), Ok((r#"l["a.b/c=]"]"#.to_owned(), "")));
        for wrong in ["", "=v", "a..b", "a.", "a[", "a[x]", "a[-1]", "a[+1]", "a[\"x\"", "a[0]b", "a]"] {
            assert!(Path::parse_prefix(wrong).is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn what_is_displayed_is_read_back(segments in proptest::collection::vec(prop_oneof![
            ".{0,12}".prop_map(|key| Segment::Key(key.into())),
            (0_usize..2000).prop_map(Segment::Index),
        ], 1..8)) {
            let path = segments.iter().fold(Path::root(), |path, segment| path.child(segment.clone()));
            let shown = path.to_string();
            let (again, rest) = Path::parse_prefix(&shown).unwrap();
            prop_assert_eq!(again, path);
            prop_assert_eq!(rest, "");
        }

        #[test]
        fn no_text_makes_reading_panic(text in ".{0,60}") {
            let _ = Path::parse_prefix(&text);
        }
    }

    #[test]
    fn example_of_path() {
        use crate::report::Path;

        let pool = Path::root().key("properties").key("agentPoolProfiles").index(1);
        assert_eq!(pool.key("name").to_string(), "properties.agentPoolProfiles[1].name");
        assert_eq!(
            pool.key("customNodeLabels").key("example.com/team").to_string(),
            r#"properties.agentPoolProfiles[1].customNodeLabels["example.com/team"]"#
        );
    }
}
