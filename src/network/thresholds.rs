//! Thresholds: the exact activation of quantised networks.
//!
//! `y = low + (number of thresholds T of the channel with x >= T)`. Whatever stands between the integer sums of a layer
//! and the integers that the next layer takes - scales, batch normalisation, relu, rounding, clipping - never decreases
//! or never increases, so it is such a count, to the last tie (\[Umuroglu17\] calls that streamlining).

use super::Reach;
use super::dense::TensorRef;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::fixed::QFormat;

/// Most thresholds of a channel: twelve bits.
pub const MAX_LEVELS: usize = 4095;

/// The thresholds of a layer.
#[derive(Clone, Debug)]
pub struct Thresholds {
    /// What a value below all thresholds becomes.
    pub low: i64,
    /// Thresholds of a channel.
    pub levels: usize,
    /// `[channels][levels]`, each channel's in rising order; one channel serves all elements.
    pub values: Vec<f64>,
    /// Where they came from.
    pub file: TensorRef,
}

impl Thresholds {
    /// Channels; 1 where all elements share them.
    pub fn channels(&self) -> usize {
        self.values.len() / self.levels.max(1)
    }

    /// What a value above all thresholds becomes.
    pub fn high(&self) -> i64 {
        self.low + self.levels as i64
    }

    /// The narrowest format of the outputs, without fraction.
    pub fn format(&self) -> QFormat {
        let largest = self.high().max(-1 - self.low).max(1);
        QFormat { int: (u64::BITS - (largest as u64).leading_zeros()) as i32, frac: 0 }
    }

    /// Says so where there are thresholds for another number of elements than `outputs`.
    pub fn complain(&self, name: &str, outputs: usize, diagnostics: &mut Diagnostics) {
        let found = self.channels();
        if found != 1 && found != outputs {
            let message =
                format!("layer `{name}` has thresholds for `{found}` elements, expected {outputs}, or 1 for all");
            diagnostics.push(Diagnostic::new(Code::ShapeMismatch, self.file.span, message));
        }
    }

    /// The function of every element.
    pub fn apply(&self, x: &[f64]) -> Vec<f64> {
        let each = |(at, x): (usize, &f64)| {
            let row = &self.values[at % self.channels() * self.levels..][..self.levels];
            (self.low + row.iter().filter(|&threshold| x >= threshold).count() as i64) as f64
        };
        x.iter().enumerate().map(each).collect()
    }

    /// What `elements` values reach.
    pub fn reach(&self, elements: usize) -> Reach {
        Reach::of_range(elements, self.low as f64, self.high() as f64)
    }

    /// `[channels][levels]` in words of `sum`, one bit wider: the least word that is not below the threshold. `bias` is
    /// what is still to be added to the sum, in real numbers; empty: nothing.
    pub fn words(&self, sum: QFormat, bias: &[f64]) -> Vec<i64> {
        let (least, greatest) = (sum.min() as f64, sum.max() as f64 + 1.0);
        let word = |threshold: f64, bias: f64| ((threshold - bias) / sum.lsb()).ceil().clamp(least, greatest) as i64;
        let channels = self.channels();
        let row = |at: usize| &self.values[at % channels * self.levels..][..self.levels];
        if bias.is_empty() {
            return (0..channels).flat_map(|at| row(at).iter().map(|&threshold| word(threshold, 0.0))).collect();
        }
        bias.iter()
            .enumerate()
            .flat_map(|(at, &bias)| row(at).iter().map(move |&threshold| word(threshold, bias)))
            .collect()
    }
}

/// `low` and the number of thresholds that `x` reaches, for words as [`Thresholds::words`] gives them.
pub fn count(words: &[i64], levels: usize, low: i64, at: usize, x: i64) -> i64 {
    let row = at * levels % words.len().max(1);
    low + words[row..row + levels].iter().filter(|&&word| x >= word).count() as i64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::dense::Form;

    fn made(low: i64, levels: usize, values: &[f64]) -> Thresholds {
        let file = TensorRef { path: String::new(), tensor: None, form: Form::Dense, span: Default::default() };
        Thresholds { low, levels, values: values.to_vec(), file }
    }

    #[test]
    fn ties_are_reached() {
        let two = made(-1, 2, &[-0.5, 0.5, 1.0, 3.0]);
        assert_eq!(two.apply(&[0.5, 0.99]), [1.0, -1.0]);
        assert_eq!(two.apply(&[-0.51, 3.0]), [-1.0, 1.0]);
        let words = two.words(QFormat { int: 6, frac: 1 }, &[]);
        assert_eq!(words, [-1, 1, 2, 6]);
        assert_eq!([-2, -1, 0, 1].map(|x| count(&words, 2, -1, 0, x)), [-1, 0, 0, 1]);
        // a bias of 0.25: sums from 0.25 up reach 0.5
        assert_eq!(two.words(QFormat { int: 6, frac: 1 }, &[0.25, 0.0])[..2], [-1, 1]);
    }

    #[test]
    fn formats_hold_both_ends() {
        let format = |low, levels| made(low, levels, &vec![0.0; levels]).format().to_string();
        assert_eq!([format(0, 1), format(0, 3), format(-1, 2), format(-2, 3)], ["s1.0", "s2.0", "s1.0", "s1.0"]);
        assert_eq!([format(-127, 254), format(-128, 255), format(0, 255)], ["s7.0", "s7.0", "s8.0"]);
    }
}
