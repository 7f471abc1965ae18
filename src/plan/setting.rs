//! Values of the node configuration: known now, or known only to the deployment.

use indexmap::IndexMap;
use serde::{Serialize, Serializer};
use std::fmt;

/// What only a deployment knows. The `arm` room has an expression for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fact {
    /// Name of the resource group.
    ResourceGroup,
    /// The resource group as a label value: no parentheses, at most 63 characters, ends with a letter or digit.
    LabelResourceGroup,
    /// Id of the subscription.
    SubscriptionId,
    /// Id of the directory.
    TenantId,
    /// Region of the deployment.
    Location,
    /// The digits that make names unique.
    NameSuffix,
    /// The first four of those digits: computer names of Windows are short.
    ShortNameSuffix,
    /// Certificate of the cluster's authority as PEM.
    CaCertificate,
    /// Certificate of the node's client as PEM.
    ClientCertificate,
    /// Application id of the service principal.
    ServicePrincipalClientId,
    /// Name of the local administrator.
    AdminUsername,
}

impl Fact {
    /// How people are shown that a value is not known yet.
    #[must_use]
    pub fn placeholder(self) -> &'static str {
        match self {
            Self::ResourceGroup => "<resource group>",
            Self::LabelResourceGroup => "<resource group as label>",
            Self::SubscriptionId => "<subscription>",
            Self::TenantId => "<tenant>",
            Self::Location => "<location>",
            Self::NameSuffix => "<name suffix>",
            Self::ShortNameSuffix => "<name suffix, 4 digits>",
            Self::CaCertificate => "<CA certificate>",
            Self::ClientCertificate => "<client certificate>",
            Self::ServicePrincipalClientId => "<service principal>",
            Self::AdminUsername => "<administrator>",
        }
    }
}

/// Text with facts of the deployment in it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Text(Vec<Piece>);

/// A part of a [`Text`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Piece {
    /// Known text.
    Known(String),
    /// What the deployment puts here.
    Fact(Fact),
}

impl Text {
    /// The parts in order.
    #[must_use]
    pub fn pieces(&self) -> &[Piece] {
        &self.0
    }

    /// Appends known text.
    #[must_use]
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.0.push(Piece::Known(text.into()));
        self
    }

    /// Appends what the deployment knows.
    #[must_use]
    pub fn fact(mut self, fact: Fact) -> Self {
        self.0.push(Piece::Fact(fact));
        self
    }
}

impl From<Fact> for Text {
    fn from(fact: Fact) -> Self {
        Self::default().fact(fact)
    }
}

impl<T: Into<String>> From<T> for Text {
    fn from(text: T) -> Self {
        Self::default().text(text)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for piece in &self.0 {
            f.write_str(match piece {
                Piece::Known(text) => text,
                Piece::Fact(fact) => fact.placeholder(),
            })?;
        }
        Ok(())
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A value of the node configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Setting {
    /// Text.
    Text(Text),
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Number(u64),
    /// A list.
    List(Vec<Setting>),
    /// An object.
    Object(Settings),
}

/// Settings by key, in the order they are written.
pub type Settings = IndexMap<&'static str, Setting>;

impl From<Text> for Setting {
    fn from(text: Text) -> Self {
        Self::Text(text)
    }
}
impl From<Fact> for Setting {
    fn from(fact: Fact) -> Self {
        Self::Text(fact.into())
    }
}
impl From<&str> for Setting {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}
impl From<String> for Setting {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}
impl From<&String> for Setting {
    fn from(text: &String) -> Self {
        Self::Text(text.as_str().into())
    }
}
impl From<bool> for Setting {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}
impl From<u32> for Setting {
    fn from(value: u32) -> Self {
        Self::Number(value.into())
    }
}
impl From<u64> for Setting {
    fn from(value: u64) -> Self {
        Self::Number(value)
    }
}
impl<T: Into<Setting>> FromIterator<T> for Setting {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}

impl std::hash::Hash for Setting {
    /// Objects count by their keys: equal objects have equal ones.
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        match self {
            Self::Text(text) => text.hash(state),
            Self::Bool(value) => value.hash(state),
            Self::Number(value) => value.hash(state),
            Self::List(items) => items.hash(state),
            Self::Object(settings) => settings.keys().for_each(|key| key.hash(state)),
        }
    }
}
