//! The rotation of a butterfly stage: part of the transforms, a module of its own.
//!
//! Group g >= 1 of a stage is turned by `fixed::twiddle(g)` in its second half; all other beats pass with the factor 1,
//! so one pipeline serves both. The forward stage turns what comes in (hi), the inverse stage what goes out (u - v, at
//! double scale: one more bit is dropped), which lags behind the phase by half a group.
//!
//! Two kinds with the same bits. Four multipliers and a table of factors serve any stage. Stages of two or four groups
//! know only an eighth of a turn, `c (1 + j)`, and odd sixteenths, `C + jS` and `j (C + jS)`: their products with c, C and S
//! are shifted sums ([`super::adder_graph`]), and no multiplier is used.

use super::adder_graph::AdderGraph;
use super::{RtlFile, signed_literal};
use crate::fixed::{Complex, Round, twiddle};
use askama::Template;

/// Which transform a rotator belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Turns by the factors.
    Forward,
    /// Turns back, and halves.
    Inverse,
}

/// The rotator of one stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rotator {
    /// The transform.
    pub direction: Direction,
    /// Groups of the stage, a power of two; group 0 is not turned.
    pub groups: usize,
    /// Fraction bits of the factors.
    pub twiddle: u32,
    /// Bits of the parts coming in.
    pub width: u32,
    /// Rounding of the result.
    pub rounding: Round,
}

impl Rotator {
    /// Cycles from a beat in to its result.
    pub fn latency(self) -> usize {
        // products: product, sum, rounding; shifted sums: preparation, graph, combination, rounding
        self.constants().map_or(3, |constants| 1 + AdderGraph::of(&constants).depth() + 2)
    }

    /// Real multipliers.
    pub fn multipliers(self) -> usize {
        if self.constants().is_some() { 0 } else { 4 }
    }

    /// The real factors of a rotator without multipliers: of an eighth of a turn, cosine and sine of a sixteenth.
    fn constants(self) -> Option<Vec<u64>> {
        let [eighth, sixteenth] = [1, 2].map(|g| twiddle(g, self.twiddle));
        let factors = [eighth.re, sixteenth.re, sixteenth.im].map(|factor| factor as u64);
        match self.groups {
            2 => Some(factors[..1].to_vec()),
            4 => Some(factors.to_vec()),
            _ => None,
        }
    }

    /// Bits of the parts going out.
    pub fn width_out(self) -> u32 {
        match self.direction {
            Direction::Forward => self.width,
            Direction::Inverse => self.width - 1,
        }
    }

    /// The module's name: equal names are equal modules.
    pub fn module(self) -> String {
        let stem = self.stem();
        let (groups, twiddle, width) = (self.groups, self.twiddle, self.width);
        format!("{stem}_rotator_g{groups}_t{twiddle}_w{width}_{}", self.rounding.name().replace('-', "_"))
    }

    /// The module, then those it instantiates that are not cells.
    pub fn rtl(self) -> Vec<RtlFile> {
        let name = format!("rtl/{}.v", self.module());
        let Some(constants) = self.constants() else {
            let text = MultiplyRtl::new(self).render();
            return vec![RtlFile {
                name,
                text: text.unwrap_or_else(|e| crate::bug!("template rotator_multiply.v: {e}")),
            }];
        };
        let graph = AdderGraph::of(&constants);
        let text = ShiftAddRtl::new(self, &graph, &constants).render();
        let text = text.unwrap_or_else(|e| crate::bug!("template rotator_shift_add.v: {e}"));
        vec![RtlFile { name, text }, graph.rtl(self.width + 1, self.width_out() + self.shift())]
    }

    /// Fraction bits dropped after the product.
    fn shift(self) -> u32 {
        self.twiddle + (self.direction == Direction::Inverse) as u32
    }

    fn stem(self) -> &'static str {
        match self.direction {
            Direction::Forward => "fft",
            Direction::Inverse => "ifft",
        }
    }

    /// The phase (group, then half) that stands at the stage when group `g` is to be turned.
    fn phase(self, g: usize) -> String {
        let phase = match self.direction {
            Direction::Forward => 2 * g + 1,
            Direction::Inverse => 2 * ((g + 1) % self.groups),
        };
        format!("{}'d{phase}", self.groups.ilog2() + 1)
    }

    /// The factor of group `g`.
    fn factor(self, g: usize) -> Complex {
        let Complex { re, im } = twiddle(g, self.twiddle);
        Complex { re, im: if self.direction == Direction::Inverse { -im } else { im } }
    }

    fn sentence(self) -> &'static str {
        match self.direction {
            Direction::Forward => "turns the second half of every group but the first",
            Direction::Inverse => "turns the second half of each group but the first back; halves",
        }
    }
}

/// What the banner and the ports of both kinds say.
struct Frame {
    module: String,
    sentence: &'static str,
    stem: &'static str,
    width: u32,
    width_out: u32,
    msb: u32,
    msb_out: u32,
    phase_msb: u32,
    twiddle: u32,
    shift: u32,
    mode: u32,
    rounding: &'static str,
    latency: usize,
}

impl Frame {
    fn new(rotator: Rotator) -> Frame {
        Frame {
            module: rotator.module(),
            sentence: rotator.sentence(),
            stem: rotator.stem(),
            width: rotator.width,
            width_out: rotator.width_out(),
            msb: rotator.width - 1,
            msb_out: rotator.width_out() - 1,
            phase_msb: rotator.groups.ilog2(),
            twiddle: rotator.twiddle,
            shift: rotator.shift(),
            mode: rotator.rounding.code(),
            rounding: rotator.rounding.name(),
            latency: rotator.latency(),
        }
    }
}

struct Factor {
    phase: String,
    re: String,
    im: String,
}

#[derive(Template)]
#[template(path = "rotator_multiply.v")]
struct MultiplyRtl {
    r: Frame,
    factor_width: u32,
    factor_msb: u32,
    factors: Vec<Factor>,
    one: Factor,
}

impl MultiplyRtl {
    fn new(rotator: Rotator) -> MultiplyRtl {
        let factor_width = rotator.twiddle + 2;
        let literal = |phase: String, factor: Complex| Factor {
            phase,
            re: signed_literal(factor_width, factor.re),
            im: signed_literal(factor_width, factor.im),
        };
        MultiplyRtl {
            r: Frame::new(rotator),
            factor_width,
            factor_msb: factor_width - 1,
            factors: (1..rotator.groups).map(|g| literal(rotator.phase(g), rotator.factor(g))).collect(),
            one: literal(String::new(), Complex { re: 1 << rotator.twiddle, im: 0 }),
        }
    }
}

struct Turn {
    phase: String,
    group: usize,
}

#[derive(Template)]
#[template(path = "rotator_shift_add.v")]
struct ShiftAddRtl {
    r: Frame,
    turns: Vec<Turn>,
    inverse: u32,
    inner_width: u32,
    product_msb: u32,
    times: String,
    depth: usize,
    wait: usize,
    eighth: String,
    has_sixteenths: bool,
    cos: String,
    sin: String,
}

impl ShiftAddRtl {
    fn new(rotator: Rotator, graph: &AdderGraph, constants: &[u64]) -> ShiftAddRtl {
        let port = |index: usize| constants.get(index).map_or(String::new(), |&constant| AdderGraph::port(constant));
        let product = rotator.width_out() + rotator.shift();
        ShiftAddRtl {
            r: Frame::new(rotator),
            turns: (1..rotator.groups).map(|group| Turn { phase: rotator.phase(group), group }).collect(),
            inverse: (rotator.direction == Direction::Inverse) as u32,
            inner_width: rotator.width + 1,
            product_msb: product - 1,
            times: graph.module(rotator.width + 1, product),
            depth: graph.depth(),
            wait: graph.depth() + 1,
            eighth: port(0),
            has_sixteenths: rotator.groups == 4,
            cos: port(1),
            sin: port(2),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sixteenths_of_group_three_are_those_of_group_two_times_j() {
        for bits in 2..=24 {
            let [one, two, three] = [1, 2, 3].map(|g| twiddle(g, bits));
            assert_eq!(one.re, one.im);
            assert_eq!((three.re, three.im), (-two.im, two.re));
        }
    }
}
