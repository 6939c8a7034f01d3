//! Whole-block spectral array: the model is the serial one's, Verilog against it.

use crate::bench::{Random, Traffic, check};
use circlet::blocks::spectral_array::SpectralArray;
use circlet::blocks::spectral_mac::{Products, SpectralMac};
use circlet::fixed::{QFormat, Round};
use circlet::network::dense::pace::Stationary;

/// Random weights over their whole range, extremes among them.
fn array(
    k: usize,
    [rows, p, q]: [usize; 3],
    [input, weight, output]: [u32; 3],
    products: Products,
    beats_out: usize,
) -> SpectralArray {
    let mut random = Random(k as u64);
    let weights = (0..p * q * k).map(|_| random.word(weight)).collect();
    let spectrum = QFormat::of_width(input, input as i32 / 2);
    let weight = QFormat::of_width(weight, weight as i32 - 1);
    let accumulator = QFormat::of_width(output, output as i32 / 2);
    let rounding = Round::ALL[(k + rows) % 3];
    SpectralArray {
        mac: SpectralMac {
            k,
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
        },
        beats_out,
        spacing: 1,
    }
}

fn bench(case: &str, array: SpectralArray) {
    array.check().unwrap();
    let frame = array.mac.p.div_ceil(array.mac.rows) * array.mac.q;
    check(&format!("spectral_array_{case}"), &array, &Traffic { packets: 20 * frame + 7, ..Traffic::of_packet(1) });
}

#[test]
fn one_real_pair() {
    bench("k2", array(2, [3, 4, 2], [6, 6, 6], Products::Three, 1));
}

#[test]
fn three_multipliers() {
    bench("three_k4", array(4, [2, 3, 1], [12, 10, 13], Products::Three, 1));
    bench("three_k8", array(8, [2, 5, 4], [9, 8, 14], Products::Three, 4));
}

/// Weights whose sums and differences of parts fit their words stand in memory as such.
#[test]
fn three_multipliers_and_small_weights() {
    let mut small = array(16, [2, 3, 8], [14, 12, 18], Products::Three, 8);
    small.mac.weights = small.mac.weights.iter().map(|word| word / 2).collect();
    bench("three_k16_parts", small);
}

#[test]
fn four_multipliers() {
    bench("four_k4", array(4, [1, 2, 2], [20, 17, 30], Products::Four, 2));
    bench("four_k16", array(16, [1, 2, 3], [12, 8, 16], Products::Four, 2));
}

#[test]
fn parts_that_leave_faster_than_they_come_are_refused() {
    let good = array(16, [1, 1, 8], [8, 8, 8], Products::Three, 8);
    assert!(good.check().is_ok());
    for (q, beats_out) in [(7, 8), (8, 16), (8, 3), (8, 0)] {
        let bad = array(16, [1, 1, q], [8, 8, 8], Products::Three, beats_out);
        assert!(bad.check().is_err(), "{q} {beats_out}");
    }
}

#[test]
fn beats_apart_leave_time_for_few_columns() {
    let mut array = array(16, [2, 3, 3], [8, 8, 10], Products::Four, 8);
    array.spacing = 3;
    array.check().unwrap();
    let traffic = Traffic { packets: 150, rest: 2, ..Traffic::of_packet(1) };
    check("spectral_array_spaced", &array, &traffic);
}
