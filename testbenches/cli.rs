//! The command line as users meet it: the built program, its exit codes, stdout and stderr, and what it leaves on disk.

#[path = "common/binary.rs"]
mod binary;
mod files;

mod cli {
    mod bad_input;
    mod commands;
    mod levels;
    mod output;
}

use std::path::Path;
use tempfile::TempDir;

/// A folder with `mini.circ` and the files that it and other networks of these tests name.
fn mini() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    files::write(folder.path(), "");
    std::fs::write(folder.path().join("mini.circ"), include_str!("fixtures/cli/mini.circ")).unwrap();
    folder
}

/// A file of the project.
fn project(path: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path).display().to_string()
}
