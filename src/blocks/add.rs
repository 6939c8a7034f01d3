//! Add: the sum of several streams, word by word.
//!
//! A beat brings the words of all parts, part after part. Each part is aligned to the finest one and the sum is exact.
//! In the last beat of a frame of an odd number of words the second lane is not a word; it gives zero. One register.

pub mod model;

use super::header::Header;
use super::verilog::Count;
use super::{Block, Cost, Place, Port, RtlFile};
use crate::fixed::QFormat;
use askama::Template;

/// Parameters.
#[derive(Clone, Debug)]
pub struct Add {
    /// Words per beat of one part.
    pub lanes: usize,
    /// Beats per frame.
    pub beats: usize,
    /// Words per frame: all of `beats * lanes`, or one fewer.
    pub words: usize,
    /// Format of each part.
    pub parts: Vec<QFormat>,
    /// The exact sum: as many fraction bits as the finest part.
    pub sum: QFormat,
}

impl Add {
    /// What cannot be built, said in one line.
    pub fn check(&self) -> Result<(), String> {
        let Add { lanes, beats, words, parts, sum } = self;
        if !(1..=2).contains(lanes) || *beats == 0 || words.div_ceil(*lanes) != *beats {
            return Err(format!(
                "lanes={lanes} beats={beats} words={words}: expected 1 or 2 lanes and all beats filled"
            ));
        }
        let growth = parts.len().next_power_of_two().ilog2();
        let fits = |part: &QFormat| part.frac <= sum.frac && part.width() + self.shift(part) + growth <= sum.width();
        if parts.len() < 2 || sum.width() > 61 || !parts.iter().all(fits) {
            return Err(format!("{} parts in a sum of {sum}: expected 2 or more, each with room", parts.len()));
        }
        Ok(())
    }

    /// Zeros appended to the words of a part.
    fn shift(&self, part: &QFormat) -> u32 {
        (self.sum.frac - part.frac).max(0) as u32
    }

    /// Whether the last beat of a frame ends in a lane without a word.
    fn is_odd(&self) -> bool {
        self.words < self.beats * self.lanes
    }
}

impl Block for Add {
    fn stem(&self) -> &'static str {
        "add"
    }

    fn module(&self, place: &Place) -> String {
        format!("{}_add", place.prefix)
    }

    fn input(&self) -> Port {
        let widest = self.parts.iter().map(|part| part.width()).max().unwrap_or(0);
        Port { lanes: self.parts.len() * self.lanes, width: widest }
    }

    fn word_widths(&self) -> Vec<u32> {
        self.parts.iter().flat_map(|part| std::iter::repeat_n(part.width(), self.lanes)).collect()
    }

    fn output(&self) -> Port {
        Port { lanes: self.lanes, width: self.sum.width() }
    }

    fn latency(&self) -> usize {
        1
    }

    fn cost(&self) -> Cost {
        Cost::default()
    }

    fn fields(&self) -> String {
        let shifts: Vec<String> = self.parts.iter().map(|part| self.shift(part).to_string()).collect();
        format!("lanes={} words={} shifts={}", self.lanes, self.words, shifts.join(":"))
    }

    fn rtl(&self, place: &Place) -> Vec<RtlFile> {
        let text = Rtl::new(self, place).render().unwrap_or_else(|e| crate::bug!("template add: {e}"));
        vec![RtlFile { name: format!("rtl/{}.v", self.module(place)), text }]
    }

    fn cells(&self) -> &'static [&'static str] {
        &[]
    }
}

#[derive(Template)]
#[template(path = "add.v")]
struct Rtl {
    h: Header,
    in_msb: u32,
    out_msb: usize,
    sum_msb: u32,
    beat: Count,
    odd: bool,
    lanes: Vec<Lane>,
}

struct Lane {
    index: usize,
    /// The words it sums.
    terms: Vec<Term>,
    /// Its bits of the output.
    sum: String,
    /// What it gives, for a word that may not be there.
    masked: bool,
}

struct Term {
    name: String,
    format: String,
    /// Copies of the sign, word, zeros.
    aligned: String,
}

impl Rtl {
    fn new(block: &Add, place: &Place) -> Rtl {
        let Add { lanes, beats, words, parts, sum } = block;
        let shape = format!("{words} words in {beats} beats per frame, {} parts", parts.len());
        let names: Vec<String> = parts.iter().map(QFormat::to_string).collect();
        let format = format!("{} in, {sum} out, exact", names.join(" and "));
        let lane = |index: usize| Lane {
            index,
            terms: (0..parts.len()).map(|part| block.term(part, index)).collect(),
            sum: super::verilog::part(index, sum.width() as usize),
            masked: block.is_odd() && index + 1 == *lanes,
        };
        Rtl {
            h: Header::of(block, place, "the sum of the parts, word by word", &shape, &format, "1 cycle per beat"),
            in_msb: block.word_widths().iter().sum::<u32>() - 1,
            out_msb: block.output().bits() - 1,
            sum_msb: sum.width() - 1,
            beat: Count::of(*beats),
            odd: block.is_odd(),
            lanes: (0..*lanes).map(lane).collect(),
        }
    }
}

impl Add {
    /// The word of one part in one lane, aligned to the sum.
    fn term(&self, part: usize, lane: usize) -> Term {
        let format = self.parts[part];
        let before: u32 = self.word_widths()[..part * self.lanes + lane].iter().sum();
        let (msb, width) = (before + format.width() - 1, self.sum.width());
        let (shift, signs) = (self.shift(&format), width - format.width() - self.shift(&format));
        let zeros = if shift == 0 { String::new() } else { format!(", {shift}'d0") };
        let aligned = format!("{{{{{signs}{{in_data[{msb}]}}}}, in_data[{msb}:{before}]{zeros}}}");
        Term { name: format!("part{part}_{lane}"), format: format.to_string(), aligned }
    }
}
