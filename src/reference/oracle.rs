//! The slow oracle: sums written out by definition. It judges the fast transforms and nothing else uses it.

use crate::fixed::spectrum_angle;
use crate::network::Weights;
use std::f64::consts::TAU;

/// The packed spectrum `[k/2][2]` of a real block, every word as a sum over the block.
pub fn spectrum(block: &[f64]) -> Vec<f64> {
    let k = block.len();
    let sum = |of: &dyn Fn(usize) -> f64| (0..k).map(|n| block[n] * of(n)).sum::<f64>();
    let mut words = vec![sum(&|_| 1.0), sum(&|n| if n % 2 == 0 { 1.0 } else { -1.0 })];
    for t in 1..k / 2 {
        let angle = spectrum_angle(t);
        words.push(sum(&|n| (TAU * n as f64 * angle).cos()));
        words.push(sum(&|n| (TAU * n as f64 * angle).sin()));
    }
    words
}

/// `C x` for the circulant matrix of first column `w`: `sum_b w[(a - b) mod k] x[b]`.
pub fn circular_convolution(w: &[f64], x: &[f64]) -> Vec<f64> {
    let k = w.len();
    (0..k).map(|a| (0..k).map(|b| w[(a + k - b) % k] * x[b]).sum()).collect()
}

/// The matrix of a layer written out, `[p k][q k]` of a circulant one, `[outputs][inputs]` of a dense one.
pub fn matrix(weights: &Weights) -> Vec<Vec<f64>> {
    match weights {
        Weights::Dense { inputs, values } => values.chunks_exact(*inputs).map(<[f64]>::to_vec).collect(),
        Weights::Circulant { p, q, k, values } => {
            let entry = |a: usize, b: usize| values[(a / k * q + b / k) * k + (a % k + k - b % k) % k];
            (0..p * k).map(|a| (0..q * k).map(|b| entry(a, b)).collect()).collect()
        }
    }
}
