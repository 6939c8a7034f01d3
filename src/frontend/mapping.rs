//! Files of weights as networks: a mapping says which tensors make which layer.
//!
//! [`read()`] takes the text of a mapping, [`layers::survey`] the tensors that it names; what comes out is what an ONNX
//! model gives too, a [`super::onnx::import::Survey`].
//!
#![doc = include_str!("mapping.md")]

pub mod layers;

use super::weights::Problem;
use super::{MAX_DIMENSIONS, MAX_INPUT, MAX_LAYERS, names};
use crate::diag::Code;
use serde::Deserialize;
use std::collections::BTreeSet;

/// What a mapping says.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// The input of the network.
    pub input: Input,
    /// Order of the indices of weights, for layers that state none.
    #[serde(default)]
    pub layout: Layout,
    /// In the order of the data.
    #[serde(default, rename = "layer")]
    pub layers: Vec<Layer>,
}

/// The input of the network.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Its name.
    #[serde(default = "input_name")]
    pub name: String,
    /// Sizes of its dimensions, without the batch.
    pub shape: Vec<usize>,
    /// Least and greatest value.
    pub range: Option<(f64, f64)>,
}

fn input_name() -> String {
    "x".into()
}

/// Order of the indices of a matrix of weights.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layout {
    /// `[outputs][inputs]`, as PyTorch keeps them.
    #[default]
    OutIn,
    /// `[inputs][outputs]`, as Keras keeps them.
    InOut,
}

/// A layer; what is stated is done in the order of the fields.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layer {
    /// Its name.
    pub name: Option<String>,
    /// The tensor of the matrix.
    pub weight: Option<String>,
    /// Order of the indices of the matrix.
    pub layout: Option<Layout>,
    /// The tensor of the bias.
    pub bias: Option<String>,
    /// Batch normalisation.
    pub norm: Option<Norm>,
    /// A function of each element, by its name in `.circ`.
    pub activation: Option<String>,
    /// The index of the largest element.
    #[serde(default)]
    pub argmax: bool,
}

/// Batch normalisation: `gamma * (x - mean) / sqrt(variance + epsilon) + beta` by element.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Norm {
    /// The tensor of factors; 1 if left out.
    pub gamma: Option<String>,
    /// The tensor of summands; 0 if left out.
    pub beta: Option<String>,
    /// The tensor of means.
    pub mean: String,
    /// The tensor of variances.
    pub variance: String,
    /// No file of weights says it.
    pub epsilon: f64,
}

/// The mapping in `text`.
pub fn read(text: &str) -> Result<Mapping, Problem> {
    let mapping: Mapping = toml::from_str(text).map_err(|fault| {
        let at = fault.span().map_or(0, |span| span.start);
        let line = text.bytes().take(at).filter(|&byte| byte == b'\n').count() + 1;
        Problem::malformed(format!("line {line}: {}", fault.message().replace('\n', "; ")))
    })?;
    mapping.check()?;
    Ok(mapping)
}

impl Mapping {
    /// Limits and names, which need no tensors.
    fn check(&self) -> Result<(), Problem> {
        let Input { name, shape, range } = &self.input;
        let size = shape.iter().try_fold(1usize, |size, &d| size.checked_mul(d)).unwrap_or(usize::MAX);
        if shape.is_empty() || shape.len() > MAX_DIMENSIONS || size == 0 || size > MAX_INPUT {
            let message = format!("`input.shape` is `{shape:?}`, expected 1 to {MAX_INPUT} elements");
            return Err(Problem::new(Code::LimitExceeded, message));
        }
        if let Some((low, high)) = range.filter(|(low, high)| !(low < high && low.is_finite() && high.is_finite())) {
            let message = format!("`input.range` is `[{low}, {high}]`, expected a low and a higher number");
            return Err(Problem::new(Code::EmptyRange, message));
        }
        if self.layers.is_empty() || self.layers.len() > MAX_LAYERS {
            let message = format!("the mapping has {} layers, expected 1 to {MAX_LAYERS}", self.layers.len());
            return Err(Problem::new(Code::LimitExceeded, message).help("write `[[layer]]` above each one"));
        }
        let mut taken = BTreeSet::new();
        for name in std::iter::once(name).chain(self.layers.iter().filter_map(|layer| layer.name.as_ref())) {
            is_legal(name)?;
            if !taken.insert(name) {
                let message = format!("name `{name}` is taken, expected a new name");
                return Err(Problem::new(Code::DuplicateName, message));
            }
        }
        Ok(())
    }
}

fn is_legal(name: &str) -> Result<(), Problem> {
    let node = super::ast::Node { value: name.to_string(), span: Default::default() };
    names::check(&node).map_err(|diagnostic| {
        let message = diagnostic.message.escape_debug().to_string();
        Problem { code: diagnostic.code, message, help: diagnostic.help }
    })
}
