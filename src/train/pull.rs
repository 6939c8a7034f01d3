//! Dense matrices drawn to block-circulant form while they learn: ADMM (\[Boyd11\]).
//!
//! Beside each matrix W stand a circulant Z and what they have disagreed by so far, U. The loss grows by
//! `rho/2 |W - Z + U|^2`; between epochs `Z = nearest circulant(W + U)`, `U = U + W - Z`. As rho grows, W comes to
//! lie so near to Z that projecting it loses little; `rho U` is the force that holds W, so U shrinks as rho grows.

use super::layers::Parameter;
use super::model::sure;
use crate::compress::choices::expanded;
use crate::passes::circulize::project;
use candle_core::{Result, Tensor, Var};
use serde::{Deserialize, Serialize};

/// How hard matrices are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Strength {
    /// In the first epoch.
    pub first: f64,
    /// By which it grows from each epoch to the next.
    pub growth: f64,
}

/// A matrix that is drawn.
pub struct Pull {
    layer: String,
    weight: Var,
    k: usize,
    /// What they have disagreed by.
    disagreed: Tensor,
    /// `Z - U`: where W is drawn to.
    place: Tensor,
}

/// How far a matrix is from circulant form.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Residual {
    /// The layer.
    pub layer: String,
    /// `|W - nearest circulant(W)| / |W|`.
    pub residual: f64,
}

impl Pull {
    /// Draws a parameter `[outputs][inputs]` to blocks of k.
    pub fn new(layer: &str, parameter: &Parameter, k: usize) -> Pull {
        let weight = parameter.value.clone();
        let (disagreed, place) = (sure(weight.zeros_like()), sure(nearest(&weight, k)).0);
        Pull { layer: layer.into(), weight, k, disagreed, place }
    }

    /// Between two epochs, from the second of which on rho is larger by `growth`; how far they are apart.
    pub fn turn(&mut self, growth: f64) -> Residual {
        sure(self.meet(growth));
        let (_, residual) = sure(nearest(&self.weight, self.k));
        Residual { layer: self.layer.clone(), residual }
    }

    /// `|W - Z + U|^2 / 2`.
    pub fn distance(&self) -> Result<Tensor> {
        (self.weight.as_tensor() - &self.place)?.sqr()?.sum_all()? * 0.5
    }

    fn meet(&mut self, growth: f64) -> Result<()> {
        let sum = (self.weight.as_detached_tensor() + &self.disagreed)?;
        let (met, _) = nearest(&sum, self.k)?;
        self.disagreed = ((sum - &met)? / growth)?;
        self.place = (met - &self.disagreed)?;
        Ok(())
    }
}

/// The nearest matrix of circulant blocks of k, and the relative error.
fn nearest(matrix: &Tensor, k: usize) -> Result<(Tensor, f64)> {
    let (outputs, inputs) = matrix.dims2()?;
    let values: Vec<f64> = matrix.flatten_all()?.to_vec1::<f32>()?.into_iter().map(f64::from).collect();
    let (circulant, error) = project(&values.into(), inputs, k);
    let written: Vec<f32> = expanded(&circulant, outputs, inputs).into_iter().map(|value| value as f32).collect();
    Ok((Tensor::from_vec(written, matrix.shape(), matrix.device())?, error))
}
