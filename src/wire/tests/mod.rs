//! Reading cluster definitions: what is accepted, and every mistake with its place.

use gen_cse::json::{MAX_BYTES, MAX_VALUES, Source};
use gen_cse::report::{Checked, Format, MAX_DIAGNOSTICS, Place, Report, render};
use gen_cse::wire::{self, ClusterDefinition, Override};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Every key of both families, typed from the Go sources and not from the types here.
const EVERY_KEY: &str = include_str!("every-key.json");
/// The corpus's richest definition; keys in several spellings.
const EVERYTHING: &str = include_str!("everything.json");
/// A definition for a custom cloud.
const CUSTOM_CLOUD: &str = include_str!("custom-cloud.json");

fn parse(text: &str) -> (Option<ClusterDefinition>, Report, Source) {
    wire::parse("a.json", text.as_bytes())
}

/// A definition without mistakes.
fn read(text: &str) -> ClusterDefinition {
    let (definition, report, source) = parse(text);
    assert!(report.is_empty(), "{}", plain(&report, &source));
    definition.unwrap()
}

fn plain(report: &Report, source: &Source) -> String {
    render(&[source.checked(report)], Format::Plain)
}

/// The findings, one line each.
fn findings(text: &str) -> String {
    let (_, report, source) = parse(text);
    plain(&report, &source)
}

/// `text` as the value of `properties`, on line 1 from column 38 on.
fn in_properties(text: &str) -> String {
    format!(r#"{{"apiVersion": "vlabs", "properties": {text}}}"#)
}

#[test]
fn definitions_of_the_corpus_are_read() {
    let everything = read(EVERYTHING).properties.unwrap();
    let pools = everything.agent_pool_profiles.unwrap();
    assert_eq!(pools[2].os_type.as_deref(), Some("Windows"));
    assert_eq!(pools[2].os_disk_size_gb, Some(200), "`OSDiskSizeGB` is `osDiskSizeGB`");
    assert_eq!(pools[0].disk_sizes_gb.as_deref(), Some(&[128][..]));
    assert!(pools[0].vnet_subnet_id.as_deref().unwrap().ends_with("SUBNET_NAME"));
    let cloud = read(CUSTOM_CLOUD).properties.unwrap().custom_cloud_profile.unwrap();
    assert_eq!(cloud.environment.unwrap().resource_identifiers.unwrap().graph.as_deref(), Some("https://graph.windows.net/"));
}

#[test]
fn every_key_is_read_and_written_back() {
    let written = serde_json::to_value(read(EVERY_KEY)).unwrap();
    assert_eq!(written, serde_json::from_str::<Value>(EVERY_KEY).unwrap());
}

/// The other direction: no key of the types that the sources do not have.
#[test]
fn there_is_no_key_beyond_those_of_the_sources() {
    fn visit(value: &Value, schema: &Value, root: &Value, seen: &mut BTreeSet<(String, String)>) {
        let schemas = std::iter::once(schema).chain(schema["anyOf"].as_array().into_iter().flatten());
        for schema in schemas {
            let name = schema["$ref"].as_str().unwrap_or("#").rsplit('/').next().unwrap().to_owned();
            let schema = schema["$ref"].as_str().map_or(schema, |pointer| root.pointer(&pointer[1..]).unwrap());
            for (key, value) in value.as_object().into_iter().flatten() {
                if let Some(property) = schema["properties"].get(key) {
                    seen.insert((name.clone(), key.clone()));
                    visit(value, property, root, seen);
                } else if schema["additionalProperties"].is_object() {
                    visit(value, &schema["additionalProperties"], root, seen);
                }
            }
            for value in value.as_array().into_iter().flatten() {
                visit(value, &schema["items"], root, seen);
            }
        }
    }
    let schema = wire::schema();
    let mut seen = BTreeSet::new();
    visit(&serde_json::from_str(EVERY_KEY).unwrap(), &schema, &schema, &mut seen);
    let definitions = schema["$defs"].as_object().unwrap().iter().map(|(name, schema)| (name.as_str(), schema));
    let declared: BTreeSet<_> = std::iter::once(("#", &schema))
        .chain(definitions)
        .flat_map(|(name, schema)| schema["properties"].as_object().unwrap().keys().map(move |key| (name.to_owned(), key.clone())))
        // what editors write
        .filter(|(_, key)| key != "$schema")
        .collect();
    assert_eq!(declared.difference(&seen).collect::<Vec<_>>(), Vec::<&(String, String)>::new());
    assert!(declared.len() > 380, "{}", declared.len());
}

#[test]
fn absent_keys_are_not_written() {
    let definition = read(&in_properties(r#"{"masterProfile": {"COUNT": 3, "dnsPrefix": null}}"#));
    assert_eq!(serde_json::to_string(&definition).unwrap(), r#"{"apiVersion":"vlabs","properties":{"masterProfile":{"count":3}}}"#);
}

#[test]
fn twelve_type_errors_are_found_in_one_run() {
    let text = r#"{
  "apiVersion": "vlabs",
  "location": 5,
  "tags": {"cost": 7},
  "properties": {
    "featureFlags": {"enableWinDSR": "true"},
    "masterProfile": {"count": "3", "availabilityZones": "1", "subjectAltNames": [1, "a"]},
    "agentPoolProfiles": [
      {"name": "a", "count": 1.5, "spotMaxPrice": "-1"},
      "windows",
      {"name": ["b"], "diskSizesGB": [1, "2", null], "kubernetesConfig": {"kubeletConfig": {"--max-pods": 30}}}
    ],
    "windowsProfile": {"adminPassword": 123456}
  }
}"#;
    insta::assert_snapshot!(findings(text), @r#"
    a.json:3:15 error[json-type]: location: found the number `5`, expected a string (help: write `"5"`, in quotes)
    a.json:4:20 error[json-type]: tags.cost: found the number `7`, expected a string (help: write `"7"`, in quotes)
    a.json:6:38 error[json-type]: properties.featureFlags.enableWinDSR: found the string `true`, expected true or false (help: write `true` without quotes)
    a.json:7:32 error[json-type]: properties.masterProfile.count: found the string `3`, expected a whole number (help: write `3` without quotes)
    a.json:7:58 error[json-type]: properties.masterProfile.availabilityZones: found the string `1`, expected a list (help: a list of one element is written `[...]`)
    a.json:7:83 error[json-type]: properties.masterProfile.subjectAltNames[0]: found the number `1`, expected a string (help: write `"1"`, in quotes)
    a.json:9:30 error[json-type]: properties.agentPoolProfiles[0].count: found the number `1.5`, expected a whole number
    a.json:9:51 error[json-type]: properties.agentPoolProfiles[0].spotMaxPrice: found the string `-1`, expected a number (help: write `-1` without quotes)
    a.json:10:7 error[json-type]: properties.agentPoolProfiles[1]: found the string `windows`, expected an object
    a.json:11:16 error[json-type]: properties.agentPoolProfiles[2].name: found a list, expected a string
    a.json:11:42 error[json-type]: properties.agentPoolProfiles[2].diskSizesGB[1]: found the string `2`, expected a whole number (help: write `2` without quotes)
    a.json:11:47 error[json-type]: properties.agentPoolProfiles[2].diskSizesGB[2]: found null, expected a whole number
    a.json:11:107 error[json-type]: properties.agentPoolProfiles[2].kubernetesConfig.kubeletConfig["--max-pods"]: found the number `30`, expected a string (help: write `"30"`, in quotes)
    a.json:13:41 error[json-type]: properties.windowsProfile.adminPassword: found the number `<hidden>`, expected a string
    "#);
    let (definition, ..) = parse(text);
    let properties = definition.unwrap().properties.unwrap();
    let pools = properties.agent_pool_profiles.unwrap();
    assert_eq!(pools.len(), 3, "placeholders keep the positions of what follows");
    assert_eq!(pools[2].disk_sizes_gb.as_deref(), Some(&[1, 0, 0][..]));
}

#[test]
fn numbers_must_fit() {
    let pools = |count: &str| in_properties(&format!(r#"{{"agentPoolProfiles": [{{"count": {count}, "spotMaxPrice": {count}}}]}}"#));
    let huge = "9".repeat(400);
    insta::assert_snapshot!(
        ["1.0", "1e2", "9223372036854775808", &huge, "-0", "1e999"].map(|count| findings(&pools(count))).concat(), @r#"
    a.json:1:72 error[json-type]: properties.agentPoolProfiles[0].count: found the number `1.0`, expected a whole number
    a.json:1:72 error[json-type]: properties.agentPoolProfiles[0].count: found the number `1e2`, expected a whole number
    a.json:1:72 error[json-type]: properties.agentPoolProfiles[0].count: found the number `9223372036854775808`, expected a whole number from -9223372036854775808 to 9223372036854775807
    a.json:1:72 error[json-type]: properties.agentPoolProfiles[0].count: found the number `999999999999999999999999999999999999999999999999999999999999...`, expected a whole number from -9223372036854775808 to 9223372036854775807
    a.json:1:490 error[json-type]: properties.agentPoolProfiles[0].spotMaxPrice: found the number `999999999999999999999999999999999999999999999999999999999999...`, expected a number that a 64-bit float can hold
    a.json:1:72 error[json-type]: properties.agentPoolProfiles[0].count: found the number `1e999`, expected a whole number
    a.json:1:95 error[json-type]: properties.agentPoolProfiles[0].spotMaxPrice: found the number `1e999`, expected a number that a 64-bit float can hold
    "#);
    let idle = in_properties(r#"{"orchestratorProfile": {"kubernetesConfig": {"outboundRuleIdleTimeoutInMinutes": 2147483648}}}"#);
    insta::assert_snapshot!(findings(&idle), @r#"
    a.json:1:121 error[json-type]: properties.orchestratorProfile.kubernetesConfig.outboundRuleIdleTimeoutInMinutes: found the number `2147483648`, expected a whole number from -2147483648 to 2147483647
    "#);
}

#[test]
fn unknown_keys_come_with_advice() {
    let text = r#"{
  "apiVersion": "vlabs",
  "agentPoolProfiles": [],
  "properties": {
    "windowsProfil": {"anything": {"goes": [1]}},
    "orchestratorProfile": {"containerRuntime": "containerd", "kubernetesVersion": "1.24"},
    "masterProfile": {"osType": "Linux", "name": "x"},
    "agentPoolProfiles": [{"osDiskSize": 128, "colour": 1, "customNodeLabels": {"any": "thing"}}]
  }
}"#;
    insta::assert_snapshot!(findings(text), @r#"
    a.json:3:3 error[unknown-key]: agentPoolProfiles: `agentPoolProfiles` is not a known key (help: this key belongs in `properties`)
    a.json:5:5 error[unknown-key]: properties.windowsProfil: `windowsProfil` is not a known key (help: did you mean `windowsProfile`?)
    a.json:6:29 error[unknown-key]: properties.orchestratorProfile.containerRuntime: `containerRuntime` is not a known key (help: this key belongs in `properties.orchestratorProfile.kubernetesConfig`)
    a.json:6:63 error[unknown-key]: properties.orchestratorProfile.kubernetesVersion: `kubernetesVersion` is not a known key
    a.json:7:23 error[unknown-key]: properties.masterProfile.osType: `osType` is not a known key (help: this key belongs in `properties.agentPoolProfiles[]`)
    a.json:7:42 error[unknown-key]: properties.masterProfile.name: `name` is not a known key
    a.json:8:28 error[unknown-key]: properties.agentPoolProfiles[0].osDiskSize: `osDiskSize` is not a known key (help: did you mean `osDiskSizeGB`?)
    a.json:8:47 error[unknown-key]: properties.agentPoolProfiles[0].colour: `colour` is not a known key
    "#);
}

#[test]
fn keys_given_twice_name_both_places() {
    let text = "{\n  \"apiVersion\": \"vlabs\",\n  \"properties\": {\"masterProfile\": {\"count\": 1,\n    \"Count\": 3}},\n  \"tags\": {\"a\": \"1\", \"A\": \"2\",\n    \"a\": \"3\"}\n}";
    insta::assert_snapshot!(findings(text), @r#"
    a.json:4:5 error[json-duplicate-key]: properties.masterProfile.count: the key is given twice, first on line 3, column 36 (help: remove one of them)
    a.json:6:5 error[json-duplicate-key]: tags.a: the key is given twice, first on line 5, column 12 (help: remove one of them)
    "#);
    let (definition, ..) = parse(text);
    let tags = definition.unwrap().tags.unwrap();
    assert_eq!(tags.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>(), ["a=1", "A=2"]);
}

#[test]
fn the_api_version_is_vlabs() {
    let versions = [r#"{"properties": {}}"#, "\n {\"apiVersion\": \"VLabs\"}", r#"{"apiVersion": null}"#, r#"{"apiVersion": 1}"#];
    insta::assert_snapshot!(versions.map(findings).concat(), @r#"
    a.json:1:1 error[api-version]: apiVersion: the API version is missing, expected `vlabs` (help: begin the definition with `"apiVersion": "vlabs"`)
    a.json:2:17 error[api-version]: apiVersion: `VLabs` is not a known API version, expected `vlabs`
    a.json:1:16 error[api-version]: apiVersion: the API version is missing, expected `vlabs` (help: begin the definition with `"apiVersion": "vlabs"`)
    a.json:1:16 error[json-type]: apiVersion: found the number `1`, expected a string (help: write `"1"`, in quotes)
    "#);
}

#[test]
fn what_is_not_json_has_a_place_and_a_reason() {
    let texts = [
        "",
        " \r\n\t",
        "null",
        "[1]",
        "\"text\"",
        "apiVersion: vlabs",
        "{\n  'apiVersion': 'vlabs'\n}",
        "{\n  apiVersion: \"vlabs\"\n}",
        "{\n  \"a\": 1,\n}",
        "{\n  \"a\": [1,\n  2,]\n}",
        "{\n  \"a\": 1\n  \"b\": 2\n}",
        "{\"a\" 1}",
        "{\"a\": [1 2]}",
        "{\"a\": [{} {}]}",
        "{\"a\": // why\n 1}",
        "{\"a\": True}",
        "{\"a\": 'b'}",
        "{\"a\": 01}",
        "{\"a\": .5}",
        "{\"a\": NaN}",
        "{\"é\": \"a\nb\"}",
        "{\"a\": \"C:\\k\"}",
        "{\"a\": \"\\u00\"}",
        "{\"a\": \"\\ud800\"}",
        "{\"a\": 1} {}",
        "{\"a\": 1",
        "{\"a\": [1",
        "{\"a\": \"1",
        "{\"a\":",
        "{\"a\u{a0}\":\u{a0}1}",
    ];
    insta::assert_snapshot!(texts.map(findings).concat(), @r#"
    a.json:1:1 error[json-syntax]: the file is empty, expected a cluster definition
    a.json:1:1 error[json-syntax]: the file is empty, expected a cluster definition
    a.json:1:1 error[json-type]: found null, expected an object: a cluster definition
    a.json:1:1 error[json-type]: found a list, expected an object: a cluster definition
    a.json:1:1 error[json-type]: found a string, expected an object: a cluster definition
    a.json:1:1 error[json-syntax]: found a word, expected a value (help: strings are in double quotes; the only words are true, false and null)
    a.json:2:3 error[json-syntax]: found a single quote, expected a key in double quotes (help: strings and keys are in double quotes)
    a.json:2:3 error[json-syntax]: found a word, expected a key in double quotes
    a.json:2:9 error[json-syntax]: found a comma behind the last element (help: remove it)
    a.json:3:4 error[json-syntax]: found a comma behind the last element (help: remove it)
    a.json:3:3 error[json-syntax]: found a string, expected `,` or `}` (help: keys with their values are separated by commas; a quote in a string is `\"`)
    a.json:1:6 error[json-syntax]: found a number, expected `:` after the key
    a.json:1:10 error[json-syntax]: found a number, expected `,` or `]` (help: elements of a list are separated by commas; a quote in a string is `\"`)
    a.json:1:11 error[json-syntax]: found `{`, expected `,` or `]` (help: elements of a list are separated by commas; a quote in a string is `\"`)
    a.json:1:7 error[json-syntax]: found a comment, expected a value (help: JSON has no comments)
    a.json:1:7 error[json-syntax]: found a word, expected a value (help: strings are in double quotes; the only words are true, false and null)
    a.json:1:7 error[json-syntax]: found a single quote, expected a value (help: strings and keys are in double quotes)
    a.json:1:8 error[json-syntax]: found a number that is not written as JSON has it (help: numbers are decimal, without leading zeros or `+`)
    a.json:1:7 error[json-syntax]: found a character that means nothing here, expected a value (help: strings are in double quotes; the only words are true, false and null)
    a.json:1:7 error[json-syntax]: found a word, expected a value (help: strings are in double quotes; the only words are true, false and null)
    a.json:1:8 error[json-syntax]: a line break or another control character stands in a string (help: close the string with `"`, or write `\n` for a line break)
    a.json:1:11 error[json-syntax]: a backslash in a string is followed by something unknown (help: a backslash itself is written `\\`)
    a.json:1:13 error[json-syntax]: a backslash in a string is followed by something unknown (help: a backslash itself is written `\\`)
    a.json:1:8 error[json-syntax]: `\u` in a string is one half of a surrogate pair (help: a character beyond U+FFFF is written as two escapes)
    a.json:1:10 error[json-syntax]: found `{` behind the end of the object (help: a file holds one object, in `{` and `}`)
    a.json:1:8 error[json-syntax]: the file ends inside an object (help: the file is cut off, or a quote or bracket is not closed)
    a.json:1:9 error[json-syntax]: the file ends inside a list (help: the file is cut off, or a quote or bracket is not closed)
    a.json:1:9 error[json-syntax]: the file ends inside a string (help: the file is cut off, or a quote or bracket is not closed)
    a.json:1:6 error[json-syntax]: the file ends inside a value (help: the file is cut off, or a quote or bracket is not closed)
    a.json:1:7 error[json-syntax]: found a character that means nothing here, expected a value (help: strings are in double quotes; the only words are true, false and null)
    "#);
}

#[test]
fn what_is_not_utf_8_is_refused() {
    let utf_16: Vec<u8> = "\u{feff}{}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let inputs: [&[u8]; 4] = [&utf_16, b"{\0}\0", b"{\n \"\xc3\xa9\": \"\xff\"}", b"\xc3"];
    let findings = inputs.map(|bytes| {
        let (definition, report, source) = wire::parse("a.json", bytes);
        assert!(definition.is_none());
        plain(&report, &source)
    });
    insta::assert_snapshot!(findings.concat(), @r#"
    a.json:1:1 error[json-encoding]: the file is UTF-16, expected UTF-8 (help: save it as UTF-8)
    a.json:1:1 error[json-encoding]: the file is UTF-16, expected UTF-8 (help: save it as UTF-8)
    a.json:2:8 error[json-encoding]: byte 11 is not UTF-8 (help: save the file as UTF-8)
    a.json:1:1 error[json-encoding]: byte 1 is not UTF-8 (help: save the file as UTF-8)
    "#);
}

#[test]
fn a_byte_order_mark_and_crlf_move_nothing() {
    let text = EVERYTHING.replace("\"count\": 1", "\"count\": \"1\"");
    let plain = findings(&text);
    assert!(plain.starts_with("a.json:95:18 error[json-type]"), "{plain}");
    assert_eq!(findings(&format!("\u{feff}{}", text.replace('\n', "\r\n"))), plain);
    assert!(findings("\u{feff}{\"apiVersion\": 1}").starts_with("a.json:1:16 error"));
    let (_, report, _) = parse("\u{feff}{\"apiVersion\": 1}");
    assert_eq!(report.diagnostics()[0].location().unwrap().offset, 18);
}

#[test]
fn nesting_is_bounded() {
    let lists = |levels: usize| in_properties(&format!("{}{}", "[".repeat(levels), "]".repeat(levels)));
    assert!(!findings(&lists(99)).contains("json-depth"));
    assert_eq!(findings(&lists(100)), "a.json:1:138 error[json-depth]: objects and lists are nested more than 100 levels deep\n");
    for brackets in ["[".repeat(100_000), "{\"a\":".repeat(100_000), format!("{}x", "[".repeat(100_000))] {
        assert!(findings(&brackets).contains("json-depth"));
    }
    assert!(findings(&format!("\"{}", "[".repeat(1000))).contains("json-syntax"), "brackets in a string are text");
}

#[test]
fn size_is_bounded() {
    let (definition, report, source) = wire::parse("disk.vhd", &vec![b' '; MAX_BYTES + 1]);
    assert!(definition.is_none() && source.text().is_empty());
    assert_eq!(
        plain(&report, &source),
        "disk.vhd:1:1 error[json-size]: the file has more than 16777216 bytes, expected a cluster definition\n"
    );
    assert!(findings(&in_properties(&format!("[{}1]", "1,".repeat(MAX_VALUES)))).contains("json-size"));
}

#[test]
fn a_flood_of_mistakes_is_counted() {
    let keys: Vec<_> = (0..5000).map(|number| format!("\"key{number}\": 1")).collect();
    let (_, report, source) = parse(&in_properties(&format!("{{{}}}", keys.join(", "))));
    assert_eq!((report.error_count(), report.diagnostics().len()), (5000, MAX_DIAGNOSTICS));
    let counted = gen_cse::report::summary(&[source.checked(&report)]);
    assert_eq!(counted, "5000 errors; 4000 of them not shown, since at most 1000 of a kind are");
}

#[test]
fn no_secret_is_shown() {
    let text = EVERYTHING
        .replace("\"replacepassword1234$\"", "5318008")
        .replace("\"mySecret-0123456789\"", "[\"mySecret-0123456789\"]")
        .replace("\"clientId\"", "\"clientID\": \"x\", \"clientId\"");
    let (_, report, source) = parse(&text);
    assert_eq!(report.error_count(), 4, "two wrong types of a secret, one of an addon setting, a repeated key");
    for format in [Format::Human { colour: false, width: 200 }, Format::Plain, Format::Json, Format::Sarif] {
        let shown = render(&[source.checked(&report)], format);
        assert!(!shown.contains("5318008") && !shown.contains("mySecret"), "{shown}");
    }
}

#[test]
fn overrides_replace_values() {
    let set = |arguments: &[&str]| {
        let overrides: Vec<Override> = arguments.iter().map(|argument| argument.parse().unwrap()).collect();
        let (definition, report, source) = wire::parse_with("a.json", EVERYTHING.as_bytes(), &overrides);
        assert!(report.is_empty(), "{}", plain(&report, &source));
        serde_json::to_value(definition.unwrap()).unwrap()["properties"].take()
    };
    let properties = set(&[
        "properties.masterProfile.COUNT=1",
        "agentPoolProfiles[2].osDiskSizeGB=64",
        "agentPoolProfiles[3].name=new",
        "agentPoolProfiles[3].customNodeLabels[\"example.com/team\"]=7",
        "agentPoolProfiles[3].customNodeLabels.Team=a",
        "agentPoolProfiles[3].customNodeLabels.team=b=c",
        "orchestratorProfile.orchestratorRelease=1.20",
        "orchestratorProfile.kubernetesConfig.kubeletConfig.--max-pods=20",
        "orchestratorProfile.kubernetesConfig.addons=[]",
        "windowsProfile.sshEnabled=false",
        "windowsProfile.adminUsername=\"quoted\"",
        "featureFlags={\"enableWinDSR\": true}",
        "servicePrincipalProfile=null",
    ]);
    assert_eq!(properties["masterProfile"]["count"], 1);
    assert_eq!(properties["agentPoolProfiles"][2]["osDiskSizeGB"], 64);
    let labels = json!({"example.com/team": "7", "Team": "a", "team": "b=c"});
    assert_eq!(properties["agentPoolProfiles"][3], json!({"name": "new", "customNodeLabels": labels}));
    assert_eq!(properties["orchestratorProfile"]["orchestratorRelease"], "1.20");
    assert_eq!(properties["orchestratorProfile"]["kubernetesConfig"]["kubeletConfig"], json!({"--max-pods": "20"}));
    assert_eq!(properties["orchestratorProfile"]["kubernetesConfig"]["addons"], json!([]));
    assert_eq!(properties["windowsProfile"]["sshEnabled"], false);
    assert_eq!(properties["windowsProfile"]["adminUsername"], "quoted");
    assert_eq!(properties["featureFlags"], json!({"enableWinDSR": true}));
    assert!(properties.get("servicePrincipalProfile").is_none());
}

#[test]
fn overrides_without_a_place_are_errors() {
    let findings = [
        "agentPoolProfiles[7].count=3",
        "agentPoolProfiles.count=3",
        "masterProfile[0]=3",
        "masterProfile.count.x=3",
        "masterProfile.cuont=3",
        "masterProfile.count=three",
        "windowsProfile={\"adminPasword\": \"x\"}",
        "masterProfile={\"count\": 1, \"vmSize\": \"x\", \"count\": 3}",
        "apiVersion=v2",
    ]
    .map(|argument| {
        let (_, report, source) = wire::parse_with("a.json", EVERYTHING.as_bytes(), &[argument.parse().unwrap()]);
        plain(&report, &source)
    });
    insta::assert_snapshot!(findings.concat(), @r#"
    --set error[set-path]: properties.agentPoolProfiles[7].count: the index is beyond the end of the list, expected 0 to 3, which appends
    --set error[set-path]: properties.agentPoolProfiles: this is a list, expected an index: `[0]`
    --set error[set-path]: properties.masterProfile: this is an object, expected a key
    --set error[set-path]: properties.masterProfile.count: this is a single value, with nothing below it
    --set error[unknown-key]: properties.masterProfile.cuont: `cuont` is not a known key (help: did you mean `count`?)
    --set error[json-type]: properties.masterProfile.count: found the string `three`, expected a whole number
    --set error[unknown-key]: properties.windowsProfile.adminPasword: `adminPasword` is not a known key (help: did you mean `adminPassword`?)
    --set error[json-duplicate-key]: properties.masterProfile.count: the key is given twice, first by `--set` (help: remove one of them)
    --set error[api-version]: apiVersion: `v2` is not a known API version, expected `vlabs`
    "#);
    let through_text =
        wire::parse_with("a.json", br#"{"apiVersion": "vlabs", "properties": "x"}"#, &["masterProfile.count=1".parse().unwrap()]);
    insta::assert_snapshot!(plain(&through_text.1, &through_text.2), @r#"
    a.json:1:39 error[json-type]: properties: found the string `x`, expected an object
    --set error[set-path]: properties.masterProfile.count: the file has a string on the way to this value
    "#);
    for wrong in ["masterProfile.count", "=3", "a..b=1", "windowsProfile.adminPassword: hunter2"] {
        let error = wrong.parse::<Override>().unwrap_err().to_string();
        assert!(error.contains("is not `path=value`") && !error.contains("hunter2"), "{error}");
    }
}

#[test]
fn places_of_later_findings_are_looked_up() {
    use gen_cse::report::{Locate, Path};
    let overrides = ["masterProfile.count=5".parse().unwrap()];
    let (_, _, source) = wire::parse_with("a.json", EVERYTHING.as_bytes(), &overrides);
    let place = |text: &str| match source.locate(&Path::parse_prefix(text).unwrap().0) {
        Some(Place::Text(location)) => format!("{}:{}", location.line, location.column),
        Some(Place::Override) => "--set".to_owned(),
        None => "nowhere".to_owned(),
    };
    assert_eq!(place("properties.agentPoolProfiles[2].osDiskSizeGB"), "124:25");
    assert_eq!(place("properties.agentPoolProfiles[2].nosuch.key"), "119:7", "the object around it");
    assert_eq!(place("properties.agentPoolProfiles[9]"), "92:26", "the list around it");
    assert_eq!(place("properties.masterProfile.count"), "--set");
    assert_eq!(place("nosuch"), "1:1");
}

#[test]
fn the_schema_is_draft_2020_12_and_agrees_with_the_parser() {
    let schema = wire::schema();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert!(jsonschema::meta::is_valid(&schema));
    let validator = jsonschema::validator_for(&schema).unwrap();
    let value = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    for text in [EVERY_KEY, EVERYTHING, CUSTOM_CLOUD] {
        let errors: Vec<_> = validator.iter_errors(&value(text)).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{errors:?}");
    }
    for properties in [
        r#"{"agentPoolProfiles": [{"nodeCount": 3}]}"#,
        r#"{"agentPoolProfiles": [{"count": "3"}]}"#,
        r#"{"agentPoolProfiles": [{"COUNT": "3"}]}"#,
        r#"{"orchestratorProfile": {"kubernetesConfig": {"kubeletConfig": {"--max-pods": 30}}}}"#,
        r#"{"masterProfile": []}"#,
    ] {
        let text = in_properties(properties);
        assert!(!validator.is_valid(&value(&text)), "{properties}");
        assert!(parse(&text).1.is_fatal(), "{properties}");
    }
    let pool = &schema["$defs"]["AgentPoolProfile"];
    assert_eq!(pool["additionalProperties"], false);
    for (key, property) in pool["properties"].as_object().unwrap() {
        assert!(property["description"].as_str().is_some_and(|text| text.ends_with('.') && !text.contains('\n')), "{key}");
    }
}

/// A value of any kind in place of one of the definition's.
fn mutated() -> impl Strategy<Value = Value> {
    let values = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
        Just(json!([])),
        Just(json!({})),
        (".{0,10}", any::<i8>()).prop_map(|(key, number)| json!([{key: number}, null])),
    ];
    (prop::collection::vec((any::<prop::sample::Index>(), values), 1..6), prop::sample::select(vec![EVERY_KEY, EVERYTHING, CUSTOM_CLOUD]))
        .prop_map(|(changes, text)| {
            let mut definition: Value = serde_json::from_str(text).unwrap();
            for (index, value) in changes {
                let pointers = pointers(&definition, "");
                let pointer = index.get(&pointers);
                if !secret(pointer) {
                    *definition.pointer_mut(pointer).unwrap() = value;
                }
            }
            definition
        })
}

/// The JSON pointers of everything below the root.
fn pointers(value: &Value, base: &str) -> Vec<String> {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(members) => members.iter().map(|(key, value)| (key.replace('~', "~0").replace('/', "~1"), value)).collect(),
        Value::Array(elements) => elements.iter().enumerate().map(|(index, value)| (index.to_string(), value)).collect(),
        _ => Vec::new(),
    };
    let child = |(key, value): (String, &Value)| {
        let pointer = format!("{base}/{key}");
        let below = pointers(value, &pointer);
        std::iter::once(pointer).chain(below).collect::<Vec<_>>()
    };
    children.into_iter().flat_map(child).collect()
}

/// Replacing a parent of a secret is fine, and so is anything else, as long as the secrets that stay are recognised below.
fn secret(pointer: &str) -> bool {
    pointer.ends_with("Password") || pointer.ends_with("/secret")
}

/// What holds for any input at all.
fn check_any(bytes: &[u8]) -> Result<(), TestCaseError> {
    let (definition, report, source) = wire::parse("a.json", bytes);
    prop_assert!(definition.is_some() || report.is_fatal());
    for diagnostic in report.diagnostics() {
        let Some(location) = diagnostic.location() else { return Err(TestCaseError::fail(format!("no place: {diagnostic:?}"))) };
        prop_assert!(source.text().get(location.offset..location.offset + location.length).is_some(), "{:?}", diagnostic);
        prop_assert!(location.line >= 1 && location.column >= 1);
        prop_assert!(diagnostic.message.len() < 500, "{:?}", diagnostic);
    }
    let file = Checked { name: source.name(), text: source.text(), report: &report };
    for format in [Format::Human { colour: true, width: 80 }, Format::Plain, Format::Json, Format::Sarif] {
        prop_assert!(!render(&[file], format).is_empty() || report.is_empty());
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        check_any(&bytes)?;
    }

    #[test]
    fn any_text_of_json_pieces_is_read_or_refused(text in "([\\[\\]{}:,\"\\\\é \n]|true|null|-?[0-9]{1,3}|\"(apiVersion|properties|secret|count)\"){0,60}") {
        check_any(text.as_bytes())?;
    }

    #[test]
    fn definitions_with_damaged_bytes_are_read_or_refused(
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0_u8..3), 1..5),
        text in prop::sample::select(vec![EVERY_KEY, EVERYTHING, CUSTOM_CLOUD]),
    ) {
        let mut bytes = text.as_bytes().to_vec();
        for (index, byte, kind) in edits {
            let index = index.index(bytes.len());
            match kind {
                0 => bytes[index] = byte,
                1 => bytes.insert(index, byte),
                _ => { bytes.truncate(bytes.len().max(1) - 1); bytes.remove(index.min(bytes.len() - 1)); }
            }
        }
        check_any(&bytes)?;
    }

    #[test]
    fn definitions_with_other_values_are_read_and_keep_their_secrets(definition in mutated()) {
        let text = serde_json::to_string_pretty(&definition).unwrap();
        check_any(text.as_bytes())?;
        let (read, report, source) = parse(&text);
        prop_assert!(read.is_some());
        let human = render(&[source.checked(&report)], Format::Human { colour: false, width: 500 });
        for secret in ["replacepassword1234", "mySecret-0123456789"] {
            prop_assert!(!human.contains(secret), "{}", human);
        }
    }

    /// Without mistakes, nothing is lost between the text and the types.
    #[test]
    fn what_is_read_without_mistakes_is_written_back(definition in mutated()) {
        fn without_nulls(value: &mut Value) {
            if let Value::Object(members) = value {
                members.retain(|_, value| !value.is_null());
            }
            match value {
                Value::Object(members) => members.values_mut().for_each(without_nulls),
                Value::Array(elements) => elements.iter_mut().for_each(without_nulls),
                _ => {}
            }
        }
        let (read, report, _) = parse(&definition.to_string());
        if report.is_empty() {
            let mut again: Value = serde_json::to_value(wire::parse("b.json", serde_json::to_string(&read).unwrap().as_bytes()).0).unwrap();
            without_nulls(&mut again);
            prop_assert_eq!(again, serde_json::to_value(read).unwrap());
        }
    }
}
