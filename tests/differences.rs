//! DIFFERENCES.md names every defect once, with a test that exists.

use std::fs;
use std::path::Path;

/// Number and test of each row of the table of defects.
fn rows(text: &str) -> Vec<(u32, String)> {
    let cells = |line: &str| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    let numbered = text.lines().map(cells).filter(|cells| cells.len() == 4);
    numbered.filter_map(|cells| Some((cells[0].parse().ok()?, cells[3].clone()))).collect()
}

#[test]
fn every_defect_has_a_test_that_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let rows = rows(include_str!("../DIFFERENCES.md"));
    assert_eq!(rows.iter().map(|(number, _)| *number).collect::<Vec<_>>(), (1..=51).collect::<Vec<_>>());
    for (number, test) in rows {
        let (file, name) = test.split_once("::").unwrap_or_else(|| panic!("defect {number}: `{test}` names no test"));
        let places = [
            "tests/{}.rs",
            "tests/usage/{}.rs",
            "src/generate/tests/{}.rs",
            "src/pack/tests/{}.rs",
            "src/{}/tests.rs",
            "src/{}/tests/mod.rs",
        ];
        let places = places.map(|place| root.join(place.replace("{}", file)));
        let text = places.iter().find_map(|place| fs::read_to_string(place).ok());
        let text = text.unwrap_or_else(|| panic!("defect {number}: no tests are in a file {file}.rs"));
        // tests of `proptest!` are indented
        let is_there = ["", "    "].iter().any(|indent| text.contains(&format!("#[test]\n{indent}fn {name}(")));
        assert!(is_there, "defect {number}: no test `{name}` in {file}.rs");
    }
}
