//! Sums, differences, products and quotients by element.

use super::{Array, Call, axis};
use crate::frontend::onnx::array::{Kind, common_shape, size, spread};
use crate::frontend::weights::shape_text;

/// `a + b`.
pub fn add(call: &Call) -> Result<Vec<Array>, String> {
    by_element(call, |a, b| a + b)
}

/// `a - b`.
pub fn sub(call: &Call) -> Result<Vec<Array>, String> {
    by_element(call, |a, b| a - b)
}

/// `a * b`.
pub fn mul(call: &Call) -> Result<Vec<Array>, String> {
    by_element(call, |a, b| a * b)
}

/// `a / b`; integers are cut towards zero.
pub fn div(call: &Call) -> Result<Vec<Array>, String> {
    let b = call.input(1)?;
    if b.kind.is_float() {
        return by_element(call, |a, b| a / b);
    }
    if b.values.contains(&0.0) {
        return Err("an integer is divided by zero".into());
    }
    by_element(call, |a, b| (a / b).trunc())
}

/// `a` to the power of `b`, in the type of `a`.
pub fn pow(call: &Call) -> Result<Vec<Array>, String> {
    let (a, b) = (call.input(0)?, call.input(1)?);
    let b = Array { kind: a.kind, ..b.clone() };
    by_element(&call.with(1, &b), f64::powf)
}

/// The square root.
pub fn sqrt(call: &Call) -> Result<Vec<Array>, String> {
    let x = call.input(0)?;
    call.claim(&x.shape)?;
    Ok(vec![x.map(f64::sqrt)])
}

/// The sum of one or more values.
pub fn sum(call: &Call) -> Result<Vec<Array>, String> {
    let mut total = call.input(0)?.clone();
    call.claim(&total.shape)?;
    for at in 1..call.inputs.len() {
        total = combine(call, &total, call.input(at)?, |a, b| a + b)?;
    }
    Ok(vec![total])
}

fn by_element(call: &Call, function: fn(f64, f64) -> f64) -> Result<Vec<Array>, String> {
    let (a, b) = (call.input(0)?, call.input(1)?);
    let b = if call.opset < 7 { aligned(call, a, b)? } else { b.clone() };
    Ok(vec![combine(call, a, &b, function)?])
}

/// `function` of two values broadcast to each other; both have one type, which must hold the result.
pub fn combine(call: &Call, a: &Array, b: &Array, function: fn(f64, f64) -> f64) -> Result<Array, String> {
    if a.kind != b.kind {
        return Err(format!("the inputs hold {} and {}, expected one type", a.kind.name(), b.kind.name()));
    }
    let shape = common_shape(&[&a.shape, &b.shape]).ok_or_else(|| misfit(a, b))?;
    call.claim(&shape)?;
    let (x, y) = (spread(a, &shape), spread(b, &shape));
    let values = x.iter().zip(&y).map(|(&x, &y)| function(x, y));
    Ok(Array { values: held(values, a.kind)?, shape, kind: a.kind })
}

fn held(values: impl Iterator<Item = f64>, kind: Kind) -> Result<Vec<f64>, String> {
    if kind.is_float() { Ok(values.collect()) } else { values.map(|value| kind.convert(value)).collect() }
}

fn misfit(a: &Array, b: &Array) -> String {
    format!("shapes {} and {} cannot be broadcast to each other", shape_text(&a.shape), shape_text(&b.shape))
}

/// Before version 7 only the second value is stretched, where `broadcast` says so, from dimension `axis` on.
pub fn aligned(call: &Call, a: &Array, b: &Array) -> Result<Array, String> {
    if !call.flag("broadcast", false)? {
        return if a.shape == b.shape { Ok(b.clone()) } else { Err(misfit(a, b)) };
    }
    let mut shape = b.shape.clone();
    if call.states("axis") {
        let first = axis(call.int("axis", 0)?, a.shape.len())?;
        let after = (a.shape.len() - first).checked_sub(shape.len()).ok_or_else(|| misfit(a, b))?;
        shape.extend(std::iter::repeat_n(1, after));
    }
    let stretched = b.shaped(shape);
    match common_shape(&[&a.shape, &stretched.shape]) {
        Some(common) if size(&common) == Some(a.len()) => Ok(stretched),
        _ => Err(misfit(a, b)),
    }
}
