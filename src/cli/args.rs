//! The arguments of each command.

use clap::{Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use std::path::PathBuf;

/// Compiles neural networks into block-circulant FFT hardware, and proves it.
#[derive(Parser, Debug)]
#[command(name = "circlet", version, about, max_term_width = 100)]
pub struct Args {
    /// Results as JSON on stdout, diagnostics as JSON lines on stderr
    #[arg(long, global = true)]
    pub json: bool,
    /// No progress on stderr
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Network to Verilog, model crate, benches, vectors and manifest
    Build(Build),
    /// List every problem of a network; write nothing
    Check(Check),
    /// Drive the Verilog and the model with the same stimulus; compare every port and probe in every cycle
    Verify(Verify),
    /// Run a network on samples
    Run(Run),
    /// Accuracy of a network on labelled samples
    Eval(Eval),
    /// One layer through every stage, with the places to look at
    Explain(Explain),
    /// Resources, timing and formats
    Report(Check),
    /// The dataflow graph, in the DOT language
    Graph(Check),
    /// The stages and passes in their order
    Passes,
    /// A completion script for a shell, on stdout
    Completions {
        /// Which shell
        shell: Shell,
    },
}

/// Arguments of `build`.
#[derive(clap::Args, Debug)]
pub struct Build {
    /// The network, `.circ`
    pub network: PathBuf,
    /// Output folder [default: hdl_out/<network>]
    #[arg(short, long)]
    pub output: Option<PathBuf>,
    /// Write what this stage or pass gives, numbered, to <output>/dump; `all` for every one
    #[arg(long, value_name = "STAGE")]
    pub dump_after: Vec<String>,
    /// Stop after this stage or pass; no output folder unless something is dumped
    #[arg(long, value_name = "STAGE")]
    pub stop_after: Option<String>,
    /// Say how long each stage took
    #[arg(long)]
    pub timings: bool,
}

/// Arguments of the commands that only read a network.
#[derive(clap::Args, Debug)]
pub struct Check {
    /// The network, `.circ`
    pub network: PathBuf,
}

/// Arguments of `explain`.
#[derive(clap::Args, Debug)]
pub struct Explain {
    /// The network, `.circ`
    pub network: PathBuf,
    /// The layer
    pub layer: String,
    /// Where to build it, dumps included [default: hdl_out/<network>]
    #[arg(short, long)]
    pub output: Option<PathBuf>,
}

/// Arguments of `verify`.
#[derive(clap::Args, Debug)]
pub struct Verify {
    /// The network, `.circ`, or an output folder
    pub network: PathBuf,
    /// Samples to send in [default: seeded random frames]; .npy, .csv or IDX
    #[arg(long, visible_alias = "images")]
    pub inputs: Option<PathBuf>,
    /// Frames per stimulus plan
    #[arg(long, default_value_t = 8)]
    pub frames: usize,
    /// Seed of random frames and random bubbles
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Record a waveform around the first mismatch
    #[arg(long)]
    pub wave: bool,
}

/// Where a network runs.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// The network as given, f64
    Dense,
    /// After compression, f64
    Circulant,
    /// Integers, bit-exact, no time
    Fixed,
    /// Integers and time: the cycle model
    Cycle,
    /// The Verilog in Verilator
    Rtl,
}

/// Arguments of `run`.
#[derive(clap::Args, Debug)]
pub struct Run {
    /// The network, `.circ`
    pub network: PathBuf,
    /// Samples, .npy, .csv or IDX
    #[arg(long)]
    pub input: PathBuf,
    /// Where the results go, .npy
    #[arg(long)]
    pub output: PathBuf,
    /// Where it runs
    #[arg(long, value_enum, default_value_t = Level::Fixed)]
    pub level: Level,
}

/// Arguments of `eval`.
#[derive(clap::Args, Debug)]
pub struct Eval {
    /// The network, `.circ`
    pub network: PathBuf,
    /// Samples, .npy, .csv or IDX
    #[arg(long, visible_alias = "images")]
    pub inputs: PathBuf,
    /// Labels, one number per sample
    #[arg(long)]
    pub labels: PathBuf,
    /// Where it runs; may be given several times
    #[arg(long, value_enum, default_values_t = [Level::Fixed])]
    pub level: Vec<Level>,
    /// Use only the first samples
    #[arg(long)]
    pub limit: Option<usize>,
}
