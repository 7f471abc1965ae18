//! What poshtree 0.4 reads otherwise than PowerShell, put right: `f $a.b (c)` are two arguments, not a call of the method `b`.

use poshtree::v2::{Node, NodeKind};

/// The text as the parser needs it: after a member it goes on over the end of the line to a bracket, so a `;` stands there
/// instead of the line feed.
pub(crate) fn separated(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for (at, _) in text.match_indices('\n') {
        let line = text[..at].rsplit('\n').next().unwrap_or_default().trim_end();
        let before = line.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
        let ends_with_member = before.len() < line.len() && before.ends_with(['.', ':']);
        if ends_with_member && text[at..].trim_start().starts_with(['(', '[']) {
            bytes[at] = b';';
        }
    }
    String::from_utf8(bytes).unwrap_or_default()
}

pub(crate) fn repair(node: &mut Node, text: &str) {
    if let NodeKind::Command { elements, .. } = &mut node.kind {
        *elements = std::mem::take(elements).into_iter().flat_map(|element| split(element, text)).collect();
    }
    node.for_each_child_mut(&mut |child| repair(child, text));
}

/// The arguments that one element of a command is.
fn split(mut element: Node, text: &str) -> Vec<Node> {
    if let NodeKind::CommandParameter { argument: Some(argument), .. } = &mut element.kind {
        let mut parts = split(argument.as_ref().clone(), text).into_iter();
        **argument = parts.next().expect("an argument is one part at least");
        element.span.end = argument.span.end;
        return std::iter::once(element).chain(parts).collect();
    }
    let Some(gap) = gap(&element, text) else { return vec![element] };
    let (start, end) = (element.span.start, element.span.end);
    [(start, gap), (gap, end)].into_iter().flat_map(|(from, to)| parse_part(text, from, to)).flat_map(|part| split(part, text)).collect()
}

/// Where a blank stands before the bracket of a call or an index, the last one of a chain.
pub(crate) fn gap(node: &Node, text: &str) -> Option<usize> {
    let target = match &node.kind {
        NodeKind::InvokeMember { target, .. } | NodeKind::Index { target, .. } | NodeKind::MemberAccess { target, .. } => target,
        _ => return None,
    };
    let named = match &node.kind {
        NodeKind::InvokeMember { member, is_static, .. } => target.span.end + member.len() + if *is_static { 2 } else { 1 },
        NodeKind::Index { .. } => target.span.end,
        _ => return gap(target, text),
    };
    let rest = &text[named.min(node.span.end)..node.span.end];
    let blanks = rest.len() - rest.trim_start_matches(' ').len();
    if blanks > 0 && rest.trim_start().starts_with(['(', '[']) { Some(named + blanks) } else { gap(target, text) }
}

/// A part of the text parsed where it stands.
fn parse_part(text: &str, from: usize, to: usize) -> Vec<Node> {
    let blank = |part: &str| part.chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect::<String>();
    let masked = format!("{}{}{}", blank(&text[..from]), &text[from..to], blank(&text[to..]));
    match poshtree::v2::parse(&masked).script.kind {
        NodeKind::Script(statements) => statements,
        _ => Vec::new(),
    }
}
