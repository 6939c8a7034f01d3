//! Products of a computed value with a constant: the weights of a dense layer.

use super::{Refusal, refusal};
use crate::frontend::onnx::array::{Array, common_shape, spread};
use crate::frontend::onnx::chain::View;
use crate::frontend::onnx::kernels::{Call, matrix};
use crate::frontend::weights::shape_text;

/// Weights `[outputs][inputs]` and bias of a product, and the shape of its result.
pub(super) struct Linear {
    pub weights: Vec<f64>,
    pub bias: Vec<f64>,
    pub shape: Vec<usize>,
}

/// `MatMul` of the view at input `at` with a constant.
pub(super) fn matmul(call: &Call, at: usize, view: &View) -> Result<Linear, Refusal> {
    product(view.shape(), call.input(1 - at)?, at == 0)
}

/// `x W` (`is_left`) or `W x` of a vector of this shape.
pub(super) fn product(x: &[usize], matrix: &Array, is_left: bool) -> Result<Linear, Refusal> {
    let misfit = || {
        let (x, w) = (shape_text(x), shape_text(&matrix.shape));
        refusal(&format!("shapes {x} and {w} are not those of one vector and one matrix"), "apply it to one vector")
    };
    let vector = |shape: &[usize]| if is_left { [&[1], shape].concat() } else { [shape, &[1]].concat() };
    let other = |shape: &[usize]| if is_left { [shape, &[1]].concat() } else { [&[1], shape].concat() };
    let wide = if x.len() == 1 { vector(x) } else { x.to_vec() };
    let tall = if matrix.shape.len() == 1 { other(&matrix.shape) } else { matrix.shape.clone() };
    if wide.len() < 2 || tall.len() < 2 {
        return Err(misfit());
    }
    let (outer_x, inner_x) = wide.split_at(wide.len() - 2);
    let (outer_w, inner_w) = tall.split_at(tall.len() - 2);
    let (places, depth) = if is_left { (inner_x[0], inner_x[1]) } else { (inner_x[1], inner_x[0]) };
    let (across, outputs) = if is_left { (inner_w[0], inner_w[1]) } else { (inner_w[1], inner_w[0]) };
    let is_one = |sizes: &[usize]| sizes.iter().all(|&size| size == 1);
    if across != depth || places != 1 || !is_one(outer_x) || !is_one(outer_w) || depth * outputs == 0 {
        return Err(misfit());
    }
    let element = |o: usize, i: usize| matrix.values[if is_left { i * outputs + o } else { o * depth + i }];
    let weights = (0..outputs).flat_map(|o| (0..depth).map(move |i| element(o, i))).collect();
    let mut shape = vec![1; outer_x.len().max(outer_w.len())];
    let kept = [(x.len() > 1).then_some(1), (matrix.shape.len() > 1).then_some(outputs)];
    let kept: Vec<usize> = kept.into_iter().flatten().collect();
    shape.extend(if is_left { kept } else { kept.into_iter().rev().collect() });
    Ok(Linear { weights, bias: vec![0.0; outputs], shape })
}

/// `Gemm` with the view at input `at`.
pub(super) fn gemm(call: &Call, at: usize, view: &View) -> Result<Linear, Refusal> {
    if at > 1 {
        return Err("its summand is computed, and its factors are constant".into());
    }
    let attributes = ["transA", "transB"];
    let mut x = view.shape().to_vec();
    if x.len() != 2 {
        return Err(format!("input {at} has shape {}, expected a matrix", shape_text(&x)).into());
    }
    if call.flag(attributes[at], false)? {
        x.reverse();
    }
    let matrix = matrix::turned(call, 1 - at, attributes[1 - at])?;
    let Linear { mut weights, bias, shape } = product(&x, &matrix, at == 0)?;
    let (alpha, beta) = (call.float("alpha", 1.0)?, call.float("beta", 1.0)?);
    weights.iter_mut().for_each(|weight| *weight *= alpha);
    let bias = match call.optional(2) {
        None => bias,
        Some(c) if common_shape(&[&c.shape, &shape]).as_ref() == Some(&shape) => {
            spread(c, &shape).into_iter().map(|c| beta * c).collect()
        }
        Some(c) => return Err(format!("C has shape {}, which does not fit", shape_text(&c.shape)).into()),
    };
    Ok(Linear { weights, bias, shape })
}
