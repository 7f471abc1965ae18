//! The vlabs cluster definition as it stands in the JSON: every key of aks-engine and aks-engine-azurestack, each optional.
//!
//! Facts: `pkg/api/vlabs/types.go` and `azenvtypes.go` of `Azure/aks-engine` and `Azure/aks-engine-azurestack`, and the environment of
//! `Azure/go-autorest`. The types hold the union of both: which family knows a key is a question of validation, and only three flags differ
//! ([`FeatureFlags`]). The comments of the fields are the descriptions in the JSON Schema.

mod cloud;
mod cluster;
mod kubernetes;
mod linux;
mod pools;
mod windows;

pub use cloud::{CustomCloudProfile, Environment, KubernetesSpecConfig};
pub use cluster::{
    CertificateProfile, ClusterDefinition, ExtensionProfile, FeatureFlags, KeyvaultSecretRef, Properties, ServicePrincipalProfile,
};
pub use kubernetes::{AddonNodePoolsConfig, KubernetesAddon, KubernetesConfig, OrchestratorProfile};
pub use linux::LinuxProfile;
pub use pools::{AgentPoolProfile, Extension, ImageReference, MasterProfile};
pub use windows::{KeyVaultCertificate, KeyVaultSecrets, WindowsProfile};

use indexmap::IndexMap;

/// Free-text keys with text values, in the order of the file: labels, tags, flags of a component.
pub type TextMap = IndexMap<String, String>;

/// Declares an object of the definition.
///
/// A field is its description, its key, its name and its type; `= default` and `where` with a choice of [`words`](crate::words), `= its default`, go into the JSON Schema. The struct
/// has every field as an `Option`, is written with the spelling of the keys here, and without the fields that are absent.
macro_rules! definition {
    (
        $(#[$about:meta])*
        $name:ident {
            $(
                $(#[$description:meta])*
                $key:literal $field:ident: $type:ty $(= $default:literal)? $(where $words:ident $(= $usual:ident)?)?,
            )+
        }
    ) => {
        $(#[$about])*
        #[derive(Clone, Debug, Default, PartialEq, serde::Deserialize, serde::Serialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
        #[non_exhaustive]
        pub struct $name {
            $(
                $(#[$description])*
                #[serde(rename = $key, skip_serializing_if = "Option::is_none")]
                $(#[cfg_attr(feature = "schema", schemars(extend("default" = $default)))])?
                $(
                    #[cfg_attr(
                        feature = "schema",
                        schemars(extend("enum" = $crate::wire::types::choices(<$crate::words::$words as $crate::words::Words>::WORDS)))
                    )]
                    $(#[cfg_attr(feature = "schema", schemars(extend("default" = $crate::words::$words::$usual.as_str())))])?
                )?
                pub $field: Option<$type>,
            )+
        }

        #[allow(dead_code, reason = "every key has its function; a test tells which keys nobody reads")]
        impl<'a> $crate::wire::At<'a, $name> {
            $(
                $(#[$description])*
                pub fn $field(&self) -> $crate::wire::At<'a, <$type as $crate::wire::shape::Shaped>::Plain> {
                    self.below($key, |object| object.$field.as_ref())$(.one_of(<$crate::words::$words as $crate::words::Words>::WORDS))?
                }
            )+
        }

        impl $crate::wire::shape::Shaped for $name {
            type Plain = Self;

            fn plain(&self) -> &Self {
                self
            }

            const SHAPE: $crate::wire::shape::Shape =
                $crate::wire::shape::Shape::Object(&[$(($key, &<$type as $crate::wire::shape::Shaped>::SHAPE)),+]);
        }
    };
}
use definition;

/// The values a key takes, for the schema: empty text and null are the same as leaving the key out.
#[cfg(feature = "schema")]
fn choices(values: &[&str]) -> serde_json::Value {
    let given = values.iter().copied().map(serde_json::Value::from);
    given.chain(["".into(), serde_json::Value::Null]).collect()
}
