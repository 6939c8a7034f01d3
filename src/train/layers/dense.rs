//! The dense layer `activation(W x + b)`, its matrix dense or block-circulant.
//!
//! **Scale by k.** A weight of a circulant block stands in k places of the matrix.
//!
//! - *Start.* An output is a sum of n products whatever k is, so a variance of `2/n` before a relu (`1/n` elsewhere)
//!   keeps the size of the signal, as in a dense layer (\[He15\]): n counts columns of the matrix, not numbers that are stored.
//! - *Gradient.* That of a shared weight is the sum over its k places. Steps of gradient descent in the dense matrix,
//!   projected to circulant ones after each, move a weight by the mean over its places; so plain gradient descent
//!   divides the rate of circulant weights by k ([`super::Role::Weight`]). With the sum the step would be k times
//!   longer along directions that all places share, which is where attempts diverge. Adam divides a gradient by its own
//!   size, factors cancel, and its rate stays as it is.

use super::norm::Norm;
use super::pointwise::{activated, smooth};
use super::{Making, Parameter, Pass, Role, Trainable, not_trainable};
use crate::diag::Diagnostic;
use crate::network::{Activation, Dense, Layer, LayerKind, Weights};
use crate::train::chance::{Chance, Purpose, normal};
use crate::train::circulant::Blocks;
use candle_core::{DType, Device, Result, Tensor, Var};
use rand::RngExt;

/// A dense layer that learns.
pub struct TrainedDense {
    name: String,
    index: usize,
    outputs: usize,
    /// Of a circulant matrix.
    blocks: Option<Blocks>,
    /// `[p][q][k]`, or `[outputs][inputs]`.
    weight: Var,
    bias: Option<Var>,
    norm: Option<Norm>,
    activation: Activation,
    dropout: f64,
    chance: Chance,
}

impl TrainedDense {
    /// Random weights, bias zero.
    pub fn new(
        layer: &Layer,
        dense: &Dense,
        index: usize,
        is_last: bool,
        making: &Making,
    ) -> std::result::Result<TrainedDense, Diagnostic> {
        smooth(layer, &dense.thresholds, &dense.stated)?;
        let is_normal = making.batch_norm && !is_last;
        if is_normal && dense.bias.is_empty() {
            let problem = not_trainable(layer, "has no bias that could take what `--batch-norm` learns");
            return Err(problem.help("state a `bias` in the braces of the layer"));
        }
        let blocks = dense.block.map(|k| Blocks::new(layer.inputs, dense.outputs, k));
        let made = || -> Result<TrainedDense> {
            let Making { dtype, chance, .. } = *making;
            let shape = match &blocks {
                Some(Blocks { p, q, k, .. }) => vec![*p, *q, *k],
                None => vec![dense.outputs, layer.inputs],
            };
            let gain = if dense.activation == Activation::Relu { 2.0 } else { 1.0 };
            let deviation = (gain / layer.inputs as f64).sqrt();
            let mut random = chance.stream(Purpose::Weights, index as u64);
            let count = shape.iter().product();
            let values: Vec<f64> = (0..count).map(|_| deviation * normal(&mut random)).collect();
            let weight = Var::from_tensor(&Tensor::from_vec(values, shape, &Device::Cpu)?.to_dtype(dtype)?)?;
            let bias = (!dense.bias.is_empty()).then(|| Var::zeros(dense.outputs, dtype, &Device::Cpu)).transpose()?;
            let k = dense.block.unwrap_or(1);
            let norm = is_normal.then(|| Norm::new(dense.outputs, k, dtype)).transpose()?;
            let (name, dropout) = (layer.name.clone(), if is_last { 0.0 } else { making.dropout });
            let (outputs, activation) = (dense.outputs, dense.activation);
            Ok(TrainedDense { name, index, outputs, blocks, weight, bias, norm, activation, dropout, chance })
        };
        Ok(made().unwrap_or_else(|problem| crate::bug!("training: layer {} is not made: {problem}", layer.name)))
    }

    fn product(&self, x: &Tensor) -> Result<Tensor> {
        match &self.blocks {
            Some(blocks) => blocks.product(x, &self.weight),
            None => x.matmul(&self.weight.t()?),
        }
    }

    /// Zero for the outputs that a step leaves out, and for the others what keeps the mean.
    fn mask(&self, step: u64, like: &Tensor) -> Result<Tensor> {
        let mut random = self.chance.stream(Purpose::Dropout { layer: self.index }, step);
        let limit = (self.dropout * (u32::MAX as f64 + 1.0)) as u32;
        let kept = (1.0 / (1.0 - self.dropout)) as f32;
        let mask: Vec<f32> =
            (0..like.elem_count()).map(|_| if random.random::<u32>() < limit { 0.0 } else { kept }).collect();
        Tensor::from_vec(mask, like.shape(), like.device())?.to_dtype(like.dtype())
    }

    /// Weights and bias as the network has them, normalisation folded in.
    fn folded(&self) -> Result<(Vec<f64>, Vec<f64>)> {
        let numbers = |tensor: &Tensor| tensor.flatten_all()?.to_dtype(DType::F64)?.to_vec1::<f64>();
        let mut weights = numbers(&self.weight)?;
        let mut bias = self.bias.as_ref().map_or(Ok(Vec::new()), |bias| numbers(bias))?;
        if let Some(norm) = &self.norm {
            let (factors, means) = (numbers(&norm.factors()?)?, numbers(norm.means())?);
            let rows = self.blocks.as_ref().map_or(1, |blocks| blocks.k);
            let length = weights.len() / self.outputs.div_ceil(rows);
            for (row, factor) in weights.chunks_exact_mut(length).zip(factors.iter().step_by(rows)) {
                row.iter_mut().for_each(|weight| *weight *= factor);
            }
            for (bias, (factor, mean)) in bias.iter_mut().zip(factors.iter().zip(&means)) {
                *bias -= factor * mean;
            }
        }
        // what is written is what was judged: single precision
        let single = |values: Vec<f64>| values.into_iter().map(|value| value as f32 as f64).collect();
        Ok((single(weights), single(bias)))
    }
}

impl Trainable for TrainedDense {
    fn forward(&self, parts: &[Tensor], pass: Pass) -> Result<Tensor> {
        let mut sum = self.product(&parts[0])?;
        if let Some(norm) = &self.norm {
            sum = norm.forward(&sum, pass)?;
        }
        if let Some(bias) = &self.bias {
            sum = sum.broadcast_add(bias)?;
        }
        let given = activated(self.activation, &sum)?;
        match pass {
            Pass::Training(step) if self.dropout > 0.0 => &given * self.mask(step, &given)?,
            _ => Ok(given),
        }
    }

    fn parameters(&self) -> Vec<Parameter> {
        let named = |part: &str| format!("{}.{part}", self.name);
        let role = Role::Weight { shared: self.blocks.as_ref().map_or(1, |blocks| blocks.k) };
        let mut parameters = vec![Parameter { name: named("weight"), value: self.weight.clone(), role }];
        let bias =
            self.bias.iter().map(|bias| Parameter { name: named("bias"), value: bias.clone(), role: Role::Free });
        parameters.extend(bias);
        parameters.extend(self.norm.iter().flat_map(|norm| norm.parameters(&self.name)));
        parameters
    }

    fn export(&self, kind: &mut LayerKind) -> Result<()> {
        let LayerKind::Dense(dense) = kind else { crate::bug!("training: {} is no dense layer", self.name) };
        let (values, bias) = self.folded()?;
        dense.weights = match &self.blocks {
            &Some(Blocks { p, q, k, .. }) => Weights::Circulant { p, q, k, values },
            None => Weights::Dense { inputs: values.len() / self.outputs, values: values.into() },
        };
        dense.bias = bias;
        Ok(())
    }

    fn start_from(&self, kind: &LayerKind) -> Result<()> {
        let LayerKind::Dense(dense) = kind else { crate::bug!("training: {} is no dense layer", self.name) };
        let set = |var: &Var, values: &[f64]| {
            let given = Tensor::from_slice(values, var.shape(), var.device())?;
            var.set(&given.to_dtype(var.dtype())?)
        };
        set(&self.weight, dense.weights.values())?;
        self.bias.as_ref().map_or(Ok(()), |bias| set(bias, &dense.bias))
    }
}
