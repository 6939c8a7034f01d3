//! Argmax: the index of the largest word of a frame, the smallest index among equals.
//!
//! Words come in any pair-wise order; the smallest index among equals wins whatever came first. Words whose index is
//! `inputs` or more are padding. Cycle 1 chooses within the beat, cycle 2 against the best so far.

pub mod model;

use super::header::Header;
use super::verilog::{Count, part};
use super::{Block, Cost, Place, Port, RtlFile};
use crate::fixed::QFormat;
use crate::machine::fifo::word_index;
use askama::Template;

/// Parameters.
#[derive(Clone, Copy, Debug)]
pub struct Argmax {
    /// Words per beat, 1 or 2.
    pub lanes: usize,
    /// The bit in which the indices of a beat's two words differ; `None` with one lane.
    pub pair: Option<u32>,
    /// Words after which the order repeats, a power of two.
    pub window: usize,
    /// Words that take part, m.
    pub inputs: usize,
    /// Beats per frame.
    pub beats: usize,
    /// Words taken.
    pub input: QFormat,
}

impl Argmax {
    /// What cannot be built, said in one line.
    pub fn check(&self) -> Result<(), String> {
        let Argmax { lanes, pair, window, inputs, beats, .. } = *self;
        let orders = match pair {
            None => lanes == 1,
            Some(bit) => lanes == 2 && window.is_power_of_two() && bit < window.ilog2(),
        };
        if !orders || beats == 0 || inputs == 0 {
            return Err(format!(
                "lanes={lanes} pair={pair:?} window={window} beats={beats} inputs={inputs}: no such order"
            ));
        }
        let present = self.indices().filter(|&index| index < inputs).count();
        if present != inputs {
            return Err(format!("{beats} beats bring {present} of {inputs} words"));
        }
        Ok(())
    }

    /// `s<w-1>.0`, just wide enough for the largest index.
    pub fn output_format(&self) -> QFormat {
        QFormat { int: Count::of(self.inputs).width as i32, frac: 0 }
    }

    /// Indices of a frame's words in order of arrival. A window is a power of two: its number and the index inside
    /// it need no separate counters.
    fn indices(&self) -> impl Iterator<Item = usize> {
        let Argmax { lanes, pair, beats, .. } = *self;
        (0..beats * lanes).map(move |at| word_index(pair, at / lanes, at % lanes))
    }

    /// Bits of an index before padding is told apart.
    fn position_width(&self) -> u32 {
        let beat = Count::of(self.beats).width;
        self.pair.map_or(beat, |bit| beat.max(bit) + 1)
    }
}

impl Block for Argmax {
    fn stem(&self) -> &'static str {
        "argmax"
    }

    fn module(&self, _place: &Place) -> String {
        let Argmax { pair, inputs, beats, input, .. } = self;
        let order = pair.map_or("single".to_string(), |bit| format!("pair{bit}"));
        format!("argmax_m{inputs}_n{beats}_{order}_w{}", input.width())
    }

    fn input(&self) -> Port {
        Port { lanes: self.lanes, width: self.input.width() }
    }

    fn output(&self) -> Port {
        Port { lanes: 1, width: self.output_format().width() }
    }

    fn latency(&self) -> usize {
        2
    }

    fn cost(&self) -> Cost {
        Cost::default()
    }

    fn fields(&self) -> String {
        let Argmax { lanes, pair, inputs, beats, .. } = self;
        let pair = pair.map_or("-".to_string(), |bit| bit.to_string());
        format!("lanes={lanes} pair={pair} inputs={inputs} beats={beats}")
    }

    fn rtl(&self, place: &Place) -> Vec<RtlFile> {
        let text = Rtl::new(self, place).render().unwrap_or_else(|e| crate::bug!("template argmax: {e}"));
        vec![RtlFile { name: format!("rtl/{}.v", self.module(place)), text }]
    }

    fn cells(&self) -> &'static [&'static str] {
        &[]
    }
}

#[derive(Template)]
#[template(path = "argmax.v")]
struct Rtl {
    h: Header,
    input: String,
    output: String,
    beats: usize,
    in_msb: usize,
    out_msb: u32,
    word_msb: u32,
    position_msb: u32,
    beat: Count,
    lanes: Vec<Lane>,
    pairs: bool,
    /// Indices rise from beat to beat.
    rising: bool,
    /// The index, as wide as the output.
    result: String,
    /// Indices have bits that no result needs.
    spare: bool,
}

struct Lane {
    number: usize,
    /// Its bits of the input.
    word: String,
    /// Its word's index, from `beat_q`.
    index: String,
    /// Whether its word takes part.
    counts: String,
}

impl Rtl {
    fn new(block: &Argmax, place: &Place) -> Rtl {
        let Argmax { lanes, pair, inputs, beats, input, .. } = *block;
        let (beat, width, format) = (Count::of(beats), block.position_width(), block.output_format());
        let bits = format.int as u32;
        let padded = block.indices().any(|index| index >= inputs);
        let counts = |number| if padded { format!("lane{number}_index < {width}'d{inputs}") } else { "1'b1".into() };
        let lane = |number: usize| Lane {
            number,
            word: part(number, input.width() as usize),
            index: index_text(&beat, pair, number),
            counts: counts(number),
        };
        let index = if width == bits { "best_index_q2".into() } else { format!("best_index_q2[{}:0]", bits - 1) };
        let order = pair.map_or("one word per beat".to_string(), |bit| format!("pairs that differ in bit {bit}"));
        let shape = format!("{beats} beats, {order}, {inputs} words that count");
        let formats = format!("{input} in, {format} out");
        let sentence = "index of the largest word of a frame, the first one of equals";
        Rtl {
            h: Header::of(block, place, sentence, &shape, &formats, "1 cycle per beat"),
            input: input.to_string(),
            output: format.to_string(),
            beats,
            in_msb: block.input().bits() - 1,
            out_msb: bits,
            word_msb: input.width() - 1,
            position_msb: width - 1,
            lanes: (0..lanes).map(lane).collect(),
            pairs: lanes == 2,
            rising: pair.is_none_or(|bit| bit == 0),
            result: format!("{{1'b0, {index}}}"),
            spare: width > bits,
            beat,
        }
    }
}

/// The index of lane `lane`: the bits of `beat_q` with the lane's number at bit `pair`.
fn index_text(beat: &Count, pair: Option<u32>, lane: usize) -> String {
    let Some(pair) = pair else { return "beat_q".into() };
    let mut parts = Vec::new();
    if pair < beat.width {
        parts.push(format!("beat_q[{}:{pair}]", beat.msb));
    }
    parts.push(format!("1'b{lane}"));
    if pair > beat.width {
        parts.push(format!("{}'d0", pair - beat.width));
    }
    if pair > 0 {
        parts.push(format!("beat_q[{}:0]", pair.min(beat.width) - 1));
    }
    format!("{{{}}}", parts.join(", "))
}
