//! Operators that move elements and change no number, constants, and casts.

use super::{Array, Call, axis};
use crate::frontend::onnx::array::{Kind, size, walk};
use crate::frontend::onnx::model::Attribute;
use crate::frontend::weights::shape_text;

/// The first input.
pub fn identity(call: &Call) -> Result<Vec<Array>, String> {
    shaped(call, call.input(0)?.shape.clone())
}

/// The first input, as inference has it; and a mask of ones where it is asked for.
pub fn dropout(call: &Call) -> Result<Vec<Array>, String> {
    if call.optional(2).is_some_and(|mode| mode.scalar() != Some(0.0))
        || call.opset < 7 && !call.flag("is_test", false)?
    {
        return Err("it is in training mode, where it is random; export the model for inference".into());
    }
    let x = call.input(0)?;
    call.claim(&x.shape)?;
    Ok(vec![x.clone(), Array { values: vec![1.0; x.len()], kind: Kind::Bool, shape: x.shape.clone() }])
}

/// A constant of the node itself.
pub fn constant(call: &Call) -> Result<Vec<Array>, String> {
    let value = match call.node.attributes.iter().next() {
        Some((_, Attribute::Tensor(array))) => array.clone(),
        Some((_, Attribute::Float(value))) => Array::floats(vec![], vec![*value]),
        Some((_, Attribute::Floats(values))) => Array::floats(vec![values.len()], values.clone()),
        Some((_, Attribute::Int(value))) => Array { shape: vec![], values: vec![*value as f64], kind: Kind::Int(64) },
        Some((_, Attribute::Ints(values))) => {
            let values: Vec<f64> = values.iter().map(|&value| value as f64).collect();
            Array { shape: vec![values.len()], values, kind: Kind::Int(64) }
        }
        _ => return Err("it holds neither a tensor nor numbers".into()),
    };
    call.claim(&value.shape)?;
    Ok(vec![value])
}

/// Another type of element.
pub fn cast(call: &Call) -> Result<Vec<Array>, String> {
    let x = call.input(0)?;
    let kind = match call.node.attributes.get("to") {
        Some(Attribute::Int(code)) => Kind::of_code(*code)?,
        Some(Attribute::Text(word)) => Kind::of_word(word)?,
        _ => return Err("attribute `to` is missing".into()),
    };
    call.claim(&x.shape)?;
    let values = x.values.iter().map(|&value| kind.convert(value)).collect::<Result<Vec<f64>, String>>()?;
    Ok(vec![Array { shape: x.shape.clone(), values, kind }])
}

/// Two dimensions: those before `axis`, and the rest.
pub fn flatten(call: &Call) -> Result<Vec<Array>, String> {
    let shape = &call.input(0)?.shape;
    let axis = match call.int("axis", 1)? {
        last if last == shape.len() as i64 => shape.len(),
        other => axis(other, shape.len())?,
    };
    shaped(call, vec![shape[..axis].iter().product(), shape[axis..].iter().product()])
}

/// A stated shape, where 0 keeps a dimension and -1 takes what is left.
pub fn reshape(call: &Call) -> Result<Vec<Array>, String> {
    let x = call.input(0)?;
    let stated = call.ints_or_input("shape", 1)?.ok_or("the new shape is missing")?;
    let keeps = !call.flag("allowzero", false)?;
    let given = |(at, &d): (usize, &i64)| match d {
        0 if keeps => x.shape.get(at).copied().ok_or(format!("dimension {at} cannot be kept: there is none")),
        -1 => Ok(1),
        d => usize::try_from(d).map_err(|_| format!("a dimension of size `{d}` is stated")),
    };
    let mut shape = stated.iter().enumerate().map(given).collect::<Result<Vec<usize>, String>>()?;
    let open: Vec<usize> = (0..shape.len()).filter(|&at| stated[at] == -1).collect();
    if let &[at] = open.as_slice() {
        let known = size(&shape).filter(|&known| known > 0).ok_or("the size that is left open cannot be told")?;
        shape[at] = x.len() / known;
    }
    if open.len() > 1 {
        return Err("more than one size is left open".into());
    }
    shaped(call, shape)
}

/// Dimensions of size 1 removed: those stated, or all.
pub fn squeeze(call: &Call) -> Result<Vec<Array>, String> {
    let shape = &call.input(0)?.shape;
    let removed = match call.ints_or_input("axes", 1)? {
        Some(axes) => axes.iter().map(|&a| axis(a, shape.len())).collect::<Result<Vec<usize>, String>>()?,
        None => (0..shape.len()).filter(|&at| shape[at] == 1).collect(),
    };
    if let Some(at) = removed.iter().find(|&&at| shape[at] != 1) {
        return Err(format!("dimension {at} of {} has more than one element", shape_text(shape)));
    }
    shaped(call, (0..shape.len()).filter(|at| !removed.contains(at)).map(|at| shape[at]).collect())
}

/// Dimensions of size 1 put in.
pub fn unsqueeze(call: &Call) -> Result<Vec<Array>, String> {
    let axes = call.ints_or_input("axes", 1)?.ok_or("the new dimensions are missing")?;
    let shape = &call.input(0)?.shape;
    let rank = shape.len() + axes.len();
    let added = axes.iter().map(|&a| axis(a, rank)).collect::<Result<Vec<usize>, String>>()?;
    if (1..added.len()).any(|at| added[..at].contains(&added[at])) {
        return Err("a dimension is put in twice".into());
    }
    let mut rest = shape.iter();
    let size = |at: usize| if added.contains(&at) { Some(1) } else { rest.next().copied() };
    let shape: Vec<usize> = (0..rank).filter_map(size).collect();
    shaped(call, shape)
}

/// Dimensions in another order; reversed where none is stated.
pub fn transpose(call: &Call) -> Result<Vec<Array>, String> {
    let x = call.input(0)?;
    let rank = x.shape.len();
    let order = match call.ints("perm")? {
        Some(stated) => stated.iter().map(|&a| axis(a, rank)).collect::<Result<Vec<usize>, String>>()?,
        None => (0..rank).rev().collect(),
    };
    if order.len() != rank || (0..rank).any(|at| !order.contains(&at)) {
        return Err(format!("`perm` does not name each of the {rank} dimensions once"));
    }
    call.claim(&x.shape)?;
    let shape: Vec<usize> = order.iter().map(|&at| x.shape[at]).collect();
    let strides: Vec<usize> = order.iter().map(|&at| x.shape[at + 1..].iter().product()).collect();
    let values = walk(&shape, &strides).into_iter().map(|at| x.values[at]).collect();
    Ok(vec![Array { shape, values, kind: x.kind }])
}

/// Values side by side along a dimension.
pub fn concat(call: &Call) -> Result<Vec<Array>, String> {
    let first = call.input(0)?;
    if call.opset >= 4 && !call.states("axis") {
        return Err("attribute `axis` is missing".into());
    }
    let axis = call.axis("axis", 1, first.shape.len())?;
    let inputs = (0..call.inputs.len()).map(|at| call.input(at)).collect::<Result<Vec<&Array>, String>>()?;
    let mut shape = first.shape.clone();
    shape[axis] = 0;
    for input in &inputs {
        let agree = |at: usize| at == axis || input.shape[at] == first.shape[at];
        if input.shape.len() != first.shape.len() || !(0..shape.len()).all(agree) || input.kind != first.kind {
            let (a, b) = (shape_text(&first.shape), shape_text(&input.shape));
            return Err(format!("values of shape {a} and {b} cannot stand side by side"));
        }
        shape[axis] = shape[axis].checked_add(input.shape[axis]).ok_or("the dimension is too large")?;
    }
    let mut values = Vec::with_capacity(call.claim(&shape)?);
    for row in 0..shape[..axis].iter().product() {
        for input in &inputs {
            let length: usize = input.shape[axis..].iter().product();
            values.extend_from_slice(&input.values[row * length..(row + 1) * length]);
        }
    }
    Ok(vec![Array { shape, values, kind: first.kind }])
}

/// Pieces along a dimension: of stated lengths, or equal ones.
pub fn split(call: &Call) -> Result<Vec<Array>, String> {
    let x = call.input(0)?;
    let axis = call.axis("axis", 0, x.shape.len())?;
    let whole = x.shape[axis];
    let lengths = match call.ints_or_input("split", 1)? {
        Some(stated) => {
            let length = |&n: &i64| usize::try_from(n).map_err(|_| format!("a piece of length `{n}` is stated"));
            stated.iter().map(length).collect::<Result<Vec<usize>, String>>()?
        }
        None => equal_lengths(call, whole)?,
    };
    if lengths.iter().try_fold(0usize, |sum, &n| sum.checked_add(n)) != Some(whole) {
        return Err(format!("the pieces have lengths {lengths:?}, expected {whole} together"));
    }
    call.claim(&x.shape)?;
    let after: usize = x.shape[axis + 1..].iter().product();
    let mut start = 0;
    let mut piece = |length: usize| {
        let mut shape = x.shape.clone();
        shape[axis] = length;
        let rows = x.values.chunks_exact((whole * after).max(1));
        let values = rows.flat_map(|row| &row[start * after..(start + length) * after]).copied().collect();
        start += length;
        Array { shape, values, kind: x.kind }
    };
    Ok(lengths.into_iter().map(&mut piece).collect())
}

/// As many pieces as are asked for; the last one may be shorter from version 18 on.
fn equal_lengths(call: &Call, whole: usize) -> Result<Vec<usize>, String> {
    let outputs = call.node.outputs.len();
    let count = match call.int("num_outputs", outputs as i64)? {
        count if count == outputs as i64 && count > 0 => outputs,
        count => return Err(format!("`{count}` pieces are stated, expected {outputs}")),
    };
    let length = whole.div_ceil(count);
    if !whole.is_multiple_of(count) && (call.opset < 18 || length * (count - 1) > whole) {
        return Err(format!("{whole} elements cannot be split into {count} equal pieces"));
    }
    let pieces = (0..count).map(|at| length.min(whole - (length * at).min(whole)));
    Ok(pieces.collect())
}

/// The sizes of the dimensions.
pub fn shape(call: &Call) -> Result<Vec<Array>, String> {
    let shape = &call.input(0)?.shape;
    let rank = shape.len() as i64;
    let end = |stated: i64| if stated < 0 { (stated.saturating_add(rank)).max(0) } else { stated.min(rank) } as usize;
    let (start, stop) = (end(call.int("start", 0)?), end(call.int("end", rank)?));
    Ok(vec![Array::integers(shape.get(start..stop).unwrap_or_default().iter().copied())])
}

/// Slices along a dimension, picked by their indices.
pub fn gather(call: &Call) -> Result<Vec<Array>, String> {
    let (x, indices) = (call.input(0)?, call.input(1)?);
    let axis = call.axis("axis", 0, x.shape.len())?;
    let pick =
        |&index: &f64| super::axis(index as i64, x.shape[axis]).map_err(|_| format!("index `{index}` is not there"));
    let picked = indices.values.iter().map(pick).collect::<Result<Vec<usize>, String>>()?;
    let shape = [&x.shape[..axis], &indices.shape, &x.shape[axis + 1..]].concat();
    call.claim(&shape)?;
    let after: usize = x.shape[axis + 1..].iter().product();
    let rows = x.values.chunks_exact((x.shape[axis] * after).max(1));
    let values = rows.flat_map(|row| picked.iter().flat_map(move |&at| &row[at * after..(at + 1) * after]));
    Ok(vec![Array { values: values.copied().collect(), shape, kind: x.kind }])
}

fn shaped(call: &Call, shape: Vec<usize>) -> Result<Vec<Array>, String> {
    let x = call.input(0)?;
    if size(&shape) != Some(x.len()) {
        return Err(format!("shape {} cannot become {}", shape_text(&x.shape), shape_text(&shape)));
    }
    call.claim(&shape)?;
    Ok(vec![x.shaped(shape)])
}
