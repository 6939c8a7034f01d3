//! An imported network against the model it came from.

use super::array::Array;
use super::chain::Ending;
use super::evaluate::evaluate;
use super::import::Survey;
use super::model::Model;
use crate::diag::Code;
use crate::frontend::weights::Problem;
use crate::network::Network;
use crate::reference::Real;

/// The largest difference between model and network at level `dense` (the network's real evaluation before
/// `circulize`), relative to the largest output of the sample; samples are as the network sees them, the model
/// sees them shaped, and sees them times `survey.step()`.
pub fn difference(model: &Model, network: &Network, survey: &Survey, samples: &[Vec<f64>]) -> Result<f64, Problem> {
    let real = Real::new(network);
    let kind = model.inputs.first().map_or(crate::frontend::onnx::Kind::Float(32), |port| port.kind);
    let mut worst = 0.0f64;
    for sample in samples {
        let values = sample.iter().map(|x| x * survey.step()).collect();
        let input = Array { shape: survey.input.1.clone(), values, kind };
        let expected = evaluate(model, &[input])?.into_iter().next().map_or(Vec::new(), |output| output.values);
        let mut found = real.run(sample);
        network.output.apply(&mut found);
        if let Some(ending) = survey.ending {
            ending.apply(&mut found);
        }
        if found.len() != expected.len() {
            let message = format!("the network gives {} numbers, the model {}", found.len(), expected.len());
            return Err(Problem::new(Code::ShapeMismatch, message));
        }
        let largest = expected.iter().fold(f64::MIN_POSITIVE, |most, value| most.max(value.abs()));
        let apart = |(a, b): (&f64, &f64)| (a - b).abs() / largest;
        // a NaN counts as infinitely far
        let far = found.iter().zip(&expected).map(apart).map(|far| if far.is_nan() { f64::INFINITY } else { far });
        worst = far.fold(worst, f64::max);
    }
    Ok(worst)
}

impl Ending {
    /// What the model does with the logits.
    pub fn apply(self, logits: &mut [f64]) {
        let largest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let total: f64 = logits.iter().map(|x| (x - largest).exp()).sum();
        for x in logits.iter_mut() {
            let log = *x - largest - total.ln();
            *x = if self == Ending::Softmax { log.exp() } else { log };
        }
    }
}
