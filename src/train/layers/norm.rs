//! Batch normalisation (\[Ioffe15\]) that can be folded: `gamma (x - mean) / sqrt(variance + eps) + beta`.
//!
//! A layer of circulant blocks takes one factor per block only, so there variance and gamma are those of a block: the
//! mean over its k outputs of the variance of each. Means and beta go into the bias, which has one number per output.

use super::{Parameter, Pass, Role};
use candle_core::{DType, Device, Result, Tensor, Var};

/// Added to a variance.
const EPSILON: f64 = 1e-5;

/// What a step leaves of the running mean and variance.
const KEEPS: f64 = 0.9;

/// The normalisation of `outputs` elements in blocks of k.
pub struct Norm {
    outputs: usize,
    k: usize,
    gamma: Var,
    mean: Var,
    variance: Var,
}

impl Norm {
    /// Factors of one, as yet nothing seen.
    pub fn new(outputs: usize, k: usize, dtype: DType) -> Result<Norm> {
        let (device, blocks) = (Device::Cpu, outputs.div_ceil(k));
        let gamma = Var::ones(blocks, dtype, &device)?;
        let (mean, variance) = (Var::zeros(outputs, dtype, &device)?, Var::ones(blocks, dtype, &device)?);
        Ok(Norm { outputs, k, gamma, mean, variance })
    }

    /// Normalises `[batch][outputs]`; beta is added by the layer, as its bias.
    pub fn forward(&self, x: &Tensor, pass: Pass) -> Result<Tensor> {
        if let Pass::Evaluation = pass {
            return x.broadcast_sub(&self.mean)?.broadcast_mul(&self.factors()?);
        }
        let mean = x.mean_keepdim(0)?;
        let centred = x.broadcast_sub(&mean)?;
        let variance = self.by_block(&centred.sqr()?.mean(0)?)?;
        self.follow(&self.mean, &mean.squeeze(0)?)?;
        self.follow(&self.variance, &variance)?;
        centred.broadcast_mul(&self.factors_of(&variance)?)
    }

    /// The factor of every output.
    pub fn factors(&self) -> Result<Tensor> {
        self.factors_of(&self.variance)
    }

    /// What is taken from every output before its factor.
    pub fn means(&self) -> &Tensor {
        &self.mean
    }

    /// Gamma learns; mean and variance follow.
    pub fn parameters(&self, layer: &str) -> Vec<Parameter> {
        let parameter =
            |part: &str, value: &Var, role| Parameter { name: format!("{layer}.{part}"), value: value.clone(), role };
        vec![
            parameter("gamma", &self.gamma, Role::Free),
            parameter("mean", &self.mean, Role::Running),
            parameter("variance", &self.variance, Role::Running),
        ]
    }

    fn factors_of(&self, variance: &Tensor) -> Result<Tensor> {
        let by_block = (self.gamma.as_tensor() / (variance + EPSILON)?.sqrt()?)?;
        if self.k == 1 {
            return Ok(by_block);
        }
        let blocks = self.outputs.div_ceil(self.k);
        by_block.reshape((blocks, 1))?.broadcast_as((blocks, self.k))?.reshape(blocks * self.k)?.narrow(
            0,
            0,
            self.outputs,
        )
    }

    /// The mean over each block of one number per output; the last block may be shorter.
    fn by_block(&self, values: &Tensor) -> Result<Tensor> {
        if self.k == 1 {
            return Ok(values.clone());
        }
        let blocks = self.outputs.div_ceil(self.k);
        let padded = values.pad_with_zeros(0, 0, blocks * self.k - self.outputs)?;
        let size = |i: usize| self.k.min(self.outputs - i * self.k) as f64;
        let sizes: Vec<f64> = (0..blocks).map(size).collect();
        padded.reshape((blocks, self.k))?.sum(1)? / Tensor::new(sizes, values.device())?.to_dtype(values.dtype())?
    }

    fn follow(&self, running: &Var, seen: &Tensor) -> Result<()> {
        let next = ((running.as_detached_tensor() * KEEPS)? + (seen.detach() * (1.0 - KEEPS))?)?;
        running.set(&next)
    }
}
