//! What types cannot say: forms of texts, and that names lead somewhere.

use super::component::ComponentId;
use super::data::{ApiVersions, Cloud, CloudKind, Data, Locations, WindowsImage};
use super::error::{CatalogError, list};
use super::load::join;
use super::notice::Notice;
use std::collections::BTreeMap;

type Checked = Result<(), CatalogError>;

pub(super) fn check(data: &Data) -> Checked {
    for (name, cloud, kind) in
        [("public", &data.clouds.public, CloudKind::Public), ("azureStack", &data.clouds.azure_stack, CloudKind::AzureStack)]
    {
        check_cloud(data, &join("clouds", name), cloud, kind)?;
    }
    check_components(data)?;
    for (url, file) in &data.files {
        let path = join("files", url);
        check_file_url(&path, url)?;
        file.sha256.iter().enumerate().try_for_each(|(index, hash)| check_hash(&format!("{path}.sha256[{index}]"), hash))?;
    }
    for (cloud, mirrors) in &data.mirrors {
        for (from, to) in mirrors {
            let path = join(&join("mirrors", cloud), from);
            check_url(&path, from)?;
            check_url(&path, to)?;
        }
    }
    for (from, to) in &data.retired {
        let path = join("retired", from);
        check_url(&path, from)?;
        if !to.is_empty() {
            check_url(&path, to)?;
        }
    }
    data.registry_mirrors.iter().try_for_each(|(registry, mirror)| check_url(&join("registryMirrors", registry), mirror.url()))?;
    super::nodes::check(&data.nodes)?;
    for (release, facts) in &data.releases {
        facts.end_of_life.iter().try_for_each(|date| check_date(&format!("releases[\"{release}\"].endOfLife"), date))?;
    }
    check_date("asOf", &data.as_of)?;
    data.notices.iter().try_for_each(|(name, notice)| check_notice(data, &join("notices", name), notice))?;
    data.settings.iter().try_for_each(|(name, setting)| setting.check(&join("settings", name), false))?;
    for (build, os) in &data.os_builds {
        let path = format!("osBuilds.{build}");
        for (release, components) in &os.components {
            check_urls(&format!("{path}.components[\"{release}\"]"), components)?;
        }
        os.settings.iter().try_for_each(|(name, setting)| setting.check(&join(&format!("{path}.settings"), name), true))?;
        check_date(&format!("{path}.endOfLife"), &os.end_of_life)?;
        if os.image_build.iter().any(|image| image.os.is_empty() || !image.os.bytes().all(|byte| byte.is_ascii_alphanumeric())) {
            let problem = "want the year people call it by, `2019`".to_owned();
            return Err(CatalogError::Value { path: format!("{path}.imageBuild.os"), problem });
        }
        for (index, patch) in os.image_build.iter().flat_map(|image| &image.patches).enumerate() {
            let path = format!("{path}.imageBuild.patches[{index}]");
            check_file_url(&format!("{path}.url"), &patch.url)?;
            check_hash(&format!("{path}.sha256"), &patch.sha256)?;
        }
    }
    let images = [("docker", &data.images.docker), ("containerd", &data.images.containerd), ("stock", &data.images.stock)];
    images.iter().try_for_each(|(name, image)| check_image(data, &join("images", name), image))
}

fn check_notice(data: &Data, path: &str, notice: &Notice) -> Checked {
    check_date(&format!("{path}.asOf"), &notice.as_of)?;
    check_url(&format!("{path}.link"), &notice.link)?;
    match &notice.windows {
        Some(windows) if !data.os_builds.contains_key(&windows.build) => {
            let problem = format!("`{}` is not among `osBuilds`", windows.build);
            Err(CatalogError::Value { path: format!("{path}.windows.build"), problem })
        }
        _ => Ok(()),
    }
}

fn check_cloud(data: &Data, path: &str, cloud: &Cloud, kind: CloudKind) -> Checked {
    let creatable = || data.kubernetes.iter().filter(|(_, release)| release.clouds.contains(&kind)).map(|(version, _)| version);
    if !creatable().any(|version| *version == cloud.default) {
        return Err(CatalogError::DefaultVersion {
            path: format!("{path}.default"),
            version: cloud.default.to_string(),
            known: list(creatable()),
        });
    }
    let ApiVersions { authorization, compute, disks, key_vault, managed_identity, network, node_network, storage } = &cloud.api_versions;
    let versions = [
        ("authorization", authorization),
        ("compute", compute),
        ("disks", disks),
        ("keyVault", key_vault),
        ("managedIdentity", managed_identity),
        ("network", network),
        ("nodeNetwork", node_network),
        ("storage", storage),
    ];
    versions.iter().try_for_each(|(name, version)| {
        check_date(&format!("{path}.apiVersions.{name}"), version.strip_suffix("-preview").unwrap_or(version))
    })
}

fn check_components(data: &Data) -> Checked {
    check_urls("components", &data.components)?;
    for required in [ComponentId::Kubernetes, ComponentId::Docker] {
        if !data.components.contains_key(&required) {
            let problem = format!("`{}` is missing", required.as_str());
            return Err(CatalogError::Value { path: "components".to_owned(), problem });
        }
    }
    for (version, release) in &data.kubernetes {
        check_urls(&format!("kubernetes[\"{version}\"].components"), &release.components)?;
    }
    for (release, facts) in &data.releases {
        check_urls(&format!("releases[\"{release}\"].components"), &facts.components)?;
    }
    Ok(())
}

fn check_urls(path: &str, components: &BTreeMap<ComponentId, Locations>) -> Checked {
    for (id, locations) in components {
        let path = join(path, id.as_str());
        if locations.urls().is_empty() {
            return Err(CatalogError::Value { path, problem: "the list is empty, want at least one URL".to_owned() });
        }
        locations.urls().iter().try_for_each(|url| match url.replace("{version}", "0") {
            plain if usable(&plain) && !plain.ends_with('/') => Ok(()),
            _ => Err(bad_url(&path, url)),
        })?;
    }
    Ok(())
}

fn check_file_url(path: &str, url: &str) -> Checked {
    if url.ends_with('/') { Err(bad_url(path, url)) } else { check_url(path, url) }
}

fn check_url(path: &str, url: &str) -> Checked {
    if usable(url) { Ok(()) } else { Err(bad_url(path, url)) }
}

fn bad_url(path: &str, url: &str) -> CatalogError {
    CatalogError::Url { path: path.to_owned(), found: url.to_owned() }
}

/// `https://host/...` of characters that need no quoting anywhere. No query: what grants access is not for a catalog.
pub(super) fn usable(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")) else { return false };
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let host_fits = |byte: u8| byte.is_ascii_alphanumeric() || b".-:".contains(&byte);
    let path_fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$&()*+,;=:%/".contains(&byte);
    host.starts_with(|first: char| first.is_ascii_alphanumeric()) && host.bytes().all(host_fits) && path.bytes().all(path_fits)
}

fn check_hash(path: &str, hash: &str) -> Checked {
    if hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(());
    }
    Err(CatalogError::Hash { path: path.to_owned(), found: hash.to_owned() })
}

fn check_date(path: &str, date: &str) -> Checked {
    let parts: Vec<&str> = date.split('-').collect();
    let number = |part: &str, digits: usize, range: std::ops::RangeInclusive<u32>| {
        part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit()) && part.parse().is_ok_and(|number| range.contains(&number))
    };
    match parts[..] {
        [year, month, day] if number(year, 4, 1..=9999) && number(month, 2, 1..=12) && number(day, 2, 1..=31) => Ok(()),
        _ => Err(CatalogError::Date { path: path.to_owned(), found: date.to_owned() }),
    }
}

fn check_image(data: &Data, path: &str, image: &WindowsImage) -> Checked {
    if data.os_builds.contains_key(&image.build) {
        return Ok(());
    }
    Err(CatalogError::Build { path: format!("{path}.build"), build: image.build.clone(), known: list(data.os_builds.keys()) })
}

#[cfg(test)]
mod tests {
    use super::{check_date, usable};

    #[test]
    fn urls_need_no_quoting() {
        for good in ["https://a.b/c+d/e%20f.zip", "http://10.0.0.1:8080/x", "https://a", "https://a/"] {
            assert!(usable(good), "{good}");
        }
        for bad in [
            "",
            "ftp://a/b",
            "https://",
            "https:///x",
            "https://a/b c",
            "https://a/'b'",
            "https://u@a/b",
            "https://a/b?sv=1",
            "https://a/b#c",
            "https://a/\u{e9}",
            "HTTPS://a/b",
        ] {
            assert!(!usable(bad), "{bad}");
        }
    }

    #[test]
    fn dates_are_days() {
        assert!(check_date("x", "2026-11-21").is_ok());
        for bad in ["2026-13-01", "2026-00-10", "2026-1-1", "2026-01-32", "26-01-01", "2026-01", "2026-01-01-01", "soon", "+026-01-01"] {
            assert_eq!(check_date("x", bad).unwrap_err().to_string(), format!("x: `{bad}` is not a date, want `2026-11-21`"));
        }
    }
}
