//! Designs that are synthesised: examples and random networks.

use crate::random::{self, Limits};
use circlet::diag::{Diagnostics, SourceRef, render};
use circlet::emit::design::{Design, design};
use circlet::emit::write;
use circlet::frontend;
use circlet::network::Family;
use circlet::pipeline::{self, Silent};
use circlet::synth::expected::{Expected, expected};
use circlet::synth::nextpnr::How;
use circlet::synth::{self, Measurement, Options};
use std::path::Path;
use tempfile::TempDir;

/// The design of a network description.
pub fn of(path: &Path) -> Design {
    compiled(&frontend::read_source(path).unwrap()).unwrap_or_else(|refused| panic!("{refused}"))
}

/// The same with another target; what it is refused with.
pub fn aimed(path: &Path, target: &str) -> Result<Design, String> {
    compiled(&crate::aimed::aimed(path, target))
}

fn compiled(source: &SourceRef) -> Result<Design, String> {
    let mut diagnostics = Diagnostics::default();
    let made = pipeline::compile(source, &mut Silent, &mut diagnostics)
        .and_then(|compiled| design(&compiled.context(), &mut diagnostics));
    made.map_err(|_| render::text(&diagnostics, source, false))
}

/// The random network of a seed.
pub fn random(seed: u64) -> Design {
    let source = tempfile::tempdir().unwrap();
    of(&random::network(seed, Limits { size: 100, ..Limits::default() }).write(source.path()))
}

/// A design in a folder of its own, below the project: some builds of the tools do not see the system's folder for such.
pub fn folder(design: &Design) -> TempDir {
    let below = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/synth");
    std::fs::create_dir_all(&below).unwrap();
    let folder = tempfile::tempdir_in(below).unwrap();
    write::write(design, &folder.path().join("design")).unwrap();
    folder
}

/// What Yosys makes of a design.
pub fn measured(design: &Design, family: Family) -> Measurement {
    let folder = folder(design);
    let options = Options { family, place: false, clock: None, how: How::default(), yosys: None, nextpnr: None };
    synth::run(&folder.path().join("design"), &options, &mut |_| ()).unwrap_or_else(|error| panic!("{error}"))
}

/// What is expected of it.
pub fn estimated(design: &Design, family: Family) -> Expected {
    expected(&design.manifest, &design.files, family).unwrap_or_else(|problem| panic!("{problem}"))
}

/// By how much an estimate is off, in percent of what was measured.
pub fn error(estimated: u64, measured: u64) -> f64 {
    100.0 * (estimated as f64 - measured as f64) / measured.max(1) as f64
}
