//! Model of [`argmax`](super): the largest word of a frame, the smallest index among equals.

use crate::machine::Unit;
use crate::machine::fifo::word_index;
use crate::machine::text::Fields;

/// The best word so far.
pub struct Argmax {
    lanes: usize,
    pair: Option<u32>,
    /// Beats of one frame.
    beats: usize,
    /// Words that take part; those of larger index do not.
    inputs: usize,
    beat: usize,
    best: i64,
    index: usize,
}

impl Unit for Argmax {
    fn run(&mut self, input: &[i64], output: &mut Vec<i64>) {
        for words in input.chunks_exact(self.lanes) {
            for (lane, &word) in words.iter().enumerate() {
                self.consider(word, word_index(self.pair, self.beat, lane));
            }
            self.beat += 1;
            if self.beat == self.beats {
                output.push(self.index as i64);
                self.beat = 0;
            }
        }
    }

    fn reset(&mut self) {
        self.beat = 0;
    }
}

impl Argmax {
    /// Index 0 stands in the first beat of every order.
    fn consider(&mut self, word: i64, index: usize) {
        let better = word > self.best || (word == self.best && index < self.index);
        if index == 0 || (index < self.inputs && better) {
            (self.best, self.index) = (word, index);
        }
    }
}

/// Reads `lanes` (1 or 2), `pair` (`-`: one lane), `inputs` and `beats`.
pub fn build(fields: &Fields) -> Result<Box<dyn Unit>, String> {
    let lanes: usize = fields.number("lanes")?;
    let pair: Option<u32> = if fields.word("pair")? == "-" { None } else { Some(fields.number("pair")?) };
    let (inputs, beats): (usize, usize) = (fields.number("inputs")?, fields.number("beats")?);
    let orders = (lanes == 1 && pair.is_none()) || (lanes == 2 && pair.is_some_and(|bit| bit < 32));
    if !orders || inputs == 0 || beats == 0 || inputs > beats.saturating_mul(lanes) {
        return Err(format!("`inputs={inputs}` do not stand in `beats={beats}` of `lanes={lanes}` in this order"));
    }
    Ok(Box::new(Argmax { lanes, pair, beats, inputs, beat: 0, best: 0, index: 0 }))
}
