//! Locations of files that the definition names: whether they are URLs.

use super::{Facts, Pool};
use crate::model::{Location, WindowsImage};
use crate::report::codes::downloads as codes;
use crate::report::{Report, show};
use crate::validate::defaults;

pub(super) fn check(facts: &Facts, report: &mut Report) {
    for location in locations(facts).iter().filter(|location| !is_url(&location.url)) {
        let message = format!("{} is not a URL such as `https://host/path/file`", show(&location.path, &location.url));
        report.error(codes::URL, location.path.clone(), message);
    }
}

/// Every location that Windows nodes, or their image, could be made from.
pub(super) fn locations(facts: &Facts) -> Vec<Location> {
    if !facts.has_windows() {
        return Vec::new();
    }
    let urls = defaults::urls(facts.source);
    let own = [urls.kubernetes_package, urls.node_binaries, urls.containerd, urls.sdn_plugin, urls.azure_cni, urls.csi_proxy];
    let script = |pool: &Pool| defaults::pre_provision(facts.source, pool.profile).map(|extension| extension.url);
    let mut all: Vec<_> = own.into_iter().flatten().collect();
    for script in facts.windows_pools().filter_map(script) {
        if !all.contains(&script) {
            all.push(script);
        }
    }
    if let Some(WindowsImage::Vhd(location)) = &facts.image {
        all.push(location.clone());
    }
    all
}

fn is_url(url: &str) -> bool {
    let lower = url.to_ascii_lowercase();
    let rest = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://")).unwrap_or_default();
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    !host.is_empty() && !url.contains(|c: char| c.is_whitespace() || c.is_control())
}

#[cfg(test)]
mod tests {
    use super::is_url;

    #[test]
    fn urls_have_a_scheme_and_a_host() {
        assert!(is_url("https://example.com/a.zip") && is_url("HTTP://test/x") && is_url("https://h"));
        for wrong in ["", "a.zip", "ftp://h/a", "https://", "https:///a", "https://h/a b", "file:///c:/a.zip", "//h/a"] {
            assert!(!is_url(wrong), "{wrong}");
        }
    }
}
