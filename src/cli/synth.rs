//! `synth`: what a design takes and how fast it is, by Yosys and nextpnr.

use super::Outcome;
use super::args::Synth;
use super::build::build_into;
use super::session::{Session, default_output};
use crate::diag::Error;
use crate::emit::design::to_json;
use crate::emit::write;
use crate::synth::nextpnr::How;
use crate::synth::{self, FILE, Measurement, Options};
use std::io::Write;
use std::path::{Path, PathBuf};

/// `circlet synth`: a network is built first, an output folder is taken as it lies.
pub fn synth(session: &Session, args: &Synth) -> Outcome {
    let options = Options {
        family: args.family,
        place: !args.no_place,
        clock: args.clock,
        how: How { seed: args.seed, algorithm: args.placer, timing_ripup: args.timing_ripup },
        yosys: args.yosys.clone(),
        nextpnr: args.nextpnr.clone(),
    };
    let (root, _beside) = match args.network.is_dir() {
        true if !args.network.join("manifest.json").is_file() => {
            let problem = "is not an output folder of circlet: it has no `manifest.json`; `circlet build` makes one";
            return Err(Error::Malformed { path: args.network.clone(), problem: problem.into() }.into());
        }
        true => (args.network.clone(), None),
        false => {
            let beside = tempfile::tempdir().map_err(|cause| Error::Write { path: std::env::temp_dir(), cause })?;
            let (root, _, _) = build_into(session, &args.network, Some(beside.path().join("design")), false)?;
            (root, Some(beside))
        }
    };
    let measured = synth::run(&root, &options, &mut |step| session.note(step))?;
    if let Some(place) = place_of(args, &measured, &root) {
        keep(&measured, &place)?;
    }
    session.result(&measured, || measured.to_string())
}

/// Where the measurement goes: where asked for, or beside the design that it is of.
fn place_of(args: &Synth, measured: &Measurement, root: &Path) -> Option<PathBuf> {
    if args.output.is_some() || args.network.is_dir() {
        return Some(args.output.clone().unwrap_or(root.join(FILE)));
    }
    let folder = default_output(&measured.network);
    synth::is_of(&folder, &measured.digest).then(|| folder.join(FILE))
}

/// Adds the measurement to those of other families that lie at `place`.
fn keep(measured: &Measurement, place: &Path) -> Outcome {
    let list = synth::with(measured, place);
    Ok(write::replace_file(place, |mut file| file.write_all(to_json(&list).as_bytes()))?)
}
