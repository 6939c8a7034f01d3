//! How far the integer transforms can stray from the real ones.
//!
//! **Forward**, in units of the internal least significant bit (fraction `input.frac + guard`). Real residues are
//! exact. Let inputs have magnitude up to A. A complex residue first appears as `z = d + j d'` of differences:
//! `|z| <= B_0 = 2 sqrt(2) A`, without error. A stage computes `lo +- round(hi T^)`, where `T^` is the stored
//! twiddle factor, `|T^ - T| <= tau`, and rounding moves each part by at most r (1/2 to the nearest, 1 by floor),
//! so the number by at most `sqrt(2) r`. Hence
//!
//! ```text
//! e_(s+1) = e_s + (1 + tau) e_s + tau B_s + sqrt(2) r        B_(s+1) = 2 B_s        e_0 = 0
//! ```
//!
//! over the `log2(k/4)` stages of the deepest path. The paths that leave the real tree later have fewer stages and,
//! stage for stage from the end, the same B, so their error is smaller. The final narrowing adds r output bits.
//!
//! **Inverse**, in units of the accumulator's least significant bit, parts up to `B = 2^(width-1)`, numbers up to
//! `sqrt(2) B` at every stage since each stage averages. `lo = (u + v)/2` strays by 1/2 in each part whatever the
//! mode, `hi = (u - v)/2 T^*` by r, so
//!
//! ```text
//! c(M) = (1 + tau) c(M/2) + tau sqrt(2) B + sqrt(2) r        c(1) = 0        complex residues of M words
//! e(m) = (e(m/2) + c(m/4)) / 2 + 1/2                         e(2) = 1/2      real residues of m words
//! ```
//!
//! Both are worst cases: every rounding at its limit, all in one direction.

use crate::fixed::{QFormat, Round, spectrum_angle, twiddle};
use std::f64::consts::{SQRT_2, TAU};

/// What a forward transform is made of.
#[derive(Clone, Copy, Debug)]
pub struct Forward {
    /// Words of a block.
    pub k: usize,
    /// Words taken.
    pub input: QFormat,
    /// Fraction bits added inside.
    pub guard: u32,
    /// Fraction bits of the twiddle factors.
    pub twiddle: u32,
    /// Words of the spectrum.
    pub output: QFormat,
    /// How values narrow.
    pub rounding: Round,
}

impl Forward {
    /// Largest error of a word that does not saturate, in real units.
    pub fn error_bound(&self) -> f64 {
        let r = unit_error(self.rounding);
        let tau = twiddle_error(self.k, self.twiddle);
        let lsb = self.input.lsb() * (-(self.guard as f64)).exp2();
        let mut size = 2.0 * SQRT_2 * -self.input.to_real(self.input.min()) / lsb;
        let mut error = 0.0;
        for _ in 0..stages(self.k) {
            error += (1.0 + tau) * error + tau * size + SQRT_2 * r;
            size *= 2.0;
        }
        error * lsb + r * self.output.lsb()
    }
}

/// What an inverse transform is made of.
#[derive(Clone, Copy, Debug)]
pub struct Inverse {
    /// Words of a block.
    pub k: usize,
    /// Words of the accumulated spectrum.
    pub input: QFormat,
    /// Fraction bits of the twiddle factors.
    pub twiddle: u32,
    /// How values narrow.
    pub rounding: Round,
}

impl Inverse {
    /// Largest error of a word, in real units.
    pub fn error_bound(&self) -> f64 {
        let r = unit_error(self.rounding);
        let tau = twiddle_error(self.k, self.twiddle);
        let size = SQRT_2 * -self.input.min() as f64;
        let (mut complex, mut real) = (0.0, 0.5);
        for stage in 1..self.k.ilog2() {
            if stage > 1 {
                complex = (1.0 + tau) * complex + tau * size + SQRT_2 * r;
            }
            real = (real + complex) / 2.0 + 0.5;
        }
        real * self.input.lsb()
    }
}

/// Complex stages on the deepest path.
fn stages(k: usize) -> u32 {
    (k / 4).max(1).ilog2()
}

/// Largest error of one rounding, in units of the last bit kept.
fn unit_error(rounding: Round) -> f64 {
    if rounding == Round::Floor { 1.0 } else { 0.5 }
}

/// Largest distance of a stored twiddle factor from the true one.
fn twiddle_error(k: usize, frac: u32) -> f64 {
    let scale = (frac as f64).exp2();
    let distance = |g| {
        let (angle, stored) = (TAU * spectrum_angle(2 * g), twiddle(g, frac));
        (stored.re as f64 / scale - angle.cos()).hypot(stored.im as f64 / scale - angle.sin())
    };
    (1..k / 4).map(distance).fold(0.0, f64::max)
}
