//! Layers in the form in which they are trained: one file per kind. A new kind is a file and a row of [`trainable`].

mod dense;
mod join;
mod norm;
mod pointwise;

use super::Plan;
use super::chance::Chance;
use crate::diag::{Code, Diagnostic};
use crate::network::{Layer, LayerKind};
use candle_core::{DType, Result, Tensor, Var};

/// A layer that gradients go through.
pub trait Trainable {
    /// What it gives for what it takes of each origin, `[batch][elements]`.
    fn forward(&self, parts: &[Tensor], pass: Pass) -> Result<Tensor>;

    /// Everything in it that changes.
    fn parameters(&self) -> Vec<Parameter> {
        Vec::new()
    }

    /// Puts what was learnt into the network's layer; a normalisation is folded into weights and bias.
    fn export(&self, _kind: &mut LayerKind) -> Result<()> {
        Ok(())
    }

    /// Takes the weights of the network's layer in place of random ones.
    fn start_from(&self, _kind: &LayerKind) -> Result<()> {
        Ok(())
    }
}

/// What a run of the batch is for.
#[derive(Clone, Copy, Debug)]
pub enum Pass {
    /// A step of training; the number is that of the step.
    Training(u64),
    /// A look at what was learnt.
    Evaluation,
}

/// Something in a layer that changes.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Unique in the network: `fc1.weight`.
    pub name: String,
    /// Its numbers.
    pub value: Var,
    /// How it changes.
    pub role: Role,
}

/// How a parameter changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// By gradients: weights, each of which stands in so many places of the matrix.
    Weight {
        /// The block size; 1 in a dense matrix.
        shared: usize,
    },
    /// By gradients, and it does not decay: biases and factors of a normalisation.
    Free,
    /// By what it sees: means and variances.
    Running,
}

/// What all layers are made with.
#[derive(Clone, Copy, Debug)]
pub struct Making {
    /// Of every number.
    pub dtype: DType,
    /// Of everything random.
    pub chance: Chance,
    /// The share of the outputs of hidden layers that a step leaves out.
    pub dropout: f64,
    /// Whether hidden layers with weights are normalised over the batch.
    pub batch_norm: bool,
}

impl Making {
    /// As a plan says, in single precision.
    pub fn new(plan: &Plan) -> Making {
        let &Plan { seed, dropout, batch_norm, .. } = plan;
        Making { dtype: DType::F32, chance: Chance(seed), dropout, batch_norm }
    }
}

/// The trainable form of a layer; `index` counts the layers, `is_last` is the one that the loss looks at.
pub fn trainable(
    layer: &Layer,
    index: usize,
    is_last: bool,
    making: &Making,
) -> std::result::Result<Box<dyn Trainable>, Diagnostic> {
    let refused = |problem: &str| not_trainable(layer, problem);
    Ok(match &layer.kind {
        LayerKind::Dense(dense) => Box::new(dense::TrainedDense::new(layer, dense, index, is_last, making)?),
        LayerKind::Pointwise(function) => Box::new(pointwise::Function::new(layer, function)?),
        LayerKind::Add(add) => Box::new(join::Sum(pointwise::Function::new(layer, &add.function)?)),
        LayerKind::Concat(_) => Box::new(join::Row),
        LayerKind::Slice(slice) => Box::new(join::Part(*slice)),
        LayerKind::Affine(_) => {
            return Err(refused("has fixed factors").help("leave it out; `--batch-norm` learns factors and folds them"));
        }
        LayerKind::Argmax(_) => return Err(refused("has no gradient, expected it as the last layer alone")),
    })
}

/// A layer that cannot be trained, and why.
pub fn not_trainable(layer: &Layer, problem: &str) -> Diagnostic {
    let kind = layer.kind.operator().keyword();
    let message = format!("layer `{}` of kind {kind} cannot be trained: it {problem}", layer.name);
    Diagnostic::new(Code::NotTrainable, layer.span, message)
}
