//! Loops over many words, compiled for the vector unit of the machine they run on.

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

/// Whether sums of products of these words fit 32 bits, where words of magnitude 1 bring at most `gain`. Products and sums
/// may then be made modulo 2^32, whatever overflows on the way.
#[inline(always)]
pub fn fits_32(words: &[i64], gain: i64) -> bool {
    // a bound of the magnitudes, less one of negative ones
    let largest = words.iter().fold(0, |most, word| most | (word ^ word >> 63));
    largest < i32::MAX as i64 && (largest + 1).saturating_mul(gain) <= i32::MAX as i64
}
