//! The dense layer at level `fixed`: plain loops over indices, in natural order, without time or lanes.

use super::transform::Transform;
use super::{Dense, DenseFormats, Weights};
use crate::fixed::narrow;
use crate::network::FixedFn;
use crate::network::activation::Narrowing;
use crate::network::thresholds::count;
use crate::spectra;
use std::sync::Arc;

/// The layer with its weights quantised once.
pub fn prepare(dense: &Dense) -> FixedFn<'_> {
    let Some(formats) = dense.formats else { crate::bug!("dense layer evaluated in integers before choose-formats") };
    let product = product(dense, formats);
    if let Some(thresholds) = &dense.thresholds {
        let (words, levels, low) = (thresholds.words(formats.product, &dense.bias), thresholds.levels, thresholds.low);
        return Box::new(move |x, clipped| {
            let sums = product(x, clipped).into_iter().enumerate();
            sums.map(|(at, sum)| count(&words, levels, low, at, sum)).collect()
        });
    }
    let bias = spectra::quantised_bias(dense);
    let DenseFormats { product: sum, table, output, rounding, .. } = formats;
    let function = Narrowing { activation: dense.activation, sum, table, output, rounding }.prepare();
    Box::new(move |x, clipped| {
        let mut words = product(x, clipped);
        for (word, bias) in words.iter_mut().zip(bias.iter()) {
            *word += bias;
        }
        words.iter().map(|&sum| function(sum, clipped)).collect()
    })
}

fn product(dense: &Dense, formats: DenseFormats) -> FixedFn<'_> {
    let words = spectra::quantised(dense);
    match &dense.weights {
        Weights::Dense { inputs, .. } => Box::new(move |x, _| {
            let row = |weights: &[i64]| weights.iter().zip(x).map(|(weight, x)| weight * x).sum();
            words.chunks_exact(*inputs).map(row).collect()
        }),
        &Weights::Circulant { p, q, k, .. } => {
            let transform = Transform::new(k, formats.twiddle, formats.rounding);
            let layer = Spectral { p, q, k, formats, words, transform };
            Box::new(move |x, clipped| {
                let mut words = layer.product(x, clipped);
                words.truncate(dense.outputs);
                words
            })
        }
    }
}

/// A block-circulant product.
struct Spectral {
    p: usize,
    q: usize,
    k: usize,
    formats: DenseFormats,
    /// `[p][q][k/2][2]`.
    words: Arc<[i64]>,
    transform: Transform,
}

impl Spectral {
    /// `[p * k]` words of `formats.product`.
    fn product(&self, x: &[i64], clipped: &mut u64) -> Vec<i64> {
        let spectra: Vec<Vec<i64>> = (0..self.q).map(|j| self.input_spectrum(x, j, clipped)).collect();
        let mut product = Vec::with_capacity(self.p * self.k);
        for i in 0..self.p {
            product.extend(self.transform.inverse(&self.accumulated(i, &spectra, clipped)));
        }
        product
    }

    fn input_spectrum(&self, x: &[i64], j: usize, clipped: &mut u64) -> Vec<i64> {
        let formats = &self.formats;
        let mut block = vec![0; self.k];
        for n in 0..self.k.min(x.len() - j * self.k) {
            block[n] = x[j * self.k + n] << formats.guard;
        }
        let shift = formats.input.frac + formats.guard as i32 - formats.spectrum.frac;
        let words = self.transform.forward(&block);
        words.iter().map(|&word| narrow(word, shift, formats.rounding, formats.spectrum.width(), clipped)).collect()
    }

    fn accumulated(&self, i: usize, spectra: &[Vec<i64>], clipped: &mut u64) -> Vec<i64> {
        let mut sum = vec![0i64; self.k];
        for (j, x) in spectra.iter().enumerate() {
            let at = (i * self.q + j) * self.k;
            let weights = &self.words[at..at + self.k];
            sum[0] += weights[0] * x[0];
            sum[1] += weights[1] * x[1];
            for n in (2..self.k).step_by(2) {
                sum[n] += weights[n] * x[n] - weights[n + 1] * x[n + 1];
                sum[n + 1] += weights[n] * x[n + 1] + weights[n + 1] * x[n];
            }
        }
        let formats = &self.formats;
        let shift = formats.spectrum.frac + formats.weight.frac - formats.accumulator.frac;
        sum.iter().map(|&word| narrow(word, shift, formats.rounding, formats.accumulator.width(), clipped)).collect()
    }
}
