//! What it takes until a machine that exists has what is new.
//!
//! Sources: the descriptions of `osProfile` in Azure's Compute API ("cannot be updated after the VM is created"), "Modify a Virtual Machine Scale
//! Set" of its documentation (create-time properties, the scale set model, reimaging), and what its refusals name (`PropertyChangeNotAllowed`).

use crate::machines::Kind;
use serde::Serialize;

/// From what costs nothing to what costs most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Effect {
    /// The deployment changes it.
    Deployment,
    /// The deployment changes it, and the machine restarts or has to be deallocated before.
    Restart,
    /// Instances get it when they are brought to the model of their scale set.
    Upgrade,
    /// Instances get it when they are reimaged.
    Reimage,
    /// Not known here.
    Undecided,
    /// Azure does not change it on a machine, or scale set, that exists.
    NewMachine,
}

impl Effect {
    /// As a heading goes on.
    pub(super) fn sentence(self, kind: Kind) -> &'static str {
        match (self, kind) {
            (Self::Deployment, _) => "a deployment changes it",
            (Self::Restart, _) => "a deployment changes it; machines restart, or have to be deallocated before",
            (Self::Upgrade, _) => "instances get it when they are brought to the new model of the scale set",
            (Self::Reimage, _) => "instances get it when they are reimaged",
            (Self::Undecided, _) => "whether Azure changes it on what exists is not known here",
            (Self::NewMachine, Kind::Single) => "needs new machines: Azure does not change it on those that exist",
            (Self::NewMachine, Kind::ScaleSet) => "needs a new scale set: Azure does not change it on one that exists",
        }
    }

    /// Of custom data, which a machine reads when it is made.
    pub(super) fn of_custom_data(kind: Kind) -> Self {
        match kind {
            Kind::Single => Self::NewMachine,
            Kind::ScaleSet => Self::Reimage,
        }
    }

    /// Of the extension, which runs again.
    pub(super) fn of_extension(kind: Kind) -> Self {
        match kind {
            Kind::Single => Self::Deployment,
            Kind::ScaleSet => Self::Upgrade,
        }
    }

    /// Of a property of the machine, by the longest beginning of its path that is known.
    pub(super) fn of_property(kind: Kind, path: &str) -> Self {
        let table = match kind {
            Kind::Single => SINGLE,
            Kind::ScaleSet => SCALE_SET,
        };
        let begins = |known: &str| path.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']));
        let known = table.iter().filter(|(known, _)| begins(known)).max_by_key(|(known, _)| known.len());
        known.map_or(Self::Undecided, |(_, effect)| *effect)
    }
}

const SINGLE: &[(&str, Effect)] = &[
    ("count", Effect::Deployment),
    ("identity", Effect::Deployment),
    ("kind", Effect::NewMachine),
    ("location", Effect::NewMachine),
    ("name", Effect::NewMachine),
    ("plan", Effect::NewMachine),
    ("properties.additionalCapabilities", Effect::Restart),
    ("properties.availabilitySet", Effect::NewMachine),
    ("properties.diagnosticsProfile", Effect::Deployment),
    ("properties.evictionPolicy", Effect::NewMachine),
    ("properties.hardwareProfile", Effect::Restart),
    ("properties.licenseType", Effect::Deployment),
    ("properties.networkProfile", Effect::Restart),
    ("properties.osProfile", Effect::NewMachine),
    ("properties.priority", Effect::NewMachine),
    ("properties.proximityPlacementGroup", Effect::Restart),
    ("properties.securityProfile.encryptionAtHost", Effect::Restart),
    ("properties.storageProfile.dataDisks", Effect::Deployment),
    ("properties.storageProfile.imageReference", Effect::NewMachine),
    ("properties.storageProfile.osDisk", Effect::NewMachine),
    ("properties.storageProfile.osDisk.caching", Effect::Restart),
    ("properties.storageProfile.osDisk.diskSizeGB", Effect::Restart),
    ("tags", Effect::Deployment),
    ("zones", Effect::NewMachine),
];

const SCALE_SET: &[(&str, Effect)] = &[
    ("count", Effect::Deployment),
    ("identity", Effect::Deployment),
    ("kind", Effect::NewMachine),
    ("location", Effect::NewMachine),
    ("name", Effect::NewMachine),
    ("plan", Effect::NewMachine),
    ("properties.doNotRunExtensionsOnOverprovisionedVMs", Effect::Deployment),
    ("properties.orchestrationMode", Effect::NewMachine),
    ("properties.overprovision", Effect::Deployment),
    ("properties.platformFaultDomainCount", Effect::NewMachine),
    ("properties.upgradePolicy", Effect::Deployment),
    ("properties.virtualMachineProfile", Effect::Upgrade),
    ("properties.virtualMachineProfile.evictionPolicy", Effect::NewMachine),
    ("properties.virtualMachineProfile.osProfile", Effect::Reimage),
    ("properties.virtualMachineProfile.priority", Effect::NewMachine),
    ("properties.virtualMachineProfile.securityProfile", Effect::Undecided),
    ("properties.virtualMachineProfile.storageProfile.imageReference", Effect::Reimage),
    ("properties.virtualMachineProfile.storageProfile.imageReference.offer", Effect::NewMachine),
    ("properties.virtualMachineProfile.storageProfile.imageReference.publisher", Effect::NewMachine),
    ("properties.virtualMachineProfile.storageProfile.imageReference.sku", Effect::NewMachine),
    ("properties.virtualMachineProfile.storageProfile.osDisk", Effect::Reimage),
    ("sku", Effect::Upgrade),
    ("tags", Effect::Deployment),
    ("zones", Effect::NewMachine),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_sorted() {
        assert!(SINGLE.is_sorted_by_key(|(path, _)| path) && SCALE_SET.is_sorted_by_key(|(path, _)| path));
    }

    #[test]
    fn the_longest_beginning_counts() {
        let single = |path| Effect::of_property(Kind::Single, path);
        assert_eq!(single("properties.storageProfile.osDisk.diskSizeGB"), Effect::Restart);
        assert_eq!(single("properties.storageProfile.osDisk.name"), Effect::NewMachine);
        assert_eq!(single("properties.storageProfile.dataDisks[0].caching"), Effect::Deployment);
        assert_eq!(single("properties.osProfile.computerName"), Effect::NewMachine);
        assert_eq!(single("properties.osProfiles"), Effect::Undecided);
        let set = |path| Effect::of_property(Kind::ScaleSet, &format!("properties.virtualMachineProfile.{path}"));
        assert_eq!(set("osProfile.adminPassword"), Effect::Reimage);
        assert_eq!(set("storageProfile.imageReference.sku"), Effect::NewMachine);
        assert_eq!(set("storageProfile.imageReference.version"), Effect::Reimage);
        assert_eq!(set("licenseType"), Effect::Upgrade);
        assert_eq!(Effect::of_property(Kind::ScaleSet, "properties.orchestrationMode"), Effect::NewMachine);
    }
}
