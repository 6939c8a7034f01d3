//! Forward transform whose complex butterflies take turns at one rotator, or a few: for blocks that come seldom.
//!
//! The same bits as [`super::fft`]. A packet comes and goes as its packets do, two words per clock; between the first beats of
//! two packets lie [`FoldedFft::spacing`] cycles or more. The butterflies of sums, which have no product, are made as
//! words come; the residues modulo `x^M - j`, all complex, then stage by stage in place ([`super::fold`]).
//!
//! | from cycle | what |
//! |---|---|
//! | 0 | `fft_front`: words that do not exist become zero; butterfly between lanes |
//! | 1 | differences wait for the word k/4 later, then into the memory; sums through `real_stage` of spans k/4 .. 1 |
//! | k/2 + log2 k - 1 | sums that are ready into the memory, one by one |
//! | `walk` | `fold_unit`: complex butterflies, one in 1, 3 or 4 cycles |
//! | latency - 5 | out of the memory; `narrow` to the spectrum's format |

pub mod model;

use super::fft::Fft;
use super::fold::Fold;
use super::{Block, Cost, Place, Port, RtlFile, header::Header};
use askama::Template;

/// A forward transform with so many units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FoldedFft {
    /// What is computed.
    pub fft: Fft,
    /// The units.
    pub fold: Fold,
}

/// Cycles of the steps of a packet whose first beat comes in cycle 0.
struct Steps {
    /// The first of the sums that are ready enters the memory.
    low: usize,
    /// The first butterfly's addresses.
    walk: usize,
    /// Position 0 is read.
    out: usize,
}

impl FoldedFft {
    /// The same parameters if they can be built, else what is wrong.
    pub fn checked(self) -> Result<FoldedFft, String> {
        self.fold.check(self.fft.k, self.fft.twiddle)?;
        if self.fft.widest.is_some() {
            return Err("words of a folded transform grow: expected no limit".into());
        }
        self.fft.checked().map(|_| self)
    }

    fn steps(&self) -> Steps {
        let (k, clocks) = (self.fft.k, self.fold.clocks());
        let low = k / 2 + k.ilog2() as usize - 1;
        // the first stage takes the upper half alone, k/8 butterflies: words 3k/8 - 1 on of the differences for the first one
        let high = 1 + 3 * k / 8 + 1;
        // butterfly j of the second stage takes words up to 7k/16 + j of the sums
        let second = (low + 7 * k / 16 + 1).saturating_sub(k / 8 * clocks);
        // no word of the second stage is written before the last one of the sums
        let write = (low + k / 2).saturating_sub(k / 8 * clocks + self.fold.write());
        // `start` comes two cycles earlier, while the sums enter the memory
        let walk = high.max(second).max(write).max(low + 2);
        Steps { low, walk, out: walk + self.fold.busy(k) - clocks + 1 }
    }

    /// Least number of cycles between the first beats of two packets.
    pub fn spacing(&self) -> usize {
        // the packet after the next one comes into the memory behind what is read: position k/4 in cycle 1 + k/4
        let unit = (self.steps().out - 1).div_ceil(2);
        self.fold.spacing(self.fft.k, unit)
    }

    /// Bits of a part in the memory.
    fn width(&self) -> u32 {
        self.fft.width_full()
    }

    /// Bits after the first butterfly.
    fn front_width(&self) -> u32 {
        self.fft.input.width() + self.fft.guard + 1
    }

    fn factors(&self, place: &Place) -> String {
        format!("rtl/mem/{}_factors.hex", self.module(place))
    }
}

impl Block for FoldedFft {
    fn stem(&self) -> &'static str {
        "folded_fft"
    }

    fn module(&self, place: &Place) -> String {
        format!("folded_{}_{}", self.fft.module(place), self.fold.name())
    }

    fn input(&self) -> Port {
        self.fft.input()
    }

    fn output(&self) -> Port {
        self.fft.output()
    }

    fn latency(&self) -> usize {
        self.steps().out + 5
    }

    fn pause(&self) -> usize {
        self.spacing() - self.fft.k / 2
    }

    fn cost(&self) -> Cost {
        let k = self.fft.k;
        // delays from 16 words on: of the differences, then those of the stages of sums
        let stages = stages(self);
        let delays =
            stages.iter().filter(|stage| stage.span >= 16).map(|stage| (stage.width as usize + 1) * stage.span);
        let delays = delays.sum::<usize>() + self.front_width() as usize * k / 4;
        let memory_bits = self.fold.memory_bits(k, self.width(), self.fft.twiddle) + delays as u64;
        Cost { multipliers: self.fold.multipliers * self.fold.units, memory_bits }
    }

    fn fields(&self) -> String {
        self.fft.fields()
    }

    fn rtl(&self, place: &Place) -> Vec<RtlFile> {
        let rtl = FoldedFftRtl::new(self, place);
        let text = rtl.render().unwrap_or_else(|e| crate::bug!("template folded_fft.v: {e}"));
        let factors = self.fold.factors(self.fft.k, self.fft.twiddle, false);
        vec![
            RtlFile { name: format!("rtl/{}.v", rtl.h.module), text },
            Fold::unit(),
            RtlFile { name: self.factors(place), text: factors },
        ]
    }

    fn cells(&self) -> &'static [&'static str] {
        &[
            "fft_front",
            "real_stage",
            "fold_packet",
            "fold_place",
            "rom",
            "fold_walk",
            "fold_memory",
            "fold_turn",
            "narrow",
            "packet_valid",
        ]
    }
}

/// A butterfly of sums as the template sees it.
struct Stage {
    name: String,
    from: String,
    from_first: String,
    span: usize,
    width: u32,
}

fn stages(block: &FoldedFft) -> Vec<Stage> {
    let (mut from, mut from_first) = ("front_sum".to_string(), "front_first".to_string());
    let bits = block.fft.k.ilog2();
    let stage = |b: u32| {
        let name = format!("sums{b}");
        Stage {
            from: std::mem::replace(&mut from, name.clone()),
            from_first: std::mem::replace(&mut from_first, format!("{name}_first")),
            name,
            span: 1 << b,
            width: block.front_width() + bits - 2 - b,
        }
    };
    (0..bits - 1).rev().map(stage).collect()
}

#[derive(Template)]
#[template(path = "folded_fft.v")]
struct FoldedFftRtl {
    h: Header,
    input: String,
    output: String,
    units: usize,
    clocks: usize,
    bits: u32,
    width: u32,
    factor_width: u32,
    factor_bits: u32,
    file: String,
    beats: usize,
    quarter: usize,
    butterflies: usize,
    in_width: u32,
    guard: u32,
    blocks: usize,
    last: usize,
    in_msb: u32,
    low_msb: u32,
    front_width: u32,
    front_msb: u32,
    first_span: usize,
    stages: Vec<Stage>,
    end: String,
    /// The sum during which a walk is started.
    start: String,
    low_cycle: usize,
    high_cycle: usize,
    walk_cycle: usize,
    out_cycle: usize,
    narrow_cycle: usize,
    narrowing: String,
    shift: u32,
    drop: i32,
    mode: u32,
    out_width: u32,
    out_msb: u32,
    out_low_msb: u32,
}

impl FoldedFftRtl {
    fn new(block: &FoldedFft, place: &Place) -> FoldedFftRtl {
        let FoldedFft { fft, fold } = *block;
        let (k, steps, stages) = (fft.k, block.steps(), stages(block));
        let (in_width, out_width) = (fft.input.width(), fft.output.width());
        let factor_width = Fold::factor_width(fft.twiddle);
        let bits = (k / 4).ilog2();
        FoldedFftRtl {
            h: header(block, place),
            input: fft.input.to_string(),
            output: fft.output.to_string(),
            units: fold.units,
            clocks: fold.clocks(),
            bits,
            width: block.width(),
            factor_width,
            factor_bits: fold.factor_words() as u32 * factor_width,
            file: block.factors(place),
            beats: k / 2,
            quarter: k / 4,
            butterflies: Fold::butterflies(k),
            in_width,
            guard: fft.guard,
            blocks: fft.blocks,
            last: fft.valid - (fft.blocks - 1) * k,
            in_msb: 2 * in_width - 1,
            low_msb: in_width - 1,
            front_width: block.front_width(),
            front_msb: block.front_width() - 1,
            first_span: k / 4,
            end: stages[stages.len() - 1].name.clone(),
            stages,
            start: format!("{}'d{}", bits + 1, steps.walk - steps.low - 2),
            low_cycle: steps.low,
            high_cycle: 1 + k / 4,
            walk_cycle: steps.walk,
            out_cycle: steps.out,
            narrow_cycle: steps.out + 3,
            narrowing: format!("rounding {}, saturation", fft.rounding.name()),
            shift: fft.twiddle,
            drop: fft.shift(),
            mode: fft.rounding.code(),
            out_width,
            out_msb: 2 * out_width - 1,
            out_low_msb: out_width - 1,
        }
    }
}

fn header(block: &FoldedFft, place: &Place) -> Header {
    let FoldedFft { fft, fold } = block;
    let (k, beats, rounding) = (fft.k, fft.k / 2, fft.rounding.name());
    let sentence = format!("{k}-point real transform, complex butterflies in turn, {}", fold.sentence());
    let shape =
        format!("{beats} x 2 words in halves order to {beats} x 2 in position order; a frame has {}", fft.valid);
    let format = format!(
        "{} in, {} guard bits, twiddles s1.{}, {} out, saturated, round {rounding}",
        fft.input, fft.guard, fft.twiddle, fft.output
    );
    Header::of(block, place, &sentence, &shape, &format, &format!("{} cycles per block", block.spacing()))
}
