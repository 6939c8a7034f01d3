//! The loss of an assignment on samples, in f64.
//!
//! Outputs of layers are kept by the part of the assignment that they depend on: a search changes one layer or two at a
//! time, and only what lies behind them is computed again.

use super::choices::{Choice, Choices, expanded};
use crate::network::argmax::class;
use crate::network::{Dense, Layer, LayerKind, Network, Origin};
use rayon::prelude::*;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Most bytes of kept outputs.
const KEPT: usize = 1 << 28;

/// Samples that share a row of weights while it is near.
const SHARED: usize = 8;

/// Samples and what is known of them.
pub struct Split {
    /// As the network sees them.
    pub inputs: Vec<Vec<f64>>,
    /// Their classes.
    pub labels: Option<Vec<usize>>,
}

/// How good an assignment is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Score {
    /// Mean cross-entropy in nats, or the relative error of the outputs.
    pub loss: f64,
    /// Samples whose class is wrong, where labels tell.
    pub wrong: Option<usize>,
    /// Of so many.
    pub samples: usize,
}

impl Score {
    /// The share of wrong classes.
    pub fn error_rate(&self) -> f64 {
        self.wrong.unwrap_or(0) as f64 / self.samples.max(1) as f64
    }
}

/// Outputs of all samples.
type Batch = Arc<Vec<Vec<f64>>>;

/// Measures assignments on one part of the samples.
pub struct Judge<'a> {
    network: &'a Network,
    /// The choices measured.
    pub choices: &'a Choices,
    inputs: Batch,
    labels: Option<Vec<usize>>,
    /// Outputs before the last argmax of the network as given.
    given: Batch,
    kept: BTreeMap<(usize, Vec<usize>), Batch>,
    bytes: usize,
    scores: BTreeMap<Vec<usize>, Score>,
}

/// Where what is judged comes from: what the last layer takes if it is an argmax, else what it gives.
fn judged(network: &Network) -> Vec<Origin> {
    match network.layers.last() {
        Some(Layer { kind: LayerKind::Argmax(_), from, .. }) => from.clone(),
        _ => vec![Origin::before(network.layers.len())],
    }
}

/// How many numbers are judged.
pub fn logits(network: &Network) -> usize {
    let size = |origin: &Origin| match origin {
        Origin::Input => network.input.size(),
        Origin::Layer(index) => network.layers[*index].outputs,
    };
    judged(network).iter().map(size).sum()
}

/// The elements of several origins, sample by sample; `known` begins with the input's.
fn gather(from: &[Origin], known: &[Batch]) -> Batch {
    if let [origin] = from {
        return Arc::clone(origin.of(known));
    }
    let samples = known.first().map_or(0, |inputs| inputs.len());
    let sample = |at: usize| from.iter().flat_map(|origin| &origin.of(known)[at]).copied().collect();
    Arc::new((0..samples).map(sample).collect())
}

impl<'a> Judge<'a> {
    /// Runs the network as given once.
    pub fn new(network: &'a Network, choices: &'a Choices, split: Split) -> Judge<'a> {
        let Split { inputs, labels } = split;
        let (inputs, given, kept, scores) = (Arc::new(inputs), Arc::default(), BTreeMap::new(), BTreeMap::new());
        let mut judge = Judge { network, choices, inputs, labels, given, kept, bytes: 0, scores };
        judge.given = judge.outputs(&vec![0; choices.layers.len()]);
        judge
    }

    /// The loss of an assignment: an option for each layer with weights.
    pub fn measure(&mut self, assignment: &[usize]) -> Score {
        if let Some(score) = self.scores.get(assignment) {
            return *score;
        }
        let outputs = self.outputs(assignment);
        let score = match &self.labels {
            Some(labels) => by_labels(&outputs, labels),
            None => by_outputs(&outputs, &self.given),
        };
        self.scores.insert(assignment.to_vec(), score);
        score
    }

    /// Whether a score holds an error limit beside that of the network as given.
    pub fn is_within(&self, score: &Score, given: &Score, limit: f64) -> bool {
        match self.labels {
            Some(_) => score.error_rate() - given.error_rate() <= limit,
            None => score.loss <= limit,
        }
    }

    /// The outputs before the last argmax.
    fn outputs(&mut self, assignment: &[usize]) -> Batch {
        let mut known = vec![Arc::clone(&self.inputs)];
        for layer in 0..self.network.layers.len() {
            let weighted = self.choices.layers.iter().take_while(|choice| choice.index <= layer).count();
            let key = (layer, assignment[..weighted].to_vec());
            let outputs = match self.kept.get(&key) {
                Some(kept) => Arc::clone(kept),
                None => {
                    let inputs = gather(&self.network.layers[layer].from, &known);
                    let outputs = Arc::new(self.layer(layer, assignment, &inputs));
                    self.keep(key, &outputs);
                    outputs
                }
            };
            known.push(outputs);
        }
        gather(&judged(self.network), &known)
    }

    fn keep(&mut self, key: (usize, Vec<usize>), outputs: &Batch) {
        let bytes = outputs.iter().map(|output| output.len() * size_of::<f64>()).sum::<usize>();
        if self.bytes + bytes > KEPT {
            self.kept.clear();
            self.bytes = 0;
        }
        self.bytes += bytes;
        self.kept.insert(key, Arc::clone(outputs));
    }

    fn layer(&self, index: usize, assignment: &[usize], inputs: &[Vec<f64>]) -> Vec<Vec<f64>> {
        let layer = &self.network.layers[index];
        let at = self.choices.layers.iter().position(|choice| choice.index == index);
        match (&layer.kind, at) {
            (LayerKind::Dense(dense), Some(at)) => {
                product(layer, dense, &self.choices.layers[at].options[assignment[at]], inputs)
            }
            (kind, _) => {
                let real = kind.operator().real();
                inputs.par_iter().map(|input| real(input)).collect()
            }
        }
    }
}

/// A dense layer with the weights of a choice, on all samples.
fn product(layer: &Layer, dense: &Dense, choice: &Choice, inputs: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let matrix = expanded(&choice.weights, layer.outputs, layer.inputs);
    let some = |samples: &[Vec<f64>]| -> Vec<Vec<f64>> {
        let mut sums = vec![Vec::with_capacity(layer.outputs); samples.len()];
        for row in matrix.chunks_exact(layer.inputs) {
            samples.iter().zip(&mut sums).for_each(|(sample, sums)| sums.push(dot(row, sample)));
        }
        sums.into_iter().map(|sums| dense.activated(dense.add_bias(sums))).collect()
    };
    inputs.par_chunks(SHARED).flat_map_iter(some).collect()
}

/// A sum of products in eight parts, which processors add side by side.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut parts = [0.0; 8];
    let (blocks, rest) = (a.chunks_exact(8).zip(b.chunks_exact(8)), a.len() / 8 * 8);
    for (a, b) in blocks {
        parts.iter_mut().zip(a.iter().zip(b)).for_each(|(part, (a, b))| *part += a * b);
    }
    let rest: f64 = a[rest..].iter().zip(&b[rest..]).map(|(a, b)| a * b).sum();
    parts.iter().sum::<f64>() + rest
}

fn by_labels(outputs: &[Vec<f64>], labels: &[usize]) -> Score {
    let one = |(output, &label): (&Vec<f64>, &usize)| {
        let most = output.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let total: f64 = output.iter().map(|x| (x - most).exp()).sum();
        (total.ln() - (output[label] - most), (class(output) != label) as usize)
    };
    let (loss, wrong) = outputs.iter().zip(labels).map(one).fold((0.0, 0), |sum, x| (sum.0 + x.0, sum.1 + x.1));
    Score { loss: loss / outputs.len() as f64, wrong: Some(wrong), samples: outputs.len() }
}

fn by_outputs(outputs: &[Vec<f64>], given: &[Vec<f64>]) -> Score {
    let (mut noise, mut signal) = (0.0, 0.0);
    for (output, given) in outputs.iter().zip(given) {
        noise += output.iter().zip(given).map(|(a, b)| (a - b) * (a - b)).sum::<f64>();
        signal += given.iter().map(|x| x * x).sum::<f64>();
    }
    // outputs that are all zero have no relative error
    let loss = if signal > 0.0 { (noise / signal).sqrt() } else { noise.sqrt() };
    Score { loss, wrong: None, samples: outputs.len() }
}
