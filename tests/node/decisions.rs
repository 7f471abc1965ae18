//! The Pester tests of `pester/`: what the functions of the scripts decide, without a node around them.

use crate::rig;
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
