//! What the commands that write a network share: the names of its files, their paths, and reading back what was made.

use super::args::Import;
use super::session::{Failure, Session, network_errors};
use crate::diag::{Diagnostics, Error, Source};
use crate::frontend::onnx::network::Imported;
use crate::frontend::onnx::safe_name;
use crate::frontend::weights::Problem;
use crate::frontend::{self, data};
use crate::network::Network;
use crate::passes;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// The range of the input where nothing is said.
pub const RANGE: (f64, f64) = (-1.0, 1.0);

/// A problem of a file that has no lines.
pub fn malformed(path: &Path, problem: Problem) -> Error {
    let help = problem.help.map(|help| format!("; {help}")).unwrap_or_default();
    Error::Malformed { path: path.into(), problem: problem.message + &help }
}

/// The name of a file, as a comment may hold it.
pub fn file_name(path: &Path) -> String {
    path.file_name().map_or("".into(), |name| name.to_string_lossy().escape_debug().to_string())
}

/// The name of the network that goes into a file.
pub fn stem(output: &Path) -> String {
    safe_name(&output.file_stem().map_or("".into(), |stem| stem.to_string_lossy()), "network")
}

/// The path of the calibration samples as the `.circ` file names it, once they fit an input of `shape`.
pub fn calibration(args: &Import, shape: &[usize]) -> Result<Option<String>, Error> {
    let Some(path) = &args.calibrate else { return Ok(None) };
    data::samples(path, shape)?;
    relative(path, &args.output).map(Some)
}

/// The path of `file` seen from the folder of `from`.
pub fn relative(file: &Path, from: &Path) -> Result<String, Error> {
    let whole = |path: &Path| path.canonicalize().map_err(|cause| Error::Read { path: path.into(), cause });
    let folder = from.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let (file, folder) = (whole(file)?, whole(folder)?);
    let common = file.components().zip(folder.components()).take_while(|(a, b)| a == b).count();
    let up = folder.components().skip(common).map(|_| Component::ParentDir);
    let path: PathBuf = up.chain(file.components().skip(common)).collect();
    let text = path.to_str().filter(|text| !text.chars().any(char::is_control)).map(str::to_string);
    text.ok_or_else(|| {
        let problem = "its name cannot stand in a `.circ` file, expected printable text; rename it".into();
        Error::Malformed { path, problem }
    })
}

/// Reads the files as every command will read them, and folds what folds.
pub fn load(session: &Session, imported: &Imported, folder: &Path) -> Result<Network, Failure> {
    let path = folder.join("imported.circ").display().to_string();
    let source = Arc::new(Source { path, text: imported.circ.clone() });
    let mut diagnostics = Diagnostics::default();
    let network = frontend::load(&source, &mut diagnostics).and_then(|mut network| {
        passes::run(&mut network, passes::before("circulize"), &mut diagnostics, &mut |_, _, _| {})?;
        Ok(network)
    });
    session.show(&source, &diagnostics);
    network.map_err(|_| network_errors(&diagnostics))
}
