//! Products of matrices.

use super::{Array, Call};
use crate::frontend::onnx::array::{common_shape, spread, walk};
use crate::frontend::weights::shape_text;
use rayon::prelude::*;

/// `MatMul`: matrices in the last two dimensions, the others broadcast; vectors stand for rows or columns.
pub fn matmul(call: &Call) -> Result<Vec<Array>, String> {
    Ok(vec![product(call, call.input(0)?, call.input(1)?)?])
}

/// `Gemm`: `alpha A B + beta C`, A and B perhaps transposed.
pub fn gemm(call: &Call) -> Result<Vec<Array>, String> {
    let (a, b) = (turned(call, 0, "transA")?, turned(call, 1, "transB")?);
    let (alpha, beta) = (call.float("alpha", 1.0)?, call.float("beta", 1.0)?);
    let mut y = product(call, &a, &b)?.map(|sum| alpha * sum);
    if let Some(c) = call.optional(2) {
        let fits = common_shape(&[&y.shape, &c.shape]).is_some_and(|shape| shape == y.shape);
        if !fits {
            let (c, y) = (shape_text(&c.shape), shape_text(&y.shape));
            return Err(format!("C has shape {c}, which does not fit the product's {y}"));
        }
        let c = spread(c, &y.shape);
        y.values.iter_mut().zip(c).for_each(|(y, c)| *y += beta * c);
    }
    Ok(vec![y])
}

/// Input `at`, a matrix, transposed where the attribute says so.
pub fn turned(call: &Call, at: usize, attribute: &str) -> Result<Array, String> {
    let matrix = call.input(at)?;
    let &[rows, columns] = matrix.shape.as_slice() else {
        return Err(format!("input {at} has shape {}, expected a matrix", shape_text(&matrix.shape)));
    };
    if !call.flag(attribute, false)? {
        return Ok(matrix.clone());
    }
    call.claim(&matrix.shape)?;
    let order = walk(&[columns, rows], &[1, columns]);
    let values = order.into_iter().map(|at| matrix.values[at]).collect();
    Ok(Array { shape: vec![columns, rows], values, kind: matrix.kind })
}

/// The product as `MatMul` defines it.
pub fn product(call: &Call, a: &Array, b: &Array) -> Result<Array, String> {
    let misfit = || format!("shapes {} and {} cannot be multiplied", shape_text(&a.shape), shape_text(&b.shape));
    if a.shape.is_empty() || b.shape.is_empty() {
        return Err(misfit());
    }
    let left = if a.shape.len() == 1 { [&[1], &a.shape[..]].concat() } else { a.shape.clone() };
    let right = if b.shape.len() == 1 { [&b.shape[..], &[1]].concat() } else { b.shape.clone() };
    let ((outer_a, a2), (outer_b, b2)) = (left.split_at(left.len() - 2), right.split_at(right.len() - 2));
    let (rows, depth, columns) = (a2[0], a2[1], b2[1]);
    let outer = common_shape(&[outer_a, outer_b]).filter(|_| b2[0] == depth).ok_or_else(misfit)?;
    let shape = [&outer[..], &[rows, columns]].concat();
    let count = call.claim(&shape)?;
    call.work(&[count, depth])?;
    let matrices = |own: &[usize], each: usize| {
        let index = Array::floats(own.to_vec(), (0..own.iter().product()).map(|i| i as f64).collect());
        spread(&index, &outer).into_iter().map(move |at| at as usize * each)
    };
    let pairs: Vec<(usize, usize)> = matrices(outer_a, rows * depth).zip(matrices(outer_b, depth * columns)).collect();
    let each =
        |(i, j): (usize, usize)| multiply(&a.values[i..i + rows * depth], &b.values[j..j + depth * columns], depth);
    let values = if depth == 0 { vec![0.0; count] } else { pairs.into_iter().flat_map(each).collect() };
    let mut shape = shape;
    if b.shape.len() == 1 {
        shape.pop();
    }
    if a.shape.len() == 1 {
        shape.remove(outer.len());
    }
    Ok(Array { shape, values, kind: a.kind })
}

/// `[rows][depth]` times `[depth][columns]`.
fn multiply(a: &[f64], b: &[f64], depth: usize) -> Vec<f64> {
    let columns = b.len() / depth;
    if columns == 0 {
        return vec![];
    }
    let row = |row: &[f64]| {
        let mut sums = vec![0.0; columns];
        for (x, weights) in row.iter().zip(b.chunks_exact(columns)) {
            sums.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += x * weight);
        }
        sums
    };
    a.par_chunks_exact(depth).flat_map_iter(row).collect()
}
