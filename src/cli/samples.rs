//! Results as files.

use crate::diag::Error;
use crate::emit::write::replace_file;
use npyz::{AutoSerialize, WriterBuilder};
use std::io::{self, BufWriter, ErrorKind};
use std::path::Path;

/// Whether a result could be written to `path`: to be asked before the work is done.
pub fn check_file(path: &Path) -> Result<(), Error> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let problem = match () {
        _ if path.is_dir() => "it is a folder, expected a file".to_string(),
        _ if !folder.is_dir() => format!("there is no folder `{}`", folder.display()),
        _ => return Ok(()),
    };
    Err(Error::Write { path: path.into(), cause: io::Error::new(ErrorKind::InvalidInput, problem) })
}

/// Writes `[samples][elements]` numbers as an f64 .npy file.
pub fn write_npy(path: &Path, rows: &[Vec<f64>]) -> Result<(), Error> {
    let shape = [rows.len() as u64, rows.first().map_or(0, |row| row.len()) as u64];
    write_array(path, &shape, rows.iter().flatten().copied())
}

/// Writes an array as a .npy file of the numbers' own type.
pub fn write_array<T: AutoSerialize>(
    path: &Path,
    shape: &[u64],
    numbers: impl Iterator<Item = T>,
) -> Result<(), Error> {
    replace_file(path, |file| {
        let options = npyz::WriteOptions::new().default_dtype().shape(shape);
        let mut writer = options.writer(BufWriter::new(file)).begin_nd()?;
        writer.extend(numbers)?;
        writer.finish()
    })
}
