//! Signal to quantisation noise of each layer: level `fixed` against the real level above it.

use super::{Fixed, Real, scaled};
use crate::network::Network;
use rayon::prelude::*;

/// Ratio of signal to noise at the output of each layer, in dB, over raw `samples` of a data file.
///
/// The noise is everything between the two levels: quantised inputs, weights and words, from the first layer on.
/// Infinite where the levels agree exactly. Requires `choose-formats`.
pub fn per_layer(network: &Network, samples: &[Vec<f64>]) -> Vec<f64> {
    let (real, fixed) = (Real::new(network), Fixed::new(network));
    let powers = |raw: &Vec<f64>| -> Vec<(f64, f64)> {
        let exact = real.layers(&scaled(&network.input, raw));
        let words = fixed.run(&fixed.quantise(raw)).layers;
        let layers = exact.iter().zip(&words).zip(fixed.formats());
        let power = |((exact, words), format): ((&Vec<f64>, &Vec<i64>), &crate::fixed::QFormat)| {
            let noise = exact.iter().zip(words).map(|(exact, &word)| (exact - format.to_real(word)).powi(2)).sum();
            (exact.iter().map(|value| value * value).sum(), noise)
        };
        layers.map(power).collect()
    };
    let add = |a: Vec<(f64, f64)>, b: Vec<(f64, f64)>| a.iter().zip(&b).map(|(a, b)| (a.0 + b.0, a.1 + b.1)).collect();
    let nothing = || vec![(0.0, 0.0); network.layers.len()];
    let total = samples.par_iter().map(powers).reduce(nothing, add);
    total.into_iter().map(|(signal, noise)| 10.0 * (signal / noise).log10()).collect()
}
