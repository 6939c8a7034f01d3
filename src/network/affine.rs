//! The affine layer `scale * x + shift` by element: batch normalisation and its like, folded before hardware.

use super::dense::TensorRef;
use super::{FixedFn, Layer, Operator, Reach, RealFn, print};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::fixed::QFormat;

/// An affine layer.
#[derive(Clone, Debug)]
pub struct Affine {
    /// One factor per element.
    pub scale: Vec<f64>,
    /// One summand per element; empty: none.
    pub shift: Vec<f64>,
    /// Where the factors came from.
    pub scale_file: TensorRef,
    /// Where the summands came from.
    pub shift_file: Option<TensorRef>,
}

impl Affine {
    /// `scale * x + shift`.
    pub fn apply(&self, x: &[f64]) -> Vec<f64> {
        let scaled = x.iter().zip(&self.scale).map(|(x, scale)| x * scale);
        if self.shift.is_empty() {
            scaled.collect()
        } else {
            scaled.zip(&self.shift).map(|(x, shift)| x + shift).collect()
        }
    }
}

impl Operator for Affine {
    fn keyword(&self) -> &'static str {
        "affine"
    }

    fn infer_shape(&self, layer: &Layer, inputs: &[usize], diagnostics: &mut Diagnostics) -> usize {
        let inputs = inputs.iter().sum();
        let mut expect = |what: &str, found: usize, file: &TensorRef| {
            if found != inputs {
                let message = format!("the {what} of layer `{}` has `{found}` elements, expected {inputs}", layer.name);
                diagnostics.push(Diagnostic::new(Code::ShapeMismatch, file.span, message));
            }
        };
        expect("scale", self.scale.len(), &self.scale_file);
        if let Some(file) = &self.shift_file {
            expect("shift", self.shift.len(), file);
        }
        inputs
    }

    fn real(&self) -> RealFn<'_> {
        Box::new(|x| self.apply(x))
    }

    fn fixed(&self) -> FixedFn<'_> {
        crate::bug!("affine layer evaluated in integers: fold-affine comes first")
    }

    fn reach(&self, input: &Reach) -> Reach {
        let (a, b) = (self.apply(&input.low), self.apply(&input.high));
        let largest = self.scale.iter().fold(0.0f64, |largest, scale| largest.max(scale.abs()));
        Reach {
            low: a.iter().zip(&b).map(|(a, b)| a.min(*b)).collect(),
            high: a.iter().zip(&b).map(|(a, b)| a.max(*b)).collect(),
            centre: self.apply(&input.centre),
            radius: largest * input.radius,
        }
    }

    fn output_format(&self, _layer: &Layer, _input: QFormat) -> Option<QFormat> {
        None
    }

    fn print(&self, layer: &Layer) -> (String, Vec<String>) {
        print::affine(self, layer)
    }
}
