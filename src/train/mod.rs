//! Learning in block-circulant form: a network's weights from samples, by gradients that never leave that form.
//!
//! [`train()`] takes a [`Network`] as resolved, with shapes, and gives the same with the weights it learnt. Forward and
//! backward of a circulant layer go through the spectrum ([`circulant`]); the rest is candle's.
//!
//! Architecture invariant: candle, gemm and realfft are used here and nowhere else; files are read by the frontend and
//! written by `emit::write`. All numbers that are not results of gradients come from a seed and a place ([`chance`]), and
//! no sum depends on the order in which threads finish: the same plan gives the same weights, interrupted or not.
//!
#![doc = include_str!("training.md")]

pub mod augment;
pub mod chance;
pub mod checkpoint;
pub mod circulant;
pub mod convert;
mod descent;
pub mod export;
pub mod history;
pub mod judge;
pub mod layers;
pub mod loss;
pub mod mel;
pub mod model;
pub mod optimiser;
pub mod prune;
pub mod pull;
pub mod ranges;
pub mod rate;
pub mod samples;
pub mod spectrum;
pub mod straight;
pub mod sweep;

use crate::diag::{Diagnostics, Error, Halted};
use crate::network::Network;
use augment::Augment;
use checkpoint::Checkpoint;
use history::{Epoch, History};
use layers::Making;
use loss::Loss;
use model::Model;
use optimiser::Optimiser;
use prune::Prune;
use rate::Curve;
use samples::Samples;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// How to train; what is not the network and not the samples.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Times that every sample is used.
    pub epochs: usize,
    /// Samples per step.
    pub batch: usize,
    /// How gradients become steps.
    pub optimiser: Optimiser,
    /// The learning rate at its highest.
    pub rate: f64,
    /// How the rate goes on.
    pub curve: Curve,
    /// Epochs in which the rate climbs from zero.
    pub warm_up: f64,
    /// What weights lose in a step, in units of the rate.
    pub decay: f64,
    /// The share of the outputs of hidden layers that a step leaves out.
    pub dropout: f64,
    /// Whether hidden layers with weights are normalised over the batch; folded away at the end.
    pub batch_norm: bool,
    /// How samples are changed.
    pub augment: Augment,
    /// What is made small.
    pub loss: Loss,
    /// The share of the samples held back to judge on.
    pub held_back: f64,
    /// Stop after so many epochs without a better loss on what is held back, and give the best weights.
    pub patience: Option<usize>,
    /// Whether the way there is that of the hardware, at level `fixed`.
    pub quantised: bool,
    /// Blocks held at zero.
    pub prune: Option<Prune>,
    /// Of everything random.
    pub seed: u64,
}

impl Default for Plan {
    fn default() -> Plan {
        Plan {
            epochs: 20,
            batch: 64,
            optimiser: Optimiser::Adam,
            rate: 2e-3,
            curve: Curve::Cosine,
            warm_up: 0.0,
            decay: 0.01,
            dropout: 0.0,
            batch_norm: false,
            augment: Augment::default(),
            loss: Loss::CrossEntropy,
            held_back: 0.1,
            patience: None,
            quantised: false,
            prune: None,
            seed: 1,
        }
    }
}

/// What to start from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// Random weights.
    Random,
    /// The weights of the network.
    Given,
    /// The checkpoint.
    Checkpoint,
}

/// A network that has learnt.
#[derive(Clone, Debug)]
pub struct Trained {
    /// With its weights.
    pub network: Network,
    /// What each epoch brought.
    pub history: History,
}

/// Why training ends without weights.
#[derive(Debug)]
pub enum Fault {
    /// The network, said in diagnostics.
    Network,
    /// A loss or a weight that is no number.
    Diverged {
        /// The epoch, from 1.
        epoch: usize,
        /// The step in it, from 1.
        step: usize,
    },
    /// The world outside.
    Error(Error),
}

impl From<Error> for Fault {
    fn from(error: Error) -> Fault {
        Fault::Error(error)
    }
}

impl From<Halted> for Fault {
    fn from(_: Halted) -> Fault {
        Fault::Network
    }
}

/// Complains of everything in a network with shapes that cannot be trained by a plan.
pub fn check(network: &Network, plan: &Plan, diagnostics: &mut Diagnostics) -> Result<(), Halted> {
    export::check(network, diagnostics);
    Model::new(network, &Making::new(plan), diagnostics).map(drop)
}

/// Sees how training goes on.
pub trait Watch {
    /// So many steps are done, of so many.
    fn step(&mut self, done: u64, all: u64);
    /// An epoch is done.
    fn epoch(&mut self, epoch: &Epoch);
}

/// Trains a network with shapes on samples by a plan; a checkpoint is written to `place` after every epoch.
pub fn train(
    network: &Network,
    samples: &Samples,
    plan: &Plan,
    start: Start,
    place: &Path,
    watch: &mut dyn Watch,
    diagnostics: &mut Diagnostics,
) -> Result<Trained, Fault> {
    let mut training = descent::Training::new(network, samples, plan, diagnostics)?;
    match start {
        Start::Random => {}
        Start::Given => training.start_from_network(),
        Start::Checkpoint => training.restore(Checkpoint::read(place)?, place)?,
    }
    while !training.is_done() {
        training.epoch(watch, diagnostics)?;
        training.checkpoint().write(place)?;
    }
    Ok(training.finish())
}
