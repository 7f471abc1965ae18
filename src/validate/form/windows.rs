//! The administrator of the Windows nodes.

use super::Facts;
use super::support::require;
use crate::report::codes::windows;
use crate::report::{Report, show};
use crate::wire::{At, WindowsProfile};

/// Names Azure refuses for the administrator of a VM, in lower case (`osProfile.adminUsername` of Microsoft.Compute/virtualMachines).
const REFUSED_NAMES: &[&str] = &[
    "1",
    "123",
    "a",
    "actuser",
    "adm",
    "admin",
    "admin1",
    "admin2",
    "administrator",
    "aspnet",
    "backup",
    "console",
    "david",
    "guest",
    "john",
    "owner",
    "root",
    "server",
    "sql",
    "support",
    "support_388945a0",
    "sys",
    "test",
    "test1",
    "test2",
    "test3",
    "user",
    "user1",
    "user2",
    "user3",
    "user4",
    "user5",
];
const MOST_OF_NAME: usize = 20;
/// Characters that account names of Windows cannot have.
const REFUSED_IN_NAMES: &str = "\\/\"[]:|<>+=;,?*@&";

/// Passwords Azure refuses (`osProfile.adminPassword`).
const REFUSED_PASSWORDS: &[&str] =
    &["abc@123", "P@$$w0rd", "P@ssw0rd", "P@ssword123", "Pa$$word", "pass@word1", "Password!", "Password1", "Password22", "iloveyou!"];
/// What Azure's API still takes, and what its documentation asks for.
const LEAST_OF_PASSWORD: usize = 8;
const ASKED_OF_PASSWORD: usize = 12;
const MOST_OF_PASSWORD: usize = 123;
/// What counts as a special character for the peers.
const SPECIAL: &str = "~!@#$%^&*_-+=`|(){}[]:;\"'<>,.?/";

pub(super) fn check(facts: &Facts, report: &mut Report) {
    let profile = &facts.windows;
    if !profile.is_there() || !facts.has_windows() {
        return;
    }
    require(report, &profile.admin_username());
    require(report, &profile.admin_password());
    username(profile, report);
    password(profile, report);
    super::key_vault::certificates(report, &profile.secrets(), true);
}

fn username(profile: &At<WindowsProfile>, report: &mut Report) {
    let at = profile.admin_username();
    let Some(name) = at.given() else { return };
    let wrong = if REFUSED_NAMES.contains(&name.to_ascii_lowercase().as_str()) {
        "Azure refuses this name, as one that attackers try"
    } else if name.chars().count() > MOST_OF_NAME {
        "it has more than 20 characters"
    } else if name.ends_with('.') {
        "it ends with a dot"
    } else if name.contains(|c: char| REFUSED_IN_NAMES.contains(c) || c.is_control()) {
        "account names of Windows have none of `\\/\"[]:|<>+=;,?*@&`"
    } else {
        return;
    };
    let message = format!("{} cannot be the administrator: {wrong}", show(&at.path, name));
    report.error(windows::WINDOWS_USERNAME, at.path, message);
}

/// Never shows the password, nor which classes of characters it has.
fn password(profile: &At<WindowsProfile>, report: &mut Report) {
    let at = profile.admin_password();
    let Some(password) = at.given().filter(|text| !super::key_vault::refers_to_key_vault(text)) else { return };
    let length = password.chars().count();
    let name = profile.admin_username().given().unwrap_or_default();
    let wrong = if password.to_lowercase() == name.to_lowercase() {
        "it is the name of the administrator"
    } else if classes(password) < 3 {
        "it has less than three of: lower-case letter, upper-case letter, digit, special character"
    } else if length < LEAST_OF_PASSWORD {
        "it has less than 8 characters"
    } else if length > MOST_OF_PASSWORD {
        "it has more than 123 characters"
    } else if REFUSED_PASSWORDS.contains(&password) {
        "it is one of the well-known ones that Azure refuses"
    } else if password.contains(char::is_control) {
        "it has a control character"
    } else {
        if length < ASKED_OF_PASSWORD {
            let message = "the password has less than 12 characters, the least that Azure asks for";
            report.warning(windows::WINDOWS_PASSWORD_SHORT, at.path, message);
        }
        return;
    };
    report
        .error(windows::WINDOWS_PASSWORD, at.path, format!("the password is refused: {wrong}"))
        .help("12 to 123 characters, three of lower case, upper case, digit and special character; or the id of a Key Vault secret");
}

fn classes(password: &str) -> usize {
    let has = |class: fn(char) -> bool| usize::from(password.contains(class));
    has(|c| c.is_ascii_lowercase()) + has(|c| c.is_ascii_uppercase()) + has(|c| c.is_ascii_digit()) + has(|c| SPECIAL.contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_lower_case_and_sorted() {
        assert!(REFUSED_NAMES.is_sorted() && REFUSED_NAMES.iter().all(|name| *name == name.to_ascii_lowercase()));
    }

    #[test]
    fn classes_are_counted_as_the_peers_do() {
        assert_eq!(classes("azureuser"), 1);
        assert_eq!(classes("passwordpassword1"), 2);
        assert_eq!(classes("Correct-Horse7battery"), 4);
        assert_eq!(classes("Pass word"), 2);
    }
}
