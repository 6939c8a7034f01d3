//! The factors of a level and two multipliers: part of the forward transforms, a module of its own.
//!
//! Group g >= 1 turns its values (x, y) by `fixed::twiddle(g) = c + js` in two cycles: `x c - y s`, then `x s + y c`. In
//! group 0, the real one, x, then y pass.

use super::{RtlFile, signed_literal};
use crate::fixed::{Round, twiddle};
use askama::Template;

/// The products of one level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// Groups of the level, a power of two.
    pub groups: usize,
    /// Fraction bits of the factors.
    pub twiddle: u32,
    /// Bits of a part coming in.
    pub width: u32,
    /// Bits of a product.
    pub turned: u32,
    /// Rounding of a product.
    pub rounding: Round,
}

impl Turn {
    /// Real multipliers.
    pub const MULTIPLIERS: usize = 2;

    /// The module's name: equal names are equal modules.
    pub fn module(self) -> String {
        let Turn { groups, twiddle, width, turned, rounding } = self;
        format!("turn_g{groups}_t{twiddle}_w{width}_p{turned}_{}", rounding.name().replace('-', "_"))
    }

    /// The module.
    pub fn rtl(self) -> RtlFile {
        let text = TurnRtl::new(self).render();
        let text = text.unwrap_or_else(|e| crate::bug!("template turn.v: {e}"));
        RtlFile { name: format!("rtl/{}.v", self.module()), text }
    }
}

/// What x and y are multiplied with in one phase: group, then cycle.
struct Factors {
    phase: String,
    x: String,
    y: String,
}

#[derive(Template)]
#[template(path = "turn.v")]
struct TurnRtl {
    module: String,
    rounding: &'static str,
    twiddle: u32,
    width: u32,
    msb: u32,
    turned: u32,
    turned_msb: u32,
    phase_msb: u32,
    mode: u32,
    factor_width: u32,
    factor_msb: u32,
    factors: Vec<Factors>,
    one: String,
    /// Group 0, second cycle.
    other: String,
}

impl TurnRtl {
    fn new(turn: Turn) -> TurnRtl {
        let Turn { groups, twiddle: bits, width, turned, rounding } = turn;
        let factor_width = bits + 2;
        let phase = |phase: usize, x: i64, y: i64| Factors {
            phase: format!("{}'d{phase}", groups.ilog2() + 1),
            x: signed_literal(factor_width, x),
            y: signed_literal(factor_width, y),
        };
        let of_group = |g: usize| {
            let factor = twiddle(g, bits);
            [phase(2 * g, factor.re, -factor.im), phase(2 * g + 1, factor.im, factor.re)]
        };
        TurnRtl {
            module: turn.module(),
            rounding: rounding.name(),
            twiddle: bits,
            width,
            msb: width - 1,
            turned,
            turned_msb: turned - 1,
            phase_msb: groups.ilog2(),
            mode: rounding.code(),
            factor_width,
            factor_msb: factor_width - 1,
            factors: (1..groups).flat_map(of_group).collect(),
            other: format!("{}'d1", groups.ilog2() + 1),
            one: signed_literal(factor_width, 1 << bits),
        }
    }
}
