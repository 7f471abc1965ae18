//! Combinations that are known to be bad, and images that lack a year of fixes.

use crate::catalog::{Catalog, Notice};
use crate::model::{Cluster, WindowsImage};
use crate::plan::{self, ClusterPlan};
use crate::report::codes::{cluster as codes, windows};
use crate::report::{Path, Report, numbered};
use crate::wire::paths;

pub(super) fn check(cluster: &Cluster, plan: &ClusterPlan, catalog: &Catalog, report: &mut Report) {
    if !cluster.has_windows() {
        return;
    }
    let image = image_level(cluster, catalog);
    for (name, notice) in plan::notices(cluster, catalog, &plan.components()) {
        let found = match (&notice.windows, image) {
            (None, _) => true,
            // what is only known on a node is told there
            (Some(patches), Some((build, patch))) => patches.has(build, patch),
            (Some(_), None) => false,
        };
        if found {
            let message = format!("{} ({name})", notice.about);
            let help = format!("{}; {}, as of {}", notice.remedy, notice.link, notice.as_of);
            report.warning(codes::KNOWN_PROBLEM, path(cluster, notice), message).help(help);
        }
    }
    image_age(cluster, catalog, report);
}

fn path(cluster: &Cluster, notice: &Notice) -> Path {
    match notice {
        Notice { nvme: true, .. } => {
            let pool = cluster.windows_pools().find(|pool| pool.nvme).map_or(0, |pool| pool.index);
            paths::pool(pool).key("vmSize")
        }
        Notice { windows: Some(_), .. } => paths::windows().key("imageVersion"),
        Notice { containerd: Some(_), .. } => paths::orchestrator().key("kubernetesConfig").key("windowsContainerdURL"),
        _ => cluster.kubernetes_path.clone(),
    }
}

/// Build and patch level that the version of a marketplace image tells: `20348.2582.240706`.
fn image_level<'a>(cluster: &Cluster, catalog: &'a Catalog) -> Option<(&'a str, u32)> {
    let WindowsImage::Marketplace { publisher, offer, sku, version } = &cluster.windows.image else { return None };
    let build = catalog.build_of_image(publisher, offer, sku, version)?;
    Some((build, version.split('.').nth(1)?.parse().ok()?))
}

/// Against the day of the catalog, never the clock.
fn image_age(cluster: &Cluster, catalog: &Catalog, report: &mut Report) {
    let WindowsImage::Marketplace { publisher, offer, sku, version } = &cluster.windows.image else { return };
    let (Some((year, month)), Some(now)) = (month_of_version(version), month_of_date(catalog.as_of())) else { return };
    let months = (now.0 * 12 + now.1).saturating_sub(year * 12 + month);
    if months <= catalog.image_age_months() {
        return;
    }
    let message =
        format!("image {sku} {version} is of {year}-{month:02}: {} of fixes of Windows are missing", numbered(months as usize, "month"));
    let help = format!(
        "the newest is the last line of `az vm image list --all --publisher {publisher} --offer {offer} --sku {sku} \
         --query \"[].version\" --output tsv`; write it as `imageVersion`"
    );
    report.warning(windows::IMAGE_AGE, paths::windows().key("imageVersion"), message).help(help);
}

/// Year and month in which an image was made: `230414` or, as the fork's builds have it, year and day of the year, `20230332`.
fn month_of_version(version: &str) -> Option<(u32, u32)> {
    let made = version.split('.').nth(2).filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))?;
    let number = |range: std::ops::Range<usize>| made.get(range)?.parse::<u32>().ok();
    match made.len() {
        6 => Some((2000 + number(0..2)?, number(2..4)?)).filter(|(_, month)| (1..=12).contains(month)),
        8 => Some((number(0..4)?, (number(4..7)?.saturating_sub(1) / 31).min(11) + 1)),
        _ => None,
    }
}

fn month_of_date(date: &str) -> Option<(u32, u32)> {
    Some((date.get(0..4)?.parse().ok()?, date.get(5..7)?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::month_of_version;

    #[test]
    fn versions_of_images_tell_when_they_were_made() {
        assert_eq!(month_of_version("17763.4252.230414"), Some((2023, 4)));
        assert_eq!(month_of_version("17763.8644.20261391"), Some((2026, 5)));
        assert_eq!(month_of_version("17763.3887.20230332"), Some((2023, 2)));
        assert_eq!(["latest", "17763.1", "1.2.x30414", "1.2.239914"].map(month_of_version), [None; 4]);
    }
}
