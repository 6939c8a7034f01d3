//! Spectral multiply-accumulate: R block rows at once, `Y_i = sum_j W_ij X_j` in every bin.
//!
//! Takes the q packed spectra of a frame once for every group of R block rows, beat by beat, and gives the R packed
//! sums of the group while the last of the q spectra comes. Beats may come with gaps anywhere; with two multipliers they
//! come two cycles apart or more, with one three.
//!
//! | cycle | 4 multipliers | 3 multipliers |
//! |---|---|---|
//! | 0 | beat; its weights lie ready, and are taken | |
//! | 2 | operands | differences and sums of operands follow in cycle 3 |
//! | 3 | products | sum of the weight's parts |
//! | 4 | their sum and difference | products, added in cycle 5 |
//! | 5 | accumulation, exact | one cycle later |
//! | 6, 7 | rounding, saturation | |
//!
//! Operands are prepared once for all rows, and so that the two real products of beat 0 leave through the adders of
//! the complex product. The k/2 sums of a row go round a delay line.
//!
//! Two multipliers take a beat in two steps: `re` times both parts of the weight in cycle 4, `im` times both in cycle 5, to
//! the other part of the sum; so the parts of every sum change places, and accumulation ends in cycle 7.
//!
//! One multiplier takes it in three steps, the products of the three: the first one to both parts of the sum, the
//! others to one each; accumulation ends in cycle 8.
//!
//! A beat may hold two positions, one of the even and one of the odd bins ([`super::wide_fft`]): then a row has multipliers and a
//! memory of weights for each of them, and gives both sums; the odd bins hold neither DC nor Nyquist.
//!
//! Where spectra come slowly, one after the other, and the sums of all groups are held at once, each spectrum is taken for every
//! group as it comes; the last one completes them all.

pub mod model;

use super::header::Header;
use super::verilog::{Count, part};
use super::weights::{memory_file, outside, width_for};
use super::{Block, Constants, Cost, Place, Port, RtlFile};
use crate::fixed::{QFormat, Round};
use crate::network::dense::pace::Stationary;
use askama::Template;
use std::rc::Rc;

/// Delays below this depth are shift registers, deeper ones memories; `held_delay.v` draws the same line.
const MEMORY_DEPTH: usize = 4;

/// Multipliers of a complex product.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Products {
    /// The products of `Three`, one after the other: three cycles per product.
    One,
    /// `re` times both parts of the weight, then `im`: two cycles per product.
    Two,
    /// `a (c + d) - d (a + b)` and `a (c + d) + c (b - a)`: operands are one bit wider, one more adder per row.
    Three,
    /// `a c - b d` and `a d + b c`.
    #[default]
    Four,
}

impl Products {
    /// How many multipliers.
    pub fn count(self) -> usize {
        match self {
            Products::One => 1,
            Products::Two => 2,
            Products::Three => 3,
            Products::Four => 4,
        }
    }

    /// Cycles of a complex product.
    pub fn steps(self) -> usize {
        self.real() / self.count()
    }

    /// Real products of a complex one.
    pub fn real(self) -> usize {
        match self {
            Products::One | Products::Three => 3,
            Products::Two | Products::Four => 4,
        }
    }
}

/// Parameters.
#[derive(Clone, Debug)]
pub struct SpectralMac {
    /// Block size, a power of two.
    pub k: usize,
    /// Block rows computed at once, R.
    pub rows: usize,
    /// Block rows.
    pub p: usize,
    /// Block columns.
    pub q: usize,
    /// Words of the input spectra.
    pub spectrum: QFormat,
    /// Words of the weights' spectra.
    pub weight: QFormat,
    /// Words of the narrowed sums.
    pub accumulator: QFormat,
    /// How the sums narrow.
    pub rounding: Round,
    /// How complex values are multiplied; no bit of the result depends on it.
    pub products: Products,
    /// What stays; spectra come in its order.
    pub stationary: Stationary,
    /// Positions of a beat: one, or one of the even and one of the odd bins.
    pub paths: usize,
    /// `[p][q][k/2][2]`
    pub weights: Rc<[i64]>,
}

impl SpectralMac {
    /// What cannot be built, said in one line.
    pub fn check(&self) -> Result<(), String> {
        let SpectralMac { k, rows, p, q, spectrum, weight, .. } = *self;
        if !k.is_power_of_two() || k < 2 || rows == 0 || p == 0 || q == 0 {
            return Err(format!("k={k} rows={rows} p={p} q={q}: expected k a power of two from 2 and counts from 1"));
        }
        if self.weights.len() != p * q * k {
            return Err(format!("{} weights, expected p*q*k = {}", self.weights.len(), p * q * k));
        }
        if self.paths != 1 && (self.paths != 2 || k < 8 || self.spacing() > 1) {
            let (paths, products) = (self.paths, self.products);
            return Err(format!(
                "{paths} positions per beat with k={k}, {products:?}: expected 1, or 2 and products at once"
            ));
        }
        if spectrum.width() > 32 || weight.width() > 32 {
            return Err(format!("{spectrum} times {weight}: expected at most 32 bits each"));
        }
        if let Some(word) = outside(&self.weights, weight.width()) {
            return Err(format!("weight {word} is outside {weight}"));
        }
        if self.sum_width() > 61 {
            return Err(format!("sums of {} bits, expected at most 61", self.sum_width()));
        }
        Ok(())
    }

    /// Beats of one packed spectrum.
    fn beats(&self) -> usize {
        self.k / 2 / self.paths
    }

    pub(super) fn groups(&self) -> usize {
        self.p.div_ceil(self.rows)
    }

    /// Fraction bits dropped by the narrowing; negative: gained.
    pub(super) fn shift(&self) -> i32 {
        self.spectrum.frac + self.weight.frac - self.accumulator.frac
    }

    /// Multipliers of one row. Without complex positions two remain.
    fn multipliers(&self) -> usize {
        match self.products {
            _ if self.k == 2 => 2,
            products => products.count(),
        }
    }

    /// Least cycles from one beat to the next: steps of a complex product.
    pub fn spacing(&self) -> usize {
        if self.k > 2 { self.products.steps() } else { 1 }
    }

    /// For how many multipliers the operands are prepared.
    fn prepared(&self) -> usize {
        if self.k > 2 { self.products.real() } else { 4 }
    }

    /// Bits of an operand.
    fn operand_width(&self) -> u32 {
        self.spectrum.width() + (self.prepared() == 3 || self.spacing() > 1) as u32
    }

    /// Bits of one product.
    fn product_width(&self) -> u32 {
        self.operand_width() + self.weight.width()
    }

    /// The cycle in which a complex value stands before the accumulator.
    fn value_cycle(&self) -> usize {
        4 + match (self.prepared(), self.spacing()) {
            (4, 1) => 0,
            (3, 1) => 1,
            (4, _) => 2,
            _ => 3,
        }
    }

    /// Bits of a complex value's part: holds any input times any of the weights.
    fn value_width(&self) -> u32 {
        self.width_over_columns(u128::max)
    }

    /// Bits of a sum over the q columns: holds any inputs times the weights, so that no sum overflows.
    pub(super) fn sum_width(&self) -> u32 {
        self.width_over_columns(|a, b| a + b)
    }

    fn width_over_columns(&self, combine: fn(u128, u128) -> u128) -> u32 {
        let over_columns =
            |row: &[i64], position: usize| row.chunks(self.k).map(|block| magnitude(block, position)).fold(0, combine);
        let rows = self.weights.chunks(self.q * self.k);
        let bounds = rows.flat_map(|row| (0..self.k / 2).map(move |position| over_columns(row, position)));
        let bound = bounds.max().unwrap_or(0) << (self.spectrum.width() - 1);
        width_for(bound).max(self.product_width())
    }

    /// Groups whose sums are held at once.
    fn held(&self) -> usize {
        match self.stationary {
            Stationary::Sums => 1,
            Stationary::Blocks => self.groups(),
        }
    }

    /// Depth of the delay line behind the register that holds the newest sums.
    fn delay(&self) -> usize {
        self.held() * self.beats() - 1
    }

    fn depth(&self) -> usize {
        self.groups() * self.q * self.beats()
    }

    /// Weights of path `path` of row `row` of each group, in the order of use; zeros beyond block row p.
    ///
    /// Three products take DC's and Nyquist's weight exchanged.
    fn row_weights(&self, row: usize, path: usize) -> Vec<i64> {
        let words = self.natural_row_weights(row);
        let parts = words.chunks(self.k / self.paths).skip(path).step_by(self.paths);
        let mut words = parts.flatten().copied().collect::<Vec<i64>>();
        if self.prepared() == 3 && path == 0 {
            words.chunks_mut(self.k / self.paths).for_each(|block| block.swap(0, 1));
        }
        words
    }

    pub(super) fn natural_row_weights(&self, row: usize) -> Vec<i64> {
        let (groups, k) = (self.groups(), self.k);
        let of_block = |at: usize| {
            let (group, j) = match self.stationary {
                Stationary::Sums => (at / self.q, at % self.q),
                Stationary::Blocks => (at % groups, at / groups),
            };
            let i = group * self.rows + row;
            let block = i * self.q + j;
            if i < self.p { self.weights[block * k..(block + 1) * k].to_vec() } else { vec![0; k] }
        };
        (0..groups * self.q).flat_map(of_block).collect()
    }

    /// Every row of each path, in the order of the output.
    fn path_rows(&self) -> impl Iterator<Item = (usize, usize)> + use<> {
        let paths = self.paths;
        (0..self.rows).flat_map(move |row| (0..paths).map(move |path| (row, path)))
    }

    /// What a name says of a path: nothing where it is the only one.
    fn path_name(&self, path: usize) -> &'static str {
        if self.paths == 1 { "" } else { ["even", "odd"][path] }
    }

    /// `row<row>`, `row<row>_even` or `row<row>_odd`.
    fn row_name(&self, row: usize, path: usize) -> String {
        let between = if self.paths == 1 { "" } else { "_" };
        format!("row{row}{between}{}", self.path_name(path))
    }

    fn file(&self, place: &Place, row: usize, path: usize) -> String {
        format!("rtl/mem/{}_{}.hex", self.module(place), self.row_name(row, path))
    }
}

/// What each part of a product with the weight at `position` can be, per unit of input.
fn magnitude(block: &[i64], position: usize) -> u128 {
    let [re, im] = [0, 1].map(|lane| block[2 * position + lane].unsigned_abs() as u128);
    if position == 0 { re.max(im) } else { re + im }
}

impl Block for SpectralMac {
    fn stem(&self) -> &'static str {
        "spectral_mac"
    }

    fn module(&self, place: &Place) -> String {
        format!("{}_spectral_mac", place.prefix)
    }

    fn input(&self) -> Port {
        Port { lanes: 2 * self.paths, width: self.spectrum.width() }
    }

    fn output(&self) -> Port {
        Port { lanes: 2 * self.rows * self.paths, width: self.accumulator.width() }
    }

    fn rows(&self) -> usize {
        self.rows
    }

    fn latency(&self) -> usize {
        self.value_cycle() + 3
    }

    fn pause(&self) -> usize {
        self.spacing() - 1
    }

    fn cost(&self) -> Cost {
        let rows = self.rows * self.paths;
        let weights = rows * self.depth() * 2 * self.weight.width() as usize;
        let sums = if self.q == 1 || self.delay() < MEMORY_DEPTH { 0 } else { self.delay() - 1 };
        let sum_bits = sums * rows * 2 * self.sum_width() as usize;
        Cost { multipliers: rows * self.multipliers(), memory_bits: (weights + sum_bits) as u64 }
    }

    fn fields(&self) -> String {
        let SpectralMac { k, rows, p, q, rounding, .. } = self;
        let (shift, output) = (self.shift(), self.accumulator.width());
        let held = if self.stationary == Stationary::Blocks { " stationary=blocks" } else { "" };
        let paths = if self.paths > 1 { format!(" paths={}", self.paths) } else { String::new() };
        format!("k={k} rows={rows} p={p} q={q} shift={shift} output={output} rounding={}{held}{paths}", rounding.name())
    }

    fn constants(&self) -> Vec<Constants> {
        vec![Constants { key: "weights", words: self.weights.to_vec() }]
    }

    fn rtl(&self, place: &Place) -> Vec<RtlFile> {
        let text = Rtl::new(self, place).render().unwrap_or_else(|e| crate::bug!("template spectral_mac: {e}"));
        let mut files = vec![RtlFile { name: format!("rtl/{}.v", self.module(place)), text }];
        files.extend(self.path_rows().map(|(row, path)| {
            let head = if self.prepared() == 3 { "{DC, Nyquist}" } else { "{Nyquist, DC}" };
            let words = if path == 0 { format!("{head} or {{im, re}}") } else { "{im, re}".to_string() };
            let order =
                if self.stationary == Stationary::Blocks { "[column][group][beat]" } else { "[group][column][beat]" };
            let bins = if self.paths > 1 { format!(", {} bins", self.path_name(path)) } else { String::new() };
            let about = format!("row {row} of each group{bins}, {words}, {}, {order}", self.weight);
            let text = memory_file(&about, &self.row_weights(row, path), 2, self.weight.width());
            RtlFile { name: self.file(place, row, path), text }
        }));
        files
    }

    fn cells(&self) -> &'static [&'static str] {
        let delayed = self.held() * self.beats() > 1 && self.q > 1;
        match (delayed, self.multipliers()) {
            (false, 1) => &["read_ahead", "rom_ahead", "spectral_operands", "spectral_step_row"],
            (false, _) => &["read_ahead", "rom_ahead", "spectral_operands", "spectral_row"],
            (true, 1) => &["held_delay", "read_ahead", "rom_ahead", "spectral_operands", "spectral_step_row"],
            (true, _) => &["held_delay", "read_ahead", "rom_ahead", "spectral_operands", "spectral_row"],
        }
    }
}

#[derive(Template)]
#[template(path = "spectral_mac.v")]
struct Rtl {
    h: Header,
    input: String,
    output: String,
    beats: usize,
    /// Whether a group has one sum, and is alone.
    single_beat: bool,
    /// Steps of a complex product.
    steps: usize,
    /// Multipliers of a row.
    products: usize,
    /// For how many multipliers the operands are prepared.
    prepared: usize,
    operand_cycle: usize,
    /// The cycle in which the weights are taken from where they lie ready.
    weight_cycle: usize,
    value_cycle: usize,
    value_cycle_before: usize,
    /// The cycle in which the first step's value stands there.
    first_cycle: usize,
    /// The cycle in which it is said that sums start.
    fresh_cycle: usize,
    fresh_cycle_before: usize,
    /// The name of the last step's signal, where there are several.
    last_step: &'static str,
    mode: u32,
    shift: i32,
    delay: usize,
    depth: usize,
    // widths
    width: u32,
    operand_width: u32,
    weight_width: u32,
    /// Of the weights that a row takes at once.
    row_weights: u32,
    value_width: u32,
    sum_width: u32,
    output_width: u32,
    sums_width: usize,
    // most significant bits
    word_msb: u32,
    operand_msb: u32,
    /// Of the operands as they are prepared.
    prepared_width: u32,
    prepared_msb: u32,
    in_msb: usize,
    out_msb: usize,
    sums_msb: usize,
    /// The literal 0, as wide as all sums.
    zero_sums: String,
    row_msb: usize,
    row_out_msb: usize,
    /// Bits of the first part of a row's sums and of its output, and of the second part.
    sum_low: String,
    sum_high: String,
    out_low: String,
    out_high: String,
    // counters
    beat: Count,
    /// Of the spectra of a sum, where it has several.
    column: Option<Count>,
    /// Of the groups that take a spectrum, where it stays for several.
    group: Option<Count>,
    word: Count,
    /// Spaces behind `head_q1`.
    head_align: String,
    paths: Vec<Path>,
    rows: Vec<Row>,
}

/// What is taken of a beat.
struct Path {
    /// What its names begin with.
    prefix: String,
    /// Spaces behind its words' names, which stand below each other.
    align: String,
    /// Whether it has the beat of DC and Nyquist.
    head: bool,
    /// Its bits of the input.
    re: String,
    im: String,
}

struct Row {
    name: String,
    /// What it is called in a comment.
    title: String,
    prefix: String,
    file: String,
    /// Its bits of the vector of all rows' sums.
    sums: String,
    /// Its bits of the output.
    words: String,
}

impl Rtl {
    fn new(block: &SpectralMac, place: &Place) -> Rtl {
        let SpectralMac { k, rows, p, q, spectrum, weight, accumulator, rounding, .. } = *block;
        let (beats, depth, sum_width) = (block.beats(), block.depth(), block.sum_width());
        let taken = if block.held() > 1 { "each once for every" } else { "per" };
        let shape =
            format!("{q} spectra of {beats} beats {taken} group of {rows} block rows, {p} block rows, block size {k}");
        let format = format!(
            "{spectrum} in, weights {weight}, sums of {sum_width} bits, {accumulator} out, round {}",
            rounding.name()
        );
        let sentence = "products of packed spectra and weights, summed over the block columns";
        let interval = match block.spacing() {
            1 => "1 cycle per beat".to_string(),
            cycles => format!("{cycles} cycles per beat"),
        };
        let (single_beat, first_cycle) = (block.held() * beats == 1, block.value_cycle() - (block.spacing() - 1));
        // a delay is told a cycle ahead
        let fresh_cycle = if single_beat { first_cycle } else { first_cycle - 1 };
        let prepared_width = spectrum.width() + (block.prepared() == 3) as u32;
        let prefix = |path: usize| {
            let between = if block.paths == 1 { "" } else { "_" };
            format!("{}{between}", block.path_name(path))
        };
        let row = |(index, (row, path)): (usize, (usize, usize))| Row {
            name: block.row_name(row, path),
            title: match block.paths {
                1 => format!("row {row} of each group"),
                _ => format!("row {row} of each group, {} bins", block.path_name(path)),
            },
            prefix: prefix(path),
            file: block.file(place, row, path),
            sums: part(index, 2 * sum_width as usize),
            words: part(index, 2 * accumulator.width() as usize),
        };
        let longest = if block.paths == 1 { "head_q1" } else { "even_re_q1" }.len();
        let align = |name: &str| " ".repeat(longest - name.len());
        let path = |path: usize| Path {
            prefix: prefix(path),
            align: align(&format!("{}re_q1", prefix(path))),
            head: path == 0,
            re: part(2 * path, spectrum.width() as usize),
            im: part(2 * path + 1, spectrum.width() as usize),
        };
        let sums_width = rows * block.paths * 2 * sum_width as usize;
        Rtl {
            h: Header::of(block, place, sentence, &shape, &format, &interval),
            input: spectrum.to_string(),
            output: accumulator.to_string(),
            beats,
            single_beat,
            steps: block.spacing(),
            products: block.multipliers(),
            prepared: block.prepared(),
            operand_cycle: if block.prepared() == 3 { 3 } else { 2 },
            weight_cycle: block.spacing() - 1,
            value_cycle: block.value_cycle(),
            value_cycle_before: block.value_cycle() - 1,
            first_cycle,
            fresh_cycle,
            fresh_cycle_before: fresh_cycle - 1,
            last_step: if block.spacing() == 3 { "third" } else { "second" },
            mode: rounding.code(),
            shift: block.shift(),
            delay: block.delay(),
            depth,
            width: spectrum.width(),
            operand_width: block.operand_width(),
            weight_width: weight.width(),
            row_weights: 2 * weight.width(),
            value_width: block.value_width(),
            sum_width,
            output_width: accumulator.width(),
            sums_width,
            word_msb: spectrum.width() - 1,
            operand_msb: block.operand_width() - 1,
            prepared_width,
            prepared_msb: prepared_width - 1,
            in_msb: block.input().bits() - 1,
            out_msb: block.output().bits() - 1,
            sums_msb: sums_width - 1,
            zero_sums: format!("{sums_width}'d0"),
            row_msb: 2 * sum_width as usize - 1,
            row_out_msb: 2 * accumulator.width() as usize - 1,
            sum_low: part(0, sum_width as usize),
            sum_high: part(1, sum_width as usize),
            out_low: part(0, accumulator.width() as usize),
            out_high: part(1, accumulator.width() as usize),
            beat: Count::of(beats),
            column: (q > 1).then(|| Count::of(q)),
            group: (block.held() > 1).then(|| Count::of(block.held())),
            word: Count::of(depth),
            head_align: align("head_q1"),
            paths: (0..block.paths).map(path).collect(),
            rows: block.path_rows().enumerate().map(row).collect(),
        }
    }
}
