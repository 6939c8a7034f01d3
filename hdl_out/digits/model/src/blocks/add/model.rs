//! Model of [`add`](super): the exact sum of aligned words.

use crate::machine::Unit;
use crate::machine::text::Fields;

/// What is summed, and where in the frame.
pub struct Add {
    lanes: usize,
    /// Words of one frame.
    words: usize,
    /// Zeros appended to the words of each part.
    shifts: Vec<u32>,
    /// Words of the frame so far.
    word: usize,
}

impl Unit for Add {
    fn run(&mut self, input: &[i64], output: &mut Vec<i64>) {
        for beat in input.chunks_exact(self.lanes * self.shifts.len()) {
            for lane in 0..self.lanes {
                let parts = beat[lane..].iter().step_by(self.lanes).zip(&self.shifts);
                let sum = parts.map(|(word, shift)| word << shift).sum();
                output.push(if self.word < self.words { sum } else { 0 });
                self.word += 1;
            }
            if self.word >= self.words {
                self.word = 0;
            }
        }
    }

    fn reset(&mut self) {
        self.word = 0;
    }
}

/// Reads `lanes`, `words` and `shifts`.
pub fn build(fields: &Fields) -> Result<Box<dyn Unit>, String> {
    let (lanes, words) = (fields.number("lanes")?, fields.number("words")?);
    let shifts: Vec<u32> = fields.numbers("shifts")?;
    if lanes == 0 || words == 0 || shifts.iter().any(|&shift| shift > 61) {
        return Err("expected `lanes` and `words` from 1, `shifts` up to 61".into());
    }
    Ok(Box::new(Add { lanes, words, shifts, word: 0 }))
}
