//! What holds of every network, whatever pass has run; checked after each pass in debug builds.
//!
//! 1. Names of layers are unique.
//! 2. A layer takes something, and only what comes before it; once shapes are known (`outputs` is not 0), all of it.
//! 3. Tensors have the number of elements that their dimensions say.
//! 4. Weights are finite.
//! 5. Formats chain: a layer with formats takes those that its origins give.
//! 6. The product of a dense layer shares its fraction bits with the bias; in a circulant layer it is one bit wider
//!    than the accumulator.
//! 7. Every layer but the last is taken by another one.

use super::{Dense, LayerKind, Network, Origin, Weights};
use crate::fixed::QFormat;
use std::collections::BTreeSet;

/// The first invariant that does not hold, by number, with the layer it fails at.
pub fn check(network: &Network) -> Result<(), String> {
    let mut names = BTreeSet::new();
    let mut formats = vec![network.input.format];
    for (index, layer) in network.layers.iter().enumerate() {
        let name = &layer.name;
        let fail = |number: usize, what: &str| Err(format!("invariant {number} fails at layer `{name}`: {what}"));
        if !names.insert(name) {
            return fail(1, "the name is used twice");
        }
        if layer.from.is_empty() || layer.from.iter().any(|&origin| origin >= Origin::Layer(index)) {
            return fail(2, "it takes nothing, or what comes after it");
        }
        let elements: usize = layer.from.iter().map(|&origin| network.elements(origin)).sum();
        if layer.outputs != 0 && layer.inputs != elements {
            return fail(2, "it takes another number of elements than it is given");
        }
        let given: Option<Vec<QFormat>> = layer.from.iter().map(|origin| *origin.of(&formats)).collect();
        if let LayerKind::Dense(dense) = &layer.kind {
            dense_tensors(dense).or_else(|(number, what)| fail(number, what))?;
            dense_formats(dense).or_else(|what| fail(6, what))?;
        }
        if taken(&layer.kind).is_some_and(|taken| given.as_ref() != Some(&taken)) {
            return fail(5, "it takes another format than it is given");
        }
        if index + 1 < network.layers.len() && network.readers(Origin::Layer(index)).next().is_none() {
            return fail(7, "nothing takes what it gives");
        }
        formats.push(given.and_then(|given| layer.output_format(given[0])));
    }
    Ok(())
}

/// The formats that a layer was built for, by origin; `None` before `choose-formats` and where any will do.
fn taken(kind: &LayerKind) -> Option<Vec<QFormat>> {
    match kind {
        LayerKind::Dense(dense) => dense.formats.map(|formats| vec![formats.input]),
        LayerKind::Add(add) => add.inputs.clone(),
        LayerKind::Concat(concat) => {
            concat.formats.as_ref().map(|formats| formats.parts.iter().map(|part| part.0).collect())
        }
        LayerKind::Pointwise(pointwise) => pointwise.formats.map(|formats| vec![formats.input]),
        LayerKind::Affine(_) | LayerKind::Slice(_) | LayerKind::Argmax(_) => None,
    }
}

fn dense_tensors(dense: &Dense) -> Result<(), (usize, &'static str)> {
    let fits = match &dense.weights {
        Weights::Dense { inputs, values } => *inputs > 0 && values.len() % inputs == 0,
        Weights::Circulant { p, q, k, values } => values.len() == p * q * k,
    };
    let finite = |values: &[f64]| values.iter().all(|value| value.is_finite());
    let finite = finite(&dense.bias)
        && match &dense.weights {
            Weights::Dense { values, .. } => values.not_finite().is_none(),
            Weights::Circulant { values, .. } => finite(values),
        };
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
