//! Pack: the beats of a block become one beat, its words in another order if need be.
//!
//! In front of units that take a whole block per clock. A beat of L lanes carries the next L words of an order of pairs:
//! `word_index` of its pair bit gives their indices in the block ([`crate::machine::fifo`]). Words pass through a shift
//! register; once it holds a block, all of them leave in the order of another pair bit. Words that come one by one, or
//! several side by side as they count, are pairs of neighbours: pair bit 0.

pub mod model;

use super::header::Header;
use super::verilog::{Count, part};
use super::{Block, Cost, Place, Port, RtlFile};
use crate::machine::fifo::word_index;
use askama::Template;

/// Parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pack {
    /// Words of a beat taken.
    pub lanes: usize,
    /// Bits per word.
    pub width: u32,
    /// Beats of a block.
    pub beats: usize,
    /// Pair bits of the orders in which words come and go.
    pub pairs: (u32, u32),
    /// Whether the beats of a block are one packet, on consecutive cycles; otherwise each is a packet of its own.
    pub together: bool,
}

impl Pack {
    /// What cannot be built, said in one line.
    pub fn check(&self) -> Result<(), String> {
        let Pack { lanes, width, beats, pairs, .. } = *self;
        let bits = self.words().trailing_zeros();
        let whole = lanes.is_power_of_two() && beats.is_power_of_two() && self.words() > 1;
        if !whole || pairs.0 >= bits || pairs.1 >= bits || !(2..=62).contains(&width) {
            return Err(format!("{beats} beats of {lanes} x {width}, pair bits {pairs:?}: expected powers of two"));
        }
        Ok(())
    }

    /// Whether a block leaves otherwise than it comes.
    pub fn changes(&self) -> bool {
        self.beats > 1 || self.pairs.0 != self.pairs.1
    }

    /// Words of a block.
    fn words(&self) -> usize {
        self.lanes * self.beats
    }

    /// For each word given, its place among the words taken.
    fn places(&self) -> Vec<usize> {
        let index = |pair: u32, at: usize| word_index(Some(pair), at / 2, at % 2);
        let taken: Vec<usize> = (0..self.words()).map(|at| index(self.pairs.0, at)).collect();
        let place = |word: usize| taken.iter().position(|&other| other == word).unwrap_or_default();
        (0..self.words()).map(|at| place(index(self.pairs.1, at))).collect()
    }
}

impl Block for Pack {
    fn stem(&self) -> &'static str {
        "pack"
    }

    fn module(&self, _place: &Place) -> String {
        let Pack { lanes, width, beats, pairs: (from, to), .. } = self;
        format!("pack_n{beats}_l{lanes}_w{width}_p{from}_p{to}")
    }

    fn input(&self) -> Port {
        Port { lanes: self.lanes, width: self.width }
    }

    fn output(&self) -> Port {
        Port { lanes: self.words(), width: self.width }
    }

    fn latency(&self) -> usize {
        if self.together { self.beats } else { 1 }
    }

    fn cost(&self) -> Cost {
        Cost::default()
    }

    fn fields(&self) -> String {
        let places: Vec<String> = self.places().iter().map(usize::to_string).collect();
        format!("places={}", places.join(":"))
    }

    fn rtl(&self, place: &Place) -> Vec<RtlFile> {
        let text = Rtl::new(self, place).render().unwrap_or_else(|e| crate::bug!("template pack: {e}"));
        vec![RtlFile { name: format!("rtl/{}.v", self.module(place)), text }]
    }

    fn cells(&self) -> &'static [&'static str] {
        &[]
    }
}

#[derive(Template)]
#[template(path = "pack.v")]
struct Rtl {
    h: Header,
    in_msb: usize,
    out_msb: usize,
    /// The bits of the register that stay when a beat comes; none where a block is one beat.
    kept: Option<String>,
    beat: Count,
    words: Vec<Word>,
}

/// A word given: its bits of the output, and those of the register.
struct Word {
    to: String,
    from: String,
}

impl Rtl {
    fn new(block: &Pack, place: &Place) -> Rtl {
        let Pack { lanes, width, beats, pairs: (from, to), .. } = *block;
        let bits = width as usize;
        let word = |(at, place): (usize, usize)| Word { to: part(at, bits), from: part(place, bits) };
        let shape = format!(
            "{beats} beats of {lanes} words {} apart in, one beat of {} words {} apart out",
            1 << from,
            block.words(),
            1 << to
        );
        let sentence = "the beats of a block become one";
        // one module serves both: the latency of the banner is that of the last beat
        let block = Pack { together: false, ..*block };
        Rtl {
            h: Header::of(&block, place, sentence, &shape, &format!("words of {width} bits"), "1 cycle per beat"),
            in_msb: block.input().bits() - 1,
            out_msb: block.output().bits() - 1,
            kept: (beats > 1).then(|| format!("{}:{}", block.output().bits() - 1, block.input().bits())),
            beat: Count::of(beats),
            words: block.places().into_iter().enumerate().map(word).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_change_places() {
        let of = |pairs| Pack { lanes: 2, width: 8, beats: 4, pairs, together: false }.places();
        assert_eq!(of((2, 2)), [0, 1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(of((0, 2)), [0, 4, 1, 5, 2, 6, 3, 7], "natural to halves");
        assert_eq!(of((2, 0)), [0, 2, 4, 6, 1, 3, 5, 7], "halves to natural");
        assert_eq!(of((1, 2)), [0, 4, 2, 6, 1, 5, 3, 7], "halves of 4 to halves of 8");
    }
}
