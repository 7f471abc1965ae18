//! How the files fit together: they are dot-sourced into one scope, in any order within a folder.

use super::{File, Finding, Place, Rules, Scripts, habits, variable_name};
use gen_cse::plan::{ENGINE_EXIT_CODES, Step};
use poshtree::v2::{Node, NodeKind};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) fn check(scripts: &Scripts, steps: &[Step], rules: &Rules, findings: &mut Vec<Finding>) {
    duplicates(scripts, findings);
    unused(scripts, steps, rules, findings);
    for file in &scripts.files {
        if !file.is_entry() {
            top_level(file, scripts, findings);
        }
        if file.place == Place::CustomData {
            marks(file, findings);
        }
    }
}

/// Two functions, or two `$script:` variables, of one name: the later file silently wins.
fn duplicates(scripts: &Scripts, findings: &mut Vec<Finding>) {
    for functions in scripts.functions.values() {
        for (index, function) in functions.iter().enumerate() {
            let file = &scripts.files[function.file];
            let visible = scripts.visible_from(file);
            let shares_scope =
                |other: usize| visible.contains(&other) || (file.place != Place::Node && scripts.files[other].place != Place::Node);
            if let Some(first) = functions[..index].iter().find(|first| shares_scope(first.file)) {
                let place = &scripts.files[first.file].path;
                findings.push(file.finding(function.at, "duplicate", format!("function `{}` is in {place}, too", function.name)));
            }
        }
    }
    let mut variables: BTreeMap<String, &File> = BTreeMap::new();
    for file in scripts.files.iter().filter(|file| !file.is_entry()) {
        for (at, name) in script_assignments(file) {
            match variables.get(&name) {
                Some(first) if first.path != file.path => {
                    findings.push(file.finding(at, "duplicate", format!("`$script:{name}` is set in {}, too", first.path)));
                }
                _ => {
                    variables.insert(name, file);
                }
            }
        }
    }
}

/// What nothing uses takes room in the custom data.
fn unused(scripts: &Scripts, steps: &[Step], rules: &Rules, findings: &mut Vec<Finding>) {
    let mut called: BTreeSet<String> = BTreeSet::new();
    let mut named: BTreeMap<String, usize> = BTreeMap::new();
    for file in &scripts.files {
        file.tree.walk(&mut |node| {
            called.extend(word(file, node));
            if let Some(name) = variable_name(node) {
                *named.entry(name).or_default() += 1;
            }
        });
    }
    for function in scripts.functions.values().flatten() {
        let file = &scripts.files[function.file];
        let is_part_of_step = steps.iter().any(|step| {
            file.path == format!("steps/{}.ps1", step.id)
                && ["Test", "Invoke", "Assert"].iter().any(|verb| function.name == format!("{verb}-{}", step.function))
        });
        if !is_part_of_step && !rules.used_by_name.contains(&function.name) && !called.contains(&function.name.to_lowercase()) {
            findings.push(file.finding(function.at, "unused", format!("function `{}` is called nowhere", function.name)));
        }
    }
    for file in scripts.files.iter().filter(|file| !file.is_entry()) {
        for (at, name) in script_assignments(file) {
            if named.get(&format!("script:{name}")).is_none_or(|&count| count < 2) {
                findings.push(file.finding(at, "unused", format!("`$script:{name}` is read nowhere")));
            }
        }
    }
}

/// A command's name, or a text that may be one (`Get-Command`, `Function:`), in lower case.
fn word(file: &File, node: &Node) -> Option<String> {
    match &node.kind {
        NodeKind::BareWord(word) => Some(word.to_lowercase()),
        NodeKind::StringLiteral { .. } => Some(file.source(node).trim_matches(['\'', '"']).to_lowercase()),
        _ => None,
    }
}

fn script_assignments(file: &File) -> Vec<(usize, String)> {
    let NodeKind::Script(statements) = &file.tree.kind else {
        return Vec::new();
    };
    let assigned = statements.iter().filter_map(|statement| {
        let NodeKind::Assignment { target, .. } = &statement.kind else {
            return None;
        };
        Some((statement.span.start, variable_name(target)?.strip_prefix("script:")?.to_owned()))
    });
    assigned.collect()
}

/// A file that is dot-sourced defines functions and `$script:` variables, does nothing, and leans only on what is there.
fn top_level(file: &File, scripts: &Scripts, findings: &mut Vec<Finding>) {
    let NodeKind::Script(statements) = &file.tree.kind else {
        return;
    };
    let is_earlier = |other: &&File| match file.place {
        Place::Step => matches!(other.place, Place::Lib | Place::Bootstrap),
        Place::Bootstrap => other.place == Place::Lib,
        _ => false,
    };
    let mut known: Vec<String> = scripts.files.iter().filter(is_earlier).flat_map(habits::top_level_variables).collect();
    for statement in statements {
        match &statement.kind {
            NodeKind::Function { .. } => {}
            NodeKind::If { blocks, .. } if blocks.iter().all(only_functions) => {}
            NodeKind::Assignment { target, value, .. } if variable_name(target).is_some_and(|name| name.starts_with("script:")) => {
                value.walk(&mut |node| match variable_name(node) {
                    Some(name) if name.starts_with("script:") && !known.contains(&name["script:".len()..].to_owned()) => {
                        findings.push(file.finding(
                            node.span.start,
                            "load-order",
                            format!("`${name}` may not be set yet: files of a folder come in any order"),
                        ));
                    }
                    _ => {}
                });
                if file.place == Place::Lib && contains_call(value) {
                    findings.push(file.finding(statement.span.start, "load-order", "calls something while the library is loaded"));
                }
                known.extend(variable_name(target).map(|name| name["script:".len()..].to_owned()));
            }
            _ => findings.push(file.finding(
                statement.span.start,
                "top-level",
                "a dot-sourced file only defines functions and `$script:` variables",
            )),
        }
    }
}

fn only_functions(block: &Node) -> bool {
    matches!(&block.kind, NodeKind::Script(statements) if statements.iter().all(|statement| matches!(statement.kind, NodeKind::Function { .. })))
}

fn contains_call(node: &Node) -> bool {
    let mut found = false;
    node.walk(&mut |part| found |= super::command_name(part).is_some_and(|name| name != "New-Object"));
    found
}

/// The literal of the custom data, once, on a line of its own.
fn marks(file: &File, findings: &mut Vec<Finding>) {
    let line = "$PayloadBase64 = '@@PAYLOAD@@'";
    let lines = file.text.lines().filter(|found| *found == line).count();
    if lines != 1 || file.text.matches("@@PAYLOAD@@").count() != 1 {
        findings.push(file.finding(0, "marks", format!("the line `{line}` stands once, and its mark nowhere else")));
    }
}

/// The files of `steps/` are those of the table, with its functions and no others of their kind; each code is used once.
pub(crate) fn check_steps(scripts: &Scripts, steps: &[Step]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut find = |path: &str, rule, message: String| findings.push(Finding { path: path.to_owned(), line: 1, rule, message });
    for (index, step) in steps.iter().enumerate() {
        let path = format!("steps/{}.ps1", step.id);
        if steps[..index].iter().any(|other| other.exit_code == step.exit_code)
            || ENGINE_EXIT_CODES.iter().any(|other| other.exit_code == step.exit_code)
        {
            find(&path, "exit-code", format!("exit code {} is used twice, or is the engine's", step.exit_code));
        }
        if !scripts.files.iter().any(|file| file.path == path) {
            find(&path, "step-file", "a step of the table has no file".into());
        }
        let does = |verb: &str| scripts.functions.contains_key(&format!("{verb}-{}", step.function).to_lowercase());
        if scripts.files.iter().any(|file| file.path == path) && !does("Invoke") && !does("Assert") {
            find(&path, "step-function", format!("has neither Invoke-{0} nor Assert-{0}", step.function));
        }
    }
    for function in scripts.functions.values().flatten() {
        let file = &scripts.files[function.file];
        let Some((verb, noun)) = function.name.split_once('-') else {
            continue;
        };
        let of = steps.iter().find(|step| step.function.eq_ignore_ascii_case(noun));
        if let (Some(step), "Test" | "Invoke" | "Assert") = (of, verb) {
            let is_its_own = file.path == format!("steps/{}.ps1", step.id);
            let takes_context = function.parameters.len() == 1 && function.parameters[0].name == "Context";
            if !is_its_own || !takes_context {
                let message = format!("`{}` belongs into steps/{}.ps1 and takes `$Context` alone", function.name, step.id);
                findings.push(file.finding(function.at, "step-function", message));
            }
        }
    }
    for file in scripts.files.iter().filter(|file| file.place == Place::Step) {
        if !steps.iter().any(|step| file.path == format!("steps/{}.ps1", step.id)) {
            findings.push(file.finding(0, "step-file", "not a step of the table"));
        }
    }
    findings.sort();
    findings
}
