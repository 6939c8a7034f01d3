//! Forward transform: model against the definition in f64, Verilog against the model.

use crate::bench::{Random, Traffic, check, unit_of};
use circlet::blocks::{Block, fft::Fft};
use circlet::fixed::{QFormat, Round, spectrum_angle};
use std::f64::consts::TAU;

/// Row t: the weights, by definition, with which each of k words enters word t of the packed spectrum.
pub fn basis(k: usize) -> Vec<Vec<f64>> {
    let turn: Vec<(f64, f64)> = (0..k).map(|i| (TAU * i as f64 / k as f64).sin_cos()).collect();
    let row = |word: usize| {
        let (t, is_im) = (word / 2, word % 2 == 1);
        let steps = if t == 0 { k / 2 * is_im as usize } else { (spectrum_angle(t) * k as f64) as usize };
        let weight = |n: usize| turn[n * steps % k];
        (0..k).map(|n| if is_im && t > 0 { weight(n).0 } else { weight(n).1 }).collect()
    };
    (0..k).map(row).collect()
}

/// The packed spectrum of real words, position order.
fn spectrum(basis: &[Vec<f64>], words: &[f64]) -> Vec<f64> {
    basis.iter().map(|row| row.iter().zip(words).map(|(weight, word)| weight * word).sum()).collect()
}

/// A transform of one block per frame whose result never saturates: `spare` fraction bits fewer than internally.
fn whole(k: usize, width: u32, guard: u32, twiddle: u32, spare: i32, rounding: Round) -> Fft {
    let input = QFormat::of_width(width, width as i32 - 1);
    let frac = input.frac + guard as i32 - spare;
    let output = QFormat { int: k.ilog2() as i32, frac };
    Fft { k, input, guard, twiddle, output, rounding, shifts: true, widest: None, blocks: 1, valid: k }
        .checked()
        .unwrap()
}

#[test]
fn the_oracle_is_right_where_the_answer_is_known() {
    let close = |got: &[f64], expected: &[f64]| got.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12);
    let basis = basis(8);
    let impulse = |at: usize| spectrum(&basis, &(0..8).map(|n| (n == at) as u8 as f64).collect::<Vec<_>>());
    assert!(close(&impulse(0), &[1.0, 1.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0]));
    // positions 1, 2, 3 stand at a quarter, an eighth and five eighths of a turn
    let half = 0.5f64.sqrt();
    assert!(close(&impulse(1), &[1.0, -1.0, 0.0, 1.0, half, half, -half, -half]));
    // Parseval: conjugates count twice
    let words: Vec<f64> = (0..8).map(|n| (n * n % 5) as f64).collect();
    let bins = spectrum(&basis, &words);
    let energy = |words: &[f64]| words.iter().map(|x| x * x).sum::<f64>();
    assert!((energy(&bins[..2]) + 2.0 * energy(&bins[2..]) - 8.0 * energy(&words)).abs() < 1e-9);
}

#[test]
fn model_stays_within_the_derived_bound() {
    let mut random = Random(11);
    for k in (1..=10).map(|n| 1usize << n) {
        let basis = basis(k);
        for (width, guard, twiddle, spare) in
            [(6, 0, 8, 0), (8, 2, 10, 3), (12, 1, 12, 0), (16, 0, 16, 4), (18, 3, 17, 6)]
        {
            for rounding in Round::ALL {
                let fft = whole(k, width, guard, twiddle, spare, rounding);
                // words that fill a unit of the limit: levels from 1 on halve
                let limited = Fft { widest: Some(width + guard + 2), shifts: false, ..fft }.checked().unwrap();
                let fft = if spare == 4 { limited } else { fft };
                let worst = (0..4).map(|_| error(&fft, &basis, &mut random)).fold(0.0, f64::max);
                // the oracle itself is good to some 1e-13
                assert!(worst <= fft.error_bound() + 1e-9, "{fft:?}: {worst} > {}", fft.error_bound());
                assert!(
                    k < 64 || worst * 400.0 > fft.error_bound(),
                    "{fft:?}: a bound of {} is idle",
                    fft.error_bound()
                );
            }
        }
    }
}

/// Largest error of one random block.
fn error(fft: &Fft, basis: &[Vec<f64>], random: &mut Random) -> f64 {
    let words: Vec<i64> = (0..fft.k).map(|_| random.word(fft.input.width())).collect();
    let packet: Vec<i64> = (0..fft.k / 2).flat_map(|t| [words[t], words[t + fft.k / 2]]).collect();
    let mut output = Vec::new();
    let mut unit = unit_of(fft);
    unit.run(&packet, &mut output);
    assert_eq!(unit.clipped(), 0);
    let exact = spectrum(basis, &words.iter().map(|&word| fft.input.to_real(word)).collect::<Vec<_>>());
    let errors = output.iter().zip(exact).map(|(&got, exact)| (fft.output.to_real(got) - exact).abs());
    errors.fold(0.0, f64::max)
}

#[test]
fn words_beyond_the_frame_count_as_zero_and_saturation_is_counted() {
    let format = QFormat::of_width(8, 7);
    let fft = Fft {
        k: 8,
        input: format,
        guard: 0,
        twiddle: 10,
        output: format,
        rounding: Round::HalfUp,
        shifts: true,
        widest: None,
        blocks: 2,
        valid: 11,
    };
    let mut unit = unit_of(&fft.checked().unwrap());
    let mut run = |packet: &[i64]| {
        let mut output = Vec::new();
        unit.run(packet, &mut output);
        (output, unit.clipped())
    };
    assert_eq!(run(&[7; 8]), (vec![56, 0, 0, 0, 0, 0, 0, 0], 0));
    // only words 0, 1, 2 of the second block exist: 1 + 2 + 3
    let (output, _) = run(&[1, 99, 2, 99, 3, 99, 99, 99]);
    assert_eq!(output[..2], [6, 2]);
    let (output, clipped) = run(&[127; 8]);
    assert_eq!((output[0], clipped), (127, 1));
}

#[test]
fn parameters_that_cannot_be_built_are_refused() {
    let good = whole(16, 8, 0, 10, 0, Round::HalfUp);
    for bad in [
        Fft { k: 12, ..good },
        Fft { k: 2048, ..good },
        Fft { widest: Some(9), ..good },
        Fft { twiddle: 40, ..good },
        Fft { blocks: 2, ..good },
        Fft { valid: 0, blocks: 0, ..good },
        Fft { input: QFormat::of_width(48, 40), ..good },
        Fft { output: QFormat::of_width(8, -60), ..good },
    ] {
        assert!(bad.checked().is_err(), "{bad:?}");
    }
}

/// Verilog against the model: `width.guard.twiddle`, output `width.frac`.
fn rtl(
    case: &str,
    k: usize,
    (width, guard, twiddle): (u32, u32, u32),
    output: (u32, i32),
    rounding: Round,
    valid: usize,
) {
    let (input, output) = (QFormat::of_width(width, width as i32 - 2), QFormat::of_width(output.0, output.1));
    let fft = Fft {
        k,
        input,
        guard,
        twiddle,
        output,
        rounding,
        shifts: true,
        widest: None,
        blocks: valid.div_ceil(k),
        valid,
    };
    same(case, fft);
}

/// Verilog against the model.
fn same(case: &str, fft: Fft) {
    let (fft, k) = (fft.checked().unwrap(), fft.k);
    check(case, &fft, &Traffic { packets: (3000 / k).clamp(18, 150), ..Traffic::of_packet(k / 2) });
}

#[test]
fn rtl_of_small_blocks_is_the_model() {
    rtl("fft_k2", 2, (8, 0, 8), (9, 6), Round::HalfUp, 2);
    rtl("fft_k2_masked", 2, (5, 2, 8), (6, 3), Round::HalfEven, 5);
    rtl("fft_k4", 4, (7, 1, 8), (9, 6), Round::HalfEven, 4);
    rtl("fft_k4_masked", 4, (6, 0, 8), (7, 2), Round::Floor, 9);
    rtl("fft_k8", 8, (10, 2, 12), (12, 8), Round::HalfUp, 8);
    rtl("fft_k8_masked", 8, (6, 0, 6), (10, 5), Round::HalfEven, 20);
}

#[test]
fn rtl_of_middle_blocks_is_the_model() {
    rtl("fft_k16", 16, (16, 0, 16), (20, 14), Round::HalfEven, 16);
    rtl("fft_k16_masked", 16, (12, 2, 14), (14, 6), Round::HalfUp, 46);
    rtl("fft_k32_masked", 32, (9, 3, 11), (15, 9), Round::Floor, 35);
    rtl("fft_k64", 64, (16, 0, 16), (16, 8), Round::HalfUp, 64);
}

#[test]
fn rtl_of_large_blocks_is_the_model() {
    rtl("fft_k128", 128, (12, 1, 14), (14, 5), Round::HalfEven, 128);
    rtl("fft_k256_masked", 256, (8, 2, 12), (16, 6), Round::HalfUp, 300);
    rtl("fft_k512", 512, (18, 0, 17), (24, 13), Round::HalfUp, 512);
    rtl("fft_k1024", 1024, (14, 0, 16), (20, 9), Round::HalfUp, 1024);
}

#[test]
fn rtl_with_multipliers_and_with_limited_words_is_the_model() {
    for (k, rounding) in [(8, Round::HalfUp), (16, Round::HalfEven), (32, Round::Floor)] {
        same(&format!("fft_k{k}_products"), Fft { shifts: false, ..whole(k, 9, 1, 12, 0, rounding) });
    }
    let limited = |k: usize, rounding| Fft {
        widest: Some(12),
        output: QFormat { int: k.ilog2() as i32, frac: 2 },
        ..whole(k, 9, 1, 12, 0, rounding)
    };
    same("fft_k8_limited", limited(8, Round::HalfUp));
    same("fft_k32_limited", Fft { shifts: false, ..limited(32, Round::HalfEven) });
    same("fft_k64_limited", limited(64, Round::Floor));
}

#[test]
fn each_doubling_adds_a_delay_and_the_registers_of_a_stage() {
    let latency = |k| whole(k, 10, 1, 12, 0, Round::HalfUp).latency();
    assert_eq!([2, 4].map(latency), [3, 8]);
    for k in [16, 32, 64, 128, 256] {
        // memories: one more before a level, and the first one is twice as long
        assert_eq!(latency(2 * k), latency(k) + k / 2 + k / 4 + 1 + 7);
    }
}
