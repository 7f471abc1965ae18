//! Locations of files that the definition names: whether they are URLs.

use super::Facts;
use crate::model::{Location, WindowsImage};
use crate::report::codes::downloads as codes;
use crate::report::{Report, show};
use crate::validate::resolve;

pub(super) fn check(facts: &Facts, report: &mut Report) {
    for location in locations(facts).iter().filter(|location| !is_url(&location.url)) {
        let message = format!("{} is not a URL such as `https://host/path/file`", show(&location.path, &location.url));
        report.error(codes::URL, location.path.clone(), message);
    }
    scripts(facts, report);
    for location in files(facts).iter().filter(|location| is_url(&location.url) && !names_file(&location.url)) {
        let message = format!("{} names a folder, and nodes fetch a file", show(&location.path, &location.url));
        report.error(codes::URL, location.path.clone(), message).help("add the name of the file");
    }
}

/// The node runs the script it fetches before it joins, and takes it over https only (parts/windows/steps/pre-provision.ps1).
fn scripts(facts: &Facts, report: &mut Report) {
    let mut seen: Vec<Location> = Vec::new();
    for script in facts.windows_pools().filter_map(|pool| resolve::pre_provision(facts, pool)).map(|script| script.url) {
        let plain = script.url.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http:"));
        if plain && !seen.contains(&script) {
            let message = "nodes fetch the script over https only";
            report.error(codes::SCRIPT_HTTP, script.path.clone(), message).help("take `https`");
            seen.push(script);
        }
    }
}

/// Every location that Windows nodes, or their image, could be made from.
pub(super) fn locations(facts: &Facts) -> Vec<Location> {
    let mut all = files(facts);
    for script in facts.windows_pools().filter_map(|pool| resolve::pre_provision(facts, pool)).map(|script| script.url) {
        if !all.contains(&script) {
            all.push(script);
        }
    }
    all
}

/// Those that the definition names whole.
fn files(facts: &Facts) -> Vec<Location> {
    if !facts.has_windows() {
        return Vec::new();
    }
    let urls = &facts.decided.urls;
    let own = [&urls.kubernetes_package, &urls.node_binaries, &urls.containerd, &urls.sdn_plugin, &urls.azure_cni, &urls.csi_proxy];
    let vhd = match &facts.decided.image {
        Some(WindowsImage::Vhd(location)) => Some(location),
        _ => None,
    };
    own.into_iter().flatten().chain(vhd).cloned().collect()
}

pub(super) fn is_url(url: &str) -> bool {
    let lower = url.to_ascii_lowercase();
    let rest = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://")).unwrap_or_default();
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    !host.is_empty() && !url.contains(|c: char| c.is_whitespace() || c.is_control())
}

fn names_file(url: &str) -> bool {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    path.splitn(4, '/').nth(3).is_some_and(|path| !path.is_empty() && !path.ends_with('/'))
}

#[cfg(test)]
mod tests {
    use super::{is_url, names_file};

    #[test]
    fn a_file_stands_behind_the_last_slash() {
        assert!(names_file("https://h/a.zip?sv=1") && names_file("https://h/x/y"));
        for wrong in ["https://h", "https://h/", "https://h/x/", "https://h/x/?sv=1", "https://h?a=/b"] {
            assert!(!names_file(wrong), "{wrong}");
        }
    }

    #[test]
    fn urls_have_a_scheme_and_a_host() {
        assert!(is_url("https://example.com/a.zip") && is_url("HTTP://test/x") && is_url("https://h"));
        for wrong in ["", "a.zip", "ftp://h/a", "https://", "https:///a", "https://h/a b", "file:///c:/a.zip", "//h/a"] {
            assert!(!is_url(wrong), "{wrong}");
        }
    }
}
