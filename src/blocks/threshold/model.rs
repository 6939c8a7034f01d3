//! Model of [`threshold`](super): a count of thresholds.

use crate::machine::Unit;
use crate::machine::text::Fields;
use std::rc::Rc;

/// The thresholds of one frame.
pub struct Threshold {
    /// `[words][levels]` in stream order, or `[levels]` for all words.
    thresholds: Rc<[i64]>,
    levels: usize,
    low: i64,
    word: usize,
}

impl Unit for Threshold {
    fn run(&mut self, input: &[i64], output: &mut Vec<i64>) {
        for &value in input {
            let row = self.word * self.levels;
            let reached = self.thresholds[row..row + self.levels].iter().filter(|&&threshold| value >= threshold);
            output.push(self.low + reached.count() as i64);
            self.word = if row + self.levels == self.thresholds.len() { 0 } else { self.word + 1 };
        }
    }

    fn reset(&mut self) {
        self.word = 0;
    }
}

/// Reads `words` (of a frame), `levels`, `low` and the memory `thresholds`, `[words][levels]` or `[levels]`.
pub fn build(fields: &Fields) -> Result<Box<dyn Unit>, String> {
    let (words, levels): (usize, usize) = (fields.number("words")?, fields.number("levels")?);
    let thresholds = fields.memory("thresholds")?;
    let whole = words.checked_mul(levels);
    if levels == 0 || !(thresholds.len() == levels || Some(thresholds.len()) == whole) {
        return Err(format!("{} thresholds, expected `levels={levels}` for each of `words={words}`", thresholds.len()));
    }
    let low = fields.number("low")?;
    if !(-(1i64 << 61)..1i64 << 61).contains(&low) {
        return Err(format!("`low={low}`: expected at most 62 bits"));
    }
    Ok(Box::new(Threshold { thresholds, levels, low, word: 0 }))
}
