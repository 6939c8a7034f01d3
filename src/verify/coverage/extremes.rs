//! Frames that drive sums to their ends, from the network's own range analysis.
//!
//! Of each layer, the element whose proved reach ([`crate::network::Reach`]) is the greatest and the one whose reach is
//! the least. Which input makes it so follows backwards: an input element goes to the end of its range that the sign of
//! its effective weight asks for. In the first layer that is the extreme itself; behind a function that does not rise
//! everywhere the weights depend on the sample, and a few steps from the last guess come near it.

use crate::fixed::QFormat;
use crate::network::{LayerKind, Network, Origin, Reach, Weights};
use crate::reference::{Real, formats};

/// Guesses for each end.
const STEPS: usize = 3;
/// What an element counts whose function has come to an end.
const FLAT: f64 = 0.05;

/// The frames, each the words of the input.
pub fn frames(network: &Network) -> Vec<Vec<i64>> {
    let (low, high) = network.input_words();
    let formats = formats(network);
    let real = Real::new(network);
    let mut frames: Vec<Vec<i64>> = Vec::new();
    for (layer, element, sign) in targets(network) {
        let mut slopes: Vec<Vec<f64>> = network.layers.iter().map(|layer| vec![1.0; layer.outputs]).collect();
        for _ in 0..STEPS {
            let wanted = effective(network, layer, element, &slopes);
            let frame: Vec<i64> = wanted.iter().map(|w| if w * sign > 0.0 { high } else { low }).collect();
            let input: Vec<f64> = frame.iter().map(|&word| formats[0].to_real(word)).collect();
            let values = real.layers(&input);
            for (slopes, (values, format)) in slopes.iter_mut().zip(values.iter().zip(&formats[1..])) {
                let end = format.to_real(QFormat::max(*format));
                let slope = |value: &f64| if *value == 0.0 || value.abs() >= end { FLAT } else { 1.0 };
                *slopes = values.iter().map(slope).collect();
            }
            if !frames.contains(&frame) {
                frames.push(frame);
            }
        }
    }
    frames
}

/// Layer, element, and which end: 1 the greatest, -1 the least.
fn targets(network: &Network) -> Vec<(usize, usize, f64)> {
    let formats = formats(network);
    let (low, high) = network.input_words();
    let real = |word| formats[0].to_real(word);
    let mut known = vec![Reach::of_range(network.input.size(), real(low), real(high))];
    let mut targets = Vec::new();
    for (index, layer) in network.layers.iter().enumerate() {
        let taken = Reach::of_all(layer.from.iter().map(|origin| origin.of::<Reach>(&known)));
        let reach = layer.kind.operator().reach(&taken);
        // before its function: a sum that ends below zero is as much an end
        let sums = match &layer.kind {
            LayerKind::Dense(dense) => {
                let product = crate::network::dense::matrix::Product::new(&dense.weights, dense.outputs);
                crate::network::dense::extents::sum_reach(dense, &product, &taken)
            }
            _ => reach.clone(),
        };
        if !matches!(layer.kind, LayerKind::Argmax(_)) {
            let greatest = (0..layer.outputs).max_by(|&a, &b| sums.high[a].total_cmp(&sums.high[b]));
            let least = (0..layer.outputs).min_by(|&a, &b| sums.low[a].total_cmp(&sums.low[b]));
            targets.extend(greatest.map(|element| (index, element, 1.0)));
            targets.extend(least.map(|element| (index, element, -1.0)));
        }
        known.push(reach.saturated(formats[index + 1]));
    }
    targets
}

/// How much each input element counts in an element of a layer, by the slopes of the layers before.
fn effective(network: &Network, layer: usize, element: usize, slopes: &[Vec<f64>]) -> Vec<f64> {
    let mut wanted: Vec<Vec<f64>> = vec![vec![0.0; network.input.size()]];
    wanted.extend(network.layers.iter().map(|layer| vec![0.0; layer.outputs]));
    wanted[layer + 1][element] = 1.0;
    for index in (0..=layer).rev() {
        let mut own = std::mem::take(&mut wanted[index + 1]);
        if index < layer {
            own.iter_mut().zip(&slopes[index]).for_each(|(own, slope)| *own *= slope);
        }
        let layer = &network.layers[index];
        let parts = layer.from.iter().map(|&origin| network.elements(origin)).collect::<Vec<_>>();
        let taken = back(&layer.kind, &own, &parts);
        let mut start = 0;
        for (&origin, size) in layer.from.iter().zip(parts) {
            let at = match origin {
                Origin::Input => 0,
                Origin::Layer(index) => index + 1,
            };
            wanted[at].iter_mut().zip(&taken[start..start + size]).for_each(|(sum, own)| *sum += own);
            start += size;
        }
    }
    std::mem::take(&mut wanted[0])
}

/// What the elements taken count, all origins one after another, for what the elements given count.
fn back(kind: &LayerKind, own: &[f64], parts: &[usize]) -> Vec<f64> {
    match kind {
        LayerKind::Dense(dense) => transposed(&dense.weights, own, parts.iter().sum()),
        LayerKind::Add(_) => parts.iter().flat_map(|_| own.to_vec()).collect(),
        LayerKind::Slice(slice) => {
            let mut taken = vec![0.0; parts.iter().sum()];
            taken[slice.start..slice.end].copy_from_slice(own);
            taken
        }
        LayerKind::Affine(_) | LayerKind::Pointwise(_) | LayerKind::Concat(_) => own.to_vec(),
        LayerKind::Argmax(_) => vec![0.0; parts.iter().sum()],
    }
}

/// The transposed matrix times `own`, `[inputs]`.
fn transposed(weights: &Weights, own: &[f64], inputs: usize) -> Vec<f64> {
    let mut taken = vec![0.0; inputs];
    for (row, &own) in own.iter().enumerate().filter(|(_, own)| **own != 0.0) {
        for (column, taken) in taken.iter_mut().enumerate() {
            *taken += own * entry(weights, row, column);
        }
    }
    taken
}

/// One entry of a matrix; the first column of a circulant block is stored.
fn entry(weights: &Weights, row: usize, column: usize) -> f64 {
    match weights {
        Weights::Dense { inputs, values } => values[row * inputs + column],
        Weights::Circulant { q, k, values, .. } => {
            let block = (row / k * q + column / k) * k;
            values[block + (row % k + k - column % k) % k]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_circulant_matrix_times_a_vector_backwards() {
        // first column (1, 2): rows (1, 2), (2, 1); then (3, 4)
        let weights = Weights::Circulant { p: 1, q: 2, k: 2, values: vec![1.0, 2.0, 3.0, 4.0] };
        assert_eq!(transposed(&weights, &[1.0, 0.0], 3), [1.0, 2.0, 3.0]);
        assert_eq!(transposed(&weights, &[1.0, -1.0], 3), [-1.0, 1.0, -1.0]);
    }
}
