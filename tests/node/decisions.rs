//! What PowerShell itself says of the scripts, without a node around them: the Pester tests of `pester/` and the checks of
//! `tests/powershell/check.ps1`.

use crate::rig;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

#[test]
fn functions_decide_as_wanted() {
    let Some(pwsh) = rig::pwsh() else {
        rig::say("LEFT OUT: no PowerShell for the Pester tests; put pwsh on PATH or name it in GEN_CSE_PWSH");
        return;
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/node/pester");
    let script = "Import-Module Pester -MinimumVersion 5.0; $c = New-PesterConfiguration; $c.Run.Path = '.'; $c.Run.Exit = $true; Invoke-Pester -Configuration $c";
    let output = Command::new(pwsh).args(["-NoProfile", "-NonInteractive", "-Command", script]).current_dir(folder).output();
    let output = output.expect("pwsh starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

/// The lines of findings that `check.ps1` prints for a folder of scripts.
pub(crate) fn findings(folder: &str) -> Option<Vec<String>> {
    let Some(pwsh) = rig::pwsh() else {
        rig::say("LEFT OUT: no PowerShell to check the scripts with; put pwsh on PATH or name it in GEN_CSE_PWSH");
        return None;
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut command = Command::new(pwsh);
    command.args(["-NoProfile", "-NonInteractive", "-File"]).arg(root.join("tests/powershell/check.ps1")).arg(root.join(folder));
    let output = command.output().expect("pwsh starts");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.success(), text.is_empty(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    Some(text.lines().map(str::to_owned).collect())
}

#[test]
fn scripts_use_what_windows_powershell_has() {
    if let Some(found) = findings("parts/windows") {
        assert!(found.is_empty(), "{}", found.join("\n"));
    }
}

#[test]
fn planted_faults_are_found() {
    let Some(found) = findings("tests/powershell/planted") else { return };
    let place = |line: &String| {
        let (at, rest) = line.split_once(": [").expect("path:line: [rule] message");
        let number: usize = at.rsplit(':').next().expect("a line").parse().expect("a number");
        (number, rest.split(']').next().expect("a rule").to_owned())
    };
    let found: BTreeSet<(usize, String)> = found.iter().map(place).collect();
    let planted = include_str!("../powershell/planted/faults.ps1").lines().enumerate().filter_map(|(index, line)| {
        let (_, rule) = line.split_once("    # ")?;
        Some((index + 1, rule.to_owned()))
    });
    assert_eq!(found, planted.collect());
}
