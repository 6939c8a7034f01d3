//! Activation unit: `y = narrow(f(product + bias))`, the sum exact.
//!
//! `f` is the identity, `max(., 0)`, a leaky relu (a product with a constant, before the narrowing), a clip, or a
//! table: then the sum is narrowed to the table's input format, and the table
//! holds the nearest word of the output format to f at each of its points. The error of a table is at most half a
//! unit of the output plus the slope of f (1 for tanh, 1/4 for the sigmoid) times the error of that narrowing; beyond
//! the table's range the narrowing saturates.
//!
//! | cycle | with bias | without |
//! |---|---|---|
//! | 1 | product and bias | rounding |
//! | 2 | sum | saturation |
//! | 3 | rounding | table |
//! | 4 | saturation | |
//! | 5 | table | |
//!
//! A leaky relu takes one more cycle, for its product, before the rounding.

pub mod model;

use super::header::Header;
use super::verilog::{Count, part};
use super::weights::{memory_file, outside};
use super::{Block, Constants, Cost, Place, Port, RtlFile, signed_literal};
use crate::fixed::{QFormat, Round};
use crate::network::Activation;
use crate::network::activation::{Leak, clip_ends};
use askama::Template;
use std::rc::Rc;

/// Bits of a table's input, at most.
const TABLE_BITS: u32 = 16;

/// Parameters.
#[derive(Clone, Debug)]
pub struct Activate {
    /// Words per beat.
    pub lanes: usize,
    /// Beats per frame.
    pub beats: usize,
    /// Words taken.
    pub product: QFormat,
    /// `[beats*lanes]` in the order of the stream, with the fraction bits of `product`; empty: none.
    pub bias: Rc<[i64]>,
    /// Bits of a bias.
    pub bias_width: u32,
    /// f.
    pub activation: Activation,
    /// Input of the table; used by sigmoid and tanh alone.
    pub table: QFormat,
    /// Words given.
    pub output: QFormat,
    /// How the one narrowing rounds.
    pub rounding: Round,
}

impl Activate {
    /// What cannot be built, said in one line.
    pub fn check(&self) -> Result<(), String> {
        let Activate { lanes, beats, product, bias_width, table, output, .. } = *self;
        if lanes == 0 || beats == 0 {
            return Err(format!("lanes={lanes} beats={beats}: expected 1 or more"));
        }
        if !self.bias.is_empty() && self.bias.len() != beats * lanes {
            return Err(format!("{} biases, expected beats*lanes = {}", self.bias.len(), beats * lanes));
        }
        let growth = self.activation.growth();
        if product.width().max(bias_width) + growth > 61 || bias_width < 2 || output.width() > 61 {
            return Err(format!("{product} and a bias of {bias_width} bits to {output}: expected 2 to 61 bits"));
        }
        if let Some(word) = outside(&self.bias, bias_width) {
            return Err(format!("bias {word} has more than {bias_width} bits"));
        }
        if let Activation::LeakyRelu(slope) = self.activation
            && !(Leak::LEAST..1.0).contains(&slope)
        {
            return Err(format!("a slope of {slope}, expected {} to below 1", Leak::LEAST));
        }
        if self.is_tabled() && table.width() > TABLE_BITS {
            return Err(format!("a table addressed by {table}, expected at most {TABLE_BITS} bits"));
        }
        Ok(())
    }

    fn is_biased(&self) -> bool {
        self.bias.iter().any(|&word| word != 0)
    }

    fn is_tabled(&self) -> bool {
        self.activation.is_table()
    }

    /// The factor of a leaky relu.
    fn leak(&self) -> Option<Leak> {
        match self.activation {
            Activation::LeakyRelu(slope) => Some(Leak::of(slope)),
            _ => None,
        }
    }

    /// Bits of the sum.
    fn sum_width(&self) -> u32 {
        let product = self.product.width();
        if self.is_biased() { product.max(self.bias_width) + 1 } else { product }
    }

    /// The ends of a clip, no further than the sum reaches.
    fn ends(&self) -> Option<[i64; 2]> {
        let Activation::Clip(low, high) = self.activation else { return None };
        let limit = 1i64 << (self.sum_width() - 1);
        let (low, high) = clip_ends(low, high, self.product.frac);
        Some([low, high].map(|end| end.clamp(-limit, limit - 1)))
    }

    /// Format after the narrowing.
    fn narrowed(&self) -> QFormat {
        if self.is_tabled() { self.table } else { self.output }
    }

    /// Fraction bits dropped by the narrowing; negative: gained.
    fn shift(&self) -> i32 {
        self.product.frac + self.activation.growth() as i32 - self.narrowed().frac
    }

    /// `[2^bits]`, by the narrowed sum as an unsigned number.
    fn table_words(&self) -> Vec<i64> {
        let half = 1i64 << (self.table.width() - 1);
        let word = |narrowed: i64| {
            let real = self.activation.eval(self.table.to_real(narrowed));
            self.output.from_real(real).unwrap_or_else(|| crate::bug!("activate: no value at {narrowed}"))
        };
        (0..half).chain(-half..0).map(word).collect()
    }

    fn file(&self, place: &Place, of: &str) -> String {
        format!("rtl/mem/{}_{of}.hex", self.module(place))
    }

    fn bias_bits(&self) -> usize {
        self.lanes * self.bias_width as usize
    }
}

impl Block for Activate {
    fn stem(&self) -> &'static str {
        "activate"
    }

    fn module(&self, place: &Place) -> String {
        format!("{}_activate", place.prefix)
    }

    fn input(&self) -> Port {
        Port { lanes: self.lanes, width: self.product.width() }
    }

    fn output(&self) -> Port {
        Port { lanes: self.lanes, width: self.output.width() }
    }

    fn latency(&self) -> usize {
        2 * self.is_biased() as usize + self.leak().is_some() as usize + 2 + self.is_tabled() as usize
    }

    fn cost(&self) -> Cost {
        let bias = if self.is_biased() { self.beats * self.bias_bits() } else { 0 };
        let table = if self.is_tabled() { (self.output.width() as usize) << self.table.width() } else { 0 };
        // a power of two is a shift
        let multipliers = if self.leak().is_some_and(|leak| leak.factor != 1) { self.lanes } else { 0 };
        Cost { multipliers, memory_bits: (bias + table) as u64 }
    }

    fn fields(&self) -> String {
        let (words, width) = (self.beats * self.lanes, self.narrowed().width());
        let (activation, rounding) = (self.activation.name(), self.rounding.name());
        let leak = self.leak().map(|Leak { factor, frac }| format!(" factor={factor} frac={frac}"));
        let ends = self.ends().map(|[low, high]| format!(" low={low} high={high}"));
        let parameters = leak.or(ends).unwrap_or_default();
        let shift = self.shift();
        format!("words={words} activation={activation}{parameters} shift={shift} width={width} rounding={rounding}")
    }

    fn constants(&self) -> Vec<Constants> {
        let bias = self.is_biased().then(|| Constants { key: "bias", words: self.bias.to_vec() });
        let table = self.is_tabled().then(|| Constants { key: "table", words: self.table_words() });
        bias.into_iter().chain(table).collect()
    }

    fn rtl(&self, place: &Place) -> Vec<RtlFile> {
        let text = Rtl::new(self, place).render().unwrap_or_else(|e| crate::bug!("template activate: {e}"));
        let mut files = vec![RtlFile { name: format!("rtl/{}.v", self.module(place)), text }];
        if self.is_biased() {
            let about = format!(
                "bias, {} per beat, {} fraction bits, in the order of the stream",
                self.lanes, self.product.frac
            );
            let text = memory_file(&about, &self.bias, self.lanes, self.bias_width);
            files.push(RtlFile { name: self.file(place, "bias"), text });
        }
        if self.is_tabled() {
            let about = format!(
                "{} of {} in {}, from 0 up, then the negative half",
                self.activation.name(),
                self.table,
                self.output
            );
            let text = memory_file(&about, &self.table_words(), 1, self.output.width());
            files.push(RtlFile { name: self.file(place, "table"), text });
        }
        files
    }

    fn cells(&self) -> &'static [&'static str] {
        match (self.is_biased(), self.is_tabled()) {
            (true, true) => &["activate_lane", "read_ahead", "rom", "rom_ahead"],
            (true, false) => &["activate_lane", "read_ahead", "rom_ahead"],
            (false, true) => &["activate_lane", "rom"],
            (false, false) => &["activate_lane"],
        }
    }
}

#[derive(Template)]
#[template(path = "activate.v")]
struct Rtl {
    h: Header,
    product: String,
    output: String,
    narrowed: String,
    function: String,
    biased: bool,
    tabled: bool,
    bias_flag: u32,
    /// `FUNCTION` of the cell.
    function_code: u32,
    leak: Leak,
    low: String,
    high: String,
    sum_width: u32,
    beats: usize,
    latency: usize,
    latency_before: usize,
    shift: i32,
    mode: u32,
    bias_file: String,
    table_file: String,
    table_size: u64,
    /// The literal 0 as wide as a beat of biases.
    no_bias: String,
    // widths
    product_width: u32,
    bias_width: u32,
    bias_bits: usize,
    narrowed_width: u32,
    output_width: u32,
    // most significant bits
    in_msb: usize,
    out_msb: usize,
    bias_msb: usize,
    narrowed_msb: usize,
    beat: Count,
    lanes: Vec<Lane>,
}

/// Its bits of each vector.
struct Lane {
    index: usize,
    product: String,
    bias: String,
    narrowed: String,
}

impl Rtl {
    fn new(block: &Activate, place: &Place) -> Rtl {
        let Activate { lanes, beats, product, bias_width, activation, output, rounding, .. } = *block;
        let (narrowed, function) = (block.narrowed(), activation.to_string());
        let [low, high] = block.ends().unwrap_or_default();
        let function_code = match activation {
            Activation::Relu => 1,
            Activation::LeakyRelu(_) => 2,
            Activation::Clip(..) => 3,
            Activation::Identity | Activation::Sigmoid | Activation::Tanh => 0,
        };
        let shape = format!("{beats} beats of {lanes} words per frame");
        let format = format!("{product} in, {narrowed} narrowed, {output} out, round {}", rounding.name());
        let lane = |index: usize| Lane {
            index,
            product: part(index, product.width() as usize),
            bias: part(index, bias_width as usize),
            narrowed: part(index, narrowed.width() as usize),
        };
        Rtl {
            h: Header::of(
                block,
                place,
                &format!("bias, {function}, requantisation"),
                &shape,
                &format,
                "1 cycle per beat",
            ),
            product: product.to_string(),
            output: output.to_string(),
            narrowed: narrowed.to_string(),
            function,
            biased: block.is_biased(),
            tabled: block.is_tabled(),
            bias_flag: block.is_biased() as u32,
            function_code,
            leak: block.leak().unwrap_or(Leak { factor: 1, frac: 1 }),
            low: signed_literal(block.sum_width(), low),
            high: signed_literal(block.sum_width(), high),
            sum_width: block.sum_width(),
            beats,
            latency: block.latency(),
            latency_before: block.latency() - 1,
            shift: block.shift(),
            mode: rounding.code(),
            bias_file: block.file(place, "bias"),
            table_file: block.file(place, "table"),
            table_size: 1 << block.table.width().min(TABLE_BITS),
            no_bias: format!("{}'d0", block.bias_bits()),
            product_width: product.width(),
            bias_width,
            bias_bits: block.bias_bits(),
            narrowed_width: narrowed.width(),
            output_width: output.width(),
            in_msb: block.input().bits() - 1,
            out_msb: block.output().bits() - 1,
            bias_msb: block.bias_bits() - 1,
            narrowed_msb: lanes * narrowed.width() as usize - 1,
            beat: Count::of(beats),
            lanes: (0..lanes).map(lane).collect(),
        }
    }
}
