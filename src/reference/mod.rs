//! Evaluation of whole networks: level `dense` and `circulant` in f64, level `fixed` in integers.
//!
//! A network is prepared once (weights transformed, weights quantised) and then run on many samples, from many
//! threads if wanted. Which real level is meant follows from the passes that have run: `dense` before
//! `circulize`, `circulant` after it. Level `fixed` needs all of them.

pub mod oracle;
pub mod snr;

use crate::fixed::QFormat;
use crate::network::{FixedFn, Input, Network, Origin, RealFn};

/// The numbers the network sees for the raw numbers of a data file.
pub fn scaled(input: &Input, raw: &[f64]) -> Vec<f64> {
    raw.iter().map(|value| value * input.scale).collect()
}

/// A network prepared for evaluation in f64.
pub struct Real<'a> {
    layers: Vec<(&'a [Origin], RealFn<'a>)>,
}

impl<'a> Real<'a> {
    /// Transforms the weights once.
    pub fn new(network: &'a Network) -> Real<'a> {
        Real { layers: network.layers.iter().map(|layer| (&layer.from[..], layer.kind.operator().real())).collect() }
    }

    /// The output of every layer, `[layers][elements]`, for numbers as the network sees them ([`scaled`]).
    pub fn layers(&self, input: &[f64]) -> Vec<Vec<f64>> {
        let mut known = vec![input.to_vec()];
        for (from, layer) in &self.layers {
            known.push(taking(from, &known, |x| layer(x)));
        }
        known.remove(0);
        known
    }

    /// The output of the network.
    pub fn run(&self, input: &[f64]) -> Vec<f64> {
        self.layers(input).pop().unwrap_or_default()
    }
}

/// The output of every layer for every sample, `[layers][samples][elements]`: the numbers of [`Real::layers`], each matrix read
/// once for all samples.
pub fn real_layers(network: &Network, inputs: &[Vec<f64>]) -> Vec<Vec<Vec<f64>>> {
    let mut known = vec![inputs.to_vec()];
    for layer in &network.layers {
        let operator = layer.kind.operator();
        known.push(match layer.from[..] {
            [origin] => operator.real_all(origin.of::<Vec<Vec<f64>>>(&known)),
            _ => {
                let of_sample = |at| -> Vec<f64> {
                    layer.from.iter().flat_map(|origin| &origin.of::<Vec<Vec<f64>>>(&known)[at]).copied().collect()
                };
                operator.real_all(&(0..inputs.len()).map(of_sample).collect::<Vec<_>>())
            }
        });
    }
    known.remove(0);
    known
}

/// Applies a layer to what it takes; `known` holds the input and the outputs of the layers before it.
fn taking<T: Copy>(from: &[Origin], known: &[Vec<T>], layer: impl FnOnce(&[T]) -> Vec<T>) -> Vec<T> {
    match *from {
        [origin] => layer(origin.of::<Vec<T>>(known)),
        _ => layer(&Origin::gather(from, known)),
    }
}

/// What a sample gave at level `fixed`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// Output words of each layer, `[layers][elements]`, in the layer's output format.
    pub layers: Vec<Vec<i64>>,
    /// Words clipped inside each layer.
    pub clipped: Vec<u64>,
}

impl Trace {
    /// The output of the network.
    pub fn output(&self) -> &[i64] {
        self.layers.last().map_or(&[], |output| output)
    }
}

/// A network prepared for evaluation in integers.
pub struct Fixed<'a> {
    layers: Vec<(&'a [Origin], FixedFn<'a>)>,
    input: &'a Input,
    format: QFormat,
    formats: Vec<QFormat>,
}

impl<'a> Fixed<'a> {
    /// Quantises the weights once. Requires `choose-formats`.
    pub fn new(network: &'a Network) -> Fixed<'a> {
        let formats = formats(network);
        let layers = network.layers.iter().map(|layer| (&layer.from[..], layer.kind.operator().fixed())).collect();
        Fixed { layers, input: &network.input, format: formats[0], formats: formats[1..].to_vec() }
    }

    /// Input words for the raw numbers of a data file: scaled, nearest, saturated; NaN becomes 0.
    pub fn quantise(&self, raw: &[f64]) -> Vec<i64> {
        scaled(self.input, raw).iter().map(|&value| self.format.from_real(value).unwrap_or(0)).collect()
    }

    /// The output of every layer, for input words.
    pub fn run(&self, input: &[i64]) -> Trace {
        let (mut known, mut counts) = (vec![input.to_vec()], Vec::new());
        for (from, layer) in &self.layers {
            let mut clipped = 0;
            known.push(taking(from, &known, |x| layer(x, &mut clipped)));
            counts.push(clipped);
        }
        known.remove(0);
        Trace { layers: known, clipped: counts }
    }

    /// The output format of each layer.
    pub fn formats(&self) -> &[QFormat] {
        &self.formats
    }
}

/// The format of the input, then of every layer's output. Requires `choose-formats`.
pub fn formats(network: &Network) -> Vec<QFormat> {
    let Some(format) = network.input.format else { crate::bug!("formats asked for before choose-formats") };
    let mut formats = vec![format];
    for layer in &network.layers {
        let Some(output) = layer.output_format(*layer.from[0].of(&formats)) else {
            crate::bug!("layer {} has no format", layer.name)
        };
        formats.push(output);
    }
    formats
}
