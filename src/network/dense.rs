//! The dense layer `activation(W x + b)`, with a dense or a block-circulant matrix.

pub mod bounds;
pub mod extents;
mod fixed;
pub mod formats;
pub mod matrix;
pub mod pace;
pub mod table;
pub mod transform;

use super::thresholds::Thresholds;
use super::{Activation, FixedFn, Given, Layer, Numbers, Operator, Reach, RealFn, print};
use crate::diag::{Code, Diagnostic, Diagnostics, Span};
use crate::fixed::{QFormat, Round};
use matrix::Product;
use pace::{Fold, Pace, Stationary};

/// A dense layer.
#[derive(Clone, Debug)]
pub struct Dense {
    /// Elements given, m.
    pub outputs: usize,
    /// Block size k, a power of two from 2 to 1024; `None`: plain dense hardware.
    pub block: Option<usize>,
    /// The matrix.
    pub weights: Weights,
    /// Where the weights came from, for printing.
    pub weight_file: TensorRef,
    /// One number per output; empty: none.
    pub bias: Vec<f64>,
    /// Where the bias came from.
    pub bias_file: Option<TensorRef>,
    /// Applied to each element of `W x + b`; the identity where there are thresholds.
    pub activation: Activation,
    /// Counts in place of the activation.
    pub thresholds: Option<Thresholds>,
    /// What the user states for this layer alone.
    pub stated: Stated,
    /// Names of the affine layers that `fold-affine` put into weights and bias.
    pub folded: Vec<String>,
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
        values: Numbers,
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

impl Form {
    /// Every one of them.
    pub const ALL: [Form; 3] = [Form::Dense, Form::FirstColumn, Form::FirstRow];

    /// The word in `.circ`.
    pub fn name(self) -> &'static str {
        match self {
            Form::Dense => "dense",
            Form::FirstColumn => "first-column",
            Form::FirstRow => "first-row",
        }
    }
}

impl Operator for Dense {
    fn keyword(&self) -> &'static str {
        "dense"
    }

    fn infer_shape(&self, layer: &Layer, inputs: &[usize], diagnostics: &mut Diagnostics) -> usize {
        if let Some(problem) = self.weights_misfit(&layer.name, inputs.iter().sum()) {
            diagnostics.push(problem.label(layer.span, format!("{} elements are given here", self.outputs)));
        }
        if let (Some(file), true) = (&self.bias_file, self.bias.len() != self.outputs) {
            let (found, expected) = (self.bias.len(), self.outputs);
            let message = format!("the bias of layer `{}` has `{found}` elements, expected {expected}", layer.name);
            let problem = Diagnostic::new(Code::ShapeMismatch, file.span, message);
            diagnostics.push(problem.label(layer.span, format!("{expected} elements are given here")));
        }
        if let Some(thresholds) = &self.thresholds {
            thresholds.complain(&layer.name, self.outputs, diagnostics);
        }
        self.outputs
    }

    fn real(&self) -> RealFn<'_> {
        let product = Product::new(&self.weights, self.outputs);
        Box::new(move |x| self.activated(self.add_bias(product.apply(x))))
    }

    fn real_all(&self, samples: &[Vec<f64>]) -> Vec<Vec<f64>> {
        let products = Product::new(&self.weights, self.outputs).apply_all(samples);
        products.into_iter().map(|sum| self.activated(self.add_bias(sum))).collect()
    }

    fn fixed(&self) -> FixedFn<'_> {
        fixed::prepare(self)
    }

    fn reach(&self, input: &Reach) -> Reach {
        if let Some(thresholds) = &self.thresholds {
            return thresholds.reach(self.outputs);
        }
        let product = Product::new(&self.weights, self.outputs);
        let sums = extents::sum_reach(self, &product, input);
        self.stated.reach(sums.map(self.activation.slope(), |sum| self.activation.eval(sum)))
    }

    fn choose_formats(&mut self, given: &Given, diagnostics: &mut Diagnostics) {
        self.formats = formats::choose(self, given, diagnostics);
    }

    fn output_format(&self, _layer: &Layer, _input: QFormat) -> Option<QFormat> {
        self.formats.map(|formats| formats.output)
    }

    fn print(&self, layer: &Layer) -> (String, Vec<String>) {
        print::dense(self, layer)
    }
}

impl Dense {
    /// `sum + bias` by element.
    pub fn add_bias(&self, mut sum: Vec<f64>) -> Vec<f64> {
        sum.iter_mut().zip(&self.bias).for_each(|(sum, bias)| *sum += bias);
        sum
    }

    /// The activation of each sum.
    pub fn activated(&self, sum: Vec<f64>) -> Vec<f64> {
        match &self.thresholds {
            Some(thresholds) => thresholds.apply(&sum),
            None => sum.into_iter().map(|sum| self.stated.quantise(self.activation.eval(sum))).collect(),
        }
    }

    /// Whether the sums leave as they are, but for one narrowing.
    pub fn is_open(&self) -> bool {
        self.activation == Activation::Identity && self.thresholds.is_none()
    }

    /// What is wrong with the shape of the weights, if anything is.
    fn weights_misfit(&self, name: &str, inputs: usize) -> Option<Diagnostic> {
        let found = self.weights.shape();
        let expected = match (&self.weights, self.block) {
            (Weights::Circulant { k, .. }, None) => {
                let message =
                    format!("the weights of layer `{name}` are blocks of `{k}`, but the layer states no block size");
                let problem = Diagnostic::new(Code::ShapeMismatch, self.weight_file.span, message);
                return Some(problem.help(format!("write `block {k}` after the layer's size")));
            }
            (Weights::Circulant { .. }, Some(k)) => vec![self.outputs.div_ceil(k), inputs.div_ceil(k), k],
            (Weights::Dense { .. }, _) => vec![self.outputs, inputs],
        };
        (found != expected).then(|| {
            let (found, expected) = (bracketed(&found), bracketed(&expected));
            let message = format!("the weights of layer `{name}` have shape `{found}`, expected {expected}");
            Diagnostic::new(Code::ShapeMismatch, self.weight_file.span, message)
        })
    }
}

/// `[a][b]`.
fn bracketed(sizes: &[usize]) -> String {
    sizes.iter().map(|size| format!("[{size}]")).collect()
}

/// Per-layer overrides.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct Stated {
    /// Format of the output.
    pub format: Option<QFormat>,
    /// Whether the format is part of what is computed: real numbers are rounded to it too.
    pub quantised: bool,
    /// Bits of the (spectral) weights.
    pub weight_bits: Option<u32>,
    /// Format of the (spectral) weights.
    pub weight_format: Option<QFormat>,
    /// Bits of the input spectra.
    pub spectrum_bits: Option<u32>,
    /// How values narrow.
    pub rounding: Option<Round>,
    /// Output rows (block rows, in circulant layers) computed in parallel.
    pub rows: Option<usize>,
    /// The forward transform. This and the next four: circulant layers only.
    pub forward: Option<Pace>,
    /// The products of spectra.
    pub spectra: Option<Pace>,
    /// The inverse transform.
    pub inverse: Option<Pace>,
    /// Units of a folded forward transform, and of a folded inverse one.
    pub folds: [Option<Fold>; 2],
    /// Multipliers of a complex product: 4, 3, or 2 that take two cycles, 1 that takes three.
    pub products: Option<usize>,
    /// What stays while the products are summed, spectra or sums.
    pub stationary: Option<Stationary>,
}

impl Stated {
    /// Whether some unit is to take four words per cycle, so that all before it must.
    pub fn takes_wide_beats(&self) -> bool {
        [self.forward, self.spectra, self.inverse].contains(&Some(Pace::Wide))
    }

    /// Whether beats of four words or more are to be given, in blocks of so many words.
    pub fn gives_wide_beats(&self, block: Option<usize>) -> bool {
        self.inverse == Some(Pace::Wide) || (self.inverse == Some(Pace::Whole) && block >= Some(4))
    }

    /// What is stated that keeps the unit `key` from `pace`, as it is written: beats of four words are taken where they are
    /// given so.
    pub fn in_the_way(&self, key: &str, pace: Pace) -> Option<String> {
        let other = |key: &str, stated: Option<Pace>| {
            stated.filter(|stated| *stated != Pace::Wide).map(|stated| format!("{key} {}", stated.name()))
        };
        match (key, pace) {
            ("forward", Pace::Wide) => other("spectra", self.spectra.filter(|stated| *stated == Pace::Whole)),
            ("spectra", Pace::Wide) => other("forward", self.forward),
            ("inverse", Pace::Wide) => {
                let slow =
                    self.products.filter(|products| *products < 3).map(|products| format!("products {products}"));
                other("forward", self.forward).or(other("spectra", self.spectra)).or(slow)
            }
            _ => None,
        }
    }

    /// How values narrow: as stated, half to even in a quantised layer, or `otherwise`.
    pub fn rounding_or(&self, otherwise: Round) -> Round {
        self.rounding.unwrap_or(if self.quantised { Round::HalfEven } else { otherwise })
    }

    /// A real output as the layer gives it: rounded and saturated where the format is part of what is computed.
    pub fn quantise(&self, x: f64) -> f64 {
        let Some(format) = self.format.filter(|_| self.quantised) else { return x };
        let scaled = x / format.lsb();
        let word = match self.rounding_or(Round::HalfEven) {
            Round::HalfUp => (scaled + 0.5).floor(),
            Round::HalfEven => scaled.round_ties_even(),
            Round::Floor => scaled.floor(),
        };
        word.clamp(format.min() as f64, format.max() as f64) * format.lsb()
    }

    /// What outputs reach after [`Stated::quantise`]: each moves by at most one unit.
    pub fn reach(&self, reach: Reach) -> Reach {
        let Some(format) = self.format.filter(|_| self.quantised) else { return reach };
        let unit = format.lsb();
        let radius = reach.radius + unit * (reach.low.len() as f64).sqrt();
        let moved = |values: &[f64], by: f64| values.iter().map(|value| value + by).collect();
        Reach { low: moved(&reach.low, -unit), high: moved(&reach.high, unit), radius, ..reach }
    }
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
