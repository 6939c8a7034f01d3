//! Waveforms: read from VCD, FST and our vector files, written as VCD and FST.
//!
//! A file is never held in memory: [`open`] reads its header, [`Wave::stream`] gives its changes one after the other to
//! a [`Sink`]. [`row`] holds the values of a cycle, [`sample`] takes them from the changes at the clock's edges.
//!
//! Readers. VCD is read by a tokenizer of our own ([`vcd`]): two files of 1 GB are to be compared in 15 s, and the crate
//! `vcd` reads 85 MB/s, while wellen's stream (200 MB/s) ends with a panic at a damaged value and takes a file that is cut
//! short for a whole one. FST is read by wellen, whose stream keeps one block of changes in memory.
//!
//! Writers. The crates `vcd` and `fst-writer` (by wellen's author): both write as the changes come.

pub mod fst;
pub mod row;
pub mod sample;
pub mod vcd;
pub mod vectors;
pub mod write;

use crate::diag::Error;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// What is wrong with a waveform; its code is the name of its fixture in `testbenches/fixtures/waves`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Neither VCD nor FST nor vectors.
    #[error("is no waveform: expected a VCD or FST file, or vectors of an output folder")]
    NotAWaveform,
    /// The text does not follow the format.
    #[error("{place}: `{found}`, expected {expected}")]
    Syntax {
        /// Line of the header, or byte of the body.
        place: String,
        /// The word found.
        found: String,
        /// What should stand there.
        expected: &'static str,
    },
    /// The file ends too early.
    #[error("ends {0}: the file is cut short")]
    Truncated(&'static str),
    /// Time runs backwards.
    #[error("time goes back from {from} to {to}")]
    TimeGoesBack {
        /// The time before.
        from: u64,
        /// The earlier one.
        to: u64,
    },
    /// There is no clock.
    #[error("has no clock: no signal `{name}`{}; name it with `--clock`", scope(.within))]
    NoClock {
        /// The name looked for.
        name: String,
        /// The scope of the design.
        within: String,
    },
    /// The clock never rises.
    #[error("the clock `{0}` never rises")]
    ClockStandsStill(String),
    /// Two files have nothing in common.
    #[error("has no signal of {what}; it has {found}")]
    NoCommonSignals {
        /// The design or the other file.
        what: String,
        /// A few of its signals.
        found: String,
    },
    /// A signal has another width than it should.
    #[error("`{signal}` has {found} bits, expected {expected}")]
    WidthDiffers {
        /// The signal.
        signal: String,
        /// Its width in this file.
        found: u32,
        /// Its width in the design or the other file.
        expected: u32,
    },
    /// What the user named is not there.
    #[error("has no signal `{0}`")]
    UnknownSignal(String),
    /// No cycle is left to compare.
    #[error("shows no cycle after reset")]
    NothingToCompare,
    /// Vectors are read with the manifest of their folder.
    #[error("its fields are known from a `manifest.json`, and there is none above it; name the folder with `--folder`")]
    NoManifest,
}

fn scope(within: &str) -> String {
    if within.is_empty() { String::new() } else { format!(" in `{within}`") }
}

impl Fault {
    /// The readable name of each kind.
    pub const CODES: [&str; 11] = [
        "not_a_waveform",
        "syntax",
        "truncated",
        "time_goes_back",
        "no_clock",
        "clock_stands_still",
        "no_common_signals",
        "width_differs",
        "unknown_signal",
        "nothing_to_compare",
        "no_manifest",
    ];

    /// The readable name.
    pub fn code(&self) -> &'static str {
        Self::CODES[match self {
            Fault::NotAWaveform => 0,
            Fault::Syntax { .. } => 1,
            Fault::Truncated(_) => 2,
            Fault::TimeGoesBack { .. } => 3,
            Fault::NoClock { .. } => 4,
            Fault::ClockStandsStill(_) => 5,
            Fault::NoCommonSignals { .. } => 6,
            Fault::WidthDiffers { .. } => 7,
            Fault::UnknownSignal(_) => 8,
            Fault::NothingToCompare => 9,
            Fault::NoManifest => 10,
        }]
    }

    /// The fault of a file.
    pub fn of(self, path: &Path) -> Error {
        Error::Malformed { path: path.into(), problem: format!("[{}] {self}", self.code()) }
    }
}

/// A variable of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Hierarchical name, `.` between parts, without a range.
    pub path: String,
    /// Bits.
    pub width: u32,
    /// Index of the signal it shows; two variables may show the same.
    pub signal: usize,
}

/// What a file says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Header {
    /// Its variables, in its order.
    pub variables: Vec<Variable>,
    /// How many signals they show.
    pub signals: usize,
    /// Seconds of one step of time, as a factor and a power of ten.
    pub timescale: Option<(u32, i8)>,
}

/// Takes the changes of a file in their order.
pub trait Sink {
    /// Time goes on. `false` ends the reading.
    fn time(&mut self, time: u64) -> Result<bool, Fault>;
    /// A signal changes to a value: characters `0`, `1`, `x`, `z`, the most significant bit first.
    fn change(&mut self, signal: usize, value: &[u8]);
}

/// A waveform with its header read.
pub enum Wave {
    /// A VCD file.
    Vcd(Box<vcd::Vcd<File>>),
    /// An FST file.
    Fst(Box<fst::Fst>),
}

/// What kind of file something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Value change dump.
    Vcd,
    /// Fast signal trace.
    Fst,
    /// Golden vectors, one line per cycle.
    Vectors,
}

impl Kind {
    /// By the first bytes.
    pub fn of(path: &Path) -> Result<Kind, Error> {
        let mut start = Vec::new();
        let file = File::open(path).map_err(|cause| Error::Read { path: path.into(), cause })?;
        file.take(4096).read_to_end(&mut start).map_err(|cause| Error::Read { path: path.into(), cause })?;
        let first = start.iter().find(|byte| !byte.is_ascii_whitespace());
        let is_text = start.iter().all(|&byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace());
        match first {
            // an FST file begins with a block of kind 0 or 254
            Some(0 | 254) => Ok(Kind::Fst),
            Some(b'$' | b'#') => Ok(Kind::Vcd),
            Some(b'/' | b'0'..=b'9' | b'a'..=b'f') if is_text => Ok(Kind::Vectors),
            _ => Err(Fault::NotAWaveform.of(path)),
        }
    }
}

impl Wave {
    /// Opens a VCD or FST file.
    pub fn open(path: &Path, kind: Kind) -> Result<Wave, Error> {
        match kind {
            Kind::Fst => Ok(Wave::Fst(Box::new(fst::Fst::open(path)?))),
            _ => {
                let file = File::open(path).map_err(|cause| Error::Read { path: path.into(), cause })?;
                Ok(Wave::Vcd(Box::new(vcd::Vcd::open(file).map_err(|problem| problem.of(path))?)))
            }
        }
    }

    /// Its header.
    pub fn header(&self) -> &Header {
        match self {
            Wave::Vcd(vcd) => &vcd.header,
            Wave::Fst(fst) => &fst.header,
        }
    }

    /// Gives the changes of the signals in `wanted` to a sink.
    pub fn stream(self, wanted: &[bool], sink: &mut impl Sink) -> Result<(), Problem> {
        match self {
            Wave::Vcd(vcd) => vcd.stream(wanted, sink),
            Wave::Fst(fst) => fst.stream(wanted, sink),
        }
    }
}

/// Why reading ended early.
#[derive(Debug)]
pub enum Problem {
    /// The file.
    Fault(Fault),
    /// The world.
    Io(std::io::Error),
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Problem {
        Problem::Fault(fault)
    }
}

impl Problem {
    /// The error of a file.
    pub fn of(self, path: &Path) -> Error {
        match self {
            Problem::Fault(fault) => fault.of(path),
            Problem::Io(cause) => Error::Read { path: PathBuf::from(path), cause },
        }
    }
}
