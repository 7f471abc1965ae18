//! What Azure would make of a template.

use arm_template::{Deployment, EvaluateError, Evaluated, Evaluator, Loop, Piece};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

fn deployment() -> Deployment {
    Deployment {
        subscription_id: Some("5ub".into()),
        tenant_id: Some("t3n".into()),
        resource_group: Some("rg(1)".into()),
        location: Some("westus2".into()),
        references: [("/subscriptions/5ub/id".to_owned(), json!({ "clientId": "c1", "list": [1, 2] }))].into(),
        ..Deployment::default()
    }
}

fn template() -> Json {
    json!({
        "parameters": {
            "Prefix": { "type": "string", "defaultValue": "k8s" },
            "location": { "type": "string", "defaultValue": "[resourceGroup().location]" },
            "count": { "type": "int" },
            "tags": { "type": "object", "defaultValue": { "a": "[concat('x', parameters('prefix'))]" } },
            "key": { "type": "secureString" },
            "vaulted": { "type": "securestring" },
            "given": { "type": "string", "defaultValue": "default" },
            "missing": { "type": "string" }
        },
        "variables": {
            "name": "[concat(parameters('PREFIX'), '-', parameters('given'))]",
            "pools": {
                "pool1": { "labels": "[concat('rg=', resourceGroup().name)]", "list": [1, "two", "[variables('name')]"], "none": null },
                "[concat('computed', 1)]": "[[literal]"
            },
            "secret": "[concat('key=', parameters('key'))]",
            "viaSecret": { "inner": "[base64(variables('secret'))]" }
        }
    })
}

fn parameters() -> Json {
    json!({ "parameters": {
        "COUNT": { "value": 3 },
        "key": { "value": "hunter2" },
        "given": { "value": "[not(evaluated)]" },
        "vaulted": { "reference": { "keyVault": { "id": "/v" }, "secretName": "s" } }
    } })
}

fn run(deployment: &Deployment, value: &Json) -> Result<Evaluated, EvaluateError> {
    Evaluator::new(&template(), &parameters(), deployment).unwrap().evaluate(value, &[])
}

fn resolve(expression: &str) -> Json {
    run(&deployment(), &json!(expression)).unwrap_or_else(|error| panic!("{expression}: {error}")).value.to_json()
}

fn with_gaps(expression: &str) -> Json {
    run(&Deployment::default(), &json!(expression)).unwrap_or_else(|error| panic!("{expression}: {error}")).value.to_json()
}

fn error(expression: &str) -> String {
    run(&deployment(), &json!(expression)).unwrap_err().to_string()
}

#[test]
fn functions_give_what_azure_documents() {
    for (expression, expected) in [
        ("[concat('a', 1, true(), 'b')]", json!("a1Trueb")),
        ("[concat(createArray(1), createArray(2, 3))]", json!([1, 2, 3])),
        ("[string(5)]", json!("5")),
        ("[string('a''b')]", json!("a'b")),
        ("[string(createObject('valueA', 10, 'valueB', 'Example Text'))]", json!(r#"{"valueA":10,"valueB":"Example Text"}"#)),
        ("[string(createArray('a', 'b', null(), false(), createArray()))]", json!(r#"["a","b",null,false,[]]"#)),
        ("[base64('héllo')]", json!("aMOpbGxv")),
        ("[base64ToString('aMOpbGxv')]", json!("héllo")),
        ("[createObject()]", json!({})),
        (
            "[union(createObject('one', 'a', 'three', 'c1'), createObject('three', 'c2', 'five', 'e'))]",
            json!({ "one": "a", "three": "c2", "five": "e" }),
        ),
        (
            "[union(createObject('o', createObject('a', 1, 'l', createArray(1))), createObject('o', createObject('b', 2, 'l', createArray(2))))]",
            json!({ "o": { "a": 1, "l": [2], "b": 2 } }),
        ),
        ("[union(createArray(1, 2), createArray(2, 3))]", json!([1, 2, 3])),
        // tests/bicep.rs asks Azure's engine
        ("[union(createObject('n', 1, 'z', 2), createObject('N', 3, 'z', null()))]", json!({ "N": 3, "z": 2 })),
        ("[length('a😀')]", json!(3)),
        ("[length(createArray('a', 'b'))]", json!(2)),
        ("[length(createObject('a', 1))]", json!(1)),
        ("[empty('')]", json!(true)),
        ("[empty(createArray())]", json!(true)),
        ("[empty(createObject('a', 1))]", json!(false)),
        ("[equals('a', 'A')]", json!(false)),
        ("[equals(createArray(1), createArray(1))]", json!(true)),
        ("[equals(1, '1')]", json!(false)),
        ("[not(true())]", json!(false)),
        ("[and(true(), false(), substring('', 5, 5))]", json!(false)),
        ("[or(false(), true(), substring('', 5, 5))]", json!(true)),
        ("[and(true(), true())]", json!(true)),
        ("[if(equals(1, 1), 'yes', substring('', 5, 5))]", json!("yes")),
        ("[if(equals(1, 2), substring('', 5, 5), 'no')]", json!("no")),
        ("[contains('OneTwo', 'two')]", json!(false)),
        ("[contains('OneTwo', 'Two')]", json!(true)),
        ("[contains(createObject('One', 1), 'one')]", json!(true)),
        ("[contains(createArray('one', 'two'), 'two')]", json!(true)),
        ("[add(5, 3)]", json!(8)),
        ("[sub(5, 8)]", json!(-3)),
        ("[mul(5, -3)]", json!(-15)),
        ("[div(8, 3)]", json!(2)),
        ("[mod(7, 3)]", json!(1)),
        ("[add(10, int('5'))]", json!(15)),
        ("[int(7)]", json!(7)),
        ("[replace('123-123-1234', '-', '')]", json!("1231231234")),
        ("[substring('one two three', 4, 3)]", json!("two")),
        ("[substring('one two three', 8)]", json!("three")),
        ("[take('abc', 2)]", json!("ab")),
        ("[take('abc', 9)]", json!("abc")),
        ("[take('abc', -1)]", json!("")),
        ("[take(createArray(1, 2, 3), 2)]", json!([1, 2])),
        ("[skip('abc', 2)]", json!("c")),
        ("[skip(createArray(1, 2, 3), 9)]", json!([])),
        ("[first('abc')]", json!("a")),
        ("[first('')]", json!("")),
        ("[last(createArray('one', 'two'))]", json!("two")),
        ("[startsWith('abcdef', 'AB')]", json!(true)),
        ("[endsWith('abcdef', 'F')]", json!(true)),
        ("[endsWith('abcdef', 'e')]", json!(false)),
        ("[split('one,two', ',')]", json!(["one", "two"])),
        ("[toLower('One ÄİI')]", json!("one äİi")),
        ("[toUpper('one ß')]", json!("ONE ß")),
        ("[padLeft(123, 5, '0')]", json!("00123")),
        ("[padLeft('abc', 2, '0')]", json!("abc")),
        ("[padLeft('a', 3)]", json!("  a")),
        ("[[literal]", json!("[literal]")),
        ("[literal", json!("[literal")),
        ("[if(empty(createArray('a')), 1, 2)]", json!(2)),
        ("[createArray('a', 'b')[1]]", json!("b")),
        ("[createObject('Key', createObject('inner', 1)).KEY['Inner']]", json!(1)),
    ] {
        assert_eq!(resolve(expression), expected, "{expression}");
    }
}

#[test]
fn names_do_not_mind_case() {
    assert_eq!(resolve("[VARIABLES('NAME')]"), "k8s-[not(evaluated)]");
    assert_eq!(resolve("[Concat(Parameters('prefix'), RESOURCEGROUP().LOCATION)]"), "k8swestus2");
    assert_eq!(resolve("[variables('Pools').POOL1.List[2]]"), "k8s-[not(evaluated)]");
}

#[test]
fn parameters_come_from_the_deployment_the_file_or_the_default() {
    assert_eq!(resolve("[parameters('count')]"), 3);
    assert_eq!(resolve("[parameters('location')]"), "westus2");
    assert_eq!(resolve("[parameters('tags')]"), json!({ "a": "xk8s" }));
    let deployed = Deployment { parameters: [("Count".to_owned(), json!(7))].into(), ..Deployment::default() };
    assert_eq!(run(&deployed, &json!("[add(parameters('count'), 1)]")).unwrap().value.to_json(), 8);
}

#[test]
fn keys_and_everything_below_a_variable_are_evaluated() {
    let expected =
        json!({ "pool1": { "labels": "rg=rg(1)", "list": [1, "two", "k8s-[not(evaluated)]"], "none": null }, "computed1": "[literal]" });
    assert_eq!(resolve("[variables('pools')]"), expected);
    let text = resolve("[string(variables('pools'))]");
    assert_eq!(text, r#"{"pool1":{"labels":"rg=rg(1)","list":[1,"two","k8s-[not(evaluated)]"],"none":null},"computed1":"[literal]"}"#);
}

#[test]
fn json_is_escaped_as_dot_net_does() {
    let object = json!({ "variables": { "v": { "a\"": "\u{1}\u{8}\u{c}\n\r\t\"\\/<>&'\u{7f}\u{85}\u{2028}é😀" } } });
    let deployment = Deployment::default();
    let evaluator = Evaluator::new(&object, &Json::Null, &deployment).unwrap();
    let text = evaluator.evaluate(&json!("[string(variables('v'))]"), &[]).unwrap().value.to_json();
    assert_eq!(text, "{\"a\\\"\":\"\\u0001\\b\\f\\n\\r\\t\\\"\\\\/<>&'\u{7f}\\u0085\\u2028é😀\"}");
}

#[test]
fn ids_are_built_as_azure_does() {
    let group = "/subscriptions/5ub/resourceGroups";
    for (expression, expected) in [
        ("[resourceId('A.B/c', 'n')]", format!("{group}/rg(1)/providers/A.B/c/n")),
        ("[resourceId('A.B/c/d', 'n', 'm')]", format!("{group}/rg(1)/providers/A.B/c/n/d/m")),
        ("[resourceId('other', 'A.B/c', 'n')]", format!("{group}/other/providers/A.B/c/n")),
        ("[subscriptionResourceId('A.B/c', 'n')]", "/subscriptions/5ub/providers/A.B/c/n".to_owned()),
        ("[subscriptionResourceId('s', 'A.B/c', 'n')]", "/subscriptions/s/providers/A.B/c/n".to_owned()),
        ("[resourceId('s', 'g', 'A.B/c', 'n')]", "/subscriptions/s/resourceGroups/g/providers/A.B/c/n".to_owned()),
        ("[resourceGroup().id]", format!("{group}/rg(1)")),
        ("[subscription().id]", "/subscriptions/5ub".to_owned()),
        ("[subscription().tenantId]", "t3n".to_owned()),
    ] {
        assert_eq!(resolve(expression), expected, "{expression}");
    }
    assert_eq!(
        with_gaps("[resourceId('A.B/c', parameters('missing'))]"),
        "/subscriptions/<subscription().subscriptionId>/resourceGroups/<resourceGroup().name>/providers/A.B/c/<parameters('missing')>"
    );
    assert_eq!(error("[resourceId('A.B/c', 'n', 'm')]"), "`resourceId`: `A.B/c` takes 1 names, found 2");
    assert_eq!(error("[resourceId('n')]"), "`resourceId`: found no resource type");
}

#[test]
fn references_are_known_to_a_deployment() {
    assert_eq!(resolve("[reference('/subscriptions/5UB/ID', '2018-11-30').clientId]"), "c1");
    assert_eq!(resolve("[reference('/subscriptions/5ub/id').list[1]]"), 2);
    assert_eq!(resolve("[reference('/other', '2018-11-30').clientId]"), "<reference('/other', '2018-11-30').clientId>");
    assert_eq!(
        resolve("[reference('/subscriptions/5ub/id', '2018-11-30', 'Full')]"),
        "<reference('/subscriptions/5ub/id', '2018-11-30', 'Full')>"
    );
}

#[test]
fn what_only_the_deployment_knows_stays_visible() {
    for (expression, expected) in [
        ("[resourceGroup().name]", "<resourceGroup().name>"),
        ("[concat('a', resourceGroup().name, 'b', 'c')]", "a<resourceGroup().name>bc"),
        ("[replace(replace(resourceGroup().name, '(', '-'), ')', '-')]", "<replace(replace(resourceGroup().name, '(', '-'), ')', '-')>"),
        (
            "[take(concat('x', variables('name'), parameters('missing')), 3)]",
            "<take(concat('xk8s-[not(evaluated)]', parameters('missing')), 3)>",
        ),
        ("[parameters('missing')]", "<parameters('missing')>"),
        ("[parameters('VAULTED')]", "<parameters('vaulted')>"),
        ("[parameters('missing').a['b c'][0]]", "<parameters('missing').a['b c'][0]>"),
        ("[createArray('a', 'b')[length(parameters('missing'))]]", "<createArray('a', 'b')[length(parameters('missing'))]>"),
        ("[if(empty(parameters('missing')), variables('name'), 'b')]", "<if(empty(parameters('missing')), 'k8s-[not(evaluated)]', 'b')>"),
        ("[uniqueString(resourceGroup().id, variables('name'))]", "<uniqueString(resourceGroup().id, 'k8s-[not(evaluated)]')>"),
        ("[add(parameters('missing'), 1)]", "<add(parameters('missing'), 1)>"),
        ("[deployment().name]", "<deployment().name>"),
        ("[string(createObject('a', 5000000, 'b', parameters('missing')).b)]", "<parameters('missing')>"),
        ("[length(createObject('a', parameters('missing')).a)]", "<length(parameters('missing'))>"),
        ("[contoso.name(1)]", "<contoso.name(1)>"),
    ] {
        assert_eq!(with_gaps(expression), expected, "{expression}");
    }
    assert_eq!(with_gaps("[and(true(), equals(parameters('missing'), 'a'))]"), "<equals(parameters('missing'), 'a')>");
    assert_eq!(with_gaps("[and(equals(parameters('missing'), 'a'), false())]"), false);
    assert_eq!(with_gaps("[empty(concat(parameters('missing'), 'a'))]"), false);
    assert_eq!(with_gaps("[int(resourceGroup().name)]"), "<int(resourceGroup().name)>");
    assert_eq!(with_gaps("[createArray(1, parameters('missing'))]"), json!([1, "<parameters('missing')>"]));
}

#[test]
fn gaps_are_shown_inside_base64_and_json() {
    use base64::Engine as _;
    let decode = |text: &Json| {
        let bytes = base64::engine::general_purpose::STANDARD.decode(text.as_str().unwrap()).unwrap();
        String::from_utf8(bytes).unwrap()
    };
    let outer = decode(&with_gaps("[base64(concat('head ', base64(string(variables('pools').pool1)), ' tail'))]"));
    let inner = outer.strip_prefix("head ").unwrap().strip_suffix(" tail").unwrap();
    let configuration: Json = serde_json::from_str(&decode(&json!(inner))).unwrap();
    assert_eq!(configuration["labels"], "rg=<resourceGroup().name>");

    // a gap that holds a quote is still JSON
    let quoted = with_gaps(r#"[string(createObject('a', replace(resourceGroup().name, '"', '\')))]"#);
    let parsed: Json = serde_json::from_str(quoted.as_str().unwrap()).unwrap();
    assert_eq!(parsed["a"], r#"<replace(resourceGroup().name, '"', '\')>"#);

    // and base64 is taken apart again
    assert_eq!(with_gaps("[base64ToString(base64(concat('a', resourceGroup().name)))]"), "a<resourceGroup().name>");
    assert_eq!(with_gaps("[length(base64(resourceGroup().name))]"), "<length(base64(resourceGroup().name))>");
}

#[test]
fn texts_tell_what_is_known_of_them() {
    let text = run(&Deployment::default(), &json!("[concat('a', resourceGroup().name, 'b')]")).unwrap().value.text().unwrap();
    assert_eq!(text.known(), None);
    assert!(matches!(text.pieces(), [Piece::Known(a), Piece::Unknown(gap), Piece::Known(b)]
        if a == "a" && gap.to_string() == "resourceGroup().name" && b == "b"));
    let known = run(&deployment(), &json!("[concat('a', resourceGroup().name)]")).unwrap().value;
    assert!(known.is_known());
    assert_eq!(known.text().unwrap().known(), Some("arg(1)"));
}

#[test]
fn secrets_are_tracked_and_can_be_hidden() {
    let (template, parameters, deployment) = (template(), parameters(), Deployment::default());
    let shown = Evaluator::new(&template, &parameters, &deployment).unwrap();
    let hidden = Evaluator::new(&template, &parameters, &deployment).unwrap().hiding_secrets();
    let key: BTreeSet<_> = ["key".to_owned()].into();
    let value = json!("[concat('<', variables('secret'), '>')]");
    assert_eq!(shown.evaluate(&value, &[]).unwrap().value.to_json(), "<key=hunter2>");
    assert_eq!(hidden.evaluate(&value, &[]).unwrap().value.to_json(), "<key=<parameters('key')>>");

    // also through variables that were evaluated before, and base64
    for evaluator in [&shown, &hidden] {
        for value in ["[variables('secret')]", "[variables('viaSecret').inner]", "[parameters('KEY')]"] {
            assert_eq!(evaluator.evaluate(&json!(value), &[]).unwrap().secrets, key, "{value}");
        }
        assert_eq!(evaluator.evaluate(&json!("[variables('name')]"), &[]).unwrap().secrets, BTreeSet::new());
    }
    let both = shown.evaluate(&json!("[createArray(parameters('vaulted'), parameters('key'))]"), &[]).unwrap();
    assert_eq!(both.secrets, ["key".to_owned(), "vaulted".to_owned()].into());
    let all = hidden.evaluate(&template["variables"], &[]).unwrap().value.to_json().to_string();
    assert!(!all.contains("hunter2") && !all.contains("aHVudGVy"), "{all}");
}

#[test]
fn loops_number_their_copies() {
    let template = json!({ "resources": [] });
    let deployment = Deployment::default();
    let evaluator = Evaluator::new(&template, &Json::Null, &deployment).unwrap();
    let resource = json!({
        "name": "[concat('vm', padLeft(copyIndex(1), 2, '0'), '-', copyIndex('LOOP'), '-', copyIndex('loop', 5))]",
        "copy": { "name": "loop", "count": "[add(1, 2)]" }
    });
    let json = |index| evaluator.resource(&resource, index).unwrap().value.to_json();
    assert_eq!(json(Some(2)), json!({ "name": "vm03-2-7" }));
    assert_eq!(json(None), json!({ "name": "vm<padLeft(copyIndex(1), 2, '0')>-<copyIndex('LOOP')>-<copyIndex('loop', 5)>" }));
    assert_eq!(evaluator.copies(&resource).unwrap().value.to_json(), 3);
    assert_eq!(evaluator.copies(&json!({ "name": "x" })).unwrap().value.to_json(), 1);
    let loops = [Loop { name: "outer".into(), index: Some(1) }, Loop { name: "inner".into(), index: Some(2) }];
    let both = evaluator.evaluate(&json!("[concat(copyIndex(), copyIndex('outer'))]"), &loops).unwrap();
    assert_eq!(both.value.to_json(), "21");
    let outside = evaluator.evaluate(&json!("[copyIndex()]"), &[]).unwrap_err();
    assert_eq!(outside.to_string(), "`copyIndex`: it stands outside the loop");
}

#[test]
fn what_azure_refuses_is_an_error() {
    for (expression, message) in [
        ("[parameters('nobody')]", "parameter `nobody` is not declared"),
        ("[variables('nobody')]", "variable `nobody` is not declared"),
        ("[variables(resourceGroup().tags)]", "the name of a variable is not known before the deployment"),
        ("[variables('pools').pool2]", "`variables`: there is no property `pool2`"),
        ("[variables('pools')[0]]", "`variables`: a property is taken by its name"),
        ("[variables('name').a]", "`variables`: only lists, objects and what the deployment knows have elements"),
        ("[createArray(1)[1]]", "`createArray`: there is no element 1 among 1"),
        ("[createArray(1)[-1]]", "`createArray`: there is no element -1 among 1"),
        ("[createArray(1).a]", "`createArray`: an element of a list is taken by its number"),
        ("[substring('abc', 2, 2)]", "`substring`: it goes beyond the 3 characters of the text"),
        ("[substring('😀', 0, 1)]", "`substring`: it would split a character in two"),
        ("[div(1, 0)]", "`div`: the divisor is 0"),
        ("[mul(2147483647, mul(2147483647, 2147483647))]", "`mul`: the number is too large"),
        ("[add('1', 1)]", "`add`: expected an integer, found a text"),
        ("[base64(createArray())]", "`base64`: expected a text, found a list"),
        ("[base64ToString('!')]", "`base64ToString`: found no base64 of UTF-8"),
        ("[concat('a', createObject())]", "`concat`: expected texts, found an object"),
        ("[concat(createArray(), 'a')]", "`concat`: expected lists, found a text"),
        ("[createObject('a')]", "`createObject`: a key has no value"),
        ("[createObject('a', 1, 'a', 2)]", "`createObject`: the key `a` occurs twice"),
        ("[union(createObject(), createArray())]", "`union`: expected only objects or only lists, found an object and a list"),
        ("[if('a', 1, 2)]", "`if`: the condition is neither true nor false"),
        ("[and('a')]", "`and`: an argument is neither true nor false"),
        ("[not(1)]", "`not`: expected true or false, found a number"),
        ("[replace('a', '', 'b')]", "`replace`: the text to replace is empty"),
        ("[split('a', '')]", "`split`: the delimiter is empty"),
        ("[int('x')]", "`int`: `x` is no integer"),
        ("[padLeft('a', 5, 'xy')]", "`padLeft`: the padding is not one character"),
        ("[padLeft('a', 2147483647)]", "`padLeft`: the length is too large"),
        ("[concat(]", "expected a text, a number or a function, found the end at character 8 of the expression"),
    ] {
        assert_eq!(error(expression), message, "{expression}");
    }
    for function in [
        "true",
        "false",
        "null",
        "string",
        "base64",
        "base64ToString",
        "length",
        "empty",
        "equals",
        "not",
        "contains",
        "add",
        "sub",
        "mul",
        "div",
        "mod",
        "replace",
        "substring",
        "take",
        "skip",
        "first",
        "last",
        "startsWith",
        "endsWith",
        "split",
        "toLower",
        "toUpper",
        "padLeft",
    ] {
        assert_eq!(error(&format!("[{function}('a', 'b', 'c', 'd')]")), format!("`{function}`: it does not take 4 arguments"));
    }
}

fn evaluate(template: &Json, value: &Json) -> Result<Json, String> {
    let deployment = Deployment::default();
    let evaluator = Evaluator::new(template, &Json::Null, &deployment).map_err(|error| error.to_string())?;
    evaluator.evaluate(value, &[]).map(|result| result.value.to_json()).map_err(|error| error.to_string())
}

#[test]
fn cycles_are_found() {
    let template = json!({ "variables": { "a": "[variables('b')]", "b": ["[variables('A')]"], "fine": "x" } });
    let deployment = Deployment::default();
    let evaluator = Evaluator::new(&template, &Json::Null, &deployment).unwrap();
    for _ in 0..2 {
        let error = evaluator.variable("a").unwrap_err();
        assert_eq!(error.to_string(), "variable `a`: variable `b`: variable `A` refers to itself");
        assert_eq!(evaluator.variable("fine").unwrap().value.to_json(), "x");
    }
    let parameters = json!({ "parameters": { "p": { "type": "string", "defaultValue": "[parameters('p')]" } } });
    assert_eq!(evaluate(&parameters, &json!("[parameters('p')]")), Err("parameter `p`: parameter `p` refers to itself".to_owned()));
}

#[test]
fn broken_files_are_refused() {
    let twice = json!({ "variables": { "a": 1, "A": 2 } });
    assert_eq!(evaluate(&twice, &json!("")), Err("variable `a` and `A` differ only in case".to_owned()));
    assert_eq!(evaluate(&json!([]), &json!("")), Err("the template is not an object".to_owned()));
    assert_eq!(evaluate(&json!({ "variables": 5 }), &json!("")), Err("`variables` is not an object".to_owned()));
    let (template, deployment) = (json!({}), Deployment::default());
    let error = Evaluator::new(&template, &json!("x"), &deployment).unwrap_err();
    assert_eq!(error.to_string(), "the parameters file is not an object");
}

#[test]
fn nesting_is_bounded_whatever_is_evaluated_first() {
    let mut variables = serde_json::Map::new();
    variables.insert("v0".to_owned(), json!("[parameters('gap')]"));
    for i in 1..2000 {
        variables.insert(format!("v{i}"), json!(format!("[createArray(string(1), variables('v{}'))]", i - 1)));
    }
    let template = json!({ "variables": variables, "parameters": { "gap": { "type": "string" } } });
    let deployment = Deployment::default();
    let downwards = Evaluator::new(&template, &Json::Null, &deployment).unwrap();
    let error = downwards.variable("v1999").unwrap_err().to_string();
    assert!(error.ends_with("more than 128 levels of nesting"), "{error}");
    let upwards = Evaluator::new(&template, &Json::Null, &deployment).unwrap();
    let last = (0..2000).take_while(|i| upwards.variable(&format!("v{i}")).is_ok()).last().unwrap();
    assert!((3..60).contains(&last), "{last}");
    assert!(downwards.variable(&format!("v{}", last + 1)).is_err());
    assert!(downwards.variable(&format!("v{last}")).is_ok());
}

#[test]
fn growth_is_bounded() {
    let mut variables = serde_json::Map::new();
    variables.insert("v0".to_owned(), json!("0123456789"));
    variables.insert("l0".to_owned(), json!(["0123456789"]));
    for i in 1..40 {
        variables.insert(format!("v{i}"), json!(format!("[concat(variables('v{0}'), variables('v{0}'))]", i - 1)));
        variables.insert(format!("l{i}"), json!(format!("[createArray(variables('l{0}'), variables('l{0}'))]", i - 1)));
    }
    let template = json!({ "variables": variables });
    for name in ["v39", "l39"] {
        let error = evaluate(&template, &json!(format!("[variables('{name}')]"))).unwrap_err();
        assert!(error.ends_with("the value needs more than 64 MB"), "{error}");
    }
    assert_eq!(evaluate(&template, &json!("[length(variables('v15'))]")), Ok(json!(10 << 15)));
}
