//! The second simulator: Icarus Verilog, in four states. It plays the same plans from files; what it records is compared
//! with the timed model by [`super::diff`], every port and probe in every cycle.
//!
//! The model knows no `x`: an unknown control bit after reset, or an unknown bit of valid data, is a difference.

use super::diff::report::Difference;
use super::diff::{self, Source};
use super::folder::Folder;
use super::lockstep::{Lockstep, RESET};
use super::measure::{Meter, Timing};
use super::mismatch::{Mismatch, gate_of};
use super::player::Player;
use super::report::{PlanReport, Report};
use super::stimulus::{Frames, Plan};
use super::wave::write::{is_fst, model};
use super::{Options, Progress, Work};
use crate::diag::Error;
use std::fs::File;
use std::io::{BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Cycles taken from the model at once.
const BLOCK: usize = 4096;

/// An installed Icarus Verilog.
#[derive(Clone, Debug)]
pub struct Icarus {
    /// As it names itself: `11.0`.
    pub version: String,
}

impl Icarus {
    /// Asks `iverilog` for its version.
    pub fn find() -> Result<Icarus, Error> {
        let output = Command::new("iverilog").arg("-V").output().map_err(|e| {
            let problem =
                if e.kind() == ErrorKind::NotFound { "not found".into() } else { format!("cannot be started: {e}") };
            failed("iverilog", problem + "; install Icarus Verilog 11 or newer, on Debian `apt-get install iverilog`")
        })?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let version = text.lines().next().and_then(|line| line.split_whitespace().nth(3)).unwrap_or("?").to_string();
        Ok(Icarus { version })
    }

    /// Compiles the playing bench of a folder; gives the program for `vvp`.
    fn compile(&self, folder: &Folder, work: &Path) -> Result<PathBuf, Error> {
        let network = &folder.manifest.network;
        let program = work.join("play.vvp");
        let mut command = Command::new("iverilog");
        command.current_dir(&folder.root).args(["-g2005", "-s", &format!("{network}_play"), "-o"]).arg(&program);
        command.arg(format!("tb/{network}_play.v")).args(&folder.sources);
        run(command, "iverilog")?;
        Ok(program)
    }
}

/// One plan played: its stimulus in a file, and what the model says of it.
struct Played {
    cycles: u64,
    frames: usize,
    stuck: bool,
    clipped: Vec<(String, u64)>,
    timing: Option<Timing>,
}

/// Verifies an output folder with Icarus. Every plan is carried out until one fails.
pub fn verify(root: &Path, options: &Options, progress: &mut dyn FnMut(&Progress)) -> Result<Report, Error> {
    let folder = Folder::open(root)?;
    folder.machine()?;
    folder.check_memories()?;
    let icarus = Icarus::find()?;
    progress(&Progress { step: format!("build with Icarus Verilog {}", icarus.version), frames: (0, 0) });
    let work = Work::new(options)?;
    let program = icarus.compile(&folder, work.path())?;
    let mut report = Report::new(&folder.manifest, format!("Icarus Verilog {}, 4-state", icarus.version));
    let (plans, settled) = super::plans(&folder, options)?;
    let record = work.path().join(match &options.whole.1 {
        Some(file) if is_fst(file) => "record.fst",
        _ => "record.vcd",
    });
    for plan in &plans {
        progress(&Progress { step: plan.name.clone(), frames: (0, plan.frames) });
        let frames = super::frames_of(&folder, plan, options);
        let stimulus = work.path().join("stimulus.txt");
        let played = write_stimulus(&folder, plan, frames.clone(), &stimulus, settled)?;
        play(&folder, &program, &stimulus, &record)?;
        let given = match frames {
            Frames::Given(frames) => Some(frames.to_vec()),
            Frames::Random { .. } => None,
        };
        let source = Source::Model(Box::new(folder.clone()), plan.clone(), given);
        let comparison = diff::Options { in_reset: true, ..diff::Options::default() };
        let found = diff::run(source, Source::File(record.clone()), &comparison)?;
        let Played { cycles, frames, stuck, clipped, timing } = played;
        let differs = found.first.is_some() || found.rest.is_some();
        // what the model measured is what the hardware showed, if they agree
        report.measured = report.measured.or(timing.filter(|_| !differs));
        let (name, seed, steady) = (plan.name.clone(), plan.seed, plan.is_steady());
        report.plans.push(PlanReport { name, seed, cycles, frames, stuck, steady });
        report.cycles +=
            if differs { found.first.as_ref().map_or(found.a.cycles, |first| first.cycle.0) } else { cycles };
        report.frames += frames;
        clipped.into_iter().for_each(|(actor, count)| *report.clipped.entry(actor).or_default() += count);
        report.differences += usize::from(differs);
        let wanted = differs || std::ptr::eq(plan, &plans[0]);
        if wanted {
            keep(&folder, plan, &record, options)?;
        }
        if differs {
            report.mismatch = found.first.map(|first| mismatch(&folder, plan, first, options)).transpose()?;
            break;
        }
        progress(&Progress { step: plan.name.clone(), frames: (plan.frames, plan.frames) });
    }
    Ok(report)
}

/// The recordings that were asked for.
fn keep(folder: &Folder, plan: &Plan, record: &Path, options: &Options) -> Result<(), Error> {
    if let Some(file) = &options.whole.0 {
        model(folder, plan, super::frames_of(folder, plan, options), file)?;
    }
    for file in [&options.whole.1, &options.wave].into_iter().flatten() {
        std::fs::copy(record, file).map_err(|cause| Error::Write { path: file.clone(), cause })?;
    }
    Ok(())
}

/// Writes what a plan brings to the ports, after the initial reset.
fn write_stimulus(folder: &Folder, plan: &Plan, frames: Frames, file: &Path, settled: usize) -> Result<Played, Error> {
    let (_, layout) = Lockstep::layout(folder);
    let failed = |cause| Error::Write { path: file.into(), cause };
    let mut out = BufWriter::new(File::create(file).map_err(failed)?);
    let mut player = Player::new(folder, plan, frames)?;
    let (mut meter, mut cycles) = (Meter::default(), 0);
    for _ in 0..RESET {
        writeln!(out, "8 0").map_err(failed)?;
    }
    loop {
        let block = player.block(&layout, BLOCK);
        if block.cycles == 0 {
            break;
        }
        let records = block.inputs.chunks(layout.input_words()).zip(layout.records(&block.expected));
        for (inputs, record) in records {
            meter.see(cycles, inputs, record);
            write_cycle(&mut out, inputs).map_err(failed)?;
            cycles += 1;
        }
    }
    out.flush().map_err(failed)?;
    let timing = if plan.is_steady() { meter.timing(settled) } else { None };
    Ok(Played { cycles, frames: player.frames_out(), stuck: player.is_stuck(), clipped: player.clipped(), timing })
}

/// Flags are `rst`, `s_axis_tvalid`, `s_axis_tlast`, `m_axis_tready`, the first one lowest; data follows, low word first.
fn write_cycle(out: &mut impl Write, inputs: &[u32]) -> std::io::Result<()> {
    let control = (0..4).fold(0, |digit, bit| digit << 1 | inputs[0] >> bit & 1);
    write!(out, "{control:x} ")?;
    inputs[1..].iter().rev().try_for_each(|word| write!(out, "{word:08x}"))?;
    writeln!(out)
}

fn play(folder: &Folder, program: &Path, stimulus: &Path, record: &Path) -> Result<(), Error> {
    let mut command = Command::new("vvp");
    command.current_dir(&folder.root).arg("-n").arg(program);
    if is_fst(record) {
        command.arg("-fst");
    }
    command.arg(format!("+stimulus={}", stimulus.display())).arg(format!("+record={}", record.display()));
    run(command, "vvp")
}

fn mismatch(folder: &Folder, plan: &Plan, first: Difference, options: &Options) -> Result<Mismatch, Error> {
    let manifest = &folder.manifest;
    let fifo = first.signal.strip_suffix("_pop");
    let fifo = fifo.and_then(|fifo| manifest.probes.iter().position(|probe| probe.fifo == fifo));
    let owner = manifest.probes.iter().find(|probe| {
        let role = first.signal.strip_prefix(probe.fifo.as_str());
        role.is_some_and(|role| ["_push", "_push_data", "_pop"].contains(&role))
    });
    let (source, line) = first.source.unwrap_or_default();
    Ok(Mismatch {
        plan: plan.name.clone(),
        seed: plan.seed,
        cycle: first.cycle.0,
        signal: first.signal,
        module: owner.map_or(&manifest.network, |probe| &probe.module).clone(),
        expected: first.a,
        got: first.b,
        place: first.place,
        layer: first.layer,
        source,
        line,
        waits_for: fifo.map_or(Ok(Vec::new()), |fifo| gate_of(folder, fifo))?,
        also: first.also,
        wave: options.wave.clone(),
    })
}

fn run(mut command: Command, tool: &str) -> Result<(), Error> {
    let said = command.output().map_err(|cause| failed(tool, format!("cannot be started: {cause}")))?;
    if said.status.success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&said.stderr).into_owned() + &String::from_utf8_lossy(&said.stdout);
    let lines: Vec<&str> = text.lines().take(5).collect();
    Err(failed(tool, format!("{}:\n{}", said.status, lines.join("\n"))))
}

fn failed(tool: &str, problem: String) -> Error {
    Error::Tool { tool: tool.into(), problem }
}
