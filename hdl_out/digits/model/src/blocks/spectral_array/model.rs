//! Model of the whole-block spectral array: a beat carries, lane after lane, what the serial rows take in the beats of a
//! spectrum; in each beat of sums the positions of a row stand side by side.
//!
//! Part of the emitted crate.

use crate::blocks::spectral_mac;
use crate::machine::Unit;
use crate::machine::text::Fields;

/// The serial rows, and how their sums leave.
pub struct SpectralArray {
    mac: Box<dyn Unit>,
    rows: usize,
    /// Positions of a beat.
    positions: usize,
    /// `[position][row][2]`
    sums: Vec<i64>,
}

impl Unit for SpectralArray {
    fn run(&mut self, input: &[i64], output: &mut Vec<i64>) {
        self.sums.clear();
        self.mac.run(input, &mut self.sums);
        let (start, words) = (output.len(), 2 * self.positions);
        output.resize(start + self.sums.len(), 0);
        let beats = self.sums.chunks_exact(self.rows * words);
        for (given, beat) in output[start..].chunks_exact_mut(self.rows * words).zip(beats) {
            for (row, given) in given.chunks_exact_mut(words).enumerate() {
                for (given, pair) in given.chunks_exact_mut(2).zip(beat.chunks_exact(2).skip(row).step_by(self.rows)) {
                    given.copy_from_slice(pair);
                }
            }
        }
    }

    fn reset(&mut self) {
        self.mac.reset();
    }

    fn clipped(&self) -> u64 {
        self.mac.clipped()
    }
}

/// Reads what the serial rows read, and `beats`, in which the sums of a group leave.
pub fn build(fields: &Fields) -> Result<Box<dyn Unit>, String> {
    let (k, beats): (usize, usize) = (fields.number("k")?, fields.number("beats")?);
    let rows = fields.number("rows")?;
    let mac = spectral_mac::model::build(fields)?;
    if beats == 0 || k / 2 % beats != 0 {
        return Err(format!("`beats={beats}`: expected a divisor of k/2 with `k={k}`"));
    }
    Ok(Box::new(SpectralArray { mac, rows, positions: k / 2 / beats, sums: Vec::new() }))
}
