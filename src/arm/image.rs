use super::{Context, some};
use crate::model::{ImageReference, WindowsImage, WindowsPool};
use arm_template::{Call, Resource, Value, functions as arm, object};

/// The image made of the user's VHD, one per pool, named as the peer names it.
fn custom_image(pool: &WindowsPool) -> String {
    format!("{}CustomWindowsImage", pool.name)
}

pub(super) fn custom_image_id(pool: &WindowsPool) -> Call {
    arm::resource_id("Microsoft.Compute/images", [custom_image(pool).into()])
}

/// `storageProfile.imageReference`.
pub(super) fn reference(context: &Context, pool: &WindowsPool) -> Value {
    let group = || arm::parameters("agentWindowsImageResourceGroup");
    let name = || arm::parameters("agentWindowsImageName").into();
    let id = match &context.cluster.windows.image {
        WindowsImage::Marketplace { .. } => return marketplace(),
        WindowsImage::Vhd(_) => custom_image_id(pool),
        WindowsImage::Reference(ImageReference::Managed { .. }) => arm::resource_id_in(group(), "Microsoft.Compute/images", [name()]),
        WindowsImage::Reference(ImageReference::Gallery { subscription, gallery, version, .. }) => {
            let names = [gallery.as_str().into(), name(), version.as_str().into()];
            arm::resource_id_of(subscription.as_str(), group(), "Microsoft.Compute/galleries/images/versions", names)
        }
    };
    object([("id", some(id))]).into()
}

fn marketplace() -> Value {
    object([
        ("publisher", some(arm::parameters("agentWindowsPublisher"))),
        ("offer", some(arm::parameters("agentWindowsOffer"))),
        ("sku", some(arm::parameters("agentWindowsSku"))),
        ("version", some(arm::parameters("agentWindowsVersion"))),
    ])
    .into()
}

/// The image resource of a pool whose VMs come from a VHD.
pub(super) fn resource(context: &Context, pool: &WindowsPool) -> Option<Resource> {
    let WindowsImage::Vhd(_) = context.cluster.windows.image else { return None };
    let disk = object([
        ("osType", some("Windows")),
        ("osState", some("Generalized")),
        ("blobUri", some(arm::parameters("agentWindowsSourceUrl"))),
        ("storageAccountType", some("Standard_LRS")),
    ]);
    let properties = object([
        ("storageProfile", some(object([("osDisk", some(disk))]))),
        ("hyperVGeneration", some(context.cluster.windows.vhd_generation.as_str())),
    ]);
    let resource = Resource::new("Microsoft.Compute/images", &context.api.compute, custom_image(pool));
    Some(resource.located(arm::parameters("location")).properties(properties))
}
