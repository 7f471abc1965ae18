//! What aks-engine accepts and refuses, on definitions of which its verdict is known.
//!
//! `apimodels/verdicts` holds mutations of one definition; `verdicts.tsv` says what `aks-engine generate` made of each, and why.

use gen_cse::catalog::Catalog;
use gen_cse::report::{Format, render};
use gen_cse::validate::validate;
use gen_cse::wire;
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

/// Verdicts that differ on purpose; DIFFERENCES.md has them, too.
const DIFFERENCES: &[(&str, &str)] = &[];

fn folder() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "apimodels", "verdicts"].iter().collect()
}

/// Whether a definition is accepted, and the report about it.
fn verdict(name: &str) -> (bool, String) {
    let bytes = fs::read(folder().join(format!("{name}.json"))).expect("a readable definition");
    let catalog = Catalog::built_in("aks-engine").expect("the catalog of aks-engine");
    let (definition, mut report, source) = wire::parse(name, &bytes);
    let cluster = definition.and_then(|definition| validate(&definition, &catalog, &mut report));
    report.locate(&source);
    (cluster.is_some(), render(&[source.checked(&report)], Format::Plain))
}

#[test]
fn verdicts_are_those_of_the_peer() {
    let table = fs::read_to_string(folder().join("verdicts.tsv")).expect("the table of verdicts");
    let mut wrong = Vec::new();
    for row in table.lines().skip(1) {
        let mut cells = row.split('\t');
        let (Some(name), Some(theirs)) = (cells.next(), cells.next()) else { panic!("{row}") };
        let accepted = theirs == "accept";
        let differs = DIFFERENCES.iter().any(|(known, _)| *known == name);
        let (ours, report) = verdict(name);
        if (ours != accepted) != differs {
            wrong.push(format!("{name}: the peer says {theirs} ({})\n{report}", cells.next().unwrap_or_default()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_definition_has_a_verdict_and_every_verdict_a_definition() {
    let table = fs::read_to_string(folder().join("verdicts.tsv")).expect("the table of verdicts");
    let named: BTreeSet<String> = table.lines().skip(1).filter_map(|row| row.split('\t').next()).map(str::to_owned).collect();
    let files = fs::read_dir(folder()).expect("the definitions").map(|entry| entry.expect("a readable entry").path());
    let present: BTreeSet<String> = files
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .map(|path| path.file_stem().expect("a name").to_string_lossy().into_owned())
        .collect();
    assert_eq!(named, present);
    assert_eq!(named.len(), 39);
}
