//! Folds affine layers into a dense neighbour.
//!
//! Before: `layer fc1 dense 128`, `layer bn1 affine`. After: `layer fc1 dense 128` with every row of its weights and
//! every element of its bias scaled, and the shift added to the bias.
//!
//! - Into the layer before, if that has no activation: `s (W x + b) + t = (diag(s) W) x + (s b + t)`.
//! - Into the layer after: `W (s x + t) + b = (W diag(s)) x + (b + W t)`.
//! - Into an affine neighbour: two affine layers are one.
//!
//! Where several layers take the same elements, all of them take the scale, or none does.
//!
//! Defining vectors of circulant blocks take one factor per block, so there the scale must be the same in every
//! block of elements; a dense matrix takes any, which is why this pass comes before `circulize`.
//!
//! Establishes: no affine layer. Requires: shapes.

use super::Pass;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::network::dense::matrix::Product;
use crate::network::{Affine, Dense, Layer, LayerKind, Network, Origin, Weights};

/// See the module.
pub const PASS: Pass = Pass { name: "fold-affine", about: "fold affine layers into their dense neighbours", run };

fn run(network: &mut Network, diagnostics: &mut Diagnostics) {
    let mut index = 0;
    let mut names: Vec<String> = Vec::new();
    while index < network.layers.len() {
        let LayerKind::Affine(affine) = network.layers[index].kind.clone() else {
            index += 1;
            continue;
        };
        names.push(network.layers[index].name.clone());
        match fold(network, index, &affine) {
            Some(Folded::Dense(into)) => {
                for dense in into {
                    if let LayerKind::Dense(dense) = &mut network.layers[dense].kind {
                        dense.folded.extend(names.iter().cloned());
                    }
                }
                names.clear();
                remove(network, index);
            }
            Some(Folded::Affine) => remove(network, index),
            None => {
                diagnostics.push(not_foldable(network, index));
                names.clear();
                index += 1;
            }
        }
    }
}

/// Where an affine layer went.
enum Folded {
    /// Into these dense layers.
    Dense(Vec<usize>),
    /// Into the affine layer after it.
    Affine,
}

/// Folds the layer into its origin if nothing else takes that, else into every layer that takes it.
fn fold(network: &mut Network, index: usize, affine: &Affine) -> Option<Folded> {
    let origin = network.layers[index].from[0];
    if let (Origin::Layer(before), 1) = (origin, network.readers(origin).count())
        && fold_into_rows(affine, &mut network.layers[before].kind)
    {
        return Some(Folded::Dense(vec![before]));
    }
    let readers: Vec<usize> = network.readers(Origin::Layer(index)).collect();
    if let [next] = readers[..]
        && let LayerKind::Affine(next) = &mut network.layers[next].kind
    {
        *next = one_of_two(affine, next);
        return Some(Folded::Affine);
    }
    if readers.is_empty() || !readers.iter().all(|&reader| takes_columns(affine, &network.layers[reader].kind)) {
        return None;
    }
    for &reader in &readers {
        if let LayerKind::Dense(dense) = &mut network.layers[reader].kind {
            fold_into_columns(affine, dense);
        }
    }
    Some(Folded::Dense(readers))
}

/// Takes a layer out: what took its output takes its origin.
fn remove(network: &mut Network, index: usize) {
    let origin = network.layers.remove(index).from[0];
    for from in network.layers[index..].iter_mut().flat_map(|layer| &mut layer.from) {
        *from = match *from {
            Origin::Layer(taken) if taken == index => origin,
            Origin::Layer(after) if after > index => Origin::Layer(after - 1),
            before => before,
        };
    }
}

/// The affine layer that does what `first` and then `second` do.
fn one_of_two(first: &Affine, second: &Affine) -> Affine {
    let shift = if first.shift.is_empty() { second.shift.clone() } else { second.apply(&first.shift) };
    let scale = first.scale.iter().zip(&second.scale).map(|(first, second)| first * second).collect();
    Affine { scale, shift, ..second.clone() }
}

/// Whether it could be folded into the layer before.
fn fold_into_rows(affine: &Affine, before: &mut LayerKind) -> bool {
    let LayerKind::Dense(dense) = before else { return false };
    if !dense.is_open() || !scale_rows(dense, &affine.scale) {
        return false;
    }
    dense.bias = if dense.bias.is_empty() { affine.shift.clone() } else { affine.apply(&dense.bias) };
    true
}

/// Whether it can be folded into this layer, which takes its output.
fn takes_columns(affine: &Affine, after: &LayerKind) -> bool {
    match after {
        LayerKind::Dense(Dense { weights: Weights::Circulant { k, .. }, .. }) => by_block(&affine.scale, *k).is_some(),
        LayerKind::Dense(_) => true,
        _ => false,
    }
}

/// Folds it into the layer after, which takes it ([`takes_columns`]).
fn fold_into_columns(affine: &Affine, dense: &mut Dense) {
    let moved = (!affine.shift.is_empty()).then(|| Product::new(&dense.weights, dense.outputs).apply(&affine.shift));
    scale_columns(dense, &affine.scale);
    dense.bias = moved.map_or(std::mem::take(&mut dense.bias), |moved| dense.add_bias(moved));
}

fn scale_rows(dense: &mut Dense, scale: &[f64]) -> bool {
    match &mut dense.weights {
        Weights::Dense { inputs, values } => {
            for (row, scale) in values.to_mut().chunks_exact_mut(*inputs).zip(scale) {
                row.iter_mut().for_each(|weight| *weight *= scale);
            }
            true
        }
        Weights::Circulant { q, k, values, .. } => {
            let Some(factors) = by_block(scale, *k) else { return false };
            for (row, factor) in values.chunks_exact_mut(*q * *k).zip(factors) {
                row.iter_mut().for_each(|weight| *weight *= factor);
            }
            true
        }
    }
}

fn scale_columns(dense: &mut Dense, scale: &[f64]) {
    match &mut dense.weights {
        Weights::Dense { inputs, values } => {
            for row in values.to_mut().chunks_exact_mut(*inputs) {
                row.iter_mut().zip(scale).for_each(|(weight, scale)| *weight *= scale);
            }
        }
        Weights::Circulant { k, values, .. } => {
            let factors = by_block(scale, *k).unwrap_or_default();
            for (block, factor) in values.chunks_exact_mut(*k).zip(factors.iter().cycle()) {
                block.iter_mut().for_each(|weight| *weight *= factor);
            }
        }
    }
}

/// The factor of each block of k elements, if it is the same throughout the block.
fn by_block(scale: &[f64], k: usize) -> Option<Vec<f64>> {
    scale.chunks(k).map(|block| block.iter().all(|factor| *factor == block[0]).then_some(block[0])).collect()
}

fn not_foldable(network: &Network, index: usize) -> Diagnostic {
    let layer = &network.layers[index];
    let message = format!("affine layer `{}` cannot be folded into a neighbour", layer.name);
    let mut problem = Diagnostic::new(Code::AffineNotFoldable, layer.span, message);
    let origin = layer.from[0];
    if let Origin::Layer(before) = origin {
        let Layer { span, kind, name, .. } = &network.layers[before];
        let shared = network.readers(origin).find(|&reader| reader != index);
        let shared =
            shared.map(|reader| format!("layer `{}` takes what `{name}` gives, too", network.layers[reader].name));
        problem = problem.label(*span, shared.unwrap_or_else(|| reason(kind, true)));
    }
    for after in network.readers(Origin::Layer(index)) {
        let Layer { span, kind, .. } = &network.layers[after];
        problem = problem.label(*span, reason(kind, false));
    }
    problem.help("place it next to a dense layer: directly after one without activation, or directly before one")
}

fn reason(kind: &LayerKind, is_before: bool) -> String {
    match kind {
        LayerKind::Dense(Dense { thresholds: Some(_), .. }) if is_before => "thresholds stand between".into(),
        LayerKind::Dense(dense) if is_before && !dense.is_open() => {
            format!("the activation {} stands between", dense.activation.name())
        }
        LayerKind::Dense(Dense { weights: Weights::Circulant { k, .. }, .. }) => {
            format!("these weights come as circulant blocks of {k}, and the scale differs within a block")
        }
        LayerKind::Dense(_) => "this layer could take the scale, another one could not".into(),
        kind => {
            let keyword = kind.operator().keyword();
            let article = if keyword.starts_with('a') { "an" } else { "a" };
            format!("{article} {keyword} layer takes no scale")
        }
    }
}
