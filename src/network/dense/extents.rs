//! How large the words between the steps of a dense layer can become: by bounds, and by calibration samples.

use super::Dense;
use super::matrix::{Circulant, Product};
use crate::network::Reach;
use rayon::prelude::*;

/// Largest magnitudes, in real units, along the data path of a layer.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Extents {
    /// Words of the input spectra; 0 in plain dense layers.
    pub spectrum: f64,
    /// Words of the accumulated spectra; 0 in plain dense layers.
    pub accumulated: f64,
    /// `W x + b`.
    pub sum: f64,
    /// After the activation.
    pub output: f64,
}

impl Extents {
    fn max(self, other: Extents) -> Extents {
        self.combine(other, f64::max)
    }

    /// By part, the smaller of two.
    pub fn min(self, other: Extents) -> Extents {
        self.combine(other, f64::min)
    }

    /// All parts times `factor`.
    pub fn scaled(self, factor: f64) -> Extents {
        self.combine(self, |part, _| part * factor)
    }

    fn combine(self, other: Extents, of: impl Fn(f64, f64) -> f64) -> Extents {
        Extents {
            spectrum: of(self.spectrum, other.spectrum),
            accumulated: of(self.accumulated, other.accumulated),
            sum: of(self.sum, other.sum),
            output: of(self.output, other.output),
        }
    }
}

/// The extents over calibration samples, `[samples][inputs]`.
pub fn measured(dense: &Dense, product: &Product, samples: &[Vec<f64>]) -> Extents {
    let of_sample = |x: &Vec<f64>| {
        let (spectrum, accumulated, sum) = match product {
            Product::Dense { .. } => (0.0, 0.0, product.apply(x)),
            Product::Circulant(circulant) => {
                let spectra = circulant.input_spectra(x);
                let accumulated = circulant.accumulated(&spectra);
                (largest(&spectra), largest(&accumulated), circulant.product(&accumulated))
            }
        };
        let sum = dense.add_bias(sum);
        let reached = largest(&sum);
        Extents { spectrum, accumulated, sum: reached, output: largest(&dense.activated(sum)) }
    };
    samples.par_iter().map(of_sample).reduce(Extents::default, Extents::max)
}

/// The extents while the input stays within `input`. Sound in exact arithmetic.
pub fn bounded(dense: &Dense, product: &Product, input: &Reach) -> Extents {
    let sum = sum_reach(dense, product, input);
    let output = match &dense.thresholds {
        Some(thresholds) => thresholds.reach(dense.outputs).largest(),
        None => sum.map(1.0, |sum| dense.activation.eval(sum)).largest(),
    };
    let (spectrum, accumulated) = match product {
        Product::Dense { .. } => (0.0, 0.0),
        Product::Circulant(circulant) => spectral(circulant, input),
    };
    Extents { spectrum, accumulated, sum: sum.largest(), output }
}

/// What `W x + b` reaches.
///
/// Box: `W mid +- |W| half`. Ball: row a stays within `|w_a| r` of `W centre`; the radius grows by the operator norm.
pub fn sum_reach(dense: &Dense, product: &Product, input: &Reach) -> Reach {
    let middle = dense.add_bias(product.apply(&input.middle()));
    let half = dense.weights.apply_magnitudes(dense.outputs, &input.half());
    let centre = dense.add_bias(product.apply(&input.centre));
    let norms = dense.weights.row_norms(dense.outputs);
    let (mut low, mut high) = (Vec::new(), Vec::new());
    for (a, &centre) in centre.iter().enumerate() {
        let ball = norms[a] * input.radius;
        low.push((middle[a] - half[a]).max(centre - ball).min(centre));
        high.push((middle[a] + half[a]).min(centre + ball).max(centre));
    }
    let mut reach = Reach { low, high, centre, radius: f64::INFINITY };
    let corner = reach.deviations().iter().map(|d| d * d).sum::<f64>().sqrt();
    reach.radius = corner.min(product.norm_bound() * input.radius);
    reach
}

/// Bounds of a word of the input spectra and of the accumulated ones.
///
/// Let d be the input's deviation from the centre. A word of block j deviates by at most `D_j = sum |d|` over the
/// block, and by at most `sqrt(k) r`. A word of the sum deviates by at most `sum_j |W_j| D_j`, and, by
/// Cauchy-Schwarz, by at most `sqrt(sum_j |W_j|^2) sqrt(k) r`.
fn spectral(circulant: &Circulant, input: &Reach) -> (f64, f64) {
    let &Circulant { q, k, .. } = circulant;
    let deviations = input.deviations();
    let sums: Vec<f64> = deviations.chunks(k).map(|block| block.iter().sum()).collect();
    let ball = (k as f64).sqrt() * input.radius;
    let centre = circulant.input_spectra(&input.centre);
    let blocks = centre.chunks_exact(k).zip(&sums);
    let spectrum = blocks.map(|(words, &sum)| largest(words) + sum.min(ball)).fold(0.0, f64::max);
    let rows = circulant.accumulated(&centre);
    let row = |(words, weights): (&[f64], &[f64])| {
        let (mut sum, mut squares) = (vec![0.0; k], vec![0.0; k]);
        for (weights, reach) in weights.chunks_exact(k).zip(&sums) {
            for at in 0..k {
                let size = if at < 2 { weights[at].abs() } else { weights[at & !1].hypot(weights[at | 1]) };
                sum[at] += size * reach;
                squares[at] += size * size;
            }
        }
        (0..k).map(|at| words[at].abs() + sum[at].min(squares[at].sqrt() * ball)).fold(0.0, f64::max)
    };
    let accumulated = rows.chunks_exact(k).zip(circulant.spectra.chunks_exact(q * k)).map(row).fold(0.0, f64::max);
    (spectrum, accumulated)
}

fn largest(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |most, value| most.max(value.abs()))
}
