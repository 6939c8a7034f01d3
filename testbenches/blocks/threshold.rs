//! Threshold unit: counts of every size, of one channel and of many, against the model.

use crate::bench::{Random, Traffic, check, unit_of};
use crate::exact::outputs;
use circlet::blocks::Block;
use circlet::blocks::threshold::Threshold;
use circlet::fixed::QFormat;

/// A unit with random thresholds, some of them equal, some that no word reaches.
fn unit([lanes, beats]: [usize; 2], levels: usize, low: i64, input: &str, is_shared: bool) -> Threshold {
    let mut random = Random((beats * levels) as u64);
    let input = QFormat::parse(input).unwrap();
    let rows = if is_shared { 1 } else { beats * lanes };
    let row = |_| {
        let mut row: Vec<i64> = (0..levels).map(|_| random.word(input.width()) + random.below(2) as i64).collect();
        row.sort();
        row
    };
    let thresholds = (0..rows).flat_map(row).collect::<Vec<i64>>().into();
    let largest = (low + levels as i64).max(-1 - low).max(1);
    let output = QFormat { int: 64 - (largest as u64).leading_zeros() as i32, frac: 0 };
    Threshold { lanes, beats, input, levels, low, thresholds, output }
}

fn bench(case: &str, packet: usize, unit: Threshold) {
    unit.check().unwrap();
    let packets = (6 * unit.beats).div_ceil(packet) + 20;
    check(&format!("threshold_{case}"), &unit, &Traffic { packets, ..Traffic::of_packet(packet) });
}

#[test]
fn a_sign() {
    bench("sign", 1, unit([1, 10], 1, 0, "s8.0", false));
}

#[test]
fn three_levels_below_and_above_zero() {
    bench("ternary", 1, unit([1, 7], 2, -1, "s5.0", false));
}

#[test]
fn pairs_of_words() {
    bench("pairs", 4, unit([2, 12], 7, 0, "s9.3", false));
}

#[test]
fn one_channel_for_all() {
    bench("shared", 1, unit([2, 9], 254, -127, "s7.4", true));
}

#[test]
fn one_word() {
    bench("one", 1, unit([1, 1], 5, -2, "s3.0", false));
}

#[test]
fn the_model_counts_and_the_bound_is_reached() {
    for levels in [1, 2, 3, 6, 255] {
        let unit = unit([1, 3], levels, -5, "s6.0", false);
        let words: Vec<i64> = (-64..64).flat_map(|word| [word; 3]).collect();
        let given = outputs(&mut *unit_of(&unit), &unit, 1, &words);
        for (at, (word, given)) in words.iter().zip(given).enumerate() {
            let row = &unit.thresholds[at % 3 * levels..][..levels];
            let reached = row.iter().take_while(|&threshold| threshold <= word).count();
            assert_eq!(given, reached as i64 - 5);
        }
    }
}

#[test]
fn what_cannot_be_built_is_said() {
    let good = unit([1, 4], 3, 0, "s6.0", false);
    assert!(good.check().is_ok());
    let low = Threshold { low: -1, ..good.clone() };
    assert_eq!(low.output().width, 3);
    let problem = |unit: Threshold| unit.check().unwrap_err();
    assert!(problem(Threshold { low: 2, ..good.clone() }).contains("2 to 5 does not fit s2.0"));
    assert!(problem(Threshold { levels: 4096, ..good.clone() }).contains("4095 levels at most"));
    assert!(problem(Threshold { thresholds: [1, 2].into(), ..good.clone() }).contains("expected 3 or 12"));
    assert!(problem(Threshold { thresholds: [3, 2, 1].into(), ..good.clone() }).contains("do not rise"));
    assert!(problem(Threshold { thresholds: [1, 2, 129].into(), ..good }).contains("more than 8 bits"));
}
