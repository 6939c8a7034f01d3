//! The shared data folder and the examples.

use std::path::PathBuf;

/// A file of the shared data, by a path that holds from any folder, or `None` where the data is absent.
///
/// Absent data is said by name, and is an error where `CI` is set: there it must be present.
pub fn shared(name: &str) -> Option<PathBuf> {
    let root = std::env::var_os("CIRCLET_DATA").map_or_else(|| PathBuf::from("../shared/data"), PathBuf::from);
    let path = root.join(name);
    if let Ok(path) = path.canonicalize() {
        return Some(path);
    }
    assert!(std::env::var_os("CI").is_none(), "{} is absent, and CI must have it", path.display());
    eprintln!("skipped: {} is absent", path.display());
    None
}
