//! Networks made in Rust, without files: what tests of passes, numbers and schedules are run on.

use circlet::diag::{Source, Span};
use circlet::fixed::Round;
use circlet::network::dense::{Form, Stated, TensorRef};
use circlet::network::{
    Activation, Calibration, Dense, Input, Layer, LayerKind, Network, Origin, Output, Precision, Target, Thresholds,
    Weights,
};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use std::sync::Arc;

/// A chain of `layers` whose input of `size` elements ranges from -1 to 1.
pub fn network(size: usize, mut layers: Vec<Layer>) -> Network {
    layers.iter_mut().enumerate().for_each(|(index, layer)| layer.from = vec![Origin::before(index)]);
    Network {
        name: "made".into(),
        source: Arc::new(Source { path: "made.circ".into(), text: String::new() }),
        input: Input {
            name: "x".into(),
            shape: vec![size],
            scale: 1.0,
            range: Some((-1.0, 1.0)),
            format: None,
            span: Span::default(),
        },
        output: Output::default(),
        layers,
        precision: Precision::default(),
        target: Target::default(),
        calibration: None,
    }
}

/// A layer of any kind; [`network`] puts it behind the one before.
pub fn layer(name: &str, kind: LayerKind) -> Layer {
    let from = vec![Origin::Input];
    Layer { name: name.into(), span: Span::default(), from, kind, inputs: 0, outputs: 0 }
}

/// A file that no test reads.
pub fn file() -> TensorRef {
    TensorRef { path: "made.npy".into(), tensor: None, form: Form::Dense, span: Span::default() }
}

/// A dense layer without bias.
pub fn dense(outputs: usize, block: Option<usize>, weights: Weights, activation: Activation) -> Dense {
    Dense {
        outputs,
        block,
        weights,
        weight_file: file(),
        bias: Vec::new(),
        bias_file: None,
        activation,
        thresholds: None,
        stated: Stated::default(),
        folded: Vec::new(),
        projection_error: None,
        formats: None,
    }
}

/// `count` numbers, uniform, of standard deviation `deviation`.
pub fn numbers(random: &mut ChaCha8Rng, count: usize, deviation: f64) -> Vec<f64> {
    let limit = deviation * 3f64.sqrt();
    (0..count).map(|_| random.random_range(-limit..limit)).collect()
}

/// Weights of a size that keeps the variance of what passes through.
pub fn weights(random: &mut ChaCha8Rng, outputs: usize, inputs: usize, block: Option<usize>) -> Weights {
    let deviation = (inputs as f64).recip().sqrt();
    match block {
        None => Weights::Dense { inputs, values: numbers(random, outputs * inputs, deviation).into() },
        Some(k) => {
            let (p, q) = (outputs.div_ceil(k), inputs.div_ceil(k));
            Weights::Circulant { p, q, k, values: numbers(random, p * q * k, deviation) }
        }
    }
}

/// One to seven thresholds around zero for each of `channels`, or for all of them.
pub fn thresholds(random: &mut ChaCha8Rng, channels: usize) -> Thresholds {
    let (low, levels) = (random.random_range(-3..3), random.random_range(1..=7));
    let channels = if random.random_range(0..3) == 0 { 1 } else { channels };
    let mut values = numbers(random, channels * levels, 0.5);
    values.chunks_mut(levels).for_each(|row| row.sort_by(f64::total_cmp));
    Thresholds { low, levels, values, file: file() }
}

/// One to four dense layers, sizes 1 to 300 that the block sizes (2 to 64, or none) need not divide, widths 6 to 18,
/// formats from the declared range or, more often, from samples so few that saturation occurs.
pub fn random(random: &mut ChaCha8Rng) -> Network {
    let size = random.random_range(1..=300);
    let mut inputs = size;
    let mut layers = Vec::new();
    for index in 0..random.random_range(1..=4) {
        let outputs = random.random_range(1..=300);
        let block = [None, Some(1 << random.random_range(1..=6))][random.random_range(0..5usize).min(1)];
        let [plain, leaky, clip] = [
            Activation::PLAIN[random.random_range(0..4)],
            Activation::LeakyRelu(random.random_range(0.001..0.9)),
            Activation::Clip(-0.5, random.random_range(0.1..1.0)),
        ];
        let activation = [plain, plain, plain, leaky, clip][random.random_range(0..5)];
        let mut made = dense(outputs, block, weights(random, outputs, inputs, block), activation);
        made.bias = numbers(random, outputs, 0.1);
        if random.random_range(0..4) == 0 {
            (made.activation, made.thresholds) = (Activation::Identity, Some(thresholds(random, outputs)));
        }
        layers.push(layer(&format!("fc{index}"), LayerKind::Dense(made)));
        inputs = outputs;
    }
    let mut network = network(size, layers);
    network.precision = Precision {
        activations: random.random_range(6..=18),
        weights: random.random_range(6..=18),
        rounding: Round::ALL[random.random_range(0..3)],
    };
    if random.random_range(0..3) > 0 {
        let samples = (0..6).map(|_| numbers(random, size, 0.5)).collect();
        network.calibration = Some(Calibration { path: "made.npy".into(), samples, span: Span::default() });
    }
    network
}
