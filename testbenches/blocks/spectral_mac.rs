//! Spectral multiply-accumulate: every shape against the model.

use crate::bench::{Random, Traffic, check};
use circlet::blocks::spectral_mac::SpectralMac;
use circlet::fixed::{QFormat, Round};

/// Random weights over their whole range, extremes among them.
fn mac(k: usize, [rows, p, q]: [usize; 3], [input, weight, output]: [u32; 3], rounding: Round) -> SpectralMac {
    let mut random = Random(k as u64);
    let weights = (0..p * q * k).map(|_| random.word(weight)).collect();
    let spectrum = QFormat::of_width(input, input as i32 / 2);
    let weight = QFormat::of_width(weight, weight as i32 - 1);
    let accumulator = QFormat::of_width(output, output as i32 / 2);
    let mac = SpectralMac { k, rows, p, q, spectrum, weight, accumulator, rounding, weights };
    mac.check().unwrap();
    mac
}

fn bench(case: &str, mac: SpectralMac) {
    let frame = mac.p.div_ceil(mac.rows) * mac.q * mac.k / 2;
    check(&format!("spectral_mac_{case}"), &mac, &Traffic { packets: 5 * frame + 7, ..Traffic::of_packet(1) });
}

#[test]
fn one_real_pair() {
    bench("k2_r1", mac(2, [1, 1, 1], [6, 6, 6], Round::HalfUp));
}

#[test]
fn real_pairs_in_uneven_groups() {
    bench("k2_r3", mac(2, [3, 7, 5], [12, 10, 13], Round::HalfEven));
}

#[test]
fn two_beats_wide_words() {
    bench("k4_r2", mac(4, [2, 3, 3], [26, 20, 40], Round::HalfUp));
}

#[test]
fn one_column() {
    bench("k16_q1", mac(16, [4, 6, 1], [14, 12, 18], Round::Floor));
}

#[test]
fn shift_registers() {
    bench("k16_r4", mac(16, [4, 8, 4], [14, 12, 16], Round::HalfUp));
}

#[test]
fn the_deepest_shift_register() {
    bench("k32_r1", mac(32, [1, 3, 2], [16, 8, 12], Round::HalfEven));
}

#[test]
fn sums_in_memory() {
    bench("k64_r2", mac(64, [2, 3, 3], [12, 14, 16], Round::HalfUp));
}
