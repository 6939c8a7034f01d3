//! Waveforms written: the clock and every signal of a list, cycle after cycle, as VCD or FST.
//!
//! Cycle c takes the times 2c (clock low, the values of the cycle) and 2c + 1 (the rising edge), as the Verilator harness
//! writes it.

use super::row::Layout;
use crate::diag::Error;
use crate::emit::signals::{Signal, Signals};
use crate::verify::folder::Folder;
use crate::verify::player::Player;
use crate::verify::stimulus::{Frames, Plan};
use fst_writer::{
    FstBodyWriter, FstFileType, FstInfo, FstScopeType, FstSignalId, FstSignalType, FstVarDirection, FstVarType,
    open_fst,
};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use vcd::{IdCode, TimescaleUnit, Value};

/// Changes of an FST file kept in memory before they are written, bytes.
const FLUSH: usize = 1 << 26;

/// A file being written.
pub struct Recorder {
    path: PathBuf,
    form: Form,
    layout: Layout,
    widths: Vec<usize>,
    last: Vec<u64>,
}

enum Form {
    Vcd { out: Box<vcd::Writer<BufWriter<File>>>, clock: IdCode, codes: Vec<IdCode> },
    Fst { out: Box<FstBodyWriter<BufWriter<File>>>, clock: FstSignalId, codes: Vec<FstSignalId> },
}

/// Records the timed model of a folder playing a plan to its end; gives the number of cycles.
pub fn model(folder: &Folder, plan: &Plan, frames: Frames, file: &Path) -> Result<u64, Error> {
    let signals = Signals::of(&folder.manifest);
    let mut recorder = Recorder::create(file, &signals)?;
    let mut player = Player::new(folder, plan, frames)?;
    let mut row = recorder.layout.unknown();
    let mut cycles = 0;
    while !player.is_over() {
        let (inputs, outputs, machine) = player.step();
        recorder.layout.fill(&mut row, &signals, (inputs, outputs, &machine.probes));
        let moved = machine.probes.iter().any(|probe| probe.push || probe.pop);
        player.moved(moved);
        recorder.cycle(cycles, &row)?;
        cycles += 1;
    }
    recorder.finish()?;
    Ok(cycles)
}

/// Whether a file is called as FST files are.
pub fn is_fst(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("fst"))
}

impl Recorder {
    /// Opens a file, FST if it is called so, and declares `clk` and the signals in their hierarchy.
    pub fn create(path: &Path, signals: &Signals) -> Result<Recorder, Error> {
        let form = if is_fst(path) { fst(path, signals) } else { vcd(path, signals) };
        let form = form.map_err(|cause| Error::Write { path: path.into(), cause })?;
        let layout = Layout::new(signals);
        let widths = signals.list.iter().map(|signal| signal.width as usize).collect();
        Ok(Recorder { path: path.into(), form, last: Vec::new(), layout, widths })
    }

    /// A cycle.
    pub fn cycle(&mut self, cycle: u64, row: &[u64]) -> Result<(), Error> {
        let written = self.changes(cycle, row);
        written.map_err(|cause| Error::Write { path: self.path.clone(), cause })
    }

    fn changes(&mut self, cycle: u64, row: &[u64]) -> std::io::Result<()> {
        self.form.time(2 * cycle)?;
        self.form.clock(false)?;
        for (signal, &width) in self.widths.iter().enumerate() {
            if !self.last.is_empty() && self.layout.get(row, signal) == self.layout.get(&self.last, signal) {
                continue;
            }
            self.form.change(signal, &self.layout.ascii(row, signal, 0, width))?;
        }
        self.last.clear();
        self.last.extend_from_slice(row);
        self.form.time(2 * cycle + 1)?;
        self.form.clock(true)
    }

    /// Completes the file.
    pub fn finish(self) -> Result<(), Error> {
        let done = match self.form {
            Form::Vcd { mut out, .. } => out.flush(),
            Form::Fst { out, .. } => out.finish().map_err(std::io::Error::other).and_then(|mut file| file.flush()),
        };
        done.map_err(|cause| Error::Write { path: self.path, cause })
    }
}

impl Form {
    fn time(&mut self, time: u64) -> std::io::Result<()> {
        match self {
            Form::Vcd { out, .. } => out.timestamp(time),
            Form::Fst { out, .. } => {
                if out.size() > FLUSH {
                    out.flush().map_err(std::io::Error::other)?;
                }
                out.time_change(time).map_err(std::io::Error::other)
            }
        }
    }

    fn clock(&mut self, level: bool) -> std::io::Result<()> {
        match self {
            Form::Vcd { out, clock, .. } => out.change_scalar(*clock, level),
            Form::Fst { out, clock, .. } => {
                out.signal_change(*clock, if level { b"1" } else { b"0" }).map_err(std::io::Error::other)
            }
        }
    }

    fn change(&mut self, signal: usize, bits: &str) -> std::io::Result<()> {
        match self {
            Form::Vcd { out, codes, .. } => match bits.as_bytes() {
                [bit] => out.change_scalar(codes[signal], state(bit)),
                bits => out.change_vector(codes[signal], bits.iter().map(state)),
            },
            Form::Fst { out, codes, .. } => {
                out.signal_change(codes[signal], bits.as_bytes()).map_err(std::io::Error::other)
            }
        }
    }
}

fn state(bit: &u8) -> Value {
    match bit {
        b'0' => Value::V0,
        b'1' => Value::V1,
        b'z' => Value::Z,
        _ => Value::X,
    }
}

/// What a list declares, in the order of the scopes.
enum Step<'a> {
    Enter(&'a str),
    Leave,
    Declare(usize, &'a Signal),
}

/// The scopes and signals of a list, each scope once and those inside it together.
fn declarations(signals: &Signals) -> Vec<Step<'_>> {
    let mut order: Vec<(usize, &Signal)> = signals.list.iter().enumerate().collect();
    // stable: the order of the data within a scope; a scope's own signals come before those of the scopes inside it
    order.sort_by_key(|(_, signal)| signal.scope());
    let (mut steps, mut open) = (Vec::new(), Vec::<&str>::new());
    for (index, signal) in order {
        let scope: Vec<&str> = signal.scope().split('.').filter(|part| !part.is_empty()).collect();
        let common = open.iter().zip(&scope).take_while(|(a, b)| a == b).count();
        (common..open.len()).for_each(|_| steps.push(Step::Leave));
        steps.extend(scope[common..].iter().map(|part| Step::Enter(part)));
        steps.push(Step::Declare(index, signal));
        open = scope;
    }
    (0..open.len()).for_each(|_| steps.push(Step::Leave));
    steps
}

fn vcd(path: &Path, signals: &Signals) -> std::io::Result<Form> {
    let mut out = Box::new(vcd::Writer::new(BufWriter::with_capacity(1 << 20, File::create(path)?)));
    out.comment("the cycle model, written by circlet")?;
    out.timescale(1, TimescaleUnit::NS)?;
    let (mut clock, mut codes) = (None, vec![None; signals.list.len()]);
    for step in declarations(signals) {
        match step {
            Step::Enter(scope) => {
                out.add_module(scope)?;
                if clock.is_none() {
                    clock = Some(out.add_wire(1, "clk")?);
                }
            }
            Step::Leave => out.upscope()?,
            Step::Declare(index, signal) => codes[index] = Some(out.add_wire(signal.width, &signal.name)?),
        }
    }
    out.enddefinitions()?;
    let (Some(clock), Some(codes)) = (clock, codes.into_iter().collect()) else {
        crate::bug!("wave: a signal without a scope")
    };
    Ok(Form::Vcd { out, clock, codes })
}

fn fst(path: &Path, signals: &Signals) -> std::io::Result<Form> {
    let other = std::io::Error::other::<fst_writer::FstWriteError>;
    let info = FstInfo {
        start_time: 0,
        timescale_exponent: -9,
        version: "the cycle model, written by circlet".into(),
        date: String::new(),
        file_type: FstFileType::Verilog,
    };
    let mut out = open_fst(path, &info).map_err(other)?;
    let wire = |out: &mut fst_writer::FstHeaderWriter<_>, name: &str, width: u32| {
        let kind = FstSignalType::bit_vec(width);
        out.var(name, kind, FstVarType::Wire, FstVarDirection::Implicit, None).map_err(other)
    };
    let (mut clock, mut codes) = (None, vec![None; signals.list.len()]);
    for step in declarations(signals) {
        match step {
            Step::Enter(scope) => {
                out.scope(scope, "", FstScopeType::Module).map_err(other)?;
                if clock.is_none() {
                    clock = Some(wire(&mut out, "clk", 1)?);
                }
            }
            Step::Leave => out.up_scope().map_err(other)?,
            Step::Declare(index, signal) => codes[index] = Some(wire(&mut out, &signal.name, signal.width)?),
        }
    }
    let (Some(clock), Some(codes)) = (clock, codes.into_iter().collect()) else {
        crate::bug!("wave: a signal without a scope")
    };
    Ok(Form::Fst { out: Box::new(out.finish().map_err(other)?), clock, codes })
}
