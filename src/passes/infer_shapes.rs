//! Infers the sizes along the chain of layers and checks every tensor against them.
//!
//! Before: `layer fc1 dense 128`, with a tensor of any shape. After: the layer knows that it takes 64 elements and
//! gives 128, and its tensor is `[128][64]`.
//!
//! Establishes: `inputs` and `outputs` of every layer. Requires: nothing.

use super::Pass;
use crate::diag::{Code, Diagnostics};
use crate::network::Network;

/// See the module.
pub const PASS: Pass =
    Pass { name: "infer-shapes", about: "infer the sizes along the chain and check the weights against them", run };

fn run(network: &mut Network, diagnostics: &mut Diagnostics) {
    let mut inputs = network.input.size();
    let mut origin = network.input.span;
    for layer in &mut network.layers {
        let known = diagnostics.list.len();
        let outputs = layer.kind.operator().infer_shape(layer, inputs, diagnostics);
        for problem in &mut diagnostics.list[known..] {
            if problem.code == Code::ShapeMismatch {
                *problem = problem.clone().label(origin, format!("{inputs} elements come from here"));
            }
        }
        (layer.inputs, layer.outputs) = (inputs, outputs);
        (inputs, origin) = (outputs, layer.span);
    }
}
