//! Azure's own engine, which `bicep` brings along, makes of our templates what our evaluator says, and Azure's own types know every
//! property in them.
//!
//! `bicep` is looked for in `GEN_CSE_BICEP` and on the search path; without it these tests say so and test nothing. Each start of it
//! takes seconds, so all definitions are modules of one file.

mod common;

use arm_template::{Deployment, Evaluator, Value as Template, functions as arm};
use common::bicep::{bicep, literal, quoted, run, snapshot, without_secrets};
use gen_cse::{Catalog, Generated, Options, generate};
use serde_json::{Map, Value, json};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// One definition of the corpus in so many is evaluated, beside all samples.
const SPREAD: usize = 4;
/// Samples with properties that no other has.
const MORE: [&str; 2] =
    ["aks-engine-azurestack/key-vault-certificates.json", "aks-engine-azurestack/key-vault-certificates-availability-set.json"];
const AVAILABILITY_SET: &str = "Microsoft.Compute/availabilitySets";

/// Every parameter that has no default or that the definition gives a value.
fn parameters(bundle: &Generated, template: &Value) -> Map<String, Value> {
    let given = bundle.parameters.to_json();
    let value = |(name, declared): (&String, &Value)| {
        let given = given["parameters"][name].get("value").cloned();
        let stand_in = declared.get("defaultValue").is_none().then(|| json!("c2FtcGxl"));
        Some((name.clone(), given.or(stand_in)?))
    };
    let mut all: Map<_, _> = template["parameters"].as_object().expect("parameters").iter().filter_map(value).collect();
    all.entry("location").or_insert(json!("eastus"));
    all
}

/// A definition, and the number that makes its files and its resource group its own.
struct Case {
    name: String,
    number: usize,
    template: Value,
    parameters: Map<String, Value>,
}

impl Case {
    fn group(&self) -> String {
        format!("rg{}", self.number)
    }

    /// The template as a module, the way somebody else's Bicep file would use it.
    fn module(&self) -> String {
        let (number, parameters) = (self.number, literal(&Value::Object(self.parameters.clone())));
        format!(
            "module m{number} './m{number}.json' = {{\nname: 'm{number}'\nscope: resourceGroup('rg{number}')\nparams: {parameters}\n}}\n"
        )
    }

    /// The resources as our evaluator makes them.
    fn ours(&self) -> Vec<Value> {
        let deployment = Deployment { resource_group: Some(self.group()), ..common::deployment() };
        let values = self.parameters.iter().map(|(name, value)| (name.clone(), json!({ "value": value }))).collect::<Map<_, _>>();
        let mut resources = common::evaluated(&self.template, &json!({ "parameters": values }), &deployment);
        resources.retain(|resource| resource["condition"] != false);
        resources
    }
}

fn cases() -> Vec<Case> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("apimodels");
    let files = |folder: &Path| {
        let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
        let is_fact = |path: &Path| [".facts.", ".resources."].iter().any(|part| path.to_string_lossy().contains(part));
        let mut files: Vec<_> = entries.filter(|path| path.is_file() && !is_fact(path)).collect();
        files.sort();
        files
    };
    let mut all: Vec<_> = files(&root.join("valid")).into_iter().map(|path| (None, path)).collect();
    all.extend(MORE.iter().map(|name| (Some("aks-engine-azurestack"), root.join("valid").join(name))));
    for family in Catalog::BUILT_IN {
        all.extend(files(&root.join("corpus").join(family)).into_iter().step_by(SPREAD).map(|path| (Some(family), path)));
    }
    let case = |(number, (family, path)): (usize, (Option<&str>, PathBuf))| {
        let definition = fs::read_to_string(&path).expect("a definition");
        let family = family.unwrap_or(if definition.contains("\"1.3") { "aks-engine-azurestack" } else { "aks-engine" });
        let options = Options::new(Catalog::built_in(family).expect("a built-in catalog"));
        let bundle = generate(&definition, &options).unwrap_or_else(|error| panic!("{}: {error:?}", path.display()));
        let mut template = bundle.template.to_json();
        without_secrets(&mut template);
        let parameters = parameters(&bundle, &template);
        Case { name: path.display().to_string(), number, template, parameters }
    };
    all.into_iter().enumerate().map(case).collect()
}

/// What only the deployed resources know stays an expression there; `guid` is the one function we emit and do not evaluate.
fn is_open(ours: &Value, theirs: &Value) -> bool {
    let has = |value: &Value, start: &str, part: &str| value.as_str().is_some_and(|text| text.starts_with(start) && text.contains(part));
    has(theirs, "[", "reference(") || has(ours, "<guid(", "")
}

/// Paths at which the values differ.
fn differences(path: &str, ours: &Value, theirs: &Value, found: &mut Vec<String>) {
    match (ours, theirs) {
        (Value::Object(ours), Value::Object(theirs)) => {
            let keys = ours.keys().chain(theirs.keys().filter(|key| !ours.contains_key(*key)));
            keys.for_each(|key| differences(&format!("{path}.{key}"), &ours[key], theirs.get(key).unwrap_or(&Value::Null), found));
        }
        (Value::Array(ours), Value::Array(theirs)) if ours.len() == theirs.len() => {
            ours.iter().zip(theirs).for_each(|(ours, theirs)| differences(&format!("{path}[]"), ours, theirs, found));
        }
        (ours, theirs) if ours == theirs || is_open(ours, theirs) => {}
        (ours, theirs) => found.push(format!("{path}: {ours:.200} here, {theirs:.200} there")),
    }
}

/// Keys that are no property of the resource.
const BESIDE: [&str; 3] = ["id", "dependsOn", "condition"];

fn compare(case: &Case, theirs: &[&Value], found: &mut Vec<String>) -> usize {
    let ours = case.ours();
    if ours.len() != theirs.len() {
        found.push(format!("{}: {} resources here, {} there", case.name, ours.len(), theirs.len()));
    }
    for (ours, theirs) in ours.iter().zip(theirs) {
        let keep = |resource: &Value| {
            let mut resource = resource.as_object().expect("a resource").clone();
            resource.retain(|key, _| !BESIDE.contains(&key.as_str()));
            Value::Object(resource)
        };
        differences(&format!("{} {}", case.name, theirs["type"]), &keep(ours), &keep(theirs), found);
    }
    ours.len()
}

/// The resources with their literal values, held against the types of their API versions.
fn lint(bicep: &Path, folder: &Path, resources: &[&Value]) -> String {
    let mut text = String::new();
    for (number, resource) in resources.iter().enumerate() {
        let mut resource = resource.as_object().expect("a resource").clone();
        let [kind, version] = ["type", "apiVersion"].map(|key| resource.shift_remove(key).expect("there"));
        resource.retain(|key, _| !BESIDE.contains(&key.as_str()));
        // the same names in another definition are other resources
        let name = format!("{}x{number}", resource["name"].as_str().expect("a name"));
        resource.insert("name".to_owned(), json!(name));
        let (kind, version) = (kind.as_str().expect("text"), version.as_str().expect("text"));
        writeln!(text, "resource r{number} '{kind}@{version}' = {}", literal(&Value::Object(resource))).expect("a string");
    }
    fs::write(folder.join("all.bicep"), text).expect("written");
    // only the types: what is good style in a file that people write does not matter here
    fs::write(folder.join("bicepconfig.json"), r#"{ "analyzers": { "core": { "enabled": false } } }"#).expect("written");
    run(bicep, folder, &["lint", "all.bicep"]).0
}

#[test]
fn azures_engine_makes_the_same_of_every_template_and_knows_its_types() {
    let Some(bicep) = bicep() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let cases = cases();
    for case in &cases {
        fs::write(folder.path().join(format!("m{}.json", case.number)), case.template.to_string()).expect("written");
    }
    fs::write(folder.path().join("main.bicep"), cases.iter().map(Case::module).collect::<String>()).expect("written");
    fs::write(folder.path().join("main.bicepparam"), "using './main.bicep'\n").expect("written");
    let made = snapshot(&bicep, folder.path(), "main");
    let made: Vec<_> = made["predictedResources"].as_array().expect("resources").iter().collect();
    let (mut found, mut compared) = (Vec::new(), 0);
    for case in &cases {
        let group = format!("/resourceGroups/{}/", case.group());
        let theirs: Vec<_> =
            made.iter().copied().filter(|resource| resource["id"].as_str().is_some_and(|id| id.contains(&group))).collect();
        compared += compare(case, &theirs, &mut found);
    }
    assert!(found.is_empty(), "{} differ:\n{}", found.len(), found.join("\n"));
    // a property that no type has, to see that the types were asked
    let planted = json!({ "type": AVAILABILITY_SET, "apiVersion": "2023-09-01", "name": "a", "location": "eastus", "properties": { "noSuchProperty": 1 } });
    let findings = lint(&bicep, folder.path(), &[&made[..], &[&planted]].concat());
    let findings: Vec<_> = findings.lines().filter(|line| line.contains(") : ")).collect();
    assert!(findings.len() == 1 && findings[0].contains("noSuchProperty"), "{findings:#?}");
    println!("{} definitions evaluated, {compared} resources compared and linted", cases.len());
}

#[test]
fn the_example_of_the_documentation_gives_every_parameter() {
    let Some(bicep) = bicep() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let options = Options::new(Catalog::built_in("aks-engine").expect("a catalog"));
    let bundle = generate(include_str!("../apimodels/valid/containerd-azure-vmss.json"), &options).expect("it generates");
    let module = folder.path().join("_output").join(bundle.folder());
    fs::create_dir_all(&module).expect("a folder");
    fs::write(module.join("azuredeploy.json"), bundle.template.to_text()).expect("written");
    let page = include_str!("../docs/how-to.md");
    let example = page.split_once("```bicep\n").and_then(|(_, rest)| rest.split_once("```")).expect("an example").0;
    fs::write(folder.path().join("main.bicep"), example).expect("written");
    let (said, is_built) = run(&bicep, folder.path(), &["build", "main.bicep", "--stdout"]);
    assert!(is_built, "{said}");
}

/// Texts that mean something to ARM or JSON.
const HOSTILE: [&str; 17] = [
    "",
    " ",
    "it's",
    "''",
    "\"quoted\"",
    "back\\slash",
    "[parameters('x')]",
    "[[escaped]",
    "[[",
    "[",
    "]",
    "%{brace}",
    "${dollar}",
    "line\nbreak\r\n\ttab",
    "<a>&b</a>",
    "gr\u{f6}\u{df}e-\u{65e5}\u{672c}\u{8a9e}-\u{1f600}",
    "\u{7f}\u{a0}\u{2028}",
];

/// A template that only tells what its expressions are.
fn hostile_template() -> Value {
    let mut template = json!({
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "parameters": {},
        "variables": {
            "plain": { "n": null, "e": {}, "l": [], "i": 1, "negative": -1, "large": 2_147_483_648_i64, "f": 1.5, "t": true, "deep": { "a": [1, "2", {}] } },
            "other": { "N": 2, "deep": { "b": [] }, "l": [3] },
        },
        "resources": [],
        "outputs": {},
    });
    for (number, text) in HOSTILE.iter().enumerate() {
        template["parameters"][format!("p{number}")] = json!({ "type": "string" });
        template["variables"][format!("v{number}")] = json!({ "text": Template::from(*text).to_json() });
        let parameter = || arm::parameters(format!("p{number}"));
        let expressions = [
            arm::string(arm::create_object([("key", parameter().into()), ("other", (*text).into())])),
            arm::string(arm::variables(format!("v{number}"))),
            arm::base64(parameter()),
            arm::base64_to_string(arm::base64(arm::variables(format!("v{number}")).property("text"))),
            arm::string(arm::length(parameter())),
            arm::to_upper(arm::concat([parameter().into(), "|".into(), (*text).into()])),
            arm::replace(parameter(), "'", "[q]"),
            arm::string(arm::split(parameter(), "e")),
        ];
        let expressions: Vec<_> = expressions.iter().map(arm_template::Call::bracketed).collect();
        template["outputs"][format!("o{number}")] = json!({ "type": "array", "value": expressions });
    }
    for (number, expression) in PLAIN.iter().enumerate() {
        template["outputs"][format!("plain{number}")] =
            json!({ "type": "string", "value": format!("[string(createArray({expression}))]") });
    }
    template
}

/// Expressions of values that are no texts.
const PLAIN: [&str; 16] = [
    "variables('plain')",
    "union(variables('plain'), variables('other'))",
    "union(variables('other'), variables('plain'))",
    "variables('plain').n",
    "variables('plain').f",
    "variables('PLAIN').LARGE",
    "createArray(1, 'a', createObject())",
    "createObject('a', null(), 'b', false())",
    "empty(variables('plain').e)",
    "empty(variables('plain').l)",
    "contains(variables('plain'), 'I')",
    "contains(createArray('a', 'B'), 'b')",
    "equals('a', 'A')",
    "equals(variables('plain').deep, variables('plain').deep)",
    "startsWith('Abc', 'aB')",
    "min(1, sub(0, 2))",
];

#[test]
fn azures_engine_reads_hostile_values_as_ours_does() {
    let Some(bicep) = bicep() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let template = hostile_template();
    fs::write(folder.path().join("h.json"), template.to_string()).expect("written");
    let values: String = HOSTILE.iter().enumerate().map(|(number, text)| format!("param p{number} = {}\n", quoted(text))).collect();
    fs::write(folder.path().join("h.bicepparam"), format!("using './h.json'\n{values}")).expect("written");
    let theirs = snapshot(&bicep, folder.path(), "h");
    let given: Map<_, _> = HOSTILE.iter().enumerate().map(|(number, text)| (format!("p{number}"), json!({ "value": text }))).collect();
    let (given, deployment) = (json!({ "parameters": given }), common::deployment());
    let evaluator = Evaluator::new(&template, &given, &deployment).expect("a template");
    let mut found = Vec::new();
    for (name, output) in template["outputs"].as_object().expect("outputs") {
        let ours = evaluator.evaluate(&output["value"], &[]).map_or_else(|error| json!(error.to_string()), |value| value.value.to_json());
        differences(&format!("{name} {}", output["value"]), &ours, &theirs["outputs"][name], &mut found);
    }
    assert!(found.is_empty(), "{} differ:\n{}", found.len(), found.join("\n"));
}
