//! A network on samples at the levels `circulant` and `fixed`: what a training is worth in the end.

use super::samples::Targets;
use crate::frontend::dataset::{Labelled, Wanted};
use crate::network::Network;
use crate::network::argmax::class;
use crate::reference::{Fixed, Real, scaled};
use rayon::prelude::*;
use serde::Serialize;

/// The figure of a level.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figure {
    /// `circulant` or `fixed`.
    pub level: &'static str,
    /// How many samples.
    pub samples: usize,
    /// Of how many the class is right, where there are classes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub right: Option<usize>,
    /// The mean squared error over samples and outputs, where there are numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean_square: Option<f64>,
}

impl Figure {
    /// `98.99 %`, or the error.
    pub fn text(&self) -> String {
        match (self.right, self.mean_square) {
            (Some(right), _) => format!("{:.2} %", 100.0 * right as f64 / self.samples.max(1) as f64),
            (_, error) => format!("mean squared error {:.6}", error.unwrap_or(f64::NAN)),
        }
    }
}

/// Both figures of a network that all passes have run over.
pub fn figures(network: &Network, set: &Labelled) -> [Figure; 2] {
    let samples: Vec<&[f64]> = set.inputs.chunks_exact(network.input.size()).collect();
    let in_units = |mut outputs: Vec<f64>| {
        network.output.apply(&mut outputs);
        outputs
    };
    let real = Real::new(network);
    let circulant: Vec<Vec<f64>> =
        samples.par_iter().map(|raw| in_units(real.run(&scaled(&network.input, raw)))).collect();
    let fixed = Fixed::new(network);
    let format = fixed.formats().last().copied();
    let of_word = |&word: &i64| format.map_or(0.0, |format| format.to_real(word));
    let run = |raw: &&[f64]| in_units(fixed.run(&fixed.quantise(raw)).output().iter().map(of_word).collect());
    let fixed: Vec<Vec<f64>> = samples.par_iter().map(run).collect();
    [("circulant", circulant), ("fixed", fixed)].map(|(level, outputs)| figure(level, &outputs, &set.wanted))
}

fn figure(level: &'static str, outputs: &[Vec<f64>], wanted: &Wanted) -> Figure {
    let samples = outputs.len();
    match wanted {
        Wanted::Classes(classes) => {
            let right = outputs.iter().zip(classes).filter(|(output, wanted)| class(output) == **wanted).count();
            Figure { level, samples, right: Some(right), mean_square: None }
        }
        Wanted::Nothing => crate::bug!("training: a test set without targets"),
        Wanted::Values(values) => {
            let of_sample = |(output, wanted): (&Vec<f64>, &[f64])| -> f64 {
                output.iter().zip(wanted).map(|(a, b)| (a - b) * (a - b)).sum()
            };
            let total: f64 = outputs.iter().zip(values.values.chunks_exact(values.shape[1])).map(of_sample).sum();
            Figure { level, samples, right: None, mean_square: Some(total / values.values.len() as f64) }
        }
    }
}

/// The loss that goes with targets.
pub fn natural_loss(targets: &Targets) -> super::loss::Loss {
    match targets {
        Targets::Classes(_) => super::loss::Loss::CrossEntropy,
        Targets::Values { .. } => super::loss::Loss::MeanSquare,
    }
}
