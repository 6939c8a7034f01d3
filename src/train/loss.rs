//! What training makes small: softmax cross-entropy, or the mean squared error.

use super::samples::Targets;
use candle_core::{D, Device, Result, Tensor};
use serde::{Deserialize, Serialize};

/// A loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Loss {
    /// `-log softmax(outputs)[class]`, mean over the batch, in nats.
    CrossEntropy,
    /// Mean over batch and outputs; a class is a one among zeros.
    MeanSquare,
}

impl Loss {
    /// The loss of `[batch][outputs]`, one number.
    pub fn of(self, outputs: &Tensor, targets: &Targets) -> Result<Tensor> {
        match (self, targets) {
            (Loss::CrossEntropy, Targets::Classes(classes)) => {
                let least = outputs.max_keepdim(D::Minus1)?.detach();
                let shifted = outputs.broadcast_sub(&least)?;
                let total = shifted.exp()?.sum_keepdim(D::Minus1)?.log()?;
                let right = Tensor::from_slice(classes, (classes.len(), 1), &Device::Cpu)?;
                (total - shifted.gather(&right, D::Minus1)?)?.mean_all()
            }
            (Loss::CrossEntropy, Targets::Values { .. }) => {
                crate::bug!("training: cross-entropy without classes")
            }
            (Loss::MeanSquare, targets) => {
                let wanted = targets.values(outputs.dim(1)?);
                let wanted = Tensor::from_vec(wanted, outputs.shape(), &Device::Cpu)?.to_dtype(outputs.dtype())?;
                (outputs - wanted)?.sqr()?.mean_all()
            }
        }
    }
}
