//! The only place that writes files: beside the target first, then renamed into place.

use super::design::Design;
use crate::diag::Error;
use std::fs;
use std::path::Path;

/// Writes a design as the folder `target`, replacing an earlier output folder as a whole.
///
/// A folder that holds something else (no `manifest.json` and not empty) is left alone.
pub fn write(design: &Design, target: &Path) -> Result<(), Error> {
    if is_foreign(target) {
        let problem = "is not an output folder of circlet (it has no manifest.json); choose another with `-o`";
        return Err(Error::Malformed { path: target.into(), problem: problem.into() });
    }
    let parent = target.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(failed(parent))?;
    let fresh = tempfile::Builder::new().prefix(".circlet").tempdir_in(parent).map_err(failed(parent))?;
    let (new, old) = (fresh.path().join("new"), fresh.path().join("old"));
    for (name, text) in &design.files {
        write_file(&new.join(name), text)?;
    }
    if target.exists() {
        fs::rename(target, &old).map_err(failed(target))?;
    }
    fs::rename(&new, target).map_err(|cause| {
        // the old folder goes back, so that nothing is lost
        let _ = fs::rename(&old, target);
        Error::Write { path: target.into(), cause }
    })
}

/// Writes one file, making its folder.
pub fn write_file(path: &Path, text: &str) -> Result<(), Error> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(failed(folder))?;
    fs::write(path, text).map_err(failed(path))
}

fn failed(path: &Path) -> impl FnOnce(std::io::Error) -> Error + use<> {
    let path = path.to_path_buf();
    move |cause| Error::Write { path, cause }
}

fn is_foreign(target: &Path) -> bool {
    let empty = || fs::read_dir(target).is_ok_and(|mut entries| entries.next().is_none());
    target.exists() && !target.join("manifest.json").exists() && !empty()
}
