//! Is every command there? In Windows PowerShell 5.1, or always defined by the scripts. What PowerShell itself knows better, parameters
//! and types, is check.ps1's.

use super::{File, Finding, Place, Rules, Scripts, command_name, literal, reference::Reference};
use poshtree::v2::{Node, NodeKind};

pub(crate) fn check(file: &File, scripts: &Scripts, reference: &Reference, rules: &Rules, findings: &mut Vec<Finding>) {
    let room = Room { file, scripts, reference, rules, visible: scripts.visible_from(file) };
    file.tree.walk_with_ancestors(&mut |node, ancestors| {
        if let Some(name) = command_name(node).filter(|_| !is_no_command(node, ancestors)) {
            room.command(node, name, findings);
            room.habits(node, name, findings);
        }
        if let NodeKind::Function { name, name_span, .. } = &node.kind {
            room.function_name(name, name_span.start, findings);
            if ancestors.iter().any(|outer| !matches!(outer.kind, NodeKind::Script(_))) {
                let message = format!("`{name}` is defined on a condition: it may be another command of that name, or none");
                findings.push(file.finding(node.span.start, "conditional-definition", message));
            }
        }
    });
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

impl Room<'_> {
    fn command(&self, node: &Node, name: &str, findings: &mut Vec<Finding>) {
        let mut find = |rule, message: String| findings.push(self.file.finding(node.span.start, rule, message));
        if let Some(why) = find_ignoring_case(&self.rules.forbidden_commands, name) {
            return find("forbidden", format!("`{name}`: {why}"));
        }
        if self.scripts.function_for(name, &self.visible).is_some() {
            return;
        }
        let is_asked_for = self.rules.called_only_when_packed.contains_key(name) || self.asks_for(name, node.span.start);
        if let Some(elsewhere) = self.scripts.functions.get(&name.to_lowercase()) {
            let place = &self.scripts.files[elsewhere[0].file];
            return match &place.optional {
                Some(_) if place.place == Place::Lib && is_asked_for => {}
                Some(_) => find(
                    "not-visible",
                    format!("`{name}` is in {}, which not every payload has: ask `Get-Command {name}` first", place.path),
                ),
                None => find("not-visible", format!("`{name}` is a function of {}, which is not loaded here", place.path)),
            };
        }
        if self.reference.has_command(name) {
            return;
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
                format!("`{name}` is no function of the scripts and not in commands-5.1.json (regenerate.ps1, if 5.1 has it)"),
            );
        }
    }

    /// What a command must or must not be given though 5.1 would take it, and the programs it is given.
    fn habits(&self, node: &Node, name: &str, findings: &mut Vec<Finding>) {
        let source = self.file.source(node);
        let mut find = |rule, message: String| findings.push(self.file.finding(node.span.start, rule, message));
        let required = find_ignoring_case(&self.rules.required_parameters, name).map_or("", String::as_str);
        for parameter in
            required.split_whitespace().filter(|parameter| !source.contains(&format!("-{parameter}")) && !source.contains(" @"))
        {
            find("required-parameter", format!("`{name}` without `-{parameter}`"));
        }
        for (value, why) in self.rules.forbidden_values.iter().filter(|(value, _)| source.contains(&format!("-{value}"))) {
            find("forbidden", format!("`-{value}`: {why}"));
        }
        let NodeKind::Command { elements, .. } = &node.kind else { return };
        if ["Invoke-Program", "Start-Program"].contains(&name)
            && let Some(program) = elements.first().and_then(literal)
        {
            self.program(node.span.start, &program, findings);
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

    fn function_name(&self, name: &str, at: usize, findings: &mut Vec<Finding>) {
        let bare = name.rsplit(':').next().unwrap_or(name);
        let verb = bare.split_once('-').map(|(verb, _)| verb);
        let named_by_others = self.rules.used_by_name.iter().any(|used| used == bare);
        if !named_by_others && !verb.is_some_and(|verb| self.rules.approved_verbs.iter().any(|approved| approved == verb)) {
            findings.push(self.file.finding(at, "verb", format!("`{bare}` does not begin with an approved verb and a dash")));
        }
        if self.reference.has_command(bare) || self.reference.alias(bare).is_some() {
            findings.push(self.file.finding(at, "verb", format!("`{bare}` hides the command of that name")));
        }
    }
}

fn find_ignoring_case<'a>(map: &'a std::collections::BTreeMap<String, String>, key: &str) -> Option<&'a String> {
    map.iter().find(|(known, _)| known.eq_ignore_ascii_case(key)).map(|(_, value)| value)
}
