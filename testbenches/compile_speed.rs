//! `make compile-speed`: how long `circlet build` takes from a `.circ` and its weights to the whole output folder, in how much memory.
//!
//! A dense f32 layer of 25088 x 4096 to blocks of 512, and a perceptron 256-128-128-10 in blocks of 16. Files and output
//! stay in target/compile_speed. Then how long examples take from their text to a schedule, for targets of every kind.

#[path = "common/aimed.rs"]
mod aimed;
#[path = "compile_speed/measure.rs"]
mod measure;
#[path = "common/watched.rs"]
mod watched;

use circlet::report::table::Table;
use measure::{RUNS, solved, speeds};

fn main() {
    let mut table = Table::new("network weights/MB s-median s-worst processor-s MB-worst", "lrrrrr");
    for speed in speeds() {
        let [median, worst] = speed.seconds.map(|seconds| format!("{seconds:.3}"));
        let weights = format!("{:.1}", speed.bytes as f64 / 1e6);
        table.row([
            speed.network.into(),
            weights,
            median,
            worst,
            format!("{:.2}", speed.processor),
            speed.megabytes.to_string(),
        ]);
    }
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    println!(
        "`circlet build`, {RUNS} runs each, {threads} threads; memory is the largest resident set, the mapped file counted"
    );
    println!("{table}");
    let mut table = Table::new("network target s-median s-worst", "llrr");
    for solved in solved() {
        let [median, worst] = solved.seconds.map(|seconds| format!("{seconds:.3}"));
        table.row([solved.network.into(), solved.target.into(), median, worst]);
    }
    println!("from text to schedule, examples with units for other targets");
    println!("{table}");
}
