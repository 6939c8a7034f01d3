//! Infers the sizes along the data and checks every tensor against them.
//!
//! Before: `layer fc1 dense 128`, with a tensor of any shape. After: the layer knows that it takes 64 elements and
//! gives 128, and its tensor is `[128][64]`.
//!
//! Establishes: `inputs` and `outputs` of every layer. Requires: nothing.

use super::Pass;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::network::{Network, Origin};

/// See the module.
pub const PASS: Pass =
    Pass { name: "infer-shapes", about: "infer the sizes along the chain and check the weights against them", run };

fn run(network: &mut Network, diagnostics: &mut Diagnostics) {
    for index in 0..network.layers.len() {
        let layer = &network.layers[index];
        let inputs: Vec<usize> = layer.from.iter().map(|&origin| network.elements(origin)).collect();
        let known = diagnostics.list.len();
        let outputs = layer.kind.operator().infer_shape(layer, &inputs, diagnostics);
        for problem in &mut diagnostics.list[known..] {
            if problem.code == Code::ShapeMismatch {
                let origins = layer.from.iter().zip(&inputs);
                let label = |problem: Diagnostic, (&origin, elements): (&Origin, &usize)| {
                    problem.label(network.span_of(origin), format!("{elements} elements come from here"))
                };
                *problem = origins.fold(problem.clone(), label);
            }
        }
        let layer = &mut network.layers[index];
        (layer.inputs, layer.outputs) = (inputs.iter().sum(), outputs);
    }
}
