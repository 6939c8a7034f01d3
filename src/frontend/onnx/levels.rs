//! Quantisers as functions of one number: which whole number of so many, and what it stands for.

use super::kernels::Call;
use super::kernels::quantise::{self, fitted, scale_and_zero};
use crate::fixed::Round;
use crate::network::thresholds::MAX_LEVELS;

/// A quantiser of the elements of a value. Element i that falls on level n is worth `scale[i] * n + shift[i]`.
pub struct Levels {
    /// Least level.
    pub low: i64,
    /// Greatest level.
    pub high: i64,
    /// Factors.
    pub scale: Vec<f64>,
    /// Summands.
    pub shift: Vec<f64>,
    /// The level of element i of such a value.
    pub word: Word,
    /// Whether all elements have the same function.
    pub is_uniform: bool,
    /// How it rounds, if it does nothing but round multiples of its scales and clip.
    pub rounding: Option<Round>,
}

/// The level of an element by its number and its value.
pub type Word = Box<dyn Fn(usize, f64) -> f64>;

impl Levels {
    /// What a quantiser states; `Err` says what our numbers cannot hold.
    pub fn of(call: &Call) -> Result<Levels, String> {
        let levels = match call.node.operator.as_str() {
            "Quant" => quant(call)?,
            "BipolarQuant" => {
                let scale = fitted(call, 1)?;
                let parameter = scale.clone();
                Levels::bipolar(scale, vec![0.0; parameter.len()], move |i, x| x / parameter[i] >= 0.0)
            }
            _ => linear(call)?,
        };
        let count = levels.high.saturating_sub(levels.low);
        if count as u64 > MAX_LEVELS as u64 {
            return Err(format!("it tells {} levels apart, at most {} are taken", count + 1, MAX_LEVELS + 1));
        }
        match levels.scale.iter().all(|scale| scale.is_finite() && *scale != 0.0) {
            true => Ok(levels),
            false => Err("a scale is zero or not finite".into()),
        }
    }

    /// Levels 0 and 1, which stand for minus and plus one scale, less a zero point.
    fn bipolar(scale: Vec<f64>, zero: Vec<f64>, is_above: impl Fn(usize, f64) -> bool + 'static) -> Levels {
        let shift = scale.iter().zip(&zero).map(|(scale, zero)| (-1.0 - zero) * scale).collect();
        let is_uniform = is_constant(&scale) && is_constant(&zero);
        let scale = scale.iter().map(|scale| 2.0 * scale).collect();
        Levels {
            low: 0,
            high: 1,
            scale,
            shift,
            word: Box::new(move |i, x| is_above(i, x).into()),
            is_uniform,
            rounding: None,
        }
    }
}

fn quant(call: &Call) -> Result<Levels, String> {
    let grid = quantise::grid(call)?;
    let (scale, zero) = (fitted(call, 1)?, fitted(call, 2)?);
    let (scales, zeros) = (scale.clone(), zero.clone());
    if grid.is_bipolar {
        return Ok(Levels::bipolar(scale, zero, move |i, x| quantise::quotient(x, scales[i], zeros[i]) >= 0.0));
    }
    let word = move |i: usize, x: f64| grid.word(quantise::quotient(x, scales[i], zeros[i]));
    let shift = scale.iter().zip(&zero).map(|(scale, zero)| -zero * scale).collect();
    let is_uniform = is_constant(&scale) && is_constant(&zero);
    let rounding = match call.text("rounding_mode")?.unwrap_or("ROUND").to_ascii_uppercase().as_str() {
        _ if zero.iter().any(|&zero| zero != 0.0) => None,
        "ROUND" | "HALF_EVEN" => Some(Round::HalfEven),
        "FLOOR" => Some(Round::Floor),
        _ => None,
    };
    let (low, high) = (grid.low as i64, grid.high as i64);
    Ok(Levels { low, high, scale, shift, word: Box::new(word), is_uniform, rounding })
}

/// `QuantizeLinear`, which gives the levels themselves.
fn linear(call: &Call) -> Result<Levels, String> {
    let shape = &call.input(0)?.shape;
    let (scale, zero) = scale_and_zero(call, shape)?;
    let (low, high) = quantise::target(call)?.range();
    let is_uniform = is_constant(&scale) && is_constant(&zero);
    let word = move |i: usize, x: f64| quantise::linear_word(x, scale[i], zero[i], low, high);
    let count = shape.iter().product();
    let (low, high) = (low as i64, high as i64);
    Ok(Levels {
        low,
        high,
        scale: vec![1.0; count],
        shift: vec![0.0; count],
        word: Box::new(word),
        is_uniform,
        rounding: None,
    })
}

pub(super) fn is_constant(values: &[f64]) -> bool {
    values.windows(2).all(|pair| pair[0] == pair[1])
}
