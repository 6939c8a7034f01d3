//! What holds of every network, whatever pass has run; checked after each pass in debug builds.
//!
//! 1. Names of layers are unique.
//! 2. Once shapes are known (`outputs` is not 0), each layer takes what the one before gives.
//! 3. Tensors have the number of elements that their dimensions say.
//! 4. Weights are finite.
//! 5. Formats chain: a dense layer with formats takes the format that the one before gives.
//! 6. The product of a dense layer shares its fraction bits with the bias; in a circulant layer it is one bit wider
//!    than the accumulator.

use super::{Dense, LayerKind, Network, Weights};
use std::collections::BTreeSet;

/// The first invariant that does not hold, by number, with the layer it fails at.
pub fn check(network: &Network) -> Result<(), String> {
    let mut names = BTreeSet::new();
    let mut elements = network.input.size();
    let mut format = network.input.format;
    for layer in &network.layers {
        let name = &layer.name;
        let fail = |number: usize, what: &str| Err(format!("invariant {number} fails at layer `{name}`: {what}"));
        if !names.insert(name) {
            return fail(1, "the name is used twice");
        }
        if layer.outputs != 0 && layer.inputs != elements {
            return fail(2, "it takes another number of elements than it is given");
        }
        elements = layer.outputs;
        if let LayerKind::Dense(dense) = &layer.kind {
            dense_tensors(dense).or_else(|(number, what)| fail(number, what))?;
            dense_formats(dense).or_else(|what| fail(6, what))?;
            if dense.formats.is_some_and(|formats| format != Some(formats.input)) {
                return fail(5, "it takes another format than it is given");
            }
        }
        format = format.and_then(|format| layer.output_format(format));
    }
    Ok(())
}

fn dense_tensors(dense: &Dense) -> Result<(), (usize, &'static str)> {
    let fits = match &dense.weights {
        Weights::Dense { inputs, values } => *inputs > 0 && values.len() % inputs == 0,
        Weights::Circulant { p, q, k, values } => values.len() == p * q * k,
    };
    let finite = dense.weights.values().iter().chain(&dense.bias).all(|value| value.is_finite());
    match (fits, finite) {
        (false, _) => Err((3, "the weights have another number of elements than their dimensions say")),
        (_, false) => Err((4, "a weight is not finite")),
        _ => Ok(()),
    }
}

fn dense_formats(dense: &Dense) -> Result<(), &'static str> {
    let Some(formats) = &dense.formats else { return Ok(()) };
    let circulant = matches!(dense.weights, Weights::Circulant { .. });
    match () {
        _ if formats.bias.frac != formats.product.frac => Err("product and bias have different fraction bits"),
        _ if circulant && formats.product.width() != formats.accumulator.width() + 1 => {
            Err("the product is not one bit wider")
        }
        _ if circulant && formats.product.frac != formats.accumulator.frac => {
            Err("the product has other fraction bits")
        }
        _ => Ok(()),
    }
}
