//! Checks that a machine without PowerShell can make of the scripts which travel to a node.
//!
//! `reference` is what Windows PowerShell 5.1 has, `syntax` what it can parse, `names` what it knows, `habits` what goes
//! wrong on a node though it parses, `layout` how the files fit together. `rules.json` holds the lists.

pub(crate) mod faults;
mod habits;
mod keys;
mod layout;
mod names;
pub(crate) mod reference;
mod syntax;
mod tree;

use gen_cse::plan::Step;
use poshtree::v2::{Node, NodeKind, ParseError, StringKind, Token};
use reference::Reference;
use serde::Deserialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt, fs,
    path::Path,
};

pub(crate) use layout::check_steps;

/// Lists the checks need; `rules.json` says what each is.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Rules {
    pub rules: BTreeMap<String, String>,
    pub approved_verbs: Vec<String>,
    pub forbidden_commands: BTreeMap<String, String>,
    pub forbidden_values: BTreeMap<String, String>,
    pub forbidden_in_text: BTreeMap<String, String>,
    pub required_parameters: BTreeMap<String, String>,
    pub node_programs: Vec<String>,
    pub automatic_variables: Vec<String>,
    pub reserved_variables: Vec<String>,
    pub secret_names: Vec<String>,
    pub telling_commands: Vec<String>,
    pub path_types: Vec<String>,
    pub(crate) called_only_when_packed: BTreeMap<String, String>,
    pub(crate) used_by_name: Vec<String>,
    /// Scripts that another maker's script dot-sources: its settings hold.
    pub(crate) dot_sourced_by_others: Vec<String>,
    pub(crate) configuration_keys: Vec<String>,
    pub(crate) secret_keys: Vec<String>,
    pub(crate) printing_commands: Vec<String>,
    pub(crate) printing_members: Vec<String>,
    pub(crate) members_of_newer_frameworks: BTreeMap<String, String>,
    pub(crate) most_member_arguments: BTreeMap<String, usize>,
    pub(crate) members: Vec<String>,
    pub(crate) environment: Vec<String>,
}

/// The lists of `rules.json`.
pub(crate) fn rules() -> Rules {
    serde_json::from_str(include_str!("rules.json")).expect("tests/powershell/rules.json")
}

/// Where a script runs, which decides what it may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// The custom data itself: runs first, then uses what it has unpacked.
    CustomData,
    /// Dot-sourced by the custom data: the engine.
    Bootstrap,
    /// Dot-sourced first, always packed.
    Lib,
    /// Dot-sourced last, packed where a pool needs it.
    Step,
    /// Stays on the node and is started by itself.
    Node,
}

/// One script, parsed.
pub(crate) struct File {
    /// Path below `parts/windows`, with `/`.
    pub path: String,
    pub text: String,
    pub place: Place,
    pub tree: Node,
    pub tokens: Vec<Token>,
    pub errors: Vec<ParseError>,
    /// Not every payload has it; the paths are those of the scripts that it always comes with.
    optional: Option<Vec<String>>,
    line_starts: Vec<usize>,
}

impl File {
    pub(crate) fn new(path: &str, text: &str) -> Self {
        let folder = path.split('/').next().unwrap_or_default();
        let place = match (folder, path) {
            (_, "bootstrap/customdata.ps1") => Place::CustomData,
            ("bootstrap", _) => Place::Bootstrap,
            ("lib", _) => Place::Lib,
            ("steps", _) => Place::Step,
            ("node", _) => Place::Node,
            _ => panic!("{path}: not a folder of parts/windows: bootstrap, lib, steps, node"),
        };
        let separated = tree::separated(text);
        let mut parsed = poshtree::v2::parse(&separated);
        tree::repair(&mut parsed.script, &separated);
        let line_starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
            place,
            tree: parsed.script,
            tokens: poshtree::v2::lex(text).tokens,
            errors: parsed.errors,
            optional: None,
            line_starts,
        }
    }

    /// The same, not in every payload, but whenever one of these scripts is.
    pub(crate) fn optional(self, with: Option<Vec<String>>) -> Self {
        Self { optional: with, ..self }
    }

    /// This file is there whenever the other is.
    fn comes_with(&self, other: &Self) -> bool {
        self.optional.as_ref().is_none_or(|with| with.contains(&other.path))
    }

    pub(crate) fn source(&self, node: &Node) -> &str {
        &self.text[node.span.start..node.span.end]
    }

    /// Runs as its own script, so that it must set its own preferences and may `exit`.
    pub(crate) fn is_entry(&self) -> bool {
        matches!(self.place, Place::CustomData | Place::Node)
    }

    pub(crate) fn finding(&self, at: usize, rule: &'static str, message: impl Into<String>) -> Finding {
        let line = self.line_starts.partition_point(|&start| start <= at).max(1);
        Finding { path: self.path.clone(), line, rule, message: message.into() }
    }
}

/// A rule that a script breaks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    pub path: String,
    pub line: usize,
    pub rule: &'static str,
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: [{}] {}", self.path, self.line, self.rule, self.message)
    }
}

/// A function defined in one of the files.
pub(crate) struct Function {
    pub name: String,
    /// Index of its file.
    pub file: usize,
    pub at: usize,
    pub parameters: Vec<Parameter>,
}

pub(crate) struct Parameter {
    pub name: String,
}

/// All scripts together.
pub(crate) struct Scripts {
    pub files: Vec<File>,
    /// By name in lower case.
    pub functions: BTreeMap<String, Vec<Function>>,
}

impl Scripts {
    pub(crate) fn new(files: Vec<File>) -> Self {
        let mut functions: BTreeMap<String, Vec<Function>> = BTreeMap::new();
        for (index, file) in files.iter().enumerate() {
            file.tree.walk(&mut |node| {
                if let Some(function) = function(node, index) {
                    functions.entry(function.name.to_lowercase()).or_default().push(function);
                }
            });
        }
        Self { files, functions }
    }

    /// Every `.ps1` below a folder laid out like `parts/windows`. `optional`: path of each script that not every payload has,
    /// and of those it always comes with.
    pub(crate) fn read(root: &Path, optional: &BTreeMap<String, Vec<String>>) -> Self {
        let mut files = Vec::new();
        for folder in ["bootstrap", "lib", "steps", "node"] {
            let Ok(entries) = fs::read_dir(root.join(folder)) else {
                continue;
            };
            let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().expect("a name in UTF-8")).collect();
            names.sort();
            for name in names.iter().filter(|name| name.ends_with(".ps1")) {
                let text = fs::read_to_string(root.join(folder).join(name)).unwrap_or_else(|error| panic!("{folder}/{name}: {error}"));
                let path = format!("{folder}/{name}");
                files.push(File::new(&path, &text).optional(optional.get(&path).cloned()));
            }
        }
        Self::new(files)
    }

    /// Files whose functions and `$script:` variables a file may use: what is sure to be dot-sourced beside it. A library may
    /// be loaded by a script of `node/`, without the engine.
    pub(crate) fn visible_from(&self, file: &File) -> Vec<usize> {
        let loads_libraries = loads_libraries(file);
        let visible = |other: &File| {
            other.path == file.path
                || other.comes_with(file)
                    && match (file.place, other.place) {
                        (Place::Node, Place::Lib) => loads_libraries,
                        (_, Place::Lib) | (Place::CustomData | Place::Bootstrap | Place::Step, Place::Bootstrap) => true,
                        _ => false,
                    }
        };
        (0..self.files.len()).filter(|&index| visible(&self.files[index])).collect()
    }

    /// The definition a command's name means in a file.
    pub(crate) fn function_for(&self, name: &str, visible: &[usize]) -> Option<&Function> {
        self.functions.get(&name.to_lowercase())?.iter().find(|function| visible.contains(&function.file))
    }
}

/// Everything that is wrong with the scripts, in order. What does not parse is not looked at further.
pub(crate) fn check(scripts: &Scripts, steps: &[Step], reference: &Reference, rules: &Rules) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut broken = BTreeSet::new();
    for file in &scripts.files {
        let before = findings.len();
        syntax::check(file, &mut findings);
        if findings[before..].iter().any(|finding| ["parse", "delimiters"].contains(&finding.rule)) {
            broken.insert(file.path.clone());
            continue;
        }
        habits::check(file, scripts, rules, &mut findings);
        names::check(file, scripts, reference, rules, &mut findings);
        keys::check(file, scripts, rules, &mut findings);
    }
    let mut of_layout = Vec::new();
    layout::check(scripts, steps, rules, &mut of_layout);
    of_layout.retain(|finding| !broken.contains(&finding.path));
    findings.extend(of_layout);
    findings.sort();
    findings.dedup();
    findings
}

fn function(node: &Node, file: usize) -> Option<Function> {
    let NodeKind::Function { name, name_span, parameters, body, .. } = &node.kind else {
        return None;
    };
    let declared = if parameters.is_empty() { param_block(body) } else { parameters };
    let parameters = declared.iter().filter_map(|parameter| match &parameter.kind {
        NodeKind::Parameter { name, .. } => Some(Parameter { name: name.trim_start_matches('$').to_owned() }),
        _ => None,
    });
    Some(Function { name: name.clone(), file, at: name_span.start, parameters: parameters.collect() })
}

/// The parameters that a function's or script block's body declares.
pub(crate) fn param_block(body: &Node) -> &[Node] {
    let NodeKind::Script(statements) = &body.kind else {
        return &[];
    };
    statements
        .iter()
        .find_map(|statement| if let NodeKind::ParamBlock(parameters) = &statement.kind { Some(parameters.as_slice()) } else { None })
        .unwrap_or_default()
}

/// Whether a script of `node/` dot-sources what lies in `c:\\k\\lib`: all of `lib/`.
fn loads_libraries(file: &File) -> bool {
    let mut loads = false;
    file.tree.walk(&mut |node| {
        if let NodeKind::ForEach { iterable, body, .. } = &node.kind {
            loads |= file.source(iterable).contains(r"'c:\k\lib'") && file.source(body).trim_start_matches(['{', ' ']).starts_with(". ");
        }
    });
    loads
}

/// The value of a string that has nothing to expand.
pub(crate) fn literal(node: &Node) -> Option<String> {
    match &node.kind {
        NodeKind::StringLiteral { kind: StringKind::Single, value, .. } => Some(value[1..value.len() - 1].replace("''", "'")),
        NodeKind::StringLiteral { kind: StringKind::Double, value, parts } if parts.is_empty() => {
            Some(value[1..value.len() - 1].replace("`\"", "\""))
        }
        NodeKind::BareWord(word) => Some(word.clone()),
        _ => None,
    }
}

/// The name of a command that is called by name.
pub(crate) fn command_name(node: &Node) -> Option<&str> {
    match &node.kind {
        NodeKind::Command { name, .. } => match &name.kind {
            NodeKind::BareWord(word) => Some(word),
            _ => None,
        },
        _ => None,
    }
}

/// The variable's name without `$`, `@` and braces, in lower case: `script:x`, `_`, `env:path`.
pub(crate) fn variable_name(node: &Node) -> Option<String> {
    let NodeKind::Variable(text) = &node.kind else {
        return None;
    };
    let name = text.trim_start_matches(['$', '@']).trim_start_matches('{').trim_end_matches('}');
    Some(name.to_lowercase())
}
