//! Inverse transform: model against the definition in f64 and the forward model, Verilog against the model.

use super::fft::basis;
use crate::bench::{Random, Traffic, check, unit_of};
use circlet::blocks::{Block, fft::Fft, ifft::Ifft};
use circlet::fixed::{QFormat, Round};

fn ifft(k: usize, width: u32, twiddle: u32, rounding: Round) -> Ifft {
    Ifft { k, input: QFormat::of_width(width, width as i32 - 3), twiddle, rounding }.checked().unwrap()
}

/// The output stream in natural order.
fn natural(packet: &[i64]) -> Vec<i64> {
    let lane = |l: usize| packet.iter().skip(l).step_by(2).copied();
    lane(0).chain(lane(1)).collect()
}

#[test]
fn model_stays_within_the_derived_bound() {
    let mut random = Random(5);
    for k in (1..=10).map(|n| 1usize << n) {
        let basis = basis(k);
        for (width, twiddle) in [(8, 8), (12, 12), (20, 16), (26, 18)] {
            for rounding in Round::ALL {
                let ifft = ifft(k, width, twiddle, rounding);
                let worst = (0..4).map(|_| error(&ifft, &basis, &mut random)).fold(0.0, f64::max);
                assert!(worst <= ifft.error_bound(), "{ifft:?}: {worst} > {}", ifft.error_bound());
                assert!(
                    k < 64 || worst * 400.0 > ifft.error_bound(),
                    "{ifft:?}: a bound of {} is idle",
                    ifft.error_bound()
                );
            }
        }
    }
}

/// Largest error of the inverse of one random spectrum.
fn error(ifft: &Ifft, basis: &[Vec<f64>], random: &mut Random) -> f64 {
    let packet: Vec<i64> = (0..ifft.k).map(|_| random.word(ifft.input.width())).collect();
    let mut output = Vec::new();
    unit_of(ifft).run(&packet, &mut output);
    let exact = inverse(basis, &packet.iter().map(|&word| ifft.input.to_real(word)).collect::<Vec<_>>());
    assert!(
        output.iter().all(|&word| (ifft.output().min()..=ifft.output().max()).contains(&word)),
        "{ifft:?} overflows"
    );
    natural(&output)
        .iter()
        .zip(exact)
        .map(|(&got, exact)| (ifft.output().to_real(got) - exact).abs())
        .fold(0.0, f64::max)
}

/// The inverse by definition: the weights of the forward transform, conjugates counted.
fn inverse(basis: &[Vec<f64>], bins: &[f64]) -> Vec<f64> {
    let k = bins.len();
    let mut words = vec![0.0; k];
    for (word, (bin, row)) in bins.iter().zip(basis).enumerate() {
        let scale = if word < 2 { 1.0 } else { 2.0 } * bin / k as f64;
        words.iter_mut().zip(row).for_each(|(sum, weight)| *sum += scale * weight);
    }
    words
}

#[test]
fn the_oracle_undoes_the_transform() {
    let words: Vec<f64> = (0..32).map(|n| (n * n % 7) as f64).collect();
    let basis = basis(32);
    let bins: Vec<f64> = basis.iter().map(|row| row.iter().zip(&words).map(|(a, b)| a * b).sum()).collect();
    assert!(words.iter().zip(inverse(&basis, &bins)).all(|(a, b)| (a - b).abs() < 1e-9));
}

#[test]
fn inverse_after_forward_gives_the_block_back() {
    let mut random = Random(21);
    for k in (1..=10).map(|n| 1usize << n) {
        let (input, frac) = (QFormat::of_width(12, 11), 14);
        let output = QFormat { int: k.ilog2() as i32, frac };
        let fft = Fft {
            k,
            input,
            guard: 3,
            twiddle: 17,
            output,
            rounding: Round::HalfEven,
            shifts: true,
            widest: None,
            blocks: 1,
            valid: k,
        };
        let ifft = Ifft { k, input: output, twiddle: 17, rounding: Round::HalfEven }.checked().unwrap();
        let packet: Vec<i64> = (0..k).map(|_| random.word(12)).collect();
        let (mut bins, mut back) = (Vec::new(), Vec::new());
        unit_of(&fft.checked().unwrap()).run(&packet, &mut bins);
        unit_of(&ifft).run(&bins, &mut back);
        let worst = packet.iter().zip(&back).map(|(a, b)| ((a << 3) - b).abs()).max().unwrap();
        // an average of k errors of the forward transform, and the inverse's own: a few of 2^-14
        assert!(worst <= 8, "k = {k}: {worst}");
    }
}

#[test]
fn parameters_that_cannot_be_built_are_refused() {
    let good = ifft(16, 12, 12, Round::HalfUp);
    let narrow = QFormat::of_width(3, 2);
    for bad in
        [Ifft { k: 3, ..good }, Ifft { k: 2048, ..good }, Ifft { twiddle: 1, ..good }, Ifft { input: narrow, ..good }]
    {
        assert!(bad.checked().is_err(), "{bad:?}");
    }
}

fn rtl(case: &str, k: usize, width: u32, twiddle: u32, rounding: Round) {
    let traffic = Traffic { packets: (3000 / k).clamp(18, 150), ..Traffic::of_packet(k / 2) };
    check(case, &ifft(k, width, twiddle, rounding), &traffic);
}

#[test]
fn rtl_of_small_blocks_is_the_model() {
    rtl("ifft_k2", 2, 8, 8, Round::HalfEven);
    rtl("ifft_k4", 4, 9, 8, Round::HalfUp);
    rtl("ifft_k8", 8, 10, 7, Round::HalfEven);
    rtl("ifft_k16", 16, 16, 14, Round::HalfUp);
    rtl("ifft_k16_floor", 16, 22, 16, Round::Floor);
}

#[test]
fn rtl_of_large_blocks_is_the_model() {
    rtl("ifft_k32", 32, 13, 12, Round::Floor);
    rtl("ifft_k64", 64, 20, 16, Round::HalfEven);
    rtl("ifft_k128", 128, 16, 14, Round::HalfUp);
    rtl("ifft_k256", 256, 12, 12, Round::HalfEven);
    rtl("ifft_k512", 512, 24, 17, Round::HalfUp);
    rtl("ifft_k1024", 1024, 20, 16, Round::HalfUp);
}

#[test]
fn each_doubling_adds_a_delay_and_the_registers_of_a_stage() {
    let latency = |k| ifft(k, 12, 12, Round::HalfUp).latency();
    assert_eq!([2, 4].map(latency), [2, 5]);
    for k in [16, 32, 64, 128, 256] {
        // four multipliers take 3 cycles, the butterfly one
        assert_eq!(latency(2 * k), latency(k) + k / 2 + 3 + 1);
    }
}
