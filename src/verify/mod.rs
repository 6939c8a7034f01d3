//! The emitted Verilog in lockstep with the timed model: every port, every probe, every cycle.
//!
//! [`run`] takes an output folder and nothing else: `rtl/` is simulated, `model/` says what it must show. The parts:
//! [`folder`] reads, [`stimulus`] invents, [`player`] plays a plan on the model, [`verilator`], [`compiler`] and
//! [`process`] on the hardware, [`lockstep`] compares, [`mismatch`] explains, [`measure`] holds the promised times
//! against what was seen.

pub mod compiler;
pub mod folder;
pub mod frames;
pub mod lockstep;
pub mod measure;
pub mod mismatch;
pub mod player;
pub mod process;
pub mod record;
pub mod report;
pub mod stimulus;
pub mod verilator;

use crate::diag::Error;
use compiler::Means;
use folder::Folder;
use lockstep::{Difference, Lockstep, Outcome};
use measure::{Meter, Timing};
use mismatch::Mismatch;
use player::Player;
use process::Window;
use report::{PlanReport, Report};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Instant;
use stimulus::{Frames, Plan};
use verilator::{Build, Verilator};

/// Cycles in a waveform before and after the first difference.
const WAVE: (u64, u64) = (100, 20);

/// What to verify with.
#[derive(Clone, Debug)]
pub struct Options {
    /// Frames of the plan without bubbles; raised to what its measurement needs.
    pub frames: usize,
    /// Frames of each other plan.
    pub others: usize,
    /// Of everything random.
    pub seed: u64,
    /// Frames to offer in the plan without bubbles, each all the words of its beats. Without them, and in the other
    /// plans: random words and extremes.
    pub given: Option<Rc<Vec<Vec<i64>>>>,
    /// Where to write a waveform around the first difference.
    pub wave: Option<PathBuf>,
    /// The simulator's program.
    pub verilator: String,
    /// Where to build it; `None`: a folder that is removed afterwards.
    pub work: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Options {
        Options { frames: 32, others: 16, seed: 1, given: None, wave: None, verilator: "verilator".into(), work: None }
    }
}

impl Options {
    /// Cycles that all plans together are likely to take.
    fn cycles(&self, folder: &Folder) -> u64 {
        let manifest = &folder.manifest;
        // plans with stalls take about twice as long as the one without
        let frames = self.frames + 2 * 12 * self.others;
        (manifest.latency_last + frames * manifest.interval) as u64
    }
}

/// What is being done, for those who watch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// A step: `build`, or the name of a plan.
    pub step: String,
    /// Frames done in it, of how many.
    pub frames: (usize, usize),
}

/// Verifies an output folder. Every plan is carried out until one fails.
pub fn run(root: &Path, options: &Options, progress: &mut dyn FnMut(&Progress)) -> Result<Report, Error> {
    let clock = Instant::now();
    let bench = Bench::build(root, options, progress)?;
    let built = clock.elapsed().as_secs_f64();
    let mut report = bench.verify(options, progress)?;
    report.seconds = (built, clock.elapsed().as_secs_f64() - built);
    Ok(report)
}

/// A folder with its simulator, and where that was built.
pub struct Bench {
    /// To run plans and frames.
    pub lockstep: Lockstep,
    verilator: Verilator,
    work: Work,
}

/// A folder to build in.
enum Work {
    Kept(PathBuf),
    Removed(tempfile::TempDir),
}

impl Work {
    fn path(&self) -> &Path {
        match self {
            Work::Kept(path) => path,
            Work::Removed(dir) => dir.path(),
        }
    }
}

impl Bench {
    /// Builds the simulator of an output folder.
    pub fn build(root: &Path, options: &Options, progress: &mut dyn FnMut(&Progress)) -> Result<Bench, Error> {
        let folder = Folder::open(root)?;
        // what is damaged is found before the simulator is built
        folder.machine()?;
        folder.check_memories()?;
        let verilator = Verilator::find(&options.verilator)?;
        progress(&Progress { step: format!("build with Verilator {}", verilator.version), frames: (0, 0) });
        let work = match &options.work {
            Some(path) => {
                std::fs::create_dir_all(path).map_err(|cause| Error::Write { path: path.clone(), cause })?;
                Work::Kept(path.canonicalize().map_err(|cause| Error::Write { path: path.clone(), cause })?)
            }
            None => {
                Work::Removed(tempfile::tempdir().map_err(|cause| Error::Write { path: std::env::temp_dir(), cause })?)
            }
        };
        let (dut, layout) = Lockstep::layout(&folder);
        let build = Build {
            dut: &dut,
            root: &folder.root,
            sources: &folder.sources,
            means: Means::default(),
            cycles: options.cycles(&folder),
        };
        let program = verilator.build(&build, work.path())?;
        Ok(Bench { lockstep: Lockstep { folder, layout, program }, verilator, work })
    }

    /// Carries out every plan until one fails; `seconds` is left to the caller.
    pub fn verify(&self, options: &Options, progress: &mut dyn FnMut(&Progress)) -> Result<Report, Error> {
        let mut report = self.report();
        let settled = 3 + self.lockstep.folder.machine()?.actors.len();
        let manifest = &self.lockstep.folder.manifest;
        let times = (manifest.interval, manifest.latency_last);
        for plan in Plan::all((options.frames.max(2 * settled + 4), options.others), times, options.seed) {
            let (outcome, measured) = self.plan(&plan, options, settled, progress)?;
            report.add(&plan, &outcome, measured);
            if let Some(difference) = &outcome.difference {
                report.mismatch = Some(self.explain(&plan, difference, options)?);
                break;
            }
        }
        Ok(report)
    }

    fn plan(
        &self,
        plan: &Plan,
        options: &Options,
        settled: usize,
        progress: &mut dyn FnMut(&Progress),
    ) -> Result<(Outcome, Option<Timing>), Error> {
        let mut meter = Meter::default();
        let mut see = |cycle, inputs: &[u32], record: record::Record| meter.see(cycle, inputs, record);
        let see: Option<lockstep::See> = if plan.is_steady() { Some(&mut see) } else { None };
        let mut done = |frames| progress(&Progress { step: plan.name.clone(), frames: (frames, plan.frames) });
        let outcome = self.lockstep.run(plan, self.frames(plan, options), see, &mut done)?;
        Ok((outcome, meter.timing(settled)))
    }

    fn frames(&self, plan: &Plan, options: &Options) -> Frames {
        let input = &self.lockstep.folder.manifest.input;
        match &options.given {
            Some(frames) if plan.is_steady() => Frames::Given(frames.clone()),
            _ => Frames::Random { words: input.lanes * input.beats, width: input.width },
        }
    }

    fn explain(&self, plan: &Plan, difference: &Difference, options: &Options) -> Result<Mismatch, Error> {
        let Lockstep { folder, layout, .. } = &self.lockstep;
        let player = Player::new(folder, plan, self.frames(plan, options))?;
        let mut mismatch = mismatch::explain(folder, layout, difference, player)?;
        (mismatch.plan, mismatch.seed) = (plan.name.clone(), plan.seed);
        if let Some(file) = &options.wave {
            self.wave(plan, difference.cycle, file, options)?;
            mismatch.wave = Some(file.clone());
        }
        Ok(mismatch)
    }

    /// Plays a plan again on a simulator that writes a waveform around `cycle`.
    fn wave(&self, plan: &Plan, cycle: u64, file: &Path, options: &Options) -> Result<(), Error> {
        let folder = self.lockstep.folder.clone();
        let (dut, layout) = Lockstep::layout(&folder);
        let work = self.work.path().join("wave");
        std::fs::create_dir_all(&work).map_err(|cause| Error::Write { path: work.clone(), cause })?;
        let build = Build {
            dut: &dut,
            root: &folder.root,
            sources: &folder.sources,
            means: Means { trace: true, ..Means::default() },
            cycles: 0,
        };
        let program = self.verilator.build(&build, &work)?;
        let file = std::path::absolute(file).map_err(|cause| Error::Write { path: file.to_path_buf(), cause })?;
        let window = Window { file: &file, first: cycle.saturating_sub(WAVE.0), last: cycle + WAVE.1 };
        Lockstep { folder, layout, program }.record_wave(plan, self.frames(plan, options), window)
    }

    fn report(&self) -> Report {
        let manifest = &self.lockstep.folder.manifest;
        Report {
            network: manifest.network.clone(),
            simulator: format!("Verilator {}", self.verilator.version),
            signals: 5 + 3 * manifest.probes.len(),
            plans: Vec::new(),
            cycles: 0,
            frames: 0,
            differences: 0,
            promised: Timing {
                interval: manifest.interval,
                latency_first: manifest.latency_first,
                latency_last: manifest.latency_last,
            },
            measured: None,
            mismatch: None,
            clipped: Default::default(),
            seconds: (0.0, 0.0),
        }
    }
}

impl Report {
    fn add(&mut self, plan: &Plan, outcome: &Outcome, measured: Option<Timing>) {
        let Outcome { cycles, frames, stuck, .. } = *outcome;
        self.plans.push(PlanReport { name: plan.name.clone(), seed: plan.seed, cycles, frames, stuck });
        self.cycles += cycles;
        self.frames += frames;
        self.differences += outcome.difference.is_some() as usize;
        self.measured = self.measured.or(measured);
        for (actor, count) in &outcome.clipped {
            *self.clipped.entry(actor.clone()).or_default() += count;
        }
    }
}
