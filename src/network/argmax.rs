//! The index of the largest element, the first one of equals.

use super::{FixedFn, Layer, Operator, Reach, RealFn, print};
use crate::diag::Diagnostics;
use crate::fixed::QFormat;

/// An argmax layer.
#[derive(Clone, Copy, Debug)]
pub struct Argmax;

impl Operator for Argmax {
    fn keyword(&self) -> &'static str {
        "argmax"
    }

    fn infer_shape(&self, _layer: &Layer, _inputs: &[usize], _diagnostics: &mut Diagnostics) -> usize {
        1
    }

    fn real(&self) -> RealFn<'_> {
        Box::new(|x| vec![first_largest(x) as f64])
    }

    fn fixed(&self) -> FixedFn<'_> {
        Box::new(|x, _| vec![first_largest(x) as i64])
    }

    fn reach(&self, input: &Reach) -> Reach {
        Reach::of_range(1, 0.0, input.low.len().saturating_sub(1) as f64)
    }

    /// `s<w-1>.0`, just wide enough for the largest index.
    fn output_format(&self, layer: &Layer, _input: QFormat) -> Option<QFormat> {
        let bits = usize::BITS - layer.inputs.saturating_sub(1).leading_zeros();
        Some(QFormat { int: bits.max(1) as i32, frac: 0 })
    }

    fn print(&self, layer: &Layer) -> (String, Vec<String>) {
        print::argmax(self, layer)
    }
}

/// The class that a network's output names: itself after an argmax, else the index of its largest element.
pub fn class(output: &[f64]) -> usize {
    match output {
        [index] => *index as usize,
        _ => first_largest(output),
    }
}

/// Index of the largest element, the first one of equals.
pub fn first_largest<T: PartialOrd + Copy>(x: &[T]) -> usize {
    (1..x.len()).fold(0, |best, at| if x[at] > x[best] { at } else { best })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_equals_wins() {
        assert_eq!(Argmax.eval(&[1.0, 3.0, 3.0, 2.0]), [1.0]);
        assert_eq!(Argmax.eval_fixed(&[-5, -5, -7], &mut 0), [0]);
    }
}
