//! Inverse transform whose complex butterflies take turns at one rotator, or a few: for rows whose sums come seldom.
//!
//! The same bits as [`super::ifft`]. A packet comes and goes as its packets do, two words per clock; between the first beats of
//! two packets lie [`FoldedIfft::spacing`] cycles or more. The complex residues are joined in place ([`super::fold`]);
//! the butterflies of sums and differences, which have no product, are made as words leave.
//!
//! | from cycle | what |
//! |---|---|
//! | 1 | positions into the memory |
//! | k/2 + 2 | `fold_unit`: complex butterflies, one in 1, 3 or 4 cycles; the last stage takes the upper half alone |
//! | `low` | words of the lower half leave, through `real_stage` of spans 1 .. k/4 and `halve` |
//! | `high` | the upper half leaves, imaginary parts k/4 cycles after real ones |
//! | latency - 2 | `ifft_back`: butterfly between lanes |

pub mod model;

use super::fold::Fold;
use super::ifft::Ifft;
use super::{Block, Cost, Place, Port, RtlFile, header::Header};
use askama::Template;

/// An inverse transform with so many units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FoldedIfft {
    /// What is computed.
    pub ifft: Ifft,
    /// The units.
    pub fold: Fold,
}

/// Cycles of the steps of a packet whose first beat comes in cycle 0.
struct Steps {
    /// The first butterfly's addresses.
    walk: usize,
    /// The first word of the lower half is read.
    low: usize,
    /// The first position of the upper half is read.
    high: usize,
}

impl FoldedIfft {
    /// The same parameters if they can be built, else what is wrong.
    pub fn checked(self) -> Result<FoldedIfft, String> {
        self.fold.check(self.ifft.k, self.ifft.twiddle)?;
        self.ifft.checked().map(|_| self)
    }

    fn steps(&self) -> Steps {
        let (k, stages) = (self.ifft.k, self.ifft.k.ilog2() as usize - 1);
        let walk = k / 2 + 2;
        // one cycle after the last stage begins, k/8 butterflies before the end
        let low = walk + self.fold.busy(k) - k / 8 * self.fold.clocks() + 1;
        Steps { walk, low, high: low + 3 + k / 2 - 1 + 2 * stages }
    }

    /// Least number of cycles between the first beats of two packets.
    pub fn spacing(&self) -> usize {
        let (k, steps) = (self.ifft.k, self.steps());
        // the packet after the next one comes into the memory behind what is read: position t in cycle 1 + t; imaginary
        // parts of the lower half are read k/4 later than it would have them, at most
        let unit = (steps.high - k / 4 - 1).max(steps.low + k / 4 - 1).div_ceil(2);
        self.fold.spacing(k, unit)
    }

    /// Bits of a part in the memory and of a word going out.
    fn width(&self) -> u32 {
        self.ifft.output().width()
    }

    fn factors(&self, place: &Place) -> String {
        format!("rtl/mem/{}_factors.hex", self.module(place))
    }
}

impl Block for FoldedIfft {
    fn stem(&self) -> &'static str {
        "folded_ifft"
    }

    fn module(&self, place: &Place) -> String {
        format!("folded_{}_{}", self.ifft.module(place), self.fold.name())
    }

    fn input(&self) -> Port {
        self.ifft.input()
    }

    fn output(&self) -> Port {
        Port { lanes: 2, width: self.width() }
    }

    fn latency(&self) -> usize {
        self.steps().high + 5
    }

    fn pause(&self) -> usize {
        self.spacing() - self.ifft.k / 2
    }

    fn cost(&self) -> Cost {
        let (k, width) = (self.ifft.k, self.width());
        // delays from 16 words on: those of the stages of sums, then of the differences
        let spans = (4..k.ilog2() - 1).map(|b| (width as usize + 1) << b);
        let delays = spans.sum::<usize>() + width as usize * k / 4;
        let memory_bits = self.fold.memory_bits(k, width, self.ifft.twiddle) + delays as u64;
        Cost { multipliers: self.fold.multipliers * self.fold.units, memory_bits }
    }

    fn fields(&self) -> String {
        self.ifft.fields()
    }

    fn rtl(&self, place: &Place) -> Vec<RtlFile> {
        let rtl = FoldedIfftRtl::new(self, place);
        let text = rtl.render().unwrap_or_else(|e| crate::bug!("template folded_ifft.v: {e}"));
        let factors = self.fold.factors(self.ifft.k, self.ifft.twiddle, true);
        vec![
            RtlFile { name: format!("rtl/{}.v", rtl.h.module), text },
            Fold::unit(),
            RtlFile { name: self.factors(place), text: factors },
        ]
    }

    fn cells(&self) -> &'static [&'static str] {
        &[
            "real_stage",
            "halve",
            "fold_packet",
            "fold_place",
            "rom",
            "fold_walk",
            "fold_memory",
            "fold_turn",
            "ifft_back",
            "packet_valid",
        ]
    }
}

/// A butterfly of sums and differences as the template sees it.
struct Stage {
    name: String,
    from: String,
    from_first: String,
    span: usize,
}

fn stages(k: usize) -> Vec<Stage> {
    let (mut from, mut from_first) = ("low_q3".to_string(), "low_first_q[2]".to_string());
    let stage = |b: u32| {
        let name = format!("sums{b}");
        Stage {
            from: std::mem::replace(&mut from, name.clone()),
            from_first: std::mem::replace(&mut from_first, format!("{name}_first_q")),
            name,
            span: 1 << b,
        }
    };
    (0..k.ilog2() - 1).map(stage).collect()
}

#[derive(Template)]
#[template(path = "folded_ifft.v")]
struct FoldedIfftRtl {
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
    in_msb: u32,
    in_low_msb: u32,
    stages: Vec<Stage>,
    end: String,
    walk_cycle: usize,
    low_cycle: usize,
    stage_cycle: usize,
    high_cycle: usize,
    shift: u32,
    mode: u32,
    out_msb: u32,
    out_low_msb: u32,
}

impl FoldedIfftRtl {
    fn new(block: &FoldedIfft, place: &Place) -> FoldedIfftRtl {
        let FoldedIfft { ifft, fold } = *block;
        let (k, steps, stages, width) = (ifft.k, block.steps(), stages(ifft.k), block.width());
        let factor_width = Fold::factor_width(ifft.twiddle);
        FoldedIfftRtl {
            h: header(block, place),
            input: ifft.input.to_string(),
            output: ifft.output().to_string(),
            units: fold.units,
            clocks: fold.clocks(),
            bits: (k / 4).ilog2(),
            width,
            factor_width,
            factor_bits: fold.factor_words() as u32 * factor_width,
            file: block.factors(place),
            beats: k / 2,
            quarter: k / 4,
            butterflies: Fold::butterflies(k),
            in_width: ifft.input.width(),
            in_msb: 2 * ifft.input.width() - 1,
            in_low_msb: ifft.input.width() - 1,
            end: stages[stages.len() - 1].name.clone(),
            stages,
            walk_cycle: steps.walk,
            low_cycle: steps.low,
            stage_cycle: steps.low + 3,
            high_cycle: steps.high,
            shift: ifft.twiddle + 1,
            mode: ifft.rounding.code(),
            out_msb: 2 * width - 1,
            out_low_msb: width - 1,
        }
    }
}

fn header(block: &FoldedIfft, place: &Place) -> Header {
    let FoldedIfft { ifft, fold } = block;
    let (k, beats, rounding) = (ifft.k, ifft.k / 2, ifft.rounding.name());
    let sentence = format!("{k}-point inverse real transform, complex butterflies in turn, {}", fold.sentence());
    let shape = format!("{beats} x 2 words in position order to {beats} x 2 in halves order");
    let format = format!("{} in, twiddles s1.{}, {} out, round {rounding}", ifft.input, ifft.twiddle, ifft.output());
    Header::of(block, place, &sentence, &shape, &format, &format!("{} cycles per block", block.spacing()))
}
