//! Some consecutive elements of its origin.

use super::{FixedFn, Layer, Operator, Reach, RealFn, print};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::fixed::QFormat;

/// A slice layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slice {
    /// First element.
    pub start: usize,
    /// One past the last element.
    pub end: usize,
}

impl Operator for Slice {
    fn keyword(&self) -> &'static str {
        "slice"
    }

    fn infer_shape(&self, layer: &Layer, inputs: &[usize], diagnostics: &mut Diagnostics) -> usize {
        let (Slice { start, end }, size) = (self, inputs[0]);
        if *end > size {
            let message =
                format!("layer `{}` takes elements `{start} .. {end}`, expected at most 0 .. {size}", layer.name);
            diagnostics.push(Diagnostic::new(Code::ShapeMismatch, layer.span, message));
        }
        end - start
    }

    fn real(&self) -> RealFn<'_> {
        Box::new(|x| x[self.start..self.end].to_vec())
    }

    fn fixed(&self) -> FixedFn<'_> {
        Box::new(|x, _| x[self.start..self.end].to_vec())
    }

    fn reach(&self, input: &Reach) -> Reach {
        input.part(self.start..self.end)
    }

    fn output_format(&self, _layer: &Layer, input: QFormat) -> Option<QFormat> {
        Some(input)
    }

    fn print(&self, _layer: &Layer) -> (String, Vec<String>) {
        print::slice(self)
    }
}
