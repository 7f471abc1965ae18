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
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let rows = rows(include_str!("../DIFFERENCES.md"));
    assert_eq!(rows.iter().map(|(number, _)| *number).collect::<Vec<_>>(), (1..=51).collect::<Vec<_>>());
    for (number, test) in rows {
        let (file, name) = test.split_once("::").unwrap_or_else(|| panic!("defect {number}: `{test}` names no test"));
        let text = fs::read_to_string(tests.join(format!("{file}.rs"))).unwrap_or_else(|_| panic!("defect {number}: no tests/{file}.rs"));
        // tests of `proptest!` are indented
        let is_there = ["", "    "].iter().any(|indent| text.contains(&format!("#[test]\n{indent}fn {name}(")));
        assert!(is_there, "defect {number}: no test `{name}` in tests/{file}.rs");
    }
}
