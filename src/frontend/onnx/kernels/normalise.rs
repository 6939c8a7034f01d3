//! Batch normalisation as inference has it: a scale and a shift.

use super::{Array, Call};
use crate::frontend::onnx::array::spread;
use crate::frontend::weights::shape_text;

/// `(x - mean) / sqrt(var + epsilon) * scale + bias` by channel.
pub fn batch_normalization(call: &Call) -> Result<Vec<Array>, String> {
    let x = call.input(0)?;
    let (scale, shift) = scale_and_shift(call)?;
    call.claim(&x.shape)?;
    let terms = scale.iter().zip(&shift);
    let values = x.values.iter().zip(terms).map(|(x, (scale, shift))| x * scale + shift).collect();
    Ok(vec![Array { values, ..x.clone() }])
}

/// The factor and the summand of each element of the first input.
pub fn scale_and_shift(call: &Call) -> Result<(Vec<f64>, Vec<f64>), String> {
    if call.flag("training_mode", false)? || call.opset < 7 && !call.flag("is_test", false)? {
        return Err("it is in training mode, where it depends on the batch; export the model for inference".into());
    }
    let epsilon = call.float("epsilon", 1e-5)?;
    let shape = &call.input(0)?.shape;
    let [scale, bias, mean, variance] = [1, 2, 3, 4].map(|at| parameter(call, at, shape));
    let (scale, bias, mean, variance) = (scale?, bias?, mean?, variance?);
    let scale: Vec<f64> = scale.iter().zip(variance).map(|(scale, var)| scale / (var + epsilon).sqrt()).collect();
    let shift = bias.iter().zip(mean).zip(&scale).map(|((bias, mean), scale)| bias - mean * scale).collect();
    Ok((scale, shift))
}

/// Whether the parameters run along all elements because they fit no dimension: see `parameter`.
pub fn is_misplaced(call: &Call) -> Result<bool, String> {
    let (x, scale) = (call.input(0)?, call.input(1)?);
    Ok(x.shape.len() > 1 && scale.shape == [x.len()] && x.shape[1] != x.len())
}

/// One parameter for each element of `shape`: by dimension 1 (with `spatial` 0, by all but the first).
///
/// Some Keras exports turn `[1][n]` into `[n][1]` before a normalisation of n channels. There the channels can only be
/// the n elements; nothing else fits, and the network that was meant computes just that.
fn parameter(call: &Call, at: usize, shape: &[usize]) -> Result<Vec<f64>, String> {
    let parameter = call.input(at)?;
    let whole: Vec<usize> = shape.iter().skip(1).copied().collect();
    let channels = shape.get(1).copied().unwrap_or(1);
    let stretched = if call.opset < 9 && !call.flag("spatial", true)? && parameter.shape == whole {
        parameter.clone()
    } else if parameter.shape == [channels] {
        let ones = std::iter::repeat_n(1, shape.len().saturating_sub(2));
        parameter.shaped(std::iter::once(channels).chain(ones).collect())
    } else if is_misplaced(call)? && parameter.shape == [call.input(0)?.len()] {
        return Ok(parameter.values.clone());
    } else {
        let (found, x) = (shape_text(&parameter.shape), shape_text(shape));
        return Err(format!("input {at} has shape {found}, expected [{channels}] for {x}"));
    };
    call.claim(shape)?;
    Ok(spread(&stretched, shape))
}
