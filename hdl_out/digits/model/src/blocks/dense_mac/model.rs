//! Model of [`dense_mac`](super): exact sums of real products.

use crate::machine::Unit;
use crate::machine::text::Fields;
use crate::machine::vector::{Loops, fits_32, vectorised};

/// Weights and running sums of `rows` outputs.
pub struct DenseMac {
    /// Words of one frame.
    inputs: usize,
    /// `[group][rows][inputs]`
    weights: Vec<i32>,
    /// `[rows]`
    sums: Vec<i64>,
    /// The words under way, of 32 bits.
    words: Vec<i32>,
    /// Most that a sum grows by words of 1.
    gain: i64,
    /// The coming word of the frame, and its group's weights.
    word: usize,
    at: usize,
}

impl Unit for DenseMac {
    fn run(&mut self, input: &[i64], output: &mut Vec<i64>) {
        vectorised(self, input, output);
    }

    fn reset(&mut self) {
        (self.word, self.at) = (0, 0);
        self.sums.fill(0);
    }
}

impl Loops for DenseMac {
    #[inline(always)]
    fn run_loops(&mut self, input: &[i64], output: &mut Vec<i64>) {
        let mut rest = input;
        while !rest.is_empty() {
            let (piece, after) = rest.split_at(rest.len().min(self.inputs - self.word));
            self.add(piece, output);
            rest = after;
        }
    }
}

impl DenseMac {
    /// Adds the products of words of one reading of the frame.
    #[inline(always)]
    fn add(&mut self, words: &[i64], output: &mut Vec<i64>) {
        self.words.resize(words.len(), 0);
        for (short, &word) in self.words.iter_mut().zip(words) {
            *short = word as i32;
        }
        let fit = fits_32(words, self.gain, 0);
        let weights = self.weights[self.at..].chunks_exact(self.inputs);
        for (sum, weights) in self.sums.iter_mut().zip(weights) {
            let weights = &weights[self.word..self.word + words.len()];
            *sum += if fit { dot_32(&self.words, weights) as i64 } else { dot(words, weights) };
        }
        self.word += words.len();
        if self.word == self.inputs {
            output.extend_from_slice(&self.sums);
            self.sums.fill(0);
            self.word = 0;
            self.at += self.sums.len() * self.inputs;
            self.at = if self.at == self.weights.len() { 0 } else { self.at };
        }
    }
}

/// [`dot`] where it fits 32 bits.
#[inline(always)]
fn dot_32(words: &[i32], weights: &[i32]) -> i32 {
    words.iter().zip(weights).fold(0, |sum: i32, (word, weight)| sum.wrapping_add(word.wrapping_mul(*weight)))
}

#[inline(always)]
fn dot(words: &[i64], weights: &[i32]) -> i64 {
    let mut sum = 0;
    for (word, &weight) in words.iter().zip(weights) {
        sum += word * weight as i64;
    }
    sum
}

/// Reads `lanes`, `beats`, `rows`, `outputs` and the memory `weights`, `[outputs][beats*lanes]`.
pub fn build(fields: &Fields) -> Result<Box<dyn Unit>, String> {
    let (lanes, beats): (usize, usize) = (fields.number("lanes")?, fields.number("beats")?);
    let (rows, outputs): (usize, usize) = (fields.number("rows")?, fields.number("outputs")?);
    let natural = fields.memory("weights")?;
    if [lanes, beats, rows, outputs].contains(&0) {
        return Err("`lanes`, `beats`, `rows` and `outputs` must be 1 or more".into());
    }
    let size = outputs.checked_mul(beats).and_then(|words| words.checked_mul(lanes));
    if size != Some(natural.len()) {
        return Err(format!(
            "{} weights, expected outputs*beats*lanes with `outputs={outputs} beats={beats} lanes={lanes}`",
            natural.len()
        ));
    }
    let inputs = beats * lanes;
    let mut weights = vec![0; outputs.next_multiple_of(rows) * inputs];
    for (ours, &weight) in weights.iter_mut().zip(natural.iter()) {
        *ours = weight.try_into().map_err(|_| format!("weight {weight}: more than 32 bits"))?;
    }
    let gain = natural.chunks_exact(inputs).map(|row| row.iter().map(|weight| weight.abs()).sum()).max().unwrap_or(0);
    Ok(Box::new(DenseMac { inputs, weights, sums: vec![0; rows], words: Vec::new(), gain, word: 0, at: 0 }))
}
