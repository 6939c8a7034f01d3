//! Layer statements to layer kinds. A new kind is a row of [`KINDS`] and a function.

use super::ast::{Layer, Node, Property, Value};
use super::quantity;
use super::resolve::Resolver;
use super::weights::{Problem, shape_text};
use super::{MAX_ELEMENTS, MAX_INPUT, MAX_OUTPUTS};
use crate::diag::{Code, Diagnostic};
use crate::network::dense::pace::{Fold, LARGEST_BLOCK, Pace, Stationary};
use crate::network::dense::{Form, Stated, TensorRef};
use crate::network::{Add, Affine, Argmax, Concat, Dense, LayerKind, Slice, Weights, add, concat};

/// Reads one layer. `width` is the number of elements the layer takes, if known; set to what it gives.
type Read = fn(&mut Resolver, &Layer, width: &mut Option<usize>) -> Option<LayerKind>;

/// Every kind: its word, the properties it takes, its reader.
const KINDS: &[(&str, &[&str], Read)] = &[
    (
        "dense",
        &[
            "weights",
            "bias",
            "activation",
            "thresholds",
            "levels",
            "format",
            "quantise",
            "weight-bits",
            "weight-format",
            "spectrum-bits",
            "rounding",
            "rows",
            "forward",
            "spectra",
            "inverse",
            "products",
            "stationary",
        ],
        |resolver, layer, width| resolver.dense(layer, width),
    ),
    ("affine", &["scale", "shift"], |resolver, layer, width| resolver.affine(layer, width)),
    (
        "pointwise",
        &["activation", "thresholds", "levels", "format", "quantise", "rounding"],
        |resolver, layer, width| resolver.pointwise(layer, width),
    ),
    ("add", &["activation", "thresholds", "levels", "format", "quantise", "rounding"], |resolver, layer, width| {
        resolver.add(layer, width)
    }),
    ("concat", &["format", "rounding"], |resolver, layer, _| resolver.concat(layer)),
    ("slice", &[], |resolver, layer, width| resolver.slice(layer, width)),
    ("argmax", &[], |_, _, width| argmax(width)),
];

/// Block sizes of the hardware.
pub(super) fn is_block_size(size: u64) -> bool {
    size.is_power_of_two() && (2..=LARGEST_BLOCK as u64).contains(&size)
}

/// The number of origins that a layer states; one if it states none.
fn origins(layer: &Layer) -> usize {
    let names = layer.clauses.iter().find_map(|clause| match &clause.value.value {
        Value::Names(names) => Some(names.len()),
        _ => None,
    });
    names.unwrap_or(1)
}

impl Resolver<'_> {
    /// What a layer computes.
    pub fn kind(&mut self, layer: &Layer, width: &mut Option<usize>) -> Option<LayerKind> {
        let kinds: Vec<_> = KINDS.iter().map(|row| (row.0, row)).collect();
        let word = Node { value: Value::Word(layer.kind.value.clone()), span: layer.kind.span };
        let Some((_, allowed, read)) = self.accept(quantity::choice(&word, "layer kind", &kinds)) else {
            *width = None;
            return None;
        };
        self.once(&layer.properties);
        self.once(&layer.clauses);
        for property in layer.properties.iter().filter(|p| !allowed.contains(&p.key.value.as_str())) {
            let message = format!("`{}` is not a property of {} layers", property.key.value, layer.kind.value);
            let fact = format!("a layer of kind {}", layer.kind.value);
            self.diagnostics.push(
                Diagnostic::new(Code::UnknownName, property.key.span, message)
                    .label(layer.kind.span, fact)
                    .help(format!("remove `{}` from this layer", property.key.value)),
            );
        }
        self.count_origins(layer);
        read(self, layer, width)
    }

    /// Complains of a kind that takes another number of origins than the layer states.
    fn count_origins(&mut self, layer: &Layer) {
        let (kind, found) = (layer.kind.value.as_str(), origins(layer));
        let (least, most) = match kind {
            "add" => (2, add::MOST_PARTS),
            "concat" => (2, concat::MOST_PARTS),
            _ => (1, 1),
        };
        if (least..=most).contains(&found) {
            return;
        }
        let expected = if most == 1 { "one".to_string() } else { format!("{least} to {most}") };
        let (message, span) = match layer.clauses.iter().find(|clause| clause.key.value == "from") {
            Some(from) => (format!("a layer of kind {kind} takes `{found}` origins, expected {expected}"), from.span()),
            None => (format!("a layer of kind {kind} states no origins, expected {expected}"), layer.span),
        };
        let help = if most == 1 { "join them with a layer of kind `concat` first" } else { "write `from <a>, <b>`" };
        self.diagnostics.push(Diagnostic::new(Code::MissingPart, span, message).help(help));
    }

    fn affine(&mut self, layer: &Layer, width: &mut Option<usize>) -> Option<LayerKind> {
        let fits = Room::new(*width, "inputs");
        let scale = self.vector(layer, "scale", &fits);
        let shift = self.vector(layer, "shift", &fits);
        let missing = !layer.properties.iter().any(|p| p.key.value == "scale");
        if missing {
            self.missing(layer, "scale");
        }
        let (scale, scale_file) = scale?;
        let (shift, shift_file) = shift.map_or((Vec::new(), None), |(values, file)| (values, Some(file)));
        Some(LayerKind::Affine(Affine { scale, shift, scale_file, shift_file }))
    }

    fn dense(&mut self, layer: &Layer, width: &mut Option<usize>) -> Option<LayerKind> {
        let outputs =
            layer.arguments.first().map(|n| quantity::whole(n, 1..=MAX_OUTPUTS as u64, "the number of outputs"));
        let outputs = outputs.and_then(|outputs| self.accept(outputs));
        let block = self.optional(&layer.clauses, "block", block_size);
        let inputs = std::mem::replace(width, outputs);
        let stated = self.stated(&layer.properties);
        self.check_units(layer, &stated, block);
        let function = self.function(layer, &Room::new(outputs, "outputs"));
        let bias = match (self.has_weights, outputs) {
            (false, Some(outputs)) => self.blank_bias(layer, outputs),
            _ => self.vector(layer, "bias", &Room::new(outputs, "outputs")),
        };
        let Some(property) = layer.properties.iter().find(|p| p.key.value == "weights") else {
            self.missing(layer, "weights");
            return None;
        };
        let (weights, weight_file) = match (self.has_weights, outputs.zip(inputs)) {
            (false, Some((outputs, inputs))) => (Weights::zero(outputs, inputs, block), self.tensor_ref(property)?),
            _ => self.matrix(property, layer, &Room::matrix(outputs, inputs, block))?,
        };
        let (bias, bias_file) = bias.map_or((Vec::new(), None), |(values, file)| (values, Some(file)));
        let (activation, thresholds) = function?;
        Some(LayerKind::Dense(Dense {
            outputs: outputs?,
            block,
            weights,
            weight_file,
            bias,
            bias_file,
            activation,
            thresholds,
            stated,
            folded: Vec::new(),
            projection_error: None,
            formats: None,
        }))
    }

    fn add(&mut self, layer: &Layer, width: &mut Option<usize>) -> Option<LayerKind> {
        let Some(LayerKind::Pointwise(function)) = self.pointwise(layer, width) else { return None };
        Some(LayerKind::Add(Add { parts: origins(layer), function, inputs: None }))
    }

    fn concat(&mut self, layer: &Layer) -> Option<LayerKind> {
        let format = self.optional(&layer.properties, "format", quantity::format);
        let rounding = self.optional(&layer.properties, "rounding", quantity::rounding);
        Some(LayerKind::Concat(Concat { format, rounding, formats: None }))
    }

    fn slice(&mut self, layer: &Layer, width: &mut Option<usize>) -> Option<LayerKind> {
        let node = layer.arguments.first()?;
        let Value::Elements(start, end) = node.value else {
            crate::bug!("`slice` without elements in the syntax tree");
        };
        *width = None;
        if start >= end || end > MAX_INPUT as u64 {
            let message =
                format!("elements `{start} .. {end}`, expected a first one and a later one up to {MAX_INPUT}");
            let problem = Diagnostic::new(Code::ValueOutOfRange, node.span, message);
            self.diagnostics.push(problem.help("`slice 0 .. 16` takes the first 16 elements"));
            return None;
        }
        let slice = Slice { start: start as usize, end: end as usize };
        *width = Some(slice.end - slice.start);
        Some(LayerKind::Slice(slice))
    }

    pub(super) fn stated(&mut self, properties: &[Property]) -> Stated {
        let bits =
            |p: &Property| quantity::whole(&p.value, 2..=super::MAX_WORD_BITS as u64, &format!("`{}`", p.key.value));
        let quantise = self.optional(properties, "quantise", quantity::format);
        Stated {
            format: self.optional(properties, "format", quantity::format).or(quantise),
            quantised: quantise.is_some(),
            weight_bits: self.optional(properties, "weight-bits", bits).map(|bits| bits as u32),
            weight_format: self.optional(properties, "weight-format", quantity::format),
            spectrum_bits: self.optional(properties, "spectrum-bits", bits).map(|bits| bits as u32),
            rounding: self.optional(properties, "rounding", quantity::rounding),
            rows: self.optional(properties, "rows", |p| quantity::whole(&p.value, 1..=MAX_OUTPUTS as u64, "`rows`")),
            forward: self.optional(properties, "forward", |p| pace(p, &Pace::FORWARD)),
            spectra: self.optional(properties, "spectra", |p| pace(p, &Pace::SPECTRA)),
            inverse: self.optional(properties, "inverse", |p| pace(p, &Pace::INVERSE)),
            folds: ["forward", "inverse"].map(|key| self.fold(properties, key)),
            products: self.optional(properties, "products", |p| quantity::whole(&p.value, 1..=4, "`products`")),
            stationary: self.optional(properties, "stationary", |p| {
                let options = Stationary::ALL.map(|choice| (choice.name(), choice));
                quantity::choice(&p.value, "choice", &options)
            }),
        }
    }

    /// The units of a folded transform: all of them, or none.
    fn fold(&mut self, properties: &[Property], key: &str) -> Option<Fold> {
        let property = properties.iter().find(|p| p.key.value == key && !p.clauses.is_empty())?;
        self.once(&property.clauses);
        let units = self.optional(&property.clauses, "units", |p| {
            quantity::whole(&p.value, 1..=Fold::MOST_UNITS as u64, "`units`")
        });
        let multipliers = self.optional(&property.clauses, "multipliers", |p| {
            let known = quantity::whole(&p.value, 0..=3, "`multipliers`");
            known.ok().filter(|count| Fold::MULTIPLIERS.contains(count)).ok_or_else(|| {
                let message = format!("`multipliers` is `{}`, expected 0, 1 or 3", p.value.value);
                Diagnostic::new(Code::ValueOutOfRange, p.value.span, message)
            })
        });
        let Fold { units: one, multipliers: few } = Fold::default();
        Some(Fold { units: units.unwrap_or(one), multipliers: multipliers.unwrap_or(few) })
    }

    /// Complains of units that blocks of this size, or none, cannot have.
    fn check_units(&mut self, layer: &Layer, stated: &Stated, block: Option<usize>) {
        let paces = [("forward", stated.forward), ("spectra", stated.spectra), ("inverse", stated.inverse)];
        for property in &layer.properties {
            let key = property.key.value.as_str();
            let pace = paces.iter().find(|(name, _)| *name == key).and_then(|(_, pace)| *pace);
            let is_circulant = layer.clauses.iter().any(|clause| clause.key.value == "block");
            let problem = match (block, pace) {
                (None, _) if !is_circulant && (["products", "stationary"].contains(&key) || pace.is_some()) => {
                    let message = format!("`{key}` is of layers with a block size, this one has none");
                    Diagnostic::new(Code::MissingPart, property.span(), message).help(format!("remove `{key}`"))
                }
                (Some(k), Some(pace)) if !pace.takes(k) => {
                    let (least, most) = pace.sizes();
                    let message = format!("`{key} {}` of blocks of `{k}`, expected {least} to {most}", pace.name());
                    let help = format!("write `{key} serial`, or leave `{key}` to the compiler");
                    Diagnostic::new(Code::ValueOutOfRange, property.span(), message).help(help)
                }
                (_, Some(pace)) if pace != Pace::Folded && !property.clauses.is_empty() => {
                    let message = format!("`{key} {}` with units, expected those of `folded` alone", pace.name());
                    let help = format!("write `{key} folded`, or remove what stands behind `{}`", pace.name());
                    Diagnostic::new(Code::ValueOutOfRange, property.span(), message).help(help)
                }
                (_, Some(pace)) if let Some(other) = stated.in_the_way(key, pace) => {
                    let message = format!("`{key} wide` takes four words per cycle, beside `{other}` it cannot");
                    let help = format!("remove `{other}`, or leave `{key}` to the compiler");
                    Diagnostic::new(Code::ValueOutOfRange, property.span(), message).help(help)
                }
                _ if key == "products"
                    && stated.products.is_some_and(|count| count < 3)
                    && stated.spectra.is_some_and(|spectra| spectra != Pace::Serial) =>
                {
                    let (products, spectra) =
                        (stated.products.unwrap_or_default(), stated.spectra.unwrap_or_default().name());
                    let message = format!("`products {products}` takes several cycles, `spectra {spectra}` one");
                    let help = "write `products 3`, or leave `spectra` to the compiler";
                    Diagnostic::new(Code::ValueOutOfRange, property.span(), message).help(help)
                }
                _ if key == "stationary"
                    && stated.stationary == Some(Stationary::Blocks)
                    && stated.spectra == Some(Pace::Whole) =>
                {
                    let message =
                        "`spectra whole` holds the sums of one group, `stationary blocks` those of all".to_string();
                    let help = "remove `stationary`, or leave `spectra` to the compiler";
                    Diagnostic::new(Code::ValueOutOfRange, property.span(), message).help(help)
                }
                _ => continue,
            };
            self.diagnostics.push(problem);
        }
    }

    pub(super) fn missing(&mut self, layer: &Layer, key: &str) {
        let message = format!("layer `{}` has no {key}, expected `{key} \"<file>\"`", layer.name.value);
        let diagnostic = Diagnostic::new(Code::MissingPart, layer.span, message);
        self.diagnostics
            .push(diagnostic.help(format!("add `{key} \"<file>\" tensor \"<name>\"` in the braces of the layer")));
    }

    /// The bias of a layer that is yet to learn, if one is stated.
    fn blank_bias(&mut self, layer: &Layer, outputs: usize) -> Option<(Vec<f64>, TensorRef)> {
        let property = layer.properties.iter().find(|p| p.key.value == "bias")?;
        Some((vec![0.0; outputs], self.tensor_ref(property)?))
    }

    /// A vector from the file that `key` names, if it is stated.
    fn vector(&mut self, layer: &Layer, key: &str, room: &Room) -> Option<(Vec<f64>, TensorRef)> {
        let property = layer.properties.iter().find(|p| p.key.value == key)?;
        let file = self.tensor_ref(property)?;
        if file.form != Form::Dense {
            let message = format!("`{key}` has form `{}`, expected a plain vector", file.form.name());
            self.diagnostics.push(Diagnostic::new(Code::ShapeMismatch, property.span(), message).help("remove `form`"));
            return None;
        }
        let tensor = self.files.tensor(&file.path, file.tensor.as_deref(), room.most).and_then(|tensor| {
            let message = format!("`{key}` has shape {}, expected one dimension", shape_text(&tensor.shape));
            if tensor.shape.len() == 1 { Ok(tensor) } else { Err(Problem::new(Code::ShapeMismatch, message)) }
        });
        let tensor = self.accept(tensor.map_err(|problem| room.explain(problem, property, layer)))?;
        Some((tensor.values, file))
    }

    /// The matrix of a layer.
    fn matrix(&mut self, property: &Property, layer: &Layer, room: &Room) -> Option<(Weights, TensorRef)> {
        let file = self.tensor_ref(property)?;
        if file.form != Form::Dense && !layer.clauses.iter().any(|clause| clause.key.value == "block") {
            let message = format!("form `{}` needs a block size, found none", file.form.name());
            let diagnostic =
                Diagnostic::new(Code::MissingPart, layer.span, message).label(property.span(), "stated here");
            self.diagnostics.push(diagnostic.help("write `block <k>` before the braces of the layer"));
            return None;
        }
        let tensor = self.files.numbers(&file.path, file.tensor.as_deref(), room.most);
        let weights = tensor.and_then(|(shape, values)| match (file.form, &shape[..]) {
            (Form::Dense, &[_, inputs]) => Ok(Weights::Dense { inputs, values }),
            (Form::FirstColumn, &[p, q, k]) => Ok(Weights::Circulant { p, q, k, values: values.into() }),
            (Form::FirstRow, &[p, q, k]) => Ok(Weights::Circulant { p, q, k, values: first_columns(values.into(), k) }),
            (form, shape) => Err(wrong_rank(form, shape)),
        });
        let weights = self.accept(weights.map_err(|problem| room.explain(problem, property, layer)))?;
        Some((weights, file))
    }

    /// The file a property names.
    pub(super) fn tensor_ref(&mut self, property: &Property) -> Option<TensorRef> {
        let Value::Text(path) = &property.value.value else {
            crate::bug!("`{}` without a path in the syntax tree", property.key.value);
        };
        self.once(&property.clauses);
        let forms = Form::ALL.map(|form| (form.name(), form));
        let form = self.optional(&property.clauses, "form", |p| quantity::choice(&p.value, "form", &forms));
        let tensor = property.clauses.iter().find_map(|clause| match &clause.value.value {
            Value::Text(name) => Some(name.clone()),
            _ => None,
        });
        Some(TensorRef { path: path.clone(), tensor, form: form.unwrap_or(Form::Dense), span: property.span() })
    }
}

fn argmax(width: &mut Option<usize>) -> Option<LayerKind> {
    *width = Some(1);
    Some(LayerKind::Argmax(Argmax))
}

/// The pace of a unit that has those of `paces`.
fn pace(property: &Property, paces: &[Pace]) -> Result<Pace, Diagnostic> {
    let options: Vec<_> = paces.iter().map(|pace| (pace.name(), *pace)).collect();
    quantity::choice(&property.value, "pace", &options)
}

fn block_size(property: &Property) -> Result<usize, Diagnostic> {
    let Value::Count(size) = property.value.value else {
        crate::bug!("`block` without a number in the syntax tree");
    };
    if is_block_size(size) {
        return Ok(size as usize);
    }
    let message = format!("block size `{}` is not a power of two from 2 to {LARGEST_BLOCK}", property.value.value);
    let below = (size.clamp(2, LARGEST_BLOCK as u64) + 1).next_power_of_two() / 2;
    let near: Vec<String> =
        [below, below * 2].into_iter().filter(|&k| is_block_size(k)).map(|k| k.to_string()).collect();
    Err(Diagnostic::new(Code::BlockNotPowerOfTwo, property.value.span, message)
        .help(format!("choose {}", near.join(" or "))))
}

/// What a layer has room for.
pub(super) struct Room {
    /// Most elements.
    pub most: usize,
    /// Why.
    fact: String,
}

impl Room {
    pub fn new(most: Option<usize>, of: &str) -> Room {
        let fact = most.map(|most| format!("{most} {of}")).unwrap_or_default();
        Room { most: most.unwrap_or(MAX_ELEMENTS), fact }
    }

    /// A matrix, its edges padded to whole blocks.
    fn matrix(outputs: Option<usize>, inputs: Option<usize>, block: Option<usize>) -> Room {
        let padded = |n: usize| n.next_multiple_of(block.unwrap_or(1));
        match (outputs, inputs) {
            (Some(m), Some(n)) => Room {
                most: MAX_ELEMENTS.min(padded(m).saturating_mul(padded(n))),
                fact: format!("{n} inputs, {m} outputs"),
            },
            _ => Room::new(None, ""),
        }
    }

    /// The problem at the file's place; where shapes disagree, with the layer's side of it.
    pub fn explain(&self, problem: Problem, property: &Property, layer: &Layer) -> Diagnostic {
        let diagnostic = problem.at(property.value.span);
        match diagnostic.code {
            Code::ShapeMismatch if !self.fact.is_empty() => diagnostic.label(layer.span, self.fact.clone()),
            _ => diagnostic,
        }
    }
}

/// First rows to first columns: `C[a][b] = row[(b - a) mod k]`, so `column[n] = row[-n mod k]`.
fn first_columns(mut rows: Vec<f64>, k: usize) -> Vec<f64> {
    rows.chunks_exact_mut(k).for_each(|block| block[1..].reverse());
    rows
}

fn wrong_rank(form: Form, shape: &[usize]) -> Problem {
    let expected = match form {
        Form::Dense => "a matrix [outputs][inputs]",
        _ => "vectors [p][q][k]",
    };
    let message = format!("the tensor has shape {}, expected {expected}", shape_text(shape));
    let problem = Problem::new(Code::ShapeMismatch, message);
    match (form, shape.len()) {
        (Form::Dense, 3) => {
            problem.help("if it holds the vectors of circulant blocks, state `form first-column` or `form first-row`")
        }
        (Form::FirstColumn | Form::FirstRow, 2) => problem.help("remove `form` if it is a dense matrix"),
        _ => problem,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_rows_and_first_columns_describe_the_same_block() {
        let k = 4;
        let row = vec![1.0, 2.0, 3.0, 4.0];
        let column = first_columns(row.clone(), k);
        for a in 0..k {
            for b in 0..k {
                assert_eq!(column[(k + a - b) % k], row[(k + b - a) % k], "row {a}, column {b}");
            }
        }
        assert_eq!(first_columns(vec![1.0, 2.0, 3.0, 4.0], 2), [1.0, 2.0, 3.0, 4.0]);
    }
}
