//! C3A adapters of Hugging Face PEFT: block-circulant changes of the dense layers of a trained network.
//!
//! An adapter is a folder with `adapter_config.json` and `adapter_model.safetensors`. For each adapted module it holds a
//! kernel `[p][q][k]`, the first rows of p x q circulant blocks, and the change of the module's weights is
//!
//! `delta[i k + a][j k + b] = kernel[i][j][(b - a) mod k] / (q k)`:
//!
//! PEFT computes `fft(ifft(x) . fft(kernel))`, which is a correlation, and divides by the size of the module's input
//! (`peft/tuners/c3a`: `utils.py`, `get_circulant_fast`; `layer.py`, `get_delta_weight` and `forward`).

use super::layers::is_block_size;
use super::mapping::layers::list;
use super::weights::shape_text;
use super::weights::{Files, Problem, safetensors};
use super::{MAX_ELEMENTS, MAX_OUTPUTS};
use crate::diag::{Code, Source, Span};
use crate::network::dense::pace::LARGEST_BLOCK;
use crate::network::dense::{Form, Stated, TensorRef};
use crate::network::{Activation, Dense, Input, Layer, LayerKind, Network, Origin, Output, Precision, Target, Weights};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The files of an adapter's folder.
pub const FILES: (&str, &str) = ("adapter_config.json", "adapter_model.safetensors");

/// What PEFT puts before the name of a module, and after it.
const AROUND: (&str, &str) = ("base_model.model.", ".c3a_kernel");

/// The name of the tensor of an adapter that is taken alone.
const WEIGHT: &str = "delta.weight";

/// The kernels of an adapter by the names of their modules.
#[derive(Clone, Debug, PartialEq)]
pub struct Adapter {
    /// In the order of their names.
    pub kernels: BTreeMap<String, Kernel>,
}

/// The change of one module's weights.
#[derive(Clone, Debug, PartialEq)]
pub struct Kernel {
    /// Block rows.
    pub p: usize,
    /// Block columns.
    pub q: usize,
    /// Block size, not always a power of two.
    pub k: usize,
    /// `[p][q][k]`, first rows, divided by the size of the input.
    pub rows: Vec<f64>,
}

/// The parts of `adapter_config.json` that say what the kernels are.
#[derive(Deserialize)]
struct Config {
    block_size: usize,
    #[serde(default)]
    block_size_pattern: Option<BTreeMap<String, usize>>,
}

impl Config {
    fn read(text: &[u8]) -> Result<Config, Problem> {
        // another kind of adapter has other fields
        let kind: serde_json::Value = serde_json::from_slice(text)
            .map_err(|fault| Problem::malformed(format!("`{}`: it is not JSON: {fault}", FILES.0)))?;
        match kind["peft_type"].as_str() {
            Some("C3A") => {}
            Some(other) => {
                let message = format!("`{}`: `peft_type` is `{}`, expected `C3A`", FILES.0, other.escape_debug());
                return Err(Problem::new(Code::UnknownName, message).help("merge the adapter into its base in PEFT"));
            }
            None => {
                let message =
                    format!("`{}`: `peft_type` is missing, expected the configuration of an adapter", FILES.0);
                return Err(Problem::new(Code::MissingPart, message));
            }
        }
        serde_json::from_value(kind).map_err(|fault| Problem::malformed(format!("`{}`: {fault}", FILES.0)))
    }

    fn allows(&self, k: usize) -> bool {
        k == self.block_size || self.block_size_pattern.iter().flatten().any(|(_, size)| *size == k)
    }
}

impl Adapter {
    /// The adapter whose folder `files` reads from; `config` is the text of its configuration.
    pub fn read(config: &[u8], files: &mut Files) -> Result<Adapter, Problem> {
        let config = Config::read(config)?;
        let mut kernels = BTreeMap::new();
        let mut spent = 0;
        for name in files.names(FILES.1)? {
            let Some(module) = module_of(&name) else {
                let name = name.escape_debug();
                let message =
                    format!("`{}`: tensor `{name}` is no C3A kernel, and would replace one of the base", FILES.1);
                return Err(Problem::new(Code::UnknownName, message).help("merge the adapter into its base in PEFT"));
            };
            let tensor = files.tensor(FILES.1, Some(&name), MAX_ELEMENTS - spent)?;
            spent += tensor.values.len();
            let kernel = Kernel::of(tensor.shape, tensor.values).map_err(|problem| problem.of(&name))?;
            if !config.allows(kernel.k) {
                let (k, stated) = (kernel.k, config.block_size);
                let message =
                    format!("tensor `{}` has blocks of `{k}`, but `block_size` is {stated}", name.escape_debug());
                return Err(Problem::new(Code::ShapeMismatch, message));
            }
            kernels.insert(module.to_string(), kernel);
        }
        match kernels.is_empty() {
            true => Err(Problem::new(Code::TensorMissing, format!("`{}` holds no kernels", FILES.1))),
            false => Ok(Adapter { kernels }),
        }
    }

    /// The kernel of the module of this name; without a name, the only one.
    pub fn choose(&self, module: Option<&str>) -> Result<(&str, &Kernel), Problem> {
        let found = match module {
            Some(module) => self.kernels.get_key_value(module),
            None if self.kernels.len() == 1 => self.kernels.first_key_value(),
            None => None,
        };
        found.map(|(name, kernel)| (name.as_str(), kernel)).ok_or_else(|| {
            let wanted =
                module.map_or("no module is named".into(), |name| format!("no module `{}`", name.escape_debug()));
            let message = format!("{wanted}, the adapter changes {}", list(&self.modules()));
            Problem::new(Code::UnknownName, message).help("choose one by `--module NAME`")
        })
    }

    /// The names of the modules.
    pub fn modules(&self) -> Vec<&str> {
        self.kernels.keys().map(String::as_str).collect()
    }
}

/// `fc1` of `base_model.model.fc1.c3a_kernel`.
fn module_of(name: &str) -> Option<&str> {
    let module = name.strip_suffix(AROUND.1)?;
    Some(module.strip_prefix(AROUND.0).unwrap_or(module))
}

impl Kernel {
    fn of(shape: Vec<usize>, values: Vec<f64>) -> Result<Kernel, Problem> {
        let sizes = match shape[..] {
            [p, q, k] => p.checked_mul(k).zip(q.checked_mul(k)).map(|(outputs, inputs)| (p, q, k, outputs, inputs)),
            _ => None,
        };
        match sizes {
            Some((p, q, k, outputs, inputs)) if outputs <= MAX_OUTPUTS && inputs <= super::MAX_INPUT => {
                let rows = values.iter().map(|value| value / inputs as f64).collect();
                Ok(Kernel { p, q, k, rows })
            }
            _ => {
                let message = format!(
                    "the kernel has shape {}, expected [p][q][k] of at most {MAX_OUTPUTS} outputs",
                    shape_text(&shape)
                );
                Err(Problem::new(Code::ShapeMismatch, message))
            }
        }
    }

    /// The change alone as a network of one circulant layer, `delta`, which takes values in `range`.
    pub fn network(&self, name: &str, range: Option<(f64, f64)>) -> Result<Network, Problem> {
        let &Kernel { p, q, k, .. } = self;
        if !is_block_size(k as u64) {
            let message =
                format!("the adapter has blocks of `{k}`, the hardware takes powers of two from 2 to {LARGEST_BLOCK}");
            let help = "merge it into the weights of its base by `--map` and `--adapter`";
            return Err(Problem::new(Code::BlockNotPowerOfTwo, message).help(help));
        }
        let path = format!("{name}.safetensors");
        let tensor = Some(WEIGHT.to_string());
        let span = Span::default();
        let dense = Dense {
            outputs: self.outputs(),
            block: Some(k),
            weights: Weights::Circulant { p, q, k, values: self.rows.clone() },
            weight_file: TensorRef { path, tensor, form: Form::FirstRow, span },
            bias: Vec::new(),
            bias_file: None,
            activation: Activation::Identity,
            thresholds: None,
            stated: Stated::default(),
            folded: Vec::new(),
            projection_error: None,
            formats: None,
        };
        let layer = Layer {
            name: "delta".into(),
            span,
            from: vec![Origin::Input],
            kind: LayerKind::Dense(dense),
            inputs: 0,
            outputs: 0,
        };
        let input = Input { name: "x".into(), shape: vec![self.inputs()], scale: 1.0, range, format: None, span };
        Ok(Network {
            name: name.into(),
            source: Arc::new(Source { path: String::new(), text: String::new() }),
            input,
            output: Output::default(),
            layers: vec![layer],
            precision: Precision::default(),
            target: Target::default(),
            calibration: None,
        })
    }

    /// The file of weights that goes with [`Kernel::network`].
    pub fn weights(&self) -> Result<Vec<u8>, Problem> {
        let tensor = (vec![self.p, self.q, self.k], self.rows.as_slice());
        safetensors::write(&BTreeMap::from([(WEIGHT.to_string(), tensor)]))
    }

    /// Elements that the module gives.
    pub fn outputs(&self) -> usize {
        self.p * self.k
    }

    /// Elements that the module takes.
    pub fn inputs(&self) -> usize {
        self.q * self.k
    }

    /// Adds the change to the module's weights, `[outputs][inputs]`.
    pub fn add_to(&self, weights: &mut [f64]) {
        let &Kernel { q, k, .. } = self;
        for (row, weights) in weights.chunks_exact_mut(q * k).enumerate() {
            let (i, a) = (row / k, row % k);
            for (column, weight) in weights.iter_mut().enumerate() {
                let (j, b) = (column / k, column % k);
                *weight += self.rows[(i * q + j) * k + (b + k - a) % k];
            }
        }
    }
}
