//! Slice: the first beats, the last beats, beats in the middle.
//!
//! A packet is a frame: what it gives begins `first` cycles after the one latency of the block.

use crate::bench::{Emitted, unit_of};
use crate::exact::outputs;
use circlet::blocks::slice::Slice;

const SLICES: [(usize, usize); 3] = [(0, 3), (2, 4), (5, 3)];

#[test]
fn tools_read_it_and_count_nothing() {
    for (first, count) in SLICES {
        let block = Slice { lanes: 2, width: 9, beats: 8, first, count };
        block.check().unwrap();
        let case = format!("slice_{first}_{count}");
        let emitted = Emitted::new(&case, &block);
        emitted.check_lint();
        emitted.check_cost();
    }
}

#[test]
fn the_model_passes_the_beats_of_each_frame() {
    for (first, count) in SLICES {
        let block = Slice { lanes: 2, width: 9, beats: 8, first, count };
        let words: Vec<i64> = (0..48).collect();
        let passes = |word: &i64| (first..first + count).contains(&(*word as usize / 2 % 8));
        let expected: Vec<i64> = words.iter().copied().filter(passes).collect();
        assert_eq!(outputs(&mut *unit_of(&block), &block, 1, &words), expected);
    }
}
