//! What was learnt as one file of weights, under the names and in the forms that the network states.

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::frontend::weights::Problem;
use crate::frontend::weights::safetensors as store;
use crate::network::dense::{Form, TensorRef};
use crate::network::{Dense, Layer, LayerKind, Network, Weights};
use std::collections::BTreeMap;

/// Complains of weights that cannot be written as the network states them.
pub fn check(network: &Network, diagnostics: &mut Diagnostics) {
    let mut taken: BTreeMap<&str, &TensorRef> = BTreeMap::new();
    let mut first: Option<&TensorRef> = None;
    for (layer, dense) in dense_layers(network) {
        if let Some(problem) = misfit(layer, dense) {
            diagnostics.push(problem);
        }
        for file in std::iter::once(&dense.weight_file).chain(&dense.bias_file) {
            let complain = |message: String| Diagnostic::new(Code::NotTrainable, file.span, message);
            let Some(name) = &file.tensor else {
                let message = format!("`{}` is named without a tensor, expected one of a safetensors file", file.path);
                diagnostics.push(complain(message).help("write `\"<file>.safetensors\" tensor \"<name>\"`"));
                continue;
            };
            let first = first.get_or_insert(file);
            if file.path != first.path {
                let message =
                    format!("weights are named in `{}` and in `{}`, expected one file", first.path, file.path);
                diagnostics.push(complain(message).label(first.span, "the first one"));
            }
            if let Some(other) = taken.insert(name, file) {
                let message = format!("tensor `{name}` is named twice, expected a name for each");
                diagnostics.push(complain(message).label(other.span, "first here"));
            }
        }
    }
    if let (None, Some(layer)) = (first, network.layers.first()) {
        let message = "the network has no weights to learn, expected at least one dense layer";
        diagnostics.push(Diagnostic::new(Code::NotTrainable, layer.span, message));
    }
}

/// The bytes of the file.
pub fn weights(network: &Network) -> Result<Vec<u8>, Problem> {
    let mut tensors: BTreeMap<String, (Vec<usize>, Vec<f64>)> = BTreeMap::new();
    for (_, dense) in dense_layers(network) {
        let name = |file: &TensorRef| file.tensor.clone().unwrap_or_default();
        let values = match (dense.weight_file.form, &dense.weights) {
            (Form::FirstRow, Weights::Circulant { k, values, .. }) => first_rows(values, *k),
            (_, weights) => weights.values().to_vec(),
        };
        tensors.insert(name(&dense.weight_file), (dense.weights.shape(), values));
        if let Some(file) = &dense.bias_file {
            tensors.insert(name(file), (vec![dense.bias.len()], dense.bias.clone()));
        }
    }
    let views = tensors.iter().map(|(name, (shape, values))| (name.clone(), (shape.clone(), values.as_slice())));
    store::write(&views.collect())
}

fn dense_layers(network: &Network) -> impl Iterator<Item = (&Layer, &Dense)> {
    network.layers.iter().filter_map(|layer| match &layer.kind {
        LayerKind::Dense(dense) => Some((layer, dense)),
        _ => None,
    })
}

/// A form that does not go with the block size.
fn misfit(layer: &Layer, dense: &Dense) -> Option<Diagnostic> {
    let (Some(k), Form::Dense) = (dense.block, dense.weight_file.form) else { return None };
    let message = format!("layer `{}` learns blocks of `{k}`, but its weights are named as a dense matrix", layer.name);
    let problem = Diagnostic::new(Code::NotTrainable, dense.weight_file.span, message);
    Some(problem.label(layer.span, "the block size is stated here").help("write `form first-column` behind the tensor"))
}

/// First columns to first rows: the same numbers, but for the first one backwards.
fn first_rows(columns: &[f64], k: usize) -> Vec<f64> {
    let mut rows = columns.to_vec();
    rows.chunks_exact_mut(k).for_each(|block| block[1..].reverse());
    rows
}
