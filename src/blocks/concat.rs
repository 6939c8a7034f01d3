//! Concat: several streams one after another, with a common number of fraction bits.
//!
//! The words of a frame come part after part, sign-extended to the widest of them; each part is aligned to the finest
//! one, exactly. In the last beat of a frame of an odd number of words the second lane is not a word; it gives zero.
//! One register.

pub mod model;

use super::header::Header;
use super::verilog::{Count, part};
use super::{Block, Cost, Place, Port, RtlFile};
use askama::Template;

/// Parameters.
#[derive(Clone, Debug)]
pub struct Concat {
    /// Words per beat.
    pub lanes: usize,
    /// Words per frame: all of the lanes of all beats, or one fewer.
    pub words: usize,
    /// Beats of each part, and the zeros appended to its words.
    pub parts: Vec<(usize, u32)>,
    /// Bits of a word taken.
    pub input: u32,
    /// Bits of a word given.
    pub output: u32,
}

impl Concat {
    /// What cannot be built, said in one line.
    pub fn check(&self) -> Result<(), String> {
        let Concat { lanes, words, parts, input, output } = self;
        if !(1..=2).contains(lanes) || words.div_ceil(*lanes) != self.beats() || parts.iter().any(|part| part.0 == 0) {
            return Err(format!("lanes={lanes} words={words}: expected 1 or 2 lanes and all beats filled"));
        }
        if *input > *output || *output > 61 || parts.iter().any(|part| part.1 > output - 1) {
            return Err(format!("words of {input} bits to {output}: expected no fewer bits, at most 61"));
        }
        Ok(())
    }

    fn beats(&self) -> usize {
        self.parts.iter().map(|part| part.0).sum()
    }

    fn is_odd(&self) -> bool {
        self.words < self.beats() * self.lanes
    }
}

impl Block for Concat {
    fn stem(&self) -> &'static str {
        "concat"
    }

    fn module(&self, place: &Place) -> String {
        format!("{}_concat", place.prefix)
    }

    fn input(&self) -> Port {
        Port { lanes: self.lanes, width: self.input }
    }

    fn output(&self) -> Port {
        Port { lanes: self.lanes, width: self.output }
    }

    fn latency(&self) -> usize {
        1
    }

    fn cost(&self) -> Cost {
        Cost::default()
    }

    fn fields(&self) -> String {
        let list =
            |number: &dyn Fn(&(usize, u32)) -> String| self.parts.iter().map(number).collect::<Vec<_>>().join(":");
        let (beats, shifts) = (list(&|part| part.0.to_string()), list(&|part| part.1.to_string()));
        format!("lanes={} words={} beats={beats} shifts={shifts}", self.lanes, self.words)
    }

    fn rtl(&self, place: &Place) -> Vec<RtlFile> {
        let text = Rtl::new(self, place).render().unwrap_or_else(|e| crate::bug!("template concat: {e}"));
        vec![RtlFile { name: format!("rtl/{}.v", self.module(place)), text }]
    }

    fn cells(&self) -> &'static [&'static str] {
        &["shift_fit"]
    }
}

#[derive(Template)]
#[template(path = "concat.v")]
struct Rtl {
    h: Header,
    input: u32,
    output: u32,
    in_msb: usize,
    out_msb: usize,
    beat: Count,
    parts: Vec<Part>,
    lanes: Vec<Lane>,
}

struct Part {
    /// The condition that its beats have not passed; empty for the last part.
    until: String,
    /// What it gives.
    words: String,
}

struct Lane {
    index: usize,
    input: String,
    /// The distinct shifts, with their wires.
    aligned: Vec<(u32, String, String)>,
    /// Zero in the last beat.
    masked: bool,
}

impl Rtl {
    fn new(block: &Concat, place: &Place) -> Rtl {
        let Concat { lanes, words, parts, input, output } = block;
        let (beats, beat) = (block.beats(), Count::of(block.beats()));
        let shape = format!("{words} words in {beats} beats per frame, {} parts", parts.len());
        let format = format!("words of {input} bits in, {output} out, exact");
        let mut shifts: Vec<u32> = parts.iter().map(|part| part.1).collect();
        shifts.sort_unstable();
        shifts.dedup();
        let lane = |index: usize| Lane {
            index,
            input: part(index, *input as usize),
            aligned: shifts.iter().map(|&by| (by, format!("by{by}"), part(index, *output as usize))).collect(),
            masked: block.is_odd() && index + 1 == *lanes,
        };
        let mut ends = 0;
        let of_part = |(index, &(beats, by)): (usize, &(usize, u32))| {
            ends += beats;
            let last = index + 1 == parts.len();
            let until = if last { String::new() } else { format!("beat_q < {}'d{ends}", beat.width) };
            Part { until, words: format!("by{by}") }
        };
        Rtl {
            h: Header::of(
                block,
                place,
                "several streams one after another, aligned",
                &shape,
                &format,
                "1 cycle per beat",
            ),
            input: *input,
            output: *output,
            in_msb: block.input().bits() - 1,
            out_msb: block.output().bits() - 1,
            parts: parts.iter().enumerate().map(of_part).collect(),
            lanes: (0..*lanes).map(lane).collect(),
            beat,
        }
    }
}
