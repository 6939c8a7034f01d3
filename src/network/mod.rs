//! WHAT is computed: layers with their weights, shapes and, after `choose-formats`, formats.
//!
//! Layers stand in an order of the data: each takes the elements of one or several [`Origin`]s that come before it,
//! by default those of the layer before. What a layer with several origins takes is one vector, their elements one
//! after another.
//!
//! The same type serves every stage from `resolve` to `choose-formats`; a pass fills in what it establishes.
//! Each layer kind has its own file and implements [`Operator`]; [`LayerKind`] is the one list of them.

pub mod activation;
pub mod add;
pub mod affine;
pub mod argmax;
pub mod check;
pub mod concat;
pub mod dense;
pub mod numbers;
pub mod pointwise;
pub mod print;
pub mod reach;
pub mod slice;
pub mod thresholds;

use crate::diag::{Diagnostics, SourceRef, Span};
use crate::fixed::{QFormat, Round};
pub use activation::Activation;
pub use add::Add;
pub use affine::Affine;
pub use argmax::Argmax;
pub use concat::Concat;
pub use dense::{Dense, DenseFormats, Weights};
pub use numbers::Numbers;
pub use pointwise::Pointwise;
use rayon::prelude::*;
pub use reach::Reach;
use serde::{Deserialize, Serialize};
pub use slice::Slice;
pub use thresholds::Thresholds;

/// A network from its input to its output.
#[derive(Clone, Debug)]
pub struct Network {
    /// Legal as a Verilog identifier and as a folder name.
    pub name: String,
    /// The text it came from.
    pub source: SourceRef,
    /// The one input.
    pub input: Input,
    /// What the output's numbers mean.
    pub output: Output,
    /// In an order of the data; the last one gives the output.
    pub layers: Vec<Layer>,
    /// Word widths and rounding where a layer states none.
    pub precision: Precision,
    /// What the hardware must reach.
    pub target: Target,
    /// Samples that set the formats, `[samples][input]`, raw (before `input.scale`).
    pub calibration: Option<Calibration>,
}

impl Network {
    /// Least and greatest input word: the declared range in the input's format, or all of the format.
    pub fn input_words(&self) -> (i64, i64) {
        let Some(format) = self.input.format else { crate::bug!("the input has no format") };
        let word = |real: f64| format.from_real(real).unwrap_or(0);
        self.input.range.map_or((format.min(), format.max()), |(low, high)| (word(low), word(high)))
    }

    /// The layers that take what `origin` gives, in their order.
    pub fn readers(&self, origin: Origin) -> impl Iterator<Item = usize> {
        let reads = move |(index, layer): (usize, &Layer)| layer.from.contains(&origin).then_some(index);
        self.layers.iter().enumerate().filter_map(reads)
    }

    /// Elements that `origin` gives; 0 before `infer-shapes`.
    pub fn elements(&self, origin: Origin) -> usize {
        match origin {
            Origin::Input => self.input.size(),
            Origin::Layer(index) => self.layers[index].outputs,
        }
    }

    /// The name by which layers take what `origin` gives.
    pub fn name_of(&self, origin: Origin) -> &str {
        match origin {
            Origin::Input => &self.input.name,
            Origin::Layer(index) => &self.layers[index].name,
        }
    }

    /// Where `origin` stands.
    pub fn span_of(&self, origin: Origin) -> Span {
        match origin {
            Origin::Input => self.input.span,
            Origin::Layer(index) => self.layers[index].span,
        }
    }
}

/// Where elements come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// The input of the network.
    Input,
    /// The layer of this index.
    Layer(usize),
}

impl Origin {
    /// What a layer takes that says nothing else: what the layer before it gives.
    pub fn before(index: usize) -> Origin {
        index.checked_sub(1).map_or(Origin::Input, Origin::Layer)
    }

    /// The index of the layer; `None` for the input.
    pub fn layer(self) -> Option<usize> {
        match self {
            Origin::Input => None,
            Origin::Layer(index) => Some(index),
        }
    }

    /// The entry for this origin in a list that begins with the input's and goes on with the layers'.
    pub fn of<T>(self, list: &[T]) -> &T {
        match self {
            Origin::Input => &list[0],
            Origin::Layer(index) => &list[index + 1],
        }
    }

    /// The elements of several origins as one vector; `list` begins with the input's.
    pub fn gather<T: Copy>(origins: &[Origin], list: &[Vec<T>]) -> Vec<T> {
        origins.iter().flat_map(|origin| origin.of(list)).copied().collect()
    }
}

/// The input tensor; flattened in C order.
#[derive(Clone, Debug)]
pub struct Input {
    /// Its name.
    pub name: String,
    /// Sizes of the dimensions.
    pub shape: Vec<usize>,
    /// Factor from the numbers of a data file to the numbers the network sees.
    pub scale: f64,
    /// Least and greatest value that the network sees (after `scale`).
    pub range: Option<(f64, f64)>,
    /// Stated or chosen (`choose-formats`).
    pub format: Option<QFormat>,
    /// Where it stands.
    pub span: Span,
}

impl Input {
    /// Number of elements.
    pub fn size(&self) -> usize {
        self.shape.iter().product()
    }
}

/// The numbers of a data file for those of the last layer: `scale * x + shift`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Output {
    /// The factor, above zero.
    pub scale: f64,
    /// The summand.
    pub shift: f64,
}

impl Default for Output {
    fn default() -> Output {
        Output { scale: 1.0, shift: 0.0 }
    }
}

impl Output {
    /// The numbers of a data file.
    pub fn apply(self, outputs: &mut [f64]) {
        outputs.iter_mut().for_each(|x| *x = self.scale * *x + self.shift);
    }
}

/// Calibration samples and where they came from.
#[derive(Clone, Debug)]
pub struct Calibration {
    /// The path as written.
    pub path: String,
    /// `[samples][input]`, raw numbers of the file.
    pub samples: Vec<Vec<f64>>,
    /// Where it stands.
    pub span: Span,
}

/// One layer.
#[derive(Clone, Debug)]
pub struct Layer {
    /// Unique in the network, legal as a Verilog identifier.
    pub name: String,
    /// Where it stands.
    pub span: Span,
    /// Where its elements come from, at least one; layers that come before it.
    pub from: Vec<Origin>,
    /// What it computes.
    pub kind: LayerKind,
    /// Elements taken, of all origins together; set by `infer-shapes`.
    pub inputs: usize,
    /// Elements given; set by `infer-shapes`.
    pub outputs: usize,
}

/// The list of layer kinds.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "a network has few layers, and most are dense")]
pub enum LayerKind {
    /// `activation(W x + b)`, dense or block-circulant.
    Dense(Dense),
    /// `scale * x + shift` by element; folded away by `fold-affine`.
    Affine(Affine),
    /// A function of every element alone.
    Pointwise(Pointwise),
    /// The sum of several origins by element: a residual path joins.
    Add(Add),
    /// Several origins one after another.
    Concat(Concat),
    /// Some consecutive elements.
    Slice(Slice),
    /// The index of the largest element.
    Argmax(Argmax),
}

/// A layer in f64, prepared for many samples.
pub type RealFn<'a> = Box<dyn Fn(&[f64]) -> Vec<f64> + Send + Sync + 'a>;

/// A layer in integers, prepared for many samples; the second argument counts the words that were clipped.
pub type FixedFn<'a> = Box<dyn Fn(&[i64], &mut u64) -> Vec<i64> + Send + Sync + 'a>;

/// What every layer kind can say of itself.
pub trait Operator {
    /// The keyword in `.circ`.
    fn keyword(&self) -> &'static str;
    /// Elements given for the elements taken of each origin; complains where the weights do not fit.
    fn infer_shape(&self, layer: &Layer, inputs: &[usize], diagnostics: &mut Diagnostics) -> usize;
    /// Real evaluation with the weights as they now are: level `dense` before `circulize`, `circulant` after.
    fn real(&self) -> RealFn<'_>;
    /// Many samples of [`Operator::real`]: the same numbers.
    fn real_all(&self, samples: &[Vec<f64>]) -> Vec<Vec<f64>> {
        let real = self.real();
        samples.par_iter().map(|x| real(x)).collect()
    }
    /// Bit-exact evaluation, level `fixed`; needs the formats of `choose-formats`. Weights are quantised once, here.
    fn fixed(&self) -> FixedFn<'_>;
    /// One sample of [`Operator::real`].
    fn eval(&self, input: &[f64]) -> Vec<f64> {
        self.real()(input)
    }
    /// One sample of [`Operator::fixed`].
    fn eval_fixed(&self, input: &[i64], clipped: &mut u64) -> Vec<i64> {
        self.fixed()(input, clipped)
    }
    /// What the output can reach when the input stays within `input`; sound in exact arithmetic.
    fn reach(&self, input: &Reach) -> Reach;
    /// Decides the layer's own formats; complains where none can be built or a stated one clips.
    fn choose_formats(&mut self, _given: &Given, _diagnostics: &mut Diagnostics) {}
    /// The format of the output, given the layer it belongs to and the input's format; `None` before `choose-formats`.
    fn output_format(&self, layer: &Layer, input: QFormat) -> Option<QFormat>;
    /// The words after the layer's name in `.circ`, and the lines of its property block.
    fn print(&self, layer: &Layer) -> (String, Vec<String>);
}

/// What a layer may know when it decides its formats.
#[derive(Clone, Copy, Debug)]
pub struct Given<'a> {
    /// The layer's name.
    pub name: &'a str,
    /// The layer's place.
    pub span: Span,
    /// Format of the elements taken, of the first origin where there are several.
    pub input: QFormat,
    /// Format and number of the elements of each origin.
    pub parts: &'a [(QFormat, usize)],
    /// Bounds of the elements taken, from the declared range; `None` where none is declared.
    pub reach: Option<&'a Reach>,
    /// The layer's inputs for every calibration sample, `[samples][inputs]`; may be empty.
    pub samples: &'a [Vec<f64>],
    /// Widths and rounding where the layer states none.
    pub precision: Precision,
}

impl LayerKind {
    /// The operator behind the kind.
    pub fn operator(&self) -> &dyn Operator {
        match self {
            LayerKind::Dense(dense) => dense,
            LayerKind::Affine(affine) => affine,
            LayerKind::Pointwise(pointwise) => pointwise,
            LayerKind::Add(add) => add,
            LayerKind::Concat(concat) => concat,
            LayerKind::Slice(slice) => slice,
            LayerKind::Argmax(argmax) => argmax,
        }
    }

    /// The same, to be filled in by a pass.
    pub fn operator_mut(&mut self) -> &mut dyn Operator {
        match self {
            LayerKind::Dense(dense) => dense,
            LayerKind::Affine(affine) => affine,
            LayerKind::Pointwise(pointwise) => pointwise,
            LayerKind::Add(add) => add,
            LayerKind::Concat(concat) => concat,
            LayerKind::Slice(slice) => slice,
            LayerKind::Argmax(argmax) => argmax,
        }
    }
}

impl Layer {
    /// The format of the output, given that of the first origin; `None` before `choose-formats`.
    pub fn output_format(&self, input: QFormat) -> Option<QFormat> {
        self.kind.operator().output_format(self, input)
    }
}

/// Word widths and rounding for layers that state none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Precision {
    /// Bits of inputs and activations.
    pub activations: u32,
    /// Bits of weights (of their spectra, in circulant layers).
    pub weights: u32,
    /// How values narrow.
    pub rounding: Round,
}

impl Default for Precision {
    fn default() -> Precision {
        Precision { activations: 12, weights: 12, rounding: Round::HalfUp }
    }
}

/// A device family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Family {
    /// Lattice ECP5.
    Ecp5,
    /// Xilinx 7 series.
    Xc7,
}

impl Family {
    /// Every family.
    pub const ALL: [Family; 2] = [Family::Ecp5, Family::Xc7];

    /// As networks and the command line write it.
    pub const fn name(self) -> &'static str {
        match self {
            Family::Ecp5 => "ecp5",
            Family::Xc7 => "xc7",
        }
    }
}

/// A budget of look-up tables, as estimated for a family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Luts {
    /// At most so many.
    pub most: u64,
    /// Of this one.
    pub family: Family,
}

/// What the hardware must reach.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Target {
    /// Clock frequency, Hz; used to convert frames per second.
    pub clock: f64,
    /// Largest number of cycles between frames.
    pub interval: Option<usize>,
    /// Least number of frames per second.
    pub throughput: Option<f64>,
    /// Largest number of multipliers.
    pub multipliers: Option<usize>,
    /// Largest number of memory bits.
    pub memory_bits: Option<u64>,
    /// Largest number of look-up tables.
    pub luts: Option<Luts>,
    /// Where the section stands; the empty span where there is none.
    pub span: Span,
}

impl Default for Target {
    fn default() -> Target {
        let (interval, throughput, multipliers, memory_bits, luts) = (None, None, None, None, None);
        Target { clock: 100e6, interval, throughput, multipliers, memory_bits, luts, span: Span::default() }
    }
}

impl Target {
    /// Largest number of cycles between frames that satisfies interval and throughput both; `None`: as slow as is smallest.
    pub fn cycles(&self) -> Option<usize> {
        let from_rate = self.throughput.map(|rate| (self.clock / rate).floor() as usize);
        [self.interval, from_rate].into_iter().flatten().min()
    }
}
