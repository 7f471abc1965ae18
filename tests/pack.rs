//! The pack room: what stripping and packing may and may not change.

use flate2::{Compression, GzBuilder};
use gen_cse::pack::strip::{Kind, pieces, strip};
use gen_cse::pack::{CUSTOM_DATA, Payload, SCRIPTS, Script, script, unpack};
use poshtree::v2::{TokenKind, lex};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
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
        let begins_line = !seen.is_empty() && (line_ended || token.starts_line());
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
        ("if ($a) { # why\n    b;# c\n}# d\n", "if ($a) {\nb;\n}\n"),
        ("<# head\n more #>\nparam()\n", "param()\n"),
        ("a <# in between #> b\n", "a  b\n"),
        ("(<# first #>1)\n", "( 1)\n"),
        ("[char]'#' # hash\n", "[char]'#'\n"),
        ("$a -replace '#.*$', '' # '\n", "$a -replace '#.*$', ''\n"),
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
    assert_eq!(stripped(&format!("\t$a = {expandable} # gone\n")), format!("$a = {expandable}\n"));
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

/// Payload paths behind a word at the begin of a line of `src/pack/bodies.txt`.
fn named(word: &str) -> Vec<Vec<String>> {
    let path = |path: &str| path.replace('/', "\\");
    let lines = include_str!("../src/pack/bodies.txt").lines().filter_map(|line| line.strip_prefix(word));
    lines.map(|line| line.split_whitespace().take_while(|word| *word != "with").map(path).collect()).collect()
}

/// Scripts of a cluster: all that every cluster needs, and of the others those that are named.
fn selection(with: &[String]) -> Vec<&'static Script> {
    let optional: BTreeSet<String> = named("optional ").concat().into_iter().collect();
    SCRIPTS.iter().filter(|script| !optional.contains(script.path) || with.iter().any(|path| path == script.path)).collect()
}

/// Every script set that a body was made for, and others.
fn selections() -> Vec<Vec<&'static Script>> {
    let bodies = named("body ");
    let with_more =
        |body: &Vec<String>| [body.clone(), vec!["steps\\csi-proxy.ps1".to_owned(), "steps\\secure-tls.ps1".to_owned()]].concat();
    let mut all: Vec<Vec<&Script>> = bodies.iter().map(|body| selection(body)).collect();
    all.extend(bodies.iter().map(|body| selection(&with_more(body))));
    all.extend([selection(&[]), SCRIPTS.iter().collect(), SCRIPTS.iter().skip(1).collect(), Vec::new()]);
    all
}

const RENDERED: (&str, &str) = ("steps.json", "{\"steps\":[{\"title\":\"\u{e9}\\\"\\\\ </script> \\n\"}]}\n");

#[test]
fn a_payload_unpacks_to_what_went_in() {
    for scripts in selections() {
        let payload = Payload::new(scripts.iter().copied(), &[RENDERED]);
        let unpacked = unpack(payload.base64()).unwrap();
        let expected: BTreeMap<&str, &str> = scripts.iter().map(|script| (script.path, script.text)).chain([RENDERED]).collect();
        let found: BTreeMap<&str, &str> = unpacked.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        assert_eq!(unpacked.len(), expected.len(), "a file is there twice");
        assert_eq!(found, expected);
        let paths: Vec<&str> = payload.files().iter().map(|file| file.path.as_str()).collect();
        assert_eq!(paths, unpacked.iter().map(|(path, _)| path.as_str()).collect::<Vec<_>>());
        assert_eq!(payload.stripped_bytes(), unpacked.iter().map(|(_, text)| text.len()).sum::<usize>());
    }
}

#[test]
fn a_payload_depends_on_what_is_packed_alone() {
    for mut scripts in selections() {
        let payload = Payload::new(scripts.iter().copied(), &[RENDERED]);
        scripts.reverse();
        assert_eq!(payload, Payload::new(scripts, &[RENDERED]));
        assert_eq!(payload.gzip()[..10], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255], "no time, no name, no system");
    }
}

/// The sets that were deflated beforehand are smaller than what can be made on the spot; others are not much larger.
#[test]
fn a_payload_is_tight() {
    for (index, scripts) in selections().into_iter().enumerate().filter(|(_, scripts)| !scripts.is_empty()) {
        let payload = Payload::new(scripts, &[RENDERED]);
        let files = unpack(payload.base64()).unwrap();
        let json = serde_json::json!({ "files": files.iter().map(|(path, text)| serde_json::json!({"path": path, "text": text})).collect::<Vec<_>>() });
        let mut now = GzBuilder::new().write(Vec::new(), Compression::best());
        now.write_all(json.to_string().as_bytes()).unwrap();
        let (now, ours) = (now.finish().unwrap().len(), payload.gzip().len());
        let is_prepared = index < named("body ").len();
        assert!(if is_prepared { ours < now } else { ours < now + now / 5 }, "{index}: {ours} bytes, made on the spot {now}");
    }
}

#[test]
fn shares_add_up() {
    for scripts in selections() {
        let payload = Payload::new(scripts, &[RENDERED]);
        let sum: usize = payload.files().iter().map(|file| file.packed_bytes).sum();
        assert!(sum <= payload.gzip().len() && sum + 150 > payload.gzip().len(), "{sum} of {}", payload.gzip().len());
        for file in payload.files() {
            let is_script = file.path != RENDERED.0;
            assert!(file.packed_bytes > 0 && (!is_script || file.packed_bytes < file.stripped_bytes), "{file:?}");
        }
    }
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
                assert_eq!(text, CUSTOM_DATA);
            } else {
                assert_eq!(script(&path).map(|script| script.text), Some(text.as_str()), "{path}");
                found.insert(path);
            }
        }
    }
    assert_eq!(found.len(), SCRIPTS.len());
    for mark in ["@@PAYLOAD@@", "@@CONFIGURATION@@"] {
        assert_eq!(CUSTOM_DATA.matches(mark).count(), 1, "{mark}");
    }
}

#[test]
fn bodies_name_scripts_that_are_there() {
    let optional = named("optional ").concat();
    for path in optional.iter().chain(&named("body ").concat()) {
        assert!(script(path).is_some(), "src/pack/bodies.txt: {path}");
        assert!(optional.contains(path), "src/pack/bodies.txt: {path} is in a body and not optional");
    }
}

#[test]
fn what_is_no_payload_is_refused() {
    let gzip = |text: &str| {
        let mut encoder = GzBuilder::new().write(Vec::new(), Compression::best());
        encoder.write_all(text.as_bytes()).unwrap();
        base64::Engine::encode(&base64::engine::general_purpose::STANDARD, encoder.finish().unwrap())
    };
    let bomb: String = iter::once("{\"files\":[").chain(iter::repeat_n(" ", 20 << 20)).chain(iter::once("]}")).collect();
    for (payload, why) in [
        ("?".to_owned(), "not base64"),
        ("AAAA".to_owned(), "not gzip"),
        (gzip("{}")[..20].to_owned(), "not gzip"),
        (gzip("[1]"), "does not hold a list of files"),
        (gzip("{\"files\":[{\"path\":1}]}"), "does not hold a list of files"),
        (gzip(&bomb), "does not hold a list of files"),
    ] {
        let found = unpack(&payload).unwrap_err();
        assert!(found.contains(why), "{found}");
    }
}

/// Looks for an order in which the usual payloads are smaller and writes it to `src/pack/order.txt`. It goes on from the order
/// that is there; the result depends on the scripts alone.
#[test]
#[ignore = "takes minutes, and only in a release build"]
fn find_order() {
    let sets: Vec<BTreeSet<&str>> = named("body ").iter().map(|body| selection(body).iter().map(|script| script.path).collect()).collect();
    let entry = |script: &&Script| serde_json::json!({ "path": script.path, "text": script.text }).to_string();
    let size = |order: &[&'static Script]| -> usize {
        let deflated = |set: &BTreeSet<&str>| {
            let mut encoder = GzBuilder::new().write(Vec::new(), Compression::best());
            encoder.write_all(order.iter().filter(|script| set.contains(script.path)).map(entry).collect::<String>().as_bytes()).unwrap();
            encoder.finish().unwrap().len()
        };
        sets.iter().map(deflated).sum()
    };
    let mut order: Vec<&Script> = SCRIPTS.iter().collect();
    let mut best = size(&order);
    let first = best;
    let mut state = 1_u64;
    let mut below = |bound: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from(state >> 33).unwrap() % bound
    };
    for _ in 0..3000 {
        // a run of up to three scripts goes somewhere else
        let mut tried = order.clone();
        let run = 1 + below(3);
        let from = below(tried.len() - run);
        let moved: Vec<&Script> = tried.drain(from..from + run).collect();
        let to = below(tried.len());
        tried.splice(to..to, moved);
        let found = size(&tried);
        if found < best {
            (best, order) = (found, tried);
        }
    }
    println!("{first} bytes before, {best} now, {} sets", sets.len());
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/pack/order.txt");
    let comments: String =
        fs::read_to_string(path).unwrap().lines().filter(|line| line.starts_with('#')).map(|line| format!("{line}\n")).collect();
    let lines: String = order.iter().map(|script| format!("{}\n", script.path.replace('\\', "/"))).collect();
    fs::write(path, comments + &lines).unwrap();
}
