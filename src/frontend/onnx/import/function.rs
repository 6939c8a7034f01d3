//! Activations of the standard as those of a layer.

use super::{Refusal, refusal};
use crate::frontend::onnx::chain::View;
use crate::frontend::onnx::kernels::{Call, functions};
use crate::network::activation::{Activation, Leak};

/// What is left of an infinite end of a clip: more than any sum reaches.
const BEYOND: f64 = (1u64 << 41) as f64;

/// The activation that a node is, and what it is applied to; `None` where it changes nothing.
pub(super) fn function(call: &Call, view: &View) -> Result<Option<(Activation, View)>, Refusal> {
    let mut view = view.clone();
    let activation = match call.node.operator.as_str() {
        "Sigmoid" => Activation::Sigmoid,
        "Tanh" => Activation::Tanh,
        "LeakyRelu" => match call.float("alpha", 0.01)? {
            0.0 => Activation::Relu,
            1.0 => return Ok(None),
            slope if (Leak::LEAST..1.0).contains(&slope) => Activation::LeakyRelu(slope),
            slope => {
                let help = "train with a slope from 1/4096 to below 1";
                return Err(refusal(&format!("its slope is `{slope}`"), help));
            }
        },
        "HardSigmoid" => {
            let (alpha, beta) = (call.float("alpha", 0.2)?, call.float("beta", 0.5)?);
            view.scale = view.scale.map(|scale| alpha * scale);
            view.shift = view.shift.map(|shift| alpha * shift + beta);
            Activation::Clip(0.0, 1.0)
        }
        "Clip" => match functions::clip_range(call)? {
            (low, high) if low >= high => return Err("it clips to one number or to none".into()),
            (low, high) if low <= -BEYOND && high >= BEYOND => return Ok(None),
            (0.0, high) if high >= BEYOND => Activation::Relu,
            (low, high) => Activation::Clip(low.max(-BEYOND), high.min(BEYOND)),
        },
        _ => Activation::Relu,
    };
    Ok(Some((activation, view)))
}
