//! Every kind of finding, as data: `gen-cse explain <code>`, the documentation and the SARIF rules are made from this table.
//!
//! A new kind is one row in the file of its subject; a new subject is one file and one row in [`SUBJECTS`].

use super::Severity;

pub mod cloud;
pub mod cluster;
pub mod downloads;
pub mod network;
pub mod pools;
pub mod reading;
pub mod windows;

/// One kind of finding.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Code {
    /// The stable name: lower case words joined by hyphens.
    pub id: &'static str,
    /// Whether a definition with this finding is refused.
    pub severity: Severity,
    /// What is wrong, in one line.
    pub title: &'static str,
    /// Why it matters and what to do, in a few sentences.
    pub explanation: &'static str,
    /// A piece of a definition (or of a command line) that has this finding.
    pub wrong: &'static str,
    /// The same piece without it.
    pub right: &'static str,
    /// Whether the value at the path is unusable, so that later findings at this path and below it say nothing new.
    pub hides_below: bool,
}

impl Code {
    /// What `gen-cse explain` prints: the title, the explanation and the example.
    #[must_use]
    pub fn explain(&self) -> String {
        let indented = |example: &str| example.lines().map(|line| format!("    {line}\n")).collect::<String>();
        let Self { id, severity, title, explanation, .. } = self;
        let (wrong, right) = (indented(self.wrong), indented(self.right));
        format!("{severity}[{id}]: {title}\n\n{explanation}\n\nwrong:\n{wrong}\nright:\n{right}")
    }
}

/// Declares the codes of one subject: a constant per code, and `ALL` with every one of them.
macro_rules! codes {
    ($($name:ident = $code:expr;)+) => {
        $(
            #[doc = concat!("See [`Code::title`] and [`Code::explanation`] of this row.")]
            pub const $name: &$crate::report::Code = &$code;
        )+
        /// Every code of this subject, in the order of the table.
        pub const ALL: &[&$crate::report::Code] = &[$($name),+];
    };
}
pub(crate) use codes;

/// The subjects with their codes, in the order of the documentation.
pub const SUBJECTS: &[(&str, &[&Code])] = &[
    ("reading the file", reading::ALL),
    ("the cluster", cluster::ALL),
    ("the network", network::ALL),
    ("agent pools", pools::ALL),
    ("Windows nodes", windows::ALL),
    ("downloads", downloads::ALL),
    ("custom clouds", cloud::ALL),
];

/// Every code.
pub fn all() -> impl Iterator<Item = &'static Code> {
    SUBJECTS.iter().flat_map(|(_, codes)| codes.iter().copied())
}

/// The code with this id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Code> {
    all().find(|code| code.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_words_joined_by_hyphens() {
        let mut seen = std::collections::BTreeSet::new();
        for Code { id, .. } in all() {
            assert!(seen.insert(id), "{id} stands twice");
            let words = id.split('-').all(|word| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()));
            assert!(words, "{id}");
            assert_eq!(find(id).unwrap().id, *id);
        }
    }

    #[test]
    fn an_explanation_shows_wrong_and_right() {
        insta::assert_snapshot!(find("unknown-key").unwrap().explain(), @r#"
        error[unknown-key]: a key is not known

        Neither aks-engine nor aks-engine-azurestack has a key of this name at this place, or no catalog has. An unknown key would be ignored, and with it what was meant by it, so it is refused; case does not matter in a definition. `gen-cse schema` and `gen-cse schema catalog` print JSON Schemas with which an editor completes and checks the keys while you type.

        wrong:
            { "name": "winpool", "nodeCount": 3 }

        right:
            { "name": "winpool", "count": 3 }
        "#);
    }

    #[test]
    fn every_code_is_explained_by_an_example() {
        for code in all() {
            let Code { id, title, explanation, wrong, right, .. } = code;
            assert!(
                title.chars().next().is_some_and(|c| !c.is_uppercase()) && !title.ends_with('.') && !title.contains('\n'),
                "title of {id}"
            );
            assert!(explanation.ends_with('.') && explanation.len() > 60, "explanation of {id}");
            assert!(!wrong.trim().is_empty() && !right.trim().is_empty() && wrong != right, "example of {id}");
        }
    }
}
