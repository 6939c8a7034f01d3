//! A network in the form in which it is trained: layers that gradients go through, and what the loss looks at.

use super::layers::{Making, Parameter, Pass, Trainable, trainable};
use super::straight::Words;
use crate::diag::{Diagnostics, Halted};
use crate::network::{Layer, LayerKind, Network, Origin};
use candle_core::{Result, Tensor};

/// A network that learns.
pub struct Model {
    /// With the index of the network's layer.
    layers: Vec<(Vec<Origin>, Box<dyn Trainable>)>,
    /// Where what is judged comes from.
    judged: Origin,
}

impl Model {
    /// From a network with shapes; complains of every layer that cannot be trained.
    pub fn new(
        network: &Network,
        making: &Making,
        diagnostics: &mut Diagnostics,
    ) -> std::result::Result<Model, Halted> {
        let judged = judged(network);
        let mut layers = Vec::new();
        for (index, layer) in network.layers.iter().enumerate().take(judged.layer().map_or(0, |last| last + 1)) {
            match trainable(layer, index, judged == Origin::Layer(index), making) {
                Ok(made) => layers.push((layer.from.clone(), made)),
                Err(problem) => diagnostics.push(problem),
            }
        }
        diagnostics.checkpoint()?;
        Ok(Model { layers, judged })
    }

    /// What is judged, `[batch][outputs]`, for a batch as the network sees it, `[batch][input]`.
    pub fn forward(&self, input: &Tensor, pass: Pass) -> Result<Tensor> {
        self.forward_with(input, pass, Vec::new())
    }

    /// The same; where there are words of the hardware, of the input and of each layer, those take the place of what
    /// floating point gives.
    pub fn forward_with(&self, input: &Tensor, pass: Pass, words: Vec<Words>) -> Result<Tensor> {
        let mut words = words.into_iter();
        let mut replaced = |given: Tensor| match words.next() {
            Some(words) => words.instead_of(&given),
            None => Ok(given),
        };
        let mut known = vec![replaced(input.clone())?];
        for (from, layer) in &self.layers {
            let parts: Vec<Tensor> = from.iter().map(|origin| origin.of(&known).clone()).collect();
            known.push(replaced(layer.forward(&parts, pass)?)?);
        }
        Ok(self.judged.of(&known).clone())
    }

    /// Everything that changes, in the order of the layers.
    pub fn parameters(&self) -> Vec<Parameter> {
        self.layers.iter().flat_map(|(_, layer)| layer.parameters()).collect()
    }

    /// The network with what was learnt.
    pub fn export(&self, network: &Network) -> Network {
        let mut learnt = network.clone();
        for (layer, (_, trained)) in learnt.layers.iter_mut().zip(&self.layers) {
            sure(trained.export(&mut layer.kind));
        }
        learnt
    }

    /// Takes the network's own weights as the start.
    pub fn start_from(&self, network: &Network) {
        for (layer, (_, trained)) in network.layers.iter().zip(&self.layers) {
            sure(trained.start_from(&layer.kind));
        }
    }
}

/// What the loss looks at: what the last layer takes if it is an argmax, else what it gives.
pub fn judged(network: &Network) -> Origin {
    match network.layers.last() {
        Some(Layer { kind: LayerKind::Argmax(_), from, .. }) => from[0],
        _ => Origin::before(network.layers.len()),
    }
}

/// How many numbers are judged.
pub fn outputs(network: &Network) -> usize {
    match judged(network) {
        Origin::Input => 0,
        Origin::Layer(index) => network.layers[index].outputs,
    }
}

/// Shapes are checked before: what the library refuses is our fault.
pub fn sure<T>(result: Result<T>) -> T {
    result.unwrap_or_else(|problem| crate::bug!("training: {problem}"))
}
