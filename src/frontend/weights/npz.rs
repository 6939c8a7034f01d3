//! The format .npz: a ZIP archive of .npy files.

use super::{Problem, Tensor, choose, npy};
use npyz::npz::{NpzArchive, file_name_from_array_name};
use std::collections::BTreeSet;
use std::io::Cursor;

/// The array `name` of at most `most` elements; without a name, the only one.
///
/// Unpacks no more than the array needs, whatever the archive states about its sizes.
pub fn read(bytes: &[u8], name: Option<&str>, most: usize) -> Result<Tensor, Problem> {
    let mut archive = open(bytes)?;
    let names: Vec<String> = archive.array_names().map(str::to_string).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let name = choose(name, &names)?;
    let file = archive.zip_archive().by_name(&file_name_from_array_name(name)).map_err(|cause| damaged(&cause))?;
    npy::read_stream(file, most).map_err(|problem| problem.of(name))
}

/// The names of all arrays.
pub fn names(bytes: &[u8]) -> Result<BTreeSet<String>, Problem> {
    Ok(open(bytes)?.array_names().map(str::to_string).collect())
}

fn open(bytes: &[u8]) -> Result<NpzArchive<Cursor<&[u8]>>, Problem> {
    NpzArchive::new(Cursor::new(bytes)).map_err(|cause| damaged(&cause))
}

fn damaged(cause: &dyn std::fmt::Display) -> Problem {
    Problem::malformed(format!("the archive is damaged: {cause}"))
}
