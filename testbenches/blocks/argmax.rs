//! Argmax: every order against the model.

use crate::bench::{Traffic, check};
use circlet::blocks::argmax::Argmax;
use circlet::fixed::QFormat;

/// Words are narrow, so that equals are frequent.
fn bench(case: &str, pair: Option<u32>, [window, inputs, beats]: [usize; 3], width: u32) {
    let lanes = if pair.is_some() { 2 } else { 1 };
    let argmax = Argmax { lanes, pair, window, inputs, beats, input: QFormat::of_width(width, 1) };
    argmax.check().unwrap();
    check(&format!("argmax_{case}"), &argmax, &Traffic { packets: 12 * beats + 9, ..Traffic::of_packet(1) });
}

#[test]
fn one_word() {
    bench("one", None, [1, 1, 1], 12);
}

#[test]
fn single_words() {
    bench("single", None, [1, 10, 10], 6);
}

#[test]
fn natural_pairs_with_padding() {
    bench("pairs", Some(0), [2, 9, 5], 4);
}

#[test]
fn halves_with_padding() {
    bench("halves", Some(3), [16, 10, 8], 4);
}

#[test]
fn several_windows() {
    bench("windows", Some(2), [8, 20, 12], 5);
}

#[test]
fn a_full_power_of_two() {
    bench("full", Some(4), [32, 64, 32], 6);
}

#[test]
fn fewer_beats_than_the_pair_bit_spans() {
    bench("short", Some(3), [16, 2, 2], 4);
}

#[test]
fn one_beat() {
    bench("one_beat", Some(0), [2, 2, 1], 3);
}
