//! [`Ast`] to [`Network`]: names, defaults, ranges of numbers, and the files named.

use super::ast::{Ast, Input, Item, Node, Property, Section, Value};
use super::quantity::{self, BITS, CYCLES, FREQUENCY, MEMORY, RATE};
use super::weights::Files;
use super::{MAX_DIMENSIONS, MAX_INPUT, MAX_LAYERS, MAX_WORD_BITS, names};
use crate::diag::{Code, Diagnostic, Diagnostics, Halted, Span};
use crate::network::{self, LayerKind, Network, Origin, Precision, Target};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Resolves a network whose files are relative to `folder`; collects all problems.
pub fn resolve(ast: &Ast, folder: &Path, diagnostics: &mut Diagnostics) -> Result<Network, Halted> {
    resolve_with(ast, folder, true, diagnostics)
}

/// Resolves a network whose weights and biases are yet to be made: they are zero, their files are not read.
pub fn resolve_untrained(ast: &Ast, folder: &Path, diagnostics: &mut Diagnostics) -> Result<Network, Halted> {
    resolve_with(ast, folder, false, diagnostics)
}

fn resolve_with(ast: &Ast, folder: &Path, has_weights: bool, diagnostics: &mut Diagnostics) -> Result<Network, Halted> {
    let before = diagnostics.list.len();
    let mut resolver = Resolver { files: Files::new(folder), has_weights, diagnostics };
    let network = resolver.network(ast);
    diagnostics.list[before..].sort_by_key(|diagnostic| diagnostic.labels[0].span.start);
    diagnostics.list.truncate(before + super::MAX_PROBLEMS);
    diagnostics.checkpoint()?;
    network.ok_or(Halted)
}

/// What resolving needs at hand.
pub(super) struct Resolver<'a> {
    /// The files of weights and samples.
    pub files: Files<'a>,
    /// Whether the files of weights and biases exist.
    pub has_weights: bool,
    /// The problems so far.
    pub diagnostics: &'a mut Diagnostics,
}

impl Resolver<'_> {
    /// The value, or its problem collected.
    pub fn accept<T>(&mut self, result: Result<T, Diagnostic>) -> Option<T> {
        result.map_err(|diagnostic| self.diagnostics.push(diagnostic)).ok()
    }

    /// Applies `read` to the property `key`, if it is stated.
    pub fn optional<T>(
        &mut self,
        properties: &[Property],
        key: &str,
        read: impl FnOnce(&Property) -> Result<T, Diagnostic>,
    ) -> Option<T> {
        let property = properties.iter().find(|property| property.key.value == key)?;
        self.accept(read(property))
    }

    /// Complains of properties stated twice, once for each.
    pub fn once(&mut self, properties: &[Property]) {
        let mut stated: BTreeMap<&str, (Span, bool)> = BTreeMap::new();
        for property in properties {
            let (first, told) = stated.entry(&property.key.value).or_insert((property.key.span, false));
            if *first != property.key.span && !*told {
                *told = true;
                let message = format!("`{}` is stated twice, expected once", property.key.value);
                self.diagnostics.push(twice(message, property.key.span, *first));
            }
        }
    }

    fn network(&mut self, ast: &Ast) -> Option<Network> {
        let legal = names::check(&ast.name);
        self.accept(legal);
        let mut network = Parts::default();
        for item in &ast.items {
            match item {
                Item::Input(input) => self.single("input", &mut network.input, input, item),
                Item::Output(section) => self.single("output", &mut network.output, section, item),
                Item::Precision(section) => self.single("precision", &mut network.precision, section, item),
                Item::Calibrate(property) => self.single("calibrate", &mut network.calibrate, property, item),
                Item::Target(section) => self.single("target", &mut network.target, section, item),
                Item::Layer(layer) => network.layers.push(layer),
            }
        }
        let target = self.target(network.target);
        let precision = self.precision(network.precision);
        let output = self.output(network.output);
        let Some((input, _)) = network.input else {
            let message = format!("network `{}` has no input, expected `input <name> <shape>`", ast.name.value);
            self.diagnostics.push(Diagnostic::new(Code::MissingPart, ast.name.span, message));
            return None;
        };
        let input = self.input(input)?;
        let calibration = network.calibrate.and_then(|(property, _)| self.calibration(property, &input));
        let layers = self.layers(ast, &network.layers, &input);
        let source = ast.source.clone();
        Some(Network { name: ast.name.value.clone(), source, input, output, layers, precision, target, calibration })
    }

    fn single<'a, T>(&mut self, name: &str, slot: &mut Option<(&'a T, Span)>, part: &'a T, item: &Item) {
        match slot {
            None => *slot = Some((part, item.span())),
            Some((_, first)) => {
                let message = format!("`{name}` stands twice in the network, expected once");
                self.diagnostics.push(twice(message, item.span(), *first));
            }
        }
    }

    fn layers(&mut self, ast: &Ast, layers: &[&super::ast::Layer], input: &network::Input) -> Vec<network::Layer> {
        if layers.is_empty() {
            let message = format!("network `{}` has no layers, expected at least one", ast.name.value);
            self.diagnostics.push(Diagnostic::new(Code::MissingPart, ast.name.span, message));
        }
        if let Some(layer) = layers.get(MAX_LAYERS) {
            let message = format!("the network has `{}` layers, expected at most {MAX_LAYERS}", layers.len());
            self.diagnostics.push(Diagnostic::new(Code::LimitExceeded, layer.span, message));
            return Vec::new();
        }
        let mut widths = vec![Some(input.size())];
        let mut resolved = Vec::new();
        for (index, layer) in layers.iter().enumerate() {
            let legal = names::check(&layer.name);
            self.accept(legal);
            if let Some(first) = layers[..index].iter().find(|other| other.name.value == layer.name.value) {
                let message = format!("layer name `{}` is taken, expected a new name", layer.name.value);
                self.diagnostics.push(twice(message, layer.name.span, first.name.span));
            }
            let from = self.origins(layers, index, input);
            let given: Option<Vec<usize>> = from.iter().map(|origin| *origin.of(&widths)).collect();
            let mut width = given.map(|given| if layer.kind.value == "add" { given[0] } else { given.iter().sum() });
            let kind = self.kind(layer, &mut width);
            widths.push(width);
            let (name, span) = (layer.name.value.clone(), layer.span);
            resolved.extend(kind.map(|kind| network::Layer { name, span, from, kind, inputs: 0, outputs: 0 }));
        }
        if resolved.len() == layers.len() {
            self.complain_of_unused(&resolved);
            self.complain_of_starved(&resolved);
        }
        resolved
    }

    /// Where a layer's elements come from: what it names, or the layer before it.
    fn origins(&mut self, layers: &[&super::ast::Layer], index: usize, input: &network::Input) -> Vec<Origin> {
        let stated = layers[index].clauses.iter().find_map(|clause| match &clause.value.value {
            Value::Names(names) => Some(names),
            _ => None,
        });
        let Some(names) = stated else { return vec![Origin::before(index)] };
        let mut found = Vec::new();
        for name in names {
            if name.value == input.name {
                found.push(Origin::Input);
                continue;
            }
            match layers.iter().position(|layer| layer.name.value == name.value) {
                Some(at) if at < index => found.push(Origin::Layer(at)),
                at => {
                    let later = at.map(|at| layers[at].name.span);
                    let before: Vec<&str> = layers[..index].iter().map(|layer| layer.name.value.as_str()).collect();
                    self.diagnostics.push(no_origin(name, later, &before));
                }
            }
        }
        if found.is_empty() { vec![Origin::before(index)] } else { found }
    }

    /// Units that take four words per cycle must be given as many.
    fn complain_of_starved(&mut self, layers: &[network::Layer]) {
        // whether the input, then each layer, can give them
        let mut gives = vec![true];
        for layer in layers {
            let is_given = *layer.from[0].of(&gives);
            gives.push(match &layer.kind {
                LayerKind::Dense(dense) => dense.stated.gives_wide_beats(dense.block),
                LayerKind::Pointwise(_) | LayerKind::Affine(_) => is_given,
                _ => false,
            });
            let LayerKind::Dense(dense) = &layer.kind else { continue };
            if is_given || !dense.stated.takes_wide_beats() {
                continue;
            }
            let Some(before) = layer.from[0].layer().and_then(|at| layers.get(at)) else { continue };
            let message =
                format!("layer `{}` is to take four words per cycle, `{}` gives fewer", layer.name, before.name);
            let help = match &before.kind {
                LayerKind::Dense(dense) if dense.block.is_some() => {
                    format!("write `inverse wide` in layer `{}`, or remove `wide` here", before.name)
                }
                _ => "remove `wide` here".to_string(),
            };
            let problem = Diagnostic::new(Code::ValueOutOfRange, layer.span, message);
            self.diagnostics.push(problem.label(before.span, "this layer").help(help));
        }
    }

    /// Every layer but the last must be taken by another one.
    fn complain_of_unused(&mut self, layers: &[network::Layer]) {
        let taken: BTreeSet<Origin> = layers.iter().flat_map(|layer| layer.from.iter().copied()).collect();
        let Some((_, before)) = layers.split_last() else { return };
        for (_, layer) in before.iter().enumerate().filter(|(index, _)| !taken.contains(&Origin::Layer(*index))) {
            let message =
                format!("no layer takes what `{}` gives, expected one; the last layer is the output", layer.name);
            let problem = Diagnostic::new(Code::UnusedLayer, layer.span, message);
            self.diagnostics.push(problem.help("name it after `from` in the layer that takes it, or remove it"));
        }
    }

    fn input(&mut self, input: &Input) -> Option<network::Input> {
        self.once(&input.clauses);
        let legal = names::check(&input.name);
        self.accept(legal);
        let shape = input_shape(&input.shape);
        let shape = self.accept(shape);
        let range = self.optional(&input.clauses, "range", range);
        let scale = self.optional(&input.clauses, "scale", |p| quantity::factor(&p.value, "`scale`"));
        let format = self.optional(&input.clauses, "format", quantity::format);
        let (name, span, scale) = (input.name.value.clone(), input.span, scale.unwrap_or(1.0));
        Some(network::Input { name, shape: shape?, scale, range, format, span })
    }

    fn output(&mut self, section: Option<(&Section, Span)>) -> network::Output {
        let mut output = network::Output::default();
        let Some((section, _)) = section else { return output };
        self.once(&section.properties);
        if let Some(scale) = self.optional(&section.properties, "scale", |p| quantity::rising(&p.value, "`scale`")) {
            output.scale = scale;
        }
        if let Some(shift) = self.optional(&section.properties, "shift", |p| quantity::finite(&p.value, "`shift`")) {
            output.shift = shift;
        }
        output
    }

    fn precision(&mut self, section: Option<(&Section, Span)>) -> Precision {
        let mut precision = Precision::default();
        let Some((section, _)) = section else { return precision };
        self.once(&section.properties);
        let bits = |p: &Property| quantity::whole_quantity(p, BITS, 2.0..=MAX_WORD_BITS as f64);
        if let Some(bits) = self.optional(&section.properties, "activations", bits) {
            precision.activations = bits as u32;
        }
        if let Some(bits) = self.optional(&section.properties, "weights", bits) {
            precision.weights = bits as u32;
        }
        if let Some(rounding) = self.optional(&section.properties, "rounding", quantity::rounding) {
            precision.rounding = rounding;
        }
        precision
    }

    fn target(&mut self, section: Option<(&Section, Span)>) -> Target {
        let mut target = Target::default();
        let Some((section, span)) = section else { return target };
        let stated = &section.properties;
        self.once(stated);
        target.span = span;
        if let Some(clock) = self.optional(stated, "clock", |p| quantity::quantity(p, FREQUENCY, 1.0..=1e12)) {
            target.clock = clock;
        }
        let cycles = self.optional(stated, "interval", |p| quantity::whole_quantity(p, CYCLES, 1.0..=1e12));
        target.interval = cycles.map(|cycles| cycles as usize);
        target.throughput = self.optional(stated, "throughput", |p| quantity::quantity(p, RATE, 1e-6..=1e12));
        target.multipliers =
            self.optional(stated, "multipliers", |p| quantity::whole(&p.value, 0..=1 << 32, "`multipliers`"));
        target.memory_bits = self.optional(stated, "memory", |p| quantity::whole_quantity(p, MEMORY, 0.0..=1e15));
        target.luts = self.optional(stated, "luts", quantity::luts);
        target
    }

    fn calibration(&mut self, property: &Property, input: &network::Input) -> Option<network::Calibration> {
        let Value::Text(path) = &property.value.value else {
            crate::bug!("`calibrate` without a path in the syntax tree");
        };
        let samples = self.files.samples(path, &input.shape);
        let samples = self.accept(samples.map_err(|problem| problem.at(property.value.span)))?;
        Some(network::Calibration { path: path.clone(), samples, span: property.span() })
    }
}

/// The statements of a network by kind, each with its place.
#[derive(Default)]
struct Parts<'a> {
    input: Option<(&'a Input, Span)>,
    output: Option<(&'a Section, Span)>,
    precision: Option<(&'a Section, Span)>,
    calibrate: Option<(&'a Property, Span)>,
    target: Option<(&'a Section, Span)>,
    layers: Vec<&'a super::ast::Layer>,
}

/// A name after `from` that is no layer before this one.
fn no_origin(name: &Node<String>, later: Option<Span>, before: &[&str]) -> Diagnostic {
    let known = before.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let expected = if known.is_empty() { "the input".to_string() } else { format!("the input or one of {known}") };
    let message = format!("`{}` is not a layer before this one, expected {expected}", name.value);
    let problem = Diagnostic::new(Code::UnknownName, name.span, message);
    match (later, names::closest(&name.value, before)) {
        (Some(later), _) => problem.label(later, "this layer comes later").help("move that layer up"),
        (None, Some(near)) => problem.help(format!("did you mean `{near}`?")),
        (None, None) => problem,
    }
}

fn twice(message: String, second: Span, first: Span) -> Diagnostic {
    Diagnostic::new(Code::DuplicateName, second, message).here("again here").label(first, "first here")
}

fn input_shape(shape: &Node<Vec<u64>>) -> Result<Vec<usize>, Diagnostic> {
    let complain = |code, message: String| Err(Diagnostic::new(code, shape.span, message));
    if shape.value.len() > MAX_DIMENSIONS {
        let message = format!("the input has `{}` dimensions, expected at most {MAX_DIMENSIONS}", shape.value.len());
        return complain(Code::LimitExceeded, message);
    }
    let size = shape.value.iter().try_fold(1u64, |size, &d| size.checked_mul(d));
    match size {
        Some(0) => complain(Code::ValueOutOfRange, "a dimension is `0`, expected at least 1".into()),
        Some(size) if size <= MAX_INPUT as u64 => Ok(shape.value.iter().map(|&d| d as usize).collect()),
        _ => {
            let shape = Value::Shape(shape.value.clone());
            complain(
                Code::LimitExceeded,
                format!("the input has shape `{shape}`, expected at most {MAX_INPUT} elements"),
            )
        }
    }
}

fn range(property: &Property) -> Result<(f64, f64), Diagnostic> {
    match property.value.value {
        Value::Range(low, high) if low < high && low.is_finite() && high.is_finite() => Ok((low, high)),
        Value::Range(low, high) => {
            let message = format!("range `{low} .. {high}` is empty or not finite, expected a low and a higher number");
            let diagnostic = Diagnostic::new(Code::EmptyRange, property.value.span, message);
            Err(if high < low { diagnostic.help(format!("write `{high} .. {low}`")) } else { diagnostic })
        }
        _ => crate::bug!("`range` without a range in the syntax tree"),
    }
}
