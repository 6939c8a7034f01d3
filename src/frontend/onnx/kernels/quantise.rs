//! Quantisers: those of QONNX, which keep real numbers, and those of ONNX, which give integers.

use super::{Array, Call};
use crate::frontend::onnx::array::{Kind, common_shape, spread, walk};
use crate::frontend::weights::shape_text;

/// What `Quant` rounds to: the numbers between two, and how.
#[derive(Clone, Copy, Debug)]
pub struct Grid {
    /// Least integer.
    pub low: f64,
    /// Greatest integer.
    pub high: f64,
    /// To an integer.
    pub round: fn(f64) -> f64,
    /// Only -1 and 1: the sign.
    pub is_bipolar: bool,
}

/// `Quant` of QONNX: clipped and rounded multiples of a scale.
pub fn quant(call: &Call) -> Result<Vec<Array>, String> {
    let grid = grid(call)?;
    let (x, [scale, zero]) = (call.input(0)?, [1, 2].map(|at| fitted(call, at)));
    let (scale, zero) = (scale?, zero?);
    call.claim(&x.shape)?;
    let terms = scale.iter().zip(&zero);
    let step = |(&x, (&scale, &zero)): (&f64, (&f64, &f64))| (grid.word(quotient(x, scale, zero)) - zero) * scale;
    Ok(vec![Array { values: x.values.iter().zip(terms).map(step).collect(), ..x.clone() }])
}

/// What a quantiser rounds: as the reference has it, in 32 bits, since a quotient that ends in one half must be that half.
pub fn quotient(x: f64, scale: f64, zero: f64) -> f64 {
    (x as f32 / scale as f32 + zero as f32) as f64
}

impl Grid {
    /// The number of the grid for a quotient.
    pub fn word(&self, quotient: f64) -> f64 {
        match self.is_bipolar {
            true if quotient >= 0.0 => 1.0,
            true => -1.0,
            false => (self.round)(quotient.min(self.high).max(self.low)),
        }
    }
}

/// `BipolarQuant` of QONNX: a scale with the sign of the input; that of zero is plus.
pub fn bipolar_quant(call: &Call) -> Result<Vec<Array>, String> {
    let (x, scale) = (call.input(0)?, fitted(call, 1)?);
    call.claim(&x.shape)?;
    let sign = |(&x, &scale): (&f64, &f64)| if x / scale >= 0.0 { scale } else { -scale };
    Ok(vec![Array { values: x.values.iter().zip(&scale).map(sign).collect(), ..x.clone() }])
}

/// The grid that the attributes and the bit width of `Quant` state.
pub fn grid(call: &Call) -> Result<Grid, String> {
    let bits = call.scalar(3)?;
    if bits.fract() != 0.0 || !(1.0..=32.0).contains(&bits) {
        return Err(format!("the bit width is `{bits}`, expected 1 to 32"));
    }
    let (signed, narrow) = (call.flag("signed", true)?, call.flag("narrow", true)?);
    let (low, high) = match (signed, narrow) {
        (true, true) => (1.0 - 2f64.powf(bits - 1.0), 2f64.powf(bits - 1.0) - 1.0),
        (true, false) => (-2f64.powf(bits - 1.0), 2f64.powf(bits - 1.0) - 1.0),
        (false, true) => (0.0, 2f64.powf(bits) - 2.0),
        (false, false) => (0.0, 2f64.powf(bits) - 1.0),
    };
    let mode = call.text("rounding_mode")?.unwrap_or("ROUND");
    let round = rounding(mode).ok_or_else(|| format!("rounding mode `{}` is not known", mode.escape_debug()))?;
    Ok(Grid { low, high, round, is_bipolar: signed && bits == 1.0 })
}

fn rounding(mode: &str) -> Option<fn(f64) -> f64> {
    Some(match mode.to_ascii_uppercase().as_str() {
        "ROUND" | "HALF_EVEN" => f64::round_ties_even,
        "CEIL" => f64::ceil,
        "FLOOR" => f64::floor,
        "UP" => |x| x.signum() * x.abs().ceil(),
        "DOWN" | "ROUND_TO_ZERO" => f64::trunc,
        "HALF_UP" => |x| x.signum() * (x.abs() + 0.5).floor(),
        "HALF_DOWN" => |x| x.signum() * (x.abs() - 0.5).ceil(),
        _ => return None,
    })
}

/// Input `at` for each element of input 0.
pub fn fitted(call: &Call, at: usize) -> Result<Vec<f64>, String> {
    let (x, parameter) = (call.input(0)?, call.input(at)?);
    match common_shape(&[&x.shape, &parameter.shape]) {
        Some(shape) if shape == x.shape => {
            call.claim(&shape)?;
            Ok(spread(parameter, &shape))
        }
        _ => Err(misfit(at, parameter, &x.shape)),
    }
}

fn misfit(at: usize, parameter: &Array, shape: &[usize]) -> String {
    format!("input {at} has shape {}, which does not fit {}", shape_text(&parameter.shape), shape_text(shape))
}

/// `QuantizeLinear`: `round(x / scale) + zero`, saturated to the type of `zero`.
pub fn quantize_linear(call: &Call) -> Result<Vec<Array>, String> {
    let x = call.input(0)?;
    let (scale, zero) = scale_and_zero(call, &x.shape)?;
    let kind = target(call)?;
    call.claim(&x.shape)?;
    let (low, high) = kind.range();
    let terms = scale.iter().zip(&zero);
    let word = |(&x, (&scale, &zero)): (&f64, (&f64, &f64))| linear_word(x, scale, zero, low, high);
    Ok(vec![Array { shape: x.shape.clone(), values: x.values.iter().zip(terms).map(word).collect(), kind }])
}

/// The type of integers that `QuantizeLinear` gives.
pub fn target(call: &Call) -> Result<Kind, String> {
    let stated = call.int("output_dtype", 0)?;
    let kind = match call.optional(2) {
        Some(zero) => zero.kind,
        None if stated != 0 => Kind::of_code(stated)?,
        None => Kind::Uint(8),
    };
    if kind.is_float() { Err("it quantises to a type of float, expected integers".into()) } else { Ok(kind) }
}

/// The integer that `QuantizeLinear` gives.
pub fn linear_word(x: f64, scale: f64, zero: f64, low: f64, high: f64) -> f64 {
    (quotient(x, scale, 0.0).round_ties_even() + zero).max(low).min(high)
}

/// `DequantizeLinear`: `(x - zero) * scale`.
pub fn dequantize_linear(call: &Call) -> Result<Vec<Array>, String> {
    let x = call.input(0)?;
    let (scale, zero) = scale_and_zero(call, &x.shape)?;
    let kind = call.input(1)?.kind;
    call.claim(&x.shape)?;
    let values = x.values.iter().zip(scale.iter().zip(&zero)).map(|(x, (scale, zero))| (x - zero) * scale).collect();
    Ok(vec![Array { shape: x.shape.clone(), values, kind }])
}

/// Inputs 1 and 2 for each element of a value of `shape`: one for all, one for each index of `axis`, or one for each
/// block of `block_size`.
pub fn scale_and_zero(call: &Call, shape: &[usize]) -> Result<(Vec<f64>, Vec<f64>), String> {
    let block = call.int("block_size", 0)?;
    let stretch = |at: usize, parameter: &Array| {
        call.claim(shape)?;
        if parameter.len() == 1 {
            return Ok(vec![parameter.values[0]; shape.iter().product()]);
        }
        let axis = call.axis("axis", 1, shape.len())?;
        let mut strides = vec![0; shape.len()];
        strides[axis] = 1;
        if block == 0 && parameter.shape == [shape[axis]] {
            return Ok(walk(shape, &strides).into_iter().map(|at| parameter.values[at]).collect());
        }
        let block = usize::try_from(block).map_err(|_| format!("the block size is `{block}`"))?;
        blocks(parameter, shape, axis, block).ok_or_else(|| misfit(at, parameter, shape))
    };
    let scale = stretch(1, call.input(1)?)?;
    let zero = match call.optional(2) {
        Some(zero) => stretch(2, zero)?,
        None => vec![0.0; scale.len()],
    };
    Ok((scale, zero))
}

/// Each element of `parameter` for the `block` elements along `axis` that it belongs to.
fn blocks(parameter: &Array, shape: &[usize], axis: usize, block: usize) -> Option<Vec<f64>> {
    let mut expected = shape.to_vec();
    expected[axis] = if block == 0 { 0 } else { shape[axis].div_ceil(block) };
    if block == 0 || parameter.shape != expected {
        return None;
    }
    let stride: usize = shape[axis + 1..].iter().product();
    let row = shape[axis] * stride;
    let at = |n: usize| n / row * expected[axis] * stride + n % row / stride / block * stride + n % stride;
    Some((0..shape.iter().product()).map(|n| parameter.values[at(n)]).collect())
}

/// `QLinearMatMul`: the product of two dequantised matrices, quantised again.
pub fn qlinear_matmul(call: &Call) -> Result<Vec<Array>, String> {
    let (a, a_scale) = centred(call, 0)?;
    let (b, b_scale) = centred(call, 3)?;
    let sums = super::matrix::product(call, &a, &b)?;
    let (y_scale, y_zero) = (call.scalar(6)?, call.input(7)?);
    let zero = y_zero.scalar().ok_or("the zero point of the result is not one number")?;
    let (low, high) = y_zero.kind.range();
    // rows of `a` and columns of `b` may each have their scale
    let columns = sums.shape.last().copied().unwrap_or(1).max(1);
    let rows = sums.shape.len().checked_sub(2).map_or(1, |at| sums.shape[at]).max(1);
    let scale = |n: usize| a_scale(n / columns % rows) * b_scale(n % columns) / y_scale;
    let word = |(n, &sum): (usize, &f64)| ((sum * scale(n)).round_ties_even() + zero).max(low).min(high);
    let values = sums.values.iter().enumerate().map(word).collect();
    Ok(vec![Array { values, kind: y_zero.kind, ..sums }])
}

/// Operand `at` less its zero point, and the scale of each of its rows (operand 0) or columns (operand 3).
pub fn centred<'a>(call: &'a Call, at: usize) -> Result<(Array, impl Fn(usize) -> f64 + use<'a>), String> {
    let (x, scale, zero) = (call.input(at)?, call.input(at + 1)?, call.input(at + 2)?);
    let rank = x.shape.len();
    let axis = if at == 0 { rank.saturating_sub(2) } else { rank.saturating_sub(1) };
    let length = x.shape.get(axis).copied().unwrap_or(1);
    for parameter in [scale, zero] {
        if parameter.len() != 1 && parameter.shape != [length] {
            return Err(format!(
                "a scale or zero point has shape {}, expected one number or [{length}]",
                shape_text(&parameter.shape)
            ));
        }
    }
    let pick = |parameter: &Array, n: usize| parameter.values[n.min(parameter.len() - 1)];
    let stride: usize = x.shape.iter().skip(axis + 1).product();
    call.claim(&x.shape)?;
    let place = |n: usize| n / stride.max(1) % length.max(1);
    let values = x.values.iter().enumerate().map(|(n, x)| x - pick(zero, place(n))).collect();
    Ok((Array { values, ..x.clone() }, move |n: usize| pick(scale, n)))
}
