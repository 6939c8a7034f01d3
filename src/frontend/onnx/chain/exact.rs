//! Layers whose numbers are whole: rows of weights, thresholds of quantisers, formats that hold all of them.

use super::{DraftKind, View};
use crate::fixed::{QFormat, Round};
use crate::frontend::onnx::levels::{Levels, is_constant};
use crate::frontend::onnx::streamline::{thresholds, whole};
use crate::network::Activation;

/// The thresholds of a quantiser.
#[derive(Clone, Debug)]
pub struct Steps {
    /// What is given below all thresholds.
    pub low: i64,
    /// Thresholds of an element.
    pub levels: usize,
    /// `[elements][levels]`, or `[1][levels]` for all.
    pub values: Vec<f64>,
}

/// What is known of the numbers of a dense layer: where they are whole, formats hold them as they are.
#[derive(Clone, Copy, Debug, Default)]
pub struct Exact {
    /// What the elements it takes are multiples of, if that is known.
    pub grid: Option<Grid>,
    /// The format of the weights, if it holds them as they are.
    pub weights: Option<QFormat>,
    /// The quantiser behind it, if that is nothing but a format.
    pub quantiser: Option<(QFormat, Round)>,
    /// The format of the sums, if it gives them as they are.
    pub output: Option<QFormat>,
}

/// Multiples of a power of two.
#[derive(Clone, Copy, Debug)]
pub struct Grid {
    /// The unit is 2^-frac.
    pub frac: i32,
    /// The largest magnitude, in units.
    pub most: f64,
}

impl Grid {
    /// The largest magnitude of whole numbers.
    pub(super) fn whole(grid: Option<Grid>) -> Option<f64> {
        grid.filter(|grid| grid.frac == 0).map(|grid| grid.most)
    }
}

/// Most thresholds of a layer: each is looked for in some sixty steps.
pub(super) const MAX_THRESHOLDS: usize = 1 << 22;

/// Rows of a dense layer as whole numbers where they are, and the thresholds of the levels among its sums.
pub(super) fn count_rows(kind: &mut DraftKind, view: &View, levels: &Levels) -> Result<(), String> {
    let DraftKind::Dense { inputs, weights, bias, activation, steps, exact } = kind else { return Ok(()) };
    if *inputs == 0 {
        return Ok(()); // it stands in for a node that is refused
    }
    let rows: Option<Vec<(Vec<f64>, f64)>> = weights.chunks(*inputs).map(whole).collect();
    let is_whole = rows.is_some();
    let rows = rows.unwrap_or_else(|| weights.chunks(*inputs).map(|row| (row.to_vec(), 1.0)).collect());
    let mut values = Vec::new();
    let mut made = Vec::new();
    for (i, (mut row, mut step)) in rows.into_iter().enumerate() {
        let bound =
            Grid::whole(exact.grid).filter(|_| is_whole).map(|most| most * row.iter().map(|n| n.abs()).sum::<f64>());
        let (scale, shift, bias) = (view.scale.values[i], view.shift.values[i], bias[i]);
        let level = |step: f64, n: f64| (levels.word)(i, scale * activation.eval(step * n + bias) + shift);
        if falls(|n| level(step, n)) {
            row.iter_mut().for_each(|n| *n = -*n);
            step = -step;
        }
        values.extend(thresholds(levels.low, levels.high, bound, |n| level(step, n)));
        made.extend(row);
    }
    exact.weights = is_whole.then(|| holding(&made));
    *weights = made;
    bias.fill(0.0);
    *activation = Activation::Identity;
    *steps = Some(Steps { low: levels.low, levels: (levels.high - levels.low) as usize, values });
    Ok(())
}

/// The thresholds of the levels among the elements themselves.
pub(super) fn count_elements(view: &View, levels: &Levels, bound: Option<f64>) -> Result<Steps, String> {
    let (scale, shift) = (&view.scale.values, &view.shift.values);
    let is_uniform = levels.is_uniform && is_constant(scale) && is_constant(shift);
    let elements = if is_uniform { 1 } else { scale.len() };
    let mut values = Vec::new();
    for i in 0..elements {
        let level = |x: f64| (levels.word)(i, scale[i] * x + shift[i]);
        if falls(level) {
            return Err("a level falls while its element rises, with no weights before it to be negated".into());
        }
        values.extend(thresholds(levels.low, levels.high, bound, level));
    }
    Ok(Steps { low: levels.low, levels: (levels.high - levels.low) as usize, values })
}

fn falls(level: impl Fn(f64) -> f64) -> bool {
    let far = 2f64.powi(50);
    level(far) < level(-far)
}

/// The last layer in whole numbers, if it is dense and takes such, with the scale and shift that its outputs then have.
pub(super) fn whole_end(kind: &mut DraftKind) -> Option<(f64, f64)> {
    let DraftKind::Dense { inputs, weights, bias, activation: Activation::Identity, steps: None, exact } = kind else {
        return None;
    };
    let Grid { frac, most } = exact.grid.filter(|_| *inputs > 0)?;
    let (counts, step) = whole(weights)?;
    if frac != 0 {
        let unit = power_of(step)?;
        let scale = ((frac + unit) as f64).exp2();
        let biases: Vec<f64> = bias.iter().map(|bias| bias * scale).collect();
        let largest = largest_sum(&counts, *inputs, most, &biases);
        if biases.iter().any(|bias| bias.fract() != 0.0 || bias.abs() >= WIDEST_BIAS) {
            return None;
        }
        exact.weights = scaled(holding(&counts), unit);
        exact.output = scaled(holding(&[largest]), frac + unit);
        return Some((1.0, 0.0));
    }
    // what all biases have in common goes into the shift
    let near = |shared: f64| {
        let counts = bias.iter().map(|bias| (bias - shared) / step);
        let whole = |n: f64| (n - n.round()).abs() <= 1e-9 * n.abs().max(1.0) && n.abs() < 2f64.powi(30);
        counts.map(|n| whole(n).then(|| n.round())).collect::<Option<Vec<f64>>>().map(|counts| (counts, shared))
    };
    let (biases, shared) = near(0.0).or_else(|| near(bias[0]))?;
    *bias = biases;
    exact.weights = Some(holding(&counts));
    exact.output = scaled(holding(&[largest_sum(&counts, *inputs, most, bias)]), 0);
    *weights = counts;
    Some((step, shared))
}

/// The largest sum of a row and its bias, all in units.
fn largest_sum(counts: &[f64], inputs: usize, most: f64, bias: &[f64]) -> f64 {
    let sums = counts.chunks(inputs).map(|row| most * row.iter().map(|n| n.abs()).sum::<f64>());
    sums.zip(bias).map(|(sum, bias)| sum + bias.abs()).fold(0.0, f64::max)
}

/// Biases of more units count as none.
const WIDEST_BIAS: f64 = (1u64 << 30) as f64;

/// The n of `2^-n`.
fn power_of(step: f64) -> Option<i32> {
    let frac = -step.log2();
    (frac.fract() == 0.0 && frac.abs() <= 24.0).then_some(frac as i32)
}

/// A format of whole numbers for units of 2^-frac; `None` beyond what may be stated.
fn scaled(whole: QFormat, frac: i32) -> Option<QFormat> {
    let format = QFormat { int: whole.int - frac, frac };
    (format.width() <= 32).then_some(format)
}

/// A quantiser in steps of a power of two behind sums of such steps: it becomes the layer's format, and the
/// multiples that the layer then gives are told.
pub(super) fn as_format(kind: &mut DraftKind, view: &View, levels: &Levels) -> Option<Grid> {
    let DraftKind::Dense { inputs: 1.., weights, bias, activation, steps: None, exact, .. } = kind else { return None };
    let (rounding, frac) = (levels.rounding?, power_of(levels.scale[0])?);
    let (counts, step) = whole(weights)?;
    let unit = power_of(step)?;
    let on_grid = |bias: &f64| match exact.grid {
        Some(grid) => (bias * ((grid.frac + unit) as f64).exp2()).fract() == 0.0 && bias.abs() < WIDEST_BIAS,
        None => true,
    };
    let is_plain = levels.is_uniform && view.is_plain() && levels.shift.iter().all(|&shift| shift == 0.0);
    if !is_plain || !bias.iter().all(on_grid) {
        return None;
    }
    let whole_levels = holding(&[levels.low as f64, levels.high as f64]);
    let ends = [levels.low, levels.high].map(|end| end as f64 * levels.scale[0]);
    let is_cut = [whole_levels.min() != levels.low, whole_levels.max() != levels.high];
    *activation = match (*activation, is_cut) {
        (same @ (Activation::Identity | Activation::Relu), [false, false]) => same,
        (Activation::Relu, [true, false]) => Activation::Relu,
        (Activation::Identity, [true, false]) if levels.low == 0 => Activation::Relu,
        (Activation::Identity, _) => Activation::Clip(ends[0], ends[1]),
        (Activation::Relu, _) => Activation::Clip(0.0, ends[1]),
        _ => return None,
    };
    exact.weights = scaled(holding(&counts), unit);
    exact.quantiser = scaled(whole_levels, frac).map(|format| (format, rounding));
    Some(Grid { frac, most: levels.low.abs().max(levels.high.abs()) as f64 })
}

/// The narrowest format of these whole numbers.
pub fn holding(values: &[f64]) -> QFormat {
    let needs = |value: &f64| if *value < 0.0 { -value - 1.0 } else { *value };
    let largest = values.iter().map(needs).fold(1.0, f64::max);
    QFormat { int: largest.log2().floor() as i32 + 1, frac: 0 }
}
