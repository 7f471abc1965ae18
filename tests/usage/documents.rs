//! What programs and pipelines read.

use crate::command::{Folder, MARKER, Run, SAMPLE, sample, sample_with_secrets};
use serde_json::{Value, json};
use std::fs;

fn document(run: &Run) -> Value {
    serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {}\n{}", run.stdout, run.stderr))
}

#[test]
fn generate_tells_programs_everything() {
    let folder = Folder::with(sample_with_secrets(|definition| {
        definition["properties"].as_object_mut().expect("an object").remove("certificateProfile");
    }));
    let run = folder.run(&["apimodel.json", "--format", "json", "-o", "out"]);
    run.ends(0);
    run.hides(MARKER);
    let document = document(&run);
    assert_eq!((&document["schema"], &document["errors"], &document["folder"]), (&json!(1), &json!(0), &json!("out")));
    assert_eq!(document["openParameters"], json!(["caCertificate", "clientCertificate", "clientPrivateKey"]));
    for file in document["files"].as_array().expect("files") {
        let path = file["path"].as_str().expect("a path");
        let bytes = fs::metadata(folder.path(&format!("out/{path}"))).expect("it is there").len();
        assert_eq!(file["bytes"], json!(bytes), "{path}");
    }
    let pool = &document["pools"][0];
    assert_eq!((&pool["name"], &pool["count"]), (&json!("winpool"), &json!(2)));
    assert!(pool["sizes"]["customDataBytes"].as_u64().expect("a number") > 10_000);
    // the parts are those of the template
    let template = folder.json("out/azuredeploy.json");
    let fragment = &pool["fragment"];
    let machine = &template["resources"]
        .as_array()
        .expect("resources")
        .iter()
        .find(|resource| resource["type"] == "Microsoft.Compute/virtualMachineScaleSets")
        .expect("a scale set")["properties"]["virtualMachineProfile"];
    assert_eq!(machine["osProfile"]["customData"], fragment["customData"]);
    let extension = &machine["extensionProfile"]["extensions"][0];
    assert_eq!(*extension, fragment["extension"]);
    assert_eq!(extension["properties"]["protectedSettings"]["commandToExecute"], fragment["commandToExecute"]);
    for part in ["parameters", "variables"] {
        for (name, value) in fragment[part].as_object().expect("an object") {
            assert_eq!(template[part][name], *value, "{name}");
        }
    }
    assert_eq!(template["resources"], fragment["resources"], "one pool, so all resources are its");
}

#[test]
fn one_file_is_printed_as_it_would_be_written() {
    let folder = Folder::with(SAMPLE);
    folder.run(&["apimodel.json", "-q", "-o", "out"]).ends(0);
    for (what, file) in [
        ("template", "azuredeploy.json"),
        ("parameters", "azuredeploy.parameters.json"),
        ("apimodel", "apimodel.json"),
        ("plan", "plan.json"),
    ] {
        let run = folder.run(&["generate", "apimodel.json", "--print", what]);
        run.ends(0);
        assert_eq!(run.stdout, folder.read(&format!("out/{file}")));
    }
}

#[test]
fn a_bad_file_does_not_hide_the_others() {
    let folder = Folder::with(sample(|definition| definition["properties"]["masterProfile"]["count"] = json!(2)));
    folder.write("good.json", SAMPLE);
    let run = folder.run(&["validate", "apimodel.json", "missing.json", "good.json", "--format", "json"]);
    run.ends(4);
    let findings = document(&run);
    let codes: Vec<_> = findings["diagnostics"].as_array().expect("a list").iter().map(|finding| finding["code"].clone()).collect();
    assert!(codes.contains(&json!("master-count")) && codes.contains(&json!("unreadable")), "{codes:?}");
    let errors: Vec<_> = findings["files"].as_array().expect("a list").iter().map(|file| file["errors"].clone()).collect();
    assert_eq!(errors, [json!(1), json!(1), json!(0)]);
    let run = folder.run(&["validate", "apimodel.json", "missing.json", "good.json"]);
    run.ends(4);
    assert!(run.stderr.contains("\n3 files, 1 valid: 2 errors"), "{}", run.stderr);
    assert!(run.stderr.contains("\ngood.json: no errors, 4 warnings\n"), "{}", run.stderr);
    // a catalog too
    folder.write("catalog.json", "{");
    let run = folder.run(&["validate", "good.json", "--catalog", "catalog.json", "--format", "json"]);
    run.ends(1);
    assert_eq!(document(&run)["diagnostics"][0]["code"], "catalog");
    let run = folder.run(&["validate", "good.json", "--catalog", "missing.json", "--format", "json"]);
    run.ends(4);
    assert_eq!(document(&run)["diagnostics"][0]["code"], "unreadable");
    folder.run(&["good.json", "--catalog", "aks-engin"]).fails(2, &["`aks-engin` is not one of"]);
}

#[test]
fn folders_and_patterns_are_searched() {
    let folder = Folder::new();
    for name in ["clusters/a/one.json", "clusters/two.json"] {
        fs::create_dir_all(folder.path(name).parent().expect("a parent")).expect("a folder");
        folder.write(name, SAMPLE);
    }
    folder.write("clusters/package.json", "{}");
    fs::create_dir_all(folder.path("clusters/.git")).expect("a folder");
    folder.write("clusters/.git/hidden.json", "{\"apiVersion\": \"vlabs\"}");
    for given in ["clusters", "clusters/**/[ot]*.json"] {
        let run = folder.run(&["validate", given]);
        run.ends(0);
        assert!(run.stderr.contains("2 files, 2 valid: "), "{given}: {}", run.stderr);
    }
    fs::create_dir(folder.path("empty")).expect("a folder");
    folder.run(&["validate", "empty"]).fails(4, &["no cluster definition in `empty`"]);
}

#[test]
fn code_hosts_know_files_by_their_path_in_the_repository() {
    let folder = Folder::new();
    fs::create_dir_all(folder.path("repository/.git")).expect("a folder");
    fs::create_dir_all(folder.path("repository/clusters")).expect("a folder");
    folder.write("repository/clusters/wrong.json", sample(|definition| definition["properties"]["masterProfile"]["count"] = json!(2)));
    let whole = folder.path("repository/clusters/wrong.json");
    let shown = |format: &str| folder.run(&["validate", whole.to_str().expect("UTF-8"), "--format", format]).stdout;
    assert!(
        shown("github").contains("::error file=clusters/wrong.json,line=13,endLine=13,col=16,endColumn=17,title=gen-cse master-count::"),
        "{}",
        shown("github")
    );
    assert!(
        shown("azure-pipelines")
            .contains("##vso[task.logissue type=error;sourcepath=clusters/wrong.json;linenumber=13;columnnumber=16;code=master-count;]")
    );
    let sarif: Value = serde_json::from_str(&shown("sarif")).expect("JSON");
    let places: Vec<_> =
        sarif["runs"][0]["results"].as_array().expect("results").iter().map(|result| &result["locations"][0]["physicalLocation"]).collect();
    assert!(places.iter().all(|place| place["artifactLocation"]["uri"] == "clusters/wrong.json"), "{places:?}");
    assert!(places.iter().any(|place| place["region"]["endColumn"] == 17), "{places:?}");
    assert!(shown("junit").contains("<testcase name=\"master-count\""));
}

#[test]
fn each_kind_of_end_has_its_code() {
    let folder = Folder::with(SAMPLE);
    let code = |arguments: &[&str]| folder.run(arguments).code;
    assert_eq!(code(&["apimodel.json", "-o", "out", "--check"]), 5);
    assert_eq!(code(&["apimodel.json", "-o", "out"]), 0);
    assert_eq!(code(&["apimodel.json", "-o", "out", "--check"]), 0);
    assert_eq!(code(&["apimodel.json", "--set", "masterProfile.count=2"]), 1);
    assert_eq!(code(&["apimodel.json", "--catalog", "nowhere.json"]), 4);
    assert_eq!(code(&["apimodel.json", "--catalog", "nowhere"]), 2);
    assert_eq!(code(&["missing.json"]), 4);
    let help = folder.run(&["--help"]).stdout;
    for line in ["    0  all went well", "    5  --check found that something would change", "  130  interrupted"] {
        assert!(help.contains(line), "{help}");
    }
}

#[test]
fn secrets_come_from_files_and_standard_input() {
    let folder = Folder::with(SAMPLE);
    folder.write("password", "From-a-file1\r\n");
    folder.write("ca.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    folder.write("key.pem", "-----BEGIN PRIVATE KEY-----\nBBBB\n-----END PRIVATE KEY-----\n");
    let certificates = ["--ca-certificate", "ca.pem", "--client-certificate", "ca.pem", "--client-key", "key.pem"];
    let set = ["generate", "apimodel.json", "-q", "--print", "apimodel", "--set", "windowsProfile.adminPassword=@password"];
    let run = folder.run(&[&set[..], &certificates].concat());
    run.ends(0);
    let definition: Value = document(&run);
    assert_eq!(definition["properties"]["windowsProfile"]["adminPassword"], "From-a-file1");
    assert_eq!(definition["properties"]["certificateProfile"]["clientPrivateKey"], folder.read("key.pem"));
    let set = ["generate", "apimodel.json", "-q", "--print", "apimodel", "--set", "windowsProfile.adminPassword=@-"];
    let run = folder.run_with_input(&set, b"From-standard-input1\n");
    assert_eq!(document(&run)["properties"]["windowsProfile"]["adminPassword"], "From-standard-input1");
    let set = ["generate", "apimodel.json", "-q", "--print", "apimodel", "--set", "windowsProfile.adminPassword=@@At-sign1"];
    assert_eq!(document(&folder.run(&set))["properties"]["windowsProfile"]["adminPassword"], "@At-sign1");
    folder.run(&["apimodel.json", "--ca-certificate", "password"]).fails(2, &["`password` is not PEM"]);
    folder.run(&["apimodel.json", "--client-key", "key.pem"]).fails(2, &["--client-certificate"]);
    let run = folder.run(&[&["apimodel.json", "-o", "out"][..], &certificates].concat());
    run.ends(0);
    assert!(!run.stdout.contains("to be given at deployment"), "{}", run.stdout);
}

/// What aks-engine left in its `apimodel.json` is all that is needed.
#[test]
fn the_apimodel_of_aks_engine_has_the_certificates() {
    let folder = Folder::with(sample_with_secrets(|_| {}));
    let run = folder.run(&["apimodel.json", "-o", "out"]);
    run.ends(0);
    assert!(!run.stdout.contains("to be given at deployment"), "{}", run.stdout);
    assert!(run.stdout.contains("next: az deployment group create --resource-group <group of the cluster>"), "{}", run.stdout);
    assert!(run.stdout.contains("--template-file out/azuredeploy.json --parameters @out/azuredeploy.parameters.json\n"), "{}", run.stdout);
}
