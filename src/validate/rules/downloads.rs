//! What the Windows nodes download from locations the definition names.

use super::support::given;
use super::{Facts, Pool, kubernetes_path, properties_path, windows_path};
use crate::model::{ContainerRuntime, NetworkPlugin};
use crate::report::codes::downloads as codes;
use crate::report::{Path, Report, show};
use crate::validate::defaults;
use crate::wire::ExtensionProfile;
use std::borrow::Cow;

/// A location of the definition.
pub(super) struct Download<'a> {
    pub(super) path: Path,
    /// As written.
    pub(super) url: &'a str,
    /// The file below it, where the location is a folder.
    file: Option<String>,
}

impl Download<'_> {
    fn whole(&self) -> Cow<'_, str> {
        self.file.as_ref().map_or(Cow::Borrowed(self.url), |file| Cow::Owned(format!("{}{file}", self.url)))
    }
}

pub(super) fn check(facts: &Facts, report: &mut Report) {
    for download in downloads(facts) {
        if !is_url(download.url) {
            not_a_url(report, download.path, download.url);
            continue;
        }
        unencrypted(report, &download.path, download.url);
        let whole = download.whole();
        retired(facts, report, &download.path, &whole);
        if facts.catalog.known_file(&whole).is_none_or(|file| file.sha256.is_empty()) {
            let file = whole.split(['?', '#']).next().unwrap_or_default().rsplit('/').next().unwrap_or_default();
            let message = format!("nobody knows the hash of {}, so nodes take whatever they get", show(&download.path, file));
            report.warning(codes::DOWNLOAD_HASH, download.path, message).help("add its SHA-256 in a catalog file, see `--catalog`");
        }
    }
    image_source(facts, report);
}

fn retired(facts: &Facts, report: &mut Report, path: &Path, url: &str) {
    let Some(now) = facts.catalog.retired(url) else { return };
    let host = url.split('/').nth(2).unwrap_or_default();
    let finding = report.warning(codes::RETIRED_HOST, path.clone(), format!("{} was retired and serves nothing", show(path, host)));
    if now.is_empty() {
        finding.help("leave this out to get the catalog's, or name a place that has the file");
    } else {
        finding.help(format!("nodes ask `{}` first; write that", now.split('?').next().unwrap_or_default()));
    }
}

/// The VHD is copied by Azure, not by the nodes.
fn image_source(facts: &Facts, report: &mut Report) {
    let url = facts.windows.and_then(|profile| given(profile.windows_image_source_url.as_ref()));
    let Some(url) = url.filter(|_| facts.has_windows()) else { return };
    let path = windows_path().key("WindowsImageSourceUrl");
    if is_url(url) {
        unencrypted(report, &path, url);
    } else {
        not_a_url(report, path, url);
    }
}

fn not_a_url(report: &mut Report, path: Path, url: &str) {
    let message = format!("{} is not a URL such as `https://host/path/file`", show(&path, url));
    report.error(codes::URL, path, message);
}

fn unencrypted(report: &mut Report, path: &Path, url: &str) {
    if url.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http:")) {
        let message = "the download is not encrypted, and can be replaced on the way";
        report.warning(codes::URL_HTTP, path.clone(), message).help("take `https`");
    }
}

fn is_url(url: &str) -> bool {
    let lower = url.to_ascii_lowercase();
    let rest = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://")).unwrap_or_default();
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    !host.is_empty() && !url.contains(|c: char| c.is_whitespace() || c.is_control())
}

/// The locations that are used, in the order of the definition.
pub(super) fn downloads<'a>(facts: &Facts<'a>) -> Vec<Download<'a>> {
    if !facts.has_windows() {
        return Vec::new();
    }
    let kubernetes = facts.kubernetes;
    let containerd = facts.runtime != Some(ContainerRuntime::Docker);
    let azure = facts.plugin == NetworkPlugin::Azure;
    let mut found = Vec::new();
    let mut add = |wanted: bool, path: Path, url: Option<&'a String>, file: Option<String>| {
        found.extend(given(url).filter(|_| wanted).map(|url| Download { path, url, file }));
    };
    let path = kubernetes_path();
    add(true, path.key("customWindowsPackageURL"), kubernetes.custom_windows_package_url.as_ref(), None);
    add(true, path.key("windowsNodeBinariesURL"), kubernetes.windows_node_binaries_url.as_ref(), None);
    add(containerd, path.key("windowsContainerdURL"), kubernetes.windows_containerd_url.as_ref(), None);
    add(containerd && !azure, path.key("windowsSdnPluginURL"), kubernetes.windows_sdn_plugin_url.as_ref(), None);
    add(azure, path.key("azureCNIURLWindows"), kubernetes.azure_cni_url_windows.as_ref(), None);
    let proxy = defaults::csi_proxy(facts.source, &facts.cloud, kubernetes.use_cloud_controller_manager == Some(true)).is_some();
    let own_proxy = facts.windows.and_then(|profile| profile.csi_proxy_url.as_ref());
    add(proxy, windows_path().key("csiProxyURL"), own_proxy, None);
    let cloud = facts.properties.custom_cloud_profile.as_ref();
    if let Some(spec) = cloud.and_then(|cloud| cloud.azure_environment_spec_config.as_ref()?.kubernetes_spec_config.as_ref()) {
        let path = properties_path().key("customCloudProfile").key("azureEnvironmentSpecConfig").key("kubernetesSpecConfig");
        let package = facts.version.as_ref().map(|version| format!("v{version}/windowszip/v{version}-1int.zip"));
        let own_package = given(kubernetes.custom_windows_package_url.as_ref()).is_some();
        add(!own_package, path.key("kubeBinariesSASURLBase"), spec.kube_binaries_sas_url_base.as_ref(), package);
        let own_cni = given(kubernetes.azure_cni_url_windows.as_ref()).is_some();
        add(azure && !own_cni, path.key("vnetCNIWindowsPluginsDownloadURL"), spec.vnet_cni_windows_plugins_download_url.as_ref(), None);
        add(proxy && given(own_proxy).is_none(), path.key("csiProxyDownloadURL"), spec.csi_proxy_download_url.as_ref(), None);
    }
    found.extend(
        facts.properties.extension_profiles.iter().flatten().enumerate().filter_map(|(index, profile)| script(facts, index, profile)),
    );
    found
}

/// The script that a Windows pool runs before its nodes join.
fn script<'a>(facts: &Facts<'a>, index: usize, profile: &'a ExtensionProfile) -> Option<Download<'a>> {
    let (name, script) = (given(profile.name.as_ref())?, given(profile.script.as_ref())?);
    let first =
        |pool: &Pool| pool.profile.pre_provision_extension.as_ref().and_then(|extension| extension.name.clone()).unwrap_or_default();
    facts.windows_pools().find(|pool| first(pool).eq_ignore_ascii_case(name))?;
    let url = given(profile.root_url.as_ref()).unwrap_or(defaults::DEFAULT_EXTENSION_ROOT);
    let version = given(profile.version.as_ref()).unwrap_or_default();
    let slash = if url.ends_with('/') { "" } else { "/" };
    let file = format!("{slash}extensions/{name}/{version}/{script}");
    Some(Download { path: properties_path().key("extensionProfiles").index(index).key("rootURL"), url, file: Some(file) })
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
