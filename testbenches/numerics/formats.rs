//! Bounds that formats are chosen from: sound, and not absurdly wide.

use crate::{networks, seeded};
use circlet::network::dense::extents;
use circlet::network::dense::matrix::Product;
use circlet::network::{Activation, Operator, Reach};
use rand::RngExt;

/// The operator norm by power iteration: from below.
fn norm_from_below(product: &Product, transposed: &Product, inputs: usize) -> f64 {
    let mut x = networks::numbers(&mut seeded(7), inputs, 1.0);
    let mut norm = 0.0;
    for _ in 0..60 {
        let size = x.iter().map(|x| x * x).sum::<f64>().sqrt();
        x.iter_mut().for_each(|x| *x /= size);
        let y = product.apply(&x);
        norm = y.iter().map(|y| y * y).sum::<f64>().sqrt();
        x = transposed.apply(&y);
    }
    norm
}

#[test]
fn the_norm_bound_is_close_and_from_above() {
    use circlet::network::Weights;
    let mut random = seeded(1);
    for (p, q, k) in [(3, 5, 8), (16, 9, 4), (1, 1, 64), (40, 40, 2)] {
        let weights = networks::weights(&mut random, p * k, q * k, Some(k));
        // The transpose of a circulant block has the defining vector backwards.
        let vector = |i: usize, j: usize, n: usize| weights.values()[(j * q + i) * k + (k - n) % k];
        let values = (0..q * p * k).map(|at| vector(at / (p * k), at / k % p, at % k)).collect();
        let transposed = Weights::Circulant { p: q, q: p, k, values };
        let product = Product::new(&weights, p * k);
        let below = norm_from_below(&product, &Product::new(&transposed, q * k), q * k);
        let bound = product.norm_bound();
        assert!(bound >= below * (1.0 - 1e-9) && bound < below * 1.15, "p {p} q {q} k {k}: {bound} for {below}");
    }
}

#[test]
fn nothing_leaves_its_reach() {
    let mut random = seeded(2);
    for block in [None, Some(2), Some(16)] {
        for activation in Activation::ALL {
            let mut first = networks::dense(20, block, networks::weights(&mut random, 20, 40, block), activation);
            first.bias = networks::numbers(&mut random, 20, 1.0);
            let second =
                networks::dense(24, block, networks::weights(&mut random, 24, 20, block), Activation::Identity);
            let input = Reach::of_range(40, -0.5, 1.0);
            let middle = first.reach(&input);
            let product = Product::new(&second.weights, second.outputs);
            let bounded = extents::bounded(&second, &product, &middle);
            for trial in 0..200 {
                let corner = |random: &mut rand_chacha::ChaCha8Rng| [-0.5, 1.0][random.random_range(0..2usize)];
                let any = |random: &mut rand_chacha::ChaCha8Rng| random.random_range(-0.5..1.0);
                let x: Vec<f64> =
                    (0..40).map(|_| if trial % 2 == 0 { corner(&mut random) } else { any(&mut random) }).collect();
                let y = first.eval(&x);
                let distance = y.iter().zip(&middle.centre).map(|(y, c)| (y - c) * (y - c)).sum::<f64>().sqrt();
                assert!(distance <= middle.radius);
                assert!(
                    y.iter().zip(middle.low.iter().zip(&middle.high)).all(|(y, (low, high))| (low..=high).contains(&y))
                );
                let measured = extents::measured(&second, &product, std::slice::from_ref(&y));
                assert_eq!(measured.min(bounded), measured, "{block:?} {activation:?}");
            }
        }
    }
}
