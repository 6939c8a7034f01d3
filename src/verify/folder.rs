//! An output folder as verification reads it: manifest, Verilog sources, and the model's own copy of all constants.

use crate::blocks::models::UNITS;
use crate::diag::Error;
use crate::machine::{Machine, text};
use crate::manifest::Manifest;
use std::path::{Path, PathBuf};

/// An output folder.
#[derive(Clone, Debug)]
pub struct Folder {
    /// Where it is; absolute.
    pub root: PathBuf,
    /// Its manifest.
    pub manifest: Manifest,
    /// Its Verilog files, leaves first, relative to `root`.
    pub sources: Vec<PathBuf>,
}

impl Folder {
    /// Reads `manifest.json` and `files.f`.
    pub fn open(root: &Path) -> Result<Folder, Error> {
        let root = root.canonicalize().map_err(|cause| Error::Read { path: root.to_path_buf(), cause })?;
        let path = root.join("manifest.json");
        let manifest: Manifest = serde_json::from_str(&read(&path)?)
            .map_err(|e| Error::Malformed { path, problem: format!("not a manifest of this version: {e}") })?;
        let list = read(&root.join("files.f"))?;
        let lines = list.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
        let sources: Vec<PathBuf> = lines.map(PathBuf::from).collect();
        Ok(Folder { root, manifest, sources })
    }

    /// Whether every memory file is there and has the words that its module reads: simulators only warn.
    pub fn check_memories(&self) -> Result<(), Error> {
        for memory in self.manifest.modules.iter().flat_map(|module| &module.memories) {
            let path = self.root.join(&memory.file);
            if let Some(problem) = memory.problem(&read(&path)?) {
                return Err(Error::Malformed { path, problem });
            }
        }
        Ok(())
    }

    /// The timed model in its reset state, from `model/` alone.
    pub fn machine(&self) -> Result<Machine, Error> {
        let path = self.root.join("model/machine.txt");
        let mut memory = |name: &str| {
            let path = self.root.join("model/data").join(format!("{name}.hex"));
            read(&path).map_err(|e| e.to_string())
        };
        let machine = text::read(&read(&path)?, UNITS, &mut memory);
        let machine = machine.map_err(|problem| Error::Malformed { path: path.clone(), problem })?;
        let fifos = machine.fifos.iter().map(|fifo| fifo.name.as_str());
        if !fifos.eq(self.manifest.probes.iter().map(|probe| probe.fifo.as_str())) {
            let problem = "its FIFOs are not the probes of `manifest.json`; build the folder again".into();
            return Err(Error::Malformed { path, problem });
        }
        Ok(machine)
    }
}

fn read(path: &Path) -> Result<String, Error> {
    std::fs::read_to_string(path).map_err(|cause| Error::Read { path: path.to_path_buf(), cause })
}
