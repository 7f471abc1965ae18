//! At a terminal: hints, settings, catalogs, colours.

use crate::command::{Folder, SAMPLE, peers, sample};
use serde_json::{Value, json};
use std::fs;

const INVALID: i32 = 1;
const USAGE: i32 = 2;
const UNREADABLE: i32 = 4;

#[test]
fn mistyped_commands_and_other_tools_spellings_get_a_hint() {
    let folder = Folder::with(SAMPLE);
    let cases: &[(&[&str], &str)] = &[
        (&["validat", "apimodel.json"], "no command and no file `validat`; did you mean `validate`?"),
        (&["genrate"], "did you mean `generate`?"),
        (&["version"], "`gen-cse --version` tells it"),
        (&["get-versions"], "`gen-cse catalog show`"),
        (&["deploy", "apimodel.json"], "`az deployment group create` deploys them"),
        (&["--format", "json", "validate", "apimodel.json"], "options stand behind their command: `gen-cse validate ...`"),
        (&["generate", "--api-model", "apimodel.json"], "`gen-cse apimodel.json`"),
        (&["generate", "-m", "apimodel.json"], "`gen-cse apimodel.json`"),
        (&["apimodel.json", "--output-directory", "x"], "it is `--output` here"),
        (&["apimodel.json", "--client-secret", "x"], "servicePrincipalProfile.secret=@FILE"),
        (
            &["apimodel.json", "--set", "windowsProfile.windowsPauseImageURL=a/pause:1,location=northeurope"],
            "goes on with `,location=`: give each value a --set of its own",
        ),
        (&["apimodel.json", "--kubelet-timeout", "3600", "--deadline", "5"], "--kubelet-timeout is longer than --deadline"),
        (&["explain", "zzz"], "`gen-cse explain` lists all"),
        (&["apimodel.json", "apimodel.json"], "`apimodel.json` is a second definition: `generate` takes one, `validate` several"),
        (&["generate", "apimodel.json", "apimodel.json"], "`apimodel.json` is a second definition"),
        (&["apimodel.json", "--allow", "pool-nam"], "did you mean `pool-name`?"),
        (&["apimodel.json", "--allow", "pool-name"], "only warnings can be allowed"),
    ];
    for (arguments, hint) in cases {
        let run = folder.run(arguments);
        run.fails(USAGE, &[hint]);
        assert!(!run.stderr.contains("as a value, use"), "{arguments:?}: {}", run.stderr);
        assert!(!run.stderr.contains("hint:") || !run.stderr.contains("tip:"), "{arguments:?}: {}", run.stderr);
    }
    // a comma in a value is no second value
    folder.run(&["apimodel.json", "-q", "-o", "out", "--set", "linuxProfile.adminUsername=a,b=c"]);
    assert_eq!(folder.files().iter().filter(|file| file.starts_with("_output")).count(), 0);
}

#[test]
fn quiet_means_quiet() {
    let folder = peers::bootstrapped("hybrid-vmss");
    let all: &[&[&str]] = &[
        &["apimodel.json", "-o", "out"],
        &["vhd", "--os", "2022", "--runtime", "containerd", "-o", "image"],
        &["merge", "azuredeploy.json", "azuredeploy.parameters.json", "-o", "merged"],
    ];
    for arguments in all {
        let run = folder.run(&[arguments, &["--quiet"][..]].concat());
        run.ends(0);
        assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""), "{arguments:?}");
    }
}

#[test]
fn help_is_even() {
    let folder = Folder::new();
    let help = folder.run(&["--help"]).stdout;
    assert!(help.contains("\nExamples:\n  gen-cse init > apimodel.json"), "{help}");
    for command in [&["--help"][..], &["vhd", "--help"], &["validate", "--help"]] {
        let help = folder.run(command).stdout;
        assert!(!help.contains("<https:") && !help.contains("`JUnit`"), "{help}");
    }
}

#[test]
fn explain_takes_what_people_copy() {
    let folder = Folder::new();
    let pool_name = folder.run(&["explain", "pool-name"]).stdout;
    assert!(pool_name.starts_with("error[pool-name]: "), "{pool_name}");
    for form in ["error[pool-name]", "POOL-NAME", "[pool-name]:", "`pool-name`", "error[Pool-Name]:"] {
        assert_eq!(folder.run(&["explain", form]).stdout, pool_name, "{form}");
    }
    assert!(folder.run(&["explain", "artifacts"]).stdout.contains("step artifacts"));
    assert!(folder.run(&["explain", "-2146233088"]).stdout.contains("0x80131500"));
    let list = folder.run(&["explain"]).stdout;
    let codes: Vec<u32> = list
        .lines()
        .map_while(|line| if line == "Diagnostic codes" { None } else { Some(line) })
        .filter_map(|line| line.split_whitespace().next()?.parse().ok())
        .collect();
    assert!(codes.len() > 15 && codes.is_sorted(), "{codes:?}");
    assert!(list.contains("\n  error    pool-name                    "), "{list}");
}

#[test]
fn strictness_can_be_lived_with() {
    let folder = Folder::with(SAMPLE);
    let codes = |run: &crate::command::Run| run.stderr.matches("kubernetes-end-of-life").count();
    folder.run(&["validate", "apimodel.json", "--strict"]).fails(INVALID, &["error[kubernetes-end-of-life]"]);
    let allow = ["--allow", "kubernetes-end-of-life", "--allow", "known-problem", "--allow", "image-age"];
    let allowed = folder.run(&[&["validate", "apimodel.json", "--strict"], &allow[..]].concat());
    allowed.ends(0);
    assert_eq!((codes(&allowed), allowed.stderr.as_str()), (0, "no errors\n"));
    folder
        .run(&["validate", "apimodel.json", "--deny", "kubernetes-end-of-life"])
        .fails(INVALID, &["error[kubernetes-end-of-life]", "1 error"]);
    folder.run(&["apimodel.json", "--strict"]).fails(INVALID, &["error[kubernetes-end-of-life]"]);
    assert_eq!(folder.files(), ["apimodel.json"]);
}

#[test]
fn gen_cse_toml_says_what_a_team_decided() {
    let folder = Folder::new();
    fs::create_dir_all(folder.path("clusters/prod")).expect("a folder");
    folder.write("clusters/prod/apimodel.json", SAMPLE);
    folder.write("clusters/catalog.json", json!({ "name": "ours", "extends": "aks-engine" }).to_string());
    folder.write(
        "clusters/gen-cse.toml",
        "catalog = \"catalog.json\"\nmirror = \"https://mirror.example/files\"\nallow = [\"kubernetes-end-of-life\", \"known-problem\", \"image-age\"]\nstrict = true\n",
    );
    folder.run(&["validate", "clusters"]).ends(0);
    let run = folder.run(&["generate", "clusters/prod/apimodel.json", "--print", "plan"]);
    run.ends(0);
    assert!(run.stdout.contains("https://mirror.example/files/"), "{}", run.stdout);
    // the command line comes first
    folder
        .run(&["validate", "clusters/prod/apimodel.json", "--deny", "kubernetes-end-of-life"])
        .fails(INVALID, &["error[kubernetes-end-of-life]"]);
    let run = folder.run(&["generate", "clusters/prod/apimodel.json", "--print", "plan", "--mirror", "https://other.example/x"]);
    assert!(run.stdout.contains("https://other.example/x/") && !run.stdout.contains("mirror.example"));
    for wrong in ["alow = []\n", "allow = \"x\"\n", "allow = [\"no-such-code\"]\n", "= 3"] {
        folder.write("clusters/gen-cse.toml", wrong);
        folder.run(&["validate", "clusters/prod/apimodel.json"]).fails(USAGE, &["gen-cse.toml"]);
    }
    folder.write("clusters/gen-cse.toml", "catalog = \"missing.json\"\n");
    folder.run(&["validate", "clusters/prod/apimodel.json"]).fails(UNREADABLE, &["missing.json"]);
}

#[test]
fn the_catalog_is_that_of_the_version_and_the_cloud() {
    let folder = Folder::new();
    let samples = concat!(env!("CARGO_MANIFEST_DIR"), "/apimodels/valid");
    folder.run(&["validate", samples, "--format", "plain"]).ends(0);
    for (version, expected) in [("1.24", "1.24.17"), ("1.34", "1.34."), ("1.24.9", "1.24.9")] {
        folder.write(
            "apimodel.json",
            sample(|definition| {
                let profile = definition["properties"]["orchestratorProfile"].as_object_mut().expect("an object");
                profile.remove("orchestratorRelease");
                profile["kubernetesConfig"]["useCloudControllerManager"] = json!(version == "1.34");
                profile.insert(
                    if version.matches('.').count() == 2 { "orchestratorVersion" } else { "orchestratorRelease" }.to_owned(),
                    json!(version),
                );
                if version == "1.24.9" {
                    definition["properties"]["customCloudProfile"] = json!({ "portalURL": "https://portal.local.azurestack.external/" });
                }
            }),
        );
        let run = folder.run(&["generate", "apimodel.json", "--print", "plan"]);
        if run.code == 0 {
            assert!(run.stdout.contains(&format!("\"kubernetesVersion\": \"{expected}")), "{version}: {}", run.stdout);
        } else {
            assert_eq!(version, "1.24.9", "{}", run.stderr);
            assert!(!run.stderr.contains("--catalog"), "{}", run.stderr);
        }
    }
}

#[test]
fn catalogs_say_what_an_air_gap_must_mirror() {
    let folder = Folder::new();
    let run = folder.run(&["catalog", "show", "aks-engine", "--format", "json"]);
    run.ends(0);
    let catalogs: Value = serde_json::from_str(&run.stdout).expect("JSON");
    let catalog = &catalogs[0];
    assert!(catalog["kubernetes"].as_array().expect("versions").len() > 4);
    assert!(catalog["images"].as_array().expect("images").iter().any(|image| image["prepared"] == true));
    let files = catalog["files"].as_array().expect("files");
    assert!(files.iter().all(|file| file["urls"][0].as_str().is_some_and(|url| url.starts_with("https://"))));
    let text = folder.run(&["catalog", "show", "aks-engine"]).stdout;
    for file in files {
        assert!(text.contains(file["urls"][0].as_str().expect("a URL")));
        assert!(file["sha256"].as_array().expect("hashes").iter().all(|hash| text.contains(hash.as_str().expect("a hash"))));
    }
    // every file that a plan names is among them
    folder.write("apimodel.json", SAMPLE);
    let plan: Value = serde_json::from_str(&folder.run(&["generate", "apimodel.json", "--print", "plan"]).stdout).expect("JSON");
    let urls: Vec<_> = plan.to_string().split('"').filter(|piece| piece.starts_with("https://")).map(str::to_owned).collect();
    assert!(urls.len() > 3 && urls.iter().all(|url| text.contains(url)), "{urls:?}");
    let both = folder.run(&["catalog"]).stdout;
    assert_eq!(both.matches("catalog aks-engine").count(), 2, "both");
    // those of one build of Windows, too
    let base: Value = serde_json::from_str(include_str!("../../parts/catalog/base.json")).expect("JSON");
    let of_builds = base["osBuilds"].as_object().expect("builds").values().map(|build| build["components"].to_string()).collect::<String>();
    let of_builds: Vec<_> = of_builds.split('"').filter(|piece| piece.starts_with("https://")).collect();
    assert!(!of_builds.is_empty() && of_builds.iter().all(|url| both.contains(url)), "{of_builds:?}\n{both}");
    let one = folder.run(&["catalog", "show", "--kubernetes", "1.23.17"]).stdout;
    assert!(one.contains("1.23.17") && !one.contains("1.24.17"), "{one}");
    folder.run(&["catalog", "show", "--kubernetes", "9.9"]).fails(USAGE, &["no catalog has Kubernetes `9.9`"]);
}

#[test]
fn what_init_begins_can_be_generated() {
    let folder = Folder::new();
    let all: &[&[&str]] = &[
        &[],
        &["--kubernetes", "1.23"],
        &["--kubernetes", "v1.24.17", "--network", "kubenet", "--image", "stock"],
        &["--kubernetes", "1.34", "--cloud", "azure-stack", "--dns-prefix", "other"],
        &["--image", "stock"],
        &["--cloud", "azure-stack"],
    ];
    for arguments in all {
        let run = folder.run(&[&["init"], *arguments].concat());
        run.ends(0);
        assert!(run.stderr.contains("next: gen-cse validate"), "{}", run.stderr);
        folder.write("new.json", &run.stdout);
        let run = folder.run(&["new.json", "-o", "out", "--force"]);
        assert_eq!(run.code, 0, "{arguments:?}: {}", run.stderr);
    }
    folder.run(&["init", "--kubernetes", "9.9"]).fails(USAGE, &["no catalog has Kubernetes `9.9`"]);
}

#[test]
fn validate_says_its_verdict_once() {
    let folder = Folder::with(SAMPLE);
    let run = folder.run(&["validate", "apimodel.json"]);
    run.ends(0);
    assert_eq!(run.stderr.matches("no errors, 4 warnings\n").count(), 1, "{}", run.stderr);
    let run = folder.run(&["validate", "apimodel.json", "-q"]);
    assert!(!run.stderr.contains("no errors"), "{}", run.stderr);
}

#[test]
fn quiet_runs_say_nothing() {
    let folder = Folder::with(SAMPLE);
    let run = folder.run(&["apimodel.json", "-q"]);
    run.ends(0);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
}

#[test]
fn colours_are_a_choice() {
    let folder = Folder::with(SAMPLE);
    let coloured = |arguments: &[&str], variables: &[(&str, &str)]| {
        let mut command = folder.command(&[&["validate", "apimodel.json"], arguments].concat());
        command.env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE").envs(variables.iter().copied());
        let output = command.output().expect("it starts");
        String::from_utf8_lossy(&output.stderr).contains('\u{1b}')
    };
    assert!(!coloured(&[], &[]), "no terminal");
    assert!(coloured(&["--color", "always"], &[("NO_COLOR", "1")]));
    assert!(coloured(&[], &[("CLICOLOR_FORCE", "1")]));
    assert!(!coloured(&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    assert!(coloured(&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "")]));
    assert!(!coloured(&["--color", "never"], &[("CLICOLOR_FORCE", "1")]));
}

#[test]
fn invisible_characters_are_named() {
    let folder = Folder::with(SAMPLE.replace("\"vlabs\"", "\"vlabs\u{200b}\""));
    folder.run(&["validate", "apimodel.json"]).fails(INVALID, &[r"`vlabs\u{200b}` is not a known API version, expected `vlabs`"]);
}

#[test]
fn long_keys_are_cut() {
    let folder = Folder::with(sample(|definition| definition["k".repeat(70_000)] = json!({ "a": 1 })));
    let run = folder.run(&["validate", "apimodel.json", "--format", "plain"]);
    run.ends(INVALID);
    assert!(run.stderr.len() < 3_000, "{} bytes", run.stderr.len());
}

/// `"$schema"` is how an editor is told which schema to use.
#[test]
fn a_definition_may_name_its_schema() {
    let folder = Folder::with(sample(|definition| definition["$schema"] = json!("apimodel.schema.json")));
    let run = folder.run(&["validate", "apimodel.json"]);
    run.ends(0);
    assert!(!run.stderr.contains("$schema"), "{}", run.stderr);
    folder.run(&["apimodel.json", "-o", "out"]).ends(0);
    assert_eq!(folder.json("out/apimodel.json").get("$schema"), None, "it is for the editor of this file");
}
