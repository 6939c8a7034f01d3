//! Whole blocks held at zero: in each circulant layer those with the least norms.
//!
//! Which they are is seen in the weights alone, so that a training goes on from its checkpoint: a block of zeros stays one.

use super::layers::{Parameter, Role};
use super::model::sure;
use candle_core::{Tensor, Var};
use serde::{Deserialize, Serialize};

/// What is held at zero, and from when.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Prune {
    /// The share of the blocks of each circulant layer, rounded down to whole ones: one is left at least.
    pub share: f64,
    /// Epochs before that.
    pub after: usize,
}

/// Weights some blocks of which are zero, with a one for each number that may change.
pub struct Held(Vec<(Var, Tensor)>);

impl Prune {
    /// Sets blocks to zero.
    pub fn cut(&self, parameters: &[Parameter]) {
        for (value, k) in circulant(parameters) {
            let mut values = numbers(value);
            let norms: Vec<f64> = values.chunks_exact(k).map(norm).collect();
            let mut order: Vec<usize> = (0..norms.len()).collect();
            order.sort_by(|&a, &b| norms[a].total_cmp(&norms[b]));
            for &block in &order[..(self.share * norms.len() as f64) as usize] {
                values[block * k..(block + 1) * k].fill(0.0);
            }
            sure(Tensor::from_vec(values, value.shape(), value.device()).and_then(|values| value.set(&values)));
        }
    }
}

impl Held {
    /// The blocks that are zero now.
    pub fn of(parameters: &[Parameter]) -> Held {
        let mask = |(value, k): (&Var, usize)| {
            let mut mask = numbers(value);
            for block in mask.chunks_exact_mut(k) {
                let kept = if norm(block) == 0.0 { 0.0 } else { 1.0 };
                block.fill(kept);
            }
            (value.clone(), sure(Tensor::from_vec(mask, value.shape(), value.device())))
        };
        Held(circulant(parameters).map(mask).collect())
    }

    /// Takes back what a step made of them.
    pub fn hold(&self) {
        for (value, mask) in &self.0 {
            sure((value.as_tensor() * mask).and_then(|held| value.set(&held)));
        }
    }
}

/// Weights `[p][q][k]` with their k.
fn circulant(parameters: &[Parameter]) -> impl Iterator<Item = (&Var, usize)> {
    parameters.iter().filter_map(|parameter| match parameter.role {
        Role::Weight { shared } if shared > 1 => Some((&parameter.value, shared)),
        _ => None,
    })
}

fn numbers(value: &Var) -> Vec<f32> {
    sure(value.flatten_all().and_then(|all| all.to_vec1()))
}

fn norm(block: &[f32]) -> f64 {
    block.iter().map(|&value| value as f64 * value as f64).sum()
}
