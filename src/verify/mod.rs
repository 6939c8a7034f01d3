//! The emitted Verilog in lockstep with the timed model: every port, every probe, every cycle.
//!
//! [`run`] takes an output folder and nothing else: `rtl/` is simulated, `model/` says what it must show. The parts:
//! [`folder`] reads, [`stimulus`] invents, [`player`] plays a plan on the model, [`verilator`], [`compiler`] and
//! [`process`] on the hardware, [`lockstep`] compares, [`mismatch`] explains, [`measure`] holds the promised times
//! against what was seen, [`coverage`] says what of the design they have been through. [`icarus`] is the second
//! simulator, in four states; [`wave`] reads and writes waveforms, and [`diff`] compares any two of them.

pub mod compiler;
pub mod coverage;
pub mod diff;
pub mod folder;
pub mod frames;
pub mod icarus;
pub mod junit;
pub mod lockstep;
pub mod measure;
pub mod mismatch;
pub mod player;
pub mod process;
pub mod record;
pub mod report;
pub mod stimulus;
pub mod verilator;
pub mod wave;

use crate::diag::Error;
use crate::manifest::Manifest;
use compiler::Means;
use coverage::watch::Watch;
use coverage::{Coverage, points::Points};
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

/// Which program simulates the Verilog.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Simulator {
    /// Fast, in two states; what relies on an initial value shows itself by random ones.
    #[default]
    Verilator,
    /// In four states: what is not known stays `x`.
    Icarus,
}

/// Frames of a plan, at least, where the user does not count them.
const FRAMES: usize = 32;
/// Cycles that they fill, at least: in the plan without bubbles enough for the last bit of a bias or of an entry of a table
/// to show in a small network, in the others enough for a reset to meet a rare state.
const CYCLES: Cycles = Cycles { steady: 1_000_000, counted: 200_000, others: 20_000 };

struct Cycles {
    steady: usize,
    /// The plan without bubbles where lines and bits are counted, which takes the simulator several times as long.
    counted: usize,
    others: usize,
}

/// What to verify with.
#[derive(Clone, Debug)]
pub struct Options {
    /// Frames of the plan without bubbles, raised to what its measurement needs; `None`: as many as fill 1,000,000 cycles, or
    /// 200,000 where coverage is counted, at least 32.
    pub frames: Option<usize>,
    /// Frames of each other plan; `None`: as many as fill 20,000 cycles, at least 32.
    pub others: Option<usize>,
    /// Of everything random.
    pub seed: u64,
    /// Frames to offer in the plan without bubbles, each all the words of its beats. Without them, and in the other
    /// plans: random words and extremes.
    pub given: Option<Rc<Vec<Vec<i64>>>>,
    /// Where to write a waveform around the first difference.
    pub wave: Option<PathBuf>,
    /// Where to write waveforms of a whole plan, by the model and by the simulator: the plan that fails, else the first.
    pub whole: (Option<PathBuf>, Option<PathBuf>),
    /// Only the plans whose names hold this text.
    pub plans: String,
    /// Count what of the design the plans go through.
    pub coverage: bool,
    /// Seconds after which further plans, begun where lines or states have not been reached, end; 0: none.
    pub budget: u64,
    /// Frames that drive sums to their ends, each all the words of its beats.
    pub directed: Option<Rc<Vec<Vec<i64>>>>,
    /// Which simulator.
    pub simulator: Simulator,
    /// Verilator's program.
    pub verilator: String,
    /// Where to build it; `None`: a folder that is removed afterwards.
    pub work: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            frames: None,
            others: None,
            seed: 1,
            given: None,
            wave: None,
            whole: (None, None),
            plans: String::new(),
            coverage: false,
            budget: 0,
            directed: None,
            simulator: Simulator::Verilator,
            verilator: "verilator".into(),
            work: None,
        }
    }
}

impl Options {
    /// Frames of the plan without bubbles, and of each other one.
    fn counts(&self, manifest: &Manifest) -> (usize, usize) {
        let filling = |cycles: usize| match self.simulator {
            Simulator::Verilator => cycles.div_ceil(manifest.interval.max(1)).max(FRAMES),
            // too slow for long plans
            Simulator::Icarus => FRAMES,
        };
        let steady = if self.coverage { CYCLES.counted } else { CYCLES.steady };
        (self.frames.unwrap_or(filling(steady)), self.others.unwrap_or(filling(CYCLES.others)))
    }

    /// Cycles that all plans together are likely to take.
    fn cycles(&self, folder: &Folder) -> u64 {
        let manifest = &folder.manifest;
        // plans with stalls take about twice as long as the one without
        let (steady, others) = self.counts(manifest);
        let frames = steady + 2 * 12 * others;
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
    if options.simulator == Simulator::Icarus {
        let mut report = icarus::verify(root, options, progress)?;
        report.seconds.1 = clock.elapsed().as_secs_f64();
        return Ok(report);
    }
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
    fn new(options: &Options) -> Result<Work, Error> {
        let failed = |path: &Path| {
            let path = path.to_path_buf();
            move |cause| Error::Write { path, cause }
        };
        match &options.work {
            Some(path) => {
                std::fs::create_dir_all(path).map_err(failed(path))?;
                Ok(Work::Kept(path.canonicalize().map_err(failed(path))?))
            }
            None => Ok(Work::Removed(tempfile::tempdir().map_err(failed(&std::env::temp_dir()))?)),
        }
    }

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
        let work = Work::new(options)?;
        let (dut, layout) = Lockstep::layout(&folder);
        let build = Build {
            dut: &dut,
            root: &folder.root,
            sources: &folder.sources,
            means: Means { coverage: options.coverage, ..Means::default() },
            cycles: options.cycles(&folder),
        };
        let program = verilator.build(&build, work.path())?;
        let counts = options.coverage.then(|| work.path().join("coverage.dat"));
        Ok(Bench { lockstep: Lockstep { folder, layout, program, counts }, verilator, work })
    }

    /// Carries out every plan until one fails; `seconds` is left to the caller.
    pub fn verify(&self, options: &Options, progress: &mut dyn FnMut(&Progress)) -> Result<Report, Error> {
        let simulator = format!("Verilator {}, 2-state", self.verilator.version);
        let mut report = Report::new(&self.lockstep.folder.manifest, simulator);
        let (plans, settled) = plans(&self.lockstep.folder, options)?;
        let mut recorded = plans.first().cloned();
        let mut counting = options.coverage.then(|| self.counting()).transpose()?;
        let clock = Instant::now();
        let (mut round, mut waiting) = (0, plans.clone().into_iter());
        loop {
            let Some(plan) = waiting.next() else {
                let Some((points, watch)) = &counting else { break };
                let mut coverage = Coverage::of(&self.lockstep.folder, points, watch)?;
                (coverage.rounds, coverage.out_of_time) = (round, false);
                let complete = coverage.is_complete();
                let spent = clock.elapsed().as_secs() >= options.budget;
                coverage.out_of_time = options.budget > 0 && spent && !complete;
                report.coverage = Some(coverage);
                if complete || spent {
                    break;
                }
                round += 1;
                waiting = self.further(options, round).into_iter();
                continue;
            };
            let watch = counting.as_mut().map(|(_, watch)| watch);
            let (outcome, measured) = self.plan(&plan, options, settled, watch, progress)?;
            report.add(&plan, &outcome, measured);
            if let Some((points, watch)) = &mut counting {
                points.add(&self.lockstep)?;
                watch.restart();
            }
            if let Some(difference) = &outcome.difference {
                report.mismatch = Some(self.explain(&plan, difference, options)?);
                recorded = Some(plan);
                break;
            }
        }
        if let Some(plan) = recorded {
            self.record(&plan, options)?;
        }
        Ok(report)
    }

    /// What counts lines and bits, and what counts states.
    fn counting(&self) -> Result<(Points, Watch), Error> {
        Ok((Points::default(), Watch::new(&self.lockstep.folder)?))
    }

    /// The plans of a further round: other seeds, and frames that drive sums to their ends in every second one.
    fn further(&self, options: &Options, round: usize) -> Vec<Plan> {
        let manifest = &self.lockstep.folder.manifest;
        let times = (manifest.interval, manifest.latency_last);
        let seed = options.seed.wrapping_add(1000 * round as u64);
        let (_, others) = options.counts(manifest);
        let mut plans = Plan::all((others, others), times, seed);
        plans.retain(|plan| !plan.is_steady());
        plans.push(Plan::resets_in_every_phase(others, times, seed));
        let directed = options.directed.is_some() && round % 2 == 1;
        plans.iter_mut().for_each(|plan| {
            plan.directed = directed;
            plan.name = format!("round {round}, {}", plan.name);
        });
        plans
    }

    fn plan(
        &self,
        plan: &Plan,
        options: &Options,
        settled: usize,
        watch: Option<&mut Watch>,
        progress: &mut dyn FnMut(&Progress),
    ) -> Result<(Outcome, Option<Timing>), Error> {
        let mut meter = Meter::default();
        let mut see = |cycle, inputs: &[u32], record: record::Record| meter.see(cycle, inputs, record);
        let see: Option<lockstep::See> = if plan.is_steady() { Some(&mut see) } else { None };
        let mut done = |frames| progress(&Progress { step: plan.name.clone(), frames: (frames, plan.frames) });
        let outcome = self.lockstep.run(plan, self.frames(plan, options), see, watch, &mut done)?;
        Ok((outcome, meter.timing(settled)))
    }

    fn frames(&self, plan: &Plan, options: &Options) -> Frames {
        frames_of(&self.lockstep.folder, plan, options)
    }

    fn explain(&self, plan: &Plan, difference: &Difference, options: &Options) -> Result<Mismatch, Error> {
        let Lockstep { folder, layout, .. } = &self.lockstep;
        let player = Player::new(folder, plan, self.frames(plan, options))?;
        let mut mismatch = mismatch::explain(folder, layout, difference, player)?;
        (mismatch.plan, mismatch.seed) = (plan.name.clone(), plan.seed);
        if let Some(file) = &options.wave {
            let cycles = (difference.cycle.saturating_sub(WAVE.0), difference.cycle + WAVE.1);
            self.wave(plan, cycles, file, options)?;
            mismatch.wave = Some(file.clone());
        }
        Ok(mismatch)
    }

    /// Writes the waveforms of a whole plan that were asked for.
    fn record(&self, plan: &Plan, options: &Options) -> Result<(), Error> {
        if let Some(file) = &options.whole.0 {
            wave::write::model(&self.lockstep.folder, plan, self.frames(plan, options), file)?;
        }
        match &options.whole.1 {
            Some(file) => self.wave(plan, (0, u64::MAX - 1), file, options),
            None => Ok(()),
        }
    }

    /// Plays a plan again on a simulator that writes a waveform of some cycles.
    fn wave(&self, plan: &Plan, cycles: (u64, u64), file: &Path, options: &Options) -> Result<(), Error> {
        let folder = self.lockstep.folder.clone();
        let (dut, layout) = Lockstep::layout(&folder);
        let work = self.work.path().join("wave");
        std::fs::create_dir_all(&work).map_err(|cause| Error::Write { path: work.clone(), cause })?;
        let build = Build {
            dut: &dut,
            root: &folder.root,
            sources: &folder.sources,
            means: Means { trace: true, fst: wave::write::is_fst(file), ..Means::default() },
            cycles: 0,
        };
        let program = self.verilator.build(&build, &work)?;
        let file = std::path::absolute(file).map_err(|cause| Error::Write { path: file.to_path_buf(), cause })?;
        let window = Window { file: &file, first: cycles.0, last: cycles.1 };
        Lockstep { folder, layout, program, counts: None }.record_wave(plan, self.frames(plan, options), window)
    }
}

/// The plans that were asked for, and how many steady intervals make a measurement.
fn plans(folder: &Folder, options: &Options) -> Result<(Vec<Plan>, usize), Error> {
    let settled = 3 + folder.machine()?.actors.len();
    let times = (folder.manifest.interval, folder.manifest.latency_last);
    let (steady, others) = options.counts(&folder.manifest);
    let mut plans = Plan::all((steady.max(2 * settled + 4), others), times, options.seed);
    if options.coverage {
        plans.push(Plan::resets_in_every_phase(others, times, options.seed));
        plans.extend(options.directed.as_ref().map(|frames| Plan::directed(frames.len(), options.seed)));
    }
    let plans: Vec<Plan> = plans.into_iter().filter(|plan| plan.name.contains(&options.plans)).collect();
    if plans.is_empty() {
        let problem = format!("no plan is called `{}`; without `--plan` their names are shown", options.plans);
        return Err(Error::Malformed { path: folder.root.clone(), problem });
    }
    Ok((plans, settled))
}

/// The frames that a plan offers.
fn frames_of(folder: &Folder, plan: &Plan, options: &Options) -> Frames {
    let directed = options.directed.as_ref().filter(|_| plan.directed);
    if let Some(frames) = directed {
        return Frames::Given(frames.clone());
    }
    match &options.given {
        Some(frames) if plan.is_steady() => Frames::Given(frames.clone()),
        _ => Frames::of(None, &folder.manifest.input),
    }
}

impl Report {
    /// Nothing verified yet.
    fn new(manifest: &Manifest, simulator: String) -> Report {
        Report {
            network: manifest.network.clone(),
            simulator,
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
            coverage: None,
            clipped: Default::default(),
            seconds: (0.0, 0.0),
        }
    }

    fn add(&mut self, plan: &Plan, outcome: &Outcome, measured: Option<Timing>) {
        let Outcome { cycles, frames, stuck, .. } = *outcome;
        let (name, seed, steady) = (plan.name.clone(), plan.seed, plan.is_steady());
        self.plans.push(PlanReport { name, seed, cycles, frames, stuck, steady });
        self.cycles += cycles;
        self.frames += frames;
        self.differences += outcome.difference.is_some() as usize;
        self.measured = self.measured.or(measured);
        for (actor, count) in &outcome.clipped {
            *self.clipped.entry(actor.clone()).or_default() += count;
        }
    }
}
