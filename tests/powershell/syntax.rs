//! The gate that needs no PowerShell: brackets match, and poshtree's parser takes the script. check.ps1 asks PowerShell's own.

use super::{File, Finding};
use poshtree::v2::{NodeKind, Token, TokenKind};

pub(crate) fn check(file: &File, findings: &mut Vec<Finding>) {
    let before = findings.len();
    delimiters(file, findings);
    if findings.len() > before {
        return;
    }
    for error in &file.errors {
        findings.push(file.finding(error.span.start, "parse", error.message.clone()));
    }
    file.tree.walk(&mut |node| match &node.kind {
        NodeKind::Error(message) => findings.push(file.finding(node.span.start, "parse", message.clone())),
        NodeKind::Try { catches, finally_block: None, .. } if catches.is_empty() => {
            findings.push(file.finding(node.span.start, "parse", "`try` without `catch` or `finally`"));
        }
        _ => {}
    });
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
