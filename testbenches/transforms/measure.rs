//! Real transforms as streaming cores, 16 bits in and out: what is built, its noise and its cells.

use crate::bench::{Emitted, Random, unit_of};
use circlet::blocks::{Block, fft::Fft};
use circlet::fixed::{QFormat, Round, spectrum_angle};
use std::f64::consts::TAU;

/// A transform of `k` points: words of at most 18 bits inside, factors of 16 fraction bits, which fit a multiplier of any
/// family; the spectrum divided by k.
pub fn core(k: usize) -> Fft {
    let growth = k.ilog2() as i32;
    let (input, output) = (QFormat { int: 0, frac: 15 }, QFormat { int: growth, frac: 15 - growth });
    let (rounding, widest) = (Round::HalfUp, Some(18));
    Fft { k, input, guard: 0, twiddle: 16, output, rounding, shifts: false, widest, blocks: 1, valid: k }
        .checked()
        .unwrap()
}

/// The packed spectrum by definition.
fn spectrum(words: &[f64], turn: &[(f64, f64)]) -> Vec<f64> {
    let k = words.len();
    let bin = |t: usize| {
        let steps = (spectrum_angle(t) * k as f64) as usize;
        let part = |part: fn(&(f64, f64)) -> f64, steps: usize| {
            words.iter().enumerate().map(|(n, word)| word * part(&turn[n * steps % k])).sum::<f64>()
        };
        if t == 0 { [part(|t| t.1, 0), part(|t| t.1, k / 2)] } else { [part(|t| t.1, steps), part(|t| t.0, steps)] }
    };
    (0..k / 2).flat_map(bin).collect()
}

/// Beats of two words, those of both halves of a block in one.
fn side_by_side(words: &[i64]) -> Vec<i64> {
    let (low, high) = words.split_at(words.len() / 2);
    low.chunks(2).zip(high.chunks(2)).flat_map(|(a, b)| [a, b].concat()).collect()
}

/// The same back.
fn one_by_one(words: &[i64]) -> Vec<i64> {
    [0, 2].iter().flat_map(|&half| words.chunks(4).flat_map(move |beat| [beat[half], beat[half + 1]])).collect()
}

/// Signal to noise of random words over the full range, decibels.
pub fn signal_to_noise(fft: &Fft, block: &dyn Block) -> f64 {
    let turn: Vec<(f64, f64)> = (0..fft.k).map(|i| (TAU * i as f64 / fft.k as f64).sin_cos()).collect();
    let (mut random, mut unit) = (Random(3), unit_of(block));
    let (mut signal, mut noise) = (0.0, 0.0);
    for _ in 0..(1 << 18) / fft.k / fft.k + 2 {
        let words: Vec<i64> = (0..fft.k).map(|_| random.next() as i64 >> (64 - fft.input.width())).collect();
        let pairs: Vec<i64> = (0..fft.k / 2).flat_map(|t| [words[t], words[t + fft.k / 2]]).collect();
        let mut output = Vec::new();
        if block.input().lanes == 4 {
            unit.run(&side_by_side(&pairs), &mut output);
            output = one_by_one(&output);
        } else {
            unit.run(&pairs, &mut output);
        }
        let exact = spectrum(&words.iter().map(|&word| fft.input.to_real(word)).collect::<Vec<_>>(), &turn);
        for (got, exact) in output.into_iter().zip(exact) {
            signal += exact * exact;
            noise += (fft.output.to_real(got) - exact).powi(2);
        }
    }
    assert_eq!(unit.clipped(), 0);
    10.0 * (signal / noise).log10()
}

/// DSP48E1; LUT with memories, shift registers and inverters; FF; halves of a block RAM: by Yosys' `synth_xilinx -family xc7
/// -flatten`.
pub fn cells(case: &str, block: &dyn Block) -> [u64; 4] {
    let emitted = Emitted::new(case, block);
    emitted.check_lint();
    let cells = emitted.xc7();
    let count = |prefix: &str| crate::tools::cells(&cells, prefix);
    // LUT that a cell of distributed memory takes
    let takes = [("RAM32M", 4), ("RAM64M", 4), ("RAM32X1D", 2), ("RAM64X1D", 2), ("RAM128X1D", 4)];
    let memories: u64 = takes.iter().map(|(name, luts)| luts * count(name)).sum();
    let blocks = count("RAMB18E1") + 2 * count("RAMB36E1");
    let known: u64 = takes.iter().map(|(name, _)| count(name)).sum::<u64>() + count("RAMB18E1") + count("RAMB36E1");
    assert_eq!(count("RAM"), known, "{cells:?}");
    [count("DSP48E1"), count("LUT") + count("INV") + count("SRL") + memories, count("FD"), blocks]
}
