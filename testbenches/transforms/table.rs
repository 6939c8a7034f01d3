//! The table of `make transforms`, on the standard output.

#[path = "../common/bench.rs"]
#[allow(dead_code)]
mod bench;
#[path = "measure.rs"]
mod measure;
#[path = "../common/tools.rs"]
#[allow(dead_code)]
mod tools;

use circlet::blocks::{Block, half_fft::HalfFft, wide_fft::WideFft};
use circlet::network::dense::pace::Pace;

fn row(k: usize, words: usize, block: &dyn Block) {
    let [dsp, lut, ff, ram] = measure::cells(&format!("transforms_k{k}_{words}"), block);
    let (cost, decibels) = (block.cost(), measure::signal_to_noise(&measure::core(k), block));
    let (multipliers, memory, latency) = (cost.multipliers, cost.memory_bits, block.latency());
    println!(
        "| {k} | {words} | {multipliers} | {dsp} | {lut} | {ff} | {ram} | {memory} | {latency} | {decibels:.1} dB |"
    );
}

fn main() {
    print!("{}", include_str!("head.md"));
    println!(
        "| k | words per clock | multipliers | DSP48E1 | LUT | FF | BRAM18 | memory, bits | latency | signal to noise |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    for k in (3..=10).map(|n| 1 << n) {
        if Pace::Wide.takes(k) {
            row(k, 4, &WideFft(measure::core(k)).checked().unwrap());
        }
        row(k, 2, &measure::core(k));
        row(k, 1, &HalfFft { fft: measure::core(k), paired: false }.checked().unwrap());
    }
}
