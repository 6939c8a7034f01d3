//! Layers as a [`Network`], as `.circ` text and as a file of weights.

use super::chain::{Draft, DraftKind, Exact, Steps, holding};
use super::import::Survey;
use crate::diag::{Code, Source, Span};
use crate::frontend::weights::{Problem, safetensors};
use crate::frontend::{MAX_INPUT, MAX_LAYERS, MAX_OUTPUTS, names};
use crate::network::dense::pace::LARGEST_BLOCK;
use crate::network::dense::{Form, Stated, TensorRef};
use crate::network::{
    Add, Affine, Argmax, Calibration, Concat, Dense, Input, Layer, LayerKind, Network, Output, Pointwise, Precision,
    Slice, Target, Thresholds, Weights, print,
};
use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::Arc;

/// What an import leaves to the user.
#[derive(Clone, Debug)]
pub struct Options {
    /// Name of the network, legal; its files are called so.
    pub name: String,
    /// Block sizes.
    pub blocks: Blocks,
    /// Least and greatest input value; a model does not say.
    pub range: Option<(f64, f64)>,
    /// Path of calibration samples as the `.circ` file shall name it.
    pub calibration: Option<String>,
}

/// Block sizes of the dense layers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Blocks {
    /// The same for all; 1: plain dense hardware.
    All(usize),
    /// By layer; plain dense hardware for those that are not named.
    Each(BTreeMap<String, usize>),
}

impl FromStr for Blocks {
    type Err = String;

    /// `16`, or `fc1=64,fc2=16`.
    fn from_str(text: &str) -> Result<Blocks, String> {
        let size = |text: &str| match text.trim().parse::<usize>() {
            Ok(k) if k.is_power_of_two() && k <= LARGEST_BLOCK => Ok(k),
            _ => Err(format!("block size `{text}` is not a power of two from 1 to {LARGEST_BLOCK}")),
        };
        if !text.contains('=') {
            return size(text).map(Blocks::All);
        }
        let mut each = BTreeMap::new();
        for part in text.split(',') {
            let (name, k) = part.split_once('=').ok_or(format!("`{part}` is not of the form LAYER=SIZE"))?;
            if each.insert(name.trim().to_string(), size(k)?).is_some() {
                return Err(format!("layer `{name}` is given two block sizes"));
            }
        }
        Ok(Blocks::Each(each))
    }
}

/// A network with its files, not yet written.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The text of `<name>.circ`.
    pub circ: String,
    /// The bytes of `<name>.safetensors`.
    pub weights: Vec<u8>,
}

/// The files of a survey whose verdicts are all good; `origin` says where it came from.
pub fn files(survey: &Survey, options: &Options, origin: &str) -> Result<Imported, Problem> {
    let Some(chain) = &survey.chain else { crate::bug!("an import with refused nodes") };
    let network = Network {
        name: options.name.clone(),
        source: Arc::new(Source { path: String::new(), text: String::new() }),
        input: input(survey, options)?,
        output: Output { scale: chain.output.0, shift: chain.output.1 },
        layers: layers(&chain.layers, options)?,
        precision: Precision::default(),
        target: Target::default(),
        calibration: options.calibration.clone().map(|path| Calibration {
            path,
            samples: Vec::new(),
            span: Span::default(),
        }),
    };
    let weights = safetensors::write(&tensors(&network)?)?;
    Ok(Imported { circ: text(&network, &chain.layers, &survey.notes, origin), weights })
}

fn input(survey: &Survey, options: &Options) -> Result<Input, Problem> {
    let (name, shape) = survey.input.clone();
    // the first dimension is the batch
    let inner = if shape.len() > 1 { shape[1..].to_vec() } else { shape };
    let shape = if inner.is_empty() { vec![1] } else { inner };
    let size: usize = shape.iter().product();
    if size > MAX_INPUT {
        return Err(limit("the input has", size, MAX_INPUT, "elements"));
    }
    let whole = survey.steps.map(|(step, bound)| (step, holding(&[bound, -bound])));
    let of_steps =
        |(low, high): (f64, f64)| whole.map_or((low, high), |(step, _)| ((low / step).round(), (high / step).round()));
    let (range, format) = (options.range.map(of_steps), whole.map(|(_, format)| format));
    Ok(Input { name, shape, scale: 1.0, range, format, span: Span::default() })
}

/// Where a quantised model is not kept to the last bit, and what is nearest.
pub fn notes(survey: &Survey, options: &Options) -> Vec<String> {
    let drafts: Vec<&Draft> = survey.chain.iter().flat_map(|chain| &chain.layers).collect();
    let names = |is_meant: &dyn Fn(&Draft) -> bool| {
        let names: Vec<String> =
            drafts.iter().filter(|draft| is_meant(draft)).map(|draft| format!("`{}`", draft.name)).collect();
        (!names.is_empty()).then(|| names.join(", "))
    };
    let is_circulant = |draft: &Draft| block(draft, &options.blocks).is_some();
    let circulant = names(&|draft| is_circulant(draft) && is_whole(draft).is_some_and(|is_whole| is_whole));
    let rounded = names(&|draft| !is_circulant(draft) && is_whole(draft).is_some_and(|is_whole| !is_whole));
    let quantises = matches!(drafts.first(), Some(Draft { kind: DraftKind::Pointwise { steps: Some(_), .. }, .. }));
    let notes = [
        circulant.map(|names| {
            format!(
                "the whole weights of {names} become circulant, and their spectra are rounded to the nearest words: the \
                 sums are those of the quantised model no more"
            )
        }),
        rounded.map(|names| {
            format!("the weights of {names} are rounded to the width of weights: their sums are near those of the model")
        }),
        (quantises && survey.steps.is_none()).then(|| {
            "the input is rounded to its format before its quantiser; `--input-step` keeps whole multiples exact".into()
        }),
    ];
    notes.into_iter().flatten().collect()
}

/// Whether a layer next to quantisers has whole weights; `None` for all others.
fn is_whole(draft: &Draft) -> Option<bool> {
    let DraftKind::Dense { steps, exact, .. } = &draft.kind else { return None };
    (steps.is_some() || exact.quantiser.is_some() || exact.grid.is_some()).then_some(exact.weights.is_some())
}

fn limit(what: &str, found: usize, most: usize, of: &str) -> Problem {
    Problem::new(Code::LimitExceeded, format!("{what} {found} {of}, expected at most {most}"))
}

fn layers(drafts: &[Draft], options: &Options) -> Result<Vec<Layer>, Problem> {
    if drafts.len() > MAX_LAYERS {
        return Err(limit("the network has", drafts.len(), MAX_LAYERS, "layers"));
    }
    if let Blocks::Each(each) = &options.blocks {
        let names: Vec<&str> = drafts.iter().filter(|d| is_dense(d)).map(|draft| draft.name.as_str()).collect();
        if let Some(name) = each.keys().find(|name| !names.contains(&name.as_str())) {
            let message = format!("there is no dense layer `{name}`; the dense layers are {}", names.join(", "));
            let problem = Problem::new(Code::UnknownName, message);
            return Err(match names::closest(name, &names) {
                Some(near) => problem.help(format!("`{near}` is near")),
                None => problem,
            });
        }
    }
    drafts.iter().map(|draft| layer(draft, options)).collect()
}

fn is_dense(draft: &Draft) -> bool {
    matches!(draft.kind, DraftKind::Dense { .. })
}

fn layer(draft: &Draft, options: &Options) -> Result<Layer, Problem> {
    let file = |part: &str| TensorRef {
        path: format!("{}.safetensors", options.name),
        tensor: Some(format!("{}.{part}", draft.name)),
        form: Form::Dense,
        span: Span::default(),
    };
    let kind = match &draft.kind {
        DraftKind::Dense { inputs, weights, bias, activation, steps, exact } => {
            if bias.len() > MAX_OUTPUTS {
                return Err(limit(&format!("layer `{}` has", draft.name), bias.len(), MAX_OUTPUTS, "outputs"));
            }
            let block = block(draft, &options.blocks);
            let quantiser = exact.quantiser;
            let exact = if block.is_none() { *exact } else { Exact::default() };
            let (format, rounding) = match quantiser {
                Some((format, rounding)) => (Some(format), Some(rounding)),
                None => (exact.output, None),
            };
            let quantised = quantiser.is_some();
            let stated = Stated { weight_format: exact.weights, format, quantised, rounding, ..Stated::default() };
            let has_bias = bias.iter().any(|&bias| bias != 0.0);
            LayerKind::Dense(Dense {
                outputs: bias.len(),
                block,
                weights: Weights::Dense { inputs: *inputs, values: weights.clone().into() },
                weight_file: file("weight"),
                bias: if has_bias { bias.clone() } else { Vec::new() },
                bias_file: has_bias.then(|| file("bias")),
                activation: *activation,
                thresholds: steps.as_ref().map(|steps| thresholds(steps, file("thresholds"))),
                stated,
                folded: Vec::new(),
                projection_error: None,
                formats: None,
            })
        }
        DraftKind::Affine { scale, shift } => LayerKind::Affine(Affine {
            scale: scale.clone(),
            shift: shift.clone(),
            scale_file: file("scale"),
            shift_file: Some(file("shift")),
        }),
        DraftKind::Pointwise { activation, steps } => LayerKind::Pointwise(Pointwise {
            activation: *activation,
            thresholds: steps.as_ref().map(|steps| thresholds(steps, file("thresholds"))),
            stated: Stated::default(),
            formats: None,
        }),
        &DraftKind::Add(activation) => {
            let function = Pointwise { activation, thresholds: None, stated: Stated::default(), formats: None };
            LayerKind::Add(Add { parts: draft.from.len(), function, inputs: None })
        }
        DraftKind::Concat => LayerKind::Concat(Concat { format: None, rounding: None, formats: None }),
        &DraftKind::Slice(start, end) => LayerKind::Slice(Slice { start, end }),
        DraftKind::Argmax => LayerKind::Argmax(Argmax),
    };
    let from = draft.from.clone();
    Ok(Layer { name: draft.name.clone(), span: Span::default(), from, kind, inputs: 0, outputs: 0 })
}

fn thresholds(steps: &Steps, file: TensorRef) -> Thresholds {
    Thresholds { low: steps.low, levels: steps.levels, values: steps.values.clone(), file }
}

fn block(draft: &Draft, blocks: &Blocks) -> Option<usize> {
    let size = match blocks {
        Blocks::All(k) => *k,
        Blocks::Each(each) => each.get(&draft.name).copied().unwrap_or(1),
    };
    (size > 1).then_some(size)
}

/// Every tensor of a network.
pub fn tensors(network: &Network) -> Result<safetensors::Tensors<'_>, Problem> {
    let mut tensors = BTreeMap::new();
    for layer in &network.layers {
        for (name, shape, values) in parts(layer) {
            if let Some(at) = values.iter().position(|value| !value.is_finite()) {
                let message = format!("element {at} of `{name}` is `{}`, expected finite numbers", values[at]);
                return Err(Problem::new(Code::WeightNotFinite, message));
            }
            tensors.insert(name, (shape, values));
        }
    }
    Ok(tensors)
}

/// The tensors of a layer: their names, shapes and numbers.
fn parts(layer: &Layer) -> Vec<(String, Vec<usize>, &[f64])> {
    let named = |part: &str| format!("{}.{part}", layer.name);
    fn rows(thresholds: &Thresholds) -> (String, Vec<usize>, &[f64]) {
        let name = thresholds.file.tensor.clone().unwrap_or_default();
        (name, vec![thresholds.channels(), thresholds.levels], &thresholds.values)
    }
    match &layer.kind {
        LayerKind::Dense(dense) => {
            let mut parts = vec![(named("weight"), dense.weights.shape(), dense.weights.values())];
            if !dense.bias.is_empty() {
                parts.push((named("bias"), vec![dense.bias.len()], &dense.bias));
            }
            parts.extend(dense.thresholds.iter().map(rows));
            parts
        }
        LayerKind::Affine(affine) => {
            let mut parts = vec![(named("scale"), vec![affine.scale.len()], affine.scale.as_slice())];
            if !affine.shift.is_empty() {
                parts.push((named("shift"), vec![affine.shift.len()], &affine.shift));
            }
            parts
        }
        LayerKind::Pointwise(pointwise) => pointwise.thresholds.iter().map(rows).collect(),
        LayerKind::Add(_) | LayerKind::Concat(_) | LayerKind::Slice(_) | LayerKind::Argmax(_) => Vec::new(),
    }
}

/// The network as text: where it came from, what was noted, and above each layer the nodes that it stands for.
fn text(network: &Network, drafts: &[Draft], notes: &[String], origin: &str) -> String {
    let mut text = format!("// From {origin}. Edit as you like: nothing reads the model again.\n");
    for note in notes {
        text += &format!("// note: {note}\n");
    }
    for line in print::network(network).lines() {
        let draft = drafts.iter().find(|draft| line.starts_with(&format!("    layer {} ", draft.name)));
        if let Some(draft) = draft {
            text += &format!("    // {}\n", draft.nodes.join(", "));
        }
        text += line;
        text.push('\n');
    }
    text
}
