//! Model of [`concat`](super): the words of each part aligned.

use crate::machine::Unit;
use crate::machine::text::Fields;

/// Where the parts of a frame lie.
pub struct Concat {
    lanes: usize,
    /// Words of one frame.
    words: usize,
    /// Beats of each part, and the zeros appended to its words.
    parts: Vec<(usize, u32)>,
    part: usize,
    /// Beats of the part so far.
    beat: usize,
    /// Words of the frame so far.
    word: usize,
}

impl Unit for Concat {
    fn run(&mut self, input: &[i64], output: &mut Vec<i64>) {
        for beat in input.chunks_exact(self.lanes) {
            let (beats, shift) = self.parts[self.part];
            for word in beat {
                output.push(if self.word < self.words { word << shift } else { 0 });
                self.word += 1;
            }
            self.beat += 1;
            if self.beat == beats {
                (self.beat, self.part) = (0, self.part + 1);
            }
            if self.part == self.parts.len() {
                self.reset();
            }
        }
    }

    fn reset(&mut self) {
        (self.part, self.beat, self.word) = (0, 0, 0);
    }
}

/// Reads `lanes`, `words`, `beats` and `shifts`.
pub fn build(fields: &Fields) -> Result<Box<dyn Unit>, String> {
    let (lanes, words) = (fields.number("lanes")?, fields.number("words")?);
    let (beats, shifts): (Vec<usize>, Vec<u32>) = (fields.numbers("beats")?, fields.numbers("shifts")?);
    if lanes == 0 || words == 0 || beats.contains(&0) || beats.len() != shifts.len() || shifts.iter().any(|&s| s > 61) {
        return Err("expected `lanes`, `words` and `beats` from 1, as many `shifts`, up to 61".into());
    }
    Ok(Box::new(Concat { lanes, words, parts: beats.into_iter().zip(shifts).collect(), part: 0, beat: 0, word: 0 }))
}
