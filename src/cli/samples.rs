//! Samples, labels and results as files.

use crate::diag::Error;
use npyz::WriterBuilder;
use std::io::BufWriter;
use std::path::Path;

/// Writes `[samples][elements]` numbers as an f64 .npy file: beside it first, then renamed.
pub fn write_npy(path: &Path, rows: &[Vec<f64>]) -> Result<(), Error> {
    let failed = |cause| Error::Write { path: path.into(), cause };
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    let shape = [rows.len() as u64, rows.first().map_or(0, |row| row.len()) as u64];
    let writer = npyz::WriteOptions::new().default_dtype().shape(&shape).writer(BufWriter::new(file.as_file()));
    let mut writer = writer.begin_nd().map_err(failed)?;
    writer.extend(rows.iter().flatten().copied()).map_err(failed)?;
    writer.finish().map_err(failed)?;
    file.persist(path).map_err(|e| failed(e.error))?;
    Ok(())
}
