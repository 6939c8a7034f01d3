//! Samples and what is wanted for them: splits, batches.

use super::chance::{Chance, Purpose};
use crate::diag::Error;
use crate::frontend::dataset::{Labelled, Wanted};
use crate::network::Network;
use rand::seq::SliceRandom;

/// Samples with their targets.
#[derive(Clone, Debug)]
pub struct Samples {
    /// As the network sees them, `[samples][size]`.
    pub inputs: Vec<f32>,
    /// Elements of one sample.
    pub size: usize,
    /// What is wanted.
    pub targets: Targets,
}

/// What is wanted for each sample.
#[derive(Clone, Debug, PartialEq)]
pub enum Targets {
    /// Its class.
    Classes(Vec<u32>),
    /// Its outputs, `[samples][outputs]`.
    Values {
        /// The numbers, as the last layer gives them.
        values: Vec<f32>,
        /// Numbers per sample.
        outputs: usize,
    },
}

impl Targets {
    /// How many samples.
    pub fn count(&self) -> usize {
        match self {
            Targets::Classes(classes) => classes.len(),
            Targets::Values { values, outputs } => values.len() / outputs,
        }
    }

    /// Those of some samples.
    pub fn pick(&self, chosen: &[usize]) -> Targets {
        match self {
            Targets::Classes(classes) => Targets::Classes(chosen.iter().map(|&at| classes[at]).collect()),
            Targets::Values { values, outputs } => Targets::Values {
                values: chosen.iter().flat_map(|&at| &values[at * outputs..(at + 1) * outputs]).copied().collect(),
                outputs: *outputs,
            },
        }
    }

    /// As numbers, `[samples][outputs]`: a class is a one among zeros.
    pub fn values(&self, outputs: usize) -> Vec<f32> {
        match self {
            Targets::Classes(classes) => {
                let mut values = vec![0.0; classes.len() * outputs];
                classes.iter().enumerate().for_each(|(at, &class)| values[at * outputs + class as usize] = 1.0);
                values
            }
            Targets::Values { values, .. } => values.clone(),
        }
    }
}

impl Samples {
    /// Of a data set for a network that gives `outputs` numbers before its argmax; refuses targets that do not fit.
    pub fn new(labelled: &Labelled, network: &Network, outputs: usize) -> Result<Samples, Error> {
        let malformed = |problem| Error::Malformed { path: labelled.path.clone(), problem };
        let targets = match &labelled.wanted {
            Wanted::Classes(classes) => {
                if let Some(at) = classes.iter().position(|&class| class >= outputs) {
                    let class = classes[at];
                    let problem = format!("label {at} is `{class}`, the network tells {outputs} classes apart, from 0");
                    return Err(malformed(problem));
                }
                Targets::Classes(classes.iter().map(|&class| class as u32).collect())
            }
            Wanted::Nothing => return Err(malformed("there are no labels and no targets beside the samples".into())),
            Wanted::Values(values) if values.shape[1] != outputs => {
                let found = values.shape[1];
                return Err(malformed(format!("{found} targets for each sample, the network gives {outputs} outputs")));
            }
            Wanted::Values(values) => {
                let of_last = |value: &f64| ((value - network.output.shift) / network.output.scale) as f32;
                Targets::Values { values: values.values.iter().map(of_last).collect(), outputs }
            }
        };
        let inputs = scaled(labelled, network);
        Ok(Samples { inputs, size: network.input.size(), targets })
    }

    /// How many.
    pub fn count(&self) -> usize {
        self.inputs.len() / self.size
    }

    /// Some of them.
    pub fn pick(&self, chosen: &[usize]) -> Samples {
        let inputs = chosen.iter().flat_map(|&at| &self.inputs[at * self.size..(at + 1) * self.size]).copied();
        Samples { inputs: inputs.collect(), size: self.size, targets: self.targets.pick(chosen) }
    }

    /// The first ones, `[samples][size]`.
    pub fn first(&self, most: usize) -> Vec<Vec<f64>> {
        let sample = |values: &[f32]| values.iter().map(|&value| value as f64).collect();
        self.inputs.chunks_exact(self.size).take(most).map(sample).collect()
    }

    /// Those to train on, and a share held back.
    pub fn split(&self, share: f64, chance: Chance) -> (Samples, Samples) {
        let (kept, held) = split(self.count(), share, chance);
        (self.pick(&kept), self.pick(&held))
    }

    /// The batches of an epoch, as indices.
    pub fn batches(&self, size: usize, epoch: usize, chance: Chance) -> Vec<Vec<usize>> {
        let mut order: Vec<usize> = (0..self.count()).collect();
        order.shuffle(&mut chance.stream(Purpose::Order, epoch as u64));
        order.chunks(size).map(<[usize]>::to_vec).collect()
    }
}

/// Raw samples as the network sees them.
pub fn scaled(labelled: &Labelled, network: &Network) -> Vec<f32> {
    labelled.inputs.iter().map(|value| (value * network.input.scale) as f32).collect()
}

/// Which of so many samples are trained on, and which held back: the seed decides alone. Both in order.
pub fn split(count: usize, share: f64, chance: Chance) -> (Vec<usize>, Vec<usize>) {
    let mut order: Vec<usize> = (0..count).collect();
    order.shuffle(&mut chance.stream(Purpose::Split, 0));
    let mut kept = order.split_off(((share * count as f64).round() as usize).min(count));
    kept.sort();
    order.sort();
    (kept, order)
}
