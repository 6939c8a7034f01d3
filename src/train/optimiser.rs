//! Adam (\[Kingma15\]), and gradient descent with momentum; the state is plain numbers, so that a run goes on bit for bit.
//!
//! Weights decay apart from the gradient (each step takes `rate * decay` of them), biases do not.

use super::layers::{Parameter, Role};
use super::model::sure;
use candle_core::Tensor;
use candle_core::backprop::GradStore;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// How gradients become steps.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Optimiser {
    /// Adam with decoupled decay; moments 0.9 and 0.999.
    Adam,
    /// Gradient descent; the rate of circulant weights is divided by k (see `layers/dense.rs`).
    Sgd {
        /// The part of the last step that is taken again.
        momentum: f64,
    },
}

/// Decay rates of Adam's two moments, and what keeps a quotient finite.
const MOMENTS: (f64, f64) = (0.9, 0.999);
const EPSILON: f64 = 1e-8;

/// Numbers of a parameter that a thread takes at a time.
const PART: usize = 1 << 14;

/// An optimiser at work.
pub struct Descent {
    optimiser: Optimiser,
    decay: f64,
    parameters: Vec<Moving>,
}

/// A parameter that learns, with its moments; gradient descent has but the first.
struct Moving {
    parameter: Parameter,
    first: Vec<f32>,
    second: Vec<f32>,
}

impl Descent {
    /// At rest.
    pub fn new(optimiser: Optimiser, decay: f64, parameters: Vec<Parameter>) -> Descent {
        let is_adam = optimiser == Optimiser::Adam;
        let moving = |parameter: Parameter| {
            let count = parameter.value.elem_count();
            let second = vec![0.0; if is_adam { count } else { 0 }];
            Moving { parameter, first: vec![0.0; count], second }
        };
        let learning = parameters.into_iter().filter(|parameter| parameter.role != Role::Running);
        Descent { optimiser, decay, parameters: learning.map(moving).collect() }
    }

    /// Step number `step`, from 1.
    pub fn step(&mut self, gradients: &GradStore, rate: f64, step: u64) {
        for moving in &mut self.parameters {
            let value = moving.parameter.value.clone();
            let Some(gradient) = gradients.get(&value) else { continue };
            let gradient: Vec<f32> = sure(gradient.flatten_all().and_then(|gradient| gradient.to_vec1()));
            let mut values: Vec<f32> = sure(value.flatten_all().and_then(|value| value.to_vec1()));
            let (decay, shared) = match moving.parameter.role {
                Role::Weight { shared } => (rate * self.decay, shared as f64),
                _ => (0.0, 1.0),
            };
            values.par_iter_mut().with_min_len(PART).for_each(|value| *value -= decay as f32 * *value);
            match self.optimiser {
                Optimiser::Adam => moving.adam(&mut values, &gradient, rate, step),
                Optimiser::Sgd { momentum } => moving.descend(&mut values, &gradient, rate / shared, momentum),
            }
            let moved = Tensor::from_vec(values, value.shape(), value.device());
            sure(moved.and_then(|moved| value.set(&moved)));
        }
    }

    /// The state by name, for a checkpoint.
    pub fn state(&self) -> Vec<(String, &[f32])> {
        let all = self.parameters.iter().flat_map(Moving::moments);
        all.filter(|(_, values)| !values.is_empty()).collect()
    }

    /// The same places, to be filled from a checkpoint.
    pub fn state_mut(&mut self) -> Vec<(String, &mut [f32])> {
        let all = self.parameters.iter_mut().flat_map(Moving::moments_mut);
        all.filter(|(_, values)| !values.is_empty()).collect()
    }
}

impl Moving {
    fn moments(&self) -> [(String, &[f32]); 2] {
        let name = &self.parameter.name;
        [(format!("first.{name}"), &self.first), (format!("second.{name}"), &self.second)]
    }

    fn moments_mut(&mut self) -> [(String, &mut [f32]); 2] {
        let name = &self.parameter.name;
        [(format!("first.{name}"), &mut self.first), (format!("second.{name}"), &mut self.second)]
    }

    fn adam(&mut self, values: &mut [f32], gradient: &[f32], rate: f64, step: u64) {
        let (one, two) = MOMENTS;
        let whole = |moment: f64| 1.0 - moment.powi(step.min(1 << 20) as i32);
        let (length, root) = ((rate / whole(one)) as f32, whole(two).sqrt() as f32);
        let (one, two, epsilon) = (1.0 - one as f32, 1.0 - two as f32, EPSILON as f32);
        let moments = self.first.par_chunks_mut(PART).zip(self.second.par_chunks_mut(PART));
        let parts = values.par_chunks_mut(PART).zip(gradient.par_chunks(PART)).zip(moments);
        parts.for_each(|((values, gradient), (first, second))| {
            for at in 0..values.len() {
                first[at] += one * (gradient[at] - first[at]);
                second[at] += two * (gradient[at] * gradient[at] - second[at]);
                values[at] -= length * first[at] / (second[at].sqrt() / root + epsilon);
            }
        });
    }

    fn descend(&mut self, values: &mut [f32], gradient: &[f32], rate: f64, momentum: f64) {
        let (rate, momentum) = (rate as f32, momentum as f32);
        let parts = values.par_chunks_mut(PART).zip(gradient.par_chunks(PART)).zip(self.first.par_chunks_mut(PART));
        parts.for_each(|((values, gradient), speed)| {
            for at in 0..values.len() {
                speed[at] = momentum * speed[at] + gradient[at];
                values[at] -= rate * speed[at];
            }
        });
    }
}
