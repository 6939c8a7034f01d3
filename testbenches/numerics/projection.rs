//! The projection to circulant form against least squares solved without knowing that diagonals matter.

use crate::{distance, networks, seeded};
use circlet::diag::Diagnostics;
use circlet::frontend::read_source;
use circlet::frontend::weights::safetensors;
use circlet::network::{LayerKind, Network, Weights};
use circlet::passes::circulize::project;
use circlet::pipeline::{Silent, compile};
use circlet::reference::{oracle, real_layers};
use std::path::Path;

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
        let (weights, error) = project(&values.clone().into(), inputs, k);
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
    let (projected, error) = project(&matrix.into(), 8, 4);
    assert!(distance(projected.values(), weights.values()) < 1e-15 && error < 1e-7, "{error}");
}

/// A file of one tensor `w` of f32, large enough to be mapped.
fn mapped_file(path: &Path, outputs: usize, inputs: usize) -> Vec<f64> {
    let values: Vec<f32> = networks::numbers(&mut seeded(3), outputs * inputs, 1.0).iter().map(|&x| x as f32).collect();
    let values: Vec<f64> = values.into_iter().map(f64::from).collect();
    let tensors = [("w".to_string(), (vec![outputs, inputs], &values[..]))];
    std::fs::write(path, safetensors::write(&tensors.into()).unwrap()).unwrap();
    values
}

#[test]
fn a_large_matrix_is_projected_from_its_file_and_never_held() {
    let (outputs, inputs, k) = (2048, 2100, 512);
    let folder = tempfile::tempdir().unwrap();
    let values = mapped_file(&folder.path().join("w.safetensors"), outputs, inputs);
    let text = format!(
        "network single {{ input x {inputs} range -1 .. 1\n\
         layer a dense {outputs} block {k} {{ weights \"w.safetensors\" tensor \"w\" }}\n\
         target {{ clock 100 MHz }} }}"
    );
    let path = folder.path().join("single.circ");
    std::fs::write(&path, text).unwrap();
    let compiled = compile(&read_source(&path).unwrap(), &mut Silent, &mut Diagnostics::default()).unwrap();
    let matrix = |network: &Network| match &network.layers[0].kind {
        LayerKind::Dense(dense) => dense.clone(),
        other => panic!("{other:?}"),
    };
    let (dense, circulant) = (matrix(&compiled.dense), matrix(&compiled.network));
    let (projected, error) = project(&values.clone().into(), inputs, k);
    assert_eq!(circulant.weights.values(), projected.values(), "to the last bit");
    assert_eq!(circulant.projection_error, Some(error));

    // whole outputs on samples, as the report measures them
    let samples: Vec<Vec<f64>> = (0..3).map(|seed| networks::numbers(&mut seeded(seed), inputs, 1.0)).collect();
    let together = real_layers(&compiled.dense, &samples).remove(0);
    let Weights::Dense { values: stored, .. } = &dense.weights else { panic!("no dense matrix") };
    assert!(!stored.is_held(), "all {} numbers were decoded at once", stored.len());
    for (sample, together) in samples.iter().zip(&together) {
        let alone: Vec<f64> = values.chunks(inputs).map(|row| dot(row, sample)).collect();
        assert_eq!(*together, alone, "to the last bit");
    }
}
