//! A network as valid `.circ` text.
//!
//! Reading the text of a resolved network gives the same network again. What the passes establish and `.circ` cannot
//! state (shapes, chosen formats of layers, folded weights) is printed as comments.

use super::concat::ConcatFormats;
use super::dense::pace::Fold;
use super::dense::{Dense, DenseFormats, Form, Stated, TensorRef, Weights};
use super::pointwise::{Pointwise, PointwiseFormats};
use super::{
    Activation, Add, Affine, Argmax, Calibration, Concat, Input, Layer, Network, Origin, Output, Precision, Slice,
    Target, Thresholds,
};
use crate::fixed::QFormat;

/// The whole network.
pub fn network(network: &Network) -> String {
    let mut lines = vec![input(&network.input)];
    lines.extend(output(network.output));
    lines.push(precision(&network.precision));
    lines.extend(network.calibration.as_ref().map(calibration));
    lines.push(String::new());
    for (index, layer) in network.layers.iter().enumerate() {
        lines.extend(self::layer(layer, &from(network, index)));
    }
    lines.extend(target(&network.target).map(|line| format!("\n    {line}")));
    let indented = |line: &String| match line.as_str() {
        "" => "\n".to_string(),
        line if line.starts_with('\n') => format!("{line}\n"),
        line => format!("    {line}\n"),
    };
    let body: String = lines.iter().map(indented).collect();
    format!("network {} {{\n{body}}}\n", network.name)
}

/// ` from a, b`, where a layer takes something else than the layer before it gives.
fn from(network: &Network, index: usize) -> String {
    let origins = &network.layers[index].from;
    if origins[..] == [Origin::before(index)] {
        return String::new();
    }
    let names: Vec<&str> = origins.iter().map(|&origin| network.name_of(origin)).collect();
    format!(" from {}", names.join(", "))
}

/// The lines of one layer, without indentation of their own.
fn layer(layer: &Layer, from: &str) -> Vec<String> {
    let (words, properties) = layer.kind.operator().print(layer);
    let shape = match (layer.inputs, layer.outputs) {
        (0, _) => String::new(),
        (inputs, outputs) => format!("    // {inputs} -> {outputs}"),
    };
    let head = format!("layer {} {words}{from}", layer.name);
    if properties.is_empty() {
        return vec![head + &shape];
    }
    let (open, close) = match properties.iter().all(|property| property.starts_with("//")) {
        true => ("", None),
        false => (" {", Some("}".to_string())),
    };
    let mut lines = vec![format!("{head}{open}{shape}")];
    lines.extend(properties.iter().map(|property| format!("    {property}")));
    lines.extend(close);
    lines
}

/// Words and properties of a dense layer.
pub fn dense(dense: &Dense, layer: &Layer) -> (String, Vec<String>) {
    let block = dense.block.map(|k| format!(" block {k}")).unwrap_or_default();
    let mut lines = vec![format!("weights {}", file(&dense.weight_file))];
    lines.extend(dense.bias_file.as_ref().map(|bias| format!("bias {}", file(bias))));
    lines.extend(function(dense.activation, &dense.thresholds));
    lines.extend(self::stated(&dense.stated));
    lines.extend(dense.folded.iter().map(|name| format!("// affine layer {name} is folded into weights and bias")));
    if let Weights::Circulant { p, q, k, .. } = &dense.weights {
        let blocks = format!("// blocks {p} x {q} of {k} x {k}");
        let given = (layer.outputs, layer.inputs);
        let padded = match (p * k, q * k) {
            whole if whole == given || given.1 == 0 => String::new(), // no padding, or shapes are not inferred yet
            (rows, columns) => format!(", {} x {} padded with zeros to {rows} x {columns}", given.0, given.1),
        };
        let error = dense.projection_error.map(|error| format!(", projected with relative error {error:.6}"));
        lines.push(blocks + &padded + &error.unwrap_or_default());
    }
    lines.extend(dense.formats.iter().flat_map(|formats| self::formats(formats, dense.block.is_some())));
    (format!("dense {}{block}", dense.outputs), lines)
}

/// The lines of an activation.
fn function(activation: Activation, thresholds: &Option<Thresholds>) -> Option<String> {
    match thresholds {
        Some(thresholds) => {
            let (file, low, high) = (file(&thresholds.file), thresholds.low, thresholds.high());
            Some(format!("thresholds {file} levels {low} .. {high}"))
        }
        None => (activation != Activation::Identity).then(|| format!("activation {activation}")),
    }
}

fn stated(stated: &Stated) -> impl Iterator<Item = String> {
    let lines = [
        stated.format.map(|format| format!("{} {format}", if stated.quantised { "quantise" } else { "format" })),
        stated.weight_bits.map(|bits| format!("weight-bits {bits}")),
        stated.weight_format.map(|format| format!("weight-format {format}")),
        stated.spectrum_bits.map(|bits| format!("spectrum-bits {bits}")),
        stated.rounding.map(|rounding| format!("rounding {}", rounding.name())),
        stated.rows.map(|rows| format!("rows {rows}")),
        stated.forward.map(|pace| format!("forward {}{}", pace.name(), fold(stated.folds[0]))),
        stated.spectra.map(|pace| format!("spectra {}", pace.name())),
        stated.inverse.map(|pace| format!("inverse {}{}", pace.name(), fold(stated.folds[1]))),
        stated.products.map(|count| format!("products {count}")),
        stated.stationary.map(|choice| format!("stationary {}", choice.name())),
    ];
    lines.into_iter().flatten()
}

/// The units of a folded transform, where they are stated.
fn fold(fold: Option<Fold>) -> String {
    fold.map_or(String::new(), |Fold { units, multipliers }| format!(" units {units} multipliers {multipliers}"))
}

/// Comment lines: the formats along the data path of a dense layer.
fn formats(formats: &DenseFormats, circulant: bool) -> Vec<String> {
    let DenseFormats { input, guard, spectrum, weight, accumulator, twiddle, .. } = formats;
    let DenseFormats { product, bias, table, output, rounding, .. } = formats;
    let transform = format!("input {input}  guard {guard}  twiddle s1.{twiddle}  spectrum {spectrum}");
    let sums = format!("weight {weight}  accumulator {accumulator}  product {product}");
    let plain = format!("input {input}  weight {weight}  product {product}");
    let end = format!("bias {bias}  table {table}  output {output}  rounding {}", rounding.name());
    let lines = if circulant { vec![transform, sums, end] } else { vec![plain, end] };
    lines.into_iter().map(|line| format!("// {line}")).collect()
}

/// Words and properties of an affine layer.
pub fn affine(affine: &Affine, _layer: &Layer) -> (String, Vec<String>) {
    let mut lines = vec![format!("scale {}", file(&affine.scale_file))];
    lines.extend(affine.shift_file.as_ref().map(|shift| format!("shift {}", file(shift))));
    ("affine".into(), lines)
}

/// Words and properties of a pointwise layer.
pub fn pointwise(pointwise: &Pointwise, _layer: &Layer) -> (String, Vec<String>) {
    let lines = function(pointwise.activation, &pointwise.thresholds).into_iter().chain(stated(&pointwise.stated));
    let formats = pointwise.formats.map(|PointwiseFormats { input, table, output, rounding }| {
        format!("// input {input}  table {table}  output {output}  rounding {}", rounding.name())
    });
    ("pointwise".into(), lines.chain(formats).collect())
}

/// Words and properties of an add layer.
pub fn add(add: &Add, layer: &Layer) -> (String, Vec<String>) {
    let mut lines = pointwise(&add.function, layer).1;
    if let Some(inputs) = &add.inputs {
        let inputs: Vec<String> = inputs.iter().map(QFormat::to_string).collect();
        lines.push(format!("// origins {}", inputs.join(" ")));
    }
    ("add".into(), lines)
}

/// Words and properties of a concat layer.
pub fn concat(concat: &Concat) -> (String, Vec<String>) {
    let rounding = concat.rounding.map(|rounding| format!("rounding {}", rounding.name()));
    let mut lines: Vec<String> =
        concat.format.map(|format| format!("format {format}")).into_iter().chain(rounding).collect();
    lines.extend(concat.formats.iter().map(|formats| {
        let ConcatFormats { parts, output, rounding } = formats;
        let inputs: Vec<String> = parts.iter().map(|(format, _)| format.to_string()).collect();
        format!("// inputs {}  output {output}  rounding {}", inputs.join(" "), rounding.name())
    }));
    ("concat".into(), lines)
}

/// Words and properties of a slice layer.
pub fn slice(slice: &Slice) -> (String, Vec<String>) {
    (format!("slice {} .. {}", slice.start, slice.end), Vec::new())
}

/// Words and properties of an argmax layer.
pub fn argmax(_argmax: &Argmax, _layer: &Layer) -> (String, Vec<String>) {
    ("argmax".into(), Vec::new())
}

fn file(file: &TensorRef) -> String {
    let tensor = file.tensor.as_ref().map(|name| format!(" tensor {}", quoted(name))).unwrap_or_default();
    let form = if file.form == Form::Dense { String::new() } else { format!(" form {}", file.form.name()) };
    format!("{}{tensor}{form}", quoted(&file.path))
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn input(input: &Input) -> String {
    let shape: Vec<String> = input.shape.iter().map(|size| size.to_string()).collect();
    let mut line = format!("input {} {}", input.name, shape.join("x"));
    if let Some((low, high)) = input.range {
        line += &format!(" range {} .. {}", number(low), number(high));
    }
    if input.scale != 1.0 {
        line += &format!(" scale {}", number(input.scale));
    }
    if let Some(format) = input.format {
        line += &format!(" format {format}");
    }
    line
}

fn output(output: Output) -> Option<String> {
    let mut line = "output".to_string();
    if output.scale != 1.0 {
        line += &format!(" scale {}", number(output.scale));
    }
    if output.shift != 0.0 {
        line += &format!(" shift {}", number(output.shift));
    }
    (output != Output::default()).then_some(line)
}

fn precision(precision: &Precision) -> String {
    let Precision { activations, weights, rounding } = precision;
    format!("precision {{ activations {activations} bits  weights {weights} bits  rounding {} }}", rounding.name())
}

fn calibration(calibration: &Calibration) -> String {
    format!("calibrate {}", quoted(&calibration.path))
}

fn target(target: &Target) -> Option<String> {
    let mut words = Vec::new();
    if target.clock != Target::default().clock {
        words.push(format!("clock {}", with_unit(target.clock, &[("GHz", 1e9), ("MHz", 1e6), ("kHz", 1e3)], "Hz")));
    }
    words.extend(target.interval.map(|cycles| format!("interval {cycles} cycles")));
    words.extend(target.throughput.map(|rate| format!("throughput {} frames/s", number(rate))));
    words.extend(target.multipliers.map(|count| format!("multipliers {count}")));
    let memory = |bits| with_unit(bits as f64, &[("Mbit", 1e6), ("kbit", 1e3)], "bits");
    words.extend(target.memory_bits.map(|bits| format!("memory {}", memory(bits))));
    words.extend(target.luts.map(|luts| format!("luts {} {}", luts.most, luts.family.name())));
    if words.is_empty() { None } else { Some(format!("target {{ {} }}", words.join("  "))) }
}

/// A quantity in the largest unit that keeps it exact and at least one.
fn with_unit(value: f64, units: &[(&str, f64)], base: &str) -> String {
    let exact = |(_, factor): &&(&str, f64)| {
        value >= *factor && value / factor * factor == value && (value / factor * 1e3).fract() == 0.0
    };
    match units.iter().find(exact) {
        Some((unit, factor)) => format!("{} {unit}", number(value / factor)),
        None => format!("{} {base}", number(value)),
    }
}

/// The shortest of the ways to write a number that read back as the same number.
pub fn number(value: f64) -> String {
    let plain = format!("{value}");
    let scientific = format!("{value:e}");
    let below = (1.0 / value).round();
    let ratio = format!("1/{below}");
    let is_ratio = value > 0.0 && below < 1e9 && 1.0 / below == value;
    let shortest = if scientific.len() < plain.len() { scientific } else { plain };
    if is_ratio && ratio.len() < shortest.len() { ratio } else { shortest }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        let cases =
            [(1.0, "1"), (0.5, "0.5"), (1.0 / 16.0, "1/16"), (1.0 / 255.0, "1/255"), (1e6, "1e6"), (-0.25, "-0.25")];
        for (value, text) in cases {
            assert_eq!(number(value), text);
        }
    }

    #[test]
    fn quantities_take_the_largest_unit_that_is_exact() {
        let hertz = |value| with_unit(value, &[("GHz", 1e9), ("MHz", 1e6), ("kHz", 1e3)], "Hz");
        assert_eq!(hertz(100e6), "100 MHz");
        assert_eq!(hertz(33.333e6), "33.333 MHz");
        assert_eq!(hertz(123.0), "123 Hz");
        assert_eq!(hertz(33333333.0), "33333.333 kHz");
    }
}
