//! Level `fixed` against level `circulant`: noise per layer on random networks.

use crate::{networks, seeded};
use circlet::diag::Diagnostics;
use circlet::fixed::Round;
use circlet::network::dense::table;
use circlet::network::{Activation, Calibration, LayerKind, Network};
use circlet::passes;
use circlet::reference::{Fixed, snr};

/// Two circulant layers and a dense one, with biases.
fn three_layers(k: usize, bits: u32, rounding: Round, activation: Activation) -> Network {
    let mut random = seeded(k as u64);
    let sizes = [(4 * k, Some(k)), (2 * k, Some(k)), (10, None)];
    let mut inputs = 3 * k;
    let mut layers = Vec::new();
    for (index, (outputs, block)) in sizes.into_iter().enumerate() {
        let weights = networks::weights(&mut random, outputs, inputs, block);
        let mut dense = networks::dense(outputs, block, weights, activation);
        dense.bias = networks::numbers(&mut random, outputs, 0.1);
        layers.push(networks::layer(&format!("fc{index}"), LayerKind::Dense(dense)));
        inputs = outputs;
    }
    let mut network = networks::network(3 * k, layers);
    network.precision.activations = bits;
    network.precision.weights = bits;
    network.precision.rounding = rounding;
    network
}

fn samples(inputs: usize, count: usize) -> Vec<Vec<f64>> {
    let mut random = seeded(99);
    (0..count).map(|_| networks::numbers(&mut random, inputs, 1.0 / 3f64.sqrt())).collect()
}

fn compiled(mut network: Network) -> Network {
    let mut diagnostics = Diagnostics::default();
    let result = passes::run(&mut network, passes::PASSES, &mut diagnostics, &mut |_, _, _| ());
    assert!(result.is_ok() && diagnostics.list.is_empty(), "{diagnostics:?}");
    network
}

/// Calibrated networks lose at most a fixed part of the words' own resolution: 6.02 dB per bit, less 24 dB for headroom
/// in the ranges (crest of a signal, margin, powers of two) and for three layers of noise.
#[test]
fn noise_is_near_what_the_width_allows() {
    for k in [2, 16, 128] {
        for bits in [8, 12, 16] {
            for rounding in [Round::HalfUp, Round::HalfEven] {
                for activation in [Activation::Identity, Activation::Relu, Activation::Tanh] {
                    let mut network = three_layers(k, bits, rounding, activation);
                    let samples = samples(3 * k, 12);
                    network.calibration = Some(Calibration {
                        path: "made.npy".into(),
                        samples: samples.clone(),
                        span: Default::default(),
                    });
                    let figures = snr::per_layer(&compiled(network), &samples);
                    let resolved = if activation == Activation::Tanh { bits.min(table::WIDEST) } else { bits };
                    let least = 6.02 * resolved as f64 - 24.0;
                    assert!(
                        figures.iter().all(|&db| db > least),
                        "k {k}, {bits} bits, {rounding:?}, {activation:?}: {figures:.1?}"
                    );
                }
            }
        }
    }
}

/// Bounds from the declared range alone are wider, so fewer bits are left; nothing is ever clipped.
#[test]
fn declared_ranges_never_clip_and_keep_the_signal() {
    for k in [4, 16, 64] {
        let network = compiled(three_layers(k, 12, Round::HalfEven, Activation::Relu));
        let samples = samples(3 * k, 12);
        let fixed = Fixed::new(&network);
        for sample in &samples {
            assert_eq!(fixed.run(&fixed.quantise(sample)).clipped, [0, 0, 0]);
        }
        let figures = snr::per_layer(&network, &samples);
        assert!(figures.iter().all(|&db| db > 20.0), "k {k}: {figures:.1?}");
    }
}

#[test]
fn random_networks_pass_every_invariant() {
    for seed in 0..24 {
        let network = compiled(networks::random(&mut seeded(seed)));
        let fixed = Fixed::new(&network);
        for sample in samples(network.input.size(), 2) {
            let trace = fixed.run(&fixed.quantise(&sample));
            for (words, &format) in trace.layers.iter().zip(fixed.formats()) {
                assert!(words.iter().all(|word| (format.min()..=format.max()).contains(word)), "seed {seed}");
            }
        }
    }
}
