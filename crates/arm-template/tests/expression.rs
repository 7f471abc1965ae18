//! Printing and reading back; no literal becomes an expression.

use arm_template::{Call, Deployment, Evaluator, Expr, MAX_EXPRESSION_CHARACTERS, Value, functions as arm, object};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

/// Texts with what breaks quoting, beside arbitrary ones. NUL cannot stand in a definition's text.
fn any_text() -> impl Strategy<Value = String> {
    let nasty = prop::sample::select(vec![
        "'",
        "''",
        "[",
        "]",
        "[[",
        "]]",
        "[]",
        "[parameters('x')]",
        "[[parameters('x')]",
        "'@",
        "@'",
        "\"",
        "\\",
        "`",
        "$(exit)",
        "%PATH%",
        "\n",
        "\r\n",
        "\t",
        "<",
        ">",
        "&",
        "{0}",
        "é",
        "日本",
        "😀",
        "\u{2028}",
        "\u{85}",
        "\u{7f}",
        "\u{1}",
        " ",
        "', parameters('x'), '",
    ]);
    let part = prop_oneof![nasty.prop_map(str::to_owned), any::<String>().prop_map(|text| text.replace('\0', ""))];
    prop::collection::vec(part, 0..5).prop_map(|parts| parts.concat())
}

fn any_expression() -> impl Strategy<Value = Expr> {
    let leaf = prop_oneof![any_text().prop_map(Expr::Text), any::<i32>().prop_map(Expr::Integer)];
    leaf.prop_recursive(4, 30, 4, |inner| {
        let function = prop::sample::select(vec!["concat", "createArray", "resourceGroup", "contoso2"]);
        (function, prop::collection::vec(inner.clone(), 0..4), prop::collection::vec(inner, 0..3))
            .prop_map(|(function, arguments, path)| path.into_iter().fold(Call::new(function, arguments), Call::at).into())
    })
}

fn evaluated(template: &Json, value: &Json) -> Json {
    let deployment = Deployment::default();
    let evaluator = Evaluator::new(template, &Json::Null, &deployment).unwrap();
    evaluator.evaluate(value, &[]).unwrap().value.to_json()
}

proptest! {
    #[test]
    fn what_is_printed_is_read_back(expression in any_expression()) {
        prop_assert_eq!(Expr::parse(&expression.to_string()).unwrap(), expression.clone());
        prop_assert_eq!(Expr::read(&expression.bracketed()).unwrap(), expression);
    }

    #[test]
    fn literals_stay_literal(text in any_text(), key in any_text()) {
        let value = Value::from(json!({ key.clone(): [text.clone(), { "inner": text.clone() }] }));
        let printed = serde_json::to_string(&value).unwrap();
        let template: Json = serde_json::from_str(&printed).unwrap();
        prop_assert_eq!(&template, &value.to_json());
        prop_assert_eq!(Expr::read(template.as_object().unwrap().keys().next().unwrap()).unwrap(), Expr::Text(key.clone()));
        prop_assert_eq!(evaluated(&json!({}), &template), json!({ key: [text.clone(), { "inner": text }] }));
    }

    #[test]
    fn texts_survive_functions(text in any_text(), other in any_text()) {
        let template = json!({ "variables": { "v": Value::from(text.as_str()).to_json() } });
        let pieces = || [Expr::from(text.as_str()), arm::variables("v").into(), other.as_str().into(), arm::variables("V").into()];
        let joined = Value::from(arm::base64_to_string(arm::base64(arm::concat(pieces())))).to_json();
        prop_assert_eq!(evaluated(&template, &joined), json!(format!("{text}{text}{other}{text}")));
        let object = arm::create_object([("a", text.as_str().into()), ("b", arm::variables("v").into())]);
        let json = evaluated(&template, &Value::from(arm::string(object)).to_json());
        let parsed: Json = serde_json::from_str(json.as_str().unwrap()).unwrap();
        prop_assert_eq!(parsed, json!({ "a": text, "b": text }));
    }

    #[test]
    fn nothing_makes_the_reader_panic(text in "\\[.*\\]|[a-z'(),.\\[\\] 0-9+-]*") {
        let _ = Expr::read(&text);
        let _ = Expr::parse(&text);
    }
}

#[test]
fn only_what_azure_takes_for_an_expression_is_escaped() {
    for (text, escaped) in [
        ("[parameters('x')]", "[[parameters('x')]"),
        ("[]", "[[]"),
        ("[[x]", "[[[x]"),
        ("[x", "[x"),
        ("x]", "x]"),
        ("[x] y", "[x] y"),
        (" [x]", " [x]"),
        ("[", "["),
        ("]", "]"),
        ("", ""),
    ] {
        assert_eq!(Value::from(text).to_json(), json!(escaped));
        assert_eq!(Expr::read(escaped).unwrap(), Expr::Text(text.to_owned()));
    }
}

#[test]
fn nothing_is_escaped_for_html() {
    let text = serde_json::to_string(&Value::from(arm::concat(["<a> & ".into(), arm::parameters("x").into()]))).unwrap();
    assert_eq!(text, r#""[concat('<a> & ', parameters('x'))]""#);
}

#[test]
fn functions_print_as_azure_names_them() {
    let p = || arm::parameters("p");
    for (call, printed) in [
        (
            arm::variables("pools").property("pool1").property("1st").at(0).at(arm::copy_index()),
            "variables('pools').pool1['1st'][0][copyIndex()]",
        ),
        (arm::copy_index_from(p()), "copyIndex(parameters('p'))"),
        (arm::resource_group().property("name"), "resourceGroup().name"),
        (arm::subscription().property("tenantId"), "subscription().tenantId"),
        (arm::resource_id("A.B/c/d", ["n".into(), p().into()]), "resourceId('A.B/c/d', 'n', parameters('p'))"),
        (arm::subscription_resource_id("A.B/c", ["n".into()]), "subscriptionResourceId('A.B/c', 'n')"),
        (arm::resource_id_in("rg", "A.B/c", ["n".into()]), "resourceId('rg', 'A.B/c', 'n')"),
        (arm::resource_id_of("s", "rg", "A.B/c", ["n".into()]), "resourceId('s', 'rg', 'A.B/c', 'n')"),
        (arm::reference(p(), "2018-11-30").property("clientId"), "reference(parameters('p'), '2018-11-30').clientId"),
        (arm::if_else(arm::equals(p(), ""), arm::yes(), arm::no()), "if(equals(parameters('p'), ''), true(), false())"),
        (arm::and(arm::not(arm::empty(p())), arm::or(p(), p())), "and(not(empty(parameters('p'))), or(parameters('p'), parameters('p')))"),
        (arm::modulo(arm::add(1, 2), arm::mul(-3, arm::sub(4, arm::div(5, 6)))), "mod(add(1, 2), mul(-3, sub(4, div(5, 6))))"),
        (arm::pad_left(arm::length(p()), 2, "0"), "padLeft(length(parameters('p')), 2, '0')"),
        (arm::take(arm::skip(arm::split(p(), ","), 1), 2), "take(skip(split(parameters('p'), ','), 1), 2)"),
        (arm::first(arm::last(arm::to_lower(arm::to_upper(p())))), "first(last(toLower(toUpper(parameters('p')))))"),
        (arm::substring(arm::replace(p(), "'", ""), 0, 4), "substring(replace(parameters('p'), '''', ''), 0, 4)"),
        (arm::ends_with(arm::starts_with(p(), "a"), "b"), "endsWith(startsWith(parameters('p'), 'a'), 'b')"),
        (arm::contains(arm::create_array(["a".into()]), "a"), "contains(createArray('a'), 'a')"),
        (
            arm::string(arm::union([p().into(), arm::create_object([("k", 1.into())]).into()])),
            "string(union(parameters('p'), createObject('k', 1)))",
        ),
        (arm::base64(arm::base64_to_string(p())), "base64(base64ToString(parameters('p')))"),
    ] {
        assert_eq!(call.to_string(), printed);
        assert_eq!(Expr::parse(printed).unwrap(), call.into());
    }
}

#[test]
fn concat_joins_literals() {
    assert_eq!(arm::concat([]), Expr::Text(String::new()));
    assert_eq!(arm::concat(["a".into(), "".into(), "b".into()]), Expr::Text("ab".into()));
    let mixed = arm::concat(["a".into(), "b".into(), arm::copy_index().into(), "".into(), "c".into(), "d".into()]);
    assert_eq!(mixed.to_string(), "concat('ab', copyIndex(), 'cd')");
    assert_eq!(arm::concat([1.into()]).to_string(), "concat(1)");
    assert_eq!(Value::from(arm::concat(["[a]".into()])).to_json(), json!("[[a]"));
}

#[test]
fn objects_leave_out_what_is_not_there() {
    let value = Value::from(object([("a", Some(1.into())), ("b", None), ("c", Some(vec![true.into(), Value::Null].into()))]));
    assert_eq!(serde_json::to_string(&value).unwrap(), r#"{"a":1,"c":[true,null]}"#);
}

#[test]
fn expressions_are_measured_as_azure_does() {
    let of = |text: &str| Expr::from(text).characters();
    assert_eq!(of("abc"), "['abc']".len());
    assert_eq!(of("it's"), "['it''s']".len());
    assert_eq!(of("é😀"), "['']".len() + 3);
    assert_eq!(MAX_EXPRESSION_CHARACTERS, 24_576);
}

#[test]
fn white_space_and_case_do_not_matter_to_the_reader() {
    let read = Expr::read("[ Concat (\n 'a' , PARAMETERS( 'P' ) . x [ 0 ] )]").unwrap();
    assert_eq!(read.to_string(), "Concat('a', PARAMETERS('P').x[0])");
    assert_eq!(Expr::parse("contoso.name(+5)").unwrap().to_string(), "contoso.name(5)");
}

#[test]
fn what_is_no_expression_is_named() {
    for (text, message) in [
        ("[]", "expected a text, a number or a function, found the end at character 1 of the expression"),
        ("[concat('a']", "expected `)`, found the end at character 11 of the expression"),
        ("[concat('a)]", "a text without its closing quote at character 8 of the expression"),
        ("[concat('a',)]", "expected a text, a number or a function, found `)` at character 12 of the expression"),
        ("[a() b()]", "expected the end, found `b` at character 5 of the expression"),
        ("[a]", "expected `(`, found the end at character 2 of the expression"),
        ("['é'.b]", "expected the end, found `.` at character 4 of the expression"),
        ("[a().]", "expected a property, found the end at character 5 of the expression"),
        ("[a()[0]", "expected `]`, found the end at character 6 of the expression"),
        ("[2147483648]", "found `2147483648`, which is not a 32-bit integer, at character 1 of the expression"),
        ("[1.5]", "found `1.5`, which is not a 32-bit integer, at character 1 of the expression"),
        ("[-]", "found `-`, which is not a 32-bit integer, at character 1 of the expression"),
        ("[*]", "expected a text, a number or a function, found `*` at character 1 of the expression"),
        ("[\"a\"]", "expected a text, a number or a function, found `\"` at character 1 of the expression"),
    ] {
        assert_eq!(Expr::read(text).unwrap_err().to_string(), message, "{text}");
    }
}

#[test]
fn nesting_is_bounded() {
    let nested = |levels: usize| format!("[{}1{}]", "add(1, ".repeat(levels), ")".repeat(levels));
    assert!(Expr::read(&nested(100)).is_ok());
    let error = Expr::read(&nested(100_000)).unwrap_err().to_string();
    assert!(error.starts_with("more than 128 levels of nesting at character "), "{error}");
    let indexed = format!("[a(){}1{}]", "[a()".repeat(100_000), "]".repeat(100_000));
    assert!(Expr::read(&indexed).is_err());
}
