//! The oracle against what is known without it, then the f64 transforms against the oracle.

use crate::{distance, networks, seeded};
use circlet::fixed::spectrum_angle;
use circlet::network::Weights;
use circlet::network::dense::matrix::Product;
use circlet::reference::oracle;
use circlet::spectra::{RealTransform, multiply_add};
use std::f64::consts::TAU;

const SIZES: [usize; 10] = [2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

fn impulse(k: usize, at: usize) -> Vec<f64> {
    (0..k).map(|n| if n == at { 1.0 } else { 0.0 }).collect()
}

#[test]
fn every_root_of_unity_has_one_position() {
    for k in SIZES {
        let mut bins: Vec<usize> = (1..k / 2).map(|t| (k as f64 * spectrum_angle(t)) as usize).collect();
        bins.iter_mut().for_each(|bin| *bin = (*bin).min(k - *bin));
        bins.sort_unstable();
        assert_eq!(bins, (1..k / 2).collect::<Vec<_>>(), "one of each pair of conjugates, k = {k}");
    }
}

#[test]
fn an_impulse_is_flat() {
    for k in SIZES {
        let flat: Vec<f64> = (0..k).map(|at| if at == 1 || at % 2 == 0 { 1.0 } else { 0.0 }).collect();
        assert_eq!(oracle::spectrum(&impulse(k, 0)), flat, "k = {k}");
    }
}

#[test]
fn a_shifted_impulse_has_the_phase_of_its_shift() {
    for k in SIZES {
        for shift in [1, k / 2, k - 1] {
            let words = oracle::spectrum(&impulse(k, shift));
            assert_eq!(words[..2], [1.0, if shift % 2 == 0 { 1.0 } else { -1.0 }]);
            for t in 1..k / 2 {
                let phase = TAU * spectrum_angle(t) * shift as f64;
                assert!(distance(&words[2 * t..2 * t + 2], &[phase.cos(), phase.sin()]) < 1e-12, "k = {k}, t = {t}");
            }
        }
    }
}

#[test]
fn parseval_holds() {
    for k in SIZES {
        let x = networks::numbers(&mut seeded(1), k, 1.0);
        let words = oracle::spectrum(&x);
        let squares = |values: &[f64]| values.iter().map(|value| value * value).sum::<f64>();
        let energy = squares(&words[..2]) + 2.0 * squares(&words[2..]);
        assert!((energy / k as f64 - squares(&x)).abs() < 1e-9 * energy, "k = {k}");
    }
}

#[test]
fn the_spectrum_is_linear() {
    for k in SIZES {
        let mut random = seeded(2);
        let (x, y) = (networks::numbers(&mut random, k, 1.0), networks::numbers(&mut random, k, 1.0));
        let combine = |x: &[f64], y: &[f64]| -> Vec<f64> { x.iter().zip(y).map(|(x, y)| 3.0 * x - 0.5 * y).collect() };
        let separate = combine(&oracle::spectrum(&x), &oracle::spectrum(&y));
        assert!(distance(&oracle::spectrum(&combine(&x, &y)), &separate) < 1e-10 * k as f64, "k = {k}");
    }
}

#[test]
fn the_fast_transform_is_the_oracle() {
    for k in SIZES {
        let x = networks::numbers(&mut seeded(3), k, 1.0);
        let transform = RealTransform::new(k);
        let words = transform.forward(&x);
        assert!(distance(&words, &oracle::spectrum(&x)) < 1e-11 * k as f64, "k = {k}");
        assert!(distance(&transform.inverse(&words), &x) < 1e-13 * k as f64, "k = {k}");
    }
}

#[test]
fn a_product_of_spectra_is_a_circular_convolution() {
    for k in SIZES {
        let mut random = seeded(4);
        let (w, x) = (networks::numbers(&mut random, k, 1.0), networks::numbers(&mut random, k, 1.0));
        let transform = RealTransform::new(k);
        let mut words = vec![0.0; k];
        multiply_add(&mut words, &transform.forward(&w), &transform.forward(&x));
        assert!(
            distance(&transform.inverse(&words), &oracle::circular_convolution(&w, &x)) < 1e-11 * k as f64,
            "k = {k}"
        );
    }
}

#[test]
fn a_layer_multiplies_by_the_matrix_written_out() {
    let mut random = seeded(5);
    for (outputs, inputs, block) in [(10, 7, None), (10, 7, Some(4)), (1, 300, Some(64)), (33, 16, Some(2))] {
        let weights = networks::weights(&mut random, outputs, inputs, block);
        let x = networks::numbers(&mut random, inputs, 1.0);
        let row = |row: &Vec<f64>| row.iter().zip(&x).map(|(weight, x)| weight * x).sum::<f64>();
        let expected: Vec<f64> = oracle::matrix(&weights).iter().take(outputs).map(row).collect();
        assert!(distance(&Product::new(&weights, outputs).apply(&x), &expected) < 1e-12);
    }
}

#[test]
fn the_first_column_defines_a_block() {
    let weights = Weights::Circulant { p: 1, q: 1, k: 4, values: vec![1.0, 2.0, 3.0, 4.0] };
    let rows = [[1.0, 4.0, 3.0, 2.0], [2.0, 1.0, 4.0, 3.0], [3.0, 2.0, 1.0, 4.0], [4.0, 3.0, 2.0, 1.0]];
    assert_eq!(oracle::matrix(&weights), rows);
}
