//! Model of [`dense_mac`](super): exact sums of real products.

use crate::machine::Unit;
use crate::machine::text::Fields;

/// Weights and running sums of `rows` outputs.
pub struct DenseMac {
    lanes: usize,
    /// Beats of one frame.
    beats: usize,
    /// `[group][beat][lane][rows]`, the order of use.
    weights: Vec<i32>,
    /// `[rows]`
    sums: Vec<i64>,
    beat: usize,
    /// Of the coming beat's weights.
    at: usize,
}

impl Unit for DenseMac {
    fn run(&mut self, input: &[i64], output: &mut Vec<i64>) {
        for words in input.chunks_exact(self.lanes) {
            if self.beat == 0 {
                self.sums.fill(0);
            }
            for &word in words {
                let weights = &self.weights[self.at..self.at + self.sums.len()];
                for (sum, &weight) in self.sums.iter_mut().zip(weights) {
                    *sum += word * weight as i64;
                }
                self.at += self.sums.len();
            }
            self.beat += 1;
            if self.beat == self.beats {
                output.extend_from_slice(&self.sums);
                self.beat = 0;
                if self.at == self.weights.len() {
                    self.at = 0;
                }
            }
        }
    }

    fn reset(&mut self) {
        (self.beat, self.at) = (0, 0);
    }
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
    let weights = in_order_of_use(&natural, beats * lanes, rows)?;
    Ok(Box::new(DenseMac { lanes, beats, weights, sums: vec![0; rows], beat: 0, at: 0 }))
}

/// `[outputs][inputs]` -> `[group][input][rows]`, zero where a group has rows beyond the outputs.
fn in_order_of_use(natural: &[i64], inputs: usize, rows: usize) -> Result<Vec<i32>, String> {
    let groups = (natural.len() / inputs).div_ceil(rows);
    let mut ordered = vec![0i32; groups * rows * inputs];
    for (output, row) in natural.chunks_exact(inputs).enumerate() {
        let base = output / rows * rows * inputs + output % rows;
        for (input, &weight) in row.iter().enumerate() {
            ordered[base + input * rows] =
                weight.try_into().map_err(|_| format!("weight {weight}: more than 32 bits"))?;
        }
    }
    Ok(ordered)
}
