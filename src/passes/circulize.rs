//! Projects dense weights to block-circulant ones where the layer asks for a block size.
//!
//! Before: `layer fc1 dense 128 block 16` with a matrix `[128][64]`. After: the same with defining vectors
//! `[8][4][16]`.
//!
//! The nearest circulant block in the Frobenius norm has the mean of each wrapped diagonal as its defining vector:
//! `w[d] = mean over b of C[(b + d) mod k][b]`. Blocks over the edge are padded with zeros, which count in the mean.
//! The error `|W - C| / |W|` of the padded matrices is kept with the layer.
//!
//! Establishes: a dense layer has circulant weights exactly if it has a block size. Requires: shapes, no affine layer.

use super::Pass;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::network::{Dense, Layer, LayerKind, Network, Weights};
use rayon::prelude::*;

/// See the module.
pub const PASS: Pass = Pass {
    name: "circulize",
    about: "replace dense weights by block-circulant ones where the layer asks for a block size",
    run,
};

/// Relative error of a projection above which it is reported. Weights trained in circulant form project with none,
/// random ones with `sqrt(1 - 1/k)`.
pub const LOSS_LIMIT: f64 = 0.1;

fn run(network: &mut Network, diagnostics: &mut Diagnostics) {
    for layer in &mut network.layers {
        if let LayerKind::Dense(Dense { block: Some(k), weights, projection_error, .. }) = &mut layer.kind
            && let Weights::Dense { inputs, values } = weights
        {
            let (circulant, error) = project(values, *inputs, *k);
            (*weights, *projection_error) = (circulant, Some(error));
        }
        warn(layer, diagnostics);
    }
}

fn warn(layer: &Layer, diagnostics: &mut Diagnostics) {
    let LayerKind::Dense(Dense { block: Some(k), projection_error: Some(error), weight_file, .. }) = &layer.kind else {
        return;
    };
    if *error > LOSS_LIMIT {
        let (percent, limit) = (error * 100.0, LOSS_LIMIT * 100.0);
        let message = format!(
            "projecting layer `{}` to circulant blocks of {k} changes its weights by `{percent:.1} %`, \
             more than {limit:.0} % rarely keeps the accuracy",
            layer.name
        );
        let warning = Diagnostic::new(Code::ProjectionLosesMuch, layer.span, message);
        let warning = warning.label(weight_file.span, "a dense matrix comes from here");
        diagnostics.push(warning.help("retrain in circulant form, or choose a smaller block"));
    }
}

/// The nearest block-circulant matrix to `values`, `[outputs][inputs]`, and the relative Frobenius error.
pub fn project(values: &[f64], inputs: usize, k: usize) -> (Weights, f64) {
    let outputs = values.len() / inputs;
    let (p, q) = (outputs.div_ceil(k), inputs.div_ceil(k));
    // One strip of k matrix rows at a time: each is read once, from front to back.
    let strips = values.par_chunks(inputs * k).map(|strip| project_strip(strip, inputs, k));
    let strips: Vec<(Vec<f64>, f64, f64)> = strips.collect();
    let lost: f64 = strips.iter().map(|strip| strip.1).sum();
    let whole: f64 = strips.iter().map(|strip| strip.2).sum();
    let error = if whole > 0.0 { (lost / whole).sqrt() } else { 0.0 };
    let values = strips.into_iter().flat_map(|strip| strip.0).collect();
    (Weights::Circulant { p, q, k, values }, error)
}

/// The defining vectors `[q][k]` of up to k matrix rows, the squared norm of what is lost, and of the strip.
///
/// A diagonal of values v with mean w loses `sum (v - w)^2`, padded zeros included.
fn project_strip(strip: &[f64], inputs: usize, k: usize) -> (Vec<f64>, f64, f64) {
    let mut means = vec![0.0; inputs.div_ceil(k) * k];
    for (a, row) in strip.chunks_exact(inputs).enumerate() {
        for (column, value) in row.iter().enumerate() {
            means[column / k * k + (a + k - column % k) % k] += value / k as f64;
        }
    }
    let mut lost: f64 = means.iter().map(|mean| mean * mean * k as f64).sum();
    let mut whole = 0.0;
    for (a, row) in strip.chunks_exact(inputs).enumerate() {
        for (column, value) in row.iter().enumerate() {
            let mean = means[column / k * k + (a + k - column % k) % k];
            // The padded zeros on this diagonal lose mean^2 each; this element does not.
            lost += (value - mean) * (value - mean) - mean * mean;
            whole += value * value;
        }
    }
    (means, lost.max(0.0), whole)
}
