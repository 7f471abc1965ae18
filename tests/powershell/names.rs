//! Does it exist in Windows PowerShell 5.1? Commands, their parameters, types, programs.

use super::{File, Finding, Function, Parameter, Place, Rules, Scripts, command_name, literal, reference::*};
use poshtree::v2::{Node, NodeKind, TokenKind};

pub(crate) fn check(file: &File, scripts: &Scripts, reference: &Reference, rules: &Rules, findings: &mut Vec<Finding>) {
    let room = Room { file, scripts, reference, rules, visible: scripts.visible_from(file) };
    file.tree.walk_with_ancestors(&mut |node, ancestors| {
        if let Some(name) = command_name(node).filter(|_| !is_no_command(node, ancestors)) {
            room.command(node, name, findings);
        }
        if let NodeKind::Function { name, name_span, .. } = &node.kind {
            room.function_name(name, name_span.start, findings);
        }
    });
    file.tree.walk(&mut |node| room.static_member(node, findings));
    for (at, name) in type_names(file) {
        room.type_name(at, &name, findings);
    }
}

/// What the scripts use, for the committed part of the reference.
pub(crate) fn used(scripts: &Scripts) -> Used {
    let mut used = Used::default();
    for file in &scripts.files {
        file.tree.walk(&mut |node| {
            used.commands.extend(command_name(node).map(str::to_lowercase));
            used.programs.extend(literal(node).filter(|text| text.ends_with(".exe")).map(|text| text.to_lowercase()));
        });
        used.types.extend(type_names(file).into_iter().map(|(_, name)| name.to_lowercase()));
    }
    used
}

/// Labels and blocks which the parser takes for commands.
fn is_no_command(node: &Node, ancestors: &[&Node]) -> bool {
    let mut outer = ancestors.iter().rev();
    let parent = outer.next().map(|node| &node.kind);
    match command_name(node).unwrap_or_default() {
        "process" | "if" | "foreach" | "switch" | "clean" => true,
        _ => matches!(parent, Some(NodeKind::Script(_))) && matches!(outer.next().map(|node| &node.kind), Some(NodeKind::Switch { .. })),
    }
}

struct Room<'a> {
    file: &'a File,
    scripts: &'a Scripts,
    reference: &'a Reference,
    rules: &'a Rules,
    visible: Vec<usize>,
}

/// One argument of a command as PowerShell binds it.
struct Argument<'a> {
    /// `-Name`, without the dash; `-Name:` has its value with it.
    parameter: Option<(&'a str, bool)>,
    value: Option<&'a Node>,
    at: usize,
}

impl Room<'_> {
    fn command(&self, node: &Node, name: &str, findings: &mut Vec<Finding>) {
        let mut find = |rule, message: String| findings.push(self.file.finding(node.span.start, rule, message));
        if let Some(why) = find_ignoring_case(&self.rules.forbidden_commands, name) {
            return find("forbidden", format!("`{name}`: {why}"));
        }
        if let Some(function) = self.scripts.function_for(name, &self.visible) {
            return self.own_parameters(node, function, findings);
        }
        let is_asked_for = self.rules.called_only_when_packed.contains_key(name) || self.asks_for(name, node.span.start);
        if let Some(elsewhere) = self.scripts.functions.get(&name.to_lowercase()) {
            let place = &self.scripts.files[elsewhere[0].file];
            return match &place.optional {
                Some(_) if place.place == Place::Lib && is_asked_for => self.own_parameters(node, &elsewhere[0], findings),
                Some(_) => find(
                    "not-visible",
                    format!("`{name}` is in {}, which not every payload has: ask `Get-Command {name}` first", place.path),
                ),
                None => find("not-visible", format!("`{name}` is a function of {}, which is not loaded here", place.path)),
            };
        }
        if let Some(command) = self.reference.command(name) {
            return self.parameters(node, name, command, findings);
        }
        if let Some(of) = self.reference.alias(name) {
            return find("alias", format!("`{name}` is an alias: write `{of}`"));
        }
        if name.to_lowercase().ends_with(".exe") {
            return self.program(node.span.start, name, findings);
        }
        if !is_asked_for && !name.contains(['\\', '/']) && !name.is_empty() && name != "=" {
            find(
                "unknown-command",
                format!(
                    "`{name}` is no function of the scripts and not in tests/powershell/commands-5.1.json (regenerate that if 5.1 has it)"
                ),
            );
        }
    }

    /// The function around, or the script, asks whether there is a function of this name.
    fn asks_for(&self, name: &str, at: usize) -> bool {
        let mut around = self.file.text.as_str();
        self.file.tree.walk(&mut |node| {
            if matches!(node.kind, NodeKind::Function { .. }) && (node.span.start..node.span.end).contains(&at) {
                around = self.file.source(node);
            }
        });
        [format!("Get-Command {name} "), format!("Get-Command -Name '{name}' "), format!("Function:{name}")]
            .iter()
            .any(|question| around.contains(question))
    }

    fn program(&self, at: usize, name: &str, findings: &mut Vec<Finding>) {
        let known = self.reference.programs.contains_key(&name.to_lowercase())
            || self.rules.node_programs.iter().any(|known| known.eq_ignore_ascii_case(name));
        if !known && !name.contains(['\\', '/', '$']) {
            findings.push(self.file.finding(at, "unknown-program", format!("`{name}` is not in System32 of a server: give its path")));
        }
    }

    fn parameters(&self, node: &Node, name: &str, command: &Command, findings: &mut Vec<Finding>) {
        let arguments = self.arguments(node, |parameter| contains(&command.switches, parameter));
        let common = &self.reference.common_parameters;
        for argument in &arguments {
            let Some((parameter, _)) = argument.parameter else {
                continue;
            };
            let mut find = |rule, message: String| findings.push(self.file.finding(argument.at, rule, message));
            let extra = self.rules.extra_parameters.get(name).is_some_and(|extra| contains(extra, parameter));
            if contains(&command.parameters, parameter) || contains(&common.names, parameter) || extra {
                if argument.value.is_none() && !contains(&command.switches, parameter) && !is_common_switch(parameter) {
                    find("parameter-value", format!("`{name} -{parameter}` has no value"));
                }
            } else if let Some(of) = find_ignoring_case(&command.aliases, parameter).or(find_ignoring_case(&common.aliases, parameter)) {
                find("abbreviated-parameter", format!("`{name} -{parameter}`: write `-{of}`"));
            } else if let Some(full) = command.parameters.iter().find(|known| starts_with_ignoring_case(known, parameter)) {
                find("abbreviated-parameter", format!("`{name} -{parameter}`: write `-{full}`"));
            } else {
                find("unknown-parameter", format!("`{name}` has no parameter `-{parameter}` in 5.1"));
            }
        }
        self.habits_of_commands(node, name, &arguments, findings);
    }

    /// What a command must or must not be given though 5.1 would take it.
    fn habits_of_commands(&self, node: &Node, name: &str, arguments: &[Argument], findings: &mut Vec<Finding>) {
        let mut find = |at, rule, message: String| findings.push(self.file.finding(at, rule, message));
        let required = find_ignoring_case(&self.rules.required_parameters, name).map_or("", String::as_str);
        for parameter in required.split_whitespace().filter(|_| !self.has_splat(arguments)) {
            let is_given = |argument: &Argument| argument.parameter.is_some_and(|(given, _)| given.eq_ignore_ascii_case(parameter));
            if !arguments.iter().any(is_given) {
                find(node.span.start, "required-parameter", format!("`{name}` without `-{parameter}`"));
            }
        }
        let positional = arguments.iter().filter(|argument| argument.parameter.is_none()).count();
        let most = self.rules.most_positional.get(name).copied().unwrap_or(1);
        if positional > most {
            find(
                node.span.start,
                "too-many-arguments",
                format!("`{name}` is given {positional} values without a parameter's name: write the names"),
            );
        }
        for argument in arguments {
            let Some((parameter, _)) = argument.parameter else {
                continue;
            };
            let Some(value) = argument.value.and_then(literal) else {
                continue;
            };
            if let Some(why) = find_ignoring_case(&self.rules.forbidden_values, &format!("{parameter} {value}")) {
                find(argument.at, "forbidden", format!("`-{parameter} {value}`: {why}"));
            }
            if parameter.eq_ignore_ascii_case("FilePath") && value.ends_with(".exe") {
                self.program(argument.at, &value, findings);
                return;
            }
        }
    }

    /// A function without common parameters takes what is too much into `$args`, silently.
    fn own_parameters(&self, node: &Node, function: &Function, findings: &mut Vec<Finding>) {
        let declared = |name: &str| function.parameters.iter().find(|parameter| parameter.name.eq_ignore_ascii_case(name));
        let arguments = self.arguments(node, |parameter| declared(parameter).is_some_and(|parameter| parameter.is_switch));
        let name = &function.name;
        let mut positional = 0;
        let mut named: Vec<&str> = Vec::new();
        for argument in &arguments {
            let mut find = |rule, message: String| findings.push(self.file.finding(argument.at, rule, message));
            match argument.parameter {
                None => positional += 1,
                Some((parameter, _)) => match declared(parameter) {
                    Some(declared) => {
                        named.push(&declared.name);
                        if argument.value.is_none() && !declared.is_switch {
                            find("parameter-value", format!("`{name} -{parameter}` has no value"));
                        }
                    }
                    None if function.advanced && contains(&self.reference.common_parameters.names, parameter) => {}
                    None => find("unknown-parameter", format!("function `{name}` has no parameter `-{parameter}`")),
                },
            }
        }
        let open: Vec<&Parameter> =
            function.parameters.iter().filter(|one| !one.is_switch && !named.contains(&one.name.as_str())).collect();
        if !self.has_splat(&arguments) {
            let mut find = |rule, message: String| findings.push(self.file.finding(node.span.start, rule, message));
            if positional > open.len() {
                find("too-many-arguments", format!("`{name}` takes {} more values here, it is given {positional}", open.len()));
            }
            for missing in open.iter().skip(positional).filter(|parameter| !parameter.is_optional) {
                find("too-few-arguments", format!("`{name}` is not given `-{}`, which has no default", missing.name));
            }
        }
        let starts_program = ["invoke-program", "start-program"].contains(&name.to_lowercase().as_str());
        if let Some(program) = arguments.first().filter(|_| starts_program).and_then(|first| first.value).and_then(literal) {
            self.program(node.span.start, &program, findings);
        }
    }

    fn has_splat(&self, arguments: &[Argument]) -> bool {
        let is_splat = |value: &Node| matches!(value.kind, NodeKind::Variable(_)) && self.file.source(value).starts_with('@');
        arguments.iter().any(|argument| argument.value.is_some_and(is_splat))
    }

    /// The arguments in order; what stands together without a blank, or with a comma, is one.
    fn arguments<'n>(&self, node: &'n Node, is_switch: impl Fn(&str) -> bool) -> Vec<Argument<'n>> {
        let NodeKind::Command { elements, .. } = &node.kind else {
            return Vec::new();
        };
        let mut arguments: Vec<Argument> = Vec::new();
        let mut end = usize::MAX;
        let mut joined = false;
        for element in elements {
            let is_comma = matches!(&element.kind, NodeKind::BareWord(word) if word == "," || word == "-");
            let goes_on = joined || (is_comma && !arguments.is_empty()) || element.span.start == end;
            joined = is_comma;
            end = element.span.end;
            let at = element.span.start;
            if let NodeKind::CommandParameter { name, argument } = &element.kind {
                let value = argument.as_deref();
                let has_colon = self.file.text[at + 1 + name.len()..].starts_with(':');
                if is_switch(name) && !has_colon && value.is_some() {
                    arguments.push(Argument { parameter: Some((name, false)), value: None, at });
                    arguments.push(Argument { parameter: None, value, at });
                } else {
                    arguments.push(Argument { parameter: Some((name, has_colon)), value, at });
                }
            } else if goes_on {
                if let Some(last) = arguments.last_mut() {
                    last.value = last.value.or(Some(element));
                }
            } else {
                arguments.push(Argument { parameter: None, value: Some(element), at });
            }
        }
        arguments
    }

    fn type_name(&self, at: usize, name: &str, findings: &mut Vec<Finding>) {
        let mut find = |rule, message: String| findings.push(self.file.finding(at, rule, message));
        match self.reference.type_name(name) {
            Known::Yes => {}
            Known::In(assembly) if self.adds_assembly(&assembly) => {}
            Known::In(assembly) => find("assembly", format!("`[{name}]` needs `Add-Type -AssemblyName {assembly}`")),
            _ if self.defines_type(name) || contains(&self.rules.type_words, name) => {}
            Known::Abbreviated => find("abbreviated-type", format!("`[{name}]`: write `[System.{name}]`")),
            Known::No => {
                find("unknown-type", format!("`[{name}]` is not in tests/powershell/commands-5.1.json (regenerate that if 5.1 has it)"));
            }
        }
    }

    /// The profile has no members, so those that were looked up are in a list.
    fn static_member(&self, node: &Node, findings: &mut Vec<Finding>) {
        let (NodeKind::MemberAccess { target, member, is_static: true } | NodeKind::InvokeMember { target, member, is_static: true, .. }) =
            &node.kind
        else {
            return;
        };
        let class = self.file.source(target).trim_matches(['[', ']']);
        let member = member.split('.').next().unwrap_or(member);
        let is_known = self
            .rules
            .static_members
            .iter()
            .any(|(known, members)| known.eq_ignore_ascii_case(class) && members.iter().any(|one| one == member));
        let is_newer = self.rules.members_of_newer_frameworks.contains_key(member);
        let is_type = self.reference.type_name(class) != Known::Abbreviated && !self.defines_type(class);
        if !is_known && !is_newer && is_type {
            let message = format!(
                "`[{class}]::{member}` is not in staticMembers of tests/powershell/rules.json: look up whether .NET Framework 4.7.2 has it"
            );
            findings.push(self.file.finding(node.span.start, "unknown-member", message));
        }
    }

    fn visible_files(&self) -> impl Iterator<Item = &File> {
        self.visible.iter().map(|&index| &self.scripts.files[index])
    }

    fn adds_assembly(&self, assembly: &str) -> bool {
        self.visible_files().any(|file| file.text.contains(&format!("Add-Type -AssemblyName {assembly}\n")))
    }

    /// By `Add-Type -Namespace A -Name B`.
    fn defines_type(&self, name: &str) -> bool {
        let Some((namespace, name)) = name.rsplit_once('.') else {
            return false;
        };
        self.visible_files().any(|file| file.text.contains(&format!("Add-Type -Namespace {namespace} -Name {name} ")))
    }

    fn function_name(&self, name: &str, at: usize, findings: &mut Vec<Finding>) {
        let bare = name.rsplit(':').next().unwrap_or(name);
        let verb = bare.split_once('-').map(|(verb, _)| verb);
        let named_by_others = self.rules.used_by_name.iter().any(|used| used == bare);
        if !named_by_others && !verb.is_some_and(|verb| self.rules.approved_verbs.iter().any(|approved| approved == verb)) {
            findings.push(self.file.finding(at, "verb", format!("`{bare}` does not begin with an approved verb and a dash")));
        }
        if self.reference.command(bare).is_some() || self.reference.alias(bare).is_some() {
            findings.push(self.file.finding(at, "verb", format!("`{bare}` hides the command of that name")));
        }
    }
}

/// Names of types in casts, attributes, `catch`, `New-Object`: each part of a generic type on its own, generic ones with arity.
fn type_names(file: &File) -> Vec<(usize, String)> {
    let mut names = Vec::new();
    file.tree.walk(&mut |node| match &node.kind {
        // written before a hashtable only, and no type
        NodeKind::Cast { type_name, operand }
            if type_name.eq_ignore_ascii_case("ordered") && matches!(operand.kind, NodeKind::Hashtable(_)) => {}
        NodeKind::Cast { type_name, .. } => split_type(type_name, node.span.start, &mut names),
        NodeKind::TypeExpression(text) => split_type(text.split('(').next().unwrap_or_default(), node.span.start, &mut names),
        NodeKind::Command { elements, .. } if command_name(node).is_some_and(|name| name.eq_ignore_ascii_case("New-Object")) => {
            let class = elements.first().filter(|first| matches!(first.kind, NodeKind::BareWord(_) | NodeKind::StringLiteral { .. }));
            if let Some(class) = class {
                let text = file.text[class.span.start..].trim_start_matches(['\'', '"']);
                let end = text.find(|c: char| c.is_whitespace() || "('\");|".contains(c)).unwrap_or(text.len());
                split_type(&text[..end], class.span.start, &mut names);
            }
        }
        _ => {}
    });
    // the tree has no types of `catch`
    for (index, token) in file.tokens.iter().enumerate() {
        if token.kind == TokenKind::Keyword && token.value_eq_ci("catch") {
            let end =
                file.tokens[index..].iter().find(|token| token.kind == TokenKind::LBrace).map_or(file.text.len(), |brace| brace.span.start);
            for class in file.text[token.span.end..end].split(',') {
                split_type(class.trim().trim_matches(['[', ']']), token.span.start, &mut names);
            }
        }
    }
    names.retain(|(_, name)| !name.is_empty());
    names
}

/// `A.B[C, D[]]` is `A.B` with arity 2, `C` and `D`.
fn split_type(text: &str, at: usize, names: &mut Vec<(usize, String)>) {
    let text = text.trim();
    let Some((outer, inner)) = text.split_once('[') else {
        return names.push((at, text.to_owned()));
    };
    let inner = inner.strip_suffix(']').unwrap_or(inner);
    if inner.trim_matches([',', ' ', ']', '[']).is_empty() {
        return names.push((at, outer.to_owned()));
    }
    let mut depth = 0;
    let parts: Vec<&str> = inner
        .split(|c: char| {
            depth += i32::from(c == '[') - i32::from(c == ']');
            c == ',' && depth == 0
        })
        .collect();
    names.push((at, format!("{outer}`{}", parts.len())));
    parts.into_iter().for_each(|part| split_type(part, at, names));
}

fn is_common_switch(parameter: &str) -> bool {
    ["verbose", "debug", "whatif", "confirm"].contains(&parameter.to_lowercase().as_str())
}

fn contains(names: &[String], name: &str) -> bool {
    names.iter().any(|known| known.eq_ignore_ascii_case(name))
}

fn starts_with_ignoring_case(name: &str, start: &str) -> bool {
    name.get(..start.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(start))
}

fn find_ignoring_case<'a>(map: &'a std::collections::BTreeMap<String, String>, key: &str) -> Option<&'a String> {
    map.iter().find(|(known, _)| known.eq_ignore_ascii_case(key)).map(|(_, value)| value)
}
