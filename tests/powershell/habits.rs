//! What parses and exists, and still goes wrong on a node: strict mode, secrets, paths, text.

use super::{File, Finding, Place, Rules, Scripts, command_name, literal, param_block, variable_name};
use poshtree::v2::{Node, NodeKind, StringKind};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) fn check(file: &File, scripts: &Scripts, rules: &Rules, findings: &mut Vec<Finding>) {
    text(file, rules, findings);
    if file.is_entry() && !rules.dot_sourced_by_others.contains(&file.path) {
        prelude(file, findings);
    }
    file.tree.walk_with_ancestors(&mut |node, ancestors| {
        expandable_strings(file, node, findings);
        comparisons(file, node, findings);
        flow(file, node, ancestors, findings);
        redirections(file, node, ancestors, findings);
        secrets(file, node, rules, findings);
        framework(file, node, rules, findings);
        stray_output(file, node, rules, findings);
    });
    let scopes = scopes(file);
    let of_file = scopes.iter().find(|scope| scope.is_file).map(set_in).unwrap_or_default();
    let visible = scripts.visible_from(file);
    let of_script = visible.iter().flat_map(|&index| top_level_variables(&scripts.files[index])).collect();
    for scope in &scopes {
        paths(file, scope, rules, findings);
        counts(file, scope, findings);
        reserved(file, scope, rules, findings);
        variables(file, scope, &of_file, &of_script, rules, findings);
        unread(file, scope, rules, findings);
    }
}

fn text(file: &File, rules: &Rules, findings: &mut Vec<Finding>) {
    let mut find = |at, rule, message: String| findings.push(file.finding(at, rule, message));
    if let Some((at, found)) = file.text.char_indices().find(|&(_, c)| !matches!(c, '\n' | ' '..='~' | '\r')) {
        find(at, "ascii", format!("`{}` is not printable ASCII", found.escape_default()));
    }
    if let Some(at) = file.text.find('\r') {
        find(at, "line-ends", "a carriage return: lines end with a line feed alone".into());
    }
    if !file.text.ends_with('\n') {
        find(file.text.len(), "line-ends", "the last line has no line feed".into());
    }
    for mark in ["@@", "{{ ", "{%"] {
        for (at, _) in file.text.match_indices(mark) {
            let mark = "@@PAYLOAD@@";
            let belongs = file.place == Place::CustomData && (file.text[at..].starts_with(mark) || file.text[..at + 2].ends_with(mark));
            if !belongs {
                find(at, "template-mark", format!("`{mark}` is left of a template"));
            }
        }
    }
    // comments may speak of it
    for token in &file.tokens {
        let word = token.value.trim_matches(['\'', '"']).to_lowercase();
        if word.len() > 1 && "-encodedcommand".starts_with(&word) {
            find(token.span.start, "forbidden", format!("`{word}` is short for `-EncodedCommand`, which hides what is run"));
        }
        for (forbidden, why) in &rules.forbidden_in_text {
            if let Some(at) = token.value.to_lowercase().find(&forbidden.to_lowercase()) {
                find(token.span.start + at, "forbidden", format!("`{forbidden}`: {why}"));
            }
        }
    }
}

fn prelude(file: &File, findings: &mut Vec<Finding>) {
    for line in ["Set-StrictMode -Version Latest", "$ErrorActionPreference = 'Stop'"] {
        // blanks around `=` do not travel
        if !file.text.lines().any(|found| found == line || found == line.replace(" = ", "=")) {
            findings.push(file.finding(0, "prelude", format!("starts by itself, so it needs the line `{line}`")));
        }
    }
}

const SCOPES: &[&str] = &["script", "global", "local", "private", "using", "env", "variable", "function"];

/// `"$name:"` is a scope to PowerShell, `"$name[0]"` is the whole list and `[0]`.
fn expandable_strings(file: &File, node: &Node, findings: &mut Vec<Finding>) {
    let NodeKind::StringLiteral { kind: StringKind::Double | StringKind::HereDouble, value, parts } = &node.kind else {
        return;
    };
    let is_code = |at: usize| {
        parts.iter().any(|part| matches!(part.kind, NodeKind::SubExpression(_)) && (part.span.start..part.span.end).contains(&at))
    };
    for (at, _) in value.match_indices('$').filter(|(at, _)| !is_code(node.span.start + at)) {
        let escapes = value[..at].bytes().rev().take_while(|&byte| byte == b'`').count();
        let rest = &value[at + 1..];
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        let is_scope =
            SCOPES.contains(&name.to_lowercase().as_str()) && after[1.min(after.len())..].starts_with(|c: char| c.is_ascii_alphabetic());
        let is_one = after.starts_with(':') && !after.starts_with("::") && !is_scope;
        let indexes = after.starts_with('[') && after[1..].starts_with(|c: char| c.is_ascii_digit() || c == '$' || c == '\'');
        if escapes % 2 == 0 && !name.is_empty() && (is_one || indexes) {
            let message = format!("`${name}{}` in a string: write `${{{name}}}` or `$(...)`", &after[..1]);
            findings.push(file.finding(node.span.start + at, "variable-in-string", message));
        }
    }
}

/// `$list -eq $null` filters the list.
fn comparisons(file: &File, node: &Node, findings: &mut Vec<Finding>) {
    let NodeKind::Binary { op, right, .. } = &node.kind else {
        return;
    };
    let compares = ["-eq", "-ne", "-ceq", "-cne", "-ieq", "-ine"].contains(&op.to_lowercase().as_str());
    if compares && variable_name(right).as_deref() == Some("null") {
        findings.push(file.finding(
            node.span.start,
            "null-on-the-left",
            format!("write `$null {op} ...`: on the right of a list it filters"),
        ));
    }
}

fn flow(file: &File, node: &Node, ancestors: &[&Node], findings: &mut Vec<Finding>) {
    let NodeKind::Flow { keyword, value } = &node.kind else {
        return;
    };
    let mut find = |rule, message: &str| findings.push(file.finding(node.span.start, rule, message));
    match keyword.as_str() {
        "break" | "continue" if !is_in_loop(ancestors) => {
            find("loop-control", "outside a loop it ends the whole script, with 0: use `return`");
        }
        "exit" if !file.is_entry() => find("exit", "ends only the file that is being dot-sourced: `throw`"),
        "exit" if !value.as_ref().is_some_and(|value| matches!(value.kind, NodeKind::Number(_) | NodeKind::Variable(_))) => {
            find("exit", "takes a number or a variable: the output of a call may be several values, and the code is 0 then");
        }
        _ => {}
    }
}

/// Between the statement and the next function or script block that is passed on stands a loop or `switch`.
fn is_in_loop(ancestors: &[&Node]) -> bool {
    for (index, ancestor) in ancestors.iter().enumerate().rev() {
        match &ancestor.kind {
            NodeKind::For { .. }
            | NodeKind::ForEach { .. }
            | NodeKind::While { .. }
            | NodeKind::DoWhile { .. }
            | NodeKind::Switch { .. } => return true,
            NodeKind::Function { .. } => return false,
            NodeKind::ScriptBlockExpression(_) => {
                let is_switch_body = ancestors[..index].iter().rev().take(3).any(|outer| matches!(outer.kind, NodeKind::Switch { .. }));
                if !is_switch_body {
                    return false;
                }
            }
            _ => {}
        }
    }
    false
}

fn redirections(file: &File, node: &Node, ancestors: &[&Node], findings: &mut Vec<Finding>) {
    let NodeKind::Redirection { op, target } = &node.kind else {
        return;
    };
    let goes_to_null = target.as_ref().is_some_and(|target| variable_name(target).as_deref() == Some("null"));
    if target.is_some() && !goes_to_null {
        findings.push(file.finding(node.span.start, "redirection", format!("`{op}` to a file writes UTF-16 in 5.1")));
    }
    let scope = ancestors.iter().rev().find(|outer| matches!(outer.kind, NodeKind::Function { .. })).copied().unwrap_or(&file.tree);
    let lowers = file.source(scope).replace(" = ", "=").contains("$ErrorActionPreference='Continue'");
    if (op.starts_with('2') || op.starts_with('*')) && !lowers {
        let message =
            format!("`{op}` makes the first line on stderr an error in 5.1: set `$ErrorActionPreference = 'Continue'` in this function");
        findings.push(file.finding(node.span.start, "redirection", message));
    }
}

/// A secret's name in what is told: a log call, `throw`, a program's arguments.
fn secrets(file: &File, node: &Node, rules: &Rules, findings: &mut Vec<Finding>) {
    let tells = match &node.kind {
        NodeKind::Command { .. } => {
            command_name(node).is_some_and(|name| rules.telling_commands.iter().any(|known| known.eq_ignore_ascii_case(name)))
        }
        NodeKind::Flow { keyword, .. } => keyword == "throw",
        NodeKind::InvokeMember { member, .. } => member.ends_with("WriteLine") || member.ends_with("Out.Write"),
        _ => false,
    };
    if !tells {
        return;
    }
    let is_secret = |name: &str| rules.secret_names.iter().any(|secret| secret.eq_ignore_ascii_case(name));
    node.walk_with_ancestors(&mut |part, ancestors| {
        let only_asks =
            ancestors.last().is_some_and(|outer| matches!(&outer.kind, NodeKind::Cast { type_name, .. } if type_name == "bool"));
        let found = match &part.kind {
            _ if only_asks => None,
            NodeKind::Variable(_) => variable_name(part).filter(|name| is_secret(name.rsplit(':').next().unwrap_or(name))),
            NodeKind::MemberAccess { member, .. } | NodeKind::InvokeMember { member, .. } => {
                member.split('.').find(|name| is_secret(name)).map(str::to_owned)
            }
            NodeKind::Command { elements, .. } if command_name(part) == Some("Get-Property") => {
                elements.iter().filter_map(literal).find(|text| is_secret(text))
            }
            _ => None,
        };
        if let Some(name) = found {
            findings.push(file.finding(part.span.start, "secret", format!("`{name}` in what is logged, thrown or passed to a program")));
        }
    });
}

/// Members and overloads that came after .NET Framework; the parser knows names only, so the object's type is not looked at.
fn framework(file: &File, node: &Node, rules: &Rules, findings: &mut Vec<Finding>) {
    let (member, call) = match &node.kind {
        NodeKind::MemberAccess { member, .. } => (member, None),
        NodeKind::InvokeMember { target, member, is_static, args } => (member, Some((target, *is_static, args))),
        _ => return,
    };
    let mut find = |message: String| findings.push(file.finding(node.span.start, "framework", message));
    for part in member.split('.') {
        if let Some(instead) = rules.members_of_newer_frameworks.get(part) {
            find(format!("`{part}` is not in .NET Framework: {instead}"));
        }
    }
    let Some((target, is_static, arguments)) = call else { return };
    let last = member.rsplit('.').next().unwrap_or(member);
    let name = if is_static { format!("{}::{last}", file.source(target)) } else { format!(".{last}") };
    let given = arguments
        .iter()
        .map(|argument| if let NodeKind::ArrayLiteral(items) = &argument.kind { list_length(items) } else { 1 })
        .sum::<usize>();
    if rules.most_member_arguments.get(&name).is_some_and(|&most| given > most) {
        find(format!("`{name}` takes fewer arguments in .NET Framework"));
    }
    let splits_at_each = name == ".Split" && arguments.first().and_then(literal).is_some_and(|text| text.chars().count() > 1);
    if splits_at_each {
        find("`.Split` of .NET Framework splits at each of the characters: `-split`".into());
    }
}

/// The parser nests lists to the right.
fn list_length(items: &[Node]) -> usize {
    items.iter().map(|item| if let NodeKind::ArrayLiteral(inner) = &item.kind { list_length(inner) } else { 1 }).sum()
}

/// A statement that prints what nobody asked for.
fn stray_output(file: &File, node: &Node, rules: &Rules, findings: &mut Vec<Finding>) {
    let NodeKind::Script(statements) = &node.kind else { return };
    for statement in statements {
        let call = if let NodeKind::Pipeline(parts) = &statement.kind { parts.last() } else { Some(statement) };
        let prints = match call.map(|call| &call.kind) {
            Some(NodeKind::Command { redirections, .. }) => {
                redirections.is_empty()
                    && call.and_then(command_name).is_some_and(|name| rules.printing_commands.iter().any(|known| known == name))
            }
            Some(NodeKind::InvokeMember { member, .. }) => {
                rules.printing_members.iter().any(|known| member.rsplit('.').next() == Some(known))
            }
            _ => false,
        };
        let is_all_there_is = statements.iter().filter(|other| !matches!(other.kind, NodeKind::ParamBlock(_))).count() == 1;
        if prints && !is_all_there_is {
            findings.push(file.finding(statement.span.start, "stray-output", "prints: assign it, to `$null` if nothing else"));
        }
    }
}

/// A function with everything inside it, or what a file has outside functions.
struct Scope<'a> {
    nodes: Vec<&'a Node>,
    is_file: bool,
}

fn scopes(file: &File) -> Vec<Scope<'_>> {
    fn collect<'a>(node: &'a Node, own: &mut Vec<&'a Node>, inner: &mut Vec<Scope<'a>>) {
        own.push(node);
        node.for_each_child(&mut |child| {
            if matches!(child.kind, NodeKind::Function { .. }) {
                let mut nodes = Vec::new();
                collect(child, &mut nodes, inner);
                inner.push(Scope { nodes, is_file: false });
            } else {
                collect(child, own, inner);
            }
        });
    }
    let (mut outside, mut scopes) = (Vec::new(), Vec::new());
    collect(&file.tree, &mut outside, &mut scopes);
    scopes.push(Scope { nodes: outside, is_file: true });
    scopes
}

impl Scope<'_> {
    /// Variables with what they are assigned, by name.
    fn assignments(&self) -> BTreeMap<String, Vec<&Node>> {
        let mut assigned: BTreeMap<String, Vec<&Node>> = BTreeMap::new();
        for node in &self.nodes {
            let NodeKind::Assignment { target, value, .. } = &node.kind else { continue };
            if let Some(name) = variable_name(target) {
                assigned.entry(name).or_default().push(value);
            }
        }
        assigned
    }
}

/// .NET knows neither the drives of PowerShell nor its location, so a path goes through Resolve-NodePath first.
fn paths(file: &File, scope: &Scope, rules: &Rules, findings: &mut Vec<Finding>) {
    let assigned = scope.assignments();
    let is_path = |node: &Node| {
        let NodeKind::StringLiteral { value, .. } = &node.kind else {
            return false;
        };
        let text = value.trim_matches(['\'', '"']).to_lowercase();
        text.starts_with("$script:")
            || text.starts_with("$env:")
            || text.as_bytes().get(1..3).is_some_and(|drive| drive == b":\\" || drive == b":/")
    };
    let is_unresolved = |node: &Node| {
        is_path(node)
            || variable_name(node).and_then(|name| assigned.get(&name)).is_some_and(|values| values.iter().any(|value| is_path(value)))
    };
    for node in &scope.nodes {
        let (class, arguments): (&str, Vec<&Node>) = match &node.kind {
            NodeKind::InvokeMember { target, args, is_static: true, .. } => {
                (file.source(target).trim_matches(['[', ']']), args.iter().collect())
            }
            NodeKind::Command { elements, .. } if command_name(node) == Some("New-Object") => {
                match elements.first().map(|first| &first.kind) {
                    Some(NodeKind::BareWord(class)) => (class, elements.iter().skip(1).collect()),
                    _ => continue,
                }
            }
            _ => continue,
        };
        // PowerShell looks below System, too
        let is = |known: &str| {
            known.eq_ignore_ascii_case(class) || known.strip_prefix("System.").is_some_and(|short| short.eq_ignore_ascii_case(class))
        };
        if !rules.path_types.iter().any(|known| is(known)) {
            continue;
        }
        let mut parts = Vec::new();
        arguments.iter().for_each(|argument| flatten(argument, &mut parts));
        for part in parts.into_iter().filter(|part| is_unresolved(part)) {
            findings.push(file.finding(part.span.start, "path", format!("`{}` reaches .NET without Resolve-NodePath", file.source(part))));
        }
    }
}

/// Values of an argument list: through lists and brackets, not into calls.
fn flatten<'a>(node: &'a Node, parts: &mut Vec<&'a Node>) {
    match &node.kind {
        NodeKind::ArrayLiteral(items) => items.iter().for_each(|item| flatten(item, parts)),
        NodeKind::Paren(inner) => flatten(inner, parts),
        _ => parts.push(node),
    }
}

/// Strict mode: `.Count` of nothing and of one text throws; `[0]` of one text is its first character.
fn counts(file: &File, scope: &Scope, findings: &mut Vec<Finding>) {
    let assigned = scope.assignments();
    let is_bare = |node: &Node| {
        is_call_without_list(node)
            || variable_name(node)
                .and_then(|name| assigned.get(&name))
                .is_some_and(|values| values.iter().any(|value| is_call_without_list(value)))
    };
    for node in &scope.nodes {
        let target = match &node.kind {
            NodeKind::MemberAccess { target, member, is_static: false } if member.eq_ignore_ascii_case("count") => target,
            NodeKind::Index { target, index } if matches!(index.kind, NodeKind::Number(_)) => target,
            _ => continue,
        };
        if is_bare(target) {
            findings.push(file.finding(
                node.span.start,
                "count",
                format!("`{}`: a call gives nothing, one or many; put it in `@(...)` before it is counted or indexed", file.source(node)),
            ));
        }
    }
}

/// A command's output as it comes. Commands that make one object, or whose list is a property, are left out.
fn is_call_without_list(node: &Node) -> bool {
    let call = match &node.kind {
        NodeKind::Paren(inner) => return is_call_without_list(inner),
        NodeKind::Pipeline(parts) => parts.last(),
        NodeKind::Command { .. } => Some(node),
        _ => None,
    };
    call.and_then(command_name)
        .is_some_and(|name| !["new-object", "measure-object", "if", "switch", "foreach"].contains(&name.to_lowercase().as_str()))
}

/// Variables of PowerShell's own that a script sets.
fn reserved(file: &File, scope: &Scope, rules: &Rules, findings: &mut Vec<Finding>) {
    for name in set_in(scope).iter().filter(|name| rules.reserved_variables.contains(name)) {
        let at = scope.nodes.iter().find(|node| {
            variable_name(node).as_deref() == Some(name)
                || matches!(&node.kind, NodeKind::Parameter { name: parameter, .. } if parameter[1..].eq_ignore_ascii_case(name))
        });
        let message = format!("`${name}` is PowerShell's own: choose another name");
        findings.push(file.finding(at.map_or(0, |node| node.span.start), "reserved-variable", message));
    }
}

/// Strict mode: reading a variable that nothing has set throws.
fn variables(
    file: &File,
    scope: &Scope,
    of_file: &BTreeSet<String>,
    of_script: &BTreeSet<String>,
    rules: &Rules,
    findings: &mut Vec<Finding>,
) {
    let set = set_in(scope);
    let is_automatic = |name: &str| rules.automatic_variables.iter().any(|known| known.eq_ignore_ascii_case(name));
    for node in &scope.nodes {
        let Some(name) = variable_name(node) else {
            continue;
        };
        let is_set = match name.split_once(':') {
            Some(("script", bare)) => of_script.contains(bare),
            Some(("env" | "global" | "function" | "variable", _)) => true,
            Some((other, _)) => {
                findings.push(file.finding(node.span.start, "undefined-variable", format!("`${name}`: `{other}` is no scope")));
                continue;
            }
            None => set.contains(&name) || of_file.contains(&name) || is_automatic(&name),
        };
        if !is_set {
            findings.push(file.finding(
                node.span.start,
                "undefined-variable",
                format!("`${name}` is set nowhere it could be seen from here"),
            ));
        }
    }
}

/// Names of the variables that a scope sets, in lower case.
fn set_in(scope: &Scope) -> BTreeSet<String> {
    let mut set = BTreeSet::new();
    for node in &scope.nodes {
        match &node.kind {
            NodeKind::Assignment { target, .. } => target.walk(&mut |part| set.extend(assigned_name(target, part))),
            NodeKind::ForEach { variable, .. } => set.extend(variable_name(variable)),
            NodeKind::Parameter { name, .. } => {
                set.insert(name.trim_start_matches('$').to_lowercase());
            }
            NodeKind::Function { body, .. } => set.extend(param_block(body).iter().filter_map(variable_name)),
            NodeKind::CommandParameter { name, argument: Some(argument) } if name.to_lowercase().ends_with("variable") => {
                set.extend(literal(argument).map(|name| name.to_lowercase()));
            }
            _ => {}
        }
    }
    set
}

/// In `$a.b = 1` and `$a['b'] = 1` nothing becomes a variable.
fn assigned_name(target: &Node, part: &Node) -> Option<String> {
    if matches!(target.kind, NodeKind::MemberAccess { .. } | NodeKind::Index { .. } | NodeKind::InvokeMember { .. }) {
        return None;
    }
    variable_name(part)
}

/// Names of the `$script:` variables that a file sets when it is dot-sourced; what an entry script sets is its own, too.
pub(crate) fn top_level_variables(file: &File) -> Vec<String> {
    let NodeKind::Script(statements) = &file.tree.kind else {
        return Vec::new();
    };
    statements
        .iter()
        .filter_map(|statement| if let NodeKind::Assignment { target, .. } = &statement.kind { variable_name(target) } else { None })
        .map(|name| name.trim_start_matches("script:").to_owned())
        .collect()
}

/// What a function is given or sets, and does not read.
fn unread(file: &File, scope: &Scope, rules: &Rules, findings: &mut Vec<Finding>) {
    if scope.is_file {
        return;
    }
    let mut reads: BTreeSet<String> = BTreeSet::new();
    let targets: Vec<usize> = scope
        .nodes
        .iter()
        .flat_map(|node| if let NodeKind::Assignment { target, .. } = &node.kind { plain_targets(target) } else { Vec::new() })
        .collect();
    for node in &scope.nodes {
        if let Some(name) = variable_name(node).filter(|_| !targets.contains(&node.span.start)) {
            reads.insert(name);
        }
    }
    let is_read_by_powershell =
        |name: &str| rules.automatic_variables.iter().any(|known| known.eq_ignore_ascii_case(name)) || name.contains(':');
    for node in &scope.nodes {
        let (name, at) = match &node.kind {
            NodeKind::Parameter { name, .. } if !name.eq_ignore_ascii_case("$Context") => {
                (name.trim_start_matches('$').to_lowercase(), node.span.start)
            }
            NodeKind::Variable(_) if targets.contains(&node.span.start) => (variable_name(node).unwrap_or_default(), node.span.start),
            _ => continue,
        };
        if !reads.contains(&name) && !is_read_by_powershell(&name) {
            findings.push(file.finding(at, "unused", format!("`${name}` is not read in this function")));
        }
    }
}

/// Offsets of the variables that an assignment sets.
fn plain_targets(target: &Node) -> Vec<usize> {
    let mut targets = Vec::new();
    target.walk(&mut |part| {
        if assigned_name(target, part).is_some() {
            targets.push(part.span.start);
        }
    });
    targets
}
