//! Forward transform of a real block, two words per clock: k words in, the packed spectrum of k words out.
//!
//! The block `x[0..k)` is reduced modulo the factors of `x^k - 1`. A real residue modulo `x^m - 1` (m words) splits into
//! sums, a residue modulo `x^(m/2) - 1`, and differences, one modulo `x^(m/2) + 1`; the latter is complex for free modulo
//! `x^(m/4) - j`: `z[n] = d[n] + j d[n + m/4]`. A complex residue modulo `x^M - w` (group g, `w = exp(2 pi j angle(g))`,
//! see [`crate::fixed::spectrum_angle`]) splits into `lo + sqrt(w) hi` (group 2g) and `lo - sqrt(w) hi` (group 2g + 1). No
//! conjugate is ever computed. Position 0 of the result is (DC, Nyquist), position t >= 1 the complex value of group t.
//!
//! Only the product `sqrt(w) hi` is rounded; words grow by one bit per level (by two at the first complex one), so nothing
//! else is lost before the last narrowing. Where words would grow beyond `widest`, a level halves: `(lo + sqrt(w) hi) / 2`
//! is rounded half up, `(lo - sqrt(w) hi) / 2` half down, once, from the exact product.
//!
//! In hardware a beat is two words. A memory before every level brings the beats that it joins next to each
//! other: while a pair passes, two cycles, two multipliers make the two parts of `sqrt(w) hi`, one per cycle, and two
//! adders make `lo + sqrt(w) hi`, then `lo - sqrt(w) hi`. Rounding is the carry of these adders. So multipliers and adders
//! are busy in every cycle. Pairs of the real group are (p, q), (r, s): (p + q, r + s), then (p - q, r - s).
//!
//! | from cycle | what |
//! |---|---|
//! | 0 | words that do not exist become zero; `fft_order`: `k/4 + 1` cycles, then `fft_first`: 3 cycles |
//! | ... | levels 1 to n-2: `fft_order` over windows of `2^b` beats, b = n-1 .. 2: `2^(b-1) + 1` cycles, `fft_level`: 7 cycles |
//! | latency - 3 | `fft_last`: DC and Nyquist of position 0 |
//! | latency - 2 | `narrow` to the spectrum's format |
//!
//! Levels of two and four groups can do without multipliers (`shifts`): their factors are shifted sums, which take a few
//! cycles more.

pub mod model;

use super::rotator::{Direction, Rotator};
use super::turn::Turn;
use super::{Block, Cost, Place, Port, RtlFile, format_name, header::Header};
use crate::fixed::{QFormat, Round};
use crate::network::dense::pace::LARGEST_BLOCK;
use askama::Template;

/// Parameters of a forward transform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fft {
    /// Words of a block, a power of two from 2 to [`LARGEST_BLOCK`].
    pub k: usize,
    /// Format of the words coming in.
    pub input: QFormat,
    /// Fraction bits added before the first rounding.
    pub guard: u32,
    /// Fraction bits of the twiddle factors.
    pub twiddle: u32,
    /// Format of the spectrum.
    pub output: QFormat,
    /// Rounding of the products and of the result.
    pub rounding: Round,
    /// Whether levels of two and four groups turn by shifted sums, without multipliers.
    pub shifts: bool,
    /// Bits of the widest word inside; levels that would exceed it halve. `None`: words grow.
    pub widest: Option<u32>,
    /// Blocks of one frame.
    pub blocks: usize,
    /// Words of one frame that exist; all others, in its last block, count as zero.
    pub valid: usize,
}

impl Fft {
    /// The same parameters if they can be built, else what is wrong.
    pub fn checked(self) -> Result<Fft, String> {
        let start = self.input.width() + self.guard;
        if !self.k.is_power_of_two() || !(2..=LARGEST_BLOCK).contains(&self.k) {
            return Err(format!("block size `{}`: expected a power of two from 2 to {LARGEST_BLOCK}", self.k));
        }
        if !(2..=24).contains(&self.twiddle) {
            return Err(format!("`{}` fraction bits of twiddle factors: expected 2 to 24", self.twiddle));
        }
        if self.blocks == 0 || self.valid.div_ceil(self.k) != self.blocks {
            return Err(format!("`{}` words in `{}` blocks of {}", self.valid, self.blocks, self.k));
        }
        if let Some(widest) = self.widest.filter(|&widest| widest < start + 2) {
            return Err(format!("`{widest}` bits at most inside: expected {} or more", start + 2));
        }
        if self.width_full() + self.twiddle > 60 {
            return Err(format!(
                "{} bits before narrowing and {} of twiddle: more than 60",
                self.width_full(),
                self.twiddle
            ));
        }
        if self.shift() >= 60 || self.width_full() as i32 - self.shift() > 61 {
            return Err(format!("{} to {} drops {} bits", self.input, self.output, self.shift()));
        }
        Ok(self)
    }

    /// Bits after the last level and the butterfly of position 0.
    pub fn width_full(&self) -> u32 {
        let grown = self.levels().last().map_or(self.start(), |level| level.out());
        // from 8 words on complex words are a bit wider than real ones: room for DC
        if self.k <= 4 { grown + 1 } else { grown }
    }

    /// Which levels halve: bit L of the mask for level L.
    pub fn halving(&self) -> u32 {
        self.levels().filter(|level| level.halve).map(|level| 1 << level.index).sum()
    }

    /// Largest possible absolute error of a spectrum word against the exact transform of the words coming in,
    /// in units of the real value; words that saturate excepted.
    ///
    /// Level by level, in internal least significant bits. Real words of magnitude A and error e become `2A` and `2e`. A
    /// complex value carries its error as a magnitude; a new one has `|z| <= 2 sqrt(2) A` and `2 sqrt(2) e`, and a level
    /// gives `e' <= e (2 + d) + |z| d + r`: the factor is off by at most `d = 2^-twiddle / sqrt(2)`, the product is rounded
    /// by at most `r = sqrt(1/2)` (floor: `sqrt(2)`), and magnitudes double. A level that halves rounds once, by half a
    /// unit per word, and halves all else. The last narrowing adds half an output bit (floor: one).
    pub fn error_bound(&self) -> f64 {
        let ulps = if self.rounding == Round::Floor { 1.0 } else { 0.5 };
        let off = (-(self.twiddle as f64)).exp2() / 2f64.sqrt();
        let mut largest = (self.start() as f64 - 1.0).exp2();
        let (mut real, mut complex) = (0f64, 0f64);
        for level in self.levels() {
            let (scale, once, product) = if level.halve { (0.5, 0.5, 0.0) } else { (1.0, 0.0, ulps) };
            let old = if level.index == 0 {
                0.0
            } else {
                scale * (complex * (2.0 + off) + 2f64.sqrt() * largest * off) + 2f64.sqrt() * (product + once)
            };
            real = scale * 2.0 * real + once;
            complex = old.max(2f64.sqrt() * real);
            largest *= 2.0 * scale;
        }
        let halvings = self.halving().count_ones() as f64;
        let unit = (halvings - self.input.frac as f64 - self.guard as f64).exp2();
        complex.max(2.0 * real) * unit + if self.shift() > 0 { ulps * self.output.lsb() } else { 0.0 }
    }

    /// Fraction bits dropped by the last narrowing.
    pub(super) fn shift(&self) -> i32 {
        self.input.frac + self.guard as i32 - self.halving().count_ones() as i32 - self.output.frac
    }

    /// Bits going into the first level.
    pub(super) fn start(&self) -> u32 {
        self.input.width() + self.guard
    }

    /// The levels in the order of the data; that of position 0 alone is not among them.
    pub(super) fn levels(&self) -> impl Iterator<Item = Level> + Clone + use<> {
        let widest = self.widest.unwrap_or(u32::MAX);
        self.levels_where(move |_, grown| grown > widest)
    }

    /// The levels, halving where it is said so of their index and the bits of their sums.
    pub(super) fn levels_where<H>(&self, halves: H) -> impl Iterator<Item = Level> + Clone + use<H>
    where
        H: Fn(u32, u32) -> bool + Clone,
    {
        let Fft { shifts, twiddle, rounding, .. } = *self;
        let mut width = self.start();
        (0..self.k.ilog2() - 1).map(move |index| {
            // a product with a factor has up to sqrt(2) times the part
            let grown = width + 1 + (index == 1) as u32;
            let level = Level { index, first: 0, width, grown, halve: halves(index, grown), shifts, twiddle, rounding };
            width = level.out();
            level
        })
    }

    /// Beats of a packet.
    fn beats(&self) -> usize {
        self.k / 2
    }

    /// Beats among which the memory before a level brings those together that it joins.
    pub(super) fn window(&self, level: u32) -> usize {
        self.beats() >> level.saturating_sub(1)
    }

    /// Cycles from a beat before the memory of a level to the same beat behind the level.
    fn level_latency(&self, level: Level) -> usize {
        level.latency(self.window(level.index))
    }
}

/// One level of butterflies.
#[derive(Clone, Copy, Debug)]
pub(super) struct Level {
    /// From 0; level L has 2^L groups.
    pub index: u32,
    /// The first of its groups that is computed: 0, or the middle one.
    first: usize,
    /// Bits of the words coming in.
    pub width: u32,
    /// Bits of their sums.
    pub grown: u32,
    /// Whether half the sums are given.
    pub halve: bool,
    shifts: bool,
    twiddle: u32,
    rounding: Round,
}

impl Level {
    /// Bits of the words going out.
    pub fn out(self) -> u32 {
        self.grown - self.halve as u32
    }

    /// The level with the second half of its groups alone.
    pub fn second_half(self) -> Level {
        Level { first: 1 << (self.index - 1), ..self }
    }

    /// Groups that are computed.
    fn groups(self) -> usize {
        (1 << self.index) - self.first
    }

    /// Bits of a product.
    pub fn turned(self) -> u32 {
        self.width + (self.index == 1) as u32
    }

    /// The two multipliers; `None`: no factors, or shifted sums.
    pub fn turn(self) -> Option<Turn> {
        (self.index > 0 && self.rotator().is_none()).then(|| Turn {
            groups: 1 << self.index,
            twiddle: self.twiddle,
            width: self.width,
            turned: self.turned(),
            rounding: self.product_rounding(),
        })
    }

    /// The shifted sums.
    pub fn rotator(self) -> Option<Rotator> {
        (self.shifts && (1..=2).contains(&self.index)).then(|| Rotator {
            direction: Direction::Forward,
            groups: 1 << self.index,
            twiddle: self.twiddle,
            width: self.turned(),
            rounding: self.product_rounding(),
        })
    }

    /// Where the sum is rounded the product is not.
    pub fn product_rounding(self) -> Round {
        if self.halve { Round::Floor } else { self.rounding }
    }

    /// Cycles for which words wait for shifted sums longer than for products.
    fn late(self) -> usize {
        self.rotator().map_or(0, |rotator| rotator.latency() - 2)
    }

    /// Cycles from a beat before the memory, of `window` beats, to the same beat behind the level.
    pub fn latency(self, window: usize) -> usize {
        window / 2 + 1 + if self.index == 0 { 3 } else { 7 + self.late() }
    }

    /// Real multipliers.
    pub fn multipliers(self) -> usize {
        self.turn().map_or(0, |_| Turn::MULTIPLIERS)
    }
}

impl Block for Fft {
    fn stem(&self) -> &'static str {
        "fft"
    }

    fn module(&self, _: &Place) -> String {
        let Fft { k, guard, twiddle, blocks, valid, .. } = self;
        let (input, output) = (format_name(self.input), format_name(self.output));
        let rounding = self.rounding.name().replace('-', "_");
        let shifts = if self.shifts { "_shifts" } else { "" };
        let widest = self.widest.map_or(String::new(), |widest| format!("_i{widest}"));
        format!("fft_k{k}_{input}_{output}_g{guard}_t{twiddle}_b{blocks}_n{valid}_{rounding}{shifts}{widest}")
    }

    fn input(&self) -> Port {
        Port { lanes: 2, width: self.input.width() }
    }

    fn output(&self) -> Port {
        Port { lanes: 2, width: self.output.width() }
    }

    fn latency(&self) -> usize {
        3 + self.levels().map(|level| self.level_latency(level)).sum::<usize>()
    }

    fn cost(&self) -> Cost {
        let memory = self.levels().map(|level| {
            let width = if level.index == 0 { self.input.width() } else { level.width };
            (self.window(level.index) * 2) as u64 * width as u64
        });
        Cost { multipliers: self.levels().map(Level::multipliers).sum(), memory_bits: memory.sum() }
    }

    fn fields(&self) -> String {
        let Fft { k, guard, twiddle, blocks, valid, .. } = self;
        let (shift, width, round, halving) = (self.shift(), self.output.width(), self.rounding.name(), self.halving());
        format!(
            "k={k} guard={guard} twiddle={twiddle} halving={halving} shift={shift} width={width} round={round} \
             blocks={blocks} valid={valid}"
        )
    }

    fn rtl(&self, place: &Place) -> Vec<RtlFile> {
        let rtl = FftRtl::new(self, place);
        let text = rtl.render().unwrap_or_else(|e| crate::bug!("template fft.v: {e}"));
        let top = RtlFile { name: format!("rtl/{}.v", rtl.h.module), text };
        std::iter::once(top).chain(modules(self.levels())).collect()
    }

    fn cells(&self) -> &'static [&'static str] {
        match (self.k, self.shifts) {
            (0..=2, _) => &["fft_mask", "fft_last", "narrow", "packet_valid"],
            (3..=4, _) => &["fft_mask", "fft_order", "fft_first", "fft_last", "narrow", "packet_valid"],
            (5..=16, true) => &[
                "fft_mask",
                "fft_order",
                "fft_first",
                "turn_in",
                "shift_add",
                "turn_out",
                "fft_level",
                "fft_last",
                "narrow",
                "packet_valid",
            ],
            (17.., true) => &[
                "fft_mask",
                "fft_order",
                "fft_first",
                "turn_in",
                "shift_add",
                "turn_out",
                "turn_pair",
                "fft_level",
                "fft_last",
                "narrow",
                "packet_valid",
            ],
            (5.., false) => {
                &["fft_mask", "fft_order", "fft_first", "turn_pair", "fft_level", "fft_last", "narrow", "packet_valid"]
            }
        }
    }
}

/// What levels instantiate that are not cells.
pub(super) fn modules(levels: impl Iterator<Item = Level> + Clone) -> impl Iterator<Item = RtlFile> {
    let turns = levels.clone().filter_map(Level::turn).map(Turn::rtl);
    turns.chain(levels.filter_map(Level::rotator).flat_map(Rotator::rtl))
}

/// A level with its memory as Verilog.
#[derive(Template)]
#[template(path = "_fft_level.v")]
pub(super) struct Stage {
    name: String,
    from: String,
    start: usize,
    what: String,
    beats: usize,
    window: usize,
    input: u32,
    beat: u32,
    is_first: bool,
    guard: u32,
    width: u32,
    msb: u32,
    out: u32,
    out_msb: u32,
    phase_msb: u32,
    /// Group, then cycle of the pair.
    turn_phase: String,
    is_real: String,
    turned: u32,
    turned_msb: u32,
    halve: u32,
    late: usize,
    shifts: bool,
    turn: String,
    x: String,
    y: String,
}

#[derive(Template)]
#[template(path = "fft.v")]
struct FftRtl {
    h: Header,
    input: String,
    output: String,
    beats: usize,
    width: u32,
    guard: u32,
    has_guard: bool,
    blocks: usize,
    last: usize,
    in_msb: u32,
    low_msb: u32,
    levels: Vec<Stage>,
    end: String,
    end_msb: u32,
    end_width: u32,
    narrowing: String,
    full_width: u32,
    full_msb: u32,
    shift: i32,
    mode: u32,
    out_width: u32,
    out_msb: u32,
    out_low_msb: u32,
}

impl FftRtl {
    fn new(fft: &Fft, place: &Place) -> FftRtl {
        let (width, out_width) = (fft.input.width(), fft.output.width());
        let levels = stages(fft);
        let (input, output) = (fft.input.to_string(), fft.output.to_string());
        let rounding = fft.rounding.name();
        let end_width = fft.levels().last().map_or(fft.start(), Level::out);
        FftRtl {
            h: header(fft, place),
            narrowing: format!(
                "{} to {output}, round {rounding}, saturated",
                QFormat::of_width(fft.width_full(), fft.shift() + fft.output.frac)
            ),
            input,
            output,
            beats: fft.beats(),
            width,
            guard: fft.guard,
            has_guard: fft.guard > 0,
            blocks: fft.blocks,
            last: fft.valid - (fft.blocks - 1) * fft.k,
            in_msb: 2 * width - 1,
            low_msb: width - 1,
            end: levels.last().map_or("words".into(), |stage| stage.name.clone()),
            end_msb: end_width - 1,
            end_width,
            levels,
            full_width: fft.width_full(),
            full_msb: fft.width_full() - 1,
            shift: fft.shift(),
            mode: fft.rounding.code(),
            out_width,
            out_msb: 2 * out_width - 1,
            out_low_msb: out_width - 1,
        }
    }
}

fn stages(fft: &Fft) -> Vec<Stage> {
    let (mut from, mut start) = ("words".to_string(), 0);
    let stage = |level: Level| {
        let name = format!("level{}", level.index);
        let at = Seat { from: std::mem::replace(&mut from, name.clone()), name, start, beats: fft.beats() };
        start += fft.level_latency(level);
        // the words of the first level have no guard bits yet
        let guard = if level.index == 0 { fft.guard } else { 0 };
        Stage::of(level, at, fft.window(level.index), guard)
    };
    fft.levels().map(stage).collect()
}

/// Where a level stands.
pub(super) struct Seat {
    /// Its name, and that of what it takes.
    pub name: String,
    pub from: String,
    /// The cycle in which it takes its first beat.
    pub start: usize,
    /// Beats of a packet.
    pub beats: usize,
}

impl Stage {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A level behind a memory of `window` beats; its words come without `guard` bits.
    pub fn of(level: Level, seat: Seat, window: usize, guard: u32) -> Stage {
        let Seat { name, from, start, beats } = seat;
        let (width, bits) = (level.width - guard, beats.ilog2());
        let groups = level.groups();
        let turn = level.turn().map(Turn::module).or(level.rotator().map(Rotator::module));
        // the groups of the beat, and the same among all groups of the level
        let of_path = match groups {
            1 => String::new(),
            _ => format!("{name}_phase[{}:{}]", bits - 1, bits - groups.ilog2()),
        };
        let (group, is_real) = match (level.first, groups) {
            (0, _) => (of_path.clone(), format!("~(|{of_path})")),
            (_, 1) => ("1'b1".to_string(), "1'b0".to_string()),
            _ => (format!("1'b1, {of_path}"), "1'b0".to_string()),
        };
        let wide = |part: &str| match level.turned() - level.width {
            0 => format!("{name}_{part}"),
            _ => format!("{{{name}_{part}[{}], {name}_{part}}}", level.width - 1),
        };
        Stage {
            from,
            start,
            what: format!(
                "{groups} group{}, {width} bits{}",
                if groups == 1 { "" } else { "s" },
                if level.halve { ", halves" } else { "" }
            ),
            beats,
            window,
            input: (level.index == 0 || groups == 1) as u32,
            beat: 2 * width,
            is_first: level.index == 0,
            guard,
            width,
            msb: width - 1,
            out: level.out(),
            out_msb: level.out() - 1,
            phase_msb: bits - 1,
            turn_phase: format!("{{{group}, {name}_phase[0]}}"),
            is_real,
            turned: level.turned(),
            turned_msb: level.turned() - 1,
            halve: level.halve as u32,
            late: level.late(),
            shifts: level.rotator().is_some(),
            turn: turn.unwrap_or_default(),
            x: wide("x"),
            y: wide("y"),
            name,
        }
    }
}

fn header(fft: &Fft, place: &Place) -> Header {
    let (k, beats, rounding) = (fft.k, fft.k / 2, fft.rounding.name());
    let sentence = format!("{k}-point real transform, two words per clock");
    let shape =
        format!("{beats} x 2 words in halves order to {beats} x 2 in position order; a frame has {}", fft.valid);
    let format = format!(
        "{} in, {} guard bits, twiddles s1.{}, {} out, saturated, round {rounding}",
        fft.input, fft.guard, fft.twiddle, fft.output
    );
    Header::of(fft, place, &sentence, &shape, &format, &format!("{beats} cycles per block"))
}
