//! What was meant by a command line that is not understood.

use crate::report::{nearest, without_secrets};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use std::ffi::OsString;
use std::path::Path;

/// What other tools call our commands, aks-engine first.
const COMMANDS: &[(&str, &str)] = &[
    ("get-versions", "`gen-cse catalog show` lists the versions"),
    ("deploy", "gen-cse writes templates; `az deployment group create` deploys them"),
    ("addpool", "give the pool with `--pool NAME`, then deploy the output"),
    ("scale", "change the pool's `count`, generate, deploy"),
    ("upgrade", "change `orchestratorVersion`, generate, deploy"),
    ("version", "`gen-cse --version` tells it"),
    ("check", "`gen-cse validate FILE`, or `gen-cse generate FILE --check`"),
    ("lint", "`gen-cse validate FILE`"),
    ("new", "`gen-cse init`"),
    ("versions", "`gen-cse catalog show`"),
];

/// Options of aks-engine and of people's habits, and what they are here.
const OPTIONS: &[(&str, &str)] = &[
    ("--api-model", "the definition is given without an option: `gen-cse apimodel.json`"),
    ("-m", "the definition is given without an option: `gen-cse apimodel.json`"),
    ("--output-directory", "it is `--output` here"),
    ("--out-dir", "it is `--output` here"),
    ("--ca-certificate-path", "it is `--ca-certificate FILE` here; the authority's key is not needed"),
    ("--ca-private-key-path", "the authority's key is not needed: nothing is signed here"),
    ("--client-id", "give it with `--set servicePrincipalProfile.clientId=...`"),
    ("--client-secret", "give it with `--set servicePrincipalProfile.secret=@FILE`"),
    ("--no-pretty-print", "output is always for people to read, unless only the compact form fits into Azure's limit"),
    ("--parameters-only", "`--print parameters` prints them"),
    ("--resource-group", "only a deployment and `gen-cse inspect` need it"),
    ("--location", "give it with `--set location=...`"),
    ("--dry-run", "it is `--check` here"),
    ("--ignore", "it is `--allow CODE` here"),
    ("--no-color", "it is `--color never` here"),
    ("--json", "it is `--format json` here"),
];

/// A first word that is neither a command nor a file.
pub(super) fn mistyped_command(given: &[OsString], command: &clap::Command) -> Option<String> {
    let word = given.get(1)?.to_str()?;
    let is_word = !word.is_empty() && word.chars().all(|c| c.is_ascii_alphabetic() || c == '-') && !word.starts_with('-');
    let names: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
    if !is_word || word == "help" || names.contains(&word) || Path::new(word).exists() {
        return None;
    }
    let known = COMMANDS.iter().find(|(other, _)| *other == word).map(|(_, hint)| (*hint).to_owned());
    let near = nearest(word, &names).map(|near| format!("did you mean `{near}`?"));
    let hint = known.or(near).unwrap_or_else(|| format!("there are {}", names.join(", ")));
    Some(format!("no command and no file `{word}`; {hint}"))
}

/// What clap says, with a better hint where we have one. A value that was given is not repeated when it may be a secret.
pub(super) fn of(mut error: clap::Error, given: &[OsString], command: &clap::Command) -> String {
    let unknown = word(&error, ErrorKind::UnknownArgument, ContextKind::InvalidArg);
    let is_generate = given.get(1).is_some_and(|first| first == "generate");
    let instead_of_words = match word(&error, ErrorKind::ArgumentConflict, ContextKind::InvalidSubcommand) {
        Some(word) => command_behind_options(given, command).or_else(|| second_definition(&word)),
        None => unknown.as_deref().filter(|_| is_generate).and_then(second_definition),
    };
    if let Some(hint) = instead_of_words {
        return hint;
    }
    let known = unknown.and_then(|argument| OPTIONS.iter().find(|(name, _)| *name == argument).map(|(_, hint)| (*hint).to_owned()));
    // "to pass it as a value, use `--`" is never what was meant; and where the hint is known, the nearest name is a wrong one
    error.remove(ContextKind::Suggested);
    if known.is_some() {
        error.remove(ContextKind::SuggestedArg);
    }
    let text = without_secrets(&error.to_string());
    let text = text.strip_prefix("error: ").unwrap_or(&text).trim_end();
    match known.or_else(|| command_behind_options(given, command)) {
        Some(hint) => format!("{text}\n\nhint: {hint}"),
        None => text.to_owned(),
    }
}

/// What clap minds in an error of this kind.
fn word(error: &clap::Error, kind: ErrorKind, context: ContextKind) -> Option<String> {
    match error.get(context) {
        Some(ContextValue::String(word)) if error.kind() == kind => Some(word.clone()),
        _ => None,
    }
}

/// `gen-cse a.json b.json`, which clap takes for a command. What is no file may be a secret.
fn second_definition(word: &str) -> Option<String> {
    Path::new(word).is_file().then(|| format!("`{word}` is a second definition: `generate` takes one, `validate` several"))
}

/// `gen-cse --format json validate x.json`: options belong behind their command.
fn command_behind_options(given: &[OsString], command: &clap::Command) -> Option<String> {
    let starts_with_option = given.get(1)?.to_str()?.starts_with('-');
    let words = given.iter().skip(2).filter_map(|word| word.to_str());
    let name = words.filter_map(|word| command.find_subcommand(word)).next()?.get_name();
    starts_with_option.then(|| format!("options stand behind their command: `gen-cse {name} ...`"))
}
