//! The tensors that a mapping names, as a chain of layers.

use super::{Layer, Layout, Mapping, Norm};
use crate::diag::Code;
use crate::frontend::MAX_ELEMENTS;
use crate::frontend::c3a::Adapter;
use crate::frontend::onnx::chain::{Chain, View};
use crate::frontend::onnx::import::{Status, Survey, Verdict};
use crate::frontend::weights::shape_text;
use crate::frontend::weights::{Files, Problem, Tensor};
use crate::network::Activation;
use std::collections::BTreeSet;

/// What becomes of a mapping with the tensors of the file `path` in the folder of `files`.
///
/// A layer with a problem ends nothing: the others are looked at too, so that all problems are told at once.
///
/// The kernels of an `adapter` are added to the weights of the modules that they belong to.
pub fn survey(mapping: &Mapping, files: Files, path: &str, adapter: Option<&Adapter>) -> Survey {
    let shape = [&[1], &mapping.input.shape[..]].concat();
    let (chain, view) = Chain::new(&mapping.input.name, shape.clone());
    let adapted = BTreeSet::new();
    let mut reader =
        Reader { mapping, files, path, adapter, adapted, used: BTreeSet::new(), spent: 0, is_lost: false, chain, view };
    let mut verdicts: Vec<Verdict> =
        mapping.layers.iter().enumerate().map(|(at, layer)| reader.verdict(at, layer)).collect();
    if let Err(reason) = reader.chain.finish(&reader.view) {
        verdicts.push(refused("the last layer".into(), Problem::malformed(reason)));
    }
    verdicts.extend(reader.not_adapted());
    let is_taken = verdicts.iter().all(|verdict| verdict.status == Status::Taken);
    let notes = reader.unused().into_iter().collect();
    let chain = is_taken.then_some(reader.chain);
    let (input, range) = ((mapping.input.name.clone(), shape), mapping.input.range);
    Survey { verdicts, notes, chain, ending: None, input, range, steps: None }
}

fn refused(node: String, problem: Problem) -> Verdict {
    let Problem { message: becomes, help, .. } = problem;
    Verdict { node, operator: String::new(), shapes: String::new(), becomes, status: Status::Refused, help }
}

struct Reader<'a> {
    mapping: &'a Mapping,
    files: Files<'a>,
    path: &'a str,
    adapter: Option<&'a Adapter>,
    /// Modules of the adapter that a layer has.
    adapted: BTreeSet<&'a str>,
    /// Tensors that a layer names.
    used: BTreeSet<String>,
    /// Elements read.
    spent: usize,
    /// How many elements the last layer gives cannot be told.
    is_lost: bool,
    chain: Chain,
    view: View,
}

impl Reader<'_> {
    fn verdict(&mut self, at: usize, layer: &Layer) -> Verdict {
        let name = layer.name.clone().unwrap_or_else(|| format!("number {}", at + 1));
        let before = self.chain.size(&self.view);
        if self.is_lost {
            let becomes = "depends on a layer that is not taken";
            return Verdict { status: Status::Open, ..refused(name, Problem::malformed(becomes)) };
        }
        match self.layer(layer) {
            Ok(operator) => {
                let shapes = format!("[{before}] -> [{}]", self.chain.size(&self.view));
                let becomes = "taken".into();
                Verdict { node: name, operator, shapes, becomes, status: Status::Taken, help: None }
            }
            Err(problem) => {
                let size = self.size_of(layer);
                self.is_lost = size.is_none();
                self.view = self.chain.restart(vec![1, size.unwrap_or(1)]);
                refused(format!("layer `{name}`"), problem)
            }
        }
    }

    /// What the layer does, in words, once the chain has it.
    fn layer(&mut self, layer: &Layer) -> Result<String, Problem> {
        let mut done = Vec::new();
        let chain_fault = |reason: String| Problem::new(Code::ShapeMismatch, reason);
        if let Some(name) = &layer.weight {
            let is_adapted = self.dense(layer, name)?;
            done.push(if is_adapted { "dense with adapter" } else { "dense" }.to_string());
        } else if layer.bias.is_some() || layer.layout.is_some() {
            return Err(Problem::new(Code::MissingPart, "`bias` and `layout` belong to a `weight`, found none"));
        }
        if let Some(norm) = &layer.norm {
            self.norm(norm)?;
            done.push("norm".into());
        }
        if let Some(word) = &layer.activation {
            let activation = activation(word)?;
            if activation != Activation::Identity {
                self.view = self.chain.activate(&self.view, activation, activation.name()).map_err(chain_fault)?;
            }
            done.push(activation.name().into());
        }
        if layer.argmax {
            self.view = self.chain.argmax(&self.view, vec![1, 1], "argmax").map_err(chain_fault)?;
            done.push("argmax".into());
        }
        match done.is_empty() {
            true => Err(Problem::new(
                Code::MissingPart,
                "it does nothing, expected `weight`, `norm`, `activation` or `argmax`",
            )),
            false => Ok(done.join(", ")),
        }
    }

    /// Whether there is an adapter for it.
    fn dense(&mut self, layer: &Layer, name: &str) -> Result<bool, Problem> {
        let layout = layer.layout.unwrap_or(self.mapping.layout);
        let inputs = self.chain.size(&self.view);
        let tensor = self.tensor("weight", name)?;
        let (outputs, mut values) =
            matrix(tensor, layout, inputs).map_err(|problem| self.explain("weight", name, problem))?;
        let is_adapted = self.adapt(name, outputs, inputs, &mut values)?;
        let bias = match &layer.bias {
            Some(name) => self.vector("bias", name, outputs)?,
            None => vec![0.0; outputs],
        };
        let label = name.escape_debug().to_string();
        let view = self.chain.dense(&self.view, values, bias, vec![1, outputs], layer.name.as_deref(), &label);
        self.view = view.map_err(|reason| Problem::new(Code::LimitExceeded, reason))?;
        Ok(is_adapted)
    }

    /// Adds the adapter's kernel of the module to which the weights belong, if there is one.
    fn adapt(&mut self, name: &str, outputs: usize, inputs: usize, weights: &mut [f64]) -> Result<bool, Problem> {
        let module = name.strip_suffix(".weight").unwrap_or(name);
        let kernel = self.adapter.and_then(|adapter| adapter.kernels.get_key_value(module));
        let Some((module, kernel)) = kernel else { return Ok(false) };
        if (kernel.outputs(), kernel.inputs()) != (outputs, inputs) {
            let message = format!(
                "the adapter changes [{}][{}] weights of module `{}`, but `weight` has [{outputs}][{inputs}]",
                kernel.outputs(),
                kernel.inputs(),
                module.escape_debug()
            );
            return Err(Problem::new(Code::ShapeMismatch, message));
        }
        kernel.add_to(weights);
        self.adapted.insert(module);
        Ok(true)
    }

    /// The modules of the adapter that no layer has.
    fn not_adapted(&self) -> Option<Verdict> {
        let modules = self.adapter.map(Adapter::modules).unwrap_or_default();
        let missing: Vec<&str> = modules.into_iter().filter(|module| !self.adapted.contains(module)).collect();
        (!missing.is_empty() && !self.is_lost).then(|| {
            let message = format!("no layer has the weights of these modules: {}", list(&missing));
            let problem = Problem::new(Code::UnknownName, message);
            refused(
                "the adapter".into(),
                problem.help("a module `fc1` adapts the layer with `weight = \"fc1.weight\"`"),
            )
        })
    }

    fn norm(&mut self, norm: &Norm) -> Result<(), Problem> {
        let size = self.chain.size(&self.view);
        let mut optional = |part: &str, name: &Option<String>, otherwise: f64| match name {
            Some(name) => self.vector(part, name, size),
            None => Ok(vec![otherwise; size]),
        };
        let gamma = optional("norm.gamma", &norm.gamma, 1.0)?;
        let beta = optional("norm.beta", &norm.beta, 0.0)?;
        let mean = self.vector("norm.mean", &norm.mean, size)?;
        let variance = self.vector("norm.variance", &norm.variance, size)?;
        for (at, variance) in variance.iter().enumerate() {
            let spread = (variance + norm.epsilon).sqrt();
            // a NaN is no spread either
            if !(spread > 0.0 && spread.is_finite()) {
                let message = format!(
                    "`norm.variance`: element {at} is `{variance}`, with epsilon `{}` that has no root above 0",
                    norm.epsilon
                );
                return Err(Problem::new(Code::ValueOutOfRange, message));
            }
            let factor = gamma[at] / spread;
            let view = &mut self.view;
            view.scale.values[at] *= factor;
            view.shift.values[at] = (view.shift.values[at] - mean[at]) * factor + beta[at];
        }
        self.view.nodes.push(norm.mean.escape_debug().to_string());
        Ok(())
    }

    /// A tensor of the file, within the memory that all of them share.
    fn tensor(&mut self, part: &str, name: &str) -> Result<Tensor, Problem> {
        self.used.insert(name.to_string());
        let tensor = self.files.tensor(self.path, Some(name), MAX_ELEMENTS - self.spent).map_err(|mut problem| {
            problem.message = format!("`{part}`: {}", problem.message);
            problem
        })?;
        self.spent += tensor.values.len();
        Ok(tensor)
    }

    fn vector(&mut self, part: &str, name: &str, size: usize) -> Result<Vec<f64>, Problem> {
        let tensor = self.tensor(part, name)?;
        if tensor.shape == [size] {
            return Ok(tensor.values);
        }
        let message = format!("has shape {}, expected [{size}]", shape_text(&tensor.shape));
        Err(self.explain(part, name, Problem::new(Code::ShapeMismatch, message)))
    }

    fn explain(&self, part: &str, name: &str, mut problem: Problem) -> Problem {
        problem.message = format!("`{part}`: tensor `{}` of `{}` {}", name.escape_debug(), self.path, problem.message);
        problem
    }

    /// How many elements a layer gives, if its tensors can tell although something is wrong.
    fn size_of(&mut self, layer: &Layer) -> Option<usize> {
        if layer.argmax {
            return Some(1);
        }
        let Some(weight) = &layer.weight else { return Some(self.chain.size(&self.view)) };
        let layout = layer.layout.unwrap_or(self.mapping.layout);
        let weight = self.tensor("weight", weight).ok().and_then(|tensor| match (layout, tensor.shape.as_slice()) {
            (Layout::OutIn, [outputs, _]) | (Layout::InOut, [_, outputs]) => Some(*outputs),
            _ => None,
        });
        weight.or_else(|| self.tensor("bias", layer.bias.as_deref()?).ok().map(|tensor| tensor.values.len()))
    }

    /// The tensors that no layer names.
    fn unused(&mut self) -> Option<String> {
        let names = self.files.names(self.path).ok()?;
        let unused: Vec<&str> = names.difference(&self.used).map(String::as_str).collect();
        (!unused.is_empty()).then(|| format!("tensors that no layer names: {}", list(&unused)))
    }
}

/// Names as a message shows them, the first few.
pub fn list(names: &[&str]) -> String {
    let shown: Vec<String> = names.iter().take(SHOWN).map(|name| name.escape_debug().to_string()).collect();
    let more = if names.len() > SHOWN { format!(" and {} more", names.len() - SHOWN) } else { String::new() };
    shown.join(", ") + &more
}

/// Most names that a message shows.
const SHOWN: usize = 8;

fn activation(word: &str) -> Result<Activation, Problem> {
    Activation::PLAIN.into_iter().find(|activation| activation.name() == word).ok_or_else(|| {
        let known: Vec<&str> = Activation::PLAIN.iter().map(|activation| activation.name()).collect();
        let message = format!("`activation` is `{}`, expected {}", word.escape_debug(), known.join(", "));
        Problem::new(Code::UnknownName, message)
    })
}

/// The number of outputs, and the matrix `[outputs][inputs]`.
fn matrix(tensor: Tensor, layout: Layout, inputs: usize) -> Result<(usize, Vec<f64>), Problem> {
    let expected = match layout {
        Layout::OutIn => format!("[outputs][{inputs}]"),
        Layout::InOut => format!("[{inputs}][outputs]"),
    };
    match (layout, tensor.shape.as_slice()) {
        (Layout::OutIn, &[outputs, columns]) if columns == inputs => Ok((outputs, tensor.values)),
        (Layout::InOut, &[rows, outputs]) if rows == inputs => Ok((outputs, transposed(&tensor.values, outputs))),
        (_, shape) => {
            let message = format!("has shape {}, expected {expected}", shape_text(shape));
            let problem = Problem::new(Code::ShapeMismatch, message);
            let (other, by) = match layout {
                Layout::OutIn => (shape.first(), "in-out\"` if it holds [inputs][outputs], as Keras does"),
                Layout::InOut => (shape.last(), "out-in\"` if it holds [outputs][inputs], as PyTorch does"),
            };
            Err(match other == Some(&inputs) && shape.len() == 2 {
                true => problem.help(format!("write `layout = \"{by}")),
                false => problem,
            })
        }
    }
}

/// The rows of a matrix with so many columns as columns.
fn transposed(values: &[f64], columns: usize) -> Vec<f64> {
    (0..columns).flat_map(|column| values.iter().skip(column).step_by(columns)).copied().collect()
}
