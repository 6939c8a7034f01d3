//! Chooses the format of every word.
//!
//! Before: `layer fc1 dense 128 block 16`. After: the same, with the formats of its input, spectra, weights,
//! accumulated spectra, product, bias, table and output (see [`crate::network::dense::formats`]).
//!
//! Ranges come from calibration samples (run through the network in f64, with a margin), from the declared range of
//! the input (propagated by bounds that hold for every input in it, see [`crate::network::Reach`]), or from both.
//!
//! Establishes: `input.format`, and the formats of every layer. Requires: shapes, no affine layer, circulant weights.

use super::Pass;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::fixed::QFormat;
use crate::network::dense::formats::{MARGIN, holding};
use crate::network::{Given, Input, Network, Origin, Reach};
use std::borrow::Cow;

/// See the module.
pub const PASS: Pass = Pass {
    name: "choose-formats",
    about: "choose the format of every word from calibration samples and declared ranges",
    run,
};

fn run(network: &mut Network, diagnostics: &mut Diagnostics) {
    let samples = samples(network);
    let Some(format) = input_format(network, &samples, diagnostics) else { return };
    network.input.format = Some(format);
    let declared = network
        .input
        .range
        .or(samples.is_empty().then(|| (format.to_real(format.min()), format.to_real(format.max()))));
    let reach = declared.map(|(low, high)| Reach::of_range(network.input.size(), low, high).saturated(format));
    let mut known = vec![Known { format, elements: network.input.size(), reach, samples }];
    let precision = network.precision;
    for layer in &mut network.layers {
        let taken = Taken::of(&layer.from, &known);
        let (name, span, input) = (&layer.name, layer.span, taken.parts[0].0);
        let Taken { parts, reach, samples } = &taken;
        let given = Given { name, span, input, parts, reach: reach.as_deref(), samples, precision };
        layer.kind.operator_mut().choose_formats(&given, diagnostics);
        let Some(format) = layer.output_format(input) else { return };
        let operator = layer.kind.operator();
        let samples = operator.real_all(&taken.samples);
        let reach = taken.reach.as_deref().map(|reach| operator.reach(reach).saturated(format));
        known.push(Known { format, elements: layer.outputs, reach, samples });
    }
}

/// What is known of the elements that the input or a layer gives.
struct Known {
    format: QFormat,
    elements: usize,
    reach: Option<Reach>,
    /// `[samples][elements]`.
    samples: Vec<Vec<f64>>,
}

/// What is known of the elements that a layer takes.
struct Taken<'a> {
    parts: Vec<(QFormat, usize)>,
    reach: Option<Cow<'a, Reach>>,
    samples: Cow<'a, [Vec<f64>]>,
}

impl<'a> Taken<'a> {
    fn of(from: &[Origin], known: &'a [Known]) -> Taken<'a> {
        let origins: Vec<&Known> = from.iter().map(|origin| origin.of(known)).collect();
        let parts = origins.iter().map(|origin| (origin.format, origin.elements)).collect();
        if let [origin] = origins[..] {
            return Taken { parts, reach: origin.reach.as_ref().map(Cow::Borrowed), samples: (&origin.samples).into() };
        }
        let reaches: Option<Vec<&Reach>> = origins.iter().map(|origin| origin.reach.as_ref()).collect();
        let sample = |at| origins.iter().flat_map(|origin: &&Known| &origin.samples[at]).copied().collect();
        let samples: Vec<Vec<f64>> = (0..origins[0].samples.len()).map(sample).collect();
        Taken { parts, reach: reaches.map(|all| Cow::Owned(Reach::of_all(all))), samples: samples.into() }
    }
}

/// The calibration samples as the network sees them.
fn samples(network: &Network) -> Vec<Vec<f64>> {
    let scale = network.input.scale;
    let raw = network.calibration.iter().flat_map(|calibration| &calibration.samples);
    raw.map(|sample| sample.iter().map(|value| value * scale).collect()).collect()
}

/// Stated, or as wide as `precision` says and with room for the range, declared or seen.
fn input_format(network: &Network, samples: &[Vec<f64>], diagnostics: &mut Diagnostics) -> Option<QFormat> {
    let Input { name, range, format, span, .. } = &network.input;
    let seen = samples.iter().flatten().fold(0.0f64, |most, value| most.max(value.abs()));
    let bound = range.map(|(low, high)| low.abs().max(high.abs())).or((!samples.is_empty()).then_some(seen * MARGIN));
    let (bound, format) = match (bound, format) {
        (Some(bound), Some(format)) => (bound, *format),
        (Some(bound), None) => (bound, holding(bound, network.precision.activations)),
        (None, Some(format)) => return Some(*format),
        (None, None) => {
            let problem =
                Diagnostic::new(Code::MissingPart, *span, format!("input `{name}` has neither a range nor a format"));
            diagnostics.push(problem.help("write `range 0 .. 1` after its shape, or `calibrate` with samples"));
            return None;
        }
    };
    let end = format.to_real(format.max());
    if bound > end + format.lsb() {
        let message =
            format!("input `{name}` has values up to `{bound:.4}`, but its format `{format}` ends at {end:.4}");
        let room = holding(bound, format.width());
        diagnostics
            .push(Diagnostic::new(Code::FormatClips, *span, message).help(format!("`format {room}` holds them")));
    }
    Some(format)
}
