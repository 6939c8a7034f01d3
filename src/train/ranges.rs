//! Output formats for a network that is to learn with the hardware's numbers.
//!
//! A build gives a format room for the largest value seen or possible. With few bits that is too much: each layer here gets
//! the format of its width whose words are nearest to its outputs in the mean square, values beyond its ends clipped. The
//! formats are then stated in the network, so that they stay what they are while weights change.

use crate::diag::Diagnostics;
use crate::fixed::QFormat;
use crate::network::dense::formats::holding;
use crate::network::{LayerKind, Network, dense::Stated};
use crate::passes::{self, circulize};
use crate::reference::Real;
use rayon::prelude::*;

/// Formats that are tried, each with half the range of the one before.
const TRIED: i32 = 5;

/// States the output format of every layer that states none, by samples as the network sees them.
pub fn state(network: &Network, samples: &[Vec<f64>]) -> Network {
    let mut circulant = network.clone();
    let run = passes::run(&mut circulant, &[circulize::PASS], &mut Diagnostics::default(), &mut |_, _, _| {});
    run.unwrap_or_else(|_| crate::bug!("training: a network with weights is not made circulant"));
    let real = Real::new(&circulant);
    let outputs: Vec<Vec<Vec<f64>>> = samples.par_iter().map(|sample| real.layers(sample)).collect();
    let mut stated = network.clone();
    let width = network.precision.activations;
    for (at, layer) in stated.layers.iter_mut().enumerate() {
        if let Some(Stated { format: format @ None, .. }) = stated_of(&mut layer.kind) {
            let values = outputs.iter().flat_map(|layers| &layers[at]).copied();
            *format = Some(nearest(values, width));
        }
    }
    stated
}

fn stated_of(kind: &mut LayerKind) -> Option<&mut Stated> {
    match kind {
        LayerKind::Dense(dense) => Some(&mut dense.stated),
        LayerKind::Pointwise(function) => Some(&mut function.stated),
        LayerKind::Add(add) => Some(&mut add.function.stated),
        _ => None,
    }
}

/// The format of `width` bits whose words are nearest to the values in the mean square.
fn nearest(values: impl Iterator<Item = f64> + Clone, width: u32) -> QFormat {
    let whole = holding(values.clone().fold(0.0, |most, value| most.max(value.abs())), width);
    let error = |format: &QFormat| -> f64 {
        let word = |value: f64| format.to_real(format.from_real(value).unwrap_or(0));
        values.clone().map(|value| (value - word(value)).powi(2)).sum()
    };
    let tried = (0..TRIED).map(|by| QFormat::of_width(width, whole.frac + by)).map(|format| (error(&format), format));
    tried.reduce(|best, next| if next.0 < best.0 { next } else { best }).map_or(whole, |(_, format)| format)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_bits_clip_what_is_rare() {
        // a thousand values up to 1.7 and one of 5: four bits serve the many, sixteen serve all. Squared errors of four
        // bits: s0.3 about 130, s1.2 5.2 of rounding and 10.6 of the one clipped, s2.1 20.8 and 2.3
        let values = (0..1000).map(|n| 1.7 * n as f64 / 1000.0).chain([5.0]);
        assert_eq!(nearest(values.clone(), 4), QFormat { int: 1, frac: 2 });
        assert_eq!(nearest(values, 16), QFormat { int: 3, frac: 12 });
    }
}
