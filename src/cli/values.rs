//! Values given on the command line: none of them is shown when it is wrong, since it may be a secret.

use super::exit::Failure;
use super::input;
use crate::wire::Override;
use std::path::{Path, PathBuf};

/// Values put over those of the definition.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Definition")]
pub(super) struct ValueArguments {
    /// Put a value over the definition's, as properties.masterProfile.count=3; a value @FILE is read from the file, @- from standard
    /// input. May be given several times, and the last for a place counts; several values in one --set, separated by commas, are not
    /// understood
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// Certificate of the cluster's authority, as PEM
    #[arg(long, value_name = "FILE")]
    ca_certificate: Option<PathBuf>,
    /// Certificate that kubelets show to the API server, as PEM
    #[arg(long, value_name = "FILE", requires = "client_key")]
    client_certificate: Option<PathBuf>,
    /// Key of that certificate, as PEM
    #[arg(long, value_name = "FILE", requires = "client_certificate")]
    client_key: Option<PathBuf>,
}

impl ValueArguments {
    /// In the order in which they are applied.
    pub(super) fn read(&self) -> Result<Vec<Override>, Failure> {
        let certificates = [
            ("caCertificate", &self.ca_certificate),
            ("clientCertificate", &self.client_certificate),
            ("clientPrivateKey", &self.client_key),
        ];
        let given = certificates.into_iter().filter_map(|(name, file)| Some((name, file.as_deref()?)));
        let mut values: Vec<Override> = given.map(|(name, file)| certificate(name, file)).collect::<Result<_, _>>()?;
        for argument in &self.set {
            values.push(one(argument)?);
        }
        Ok(values)
    }
}

fn certificate(name: &str, file: &Path) -> Result<Override, Failure> {
    let text = input::text(file)?;
    if !text.contains("-----BEGIN ") {
        let hint = "it does not begin with `-----BEGIN `; `openssl x509 -inform der` converts a certificate";
        return Err(Failure::usage(format!("`{}` is not PEM: {hint}", file.display())));
    }
    parsed(&format!("certificateProfile.{name}={}", serde_json::Value::from(text)))
}

fn one(argument: &str) -> Result<Override, Failure> {
    let value = parsed(argument)?;
    match value.text().strip_prefix('@') {
        Some(rest) if rest.starts_with('@') => Ok(value.clone().with_text(rest)),
        // the name may be a secret that happens to begin with an at sign
        Some(file) => match from_file(file) {
            Ok(text) => Ok(value.clone().with_text(&verbatim(text))),
            Err(failure) => {
                let hint = "a value that begins with @ is the name of a file, and @@ stands for @";
                Err(Failure::new(failure.exit, format!("--set: the file for `{}` cannot be read: {hint}", value.path())))
            }
        },
        None => not_two(value),
    }
}

/// What would be taken for JSON where text is expected is made a string of JSON.
fn verbatim(text: String) -> String {
    if text.starts_with('"') || text == "null" { serde_json::Value::from(text).to_string() } else { text }
}

fn parsed(argument: &str) -> Result<Override, Failure> {
    argument.parse().map_err(|error| Failure::usage(format!("--set: {error}")))
}

/// `a=1,b=2` sets two values in aks-engine.
fn not_two(value: Override) -> Result<Override, Failure> {
    let next = value.text().split(',').skip(1).find_map(|rest| rest.split_once('=')).map(|(path, _)| path.trim());
    match next.filter(|path| Override::names_a_place(path)) {
        Some(path) => {
            let first = value.path();
            let message = format!("--set: the value of `{first}` goes on with `,{path}=`: give each value a --set of its own");
            Err(Failure::usage(message))
        }
        None => Ok(value),
    }
}

/// The text of `@FILE` or `@-`, without the line end that editors and `echo` put behind a secret.
pub(super) fn from_file(file: &str) -> Result<String, Failure> {
    let text = input::text(Path::new(file))?;
    let text = text.strip_suffix('\n').unwrap_or(&text);
    Ok(text.strip_suffix('\r').unwrap_or(text).to_owned())
}
