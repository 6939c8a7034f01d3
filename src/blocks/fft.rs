//! Forward transform of a real block, two words per clock: k words in, the packed spectrum of k words out.
//!
//! The block `x[0..k)` is reduced modulo the factors of `x^k - 1`. A real residue modulo `x^m - 1` (m words) splits into
//! sums, a residue modulo `x^(m/2) - 1`, and differences, one modulo `x^(m/2) + 1`; the latter is complex for free modulo
//! `x^(m/4) - j`: `z[n] = d[n] + j d[n + m/4]`. A complex residue modulo `x^M - w` (group g, `w = exp(2 pi j angle(g))`,
//! see [`crate::fixed::spectrum_angle`]) splits into `lo + sqrt(w) hi` (group 2g) and `lo - sqrt(w) hi` (group 2g + 1). No
//! conjugate is ever computed. Position 0 of the result is (DC, Nyquist), position t >= 1 the complex value of group t.
//!
//! Only the product `sqrt(w) hi` is rounded; widths grow by one bit per butterfly, so nothing else is lost before the last
//! narrowing. In hardware a beat is two words whose indices differ in the top bit; the first butterfly joins the lanes,
//! then one delay-feedback stage (\[He98\]) per remaining bit b joins beats 2^b apart; the stages with the long delays come
//! first and are the narrow ones:
//!
//! | from cycle | what |
//! |---|---|
//! | 0 | `fft_front`: words that do not exist become zero; butterfly between lanes |
//! | 1 | `fft_stage` of span k/4: `k/4 + 1` cycles, nothing to turn |
//! | ... | `rotator` and `fft_stage` of span 2^b for b = n-3 .. 0: `3 + 2^b + 1` cycles each |
//! | latency - 2 | `narrow` to the spectrum's format |

pub mod model;

use super::rotator::{Direction, Rotator};
use super::{Block, Cost, Place, Port, RtlFile, format_name, header::Header};
use crate::fixed::{QFormat, Round};
use askama::Template;

/// Parameters of a forward transform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fft {
    /// Words of a block, a power of two from 2 to 512.
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
    /// Blocks of one frame.
    pub blocks: usize,
    /// Words of one frame that exist; all others, in its last block, count as zero.
    pub valid: usize,
}

impl Fft {
    /// The same parameters if they can be built, else what is wrong.
    pub fn checked(self) -> Result<Fft, String> {
        if !self.k.is_power_of_two() || !(2..=512).contains(&self.k) {
            return Err(format!("block size `{}`: expected a power of two from 2 to 512", self.k));
        }
        if !(2..=24).contains(&self.twiddle) {
            return Err(format!("`{}` fraction bits of twiddle factors: expected 2 to 24", self.twiddle));
        }
        if self.blocks == 0 || self.valid.div_ceil(self.k) != self.blocks {
            return Err(format!("`{}` words in `{}` blocks of {}", self.valid, self.blocks, self.k));
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

    /// Width after the last butterfly, bits.
    pub fn width_full(&self) -> u32 {
        self.input.width() + self.guard + self.k.ilog2()
    }

    /// Largest possible absolute error of a spectrum word against the exact transform of the words coming in,
    /// in units of the real value; words that saturate excepted.
    ///
    /// Complex values carry their error as a magnitude. With A the largest word, in internal least significant bits, a
    /// residue of group 1 with M values starts exact, `|z| <= sqrt(2) A k / (2 M)`, and each of its s = log2 M stages gives
    /// `e' <= e (2 + d) + |z| d + r`: the factor is off by at most `d = 2^-twiddle / sqrt(2)`, the product is rounded by at
    /// most `r = sqrt(1/2)` (floor: `sqrt(2)`), and magnitudes double. The widest residue, M = k/4, has the largest sum,
    /// `e <= (1 + d/2)^s ((2^s - 1) r + s 2^(s-1) d |z|)`; the last narrowing adds half an output bit (floor: one).
    pub fn error_bound(&self) -> f64 {
        let largest = (self.input.width() as f64 - 1.0 + self.guard as f64).exp2();
        let stages = self.k.ilog2().saturating_sub(2) as f64;
        let ulps = if self.rounding == Round::Floor { 1.0 } else { 0.5 };
        let (off, rounded) = ((-(self.twiddle as f64)).exp2() / 2f64.sqrt(), 2f64.sqrt() * ulps);
        let start = 2.0 * 2f64.sqrt() * largest;
        let grown = (stages.exp2() - 1.0) * rounded + stages * (stages - 1.0).exp2() * off * start;
        let inside = (1.0 + off / 2.0).powf(stages) * grown * (-(self.input.frac as f64 + self.guard as f64)).exp2();
        inside + if self.shift() > 0 { ulps * self.output.lsb() } else { 0.0 }
    }

    /// Fraction bits dropped by the last narrowing.
    pub(super) fn shift(&self) -> i32 {
        self.input.frac + self.guard as i32 - self.output.frac
    }

    fn bits(&self) -> u32 {
        self.k.ilog2()
    }

    /// Stage bits in the order of the data.
    fn stages(&self) -> impl Iterator<Item = u32> + use<> {
        (0..self.bits() - 1).rev()
    }

    /// Bits going into the stage of bit `b`.
    fn width_at(&self, b: u32) -> u32 {
        self.input.width() + self.guard + self.bits() - 1 - b
    }

    /// The rotator of the stage of bit `b`; the first stage has none.
    fn rotator(&self, b: u32) -> Option<Rotator> {
        (b + 2 < self.bits()).then(|| Rotator {
            direction: Direction::Forward,
            groups: self.k >> (b + 2),
            twiddle: self.twiddle,
            width: self.width_at(b),
            rounding: self.rounding,
        })
    }

    /// Cycles from data in to data out of the stage of bit `b`.
    fn stage_latency(&self, b: u32) -> usize {
        (1 << b) + 1 + self.rotator(b).map_or(0, Rotator::latency)
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
        format!("fft_k{k}_{input}_{output}_g{guard}_t{twiddle}_b{blocks}_n{valid}_{rounding}")
    }

    fn input(&self) -> Port {
        Port { lanes: 2, width: self.input.width() }
    }

    fn output(&self) -> Port {
        Port { lanes: 2, width: self.output.width() }
    }

    fn latency(&self) -> usize {
        3 + self.stages().map(|b| self.stage_latency(b)).sum::<usize>()
    }

    fn cost(&self) -> Cost {
        let multipliers = self.stages().filter_map(|b| self.rotator(b)).map(Rotator::multipliers).sum();
        let memory = self.stages().filter(|&b| b >= 4).map(|b| (2 * (self.width_at(b) as u64 + 1)) << b);
        Cost { multipliers, memory_bits: memory.sum() }
    }

    fn fields(&self) -> String {
        let Fft { k, guard, twiddle, blocks, valid, .. } = self;
        let (shift, width, round) = (self.shift(), self.output.width(), self.rounding.name());
        format!(
            "k={k} guard={guard} twiddle={twiddle} shift={shift} width={width} round={round} blocks={blocks} valid={valid}"
        )
    }

    fn rtl(&self, place: &Place) -> Vec<RtlFile> {
        let rtl = FftRtl::new(self, place);
        let text = rtl.render().unwrap_or_else(|e| crate::bug!("template fft.v: {e}"));
        let top = RtlFile { name: format!("rtl/{}.v", rtl.h.module), text };
        let rotators = self.stages().filter_map(|b| self.rotator(b)).flat_map(Rotator::rtl);
        std::iter::once(top).chain(rotators).collect()
    }

    fn cells(&self) -> &'static [&'static str] {
        match self.k {
            0..=2 => &["fft_front", "narrow", "packet_valid"],
            3..=4 => &["fft_front", "fft_stage", "narrow", "packet_valid"],
            5..=16 => &["fft_front", "turn_in", "shift_add", "turn_out", "fft_stage", "narrow", "packet_valid"],
            17.. => &["fft_front", "turn_in", "shift_add", "turn_out", "rotate", "fft_stage", "narrow", "packet_valid"],
        }
    }
}

/// A stage as the template sees it.
struct Stage {
    name: String,
    from: String,
    start: usize,
    span: usize,
    width: u32,
    msb: u32,
    phase_msb: u32,
    wait: usize,
    rotates: bool,
    rotator: String,
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
    blocks: usize,
    last: usize,
    in_msb: u32,
    low_msb: u32,
    front: &'static str,
    front_msb: u32,
    stages: Vec<Stage>,
    end: String,
    narrowing: String,
    full_width: u32,
    shift: i32,
    mode: u32,
    out_width: u32,
    out_msb: u32,
    out_low_msb: u32,
}

impl FftRtl {
    fn new(fft: &Fft, place: &Place) -> FftRtl {
        let (width, out_width) = (fft.input.width(), fft.output.width());
        let stages = stages(fft);
        let (input, output) = (fft.input.to_string(), fft.output.to_string());
        let rounding = fft.rounding.name();
        FftRtl {
            h: header(fft, place),
            narrowing: format!(
                "{} to {output}, round {rounding}, saturated",
                QFormat::of_width(fft.width_full(), fft.input.frac + fft.guard as i32)
            ),
            input,
            output,
            beats: fft.k / 2,
            width,
            guard: fft.guard,
            blocks: fft.blocks,
            last: fft.valid - (fft.blocks - 1) * fft.k,
            in_msb: 2 * width - 1,
            low_msb: width - 1,
            front: "front",
            front_msb: width + fft.guard,
            end: stages.last().map_or("front".into(), |stage| stage.name.clone()),
            stages,
            full_width: fft.width_full(),
            shift: fft.shift(),
            mode: fft.rounding.code(),
            out_width,
            out_msb: 2 * out_width - 1,
            out_low_msb: out_width - 1,
        }
    }
}

fn stages(fft: &Fft) -> Vec<Stage> {
    let (mut from, mut start) = ("front".to_string(), 1);
    let stage = |b: u32| {
        let rotator = fft.rotator(b);
        let name = format!("stage{b}");
        let stage = Stage {
            from: std::mem::replace(&mut from, name.clone()),
            name,
            start,
            span: 1 << b,
            width: fft.width_at(b),
            msb: fft.width_at(b) - 1,
            phase_msb: fft.bits() - 2 - b,
            wait: rotator.map_or(0, Rotator::latency),
            rotates: rotator.is_some(),
            rotator: rotator.map_or(String::new(), Rotator::module),
        };
        start += fft.stage_latency(b);
        stage
    };
    fft.stages().map(stage).collect()
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
