//! The pack room: what stripping and packing may and may not change.

mod scripts;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use flate2::{Compression, GzBuilder};
use gen_cse::pack::strip::{Kind, pieces, strip};
use gen_cse::pack::{CONFIGURATION_LINE, CUSTOM_DATA, Payload, SCRIPTS, Script, script, unpack};
use gen_cse::plan::STEPS;
use poshtree::v2::{TokenKind, lex};
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::Path;
use std::{fs, iter};

fn stripped(script: &str) -> String {
    strip(script).unwrap_or_else(|error| panic!("{error} in {script:?}"))
}

fn refused(script: &str) -> String {
    strip(script).expect_err(script).to_string()
}

/// Tokens as another lexer sees them, each with whether it begins a line.
fn tokens(script: &str) -> Vec<(TokenKind, String, bool)> {
    let mut line_ended = false;
    let mut seen = Vec::new();
    for token in lex(script).tokens {
        // braces end a line by themselves
        let opens = seen.last().is_some_and(|(kind, _, _)| matches!(kind, TokenKind::LBrace | TokenKind::AtBrace));
        let begins_line = !seen.is_empty() && (line_ended || token.starts_line()) && !opens && token.kind != TokenKind::RBrace;
        line_ended = token.ends_line();
        if token.kind != TokenKind::Eof {
            seen.push((token.kind, token.value, begins_line));
        }
    }
    seen
}

fn strings(script: &str) -> Vec<&str> {
    let pieces = pieces(script).unwrap();
    pieces.iter().filter(|piece| piece.kind == Kind::String).map(|piece| &script[piece.start..piece.end]).collect()
}

#[test]
fn takes_what_only_people_read() {
    for (script, expected) in [
        ("", ""),
        ("\n\n", ""),
        ("# only\n", ""),
        ("a", "a"),
        ("  a\n\n\tb  \n", "a\nb\n"),
        ("a # why\nb# c\n", "a\nb# c\n"),
        ("foo#bar # word, then comment\n", "foo#bar\n"),
        ("if ($a) { # why\n    b;# c\n}# d\n", "if ($a){b;}\n"),
        ("@{ a = 1; b = 2, 3 } | f -x { $_ } -y\n", "@{a=1;b=2,3}|f -x{$_} -y\n"),
        ("a | | b; ;{ { }\n", "a| |b;;{{}\n"),
        ("a | <# between #>| b\n", "a| |b\n"),
        ("$a = 1\n[int]$b.C[0] += $d\nf = 2\n", "$a=1\n[int]$b.C[0]+=$d\nf=2\n"),
        ("$a['b'] = 1\nf 'a;$b' = 2\n", "$a['b']=1\nf 'a;$b' = 2\n"),
        ("f $a = 1 + 2\nGet-A = 3\n", "f $a = 1 + 2\nGet-A = 3\n"),
        ("$a = b#c\n$a = <# d #>e\n", "$a= b#c\n$a=e\n"),
        ("f {\n  g\n\n  { }\n}\nh\n", "f{g\n{}}\nh\n"),
        ("f `\n}\n`{\ng\n", "f `\n}\n`{\ng\n"),
        ("f ${a} -b a`, b\n", "f ${a} -b a`, b\n"),
        ("<# head\n more #>\nparam()\n", "param()\n"),
        ("a <# in between #> b\n", "a b\n"),
        ("(<# first #>1)\n", "( 1)\n"),
        ("[char]'#' # hash\n", "[char]'#'\n"),
        ("$a -replace '#.*$', '' # '\n", "$a -replace '#.*$',''\n"),
        ("'it''s # no comment' # it's one\n", "'it''s # no comment'\n"),
        ("\"a `\" # b\"\" # c\" # d\n", "\"a `\" # b\"\" # c\"\n"),
        ("\"$(f \"x)\" # in\n) y\"  # out\n", "\"$(f \"x)\" # in\n) y\"\n"),
        ("\"${a\"b}\" # c\n", "\"${a\"b}\"\n"),
        ("${a # b} # c\n", "${a # b}\n"),
        ("$? # worked\n", "$?\n"),
        ("a `# b\n", "a `# b\n"),
        ("a `\n  b # c\n  d\n", "a `\n  b\nd\n"),
        ("a `\n# c\nb\n", "a `\n\nb\n"),
        ("'two  \n\n  lines'\n", "'two  \n\n  lines'\n"),
    ] {
        assert_eq!(stripped(script), expected, "{script:?}");
    }
}

#[test]
fn leaves_here_strings_alone() {
    for body in ["", "  # kept  \n\n  '@ not at the start\n", "it's $( ' \" `\n", "<# kept #>\n"] {
        let here = format!("@'\n{body}'@");
        let script = format!("  f {here} # gone\n  g\n");
        assert_eq!(stripped(&script), format!("f {here}\ng\n"));
    }
    let expandable = "@\"\n  # kept \"@ $(f '\"@' @\"\n  inner\n\"@ # kept, too\n)\n  end\n\"@";
    assert_eq!(stripped(&format!("\t$a = {expandable} # gone\n")), format!("$a= {expandable}\n"));
}

#[test]
fn refuses_what_it_cannot_know() {
    for (script, why) in [
        ("$a#b", "line 1: `#` in the middle"),
        ("a\n$a.b#c", "line 2: `#` in the middle"),
        ("5#c", "`#` in the middle"),
        ("'a'#c", "`#` in the middle"),
        ("$#", "`#` in the middle"),
        ("a<#b#>c", "`<#` in the middle"),
        ("\n\n'a", "line 3: a string in single quotes"),
        ("\"a", "a string in double quotes"),
        ("\"a`\"", "a string in double quotes"),
        ("\"$(a", "`$(` is not closed"),
        ("\"$(')\"", "a string in single quotes"),
        ("@'\na'@", "a here-string is not closed"),
        ("@\"\na`\n\"@", "a backtick ends a line of a here-string"),
        ("a@'\nb\n'@", "a here-string starts after a blank"),
        ("a @'b\n'@", "its first line ends with the quote"),
        ("<# a", "a block comment is not closed"),
        ("${a", "`${` is not closed"),
        ("a `", "a backtick is the last character"),
        ("f --% 'a # b", "`--%`"),
        ("# fine\n#requires -Version 5", "line 2: `#Requires`"),
        ("'\u{e9}'", "outside printable ASCII"),
        ("a\r\nb", "outside printable ASCII"),
    ] {
        let found = refused(script);
        assert!(found.contains(why), "{script:?}: {found}");
    }
}

/// Parts from which scripts are made that hold every kind of token next to every other.
fn part() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "Get-Item",
        "$a",
        "$script:b",
        "${c d}",
        "-Path",
        "5",
        "0x1F",
        "foo#bar",
        ".Count",
        "[int]",
        "::Max",
        "-eq",
        "+",
        "=",
        "|",
        ";",
        ",",
        "(",
        ")",
        "{",
        "}",
        "@(",
        "@{",
        "$(",
        "&",
        "$?",
        "$_",
        "c:\\k\\x.exe",
        "`\n",
        "`n",
        "`#",
        "%",
        "*>",
        "2>&1",
    ]);
    let bodies = "[ a-z'\"`$(){}@#<>=;,\n-]{0,12}";
    prop_oneof![
        4 => words.prop_map(str::to_owned),
        2 => bodies.prop_map(|text| format!("'{}'", text.replace('\'', "''"))),
        2 => bodies.prop_map(|text| format!("\"{}\"", text.replace('`', "``").replace('"', "`\"").replace('$', "`$"))),
        1 => bodies.prop_map(|text| format!("\"a $(f '{}' (1) \"b\") c\"", text.replace('\'', "''"))),
        1 => bodies.prop_map(|text| format!(" @'\n{}\n'@\n", text.replace("\n'@", "\n"))),
        1 => "[ a-z'#(){}\n]{0,12}".prop_map(|text| format!(" @\"\n{text} $(g 'x\"@') \n\"@\n")),
        1 => "[ a-z'\"`$(){}@#<>]{0,12}".prop_map(|text| format!(" # {text}\n")),
        1 => "[ a-z'\"`$(){}@\n]{0,12}".prop_map(|text| format!(" <# {text} #> ")),
        2 => "[ \t]{1,3}",
        2 => "[ \n]{1,3}",
    ]
}

fn any_script() -> impl Strategy<Value = String> {
    prop::collection::vec(part(), 0..20).prop_map(|parts| parts.concat())
}

proptest! {
    // rejected are scripts that strip refuses: were they the rule, the first property would say little
    #![proptest_config(ProptestConfig { cases: 2000, max_global_rejects: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    /// The pieces are the script; strings keep every byte; what another lexer calls the tokens and lines are the same.
    #[test]
    fn changes_no_string_and_no_token(script in any_script()) {
        prop_assume!(strip(&script).is_ok());
        let result = stripped(&script);
        let cut: String = pieces(&script).unwrap().iter().map(|piece| &script[piece.start..piece.end]).collect();
        prop_assert_eq!(&cut, &script);
        prop_assert_eq!(strings(&result), strings(&script));
        prop_assert_eq!(tokens(&result), tokens(&script));
        prop_assert!(pieces(&result).unwrap().iter().all(|piece| piece.kind != Kind::Comment));
        prop_assert_eq!(stripped(&result), result);
    }

    /// Any text: an answer, never a panic, and twice is once.
    #[test]
    fn takes_any_text(text in "[ -~\n\t]{0,80}|\\PC{0,40}") {
        if let Ok(result) = strip(&text) {
            prop_assert_eq!(stripped(&result), result);
        }
    }
}

/// All scripts, those of every node, a part of them, none.
fn selections() -> Vec<Vec<&'static Script>> {
    let of_every_node = SCRIPTS.iter().filter(|script| script.with.is_none()).collect();
    vec![SCRIPTS.iter().collect(), of_every_node, SCRIPTS.iter().skip(1).step_by(3).collect(), Vec::new()]
}

const RENDERED: (&str, &str) = ("steps.json", "{\"steps\":[{\"title\":\"\u{e9}\\\"\\\\ </script> \\n\"}]}\n");

#[test]
fn a_payload_unpacks_to_what_went_in() {
    for scripts in selections() {
        let payload = Payload::new(scripts.iter().copied(), &[RENDERED]);
        let unpacked = unpack(payload.base64()).unwrap();
        let scripts = scripts.iter().map(|script| (script.path.as_str(), script.text));
        let expected: Vec<(&str, &str)> = [RENDERED].into_iter().chain(scripts).collect();
        let found: Vec<(&str, &str)> = unpacked.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        assert_eq!(found, expected);
        let sizes: Vec<(&str, usize)> = payload.files().iter().map(|file| (file.path.as_str(), file.bytes)).collect();
        assert_eq!(sizes, expected.iter().map(|(path, text)| (*path, text.len())).collect::<Vec<_>>());
        assert_eq!(payload.bytes(), expected.iter().map(|(_, text)| text.len()).sum::<usize>());
    }
}

#[test]
fn a_payload_tells_no_time_and_no_system() {
    let gzip = STANDARD.decode(Payload::new([], &[RENDERED]).base64()).unwrap();
    assert_eq!(gzip[..10], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
}

#[test]
fn the_table_is_the_folder() {
    let mut found = BTreeSet::new();
    for folder in ["bootstrap", "lib", "steps", "node"] {
        for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("parts/windows").join(folder)).unwrap() {
            let file = entry.unwrap().path();
            let path = format!("{folder}\\{}", file.file_name().unwrap().to_str().unwrap());
            let text = stripped(&fs::read_to_string(&file).unwrap());
            if path == "bootstrap\\customdata.ps1" {
                assert_eq!(text + CONFIGURATION_LINE, *CUSTOM_DATA);
            } else {
                assert_eq!(script(&path).map(|script| script.text), Some(text.as_str()), "{path}");
                found.insert(path);
            }
        }
    }
    assert_eq!(found.len(), SCRIPTS.len());
    assert_eq!(CUSTOM_DATA.matches("@@PAYLOAD@@").count(), 1);
}

#[test]
fn what_an_optional_script_comes_with_is_there() {
    let traits = ["azure-stack-interfaces", "container-disk", "dual-stack", "hyperv", "parallel-pulls", "registry-mirrors", "url-query"];
    for script in SCRIPTS.iter() {
        for word in script.with.iter().flatten() {
            let is_known = traits.contains(word) || STEPS.iter().any(|step| step.id == *word);
            assert!(is_known, "{}: neither a step nor a trait is called `{word}`", script.path);
        }
    }
}

#[test]
fn what_is_no_payload_is_refused() {
    let gzip = |text: &str| {
        let mut encoder = GzBuilder::new().write(Vec::new(), Compression::best());
        encoder.write_all(text.as_bytes()).unwrap();
        STANDARD.encode(encoder.finish().unwrap())
    };
    let bomb: String = iter::once("a\n").chain(iter::repeat_n(" ", 20 << 20)).collect();
    for (payload, why) in [
        ("?".to_owned(), "not base64"),
        ("AAAA".to_owned(), "not gzip"),
        (gzip("{}")[..20].to_owned(), "not gzip"),
        (gzip("a\nb\u{c}c"), "does not hold files"),
        (gzip(&bomb), "larger than any of ours"),
    ] {
        let found = unpack(&payload).unwrap_err();
        assert!(found.contains(why), "{found}");
    }
}
