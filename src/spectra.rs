//! Spectra in f64, and the quantised words of every weight: the only place where bits come from a transform.
//!
//! A packed spectrum of a real block of k words is k real words, `[k/2][2]` in the position order of
//! [`spectrum_angle`]: position 0 is (DC, Nyquist), position t >= 1 the real and imaginary part of
//! `sum_n x[n] exp(+2 pi j n angle(t))`. That is the conjugate half of rustfft's bins: bin `k (1 - angle(t))`.
//!
//! The plans are rustfft's scalar ones: the same bits on every machine, whatever vector unit it has.

use crate::fixed::{QFormat, spectrum_angle};
use crate::network::{Dense, Weights};
use rayon::prelude::*;
use rustfft::num_complex::Complex64;
use rustfft::{Fft, FftPlannerScalar};
use std::sync::Arc;

/// The transform of real blocks of k words to packed spectra and back, in f64.
#[derive(Clone)]
pub struct RealTransform {
    k: usize,
    forward: Arc<dyn Fft<f64>>,
    inverse: Arc<dyn Fft<f64>>,
    /// rustfft's bin of position t; entry 0 is DC.
    bins: Vec<usize>,
}

impl RealTransform {
    /// The transform of blocks of `k` words, a power of two from 2.
    pub fn new(k: usize) -> RealTransform {
        let mut planner = FftPlannerScalar::new();
        let bin = |t| if t == 0 { 0 } else { k - (k as f64 * spectrum_angle(t)) as usize };
        RealTransform {
            k,
            forward: planner.plan_fft_forward(k),
            inverse: planner.plan_fft_inverse(k),
            bins: (0..k / 2).map(bin).collect(),
        }
    }

    /// The packed spectrum, `[k/2][2]`, of a block of k words; the result is not scaled.
    pub fn forward(&self, block: &[f64]) -> Vec<f64> {
        let mut buffer: Vec<Complex64> = block.iter().map(|&x| Complex64::new(x, 0.0)).collect();
        self.forward.process(&mut buffer);
        let mut words: Vec<f64> = self.bins.iter().flat_map(|&bin| [buffer[bin].re, buffer[bin].im]).collect();
        words[1] = buffer[self.k / 2].re;
        words
    }

    /// The block of k words whose packed spectrum is `words`, `[k/2][2]`.
    pub fn inverse(&self, words: &[f64]) -> Vec<f64> {
        let mut buffer = vec![Complex64::default(); self.k];
        for (&bin, word) in self.bins.iter().zip(words.chunks_exact(2)).skip(1) {
            buffer[bin] = Complex64::new(word[0], word[1]);
            buffer[self.k - bin] = buffer[bin].conj();
        }
        buffer[0].re = words[0];
        buffer[self.k / 2].re = words[1];
        self.inverse.process(&mut buffer);
        buffer.iter().map(|z| z.re / self.k as f64).collect()
    }

    /// The packed spectra of consecutive blocks, `[..][k]` to `[..][k/2][2]`; a last short block is padded with zeros.
    pub fn forward_blocks(&self, values: &[f64]) -> Vec<f64> {
        let padded = |block: &[f64]| {
            let mut whole = block.to_vec();
            whole.resize(self.k, 0.0);
            self.forward(&whole)
        };
        values.par_chunks(self.k).flat_map_iter(padded).collect()
    }
}

/// `accumulator += weights . x`, bin by bin, on packed spectra of equal length `[k/2][2]`.
pub fn multiply_add(accumulator: &mut [f64], weights: &[f64], x: &[f64]) {
    accumulator[0] += weights[0] * x[0];
    accumulator[1] += weights[1] * x[1];
    for at in (2..x.len()).step_by(2) {
        accumulator[at] += weights[at] * x[at] - weights[at + 1] * x[at + 1];
        accumulator[at + 1] += weights[at] * x[at + 1] + weights[at + 1] * x[at];
    }
}

/// The weights of a layer as its hardware stores them, before quantisation: the spectra `[p][q][k/2][2]` of a
/// circulant matrix, the rows `[outputs][inputs]` of a dense one.
pub fn stored(weights: &Weights) -> Vec<f64> {
    match weights {
        Weights::Dense { values, .. } => values.to_vec(),
        Weights::Circulant { k, values, .. } => RealTransform::new(*k).forward_blocks(values),
    }
}

/// The words of [`stored`] in the layer's weight format: nearest, ties to even, saturated.
///
/// Requires `choose-formats`.
pub fn quantised(dense: &Dense) -> Arc<[i64]> {
    let Some(formats) = &dense.formats else { crate::bug!("weights quantised before choose-formats") };
    quantise(&stored(&dense.weights), formats.weight)
}

/// The bias `[outputs]` in its format; empty: none. Requires `choose-formats`.
pub fn quantised_bias(dense: &Dense) -> Arc<[i64]> {
    let Some(formats) = &dense.formats else { crate::bug!("bias quantised before choose-formats") };
    quantise(&dense.bias, formats.bias)
}

/// Numbers to words of `format`: nearest, ties to even, saturated.
pub fn quantise(values: &[f64], format: QFormat) -> Arc<[i64]> {
    let word = |&value: &f64| format.from_real(value).unwrap_or_else(|| crate::bug!("NaN among the weights"));
    values.iter().map(word).collect()
}
