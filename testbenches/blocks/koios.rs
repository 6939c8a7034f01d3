//! The shape of Koios' `clstm_like` core: blocks of 16, 18-bit words with 10 fraction bits, 42 input blocks per output block,
//! one block per clock.
//!
//! `cargo test --test blocks koios -- --nocapture` prints Yosys' counts beside the anchor's (86 DSP48E1, 3,252 LUT, 11,691 FF;
//! Yosys 0.23, `synth_xilinx -family xc7 -flatten`; memories of weights lie outside on both sides).

use super::fft::basis;
use crate::bench::{Random, unit_of};
use crate::tools;
use circlet::blocks::spectral_mac::{Products, SpectralMac};
use circlet::blocks::{Block, Place, cells};
use circlet::blocks::{bit_ifft::BitIfft, fft::Fft, ifft::Ifft, spectral_array::SpectralArray, whole_fft::WholeFft};
use circlet::fixed::{QFormat, Round};
use circlet::network::dense::pace::Stationary;
use std::collections::BTreeMap;
use std::path::Path;

const K: usize = 16;
const BLOCKS: usize = 42;
/// Samples of the error.
const FRAMES: usize = 200;
const WORD: QFormat = QFormat { int: 7, frac: 10 };

/// The core, its weights in the time domain, and one output block of reals for a frame of words.
struct Core {
    blocks: Vec<Box<dyn Block>>,
    columns: Vec<f64>,
    basis: Vec<Vec<f64>>,
}

impl Core {
    fn new() -> Core {
        let basis = basis(K);
        let mut random = Random(42);
        let mut real = || random.below(1 << 20) as f64 / (1 << 19) as f64 - 1.0;
        let columns: Vec<f64> = (0..BLOCKS * K).map(|_| real() / 16.0).collect();
        let exact: Vec<f64> = columns.chunks(K).flat_map(|column| transform(&basis, column)).collect();
        // room for the sum of two parts: it goes to a port of 18 bits
        let largest = exact.chunks(2).map(|pair| pair[0].abs() + pair[1].abs()).fold(0.0, f64::max);
        let weight = QFormat::for_bound(largest, 18);
        let weights = exact.iter().map(|&real| weight.from_real(real).unwrap()).collect();
        let (rounding, twiddle) = (Round::Floor, 9);
        let spectrum = QFormat { int: WORD.int + 4, ..WORD };
        let fft = Fft {
            k: K,
            input: WORD,
            guard: 0,
            twiddle,
            output: spectrum,
            rounding,
            shifts: true,
            widest: None,
            blocks: BLOCKS,
            valid: BLOCKS * K,
        };
        let accumulator = QFormat { int: 7, frac: 10 };
        let (rows, p, q, products) = (1, 1, BLOCKS, Products::Three);
        let mac = SpectralMac {
            k: K,
            rows,
            p,
            q,
            spectrum,
            weight,
            accumulator,
            rounding,
            products,
            stationary: Stationary::Sums,
            paths: 1,
            weights,
        };
        let array = SpectralArray { mac, beats_out: K / 2, spacing: 1 };
        array.check().unwrap();
        let ifft = BitIfft(Ifft { k: K, input: accumulator, twiddle, rounding }).checked().unwrap();
        assert!(ifft.spacing() <= BLOCKS, "{}", ifft.spacing());
        let blocks: Vec<Box<dyn Block>> =
            vec![Box::new(WholeFft(fft).checked().unwrap()), Box::new(array), Box::new(ifft)];
        Core { blocks, columns, basis }
    }

    /// What the hardware gives, halves order.
    fn words(&self, frame: &[i64]) -> Vec<i64> {
        let mut units: Vec<_> = self.blocks.iter().map(|block| unit_of(block.as_ref())).collect();
        let mut given = Vec::new();
        for block in frame.chunks(K) {
            let mut words: Vec<i64> = (0..K).map(|lane| block[lane / 2 + lane % 2 * K / 2]).collect();
            for unit in &mut units {
                let mut output = Vec::new();
                if !words.is_empty() {
                    unit.run(&words, &mut output);
                }
                words = output;
            }
            given.extend(words);
        }
        assert_eq!(units.iter().map(|unit| unit.clipped()).sum::<u64>(), 0);
        given
    }

    /// The sum of circular convolutions, natural order.
    fn reals(&self, frame: &[f64]) -> Vec<f64> {
        let word = |a: usize| {
            let product = |n: usize| self.columns[n / K * K + (a + K - n % K) % K] * frame[n];
            (0..BLOCKS * K).map(product).sum()
        };
        (0..K).map(word).collect()
    }

    /// What words of 10 fraction bits throughout can do at best: spectra, weights, products and results are rounded to
    /// the nearest, transforms are exact.
    fn rounded(&self, frame: &[f64]) -> Vec<f64> {
        let near = |x: f64| (x / WORD.lsb()).round() * WORD.lsb();
        let spectrum = |words: &[f64]| transform(&self.basis, words).into_iter().map(near).collect::<Vec<_>>();
        let mut sums = [0.0; K];
        for (x, w) in frame.chunks(K).zip(self.columns.chunks(K)) {
            let (x, w) = (spectrum(x), spectrum(w));
            (sums[0], sums[1]) = (sums[0] + near(x[0] * w[0]), sums[1] + near(x[1] * w[1]));
            for t in (2..K).step_by(2) {
                sums[t] += near(x[t] * w[t]) - near(x[t + 1] * w[t + 1]);
                sums[t + 1] += near(x[t] * w[t + 1]) + near(x[t + 1] * w[t]);
            }
        }
        let mut words = vec![0.0; K];
        for (word, (bin, row)) in sums.iter().zip(&self.basis).enumerate() {
            let scale = if word < 2 { 1.0 } else { 2.0 } * bin / K as f64;
            words.iter_mut().zip(row).for_each(|(sum, weight)| *sum += scale * weight);
        }
        words.into_iter().map(near).collect()
    }

    /// The blocks one behind the other, as a module `core`.
    fn emit(&self, dir: &Path) -> Vec<String> {
        let place = Place { prefix: "core", origin: "Generated by circlet from a bench." };
        let cells = cells::closure(self.blocks.iter().flat_map(|block| block.cells().iter().copied()));
        let mut files: BTreeMap<String, String> =
            cells.iter().map(|(stem, text)| (format!("rtl/{stem}.v"), text.to_string())).collect();
        let mut body = String::new();
        for (stage, block) in self.blocks.iter().enumerate() {
            files.extend(block.rtl(&place).into_iter().map(|file| (file.name, file.text)));
            body += &format!(
                "wire v{after}; wire [{msb}:0] d{after};\n{module} stage{stage} (.clk(clk), .rst(rst), .in_valid(v{stage}), \
                 .in_data(d{stage}), .out_valid(v{after}), .out_data(d{after}));\n",
                after = stage + 1,
                msb = block.output().bits() - 1,
                module = block.module(&place),
            );
        }
        let (first, last) = (self.blocks[0].input().bits() - 1, self.blocks[2].output().bits() - 1);
        let top = format!(
            "module core(input clk, input rst, input v0, input [{first}:0] d0, output valid, output [{last}:0] data);\n\
             {body}assign valid = v3;\nassign data = d3;\nendmodule\n"
        );
        files.insert("rtl/core.v".into(), top);
        // the weights' memory lies outside, as theirs does: a box
        let box_of = |text: &String| {
            let (head, _) = text.split_once("output reg").unwrap();
            format!("(* blackbox *)\n{head}output wire [PORTS*WIDTH-1:0] data_q1);\nendmodule\n")
        };
        let rom = box_of(&files["rtl/rom.v"]);
        files.insert("rtl/rom.v".into(), rom.replace("`default_nettype none", ""));
        let _ = std::fs::remove_dir_all(dir);
        std::fs::create_dir_all(dir.join("rtl/mem")).unwrap();
        files.iter().for_each(|(name, text)| std::fs::write(dir.join(name), text).unwrap());
        files.into_keys().filter(|name| name.ends_with(".v")).collect()
    }
}

fn transform(basis: &[Vec<f64>], words: &[f64]) -> Vec<f64> {
    basis.iter().map(|row| row.iter().zip(words).map(|(weight, word)| weight * word).sum()).collect()
}

/// Root of the mean square of the differences.
fn error(got: &[f64], exact: &[f64]) -> f64 {
    let squares: f64 = got.iter().zip(exact).map(|(a, b)| (a - b) * (a - b)).sum();
    (squares / got.len() as f64).sqrt()
}

/// What the core takes and how wrong its outputs are.
pub struct Measured {
    /// DSP48E1, LUT, SRL16E, flip-flops, inverters.
    pub cells: [u64; 5],
    /// Error against f64 of ours, and of words of 10 fraction bits throughout with exact transforms.
    pub errors: [f64; 2],
}

/// The core, its files written to `dir`.
pub fn measured(dir: &Path) -> Measured {
    let core = Core::new();
    let mut random = Random(7);
    let (mut exact, mut ours, mut theirs) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..FRAMES {
        let words: Vec<i64> = (0..BLOCKS * K).map(|_| random.word(12)).collect();
        let frame: Vec<f64> = words.iter().map(|&word| WORD.to_real(word)).collect();
        exact.extend(core.reals(&frame));
        theirs.extend(core.rounded(&frame));
        let given = core.words(&words);
        ours.extend((0..K).map(|n| WORD.to_real(given[n % (K / 2) * 2 + n / (K / 2)])));
    }
    let files = core.emit(dir);
    let cells = tools::xc7(dir, "core", &files);
    let count = |prefix: &str| tools::cells(&cells, prefix);
    Measured {
        cells: [count("DSP48E1"), count("LUT"), count("SRL"), count("FD"), count("INV")],
        errors: [error(&ours, &exact), error(&theirs, &exact)],
    }
}

#[test]
fn koios_shape_takes_fewer_cells_with_less_error() {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("blocks/koios");
    let Measured { cells: [dsp, lut, srl, ff, inverters], errors: [ours, theirs] } = measured(&dir);
    println!("error against f64: ours {ours:.6}, 10 fraction bits throughout, exact transforms {theirs:.6}");
    println!("ours    {dsp} DSP48E1, {lut} LUT (+{srl} SRL16E, {inverters} INV), {ff} FF");
    println!("anchor  86 DSP48E1, 3252 LUT (+2126 INV), 11691 FF");
    assert!(ours <= theirs);
    assert!(dsp <= 24 && lut + srl < 3252 && ff <= 5000, "{dsp} {lut} {srl} {ff}");
}
