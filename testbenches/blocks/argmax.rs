//! Argmax: every order against the model.

use crate::bench::{Random, Traffic, check, unit_of};
use crate::exact::outputs;
use circlet::blocks::argmax::Argmax;
use circlet::fixed::QFormat;
use circlet::machine::fifo::word_index;

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

#[test]
fn the_model_finds_the_first_of_the_largest() {
    let mut random = Random(8);
    for round in 0..200 {
        let pair = (round % 5 > 0).then(|| random.below(4) as u32);
        let window = pair.map_or(1, |bit| 2 << (bit + random.below(2) as u32));
        let inputs = 1 + random.below(40);
        let lanes = if pair.is_some() { 2 } else { 1 };
        let beats = inputs.next_multiple_of(window) / lanes;
        let argmax = Argmax { lanes, pair, window, inputs, beats, input: QFormat::of_width(4, 0) };
        argmax.check().unwrap();
        let natural: Vec<i64> = (0..beats * lanes).map(|_| random.word(4)).collect();
        let streamed: Vec<i64> = (0..beats * lanes).map(|at| natural[in_window(&argmax, at)]).collect();
        let largest = natural[..inputs].iter().max().unwrap();
        let first = natural.iter().position(|word| word == largest).unwrap() as i64;
        assert_eq!(outputs(&mut *unit_of(&argmax), &argmax, 1, &streamed.repeat(2)), [first, first], "{argmax:?}");
    }
}

/// Index of the word that arrives as number `at`: the window, then the place inside it.
fn in_window(argmax: &Argmax, at: usize) -> usize {
    let inside = at % argmax.window;
    at / argmax.window * argmax.window + word_index(argmax.pair, inside / argmax.lanes, inside % argmax.lanes)
}

#[test]
fn words_that_never_arrive_are_refused() {
    let argmax = Argmax { lanes: 2, pair: Some(3), window: 16, inputs: 6, beats: 5, input: QFormat::of_width(4, 0) };
    assert_eq!(argmax.check().unwrap_err(), "5 beats bring 5 of 6 words");
}
