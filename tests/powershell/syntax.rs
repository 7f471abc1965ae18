//! Does it parse in Windows PowerShell 5.1? The parser is poshtree's; what it lets through is caught here.

use super::{File, Finding, command_name, tree};
use poshtree::v2::{Node, NodeKind, Token, TokenKind};

pub(crate) fn check(file: &File, findings: &mut Vec<Finding>) {
    let before = findings.len();
    delimiters(file, findings);
    if findings.len() > before {
        return;
    }
    for error in &file.errors {
        findings.push(file.finding(error.span.start, "parse", error.message.clone()));
    }
    tokens_of_version_7(file, findings);
    file.tree.walk_with_ancestors(&mut |node, ancestors| {
        node_errors(file, node, findings);
        parameters(file, node, findings);
        separators(file, node, ancestors, findings);
        commands(file, node, ancestors, findings);
        version_7(file, node, findings);
    });
}

fn node_errors(file: &File, node: &Node, findings: &mut Vec<Finding>) {
    match &node.kind {
        NodeKind::Error(message) => findings.push(file.finding(node.span.start, "parse", message.clone())),
        NodeKind::Try { catches, finally_block: None, .. } if catches.is_empty() => {
            findings.push(file.finding(node.span.start, "parse", "`try` without `catch` or `finally`"));
        }
        NodeKind::Assignment { value, .. } if file.source(value).is_empty() => {
            findings.push(file.finding(node.span.start, "parse", "nothing is assigned"));
        }
        NodeKind::TypeExpression(name) | NodeKind::Cast { type_name: name, .. } if name.trim().is_empty() => {
            findings.push(file.finding(node.span.start, "parse", "`[]` without a type"));
        }
        NodeKind::Pipeline(parts) => {
            for part in parts.iter().skip(1).filter(|part| !matches!(part.kind, NodeKind::Command { .. })) {
                findings.push(file.finding(part.span.start, "parse", "only a command can stand after `|`"));
            }
        }
        NodeKind::InvokeMember { .. } | NodeKind::Index { .. } if tree::gap(node, &file.text).is_some() => {
            findings.push(file.finding(node.span.start, "parse", "a blank before the bracket of a call or an index"));
        }
        NodeKind::InvokeMember { args, .. } => {
            let mut words = Vec::new();
            args.iter().for_each(|argument| argument_words(argument, &mut words));
            for word in words {
                findings.push(file.finding(word.span.start, "parse", "a bare word as the argument of a method"));
            }
        }
        _ => {}
    }
}

fn argument_words<'a>(argument: &'a Node, words: &mut Vec<&'a Node>) {
    match &argument.kind {
        NodeKind::BareWord(_) => words.push(argument),
        NodeKind::ArrayLiteral(items) => items.iter().for_each(|item| argument_words(item, words)),
        _ => {}
    }
}

/// Parameters are attributes, name, default, with one comma between them: the parser skips what else stands there.
fn parameters(file: &File, node: &Node, findings: &mut Vec<Finding>) {
    let NodeKind::ParamBlock(parameters) = &node.kind else { return };
    let mut find = |at, message: String| findings.push(file.finding(at, "parse", message));
    let mut end = node.span.start + file.source(node).find('(').map_or(0, |bracket| bracket + 1);
    for (index, parameter) in parameters.iter().enumerate() {
        let expected = if index == 0 { "" } else { "," };
        if code(&file.text[end..parameter.span.start]) != expected {
            find(parameter.span.start, format!("before this parameter stands `{}`", code(&file.text[end..parameter.span.start])));
        }
        end = parameter.span.end;
        let NodeKind::Parameter { attributes, name_span, .. } = &parameter.kind else { continue };
        let mut at = parameter.span.start;
        for attribute in attributes {
            if !code(&file.text[at..attribute.span.start]).is_empty() || !is_attribute(file.source(attribute)) {
                find(attribute.span.start, format!("`{}` is no attribute", file.source(attribute)));
            }
            at = attribute.span.end;
        }
        if !code(&file.text[at..name_span.start]).is_empty() {
            find(at, "between type and name stands something else".into());
        }
    }
    if code(&file.text[end..node.span.end]) != ")" {
        find(end, "the parameters do not end here".into());
    }
}

/// Text without comments and blanks.
fn code(text: &str) -> String {
    let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
    lines.collect()
}

/// `[Name]`, or `[Name(...)]` with values, and `key = value` pairs for `Parameter`.
fn is_attribute(text: &str) -> bool {
    let Some(inner) = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) else { return false };
    let Some(arguments) = inner.strip_prefix("Parameter(").and_then(|text| text.strip_suffix(')')) else { return true };
    let is_value =
        |value: &str| ["$true", "$false"].contains(&value) || value.bytes().all(|byte| byte.is_ascii_digit()) || value.starts_with('\'');
    let keys = ["Mandatory", "Position", "ValueFromPipeline", "ValueFromPipelineByPropertyName", "ParameterSetName"];
    arguments.split(',').all(|pair| pair.split_once('=').is_some_and(|(key, value)| keys.contains(&key.trim()) && is_value(value.trim())))
}

/// Every bracket is closed by its own kind, none is closed that was not opened.
fn delimiters(file: &File, findings: &mut Vec<Finding>) {
    let mut open: Vec<(&Token, TokenKind)> = Vec::new();
    for token in &file.tokens {
        let closed_by = match token.kind {
            TokenKind::LParen | TokenKind::DollarParen | TokenKind::AtParen => TokenKind::RParen,
            TokenKind::LBrace | TokenKind::AtBrace => TokenKind::RBrace,
            TokenKind::LBracket => TokenKind::RBracket,
            TokenKind::Operator if token.value == "?[" => TokenKind::RBracket,
            TokenKind::RParen | TokenKind::RBrace | TokenKind::RBracket => {
                if open.pop().is_none_or(|(_, expected)| expected != token.kind) {
                    findings.push(file.finding(token.span.start, "delimiters", format!("`{}` closes nothing", token.value)));
                    return;
                }
                continue;
            }
            _ => continue,
        };
        open.push((token, closed_by));
    }
    for (token, _) in open {
        findings.push(file.finding(token.span.start, "delimiters", format!("`{}` is not closed", token.value)));
    }
}

/// Statements on one line, and entries of a hashtable, stand apart by `;`.
fn separators(file: &File, node: &Node, ancestors: &[&Node], findings: &mut Vec<Finding>) {
    let mut check = |before: &Node, after: &Node| {
        let between = &file.text[before.span.end.min(after.span.start)..after.span.start];
        if !between.contains(['\n', ';']) {
            findings.push(file.finding(after.span.start, "parse", "two statements on a line without `;` between them"));
        }
    };
    match &node.kind {
        NodeKind::Script(statements) | NodeKind::Array(statements) => {
            let is_switch_body = matches!(ancestors.last().map(|parent| &parent.kind), Some(NodeKind::Switch { .. }));
            for pair in statements.windows(2) {
                if !is_switch_body && !ends_itself(&pair[0]) {
                    check(&pair[0], &pair[1]);
                }
            }
        }
        NodeKind::Hashtable(entries) => entries.windows(2).for_each(|pair| check(&pair[0].1, &pair[1].0)),
        _ => {}
    }
}

/// Ends with its closing brace, so that another statement may follow on the line.
fn ends_itself(statement: &Node) -> bool {
    matches!(
        statement.kind,
        NodeKind::If { .. }
            | NodeKind::While { .. }
            | NodeKind::For { .. }
            | NodeKind::ForEach { .. }
            | NodeKind::Switch { .. }
            | NodeKind::Function { .. }
            | NodeKind::Try { .. }
            | NodeKind::Labeled { .. }
            | NodeKind::ParamBlock(_)
            | NodeKind::ScriptBlockExpression(_)
    )
}

const KEYWORDS_OUT_OF_PLACE: &[&str] = &["", "=", "else", "elseif", "catch", "finally", "until", "in", "param", "begin", "end"];

fn commands(file: &File, node: &Node, ancestors: &[&Node], findings: &mut Vec<Finding>) {
    let NodeKind::Command { name, elements, .. } = &node.kind else {
        return;
    };
    let word = command_name(node).unwrap_or("?");
    if KEYWORDS_OUT_OF_PLACE.contains(&word.to_lowercase().as_str()) {
        findings.push(file.finding(node.span.start, "parse", format!("`{word}` is not where a statement starts")));
    }
    // in a label of `switch`, or as the value of a hashtable's key, the parser takes a keyword for a command
    let is_keyword = ["if", "foreach", "switch", "default"].contains(&word)
        || matches!(ancestors.iter().rev().nth(1).map(|outer| &outer.kind), Some(NodeKind::Switch { .. }));
    let takes_operators = ["where-object", "foreach-object"].contains(&word.to_lowercase().as_str());
    for element in elements {
        let value = match &element.kind {
            NodeKind::CommandParameter { argument: Some(argument), .. } => argument,
            _ => element,
        };
        let operator = match &value.kind {
            NodeKind::Binary { op, .. } => Some(op.as_str()),
            NodeKind::BareWord(word) if word.len() > 2 && word.starts_with('-') && !takes_operators => Some(word.as_str()),
            _ => None,
        };
        if let (Some(operator), false) = (operator, is_keyword) {
            findings.push(file.finding(
                value.span.start,
                "operator-in-arguments",
                format!("`{operator}` after `{word}` is an argument, not an operator: put the call, or the expression, in brackets"),
            ));
        }
    }
    for pair in elements.windows(2).filter(|pair| pair[0].span.end == pair[1].span.start) {
        let is_whole = matches!(
            pair[0].kind,
            NodeKind::ScriptBlockExpression(_) | NodeKind::StringLiteral { .. } | NodeKind::Paren(_) | NodeKind::Array(_)
        );
        if is_whole {
            findings.push(file.finding(pair[1].span.start, "parse", "two arguments without a blank between them"));
        }
    }
    let called_like_a_method =
        elements.first().is_some_and(|first| matches!(first.kind, NodeKind::Paren(_)) && first.span.start == name.span.end);
    if called_like_a_method && !is_keyword {
        findings.push(file.finding(
            node.span.start,
            "operator-in-arguments",
            format!("`{word}(...)` passes one argument, a list: write `{word} a b`"),
        ));
    }
}

fn version_7(file: &File, node: &Node, findings: &mut Vec<Finding>) {
    let found = match &node.kind {
        NodeKind::Ternary { .. } => "`? :`",
        NodeKind::PipelineChain { .. } => "`&&` or `||`",
        NodeKind::Binary { op, .. } if op.starts_with("??") => "`??`",
        NodeKind::Assignment { op, .. } if op.starts_with("??") => "`??=`",
        NodeKind::Binary { op, left, .. } if op == ".." && matches!(left.kind, NodeKind::StringLiteral { .. }) => "a range of characters",
        NodeKind::Command { .. } if command_name(node).is_some_and(|name| name.eq_ignore_ascii_case("clean")) => "a `clean` block",
        _ => return,
    };
    findings.push(file.finding(node.span.start, "powershell-7", format!("{found} is not in 5.1")));
}

fn tokens_of_version_7(file: &File, findings: &mut Vec<Finding>) {
    let mut find = |token: &Token, what: &str| {
        findings.push(file.finding(token.span.start, "powershell-7", format!("{what} is not in 5.1")));
    };
    for (index, token) in file.tokens.iter().enumerate() {
        let next = file.tokens.get(index + 1);
        let begins_line = token.starts_line() || (index > 0 && file.tokens[index - 1].ends_line());
        match token.kind {
            TokenKind::Operator if ["?.", "?[", "??", "??="].contains(&token.value.as_str()) => find(token, &format!("`{}`", token.value)),
            TokenKind::Pipe if begins_line => find(token, "a line that begins with `|`"),
            TokenKind::Amp
                if next.is_none_or(|next| {
                    token.ends_line()
                        || next.starts_line()
                        || [TokenKind::Eof, TokenKind::Semicolon, TokenKind::RBrace, TokenKind::RParen].contains(&next.kind)
                }) =>
            {
                find(token, "`&` after a command");
            }
            TokenKind::Number if is_number_of_version_7(&token.value) => find(token, &format!("the number `{}`", token.value)),
            _ => {}
        }
    }
}

/// `0b101`, `1uy`, `1n`: 5.1 knows the suffixes `l`, `d`, `kb`, `mb`, `gb`, `tb`, `pb` alone.
fn is_number_of_version_7(text: &str) -> bool {
    let text = text.to_lowercase();
    let text = ["kb", "mb", "gb", "tb", "pb"].iter().find_map(|unit| text.strip_suffix(unit)).unwrap_or(&text);
    text.starts_with("0b") || (!text.starts_with("0x") && text.ends_with(['u', 'y', 's', 'n'])) || text.contains('u')
}
