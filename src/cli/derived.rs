//! Networks made of another network: a `.circ` with its weights beside it, the calibration samples where they were.

use super::files::{relative, stem};
use super::session::Failure;
use crate::diag::Error;
use crate::emit::write;
use crate::frontend::onnx::network::Imported;
use crate::frontend::save;
use crate::network::Network;
use std::path::{Path, PathBuf};

/// Writes a network made of the one at `given`: `how`, and further notes at the top. Says where the weights are.
pub fn save(
    given: &Path,
    output: &Path,
    how: &str,
    notes: &[String],
    mut network: Network,
) -> Result<PathBuf, Failure> {
    check_other(given, output)?;
    network.name = stem(output);
    if let Some(calibration) = &mut network.calibration {
        let folder = given.parent().unwrap_or(Path::new(""));
        calibration.path = relative(&folder.join(&calibration.path), output)?;
    }
    let origin = given.file_name().map_or("".into(), |name| name.to_string_lossy().escape_debug().to_string());
    let notes = [&[format!("{how} from {origin} by circlet.")], notes].concat();
    let Imported { circ, weights } = save::files(&mut network, &notes)
        .map_err(|problem| Error::Malformed { path: given.into(), problem: problem.message })?;
    let place = output.with_file_name(format!("{}.safetensors", network.name));
    write::replace_files(&[(&place, &weights), (output, circ.as_bytes())], |_| Ok::<(), Failure>(()))?;
    Ok(place)
}

/// Refuses to write over the network that is read.
pub fn check_other(given: &Path, output: &Path) -> Result<(), Error> {
    let same = |a: &Path, b: &Path| a.canonicalize().is_ok_and(|a| b.canonicalize().is_ok_and(|b| a == b));
    if !same(given, output) {
        return Ok(());
    }
    let problem = "is the network that is read; choose another name with `-o`".to_string();
    Err(Error::Malformed { path: output.into(), problem })
}
