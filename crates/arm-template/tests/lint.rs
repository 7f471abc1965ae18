//! Every rule finds its planted fault, and nothing else.

use arm_template::{Rule, lint, lint_deployment};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

fn sound() -> Json {
    json!({
        "$schema": "https://schema.management.azure.com/schemas/2015-01-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "parameters": {
            "location": { "type": "string", "defaultValue": "[resourceGroup().location]" },
            "count": { "type": "int", "minValue": 1, "maxValue": 10 },
            "vmSize": { "type": "string", "allowedValues": ["Standard_D2s_v3", "Standard_D4s_v3"] },
            "adminUsername": { "type": "string", "minLength": 1, "maxLength": 20 },
            "adminPassword": { "type": "securestring" },
            "key": { "type": "securestring" },
            "subnet": { "type": "string" }
        },
        "variables": {
            "prefix": "k8s",
            "setId": "[resourceId('Microsoft.Compute/availabilitySets', concat(variables('prefix'), 'set'))]",
            "pools": { "pool1": { "name": "[variables('prefix')]" } },
            "secrets": { "open": "[variables('prefix')]", "key": "[parameters('key')]" }
        },
        "resources": [{
            "type": "Microsoft.Compute/virtualMachines",
            "apiVersion": "2023-09-01",
            "name": "[concat(variables('prefix'), copyIndex())]",
            "location": "[parameters('location')]",
            "copy": { "name": "loop", "count": "[parameters('count')]" },
            "dependsOn": ["[variables('setId')]", "[resourceId('A.B/c', concat(variables('prefix'), copyIndex()))]"],
            "identity": { "type": "UserAssigned", "userAssignedIdentities": { "[resourceId('A.B/identities', 'i')]": {} } },
            "tags": { "empty": "", "tagId": "7" },
            "properties": {
                "availabilitySet": { "id": "[VARIABLES('setId')]" },
                "subnet": { "id": "[parameters('subnet')]" },
                "hardwareProfile": { "vmSize": "[parameters('vmSize')]" },
                "osProfile": {
                    "adminUsername": "[parameters('adminUsername')]",
                    "adminPassword": "[parameters('adminPassword')]",
                    "customData": "[base64(concat(string(variables('pools').pool1), variables('secrets').open, 'don''t'))]"
                },
                "protectedSettings": { "commandToExecute": "[base64(string(union(variables('secrets'), createObject('id', reference(resourceId('A.B/c', 'n'), '2018-11-30').clientId))))]" }
            }
        }, {
            "type": "Microsoft.Resources/deployments",
            "apiVersion": "2023-07-01-preview",
            "name": "nested",
            "properties": { "mode": "Incremental", "parameters": { "key": { "value": "[parameters('key')]" } } }
        }],
        "outputs": { "set": { "type": "string", "value": "[variables('setId')]" } }
    })
}

fn given() -> Json {
    json!({ "parameters": {
        "count": { "value": 3 }, "vmSize": { "value": "standard_d2s_V3" }, "adminUsername": { "value": "azureuser" },
        "adminPassword": { "value": "hunter2" }, "subnet": { "value": "/subscriptions/s/x" },
        "key": { "reference": { "keyVault": { "id": "/v" }, "secretName": "s" } }
    } })
}

/// The sound template with one value set, and what that is to be found as.
struct Fault(&'static str, Json, &'static [(Rule, &'static str)]);

fn set(json: &mut Json, pointer: &str, value: Json) {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    match json.pointer_mut(parent).unwrap_or_else(|| panic!("{pointer}")) {
        Json::Object(object) => drop(object.insert(key.to_owned(), value)),
        Json::Array(items) => items[key.parse::<usize>().unwrap()] = value,
        _ => panic!("{pointer}"),
    }
}

const VM: &str = "resources[0]";

fn template_faults() -> Vec<Fault> {
    use Rule::*;
    vec![
        Fault("/resources", json!({}), &[(Template, "$")]),
        Fault("/resources/0/type", json!("[parameters('subnet')]"), &[(Template, "resources[0].type")]),
        Fault("/resources/0/properties/x", json!("[concat('a']"), &[(Expression, "resources[0].properties.x")]),
        Fault("/resources/0/properties/x", json!({ "[nothing": { "[bad(]": 1 } }), &[(Expression, "resources[0].properties.x.[nothing")]),
        Fault("/variables/prefix", json!(format!("[concat('{}')]", "x".repeat(24_565))), &[(ExpressionLength, "variables.prefix")]),
        Fault("/variables/Prefix", json!("k8s"), &[(DuplicateName, "variables.Prefix")]),
        Fault("/parameters/COUNT", json!({ "type": "int" }), &[(DuplicateName, "parameters.COUNT")]),
        Fault("/resources/0/properties/x", json!("[variables(concat('pre', 'fix'))]"), &[(ComputedName, "resources[0].properties.x")]),
        Fault("/resources/0/properties/x", json!("[parameters('nobody')]"), &[(UndeclaredParameter, "resources[0].properties.x")]),
        Fault("/outputs/set/value", json!("[variables('nobody')]"), &[(UndeclaredVariable, "outputs.set.value")]),
        Fault("/parameters/extra", json!({ "type": "int" }), &[(UnusedParameter, "parameters.extra")]),
        Fault("/variables/extra", json!("[variables('prefix')]"), &[(UnusedVariable, "variables.extra")]),
        // what only an unused variable uses is unused
        Fault(
            "/variables/extra",
            json!("[variables('more')]"),
            &[(UndeclaredVariable, "variables.extra"), (UnusedVariable, "variables.extra")],
        ),
        Fault("/variables/prefix", json!("[reference('x').y]"), &[(RuntimeFunction, "variables.prefix")]),
        Fault("/variables/prefix", json!("[listKeys('x', 'y').z]"), &[(RuntimeFunction, "variables.prefix")]),
        Fault("/parameters/count/defaultValue", json!("[variables('prefix')]"), &[(RuntimeFunction, "parameters.count.defaultValue")]),
        Fault("/resources/0/apiVersion", json!("[variables('prefix')]"), &[(ApiVersion, "resources[0].apiVersion")]),
        Fault("/resources/0/apiVersion", json!("latest"), &[(ApiVersion, "resources[0].apiVersion")]),
        Fault("/resources/0/dependsOn/0", json!("[concat('A.B/c/', variables('prefix'))]"), &[(ResourceId, "resources[0].dependsOn[0]")]),
        Fault("/resources/0/dependsOn/0", json!("A.B/c/name"), &[(ResourceId, "resources[0].dependsOn[0]")]),
        Fault(
            "/variables/setId",
            json!("[concat('A.B/c/', variables('prefix'))]"),
            &[(ResourceId, "resources[0].dependsOn[0]"), (ResourceId, "resources[0].properties.availabilitySet.id")],
        ),
        Fault("/resources/0/properties/subnetId", json!("/subscriptions/s"), &[(ResourceId, "resources[0].properties.subnetId")]),
        Fault(
            "/resources/0/properties/x",
            json!("[reference(concat('a', 'b'), '2018-11-30').c]"),
            &[(ResourceId, "resources[0].properties.x")],
        ),
        Fault(
            "/resources/0/properties/x",
            json!("[resourceId(subscription().subscriptionId, 'g', 'A.B/c', 'n')]"),
            &[(ResourceId, "resources[0].properties.x")],
        ),
        Fault("/outputs/set/value", json!("[resourceId(resourceGroup().name, 'A.B/c', 'n')]"), &[(ResourceId, "outputs.set.value")]),
        Fault("/resources/0/properties/x", json!({}), &[(Blank, "resources[0].properties.x")]),
        Fault("/resources/0/properties/x", json!([]), &[(Blank, "resources[0].properties.x")]),
        Fault("/resources/0/properties/x", json!(" "), &[(Blank, "resources[0].properties.x")]),
        Fault("/resources/0/zones", json!(null), &[(Blank, "resources[0].zones")]),
        Fault("/resources/0/location", json!("westus2"), &[(UnusedParameter, "parameters.location"), (Location, "resources[0].location")]),
        Fault("/resources/0/properties/x", json!("[resourceGroup().LOCATION]"), &[(Location, "resources[0].properties.x")]),
        Fault("/parameters/location/defaultValue", json!("westus2"), &[(Location, "parameters.location")]),
        Fault(
            "/resources/0/properties/osProfile/adminUsername",
            json!("azureuser"),
            &[(UnusedParameter, "parameters.adminUsername"), (Literal, "resources[0].properties.osProfile.adminUsername")],
        ),
        Fault(
            "/resources/0/properties/hardwareProfile/vmSize",
            json!("[variables('prefix')]"),
            &[(UnusedParameter, "parameters.vmSize"), (Literal, "resources[0].properties.hardwareProfile.vmSize")],
        ),
        Fault("/parameters/key/defaultValue", json!("hunter2"), &[(SecureDefault, "parameters.key")]),
        Fault("/parameters/adminPassword/type", json!("string"), &[(InsecureParameter, "parameters.adminPassword")]),
        Fault(
            "/resources/0/properties/osProfile/customData",
            json!("[base64(string(variables('secrets')))]"),
            &[(UnusedVariable, "variables.pools"), (ExposedSecret, "resources[0].properties.osProfile.customData")],
        ),
        Fault(
            "/variables/prefix",
            json!("[parameters('key')]"),
            &[
                (ExposedSecret, "resources[0].name"),
                (ExposedSecret, "resources[0].dependsOn[0]"),
                (ExposedSecret, "resources[0].dependsOn[1]"),
                (ExposedSecret, "resources[0].properties.availabilitySet.id"),
                (ExposedSecret, "resources[0].properties.osProfile.customData"),
                (ExposedSecret, "outputs.set.value"),
            ],
        ),
        Fault("/resources/1/properties/x", json!("[parameters('key')]"), &[(ExposedSecret, "resources[1].properties.x")]),
        Fault(
            "/outputs/more",
            json!({ "type": "string", "value": "[parameters('adminPassword')]" }),
            &[(ExposedSecret, "outputs.more.value")],
        ),
        Fault(
            "/outputs/more",
            json!({ "type": "string", "value": "[listKeys('a', 'b').keys[0].value]" }),
            &[(ExposedSecret, "outputs.more.value")],
        ),
        Fault("/resources/0/copy/count", json!(801), &[(Limit, "resources"), (UnusedParameter, "parameters.count")]),
    ]
}

fn deployment_faults() -> Vec<Fault> {
    use Rule::*;
    vec![
        Fault("/parameters/extra", json!({ "value": 1 }), &[(UnknownParameter, "parameters.extra")]),
        Fault("/parameters/count", json!({ "value": "3" }), &[(ParameterValue, "parameters.count")]),
        Fault("/parameters/count", json!({ "value": 11 }), &[(ParameterValue, "parameters.count")]),
        Fault("/parameters/count", json!({ "value": 0 }), &[(ParameterValue, "parameters.count")]),
        Fault("/parameters/adminUsername", json!({ "value": "x".repeat(21) }), &[(ParameterValue, "parameters.adminUsername")]),
        Fault("/parameters/adminUsername", json!({ "value": "" }), &[(ParameterValue, "parameters.adminUsername")]),
        Fault("/parameters/vmSize", json!({ "value": "Standard_A1" }), &[(ParameterValue, "parameters.vmSize")]),
        Fault("/parameters/key", json!({}), &[(ParameterValue, "parameters.key")]),
        Fault("/parameters/subnet", json!({ "reference": { "keyVault": { "id": "/v" } } }), &[(ParameterValue, "parameters.subnet")]),
        Fault(
            "/parameters",
            json!({ "count": { "value": 1 }, "vmSize": { "value": "Standard_D2s_v3" }, "adminUsername": { "value": "u" }, "adminPassword": { "value": "p" }, "key": { "value": "k" } }),
            &[(MissingParameter, "parameters.subnet")],
        ),
    ]
}

fn evaluation_faults() -> Vec<Fault> {
    use Rule::*;
    vec![
        Fault("/resources/0/properties/x", json!("[variables('pools').pool2]"), &[(Evaluation, VM)]),
        Fault("/resources/1/name", json!("[concat('a', copyIndex())]"), &[(Evaluation, "resources[1]")]),
        Fault(
            "/resources/0/copy/count",
            json!("[div(1, 0)]"),
            &[(UnusedParameter, "parameters.count"), (Evaluation, "resources[0].copy.count")],
        ),
        Fault("/resources/0/copy/count", json!(801), &[(UnusedParameter, "parameters.count"), (Limit, "resources")]),
        Fault("/variables/extra", json!("[variables('extra')]"), &[(UnusedVariable, "variables.extra"), (Evaluation, "variables.extra")]),
        Fault("/outputs/set/value", json!("[substring('a', 5, 5)]"), &[(Evaluation, "outputs.set")]),
        Fault("/variables/Prefix", json!("x"), &[(DuplicateName, "variables.Prefix"), (Evaluation, "$")]),
    ]
}

fn found(findings: Vec<arm_template::Finding>) -> Vec<(Rule, String)> {
    findings.into_iter().map(|finding| (finding.rule, finding.path)).collect()
}

#[test]
fn the_sound_template_is_sound() {
    assert_eq!(found(lint(&sound().to_string())), []);
    assert_eq!(found(lint_deployment(&sound(), &given())), []);
}

#[test]
fn every_planted_fault_is_found() {
    let expected = |findings: &[(Rule, &str)]| findings.iter().map(|(rule, path)| (*rule, (*path).to_owned())).collect::<Vec<_>>();
    let mut covered = BTreeSet::from([Rule::Limit]);
    for Fault(pointer, value, findings) in template_faults() {
        let mut template = sound();
        set(&mut template, pointer, value);
        assert_eq!(found(lint(&template.to_string())), expected(findings), "{pointer}");
        covered.extend(findings.iter().map(|(rule, _)| *rule));
    }
    for Fault(pointer, value, findings) in deployment_faults() {
        let mut parameters = given();
        set(&mut parameters, pointer, value);
        assert_eq!(found(lint_deployment(&sound(), &parameters)), expected(findings), "{pointer}");
        covered.extend(findings.iter().map(|(rule, _)| *rule));
    }
    for Fault(pointer, value, findings) in evaluation_faults() {
        let mut template = sound();
        set(&mut template, pointer, value);
        assert_eq!(found(lint_deployment(&template, &given())), expected(findings), "{pointer}");
        covered.extend(findings.iter().map(|(rule, _)| *rule));
    }
    assert_eq!(covered, Rule::ALL.iter().copied().collect(), "rules without a planted fault");
}

#[test]
fn what_is_no_template_is_named() {
    assert_eq!(
        lint("{").iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["$: template: not JSON: EOF while parsing an object at line 1 column 1"]
    );
    assert_eq!(found(lint("[]")), [(Rule::Template, "$".to_owned())]);
    assert_eq!(found(lint_deployment(&json!({ "resources": {} }), &given())), [(Rule::Template, "$".to_owned())]);
    let findings = lint_deployment(&sound(), &json!([]));
    assert_eq!(findings.last().map(ToString::to_string).as_deref(), Some("$: evaluation: the parameters file is not an object"));
}

#[test]
fn there_is_no_more_of_anything_than_azure_takes() {
    let many = |count: usize, value: Json| Json::Object((0..count).map(|i| (format!("n{i}"), value.clone())).collect());
    let cases = [
        ("parameters", many(257, json!({ "type": "int" })), "parameters: limit: found 257 parameters, at most 256 are allowed"),
        ("variables", many(257, json!(1)), "variables: limit: found 257 variables, at most 256 are allowed"),
        ("outputs", many(65, json!({ "type": "int", "value": 1 })), "outputs: limit: found 65 outputs, at most 64 are allowed"),
        (
            "resources",
            json!(vec![json!({ "type": "A.B/c", "apiVersion": "2023-09-01", "name": "n" }); 801]),
            "resources: limit: found 801 resources, at most 800 are allowed",
        ),
    ];
    for (section, value, message) in cases {
        let mut template = json!({ "resources": [] });
        template[section] = value;
        let limits: Vec<_> = lint(&template.to_string()).into_iter().filter(|finding| finding.rule == Rule::Limit).collect();
        assert_eq!(limits.iter().map(ToString::to_string).collect::<Vec<_>>(), [message]);
    }
    let large = json!({ "resources": [], "variables": { "v": "x".repeat(4 << 20) } }).to_string();
    assert!(lint(&large).iter().any(|finding| finding.rule == Rule::Limit && finding.path == "$"));
}

#[test]
fn an_expression_may_be_as_long_as_azure_takes() {
    let mut template = sound();
    set(&mut template, "/variables/prefix", json!(format!("[concat('{}')]", "x".repeat(24_564))));
    assert_eq!(found(lint(&template.to_string())), []);
}

#[test]
fn no_finding_quotes_a_secret() {
    let mut template = sound();
    set(&mut template, "/resources/0/properties/x", json!("[createObject('a', 1)[parameters('adminPassword')]]"));
    set(&mut template, "/parameters/adminPassword/maxLength", json!(3));
    let findings = lint_deployment(&template, &given());
    assert_eq!(findings.iter().map(|finding| finding.rule).collect::<Vec<_>>(), [Rule::ExposedSecret, Rule::ParameterValue]);
    assert!(findings.iter().all(|finding| !finding.to_string().contains("hunter2")));
}
