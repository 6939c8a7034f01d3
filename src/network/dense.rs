//! The dense layer `activation(W x + b)`, with a dense or a block-circulant matrix.

use crate::diag::Span;
use crate::fixed::{QFormat, Round};

/// A dense layer.
#[derive(Clone, Debug)]
pub struct Dense {
    /// Elements given, m.
    pub outputs: usize,
    /// Block size k, a power of two from 2 to 512; `None`: plain dense hardware.
    pub block: Option<usize>,
    /// The matrix.
    pub weights: Weights,
    /// Where the weights came from, for printing.
    pub weight_file: TensorRef,
    /// One number per output; empty: none.
    pub bias: Vec<f64>,
    /// Where the bias came from.
    pub bias_file: Option<TensorRef>,
    /// Applied to each element of `W x + b`.
    pub activation: Activation,
    /// What the user states for this layer alone.
    pub stated: Stated,
    /// Relative Frobenius error of the projection; set by `circulize` where it projected.
    pub projection_error: Option<f64>,
    /// Set by `choose-formats`.
    pub formats: Option<DenseFormats>,
}

/// The matrix of a dense layer.
#[derive(Clone, Debug)]
pub enum Weights {
    /// `[outputs][inputs]`, row by row.
    Dense {
        /// Columns.
        inputs: usize,
        /// `rows * inputs` numbers.
        values: Vec<f64>,
    },
    /// `[p][q][k]`, the first column of each block: `C[a][b] = w[(a - b) mod k]`.
    Circulant {
        /// Block rows.
        p: usize,
        /// Block columns.
        q: usize,
        /// Block size.
        k: usize,
        /// `p * q * k` numbers.
        values: Vec<f64>,
    },
}

/// How a file gives a tensor of weights.
#[derive(Clone, Debug, PartialEq)]
pub struct TensorRef {
    /// The path as written, relative to the `.circ` file.
    pub path: String,
    /// The tensor's name; `None` for .npy.
    pub tensor: Option<String>,
    /// How to read it.
    pub form: Form,
    /// Where it stands.
    pub span: Span,
}

/// What a weight tensor holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A matrix `[outputs][inputs]` (or a vector, for a bias).
    Dense,
    /// Defining vectors `[p][q][k]`, the first column of each block.
    FirstColumn,
    /// Defining vectors `[p][q][k]`, the first row of each block.
    FirstRow,
}

/// The function applied after the bias.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// None.
    Identity,
    /// max(x, 0).
    Relu,
    /// 1 / (1 + exp(-x)).
    Sigmoid,
    /// Hyperbolic tangent.
    Tanh,
}

impl Activation {
    /// Every one of them.
    pub const ALL: [Activation; 4] = [Activation::Identity, Activation::Relu, Activation::Sigmoid, Activation::Tanh];

    /// The word in `.circ`.
    pub fn name(self) -> &'static str {
        match self {
            Activation::Identity => "identity",
            Activation::Relu => "relu",
            Activation::Sigmoid => "sigmoid",
            Activation::Tanh => "tanh",
        }
    }

    /// The function.
    pub fn eval(self, x: f64) -> f64 {
        match self {
            Activation::Identity => x,
            Activation::Relu => x.max(0.0),
            Activation::Sigmoid => 1.0 / (1.0 + (-x).exp()),
            Activation::Tanh => x.tanh(),
        }
    }
}

/// Per-layer overrides.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct Stated {
    /// Format of the output.
    pub format: Option<QFormat>,
    /// Bits of the (spectral) weights.
    pub weight_bits: Option<u32>,
    /// Bits of the input spectra.
    pub spectrum_bits: Option<u32>,
    /// How values narrow.
    pub rounding: Option<Round>,
    /// Output rows (block rows, in circulant layers) computed in parallel.
    pub rows: Option<usize>,
}

/// Every format of a dense layer, in the order of the data.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DenseFormats {
    /// Elements taken.
    pub input: QFormat,
    /// Fraction bits added inside the forward transform. Circulant layers only.
    pub guard: u32,
    /// Words of the input spectra. Circulant layers only.
    pub spectrum: QFormat,
    /// Weights, or words of their spectra.
    pub weight: QFormat,
    /// The accumulated spectra after narrowing, before the inverse transform. Circulant layers only.
    pub accumulator: QFormat,
    /// Fraction bits of the twiddle factors `s1.<n>`. Circulant layers only.
    pub twiddle: u32,
    /// `W x` as it enters the activation unit: the inverse transform's output, or the exact dense accumulator.
    pub product: QFormat,
    /// The bias; shares the fraction bits of `product`.
    pub bias: QFormat,
    /// Table input, for sigmoid and tanh; equals `product` plus bias otherwise.
    pub table: QFormat,
    /// Elements given.
    pub output: QFormat,
    /// How values narrow, everywhere in the layer.
    pub rounding: Round,
}
