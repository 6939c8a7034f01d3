//! Bounds that formats are chosen from: sound, and not absurdly wide.

use crate::{networks, seeded};
use circlet::diag::Diagnostics;
use circlet::fixed::QFormat;
use circlet::network::dense::extents;
use circlet::network::dense::matrix::Product;
use circlet::network::{Activation, Affine, LayerKind, Operator, Reach, Weights};
use circlet::passes;
use circlet::reference::{Fixed, Real};
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
        for activation in [&Activation::PLAIN[..], &[Activation::LeakyRelu(0.1), Activation::Clip(-0.2, 0.3)]].concat()
        {
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

/// Any power of ten that a double has, more often a small one.
fn magnitude(random: &mut rand_chacha::ChaCha8Rng) -> f64 {
    let most = [0, 3, 12, 300][random.random_range(0..4usize)];
    10f64.powi(random.random_range(-most..=most))
}

/// Either the formats are refused with a diagnostic, or every sum fits its integer: debug builds trap an overflow.
#[test]
fn hostile_magnitudes_are_refused_or_fit() {
    let mut built = 0;
    for seed in 0..100 {
        let mut random = seeded(seed);
        let mut network = networks::random(&mut random);
        network.layers.truncate(2);
        let bits = random.random_range(2..=32);
        network.precision.activations = bits;
        network.precision.weights = random.random_range(2..=32);
        let end = magnitude(&mut random);
        network.input.range = Some((-end, end));
        for layer in &mut network.layers {
            let LayerKind::Dense(dense) = &mut layer.kind else { continue };
            let factor = magnitude(&mut random);
            let values = match &mut dense.weights {
                Weights::Dense { values, .. } => values.to_mut(),
                Weights::Circulant { values, .. } => values,
            };
            values.iter_mut().for_each(|weight| *weight *= factor);
            let factor = magnitude(&mut random);
            dense.bias.iter_mut().for_each(|bias| *bias *= factor);
            if random.random_range(0..3) == 0 {
                dense.stated.format =
                    Some(QFormat::of_width(random.random_range(2..=40), random.random_range(-30..60)));
                dense.stated.spectrum_bits = Some(random.random_range(2..=32));
            }
        }
        let samples: Vec<Vec<f64>> =
            network.calibration.iter().flat_map(|calibration| calibration.samples.clone()).collect();
        let mut diagnostics = Diagnostics::default();
        if passes::run(&mut network, passes::PASSES, &mut diagnostics, &mut |_, _, _| ()).is_err() {
            continue;
        }
        built += 1;
        let fixed = Fixed::new(&network);
        let extreme = vec![end; network.input.size()];
        for sample in samples.iter().chain([&extreme]) {
            fixed.run(&fixed.quantise(sample));
        }
    }
    assert!((20..80).contains(&built), "{built} of 100 were built");
}

/// Thresholds on both sides of an affine layer: folding it changes no output.
#[test]
fn affine_layers_fold_between_thresholds() {
    let mut random = seeded(11);
    for _ in 0..20 {
        let mut layers = Vec::new();
        for (index, (inputs, outputs)) in [(7, 9), (9, 5)].into_iter().enumerate() {
            let values: Vec<f64> = (0..inputs * outputs).map(|_| random.random_range(-1..=1) as f64).collect();
            let values = values.into();
            let mut dense = networks::dense(outputs, None, Weights::Dense { inputs, values }, Activation::Identity);
            dense.thresholds = Some(networks::thresholds(&mut random, outputs));
            layers.push(networks::layer(&format!("fc{index}"), LayerKind::Dense(dense)));
        }
        let (scale, shift) = (vec![2.0; 9], vec![-1.0; 9]);
        let affine = Affine { scale, shift, scale_file: networks::file(), shift_file: None };
        layers.insert(1, networks::layer("norm", LayerKind::Affine(affine)));
        let mut network = networks::network(7, layers);
        let before = network.clone();
        let done =
            passes::run(&mut network, passes::before("circulize"), &mut Diagnostics::default(), &mut |_, _, _| {});
        assert!(done.is_ok() && network.layers.len() == 2);
        for _ in 0..20 {
            let x: Vec<f64> = (0..7).map(|_| random.random_range(-4..=4) as f64).collect();
            assert_eq!(Real::new(&network).run(&x), Real::new(&before).run(&x));
        }
    }
}
