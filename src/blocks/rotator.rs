//! The rotation of a butterfly stage: part of the transforms, a module of its own.
//!
//! Group g >= 1 of a stage is turned by `fixed::twiddle(g)` in its second half; all other beats pass with the factor 1,
//! so one pipeline serves both. The forward stage turns what comes in (hi), the inverse stage what goes out (u - v, at
//! double scale: one more bit is dropped), which lags behind the phase by half a group.

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
    pub const LATENCY: usize = 3;

    /// Real multipliers.
    pub const MULTIPLIERS: usize = 4;

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

    /// The module.
    pub fn rtl(self) -> RtlFile {
        let rtl = RotatorRtl::new(self);
        let text = rtl.render().unwrap_or_else(|e| crate::bug!("template rotator.v: {e}"));
        RtlFile { name: format!("rtl/{}.v", rtl.module), text }
    }

    fn stem(self) -> &'static str {
        match self.direction {
            Direction::Forward => "fft",
            Direction::Inverse => "ifft",
        }
    }

    /// The phase (group, then half) that stands at the stage when group `g` is to be turned, and the factor.
    fn factor(self, g: usize) -> (usize, Complex) {
        let Complex { re, im } = twiddle(g, self.twiddle);
        match self.direction {
            Direction::Forward => (2 * g + 1, Complex { re, im }),
            Direction::Inverse => (2 * ((g + 1) % self.groups), Complex { re, im: -im }),
        }
    }
}

struct Factor {
    phase: String,
    re: String,
    im: String,
}

#[derive(Template)]
#[template(path = "rotator.v")]
struct RotatorRtl {
    module: String,
    sentence: &'static str,
    stem: &'static str,
    width: u32,
    width_out: u32,
    msb: u32,
    msb_out: u32,
    twiddle: u32,
    factor_width: u32,
    factor_msb: u32,
    phase_msb: u32,
    shift: u32,
    mode: u32,
    rounding: &'static str,
    factors: Vec<Factor>,
    one: Factor,
}

impl RotatorRtl {
    fn new(rotator: Rotator) -> RotatorRtl {
        let factor_width = rotator.twiddle + 2;
        let phase_width = rotator.groups.ilog2() + 1;
        let literal = |phase: usize, factor: Complex| Factor {
            phase: format!("{phase_width}'d{phase}"),
            re: signed_literal(factor_width, factor.re),
            im: signed_literal(factor_width, factor.im),
        };
        let (sentence, shift) = match rotator.direction {
            Direction::Forward => ("turns the second half of every group but the first", rotator.twiddle),
            Direction::Inverse => ("turns back the second half of every group but the first, and halves", rotator.twiddle + 1),
        };
        let rows = (1..rotator.groups).map(|g| rotator.factor(g)).map(|(phase, factor)| literal(phase, factor));
        RotatorRtl {
            module: rotator.module(),
            sentence,
            stem: rotator.stem(),
            width: rotator.width,
            width_out: rotator.width_out(),
            msb: rotator.width - 1,
            msb_out: rotator.width_out() - 1,
            twiddle: rotator.twiddle,
            factor_width,
            factor_msb: factor_width - 1,
            phase_msb: phase_width - 1,
            shift,
            mode: rotator.rounding.code(),
            rounding: rotator.rounding.name(),
            factors: rows.collect(),
            one: literal(0, Complex { re: 1 << rotator.twiddle, im: 0 }),
        }
    }
}
