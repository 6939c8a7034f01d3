//! Threshold unit: `y = low + (number of thresholds T with x >= T)`, exact.
//!
//! The thresholds of a channel are sorted, so the count is found by bisection, one bit per step from the most
//! significant one on: step s of b compares with one of 2^s words, in the memory of that step, that the bits so far
//! point to. A channel of `levels` thresholds takes b = ceil(log2(levels + 1)) comparators and 2^b - 1 words; those
//! beyond `levels` are never reached.
//!
//! | cycle | step s |
//! |---|---|
//! | 2s | address: beat, bits so far |
//! | 2s + 1 | threshold read |
//! | 2s + 2 | compared |
//!
//! One more cycle adds `low`.

pub mod model;

use super::header::Header;
use super::verilog::{Count, part};
use super::weights::{memory_file, outside};
use super::{Block, Constants, Cost, Place, Port, RtlFile, signed_literal};
use crate::fixed::QFormat;
use crate::network::thresholds::MAX_LEVELS;
use askama::Template;
use std::rc::Rc;

/// Parameters.
#[derive(Clone, Debug)]
pub struct Threshold {
    /// Words per beat.
    pub lanes: usize,
    /// Beats per frame.
    pub beats: usize,
    /// Words taken.
    pub input: QFormat,
    /// Thresholds of a channel.
    pub levels: usize,
    /// What is given below all thresholds.
    pub low: i64,
    /// `[beats*lanes][levels]` in the order of the stream, or `[levels]` for all words: words of `input` with one more
    /// bit, each channel's in rising order.
    pub thresholds: Rc<[i64]>,
    /// Words given.
    pub output: QFormat,
}

impl Threshold {
    /// What cannot be built, said in one line.
    pub fn check(&self) -> Result<(), String> {
        let Threshold { lanes, beats, input, levels, low, output, .. } = *self;
        if [lanes, beats, levels].contains(&0) || levels > MAX_LEVELS {
            return Err(format!(
                "lanes={lanes} beats={beats} levels={levels}: expected counts from 1, {MAX_LEVELS} levels at most"
            ));
        }
        if ![levels, beats * lanes * levels].contains(&self.thresholds.len()) {
            let expected = beats * lanes * levels;
            return Err(format!("{} thresholds, expected {levels} or {expected}", self.thresholds.len()));
        }
        if input.width() > 60 {
            return Err(format!("words in {input}, expected at most 60 bits"));
        }
        if let Some(word) = outside(&self.thresholds, self.width()) {
            return Err(format!("threshold {word} has more than {} bits", self.width()));
        }
        if self.thresholds.chunks(levels).any(|row| !row.is_sorted()) {
            return Err("thresholds do not rise".into());
        }
        if outside(&[low, low + levels as i64], output.width()).is_some() {
            return Err(format!("{low} to {} does not fit {output}", low + levels as i64));
        }
        Ok(())
    }

    /// Bits of a threshold.
    fn width(&self) -> u32 {
        self.input.width() + 1
    }

    /// Steps of the bisection: bits of the count.
    fn steps(&self) -> usize {
        (usize::BITS - self.levels.leading_zeros()) as usize
    }

    fn is_shared(&self) -> bool {
        self.thresholds.len() == self.levels
    }

    /// Beats that differ in their thresholds.
    fn depth(&self) -> usize {
        if self.is_shared() { 1 } else { self.beats }
    }

    /// What step `step` of a lane compares with: `[depth][2^step]`.
    fn step_words(&self, lane: usize, step: usize) -> Vec<i64> {
        let beyond = (1i64 << (self.width() - 1)) - 1;
        let half = 1 << (self.steps() - 1 - step);
        let of_beat = |beat: usize| {
            let row = if self.is_shared() { 0 } else { (beat * self.lanes + lane) * self.levels };
            let row = &self.thresholds[row..row + self.levels];
            // the count so far is `path`, with the bits from this step on zero
            (0..1 << step).map(move |path| row.get((2 * path + 1) * half - 1).copied().unwrap_or(beyond))
        };
        (0..self.depth()).flat_map(of_beat).collect()
    }

    fn file(&self, place: &Place, lane: usize, step: usize) -> String {
        format!("rtl/mem/{}_lane{lane}_step{step}.hex", self.module(place))
    }
}

impl Block for Threshold {
    fn stem(&self) -> &'static str {
        "threshold"
    }

    fn module(&self, place: &Place) -> String {
        format!("{}_threshold", place.prefix)
    }

    fn input(&self) -> Port {
        Port { lanes: self.lanes, width: self.input.width() }
    }

    fn output(&self) -> Port {
        Port { lanes: self.lanes, width: self.output.width() }
    }

    fn latency(&self) -> usize {
        2 * self.steps() + 1
    }

    fn cost(&self) -> Cost {
        let words = self.lanes * self.depth() * ((1 << self.steps()) - 1);
        Cost { multipliers: 0, memory_bits: words as u64 * self.width() as u64 }
    }

    fn fields(&self) -> String {
        format!("words={} levels={} low={}", self.beats * self.lanes, self.levels, self.low)
    }

    fn constants(&self) -> Vec<Constants> {
        vec![Constants { key: "thresholds", words: self.thresholds.to_vec() }]
    }

    fn rtl(&self, place: &Place) -> Vec<RtlFile> {
        let text = Rtl::new(self, place).render().unwrap_or_else(|e| crate::bug!("template threshold: {e}"));
        let mut files = vec![RtlFile { name: format!("rtl/{}.v", self.module(place)), text }];
        for lane in 0..self.lanes {
            files.extend((0..self.steps()).map(|step| {
                let about =
                    format!("thresholds of step {step}, [beat][bits so far], {} fraction bits", self.input.frac);
                let text = memory_file(&about, &self.step_words(lane, step), 1, self.width());
                RtlFile { name: self.file(place, lane, step), text }
            }));
        }
        files
    }

    fn cells(&self) -> &'static [&'static str] {
        &["threshold_step"]
    }
}

#[derive(Template)]
#[template(path = "threshold.v")]
struct Rtl {
    h: Header,
    input: String,
    output: String,
    shared: bool,
    latency: usize,
    latency_before: usize,
    /// The literal `low`.
    low: String,
    // widths
    width: u32,
    // most significant bits
    in_msb: usize,
    out_msb: usize,
    width_msb: u32,
    beat: Count,
    steps: Vec<Step>,
    lanes: Vec<Lane>,
}

/// A step of a lane.
struct Step {
    /// `lane0_step1`.
    name: String,
    /// The signals it takes.
    path: String,
    value: String,
    /// The signals it gives.
    path_next: String,
    value_next: String,
    path_width: u32,
    address_width: u32,
    /// Most significant bit of the path it gives.
    path_msb: u32,
    depth: usize,
    file: String,
}

/// The end of a lane.
struct Lane {
    /// Its bits of the output.
    word: String,
    /// The count, as wide as an output word.
    count: String,
    /// Bits that nothing reads any more.
    rest: String,
}

impl Rtl {
    fn new(block: &Threshold, place: &Place) -> Rtl {
        let Threshold { lanes, beats, input, levels, low, output, .. } = *block;
        let shape = format!("{beats} beats of {lanes} words per frame");
        let format = format!("{input} in, {output} out, exact");
        let sentence = format!("{low} and one more for each of {levels} thresholds that a word reaches");
        let steps =
            (0..lanes).flat_map(|lane| (0..block.steps()).map(move |index| Step::new(block, place, lane, index)));
        Rtl {
            h: Header::of(block, place, &sentence, &shape, &format, "1 cycle per beat"),
            input: input.to_string(),
            output: output.to_string(),
            shared: block.is_shared(),
            latency: block.latency(),
            latency_before: block.latency() - 1,
            low: signed_literal(output.width(), low),
            width: input.width(),
            in_msb: block.input().bits() - 1,
            out_msb: block.output().bits() - 1,
            width_msb: input.width() - 1,
            beat: Count::of(block.depth()),
            steps: steps.collect(),
            lanes: (0..lanes).map(|lane| Lane::new(block, lane)).collect(),
        }
    }
}

impl Step {
    fn new(block: &Threshold, place: &Place, lane: usize, index: usize) -> Step {
        let path_width = Count::of(block.depth()).width + index as u32;
        let [path, value] = ["path", "value"].map(|signal| format!("lane{lane}_{signal}_q{}", 2 * index));
        let [path_next, value_next] = ["path", "value"].map(|signal| format!("lane{lane}_{signal}_q{}", 2 * index + 2));
        let word = format!("in_data[{}]", part(lane, block.input.width() as usize));
        let (path, value) = if index == 0 { ("beat".into(), word) } else { (path, value) };
        let (path_msb, depth) = (path_width, block.depth() << index);
        let address_width = Count::of(depth).width;
        let (name, file) = (format!("lane{lane}_step{index}"), block.file(place, lane, index));
        Step { name, path, value, path_next, value_next, path_width, address_width, path_msb, depth, file }
    }
}

impl Lane {
    fn new(block: &Threshold, index: usize) -> Lane {
        let (steps, output) = (block.steps(), block.output.width() as usize);
        let path_msb = Count::of(block.depth()).width as usize + steps - 1;
        let [path, value] = ["path", "value"].map(|signal| format!("lane{index}_{signal}_q{}", 2 * steps));
        let bits = format!("{path}[{}:0]", steps - 1);
        let count = if output > steps { format!("{{{}'d0, {bits}}}", output - steps) } else { bits };
        let rest = format!("{path}[{path_msb}:{steps}], {value}");
        Lane { word: part(index, output), count, rest }
    }
}
