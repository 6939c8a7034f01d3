//! Concat: parts of different alignments, frames of an odd number of words.

use crate::bench::{Traffic, check, unit_of};
use crate::exact::outputs;
use circlet::blocks::concat::Concat;

#[test]
fn parts_are_aligned_each_by_its_own() {
    let block = Concat { lanes: 2, words: 11, parts: vec![(2, 3), (3, 0), (1, 3)], input: 9, output: 12 };
    block.check().unwrap();
    check("concat_odd", &block, &Traffic { packets: 60, ..Traffic::of_packet(1) });
}

#[test]
fn words_one_by_one() {
    let block = Concat { lanes: 1, words: 4, parts: vec![(1, 0), (3, 2)], input: 8, output: 10 };
    block.check().unwrap();
    check("concat_single", &block, &Traffic::of_packet(1));
}

#[test]
fn the_model_walks_through_the_parts() {
    let block = Concat { lanes: 2, words: 5, parts: vec![(1, 0), (2, 4)], input: 8, output: 12 };
    let words = [1, 2, 3, 4, 5, 99, 6, 7];
    assert_eq!(outputs(&mut *unit_of(&block), &block, 1, &words), [1, 2, 48, 64, 80, 0, 6, 7]);
}
