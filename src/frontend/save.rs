//! A network that did not come from a text as files: `.circ`, and weights beside it.

use super::onnx::network::{Imported, tensors};
use super::weights::{Problem, safetensors};
use crate::diag::Span;
use crate::network::dense::{Form, TensorRef};
use crate::network::{LayerKind, Network, Weights, print};

/// The files of a network at level `dense`; its layers refer to `<name>.safetensors` after that. `notes` stand at the
/// top of the text, a line each.
pub fn files(network: &mut Network, notes: &[String]) -> Result<Imported, Problem> {
    let path = format!("{}.safetensors", network.name);
    for layer in &mut network.layers {
        let file = |part: &str, form| TensorRef {
            path: path.clone(),
            tensor: Some(format!("{}.{part}", layer.name)),
            form,
            span: Span::default(),
        };
        match &mut layer.kind {
            LayerKind::Dense(dense) => {
                let is_circulant = matches!(dense.weights, Weights::Circulant { .. });
                dense.weight_file = file("weight", if is_circulant { Form::FirstColumn } else { Form::Dense });
                dense.bias_file = (!dense.bias.is_empty()).then(|| file("bias", Form::Dense));
                dense.thresholds.iter_mut().for_each(|thresholds| thresholds.file = file("thresholds", Form::Dense));
            }
            LayerKind::Affine(affine) => {
                affine.scale_file = file("scale", Form::Dense);
                affine.shift_file = (!affine.shift.is_empty()).then(|| file("shift", Form::Dense));
            }
            LayerKind::Pointwise(pointwise) => {
                pointwise
                    .thresholds
                    .iter_mut()
                    .for_each(|thresholds| thresholds.file = file("thresholds", Form::Dense));
            }
            LayerKind::Add(_) | LayerKind::Concat(_) | LayerKind::Slice(_) | LayerKind::Argmax(_) => {}
        }
    }
    let weights = safetensors::write(&tensors(network)?)?;
    let notes: String = notes.iter().map(|note| format!("// {note}\n")).collect();
    Ok(Imported { circ: notes + &print::network(network), weights })
}
