//! Loops over many words, compiled for the vector unit of the machine they run on.

use crate::fixed::{Round, round_shift, saturate};

/// What a unit does with packets, in loops that gain from vectors.
pub trait Loops {
    /// As [`Unit::run`](super::Unit::run); this and what it calls has to be `#[inline(always)]`, which alone compiles it anew.
    fn run_loops(&mut self, input: &[i64], output: &mut Vec<i64>);
}

/// Runs the loops with 256-bit vectors where the processor has them: the same integers, sooner.
#[inline(always)]
pub fn vectorised(unit: &mut impl Loops, input: &[i64], output: &mut Vec<i64>) {
    #[cfg(target_arch = "x86_64")]
    {
        #[target_feature(enable = "avx2")]
        fn with_vectors(unit: &mut impl Loops, input: &[i64], output: &mut Vec<i64>) {
            unit.run_loops(input, output);
        }
        // not for longer vectors, but for what AVX2 lacks: products and arithmetic shifts of 64 bits
        #[target_feature(enable = "avx2,avx512f,avx512dq,avx512vl")]
        fn with_shifts(unit: &mut impl Loops, input: &[i64], output: &mut Vec<i64>) {
            unit.run_loops(input, output);
        }
        if std::arch::is_x86_feature_detected!("avx512dq") && std::arch::is_x86_feature_detected!("avx512vl") {
            // SAFETY: the processor has been asked for what the function needs; AVX512DQ comes with AVX512F and AVX2.
            return unsafe { with_shifts(unit, input, output) };
        }
        if std::arch::is_x86_feature_detected!("avx2") {
            // SAFETY: the processor has been asked for what the function needs.
            return unsafe { with_vectors(unit, input, output) };
        }
    }
    unit.run_loops(input, output);
}

/// Whether sums of products of these words fit 32 bits, where words of magnitude 1 bring at most `gain` and `more` is added.
/// Products and sums may then be made modulo 2^32, whatever overflows on the way.
#[inline(always)]
pub fn fits_32(words: &[i64], gain: i64, more: i64) -> bool {
    // a bound of the magnitudes, less one of negative ones
    let largest = words.iter().fold(0, |most, word| most | (word ^ word >> 63));
    largest < i32::MAX as i64 && (largest + 1).saturating_mul(gain).saturating_add(more) <= i32::MAX as i64
}

/// Words that loops compute with: the shorter they are, the more at once.
pub trait Word: Copy + Default {
    /// Of a word that fits.
    fn of(word: i64) -> Self;
    /// As a word of any length.
    fn word(self) -> i64;
    /// The sum.
    fn plus(self, other: Self) -> Self;
    /// The difference.
    fn minus(self, other: Self) -> Self;
    /// The product.
    fn times(self, factor: i64) -> Self;
    /// [`round_shift`].
    fn rounded(self, shift: i32, mode: Round) -> Self;
    /// [`saturate`]; and 1 where the word did not fit, else 0.
    fn saturated(self, width: u32) -> (Self, Self);
}

/// [`narrow`](crate::fixed::narrow) of all words, and how many did not fit.
#[inline(always)]
pub fn narrow_all<W: Word>(words: &mut [W], shift: i32, mode: Round, width: u32) -> u64 {
    let mut clipped = W::default();
    for word in words {
        let (bounded, is_clipped) = word.rounded(shift, mode).saturated(width);
        (*word, clipped) = (bounded, clipped.plus(is_clipped));
    }
    clipped.word() as u64
}

/// Modulo 2^32, shifted right by 0 to 31 bits.
impl Word for i32 {
    #[inline(always)]
    fn of(word: i64) -> i32 {
        word as i32
    }

    #[inline(always)]
    fn word(self) -> i64 {
        self as i64
    }

    #[inline(always)]
    fn plus(self, other: i32) -> i32 {
        self.wrapping_add(other)
    }

    #[inline(always)]
    fn minus(self, other: i32) -> i32 {
        self.wrapping_sub(other)
    }

    #[inline(always)]
    fn times(self, factor: i64) -> i32 {
        self.wrapping_mul(factor as i32)
    }

    #[inline(always)]
    fn rounded(self, shift: i32, mode: Round) -> i32 {
        let (carry, odd) = mode.carry(shift);
        self.wrapping_add(carry as i32).wrapping_add(self >> shift & odd as i32) >> shift
    }

    #[inline(always)]
    fn saturated(self, width: u32) -> (i32, i32) {
        let max = i32::MAX >> (32 - width.min(32));
        let bounded = self.clamp(-max - 1, max);
        (bounded, (bounded != self) as i32)
    }
}

/// A word of any length, of which factors, where they are `SMALL`, fit 32 bits.
#[derive(Clone, Copy, Default)]
pub struct Long<const SMALL: bool>(i64);

impl<const SMALL: bool> Word for Long<SMALL> {
    #[inline(always)]
    fn of(word: i64) -> Self {
        Long(word)
    }

    #[inline(always)]
    fn word(self) -> i64 {
        self.0
    }

    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        Long(self.0 + other.0)
    }

    #[inline(always)]
    fn minus(self, other: Self) -> Self {
        Long(self.0 - other.0)
    }

    #[inline(always)]
    fn times(self, factor: i64) -> Self {
        Long(if SMALL { self.0 as i32 as i64 * (factor as i32 as i64) } else { self.0 * factor })
    }

    #[inline(always)]
    fn rounded(self, shift: i32, mode: Round) -> Self {
        Long(round_shift(self.0, shift, mode))
    }

    #[inline(always)]
    fn saturated(self, width: u32) -> (Self, Self) {
        let mut clipped = 0;
        (Long(saturate(self.0, width, &mut clipped)), Long(clipped as i64))
    }
}
