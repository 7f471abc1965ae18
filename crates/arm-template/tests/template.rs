//! Templates and parameters files as text, and the merging of fragments.

use arm_template::{
    Conflict, Fragment, Output, Parameter, ParameterType, ParameterValue, Parameters, Resource, Template, Value, functions as arm, object,
};
use serde_json::{Value as Json, json};

fn pool(name: &'static str, count: i64) -> Fragment {
    let parameter = format!("{name}Count");
    let configuration = object([("name", Some(name.into()))]);
    let vm = arm::concat([name.into(), arm::copy_index().into()]);
    Fragment {
        parameters: [
            ("location".to_owned(), Parameter::new(ParameterType::String, "Region")),
            (parameter.clone(), Parameter::new(ParameterType::Int, "Nodes of the pool").or(count).at_least(1).at_most(100)),
        ]
        .into(),
        variables: [
            ("payload".to_owned(), "H4sI".into()),
            ("windowsPools".to_owned(), object([(name, Some(configuration.into()))]).into()),
        ]
        .into(),
        resources: vec![
            Resource::new("Microsoft.Compute/virtualMachines", "2023-09-01", vm)
                .located(arm::parameters("location"))
                .repeated(format!("{name}Loop"), arm::parameters(parameter)),
        ],
        outputs: [(format!("{name}Name"), Output { kind: ParameterType::String, value: name.into() })].into(),
    }
}

#[test]
fn a_template_is_printed_in_a_fixed_order() {
    let mut template = Template::default();
    template.merge([pool("one", 3)]).unwrap();
    template.parameters.insert(
        "key".to_owned(),
        Parameter::new(ParameterType::SecureString, "<Key> & 'more'").no_shorter_than(1).no_longer_than(9).one_of(["a", "[b]"]),
    );
    template.resources.push(
        Resource::new("Microsoft.Compute/availabilitySets", "2023-09-01", "set")
            .properties(object([("platformFaultDomainCount", Some(2.into()))]))
            .tagged(object([("[tag]", Some("[value]".into()))]))
            .after(arm::resource_id("A.B/c", ["n".into()]))
            .with("sku", object([("name", Some("Aligned".into()))])),
    );
    let expected = r#"{
  "$schema": "https://schema.management.azure.com/schemas/2015-01-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "parameters": {
    "location": {
      "type": "string",
      "metadata": {
        "description": "Region"
      }
    },
    "oneCount": {
      "type": "int",
      "defaultValue": 3,
      "minValue": 1,
      "maxValue": 100,
      "metadata": {
        "description": "Nodes of the pool"
      }
    },
    "key": {
      "type": "securestring",
      "allowedValues": [
        "a",
        "[[b]"
      ],
      "minLength": 1,
      "maxLength": 9,
      "metadata": {
        "description": "<Key> & 'more'"
      }
    }
  },
  "variables": {
    "payload": "H4sI",
    "windowsPools": {
      "one": {
        "name": "one"
      }
    }
  },
  "resources": [
    {
      "type": "Microsoft.Compute/virtualMachines",
      "apiVersion": "2023-09-01",
      "name": "[concat('one', copyIndex())]",
      "location": "[parameters('location')]",
      "copy": {
        "name": "oneLoop",
        "count": "[parameters('oneCount')]"
      }
    },
    {
      "type": "Microsoft.Compute/availabilitySets",
      "apiVersion": "2023-09-01",
      "name": "set",
      "sku": {
        "name": "Aligned"
      },
      "dependsOn": [
        "[resourceId('A.B/c', 'n')]"
      ],
      "tags": {
        "[[tag]": "[[value]"
      },
      "properties": {
        "platformFaultDomainCount": 2
      }
    }
  ],
  "outputs": {
    "oneName": {
      "type": "string",
      "value": "one"
    }
  }
}
"#;
    assert_eq!(template.to_text(), expected);
    assert_eq!(serde_json::from_str::<Json>(expected).unwrap(), template.to_json());
}

#[test]
fn an_empty_template_has_the_sections_azure_wants() {
    let json = Template::default().to_json();
    assert_eq!(json.as_object().unwrap().keys().collect::<Vec<_>>(), ["$schema", "contentVersion", "parameters", "variables", "resources"]);
}

#[test]
fn values_of_a_parameters_file_are_literal_and_not_debugged() {
    let vault = |version| ParameterValue::KeyVault { vault: "/subscriptions/s/v".into(), secret: "name".into(), version };
    let parameters = Parameters(
        [
            ("key".to_owned(), ParameterValue::Value(json!("[hunter2]"))),
            ("latest".to_owned(), vault(None)),
            ("fixed".to_owned(), vault(Some("v1".into()))),
        ]
        .into(),
    );
    let expected = r##"{
  "$schema": "https://schema.management.azure.com/schemas/2015-01-01/deploymentParameters.json#",
  "contentVersion": "1.0.0.0",
  "parameters": {
    "key": {
      "value": "[hunter2]"
    },
    "latest": {
      "reference": {
        "keyVault": {
          "id": "/subscriptions/s/v"
        },
        "secretName": "name"
      }
    },
    "fixed": {
      "reference": {
        "keyVault": {
          "id": "/subscriptions/s/v"
        },
        "secretName": "name",
        "secretVersion": "v1"
      }
    }
  }
}
"##;
    assert_eq!(parameters.to_text(), expected);
    assert_eq!(parameters.to_json(), serde_json::from_str::<Json>(expected).unwrap());
    assert!(!format!("{parameters:?}").contains("hunter2"));
}

#[test]
fn fragments_share_what_is_the_same() {
    let mut template = Template::default();
    template.merge([pool("one", 1), pool("two", 2), pool("one", 1)]).unwrap();
    assert_eq!(template.parameters.keys().collect::<Vec<_>>(), ["location", "oneCount", "twoCount"]);
    assert_eq!(template.variables.keys().collect::<Vec<_>>(), ["payload", "windowsPools"]);
    assert_eq!(template.to_json()["variables"]["windowsPools"], json!({ "one": { "name": "one" }, "two": { "name": "two" } }));
    assert_eq!(template.resources.len(), 2);
    assert_eq!(template.outputs.len(), 2);
}

#[test]
fn conflicts_are_all_reported_and_change_nothing() {
    let mut template = Template::default();
    template.merge([pool("one", 1)]).unwrap();
    let before = template.clone();
    let mut other = pool("one", 2);
    other.parameters.insert("LOCATION".to_owned(), Parameter::new(ParameterType::Int, "Region"));
    other.variables.insert("Payload".to_owned(), "other".into());
    other.variables.insert("windowsPools".to_owned(), object([("one", Some("other".into())), ("two", Some(Value::Null))]).into());
    other.resources[0] = Resource::new("microsoft.compute/VirtualMachines", "2024-01-01", other.resources[0].name().clone());
    other.outputs.insert("oneName".to_owned(), Output { kind: ParameterType::String, value: "other".into() });
    let conflicts = template.merge([pool("new", 1), other]).unwrap_err();
    let found: Vec<_> = conflicts.iter().map(Conflict::to_string).collect();
    assert_eq!(
        found,
        [
            "parameter `oneCount` is declared twice, in different ways",
            "parameter `LOCATION` is declared twice, in different ways",
            "variable `windowsPools.one` is declared twice, in different ways",
            "variable `Payload` is declared twice, in different ways",
            "resource `microsoft.compute/VirtualMachines \"[concat('one', copyIndex())]\"` is declared twice, in different ways",
            "output `oneName` is declared twice, in different ways",
        ]
    );
    assert_eq!(template, before);
}
