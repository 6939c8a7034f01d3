//! Everything one network must show: levels agree, promises are kept, three readers are silent, costs are counted.

use super::tools;
use circlet::diag::{Code, Diagnostics, render};
use circlet::emit::design::{Design, design};
use circlet::emit::{Context, vectors, write};
use circlet::frontend;
use circlet::machine::flow::Flow;
use circlet::pipeline::{self, Silent};
use circlet::reference::Fixed;
use circlet::verify::frames::{self, padded};
use circlet::verify::{self, Options};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::fmt;
use std::path::Path;

/// How much of a proof is made.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// Of everything random.
    pub seed: u64,
    /// Frames of each plan with stalls or resets.
    pub others: usize,
    /// Three linters are silent, and Yosys counts what the manifest says.
    pub readers: bool,
    /// The plain Verilog bench passes under Icarus.
    pub icarus: bool,
}

/// What does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The compiler has errors.
    Refused,
    /// It has only errors that a correct network may get: the target or a format cannot be met.
    Declined,
    /// Integers and timed model differ.
    Levels,
    /// Hardware and timed model differ.
    Hardware,
    /// Interval or latency are not those promised.
    Promise,
    /// The emitted bench fails.
    Bench,
    /// A linter speaks, or Yosys counts something else.
    Readers,
    /// A tool, or the compiler, broke.
    Broken,
}

/// A failure in words.
#[derive(Clone, Debug)]
pub struct Problem {
    /// What does not hold.
    pub failure: Failure,
    /// The words.
    pub text: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{:?}: {}", self.failure, self.text)
    }
}

/// What was compared.
#[derive(Clone, Debug, Default)]
#[allow(dead_code)]
pub struct Proof {
    /// Cycles in lockstep.
    pub cycles: u64,
    /// Frames in lockstep.
    pub frames: usize,
    /// Cycles between frames.
    pub interval: usize,
}

/// Builds the network at `path` into `output` and proves it in full; a line that says what was compared.
#[allow(dead_code)]
pub fn network(path: &Path, output: &Path, seed: u64, others: usize) -> Result<String, Problem> {
    let effort = Effort { seed, others, readers: true, icarus: false };
    let proof = prove(path, output, &effort, &|_| ())?;
    Ok(format!("{}: {} cycles compared, interval {}", path.display(), proof.cycles, proof.interval))
}

/// The proof of the network at `path`, whose output folder goes through `spoil` before it is verified.
pub fn prove(path: &Path, output: &Path, effort: &Effort, spoil: &dyn Fn(&Path)) -> Result<Proof, Problem> {
    let broken = |e: circlet::diag::Error| problem(Failure::Broken, e.to_string());
    let source = frontend::read_source(path).map_err(broken)?;
    let mut diagnostics = Diagnostics::default();
    let Ok(compiled) = pipeline::compile(&source, &mut Silent, &mut diagnostics) else {
        return Err(refusal(&diagnostics, render::text(&diagnostics, &source, false)));
    };
    let context = compiled.context();
    let Ok(design) = design(&context, &mut diagnostics) else {
        return Err(refusal(&diagnostics, render::text(&diagnostics, &source, false)));
    };
    write::write(&design, output).map_err(broken)?;
    spoil(output);

    levels(&context, effort.seed)?;
    let options = Options { frames: Some(8), others: Some(effort.others), seed: effort.seed, ..Options::default() };
    let report = verify::run(output, &options, &mut |_| ()).map_err(broken)?;
    if !report.passed() {
        let failure = if report.differences > 0 { Failure::Hardware } else { Failure::Promise };
        return Err(problem(failure, report.to_string()));
    }
    if effort.icarus {
        bench(output, &design.manifest.network)?;
    }
    if effort.readers {
        readers(output, &design)?;
    }
    Ok(Proof { cycles: report.cycles, frames: report.frames, interval: design.manifest.interval })
}

fn problem(failure: Failure, text: String) -> Problem {
    Problem { failure, text }
}

fn refusal(diagnostics: &Diagnostics, text: String) -> Problem {
    let honest = [Code::TargetNotMet, Code::FormatNotPossible, Code::AffineNotFoldable];
    let mut errors = diagnostics.list.iter().map(|d| d.code).filter(|code| !code.is_warning());
    problem(if errors.all(|code| honest.contains(&code)) { Failure::Declined } else { Failure::Refused }, text)
}

/// fixed = cycle
fn levels(context: &Context, seed: u64) -> Result<(), Problem> {
    let fixed = Fixed::new(context.network);
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let (low, high) = context.network.input_words();
    let size = context.network.input.size();
    let words: Vec<Vec<i64>> = (0..3).map(|_| (0..size).map(|_| random.random_range(low..=high)).collect()).collect();
    let ports = (context.port(true), context.port(false));
    let given: Vec<Vec<i64>> = words.iter().map(|frame| padded(frame, &ports.0)).collect();
    let timed = frames::cycle(&mut Flow::of(vectors::machine_of(context)), &given);
    for (frame, timed) in words.iter().zip(&timed) {
        let expected = fixed.run(frame);
        if timed[..ports.1.elements] != *expected.output() {
            return Err(problem(Failure::Levels, format!("fixed gives {:?}, cycle {timed:?}", expected.output())));
        }
    }
    Ok(())
}

fn bench(output: &Path, network: &str) -> Result<(), Problem> {
    let source = format!("tb/{network}_tb.v");
    tools::run(output, "iverilog", &["-g2005", "-Wall", "-o", "bench.vvp", "-f", "files.f", &source]);
    let said = tools::run(output, "vvp", &["-n", "bench.vvp"]);
    match said.contains("PASS: ") && !said.contains("mismatch") {
        true => Ok(()),
        false => Err(problem(Failure::Bench, said)),
    }
}

fn readers(output: &Path, design: &Design) -> Result<(), Problem> {
    let files: Vec<String> = design.manifest.modules.iter().map(|module| module.file.clone()).collect();
    tools::lint(output, &design.manifest.network, &files);
    let counted = tools::count(output, &design.manifest.network, &files);
    let cost = design.manifest.cost;
    if counted != (cost.multipliers, cost.memory_bits) {
        let text = format!("the manifest says {cost:?}, Yosys counts {counted:?}");
        return Err(problem(Failure::Readers, text));
    }
    Ok(())
}
