//! Dense multiply-accumulate: every shape against the model.

use crate::bench::{Random, Traffic, check};
use circlet::blocks::dense_mac::DenseMac;
use circlet::fixed::QFormat;

/// Random weights over their whole range, and a product format of `spare` bits beyond the widest sum possible.
fn mac(lanes: usize, [beats, rows, outputs]: [usize; 3], [input, weight, spare]: [u32; 3]) -> DenseMac {
    let mut random = Random(beats as u64);
    let weights = (0..outputs * beats * lanes).map(|_| random.word(weight)).collect();
    let product = input + weight + (beats * lanes).next_power_of_two().ilog2() + spare;
    let (input, weight) = (QFormat::of_width(input, 4), QFormat::of_width(weight, 7));
    let mac = DenseMac { lanes, beats, rows, outputs, input, weight, product: QFormat::of_width(product, 11), weights };
    mac.check().unwrap();
    mac
}

fn bench(case: &str, mac: DenseMac) {
    let frame = mac.outputs.div_ceil(mac.rows) * mac.beats;
    check(&format!("dense_mac_{case}"), &mac, &Traffic { packets: 5 * frame + 40, ..Traffic::of_packet(1) });
}

#[test]
fn one_product() {
    bench("l1_b1", mac(1, [1, 1, 1], [6, 6, 1]));
}

#[test]
fn one_beat_of_two_words() {
    bench("l2_b1", mac(2, [1, 3, 5], [8, 9, 0]));
}

#[test]
fn single_words() {
    bench("l1_b9", mac(1, [9, 2, 5], [12, 12, 3]));
}

#[test]
fn pairs() {
    bench("l2_b16", mac(2, [16, 5, 10], [12, 12, 0]));
}

#[test]
fn four_lanes_wide_words() {
    bench("l4_b3", mac(4, [3, 2, 3], [24, 20, 1]));
}

#[test]
fn sums_narrower_than_a_product() {
    let small = DenseMac { product: QFormat::of_width(14, 11), weights: vec![1, -2, 1, 3].into(), ..mac(2, [2, 1, 1], [11, 8, 0]) };
    small.check().unwrap();
    bench("cut", small);
}
