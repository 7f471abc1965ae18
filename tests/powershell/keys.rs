//! Keys that scripts ask for: of the node configuration, of the secrets, of the context. A misspelt one is silently absent.

use super::{File, Finding, Rules, Scripts, command_name, literal, variable_name};
use poshtree::v2::{Node, NodeKind};
use std::collections::BTreeSet;

pub(crate) fn check(file: &File, scripts: &Scripts, rules: &Rules, findings: &mut Vec<Finding>) {
    let context = context_keys(scripts);
    let own = own_keys(scripts);
    file.tree.walk(&mut |node| {
        environment(file, node, rules, findings);
        let mut misspelt = Vec::new();
        for (holder, key) in asked_for(file, node) {
            let (known, what) = match holder {
                Holder::Configuration => (&rules.configuration_keys, "the node configuration"),
                Holder::Secrets => (&rules.secret_keys, "the secrets"),
                Holder::Context => (&context, "the context"),
            };
            let is_of_object = ["PSObject", "ToString", "GetType"].contains(&key.as_str());
            if !known.contains(&key) && !is_of_object {
                findings.push(file.finding(node.span.start, "unknown-key", format!("`{key}` is no key of {what}")));
                misspelt.push(key);
            }
        }
        let is_known = |name: &str| {
            let lists = [&rules.members, &rules.configuration_keys, &rules.secret_keys, &misspelt];
            own.contains(name)
                || rules.members_of_newer_frameworks.contains_key(name)
                || lists.iter().any(|list| list.iter().any(|one| one == name))
        };
        for name in members(node).filter(|name| !is_known(name)) {
            let message = format!("`.{name}` is no key that a script sets, and not in members of tests/powershell/rules.json");
            findings.push(file.finding(node.span.start, "unknown-member", message));
        }
    });
}

/// Names after the dots of an object; not those that a variable holds.
fn members(node: &Node) -> impl Iterator<Item = &str> {
    let path = match &node.kind {
        NodeKind::MemberAccess { member, is_static: false, .. } | NodeKind::InvokeMember { member, is_static: false, .. } => {
            member.as_str()
        }
        _ => "",
    };
    path.split('.').map(|name| name.trim_end_matches(['+', '-'])).filter(|name| !name.is_empty() && !name.starts_with(['$', '\'', '"']))
}

#[derive(Clone, Copy)]
enum Holder {
    Configuration,
    Secrets,
    Context,
}

/// `$Context.Configuration.key`, `$configuration.key`, `Get-Property $configuration 'key'`.
fn asked_for(file: &File, node: &Node) -> Vec<(Holder, String)> {
    match &node.kind {
        NodeKind::MemberAccess { target, member, is_static: false } | NodeKind::InvokeMember { target, member, is_static: false, .. } => {
            let Some(name) = variable_name(target) else { return Vec::new() };
            path_keys(&format!("{name}.{member}"))
        }
        NodeKind::Command { elements, .. } if command_name(node) == Some("Get-Property") => {
            let (Some(object), Some(key)) = (elements.first(), elements.get(1).and_then(literal)) else { return Vec::new() };
            let path = file.source(object).trim_start_matches('$').to_owned();
            holder(&path).map(|holder| (holder, key)).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

fn path_keys(path: &str) -> Vec<(Holder, String)> {
    let parts: Vec<&str> = path.split('.').collect();
    let is_name = |key: &str| !key.starts_with('$');
    (1..parts.len())
        .filter(|&end| is_name(parts[end]))
        .filter_map(|end| Some((holder(&parts[..end].join("."))?, parts[end].to_owned())))
        .collect()
}

/// What a path of names leads to.
fn holder(path: &str) -> Option<Holder> {
    match path.to_lowercase().as_str() {
        "configuration" | "context.configuration" => Some(Holder::Configuration),
        "secrets" | "context.secrets" => Some(Holder::Secrets),
        "context" => Some(Holder::Context),
        _ => None,
    }
}

/// An environment variable that Windows has, or that a script sets.
fn environment(file: &File, node: &Node, rules: &Rules, findings: &mut Vec<Finding>) {
    let Some(name) = variable_name(node).and_then(|name| name.strip_prefix("env:").map(str::to_owned)) else { return };
    if !rules.environment.iter().any(|known| known.eq_ignore_ascii_case(&name)) {
        findings.push(file.finding(
            node.span.start,
            "unknown-member",
            format!("`$env:{name}` is not in environment of tests/powershell/rules.json"),
        ));
    }
}

/// Keys of all hashtables and objects that scripts make, and of those they set.
fn own_keys(scripts: &Scripts) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    for file in &scripts.files {
        file.tree.walk(&mut |node| match &node.kind {
            NodeKind::Hashtable(entries) => keys.extend(entries.iter().filter_map(|(key, _)| literal(key))),
            NodeKind::Assignment { target, .. } => {
                if let NodeKind::Index { index, .. } = &target.kind {
                    keys.extend(literal(index));
                }
            }
            _ => {}
        });
    }
    keys
}

/// Names in the object that New-Context makes.
fn context_keys(scripts: &Scripts) -> Vec<String> {
    let mut keys = Vec::new();
    for function in scripts.functions.get("new-context").into_iter().flatten() {
        scripts.files[function.file].tree.walk(&mut |node| {
            let NodeKind::Function { name, body, .. } = &node.kind else { return };
            if name != "New-Context" {
                return;
            }
            body.walk(&mut |part| match &part.kind {
                NodeKind::Cast { type_name, operand } if type_name.eq_ignore_ascii_case("pscustomobject") => {
                    if let NodeKind::Hashtable(entries) = &operand.kind {
                        keys.extend(entries.iter().filter_map(|(key, _)| literal(key)));
                    }
                }
                _ => {}
            });
        });
    }
    keys
}
