//! Fixed-point numbers: the only definition of formats, rounding and saturation.
//!
//! Compiler, reference models and the emitted model crate all use this file; each operation has one
//! Verilog cell as its mirror (`templates/cells/round_shift.v`, `templates/cells/saturate.v`).
//! Values are `i64` integers; their meaning is given by a [`QFormat`]. This file has no dependencies.

use std::fmt;

/// A two's complement format `s<int>.<frac>`: one sign bit, `int` integer bits, `frac` fraction bits.
///
/// Either count may be negative (`s-3.14` holds magnitudes below 1/8); the width is at least 2 and at most 62.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct QFormat {
    /// Integer bits, sign not counted.
    pub int: i32,
    /// Fraction bits.
    pub frac: i32,
}

impl QFormat {
    /// The format with `width` bits in all (sign counted) of which `frac` are fraction bits.
    pub fn of_width(width: u32, frac: i32) -> QFormat {
        QFormat { int: width as i32 - 1 - frac, frac }
    }

    /// Width in bits, sign counted.
    pub fn width(self) -> u32 {
        (1 + self.int + self.frac) as u32
    }

    /// Largest integer of the format.
    pub fn max(self) -> i64 {
        (1i64 << (self.width() - 1)) - 1
    }

    /// Smallest integer of the format.
    pub fn min(self) -> i64 {
        -(1i64 << (self.width() - 1))
    }

    /// The weight of one least significant bit.
    pub fn lsb(self) -> f64 {
        (-self.frac as f64).exp2()
    }

    /// The real value of an integer of this format.
    pub fn to_real(self, value: i64) -> f64 {
        value as f64 * self.lsb()
    }

    /// The nearest integer of this format, ties to even, saturated; `None` for NaN.
    pub fn from_real(self, real: f64) -> Option<i64> {
        if real.is_nan() {
            return None;
        }
        let scaled = (real / self.lsb()).round_ties_even();
        Some(scaled.clamp(self.min() as f64, self.max() as f64) as i64)
    }

    /// The narrowest format of `width` bits whose range holds every real of magnitude up to `bound`.
    ///
    /// The bound itself may fall on the excluded positive end (`1.0` gives `s0.*`) when it is a power of two:
    /// the caller saturates by one least significant bit there.
    pub fn for_bound(bound: f64, width: u32) -> QFormat {
        let int = if bound > 0.0 { bound.log2().ceil() as i32 } else { 0 };
        QFormat { int, frac: width as i32 - 1 - int }
    }

    /// Reads `s<int>.<frac>`.
    pub fn parse(text: &str) -> Option<QFormat> {
        let (int, frac) = text.strip_prefix('s')?.split_once('.')?;
        let format = QFormat { int: int.parse().ok()?, frac: frac.parse().ok()? };
        let width = 1 + format.int.checked_add(format.frac)?;
        (2..=62).contains(&width).then_some(format)
    }
}

impl fmt::Display for QFormat {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "s{}.{}", self.int, self.frac)
    }
}

/// How a value loses fraction bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Round {
    /// To the nearest; ties towards plus infinity: one constant added before the cut.
    #[default]
    HalfUp,
    /// To the nearest; ties to the even neighbour: unbiased.
    HalfEven,
    /// Towards minus infinity: the bits are cut off.
    Floor,
}

impl Round {
    /// Every mode, in the order of the Verilog cell's `MODE` parameter.
    pub const ALL: [Round; 3] = [Round::HalfUp, Round::HalfEven, Round::Floor];

    /// The name in `.circ`, reports and machine files.
    pub fn name(self) -> &'static str {
        match self {
            Round::HalfUp => "half-up",
            Round::HalfEven => "half-even",
            Round::Floor => "floor",
        }
    }

    /// Reads a name as written by [`Round::name`].
    pub fn parse(name: &str) -> Option<Round> {
        Round::ALL.into_iter().find(|mode| mode.name() == name)
    }

    /// The value of `MODE` in the Verilog cell `round_shift`.
    pub fn code(self) -> u32 {
        self as u32
    }

    /// What is added before `shift` bits are dropped, 0 to 62, and 1 where one more is added if the result is odd: the same
    /// steps for every word of a loop.
    #[inline(always)]
    pub fn carry(self, shift: i32) -> (i64, i64) {
        let half = 1i64 << shift >> 1;
        match self {
            Round::HalfEven if shift > 0 => (half - 1, 1),
            Round::HalfUp => (half, 0),
            Round::Floor | Round::HalfEven => (0, 0),
        }
    }
}

/// `value / 2^shift`, rounded. A negative `shift` multiplies exactly. A value and half a unit of its result must fit 64 bits.
#[inline(always)]
pub fn round_shift(value: i64, shift: i32, mode: Round) -> i64 {
    if shift <= 0 {
        return value << -shift;
    }
    if shift >= 63 {
        return if mode == Round::Floor && value < 0 { -1 } else { 0 };
    }
    let (carry, odd) = mode.carry(shift);
    (value + carry + (value >> shift & odd)) >> shift
}

/// Brings `value` into `width` bits, two's complement, and counts in `clipped` when it did not fit.
#[inline(always)]
pub fn saturate(value: i64, width: u32, clipped: &mut u64) -> i64 {
    let max = (1i64 << (width - 1)) - 1;
    let bounded = value.clamp(-max - 1, max);
    *clipped += (bounded != value) as u64;
    bounded
}

/// [`round_shift`] followed by [`saturate`]: the one way in which a data path narrows.
#[inline(always)]
pub fn narrow(value: i64, shift: i32, mode: Round, width: u32, clipped: &mut u64) -> i64 {
    saturate(round_shift(value, shift, mode), width, clipped)
}

/// A complex integer; both parts have the same format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Complex {
    /// Real part.
    pub re: i64,
    /// Imaginary part.
    pub im: i64,
}

/// The angle, as a fraction of a full turn, at which position `t >= 1` of a packed spectrum is evaluated.
///
/// A real block of k words is reduced modulo the factors of `x^k - 1`: `x - 1` and `x + 1` (position 0 holds
/// both), and for each pair of conjugate roots one complex factor. The tree of factors `x^M - w` splits into
/// `x^(M/2) - sqrt(w)` and `x^(M/2) + sqrt(w)`; position 1 is `w = j`, positions `2t` and `2t + 1` are the two
/// square roots of position `t`. So `angle(1) = 1/4`, `angle(2t) = angle(t)/2`, `angle(2t+1) = angle(t)/2 + 1/2`.
/// The value is `sum_n x[n] exp(+2 pi j n angle)`: the DFT bin `k (1 - angle)`, and the twiddle factor of
/// group `g` of a butterfly stage is the one at `angle(2g)`.
pub fn spectrum_angle(t: usize) -> f64 {
    match t {
        0 => 0.0,
        1 => 0.25,
        _ => spectrum_angle(t / 2) / 2.0 + if t % 2 == 1 { 0.5 } else { 0.0 },
    }
}

/// The twiddle factor of butterfly group `g >= 1`, in `s1.<frac>`.
pub fn twiddle(g: usize, frac: u32) -> Complex {
    let angle = std::f64::consts::TAU * spectrum_angle(2 * g);
    let scale = (frac as f64).exp2();
    Complex { re: (angle.cos() * scale).round() as i64, im: (angle.sin() * scale).round() as i64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_modes_differ_only_at_ties() {
        let of = |v, mode| round_shift(v, 2, mode);
        for v in -40..40 {
            let exact = v as f64 / 4.0;
            assert_eq!(of(v, Round::Floor), exact.floor() as i64);
            assert_eq!(of(v, Round::HalfUp), (exact + 0.5).floor() as i64);
            assert_eq!(of(v, Round::HalfEven), exact.round_ties_even() as i64);
        }
        assert_eq!(round_shift(-3, -4, Round::HalfEven), -48);
        assert_eq!(round_shift(i64::MIN / 2, 63, Round::HalfUp), 0);
    }

    #[test]
    fn saturation_counts_what_it_clips() {
        let mut clipped = 0;
        assert_eq!(saturate(127, 8, &mut clipped), 127);
        assert_eq!(saturate(128, 8, &mut clipped), 127);
        assert_eq!(saturate(-129, 8, &mut clipped), -128);
        assert_eq!(clipped, 2);
    }

    #[test]
    fn formats_read_back_what_they_print() {
        for text in ["s0.15", "s3.8", "s-3.14", "s8.-2"] {
            assert_eq!(QFormat::parse(text).unwrap().to_string(), text);
        }
        for text in ["s0.0", "3.8", "s3", "s99.99", "s-9.2", "s2147483647.2147483647"] {
            assert_eq!(QFormat::parse(text), None, "{text}");
        }
        assert_eq!(QFormat::for_bound(1.0, 8), QFormat { int: 0, frac: 7 });
        assert_eq!(QFormat::for_bound(1.01, 8), QFormat { int: 1, frac: 6 });
    }
}
