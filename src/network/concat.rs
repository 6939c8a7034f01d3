//! Several origins one after another, in one format.

use super::dense::formats::{MARGIN, WIDTH_LIMIT, holding};
use super::{FixedFn, Given, Layer, Operator, Reach, RealFn, print};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::fixed::{QFormat, Round, narrow};

/// Most origins of one layer.
pub const MOST_PARTS: usize = 16;

/// A concat layer.
#[derive(Clone, Debug)]
pub struct Concat {
    /// Format of the output, if the user states one.
    pub format: Option<QFormat>,
    /// How words narrow, if the user states it.
    pub rounding: Option<Round>,
    /// Set by `choose-formats`.
    pub formats: Option<ConcatFormats>,
}

/// The formats of a concat layer.
#[derive(Clone, Debug, PartialEq)]
pub struct ConcatFormats {
    /// Format and number of the elements of each origin.
    pub parts: Vec<(QFormat, usize)>,
    /// Elements given.
    pub output: QFormat,
    /// How words narrow.
    pub rounding: Round,
}

impl Operator for Concat {
    fn keyword(&self) -> &'static str {
        "concat"
    }

    fn infer_shape(&self, _layer: &Layer, inputs: &[usize], _diagnostics: &mut Diagnostics) -> usize {
        inputs.iter().sum()
    }

    fn real(&self) -> RealFn<'_> {
        Box::new(<[f64]>::to_vec)
    }

    fn fixed(&self) -> FixedFn<'_> {
        let Some(ConcatFormats { parts, output, rounding }) = &self.formats else {
            crate::bug!("concat layer evaluated in integers before choose-formats")
        };
        Box::new(move |x, clipped| {
            let formats = parts.iter().flat_map(|&(format, size)| std::iter::repeat_n(format, size));
            let mut cut =
                |word, from: QFormat| narrow(word, from.frac - output.frac, *rounding, output.width(), clipped);
            x.iter().zip(formats).map(|(&word, from)| cut(word, from)).collect()
        })
    }

    fn reach(&self, input: &Reach) -> Reach {
        input.clone()
    }

    /// The common format of the origins where they share one, else one as wide as `precision` says.
    fn choose_formats(&mut self, given: &Given, diagnostics: &mut Diagnostics) {
        let parts = given.parts.to_vec();
        let (first, finest) = (parts[0].0, parts.iter().map(|(format, _)| format.frac).max().unwrap_or(0));
        let common = parts.iter().all(|(format, _)| *format == first).then_some(first);
        let chosen = || no_finer(holding(largest(given), given.precision.activations), finest);
        let output = self.format.or(common).unwrap_or_else(chosen);
        let widest = parts.iter().map(|(format, _)| format.int).max().unwrap_or(0);
        let aligned = i64::from(widest) + i64::from(finest.max(output.frac)) + 1;
        if aligned > WIDTH_LIMIT {
            let message =
                format!("layer `{}` brings formats together that need `{aligned}` bits in common", given.name);
            let problem = Diagnostic::new(Code::FormatNotPossible, given.span, message);
            diagnostics.push(problem.help("state nearer formats for the layers it takes"));
            return;
        }
        let rounding = self.rounding.unwrap_or(given.precision.rounding);
        self.formats = Some(ConcatFormats { parts, output, rounding });
    }

    fn output_format(&self, _layer: &Layer, _input: QFormat) -> Option<QFormat> {
        self.formats.as_ref().map(|formats| formats.output)
    }

    fn print(&self, _layer: &Layer) -> (String, Vec<String>) {
        print::concat(self)
    }
}

/// `format` without fraction bits beyond `frac`, which would always be zero.
fn no_finer(format: QFormat, frac: i32) -> QFormat {
    if format.frac <= frac { format } else { QFormat { int: format.int.max(1 - frac), frac } }
}

/// Largest magnitude taken: the smaller of what is declared and, with a margin, of what is seen.
fn largest(given: &Given) -> f64 {
    let seen = given.samples.iter().flatten().fold(0.0f64, |most, value| most.max(value.abs())) * MARGIN;
    match given.reach.map(Reach::largest) {
        Some(declared) if given.samples.is_empty() => declared,
        Some(declared) => declared.min(seen),
        None => seen,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_narrows_from_its_own_format() {
        let (fine, coarse) = (QFormat { int: 1, frac: 4 }, QFormat { int: 4, frac: 1 });
        let output = QFormat { int: 2, frac: 2 };
        let formats = ConcatFormats { parts: vec![(fine, 1), (coarse, 2)], output, rounding: Round::HalfUp };
        let concat = Concat { format: None, rounding: None, formats: Some(formats) };
        let mut clipped = 0;
        // 0.625 -> 0.75; 1.5 -> 1.5; 8 saturates
        assert_eq!(concat.eval_fixed(&[10, 3, 16], &mut clipped), [3, 6, 15]);
        assert_eq!(clipped, 1);
    }
}
