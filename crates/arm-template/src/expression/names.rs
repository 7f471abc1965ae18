//! What expressions look up by name.

use super::{Call, Expr};
use std::fmt;

/// What a template declares by name and expressions look up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NameKind {
    /// `parameters('name')`
    Parameter,
    /// `variables('name')`
    Variable,
}

impl NameKind {
    /// What the call looks up, if it looks up something.
    pub(crate) fn of(call: &Call) -> Option<Self> {
        if call.calls("parameters") { Some(Self::Parameter) } else { call.calls("variables").then_some(Self::Variable) }
    }

    /// Where the template declares it.
    pub(crate) fn section(self) -> &'static str {
        match self {
            Self::Parameter => "parameters",
            Self::Variable => "variables",
        }
    }
}

impl fmt::Display for NameKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Parameter => "parameter",
            Self::Variable => "variable",
        })
    }
}

impl Call {
    /// The parameter or variable that this call looks up, as it is written; Azure does not mind its case.
    ///
    /// ```
    /// use arm_template::{NameKind, functions as arm};
    ///
    /// let call = arm::variables("pool").property("name");
    /// assert_eq!(call.looks_up(), Some((NameKind::Variable, "pool")));
    /// assert_eq!(arm::resource_group().looks_up(), None);
    /// ```
    #[must_use]
    pub fn looks_up(&self) -> Option<(NameKind, &str)> {
        match (NameKind::of(self), self.arguments()) {
            (Some(kind), [Expr::Text(name)]) => Some((kind, name)),
            _ => None,
        }
    }
}
