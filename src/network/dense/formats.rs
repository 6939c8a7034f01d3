//! Decides every format of a dense layer.
//!
//! Ranges come from two sources. A declared input range gives bounds ([`super::extents::bounded`]) that hold for every
//! input in it; calibration samples give what was seen, times [`MARGIN`]. Where both exist the smaller one counts,
//! part by part. The bounds are sound in exact arithmetic: rounding can push a word past its bound by no more
//! than the rounding error, and there it saturates, is counted, and costs no more than that error.
//!
//! Fraction bits follow from the output's least significant bit, backwards:
//!
//! - The product keeps [`GUARD`] more fraction bits than what follows it (output or table) resolves. The noise of
//!   rounding an accumulated spectrum is divided by `sqrt(k/2)` in the inverse transform, so these bits are there
//!   for the roundings inside that transform.
//! - A spectrum word of an input of w bits gets `w + ceil(log2(k)/2)` bits (at most [`FACTOR_LIMIT`]) unless stated.
//!   Its range is up to k times the input's, so its bit is worth up to `sqrt(k)` input bits; seen from the time domain,
//!   where noise shrinks by `sqrt(k/2)`, that is about the input's own quantisation.
//! - Twiddle factors have as many fraction bits as the words they turn, at most [`TWIDDLE_LIMIT`].

use super::extents::{self, Extents};
use super::matrix::Product;
use super::{Dense, DenseFormats, table};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::fixed::QFormat;
use crate::network::Given;

/// What calibration samples show is multiplied by this before it counts as a range.
pub const MARGIN: f64 = 1.25;

/// Fraction bits inside the transforms beyond those of the words that go in (forward) or come out (inverse).
pub const GUARD: u32 = 2;

/// Most fraction bits of a twiddle factor: its magnitude is below one, so a 17-bit signed operand holds it.
pub const TWIDDLE_LIMIT: u32 = 16;

/// Widest sum or word, in bits.
pub const WIDTH_LIMIT: i64 = 61;

/// Widest factor of a product of data and weights, in bits.
pub const FACTOR_LIMIT: i64 = 32;

/// Widest product of a word and a twiddle factor, in bits.
pub const TURNED_LIMIT: i64 = 60;

/// Narrowest accumulated spectrum, in bits: half its range must exceed the error of any inverse transform.
const NARROWEST: i32 = 8;

/// Ranges below the first are treated as the first, ranges above the second are refused.
const MAGNITUDES: (f64, f64) = (1.0 / (1u64 << 24) as f64, (1u64 << 40) as f64);

/// The formats of a layer; `None` and an error where they cannot be built.
pub fn choose(dense: &Dense, given: &Given, diagnostics: &mut Diagnostics) -> Option<DenseFormats> {
    let greatest = dense.weights.values().iter().chain(&dense.bias).fold(0.0f64, |most, value| most.max(value.abs()));
    if let Err(problem) = possible(given, "weights", greatest) {
        diagnostics.push(problem);
        return None;
    }
    let product = Product::new(&dense.weights, dense.outputs);
    let (ranges, seen) = ranges(dense, &product, given);
    let largest = [ranges.spectrum, ranges.accumulated, ranges.sum].into_iter().fold(0.0, f64::max);
    let chosen = possible(given, "sums", largest).and_then(|()| {
        let formats = Choice { dense, given, ranges }.formats(&product);
        buildable(dense, given, &formats).map(|()| formats)
    });
    match chosen {
        Ok(formats) => {
            warn_clipping(dense, given, seen, diagnostics);
            Some(formats)
        }
        Err(problem) => {
            diagnostics.push(problem);
            None
        }
    }
}

/// The ranges to build for, and the largest output that is known to occur or declared possible.
fn ranges(dense: &Dense, product: &Product, given: &Given) -> (Extents, f64) {
    let bounded = given.reach.map(|reach| extents::bounded(dense, product, reach));
    if given.samples.is_empty() {
        let bounded = bounded.unwrap_or_default();
        return (bounded, bounded.output);
    }
    let measured = extents::measured(dense, product, given.samples);
    let wider = measured.scaled(MARGIN);
    (bounded.map_or(wider, |bounded| bounded.min(wider)), measured.output)
}

struct Choice<'a> {
    dense: &'a Dense,
    given: &'a Given<'a>,
    ranges: Extents,
}

impl Choice<'_> {
    fn formats(&self, product: &Product) -> DenseFormats {
        let Choice { dense, given, ranges } = self;
        let rounding = dense.stated.rounding_or(given.precision.rounding);
        let weight = self.weight(product);
        let (guard, spectrum) = match product {
            Product::Dense { .. } => (0, given.input),
            Product::Circulant(circulant) => (GUARD, self.spectrum(circulant.k)),
        };
        let exact = spectrum.frac + weight.frac;
        let counted = dense.thresholds.as_ref().map(|thresholds| thresholds.format());
        let output = counted.or(dense.stated.format).unwrap_or_else(|| {
            let bits = given.precision.activations;
            QFormat::of_width(bits, holding(ranges.output, bits).frac.min(exact))
        });
        let sum = table::Sum { activation: dense.activation, rounding, reach: ranges.sum, frac: exact };
        let table = dense.activation.is_table().then(|| table::choose(output, &sum));
        let (product, accumulator, twiddle) = match product {
            Product::Dense { inputs, .. } => {
                let product = exact_product(given.input, weight, *inputs);
                (product, product, 0)
            }
            Product::Circulant(_) => {
                // thresholds are told apart as finely as an activation's words would be
                let bits_of_sum = holding(ranges.sum, given.precision.activations).frac;
                let narrowed = if counted.is_some() { bits_of_sum } else { table.unwrap_or(output).frac };
                let resolved = narrowed + GUARD as i32;
                let accumulator = accumulator(ranges.accumulated, resolved, exact);
                let product = QFormat { int: accumulator.int + 1, frac: accumulator.frac };
                (product, accumulator, bits(spectrum).max(bits(accumulator)).clamp(2, TWIDDLE_LIMIT as i64) as u32)
            }
        };
        let largest = dense.bias.iter().fold(0.0f64, |most, bias| most.max(bias.abs()));
        let bias = reaching(largest, product.frac);
        let table = table.unwrap_or(QFormat { int: product.int.max(bias.int) + 1, frac: product.frac });
        let input = given.input;
        DenseFormats { input, guard, spectrum, weight, accumulator, twiddle, product, bias, table, output, rounding }
    }

    fn weight(&self, product: &Product) -> QFormat {
        if let Some(format) = self.dense.stated.weight_format {
            return format;
        }
        let bits = self.dense.stated.weight_bits.unwrap_or(self.given.precision.weights);
        let values = match product {
            Product::Dense { values, .. } => values,
            Product::Circulant(circulant) => circulant.spectra.as_slice(),
        };
        holding(values.iter().fold(0.0, |most, weight| most.max(weight.abs())), bits)
    }

    fn spectrum(&self, k: usize) -> QFormat {
        let input = self.given.input;
        let bits =
            self.dense.stated.spectrum_bits.unwrap_or((input.width() + k.ilog2().div_ceil(2)).min(FACTOR_LIMIT as u32));
        QFormat::of_width(bits, holding(self.ranges.spectrum, bits).frac.min(input.frac + GUARD as i32))
    }
}

/// The format of `bits` that holds magnitudes up to `bound`.
pub fn holding(bound: f64, bits: u32) -> QFormat {
    QFormat::for_bound(bound.clamp(MAGNITUDES.0, MAGNITUDES.1), bits)
}

/// The format of `frac` fraction bits that holds magnitudes up to `bound`.
fn reaching(bound: f64, frac: i32) -> QFormat {
    QFormat { int: holding(bound, 2).int.max(1 - frac), frac }
}

/// The format of accumulated spectra up to `bound`: `resolved` fraction bits or what [`NARROWEST`] asks for, no more
/// than the exact sums have.
fn accumulator(bound: f64, resolved: i32, exact: i32) -> QFormat {
    let int = holding(bound, 2).int;
    let frac = resolved.max(NARROWEST - 1 - int).min(exact);
    QFormat { int: int.max(NARROWEST - 1 - frac), frac }
}

/// Exact sums of `terms` products.
fn exact_product(input: QFormat, weight: QFormat, terms: usize) -> QFormat {
    let growth = terms.max(1).next_power_of_two().ilog2() as i32;
    QFormat { int: input.int + weight.int + 1 + growth, frac: input.frac + weight.frac }
}

/// Width in bits, also where it is not a legal one.
fn bits(format: QFormat) -> i64 {
    1 + format.int as i64 + format.frac as i64
}

/// Whether magnitudes up to `largest` can be worked with at all.
fn possible(given: &Given, what: &str, largest: f64) -> Result<(), Diagnostic> {
    if largest <= MAGNITUDES.1 {
        return Ok(());
    }
    let message = format!("the {what} of layer `{}` reach `{largest:.3e}`, at most 2^40 is possible", given.name);
    Err(Diagnostic::new(Code::FormatNotPossible, given.span, message).help("scale the weights or the input down"))
}

/// Every word and every intermediate sum has a width that the blocks can be built with.
fn buildable(dense: &Dense, given: &Given, formats: &DenseFormats) -> Result<(), Diagnostic> {
    let found = widths(dense, formats).into_iter().find(|(_, bits, most)| !(2..=*most).contains(bits));
    let Some((what, found, most)) = found else { return Ok(()) };
    let message = format!("the {what} of layer `{}` needs `{found}` bits, 2 to {most} are possible", given.name);
    Err(Diagnostic::new(Code::FormatNotPossible, given.span, message).help("state other widths for this layer"))
}

/// What has how many bits, and how many it may have.
fn widths(dense: &Dense, formats: &DenseFormats) -> Vec<(&'static str, i64, i64)> {
    let sum = bits(formats.product).max(bits(formats.bias)) + 1 + dense.activation.growth() as i64;
    let narrowed = if dense.activation.is_table() { formats.table } else { formats.output };
    let finer = (narrowed.frac as i64 - formats.product.frac as i64).max(0);
    let mut widths = vec![
        ("input", bits(formats.input), FACTOR_LIMIT),
        ("weights", bits(formats.weight), FACTOR_LIMIT),
        ("output", bits(formats.output), WIDTH_LIMIT),
        ("sum", sum + finer, WIDTH_LIMIT),
    ];
    if let super::Weights::Circulant { q, k, .. } = dense.weights {
        let twiddle = formats.twiddle as i64;
        let growth = |count: usize| count.next_power_of_two().ilog2() as i64;
        let whole = bits(formats.input) + formats.guard as i64 + growth(k);
        let sum = bits(formats.spectrum) + bits(formats.weight) + 1 + growth(q);
        widths.extend([
            ("spectrum", bits(formats.spectrum), FACTOR_LIMIT),
            ("forward transform", whole + twiddle, TURNED_LIMIT),
            ("accumulator", sum, WIDTH_LIMIT),
            ("inverse transform", bits(formats.accumulator) + twiddle + 4, TURNED_LIMIT),
        ]);
    }
    widths
}

fn warn_clipping(dense: &Dense, given: &Given, seen: f64, diagnostics: &mut Diagnostics) {
    // a quantiser saturates on purpose
    let Some(format) = dense.stated.format.filter(|_| !dense.stated.quantised) else { return };
    let end = format.to_real(format.max());
    if seen <= end + format.lsb() {
        return;
    }
    let how = if given.samples.is_empty() { "can reach" } else { "reaches on the calibration samples" };
    let message = format!("layer `{}` {how} `{seen:.4}`, but its format `{format}` ends at {end:.4}", given.name);
    let room = holding(seen, format.width());
    let warning = Diagnostic::new(Code::FormatClips, given.span, message);
    diagnostics.push(warning.help(format!("`format {room}` holds it")));
}
