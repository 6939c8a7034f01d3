//! Folds affine layers into a dense neighbour.
//!
//! Before: `layer fc1 dense 128`, `layer bn1 affine`. After: `layer fc1 dense 128` with every row of its weights and
//! every element of its bias scaled, and the shift added to the bias.
//!
//! - Into the layer before, if that has no activation: `s (W x + b) + t = (diag(s) W) x + (s b + t)`.
//! - Into the layer after: `W (s x + t) + b = (W diag(s)) x + (b + W t)`.
//! - Into an affine neighbour: two affine layers are one.
//!
//! Defining vectors of circulant blocks take one factor per block, so there the scale must be the same in every
//! block of elements; a dense matrix takes any, which is why this pass comes before `circulize`.
//!
//! Establishes: no affine layer. Requires: shapes.

use super::Pass;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::network::dense::matrix::Product;
use crate::network::{Affine, Dense, Layer, LayerKind, Network, Weights};

/// See the module.
pub const PASS: Pass = Pass { name: "fold-affine", about: "fold affine layers into their dense neighbours", run };

fn run(network: &mut Network, diagnostics: &mut Diagnostics) {
    let mut done: Vec<Layer> = Vec::new();
    let mut rest = std::mem::take(&mut network.layers).into_iter().peekable();
    let mut names: Vec<String> = Vec::new();
    while let Some(layer) = rest.next() {
        let LayerKind::Affine(affine) = &layer.kind else {
            done.push(layer);
            continue;
        };
        names.push(layer.name.clone());
        let before = done.last_mut().and_then(|before| fold_into_rows(affine, &mut before.kind));
        let dense = before.or_else(|| rest.peek_mut().and_then(|after| fold_into_columns(affine, &mut after.kind)));
        if let Some(dense) = dense {
            dense.folded.append(&mut names);
        } else if let Some(LayerKind::Affine(next)) = rest.peek_mut().map(|next| &mut next.kind) {
            *next = one_of_two(affine, next);
        } else {
            diagnostics.push(not_foldable(&layer, done.last(), rest.peek()));
            names.clear();
            done.push(layer);
        }
    }
    network.layers = done;
}

/// The affine layer that does what `first` and then `second` do.
fn one_of_two(first: &Affine, second: &Affine) -> Affine {
    let shift = if first.shift.is_empty() { second.shift.clone() } else { second.apply(&first.shift) };
    let scale = first.scale.iter().zip(&second.scale).map(|(first, second)| first * second).collect();
    Affine { scale, shift, ..second.clone() }
}

/// The layer it was folded into.
fn fold_into_rows<'a>(affine: &Affine, before: &'a mut LayerKind) -> Option<&'a mut Dense> {
    let LayerKind::Dense(dense) = before else { return None };
    if !dense.is_open() || !scale_rows(dense, &affine.scale) {
        return None;
    }
    dense.bias = if dense.bias.is_empty() { affine.shift.clone() } else { affine.apply(&dense.bias) };
    Some(dense)
}

/// The layer it was folded into.
fn fold_into_columns<'a>(affine: &Affine, after: &'a mut LayerKind) -> Option<&'a mut Dense> {
    let LayerKind::Dense(dense) = after else { return None };
    let moved = (!affine.shift.is_empty()).then(|| Product::new(&dense.weights, dense.outputs).apply(&affine.shift));
    if !scale_columns(dense, &affine.scale) {
        return None;
    }
    dense.bias = moved.map_or(std::mem::take(&mut dense.bias), |moved| dense.add_bias(moved));
    Some(dense)
}

fn scale_rows(dense: &mut Dense, scale: &[f64]) -> bool {
    match &mut dense.weights {
        Weights::Dense { inputs, values } => {
            for (row, scale) in values.chunks_exact_mut(*inputs).zip(scale) {
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

fn scale_columns(dense: &mut Dense, scale: &[f64]) -> bool {
    match &mut dense.weights {
        Weights::Dense { inputs, values } => {
            for row in values.chunks_exact_mut(*inputs) {
                row.iter_mut().zip(scale).for_each(|(weight, scale)| *weight *= scale);
            }
            true
        }
        Weights::Circulant { k, values, .. } => {
            let Some(factors) = by_block(scale, *k) else { return false };
            for (block, factor) in values.chunks_exact_mut(*k).zip(factors.iter().cycle()) {
                block.iter_mut().for_each(|weight| *weight *= factor);
            }
            true
        }
    }
}

/// The factor of each block of k elements, if it is the same throughout the block.
fn by_block(scale: &[f64], k: usize) -> Option<Vec<f64>> {
    scale.chunks(k).map(|block| block.iter().all(|factor| *factor == block[0]).then_some(block[0])).collect()
}

fn not_foldable(layer: &Layer, previous: Option<&Layer>, next: Option<&Layer>) -> Diagnostic {
    let message = format!("affine layer `{}` cannot be folded into a neighbour", layer.name);
    let mut problem = Diagnostic::new(Code::AffineNotFoldable, layer.span, message);
    for (neighbour, side) in [(previous, "before"), (next, "after")] {
        if let Some(Layer { span, kind, .. }) = neighbour {
            problem = problem.label(*span, reason(kind, side == "before"));
        }
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
        kind => format!("an {} layer takes no scale", kind.operator().keyword()),
    }
}
