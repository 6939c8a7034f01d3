//! Functions of single elements, and those that look along one dimension: softmax and the index of the largest.

use super::{Array, Call};
use crate::frontend::onnx::array::Kind;
use crate::network::Activation;

/// `max(x, 0)`.
pub fn relu(call: &Call) -> Result<Vec<Array>, String> {
    each(call, |x| Activation::Relu.eval(x))
}

/// `1 / (1 + exp(-x))`.
pub fn sigmoid(call: &Call) -> Result<Vec<Array>, String> {
    each(call, |x| Activation::Sigmoid.eval(x))
}

/// Hyperbolic tangent.
pub fn tanh(call: &Call) -> Result<Vec<Array>, String> {
    each(call, |x| Activation::Tanh.eval(x))
}

/// `x`, or `alpha x` where it is negative.
pub fn leaky_relu(call: &Call) -> Result<Vec<Array>, String> {
    let alpha = call.float("alpha", 0.01)?;
    each(call, |x| if x < 0.0 { alpha * x } else { x })
}

/// `alpha x + beta` between 0 and 1.
pub fn hard_sigmoid(call: &Call) -> Result<Vec<Array>, String> {
    let (alpha, beta) = (call.float("alpha", 0.2)?, call.float("beta", 0.5)?);
    each(call, |x| (alpha * x + beta).clamp(0.0, 1.0))
}

/// `x` between two numbers.
pub fn clip(call: &Call) -> Result<Vec<Array>, String> {
    let (low, high) = clip_range(call)?;
    each(call, |x| x.max(low).min(high))
}

/// The ends of `Clip`: attributes before version 11, inputs from there on.
pub fn clip_range(call: &Call) -> Result<(f64, f64), String> {
    let end = |at: usize, name: &str, otherwise: f64| match call.optional(at) {
        Some(_) => call.scalar(at),
        None => call.float(name, otherwise),
    };
    Ok((end(1, "min", f64::NEG_INFINITY)?, end(2, "max", f64::INFINITY)?))
}

fn each(call: &Call, function: impl FnMut(f64) -> f64) -> Result<Vec<Array>, String> {
    let x = call.input(0)?;
    call.claim(&x.shape)?;
    Ok(vec![x.map(function)])
}

/// `exp(x)` over its sum.
pub fn softmax(call: &Call) -> Result<Vec<Array>, String> {
    along(call, |row| {
        let largest = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        row.iter_mut().for_each(|x| *x = (*x - largest).exp());
        let total: f64 = row.iter().sum();
        row.iter_mut().for_each(|x| *x /= total);
    })
}

/// The logarithm of [`softmax`].
pub fn log_softmax(call: &Call) -> Result<Vec<Array>, String> {
    along(call, |row| {
        let largest = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let total: f64 = row.iter().map(|x| (x - largest).exp()).sum();
        row.iter_mut().for_each(|x| *x -= largest + total.ln());
    })
}

/// How `shape` splits into (before, along, after) for a softmax: before version 13 all dimensions from `axis` on are
/// one.
pub fn softmax_split(call: &Call, shape: &[usize]) -> Result<[usize; 3], String> {
    let (otherwise, rank) = if call.opset < 13 { (1, shape.len()) } else { (-1, shape.len().max(1)) };
    let axis = match call.int("axis", otherwise)? {
        axis if call.opset < 13 && axis == rank as i64 => rank,
        axis => super::axis(axis, rank)?,
    };
    let all: usize = shape.iter().product();
    let before: usize = shape.iter().take(axis).product();
    let along = if call.opset < 13 { shape[axis..].iter().product() } else { shape.get(axis).copied().unwrap_or(1) };
    Ok([before, along, all.checked_div(before * along).unwrap_or(0)])
}

fn along(call: &Call, mut function: impl FnMut(&mut [f64])) -> Result<Vec<Array>, String> {
    let mut x = call.input(0)?.clone();
    call.claim(&x.shape)?;
    let [before, along, after] = softmax_split(call, &x.shape)?;
    let mut row = vec![0.0; along];
    for start in (0..before).flat_map(|i| (0..after).map(move |j| i * along * after + j)) {
        row.iter_mut().enumerate().for_each(|(n, to)| *to = x.values[start + n * after]);
        function(&mut row);
        row.iter().enumerate().for_each(|(n, from)| x.values[start + n * after] = *from);
    }
    Ok(vec![x])
}

/// The index of the largest element along a dimension.
pub fn arg_max(call: &Call) -> Result<Vec<Array>, String> {
    let x = call.input(0)?;
    let axis = call.axis("axis", 0, x.shape.len())?;
    let last = call.flag("select_last_index", false)?;
    let (along, after) = (x.shape[axis], x.shape[axis + 1..].iter().product::<usize>());
    if along == 0 {
        return Err("the dimension has no elements".into());
    }
    let mut shape = x.shape.clone();
    shape[axis] = 1;
    call.claim(&shape)?;
    let mut values = Vec::new();
    for start in (0..x.len() / along).map(|n| n / after * along * after + n % after) {
        let at = |n: usize| x.values[start + n * after];
        let better = |best: usize, n: usize| if at(n) > at(best) || (last && at(n) == at(best)) { n } else { best };
        values.push((1..along).fold(0, better) as f64);
    }
    if !call.flag("keepdims", true)? {
        shape.remove(axis);
    }
    Ok(vec![Array { shape, values, kind: Kind::Int(64) }])
}
