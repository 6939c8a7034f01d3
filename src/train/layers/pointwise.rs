//! Activations, behind weights and alone.

use super::{Pass, Trainable, not_trainable};
use crate::diag::Diagnostic;
use crate::network::dense::Stated;
use crate::network::{Activation, Layer, Pointwise, Thresholds};
use candle_core::{Result, Tensor};

/// A function of every element.
pub struct Function(Activation);

impl Function {
    /// Refuses what has no gradient.
    pub fn new(layer: &Layer, function: &Pointwise) -> std::result::Result<Function, Diagnostic> {
        smooth(layer, &function.thresholds, &function.stated)?;
        Ok(Function(function.activation))
    }

    /// The function of every element.
    pub fn apply(&self, x: &Tensor) -> Result<Tensor> {
        activated(self.0, x)
    }
}

impl Trainable for Function {
    fn forward(&self, parts: &[Tensor], _: Pass) -> Result<Tensor> {
        self.apply(&parts[0])
    }
}

/// Refuses thresholds and quantisers.
pub fn smooth(layer: &Layer, thresholds: &Option<Thresholds>, stated: &Stated) -> std::result::Result<(), Diagnostic> {
    let problem = match (thresholds, stated.quantised) {
        (Some(_), _) => "counts thresholds",
        (None, true) => "rounds by `quantise`",
        _ => return Ok(()),
    };
    Err(not_trainable(layer, problem).help("state an activation, and a width by `format`"))
}

/// The activation of every element.
pub fn activated(activation: Activation, x: &Tensor) -> Result<Tensor> {
    match activation {
        Activation::Identity => Ok(x.clone()),
        Activation::Relu => x.relu(),
        Activation::LeakyRelu(slope) => x.relu()? - (x.neg()?.relu()? * slope)?,
        Activation::Clip(low, high) => x.clamp(low, high),
        // the same function, without an exponential that overflows
        Activation::Sigmoid => ((x * 0.5)?.tanh()? * 0.5)? + 0.5,
        Activation::Tanh => x.tanh(),
    }
}
