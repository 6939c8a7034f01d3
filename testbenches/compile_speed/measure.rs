//! What `make compile-speed` shows, measured.

use crate::aimed::aimed;
use crate::watched::{self, Watched};
use circlet::diag::Diagnostics;
use circlet::pipeline::{self, Silent};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

/// Runs of each; the median counts.
pub const RUNS: usize = 5;

/// A network: its name, its inputs, and outputs and block size of its layers, 0: none.
type Shape = (&'static str, usize, &'static [(usize, usize)]);

const SHAPES: [Shape; 2] = [("vgg_fc", 25088, &[(4096, 512)]), ("perceptron", 256, &[(128, 16), (128, 16), (10, 0)])];

/// What a network takes.
pub struct Speed {
    pub network: &'static str,
    /// Bytes of its weights.
    pub bytes: u64,
    /// Seconds of a build, median and worst.
    pub seconds: [f64; 2],
    /// Processor seconds of all threads, median.
    pub processor: f64,
    /// The most memory of any build.
    pub megabytes: u64,
}

/// Every network; all files below target/compile_speed.
pub fn speeds() -> Vec<Speed> {
    let place = Path::new("target/compile_speed");
    fs::create_dir_all(place).unwrap();
    let program = fs::canonicalize(std::env::var("CIRCLET").unwrap_or("target/release/circlet".into())).unwrap();
    let speed = |shape: Shape| {
        let bytes = write(place, shape);
        let runs: Vec<Watched> = (0..RUNS).map(|_| build(&program, place, shape.0)).collect();
        let sorted = |of: fn(&Watched) -> f64| {
            let mut values: Vec<f64> = runs.iter().map(of).collect();
            values.sort_by(f64::total_cmp);
            values
        };
        let (seconds, processor) = (sorted(|run| run.seconds), sorted(|run| run.processor));
        let megabytes = runs.iter().map(|run| run.megabytes).max().unwrap_or(0);
        let seconds = [seconds[RUNS / 2], seconds[RUNS - 1]];
        Speed { network: shape.0, bytes, seconds, processor: processor[RUNS / 2], megabytes }
    };
    SHAPES.map(speed).into()
}

/// Examples and the targets for which their units are chosen.
const TARGETS: [(&str, &str); 6] = [
    ("digits", "clock 100 MHz  interval 64 cycles"),
    ("digits", "clock 100 MHz  luts 6000 ecp5"),
    ("digits", "clock 100 MHz  luts 20000 xc7"),
    ("mnist", "clock 100 MHz  multipliers 64"),
    ("mnist", "clock 100 MHz  luts 5000 ecp5"),
    ("mnist", "clock 100 MHz  luts 12000 xc7"),
];

/// Seconds from the text of an example with another target to its schedule, median and worst.
pub struct Solved {
    pub network: &'static str,
    pub target: &'static str,
    pub seconds: [f64; 2],
}

/// Every example for every target.
pub fn solved() -> Vec<Solved> {
    let solve = |(network, target)| {
        let source = aimed(Path::new(&format!("examples/{network}/{network}.circ")), target);
        let run = |_| {
            let clock = Instant::now();
            let compiled = pipeline::compile(&source, &mut Silent, &mut Diagnostics::default());
            assert!(compiled.is_ok(), "{network} cannot be built for `{target}`");
            clock.elapsed().as_secs_f64()
        };
        let mut seconds: Vec<f64> = (0..RUNS).map(run).collect();
        seconds.sort_by(f64::total_cmp);
        Solved { network, target, seconds: [seconds[RUNS / 2], seconds[RUNS - 1]] }
    };
    TARGETS.map(solve).into()
}

/// One build, watched.
fn build(program: &Path, place: &Path, name: &str) -> Watched {
    let (network, output) = (place.join(format!("{name}.circ")), place.join(name));
    let mut command = Command::new(program);
    let watched = watched::run(command.arg("build").arg(network).arg("-o").arg(output));
    assert!(watched.output.status.success(), "{}", String::from_utf8_lossy(&watched.output.stderr));
    watched
}

/// Writes a network and its weights, dense matrices of f32; gives the bytes of the weights.
fn write(place: &Path, (name, inputs, layers): Shape) -> u64 {
    let (mut text, mut header, mut from) = (String::new(), String::new(), 0);
    let mut columns = inputs;
    for (at, &(rows, k)) in layers.iter().enumerate() {
        let block = if k > 0 { format!(" block {k}") } else { String::new() };
        text += &format!(
            "    layer fc{at} dense {rows}{block} {{\n        weights \"{name}.safetensors\" tensor \"w{at}\"\n"
        );
        text += if at + 1 < layers.len() { "        activation relu\n    }\n" } else { "    }\n" };
        let to = from + 4 * rows * columns;
        let comma = if at > 0 { "," } else { "" };
        header += &format!(
            "{comma}\"w{at}\":{{\"dtype\":\"F32\",\"shape\":[{rows},{columns}],\"data_offsets\":[{from},{to}]}}"
        );
        (from, columns) = (to, rows);
    }
    let text =
        format!("network {name} {{\n    input x {inputs} range -1 .. 1\n{text}    target {{ clock 100 MHz }}\n}}\n");
    fs::write(place.join(format!("{name}.circ")), text).unwrap();
    let header = format!("{{{header}}}");
    let mut file = BufWriter::new(File::create(place.join(format!("{name}.safetensors"))).unwrap());
    file.write_all(&(header.len() as u64).to_le_bytes()).unwrap();
    file.write_all(header.as_bytes()).unwrap();
    let (mut random, deviation) = (ChaCha8Rng::seed_from_u64(1), 1.0 / (inputs as f32).sqrt());
    for _ in 0..from / 4 {
        file.write_all(&random.random_range(-deviation..deviation).to_le_bytes()).unwrap();
    }
    file.flush().unwrap();
    from as u64
}
