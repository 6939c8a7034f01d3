//! The projection to circulant form against least squares solved without knowing that diagonals matter.

use crate::{distance, networks, seeded};
use circlet::network::Weights;
use circlet::passes::circulize::project;
use circlet::reference::oracle;

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The matrix, flat, of each unit defining vector: a basis of all block-circulant matrices of this shape.
fn basis(p: usize, q: usize, k: usize) -> Vec<Vec<f64>> {
    let unit = |at: usize| (0..p * q * k).map(|n| if n == at { 1.0 } else { 0.0 }).collect();
    let flat = |at| oracle::matrix(&Weights::Circulant { p, q, k, values: unit(at) }).concat();
    (0..p * q * k).map(flat).collect()
}

/// Solves `a x = b` by elimination with pivots.
fn solve(mut a: Vec<Vec<f64>>, mut b: Vec<f64>) -> Vec<f64> {
    let size = b.len();
    for column in 0..size {
        let pivot = (column..size).max_by(|&i, &j| a[i][column].abs().total_cmp(&a[j][column].abs())).unwrap();
        a.swap(column, pivot);
        b.swap(column, pivot);
        for row in (0..size).filter(|&row| row != column) {
            let factor = a[row][column] / a[column][column];
            let above = a[column].clone();
            a[row].iter_mut().zip(&above).for_each(|(entry, above)| *entry -= factor * above);
            b[row] -= factor * b[column];
        }
    }
    (0..size).map(|n| b[n] / a[n][n]).collect()
}

#[test]
fn the_projection_is_the_least_squares_solution() {
    let mut random = seeded(1);
    for (outputs, inputs, k) in [(4, 4, 4), (8, 16, 4), (5, 7, 4), (3, 9, 8), (1, 1, 2)] {
        let values = networks::numbers(&mut random, outputs * inputs, 1.0);
        let (weights, error) = project(&values, inputs, k);
        let (p, q) = (outputs.div_ceil(k), inputs.div_ceil(k));
        let mut padded = vec![vec![0.0; q * k]; p * k];
        for (row, values) in padded.iter_mut().zip(values.chunks(inputs)) {
            row[..inputs].copy_from_slice(values);
        }
        let (padded, basis) = (padded.concat(), basis(p, q, k));
        let normal = basis.iter().map(|a| basis.iter().map(|b| dot(a, b)).collect()).collect();
        let solution = solve(normal, basis.iter().map(|a| dot(a, &padded)).collect());
        assert!(distance(weights.values(), &solution) < 1e-12, "{outputs} x {inputs} in blocks of {k}");
        let projected = oracle::matrix(&weights).concat();
        let lost: Vec<f64> = padded.iter().zip(&projected).map(|(a, b)| a - b).collect();
        let expected = (dot(&lost, &lost) / dot(&padded, &padded)).sqrt();
        assert!((error - expected).abs() < 1e-7, "{error} is not {expected}");
    }
}

#[test]
fn a_circulant_matrix_projects_to_itself() {
    let weights = networks::weights(&mut seeded(2), 12, 8, Some(4));
    let matrix = oracle::matrix(&weights).concat();
    let (projected, error) = project(&matrix, 8, 4);
    assert!(distance(projected.values(), weights.values()) < 1e-15 && error < 1e-7, "{error}");
}
