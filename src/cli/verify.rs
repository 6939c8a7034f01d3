//! `verify`: the Verilog against the model.

use super::Outcome;
use super::args::{Simulator, Verify};
use super::build::build_into;
use super::farm;
use super::session::{Failure, Progress as Bar, Session};
use crate::diag::Error;
use crate::frontend::data;
use crate::manifest::Manifest;
use crate::reference::Fixed;
use crate::verify::coverage::extremes;
use crate::verify::frames::padded;
use crate::verify::junit::{self, Job};
use crate::verify::report::Report;
use crate::verify::{self, Options, Progress};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// `circlet verify`: one design, a list of them, or the results of such a list.
pub fn verify(session: &Session, args: &Verify) -> Outcome {
    if args.merge.is_some() || args.jobs_file.is_some() {
        return farm::verify(session, args);
    }
    let Some(network) = &args.network else { crate::bug!("verify: no network and no list") };
    let report = one(session, args, network)?;
    if let Some(file) = &args.junit {
        junit::write(&[Job { name: report.network.clone(), outcome: Ok(report.clone()) }], file)?;
    }
    session.result(&report, || report.to_string())?;
    let enough = !args.require_coverage || report.coverage.as_ref().is_some_and(|coverage| coverage.is_complete());
    if report.passed() && enough { Ok(()) } else { Err(Failure::Check) }
}

/// Verifies one design: a network is built first, an output folder is taken as it lies.
pub fn one(session: &Session, args: &Verify, network: &Path) -> Result<Report, Failure> {
    let temporary = tempfile::tempdir().map_err(|cause| Error::Write { path: std::env::temp_dir(), cause })?;
    let malformed = |problem: &str| Error::Malformed { path: network.into(), problem: problem.into() };
    let (root, (given, directed)) = match network.is_dir() {
        true if args.inputs.is_some() => {
            let problem = "`--inputs` needs the network, which says how samples become words; name the `.circ` file";
            return Err(malformed(problem).into());
        }
        true if !network.join("manifest.json").is_file() => {
            let problem = "is not an output folder of circlet: it has no `manifest.json`; `circlet build` makes one";
            return Err(malformed(problem).into());
        }
        true => (network.to_path_buf(), (None, None)),
        false => build(session, args, network, &temporary.path().join("design"))?,
    };
    let frames = args.frames.map(NonZeroUsize::get);
    let options = Options {
        frames: given.as_ref().map(|given| given.len()).or(frames),
        others: frames,
        seed: args.seed,
        given,
        wave: args.wave.as_ref().map(|file| file.clone().unwrap_or_else(|| wave_file(network))),
        whole: (args.wave_model.clone(), args.wave_rtl.clone()),
        plans: args.plan.clone(),
        coverage: counts(args),
        budget: if args.thorough { args.budget.get() } else { 0 },
        directed,
        simulator: match args.simulator {
            Simulator::Verilator => verify::Simulator::Verilator,
            Simulator::Icarus => verify::Simulator::Icarus,
        },
        ..Options::default()
    };
    let mut steps = Steps { session, step: String::new(), bar: None };
    Ok(verify::run(&root, &options, &mut |progress| steps.see(progress))?)
}

/// Each step is named once, and has a bar of its own.
struct Steps<'a> {
    session: &'a Session,
    step: String,
    bar: Option<Bar<'a>>,
}

impl Steps<'_> {
    fn see(&mut self, progress: &Progress) {
        let (done, total) = progress.frames;
        if progress.step != self.step {
            self.bar = None;
            self.step.clone_from(&progress.step);
            self.session.note(&self.step);
            self.bar = (total > 0).then(|| self.session.progress(&self.step, total));
        }
        if let Some(bar) = &self.bar {
            bar.at(done);
        }
    }
}

type Given = Option<Rc<Vec<Vec<i64>>>>;

/// Whether coverage is counted.
fn counts(args: &Verify) -> bool {
    args.coverage || args.thorough || args.require_coverage
}

/// Builds the network into `folder`; the samples as words, and the frames that drive sums to their ends.
fn build(
    session: &Session,
    args: &Verify,
    network: &Path,
    folder: &Path,
) -> Result<(PathBuf, (Given, Given)), Failure> {
    let (root, design, compiled) = build_into(session, network, Some(folder.to_path_buf()), false)?;
    let input = &design.manifest.input;
    let directed = counts(args).then(|| extremes::frames(&compiled.network));
    let directed = directed.map(|list| Rc::new(list.iter().map(|frame| padded(frame, input)).collect()));
    let Some(inputs) = &args.inputs else { return Ok((root, (None, directed))) };
    let samples = data::samples(inputs, &compiled.network.input.shape)?;
    Ok((root, (Some(Rc::new(words(&compiled.network, &design.manifest, &samples))), directed)))
}

/// Samples as the words of whole beats.
pub fn words(network: &crate::network::Network, manifest: &Manifest, samples: &[Vec<f64>]) -> Vec<Vec<i64>> {
    let fixed = Fixed::new(network);
    samples.iter().map(|raw| padded(&fixed.quantise(raw), &manifest.input)).collect()
}

/// `<network>.vcd` where the command runs.
fn wave_file(network: &Path) -> PathBuf {
    let stem = network.file_stem().map_or("circlet".into(), |stem| stem.to_string_lossy().into_owned());
    PathBuf::from(format!("{stem}.vcd"))
}
