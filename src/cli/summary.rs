//! What was generated, for a person at a terminal.

use crate::catalog::CloudKind;
use crate::emit::Written;
use crate::model::SecurityType;
use crate::pack::{MAX_COMMAND_CHARACTERS, MAX_CUSTOM_DATA_BYTES};
use crate::plan::{ExpectedImage, PoolPlan, Setting, Settings};
use crate::report::{grouped, megabytes};
use crate::{Generated, Pool};
use arm_template::MAX_EXPRESSION_CHARACTERS;
use std::path::Path;

/// The whole summary.
pub(super) fn of(bundle: &Generated, folder: &Path, written: &Written, all_sizes: bool) -> String {
    let mut text = format!("{} {}\n", folder.display(), outcome(written));
    for pool in &bundle.pools {
        text += &pool_summary(bundle, pool);
    }
    text += &scripts(bundle, all_sizes);
    text += &left_to_deployment(bundle);
    text.extend(bundle.crowded().iter().map(|sentence| format!("\nwarning: {sentence}\n")));
    text + &next_command(bundle, folder)
}

fn outcome(written: &Written) -> String {
    match (written.changed, written.unchanged) {
        (0, _) => "is as it should be".to_owned(),
        (_, 0) => "written".to_owned(),
        (changed, unchanged) => format!("written: {} new or different, {unchanged} as before", crate::report::numbered(changed, "file")),
    }
}

/// What most people type next. Parameters that are open, `az` asks for.
fn next_command(bundle: &Generated, folder: &Path) -> String {
    let in_folder = |name: &str| quoted(&folder.join(name).display().to_string());
    let (template, parameters) = (in_folder("azuredeploy.json"), in_folder("azuredeploy.parameters.json"));
    let open: String = bundle.open_parameters().iter().map(|name| format!(" {name}=...")).collect();
    format!(
        "\nnext: az deployment group create --resource-group <group of the cluster> \\\n        \
         --template-file {template} --parameters @{parameters}{open}\n      (`what-if` instead of `create` shows what it would change)\n"
    )
}

/// As a shell takes it.
fn quoted(path: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./\\:".contains(c);
    if path.chars().all(plain) { path.to_owned() } else { format!("'{}'", path.replace('\'', "'\\''")) }
}

fn pool_summary(bundle: &Generated, pool: &Pool) -> String {
    let (cluster, sizes, plan) = (&bundle.cluster, pool.sizes, &pool.plan);
    let kind = if pool.is_scale_set() { "a scale set" } else { "an availability set" };
    let nodes = crate::report::numbered(pool.count() as usize, "node");
    let (runtime, version) = (cluster.windows.runtime.as_str(), &cluster.kubernetes);
    let mut lines = vec![
        format!("\npool {}: {nodes} in {kind}, Kubernetes {version}, {runtime}, {}", pool.name(), cluster.network.plugin.as_str()),
        format!("  image        {}", image(plan)),
        format!("  security     {}", security(bundle, pool)),
        format!("  custom data  {} of {} bytes", grouped(sizes.custom_data_bytes), grouped(MAX_CUSTOM_DATA_BYTES)),
        format!("  command      {} of {} characters", grouped(sizes.command_characters), grouped(MAX_COMMAND_CHARACTERS)),
        format!("  expression   {} of {} characters", grouped(sizes.longest_expression), grouped(MAX_EXPRESSION_CHARACTERS)),
    ];
    lines.extend(around(&bundle.configuration));
    lines.extend(downloads(plan));
    lines.join("\n") + "\n"
}

/// What nodes have that not all have, as they are told it.
fn around(configuration: &Settings) -> Vec<String> {
    let count = |key: &str| match configuration.get(key) {
        Some(Setting::List(items)) => items.len(),
        _ => 0,
    };
    let text = |settings: &Settings, key: &str| match settings.get(key) {
        Some(Setting::Text(text)) => Some(text.to_string()),
        _ => None,
    };
    let mut lines = Vec::new();
    if let Some(Setting::Object(proxy)) = configuration.get("proxy") {
        let urls: Vec<_> = ["https", "http"].iter().filter_map(|scheme| text(proxy, scheme)).collect();
        lines.push(format!(
            "  proxy        {}, but for {}",
            urls.join(", "),
            text(proxy, "noProxy").unwrap_or_default().replace(',', ", ")
        ));
    }
    let numbers = [("trusts", "trustedCertificates", "certificate"), ("pulls ahead", "pullImages", "image")];
    for (what, key, unit) in numbers.into_iter().filter(|(_, key, _)| count(key) > 0) {
        lines.push(format!("  {what:<12} {} beside what every node has", crate::report::numbered(count(key), unit)));
    }
    if let Some(Setting::Number(size)) = configuration.get("containerDiskGB") {
        lines.push(format!("  containers   have a disk of {size} GB"));
    }
    lines
}

fn image(plan: &PoolPlan) -> String {
    let files = crate::report::numbered(plan.downloads.stock_files, "file");
    let size = if sizes_known(plan) { format!(", {}", megabytes(plan.downloads.stock_bytes)) } else { String::new() };
    let lacks = format!("what it lacks is downloaded, at most {files}{size}");
    match &plan.expected_image {
        ExpectedImage::Vhd { image } => format!("{image} (prepared: files are cached)"),
        ExpectedImage::Prepared { image } => format!("{image} (prepared, not in the catalog: {lacks})"),
        ExpectedImage::Stock { image } => format!("{image} (stock: everything is downloaded)"),
        ExpectedImage::Unknown { image } => format!("{image} (of a publisher not in the catalog: {lacks})"),
        ExpectedImage::Custom => format!("the definition's own ({lacks})"),
    }
}

fn sizes_known(plan: &PoolPlan) -> bool {
    plan.components.iter().all(|component| component.bytes > 0)
}

/// How the start of the VMs is protected, and their disks.
fn security(bundle: &Generated, pool: &Pool) -> String {
    let Some(pool) = bundle.cluster.windows_pools().find(|known| *known.name == *pool.name()) else { return String::new() };
    let start = match pool.security {
        None if bundle.cluster.cloud.kind == CloudKind::AzureStack => "none".to_owned(),
        None => "left to Azure (securityType is not given)".to_owned(),
        Some(SecurityType::Standard) => "Standard".to_owned(),
        Some(SecurityType::TrustedLaunch { secure_boot, vtpm }) => {
            let on = |is_on: bool| if is_on { "on" } else { "off" };
            format!("Trusted Launch, secure boot {}, vTPM {}", on(secure_boot), on(vtpm))
        }
    };
    let disks = if pool.nvme { ", disks by NVMe" } else { "" };
    let encryption = if pool.encryption_at_host { ", encrypted at the host" } else { "" };
    start + disks + encryption
}

/// A file of unknown size counts as nothing, so the sum is the least.
fn downloads(plan: &PoolPlan) -> Vec<String> {
    let downloads = plan.downloads;
    let least = if sizes_known(plan) { "" } else { "at least " };
    let size = |files: usize, bytes: u64| format!("{}, {least}{}", crate::report::numbered(files, "file"), megabytes(bytes));
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
fn scripts(bundle: &Generated, all: bool) -> String {
    let Some(payload) = bundle.pools.iter().map(|pool| &pool.payload).max_by_key(|payload| payload.bytes()) else { return String::new() };
    let (count, bytes, packed) = (payload.files().len(), grouped(payload.bytes()), grouped(payload.base64().len()));
    let mut text = format!("\nscripts: {count} files, {bytes} bytes, packed {packed}\n");
    if all {
        let mut largest: Vec<_> = payload.files().iter().collect();
        largest.sort_by(|a, b| b.bytes.cmp(&a.bytes).then(a.path.cmp(&b.path)));
        text.extend(largest.iter().map(|file| format!("  {:>7} bytes  {}\n", grouped(file.bytes), file.path)));
    }
    text
}

fn left_to_deployment(bundle: &Generated) -> String {
    let names = bundle.open_parameters();
    if names.is_empty() {
        return String::new();
    }
    let hint =
        "base64 of PEM, as in the certificateProfile of the apimodel.json that aks-engine wrote; --ca-certificate and the like take files";
    let certificates = names.iter().any(|name| name.contains("ertificate"));
    let hint = if certificates { format!("  ({hint})\n") } else { String::new() };
    format!("\nto be given at deployment: {}\n{hint}", names.join(", "))
}
