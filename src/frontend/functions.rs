//! The functions of layers: activations with their parameters, thresholds, pointwise layers.

use super::ast::{Layer, Node, Property, Value};
use super::layers::Room;
use super::quantity;
use super::resolve::Resolver;
use super::weights::{Problem, shape_text};
use crate::diag::{Code, Diagnostic};
use crate::network::activation::{Activation, Leak};
use crate::network::dense::Form;
use crate::network::thresholds::{MAX_LEVELS, Thresholds};
use crate::network::{LayerKind, Pointwise, print::number};

/// Largest magnitude of a level.
const MAX_LEVEL: f64 = (1u64 << 30) as f64;

impl Resolver<'_> {
    /// A layer that is a function alone.
    pub fn pointwise(&mut self, layer: &Layer, width: &mut Option<usize>) -> Option<LayerKind> {
        let stated = self.stated(&layer.properties);
        let (activation, thresholds) = self.function(layer, &Room::new(*width, "elements"))?;
        Some(LayerKind::Pointwise(Pointwise { activation, thresholds, stated, formats: None }))
    }

    /// The activation and the thresholds of a layer; at most one of them does anything.
    pub fn function(&mut self, layer: &Layer, room: &Room) -> Option<(Activation, Option<Thresholds>)> {
        let stated = |key: &str| layer.properties.iter().find(|property| property.key.value == key);
        if let (Some(format), Some(quantise)) = (stated("format"), stated("quantise")) {
            let problem = Diagnostic::new(
                Code::ShapeMismatch,
                format.span(),
                "`format` stands beside `quantise`, expected one of them",
            );
            let problem = problem.label(quantise.span(), "this states the format already");
            self.diagnostics.push(problem.help("remove `format`"));
        }
        let Some(thresholds) = stated("thresholds") else {
            if let Some(levels) = stated("levels") {
                let message =
                    format!("layer `{}` has `levels`, expected `thresholds \"<file>\"` with them", layer.name.value);
                self.diagnostics.push(Diagnostic::new(Code::MissingPart, levels.span(), message));
            }
            let activation = match stated("activation") {
                Some(property) => self.accept(activation(property))?,
                None => Activation::Identity,
            };
            return Some((activation, None));
        };
        for key in ["activation", "format", "quantise"] {
            if let Some(other) = stated(key) {
                let message = format!("`{key}` stands beside `thresholds`, expected one of them");
                let problem = Diagnostic::new(Code::ShapeMismatch, other.span(), message);
                let problem = problem.label(thresholds.span(), "these give whole numbers, in the format they need");
                self.diagnostics.push(problem.help(format!("remove `{key}`")));
            }
        }
        let thresholds = self.thresholds(thresholds, stated("levels"), layer, room)?;
        Some((Activation::Identity, Some(thresholds)))
    }

    fn thresholds(
        &mut self,
        property: &Property,
        levels: Option<&Property>,
        layer: &Layer,
        room: &Room,
    ) -> Option<Thresholds> {
        let file = self.tensor_ref(property)?;
        let most = room.most.saturating_mul(MAX_LEVELS).min(super::MAX_ELEMENTS);
        let tensor = self.files.tensor(&file.path, file.tensor.as_deref(), most).and_then(|tensor| {
            let shape = shape_text(&tensor.shape);
            match (file.form, &tensor.shape[..]) {
                (Form::Dense, &[_, 1..=MAX_LEVELS]) => Ok(tensor),
                _ => {
                    let message = format!(
                        "the thresholds have shape {shape}, expected [outputs][levels], or [1][levels] for all"
                    );
                    let help = format!("at most {MAX_LEVELS} levels, which make twelve bits");
                    Err(Problem::new(Code::ShapeMismatch, message).help(help))
                }
            }
        });
        let tensor = self.accept(tensor.map_err(|problem| room.explain(problem, property, layer)))?;
        let count = tensor.shape[1];
        if let Some(row) = tensor.values.chunks(count).position(|row| !row.is_sorted()) {
            let message = format!("row `{row}` of the thresholds falls, expected rising numbers");
            self.diagnostics.push(Diagnostic::new(Code::ValueOutOfRange, property.span(), message));
            return None;
        }
        let low = match levels {
            Some(levels) => self.accept(least(levels, count))?,
            None => 0,
        };
        Some(Thresholds { low, levels: count, values: tensor.values, file })
    }
}

/// The first of `levels -1 .. 1`, which must be as many as the thresholds make.
fn least(property: &Property, count: usize) -> Result<i64, Diagnostic> {
    let Value::Range(low, high) = property.value.value else {
        crate::bug!("`levels` without a range in the syntax tree");
    };
    if low.fract() == 0.0 && low.abs() <= MAX_LEVEL && high - low == count as f64 {
        return Ok(low as i64);
    }
    let message = format!("levels `{} .. {}` do not fit {count} thresholds", number(low), number(high));
    let problem = Diagnostic::new(Code::ValueOutOfRange, property.value.span, message);
    let least = if low.fract() == 0.0 && low.abs() <= MAX_LEVEL { low } else { 0.0 };
    Err(problem.help(format!("{count} thresholds tell `levels {least} .. {}` apart", least + count as f64)))
}

/// A name with as many numbers as it takes.
fn activation(property: &Property) -> Result<Activation, Diagnostic> {
    let Value::Function(name, numbers) = &property.value.value else {
        crate::bug!("`activation` without a function in the syntax tree");
    };
    let plain = Activation::PLAIN.map(|activation| (activation.name(), activation));
    let others = [("leaky-relu", Activation::LeakyRelu(0.0)), ("clip", Activation::Clip(0.0, 0.0))];
    let word = Node { value: Value::Word(name.value.clone()), span: name.span };
    let known = quantity::choice(&word, "activation", &[&plain[..], &others[..]].concat())?;
    let wrong = |expected: &str| {
        let message = format!("activation `{}` takes other numbers, expected {expected}", property.value.value);
        Err(Diagnostic::new(Code::ValueOutOfRange, property.value.span, message))
    };
    match (known, numbers[..].as_ref()) {
        (Activation::LeakyRelu(_), &[slope]) if (Leak::LEAST..1.0).contains(&slope) => Ok(Activation::LeakyRelu(slope)),
        (Activation::LeakyRelu(_), _) => wrong("`leaky-relu 0.01`, a slope from 1/4096 to below 1"),
        (Activation::Clip(..), &[low, high]) if low < high && low.is_finite() && high.is_finite() => {
            Ok(Activation::Clip(low, high))
        }
        (Activation::Clip(..), _) => wrong("`clip 0 .. 6`, a low and a higher number"),
        (plain, []) => Ok(plain),
        (plain, _) => wrong(&format!("`{}` alone", plain.name())),
    }
}
