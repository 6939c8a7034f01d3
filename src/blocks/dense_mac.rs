//! Dense multiply-accumulate: R outputs at once, `y_i = sum_n w_in x_n`, exact.
//!
//! Takes the words of a frame once for every group of R outputs, `lanes` of them per beat, and gives the R sums of the
//! group after the last beat. Beats may come with gaps anywhere.
//!
//! | cycle | what happens |
//! |---|---|
//! | 0 | beat; its weights lie ready, and are taken |
//! | 2 | operands |
//! | 3 | `lanes` products per row |
//! | then log2 lanes | adder tree |
//! | one more | accumulation |

pub mod model;

use super::header::Header;
use super::verilog::{Count, part};
use super::weights::{memory_file, outside, width_for};
use super::{Block, Constants, Cost, Place, Port, RtlFile};
use crate::fixed::QFormat;
use askama::Template;
use std::rc::Rc;

/// Parameters.
#[derive(Clone, Debug)]
pub struct DenseMac {
    /// Words per beat, a power of two up to 4.
    pub lanes: usize,
    /// Beats per frame.
    pub beats: usize,
    /// Outputs computed at once, R.
    pub rows: usize,
    /// Outputs, m.
    pub outputs: usize,
    /// Words taken.
    pub input: QFormat,
    /// Weights.
    pub weight: QFormat,
    /// Words given: exact sums, so its fraction bits are those of `input` and `weight` together.
    pub product: QFormat,
    /// `[m][beats*lanes]`, each row in the order in which the words arrive.
    pub weights: Rc<[i64]>,
}

impl DenseMac {
    /// What cannot be built, said in one line.
    pub fn check(&self) -> Result<(), String> {
        let DenseMac { lanes, beats, rows, outputs, input, weight, product, .. } = *self;
        if ![1, 2, 4].contains(&lanes) || [beats, rows, outputs].contains(&0) {
            return Err(format!(
                "lanes={lanes} beats={beats} rows={rows} outputs={outputs}: expected 1, 2 or 4 lanes and counts from 1"
            ));
        }
        if self.weights.len() != outputs * beats * lanes {
            return Err(format!(
                "{} weights, expected outputs*beats*lanes = {}",
                self.weights.len(),
                outputs * beats * lanes
            ));
        }
        if input.width() > 32 || weight.width() > 32 {
            return Err(format!("{input} times {weight}: expected at most 32 bits each"));
        }
        if let Some(word) = outside(&self.weights, weight.width()) {
            return Err(format!("weight {word} is outside {weight}"));
        }
        if product.frac != input.frac + weight.frac || product.width() < self.bound(beats) {
            return Err(format!(
                "sums in {product}, expected {} fraction bits and {} bits",
                input.frac + weight.frac,
                self.bound(beats)
            ));
        }
        Ok(())
    }

    /// Bits that hold the sum of the products of `beats` neighbouring beats, any of them, whatever the words.
    fn bound(&self, beats: usize) -> u32 {
        let sum = |weights: &[i64]| weights.iter().map(|w| w.unsigned_abs() as u128).sum::<u128>();
        let largest = self.weights.chunks(beats * self.lanes).map(sum).max().unwrap_or(0);
        width_for(largest << (self.input.width() - 1))
    }

    /// Bits of one product.
    fn product_width(&self) -> u32 {
        self.input.width() + self.weight.width()
    }

    /// Bits of the sum of a beat's products.
    fn value_width(&self) -> u32 {
        self.bound(1).max(self.product_width())
    }

    /// Bits of a sum over the frame.
    fn sum_width(&self) -> u32 {
        self.bound(self.beats).max(self.product_width())
    }

    fn groups(&self) -> usize {
        self.outputs.div_ceil(self.rows)
    }

    fn depth(&self) -> usize {
        self.groups() * self.beats
    }

    /// The cycle in which the sum of a beat's products stands before the accumulator.
    fn value_cycle(&self) -> usize {
        3 + self.lanes.ilog2() as usize
    }

    /// Weights of row `row` of each group, in the order of use; zeros beyond the outputs.
    fn row_weights(&self, row: usize) -> Vec<i64> {
        let words = self.beats * self.lanes;
        let of_group = |group: usize| {
            let output = group * self.rows + row;
            if output < self.outputs {
                self.weights[output * words..(output + 1) * words].to_vec()
            } else {
                vec![0; words]
            }
        };
        (0..self.groups()).flat_map(of_group).collect()
    }

    fn file(&self, place: &Place, row: usize) -> String {
        format!("rtl/mem/{}_row{row}.hex", self.module(place))
    }
}

impl Block for DenseMac {
    fn stem(&self) -> &'static str {
        "dense_mac"
    }

    fn module(&self, place: &Place) -> String {
        format!("{}_dense_mac", place.prefix)
    }

    fn input(&self) -> Port {
        Port { lanes: self.lanes, width: self.input.width() }
    }

    fn output(&self) -> Port {
        Port { lanes: self.rows, width: self.product.width() }
    }

    fn rows(&self) -> usize {
        self.rows
    }

    fn latency(&self) -> usize {
        self.value_cycle() + 1
    }

    fn cost(&self) -> Cost {
        let weights = self.rows * self.depth() * self.lanes * self.weight.width() as usize;
        Cost { multipliers: self.rows * self.lanes, memory_bits: weights as u64 }
    }

    fn fields(&self) -> String {
        let DenseMac { lanes, beats, rows, outputs, .. } = self;
        format!("lanes={lanes} beats={beats} rows={rows} outputs={outputs}")
    }

    fn constants(&self) -> Vec<Constants> {
        vec![Constants { key: "weights", words: self.weights.to_vec() }]
    }

    fn rtl(&self, place: &Place) -> Vec<RtlFile> {
        let text = Rtl::new(self, place).render().unwrap_or_else(|e| crate::bug!("template dense_mac: {e}"));
        let mut files = vec![RtlFile { name: format!("rtl/{}.v", self.module(place)), text }];
        files.extend((0..self.rows).map(|row| {
            let about =
                format!("row {row} of each group, {} weights per word, {}, [group][beat]", self.lanes, self.weight);
            let text = memory_file(&about, &self.row_weights(row), self.lanes, self.weight.width());
            RtlFile { name: self.file(place, row), text }
        }));
        files
    }

    fn cells(&self) -> &'static [&'static str] {
        &["dense_row", "read_ahead", "rom_ahead"]
    }
}

#[derive(Template)]
#[template(path = "dense_mac.v")]
struct Rtl {
    h: Header,
    input: String,
    product: String,
    lanes: usize,
    beats: usize,
    depth: usize,
    value_cycle: usize,
    value_cycle_before: usize,
    // widths
    width: u32,
    weight_width: u32,
    /// Of the weights that a row takes at once.
    row_weights: usize,
    value_width: u32,
    sum_width: u32,
    output_width: u32,
    // most significant bits
    in_msb: usize,
    out_msb: usize,
    // counters
    beat: Count,
    word: Count,
    rows: Vec<Row>,
}

struct Row {
    index: usize,
    file: String,
    /// Its bits of the output.
    word: String,
}

impl Rtl {
    fn new(block: &DenseMac, place: &Place) -> Rtl {
        let DenseMac { lanes, beats, rows, outputs, input, weight, product, .. } = *block;
        let shape = format!("{beats} beats of {lanes} words per group of {rows} outputs, {outputs} outputs");
        let format = format!("{input} in, weights {weight}, {product} out, exact");
        let sentence = "products of words and weights, summed over the frame";
        let row =
            |index: usize| Row { index, file: block.file(place, index), word: part(index, product.width() as usize) };
        Rtl {
            h: Header::of(block, place, sentence, &shape, &format, "1 cycle per beat"),
            input: input.to_string(),
            product: product.to_string(),
            lanes,
            beats,
            depth: block.depth(),
            value_cycle: block.value_cycle(),
            value_cycle_before: block.value_cycle() - 1,
            width: input.width(),
            weight_width: weight.width(),
            row_weights: lanes * weight.width() as usize,
            value_width: block.value_width(),
            sum_width: block.sum_width(),
            output_width: product.width(),
            in_msb: block.input().bits() - 1,
            out_msb: block.output().bits() - 1,
            beat: Count::of(beats),
            word: Count::of(block.depth()),
            rows: (0..rows).map(row).collect(),
        }
    }
}
