//! Inverse transform to a real block, two words per clock: the packed spectrum of k words in, k words out.
//!
//! The exact mirror of [`super::fft`], with halving, so that the result is divided by k: a complex pair of groups 2g and
//! 2g + 1 gives `lo = (u + v) / 2` and `hi = (u - v) / (2 sqrt(w))`, a real pair `a = (s + d) / 2` and `b = (s - d) / 2`. Each
//! of them is rounded once, `hi` after the product with the full difference. The weight of a least significant bit stays
//! what it is. No complex value gets longer than the longest coming in, sqrt(2) times the largest word: one more bit holds
//! it, and nothing saturates.
//!
//! In hardware a beat is one position; one delay-feedback stage (\[He98\]) per bit b from 0 on joins beats 2^b apart, and a
//! last butterfly the lanes:
//!
//! | from cycle | what |
//! |---|---|
//! | 0 | `ifft_stage` of span 2^b, then `rotator`, for b = 0 .. n-3: `2^b + 1 + 3` cycles each |
//! | ... | `ifft_stage` of span k/4, then `halve`: `k/4 + 2` cycles |
//! | latency - 2 | `ifft_back`: butterfly between lanes |

pub mod model;

use super::rotator::{Direction, Rotator};
use super::{Block, Cost, Place, Port, RtlFile, format_name, header::Header};
use crate::fixed::{QFormat, Round};
use crate::network::dense::pace::LARGEST_BLOCK;
use askama::Template;

/// Parameters of an inverse transform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ifft {
    /// Words of a block, a power of two from 2 to [`LARGEST_BLOCK`].
    pub k: usize,
    /// Format of the words coming in (an accumulator); the words going out have one more integer bit.
    pub input: QFormat,
    /// Fraction bits of the twiddle factors.
    pub twiddle: u32,
    /// Rounding of every halving.
    pub rounding: Round,
}

impl Ifft {
    /// The same parameters if they can be built, else what is wrong.
    pub fn checked(self) -> Result<Ifft, String> {
        if !self.k.is_power_of_two() || !(2..=LARGEST_BLOCK).contains(&self.k) {
            return Err(format!("block size `{}`: expected a power of two from 2 to {LARGEST_BLOCK}", self.k));
        }
        if !(2..=24).contains(&self.twiddle) {
            return Err(format!("`{}` fraction bits of twiddle factors: expected 2 to 24", self.twiddle));
        }
        if self.input.width() + self.twiddle > 56 {
            return Err(format!("{} and {} bits of twiddle: more than 56 bits", self.input, self.twiddle));
        }
        let largest = (self.input.width() as f64 - 1.0).exp2();
        if 2f64.sqrt() * largest + self.error_bound_lsb() >= 2.0 * largest {
            return Err(format!("{} is too narrow for a transform of {} words", self.input, self.k));
        }
        Ok(self)
    }

    /// Format of the words going out.
    pub fn output(&self) -> QFormat {
        QFormat { int: self.input.int + 1, frac: self.input.frac }
    }

    /// Largest possible absolute error of a word against the exact inverse of the spectrum coming in, real value.
    ///
    /// Complex values carry their error as a magnitude. Every stage averages two values, so errors do not grow, and adds
    /// at most `r = sqrt(1/2)` least significant bits of rounding (floor: `sqrt(2)`) and, where it turns, `d |z|` with
    /// `d = 2^-twiddle / sqrt(2)` and `|z| <= sqrt(2) A`, A the largest word: `e <= (1 + d)^(n-2) (n r + (n - 2) d |z|)`.
    pub fn error_bound(&self) -> f64 {
        self.error_bound_lsb() * self.input.lsb()
    }

    fn error_bound_lsb(&self) -> f64 {
        let (stages, turns) = (self.bits() as f64, self.bits().saturating_sub(2) as f64);
        let ulps = if self.rounding == Round::Floor { 1.0 } else { 0.5 };
        let off = (-(self.twiddle as f64)).exp2() / 2f64.sqrt();
        let longest = 2f64.sqrt() * (self.input.width() as f64 - 1.0).exp2();
        (1.0 + off).powf(turns) * (stages * 2f64.sqrt() * ulps + turns * off * longest)
    }

    pub(super) fn bits(&self) -> u32 {
        self.k.ilog2()
    }

    /// Bits of every word between stages.
    pub(super) fn width(&self) -> u32 {
        self.input.width() + 1
    }

    /// Stage bits in the order of the data.
    pub(super) fn stages(&self) -> impl Iterator<Item = u32> + use<> {
        0..self.bits() - 1
    }

    /// The rotator of the stage of bit `b`; the last stage has none.
    pub(super) fn rotator(&self, b: u32) -> Option<Rotator> {
        (b + 2 < self.bits()).then(|| Rotator {
            direction: Direction::Inverse,
            groups: self.k >> (b + 2),
            twiddle: self.twiddle,
            width: self.width() + 1,
            rounding: self.rounding,
        })
    }

    /// Cycles of the stage of bit `b` and of the rotator or the halver behind it.
    pub(super) fn stage_latency(&self, b: u32) -> usize {
        (1 << b) + 1 + self.wait(b)
    }

    /// Bits of memory of the stage of bit `b`.
    pub(super) fn stage_memory(&self, b: u32) -> u64 {
        if b >= 4 { (2 * (self.width() as u64 + 1)) << b } else { 0 }
    }

    /// Cycles that the rotator or the halver behind the stage of bit `b` takes.
    fn wait(&self, b: u32) -> usize {
        self.rotator(b).map_or(1, Rotator::latency)
    }
}

impl Block for Ifft {
    fn stem(&self) -> &'static str {
        "ifft"
    }

    fn module(&self, _: &Place) -> String {
        let Ifft { k, twiddle, .. } = self;
        let rounding = self.rounding.name().replace('-', "_");
        format!("ifft_k{k}_{}_t{twiddle}_{rounding}", format_name(self.input))
    }

    fn input(&self) -> Port {
        Port { lanes: 2, width: self.input.width() }
    }

    fn output(&self) -> Port {
        Port { lanes: 2, width: self.width() }
    }

    fn latency(&self) -> usize {
        2 + self.stages().map(|b| self.stage_latency(b)).sum::<usize>()
    }

    fn cost(&self) -> Cost {
        let multipliers = self.stages().filter_map(|b| self.rotator(b)).map(Rotator::multipliers).sum();
        Cost { multipliers, memory_bits: self.stages().map(|b| self.stage_memory(b)).sum() }
    }

    fn fields(&self) -> String {
        format!("k={} twiddle={} round={}", self.k, self.twiddle, self.rounding.name())
    }

    fn rtl(&self, place: &Place) -> Vec<RtlFile> {
        let rtl = IfftRtl::new(self, place);
        let text = rtl.render().unwrap_or_else(|e| crate::bug!("template ifft.v: {e}"));
        let top = RtlFile { name: format!("rtl/{}.v", rtl.h.module), text };
        let rotators = self.stages().filter_map(|b| self.rotator(b)).flat_map(Rotator::rtl);
        std::iter::once(top).chain(rotators).collect()
    }

    fn cells(&self) -> &'static [&'static str] {
        match self.k {
            0..=2 => &["ifft_back", "packet_valid"],
            3..=4 => &["ifft_stage", "halve", "ifft_back", "packet_valid"],
            5..=16 => &["ifft_stage", "turn_in", "shift_add", "turn_out", "halve", "ifft_back", "packet_valid"],
            17.. => &["ifft_stage", "turn_in", "shift_add", "turn_out", "rotate", "halve", "ifft_back", "packet_valid"],
        }
    }
}

/// A stage as Verilog.
#[derive(Template)]
#[template(path = "_ifft_stage.v")]
pub(super) struct Stage {
    name: String,
    from: String,
    start: usize,
    /// Beats of a packet.
    beats: usize,
    span: usize,
    /// 0 where no beat is of group 0.
    real: u32,
    phase_msb: u32,
    /// Group, then half, as the rotator takes them.
    phase: String,
    width: u32,
    msb: u32,
    mode: u32,
    wait: usize,
    rotates: bool,
    rotator: String,
}

#[derive(Template)]
#[template(path = "ifft.v")]
struct IfftRtl {
    h: Header,
    input: String,
    output: String,
    beats: usize,
    in_width: u32,
    in_msb: u32,
    in_low_msb: u32,
    width: u32,
    msb: u32,
    stages: Vec<Stage>,
    end: String,
    mode: u32,
    out_msb: u32,
}

impl IfftRtl {
    fn new(ifft: &Ifft, place: &Place) -> IfftRtl {
        let (in_width, width) = (ifft.input.width(), ifft.width());
        let stages = stages(ifft, "stage", false);
        IfftRtl {
            h: header(ifft, place),
            input: ifft.input.to_string(),
            output: ifft.output().to_string(),
            beats: ifft.k / 2,
            in_width,
            in_msb: 2 * in_width - 1,
            in_low_msb: in_width - 1,
            width,
            msb: width - 1,
            end: stages.last().map_or("in".into(), |stage| stage.name.clone()),
            stages,
            mode: ifft.rounding.code(),
            out_msb: 2 * width - 1,
        }
    }
}

impl Stage {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// A pipeline of stages named `<word><bit>`, behind `<word>_in` if it is one of two: that of the even bins, all groups of a
/// block, or that of the odd ones, the second half of the groups.
pub(super) fn stages(ifft: &Ifft, word: &str, odd: bool) -> Vec<Stage> {
    let (mut from, mut start) = (if word == "stage" { "in".to_string() } else { format!("{word}_in") }, 0);
    let bits = ifft.bits() - 1 - odd as u32;
    let stage = |b: u32| {
        let rotator = ifft.rotator(b);
        let name = format!("{word}{b}");
        let phase = match (odd, bits - 1 - b) {
            (false, _) => format!("{name}_phase"),
            // what is turned lags half a group: at the first group comes the last one
            (true, 0) => format!("{{1'b0, {name}_phase}}"),
            (true, msb) => format!("{{|{name}_phase[{msb}:1], {name}_phase}}"),
        };
        let stage = Stage {
            from: std::mem::replace(&mut from, name.clone()),
            name,
            start,
            beats: 1 << bits,
            span: 1 << b,
            real: !odd as u32,
            phase_msb: bits - 1 - b,
            phase,
            width: ifft.width(),
            msb: ifft.width() - 1,
            mode: ifft.rounding.code(),
            wait: ifft.wait(b),
            rotates: rotator.is_some(),
            rotator: rotator.map_or(String::new(), Rotator::module),
        };
        start += ifft.stage_latency(b);
        stage
    };
    (0..bits).map(stage).collect()
}

fn header(ifft: &Ifft, place: &Place) -> Header {
    let (k, beats, rounding) = (ifft.k, ifft.k / 2, ifft.rounding.name());
    let sentence = format!("{k}-point inverse real transform, two words per clock");
    let shape = format!("{beats} x 2 words in position order to {beats} x 2 in halves order");
    let format = format!("{} in, twiddles s1.{}, {} out, round {rounding}", ifft.input, ifft.twiddle, ifft.output());
    Header::of(ifft, place, &sentence, &shape, &format, &format!("{beats} cycles per block"))
}
