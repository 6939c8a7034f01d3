//! A function of every element alone: an activation with no weights before it, or the quantiser of an input.

use super::activation::{Activation, Narrowing};
use super::dense::Stated;
use super::dense::formats::{MARGIN, WIDTH_LIMIT, holding};
use super::dense::table;
use super::thresholds::{Thresholds, count};
use super::{FixedFn, Given, Layer, Operator, Reach, RealFn, print};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::fixed::{QFormat, Round};

/// A pointwise layer.
#[derive(Clone, Debug)]
pub struct Pointwise {
    /// The function; the identity where there are thresholds.
    pub activation: Activation,
    /// The function, where it is a count.
    pub thresholds: Option<Thresholds>,
    /// What the user states for this layer alone.
    pub stated: Stated,
    /// Set by `choose-formats`.
    pub formats: Option<PointwiseFormats>,
}

/// The formats of a pointwise layer, in the order of the data.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PointwiseFormats {
    /// Elements taken.
    pub input: QFormat,
    /// Input of the table, for sigmoid and tanh.
    pub table: QFormat,
    /// Elements given.
    pub output: QFormat,
    /// How values narrow.
    pub rounding: Round,
}

impl Operator for Pointwise {
    fn keyword(&self) -> &'static str {
        "pointwise"
    }

    fn infer_shape(&self, layer: &Layer, inputs: &[usize], diagnostics: &mut Diagnostics) -> usize {
        let inputs = inputs.iter().sum();
        if let Some(thresholds) = &self.thresholds {
            thresholds.complain(&layer.name, inputs, diagnostics);
        }
        inputs
    }

    fn real(&self) -> RealFn<'_> {
        Box::new(|x| match &self.thresholds {
            Some(thresholds) => thresholds.apply(x),
            None => x.iter().map(|&x| self.stated.quantise(self.activation.eval(x))).collect(),
        })
    }

    fn fixed(&self) -> FixedFn<'_> {
        let Some(formats) = self.formats else { crate::bug!("pointwise layer evaluated before choose-formats") };
        if let Some(thresholds) = &self.thresholds {
            let (words, levels, low) = (thresholds.words(formats.input, &[]), thresholds.levels, thresholds.low);
            return Box::new(move |x, _| {
                x.iter().enumerate().map(|(at, &x)| count(&words, levels, low, at, x)).collect()
            });
        }
        let function = self.narrowing(&formats).prepare();
        Box::new(move |x, clipped| x.iter().map(|&x| function(x, clipped)).collect())
    }

    fn reach(&self, input: &Reach) -> Reach {
        match &self.thresholds {
            Some(thresholds) => thresholds.reach(input.low.len()),
            None => self.stated.reach(input.map(self.activation.slope(), |x| self.activation.eval(x))),
        }
    }

    fn choose_formats(&mut self, given: &Given, diagnostics: &mut Diagnostics) {
        let formats = self.chosen(given);
        let bits = formats.input.width() + self.activation.growth();
        if i64::from(bits) > WIDTH_LIMIT {
            let message =
                format!("the sum of layer `{}` needs `{bits}` bits, 2 to {WIDTH_LIMIT} are possible", given.name);
            let problem = Diagnostic::new(Code::FormatNotPossible, given.span, message);
            diagnostics.push(problem.help("state a narrower format for the layer before"));
        }
        self.formats = Some(formats);
    }

    fn output_format(&self, _layer: &Layer, _input: QFormat) -> Option<QFormat> {
        self.formats.map(|formats| formats.output)
    }

    fn print(&self, layer: &Layer) -> (String, Vec<String>) {
        print::pointwise(self, layer)
    }
}

impl Pointwise {
    /// Whether it gives the words that it takes.
    pub fn is_identity(&self) -> bool {
        let same = self.formats.is_none_or(|formats| formats.input == formats.output);
        self.thresholds.is_none() && self.activation == Activation::Identity && same
    }

    /// The function in integers.
    pub fn narrowing(&self, formats: &PointwiseFormats) -> Narrowing {
        let &PointwiseFormats { input: sum, table, output, rounding } = formats;
        Narrowing { activation: self.activation, sum, table, output, rounding }
    }

    fn chosen(&self, given: &Given) -> PointwiseFormats {
        let input = given.input;
        let rounding = self.stated.rounding_or(given.precision.rounding);
        if let Some(thresholds) = &self.thresholds {
            return PointwiseFormats { input, table: input, output: thresholds.format(), rounding };
        }
        let bits = given.precision.activations;
        let output = self.stated.format.unwrap_or_else(|| {
            let frac = holding(self.largest(given), bits).frac;
            QFormat::of_width(bits, if self.activation.is_table() { frac } else { frac.min(input.frac) })
        });
        let reach = -input.to_real(input.min());
        let sum = table::Sum { activation: self.activation, rounding, reach, frac: input.frac };
        let table = if self.activation.is_table() { table::choose(output, &sum) } else { input };
        PointwiseFormats { input, table, output, rounding }
    }

    /// Largest magnitude of an output: the smaller of what is declared and, with a margin, of what is seen.
    fn largest(&self, given: &Given) -> f64 {
        let declared = given.reach.map(|reach| self.reach(reach).largest());
        let eval = |x: &f64| self.activation.eval(*x).abs();
        let seen = given.samples.iter().flatten().map(eval).fold(0.0, f64::max) * MARGIN;
        match declared {
            Some(declared) if given.samples.is_empty() => declared,
            Some(declared) => declared.min(seen),
            None => seen,
        }
    }
}
