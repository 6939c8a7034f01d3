//! Dense multiply-accumulate: every shape against the model.

use crate::bench::{Random, Traffic, check, unit_of};
use crate::exact::outputs;
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
    let small = DenseMac {
        product: QFormat::of_width(14, 11),
        weights: vec![1, -2, 1, 3].into(),
        ..mac(2, [2, 1, 1], [11, 8, 0])
    };
    small.check().unwrap();
    bench("cut", small);
}

/// `W x` of one frame, zeros beyond the outputs.
fn sums(mac: &DenseMac, frame: &[i64]) -> Vec<i64> {
    let row = |output: usize| &mac.weights[output * frame.len()..(output + 1) * frame.len()];
    let sum = |output: usize| row(output).iter().zip(frame).map(|(&w, &x)| w as i128 * x as i128).sum::<i128>() as i64;
    let padded = mac.outputs.next_multiple_of(mac.rows);
    (0..padded).map(|output| if output < mac.outputs { sum(output) } else { 0 }).collect()
}

#[test]
fn the_model_is_the_matrix_product() {
    let mut random = Random(6);
    for round in 0..60 {
        let shape = [1 + random.below(20), 1 + random.below(5), 1 + random.below(12)];
        let widths = [6 + random.below(20) as u32, 6 + random.below(20) as u32, 0];
        let mac = mac(1 << (round % 3), shape, widths);
        let mut unit = unit_of(&mac);
        for _frame in 0..2 {
            let frame: Vec<i64> = (0..mac.beats * mac.lanes).map(|_| random.word(mac.input.width())).collect();
            let replayed = frame.repeat(mac.outputs.div_ceil(mac.rows));
            assert_eq!(outputs(&mut *unit, &mac, 1, &replayed), sums(&mac, &frame), "{mac:?}");
        }
    }
}

#[test]
fn a_product_format_that_overflows_is_refused() {
    let mac = mac(1, [4, 1, 1], [8, 8, 0]);
    let tight =
        |width| DenseMac { product: QFormat::of_width(width, 11), weights: vec![-128; 4].into(), ..mac.clone() };
    assert!(tight(18).check().is_ok());
    assert!(tight(17).check().unwrap_err().contains("18 bits"));
}
