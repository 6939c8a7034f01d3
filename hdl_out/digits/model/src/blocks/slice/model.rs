//! Model of [`slice`](super): beats `first` to `first + count - 1` of each frame.

use crate::machine::Unit;
use crate::machine::text::Fields;

/// Which beats pass.
pub struct Slice {
    lanes: usize,
    /// Beats of one frame.
    beats: usize,
    first: usize,
    count: usize,
    /// Beats of the frame so far.
    beat: usize,
}

impl Unit for Slice {
    fn run(&mut self, input: &[i64], output: &mut Vec<i64>) {
        for beat in input.chunks_exact(self.lanes) {
            if (self.first..self.first + self.count).contains(&self.beat) {
                output.extend_from_slice(beat);
            }
            self.beat = if self.beat + 1 == self.beats { 0 } else { self.beat + 1 };
        }
    }

    fn reset(&mut self) {
        self.beat = 0;
    }
}

/// Reads `lanes`, `beats`, `first` and `count`.
pub fn build(fields: &Fields) -> Result<Box<dyn Unit>, String> {
    let (lanes, beats): (usize, usize) = (fields.number("lanes")?, fields.number("beats")?);
    let (first, count): (usize, usize) = (fields.number("first")?, fields.number("count")?);
    if lanes == 0 || count == 0 || first.checked_add(count).is_none_or(|end| end > beats) {
        return Err("expected `lanes` and `count` from 1, `first` and `count` within `beats`".into());
    }
    Ok(Box::new(Slice { lanes, beats, first, count, beat: 0 }))
}
