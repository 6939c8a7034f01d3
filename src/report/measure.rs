//! What a network does on samples, layer by layer: error at every level, clipped words, where the numbers lie.

use crate::fixed::QFormat;
use crate::network::{LayerKind, Network};
use crate::pipeline::Compiled;
use crate::reference::{self, Fixed, Trace, real_layers, scaled};
use crate::spectra;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

/// Most samples that a report runs.
pub const MOST_SAMPLES: usize = 256;

/// Samples where none are given.
const RANDOM_SAMPLES: usize = 64;

/// Bars of a histogram.
pub const BARS: usize = 32;

/// A network on samples.
#[derive(Clone, Debug)]
pub struct Measured {
    /// How many samples.
    pub samples: usize,
    /// Where they came from.
    pub origin: String,
    /// In the order of the data.
    pub layers: Vec<LayerMeasured>,
}

/// A layer on samples.
#[derive(Clone, Debug)]
pub struct LayerMeasured {
    /// `|circulant - dense| / |dense|` of its outputs.
    pub relative_error: f64,
    /// Signal to noise of level `circulant` against `dense`, dB.
    pub circulant_db: f64,
    /// Of `fixed` against `circulant`, dB.
    pub fixed_db: f64,
    /// Of `fixed` against `dense`, dB.
    pub whole_db: f64,
    /// Words that were clipped inside it, over all samples.
    pub clipped: u64,
    /// Its outputs at level `fixed`.
    pub outputs: Histogram,
    /// The words of its weights, where it has some.
    pub weights: Option<Histogram>,
}

/// How often words lie where in their format.
#[derive(Clone, Debug, PartialEq)]
pub struct Histogram {
    /// Of the words.
    pub format: QFormat,
    /// Words in each of [`BARS`] equal parts of the format's range.
    pub counts: Vec<u64>,
    /// Least and greatest value seen.
    pub seen: (f64, f64),
    /// Words at the ends of the format.
    pub at_ends: u64,
}

/// Runs the network at every level without time; raw `samples`, or those of its calibration, or random ones.
pub fn measure(compiled: &Compiled, samples: Option<&[Vec<f64>]>) -> Measured {
    let network = &compiled.network;
    let calibration = network.calibration.as_ref().map(|calibration| calibration.samples.as_slice());
    let (samples, origin) = match (samples, calibration) {
        (Some(samples), _) => (samples.to_vec(), "given samples"),
        (None, Some(samples)) => (samples.to_vec(), "the calibration samples"),
        (None, None) => (random(network), "random inputs in the declared range"),
    };
    let samples = &samples[..samples.len().min(MOST_SAMPLES)];
    let inputs: Vec<Vec<f64>> = samples.iter().map(|raw| scaled(&network.input, raw)).collect();
    let (dense, circulant) = (real_layers(&compiled.dense, &inputs), real_layers(network, &inputs));
    let fixed = Fixed::new(network);
    let traces: Vec<Trace> = samples.par_iter().map(|raw| fixed.run(&fixed.quantise(raw))).collect();
    let formats = &reference::formats(network)[1..];
    let layer = |(index, &format): (usize, &QFormat)| {
        let mut sums = Sums::default();
        let mut outputs = Histogram::new(format);
        let mut clipped = 0;
        // sums in the order of the samples: the same bytes every time
        for (at, trace) in traces.iter().enumerate() {
            let words = &trace.layers[index];
            sums.add(&dense[index][at], &circulant[index][at], words, format);
            words.iter().for_each(|&word| outputs.add(word));
            clipped += trace.clipped[index];
        }
        let decibel = |signal: f64, noise: f64| 10.0 * (signal / noise).log10();
        LayerMeasured {
            relative_error: if sums.lost > 0.0 { (sums.lost / sums.dense).sqrt() } else { 0.0 },
            circulant_db: decibel(sums.dense, sums.lost),
            fixed_db: decibel(sums.circulant, sums.rounded),
            whole_db: decibel(sums.dense, sums.whole),
            clipped,
            outputs,
            weights: weights(network, index),
        }
    };
    let layers = formats.iter().enumerate().map(layer).collect();
    Measured { samples: samples.len(), origin: origin.into(), layers }
}

/// Squares over all samples.
#[derive(Default)]
struct Sums {
    dense: f64,
    circulant: f64,
    /// Circulant against dense.
    lost: f64,
    /// Fixed against circulant.
    rounded: f64,
    /// Fixed against dense.
    whole: f64,
}

impl Sums {
    fn add(&mut self, dense: &[f64], circulant: &[f64], words: &[i64], format: QFormat) {
        for ((dense, circulant), &word) in dense.iter().zip(circulant).zip(words) {
            let fixed = format.to_real(word);
            self.dense += dense * dense;
            self.circulant += circulant * circulant;
            self.lost += (dense - circulant).powi(2);
            self.rounded += (circulant - fixed).powi(2);
            self.whole += (dense - fixed).powi(2);
        }
    }
}

fn weights(network: &Network, index: usize) -> Option<Histogram> {
    let LayerKind::Dense(dense) = &network.layers[index].kind else { return None };
    let mut histogram = Histogram::new(dense.formats?.weight);
    spectra::quantised(dense).iter().for_each(|&word| histogram.add(word));
    Some(histogram)
}

/// Seeded raw inputs, uniform over the input's words.
fn random(network: &Network) -> Vec<Vec<f64>> {
    let Some(format) = network.input.format else { crate::bug!("a report before choose-formats") };
    let (low, high) = network.input_words();
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let mut word = || format.to_real(random.random_range(low..=high)) / network.input.scale;
    (0..RANDOM_SAMPLES).map(|_| (0..network.input.size()).map(|_| word()).collect()).collect()
}

impl Histogram {
    fn new(format: QFormat) -> Histogram {
        Histogram { format, counts: vec![0; BARS], seen: (f64::INFINITY, f64::NEG_INFINITY), at_ends: 0 }
    }

    fn add(&mut self, word: i64) {
        let (least, most) = (self.format.min(), self.format.max());
        let span = (most - least + 1) as u128;
        let at = (word - least) as u128 * BARS as u128 / span;
        self.counts[at as usize] += 1;
        let value = self.format.to_real(word);
        self.seen = (self.seen.0.min(value), self.seen.1.max(value));
        self.at_ends += (word == least || word == most) as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_a_format_has_its_bar() {
        let mut histogram = Histogram::new(QFormat { int: 1, frac: 6 });
        (-128..=127).for_each(|word| histogram.add(word));
        assert_eq!(histogram.counts, [256 / BARS as u64; BARS]);
        assert_eq!((histogram.seen, histogram.at_ends), ((-2.0, 127.0 / 64.0), 2));
        let mut narrow = Histogram::new(QFormat { int: 1, frac: 0 });
        (-2..=1).for_each(|word| narrow.add(word));
        assert_eq!(narrow.counts.iter().sum::<u64>(), 4);
        assert_eq!((narrow.counts[0], narrow.counts[BARS - 8]), (1, 1));
    }
}
