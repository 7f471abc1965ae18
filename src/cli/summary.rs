//! What was generated, for a person at a terminal.

use crate::Bundle;
use crate::generate::Sizes;
use crate::model::{Availability, WindowsPool};
use crate::pack::{MAX_COMMAND_CHARACTERS, MAX_CUSTOM_DATA_BYTES};
use crate::plan::{Downloads, ExpectedImage, PoolPlan};
use arm_template::MAX_EXPRESSION_CHARACTERS;
use std::path::Path;

/// Scripts listed unless all are asked for.
const LARGEST: usize = 5;

/// The whole summary.
pub(super) fn of(bundle: &Bundle, folder: &Path, all_sizes: bool) -> String {
    let mut text = format!("{} written\n", folder.display());
    let pools = bundle.cluster.windows_pools.iter().zip(&bundle.plan.pools).zip(&bundle.sizes);
    for ((pool, plan), sizes) in pools {
        text += &pool_summary(bundle, pool, plan, *sizes);
    }
    text += &scripts(bundle, all_sizes);
    text += &left_to_deployment(bundle);
    text + &bundle.crowded().iter().map(|sentence| format!("\nwarning: {sentence}\n")).collect::<String>()
}

fn pool_summary(bundle: &Bundle, pool: &WindowsPool, plan: &PoolPlan, sizes: Sizes) -> String {
    let cluster = &bundle.cluster;
    let kind = if pool.availability == Availability::ScaleSet { "scale set" } else { "availability set" };
    let nodes = crate::report::numbered(pool.count as usize, "node");
    let (runtime, version) = (cluster.windows.runtime.as_str(), &cluster.kubernetes);
    let mut lines = vec![
        format!("\npool {}: {nodes} in a {kind}, Kubernetes {version}, {runtime}, {}", pool.name, cluster.network.plugin.as_str()),
        format!("  image        {}", image(&plan.expected_image)),
        format!("  custom data  {} of {} bytes", grouped(sizes.custom_data_bytes), grouped(MAX_CUSTOM_DATA_BYTES)),
        format!("  command      {} of {} characters", grouped(sizes.command_characters), grouped(MAX_COMMAND_CHARACTERS)),
        format!("  expression   {} of {} characters", grouped(sizes.longest_expression), grouped(MAX_EXPRESSION_CHARACTERS)),
    ];
    lines.extend(downloads(plan.downloads));
    lines.join("\n") + "\n"
}

fn image(image: &ExpectedImage) -> String {
    match image {
        ExpectedImage::Vhd { image } => format!("{image} (prepared: files are cached)"),
        ExpectedImage::Stock { image } => format!("{image} (stock: everything is downloaded)"),
        ExpectedImage::Custom => "the definition's own (what it lacks is downloaded)".to_owned(),
    }
}

fn downloads(downloads: Downloads) -> Vec<String> {
    let size = |files: usize, bytes: u64| format!("{}, {}", crate::report::numbered(files, "file"), megabytes(bytes));
    let mut lines = vec![format!("  a stock node downloads {}", size(downloads.stock_files, downloads.stock_bytes))];
    if downloads.cached_files > 0 {
        lines.push(format!("  this image saves       {}", size(downloads.cached_files, downloads.cached_bytes)));
    }
    if downloads.unverified_files > 0 {
        lines.push(format!("  without a known hash   {}", crate::report::numbered(downloads.unverified_files, "file")));
    }
    lines
}

/// Of the pool that is given most.
fn scripts(bundle: &Bundle, all: bool) -> String {
    let Some(payload) = bundle.payloads.iter().max_by_key(|payload| payload.bytes()) else { return String::new() };
    let files = payload.files();
    let shown = if all { files.len() } else { LARGEST.min(files.len()) };
    let mut largest: Vec<_> = files.iter().collect();
    largest.sort_by(|a, b| b.bytes.cmp(&a.bytes).then(a.path.cmp(&b.path)));
    let mut text =
        format!("\nscripts: {} files, {} bytes, packed {}\n", files.len(), grouped(payload.bytes()), grouped(payload.base64().len()));
    for file in &largest[..shown] {
        text += &format!("  {:>7} bytes  {}\n", grouped(file.bytes), file.path);
    }
    if shown < files.len() {
        text += &format!("  and {} more (--sizes lists all)\n", files.len() - shown);
    }
    text
}

/// Parameters that neither the definition nor a default gives.
fn left_to_deployment(bundle: &Bundle) -> String {
    let parameters = &bundle.generated.template.parameters;
    let given = &bundle.generated.parameters.0;
    let open = parameters.iter().filter(|(name, parameter)| parameter.default_value().is_none() && !given.contains_key(*name));
    let names: Vec<_> = open.map(|(name, _)| name.as_str()).collect();
    if names.is_empty() { String::new() } else { format!("\nto be given at deployment: {}\n", names.join(", ")) }
}

fn megabytes(bytes: u64) -> String {
    format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000)
}

/// `65535` as `65,535`.
pub(super) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let head = digits.len() % 3;
    let (first, rest) = digits.split_at(head);
    let groups = rest.as_bytes().chunks(3).map(|group| String::from_utf8_lossy(group).into_owned());
    Some(first.to_owned()).filter(|first| !first.is_empty()).into_iter().chain(groups).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::{grouped, megabytes};

    #[test]
    fn numbers_are_grouped_by_three_digits() {
        assert_eq!([0, 999, 1000, 65_535, 1_234_567].map(grouped), ["0", "999", "1,000", "65,535", "1,234,567"]);
        assert_eq!(megabytes(190_149_999), "190.1 MB");
    }
}
