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
use crate::network::{Dense, Layer, LayerKind, Network, Numbers, Weights};
use rayon::prelude::*;
use std::ops::Range;

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
pub fn project(values: &Numbers, inputs: usize, k: usize) -> (Weights, f64) {
    let outputs = values.len() / inputs;
    let (p, q) = (outputs.div_ceil(k), inputs.div_ceil(k));
    // one strip of k matrix rows at a time, row by row: a file is read as it lies
    let strips = (0..p).into_par_iter().map(|i| {
        let rows = i * k..outputs.min((i + 1) * k);
        Strip { values, inputs, k, rows }.project()
    });
    let strips: Vec<(Vec<f64>, f64, f64)> = strips.collect();
    let lost: f64 = strips.iter().map(|strip| strip.1).sum();
    let whole: f64 = strips.iter().map(|strip| strip.2).sum();
    let error = if whole > 0.0 { (lost / whole).sqrt() } else { 0.0 };
    let values = strips.into_iter().flat_map(|strip| strip.0).collect();
    (Weights::Circulant { p, q, k, values }, error)
}

/// Up to k rows of a matrix.
struct Strip<'a> {
    values: &'a Numbers,
    inputs: usize,
    k: usize,
    rows: Range<usize>,
}

impl Strip<'_> {
    /// The defining vectors `[q][k]`, the squared norm of what is lost, and of the strip.
    ///
    /// A diagonal of values v with mean w loses `sum (v - w)^2`, padded zeros included.
    fn project(&self) -> (Vec<f64>, f64, f64) {
        let k = self.k;
        let mut means = vec![0.0; self.inputs.div_ceil(k) * k];
        self.each_piece(|diagonals, values| {
            let means = &mut means[diagonals..diagonals + values.len()];
            means.iter_mut().zip(values).for_each(|(mean, value)| *mean += value / k as f64);
        });
        let mut lost: f64 = self.columns(&means).iter().map(|mean| mean * mean * k as f64).sum();
        let mut whole = 0.0;
        self.each_piece(|diagonals, values| {
            for (value, mean) in values.iter().zip(&means[diagonals..]) {
                // The padded zeros on this diagonal lose mean^2 each; this element does not.
                lost += (value - mean) * (value - mean) - mean * mean;
                whole += value * value;
            }
        });
        (self.columns(&means), lost.max(0.0), whole)
    }

    /// Row by row, the pieces of each block in which column and diagonal run side by side: the first diagonal, which is
    /// numbered `[j][(column - row) mod k]`, and the values.
    fn each_piece(&self, mut see: impl FnMut(usize, &[f64])) {
        let mut buffer = Vec::new();
        for (a, row) in self.rows.clone().enumerate() {
            let row = self.values.part(row * self.inputs..(row + 1) * self.inputs, &mut buffer);
            for (j, block) in row.chunks(self.k).enumerate() {
                let (before, after) = block.split_at(a.min(block.len()));
                see((j + 1) * self.k - a, before);
                see(j * self.k, after);
            }
        }
    }

    /// Numbered by diagonals to first columns: `w[d]` stands on the diagonals `-d mod k`.
    fn columns(&self, diagonals: &[f64]) -> Vec<f64> {
        let column = |block: &[f64]| (0..self.k).map(|d| block[(self.k - d) % self.k]).collect::<Vec<_>>();
        diagonals.chunks_exact(self.k).flat_map(column).collect()
    }
}
