//! Which warnings count, by the user's choice.

use super::{Code, Report, Severity, codes, nearest};

/// What is to become of warnings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    allow: Vec<&'static Code>,
    deny: Vec<&'static Code>,
    strict: bool,
}

/// Why a code cannot be allowed or denied.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// There is no such code.
    #[error("no diagnostic code `{id}`{}", near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default())]
    Unknown {
        /// What was given.
        id: String,
        /// A code with a similar name.
        near: Option<&'static str>,
    },
    /// The code is an error: what it refuses cannot be generated.
    #[error("`{0}` is an error, and only warnings can be allowed")]
    Error(&'static str),
}

impl Policy {
    /// Leaves out warnings of this code.
    ///
    /// # Errors
    ///
    /// When there is no such code, or it is an error.
    pub fn allow(&mut self, id: &str) -> Result<(), PolicyError> {
        let code = find(id)?;
        if code.severity == Severity::Error {
            return Err(PolicyError::Error(code.id));
        }
        self.allow.push(code);
        Ok(())
    }

    /// Makes warnings of this code errors, also where they are allowed.
    ///
    /// # Errors
    ///
    /// When there is no such code.
    pub fn deny(&mut self, id: &str) -> Result<(), PolicyError> {
        self.deny.push(find(id)?);
        Ok(())
    }

    /// Makes every warning that is not allowed an error.
    pub fn deny_all(&mut self) {
        self.strict = true;
    }

    /// What becomes of a finding; `None` when it is left out.
    pub(super) fn judge(&self, code: &'static Code, severity: Severity) -> Option<Severity> {
        match severity {
            Severity::Error => Some(Severity::Error),
            Severity::Warning if self.deny.contains(&code) => Some(Severity::Error),
            Severity::Warning if self.allow.contains(&code) => None,
            Severity::Warning if self.strict => Some(Severity::Error),
            Severity::Warning => Some(Severity::Warning),
        }
    }
}

fn find(id: &str) -> Result<&'static Code, PolicyError> {
    codes::find(id).ok_or_else(|| {
        let ids: Vec<_> = codes::all().map(|code| code.id).collect();
        PolicyError::Unknown { id: id.to_owned(), near: nearest(id, &ids) }
    })
}

impl Report {
    /// The findings as the policy has them.
    #[must_use]
    pub(crate) fn judged(mut self, policy: &Policy) -> Self {
        // of findings that are only counted nobody knows the code
        let omitted_warnings = self.warnings - self.warnings().count();
        let omitted_errors = self.errors - self.errors().count();
        self.diagnostics.retain_mut(|diagnostic| {
            let judged = policy.judge(diagnostic.code, diagnostic.severity);
            diagnostic.severity = judged.unwrap_or(diagnostic.severity);
            judged.is_some()
        });
        let (errors, warnings) = (self.errors().count() + omitted_errors, self.warnings().count());
        (self.errors, self.warnings) = match policy.strict {
            true => (errors + omitted_warnings, warnings),
            false => (errors, warnings + omitted_warnings),
        };
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Path;

    #[test]
    fn warnings_are_left_out_or_become_errors() {
        let mut report = Report::default();
        report.error(codes::reading::JSON_TYPE, Path::root().key("a"), "wrong");
        report.warning(codes::find("kubernetes-end-of-life").unwrap(), Path::root(), "old");
        report.warning(codes::find("no-windows-pool").unwrap(), Path::root(), "none");
        let count = |allow: &[&str], deny: &[&str], strict: bool| {
            let mut policy = Policy::default();
            allow.iter().for_each(|id| policy.allow(id).unwrap());
            deny.iter().for_each(|id| policy.deny(id).unwrap());
            if strict {
                policy.deny_all();
            }
            let judged = report.clone().judged(&policy);
            (judged.error_count(), judged.warning_count())
        };
        assert_eq!(count(&[], &[], false), (1, 2));
        assert_eq!(count(&["no-windows-pool"], &[], false), (1, 1));
        assert_eq!(count(&["no-windows-pool"], &["no-windows-pool"], false), (2, 1));
        assert_eq!(count(&["kubernetes-end-of-life"], &[], true), (2, 0));
        assert_eq!(count(&[], &[], true), (3, 0));
    }

    #[test]
    fn only_known_warnings_can_be_allowed() {
        let error = |id: &str| Policy::default().allow(id).unwrap_err().to_string();
        assert_eq!(error("pool-nam"), "no diagnostic code `pool-nam`; did you mean `pool-name`?");
        assert_eq!(error("pool-name"), "`pool-name` is an error, and only warnings can be allowed");
    }
}
