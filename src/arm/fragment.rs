//! One pool's part of a template, complete in itself.

use super::Generated;
use arm_template::Fragment;

impl Generated {
    /// The resources of one pool with the parameters and variables they need, to be [merged](arm_template::Template::merge) into a
    /// template.
    #[must_use]
    pub fn fragment(&self, pool: &str) -> Option<Fragment> {
        let pool = self.pools.iter().find(|known| known.name == pool)?;
        Some(self.template.part(pool.resources.iter().cloned()))
    }
}
