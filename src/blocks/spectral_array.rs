//! Spectral multiply-accumulate of whole blocks: all bins of a spectrum at once, R block rows at once.
//!
//! The sums of [`super::spectral_mac`], bit for bit. A beat is a packed spectrum; each real product of it has a multiplier
//! and a sum of its own, so that operands, product and sum are one DSP cell with its registers and its adder. What joins the
//! parts of a complex product is linear and waits for the end of the sums, modulo their range: the q spectra are added at
//! one per clock, the k sums of a row leave in `beats_out` beats, and what follows is built for that rate.
//!
//! | cycle | |
//! |---|---|
//! | 0 | beat; its weights lie ready, and are taken |
//! | 2 | operands: words and weights, with 3 multipliers sums of them |
//! | 3, 4 | products; their sums |
//! | 5, 6 | sums of a frame held, one beat of them chosen; none of these two with a single beat |
//! | then | parts joined; rounding, saturation: 3 cycles |

pub mod model;

use super::header::Header;
use super::spectral_mac::{Products, SpectralMac};
use super::verilog::{Count, part};
use super::weights::{memory_file, outside};
use super::{Block, Constants, Cost, Place, Port, RtlFile};
use askama::Template;

/// Parameters.
#[derive(Clone, Debug)]
pub struct SpectralArray {
    /// What is computed.
    pub mac: SpectralMac,
    /// Beats in which the sums of a group of rows leave, a power of two up to k/2. A beat holds row after row.
    pub beats_out: usize,
    /// Least cycles from one beat to the next.
    pub spacing: usize,
}

impl SpectralArray {
    /// What cannot be built, said in one line.
    pub fn check(&self) -> Result<(), String> {
        let (k, cycles, beats) = (self.mac.k, self.mac.q * self.spacing, self.beats_out);
        if !beats.is_power_of_two() || beats > k / 2 || beats > cycles {
            return Err(format!("sums in `{beats}` beats: expected a power of two up to {}", cycles.min(k / 2)));
        }
        self.mac.check()
    }

    /// Positions of a spectrum.
    fn positions(&self) -> usize {
        self.mac.k / 2
    }

    /// Positions of a beat of sums.
    fn positions_out(&self) -> usize {
        self.positions() / self.beats_out
    }

    /// Multipliers of a complex product; of a spectrum without one: 2.
    fn products(&self) -> usize {
        match self.mac.products {
            _ if self.mac.k == 2 => 2,
            Products::Three => 3,
            Products::One | Products::Two | Products::Four => 4,
        }
    }

    /// Whether weights stand in memory as sum and difference of their parts: three multipliers then need one adder for
    /// a weight and one for a word, where the memory's words hold both.
    fn has_parts(&self) -> bool {
        let spectra = self.mac.weights.chunks_exact(self.mac.k);
        let complex: Vec<i64> = spectra.flat_map(|block| block[2..].chunks_exact(2).flat_map(parts)).collect();
        self.products() == 3 && outside(&complex, self.mac.weight.width()).is_none()
    }

    /// Weights of row `row` of each group as they stand in memory.
    fn row_weights(&self, row: usize) -> Vec<i64> {
        let mut words = self.mac.natural_row_weights(row);
        if self.has_parts() {
            for block in words.chunks_exact_mut(self.mac.k) {
                block[2..].chunks_exact_mut(2).for_each(|pair| pair.copy_from_slice(&parts(pair)));
            }
        }
        words
    }

    fn depth(&self) -> usize {
        self.mac.groups() * self.mac.q
    }

    fn file(&self, place: &Place, row: usize) -> String {
        format!("rtl/mem/{}_row{row}.hex", self.module(place))
    }
}

/// Sum and difference of `re, im`.
fn parts(pair: &[i64]) -> [i64; 2] {
    [pair[0] + pair[1], pair[1] - pair[0]]
}

impl Block for SpectralArray {
    fn stem(&self) -> &'static str {
        "spectral_array"
    }

    fn module(&self, place: &Place) -> String {
        format!("{}_spectral_array", place.prefix)
    }

    fn input(&self) -> Port {
        Port { lanes: self.mac.k, width: self.mac.spectrum.width() }
    }

    fn output(&self) -> Port {
        Port { lanes: 2 * self.positions_out() * self.mac.rows, width: self.mac.accumulator.width() }
    }

    fn rows(&self) -> usize {
        self.mac.rows
    }

    fn latency(&self) -> usize {
        if self.beats_out == 1 { 7 } else { 9 }
    }

    fn pause(&self) -> usize {
        self.spacing - 1
    }

    fn cost(&self) -> Cost {
        let weights = self.mac.rows * self.depth() * self.mac.k * self.mac.weight.width() as usize;
        let multipliers = self.mac.rows * (2 + (self.positions() - 1) * self.products());
        Cost { multipliers, memory_bits: weights as u64 }
    }

    fn fields(&self) -> String {
        format!("{} beats={}", self.mac.fields(), self.beats_out)
    }

    fn constants(&self) -> Vec<Constants> {
        self.mac.constants()
    }

    fn rtl(&self, place: &Place) -> Vec<RtlFile> {
        let text = Rtl::new(self, place).render().unwrap_or_else(|e| crate::bug!("template spectral_array: {e}"));
        let mut files = vec![RtlFile { name: format!("rtl/{}.v", self.module(place)), text }];
        files.extend((0..self.mac.rows).map(|row| {
            let about = format!(
                "row {row} of each group, packed spectra, position 0 lowest{}, {}, [group][column]",
                if self.has_parts() { "; {im - re, re + im}" } else { "" },
                self.mac.weight
            );
            let words = self.row_weights(row);
            let text = memory_file(&about, &words, self.mac.k, self.mac.weight.width());
            RtlFile { name: self.file(place, row), text }
        }));
        files
    }

    fn cells(&self) -> &'static [&'static str] {
        match self.beats_out {
            1 => &["read_ahead", "rom_ahead", "spectral_bin", "spectral_join"],
            _ => &["part_mux", "read_ahead", "rom_ahead", "spectral_bin", "spectral_join"],
        }
    }
}

#[derive(Template)]
#[template(path = "spectral_array.v")]
struct Rtl {
    h: Header,
    input: String,
    output: String,
    products: usize,
    mode: u32,
    shift: i32,
    depth: usize,
    // widths
    width: u32,
    weight_width: u32,
    /// Whether weights come as sums and differences.
    parts: u32,
    sum_width: u32,
    output_width: u32,
    row_weights: usize,
    // most significant bits
    in_msb: usize,
    out_msb: usize,
    weights_msb: usize,
    sums_msb: usize,
    chosen_msb: usize,
    /// Sums of a beat of a row.
    chosen_parts: usize,
    // counters
    column: Count,
    word: Count,
    /// Of the beats of sums, where there are several.
    beat: Option<Count>,
    bins: Vec<Bin>,
    rows: Vec<Row>,
    /// 1 where rows have the same words, else 0.
    shared: usize,
    joins: Vec<Join>,
    beats: usize,
}

/// A position of the spectrum.
struct Bin {
    index: usize,
    head: u32,
    /// Its bits of a beat, of a row's weights, and of a row's sums.
    re: String,
    im: String,
    w_0: String,
    w_1: String,
    sums: String,
}

struct Row {
    index: usize,
    file: String,
}

/// One position of one row of a beat of sums.
struct Join {
    name: String,
    row: usize,
    /// Whether it is position 0 in the first beat.
    may_head: bool,
    /// Its bits of the row's chosen sums, and of the output.
    sums: String,
    words: String,
}

impl Rtl {
    fn new(block: &SpectralArray, place: &Place) -> Rtl {
        let SpectralMac { k, rows, p, q, spectrum, weight, accumulator, rounding, .. } = block.mac;
        let (products, sum_width, beats) = (block.products(), block.mac.sum_width(), block.beats_out);
        let (width, weight_width) = (spectrum.width() as usize, weight.width() as usize);
        let position_bits = products * sum_width as usize;
        let positions = block.positions_out();
        let chosen = positions * position_bits;
        let shape = format!(
            "{q} spectra of one beat per group of {rows} block rows, {p} block rows, block size {k}; sums in {beats} beats"
        );
        let format = format!(
            "{spectrum} in, weights {weight}, sums of {sum_width} bits, {accumulator} out, round {}",
            rounding.name()
        );
        let sentence = "products of packed spectra and weights, a spectrum per clock, summed over the block columns";
        let bin = |index: usize| Bin {
            index,
            head: (index == 0) as u32,
            re: part(2 * index, width),
            im: part(2 * index + 1, width),
            w_0: part(2 * index, weight_width),
            w_1: part(2 * index + 1, weight_width),
            sums: part(index, position_bits),
        };
        let join = |lane: usize| Join {
            name: format!("row{}_position{}", lane / positions, lane % positions),
            row: lane / positions,
            may_head: lane.is_multiple_of(positions),
            sums: part(lane % positions, position_bits),
            words: part(lane, 2 * accumulator.width() as usize),
        };
        Rtl {
            h: Header::of(block, place, sentence, &shape, &format, "1 cycle per block"),
            input: spectrum.to_string(),
            output: accumulator.to_string(),
            products,
            mode: rounding.code(),
            shift: block.mac.shift(),
            depth: block.depth(),
            width: spectrum.width(),
            weight_width: weight.width(),
            parts: block.has_parts() as u32,
            sum_width,
            output_width: accumulator.width(),
            row_weights: k * weight_width,
            in_msb: block.input().bits() - 1,
            out_msb: block.output().bits() - 1,
            weights_msb: k * weight_width - 1,
            sums_msb: block.positions() * position_bits - 1,
            chosen_msb: chosen - 1,
            chosen_parts: positions * products,
            column: Count::of(q),
            word: Count::of(block.depth()),
            bins: (0..block.positions()).map(bin).collect(),
            shared: (rows > 1) as usize,
            rows: (0..rows).map(|index| Row { index, file: block.file(place, index) }).collect(),
            joins: (0..positions * rows).map(join).collect(),
            beat: (beats > 1).then(|| Count::of(beats)),
            beats,
        }
    }
}
