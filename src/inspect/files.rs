use super::Inspection;
use crate::emit::{Bundle as Files, EmitError};

impl Inspection {
    /// What each node would get: `<pool>/customdata.ps1`, `<pool>/cse.txt` (with the secrets that the parameters give, so private),
    /// `<pool>/configuration.json` and the scripts unpacked.
    ///
    /// # Errors
    ///
    /// When a script's path leaves the folder.
    pub fn files(&self) -> Result<Files, EmitError> {
        let mut files = Files::default();
        for pool in &self.pools {
            let folder = &pool.name;
            files.add(format!("{folder}/customdata.ps1"), pool.custom_data.as_str())?;
            files.add_private(format!("{folder}/cse.txt"), format!("{}\n", pool.command))?;
            files.add(format!("{folder}/configuration.json"), format!("{:#}\n", pool.configuration))?;
            for script in &pool.scripts {
                files.add(format!("{folder}/scripts/{}", script.path.replace('\\', "/")), script.text.as_str())?;
            }
        }
        Ok(files)
    }
}
