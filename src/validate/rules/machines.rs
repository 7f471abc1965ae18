//! VM sizes and security types: whether image and cloud fit them.

use super::Facts;
use super::support::chosen;
use crate::catalog::{ApiVersions, Generation, ImageChoice, VmSizes};
use crate::model::WindowsImage;
use crate::report::codes::{cluster, pools};
use crate::report::{Report, show};
use crate::validate::resolve;
use crate::wire::{AgentPoolProfile, At};
use crate::words::SecurityKind;

pub(super) fn check(facts: &Facts, report: &mut Report) {
    chosen(report, cluster::UNKNOWN_VALUE, &facts.windows.windows_image_generation());
    for pool in &facts.pools {
        chosen(report, cluster::UNKNOWN_VALUE, &pool.security_type());
    }
    for pool in facts.windows_pools() {
        security(facts, pool, report);
        let size = pool.vm_size().given().filter(|_| !facts.decided.azure_stack);
        if let Some(known) = size.and_then(|size| facts.catalog.vm_size(size)) {
            generation(facts, pool, known, report);
            disk_controller(facts, pool, known, report);
            nested_virtualization(facts, pool, known, report);
        }
    }
}

/// Generation of the image, as far as the definition tells.
fn image_generation(facts: &Facts) -> Option<Generation> {
    match facts.decided.image.as_ref()? {
        WindowsImage::Marketplace { publisher, sku, .. } => facts.catalog.generation(publisher, sku),
        WindowsImage::Vhd(_) => Some(resolve::vhd_generation(&facts.windows)),
        WindowsImage::Reference(_) => None,
    }
}

fn generation(facts: &Facts, pool: &At<AgentPoolProfile>, size: &VmSizes, report: &mut Report) {
    if size.needs_generation_2() && image_generation(facts) == Some(Generation::V1) {
        let path = pool.vm_size().path;
        let found = show(&path, pool.vm_size().given().unwrap_or_default());
        let message = format!("VMs of size {found} run images of generation 2 only, and {}", of_generation_1(facts));
        report.error(pools::IMAGE_GENERATION, path, message).help(second_generation(facts));
    }
}

fn of_generation_1(facts: &Facts) -> String {
    match &facts.decided.image {
        Some(WindowsImage::Marketplace { sku, .. }) => format!("`{sku}` is of generation 1"),
        _ => "the VHD is of generation 1".to_owned(),
    }
}

/// What to write for an image of generation 2.
fn second_generation(facts: &Facts) -> String {
    let Some(WindowsImage::Marketplace { publisher, offer, sku, version }) = &facts.decided.image else {
        return "set `\"windowsImageGeneration\": \"V2\"` where the VHD is one of generation 2".to_owned();
    };
    let build = facts.catalog.build_of_image(publisher, offer, sku, version);
    let second = build.and_then(|build| facts.catalog.os_build(build)?.generation2_sku.as_deref()).unwrap_or("...-g2");
    let stock = facts.catalog.image(ImageChoice::Stock);
    format!(
        "write `\"WindowsPublisher\": \"{}\", \"WindowsOffer\": \"{}\", \"WindowsSku\": \"{second}\", \"imageVersion\": \"latest\"`",
        stock.publisher, stock.offer
    )
}

/// API versions of the template.
fn api<'a>(facts: &'a Facts) -> &'a ApiVersions {
    facts.catalog.template_api_versions(facts.decided.cloud.kind, &facts.decided.cloud.name)
}

fn disk_controller(facts: &Facts, pool: &At<AgentPoolProfile>, size: &VmSizes, report: &mut Report) {
    if !size.needs_nvme() {
        return;
    }
    let path = pool.vm_size().path;
    let found = show(&path, pool.vm_size().given().unwrap_or_default());
    if matches!(facts.decided.image, Some(WindowsImage::Vhd(_))) {
        let message = format!("VMs of size {found} reach disks by NVMe only, and an image made from a VHD cannot say that it has it");
        let help =
            "make an image in a gallery with `DiskControllerTypes` `SCSI, NVMe`, as `gen-cse vhd` does, and name it in `imageReference`";
        report.warning(pools::DISK_CONTROLLER, path, message).help(help);
    } else if !api(facts).has_disk_controller() {
        let message = format!(
            "VMs of size {found} reach disks by NVMe only, which the API version of this cloud, {}, cannot say",
            api(facts).compute
        );
        report.warning(pools::DISK_CONTROLLER, path, message).help("take a size of version 5, or raise `laggingApiVersions` in a catalog");
    }
}

fn nested_virtualization(facts: &Facts, pool: &At<AgentPoolProfile>, size: &VmSizes, report: &mut Report) {
    let runtimes = facts.windows.windows_runtimes();
    if size.nested_virtualization || runtimes.hyperv_runtimes().iter().next().is_none() {
        return;
    }
    let path = pool.vm_size().path;
    let found = show(&path, pool.vm_size().given().unwrap_or_default());
    let message = format!("VMs of size {found} cannot run Hyper-V, which `windowsRuntimes.hypervRuntimes` asks for");
    report
        .error(pools::NESTED_VIRTUALIZATION, path, message)
        .help("take a size with nested virtualization, `Standard_D4s_v3` or newer, or leave `hypervRuntimes` out");
}

fn security(facts: &Facts, pool: &At<AgentPoolProfile>, report: &mut Report) {
    let kind = pool.security_type();
    let trusted = kind.choice() == Some(SecurityKind::TrustedLaunch);
    if facts.decided.azure_stack {
        let encryption = pool.encryption_at_host();
        let keys = [(&encryption.path, encryption.is_true()), (&kind.path, kind.given().is_some())];
        for (path, _) in keys.into_iter().filter(|(_, given)| *given) {
            report.warning(cluster::NO_EFFECT, path.clone(), "Azure Stack has nothing like it, so it is left out");
        }
    } else if kind.given().is_some() && !api(facts).has_security_types() {
        let message = format!("the API version of this cloud, {}, does not know every security type, so none is said", api(facts).compute);
        report.warning(cluster::NO_EFFECT, kind.path.clone(), message);
    } else if trusted && image_generation(facts) == Some(Generation::V1) {
        let message = format!("an image of generation 2 is needed for Trusted Launch, and {}", of_generation_1(facts));
        report.error(pools::IMAGE_GENERATION, kind.path.clone(), message).help(second_generation(facts));
    }
    if !trusted {
        for setting in [pool.secure_boot_enabled(), pool.v_tpm_enabled()].into_iter().filter(At::is_there) {
            let message = format!("`{}` is a setting of Trusted Launch, which is not asked for", setting.key());
            report.warning(cluster::NO_EFFECT, setting.path.clone(), message).help("set `\"securityType\": \"TrustedLaunch\"`");
        }
    }
}
