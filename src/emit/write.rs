//! The only place that writes files: beside the target first, then renamed into place.

use super::design::Design;
use crate::diag::Error;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

/// What circlet writes at the top of an output folder. Whatever else lies there is someone else's, and stays.
const OWN: [&str; 10] =
    ["rtl", "model", "tb", "vectors", "dump", "files.f", "graph.dot", "manifest.json", "report.txt", "report.html"];

/// Writes a design as the folder `target`. What an earlier build wrote there goes as a whole.
///
/// A folder that is not empty and was not written by circlet is left alone.
pub fn write(design: &Design, target: &Path) -> Result<(), Error> {
    check(target)?;
    // a link to a folder stays one
    let place = fs::canonicalize(target).unwrap_or_else(|_| target.to_path_buf());
    let (target, parent) = (place.as_path(), parent_of(&place));
    fs::create_dir_all(parent).map_err(failed(parent))?;
    let beside = tempfile::Builder::new().prefix(".circlet").tempdir_in(parent).map_err(failed(parent))?;
    let (new, old) = (beside.path().join("new"), beside.path().join("old"));
    for (name, text) in &design.files {
        write_file(&new.join(name), text)?;
    }
    if target.exists() {
        fs::rename(target, &old).map_err(failed(target))?;
    }
    let moved = fs::rename(&new, target).or_else(|cause| {
        fs::rename(&old, target)?;
        Err(cause)
    });
    let kept = moved.and_then(|()| keep_foreign(&old, target));
    kept.map_err(|cause| {
        // whatever of the old folder is not back in its place is not lost
        let _ = beside.keep();
        Error::Write { path: target.into(), cause }
    })
}

/// Replaces the dumps of an output folder, which need not be complete.
pub fn write_dumps(dumps: impl Iterator<Item = (String, String)>, target: &Path) -> Result<(), Error> {
    check(target)?;
    let folder = target.join("dump");
    match fs::remove_dir_all(&folder) {
        Err(cause) if cause.kind() != ErrorKind::NotFound => return Err(failed(&folder)(cause)),
        _ => {}
    }
    dumps.into_iter().try_for_each(|(name, text)| write_file(&target.join(name), &text))
}

/// Writes one file beside its place by `fill`, then renames it; its folder must exist.
pub fn replace_file(path: &Path, fill: impl FnOnce(&fs::File) -> io::Result<()>) -> Result<(), Error> {
    let beside = tempfile::Builder::new().prefix(".circlet").tempdir_in(parent_of(path)).map_err(failed(path))?;
    let new = beside.path().join("new");
    let filled = fs::File::create(&new).and_then(|file| fill(&file));
    filled.and_then(|()| fs::rename(&new, path)).map_err(failed(path))
}

/// Writes files of one folder beside it, and renames them into it in their order if `check` of the folder that they are
/// in until then says nothing; the folder must exist.
pub fn replace_files<E: From<Error>>(
    files: &[(&Path, &[u8])],
    check: impl FnOnce(&Path) -> Result<(), E>,
) -> Result<(), E> {
    let Some((first, _)) = files.first() else { return Ok(()) };
    let beside = tempfile::Builder::new().prefix(".circlet").tempdir_in(parent_of(first)).map_err(failed(first))?;
    let place = |path: &Path| beside.path().join(path.file_name().unwrap_or_default());
    for (path, bytes) in files {
        fs::write(place(path), bytes).map_err(failed(path))?;
    }
    check(beside.path())?;
    for (path, _) in files {
        fs::rename(place(path), path).map_err(failed(path))?;
    }
    Ok(())
}

/// Whether [`write()`] may have `target`.
pub fn check(target: &Path) -> Result<(), Error> {
    let malformed = |problem: String| Error::Malformed { path: target.into(), problem };
    if let Some(file) = target.ancestors().skip(1).find(|path| path.exists() && !path.is_dir()) {
        let cause = io::Error::new(ErrorKind::NotADirectory, format!("`{}` is not a folder", file.display()));
        return Err(failed(target)(cause));
    }
    if !target.exists() {
        return Ok(());
    }
    if !target.is_dir() {
        return Err(malformed("is a file, expected a folder; choose another with `-o`".into()));
    }
    let foreign = foreign_entries(target).map_err(failed(target))?;
    match foreign.first() {
        Some(name) if !is_own(target) => {
            let name = name.to_string_lossy();
            let problem = format!("is not an output folder of circlet, but holds `{name}`; choose another with `-o`");
            Err(malformed(problem))
        }
        _ => Ok(()),
    }
}

/// Writes one file, making its folder.
fn write_file(path: &Path, text: &str) -> Result<(), Error> {
    let folder = parent_of(path);
    fs::create_dir_all(folder).map_err(failed(folder))?;
    fs::write(path, text).map_err(failed(path))
}

fn parent_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> Error + use<> {
    let path = path.to_path_buf();
    move |cause| Error::Write { path, cause }
}

/// Whether the folder's manifest is one of circlet's.
fn is_own(folder: &Path) -> bool {
    let manifest = fs::read_to_string(folder.join("manifest.json")).ok();
    let manifest = manifest.and_then(|text| serde_json::from_str::<serde_json::Value>(&text).ok());
    manifest.is_some_and(|manifest| manifest["circlet"].is_string() && manifest["network"].is_string())
}

/// The names at the top of a folder that circlet has not written, in order; those of ours count when it is not our folder.
fn foreign_entries(folder: &Path) -> io::Result<Vec<std::ffi::OsString>> {
    let own: &[&str] = if is_own(folder) { &OWN } else { &["dump"] };
    let names = fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.file_name()));
    let mut names: Vec<_> = names.collect::<io::Result<_>>()?;
    names.retain(|name| !own.iter().any(|own| name == own));
    names.sort();
    Ok(names)
}

/// Moves what circlet did not write from the old folder into the new one.
fn keep_foreign(old: &Path, target: &Path) -> io::Result<()> {
    if !old.exists() {
        return Ok(());
    }
    foreign_entries(old)?.iter().try_for_each(|name| fs::rename(old.join(name), target.join(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(target: &Path) -> String {
        check(target).unwrap_err().to_string()
    }

    #[test]
    fn a_folder_is_ours_by_its_manifest() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        assert!(check(&path.join("a/b/c")).is_ok(), "what is not there can be made");
        assert!(check(path).is_ok(), "an empty folder is free");
        fs::create_dir(path.join("dump")).unwrap();
        assert!(check(path).is_ok(), "dumps alone are ours");
        fs::write(path.join("manifest.json"), "{\"name\": \"an extension of a browser\"}").unwrap();
        assert!(refused(path).contains("holds `manifest.json`"));
        fs::write(path.join("manifest.json"), "{\"circlet\": \"0.1.0\", \"network\": \"a\"}").unwrap();
        fs::write(path.join("notes"), "").unwrap();
        assert!(check(path).is_ok());
        assert_eq!(foreign_entries(path).unwrap(), ["notes"]);
        assert!(refused(&path.join("notes")).contains("is a file, expected a folder"));
        assert!(refused(&path.join("notes/out")).contains("notes` is not a folder"));
    }
}
