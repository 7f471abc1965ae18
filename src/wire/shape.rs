//! What the types look like, as data: for overrides, which find their place before anything is typed, and for advice on unknown keys.

use crate::report::{Path, Segment};
use indexmap::IndexMap;

/// The shape of a JSON value.
#[derive(Debug)]
pub(crate) enum Shape {
    /// A string.
    Text,
    /// A whole number.
    Whole,
    /// Any number.
    Number,
    /// True or false.
    Flag,
    /// A list of values of one shape.
    List(&'static Shape),
    /// An object whose keys are free text.
    Map(&'static Shape),
    /// An object with these keys, which match without regard to case.
    Object(&'static [(&'static str, &'static Shape)]),
}

/// A type that is read from JSON of a known shape.
pub(crate) trait Shaped {
    /// That shape.
    const SHAPE: Shape;

    /// The type without its box.
    type Plain;

    /// The value without its box.
    fn plain(&self) -> &Self::Plain;
}

/// A type that is in no box, with its shape.
macro_rules! plain {
    ($($type:ty $(where $element:ident)?: $shape:expr;)*) => {
        $(impl $(<$element: Shaped>)? Shaped for $type {
            const SHAPE: Shape = $shape;

            type Plain = Self;

            fn plain(&self) -> &Self {
                self
            }
        })*
    };
}

plain! {
    String: Shape::Text;
    i64: Shape::Whole;
    i32: Shape::Whole;
    f64: Shape::Number;
    bool: Shape::Flag;
    Vec<T> where T: Shape::List(&T::SHAPE);
    IndexMap<String, T> where T: Shape::Map(&T::SHAPE);
}

impl<T: Shaped> Shaped for Box<T> {
    const SHAPE: Shape = T::SHAPE;

    type Plain = T;

    fn plain(&self) -> &T {
        self
    }
}

impl Shape {
    /// The key of an object as the types spell it, and the shape of its value.
    pub(crate) fn key(&self, key: &str) -> Option<(&'static str, &'static Self)> {
        let Self::Object(keys) = self else { return None };
        keys.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).copied()
    }

    /// The keys of an object.
    pub(crate) fn keys(&self) -> Vec<&'static str> {
        match self {
            Self::Object(keys) => keys.iter().map(|(name, _)| *name).collect(),
            _ => Vec::new(),
        }
    }

    /// The paths of the objects, anywhere below this shape, that have `key`; list elements appear as the first one.
    pub(crate) fn owners(&self, key: &str) -> Vec<Path> {
        let mut owners = Vec::new();
        self.collect_owners(key, &Path::root(), &mut owners);
        owners
    }

    fn collect_owners(&self, key: &str, path: &Path, owners: &mut Vec<Path>) {
        match self {
            Self::Object(keys) => {
                if self.key(key).is_some() {
                    owners.push(path.clone());
                }
                for (name, shape) in *keys {
                    shape.collect_owners(key, &path.key(*name), owners);
                }
            }
            Self::List(element) => element.collect_owners(key, &path.index(0), owners),
            Self::Text | Self::Whole | Self::Number | Self::Flag | Self::Map(_) => {}
        }
    }

    /// The shape one level down; nothing where the types have no such place.
    pub(crate) fn below(&'static self, segment: &Segment) -> Option<&'static Self> {
        match (self, segment) {
            (Self::Object(_), Segment::Key(key)) => self.key(key).map(|(_, shape)| shape),
            (Self::Map(element), Segment::Key(_)) | (Self::List(element), Segment::Index(_)) => Some(*element),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::ClusterDefinition;

    #[test]
    fn owners_of_a_key_are_found_everywhere() {
        let owners: Vec<_> = ClusterDefinition::SHAPE.owners("OSTYPE").iter().map(ToString::to_string).collect();
        assert_eq!(owners, ["properties.agentPoolProfiles[0]"]);
        assert_eq!(ClusterDefinition::SHAPE.owners("kubeletConfig").len(), 3);
        assert!(ClusterDefinition::SHAPE.owners("nosuch").is_empty());
    }

    /// Two keys that differ only in case could never both be given.
    #[test]
    fn no_object_has_a_key_twice() {
        fn check(shape: &Shape) {
            match shape {
                Shape::Object(keys) => {
                    let lower: std::collections::BTreeSet<_> = keys.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
                    assert_eq!(lower.len(), keys.len(), "{keys:?}");
                    keys.iter().for_each(|(_, shape)| check(shape));
                }
                Shape::List(element) | Shape::Map(element) => check(element),
                Shape::Text | Shape::Whole | Shape::Number | Shape::Flag => {}
            }
        }
        check(&ClusterDefinition::SHAPE);
    }
}
